r"""Matrix products in eight bits: one scale for a whole matrix, or one for each tile, and the sum's own precision.

Before rounding, numbers are divided by a scale that brings the largest of them to the largest of the format. With one
scale for the matrix a single huge activation decides for all the others; DeepSeek-V3 gives each token a scale for every
128 channels, and each 128 × 128 block of the weights one.

The sum has a precision too. The tensor cores of Hopper align 32 products at a time by the largest exponent and keep
13 fraction bits of each, so DeepSeek-V3 adds the partial sums of every 128 products in single precision. The exponent
of a product is the *sum of the exponents of its factors*: the chip aligns before it multiplies, so 1.5 x 1.5 = 2.25
counts as a number between 1 and 2. So read, the model equals an H100 bit for bit in all sums that were tried (the
measurements ``gpu-fp8-raw`` and ``gpu-fp8-rules``).

References
----------
DeepSeek-AI (2024), DeepSeek-V3 technical report, arXiv:2412.19437, section 3.3.
Zhao et al. (2025), Insights into DeepSeek-V3, arXiv:2505.09343, section 3.1.
Xie et al. (2025), MMA-Sim, arXiv:2511.10909, and Khattak and Mikaitis (2025), arXiv:2512.07004, model further chips.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.deepseek.float8 import E4M3, FloatFormat, IntegerFormat
from analysis.kit.errors import ProblemError

TILE = 128  # channels that share a scale in DeepSeek-V3, and products that are summed before promotion
WGMMA = 32  # products of eight-bit numbers that one Hopper instruction adds
FRACTION_BITS = 13
#: Below every exponent that a format has.
NO_EXPONENT = -1000
#: Rows and columns of the blocks that share a scale; None is the whole length.
ACTIVATION_TILE = (1, TILE)
WEIGHT_BLOCK = (TILE, TILE)
WHOLE = (None, None)


def scaled_round(
    values: ArrayLike, number_format: FloatFormat | IntegerFormat, block: tuple[int | None, int | None] = WHOLE
) -> NDArray[Any]:
    """Round a matrix with one scale for each block and scale it back.

    Parameters
    ----------
    values : array_like, shape (rows, columns)
    number_format : FloatFormat or IntegerFormat
    block : (int or None, int or None)
        Rows and columns of a block, divisors of the shape; None for the whole length.

    Returns
    -------
    ndarray, shape (rows, columns)

    Raises
    ------
    ProblemError
        If the blocks do not fill the matrix.

    Examples
    --------
    The same small numbers with a huge neighbour, under one scale and under one for each pair:

    >>> from analysis.deepseek.float8 import INT8
    >>> scaled_round([[0.3, 0.2, 100.0, 80.0]], INT8).round(2).tolist()
    [[0.0, 0.0, 100.0, 80.31]]
    >>> scaled_round([[0.3, 0.2, 100.0, 80.0]], INT8, (1, 2)).round(2).tolist()
    [[0.3, 0.2, 100.0, 80.31]]
    """
    matrix = np.asarray(values, dtype=float)
    if matrix.ndim != 2:
        raise ProblemError(f"Blocks need a matrix of two dimensions, not {matrix.ndim}; reshape it.")
    rows, columns = (size or length for size, length in zip(block, matrix.shape, strict=True))
    if matrix.shape[0] % rows or matrix.shape[1] % columns:
        raise ProblemError(f"Blocks of {rows} by {columns} do not fill {matrix.shape}; choose divisors of the shape.")
    blocks = matrix.reshape(matrix.shape[0] // rows, rows, matrix.shape[1] // columns, columns)
    scale = np.abs(blocks).max(axis=(1, 3), keepdims=True) / number_format.largest
    scale[scale == 0] = 1.0
    return (number_format.round(blocks / scale) * scale).reshape(matrix.shape)


def rounded_product(
    activations: ArrayLike, weights: ArrayLike, number_format: FloatFormat | IntegerFormat, *, tiles: bool
) -> NDArray[Any]:
    """Product of two rounded matrices, summed exactly.

    Parameters
    ----------
    activations : array_like, shape (tokens, channels)
    weights : array_like, shape (channels, units)
    number_format : FloatFormat or IntegerFormat
    tiles : bool
        True for the scales of DeepSeek-V3, False for one scale a matrix.

    Returns
    -------
    ndarray, shape (tokens, units)
    """
    left, right = (ACTIVATION_TILE, WEIGHT_BLOCK) if tiles else (WHOLE, WHOLE)
    return scaled_round(activations, number_format, left) @ scaled_round(weights, number_format, right)


def relative_error(approximate: ArrayLike, exact: ArrayLike) -> NDArray[Any]:
    """Length of the error over length of the truth, for each row (each token)."""
    truth = np.asarray(exact, dtype=float)
    return np.linalg.norm(np.asarray(approximate) - truth, axis=-1) / np.linalg.norm(truth, axis=-1)


def hopper_product(
    left: ArrayLike,
    right: ArrayLike,
    promote: int | None = None,
    fraction_bits: int = FRACTION_BITS,
    *,
    align: Literal["exponents", "products"] = "exponents",
    formats: tuple[FloatFormat, FloatFormat] = (E4M3, E4M3),
) -> NDArray[Any]:
    """Matrix product with the limited sum of Hopper's eight-bit tensor cores.

    Of 32 products and the running sum, the largest exponent sets the last bit that is kept, `fraction_bits` below it;
    what lies under it is cut off from each, then they are added and the sum is cut off to as many bits. The inputs are
    taken as they are: round them first, and give a scale to the result, for the exponents are those of the format.

    Parameters
    ----------
    left : array_like, shape (rows, inner)
    right : array_like, shape (inner, columns)
    promote : int, optional
        After so many products the running sum is added in single precision and starts again; a multiple of 32.
        Default: never.
    fraction_bits : int
        Kept below the largest exponent.
    align : "exponents" or "products"
        What counts as the exponent of a product: the sum of those of its factors, as on the chip, or its own, which is
        one more where the significands multiply to 2 or above.
    formats : (FloatFormat, FloatFormat)
        Of the left and the right matrix; numbers below the smallest normal one have its exponent.

    Returns
    -------
    ndarray, shape (rows, columns)

    Raises
    ------
    ProblemError
        If shapes do not multiply, or `promote` is no multiple of the products of one instruction.

    Examples
    --------
    A sum of ones gets stuck at 2^14, where the last kept bit is worth 2:

    >>> ones = np.ones((1, 2**15))
    >>> hopper_product(ones, ones.T).item(), hopper_product(ones, ones.T, promote=128).item()
    (16384.0, 32768.0)

    Of 1.5 x 1.5 - 1.5 x 1.5 + 2^-13 the last survives, since both 1.5 have the exponent 0; 2.25 itself has 1:

    >>> a, b = [[1.5, -1.5, 2.0**-6]], [[1.5], [1.5], [2.0**-7]]
    >>> [hopper_product(a, b, align=how).item() * 2**13 for how in ("exponents", "products")]
    [1.0, 0.0]
    """
    a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ProblemError(f"Shapes {a.shape} and {b.shape} do not multiply; make the inner lengths equal.")
    if promote is not None and (promote < WGMMA or promote % WGMMA):
        raise ProblemError(f"Promotion every {promote} products is no multiple of {WGMMA}; choose one.")
    exponents = (formats[0].exponent(a), formats[1].exponent(b))
    running = np.zeros((a.shape[0], b.shape[1]))
    total = np.zeros_like(running)
    for start in range(0, a.shape[1], WGMMA):
        part = slice(start, start + WGMMA)
        if promote is not None and start % promote == 0:
            total, running = _single(total + running), np.zeros_like(running)
        products = a[:, None, part] * b[part].T[None]
        if align == "exponents":
            exponent = np.where(products == 0, NO_EXPONENT, exponents[0][:, None, part] + exponents[1][part].T[None])
        else:
            exponent = _exponent(products)
        highest = np.maximum(exponent.max(axis=-1, initial=NO_EXPONENT), _exponent(running))
        quantum = np.ldexp(1.0, np.where(highest == NO_EXPONENT, 0, highest) - fraction_bits)
        kept = np.trunc(products / quantum[..., None]).sum(axis=-1) + np.trunc(running / quantum)
        running = _truncate(kept * quantum, fraction_bits)
    return total + running if promote is None else _single(total + running)


def _exponent(values: NDArray[Any]) -> NDArray[Any]:
    """Exponents of numbers; zeros have none, which sets nothing."""
    return np.where(values == 0, NO_EXPONENT, np.frexp(values)[1] - 1)


def _single(values: NDArray[Any]) -> NDArray[Any]:
    """As single precision keeps them."""
    return values.astype(np.float32).astype(float)


def _truncate(values: NDArray[Any], fraction_bits: int) -> NDArray[Any]:
    """What a register with so many fraction bits keeps."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.trunc(np.ldexp(mantissa, fraction_bits + 1)), exponent - fraction_bits - 1)
