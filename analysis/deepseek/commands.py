"""``python -m analysis model FILE``."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.config import LARGEST, architecture_of, published_names, read_config
from analysis.deepseek.cost import unpublished_factor
from analysis.deepseek.layers import Experts
from analysis.deepseek.portrait import BATCH, Portrait, bounds_reached, portrait
from analysis.deepseek.run_cost import Range
from analysis.deepseek.serving import USABLE
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import amount, spaced
from analysis.kit.reading import number

WIDTH = 96
#: Kinds of attention in words.
KINDS = {
    "MHA": "multi-head attention",
    "GQA": "grouped-query attention",
    "MQA": "multi-query attention",
    "MLA": "latent attention",
}
#: Words for large amounts.
UNITS = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
#: A space at which no line ends.
KEPT = "\u00a0"
#: Names of configurations that say nothing of their model; it is called by the folder.
NAMELESS = ("config.json", "params.json")


def add_commands(commands: Any) -> None:
    """Add ``model`` to the subparsers of the command line."""
    model = commands.add_parser(
        "model", help="count a model from its config.json: parameters, FLOP, cache, memory, machines, cost"
    )
    model.add_argument(
        "file",
        metavar="FILE",
        help="a config.json, its folder, a published name such as llama-3.1-8b, or - for what a pipe brings",
    )
    model.add_argument("--context", metavar="TOKENS", help="tokens of a text (default as in V3's training, 4096)")
    model.add_argument("--batch", default=str(BATCH), metavar="N", help=f"texts side by side (default {BATCH})")
    model.add_argument("--tokens", metavar="TOKENS", help="of training (default 20 an active parameter)")
    model.add_argument(
        "--utilisation", metavar="SHARE", help="of the card's peak (default the range that the book assumes)"
    )
    model.add_argument("--rent", metavar="DOLLARS", help="a GPU-hour (default the range published for an H100)")
    model.add_argument("--json", action="store_true", help="print one JSON document")
    model.add_argument("--out", type=Path, metavar="DIR", help="write a chart and its data: svg, png, csv, json")
    model.set_defaults(command=_model)


def _model(options: argparse.Namespace) -> int:
    found = portrait(
        read(options.file),
        context=_number(options.context, "context", "4096"),
        batch=number(options.batch, "batch", "8"),
        tokens=_number(options.tokens, "number of tokens", "15e12"),
        utilisation=_number(options.utilisation, "utilisation", "0.35"),
        rent=_number(options.rent, "rent", "2.5"),
    )
    written = _drawn(found, options.out) if options.out else []
    if options.json:
        print(json.dumps(found.document() | {"files": written}, indent=1, allow_nan=False))
    else:
        print(told(found), *written, sep="\n")
    return 0


def _number(text: str | None, what: str, example: str) -> float | None:
    return None if text is None else number(text, what, example)


def read(given: str) -> Architecture:
    """The model that a person named: a published one, a file, a folder with a ``config.json``, or standard input.

    Parameters
    ----------
    given : str
        ``-`` is standard input.
    """
    if given == "-":
        if sys.stdin is None:
            raise ProblemError("There is no standard input to read; give a file.")
        return read_config(sys.stdin.buffer.read(LARGEST + 1))
    if given in published_names() or not os.path.exists(given):  # which also answers for what can be no path
        return architecture_of(given)
    path = Path(given)
    if path.is_dir():
        path = next((path / name for name in NAMELESS if (path / name).exists()), path / NAMELESS[0])
        if not path.exists():
            raise ProblemError(f"The folder {given} has no {NAMELESS[0]}; give the file itself.")
    if not path.is_file():  # a pipe, whose name says nothing
        with path.open("rb") as pipe:
            return read_config(pipe.read(LARGEST + 1))
    return read_config(path, path.resolve().parent.name if path.name in NAMELESS else "")


def told(found: Portrait) -> str:
    """What is said of a model, for a terminal of :data:`WIDTH` columns.

    >>> print(told(portrait("llama-3.1-8b")).splitlines()[0])
    Llama 3.1 8B
    """
    parts = (_head, _parameters, _arithmetic, _cache, _memory, _machines, _training)
    return "\n\n".join(part(found) for part in parts)


def scaled(value: float, unit: str) -> str:
    """A quantity with four digits and the prefix of its size.

    >>> scaled(70_272, "B"), scaled(250e9, "FLOP"), scaled(0, "B")
    ('70.27 kB', '250 GFLOP', '0 B')
    """
    for prefix, size in (("E", 1e18), ("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:,.4g} {prefix}{unit}"
    return f"{value:,.4g} {unit}"


def _head(found: Portrait) -> str:
    a = found.architecture
    words = re.sub(r"\b(MHA|GQA|MQA|MLA)\b", lambda kind: KINDS[kind[0]], a.layers_in_words)
    mixtures = {part for _, layer in a.runs if isinstance(part := layer.feed_forward, Experts)}
    if len(mixtures) == 1:
        part = mixtures.pop()
        shared = f" and {part.n_shared_experts} for all" if part.n_shared_experts else ""
        most = "at most " if part.idle_experts else ""
        words += f"; {most}{part.num_experts_per_tok} of {part.n_routed_experts} experts a token{shared}"
    notes = "".join(
        f" {what}: {'; '.join(said)}."
        for what, said in (
            ("Left out", a.left_out),
            ("Not in the file, taken from the reference implementation", a.assumed),
        )
        if said
    )
    told = f"{a.num_hidden_layers} layers of width {a.hidden_size:,}: {words}."
    return "\n".join([found.name, *textwrap.wrap(f"{told} Counted is every matrix and vector.{notes}", WIDTH)])


def _parameters(found: Portrait) -> str:
    count = found.count
    embedding = "of the total" if count.head else "of the total; it is the output head too"
    if found.architecture.learned_positions:
        embedding += "; with learned positions"
    rows = [
        ("total", count.total, ""),
        ("active", found.served.active, "by which a token is multiplied"),
        ("embedding", count.embedding, embedding),
        ("output head", count.head, "of the total"),
        ("multi-token", count.mtp, "modules that guess further tokens, beside the total"),
    ]
    lines = [f"  {name:13}{amount(size)!r:>15}  {words}".rstrip() for name, size, words in rows if size]
    return "\n".join(["Parameters", *lines])


def _arithmetic(found: Portrait) -> str:
    rows = [
        ("matrices alone", found.flop["none"].forward, found.flop["none"].training),
        (f"with attention over {found.context:,} tokens", found.flop["causal"].forward, found.flop["causal"].training),
        (f"written as the last of {found.context:,} tokens", found.writing.forward, None),
    ]
    lines = [
        f"  {words:42}{scaled(forward, 'FLOP'):>14}{scaled(training, 'FLOP') if training else '':>16}".rstrip()
        for words, forward, training in rows
    ]
    return "\n".join([f"{'Arithmetic of a token':44}{'forward':>14}{'in training':>16}", *lines])


def _cache(found: Portrait) -> str:
    parts = {
        0: "{} a token",
        1: "{} a text, whatever its length",
    }
    told = "; ".join(
        parts.get(window, f"{{}} for each of the last {window:,} tokens").format(scaled(size, "B"))
        for size, window in sorted(found.cache_parts, key=lambda part: part[1])
    )
    whole = "; ".join(f"{tokens:,} tokens {scaled(size, 'B')}" for tokens, size in found.cache.items())
    lines = textwrap.wrap(f"{told}. Whole: {whole}", WIDTH - 2)
    return "\n  ".join(["Cache, 16 bits a number", *lines])


def _memory(found: Portrait) -> str:
    columns = {"weights": "weights", "total": f"and {found.context:,} tokens", "total_batch": _texts(found)}
    columns = dict(list(columns.items())[: 2 + (found.batch > 1)])
    lines = [f"{'Memory':18}" + "".join(f"{head:>22}" for head in columns.values())]
    for _, row in found.memory.iterrows():
        sizes = "".join(f"{scaled(row[column], 'B'):>22}" for column in columns)
        lines.append(f"  {row.precision:6}{row.bits:4g} bits{sizes}")
    return "\n".join(lines)


def _machines(found: Portrait) -> str:
    precisions = list(found.memory["precision"])
    texts = {"rate": "one text"} | ({"rate_batch": _texts(found)} if found.batch > 1 else {})
    title = "Machines that hold it: tokens a second at most"
    heads = [
        f"{title:46}" + "".join(f"{words:>21}" for words in texts.values()) + f"{'prompt':>9}",
        f"{'':46}" + "".join(f"{name:>7}" for name in precisions * len(texts)),
    ]
    lines, small = [], []
    for _, rows in found.serving.groupby("key", sort=False):
        first = rows.iloc[0]
        if not rows["fits"].any():
            small.append(first.machine.replace(" ", KEPT))
            continue
        doubt = "~" if first.price_mark == "unchecked" else ""
        price = f"{doubt}${first.price:,.0f}, {first.price_date[:4]}"
        rates = "".join(f"{_rate(rate):>7}" for name in texts for rate in rows[name])
        lines.append(f"  {first.machine:28}{price:>16}{rates}{_rate(first.prefill):>9}")
    if not lines:
        words = f"No listed machine holds it in {USABLE:.0%} of its memory: {'; '.join(small)}."
        return "\n".join(textwrap.wrap(spaced(words).replace(" %", KEPT + "%"), WIDTH)).replace(KEPT, " ")
    published, card, own = bounds_reached()
    ours = " and ".join(f"{_ends(ends, '.0%')} in {name}" for name, ends in own.items())
    notes = [
        *([f"Too small: {'; '.join(small)}."] if small else []),
        f"Bounds, from memory, bandwidth and peak as published. Of such, published measurements reach "
        f"{_ends(published, '.0%')}, and ours of one text on an {card} {ours}. What fits into {USABLE:.0%} of the "
        "memory is held. ~: a price not checked.",
    ]
    return "\n".join(
        [
            *heads,
            *lines,
            *(line for note in notes for line in textwrap.wrap(spaced(note).replace(" %", KEPT + "%"), WIDTH)),
        ]
    ).replace(KEPT, " ")


def _training(found: Portrait) -> str:
    training, run, origins = found.training, found.training.cost, found.training.origins
    against = f"{_two(training.times_v3)} times the hours published of V3’s pretraining"
    rows = [
        ("tokens", repr(amount(training.tokens)), origins["tokens"]),
        ("arithmetic", f"{amount(run.flop)!r} FLOP", "computed: 6 N D, without attention"),
        ("peak", f"{scaled(run.peak, 'FLOP/s')}", origins["peak"]),
        ("utilisation", _ends(run.utilisation, ".0%"), origins["utilisation"]),
        ("rent", "$" + _ends(run.price, ".2f"), origins["rent"]),
        ("GPU-hours", _middle(run.hours, training.hours), against),
        ("cost", "$" + _middle(run.middle, run.worst), "of the final run alone"),
    ]
    beside = unpublished_factor()
    note = "A model that is to be used much is trained on more; say how many with --tokens. " * training.by_rule + (
        f"Attempts, research and staff come on top: by what other laboratories spent, {beside.low:.1f} to "
        f"{beside.high:.1f} times the final run in all."
    )
    lines = [f"  {name:12}{spaced(value):31}{spaced(words)}" for name, value, words in rows]
    return "\n".join(["To train it", *lines, *textwrap.wrap(note, WIDTH)])


def _texts(found: Portrait) -> str:
    return f"{found.batch:,} texts"


def _rate(rate: float) -> str:
    """At most six letters.

    >>> [_rate(rate) for rate in (0, 3.14159, 85_000, 1_283_412)]
    ['-', '3.1', '85,000', '1.28M']
    """
    if rate < 9.95:
        return f"{rate:.2g}" if rate else "-"
    return f"{rate:,.0f}" if rate < 99_999.5 else scaled(float(f"{rate:.3g}"), "").replace(" ", "")


def _ends(ends: Range, form: str) -> str:
    return f"{ends.low:{form}}" if ends.low == ends.high else f"{ends.low:{form}} to {ends.high:{form}}"


def _middle(middle: float, ends: Range) -> str:
    """With its ends, and then in two digits, where a range is all that is known.

    >>> _middle(2.66e6, Range(2.66e6, 2.66e6)), _middle(2.66e6, Range(2.0e6, 3.61e6)), _middle(13.2, Range(10, 20))
    ('2.66 million', '2.7 (2 to 3.6) million', '13 (10 to 20)')
    """
    if ends.low == ends.high:
        return repr(amount(middle)) if middle >= 1000 else f"{middle:.3g}"
    size, unit = next(((size, unit) for size, unit in UNITS if middle >= size), (1.0, ""))
    middle_, low, high = (_two(value / size) for value in (middle, ends.low, ends.high))
    return f"{middle_} ({low} to {high}){unit}"


def _two(value: float) -> str:
    """Two digits.

    >>> _two(380_818), _two(0.0021)
    ('380,000', '0.0021')
    """
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def _drawn(found: Portrait, folder: Path) -> list[str]:
    from analysis.deepseek.portrait_chart import held_by  # loads what draws

    try:
        return [str(path) for path in held_by(found).save(folder)]
    except OSError as error:
        raise ProblemError(
            f"The folder {folder} cannot be written ({error.strerror}); choose another with --out."
        ) from error
