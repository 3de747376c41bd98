"""Who reads a fact, and what a figure, a number, a verdict or an erratum reads: found by watching it, not by grep.

What of it moves what, and how strongly, is told of the committed sensitivities (:mod:`analysis.strengths`).

The run of a chapter is watched while it computes (:mod:`analysis.kit.watch`): the reading of a fact's value and the
opening of a data file note who asked, the innermost line of a model, and for a number the line that prints it.
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from analysis import named, runs, strengths, topics
from analysis.kit import chapters, claims, facts
from analysis.kit.entries import number_lines
from analysis.kit.errors import ProblemError, closest
from analysis.runs import Read, sentence

ROOT = Path(__file__).parents[1]


def readings(topic: str) -> dict[str, list[Read]]:
    """What everything that a topic computes reads, by ``figure <id>``, ``number <name>`` and so on: of its run.

    Raises
    ------
    CellFailed
        If the chapter cannot be run.
    """
    return runs.run(topic).reads


def readers() -> dict[str, list[tuple[str, str, str]]]:
    """Who reads each fact (``table/id``) and each table (its name): kind, topic and name, of every chapter."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for topic in topics.TOPICS:
        for item, reads in _whole(topic).items():
            kind, _, name = item.partition(" ")
            for read in dict.fromkeys(what.partition(" ")[2] for what, _ in reads):
                found.setdefault(read, []).append((kind, topic, name))
    return found


def _whole(topic: str) -> dict[str, list[Read]]:
    """The readings of a topic, or nothing if it cannot be run; a verdict's numbers are in those of the verdict."""
    return {item: reads for item, reads in _guarded(topic).items() if not re.match("claim .*/", item)}


# --- the command ---------------------------------------------------------------------------------------------------


def command(identity: str, out: TextIO | None = None) -> int:
    """Print what an id is, what it reads and what reads it.

    Raises
    ------
    ProblemError
        If no fact, table, figure, number, claim or erratum has this id.
    """
    out = out or sys.stdout
    things = list(_known(identity))
    if not things:
        raise ProblemError(f"Nothing has the id {identity!r}; {closest(identity, _all())}")
    runs.run_all()
    for kind, topic, name, places in things:
        print(f"{kind} {name}", *(f"  {place}" for place in places), sep="\n", file=out)
        if kind in ("fact", "table", "row", "assumption"):
            read = f"table {topic}" if kind == "row" else f"{kind} {name}"
            read = read.partition(".")[0] if kind == "assumption" else read
            readers = [
                (item, at)
                for each in topics.TOPICS
                for item, reads in _whole(each).items()
                for what, at in reads
                if what == read
            ]
            _print("read by", {(item, at[-1:] or ("",)) for item, at in readers}, out)
            _print_strengths("moves", [(one.item, one.said()) for one in strengths.of_input(name)], out)
        else:
            reads = _guarded(topic).get(f"{kind} {name}", [])
            _print("reads", {(what, at[-1:] or ("",)) for what, at in reads}, out)
            _print_strengths("moves with", list(_movers(kind, topic, name)), out)
    return 0


def _guarded(topic: str) -> dict[str, list[Read]]:
    try:
        return readings(topic)
    except Exception as error:
        print(f"{topic} cannot be run: {sentence(error)}", file=sys.stderr)
        return {}


def _print(heading: str, rows: set[tuple[str, tuple[str, ...]]], out: TextIO) -> None:
    print(heading if rows else f"{heading}: nothing", file=out)
    width = max((len(item) for item, _ in rows), default=0)
    for item, (place, *_) in sorted(rows):
        print(f"  {item:<{width}}  {place}".rstrip(), file=out)


def _movers(kind: str, topic: str, name: str) -> Iterator[tuple[str, str]]:
    """What a number, or each number of a claim, moves with, and how."""
    run = runs.find(topic)
    if kind == "number":
        known = {f"number {name}": run.numbers.get(name) if run else None}
    elif kind == "claim" and run and name in run.judgements:
        known = {f"claim {name}/{each}": number for each, number in run.judgements[name].numbers.items()}
    else:
        known = {}
    for item, number in known.items():
        own = item.partition("/")[2]
        for mover in strengths.movers(topic, item, number):
            yield " ".join(filter(None, (own, mover.named.id))), mover.said


def _print_strengths(heading: str, rows: list[tuple[str, str]], out: TextIO) -> None:
    """Print what moves, strongest first; nothing where no sensitivity is known."""
    if rows:
        print(f"{heading}, strongest first", file=out)
        width = max(len(item) for item, _ in rows)
        print(*(f"  {item:<{width}}  {said}" for item, said in rows), sep="\n", file=out)


