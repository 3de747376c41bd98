"""Each notebook runs in a clean environment from the wheel alone, outside the repository.

In a student's the cells that fail are exactly the checks of the untouched starters, each by an assertion with a
sentence; in a teacher's none fails. Both draw every figure of the chapter, as front ends want it.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from analysis.kit.downloads import VEGALITE_5
from book.build import ROOT, SITE
from book.course import notebooks
from book.extension.course_files import FOLDER
from tests.course import clean

COURSE = ROOT / SITE / FOLDER
MADE = sorted(path.name for path in COURSE.glob("*.ipynb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a student unpacked the archive, beside an environment."""
    made = tmp_path_factory.mktemp("class")
    (wheel,) = COURSE.glob("*.whl")
    clean.kernel(made, clean.environment(made / "env", wheel))
    for name in MADE:
        shutil.copy(COURSE / name, made)
    return made


def execute(path: Path) -> nbformat.NotebookNode:
    """Run a notebook to its end, whatever fails."""
    notebook = nbformat.read(path, 4)
    specs = KernelSpecManager(kernel_dirs=[str(path.parent / "kernels")], ensure_native_kernel=False)
    manager = AsyncKernelManager(kernel_name="clean", kernel_spec_manager=specs)
    client = NotebookClient(notebook, km=manager, timeout=300, allow_errors=True, record_timing=False)
    client.resources = {"metadata": {"path": str(path.parent)}}
    environment = {**clean.without_repository(), "OPENBLAS_NUM_THREADS": "1"}
    try:
        return client.execute(env=environment)
    finally:
        client.km.shutdown_kernel(now=True)


def errors(cell: Any) -> list[Any]:
    return [output for output in cell.get("outputs", ()) if output.output_type == "error"]


def test_there_is_a_notebook_of_each_kind_for_each_chapter() -> None:
    assert MADE, "make course writes them"
    assert not notebooks.outdated(COURSE)


@pytest.mark.parametrize("name", MADE)
def test_a_notebook_runs_from_the_wheel_alone(folder: Path, name: str) -> None:
    began = time.monotonic()
    notebook = execute(folder / name)
    print(f"{name}: {time.monotonic() - began:.0f} s")
    failed = {cell.id: errors(cell)[0] for cell in notebook.cells if errors(cell)}
    checks = {cell.id for cell in notebook.cells if "check" in cell.metadata.get("tags", ())}
    assert set(failed) == (checks if notebook.metadata["book"]["kind"] == "student" else set()), failed
    for error in failed.values():
        assert error.ename == "AssertionError"
        assert error.evalue.strip(), "a check fails without a sentence"
    for cell in notebook.cells:
        if "figure" in cell.metadata.get("tags", ()):
            shown = [output.data for output in cell.outputs if "data" in output]
            assert any(VEGALITE_5 in data and 'role="img"' in data["image/svg+xml"] for data in shown), cell.id


def test_the_environment_knows_nothing_of_the_repository(folder: Path) -> None:
    cell = nbformat.v4.new_code_cell(
        "import sys, analysis, importlib.util\n"
        "[analysis.__file__, importlib.util.find_spec('sphinx') is None, importlib.util.find_spec('jupytext') is None]"
    )
    path = folder / "asked.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    (told,) = execute(path).cells[0].outputs
    assert str(folder) in told.data["text/plain"]
    assert str(ROOT) not in told.data["text/plain"]
    assert told.data["text/plain"].count("True") == 2
