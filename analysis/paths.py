"""What a verdict, or a key figure, says as one of its inputs moves: tabulated, for the sliders of the pages.

A path has nodes: :data:`STEPS` steps to either side of the input's own value, evenly spaced in its logarithm and
rounded to :data:`DIGITS` digits, and on either side of each known turn of a verdict (:mod:`analysis.turning`) the
nearest numbers of so many digits. At each node everything is computed again with the input there, so a slider that
stops at nodes alone says what the book would say.

A claim has a path along the published figure or assumption that turns its verdict first, or along the threshold of its
own rule (:func:`first_of`); a chapter along the ``key-input`` of its front matter.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import firmness, named, sensitivity, topics, turning, what_if
from analysis.firmness import Turn
from analysis.kit import chapters, overriding
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import Comparison, Experiment
from analysis.kit.figure import Figure
from analysis.kit.numbers import Number
from analysis.sensitivity import Input

#: Kinds of turns along which something can move.
MOVED = ("fact", "cell", "assumption", "threshold")
#: What turns a verdict on both sides within this relative move is a name, such as the number of a record, and no size.
NAME = 0.02
#: Steps to either side, and digits of a node.
STEPS, DIGITS = 8, 3
#: How far a side reaches beyond its turn, in the logarithm, and how far at least.
BEYOND, LEAST = 1.5, math.log(1.25)
#: How near to a kept node, in steps, one of the grid is left out.
NEAR = 0.4
#: Whole numbers to either side at least.
LEAST_WHOLE = 3
#: How far from the value, in the logarithm, a figure's path goes for the sake of a verdict.
DOUBLE = math.log(2)
#: Numbers that a path tells.
TOLD = 3
COLUMNS = ("of", "input", "node", "value", "item", "label", "shown", "number")


@dataclass(frozen=True)
class Task:
    """A claim, or a figure of a chapter, and the input that moves."""

    topic: str
    of: str
    input: str
    turns: tuple[float, ...] = ()


def tasks(topic: str) -> list[Task]:
    """The path of the topic's key figure, if its chapter names an input, and those of its claims."""
    header = chapters.header(topic)
    told = firmness.of_topic(topic).items()
    turned = {claim: [turn for turn in each.turns if math.isfinite(turn.at)] for claim, each in told}
    found = []
    if named := header.get("key-input", ""):
        value = input_of(named).value
        at = {turn.at for own in turned.values() for turn in own if turn.input == named and turn.at}
        known = sorted(x for x in at if x / value > 0 and abs(math.log(x / value)) <= DOUBLE)
        found.append(Task(topic, header["key-figure"], named, tuple(known)))
    for claim, own in turned.items():
        if chosen := first_of(own):
            found.append(Task(topic, claim, chosen, tuple(turn.at for turn in own if turn.input == chosen)))
    return found


def first_of(turns: Iterable[Turn]) -> str:
    """The input along which a verdict is shown; nothing moves along a zero, or a number that is a name.

    It is the figure or assumption that turns it first, if a move by as much as the whole of it does; else whatever
    number turns it first, its rule's own threshold too.

    >>> turn = Turn("a/b", "fact", 40.0, 30.0, "partly", 0.25, None)
    >>> first_of([turn, Turn("a/C", "threshold", 1.0, 1.1, "wrong", 0.1, None)]), first_of([])
    ('a/b', '')
    """
    own = [turn for turn in turns if firmness.counts(turn) and turn.kind in MOVED and turn.value]
    near = Counter(turn.input for turn in own if turn.distance <= NAME)
    own = [turn for turn in own if near[turn.input] < 2]
    world = [turn for turn in own if turn.kind != "threshold" and turn.distance <= 1]
    return min(world or own, key=lambda turn: turn.distance).input if own else ""


