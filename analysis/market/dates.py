"""Where a date that names only a year or a month stands on an axis: in its middle."""

from __future__ import annotations

import re

import pandas as pd

from analysis.kit.errors import ProblemError


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


def with_day(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with a column ``day``, the :func:`middle` of its ``date``, ordered by it."""
    return table.assign(day=table["date"].map(middle)).sort_values("day", kind="stable", ignore_index=True)
