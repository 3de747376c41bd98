"""The labs: solutions pass, starters fail with an explanation, and four of five need nothing but the package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from book.extension.exercises import exercises_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "labs.md"
LABS = {lab.id: lab for lab in exercises_in(PAGE)}
#: The lab that compares with the committed figures, which no package holds.
WITH_REPOSITORY = "lab-planted"
SECTIONS = re.split(r"^\([\w-]+\)=$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def replaced(lab, *changes):
    """The solution of a lab with pieces replaced, each of which must be there."""
    code = LABS[lab].solution
    for old, new in changes:
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


#: Typical wrong answers, with what each is told.
WRONG = [
    ("lab-turn", [("return other\n", "return published(fact)\n")], "does not lie between"),
    (
        "lab-turn",
        [("while abs(other - same) > published(fact) / 1000", "while abs(other - same) > published(fact) / 2")],
        "just ",
    ),
    ("lab-turn", [("        return None\n", "        return end\n")], "return None"),
    ("lab-turn", [("distance <= EDGE", "distance < EDGE")], "both included"),
    ("lab-planted", [("differences.spec_differences(old, new)", "[] if old == new else ['differs']")], "twelfth digit"),
    ("lab-planted", [('"d": "words"', '"d": "value"')], "read what stands beside the axis"),
    ("lab-planted", [('fact = "deepseek/llama31-cluster"', 'fact = "deepseek/v3-gpus"')], "does not give this bar"),
    (
        "lab-claim",
        [("    for gpus, verdict in", "    return\n    for gpus, verdict in")],
        "always says 'supported' passes",
    ),
    (
        "lab-claim",
        [('reads, turned = "deepseek/v3-gpus", 8192.0', 'reads, turned = "deepseek/v3-gpus", 3000.0')],
        "still 'supported'",
    ),
    ("lab-claim", [('{"share": Number(share, ".0%")}', "{}"), ("on {share} as many", "on as many")], "no number"),
    ("lab-fit", [('runs[np.isfinite(runs["loss"])]', "runs")], "leave such runs out"),
    ("lab-fit", [("[0.025, 0.975]", "[0.5, 0.501]")], "misses the truth"),
    ("lab-fit", [(".max()\n", ".min()\n")], "Stretch"),
    ("lab-fit", [(" and stretch <= 100", "")], "stretched a million times"),
    ("lab-count", [(" + d\n", "\n")], "the vector that normalises at the end"),
    ("lab-count", [("2 * d * d + 2 * d * shared", "4 * d * d")], "fewer key/value heads"),
    ("lab-count", [("num_key_value_heads=2", "num_key_value_heads=24")], "The cache grows"),
]


def test_there_are_five_labs_each_with_notes_for_its_teacher():
    assert len(LABS) == len(SECTIONS) == 5
    for lab in LABS.values():
        assert all(word in lab.notes for word in ("*Aim.*", "*On the way*", "*Afterwards*")), lab.id


@pytest.mark.parametrize("lab", LABS)
def test_the_solution_passes_and_says_what_it_means(lab, capsys):
    LABS[lab].outcome(LABS[lab].solution)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("lab", LABS)
def test_the_untouched_starter_fails_with_an_explanation(lab):
    with pytest.raises(AssertionError) as failure:
        LABS[lab].outcome(LABS[lab].starter)
    assert len(str(failure.value)) > 40


@pytest.mark.parametrize(("lab", "changes", "told"), WRONG)
def test_a_wrong_answer_is_told_which_step_to_look_at(lab, changes, told):
    with pytest.raises(AssertionError, match=re.escape(told)):
        LABS[lab].outcome(replaced(lab, *changes))


def test_the_lab_that_needs_the_repository_says_so_first():
    (section,) = [section for section in SECTIONS if f":id: {WITH_REPOSITORY}" in section]
    first = section.split("\n\n")[1].split(". ")[0]
    assert "repository" in first
    for other in set(SECTIONS) - {section}:
        assert "repository" not in other


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A folder with the package alone, as a wheel installs it."""
    folder = tmp_path_factory.mktemp("package")
    for name in ("analysis", "book"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(package, program):
    """Run a program in an empty folder, with the package and without the repository."""
    (empty := package / "elsewhere").mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(package)}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=empty, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.mark.parametrize("lab", [lab for lab in LABS if lab != WITH_REPOSITORY])
def test_a_lab_runs_from_the_package_alone_code_in_sight_and_solution(lab, package):
    (section,) = [section for section in SECTIONS if f":id: {lab}\n" in section]
    shown = re.findall(r"^```python\n(.*?)^```$", section.partition("::::{exercise}")[0], re.DOTALL | re.MULTILINE)
    assert shown
    program = "\n".join(["import analysis", f"assert analysis.__file__.startswith({str(package)!r})", *shown])
    done = run(package, f"{program}\n{LABS[lab].solution}\n{LABS[lab].check}")
    assert done.returncode == 0, done.stderr
    assert "Right: " in done.stdout


def test_the_other_one_says_what_it_lacks(package):
    done = run(package, LABS[WITH_REPOSITORY].solution + LABS[WITH_REPOSITORY].check)
    assert "clone it" in done.stderr


def test_the_code_that_shows_the_faults_runs(monkeypatch, tmp_path):
    """It writes ten pictures to compare by eye."""
    monkeypatch.chdir(tmp_path)
    (section,) = [section for section in SECTIONS if f":id: {WITH_REPOSITORY}\n" in section]
    (shown,) = re.findall(r"^```python\n(.*?)^```$", section.partition("::::{exercise}")[0], re.DOTALL | re.MULTILINE)
    exec(shown, {})
    assert len(list(tmp_path.glob("planted/*.svg"))) == len(list(tmp_path.glob("committed/*.svg"))) == 5