def _known(identity: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Everything with an id: kind, topic, full name, and the places (path:line) where it stands."""
    table, _, key = identity.rpartition("/")
    for name in facts.names():
        if key in facts.load(name) and table in ("", name):
            fact = facts.load(name)[key]
            at = _line(facts.DATA / f"{name}.csv", rf"^{re.escape(key)},")
            yield "fact", name, f"{name}/{key}", [f"{at}  {fact.value:g} {fact.unit}, {fact.source}, {fact.locator}"]
    yield from _inputs(identity)
    for name in [*facts.wide_names(), *topics.experiments()]:
        if identity == name:
            path = next(p for p in facts.DATA.rglob(f"{name}.csv"))
            yield "table", "", name, [path.relative_to(ROOT).as_posix()]
    declared = topics.figures()
    if identity in declared:
        topic, function = topics.of_figure(identity), declared[identity]
        path = ROOT.joinpath(*function.__module__.split(".")).with_suffix(".py")
        cell = chapters.figure_cells(topic)[identity]
        text = (chapters.CHAPTERS / f"{topic}.md").read_text(encoding="utf-8")
        line = text[: text.index(cell.source)].count("\n") + 1
        places = [_line(path, rf"^def {function.__name__}\("), f"chapters/{topic}.md:{line}"]
        places += [f"evidence of {c.id}" for c in claims.ledger().values() if identity in c.evidence]
        yield "figure", topic, identity, places
    for topic in topics.TOPICS:
        lines = number_lines(ROOT / f"analysis/{topic}/chapter/prose.py")
        if key in lines and table in ("", topic):
            yield "number", topic, key, [f"analysis/{topic}/chapter/prose.py:{lines[key][0]}", *printed(topic, key)]
    for topic in topics.TOPICS:
        if identity in topics.errata(topic):
            compute = topics.errata(topic)[identity]
            path = ROOT.joinpath(*compute.__module__.split(".")).with_suffix(".py")
            yield "erratum", topic, identity, [_line(path, rf"^def {compute.__name__}\(")]
    if identity in claims.ledger():
        claim = claims.ledger()[identity]
        places = [_line(facts.DATA / "claims.csv", rf"^{re.escape(identity)},")]
        if identity in topics.rules():
            judge = topics.rules()[identity].judge
            path = ROOT.joinpath(*judge.__module__.split(".")).with_suffix(".py")
            places += [_line(path, rf"^def {judge.__name__}\("), *(f"evidence {figure}" for figure in claim.evidence)]
        yield "claim", claim.chapter, identity, places


def printed(topic: str, name: str) -> list[str]:
    """The lines of a chapter that print a number, as ``path:line``."""
    prose = (chapters.CHAPTERS / f"{topic}.md").read_text(encoding="utf-8").splitlines()
    return [f"chapters/{topic}.md:{n}" for n, line in enumerate(prose, 1) if f"`{name}`" in line]


def _inputs(identity: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """A row of a wide table, or an assumption, if the id is one of those."""
    try:
        one = named.of(identity)
    except ProblemError:
        return
    owner = identity.partition("/")[0]
    if one.kind in ("row", "cell"):
        number = int(identity.partition("/")[2].partition(".")[0])
        yield "row", owner, one.id, [f"{_row_line(owner, number)}  {one.words}, {one.source}, {one.locator}"]
    elif one.kind != "fact":
        value = "" if math.isnan(one.value) else f"{one.value:g}, "
        yield "assumption", owner, one.id, [f"{one.path}:{one.line}  {value}{one.words}"]


def _row_line(table: str, number: int) -> str:
    """The line of the file on which a row of a wide table begins, some rows being longer than one."""
    path = facts.DATA / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        for _ in range(number):
            next(rows)
        return f"{path.relative_to(ROOT).as_posix()}:{rows.line_num + 1}"


def _line(path: Path, pattern: str) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return (
        f"{path.relative_to(ROOT).as_posix()}:{next(n for n, line in enumerate(lines, 1) if re.search(pattern, line))}"
    )


def _all() -> list[str]:
    names = [key for name in facts.names() for key in facts.load(name)]
    numbers = [n for topic in topics.TOPICS for n in number_lines(ROOT / f"analysis/{topic}/chapter/prose.py")]
    return [
        *names,
        *topics.figures(),
        *numbers,
        *claims.ledger(),
        *topics.errata(),
        *facts.wide_names(),
        *topics.experiments(),
    ]
