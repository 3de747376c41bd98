"""How far the runs determine a law: fits to resamples of them, on all cores of this machine or on a cluster.

A resample draws as many runs as there are, with replacement (Efron 1979); a constant's interval holds the middle of
its values. The resamples are cut into batches, each with a seed of its own and consumed in their order, so that the
result is the same on any number of workers.

How often a 95 % interval of a holds the truth was counted on simulated tables (E 1.7, A 406, alpha 0.34, B 411, beta
0.28, normal noise of 0.2 %, 400 resamples each): in 99.7 % of 300 tables of 12 runs, 97.8 % of 400 of 25, 97.3 % of
400 of 60 and 96.2 % of 400 of 240. With few runs the interval is rather too wide than too narrow.

Memory is bounded. Beside the runs (48 bytes each) and the samples (48 bytes each), a worker holds the counts of one
batch three times, which are at most a million (24 MB) or one to a run, and some forty arrays of :data:`huber.BLOCK`
entries (8 MB). A bounded number of batches is in flight.
"""

from __future__ import annotations

import math
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits

from analysis.kit.checking import inside
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import cores, one_thread, task_seed
from analysis.scaling.fit import CONSTANTS, DELTA, Bar, Centred, checked_width
from analysis.scaling.points import check_points

Array = NDArray[np.float64]

#: Resamples of one batch, and counts (resamples times runs) that it may have.
BATCH, ENTRIES = 100, 1_000_000
#: More would take days: resamples, and resamples times runs (about an hour of two cores).
MOST_RESAMPLES, MOST_WORK = 1_000_000, 10_000_000_000
#: Seconds after which the pace is known, and from which on the time to come is told.
PILOT, LONG = 3.0, 60.0
#: Bytes of runs that may be on their way to a cluster at once, and batches that may.
UNDERWAY, MOST_UNDERWAY = 200_000_000, 400


