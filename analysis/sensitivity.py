"""How strongly each number and verdict hangs on each published figure, assumption, row of a table and choice.

The elasticity of a number y in an input x is the relative change of y over that of x,

    e = (y(x (1 ± h)) − y(x)) / (± h y(x)),   h = 1 %,

from below and from above; what cannot be scaled, a row or an entry of a list, is left out, and the relative
change of y is told. Where y is 0 its change itself stands for the relative one. A whole number that may not be
scaled, and a calendar year, moves by one. A published interval moves with its figure.

Whole numbers in wide tables, such as of a record or of chips, stay: the row they stand in is left out.

An input is varied only where the trace of a chapter's run says that it was read, and only those parts of the chapter
are computed again that read it. It is an experiment (:func:`experiment`), one for each topic, so it is committed,
resumable and verified by a slice.
"""

from __future__ import annotations

import csv
import functools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import named, runs, topics, what_if
from analysis.kit import assumptions, facts, overriding
from analysis.kit.experiments import Comparison, Experiment, load_result
from analysis.kit.numbers import significant

#: Relative step of the finite differences.
STEP = 0.01
#: Names of constants that set how exactly something is computed: no assumptions on the world.
SETTINGS = re.compile("SEED|SAMPLES|DRAWS|WALKS|_SETS")
#: How many tasks of a topic are computed again whenever the book is verified.
SLICE = 6
#: Topics whose assumptions set what is drawn by the million, so that moving one is another experiment of minutes.
DRAWN = ("occam",)
#: Numbers of a wide table from which on its rows alone are left out, and its cells not moved one by one.
LARGE = 600
#: Relative changes below this are the rounding of the arithmetic.
NOTHING = 1e-9
COLUMNS = ("item", "input", "kind", "below", "above", "change")


@dataclass(frozen=True)
class Input:
    """Something that a topic's numbers may hang on.

    Parameters
    ----------
    id : str
        As :mod:`analysis.kit.overriding` calls it.
    kind : str
        ``fact``, ``assumption``, ``threshold`` or ``cell`` (of a wide table), which are numbers; ``row`` and
        ``choice``, which can be left out.
    value : float
        As it is now; nan for what can only be left out.
    low, high : float
        Its published interval, or nan.
    count : bool
        Whether it is a whole number that a chapter or a rule names, such as of tests.
    """

    id: str
    kind: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    count: bool = False

    @property
    def calendar(self) -> bool:
        """Whether it is a calendar year."""
        return self.kind not in ("row", "choice", "cell") and named.of(self.id).calendar

    def changes(self, value: float | None) -> dict[str, float | None]:
        """The override that gives it another value, its interval scaled along; None leaves it out."""
        found: dict[str, float | None] = {self.id: value}
        if value is not None and self.value:
            ends = {"low": self.low, "high": self.high}
            found |= {f"{self.id}.{end}": x * value / self.value for end, x in ends.items() if math.isfinite(x)}
        return found


@dataclass(frozen=True)
class Task:
    """One input, and what is computed again when it changes: parts of the prose and claims of a topic."""

    topic: str
    input: Input
    parts: tuple[str, ...]
    claims: tuple[str, ...]


def inputs(read: str) -> Iterator[Input]:
    """The inputs that a line of the trace stands for (``fact table/id``, ``table name``, ``assumption topic/NAME``)."""
    kind, _, where = read.partition(" ")
    owner, _, name = where.partition("/")
    if kind == "fact":
        fact = facts.published(owner)[name]
        yield Input(where, "fact", fact.value, fact.low, fact.high)
    elif kind == "table" and where in facts.wide_names():
        table = facts.published_frame(where)
        yield from (Input(f"{where}/{row}", "row") for row in range(1, len(table) + 1))
        for column in facts.number_columns(where, whole=False):
            for row, value in enumerate(table[column], 1):
                if math.isfinite(value):
                    yield Input(f"{where}/{row}.{column}", "cell", float(value))
    elif kind == "assumption" and not SETTINGS.search(name):
        declared = overriding.constants(owner)[name]
        if owner in DRAWN and not declared.threshold:
            return
        of_kind = "threshold" if declared.threshold else "assumption"
        for part, value in assumptions.parts(declared.value).items():
            yield Input(where + part, of_kind, float(value), count=isinstance(value, int))
        yield from (Input(where + part, "choice") for part in assumptions.choices(declared.value))


