"""The chapters in a browser's own Python: a JupyterLite with the book's package, in a folder of its own.

It is made by :func:`build` in an environment of its own, from ``locks/lite.lock``, and takes no part in the site or its
archive: it is large, and it asks another host for Python itself, which no page of the book does.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

from analysis.kit.errors import ProblemError
from book.build import ROOT
from book.course import cells, notebooks
from book.extension.course_files import name

LOCK = ROOT / "locks" / "lite.lock"
OUT = ROOT / "_build" / "lite"
ENVIRONMENT = ROOT / ".cache" / "lite"
#: The one host that it asks for Python and for the packages that Pyodide builds.
HOST = "cdn.jsdelivr.net"
#: The first cell: the package comes from the folder itself, what it needs from Pyodide and from PyPI.
FIRST = f"# Installs the package of the book into this browser.\n%pip install --quiet {notebooks.DISTRIBUTION}"


def environment(folder: Path = ENVIRONMENT) -> Path:
    """Make the environment, if it is not what the lock says, and return the folder of its commands.

    Raises
    ------
    ProblemError
        With the last line of what pip says.
    """
    wanted, made = LOCK.read_text(encoding="utf-8"), folder / "made-of.lock"
    if not made.exists() or made.read_text(encoding="utf-8") != wanted:
        made.unlink(missing_ok=True)
        install = ["-m", "pip", "--no-input", "install", "-qq", "--require-hashes", "--requirement", str(LOCK)]
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(folder / "bin" / "python"), *install])
        made.write_text(wanted, encoding="utf-8")
    return folder / "bin"


def build(out: Path = OUT, docnames: list[str] | None = None, environment_: Path = ENVIRONMENT) -> Path:
    """Write the folder and return it once it is proven whole (:func:`faults`).

    Parameters
    ----------
    out : Path
    docnames : list of str, optional
        The chapters; all of them by default.
    environment_ : Path
        Where the environment is made and kept.

    Raises
    ------
    ProblemError
        If something of it is missing, or its builder fails.
    """
    commands = environment(environment_)
    pages = cells.docnames() if docnames is None else docnames
    shutil.rmtree(out, ignore_errors=True)
    parts = out.with_name(f"{out.name}.parts")
    shutil.rmtree(parts, ignore_errors=True)
    for each in ("files", "pypi"):
        (parts / each).mkdir(parents=True)
    package = notebooks.wheel(parts / "pypi")
    for docname in pages:
        notebook = notebooks.notebook(docname, "student", FIRST)
        nbformat.write(notebook, parts / "files" / name(docname, "student"))
    options = ["--lite-dir", ".", "--contents", "files", "--output-dir", str(out.resolve())]
    _run([str(commands / "jupyter"), "lite", "build", *options], parts)
    found = faults(out, package.name, [name(docname, "student") for docname in pages])
    if found:
        raise ProblemError(f"The folder {out.name} is not whole: {' '.join(found)}")
    shutil.rmtree(parts)
    return out


def faults(out: Path, wheel: str, files: list[str]) -> list[str]:
    """What is wrong with a folder: a sentence each, none for one that is whole.

    Parameters
    ----------
    out : Path
    wheel : str
        File name of the package, which the index of the folder must list.
    files : list of str
        The notebooks, which the folder must offer.
    """
    found = []
    index = json.loads((out / "pypi" / "all.json").read_text(encoding="utf-8"))
    releases = index.get(notebooks.DISTRIBUTION, {}).get("releases", {}).values()
    listed = {each["filename"] for release in releases for each in release}
    if wheel not in listed or not (out / "pypi" / wheel).exists():
        found.append(f"pypi/all.json does not list {wheel}.")
    offered = json.loads((out / "api" / "contents" / "all.json").read_text(encoding="utf-8"))["content"]
    there = {each["path"] for each in offered if (out / "files" / each["path"]).exists()}
    if missing := sorted(set(files) - there):
        found.append(f"It does not offer {', '.join(missing)}.")
    asked = hosts(out)
    if foreign := sorted(asked - {HOST}):
        found.append(f"It asks {', '.join(foreign)} for its Python.")
    if HOST not in asked:
        found.append(f"It does not ask {HOST} for its Python, as the page says.")
    return found


def hosts(out: Path) -> set[str]:
    """The hosts from which the kernel of a folder loads Python, as its scripts and its settings name them."""
    scripts = [*(out / "extensions").rglob("*.js"), *out.glob("**/jupyter-lite.json")]
    named = (re.findall(r"https?://[^\"'` ]+/pyodide\.m?js", path.read_text(encoding="utf-8")) for path in scripts)
    return {urlsplit(address).netloc for each in named for address in each}


def _run(command: list[str], folder: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"status {done.returncode}"]
        raise ProblemError(f"JupyterLite cannot be made: {said[0]}")
