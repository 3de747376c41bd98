"""Who takes in what along the stack of AI: the maker of chips, clouds that let them, firms that sell what models do.

The layers overlap and do not add up to a market. A dollar that is paid for a model is paid on, in part, to a cloud, and
from there to the maker of chips, so that the layers are compared and never added with one exception: models over models
and chips is the share that :func:`shares` follows over time. A pace is a year at the rate of the last quarter or month;
firms publish it when it flatters, count it as they like, and nobody audits it.
"""

from __future__ import annotations

import pandas as pd

from analysis.kit import facts
from analysis.market.dates import with_day
from analysis.market.discounting import MONTHS_PER_YEAR

CHIPS, CLOUDS, MODELS = "chips", "clouds", "models"


def paces() -> pd.DataFrame:
    """What each firm takes in, as a yearly pace.

    Returns
    -------
    DataFrame
        Columns ``layer``, ``firm``, ``date``, ``day``, ``pace`` (billion dollars a year), ``source``, ``mark``.

    Examples
    --------
    A quarter of 62.3 billion dollars is a pace of four times as much:

    >>> table = paces().set_index(["firm", "date"])["pace"]
    >>> print(f"{table['NVIDIA', '2026-01']:.1f}")
    249.3
    """
    table = with_day(facts.frame("market_stack"))
    table = table.assign(pace=table["value"] * MONTHS_PER_YEAR / table["months"])
    return table[["layer", "firm", "date", "day", "pace", "source", "mark"]]


def layers(table: pd.DataFrame) -> pd.DataFrame:
    """Paces of the layers by date, nan where no firm of a layer has one; `table` is of :func:`paces`.

    Parameters
    ----------
    table : DataFrame
        Of :func:`paces`.

    Returns
    -------
    DataFrame
        Index ``date``; a column a layer.

    Examples
    --------
    >>> layers(paces()).loc["2025-01"].round().to_dict()  # billion dollars a year
    {'chips': 142.0, 'clouds': 13.0, 'models': 7.0}
    """
    wide = table.pivot_table(index="date", columns="layer", values="pace", aggfunc="sum", min_count=1)
    return wide.reindex(columns=[CHIPS, CLOUDS, MODELS])


def shares(table: pd.DataFrame) -> pd.Series:
    """Models over models and chips, by date.

    Parameters
    ----------
    table : DataFrame
        Columns ``layer``, ``firm``, ``date``, ``pace``, of :func:`paces` or a part of it.

    Returns
    -------
    Series
        Between 0 and 1, in order of time; the dates at which both layers have a pace.

    Examples
    --------
    >>> print(shares(paces()).round(3).to_dict())
    {'2024-01': 0.028, '2025-01': 0.047, '2026-01': 0.104, '2026-04': 0.152}
    """
    wide = layers(table)[[CHIPS, MODELS]].dropna()
    return wide[MODELS] / wide.sum(axis=1)


def profits(table: pd.DataFrame, margins: dict[str, float]) -> pd.DataFrame:
    """Paces of gross profit: each firm's pace times its margin; firms without a margin are left out.

    Parameters
    ----------
    table : DataFrame
        Of :func:`paces`.
    margins : dict of str to float
        Gross margin by firm, a share.

    Returns
    -------
    DataFrame
        As `table`.

    Examples
    --------
    >>> table = pd.DataFrame({"layer": ["chips"], "firm": ["one"], "date": ["2025"], "pace": [10.0]})
    >>> profits(table, {"one": 0.7})["pace"].tolist()
    [7.0]
    """
    known = table[table["firm"].isin(margins)]
    return known.assign(pace=known["pace"] * known["firm"].map(margins))


def revenue_for_power() -> pd.Series:
    """OpenAI's pace over the computing power it could use, billion dollars a year for a gigawatt, by year.

    Returns
    -------
    Series

    Examples
    --------
    >>> print(revenue_for_power().round(1).to_dict())
    {'2023': 10.0, '2024': 10.0, '2025': 10.5}
    """
    fact = facts.load("market")
    taken = paces().query("firm == 'OpenAI'").set_index("date")["pace"]
    # the pace at the end of a year is the first of the next in the table
    return pd.Series(
        {year: taken[f"{int(year) + 1}-01"] / fact[f"openai-compute-{year}"].value for year in ("2023", "2024", "2025")}
    )
