"""What a number can hang on is told as people read it."""

from __future__ import annotations

import math

import pytest

from analysis import named, sensitivity, topics
from analysis.kit import assumptions, facts, overriding
from analysis.kit.errors import ProblemError


def test_a_fact_has_its_value_unit_source_and_place():
    gpus = named.of("deepseek/v3-gpus")
    assert (gpus.kind, gpus.words, gpus.value, gpus.mark) == ("fact", "V3 GPUs", 2048, "primary")
    context = named.of("deepseek/v3-hours-context")
    assert (context.short, context.words.partition(", ")[2]) == ("V3 hours context", context.says)
    assert gpus.source.startswith("DeepSeek-AI 2024") and gpus.locator
    assert gpus.href == "book/data/deepseek.html#v3-gpus"


def test_a_year_is_told_by_its_unit_and_not_by_its_size():
    assert named.of("deepseek/v3-release-year").calendar and named.of("scaling/BILLION_YEAR").calendar
    assert not named.of("deepseek/v3-gpus").calendar, "2,048 GPUs"


def test_an_end_of_an_interval_is_named_as_such():
    whole = next(
        named.of(f"{table}/{key}")
        for table in facts.names()
        for key in facts.load(table)
        if _ranged(facts.load(table)[key])
    )
    low = named.of(f"{whole.id}.low")
    assert whole.stated and not low.stated
    assert low.value == whole.low
    assert low.words == f"{whole.short}, lower end"


def _ranged(fact: facts.Fact) -> bool:
    return fact.low < fact.high


def test_a_row_is_called_by_its_key_and_a_cell_by_its_column_as_well():
    row, cell = named.of("market_deals/1"), named.of("market_deals/1.amount")
    assert (row.kind, row.words) == ("row", "NVIDIA invests in OpenAI")
    assert math.isnan(row.value)
    assert (cell.kind, cell.words, cell.value) == ("cell", "NVIDIA invests in OpenAI: amount", 100)
    assert cell.says.startswith("Billion US dollars")
    assert row.href == cell.href == "book/data/market_deals.html#market_deals-nvidia-invests-in-openai"


def test_a_threshold_and_an_assumption_are_called_by_their_comment():
    boom, most = named.of("market/BOOM"), named.of("market/MOST")
    assert (boom.kind, most.kind) == ("assumption", "threshold")
    assert most.words == "More than this share is most of a whole"
    assert (most.value, most.path) == (0.5, "analysis/market/chapter/verdicts.py")
    assert "MOST" in (facts.DATA.parents[1] / most.path).read_text(encoding="utf-8").splitlines()[most.line - 1]


def test_of_several_below_one_comment_the_name_tells_which():
    assert named.of("toolbox/KEPT").words.endswith("(KEPT)")


def test_parts_are_told_by_key_field_entry_or_place():
    assert named.of("scaling/ABOUT_TWENTY.2").words == "“About 20” tokens a parameter: 2 of 2"
    assert named.of("market/VALUATION.terminal_growth").words.endswith(": terminal growth")
    assert named.of("market/WINDOWS.1").words.endswith(": “May 2024 to May 2025”")
    choice = named.of("market/BUILDERS.2")
    assert (choice.kind, choice.words[-8:]) == ("choice", "“amazon”")


def test_what_is_published_stays_what_the_file_says_and_an_assumption_is_what_it_is_now():
    with facts.override({"deepseek/v3-gpus": 1.0, "market/BOOM": 6.0}):
        assert named.of("deepseek/v3-gpus").value == 2048
        assert named.of("market/BOOM").value == 6.0
    assert named.of("market/BOOM").value == 4.0


def test_an_id_that_nothing_has_is_refused_with_the_nearest():
    with pytest.raises(ProblemError, match="v3-gpus"):
        named.of("deepseek/v3-gpu")


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_assumption_of_a_topic_has_plain_words_of_its_own(topic):
    inputs = [
        f"{topic}/{name}{part}"
        for module in overriding.modules(topic)
        for name, one in assumptions.declared(module).items()
        for part in [*assumptions.parts(one.value), *assumptions.choices(one.value)]
    ]
    words = [named.of(identity).words for identity in inputs]
    assert not [text for text in words if "`" in text or text.endswith(".")]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("table", facts.wide_names())
def test_no_two_rows_of_a_table_have_one_name(table):
    every = [one for one in sensitivity.inputs(f"table {table}") if one.kind == "row"]
    words = [named.of(one.id).words for one in every]
    assert all(words) and len(set(words)) == len(words)
