"""``python -m analysis fit-records FILE``."""

from __future__ import annotations

import math
import textwrap
from pathlib import Path

from analysis.cnn_era.progress.change_points import MODELS, segment
from analysis.cnn_era.progress.halving import METHODS, halving_time
from analysis.cnn_era.progress.records import check_records, read_entries
from analysis.kit.errors import ProblemError


def fit_records(
    path: Path,
    date_column: str = "date",
    value_column: str = "value",
    most: int = 2,
    criterion: str = "bic",
    level: float = 0.95,
    seed: int = 0,
) -> None:
    """Print the records of a CSV file, their halving time by every method, and whether the pace changed.

    Parameters
    ----------
    path : Path
        CSV with a column of dates and a column of positive values, where less is better.
    date_column, value_column : str
        Names in the header.
    most : int
        Change-points to look for at most.
    criterion : {"bic", "aicc"}
    level : float
        Nominal coverage of the intervals.
    seed : int
        Of the bootstraps.
    """
    entries = read_entries(path, date_column, value_column)
    try:
        records = check_records(list(entries["date"]), entries["value"])
        pieces = {model: segment(records, most, criterion, model, level) for model in MODELS}
    except ProblemError as error:
        raise ProblemError(f"{path}: {error}") from error
    print(
        f"{len(records)} records among {len(entries)} entries, {records.dates[0]} to {records.dates[-1]}:"
        f" {records.values[0]:.4g} to {records.values[-1]:.4g}, {records.factor:.4g} times less"
    )
    print(f"\n{'halving time, days':28}{'':4}{level:.0%} interval".replace("%", " %"))
    for method, meaning in METHODS.items():
        found = halving_time(records, method, level, seed=seed)
        print(f"{found.days:>12.4g}   {_interval(found.low, found.high)}   {method}: {meaning}")
    print()
    for model, found_pieces in pieces.items():
        scores = ", ".join(f"{number}: {score:.1f}" for number, score in enumerate(found_pieces.scores))
        print(f"{criterion.upper()} by number of change-points, {model}: {scores}")
        for point in found_pieces.change_points:
            print(f"  the pace changes on {point.date} ({point.low} to {point.high})")
        days = ", ".join(f"{p.days:.4g} days ({_interval(p.low, p.high).strip()})" for p in found_pieces.phases)
        print(f"  halving time{' of the phases' if len(found_pieces.phases) > 1 else ''}: {days}")
    steps, scatter = (len(pieces[model].change_points) for model in MODELS)
    verdict = (
        "Both models prefer one line."
        if not steps and not scatter
        else "Both models see a change of pace."
        if steps and scatter
        else "The models disagree: a change of pace is not established. Records depend on those before them, which the"
        " scatter model ignores; trust steps."
    )
    print("\n" + textwrap.fill(verdict, 100))


def _interval(low: float, high: float) -> str:
    ends = (f"{end:.4g}" if math.isfinite(end) else "never" for end in (low, high))
    return "{:>8} to {:<8}".format(*ends)
