"""Announced deals: what was a contract, what was changed, and where money can come back to the firm that paid it.

A deal is an arrow from the firm that pays to the firm that is paid. It is part of a round trip if arrows lead back, so
that a supplier's money can return as its revenue. That says nothing about whether it does, nor that the demand is not
real: a shop that lends to its customers sells real goods, and bears the risk. A share of deals or of money on round
trips is a property of the list: a deal that it lacks can close a round trip that it leaves open, and one deal can hold
many together. So :func:`returning` computes each share with every deal left out in turn, and with the purchases that a
newspaper reported and no firm announced.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.market.dates import middle

#: How a purchase is marked that no firm announced.
REPORTED = "reported"


def deals() -> pd.DataFrame:
    """The announced deals of ``market_deals`` in their order, with ``day`` and ``round_trip``."""
    table = facts.frame("market_deals")
    table = table[table["binding"] != REPORTED]
    table = table.assign(day=table["announced"].map(middle), round_trip=round_trips(table))
    return table.sort_values("day", kind="stable", ignore_index=True)


def reported() -> pd.DataFrame:
    """Purchases that a newspaper reported and no firm announced.

    Returns
    -------
    DataFrame
        One row a purchase: ``deal``, ``announced``, ``paid_by``, ``paid_to``, ``pays``, ``amount`` (billion dollars)
        and the other columns of ``market_deals.csv``.

    Examples
    --------
    >>> reported()["deal"].tolist()
    ['Oracle buys NVIDIA chips']
    """
    table = facts.frame("market_deals")
    return table[table["binding"] == REPORTED].reset_index(drop=True)


def returning(table: pd.DataFrame, missing: pd.DataFrame | None = None) -> pd.DataFrame:
    """Shares of the deals and of their money that lie on a round trip, and what they hang on.

    Parameters
    ----------
    table : DataFrame
        Columns ``deal``, ``paid_by``, ``paid_to``, ``amount`` (nan where none was published) and ``amount_after`` (nan
        where nothing was changed).
    missing : DataFrame, optional
        Deals that the table lacks, with the same columns.

    Returns
    -------
    DataFrame
        Columns ``variant``, ``deals``, ``money`` (as announced), ``money_now`` (as it became): shares between 0 and 1.
        First the table as it is, then without each of its deals in turn, then with each missing one.

    Examples
    --------
    A pays B 10, B pays C 20 and A 5; C is known to pay A as well:

    >>> columns = ["deal", "paid_by", "paid_to", "amount", "amount_after"]
    >>> loop = [("one", "A", "B", 10.0, None), ("two", "B", "C", 20.0, None), ("three", "B", "A", 5.0, None)]
    >>> table, missing = pd.DataFrame(loop, columns=columns), [("four", "C", "A", 1.0, None)]
    >>> returning(table, pd.DataFrame(missing, columns=columns)).round(2)[["variant", "money"]].to_numpy().tolist()
    [['as listed', 0.43], ['without one', 0.0], ['without two', 1.0], ['without three', 0.0], ['with four', 1.0]]
    """
    variants = {"as listed": table}
    for deal in table["deal"]:
        variants[f"without {deal}"] = table[table["deal"] != deal]
    if missing is not None:
        for number, deal in enumerate(missing["deal"]):
            variants[f"with {deal}"] = pd.concat([table, missing.iloc[[number]]], ignore_index=True)
    rows = []
    for name, variant in variants.items():
        back = round_trips(variant)
        now = variant["amount_after"].fillna(variant["amount"])
        parts = np.ones(len(variant)), variant["amount"].fillna(0), now.fillna(0)
        # a list without deals, or without amounts, has nothing on a round trip
        rows.append((name, *(float(part[back].sum() / max(part.sum(), 1e-300)) for part in parts)))
    return pd.DataFrame(rows, columns=["variant", "deals", "money", "money_now"])


def round_trips(table: pd.DataFrame) -> np.ndarray:
    """Whether what a deal pays can come back to the payer by other deals of the table.

    Parameters
    ----------
    table : DataFrame
        Columns ``paid_by`` and ``paid_to``: an arrow in each row.

    Returns
    -------
    array of bool, shape (rows,)

    Raises
    ------
    ProblemError
        If a firm pays itself.

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
    {'contract': 648.7, 'conditional': 155.0, 'not binding': 115.0, 'unknown': 0.0}
    """
    groups = deals().groupby("binding")["amount"]
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
