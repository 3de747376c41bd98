r"""What a price already says: the growth at which discounted cash flows are worth it.

Cash flow F0 (of the year past) grows at g for n years and at g_T for ever after, discounted at r. With
q = (1 + g) / (1 + r),

.. math:: V = F_0 \left[q\,\frac{1 - q^n}{1 - q} + q^n\,\frac{1 + g_T}{r - g_T}\right],

which for g = g_T is Gordon's (1 + g) / (r - g). V rises with g, so that each price implies one g. Assumes yearly
payments at the end of the year, one growth for all n years, and a discount rate that is known; the implied growth is a
translation of the price under these assumptions, no forecast and no advice.

References
----------
Gordon (1959), Dividends, earnings, and stock prices, The Review of Economics and Statistics 41(2); two stages as in
Damodaran (2012), Investment Valuation, 3rd edition; read backwards as in Mauboussin & Rappaport (2021), Expectations
Investing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from analysis.kit.checking import Array, finite, plain, positive
from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Assumptions:
    """What a valuation takes for granted.

    Parameters
    ----------
    rate : float
        r, discount rate a year; above `terminal_growth`.
    years : int
        n, years of the first stage; at least 1.
    terminal_growth : float
        g_T, growth a year for ever after; above -1.

    Raises
    ------
    ProblemError
        If cash flows for ever would have no finite value (r <= g_T).
    """

    rate: float = 0.10
    years: int = 10
    terminal_growth: float = 0.03

    def __post_init__(self) -> None:
        _check_gordon(self.rate, self.terminal_growth)
        if self.years != int(positive(self.years, "a number of years")):
            raise ProblemError("The first stage lasts whole years; give an integer.")


def gordon_value(cash_flow: ArrayLike, rate: ArrayLike, growth: ArrayLike) -> Any:
    """Value of a cash flow that grows for ever, F0 (1 + g) / (r - g).

    Parameters
    ----------
    cash_flow : float or array
        F0, of the year past, dollars; positive.
    rate, growth : float or array
        r and g a year; r above g, g above -1.

    Examples
    --------
    >>> round(gordon_value(1.0, 0.10, 0.03), 3)
    14.714
    """
    r, g = _check_gordon(rate, growth)
    return plain(positive(cash_flow, "a cash flow") * (1 + g) / (r - g))


def two_stage_value(cash_flow: ArrayLike, growth: ArrayLike, assumptions: Assumptions | None = None) -> Any:
    """Value of a cash flow that grows at g for n years and at g_T after.

    Parameters
    ----------
    cash_flow : float or array
        F0, of the year past, dollars; positive.
    growth : float or array
        g a year; above -1.
    assumptions : Assumptions, optional
        Default: 10 per cent, 10 years, 3 per cent.

    Returns
    -------
    float or array

    Examples
    --------
    >>> round(two_stage_value(1.0, 0.25), 2)
    74.42
    """
    early, late = _stages(cash_flow, growth, assumptions or Assumptions())
    return plain(early + late)


def terminal_share(growth: ArrayLike, assumptions: Assumptions | None = None) -> Any:
    """Share of the value that lies beyond the first stage.

    >>> round(terminal_share(0.25), 2)
    0.71
    """
    early, late = _stages(1.0, growth, assumptions or Assumptions())
    return plain(late / (early + late))


def implied_growth(value: ArrayLike, cash_flow: ArrayLike, assumptions: Assumptions | None = None) -> Any:
    """Growth a year of the first stage at which the cash flow is worth the value; found numerically.

    Parameters
    ----------
    value : float or array
        Market value, dollars; positive.
    cash_flow : float or array
        F0, of the year past, dollars; positive.
    assumptions : Assumptions, optional

    Examples
    --------
    A company at 58 times its cash flow:

    >>> round(implied_growth(58.0, 1.0), 3)
    0.216
    """
    given = assumptions or Assumptions()
    multiples = positive(value, "a value") / positive(cash_flow, "a cash flow")
    return plain(np.array([_growth_of(multiple, given) for multiple in multiples.flat]).reshape(multiples.shape))


@dataclass(frozen=True)
class Repricing:
    """A change of a market value, told as a change of the growth that it implies.

    Attributes
    ----------
    change : value after / value before - 1
    growth_before, growth_after : implied growth of the first stage, a year
    """

    change: float
    growth_before: float
    growth_after: float

    @property
    def points(self) -> float:
        """Change of the implied growth, in percentage points a year."""
        return 100 * (self.growth_after - self.growth_before)


def repricing(before: float, after: float, cash_flow: float, assumptions: Assumptions | None = None) -> Repricing:
    """Read a change of value as one of the expected growth, all else (cash flow, discount rate) unchanged.

    Parameters
    ----------
    before, after : float
        Market values, dollars; positive.
    cash_flow : float
        F0, dollars; positive.
    assumptions : Assumptions, optional
        Discount rate, years and growth ever after; by default those of the chapter.

    Returns
    -------
    Repricing

    Examples
    --------
    >>> day = repricing(3.49e12, 2.90e12, 60.9e9)
    >>> print(f"{day.change:.0%}: from {day.growth_before:.1%} to {day.growth_after:.1%} a year")
    -17%: from 21.4% to 18.9% a year
    """
    then, now = implied_growth([before, after], cash_flow, assumptions)
    return Repricing(after / before - 1, float(then), float(now))


def sensitivity(
    value: float, cash_flow: float, rates: Sequence[float], years: Sequence[int], terminal_growth: float = 0.03
) -> pd.DataFrame:
    """Implied growth of one price under several discount rates and horizons.

    Returns
    -------
    DataFrame
        Columns ``rate``, ``years``, ``growth`` (implied, a year) and ``terminal_share`` (of the value, beyond `years`).

    Examples
    --------
    >>> sensitivity(3.49e12, 60.9e9, [0.08, 0.12], [10])["growth"].round(3).tolist()
    [0.16, 0.26]
    """
    rows = []
    for rate in rates:
        for horizon in years:
            given = Assumptions(rate, horizon, terminal_growth)
            growth = implied_growth(value, cash_flow, given)
            rows.append((rate, horizon, growth, terminal_share(growth, given)))
    return pd.DataFrame(rows, columns=["rate", "years", "growth", "terminal_share"])


def sensitivities(
    prices: Mapping[str, tuple[float, float]],
    rates: Sequence[float],
    years: Sequence[int],
    terminal_growth: float = 0.03,
) -> pd.DataFrame:
    """Growth that several prices imply, under several discount rates and horizons.

    Parameters
    ----------
    prices : mapping of str to (value, cash flow)
        Dollars; the cash flow is that of the year past.
    rates : sequence of float
        Discount rates a year, above `terminal_growth`.
    years : sequence of int
        Of growth, before it falls to `terminal_growth`.
    terminal_growth : float
        A year, for ever after.

    Returns
    -------
    DataFrame
        Columns ``rate``, ``years``, ``growth`` (implied, a year), ``terminal_share`` (of the value, beyond `years`)
        and ``price`` (its name).

    Examples
    --------
    >>> table = sensitivities({"dear": (100.0, 1.0), "cheap": (20.0, 1.0)}, [0.10], [10])
    >>> table.set_index("price")["growth"].round(2).to_dict()
    {'dear': 0.29, 'cheap': 0.07}
    """
    tables = [
        sensitivity(value, cash, rates, years, terminal_growth).assign(price=name)
        for name, (value, cash) in prices.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _stages(cash_flow: ArrayLike, growth: ArrayLike, given: Assumptions) -> tuple[Array, Array]:
    """Value of the first stage and of all that follows."""
    F0, g = positive(cash_flow, "a cash flow"), _growth(growth)
    payments = np.arange(1, given.years + 1)
    q = np.asarray((1 + g) / (1 + given.rate))
    early = (q[..., None] ** payments).sum(axis=-1)
    return F0 * early, F0 * q**given.years * gordon_value(1.0, given.rate, given.terminal_growth)


def _growth_of(multiple: float, given: Assumptions) -> float:
    def excess(log_factor: float) -> float:
        return float(np.log(two_stage_value(1.0, np.expm1(log_factor), given) / multiple))

    low, high = -1.0, 1.0
    while excess(low) > 0:
        low *= 2
    while excess(high) < 0:
        high *= 2
    return float(np.expm1(brentq(excess, low, high, xtol=1e-13)))


def _growth(value: ArrayLike) -> Array:
    growth = finite(value, "a growth")
    if np.any(growth <= -1):
        raise ProblemError("A cash flow cannot fall by 100 per cent a year or more; give a growth above -1.")
    return growth


def _check_gordon(rate: ArrayLike, growth: ArrayLike) -> tuple[Array, Array]:
    r, g = finite(rate, "a discount rate"), _growth(growth)
    if np.any(r <= g):
        raise ProblemError("Growth for ever at or above the discount rate has no finite value; give a rate above it.")
    return r, g
