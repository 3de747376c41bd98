"""A tiny experiment and a tiny figure, importable by worker processes."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from types import SimpleNamespace

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit.errata import Erratum, beyond_rounding
from analysis.kit.experiments import Comparison, Experiment, task_seed
from analysis.kit.figure import Figure, table
from analysis.kit.numbers import Number

SEED = 11


def mean_of_uniforms(task: tuple[int, int]) -> list[dict[str, float]]:
    """One row: the mean of `count` uniform numbers of stream `index`."""
    index, count = task
    return [{"index": index, "mean": float(np.random.default_rng(task_seed(SEED, index)).random(count).mean())}]


def press_ctrl_c_at_five(task: tuple[int, int]) -> list[dict[str, float]]:
    """The same, but a Ctrl-C arrives while task 5 runs."""
    if task[0] == 5:
        os.kill(os.getpid(), signal.SIGINT)
    return mean_of_uniforms(task)


def fail_at_five(task: tuple[int, int]) -> list[dict[str, float]]:
    """The same, but task 5 fails."""
    if task[0] == 5:
        raise ZeroDivisionError("task 5")
    return mean_of_uniforms(task)


def die_at_five(task: tuple[int, int]) -> list[dict[str, float]]:
    """The same, but the process of task 5 dies, as when memory runs out."""
    if task[0] == 5:
        time.sleep(0.3)  # the rows before it arrive
        os._exit(1)
    return mean_of_uniforms(task)


def tasks(scale: float) -> list[tuple[int, int]]:
    """Twelve tasks at scale 1."""
    return [(index, 100) for index in range(round(12 * scale))]


def first_three() -> list[tuple[int, int]]:
    """The slice."""
    return tasks(1)[:3]


TOY = Experiment(
    name="toy-uniform",
    title="Means of uniform numbers",
    topic="toy",
    parameters={"count": 100},
    seed=SEED,
    cost="nothing",
    tasks=tasks,
    run=mean_of_uniforms,
    table=pd.DataFrame,
    comparison=Comparison(keys=("index",), values=("mean",)),
    sliced=first_three,
)


def interrupted() -> Experiment:
    """The toy with a Ctrl-C in the middle."""
    return replace(TOY, run=press_ctrl_c_at_five)


def failing() -> Experiment:
    """The toy with a fault in the middle."""
    return replace(TOY, run=fail_at_five)


def points(values: tuple[float, ...] = (1.0, 2.0, 3.0), mark: str = "point", **texts: object) -> Figure:
    """A figure of two tables: measured points and a reader's brush, and a line of theory."""
    rows = pd.DataFrame({"x": range(len(values)), "y": values})
    brush = alt.selection_interval(encodings=["x"])
    measured = alt.Chart(table("measured", rows)).encode(x="x:Q", y="y:Q")
    measured = measured.mark_point() if mark == "point" else measured.mark_line()
    theory = alt.Chart(table("theory", rows.assign(y=rows["x"] + 0.5))).mark_line().encode(x="x:Q", y="y:Q")
    given = {
        "chart": alt.layer(measured.add_params(brush), theory),
        "title": "Points rise",
        "subtitle": "Height, metres",
        "caption": "Read upwards.",
        "alt": "Three points at 1, 2 and 3 metres.",
        "sources": ("computed",),
        "holds": True,
        "id": "toy-points",
    }
    return Figure(**(given | texts))  # type: ignore[arg-type]


def slip(printed: float = 7.28, **texts: str) -> Erratum:
    """An erratum of a quotient that its row does not give."""
    given = {
        "title": "A quotient that its row does not give",
        "source": "hoffmann2022",
        "locator": "table 1",
        "claim": "It prints {printed}.",
        "finding": "Its columns give {recomputed}.",
        "correction": "{printed} to {recomputed}",
        "sure": "certain",
    }
    numbers = {"printed": Number(printed, ".2f"), "recomputed": Number(7.344, ".2f")}
    return Erratum(**(given | texts), numbers=numbers, holds=beyond_rounding(printed, 7.344, 0.01))


#: What a toy chapter knows as ``figures``; tests change what it draws.
figures = SimpleNamespace(points=points)