# --- what is computed again -------------------------------------------------------------------------------------------


def reads(topic: str) -> dict[str, set[str]]:
    """What each number of the prose and each verdict of a topic read in its run; items as the run calls them."""
    told = runs.run(topic).reads
    return {item: {what for what, _ in read} for item, read in told.items() if item.startswith(("number ", "claim "))}


def tasks(topic: str) -> list[Task]:
    """Every input of a topic with what is computed again when it changes, in a fixed order."""
    of_part = {name: part for part, own in _names(topic).items() for name in own}
    readers: dict[str, set[str]] = {}
    for reader, read_by in reads(topic).items():
        kind, _, name = reader.partition(" ")
        if "/" not in name:
            for what in read_by:
                readers.setdefault(what, set()).add(f"number {of_part[name]}" if kind == "number" else reader)
    found = []
    for what in sorted(readers):
        again = sorted(item.split(" ", 1) for item in readers[what])
        chosen, judged = (tuple(name for of, name in again if of == kind) for kind in ("number", "claim"))
        found += [Task(topic, each, chosen, judged) for each in inputs(what) if each.kind != "cell"]
    return found


@functools.cache
def _names(topic: str) -> dict[str, frozenset[str]]:
    """The numbers of each part of a chapter's prose."""
    return {part: frozenset(compute()) for part, compute in what_if.parts(topic).items()}


def vary(task: Task) -> pd.DataFrame:
    """The elasticities, or the changes, of all numbers that a task computes again and that move.

    A row of a wide table brings its cells, unless leaving it out moves nothing or the table is a large one.
    """
    before = _before(task.topic, task.parts, task.claims)
    if task.input.kind not in ("row", "choice"):
        return _table(task, below=_side(task, before, -1), above=_side(task, before, 1))
    change = _moved(before, _after(task, None))
    own = _cells(task.input) if change is None or change else []
    tables = [_table(task, change=change), *(vary(replace(task, input=cell)) for cell in own)]
    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


def _cells(row: Input) -> list[Input]:
    """The numbers in a row of a wide table."""
    table = row.id.partition("/")[0] if row.kind == "row" else ""
    every = [each for each in inputs(f"table {table}") if each.kind == "cell"] if table else []
    return [each for each in every if each.id.startswith(f"{row.id}.")] if len(every) <= LARGE else []


@functools.lru_cache(maxsize=256)
def _before(topic: str, parts: tuple[str, ...], judged: tuple[str, ...]) -> dict[str, float]:
    return what_if.outcome(topic, parts, judged).values()


def _after(task: Task, value: float | None) -> dict[str, float] | None:
    """Every number when the input has another value; None where nothing can be computed so."""
    found = what_if.outcome_with(task.input.changes(value), task.topic, task.parts, task.claims)
    return found.values() or None


def _side(task: Task, before: Mapping[str, float], sign: int) -> dict[str, float] | None:
    value = task.input.value
    steps = [sign * (1.0 if not value or task.input.calendar else STEP * abs(value))]
    if float(value).is_integer():
        steps += [sign * float(max(1, round(STEP * abs(value))))]
    found = None
    for step in dict.fromkeys(steps):
        after = _after(task, value + step)
        whole = after is not None and before.keys() <= after.keys()
        if whole or (found is None and after is not None):
            relative = step / value if value else step
            found = {item: moved / relative for item, moved in (_moved(before, after) or {}).items()}
        if whole:
            break
    return found


def _moved(before: Mapping[str, float], after: Mapping[str, float] | None) -> dict[str, float] | None:
    """The relative change of each number that moves; one that is gone, or that is no number any more, moves by nan."""
    if after is None:
        return None
    found = {}
    for item, old in before.items():
        new = after.get(item, math.nan)
        same = (math.isnan(old) and math.isnan(new)) or abs(new - old) <= NOTHING * abs(old)
        if not same:
            found[item] = (new - old) / abs(old) if old else new - old
    return found


