"""Exercises: question, starter code, folded solution and check, from one source.

An exercise is written once, in its chapter::

    ::::{exercise} A word by hand
    :id: occam-lz-by-hand
    :level: compute
    :minutes: 10
    :objective: 2

    Question in Markdown.

    ```{starter}
    answer = ...
    ```

    ```{solution}
    answer = 5
    ```

    ```{check}
    assert answer == 5, "Count the phrases again: the last one is ..."
    ```

    ```{rubric}
    A measure is said before the result
    full: Says what is counted, and why that answers the question.
    part: Says what is counted.
    none: Reports a number only.
    ```

    ```{notes}
    What to say to whom, in Markdown.
    ```
    ::::

The last two are for some: an open exercise has a rubric, a lab has notes for its teacher. The page shows it through
:class:`ExerciseDirective`; tests and student notebooks read it through :func:`exercises_in`. Both go through
:func:`read_exercise`, so that they cannot drift. Starter, solution and check are one program each: a reader runs code
and check together, in an empty notebook. ``objective`` is the place, in the list of the chapter's header, of the
objective that it practises; each objective has an exercise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.states import MarkupError
from markdown_it import MarkdownIt
from myst_parser.parsers.directives import DirectiveParsingResult, parse_directive_text
from sphinx.application import Sphinx

from analysis.kit.errors import ProblemError
from book.extension.parts import ProblemDirective, fold, permalink


class HasId(Protocol):
    """What has a name in its chapter."""

    @property
    def id(self) -> str:
        """The name."""


T = TypeVar("T", bound=HasId)
LEVELS = ("read", "compute", "investigate")
PARTS = ("starter", "solution", "check")
#: Parts that an exercise may do without.
FURTHER = ("rubric", "notes")
#: What a criterion of a rubric tells apart, with the marks for it, and how many criteria a rubric has.
GRADES = {"full": 2, "part": 1, "none": 0}
CRITERIA = range(3, 6)
_FENCE = re.compile(r"\{([\w-]+)\}\s*(.*)")


@dataclass(frozen=True)
class Criterion:
    """One criterion of a rubric, and what earns full marks, a part of them, and none."""

    name: str
    full: str
    part: str
    none: str


@dataclass(frozen=True)
class Exercise:
    """One exercise as it is written in its chapter."""

    id: str
    title: str
    level: str
    minutes: int
    question: str
    starter: str
    solution: str
    check: str
    objective: int | None = None
    rubric: tuple[Criterion, ...] = ()
    notes: str = ""

    def outcome(self, code: str) -> dict[str, Any]:
        """Run `code` and then the check, as a reader would; return the names it defined.

        Raises
        ------
        AssertionError
            When the check finds the answer wrong; its text explains why.
        """
        names: dict[str, Any] = {"__name__": f"exercise_{self.id.replace('-', '_')}"}
        exec(compile(code, f"<{self.id}: answer>", "exec"), names)
        exec(compile(self.check, f"<{self.id}: check>", "exec"), names)
        return names


def markdown() -> MarkdownIt:
    """The fences of MyST Markdown, with its colon fences."""
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    return MarkdownIt("commonmark").use(front_matter_plugin).use(colon_fence_plugin)


def read_exercise(title: str, options: dict[str, Any], body: list[str]) -> Exercise:
    """Make an exercise of a directive's title, options and body.

    Raises
    ------
    ProblemError
        Naming the exercise and what it lacks.
    """
    name = options.get("id") or title
    for key in ("id", "level", "minutes"):
        if key not in options:
            raise ProblemError(f"The exercise {name!r} has no :{key}:; add it under its title.")
    lines = list(body)
    found: dict[str, str] = {}
    for token in markdown().parse("\n".join(body)):
        fence = _FENCE.fullmatch(token.info.strip()) if token.type in ("fence", "colon_fence") else None
        if fence and fence[1] in (*PARTS, *FURTHER) and token.map:
            if fence[1] in found:
                raise ProblemError(f"The exercise {name!r} has two parts {fence[1]!r}; keep one.")
            found[fence[1]] = token.content.rstrip("\n") + "\n"
            lines[token.map[0] : token.map[1]] = [""] * (token.map[1] - token.map[0])
    for part in PARTS:
        if not found.get(part, "").strip():
            raise ProblemError(f"The exercise {name!r} has no {{{part}}}; add one.")
    question = "\n".join(lines).strip("\n")
    if not question.strip():
        raise ProblemError(f"The exercise {name!r} asks nothing; write its question under the options.")
    return Exercise(
        options["id"],
        title,
        options["level"],
        options["minutes"],
        question,
        **{part: found[part] for part in PARTS},
        objective=options.get("objective"),
        rubric=read_rubric(found["rubric"], name) if "rubric" in found else (),
        notes=found.get("notes", ""),
    )


def read_rubric(text: str, exercise: str) -> tuple[Criterion, ...]:
    """Read the criteria of a rubric: a name, and a line for each grade; an empty line stands between them.

    Raises
    ------
    ProblemError
        Naming the exercise and the criterion that is not told in full.
    """
    found = []
    for block in re.split(r"\n\s*\n", text.strip()):
        name, *lines = block.splitlines()
        told = {grade: words.strip() for grade, _, words in (line.partition(":") for line in lines)}
        if list(told) != list(GRADES) or not all(told.values()) or len(lines) != len(GRADES):
            raise ProblemError(
                f"The rubric of {exercise!r} must say of {name!r} what earns {', '.join(GRADES)}, a line for each."
            )
        found.append(Criterion(name, **told))
    if len(found) not in CRITERIA:
        raise ProblemError(
            f"The rubric of {exercise!r} has {len(found)} criteria; give it {CRITERIA.start} to {CRITERIA.stop - 1}."
        )
    return tuple(found)


class ExerciseDirective(ProblemDirective):
    """``{exercise} Title``: an exercise on the page, with its solution and check folded."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "id": directives.unchanged_required,
        "level": lambda value: directives.choice(value, LEVELS),
        "minutes": directives.positive_int,
        "objective": directives.positive_int,
    }

    def shown(self) -> list[nodes.Node]:
        """Return the exercise as a box with an anchor."""
        exercise = read_exercise(self.arguments[0], self.options, list(self.content))
        title = exercise.title.replace("'", "’")
        box = exercise_box(ids=[exercise.id], title=title, classes=["exercise"])
        self.env.get_domain("std").note_hyperlink_target(  # type: ignore[attr-defined]
            exercise.id, self.env.docname, exercise.id, title
        )
        level = f"{exercise.level.capitalize()}, level {LEVELS.index(exercise.level) + 1} of {len(LEVELS)}"
        minutes = "1 minute" if exercise.minutes == 1 else f"{exercise.minutes} minutes"
        box["facts"] = (level, minutes, *([f"objective {exercise.objective}"] if exercise.objective else []))
        box += nodes.paragraph("", "", nodes.strong(text=title), classes=["exercise-title"])
        box += nodes.paragraph(text=", ".join(box["facts"]), classes=["exercise-facts"])
        box += self.markdown(exercise.question)
        box += _code(exercise.starter)
        box += fold("", _code(exercise.check), summary="Check your answer: run this after your code")
        box += fold("", _code(exercise.solution), summary="Solution")
        if exercise.rubric:
            box += fold("", *self.rubric(exercise.rubric), summary="How your report is marked", classes=["rubric"])
        if exercise.notes:
            box += fold("", *self.markdown(exercise.notes), summary="For teachers", classes=["notes"])
        return [box]

    def rubric(self, criteria: tuple[Criterion, ...]) -> list[nodes.Node]:
        """Return what a report is marked by."""
        most = max(GRADES.values()) * len(criteria)
        said = f"{most} marks: " + ", ".join(f"{marks} for “{grade}”" for grade, marks in GRADES.items())
        listed = nodes.definition_list(classes=["rubric"])
        for criterion in criteria:
            told = nodes.definition()
            for grade in GRADES:
                (line,) = self.markdown(getattr(criterion, grade))
                line.insert(0, nodes.Text(f"{grade.capitalize()}: "))
                told += line
            listed += nodes.definition_list_item("", nodes.term(text=criterion.name), told)
        return [nodes.paragraph(text=f"{said}, for each criterion."), listed]