def input_of(identity: str) -> Input:
    """The input that an id names, with its value.

    Raises
    ------
    ProblemError
        If nothing has the id, or it is no number.
    """
    handle = overriding.handle_of(identity)
    read = {"fact": f"fact {handle.owner}/{handle.name}", "row": f"table {handle.owner}"}
    trace = read.get(handle.kind, f"assumption {handle.owner}/{handle.name}")
    for one in sensitivity.inputs(trace):
        if one.id == identity and math.isfinite(one.value):
            return one
    raise ProblemError(f"{identity} is no number that can move along a path; name a figure or a constant.")


# --- nodes ------------------------------------------------------------------------------------------------------------


def nodes(value: float, turns: Sequence[float] = (), most: float = math.inf, by_one: bool = False) -> list[float]:
    """The places at which a path is computed, in order; `value` is one of them.

    Parameters
    ----------
    value : float
        The input as it is.
    turns : sequence of float
        Where a verdict turns.
    most : float
        What it cannot be more than, such as a share of one.
    by_one : bool
        Whether it is a year of the calendar or a small count, which move by one.

    Examples
    --------
    >>> nodes(100.0, (91.23,))[4:11]
    [89.4, 91.2, 91.3, 94.6, 97.2, 100.0, 103.0]
    >>> nodes(3.0, (5.0,), by_one=True)
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    """
    if by_one:
        reach = int(max([LEAST_WHOLE, *(abs(at - value) + 1 for at in turns)]))
        return [value + step for step in range(-reach, reach + 1) if 0 <= value + step <= most]
    scaled = value > 0 and all(at > 0 for at in turns)
    to, back = (math.log, math.exp) if scaled else (float, float)
    least = LEAST if scaled else LEAST * (abs(value) or 1.0)
    kept = [value, *(place for at in turns for place in _around(at))]
    found = list(kept)
    for sign in (-1, 1):
        step = max([least, *(BEYOND * sign * (to(at) - to(value)) for at in turns)]) / STEPS
        for place in (to(value) + sign * step * count for count in range(1, STEPS + 1)):
            if all(abs(place - to(other)) > NEAR * step for other in kept):
                found.append(rounded(back(place)))
    return sorted({node for node in found if node <= most})


def _around(at: float) -> list[float]:
    """The numbers of :data:`DIGITS` digits on either side of a place."""
    step = 10.0 ** (math.floor(math.log10(abs(at))) - DIGITS + 1) if at else 10.0**-DIGITS
    below = math.floor(at / step * (1 + 1e-12))
    return [rounded(step * place) for place in (below, below + 1)]


def rounded(value: float) -> float:
    """The number of :data:`DIGITS` digits next to a value.

    >>> rounded(0.0456789), rounded(2664321.0)
    (0.0457, 2660000.0)
    """
    return float(f"{value:.{DIGITS}g}")


def most_of(one: Input, turns: Sequence[float]) -> float:
    """What an input cannot be more than: a part of a whole is no more than that."""
    unit = named.of(one.id).unit
    whole = 100.0 if re.match(r"per cent( of |$)", unit) else 1.0 if 0 < one.value < 1 else math.inf
    return whole if all(at <= whole for at in (one.value, *turns)) else math.inf


# --- what is said at a node -------------------------------------------------------------------------------------------


