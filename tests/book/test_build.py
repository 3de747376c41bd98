"""The last good site survives whatever happens to a build."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis import runs
from analysis.kit import chapters
from analysis.kit.errors import ProblemError
from book import build, serve
from book import cli as command

ROOT = Path(__file__).resolve().parents[2]


def site(folder, text):
    """A folder with one page."""
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text, encoding="utf-8")
    return folder


def fake_book(monkeypatch, script):
    """Put a small program in the place of Jupyter Book, and a run of one chapter before it."""
    run = runs.Run("occam", [], [], {}, {}, {}, [], {}, 1.2, "key")
    monkeypatch.setattr(runs, "run_all", lambda chosen, finished: {"occam": run})
    monkeypatch.setattr(build, "JUPYTER_BOOK", (sys.executable, "-c", script))


GOOD = """
import pathlib, sys
html = pathlib.Path(sys.argv[sys.argv.index("--path-output") + 1]) / "_build" / "html"
html.mkdir(parents=True)
(html / "index.html").write_text("new")
"""
BAD = GOOD + 'print("chapters/occam.md:3: WARNING: undefined label"); sys.exit(1)'
SLOW = GOOD + 'print("started", flush=True); import time; time.sleep(60)'


def test_a_good_build_takes_the_place_of_the_last_one(tmp_path, monkeypatch, capsys):
    """The new site is there, nothing is left beside it, and the seconds of each chapter are told."""
    old = site(tmp_path / build.SITE, "old")
    fake_book(monkeypatch, GOOD)
    assert build.build(tmp_path) == old
    assert (old / "index.html").read_text(encoding="utf-8") == "new"
    assert [path.name for path in old.parent.iterdir()] == ["html"]
    assert "chapters/occam: 1.2 s, kept" in capsys.readouterr().out


def test_a_failed_build_leaves_the_last_good_site(tmp_path, monkeypatch):
    """The warning is told and the old page still stands."""
    old = site(tmp_path / build.SITE, "old")
    fake_book(monkeypatch, BAD)
    with pytest.raises(build.BuildError, match=r"chapters/occam\.md:3: WARNING: undefined label"):
        build.build(tmp_path)
    assert (old / "index.html").read_text(encoding="utf-8") == "old"
    assert [path.name for path in old.parent.iterdir()] == ["html"]


def test_a_cell_that_fails_is_told_before_jupyter_book_starts(tmp_path, monkeypatch):
    """The cell is shown with its error, and the last good site stands."""
    old = site(tmp_path / build.SITE, "old")
    fake_book(monkeypatch, "raise SystemExit(3)")
    cell = chapters.Cell("occam", 4, "x = 1\n1 / 0", frozenset())
    failure = runs.CellFailed(cell, "ZeroDivisionError: by zero")
    monkeypatch.setattr(runs, "run_all", lambda chosen, finished: {"occam": failure})
    with pytest.raises(
        build.BuildError, match=r"(?s)Cell 5 of chapters/occam\.md fails: ZeroDivision.*1 / 0.*not built"
    ):
        build.build(tmp_path)
    assert (old / "index.html").read_text(encoding="utf-8") == "old"


def test_a_sphinx_that_is_stopped_is_told_of_without_what_it_said_before(tmp_path, monkeypatch):
    """As by a machine that is short of memory."""
    fake_book(monkeypatch, "import os; print('reading sources...', flush=True); os.kill(os.getpid(), 9)")
    with pytest.raises(build.BuildError, match=r"^Sphinx was stopped from outside, .* try again\.\nThe book was not"):
        build.build(tmp_path)


def test_an_unfinished_swap_is_undone(tmp_path, monkeypatch):
    """Even a move that fails in the middle puts the old site back."""
    old, new = site(tmp_path / "b/html", "old"), tmp_path / "nothing"
    with pytest.raises(FileNotFoundError):
        build.swap(new, old)
    assert (old / "index.html").read_text(encoding="utf-8") == "old"


def test_a_build_killed_while_swapping_is_repaired_by_the_next(tmp_path):
    """A site that was moved aside comes back."""
    previous = site(tmp_path / "b/html.previous", "old")
    build.recover(tmp_path / "b/html")
    assert not previous.exists() and (tmp_path / "b/html/index.html").exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_the_last_good_site(tmp_path, sent):
    """Ctrl-C and a polite kill end in one sentence, with no staging folder and no process left."""
    old = site(tmp_path / build.SITE, "old")
    program = (
        "import sys, pathlib\nfrom analysis import runs\nfrom book import build, cli\n"
        "runs.run_all = lambda chosen, finished: {}\n"
        f"build.JUPYTER_BOOK = (sys.executable, '-c', {SLOW!r})\n"
        f"make = build.build\nbuild.build = lambda **given: make(pathlib.Path({str(tmp_path)!r}), **given)\n"
        "sys.exit(cli.main(['build', '--verbose']))\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None and running.stdout.readline().strip() == "started"
    running.send_signal(sent)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.strip().count("\n") == 0 and "Interrupted" in said
    assert (old / "index.html").read_text(encoding="utf-8") == "old"
    assert [path.name for path in old.parent.iterdir()] == ["html"]


def test_what_killed_builds_left_behind_is_removed(tmp_path, monkeypatch):
    """A staging folder whose process is gone is cleaned up by the next build."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    abandoned = site(tmp_path / f"_build/.staging-{done.pid}/_build/html", "half")
    fake_book(monkeypatch, GOOD)
    build.build(tmp_path)
    assert not abandoned.exists()


def test_a_failed_cell_is_told_with_its_code_and_its_error():
    """Of a page of traceback, the cell and the last line are kept, and what merely follows is dropped."""
    output = "\n".join(
        [
            "chapters/occam.md: WARNING: Executing notebook failed: CellExecutionError",
            "Traceback (most recent call last):",
            "nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:",
            "------------------",
            "1 / 0",
            "------------------",
            "ZeroDivisionError                         Traceback (most recent call last)",
            "Cell In[1], line 1",
            "ZeroDivisionError: division by zero",
            "",
            " [mystnb.exec]",
            "chapters/occam.md:9: WARNING: No key 'total' found in glue data [mystnb.glue]",
            "chapters/occam.md:12: WARNING: undefined label: 'x'",
        ]
    )
    said = build.complaints(output)
    assert [text.strip() for text in said] == [
        "chapters/occam.md: WARNING: Executing notebook failed: CellExecutionError",
        "in this cell:",
        "1 / 0",
        "ZeroDivisionError: division by zero",
        "chapters/occam.md:12: WARNING: undefined label: 'x'",
    ]


def test_a_port_in_use_is_one_sentence(tmp_path, capsys):
    """Serving where somebody else serves says so, with a way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert command.main(["serve", "--port", str(port)]) == 2
    said = capsys.readouterr().err.strip()
    assert str(port) in said and "--port" in said and "\n" not in said


@pytest.mark.parametrize("port", [-1, 70000])
def test_a_port_that_is_none_is_one_sentence(tmp_path, port):
    """A number that no port has is refused."""
    with pytest.raises(ProblemError, match="not a port"):
        serve.listen(tmp_path, port)


def test_saving_builds_again(tmp_path, monkeypatch):
    """A change of a watched file starts a build, and Ctrl-C ends the server in peace."""
    builds = []
    monkeypatch.setattr(serve.build, "build", lambda root: builds.append(root))

    def changes(*paths, **options):
        yield {(1, str(tmp_path / "index.md"))}
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    monkeypatch.setattr(serve.watchfiles, "watch", changes)
    serve.serve(0, tmp_path)
    assert builds == [tmp_path, tmp_path]
