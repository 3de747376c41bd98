"""Kaplan's exponent comes out of Chinchilla's law when embeddings are left out of the count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.scaling.allocation import allocation_exponents, optimal_budget
from analysis.scaling.laws import ScalingLaw, published_law
from analysis.scaling.reconcile import (
    OMEGA,
    local_exponent,
    porian_steps,
    simulate_kaplan,
    total_parameters,
)

LAWS = st.builds(
    ScalingLaw,
    E=st.floats(0, 2),
    A=st.floats(50, 3000),
    B=st.floats(50, 3000),
    alpha=st.floats(0.2, 0.6),
    beta=st.floats(0.2, 0.6),
)


def budget_of_optimum(N, law, omega=OMEGA):
    """The budget, FLOP without embeddings, for which N is best: the derivative of the loss is zero there."""
    total, slope = total_parameters(N, omega), N + omega * np.cbrt(N) / 3
    return 6 * N * (law.beta * law.B / (law.alpha * law.A) * total ** (1 + law.alpha) / slope) ** (1 / law.beta)


@pytest.mark.parametrize(
    ("law", "published"), [("besiroglu", "pearce-a-epoch"), ("hoffmann-unrounded", "pearce-a-chinchilla")]
)
def test_published_exponents_of_the_simulation(law, published):
    """Pearce and Song print 0.78 and 0.74 for the two laws; Kaplan measured 0.73."""
    fit = simulate_kaplan(published_law(law))
    assert fit.size_exponent == pytest.approx(facts.load("scaling")[published].value, abs=0.005)


def test_published_exponents_of_the_loss():
    """Pearce and Song print -0.069 and -0.066."""
    assert simulate_kaplan(published_law("besiroglu")).loss_exponent == pytest.approx(-0.069, abs=5e-4)
    assert simulate_kaplan(published_law("hoffmann-unrounded")).loss_exponent == pytest.approx(-0.066, abs=5e-4)


@pytest.mark.parametrize("law", ["besiroglu", "hoffmann-unrounded"])
def test_without_embeddings_the_simulation_finds_chinchilla(law):
    """Only the count of embeddings separates the two: without them the slope is beta / (alpha + beta).

    0.005 allows for the choice among twenty sizes.
    """
    law = published_law(law)
    assert simulate_kaplan(law, omega=0.0).size_exponent == pytest.approx(allocation_exponents(law)[0], abs=0.005)


def test_omega_follows_from_vocabulary_and_shape():
    """The 47,491 of the paper, fitted to Hoffmann's shapes, is 32,000 tokens at an aspect ratio of 39.2."""
    fact = facts.load("scaling")
    assert fact["pearce-omega"].value == OMEGA
    shape = fact["pearce-vocabulary"].value, fact["pearce-aspect-ratio"].value
    assert shape[0] * (shape[1] / 12) ** (1 / 3) == pytest.approx(OMEGA, rel=3e-4)


@given(LAWS, st.floats(3, 12))
def test_the_budget_is_the_one_for_which_the_size_is_best(law, log10_size):
    """The closed form against a search for the lowest loss at that budget."""
    size = 10**log10_size
    budget = float(budget_of_optimum(size, law))

    def loss(log_size):
        return float(law.loss(total_parameters(np.exp(log_size)), budget / (6 * np.exp(log_size)))) - law.E

    centre = np.log(size)
    found = minimize_scalar(loss, bounds=(centre - 2, centre + 2), method="bounded", options={"xatol": 1e-9}).x
    assert found == pytest.approx(centre, abs=1e-3)


@given(LAWS, st.floats(3, 12))
def test_local_exponent_is_the_slope_of_the_closed_form(law, log10_size):
    sizes = 10**log10_size * np.array([1 - 1e-5, 1 + 1e-5])
    slope = np.diff(np.log(sizes)) / np.diff(np.log(budget_of_optimum(sizes, law)))
    assert local_exponent(10**log10_size, law) == pytest.approx(slope[0], rel=1e-4)


@given(LAWS)
def test_limits_of_the_local_exponent(law):
    """beta / (alpha / 3 + beta) where all is embedding, beta / (alpha + beta) where nothing is."""
    small, large = local_exponent([1e-12, 1e30], law)
    assert small == pytest.approx(law.beta / (law.alpha / 3 + law.beta), rel=1e-5)
    assert large == pytest.approx(law.beta / (law.alpha + law.beta), rel=1e-5)


def test_the_exponent_is_highest_in_the_middle_of_kaplans_range():
    """Between 768 and 1.5 billion parameters the slope rises above 0.96 and falls again."""
    sizes = np.geomspace(768, 1.5e9, 200)
    slope = local_exponent(sizes, published_law("besiroglu"))
    assert slope.max() > 0.96 > slope[0] > slope[-1]
    assert 1e5 < sizes[slope.argmax()] < 1e7


@given(LAWS, st.floats(5, 13))
def test_without_embeddings_the_closed_form_is_hoffmanns(law, log10_size):
    assert budget_of_optimum(10**log10_size, law, omega=0.0) == pytest.approx(
        optimal_budget(10**log10_size, law).budget
    )


@pytest.mark.parametrize("dataset", ["refinedweb", "openwebtext2"])
def test_each_of_porians_corrections_lowers_the_exponent(dataset):
    steps = porian_steps(dataset)
    assert (steps["change"].dropna() < 0).all()
    assert steps["exponent"].iloc[0] > 0.83 and steps["exponent"].iloc[-1] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    "call",
    [
        lambda: total_parameters(-1.0),
        lambda: total_parameters([1e6, np.nan]),
        lambda: local_exponent(0.0, published_law("besiroglu")),
        lambda: simulate_kaplan(published_law("besiroglu"), models=1),
        lambda: simulate_kaplan(published_law("besiroglu"), log10_sizes=(9, 3)),
        lambda: porian_steps("books"),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ProblemError):
        call()
