"""Training against Bayesian sampling on few inputs, where the two can be compared function by function."""

import numpy as np
import pandas as pd
import pytest

from analysis.kit.errors import ProblemError
from analysis.occam.bayes import fits
from analysis.occam.boolean import all_inputs, unpack
from analysis.occam.networks import NetworkEnsemble
from analysis.occam.prior import sample_functions
from analysis.occam.sgd_bayes import (
    agreement_by_case,
    correlation_error,
    functions_found,
    rank_correlation_error,
    sgd_against_bayes,
    sgd_task,
)
from analysis.occam.training import Architecture

RANDOM = NetworkEnsemble(inputs=4)
TRAINED = Architecture(RANDOM.shape, "relu", 1.0, 0.2)
X = all_inputs(4).astype(bool)


def posterior(target, chosen, seed, samples):
    """Random networks, kept when they happen to fit the training set, as `sgd_task` counts trained ones."""
    tables = unpack(sample_functions(RANDOM, samples, seed), 4)
    return functions_found(tables[fits(tables, chosen, target[chosen])], target, chosen)


def test_training_samples_functions_nearly_as_bayes_does():
    """x0 on 4 inputs, 8 examples: the same favourite, ranks and votes agree, though not exactly."""
    chosen = np.array([0, 3, 5, 6, 9, 10, 12, 15])
    sgd = sgd_task(X[:, 0], chosen, TRAINED, seed=0, networks=600)
    bayes = posterior(X[:, 0], chosen, seed=1, samples=60_000)
    assert sgd["count"].sum() == 600
    agreement = sgd_against_bayes(sgd, bayes)
    assert agreement.bayes_networks > 100
    assert agreement.shared > 10
    assert agreement.same_top
    assert agreement.spearman > 0.4 and agreement.pearson_log > 0.4 and agreement.pearson_votes > 0.8
    assert agreement.sgd_error == pytest.approx(agreement.bayes_error, abs=0.12)


def test_agreement_by_hand():
    sgd = pd.DataFrame({"function": ["0f", "0e", "0c"], "count": [4, 2, 1], "error": [0.0, 0.5, 1.0]})
    bayes = pd.DataFrame({"function": ["0f", "0e", "0c", "0d"], "count": [16, 4, 1, 1], "error": [0.0, 0.5, 1.0, 0.5]})
    agreement = sgd_against_bayes(sgd, bayes)
    assert (
        agreement.shared == 3 and agreement.spearman == pytest.approx(1) and agreement.pearson_log == pytest.approx(1)
    )
    assert agreement.sgd_error == pytest.approx(2 / 7)
    assert agreement.bayes_mass_shared == pytest.approx(21 / 22)
    # two tasks with the same counts are one task with twice the counts
    assert sgd_against_bayes(pd.concat([sgd, sgd]), bayes).sgd_networks == 14
    assert np.isnan(sgd_against_bayes(sgd[:2], bayes).spearman)


@pytest.mark.parametrize("agreed", ["ff", "00", "f0"])
def test_inputs_on_which_all_networks_agree_say_nothing_of_the_votes(agreed):
    """Such as those of the training set: however many there are, the correlation over the others stays."""
    few = pd.DataFrame({"function": ["2f", "6e", "4c"], "count": [4, 2, 1], "error": [0.0, 0.5, 1.0]})
    more = pd.DataFrame({"function": ["2f", "6d", "5e"], "count": [3, 5, 2], "error": [0.0, 0.5, 1.0]})
    alone = sgd_against_bayes(few, more)
    longer = sgd_against_bayes(*(t.assign(function=t["function"] + agreed) for t in (few, more)))
    assert longer.pearson_votes == pytest.approx(alone.pearson_votes)
    assert longer.open_inputs == alone.open_inputs == 5  # three inputs have one answer


def test_an_empty_posterior_sample_is_refused_in_words():
    parity = X.sum(axis=1) % 2 == 1
    bayes = posterior(parity, np.arange(16), seed=0, samples=200)
    assert bayes.empty
    with pytest.raises(ProblemError, match="draw more"):
        sgd_against_bayes(bayes, bayes)


def test_agreement_has_a_row_a_case_with_the_errors_of_its_correlations():
    keys = ["pearson_votes", "open_inputs", "spearman_often", "shared_often", "sgd_error"]
    results = pd.DataFrame(
        {
            "inputs": 5,
            "target": "parity",
            "m": np.repeat([8, 16], 6),
            "part": (["agreement"] * 5 + ["function"]) * 2,
            "key": [*keys, "0f"] * 2,
            "value": [0.5, 17, 0.0, 103, 0.2, 0.1, 0.25, 16, np.nan, 0, 0.3, 0.1],
            "value_se": [np.nan] * 4 + [0.01] + [np.nan] * 5 + [0.02, np.nan],
        }
    )
    table = agreement_by_case(results)
    assert table["pearson_votes"].to_dict() == {"parity, 8 examples": 0.5, "parity, 16 examples": 0.25}
    assert table["sgd_error_se"].tolist() == [0.02, 0.01]
    first = table.loc["parity, 8 examples"]
    assert first["pearson_votes_se"] == pytest.approx(0.75 / 4)  # of 17 pairs
    assert first["spearman_often_se"] == pytest.approx(np.sqrt(1.06 / 100))


def test_the_error_of_a_rank_correlation_is_its_spread_over_samples():
    """Pairs of a bivariate normal with correlation 0.5, 2,000 samples of 50: the spread within a tenth."""
    from scipy.stats import spearmanr

    rng = np.random.default_rng(1)
    x = rng.standard_normal((2000, 50))
    y = 0.5 * x + np.sqrt(0.75) * rng.standard_normal((2000, 50))
    found = [spearmanr(a, b).statistic for a, b in zip(x, y, strict=True)]
    assert rank_correlation_error(np.mean(found), 50) == pytest.approx(np.std(found), rel=0.1)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_the_error_of_a_correlation_is_its_spread_over_samples(correlation):
    """Pairs of a bivariate normal, 4,000 samples of 100: the spread within a tenth."""
    rng = np.random.default_rng(2)
    x = rng.standard_normal((4000, 100))
    y = correlation * x + np.sqrt(1 - correlation**2) * rng.standard_normal((4000, 100))
    found = [np.corrcoef(a, b)[0, 1] for a, b in zip(x, y, strict=True)]
    assert correlation_error(correlation, 100) == pytest.approx(np.std(found), rel=0.1)


def test_one_pair_has_no_error():
    with pytest.raises(ProblemError, match="more than one"):
        correlation_error(0.5, 1)


def test_three_pairs_have_no_error():
    with pytest.raises(ProblemError, match="more than three"):
        rank_correlation_error(0.5, 3)
