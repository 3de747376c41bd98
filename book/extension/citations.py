"""The entries of the bibliography as a list that screen readers understand.

docutils writes a list of ``doc-biblioentry``, a role that ARIA has withdrawn and that no list may hold.
"""

from __future__ import annotations

from typing import Any

import pybtex.plugin
from sphinx.application import Sphinx


def _as_list_items(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> None:
    """Register the correction, and spare each of a thousand citations a search of all packages for its printer."""
    pybtex.plugin.register_plugin(
        "pybtex.backends", "plaintext", pybtex.plugin.find_plugin("pybtex.backends", "plaintext"), force=True
    )
    app.connect("html-page-context", _as_list_items)
