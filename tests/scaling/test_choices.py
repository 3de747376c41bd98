"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import pytest

from analysis.scaling.chapter import inputs, verdicts
from tests.kit.choices import Choice, other, undeclared

CHOICES = [
    Choice("SCL-1", "inputs.STEP", other(inputs, "STEP", {"two times": 2.0, "a hundred times": 100.0})),
    Choice("SCL-1", "inputs.EARLY", other(inputs, "EARLY", {"an early budget": 1e19, "a late budget": 1e26})),
    Choice("SCL-9", "inputs.SMALL_RUN", other(verdicts, "SMALL_RUN", {"10,000 dollars": 1e4, "a million": 1e6})),
    Choice("DEM-1", "inputs.SMALL_RUN", other(verdicts, "SMALL_RUN", {"10,000 dollars": 1e4, "a million": 1e6})),
    Choice("SCL-7", "inputs.SHOCK", other(verdicts, "SHOCK", {"0.02 nats": 0.02, "0.5 nats": 0.5})),
]
#: What is no choice, and why.
FIXED = {
    "inputs.PRINTED": "the name of a law",
    "inputs.REFIT": "the name of a law",
    "inputs.CLOSED": "a threshold, which the rule's sentence prints",
    "inputs.SOON": "a threshold, which the rule's sentence prints",
    "SCL-2 inputs.LAWS": "the published answers, which the rule's sentence names",
    "SCL-2 its facts": "the published answers, which the rule's sentence names",
    "inputs.MEEK_LAWS": "the laws that the rule's sentence names",
    "inputs.TWO_LAWS": "the laws that the rule's sentence names",
    "SCL-4 its facts": "the constants of the laws that the rule's sentence names",
    "SCL-9 its facts": "the constants of the laws that the rule's sentence names",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("scaling", CHOICES, FIXED) == ""
