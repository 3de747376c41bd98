"""The cells of a page: plain Markdown and code, in the parts that a class needs."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from analysis.kit import chapters
from analysis.kit.errors import ProblemError
from book.course import builder, cells, notebooks
from book.extension.exercises import exercises_in
from tests.book.test_exercises import GOOD

#: What would be MyST in a notebook: a role, a colon fence, a directive.
MYST = re.compile(r"\{[\w:-]+\}`|:::|```\{")
TOPICS = [docname.rpartition("/")[2] for docname in cells.docnames() if docname.startswith("chapters/")]


@pytest.fixture(scope="module", params=cells.docnames())
def page(request: pytest.FixtureRequest) -> tuple[str, list[cells.Cell]]:
    """Each page with its cells."""
    return request.param, cells.chapter_cells(request.param)


def test_no_cell_has_anything_that_only_the_book_understands(page: tuple[str, list[cells.Cell]]) -> None:
    _, found = page
    assert {cell.id: MYST.findall(cell.source) for cell in found if MYST.search(cell.source)} == {}
    markdown = "\n".join(cell.source for cell in found if cell.kind == "markdown")
    assert "glue" not in markdown
    assert set(re.findall(r"<(/?\w+)", re.sub(r"`[^`\n]*`|\$[^$]*\$", "", markdown))) <= {
        "details",
        "/details",
        "summary",
        "/summary",
        "sup",
        "/sup",
        "sub",
        "/sub",
        "https",
    }


@pytest.mark.parametrize("topic", TOPICS)
def test_the_code_is_the_code_of_the_chapter(topic: str) -> None:
    own = [
        cell.source for cell in cells.chapter_cells(f"chapters/{topic}") if cell.kind == "code" and not cell.exercise
    ]
    assert own == [cell.source for cell in chapters.cells(topic) if "remove-cell" not in cell.tags]


@pytest.mark.parametrize("topic", TOPICS)
def test_each_figure_stands_in_a_cell_with_its_caption_below(topic: str) -> None:
    found = cells.chapter_cells(f"chapters/{topic}")
    drawn = [name for cell in found if "figure" in cell.tags for name in cell.figures]
    assert drawn == list(chapters.figure_cells(topic))
    assert drawn == [name for cell in found if "caption" in cell.tags for name in cell.figures]


def test_exercises_stand_in_their_parts(page: tuple[str, list[cells.Cell]]) -> None:
    docname, found = page
    for exercise in exercises_in(cells.ROOT / f"{docname}.md"):
        parts = {cell.tags[0]: cell for cell in found if cell.exercise == exercise.id}
        assert parts["starter"].source == exercise.starter.rstrip()
        assert parts["solution"].source == exercise.solution.rstrip()
        assert parts["check"].source == exercise.check.rstrip()
        assert ("rubric" in parts) == bool(exercise.rubric)
        assert f"{exercise.minutes} minutes" in parts["notes"].source


def test_ids_are_unique_and_a_notebook_is_made_alike_twice(page: tuple[str, list[cells.Cell]]) -> None:
    docname, _ = page
    for kind in notebooks.WITHOUT:
        once, again = (nbformat.writes(notebooks.notebook(docname, kind, "first")) for _ in range(2))
        assert once == again
        ids = [cell["id"] for cell in nbformat.reads(once, 4).cells]
        assert len(ids) == len(set(ids))


def test_only_teachers_get_solutions(page: tuple[str, list[cells.Cell]]) -> None:
    docname, _ = page
    student, teacher = (nbformat.writes(notebooks.notebook(docname, kind, "first")) for kind in ("student", "teacher"))
    text = [cell.source for cell in nbformat.reads(student, 4).cells]
    for exercise in exercises_in(cells.ROOT / f"{docname}.md"):
        assert exercise.solution.rstrip() not in text
        assert all(word not in student for word in ("For teachers.", '"solution"'))
        assert exercise.solution.rstrip() in [cell.source for cell in nbformat.reads(teacher, 4).cells]


def test_hidden_code_is_hidden_in_each_front_end() -> None:
    (cell,) = [notebooks._cell(cells.Cell("a", "code", "1", ("hide-input",)))]
    assert cell.metadata["jupyter"] == {"source_hidden": True}
    assert cell.metadata["cellView"] == "form"


# --- one source ------------------------------------------------------------------------------------------------------

PAGE = """# Chapter

