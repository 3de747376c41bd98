"""``python -m analysis fit-records FILE``."""

from __future__ import annotations

import argparse
import math
import textwrap
from pathlib import Path
from typing import Any

from analysis.cnn_era.progress.change_points import MODELS, segment
from analysis.cnn_era.progress.dates import Order
from analysis.cnn_era.progress.halving import METHODS, halving_time
from analysis.cnn_era.progress.records import Records, check_records, read_entries
from analysis.kit.errors import ProblemError
from analysis.kit.reading import number, whole

#: Change-points to look for; more would not be believed.
MOST = 10
LARGEST_SEED = 2**32 - 1
LEVELS = 0.5, 0.999
#: Sets of change-points that are tried, and records in a series: about a minute on one core.
MOST_SETS = 1_000_000
MOST_RECORDS = 3_000


def add_commands(commands: Any) -> None:
    """Add ``fit-records`` to the subparsers of the command line."""
    records = commands.add_parser(
        "fit-records", help="fit halving times and change-points to the records in a CSV file"
    )
    records.add_argument(
        "file", type=Path, metavar="FILE", help="CSV, JSON or the like: dates, and values to be made less"
    )
    records.add_argument("--date", default="date", metavar="COLUMN", help="of dates (default date)")
    records.add_argument("--value", default="value", metavar="COLUMN", help="of positive values (default value)")
    first = records.add_mutually_exclusive_group()
    for order in ("day", "month"):
        first.add_argument(
            f"--{order}-first",
            dest="order",
            action="store_const",
            const=order,
            help=f"03/04/2024 begins with the {order}",
        )
    records.add_argument(
        "--most", default="2", metavar="N", help=f"change-points to look for (default 2, up to {MOST})"
    )
    records.add_argument("--criterion", default="bic", metavar="NAME", help="bic or aicc (default bic)")
    records.add_argument("--level", default="0.95", metavar="LEVEL", help="of the intervals (default 0.95)")
    records.add_argument("--seed", default="0", metavar="N", help="of the bootstraps (default 0)")
    records.set_defaults(command=_fit_records)


def _fit_records(options: argparse.Namespace) -> int:
    most = whole(options.most, "number of change-points", "2", most=MOST)
    level = number(options.level, "level of confidence", "0.95")
    if not LEVELS[0] <= level <= LEVELS[1]:
        raise ProblemError(f"The level of confidence is {options.level}; give {LEVELS[0]} to {LEVELS[1]}.")
    seed = whole(options.seed, "seed", "7", most=LARGEST_SEED)
    fit_records(options.file, options.date, options.value, most, options.criterion, level, seed, options.order)
    return 0


def fit_records(
    path: Path,
    date_column: str = "date",
    value_column: str = "value",
    most: int = 2,
    criterion: str = "bic",
    level: float = 0.95,
    seed: int = 0,
    order: Order = None,
) -> None:
    """Print the records of a CSV file, their halving time by every method, and whether the pace changed.

    Parameters
    ----------
    path : Path
        Table with a column of dates and a column of positive values, where less is better; see
        :func:`analysis.cnn_era.progress.records.read_entries`.
    date_column, value_column : str
        Names in the header.
    most : int
        Change-points to look for at most.
    criterion : {"bic", "aicc"}
    level : float
        Nominal coverage of the intervals.
    seed : int
        Of the bootstraps.
    order : {"day", "month"}, optional
        What comes first in dates such as 03/04/2024.
    """
    entries = read_entries(path, date_column, value_column, order)
    try:
        records = check_records(entries["date"].to_numpy(), entries["value"])
        _affordable(records, most)
        pieces = {model: segment(records, most, criterion, model, level) for model in MODELS}
    except ProblemError as error:
        raise ProblemError(f"{path}: {error}") from error
    for note in entries.attrs["notes"]:
        print(textwrap.fill(note, 100))
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


def _affordable(records: Records, most: int) -> None:
    """Refuse what would take longer than a person waits."""
    if len(records) > MOST_RECORDS:
        raise ProblemError(
            f"There are {len(records):,} records; more than {MOST_RECORDS:,} would take hours, so keep a part of them."
        )
    fewer = next(fewer for fewer in range(most, -1, -1) if math.comb(len(records), fewer) <= MOST_SETS)
    if fewer < most:
        raise ProblemError(
            f"Among {len(records):,} records there are too many places for {most} change-points; give --most {fewer}."
        )
