"""A page as a document of pandoc: what Sphinx resolved, spelt out in plain blocks that each of pandoc's writers knows.

A node that has no meaning here stops the build, so that a new directive cannot silently be lost on paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes

from analysis.kit.errors import ProblemError

#: A piece of a document of pandoc: ``{"t": kind, "c": contents}``.
Piece = dict[str, Any]
#: The version of the document model that the pieces follow.
API = [1, 23, 1]
NO_ATTRIBUTES: list[Any] = ["", [], []]
#: Nodes that only group others, and nodes that are nothing on paper.
GROUPS = (
    "document",
    "compound",
    "plain",
    "chapter_header",
    "folded",
    "book_part",
    "source_list",
    "source_entry",
)
NOTHING = ("copied", "comment", "toctree", "index", "substitution_definition", "target", "meta", "pending", "colspec")


def document(blocks: list[Piece], **meta: str) -> dict[str, Any]:
    """A whole document of pandoc, ready to be written as JSON."""
    told = {name: {"t": "MetaString", "c": text} for name, text in meta.items()}
    return {"pandoc-api-version": API, "meta": told, "blocks": blocks}


def anchor(docname: str, identity: str = "") -> str:
    """The name of a place in the one document that holds all pages.

    >>> anchor("chapters/market", "market-fan"), anchor("book/claims")
    ('chapters-market--market-fan', 'book-claims')
    """
    return re.sub(r"[^\w.-]", "-", f"{docname}--{identity}" if identity else docname)


def text(words: str) -> list[Piece]:
    """A run of text."""
    found: list[Piece] = []
    for part in re.split(r"([ \t\n]+)", words):
        if part:
            found.append({"t": "Str", "c": part} if part.strip(" \t\n") else {"t": "Space"})
    return found


class Page:
    """The pieces of one page.

    Parameters
    ----------
    docname : str
    depth : int
        Level of the page's own heading.
    """

    def __init__(self, docname: str, depth: int = 1) -> None:
        self.docname, self.depth = docname, depth

    # --- blocks ------------------------------------------------------------------------------------------------------

    def blocks(self, parents: Iterable[nodes.Node], level: int = 0) -> list[Piece]:
        """The blocks of some nodes; what stands in a line among them becomes a block of its own."""
        found: list[Piece] = []
        line: list[Piece] = []

        def close() -> None:
            if any(piece["t"] != "Space" for piece in line):
                found.append({"t": "Plain", "c": line.copy()})
            line.clear()

        for node in parents:
            if isinstance(node, nodes.Text) or self.is_inline(node):
                line.extend(self.inlines([node]))
            else:
                close()
                found += self.block(node, level)
        close()
        return found

    def is_inline(self, node: nodes.Node) -> bool:
        return isinstance(node, nodes.Inline | nodes.image) and not isinstance(node, nodes.raw)

    def block(self, node: nodes.Node, level: int) -> list[Piece]:
        """The blocks of one node."""
        for kind in type(node).__mro__:
            method: Callable[[Any, int], list[Piece]] | None = getattr(self, f"block_{kind.__name__}", None)
            if method:
                return self.named(node, method(node, level))
            if kind.__name__ in GROUPS:
                return self.named(node, self.blocks(node.children, level))
            if kind.__name__ in NOTHING:
                return []
        raise ProblemError(
            f"Paper does not know what {type(node).__name__} is, which stands in {self.docname}; "
            "say it in book/paper/blocks.py."
        )

    def named(self, node: nodes.Node, blocks: list[Piece]) -> list[Piece]:
        """Blocks under the names by which links know the node."""
        names = getattr(node, "attributes", {}).get("ids", []) if not isinstance(node, nodes.section) else []
        for name in names:
            blocks = [{"t": "Div", "c": [[anchor(self.docname, name), [], []], blocks]}]
        return blocks

    def block_section(self, node: nodes.section, level: int) -> list[Piece]:
        names = [anchor(self.docname, name) for name in node["ids"]] if level else [anchor(self.docname)]
        title = next(child for child in node.children if isinstance(child, nodes.title))
        heading = {"t": "Header", "c": [self.depth + level, [names[0], [], []], self.inlines(title.children)]}
        if not level:
            names += [anchor(self.docname, name) for name in node["ids"]]
        more = [{"t": "Div", "c": [[name, [], []], []]} for name in dict.fromkeys(names[1:])]
        rest = [child for child in node.children if child is not title]
        return [heading, *more, *self.blocks(rest, level + 1)]

    def block_title(self, node: nodes.title, level: int) -> list[Piece]:
        return [{"t": "Para", "c": [{"t": "Strong", "c": self.inlines(node.children)}]}]

    block_rubric = block_title

    def block_paragraph(self, node: nodes.Element, level: int) -> list[Piece]:
        return [{"t": "Para", "c": self.inlines(node.children)}] if node.children else []

    def block_bullet_list(self, node: nodes.Element, level: int) -> list[Piece]:
        return [{"t": "BulletList", "c": [self.blocks(item.children, level) for item in node.children]}]

    def block_enumerated_list(self, node: nodes.Element, level: int) -> list[Piece]:
        items = [self.blocks(item.children, level) for item in node.children]
        return [{"t": "OrderedList", "c": [[node.get("start", 1), {"t": "Decimal"}, {"t": "Period"}], items]}]

    def block_definition_list(self, node: nodes.Element, level: int) -> list[Piece]:
        items = []
        for item in node.children:
            terms = [child for child in item.children if isinstance(child, nodes.term)]
            line = [piece for term in terms for piece in self.target(term)]
            for number, term in enumerate(terms):
                line += [{"t": "Str", "c": ", "}] * bool(number) + self.inlines(term.children)
            told = [self.blocks(c.children, level) for c in item.children if isinstance(c, nodes.definition)]
            items.append([line, told])
        return [{"t": "DefinitionList", "c": items}]

    def block_glossary(self, node: nodes.Element, level: int) -> list[Piece]:
        return self.blocks(node.children, level)

    def block_citation(self, node: nodes.Element, level: int) -> list[Piece]:
        return self.blocks([child for child in node.children if not isinstance(child, nodes.label)], level)

    def block_literal_block(self, node: nodes.Element, level: int) -> list[Piece]:
        language = str(node.get("language", "")).removeprefix("ipython3") or "python"
        return [
            {"t": "CodeBlock", "c": [["", [] if language in ("none", "default") else [language], []], node.astext()]}
        ]

    def block_math_block(self, node: nodes.Element, level: int) -> list[Piece]:
        return [{"t": "Para", "c": [{"t": "Math", "c": [{"t": "DisplayMath"}, node.astext()]}]}]

    def block_block_quote(self, node: nodes.Element, level: int) -> list[Piece]:
        return [{"t": "BlockQuote", "c": self.blocks(node.children, level)}]

    block_note = block_admonition = block_warning = block_tip = block_block_quote

    def block_transition(self, node: nodes.Element, level: int) -> list[Piece]:
        return [{"t": "HorizontalRule"}]

    def block_container(self, node: nodes.Element, level: int) -> list[Piece]:
        # code that draws a figure is folded under it on the page, and run in the notebook
        hidden = node.get("nb_element") == "cell_code" and node.get("hide_mode") == "input"
        shown = [c for c in node.children if not (hidden and c.get("nb_element") == "cell_code_source")]
        inside = self.blocks(shown, level)
        return [{"t": "Div", "c": [["", ["figure"], []], inside]}] if "plain-figure" in node["classes"] else inside

    def block_book_figure(self, node: nodes.Element, level: int) -> list[Piece]:
        return []  # shown a second time, on the first page; in its chapter it became plain nodes

    def block_folded_line(self, node: nodes.Element, level: int) -> list[Piece]:
        return [{"t": "Para", "c": [{"t": "Strong", "c": self.inlines(node.children)}]}]

    def block_raw(self, node: nodes.Element, level: int) -> list[Piece]:
        return []  # HTML that stands for itself; what it shows has other nodes for other builders

    def block_fold(self, node: nodes.Element, level: int) -> list[Piece]:
        summary = [{"t": "Para", "c": [{"t": "Strong", "c": text(node["summary"])}]}] if node.get("summary") else []
        return summary + self.blocks(node.children, level)

    def block_image(self, node: nodes.Element, level: int) -> list[Piece]:
        return [{"t": "Para", "c": self.inlines([node])}]

    def block_table(self, node: nodes.Element, level: int) -> list[Piece]:
        group = next(iter(node.findall(nodes.tgroup)))
        width = int(group["cols"])
        columns = [[{"t": "AlignLeft"}, {"t": "ColWidth", "c": 1 / width}] for _ in range(width)]

        def rows(part: type[nodes.Element]) -> list[Any]:
            found = [row for box in group.findall(part) for row in box.children]
            return [[NO_ATTRIBUTES, [self.cell(entry, level) for entry in row.children]] for row in found]

        head, body = [NO_ATTRIBUTES, rows(nodes.thead)], [[NO_ATTRIBUTES, 0, [], rows(nodes.tbody)]]
        caption = next((self.inlines(c.children) for c in node.children if isinstance(c, nodes.title)), [])
        told = [None, [{"t": "Plain", "c": caption}] if caption else []]
        return [{"t": "Table", "c": [NO_ATTRIBUTES, told, columns, head, body, [NO_ATTRIBUTES, []]]}]

    def cell(self, entry: nodes.Element, level: int) -> list[Any]:
        return [NO_ATTRIBUTES, {"t": "AlignDefault"}, 1, 1, self.blocks(entry.children, level)]

    # --- lines -------------------------------------------------------------------------------------------------------

    def inlines(self, parents: Iterable[nodes.Node]) -> list[Piece]:
        """The pieces of a line."""
        return [piece for node in parents for piece in self.inline(node)]

    def inline(self, node: nodes.Node) -> list[Piece]:
        """The pieces of one node in a line."""
        if isinstance(node, nodes.Text):
            return text(node.astext())
        for kind in type(node).__mro__:
            method: Callable[[Any], list[Piece]] | None = getattr(self, f"inline_{kind.__name__}", None)
            if method:
                return [*self.target(node), *method(node)]
            if kind.__name__ in NOTHING:
                return self.target(node)
        raise ProblemError(
            f"Paper does not know what {type(node).__name__} is, which stands in a line of {self.docname}; "
            "say it in book/paper/blocks.py."
        )

    def target(self, node: nodes.Node) -> list[Piece]:
        """Where links to a piece of a line lead."""
        names = getattr(node, "attributes", {}).get("ids", [])
        return [{"t": "Span", "c": [[anchor(self.docname, name), [], []], []]} for name in names]

    def inline_inline(self, node: nodes.Element) -> list[Piece]:
        return self.inlines(node.children)

    inline_container = inline_paragraph = inline_generated = inline_abbreviation = inline_inline

    inline_code_link = inline_number = inline_plain = inline_inline

    def inline_margin_note(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Note", "c": [{"t": "Para", "c": self.inlines(node.children)}]}]

    def inline_strong(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Strong", "c": self.inlines(node.children)}]

    def inline_emphasis(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Emph", "c": self.inlines(node.children)}]

    inline_title_reference = inline_emphasis

    def inline_superscript(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Superscript", "c": self.inlines(node.children)}]

    def inline_subscript(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Subscript", "c": self.inlines(node.children)}]

    def inline_literal(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Code", "c": [NO_ATTRIBUTES, node.astext()]}]

    def inline_math(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Math", "c": [{"t": "InlineMath"}, node.astext()]}]

    def inline_image(self, node: nodes.Element) -> list[Piece]:
        return [{"t": "Image", "c": [NO_ATTRIBUTES, text(node.get("alt", "")), [node["uri"], ""]]}]

    def inline_raw(self, node: nodes.Element) -> list[Piece]:
        return []

    def inline_reference(self, node: nodes.Element) -> list[Piece]:
        words = self.inlines(node.children)
        if node.get("refid"):
            address = f"#{anchor(self.docname, node['refid'])}"
        elif node.get("internal") or "://" not in node.get("refuri", "://"):
            page, _, place = node["refuri"].partition("#")
            address = f"#{anchor(str(PurePosixPath(page)) if page else self.docname, place)}"
        else:
            address = node["refuri"]
        return [{"t": "Link", "c": [NO_ATTRIBUTES, words, [address, ""]]}]


def walk(piece: Any, change: Callable[[Piece], Any]) -> Any:
    """Return a document with `change` applied to each piece, the innermost first; a list takes the place of a piece."""
    if isinstance(piece, list):
        found = []
        for each in piece:
            new = walk(each, change)
            found += new if isinstance(each, dict) and isinstance(new, list) else [new]
        return found
    if isinstance(piece, dict):
        inside = {key: walk(value, change) for key, value in piece.items()}
        return change(inside) if "t" in inside else inside
    return piece
