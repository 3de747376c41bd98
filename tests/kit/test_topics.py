"""The kit finds what the topics declare, and every topic declares the same things."""

from __future__ import annotations

import subprocess
import sys

import pytest

from analysis import topics
from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import Experiment
from analysis.kit.numbers import Number


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_topic_has_figures_numbers_and_rules(topic):
    assert any(name.startswith(topics.identity(topic)) for name in topics.figures())
    assert all(isinstance(n, Number) for n in topics.numbers(topic).values())
    verdicts = topics.load(topic, "chapter.verdicts").__name__
    assert any(rule.judge.__module__ == verdicts for rule in topics.rules().values())


@pytest.mark.parametrize("name", topics.experiments())
def test_an_experiment_is_named_after_its_topic_and_its_slice_is_part_of_it(name):
    experiment = topics.experiments()[name]
    assert isinstance(experiment, Experiment)
    assert name.startswith(topics.identity(experiment.topic))
    assert experiment.topic in topics.TOPICS
    tasks = list(experiment.tasks(1))
    assert list(experiment.sliced())
    assert all(task in tasks for task in experiment.sliced())
    assert len(experiment.tasks(0.5)) < len(tasks) or len(tasks) == 1
    listed = experiment.name.endswith(LISTED)
    assert len(experiment.tasks(2)) > len(tasks) or listed


#: Experiments that go through all inputs of a topic, of which there are no more.
LISTED = ("-sensitivity", "-turns", "-paths")


def test_figures_come_in_the_order_of_the_book_whatever_was_imported_first():
    last = "topics.load(topics.TOPICS[-1], 'chapter.figures')"
    program = f"from analysis import topics; {last}; print(next(iter(topics.figures())))"
    first = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert first.startswith(f"{topics.TOPICS[0]}-")


def test_a_figure_belongs_to_the_topic_that_its_id_begins_with():
    assert {topics.of_figure(identity) for identity in topics.figures("cnn_era")} == {"cnn_era"}
    with pytest.raises(ProblemError, match="no figure 'ockham-zebra'; an id begins with its topic: occam"):
        topics.of_figure("ockham-zebra")


def test_fact_tables_and_experiments_do_not_share_names():
    assert not set(facts.names()) & set(topics.results())


def test_the_kit_loads_no_topic_until_a_command_needs_it():
    code = (
        "import sys, analysis.cli, analysis.topics; print([m for m in sys.modules if m.startswith('analysis.occam')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
