"""A changed number is found and named; noise is not."""

from __future__ import annotations

import copy
import json

import pandas as pd
import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.differences import same_number, spec_differences, table_differences, tree_differences
from analysis.kit.experiments import Comparison


def spec(*args, **texts):
    return json.loads(json.dumps(toys.points(*args, **texts).spec()))


def test_a_figure_does_not_differ_from_itself():
    assert spec_differences(spec(), spec()) == []


def test_a_changed_cell_is_named_by_figure_series_row_field_values_and_change():
    assert spec_differences(spec(), spec((1.0, 2.02, 3.0))) == [
        "toy-points, series 'measured', row 2, field 'y': 2 -> 2.02 (+1 %)"
    ]


def test_a_changed_cell_of_the_data_that_a_figure_gives_is_named_likewise():
    old, new = (spec(data=pd.DataFrame({"x": [1, 2], "y": [1.0, value]})) for value in (4.0, 5.0))
    assert spec_differences(old, new) == ["toy-points, series 'of the CSV', row 2, field 'y': 4 -> 5 (+25 %)"]


def test_noise_below_the_tolerance_is_no_difference_and_a_change_above_it_is():
    assert spec_differences(spec(), spec((1.0, 2.0 * (1 + 5e-7), 3.0))) == []
    assert len(spec_differences(spec(), spec((1.0, 2.0 * (1 + 2e-6), 3.0)))) == 1


def test_a_figure_may_state_a_wider_tolerance_for_one_field():
    loose = {"tolerances": {"y": 0.05}}
    assert spec_differences(spec(**loose), spec((1.0, 2.02, 3.0), **loose)) == []
    assert len(spec_differences(spec(**loose), spec((1.0, 2.2, 3.0), **loose))) == 1


def test_widening_the_tolerance_does_not_hide_a_change_from_the_committed_one():
    changed = spec_differences(spec(), spec((1.0, 2.02, 3.0), tolerances={"y": 0.05}))
    assert "field 'y': 2 -> 2.02" in changed[0]
    assert "$.usermeta.tolerances.y" in changed[1]


def test_another_mark_is_named_by_its_path():
    assert spec_differences(spec(), spec(mark="line")) == ["toy-points, $.layer[0].mark.type: 'point' -> 'line'"]


def test_another_encoding_is_named_by_its_path():
    other = spec()
    other["layer"][1]["encoding"]["y"]["field"] = "x"
    assert spec_differences(spec(), other) == ["toy-points, $.layer[1].encoding.y.field: 'y' -> 'x'"]


def test_another_text_is_named_by_its_path():
    (found,) = spec_differences(spec(), spec(title="Points fall"))
    assert found == "toy-points, $.usermeta.title: 'Points rise' -> 'Points fall'"


def test_rows_series_and_fields_that_come_or_go_are_named():
    old, new = spec(), spec()
    new["datasets"]["measured"].pop()
    del new["datasets"]["theory"]
    new["datasets"]["more"] = []
    new["datasets"]["measured"][0]["z"] = 1
    assert spec_differences(old, new) == [
        "toy-points, series 'measured', has 2 rows instead of 3",
        "toy-points, series 'measured', row 1, field 'z': is new",
        "toy-points, series 'theory': is gone",
        "toy-points, series 'more': is new",
    ]


def test_a_number_that_becomes_null_or_text_is_a_difference():
    old, new = spec(), spec()
    new["datasets"]["measured"][0]["y"] = None
    new["datasets"]["measured"][1]["y"] = "2"
    assert [text.split(": ")[1] for text in spec_differences(old, new)] == ["1 -> None", "2 -> '2'"]


@given(st.floats(min_value=1e-9, max_value=1e9), st.floats(min_value=-1e-2, max_value=1e-2))
def test_a_relative_change_counts_alike_at_every_size(value, change):
    if not 0.9e-6 < abs(change) < 1.1e-6 and abs(value * change) > 1e-11:
        assert same_number(value, value * (1 + change)) == (abs(change) <= 1e-6)


_trees = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)


@given(_trees, _trees)
def test_trees_differ_exactly_when_they_are_not_equal(a, b):
    assert list(tree_differences(a, copy.deepcopy(a))) == []
    if json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True):
        assert list(tree_differences(a, b)) == []


EXACT = Comparison(keys=("k",), values=("p",))
STATISTICAL = Comparison(keys=("k",), values=("p",), tolerance=0, sigma=4, where="n >= 10")


def rows(p, se=0.01, n=100):
    return pd.DataFrame({"k": [1.0, 2.0], "p": [0.5, p], "p_se": se, "n": n})


def test_an_exact_comparison_names_row_field_and_change():
    assert table_differences(rows(0.2), rows(0.2), EXACT) == []
    assert table_differences(rows(0.2), rows(0.202), EXACT) == ["row k 2, field 'p': 0.2 -> 0.202 (+1 %)"]


def test_a_statistical_comparison_allows_the_stated_number_of_standard_errors():
    assert table_differences(rows(0.2), rows(0.25), STATISTICAL) == []  # 3.5 standard errors
    (found,) = table_differences(rows(0.2), rows(0.26), STATISTICAL)
    assert found == "row k 2, field 'p': 0.2 -> 0.26 (+30 %), 4.2 standard errors apart where 4 are allowed"


def test_rows_that_a_slice_cannot_stand_for_are_left_out_and_an_empty_slice_is_red():
    assert table_differences(rows(0.2), rows(0.9, n=5), STATISTICAL) == ["the recomputed slice has no row to compare"]


def test_a_slice_may_lack_rows_of_the_whole_but_not_bring_new_ones():
    assert table_differences(rows(0.2), rows(0.2).head(1), EXACT) == []
    new = rows(0.2).assign(k=[1.0, 3.0])
    assert table_differences(rows(0.2), new, EXACT) == ["row k 3: is not in the committed table"]


def test_a_missing_column_is_named():
    assert table_differences(rows(0.2).drop(columns="p"), rows(0.2), EXACT) == [
        "column 'p' is missing from one of the tables"
    ]


@pytest.mark.parametrize("keys", [(7, "7"), (7.0, 7), ("a", "a")])
def test_a_key_reads_alike_from_a_csv_file_and_from_a_calculation(keys):
    old, new = (pd.DataFrame({"k": [key], "p": [1.0]}) for key in keys)
    assert table_differences(old, new, EXACT) == []
