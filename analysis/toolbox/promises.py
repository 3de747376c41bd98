"""Promised and delivered: what a tool's arithmetic says it will buy, and what was stored or timed.

A tool is in the table if its promise can be counted beforehand (bits of a number, weights kept, tokens read, bytes
moved, or what the chip is rated for) and somebody measured what came of it with and without the tool: the same program
on as many of the same machines, in the same phase. Of several sizes in one source the one that is best for the tool
stands; where our own card measured the same product, ours does. What else was published is in :func:`left_out`, with
the reason.

How much of a promise was kept is a share of its logarithm, ``log(delivered) / log(promised)``: 1 where all of it came,
0 where nothing changed, below 0 where things got worse. Where two tools multiply and each keeps the same share, both
together keep it too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit import facts
from analysis.kit.arguments import with_columns
from analysis.kit.checking import checked, finite, fit_together, plain, positive, real
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.toolbox.attention_cost import mean_tokens_read
from analysis.toolbox.decoding import gains

#: What was measured, from the narrowest to the widest.
KINDS = ("bytes", "kernel", "step")
#: Size of our own square products: the largest that was timed at least 40 times in BF16.
OWN_SIZE = 8192
#: FLOP of a step of full fine-tuning, 6 N a token, over those of LoRA, which has no gradient of the frozen weights.
_LORA_FLOP = 6 / 4
#: Bits of a number before the tool.
PLAIN_BITS = 16


class Tool(NamedTuple):
    """One row: what was promised on which resource, and what came of it.

    ``family`` is quantisation, pruning, sparse attention or other; ``basis`` says how the promise is counted;
    ``published`` names the facts of the row; a row without has a ``source`` whose tables were read, or is ours.
    """

    tool: str
    family: str
    kind: str
    resource: str
    promised: float
    basis: str
    delivered: float
    published: tuple[str, ...] = ()
    source: str = ""


def kept_share(promised: ArrayLike, delivered: ArrayLike) -> Any:
    """Share of a promise that was kept, in the logarithm: 1 all of it, 0 nothing, below 0 worse than before.

    Parameters
    ----------
    promised : float or ndarray
        Factor, above 1.
    delivered : float or ndarray
        Factor, positive.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ProblemError
        If nothing was promised, or a factor is not positive.

    Examples
    --------
    >>> kept_share(4, 2), kept_share(4, 1), kept_share(4, 0.5)
    (0.5, 0.0, -0.5)
    """
    fit_together(promised, delivered)
    told = positive(promised, "a promised factor")
    checked(told, told > 1, "a promised factor", "above 1")
    return plain(np.log(positive(delivered, "a delivered factor")) / np.log(told))


def products(size: int = OWN_SIZE) -> pd.Series[float]:
    """TFLOP a second of square products on our H100, by format; those of 2:4 count the dense product.

    >>> print(f"{products()['bf16_sparse24'] / products()['bf16']:.2f}")
    1.17
    """
    table = load_result("gpu-products").query("series == 'square' and m == @size")
    if table.empty:
        raise ProblemError(f"Our card measured no product of size {size}; take a power of two from 512 to 16,384.")
    return table.set_index("kind")["tflops"]


#: How most promises are counted: what a card is rated for, of eight bits or of 2:4 over plain products.
_RATED = ("FLOP a second", 2.0, "rated throughput")
_ADAPTED = ("FLOP", _LORA_FLOP, "FLOP of a step, without gradients of what is frozen")
_QUANT, _PRUNE, _SPARSE = "quantisation", "pruning", "sparse attention"

_STORED = ("8-bit weights", "6-bit weights", "4-bit weights", "2:4 on 4-bit weights")
_SHORT = {"8-bit weights and activations": "8 bits throughout"}


def _bits(bits: float, resource: str = "bytes read") -> tuple[str, float, str]:
    """The promise of weights of so many bits."""
    return resource, PLAIN_BITS / bits, "bits of a weight"


def _fact(identity: str) -> float:
    return facts.load("toolbox")[identity].value


def _tools() -> list[Tool]:
    return [*_served(), *_stored(), *_own_products(), *_kernels(), *_decoding(), *_steps()]


def _stored() -> list[Tool]:
    stored = "bytes stored"
    names: tuple[str, ...] = ("bitnet-bits", "bitnet-70b-memory-saving")
    rows = [Tool("ternary weights, 70B", _QUANT, "bytes", *_bits(_fact(names[0]), stored), _fact(names[1]), names)]
    shorter = _fact("deep-compression-bits-before") / _fact("deep-compression-bits-after")
    for name, key in (("AlexNet", "alexnet"), ("VGG-16", "vgg")):
        names = tuple(f"deep-compression-{key}-{what}" for what in ("pruning", "before", "after"))
        pruned, before, after = (_fact(each) for each in names)
        promise = (stored, pruned * shorter, "weights kept times bits of a weight")
        rows.append(Tool(f"pruned, 5 bits, {name}", _PRUNE, "bytes", *promise, before / after, names))
    return rows


def _served() -> list[Tool]:
    """Stored bytes and decoding in the tables of one library, each method where it gains most."""
    best = gains().groupby("method", sort=False)[["bits", "kept", "bytes", "speed"]].max()
    rows = []
    for kind, column, resource in (("bytes", "bytes", "bytes stored"), ("step", "speed", "bytes read")):
        for method, row in best.iterrows():
            if kind == "bytes" and method not in _STORED:
                continue  # weights of eight bits, as another row has them
            pruned = row["kept"] < 1
            fewer: tuple[str, float, str] = (resource, 1 / row["kept"], "weights kept")
            promise = fewer if pruned else _bits(row["bits"], resource)
            name = _SHORT.get(str(method), str(method)) + (", decoding" if kind == "step" else "")
            rows.append(Tool(name, _PRUNE if pruned else _QUANT, kind, *promise, row[column], (), "torchao"))
    return rows


def _own_products() -> list[Tool]:
    speed = products() / products()["bf16"]
    return [
        Tool("FP8 product", _QUANT, "kernel", *_RATED, max(speed["fp8_fast"], speed["fp8_slow"])),
        Tool("FP8 product, scaled blocks", _QUANT, "kernel", *_RATED, speed["fp8_block128"]),
        Tool("INT8 product", _QUANT, "kernel", *_RATED, speed["int8"]),
        Tool("2:4 product", _PRUNE, "kernel", *_RATED, speed["bf16_sparse24"]),
    ]


def _kernels() -> list[Tool]:
    product, layer = "int8-matmul-speed-175b", "twofour-layer-speed-high"
    short = ("fp8-small-bf16-both", "fp8-small-fp8-both")
    trained = _fact(short[0]) / _fact(short[1])
    context = _fact("nsa-tokens-full-64k")
    read = mean_tokens_read(context) / mean_tokens_read(context, "nsa")
    fewer = ("tokens read", read, "tokens read, mean over a prompt of 64k")
    flash = tuple(f"flash-{what}-{when}" for what in ("memory", "time") for when in ("before", "after"))
    moved, left, before, after = (_fact(name) for name in flash)
    return [
        Tool("LLM.int8() product, 175B", _QUANT, "kernel", *_RATED, _fact(product), (product,)),
        Tool("FP8 layer, trained", _QUANT, "kernel", *_RATED, trained, short),
        Tool("2:4 layer, trained", _PRUNE, "kernel", *_RATED, _fact(layer), (layer,)),
        Tool("NSA, forward", _SPARSE, "kernel", *fewer, _fact("nsa-forward-64k"), ("nsa-forward-64k",)),
        Tool("NSA, backward", _SPARSE, "kernel", *fewer, _fact("nsa-backward-64k"), ("nsa-backward-64k",)),
        Tool("FlashAttention", "other", "kernel", "bytes moved", moved / left, "bytes moved", before / after, flash),
    ]


def _decoding() -> list[Tool]:
    awq, bits, latency = "awq-speed-same-program", "bitnet-bits", "bitnet-70b-latency-saving"
    return [
        Tool("AWQ, 4 bits, decoding", _QUANT, "step", *_bits(4), _fact(awq), (awq,)),
        Tool("ternary weights, decoding", _QUANT, "step", *_bits(_fact(bits)), _fact(latency), (bits, latency)),
    ]


def _steps() -> list[Tool]:
    smooth, scout = "smoothquant-speed", "mxfp8-scout-gain"
    small, eight = "fp8-small-throughput", "fp8-llama3-8b-gain"
    before, after = "twofour-step-before", "twofour-step-after"
    dense, short, sparse = (f"sam-{name}-rate" for name in ("dense", "int8", "twofour"))
    limit, six = "sixeight-limit", "sixeight-speed"
    fewer, faster = "distilbert-layers", "distilbert-faster"
    full, adapted = "lora-throughput-full", "lora-throughput"
    return [
        Tool("SmoothQuant, 8 bits", _QUANT, "step", *_RATED, _fact(smooth), (smooth,)),
        Tool("8 bits, segment-anything", _QUANT, "step", *_RATED, _fact(short) / _fact(dense), (dense, short)),
        Tool("FP8 training, GPT-2 size", _QUANT, "step", *_RATED, _fact(small), (small,)),
        Tool("FP8 training, Llama-3-8B", _QUANT, "step", *_RATED, 1 + _fact(eight) / 100, (eight,)),
        Tool("MXFP8 training, Llama 4", _QUANT, "step", *_RATED, 1 + _fact(scout) / 100, (scout,)),
        Tool("2:4 training, ViT-L", _PRUNE, "step", *_RATED, _fact(before) / _fact(after), (before, after)),
        Tool("2:4, segment-anything", _PRUNE, "step", *_RATED, _fact(sparse) / _fact(dense), (dense, sparse)),
        Tool("6:8, Qwen2.5-7B", _PRUNE, "step", _RATED[0], _fact(limit), _RATED[2], _fact(six), (limit, six)),
        Tool(
            "DistilBERT",
            "other",
            "step",
            "layers",
            _fact(fewer),
            "layers kept",
            1 + _fact(faster) / 100,
            (fewer, faster),
        ),
        Tool("LoRA, GPT-3", "other", "step", *_ADAPTED, _fact(adapted) / _fact(full), (full, adapted)),
    ]


def promises() -> pd.DataFrame:
    """Every tool whose promise can be counted and whose delivery was measured alike; see the rule above.

    Returns
    -------
    DataFrame
        Columns ``tool``, ``family``, ``kind`` (bytes, kernel or step), ``resource``, ``promised`` and ``delivered``
        (factors), ``share`` (:func:`kept_share`), ``basis`` (how the promise is counted), ``source`` (key of the
        bibliography, or computed), ``mark`` (measured, primary, or secondary if one of the row's facts is).

    Examples
    --------
    >>> table = promises().set_index("tool")[["promised", "delivered"]]
    >>> table.loc["4-bit weights, decoding"].round(2).tolist()
    [4.0, 1.9]
    """
    known = facts.load("toolbox")
    rows = []
    for tool in _tools():
        marks = {known[name].mark for name in tool.published} or {"primary" if tool.source else "measured"}
        mark = "secondary" if "secondary" in marks else marks.pop()
        source = known[tool.published[-1]].source if tool.published else tool.source or "computed"
        row = {name: value for name, value in tool._asdict().items() if name != "published"}
        row |= {"share": kept_share(tool.promised, tool.delivered), "source": source, "mark": mark}
        rows.append(row)
    return pd.DataFrame(rows).astype({"promised": float, "delivered": float})


def left_out() -> pd.DataFrame:
    """What was published and is not in the table: ``tool``, ``kind``, ``promised``, ``delivered``, ``reason``.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> left_out().set_index("tool").loc["NSA, decoding", "reason"]
    'expected from the tokens read, not measured'
    """
    cache = 1 / (1 - _fact("kimi-linear-cache") / 100)
    memory, bloom = (
        _fact("lora-memory-full") / _fact("lora-memory"),
        _fact("int8-bloom-bf16") / _fact("int8-bloom-int8"),
    )
    fewer = _fact("lora-parameters-times")
    expected = _fact("nsa-decode-expected-64k")
    claimed, found = _fact("optimisers-claimed-high"), _fact("optimisers-gain-large")
    family = "promised are tokens a model, delivered is the compute of a family"
    count = "its operations are counted in a way that we could not repeat"
    steps = "nothing can be counted beforehand: the promise is another measurement"
    rows = [
        ("GPTQ, 3 bits, 175B", "step", PLAIN_BITS / 3, _fact("gptq-speed-a6000"), "on fewer cards than before"),
        ("FP8-LM, GPT-175B", "step", 2.0, _fact("fp8lm-speed"), "against another program"),
        ("Kimi Linear, 1M tokens", "step", cache, _fact("kimi-linear-decode"), "with larger batches, on another model"),
        ("LLM.int8(), BLOOM-176B", "step", 2.0, bloom, "on fewer cards than before"),
        (
            "sparse blocks, ViT",
            "step",
            np.nan,
            _fact("block-sparse-vit-speed"),
            "how many blocks stay is not told with it",
        ),
        ("2:4 decoding, a user's report", "step", 2.0, np.nan, "slower, in a forum: we could not check it"),
        ("LoRA, memory", "bytes", fewer, memory, "promised are parameters, delivered is memory"),
        ("Minitron", "step", _fact("minitron-tokens"), _fact("minitron-compute"), family),
        ("GPUSQ-ViT", "step", _fact("gpusq-flop-high"), _fact("gpusq-latency-high"), count),
        ("NSA, decoding", "step", expected, np.nan, "expected from the tokens read, not measured"),
        ("Muon and others, 1.2B", "step", claimed, found, steps),
    ]
    return pd.DataFrame(rows, columns=["tool", "kind", "promised", "delivered", "reason"])


def median_share(table: pd.DataFrame, kind: str | None = None, family: str | None = None, each: str = "tool") -> float:
    """Median share of the promises kept, of all rows or those of a `kind` or `family`.

    Parameters
    ----------
    table : DataFrame
        As :func:`promises` gives it.
    kind, family : str, optional
    each : {"tool", "source"}
        Whether each tool counts once, or each source: the median of its own median. The pages of one library are one
        source (:func:`source_of`).

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If there is no such row, or another way to count is asked for.

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": ["step"] * 4, "source": list("aaab"), "share": [0.1, 0.3, 0.4, 0.7]})
    >>> median_share(rows, "step"), median_share(rows, "step", each="source")
    (0.35, 0.5)
    """
    shares = _shares(table, kind, family)
    if each not in ("tool", "source"):
        raise ProblemError(f"Each tool or each source can count once, not each {each!r}; choose one of the two.")
    if each == "source":
        shares = shares.groupby([source_of(str(name)) for name in table.loc[shares.index, "source"]]).median()
    return float(np.median(real(shares, "a share")))


def quartiles(table: pd.DataFrame, kind: str | None = None, family: str | None = None) -> tuple[float, float]:
    """The shares between which the middle half of the tools lies.

    Parameters
    ----------
    table : DataFrame
        Of :func:`promises`.
    kind, family : str, optional
        Only tools of this kind or family.

    Returns
    -------
    tuple of float
        Shares.

    Examples
    --------
    >>> quartiles(pd.DataFrame({"kind": ["step"] * 5, "share": [0.0, 0.1, 0.4, 0.6, 0.9]}), "step")
    (0.1, 0.6)
    """
    low, high = np.quantile(real(_shares(table, kind, family), "a share"), [0.25, 0.75])
    return float(low), float(high)


def source_of(key: str) -> str:
    """What counts as one source: the pages of one library, or a paper.

    >>> source_of("torchao_sparsity"), source_of("dao2022")
    ('torchao', 'dao2022')
    """
    return "torchao" if key.startswith("torchao") else key


def _shares(table: pd.DataFrame, kind: str | None, family: str | None) -> pd.Series[float]:
    rows = _rows(table, kind, family)
    finite(rows["share"], "a share")
    return rows["share"]


def _rows(table: pd.DataFrame, kind: str | None, family: str | None) -> pd.DataFrame:
    asked = {name: value for name, value in (("kind", kind), ("family", family)) if value is not None}
    rows = with_columns(table, [*asked, "share"], "a table of promises")
    for column, value in asked.items():
        rows = rows[rows[column] == value]
    if rows.empty:
        raise ProblemError("There is no such row among the promises; ask for a kind or a family that the table has.")
    return rows


def without_one(table: pd.DataFrame, kind: str | None = None, family: str | None = None) -> tuple[float, float]:
    """The least and the greatest :func:`median_share` when any one tool is left out, or all of any one source.

    Raises
    ------
    ProblemError
        If there is but one row.

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": ["step"] * 3, "source": list("aab"), "share": [0.1, 0.4, 0.6]})
    >>> without_one(rows, "step")
    (0.25, 0.6)
    """
    rows = with_columns(_rows(table, kind, family), ["source"], "a table of promises")
    if len(rows) < 2:
        raise ProblemError("One row cannot be left out of one; ask for a kind or a family with more rows.")
    fewer = [rows.drop(index=place) for place in rows.index]
    sources = rows["source"].map(source_of)
    fewer += [rows[sources != source] for source in sources.unique()]
    medians = [median_share(each) for each in fewer if len(each)]
    return min(medians), max(medians)
