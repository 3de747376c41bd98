"""Overbuilding against step-by-step growth and quadrature, and in its limits."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad

from analysis.kit.errors import ProblemError
from analysis.market.discounting import growth_of_doubling
from analysis.market.overbuild import (
    absorption_time,
    present_value_share,
    recovery_by_use,
    time_to_utilisation,
    utilisation,
)

shares, rates, discounts = st.floats(0.02, 1), st.floats(-0.2, 0.8), st.floats(0, 0.3)


def share_by_quadrature(start, growth, rate, lifetime):
    """Discounted use over discounted full use, integrated year by year of the asset's life."""

    def used(t):
        return min(1.0, start * math.exp(growth * t))

    corner = [t for t in [math.log(1 / start) / growth if growth > 0 else 0.0] if 0 < t < lifetime]
    total = quad(lambda t: used(t) * math.exp(-rate * t), 0, lifetime, points=corner or None, epsabs=1e-12)[0]
    return total / quad(lambda t: math.exp(-rate * t), 0, lifetime, epsabs=1e-12)[0]


def test_planned_for_a_hundred_days_used_by_a_year_is_2_7_per_cent_after_two_years():
    """And 5.2 years of waiting if building stops; with capacity x 8 and traffic x 2 a year it takes 2.6 years."""
    planned, true = growth_of_doubling(100), math.log(2)
    assert time_to_utilisation(0.027, planned, true) == pytest.approx(1.96, abs=5e-3)
    assert absorption_time(0.027, true) == pytest.approx(5.21, abs=5e-3)
    assert time_to_utilisation(0.027, math.log(8), true) == pytest.approx(2.61, abs=5e-3)


@given(st.floats(0, 4), st.floats(0, 2), st.floats(0, 1), st.floats(0, 1))
def test_utilisation_is_demand_over_capacity_grown_step_by_step(years, planned, true, technology):
    """A thousand compound steps fall short of continuous growth by (rate x years)^2 / 2000, here at most 5 per cent."""
    assume(planned + technology >= true)
    steps = 1000
    capacity = ((1 + planned * years / steps) * (1 + technology * years / steps)) ** steps
    demand = (1 + true * years / steps) ** steps
    assert utilisation(years, planned, true, technology) == pytest.approx(demand / capacity, rel=0.05)


@given(shares, st.floats(0.1, 3), st.floats(-0.5, 1), st.floats(0, 1))
def test_the_time_to_a_utilisation_is_the_time_at_which_it_is_reached(share, excess, true, technology):
    planned = true + excess - technology
    years = time_to_utilisation(share, planned, true, technology)
    assert utilisation(years, planned, true, technology) == pytest.approx(share)


@given(shares, st.floats(0.05, 1))
def test_after_the_absorption_time_demand_equals_capacity(share, growth):
    assert share * math.exp(growth * absorption_time(share, growth)) == pytest.approx(1)


def test_without_growth_what_is_dark_stays_dark():
    assert absorption_time([0.3, 0.3, 1.0], [0.0, -0.1, -0.1]).tolist() == [math.inf, math.inf, 0.0]
    assert present_value_share(0.3, 0.0, 0.1, [5.0, 25.0, math.inf]) == pytest.approx([0.3, 0.3, 0.3])


def test_capacity_that_is_short_is_all_in_use():
    assert utilisation([0.0, 3.0], 0.1, 0.4) == pytest.approx([1, 1])


@given(shares, rates, discounts, st.floats(0.5, 40))
def test_the_present_value_share_is_the_integral_of_discounted_use(start, growth, rate, lifetime):
    expected = share_by_quadrature(start, growth, rate, lifetime)
    assert present_value_share(start, growth, rate, lifetime) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(("lifetime", "printed"), [(5.0, 0.58), (25.0, 0.82)])
def test_glass_gets_back_what_chips_do_not(lifetime, printed):
    """A quarter in use, demand up 40 per cent a year, a rate of 10 per cent (continuous)."""
    recovered = present_value_share(0.25, math.log(1.4), 0.10, lifetime)
    assert recovered == pytest.approx(printed, abs=5e-3)
    assert recovered == pytest.approx(share_by_quadrature(0.25, math.log(1.4), 0.10, lifetime))


