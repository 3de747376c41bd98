r"""The noise of rounding: how large the error of weights in few bits is, before a network is asked.

A block of n weights shares a scale that sends the largest of them to the largest of :math:`K = 2^{b-1} - 1` steps a
side. If the weights are normal, the step is :math:`\kappa_n \sigma / K` with :math:`\kappa_n` the root mean square of
the largest of n sizes; an error spread evenly over a step has a twelfth of its square, and the largest weight has none:

.. math:: \mathrm{SNR} = 10 \log_{10} \frac{12\, K^2}{\kappa_n^2} \frac{n}{n-1} \quad \mathrm{dB},
   \qquad \kappa_n^2 = \int_0^\infty 2x \left(1 - \mathrm{erf}(x / \sqrt 2)^n\right) dx .

From 3 bits up this is within 0.05 dB of what normal weights show; with 2 their errors do not spread evenly, and the
law is up to 2 dB too low.
Where the largest weight does not set the scale, it can be set lower: :func:`optimal_clip` trades the error of the
many against that of the few that are cut off (Max 1960).

References
----------
Max (1960), Quantizing for minimum distortion, IRE Transactions on Information Theory 6:7.
Bennett (1948), Spectra of quantized signals, Bell System Technical Journal 27:446.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import integrate, optimize, special

from analysis.deepseek.float8 import IntegerFormat
from analysis.kit.arguments import count, single
from analysis.kit.checking import finite, fit_together, plain, positive, whole
from analysis.kit.errors import ProblemError

Array = NDArray[Any]
MOST_BITS = 16
#: What a further bit is worth where bits are many: a factor of four in the square of the error.
DECIBELS_A_BIT = 20 * math.log10(2)
#: Scales that clipping tries, as shares of the one that clips nothing.
CLIPS = np.linspace(0.3, 1.0, 71)


def largest_of(block: ArrayLike) -> Any:
    r"""Root mean square of the largest of so many sizes of standard normal numbers, :math:`\kappa_n`.

    Parameters
    ----------
    block : array_like
        n, 1 or more.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> largest_of([1, 16, 32, 4096]).round(3).tolist()
    [1.0, 2.133, 2.389, 3.815]
    """
    n = whole(block, "a block")
    # beyond 40 standard deviations there is nothing left, whatever the block
    square, _ = integrate.quad_vec(lambda x: 2 * x * (1 - special.erf(x / math.sqrt(2)) ** n), 0, 40, limit=2_000)
    return plain(np.sqrt(square))


def snr(bits: ArrayLike, block: ArrayLike) -> Any:
    """Signal-to-noise ratio of normal weights that are rounded in blocks, each scaled by its largest; by the law.

    Parameters
    ----------
    bits : array_like
        From 2 to 16; the law is a good one from 3 on.
    block : array_like
        Weights that share a scale, 2 or more.

    Returns
    -------
    float or ndarray
        dB.

    Raises
    ------
    ProblemError
        For bits or a block out of range or not whole.

    Examples
    --------
    >>> round(snr(4, 32), 2), round(snr(4, 16), 2)
    (20.27, 21.39)
    """
    fit_together(bits, block)
    n = whole(block, "a block", least=2)
    levels = 2 ** (_bits(bits) - 1) - 1
    return plain(10 * np.log10(12 * levels**2 / np.square(largest_of(n)) * n / (n - 1)))


def sine_snr(bits: ArrayLike) -> Any:
    """What textbooks give for b bits, 6.02 b + 1.76 dB: that of a sine which fills the range, ``1.5 * 4**b``.

    Parameters
    ----------
    bits : int or array
        Of a value.

    Returns
    -------
    float or array
        dB.

    Examples
    --------
    >>> [round(sine_snr(bits), 1) for bits in (4, 5, 6)]  # six decibels a bit
    [25.8, 31.9, 37.9]
    """
    return plain(10 * np.log10(1.5 * 4 ** _bits(bits)))


def normal_noise(step: float, levels: int) -> float:
    """Mean squared error of a standard normal number rounded to the nearest of evenly spaced levels about zero.

    Parameters
    ----------
    step : float
        Between levels, in standard deviations.
    levels : int
        2 or more.

    Returns
    -------
    float
        In units of the variance: SNR is its inverse.
    """
    number = count(levels, "a number of levels", least=2)
    points = single(positive(step, "a step"), "a step") * (np.arange(number) - (number - 1) / 2)
    edges = np.concatenate([[-np.inf], (points[1:] + points[:-1]) / 2, [np.inf]])
    density = np.exp(-(edges**2) / 2) / math.sqrt(2 * math.pi)
    moment = np.where(np.isfinite(edges), edges, 0) * density
    parts = (1 + points**2) * np.diff(special.ndtr(edges)) - np.diff(moment) + 2 * points * np.diff(density)
    return float(parts.sum())


def best_step(levels: int) -> float:
    """The step at which :func:`normal_noise` is least, in standard deviations.

    Examples
    --------
    Max's table has .3352 for 16 levels:

    >>> round(best_step(16), 4)
    0.3352
    """
    number = count(levels, "a number of levels", least=2)
    # a range of 1 to 12 standard deviations on both sides together
    low, high = 1 / (number - 1), 12 / (number - 1)
    found = optimize.minimize_scalar(normal_noise, bounds=(low, high), args=(number,), options={"xatol": 1e-10})
    return float(found.x)


def optimal_clip(bits: int) -> float:
    """Where to cut off normal weights, in standard deviations, so that the noise of ``2**bits - 1`` levels is least.

    Parameters
    ----------
    bits : int
        From 2 to 16.

    Returns
    -------
    float

    Examples
    --------
    >>> round(optimal_clip(4), 2), round(clipped_snr(4), 2)
    (2.47, 18.9)
    """
    levels = 2 ** _one_width(bits) - 1
    return best_step(levels) * (levels - 1) / 2


def clipped_snr(bits: int, clip: float | None = None) -> float:
    """Signal-to-noise ratio of normal weights cut off at `clip` standard deviations, by default the best; dB.

    Parameters
    ----------
    bits : int
        Of a weight.
    clip : float, optional
        Standard deviations; default: :func:`optimal_clip`.

    Returns
    -------
    float
        dB.

    Examples
    --------
    >>> [round(clipped_snr(bits), 1) for bits in (4, 5, 6)]  # decibels: 5.4 a bit, and a sine's 6
    [18.9, 24.3, 29.7]
    >>> round(clipped_snr(4, clip=6.0), 1)  # too far out costs
    12.1
    """
    levels = 2 ** _one_width(bits) - 1
    cut = optimal_clip(bits) if clip is None else single(positive(clip, "a clip"), "a clip")
    return -10 * math.log10(normal_noise(2 * cut / (levels - 1), levels))


def measured_snr(values: ArrayLike, rounded: ArrayLike) -> float:
    """Signal-to-noise ratio of what was rounded; dB, infinite where nothing moved."""
    before, after = finite(values, "a value"), finite(rounded, "a rounded value")
    if before.shape != after.shape or not np.any(before):
        raise ProblemError("A ratio of signal to noise needs values that are not all zero, and as many rounded ones.")
    noise = np.sum((before - after) ** 2)
    return math.inf if noise == 0 else float(10 * np.log10(np.sum(before**2) / noise))


def integer_grid(bits: int) -> IntegerFormat:
    """The whole numbers that weights are rounded to, from ``1 - 2**(bits - 1)`` to ``2**(bits - 1) - 1``."""
    width = _one_width(bits)
    return IntegerFormat(f"INT{width}", width)


def scales(rows: ArrayLike, bits: int, clip: bool = False) -> Array:
    """The step of each column: what sends its largest size to the largest level, or less if that makes less error.

    Parameters
    ----------
    rows : array_like, shape (n, columns)
        Each column is a block.
    bits : int
        From 2 to 16.
    clip : bool
        Whether to try :data:`CLIPS` of that step and take the one with the least squared error.

    Returns
    -------
    ndarray, shape (columns,)
        1 where a column is zero.
    """
    values = finite(rows, "a weight")
    if values.ndim != 2:
        raise ProblemError(f"Blocks are columns of a table, not an array of {values.ndim} dimensions; reshape it.")
    grid = integer_grid(bits)
    widest = np.abs(values).max(axis=0, initial=0.0) / grid.largest
    widest = np.where(widest > 0, widest, 1.0)
    if not clip:
        return widest
    errors = [np.sum((grid.round(values / (c * widest)) * (c * widest) - values) ** 2, axis=0) for c in CLIPS]
    return CLIPS[np.argmin(errors, axis=0)] * widest


def round_blocks(weights: ArrayLike, bits: int, block: int | None = None, clip: bool = False) -> Array:
    """Round weights with a scale for each block of a unit's weights.

    Parameters
    ----------
    weights : array_like, shape (inputs, units)
    bits : int
        From 2 to 16: ``2**bits - 1`` levels.
    block : int, optional
        Inputs of a unit that share a scale, a divisor of their number; by default all.
    clip : bool
        As for :func:`scales`.

    Returns
    -------
    ndarray, shape (inputs, units)
        No weight moved by more than half the step of its block, unless it was clipped.

    Raises
    ------
    ProblemError
        For bits out of range, and a block that does not fill the inputs.

    Examples
    --------
    >>> round_blocks([[0.9], [0.2], [-3.0], [8.0]], 3, block=2).round(2).ravel().tolist()
    [0.9, 0.3, -2.67, 8.0]
    """
    columns = in_blocks(weights, block)
    step = scales(columns, bits, clip)
    return from_blocks(integer_grid(bits).round(columns / step) * step, np.shape(weights))


def in_blocks(weights: ArrayLike, block: int | None = None) -> Array:
    """Weights, shape (inputs, units), as a table with a column for each block of a unit's inputs; by default all."""
    matrix = finite(weights, "a weight")
    if matrix.ndim != 2:
        raise ProblemError(f"Weights are inputs by units, not an array of {matrix.ndim} dimensions; reshape them.")
    if not matrix.size:
        raise ProblemError("A matrix without numbers cannot be rounded; give inputs by units.")
    size = len(matrix) if block is None else count(block, "a block")
    if size == 0 or len(matrix) % size:
        raise ProblemError(f"Blocks of {size} do not fill {len(matrix)} inputs; choose a divisor.")
    return matrix.reshape(-1, size, matrix.shape[1]).transpose(1, 0, 2).reshape(size, -1)


def from_blocks(columns: Array, shape: tuple[int, ...]) -> Array:
    """The weights, of the shape that they had, from the table that :func:`in_blocks` made."""
    return columns.reshape(len(columns), -1, shape[1]).transpose(1, 0, 2).reshape(shape)


def _one_width(bits: ArrayLike) -> int:
    return count(bits, "a number of bits", least=2, most=MOST_BITS)


def _bits(bits: ArrayLike) -> Array:
    return whole(bits, "a number of bits", least=2, most=MOST_BITS)
