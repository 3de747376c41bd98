"""Capital spending of the four largest technology firms: what was spent, what is announced, and how long it lasts in
their books.

The figures have several definitions: with finance leases (servers that are paid for over years) or cash for property
and equipment only, for the whole firm, warehouses and vehicles included. Each function says which it takes.
"""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.market.dates import middle

WITH_LEASES = "with finance leases"
ALL_FOUR = "four firms"


def spending() -> pd.DataFrame:
    """Yearly capital spending with finance leases, by firm.

    Returns
    -------
    DataFrame
        Columns ``company``, ``year`` (calendar), ``value`` (billion dollars), ``source``, ``mark``; the firms that are
        published apart, without printed totals.

    Examples
    --------
    >>> table = spending()
    >>> sorted(table["company"].unique())
    ['Alphabet', 'Amazon', 'Meta', 'Microsoft']
    """
    table = _actual()
    rows = table[table["company"] != ALL_FOUR]
    return rows.assign(year=rows["period"].astype(int))[["company", "year", "value", "source", "mark"]].reset_index(
        drop=True
    )


def totals() -> pd.DataFrame:
    """Printed totals beside the sums of the four firms and, where known, of the quarters.

    Returns
    -------
    DataFrame
        Columns ``year``, ``printed``, ``firms``, ``quarters`` (billion dollars, nan where a part is missing),
        ``growth`` (of the printed total on the year before, a share), ``mark``.

    Examples
    --------
    >>> table = totals().set_index("year")
    >>> print(table.loc[2025, ["printed", "firms", "quarters"]].round(1).tolist(), round(table.loc[2025, "growth"], 2))
    [416.0, 416.4, 416.2] 0.66
    """
    table = _actual()
    printed = table[table["company"] == ALL_FOUR].assign(year=lambda t: t["period"].astype(int)).set_index("year")
    by_year = spending().groupby("year")["value"].agg(["sum", "size"])
    quarters = facts.frame("market_capex")
    quarters = quarters[(quarters["company"] == ALL_FOUR) & (quarters["months"] == 3)]
    by_quarter = quarters.groupby(quarters["period"].str[:4].astype(int))["value"].agg(["sum", "size"])
    result = pd.DataFrame(
        {
            "printed": printed["value"],
            "firms": by_year["sum"][by_year["size"] == 4],
            "quarters": by_quarter["sum"][by_quarter["size"] == 4],
            "growth": printed["value"].pct_change(),
            "mark": printed["mark"],
        }
    )
    return result.rename_axis("year").reset_index()


def guidance(kind: str = "guidance of April") -> pd.DataFrame:
    """What the firms said they would spend in 2026, as a range.

    Parameters
    ----------
    kind : str
        ``"guidance of February"``, ``"guidance of April"`` or ``"guidance of July"``.

    Returns
    -------
    DataFrame
        Columns ``company``, ``low``, ``high`` (billion dollars; equal where one figure was given), ``basis``; the last
        row, ``"sum"``, adds the ends.

    Raises
    ------
    ProblemError
        For another kind.

    Examples
    --------
    The 725 of the headlines is the sum of the upper ends:

    >>> print(guidance().set_index("company").loc["sum", ["low", "high"]].tolist())
    [695.0, 725.0]
    """
    table = facts.frame("market_capex")
    if kind not in set(table["kind"]) - {"actual"}:
        raise ProblemError(f"There is no {kind!r}; choose that of February, April or July.")
    rows = table[(table["kind"] == kind) & (table["company"] != ALL_FOUR)]
    ends = rows.assign(low=rows["low"].fillna(rows["value"]), high=rows["high"].fillna(rows["value"]))
    ends = ends[["company", "low", "high", "basis"]]
    sums = pd.DataFrame([("sum", ends["low"].sum(), ends["high"].sum(), "mixed")], columns=ends.columns)
    return pd.concat([ends, sums], ignore_index=True)


def printed_guidance(kind: str = "guidance of April") -> float:
    """The total that the press printed for 2026, billion dollars.

    Parameters
    ----------
    kind : str
        That of February, April or July.

    Returns
    -------
    float
        Billion dollars.

    Examples
    --------
    >>> [printed_guidance(f"guidance of {month}") for month in ("February", "April", "July")]  # it rises
    [675.0, 725.0, 732.5]
    """
    guidance(kind)
    table = facts.frame("market_capex")
    return float(table.loc[(table["kind"] == kind) & (table["company"] == ALL_FOUR), "value"].iloc[0])


def depreciation_ratios() -> pd.DataFrame:
    """Depreciation over capital spending, as published.

    Returns
    -------
    DataFrame
        Columns ``firms``, ``spending``, ``depreciation`` (billion dollars a year), ``ratio``.

    Examples
    --------
    >>> print(depreciation_ratios().set_index("firms")["ratio"].round(3).to_dict())
    {'five firms, trailing year': 0.259, 'Alphabet, 2025': 0.231}
    """
    fact = facts.load("market")
    alphabet = spending().query("company == 'Alphabet' and year == 2025")["value"].iloc[0]
    five = [fact[f"{name}-five-trailing"].value / 1e9 for name in ("capex", "depreciation")]
    rows = [
        ("five firms, trailing year", *five),
        ("Alphabet, 2025", alphabet, fact["depreciation-alphabet-2025"].value / 1e9),
    ]
    table = pd.DataFrame(rows, columns=["firms", "spending", "depreciation"])
    return table.assign(ratio=table["depreciation"] / table["spending"])


def useful_lives() -> pd.DataFrame:
    """Changes of the life of servers in the books of the firms.

    Returns
    -------
    DataFrame
        One row a change, by company and day: ``company``, ``effective`` (date), ``before`` and ``after`` (years),
        ``day`` (the middle of that date) and the sources.

    Examples
    --------
    >>> table = useful_lives().set_index(["company", "effective"])
    >>> table.loc["Amazon", "after"].to_dict()  # years: longer, and shorter again
    {'2020-01': 4.0, '2022-01': 5.0, '2024-01': 6.0, '2025-01': 5.0}
    """
    table = facts.frame("market_useful_lives")
    return table.assign(day=table["effective"].map(middle)).sort_values(["company", "day"], ignore_index=True)


def _actual() -> pd.DataFrame:
    table = facts.frame("market_capex")
    return table[(table["kind"] == "actual") & (table["months"] == 12) & (table["basis"] == WITH_LEASES)]
