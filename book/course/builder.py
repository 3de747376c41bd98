"""The Sphinx builder that writes a chapter as its plain cells (``<docname>.json``).

It builds on what the paper knows (:mod:`book.paper.blocks`): there as here a node without a meaning stops the build.
"""

from __future__ import annotations

import html
import json
import subprocess
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from analysis.kit import chapters
from analysis.kit.errors import ProblemError
from book.extension import citations
from book.extension.chapters import FOLDER
from book.extension.course_files import PAGES
from book.extension.exercises import FURTHER, Exercise, exercises_in
from book.extension.figures import PLAIN
from book.extension.parts import fold
from book.paper import blocks
from book.paper.blocks import Piece

#: The Markdown that notebooks draw; HTML only where we write it ourselves.
MARKDOWN = "commonmark+tex_math_dollars+pipe_tables"
_BREAK = "<!-- next cell -->"


def wanted(docname: str) -> bool:
    """Whether a page becomes cells."""
    return docname.startswith(FOLDER) or docname in PAGES


class CellPage(blocks.Page):
    """The cells of one page: blocks of pandoc, between which stand pieces ``Cell``.

    Parameters
    ----------
    docname : str
    address : str
        Of the site, with a slash at its end; empty where there is none, and links are plain words.
    code : list of chapters.Cell
        The chapter's code cells.
    exercises : list of Exercise
        Of the page.
    sources : dict of str
        Addresses of the works that it cites, by key.
    """

    def __init__(
        self,
        docname: str,
        address: str,
        code: list[chapters.Cell],
        exercises: list[Exercise],
        sources: dict[str, str],
    ) -> None:
        super().__init__(docname)
        self.address, self.sources = address, sources
        self.exercises = {exercise.id: exercise for exercise in exercises}
        self.code = iter([cell for cell in code if "remove-cell" not in cell.tags])
        self.objectives: list[list[Piece]] = []

    # --- cells -------------------------------------------------------------------------------------------------------

    def piece(self, kind: str, contents: Any, *tags: str, **more: Any) -> Piece:
        """A cell of its own: of code its source, of Markdown its blocks."""
        return {"t": "Cell", "c": {"kind": kind, "source": contents, "tags": list(tags), **more}}

    def block_container(self, node: nodes.Element, level: int) -> list[Piece]:
        if node.get("nb_element") != "cell_code":
            return self.blocks(node.children, level)
        source = next(self.code)
        shown = [part.astext() for part in node.findall(nodes.literal_block) if "cell_input" in part.parent["classes"]]
        if shown and shown[0].strip() != source.source.strip():
            raise ProblemError(f"Cell {source.place + 1} of {self.docname} is not the one that the page shows.")
        figures = [part for part in node.findall(nodes.container) if PLAIN in part["classes"]]
        names = [name for figure in figures for name in figure[0]["ids"]]
        tags = [*sorted(source.tags), *(["figure"] if names else [])]
        found = [self.piece("code", source.source, *tags, figures=names)]
        for figure, name in zip(figures, names, strict=True):
            told = self.blocks(figure.children[3:], level)  # after finding, measure and picture, which the cell draws
            found.append(self.piece("markdown", told, "caption", figures=[name]))
        return found

    def block_exercise_box(self, node: nodes.Element, level: int) -> list[Piece]:
        exercise = self.exercises[node["ids"][0]]
        parts = node.children[2:]  # after title and facts
        starts = next(place for place, part in enumerate(parts) if isinstance(part, nodes.literal_block))
        title = {"t": "Header", "c": [3, blocks.NO_ATTRIBUTES, blocks.text(f"Exercise: {node['title']}")]}
        facts = {"t": "Para", "c": [{"t": "Emph", "c": blocks.text(", ".join(node["facts"]))}]}
        question = [title, facts, *self.blocks(parts[:starts], level)]
        named, notes = {"exercise": exercise.id}, list[Piece]()
        found = [
            self.piece("markdown", question, "exercise", **named),
            self.piece("code", exercise.starter.rstrip(), "starter", **named),
            self.piece("code", exercise.solution.rstrip(), "solution", **named),
            self.piece("code", exercise.check.rstrip(), "check", **named),
        ]
        for part in parts[starts:]:
            told = [name for name in FURTHER if name in part.get("classes", ())]
            if "rubric" in told:
                found.append(self.piece("markdown", self.blocks([part], level), "rubric", **named))
            elif "notes" in told:
                notes = self.blocks(part.children, level)
        return [*found, self.piece("markdown", [*self.teaching(exercise), *notes], "notes", **named)]

    def teaching(self, exercise: Exercise) -> list[Piece]:
        """What a teacher wants to know of an exercise: what it practises, how hard and how long it is."""
        lead = {"t": "Strong", "c": blocks.text("For teachers.")}
        minutes = "1 minute" if exercise.minutes == 1 else f"{exercise.minutes} minutes"
        said = [lead, *blocks.text(f" Level: {exercise.level}; {minutes}.")]
        if exercise.objective and exercise.objective <= len(self.objectives):
            practised = self.objectives[exercise.objective - 1]
            said += [*blocks.text(f" Objective {exercise.objective}: "), *practised, *blocks.text(".")]
        return [{"t": "Para", "c": said}]

    def block_quiz(self, node: nodes.Element, level: int) -> list[Piece]:
        asked, answers, told = list[Piece](), [], list[Piece]()
        for part in node.children:
            kind = type(part).__name__
            if kind == "quiz_text":
                asked = [{"t": "Strong", "c": self.inlines(part.children)}]
            elif kind == "quiz_answer":
                choice, why = part.children
                answers.append([{"t": "Plain", "c": self.inlines(choice.children)}])
                said = {
                    "t": "Para",
                    "c": [*blocks.text("Right. " if part["right"] else "No. "), *self.inlines(why.children)],
                }
                told += self.folded(f"Answer {len(answers)}", [said])
            elif kind == "quiz_about":
                asked += [{"t": "Space"}, *self.inlines(part.children)]
            else:
                raise ProblemError(
                    f"Notebooks do not know the part {kind} of a quiz; say it in book/course/builder.py."
                )
        listed = {"t": "OrderedList", "c": [[1, {"t": "Decimal"}, {"t": "Period"}], answers]}
        return [self.piece("markdown", [{"t": "Para", "c": asked}, listed, *told], "quiz", exercise=node["ids"][0])]

    def cells(self, document: nodes.document) -> list[dict[str, Any]]:
        """The cells of a page, with Markdown still as blocks; a heading begins a new one."""
        found: list[dict[str, Any]] = []
        open_ = False
        for piece in self.blocks(document.children):
            if piece["t"] == "Cell":
                found.append(piece["c"])
                open_ = False
                continue
            if not open_ or piece["t"] == "Header":
                found.append({"kind": "markdown", "source": [], "tags": [], "figures": []})
                open_ = True
            found[-1]["source"].append(piece)
        left = [cell.place + 1 for cell in self.code]
        if left:
            raise ProblemError(f"Cells {left} of {self.docname} are not on the page; find out what took them away.")
        return found

    # --- what notebooks say otherwise than paper ---------------------------------------------------------------------

    def named(self, node: nodes.Node, blocks: list[Piece]) -> list[Piece]:
        """Blocks without the names that links of one document need."""
        return blocks

    def target(self, node: nodes.Node) -> list[Piece]:
        """No place to lead to."""
        return []

    def block_section(self, node: nodes.section, level: int) -> list[Piece]:
        title = next(child for child in node.children if isinstance(child, nodes.title))
        heading = {"t": "Header", "c": [self.depth + level, blocks.NO_ATTRIBUTES, self.inlines(title.children)]}
        rest = [child for child in node.children if child is not title]
        return [heading, *self.blocks(rest, level + 1)]

    def block_chapter_header(self, node: nodes.Element, level: int) -> list[Piece]:
        for listed in node.findall(nodes.enumerated_list):
            self.objectives = [self.inlines(item.children) for item in listed.children]
        facts = [item for listed in node.children for item in listed.children]  # type: ignore[attr-defined]
        short = [item.astext() for item in facts if not any(item.findall(fold))]
        line = {"t": "Para", "c": [{"t": "Emph", "c": blocks.text("; ".join(short))}]}
        told = [part for item in facts for part in item.findall(fold)]
        return [line, *(block for part in told for block in super(CellPage, self).block_fold(part, level))]

    def block_fold(self, node: nodes.Element, level: int) -> list[Piece]:
        return self.folded(node.get("summary") or "More", self.blocks(node.children, level))

    def folded(self, summary: str, inside: list[Piece]) -> list[Piece]:
        """Blocks that open on demand; the empty lines that pandoc sets let them stay Markdown."""
        marks = (f"<details><summary>{html.escape(summary, quote=False)}</summary>", "</details>")
        opening, closing = ({"t": "RawBlock", "c": ["html", mark]} for mark in marks)
        return [opening, *inside, closing]

    def block_definition_list(self, node: nodes.Element, level: int) -> list[Piece]:
        items = []
        for item in node.children:
            terms = [child for child in item.children if isinstance(child, nodes.term)]
            line = [{"t": "Strong", "c": self.inlines(child for term in terms for child in term.children)}]
            told = [self.blocks(c.children, level) for c in item.children if isinstance(c, nodes.definition)]
            items.append([{"t": "Para", "c": line}, *(block for each in told for block in each)])
        return [{"t": "BulletList", "c": items}]

    def inline_reference(self, node: nodes.Element) -> list[Piece]:
        words = self.inlines(node.children)
        address = f"#{node['refid']}" if node.get("refid") else node["refuri"]
        cited = self.sources.get(address.partition("#source-")[2])
        if cited:
            address = cited
        elif "://" not in address:
            if not self.address:
                return words
            address = urljoin(f"{self.address}{self.docname}.html", address)
        return [{"t": "Link", "c": [blocks.NO_ATTRIBUTES, words, [address, ""]]}]

    def inline_image(self, node: nodes.Element) -> list[Piece]:
        return blocks.text(node.get("alt", ""))


