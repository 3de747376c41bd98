"""The small network learns by its true gradient, and its bill is what its loops would spend."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.cnn_era.laboratory.small_network import CLASSES, PIXELS, Design, SmallNetwork
from analysis.cnn_era.networks.convolution import convolve_im2col, convolve_loops
from analysis.kit.errors import ProblemError

DESIGNS = [Design((3, 4), normalised, separable) for normalised in (False, True) for separable in (False, True)]


def batch(images=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((images, PIXELS, PIXELS, 1)), rng.integers(CLASSES, size=images)


def network(design, seed=0):
    """In double precision, with every parameter away from its start."""
    rng = np.random.default_rng(seed)
    result = SmallNetwork(design, rng, np.float64)
    for _, array in result.named():
        array += 0.1 * rng.standard_normal(array.shape)
    return result


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_the_gradient_of_every_parameter_is_the_slope_of_the_loss(design):
    """Central differences in double precision along a random direction in each array; ReLU's kinks are too rare to
    meet at a step of 1e-6."""
    net, (x, y), gradient = network(design), batch(), {}
    net.loss(x, y, gradient)
    for number, (key, array) in enumerate(net.named()):
        direction = np.random.default_rng(number).standard_normal(array.shape)
        array += 1e-6 * direction
        high = net.loss(x, y)
        array -= 2e-6 * direction
        low = net.loss(x, y)
        array += 1e-6 * direction
        slope = (high - low) / 2e-6
        assert slope == pytest.approx((gradient[key] * direction).sum(), rel=1e-5, abs=1e-8), key
    assert set(gradient) == {key for key, _ in net.named()}


@pytest.mark.parametrize("design", [Design(), Design(separable=True), *DESIGNS], ids=str)
def test_the_count_of_a_design_is_what_the_loops_count(design):
    """One image through textbook loops, layer by layer, with a counter inside the innermost one."""
    if design.channels == Design().channels:
        design = Design((4, 8, 8), design.normalised, design.separable)
    net, turns = SmallNetwork(design, np.random.default_rng(0)), 0
    x = batch(1)[0]
    for layer, own in zip(net.layers, net.parameters, strict=True):
        looped, count = convolve_loops(x, own["weight"], layer)
        np.testing.assert_allclose(looped, convolve_im2col(x, own["weight"], layer), atol=1e-5)
        x, turns = looped, turns + count
    assert x.shape == (1, 1, 1, CLASSES)
    assert turns == design.multiply_adds


def test_training_costs_three_forward_passes_less_the_slope_below_the_first_layer():
    design = Design()
    first = 8 * 8 * 9 * design.channels[0]
    assert design.training_multiply_adds == 3 * design.multiply_adds - first


def test_the_default_network_layer_by_layer():
    """9 x 16 weights at 64 places, 9 x 16 x 32 at 16, 9 x 32 x 32 at 16, and 512 x 10 once."""
    assert Design().multiply_adds == 64 * 144 + 16 * 4608 + 16 * 9216 + 5120
    assert Design().parameters == 144 + 4608 + 9216 + 5120 + 16 + 32 + 32 + 10


def test_a_normalised_batch_has_mean_zero_and_variance_one_and_the_moments_follow_it():
    net, (x, y) = SmallNetwork(Design((3, 4), normalised=True), np.random.default_rng(0), np.float64), batch(40)
    u = convolve_im2col(x, net.parameters[0]["weight"], net.layers[0])
    for _ in range(200):
        net.loss(x, y)
    mean, variance = net.moments[0]
    np.testing.assert_allclose(mean, u.mean(axis=(0, 1, 2)), rtol=1e-6)
    np.testing.assert_allclose(variance, u.var(axis=(0, 1, 2)), rtol=1e-6)
    before = net.loss(x, y)
    logits = net.logits(x)
    known = logits[np.arange(40), y] - np.log(np.exp(logits).sum(axis=1))
    assert before == pytest.approx(-known.mean(), rel=1e-3)


def test_normalisation_undoes_the_scale_of_the_weights():
    """The loss does not change when the weights below a normalisation grow, so their gradient is orthogonal to them."""
    net, (x, y), gradient = network(Design((3, 4), normalised=True)), batch(), {}
    before = net.loss(x, y, gradient)
    assert (gradient[0, "weight"] * net.parameters[0]["weight"]).sum() == pytest.approx(0, abs=1e-4)
    net.parameters[0]["weight"] *= 3
    assert net.loss(x, y) == pytest.approx(before, rel=1e-4)


def test_an_untrained_network_guesses_one_in_ten():
    net, (x, y) = SmallNetwork(Design(), np.random.default_rng(0)), batch(200)
    assert net.loss(x.astype(np.float32), y) == pytest.approx(np.log(CLASSES), rel=0.1)


def test_half_precision_moves_the_loss_by_no_more_than_its_rounding():
    """Eleven significant bits: 2^-11 a number. A unit that crosses zero by rounding moves a slope by more."""
    (x, y), pair = batch(50), []
    for half in (False, True):
        net, gradient = SmallNetwork(Design(), np.random.default_rng(0), half=half), {}
        pair.append((net.loss(x.astype(np.float32), y, gradient), gradient))
    (single, slopes), (half, rounded) = pair
    assert half == pytest.approx(single, rel=2e-3)
    assert any((rounded[key] != slope).any() for key, slope in slopes.items()), "nothing was rounded"
    for key, slope in slopes.items():
        assert np.linalg.norm(rounded[key] - slope) <= 0.05 * np.linalg.norm(slope), key


def test_masked_weights_receive_no_gradient():
    net, (x, y), gradient = network(Design((3, 4))), batch(), {}
    net.masks[1] = np.random.default_rng(0).random(net.layers[1].shape) < 0.5
    net.loss(x, y, gradient)
    assert (gradient[1, "weight"][~net.masks[1]] == 0).all() and gradient[1, "weight"].any()


@pytest.mark.parametrize("channels", [(4,), (4, 0)])
def test_channels_that_make_no_network_are_refused(channels):
    with pytest.raises(ProblemError, match="no network"):
        Design(channels)
