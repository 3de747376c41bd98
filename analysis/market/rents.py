"""What an hour of an H100 rents for: four kinds of price that do not make one series.

A cloud's list price, offers on a market in a shortage, a contract for a year and a spot index are paid by different
customers for different promises. A fall from one kind to another is not a fall of the price, so that changes are
computed within a kind only.
"""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts
from analysis.market.dates import with_day


def rents() -> pd.DataFrame:
    """Published rents.

    Returns
    -------
    DataFrame
        Columns ``series``, ``date``, ``day``, ``price``, ``low``, ``high`` (dollars for a GPU-hour), ``source``,
        ``mark``; in order of time.

    Examples
    --------
    >>> rents()["series"].nunique()
    4
    """
    table = with_day(facts.frame("market_rents"))
    return table[["series", "date", "day", "price", "low", "high", "source", "mark"]]


def changes() -> pd.DataFrame:
    """First and last price of each kind.

    Returns
    -------
    DataFrame
        Columns ``series``, ``start``, ``end`` (dates as published), ``first``, ``last`` (dollars for a GPU-hour),
        ``change`` (share of the first).

    Examples
    --------
    Lists and market offers fell, contracts have risen since:

    >>> print(changes().set_index("series")["change"].round(2).sort_index().to_dict())  # doctest: +NORMALIZE_WHITESPACE
    {'hyperscaler on demand': -0.44, 'market offers': -0.75, 'one-year contract': 0.56, 'spot index': -0.4}
    """
    groups = rents().groupby("series", sort=False)
    table = pd.DataFrame(
        {
            "start": groups["date"].first(),
            "end": groups["date"].last(),
            "first": groups["price"].first(),
            "last": groups["price"].last(),
        }
    )
    return table.assign(change=table["last"] / table["first"] - 1).reset_index()


def thresholds() -> dict[str, float]:
    """Rents below which an H100 fails, dollars an hour, by one published rule of thumb.

    >>> thresholds()
    {'earns its price back': 1.65, 'earns more than shares': 2.85}
    """
    fact = facts.load("market")
    return {
        "earns its price back": fact["rent-break-even-loss"].value,
        "earns more than shares": fact["rent-break-even-stocks"].value,
    }
