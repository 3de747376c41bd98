"""A book of one page, built in a moment, to see what the extension makes of it."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import altair as alt
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from analysis.kit import figure
from analysis.kit.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
BIB = "@misc{someone2020, author={Someone, A.}, title={A work}, year={2020}, url={https://example.org}}\n"


@dataclass
class Built:
    """What a build left: its folder, the HTML of its pages, its warnings, which pages it read and its environment."""

    folder: Path
    warnings: str
    env: Any = None
    read: list[str] = field(default_factory=list)

    def files(self) -> dict[str, bytes]:
        """Every file of the site."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def page(self, name: str = "index") -> str:
        """Text of a page."""
        return next(self.folder.glob(f"{name}.*")).read_text(encoding="utf-8")


def a_figure(identity: str = "demo-line", chart: Any = None, **texts: Any) -> Figure:
    """A small figure with all its texts."""
    rows = alt.InlineData(values=[{"x": 1, "y": 2.5}, {"x": 2, "y": 5.0}], name="points")
    given = {
        "title": "The line rises",
        "subtitle": "y by x",
        "caption": "Read `y`; see [there](https://example.org). </script> is text.",
        "alt": "A line from 2.5 to 5.",
        "sources": ("computed", "someone2020"),
        "holds": True,
    }
    chart = chart or alt.Chart(rows).mark_line(color="#0072b2").encode(x="x:Q", y="y:Q")
    script = "analysis/kit/downloads.py:svg"
    return Figure(chart=chart, id=identity, script=script, **{**given, **texts})


def notebook(*contents: Figure | str) -> str:
    """A notebook that was run already: figures as outputs of cells, text as Markdown."""
    cells: list[dict[str, Any]] = []
    for number, content in enumerate(contents):
        if isinstance(content, str):
            cells.append({"cell_type": "markdown", "id": f"c{number}", "metadata": {}, "source": content})
            continue
        output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
        output["data"] = {figure.MIME: content.spec(), "text/plain": "Figure"}
        cell = {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": "show()", "execution_count": 1}
        cells.append({**cell, "outputs": [output]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


#: Events of Sphinx with what a test does at each.
Listeners = Iterable[tuple[str, Callable[..., Any]]]


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Built]:
    """Build pages given by file name, and return what came out."""

    def run(pages: dict[str, str], builder: str = "html", connect: Listeners = (), **config: Any) -> Built:
        source = tmp_path / "source"
        module = "analysis/kit/downloads.py"
        (source / module).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / module, source / module)
        for name, text in {"references.bib": BIB, **pages}.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        settings = {
            "extensions": ["myst_nb", "sphinxcontrib.bibtex", "book.extension"],
            "bibtex_bibfiles": ["references.bib"],
            "bibtex_default_style": "book",
            "bibtex_reference_style": "book",
            "bibtex_cite_id": "source-{key}",
            "nb_execution_mode": "off",
            "html_math_renderer": "mathml",
            "html_static_path": [str(ROOT / "book" / "static")],
            "html_theme": "book",
            "exclude_patterns": [".cache"],
            "myst_enable_extensions": ["dollarmath", "amsmath", "colon_fence"],
            "suppress_warnings": ["toc.not_included"],
            "book_repository": "",
            **config,
        }
        warnings, read = io.StringIO(), []
        out = tmp_path / "out" / builder
        with docutils_namespace():
            app = Sphinx(source, None, out, tmp_path / "trees", builder, settings, io.StringIO(), warnings)
            app.connect("source-read", lambda app, page, content: read.append(page))
            for event, listener in connect:
                app.connect(event, listener)
            app.build()
        return Built(out, warnings.getvalue(), app.env, read)

    return run
