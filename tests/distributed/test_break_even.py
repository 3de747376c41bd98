"""The line on which training apart and data-parallel training reach a loss at the same time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.distributed.break_even import break_even_bandwidth, break_even_waiting, time_to_loss
from analysis.distributed.price import compute_ratio
from analysis.distributed.utilisation import utilisation
from analysis.kit.errors import ProblemError

EXPONENT = 0.0954


@given(st.floats(1e-4, 0.1), st.integers(2, 1_000), st.sampled_from([1e9, 10e9, 100e9]))
def test_at_the_break_even_both_reach_the_loss_at_the_same_time(gap, H, size):
    line, ratio = break_even_bandwidth(gap, EXPONENT, size, H), compute_ratio(gap, EXPONENT)
    if line == 0:  # the gap costs more than H times the compute
        assert ratio * H <= 1
        return
    assert time_to_loss(line, size, H, ratio) == pytest.approx(time_to_loss(line, size, 1), rel=1e-9)


@pytest.mark.parametrize("gap", [0.001, 0.0029, 0.02])
def test_training_apart_is_sooner_on_a_slower_line_and_later_on_a_faster_one(gap):
    line, ratio = break_even_bandwidth(gap, EXPONENT, 10e9, 100), compute_ratio(gap, EXPONENT)
    for bandwidth, sooner in ((0.8 * line, True), (1.25 * line, False)):
        assert (time_to_loss(bandwidth, 10e9, 100, ratio) < time_to_loss(bandwidth, 10e9, 1)) == sooner


def test_the_sheet_of_a_10b_model_in_four_places():
    """Data-parallel training is even where it computes some .94 of the time that training apart computes."""
    line = break_even_bandwidth(0.0029, EXPONENT, 10e9, 100)
    assert utilisation(line, 10e9, 1) / utilisation(line, 10e9, 100) == pytest.approx(0.94, abs=0.005)


def test_the_larger_the_gap_the_slower_the_line_below_which_it_pays():
    lines = [break_even_bandwidth(gap, EXPONENT, 10e9, 100) for gap in (0.001, 0.003, 0.01, 0.03)]
    assert (np.diff(lines) < 0).all()


def test_without_a_gap_training_apart_is_never_later_and_with_a_huge_one_never_sooner():
    assert break_even_bandwidth(0.0, EXPONENT, 10e9, 100) == np.inf
    assert break_even_bandwidth(0.1, EXPONENT, 10e9, 2) == 0.0
    assert break_even_waiting(0.1, EXPONENT, 2) == np.inf


@pytest.mark.parametrize("H", [1, 0, np.nan])
def test_machines_that_meet_at_each_step_are_not_apart(H):
    with pytest.raises(ProblemError, match="at least 2 for training apart"):
        break_even_bandwidth(0.01, EXPONENT, 10e9, H)


@pytest.mark.parametrize("ratio", [0, -1, np.nan])
def test_a_share_of_compute_is_positive(ratio):
    with pytest.raises(ProblemError, match="ratio of compute must be positive"):
        time_to_loss(10.0, 10e9, 100, ratio)
