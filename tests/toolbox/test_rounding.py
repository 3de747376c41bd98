"""The noise of rounding: what holds for all weights, and what holds for normal ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from analysis.deepseek.block_scaling import scaled_round
from analysis.distributed.compression import quantise
from analysis.kit.errors import ProblemError
from analysis.scaling.quantisation import round_weights
from analysis.toolbox.rounding import (
    CLIPS,
    best_step,
    clipped_snr,
    from_blocks,
    in_blocks,
    integer_grid,
    largest_of,
    measured_snr,
    normal_noise,
    optimal_clip,
    round_blocks,
    scales,
    sine_snr,
    snr,
)

BITS = st.integers(2, 16)
#: Max (1960), steps of the best even grid of 2^b levels, as copied by sources that agree; to the printed digits.
MAX_STEPS = {1: 1.596, 2: 0.9957, 3: 0.5860, 4: 0.3352, 5: 0.1881}


def matrices(rows: int = 8, columns: int = 3) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(float, (rows, columns), elements=st.floats(-1e3, 1e3, width=32))


@given(matrices(), BITS, st.sampled_from([1, 2, 4, 8]))
def test_no_weight_moves_by_more_than_half_a_step_of_its_block(weights, bits, block):
    moved = np.abs(in_blocks(round_blocks(weights, bits, block) - weights, block))
    step = np.abs(in_blocks(weights, block)).max(axis=0) / (2 ** (bits - 1) - 1)
    assert np.all(moved <= step / 2 * (1 + 1e-9) + 1e-12)


@given(matrices(), BITS)
def test_the_largest_weight_of_a_block_stays_where_it_is(weights, bits):
    places = np.abs(weights).argmax(axis=0), np.arange(weights.shape[1])
    assert round_blocks(weights, bits)[places] == pytest.approx(weights[places], rel=1e-12)


@given(matrices(), BITS, st.sampled_from([1, 2, 4, 8]))
def test_rounding_twice_is_rounding_once_and_a_sign_passes_through(weights, bits, block):
    once = round_blocks(weights, bits, block)
    assert round_blocks(once, bits, block) == pytest.approx(once, rel=1e-9, abs=1e-12)
    assert round_blocks(-weights, bits, block) == pytest.approx(-once)


@given(matrices(), BITS)
def test_the_book_has_one_rounding(weights, bits):
    ours = round_blocks(weights, bits)
    assert ours == pytest.approx(round_weights(weights, bits))
    assert ours == pytest.approx(scaled_round(weights, integer_grid(bits), (None, 1)))
    flat = round_blocks(weights[:, :1], bits, 4)
    assert flat.ravel() == pytest.approx(quantise(weights[:, 0], bits, 4))


@given(matrices(12, 2), st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_blocks_lie_along_the_inputs_of_a_unit_and_go_back_where_they_came_from(weights, block):
    columns = in_blocks(weights, block)
    assert columns.shape == (block, 24 // block)
    assert columns[:, 0].tolist() == weights[:block, 0].tolist()
    assert from_blocks(columns, weights.shape).tolist() == weights.tolist()


@given(matrices(), st.integers(2, 8))
def test_a_clip_never_makes_the_squared_error_larger(weights, bits):
    plain, clipped = (np.sum((round_blocks(weights, bits, 4, clip) - weights) ** 2) for clip in (False, True))
    assert clipped <= plain * (1 + 1e-9) + 1e-12
    assert np.all(scales(in_blocks(weights, 4), bits, clip=True) <= scales(in_blocks(weights, 4), bits))
    assert CLIPS[-1] == 1


@pytest.mark.parametrize("block", [2, 16, 32, 128, 512])
@pytest.mark.parametrize("bits", [3, 4, 6, 8])
def test_the_law_is_within_a_twentieth_of_a_decibel_of_normal_weights(bits, block):
    weights = np.random.default_rng(20261127).standard_normal((block, 4_000_000 // block))
    assert measured_snr(weights, round_blocks(weights, bits)) == pytest.approx(snr(bits, block), abs=0.05)


def test_with_two_bits_the_law_is_too_low_because_errors_do_not_spread_evenly():
    weights = np.random.default_rng(1).standard_normal((128, 10_000))
    assert 0.3 < measured_snr(weights, round_blocks(weights, 2)) - snr(2, 128) < 1


@given(st.integers(2, 15), st.integers(2, 5_000))
@settings(max_examples=40)
def test_the_ratio_rises_with_bits_and_falls_with_the_block(bits, block):
    assert snr(bits + 1, block) - snr(bits, block) > 20 * math.log10(2)
    assert snr(bits, block + 1) < snr(bits, block)


def test_the_slope_nears_six_decibels_a_bit_and_the_textbook_keeps_to_it():
    steps = np.diff(snr(np.arange(3, 17), 32))
    assert np.all(np.diff(steps) < 0)
    assert steps[-1] == pytest.approx(20 * math.log10(2), abs=0.001)
    assert steps[0] == pytest.approx(20 * math.log10(7 / 3))
    assert np.diff(sine_snr([4, 5])) == pytest.approx(20 * math.log10(2))
    assert sine_snr(4) == pytest.approx(6.02 * 4 + 1.76, abs=0.01)


def test_a_sine_that_fills_the_range_has_what_the_textbook_says():
    wave = np.sin(np.linspace(0, 2 * np.pi * 997, 1_000_003))
    step = 2 / 2**12
    rounded = (np.floor(wave / step) + 0.5) * step
    assert measured_snr(wave, rounded) == pytest.approx(sine_snr(12), abs=0.05)


def test_the_largest_of_one_two_and_many():
    assert largest_of(1) == pytest.approx(1)
    # of two: E max(x², y²) = 1 + 2/π
    assert largest_of(2) ** 2 == pytest.approx(1 + 2 / math.pi)
    # of many: near the quantile that one in n exceeds, and above it
    assert largest_of(10**6) == pytest.approx(stats.norm.isf(0.5e-6), rel=0.05)
    assert largest_of([16, 32]).tolist() == [largest_of(16), largest_of(32)]


@pytest.mark.parametrize("bits", [2, 3, 4, 5, 6, 8])
def test_the_best_clip_is_where_the_noise_stands_still(bits):
    levels, clip = 2**bits - 1, optimal_clip(bits)
    step = 2 * clip / (levels - 1)
    slope = (normal_noise(step * 1.0001, levels) - normal_noise(step / 1.0001, levels)) / 0.0002
    assert abs(slope) < 1e-4 * normal_noise(step, levels)
    assert all(clipped_snr(bits, clip * c) < clipped_snr(bits) for c in (0.9, 1.1))


def test_the_clip_moves_outwards_with_the_bits():
    assert np.all(np.diff([optimal_clip(b) for b in range(2, 11)]) > 0)


@pytest.mark.parametrize(("bits", "step"), MAX_STEPS.items())
def test_the_best_steps_are_those_of_max(bits, step):
    assert best_step(2**bits) == pytest.approx(step, abs=0.0006)


def test_one_bit_keeps_the_sign_and_the_best_of_two_values():
    assert best_step(2) / 2 == pytest.approx(math.sqrt(2 / math.pi), abs=1e-6)
    assert normal_noise(best_step(2), 2) == pytest.approx(1 - 2 / math.pi)


def test_the_noise_of_a_grid_is_that_of_a_sample():
    sample = np.random.default_rng(3).standard_normal(1_000_000)
    points = 0.4 * (np.arange(15) - 7)
    nearest = points[np.abs(sample[:, None] - points).argmin(axis=1)]
    assert np.mean((sample - nearest) ** 2) == pytest.approx(normal_noise(0.4, 15), rel=0.01)


def test_nothing_moved_is_no_noise():
    assert measured_snr([1.0, 2.0], [1.0, 2.0]) == math.inf


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: snr(1, 32),
        lambda: snr(4.5, 32),
        lambda: snr(4, 1),
        lambda: snr("four", 32),
        lambda: snr(math.nan, 32),
        lambda: snr([3, 4], [16, 32, 64]),
        lambda: largest_of(0),
        lambda: optimal_clip(17),
        lambda: clipped_snr(4, 0),
        lambda: normal_noise(-1, 4),
        lambda: normal_noise(0.3, 1),
        lambda: best_step(1.5),
        lambda: round_blocks([[1.0], [2.0], [3.0]], 4, 2),
        lambda: round_blocks([1.0, 2.0], 4),
        lambda: round_blocks([[math.inf]], 4),
        lambda: round_blocks([[]], 4, 0),
        lambda: scales([1.0], 4),
        lambda: measured_snr([0.0], [0.0]),
        lambda: measured_snr([1.0, 2.0], [1.0]),
    ],
)
def test_bad_input_is_refused_in_a_sentence(wrong):
    with pytest.raises(ProblemError, match=r"[.;].*\.$|\.$"):
        wrong()
