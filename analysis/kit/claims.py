"""The claims of the source articles and their verdicts.

The ledger (``analysis/data/claims.csv``) is data: every claim in our own words, the article that makes it, the chapter
that owns it, and its evidence (figure ids). A verdict is never typed: a function of the topic's ``chapter.verdicts``
computes it, and :func:`rule` states beside that function, from the same constants, which number leads to which verdict.
A claim without a rule is *open*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number, filled, printed_whole, spaced

VERDICTS = ("supported", "partly", "overstated", "outdated", "wrong", "opinion", "open")


@dataclass(frozen=True)
class Article:
    """A source article whose claims the book judges; ``short`` is never the book's own name, ``url`` may be empty."""

    id: str
    title: str
    short: str
    author: str
    date: str
    url: str


@dataclass(frozen=True)
class Claim:
    """One claim; ``evidence`` holds figure ids."""

    id: str
    article: str
    claim: str
    chapter: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """A verdict with the sentence that says why and the numbers that stand in it.

    Parameters
    ----------
    verdict : str
        One of :data:`VERDICTS`.
    template : str
        The reason in words, with ``{name}`` where a number stands; a quantity is never typed in it.
    numbers : dict of Number
        The numbers by the names of the template; ``verify`` compares each with its reference.

    Raises
    ------
    ProblemError
        If the verdict is none, or the template and the numbers do not fit each other.

    Examples
    --------
    >>> Judgement("partly", "It fell by {share} only.", {"share": Number(0.25, ".0%")}).because
    'It fell by 25 % only.'
    """

    verdict: str
    template: str
    numbers: Mapping[str, Number] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ProblemError(f"{self.verdict!r} is not a verdict; choose from {', '.join(VERDICTS)}.")
        printed_whole("reason", self.template, self.numbers)

    @property
    def because(self) -> str:
        """The reason with its numbers printed."""
        return filled(self.template, self.numbers)


@dataclass(frozen=True)
class Rule:
    """How the verdict on a claim follows: in words, and as the function that judges."""

    claim: str
    sentence: str
    judge: Callable[[], Judgement]


RULES: dict[str, Rule] = {}


def rule(claim: str, sentence: str) -> Callable[[Callable[[], Judgement]], Callable[[], Judgement]]:
    """Declare the function below as the rule of a claim.

    Parameters
    ----------
    claim : str
        Its id in the ledger.
    sentence : str
        Which number leads to which verdict; its thresholds are printed from the constants that the function compares
        with (``f"supported below {UNUSED:.0%} …"``).

    Raises
    ------
    ProblemError
        If the claim has a rule in another function.
    """

    def declare(judge: Callable[[], Judgement]) -> Callable[[], Judgement]:
        other = RULES.get(claim)
        if other and (other.judge.__module__, other.judge.__name__) != (judge.__module__, judge.__name__):
            raise ProblemError(f"{claim} is judged by {other.judge.__name__} and by {judge.__name__}; keep one.")
        RULES[claim] = Rule(claim, spaced(sentence), judge)
        return judge

    return declare


OPEN = Judgement("open", "Its chapter is not written yet.")


def articles(folder: Path = facts.DATA) -> dict[str, Article]:
    """The source articles by id."""
    return {row["id"]: Article(**row) for row in facts.rows("articles", folder)}


def ledger(folder: Path = facts.DATA) -> dict[str, Claim]:
    """All claims by id, in the order of the ledger.

    Raises
    ------
    ProblemError
        Naming file, row and field, when an id is repeated or a field is missing.
    """
    return {
        row["id"]: Claim(row["id"], row["article"], row["claim"], row["chapter"], tuple(row["evidence"].split()))
        for row in facts.rows("claims", folder)
    }


def judge(claim: Claim, rules: Mapping[str, Rule]) -> Judgement:
    """Compute the verdict on a claim by its rule (from :func:`analysis.topics.rules`); without a rule it is open."""
    return rules[claim.id].judge() if claim.id in rules else OPEN
