"""A chapter runs once for a state of its cells, of the locks and of all that it read, and again for any other."""

from __future__ import annotations

import os
from types import SimpleNamespace

import nbclient
import pytest

from analysis import runs, topics
from analysis.kit import chapters, claims, facts, trace, watch
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number

CHAPTER = """---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A chapter

```{code-cell} ipython3
x = 1
```
"""
TOLD = {
    "numbers": {"slope": [-0.98, ".2f", ""]},
    "judgements": {"OCC-1": ["partly", "It is {slope}.", {"slope": [-0.98, ".2f", ""]}]},
    "rules": {"OCC-1": "as it falls"},
    "checks": [["toy-slope", True, "as published", True]],
    "errata": {
        "someone-table-1": {
            "title": "A quotient that its row does not give",
            "source": "someone2020",
            "locator": "table 1",
            "claim": "It prints {printed}.",
            "finding": "Its columns give {recomputed}.",
            "correction": "{printed} to {recomputed}",
            "sure": "certain",
            "holds": True,
            "numbers": {"printed": [7.28, ".2f", ""], "recomputed": [7.344, ".2f", ""]},
        }
    },
    "broken": {},
    "reads": {"number slope": [["fact occam/zipf-exponent", ["analysis/occam/chapter/prose.py:7"]]]},
    "in cells": [["table occam", [[watch.cell_place("x = 1"), 1, 0]]]],
}
#: What befalls a kernel for which there is no memory.
KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
FILES = {
    "chapters/toy.md": CHAPTER,
    "locks/book.lock": "numpy==2\n",
    "locks/other.lock": "numpy==2\n",
    "model.py": "y = 1\n",
    "unread.py": "z = 1\n",
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a chapter that reads one model; `write` changes a file of it."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    for name, text in FILES.items():
        write(name, text)
        os.utime(tmp_path / name, (1e9, 1e9))
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    monkeypatch.setattr(runs, "FOLDER", tmp_path / ".cache" / "runs")
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path / "chapters")
    monkeypatch.setattr(trace.unchanged, "__defaults__", (tmp_path,))
    return SimpleNamespace(write=write)


@pytest.fixture
def book(place, tmp_path, monkeypatch):
    """The chapter, and a kernel that only counts; `meanwhile` happens while it is at work."""
    book = SimpleNamespace(executed=0, meanwhile=lambda: None, write=place.write)

    class Kernel:
        def __init__(self, notebook, **options):
            self.notebook = notebook

        def execute(self, **options):
            inputs = {"model.py": trace.digest(tmp_path / "model.py")}
            book.executed += 1
            book.meanwhile()
            for cell in self.notebook.cells[1:-1]:
                cell.outputs = [{"output_type": "stream", "name": "stdout", "text": cell.source}]
            data = {"application/json": {**TOLD, "inputs": inputs}}
            self.notebook.cells[-1].outputs = [{"output_type": "execute_result", "data": data}]

    monkeypatch.setattr(nbclient, "NotebookClient", Kernel)
    return book


def test_a_run_is_kept_whole_and_not_executed_again(book):
    first, second = runs.run("toy"), runs.run("toy")
    assert (first.fresh, second.fresh, book.executed) == (True, False, 1)
    assert second.outputs == [[{"output_type": "stream", "name": "stdout", "text": "x = 1"}]]
    assert second.judgements["OCC-1"].because == "It is −0.98."
    assert second.rules == {"OCC-1": "as it falls"}
    assert second.reads == {"number slope": [("fact occam/zipf-exponent", ("analysis/occam/chapter/prose.py:7",))]}
    assert second.checks == [runs.ToldCheck("toy-slope", True, "as published", within=True)]
    assert second.errata["someone-table-1"].text("correction") == "7.28 to 7.34"
    assert (first.key, first.numbers) == (second.key, second.numbers)


