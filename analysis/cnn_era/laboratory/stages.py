"""Make it work, better, faster, cheaper: one small network, its history in a table like those of the public records.

Every step is a recipe that changes one thing in the last recipe that was kept. Its measure is the work until
97 % of the validation images are answered: multiply-adds of training, and the bytes they move. A step that did not help
stays in the table and is not built upon. Learning rates are chosen for every kind of step from a grid, on seeds
that the table does not use; see `rate_run`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.cnn_era.laboratory.small_network import PIXELS, Design
from analysis.cnn_era.laboratory.training import Recipe, digits, train
from analysis.cnn_era.networks.convolution import Convolution, convolve_im2col, convolve_loops, convolve_shifts
from analysis.kit.errors import ProblemError

#: The layer whose time is taken.
_TIMED = Convolution(16, 32, stride=2, padding=1)


@dataclass(frozen=True)
class Step:
    """One improvement, or one attempt at it.

    Parameters
    ----------
    name : str
    stage : {'work', 'better', 'faster', 'cheaper'}
    recipe : Recipe
    kept : bool
        Whether the next steps build on it.
    """

    name: str
    stage: str
    recipe: Recipe
    kept: bool = True

    @property
    def training(self) -> Recipe:
        """The recipe less the way convolutions are computed, which changes no number that comes out."""
        return replace(self.recipe, method="loops")


FIRST = Recipe(learning_rate=0.01, epochs=30)
TUNED = Recipe(learning_rate=0.1, epochs=12)
MOMENTUM = replace(TUNED, momentum=0.9, learning_rate=0.02)
NORMALISED = replace(MOMENTUM, design=Design(normalised=True), learning_rate=0.02)
CYCLE = replace(NORMALISED, schedule="one-cycle", learning_rate=0.05)
SHIFTED = replace(NORMALISED, shift=True)
COPIED = replace(NORMALISED, method="im2col")
IMPLICIT = replace(NORMALISED, method="implicit")
LARGE = replace(IMPLICIT, batch=64, learning_rate=0.05)
SHORT = replace(IMPLICIT, schedule="one-cycle", epochs=3)
SHALLOW = replace(IMPLICIT, design=Design((16, 32), normalised=True))
SEPARABLE = replace(SHALLOW, design=Design((16, 32), normalised=True, separable=True), learning_rate=0.05)
HALF = replace(SEPARABLE, half=True)

STEPS: tuple[Step, ...] = (
    Step("First working version", "work", FIRST),
    Step("Tuned learning rate", "better", TUNED),
    Step("Momentum", "better", MOMENTUM),
    Step("Batch normalisation", "better", NORMALISED),
    Step("Shifted images", "better", SHIFTED, kept=False),
    Step("One-cycle schedule", "better", CYCLE, kept=False),
    Step("Copied patches (im2col)", "faster", COPIED),
    Step("Tiles of the image itself", "faster", IMPLICIT),
    Step("Batches of 64", "faster", LARGE, kept=False),
    Step("Three-epoch schedule", "faster", SHORT, kept=False),
    Step("One convolution fewer", "cheaper", SHALLOW),
    Step("Separable convolutions", "cheaper", SEPARABLE),
    Step("Half precision", "cheaper", HALF),
)
#: Learning rates that were tried for each step whose rate is its own.
RATES: dict[str, tuple[float, ...]] = {
    "Tuned learning rate": (0.02, 0.05, 0.1, 0.2, 0.4),
    "Momentum": (0.005, 0.01, 0.02, 0.05),
    "Batch normalisation": (0.01, 0.02, 0.05, 0.1),
    "Shifted images": (0.005, 0.01, 0.02, 0.05),
    "One-cycle schedule": (0.02, 0.05, 0.1),
    "Batches of 64": (0.02, 0.05, 0.1, 0.2),
    "Three-epoch schedule": (0.01, 0.02, 0.05, 0.1),
    "One convolution fewer": (0.01, 0.02, 0.05, 0.1),
    "Separable convolutions": (0.02, 0.05, 0.1),
}
#: The steps that a reader's machine runs in a few seconds.
CHART = (
    "First working version",
    "Tuned learning rate",
    "Batch normalisation",
    "Tiles of the image itself",
    "One convolution fewer",
    "Separable convolutions",
)


def step(name: str) -> Step:
    """The step of a name.

    >>> step("Momentum").recipe.momentum
    0.9
    """
    for found in STEPS:
        if found.name == name:
            return found
    raise ProblemError(f"There is no step {name!r}; use one of {', '.join(s.name for s in STEPS)}.")


def run_once(recipe: Recipe, seed: int, *, stop: bool = False) -> dict[str, Any]:
    """Images until the target (not a number if it is never met), and accuracies at the end of the run."""
    outcome = train(recipe, seed, stop=stop)
    images = np.nan if outcome.images is None else float(outcome.images)
    return {"seed": seed, "images": images, "validation": outcome.validation, "test": outcome.test}


def step_table(runs: pd.DataFrame, steps: Sequence[Step] = STEPS) -> pd.DataFrame:
    """The record table: what each step needs until the target, over several seeds.

    Parameters
    ----------
    runs : DataFrame
        Columns ``training`` (number of the first step with this training), ``seed``, ``images``, ``validation``,
        ``test``.
    steps : sequence of Step

    Returns
    -------
    DataFrame
        A row a step: ``number``, ``step``, ``stage``, ``kept``, ``seeds``, ``reached`` (seeds that met the target),
        ``multiply_adds_per_image`` and ``bytes_per_image`` (of training), ``images`` (mean, with ``images_se``),
        ``images_median``, ``images_low``, ``images_high``, ``multiply_adds`` and ``bytes`` (median until the target),
        ``schedule_multiply_adds`` (without stopping), ``validation`` and ``test`` (mean at the end, with ``_se``).
    """
    rows = []
    for number, own in enumerate(steps):
        mine = runs[runs["training"] == training_number(own, steps)]
        if mine.empty:
            continue
        images, per_image = mine["images"], own.recipe.design.training_multiply_adds
        median = images.fillna(np.inf).median()
        row: dict[str, Any] = {
            "number": number,
            "step": own.name,
            "stage": own.stage,
            "kept": own.kept,
            "seeds": len(mine),
            "reached": int(images.notna().sum()),
            "multiply_adds_per_image": per_image,
            "bytes_per_image": own.recipe.bytes_per_image,
        }
        for name in ("images", "validation", "test"):
            row |= {name: mine[name].mean(), f"{name}_se": mine[name].sem()}
        row |= {"images_median": median, "images_low": images.min(), "images_high": images.max()}
        row |= {"multiply_adds": median * per_image, "bytes": median * own.recipe.bytes_per_image}
        row["schedule_multiply_adds"] = own.recipe.epochs * len(digits().x_train) * per_image
        rows.append(row)
    return pd.DataFrame(rows)


def training_number(own: Step, steps: Sequence[Step] = STEPS) -> int:
    """Number of the first step that trains in the same way.

    >>> training_number(step("Tiles of the image itself")) == training_number(step("Batch normalisation"))
    True
    """
    return next(number for number, other in enumerate(steps) if other.training == own.training)


def record_curve(table: pd.DataFrame, column: str = "multiply_adds") -> pd.DataFrame:
    """The table with the lowest cost so far: ``record``, and ``gain``, how many times below the first step it is.

    Examples
    --------
    >>> record_curve(pd.DataFrame({"multiply_adds": [8.0, 2.0, 4.0, 1.0]}))["gain"].tolist()
    [1.0, 4.0, 4.0, 8.0]
    """
    record = table[column].cummin()
    return table.assign(record=record, gain=record.iloc[0] / record)


def step_gains(table: pd.DataFrame) -> pd.DataFrame:
    """What each attempt saved against the last recipe that was kept before it.

    Parameters
    ----------
    table : DataFrame
        A :func:`step_table`.

    Returns
    -------
    DataFrame
        A row an attempt after the first: ``step``, ``stage``, ``kept``, and ``multiply_adds_gain`` and ``bytes_gain``
        (times less until the target).

    Examples
    --------
    >>> costs = pd.DataFrame({"multiply_adds": [8.0, 4.0, 6.0, 2.0], "bytes": 1.0, "kept": [True, True, False, True]})
    >>> step_gains(costs.assign(step=list("abcd"), stage="better"))["multiply_adds_gain"].round(2).tolist()
    [2.0, 0.67, 2.0]
    """
    rows, before = [], table.iloc[0]
    for _, row in table.iloc[1:].iterrows():
        gains = {f"{what}_gain": before[what] / row[what] for what in ("multiply_adds", "bytes")}
        rows.append({"step": row["step"], "stage": row["stage"], "kept": bool(row["kept"])} | gains)
        before = row if row["kept"] else before
    return pd.DataFrame(rows)


def stage_gains(gains: pd.DataFrame) -> pd.DataFrame:
    """What the attempts of each stage that were kept saved together.

    Parameters
    ----------
    gains : DataFrame
        Of :func:`step_gains`.

    Returns
    -------
    DataFrame
        ``multiply_adds`` and ``bytes`` (times less), by stage.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> gains = stage_gains(step_gains(load_result("cnn-era-stages")))
    >>> gains.loc["faster"].round(1).to_dict()  # the same arithmetic, with less traffic
    {'multiply_adds': 1.0, 'bytes': 37.6}
    """
    kept = gains[gains["kept"]].groupby("stage", sort=False)[["multiply_adds_gain", "bytes_gain"]].prod()
    return kept.rename(columns=lambda name: name.removesuffix("_gain"))


def rate_run(name: str, rate: float, seed: int) -> dict[str, Any]:
    """One run of a step at another learning rate, stopped at the target."""
    recipe = replace(step(name).recipe, learning_rate=rate)
    row = run_once(recipe, seed, stop=True)
    spent = recipe.epochs * len(digits().x_train) if np.isnan(row["images"]) else row["images"]
    multiply_adds = spent * recipe.design.training_multiply_adds
    return {"step": name, "learning_rate": rate, "seed": seed, "images": row["images"], "multiply_adds": multiply_adds}


def own_record_chart(seed: int = 0, names: Sequence[str] = CHART) -> pd.DataFrame:
    """Run some steps once on the reader's machine and take the time.

    Multiply-adds are counted; seconds are measured and never the same twice. All trainings are computed by copied
    patches and element by element. The seconds of a recipe that asks for loops are estimated, from its multiply-adds
    and the time of textbook loops on one image: nobody should have to wait for them.

    Parameters
    ----------
    seed : int
    names : sequence of str
        Steps, in order.

    Returns
    -------
    DataFrame
        Columns ``step``, ``stage``, ``images``, ``multiply_adds``, ``bytes``, ``validation``, ``seconds``,
        ``measured`` (whether they were, or are estimated), and ``record`` and ``gain`` by multiply-adds.

    Examples
    --------
    >>> row = own_record_chart(names=["Separable convolutions"]).iloc[0]
    >>> print(f"{row['multiply_adds'] / row['images']:,.0f} multiply-adds an image")  # on any machine
    65,280 multiply-adds an image
    """
    rows = []
    loop = float(convolution_seconds().set_index("method").loc["loops", "seconds"]) / _TIMED.multiply_adds(PIXELS)
    for own in map(step, names):
        start = time.perf_counter()
        outcome = train(own.recipe, seed)
        seconds = time.perf_counter() - start
        rows.append(
            {
                "step": own.name,
                "stage": own.stage,
                "images": np.nan if outcome.images is None else outcome.images,
                "multiply_adds": outcome.multiply_adds,
                "bytes": outcome.bytes,
                "validation": outcome.validation,
                "seconds": outcome.multiply_adds * loop if own.recipe.method == "loops" else seconds,
                "measured": own.recipe.method != "loops",
            }
        )
    return record_curve(pd.DataFrame(rows))


def convolution_seconds(repetitions: int = 5) -> pd.DataFrame:
    """Seconds for one image through one layer, by textbook loops, copied patches and products without a copy.

    Parameters
    ----------
    repetitions : int
        Of each way; the least time counts.

    Returns
    -------
    DataFrame
        Columns ``method``, ``seconds`` (processor time of one image) and ``times_slower`` (than copied patches): as
        measured on this machine, not to be compared with another.

    Examples
    --------
    >>> convolution_seconds(repetitions=1).set_index("method")["times_slower"].idxmax()  # what a textbook writes
    'loops'
    """
    layer, rng = _TIMED, np.random.default_rng(0)
    x = rng.standard_normal((16, PIXELS, PIXELS, layer.inputs)).astype(np.float32)
    weights = rng.standard_normal(layer.shape).astype(np.float32)
    ways: dict[str, tuple[Callable[..., object], int]] = {
        "loops": (convolve_loops, 1),
        "im2col": (convolve_im2col, len(x)),
        "implicit": (convolve_shifts, len(x)),
    }
    seconds = {}
    for name, (convolve, images) in ways.items():
        calls = 1 if name == "loops" else 20
        spent = []
        for _ in range(1 if name == "loops" else repetitions):
            start = time.process_time()
            for _ in range(calls):
                convolve(x[:images], weights, layer)
            spent.append((time.process_time() - start) / calls / images)
        seconds[name] = min(spent)
    table = pd.DataFrame({"method": list(seconds), "seconds": list(seconds.values())})
    return table.assign(times_slower=table["seconds"] / seconds["im2col"])
