"""Quizzes: a question, its answers and why each is right or wrong, from one source.

A question is written once, in its chapter::

    :::{quiz}
    :id: occam-quiz-chaos
    :about: order-and-chaos

    What does a deep tanh network lose when its weights grow large?

    - [x] Its preference for simple functions.

      Its mean complexity comes within {worked}`mean-k-uniform - mean-k-ordered | .0f` bits of …
    - [ ] Its ability to compute simple functions at all. {holds}`mean-k-chaotic > mean-k-uniform`

      A preference is lost, not a function: …
    :::

``about`` is the section or the figure of the chapter that answers it. The page shows the question through
:class:`QuizDirective`; tests and others read it through :func:`quizzes_in`. Both go through :func:`read_question`, so
that they cannot drift.

Its numbers are those of the chapter's run: ``{glue:text}`` prints one, ``{worked}`` works one out of them. An answer
says by ``{holds}`` when it is true, in the same numbers; the build stops if a right answer is not, or a wrong one is.
Where all answers are numbers, ``:value:`` says what is asked for, and the right one must be it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from markdown_it.token import Token
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole

from analysis.kit import overriding
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from book.extension.exercises import markdown, written_in
from book.extension.numbers import found_runs, number
from book.extension.parts import ProblemDirective, pass_through

#: How many answers a question has.
ANSWERS = (3, 4)
#: What precedes an explanation, by whether the answer is right.
SAYS = {True: "Yes.", False: "Not quite."}
#: How far a wrong number must be from what is asked for, and a right one may be, as a share of it.
APART, NEAR = 0.1, 0.02

_MARK = re.compile(r"\[([xX ])\]\s+")
_HOLDS = re.compile(r"\s*\{holds\}`([^`]*)`")
_NUMBER = re.compile(r"\{(glue:text|worked)\}`([^`]*)`")
_NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*(?:-\w+)*")
_FUNCTIONS = {name: getattr(math, name) for name in ("log", "log2", "log10", "sqrt", "ceil", "floor")}
_FUNCTIONS |= {"abs": abs, "min": min, "max": max, "round": round}
_WORDS = {"and", "or", "not"}


@dataclass(frozen=True)
class Answer:
    """One answer: its text, whether it is right, why, and when it is true (an expression in the chapter's numbers)."""

    text: str
    right: bool
    why: str
    holds: str = ""


@dataclass(frozen=True)
class Question:
    """One question as it is written in its chapter; ``about`` is the anchor of the part that answers it."""

    id: str
    about: str
    text: str
    answers: tuple[Answer, ...]
    value: str = ""

    @property
    def right(self) -> int:
        """The place of the right answer."""
        return next(place for place, answer in enumerate(self.answers) if answer.right)


# --- reading ---------------------------------------------------------------------------------------------------------


def read_question(options: Mapping[str, Any], body: list[str]) -> Question:
    """Make a question of a directive's options and body.

    Raises
    ------
    ProblemError
        Naming the question and what it lacks.
    """
    identity = options.get("id")
    if not identity:
        raise ProblemError("A question of a quiz has no :id:; name it.")
    here = f"The question {identity!r}"
    if not options.get("about"):
        raise ProblemError(f"{here} has no :about:; name the section or the figure that answers it.")
    tokens = markdown().parse("\n".join(body))
    top = [token for token in tokens if token.level == 0 and token.nesting >= 0]
    if [token.type for token in top] != ["paragraph_open", "bullet_list_open"]:
        raise ProblemError(f"{here} is not one paragraph and one list of answers; write it so.")
    text = _lines(body, top[0])
    answers = tuple(_answers(here, body, tokens))
    if len(answers) not in ANSWERS:
        raise ProblemError(f"{here} has {len(answers)} answers; write {ANSWERS[0]} or {ANSWERS[1]}.")
    right = sum(answer.right for answer in answers)
    if right != 1:
        raise ProblemError(f"{here} has {right or 'no'} right answers; mark one, and only one, with [x].")
    if len({answer.text for answer in answers}) < len(answers):
        raise ProblemError(f"{here} has an answer that stands twice; drop one.")
    return Question(identity, options["about"], text, answers, options.get("value", ""))


def _answers(here: str, body: list[str], tokens: list[Token]) -> Iterator[Answer]:
    items = [token for token in tokens if token.type == "list_item_open" and token.level == 1]
    parts = [token for token in tokens if token.type == "paragraph_open" and token.level == 2]
    for place, item in enumerate(items, 1):
        first, stop = item.map or (0, 0)
        own = [_lines(body, part) for part in parts if part.map and first <= part.map[0] < stop]
        mark = _MARK.match(own[0].lstrip("-*+ ")) if own else None
        if not mark:
            raise ProblemError(f"{here}: answer {place} begins neither with [x] nor with [ ]; mark it.")
        if len(own) != 2:
            raise ProblemError(f"{here}: answer {place} has {len(own) - 1 or 'no'} explanations; write one below it.")
        text = own[0].lstrip("-*+ ")[mark.end() :]
        holds = [found[1] for found in _HOLDS.finditer(text)]
        yield Answer(_HOLDS.sub("", text).strip(), mark[1] in "xX", own[1], " and ".join(f"({each})" for each in holds))


def _lines(body: list[str], token: Token) -> str:
    first, stop = token.map or (0, 0)
    return " ".join(line.strip() for line in body[first:stop]).strip()


def quizzes_in(path: Path) -> list[Question]:
    """Read the questions of a chapter, in its order.

    Parameters
    ----------
    path : Path
        A chapter's Markdown file.

    Raises
    ------
    ProblemError
        Naming the file, the line and what is wrong.
    """
    return written_in(path, "quiz", QuizDirective, lambda told: read_question(told.options, told.body))


# --- what is true ----------------------------------------------------------------------------------------------------


def evaluated(expression: str, numbers: Mapping[str, Number]) -> Any:
    """The value of an expression in the numbers of a chapter, which it names as ``{glue:text}`` does.

    A minus sign has spaces around it.

    Raises
    ------
    ProblemError
        Naming the expression and what is wrong with it.

    Examples
    --------
    >>> evaluated("hours-llama / hours-v3 > 10", {"hours-llama": Number(30.84), "hours-v3": Number(2.664)})
    True
    """
    known: dict[str, Any] = {}

    def name(found: re.Match[str]) -> str:
        if found[0] in numbers:
            known[f"number_{len(known)}"] = numbers[found[0]].value
            return f"number_{len(known) - 1}"
        if found[0] not in _FUNCTIONS and found[0] not in _WORDS:
            raise ProblemError(f"{expression!r} names {found[0]!r}, which is no number of the chapter; correct it.")
        return found[0]

    try:
        return eval(_NAME.sub(name, expression), {"__builtins__": {}}, {**_FUNCTIONS, **known})
    except ProblemError:
        raise
    except Exception as error:
        raise ProblemError(f"{expression!r} cannot be worked out ({error}); correct it.") from error


def worked(content: str, numbers: Mapping[str, Number]) -> Number:
    """The number that ``{worked}`` prints: ``expression | format | unit``, as in :class:`~analysis.kit.numbers.Number`.

    Examples
    --------
    >>> worked("1 - kept | .0%", {"kept": Number(0.66)}), worked("kept * 10 | .1f | times", {"kept": Number(0.66)})
    (34 %, 6.6 times)
    """
    expression, *rest = (part.strip() for part in content.split("|"))
    return Number(float(evaluated(expression, numbers)), rest[0] if rest else "g", f" {rest[1]}" if rest[1:] else "")


def hold(question: Question, numbers: Mapping[str, Number]) -> None:
    """Hold the answers of a question against the numbers of the chapter's run.

    Raises
    ------
    ProblemError
        If the right answer is not right, or a wrong one is.
    """
    for answer in question.answers:
        if answer.holds and bool(evaluated(answer.holds, numbers)) is not answer.right:
            fault = "is not true" if answer.right else "is true, and not marked as right"
            raise ProblemError(f"{question.id}: “{answer.text}” {fault} ({answer.holds}); mend the question.")
    if not question.value:
        return
    asked = float(evaluated(question.value, numbers))
    for answer in question.answers:
        off = abs(_named(question, answer, numbers) - asked) / abs(asked)
        if off > NEAR if answer.right else off < APART:
            fault = "is not" if answer.right else "is too near to"
            raise ProblemError(f"{question.id}: “{answer.text}” {fault} {asked:.4g}, what is asked for; mend it.")


def _named(question: Question, answer: Answer, numbers: Mapping[str, Number]) -> float:
    found = _NUMBER.search(answer.text)
    if not found:
        raise ProblemError(f"{question.id}: “{answer.text}” prints no computed number, and :value: asks for one.")
    return worked(found[2].partition(":")[0], numbers).value


class Worked(SphinxRole):
    """``{worked}`expression | format | unit```: a number worked out of those of the chapter."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number, or tell why there is none."""
        run = found_runs(self.env.app).get(self.env.docname.rpartition("/")[2])
        try:
            if run is None:
                raise ProblemError("A number is worked out in a chapter that was run; move it there.")
            return [nodes.Text(repr(worked(self.text, run.numbers)))], []
        except ProblemError as problem:
            return [], [self.inliner.reporter.error(str(problem), line=self.lineno)]


# --- on the page -----------------------------------------------------------------------------------------------------


class quiz(nodes.General, nodes.Element):
    """A question: a :class:`quiz_text`, then a :class:`quiz_answer` each, then a :class:`quiz_about`."""


class quiz_text(nodes.General, nodes.TextElement):
    """What is asked, in one line."""


class quiz_answer(nodes.General, nodes.Element):
    """An answer, attribute ``right``: a :class:`quiz_choice`, then a :class:`quiz_why`."""


class quiz_choice(nodes.General, nodes.TextElement):
    """What can be chosen, in one line."""


class quiz_why(nodes.General, nodes.TextElement):
    """Why it is right or wrong, in one line."""


class quiz_about(nodes.General, nodes.TextElement):
    """A link to the part of the chapter that answers the question."""


class QuizDirective(ProblemDirective):
    """``{quiz}``: a question with its answers, explained."""

    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "id": directives.unchanged_required,
        "about": directives.unchanged_required,
        "value": directives.unchanged_required,
    }

    def shown(self) -> list[nodes.Node]:
        """Return the question, once its answers are held against the run of the chapter."""
        question = read_question(self.options, list(self.content))
        seen = self.env.temp_data.setdefault("questions", set())
        if question.id in seen:
            raise ProblemError(f"The question {question.id!r} stands twice; rename one.")
        seen.add(question.id)
        run = found_runs(self.env.app).get(self.env.docname.rpartition("/")[2])
        if run is not None and not overriding.asked():  # with other facts, another answer may be right
            hold(question, run.numbers)
        box = quiz("", quiz_text("", "", *self.plain(question.text)), ids=[question.id])
        for answer in question.answers:
            choice = quiz_choice("", "", *self.plain(answer.text))
            box += quiz_answer("", choice, quiz_why("", "", *self.line(answer.why)), right=answer.right)
        box += quiz_about("", "", *self.line(f"[](#{question.about})"))
        return [box]

    def line(self, text: str) -> list[nodes.Node]:
        """Parse what stands in one line."""
        return [node for block in self.markdown(text) for node in block.children]

    def plain(self, text: str) -> list[nodes.Node]:
        """Parse what stands in one line and is chosen by a touch: its numbers are no links."""
        box = nodes.inline("", "", *self.line(text))
        for each in list(box.findall(number)):
            each.replace_self(each.children)
        return list(box.children)


