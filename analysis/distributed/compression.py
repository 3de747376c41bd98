"""Saying less at each meeting: round what is sent, or send only the largest, and remember what was left out.

An update of N parameters is cut into blocks. Of each block either all values are sent, rounded to a few bits, or only
the largest ones, with their places. What was not sent can be kept and added to the next update: **error feedback**
(Seide et al. 2014), without which a small value that is always rounded away is never sent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit.checking import finite, share
from analysis.kit.errors import ProblemError
from analysis.scaling.quantisation import round_weights

Array = NDArray[Any]
#: Bits of a number that is not compressed.
FULL = 32
#: Bits of the scale that goes with each rounded block.
SCALE_BITS = 32


def quantise(values: ArrayLike, bits: int, block: int = 256) -> Array:
    """Round to ``2**bits - 1`` evenly spaced values from -m to m, where m is the largest size in each block.

    No value moves by more than half a step, ``m / (2**bits - 2)``.

    Parameters
    ----------
    values : array_like, shape (n,)
    bits : int
        From 2 to 16.
    block : int
        Neighbouring values that share a scale, 1 or more; the last block may be shorter.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ProblemError
        For bits or a block out of range.

    Examples
    --------
    >>> quantise([0.9, 0.2, -0.5, 8.0], 3, block=3).round(2).tolist()
    [0.9, 0.3, -0.6, 8.0]
    """
    if isinstance(bits, str) or bits not in range(2, 17):
        raise ProblemError(f"A number of {bits} bits cannot be sent; use a whole number from 2 to 16.")
    blocks, length = _blocks(values, block)
    return np.asarray(round_weights(blocks.T, bits).T.ravel()[:length])


def keep_largest(values: ArrayLike, kept: int, block: int = 4096) -> Array:
    """Set all but the `kept` largest sizes of each block to zero (top-k).

    Parameters
    ----------
    values : array_like, shape (n,)
    kept : int
        From 1 to `block`.
    block : int

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> keep_largest([0.9, 0.2, -0.5, 8.0], 1, block=2).tolist()
    [0.9, 0.0, 0.0, 8.0]
    """
    _check_kept(kept, block)
    blocks, length = _blocks(values, block)
    places = np.argpartition(-np.abs(blocks), kept - 1, axis=1)[:, :kept]
    result = np.zeros_like(blocks)
    np.put_along_axis(result, places, np.take_along_axis(blocks, places, axis=1), axis=1)
    return np.asarray(result.ravel()[:length])


def bits_per_parameter(bits: float, block: int = 4096, kept: int | None = None, scale_bits: float = 0) -> float:
    """Bits that are sent for each parameter of the model.

    All of a block: ``bits + scale_bits / block``. The `kept` largest of it, each with its place:
    ``(kept (bits + log2 block) + scale_bits) / block``.

    Parameters
    ----------
    bits : float
        Of each value that is sent, positive.
    block : int
    kept : int, optional
        Values of a block that are sent; default all, without places.
    scale_bits : float
        Of the scale of each block; default none is counted, as in the papers.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        For values of no bits or scales of fewer than none.

    Examples
    --------
    Covenant-72B sends 64 values of 4,096, two bits each and twelve for the place:

    >>> sent = bits_per_parameter(2, block=4096, kept=64)
    >>> sent, round(32 / sent, 1)
    (0.21875, 146.3)
    """
    if isinstance(bits, str) or not 0 < bits < math.inf or scale_bits < 0:
        raise ProblemError(f"{bits} bits a value and {scale_bits} a scale cannot be sent; use more than 0 bits.")
    if kept is None:
        _check_kept(1, block)
        return bits + scale_bits / block
    _check_kept(kept, block)
    return (kept * (bits + math.log2(block)) + scale_bits) / block


@dataclass(frozen=True)
class Compression:
    """What is done to an update before it is sent.

    Parameters
    ----------
    bits : int
        Of each value: 32 sends it as it is, 2 to 16 rounds it.
    kept : int, optional
        Values of a block that are sent; default all.
    block : int
    feedback : float
        Share of what was left out that is added to the next update, 0 to 1; 0 forgets it.

    Examples
    --------
    >>> Compression(4).bits_per_parameter, Compression().bits_per_parameter
    (4.125, 32)
    """

    bits: int = FULL
    kept: int | None = None
    block: int = 256
    feedback: float = 0.0

    def __post_init__(self) -> None:
        share(self.feedback, "a share of what was left out")
        quantise([0.0], 2 if self.bits == FULL else self.bits, self.block)
        if self.kept is not None:
            _check_kept(self.kept, self.block)

    @property
    def bits_per_parameter(self) -> float:
        """Bits sent for each parameter, scales and places included."""
        if self.bits == FULL and self.kept is None:
            return FULL
        return bits_per_parameter(self.bits, self.block, self.kept, 0 if self.bits == FULL else SCALE_BITS)

    def send(self, update: Array, memory: Array) -> Array:
        """What arrives of an update; `memory`, what was left out before, is changed in place."""
        wanted = update + self.feedback * memory
        sent = wanted if self.kept is None else keep_largest(wanted, self.kept, self.block)
        if self.bits != FULL:
            sent = quantise(sent, self.bits, self.block)
        memory[:] = wanted - sent
        return sent


def _check_kept(kept: int, block: int) -> None:
    if not 1 <= kept <= block or kept != int(kept) or block != int(block):
        raise ProblemError(f"{kept} values of a block of {block} cannot be sent; keep at least 1 and at most all.")


def _blocks(values: ArrayLike, block: int) -> tuple[Array, int]:
    """The values in rows of `block`, the last filled up with zeros, and how many there were."""
    _check_kept(1, block)
    flat = finite(values, "a value that is sent").ravel()
    return np.pad(flat, (0, -len(flat) % block)).reshape(-1, block), len(flat)