@given(shares, st.floats(0.01, 0.8), discounts, st.floats(0.5, 20), st.floats(1, 20))
def test_a_longer_life_recovers_more_while_demand_grows(start, growth, rate, lifetime, longer):
    both = present_value_share(start, growth, rate, [lifetime, lifetime + longer])
    assert start - 1e-12 <= both[0] <= both[1] + 1e-12
    assert both[1] <= 1 + 1e-12


@given(shares, st.floats(0.05, 0.8), st.floats(0.02, 0.3))
def test_an_infinite_life_is_the_limit_of_long_ones(start, growth, rate):
    for_ever, long = present_value_share(start, growth, rate, [math.inf, 2000.0])
    assert for_ever == pytest.approx(long)


def test_an_asset_in_full_use_recovers_everything_and_a_short_life_the_share_in_use():
    assert present_value_share(1.0, 0.3, 0.1, 7.0) == pytest.approx(1)
    assert present_value_share(0.2, 0.3, 0.1, 1e-6) == pytest.approx(0.2)


def test_earnings_that_fall_are_a_higher_rate():
    """Prices that fall by 30 per cent a year, integrated as such."""
    start, growth, rate, fall, lifetime = 0.25, 0.34, 0.1, 0.36, 6.0

    def earned(used):
        return quad(lambda t: used(t) * math.exp(-(rate + fall) * t), 0, lifetime, points=[math.log(4) / growth])[0]

    expected = earned(lambda t: min(1.0, start * math.exp(growth * t))) / earned(lambda t: 1.0)
    assert present_value_share(start, growth, rate + fall, lifetime) == pytest.approx(expected)


def test_many_assets_at_once_are_each_alone():
    growths, lives = np.array([-0.1, 0.0, 0.3, 0.3]), np.array([5.0, 5.0, 2.0, math.inf])
    alone = [present_value_share(0.4, g, 0.1, life) for g, life in zip(growths, lives, strict=True)]
    assert present_value_share(0.4, growths, 0.1, lives) == pytest.approx(alone)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: utilisation(-1.0, 1.0, 0.5), "A time must be"),
        (lambda: utilisation(1.0, math.nan, 0.5), "A planned growth must be"),
        (lambda: time_to_utilisation(0.0, 1.0, 0.5), "A utilisation must be above 0 and at most 1, not 0"),
        (lambda: time_to_utilisation(0.5, 0.5, 0.5), "only while capacity outgrows demand"),
        (lambda: absorption_time(1.2, 0.5), "A utilisation must be"),
        (lambda: absorption_time(0.5, math.inf), "A growth must be"),
        (lambda: present_value_share(0.5, 0.3, -0.1, 5.0), "A discount rate must be"),
        (lambda: present_value_share(0.5, 0.3, 0.1, 0.0), "A life must be more than 0 years"),
        (lambda: present_value_share(0.5, 0.3, 0.0, math.inf), "for ever"),
        (lambda: present_value_share(-0.5, 0.3, 0.1, 5.0), "A utilisation must be"),
    ],
)
def test_an_overbuild_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()


def test_more_use_more_demand_and_a_longer_life_recover_more():
    table = recovery_by_use(np.linspace(0.05, 1, 20), {"chip": 5.0, "glass": 25.0}, (0.2, 0.4, 0.6), 0.1)
    chip, glass = (table[table["asset"] == asset].reset_index(drop=True) for asset in ("chip", "glass"))
    assert (table[["low", "share", "high"]].diff(axis=1).iloc[:, 1:] >= -1e-12).all(axis=None)
    assert (chip["share"].diff().dropna() > 0).all()
    assert (glass["share"][:-1] > chip["share"][:-1]).all()
    assert table.loc[table["used"] == 1, ["low", "share", "high"]].to_numpy() == pytest.approx(1)
