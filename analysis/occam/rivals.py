"""Learners without initial weights: what else can be done with the same examples.

Neighbours, logistic regression and a decision tree learn the targets and the digits that the networks learn. Each bets
on some kind of simplicity too (near inputs get like answers, one weighted vote, few questions), so they say how much of
a result is owed to networks, and how much to any learner whose taste the task shares.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from analysis.occam.boolean import all_inputs
from analysis.occam.complexity import k_lz
from analysis.occam.generalisation import (
    Complexity,
    majority_errors,
    random_training_sets,
    targets_and_sets,
    unseen_errors,
)

#: The names of the learners, in the order of every table.
RIVALS = ("nearest neighbour", "ten nearest neighbours", "logistic regression", "decision tree")


def rivals(examples: int) -> dict[str, Any]:
    """Untrained learners by name, with scikit-learn's usual settings (logistic regression: L2 penalty, ``C = 1``).

    Parameters
    ----------
    examples : int
        Size of the training set: ten neighbours are as many as there are, if fewer.

    Returns
    -------
    dict of str to estimator

    Examples
    --------
    >>> tuple(rivals(64)) == RIVALS
    True
    """
    models = (
        KNeighborsClassifier(1),
        KNeighborsClassifier(min(10, examples)),
        LogisticRegression(C=1.0, max_iter=2000),
        DecisionTreeClassifier(random_state=0),
    )
    return dict(zip(RIVALS, models, strict=True))


def answers(model: Any, x: NDArray[Any], y: NDArray[Any], asked: NDArray[Any]) -> NDArray[Any]:
    """What a learner says to the rows of `asked` after the examples `x`, `y`; of one class only, that class."""
    if (y == y[0]).all():
        return np.full(len(asked), y[0])
    return np.asarray(model.fit(x, y).predict(asked))


def errors_on_target(target: NDArray[np.bool_], m: int, seed: int, sets: int) -> pd.DataFrame:
    """Mean off-training error of the rivals on one target, each training set drawn as `single_target_task` draws it.

    Parameters
    ----------
    target : ndarray of bool, shape (2**n,)
    m : int
        Training set size.
    seed, sets : int
        Training sets, and where they come from.

    Returns
    -------
    DataFrame
        Indexed by learner: ``error`` and its standard error ``error_se``.

    Examples
    --------
    >>> bool(errors_on_target(np.arange(128) >= 64, 64, seed=1, sets=2).loc["decision tree", "error"] == 0)
    True
    """
    x = all_inputs(int(np.log2(len(target))))
    rows = random_training_sets(sets, m, np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[0]))
    tables = np.tile(target, (sets, 1))
    errors = {
        name: unseen_errors(np.array([answers(model, x[r], target[r], x) for r in rows]), tables, rows)
        for name, model in rivals(m).items()
    }
    table = pd.DataFrame(errors)
    return pd.DataFrame({"error": table.mean(), "error_se": table.sem()})


def rivals_task(ensemble: str, seed: int, targets: int, *, m: int = 64, complexity: Complexity = k_lz) -> pd.DataFrame:
    """Let the rivals learn the targets that `generalisation_task` gives to networks of the same seed.

    Parameters
    ----------
    ensemble : {'imbalanced', 'balanced', 'trees'}
    seed : int
    targets : int
        Each has its own training set.
    m : int
        Training set size.
    complexity : callable
        Complexity of truth tables in bits.

    Returns
    -------
    DataFrame
        One row a learner and target: ``ensemble``, ``learner``, ``seed``, ``complexity`` (bits), ``error`` and
        ``majority_error`` (share of the unseen inputs), ``converged`` (true: none is trained step by step).

    Examples
    --------
    >>> rows = rivals_task("trees", seed=0, targets=2)
    >>> rows["learner"].tolist() == [*RIVALS, *RIVALS]
    True
    """
    tables, sets, _ = targets_and_sets(ensemble, seed, targets, m, complexity=complexity)
    x = all_inputs(int(np.log2(tables.shape[1])))
    predicted = np.array(
        [
            [answers(model, x[chosen], table[chosen], x) for model in rivals(m).values()]
            for table, chosen in zip(tables, sets, strict=True)
        ]
    )
    errors = [unseen_errors(predicted[:, rival], tables, sets) for rival in range(len(RIVALS))]
    return pd.DataFrame(
        {
            "ensemble": ensemble,
            "learner": np.tile(RIVALS, targets),
            "seed": seed,
            "complexity": np.repeat(complexity(tables), len(RIVALS)),
            "error": np.stack(errors, axis=1).ravel(),
            "majority_error": np.repeat(majority_errors(tables, sets), len(RIVALS)),
            "converged": True,
        }
    )
