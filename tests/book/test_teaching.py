"""The teaching guide: what it says of a chapter is the chapter's, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from analysis import topics
from analysis.kit.chapters import figure_cells
from analysis.kit.errors import ProblemError
from book.extension import teaching
from book.extension.claims import CHAPTERS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
EXERCISES = teaching.known_exercises(ROOT)
PLANS = [yaml.safe_load(plan) for plan in re.findall(r"```\{course-plan\}\n(.*?)```", TEXT, re.DOTALL)]


def section(topic):
    """What the guide says of a chapter."""
    return TEXT.partition(f"```{{teaches}} {topic}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_each_objective_of_a_chapter_has_a_level_and_the_chapter_says_what_it_needs(topic):
    objectives, needs = teaching.header(ROOT / "chapters" / f"{topic}.md")
    levels = [teaching.bloom(objective) for objective in objectives]
    assert len(levels) >= 4 and needs
    assert max(map(list(teaching.BLOOM).index, levels)) >= list(teaching.BLOOM).index("analyse")


def test_the_level_is_the_highest_that_a_verb_of_the_objective_asks_for():
    assert teaching.bloom("say what it is") == "understand"
    assert teaching.bloom("say what it is, and judge it") == "evaluate"
    assert teaching.bloom("judge it and say why") == "evaluate"
    assert teaching.bloom("count it, and what it saves") == "apply"


def test_a_verb_without_a_level_is_refused():
    with pytest.raises(ProblemError, match="begins with 'appreciate'; give that verb a level"):
        teaching.bloom("appreciate the beauty of it, and say why")


def test_a_verb_has_one_level():
    verbs = [verb for of_level in teaching.BLOOM.values() for verb in of_level]
    assert len(verbs) == len(set(verbs))


def test_the_guide_has_every_chapter_once_in_the_order_of_the_book():
    assert re.findall(r"^```\{teaches\} (\w+)$", TEXT, re.MULTILINE) == list(CHAPTERS)
    assert tuple(CHAPTERS) == topics.TOPICS or set(CHAPTERS) == set(topics.TOPICS)


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_each_common_mistake_is_corrected_by_a_figure_of_its_chapter(topic):
    """A figure that is renamed or dropped turns this red, and the build as well."""
    told = section(topic)
    mistakes = re.findall(r"^- “[^”]+” (.*)$", told, re.MULTILINE)
    assert len(mistakes) >= 3
    drawn = set(figure_cells(topic))
    for link in mistakes:
        named = re.fullmatch(r"\[\]\(#([\w-]+)\)", link)
        assert named and named[1] in drawn, link


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_chapter_has_questions_assessment_and_what_to_skip(topic):
    told = section(topic)
    for name in ("To discuss.", "To assess.", "To skip."):
        assert f"**{name}**" in told, name
    assert told.partition("**To discuss.**")[2].partition("\n\n")[0].count("?") >= 3
    assert f"(../chapters/{topic}.md#" in told.partition("**To skip.**")[2]


def test_the_plans_name_what_exists_and_fit_into_their_time():
    six_weeks, day = PLANS
    assert len(six_weeks) == 6
    for plan in PLANS:
        teaching.sessions(yaml.safe_dump(plan), EXERCISES)

    def in_class(session):
        return sum(EXERCISES[name].minutes for name in session["class"])

    assert all(50 <= in_class(session) <= 90 for session in six_weeks)
    assert all(session["home"] for session in six_weeks)
    reading = 25 * sum(len(session.get("read", [])) for session in day)
    assert sum(map(in_class, day)) + reading <= 5 * 60
    labs = {name for name in EXERCISES if name.startswith("lab-")}
    assert labs == {name for session in six_weeks for part in ("class", "home") for name in session[part]} & labs


def test_in_six_weeks_each_chapter_that_is_read_ends_in_an_open_task():
    """A report with a rubric, or a lab."""
    for session in PLANS[0]:
        assert any(EXERCISES[name].rubric or name.startswith("lab-") for name in session["home"]), session["title"]


@pytest.mark.parametrize(
    ("plan", "complaint"),
    [
        ("- {title: A, read: [deepsek]}", "names 'deepsek', which is no chapter and no exercise; did you mean"),
        ("- {title: A, class: [lab-trun]}", "did you mean 'lab-turn'"),
        ("- {read: [deepseek]}", "has a title"),
        ("- {title: A, lunch: [deepseek]}", "has others"),
    ],
)
def test_a_plan_that_names_what_does_not_exist_is_refused(plan, complaint):
    with pytest.raises(ProblemError) as problem:
        teaching.sessions(plan, EXERCISES)
    assert complaint in str(problem.value)


def test_a_chapter_without_a_header_is_refused(tmp_path):
    (page := tmp_path / "toy.md").write_text("# Toy\n", encoding="utf-8")
    with pytest.raises(ProblemError, match=r"toy\.md has no chapter header"):
        teaching.header(page)
