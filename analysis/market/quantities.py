"""Quantities of the market that have a unit or a limit of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.kit.checking import Array, checked

#: Of an ordinary year, 365 x 24, as prices for electricity and rents count it.
HOURS_PER_YEAR = 8760.0


def power_overhead(value: ArrayLike) -> Array:
    """A power usage effectiveness (PUE), electricity of a building over that of its machines: at least 1."""
    array = np.asarray(value, float)
    return checked(array, np.isfinite(array) & (array >= 1), "a power usage effectiveness", "finite and at least 1")
