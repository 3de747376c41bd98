"""A choice that turns a verdict must be named in its reason, and no choice goes undeclared."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest

from analysis import topics
from analysis.kit import claims, facts
from analysis.kit.claims import Judgement, Rule
from tests.kit import choices
from tests.kit.choices import Choice


@pytest.fixture
def machines(monkeypatch):
    """A verdict that rests on a list of machines: some machine is cheap."""
    module = ModuleType("toy")
    module.MACHINES = {"Studio": 3000.0, "Desktop": 2000.0}
    module.reason = "The cheapest machine costs two thousand dollars."
    rule = Rule(
        "TOY-1",
        "supported if a machine of the list costs at most 2,500 dollars; wrong otherwise",
        lambda: Judgement("supported" if min(module.MACHINES.values()) <= 2500 else "wrong", module.reason),
    )
    monkeypatch.setitem(claims.RULES, "TOY-1", rule)
    return module


def test_an_entry_that_decides_must_be_named(machines):
    choice = Choice("TOY-1", "toy.MACHINES", lambda: choices.without_each(machines, "MACHINES"))
    assert choice.problems() == (
        "TOY-1: with another toy.MACHINES (Desktop) it is wrong instead of supported, and its reason does not say "
        "'Desktop'"
    )
    machines.reason = "It is the Desktop that does it."
    assert choice.problems() == ""
    assert set(machines.MACHINES) == {"Studio", "Desktop"}, "the list is as it was"


def test_the_known_omission_decides_as_well(machines):
    machines.MACHINES = {"Studio": 3000.0}
    added = choices.other(machines, "MACHINES", {"Desktop": {"Studio": 3000.0, "Desktop": 2000.0}})
    assert "it is supported instead of wrong" in Choice("TOY-1", "toy.MACHINES", added).problems()
    assert Choice("TOY-1", "toy.MACHINES", added, {"Desktop": "two thousand dollars"}).problems() == ""


def test_a_choice_that_turns_nothing_needs_no_words(machines):
    assert (
        Choice("TOY-1", "toy.MACHINES", {"Studio": choices.without_each(machines, "MACHINES")["Studio"]}).problems()
        == ""
    )


def test_a_query_that_finds_nothing_varies_nothing(machines):
    assert Choice("TOY-1", "toy.MACHINES", {}).problems() == (
        "TOY-1 toy.MACHINES: there is no variant, so that nothing was varied"
    )


def test_rows_are_left_out_one_value_after_the_other(monkeypatch):
    rows = pd.DataFrame({"firm": ["A", "A", "B"], "amount": [1.0, 2.0, 3.0]})
    monkeypatch.setattr(facts, "frame", lambda name, *rest: rows)
    left = {}
    for name, change in choices.without_each_row("toy_deals", "firm").items():
        with pytest.MonkeyPatch.context() as patch:
            change(patch)
            left[name] = facts.frame("toy_deals")["amount"].tolist()
    assert left == {"A": [3.0], "B": [1.0, 2.0]}


def test_the_inputs_that_a_rule_names_are_read_from_its_function():
    rules, inputs = topics.rules(), topics.load("scaling", "chapter.inputs")
    assert choices.inputs_of(rules["SCL-1"].judge, inputs) == {"inputs.EARLY", "inputs.STEP"}
    assert "inputs.SHOCK" in choices.inputs_of(rules["SCL-7"].judge, inputs), "by its own name"


def test_what_a_rule_rests_on_is_found_by_watching_it():
    tables, count = choices.read_by_rules()["MKT-11"]
    assert tables == ["market_deals"] and count == 0
    assert "MKT-11 rests on market_deals" in choices.undeclared("market", [], {})
    varied = Choice("MKT-11", "market_deals", {})
    assert "MKT-11 rests on market_deals" not in choices.undeclared("market", [varied], {})
    assert "MKT-11 rests on" not in choices.undeclared("market", [], {"market_deals": "all deals of two years"})
    assert "no rule of market rests on inputs.COLOUR" in choices.undeclared("market", [], {"inputs.COLOUR": "a taste"})
    assert "MKT-1 does not rest on market_deals" in choices.undeclared(
        "market", [Choice("MKT-1", "market_deals", {})], {}
    )
