"""Fibre, then: what was lit, and what became of prices and firms."""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts
from analysis.market.dates import with_day
from analysis.market.identity import arc_elasticity, yearly_factor

#: Shares of fibre in use: fact, what is counted, whether the source says "at most" or "less than".
_LIT = (
    ("fibre-used-2001", "capacity in use, United States", False),
    ("fibre-used-2002", "fibre lit, long distance", False),
    ("fibre-used-oregon", "fibre in use, Oregon", True),
    ("fibre-lit-2004", "cables lit at all, United States and Europe", False),
    ("fibre-lit-2005", "fibre lit, long distance", False),
    ("fibre-used-2005", "capacity in use, United States", False),
    ("fibre-lit-world-2013", "potential capacity lit, undersea, world", False),
    ("fibre-lit-atlantic-2014", "potential capacity lit, undersea, Atlantic", True),
)
#: Prices of a line of one kind: route, first and last fact (or a ratio), first and last year.
_PRICES = (
    ("New York to London, 155 Mbit/s", "fibre-price-atlantic-1999", "fibre-price-atlantic-2001", 1999, 2001),
    ("New York to London, 1.5 Mbit/s", "fibre-price-t1-1997", "fibre-price-t1-2002", 1997, 2002),
    ("London to Paris, 155 Mbit/s", "", "fibre-price-paris-2004", 1999, 2004),
)


def lit_shares() -> pd.DataFrame:
    """Published shares of fibre in use; they count different things and do not make one series.

    Returns
    -------
    DataFrame
        Columns ``what``, ``date``, ``day``, ``share``, ``at_most`` (the source gives an upper bound), ``source``,
        ``mark``; in order of time.

    Examples
    --------
    >>> lit_shares()["share"].tolist()
    [0.026, 0.027, 0.05, 0.11, 0.15, 0.05, 0.125, 0.2]
    """
    fact = facts.load("market")
    rows = [
        (what, fact[name].date, fact[name].value, bound, fact[name].source, fact[name].mark)
        for name, what, bound in _LIT
    ]
    return with_day(pd.DataFrame(rows, columns=["what", "date", "share", "at_most", "source", "mark"]))


def prices() -> pd.DataFrame:
    """What was left of the price of a line.

    Returns
    -------
    DataFrame
        Columns ``route``, ``start``, ``end`` (years), ``left`` (last price over the first), ``factor`` (a year),
        ``mark``.

    Examples
    --------
    >>> prices()["left"].round(2).tolist()
    [0.15, 0.1, 0.11]
    """
    fact = facts.load("market")
    rows = []
    for route, first, last, start, end in _PRICES:
        left = fact[last].value / (fact[first].value if first else 1.0)
        rows.append((route, start, end, left, yearly_factor(1.0, left, end - start), fact[last].mark))
    return pd.DataFrame(rows, columns=["route", "start", "end", "left", "factor", "mark"])


def falls() -> pd.DataFrame:
    """What was left of prices, values and sales at the end of the fibre bust.

    Returns
    -------
    DataFrame
        Columns ``what``, ``start``, ``end`` (years), ``left`` (last over first).

    Examples
    --------
    >>> falls()["left"].round(2).tolist()
    [0.11, 0.06, 0.23, 0.15, 0.1, 0.11]
    """
    fact = facts.load("market")
    jdsu = fact["jdsu-value-2001"].value / fact["jdsu-peak-value-slate"].value
    components = fact["fibre-components-2003-strategies"].value / fact["fibre-components-2000-strategies"].value
    rows = [
        ("Cisco’s share price", 2000, 2002, 1 - fact["cisco-trough-fall"].value),
        ("market value of JDS Uniphase", 2000, 2001, jdsu),
        ("components sold", 2000, 2003, components),
        *prices()[["route", "start", "end", "left"]].itertuples(index=False, name=None),
    ]
    return pd.DataFrame(rows, columns=["what", "start", "end", "left"])


def london_elasticity() -> float:
    """Arc elasticity of London's demand for bandwidth, 1999 to 2004; accounting, not cause.

    Demand is London's to all countries, the price that of the route to Paris.

    Returns
    -------
    float

    Examples
    --------
    >>> round(london_elasticity(), 2)
    1.31
    """
    fact = facts.load("market")
    return float(arc_elasticity(fact["fibre-demand-london-2004"].value, fact["fibre-price-paris-2004"].value))


def cisco_peak_value() -> float:
    """Cisco's market value on 27 March 2000 from price and shares, dollars.

    Returns
    -------
    float

    Examples
    --------
    >>> f"{cisco_peak_value() / 1e9:.0f}"
    '562'
    """
    fact = facts.load("market")
    return fact["cisco-peak-price"].value * fact["cisco-shares-2000"].value


def in_dollars_of_december_2025(amount: float) -> float:
    """An amount of March 2000 in dollars of December 2025, by consumer prices: the months of Cisco's two peaks.

    Parameters
    ----------
    amount : float
        Dollars of March 2000.

    Returns
    -------
    float
        Dollars of December 2025.

    Examples
    --------
    >>> round(in_dollars_of_december_2025(100.0))
    189
    """
    fact = facts.load("market")
    return amount * fact["cpi-2025-12"].value / fact["cpi-2000-03"].value
