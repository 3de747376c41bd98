"""Figures of what is looked at, and of what is on the card while a model is tuned."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from analysis.deepseek.cache import cached_values_per_token
from analysis.deepseek.config import architecture_of, published
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.serving import ServedModel
from analysis.kit import theme
from analysis.kit.charts import AMOUNT, bars_apart, log_axis, named_colour, row_labels, theory, ticks
from analysis.kit.controls import Control, choice, slider, start
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import roughly, significant
from analysis.toolbox import adapters, attention_cost
from analysis.toolbox.attention_cost import (
    INDEX_DIM,
    INDEX_HEADS,
    INDEX_KEY_BYTES,
    INDEX_TOP,
    NSA_BLOCK,
    NSA_BLOCKS,
    NSA_STRIDE,
    NSA_WINDOW,
    WINDOW,
)

#: What the methods are called, and what the models call them.
WAYS = {"full": "all tokens", "window": f"a window of {WINDOW:,}", "nsa": "NSA", "dsa": "DSA"}
READING, WRITING = "reading: share of the arithmetic", "writing: share of the bytes"
#: A length that stands for none, longer than any axis.
_NONE = 1e15
#: Of two digits is rounded the same way by the browser.
_TIE = 1 + 1e-9
#: Bytes of a number in the cache.
_CACHED = 2


def _two_digits(value: str) -> str:
    """Vega expression that prints one from a thousandth to a million as :func:`roughly` does."""
    return f"format({_TIE!r} * {value}, ',.2~r')"


def _by(control: str, values: Mapping[str, float]) -> str:
    """Vega expression of the value that belongs to a control's choice."""
    return f"({json.dumps(dict(values))}[{control}])"


def _by_way(full: str, window: str, nsa: str, dsa: str) -> str:
    """Vega expression that follows the chosen way."""
    first = f"way == '{WAYS['window']}' ? {window} : way == '{WAYS['nsa']}' ? {nsa} : way == '{WAYS['dsa']}' ? {dsa}"
    return f"({first} : {full})"


def _sources(models: Iterable[str]) -> list[str]:
    """Where the published configurations stand, each once."""
    return list(dict.fromkeys(published(name).source for name in models))


def _mean(window: float, at: str = "datum.context") -> str:
    """Vega expression of the mean of min(t, window) over the places of a text."""
    return f"({at} <= {window} ? ({at} + 1) / 2 : {window} - {window * (window - 1) / 2!r} / {at})"


def _counts(name: str, bits: float) -> dict[str, float]:
    """What the curves need of a model that is served in so many bits: FLOP, bytes and shares."""
    a = architecture_of(name)
    served, index = ServedModel.of(a), attention_cost.index_parameters(a)
    return {
        "matrices": attention_cost.forward_flop(a, 1).matrices,
        "pair": attention_cost.attention_flop(a),
        "compared": 2 * a.num_hidden_layers * INDEX_HEADS * INDEX_DIM,
        "index": 2 * index,
        "always": served.always * bits / 8,
        "routed": served.routed * bits / 8,
        "idle": 1 - served.chosen_share,
        "indexed": index * bits / 8,
        "cached": cached_values_per_token(a) * _CACHED,
        "keys": a.num_hidden_layers * INDEX_KEY_BYTES,
    }


