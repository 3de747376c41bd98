r"""NVIDIA's revenue by market, and what "diversified" comes to in numbers.

With shares s_i of m markets the Herfindahl index and the number of equal markets that would have the same index are

.. math:: H = \sum_i s_i^2, \qquad m_{eff} = 1 / H,

from 1/m and m (all equal) to 1 and 1 (one market). Both depend on how finely markets are cut: only the split into data
centre and the rest can be followed from fiscal 2020 to 2027, because the firm changed its markets then.

References
----------
Hirschman (1964), The paternity of an index, The American Economic Review 54(5).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit import facts
from analysis.kit.checking import plain, share
from analysis.kit.errors import ProblemError

DATA_CENTRE = "data centre"
TOTAL = "total"


def revenue() -> pd.DataFrame:
    """Revenue by period and market.

    Returns
    -------
    DataFrame
        Columns ``period``, ``ended`` (date), ``months``, ``market``, ``revenue`` (million dollars), ``share`` (of the
        printed total), ``source``, ``mark``; periods in order, the total left out.

    Raises
    ------
    ProblemError
        If the markets of a period do not add up to its printed total.

    Examples
    --------
    >>> table = revenue()
    >>> print(table[table["period"] == "FY2026"].set_index("market")["share"].round(3).head(2).to_dict())
    {'data centre': 0.897, 'gaming': 0.074}
    """
    table = facts.frame("market_nvidia_revenue")
    table["ended"] = pd.to_datetime(table["ended"])
    whole = table[table["market"] == TOTAL].set_index("period")["revenue"]
    parts = table[table["market"] != TOTAL].reset_index(drop=True)
    sums = parts.groupby("period")["revenue"].sum()
    wrong = [period for period in sums.index if sums[period] != whole.get(period)]
    if wrong:
        raise ProblemError(f"The markets of {wrong[0]} do not add up to its total; correct market_nvidia_revenue.csv.")
    parts.insert(5, "share", parts["revenue"] / parts["period"].map(whole))
    return parts[["period", "ended", "months", "market", "revenue", "share", "source", "mark"]]


def herfindahl(shares: ArrayLike) -> float:
    """Sum of the squared shares of a whole.

    Parameters
    ----------
    shares : array
        Shares of all parts; they add up to 1.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If the shares do not add up to 1.

    Examples
    --------
    >>> herfindahl([0.25, 0.25, 0.25, 0.25]), herfindahl([1.0, 0.0])
    (0.25, 1.0)
    """
    s = np.atleast_1d(share(shares, "a share"))
    if not np.isclose(s.sum(), 1):
        raise ProblemError(f"The shares add up to {s.sum():g}; give those of all parts of one whole.")
    return float(s @ s)


def diversification() -> pd.DataFrame:
    """How many markets NVIDIA's revenue amounts to, by period.

    Returns
    -------
    DataFrame
        Columns ``period``, ``ended``, ``markets`` (reported), ``data_centre`` (share), ``herfindahl``, ``effective``
        (equal markets with the same index), ``effective_two`` (the same of data centre and the rest).

    Examples
    --------
    >>> table = diversification().set_index("period")
    >>> table.loc[["FY2020", "FY2026"], "effective"].round(2).tolist()
    [2.87, 1.23]
    """
    rows = []
    for (period, ended), group in revenue().groupby(["period", "ended"], sort=False):
        centre = float(group.loc[group["market"] == DATA_CENTRE, "share"].iloc[0])
        index = herfindahl(group["share"])
        two = 1 / herfindahl([centre, 1 - centre])
        rows.append((period, ended, len(group), centre, index, 1 / index, two))
    columns = ["period", "ended", "markets", "data_centre", "herfindahl", "effective", "effective_two"]
    return pd.DataFrame(rows, columns=columns)


def replacement_factor(part: ArrayLike, fall: ArrayLike) -> Any:
    """Factor by which the rest must grow to make up for a fall of one part, 1 + s x / (1 - s).

    Parameters
    ----------
    part : float or array
        s, share of the part that falls; at least 0, below 1.
    fall : float or array
        x, share of the part that is lost; 0 to 1.

    Returns
    -------
    float or array

    Raises
    ------
    ProblemError
        If one part is the whole.

    Examples
    --------
    Half of nine tenths is lost:

    >>> round(replacement_factor(0.9, 0.5), 2)
    5.5
    """
    s, x = share(part, "a share"), share(fall, "a fall")
    if np.any(s == 1):
        raise ProblemError("Where one part is the whole there is no rest that could grow; give a share below 1.")
    return plain(1 + s * x / (1 - s))