@pytest.mark.parametrize(
    ("name", "text", "again"),
    [
        ("chapters/toy.md", CHAPTER.replace("x = 1", "x = 2"), True),
        ("chapters/toy.md", CHAPTER.replace("# A chapter", "# A chapter\n\nOne sentence more."), False),
        ("locks/book.lock", "numpy==3\n", True),
        ("model.py", "y = 2\n", True),
        ("locks/other.lock", "numpy==3\n", False),
        ("unread.py", "z = 2\n", False),
    ],
)
def test_what_a_run_depends_on_runs_it_again_and_nothing_else(book, name, text, again):
    """Cells, locks, and what the kernel read; a sentence of the prose or another file costs no run."""
    key = runs.run("toy").key
    book.write(name, text)
    assert (runs.find("toy") is None) == again
    assert (runs.run("toy").key != key) == again
    book.write(name, FILES[name])
    assert runs.run("toy").key == key
    assert book.executed == 1 + again, "a state that comes back has its run still"


def test_a_run_under_which_an_input_changed_is_given_and_not_kept(book):
    """Nobody knows whether its kernel saw the old model or the new one."""

    book.meanwhile = lambda: book.write("model.py", "y = 22\n")
    assert runs.run("toy").fresh
    assert runs.find("toy") is None
    book.write("model.py", FILES["model.py"])
    assert runs.find("toy") is None


def test_a_run_whose_inputs_are_of_tomorrow_is_kept(book):
    """As on a machine whose clock was set back."""
    os.utime(runs.ROOT / "model.py", (4e9, 4e9))
    assert runs.run("toy").fresh
    assert runs.find("toy") is not None


@pytest.fixture
def real(place):
    """Runs the chapter in a kernel, with a stand-in of our package; what it does in a cell, at its begin and end."""

    def run(cell="x = 1", begin="pass", end="pass"):
        for name in ("analysis/__init__.py", "analysis/kit/__init__.py"):
            place.write(name, "")
        place.write("analysis/kit/trace.py", "def start(): pass\n")
        place.write(
            "analysis/runs.py",
            f"def begin(topic, changes): {begin}\nclass Conclusion:\n    def __init__(self, topic): {end}\n"
            f"    def _repr_json_(self): return {TOLD | {'inputs': {}}!r}\n",
        )
        place.write("chapters/toy.md", CHAPTER.replace("x = 1", cell))
        return runs.run("toy")

    return run


def test_what_a_kernel_says_as_it_ends_is_nobodys_business(real, capfd):
    """Jupyter's own complaints stood among the sentences of a verification."""
    said = "import atexit, sys\nprint('a result')\natexit.register(print, 'a complaint', file=sys.__stderr__);"
    assert [output["text"] for (output,) in real(said).outputs] == ["a result\n"]
    assert capfd.readouterr() == ("", "")


def test_what_a_cell_prints_slowly_is_one_output(real):
    """A page would show an empty line between its pieces."""
    said = "import time\nfor n in range(3):\n    print(n, flush=True)\n    time.sleep(0.5)"
    assert [output["text"] for (output,) in real(said).outputs] == ["0\n1\n2\n"]


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (
            {"begin": KILL},
            "The run of chapters/toy.md stops before its first cell: its Python was stopped from outside",
        ),
        ({"cell": KILL}, "Cell 1 of chapters/toy.md fails: its Python was stopped from outside"),
        ({"end": KILL}, "The run of chapters/toy.md stops after its last cell: its Python was stopped from outside"),
        ({"cell": "import time; time.sleep(99)"}, "Cell 1 of chapters/toy.md fails: it takes longer than 5 seconds"),
        ({"cell": "1 / 0"}, "Cell 1 of chapters/toy.md fails: ZeroDivisionError: division by zero"),
    ],
)
def test_a_kernel_that_is_stopped_is_told_in_a_sentence(real, monkeypatch, where, sentence):
    """As a machine does that is short of memory."""
    monkeypatch.setattr(runs, "TIMEOUT", 5 if "time" in str(where) else 90)
    with pytest.raises(ProblemError) as told:
        real(**where)
    assert str(told.value).startswith(sentence) and "\n" not in str(told.value)
    assert isinstance(told.value, runs.CellFailed) == ("cell" in where)


