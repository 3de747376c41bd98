"""The prior over functions: how often random networks compute each Boolean function.

P(f) is estimated by counting (Valle-Perez, Camargo & Louis 2019; Mingard et al. 2025). Samples are drawn and counted
in chunks whose random streams depend on the seed and the chunk's number alone, and merged in the order of the
chunks: the result does not depend on the processes or machines that the chunks were drawn on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr
from threadpoolctl import ThreadpoolController

from analysis.kit.errors import ProblemError
from analysis.kit.kept import kept
from analysis.occam.boolean import Packed, orbit
from analysis.occam.complexity import k_lz
from analysis.occam.counts import CAPACITY, FunctionCounts, count_functions, pool
from analysis.occam.networks import CHUNK
from analysis.occam.normals import check_seed

_MERGE_CHUNKS = 64
#: Samples between two merges into the table; a run can be continued from a multiple of this.
MERGE_SAMPLES = CHUNK * _MERGE_CHUNKS
_WINDOW = 64  # chunks in flight: enough for a few dozen workers, a few megabytes of results
_MAX_SAMPLES = 10**12
#: Complexities over which a simplicity bound is fitted, in bits.
BOUND_RANGE = (7.0, 45.0)


class FunctionSampler(Protocol):
    """What a prior can be drawn from: `NetworkEnsemble` and `GaussianProcessEnsemble` are two of them."""

    @property
    def inputs(self) -> int: ...

    def sample(self, seed: int, chunk: int, count: int = ...) -> Packed: ...


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def count_chunk(ensemble: FunctionSampler, seed: int, chunk: int, count: int) -> FunctionCounts:
    """Draw and count one chunk; the unit of work that is sent to other processes or machines."""
    with _blas().limit(limits=1, user_api="blas"):  # the matrices are small, and workers share the cores
        return count_functions(ensemble.sample(seed, chunk, count), ensemble.inputs)


def sample_prior(
    ensemble: FunctionSampler,
    samples: int,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Callable[[int], object] | None = None,
    capacity: int = CAPACITY,
    start: FunctionCounts | None = None,
    checkpoint: Callable[[FunctionCounts], object] | None = None,
) -> FunctionCounts:
    """Draw `samples` random functions and count them, in bounded memory.

    Parameters
    ----------
    ensemble : what to draw from
    samples : number of networks, 0 to 10^12
    seed : whole number of at least 0; same seed, same counts, whatever the executor
    executor : where chunks are drawn: a `ProcessPoolExecutor`, dask's `Client.get_executor()`, or None for here
    progress : called with the number of samples just counted (`tqdm.update` will do)
    capacity : functions kept, at least 1,024; see `analysis.occam.counts` for what happens beyond
    start : counts of an earlier call with the same ensemble, seed and capacity, to be continued; its number of
        samples must be a multiple of MERGE_SAMPLES, as what `checkpoint` receives. It is not changed.
    checkpoint : called with the counts after each merge, every MERGE_SAMPLES samples

    Returns
    -------
    FunctionCounts

    Raises
    ------
    ProblemError
        For a negative or absurd number of samples, too small a capacity, or a start that cannot be continued.

    Examples
    --------
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> prior = sample_prior(NetworkEnsemble(), samples=5000, seed=1)
    >>> prior.samples, prior.counts.size  # many networks compute a function that another computes
    (5000, 3533)
    """
    check_seed(seed)
    if isinstance(samples, bool) or not isinstance(samples, int | np.integer) or not 0 <= samples <= _MAX_SAMPLES:
        raise ProblemError(f"The number of samples is a whole number from 0 to 10^12, not {samples!r}.")
    if capacity < 1024:
        raise ProblemError(f"A capacity of {capacity} functions is too small to count with: give at least 1,024.")
    total = FunctionCounts(inputs=ensemble.inputs)
    if start is not None:
        if start.samples % MERGE_SAMPLES or start.samples > samples or start.inputs != ensemble.inputs:
            raise ProblemError(
                f"Counts of {start.samples} samples cannot be continued to {samples}: start from a checkpoint of the "
                f"same experiment (a multiple of {MERGE_SAMPLES} samples), or anew."
            )
        total = FunctionCounts(**vars(start))
    waiting: deque[Future[FunctionCounts]] = deque()
    buffer: list[FunctionCounts] = []

    def receive(part: FunctionCounts) -> None:
        buffer.append(part)
        if progress is not None:
            progress(part.samples)
        if len(buffer) == _MERGE_CHUNKS or total.samples + sum(p.samples for p in buffer) == samples:
            total.merge(pool(buffer), capacity)
            buffer.clear()
            if checkpoint is not None and total.samples % MERGE_SAMPLES == 0:
                checkpoint(total)

    try:
        for first in range(total.samples, samples, CHUNK):
            work = (ensemble, seed, first // CHUNK, min(CHUNK, samples - first))
            if executor is None:
                receive(count_chunk(*work))
                continue
            waiting.append(executor.submit(count_chunk, *work))
            if len(waiting) >= _WINDOW:
                receive(waiting.popleft().result())
        while waiting:
            receive(waiting.popleft().result())
    finally:
        for future in waiting:
            future.cancel()
    return total


@kept
def prior_over_functions(ensemble: FunctionSampler, samples: int, seed: int = 0) -> FunctionCounts:
    """What `sample_prior` counts, sampled once and then kept on this machine's disk: for priors that many ask for.

    Parameters
    ----------
    ensemble, samples, seed
        As in `sample_prior`.

    Returns
    -------
    FunctionCounts
        Shared by all who ask: do not change it.

    Examples
    --------
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> found = prior_over_functions(NetworkEnsemble(widths=(10,)), 4096, seed=1)
    >>> print(f"{found.counts.max() / found.samples:.1%}")  # of networks compute the same, of 2^128 functions
    8.9%
    """
    return sample_prior(ensemble, samples, seed)


@kept
def share_of_constants(ensemble: FunctionSampler, samples: int, seed: int = 0) -> float:
    """Share of random functions that give one answer to every input; kept like `prior_over_functions`.

    >>> from analysis.occam.networks import NetworkEnsemble
    >>> 0.2 < share_of_constants(NetworkEnsemble(), 4000, 1) < 0.35
    True
    """
    ones_samples = sample_prior(ensemble, samples, seed).ones_samples
    return float(ones_samples[[0, 2**ensemble.inputs]].sum() / samples)


def sample_functions(ensemble: FunctionSampler, samples: int, seed: int = 0) -> Packed:
    """The functions themselves, in the order drawn, packed; for samples that fit in memory (up to 10^8).

    Parameters
    ----------
    ensemble : NetworkEnsemble or GaussianProcessEnsemble
        What is drawn.
    samples : int
        From 0 to 10^8.
    seed : int
        The same seed gives the same functions.

    Returns
    -------
    ndarray of uint64, shape (samples, 2)
        Packed.

    Raises
    ------
    ProblemError
        For a number outside that range.

    Examples
    --------
    >>> from analysis.occam.boolean import ones
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> answers = ones(sample_functions(NetworkEnsemble(), samples=5000, seed=1))
    >>> float((answers % 128 == 0).mean())  # more than a quarter are constant
    0.2754
    """
    if isinstance(samples, bool) or not isinstance(samples, int | np.integer) or not 0 <= samples <= 10**8:
        raise ProblemError(f"Functions that are held in memory number 0 to 10^8, not {samples!r}: use sample_prior.")
    chunks = [
        ensemble.sample(check_seed(seed), first // CHUNK, min(CHUNK, samples - first))
        for first in range(0, samples, CHUNK)
    ]
    return np.concatenate([np.empty((0, 2), np.uint64), *chunks])


def ranked(prior: FunctionCounts) -> NDArray[np.intp]:
    """Rows of `prior` from the most to the least frequent; ties in the order of their truth tables."""
    return np.lexsort((prior.functions[:, 1], prior.functions[:, 0], -prior.counts))


def rank_table(prior: FunctionCounts, points: int = 200) -> pd.DataFrame:
    """Probability against rank, thinned to about `points` ranks at even distances on a log axis.

    Columns: rank (1 is the most frequent), count, probability, complexity (K_LZ in bits).

    Parameters
    ----------
    prior : FunctionCounts
        Of :func:`sample_prior`.
    points : int
        Ranks to keep, about.

    Returns
    -------
    DataFrame
        One row a rank.

    Examples
    --------
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> table = rank_table(sample_prior(NetworkEnsemble(), 5000, seed=1))
    >>> table[["rank", "complexity"]].head(4).values.tolist()  # the most frequent, the constants, are the simplest
    [[1.0, 7.0], [2.0, 7.0], [3.0, 17.5], [4.0, 24.5]]
    """
    _refuse_empty(prior)
    order = ranked(prior)
    rank = np.unique(np.round(np.geomspace(1, len(prior), max(points, 2))).astype(np.int64))
    chosen = order[rank - 1]
    count = prior.counts[chosen]
    return pd.DataFrame(
        {
            "rank": rank,
            "count": count,
            "probability": count / prior.samples,
            "complexity": k_lz(prior.functions[chosen], prior.inputs),
        }
    )


def complexity_table(prior: FunctionCounts) -> pd.DataFrame:
    """What was met at each complexity, one row per value of K_LZ.

    Columns: complexity (bits); samples and share (exact); distinct (functions kept); max_count and max_probability
    (of the most frequent function; low by at most `undercount_bound` samples).

    Parameters
    ----------
    prior : FunctionCounts
        Of :func:`sample_prior`.

    Returns
    -------
    DataFrame
        One row a complexity that was met.

    Examples
    --------
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> table = complexity_table(sample_prior(NetworkEnsemble(), 5000, seed=1)).set_index("complexity")
    >>> table["max_probability"].loc[[7.0, 21.0, 42.0]].tolist()  # the more complex, the less likely
    [0.1394, 0.0006, 0.0002]
    """
    _refuse_empty(prior)
    k = prior.complexities
    sums = np.flatnonzero(prior.complexity_samples)
    values = sums * prior.inputs / 2
    largest = np.zeros(len(sums), np.int64)
    place = np.searchsorted(values, k)
    np.maximum.at(largest, place, prior.counts)
    return pd.DataFrame(
        {
            "complexity": values,
            "samples": prior.complexity_samples[sums],
            "share": prior.complexity_samples[sums] / prior.samples,
            "distinct": np.bincount(place, minlength=len(sums)),
            "max_count": largest,
            "max_probability": largest / prior.samples,
        }
    )


def mean_complexity(prior: FunctionCounts) -> tuple[float, float]:
    """Mean K_LZ of the samples in bits, and its standard error; from the exact histogram."""
    _refuse_empty(prior)
    values = np.arange(len(prior.complexity_samples)) * prior.inputs / 2
    share = prior.complexity_samples / prior.samples
    mean = float(share @ values)
    return mean, float(np.sqrt(share @ (values - mean) ** 2 / prior.samples))


def zipf_probability(rank: ArrayLike, n: int = 7) -> NDArray[np.float64]:
    """Zipf's law as in the paper: P(r) = 1 / (r 2^n ln 2), which sums to about 1 over all 2^(2^n) functions.

    Parameters
    ----------
    rank : float or array
        1 is the most frequent function.
    n : int
        Inputs.

    Returns
    -------
    ndarray
        Probabilities.

    Examples
    --------
    >>> float(round(1 / zipf_probability(1), 1))
    88.7
    """
    return 1 / (np.asarray(rank, dtype=np.float64) * 2**n * np.log(2))


@dataclass(frozen=True)
class Line:
    """y = slope x + intercept, least squares."""

    slope: float
    intercept: float


def fit_zipf(prior: FunctionCounts, first_rank: int = 3, least_count: int = 10) -> Line:
    """Straight line through log10 P against log10 rank, over ranks from `first_rank` with enough counts.

    Zipf's law of the paper has slope -1 and intercept -1.948 on seven inputs.
    """
    counts = -np.sort(-prior.counts)
    rank = np.arange(1, len(counts) + 1)
    use = (rank >= first_rank) & (counts >= least_count)
    if use.sum() < 2:
        raise ProblemError("Too few functions were met often enough for a fit: draw more samples.")
    slope, intercept = np.polyfit(np.log10(rank[use]), np.log10(counts[use] / prior.samples), 1)
    return Line(float(slope), float(intercept))


@dataclass(frozen=True)
class SimplicityBound:
    """P(f) <= 2^(-a K(f) - b) with `a` in bits of probability a bit of complexity.

    The slope is that of least squares through the most probable function at each complexity; `b` is then the largest
    that leaves no such function above the line.
    """

    a: float
    b: float

    def probability(self, complexity: ArrayLike) -> NDArray[np.float64]:
        """The bound at each complexity."""
        return np.asarray(2.0 ** (-self.a * np.asarray(complexity, dtype=np.float64) - self.b))


def fit_simplicity_bound(
    table: pd.DataFrame, lowest: float = BOUND_RANGE[0], highest: float = BOUND_RANGE[1], least_count: int = 1
) -> SimplicityBound:
    """One-sided bound (Dingle, Camargo & Louis 2018) on a `complexity_table`, fitted over lowest <= K <= highest.

    Parameters
    ----------
    table : DataFrame
        Of :func:`complexity_table`.
    lowest, highest : float
        Complexities that are used, bits.
    least_count : int
        Times that a complexity's most frequent function was met, at least.

    Returns
    -------
    SimplicityBound
        Slope and offset of log2 P <= -a K - b.

    Raises
    ------
    ProblemError
        If fewer than two complexities lie in the range.

    Examples
    --------
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> bound = fit_simplicity_bound(complexity_table(sample_prior(NetworkEnsemble(), 5000, seed=1)))
    >>> print(f"P(f) at most halves with every {1 / bound.a:.1f} bits of complexity")
    P(f) at most halves with every 4.2 bits of complexity
    """
    use = table[table["complexity"].between(lowest, highest) & (table["max_count"] >= max(least_count, 1))]
    if len(use) < 2:
        raise ProblemError("A bound needs functions of at least two complexities in its range: draw more samples.")
    k = use["complexity"].to_numpy(np.float64)
    log_p = np.log2(use["max_probability"].to_numpy(np.float64))
    slope, _ = np.polyfit(k, log_p, 1)
    return SimplicityBound(a=float(-slope), b=float(-(log_p - slope * k).max()))


def rank_correlation(prior: FunctionCounts, least_count: int = 5) -> float:
    """Spearman's correlation between K_LZ and log P over functions met at least `least_count` times."""
    use = prior.counts >= least_count
    if use.sum() < 3:
        raise ProblemError("Too few functions were met often enough for a correlation: draw more samples.")
    return float(spearmanr(k_lz(prior.functions[use], prior.inputs), prior.counts[use]).statistic)


