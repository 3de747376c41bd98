r"""Decoding as bytes plus a constant: what a token costs a model that answers one person.

To write a token, every weight is read once. At a bandwidth B that takes ``bytes / B`` seconds; a constant :math:`t_0`
is added for all that does not depend on the weights' bytes: starting the kernels, attention, sampling.

.. math:: t = \frac{\text{bytes}}{B} + t_0

The published tables of one library (``toolbox_decoding``) have three such points for each of three models on an A100
and of one on an H100: bfloat16, 8 bits and 4 bits. Two unknowns leave one degree of freedom, so that a fit to one table
comes with a wide interval, and several tables are worth more than its residuals.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from analysis.kit import facts
from analysis.kit.arguments import single
from analysis.kit.checking import fit_together, inside, not_negative, plain, positive
from analysis.kit.errors import ProblemError

#: Methods whose weights are read as they are stored, by kernels that hardly do more than that.
PLAIN = ("bfloat16", "8-bit weights", "4-bit weights")
#: What a table of the library is known by.
TABLE = ["card", "model", "date"]


class Line(NamedTuple):
    """Bandwidth and constant fitted to a table, with intervals of the level that was asked for.

    Attributes
    ----------
    bandwidth, constant : float
        Bytes a second; seconds.
    bandwidth_interval, constant_interval : tuple of float
        Lower and upper end; the bandwidth's upper end is infinite if no slope is among those that the data allow.
    residuals : ndarray
        Measured less fitted, seconds.
    freedom : int
        Points less two.
    """

    bandwidth: float
    constant: float
    bandwidth_interval: tuple[float, float]
    constant_interval: tuple[float, float]
    residuals: Any
    freedom: int


def seconds(read: ArrayLike, bandwidth: ArrayLike, constant: ArrayLike) -> Any:
    """Seconds a token: bytes over bandwidth, plus a constant.

    Parameters
    ----------
    read : float or ndarray
        Bytes read for a token, at least 0.
    bandwidth : float or ndarray
        Bytes a second.
    constant : float or ndarray
        Seconds, at least 0.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> seconds(10e9, 2e12, 0.003)
    0.008
    """
    fit_together(read, bandwidth, constant)
    return plain(
        not_negative(read, "a number of bytes") / positive(bandwidth, "a bandwidth")
        + not_negative(constant, "a constant")
    )


def fitted(read: ArrayLike, measured: ArrayLike, level: float = 0.95) -> Line:
    """Least squares of :func:`seconds` on measured times.

    Parameters
    ----------
    read : array_like
        Bytes for a token, three or more different values.
    measured : array_like
        Seconds a token.
    level : float
        Of the intervals (Student's t; the residuals are taken for errors of one size).

    Returns
    -------
    Line

    Raises
    ------
    ProblemError
        With fewer than three points, or if more bytes do not take longer.

    Examples
    --------
    >>> line = fitted([1e9, 2e9, 4e9], [0.002, 0.003, 0.005])
    >>> print(f"{line.bandwidth:.0f} {line.constant:.3f} {line.freedom}")
    1000000000000 0.001 1
    """
    fit_together(read, measured)
    x, y = np.atleast_1d(positive(read, "a number of bytes")), np.atleast_1d(positive(measured, "a time"))
    if len(x) < 3 or len(np.unique(x)) < 3:
        raise ProblemError("A line with an error needs three points with different numbers of bytes; give more.")
    level = single(inside(level, "a level"), "a level")
    found = stats.linregress(x, y)
    if found.slope <= 0:
        raise ProblemError("More bytes take no longer in these data, so they tell no bandwidth; give others.")
    t = float(stats.t.ppf((1 + level) / 2, len(x) - 2))
    low, high = found.slope - t * found.stderr, found.slope + t * found.stderr
    start, wide = float(found.intercept), t * float(found.intercept_stderr)
    return Line(
        1 / float(found.slope),
        start,
        (1 / float(high), 1 / float(low) if low > 0 else np.inf),
        (start - wide, start + wide),
        y - (found.intercept + found.slope * x),
        len(x) - 2,
    )


def published() -> pd.DataFrame:
    """The library's tables: columns of ``toolbox_decoding``, ``read`` (bytes), ``seconds`` (a token).

    >>> print(f"{1000 * published()['seconds'].iloc[0]:.2f}")
    9.51
    """
    table = facts.frame("toolbox_decoding")
    return table.assign(read=1e9 * table["size"], seconds=1 / table["speed"])


def lines(level: float = 0.95) -> pd.DataFrame:
    """A line through the plain methods of each table, and one through all tables of a card that has several.

    Returns
    -------
    DataFrame
        Columns ``card``, ``model`` ("all" where several tables are taken together), ``date``, ``points``,
        ``bandwidth``, ``bandwidth_low`` and ``bandwidth_high`` (GB/s), ``constant``, ``constant_low`` and
        ``constant_high`` (ms), and ``worst``, the largest residual (ms).

    Examples
    --------
    >>> lines()[["bandwidth", "constant"]].round(2).iloc[0].tolist()
    [2134.33, 3.38]
    """
    plain_rows = published().query("method in @PLAIN")
    parts = [(dict(zip(TABLE, names, strict=True)), own) for names, own in plain_rows.groupby(TABLE, sort=False)]
    for card, own in plain_rows.groupby("card", sort=False):
        if len(own) > len(PLAIN):
            parts.append(({"card": card, "model": "all", "date": ""}, own))
    rows = []
    for names, own in parts:
        line = fitted(own["read"], own["seconds"], level)
        wide, late = np.asarray(line.bandwidth_interval) / 1e9, 1e3 * np.asarray(line.constant_interval)
        rows.append(
            {
                **names,
                "points": len(own),
                "bandwidth": line.bandwidth / 1e9,
                "bandwidth_low": wide[0],
                "bandwidth_high": wide[1],
                "constant": 1e3 * line.constant,
                "constant_low": late[0],
                "constant_high": late[1],
                "worst": 1e3 * float(np.abs(line.residuals).max()),
            }
        )
    return pd.DataFrame(rows)


def gains() -> pd.DataFrame:
    """What each method buys in each table, against bfloat16 there; 2:4 against the same bits without it.

    Returns
    -------
    DataFrame
        Columns ``card``, ``model``, ``date``, ``method``, ``bits``, ``kept`` (share of the weights), ``bytes`` and
        ``speed`` (times).

    Examples
    --------
    >>> table = gains().query("method == '4-bit weights'")
    >>> table["speed"].round(2).tolist()
    [1.9, 1.87, 1.89, 1.9]
    """
    rows = []
    for names, own in published().groupby(TABLE, sort=False):
        for row in own.itertuples():
            pruned = row.pattern != "dense"
            before = own.query("pattern == 'dense' and method == @row.method.split(',')[0]" if pruned else "bits == 16")
            if row.bits == 16:
                continue
            first = before.iloc[0]
            rows.append(
                {
                    **dict(zip(TABLE, names, strict=True)),
                    "method": f"2:4 on {row.method.split(',')[0]}" if pruned else row.method,
                    "bits": row.bits,
                    "kept": 0.5 if pruned else 1.0,
                    "bytes": first["size"] / row.size,
                    "speed": row.speed / first["speed"],
                }
            )
    return pd.DataFrame(rows)
