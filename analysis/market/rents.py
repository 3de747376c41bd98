"""What an hour of an H100 rents for: four kinds of price that do not make one series.

A cloud's list price, offers on a market in a shortage, a contract for a year and a spot index are paid by different
customers for different promises. A fall from one kind to another is not a fall of the price, so that changes are
computed within a kind only.
"""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts
from analysis.kit.checking import positive
from analysis.market.dates import months_between, with_day
from analysis.market.discounting import MONTHS_PER_YEAR


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


def kept(life: float, resale: float, age: float) -> pd.DataFrame:
    """What prices of an H100 have kept, beside what equal parts over an accounting life leave after the same time.

    The offers of 2023 and the spot index are left out: the end of a shortage, and a swing of weeks.

    Parameters
    ----------
    life : float
        Years over which a server is written off in equal parts.
    resale, age : float
        Share of its price that a used server brings, and its age in years.

    Returns
    -------
    DataFrame
        Columns ``price``, ``years``, ``left`` (share of the price at the start), ``book``.

    Examples
    --------
    >>> kept(6.0, 0.3, 3.0)[["left", "book"]].round(2).to_numpy().tolist()
    [[0.3, 0.5], [0.56, 0.68], [1.56, 0.89]]
    """
    rows = [("a used server", age, resale)]
    moved = changes().set_index("series")
    for series in ("hyperscaler on demand", "one-year contract"):
        row = moved.loc[series]
        years = months_between(row["start"], row["end"]) / MONTHS_PER_YEAR
        rows.append((series, years, 1 + row["change"]))
    table = pd.DataFrame(rows, columns=["price", "years", "left"])
    return table.assign(book=(1 - table["years"] / positive(life, "a life")).clip(lower=0))


def thresholds() -> dict[str, float]:
    """Rents below which an H100 fails, dollars an hour, by one published rule of thumb.

    Returns
    -------
    dict[str, float]

    Examples
    --------
    >>> thresholds()
    {'earns its price back': 1.65, 'earns more than shares': 2.85}
    """
    fact = facts.load("market")
    return {
        "earns its price back": fact["rent-break-even-loss"].value,
        "earns more than shares": fact["rent-break-even-stocks"].value,
    }
