"""Every number has an origin: value, words, functions and facts."""

from __future__ import annotations

import functools

import pytest

from analysis import origins, runs, topics
from analysis.kit.errors import ProblemError


@functools.cache
def numbers(topic):
    return origins.of_numbers(runs.run(topic))


@functools.cache
def judgements(topic):
    return origins.of_judgements(runs.run(topic))


def test_a_number_tells_of_its_facts_and_not_of_its_neighbours():
    days = numbers("deepseek")["days-pre"]
    assert (days.text, days.value) == ("54.2", "54.1992188")
    read = {fact.id: fact for fact in days.facts}
    assert {"deepseek/v3-hours-pretraining", "deepseek/v3-gpus"} <= set(read)
    assert not any("llama" in where for where in read)
    hours = read["deepseek/v3-hours-pretraining"]
    assert (hours.value, hours.unit, hours.mark) == (2664000, "H800 GPU-hours", "primary")
    assert hours.source.startswith("DeepSeek-AI 2024")
    assert hours.locator == "table 1; section 1"


def test_a_number_that_is_one_published_figure_says_so_by_itself():
    gpus = numbers("deepseek")["v3-gpus"]
    assert gpus.published
    assert [fact.id for fact in gpus.facts] == ["deepseek/v3-gpus"]
    assert gpus.how.startswith("A published figure, as it stands: ")


def test_a_number_that_is_a_computed_fact_is_not_called_published():
    everything = numbers("scaling")["all-a"]
    assert everything.published and everything.facts[0].mark == "computed"
    assert everything.how.startswith("Computed from cited numbers, as the table of facts has it: ")


def test_a_computed_number_that_meets_a_published_figure_by_chance_is_none():
    kept = numbers("deepseek")["hybrid-kept"]  # 92.8, as another model's score in the same table
    assert not kept.published
    assert kept.how.startswith("Tasks that could stay at home: ")


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_number_has_the_function_that_computes_it(topic):
    everything = [*numbers(topic).values(), *(o for group in judgements(topic).values() for o in group.values())]
    assert not [origin.id for origin in everything if not origin.functions]
    for function in {function for origin in everything for function in origin.functions}:
        lines = (origins.ROOT / function.path).read_text(encoding="utf-8").splitlines()
        assert 1 <= function.first <= function.last <= len(lines)


def test_a_number_of_a_verdict_has_the_facts_of_its_own_expression():
    run = judgements("market")["MKT-1"]
    assert [f.id for f in run["cisco"].facts] == ["market/cisco-peak-value", "market/cisco-sales-2000"]
    assert run["cisco"].functions[-1].name == "they_dominated_the_boom"


def test_a_figure_tells_what_it_reads():
    saving = origins.of_figures(runs.run("deepseek"))["deepseek-saving"]
    assert "deepseek/llama31-405b-hours" in {fact.id for fact in saving.facts}
    assert saving.tables == ("deepseek_configs/deepseek-v3.json", "deepseek_configs/llama-3.1-405b.json")
    assert saving.functions[0].path.startswith("analysis/deepseek/chapter/figures/")


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_computed_number_says_in_words_how_it_comes_about(topic):
    assert not list(origins.silent(topic)), "give each a how: what it is and how it comes about (Number(..., how='…'))"


def test_an_unknown_topic_is_answered_with_those_there_are():
    with pytest.raises(ProblemError, match="There is no topic 'ocam'; choose from occam, scaling"):
        list(origins.silent("ocam"))
