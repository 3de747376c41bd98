"""What trained networks do on unseen inputs, in small samples with tolerances of several standard errors."""

import numpy as np
import pandas as pd
import pytest

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.occam.boolean import all_inputs
from analysis.occam.complexity import k_lz
from analysis.occam.generalisation import (
    PHASES,
    SHALLOW,
    balanced_ones,
    balanced_targets,
    deep_tanh,
    error_by_complexity,
    generalisation_task,
    imbalanced_targets,
    majority_errors,
    published_errors,
    published_gaps,
    random_training_sets,
    single_target_task,
    tree_targets,
    unseen_errors,
)
from analysis.occam.mean_field import mean_field_curve

X = all_inputs(7).astype(bool)


def test_imbalanced_targets_have_few_ones_when_simple():
    targets = imbalanced_targets(2000, np.random.default_rng(0))
    ones = targets.sum(axis=1)
    assert ones.min() == 1 and ones.max() == 64
    # log-uniform: as many below the geometric middle, 8, as above; four standard errors
    assert (ones < 8).mean() == pytest.approx(0.484, abs=0.045)
    assert np.corrcoef(np.log(ones), k_lz(targets))[0, 1] > 0.95


@pytest.mark.parametrize("draw", [balanced_targets, tree_targets])
def test_balanced_targets_are_balanced_whatever_their_complexity(draw):
    targets = draw(120, np.random.default_rng(1))
    ones, k = targets.sum(axis=1), k_lz(targets)
    assert targets.shape == (120, 128)
    assert ones.min() >= 48 and ones.max() <= 80
    counts = np.histogram(k, [60, 90, 120, 140])[0]
    assert counts.min() >= 8


def test_balanced_is_within_an_eighth_of_as_many_ones_as_zeros():
    assert [balanced_ones(n) for n in (3, 4, 7)] == [(3, 5), (6, 10), (48, 80)]


def test_the_names_of_the_scales_are_those_of_mean_field_theory():
    for scale, name in PHASES.items():
        assert mean_field_curve([scale], 0.1)["phase"].item() in name


def test_published_errors_are_read_from_the_facts_and_compared_bin_by_bin():
    published = published_errors(facts.load("occam"))
    assert sorted(published["sigma_w"].unique()) == [1, 8] and len(published) == 12
    first = published.set_index(["sigma_w", "complexity_low"]).loc[(8, 30)]
    assert first["complexity"] == 45
    assert first["error"] == facts.load("occam")["fig1c-error-sigma8-k30-60"].value
    ours = pd.DataFrame(
        {
            "ensemble": ["imbalanced", "trees"],
            "sigma_w": [8.0, 8.0],
            "complexity_low": [30.0, 30.0],
            "complexity_high": [60.0, 60.0],
            "error": [first["error"] + 0.25, 0.0],
        }
    )
    assert published_gaps(ours, published)["gap"].tolist() == pytest.approx([0.25])


def test_majority_guess_and_unseen_error_by_hand():
    target = np.array([[True, True, False, True]])
    sets = np.array([[0, 1]])
    assert majority_errors(target, sets).tolist() == [0.5]
    assert majority_errors(target, np.array([[0, 2]])).tolist() == [0.5]
    assert majority_errors(target, np.array([[0, 1, 2]])).tolist() == [0.0]
    assert unseen_errors(np.array([[False, True, True, True]]), target, sets).tolist() == [0.5]


def test_training_sets_hold_different_inputs():
    sets = random_training_sets(50, 64, np.random.default_rng(0))
    assert all(len(set(row)) == 64 for row in sets.tolist())


def test_ordered_networks_learn_structure_and_chaotic_ones_do_not():
    """Decision trees, 96 networks each: ordered at least 0.2 better than a coin on simple ones, chaotic near 1/2."""
    ordered = generalisation_task("trees", deep_tanh(1.0), seed=5, networks=96)
    chaotic = generalisation_task("trees", deep_tanh(8.0), seed=5, networks=96)
    assert (ordered["complexity"] == chaotic["complexity"]).all()
    simple = ordered["complexity"] < 90
    assert ordered.loc[simple, "error"].mean() < 0.2
    assert chaotic.loc[simple, "error"].mean() == pytest.approx(0.48, abs=0.06)
    assert ordered.loc[simple, "error"].mean() < ordered.loc[~simple, "error"].mean() - 0.1


def test_majority_guess_beats_both_networks_on_the_papers_targets():
    """Imbalanced targets, 96 networks each: the paired loss against the majority guess exceeds 3 standard errors."""
    for sigma_w in (1.0, 8.0):
        rows = generalisation_task("imbalanced", deep_tanh(sigma_w), seed=6, networks=96)
        gain = rows["majority_error"] - rows["error"]
        assert gain.mean() < -3 * gain.sem()


def test_parity_is_learned_worse_than_by_chance_and_ever_worse_with_more_examples():
    parity = X.sum(axis=1) % 2 == 1
    tasks = [single_target_task("parity", parity, SHALLOW, m, seed=1, networks=100) for m in (16, 32, 64)]
    errors = [t["error"].mean() for t in tasks]
    assert errors == pytest.approx([0.561, 0.617, 0.705], abs=0.02)


def test_dictator_is_learned_better_with_more_examples():
    tasks = [single_target_task("x0", X[:, 0], SHALLOW, m, seed=1, networks=100) for m in (16, 64)]
    assert tasks[0]["error"].mean() == pytest.approx(0.2, abs=0.05)
    assert tasks[1]["error"].mean() < 0.06


def test_same_seed_same_targets_and_table_counts_unfinished_networks():
    first = generalisation_task("imbalanced", SHALLOW, seed=3, networks=40, learning_rate=0.01)
    again = generalisation_task("imbalanced", SHALLOW, seed=3, networks=40, learning_rate=0.01)
    pd.testing.assert_frame_equal(first, again)
    cut = generalisation_task("imbalanced", SHALLOW, seed=3, networks=40, learning_rate=0.01, max_steps=40)
    assert (cut["complexity"] == first["complexity"]).all() and not cut["converged"].all()
    table = error_by_complexity(cut)
    assert table["networks"].sum() + table["unfinished"].sum() == 40
    assert table["unfinished"].sum() == (~cut["converged"]).sum()


def test_table_by_complexity_by_hand():
    rows = pd.DataFrame(
        {
            "ensemble": "balanced",
            "sigma_w": 1.0,
            "learning_rate": 0.1,
            "complexity": [29.0, 30.0, 31.0],
            "error": [0.5, 0.1, 0.3],
            "majority_error": [0.5, 0.5, 0.5],
            "converged": True,
        }
    )
    table = error_by_complexity(rows, bins=(0, 30, 60))
    assert table["networks"].tolist() == [1, 2]
    assert table["error"].tolist() == pytest.approx([0.5, 0.2])
    assert table["error_se"].iloc[1] == pytest.approx(0.1)
    assert table["gain"].iloc[1] == pytest.approx(0.3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: generalisation_task("easy", SHALLOW, 0, 4),
        lambda: generalisation_task("imbalanced", SHALLOW, 0, 0),
        lambda: generalisation_task("imbalanced", SHALLOW, 0, 4, m=128),
        lambda: error_by_complexity(pd.DataFrame({"error": [1.0]})),
    ],
)
def test_wrong_use_is_refused_in_words(call):
    with pytest.raises(ProblemError):
        call()
