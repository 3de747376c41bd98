"""Muon: what its polynomial does to singular values, that it is blind to rotations, and how it is compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ortho_group

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.language_model import LanguageModel, Training, sampler
from analysis.toolbox.optimisers import (
    HIDDEN,
    Muon,
    Run,
    Steered,
    compared,
    extra_flop,
    extra_flop_of,
    mean_interval,
    orthogonalised,
    spectrum,
    steps_worth,
)

MODEL = LanguageModel(8)
TEXT = np.random.default_rng(0).integers(96, size=2_000, dtype=np.uint8)


def matrix(seed, rows, columns):
    return np.random.default_rng(seed).standard_normal((rows, columns))


@given(st.floats(0.01, 1))
def test_what_is_at_least_a_hundredth_of_the_norm_comes_near_one(value):
    assert 0.68 < spectrum(value) < 1.14


@given(st.floats(0.001, 1))
def test_what_is_at_least_a_thousandth_of_the_norm_comes_within_half(value):
    assert 0.47 < spectrum(value) < 1.203


@given(st.integers(0, 50), st.integers(1, 12), st.integers(1, 12))
def test_the_matrix_has_the_singular_values_that_the_polynomial_gives(seed, rows, columns):
    M = matrix(seed, rows, columns)
    before = np.linalg.svd(M, compute_uv=False) / np.linalg.norm(M)
    after = np.linalg.svd(orthogonalised(M), compute_uv=False)
    np.testing.assert_allclose(after, np.sort(np.abs(spectrum(before)))[::-1], atol=1e-8)


@given(st.integers(0, 50))
def test_it_is_blind_to_rotations_and_to_the_scale(seed):
    """f(A M B) = A f(M) B for orthogonal A and B; f(c M) = f(M)."""
    M = matrix(seed, 6, 9)
    A, B = (ortho_group.rvs(size, random_state=seed) for size in (6, 9))
    np.testing.assert_allclose(orthogonalised(A @ M @ B), A @ orthogonalised(M) @ B, atol=1e-8)
    np.testing.assert_allclose(orthogonalised(3.7 * M), orthogonalised(M), atol=1e-8)


def test_a_matrix_with_orthonormal_rows_is_left_as_it_is_up_to_scale():
    Q = ortho_group.rvs(9, random_state=1)[:6]
    after = orthogonalised(Q)
    np.testing.assert_allclose(after, after[0] @ Q[0] * Q, atol=1e-10)
    np.testing.assert_allclose(orthogonalised(Q.T), after.T, atol=1e-12)


def test_a_direction_has_muons_steps_on_hidden_matrices_and_adams_on_the_rest():
    gradient = np.random.default_rng(2).standard_normal(MODEL.total_parameters).astype(np.float32)
    direction = gradient.copy()
    Muon(MODEL, adam_share=0.5)(direction)
    for place, (own, was) in enumerate(zip(MODEL.views(direction), MODEL.views(gradient), strict=True)):
        if place in HIDDEN:
            np.testing.assert_allclose(own, orthogonalised(was), atol=1e-3)  # single precision
        else:
            # the first step of Adam is the sign of the gradient
            np.testing.assert_allclose(own, 0.5 * np.sign(was), atol=1e-3)


def test_plain_steps_of_a_model_that_is_not_steered_are_plain_training():
    """A direction that is the gradient itself trains as the one loop does."""
    theta = MODEL.initial(np.random.default_rng(1))
    ends = []
    for model in (MODEL, Steered(8, lambda gradient: None)):
        training = Training(model, theta, sampler(TEXT, 16, np.random.default_rng(3)), 20, 0.1, optimiser="sgd")
        training.advance(20)
        ends.append(training.theta)
    np.testing.assert_array_equal(*ends)


def test_both_optimisers_start_alike_and_read_the_same_windows(monkeypatch):
    """With a vanishing learning rate both end where they began, on the same losses."""
    seen = {}

    class Listening(Training):
        def __init__(self, model, theta, draw, *rest, **more):
            seen.setdefault("starts", []).append(theta.copy())
            seen.setdefault("windows", []).append(draw())
            super().__init__(model, theta, draw, *rest, **more)

    monkeypatch.setattr("analysis.toolbox.optimisers.Training", Listening)
    Run("adam", 3, 0.01, 0, 5).train(TEXT, width=8)
    Run("muon", 3, 0.02, 0.01, 5).train(TEXT, width=8)
    np.testing.assert_array_equal(*seen["starts"])
    for one, other in zip(*seen["windows"], strict=True):
        np.testing.assert_array_equal(one, other)


@given(st.floats(1.5, 3.0), st.floats(0.05, 0.3), st.integers(500, 2_000))
def test_the_steps_of_a_power_law_are_read_off(start, exponent, steps):
    """A rival whose loss falls in the logarithm of its steps: between its trainings the law is straight."""
    lengths = np.array([500, 1_000, 2_000])
    losses = start - exponent * np.log(lengths)
    assert steps_worth(losses, lengths, start - exponent * np.log(steps)) == pytest.approx(steps, rel=1e-6)


def test_outside_the_rivals_trainings_nothing_is_read_off():
    assert np.isnan(steps_worth([2.0, 1.8], [1_000, 2_000], 1.7))
    assert np.isnan(steps_worth([2.0, 1.8], [1_000, 2_000], 2.1))


def test_each_optimiser_has_its_best_inside_its_grid_and_was_compared_on_other_seeds():
    runs = load_result("toolbox-optimisers")
    tuning = runs[runs["seed"] < 5]
    for name, own in tuning.groupby("optimiser"):
        mean = own.groupby("learning_rate")["loss"].mean() if name == "adam" else None
        if mean is None:
            best = own.groupby(["adam_rate", "learning_rate"])["loss"].mean()
            part, rate = best.idxmin()
            assert own["adam_rate"].min() < part < own["adam_rate"].max()
            assert own["learning_rate"].min() < rate < own["learning_rate"].max()
        else:
            assert mean.index.min() < mean.idxmin() < mean.index.max()
    assert not set(tuning["seed"]) & set(compared(runs, 0.008)["seed"])


def test_a_tuned_rival_is_surely_slower_than_muon_and_an_untuned_one_surely_more_so():
    runs = load_result("toolbox-optimisers")
    tuned, untuned = (mean_interval(compared(runs, rate)["worth"]) for rate in (0.008, 0.004))
    assert 1 < tuned[1] < tuned[2] < untuned[1]


def test_the_extra_operations_fall_with_the_batch_and_are_the_sum_over_matrices():
    assert extra_flop(64, 256, 512) == pytest.approx(extra_flop(256, 64, 256) / 2)
    # XX' and its product with X take 4 a^2 b, the square 2 a^3, five times, over 6 a b a token
    assert extra_flop(64, 256, 256) == pytest.approx(5 * (4 * 64**2 * 256 + 2 * 64**3) / (6 * 64 * 256 * 256))
    assert 0.5 < extra_flop_of(LanguageModel(64)) < 1


BAD = pd.DataFrame({"optimiser": ["adam"], "learning_rate": [0.1], "seed": [0], "steps": [5], "loss": [1.0]})


@pytest.mark.parametrize(
    "case",
    [
        lambda: orthogonalised([1.0, 2.0]),
        lambda: orthogonalised([[1.0, np.nan]]),
        lambda: orthogonalised([["a"]]),
        lambda: orthogonalised(np.eye(2), iterations=2.5),
        lambda: spectrum("a"),
        lambda: Muon(MODEL, adam_share=0),
        lambda: Muon(MODEL, adam_share=1, momentum=1),
        lambda: Run("sgd", 10, 0.1, 0, 0),
        lambda: steps_worth([1.8, 2.0], [1_000, 2_000], 1.9),
        lambda: steps_worth([1.8], [1_000], 1.8),
        lambda: compared(BAD, 0.1),
        lambda: mean_interval([1.0]),
        lambda: mean_interval([1.0, 2.0], level=1.0),
        lambda: extra_flop(0, 1, 1),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(case):
    with pytest.raises(ProblemError, match=r"[.]$"):
        case()
