"""The cost of an hour against a ledger kept year by year, and its break-evens against the cost itself."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.ownership import (
    HOURS_PER_YEAR,
    Ownership,
    break_even_utilisation,
    first_year_rent,
    tornado,
)

#: The worked example: an accelerator with its share of a server of eight.
CHIP = Ownership(
    capital=42e3, years=5, residual=0.1, rate=0.1, power=1.275, overhead=1.25, tariff=0.08, operation=0.03, used=0.8
)

owners = st.builds(
    Ownership,
    capital=st.floats(1e3, 1e5),
    years=st.integers(1, 12),
    residual=st.floats(0, 0.9),
    rate=st.floats(0, 0.3),
    power=st.floats(0.1, 3),
    overhead=st.floats(1, 2),
    tariff=st.floats(0, 0.3),
    operation=st.floats(0, 0.1),
    used=st.floats(0.05, 1),
)


def balance_at_the_end(owner, rent):
    """Money in the bank when the machine has been bought on credit, run, let and sold."""
    balance = -owner.capital
    for _ in range(owner.years):
        electricity = sum([owner.power * owner.overhead * owner.tariff] * 8760)
        income = rent * owner.used * 8760
        balance = balance * (1 + owner.rate) + income - electricity - owner.operation * owner.capital
    return balance + owner.residual * owner.capital


def test_the_worked_example_costs_a_dollar_82():
    """81 per cent of it capital, 9 per cent energy."""
    assert CHIP.cost_per_hour() == pytest.approx(1.82, abs=5e-3)
    assert CHIP.shares()["capital"] == pytest.approx(0.81, abs=5e-3)
    assert CHIP.shares()["energy"] == pytest.approx(0.09, abs=5e-3)


@pytest.mark.parametrize(
    ("changed", "value", "cost"),
    [
        ("used", 0.95, 1.53),
        ("used", 0.5, 2.92),
        ("years", 6, 1.64),
        ("years", 3, 2.57),
        ("capital", 30e3, 1.35),
        ("capital", 50e3, 2.14),
        ("rate", 0.06, 1.66),
        ("rate", 0.15, 2.04),
        ("tariff", 0.05, 1.76),
        ("tariff", 0.12, 1.90),
        ("overhead", 1.1, 1.80),
        ("overhead", 1.5, 1.85),
    ],
)
def test_the_ends_of_the_tornado(changed, value, cost):
    assert replace(CHIP, **{changed: value}).cost_per_hour() == pytest.approx(cost, abs=6e-3)


@given(owners)
def test_let_at_its_cost_a_machine_bought_on_credit_leaves_nothing_owed(owner):
    left = balance_at_the_end(owner, owner.cost_per_hour())
    turnover = owner.capital * (1 + owner.rate) ** owner.years
    assert left == pytest.approx(0, abs=1e-8 * (turnover + owner.cost_per_hour() * HOURS_PER_YEAR * owner.years))


@given(owners)
def test_the_parts_add_up_to_the_cost_and_the_shares_to_one(owner):
    assert sum(owner.parts().values()) == pytest.approx(owner.cost_per_hour())
    assert sum(owner.shares().values()) == pytest.approx(1)


@given(owners)
def test_an_hour_costs_in_inverse_proportion_to_the_hours_used(owner):
    assert replace(owner, used=owner.used / 2).cost_per_hour() == pytest.approx(2 * owner.cost_per_hour())


def test_without_interest_capital_is_spread_evenly_and_for_ever_it_is_the_interest():
    free, for_ever = replace(CHIP, rate=0.0), replace(CHIP, years=math.inf)
    assert free.yearly()["capital"] == pytest.approx(42e3 * 0.9 / 5)
    assert for_ever.yearly()["capital"] == pytest.approx(4.2e3)


def test_the_tornado_is_sorted_by_its_swing_and_keeps_the_ends_of_the_inputs():
    table = tornado(CHIP, {"tariff": (0.05, 0.12), "used": (0.95, 0.5), "capital": (30e3, 50e3)})
    assert table["input"].tolist() == ["used", "capital", "tariff"]
    assert table["low"].tolist() == [0.5, 30e3, 0.05]
    assert table["cost_at_low"].round(2).tolist() == [2.92, 1.35, 1.76]
    assert (table["cost_at_high"] - table["cost_at_low"]).abs().to_numpy() == pytest.approx(table["swing"].to_numpy())


@given(owners, st.floats(0.2, 20))
def test_at_the_break_even_utilisation_an_hour_costs_the_rent(owner, rent):
    used = break_even_utilisation(owner, rent)
    assume(used <= 1)
    assert replace(owner, used=used).cost_per_hour() == pytest.approx(rent)


@given(st.floats(0.1, 10), st.floats(-0.5, 0.9), st.floats(0, 0.4), st.integers(1, 15))
def test_falling_rents_are_worth_the_level_one(level, fall, rate, years):
    first = first_year_rent(level, fall, rate, years)
    discount = (1 + rate) ** -np.arange(1.0, years + 1)
    assert (first * (1 - fall) ** np.arange(years) * discount).sum() == pytest.approx(level * discount.sum())


def test_rents_that_grow_with_the_interest_weigh_every_year_the_same():
    first = first_year_rent(1.0, -0.1, 0.1, 5)
    assert first * 5 / 1.1 == pytest.approx((1.1 ** -np.arange(1.0, 6)).sum())


def test_many_owners_at_once_are_each_alone():
    several = replace(CHIP, used=np.array([0.5, 0.8]), tariff=np.array([0.05, 0.12]))
    alone = [replace(CHIP, used=u, tariff=e).cost_per_hour() for u, e in ((0.5, 0.05), (0.8, 0.12))]
    assert several.cost_per_hour() == pytest.approx(alone)


@pytest.mark.parametrize(
    ("changed", "value", "sentence"),
    [
        ("capital", -1.0, "A capital cost must be"),
        ("years", 0, "A life must be more than 0 years"),
        ("residual", 1.2, "A residual value must be between 0 and 1"),
        ("rate", -0.1, "An interest rate must be"),
        ("power", math.nan, "A power must be"),
        ("overhead", 0.9, "A power usage effectiveness must be"),
        ("tariff", -0.05, "A tariff must be"),
        ("operation", -0.01, "A share for operation must be"),
        ("used", 0.0, "A utilisation must be above 0 and at most 1, not 0"),
        ("used", [0.5, 1.5], "A utilisation must be .* not 1.5"),
    ],
)
def test_an_owner_that_cannot_be_is_refused_in_a_sentence(changed, value, sentence):
    with pytest.raises(ProblemError, match=sentence):
        replace(CHIP, **{changed: value})


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: tornado(CHIP, {"price": (1, 2)}), "no input 'price'"),
        (lambda: break_even_utilisation(CHIP, 0.0), "A rent must be"),
        (lambda: first_year_rent(1.0, 1.0, 0.1, 5), "a fall below 1"),
        (lambda: first_year_rent(1.0, 0.3, 0.1, 2.5), "whole years"),
        (lambda: first_year_rent(1.0, 0.3, 0.1, math.inf), "whole years"),
    ],
)
def test_a_rent_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()