def _shares() -> dict[str, str]:
    """Vega expressions of both shares at ``datum.context`` from a model's counts in ``datum.m``."""
    t = "datum.context"
    chosen = f"{_mean(NSA_BLOCKS * NSA_BLOCK)} + {_mean(NSA_WINDOW)}"
    looked = _by_way(f"({t} + 1) / 2", _mean(WINDOW), f"(({t} + 1) / {2 * NSA_STRIDE} + {chosen})", _mean(INDEX_TOP))
    indexer = f"(datum.m.compared * ({t} + 1) / 2 + datum.m.index)"
    read = _by_way(
        t,
        f"min({t}, {WINDOW})",
        f"({t} / {NSA_STRIDE} + min({t}, {NSA_BLOCKS * NSA_BLOCK}) + min({t}, {NSA_WINDOW}))",
        f"min({t}, {INDEX_TOP})",
    )
    attention = f"(datum.m.pair * {looked} + {_by_way('0', '0', '0', indexer)})"
    cache = f"(b * (datum.m.cached * {read} + {_by_way('0', '0', '0', f'datum.m.keys * {t}')}))"
    used = f"datum.m.always + datum.m.routed * (1 - pow(datum.m.idle, b)) + {_by_way('0', '0', '0', 'datum.m.indexed')}"
    return {
        "reading": f"{attention} / (datum.m.matrices + {attention})",
        "writing": f"{cache} / ({used} + {cache})",
    }


def _even(counts: Mapping[str, Mapping[str, float]]) -> str:
    """Vega expression of the length at which the cache weighs as much as the weights that are read."""
    m = {key: _by("model", {name: each[key] for name, each in counts.items()}) for key in next(iter(counts.values()))}
    weights = f"({m['always']} + {m['routed']} * (1 - pow({m['idle']}, b)))"
    own = f"({weights} / b / {m['cached']})"  # tokens of one text whose cache weighs as much
    indexed = f"(({weights} + {m['indexed']}) / b)"
    few = NSA_WINDOW / NSA_STRIDE + 2 * NSA_WINDOW
    some = NSA_BLOCKS * NSA_BLOCK * (1 + 1 / NSA_STRIDE) + NSA_WINDOW
    return _by_way(
        own,
        f"({own} <= {WINDOW} ? {own} : {_NONE:g})",
        f"({own} <= {few:g} ? {own} / {2 + 1 / NSA_STRIDE!r} : {own} <= {some:g} ? ({own} - {NSA_WINDOW}) / "
        f"{1 + 1 / NSA_STRIDE!r} : {NSA_STRIDE} * ({own} - {NSA_BLOCKS * NSA_BLOCK + NSA_WINDOW}))",
        f"max({indexed} / ({m['cached']} + {m['keys']}), ({indexed} - {INDEX_TOP} * {m['cached']}) / {m['keys']})",
    )


