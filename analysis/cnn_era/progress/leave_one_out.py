"""What a contest says without one of its entries: which row decides a factor, a halving time, a probability.

Small series hang on few rows. Each statistic of a series is computed again with every entry left out in turn; the
spread says how far it rests on one of them, and the extreme says on which.
"""

from __future__ import annotations

import pandas as pd

from analysis.cnn_era.progress.halving import compare_halving_times
from analysis.cnn_era.progress.periods import EARLY, split_at
from analysis.cnn_era.progress.records import FEWEST_RECORDS, Records, record_series
from analysis.cnn_era.progress.series import contest, records_of


def without_each(name: str) -> list[tuple[str, Records]]:
    """The records of a contest with each of its entries left out in turn.

    Parameters
    ----------
    name : str
        Key of :func:`analysis.cnn_era.progress.series.contests`.

    Returns
    -------
    list of (date of the entry that is left out, records of the others)

    Examples
    --------
    >>> [round(records.factor, 1) for _, records in without_each("imagenet-8-v100")]
    [8.2, 40.6, 40.6, 40.6, 8.6]
    """
    entries = contest(name).entries()
    parts = []
    for row in entries.index:
        others = entries.drop(index=row)
        parts.append((str(entries.loc[row, "date"])[:10], record_series(list(others["date"]), others["value"])))
    return parts


def paces_without_each(first: str, second: str, level: float = 0.95) -> pd.DataFrame:
    """The halving time of one contest over that of another, with each entry of either left out in turn.

    Returns
    -------
    DataFrame
        A row an entry: ``contest`` and ``date`` of what is left out, ``ratio`` with ``low`` and ``high``, and ``p``, as
        in :func:`analysis.cnn_era.progress.halving.compare_halving_times`.

    Examples
    --------
    >>> found = paces_without_each("imagenet-cost", "nanogpt")
    >>> found.loc[found["ratio"].idxmin(), ["contest", "date"]].tolist(), round(float(found["ratio"].min()), 2)
    (['imagenet-cost', '2020-03-10'], 0.39)
    """
    rows = []
    for name in (first, second):
        for date, others in without_each(name):
            pair = (others, records_of(second)) if name == first else (records_of(first), others)
            pace = compare_halving_times(*pair, level)
            rows.append((name, date, pace.ratio, pace.low, pace.high, pace.p))
    return pd.DataFrame(rows, columns=["contest", "date", "ratio", "low", "high", "p"])


def slowings_without_each(name: str, days: float = EARLY) -> pd.DataFrame:
    """Whether a contest was slower after day `days` than before, with each of its entries left out in turn.

    Returns
    -------
    DataFrame
        A row an entry without which at least three records stand on both sides: ``date`` of what is left out, ``ratio``
        (late halving time over early) and ``p`` (probability of a ratio this far from one under one pace).

    Examples
    --------
    >>> slowings_without_each("cifar10-1-v100")["p"].agg(["min", "max"]).round(3).tolist()
    [0.002, 0.394]
    """
    rows = []
    for date, others in without_each(name):
        early, late = split_at(others, days)
        if min(len(early), len(late)) >= FEWEST_RECORDS:
            found = compare_halving_times(late, early)
            rows.append((date, found.ratio, found.p))
    return pd.DataFrame(rows, columns=["date", "ratio", "p"])
