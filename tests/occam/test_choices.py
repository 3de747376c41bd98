"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import pytest

from analysis.occam.chapter import inputs, verdicts
from tests.kit.choices import Choice, other, undeclared, without_each, without_each_row

RESULTS = (verdicts, "load_result")
CHOICES = [
    Choice("OCC-1", "inputs.SWEEP_NETWORKS", without_each(inputs, "SWEEP_NETWORKS")),
    Choice("OCC-1", "occam-sgd-bayes", without_each_row("occam-sgd-bayes", "target", reader=RESULTS)),
    Choice("OCC-1", "occam-order-chaos", without_each_row("occam-order-chaos", "sigma_w", reader=RESULTS)),
    Choice("OCC-2", "occam-digits", without_each_row("occam-digits", "noise", "noise > 0", RESULTS)),
    Choice("OCC-2", "occam-digits", without_each_row("occam-digits", "sigma_w", "sigma_w > 2", RESULTS)),
    Choice("OCC-2", "occam-digits", without_each_row("occam-digits", "learner", "sigma_w.isna()", RESULTS)),
    Choice("OCC-2", "inputs.LEARNING_RATES", without_each(inputs, "LEARNING_RATES")),
    Choice("OCC-2", "occam-generalisation", without_each_row("occam-generalisation", "complexity_low", reader=RESULTS)),
    Choice("OCC-2", "verdicts.SURE", other(verdicts, "SURE", {"two standard errors": 2.0, "four": 4.0})),
]
#: What is no choice, and why.
FIXED = {
    "inputs.UNIFORM_FUNCTIONS": "the mean complexity of so many functions is known to a tenth of a bit",
    "inputs.UNIFORM_SEED": "another seed moves the mean complexity by less than a tenth of a bit",
    "inputs.LOST": "a threshold, at whose edge the rule is tested",
    "occam-prior-relu": "all networks that were drawn",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("occam", CHOICES, FIXED) == ""
