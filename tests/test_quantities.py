"""What two chapters say of one quantity agrees, and what looks like one quantity is declared."""

from __future__ import annotations

from tests import quantities
from tests.quantities import Said

TEXTS = "The median of the bootstrap is another number than the abstract's."


def said(place: str, quantity: str = "halving time", times: float = 1.0, words: str = "") -> Said:
    return Said(quantity, "median of the bootstrap, months", place, times, words)


def test_two_chapters_that_say_another_value_of_one_quantity_are_named():
    rows = [said("number scaling/halving"), said("number market/halving")]
    assert quantities.disagreements(rows, {"number scaling/halving": 8.57, "number market/halving": 8.0}, TEXTS) == (
        "halving time is 8.57 by number scaling/halving and 8 by number market/halving"
    )
    assert quantities.disagreements(rows, dict.fromkeys((row.place for row in rows), 8.57), TEXTS) == ""


def test_a_value_in_another_unit_is_converted():
    rows = [said("fact deepseek/cost", times=1e-6), said("number deepseek/cost")]
    assert quantities.disagreements(rows, {"fact deepseek/cost": 5.576e6, "number deepseek/cost": 5.576}, TEXTS) == ""


def test_a_place_that_is_gone_and_words_that_no_text_says_are_named():
    rows = [said("number scaling/gone"), said("number scaling/halving", words="the mean of the bootstrap")]
    found = quantities.disagreements(rows, {"number scaling/halving": 8.57}, TEXTS)
    assert "there is no number scaling/gone" in found
    assert "says 'the mean of the bootstrap'" in found


def test_what_looks_like_one_quantity_must_be_declared():
    known = {
        "number scaling/halving": 8.57,
        "number market/halving": 8.0,
        "fact deepseek/nvidia-close-before": 142.62,
        "fact market/nvidia-price-before": 142.62,
        "number occam/bound-slope": 0.37,
        "claim OCC-1/slope": 0.39,
        "claim OCC-2/error": 0.37,
    }
    found = quantities.undeclared([], known)
    assert found.count("declare them") == 3
    assert quantities.undeclared([said(place) for place in known], known) == ""


def test_the_book_says_one_value_of_each_quantity():
    known = quantities.values()
    assert quantities.disagreements(quantities.registry(), known, quantities.texts()) == ""


def test_no_two_numbers_of_the_book_look_like_one_without_being_declared():
    assert quantities.undeclared(quantities.registry(), quantities.values()) == ""