def plain(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the Markdown of all cells, with one call of pandoc.

    Raises
    ------
    ProblemError
        With what pandoc says.
    """
    import pypandoc

    pieces: list[Piece] = []
    markdown = [cell for cell in cells if cell["kind"] == "markdown"]
    for cell in markdown:
        pieces += [*cell["source"], {"t": "RawBlock", "c": ["html", _BREAK]}]
    command = [pypandoc.get_pandoc_path(), "-f", "json", "-t", MARKDOWN, "--wrap=none"]
    done = subprocess.run(command, input=json.dumps(blocks.document(pieces)), capture_output=True, encoding="utf-8")
    if done.returncode or done.stderr:
        raise ProblemError(f"Pandoc cannot write the cells: {done.stderr.strip()}")
    for cell, text in zip(markdown, done.stdout.split(_BREAK), strict=False):
        cell["source"] = text.strip()
    return [cell for cell in cells if cell["source"]]


class CourseBuilder(Builder):
    """Chapters as their plain cells."""

    name = "course"
    format = "course"
    epilog = "The cells are in %(outdir)s."
    shows_quizzes = True
    supported_image_types = ["image/svg+xml", "image/png"]  # noqa: RUF012  (Sphinx only reads it)
    allow_parallel = True

    def get_outdated_docs(self) -> Iterator[str]:
        """All of them are written each time."""
        yield from filter(wanted, self.env.found_docs)

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Pages are where the site has them."""
        return f"{docname}.html"

    def prepare_writing(self, docnames: Set[str]) -> None:
        """Nothing is shared by the pages."""

    def write(self, build_docnames: Iterable[str] | None, updated_docnames: Any, method: str = "update") -> None:
        """Write the pages that become cells, whatever was read."""
        super().write(sorted(filter(wanted, self.env.found_docs)), [], "specific")

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Write the cells of one page."""
        if not wanted(docname):
            return
        source = Path(self.env.doc2path(docname))
        code = chapters.cells(source.stem) if docname.startswith(FOLDER) else []
        cited = {key: work.address for key, work in citations.sources(self.env).items()}
        page = CellPage(docname, self.config.html_baseurl, code, exercises_in(source), cited)
        path = Path(self.outdir, f"{docname}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(plain(page.cells(doctree)), ensure_ascii=False, indent=1), encoding="utf-8")

    def finish(self) -> None:
        """There is nothing beside the pages."""


def setup(app: Sphinx) -> None:
    """Register the builder."""
    app.add_builder(CourseBuilder)
