"""The opening spread of a chapter: what people heard, what was found and the one picture, beside each other.

A chapter's file keeps the order in which it is read aloud: title, header, the claim, the first figure, the finding. On
a page these become an ``article.opening`` above the columns of the text; the claims with their verdicts follow at once,
and cells that stood between come after them. A chapter that lacks a part has a spread without it.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book.extension import sliders, source
from book.extension.claims import CHAPTERS
from book.extension.figures import book_figure
from book.extension.page import chapter_header

#: Ends the spread in the HTML of a page: :mod:`book.extension.theme` sets what stands before above the columns.
CUT = "<!-- the text -->"


class opening(nodes.General, nodes.Element):
    """The spread; its children are a head, the figure and its texts."""


class opening_head(nodes.section):
    """Number, title and facts of the chapter; a section, because only a section has a title."""


class opening_part(nodes.General, nodes.Element):
    """A text of the spread; attributes ``kind`` (``said`` or ``found``) and ``label``."""


def arrange(section: nodes.section, number: int) -> opening | None:
    """Turn the beginning of a chapter into its spread; None where there is no text before the first section.

    Parameters
    ----------
    section : nodes.section
        The chapter, whose children are rearranged.
    number : int
        Of the chapter.
    """
    inside = [child for child in section.children if isinstance(child, nodes.section)]
    first = section.index(inside[0]) if inside else len(section)
    before = section.children[1:first]
    texts = [child for child in before if isinstance(child, nodes.paragraph)][:2]
    if not texts:
        return None
    head = opening_head("", number=number, ids=section["ids"], names=section["names"])
    section["ids"], section["names"] = [], []
    figure = next((found for child in before for found in child.findall(book_figure)), None)
    if figure is not None:
        figure["spread"] = True
    header = [child for child in before if isinstance(child, chapter_header)]
    judged = [child for child in before if "claims" in (*child.get("classes", ()), *child.get("ids", ()))]
    moved = [section[0], *header, *texts, *judged, *([figure] if figure is not None else [])]
    for node in moved:
        node.parent.remove(node)
    between = [child for child in section.children[: first - len(moved) + 1] if not isinstance(child, nodes.section)]
    for child in [child for child in between if _is_empty(child)]:
        section.remove(child)
    head += moved[0]
    head += header
    spread = opening("", head, *([figure] if figure is not None else []))
    for kind, text in zip(("said", "found"), texts, strict=False):
        spread += opening_part("", text, kind=kind)
    section.insert(0, [spread, *judged])
    return spread


def _is_empty(node: nodes.Node) -> bool:
    """Whether a cell shows nothing any more, because its figure went into the spread."""
    return (
        isinstance(node, nodes.container)
        and "cell" in node["classes"]
        and not node.astext().strip()
        and not any(True for _ in node.findall(lambda inner: isinstance(inner, nodes.image | nodes.raw)))
    )


def _arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    topics = list(CHAPTERS)
    topic = docname.removeprefix("chapters/")
    section = next((child for child in doctree.children if isinstance(child, nodes.section)), None)
    if app.builder.format == "html" and docname != topic and topic in topics and section is not None:
        arrange(section, topics.index(topic) + 1)


def visit_opening(self: Any, node: opening) -> None:
    """Open the spread."""
    plain = "" if any(isinstance(child, book_figure) for child in node.children) else " plain"
    self.body.append(f'<article class="opening{plain}">\n')


def depart_opening(self: Any, node: opening) -> None:
    """Close it with the slider of its figure, and mark where the text begins."""
    root = source.site_root(self.builder, self.builder.current_docname)
    figures = [child["spec"]["usermeta"]["id"] for child in node.children if isinstance(child, book_figure)]
    self.body.append("".join(sliders.of_figure(identity, root) for identity in figures))
    self.body.append(f"</article>\n{CUT}\n")


def visit_head(self: Any, node: opening_head) -> None:
    """Write the chapter's number above its title."""
    self.body.append(self.starttag(node, "header") + f'<p class="label">Chapter {node["number"]}</p>\n')


def depart_head(self: Any, node: opening_head) -> None:
    """Close the head."""
    self.body.append("</header>\n")


def visit_part(self: Any, node: opening_part) -> None:
    """Say whose text it is: what people heard, or what we found."""
    label = {"said": "As people heard it", "found": "What we found"}[node["kind"]]
    self.body.append(f'<div class="{node["kind"]}"><p class="label">{label}</p>\n')


def depart_part(self: Any, node: opening_part) -> None:
    """Close the text."""
    self.body.append("</div>\n")


def setup(app: Sphinx) -> None:
    """Arrange the spread when everything in it is resolved."""
    app.add_node(opening, html=(visit_opening, depart_opening))
    app.add_node(opening_head, html=(visit_head, depart_head))
    app.add_node(opening_part, html=(visit_part, depart_part))
    app.connect("doctree-resolved", _arrange, priority=800)
