"""A check of ours against what others published folds under its one-line result.

A chapter writes it as a paragraph that begins with ``**Check.**``; its first sentence is the result, the rest the way
there.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

#: The word that begins a check.
LEAD = "Check."
#: A way of fewer words than these stays in sight.
SHORT = 14
_END = re.compile(r"[.?!][”’)]?(?=\s)")


class check(nodes.container):
    """A folded check: its result, and the way there."""


class check_result(nodes.paragraph):
    """The first sentence of a check. Outside HTML it is a paragraph."""


def fold_checks(doctree: nodes.document) -> None:
    """Fold the checks of a page, each under its first sentence; short ones are only marked.

    Parameters
    ----------
    doctree : document
        A page as it was read.
    """
    for paragraph in list(doctree.findall(nodes.paragraph)):
        first = paragraph[0] if paragraph.children else None
        if not isinstance(first, nodes.strong) or first.astext() != LEAD:
            continue
        result, way = _cut(paragraph)
        if len(way.astext().split()) < SHORT:
            paragraph["classes"].append("check")
        else:
            paragraph.replace_self(check("", result, way, classes=["check", "fold-check"]))


def _cut(paragraph: nodes.paragraph) -> tuple[check_result, nodes.paragraph]:
    """Cut a copy of a paragraph after its first sentence."""
    result, way = check_result(), nodes.paragraph()
    for place, child in enumerate(paragraph.children):
        found = _END.search(str(child)) if place and isinstance(child, nodes.Text) else None
        if found:
            text = str(child)
            result += nodes.Text(text[: found.end()])
            way += nodes.Text(text[found.end() :].lstrip())
            way += [later.deepcopy() for later in paragraph.children[place + 1 :]]
            break
        result += child.deepcopy()
    return result, way


def _open(self: Any, node: check) -> None:
    self.body.append('<details class="check fold-check">')


def _close(self: Any, node: check) -> None:
    self.body.append("</details>\n")


def _open_result(self: Any, node: check_result) -> None:
    self.body.append("<summary>")


def _close_result(self: Any, node: check_result) -> None:
    self.body.append("</summary>\n")


def setup(app: Sphinx) -> None:
    """Fold the checks of each page that is read."""
    app.add_node(check, html=(_open, _close))
    app.add_node(check_result, html=(_open_result, _close_result))
    app.connect("doctree-read", lambda app, doctree: fold_checks(doctree))