def walk(task: Task) -> pd.DataFrame:
    """Everything that a path tells, one row a node and item; what stays the same all along is left out.

    Items are ``verdict <claim>``, ``number <name>``, and of a figure ``finding``: its title, or nothing where that
    would not be true. A node at which nothing can be computed is left out.
    """
    one = input_of(task.input)
    by_one = one.calendar or (one.count and abs(one.value) < turning.COUNTED)
    places = nodes(one.value, task.turns, most_of(one, task.turns), by_one)
    if one.count:
        places = sorted({float(round(place)) for place in places})
    told = {value: found for value in places if (found := _at(task, value))}
    own = told.get(one.value)
    if own is None:
        raise ProblemError(f"{task.of} cannot be computed with {task.input} as it is; mend it.")
    chosen = _chosen(task, one.value, told)
    rows = [
        {"of": task.of, "input": task.input, "node": node, "value": value, "item": item, **found[item]}
        for node, (value, found) in enumerate(told.items())
        for item in chosen
        if item in found
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


Told = dict[str, dict[str, object]]


def _at(task: Task, value: float) -> Told:
    """What the claim or the figure says with the input at a value."""
    is_claim = task.of in topics.rules()
    claims = (task.of,) if is_claim else tuple(what_if.claims_of(task.topic))
    parts = () if is_claim else tuple(what_if.parts(task.topic))
    try:
        with overriding.override(input_of(task.input).changes(value)):
            outcome = what_if.outcome(task.topic, parts, claims)
            figure = None if is_claim else chapters.draw(task.of, task.topic)
    except ProblemError:  # an assumption that checks itself, or a model that refuses the value
        return {}
    found: Told = {}
    if figure is not None:
        found["finding"] = _finding(figure)
    found |= {f"verdict {claim}": _row("", j.verdict) for claim, j in outcome.judgements.items()}
    said = outcome.judgements[task.of].numbers if is_claim and task.of in outcome.judgements else outcome.numbers
    found |= {f"number {name}": _number(number) for name, number in said.items()}
    return found if not is_claim or f"verdict {task.of}" in found else {}


def _row(label: str, shown: str, number: float = math.nan) -> dict[str, object]:
    return {"label": label or "-", "shown": shown or "-", "number": number}


def _finding(figure: Figure) -> dict[str, object]:
    return _row("", figure.title if figure.holds else "")


def _number(number: Number) -> dict[str, object]:
    what, colon, _ = number.how.partition(": ")
    return _row(what if colon else "", repr(number), float(number.value))


def _chosen(task: Task, own: float, told: dict[float, Told]) -> list[str]:
    """The items that a path tells: its own verdict or finding, verdicts that turn, and the first numbers that move."""

    def moves(item: str) -> bool:
        return len({found[item]["shown"] for found in told.values() if item in found}) > 1

    def the_input_itself(item: str) -> bool:
        ratios = [float(f[item]["number"]) / value for value, f in told.items() if item in f and value]  # type: ignore[arg-type]
        power = math.log10(abs(ratios[0])) if ratios and ratios[0] else 0.5
        return max(ratios) - min(ratios) < 1e-9 * abs(ratios[0]) and abs(power - round(power)) < 1e-9

    items = list(told[own])
    numbers = [i for i in items if i.startswith("number ") and moves(i) and not the_input_itself(i)]
    numbers = [
        i for i in numbers if told[own][i]["label"] != "-" and not str(told[own][i]["label"]).startswith("The same")
    ]
    if task.of not in topics.rules():
        opening = chapters.opening_numbers(task.topic)
        numbers = [i for name in opening if (i := f"number {name}") in numbers]
    own_items = [i for i in items if i in ("finding", f"verdict {task.of}")]
    verdicts = [i for i in items if i.startswith("verdict ") and i not in own_items and moves(i)]
    return [*own_items, *numbers[:TOLD], *verdicts]


# --- the experiments --------------------------------------------------------------------------------------------------


def experiment(topic: str) -> Experiment:
    """The paths of a topic as an experiment; it reads the turns, so it is run after them."""

    return Experiment(
        name=topics.identity(topic, "paths"),
        title="What verdicts and the key figure say as one input moves, for the sliders of the pages",
        topic=topic,
        parameters={"steps": STEPS, "digits": DIGITS},
        seed=0,
        cost="a minute on two cores",
        tasks=lambda scale: sensitivity.part(tasks(topic), scale),
        run=walk,
        comparison=Comparison(("of", "input", "node", "item", "label", "shown"), ("value", "number"), tolerance=1e-6),
        sliced=lambda: tasks(topic)[-1:],
        table=sensitivity.stacked,
    )


EXPERIMENTS = tuple(map(experiment, topics.TOPICS))