def _table(task: Task, **columns: Mapping[str, float] | None) -> pd.DataFrame:
    """The rows of a task; a column that is None could not be computed, and one that is not given says nothing."""
    known = {name: own for name, own in columns.items() if own is not None}
    rows: list[dict[str, Any]] = [{"item": REFUSED}] if len(known) < len(columns) else []
    for item in dict.fromkeys(item for own in known.values() for item in own):
        moved = {name: own.get(item, 0.0) for name, own in known.items()}
        if not all(map(math.isnan, moved.values())):  # gone on every side: its part could not be computed
            rows.append({"item": item, **moved})
    return pd.DataFrame([{"input": task.input.id, "kind": task.input.kind, **row} for row in rows], columns=COLUMNS)


#: Stands for an item where a topic cannot be computed with the input changed.
REFUSED = "refused"


def moved_by(topic: str, least: float = 0.0) -> dict[str, set[str]]:
    """Of each input, by its id, the claims with a number that it moves: of the committed table.

    Parameters
    ----------
    topic : str
    least : float
        Elasticity from which on a number counts as moved; what is left out, or gone, counts always.
    """
    rows = load_result(topics.identity(topic, "sensitivity"))
    rows = rows[~(rows[["below", "above"]].abs().max(axis=1) < least)]
    found: dict[str, set[str]] = {}
    for item, each in zip(rows["item"], rows["input"], strict=True):
        if item.startswith("claim "):
            found.setdefault(each, set()).add(item.removeprefix("claim ").partition("/")[0])
    return found


# --- the truth of the trace -------------------------------------------------------------------------------------------


#: What is read without effect, or has one and is not seen to be read, and may be so: topic, patterns of an item and of
#: what is read, and the reason.
IDLE = Path(__file__).with_name("read_without_effect.csv")


def disagreements(topic: str) -> list[str]:
    """Where the trace of a topic's run and its committed elasticities disagree, a sentence each.

    What a number or a verdict reads moves it, turns it, or stands in :data:`IDLE` with the reason why it does neither;
    what moves it was read; and the table speaks of nothing that is gone. Thresholds of a rule move no number, and what
    cannot be computed with an input changed hangs on it.
    """
    read = {item: {what for what in own if _varied(what)} for item, own in reads(topic).items()}
    of = {each.id: what for what in set().union(*read.values()) for each in inputs(what)}
    effect: dict[str, set[str]] = {}
    found = []
    for item, each, moved in _effects(topic):
        if each not in of:
            found.append(f"The table has {each} for {item}, which nothing reads; run the experiment again.")
        elif item == REFUSED:
            for reader, own in read.items():
                if of[each] in own:
                    effect.setdefault(reader, set()).add(of[each])
        elif item not in read:
            found.append(f"The table has {item}, which is gone; run the experiment again.")
        else:
            effect.setdefault(item.partition("/")[0], set()).add(of[each])
            known = of[each] in read[item] or not item.startswith("number ")
            if moved and not known and not _excused(topic, item, of[each]):
                found.append(f"{each} moves {item}, whose trace does not know it.")
    for item, own in read.items():
        idle = [what for what in sorted(own - effect.get(item, set())) if not _excused(topic, item, what)]
        if idle and "/" not in item:
            found.append(f"{item} reads without effect {', '.join(idle)}.")
    return list(dict.fromkeys(found))


@functools.lru_cache(maxsize=4096)
def _varied(what: str) -> bool:
    """Whether something that was read is an input of the experiment."""
    return next(inputs(what), None) is not None


def _effects(topic: str) -> Iterator[tuple[str, str, bool]]:
    """Each item with each input that moves or turns it by the committed tables, and whether it moves.

    If not, it is gone with the input: a part of the prose that cannot be computed takes all its numbers along.
    """
    rows = load_result(topics.identity(topic, "sensitivity"))
    moves = (rows[["below", "above", "change"]].abs() > 0).any(axis=1)
    yield from zip(rows["item"], rows["input"], moves, strict=True)
    if not what_if.claims_of(topic):
        return
    for row in load_result(topics.identity(topic, "turns")).dropna(subset=["input"]).itertuples():
        yield f"claim {row.claim}", str(row.input), True


def _excused(topic: str, item: str, what: str) -> bool:
    kind, _, where = what.partition(" ")
    if kind == "assumption" and overriding.constants(topic)[where.partition("/")[2]].threshold:
        return True
    return any(
        row["topic"] == topic and fnmatch(item, row["item"]) and fnmatch(what, row["read"]) for row in idle_reads()
    )


