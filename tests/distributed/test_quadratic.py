"""Local steps on bowls: where workers settle that meet seldom, and what averaging does to their noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.distributed import quadratic
from analysis.kit.errors import ProblemError

CURVATURES, OPTIMA, STEP = np.array([0.2, 0.6, 1.0, 2.0]), np.array([2.0, 0.0, -1.0, 0.5]), 0.1
curvature, place = st.floats(0.05, 5.0), st.floats(-10.0, 10.0)
period = st.integers(1, 2_000)


@st.composite
def bowls(draw):
    """Curvatures, optima, and a step at which no worker overshoots."""
    h = np.array(draw(st.lists(curvature, min_size=1, max_size=6)))
    b = np.array(draw(st.lists(place, min_size=len(h), max_size=len(h))))
    return h, b, draw(st.floats(0.01, 0.99)) / h.max()


@given(bowls())
def test_workers_that_meet_at_each_step_settle_at_the_optimum(drawn):
    h, b, step = drawn
    lowest = (h * b).sum() / h.sum()
    assert quadratic.fixed_point(h, b, step, 1) == pytest.approx(lowest, abs=1e-9)
    assert quadratic.optimum(h, b) == pytest.approx(lowest, abs=1e-12)


@given(bowls(), period)
def test_bowls_of_equal_curvature_give_no_bias_however_seldom_workers_meet(drawn, H):
    h, b, step = drawn
    same = np.full(len(h), h.max())
    assert quadratic.fixed_point(same, b, step, H) == pytest.approx(b.mean(), abs=1e-9)
    assert quadratic.small_step_bias(same, b, step, H) == pytest.approx(0, abs=1e-9 * H)


@given(bowls(), period)
def test_bowls_with_one_lowest_point_give_no_bias_however_seldom_workers_meet(drawn, H):
    h, b, step = drawn
    same = np.full(len(h), b[0])
    assert quadratic.fixed_point(h, same, step, H) == pytest.approx(b[0], abs=1e-9)


@given(bowls())
def test_workers_that_never_meet_again_end_at_the_mean_of_their_lowest_points(drawn):
    h, b, step = drawn
    assert quadratic.fixed_point(h, b, step, np.inf) == pytest.approx(b.mean(), abs=1e-9)
    long = int(np.ceil(40 / (step * h.min())))  # what is left of the way is below e^-40
    assert quadratic.fixed_point(h, b, step, long) == pytest.approx(b.mean(), abs=1e-9)


@given(bowls(), period)
def test_where_workers_settle_lies_between_their_lowest_points(drawn, H):
    h, b, step = drawn
    assert b.min() - 1e-9 <= quadratic.fixed_point(h, b, step, H) <= b.max() + 1e-9


@pytest.mark.parametrize("H", [2, 5, 20])
def test_the_bias_of_small_steps_is_the_derivative_at_a_step_of_zero(H):
    exact = quadratic.optimum(CURVATURES, OPTIMA)
    for step, allowed in ((1e-3, 0.05), (1e-5, 5e-4)):  # the next term is of relative size H * step * curvature
        bias = quadratic.fixed_point(CURVATURES, OPTIMA, step, H) - exact
        assert bias == pytest.approx(quadratic.small_step_bias(CURVATURES, OPTIMA, step, H), rel=allowed)


def test_the_bias_is_not_monotone_in_the_number_of_local_steps():
    bias = quadratic.fixed_point(CURVATURES, OPTIMA, STEP, np.arange(1, 501)) - quadratic.optimum(CURVATURES, OPTIMA)
    assert bias[9] == pytest.approx(-0.0318, abs=5e-5)
    assert bias[49] == pytest.approx(0.1114, abs=5e-5)
    assert bias.min() < 0 < bias[-1]


@pytest.mark.parametrize("H", [1, 7, 50])
def test_the_walk_ends_where_the_formula_says(H):
    places = quadratic.trajectory(3.0, CURVATURES, OPTIMA, STEP, H, steps=H * 400 // H * 3)
    meeting = places[len(places) - 1 - (len(places) - 1) % H]
    assert np.ptp(meeting) == 0
    assert meeting[0] == pytest.approx(quadratic.fixed_point(CURVATURES, OPTIMA, STEP, H), abs=1e-9)


@pytest.mark.parametrize("H", [1, 10, 100])
def test_the_noise_of_the_mean_does_not_depend_on_how_often_workers_meet(H):
    """Three standard errors of a variance of so many walks, at each number of steps between meetings."""
    walks = 4_000
    theory = quadratic.stationary_variance(1.0, 0.1, 1.0, workers=4)
    found = quadratic.simulated_variance(1.0, 0.1, 1.0, 4, H, steps=200, walks=walks, seed=100 + H)
    assert abs(found / theory - 1) < 3 * np.sqrt(2 / walks)


@given(curvature, st.integers(1, 64))
def test_k_workers_have_a_kth_of_the_noise(h, k):
    one = quadratic.stationary_variance(h, 0.1, 2.0, workers=1)
    assert quadratic.stationary_variance(h, 0.1, 2.0, workers=k) == pytest.approx(one / k)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quadratic.fixed_point([1.0, 0.0], [0.0, 1.0], 0.1, 5), "curvature must be positive"),
        (lambda: quadratic.fixed_point([1.0, 3.0], [0.0], 0.1, 5), "one of each for every worker"),
        (lambda: quadratic.fixed_point([1.0, 3.0], [0.0, 1.0], 0.7, 5), "2 over the largest curvature"),
        (lambda: quadratic.fixed_point([1.0, 3.0], [0.0, 1.0], 0.1, 0), "whole number of at least 1"),
        (lambda: quadratic.fixed_point([1.0, 3.0], [0.0, 1.0], 0.1, 2.5), "whole number of at least 1"),
        (lambda: quadratic.stationary_variance(1.0, 0.1, 1.0, 0), "whole number above 0"),
        (lambda: quadratic.simulated_variance(1.0, 0.1, 1.0, 4, 30, 100, 10, 1), "take a multiple"),
        (lambda: quadratic.simulated_variance(1.0, 0.1, 1.0, 4, 200, 100, 10, 1), "take a multiple"),
        (lambda: quadratic.simulated_variance(1.0, 0.1, 1.0, 4, 10, 100, 1, 1), "two or more"),
        (lambda: quadratic.trajectory(0.0, [1.0], [0.0], 0.1, 5, 0), "at least one"),
        (lambda: quadratic.trajectory(0.0, [1.0], [0.0], 0.1, np.inf, 5), "one finite number"),
        (lambda: quadratic.simulated_variance(1.0, 0.1, 1.0, 4, np.inf, 100, 10, 1), "one finite number"),
        (lambda: quadratic.simulated_variance(1.0, 0.1, -1.0, 4, 10, 100, 10, 1), "noise must be finite"),
        (lambda: quadratic.simulated_variance(1.0, 0.1, np.nan, 4, 10, 100, 10, 1), "noise must be finite"),
        (lambda: quadratic.fixed_point([], [], 0.1, 5), "0 curvatures"),
    ],
)
def test_bowls_that_make_no_sense_are_refused_in_a_sentence(call, message):
    with pytest.raises(ProblemError, match=message):
        call()
