"""What functions are given beyond numbers and lists: one number where one is meant, tables with their columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit.checking import real, whole
from analysis.kit.errors import ProblemError


def single(value: ArrayLike, name: str) -> float:
    """One number, not a list of them.

    >>> single(4, "a number of bits")
    4.0
    """
    array: NDArray[Any] = real(value, name)
    if array.ndim:
        raise ProblemError(f"{name[0].upper()}{name[1:]} must be one number, not a list of {array.size}; give one.")
    return float(array)


def count(value: ArrayLike, name: str, least: int = 1, most: float = np.inf) -> int:
    """One whole number from `least` to `most`.

    >>> count(4.0, "a number of bits", least=2, most=16)
    4
    """
    return int(single(whole(value, name, least, most), name))


def with_columns(table: Any, columns: Iterable[str], what: str) -> pd.DataFrame:
    """A table that has these columns.

    >>> with_columns(pd.DataFrame({"loss": [2.0]}), ["loss"], "a table of runs")["loss"].item()
    2.0
    """
    if not isinstance(table, pd.DataFrame):
        raise ProblemError(f"{what[0].upper()}{what[1:]} must be a DataFrame, not {type(table).__name__}; give one.")
    if missing := [column for column in columns if column not in table]:
        told = f"{what[0].upper()}{what[1:]} has no column {missing[0]!r}"
        raise ProblemError(f"{told}; give the one that the docstring describes.")
    return table


def several(value: Any, name: str) -> list[Any]:
    """A list of things, not one thing alone and not a word, of which a list would be letters.

    >>> several(("V100", "A100"), "names of chips")
    ['V100', 'A100']
    """
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ProblemError(f"{name[0].upper()}{name[1:]} must be a list, not {value!r}; put it into one.")
    return list(value)
