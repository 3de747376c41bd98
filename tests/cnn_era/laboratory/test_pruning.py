"""Pruning keeps the largest weights, holds the others at zero while training goes on, and saves what it removes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis.cnn_era.laboratory.pruning import kept, largest, prune, sparse_multiply_adds
from analysis.cnn_era.laboratory.small_network import Design, SmallNetwork
from analysis.cnn_era.laboratory.training import Recipe, descend
from analysis.kit.errors import ProblemError

SMALL = Design((4, 8), normalised=True)
VALUES = arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(-10, 10))


def network(seed=0):
    return SmallNetwork(SMALL, np.random.default_rng(seed))


@given(VALUES, VALUES, st.floats(0.01, 1))
def test_no_entry_that_goes_is_larger_than_one_that_stays(first, second, share):
    masks = largest([first, second], share)
    everything, keep = np.abs(np.concatenate([first, second])), np.concatenate(masks)
    assert [mask.shape for mask in masks] == [first.shape, second.shape]
    assert keep.sum() == int(np.ceil(share * len(everything)))
    if not keep.all():
        assert everything[keep].min() >= everything[~keep].max()


def test_a_pruned_network_has_the_share_that_was_asked_for_and_computes_as_much_less():
    net = network()
    dense = sparse_multiply_adds(net)
    assert dense == SMALL.multiply_adds
    total = sum(layer.weights for layer in net.layers)
    prune(net, 0.25)
    assert sum(kept(net)) == int(np.ceil(0.25 * total))
    assert 0 < sparse_multiply_adds(net) < dense
    assert SMALL.multiply_adds == dense, "A processor that cannot skip zeros saves nothing."


def test_everything_may_stay():
    net = network()
    before = [own["weight"].copy() for own in net.parameters]
    prune(net, 1.0)
    for own, weight in zip(net.parameters, before, strict=True):
        np.testing.assert_array_equal(own["weight"], weight)


def test_pruned_weights_stay_at_zero_in_training_and_the_others_move():
    net = network()
    prune(net, 0.3)
    before = [own["weight"].copy() for own in net.parameters]
    descend(net, Recipe(SMALL, epochs=1, momentum=0.9), np.random.default_rng(0), 1.0, stop=False)
    for own, old, mask in zip(net.parameters, before, net.masks, strict=True):
        assert (own["weight"][~mask] == 0).all()
        assert (own["weight"] != old).any()


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ProblemError, match="above 0 and at most 1"):
        largest([np.ones(3)], share)
