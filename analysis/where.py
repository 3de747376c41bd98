"""Who reads a fact, and what a figure, a number, a verdict or an erratum reads: found by watching it, not by grep.

Each figure is drawn from its own cells, each verdict judged, each erratum and the numbers of the prose computed with
empty caches, while the reading of a fact's value and the opening of a data file note who asked: the innermost line of
a model, and for a number the line that prints it. What was found is kept until a file that was read changes.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from analysis import topics
from analysis.kit import chapters, claims, facts, trace
from analysis.kit.errors import ProblemError, closest
from analysis.runs import sentence

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "where"
#: What is read (``fact table/id`` or ``table name``), and where (``path:line`` of the calls, the outermost first).
Read = tuple[str, tuple[str, ...]]


class _Watch:
    """Notes what is read while it is on."""

    def __init__(self) -> None:
        self.seen: set[Read] | None = None
        self.names: dict[int, str] = {}
        sys.addaudithook(self.opened)
        watch = self

        def reading(fact: facts.Fact, name: str) -> Any:
            if watch.seen is not None and name in ("value", "low", "high"):
                watch.note(watch.names.get(id(fact), ""))
            return object.__getattribute__(fact, name)

        facts.Fact.__getattribute__ = reading  # type: ignore[method-assign,assignment]
        for table in facts.names():
            self.names |= {id(fact): f"fact {table}/{key}" for key, fact in facts.load(table).items()}

    def opened(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.seen is None or event != "open" or not isinstance(arguments[0], str | Path):
            return
        path = Path(arguments[0])
        if path.suffix == ".csv" and path.is_relative_to(facts.DATA):
            self.note(f"table {path.stem}")

    def note(self, what: str) -> None:
        frame: FrameType | None = sys._getframe(2)
        calls = []
        while frame:
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(ROOT / "analysis") and path.parent.name != "kit" and path != Path(__file__):
                calls.append(f"{path.relative_to(ROOT).as_posix()}:{frame.f_lineno}")
            frame = frame.f_back
        if what and self.seen is not None:
            self.seen.add((what, tuple(reversed(calls))))

    def during(self, compute: Callable[[], Any]) -> list[Read]:
        """What a computation reads, with the caches of all models emptied before it."""
        for module in [
            m for name, m in sys.modules.items() if re.match(rf"analysis\.({'|'.join(topics.TOPICS)})\.", name)
        ]:
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
        self.seen = set()
        try:
            with contextlib.redirect_stdout(sys.stderr):
                compute()
        finally:
            seen, self.seen = self.seen, None
        return sorted(seen)


def readings(topic: str, watch: Callable[[], _Watch]) -> dict[str, list[Read]]:
    """What everything that a topic computes reads, by ``figure <id>``, ``number <name>`` and so on."""
    path = FOLDER / f"{topic}.json"
    with contextlib.suppress(OSError, ValueError, KeyError):
        known = json.loads(path.read_text(encoding="utf-8"))
        new = {f"erratum {name}" for name in topics.errata(topic)} - set(known["readings"])
        if not new and trace.unchanged(known["inputs"]):
            return {item: [(what, tuple(at)) for what, at in reads] for item, reads in known["readings"].items()}
    print(f"Watching what {topic} reads ...", file=sys.stderr, flush=True)
    on = watch()
    verdicts = topics.load(topic, "chapter.verdicts").__name__
    rules = {name: rule.judge for name, rule in topics.rules().items() if rule.judge.__module__ == verdicts}
    found = {f"claim {name}": on.during(judge) for name, judge in rules.items()}
    found |= {f"erratum {name}": on.during(compute) for name, compute in topics.errata(topic).items()}
    found |= _by_name(topic, on.during(lambda: topics.numbers(topic)))
    for identity in chapters.figure_cells(topic):
        found[f"figure {identity}"] = on.during(lambda identity=identity: chapters.draw(identity, topic))  # type: ignore[misc]
    for check in topics.checks(topic):
        found.setdefault(f"check {topic}-{check.fact.id}", []).append((on.names.get(id(check.fact), ""), ()))
    path.parent.mkdir(parents=True, exist_ok=True)
    inputs = {**trace.inputs(), f"chapters/{topic}.md": trace.digest(chapters.CHAPTERS / f"{topic}.md")}
    path.write_text(json.dumps({"inputs": inputs, "readings": found}, ensure_ascii=False), encoding="utf-8")
    return found


def readers() -> dict[str, list[tuple[str, str, str]]]:
    """Who reads each fact (``table/id``) and each table (its name): kind, topic and name, of every chapter."""
    trace.start()
    started: list[_Watch] = []

    def watch() -> _Watch:
        if not started:
            started.append(_Watch())
        return started[0]

    found: dict[str, list[tuple[str, str, str]]] = {}
    for topic in topics.TOPICS:
        for item, reads in _guarded(topic, watch).items():
            kind, _, name = item.partition(" ")
            for read in dict.fromkeys(what.partition(" ")[2] for what, _ in reads):
                found.setdefault(read, []).append((kind, topic, name))
    return found


def _by_name(topic: str, reads: list[Read]) -> dict[str, list[Read]]:
    """Give each reading of the prose's numbers to the numbers that are printed from it."""
    path = f"analysis/{topic}/chapter/prose.py"
    lines = number_lines(ROOT / path)
    found: dict[str, list[Read]] = {f"number {name}": [] for name in lines}
    for what, at in reads:
        inside = {int(place.rpartition(":")[2]) for place in at if place.startswith(f"{path}:")}
        for name, (_, needed) in lines.items():
            if inside & needed:
                found[f"number {name}"].append((what, at))
    return found


