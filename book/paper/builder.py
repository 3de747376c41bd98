"""The Sphinx builder that writes each page as the blocks of a pandoc document (``<docname>.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from book.extension import surface
from book.paper.blocks import Page

#: Pages that are for a screen alone: what is searched, sorted and opened.
ON_SCREEN = ("book/data", "book/figures", "book/facts", "book/numbers", surface.PAGE, "search")


class PaperBuilder(Builder):
    """Pages for paper; ``contents.json`` names them in the order of the book."""

    name = "paper"
    format = "paper"
    epilog = "The pages for paper are in %(outdir)s."
    supported_image_types = ["image/svg+xml", "image/png"]  # noqa: RUF012  (Sphinx only reads it)
    allow_parallel = True

    def get_outdated_docs(self) -> Iterator[str]:
        """All pages are written each time."""
        yield from self.env.found_docs

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Pages are known by their names: they end up in one document."""
        return docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """As :meth:`get_target_uri`."""
        return self.get_target_uri(to, typ)

    def prepare_writing(self, docnames: Set[str]) -> None:
        """Write down the order of the pages, by part of the table of contents."""
        parts: list[tuple[str, list[str]]] = [("", [str(self.config.root_doc)])]
        for toctree in self.env.get_doctree(self.config.root_doc).findall(lambda node: node.tagname == "toctree"):
            parts.append((toctree.get("caption") or "", list(toctree["includefiles"])))  # type: ignore[attr-defined]
        Path(self.outdir, "contents.json").write_text(json.dumps(parts), encoding="utf-8")

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Write one page, unless it is for a screen alone."""
        if docname in ON_SCREEN or docname.startswith(f"{surface.PAGE}/"):
            return
        path = Path(self.outdir, f"{docname}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        blocks = Page(docname).blocks(doctree.children)
        path.write_text(json.dumps(blocks, ensure_ascii=False), encoding="utf-8")

    def finish(self) -> None:
        """Pictures stay where they were drawn: their addresses are paths from the repository."""


def setup(app: Sphinx) -> None:
    """Register the builder."""
    app.add_builder(PaperBuilder)
