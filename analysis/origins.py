"""Where each number comes from: its value, how it comes about, the functions that compute it, the facts it reads.

All of it is in the chapter's one run (:mod:`analysis.runs`) and in the syntax of the module that prints the number; so
nothing is computed for it. Figures and errata have an origin too.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from analysis import named, runs, topics
from analysis.kit import entries
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from analysis.named import Named
from analysis.runs import Run

ROOT = Path(__file__).parents[1]
#: Digits of a value, as the references carry them: the same on every machine.
DIGITS = 9
#: A published number of so many digits is not met by chance.
TELLING = 3


@dataclass(frozen=True)
class Function:
    """A function or class of the program: its name, its place in the repository, and the first line of its text."""

    name: str
    path: str
    first: int
    last: int
    says: str


@dataclass(frozen=True)
class Origin:
    """Where a number, or a figure, comes from.

    Parameters
    ----------
    id : str
        ``<topic>/<number>``, ``<claim>/<number>``, ``<erratum>/<number>`` or a figure's id.
    text : str
        As it is printed; of a figure its title.
    value : str
        At full precision, with the unit that is printed; nothing for a figure.
    how : str
        What it is and how it comes about, in words; nothing if nobody wrote it.
    functions : tuple of Function
        That compute it, the models first; the last one is the piece of the chapter that prints it.
    facts : tuple of Named
        Published figures that were read for it, those that are read nearest to it first.
    tables : tuple of str
        Tables and files of ``analysis/data`` that were read for it.
    published : bool
        Whether it is one published figure as it stands.
    """

    id: str
    text: str
    value: str
    how: str
    functions: tuple[Function, ...]
    facts: tuple[Named, ...]
    tables: tuple[str, ...]
    published: bool = False

    @property
    def explained(self) -> bool:
        """Whether it says in words how it comes about."""
        return self.published or bool(self.how)


def exact(number: Number) -> str:
    """Print a number with nine digits, in the form and unit in which it is printed short.

    Examples
    --------
    >>> exact(Number(0.054581485, ".1%")), exact(Number(54.19921875, ".1f")), exact(Number(8, "words", " bits"))
    ('5.4581485 %', '54.1992188', '8 bits')
    >>> exact(Number(5.761234e23, "sci")), exact(Number(1e21, "power")), exact(Number(2048, ",.0f"))
    ('5.761234 × 10²³', '1 × 10²¹', '2,048')
    """
    if not math.isfinite(number.value):
        return repr(number)
    value, unit = number.value * (100 if number.format.endswith("%") else 1), number.unit
    if number.format.endswith("%"):
        unit = f" %{unit}"
    size = abs(value)
    if number.format.endswith("sci") or number.format == "power" or (size and not 1e-4 <= size < 1e15):
        digits = len(f"{value:.{DIGITS - 1}e}".split("e")[0].rstrip("0").lstrip("-").replace(".", "")) - 1
        return repr(Number(value, f".{digits}sci", unit))
    places = max(0, DIGITS - 1 - math.floor(math.log10(size))) if size else 0
    text = f"{value:,.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−") + unit


# --- of a topic -------------------------------------------------------------------------------------------------------


def of_numbers(run: Run) -> dict[str, Origin]:
    """The origin of every number of a chapter's prose, by its name."""
    return _origins(run.topic, run.numbers, topics.load(run.topic, "chapter.prose"), run, "number ")


def of_judgements(run: Run) -> dict[str, dict[str, Origin]]:
    """The origin of every number of each verdict, by claim and name."""
    rules = topics.rules()
    return {
        claim: _origins(
            claim, judgement.numbers, inspect.getmodule(rules[claim].judge), run, f"claim {claim}/", rules[claim].judge
        )
        for claim, judgement in run.judgements.items()
        if claim in rules
    }


def of_errata(run: Run) -> dict[str, dict[str, Origin]]:
    """The origin of every number of each erratum, by erratum and name; what was read is that of the whole erratum."""
    found = {}
    for identity, function in topics.errata(run.topic).items():
        if identity not in run.errata:
            continue
        module = inspect.getmodule(function)
        reads = {
            f"{identity}/{name}": run.reads.get(f"erratum {identity}", []) for name in run.errata[identity].numbers
        }
        found[identity] = _origins(identity, run.errata[identity].numbers, module, run, f"{identity}/", function, reads)
    return found


def of_figures(run: Run) -> dict[str, Origin]:
    """The origin of every figure of a chapter, by its id."""
    declared, found = topics.figures(run.topic), {}
    for identity, spec in run.specs.items():
        reads = run.reads.get(f"figure {identity}", [])
        function = declared.get(identity)
        own = (_function(function),) if function else ()
        title = spec["usermeta"]["title"]
        found[identity] = Origin(identity, title, "", "", own, _facts(reads), _tables(reads))
    return found


