"""The roofline: its two roofs, its ridge, and what one card made of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.toolbox import roofline

AMOUNT = st.floats(1e-3, 1e18)


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_nothing_is_faster_than_either_roof(flop, moved, peak, bandwidth):
    seconds = roofline.time(flop, moved, peak, bandwidth)
    assert seconds == max(flop / peak, moved / bandwidth)


@given(AMOUNT, AMOUNT)
def test_work_at_the_ridge_waits_for_both(peak, bandwidth):
    ridge = roofline.ridge(peak, bandwidth)
    assert ridge / peak == pytest.approx(1 / bandwidth)
    # an intensity far above runs at the peak, one far below at the bandwidth
    assert 1 / roofline.time(1, 1 / (1e6 * ridge), peak, bandwidth) == pytest.approx(peak)
    assert 1 / roofline.time(ridge / 1e6, 1, peak, bandwidth) == pytest.approx(bandwidth)


def test_an_h100_needs_some_300_tokens_to_be_busy():
    """A wide matrix in 16 bits has one FLOP a byte for each token."""
    assert roofline.ridge(989.4e12, 3.35e12) == pytest.approx(295, abs=0.5)
    flop, moved = roofline.batch(295, 1e9, 16)
    assert flop / moved == pytest.approx(295, rel=1e-5)


def test_the_operations_and_bytes_of_a_batch_are_those_of_the_measurement():
    table = load_result("gpu-products").query("series == 'roofline'")
    for kind, bits in (("bf16", 16), ("fp8_fast", 8)):
        own = table[table["kind"] == kind]
        flop, moved = roofline.batch(own["m"].to_numpy(), 8192, bits)
        np.testing.assert_allclose(flop, own["flop"], rtol=1e-8)
        np.testing.assert_allclose(moved, own["bytes"], rtol=1e-8)


def test_our_card_comes_near_its_roofs_but_for_short_calls():
    rows = roofline.measured()
    late = rows["seconds"] / rows["predicted"]
    assert late.min() > 0.95  # medians, and the peak is a median too
    assert late[rows["kind"] == "bf16"].max() < 1.25
    assert late[(rows["kind"] == "fp8") & (rows["tokens"] >= 512)].max() < 1.1


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (roofline.time, (-1, 1, 1, 1)),
        (roofline.time, (1, 1, 0, 1)),
        (roofline.time, (1, np.inf, 1, 1)),
        (roofline.time, ([1, 2], [1, 2, 3], 1, 1)),
        (roofline.ridge, (1, 0)),
        (roofline.ridge, ("a lot", 1)),
        (roofline.batch, (0, 8, 16)),
        (roofline.batch, (1, 8, -16)),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(model, values):
    with pytest.raises(ProblemError, match=r"[.]$"):
        model(*values)
