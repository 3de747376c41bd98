"""Quizzes come from one source; what an answer says follows from the chapter's run."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from analysis import runs, topics
from analysis.kit.chapters import CHAPTERS, figure_cells
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from book.extension import quizzes
from book.extension.exercises import exercises_in
from book.extension.quizzes import Question, hold, quizzes_in, worked

#: The fewest questions of a chapter.
FEWEST = 5
GOOD = """# Demo

## A part

:::{quiz}
:id: demo-quiz
:about: a-part

How many *are* there?

- [ ] {glue:text}`few`: too many
  to count. {holds}`few > many`

  They are counted in a [table](#a-part).
- [x] {worked}`few + many | .0f | of them` {holds}`few < many`

  Add them up.
- [ ] None.

  A wrong answer
  of two lines.
:::
"""
NUMBERS = {"few": Number(2), "many": Number(3)}
EVERY = [
    pytest.param(topic, question, id=question.id)
    for topic in topics.TOPICS
    for question in quizzes_in(CHAPTERS / f"{topic}.md")
]


def write(folder: Path, text: str) -> Path:
    path = folder / "chapter.md"
    path.write_text(text, encoding="utf-8")
    return path


def shown(text: str, numbers: dict[str, Number]) -> str:
    """A text with its numbers."""
    return quizzes._NUMBER.sub(
        lambda found: repr(numbers[found[2]] if found[1] == "glue:text" else worked(found[2], numbers)), text
    )


def test_a_question_is_read_as_it_is_written(tmp_path):
    (question,) = quizzes_in(write(tmp_path, GOOD))
    assert (question.id, question.about, question.text) == ("demo-quiz", "a-part", "How many *are* there?")
    assert [answer.right for answer in question.answers] == [False, True, False] and question.right == 1
    first, second, third = question.answers
    assert first.text == "{glue:text}`few`: too many to count."
    assert (first.holds, second.holds, third.holds) == ("(few > many)", "(few < many)", "")
    assert third.why == "A wrong answer of two lines."
    assert shown(second.text, NUMBERS) == "5 of them"
    hold(question, NUMBERS)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("[x]", "[ ]"), "has no right answers; mark one"),
        (("[ ] None", "[x] None"), "has 2 right answers; mark one"),
        (("\n  Add them up.\n", ""), "answer 2 has no explanations; write one"),
        (("  Add them up.", "  Add them up.\n\n  And again."), "answer 2 has 2 explanations; write one"),
        (("- [ ] None.", "- None."), "answer 3 begins neither with [x] nor with [ ]; mark it"),
        (("- [ ] None.\n\n  A wrong answer\n  of two lines.\n", ""), "has 2 answers; write 3 or 4"),
        (("None.", "{worked}`few + many | .0f | of them`"), "an answer that stands twice; drop one"),
        (("How many *are* there?\n\n", ""), "is not one paragraph and one list of answers"),
        ((":about: a-part\n", ""), "has no :about:; name the section"),
        ((":id: demo-quiz\n", ""), "has no :id:; name it"),
        ((":about:", ":abuot:"), "abuot"),
    ],
)
def test_a_malformed_question_is_named_with_its_line(tmp_path, change, complaint):
    assert change[0] in GOOD
    with pytest.raises(ProblemError, match=r"chapter\.md, line 5: ") as problem:
        quizzes_in(write(tmp_path, GOOD.replace(*change)))
    assert complaint in str(problem.value)


def test_an_id_stands_once(tmp_path):
    with pytest.raises(ProblemError, match="'demo-quiz' stands twice"):
        quizzes_in(write(tmp_path, GOOD + GOOD))


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ({"few": Number(4), "many": Number(3)}, "too many to count.” is true, and not marked as right"),
        ({"few": Number(3), "many": Number(3)}, "of them`” is not true"),
        ({"few": Number(2)}, "names 'many', which is no number of the chapter"),
    ],
)
def test_an_answer_that_the_run_contradicts_is_named(tmp_path, numbers, complaint):
    (question,) = quizzes_in(write(tmp_path, GOOD))
    with pytest.raises(ProblemError, match=re.escape(complaint)):
        hold(question, numbers)


@pytest.mark.parametrize(
    ("value", "third", "complaint"),
    [
        ("few + many", "{worked}`7`", ""),
        ("few * many", "{worked}`7`", "of them`” is not 6, what is asked for"),
        ("few + many", "{worked}`5.1`", "is too near to 5, what is asked for"),
        ("few + many", "None", "prints no computed number"),
        ("few +", "{worked}`7`", "cannot be worked out"),
    ],
)
def test_where_a_number_is_asked_for_the_right_answer_is_that_number(tmp_path, value, third, complaint):
    text = GOOD.replace(":about:", f":value: {value}\n:about:").replace("None.", f"{third}.")
    (question,) = quizzes_in(write(tmp_path, text))
    if not complaint:
        return hold(question, NUMBERS)
    with pytest.raises(ProblemError, match=re.escape(complaint)):
        hold(question, NUMBERS)


# --- on a page -------------------------------------------------------------------------------------------------------

PAGE = GOOD.replace("{glue:text}`few`", "Few").replace(" {holds}`few > many`", "")
PAGE = PAGE.replace("{worked}`few + many | .0f | of them` {holds}`few < many`", "Some")


def test_a_question_is_a_group_of_radio_buttons_with_a_reason_below_each(build):
    built = build({"index.md": PAGE}, myst_heading_anchors=2)
    assert built.warnings == ""
    (box,) = re.findall(r'<fieldset class="quiz".*?</fieldset>', built.page(), re.DOTALL)
    assert box.startswith('<fieldset class="quiz" id="demo-quiz"><legend><span class="label">Question 1 of 1</span>')
    assert box.count('<label><input type="radio" name="demo-quiz">') == 3
    reasons = re.findall(r'</label><p class="([\w ]+)"><b>(.*?)</b>', box)
    assert reasons == [("say", "Not quite."), ("say right", "Yes."), ("say", "Not quite.")]
    assert 'href="#a-part"' in box and "A part" in box
    assert "_static/quiz.css" in built.page()


def test_where_nothing_can_be_chosen_the_right_answer_is_told(build):
    text = " ".join(build({"index.md": PAGE}, builder="text", myst_heading_anchors=2).page().split())
    assert "How many *are* there?" in text.replace("**", "")
    assert "2. Some" in text and "**Answer 2.** Add them up." in text and "A wrong answer" not in text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (PAGE.replace("[x]", "[ ]"), "has no right answers; mark one"),
        (PAGE + PAGE.partition("## A part\n")[2], "The question 'demo-quiz' stands twice; rename one"),
        (PAGE.replace("Some", "{worked}`1 + 1`"), "worked out in a chapter that was run; move it there"),
        (PAGE.replace(":about: a-part", ":about: another-part"), "another-part"),
    ],
)
def test_a_wrong_form_is_a_warning_of_the_build(build, text, complaint):
    assert complaint in build({"index.md": text}, myst_heading_anchors=2).warnings


# --- the questions of the book ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("topic", "question"), EVERY)
def test_what_an_answer_says_follows_from_the_run(topic: str, question: Question) -> None:
    """The right one is true, no wrong one is, and all print something."""
    numbers = runs.run(topic).numbers
    hold(question, numbers)
    for text in (question.text, *(part for answer in question.answers for part in (answer.text, answer.why))):
        assert "{" not in shown(text, numbers).replace("{cite", "")


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_a_chapter_asks_enough_and_gives_the_answers_away_by_nothing(topic):
    questions = quizzes_in(CHAPTERS / f"{topic}.md")
    numbers = runs.run(topic).numbers
    assert len(questions) >= FEWEST
    places = Counter(question.right for question in questions)
    assert set(places) >= {0, 1, 2} and max(places.values()) <= len(questions) / 2, "the place of the right answer"
    longest = 0
    for question in questions:
        lengths = [len(shown(answer.text, numbers)) for answer in question.answers]
        longest += lengths.count(max(lengths)) == 1 and lengths[question.right] == max(lengths)
    assert longest <= len(questions) / 2, "the length of the right answer"


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_some_answers_of_a_chapter_are_held_against_numbers(topic):
    held = [q for q in quizzes_in(CHAPTERS / f"{topic}.md") if q.value or any(answer.holds for answer in q.answers)]
    assert len(held) >= 3


def test_an_id_leads_to_one_place_of_the_book():
    ids = [parameter.values[1].id for parameter in EVERY]
    others = {e.id for topic in topics.TOPICS for e in exercises_in(CHAPTERS / f"{topic}.md")}
    others |= {identity for topic in topics.TOPICS for identity in figure_cells(topic)}
    assert len(ids) == len(set(ids)) and not others & set(ids)
