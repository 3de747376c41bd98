"""What a number can hang on is told as people read it."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest

from analysis import firmness, named, sensitivity, topics
from analysis.kit import assumptions, facts, overriding
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from book.extension import firmness as page
from book.extension import turns


def test_a_fact_has_its_value_unit_source_and_place():
    gpus = named.of("deepseek/v3-gpus")
    assert (gpus.kind, gpus.words, gpus.value, gpus.mark) == ("fact", "the GPUs that trained V3", 2048, "primary")
    context = named.of("deepseek/v3-hours-context")
    name = "the GPU-hours in which V3 learned long contexts"
    assert (context.short, context.words.partition(", ")[2]) == (name, context.says)
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


def test_a_row_is_called_by_the_pattern_of_its_table_and_a_cell_by_that_of_its_column():
    row, cell = named.of("market_deals/1"), named.of("market_deals/1.amount")
    assert (row.kind, row.words) == ("row", "the deal “NVIDIA invests in OpenAI”")
    assert math.isnan(row.value)
    words = "the billions of the deal “NVIDIA invests in OpenAI”"
    assert (cell.kind, cell.words, cell.value) == ("cell", words, 100)
    assert cell.says.startswith("Billion US dollars")
    assert row.href == cell.href == "book/data/market_deals.html#market_deals-nvidia-invests-in-openai"


def test_a_threshold_and_an_assumption_are_called_by_their_comment():
    boom, most = named.of("market/BOOM"), named.of("market/MOST")
    assert (boom.kind, most.kind) == ("assumption", "threshold")
    assert most.words == "The share above which a part is most of a whole"
    assert (most.value, most.path) == (0.5, "analysis/market/chapter/verdicts.py")
    assert "MOST" in (facts.DATA.parents[1] / most.path).read_text(encoding="utf-8").splitlines()[most.line - 1]


def test_where_no_pattern_is_given_a_row_is_called_by_its_key_and_a_cell_by_its_column_as_well():
    assert named.of("toolbox_chips/1").words == "P100"
    assert named.of("toolbox_chips/1.bandwidth").words == "P100: bandwidth"


def test_a_pattern_writes_dates_in_words_and_numbers_as_it_says():
    assert named.of("market_rents/1").words == "the rent of an H100 (hyperscaler on demand, July 2023)"
    first = named.of("cnn_era_dawnbench/1").words
    assert first == "Stanford DAWN’s ResNet152 in DAWNBench (27 October 2017, 323 hours)"


def test_parts_are_told_by_key_field_entry_or_place():
    assert named.of("scaling/ABOUT_TWENTY.2").words == "The tokens a parameter that count as ‘about 20’: upper end"
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


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_no_two_assumptions_of_a_topic_share_a_comment(topic):
    """A sentence about one would speak of the other."""
    for module in overriding.modules(topic):
        said = Counter(one.says for one in assumptions.declared(module).values())
        assert not [text for text, times in said.items() if times > 1]


# --- names that were given ------------------------------------------------------------------------------------------

#: A name stands in the middle of a sentence; one that a pattern makes may tell more of its row.
LONGEST, LONGEST_MADE = 72, 80


def test_every_name_is_of_something_and_says_more_than_its_id():
    for identity, name in named.given().items():
        table, _, rest = identity.partition("/")
        if rest.startswith("*"):
            assert table in facts.wide_names() and rest[2:] in ["", *facts.published_frame(table)], identity
        else:
            assert name != named.in_words(rest) and named.of(identity).short == name
            assert len(name) <= LONGEST, name
        assert name == name.strip() and "'" not in name and not name.endswith("."), name


def test_what_pages_speak_of_has_a_name():
    """The nearest turns of each sort, the figures on which most hangs, those to watch, and what the sliders move."""
    firm = firmness.of_claims().values()
    inputs = {turn.input for each in firm for turn in turns.told(each)}
    inputs |= {weight.what.id for weight in page.heaviest(page.elasticities(), firm)}
    inputs |= {each.what.id for each in page.watched(firm)}
    inputs |= {moved for topic in topics.TOPICS for moved in load_result(topics.identity(topic, "paths"))["input"]}
    found = [named.of(identity) for identity in inputs]
    assert not sorted(each.id for each in found if each.kind == "fact" and _base(each.id) not in named.given())
    published = [each.short for each in found if each.kind in ("fact", "row", "cell")]
    assert not [name for name in published if " · " in name or len(name) > LONGEST_MADE]


def _base(identity: str) -> str:
    return re.sub(r"[.](low|high)$", "", identity)


@pytest.mark.parametrize("table", facts.names())
def test_no_two_facts_of_a_table_have_one_name(table):
    names = [named.of(f"{table}/{key}").short for key in facts.load(table)]
    assert all(names) and len(set(names)) == len(names)


@pytest.mark.parametrize("table", facts.wide_names())
def test_no_two_rows_or_cells_of_a_table_have_one_name(table):
    words = [named.of(one.id).words for one in sensitivity.inputs(f"table {table}")]
    assert all(words) and len(set(words)) == len(words)
