"""Tables that a cell prints, as screen readers and phones want them.

pandas writes a header of two rows when the index has a name, cells of headers without text, and no scope.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.extension.parts import permalink

_NUMBER = re.compile(r"[-−+]?[\d.,]+(?:\s?[×x]\s?10\S*|e[-+]?\d+)?\s?(?:%|\w{1,3})?|[-–—]|nan|NaN|")


def tidy(html: str) -> str:
    """Return the HTML of a data frame with one header row, scopes, numbers aligned, in a box that scrolls.

    Parameters
    ----------
    html : str
        As pandas writes it.

    Examples
    --------
    >>> print(tidy('<table class="dataframe"><thead><tr><th></th><th>a</th></tr></thead>'
    ...            '<tbody><tr><th>x</th><td>1</td></tr></tbody></table>'))
    <div class="table"><table><thead><tr><td></td><th scope="col" class="n">a</th></tr></thead><tbody><tr><th \
scope="row">x</th><td class="n">1</td></tr></tbody></table></div>
    """
    found = re.search(r"<table\b.*</table>", html, re.S)
    if not found:
        return html
    try:
        table = ElementTree.fromstring(found[0].replace("&nbsp;", "\u00a0"))
    except ElementTree.ParseError:
        return html
    head, body = table.find("thead"), table.find("tbody")
    if head is None or body is None:
        return html
    table.attrib.clear()
    _one_row(head)
    for row in (*head, *body):
        row.attrib.clear()
        row.text = row.tail = None
        for cell in row:
            cell.attrib.pop("valign", None)
            cell.tail = None
    for part in (table, head, body):
        part.text = part.tail = None
    for row in head:
        for cell in row:
            if _text(cell):
                cell.set("scope", "col")
            else:
                cell.tag = "td"
    for row in body:
        for cell in row.iter("th"):
            cell.set("scope", "row")
    _align(head, body)
    return f'<div class="table">{ElementTree.tostring(table, encoding="unicode", method="html")}</div>'


def _text(cell: ElementTree.Element) -> str:
    return "".join(cell.itertext()).strip()


def _one_row(head: ElementTree.Element) -> None:
    """Put the name of the index where the row of columns has no text."""
    rows = list(head)
    if len(rows) == 2 and len(rows[0]) == len(rows[1]):
        names, columns = rows[1], rows[0]
        if all(not (_text(a) and _text(b)) for a, b in zip(columns, names, strict=True)):
            for cell, name in zip(columns, names, strict=True):
                cell.text = _text(cell) or _text(name)
            head.remove(names)


def _align(head: ElementTree.Element, body: ElementTree.Element) -> None:
    """Mark the columns of numbers."""
    rows = [list(row) for row in body]
    for place, title in enumerate(head[-1]):
        cells = [row[place] for row in rows if place < len(row) and row[place].tag == "td"]
        if cells and len(cells) == len(rows) and all(_NUMBER.fullmatch(_text(cell)) for cell in cells):
            for cell in (title, *cells):
                cell.set("class", "n")


class Tables(SphinxPostTransform):
    """Put the tables of the cells right, and give each a permanent link."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the page."""
        found = [raw for raw in self.document.findall(nodes.raw) if 'class="dataframe"' in raw.astext()]
        page = self.env.docname.rpartition("/")[2].replace("_", "-")
        for number, raw in enumerate(found, start=1):
            identity = f"{page}-table-{number}"
            link = permalink(identity, f"table {number}")
            shown = f'<div class="tabled" id="{identity}">{tidy(raw.astext())}{link}</div>'
            raw.replace_self(nodes.raw("", shown, format="html"))


def setup(app: Sphinx) -> None:
    """Register the correction."""
    app.add_post_transform(Tables)
