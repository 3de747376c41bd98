"""A proof is kept only while everything that it read is as it was when it passed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools import check


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two stages: the book copies its text to the site, the site holds while nobody is rude."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("_build/\n.cache/\nran\n")
    (tmp_path / "text.md").write_text("Good morning.\n")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "idea.md").write_text("An idea.\n")
    copy = "mkdir -p _build/html && cp text.md _build/html/index.html && echo book >> ran"
    look = "echo site >> ran && ! grep -q stupid _build/html/index.html"
    made = {
        "book": check.Stage("it builds", [["sh", "-c", copy]], unread=("notes/",)),
        "site": check.Stage("it is polite", [["sh", "-c", look]], unread=("notes/", "text.md"), after=True, needs=True),
    }
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "LOGS", tmp_path / ".cache" / "check")
    monkeypatch.setattr(check, "STAGES", made)
    monkeypatch.setattr(check, "chromium_version", lambda: "Chromium 1")
    monkeypatch.setattr(check.chromium, "find", lambda: "chromium")
    for variable in ("CI", "FRESH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("CHROMIUM", "chromium")
    return tmp_path


def ran(folder: Path) -> list[str]:
    """The stages that ran in one call of the whole, in order."""
    (folder / "ran").unlink(missing_ok=True)
    check.main()
    return (folder / "ran").read_text().split() if (folder / "ran").exists() else []


def test_what_did_not_change_is_not_proved_again_and_the_summary_says_so(stages, capsys):
    assert ran(stages) == ["book", "site"]
    assert "Total: 2 passed, 0 failed" in capsys.readouterr().out
    assert ran(stages) == []
    said = capsys.readouterr().out
    assert "kept   book" in said and "kept   site" in said
    assert "Kept, because nothing that they read has changed: book, site" in said
    assert "Total: 2 passed (2 of them kept), 0 failed" in said


@pytest.mark.parametrize("variable", ["CI", "FRESH"])
def test_everything_runs_in_ci_and_when_asked_to(stages, monkeypatch, variable):
    ran(stages)
    monkeypatch.setenv(variable, "1")
    assert ran(stages) == ["book", "site"]


def test_a_changed_input_runs_what_reads_it(stages):
    ran(stages)
    (stages / "text.md").write_text("Good evening.\n")
    assert ran(stages) == ["book", "site"]
    (stages / "notes" / "idea.md").write_text("Another idea.\n")
    assert ran(stages) == []
    (stages / "new.md").write_text("A file that git does not know yet.\n")
    assert ran(stages) == ["book", "site"]
    (stages / "new.md").unlink()
    assert ran(stages) == ["book", "site"]


def test_a_site_that_was_touched_is_built_again_and_looked_at_only_if_it_comes_out_otherwise(stages):
    ran(stages)
    (stages / "_build" / "html" / "index.html").write_text("defaced")
    assert ran(stages) == ["book"]


@pytest.mark.parametrize("attribute", ["version", "prefix"])
def test_another_interpreter_or_environment_runs_everything(stages, monkeypatch, attribute):
    ran(stages)
    monkeypatch.setattr(sys, attribute, "another")
    assert ran(stages) == ["book", "site"]


def test_another_version_of_a_package_or_of_the_browser_runs_everything(stages, monkeypatch):
    ran(stages)
    monkeypatch.setattr(check.unchanged, "installed", lambda: "numpy 9.9")
    assert ran(stages) == ["book", "site"]
    monkeypatch.setattr(check, "chromium_version", lambda: "Chromium 2")
    assert ran(stages) == ["book", "site"]


def test_a_stage_that_failed_is_never_kept(stages, capsys):
    (stages / "text.md").write_text("You are stupid.\n")
    assert ran(stages) == ["book", "site"]
    assert ran(stages) == ["site"]
    assert "Red: site" in capsys.readouterr().out


def test_a_failure_forgets_that_the_stage_once_passed(stages):
    ran(stages)
    (stages / "text.md").write_text("You are stupid.\n")
    ran(stages)
    (stages / "text.md").write_text("Good morning.\n")
    assert ran(stages) == ["book", "site"]


def test_what_changes_while_a_stage_runs_is_not_taken_as_proved(stages, monkeypatch):
    change = [["sh", "-c", "echo book >> ran; echo 'Good night.' > text.md"]]
    monkeypatch.setitem(check.STAGES, "book", check.Stage("it changes its input", change))
    ran(stages)
    assert "book" in ran(stages)


def test_a_stage_that_hangs_is_stopped_and_the_others_run(stages, monkeypatch, capsys):
    monkeypatch.setattr(check, "LONGEST", 0.5)
    monkeypatch.setitem(check.STAGES, "book", check.Stage("it never ends", [["sleep", "30"]]))
    monkeypatch.setitem(check.STAGES, "style", check.Stage("one style", [["sh", "-c", "echo style >> ran"]]))
    assert ran(stages) == ["style"]
    said = capsys.readouterr().out
    assert "Red: book, site" in said and "Stopped after 0.5 s; what it was doing stands above." in said


def test_a_site_is_not_looked_at_when_the_book_does_not_build(stages, monkeypatch, capsys):
    monkeypatch.setitem(check.STAGES, "book", check.Stage("it does not build", [["false"]]))
    assert ran(stages) == []
    said = capsys.readouterr().out
    assert "Red: book, site" in said and "Not run, because book failed." in said


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"counts": 3}'])
def test_a_record_that_cannot_be_read_is_no_proof(stages, damage):
    ran(stages)
    (stages / ".cache" / "check" / "book.json").write_text(damage)
    assert ran(stages) == ["book"]


def test_without_git_nothing_is_kept(stages):
    ran(stages)
    (stages / ".git").rename(stages / "elsewhere")
    assert ran(stages) == ran(stages) == ["book", "site"]


def test_a_repository_around_it_keeps_nothing(stages):
    """Such as a home under git, which ignores what it does not know: the files of this folder too."""
    ran(stages)
    (stages / ".git").rename(stages / "elsewhere")
    subprocess.run(["git", "init", "-q", stages.parent], check=True)
    (stages.parent / ".gitignore").write_text("*\n")
    assert ran(stages) == ran(stages) == ["book", "site"]


def test_checks_are_counted_as_pytest_tells_them():
    assert check.counted("...\n12 passed, 1 skipped in 3.20s\n", True) == Counter(passed=12, skipped=1, failed=0)
    assert check.counted("1 failed, 2 passed, 1 error in 0.10s", False) == Counter(passed=2, failed=2)
    assert check.counted("All 356 checks hold.", True) == Counter(passed=1, failed=0)
    assert check.counted("Killed", False) == Counter(failed=1)


def test_each_folder_of_tests_belongs_to_one_stage():
    folders = {path for path in (check.ROOT / "tests").iterdir() if any(path.glob("test_*.py"))}
    for folder in {f"tests/{path.name}" for path in folders}:
        commands = [command for stage in check.STAGES.values() for command in stage.commands]
        by_name = [command for command in commands if folder in command]
        whole = [command for command in commands if "tests" in command and f"--ignore={folder}" not in command]
        assert len(by_name + whole) == 1, folder
