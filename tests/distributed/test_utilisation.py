"""Utilisation and the bandwidth that it takes: each the other turned round, and both near the published simulations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.distributed.utilisation import (
    bandwidth_for,
    published_shapes,
    shape_of,
    step_schedule,
    streaming_bandwidth_for,
    streaming_utilisation,
    utilisation,
)
from analysis.kit import facts
from analysis.kit.errors import ProblemError

shares = st.floats(0.05, 0.995)
sizes = st.floats(8, 12).map(lambda power: 10.0**power)
apart = st.integers(1, 1000)
bits = st.integers(1, 32)
lines = st.floats(-3, 3).map(lambda power: 10.0**power)


@given(shares, sizes, apart, bits)
def test_the_bandwidth_for_a_utilisation_gives_that_utilisation(share, size, h, b):
    assert utilisation(bandwidth_for(share, size, h, b), size, h, b) == pytest.approx(share, rel=1e-9)
    assert streaming_utilisation(streaming_bandwidth_for(share, size, h, b), size, h, b) == pytest.approx(
        share, rel=1e-9
    )


@given(lines, sizes, apart, bits)
def test_the_utilisation_of_a_line_takes_that_line(line, size, h, b):
    share = utilisation(line, size, h, b)
    if 1e-6 < share < 1 - 1e-6:
        assert bandwidth_for(share, size, h, b) == pytest.approx(line, rel=1e-6)


@pytest.mark.parametrize("function", [bandwidth_for, streaming_bandwidth_for])
@given(share=shares, size=sizes, h=apart, b=bits)
def test_a_line_may_be_slower_the_seldomer_one_meets_and_must_be_faster_for_more_bits_and_more_use(
    function, share, size, h, b
):
    seconds, layers = shape_of(size)
    needed = function(share, size, h, b)
    assert function(share, size, h + 1, b) < needed < function(share, size, h, b + 1)
    assert function((share + 1) / 2, size, h, b) > needed
    assert function(share, 2 * size, h, b, seconds, layers) > needed, "a larger model with the same step"


@given(share=shares, h=apart, b=bits)
def test_larger_published_shapes_take_faster_lines(share, h, b):
    """A step grows more slowly than the model; all but the last layer hides behind it, which is left out here."""
    small, middle, large = (size for size, *_ in list(published_shapes().values())[:3])
    exposed = [bandwidth_for(share, size, h, b, layers=1e9) for size in (small, middle, large)]
    assert exposed[0] < exposed[1] < exposed[2]


@given(shares, sizes, apart, bits)
def test_streaming_sends_no_less_than_the_model_in_each_round(share, size, h, b):
    seconds, _ = shape_of(size)
    assert streaming_bandwidth_for(share, size, h, b) >= share * size * b / 1e9 / (h * seconds) * (1 - 1e-9)


def test_shapes_are_the_published_ones_and_lie_between_them():
    for size, layers, seconds in published_shapes().values():
        assert shape_of(size) == pytest.approx((seconds, layers))
    assert shape_of(np.sqrt(1e9 * 10e9)) == pytest.approx((np.sqrt(0.1 * 0.8), np.sqrt(24 * 48)))


def offsets(methods, function):
    """Published over ours, in steps of the papers' grid of 50 bandwidths in four powers of ten."""
    table = facts.frame("distributed_bandwidth").query("paper == 'streaming' and method in @methods")
    ours = function(
        table.utilisation / 100, table.parameters, table.steps_between, table.bits, table.step_seconds, table.layers
    )
    return np.log(table.bandwidth / ours) / (np.log(1e4) / 49)


def test_the_closed_form_is_within_a_grid_step_of_every_published_bandwidth_without_streaming():
    found = offsets(["data-parallel", "DiLoCo"], bandwidth_for)
    assert len(found) == 30
    assert (found.abs() < 1).all()
    assert ((found > -1) & (found < 0.05)).sum() == 29, "the grid point at or below ours"


def test_the_closed_form_of_streaming_is_near_the_published_columns_with_overlap_and_wrong_without():
    """Small bandwidths are printed to a tenth, which is up to half a step of the grid."""
    found = offsets(["streaming, overlapped", "streaming, overlapped, FP4"], streaming_bandwidth_for)
    assert len(found) == 30
    assert found.between(-1.4, 0.6).all()
    assert offsets(["streaming"], streaming_bandwidth_for).max() > 4, (
        "without overlap there is no whole step to hide in"
    )


@given(st.integers(1, 80), st.floats(1, 1000))
def test_sending_each_layer_when_it_is_ready_exposes_what_the_formula_says(layers, line):
    """The line takes the layers in turn; the last gradient is ready as the step ends."""
    seconds, gigabits = 0.1, 16.0
    ready, unit = step_schedule(layers, seconds)
    assert ready[-1] == pytest.approx(seconds) and ready[0] == pytest.approx((layers + 2) * unit)
    free = 0.0
    for each in ready:
        free = max(free, each) + gigabits / layers / line
    share = utilisation(line, 1e9, step_seconds=seconds, layers=layers)
    assert seconds / free == pytest.approx(share, rel=1e-9)


def test_a_student_gets_gigabits_a_second():
    assert 1 < bandwidth_for(utilisation=0.95, parameters=10e9, steps_between=100, bits=4) < 35


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1.0, 1e9), "A bandwidth must be positive and finite, not -1"),
        ((0.0, 1e9), "A bandwidth must be positive"),
        ((1.0, -1e9), "A size must be positive"),
        ((1.0, 1e9, 0), "Steps between meetings must be at least 1"),
        ((1.0, 1e9, 1, 0), "A number of bits must be positive"),
        ((1.0, 1e9, 1, 16, -0.1), "A time of a step must be positive"),
        ((1.0, 1e9, 1, 16, 0.1, 0.5), "A number of layers must be at least 1"),
    ],
)
@pytest.mark.parametrize("function", [utilisation, streaming_utilisation])
def test_what_cannot_be_is_refused_in_a_sentence(function, arguments, said):
    with pytest.raises(ProblemError, match=said):
        function(*arguments)


def test_a_model_below_all_published_shapes_needs_its_own():
    with pytest.raises(ProblemError, match="do not reach down to a model of 10 parameters; give the seconds"):
        utilisation(1.0, 10)
    assert 0 < utilisation(1.0, 10, step_seconds=0.1, layers=2) < 1


@pytest.mark.parametrize("layers", [0, -1, 2.5])
def test_a_step_without_whole_layers_is_refused(layers):
    with pytest.raises(ProblemError, match="A number of layers must be whole, at least 1"):
        step_schedule(layers, 0.8)


@pytest.mark.parametrize("share", [0, 1, 1.2, -0.1, np.nan])
def test_a_utilisation_that_no_line_gives_is_refused(share):
    for function in (bandwidth_for, streaming_bandwidth_for):
        with pytest.raises(ProblemError, match="A utilisation must be above 0 and below 1"):
            function(share, 1e9)
