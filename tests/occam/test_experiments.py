"""The committed experiments are what their code makes, and they show what the chapter says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analysis.kit.experiments import load_result, manifest, recompute
from analysis.occam.boolean import unpack
from analysis.occam.chapter import experiments_of_sampling as sampling
from analysis.occam.chapter import experiments_of_training as training
from analysis.occam.chapter.experiments import EXPERIMENTS
from analysis.occam.networks import NetworkEnsemble
from analysis.occam.prior import complexity_table, sample_prior

NAMES = [e.name for e in EXPERIMENTS]


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_table_is_small_and_made_by_the_declared_run(name):
    experiment = next(e for e in EXPERIMENTS if e.name == name)
    table, description = load_result(name), manifest(name)
    assert 0 < len(table) < 2_000
    assert len(table) == description["rows"]
    assert list(table.columns) == description["columns"]
    assert (description["seed"], description["scale"]) == (experiment.seed, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_named_by_its_keys_alone(name):
    experiment = next(e for e in EXPERIMENTS if e.name == name)
    assert not load_result(name).duplicated(list(experiment.comparison.keys)).any()


def test_the_tasks_of_the_prior_count_what_sample_prior_counts():
    """The same networks, whichever of the two ways asks for them."""
    samples = 3 * sampling.CHUNK + 100
    direct = sample_prior(sampling.PRIOR, samples, sampling.SEED)
    by_task = sampling.prior_run((0, samples))
    pd.testing.assert_frame_equal(complexity_table(by_task), complexity_table(direct))


def test_the_tasks_of_the_prior_cover_each_network_once():
    tasks = sampling.prior_tasks(0.1)
    assert sum(networks for _, networks in tasks) == sampling.PRIOR_SAMPLES // 10
    assert all(b[0] - a[0] == sampling.CHUNKS_A_TASK for a, b in pairwise(tasks))


def test_ten_times_the_scale_is_a_hundred_million_networks():
    assert sum(networks for _, networks in sampling.prior_tasks(10)) == 10**8


def test_constants_are_equally_likely_and_probabilities_add_up():
    rows = load_result("occam-prior-relu")
    share = rows[rows["part"] == "share"]
    assert share["value"].sum() == pytest.approx(1, abs=1e-6)
    ranks = rows[rows["part"] == "rank"].set_index("rank")
    difference = abs(ranks.loc[1, "value"] - ranks.loc[2, "value"])
    assert difference < 5 * np.hypot(ranks.loc[1, "value_se"], ranks.loc[2, "value_se"])


def test_the_bound_on_the_prior_is_one_sided():
    """At 21 bits the most frequent function is a hundred times as likely as the dictator of the same complexity."""
    rows = load_result("occam-prior-relu")
    largest = rows[(rows["part"] == "maximum") & (rows["complexity"] == 21)]["value"].item()
    dictator = rows[(rows["part"] == "orbit") & (rows["key"] == "dictator x0")]["value"].item()
    assert largest > 100 * dictator


def test_mean_complexity_rises_with_the_weight_scale():
    """Of tanh networks at each step; of ReLU networks it settles, and the last doubling moves it by less than a bit."""
    rows = load_result("occam-order-chaos")
    for name, mean in rows[rows["part"] == "mean"].sort_values("sigma_w").groupby("network"):
        error = mean["value_se"].to_numpy()
        if "tanh" in name:
            assert (np.diff(mean["value"]) > 5 * np.hypot(error[1:], error[:-1])).all()
        else:
            assert abs(np.diff(mean["value"])[-1]) < 1


def test_without_biases_a_relu_network_computes_the_same_at_every_weight_scale():
    """Positive homogeneity: the sign of the output does not know the scale of the weights."""
    one, eight = (NetworkEnsemble(widths=(40,) * 3, sigma_b=0.0, sigma_w=s).sample(1, 0, 500) for s in (1.0, 8.0))
    assert (one == eight).all()


@pytest.mark.parametrize("ensemble", ["balanced", "trees"])
def test_ordered_networks_learn_structure_and_chaotic_ones_do_not(ensemble):
    """At each learning rate; the chaotic network stays above 40 % at the fastest and near a coin at the others."""
    rows = load_result("occam-generalisation").query("ensemble == @ensemble and learner == 'network'")
    for rate, table in rows.groupby("learning_rate"):
        ordered, chaotic = (table[table["sigma_w"] == scale] for scale in (1.0, 8.0))
        assert (ordered["gain"] > 4 * ordered["gain_se"]).all()
        assert (chaotic["error"] > (0.4 if rate == 0.01 else 0.45)).all()


def test_on_random_targets_with_few_ones_the_majority_guess_beats_both_networks():
    rows = load_result("occam-generalisation")
    rows = rows[rows["ensemble"] == "imbalanced"]
    assert (rows["error"] > rows["majority_error"]).all()


def test_parity_is_learned_worse_than_by_chance_and_the_worse_the_more_is_shown():
    rows = load_result("occam-learning-curves").query("network == '7-40-40-1'").set_index(["target", "m"])
    parity = rows.loc["parity"]
    assert (parity["error"] > 0.5 + 5 * parity["error_se"]).all()
    assert parity.loc[8, "error"] < parity.loc[32, "error"] < parity.loc[96, "error"]
    simple = rows.loc["dictator x0"]
    assert (np.diff(simple["error"].loc[8:64]) < 0).all()


def test_a_random_target_cannot_be_learned():
    """No free lunch: without structure more examples of a function say next to nothing about the rest."""
    rows = load_result("occam-learning-curves").query("network == '7-40-40-1'").set_index(["target", "m"])
    assert rows.loc[("random", 8), "error"] == pytest.approx(0.5, abs=0.02)
    assert rows.loc[("random", 64), "error"] > 0.4


def test_rejection_keeps_exactly_the_functions_that_fit():
    case = training.BAYES_CASES.index((5, "x0 AND x1", 8))
    target, chosen = training.bayes_case(case)
    found = next(table for c, _, _, table in training.bayes_run(("bayes", 5, 0)) if c == case)
    bits = np.array([list(bytes.fromhex(text)) for text in found["function"]], dtype=np.uint8)
    tables = np.unpackbits(bits, axis=1).astype(bool)
    assert len(tables)
    assert (tables[:, chosen] == target[chosen]).all()
    drawn = np.concatenate([replace(sampling.PRIOR, inputs=5).sample(training.SEED + 1, c) for c in range(64)])
    fitting = (unpack(drawn, 5)[:, chosen] == target[chosen]).all(axis=1).sum()
    assert found["count"].sum() == fitting


def test_training_and_bayes_agree_on_the_error_of_a_simple_target():
    """Within a tenth of each other: similar, and not the same."""
    rows = load_result("occam-sgd-bayes")
    agreement = rows[rows["part"] == "agreement"].pivot(index=["target", "m"], columns="key", values="value")
    assert (abs(agreement["sgd_error"] - agreement["bayes_error"]) < 0.1).all()
    assert (agreement["marginal_likelihood"] > 0).all()


def test_on_digits_ordered_networks_err_less_than_chaotic_ones_at_every_noise_level():
    rows = load_result("occam-digits")
    majority = rows[rows["learner"] == "majority guess"].set_index("noise")["test_error"]
    for _, at_rate in rows[rows["learner"] == "network"].groupby("learning_rate"):
        nets = at_rate.pivot(index="noise", columns="sigma_w", values="test_error")
        assert (nets[1.0] < majority).all() and (nets[1.0] < nets.get(8.0, majority)).all()


def test_wrong_labels_turn_order_and_mild_chaos_round_at_the_fastest_learning_rate():
    nets = load_result("occam-digits").query("learning_rate == 0.01").pivot(index="noise", columns="sigma_w")
    gap, error = nets["test_error"][2.0] - nets["test_error"][1.0], np.hypot(*nets["test_error_se"].to_numpy().T)
    assert gap[0.0] > 5 * error[0] and gap[0.4] < -5 * error[-1]


def test_a_slice_of_the_learning_curves_is_the_run_itself():
    """Same tasks, same seeds: the averages of two runs on one machine are equal to the last digit."""
    tasks = training.curve_tasks(1)[:1]
    experiment = next(e for e in EXPERIMENTS if e.name == "occam-learning-curves")
    pd.testing.assert_frame_equal(recompute(experiment, tasks), recompute(experiment, tasks), check_exact=True)


def test_on_parity_the_ordered_network_errs_more_than_the_chaotic_one_which_guesses():
    """The preference for functions that change little between neighbours does harm where neighbours always differ."""
    rows = load_result("occam-learning-curves").query("target == 'parity' and m == 64").set_index("network")["error"]
    assert rows["ordered"] > 0.55
    assert rows["chaotic"] == pytest.approx(0.5, abs=0.02)


def test_the_chaotic_error_on_simple_targets_falls_as_the_learning_rate_rises():
    """The height of the paper's chaotic curve is partly a choice of learning rate."""
    rows = load_result("occam-generalisation").query(
        "ensemble == 'imbalanced' and sigma_w == 8 and complexity_low == 0"
    )
    errors = rows.sort_values("learning_rate")["error"].to_list()
    assert errors == sorted(errors, reverse=True) and errors[0] > 2 * errors[-1]
