"""The figures with a planted fault: nothing but the comparison with the committed reference gives them away."""

from __future__ import annotations

import copy

import pytest

from analysis import planted
from analysis import reference as references
from analysis.kit import differences, downloads, facts
from analysis.kit.errors import ProblemError

LETTERS = sorted(planted.FAULTS)
#: Where the comparison must point, by letter.
PLACES = {
    "a": "series 'runs', row 13, field 'loss'",
    "b": "series 'networks', has 39 rows instead of 40",
    "c": "encoding.x.scale.domain[0]: 0 -> 0.04",
    "d": "'cost of rounding (nats a character)' -> 'cost of rounding (bits a character)'",
    "e": "field 'gpus': 24576 -> 24756",
}


def test_each_kind_of_fault_is_planted_once():
    assert sorted(fault.kind for fault in planted.FAULTS.values()) == sorted(planted.KINDS)
    assert sorted(PLACES) == LETTERS


@pytest.mark.parametrize("letter", LETTERS)
def test_a_fault_is_invisible_to_who_looks_at_the_figure_alone(letter, tmp_path):
    """It draws, its finding is true of its data, and title and measure are the committed ones."""
    old, new = planted.reference(letter), planted.figure(letter)
    assert new["usermeta"]["holds"]
    assert [new["usermeta"][text] for text in ("title", "subtitle", "caption")] == [
        old["usermeta"][text] for text in ("title", "subtitle", "caption")
    ]
    (picture,) = downloads.save_spec(new, tmp_path, ["svg"])
    assert "<svg" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize("letter", LETTERS)
def test_the_comparison_finds_it_and_names_the_place(letter):
    old = planted.reference(letter)
    assert not differences.spec_differences(old, copy.deepcopy(old))
    found = differences.spec_differences(old, planted.figure(letter))
    assert any(PLACES[letter] in sentence for sentence in found), found


@pytest.mark.parametrize("letter", LETTERS)
def test_nothing_of_a_fault_stays(letter):
    """Neither in the reference nor among the facts."""
    old, published = planted.reference(letter), facts.load("deepseek")["llama31-cluster"].value
    planted.figure(letter)
    assert planted.reference(letter) == old
    assert facts.load("deepseek")["llama31-cluster"].value == published == 24_576


def test_a_letter_that_nobody_planted_is_refused():
    with pytest.raises(ProblemError, match="no planted fault 'f'"):
        planted.figure("f")


def test_without_the_repository_the_sentence_says_where_the_references_are(monkeypatch, tmp_path):
    monkeypatch.setattr(references, "FOLDER", tmp_path)
    with pytest.raises(ProblemError, match="clone it"):
        planted.reference("a")
