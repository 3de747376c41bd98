"""Discounting against quadrature, against the payments themselves, and in its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from analysis.kit.errors import ProblemError
from analysis.market.discounting import annuity, capital_recovery_factor, growth_of_doubling, growth_of_halving


@given(st.floats(0, 40), st.floats(-0.5, 0.5))
def test_an_annuity_is_the_integral_of_the_discount_factor(years, rate):
    expected, _ = quad(lambda t: math.exp(-rate * t), 0, years)
    assert annuity(years, rate) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(st.floats(0.1, 40), st.floats(-1e-9, 1e-9))
def test_an_annuity_at_hardly_any_rate_is_its_duration(years, rate):
    assert annuity(years, rate) == pytest.approx(years, rel=1e-6)


def test_payments_for_ever_are_worth_one_over_the_rate():
    assert annuity(math.inf, [0.05, 0.1]) == pytest.approx([20, 10])
    assert annuity(1e4, 0.05) == pytest.approx(20)


@given(st.floats(0, 1), st.integers(1, 40))
def test_the_capital_recovery_payments_pay_the_loan_back(rate, years):
    """A balance that earns interest and is paid down each year ends at zero."""
    payment, balance = capital_recovery_factor(rate, years), 1.0
    for _ in range(years):
        balance = balance * (1 + rate) - payment
    assert balance == pytest.approx(0, abs=1e-9 * (1 + rate) ** years)


@given(st.floats(0.5, 40), st.floats(0, 1e-9))
def test_without_interest_the_capital_recovery_factor_is_one_over_the_years(years, rate):
    assert capital_recovery_factor(rate, years) == pytest.approx(1 / years, rel=1e-6)


def test_for_ever_only_the_interest_is_paid():
    assert capital_recovery_factor([0.0, 0.1], math.inf) == pytest.approx([0, 0.1])
    assert capital_recovery_factor(0.1, 1e4) == pytest.approx(0.1)


def test_doubling_and_halving_times_become_continuous_rates():
    """A doubling in 100 days is 2.532 a year, a halving in 8 months 1.040; the rate doubles in the stated time."""
    assert growth_of_doubling(100) == pytest.approx(2.532, abs=5e-4)
    assert growth_of_halving(8) == pytest.approx(1.040, abs=5e-4)
    assert np.exp(growth_of_doubling([50, 400]) * np.array([50, 400]) / 365.25) == pytest.approx([2, 2])
    assert growth_of_doubling(365.25) == growth_of_halving(12) == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: annuity(-1.0, 0.1), "less than 0 years"),
        (lambda: annuity(math.nan, 0.1), "less than 0 years"),
        (lambda: annuity(math.inf, 0.0), "for ever"),
        (lambda: annuity(5.0, math.nan), "A discount rate must be"),
        (lambda: capital_recovery_factor(-0.1, 5), "An interest rate must be finite and at least 0, not -0.1"),
        (lambda: capital_recovery_factor(0.1, 0), "A life must be more than 0 years, not 0"),
        (lambda: growth_of_doubling(0), "A doubling time must be"),
        (lambda: growth_of_halving(-8), "A halving time must be"),
    ],
)
def test_a_stream_of_money_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()
