"""Announced deals: what was a contract, what was changed, and where money can come back to the firm that paid it.

A deal is an arrow from the firm that pays to the firm that is paid. It is part of a round trip if arrows lead back, so
that a supplier's money can return as its revenue. That says nothing about whether it does, nor that the demand is not
real: a shop that lends to its customers sells real goods, and bears the risk. Deals that the table lacks can close a
round trip that it leaves open.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.market.dates import middle


def deals() -> pd.DataFrame:
    """All deals of ``market_deals`` in the order of their announcement, with ``day`` and ``round_trip``."""
    table = facts.frame("market_deals")
    table = table.assign(day=table["announced"].map(middle), round_trip=round_trips(table))
    return table.sort_values("day", kind="stable", ignore_index=True)


def round_trips(table: pd.DataFrame) -> np.ndarray:
    """Whether what a deal pays can come back to the payer by other deals of the table.

    Parameters
    ----------
    table : DataFrame
        Columns ``paid_by`` and ``paid_to``: an arrow in each row.

    Returns
    -------
    array of bool, shape (rows,)

    Examples
    --------
    A pays B, B pays C, C pays A; and A pays D:

    >>> round_trips(pd.DataFrame({"paid_by": list("ABCA"), "paid_to": list("BCAD")})).tolist()
    [True, True, True, False]
    """
    if (table["paid_by"] == table["paid_to"]).any():
        raise ProblemError("A firm pays itself; give the two firms of each deal.")
    firms, index = np.unique(table[["paid_by", "paid_to"]].to_numpy().ravel(), return_inverse=True)
    payer, payee = index.reshape(-1, 2).T
    arrows = coo_array((np.ones(len(table)), (payer, payee)), shape=(firms.size, firms.size))
    _, group = connected_components(arrows, connection="strong")
    return np.asarray(group[payer] == group[payee])


def by_binding() -> pd.DataFrame:
    """Announced money by whether it was a contract.

    Returns
    -------
    DataFrame
        Columns ``binding``, ``deals`` (number), ``amount`` (billion dollars, deals without an amount left out).

    Examples
    --------
    >>> print(by_binding().set_index("binding")["amount"].round(1).to_dict())
    {'contract': 648.7, 'not binding': 115.0, 'conditional': 50.0, 'unknown': 0.0}
    """
    groups = facts.frame("market_deals").groupby("binding")["amount"]
    table = pd.DataFrame({"deals": groups.size(), "amount": groups.sum()})
    return table.sort_values("amount", ascending=False).reset_index()


def resets() -> pd.DataFrame:
    """What was announced and what it became, billion dollars.

    Returns
    -------
    DataFrame
        Columns ``what``, ``announced``, ``reset`` (dates), ``before``, ``after``. The last row is OpenAI's target for
        compute; its two figures are of different years.

    Examples
    --------
    >>> table = resets()
    >>> table[["before", "after"]].to_numpy().tolist()
    [[100.0, 30.0], [38.0, 138.0], [1400.0, 600.0]]
    """
    table = deals().dropna(subset=["amount_after"])
    fact = facts.load("market")
    before, after = fact["deal-openai-target-before"], fact["deal-openai-target-after"]
    target = ("OpenAI’s spending on compute", before.date, after.date, before.value / 1e9, after.value / 1e9)
    rows = table[["deal", "announced", "reset", "amount", "amount_after"]].to_numpy().tolist()
    return pd.DataFrame([*rows, target], columns=["what", "announced", "reset", "before", "after"])
