"""What models accept: one sentence for each kind of number that makes no sense.

Every function takes numbers or arrays and gives back an array of floats, so that the models are vectorised.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit.errors import ProblemError

Array = NDArray[np.float64]


def real(value: ArrayLike, name: str) -> Array:
    """Numbers as an array of floats, whatever they are; words are none.

    >>> real([1, 2], "a size").tolist()
    [1.0, 2.0]
    """
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        told = f"{name[0].upper()}{name[1:]} must be a number, or a list of numbers, not {value!r}; correct it."
        raise ProblemError(told) from None


def fit_together(*arrays: ArrayLike) -> None:
    """Say so where arrays cannot be computed with entry by entry: they need one length, or to be single numbers.

    >>> fit_together(1.0, [1.0, 2.0], [3.0, 4.0])
    """
    shapes = [np.shape(array) for array in arrays]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        sizes = ", ".join(dict.fromkeys("x".join(map(str, shape)) for shape in shapes if shape))
        told = f"Lists of different lengths ({sizes}) do not go together; give single numbers or lists of one length."
        raise ProblemError(told) from None


def finite(value: ArrayLike, name: str) -> Array:
    """Any real number.

    >>> finite([0.1, -0.2], "a growth").tolist()
    [0.1, -0.2]
    """
    array = real(value, name)
    return checked(array, np.isfinite(array), name, "a finite number")


def positive(value: ArrayLike, name: str) -> Array:
    """A finite number above 0: a price, an amount, a number of hours."""
    array = real(value, name)
    return checked(array, np.isfinite(array) & (array > 0), name, "positive and finite")


def not_negative(value: ArrayLike, name: str) -> Array:
    """A finite number of at least 0: an interest rate, a tariff."""
    array = real(value, name)
    return checked(array, np.isfinite(array) & (array >= 0), name, "finite and at least 0")


def life(value: ArrayLike, name: str = "a life") -> Array:
    """A number of years above 0; infinity is an asset that lasts for ever."""
    array = real(value, name)
    return checked(array, array > 0, name, "more than 0 years")


def share(value: ArrayLike, name: str) -> Array:
    """A share of a whole, from 0 to 1, both allowed."""
    array = real(value, name)
    return checked(array, (array >= 0) & (array <= 1), name, "between 0 and 1")


def inside(value: ArrayLike, name: str) -> Array:
    """A share above 0 and below 1: the probability of a quantile."""
    array = real(value, name)
    return checked(array, (array > 0) & (array < 1), name, "above 0 and below 1")


def whole(value: ArrayLike, name: str, least: float = 1, most: float = np.inf) -> Array:
    """A whole number, or several, from `least` to `most`: of bits, of steps, of weights that share a scale.

    >>> float(whole(4, "a number of bits", least=2, most=16))
    4.0
    """
    array = real(value, name)
    end = f"of at least {least:g}" if most == np.inf else f"from {least:g} to {most:g}"
    good = np.isfinite(array) & (array == np.floor(array)) & (array >= least) & (array <= most)
    return checked(array, good, name, f"a whole number {end}")


def used_share(value: ArrayLike, name: str = "a utilisation") -> Array:
    """A share above 0 and at most 1: what is used of what there is."""
    array = real(value, name)
    return checked(array, (array > 0) & (array <= 1), name, "above 0 and at most 1")


def plain(value: Any) -> Any:
    """A float for one number, the array for several.

    >>> plain(np.asarray(2.0))
    2.0
    """
    return float(value) if np.ndim(value) == 0 else np.asarray(value, float)


def checked(array: Array, good: Any, name: str, wanted: str) -> Array:
    """Return the array where every entry is `good`; else say which is not, and what was `wanted`."""
    if not np.all(good):
        wrong = array[~good].flat[0] if array.ndim else array
        raise ProblemError(f"{name[0].upper()}{name[1:]} must be {wanted}, not {float(wrong):g}; correct it.")
    return array
