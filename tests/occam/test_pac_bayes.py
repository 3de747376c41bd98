"""The PAC-Bayes bound against published values, and against exact learners."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.occam.bayes import all_functions, k_learner_errors, k_learner_prior, marginal_likelihood
from analysis.occam.complexity import k_lz
from analysis.occam.pac_bayes import annealed_error, guarantees, pac_bayes_bound, published_bound


def test_published_curve():
    """The authors' plotting script: K = 7 at m = 64 gives 0.1407, an unbiased learner 0.75."""
    assert published_bound(7, 64) == pytest.approx(0.1407, abs=5e-5)
    assert published_bound(7, 64, biased=False) == 0.75
    assert published_bound(200, 64) == published_bound(128, 64)


@pytest.mark.parametrize(("p", "m", "error"), [(6.8e-4, 16, 0.366), (3.1e-5, 32, 0.277), (3.6e-6, 64, 0.178)])
def test_dictator_target(p, m, error):
    """Measured P(S) of a dictator target (10^7 samples of the infinite-width prior)."""
    assert annealed_error(p, m) == pytest.approx(error, abs=6e-4)


def test_uniform_prior_gives_one_half_not_three_quarters():
    """P(S) = 2^-m for a learner without preference: 1 - P(S)^(1/m) is its true error, 1/2."""
    functions = all_functions(3)
    p = marginal_likelihood(functions, np.full(256, 1 / 256), [0, 1, 5], functions[37][[0, 1, 5]])
    assert annealed_error(p, 3) == pytest.approx(0.5)


def test_guarantees_rest_on_training_sets_that_enough_functions_fit():
    rows = pd.DataFrame(
        {
            "m": [8, 8, 64],
            "fitting": [400, 100, 9],
            "probability": [0.04, 0.01, 9e-4],
            "training_set": [0, 1, 0],
            "error": [0.2, 0.4, 0.1],
        }
    )
    curve = guarantees(rows, delta=0.1, least=10).set_index("m")
    assert curve.index.tolist() == [8]
    ends = [pac_bayes_bound(p, 8, 0.1) for p in (0.04, 0.01)]
    assert curve.loc[8, ["bound_low", "bound", "bound_high"]].tolist() == [ends[0], np.mean(ends), ends[1]]
    assert curve.loc[8, "annealed"] == np.mean([annealed_error(0.04, 8), annealed_error(0.01, 8)])
    assert curve.loc[8, "fitting"] == 100
    assert curve.loc[8, ["error", "error_high"]].tolist() == [pytest.approx(0.3), 0.4]


def test_guarantee_in_closed_form():
    """1 - eps = P(S)^(1/(m-1)) (delta / 2m)^(1/(m-1)): 1 - delta/4 for certain data at m = 2."""
    assert pac_bayes_bound(1.0, 2, 0.1) == pytest.approx(0.975)
    assert pac_bayes_bound(2.0**-62, 32, 0.5) == pytest.approx(1 - 0.25 * (0.5 / 64) ** (1 / 31))


@given(st.floats(1e-30, 1), st.integers(2, 500), st.floats(0.001, 0.5))
def test_the_guarantee_is_never_below_the_annealed_error(p, m, delta):
    bound = pac_bayes_bound(p, m, delta)
    assert annealed_error(p, m) <= bound <= 1
    assert pac_bayes_bound(p, m, delta / 2) >= bound


def test_bound_holds_for_exact_k_learners():
    """Simplest K-learner that can learn x0 on 4 inputs: bound above its exact error for all m up to 12."""
    functions = all_functions(4)
    k = k_lz(functions)
    target = functions[0b0000000011111111]
    prior = k_learner_prior(k, 12)
    for m in (4, 8, 12):
        table = k_learner_errors(target, k, m).set_index("max_complexity")
        inputs = np.random.default_rng(m).permutation(16)[:m]
        p = marginal_likelihood(functions, prior, inputs, target[inputs])
        assert pac_bayes_bound(p, m) > table.loc[12, "error"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: pac_bayes_bound(0.0, 10),
        lambda: pac_bayes_bound(1.2, 10),
        lambda: pac_bayes_bound(0.5, 1),
        lambda: pac_bayes_bound(0.5, 10, 1.0),
        lambda: annealed_error(0.5, 0),
        lambda: published_bound(-1.0, 10),
    ],
)
def test_impossible_probabilities_are_refused(call):
    with pytest.raises(ProblemError):
        call()