def _open_quiz(self: Any, node: quiz) -> None:
    self.body.append(f'<fieldset class="quiz" id="{self.encode(node["ids"][0])}">')


def _close_quiz(self: Any, node: quiz) -> None:
    self.body.append("</fieldset>\n")


def _open_text(self: Any, node: quiz_text) -> None:
    every = list(self.document.findall(quiz))
    self.body.append(f'<legend><span class="label">Question {every.index(node.parent) + 1} of {len(every)}</span>')


def _open_choice(self: Any, node: quiz_choice) -> None:
    name = self.encode(node.parent.parent["ids"][0])
    self.body.append(f'<label><input type="radio" name="{name}">')


def _open_why(self: Any, node: quiz_why) -> None:
    right = node.parent["right"]
    self.body.append(f'<p class="say{" right" if right else ""}"><b>{SAYS[right]}</b> ')


def _open_about(self: Any, node: quiz_about) -> None:
    summary = "All answers, explained"
    self.body.append(f'<details class="fold"><summary>{summary}</summary><p>They stand below each answer. Read again: ')


def _closes(text: str) -> Callable[[Any, nodes.Element], None]:
    def close(self: Any, node: nodes.Element) -> None:
        self.body.append(text)

    return close


class PlainQuizzes(SphinxPostTransform):
    """Where nothing can be chosen, the right answer and why stand below the answers."""

    default_priority = 600  # after references are resolved

    def run(self, **kwargs: Any) -> None:
        """Replace each question, but for builders that show quizzes in their own way."""
        if self.app.builder.format == "html" or getattr(self.app.builder, "shows_quizzes", False):
            return
        for each in list(self.document.findall(quiz)):
            answers = list(each.findall(quiz_answer))
            items = [nodes.list_item("", nodes.paragraph("", "", *answer[0].children)) for answer in answers]
            place = next(place for place, answer in enumerate(answers) if answer["right"])
            lead = nodes.strong(text=f"Answer {place + 1}.")
            why = nodes.paragraph("", "", lead, nodes.Text(" "), *answers[place][1].children)
            text = nodes.paragraph("", "", nodes.strong("", "", *each[0].children))
            listed = nodes.enumerated_list("", *items, enumtype="arabic", prefix="", suffix=".")
            each.replace_self(nodes.container("", text, listed, why, ids=each["ids"]))


def _add_style(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if 'class="quiz"' in context.get("body", ""):
        app.add_css_file("quiz.css", priority=850)  # after style.css


def setup(app: Sphinx) -> None:
    """Register the directive, its role and its style."""
    app.add_node(quiz, html=(_open_quiz, _close_quiz))
    app.add_node(quiz_text, html=(_open_text, _closes("</legend>")))
    app.add_node(quiz_answer, html=(pass_through, pass_through))
    app.add_node(quiz_choice, html=(_open_choice, _closes("</label>")))
    app.add_node(quiz_why, html=(_open_why, _closes("</p>")))
    app.add_node(quiz_about, html=(_open_about, _closes("</p></details>")))
    app.add_role("worked", Worked())
    app.add_directive("quiz", QuizDirective)
    app.add_post_transform(PlainQuizzes)
    app.connect("html-page-context", _add_style)
