"""Submissions get the points that they should; students get no solutions; all of it comes from the chapters."""

from __future__ import annotations

import ast
import csv
import dataclasses
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis.kit.errors import ProblemError
from book.cli import main
from book.course import cells, grade, grading
from book.extension.course_files import GRADING
from book.extension.exercises import Exercise, exercises_in

#: A chapter whose checks take no time, and three of its exercises.
CHEAP = "chapters/cnn_era"
EXERCISES = {exercise.id: exercise for exercise in exercises_in(cells.ROOT / f"{CHEAP}.md")}
QUESTIONS = {grading.question(name): exercise for name, exercise in EXERCISES.items()}
EVERY = [
    pytest.param(exercise, id=exercise.id)
    for docname in cells.docnames()
    if docname.startswith("chapters/")
    for exercise in exercises_in(cells.ROOT / f"{docname}.md")
]

#: Exercises that ask for one value, which anybody may type in: no input of theirs could be another.
FIXED = {"occam-words", "occam-favourite", "scaling-llama", "deepseek-config", "deepseek-blocks", "market-sixty"}

RIGHT = {name: exercise.solution for name, exercise in EXERCISES.items()}
UNTOUCHED: dict[str, str] = {}
FAULTY = RIGHT | {
    "cnn-separable": "def saving(k, d):\n    return 1 / d + 1 / k**2\n",
    "cnn-dense": "raise ValueError('half done')\n",
    "cnn-rounding": "def possible(first, later, printed, halves)\n    return True\n",
    "cnn-decompose": "def take_apart(first=None, later=None):\n    while True:\n        pass\n",
    "cnn-rent": "raise SystemExit\n",
}
#: What the checks ask first, typed in.
CONSTANT = {
    "cnn-separable": "def saving(k, d):\n    return 576 / 73\n",
    "cnn-dense": "def dense_shares(key):\n    return 0.9617, 0.0809\n",
    "cnn-rounding": "def possible(first, later, printed, halves):\n    return True\n",
    "cnn-decompose": "def take_apart(first=None, later=None):\n    return 30, 0.46875, 1.2228\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The students' notebook of the cheap chapter, and what grades it."""
    return grading.assign(grading.master(CHEAP, "%pip install nothing"), CHEAP, tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def points(made: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What the command writes of a folder of submissions, by the student."""
    folder = tmp_path_factory.mktemp("submissions")
    student, autograder = made
    handed_in = {"right": RIGHT, "untouched": UNTOUCHED, "faulty": FAULTY, "constant": CONSTANT}
    for name, answers in handed_in.items():
        nbformat.write(answered(nbformat.read(student, 4), answers), folder / f"{name}.ipynb")
    (folder / "torn.ipynb").write_text("{", encoding="utf-8")
    assert main(["grade", str(autograder), str(folder), "--seconds", "20"]) == 0
    with (folder / "points.csv").open(encoding="utf-8") as file:
        return {row["submission"].removesuffix(".ipynb"): row for row in csv.DictReader(file)}


def answered(notebook: Any, answers: dict[str, str]) -> Any:
    """A students' notebook with answers typed into the cells of its starters."""
    places = {cell.source: cell for cell in notebook.cells if cell.cell_type == "code"}
    for name, answer in answers.items():
        places[EXERCISES[name].starter.rstrip()].source = answer
    return notebook


def lost(row: dict[str, str]) -> set[str]:
    """The exercises without their point."""
    return {exercise.id for name, exercise in QUESTIONS.items() if float(row[name]) == 0}


def test_right_answers_get_all_points(points: dict[str, dict[str, str]]) -> None:
    row = points["right"]
    assert not row["problem"]
    assert float(row["points"]) == float(row["possible"]) == len(EXERCISES)
    assert lost(row) == set()


def test_untouched_starters_get_nothing(points: dict[str, dict[str, str]]) -> None:
    assert float(points["untouched"]["points"]) == 0
    assert lost(points["untouched"]) == set(EXERCISES)
    for name in QUESTIONS:
        assert points["untouched"][f"{name}: why"].strip(), "a starter fails without a sentence"


def test_each_fault_loses_its_own_point_and_says_why(points: dict[str, dict[str, str]]) -> None:
    row = points["faulty"]
    assert lost(row) == set(FAULTY) & {name for name in FAULTY if FAULTY[name] != RIGHT[name]}
    assert float(row["points"]) == len(EXERCISES) - 5
    assert row["cnn_separable: why"].startswith("Upside down")
    assert row["cnn_dense: why"] == "NameError: name 'dense_shares' is not defined"
    assert row["cnn_rounding: why"] == "NameError: name 'possible' is not defined"
    assert "loop that never ends" in row["cnn_decompose: why"]
    assert row["cnn_apart: why"] == ""


def test_constants_that_are_typed_in_get_nothing(points: dict[str, dict[str, str]]) -> None:
    row = points["constant"]
    assert lost(row) >= set(CONSTANT)
    assert row["cnn_separable: why"].startswith("Right for the first network, but")
    assert row["cnn_dense: why"].startswith("Right for AlexNet, but")


def test_what_is_no_notebook_is_left_to_the_teacher_and_stops_nothing(points: dict[str, dict[str, str]]) -> None:
    assert points["torn"]["points"] == "0"
    assert "look at it by hand" in points["torn"]["problem"]
    assert all(not row["problem"] for name, row in points.items() if name != "torn")


class Enough(Exception):
    """All values that are asked for are known."""


def first_values(exercise: Exercise) -> dict[str, Any]:
    """What the functions of a solution return when the check calls them first."""
    names: dict[str, Any] = {"__name__": "solution"}
    exec(compile(exercise.solution, "<solution>", "exec"), names)
    used = {node.id for node in ast.walk(ast.parse(exercise.check)) if isinstance(node, ast.Name)}
    asked = used & set(re.findall(r"^def (\w+)", exercise.solution, re.MULTILINE))
    found: dict[str, Any] = {}

    def recorded(name: str, function: Any) -> Any:
        def call(*values: Any, **named: Any) -> Any:
            result = function(*values, **named)
            found.setdefault(name, result)
            if asked <= set(found):
                raise Enough
            return result

        return call

    wrapped = {name: recorded(name, names[name]) for name in asked}
    try:
        exec(compile(exercise.check, "<check>", "exec"), names | wrapped)
    except Enough:
        return found
    assert asked <= set(found), f"the check never calls {asked - set(found)}"
    return found


@pytest.mark.parametrize("exercise", [each for each in EVERY if each.id not in FIXED])
def test_no_check_is_passed_by_functions_that_return_one_value(exercise: Exercise) -> None:
    found = first_values(exercise)
    assert found, "the answer is no function: whoever types in the value gets the point"
    names = {name: (lambda *_, _value=value, **__: _value) for name, value in found.items()}
    with pytest.raises(Exception) as failed:  # a constant may break a check in many ways
        exec(compile(exercise.check, "<check>", "exec"), names)
    assert str(failed.value).strip()


def test_exercises_that_ask_for_one_value_are_known() -> None:
    assert {each.id for each in EVERY} >= FIXED
    for name in FIXED - {"occam-favourite"}:  # which takes half a minute
        (exercise,) = [each.values[0] for each in EVERY if each.id == name]
        assert isinstance(exercise, Exercise)
        values = first_values(exercise)
        if values:  # the others have no function at all
            exec(compile(exercise.check, "<check>", "exec"), {key: lambda v=value: v for key, value in values.items()})


@pytest.mark.parametrize("docname", cells.docnames())
def test_students_get_every_exercise_and_no_solution(docname: str, tmp_path: Path) -> None:
    told = cells.chapter_cells(docname)
    student, autograder = grading.assign(grading.master(docname, "first", told), docname, tmp_path)
    text = student.read_text(encoding="utf-8")
    sources = [cell.source for cell in nbformat.read(student, 4).cells]
    exercises = exercises_in(cells.ROOT / f"{docname}.md")
    public = {line for each in exercises for line in f"{each.starter}\n{each.check}".split("\n")}
    given = {line for source in sources for line in source.split("\n")}
    for exercise in exercises:
        assert exercise.starter.rstrip() in sources
        assert f'grader.check("{grading.question(exercise.id)}")' in sources
        solution = set(exercise.solution.split("\n")) - public
        assert {line for line in solution & given if line.strip()} == set(), exercise.id
        assert exercise.solution.rstrip() not in sources
    assert "For teachers." not in text
    assert "BEGIN" not in text
    with zipfile.ZipFile(autograder) as archive:
        tests = {Path(name).stem for name in archive.namelist() if name.startswith("tests/")}
    assert tests == {grading.question(exercise.id) for exercise in exercises}


def test_the_same_chapter_gives_the_same_files(made: tuple[Path, Path], tmp_path: Path) -> None:
    again = grading.assign(grading.master(CHEAP, "%pip install nothing"), CHEAP, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in made]


@pytest.mark.parametrize("part", ["exercise", "starter", "solution", "check"])
def test_what_changes_in_an_exercise_changes_in_the_master(part: str) -> None:
    told = cells.chapter_cells(CHEAP)
    place, cell = next((place, cell) for place, cell in enumerate(told) if part in cell.tags)
    told[place] = dataclasses.replace(cell, source=f"# another text\n{cell.source}")
    changed = "\n".join(cell.source for cell in grading.master(CHEAP, "first", told).cells)
    assert "another text" in changed
    assert "another text" not in nbformat.writes(grading.master(CHEAP, "first"))


def test_the_archive_has_everything_that_a_teacher_needs(tmp_path: Path) -> None:
    (tmp_path / "the.whl").touch()
    with zipfile.ZipFile(grading.write(tmp_path)) as archive:
        names = set(archive.namelist())
        read_me = archive.read("read-me.txt").decode()
    pages = [docname.rpartition("/")[2] for docname in cells.docnames()]
    per_page = {f"{page}-{kind}" for page in pages for kind in ("exercises.ipynb", "autograder.zip")}
    assert names == per_page | {"read-me.txt", "the.whl"}
    assert (tmp_path / GRADING).exists()
    assert "nothing holds it back" in read_me
    assert "{" not in read_me


def test_bad_input_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", str(tmp_path / "none.zip"), str(tmp_path)]) == 2
    assert "There is no" in capsys.readouterr().err
    (tmp_path / "a.zip").touch()
    with pytest.raises(ProblemError, match="no notebook in"):
        grade.grade(tmp_path / "a.zip", tmp_path)


@pytest.mark.parametrize("starter", ['def f():\n    """A word."""\n', "a = '''x'''\n"])
def test_any_starter_can_be_a_prompt(starter: str) -> None:
    compile(grading.answer("a = 1", starter), "<cell>", "exec")


def test_grading_needs_nothing_that_builds_the_book() -> None:
    code = "import sys, book.cli, book.course.grade; print({'sphinx', 'docutils', 'pypandoc'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=cells.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
