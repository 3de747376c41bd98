"""How often the intervals of record series cover the truth, and how often a change of pace is seen where there is none.

Three truths are simulated, each with a halving time of 100 days:

``steps``: exponential waits of 20 days on average and exponential drops; ``bursty``: gamma waits and drops of shape
0.4, which come in bursts (dispersion 2.5); ``scatter``: entries on random days, log normal about a line with 0.4 nats,
of which the records are kept. ``break`` is the truth of ``steps`` with a pace five times slower in its second half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cnn_era.progress.change_points import CRITERIA, MODELS, segment
from analysis.cnn_era.progress.halving import METHODS, halving_time
from analysis.cnn_era.progress.records import FEWEST_RECORDS, Array, Records, record_series
from analysis.kit.experiments import Comparison, Experiment, task_seed

SEED = 20261122
HALVING = 100.0  # days
WAIT = 20.0  # days
SHAPES = {"steps": 1.0, "bursty": 0.4}
SCATTER = 0.4  # nats
SLOWER = 5.0
TRUTHS = (*SHAPES, "scatter", "break")
SIZES = (6, 12, 40, 80)
REPETITIONS = 2000
BATCH = 500
RESAMPLES = 400
#: Sets of two knots grow with the square of the records; under scatter only one change-point is looked for.
MOST = {"steps": 2, "scatter": 1}
START = np.datetime64("2020-01-01")


@dataclass(frozen=True)
class Simulation:
    """Series of one truth: `size` steps (or twice as many entries), repetitions of one batch."""

    truth: str
    size: int
    batch: int


def simulate_records(truth: str, size: int, rng: np.random.Generator) -> Records:
    """A record series of a known truth.

    Parameters
    ----------
    truth : one of :data:`TRUTHS`
    size : int
        Steps; under ``scatter`` half the number of entries, so that the records are fewer.
    rng : Generator

    Examples
    --------
    >>> len(simulate_records("steps", 12, np.random.default_rng(0)))
    13
    """
    pace = np.log(2) / HALVING
    if truth == "scatter":
        days = np.sort(rng.choice(20 * size, 2 * size, replace=False)).astype(float)
        logs: Array = -pace * days + SCATTER * rng.standard_normal(len(days))
    else:
        shape = SHAPES.get(truth, 1.0)
        waits = np.maximum(1.0, np.round(rng.gamma(shape, WAIT / shape, size)))
        drops = rng.gamma(shape, WAIT * pace / shape, size)
        if truth == "break":
            drops[size // 2 :] /= SLOWER
        days, logs = np.concatenate([[0], np.cumsum(waits)]), -np.concatenate([[0], np.cumsum(drops)])
    return record_series(list(START + days.astype(int)), np.exp(logs))


def run_simulation(task: Simulation) -> pd.DataFrame:
    """Shares of one batch of series: intervals that cover, change-points seen, and where they are.

    Returns
    -------
    DataFrame with columns truth, size, batch, series, measure, share and share_se. Measures: ``covers-<method>`` (the
    interval of the halving time covers 100 days; not for ``break``), ``seen-<model>-<criterion>`` (any change-point
    is preferred to one line), and for ``break`` ``placed`` (of those that steps and BIC see as one, the interval
    covers the record at which the pace changed), ``early`` and ``late`` (the intervals of the phases cover).
    """
    rng = np.random.default_rng(task_seed(SEED, TRUTHS.index(task.truth), task.size, task.batch))
    tallies: dict[str, list[bool]] = {}
    for repetition in range(BATCH):
        records = simulate_records(task.truth, task.size, rng)
        if len(records) < FEWEST_RECORDS:
            continue
        if task.truth != "break":
            for method in METHODS:
                found = halving_time(records, method, resamples=RESAMPLES, seed=repetition)
                tallies.setdefault(f"covers-{method}", []).append(found.low <= HALVING <= found.high)
        for model in MODELS:
            for criterion in CRITERIA:
                pieces = segment(records, MOST[model], criterion, model)
                tallies.setdefault(f"seen-{model}-{criterion}", []).append(bool(pieces.change_points))
                if task.truth == "break" and (model, criterion) == ("steps", "bic") and len(pieces.phases) == 2:
                    point = pieces.change_points[0]
                    truth = records.dates[task.size // 2]
                    tallies.setdefault("placed", []).append(bool(point.low <= truth <= point.high))
                    for name, phase, days in zip(
                        ("early", "late"), pieces.phases, (HALVING, SLOWER * HALVING), strict=True
                    ):
                        tallies.setdefault(name, []).append(phase.low <= days <= phase.high)
    rows = [(task.truth, task.size, task.batch, len(t), name, float(np.mean(t))) for name, t in tallies.items()]
    table = pd.DataFrame(rows, columns=["truth", "size", "batch", "series", "measure", "share"])
    # one series more or less is always within the error
    return table.assign(share_se=_error(table["share"], table["series"]).clip(lower=1 / table["series"]))


def tasks(scale: float) -> list[Simulation]:
    """Batches of every truth and size; `scale` multiplies the batches."""
    batches = max(1, round(REPETITIONS // BATCH * scale))
    return [Simulation(truth, size, batch) for truth in TRUTHS for size in SIZES for batch in range(batches)]


def sliced() -> list[Simulation]:
    """The first batch of every truth at the second size."""
    return [task for task in tasks(1) if task.size == SIZES[1] and task.batch == 0]


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Shares over all batches of the committed table, with their standard errors.

    Returns
    -------
    DataFrame with columns truth, size, measure, series, share and error.
    """
    weighted = table.assign(hits=table["share"] * table["series"])
    sums = weighted.groupby(["truth", "size", "measure"], sort=False)[["series", "hits"]].sum().reset_index()
    share = sums["hits"] / sums["series"]
    return sums.assign(share=share, error=_error(share, sums["series"])).drop(columns="hits")


def _error(share: pd.Series, series: pd.Series) -> pd.Series:
    return np.sqrt(share * (1 - share) / series)


#: The series are the same everywhere; on another processor a tie may fall the other way, in a few of them.
EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        name="cnn-era-coverage",
        title="How often intervals of halving times cover the truth, and change-points are seen, on simulated records",
        topic="cnn_era",
        parameters={
            "truths": list(TRUTHS),
            "sizes": list(SIZES),
            "repetitions": REPETITIONS,
            "halving_days": HALVING,
            "mean_wait_days": WAIT,
            "shapes": SHAPES,
            "scatter_nats": SCATTER,
            "slower": SLOWER,
            "resamples": RESAMPLES,
            "level": 0.95,
        },
        seed=SEED,
        cost="2 core-minutes, 0.3 GB",
        tasks=tasks,
        run=run_simulation,
        comparison=Comparison(keys=("truth", "size", "batch", "measure"), values=("share",), sigma=1.0),
        sliced=sliced,
    ),
)
