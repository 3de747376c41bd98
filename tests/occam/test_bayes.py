"""Bayes' rule over functions: exact statements by listing every function of few inputs."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from analysis.kit.errors import ProblemError
from analysis.occam.bayes import (
    all_functions,
    functions_by_complexity,
    k_learner_errors,
    k_learner_prior,
    marginal_likelihood,
    marginal_likelihoods,
    no_free_lunch,
    off_training_errors,
    posterior,
)
from analysis.occam.boolean import random_functions
from analysis.occam.complexity import k_lz
from analysis.occam.networks import CHUNK, NetworkEnsemble
from analysis.occam.pac_bayes import pac_bayes_bound
from analysis.occam.prior import sample_functions

FOUR = all_functions(4)
K_FOUR = k_lz(FOUR)
INPUTS_FOUR = ((np.arange(16)[:, None] >> np.arange(3, -1, -1)) & 1).astype(bool)


@dataclass(frozen=True)
class Coins:
    """Functions drawn uniformly, a chunk at a time as networks are."""

    inputs: int = 7

    def sample(self, seed: int, chunk: int, count: int = CHUNK):
        return random_functions(count, np.random.default_rng([seed, chunk]))


DICTATOR, PARITY = INPUTS_FOUR[:, 0], INPUTS_FOUR.sum(axis=1) % 2 == 1


@given(st.integers(0, 2**32 - 1), st.integers(0, 8))
@settings(max_examples=50, deadline=None)
def test_posterior_is_bayes_rule(seed, m):
    """Any prior over all functions of 3 inputs: P(f|S) P(S) = P(f) where f fits, and it sums to one."""
    rng = np.random.default_rng(seed)
    functions = all_functions(3)
    prior = rng.dirichlet(np.ones(256))
    inputs, target = rng.permutation(8)[:m], functions[rng.integers(256)]
    result = posterior(functions, prior, inputs, target[inputs])
    evidence = marginal_likelihood(functions, prior, inputs, target[inputs])
    agree = (functions[:, inputs] == target[inputs]).all(axis=1)
    assert result.sum() == pytest.approx(1)
    assert result[agree] * evidence == pytest.approx(prior[agree])
    assert not result[~agree].any()


@pytest.mark.parametrize("n", [2, 3])
def test_no_free_lunch_for_every_target_and_training_set(n):
    """Under the uniform prior the off-training error is Binomial(T, 1/2)/T: all targets, all training sets."""
    functions = all_functions(n)
    uniform = np.full(len(functions), 1 / len(functions))
    for m in range(1, 2**n):
        tests = 2**n - m
        for target in functions[:: max(1, len(functions) // 32)]:
            inputs = np.random.default_rng(m).permutation(2**n)[:m]
            weights = posterior(functions, uniform, inputs, target[inputs])
            errors = off_training_errors(functions, target, inputs)
            mean = weights @ errors
            assert mean == pytest.approx(0.5, abs=1e-12)
            assert weights @ (errors - mean) ** 2 == pytest.approx(no_free_lunch(tests)[1] ** 2, abs=1e-12)
            exact = [weights[np.isclose(errors, e)].sum() for e in np.arange(tests + 1) / tests]
            assert exact == pytest.approx(binom.pmf(np.arange(tests + 1), tests, 0.5), abs=1e-12)


def test_no_free_lunch_at_64_unseen_inputs():
    """The mean and the standard deviation of a share of 64 fair coins."""
    assert no_free_lunch(64) == (0.5, 0.0625) == (0.5, binom.std(64, 0.5) / 64)


def test_sampled_marginal_likelihoods_agree_with_the_exact_one():
    """Functions drawn uniformly: each of m answers is a coin, so that P(S) = 2^-m; five standard errors of 81,920."""
    rows = marginal_likelihoods(Coins(), "01" * 64, (1, 3, 6), training_sets=3, samples=20 * CHUNK + 9, seed=2)
    exact = 0.5 ** rows["m"]
    assert (rows["samples"] == 20 * CHUNK).all()  # whole chunks
    assert (rows["probability"] == rows["fitting"] / rows["samples"]).all()
    error = np.sqrt(exact * (1 - exact) / rows["samples"])
    assert ((rows["probability"] - exact).abs() < 5 * error).all()


def test_larger_training_sets_contain_the_smaller_ones():
    """Two thousand draws with replacement meet each of 128 inputs: only the constant itself fits, and does not err."""
    rows = marginal_likelihoods(NetworkEnsemble(), "0" * 128, (4, 16, 64, 2000), 2, CHUNK, seed=1)
    assert rows.groupby("training_set")["fitting"].apply(lambda fitting: fitting.is_monotonic_decreasing).all()
    constants, full = sample_functions(NetworkEnsemble(), CHUNK, seed=1), rows[rows["m"] == 2000]
    assert (full["fitting"] == (~constants.any(axis=1)).sum()).all()
    assert (full["error"] == 0).all() and (rows.loc[rows["m"] == 4, "error"] > 0).all()


def test_coins_that_fit_err_on_half_of_what_they_have_not_seen():
    """Of m draws with replacement 128 (1 - (1 - 1/128)^m) inputs are seen; the rest is guessed."""
    rows = marginal_likelihoods(Coins(), "01" * 64, (1, 4), training_sets=20, samples=10 * CHUNK, seed=3)
    seen = 1 - (1 - 1 / 128) ** rows["m"]
    assert rows["error"].mean() == pytest.approx(((1 - seen) / 2).mean(), abs=0.002)


def test_the_bound_holds_for_the_learner_it_speaks_of():
    """Sets drawn independently, the posterior of the prior that gave P(S), errors over all inputs."""
    rows = marginal_likelihoods(NetworkEnsemble(), "0" * 64 + "1" * 64, (4, 8), 20, 50 * CHUNK, seed=4)
    bounds = [pac_bayes_bound(p, m) for p, m in zip(rows["probability"], rows["m"], strict=True)]
    assert (rows["error"] > bounds).mean() <= 0.05


def test_k_learner_by_bayes_rule():
    """The fast enumeration over training sets equals the posterior mean error, training set by training set."""
    from itertools import combinations

    functions = all_functions(3)
    k = k_lz(functions)
    target = functions[0b00001111]
    table = k_learner_errors(target, k, m=4).set_index("max_complexity")
    limit = float(np.quantile(k, 0.3))
    limit = max(x for x in table.index if x <= limit)
    prior = k_learner_prior(k, limit)
    errors = []
    for inputs in combinations(range(8), 4):
        rows = np.array(inputs)
        if marginal_likelihood(functions, prior, rows, target[rows]) > 0:
            weights = posterior(functions, prior, rows, target[rows])
            errors.append(weights @ off_training_errors(functions, target, rows))
    assert table.loc[limit, "error"] == pytest.approx(np.mean(errors))
    assert table.loc[limit, "fitted"] == pytest.approx(len(errors) / 70)


def test_k_learner_that_knows_more_learns_a_simple_target_worse():
    table = k_learner_errors(DICTATOR, K_FOUR, m=8)
    reached = table[table["reachable"]]
    assert reached["error"].is_monotonic_increasing
    assert reached["error"].iloc[0] < 0.1
    assert reached["error"].iloc[-1] == pytest.approx(0.5)
    assert reached["functions"].iloc[-1] == 65_536


def test_target_beyond_the_limit_is_unreachable():
    """Parity has nearly the highest K: every K-learner below it does worse than a coin, or cannot fit at all."""
    table = k_learner_errors(PARITY, K_FOUR, m=8)
    short = table[~table["reachable"]]
    assert short["max_complexity"].max() < 28 == table.loc[table["reachable"], "max_complexity"].min()
    assert (short["error"] > 0.5).all()
    with pytest.raises(ProblemError, match="out of its reach"):
        posterior(FOUR, k_learner_prior(K_FOUR, 20), np.arange(16), PARITY)


def test_number_of_functions_grows_like_two_to_the_k_only_up_to_saturation():
    """All functions of 4 inputs: with prior 2^-K, P(K) is flat within 1.5 for K = 12 to 20, then falls."""
    table = functions_by_complexity(K_FOUR).set_index("complexity")
    assert table["functions"].sum() == 65_536
    flat = table.loc[12:20, "simplicity_prior"]
    assert flat.max() / flat.min() < 1.5
    uniform = table.loc[12:20, "uniform_prior"]
    assert uniform.max() / uniform.min() > 200
    assert table.loc[28, "simplicity_prior"] < flat.min() / 1000


def test_most_functions_of_seven_inputs_are_complex():
    """Uniform prior, 20,000 functions: 95 % have K of 140 or more (standard error 0.15 %)."""
    sample = np.random.default_rng(0).random((20_000, 128)) < 0.5
    assert (k_lz(sample) >= 140).mean() == pytest.approx(0.954, abs=0.006)


@pytest.mark.parametrize(
    "call",
    [
        lambda: posterior(all_functions(1), [0.5, 0.5], [0], [True]),
        lambda: posterior(all_functions(1), [-1, 1, 1, 0], [0], [True]),
        lambda: marginal_likelihood(all_functions(1), [0.25] * 4, [0, 0], [True, True]),
        lambda: marginal_likelihood(all_functions(1), [0.25] * 4, [2], [True]),
        lambda: marginal_likelihood(all_functions(1), [0.25] * 4, [0], [True, False]),
        lambda: off_training_errors([[True, False]], [True, False], [0, 1]),
        lambda: all_functions(5),
        lambda: no_free_lunch(0),
        lambda: k_learner_prior([1.0, 2.0], 0.5),
        lambda: k_learner_errors([True, False], [1.0, 2.0], 1),
        lambda: k_learner_errors([True, False], [1.0] * 4, 2),
        lambda: functions_by_complexity([]),
        lambda: marginal_likelihoods(Coins(), "01", (1,), 1, CHUNK, 0),
        lambda: marginal_likelihoods(Coins(), "01" * 64, (0, 4), 1, CHUNK, 0),
        lambda: marginal_likelihoods(Coins(), "01" * 64, (4,), 1, CHUNK - 1, 0),
        lambda: marginal_likelihood([[0, 1]], [1.0], [0], [True]),
    ],
)
def test_wrong_use_is_refused_in_words(call):
    with pytest.raises(ProblemError):
        call()