@figure
def attention(models: Mapping[str, float], contexts: Sequence[float]) -> Figure:
    """Let the reader set model, method and texts, and see from which length on attention is the bill.

    Parameters
    ----------
    models : mapping of str to float
        Bits of a served weight, by the published name.
    contexts : sequence of float
        Tokens, the points of the curves.
    """
    names = {architecture_of(name).name: name for name in models}
    first = list(names)[1]
    controls: list[Control] = [
        choice("model", "Model", list(names), first),
        choice("way", "Each token looks at", list(WAYS.values()), WAYS["full"]),
        slider("b", "Texts written side by side", 1, 128, 1, 32, "{} texts"),
    ]
    ways = {said: method for method, said in WAYS.items()}
    counts, said = {label: _counts(name, models[name]) for label, name in names.items()}, _shares()
    x = alt.X("context:Q", **log_axis("tokens of a text", 3, 6, 1, AMOUNT))
    y = alt.Y("share:Q", **ticks("share that attention takes", 0, 1, [0, 0.25, 0.5, 0.75, 1], format=".0%"))
    colours = {READING: theme.COMPUTED, WRITING: theme.CHAOTIC}
    dashes = alt.Scale(domain=list(colours), range=[[1, 0], [8, 3]])
    rows = pd.DataFrame({"context": significant(pd.DataFrame({"c": contexts}))["c"]})
    base = alt.Chart(table("lengths", rows))

    def curves(which: Mapping[str, str]) -> alt.Chart:
        both = base.transform_calculate(m=f"{json.dumps(counts)}[model]")
        both = both.transform_calculate(**{READING: which["reading"], WRITING: which["writing"]})
        return both.transform_fold([READING, WRITING], as_=["kind", "share"])

    full = {kind: said[kind].replace("way ==", "'' ==") for kind in ("reading", "writing")}
    crossings = {
        method: _by(
            "model", {label: min(attention_cost.crossover(name, method), _NONE) for label, name in names.items()}
        )
        for method in WAYS
    }
    even = {"reading": _by_way(**crossings), "writing": _even(counts)}
    marks = [
        alt.Chart(table(f"half, {kind}", pd.DataFrame({"share": [0.5]})))
        .transform_calculate(context=expression)
        .transform_filter("datum.context >= 1000 && datum.context <= 1e6")
        .mark_point(color=colour, size=110, opacity=1, shape=shape)
        .encode(x=x, y=y, tooltip=["context:Q"])
        for (kind, expression), colour, shape in zip(even.items(), colours.values(), ("circle", "diamond"), strict=True)
    ]
    kind = {
        "color": named_colour("kind", colours, legend=True),
        "strokeDash": alt.StrokeDash("kind:N", scale=dashes, legend=alt.Legend(title=None, columns=1, symbolSize=900)),
    }
    kind["color"].legend.columns = 1
    chart = alt.layer(
        theory("half", pd.DataFrame({"share": [0.5]}), y=y),
        curves(full)
        .transform_filter(f"way != '{WAYS['full']}'")
        .mark_line(strokeWidth=1, color=theme.QUIET)
        .encode(x=x, y=y, strokeDash=kind["strokeDash"]),
        curves(said).mark_line().encode(x=x, y=y, **kind, tooltip=["context:Q", "share:Q"]),
        *marks,
    ).properties(height=280)

    def lengths(model: str, way: str, b: float) -> tuple[float, float]:
        name, method = names[model], ways[way]
        return (
            attention_cost.crossover(name, method),
            attention_cost.decode_crossover(name, b, method, bits=models[name], cache_bytes=_CACHED),
        )

    def when(length: float) -> str:
        return f"from {roughly(length * _TIE)}" if math.isfinite(length) else "at no length"

    def found(model: str, way: str, b: float) -> str:
        reading, writing = lengths(model, way, b)
        on = " tokens on" if math.isfinite(reading) else ""
        texts = "1 text" if b == 1 else f"{b:.0f} texts"
        return f"Attention outweighs the matrices {when(reading)}{on}, and the cache of {texts} the weights {when(writing)}"

    def when_rule(length: str, on: str = "") -> str:
        few, many = _two_digits(length), _two_digits(f"{length} / 1e6")
        long = f"{length} >= {_NONE:g} ? 'at no length' : 'from ' + {many} + ' million{on}'"
        return f"({length} < {1e6 / _TIE!r} ? 'from ' + {few} + '{on}' : {long})"

    words = (
        f"'Attention outweighs the matrices ' + {when_rule(even['reading'], ' tokens on')} + ', and the cache of ' + "
        f"(b == 1 ? '1 text' : b + ' texts') + ' the weights ' + {when_rule(even['writing'])}"
    )
    at = start(controls)
    name = names[first]
    reading = attention_cost.forward_flop(name, rows["context"]).share
    writing = attention_cost.decode_bytes(name, rows["context"], at["b"], bits=models[name]).share
    drawn = pd.concat(
        [
            pd.DataFrame({"kind": kind, "context": rows["context"], "share": share})
            for kind, share in ((READING, reading), (WRITING, writing))
        ]
        + [pd.DataFrame({"kind": list(colours), "context": lengths(**at), "share": 0.5})],
        ignore_index=True,
    )
    listed = {label: lengths(label, WAYS["full"], at["b"]) for label in names}
    told = "; ".join(f"{label} {a / 1e3:.0f} and {c / 1e3:.1f} thousand" for label, (a, c) in listed.items())
    dense = [label for label, name in names.items() if not architecture_of(name).n_routed_experts]
    last = list(names)[-1]
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=words,
        subtitle="Share of attention in the arithmetic of reading a text, and of the cache in the bytes that are read to write the next token of some, by the length of the texts",
        caption="The marks are where the two outweigh the rest. Thin grey lines: looking at all tokens. Counted from configurations, not measured; chips reach less of their peak in attention. "
        f"Dense models meet the bill of writing earlier than that of reading; {last}, with a compressed cache and with experts that more texts read more of, later. "
        "NSA and DSA are put into models that were trained without them, as if they had been.",
        alt=f"Two rising curves with controls. Looking at all tokens, attention outweighs the matrices, and the cache of {at['b']:.0f} texts the weights, from: {told}.",
        sources=(*_sources(models), "nsa2025", "deepseekv32", "computed"),
        data=drawn,
        columns={"kind": "what is counted"},
        holds=all(listed[label][0] > listed[label][1] for label in dense) and listed[last][0] < listed[last][1],
    )


