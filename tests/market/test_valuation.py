"""Discounted cash flows against the sum of the payments, Gordon's limit, and the way back from price to growth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.valuation import (
    Assumptions,
    gordon_value,
    implied_growth,
    repricing,
    sensitivities,
    sensitivity,
    terminal_share,
    two_stage_value,
)

assumptions = st.builds(
    lambda terminal, spread, years: Assumptions(terminal + spread, years, terminal),
    st.floats(-0.02, 0.05),
    st.floats(0.02, 0.15),
    st.integers(1, 25),
)


@given(st.floats(-0.3, 0.8), assumptions)
def test_the_value_is_the_sum_of_the_discounted_payments(growth, given):
    """Year by year for 3,000 years: at a spread of 2 per cent what follows is below 1e-24 of it."""
    flow, total = 1.0, 0.0
    for year in range(1, 3001):
        flow *= 1 + (growth if year <= given.years else given.terminal_growth)
        total += flow / (1 + given.rate) ** year
    assert two_stage_value(1.0, growth, given) == pytest.approx(total)


def test_with_one_growth_for_ever_the_two_stages_are_gordons():
    """1.03 / (0.10 - 0.03) = 14.714."""
    assert two_stage_value(1.0, 0.03) == pytest.approx(14.714, abs=5e-4)
    assert gordon_value(1.0, 0.10, 0.03) == pytest.approx(14.714, abs=5e-4)


@given(assumptions)
def test_gordons_limit_holds_under_all_assumptions(given):
    gordon = gordon_value(1.0, given.rate, given.terminal_growth)
    assert two_stage_value(1.0, given.terminal_growth, given) == pytest.approx(gordon)


def test_growth_at_the_discount_rate_is_worth_a_year_for_each_year():
    """q = 1: ten years' payments, and the rest undiminished."""
    assert two_stage_value(1.0, 0.10) == pytest.approx(10 + gordon_value(1.0, 0.10, 0.03))


def test_the_growth_implied_by_the_value_of_a_growth_is_that_growth():
    assert implied_growth(two_stage_value(1.0, 0.25), 1.0) == pytest.approx(0.25)


@given(st.floats(-0.5, 2), st.floats(0.1, 1e12), assumptions)
def test_from_growth_to_value_and_back(growth, cash_flow, given):
    value = two_stage_value(cash_flow, growth, given)
    assert implied_growth(value, cash_flow, given) == pytest.approx(growth, rel=1e-9, abs=1e-9)


@given(st.floats(-0.5, 1), st.floats(0.001, 0.5), assumptions)
def test_more_growth_is_worth_more_and_lies_further_in_the_future(growth, more, given):
    both = np.array([growth, growth + more])
    low, high = two_stage_value(1.0, both, given)
    assert low < high
    assert terminal_share(both[0], given) <= terminal_share(both[1], given) + 1e-12


def test_what_the_worked_prices_say():
    """Cisco in March 2000 39.7 per cent a year for ten years; NVIDIA 21.4 and, after the 27 January 2025, 18.9."""
    assert implied_growth(555e9, 2.67e9) == pytest.approx(0.397, abs=5e-4)
    day = repricing(3.49e12, 2.90e12, 60.9e9)
    assert [day.growth_before, day.growth_after] == pytest.approx([0.214, 0.189], abs=5e-4)
    assert day.change == pytest.approx(-0.17, abs=2e-3)
    assert day.points == pytest.approx(-2.5, abs=0.05)


def test_many_prices_at_once_are_each_alone():
    values, flows = np.array([[20.0, 60.0], [100.0, 200.0]]), np.array([1.0, 2.0])
    alone = [[implied_growth(v, f) for v, f in zip(row, flows, strict=True)] for row in values]
    assert implied_growth(values, flows) == pytest.approx(np.array(alone))


def test_a_higher_discount_rate_reads_more_growth_into_the_same_price():
    table = sensitivity(3.49e12, 60.9e9, [0.08, 0.10, 0.12], [5, 10])
    assert len(table) == 6
    for _, part in table.groupby("years"):
        assert part["growth"].is_monotonic_increasing
    for row in table.itertuples():
        given = Assumptions(row.rate, row.years)
        assert two_stage_value(60.9e9, row.growth, given) == pytest.approx(3.49e12)
        assert 0 < row.terminal_share < 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gordon_value(1.0, 0.03, 0.03), "at or above the discount rate"),
        (lambda: gordon_value(-1.0, 0.10, 0.03), "A cash flow must be"),
        (lambda: gordon_value(1.0, 0.10, -1.0), "cannot fall by 100 per cent"),
        (lambda: Assumptions(rate=0.02, terminal_growth=0.03), "at or above the discount rate"),
        (lambda: Assumptions(rate=math.nan), "A discount rate must be"),
        (lambda: Assumptions(years=0), "A number of years must be"),
        (lambda: Assumptions(years=2.5), "whole years"),
        (lambda: two_stage_value(1.0, -1.0), "cannot fall by 100 per cent"),
        (lambda: two_stage_value(0.0, 0.2), "A cash flow must be"),
        (lambda: implied_growth(-3.0, 1.0), "A value must be"),
        (lambda: implied_growth(3.0, math.nan), "A cash flow must be"),
        (lambda: repricing(3.0, 0.0, 1.0), "A value must be"),
    ],
)
def test_a_price_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()


def test_several_prices_are_each_read_alone():
    prices = {"dear": (100.0, 1.0), "cheap": (20.0, 1.0)}
    table = sensitivities(prices, [0.08, 0.12], [5, 10], 0.02)
    for name, (value, cash) in prices.items():
        alone = table[table["price"] == name].drop(columns="price").reset_index(drop=True)
        assert alone.equals(sensitivity(value, cash, [0.08, 0.12], [5, 10], 0.02))
