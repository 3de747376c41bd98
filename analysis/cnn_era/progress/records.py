"""Record series: the best value so far, of any table of dates and values where less is better.

A record series is a step curve. Its steps are pairs of a wait (days since the record before) and a drop (nats of log
value by which the record fell). Everything that this package fits rests on these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.reading import csv_file, positive_cell

Array = NDArray[np.float64]

#: Two steps; fewer do not show how much steps differ.
FEWEST_RECORDS = 3


@dataclass(frozen=True, eq=False)
class Records:
    """A record series.

    Attributes
    ----------
    dates : array (n,) of datetime64[D], strictly increasing
    values : array (n,), positive, strictly decreasing; any unit
    """

    dates: NDArray[np.datetime64]
    values: Array

    def __len__(self) -> int:
        return len(self.values)

    @property
    def days(self) -> Array:
        """Days since the first record."""
        return (self.dates - self.dates[0]) / np.timedelta64(1, "D")

    @property
    def waits(self) -> Array:
        """Days from each record to the next, (n - 1,)."""
        return np.diff(self.days)

    @property
    def drops(self) -> Array:
        """Nats of log value by which each record beats the one before, (n - 1,)."""
        return -np.diff(np.log(self.values))

    @property
    def factor(self) -> float:
        """First value over last."""
        return float(self.values[0] / self.values[-1])

    def between(self, first: str | None = None, last: str | None = None) -> Records:
        """The records from day `first` to day `last`, both included; ISO dates."""
        kept = np.full(len(self), True)
        if first:
            kept &= self.dates >= np.datetime64(first)
        if last:
            kept &= self.dates <= np.datetime64(last)
        return Records(self.dates[kept], self.values[kept])


def record_series(dates: Sequence[Any], values: ArrayLike) -> Records:
    """Running minimum of entries in any order: an entry is a record if it is below all of earlier days and of its own.

    Of several entries on one day the lowest counts, so that nothing depends on the order of the rows.

    Parameters
    ----------
    dates : sequence (n,)
        Year first: 2018-04-20, 2018/4/20, or 2018-04, which is read as the first of the month; dates or datetime64.
    values : array (n,)
        Positive: time, cost or work of each entry.

    Raises
    ------
    ProblemError
        For no entries, lists of different lengths, a date that is none, or a value that is not positive and finite.

    Examples
    --------
    >>> found = record_series(["2018-03-01", "2018-01-01", "2018-02-01"], [4, 16, 20])
    >>> found.dates.astype(str).tolist(), found.values.tolist()
    (['2018-01-01', '2018-03-01'], [16.0, 4.0])
    """
    try:
        numbers = np.atleast_1d(np.asarray(values, float))
    except (TypeError, ValueError) as error:
        raise ProblemError("The values hold something that is not a number; correct it.") from error
    if numbers.ndim != 1 or len(numbers) != len(dates):
        raise ProblemError(f"There are {len(dates)} dates and {numbers.size} values; give one value a date.")
    if not len(numbers):
        raise ProblemError("There are no entries; give dates and values.")
    days = np.array([_day(when, f"entry {place}") for place, when in enumerate(dates, 1)], "datetime64[D]")
    for place, value in enumerate(numbers, 1):
        positive_cell(f"{value:g}", "the value", f"entry {place}")
    order = np.lexsort((numbers, days))
    days, numbers = days[order], numbers[order]
    before = np.minimum.accumulate(np.concatenate([[np.inf], numbers[:-1]]))
    kept = numbers < before
    return Records(days[kept], numbers[kept])


def check_records(dates: Sequence[Any], values: ArrayLike, fewest: int = FEWEST_RECORDS) -> Records:
    """The record series of entries, or one sentence that says why nothing can be fitted to it.

    >>> check_records(["2018-01-01", "2018-02-01"], [2, 1])
    Traceback (most recent call last):
    ...
    analysis.kit.errors.ProblemError: There are 2 records among 2 entries; a fit needs at least 3.
    """
    records = record_series(dates, values)
    if len(records) < fewest:
        raise ProblemError(
            f"There are {len(records)} records among {len(dates)} entries; a fit needs at least {fewest}."
        )
    return records


def chain(values: ArrayLike, joint: int, again: float) -> Array:
    """Make one series of values measured by two rules, through one entry that was measured by both.

    Statistics agencies join a price index to its successor in this way.

    Parameters
    ----------
    values : array (n,)
        The first `joint` + 1 by the old rule, the rest by the new one.
    joint : int
        Position of the entry that was measured again.
    again : float
        Its value by the new rule.

    Examples
    --------
    >>> chain([8.0, 4.0, 2.5], joint=1, again=5.0).tolist()
    [8.0, 4.0, 2.0]
    """
    joined = np.array(values, float)
    joined[joint + 1 :] *= joined[joint] / again
    return joined


def read_entries(path: Path, date_column: str = "date", value_column: str = "value") -> pd.DataFrame:
    """Read entries from a CSV file with a header; other columns are ignored.

    Returns
    -------
    DataFrame with columns date (datetime64[D]) and value.

    Raises
    ------
    ProblemError
        Naming file and line, for a file that is missing or malformed, a date that is none, or a value that is not
        positive and finite.
    """
    path = Path(path)
    header, rows = csv_file(path, "a header such as date,value and a line for each entry")
    columns = []
    for column, option in ((date_column, "--date"), (value_column, "--value")):
        if column not in header:
            known = ", ".join(map(repr, header))
            raise ProblemError(f"{path} has no column {column!r} but {known}; name one with {option}.")
        columns.append(header.index(column))
    when, value = columns
    entries = [(_day(row[when], place), positive_cell(row[value], "the value", place)) for place, row in rows]
    return pd.DataFrame(entries, columns=["date", "value"]).astype({"date": "datetime64[s]", "value": float})


#: A date whose year comes first, whatever stands between its parts; the day may be missing.
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?")


def _day(when: Any, where: str) -> np.datetime64:
    text: Any = when
    if isinstance(when, str) and (found := _YEAR_FIRST.fullmatch(when.strip())):
        year, _, month, last = found.groups(default="1")
        text = f"{year}-{int(month):02}-{int(last):02}"
    try:
        day = np.datetime64(date.fromisoformat(text) if isinstance(text, str) else text, "D")
    except (TypeError, ValueError):
        day = np.datetime64("NaT")
    if np.isnat(day):
        raise ProblemError(f"{where}: the date is {when!r}; write it as 2018-04-20.")
    return day