@dataclass(frozen=True, eq=False)
class BootstrapFits:
    """Laws fitted to resamples of the runs.

    Attributes
    ----------
    samples : DataFrame with columns E, A, B, alpha, beta and a, one row a resample
    """

    samples: pd.DataFrame

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Percentile interval of a constant, or of the allocation exponent ``"a"``."""
        if name not in self.samples:
            raise ProblemError(f"There is no constant {name!r}; choose from {', '.join(self.samples)}.")
        return interval_of(self.samples[name], level)


def interval_of(values: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Between which the middle `level` of the values lie.

    >>> interval_of(range(5), 0.5)
    (1.0, 3.0)
    """
    share = float(inside(level, "a level"))
    low, high = np.quantile(np.asarray(values, float), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def bootstrap_scaling_law(
    N: ArrayLike,
    D: ArrayLike,
    loss: ArrayLike,
    resamples: int = 4000,
    seed: int = 0,
    delta: float = DELTA,
    progress: bool = False,
    executor: Executor | None = None,
) -> BootstrapFits:
    """Fit the law to `resamples` draws of the runs with replacement.

    Parameters
    ----------
    N, D, loss, delta
        As in :func:`analysis.scaling.fit.fit_scaling_law`.
    resamples : int
        Number of resamples, up to a million; 4,000 as in Besiroglu et al. 2024.
    seed : int
        At least 0. The same seed gives the same resamples on any number of workers.
    progress : bool
        Show a progress bar, and say how long it will take where that is more than a minute.
    executor : Executor, optional
        Where the batches are fitted, such as that of :func:`analysis.kit.experiments.cluster`; default the cores of
        this machine.

    Returns
    -------
    BootstrapFits

    Raises
    ------
    ProblemError
        For runs that do not determine a law, and for more resamples than a day would do.

    Examples
    --------
    >>> from analysis.scaling.laws import ScalingLaw, simulate_losses
    >>> law, rng = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28), np.random.default_rng(1)
    >>> N, D = np.repeat(np.geomspace(1e8, 1e10, 5), 5), np.tile(np.geomspace(1e9, 1e12, 5), 5)
    >>> spread = bootstrap_scaling_law(N, D, simulate_losses(law, N, D, 0.001, rng), resamples=100)
    >>> print("{:.3f} to {:.3f}".format(*spread.interval("alpha")))  # the law that made them has 0.34
    0.333 to 0.348
    """
    points = check_points(N, D, loss)
    checked_width(delta)
    check_resamples(resamples, len(points))
    if seed < 0:
        raise ProblemError(f"The seed is {seed}; give a whole number, 0 or more.")
    problem = Centred(points)
    with threadpool_limits(1):
        starts = np.stack([problem.best(delta), problem.best(max(delta, 0.1))])
        n = len(points)
        together = max(1, min(BATCH, ENTRIES // n))
        batches = [
            _Batch(problem, starts, delta, seed, number, min(together, resamples - number * together))
            for number in range(math.ceil(resamples / together))
        ]
        window = max(4 * cores(), min(MOST_UNDERWAY, UNDERWAY // (24 * n))) if executor else 2 * cores()
        found, told, began = [], False, time.monotonic()
        with Bar(total=resamples, unit="fit", disable=not progress) as bar:
            for part in _in_order(batches, executor, window):
                found.append(part)
                bar.update(len(part))
                spent = time.monotonic() - began
                if progress and not told and spent > PILOT:
                    told = True
                    expected = spent * resamples / bar.n
                    if expected > LONG:
                        bar.write(_expected(resamples, n, expected, executor), file=sys.stderr)
    samples = pd.DataFrame(np.concatenate(found), columns=CONSTANTS)
    return BootstrapFits(samples.assign(a=samples["beta"] / (samples["alpha"] + samples["beta"])))


def check_resamples(resamples: int, runs: int) -> int:
    """A number of resamples that can be fitted to so many runs, or ProblemError."""
    if resamples < 1:
        raise ProblemError(f"There are {resamples} resamples; ask for at least one.")
    most = min(MOST_RESAMPLES, MOST_WORK // runs)
    if resamples > most:
        raise ProblemError(f"{resamples:,} resamples of {runs:,} runs would take very long; ask for at most {most:,}.")
    return resamples


@dataclass(frozen=True, eq=False)
class _Batch:
    """So many resamples that are fitted together, from the starts; a cluster gets it whole."""

    problem: Centred
    starts: Array
    delta: float
    seed: int
    number: int
    size: int


def _fit_batch(batch: _Batch) -> Array:
    """The constants of each resample of a batch."""
    rng = np.random.default_rng(task_seed(batch.seed, batch.number))
    n = len(batch.problem.x)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=batch.size).astype(float)
    return batch.problem.constants(batch.problem.follow(batch.starts, counts, batch.delta))


def _in_order(batches: list[_Batch], executor: Executor | None, window: int) -> Iterator[Array]:
    """Fit in threads or on the executor, at most `window` at once, and yield in the order of the batches.

    Where no thread starts, as in a browser, one is fitted after the other. What waits is given up when a person stops.
    """
    own = None if executor else ThreadPoolExecutor(cores())
    pool = executor or own
    assert pool
    flying: deque[Future[Array]] = deque()
    try:
        for batch in batches:
            try:
                flying.append(
                    pool.submit(one_thread, _fit_batch, batch, {}) if executor else pool.submit(_fit_batch, batch)
                )
            except RuntimeError:
                if executor:
                    raise
                yield from map(_fit_batch, batches)
                return
            if len(flying) >= window:
                yield flying.popleft().result()
        while flying:
            yield flying.popleft().result()
    finally:
        for future in flying:
            future.cancel()
        if own:
            own.shutdown(cancel_futures=True)


def _expected(resamples: int, runs: int, seconds: float, executor: Executor | None) -> str:
    where = "on the cluster" if executor else f"on {cores()} {'core' if cores() == 1 else 'cores'}"
    minutes = max(1, round(seconds / 60))
    taken = "1 minute" if minutes == 1 else f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
    return f"{resamples:,} resamples of {runs:,} runs will take about {taken} {where}; Ctrl-C stops."
