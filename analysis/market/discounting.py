r"""The value today of a stream of money, and the yearly payment that a sum today is worth.

Paid continuously for a years and discounted at the rate k, a dollar a year is worth

.. math:: F(a, k) = \int_0^a e^{-k t} dt = \frac{1 - e^{-k a}}{k}, \qquad F(a, 0) = a.

Paid at the end of each of n years at the rate r, the yearly payment for a dollar today is the capital recovery factor

.. math:: \mathrm{CRF}(r, n) = \frac{r}{1 - (1 + r)^{-n}}, \qquad \mathrm{CRF}(0, n) = 1 / n.

References
----------
Short, Packey & Holt (1995), A manual for the economic evaluation of energy efficiency and renewable energy
technologies, NREL/TP-462-5173.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import exprel

from analysis.kit.checking import finite, life, not_negative, plain
from analysis.kit.errors import ProblemError

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12.0


def growth_of_doubling(days: ArrayLike) -> Any:
    """Continuous growth rate a year of what doubles in so many days, ln 2 / (days / 365.25).

    Parameters
    ----------
    days : float or array
        Time to double (or, for a price, to halve), days; positive.

    Returns
    -------
    float or array

    Examples
    --------
    >>> round(growth_of_doubling(100), 3)
    2.532
    """
    return plain(np.log(2) * DAYS_PER_YEAR / life(days, "a doubling time"))


def growth_of_halving(months: ArrayLike) -> Any:
    """Continuous growth rate a year of what a unit buys when its need halves in so many months, 12 ln 2 / months.

    >>> round(growth_of_halving(8), 3)
    1.04
    """
    return plain(np.log(2) * MONTHS_PER_YEAR / life(months, "a halving time"))


def annuity(years: ArrayLike, rate: ArrayLike) -> Any:
    """Value today of a dollar a year, paid continuously; F(a, k) above.

    Parameters
    ----------
    years : float or array
        Duration a, years; at least 0, infinity allowed where the rate is positive.
    rate : float or array
        Continuous discount rate k a year, net of any growth of the payment; of any sign.

    Raises
    ------
    ProblemError
        If the duration is negative, or infinite at a rate of 0 or less.

    Examples
    --------
    >>> annuity(5, 0.0), annuity(np.inf, 0.1)
    (5.0, 10.0)
    """
    a, k = np.broadcast_arrays(np.asarray(years, float), finite(rate, "a discount rate"))
    if not np.all(a >= 0):
        raise ProblemError("A stream of payments cannot last less than 0 years; correct its duration.")
    if np.any(np.isinf(a) & (k <= 0)):
        raise ProblemError("Payments for ever have no finite value at a rate of 0 or less; shorten them or discount.")
    ends = np.where(np.isinf(a), 0.0, a)
    return plain(np.where(np.isinf(a), 1 / np.where(np.isinf(a), k, 1.0), ends * exprel(-k * ends)))


def capital_recovery_factor(rate: ArrayLike, years: ArrayLike) -> Any:
    """Yearly payment, at the end of each year, that pays back a dollar with interest; CRF(r, n) above.

    Parameters
    ----------
    rate : float or array
        Interest a year, compounded yearly; at least 0.
    years : float or array
        Years n; positive, infinity allowed (then the payment is the interest).

    Examples
    --------
    >>> round(capital_recovery_factor(0.10, 5), 4), capital_recovery_factor(0.0, 5)
    (0.2638, 0.2)
    """
    r, n = np.broadcast_arrays(not_negative(rate, "an interest rate"), life(years))
    # r + r / ((1 + r)^n - 1), written with (e^x - 1) / x, which knows its limit at 0
    ends = np.where(np.isinf(n), 1.0, n)
    return plain(r + np.where(np.isinf(n), 0.0, exprel(np.log1p(r)) / (ends * exprel(ends * np.log1p(r)))))
