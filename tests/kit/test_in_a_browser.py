"""The package works where no thread starts and nothing native is installed but what Pyodide builds: in a browser."""

import json
import os
import subprocess
import sys
from pathlib import Path

import as_in_a_browser

from analysis.kit import chapters
from analysis.topics import TOPICS

ROOT = Path(__file__).parents[2]
#: Cells of chapters up to the first figure of each, and a fit that uses threads where there are some.
PROGRAM = """
import json, sys
import as_in_a_browser
as_in_a_browser.install()
from analysis.kit.chapters import Cell, run
from analysis.kit.figure import Figure

for topic, cells in json.load(sys.stdin).items():
    done = run(Cell(topic, place, source, frozenset()) for place, source in enumerate(cells))
    figure = next(value for _, value in done if isinstance(value, Figure))
    print(topic, figure.spec()["usermeta"]["id"])

import numpy as np
from analysis import scaling
N, D = np.random.default_rng(0).uniform(1e7, 1e10, size=(2, 40))
law = scaling.published_law("besiroglu-huber")
loss = law.E + law.A / N**law.alpha + law.B / D**law.beta
print(len(scaling.bootstrap_scaling_law(N, D, loss, resamples=150).samples), "resamples")
"""


def test_each_chapter_draws_its_first_figure_and_a_law_is_fitted_as_in_a_browser():
    cells = {
        topic: [cell.source for cell in chapters.cells(topic) if "remove-cell" not in cell.tags] for topic in TOPICS
    }
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": path},
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*TOPICS, "150"]


def test_whatever_the_wheel_needs_there_is_pure_or_built_by_pyodide():
    """So nothing that joins the dependencies can bring native code that a browser lacks."""
    needed = as_in_a_browser.needed()
    assert {"altair", "frictionless", "pydantic-core"} <= needed
    native = {name for name in needed if not as_in_a_browser.is_pure(name)}
    assert native - as_in_a_browser.PURE_TOO <= as_in_a_browser.BUILT
    assert not as_in_a_browser.is_pure("vl-convert-python")