def test_a_kernel_that_does_not_start_is_told_with_what_it_said(real, place):
    """As where a package was installed by half."""
    place.write("ipykernel_launcher.py", "import ipykernel_that_is_lost\n")
    with pytest.raises(
        ProblemError, match=r"before its first cell: no kernel starts \(ModuleNotFoundError: .*_lost'\)"
    ):
        real()


def test_only_the_newest_runs_are_kept(book):
    for number in range(2 * runs.KEPT):
        book.write("model.py", f"y = {number}\n")
        runs.run("toy")
        for path in (runs.FOLDER / "toy").iterdir():  # as if each were a second older when the next one comes
            os.utime(path, (path.stat().st_mtime - 1,) * 2)
    assert len([*(runs.FOLDER / "toy").iterdir()]) == runs.KEPT
    for number in range(2 * runs.KEPT):
        book.write("model.py", f"y = {number}\n")
        assert (runs.find("toy") is None) == (number < runs.KEPT)


def test_a_run_with_other_facts_is_kept_apart_and_never_taken_for_the_books(book):
    own = runs.run("toy")
    with facts.override({"occam/zipf-exponent": 2.0}):  # which it read
        assert runs.find("toy") is None
        assert runs.run("toy").fresh
        assert not runs.run("toy").fresh
    (kept,) = (runs.FOLDER / "toy").iterdir()
    (apart,) = (runs.FOLDER / "what-if" / "toy").iterdir()
    assert kept.stem == own.key != apart.stem
    assert (runs.run("toy").key, book.executed) == (own.key, 2)
    with facts.override({"occam/zipf-exponent": 3.0}):
        assert runs.find("toy") is None, "each value has a run of its own"


def test_a_run_that_read_nothing_of_what_is_replaced_is_the_run_of_that_too(book):
    own = runs.run("toy")
    with facts.override({"deepseek/v3-gpus": 4096}):
        assert runs.run("toy").key == own.key
    assert book.executed == 1


def test_a_damaged_run_is_executed_again(book):
    runs.run("toy")
    (path,) = (runs.FOLDER / "toy").iterdir()
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    assert runs.run("toy").fresh
    assert book.executed == 2


def test_what_crashes_at_the_end_of_a_run_is_told_and_stops_nothing(monkeypatch):
    """A chapter without verdicts still has its numbers."""

    def crash(topic):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(topics, "load", lambda topic, part: SimpleNamespace(__name__="toy"))
    monkeypatch.setattr(topics, "numbers", lambda topic: {"slope": Number(-0.98, ".2f", how="the fall")})
    monkeypatch.setattr(topics, "checks", crash)
    rules = {"OCC-1": claims.Rule("OCC-1", "as it falls", lambda: crash("toy"))}
    rules["OCC-1"].judge.__module__ = "toy"
    monkeypatch.setattr(runs, "RULES", rules)
    monkeypatch.setattr(
        topics, "errata", lambda topic: {"a-slip": lambda: crash(topic), "no-slip": lambda: crash(topic)}
    )
    told = runs.conclude("toy")
    assert told["numbers"] == {"slope": [-0.98, ".2f", "", "the fall"]}
    assert told["judgements"] == {} and told["checks"] == [] and told["errata"] == {}
    crashed = ["claim/OCC-1", "check", "erratum/a-slip", "erratum/no-slip"]
    assert told["broken"] == dict.fromkeys(crashed, "ZeroDivisionError: division by zero")


def test_an_erratum_that_was_declared_after_a_run_is_computed_now(book):
    """And one that crashed in the run crashes again, with its sentence."""
    run = runs.run("toy")
    assert run.erratum("someone-table-1", lambda: None) == run.errata["someone-table-1"]
    assert run.erratum("a-slip", lambda: "computed now") == "computed now"
    run.broken["erratum/a-slip"] = "ZeroDivisionError: division by zero"
    with pytest.raises(ProblemError, match="division by zero"):
        run.erratum("a-slip", lambda: "computed now")
