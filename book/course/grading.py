"""Exercises alone, to hand in, with what grades them: written for otter-grader from the cells of the notebooks.

A *master* notebook has each exercise with its solution and its check; otter makes the students' notebook of it, without
solutions, and the archive that grades what they hand in (:mod:`book.course.grade`).
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import zipfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from analysis.kit.errors import ProblemError
from book.course import cells, notebooks
from book.course.cells import Cell
from book.extension.course_files import GRADING
from book.paper.write import TITLE, packed

_TITLE = "# Exercises: {page}\n\nRun the cells in order; each exercise is checked by the cell below it."
_CONFIG = """\
# ASSIGNMENT CONFIG
name: {page}
init_cell: false
check_all_cell: false
export_cell: false
generate: true
tests:
  files: false
  ok_format: false"""
_OTTER = """

try:
    metadata.version("otter-grader")
except metadata.PackageNotFoundError:
    %pip install --quiet otter-grader"""
_BEGIN = """\
import otter

grader = otter.Notebook("{name}")"""
#: Otter wants a function; the check runs in it as it stands in the chapter, on a copy of what the student defined.
_CHECK = """\
def test(env):
    check = {check!r}
    try:
        exec(compile(check, "<check>", "exec"), dict(env))
    except (KeyboardInterrupt, SystemExit) as stopped:
        raise TimeoutError("It was stopped before it ended; is there a loop that never ends?") from stopped"""
_READ_ME = """\
{title}: exercises to hand in, and what grades them

  python -m pip install otter-grader {wheel}
  python -m book grade occam-autograder.zip submissions

The first command needs the network, the second does not. Students get PAGE-exercises.ipynb, which has no solutions,
and the package beside it; they hand in the notebook. Put what comes back into a folder, one .ipynb a student. The
second command runs each and writes points.csv there: a point for each exercise whose check passes, and otherwise what
the check said. A cell that runs for more than a minute (--seconds) is stopped. What could not be graded is said in the
column "problem". A rubric is for your own marks: the point says that the code works.

Students' code runs on your computer with your rights; nothing holds it back. Grade in a virtual machine or under an
account of its own. Otter grades in docker, too (otter grade), and on Gradescope, which takes the same archives.

None of this is secret: the archives hold the checks alone, but the book shows each check and each solution, folded, to
everybody. Where points count, change the numbers of a question. Most checks call a function of the answer with several
inputs, so that a value typed in fails; where a question has one value for its answer, typing it in earns the point.

{labs}"""
_LABS = "The second lab compares with figures of the book's repository: grade book/labs from a checkout of it.\n"


def master(docname: str, first: str, told: list[Cell] | None = None) -> NotebookNode:
    """The notebook that otter makes the others of.

    Parameters
    ----------
    docname : str
        The page, ``chapters/occam`` say.
    first : str
        Code of the first cell, which is not run when a submission is graded.
    told : list of Cell, optional
        The cells, where they are not those of the present page.
    """
    parts: dict[str, dict[str, Cell]] = {}
    for cell in told or cells.chapter_cells(docname):
        if cell.exercise and "quiz" not in cell.tags:
            parts.setdefault(cell.exercise, {})[cell.tags[0]] = cell
    page = docname.rpartition("/")[2]
    found = [
        new_raw_cell(_CONFIG.format(page=page)),
        new_markdown_cell(_TITLE.format(page=page)),
        new_code_cell(first, metadata={"tags": ["otter_ignore"]}),
        new_code_cell(_BEGIN.format(name=exercises_name(docname))),
    ]
    for name, part in parts.items():
        found += [
            new_raw_cell(f"# BEGIN QUESTION\nname: {question(name)}\npoints: 1"),
            new_markdown_cell(part["exercise"].source),
            *([new_markdown_cell(part["rubric"].source)] if "rubric" in part else []),
            new_raw_cell("# BEGIN SOLUTION"),
            new_code_cell(answer(part["solution"].source, part["starter"].source)),
            new_raw_cell("# END SOLUTION"),
            new_raw_cell("# BEGIN TESTS"),
            new_code_cell(_CHECK.format(check=part["check"].source)),
            new_raw_cell("# END TESTS"),
            new_raw_cell("# END QUESTION"),
        ]
    for place, cell in enumerate(found):
        cell["id"] = f"{page}-{place}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = new_notebook(cells=found, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    nbformat.validate(whole)
    return whole


def question(exercise: str) -> str:
    """Name of an exercise as a question.

    >>> question("occam-words")
    'occam_words'
    """
    return exercise.replace("-", "_")


def exercises_name(docname: str) -> str:
    """File name of the students' notebook.

    >>> exercises_name("chapters/occam")
    'occam-exercises.ipynb'
    """
    return f"{docname.rpartition('/')[2]}-exercises.ipynb"


def answer(solution: str, starter: str) -> str:
    """The cell of which otter keeps the solution for the teacher and the starter for the student."""
    quotes = next(mark for mark in ('"""', "'''") if mark not in starter)
    lines = ["# BEGIN SOLUTION NO PROMPT", solution, "# END SOLUTION"]
    return "\n".join([*lines, f"r{quotes} # BEGIN PROMPT", starter, f"{quotes}; # END PROMPT"])


def assign(whole: NotebookNode, docname: str, folder: Path) -> tuple[Path, Path]:
    """Let otter make the students' notebook and the archive that grades it; return both.

    Raises
    ------
    ProblemError
        With what otter says.
    """
    try:
        import otter.assign
    except ImportError:
        raise ProblemError("The exercises to hand in need otter-grader; type: make course") from None
    name = exercises_name(docname)
    with tempfile.TemporaryDirectory() as work, contextlib.redirect_stdout(io.StringIO()):
        path, made = Path(work, name), Path(work, "made")
        nbformat.write(whole, path)
        try:
            otter.assign.main(str(path), str(made), no_run_tests=True)
        except Exception as problem:
            raise ProblemError(f"Otter cannot make the exercises of {docname}: {problem}") from problem
        student = nbformat.read(made / "student" / name, 4)
        for place, cell in enumerate(student.cells):
            cell["id"] = f"{path.stem}-{place}"  # otter draws some by lot
        nbformat.write(student, folder / name)
        (archive,) = (made / "autograder").glob("*.zip")
        with zipfile.ZipFile(archive) as told:
            told.extractall(made / "told")
        files = {str(file.relative_to(made / "told")): file for file in (made / "told").rglob("*") if file.is_file()}
        return folder / name, packed(folder / name.replace("exercises.ipynb", "autograder.zip"), files)


def write(folder: Path) -> Path:
    """Write the archive for those who grade into the folder of the course files, beside the package.

    Parameters
    ----------
    folder : Path
        Where :func:`book.course.notebooks.write` wrote.
    """
    (package,) = folder.glob("*.whl")
    first = notebooks.install(package.name, notebooks.address()) + _OTTER
    with tempfile.TemporaryDirectory() as work:
        files = {package.name: package}
        for docname in cells.docnames():
            files |= {path.name: path for path in assign(master(docname, first), docname, Path(work))}
        read_me = Path(work, "read-me.txt")
        labs = _LABS if "book/labs" in cells.docnames() else ""
        read_me.write_text(_READ_ME.format(title=TITLE, wheel=package.name, labs=labs), encoding="utf-8")
        return packed(folder / GRADING, files | {read_me.name: read_me})
