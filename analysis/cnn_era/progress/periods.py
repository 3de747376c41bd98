"""Paces by period: first year and after, before and after an event.

A split that is chosen before looking at the values, such as a year after the first entry or a change of rules, has an
interval that means what it says; one that is chosen by looking is what
:mod:`analysis.cnn_era.progress.change_points` is for.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.cnn_era.progress.halving import compare_halving_times, halving_time
from analysis.cnn_era.progress.records import FEWEST_RECORDS, Records
from analysis.cnn_era.progress.series import contest, records_of

#: "The first year".
EARLY = 365


def split_at(records: Records, days: float = EARLY) -> tuple[Records, Records]:
    """The records of the first `days` days, and those after, which begin with the last of the first.

    Parameters
    ----------
    records : Records
    days : float
        From the first record on.

    Returns
    -------
    tuple of Records
        Before and after.

    Examples
    --------
    >>> from analysis.cnn_era.progress.records import record_series
    >>> early, late = split_at(record_series(["2018-01-01", "2018-06-01", "2019-06-01"], [9, 3, 1]))
    >>> [float(each.values[0] / each.values[-1]) for each in (early, late)]  # together the factor of nine
    [3.0, 3.0]
    """
    last = int(np.flatnonzero(records.days <= days)[-1])
    return (
        Records(records.dates[: last + 1], records.values[: last + 1]),
        Records(records.dates[last:], records.values[last:]),
    )


Period = tuple[str, str | None, str | None, str]


def halving_by_period(periods: Iterable[Period], level: float = 0.95) -> pd.DataFrame:
    """Halving times of contests before and after events in their history.

    Parameters
    ----------
    periods : iterable of (str, str or None, str or None, str)
        Contest, first and last day (ISO date; None is open), and what bounds the period.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    DataFrame with columns contest, period, first and last (dates), records, days, factor, halving_days, low and high
    (independent steps; missing where a period has fewer than three records: two ends show no spread).
    """
    rows = []
    for name, first, last, period in periods:
        records = records_of(name).between(first, last)
        found = halving_time(records, level=level) if len(records) >= FEWEST_RECORDS else None
        rows.append(
            {
                "contest": name,
                "period": period,
                "first": str(records.dates[0]),
                "last": str(records.dates[-1]),
                "records": len(records),
                "days": records.days[-1],
                "factor": records.factor,
                "halving_days": found.days if found else np.nan,
                "low": found.low if found else np.nan,
                "high": found.high if found else np.nan,
            }
        )
    return pd.DataFrame(rows)


def first_year_and_after(names: Iterable[str], days: float = EARLY, level: float = 0.95) -> pd.DataFrame:
    """Whether each contest fell fast at first and slowly after.

    Parameters
    ----------
    names : iterable of str
        Keys of :func:`analysis.cnn_era.progress.series.contests`.
    days : float
        Where the first part ends, after the first record.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    DataFrame
        One row a contest with at least three records on both sides of day `days`: contest, task (series of one task,
        such as CIFAR-10 by time and by cost, are no independent witnesses), era, early and late (halving times in
        days), ratio (late over early) with low and high, and p, the probability of a ratio this far from one under one
        pace.
    """
    rows = []
    for name in names:
        early, late = split_at(records_of(name), days)
        if min(len(early), len(late)) >= FEWEST_RECORDS:
            found = compare_halving_times(late, early, level)
            rows.append(
                {
                    "contest": name,
                    "task": contest(name).task,
                    "era": contest(name).era,
                    "early": halving_time(early).days,
                    "late": halving_time(late).days,
                    "ratio": found.ratio,
                    "low": found.low,
                    "high": found.high,
                    "p": found.p,
                }
            )
    return pd.DataFrame(rows)
