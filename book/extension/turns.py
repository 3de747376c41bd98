"""What turns a verdict, in words: how firm it is, its nearest turn of each sort, and what draws say of it.

The page of claims and the page of firmness say it with the same sentences; they come from
:mod:`analysis.firmness`, and what an input is called from :mod:`analysis.named`.
"""

from __future__ import annotations

import math

from docutils import nodes
from sphinx.application import Sphinx

from analysis import firmness, named, turning
from analysis.firmness import Firmness, Turn
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from book.extension import readable
from book.extension.parts import cached_by_build

#: The sorts of inputs of which a card says the nearest turn each: the kinds of a turn.
SORTS = (("fact", "cell"), ("row", "choice", "left out"), ("assumption",), ("threshold",))
#: Kinds of a turn that leave something out, so that nothing moves.
LEFT_OUT = SORTS[1]
#: Whole numbers below this are counts or calendar years, of which no digit is left out.
COUNTED = 3000
#: What is nothing turns a verdict as soon as it is anything, if it does so below this.
ANY = 1e-3
#: How a part of a whole is said.
_FRACTIONS = {0.05: "a twentieth", 0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 0.5: "a half"}


def known(app: Sphinx) -> dict[str, Firmness]:
    """The firmness of every verdict, read once a build; nothing while a table is missing, of which its page tells."""

    def read() -> dict[str, Firmness]:
        try:
            return firmness.of_claims()
        except ProblemError:
            return {}

    found: dict[str, Firmness] = cached_by_build(app, "firmness", read)
    return found


def decisive(firm: Firmness) -> list[Turn]:
    """The turns that say how firm a verdict is, the nearest first; those of the claim's own number are none."""
    return [turn for turn in firm.turns if firmness.counts(turn)]


def nearest(firm: Firmness) -> list[Turn]:
    """The nearest turn of each of :data:`SORTS`, the nearest first."""
    found = decisive(firm)
    first = [next((turn for turn in found if turn.kind in sort), None) for sort in SORTS]
    return sorted((turn for turn in first if turn), key=found.index)


def order(firm: Firmness | None) -> tuple[int, float]:
    """Sorts verdicts so that the one that turns most easily comes first, and what nothing turns last."""
    found = decisive(firm) if firm else []
    if firm is None or not found:
        return len(firmness.WORDS), 0.0
    return firmness.WORDS.index(firm.word), found[0].distance


def told(firm: Firmness) -> list[Turn]:
    """What a card says: the nearest turn of each sort, then a number, if any, of which the rule asks just this one."""
    return [*nearest(firm), *[turn for turn in firm.turns if turn.exact][:1]]


# --- in words ---------------------------------------------------------------------------------------------------------


def slug(word: str) -> str:
    """The word of a firmness as an address has it.

    >>> [slug(word) for word in firmness.WORDS]
    ['edge', 'leaning', 'firm']
    """
    return word.rpartition(" ")[2]


def fraction(share: float) -> str:
    """A part of a whole in words.

    >>> fraction(0.1), fraction(0.12)
    ('a tenth', '12 %')
    """
    return _FRACTIONS.get(share) or repr(Number(share, ".0%"))


def rounded(value: float, at: float) -> float:
    """Where a verdict turns, with as many digits as its distance from the value needs, three at least.

    >>> rounded(39.3, 29.9975), rounded(0.5, 0.4999), rounded(2027.0, 2028.0), rounded(2664000.0, 2457440.0)
    (30.0, 0.4999, 2028.0, 2460000.0)
    """
    if float(at).is_integer() and abs(at) < COUNTED:
        return at
    if not value and abs(at) < ANY:
        return 0.0
    away = abs(at - value) / max(abs(at), abs(value)) if at != value else 1.0
    digits = max(3, min(9, 1 - math.floor(math.log10(away))))
    return float(f"{at:.{digits}g}")


