"""Exercises come from one source; their solutions pass, their starters fail with an explanation."""

import re
from pathlib import Path

import pytest

from analysis import topics
from analysis.kit.chapters import figure_cells
from analysis.kit.errors import ProblemError
from book.extension.exercises import CRITERIA, LEVELS, Criterion, exercises_in
from book.extension.prose import chapters

ROOT = Path(__file__).resolve().parents[2]

GOOD = """# Chapter

::::{exercise} A word by hand
:id: demo-word
:level: read
:minutes: 10

How many *phrases* has `0101`?

```{starter}
answer = None
```

```{solution}
answer = 3  # the last one copies
```

```{check}
assert answer == 3, "Count the phrases again: the last one copies two letters."
```
::::
"""

RUBRIC = """```{rubric}
One question
full: Says what is counted, before the result.
part: Says it after the result.
none: Gives a number: that is all.

The error
full: Compares with the spread.
part: Gives a spread.
none: Gives none.

What it does not show
full: Says so.
part: Warns in general words.
none: Concludes.
```
"""

EVERY = [pytest.param(e, id=e.id) for path in chapters(ROOT) for e in exercises_in(path)]


def write(folder, text):
    path = folder / "chapter.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_exercise_is_read_as_it_is_written(tmp_path):
    """Title, level, minutes and the four parts arrive unchanged."""
    (exercise,) = exercises_in(write(tmp_path, GOOD))
    assert (exercise.id, exercise.title, exercise.level, exercise.minutes) == (
        "demo-word",
        "A word by hand",
        "read",
        10,
    )
    assert exercise.objective is None
    (exercise,) = exercises_in(write(tmp_path, GOOD.replace(":minutes: 10", ":minutes: 10\n:objective: 2")))
    assert exercise.objective == 2
    assert exercise.question.strip() == "How many *phrases* has `0101`?"
    assert exercise.starter == "answer = None\n"
    assert exercise.outcome(exercise.solution)["answer"] == 3
    with pytest.raises(AssertionError, match="Count the phrases"):
        exercise.outcome(exercise.starter)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ((":level: read\n", ""), "has no :level:"),
        ((":level: read", ":level: hard"), "level"),
        ((":minutes: 10", ":minutes: many"), "minutes"),
        (("{check}", "{cheque}"), "has no {check}"),
        (("{solution}", "{starter}"), "two parts 'starter'"),
        (("How many *phrases* has `0101`?", ""), "asks nothing"),
    ],
)
def test_a_malformed_exercise_is_named(tmp_path, change, complaint):
    """The complaint says file, line and what is missing."""
    with pytest.raises(ProblemError, match=r"chapter\.md, line 3") as problem:
        exercises_in(write(tmp_path, GOOD.replace(*change)))
    assert complaint in str(problem.value)


def test_an_id_stands_once(tmp_path):
    """Two exercises of a chapter cannot share an id."""
    with pytest.raises(ProblemError, match="'demo-word' stands twice"):
        exercises_in(write(tmp_path, GOOD + GOOD.removeprefix("# Chapter\n")))


def test_an_open_exercise_has_a_rubric_and_a_lab_notes(tmp_path):
    """Both are optional, and neither is part of the question."""
    (plain,) = exercises_in(write(tmp_path, GOOD))
    assert (plain.rubric, plain.notes) == ((), "")
    further = RUBRIC + "\n```{notes}\nLet them *guess* first.\n```\n::::\n"
    (exercise,) = exercises_in(write(tmp_path, GOOD.removesuffix("::::\n") + further))
    assert exercise.question == plain.question
    assert exercise.notes == "Let them *guess* first.\n"
    assert len(exercise.rubric) == 3
    assert exercise.rubric[0] == Criterion(
        "One question",
        "Says what is counted, before the result.",
        "Says it after the result.",
        "Gives a number: that is all.",
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("part: Gives a spread.\n", ""), "must say of 'The error' what earns full, part, none"),
        (("full: Says so.", "all: Says so."), "must say of 'What it does not show'"),
        (("none: Gives none.", "none:"), "must say of 'The error'"),
        (("\n\nThe error", "\nThe error"), "must say of 'One question'"),
        (("full: Says so.\npart: Warns in general words.\nnone: Concludes.", ""), "must say of"),
        (RUBRIC[RUBRIC.index("\nThe error") : RUBRIC.index("\nWhat")], "has 2 criteria; give it 3 to 5"),
    ],
)
def test_a_rubric_that_leaves_something_open_is_named(tmp_path, change, complaint):
    """Each criterion says what earns each of the grades."""
    rubric = RUBRIC.replace(*change) if isinstance(change, tuple) else RUBRIC.replace(change, "")
    with pytest.raises(ProblemError, match=r"chapter\.md, line 3") as problem:
        exercises_in(write(tmp_path, GOOD.removesuffix("::::\n") + rubric + "::::\n"))
    assert complaint in str(problem.value) and "'demo-word'" in str(problem.value)


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda path: path.stem)
def test_a_chapter_has_an_open_investigation_with_a_rubric(chapter):
    """One that no program can mark whole: how its report is marked stands beside it."""
    opened = [exercise for exercise in exercises_in(chapter) if exercise.rubric]
    assert opened
    for exercise in opened:
        assert exercise.level == "investigate" and len(exercise.rubric) in CRITERIA
        assert re.search(r"[Rr]eport", exercise.question), f"{exercise.id} asks for no report that could be marked"


@pytest.mark.parametrize("exercise", EVERY)
def test_the_solution_passes_its_check(exercise):
    """Whoever writes the printed solution is told that it is right."""
    exercise.outcome(exercise.solution)


@pytest.mark.parametrize("exercise", EVERY)
def test_the_untouched_starter_fails_with_an_explanation(exercise):
    """Whoever has not begun is told what is missing, in a sentence."""
    with pytest.raises(AssertionError) as failure:
        exercise.outcome(exercise.starter)
    assert len(str(failure.value)) > 20


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda path: path.stem)
def test_a_chapter_has_exercises_at_every_level(chapter):
    """At least eight, and each level among them."""
    exercises = exercises_in(chapter)
    assert len(exercises) >= 8
    assert {exercise.level for exercise in exercises} == set(LEVELS)


def test_ids_are_unique_in_the_book():
    """An exercise's address on the site is its own."""
    ids = [parameter.values[0].id for parameter in EVERY]
    assert len(ids) == len(set(ids))


def test_no_exercise_has_the_name_of_a_figure():
    """Both are anchors of one page: a link to the figure would lead to the exercise."""
    figures = {identity for topic in topics.TOPICS for identity in figure_cells(topic)}
    assert figures and not figures & {exercise.values[0].id for exercise in EVERY}


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda path: path.stem)
def test_each_objective_of_a_chapter_has_an_exercise(chapter):
    """The header numbers them, and an exercise names the one that it practises."""
    text = chapter.read_text(encoding="utf-8")
    header = re.search(r"^:::\{chapter-header\}\n(.*?)^:::", text, re.DOTALL | re.MULTILINE)
    objectives = [int(number) for number in re.findall(r"^(\d+)\. ", header[1], re.MULTILINE)]
    assert objectives == list(range(1, len(objectives) + 1)) and objectives
    practised = {exercise.objective for exercise in exercises_in(chapter)} - {None}
    assert practised == set(objectives)
