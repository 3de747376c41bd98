"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import pytest

from analysis.occam.chapter import inputs, verdicts
from tests.kit.choices import Choice, other, undeclared, without_each_row

RESULTS = (verdicts, "load_result")
CHOICES = [
    Choice("OCC-1", "inputs.CHAOTIC", other(inputs, "CHAOTIC", {"three": 3.0, "four": 4.0})),
    Choice("OCC-1", "occam-sgd-bayes", without_each_row("occam-sgd-bayes", "target", reader=RESULTS)),
    Choice("OCC-2", "occam-digits", without_each_row("occam-digits", "noise", "noise > 0", RESULTS)),
    Choice("OCC-2", "inputs.EXAMPLES", other(inputs, "EXAMPLES", {"32 examples": 32, "96 examples": 96})),
]
#: What is no choice, and why.
FIXED = {
    "inputs.UNIFORM_FUNCTIONS": "the mean complexity of so many functions is known to a tenth of a bit",
    "inputs.UNIFORM_SEED": "another seed moves the mean complexity by less than a tenth of a bit",
    "occam-order-chaos": "one row for each scale, and the scale is what is chosen",
    "occam-prior-relu": "all networks that were drawn",
    "OCC-2 inputs.ORDERED": "the experiments were run at two scales, which the reason prints",
    "OCC-2 inputs.CHAOTIC": "the experiments were run at two scales, which the reason prints",
    "inputs.LEARNING_RATE": "trees were learned at one rate only",
    "inputs.NETWORKS": "the one network of the learning curves that is the chapter's laboratory",
    "occam-generalisation": "all ensembles and complexities that were tried",
    "occam-learning-curves": "the rule asks about one target of them, parity",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("occam", CHOICES, FIXED) == ""
