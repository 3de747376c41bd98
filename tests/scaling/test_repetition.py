"""The value of repeated data, against the reference values of its authors and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.laws import published_law
from analysis.scaling.repetition import DataConstrainedLaw, effective_epochs, published_repetition_law

LAW = published_repetition_law()
NAMES = ("loss-many-epochs", "loss-chinchilla", "optimal-tokens", "optimal-epochs", "optimal-parameters", "r-d-star")
PAPER = {name: facts.load("scaling")[f"muennighoff-{name}"].value for name in NAMES}
SCALES = st.floats(0.5, 100)


def test_reference_values():
    """The two losses that the authors' README prints, to twelve digits."""
    assert LAW.loss(6.34e9, 242e9, 25e9) == pytest.approx(PAPER["loss-many-epochs"], rel=1e-12)
    assert LAW.loss(8.67e9, 178e9, 25e9) == pytest.approx(PAPER["loss-chinchilla"], rel=1e-12)


def test_reference_allocation():
    """README: 227B tokens, 9.1 epochs, 6.8B parameters; 0.5 of the last digit printed."""
    best = LAW.best_allocation(6 * 8.67e9 * 178e9, 25e9)
    assert best.D == pytest.approx(PAPER["optimal-tokens"], abs=0.5e9)
    assert best.D / 25e9 == pytest.approx(PAPER["optimal-epochs"], abs=0.05)
    assert best.N == pytest.approx(PAPER["optimal-parameters"], abs=0.05e9)


def test_four_epochs_are_nearly_as_good_as_fresh_data():
    """3.73 of 4 passes, and a limit of 1 + R*_D = 16.39 passes however long the training."""
    assert effective_epochs(4, PAPER["r-d-star"]) == pytest.approx(3.726, abs=5e-4)
    assert effective_epochs(1e9, PAPER["r-d-star"]) == pytest.approx(16.388, abs=5e-4)


@given(st.floats(0.1, 1), SCALES)
def test_up_to_one_pass_data_are_worth_themselves(epochs, scale):
    assert effective_epochs(epochs, scale) == pytest.approx(epochs)


@given(st.floats(1.01, 300), SCALES)
def test_a_repetition_is_worth_something_and_less_than_fresh_data(epochs, scale):
    """Increasing, concave, below the number of passes and below 1 + R*."""
    less, here, more = effective_epochs(np.array([0.99, 1, 1.01]) * epochs, scale)
    assert less <= here <= more
    assert more - here <= here - less + 1e-9
    assert here <= epochs and here <= 1 + scale + 1e-9


def test_the_first_repetition_is_worth_nearly_a_fresh_pass():
    """The slope at one pass is 1."""
    assert effective_epochs(1 + 1e-6, 5.0) - 1 == pytest.approx(1e-6, rel=1e-4)


@given(st.floats(7, 11), st.floats(9, 13))
def test_with_enough_unique_data_it_is_the_plain_law_up_to_the_optimal_size(log10_size, log10_tokens):
    """Neither repeated data nor excess parameters: the loss of Chinchilla's form."""
    tokens = 10**log10_tokens
    size = min(10**log10_size, float(LAW.optimal_size(tokens)))
    assert LAW.loss(size, tokens, 10 * tokens) == pytest.approx(float(LAW.law.loss(size, tokens)))


@given(st.floats(7, 13), st.floats(9, 13))
def test_unique_data_that_are_never_read_change_nothing(log10_size, log10_tokens):
    size, tokens = 10**log10_size, 10**log10_tokens
    assert LAW.loss(size, tokens, 10 * tokens) == pytest.approx(float(LAW.loss(size, tokens, tokens)))


@given(st.floats(19, 26), st.floats(8, 13))
def test_the_allocation_is_the_best_on_a_grid(log10_budget, log10_unique):
    budget, unique = 10**log10_budget, 10**log10_unique
    best = LAW.best_allocation(budget, unique)
    sizes = best.N * np.geomspace(0.05, 20, 401)
    assert best.loss <= LAW.loss(sizes, budget / (6 * sizes), unique).min() + 1e-9
    assert 6 * best.N * best.D == pytest.approx(budget)


def test_scarce_data_make_models_smaller_than_chinchilla_would():
    """Repeating costs less than adding parameters that the data cannot feed: R*_D exceeds R*_N."""
    usual = compute_optimal_allocation(1e22, LAW.law)
    best = LAW.best_allocation(1e22, 25e9)
    assert best.N < usual.N and best.D > usual.D
    assert best.loss > usual.loss


def test_optimal_size_inverts_the_optimal_allocation():
    usual = compute_optimal_allocation(1e22, LAW.law)
    assert LAW.optimal_size(usual.D) == pytest.approx(usual.N)


@pytest.mark.parametrize(
    "call",
    [
        lambda: effective_epochs(0, 15),
        lambda: effective_epochs(4, 0),
        lambda: LAW.loss(1e9, 1e10, 0),
        lambda: LAW.loss(1e9, float("nan"), 1e9),
        lambda: LAW.best_allocation(1e22, -1e9),
        lambda: DataConstrainedLaw(published_law("muennighoff"), -1, 5),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ProblemError):
        call()