@figure
def indexer(model: str, contexts: Sequence[int]) -> Figure:
    """Stack what a forward pass with DSA costs: matrices, attention to what is chosen, and the choosing."""
    a = architecture_of(model)
    lengths = np.array(contexts)
    flop, full = attention_cost.forward_flop(a, lengths, "dsa"), attention_cost.forward_flop(a, lengths).total
    parts = {
        "matrices": np.broadcast_to(flop.matrices, lengths.shape),
        "attention to what is chosen": flop.attention,
        "choosing it": flop.choosing,
    }
    colours = {"choosing it": theme.CHAOTIC, "matrices": theme.PUBLISHED, "attention to what is chosen": theme.COMPUTED}
    said = [f"{length / 1024:.0f}k" if length < 2**20 else "1M" for length in lengths]
    end = np.cumsum(list(parts.values()), axis=0)
    rows = pd.concat(
        [
            pd.DataFrame({"tokens": said, "part": part, "from": (top - flops) / 1e9, "to": top / 1e9})
            for (part, flops), top in zip(parts.items(), end, strict=True)
        ],
        ignore_index=True,
    )
    rows["billions"] = rows["to"] - rows["from"]
    most = 100 * math.ceil(end[-1].max() / 1e11)
    x = alt.X("from:Q", **ticks("billion FLOP a token", 0, most, list(range(0, most + 1, 200))))
    y = alt.Y("tokens:N", sort=said, axis=None)
    notes = pd.DataFrame(
        {
            "tokens": said,
            "label": [
                f"{length} tokens: {total / 1e9:,.0f} instead of {everything / 1e9:,.0f}"
                for length, total, everything in zip(said, end[-1], full, strict=True)
            ],
        }
    )
    chart = alt.layer(
        alt.Chart(table("bill", significant(rows)))
        .mark_bar(height=16)
        .encode(x=x, x2="to:Q", y=y, **bars_apart("part", colours), tooltip=["tokens:N", "part:N", "billions:Q"]),
        row_labels("totals", notes, y),
    ).properties(height=50 * len(said))
    share = flop.choosing / flop.total
    compressed = attention_cost.INDEX_TOP * 2 * a.num_hidden_layers * a.num_attention_heads
    compressed *= 2 * a.kv_lora_rank + a.qk_rope_head_dim
    listed = "; ".join(f"{length} tokens {part:.0%}" for length, part in zip(said, share, strict=True))
    return Figure(
        chart=chart,
        title=f"With {roughly(float(lengths[-1]))} tokens, choosing what to look at takes {share[-1]:.0%} of the arithmetic",
        subtitle=f"Billions of FLOP of a token's forward pass in {a.name} with DeepSeek sparse attention (DSA), by the length of the text",
        caption=f"After “instead of”: looking at all tokens. From the left: matrices, attention to {attention_cost.INDEX_TOP:,} chosen tokens, and the indexer that chooses them, with its own matrices. Counted, not measured. The indexer works in fewer bits, so that its share of the time is smaller than "
        f"that of the arithmetic. While writing, attention works on the compressed cache and takes {compressed / 1e9:.0f} billion FLOP.",
        alt=f"Stacked bars, one for each length. Share of choosing: {listed}. Totals in billions of FLOP: {'; '.join(notes['label'])}.",
        sources=("deepseekv32", *_sources([model]), "computed"),
        columns={"tokens": "length of the text, tokens (k: 1,024)", "billions": "billions of FLOP a token of the part"},
        holds=bool(share[-1] > 0.5 and (np.diff(share) > 0).all() and (end[-1][1:] < full[1:]).all()),
    )


