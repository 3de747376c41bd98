"""Few-shot episodes are fair, the nearest mean is what it says, and our network knows the digits it was trained on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.toolbox import few_shot


@given(st.integers(0, 1000), st.sampled_from(few_shot.SHOTS))
def test_an_episode_never_shares_images_between_learning_and_testing_and_has_each_class_alike(seed, shots):
    _, labels = few_shot.digits()
    _, new = few_shot.split(seed)
    drawn = few_shot.episode(labels, new, shots, np.random.default_rng(seed))
    assert not set(drawn.learned) & set(drawn.tested)
    assert len(set(drawn.learned)) == shots * len(new) and len(set(drawn.tested)) == few_shot.TESTED * len(new)
    assert {*np.bincount(labels[drawn.learned], minlength=10)[new]} == {shots}
    assert set(labels[drawn.tested]) == set(new)


@given(st.integers(0, 1000))
def test_a_split_has_each_digit_once_and_sources_share_none_with_the_new(seed):
    source, new = few_shot.split(seed)
    assert sorted([*source, *new]) == list(range(10)) and len(new) == few_shot.NEW


@given(st.integers(0, 10_000), st.floats(-5, 5), st.floats(0.1, 10))
def test_the_nearest_mean_does_not_notice_a_common_shift_or_a_common_scale(seed, shift, scale):
    rng = np.random.default_rng(seed)
    x, labels, z = rng.standard_normal((12, 5)), np.repeat([4, 1, 7], 4), rng.standard_normal((20, 5))
    before = few_shot.nearest_mean(x, labels, z)
    move = shift * rng.standard_normal(5)
    assert (few_shot.nearest_mean(scale * (x + move), labels, scale * (z + move)) == before).all()


@given(st.integers(0, 10_000))
def test_the_nearest_mean_does_not_notice_the_order_of_the_images(seed):
    rng = np.random.default_rng(seed)
    x, labels, z = rng.standard_normal((12, 5)), np.repeat([4, 1, 7], 4), rng.standard_normal((20, 5))
    order = rng.permutation(12)
    assert (few_shot.nearest_mean(x[order], labels[order], z) == few_shot.nearest_mean(x, labels, z)).all()


def test_the_nearest_mean_of_two_gaussians_errs_as_often_as_theory_says():
    rng, distance = np.random.default_rng(0), 2.0
    labels = np.repeat([0, 1], 20_000)
    x = rng.standard_normal((40_000, 3))
    x[labels == 1, 0] += distance
    wrong = np.mean(few_shot.nearest_mean(x, labels, x) != labels)
    theory = 0.5 * math.erfc(distance / 2 / math.sqrt(2))
    assert wrong == pytest.approx(theory, abs=4 * math.sqrt(theory * (1 - theory) / 40_000))


def test_what_was_learned_describes_the_source_better_than_the_pixels_do():
    """The network is not simply bad: on the digits that it was trained on it beats the pixels."""
    _, labels = few_shot.digits()
    source, _ = few_shot.split(0)
    right = {}
    for description in (few_shot.PIXELS, "trained on six digits"):
        x = few_shot.describe(description, 0)
        drawn = [few_shot.episode(labels, source, 5, np.random.default_rng(seed)) for seed in range(10)]
        right[description] = np.mean(
            [few_shot.nearest_mean(x[d.learned], labels[d.learned], x[d.tested]) == labels[d.tested] for d in drawn]
        )
    assert right["trained on six digits"] > right[few_shot.PIXELS] + 0.02


def test_gaps_to_the_pixels_are_taken_within_each_split():
    table = load_result("toolbox-digits")
    gaps = few_shot.behind_pixels(table).set_index(["classifier", "description", "shots"])
    mean = table.groupby(["classifier", "description", "shots"])["accuracy"].mean()
    at = (few_shot.NEAREST, "trained on six digits", 5)
    assert gaps.loc[at, "behind"] == pytest.approx(mean[(at[0], few_shot.PIXELS, 5)] - mean[at])
    # paired within splits the error is smaller than that of two means apart
    loose = table.groupby(["classifier", "description", "shots"])["accuracy"].sem()
    assert gaps.loc[at, "error"] < math.hypot(loose[(at[0], few_shot.PIXELS, 5)], loose[at])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: few_shot.episode(np.repeat([0, 1], 5), np.array([0, 1]), 3, np.random.default_rng(0), tested=3),
        lambda: few_shot.episode(np.repeat([0, 1], 5), np.array([0, 1]), 0, np.random.default_rng(0)),
        lambda: few_shot.episode(np.repeat([0, 1], 5), np.array([2]), 1, np.random.default_rng(0)),
        lambda: few_shot.nearest_mean(np.zeros((3, 2)), np.zeros(3), np.zeros((3, 4))),
        lambda: few_shot.nearest_mean(np.zeros((3, 2)), np.zeros(2), np.zeros((3, 2))),
        lambda: few_shot.nearest_mean(np.zeros((0, 2)), np.zeros(0), np.zeros((3, 2))),
        lambda: few_shot.describe("dreams", 0),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(wrong):
    with pytest.raises(ProblemError) as said:
        wrong()
    assert str(said.value).endswith(".")
