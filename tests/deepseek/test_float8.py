"""The small formats hold the numbers that ml_dtypes gives them, and rounding to them costs what the formula says."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.float8 import (
    BF16,
    E3M4,
    E4M3,
    E5M2,
    FORMATS,
    FP16,
    INT8,
    FloatFormat,
)
from analysis.kit import facts
from analysis.kit.errors import ProblemError
from tests.deepseek.closed_forms import rounding_error

LIBRARY = {
    E4M3: ml_dtypes.float8_e4m3fn,
    E5M2: ml_dtypes.float8_e5m2,
    E3M4: ml_dtypes.float8_e3m4,
    BF16: ml_dtypes.bfloat16,
    FP16: np.float16,
}
CASES = pytest.mark.parametrize("own", LIBRARY, ids=lambda own: own.name)


def finite_numbers(dtype):
    """Every finite number of a format of the library, ascending, with one zero."""
    bits = np.dtype(dtype).itemsize * 8
    with np.errstate(invalid="ignore"):  # signalling NaN are among the patterns
        patterns = np.arange(2**bits, dtype=f"uint{bits}").view(dtype).astype(float)
    return np.unique(patterns[np.isfinite(patterns)])


@CASES
def test_every_number_of_the_format_is_the_library_s(own):
    np.testing.assert_array_equal(own.grid(), finite_numbers(LIBRARY[own]))
    assert own.grid()[-1] == own.largest
    assert own.grid()[own.grid() > 0][0] == own.smallest


@CASES
def test_rounding_is_the_library_s_bit_by_bit(own):
    """On random numbers over the whole range, on every number of the format, on every tie and on its neighbours."""
    rng = np.random.default_rng(0)
    grid = own.grid()
    ties = (grid[1:] + grid[:-1]) / 2
    spread = rng.choice([-1, 1], 100_000) * np.exp2(
        rng.uniform(np.log2(own.smallest) - 3, np.log2(own.largest), 100_000)
    )
    values = np.concatenate([grid, ties, ties * (1 + 1e-6), ties * (1 - 1e-6), spread])
    values = values[np.abs(values) <= own.largest].astype(np.float32)
    np.testing.assert_array_equal(own.round(values), values.astype(LIBRARY[own]).astype(float))


@CASES
def test_what_is_too_large_becomes_the_largest(own):
    assert own.round([2 * own.largest, -1e300]).tolist() == [own.largest, -own.largest]


def test_the_largest_numbers_are_the_published_ones():
    table = facts.load("deepseek")
    assert E4M3.largest == table["fp8-e4m3-largest"].value
    assert E5M2.largest == table["fp8-e5m2-largest"].value


@given(st.sampled_from(list(FORMATS.values())), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_rounding_keeps_order_and_sign_and_twice_is_once(number_format, x, y):
    low, high = number_format.round(sorted((x, y)))
    assert low <= high
    assert number_format.round(-x) == -number_format.round(x)
    assert number_format.round(low) == low


@given(st.integers(1, 10), st.floats(0.01, 100))
def test_no_normal_number_moves_by_more_than_half_a_unit_in_the_last_place(mantissa_bits, x):
    own = FloatFormat("wide", 8, mantissa_bits)
    assert abs(own.round(x) - x) <= x * 2.0 ** -(mantissa_bits + 1)


@pytest.mark.parametrize("own", [E4M3, E5M2, BF16, FP16], ids=lambda own: own.name)
def test_the_rounding_error_is_the_formula_s(own):
    """For significands as in Benford's law, 0.196 times 2 to the minus m: within 1 %."""
    x = np.exp2(np.random.default_rng(1).uniform(0, 1, 400_000))
    measured = np.sqrt(((own.round(x) - x) ** 2).mean() / (x**2).mean())
    assert measured == pytest.approx(rounding_error(own.mantissa_bits), rel=0.01)


def test_the_bits_of_a_format_are_in_its_name():
    """Sign, exponent and mantissa: E4M3 and E5M2 have eight, BF16 and FP16 sixteen."""
    assert [own.bits for own in (E4M3, E5M2, BF16, FP16)] == [8, 8, 16, 16]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: FloatFormat("none", 4, 0), "out of range"),
        (lambda: FloatFormat("FP32", 8, 23).grid(), "too many numbers"),
        (lambda: E4M3.round([1.0, np.nan]), "must be a finite number"),
        (lambda: INT8.round([np.inf]), "must be a finite number"),
    ],
)
def test_what_cannot_be_rounded_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()


@pytest.mark.parametrize("number_format", [E4M3, E5M2, FP16], ids=lambda f: f.name)
def test_every_pattern_of_a_finite_number_is_decoded_to_a_number_of_the_grid(number_format):
    """All patterns but those of infinities and NaN, which lie above the largest; the sign is the highest bit."""
    codes = np.arange(2 ** (number_format.bits - 1))
    values = number_format.decode(codes)
    finite = values <= number_format.largest
    grid = number_format.grid()
    np.testing.assert_array_equal(values[finite], grid[grid >= 0])
    np.testing.assert_array_equal(number_format.decode(codes + 2 ** (number_format.bits - 1))[finite], -values[finite])


def test_subnormal_numbers_have_the_exponent_of_the_smallest_normal_one():
    exponents = E4M3.exponent([E4M3.smallest, E4M3.smallest_normal, 0.0, 1.0, 1.99, -448.0])
    assert exponents.tolist() == [-6, -6, -6, 0, 0, 8]
