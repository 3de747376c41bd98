"""What the teaching guide says by itself: what a chapter teaches, how long it takes, and plans of a course.

``{teaches} deepseek`` shows the objectives of the chapter's header with the level of each in Bloom's taxonomy and the
exercises that practise it, what one needs before, and the minutes. ``{course-plan}`` shows a plan, written as YAML::

    ```{course-plan}
    - title: Count it
      read: [deepseek]
      class: [deepseek-experts, lab-count]
      home: [deepseek-roofline]
    ```

Minutes are added up; an exercise or a chapter that does not exist stops the build.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from analysis.kit.errors import ProblemError, closest
from book.extension import state
from book.extension.chapters import FOLDER
from book.extension.claims import CHAPTERS
from book.extension.course_files import PAGES
from book.extension.exercises import LEVELS, Exercise, exercises_in
from book.extension.page import minutes
from book.extension.parts import ProblemDirective, link_to

#: Levels of Bloom's taxonomy as revised in 2001, the lowest first, with the verbs of our objectives that ask for each.
BLOOM = {
    "remember": (),
    "understand": ("say", "read", "explain", "show", "name"),
    "apply": ("compute", "measure", "count", "fit", "give", "price", "work", "turn", "predict"),
    "analyse": ("tell", "derive", "recognise", "separate", "take", "prove", "compare"),
    "evaluate": ("decide", "judge", "test", "hold"),
    "create": (),
}
#: The parts of a session, with what stands before each.
PARTS = {"read": "Read before", "class": "In class", "home": "At home"}
_HEADER = re.compile(r"^:::\{chapter-header\}\n(.*?)^:::", re.DOTALL | re.MULTILINE)


def header(path: Path) -> tuple[list[str], str]:
    """The objectives in the header of a chapter, and what it says that one needs.

    Raises
    ------
    ProblemError
        If the chapter has no header.
    """
    found = _HEADER.search(path.read_text(encoding="utf-8"))
    if not found:
        raise ProblemError(f"{path.name} has no chapter header; give it one with objectives and prerequisites.")
    needs = re.search(r"^:prerequisites: (.*)", found[1], re.MULTILINE)
    return re.findall(r"^\d+\. (.*)", found[1], re.MULTILINE), needs[1] if needs else ""


def bloom(objective: str) -> str:
    """The level of an objective: the highest that one of its verbs asks for.

    Raises
    ------
    ProblemError
        If its first word is no verb that has a level.

    Examples
    --------
    >>> bloom("say what a prior over functions is, and measure one")
    'apply'
    """
    first, *others = re.findall(r"(?:^|\band )([a-z]+)", objective)
    levels = list(BLOOM)
    known = {verb: level for level, verbs in BLOOM.items() for verb in verbs}
    if first not in known:
        raise ProblemError(f"The objective “{objective}” begins with {first!r}; give that verb a level in BLOOM.")
    return max((known[verb] for verb in (first, *others) if verb in known), key=levels.index)


def known_exercises(root: Path) -> dict[str, Exercise]:
    """Every exercise of the chapters and the labs by id."""
    pages = [root / f"{page}.md" for page in (*(f"{FOLDER}{topic}" for topic in CHAPTERS), *PAGES)]
    return {exercise.id: exercise for page in pages if page.exists() for exercise in exercises_in(page)}


class minutes_of(nodes.Inline, nodes.TextElement):
    """Place for minutes, filled in once all pages are read; attributes ``pages`` and ``more``."""


def _said(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


class Teaches(ProblemDirective):
    """``{teaches} TOPIC``: what a chapter teaches, what one needs, and how long it takes."""

    required_arguments = 1

    def shown(self) -> list[nodes.Node]:
        """Return the list of objectives and a list of facts."""
        topic, root = self.arguments[0], Path(self.env.srcdir)
        path = root / f"{FOLDER}{topic}.md"
        if topic not in CHAPTERS or not path.exists():
            raise ProblemError(f"There is no chapter {topic!r}; {closest(topic, CHAPTERS)}")
        self.env.note_dependency(str(path))
        objectives, needs = header(path)
        own = exercises_in(path)
        listed = nodes.enumerated_list(enumtype="arabic", suffix=".")
        for number, objective in enumerate(objectives, start=1):
            (line,) = self.markdown(objective)
            line += [nodes.Text(" ("), nodes.emphasis(text=bloom(objective)), nodes.Text("): ")]
            line += self.links([exercise.id for exercise in own if exercise.objective == number])
            listed += nodes.list_item("", line)
        return [
            self.fact("Needs", self.markdown(needs)[0].children),
            self.fact("Time", self.time(topic, own)),
            self.fact("Objectives, their level and their exercises", []),
            listed,
        ]

    def fact(self, name: str, said: list[nodes.Node]) -> nodes.paragraph:
        """Return a line with its name."""
        return nodes.paragraph("", "", nodes.strong(text=f"{name}:"), nodes.Text(" "), *said)

    def links(self, exercises: list[str]) -> list[nodes.Node]:
        """Return links to exercises in a line."""
        found: list[nodes.Node] = []
        for identity in exercises:
            found += [*([nodes.Text("; ")] if found else []), link_to(identity, self.env.docname)]
        return found

    def time(self, topic: str, own: list[Exercise]) -> list[nodes.Node]:
        """Return the minutes of reading, of exercises by level, and the seconds that the code takes."""
        said = []
        for level in LEVELS:
            of_level = [exercise.minutes for exercise in own if exercise.level == level]
            said.append(f"{sum(of_level)} to {level} ({len(of_level)})")
        found = [
            minutes_of(pages=[f"{FOLDER}{topic}"], more=0),
            nodes.Text(" to read "),
            *self.markdown(f"[the chapter](/{FOLDER}{topic}.md)")[0].children,
            nodes.Text(f"; exercises {_said(sum(e.minutes for e in own))}: {', '.join(said)}"),
        ]
        seconds = state.measured(Path(self.env.srcdir)).get("chapters", {}).get(topic)
        found.append(nodes.Text(f"; its code ran in {seconds:.0f} seconds." if seconds else "."))
        return found


class CoursePlan(Teaches):
    """``{course-plan}``: the sessions of a course, with their minutes."""

    required_arguments = 0
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def shown(self) -> list[nodes.Node]:
        """Return a list of sessions, and how long all of them take."""
        root = Path(self.env.srcdir)
        for page in (*(f"{FOLDER}{topic}" for topic in CHAPTERS), *PAGES):
            self.env.note_dependency(str(root / f"{page}.md"))
        exercises = known_exercises(root)
        listed = nodes.definition_list(classes=["course-plan"])
        spent: dict[str, list[Any]] = {part: [] for part in PARTS}
        for number, session in enumerate(sessions("\n".join(self.content), exercises), start=1):
            told = nodes.definition()
            for part, name in PARTS.items():
                named = session.get(part, [])
                if not named:
                    continue
                pages = [f"{FOLDER}{each}" for each in named if each in CHAPTERS]
                more = sum(exercises[each].minutes for each in named if each in exercises)
                spent[part] += [pages, more]
                told += self.fact(
                    name, [*self.named(named), nodes.Text(" ("), minutes_of(pages=pages, more=more), nodes.Text(")")]
                )
            listed += nodes.definition_list_item("", nodes.term(text=f"{number}. {session['title']}"), told)
        whole = nodes.paragraph(text="In all: ")
        for place, (part, name) in enumerate((part, name) for part, name in PARTS.items() if spent[part]):
            pages = [page for each in spent[part][::2] for page in each]
            whole += [
                nodes.Text(f"{', ' * bool(place)}{name.lower()} "),
                minutes_of(pages=pages, more=sum(spent[part][1::2])),
            ]
        whole += nodes.Text(".")
        return [listed, whole]

    def named(self, names: list[str]) -> list[nodes.Node]:
        """Return links to chapters and exercises in a line."""
        found: list[nodes.Node] = []
        for name in names:
            found += [nodes.Text("; ")] if found else []
            found += (
                self.markdown(f"[{CHAPTERS[name]}](/{FOLDER}{name}.md)")[0].children
                if name in CHAPTERS
                else self.links([name])
            )
        return found


def sessions(text: str, exercises: dict[str, Exercise]) -> list[dict[str, Any]]:
    """Read the sessions of a plan.

    Raises
    ------
    ProblemError
        Naming what is no chapter or exercise, or what a session lacks.
    """
    found = yaml.safe_load(text) or []
    for session in found:
        if not isinstance(session, dict) or not session.get("title") or not set(session) <= {"title", *PARTS}:
            raise ProblemError(
                f"A session of a plan has a title and the parts {', '.join(PARTS)}; {session!r} has others."
            )
        for part in PARTS:
            for name in session.get(part, []):
                if name not in exercises and name not in CHAPTERS:
                    near = closest(name, [*exercises, *CHAPTERS])
                    raise ProblemError(f"The plan names {name!r}, which is no chapter and no exercise; {near}")
    return found


def _fill_in(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(minutes_of)):
        count = node["more"] + sum(minutes(app, page) for page in node["pages"])
        node.replace_self(nodes.Text(_said(count)))


def setup(app: Sphinx) -> None:
    """Register the directives, and fill the minutes in when all pages are read."""
    app.add_node(minutes_of)
    app.add_directive("teaches", Teaches)
    app.add_directive("course-plan", CoursePlan)
    app.connect("doctree-resolved", _fill_in)
