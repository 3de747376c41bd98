"""Counting a network: shapes, parameters and multiply-adds by the formulas, and errors that name the layer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.networks.counting import COLUMNS, count, total
from analysis.cnn_era.networks.layers import (
    AdaptivePool,
    BatchNorm,
    Branches,
    Conv,
    Depthwise,
    Free,
    Linear,
    Pool,
    Residual,
    Shape,
    SqueezeExcite,
)
from analysis.kit.errors import ProblemError

CHANNELS, SIDES, KERNELS = st.integers(1, 12), st.integers(1, 24), st.integers(1, 5)


@st.composite
def convolutions(draw):
    """An input shape and a convolution that fits it."""
    groups = draw(st.integers(1, 3))
    kernel, padding = draw(KERNELS), draw(st.integers(0, 3))
    side = draw(st.integers(max(1, kernel - 2 * padding), 24))
    layer = Conv(groups * draw(CHANNELS), kernel, draw(st.integers(1, 4)), padding, groups, draw(st.booleans()))
    return Shape(groups * draw(CHANNELS), side, side), layer


@given(convolutions())
def test_a_convolution_counted_by_doing_it(case):
    """Slide a window over a padded image and add one for every weight it touches: that is the number of MACs."""
    shape, layer = case
    weights = np.zeros((layer.channels, shape.channels // layer.groups, layer.kernel, layer.kernel))
    padded = shape.height + 2 * layer.padding
    starts = range(0, padded - layer.kernel + 1, layer.stride)
    assert layer.out(shape) == (layer.channels, len(starts), len(starts))
    assert layer.macs(shape) == sum(weights.size for _ in starts for _ in starts)
    assert layer.parameters(shape) == weights.size + layer.channels * layer.bias


@given(convolutions())
def test_groups_divide_the_work(case):
    """g groups need one g-th of the weights and of the multiply-adds."""
    shape, layer = case
    whole = Conv(layer.channels, layer.kernel, layer.stride, layer.padding)
    assert layer.macs(shape) * layer.groups == whole.macs(shape)


@given(CHANNELS, CHANNELS, st.integers(3, 20), st.sampled_from([1, 3, 5]))
def test_a_separable_convolution_costs_one_over_d_plus_one_over_k_squared(channels, made, side, kernel):
    """MobileNet v1, section 3.1: depthwise and 1x1 together against the full convolution."""
    shape = Shape(channels, side, side)
    separable = total((Depthwise(kernel), Conv(made)), side, channels).macs
    assert separable / Conv(made, kernel).macs(shape) == pytest.approx(1 / made + 1 / kernel**2)


@given(CHANNELS, SIDES, st.integers(1, 3), st.integers(1, 4))
def test_convolutional_work_grows_with_the_area_and_parameters_do_not(channels, side, factor, layers):
    small, large = (total((Conv(4, 3),) * layers, s, channels) for s in (side, factor * side))
    assert large.macs == factor**2 * small.macs
    assert large.parameters == small.parameters


@given(CHANNELS, SIDES, st.lists(CHANNELS, min_size=1, max_size=4))
def test_paths_side_by_side_add_up(channels, side, widths):
    """Stacked channels, parameters and multiply-adds are the sums over the paths."""
    paths = tuple((Conv(width, 3),) for width in widths)
    counted = total((Branches(paths),), side, channels)
    alone = [total(path, side, channels) for path in paths]
    assert counted.shape == (sum(widths), side, side)
    assert counted.macs == sum(c.macs for c in alone)
    assert counted.parameters == sum(c.parameters for c in alone)


@given(CHANNELS, SIDES)
def test_what_costs_nothing(channels, side):
    """Normalisation takes two parameters a channel; pooling, activations and shuffles none; all no counted MAC."""
    network = (BatchNorm(), Free("shuffle"), Free("relu"), Pool(1), Residual(()), Branches(((), ())), AdaptivePool())
    counted = total(network, side, channels)
    assert (counted.parameters, counted.macs, counted.shape) == (2 * channels, 0, (2 * channels, 1, 1))


@given(st.integers(1, 64), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2))
def test_the_last_window_of_ceil_pooling_begins_inside(side, kernel, stride, padding):
    """As torch has it: it may hang over the far edge, but begins in the image or its near padding."""
    padding = min(padding, kernel // 2)
    if side + 2 * padding < kernel:
        return
    made = Pool(kernel, stride, padding, ceil=True).out(Shape(1, side, side)).height
    starts = [s for s in range(0, side + padding, stride) if s < side + 2 * padding - kernel + stride]
    assert made == len(starts)


def test_squeeze_and_excite_has_two_small_fully_connected_layers():
    layer, shape = SqueezeExcite(8), Shape(32, 7, 7)
    twice = total((AdaptivePool(), Linear(8), Linear(32)), 7, 32)
    assert (layer.parameters(shape), layer.macs(shape)) == (twice.parameters, twice.macs)
    assert layer.out(shape) == shape


def test_the_table_has_a_row_a_layer_and_says_where_it_stands():
    counted = count((Conv(8, 3), Residual((Conv(8, 3), BatchNorm())), Linear(10)), size=16)
    assert list(counted.columns) == COLUMNS
    assert counted["layer"].tolist() == ["1", "2 body 1", "2 body 2", "3"]
    assert counted["kind"].tolist() == ["conv 3x3", "conv 3x3", "batchnorm", "linear"]


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ((Conv(8, 3), Conv(8, 3, groups=3)), r"Layer 2 conv 3x3: 3 groups do not divide 8 channels"),
        ((Pool(2, 2), Pool(2, 2), Pool(5)), r"Layer 3 pool: A 5x5 window does not fit into 3x4x4"),
        ((Residual((Conv(8, 3, stride=2),)),), r"Layer 1 residual: The body makes 8x8x8 and the shortcut 3x16x16"),
        ((Branches(((Pool(2, 2),), ())),), r"Layer 1 branches: The paths make 3x8x8, 3x16x16"),
        ((Branches(((), ()), split=True),), r"Layer 1 branches: 3 channels cannot be split over 2 paths"),
        ((Residual((Conv(3, 3), Conv(3, 9, padding=0), Conv(3, 9, padding=0))),), r"Layer 1 body 3 conv 9x9: A 9x9"),
        ((Conv(0),), r"Layer 1 conv 1x1: A convolution with channels = 0 cannot be"),
        ((Conv(4, 3, stride=0),), r"stride = 0"),
        ((Conv(4, 3, padding=-1),), r"padding of -1"),
        ((SqueezeExcite(0),), r"Layer 1 squeezeexcite"),
        ((Linear(10), "relu"), r"Layer 2 is a str, not a layer"),
    ],
)
def test_what_does_not_fit_is_named(network, message):
    with pytest.raises(ProblemError, match=message):
        count(network, size=16)


def test_an_image_without_pixels_is_refused():
    with pytest.raises(ProblemError, match="An image of 0 pixels"):
        count((Conv(4),), size=0)
