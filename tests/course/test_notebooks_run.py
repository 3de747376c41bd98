"""Each notebook runs in a clean environment from the wheel alone, outside the repository.

A student's runs as it is: the cells that fail are exactly the checks of the untouched starters, each by an assertion
with a sentence. A teacher's has the same cells but for the exercises; its solutions and checks run after the student's
cells, in the same kernel, and none fails. (That each solution stands on its own is proven in ``tests/book``.) Each
figure comes as front ends want it: accepted by Vega-Lite 5, and as a picture that is told in words.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
import vl_convert
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from tests.course import clean

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "_build" / "html" / "course"
PAGES = sorted(path.stem for path in COURSE.glob("*.ipynb") if not path.stem.endswith("-teacher"))
VEGALITE_5 = "application/vnd.vegalite.v5+json"
#: A lab that looks at the repository says so where there is none.
IN_THE_REPOSITORY = {"lab-planted-check"}
#: Pixels that the text of a notebook is wide, at the least.
WIDTH = 700


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a student unpacked the archive, beside an environment."""
    made = tmp_path_factory.mktemp("class")
    (wheel,) = COURSE.glob("*.whl")
    clean.kernel(made, clean.environment(made / "env", wheel))
    shutil.copytree(COURSE, made, dirs_exist_ok=True)
    return made


def execute(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook to its end, whatever fails."""
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    manager = AsyncKernelManager(kernel_name="clean", kernel_spec_manager=specs)
    client = NotebookClient(notebook, km=manager, timeout=600, allow_errors=True, record_timing=False)
    client.resources = {"metadata": {"path": str(folder)}}
    return client.execute(env={**clean.without_repository(), "OPENBLAS_NUM_THREADS": "1"}, cleanup_kc=True)


def errors(cell: Any) -> list[Any]:
    return [output for output in cell.get("outputs", ()) if output.output_type == "error"]


def tagged(cell: Any, *tags: str) -> bool:
    return bool(set(tags) & set(cell.metadata.get("tags", ())))


def test_there_are_notebooks() -> None:
    assert PAGES, "make course writes them"


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_runs_from_the_wheel_alone(folder: Path, page: str) -> None:
    student, teacher = (nbformat.read(folder / f"{page}{end}.ipynb", 4) for end in ("", "-teacher"))
    own = ("starter", "solution", "notes")
    same = [[(cell.id, cell.source) for cell in book.cells if not tagged(cell, *own)] for book in (student, teacher)]
    assert same[0] == same[1]
    answers = [cell for cell in teacher.cells if tagged(cell, "solution", "check")]
    first = len(student.cells)
    for cell in answers:
        student.cells.append({**cell, "id": f"{cell.id}-teacher"})
    done = execute(nbformat.from_dict(student), folder).cells

    failed = {cell.id: errors(cell)[0] for cell in done[:first] if errors(cell)}
    assert set(failed) == {cell.id for cell in done[:first] if tagged(cell, "check")}, failed
    for name, error in failed.items():
        assert error.ename == ("ProblemError" if name in IN_THE_REPOSITORY else "AssertionError")
        assert error.evalue.strip(), f"{name} fails without a sentence"
    wrong = {cell.id: errors(cell)[0].evalue for cell in done[first:] if errors(cell)}
    assert set(wrong) <= {f"{name}-teacher" for name in IN_THE_REPOSITORY}, wrong
    for cell in done:
        if tagged(cell, "figure"):
            (shown,) = [output for output in cell.outputs if VEGALITE_5 in output.get("data", {})]
            drawn(shown)


def drawn(shown: Any) -> None:
    """A figure can be drawn by a front end, and is told in words."""
    chart = shown.data[VEGALITE_5]
    assert chart["$schema"].endswith("/v5.json")
    by_five = vl_convert.vegalite_to_svg(chart, vl_version="5.21", allowed_base_urls=[])
    assert 400 < float(ElementTree.fromstring(by_five).attrib["width"]) < WIDTH
    picture = ElementTree.fromstring(shown.data["image/svg+xml"])
    words = chart["usermeta"]["alt"]
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == words == chart["description"] == shown.metadata["image/svg+xml"]["alt"]


def test_the_environment_knows_nothing_of_the_repository(folder: Path) -> None:
    cell = nbformat.v4.new_code_cell(
        "import sys, analysis, importlib.util\n"
        "[analysis.__file__, importlib.util.find_spec('sphinx') is None, importlib.util.find_spec('jupytext') is None]"
    )
    (told,) = execute(nbformat.v4.new_notebook(cells=[cell]), folder).cells[0].outputs
    assert str(folder) in told.data["text/plain"]
    assert str(ROOT) not in told.data["text/plain"]
    assert told.data["text/plain"].count("True") == 2
