"""Grade a folder of submissions with otter-grader, without docker: ``python -m book grade AUTOGRADER FOLDER``.

It runs on the package and otter-grader alone. Each submission runs on this machine, as its author wrote it.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from analysis.kit.errors import ProblemError

#: What stands beside the points of a question: the last line of what otter says, without the kind of the error.
_WHY = re.compile(r"^ *(?:AssertionError: )?(.*)\Z", re.MULTILINE)


@contextmanager
def patient(seconds: int) -> Iterator[None]:
    """Let otter stop a cell after so many seconds and go on with the next, in this environment's Python."""
    from nbconvert import preprocessors

    class Patient(preprocessors.ExecutePreprocessor):
        def __init__(self, **more: Any) -> None:
            super().__init__(**more)
            self.timeout, self.interrupt_on_timeout, self.kernel_name = seconds, True, "python3"

    with mock.patch.object(preprocessors, "ExecutePreprocessor", Patient):
        yield


def grade_one(autograder: Path, submission: Path, seconds: int = 60) -> dict[str, Any]:
    """Grade one submission: its points and, for each question, points and what the check said.

    Parameters
    ----------
    autograder : Path
        The archive ``<page>-autograder.zip``.
    submission : Path
        A notebook.
    seconds : int
        After which a cell is stopped.
    """
    from otter.api import grade_submission

    row: dict[str, Any] = {"submission": submission.name, "points": 0, "possible": "", "problem": ""}
    try:
        with patient(seconds), tempfile.TemporaryDirectory() as empty:
            copy = Path(empty, "submission.ipynb")  # otter takes the name for a part of Python's
            copy.write_bytes(submission.read_bytes())
            results = grade_submission(str(copy), str(autograder), quiet=True)
        if results.has_catastrophic_failure():
            raise RuntimeError(f"it did not run to its end: {results.catastrophic_error}")
    except Exception as problem:  # whatever a student hands in, the others are graded
        return row | {"problem": f"not graded, look at it by hand: {type(problem).__name__}: {problem}"}
    row |= {"points": results.total, "possible": results.possible}
    for name, result in sorted(results.results.items()):
        failed = [case.message.strip() for case in result.test_case_results if not case.passed]
        said = _WHY.search(failed[0].splitlines()[-1]) if failed else None
        row |= {name: result.score, f"{name}: why": said[1] if said else ""}
    return row


def grade(autograder: Path, folder: Path, seconds: int = 60) -> Path:
    """Grade every notebook of a folder into ``points.csv`` there, and return its path.

    Raises
    ------
    ProblemError
        If there is nothing to grade, or nothing to grade with.
    """
    try:
        import otter.api  # noqa: F401
    except ImportError:
        raise ProblemError("Grading needs otter-grader; type: python -m pip install otter-grader") from None
    if not autograder.is_file():
        raise ProblemError(f"There is no {autograder}; give the autograder.zip of the page that was handed out.")
    submissions = sorted(folder.glob("*.ipynb"))
    if not submissions:
        raise ProblemError(f"There is no notebook in {folder}; put the submissions there, one .ipynb each.")
    rows = []
    for submission in submissions:
        rows.append(grade_one(autograder, submission, seconds))
        print(f"{submission.name}: {rows[-1]['points']:g}  {rows[-1]['problem']}".rstrip(), flush=True)
    path = folder / "points.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), restval="")
        table.writeheader()
        table.writerows(rows)
    return path