def _origins(
    owner: str,
    numbers: Any,
    module: Any,
    run: Run,
    prefix: str,
    function: Callable[..., Any] | None = None,
    reads: dict[str, list[runs.Read]] | None = None,
) -> dict[str, Origin]:
    known = _entries(Path(module.__file__), function.__name__ if function else "")
    found = {}
    for name, number in numbers.items():
        entry = entries.of(name, known)
        read = (run.reads if reads is None else reads).get(f"{prefix}{name}", [])
        whole = _function(function) if function else None
        functions = [_function(model) for model in entries.models(entry.parts, module)] if entry else []
        if entry and not whole:
            path = Path(module.__file__).relative_to(ROOT).as_posix()
            whole = Function(entry.function, path, entry.line, max(_own_lines(entry)), "the line that prints it")
        facts_read = _facts(read)
        # what says in words how it comes about is computed, even if it meets a published figure by chance
        one = None if number.how else _as_it_stands(number, facts_read, entry)
        found[name] = Origin(
            f"{owner}/{name}",
            repr(number),
            exact(number),
            _described(one) if one else number.how,
            tuple([*functions, *([whole] if whole else [])]),
            (one,) if one else facts_read,
            () if one else _tables(read),
            one is not None,
        )
    return found


def _own_lines(entry: entries.Entry) -> range:
    own = entry.parts[0]
    return range(entry.line, (own.end_lineno or entry.line) + 1)  # type: ignore[attr-defined]


@functools.lru_cache(maxsize=64)
def _entries(path: Path, function: str) -> list[entries.Entry]:
    return [entry for entry in entries.entries(path) if function in ("", entry.function)]


@functools.lru_cache(maxsize=1024)
def _function(called: Callable[..., Any]) -> Function:
    path, first, last = entries.lines_of(called)
    says = (inspect.getdoc(called) or "").split("\n\n")[0].replace("\n", " ")
    return Function(getattr(called, "__qualname__", ""), path, first, last, says)


def _facts(reads: Iterable[runs.Read]) -> tuple[Named, ...]:
    nearest: dict[str, int] = {}
    for what, at in reads:
        if what.startswith("fact "):
            where = what.removeprefix("fact ")
            nearest[where] = min(nearest.get(where, len(at)), len(at))
    return tuple(named.of(where) for where in sorted(nearest, key=lambda w: (nearest[w], w)))


def _tables(reads: Iterable[runs.Read]) -> tuple[str, ...]:
    found = {what.partition(" ")[2] for what, _ in reads if not what.startswith(("fact ", "assumption "))}
    return tuple(sorted(found))


def _as_it_stands(number: Number, read: Iterable[Named], entry: entries.Entry | None) -> Named | None:
    """The published figure that a number is, in another unit at most, or None."""
    same = [fact for fact in read if _same(number.value, fact.value)]
    stood = {n.value for part in entry.parts for n in ast.walk(part) if isinstance(n, ast.Constant)} if entry else set()
    same = [f for f in same if f.id.partition("/")[2] in stood] or [f for f in same if _telling(f.value)]
    return same[0] if len(same) == 1 else None


def _same(ours: float, published: float) -> bool:
    """Whether two numbers differ by a power of ten at most."""
    if not (ours and published and math.isfinite(ours) and math.isfinite(published)):
        return ours == published
    power = math.log10(abs(ours / published))
    return ours * published > 0 and math.isclose(ours, published * 10.0 ** round(power), rel_tol=1e-12)


def _telling(value: float) -> bool:
    return len(f"{value:.12e}".split("e")[0].rstrip("0").replace(".", "").lstrip("-")) >= TELLING


def _described(fact: Named) -> str:
    return f"{standing(fact)}: {fact.words}."


def standing(fact: Named) -> str:
    """How a number that is one fact came to be, in words: published, or computed where the table of facts says so."""
    if fact.mark == "computed":
        return "Computed from cited numbers, as the table of facts has it"
    return "A published figure, as it stands"


# --- those that do not say how they come about -----------------------------------------------------------------------


def silent_command(topic: str, out: TextIO | None = None) -> int:
    """Print the numbers that do not say how they come about, of one topic or of all; 1 if there are any."""
    found = [identity for each in ([topic] if topic else topics.TOPICS) for identity in silent(each)]
    print(*found, sep="\n", end="\n" if found else "", file=out or sys.stdout)
    return int(bool(found))


def silent(topic: str) -> Iterator[str]:
    """The numbers of a topic's prose and verdicts that are computed and do not say in words how, by their ids.

    Raises
    ------
    ProblemError
        If there is no such topic.
    """
    if topic not in topics.TOPICS:
        raise ProblemError(f"There is no topic {topic!r}; choose from {', '.join(topics.TOPICS)}.")
    run = runs.run(topic)
    for group in (of_numbers(run), *of_judgements(run).values()):
        yield from (origin.id for origin in group.values() if not origin.explained)
