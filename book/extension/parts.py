"""Small pieces that several directives share: a folded part, links to figures, and telling of problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from analysis.kit.errors import ProblemError

#: The icon of a permanent link, as in ``html_permalinks_icon`` (see :func:`setup`).
ICON = '<svg class="i" aria-hidden="true"><use href="#i-link"/></svg>'


class fold(nodes.General, nodes.Element):
    """A part that opens on demand; attribute ``summary``. Outside HTML it is simply shown."""


class plain(nodes.General, nodes.Element):
    """What other builders show where the page has something of its own."""


def skip(self: Any, node: nodes.Element) -> None:
    """Leave a node and its children out."""
    raise nodes.SkipNode


def html(text: str) -> nodes.raw:
    """Return a piece of a page; other builders leave it out."""
    return nodes.raw("", text, format="html")


def visit_fold(self: Any, node: fold) -> None:
    """Open the part with its summary."""
    self.body.append(f'<details class="fold"><summary>{self.encode(node["summary"])}</summary>')


def depart_fold(self: Any, node: fold) -> None:
    """Close the part."""
    self.body.append("</details>\n")


def pass_through(self: Any, node: nodes.Element) -> None:
    """Write nothing of a node but its children."""


class ProblemDirective(SphinxDirective):
    """A directive that tells of a :class:`~analysis.kit.errors.ProblemError` in the page it stands on."""

    def shown(self) -> list[nodes.Node]:
        """Return what the directive shows."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Return what the directive shows, or the problem's sentence as an error of the build."""
        try:
            return self.shown()
        except ProblemError as problem:
            raise self.error(str(problem)) from problem

    def markdown(self, text: str) -> list[nodes.Node]:
        """Parse a piece of Markdown at the place of the directive."""
        box = nodes.Element()
        self.state.nested_parse(text.splitlines(), self.content_offset, box)
        return list(box.children)

    def section(self, title: str, label: str, *children: nodes.Node) -> nodes.section:
        """Return a section with a label that the whole book can link to."""
        section = nodes.section("", nodes.title(text=title), *children, ids=[label], names=[label])
        self.env.get_domain("std").note_hyperlink_target(  # type: ignore[attr-defined]
            label, self.env.docname, label, title
        )
        return section


def permalink(identity: str, what: str) -> str:
    """Return the permanent link of a part of a page; a click copies its address (``page.js``).

    Parameters
    ----------
    identity : str
        Id of the part, escaped for HTML.
    what : str
        What it leads to, for who cannot see it, escaped for HTML.
    """
    return f'<a class="headerlink" href="#{identity}" title="Link to {what}">{ICON}</a>'


def link_to(label: str, docname: str) -> addnodes.pending_xref:
    """Return a link to a label of the book, a figure's id say, that reads as its title; a missing one is a warning."""
    return addnodes.pending_xref(
        "",
        nodes.inline(text=label),
        refdomain="std",
        reftype="ref",
        reftarget=label,
        refexplicit=False,
        refwarn=True,
        refdoc=docname,
    )


def table(headings: list[str], rows: list[list[list[nodes.Node]]], classes: list[str]) -> nodes.container:
    """Return a table in a box that scrolls sideways on a phone.

    Parameters
    ----------
    headings : list of str
        One a column.
    rows : list of list of list of nodes
        The inline nodes of each cell.
    """

    def row(cells: list[list[nodes.Node]]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))

    wide = 100 // len(headings)  # signs: in columns of one sign Sphinx's plain text breaks words for ever
    group = nodes.tgroup("", *(nodes.colspec(colwidth=wide) for _ in headings), cols=len(headings))
    group += nodes.thead("", row([[nodes.Text(h)] for h in headings]))
    group += nodes.tbody("", *(row(cells) for cells in rows))
    return nodes.container("", nodes.table("", group, classes=classes), classes=["table-scroll"])


def cached_by_build(app: Sphinx, key: str, make: Callable[[], Any]) -> Any:
    """Return `make()`, computed once a build."""
    store: dict[str, Any] = app.__dict__.setdefault("book_build_values", {})
    if key not in store:
        store[key] = make()
    return store[key]


def setup(app: Sphinx) -> None:
    """Register the folded part and the plain one for every builder, and the icon of permanent links."""
    app.config.html_permalinks_icon = ICON
    through = (pass_through, pass_through)
    others: dict[str, Any] = {"latex": through, "text": through, "man": through, "texinfo": through}
    app.add_node(fold, html=(visit_fold, depart_fold), **others)
    app.add_node(plain, html=(skip, None), **others)