#: Sizes of cards, gigabytes.
CARDS = (24, 48, 80)
#: Where bars are cut off, gigabytes.
_EDGE = 200
_STATE = "gradients and what Adam keeps"
_PARTS = {"weights": theme.COMPUTED, _STATE: theme.CHAOTIC, "for the backward pass": theme.BASELINE}
_TUNED = {"full": "all weights", "lora": "LoRA", "qlora": "QLoRA"}


def _memory_expressions(models: Sequence[str]) -> dict[str, dict[str, str]]:
    """Vega expressions of the gigabytes of each part, by method; controls ``model``, ``rank`` and ``tokens``."""
    made = [architecture_of(name) for name in models]
    whole = _by("model", {a.name: count_parameters(a).total / 1e9 for a in made})
    packed = _by("model", {a.name: sum(m.parameters for m in adapters.adapted_matrices(a)) / 1e9 for a in made})
    a_rank = _by("model", {a.name: adapters.lora_parameters(a, 1) / 1e9 for a in made})
    a_token = _by("model", {a.name: adapters.activation_bytes(a, 1) / 1e9 for a in made})
    half, state = adapters.HALF, adapters.HALF + 3 * adapters.SINGLE
    added = f"{half} * rank * {a_rank}"
    frozen = f"({whole} * {half} - {packed} * {half - adapters.NF4_BITS / 8!r})"
    weights = {"full": f"{half} * {whole}", "lora": f"{half} * {whole} + {added}", "qlora": f"{frozen} + {added}"}
    return {
        method: {
            "weights": f"({weights[method]})",
            _STATE: f"({state} * {whole})" if method == "full" else f"({state} * rank * {a_rank})",
            "for the backward pass": f"(tokens * {a_token})",
        }
        for method in weights
    }


