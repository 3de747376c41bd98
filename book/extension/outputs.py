"""The outputs of a chapter come from its one run (:mod:`analysis.runs`), as those of verification and exports do.

Jupyter Book's own cache looks at the cells alone and would reprint old numbers after an edit of the package or data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import myst_nb.sphinx_
from myst_nb.core.execute import NotebookClientBase, create_client
from nbformat import from_dict
from sphinx.application import Sphinx

from analysis import runs, topics
from analysis.kit import chapters


class RunOutputs(NotebookClientBase):
    """What myst-nb asks for the outputs of a chapter."""

    def start_client(self) -> None:
        """Take the outputs of the run of the present state, or run the chapter."""
        assert self.path is not None
        try:
            run = runs.run(self.path.stem)
        except runs.CellFailed as failure:
            self.logger.warning(told(failure), subtype="exec")
            return
        code = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        for cell, outputs in zip(code, run.outputs, strict=True):
            cell.outputs = [from_dict(output) for output in outputs]
        self.exec_metadata = {
            "mtime": 0,
            "runtime": run.seconds,
            "method": "cache",
            "succeeded": True,
            "error": None,
            "traceback": None,
        }


def told(failure: runs.CellFailed) -> str:
    """Tell of a cell that fails, with its code."""
    code = "\n".join(f"      {line}" for line in failure.cell.source.splitlines())
    return f"{failure}\n    in this cell:\n{code}"


def _client(notebook: Any, source: str, config: Any, logger: Any, read_fmt: Any = None) -> NotebookClientBase:
    path = Path(source)
    if path.parent == chapters.CHAPTERS and path.stem in topics.TOPICS:
        return RunOutputs(notebook, path, config, logger)
    return create_client(notebook, source, config, logger, read_fmt)


def setup(app: Sphinx) -> None:
    """Stand in for the function that chooses where outputs come from."""
    myst_nb.sphinx_.create_client = _client
