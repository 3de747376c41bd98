"""A published number is met within a tolerance that belongs to the agreement, and a disagreement is declared."""

from __future__ import annotations

import pytest

from analysis.kit.checks import Check
from analysis.kit.errors import ProblemError
from analysis.kit.facts import Fact
from analysis.kit.numbers import Number

FACT = Fact("some-slope", -1.0, -1.1, -0.9, "1", "2020", "someone2020", "Table 1", "primary", "CC-BY-4.0", "")


@pytest.mark.parametrize("ours", [-1.5, -0.5])
def test_a_difference_of_just_the_tolerance_agrees(ours):
    assert Check("slope", ours, FACT, 0.5).holds
    assert not Check("slope", ours, FACT, 0.5, agrees=False).holds


def test_a_tolerance_of_zero_asks_for_the_published_number_itself():
    assert Check("slope", -1.0, FACT, 0.0).holds
    assert not Check("slope", -1.0000001, FACT, 0.0).holds


@pytest.mark.parametrize(
    ("ours", "agrees", "said"),
    [
        (-0.98, True, "agrees within 0.05"),
        (-0.5, True, "disagrees within 0.05 where the chapter says it agrees"),
        (-0.5, False, "disagrees within 0.05"),
        (-0.98, False, "agrees within 0.05 where the chapter says it disagrees"),
    ],
)
def test_the_sentence_says_what_is_and_what_the_chapter_says(ours, agrees, said):
    assert str(Check("slope", ours, FACT, 0.05, agrees)) == (f"slope: ours {ours:g}, published -1 (some-slope), {said}")


def test_what_nobody_published_is_held_against_what_a_formula_gives_and_needs_a_name():
    exact = Number(0.5, ".2f", how="Mean: by the formula")
    assert (
        str(Check("mean", 0.51, exact, 0.02, id="mean")) == "mean: ours 0.51, expected 0.5 (mean), agrees within 0.02"
    )
    with pytest.raises(ProblemError, match="give it an id"):
        Check("mean", 0.51, exact, 0.02)