@figure
def memory(models: Sequence[str]) -> Figure:
    """Let the reader set model, rank and length, and see what is on the card while it is fine-tuned."""
    names = {architecture_of(name).name: name for name in models}
    controls: list[Control] = [
        choice("model", "Model", list(names), list(names)[-2]),
        slider("rank", "Rank of the adapters", 1, 256, 1, 16, "{}"),
        slider("tokens", "Tokens of the sequence", 512, 16_384, 512, 2_048, "{} tokens"),
    ]
    said = _memory_expressions(list(models))
    x = alt.X("from:Q", **ticks("gigabytes", 0, _EDGE, [0, *CARDS, 120, 160, _EDGE]))
    y = alt.Y("method:N", sort=list(_TUNED), axis=None)
    channels = bars_apart("part", _PARTS)
    bars = []
    for method, parts in said.items():
        before = "0"
        for part, expression in parts.items():
            until = f"({before} + {expression})"
            rows = pd.DataFrame({"method": [method], "part": [part]})
            bars.append(
                alt.Chart(table(f"{method}, {part}", rows))
                .transform_calculate(**{"from": f"min({_EDGE}, {before})", "to": f"min({_EDGE}, {until})"})
                .transform_filter("datum.to > datum.from")
                .mark_bar(height=18)
                .encode(x=x, x2="to:Q", y=y, **channels)
            )
            before = until
    totals = {method: f"({' + '.join(parts.values())})" for method, parts in said.items()}
    printed = {method: _two_digits(total) for method, total in totals.items()}
    notes = [
        alt.Chart(table(f"name of {method}", pd.DataFrame({"method": [method]})))
        .transform_calculate(
            label=f"'{_TUNED[method]}: ' + {printed[method]} + ' GB' + ({total} > {_EDGE} ? ', beyond the axis' : '')"
        )
        .mark_text(align="left", dy=-24, color=theme.INK)
        .encode(x=alt.value(2), y=y, text="label:N")
        for method, total in totals.items()
    ]
    cards = pd.DataFrame([(method, float(card)) for method in _TUNED for card in CARDS], columns=["method", "from"])
    lines = (
        alt.Chart(table("cards", cards)).mark_tick(color=theme.THEORY, thickness=2, size=32, opacity=1).encode(x=x, y=y)
    )
    chart = alt.layer(*bars, lines, *notes).properties(height=186)

    def bill(model: str, rank: float, tokens: float, method: str) -> adapters.FineTuningMemory:
        return adapters.fine_tuning_memory(names[model], method, int(rank), int(tokens))

    def takes(model: str, rank: float, tokens: float) -> str:
        full, small = (bill(model, rank, tokens, method).total / 1e9 for method in ("full", "qlora"))
        card = next((f"it fits a card of {card}" for card in CARDS if small <= card), "it fits none of the cards")
        return f"Tuning all of {model} takes {roughly(full * _TIE)} gigabytes, QLoRA {roughly(small * _TIE)}: {card}"

    fits = "".join(f"{totals['qlora']} <= {card} ? 'it fits a card of {card}' : " for card in CARDS)
    at = start(controls)
    bills = {method: bill(**at, method=method) for method in _TUNED}
    drawn = pd.DataFrame(
        [
            (method, part, value / 1e9)
            for method, each in bills.items()
            for part, value in zip(
                _PARTS,
                (
                    each.weights + each.adapters,
                    each.gradients + each.master + each.moments,
                    each.activations,
                ),
                strict=True,
            )
        ],
        columns=["method", "part", "gigabytes"],
    )
    end = drawn.groupby("method")["gigabytes"].cumsum()
    drawn = drawn.assign(**{"from": end - drawn["gigabytes"], "to": end})
    ends = [(name, method) for name in names for method in _TUNED]
    ordered = all(
        bill(name, 256, 512, "full").total > bill(name, 256, 512, "lora").total > bill(name, 256, 512, "qlora").total
        for name, _ in ends
    )
    kept = bills["qlora"].weights / (bills["qlora"].total - bills["qlora"].activations)
    return Figure(
        chart=chart,
        controls=controls,
        finding=takes,
        rule=f"'Tuning all of ' + model + ' takes ' + {printed['full']} + ' gigabytes, QLoRA ' + {printed['qlora']} + ': ' + ({fits}'it fits none of the cards')",
        subtitle="Gigabytes on the card while a model is fine-tuned with Adam: all of its weights, adapters beside them (LoRA), and adapters beside weights of few bits (QLoRA)",
        caption=f"Upright strokes: cards of {', '.join(map(str, CARDS))} gigabytes. Adapters stand at all linear maps of the layers. Counted at {adapters.HALF * 2 + 3 * adapters.SINGLE} bytes a trained weight; what the backward pass needs is an assumption "
        "for one sequence, with layers computed again. What programs set aside comes on top.",
        alt=f"Three stacked bars with controls. At the start ({at['model']}, rank {at['rank']:.0f}, {at['tokens']:,.0f} tokens): "
        + "; ".join(f"{_TUNED[method]} {each.total / 1e9:.1f} gigabytes" for method, each in bills.items())
        + f". Of QLoRA's, without the backward pass, {kept:.0%} are frozen weights.",
        sources=("hu2021", "dettmers2023", *_sources(models), "computed"),
        data=drawn,
        columns={
            "method": "what is tuned: all weights (full), adapters (lora), adapters beside packed weights (qlora)",
            "part": "what the bytes are for",
            "gigabytes": "bytes of the part, gigabytes",
        },
        holds=ordered,
    )