@dataclass(frozen=True)
class OrbitEstimate:
    """P(f) from the counts of all functions that symmetry makes equally likely.

    Attributes
    ----------
    probability, standard_error : float
        Of the one function; the error is binomial.
    size : int
        Functions in the orbit.
    count, own_count : int
        Samples in the orbit, and of the function itself.
    """

    probability: float
    standard_error: float
    size: int
    count: int
    own_count: int


def orbit_probability(prior: FunctionCounts, function: ArrayLike) -> OrbitEstimate:
    """Estimate P(f) over the orbit of f under complement and permutations of the inputs.

    A sample falls into the orbit or not, with probability q = size * P(f); the estimate is the observed share over
    the size, its standard error sqrt(q (1 - q) / samples) / size.

    Parameters
    ----------
    prior : FunctionCounts
        Of :func:`sample_prior`.
    function : array_like of uint64, shape (2,)
        One packed truth table.

    Returns
    -------
    OrbitEstimate
        Probability and standard error of the one function.

    Examples
    --------
    >>> from analysis.occam.boolean import named_functions
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> constant = orbit_probability(sample_prior(NetworkEnsemble(), 5000, seed=1), named_functions()["constant 0"])
    >>> print(f"{constant.probability:.3f} ± {constant.standard_error:.3f}")
    0.138 ± 0.003
    """
    _refuse_empty(prior)
    images = orbit(function, prior.inputs)
    count = int(prior.count_of(images).sum())
    q = count / prior.samples
    own = int(prior.count_of(np.asarray(function, dtype=np.uint64).reshape(1, 2))[0])
    error = float(np.sqrt(q * (1 - q) / prior.samples)) / len(images)
    return OrbitEstimate(q / len(images), error, len(images), count, own)


