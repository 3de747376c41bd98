"""Training apart becomes ordinary training where it must: one worker, one step, one average."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.distributed.compression import Compression
from analysis.distributed.local_training import (
    AVERAGE,
    Apart,
    Outer,
    share_out,
    train_apart,
    train_together,
)
from analysis.kit.errors import ProblemError
from analysis.scaling.language_model import LanguageModel, Training, sampler

MODEL = LanguageModel(6)
TEXT = np.random.default_rng(5).integers(96, size=4_000, dtype=np.uint8)


def apart(workers=3, steps=12, steps_between=4, **other):
    return train_apart(MODEL, share_out(TEXT, workers), steps, steps_between, 0.01, seed=1, batch=16, **other)


def together(workers=3, steps=12, **other):
    return train_together(MODEL, share_out(TEXT, workers), steps, 0.01, seed=1, batch=16, **other)


@pytest.mark.parametrize("steps_between", [1, 5, 7, 60])
def test_one_worker_with_a_plain_outer_step_is_adam_to_the_last_bit(steps_between):
    np.testing.assert_array_equal(apart(1, 60, steps_between).theta, together(1, 60).theta)


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_meeting_after_each_plain_step_is_data_parallel_training_to_rounding(workers):
    """The mean of k gradient steps is the step of the mean gradient; single precision allows 1e-6."""
    alone, all_ = apart(workers, steps_between=1, optimiser="sgd"), together(workers, optimiser="sgd")
    np.testing.assert_allclose(alone.theta, all_.theta, atol=1e-6)
    assert np.abs(all_.theta - together(workers, steps=1, optimiser="sgd").theta).max() > 1e-5


def test_with_adam_it_is_not_because_each_worker_has_moments_of_its_own():
    assert np.abs(apart(steps_between=1).theta - together().theta).max() > 1e-4


def test_workers_that_see_the_same_stay_the_same():
    """Three copies of one worker agree to the last bit, whatever the outer step."""
    outer = Outer(0.7, 0.9)

    def train(workers):
        start = MODEL.initial(np.random.default_rng(0))
        streams = [sampler(TEXT, 16, np.random.default_rng(3)) for _ in range(workers)]
        under_way = Apart([Training(MODEL, start, draw, 12, 0.01) for draw in streams], outer)
        for _ in range(3):
            under_way.advance(4)
            under_way.meet()
        return under_way.theta

    np.testing.assert_allclose(train(3), train(1), atol=1e-6)


@pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0)])
def test_the_order_in_which_workers_are_advanced_makes_no_difference(order):
    results = []
    for chosen in (None, order):
        start = MODEL.initial(np.random.default_rng(0))
        draws = [sampler(TEXT, 16, np.random.default_rng(i)) for i in range(3)]
        under_way = Apart([Training(MODEL, start, draw, 8, 0.01) for draw in draws], Outer(0.7, 0.5), Compression(4))
        for _ in range(2):
            under_way.advance(4, chosen)
            under_way.meet()
        results.append(under_way.theta)
    np.testing.assert_array_equal(*results)


def test_a_first_outer_step_of_rate_r_goes_r_of_the_way_to_the_average():
    start = MODEL.initial(np.random.default_rng([1, 1]))
    whole = apart(steps_between=12).theta - start
    np.testing.assert_allclose(apart(steps_between=12, outer=Outer(0.4)).theta - start, 0.4 * whole, atol=1e-6)


def test_what_is_sent_is_counted_once_a_meeting():
    """Three meetings of twelve steps; the last may come early; data-parallel training sends at each step."""
    size = MODEL.total_parameters
    assert (apart().meetings, apart().bits_sent) == (3, 3 * 32 * size)
    assert apart(steps_between=5).meetings == 3
    assert together().bits_sent == 12 * 32 * size
    assert apart(compression=Compression(4)).bits_sent == 3 * (4 + 32 / 256) * size


def test_sixteen_bits_hardly_differ_from_thirty_two_and_two_do():
    exact = apart().theta
    moved = [np.abs(apart(compression=Compression(bits)).theta - exact).max() for bits in (16, 2)]
    assert moved[0] < 1e-3 < moved[1]


def test_text_is_shared_out_whole_and_without_overlap():
    stretches = share_out(TEXT, 3, by_domain=True)
    np.testing.assert_array_equal(np.concatenate(stretches), TEXT)
    assert all(text is TEXT for text in share_out(TEXT, 3))


def test_a_training_in_parts_is_the_training_as_a_whole():
    def begin():
        draw = sampler(TEXT, 16, np.random.default_rng(2))
        return Training(MODEL, MODEL.initial(np.random.default_rng(0)), draw, 20, 0.01, weight_decay=0.1)

    whole, parts = begin(), begin()
    whole.advance(20)
    for steps in (0, 1, 7, 12):
        parts.advance(steps)
    np.testing.assert_array_equal(whole.theta, parts.theta)
    with pytest.raises(ProblemError, match=r"20 of 20 are done"):
        parts.advance(1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: apart(steps_between=13),
        lambda: apart(steps_between=0),
        lambda: apart(workers=0),
        lambda: train_apart(MODEL, [], 4, 2, 0.01, seed=0),
        lambda: train_together(MODEL, [], 4, 0.01, seed=0),
        lambda: Apart([], AVERAGE),
        lambda: Outer(0),
        lambda: Outer(0.7, 1.0),
        lambda: train_together(MODEL, [TEXT], 0, 0.01, seed=0),
    ],
)
def test_nonsense_is_refused_in_a_sentence(call):
    with pytest.raises(ProblemError, match=r"^[A-Z0-9].*\.$"):
        call()
