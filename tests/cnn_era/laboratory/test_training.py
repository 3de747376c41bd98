"""A run is its seed, its bill is counted as it is spent, and it stops where it says."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.laboratory.small_network import Design
from analysis.cnn_era.laboratory.training import LOOK, TRAINING_IMAGES, Recipe, digits, shifted, train
from analysis.cnn_era.networks.traffic import METHODS
from analysis.kit.errors import ProblemError

QUICK = Recipe(Design((4, 8), normalised=True), learning_rate=0.05, momentum=0.9, epochs=2)


def test_a_seed_names_a_run():
    first, again, other = (train(QUICK, seed, stop=False) for seed in (0, 0, 1))
    assert first.history == again.history and first.test == again.test
    for (_, a), (_, b) in zip(first.network.named(), again.network.named(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert first.history != other.history


def test_the_split_shares_no_image_and_leaves_none_out():
    split = digits()
    parts = [split.x_train, split.x_validation, split.x_test]
    assert sum(map(len, parts)) == 1797
    assert len(np.unique(np.concatenate(parts).reshape(1797, -1), axis=0)) == 1797
    assert split.x_train.mean() == pytest.approx(0, abs=1e-6) and split.x_train.std() == pytest.approx(1, abs=1e-6)


def test_a_run_that_stops_has_the_same_bill_as_one_that_goes_on():
    stopped, whole = (train(QUICK, 0, target=0.8, stop=stop) for stop in (True, False))
    assert (stopped.images, stopped.multiply_adds, stopped.bytes) == (whole.images, whole.multiply_adds, whole.bytes)
    assert stopped.history == whole.history[: len(stopped.history)]
    assert stopped.history[-1][1] >= 0.8 > max(accuracy for _, accuracy in stopped.history[:-1])
    assert whole.history[-1][0] >= QUICK.epochs * TRAINING_IMAGES


def test_the_bill_is_images_times_the_cost_of_an_image():
    run = train(QUICK, 0, target=0.8)
    assert run.multiply_adds == run.images * QUICK.design.training_multiply_adds
    assert run.bytes == pytest.approx(run.images * QUICK.bytes_per_image)
    assert run.images % QUICK.batch == 0 and run.images - run.history[-2][0] <= LOOK + QUICK.batch


def test_a_target_that_is_never_met_costs_without_end():
    run = train(replace(QUICK, epochs=1, learning_rate=1e-6), 0)
    assert run.images is None and math.isinf(run.multiply_adds) and math.isinf(run.bytes)


def test_training_learns_digits():
    assert train(QUICK, 0, stop=False).test > 0.85


def test_the_same_multiply_adds_move_fewer_bytes_in_every_later_way():
    moved = [replace(QUICK, method=method).bytes_per_image for method in METHODS]
    assert moved == sorted(moved, reverse=True)
    half = replace(QUICK, method="implicit", half=True)
    assert half.bytes_per_image < moved[-1] < replace(QUICK, method="implicit", batch=4).bytes_per_image


@given(st.integers(0, 1000))
def test_a_shifted_image_is_the_image_a_pixel_away(seed):
    """Away from the edge every shifted image is one of nine moved copies."""
    rng = np.random.default_rng(seed)
    images = rng.standard_normal((3, 8, 8, 1))
    for old, new in zip(images, shifted(images, rng), strict=True):
        moved = [np.roll(old, (i, j), axis=(0, 1))[1:-1, 1:-1] for i in (-1, 0, 1) for j in (-1, 0, 1)]
        assert any(np.array_equal(new[1:-1, 1:-1], copy) for copy in moved)


@given(st.floats(0, 1))
def test_one_cycle_stays_between_zero_and_its_peak(progress):
    assert 0 <= replace(QUICK, schedule="one-cycle").rate(progress) <= QUICK.learning_rate


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: Recipe(learning_rate=0), "positive rate"),
        (lambda: Recipe(momentum=1), "momentum"),
        (lambda: Recipe(batch=0), "batch of 0"),
        (lambda: Recipe(batch=TRAINING_IMAGES + 1), "out of range"),
        (lambda: train(QUICK, 0, target=1.5), "above 0 and at most 1, not 1.5"),
    ],
)
def test_recipes_that_cannot_train_are_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()
