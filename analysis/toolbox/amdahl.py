r"""What a part that is made faster does for the whole (Amdahl 1967), and what several tools do together.

A job takes the shares :math:`f_i` of its time for its parts; a tool divides the time of part *i* by :math:`s_i`, which
is 1 where it touches nothing. Then the whole is faster by

.. math:: S = \frac{1}{\sum_i f_i / s_i}

Tools multiply within a part. For the whole, the time that two tools leave together exceeds the product of what each
leaves by the covariance of what they leave of the parts: with tools on one part, the whole gains less than the product
of their gains; with tools on different parts, more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.kit.checking import Array, checked, fit_together, plain, positive, real, share
from analysis.kit.errors import ProblemError


def speedup(shares: ArrayLike, factors: ArrayLike) -> float:
    """How many times faster the whole is.

    Parameters
    ----------
    shares : array_like, shape (parts,)
        Of the time before; what they leave of 1 is not touched.
    factors : array_like, shape (parts,) or (tools, parts)
        By which each part is made faster; those of several tools multiply. Infinity is a part that vanishes, a factor
        below 1 one that takes longer.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If the shares are none, or exceed 1 together.

    Examples
    --------
    Half of the time made twice as fast; and with a second tool on the other half:

    >>> round(speedup([0.5], [2]), 3), speedup([0.5, 0.5], [[2, 1], [1, 2]])
    (1.333, 2.0)
    """
    fit_together(shares, factors)
    parts = np.atleast_1d(share(shares, "a share of the time"))
    if not parts.size or parts.sum() > 1 + 1e-9:
        raise ProblemError(f"The shares of the parts are {parts.sum():g} together; give parts with at most 1.")
    times = np.atleast_2d(_factor(factors))
    if parts.ndim != 1 or times.ndim != 2 or times.shape[1] not in (1, parts.size):
        raise ProblemError("Shares are a list of parts, and factors have one row a tool and one column a part.")
    left = parts / np.prod(np.broadcast_to(times, (len(times), parts.size)), axis=0)
    time = max(0.0, 1 - float(parts.sum())) + float(left.sum())
    return 1 / time if time > 0 else np.inf


def implied_share(speedup: ArrayLike, factor: ArrayLike) -> Any:
    """Share of the time that a tool must have touched: its part got faster by `factor`, the whole by `speedup`.

    Parameters
    ----------
    speedup : float or ndarray
        Of the whole; between 1 and `factor`.
    factor : float or ndarray
        Of the part; above 1.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ProblemError
        If no share from 0 to 1 explains it.

    Examples
    --------
    >>> round(implied_share(717.6 / 675.3, 1.25), 3)
    0.295
    """
    fit_together(speedup, factor)
    part, whole = real(factor, "a factor"), positive(speedup, "a speed-up")
    checked(part, part > 1, "a factor", "above 1")
    both = np.broadcast_to(whole / part, np.broadcast(whole, part).shape)
    checked(whole, whole >= 1, "a speed-up", "at least 1")
    if np.any(both > 1 + 1e-12):
        raise ProblemError("The whole gained more than the part, so the tool did more than it says; look for the rest.")
    return plain((1 - 1 / whole) / (1 - 1 / part))


def limit(share_touched: ArrayLike) -> Any:
    """The most that a tool can do that touches such a share of the time: 1 / (1 - f).

    Parameters
    ----------
    share_touched : float or array
        Between 0 and 1.

    Returns
    -------
    float or array
        A factor.

    Examples
    --------
    >>> np.round(limit(np.array([0.5, 0.9, 0.99])), 6).tolist()  # what is not touched sets the bound
    [2.0, 10.0, 100.0]
    """
    touched = share(share_touched, "a share of the time")
    with np.errstate(divide="ignore"):
        return plain(np.where(touched < 1, 1 / np.where(touched < 1, 1 - touched, 1), np.inf))


def together(shares: ArrayLike, first: ArrayLike, second: ArrayLike) -> float:
    """What two tools gain together over the product of what each gains alone.

    Below 1 they touch the same parts, above 1 different ones.

    Parameters
    ----------
    shares : array_like, shape (parts,)
        Of the time before; what they leave of 1 is not touched.
    first, second : array_like, shape (parts,)
        Factors of each tool on each part.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If there are more factors than shares.

    Examples
    --------
    >>> round(together([0.5, 0.5], [2, 1], [1, 2]), 3), round(together([0.5, 0.5], [2, 1], [2, 1]), 3)
    (1.125, 0.9)
    """
    fit_together(shares, first, second)
    if max(np.size(first), np.size(second)) > np.size(shares):
        raise ProblemError("Each tool has one factor for each part; give as many factors as shares.")
    one, two = (np.broadcast_to(_factor(each), np.shape(np.atleast_1d(shares))) for each in (first, second))
    return speedup(shares, np.stack([one, two])) / (speedup(shares, one) * speedup(shares, two))


def _factor(value: ArrayLike) -> Array:
    array = real(value, "a factor")
    return checked(array, array > 0, "a factor", "positive, or infinity")