A word of [a work](https://example.org) and {cite}`someone2020`, with $x^2$.

## Section

See [the section](#section).

"""


def made(build, text: str, **config: object) -> list[cells.Cell]:
    """The cells of a page named ``chapters/toy``."""
    pages = {"index.md": "# Book\n\n```{toctree}\nchapters/toy\nrefs\n```\n", "chapters/toy.md": text}
    pages["refs.md"] = "# Sources\n\n```{bibliography}\n```\n"
    built = build(pages, "course", myst_heading_anchors=2, **config)
    assert not built.warnings
    return cells.read("chapters/toy", built.folder / "chapters" / "toy.json")


@pytest.fixture
def _no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chapters, "cells", lambda topic: [])


@pytest.mark.usefixtures("_no_code")
@pytest.mark.parametrize(
    ("old", "new"),
    [("A word", "Another word"), ("Count the phrases", "Count all phrases"), ("answer = 3", "answer = 1 + 2")],
)
def test_what_changes_in_a_chapter_changes_on_its_page_and_in_its_notebooks(build, old: str, new: str) -> None:
    text = PAGE + GOOD.split("\n", 2)[2]
    assert old in text
    for source, absent in ((text, new), (text.replace(old, new), old)):
        pages = {"index.md": "# Book\n\n```{toctree}\nchapters/toy\n```\n", "chapters/toy.md": source}
        pages["index.md"] += "\n```{bibliography}\n```\n"
        shown = re.sub("<[^>]*>", "", (build(pages).folder / "chapters" / "toy.html").read_text(encoding="utf-8"))
        code = "\n".join(cell.source for cell in made(build, source))
        present = old if absent == new else new
        for where in (shown, code):
            assert present in where
            assert absent not in where


@pytest.mark.usefixtures("_no_code")
def test_links_lead_to_the_site_or_are_words(build) -> None:
    text = "\n".join(cell.source for cell in made(build, PAGE))
    assert "[a work](https://example.org)" in text
    assert "[Someone 2020](https://example.org)" in text
    assert "$x^2$" in text
    assert "See the section." in text
    text = "\n".join(cell.source for cell in made(build, PAGE, html_baseurl="https://book.example/"))
    assert "[the section](https://book.example/chapters/toy.html#section)" in text


@pytest.mark.usefixtures("_no_code")
def test_what_notebooks_do_not_know_stops_the_command(build) -> None:
    with pytest.raises(ProblemError, match="does not know what line_block"):
        made(build, PAGE + "```{eval-rst}\n| a line\n| of verse\n```\n")


def test_a_notebook_of_another_text_is_called_outdated(tmp_path: Path) -> None:
    docname = cells.docnames()[0]
    told = [cells.Cell("a", "code", "1")]
    book = notebooks.notebook(docname, "student", "first", told)
    path = tmp_path / "one.ipynb"
    nbformat.write(book, path)
    assert notebooks.outdated(tmp_path) == []
    book.metadata["book"]["digest"] = "of an older text"
    nbformat.write(book, path)
    assert notebooks.outdated(tmp_path) == ["one.ipynb"]


def test_the_first_cell_installs_from_the_site_or_says_what_to_do(tmp_path, monkeypatch) -> None:
    wheel, asked = "the.whl", []
    monkeypatch.chdir(tmp_path)

    def run(code: str, package: str = "no-such-package") -> None:
        code = code.replace(notebooks.DISTRIBUTION, package).replace('%pip install --quiet "{wheel}"', "asked(wheel)")
        exec(code, {"asked": asked.append})

    with pytest.raises(SystemExit, match=r"Put the\.whl beside this notebook"):
        run(notebooks.install(wheel))
    run(notebooks.install(wheel, "https://book.example/course/"))
    (tmp_path / wheel).touch()
    run(notebooks.install(wheel))
    assert asked == ["https://book.example/course/the.whl", wheel]
    run(notebooks.install(wheel), notebooks.DISTRIBUTION)
    assert len(asked) == 2, "the package is there"


def test_pages_become_cells() -> None:
    assert builder.wanted("chapters/occam")
    assert not builder.wanted("book/claims")
