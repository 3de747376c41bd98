"""A site with other facts stands apart from the book's own, and says on each page that it is not the book."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis import moves, runs
from analysis.kit import overriding
from analysis.kit.errors import ProblemError
from book import build, serve, what_if
from book.extension import checks
from book.extension import what_if as banner

GPUS = "deepseek/v3-gpus"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository with a built site, and a builder that only notes what it is asked."""
    seen = SimpleNamespace(root=tmp_path, asked=[], status=0)
    own = tmp_path / "_build" / "html"
    own.mkdir(parents=True)
    (own / "index.html").write_text("the book")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "claims.md").write_text("# Claims")

    def execute(command, root, progress, **more):
        staging = tmp_path / command[command.index("--path-output") + 1]
        contents = Path(command[command.index("--toc") + 1]).read_text(encoding="utf-8")
        seen.asked.append((contents, json.loads(more[banner.VARIABLE]), overriding.asked()))
        made = staging / "_build" / "html"
        made.mkdir(parents=True)
        (made / "index.html").write_text("what would be")
        return seen.status, "WARNING: a page is missing"

    monkeypatch.setattr(build, "execute", execute)
    monkeypatch.setattr(runs, "run_all", lambda chosen: {topic: overriding.asked() for topic in chosen})
    return seen


def test_it_stands_apart_and_the_books_own_site_stays(folder, capsys):
    site = what_if.built({GPUS: 4096.0}, ["deepseek"], folder.root)
    assert site == folder.root / "_build" / "what-if"
    assert (site / "index.html").read_text() == "what would be"
    assert (folder.root / "_build" / "html" / "index.html").read_text() == "the book"
    ((contents, handed, asked),) = folder.asked
    assert handed == asked == {GPUS: 4096.0}
    assert contents.splitlines()[3:] == ["  - file: chapters/deepseek", "  - file: book/claims"]
    assert not [*(folder.root / "_build").glob(".staging-*")]
    assert not overriding.asked()
    assert "the book's own site is untouched" in capsys.readouterr().out


def test_a_build_that_fails_leaves_the_last_one(folder):
    site = what_if.built({GPUS: 4096.0}, ["deepseek"], folder.root)
    folder.status = 1
    with pytest.raises(build.BuildError, match="a page is missing"):
        what_if.built({GPUS: 1024.0}, ["deepseek"], folder.root)
    assert (site / "index.html").read_text() == "what would be"
    assert not overriding.asked()


def test_it_is_served_as_the_book_is(folder, monkeypatch):
    served = []
    monkeypatch.setattr(serve, "serve", lambda port, root, site, make: served.append((port, site, make(root))))
    what_if.served([f"{GPUS}=4096"], ["deepseek"], 8001, folder.root)
    assert served == [(8001, what_if.SITE, folder.root / what_if.SITE)]
    with pytest.raises(ProblemError, match="There is no topic 'deepsek'"):
        what_if.served([f"{GPUS}=4096"], ["deepsek"], 8001, folder.root)


def test_each_page_says_what_is_replaced():
    context: dict = {}
    app = SimpleNamespace(config=SimpleNamespace(what_if=[moves.said(GPUS, 4096.0)]))
    banner._tell(app, "chapters/deepseek", "page.html", context, None)
    assert context["what_if"] == ["the GPUs that trained V3 (deepseek/v3-gpus) were 4,096 instead of 2,048"]


def test_a_check_turns_its_mark_there_and_stops_the_book_itself():
    told = [runs.ToldCheck("toy-slope", False, "disagrees where the chapter says it agrees", within=False)]
    with pytest.raises(ProblemError, match="is not as the chapter says"):
        checks.agreement("toy", ["slope"], told)
    with overriding.override({GPUS: 4096}):
        assert checks.agreement("toy", ["slope"], told) is False
