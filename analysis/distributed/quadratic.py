r"""Local steps on a bowl: where machines settle that meet every H steps, and how much noise their average keeps.

Worker i has its own bowl, a quadratic of curvature h_i with its lowest point at c_i,

.. math:: f_i(x) = \tfrac{1}{2} h_i (x - c_i)^2.

It takes H steps of size eta down its own slope; then all k workers go to the mean of their places. With
r_i = (1 - eta h_i)^H, the part of the way that H steps leave, one round moves the common place x to

.. math:: \frac{1}{k} \sum_i \left[ c_i + r_i (x - c_i) \right],

which stands still where x is a mean of the c_i with the weights 1 - r_i. At H = 1 the weights are eta h_i, and x is the
lowest point of the mean of all bowls; as H grows they become equal, and x is the plain mean of the c_i.

References
----------
Stich (2019), arXiv:1805.09767; Woodworth et al. (2020), arXiv:2002.07839; Khaled et al. (2020).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit.checking import checked, finite, fit_together, not_negative, plain, positive, real
from analysis.kit.errors import ProblemError

Array = NDArray[np.float64]


def optimum(curvatures: ArrayLike, optima: ArrayLike) -> float:
    """The lowest point of the mean of all bowls: the mean of their lowest points, weighted by curvature.

    Examples
    --------
    >>> optimum([1.0, 3.0], [0.0, 1.0])
    0.75
    """
    h, c = _bowls(curvatures, optima)
    return float(h @ c / h.sum())


def fixed_point(curvatures: ArrayLike, optima: ArrayLike, step: float, period: ArrayLike) -> Any:
    """Where the workers' mean settles: sum(w c) / sum(w) with w = 1 - (1 - step * h)^period.

    Parameters
    ----------
    curvatures : array (k,)
        h, positive.
    optima : array (k,)
        c, the lowest point of each bowl.
    step : float
        Learning rate, below 2 over the largest curvature.
    period : int or array
        H, steps between two meetings; infinity is allowed.

    Returns
    -------
    float or array
        Like `period`.

    Raises
    ------
    ProblemError
        For a curvature that is not positive, arrays of different lengths, a step at which a worker's walk diverges, or
        a period below one.

    Examples
    --------
    >>> [round(x, 4) for x in fixed_point([0.2, 0.6, 1, 2], [2, 0, -1, 0.5], 0.1, [1, 10, 50, np.inf]).tolist()]
    [0.1053, 0.0735, 0.2167, 0.375]
    """
    h, c = _bowls(curvatures, optima)
    kept = _kept(h, step)
    H = _period(period)
    weights = 1 - kept ** H[..., None]
    return plain((weights @ c) / weights.sum(axis=-1))


def small_step_bias(curvatures: ArrayLike, optima: ArrayLike, step: float, period: ArrayLike) -> Any:
    """First term of the bias in the step: -(step / 2) (H - 1) sum(h^2 (c - x*)) / sum(h), with x* the optimum.

    Zero if all curvatures are equal, or all optima.

    Parameters
    ----------
    curvatures, optima : array_like, shape (k,)
        Of the workers' quadratics.
    step : float
        Of gradient descent.
    period : int or array
        Steps between meetings, H.

    Returns
    -------
    float or array
        In the unit of the optima.

    Examples
    --------
    >>> round(small_step_bias([0.2, 0.6, 1, 2], [2, 0, -1, 0.5], 0.1, 2), 5)
    -0.00673
    """
    h, c = _bowls(curvatures, optima)
    H = _period(period)
    pull = h**2 @ (c - optimum(h, c)) / h.sum()
    return plain(-positive(step, "a step") / 2 * (H - 1) * pull)


def trajectory(start: float, curvatures: ArrayLike, optima: ArrayLike, step: float, period: int, steps: int) -> Array:
    """The place of each worker after each step; after every `period` steps all stand at their mean.

    Parameters
    ----------
    start : float
        Where all begin.
    curvatures, optima : array_like, shape (k,)
        Of the workers' quadratics.
    step : float
        Of gradient descent.
    period, steps : int
        Steps between meetings, and in all.

    Returns
    -------
    array (steps + 1, k)
        The first row is the start.

    Raises
    ------
    ProblemError
        If there is no step, or more than one start.

    Examples
    --------
    >>> trajectory(0.0, [1.0, 3.0], [0.0, 1.0], 0.1, period=2, steps=2).round(3).tolist()
    [[0.0, 0.0], [0.0, 0.3], [0.255, 0.255]]
    """
    h, c = _bowls(curvatures, optima)
    _kept(h, step)
    every = _one(_period(period), "a number of steps between meetings")
    if steps < 1 or steps != int(steps):
        raise ProblemError(f"There are {steps} steps; take a whole number of at least one.")
    if np.ndim(start):
        raise ProblemError("All workers start from one place; give one number.")
    x = np.full((steps + 1, len(h)), float(finite(start, "a start")))
    for t in range(1, steps + 1):
        x[t] = x[t - 1] - step * h * (x[t - 1] - c)
        if t % every == 0:
            x[t] = x[t].mean()
    return x


def stationary_variance(curvature: ArrayLike, step: float, noise: float, workers: ArrayLike) -> Any:
    """Variance of the workers' mean after long training in equal bowls: step noise^2 / ((2 - step h) h k).

    The number of steps between meetings does not occur: of equal bowls the mean walks as one worker would whose noise
    is averaged over k, meeting or not.

    Parameters
    ----------
    curvature : float
        h, the same for all.
    step : float
        Learning rate.
    noise : float
        Standard deviation of each worker's gradient.
    workers : int or array
        k.

    Returns
    -------
    float or array

    Examples
    --------
    >>> round(stationary_variance(1.0, 0.1, 1.0, workers=4), 5)
    0.01316
    """
    h, k = positive(curvature, "a curvature"), _workers(workers)
    fit_together(h, k)
    _kept(h, step)
    return plain(step * not_negative(noise, "a noise") ** 2 / ((2 - step * h) * h * k))


def simulated_variance(
    curvature: float, step: float, noise: float, workers: int, period: int, steps: int, walks: int, seed: int
) -> float:
    """The variance of :func:`stationary_variance` by simulation: independent walks with normal noise, and their means.

    Parameters
    ----------
    curvature, step, noise : float
        As for :func:`stationary_variance`.
    workers : int
        k.
    period : int
        H, steps between meetings.
    steps : int
        Of each walk, a multiple of the period and long enough to forget the start.
    walks : int
        Independent repetitions; the relative error of the result is the root of 2 over this.
    seed : int

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If the walks are too few, or do not end with a meeting.

    Examples
    --------
    >>> found = simulated_variance(1.0, 0.1, 1.0, workers=4, period=10, steps=200, walks=4_000, seed=1)
    >>> round(found, 4), round(stationary_variance(1.0, 0.1, 1.0, workers=4), 4)
    (0.013, 0.0132)
    """
    every, k = (
        _one(_period(period), "a number of steps between meetings"),
        _one(_workers(workers), "a number of workers"),
    )
    shaken = float(not_negative(noise, "a noise"))
    kept = float(_kept(positive(curvature, "a curvature"), step))
    if steps < every or steps % every:
        raise ProblemError(f"A walk of {steps} steps does not end with a meeting every {every} steps; take a multiple.")
    if walks < 2 or walks != int(walks):
        raise ProblemError(f"A variance of {walks} walks has no meaning; take a whole number, two or more.")
    if seed < 0 or seed != int(seed):
        raise ProblemError(f"A seed must be a whole number of at least 0, not {seed}; correct it.")
    rng = np.random.default_rng(seed)
    x = np.zeros((walks, k))
    for t in range(1, steps + 1):
        x = kept * x - step * shaken * rng.standard_normal((walks, k))
        if t % every == 0:
            x[:] = x.mean(axis=1, keepdims=True)
    return float(x[:, 0].var(ddof=1))


def noise_table(
    periods: Sequence[int],
    workers: Sequence[int],
    curvature: float,
    step: float,
    noise: float,
    steps: int,
    walks: int,
    seed: int,
) -> pd.DataFrame:
    """The variance of the workers' mean by theory and by simulation, for each number of workers and each period.

    Parameters
    ----------
    periods, workers : sequence of int
        Steps between meetings, and numbers of workers.
    curvature, step, noise : float
        As for :func:`stationary_variance`.
    steps, walks : int
        As for :func:`simulated_variance`.
    seed : int
        Of the first row; every further row has the next.

    Returns
    -------
    DataFrame
        Columns ``workers``, ``period``, ``theory``, ``simulated`` and its standard ``error``, one row a pair.

    Examples
    --------
    >>> table = noise_table([1, 10], [2], 1.0, 0.1, 1.0, steps=100, walks=4000, seed=3)
    >>> table[["period", "theory", "simulated"]].round(3).values.tolist()  # meeting seldom adds no noise
    [[1.0, 0.026, 0.027], [10.0, 0.026, 0.026]]
    """
    rows = []
    for number, (k, H) in enumerate(itertools.product(workers, periods)):
        found = simulated_variance(curvature, step, noise, k, H, steps, walks, seed + number)
        theory = stationary_variance(curvature, step, noise, k)
        rows.append((k, H, theory, found, found * np.sqrt(2 / (walks - 1))))
    return pd.DataFrame(rows, columns=["workers", "period", "theory", "simulated", "error"])


def _bowls(curvatures: ArrayLike, optima: ArrayLike) -> tuple[Array, Array]:
    h = np.atleast_1d(positive(curvatures, "a curvature"))
    c = np.atleast_1d(finite(optima, "an optimum"))
    if h.shape != c.shape or h.ndim != 1 or not h.size:
        raise ProblemError(f"There are {h.size} curvatures and {c.size} optima; give one of each for every worker.")
    return h, c


def _kept(h: Array, step: float) -> Array:
    """What one step leaves of the way, 1 - step h."""
    eta = positive(step, "a step")
    if eta.ndim:
        raise ProblemError("All workers take steps of one size; give one number.")
    checked(eta, np.max(eta * h) < 2, "a step", f"below {2 / float(np.max(h)):g}, 2 over the largest curvature")
    return np.asarray(1 - eta * h)


def _period(period: ArrayLike) -> Array:
    H = real(period, "a number of steps between meetings")
    whole = np.isinf(H) | (np.floor(H) == H)
    return checked(H, (H >= 1) & whole, "a number of steps between meetings", "a whole number of at least 1")


def _workers(workers: ArrayLike) -> Array:
    k = real(workers, "a number of workers")
    return checked(k, np.isfinite(k) & (k >= 1) & (k == np.floor(k)), "a number of workers", "a whole number above 0")


def _one(array: Array, name: str) -> int:
    """A whole number that is one and finite."""
    if array.ndim or not np.isfinite(array):
        raise ProblemError(
            f"{name[0].upper()}{name[1:]} must be one finite number here, not {array.tolist()!r}; correct it."
        )
    return int(array)
