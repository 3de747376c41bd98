"""Contests on one axis: how far each had come, by the calendar, since its start, or since it was a quarter done.

"History repeats" can mean three alignments, and each hides something. The calendar shows which contest came when; days
since the first entry shows pace but starts each contest where its first entrant happened to be; days since the record
had fallen to a stated part of the first value forgives a weak first entry, but leaves out contests that never fell so
far.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from itertools import product

import numpy as np
import pandas as pd

from analysis.cnn_era.progress.change_points import segment
from analysis.cnn_era.progress.halving import compare_halving_times, halving_time
from analysis.cnn_era.progress.periods import split_at
from analysis.cnn_era.progress.records import FEWEST_RECORDS, Records
from analysis.cnn_era.progress.series import contest, records_of
from analysis.kit.checking import inside


def align(names: Iterable[str], ratio: float) -> pd.DataFrame:
    """Records of several contests in one long table, with a column for each alignment, for a menu.

    Parameters
    ----------
    names : iterable of str
        Keys of :func:`analysis.cnn_era.progress.series.contests`.
    ratio : float
        Part of the first value, above 0 and below 1, at which ``by_ratio`` is zero.

    Returns
    -------
    DataFrame
        One row a record: contest, title, era, measure, unit, date, value, share (of the contest's first value), and
        ``by_date`` (years, such as 2018.5), ``by_start`` (days since the contest's first record) and ``by_ratio``
        (days since its record first was at most `ratio` of its first; missing where it never was).

    Examples
    --------
    >>> table = align(["imagenet-cost"], ratio=0.1)
    >>> table.set_index("by_ratio").loc[[0.0, 716.0], "share"].round(3).tolist()  # below a tenth; two years later
    [0.074, 0.007]
    """
    inside(ratio, "the ratio to the first value")
    parts = []
    for name in names:
        which, records = contest(name), records_of(name)
        share = records.values / records.values[0]
        reached = records.days[share <= ratio]
        parts.append(
            pd.DataFrame(
                {
                    "contest": name,
                    "title": which.title,
                    "era": which.era,
                    "measure": which.measure,
                    "unit": which.unit,
                    "date": pd.to_datetime(records.dates),
                    "value": records.values,
                    "share": share,
                    "by_date": _years(records),
                    "by_start": records.days,
                    "by_ratio": records.days - reached[0] if len(reached) else np.nan,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@functools.cache
def summarise(names: tuple[str, ...], criterion: str = "bic", level: float = 0.95) -> pd.DataFrame:
    """One row a contest: how far, how fast, and whether its pace changed, by either model.

    Parameters
    ----------
    names : tuple of str
        Keys of :func:`analysis.cnn_era.progress.series.contests`.
    criterion : {"bic", "aicc"}
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    DataFrame
        contest, title, era, measure, records, first and last (dates), days, factor, level, halving_days with low and
        high (steps), early and late halving days with their low and high (missing where a phase has fewer than three
        records), and the number of change-points that the criterion prefers and by how much, under steps and
        scatter: steps_breaks, steps_evidence, scatter_breaks, scatter_evidence. Contests with fewer than three
        records are left out.

    Examples
    --------
    >>> found = summarise(("imagenet-cost",)).iloc[0]
    >>> print(f"{found['factor']:.0f} times less in {found['days']:.0f} days, half in {found['halving_days']:.0f}")
    150 times less in 865 days, half in 120
    """
    rows = []
    for name in names:
        which, records = contest(name), records_of(name)
        if len(records) < FEWEST_RECORDS:
            continue
        whole = halving_time(records, level=level)
        row: dict[str, object] = {
            "contest": name,
            "title": which.title,
            "era": which.era,
            "measure": which.measure,
            "records": len(records),
            "first": str(records.dates[0]),
            "last": str(records.dates[-1]),
            "days": records.days[-1],
            "factor": records.factor,
            "level": level,
            "halving_days": whole.days,
            "low": whole.low,
            "high": whole.high,
        }
        for phase, part in zip(("early", "late"), split_at(records), strict=True):
            found = halving_time(part, level=level) if len(part) >= FEWEST_RECORDS else None
            row |= {
                phase: found.days if found else np.nan,
                f"{phase}_low": found.low if found else np.nan,
                f"{phase}_high": found.high if found else np.nan,
            }
        for model in ("steps", "scatter"):
            pieces = segment(records, criterion=criterion, model=model, level=level)
            row |= {f"{model}_breaks": len(pieces.change_points), f"{model}_evidence": pieces.evidence}
        rows.append(row)
    return pd.DataFrame(rows)


def compare_contests(first: Iterable[str], second: Iterable[str], level: float = 0.95) -> pd.DataFrame:
    """The pace of every contest of one list over that of every contest of another.

    Parameters
    ----------
    first, second : iterable of str
        Keys of :func:`analysis.cnn_era.progress.series.contests`.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    DataFrame
        A row a pair: ``first``, ``second``, ``ratio`` (of the halving times) with ``low`` and ``high``, and ``p``; see
        :func:`analysis.cnn_era.progress.halving.compare_halving_times`.

    Examples
    --------
    >>> round(compare_contests(["imagenet-cost"], ["nanogpt"])["ratio"].item(), 2)
    0.89
    """
    pairs = list(product(first, second))
    found = [compare_halving_times(records_of(one), records_of(other), level) for one, other in pairs]
    rows = [(*pair, pace.ratio, pace.low, pace.high, pace.p) for pair, pace in zip(pairs, found, strict=True)]
    return pd.DataFrame(rows, columns=["first", "second", "ratio", "low", "high", "p"])


def _years(records: Records) -> np.ndarray:
    start = records.dates.astype("datetime64[Y]")
    begin, end = (year.astype("datetime64[D]") for year in (start, start + np.timedelta64(1, "Y")))
    length, passed = (days / np.timedelta64(1, "D") for days in (end - begin, records.dates - begin))
    return 1970 + start.astype(int) + passed / length
