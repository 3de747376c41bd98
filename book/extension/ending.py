"""The end of a chapter: three sentences to tell a friend, and the next chapter by its question.

::

    :::{friend}
    1. One sentence, with its {glue:text}`numbers`.
    2. Another.
    3. A third.
    :::
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from analysis.kit.errors import ProblemError
from book.extension import chapters, cite, figures
from book.extension.chapters import Chapter
from book.extension.page import minutes
from book.extension.parts import ProblemDirective

#: How many sentences a friend listens to.
SENTENCES = 3


class friend(nodes.container):
    """The sentences, as a numbered list. Outside HTML that is all."""


class Friend(ProblemDirective):
    """``{friend}``: what to tell somebody who has not read the chapter."""

    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return the sentences."""
        said = self.markdown("\n".join(self.content))
        if len(said) != 1 or not isinstance(said[0], nodes.enumerated_list) or len(said[0]) != SENTENCES:
            raise ProblemError(f"What a friend is told is a numbered list of {SENTENCES} sentences; write it so.")
        return [friend("", *said, classes=["friend"])]


def citation(app: Sphinx, chapter: Chapter) -> tuple[str, str]:
    """Return how a chapter is cited, as text and as BibTeX."""
    base = app.config.html_baseurl
    address = f"{base.rstrip('/')}/{app.builder.get_target_uri(chapter.docname)}" if base else ""
    part, known = f"{chapter.title}, chapter {chapter.number}", cite.about()
    return known.text(address, part), known.bibtex(address, part, key=f"evolution-{chapter.topic}")


def onward(app: Sphinx, docname: str) -> str:
    """Return the way on from a chapter: the next one by its question with its picture, the one before, all of them."""
    read = chapters.listed(app.env)
    place = next((number for number, chapter in enumerate(read) if chapter.docname == docname), None)
    if place is None:
        return ""
    here = app.builder.get_relative_uri
    escape, shown = html.escape, ""
    if place + 1 < len(read):
        following = read[place + 1]
        arrow = '<svg class="i" aria-hidden="true"><use href="#i-next"/></svg>'
        shown = (
            f'<a class="onward" href="{here(docname, following.docname)}"><span class="label">Next, chapter '
            f'{following.number}, {minutes(app, following.docname)} minutes</span><span class="q">'
            f'{escape(following.question)}</span><span class="ti">{escape(following.title)} {arrow}</span>'
            f"{_picture(app, following)}</a>"
        )
    before = read[place - 1] if place else None
    back = f'<a href="{here(docname, before.docname)}">Before: {escape(before.question)}</a>' if before else ""
    every = f'<a href="{here(docname, app.config.root_doc)}#chapters">All chapters</a>'
    return f'<nav aria-label="Other chapters">{shown}<p class="back">{back}{every}</p></nav>'


def _picture(app: Sphinx, chapter: Chapter) -> str:
    """The key figure of a chapter without its lettering."""
    draw = getattr(figures, "thumbnail", None)
    shown: Any = app.env.get_domain("bookfigure")
    if draw is None or chapter.figure not in shown.figures:
        return ""
    return f'<span class="chart" aria-hidden="true">{draw(app.env, chapter.figure)}</span>'


def _add_ending(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    context["onward"] = onward(app, pagename) if doctree is not None else ""


def _open(self: Any, node: friend) -> None:
    self.body.append('<div class="friend" id="tell-a-friend"><p class="label">Three sentences to tell a friend</p>')


def _close(self: Any, node: friend) -> None:
    app = self.builder.app
    docname = self.builder.current_docname
    chapter = next((c for c in chapters.listed(app.env) if c.docname == docname), None)
    icon = '<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>'
    cited = ""
    if chapter:
        text, bibtex = map(html.escape, citation(app, chapter))
        cited = (
            f"<details><summary>{icon.format('cite')}Cite the chapter</summary>"
            f'<div class="panel"><p>{text}</p><pre>{bibtex}</pre></div></details>'
        )
    copy = f'<button type="button" data-copy-of=".friend ol">{icon.format("copy")}Copy</button>'
    self.body.append(f'<div class="acts">{copy}{cited}</div></div>\n')


def setup(app: Sphinx) -> None:
    """Register the directive, and tell the templates the way on."""
    app.add_directive("friend", Friend)
    app.add_node(friend, html=(_open, _close))
    app.connect("html-page-context", _add_ending)
