"""A list whose entries are one line each and open in place, and the form that chooses among them.

An entry is a ``details`` whose ``data-`` attributes the form's fields are compared with (``filter.js``); the address
``#verdict-partly`` chooses by a link. Outside HTML an entry is paragraphs.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book.extension.parts import html, pass_through


class folded(nodes.General, nodes.Element):
    """An entry; attribute ``data`` is what the form chooses by, the first child its :class:`folded_line`."""


class folded_line(nodes.General, nodes.TextElement):
    """What is seen of an entry that is closed."""


def curly(text: str) -> str:
    """A text for a page, escaped, its apostrophes as they are printed.

    >>> curly("Kaplan's <law>")
    'Kaplan’s &lt;law&gt;'
    """
    return escape(text.replace("'", "’"))


def segments(name: str, legend: str, choices: Mapping[str, str]) -> str:
    """Buttons of which one is chosen, the first at the start; `choices` are labels (HTML) by value."""
    labels = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"{" checked" * (place == 0)}>{label}</label>'
        for place, (value, label) in enumerate(choices.items())
    )
    return f'<fieldset><legend class="vh">{legend}</legend><div class="seg">{labels}</div></fieldset>'


def selection(name: str, everything: str, choices: Mapping[str, str]) -> str:
    """A list of which one is chosen; `choices` are labels by value, `everything` is that of no choice."""
    options = "".join(f'<option value="{value}">{curly(label)}</option>' for value, label in choices.items())
    return (
        f'<select name="{name}" aria-label="{name.capitalize()}"><option value="">{curly(everything)}</option>'
        f"{options}</select>"
    )


def form(fields: str, what: str, number: int) -> nodes.raw:
    """The form of a page; without JavaScript it is not shown, and all entries are."""
    return html(
        f'<form class="controls filters entries-filter">{fields}<input type="search" name="words" aria-label="Words" '
        f'placeholder="Find in {what}"><output>{number} of {number}</output></form>'
    )


def visit_entry(self: Any, node: folded) -> None:
    """Open an entry."""
    given = {f"data-{name}": value for name, value in node["data"].items()}
    self.body.append(self.starttag(node, "details", "", **given))


def depart_entry(self: Any, node: folded) -> None:
    """Close an entry."""
    self.body.append("</div></details>\n")


def visit_line(self: Any, node: folded_line) -> None:
    """Begin the line of an entry."""
    self.body.append("<summary>")


def depart_line(self: Any, node: folded_line) -> None:
    """End the line, and begin what opens."""
    self.body.append("</summary><div>")


def _add_script(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if 'class="controls filters entries-filter"' in context.get("body", ""):
        app.add_js_file("filter.js", defer="defer")


def setup(app: Sphinx) -> None:
    """Register the nodes of an entry, and the script where there is a form."""
    through = (pass_through, pass_through)
    line = (lambda self, node: self.visit_paragraph(node), lambda self, node: self.depart_paragraph(node))
    app.add_node(folded, html=(visit_entry, depart_entry), latex=through, text=through, man=through, texinfo=through)
    app.add_node(folded_line, html=(visit_line, depart_line), latex=line, text=line, man=line, texinfo=line)
    app.connect("html-page-context", _add_script)
