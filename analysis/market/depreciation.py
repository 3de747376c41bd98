r"""Depreciation against capital spending: what the books show of a build-up, and when.

Spending that grows at the continuous rate g and is written off in equal parts over L years gives, in the long run,

.. math:: \rho = \frac{\text{depreciation}}{\text{capital spending}} = \frac{1 - e^{-g L}}{g L},

1 without growth, and less the faster spending grows and the longer the life. The other way round, with Lambert's W,

.. math:: g = \frac1L \left[\frac1\rho + W\left(-\frac1\rho e^{-1/\rho}\right)\right].

Assumes straight-line depreciation to zero, one life for all that is bought, spending spread evenly over the year, and
growth that has lasted for at least the life.

References
----------
The steady-growth ratio is Domar (1953), Depreciation, replacement and growth, The Economic Journal 63(249).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import lambertw

from analysis.kit.checking import Array, finite, life, not_negative, plain, positive, share
from analysis.kit.errors import ProblemError
from analysis.market.discounting import annuity


def depreciation_ratio(growth: ArrayLike, lifetime: ArrayLike) -> Any:
    """Depreciation over capital spending in steady growth, (1 - e^(-gL)) / (gL).

    Parameters
    ----------
    growth : float or array
        g, continuous rate a year, of any sign.
    lifetime : float or array
        L, years of depreciation; positive and finite.

    Examples
    --------
    >>> depreciation_ratio(0.4, [6.0, 5.0, 3.0]).round(3).tolist()
    [0.379, 0.432, 0.582]
    """
    years = positive(lifetime, "a life")
    return plain(annuity(years, finite(growth, "a growth")) / years)


def implied_growth(ratio: ArrayLike, lifetime: ArrayLike) -> Any:
    """Steady growth of spending that a ratio of depreciation to spending implies, continuous, a year.

    Parameters
    ----------
    ratio : float or array
        rho; positive. Above 1 spending shrinks.
    lifetime : float or array
        L, years; positive and finite.

    Examples
    --------
    >>> rate = implied_growth(125 / 482, 6.0)
    >>> round(rate, 3), round(float(np.exp(rate)), 2)
    (0.628, 1.87)
    """
    inverse = 1 / positive(ratio, "a ratio of depreciation to spending")
    years = positive(lifetime, "a life")
    z = -inverse * np.exp(-inverse)
    # -1/rho itself solves W e^W = z and means no growth; the growth is on the other branch
    branch = np.where(inverse > 1, lambertw(z, 0).real, lambertw(z, -1).real)
    return plain(np.where(inverse == 1, 0.0, inverse + branch) / years)


def mixed_ratio(growth: float, lifetimes: ArrayLike, shares: ArrayLike) -> float:
    """The ratio when spending buys several kinds of assets, each with a life of its own.

    Parameters
    ----------
    growth : float
        g of all spending, continuous, a year.
    lifetimes, shares : arrays of one length
        Life in years of each kind, and its share of spending; the shares add up to 1. Land has a share and an
        infinite life.

    Examples
    --------
    Servers of 6 years and buildings of 25 years:

    >>> round(mixed_ratio(0.4, [6, 25], [0.6, 0.4]), 3)
    0.267
    """
    years, weights = _mix(lifetimes, shares)
    ratios = [0.0 if np.isinf(age) else depreciation_ratio(growth, age) for age in years]
    return float(weights @ np.array(ratios))


def implied_growth_of_mix(ratio: float, lifetimes: ArrayLike, shares: ArrayLike) -> float:
    """Steady growth that a ratio implies when the assets have several lives; found numerically.

    Parameters
    ----------
    ratio : float
        Depreciation over spending; positive, and of land alone there is none.
    lifetimes, shares : arrays
        As in :func:`mixed_ratio`.

    Examples
    --------
    >>> round(implied_growth_of_mix(125 / 482, [6, 25], [0.6, 0.4]), 2)
    0.42
    """
    years, weights = _mix(lifetimes, shares)
    positive(ratio, "a ratio of depreciation to spending")
    if not weights[np.isfinite(years)].sum() > 0:
        raise ProblemError("Land is not written off; give a share of spending to something with a finite life.")
    low, high = -1.0, 1.0
    while mixed_ratio(low, years, weights) < ratio:
        low *= 2
    while mixed_ratio(high, years, weights) > ratio:
        high *= 2
    return float(brentq(lambda g: mixed_ratio(g, years, weights) - ratio, low, high, xtol=1e-12))


def cohort_depreciation(spending: ArrayLike, lifetime: float) -> Array:
    """Depreciation year by year of a series of yearly spending, each year's assets bought evenly over that year.

    What was bought before the first year is not in it, so that the first `lifetime` years are too low for a firm that
    had assets.

    Parameters
    ----------
    spending : array, shape (years,)
        Dollars a year, in order; at least 0.
    lifetime : float
        L, years; positive and finite, fractions allowed.

    Returns
    -------
    array, shape (years,)
        Dollars a year.

    Examples
    --------
    Ten dollars, written off over two years: half a year's part, a year's, half a year's.

    >>> cohort_depreciation([10, 0, 0, 0], 2.0).tolist()
    [2.5, 5.0, 2.5, 0.0]
    """
    dollars = not_negative(spending, "spending")
    if dollars.ndim != 1 or not dollars.size:
        raise ProblemError("Spending must be a list of yearly amounts; give one number for each year.")
    L = float(positive(lifetime, "a life"))

    def bought(x: Array) -> Array:
        # years of use by time x of a dollar's worth bought evenly from 0 to 1
        return (np.maximum(x, 0) ** 2 - np.maximum(x - 1, 0) ** 2) / 2

    ends = np.arange(dollars.size + 1.0)
    written_off = (bought(ends) - bought(ends - L)) / L
    return np.convolve(dollars, np.diff(written_off))[: dollars.size]


def _mix(lifetimes: ArrayLike, shares: ArrayLike) -> tuple[Array, Array]:
    years, weights = np.atleast_1d(life(lifetimes)), np.atleast_1d(share(shares, "a share of spending"))
    if years.shape != weights.shape or not np.isclose(weights.sum(), 1):
        raise ProblemError("Give one share of spending for each life; the shares must add up to 1.")
    return years, weights