@functools.cache
def idle_reads() -> list[dict[str, str]]:
    """The rows of :data:`IDLE`: ``topic``, ``item``, ``read`` (patterns) and ``reason``."""
    with IDLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def unseen(topic: str) -> list[tuple[str, str]]:
    """What moves a part of the numbers, or those of a verdict, and was not read for it: by halving all of it at once.

    All facts, cells and assumptions that a part did not read are changed together by :data:`STEP`; if nothing moves,
    none does, but for effects that cancel.

    Returns
    -------
    list of (str, str)
        Part of the prose (``number <part>``) or ``claim <id>``, and the input.
    """
    read, of_part = reads(topic), {name: part for part, own in _names(topic).items() for name in own}
    seen: dict[str, set[str]] = {f"number {part}": set() for part in _names(topic)}
    for item, own in read.items():
        kind, _, name = item.partition(" ")
        seen.setdefault(f"number {of_part[name]}" if kind == "number" else item.partition("/")[0], set()).update(own)
    whole = [f"fact {table}/{key}" for table in facts.names() for key in facts.published(table)]
    whole += [f"table {name}" for name in facts.wide_names()] + [
        f"assumption {topic}/{n}" for n in overriding.constants(topic)
    ]
    every = {what: [each for each in inputs(what) if _changes(topic, [each])] for what in whole}
    found = []
    for again, own in seen.items():
        kind, name = again.split(" ", 1)
        chosen = ((name,), ()) if kind == "number" else ((), (name,))
        others = [each for what in whole if what not in own for each in every[what]]
        found += [(again, each.id) for each in _movers(topic, chosen, others)]
    return found


def _changes(topic: str, chosen: Sequence[Input]) -> dict[str, float | None]:
    """Some inputs larger by :data:`STEP`, whole numbers by one at least; nothing where one cannot be so."""
    found: dict[str, float | None] = {}
    for each in chosen:
        if math.isfinite(each.value):
            step = max(1.0, round(STEP * abs(each.value))) if each.value.is_integer() else STEP * abs(each.value)
            found |= each.changes(each.value + step)
    alone = len(chosen) == 1 and chosen[0].kind in ("assumption", "threshold")
    return {} if alone and what_if.outcome_with(found, topic, (), ()).refused else found


def _movers(topic: str, chosen: tuple[tuple[str, ...], tuple[str, ...]], others: Sequence[Input]) -> list[Input]:
    """Those of some inputs that move what is chosen, found by halving."""
    after = what_if.outcome_with(_changes(topic, others), topic, *chosen).values()
    if not others or _moved(_before(topic, *chosen), after) == {}:
        return []
    if len(others) == 1:
        return list(others)
    half = len(others) // 2
    return _movers(topic, chosen, others[:half]) + _movers(topic, chosen, others[half:])


# --- the experiments --------------------------------------------------------------------------------------------------


def experiment(topic: str) -> Experiment:
    """The sensitivity of a topic as an experiment."""

    return Experiment(
        name=topics.identity(topic, "sensitivity"),
        title="Elasticity of each number and verdict in each published figure and assumption",
        topic=topic,
        parameters={"step": STEP},
        seed=0,
        cost="about a minute on two cores",
        tasks=lambda scale: part(tasks(topic), scale),
        run=vary,
        comparison=Comparison(("item", "input"), ("below", "above", "change"), tolerance=1e-3),
        sliced=lambda: sliced(tasks(topic)),
        table=stacked,
    )


def stacked(accumulated: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all tasks below one another, without those of tasks that gave none."""
    every = list(accumulated)
    told = [rows for rows in every if len(rows)] or every[:1]
    return significant(pd.concat(told, ignore_index=True), 6)


def part(every: Sequence[Any], scale: float) -> Sequence[Any]:
    """Some of the tasks, evenly spread, for a scale below one; there are no more than all."""
    return every if scale >= 1 else every[:: max(1, round(1 / scale))]


def sliced(every: Sequence[Any]) -> Sequence[Any]:
    """The tasks that every verification computes again: :data:`SLICE` of them, evenly spread."""
    return every[:: max(1, len(every) // SLICE)]
