"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import pytest

from analysis.scaling.allocation import published_answers
from analysis.scaling.chapter import inputs, verdicts
from analysis.scaling.cost import published_costs
from analysis.scaling.meek import published_metric
from tests.kit.choices import Change, Choice, other, undeclared, without_each_row

ANSWERS = published_answers(inputs.fact("gopher-flop"))
#: The third method of one paper gave three of the answers: its formula, the fit before rounding, its table.
ONE_FIT = ["Hoffmann, Eq. 10", "Hoffmann, not rounded", "Hoffmann, approach 3"]
RUNS = published_costs(("amortised",))
#: The curve of the authors, fitted to losses of the printed law, on the losses of the refit.
ONE_CURVE = dict.fromkeys(inputs.TWO_LAWS, published_metric())


def answers_without() -> dict[str, Change]:
    """Each published answer left out, and all but one of those that one method gave."""
    left_out = {name: [name] for name in ANSWERS.index} | {
        f"only {name}": sorted({*ONE_FIT} - {name}) for name in ONE_FIT
    }
    rest = {name: ANSWERS.drop(gone) for name, gone in left_out.items()}
    return other(verdicts, "published_answers", {name: lambda _, kept=kept: kept for name, kept in rest.items()})


def runs_without() -> dict[str, Change]:
    """Each run left out at which the trend of costs can start."""
    rest = {name: RUNS[RUNS["model"] != name] for name in RUNS["model"]}
    return other(verdicts, "published_costs", {name: lambda *_, kept=kept: kept for name, kept in rest.items()})


CHOICES = [
    Choice("SCL-1", "inputs.STEP", other(inputs, "STEP", {"two times": 2.0, "a hundred times": 100.0})),
    Choice("SCL-1", "inputs.EARLY", other(inputs, "EARLY", {"an early budget": 1e19, "a late budget": 1e26})),
    Choice("SCL-2", "published_answers", answers_without),
    Choice("SCL-3", "published_costs", runs_without),
    Choice("SCL-4", "inputs.CLOSED", other(inputs, "CLOSED", {"ten points": 0.1, "three points": 0.03})),
    Choice("SCL-4", "metrics", other(verdicts, "metrics", {"one curve for both laws": lambda _: ONE_CURVE})),
    Choice("SCL-4", "scaling_mmlu", without_each_row("scaling_mmlu", "model", "tokens > 2.5e12")),
    Choice("SCL-4", "inputs.SEED", other(inputs, "SEED", {"another seed": 1, "a third": 2})),
    Choice("SCL-4", "inputs.FIT_RESAMPLES", other(inputs, "FIT_RESAMPLES", {"a thousand resamples": 1000})),
    Choice("SCL-7", "inputs.CLOSED", other(inputs, "CLOSED", {"ten points": 0.1, "three points": 0.03})),
    Choice("SCL-7", "inputs.SHOCK", other(verdicts, "SHOCK", {"0.02 nats": 0.02, "0.5 nats": 0.5})),
    Choice("SCL-9", "inputs.SMALL_RUN", other(verdicts, "SMALL_RUN", {"10,000 dollars": 1e4, "a million": 1e6})),
    Choice("SCL-9", "scaling_mmlu", without_each_row("scaling_mmlu", "model")),
    Choice("DEM-1", "inputs.SMALL_RUN", other(verdicts, "SMALL_RUN", {"10,000 dollars": 1e4, "a million": 1e6})),
]
#: What is no choice, and why.
FIXED = {
    "inputs.PRINTED": "the name of a law",
    "inputs.REFIT": "the name of a law",
    "inputs.SOON": "the ten years of the claim, which the rule's sentence prints",
    "inputs.MEEK_LAWS": "the laws that the rule's sentence names",
    "inputs.TWO_LAWS": "the laws that the rule's sentence names",
    "inputs.LEVEL": "of the interval, which the rule's sentence prints",
    "SCL-1 its facts": "the exponents that Kaplan's paper prints",
    "SCL-5 its facts": "the constants of the authors' model, and both ends of the interval that the rule asks for",
    "SCL-6 its facts": "the constants of the authors' model",
    "SCL-7 its facts": "the constants of the authors' model",
    "SCL-8 its facts": "they move numbers beside an opinion",
    "DEM-1 its facts": "the constants of the authors' model, and the slow end of the interval",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("scaling", CHOICES, FIXED) == ""
