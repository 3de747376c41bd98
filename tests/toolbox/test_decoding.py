"""Decoding as bytes plus a constant: the fit, how little three points say, and the published tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.toolbox import decoding


@given(st.floats(1e11, 1e13), st.floats(0, 0.1), st.integers(3, 10))
def test_a_line_is_found_again(bandwidth, constant, points):
    read = np.linspace(1e9, 2e10, points)
    line = decoding.fitted(read, decoding.seconds(read, bandwidth, constant))
    assert line.bandwidth == pytest.approx(bandwidth, rel=1e-6)
    assert line.constant == pytest.approx(constant, abs=1e-9)
    assert line.freedom == points - 2


def test_the_interval_covers_the_constant_as_often_as_it_says():
    """Also with three points, whose factor of Student's t is 12.7."""
    rng, read = np.random.default_rng(5), np.array([4e9, 7e9, 14e9])
    truth = decoding.seconds(read, 2e12, 0.003)
    inside = 0
    for _ in range(2_000):
        low, high = decoding.fitted(read, truth + 1e-4 * rng.standard_normal(3)).constant_interval
        inside += low <= 0.003 <= high
    assert inside / 2_000 == pytest.approx(0.95, abs=0.02)


def test_one_table_alone_says_little():
    """A good fit to three points: its interval holds no constant at all, and twice as much as it finds."""
    lines = decoding.lines()
    first, together = lines.iloc[0], lines[lines["points"] == 9].iloc[0]
    assert first["worst"] < 0.2
    assert first["constant_low"] < 0 < 2 * first["constant"] < first["constant_high"]
    assert together["constant_high"] - together["constant_low"] < 1.0
    # three tables agree on both numbers within a tenth
    alone = lines[(lines["card"] == "A100") & (lines["points"] == 3)]
    assert alone["bandwidth"].max() / alone["bandwidth"].min() < 1.01
    assert alone["constant"].max() / alone["constant"].min() < 1.13


def test_the_bandwidth_that_is_fitted_can_be_the_cards_own():
    """An A100 of 80 GB has 2,039 GB/s."""
    together = decoding.lines().query("points == 9").iloc[0]
    assert together["bandwidth_low"] < 2_039 < together["bandwidth_high"]


def test_the_printed_bandwidth_is_size_times_speed():
    rows = decoding.published()
    np.testing.assert_allclose(rows["size"] * rows["speed"], rows["bandwidth"], rtol=2e-3)  # sizes have three digits


def test_a_method_that_is_not_fitted_may_lie_off_the_line():
    rows, line = decoding.published(), decoding.lines().query("points == 9").iloc[0]
    a100 = rows[rows["card"] == "A100"].set_index(["model", "method", "date"])
    seconds = a100["size"] / line["bandwidth"] + line["constant"] / 1e3
    off = (a100["seconds"] / seconds).sort_index()
    assert off[off.index.get_level_values("method") == "8-bit weights and activations"].min() > 10
    assert off.loc[("Llama-3-8B", "4-bit weights, 2:4")].item() == pytest.approx(0.95, abs=0.02)


def test_a_gain_of_2_to_4_is_over_the_same_bits_without_it():
    row = decoding.gains().query("kept < 1").iloc[0]
    assert row["speed"] == pytest.approx(226.02 / 180.80)
    assert row["bytes"] == pytest.approx(4.22 / 3.05)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (decoding.seconds, (-1, 1, 0)),
        (decoding.seconds, (1, 0, 0)),
        (decoding.seconds, (1, 1, -1)),
        (decoding.seconds, ([1, 2], [1, 2, 3], 0)),
        (decoding.fitted, ([1e9, 2e9], [1, 2])),
        (decoding.fitted, ([1e9, 1e9, 2e9], [1, 1, 2])),
        (decoding.fitted, ([1e9, 2e9, 3e9], [3, 2, 1])),
        (decoding.fitted, ([1e9, 2e9, 3e9], [1, 2, np.nan])),
        (decoding.fitted, ([1e9, 2e9, 3e9], [1, 2, 3], 1.0)),
        (decoding.fitted, ([], [])),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(model, values):
    with pytest.raises(ProblemError, match=r"[.]$"):
        model(*values)
