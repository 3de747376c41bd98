r"""Chips by year: how fast their arithmetic, their memory and their efficiency grew.

A quantity that doubles every h years lies on a straight line in its logarithm. Least squares through n chips give the
line, and the Student t with n - 2 degrees of freedom the interval of its slope; few chips give a wide one. What a chip
can compute is what it computes for each watt, times its watts:

.. math:: \text{FLOP/s} = \frac{\text{FLOP/s}}{\text{W}} \cdot \text{W},

so that a growth splits into a better chip and a larger bill for power. The ridge, peak over bandwidth, is the number of
operations that a byte must be used for before arithmetic, and not memory, is what holds a chip back.

References
----------
Epoch AI (2026), Data on machine learning hardware. Hobbhahn, Heim & Aydos (2023), Trends in machine learning hardware.
Williams, Waterman & Patterson (2009), Roofline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.cnn_era.progress.hernandez import doubling_by_regression
from analysis.kit import facts
from analysis.kit.arguments import several
from analysis.kit.checking import fit_together, plain, positive, whole
from analysis.kit.errors import ProblemError

MONTHS = 12
DAYS = 365.25
BYTE = 8  # bits
#: Columns of :func:`chips` that trends are drawn of, and what each is.
MEASURES = {
    "bf16": "arithmetic of a chip",
    "per_watt": "arithmetic of a watt",
    "watts": "power of a chip",
    "bandwidth": "bandwidth of the memory",
    "memory": "memory",
    "ridge": "operations a byte must serve",
}


@dataclass(frozen=True)
class Growth:
    """How a quantity grew from the first chip to the last.

    Attributes
    ----------
    times : float
        Last over first.
    years : float
        Between them.
    doubling : float
        Doubling time by least squares, years.
    low, high : float
        Its interval, years; the upper end is infinite where a standstill lies within it.
    level : float
        Nominal coverage.
    """

    times: float
    years: float
    doubling: float
    low: float
    high: float
    level: float

    @property
    def a_year(self) -> float:
        """Factor of a year on the fitted line.

        >>> growth(["2020-01-01", "2021-01-01", "2024-01-01"], [1, 2, 16]).a_year > 1.99
        True
        """
        return float(2 ** (1 / self.doubling))


def chips() -> pd.DataFrame:
    """The table of chips, oldest first, with what follows from its columns.

    Returns
    -------
    DataFrame
        The columns of ``toolbox_chips.csv``, among them ``chip``, ``date``, ``bf16`` (peak of dense products in 16
        bits, TFLOP/s), ``memory`` (GB), ``bandwidth`` (TB/s), ``watts`` and ``price`` (dollars); and what follows from
        them, in 16 bits and dense: ``year``, ``per_watt`` (TFLOP/s a watt), ``picojoule`` (pJ a FLOP at full load and
        full power), ``ridge`` (FLOP a byte) and ``per_dollar`` (GFLOP/s a dollar, nan without a price).

    Examples
    --------
    >>> table = chips().set_index("chip")
    >>> table.loc["B200", ["per_watt", "ridge"]].round(2).tolist()
    [2.25, 292.21]
    >>> round(float(table.loc["B200", "picojoule"]), 3)
    0.444
    """
    table = facts.frame("toolbox_chips")
    table["date"] = pd.to_datetime(table["date"])
    table["year"] = table["date"].dt.year + (table["date"].dt.day_of_year - 1) / DAYS
    table["per_watt"] = table["bf16"] / table["watts"]
    table["picojoule"] = 1 / table["per_watt"]
    table["ridge"] = table["bf16"] / table["bandwidth"]
    table["per_dollar"] = 1000 * table["bf16"] / table["price"]
    return table.sort_values("date", kind="stable").reset_index(drop=True)


def line_of(names: Iterable[str]) -> pd.DataFrame:
    """The rows of :func:`chips` with these names, oldest first.

    Parameters
    ----------
    names : iterable of str
        Of chips.

    Returns
    -------
    DataFrame
        Rows of :func:`chips`.

    Raises
    ------
    ProblemError
        For a chip that is not in the table.

    Examples
    --------
    >>> line_of(["B200", "V100"]).set_index("chip")["per_watt"].round(2).to_dict()
    {'V100': 0.42, 'B200': 2.25}
    """
    wanted, table = several(names, "names of chips"), chips()
    for name in wanted:
        if name not in set(table["chip"]):
            raise ProblemError(f"There is no chip {name!r}; choose from {', '.join(table['chip'])}.")
    return table[table["chip"].isin(wanted)].reset_index(drop=True)


def growth(dates: ArrayLike, values: ArrayLike, level: float = 0.95) -> Growth:
    """Doubling time in years by least squares of the logarithm on time, with its interval.

    Parameters
    ----------
    dates : array of dates, shape (n,)
        In any order; three or more.
    values : array of float, shape (n,)
        Positive, in any one unit, and growing on the whole.
    level : float
        Confidence of the interval.

    Returns
    -------
    Growth

    Raises
    ------
    ProblemError
        For fewer than three chips, values that are not positive, or a fitted line that does not rise.

    Examples
    --------
    >>> found = growth(["2017-06-21", "2020-11-16", "2022-09-20", "2024-11-15"], [0.417, 0.78, 1.414, 2.25])
    >>> [round(years, 2) for years in (found.doubling, found.low, found.high)]
    [2.99, 2.25, 4.46]
    """
    given = positive(values, "a value of a chip")
    when = _days(dates)
    if given.shape != when.shape or given.ndim != 1:
        raise ProblemError("Dates and values must be two lists of one length; correct them.")
    if len(given) < 3:
        raise ProblemError(f"{len(given)} chips are too few for a doubling time; give three or more.")
    first, last = int(when.argmin()), int(when.argmax())
    if when[first] == when[last]:
        raise ProblemError("All chips have one date, so that nothing can double; give chips of several dates.")
    slope = np.polyfit((when - when.min()).astype(float), np.log(given), 1)[0]
    if not slope > 0:
        raise ProblemError("These values do not grow over these dates, so that no doubling time can be given.")
    found = doubling_by_regression(when, 1 / given, level)
    years = float((when[last] - when[first]).astype(float) / DAYS)
    doubling, low, high = (end / MONTHS for end in (found.months, found.low, found.high))
    return Growth(float(given[last] / given[first]), years, doubling, low, high, level)


def trends(names: Iterable[str], level: float = 0.95) -> pd.DataFrame:
    """The growth of every measure of a line of chips.

    Parameters
    ----------
    names : iterable of str
        Of chips of one line.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    DataFrame
        Index ``measure`` (:data:`MEASURES`); ``first``, ``last`` (values), ``times``, ``years``, ``doubling``, ``low``,
        ``high`` (years).

    Examples
    --------
    >>> trends(["V100", "A100", "H100", "B200"])["times"].round(1).to_dict()["bf16"]
    18.0
    """
    rows = line_of(names)
    found = {measure: growth(rows["date"], rows[measure], level) for measure in MEASURES}
    return pd.DataFrame(
        [
            {
                "measure": measure,
                "first": rows[measure].iloc[0],
                "last": rows[measure].iloc[-1],
                "times": each.times,
                "years": each.years,
                "doubling": each.doubling,
                "low": each.low,
                "high": each.high,
            }
            for measure, each in found.items()
        ]
    ).set_index("measure")


def stack_bandwidth(pins: ArrayLike, rate: ArrayLike) -> float:
    """Bandwidth of a stack of memory, GB/s: pins times gigabits a second of each, over eight.

    Parameters
    ----------
    pins : int or array
        Data lines of a stack.
    rate : float or array
        Gbit/s of one.

    Returns
    -------
    float

    Examples
    --------
    >>> stack_bandwidth(1024, 6.4)
    819.2
    """
    lines, speed = whole(pins, "a number of pins"), positive(rate, "a rate")
    fit_together(lines, speed)
    return plain(lines * speed / BYTE)


def _days(dates: ArrayLike) -> np.ndarray:
    """Dates as days."""
    if np.size(dates) and np.asarray(dates).dtype.kind in "iuf":
        raise ProblemError("Dates must be written as 2024-11-15; a bare number could be a year or a day.")
    try:
        days = np.asarray(dates, "datetime64[D]")
    except (TypeError, ValueError):
        raise ProblemError(f"Dates must be written as 2024-11-15, not as in {dates!r}; correct them.") from None
    if np.isnat(days).any():
        raise ProblemError("Every chip needs a date; correct the one without.")
    return days
