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

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import lambertw

from analysis.kit.checking import Array, finite, life, not_negative, plain, positive, share
from analysis.kit.errors import ProblemError
from analysis.market.discounting import annuity, capital_recovery_factor

#: Lives in years, and their shares of spending.
Mix = tuple[Sequence[float], Sequence[float]]


def depreciation_ratio(growth: ArrayLike, lifetime: ArrayLike) -> Any:
    """Depreciation over capital spending in steady growth, (1 - e^(-gL)) / (gL).

    Parameters
    ----------
    growth : float or array
        g, continuous rate a year, of any sign.
    lifetime : float or array
        L, years of depreciation; positive and finite.

    Returns
    -------
    float or array

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

    Returns
    -------
    float or array

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


def ratios_by_growth(growth: ArrayLike, mixes: Mapping[str, Mix]) -> pd.DataFrame:
    """The ratio by the growth of spending, for several mixes of assets.

    Parameters
    ----------
    growth : array
        Growth of spending a year, compounded; above -1.
    mixes : mapping
        Name of each mix to its lives (years) and their shares of spending, as in :func:`mixed_ratio`.

    Returns
    -------
    DataFrame
        Columns ``life`` (name of the mix), ``growth``, ``ratio``.

    Examples
    --------
    >>> ratios_by_growth([0.0, 0.5], {"6 years": ([6.0], [1.0])})["ratio"].round(3).tolist()
    [1.0, 0.375]
    """
    rates = np.log1p(np.atleast_1d(finite(growth, "a growth")))
    tables = [
        pd.DataFrame({"life": name, "growth": np.expm1(rates), "ratio": [mixed_ratio(g, *mix) for g in rates]})
        for name, mix in mixes.items()
    ]
    return pd.concat(tables, ignore_index=True)


def growth_by_mix(ratio: float, mixes: Mapping[str, Mix]) -> dict[str, float]:
    """Growth of spending a year, compounded, that a ratio implies, by the mix of assets.

    Parameters
    ----------
    ratio : float
        Depreciation over spending; positive.
    mixes : mapping
        As in :func:`ratios_by_growth`.

    Returns
    -------
    dict[str, float]

    Examples
    --------
    >>> found = growth_by_mix(125 / 482, {"servers": ([6], [1]), "with buildings": ([6, 25], [0.6, 0.4])})
    >>> {name: round(growth, 2) for name, growth in found.items()}
    {'servers': 0.87, 'with buildings': 0.51}
    """
    return {name: float(np.expm1(implied_growth_of_mix(ratio, *mix))) for name, mix in mixes.items()}


def yearly_payment(amount: float, rate: float, lives: ArrayLike, shares: ArrayLike) -> float:
    """Payment a year that pays back what was spent on assets of several lives, each over its own, with interest.

    Parameters
    ----------
    amount : float
        Dollars spent, or any other unit of money; at least 0.
    rate : float
        r, interest a year, compounded yearly; at least 0.
    lives, shares : arrays of one length
        Life in years of each kind of asset and its share of the amount; the shares add up to 1.

    Returns
    -------
    float

    Examples
    --------
    >>> round(yearly_payment(100.0, 0.10, [6, 25], [0.6, 0.4]), 1)
    18.2
    """
    years, weights = _mix(lives, shares)
    factors = capital_recovery_factor(rate, years)
    return float(not_negative(amount, "an amount") * (weights @ factors))


def _mix(lifetimes: ArrayLike, shares: ArrayLike) -> tuple[Array, Array]:
    years, weights = np.atleast_1d(life(lifetimes)), np.atleast_1d(share(shares, "a share of spending"))
    if years.shape != weights.shape or not np.isclose(weights.sum(), 1):
        raise ProblemError("Give one share of spending for each life; the shares must add up to 1.")
    return years, weights
