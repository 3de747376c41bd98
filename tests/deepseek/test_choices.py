"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from analysis.deepseek import cost, local_cost, outside, serving
from analysis.deepseek.chapter import inputs, verdicts
from analysis.deepseek.training import published_run
from tests.kit.choices import Choice, other, undeclared, without_each, without_each_row


def _hours(rates: dict[str, float]) -> Callable[[str], float]:
    """Hours at other speeds that NVIDIA prints of the same two models, tokens a second and chip."""
    known = {"DeepSeek-V3": 1297.0, "Llama-405B": 302.0, **rates}
    return lambda model: outside.chip_hours(published_run(model).tokens, known[model])


def _without(*keys: str) -> dict[str, str]:
    """The machines but for some."""
    return {key: name for key, name in serving.MACHINES.items() if key not in keys}


def _estimated(instead: str) -> Callable[..., pd.DataFrame]:
    """Epoch's estimates with another run in the place of GPT-4's."""
    table = cost.cloud_costs()
    names = {f"{instead}{which}": f"GPT-4{which}" for which in ("", ", revised")}
    kept = table[~table["model"].isin(names.values())]
    return lambda *_: kept.assign(model=kept["model"].replace(names))


CHOICES = [
    Choice("DSK-3", "flop.DEFINITIONS", without_each(verdicts, "DEFINITIONS")),
    Choice("DSK-4", "deepseek_benchmarks", without_each_row("deepseek_benchmarks", "category")),
    Choice("DSK-4", "inputs.TIES", other(inputs, "TIES", {"no tie": (0.0,), "five points": (0.0, 5.0)})),
    Choice(
        "DSK-6",
        "cost.cloud_costs",
        other(cost, "cloud_costs", {run: _estimated(run) for run in ("Llama 3.1 405B", "Grok-3")}),
    ),
    Choice("DSK-8", "serving.MACHINES", without_each(serving, "MACHINES")),
    Choice(
        "DSK-8",
        "serving.MACHINES",
        other(serving, "MACHINES", {"without these two": _without("rtx3090x2", "framework")}),
    ),
    Choice("DSK-8", "inputs.CONTEXT", other(inputs, "CONTEXT", {"32,768 tokens": 32_768})),
    Choice("DSK-8", "inputs.READING", other(inputs, "READING", {"three tokens": 3.0, "ten tokens": 10.0})),
    Choice("DSK-10", "inputs.TEST", other(inputs, "TEST", {test: test for test in local_cost.TESTS.values()})),
    Choice(
        "DSK-11",
        "local_cost.SERVICES",
        without_each(
            local_cost,
            "SERVICES",
            keep=("deepseek-v3", "deepseek-v4-pro-august", "deepseek-v4.1-flash", "gpt-4", "gpt-4o", "gpt-4o-mini"),
        ),
    ),
    Choice(
        "DSK-3",
        "outside.MEASURED_BY_OTHERS",
        other(
            outside,
            "hours_by_others",
            {
                "Llama's speed of February 2026": _hours({"Llama-405B": 311}),
                "Llama's speed of November 2025": _hours({"Llama-405B": 292}),
                "with the scales of DeepSeek-V3": _hours({"DeepSeek-V3": 1297 * 330 / 338}),
            },
        ),
    ),
    Choice(
        "DSK-2",
        "outside.MEASURED_BY_OTHERS",
        other(
            outside, "hours_by_others", {"with the scales of DeepSeek-V3": _hours({"DeepSeek-V3": 1297 * 330 / 338})}
        ),
    ),
    Choice("DSK-10", "deepseek_offers", without_each_row("deepseek_offers", "id")),
    Choice("DSK-13", "deepseek_offers", without_each_row("deepseek_offers", "id")),
]
#: What is no choice, and why.
FIXED = {
    "inputs.V3": "the claims are about this model",
    "inputs.LLAMA": "the claims name this model",
    "inputs.LARGE": "the claim is about this model",
    "inputs.TABLES": "the tables that the report has",
    "DSK-8 inputs.AT_HOME": "names of two models that the reason gives",
    "DSK-8 inputs.PRECISION": "the reason gives the price at 16 bits as well",
    "DSK-9 inputs.PRECISION": "the one at which the card holds the model",
    "inputs.SMALL": "the largest distilled model that one graphics card holds",
    "inputs.CARD": "the card that holds it",
    "inputs.LOCAL": "where the card is found",
    "DSK-9 inputs.CONTEXT": "reading what was said before is a small part of the cost on one card",
    "DSK-9 its facts": "the prices of one service and of one card, and the scores of two models",
    "DSK-10 market_tokens": "the one series that is published",
    "DSK-7 its facts": "the published range for other laboratories, which the rule's sentence names",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("deepseek", CHOICES, FIXED) == ""
