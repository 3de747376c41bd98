"""Exponentials keep their doubling time, ridge times bandwidth is the peak, and a chip's growth splits in two."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.toolbox.chips import MEASURES, chips, growth, line_of, stack_bandwidth, trends

FOUR = ["V100", "A100", "H100", "B200"]
DATES = pd.to_datetime(["2016-01-10", "2018-03-01", "2019-07-20", "2023-11-30"])


@settings(deadline=None)
@given(doubling=st.floats(0.3, 20), start=st.floats(1e-3, 1e6))
def test_exact_exponentials_have_their_doubling_time_and_no_width(doubling, start):
    years = (DATES - DATES[0]).days / 365.25
    found = growth(DATES, start * 2 ** (years / doubling))
    assert found.doubling == pytest.approx(doubling, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((doubling, doubling), rel=1e-5)
    assert found.times == pytest.approx(2 ** (found.years / doubling), rel=1e-9)
    assert found.a_year == pytest.approx(2 ** (1 / doubling), rel=1e-9)


@given(factor=st.floats(1e-6, 1e6))
def test_the_unit_does_not_matter(factor):
    rows = line_of(FOUR)
    plain, scaled = growth(rows["date"], rows["bf16"]), growth(rows["date"], factor * rows["bf16"])
    assert scaled.doubling == pytest.approx(plain.doubling, rel=1e-9)
    assert scaled.low == pytest.approx(plain.low, rel=1e-6)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(15)
    years = (DATES - DATES[0]).days / 365.25
    held = []
    for _ in range(800):
        found = growth(DATES, np.exp(years * math.log(2) / 2.5 + rng.normal(scale=0.15, size=len(years))))
        held.append(found.low <= 2.5 <= found.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.025)  # three standard errors of 800 trials


def test_without_noise_to_tell_it_from_a_standstill_the_interval_has_no_end():
    assert growth(DATES, [1.0, 3.0, 0.5, 2.5]).high == math.inf


def test_ridge_times_bandwidth_is_the_peak():
    table = chips()
    assert (table["ridge"] * table["bandwidth"]).tolist() == pytest.approx(table["bf16"].tolist(), rel=1e-12)
    assert (table["per_watt"] * table["picojoule"]).tolist() == pytest.approx([1.0] * len(table))


def test_what_a_chip_gained_is_what_a_watt_gained_times_the_watts():
    found = trends(FOUR)["times"]
    assert found["per_watt"] * found["watts"] == pytest.approx(found["bf16"], rel=1e-12)
    assert found["ridge"] * found["bandwidth"] == pytest.approx(found["bf16"], rel=1e-12)
    assert list(found.index) == list(MEASURES)


def test_growth_rates_add_as_their_factors_multiply():
    rate = 1 / trends(FOUR)["doubling"]
    assert rate["per_watt"] + rate["watts"] == pytest.approx(rate["bf16"], rel=1e-9)


def test_dense_peaks_are_half_of_what_is_printed_with_sparsity():
    table = chips().dropna(subset="sparse").set_index("chip")
    assert len(table) >= 5
    assert (table["sparse"] / table["bf16"]).tolist() == pytest.approx([2.0] * len(table), rel=1e-3)
    assert (table["bits8"] / table["bf16"]).tolist() == pytest.approx([2.0] * len(table), rel=1e-3)


def test_the_peak_of_the_h100_is_the_one_that_other_chapters_use():
    from analysis.kit import facts

    card, deepseek = chips().set_index("chip").loc["H100"], facts.load("deepseek")
    assert 1e12 * card["bf16"] == pytest.approx(deepseek["h100-bf16-peak"].value)
    assert 1e12 * card["bits8"] == pytest.approx(deepseek["h100-fp8-peak"].value)
    assert 1e12 * card["bandwidth"] == pytest.approx(deepseek["h100-memory-bandwidth"].value)


def test_prices_lie_within_their_range():
    table = chips().dropna(subset=["price", "price_low"])
    assert len(table) and ((table["price_low"] <= table["price"]) & (table["price"] <= table["price_high"])).all()


@pytest.mark.parametrize(
    ("pins", "rate", "gigabytes"), [(1024, 2.0, 256), (1024, 3.2, 409.6), (1024, 6.4, 819.2), (2048, 8.0, 2048)]
)
def test_the_bandwidth_of_a_stack_of_memory_is_pins_times_rate_over_eight(pins, rate, gigabytes):
    assert stack_bandwidth(pins, rate) == pytest.approx(gigabytes)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: growth(DATES, [1, 2, 3]), "two lists of one length"),
        (lambda: growth(DATES[:2], [1, 2]), "three or more"),
        (lambda: growth([], []), "three or more"),
        (lambda: growth(DATES, [4, 3, 2, 1]), "do not grow"),
        (lambda: growth(DATES, [1, -2, 3, 4]), "positive"),
        (lambda: growth(DATES, [1, math.nan, 3, 4]), "positive"),
        (lambda: growth(DATES, ["fast"] * 4), "must be a number"),
        (lambda: growth(["soon"] * 4, [1, 2, 3, 4]), "2024-11-15"),
        (lambda: growth([None, *DATES[1:]], [1, 2, 3, 4]), "needs a date"),
        (lambda: growth([DATES[0]] * 4, [1, 2, 3, 4]), "one date"),
        (lambda: growth(DATES, [1, 2, 3, 4], level=95), "confidence"),
        (lambda: line_of(["Z1"]), "no chip 'Z1'"),
        (lambda: stack_bandwidth(1024.5, 2), "whole"),
        (lambda: stack_bandwidth(0, 2), "whole number of at least 1"),
        (lambda: stack_bandwidth(1024, 0), "positive"),
        (lambda: stack_bandwidth([1024, 2048], [1, 2, 3]), "different lengths"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(call, said):
    with pytest.raises(ProblemError, match=said) as told:
        call()
    assert "\n" not in str(told.value)