class exercise_box(nodes.container):
    """An exercise; attributes ``title`` and ``facts``, which its first two children say where there is no HTML."""


def _open_box(self: Any, node: exercise_box) -> None:
    """Write the heading of an exercise, with its place among those of the page, in stead of its first two children."""
    every = list(self.document.findall(exercise_box))
    identity, title = self.encode(node["ids"][0]), self.encode(node["title"])
    facts = [*node["facts"], f"{every.index(node) + 1} of {len(every)}"]
    said = "".join(f"<li>{self.encode(fact)}</li>" for fact in facts)
    heading = f"<h3>{title}{permalink(identity, title)}</h3>"
    self.body.append(f'<div class="exercise" id="{identity}">{heading}<ul class="facts">{said}</ul>')
    del node[:2]


def _close_box(self: Any, node: exercise_box) -> None:
    self.body.append("</div>\n")


def _code(text: str) -> nodes.literal_block:
    code = text.rstrip("\n")
    return nodes.literal_block(code, code, language="python")


def exercises_in(path: Path) -> list[Exercise]:
    """Read the exercises of a chapter, in its order.

    Parameters
    ----------
    path : Path
        A chapter's Markdown file.

    Raises
    ------
    ProblemError
        Naming the file, the line and what is wrong.
    """
    return written_in(
        path, "exercise", ExerciseDirective, lambda told: read_exercise(told.arguments[0], told.options, told.body)
    )


def written_in(
    path: Path, name: str, directive: type[Directive], read: Callable[[DirectiveParsingResult], T]
) -> list[T]:
    """Read what a chapter's directives of one name say, in its order.

    Parameters
    ----------
    path : Path
        A chapter's Markdown file.
    name : str
        Of the directive.
    directive : type
    read : callable
        Makes of a parsed directive what has an ``id``.

    Raises
    ------
    ProblemError
        Naming the file, the line and what is wrong; also for an id that stands twice.
    """
    written: list[T] = []
    for token in markdown().parse(path.read_text(encoding="utf-8")):
        fence = _FENCE.fullmatch(token.info.strip()) if token.type in ("fence", "colon_fence") else None
        if not fence or fence[1] != name or not token.map:
            continue
        where = f"{path.name}, line {token.map[0] + 1}"
        try:
            parsed = parse_directive_text(directive, fence[2], token.content)
            if parsed.warnings:
                raise ProblemError(f"{parsed.warnings[0].msg}; correct it.")
            one = read(parsed)
        except (ProblemError, MarkupError) as problem:
            raise ProblemError(f"{where}: {problem}") from problem
        if any(one.id == other.id for other in written):
            raise ProblemError(f"{where}: the id {one.id!r} stands twice; rename one.")
        written.append(one)
    return written


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_node(exercise_box, html=(_open_box, _close_box))
    app.add_directive("exercise", ExerciseDirective)
