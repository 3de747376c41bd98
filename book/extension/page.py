"""The head of a chapter: what readers will be able to do, what they need, and how long it takes to read.

::

    ```{chapter-header}
    :prerequisites: Probability as taught in school; a little Python.

    1. explain why …
    2. compute …
    ```

The reading time comes from the words of its main text, and how new its published figures are from the tables that its
run reads.
"""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from analysis.kit import review
from analysis.kit.errors import ProblemError
from book.extension import launch, source
from book.extension.course_files import FOLDER, name, with_course
from book.extension.entries import folded
from book.extension.exercises import exercise_box
from book.extension.figures import book_figure
from book.extension.notes import margin_note
from book.extension.numbers import found_runs
from book.extension.parts import ProblemDirective, cached_by_build, fold, pass_through, plain
from book.extension.quizzes import quiz

#: Words a minute, for text that one works through.
READING_SPEED = 200


class chapter_header(nodes.General, nodes.Element):
    """What a chapter lets its readers do; the reading time and the link to the source join once the page is read."""


class ChapterHeader(ProblemDirective):
    """``{chapter-header}``: objectives as a list, prerequisites as an option."""

    has_content = True
    option_spec: ClassVar = {"prerequisites": directives.unchanged_required}

    def shown(self) -> list[nodes.Node]:
        """Return the head; its facts are filled in later."""
        if "prerequisites" not in self.options or not self.content:
            raise ProblemError("A chapter header needs :prerequisites: and a list of objectives; add what is missing.")
        needs = self.markdown(self.options["prerequisites"])
        if needs and isinstance(needs[0], nodes.paragraph):
            needs[0].insert(0, nodes.Text("You need: "))
        summary = "What you will be able to do, and what you need"
        return [chapter_header("", fold("", *self.markdown("\n".join(self.content)), *needs, summary=summary))]


def words_of(document: nodes.document) -> int:
    """Count the words of the main text, as ``tools.density`` does in the source: a formula is one word.

    Neither what is folded, nor code, tables, captions, quizzes, exercises, verdicts and notes.
    """
    skipped = (
        nodes.literal_block,
        nodes.comment,
        nodes.raw,
        nodes.table,
        book_figure,
        exercise_box,
        fold,
        folded,
        margin_note,
        plain,
        quiz,
    )

    def count(node: nodes.Node) -> int:
        if isinstance(node, nodes.Text):
            return len(str(node).split())
        if isinstance(node, skipped):
            return 0
        if isinstance(node, nodes.math | nodes.math_block) or (isinstance(node, nodes.Inline) and not node.children):
            return 1  # a formula, or a number that is put in later
        return sum(count(child) for child in node.children)

    return count(document)


def minutes(app: Sphinx, docname: str) -> int:
    """Return how long a page takes to read, from its words; counted once a build."""

    def compute() -> int:
        return max(1, round(words_of(app.env.get_doctree(docname)) / READING_SPEED))

    return cached_by_build(app, f"minutes-{docname}", compute)


def as_of(app: Sphinx, docname: str) -> str:
    """Say how new the published figures are that a chapter's run reads; empty for a page without a run."""

    def compute() -> str:
        topic = docname.removeprefix("chapters/")
        run = found_runs(app).get(topic)
        read = [name for name in review.tables() if run and name in run.tables]
        if not read:
            return ""
        date, seen = review.as_of(read)
        newest, looked_up = map(review.in_short, (date, seen.isoformat()))
        return f"Data to {newest}, checked since {looked_up}"

    return cached_by_build(app, f"as-of-{docname}", compute)


def _fill_in(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(chapter_header)):
        facts: list[list[nodes.Node]] = [[nodes.Text(f"{minutes(app, docname)} minutes")]]
        newest = as_of(app, docname)
        if newest:
            facts.append([nodes.Text(newest)])
        facts.append(node.children)
        if app.builder.format == "html":
            path = app.env.doc2path(docname, base=False)
            address = source.link(app, str(path), root=source.site_root(app.builder, docname))
            facts.append([nodes.inline("", "", nodes.reference(text="Source", refuri=address))])
            if with_course():
                file = f"{source.site_root(app.builder, docname)}{FOLDER}/{name(docname, 'student')}"
                facts.append([nodes.inline("", "", nodes.reference(text="Notebook", refuri=file))])
            if line := launch.menu(app, docname):
                facts.append([line])
        items = [nodes.list_item("", *fact) for fact in facts]
        node[:] = [nodes.bullet_list("", *items, classes=["facts"])]


def setup(app: Sphinx) -> None:
    """Register the directive and fill it in when the page is known."""
    plain = (pass_through, pass_through)
    app.add_node(chapter_header, html=plain, latex=plain, text=plain, man=plain, texinfo=plain)
    app.add_directive("chapter-header", ChapterHeader)
    app.connect("doctree-resolved", _fill_in)
