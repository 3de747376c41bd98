"""The bound of physics, joules that add up, and what our card drew."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.constants import Boltzmann

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.toolbox import energy
from analysis.toolbox.chips import chips
from analysis.toolbox.energy import byte_moved, ladder, landauer, measured, operations_a_weight, picojoule


def test_a_bit_at_room_temperature_costs_what_is_printed_everywhere():
    assert landauer(300) == pytest.approx(2.87e-21, rel=2e-3)
    assert landauer(300) == pytest.approx(Boltzmann * 300 * math.log(2), rel=1e-15)


@given(kelvin=st.floats(1e-3, 1e4), times=st.floats(0.1, 10))
def test_the_bound_is_proportional_to_temperature(kelvin, times):
    assert landauer(times * kelvin) == pytest.approx(times * landauer(kelvin), rel=1e-9)


@given(watts=st.floats(1, 1e5), rate=st.floats(1e9, 1e18))
def test_energy_of_an_operation_times_their_rate_is_the_power(watts, rate):
    assert picojoule(watts, rate) * 1e-12 * rate == pytest.approx(watts, rel=1e-9)


def test_the_table_of_chips_and_the_energy_of_an_operation_agree():
    rows = chips()
    assert picojoule(rows["watts"], 1e12 * rows["bf16"]).tolist() == pytest.approx(rows["picojoule"].tolist())


def test_what_our_card_drew_is_its_power_over_what_it_did():
    table, raw = measured(), load_result("gpu-power").set_index("kind")
    for kind, row in table.iterrows():
        assert row["drawn"] == pytest.approx(1e12 * raw.loc[kind, "joules"] / raw.loc[kind, "flop"], rel=1e-6)
        # The counter of joules and the mean of the sampled watts are two instruments.
        assert row["drawn"] == pytest.approx(picojoule(row["watts"], 1e12 * row["lasting"]), rel=0.05)


def test_no_format_reaches_the_printed_peak_and_none_is_faster_for_long():
    table = measured()
    assert (table["short"] < table["peak"]).all()
    assert (table["lasting"] < 1.03 * table["short"]).all()


def test_zeros_draw_less_than_random_numbers_in_the_same_format():
    table = measured()
    assert table.loc["bf16_zeros", "watts"] < 0.75 * table.loc["bf16", "watts"]
    assert table.loc["bf16_zeros", "drawn"] == pytest.approx(0.59, abs=0.005)
    assert table.loc["bf16", "drawn"] == pytest.approx(1.11, abs=0.005)


def test_a_weight_that_is_read_once_costs_hundreds_of_operations():
    fact = facts.load("toolbox")
    published = operations_a_weight(
        16, fact["energy-dram"].value / 8, (fact["energy-multiply-fp16"].value + fact["energy-add-fp16"].value) / 2
    )
    ours = operations_a_weight(16, byte_moved(), measured().loc["bf16", "drawn"])
    assert published == pytest.approx(333, abs=1)
    assert ours == pytest.approx(184, abs=1)
    assert operations_a_weight(8, byte_moved(), 1.0) == pytest.approx(operations_a_weight(16, byte_moved(), 1.0) / 2)


def test_the_ladder_rises_from_physics_to_memory():
    rungs = ladder()
    assert rungs["picojoule"].is_monotonic_increasing
    assert rungs["kind"].iloc[0] == energy.PHYSICS
    assert rungs["picojoule"].iloc[0] * 1e-12 == pytest.approx(landauer(300))
    assert rungs["rung"].is_unique


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: landauer(0), "temperature must be positive"),
        (lambda: landauer("warm"), "must be a number"),
        (lambda: landauer(math.nan), "positive"),
        (lambda: picojoule(-1, 1e12), "power must be positive"),
        (lambda: picojoule(700, 0), "rate of operations"),
        (lambda: picojoule([1, 2], [1, 2, 3]), "different lengths"),
        (lambda: operations_a_weight(0, 200, 1), "number of bits"),
        (lambda: operations_a_weight(16, 200, -1), "energy must be positive"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(call, said):
    with pytest.raises(ProblemError, match=said):
        call()
