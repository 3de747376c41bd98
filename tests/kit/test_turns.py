"""A rule that cannot fall is found, and so is a verdict that only another threshold reached."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from analysis import topics
from analysis.kit.claims import VERDICTS, Judgement, Rule
from tests.kit.turns import Turns, named


@pytest.fixture
def toy():
    """A chapter of one rule: does a ball that falls so many seconds fall quickly?"""
    module = ModuleType("toy.chapter.verdicts")
    module.QUICK, module.seconds = 3.0, lambda: 2.0

    def quick():
        return Judgement("supported" if module.seconds() <= module.QUICK else "wrong", "It falls.")

    quick.__module__ = module.__name__
    module.rules = {"TOY-1": Rule("TOY-1", "supported if it falls within three seconds; wrong otherwise", quick)}
    return module


def test_data_that_turn_a_rule_both_ways_leave_nothing_to_say(toy):
    turns = Turns(toy.rules, toy)
    assert turns.problems() == "no data of these tests turn TOY-1 to 'wrong'"
    toy.rules["TOY-1"].judge()
    toy.seconds = lambda: 4.0
    assert not turns.problems()


def test_another_threshold_is_another_rule(toy):
    turns = Turns(toy.rules, toy)
    toy.QUICK = 1.0
    assert toy.rules["TOY-1"].judge().verdict == "wrong"
    toy.QUICK = 3.0
    assert turns.problems() == "no data of these tests turn TOY-1 to 'wrong'"


def test_a_verdict_that_the_sentence_does_not_name_is_found(toy):
    said = "supported if it falls within three seconds; overstated otherwise"
    toy.rules["TOY-1"] = Rule("TOY-1", said, toy.rules["TOY-1"].judge)
    turns = Turns(toy.rules, toy)
    toy.seconds = lambda: 4.0
    toy.rules["TOY-1"].judge()
    assert "TOY-1 was 'wrong', which its rule does not name" in turns.problems()


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("open until somebody measures it", "TOY-1 names no verdict only, so that it cannot fall"),
        ("open: nobody measured it", "TOY-1 names open only, so that it cannot fall"),
    ],
)
def test_a_constant_cannot_fall(toy, sentence, fault):
    rule = toy.rules["TOY-1"]
    toy.rules["TOY-1"] = Rule("TOY-1", sentence, rule.judge)
    assert fault in Turns(toy.rules, toy).problems()


def test_advice_is_an_opinion_whatever_the_data(toy):
    def advice():
        return Judgement("opinion", "Advice has no truth value.")

    advice.__module__ = toy.__name__
    rules = {"TOY-2": Rule("TOY-2", "opinion: advice has no truth value", advice)}
    turns = Turns(rules, toy)
    assert not turns.problems()


def test_the_rules_are_put_back(toy):
    before = dict(toy.rules)
    turns = Turns(toy.rules, toy)
    assert toy.rules != before
    turns.stop()
    assert toy.rules == before


@pytest.mark.parametrize(
    ("sentence", "verdicts"),
    [
        ("supported if so; partly if only the first; wrong otherwise", {"supported", "partly", "wrong"}),
        ("a question: open unless a firm says; wrong if it does", {"open", "wrong"}),
        ("supported while the wrong forecast alone does not; overstated otherwise", {"supported", "overstated"}),
    ],
)
def test_the_verdicts_that_a_sentence_names(sentence, verdicts):
    assert named(sentence) == verdicts


@pytest.mark.parametrize("claim", sorted(topics.rules()))
def test_the_sentence_of_a_rule_names_the_verdicts_that_its_function_can_give(claim):
    """As far as they stand in the function: a verdict that no sentence names is one that no reader can expect."""
    rule = topics.rules()[claim]
    constants = {n.value for n in ast.walk(ast.parse(inspect.getsource(rule.judge))) if isinstance(n, ast.Constant)}
    assert constants & set(VERDICTS) <= named(rule.sentence)


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_topic_turns_its_rules_and_varies_its_choices(topic):
    folder = Path(__file__).parents[1] / topic
    assert "turns.problems() ==" in (folder / "test_verdicts.py").read_text(encoding="utf-8")
    assert f'undeclared("{topic}", CHOICES, FIXED) ==' in (folder / "test_choices.py").read_text(encoding="utf-8")
