"""The way out of Jupyter Book 1: the same book from its generated ``conf.py`` and Sphinx alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from analysis.kit.errors import ProblemError
from book.build import JUPYTER_BOOK, ROOT, complaints


def check(python: str = sys.executable, root: Path = ROOT) -> str:
    """Build the book with plain Sphinx and return the version that built it.

    Parameters
    ----------
    python : str
        Interpreter whose Sphinx is tried. It needs myst-nb, sphinx-external-toc,
        sphinxcontrib-bibtex and this book, but not Jupyter Book.
    root : Path
        The repository.

    Raises
    ------
    ProblemError
        When the book does not build without a warning.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info"))
        _run([*JUPYTER_BOOK, "config", "sphinx", "."], copy)
        if not (copy / "conf.py").exists():
            raise ProblemError("Jupyter Book wrote no conf.py; run 'jupyter-book config sphinx .' to see why.")
        site = Path(folder) / "html"
        _run([python, "-m", "sphinx", "-b", "html", "-W", "-n", "--keep-going", "-q", ".", str(site)], copy)
        return _run([python, "-m", "sphinx", "--version"], copy).strip()


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, encoding="utf-8", capture_output=True, check=False)
    except FileNotFoundError as error:
        raise ProblemError(f"There is no interpreter {command[0]}; name one with --python.") from error
    output = done.stdout + done.stderr
    if done.returncode:
        said = "\n".join(complaints(output) or output.splitlines()[-15:])
        raise ProblemError(f"{said}\nThe book does not build with plain Sphinx; see the lines above.")
    return output