def orbit_estimates(prior: FunctionCounts, functions: Mapping[str, Packed]) -> pd.DataFrame:
    """P(f) of named functions, from their own count and from their orbit (`orbit_probability`).

    Parameters
    ----------
    prior : FunctionCounts
    functions : mapping of str to packed function

    Returns
    -------
    DataFrame
        One row a function: ``function``, ``count`` and ``own`` (its own count and share), ``own_error``, ``images``
        (size of the orbit), ``orbit`` (probability from the orbit) and ``orbit_error``; errors are binomial.

    Examples
    --------
    >>> from analysis.occam.boolean import named_functions
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> wanted = {name: named_functions()[name] for name in ("constant 0", "parity")}
    >>> table = orbit_estimates(sample_prior(NetworkEnsemble(), 5000, seed=1), wanted)
    >>> table[["images", "orbit"]].round(3).values.tolist()  # no network of 5,000 computes parity
    [[2.0, 0.138], [2.0, 0.0]]
    """
    rows = []
    for name, function in functions.items():
        estimate = orbit_probability(prior, function)
        own = estimate.own_count / prior.samples
        rows.append(
            {
                "function": name,
                "count": estimate.own_count,
                "own": own,
                "own_error": np.sqrt(own * (1 - own) / prior.samples),
                "images": estimate.size,
                "orbit": estimate.probability,
                "orbit_error": estimate.standard_error,
            }
        )
    return pd.DataFrame(rows)


def _refuse_empty(prior: FunctionCounts) -> None:
    if not prior.samples:
        raise ProblemError("These counts are empty: draw at least one sample first.")
