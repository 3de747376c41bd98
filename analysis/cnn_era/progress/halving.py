r"""Halving times of record series, with intervals that say what they assume.

Two readings of a series of records:

*Steps.* A record is a step: a wait :math:`w_i`, then a drop :math:`d_i` of the log value. If waits and drops are
independent draws with means that do not change, the log value falls at the pace :math:`\bar d / \bar w`, and

.. math:: \hat h = \ln 2 \, \sum w_i / \sum d_i .

For exponential waits and drops :math:`\hat h / h` follows the F distribution with 2n and 2n degrees of freedom exactly
(a ratio of two gamma variables of shape n), for n steps. Real steps vary more; n is then divided by the dispersion
phi, the mean squared coefficient of variation of waits and drops, where that exceeds one.

*Scatter.* The records lie about a line in log value, each off it independently. Ordinary least squares gives the pace.
A record depends on those before it, so that this interval is too narrow for steps; by how much is measured in the
experiment ``cnn-era-coverage``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from analysis.cnn_era.progress.records import Array, Records
from analysis.kit.checking import inside
from analysis.kit.errors import ProblemError

#: What each interval means.
METHODS = {
    "steps": "waits and drops are independent draws; F distribution, widened by their dispersion",
    "steps-bootstrap": "waits and drops are independent draws; pairs drawn with replacement, percentiles",
    "profile": "records scatter independently about a line; least squares, profile likelihood",
    "bootstrap": "records scatter independently about a line; least squares, redrawn records, percentiles",
}


@dataclass(frozen=True)
class HalvingTime:
    """A halving time and its interval.

    Attributes
    ----------
    days, low, high : float
        Days in which the record halves, and the ends of the interval; infinite where no fall is certain.
    level : float
        Nominal coverage of the interval.
    method : str
        Key of :data:`METHODS`.
    records : int
    dispersion : float
        Mean squared coefficient of variation of waits and drops, at least one; one says steps are exponential or
        more even.
    """

    days: float
    low: float
    high: float
    level: float
    method: str
    records: int
    dispersion: float

    @property
    def months(self) -> float:
        """Halving time in months of 365.25 / 12 days."""
        return self.days / (365.25 / 12)


@dataclass(frozen=True)
class PaceComparison:
    """Whether two series halve in the same time.

    Attributes
    ----------
    ratio, low, high : float
        Halving time of the first over that of the second, and the ends of its interval.
    p : float
        Two-sided probability of a ratio this far from one if the truth is one.
    level : float
    """

    ratio: float
    low: float
    high: float
    p: float
    level: float


def dispersion(waits: ArrayLike, drops: ArrayLike) -> float:
    """Mean squared coefficient of variation of waits and drops, at least 1 (which is that of exponential draws).

    >>> dispersion([1, 1, 1], [2, 2, 2])
    1.0
    """
    squares = [np.var(x, ddof=1) / np.mean(x) ** 2 for x in (np.asarray(waits, float), np.asarray(drops, float))]
    return max(1.0, float(np.mean(squares)))


def halving_time(
    records: Records, method: str = "steps", level: float = 0.95, resamples: int = 4000, seed: int = 0
) -> HalvingTime:
    """Halving time of a record series.

    Parameters
    ----------
    records : Records
        With at least two steps; see :func:`analysis.cnn_era.progress.records.check_records`.
    method : str
        Key of :data:`METHODS`: what is assumed, and so what the interval means.
    level : float
        Nominal coverage, above 0 and below 1.
    resamples, seed : int
        Of the bootstraps.

    Returns
    -------
    HalvingTime

    Raises
    ------
    ProblemError
        For an unknown method, or a level that is none.

    Examples
    --------
    >>> from analysis.cnn_era.progress.records import record_series
    >>> found = halving_time(record_series(["2018-01-01", "2018-01-11", "2018-01-31"], [8, 4, 1]))
    >>> print(f"{found.days:.0f} days, {found.low:.0f} to {found.high:.0f}")  # two steps tell little
    10 days, 1 to 96
    """
    if method not in METHODS:
        raise ProblemError(f"There is no method {method!r}; choose from {', '.join(METHODS)}.")
    inside(level, "the level of confidence")
    if resamples < 1:
        raise ProblemError(f"There are {resamples} resamples; ask for at least one.")
    spread = dispersion(records.waits, records.drops)
    if method == "steps":
        found = _steps(records.waits, records.drops, spread, level)
    elif method == "steps-bootstrap":
        found = _steps_bootstrap(records, level, resamples, seed)
    elif method == "profile":
        found = _profile(records.days, np.log(records.values), level)
    else:
        found = _bootstrap(records.days, np.log(records.values), level, resamples, seed)
    days, low, high = map(float, found)
    return HalvingTime(days, low, high, level, method, len(records), spread)


def halving_time_of_ends(records: Records) -> float:
    """Days in which the record halves, from the first and the last alone: T ln 2 / ln(first / last).

    >>> from analysis.cnn_era.progress.records import record_series
    >>> round(halving_time_of_ends(record_series(["2018-01-01", "2018-01-21"], [4, 1])), 9)
    10.0
    """
    return float(records.days[-1] * math.log(2) / math.log(records.factor))


def compare_halving_times(first: Records, second: Records, level: float = 0.95) -> PaceComparison:
    """Ratio of two halving times under independent steps, and a test that it is one.

    For n exponential waits and drops the log of the estimate has variance 2 psi'(n), with n divided by the dispersion;
    the difference of two such logs is close to normal.

    Parameters
    ----------
    first, second : Records
    level : float
        Nominal coverage of the interval.

    Returns
    -------
    PaceComparison
        The ratio with its interval, and the probability of the test.

    Examples
    --------
    >>> from analysis.cnn_era.progress.records import record_series
    >>> days = ["2018-01-01", "2018-06-01", "2019-01-01", "2019-06-01", "2020-01-01"]
    >>> halved, quartered = record_series(days, [16, 8, 4, 2, 1]), record_series(days, [256, 64, 16, 4, 1])
    >>> round(compare_halving_times(quartered, halved).ratio, 3)  # two halvings a step take half the time each
    0.5
    """
    inside(level, "the level of confidence")
    ratio = halving_time_of_ends(first) / halving_time_of_ends(second)
    variance = sum(
        2 * special.polygamma(1, max(1e-3, len(r.waits) / dispersion(r.waits, r.drops))) for r in (first, second)
    )
    error = math.sqrt(float(variance))
    width = float(stats.norm.ppf((1 + level) / 2)) * error
    p = 2 * float(stats.norm.sf(abs(math.log(ratio)) / error))
    return PaceComparison(ratio, ratio * math.exp(-width), ratio * math.exp(width), p, level)


def steps_needed(dispersions: Iterable[float], ratio: float = 2.0, level: float = 0.95) -> int:
    """Steps that each of two series needs for an even chance of seeing that their paces differ by `ratio`.

    With so many, the interval of the ratio reaches just from `ratio` to one.

    Parameters
    ----------
    dispersions : iterable of float
        Of the two series, see :func:`dispersion`.
    ratio : float
        Of their halving times, above one.
    level : float
        Nominal coverage of the interval.

    Examples
    --------
    >>> steps_needed((1.0, 1.0), ratio=2.0), steps_needed((1.0, 1.0), ratio=10.0)
    (33, 4)
    """
    inside(level, "the level of confidence")
    spread, width = tuple(dispersions), float(stats.norm.ppf((1 + level) / 2))
    if not 1 < ratio < math.inf:
        raise ProblemError(f"The ratio of two paces is {ratio:g}; give a finite one above 1.")
    steps = 3
    while width * math.sqrt(sum(2 * float(special.polygamma(1, steps / s)) for s in spread)) > math.log(ratio):
        steps += 1
    return steps


def _steps(waits: Array, drops: Array, spread: float, level: float) -> tuple[float, float, float]:
    days = math.log(2) * waits.sum() / drops.sum()
    freedom = 2 * len(waits) / spread
    factor = float(stats.f.ppf((1 + level) / 2, freedom, freedom))
    return days, days / factor, days * factor


def _steps_bootstrap(records: Records, level: float, resamples: int, seed: int) -> tuple[float, float, float]:
    waits, drops = records.waits, records.drops
    drawn = np.random.default_rng(seed).integers(len(waits), size=(resamples, len(waits)))
    sampled = math.log(2) * waits[drawn].sum(axis=1) / drops[drawn].sum(axis=1)
    low, high = np.quantile(sampled, [(1 - level) / 2, (1 + level) / 2])
    return math.log(2) * waits.sum() / drops.sum(), float(low), float(high)


def _profile(days: Array, logs: Array, level: float) -> tuple[float, float, float]:
    # maximising over height and scatter leaves n ln(1 + (b - b_hat)^2 Sxx / RSS) as the fall in twice the likelihood
    x = days - days.mean()
    squares = float(x @ x)
    slope = float(x @ logs) / squares
    missed = float(np.sum((logs - logs.mean() - slope * x) ** 2))
    limit = float(stats.chi2.ppf(level, 1))
    width = math.sqrt(missed / squares * math.expm1(limit / len(days)))
    return _halving(-slope), _halving(-slope + width), _halving(-slope - width)


def _bootstrap(days: Array, logs: Array, level: float, resamples: int, seed: int) -> tuple[float, float, float]:
    drawn = np.random.default_rng(seed).integers(len(days), size=(resamples, len(days)))
    x, y = days[drawn], logs[drawn]
    x = x - x.mean(axis=1, keepdims=True)
    squares = (x * x).sum(axis=1)
    seen = squares > 0  # a resample of one record alone has no slope
    slopes: NDArray[np.float64] = (x * y).sum(axis=1)[seen] / squares[seen]
    low, high = np.quantile(-slopes, [(1 - level) / 2, (1 + level) / 2])
    return _profile(days, logs, level)[0], _halving(float(high)), _halving(float(low))


def _halving(pace: float) -> float:
    return math.log(2) / pace if pace > 0 else math.inf
