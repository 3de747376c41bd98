"""Scaling laws: their limits, their published constants, and what a simulation draws from them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.scaling.laws import (
    ScalingLaw,
    chinchilla_design,
    kaplan_laws,
    published_law,
    published_laws,
    simulate_losses,
)

exponents = st.floats(0.05, 1.5)
LAW = ScalingLaw(E=1.7, A=400.0, B=900.0, alpha=0.33, beta=0.31)


@given(exponents, exponents)
def test_ten_times_the_size_and_data_divide_each_term_by_ten_to_its_exponent(alpha, beta):
    law = ScalingLaw(E=1.0, A=5.0, B=7.0, alpha=alpha, beta=beta)
    assert float(law.size_term(1e9) / law.size_term(1e10)) == pytest.approx(10**alpha)
    assert float(law.data_term(1e9) / law.data_term(1e10)) == pytest.approx(10**beta)


def test_endless_size_and_data_leave_the_floor():
    assert float(LAW.loss(1e300, 1e300)) == pytest.approx(LAW.E)


def test_the_loss_of_a_table_of_runs_is_a_table():
    assert LAW.loss(np.array([[1e8], [1e9]]), np.array([1e9, 1e10, 1e11])).shape == (2, 3)


@pytest.mark.parametrize("wrong", [{"A": 0.0}, {"B": -1.0}, {"alpha": math.nan}, {"beta": math.inf}, {"E": -0.1}])
def test_a_constant_out_of_its_range_is_refused(wrong):
    with pytest.raises(ProblemError, match=f"with {next(iter(wrong))} ="):
        ScalingLaw(**{"E": 1.0, "A": 1.0, "B": 1.0, "alpha": 0.3, "beta": 0.3} | wrong)


def test_the_unrounded_constants_of_hoffmann_round_to_the_printed_ones():
    """A and B are printed with one decimal, the others with two; beta is the exception: 0.2849 is printed as 0.28."""
    printed, unrounded = published_law("hoffmann"), published_law("hoffmann-unrounded")
    assert (round(unrounded.A, 1), round(unrounded.B, 1)) == (printed.A, printed.B)
    assert (round(unrounded.E, 2), round(unrounded.alpha, 2)) == (printed.E, printed.alpha)
    assert round(unrounded.beta, 2) == printed.beta
    assert abs(unrounded.beta - printed.beta) > 0.0049


def test_rounding_beta_raises_the_loss_that_the_law_predicts_for_chinchilla():
    """Besiroglu et al. 2024: the rounding alone moves the predicted loss."""
    run = (70e9, 1.4e12)
    assert float(published_law("hoffmann").loss(*run) - published_law("hoffmann-unrounded").loss(*run)) > 0.01


def test_every_published_law_gives_text_between_one_and_three_nats_at_the_size_of_chinchilla():
    assert all(1 < float(law.loss(70e9, 1.4e12)) < 3 for law in published_laws().values())


def test_an_unknown_law_is_refused_with_the_known_ones():
    with pytest.raises(ProblemError, match="choose from hoffmann, "):
        published_law("hofmann")


def test_kaplans_laws_are_one_nat_where_their_scales_are():
    """8.8e13 parameters, 5.4e13 tokens, 3.1e8 petaflop/s-days of 8.64e19 FLOP (equations 1.1 to 1.3)."""
    for name, scale in (("size", 8.8e13), ("data", 5.4e13), ("compute", 3.1e8 * 8.64e19)):
        assert float(kaplan_laws()[name].loss(scale)) == pytest.approx(1.0, abs=1e-12)


def test_halving_the_loss_takes_a_million_times_the_compute_by_kaplans_law():
    """2^(1 / 0.05) = 2^20."""
    law = kaplan_laws()["compute"]
    assert float(law.loss(1e20) / law.loss(1e20 * 2**20)) == pytest.approx(2)


def test_a_simulation_without_noise_is_the_law():
    N, D = chinchilla_design(10, np.random.default_rng(0))
    assert simulate_losses(LAW, N, D, 0.0, np.random.default_rng(1)) == pytest.approx(LAW.loss(N, D))


@pytest.mark.parametrize("distribution", ["normal", "laplace"])
def test_the_noise_of_a_simulation_has_the_stated_size(distribution):
    """100,000 draws: the relative error of the estimate is below 1 per cent (0.3 per cent at one standard error)."""
    N = np.full(100_000, 1e9)
    log_ratio = np.log(simulate_losses(LAW, N, N, 0.01, np.random.default_rng(2), distribution) / LAW.loss(N, N))
    size = np.std(log_ratio) if distribution == "normal" else np.mean(np.abs(log_ratio))
    assert size == pytest.approx(0.01, rel=0.01)


def test_a_design_like_hoffmanns_stays_in_its_region_and_repeats_with_its_seed():
    N, D = chinchilla_design(500, np.random.default_rng(3))
    assert len(N) == len(D) == 500
    assert 57e6 < N.min() and N.max() < 16e9
    assert 4e18 < (6 * N * D).min() and (6 * N * D).max() < 3e21
    assert np.array_equal(N, chinchilla_design(500, np.random.default_rng(3))[0])