def moved(turn: Turn, calendar: bool = False) -> str:
    """How far an input moves until the verdict turns, as narrow as a column; of a calendar year, by years.

    >>> moved(Turn("t/x", "fact", 40.0, 30.0, "wrong", 0.25, None))
    '−25 %'
    >>> moved(Turn("t/x", "fact", 2.0, 9.0, "wrong", 3.5, None)), moved(Turn("t/1", "row", 0, 0, "wrong", 0.0, None))
    ('× 4.5', 'left out')
    >>> moved(Turn("t/x", "fact", 2027.0, 2028.0, "wrong", 0.1, None), calendar=True)
    '+1 year'
    """
    if turn.kind in LEFT_OUT:
        return "left out"
    if not turn.value:
        return "any" if abs(turn.at) < ANY else readable.number(turn.at)
    away, sign = turn.at - turn.value, "+" if turn.at > turn.value else "−"
    if calendar:
        return f"{sign}{abs(away):.2g} year{'s' * (abs(away) != 1)}"
    if turn.distance >= 1 and turn.at / turn.value > 0:
        return f"× {turn.at / turn.value:.2g}"
    digits = 0 if turn.distance >= 0.1 else 1 if turn.distance >= 0.01 else 2
    return f"{sign}{Number(turn.distance, f'.{digits}%')!r}"


def measured(what: named.Named, value: float) -> tuple[str, str]:
    """A value of an input and what it counts, as they are read; a year has no comma."""
    if what.calendar and not what.unit:
        return f"{value:.1f}".removesuffix(".0"), ""
    return readable.measured(value, what.unit or "1", what.mark == "computed")


def entry(what: named.Named) -> tuple[str, str]:
    """What an input is called in a sentence; of an entry of a list the entry, and what the list is."""
    if what.kind in ("fact", "row", "cell"):
        return what.short, ""
    words = what.short[:1].lower() + what.short[1:]
    listed, colon, own = words.rpartition(": ")
    return (own, listed) if what.kind == "choice" and colon else (words, "")


def called(what: named.Named, root: str | None = None) -> nodes.Node:
    """The name of an input; with the way to the root of the site, as a link to where the book has it."""
    name = nodes.inline(text=entry(what)[0], classes=["what"])
    if root is None or not what.href:
        return name
    return nodes.reference("", "", name, refuri=f"{root}{what.href}", internal=True)


def sentence(turn: Turn, root: str | None = None) -> list[nodes.Node]:
    """Say of a turn what would have to be otherwise: “Turns to *partly* if …”; `root` as for :func:`called`."""
    what = named.of(turn.input)
    without, name = entry(what), called(what, root)
    start = [nodes.Text("Turns to "), nodes.strong(text=turn.becomes)]
    if turn.kind in LEFT_OUT:
        rest = f" ({without[1]})" if without[1] else ""
        return [*start, nodes.Text(" without "), name, nodes.Text(f"{rest}.")]
    if turn.exact:
        value = measured(what, turn.value)[0]
        end = f" is not {value}: the rule asks for just this number."
        return [*start, nodes.Text(" as soon as "), name, nodes.Text(end)]
    at, unit = measured(what, rounded(turn.value, turn.at))
    value = measured(what, turn.value)[0]
    if turn.kind in ("fact", "cell"):
        side = "below" if turn.at < turn.value else "above"
        stated = readable.interval(what.low, what.high, what.unit or "1") if what.stated else ""
        end = f" {side} {at}{' ' * bool(unit)}{unit}; it is {value}{f', stated as {stated}' if stated else ''}."
        return [*start, nodes.Text(" with "), name, nodes.Text(end)]
    asked = "if the rule asked for" if turn.kind == "threshold" else "if we took"
    return [*start, nodes.Text(f" {asked} {at} instead of {value} (“"), name, nodes.Text("”).")]


def drawn(firm: Firmness) -> str:
    """Say how often a verdict is another one when all stated intervals are drawn at once; nothing without one."""
    if not firm.intervals or math.isnan(firm.share):
        return ""
    several = firm.intervals > 1
    inside = f"its {firm.intervals} stated intervals" if several else "its one stated interval"
    share = repr(Number(firm.share, ".0%" if firm.share >= 0.01 else ".1%")) if firm.share else "none"
    return f"In {share} of {turning.DRAWS} draws within {inside} the verdict is another."
