r"""The roofline: a computation waits for its arithmetic or for its memory, whichever takes longer.

.. math:: t = \max\left(\frac{\text{FLOP}}{P}, \frac{\text{bytes}}{B}\right)

with the peak P and the bandwidth B of the machine. Below its **ridge** P / B, in FLOP a byte, only bytes count
(Williams, Waterman & Patterson 2009).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit.checking import fit_together, not_negative, plain, positive
from analysis.kit.experiments import load_result


def time(flop: ArrayLike, bytes: ArrayLike, peak: ArrayLike, bandwidth: ArrayLike) -> Any:
    """Seconds that a computation takes at least.

    Parameters
    ----------
    flop, bytes : float or ndarray
        Operations, and bytes read and written; at least 0.
    peak : float or ndarray
        FLOP a second.
    bandwidth : float or ndarray
        Bytes a second.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> time(flop=8e12, bytes=1e12, peak=1e12, bandwidth=1e12)
    8.0
    """
    fit_together(flop, bytes, peak, bandwidth)
    counted = not_negative(flop, "a number of FLOP") / positive(peak, "a peak")
    moved = not_negative(bytes, "a number of bytes") / positive(bandwidth, "a bandwidth")
    return plain(np.maximum(counted, moved))


def ridge(peak: ArrayLike, bandwidth: ArrayLike) -> Any:
    """FLOP a byte from which arithmetic takes longer than memory.

    Parameters
    ----------
    peak : float or array
        FLOP a second.
    bandwidth : float or array
        Bytes a second.

    Returns
    -------
    float or array
        FLOP a byte.

    Examples
    --------
    >>> round(ridge(989.4e12, 3.35e12))
    295
    """
    fit_together(peak, bandwidth)
    return plain(positive(peak, "a peak") / positive(bandwidth, "a bandwidth"))


def batch(tokens: ArrayLike, width: float, bits: float) -> tuple[Any, Any]:
    """FLOP and bytes of sending a batch through one square matrix, each number in so many bits; results have 16.

    Parameters
    ----------
    tokens : float or ndarray
    width : float
        Rows and columns of the matrix.
    bits : float
        Of a weight and of an input.

    Returns
    -------
    flop, bytes : float or ndarray

    Examples
    --------
    >>> flop, bytes = batch(1, 8192, 16)
    >>> print(f"{flop:.0f} {bytes:.0f}")
    134217728 134250496
    """
    m, w, b = positive(tokens, "a number of tokens"), positive(width, "a width"), positive(bits, "a number of bits")
    return plain(2 * m * w**2), plain(b / 8 * (w**2 + m * w) + 2 * m * w)


def measured() -> pd.DataFrame:
    """A batch through a matrix of 8,192 rows and columns on our H100, beside the roofline of its own measured roofs.

    Returns
    -------
    DataFrame
        Columns ``kind`` (bf16 or fp8), ``bits``, ``tokens``, ``seconds`` (median), ``predicted`` (seconds).

    Notes
    -----
    The peak of each kind is that of square products of that size, the bandwidth that of the largest copy.
    """
    table = load_result("gpu-products")
    bandwidth = 1e9 * table.query("kind == 'copy'")["gbytes_per_s"].iloc[-1]
    square = table.query("series == 'square' and m == 8192").set_index("kind")["tflops"]
    rows = table.query("series == 'roofline'")
    parts = []
    for kind, name in (("bf16", "bf16"), ("fp8_fast", "fp8")):
        own = rows[rows["kind"] == kind]
        predicted = time(own["flop"].to_numpy(), own["bytes"].to_numpy(), 1e12 * square[kind], bandwidth)
        bits = 16 if name == "bf16" else 8
        columns = {"kind": name, "bits": bits, "tokens": own["m"].astype(int), "seconds": own["seconds_median"]}
        parts.append(pd.DataFrame({**columns, "predicted": predicted}))
    return pd.concat(parts, ignore_index=True)
