"""Estimates that a chapter quotes: each says how sure it is, or ``estimates.csv`` says why it does not.

A number of the prose is an estimate if the program reads for it a published figure that has an interval, or if the
words before it in its sentence call it one (:data:`CALLED`: an elasticity, a correlation, an exponent, a score …). The
reasons of the verdicts are read in the same way. It says how sure it is if its paragraph prints an end of an interval
or an error, by the name of the number or in words (:data:`SURE`). An estimate that is called by none of these words is
missed, and so is one whose paragraph gives the error of another.
"""

from __future__ import annotations

import ast
import csv
import functools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.kit import entries, facts
from book.extension import prose, written

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_suffix(".csv")
#: What an estimate is called, before it.
CALLED = re.compile(
    r"\b(?:elasticit|exponent|slope|correlat|rank correlation|Sobol|halving time|a halving|a doubling|probability of so"
    r"|test error|error of|errors? (?:is|are|was|were)|errs on|wrong on|learned worse|scores? of|scores? (?:is|are)"
    r"|reaches|accuracy of|halved every|doubl\w+ every|votes|agreement|explains)",
    re.IGNORECASE,
)
#: Letters of a sentence between what an estimate is called and the number.
NEAR = 70
#: A name of a number, or words, that say how sure an estimate is.
SURE = re.compile(
    r"\[[\w-]*-(?:low|high|error|se|sd|spread|interval|from|to|early|late|fast|slow|p|least|most)(?:-\w+)?\]"
    r"|\[(?:low|high|early|late|slow|fast|least|most|error)\]"
    r"|\b(?:interval|standard (?:error|deviation)s?|give or take|plus or minus|confidence|in closed form)\b|±",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\[([\w-]+)\]")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s")


@dataclass(frozen=True)
class Estimate:
    """An estimate that stands without its error; ``name`` is ``<topic>/<number>`` or ``<claim>/<number>``."""

    path: str
    line: int
    name: str
    why: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.name} is an estimate ({self.why}) and its paragraph does not say how "
            "sure: print its interval or error there, or give the reason in tests/book/estimates.csv."
        )


def bare(text: str, known: frozenset[str] = frozenset()) -> dict[str, str]:
    """The estimates of a paragraph that does not say how sure they are, and why they are taken for estimates.

    Parameters
    ----------
    text : str
        A paragraph with ``[name]`` where a number stands.
    known : frozenset of str
        Numbers that are estimates whatever they are called.

    Examples
    --------
    >>> bare("It has an elasticity of [elasticity], above one.")
    {'elasticity': 'elasticity of'}
    >>> bare("It has an elasticity of [elasticity], with a standard error of [elasticity-error].")
    {}
    """
    if SURE.search(text):
        return {}
    found = {}
    for sentence in _SENTENCE.split(text):
        words = _NUMBER.sub(lambda number: "[" + prose.COMPUTED * len(number[1]) + "]", sentence)
        for number in _NUMBER.finditer(sentence):
            before = [c for c in CALLED.finditer(words) if 0 <= number.start() - c.end() <= NEAR]
            if number[1] in known:
                found[number[1]] = "its source gives an interval"
            elif before and "[" not in sentence[before[-1].end() : number.start()]:
                found[number[1]] = " ".join(sentence[before[-1].start() : number.start()].split()[:2])
    return found


def _role(name: str, content: str) -> str:
    return f"[{content}]" if name == "glue:text" else prose.COMPUTED


def in_chapters(root: Path = ROOT) -> Iterator[Estimate]:
    """Those of the prose."""
    for path in sorted((root / "chapters").glob("*.md")):
        known = with_interval(root / f"analysis/{path.stem}/chapter/prose.py")
        for text in prose.texts(path.read_text(encoding="utf-8"), _role):
            if not text.formula:
                for name, why in bare(text.text, known).items():
                    yield Estimate(f"chapters/{path.name}", text.line, f"{path.stem}/{name}", why)


def in_verdicts() -> Iterator[Estimate]:
    """Those of the reasons of the verdicts, read in their source."""
    for path in written.sources(ROOT):
        if path.name == "verdicts.py":
            for function in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(function, ast.FunctionDef) and function.decorator_list:
                    yield from _in_verdict(path, function)


def _in_verdict(path: Path, function: ast.FunctionDef) -> Iterator[Estimate]:
    claim = ast.literal_eval(function.decorator_list[0].args[0])  # type: ignore[attr-defined]
    lines = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    for line, text in written.read_texts(path):
        if line in lines:
            for name, why in bare(re.sub(r"\{([\w-]+)\}", r"[\1]", text)).items():
                yield Estimate(path.relative_to(ROOT).as_posix(), line, f"{claim}/{name}", why)


@functools.cache
def with_interval(path: Path) -> frozenset[str]:
    """The numbers of a prose module for which it names a published figure that has an interval."""
    lines = path.read_text(encoding="utf-8").splitlines()
    published = {
        key
        for table in facts.names()
        for key, fact in facts.load(table).items()
        if not math.isnan(fact.low + fact.high)
    }
    found = set()
    for name, (_, needed) in entries.number_lines(path).items():
        source = "\n".join(lines[line - 1] for line in needed)
        if published & set(re.findall(r"\"([\w.-]+)\"", source)):
            found.add(name)
    return frozenset(found)


def reasons(path: Path = TABLE) -> dict[str, str]:
    """Why an estimate may stand without its error, by its name."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["number"]: row["reason"] for row in csv.DictReader(lines)}


def problems(found: list[Estimate], allowed: dict[str, str]) -> str:
    """Say which estimates have neither error nor reason, and which reasons no estimate needs any more."""
    said = [str(one) for one in found if one.name not in allowed]
    gone = sorted(set(allowed) - {one.name for one in found})
    said += [f"estimates.csv: {name} says how sure it is, or is no estimate any more; drop the row" for name in gone]
    said += [f"estimates.csv: {name} has no reason" for name, reason in allowed.items() if len(reason) < 8]
    return "\n".join(said)
