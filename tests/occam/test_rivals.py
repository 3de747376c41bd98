"""Learners without initial weights, on targets that only one of them can learn well."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import all_inputs
from analysis.occam.generalisation import deep_tanh, error_by_complexity, generalisation_task
from analysis.occam.rivals import RIVALS, answers, rivals, rivals_task

X = all_inputs(7)
SEEN = np.random.default_rng(0).permutation(128)[:64]
UNSEEN = np.setdiff1d(np.arange(128), SEEN)


def errors(target):
    models = rivals(len(SEEN))
    return {name: (answers(m, X[SEEN], target[SEEN], X[UNSEEN]) != target[UNSEEN]).mean() for name, m in models.items()}


def test_a_dictator_is_one_question_and_one_weight():
    found = errors(X[:, 0] == 1)
    assert found["decision tree"] == found["logistic regression"] == 0
    assert found["nearest neighbour"] > 0.05


def test_parity_defeats_one_neighbour_and_not_ten():
    """One flip away the answer is the other one; most of the ten nearest are two flips away, where it is the same."""
    found = errors(X.sum(axis=1) % 2 == 1)
    assert min(found["nearest neighbour"], found["decision tree"], found["logistic regression"]) > 0.5
    assert found["ten nearest neighbours"] < 0.3


def test_one_class_is_answered_by_it():
    model = rivals(4)["logistic regression"]
    assert answers(model, X[:4], np.ones(4, dtype=bool), X).all()


def test_rivals_meet_the_targets_that_networks_meet():
    rows, nets = rivals_task("trees", seed=5, targets=8), generalisation_task("trees", deep_tanh(1.0), 5, 8)
    of_one = rows[rows["learner"] == RIVALS[0]].reset_index(drop=True)
    for column in ("complexity", "majority_error"):
        pd.testing.assert_series_equal(of_one[column], nets[column])
    table = error_by_complexity(pd.concat([rows, nets], ignore_index=True))
    assert set(table["learner"]) == {*RIVALS, "network"}
    assert table.groupby("learner")["networks"].sum().eq(8).all()


def test_a_tree_learns_trees_best_of_those_without_weights():
    """Random decision trees, 64 of them: the paired loss of each other rival exceeds 3 standard errors."""
    wide = rivals_task("trees", seed=6, targets=64).assign(target=lambda t: t.index // len(RIVALS))
    wide = wide.pivot(index="target", columns="learner", values="error")
    for name in RIVALS[:-1]:
        loss = wide[name] - wide["decision tree"]
        assert loss.mean() > 3 * loss.sem()


@pytest.mark.parametrize("call", [lambda: rivals_task("easy", 0, 4), lambda: rivals_task("trees", 0, 0)])
def test_wrong_use_is_refused_in_words(call):
    with pytest.raises(ProblemError):
        call()
