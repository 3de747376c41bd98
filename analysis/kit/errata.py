"""Published figures that contradict their own table, their source or arithmetic, and our own corrected mistakes.

A function of the topic's ``chapter.errata`` recomputes each of them; :func:`erratum` registers it. An erratum stands
only as long as its contradiction does: ``holds`` is computed, and turns the build and ``verify`` red when it is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number, filled, printed_whole

#: How sure we are that it is the published figure that is mistaken.
SURE = ("certain", "likely", "open")
#: The numbers that a drawing of an erratum knows: both sides, and the interval printed beside the figure.
DRAWN = ("printed", "recomputed", "low", "high")


@dataclass(frozen=True, kw_only=True)
class Erratum:
    """A published figure, and what contradicts it.

    Parameters
    ----------
    title : str
        What contradicts what, in one short sentence.
    source : str
        A key of the bibliography.
    locator : str
        Where in the source: table and row, section, file and line.
    claim : str
        What the source says, in our words.
    finding : str
        What its own table, its source or arithmetic gives, and why we are as sure as we say.
    correction : str
        The smallest change that mends it.
    sure : str
        One of :data:`SURE`.
    holds : bool
        Whether the contradiction is there, beyond rounding; computed.
    numbers : dict of Number
        Each is printed by its name, ``{name}``, in title, claim, finding or correction; no quantity is typed there.
        The two that are compared are called ``printed`` and ``recomputed``, a printed interval ``low`` and ``high``.

    Raises
    ------
    ProblemError
        If a text or the locator is empty, the sureness is none, or texts and numbers do not fit each other.

    Examples
    --------
    >>> slip = Erratum(
    ...     title="A quotient that its row does not give",
    ...     source="someone2020",
    ...     locator="table 1",
    ...     claim="It prints {printed}.",
    ...     finding="Its two columns give {recomputed}.",
    ...     correction="{printed} to {recomputed}",
    ...     sure="certain",
    ...     holds=beyond_rounding(7.28, 7.344, 0.01),
    ...     numbers={"printed": Number(7.28, ".2f"), "recomputed": Number(7.344, ".2f")},
    ... )
    >>> slip.holds, slip.text("correction")
    (True, '7.28 to 7.34')
    """

    title: str
    source: str
    locator: str
    claim: str
    finding: str
    correction: str
    sure: str
    holds: bool
    numbers: Mapping[str, Number] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name in ("title", "source", "locator", "claim", "finding", "correction"):
            if not getattr(self, name).strip():
                raise ProblemError(f"The erratum {self.title!r} has no {name}; say it.")
        if self.sure not in SURE:
            raise ProblemError(f"{self.sure!r} is not how sure one can be; choose from {', '.join(SURE)}.")
        whole = " ".join((self.title, self.claim, self.finding, self.correction))
        printed_whole("erratum", whole, self.numbers)

    def text(self, name: str) -> str:
        """One of the texts with its numbers printed."""
        return filled(getattr(self, name), self.numbers)

    @property
    def drawn(self) -> dict[str, float]:
        """Of :data:`DRAWN` those that are there; empty without two numbers, printed in the same unit, to compare."""
        found = {name: self.numbers[name] for name in DRAWN if name in self.numbers}
        if not {"printed", "recomputed"} <= set(found) or len({number.unit for number in found.values()}) > 1:
            return {}
        return {name: number.value for name, number in found.items()}

    @property
    def apart(self) -> str:
        """How far the two numbers lie apart, in words: below a factor of two in per cent of the recomputed one.

        Empty where there are not two, or a factor says nothing of them.
        """
        printed, recomputed = (self.drawn.get(name, 0.0) for name in ("printed", "recomputed"))
        if printed * recomputed <= 0 or printed == recomputed:
            return ""
        ratio = max(printed / recomputed, recomputed / printed)
        if ratio >= 2:
            return f"a factor of {Number(ratio, '.3g')!r}"
        return f"{Number(100 * abs(printed / recomputed - 1), '.2g')!r} %"


def beyond_rounding(printed: float, recomputed: float, step: float, slack: float = 0.0) -> bool:
    """Whether a printed figure and a recomputed one differ by more than rounding can.

    Parameters
    ----------
    printed, recomputed : float
        In the same unit.
    step : float
        Unit of the last digit that is printed, of which rounding takes at most half.
    slack : float
        How much the rounding of what went in can move the recomputed figure.

    Examples
    --------
    >>> beyond_rounding(7.28, 7.344, 0.01), beyond_rounding(7.34, 7.344, 0.01)
    (True, False)
    """
    return bool(abs(recomputed - printed) > step / 2 + slack)


#: The functions that recompute them, by id.
ERRATA: dict[str, Callable[[], Erratum]] = {}


def erratum(identity: str) -> Callable[[Callable[[], Erratum]], Callable[[], Erratum]]:
    """Declare the function below as the one that computes an erratum.

    Parameters
    ----------
    identity : str
        Its name in links and references, which never changes: lower case, digits and dashes, the source first.

    Raises
    ------
    ProblemError
        If the id is malformed or another function has it.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", identity):
        raise ProblemError(f"{identity!r} names no erratum; write it in lower case with dashes, the source first.")

    def declare(compute: Callable[[], Erratum]) -> Callable[[], Erratum]:
        other = ERRATA.get(identity)
        if other and (other.__module__, other.__name__) != (compute.__module__, compute.__name__):
            raise ProblemError(
                f"The erratum {identity} is computed by {other.__name__} and by {compute.__name__}; keep one."
            )
        ERRATA[identity] = compute
        return compute

    return declare


# --- our own --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Correction:
    """A mistake of ours that was printed: what the book said, what it says now, and by what it was found."""

    id: str
    date: str
    chapter: str
    said: str
    says: str
    found: str


def corrections(folder: Path = facts.DATA) -> list[Correction]:
    """Our own corrected mistakes (``analysis/data/corrections.csv``), the newest first.

    Raises
    ------
    ProblemError
        Naming file, row and field, when an id is repeated or a field is missing or malformed.
    """
    rows = [Correction(**row) for row in facts.rows("corrections", folder)]
    return sorted(rows, key=lambda row: row.date, reverse=True)
