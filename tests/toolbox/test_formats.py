"""Formats of four bits: their numbers, their bits, and what they read back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from analysis.deepseek.float8 import E2M1, E4M3
from analysis.kit.errors import ProblemError
from analysis.toolbox.formats import FORMATS, NF4_OUTERMOST, nearest, normal_quantiles
from analysis.toolbox.rounding import in_blocks, measured_snr, round_blocks

#: Published with NF4 (Dettmers et al. 2023, appendix E), as its library has them.
NF4 = [
    *(-1.0, -0.6961928, -0.5250731, -0.3949175, -0.2844414, -0.1847734, -0.0910500, 0.0),
    *(0.0795803, 0.1609302, 0.2461123, 0.3379152, 0.4407098, 0.5626170, 0.7229568, 1.0),
]


def test_the_values_of_nf4_are_those_of_its_makers():
    assert normal_quantiles() == pytest.approx(NF4, abs=1e-6)
    # each value stands for about as many normal numbers as its neighbours, away from the ends and the extra one at 0
    edges = (normal_quantiles()[1:] + normal_quantiles()[:-1]) / 2 * stats.norm.ppf(NF4_OUTERMOST)
    shares = np.diff(stats.norm.cdf(edges))
    assert shares.min() > 0.04 and shares.max() < 0.08


def test_the_float_of_four_bits_has_fifteen_numbers():
    assert E2M1.bits == 4
    assert E2M1.grid().tolist() == [-6, -4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 6]
    assert E4M3.largest == 448  # the formats of eight bits are as they were


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("INT4", 4.5),
        ("INT4 + zero", 4.5),
        ("Q4_0", 4.5),
        ("NF4", 4 + 8 / 64 + 32 / (64 * 256)),
        ("MXFP4", 4.25),
        ("NVFP4", 4.5),
    ],
)
def test_what_is_stored_is_code_and_scales(name, bits):
    assert FORMATS[name].bits == pytest.approx(bits)


@pytest.mark.parametrize("name", FORMATS)
def test_a_block_holds_at_most_sixteen_values(name):
    weights = np.random.default_rng(0).standard_normal((512, 4))
    block = FORMATS[name].block
    values = in_blocks(FORMATS[name].round(weights), block)
    assert max(len(np.unique(column)) for column in values.T) <= 16


@pytest.mark.parametrize("name", FORMATS)
@given(weights=arrays.arrays(float, (64, 2), elements=st.floats(-100, 100, width=16)))
def test_what_is_read_back_is_near_and_keeps_its_sign(name, weights):
    back = FORMATS[name].round(weights)
    # a quarter of the largest: half of the widest gap of E2M1, or a power of two that cuts off 8 to 6
    reach = np.abs(weights).max()
    assert np.all(np.abs(back - weights) <= 0.26 * reach + 0.01)
    if name != "INT4 + zero":
        assert np.all(back * weights >= 0)


@pytest.mark.parametrize("name", FORMATS)
def test_zeros_stay_zeros(name):
    assert not FORMATS[name].round(np.zeros((64, 3))).any()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_all_have_eighteen_to_twenty_two_decibels_on_normal_weights(name):
    weights = np.random.default_rng(5).standard_normal((256, 2_000))
    assert 18 < measured_snr(weights, FORMATS[name].round(weights)) < 22


def test_sixteen_bits_of_a_scale_cost_nothing_and_a_power_of_two_does():
    weights = np.random.default_rng(6).standard_normal((256, 2_000))
    plain = measured_snr(weights, round_blocks(weights, 4, 32))
    assert measured_snr(weights, FORMATS["INT4"].round(weights)) == pytest.approx(plain, abs=0.01)
    assert measured_snr(weights, FORMATS["MXFP4"].round(weights)) < plain - 1


def test_a_block_of_mxfp4_by_hand():
    # the largest, 7, has the exponent 2, as the largest of the format: the scale is 1, and 7 is cut off at 6
    block = np.array([[7.0, 2.6, -0.3, 0.2] + [0.0] * 28]).T
    assert FORMATS["MXFP4"].round(block)[:4, 0].tolist() == [6.0, 3.0, -0.5, 0.0]


def test_a_block_of_q4_0_by_hand():
    # the largest with its sign goes to -8: the step is -0.5, and of the other side only 7 steps are left
    block = np.array([[4.0, -4.0, 1.1, 0.0] + [0.0] * 28]).T
    assert FORMATS["Q4_0"].round(block)[:4, 0].tolist() == [4.0, -3.5, 1.0, 0.0]


def test_a_grid_must_ascend_and_blocks_must_fill():
    with pytest.raises(ProblemError, match="ascend"):
        nearest([1.0], [1.0, 0.0])
    with pytest.raises(ProblemError, match="do not fill"):
        FORMATS["NF4"].round(np.ones((32, 2)))
