"""The claims of the source articles and their verdicts.

The ledger (``claims.csv``) is data: every claim in our own words, the article that makes it, the chapter that owns
it, the rule of its verdict in words, and its evidence (figure ids). A verdict is never typed: a topic's
``verdicts`` module computes it by the rule; a claim without a rule is *open*.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number

VERDICTS = ("supported", "partly", "overstated", "outdated", "wrong", "opinion", "open")
FOLDER = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class Article:
    """A source article whose claims the book judges."""

    id: str
    title: str
    author: str
    date: str


@dataclass(frozen=True)
class Claim:
    """One claim; ``rule`` says in words how its verdict follows, ``evidence`` holds figure ids."""

    id: str
    article: str
    claim: str
    chapter: str
    rule: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """A verdict with the sentence that says why and the numbers it was computed from."""

    verdict: str
    because: str
    numbers: dict[str, Number]

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ProblemError(f"{self.verdict!r} is not a verdict; choose from {', '.join(VERDICTS)}.")


OPEN = Judgement("open", "Its chapter is not written yet.", {})


def articles(folder: Path = FOLDER) -> dict[str, Article]:
    """The source articles by id."""
    return {row["id"]: Article(**row) for row in _rows(folder / "articles.csv")}


def ledger(folder: Path = FOLDER) -> dict[str, Claim]:
    """All claims by id, in the order of the ledger.

    Raises
    ------
    ProblemError
        Naming the row, when an id is repeated or a field is missing.
    """
    claims: dict[str, Claim] = {}
    for number, row in enumerate(_rows(folder / "claims.csv"), start=2):
        for key in ("id", "article", "claim", "chapter"):
            if not row[key]:
                raise ProblemError(f"claims.csv, row {number}, field {key!r} is empty; fill it in.")
        if row["id"] in claims:
            raise ProblemError(f"claims.csv, row {number}: the id {row['id']} stands twice; ids never repeat.")
        claims[row["id"]] = Claim(**{**row, "evidence": tuple(row["evidence"].split())})  # type: ignore[arg-type]
    return claims


def judge(claim: Claim, rules: dict[str, Callable[[], Judgement]]) -> Judgement:
    """Compute the verdict on a claim by its rule (from :func:`analysis.topics.rules`); without a rule it is open."""
    return rules[claim.id]() if claim.id in rules else OPEN


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        raise ProblemError(f"{path.name} is missing in {path.parent.name}; restore it from the repository.")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ProblemError(f"{path.name}, row {number} has another number of fields than the header; correct it.")
    return rows
