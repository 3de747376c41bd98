"""Pruning a network keeps what each method says, and the loss grows as weights go."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.language_model import LanguageModel
from analysis.toolbox import pruning
from analysis.toolbox.pruning import METHODS, OVERALL, PATTERNED_METHODS, RANDOM, SHARES, SPARSE_GPT

MODEL = LanguageModel(8)


@pytest.fixture(scope="module")
def network():
    """A small network, whose first layer has small weights, and contexts that it sees."""
    rng = np.random.default_rng(0)
    theta = MODEL.initial(rng)
    MODEL.views(theta)[1][:] *= 0.5
    return theta, rng.integers(96, size=(600, 16))


@pytest.fixture(scope="module")
def table():
    return load_result("toolbox-pruning")


def shares(theta):
    return [float((weights != 0).mean()) for weights in MODEL.views(theta)[1::2]]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_keeps_the_share_and_leaves_embedding_and_biases_alone(network, method):
    theta, contexts = network
    left = pruning.prune(MODEL, theta, method, 0.25, contexts=contexts)
    before, after = MODEL.views(theta), MODEL.views(left)
    assert all((a == b).all() for a, b in zip(before[::2], after[::2], strict=True))
    sizes = [weights.size for weights in before[1::2]]
    kept = np.dot(shares(left), sizes) / sum(sizes)
    # a share of each block of each layer is rounded to whole weights
    assert kept == pytest.approx(0.25, abs=0.01)
    if method not in (OVERALL, pruning.COMBINED):
        assert shares(left) == pytest.approx([0.25] * 3, abs=0.01)
    if method not in (SPARSE_GPT, pruning.COMBINED):
        assert all(((a == b) | (b == 0)).all() for a, b in zip(before[1::2], after[1::2], strict=True))
    assert (theta == network[0]).all()


def test_one_threshold_takes_most_where_weights_are_small(network):
    theta, contexts = network
    first, second, _ = shares(pruning.prune(MODEL, theta, OVERALL, 0.5))
    assert first < 0.45 < 0.55 < second
    combined = shares(pruning.prune(MODEL, theta, pruning.COMBINED, 0.5, contexts=contexts))
    assert combined == pytest.approx(shares(pruning.prune(MODEL, theta, OVERALL, 0.5)), abs=0.01)


@pytest.mark.parametrize("method", PATTERNED_METHODS)
def test_a_pattern_is_kept_in_every_layer(network, method):
    theta, contexts = network
    for weights in MODEL.views(pruning.prune(MODEL, theta, method, pattern=(2, 4), contexts=contexts))[1::2]:
        assert ((weights != 0).reshape(-1, 4, weights.shape[1]).sum(axis=1) == 2).all()


def test_all_that_stays_is_the_network(network):
    theta, contexts = network
    for method in METHODS:
        assert (pruning.prune(MODEL, theta, method, 1.0, contexts=contexts) == theta).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"method": "luck"}, "no method"),
        ({"method": RANDOM, "pattern": (2, 4)}, "no pattern"),
        ({"method": OVERALL, "kept": 0}, "above 0"),
        ({"method": SPARSE_GPT, "pattern": (5, 4)}, "no pattern"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(network, arguments, said):
    theta, contexts = network
    with pytest.raises(ProblemError, match=said):
        pruning.prune(MODEL, theta, contexts=contexts, **arguments)


def test_sizes_that_were_not_measured_are_named():
    with pytest.raises(ProblemError, match="No product of size 3000"):
        pruning.pattern_speeds((3_000,))


def test_the_table_has_every_method_network_and_share(table):
    free = table[table["pattern"] == pruning.FREE]
    assert len(free) == len(METHODS) * free["seed"].nunique() * len(SHARES)
    assert free["seed"].nunique() == 5
    layers = np.array([weights.size for weights in LanguageModel(128).views(np.zeros(63328))[1::2]])
    kept = free[["first", "second", "last"]].to_numpy() @ layers / layers.sum()
    assert kept == pytest.approx(free["kept"].to_numpy(), abs=0.005)


def test_the_loss_grows_as_weights_go(table):
    added = pruning.added_loss(table)
    for _, own in added[added["pattern"] == pruning.FREE].groupby("method"):
        assert own.sort_values("kept", ascending=False)["added"].is_monotonic_increasing


def test_the_orders_that_the_text_tells_hold_on_every_network(table):
    """What is said of half of the weights, of a fifth and of the pattern is so on each of the five networks."""
    rows = table.assign(added=table["loss"] - table["full_loss"])
    free = rows[rows["pattern"] == pruning.FREE].pivot(index=["kept", "seed"], columns="method", values="added")
    half, fifth = free.loc[0.5], free.loc[0.2]
    others = [SPARSE_GPT, pruning.WANDA, pruning.BY_LAYER]
    assert (half[OVERALL] < half[others].min(axis=1)).all()
    assert (fifth[SPARSE_GPT] < fifth[OVERALL]).all()
    assert (fifth[pruning.COMBINED] < fifth[[SPARSE_GPT, OVERALL]].min(axis=1)).all()
    patterned = rows[rows["pattern"] == pruning.PATTERNED].pivot(index="seed", columns="method", values="added")
    price = patterned[list(PATTERNED_METHODS)] / half[list(PATTERNED_METHODS)]
    assert price.min(axis=None) > 2.5
    assert price.max(axis=None) < 5


def test_means_and_ranges_are_those_of_the_seeds():
    rows = pd.DataFrame(
        {"method": "m", "pattern": "free", "kept": 0.5, "seed": [0, 1], "loss": [1.2, 1.5], "full_loss": [1.0, 1.1]}
    ).assign(first=0.4, second=0.5, last=0.6)
    (row,) = pruning.added_loss(rows).itertuples()
    assert (row.added, row.low, row.high, row.first) == pytest.approx((0.3, 0.2, 0.4, 0.4))
