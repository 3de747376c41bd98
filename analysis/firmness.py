"""How firm each verdict is: on the edge, leaning or firm, by the nearest of its turns (:mod:`analysis.turning`).

*On the edge*: the verdict turns when one row of a list is left out, when one fact moves inside its stated interval
(or, where none is stated, within :data:`EDGE`), or when the rule's own threshold or another assumption moves by as
much. *Leaning*: within :data:`LEAN`. *Firm*: beyond. A number that the claim itself gives (``CLAIMED…``) is no
threshold of ours; and where a rule asks whether a fact is this very number (yes or no, a plan of 350,000), so that any
move turns it both ways, the turn is told but says nothing of firmness.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import topics
from analysis.kit.experiments import load_result

#: Relative move up to which a turn puts a verdict on the edge, and up to which it leans.
EDGE, LEAN = 0.1, 0.5
#: A verdict that turns on both sides within this relative move asks for the very number.
EXACT = 1e-3
#: The words, the least firm first.
WORDS = ("on the edge", "leaning", "firm")


@dataclass(frozen=True)
class Turn:
    """A change of one input that turns a verdict.

    Parameters
    ----------
    input : str
        As :mod:`analysis.kit.overriding` calls it.
    kind : str
        ``fact``, ``cell``, ``assumption`` or ``threshold``, which moved to `at`; ``row``, ``choice`` or ``left out``
        (a fact of a list), which were left out.
    value, at : float
        What it is and where the verdict turns; nan for what was left out.
    becomes : str
        The other verdict.
    distance : float
        Relative move; 0 for what was left out.
    inside : bool or None
        Whether `at` lies within the published interval; None where none is stated.
    exact : bool
        Whether the rule asks for this very number.
    """

    input: str
    kind: str
    value: float
    at: float
    becomes: str
    distance: float
    inside: bool | None
    exact: bool = False

    @property
    def word(self) -> str:
        """What this turn alone makes of a verdict."""
        edge = self.inside if self.inside is not None else self.distance <= EDGE
        return WORDS[0] if edge else WORDS[1] if self.distance <= LEAN else WORDS[2]


@dataclass(frozen=True)
class Firmness:
    """How firm a verdict is.

    Parameters
    ----------
    claim : str
    word : str
        One of :data:`WORDS`.
    turns : tuple of Turn
        The nearest first; of each input the nearest on each side.
    intervals : int
        How many published intervals the rule reads.
    share : float
        Share of the draws within those intervals that give another verdict; nan where there are none.
    """

    claim: str
    word: str
    turns: tuple[Turn, ...]
    intervals: int
    share: float


def of_claims() -> dict[str, Firmness]:
    """The firmness of every verdict that a rule computes, by claim, in the order of the chapters."""
    return {claim: firmness for topic in topics.TOPICS for claim, firmness in of_topic(topic).items()}


def of_topic(topic: str) -> dict[str, Firmness]:
    """The firmness of a topic's verdicts by claim."""
    from analysis.what_if import claims_of

    return _of_claims(topic, tuple(claims_of(topic)))


@functools.cache
def _of_claims(topic: str, judged: tuple[str, ...]) -> dict[str, Firmness]:
    if not judged:
        return {}
    rows = load_result(topics.identity(topic, "turns"))
    return {claim: _of_rows(claim, rows[rows["claim"] == claim]) for claim in judged}


def _of_rows(claim: str, rows: pd.DataFrame) -> Firmness:
    drawn = rows[rows["kind"] == "draws"]
    near = Counter(rows.loc[rows["distance"] <= EXACT, "input"])
    told = rows[rows["kind"] != "draws"].to_dict("records")
    turns = sorted((replace(_turn(row), exact=near[row["input"]] > 1) for row in told), key=_order)
    word = min((t.word for t in turns if counts(t)), key=WORDS.index, default=WORDS[-1])
    intervals = int(drawn["value"].iloc[0]) if len(drawn) else 0
    return Firmness(claim, word, tuple(turns), intervals, float(drawn["share"].iloc[0]) if len(drawn) else math.nan)


def _turn(row: dict[str, Any]) -> Turn:
    left = row["kind"] in ("row", "choice", "left out")
    inside = None if pd.isna(row["inside"]) else str(row["inside"]) == "True"
    away = 0.0 if left else float(row["distance"])
    return Turn(
        str(row["input"]), str(row["kind"]), float(row["value"]), float(row["at"]), str(row["becomes"]), away, inside
    )


def _order(turn: Turn) -> tuple[int, int, float]:
    return (not counts(turn), WORDS.index(turn.word), turn.distance)


def counts(turn: Turn) -> bool:
    """Whether a turn says how firm a verdict is: not of the claim's own number, nor where just one is asked for."""
    return not (turn.exact or turn.input.partition("/")[2].startswith("CLAIMED"))
