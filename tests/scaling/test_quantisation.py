"""Rounding keeps what it can, the law that was put in comes out, and more training makes rounding dearer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.chapter.experiments import CORPUS, length_tasks
from analysis.scaling.language_model import LanguageModel
from analysis.scaling.precision import QuantisationLaw
from analysis.scaling.quantisation import bootstrap_penalty, fit_penalty, round_weights, rounded

GRID = pd.MultiIndex.from_product([(1e4, 3e4), (1e5, 1e6), (3, 4, 5)], names=["N", "D", "bits"]).to_frame(index=False)


@given(st.integers(2, 12), st.integers(0, 1000))
def test_rounding_moves_no_weight_by_more_than_half_a_step_and_twice_is_once(bits, seed):
    weights = np.random.default_rng(seed).standard_normal((20, 3))
    result = round_weights(weights, bits)
    step = np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1)
    assert (np.abs(result - weights) <= step / 2 + 1e-12).all()
    assert all(len(np.unique(column.round(9))) <= 2**bits - 1 for column in result.T)
    np.testing.assert_allclose(round_weights(result, bits), result, atol=1e-12)


def test_a_column_of_zeros_stays():
    assert (round_weights(np.zeros((4, 2)), 4) == 0).all()


def test_embedding_and_biases_are_not_rounded_and_the_network_itself_is_left_alone():
    model = LanguageModel(5)
    theta = model.initial(np.random.default_rng(0))
    theta += 0.01
    before = theta.copy()
    pairs = zip(model.views(rounded(model, theta, 3)), model.views(theta), strict=True)
    changed = [not np.array_equal(a, b) for a, b in pairs]
    assert changed == [False, True, False, True, False, True, False]
    np.testing.assert_array_equal(theta, before)


@given(st.floats(0.1, 1), st.floats(0.1, 1), st.floats(0.3, 2))
def test_the_law_that_was_put_in_comes_out(gamma_D, gamma_N, gamma_post):
    law = QuantisationLaw(0.05, gamma_D, gamma_N, gamma_post)
    fit = fit_penalty(GRID.assign(penalty=law.penalty(GRID["N"], GRID["D"], GRID["bits"])))
    assert (fit.law.gamma_D, fit.law.gamma_N, fit.law.gamma_post) == pytest.approx((gamma_D, gamma_N, gamma_post))
    assert fit.law.C_T == pytest.approx(0.05) and fit.rms < 1e-9


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: round_weights(np.ones((2, 2)), 1), "1 bits are out of range"),
        (lambda: fit_penalty(GRID.assign(penalty=0.0)), "not positive"),
        (lambda: fit_penalty(GRID.assign(penalty=0.1, D=1e5)), "one value of D"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()


def test_in_our_measurement_eight_bits_are_free_and_four_cost_more_after_longer_training():
    rows = load_result("scaling-quantised")
    runs = {(run.width, run.steps, run.weight_decay, run.seed) for run in length_tasks(1)}
    assert set(rows[["width", "steps", "weight_decay", "seed"]].itertuples(index=False, name=None)) == runs
    assert set(rows["corpus"]) == {CORPUS["sha256"]}
    assert (rows["rounded_loss"] - rows["loss"]).to_numpy() == pytest.approx(rows["penalty"].to_numpy(), abs=1e-6)
    assert (rows.query("bits == 8")["penalty"].abs() < 0.01).all()
    mean = rows.query("weight_decay > 0").groupby(["bits", "width", "steps"])["penalty"].mean().unstack()
    assert (np.diff(mean.loc[4], axis=1) > 0).all()
    assert (mean.loc[3].to_numpy() > mean.loc[4].to_numpy()).all()


def test_as_with_large_models_the_penalty_grows_with_text_and_shrinks_with_size_and_bits():
    """Kumar et al. 2024 find 0.51, 0.34 and 0.59; ours has the signs, and is near them."""
    rows = load_result("scaling-quantised").query("weight_decay > 0 and bits in (4, 5, 6)")
    low, high = (bootstrap_penalty(rows, 100).quantile(level) for level in (0.025, 0.975))
    assert 0.3 < low["gamma_D"] < high["gamma_D"] < 0.7
    assert 0.1 < low["gamma_N"] < high["gamma_N"] < 0.5
    assert 0.5 < low["gamma_post"] < high["gamma_post"] < 0.8


def test_without_weight_decay_long_training_makes_rounding_dearer_still():
    """A measured exponent is one of the recipe as much as of the data."""
    rows = load_result("scaling-quantised").query("width == 64 and bits == 4")
    growth = rows.groupby(["weight_decay", "steps"])["penalty"].mean().unstack().pipe(lambda t: t[8000] / t[500])
    assert growth[0.0] > 1.3 * growth[0.1]
