"""What a slider says is what the book would say: recomputed at nodes, and its nodes hold each turn between them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis import firmness, paths, topics, what_if
from analysis.kit import chapters, facts
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result

#: Chapters whose key figure has no slider, and why.
NO_INPUT = {
    "occam": "its figure shows our own experiments, and no published figure moves it",
    "distributed": "its figure has controls of its own, and no published figure moves its title",
}


def committed(topic: str) -> pd.DataFrame:
    return load_result(topics.identity(topic, "paths"))


def drawn(topic: str) -> list[pd.DataFrame]:
    """Rows of two nodes of a claim's path of a topic: the book's own and another one, drawn with a seed."""
    table, rules = committed(topic), topics.rules()
    generator = np.random.default_rng(16)
    claims = [of for of in table["of"].unique() if of in rules]
    own = table[table["of"] == generator.choice(claims)]
    nodes = own["node"].unique()
    return [own[own["node"] == node] for node in generator.choice(nodes, 2, replace=False)]


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_what_a_slider_says_at_a_node_is_what_the_book_would_say(topic: str) -> None:
    for rows in drawn(topic):
        claim, moved = rows["of"].iloc[0], paths.input_of(rows["input"].iloc[0])
        outcome = what_if.outcome_with(moved.changes(float(rows["value"].iloc[0])), topic, (), (claim,))
        judgement = outcome.judgements[claim]
        said = {f"verdict {claim}": judgement.verdict}
        said |= {f"number {name}": repr(number) for name, number in judgement.numbers.items()}
        shown = dict(zip(rows["item"], rows["shown"], strict=True))
        assert shown == {item: said[item] for item in shown}


def test_every_node_of_the_two_months_is_exact() -> None:
    rows = committed("deepseek").query("of == 'DSK-2' and item == 'verdict DSK-2'")
    gpus, days = facts.load("deepseek")["v3-gpus"].value, 24.0
    for value, verdict in zip(rows["value"], rows["shown"], strict=True):
        assert (verdict == "supported") == (50 <= value / gpus / days <= 70), f"at {value:,.0f} GPU-hours"


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_path_has_the_books_own_value_and_each_turn_between_two_nodes(topic: str) -> None:
    table, known = committed(topic), firmness.of_topic(topic)
    for task in paths.tasks(topic):
        own = table[table["of"] == task.of]
        values = own.drop_duplicates("node")["value"].tolist()
        value = paths.input_of(task.input).value
        assert any(math.isclose(node, value, rel_tol=1e-8) for node in values), task.of
        assert values == sorted(values)
        if task.of in known:
            verdicts = own[own["item"] == f"verdict {task.of}"]["shown"].tolist()
            assert len(set(verdicts)) > 1, f"the verdict on {task.of} never turns along {task.input}"


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_key_figure_has_an_input_that_moves_it_or_a_reason_why_not(topic: str) -> None:
    header = chapters.header(topic)
    assert ("key-input" in header) != (topic in NO_INPUT)
    if "key-input" in header:
        told = committed(topic).query(f"of == '{header['key-figure']}'")
        assert told[told["item"] == "finding"]["shown"].nunique() > 1


def test_nodes_are_in_order_round_and_around_each_turn() -> None:
    generator = np.random.default_rng(2)
    for _ in range(200):
        value = float(10 ** generator.uniform(-6, 24))
        at = value * float(10 ** generator.uniform(-0.9, 0.9))
        nodes = paths.nodes(value, (at,))
        assert nodes == sorted(set(nodes)) and value in nodes
        assert all(node == paths.rounded(node) for node in nodes if node != value)
        below, above = max(n for n in nodes if n <= at), min(n for n in nodes if n > at)
        assert (above - below) / at < 0.02


def test_a_share_is_no_more_than_one_and_what_is_no_number_has_no_path() -> None:
    assert max(paths.nodes(0.9, (0.85,), most=1.0)) <= 1
    for wrong in ("market_deals/3", "deepseek/no-such-fact", "scaling/LAWS"):
        with pytest.raises(ProblemError):
            paths.input_of(wrong)
