r"""Formats of four bits, bit for bit: which numbers they hold, how their scales are chosen and stored, what they weigh.

Every format stores a code of four bits a weight and a scale for each block; the scale is a number too and takes bits.
They differ in the 16 numbers of the code (evenly spaced; a float of two exponent bits; quantiles of a normal
distribution), in the block, and in how the scale is stored: a float of 16 bits, a power of two, a float of eight bits.

References
----------
Dettmers et al. (2023), QLoRA, arXiv:2305.14314, section 3 and appendix E (NF4, double quantisation).
Rouhani et al. (2023), OCP Microscaling formats specification, version 1.0 (MXFP4).
NVIDIA (2025), arXiv:2509.25149, section 2 (NVFP4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.deepseek.float8 import E2M1, E4M3, FP16
from analysis.deepseek.memory import bits_per_weight
from analysis.kit.checking import finite
from analysis.kit.errors import ProblemError
from analysis.toolbox.rounding import from_blocks, in_blocks, integer_grid

Array = NDArray[Any]
CODE_BITS = 4
#: NF4: probability of the outermost quantile, so that those of both sides lie half a step from the ends on average.
NF4_OUTERMOST = 1 - (1 / 30 + 1 / 32) / 2
#: Scales of NF4 that share a constant of 32 bits.
NF4_OUTER = 256


@dataclass(frozen=True)
class BlockFormat:
    """A code of four bits and scales.

    Attributes
    ----------
    name : str
    block : int
        Weights that share a scale.
    scale_bits : float
        Of each block: its scale, its zero point if any, and its share of what scales have in common.
    round_columns : callable(columns) -> columns
        What is read back of blocks, one a column.
    """

    name: str
    block: int
    scale_bits: float
    round_columns: Callable[[Array], Array]

    @property
    def bits(self) -> float:
        """Bits that are stored for each weight.

        >>> {name: round(f.bits, 3) for name, f in FORMATS.items()}
        {'INT4': 4.5, 'INT4 + zero': 4.5, 'Q4_0': 4.5, 'NF4': 4.127, 'MXFP4': 4.25, 'NVFP4': 4.5}
        """
        return bits_per_weight(CODE_BITS, self.block, self.scale_bits)

    def round(self, weights: ArrayLike) -> Array:
        """Weights, shape (inputs, units), as they are read back; blocks lie along the inputs and must fill them."""
        columns = in_blocks(weights, self.block)
        read = self.round_columns(columns)
        if np.abs(columns).max() > max(1.0, 2 * np.abs(read).max()):
            raise ProblemError(f"These weights are too large for the scales of {self.name}; make them smaller.")
        return from_blocks(read, np.shape(weights))


def normal_quantiles() -> Array:
    """The 16 numbers of NF4: eight quantiles of a normal distribution above zero, seven below, and zero, to ±1.

    >>> normal_quantiles()[[0, 1, 7, 8, 15]].round(4).tolist()
    [-1.0, -0.6962, 0.0, 0.0796, 1.0]
    """
    above, below = (stats.norm.ppf(np.linspace(NF4_OUTERMOST, 0.5, n)[:-1]) for n in (9, 8))
    grid = np.concatenate([-below, [0.0], above[::-1]])
    return np.asarray(grid / np.abs(grid).max())


def nearest(values: ArrayLike, grid: ArrayLike) -> Array:
    """The nearest number of an ascending grid, the lower one in a tie.

    >>> nearest([0.2, 0.5, 7], [-1, 0, 1, 2]).tolist()
    [0.0, 0.0, 2.0]
    """
    points = np.asarray(grid, float)
    if points.ndim != 1 or len(points) < 2 or not np.all(np.diff(points) > 0):
        raise ProblemError("A grid is a list of two numbers or more that ascend; sort it.")
    return points[np.searchsorted((points[1:] + points[:-1]) / 2, finite(values, "a value"))]


def _step(columns: Array, largest: float) -> Array:
    return np.abs(columns).max(axis=0) / largest


def _scaled(columns: Array, step: Array, code: Callable[[Array], Array]) -> Array:
    """What a code reads back of columns divided by their steps; zero where the step is."""
    return np.where(step > 0, code(columns / np.where(step > 0, step, 1.0)) * step, 0.0)


def _int4(columns: Array) -> Array:
    return _scaled(columns, FP16.round(_step(columns, integer_grid(CODE_BITS).largest)), integer_grid(CODE_BITS).round)


def _int4_zero(columns: Array) -> Array:
    """All 16 levels between the least and the largest of a block; scale and least are stored in 16 bits."""
    low = FP16.round(columns.min(axis=0))
    step = FP16.round((columns.max(axis=0) - low) / (2**CODE_BITS - 1))
    return low + _scaled(columns - low, step, lambda x: np.clip(np.rint(x), 0, 2**CODE_BITS - 1))


def _q4_0(columns: Array) -> Array:
    """Whole numbers from -8 to 7; the largest, with its sign, goes to -8."""
    largest = np.take_along_axis(columns, np.abs(columns).argmax(axis=0)[None], axis=0)[0]
    step = FP16.round(largest / -8)
    return np.where(step != 0, np.clip(np.rint(columns / np.where(step != 0, step, 1.0)), -8, 7) * step, 0.0)


def _nf4(columns: Array) -> Array:
    """Scales less their mean are floats of eight bits, with a constant of 32 bits for 256 of them."""
    step, grid = _step(columns, 1.0), normal_quantiles()
    mean, kept = step.mean(), np.empty_like(step)
    for start in range(0, len(step), NF4_OUTER):
        part = step[start : start + NF4_OUTER] - mean
        outer = np.abs(part).max() / E4M3.largest or 1.0
        kept[start : start + NF4_OUTER] = E4M3.round(part / outer) * outer + mean
    return _scaled(columns, kept, lambda x: nearest(x, grid))


def _mxfp4(columns: Array) -> Array:
    """The scale is a power of two: that of the largest, less the format's own largest exponent; beyond 6 it is 6."""
    largest = np.abs(columns).max(axis=0)
    power = np.floor(np.log2(np.where(largest > 0, largest, 1.0))) - E2M1.exponent(E2M1.largest)
    return _scaled(columns, np.where(largest > 0, 2.0**power, 0.0), E2M1.round)


def _nvfp4(columns: Array) -> Array:
    """The scale is a float of eight bits, on one scale of 32 bits for the matrix."""
    whole = np.abs(columns).max() / (E2M1.largest * E4M3.largest) or 1.0
    return _scaled(columns, E4M3.round(_step(columns, E2M1.largest) / whole) * whole, E2M1.round)


#: By their usual names. The one scale of 32 bits that NVFP4 has for a whole matrix is not counted.
FORMATS = {
    f.name: f
    for f in (
        BlockFormat("INT4", 32, 16, _int4),
        BlockFormat("INT4 + zero", 64, 2 * 16, _int4_zero),
        BlockFormat("Q4_0", 32, 16, _q4_0),
        BlockFormat("NF4", 64, bits_per_weight(8, NF4_OUTER, 32), _nf4),
        BlockFormat("MXFP4", 32, 8, _mxfp4),
        BlockFormat("NVFP4", 16, 8, _nvfp4),
    )
}
