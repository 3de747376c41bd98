"""Where something is said: the section or the figure, and the line of links that leads back there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

from book.extension import chapters
from book.extension.figures import book_figure
from book.extension.parts import cached_by_build, fold

#: How many places are shown before the others fold.
SHOWN = 4


@dataclass(frozen=True)
class Place:
    """A section of a page, or a figure on it."""

    docname: str
    anchor: str
    title: str
    figure: bool = False


def of(node: nodes.Node, docname: str) -> Place:
    """Return the figure or else the section in which a node stands; a page's own text is at its title."""
    at = node.parent
    while at is not None:
        if isinstance(at, book_figure):
            return Place(docname, at["ids"][0], at["spec"]["usermeta"]["title"], figure=True)
        if isinstance(at, nodes.section):
            own = isinstance(at.parent, nodes.document)
            return Place(docname, "" if own else at["ids"][0], "the opening" if own else _title(at))
        at = at.parent
    return Place(docname, "", "the opening")


def _title(section: nodes.section) -> str:
    title = section.next_node(nodes.title)
    return title.astext() if title else ""


def collected(
    app: Sphinx, name: str, find: Callable[[nodes.document, str], Iterator[tuple[str, Place]]]
) -> dict[str, list[Place]]:
    """Return the places that `find` yields on all pages by key, in the order of the book; once a build."""

    def compute() -> dict[str, list[Place]]:
        found: dict[str, dict[Place, None]] = {}
        for docname in chapters.in_order(app.env):
            for key, place in find(app.env.get_doctree(docname), docname):
                found.setdefault(key, {})[place] = None
        return {key: list(places) for key, places in found.items()}

    return cached_by_build(app, f"places-{name}", compute)


def line(app: Sphinx, docname: str, found: list[Place], lead: str, none: str) -> list[nodes.Node]:
    """Return the links back to some places, by chapter; many fold under their number.

    Parameters
    ----------
    docname : str
        The page on which they are shown.
    found : list of Place
        In the order of the book.
    lead : str
        What they do, such as "Cited in".
    none : str
        What is said where there are none; nothing is shown for an empty one.
    """
    if not found:
        return [nodes.paragraph(text=none, classes=["back-links"])] if none else []
    titles = {chapter.docname: chapter.title for chapter in chapters.listed(app.env)}
    said = nodes.paragraph(classes=["back-links"])
    many = len(found) > SHOWN
    if not many:
        said += nodes.Text(f"{lead} ")
    before = ""
    for number, place in enumerate(found):
        if place.docname != before:
            said += nodes.Text("; " if number else "")
            said += nodes.emphasis(text=titles.get(place.docname) or app.env.titles[place.docname].astext())
            said += nodes.Text(": ")
        else:
            said += nodes.Text(", ")
        before = place.docname
        shown = nodes.Text(f"figure “{place.title}”" if place.figure else place.title)
        said += make_refnode(app.builder, docname, place.docname, place.anchor, shown)
    said += nodes.Text(".")
    return [fold("", said, summary=f"{lead} {len(found)} places")] if many else [said]
