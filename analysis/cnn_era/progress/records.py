"""Record series: the best value so far, of any table of dates and values where less is better.

A record series is a step curve. Its steps are pairs of a wait (days since the record before) and a drop (nats of log
value by which the record fell). Everything that this package fits rests on these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.cnn_era.progress.dates import Order, read_dates, says_unix
from analysis.kit.cells import read_numbers
from analysis.kit.errors import ProblemError
from analysis.kit.tables import MISSING, Table, read_table, sentences, shown

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
        As :func:`analysis.cnn_era.progress.dates.read_dates` understands them: 2018-04-20, 20 April 2018; 2018-04 is
        read as the first of the month; dates or datetime64.
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
    days = read_dates(dates, lambda row: f"entry {row + 1}").days
    wrong = np.flatnonzero(~(np.isfinite(numbers) & (numbers > 0)))
    if len(wrong):
        raise ProblemError(
            f"entry {wrong[0] + 1}: the value is {numbers[wrong[0]]:g}; it must be a positive, finite number."
        )
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
        there = "There is 1 record" if len(records) == 1 else f"There are {len(records)} records"
        never = ", as nothing is below the first" if len(records) == 1 < len(dates) else ""
        raise ProblemError(f"{there} among {len(dates)} entries{never}; a fit needs at least {fewest}.")
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


def read_entries(
    path: Path, date_column: str = "date", value_column: str = "value", order: Order = None
) -> pd.DataFrame:
    """Read entries from a table (:func:`analysis.kit.tables.read_table`); other columns are ignored.

    An entry without a value or a date is left out. ``attrs["notes"]`` of the result says so, and what else was not
    plain about the file, a sentence each.

    Parameters
    ----------
    path : Path
    date_column, value_column : str
        Names in the header, in any case; what follows in brackets, such as a unit, need not be given.
    order : {"day", "month"}, optional
        What comes first in a date such as 03/04/2024, where the dates themselves do not decide.

    Returns
    -------
    DataFrame with columns date (datetime64) and value.

    Raises
    ------
    ProblemError
        Naming file and line, for a file that is missing or malformed, a date that is none, or a value that is not
        positive and finite.
    """
    path = Path(path)
    table = read_table(path, "a header such as date,value and a line for each entry")
    places = [_place(table, date_column, "--date"), _place(table, value_column, "--value")]
    (dates, values), lines = table.columns(places)
    if not lines:
        raise ProblemError(f"{path} has a header and no entries; add a line for each.")
    numbers = read_numbers(table, {"the value": values}, lines)
    value = numbers.columns["the value"]
    notes = [*table.notes, *numbers.notes]
    whole = np.flatnonzero(~np.isnan(value) & [day.lower() not in MISSING for day in dates])
    if len(whole) < len(lines):
        gone = [lines[row] for row in sorted(set(range(len(lines))) - set(whole.tolist()))[:5]]
        number = len(lines) - len(whole)
        notes.append(
            f"{number:,} {'entries' if number > 1 else 'entry'} without date or value left out ({table.unit}"
            f"{'s' * (number > 1)} {', '.join(map(str, gone))}{' and more' * (number > 5)})"
        )
    if not len(whole):
        raise ProblemError(f"{path} has no entry with both a date and a value; fill them in.")
    wrong = whole[~(np.isfinite(value[whole]) & (value[whole] > 0))]
    if len(wrong):
        row = int(wrong[0])
        raise ProblemError(
            f"{table.place(lines[row])}: the value is {values[row]}; it must be a positive, finite number."
        )
    found = read_dates(
        [dates[row] for row in whole],
        lambda row: table.place(lines[int(whole[row])]),
        order,
        says_unix(table.header[places[0]]),
    )
    entries = pd.DataFrame({"date": found.days.astype("datetime64[s]"), "value": value[whole]})
    days = len(entries) - entries["date"].nunique()
    if days:
        notes.append("some days have several entries; the lowest of a day counts")
    entries.attrs["notes"] = sentences([*notes, *found.notes])
    return entries


def _place(table: Table, name: str, option: str) -> int:
    """The column of a name, in any case, and without what follows it in brackets."""
    wanted = name.strip().lower()
    for form in (str, str.lower, lambda other: other.lower().split("(")[0].split("[")[0].strip()):
        same = [place for place, other in enumerate(table.header) if form(other) in (name, wanted)]
        if len(same) > 1:
            raise ProblemError(
                f"{table.path} has {len(same)} columns {name!r}; rename them, or name another with {option}."
            )
        if same:
            return same[0]
    raise ProblemError(f"{table.path} has no column {name!r} but {shown(table.header)}; name one with {option}.")
