r"""Small floating-point formats: which numbers they hold, and what rounding to them costs.

A format with m mantissa bits holds :math:`\pm 2^{e} (1 + k/2^m)`, so neighbours lie :math:`2^{e-m}` apart: the error
is relative to the number itself, until the exponent runs out. Rounding a number whose significand is spread as in
Benford's law leaves, with a uniform error of variance :math:`2^{2(e-m)}/12`,

.. math:: \sqrt{\mathrm{E}[\delta^2] / \mathrm{E}[x^2]} = 2^{-m} \sqrt{\ln 2 / 18} \approx 0.196 \cdot 2^{-m}

and a product of two rounded matrices :math:`\sqrt 2` times that, for the errors of the two are independent.

References
----------
Micikevicius et al. (2022), FP8 formats for deep learning, arXiv:2209.05433.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit.checking import finite
from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class FloatFormat:
    """A binary floating-point format with subnormal numbers.

    Parameters
    ----------
    name : str
    exponent_bits : int
        From 2 to 8.
    mantissa_bits : int
        From 1 to 23, without the leading one.
    infinities : bool
        True as in IEEE 754, where the highest exponent is kept for infinities and NaN; False where only the one
        pattern of all ones is NaN, which frees nearly a binade at the top.
    nan : bool
        False where that pattern is a number too, as in formats of four bits, which have no infinities either.

    Raises
    ------
    ProblemError
        If the bits are out of range.

    Examples
    --------
    >>> E4M3.largest, E4M3.smallest, E5M2.largest
    (448.0, 0.001953125, 57344.0)
    """

    name: str
    exponent_bits: int
    mantissa_bits: int
    infinities: bool = True
    nan: bool = True

    def __post_init__(self) -> None:
        if not (2 <= self.exponent_bits <= 8 and 1 <= self.mantissa_bits <= 23):
            raise ProblemError(
                f"{self.name}: {self.exponent_bits} exponent and {self.mantissa_bits} mantissa bits are out of range; "
                "use 2 to 8 and 1 to 23."
            )

    @property
    def bits(self) -> int:
        """Bits of a number, with its sign.

        >>> E4M3.bits, BF16.bits
        (8, 16)
        """
        return 1 + self.exponent_bits + self.mantissa_bits

    @property
    def bias(self) -> int:
        """What is taken from the stored exponent."""
        return 2 ** (self.exponent_bits - 1) - 1

    @property
    def largest(self) -> float:
        """The largest finite number."""
        if self.infinities:
            return 2.0**self.bias * (2 - 2.0**-self.mantissa_bits)
        return 2.0 ** (self.bias + 1) * (2 - 2.0 ** (self.nan - self.mantissa_bits))

    @property
    def smallest_normal(self) -> float:
        """The smallest number with all its mantissa bits."""
        return 2.0 ** (1 - self.bias)

    @property
    def smallest(self) -> float:
        """The smallest number above 0."""
        return self.smallest_normal * 2.0**-self.mantissa_bits

    def grid(self) -> NDArray[Any]:
        """All finite numbers of at most 16 bits, ascending, with one zero.

        >>> FloatFormat("E2M1", 2, 1).grid().tolist()
        [-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0]
        """
        if self.exponent_bits + self.mantissa_bits > 15:
            raise ProblemError(f"{self.name} has too many numbers to list; choose a format of at most 16 bits.")
        steps = 2**self.mantissa_bits
        fractions = np.arange(steps) / steps
        exponents = np.arange(1 - self.bias, self.bias + 2)
        normal = (2.0 ** exponents[:, None] * (1 + fractions)).ravel()
        positive = np.concatenate([self.smallest_normal * fractions[1:], normal[normal <= self.largest]])
        return np.concatenate([-positive[::-1], [0.0], positive])

    def exponent(self, values: ArrayLike) -> NDArray[Any]:
        """The exponent e of each number 2^e (1 + k / 2^m); subnormal numbers and zero have that of the smallest normal.

        >>> E4M3.exponent([448, 1.5, 0.001]).tolist()
        [8, 0, -6]
        """
        numbers = np.asarray(values, dtype=float)
        lowest = 1 - self.bias
        return np.where(numbers == 0, lowest, np.maximum(np.frexp(numbers)[1] - 1, lowest))

    def decode(self, codes: ArrayLike) -> NDArray[Any]:
        """The numbers that patterns of bits stand for: sign, exponent, mantissa. Patterns of no number are not told.

        Parameters
        ----------
        codes : array_like of int
            Patterns as whole numbers from 0.

        Examples
        --------
        >>> E4M3.decode([0x00, 0x01, 0x38, 0xB8, 0x7E]).tolist()
        [0.0, 0.001953125, 1.0, -1.0, 448.0]
        """
        bits = np.asarray(codes, dtype=int)
        mantissa = bits & (2**self.mantissa_bits - 1)
        field = bits >> self.mantissa_bits & (2**self.exponent_bits - 1)
        leading = np.where(field > 0, 1.0, 0.0)
        size = np.ldexp(leading + mantissa / 2**self.mantissa_bits, np.maximum(field, 1) - self.bias)
        return np.where(bits >> (self.bits - 1) & 1, -size, size)

    def round(self, values: ArrayLike) -> NDArray[Any]:
        """The nearest number of the format, ties to the even mantissa; beyond the largest, the largest.

        Parameters
        ----------
        values : array_like
            Finite numbers.

        Returns
        -------
        ndarray of float64, of the shape of `values`

        Examples
        --------
        Numbers between 16 and 32 are 2 apart in E4M3, so 17 and 19 are ties:

        >>> E4M3.round([17, 19, 1e-4, 1000]).tolist()
        [16.0, 20.0, 0.0, 448.0]
        """
        numbers = finite(values, "a number to round")
        exponent = self.exponent(numbers)
        rounded = np.ldexp(np.rint(np.ldexp(numbers, self.mantissa_bits - exponent)), exponent - self.mantissa_bits)
        return np.clip(rounded, -self.largest, self.largest)


@dataclass(frozen=True)
class IntegerFormat:
    """Signed integers of `bits` bits without the lowest, so that they are symmetric: evenly spaced numbers.

    >>> INT8.round([0.5, 1.5, -200]).tolist()
    [0.0, 2.0, -127.0]
    """

    name: str
    bits: int

    @property
    def largest(self) -> float:
        """The largest number."""
        return 2.0 ** (self.bits - 1) - 1

    def round(self, values: ArrayLike) -> NDArray[Any]:
        """The nearest number of the format, ties to even; beyond the largest, the largest."""
        return np.clip(np.rint(finite(values, "a number to round")), -self.largest, self.largest)


#: Eight bits, four of them for the exponent: the format in which DeepSeek-V3 was trained.
E4M3 = FloatFormat("E4M3", 4, 3, infinities=False)
E5M2 = FloatFormat("E5M2", 5, 2)
E3M4 = FloatFormat("E3M4", 3, 4)
FP16 = FloatFormat("FP16", 5, 10)
BF16 = FloatFormat("BF16", 8, 7)
E2M1 = FloatFormat("E2M1", 2, 1, infinities=False, nan=False)
#: Eight bits of a whole number.
INT8 = IntegerFormat("INT8", 8)
FORMATS: dict[str, FloatFormat | IntegerFormat] = {f.name: f for f in (E4M3, E5M2, E3M4, INT8, BF16, FP16)}
