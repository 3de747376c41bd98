"""Rounding stays within half a step, integer arithmetic is exact, and folding changes no score."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.laboratory.low_precision import FULL, codes, inference_bytes, integer_logits, largest_activations
from analysis.cnn_era.laboratory.pruning import kept, prune
from analysis.cnn_era.laboratory.small_network import Design, SmallNetwork
from analysis.cnn_era.laboratory.training import Recipe, digits, train
from analysis.kit.errors import ProblemError

SMALL = Design((4, 8), normalised=True)


@pytest.fixture(scope="module")
def trained():
    return train(Recipe(SMALL, learning_rate=0.05, momentum=0.9, epochs=2), 0, stop=False).network


@given(st.integers(2, 16), st.integers(0, 1000))
def test_rounding_moves_no_value_by_more_than_half_a_step(bits, seed):
    values = np.random.default_rng(seed).standard_normal((4, 5)) * 10.0 ** (seed % 7 - 3)
    for axis in (None, (0,)):
        whole, scale = codes(values, bits, axis)
        assert (np.abs(whole * scale - values) <= scale / 2 * (1 + 1e-9)).all()
        assert (whole == np.round(whole)).all() and np.abs(whole).max() == 2 ** (bits - 1) - 1


@given(st.integers(2, 15), st.integers(0, 1000))
def test_a_bit_more_at_least_halves_the_step(bits, seed):
    values = np.random.default_rng(seed).standard_normal(20)
    assert codes(values, bits + 1)[1] <= codes(values, bits)[1] / 2


def test_zeros_stay_zeros():
    assert (codes(np.zeros((3, 2)), 4, (0,))[0] == 0).all()


@pytest.mark.parametrize("separable", [False, True])
def test_folding_the_normalisation_changes_no_score(separable):
    design = Design((4, 8), normalised=True, separable=separable)
    net = train(Recipe(design, learning_rate=0.05, momentum=0.9, epochs=1), 0, stop=False).network
    x = digits().x_test[:50]
    np.testing.assert_allclose(integer_logits(net, x, largest_activations(net, x), FULL), net.logits(x), atol=1e-3)


def test_sixteen_bits_are_as_good_as_all_and_two_are_not(trained):
    split = digits()
    largest = largest_activations(trained, split.x_train)
    full, fine, coarse = (integer_logits(trained, split.x_test, largest, bits) for bits in (FULL, 16, 2))
    spread = full.std()
    assert np.abs(fine - full).max() < 0.01 * spread
    assert np.abs(coarse - full).max() > 0.5 * spread


def test_errors_of_the_scores_fall_by_half_with_every_bit(trained):
    """Rounding errors are steps, and the steps halve; 30 % off for each bit leaves room for their dependence."""
    split = digits()
    largest = largest_activations(trained, split.x_train)
    full = integer_logits(trained, split.x_test, largest, FULL)
    errors = [np.std(integer_logits(trained, split.x_test, largest, bits) - full) for bits in range(5, 11)]
    for worse, better in pairwise(errors):
        assert worse / better == pytest.approx(2, rel=0.3)


@pytest.mark.parametrize("bits", [4, 8])
def test_what_is_larger_than_in_the_calibration_is_cut_off(trained, bits):
    split = digits()
    largest = largest_activations(trained, split.x_train)
    bright = 3 * split.x_test[:20]
    assert bright.max() > largest[0]
    cut = np.clip(bright, -largest[0], largest[0])
    np.testing.assert_allclose(
        integer_logits(trained, bright, largest, bits), integer_logits(trained, cut, largest, bits), atol=1e-9
    )


def test_every_sum_of_products_of_eight_bit_codes_is_exact_in_single_precision():
    largest = max(np.prod(layer.shape[:3]) for layer, _ in Design().layers())
    assert largest * 127**2 < 2**24


def test_fewer_bits_and_fewer_weights_move_fewer_bytes():
    net = SmallNetwork(SMALL, np.random.default_rng(0))
    dense = inference_bytes(net, FULL)
    numbers = sum(
        layer.weights + layer.outputs + size**2 * layer.inputs + layer.output_size(size) ** 2 * layer.outputs
        for layer, size in SMALL.layers()
    )
    assert dense == 4 * numbers
    assert dense / 4 < inference_bytes(net, 8) < dense / 3.5
    prune(net, 0.5)
    gone = sum(layer.weights for layer in net.layers) - sum(kept(net))
    maps = sum(layer.weights for layer, count in zip(net.layers, kept(net), strict=True) if count < layer.weights)
    assert inference_bytes(net, FULL) == dense - 4 * gone + maps / 8


@pytest.mark.parametrize("bits", [1, 17, 0])
def test_bits_out_of_range_are_refused(bits):
    with pytest.raises(ProblemError, match="out of range"):
        codes(np.ones(3), bits)
