"""How often the intervals of record series cover the truth, and how often a change of pace is seen where there is none.

The truths are those of :mod:`analysis.cnn_era.progress.simulation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cnn_era.chapter.inputs import LEVEL
from analysis.cnn_era.progress.change_points import CRITERIA, MODELS, segment
from analysis.cnn_era.progress.halving import METHODS, halving_time
from analysis.cnn_era.progress.records import FEWEST_RECORDS
from analysis.cnn_era.progress.simulation import (
    HALVING,
    SCATTER,
    SHAPES,
    SLOWER,
    TRUTHS,
    WAIT,
    simulate_records,
    standard_error,
)
from analysis.kit.experiments import Comparison, Experiment, task_seed

SEED = 20261122
SIZES = (6, 12, 40, 80)
REPETITIONS = 2000
BATCH = 500
RESAMPLES = 400
#: Sets of two knots grow with the square of the records; under scatter only one change-point is looked for.
MOST = {"steps": 2, "scatter": 1}


@dataclass(frozen=True)
class Simulation:
    """Series of one truth: `size` steps (or twice as many entries), repetitions of one batch."""

    truth: str
    size: int
    batch: int


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
                found = halving_time(records, method, LEVEL, resamples=RESAMPLES, seed=repetition)
                tallies.setdefault(f"covers-{method}", []).append(found.low <= HALVING <= found.high)
        for model in MODELS:
            for criterion in CRITERIA:
                pieces = segment(records, MOST[model], criterion, model, LEVEL)
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
    return table.assign(share_se=standard_error(table["share"], table["series"]).clip(lower=1 / table["series"]))


def tasks(scale: float) -> list[Simulation]:
    """Batches of every truth and size; `scale` multiplies the batches."""
    batches = max(1, round(REPETITIONS // BATCH * scale))
    return [Simulation(truth, size, batch) for truth in TRUTHS for size in SIZES for batch in range(batches)]


def sliced() -> list[Simulation]:
    """The first batch of every truth at the second size."""
    return [task for task in tasks(1) if task.size == SIZES[1] and task.batch == 0]


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
            "level": LEVEL,
        },
        seed=SEED,
        cost="2 core-minutes, 0.3 GB",
        tasks=tasks,
        run=run_simulation,
        comparison=Comparison(keys=("truth", "size", "batch", "measure"), values=("share",), sigma=1.0),
        sliced=sliced,
    ),
)
