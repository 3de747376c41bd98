"""A scale for each tile keeps a few huge numbers from spoiling the rest; a sum with few bits loses small addends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.block_scaling import (
    ACTIVATION_TILE,
    FRACTION_BITS,
    TILE,
    WEIGHT_BLOCK,
    hopper_product,
    relative_error,
    rounded_product,
    scaled_round,
)
from analysis.deepseek.chapter.experiments import INNER, SEEDS, SIGNS, STRENGTHS
from analysis.deepseek.float8 import E4M3, E5M2, FORMATS, INT8, FloatFormat
from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from tests.deepseek.closed_forms import product_error

RNG = np.random.default_rng(3)
MATRIX = RNG.standard_normal((128, 256))
WEIGHTS = RNG.standard_normal((256, 128))


@given(
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from([(None, None), ACTIVATION_TILE, WEIGHT_BLOCK]),
    st.floats(1e-6, 1e6),
)
def test_rounding_does_not_depend_on_the_unit(name, block, unit):
    """Powers of two are exact, so the error is that of the numbers and not of their unit."""
    unit = 2.0 ** np.round(np.log2(unit))
    number_format = FORMATS[name]
    np.testing.assert_allclose(
        scaled_round(unit * MATRIX, number_format, block), unit * scaled_round(MATRIX, number_format, block), rtol=1e-12
    )


def test_one_block_for_all_is_one_scale_a_matrix_and_tiles_are_rounded_alone():
    whole = scaled_round(MATRIX, E4M3, MATRIX.shape)
    np.testing.assert_array_equal(whole, scaled_round(MATRIX, E4M3))
    tiles = scaled_round(MATRIX, E4M3, ACTIVATION_TILE)
    np.testing.assert_array_equal(tiles[5:6, TILE:], scaled_round(MATRIX[5:6, TILE:], E4M3))
    blocks = scaled_round(WEIGHTS, E4M3, WEIGHT_BLOCK)
    np.testing.assert_array_equal(blocks[TILE:], scaled_round(WEIGHTS[TILE:], E4M3))
    steps = scaled_round(WEIGHTS[:TILE], INT8, WEIGHT_BLOCK) / (np.abs(WEIGHTS[:TILE]).max() / INT8.largest)
    np.testing.assert_allclose(steps, steps.round(), atol=1e-9)


def test_the_largest_of_each_block_stays_and_zeros_stay():
    tiles = scaled_round(MATRIX, INT8, ACTIVATION_TILE).reshape(-1, TILE)
    rows = MATRIX.reshape(-1, TILE)
    largest = np.abs(rows).argmax(axis=1)[:, None]
    np.testing.assert_allclose(np.take_along_axis(tiles, largest, 1), np.take_along_axis(rows, largest, 1))
    assert (scaled_round(np.zeros((2, 4)), E4M3) == 0).all()


@pytest.mark.parametrize("name", ["E4M3", "E5M2", "E3M4", "BF16", "FP16"])
def test_the_error_of_a_product_is_the_formula_s(name):
    """For normal numbers, whose significands are not quite Benford's, within 10 %."""
    error = relative_error(rounded_product(MATRIX, WEIGHTS, FORMATS[name], tiles=True), MATRIX @ WEIGHTS)
    assert np.median(error) == pytest.approx(product_error(FORMATS[name].mantissa_bits), rel=0.1)


def test_a_sum_with_all_bits_is_exact_and_one_of_few_is_below():
    left, right = np.abs(scaled_round(MATRIX, E4M3)), np.abs(scaled_round(WEIGHTS, E4M3))
    np.testing.assert_allclose(hopper_product(left, right, fraction_bits=50), left @ right, rtol=1e-13)
    assert (hopper_product(left, right) < left @ right).all()


def test_what_is_cut_off_is_less_than_a_last_kept_bit_for_each_addend():
    """At most 33 addends an instruction, and the register once: each loses less than 2^-13 of the largest in sight."""
    left, right = np.abs(MATRIX), np.abs(WEIGHTS)
    exact = left @ right
    steps = MATRIX.shape[1] // 32
    assert (exact - hopper_product(left, right) <= steps * 34 * 2.0**-FRACTION_BITS * exact).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_register_cuts_towards_zero_what_it_cannot_hold(sign):
    """With 2 fraction bits, 1.25 + 1.5 = 2.75 lies between 2.5 and 3, and is never rounded up."""
    assert hopper_product([[1.25, 1.5]], [[sign], [sign]], fraction_bits=2).item() == 2.5 * sign


def test_a_sum_of_ones_stops_where_a_further_one_is_cut_off():
    """With 13 bits kept below the largest, that is 2^14: the last bit of 16,384 is worth 2."""
    ones = np.ones((1, 2**15))
    assert hopper_product(ones, ones.T).item() == 2**14
    assert hopper_product(ones[:, : 2**14], ones[:, : 2**14].T).item() == 2**14
    assert hopper_product(ones, ones.T, promote=TILE).item() == 2**15


def test_promotion_adds_the_sums_of_the_parts_and_at_the_end_changes_nothing():
    parts = [hopper_product(MATRIX[:, part], WEIGHTS[part]) for part in (slice(TILE), slice(TILE, None))]
    single = sum(parts).astype(np.float32)
    np.testing.assert_array_equal(hopper_product(MATRIX, WEIGHTS, promote=TILE), single)
    np.testing.assert_array_equal(hopper_product(MATRIX, WEIGHTS, promote=256), hopper_product(MATRIX, WEIGHTS))


