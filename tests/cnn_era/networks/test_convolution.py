"""However a convolution is computed, the numbers agree to rounding, and its gradients are the slopes of its output."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cnn_era.networks.convolution import (
    Convolution,
    convolution_gradients,
    convolve_im2col,
    convolve_loops,
    convolve_scipy,
    convolve_shifts,
    fold,
    patches,
)
from analysis.kit.errors import ProblemError


@st.composite
def cases(draw):
    """A small convolution with any stride, padding and groups, a size that it fits, and a seed."""
    groups, kernel, padding = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(0, 2))
    layer = Convolution(
        groups * draw(st.integers(1, 2)),
        groups * draw(st.integers(1, 2)),
        kernel,
        draw(st.integers(1, 3)),
        padding,
        groups,
    )
    return layer, draw(st.integers(max(1, kernel - 2 * padding), 5)), draw(st.integers(0, 999))


def numbers(layer, size, seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    x, w = rng.standard_normal((2, size, size, layer.inputs)), rng.standard_normal(layer.shape)
    return x.astype(dtype), w.astype(dtype)


@given(cases())
@settings(max_examples=60, deadline=None)
def test_all_ways_give_the_same_image_for_any_stride_padding_and_groups(case):
    """Double precision: sums of at most 18 products in another order, and one transform, differ below 1e-12."""
    layer, size, seed = case
    x, w = numbers(layer, size, seed)
    expected, _ = convolve_loops(x, w, layer)
    for found in (
        convolve_im2col(x, w, layer),
        convolve_shifts(x, w, layer),
        convolve_scipy(x, w, layer),
        convolve_scipy(x, w, layer, "fft"),
    ):
        np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("convolve", [convolve_im2col, convolve_shifts])
def test_single_precision_stays_single_and_agrees_to_its_rounding(convolve):
    layer = Convolution(16, 32, padding=1)
    x, w = numbers(layer, 8, 0, np.float32)
    found = convolve(x, w, layer)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, convolve_im2col(x.astype(float), w.astype(float), layer), atol=1e-4)


@given(cases())
@settings(max_examples=40, deadline=None)
def test_the_count_is_the_number_of_turns_of_the_innermost_loop(case):
    layer, size, seed = case
    _, turns = convolve_loops(*numbers(layer, size, seed), layer)
    assert turns == 2 * layer.multiply_adds(size)


@given(cases())
@settings(max_examples=40, deadline=None)
def test_gradients_are_slopes(case):
    """A convolution is linear in weights and in pixels, so that the product with a direction is exact."""
    layer, size, seed = case
    x, w = numbers(layer, size, seed)
    dx, dw = numbers(layer, size, seed + 1)
    slope = np.random.default_rng(seed + 2).standard_normal(convolve_im2col(x, w, layer).shape)
    weights, images = convolution_gradients(x, w, slope, layer)
    assert (weights * dw).sum() == pytest.approx((convolve_im2col(x, dw, layer) * slope).sum(), abs=1e-9)
    assert (images * dx).sum() == pytest.approx((convolve_im2col(dx, w, layer) * slope).sum(), abs=1e-9)


@pytest.mark.parametrize(
    "layer", [Convolution(2, 4, 3, 2, 1), Convolution(4, 4, 3, 1, 1, 4)], ids=["full", "depthwise"]
)
def test_gradients_match_finite_differences_weight_by_weight_and_pixel_by_pixel(layer):
    x, w = numbers(layer, 5, 3)
    slope = np.random.default_rng(4).standard_normal(convolve_im2col(x, w, layer).shape)
    gradients = convolution_gradients(x, w, slope, layer)
    for array, gradient in zip((w, x), gradients, strict=True):
        for place in np.ndindex(array.shape):
            old, sides = array[place], []
            for step in (1e-6, -1e-6):
                array[place] = old + step
                sides.append((convolve_loops(x, w, layer)[0] * slope).sum() if array is w else None)
                if array is x:
                    sides[-1] = (convolve_shifts(x, w, layer) * slope).sum()
            array[place] = old
            assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)


def test_the_first_layer_of_a_network_asks_for_no_gradient_below():
    for layer in (Convolution(2, 4), Convolution(2, 2, groups=2)):
        x, w = numbers(layer, 4, 0)
        assert convolution_gradients(x, w, convolve_im2col(x, w, layer), layer, below=False)[1] is None


@given(cases())
@settings(max_examples=30, deadline=None)
def test_folding_is_the_transpose_of_cutting_patches(case):
    layer, size, seed = case
    x, _ = numbers(layer, size, seed)
    rows = np.random.default_rng(seed).standard_normal(patches(x, layer).shape)
    assert (patches(x, layer) * rows).sum() == pytest.approx((x * fold(rows, layer, 2, size)).sum(), abs=1e-9)


def test_a_kernel_as_large_as_the_image_is_a_dense_layer():
    layer = Convolution(3, 10, kernel=4)
    x, w = numbers(layer, 4, 0)
    np.testing.assert_allclose(convolve_im2col(x, w, layer)[:, 0, 0], x.reshape(2, -1) @ w.reshape(-1, 10))


@pytest.mark.parametrize(
    ("layer", "size", "published"),
    [
        (Convolution(3, 96, 11, 4), 227, 105_415_200),  # AlexNet, first layer
        (Convolution(96, 256, 5, 1, 2, groups=2), 27, 223_948_800),  # AlexNet, second layer in two groups
        (Convolution(3, 64, 3, 1, 1), 224, 86_704_128),  # VGG-16, first layer
        (Convolution(9216, 4096, kernel=1), 1, 37_748_736),  # AlexNet, first dense layer
    ],
)
def test_known_layers_are_counted(layer, size, published):
    assert layer.multiply_adds(size) == published


@pytest.mark.parametrize("outputs", [32, 256])
def test_separating_a_convolution_saves_what_howard_et_al_say(outputs):
    """Howard et al. 2017, section 3.1: the cost falls to 1 / outputs + 1 / kernel^2."""
    full = Convolution(32, outputs, padding=1).multiply_adds(8)
    parts = Convolution(32, 32, padding=1, groups=32).multiply_adds(8) + Convolution(32, outputs, 1).multiply_adds(8)
    assert parts / full == pytest.approx(1 / outputs + 1 / 9)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: Convolution(3, 4, groups=2), "2 groups do not divide"),
        (lambda: Convolution(3, 4, stride=0), "below its minimum"),
        (lambda: Convolution(3, 4, kernel=5).multiply_adds(3), "does not fit"),
        (lambda: convolve_im2col(np.ones((1, 4, 4, 2)), np.ones((3, 3, 1, 1)), Convolution(1, 1)), "images have shape"),
        (lambda: convolve_loops(np.ones((1, 4, 4, 1)), np.ones((3, 3)), Convolution(1, 1)), "weights have shape"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()
