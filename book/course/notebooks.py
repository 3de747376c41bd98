"""Notebooks of each chapter for students and for teachers, an archive of each, and the package that they run on."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from analysis.kit.errors import ProblemError
from book.course import cells
from book.course.cells import Cell
from book.extension.course_files import FOLDER, KINDS, name
from book.paper.write import TITLE, packed

#: The name under which pip knows the book's package.
DISTRIBUTION = "ai-training-efficiency"
#: Cells that a kind of notebook leaves out.
WITHOUT = {"student": {"solution", "notes"}, "teacher": {"starter"}}
#: What hides the code of a cell until it is asked for: in JupyterLab, Notebook and VS Code, and in Colab.
HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}

_INSTALL = '''\
# Installs the package of the book where it is missing; elsewhere it does nothing.
from importlib import metadata
from pathlib import Path

try:
    metadata.version("{distribution}")
except metadata.PackageNotFoundError:
    wheel = "{wheel}"
    if not Path(wheel).exists():
        {otherwise}
    %pip install --quiet "{{wheel}}"'''
_FETCH = 'wheel = "{address}" + wheel'
_ASK = 'raise SystemExit(f"Put {wheel} beside this notebook and run this cell again; it lies in the same archive.")'
_READ_ME = """\
{title}: notebooks for a class

  python -m pip install jupyterlab {wheel}
  jupyter lab

Each notebook is a chapter of the book, with its exercises; a cell that checks an answer follows each.
"""


def install(wheel: str, address: str = "") -> str:
    """Code of the first cell: it installs the package, from the site if there is one.

    Parameters
    ----------
    wheel : str
        Name of its file.
    address : str
        Of the course files on the site, with a slash at its end.
    """
    otherwise = _FETCH.format(address=address) if address else _ASK
    return _INSTALL.format(distribution=DISTRIBUTION, wheel=wheel, otherwise=otherwise)


def address() -> str:
    """Where the site has the course files, with a slash at its end; empty where it has no address."""
    site = os.environ.get("BOOK_ADDRESS", "").rstrip("/")
    return f"{site}/{FOLDER}/" if site else ""


def notebook(docname: str, kind: str, first: str, told: list[Cell] | None = None) -> nbformat.NotebookNode:
    """One notebook, without outputs.

    Parameters
    ----------
    docname : str
    kind : str
        ``"student"`` or ``"teacher"``.
    first : str
        Code of the first cell.
    told : list of Cell, optional
        The cells, where they are not those of the present chapter.
    """
    v4 = nbformat.v4
    made = [cell for cell in told or cells.chapter_cells(docname) if not WITHOUT[kind] & set(cell.tags)]
    page = docname.rpartition("/")[2]
    found = [_cell(cell) for cell in made]
    place = next((place for place, cell in enumerate(found) if cell.cell_type == "code"), len(found))
    found.insert(place, v4.new_code_cell(first, id=f"{page}-install", metadata={"tags": ["install"]}))
    language = {"name": "python"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"page": docname, "kind": kind, "digest": digest(docname)}
    metadata = {"kernelspec": kernel, "language_info": language, "book": book}
    whole = v4.new_notebook(cells=found, metadata=metadata)
    nbformat.validate(whole)
    return whole


def digest(docname: str, root: Path = cells.ROOT) -> str:
    """Name the state of a chapter's text; a notebook carries that of the chapter it was made of."""
    return hashlib.sha256((root / f"{docname}.md").read_bytes()).hexdigest()[:16]


def _cell(cell: Cell) -> nbformat.NotebookNode:
    metadata: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.exercise:
        metadata["exercise"] = cell.exercise
    if "hide-input" in cell.tags:
        metadata |= HIDDEN
    make = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
    return make(cell.source, id=cell.id, metadata=metadata)


def wheel(folder: Path) -> Path:
    """Build the package into a folder, without the network.

    Raises
    ------
    ProblemError
        With what its builder says.
    """
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=cells.ROOT, capture_output=True, encoding="utf-8")
    made = sorted(folder.glob("*.whl"))
    if done.returncode or not made:
        raise ProblemError(f"The package cannot be built: {(done.stdout + done.stderr).strip()}")
    return made[-1]


def write(folder: Path) -> list[Path]:
    """Write all course files into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    package = wheel(folder)
    first = install(package.name, address())
    read_me = folder / "read-me.txt"
    read_me.write_text(_READ_ME.format(title=TITLE, wheel=package.name), encoding="utf-8")
    written = [package]
    for kind in KINDS:
        files = {path.name: path for path in (package, read_me)}
        for docname in cells.docnames():
            path = folder / name(docname, kind)
            nbformat.write(notebook(docname, kind, first), path)
            files[path.name] = path
            written.append(path)
        written.append(packed(folder / f"{kind}.zip", files))
    read_me.unlink()
    return written


def outdated(folder: Path) -> list[str]:
    """The notebooks in a folder that were made of another text than their chapter has now."""
    found = []
    for path in sorted(folder.glob("*.ipynb")):
        told = nbformat.read(path, 4).metadata["book"]
        if digest(told["page"]) != told["digest"]:
            found.append(path.name)
    return found
