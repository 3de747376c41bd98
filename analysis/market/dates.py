"""Where a date that names only a year or a month stands on an axis: in its middle."""

from __future__ import annotations

import re

import pandas as pd

from analysis.kit.errors import ProblemError
from analysis.market.discounting import DAYS_PER_YEAR


def middle(date: str) -> pd.Timestamp:
    """The day itself, or the middle of the month or year that `date` (YYYY, YYYY-MM or YYYY-MM-DD) names.

    >>> [f"{middle(date):%Y-%m-%d}" for date in ("2024", "2024-02", "2024-02-01")]
    ['2024-07-01', '2024-02-15', '2024-02-01']
    """
    try:
        if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", date):
            raise ValueError
        period = pd.Period(date, freq=("Y", "M", "D")[date.count("-")])
    except ValueError as error:
        raise ProblemError(f"{date!r} is no date; write YYYY, YYYY-MM or YYYY-MM-DD.") from error
    return (period.start_time + (period.end_time - period.start_time) / 2).normalize()


def months_between(first: str, last: str) -> int:
    """Whole months from one date to another, by the months that they name.

    >>> months_between("2025-01-27", "2025-10")
    9
    """
    return (pd.Period(last, "M") - pd.Period(first, "M")).n


def year_of(day: pd.Series) -> pd.Series:
    """Days as years with a fraction, to three decimals, for an axis.

    >>> year_of(pd.Series(pd.to_datetime(["2001-01-01", "2002-07-02"]))).tolist()
    [2001.0, 2002.498]
    """
    return (day.dt.year + (day.dt.day_of_year - 1) / DAYS_PER_YEAR).round(3)


def with_day(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with a column ``day``, the :func:`middle` of its ``date``, ordered by it."""
    return table.assign(day=table["date"].map(middle)).sort_values("day", kind="stable", ignore_index=True)
