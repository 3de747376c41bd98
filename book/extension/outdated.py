"""Which pages are read again: those whose text is no longer what was read, or whose pictures are gone.

Sphinx compares times, and would miss a page that was saved while it was read or put back from a copy.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _note(app: Sphinx, docname: str, content: list[str]) -> None:
    app.env.metadata[docname]["book_read"] = _digest(content[0])


def _outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    def text_differs(docname: str) -> bool:
        text = Path(env.doc2path(docname)).read_text(encoding=app.config.source_encoding)
        return env.metadata[docname].get("book_read") != _digest(text)

    gone = {
        page
        for page, folder in env.get_domain("bookfigure").figures.values()  # type: ignore[attr-defined]
        if not Path(app.srcdir, folder).exists()
    }
    for image in env.images:
        if not Path(app.srcdir, image).exists():
            gone |= env.images[image][0]
    return [docname for docname in env.found_docs & set(env.all_docs) if docname in gone or text_differs(docname)]


def setup(app: Sphinx) -> None:
    """Register both."""
    app.connect("source-read", _note, priority=100)
    app.connect("env-get-outdated", _outdated)
