"""A page shows what the one run of its chapter gave, and a chapter that fails warns, so that no book is built of it."""

from __future__ import annotations

from types import SimpleNamespace

import nbformat
import pytest
from myst_nb.core.config import NbParserConfig

from analysis import runs
from analysis.kit import chapters
from book.extension import outputs

CELLS = [chapters.Cell("occam", place, source, frozenset()) for place, source in enumerate(["a = 1", "a / 0"])]


@pytest.fixture
def page():
    """A page as myst-nb reads it, with text between its code cells: what was shown and what was warned of."""
    warned = []

    def read(path=chapters.CHAPTERS / "occam.md"):
        code = [nbformat.v4.new_code_cell(cell.source) for cell in CELLS]
        texts = [nbformat.v4.new_markdown_cell("Text.") for _ in CELLS]
        notebook = nbformat.v4.new_notebook(cells=[texts[0], code[0], texts[1], code[1]])
        logger = SimpleNamespace(warning=lambda text, subtype: warned.append((subtype, text)))
        with outputs._client(notebook, str(path), NbParserConfig(execution_mode="off"), logger) as client:
            return client, [cell.outputs for cell in code]

    return SimpleNamespace(read=read, warned=warned)


def test_each_cell_of_a_page_shows_its_own_outputs_of_the_run(page, monkeypatch):
    said = [[{"output_type": "stream", "name": "stdout", "text": text}] for text in ("one", "two")]
    run = runs.Run("occam", CELLS, said, {}, {}, {}, [], {}, 1.2, "key")
    monkeypatch.setattr(runs, "run", {"occam": run}.__getitem__)
    client, shown = page.read()
    assert shown == said
    assert client.exec_metadata["succeeded"] and client.exec_metadata["runtime"] == 1.2
    assert not page.warned


def test_a_chapter_that_fails_is_a_warning_with_its_cell(page, monkeypatch):
    def fail(topic):
        raise runs.CellFailed(CELLS[1], "ZeroDivisionError: division by zero")

    monkeypatch.setattr(runs, "run", fail)
    client, shown = page.read()
    assert shown == [[], []] and client.exec_metadata is None
    ((kind, text),) = page.warned
    assert kind == "exec"
    assert text.startswith("Cell 2 of chapters/occam.md fails: ZeroDivisionError") and "a / 0" in text


def test_a_page_that_is_no_chapter_has_no_run(page, tmp_path):
    client, _ = page.read(tmp_path / "occam.md")
    assert not isinstance(client, outputs.RunOutputs)
