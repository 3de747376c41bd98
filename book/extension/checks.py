"""A check of ours against what others published folds under its one-line result.

A chapter writes it as a paragraph that begins with ``**Check.**``. Its first sentence is the result and stays in sight,
with its numbers and sources: links cannot stand in what one presses to open a fold. The rest is the way there.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

from book.extension.parts import fold

#: The word that begins a check.
LEAD = "Check."
#: What opens the way to a result.
WAY = "How we know"
#: A way of fewer words than these stays in sight.
SHORT = 14
_END = re.compile(r"[.?!][”’)]?(?=\s)")


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
            paragraph.replace_self(nodes.container("", result, fold("", way, summary=WAY), classes=["check"]))


def _cut(paragraph: nodes.paragraph) -> tuple[nodes.paragraph, nodes.paragraph]:
    """Cut a copy of a paragraph after its first sentence."""
    result, way = nodes.paragraph(), nodes.paragraph()
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


def setup(app: Sphinx) -> None:
    """Fold the checks of each page that is read."""
    app.connect("doctree-read", lambda app, doctree: fold_checks(doctree))