def _chip():
    """Single sums of an H100 with their factors: kind, format of the left factor, both rows of numbers, the sum."""
    for row in load_result("gpu-fp8-raw").itertuples():
        left_format = FORMATS[row.left_format]
        left, right = (np.frombuffer(bytes.fromhex(text), np.uint8)[None] for text in (row.left, row.right))
        yield row.kind, left_format, left_format.decode(left), E4M3.decode(right).T, row.sum


def test_the_model_is_an_h100_bit_for_bit():
    """Eight kinds of numbers, of 32 and of 128 products; a sum has fourteen bits, the table nine digits."""
    for kind, left_format, left, right, measured in _chip():
        modelled = hopper_product(left, right, formats=(left_format, E4M3)).item()
        assert modelled == pytest.approx(measured, rel=1e-8, abs=0), kind
        assert (
            hopper_product(left, right, TILE, formats=(left_format, E4M3)).item() == modelled
        )  # one part: no promotion


@pytest.mark.parametrize(
    "otherwise",
    [
        {"align": "products"},
        {"fraction_bits": 12},
        {"fraction_bits": 14},
        {"formats": (FloatFormat("wide", 8, 3), E4M3)},
    ],
    ids=str,
)
def test_each_choice_of_the_model_is_decided_by_the_chip(otherwise):
    """By products, with a bit fewer or more, or without the lowest exponent of E4M3 it is another model."""
    equal = [
        hopper_product(left, right, **{"formats": (left_format, E4M3), **otherwise}).item()
        == pytest.approx(measured, rel=1e-8, abs=0)
        for _, left_format, left, right, measured in _chip()
    ]
    assert np.mean(equal) < 0.97


@given(st.integers(0, 2**31), st.integers(1, 3))
def test_by_exponents_a_sum_keeps_what_it_keeps_by_products_or_one_bit_more(seed, groups):
    """The exponent of a product is the sum of its factors' or one more, so its last kept bit is the same or half."""
    rng = np.random.default_rng(seed)
    left, right = (E4M3.round(rng.uniform(1, 400, shape)) for shape in ((1, 32 * groups), (32 * groups, 1)))
    exact = (left @ right).item()
    by_exponents, by_products = (hopper_product(left, right, align=how).item() for how in ("exponents", "products"))
    step = 34 * groups * 2.0**-FRACTION_BITS * exact
    assert exact - step <= by_exponents <= exact and exact - step <= by_products <= exact


def test_a_product_that_is_zero_sets_no_exponent():
    """Beside 448 x 0 a product of 2^-12 is kept whole, although 448 alone has the exponent 8."""
    assert hopper_product([[448.0, 2.0**-6]], [[0.0], [2.0**-6]]).item() == 2.0**-12


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: scaled_round(np.ones(4), E4M3), "two dimensions"),
        (lambda: scaled_round(np.ones((3, 100)), E4M3, ACTIVATION_TILE), "do not fill"),
        (lambda: hopper_product(MATRIX, MATRIX), "do not multiply"),
        (lambda: hopper_product(MATRIX, WEIGHTS, promote=100), "multiple of 32"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()


def test_in_our_measurement_tiles_make_every_format_indifferent_to_outliers():
    rows = load_result("deepseek-fp8")
    assert len(rows) == 2 * len(FORMATS) * len(STRENGTHS) * SEEDS
    tiles = rows.query("scaling == 'tiles'").groupby(["format", "strength"])["error"].mean().unstack()
    assert (tiles.max(axis=1) < 1.02 * tiles.min(axis=1)).all()
    assert tiles.loc["E4M3"].mean() == pytest.approx(product_error(E4M3.mantissa_bits), rel=0.1)


def test_in_our_measurement_one_scale_holds_until_the_outlier_leaves_the_range_of_the_format():
    """E4M3 spans 2^15 from its smallest normal number to its largest, E5M2 2^30, INT8 2^7."""
    rows = load_result("deepseek-fp8").query("scaling == 'matrix'")
    error = rows.groupby(["format", "strength"])["error"].mean().unstack()
    assert error.loc["E4M3", 1e3] < 1.05 * error.loc["E4M3", 1]
    assert error.loc["E4M3", 1e6] > 0.9
    assert error.loc["E5M2", 1e6] < 1.05 * error.loc["E5M2", 1]
    assert error.loc["INT8", 100] > 10 * error.loc["INT8", 1]
    assert E5M2.largest / E5M2.smallest_normal > 1e6 > E4M3.largest / E4M3.smallest_normal


def test_in_our_measurement_the_limited_sum_grows_with_the_length_and_promotion_stops_it():
    """The 2 % published for 4,096 lies between our two kinds of signs."""
    rows = load_result("deepseek-fp8-sums")
    assert len(rows) == 2 * len(INNER) * len(SIGNS) * SEEDS
    error = rows.groupby(["signs", "promote", "inner"])["error"].mean()
    published = facts.load("deepseek")["fp8-accumulation-error"].value / 100
    assert error["random", 0, 4096] < published < error["positive", 0, 4096]
    for signs in SIGNS:
        assert error[signs, 0, 16384] > 3 * error[signs, 0, 1024]
        assert error[signs, TILE, 16384] < 1.2 * error[signs, TILE, 128]
        assert error[signs, TILE, 16384] < 0.1 * product_error(E4M3.mantissa_bits)
