"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import pytest

from analysis.kit import facts
from analysis.market.chapter import inputs
from tests.kit.choices import Choice, other, undeclared, with_rows, without_each, without_each_row


def other_deals():
    """Leave each deal out, and take the purchase that was only reported for an announced one."""
    table = facts.frame("market_deals")
    all_of_them = table.assign(binding=table["binding"].replace("reported", "contract"))
    return without_each_row("market_deals", "deal") | {"the reported one": with_rows("market_deals", all_of_them)}


CHOICES = [
    Choice("MKT-4", "market_deals", other_deals),
    Choice("MKT-11", "market_deals", other_deals),
    Choice("MKT-16", "market_deals", other_deals, words={inputs.LARGEST_CONTRACT: "contract with Oracle"}),
    Choice("MKT-2", "inputs.BOOM", other(inputs, "BOOM", {"three years": 3.0, "five years": 5.0})),
    Choice("MKT-12", "inputs.BUILDERS", without_each(inputs, "BUILDERS")),
    Choice("MKT-15", "market_stack", without_each_row("market_stack", "firm", "firm == 'Anthropic'")),
    Choice("MKT-5", "inputs.GAIN", other(inputs, "GAIN", {"two times": 2.0, "a hundred times": 100.0})),
    Choice("MKT-6", "inputs.WINDOWS", without_each(inputs, "WINDOWS")),
    Choice("MKT-14", "inputs.WINDOWS", without_each(inputs, "WINDOWS")),
    Choice("MKT-14", "inputs.MARGINS", other(inputs, "MARGINS", {"60 %": (0.6, 0.3), "40 %": (0.5, 0.4)})),
    Choice("MKT-10", "inputs.RESALE_AGE", other(inputs, "RESALE_AGE", {"two years": 2.0, "four years": 4.0})),
    Choice("MKT-10", "market_rents", without_each_row("market_rents", "date")),
    Choice("MKT-10", "market_useful_lives", without_each_row("market_useful_lives", "company")),
]
#: What is no choice, and why.
FIXED = {
    "inputs.BILLION": "a unit",
    "inputs.CLAIMED": "the claim's own number",
    "inputs.LOST": "moves a number of the reason, not the verdict",
    "inputs.RATE": "moves a number of the reason, not the verdict",
    "inputs.forecast": "the two published growth rates that the claim is about",
    "inputs.scenario": "moves a number of the reason, not the verdict",
    "market_nvidia_revenue": "all periods that the firm published",
    "market_capex": "the four firms that the claims are about; a number of the reason",
    "market_tokens": "all points that the firm told",
    "MKT-4 market_rents": "the one series of contracts",
    "inputs.margins": "moves a number of the reason, not the verdict",
    "MKT-16 market_stack": "the newest pace that OpenAI told",
    "inputs.LARGEST_CONTRACT": "the one contract whose years were published; MKT-16 is tried without it",
    "inputs.ACT_IN_FORCE": "the date of the Official Journal",
    "inputs.AS_OF": "the month as of which the chapter speaks",
    "MKT-1 its facts": "values and sales of the two firms that the claim names",
    "MKT-2 its facts": "the published growth rates and the pace that the reason names",
    "MKT-6 its facts": "the one causal study with its error, and the totals that the reason names",
    "MKT-8 its facts": "the day that the claim is about",
    "MKT-9 its facts": "the two bills that we found, each with all of its definitions",
    "MKT-12 its facts": "all builders that publish a pace, and the payment of the year before",
    "MKT-13 its facts": "the same quarter of two years by one source",
    "ENV-1 its facts": "all totals that the table of facts has",
    "GEO-3 its facts": "dates and fine of one act",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("market", CHOICES, FIXED) == ""
