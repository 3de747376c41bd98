"""Pages of a book that might be: with other facts or assumptions (:mod:`book.what_if`), and a banner that says so."""

from __future__ import annotations

import contextlib
import json
import os
from typing import Any

from sphinx.application import Sphinx

from analysis import moves
from analysis.kit import overriding

#: The variable of the environment that hands on what is replaced, as JSON: a value by id, null for what is left out.
VARIABLE = "BOOK_WHAT_IF"
#: What is replaced until the process ends.
_ASKED = contextlib.ExitStack()


def _tell(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the templates the banner's sentences, which say what the book has instead."""
    context["what_if"] = app.config.what_if


def setup(app: Sphinx) -> None:
    """Replace what the environment asks for, if it does, before a page is read."""
    asked = json.loads(os.environ.get(VARIABLE, "{}"))
    said = [moves.said(identity, value) for identity, value in asked.items()]
    app.add_config_value("what_if", said, "env", (list,))
    if asked and not overriding.asked():
        _ASKED.enter_context(overriding.override(asked))
        app.add_css_file("what-if.css", priority=860)
    if asked:
        app.connect("html-page-context", _tell, priority=400)
