"""Depreciation in steady growth against cohorts that are written off one by one."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad

from analysis.kit.errors import ProblemError
from analysis.market.depreciation import (
    depreciation_ratio,
    growth_by_mix,
    implied_growth,
    implied_growth_of_mix,
    mixed_ratio,
    ratios_by_growth,
    yearly_payment,
)

growths, lives = st.floats(-0.5, 1.5), st.floats(1, 30)


def cohorts_in_small_steps(growth, lifetime, step):
    """Depreciation over spending of the last step, every earlier purchase written off in equal parts."""
    ages = np.arange(0, lifetime / step)
    spent = np.exp(-growth * step * ages)
    return spent.sum() * step / lifetime


@pytest.mark.parametrize(("lifetime", "printed"), [(6.0, 0.379), (5.0, 0.432), (3.0, 0.582)])
def test_spending_that_grows_by_40_per_cent_shows_little_depreciation(lifetime, printed):
    assert depreciation_ratio(0.4, lifetime) == pytest.approx(printed, abs=5e-4)


@pytest.mark.parametrize("growth", [-0.2, 0.0, 0.4, 0.63])
@pytest.mark.parametrize("lifetime", [3.0, 5.5, 6.0])
def test_the_ratio_is_what_cohorts_written_off_one_by_one_give(growth, lifetime):
    """Purchases in steps of a thousandth of a year: each counts half a step too much, g/2000 relative."""
    assert cohorts_in_small_steps(growth, lifetime, 1e-3) == pytest.approx(
        depreciation_ratio(growth, lifetime), rel=5e-4
    )


@given(growths, lives)
def test_the_ratio_is_the_integral_over_the_ages_in_use(growth, lifetime):
    expected = quad(lambda age: math.exp(-growth * age), 0, lifetime)[0] / lifetime
    assert depreciation_ratio(growth, lifetime) == pytest.approx(expected)


def test_without_growth_depreciation_is_all_of_the_spending_and_for_long_lives_none():
    assert depreciation_ratio([0.0, 1e-12], 6.0) == pytest.approx([1, 1])
    assert depreciation_ratio(0.4, 1e9) == pytest.approx(0, abs=1e-8)
    assert implied_growth(1.0, 6.0) == 0


@given(growths, lives)
def test_the_growth_implied_by_a_ratio_gives_the_ratio_back(growth, lifetime):
    """Near no growth Lambert's W turns, and loses half of its digits."""
    assume(abs(growth * lifetime) > 1e-3)
    assert implied_growth(depreciation_ratio(growth, lifetime), lifetime) == pytest.approx(growth, rel=1e-6)


def test_a_ratio_of_26_per_cent_at_six_years_implies_growth_by_87_per_cent():
    growth = implied_growth(125 / 482, 6.0)
    assert growth == pytest.approx(0.63, abs=5e-3)
    assert math.exp(growth) == pytest.approx(1.87, abs=5e-3)


@given(growths, lives, lives, st.floats(0.05, 0.95))
def test_the_growth_implied_by_a_mix_of_lives_gives_its_ratio_back(growth, short, long, part):
    assume(abs(growth) > 1e-3)
    shares = [part, 1 - part]
    ratio = mixed_ratio(growth, [short, long], shares)
    assert implied_growth_of_mix(ratio, [short, long], shares) == pytest.approx(growth, rel=1e-6)


@given(st.floats(0.05, 1.5), lives)
def test_a_mix_of_one_life_is_that_life(growth, lifetime):
    assert mixed_ratio(growth, [lifetime], [1.0]) == pytest.approx(depreciation_ratio(growth, lifetime))


def test_buildings_beside_servers_imply_less_growth_than_servers_alone():
    """With 40 per cent in buildings of 25 years the ratio of 26 per cent is 0.42, not 0.63; with land, less."""
    ratio = 125 / 482
    assert implied_growth_of_mix(ratio, [6, 25], [0.6, 0.4]) == pytest.approx(0.42, abs=5e-3)
    assert implied_growth_of_mix(ratio, [6, math.inf], [0.6, 0.4]) < implied_growth_of_mix(ratio, [6, 25], [0.6, 0.4])


def test_the_growth_read_off_each_curve_lies_where_the_curve_has_the_ratio():
    mixes = {"servers": ([5.0], [1.0]), "with buildings": ([6.0, 25.0], [0.6, 0.4])}
    for name, growth in growth_by_mix(0.26, mixes).items():
        curve = ratios_by_growth([growth], {name: mixes[name]})
        assert curve["ratio"].to_numpy() == pytest.approx([0.26])
        assert curve["growth"].to_numpy() == pytest.approx([growth])


def test_every_curve_falls_from_one_as_spending_grows():
    table = ratios_by_growth(np.linspace(0, 1.5, 31), {"servers": ([5.0], [1.0]), "both": ([6.0, 25.0], [0.6, 0.4])})
    for _, curve in table.groupby("life"):
        assert curve["ratio"].iloc[0] == pytest.approx(1)
        assert (curve["ratio"].diff().dropna() < 0).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: depreciation_ratio(0.4, 0.0), "A life must be positive and finite, not 0"),
        (lambda: depreciation_ratio(math.nan, 6.0), "A growth must be"),
        (lambda: implied_growth(0.0, 6.0), "A ratio of depreciation to spending must be"),
        (lambda: implied_growth(0.3, -6.0), "A life must be"),
        (lambda: mixed_ratio(0.4, [6, 25], [0.6, 0.6]), "add up to 1"),
        (lambda: mixed_ratio(0.4, [6, 25], [1.0]), "one share of spending for each life"),
        (lambda: implied_growth_of_mix(0.3, [math.inf], [1.0]), "Land is not written off"),
        (lambda: implied_growth_of_mix(-0.3, [6], [1.0]), "A ratio of depreciation to spending must be"),
    ],
)
def test_books_that_cannot_be_are_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()


@given(st.floats(1, 1e6), st.floats(0, 0.3), st.floats(1, 10), st.floats(10, 40), st.floats(0, 1))
def test_what_is_paid_for_a_mix_is_the_payments_for_its_parts(amount, rate, short, long, part):
    parts = [yearly_payment(amount * share, rate, [life], [1.0]) for share, life in ((part, short), (1 - part, long))]
    assert yearly_payment(amount, rate, [short, long], [part, 1 - part]) == pytest.approx(sum(parts))


def test_without_interest_the_payments_of_a_life_are_the_amount():
    assert 8 * yearly_payment(100.0, 0.0, [8.0], [1.0]) == pytest.approx(100)


def test_shares_that_leave_something_over_are_refused_in_a_sentence():
    with pytest.raises(ProblemError, match="the shares must add up to 1"):
        yearly_payment(100.0, 0.1, [6, 25], [0.6, 0.3])
