r"""Overbuilding: capacity that was planned for a demand that did not come, and what is left of its value.

Capacity starts equal to demand. Planners expect demand to grow at the rate g_hat, technology multiplies what is built
at the rate h, and demand grows at g. After T years the share in use, and the time until demand fills what stands, are

.. math:: u(T) = e^{-(\hat g + h - g) T}, \qquad t_{full} = \frac{\ln (1 / u)}{g}.

An asset that starts with the share u0 in use earns, of the present value that it would earn in full use from the first
day, over a life L, at the discount rate r,

.. math:: \frac{u_0 F(t^*, r - g) + e^{-r t^*} F(L - t^*, r)}{F(L, r)}, \qquad
          t^* = \min\left(L, \frac{\ln (1 / u_0)}{g}\right),

with the annuity F(a, k) of :mod:`analysis.market.discounting`. All rates are continuous, a year.

References
----------
Coffman & Odlyzko (1998), The size and growth rate of the Internet, First Monday 3(10), for the rates of the 1990s; the
formulas are exponential growth and continuous discounting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit.checking import Array, finite, life, not_negative, plain, used_share
from analysis.kit.errors import ProblemError
from analysis.market.discounting import annuity


def utilisation(
    years: ArrayLike, planned_growth: ArrayLike, growth: ArrayLike, technology_growth: ArrayLike = 0.0
) -> Any:
    """Share of the capacity in use after some years of building for the planned growth.

    Assumes that building follows the plan all the time and that nothing is taken down. Where demand outgrows the
    capacity the share is 1, and some demand is not served.

    Parameters
    ----------
    years : float or array
        T; at least 0.
    planned_growth, growth, technology_growth : float or array
        g_hat, g and h: continuous rates a year.

    Returns
    -------
    float or array

    Examples
    --------
    Built for a doubling in 100 days, used by a demand that doubles in a year, after two years:

    >>> round(utilisation(2.0, 2.532, np.log(2)), 3)
    0.025
    """
    excess = _excess(planned_growth, growth, technology_growth)
    return plain(np.minimum(1.0, np.exp(-excess * not_negative(years, "a time"))))


def time_to_utilisation(
    share_used: ArrayLike, planned_growth: ArrayLike, growth: ArrayLike, technology_growth: ArrayLike = 0.0
) -> Any:
    """Years of building until only `share_used` of the capacity is in use, ln(1 / u) / (g_hat + h - g).

    Parameters
    ----------
    share_used : float or array
        u, above 0 and at most 1.
    planned_growth, growth : float or array
        Of demand, as it was expected and as it came; continuous, a year.
    technology_growth : float or array
        Of what a built unit carries; continuous, a year.

    Returns
    -------
    float or array
        Years.

    Raises
    ------
    ProblemError
        If the capacity does not grow faster than demand: then its use never falls.

    Examples
    --------
    >>> round(time_to_utilisation(0.027, 2.532, np.log(2)), 2)
    1.96
    """
    excess = _excess(planned_growth, growth, technology_growth)
    if np.any(excess <= 0):
        raise ProblemError("Use falls only while capacity outgrows demand; give a planned growth above the true one.")
    return plain(-np.log(used_share(share_used)) / excess)


def absorption_time(share_used: ArrayLike, growth: ArrayLike) -> Any:
    """Years until demand fills what stands, ln(1 / u) / g, if building stops; infinite where demand does not grow.

    Parameters
    ----------
    share_used : float or array
        u; above 0 and at most 1.
    growth : float or array
        g, continuous rate a year, of any sign.

    Returns
    -------
    float or array

    Examples
    --------
    >>> round(absorption_time(0.027, np.log(2)), 2), absorption_time(0.5, 0.0)
    (5.21, inf)
    """
    needed, g = np.broadcast_arrays(-np.log(used_share(share_used)), finite(growth, "a growth"))
    time = np.where(g > 0, needed / np.where(g > 0, g, 1.0), np.inf)
    return plain(np.where(needed == 0, 0.0, time))


def present_value_share(share_used: ArrayLike, growth: ArrayLike, rate: ArrayLike, lifetime: ArrayLike) -> Any:
    """Share of the present value of full use that an asset with spare capacity still earns.

    Assumes that building stops, that each unit in use earns the same every year, that the asset works as new until the
    end of its life, and that it stays full once it is full. Earnings that fall at a rate delta a year are the same
    formula with ``rate + delta`` in place of the rate.

    Parameters
    ----------
    share_used : float or array
        u0, share in use at the start; above 0 and at most 1.
    growth : float or array
        g, continuous growth of demand a year, of any sign.
    rate : float or array
        r, continuous discount rate a year; at least 0, and positive for an infinite life.
    lifetime : float or array
        L, years; positive, infinity allowed.

    Returns
    -------
    float or array

    Examples
    --------
    A quarter used, demand that grows by 40 per cent a year, a rate of 10 per cent: an asset of 5 and one of 25 years.

    >>> present_value_share(0.25, np.log(1.4), 0.10, [5.0, 25.0]).round(2).tolist()
    [0.58, 0.82]
    """
    g, r = finite(growth, "a growth"), not_negative(rate, "a discount rate")
    full, total = np.asarray(absorption_time(share_used, g)), life(lifetime)
    rising = np.minimum(full, total)
    # an asset that never fills up has no second part; infinity minus infinity is kept out of it
    left = np.where(full >= total, 0.0, total - np.where(full >= total, 0.0, full))
    later = np.where(left > 0, np.exp(-r * np.where(left > 0, rising, 0.0)) * annuity(left, r), 0.0)
    return plain((np.asarray(share_used, float) * annuity(rising, r - g) + later) / annuity(total, r))


def recovery_by_use(used: ArrayLike, lives: Mapping[str, float], growths: Sequence[float], rate: float) -> pd.DataFrame:
    """What assets of several lives still earn, by the share of them in use, at three growths of demand.

    Parameters
    ----------
    used : array
        u0, shares in use at the start; above 0 and at most 1.
    lives : mapping of str to float
        Asset to its life, years.
    growths : sequence of three floats
        Growth of demand a year, compounded: low, middle, high.
    rate : float
        r, continuous discount rate a year.

    Returns
    -------
    DataFrame
        Columns ``asset``, ``used``, ``share`` (of the present value of full use, at the middle growth), ``low``,
        ``high``; one row an asset and share in use.

    Examples
    --------
    >>> table = recovery_by_use([0.25, 1.0], {"a chip": 5.0, "glass": 25.0}, (0.2, 0.4, 0.6), 0.10)
    >>> table["share"].round(2).tolist()
    [0.58, 1.0, 0.82, 1.0]
    """
    shares = np.atleast_1d(used_share(used))
    rows = []
    for asset, years in lives.items():
        low, middle, high = (present_value_share(shares, np.log1p(growth), rate, years) for growth in growths)
        rows.append(pd.DataFrame({"asset": asset, "used": shares, "share": middle, "low": low, "high": high}))
    return pd.concat(rows, ignore_index=True)


def _excess(planned_growth: ArrayLike, growth: ArrayLike, technology_growth: ArrayLike) -> Array:
    planned, true = finite(planned_growth, "a planned growth"), finite(growth, "a growth")
    return planned + finite(technology_growth, "a growth of technology") - true
