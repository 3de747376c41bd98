"""A constant that is used away from where it was fitted or measured is declared, and a reader is told."""

from __future__ import annotations

import pytest

from tests import borrowed
from tests.borrowed import Use

MAP = Use(
    "scaling/meek-mmlu-*",
    "thirty models, losses by Eq. 10",
    "scaling/meek.py",
    "losses of the refit",
    False,
    "so it is",
)


def test_every_borrowed_constant_of_the_book_exists_and_readers_are_told():
    assert borrowed.problems(borrowed.registry(), borrowed.texts()) == ""


def test_what_a_topic_takes_from_the_table_of_another_and_what_it_assumes_is_declared():
    found = [*borrowed.read_from_others(), *borrowed.assumed()]
    assert ("scaling/ho-doubling-months-bootstrap", "market/chapter/inputs.py") in found
    assert ("deepseek.cost.ASSUMED_UTILISATION", "deepseek/cost.py") in found
    assert borrowed.undeclared(borrowed.registry(), found) == ""


def test_a_constant_away_from_home_without_a_word_to_the_reader_is_named():
    assert borrowed.problems([MAP], "They say so, so it is.") == ""
    assert "not at home (thirty models, losses by Eq. 10), and no reader is told" in borrowed.problems([MAP], "")


@pytest.mark.parametrize(
    ("constant", "module", "fault"),
    [
        ("scaling/meek-mmmlu-*", "scaling/meek.py", "there is no fact scaling/meek-mmmlu-*"),
        ("scaling/meek-mmlu-*", "scaling/laws.py", "does not name scaling/meek-mmlu-* any more"),
        ("scaling/meek-mmlu-*", "scaling/maps.py", "there is no analysis/scaling/maps.py"),
        ("deepseek.cost.GUESSED", "deepseek/cost.py", "there is no analysis.deepseek.cost.GUESSED"),
    ],
)
def test_a_constant_or_a_use_that_is_gone_is_named(constant, module, fault):
    use = Use(constant, "thirty models", module, "losses", True, "")
    assert fault in borrowed.problems([use], "")


def test_a_fact_of_another_table_without_a_row_is_named():
    taken = [("scaling/cottier-growth", "market/spending.py")]
    assert "analysis/market/spending.py uses scaling/cottier-growth" in borrowed.undeclared([MAP], taken)


def test_a_constant_that_its_comment_calls_assumed_is_found(tmp_path):
    path = tmp_path / "analysis/market/toy.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "#: Years that it serves:\n#: an assumption.\nLIFE = 3.0\nUSED = 0.8  # assumed\nDAYS = 365  # a year\n"
    )
    assert [name for name, _ in borrowed.assumed(tmp_path)] == ["market.toy.LIFE", "market.toy.USED"]
