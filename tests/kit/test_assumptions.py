"""A documented constant of a chapter can be replaced, with all that is made of it, and stands again afterwards."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from analysis.kit import assumptions
from analysis.kit.errors import ProblemError

INPUTS = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Plan:
    rate: float
    years: int

    def __post_init__(self):
        if self.rate <= 0:
            raise ValueError("a rate is above zero")

#: Tokens that a question has,
#: and an answer.
ASKED, ANSWERED = 100, 50
#: Lengths that are drawn.
LENGTHS = (ASKED, 1_000)
#: Prices by maker.
PRICES = {"a": 1.5, "b": 2.0}
PRICES |= {"c": ASKED / 100}
#: How much is paid back.
PLAN = Plan(0.1, 10)
#: Names.
NAMES = ("x", "y", "z")
#: Many.
MANY = tuple(range(12))

SAID = f"{ASKED} tokens"
quiet = 3


def both():
    return ASKED + ANSWERED


def one():
    return both() + len(NAMES)
"""
READER = """
from analysis.toy_inputs import ASKED
import analysis.toy_inputs as inputs

ANSWERED = 7


def read():
    return ASKED, inputs.ANSWERED, ANSWERED
"""


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """A module of assumptions, and one that imports one of them by its name."""
    made = []
    for name, text in (("toy_inputs", INPUTS), ("toy_reader", READER)):
        path = tmp_path / "analysis" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(f"analysis.{name}", path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, f"analysis.{name}", module)
        monkeypatch.setattr(sys.modules["analysis"], name, module, raising=False)
        spec.loader.exec_module(module)
        made.append(module)
    return made


def test_an_assumption_is_a_name_in_capitals_below_its_comment(toys):
    found = assumptions.declared(toys[0])
    assert [*found] == ["ASKED", "ANSWERED", "LENGTHS", "PRICES", "PLAN", "NAMES", "MANY"]
    assert found["ANSWERED"].says == found["ASKED"].says == "Tokens that a question has, and an answer."
    assert (found["PLAN"].path, found["PLAN"].threshold) == ("analysis/toy_inputs.py", False)


def test_what_is_made_of_it_follows_and_all_stands_again(toys):
    inputs, reader = toys
    before = {name: value for name, value in vars(inputs).items() if name.isupper()}
    prices = dict(inputs.PRICES)
    with assumptions.replaced(inputs, {"ASKED": 300}):
        assert (inputs.LENGTHS, inputs.SAID, inputs.both()) == ((300, 1_000), "300 tokens", 350)
        assert inputs.PRICES == {"a": 1.5, "b": 2.0, "c": 3.0}
        assert reader.read() == (300, 50, 7)
    assert {name: value for name, value in vars(inputs).items() if name.isupper()} == before
    assert prices == inputs.PRICES
    assert inputs.PRICES is before["PRICES"]
    assert reader.read() == (100, 50, 7)
    assert assumptions.following(inputs, {"ASKED"}) == {"ASKED", "LENGTHS", "PRICES", "SAID"}


def test_a_name_that_only_looks_the_same_elsewhere_stays(toys):
    inputs, reader = toys
    with assumptions.replaced(inputs, {"ANSWERED": 60}):
        assert reader.read() == (100, 60, 7)


def test_it_stands_again_after_an_error(toys):
    inputs, reader = toys
    with pytest.raises(KeyError), assumptions.replaced(inputs, {"ASKED": 300}):
        raise KeyError
    assert (inputs.LENGTHS, reader.read()) == ((100, 1_000), (100, 50, 7))
    with (
        pytest.raises(ProblemError, match="cannot be made of ASKED so"),
        assumptions.replaced(inputs, {"ASKED": "many"}),
    ):
        pytest.fail("a price cannot be made of a word")
    assert (inputs.ASKED, inputs.PRICES["c"]) == (100, 1.0)


def test_parts_keep_their_kind():
    assert repr(assumptions.with_part((8, 16), "2", 32.0)) == "(8, 32)"
    assert repr(assumptions.with_part((8, 16), "2", 32.5)) == "(8, 32.5)"
    assert repr(assumptions.with_part(4, "", 5.0)) == "5"
    assert repr(assumptions.with_part({"a": 1.0}, "1", 2)) == "{'a': 2}"


@pytest.mark.parametrize(
    ("value", "part", "new", "sentence"),
    [
        (4, "", None, "It is one number, which cannot be left out"),
        (("x", "y"), "", 3, "It is no number; name one of its parts: 1, 2"),
        (("x", "y"), "1", 3, "It is no number"),
        (True, "", 3, "It is no number; name one of its parts: there are none"),
        ((1.0, 2.0), "3", 3, "It has no part '3'; there are 1, 2"),
        ((1.0,), "1", None, "It has one entry, which cannot be left out"),
    ],
)
def test_what_a_constant_cannot_be_is_refused(value, part, new, sentence):
    with pytest.raises(ProblemError, match=sentence):
        assumptions.with_part(value, part, new)


def test_a_part_of_a_record_is_named_by_its_field(toys):
    plan = toys[0].PLAN
    assert assumptions.parts(plan) == {".rate": 0.1, ".years": 10}
    assert assumptions.with_part(plan, "years", 12.0).years == 12
    with pytest.raises(ProblemError, match="Its part 'years' cannot be left out"):
        assumptions.with_part(plan, "years", None)


def test_entries_are_left_out_from_the_last(toys):
    """Leaving out the second of twelve does not move the eleventh."""
    from analysis.kit import overriding

    handles = [overriding.Handle("assumption", "toy", "MANY", part) for part in ("2", "11")]
    ordered = sorted(handles, key=lambda handle: overriding._place(handle.part), reverse=True)
    assert [handle.part for handle in ordered] == ["11", "2"]
    value = toys[0].MANY
    for handle in ordered:
        value = assumptions.with_part(value, handle.part, None)
    assert value == (0, 2, 3, 4, 5, 6, 7, 8, 9, 11)
