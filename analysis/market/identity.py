r"""Total = volume x intensity: accounting that holds by definition, and so says nothing about causes.

Spending is tokens times dollars a token, electricity is runs times kilowatt-hours a run. With the logarithmic mean
L(x, y) = (x - y) / ln(x / y) a change of the total splits without remainder into the part of the volume and that of the
intensity,

.. math:: T_1 - T_0 = L(T_1, T_0) \ln\frac{V_1}{V_0} + L(T_1, T_0) \ln\frac{I_1}{I_0}.

References
----------
Ang (2005), The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33(7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.kit.checking import plain, positive
from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Decomposition:
    """A change of volume x intensity, split without remainder; floats, or arrays of one shape.

    Attributes
    ----------
    ratio : total after / total before
    change : total after - total before, in the unit of the total
    by_volume, by_intensity : the two parts of the change, in the same unit
    """

    ratio: Any
    change: Any
    by_volume: Any
    by_intensity: Any


def decompose(
    volume: ArrayLike, new_volume: ArrayLike, intensity: ArrayLike, new_intensity: ArrayLike
) -> Decomposition:
    """Split the change of a total into more volume and less for each unit.

    Parameters
    ----------
    volume, new_volume : float or array
        Units before and after; positive.
    intensity, new_intensity : float or array
        Dollars, or kilowatt-hours, for a unit before and after; positive.

    Returns
    -------
    Decomposition

    Examples
    --------
    Seven times the tokens at 22 per cent of the cost of each:

    >>> spending = decompose(1.0, 7.0, 1.0, 0.22)
    >>> round(spending.ratio, 2), round(spending.by_volume, 2), round(spending.by_intensity, 2)
    (1.54, 2.43, -1.89)
    """
    v0, v1 = positive(volume, "a volume"), positive(new_volume, "a volume")
    i0, i1 = positive(intensity, "an intensity"), positive(new_intensity, "an intensity")
    mean = logarithmic_mean(v0 * i0, v1 * i1)
    parts = (v1 * i1 / (v0 * i0), v1 * i1 - v0 * i0, mean * np.log(v1 / v0), mean * np.log(i1 / i0))
    return Decomposition(*map(plain, parts))


def logarithmic_mean(x: ArrayLike, y: ArrayLike) -> Any:
    """(x - y) / ln(x / y), and x where both are equal; it lies between the geometric and the arithmetic mean.

    >>> round(logarithmic_mean(1.0, np.e), 4)
    1.7183
    """
    a, b = np.broadcast_arrays(positive(x, "a total"), positive(y, "a total"))
    log_ratio = np.log(b / a)
    divisor = np.where(log_ratio == 0, 1.0, log_ratio)
    return plain(a * np.where(log_ratio == 0, 1.0, np.expm1(divisor) / divisor))


def arc_elasticity(quantity_ratio: ArrayLike, price_ratio: ArrayLike) -> Any:
    """Observed elasticity between two dates, ln(Q1 / Q0) / ln(P0 / P1).

    Not causal: it takes all of the growth for an answer to the price. Above 1 spending has risen.

    Parameters
    ----------
    quantity_ratio, price_ratio : float or array
        Quantity and price (or unit cost) after, as a multiple of before; positive, the price ratio not 1.

    Returns
    -------
    float or array

    Raises
    ------
    ProblemError
        For a price that has not moved.

    Examples
    --------
    >>> round(arc_elasticity(7.0, 0.22), 3)
    1.285
    """
    quantity, price = positive(quantity_ratio, "a ratio of quantities"), positive(price_ratio, "a ratio of prices")
    if np.any(price == 1):
        raise ProblemError("A price that has not moved says nothing about an elasticity; give two different prices.")
    return plain(-np.log(quantity) / np.log(price))


def yearly_factor(start: ArrayLike, end: ArrayLike, years: ArrayLike) -> Any:
    """Factor a year by which something grew from `start` to `end` (positive, same unit) in so many years.

    >>> round(yearly_factor(415.0, 945.0, 6.0), 3)
    1.147
    """
    ratio = positive(end, "an amount") / positive(start, "an amount")
    return plain(ratio ** (1 / positive(years, "a time")))