def number_lines(path: Path) -> dict[str, tuple[int, set[int]]]:
    """Of each number in a prose module: the line it stands in, and all lines its value is computed in.

    Those are the lines of its own entry, and of the assignments in the same function that give a name it uses.
    """
    found = {}
    for function in (
        n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)
    ):
        given: dict[str, list[ast.stmt]] = {}
        for statement in (
            n for n in ast.walk(function) if isinstance(n, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For)
        ):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for name in {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}:
                given.setdefault(name, []).append(statement)
        for entries in (n for n in ast.walk(function) if isinstance(n, ast.Dict)):
            for key, value in zip(entries.keys, entries.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found[key.value] = (key.lineno, set(_lines(value, given)) | {key.lineno})
    return found


def _lines(node: ast.AST, given: dict[str, list[ast.stmt]]) -> Iterator[int]:
    waiting, seen = [node], set[str]()
    while waiting:
        current = waiting.pop()
        yield from range(current.lineno, current.end_lineno + 1)  # type: ignore[attr-defined]
        for name in {n.id for n in ast.walk(current) if isinstance(n, ast.Name)} - seen:
            seen.add(name)
            waiting += given.get(name, [])


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
    trace.start()
    started: list[_Watch] = []

    def watch() -> _Watch:
        if not started:
            started.append(_Watch())
        return started[0]

    for kind, topic, name, places in things:
        print(f"{kind} {name}", *(f"  {place}" for place in places), sep="\n", file=out)
        if kind in ("fact", "table"):
            readers = [
                (item, at)
                for each in topics.TOPICS
                for item, reads in _guarded(each, watch).items()
                for what, at in reads
                if what == f"{kind} {name}"
            ]
            _print("read by", {(item, at[-1:] or ("",)) for item, at in readers}, out)
        else:
            reads = _guarded(topic, watch).get(f"{kind} {name}", [])
            _print("reads", {(what, at[-1:] or ("",)) for what, at in reads}, out)
    return 0


def _guarded(topic: str, watch: Callable[[], _Watch]) -> dict[str, list[Read]]:
    try:
        return readings(topic, watch)
    except Exception as error:
        print(f"{topic} cannot be watched: {sentence(error)}", file=sys.stderr)
        return {}


def _print(heading: str, rows: set[tuple[str, tuple[str, ...]]], out: TextIO) -> None:
    print(heading if rows else f"{heading}: nothing", file=out)
    width = max((len(item) for item, _ in rows), default=0)
    for item, (place, *_) in sorted(rows):
        print(f"  {item:<{width}}  {place}".rstrip(), file=out)


def _known(identity: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Everything with an id: kind, topic, full name, and the places (path:line) where it stands."""
    table, _, key = identity.rpartition("/")
    for name in facts.names():
        if key in facts.load(name) and table in ("", name):
            fact = facts.load(name)[key]
            at = _line(facts.DATA / f"{name}.csv", rf"^{re.escape(key)},")
            yield "fact", name, f"{name}/{key}", [f"{at}  {fact.value:g} {fact.unit}, {fact.source}, {fact.locator}"]
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
            prose = (chapters.CHAPTERS / f"{topic}.md").read_text(encoding="utf-8").splitlines()
            printed = [f"chapters/{topic}.md:{n}" for n, t in enumerate(prose, 1) if f"`{key}`" in t]
            yield "number", topic, key, [f"analysis/{topic}/chapter/prose.py:{lines[key][0]}", *printed]
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
