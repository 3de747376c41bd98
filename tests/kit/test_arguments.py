"""One number where one is meant, a list where several are, a table with its columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.kit.arguments import count, several, single, with_columns
from analysis.kit.errors import ProblemError


@pytest.mark.parametrize("value", [4, 4.0, "4", np.float32(4), np.array(4)])
def test_one_number_is_one_float(value):
    assert single(value, "a size") == 4.0 and isinstance(single(value, "a size"), float)


@pytest.mark.parametrize("value", [[4], [4, 5], [], [[1.0]], "four"])
def test_a_list_is_not_one_number(value):
    with pytest.raises(ProblemError, match=r"^A size must be .*\.$"):
        single(value, "a size")


def test_a_count_is_one_whole_number_within_its_ends():
    assert count(np.float64(3), "a rank") == 3 and isinstance(count(3.0, "a rank"), int)
    for value in (0, 2.5, [1, 2], "three", float("nan"), 9):
        with pytest.raises(ProblemError, match=r"^A rank must be .*\.$"):
            count(value, "a rank", most=8)


def test_a_table_needs_its_columns():
    table = pd.DataFrame({"loss": [2.0]})
    assert with_columns(table, ["loss"], "a table") is table
    with pytest.raises(ProblemError, match="has no column 'seed'"):
        with_columns(table, ["loss", "seed"], "a table")
    with pytest.raises(ProblemError, match="not str"):
        with_columns("loss", ["loss"], "a table")


def test_a_word_is_not_a_list_of_letters():
    assert several(("V100", "A100"), "names") == ["V100", "A100"]
    assert several(np.array([1, 2]), "sizes") == [1, 2]
    for alone in ("V100", 5, None):
        with pytest.raises(ProblemError, match="put it into one"):
            several(alone, "names")
