"""The cobweb's closed form against its two equations, followed period by period."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.cobweb import Cobweb

slopes = st.floats(0.1, 5)


@given(st.floats(5, 50), slopes, st.floats(-5, 4), slopes, st.floats(0, 20))
def test_the_closed_form_is_demand_meeting_the_supply_of_the_period_before(a, b, c, d, start):
    market, price = Cobweb(a, b, c, d), start
    for period in range(6):
        assert market.price(start, period) == pytest.approx(price, rel=1e-9, abs=1e-9 * (1 + d / b) ** period)
        supplied = c + d * price
        price = (a - supplied) / b
        assert market.quantity(price) == pytest.approx(supplied, abs=1e-9 * (1 + abs(supplied) + abs(a)))


@given(st.floats(5, 50), slopes, st.floats(-5, 4), slopes)
def test_the_price_settles_exactly_when_supply_answers_less_than_demand(a, b, c, d):
    assume(abs(d / b - 1) > 0.02)
    market = Cobweb(a, b, c, d)
    distance = abs(market.price(market.equilibrium + 1, 100) - market.equilibrium)
    assert market.settles == (d < b) == (distance < 1)


def test_equal_slopes_swing_for_ever():
    market = Cobweb(10, 1, 0, 1)
    assert not market.settles
    assert market.price(6.0, [0, 1, 2, 3]).tolist() == [6.0, 4.0, 6.0, 4.0]


@given(st.floats(5, 50), slopes, st.floats(-5, 4), slopes, st.integers(0, 50))
def test_at_the_equilibrium_nothing_moves_and_the_market_clears(a, b, c, d, period):
    market = Cobweb(a, b, c, d)
    price = market.equilibrium
    assert market.price(price, period) == pytest.approx(price)
    assert market.quantity(price) == pytest.approx(c + d * price)


def test_builders_that_do_not_answer_the_price_bring_it_to_rest_at_once():
    assert Cobweb(10, 2, 1, 0).price(9.0, [0, 1, 2]).tolist() == [9.0, 4.5, 4.5]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Cobweb(10, 0, 1, 1), "A slope of demand must be"),
        (lambda: Cobweb(10, 1, 1, -1), "A slope of supply must be"),
        (lambda: Cobweb(1, 1, 10, 1), "No price balances"),
        (lambda: Cobweb(math.nan, 1, 10, 1), "A demand must be"),
        (lambda: Cobweb(10, 1, 1, 1).price(2.0, 0.5), "whole periods"),
        (lambda: Cobweb(10, 1, 1, 1).price(2.0, -1), "A period must be"),
        (lambda: Cobweb(10, 1, 1, 1).price(math.inf, 1), "A price must be"),
    ],
)
def test_a_market_without_a_balance_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()
