"""Exercises are tried as students would: other right answers pass, a wrong one is told which step to look at."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType

import pytest

from analysis import topics
from analysis.kit.chapters import CHAPTERS
from book.extension.exercises import Exercise, exercises_in


def answers(topic: str) -> ModuleType:
    """The programs of a chapter: ``RIGHT`` ones by exercise, and ``WRONG`` ones with what each is told."""
    return importlib.import_module(f"tests.{topic}.answers")


@functools.cache
def exercises(topic: str) -> dict[str, Exercise]:
    """The exercises of a chapter by id."""
    return {exercise.id: exercise for exercise in exercises_in(CHAPTERS / f"{topic}.md")}


RIGHT = [(t, i, a) for t in topics.TOPICS for i, programs in answers(t).RIGHT.items() for a in programs]
WRONG = [(t, i, *a) for t in topics.TOPICS for i, programs in answers(t).WRONG.items() for a in programs]


@pytest.mark.parametrize(("topic", "identity", "answer"), RIGHT, ids=[identity for _, identity, _ in RIGHT])
def test_a_right_answer_by_another_way_passes_and_hears_what_it_means(topic, identity, answer, capsys):
    exercises(topic)[identity].outcome(answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize(("topic", "identity", "answer", "told"), WRONG, ids=[identity for _, identity, *_ in WRONG])
def test_a_wrong_answer_is_told_which_step_to_look_at(topic, identity, answer, told):
    with pytest.raises(AssertionError, match=told):
        exercises(topic)[identity].outcome(answer)


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_each_exercise_is_tried_both_ways(topic):
    tried = answers(topic)
    assert set(tried.RIGHT) == set(tried.WRONG) == set(exercises(topic))
