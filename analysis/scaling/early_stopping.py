"""Where SciPy's optimiser stops when the Huber terms of a fit are added, and when they are averaged.

The runs are simulated from a published law, so that the answer is known. One task is one of Hoffmann's starts.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis.kit.experiments import Comparison, Experiment
from analysis.scaling.fit import CONSTANTS, grid_fit, hoffmann_starts
from analysis.scaling.laws import chinchilla_design, published_law, simulate_losses
from analysis.scaling.points import Points

SEED = 20220329
RUNS = 240
#: Standard deviation of the log loss of a simulated run.
NOISE = 0.003
#: Every so many of Hoffmann's 4,500 starts.
EVERY = 15


@cache
def simulated_runs() -> Points:
    """Runs drawn over the region of Hoffmann's Figure 4, with losses from the refitted law and noise.

    Returns
    -------
    Points
        Sizes, data and losses; the same each time.

    Examples
    --------
    >>> N = simulated_runs().N
    >>> print(f"{len(N)} runs, {N.min() / 1e6:.0f} million to {N.max() / 1e9:.1f} billion parameters")
    240 runs, 70 million to 14.1 billion parameters
    """
    rng = np.random.default_rng(SEED)
    N, D = chinchilla_design(RUNS, rng)
    return Points(N, D, simulate_losses(published_law("besiroglu"), N, D, NOISE, rng))


def stop(start: int) -> list[dict[str, float | str | int]]:
    """Follow one start with the terms added and with their mean; one row each."""
    runs = simulated_runs()
    rows: list[dict[str, float | str | int]] = []
    for reduction in ("sum", "mean"):
        found = grid_fit(runs.N, runs.D, runs.loss, reduction, hoffmann_starts()[[start]]).iloc[0]  # type: ignore[arg-type]
        rows.append({"start": start, "reduction": reduction} | found[[*CONSTANTS, "a", "objective"]].to_dict())
    return rows


EARLY_STOPPING = Experiment(
    name="scaling-early-stopping",
    title="Where L-BFGS-B stops from Hoffmann's starts when Huber terms are added and when they are averaged",
    topic="scaling",
    parameters={"runs": RUNS, "noise": NOISE, "law": "besiroglu", "every": EVERY, "delta": 1e-3},
    seed=SEED,
    cost="1 core-minute, 0.2 GB",
    tasks=lambda scale: range(0, len(hoffmann_starts()), max(1, round(EVERY / scale))),
    run=stop,
    table=pd.DataFrame,
    # a search that goes far into the flat valley takes another path with other rounding, as on another processor
    comparison=Comparison(keys=("start", "reduction"), values=("a",), tolerance=1e-3, where="objective > 0.01"),
    sliced=lambda: range(0, 6 * EVERY, EVERY),
)
