"""Where each verdict turns: the smallest move of one input, one row left out, and draws within published intervals.

An input is moved away from its value on a grid (:data:`MOVES`, both sides) until the verdict is another one, and the
place is then halved in on to :data:`FINE` of the value: so a turn that comes and goes between two points of the grid
is not seen. A calendar year counts by its distance in years, :data:`DECADE` of them for the whole of a value; a small
count that a rule or a chapter names moves by whole numbers. A published interval moves with its figure; in the draws it
stands.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import sensitivity, topics, what_if
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import Comparison, Experiment, load_result, task_seed
from analysis.sensitivity import Input

#: Relative moves that are tried, the smallest first; those of one and more only upwards.
MOVES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.9, 1.0, 2.0, 4.0, 9.0)
#: The same for inputs that move no number of the claim, and for cells of wide tables, of which there are thousands.
FEW_MOVES, MOVES_OF_CELLS = (0.1, 0.5, 0.9, 9.0), (0.1, 0.5)
#: Elasticity from which on a cell of a wide table is moved.
STRONG = 0.1
#: How closely a turn is located, relative to the value; of a cell.
FINE, FINE_OF_CELLS = 1e-4, 1e-2
#: Years that count as much as the whole of a value, where that is a calendar year.
DECADE = 10.0
#: Draws of all stated intervals at once, and their seed.
DRAWS, SEED = 400, 20261127
#: Claims whose rule draws again itself, hundreds of curve fits a verdict: fewer moves, no cells, fewer draws.
SLOW, DRAWS_OF_SLOW = ("SCL-4",), 40
COLUMNS = ("claim", "input", "kind", "value", "at", "becomes", "distance", "inside", "share")


@dataclass(frozen=True)
class Task:
    """A claim with one of its inputs, or with those that have an interval (then `inputs` are several)."""

    topic: str
    claim: str
    inputs: tuple[Input, ...]
    moves: tuple[float, ...] = MOVES
    draws: bool = False


def tasks(topic: str) -> list[Task]:
    """Every claim of a topic with every input that it read, and with its stated intervals together.

    Of wide tables only rows that move a number of the claim (:func:`analysis.sensitivity.moved_by`), and cells that
    move it with an elasticity of at least :data:`STRONG`.
    """
    read, found = sensitivity.reads(topic), []
    moved, strongly = sensitivity.moved_by(topic), sensitivity.moved_by(topic, STRONG)
    of_kind = {"row": moved, "cell": strongly}
    for claim in what_if.claims_of(topic):
        every = (each for what in sorted(read.get(f"claim {claim}", ())) for each in sensitivity.inputs(what))
        own = [each for each in every if claim in of_kind.get(each.kind, {each.id: {claim}}).get(each.id, ())]
        if claim in SLOW:
            own = [each for each in own if each.kind != "cell"]
        for each in own:
            many = claim not in SLOW and (each.kind == "threshold" or claim in moved.get(each.id, ()))
            moves = MOVES if many else FEW_MOVES
            found.append(Task(topic, claim, (each,), MOVES_OF_CELLS if each.kind == "cell" else moves))
        stated = tuple(each for each in own if each.low < each.high)
        found += [Task(topic, claim, stated, draws=True)] if stated else []
    return found


def turn(task: Task) -> pd.DataFrame:
    """The turns of a verdict by one input, one row for each side on which there is one; of draws their share."""
    if task.draws:
        return _drawn(task)
    one = task.inputs[0]
    rows: list[dict[str, Any]] = []
    if one.kind in ("row", "choice", "fact"):
        becomes = _verdict(task, one.changes(None))
        if becomes not in ("", _now(task)):
            rows.append({"kind": "left out" if one.kind == "fact" else one.kind, "becomes": becomes})
    if one.kind not in ("row", "choice"):
        rows += [found for sign in (-1, 1) if (found := _nearest(task, sign))]
    return pd.DataFrame(
        [{"claim": task.claim, "input": one.id, "kind": one.kind, **row} for row in rows], columns=COLUMNS
    )


def _now(task: Task) -> str:
    return _verdict_now(task.topic, task.claim)


@functools.cache
def _verdict_now(topic: str, claim: str) -> str:
    return what_if.outcome(topic, (), (claim,)).judgements[claim].verdict


def _verdict(task: Task, changes: dict[str, float | None]) -> str:
    """The verdict with some inputs changed, or nothing where it cannot be computed."""
    judgement = what_if.outcome_with(changes, task.topic, (), (task.claim,)).judgements.get(task.claim)
    return judgement.verdict if judgement else ""


def _size(one: Input) -> float:
    """What counts as the whole of a value, relative to which it moves."""
    return DECADE if one.calendar else abs(one.value) or 1.0


def _nearest(task: Task, sign: int) -> dict[str, Any] | None:
    """The nearest value on one side with another verdict."""
    one, now = task.inputs[0], _now(task)
    held = one.value
    for move in task.moves if sign > 0 else [move for move in task.moves if move < 1]:
        tried = _whole(one, one.value + sign * move * _size(one), sign)
        becomes = _verdict(task, one.changes(tried))
        if becomes in ("", now):
            held = tried if becomes else held
            continue
        at, becomes = _halved(task, held, tried, becomes)
        inside = one.low <= at <= one.high if one.low < one.high else None
        return {
            "value": one.value,
            "at": at,
            "becomes": becomes,
            "distance": abs(at - one.value) / _size(one),
            "inside": inside,
        }
    return None


def _whole(one: Input, value: float, sign: int) -> float:
    """The same, or the whole number beyond it where a small count moves."""
    if not one.count or abs(one.value) >= COUNTED:
        return value
    return float(math.ceil(value - 1e-9) if sign > 0 else math.floor(value + 1e-9))


#: Counts smaller than this, of tests or of firms, move by whole numbers.
COUNTED = 10


def _halved(task: Task, held: float, turned: float, becomes: str) -> tuple[float, str]:
    """Halve in on the place where the verdict turns; the value on the far side and its verdict."""
    one, now = task.inputs[0], _now(task)
    fine = FINE_OF_CELLS if one.kind == "cell" else FINE
    while abs(turned - held) > fine * _size(one):
        middle = _whole(one, (held + turned) / 2, 1 if turned > held else -1)
        if middle in (held, turned):
            break
        found = _verdict(task, one.changes(middle))
        if found in ("", now):
            held = middle
        else:
            turned, becomes = middle, found
    return turned, becomes


def _drawn(task: Task) -> pd.DataFrame:
    """The share of draws with another verdict, each stated interval drawn as one half below and one half above."""
    generator = np.random.default_rng(task_seed(SEED, *map(ord, task.claim)))
    found: Counter[str] = Counter()
    for _ in range(DRAWS_OF_SLOW if task.claim in SLOW else DRAWS):
        sides = generator.random((len(task.inputs), 2))
        values = {
            one.id: one.low + (one.value - one.low) * part if half < 0.5 else one.value + (one.high - one.value) * part
            for one, (half, part) in zip(task.inputs, sides.tolist(), strict=True)
        }
        found[_verdict(task, dict(values))] += 1
    found.pop("", None)
    others = Counter({verdict: count for verdict, count in found.items() if verdict != _now(task)})
    share = others.total() / found.total() if found else math.nan
    becomes = others.most_common(1)[0][0] if others else ""
    row = {"claim": task.claim, "kind": "draws", "value": len(task.inputs), "becomes": becomes, "share": share}
    return pd.DataFrame([row], columns=COLUMNS)


def _turned(topic: str) -> list[Task]:
    """The tasks that have a row in the committed table, but for the draws; all, before there is one."""
    every = [task for task in tasks(topic) if not task.draws]
    try:
        rows = load_result(topics.identity(topic, "turns"))
    except ProblemError:
        return every
    known = set(zip(rows["claim"], rows["input"], strict=True))
    return [task for task in every if (task.claim, task.inputs[0].id) in known] or every


def experiment(topic: str) -> Experiment:
    """The turns of a topic's verdicts as an experiment."""

    return Experiment(
        name=topics.identity(topic, "turns"),
        title="Where each verdict turns: by one input, by one row left out, within the stated intervals",
        topic=topic,
        parameters={"moves": MOVES, "fine": FINE, "draws": DRAWS},
        seed=SEED,
        cost="a few minutes on two cores",
        tasks=lambda scale: sensitivity.part(tasks(topic), scale),
        run=turn,
        comparison=Comparison(("claim", "input", "kind", "at"), ("distance", "share"), tolerance=1e-3),
        sliced=lambda: sensitivity.sliced(_turned(topic)),
        table=sensitivity.stacked,
    )


EXPERIMENTS = tuple(make(topic) for topic in topics.TOPICS for make in (sensitivity.experiment, experiment))
