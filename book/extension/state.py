"""What the page on reproducing says of this build: what it was made with, and how long that takes."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from analysis import report_page
from book.extension import landing
from book.extension.parts import ProblemDirective, table

#: What the results depend on most, and what makes pages of them.
PACKAGES = (*report_page.PACKAGES, "sphinx")
#: What is counted, by the name that :func:`landing.count` knows it by.
COUNTED = {"figures": "figures", "numbers": "numbers in sentences", "claims": "verdicts", "facts": "published figures"}


def measured(root: Path) -> dict[str, Any]:
    """What ``python -m benchmarks.book`` measured; empty where it never ran."""
    path = root / "benchmarks" / "book.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


class RunningTimes(ProblemDirective):
    """``{running-times}``: how long the book and its chapters took where ``python -m benchmarks.book`` was run."""

    def shown(self) -> list[nodes.Node]:
        """Return a sentence and a table."""
        told = measured(Path(self.env.srcdir))
        if not told:
            return self.markdown("Nobody has measured it yet: `python -m benchmarks.book` does.")
        where = f"Measured on {told['date']} on {told['cores']} cores ({told['processor']})."
        rows = [("The book, from nothing", told["from nothing"])]
        rows += [("The book, after one more sentence in a chapter", told["one more sentence"])]
        rows += [(f"The code of chapters/{name}.md", seconds) for name, seconds in told["chapters"].items()]
        cells = [[[nodes.Text(what)], [nodes.Text(f"{seconds:.0f}")]] for what, seconds in rows]
        return [nodes.paragraph(text=where), table(["What", "Seconds"], cells, ["running-times"])]


class Copies(ProblemDirective):
    """``{copies}``: how large the PDF, the EPUB and the archive were and how long each took, where it was measured."""

    def shown(self) -> list[nodes.Node]:
        """Return a table."""
        told = measured(Path(self.env.srcdir)).get("copies", {})
        if not told:
            return self.markdown("Nobody has measured their size yet: `python -m benchmarks.book` does.")
        rows = [(kind, f"{of['seconds']:.0f}", f"{of['megabytes']:.1f}") for kind, of in told.items()]
        cells = [[[nodes.Text(text)] for text in row] for row in rows]
        return [table(["What", "Seconds, after the book was built", "Megabytes"], cells, ["copies"])]


class BuildState(ProblemDirective):
    """``{build-state}``: version, Python, packages, and how much was computed; the same for two builds of one state."""

    def shown(self) -> list[nodes.Node]:
        """Return a table."""
        counted = ", ".join(f"{landing.count(self.env.app, name):,} {what}" for name, what in COUNTED.items())
        rows = {
            "Version": version("ai-training-efficiency"),
            "Python": f"{platform.python_version()} on {platform.system()}",
            "Packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
            "Computed and held against the references": counted,
        }
        cells = [[[nodes.Text(text)] for text in row] for row in rows.items()]
        return [table(["What", "State"], cells, ["build-state"])]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("running-times", RunningTimes)
    app.add_directive("copies", Copies)
    app.add_directive("build-state", BuildState)
