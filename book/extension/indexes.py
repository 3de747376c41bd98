"""Two indexes of the book: every figure by chapter (``{figure-index}``), every fact from A to Z (``{fact-index}``)."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from analysis import named, strengths
from book.extension import chapters, data, sheets, source
from book.extension.numbers import found_runs
from book.extension.parts import ProblemDirective


class index_list(nodes.General, nodes.Element):
    """Place of an index, written when all pages are read; attribute ``kind``: figures or facts."""


class FigureIndex(ProblemDirective):
    """``{figure-index}``: the finding of every figure, by chapter, each leading to it."""

    kind = "figures"

    def shown(self) -> list[nodes.Node]:
        """Return its place."""
        return [index_list(kind=self.kind)]


class FactIndex(FigureIndex):
    """``{fact-index}``: every fact with its value and how much reads it, leading to its row."""

    kind = "facts"


def figures(app: Sphinx) -> list[dict[str, Any]]:
    """Return the chapters with their figures, each with title, measure and address from the root of the site."""
    placed: dict[str, tuple[str, str]] = app.env.get_domain("bookfigure").figures  # type: ignore[attr-defined]
    labels: dict[str, tuple[str, str, str]] = app.env.get_domain("std").labels  # type: ignore[attr-defined]
    measures = {
        name: str(spec["usermeta"].get("subtitle", ""))
        for run in found_runs(app).values()
        for name, spec in run.specs.items()
    }
    found = []
    for chapter in chapters.listed(app.env):
        address = app.builder.get_target_uri(chapter.docname)
        own = [
            {
                "title": labels[name][2] if name in labels else name,
                "measure": measures.get(name, ""),
                "href": f"{address}#{name}",
            }
            for name, (docname, _) in placed.items()
            if docname == chapter.docname
        ]
        if own:
            found.append({**vars(chapter), "href": address, "figures": own})
    return found


def facts(app: Sphinx) -> dict[str, list[dict[str, Any]]]:
    """Return the facts by first letter: value, how much reads it, how many numbers it moves, address from the root."""
    rows = sorted(
        ((row, sheet.name) for sheet in data.read(app) if sheet.facts for row in sheet.rows),
        key=lambda pair: pair[0].name,
    )
    letters: dict[str, list[dict[str, Any]]] = {}
    for row, table in rows:
        letters.setdefault(row.name[0], []).append(
            {
                "name": row.name,
                "value": f"{row.cells[0].text} {row.unit}".strip(),
                "count": len(row.hangs),
                "moves": len(strengths.of_input(row.input)),
                "href": named.address(table, row.id),
            }
        )
    return letters


def _visit(self: Any, node: index_list) -> None:
    app = self.builder.app
    root = source.site_root(self.builder, self.builder.current_docname)
    template = sheets.templates().get_template(f"{node['kind']}.html")
    known = {"chapters": figures(app)} if node["kind"] == "figures" else {"letters": facts(app)}
    self.body.append(template.render(root=root, **known))
    raise nodes.SkipNode


def _skip(self: Any, node: index_list) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register both."""
    app.add_directive("figure-index", FigureIndex)
    app.add_directive("fact-index", FactIndex)
    skip = (_skip, None)
    app.add_node(index_list, html=(_visit, None), latex=skip, text=skip, man=skip, texinfo=skip)
