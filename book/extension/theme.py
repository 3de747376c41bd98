"""What the templates of the book's own theme (``book/theme``) are told, and which files a page loads.

A page is a chapter, a page of text, or, by ``layout: wide`` in its metadata, a page that uses all columns; ``index`` is
the landing page. ``style: reference`` in the metadata adds ``reference.css``. A page loads the book's own style sheets
and scripts and nothing else that an extension may have wished for.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext

from book.extension import opening
from book.extension.claims import CHAPTERS, PAGE

#: The folder of the theme, and of the files that pages load.
FOLDER = Path(__file__).resolve().parents[1]
#: Pages beside the chapters: those of the bar, and those at the foot.
BAR = {"book/claims": "Claims", "book/data": "Data", "book/reproduce": "Reproduce", "book/glossary": "Glossary"}
FOOT = {
    "book/firmness": "Firmness",
    "book/errata": "Errata",
    "book/bibliography": "Bibliography",
    "book/figures": "Figures",
    "book/facts": "Facts",
    "book/api": "Models",
    "book/cite": "Cite",
    "genindex": "Index",
}
#: Pages that belong to one of the bar.
WITHIN = {"book/firmness": "book/claims"}


def chapters(app: Sphinx) -> list[dict[str, Any]]:
    """Every chapter of the book by number; one that is planned has no ``docname``."""
    return [
        {
            "number": number,
            "topic": topic,
            "title": title.replace("'", "’"),
            "docname": f"chapters/{topic}" if f"chapters/{topic}" in app.env.all_docs else "",
            "waits": PAGE,
        }
        for number, (topic, title) in enumerate(CHAPTERS.items(), start=1)
    ]


def sections(doctree: nodes.document) -> list[dict[str, str]]:
    """The sections of a page, with their anchors, for its rail."""
    top = next((node for node in doctree.children if isinstance(node, nodes.section)), None)
    inside = [node for node in top.children if isinstance(node, nodes.section)] if top else []
    return [{"id": node["ids"][0], "title": clean_astext(node[0])} for node in inside]


def _ours(files: list[Any]) -> list[Any]:
    """Of style sheets or scripts, those that stand in the book's own folder, and the lines that we wrote ourselves."""
    own = {f"_static/{path.name}" for path in (FOLDER / "static").iterdir()}
    return [file for file in files if not getattr(file, "filename", file) or str(getattr(file, "filename", "")) in own]


def _split(body: str) -> tuple[str, str]:
    """The opening spread of a chapter, and the text, whose section the spread stands in."""
    head, cut, text = body.partition(opening.CUT)
    if not cut:
        return "", body
    start, article, spread = head.partition('<article class="opening')
    return article + spread, start + text


def _fonts(spread: str, text: str) -> list[str]:
    """The fonts that the first view needs, asked for before the style sheet is read so that nothing moves."""
    wanted = ["serif", "sans", "serif-display"]
    return wanted + ["serif-italic"] * ("<em>" in spread) + ["book-math"] * ("<math" in text)


def _tell(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> str | None:
    known = app.env.all_docs
    metadata = app.env.metadata.get(pagename, {})
    context["css_files"] = _ours(context["css_files"])
    context["script_files"] = _ours(context["script_files"])
    context["chapters"] = chapters(app)
    context["bar_links"] = [(name, text) for name, text in BAR.items() if name in known]
    context["here_bar"] = WITHIN.get(pagename, "")
    context["foot_links"] = [(name, text) for name, text in FOOT.items() if name in known or name == "genindex"]
    context["here_chapter"] = next((c for c in context["chapters"] if c["docname"] == pagename), None)
    context["page_layout"] = metadata.get("layout", context.get("page_layout", ""))
    found = sections(doctree) if doctree is not None else []
    context["sections"] = found if len(found) > 2 else []
    context["short_title"] = context["here_chapter"]["title"] if context["here_chapter"] else context.get("title", "")
    context["opening"], context["body"] = _split(context.get("body", ""))
    context.setdefault("preloaded", _fonts(context["opening"], context["body"]))
    return "landing.html" if pagename == app.config.root_doc else None


def _style(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if app.env.metadata.get(pagename, {}).get("style") == "reference":
        app.add_css_file("reference.css")
    if pagename in (app.config.root_doc, PAGE):
        app.add_css_file("landing.css", priority=850)  # after style.css


def sent_style(css: str) -> str:
    """A style sheet as readers get it: without what is said to those who write it.

    Examples
    --------
    >>> sent_style("/* the bar */\\n.bar {\\n  top: 0; /* stays */\\n}\\n")
    '.bar {\\ntop: 0;\\n}\\n'
    """
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).lstrip()


def _send_styles(app: Sphinx, failed: Exception | None) -> None:
    if failed or app.builder.format != "html":
        return
    for path in (FOLDER / "static").glob("*.css"):
        sent = Path(app.outdir) / "_static" / path.name
        if sent.is_file():
            sent.write_text(sent_style(path.read_text(encoding="utf-8")), encoding="utf-8")


def visit_hidden(self: Any, node: HideCodeCellNode) -> None:
    """Fold the code of a cell."""
    self.body.append(f'<details class="fold"><summary>{self.encode(node["prompt_show"])}</summary>\n')


def depart_hidden(self: Any, node: HideCodeCellNode) -> None:
    """Close the fold."""
    self.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Tell the templates what they ask for."""
    app.add_html_theme("book", str(FOLDER / "theme"))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden, depart_hidden))
    app.connect("html-page-context", _style)
    app.connect("html-page-context", _tell, priority=900)
    app.connect("build-finished", _send_styles)
