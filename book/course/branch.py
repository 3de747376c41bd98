"""What the branch ``notebooks`` holds, from which Colab and Binder open the chapters.

The workflow that publishes the site publishes it too, as one commit without a history: the students' notebooks, the
package that they run on, and the environment that Binder makes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from analysis.kit.errors import ProblemError
from book.build import ROOT, SITE
from book.course import cells
from book.extension.course_files import FOLDER, name

#: Binder's environment: what it is told, and the lock that this leads to.
ENVIRONMENT = ("binder/requirements.txt", "binder/runtime.txt", "binder/postBuild", "locks/student.lock")
#: Where the branch is put together.
OUT = ROOT / "_build" / "branch"
_READ_ME = """\
# Notebooks of the book

The workflow that publishes the site writes this branch anew each time; a change belongs into `chapters/` on the main
branch. Each notebook installs the package of the book by its first cell.
"""


def write(out: Path = OUT, course: Path = ROOT / SITE / FOLDER) -> list[Path]:
    """Put the branch together from the files for a class and return its files.

    Raises
    ------
    ProblemError
        If the site has no files for a class.
    """
    wheels = sorted(course.glob("*.whl"))
    files = [course / name(docname, "student") for docname in cells.docnames()]
    missing = [path.name for path in files if not path.exists()]
    if not wheels or missing:
        raise ProblemError(f"The site lacks {', '.join(missing) or 'the package'} in {FOLDER}/; run make course first.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for path in (*files, *wheels):
        shutil.copy(path, out)
    for each in ENVIRONMENT:
        (out / each).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / each, out / each)  # with its mode
    (out / "README.md").write_text(_READ_ME, encoding="utf-8")
    return sorted(path for path in out.rglob("*") if path.is_file())
