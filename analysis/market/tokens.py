"""Google's tokens and what each costs: spending as an identity, over windows that do not agree.

The tokens of all products are published for single months; between them they are interpolated at a constant rate of
growth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import significant
from analysis.market.identity import arc_elasticity, decompose

SERIES = "Google, all products"


def growth(start: str, end: str) -> float:
    """Factor by which Google's tokens grew from one month (YYYY-MM) to another.

    Parameters
    ----------
    start, end : str
        Months, YYYY-MM.

    Returns
    -------
    float
        A factor.

    Raises
    ------
    ProblemError
        If a month lies outside those that are published.

    Examples
    --------
    >>> round(growth("2025-05", "2026-05"), 2)
    6.67
    """
    known = facts.frame("market_tokens").query("series == @SERIES")
    at, ends = _months(known["date"]), _months([start, end])
    if ends.min() < at.min() or ends.max() > at.max():
        raise ProblemError(f"Tokens are published from {known['date'].min()} to {known['date'].max()}; stay inside.")
    first, last = np.interp(ends, at, np.log(known["tokens"].to_numpy()))
    return float(np.exp(last - first))


def accounts(windows: Mapping[str, tuple[str, str]], cost: float) -> pd.DataFrame:
    """Tokens times the cost of each, by window.

    Parameters
    ----------
    windows : mapping
        Name to first and last month (YYYY-MM).
    cost : float
        Cost of a token after a window as a multiple of before, the same for all; positive and not 1.

    Returns
    -------
    DataFrame
        Columns ``window``, ``tokens``, ``cost``, ``spending`` (factors), ``elasticity`` (arc), to five digits: more
        than are published.

    Examples
    --------
    >>> table = accounts({"a year": ("2025-05", "2026-05")}, 0.22)
    >>> table[["tokens", "spending", "elasticity"]].round(2).to_numpy().tolist()
    [[6.67, 1.47, 1.25]]
    """
    rows = pd.DataFrame({"window": list(windows), "tokens": [growth(*ends) for ends in windows.values()]})
    spending = decompose(1.0, rows["tokens"], 1.0, cost).ratio
    table = rows.assign(cost=cost, spending=spending, elasticity=arc_elasticity(rows["tokens"], cost))
    return significant(table, 5)


def _months(dates: object) -> np.ndarray:
    """Months as years with a fraction."""
    month = pd.PeriodIndex(dates, freq="M")
    return (month.year + (month.month - 1) / 12).to_numpy()
