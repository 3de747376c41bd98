"""Every computed number of a page is a link to where it comes from.

``{glue:text}`` and ``{number}`` (``{number}`deepseek/hours-ratio```, on any page), the numbers of verdicts
(:func:`said`) and those in the title and the caption of a figure (:func:`linked`) lead to an entry of
``book/numbers/<group>.html`` (:mod:`origins`). ``numbers.js`` opens the same entry as a card where the number stands.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from html import escape
from string import Formatter
from typing import Any, NamedTuple

from docutils import nodes
from myst_nb.ext.glue.roles import PasteTextRole
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole

from analysis import runs, topics
from analysis.kit import claims
from analysis.kit.numbers import Number
from book.extension import prose, source
from book.extension.parts import cached_by_build

#: The page that leads to the pages of all groups.
PAGE = "book/numbers"


class number(nodes.Inline, nodes.TextElement):
    """A number that was computed; attributes ``group`` and ``anchor`` of its origin."""


class Place(NamedTuple):
    """The group and the anchor of an origin."""

    group: str
    anchor: str

    @property
    def page(self) -> str:
        """The page that it stands on."""
        return f"{PAGE}/{self.group}"


def place(identity: str) -> Place:
    """Where the origin of ``<topic>/<number>``, ``<claim>/<number>``, ``<erratum>/<number>`` or of a figure stands.

    Examples
    --------
    >>> place("deepseek/days-pre"), place("deepseek-saving")
    (Place(group='deepseek', anchor='days-pre'), Place(group='deepseek-figures', anchor='deepseek-saving'))
    """
    owner, slash, name = identity.partition("/")
    if not slash:
        return Place(f"{topics.of_figure(identity)}-figures", identity)
    if owner in topics.TOPICS:
        return Place(owner, name)
    known = _chapters_of_claims().get(owner)
    topic = known or next((t for t in topics.TOPICS if owner in topics.errata(t)), "")
    return Place(f"{topic}-{'claims' if known else 'errata'}", f"{owner}-{name}")


@functools.cache
def _chapters_of_claims() -> dict[str, str]:
    return {claim.id: claim.chapter for claim in claims.ledger().values()}


def node(identity: str, text: str) -> number:
    """Return a number that leads to its origin."""
    at = place(identity)
    return number(text, text, group=at.group, anchor=at.anchor)


def said(template: str, numbers: Mapping[str, Number], owner: str) -> list[nodes.Node]:
    """Return a text with its numbers, each of which leads to its origin.

    Parameters
    ----------
    template : str
        With ``{name}`` where a number stands.
    numbers : mapping of Number
    owner : str
        The claim or the erratum whose text it is.
    """
    found: list[nodes.Node] = []
    for text, name, _, _ in Formatter().parse(template):
        found += [nodes.Text(text)] if text else []
        found += [node(f"{owner}/{name}", repr(numbers[name]))] if name else []
    return found


def linked(text: str, identity: str, root: str) -> str:
    """Return a text of a figure as HTML in which each number leads to the origin of the figure.

    Parameters
    ----------
    text : str
    identity : str
        The figure's.
    root : str
        Way from the page to the root of the site.
    """
    if not _of_the_book(identity):
        return escape(text)
    at, made, end = place(identity), "", 0
    for start, stop in prose.quantities(text):
        made += escape(text[end:start])
        made += f'<a class="num" href="{root}{at.page}.html#{at.anchor}">{escape(text[start:stop])}</a>'
        end = stop
    return made + escape(text[end:])


def link_within(texts: nodes.Element, identity: str) -> None:
    """Make each number in the text of a figure's caption lead to the origin of the figure."""
    if not _of_the_book(identity):
        return
    for text in list(texts.findall(nodes.Text)):
        if isinstance(text.parent, nodes.literal | nodes.reference | nodes.math | number | addnodes.pending_xref):
            continue
        made, end = list[nodes.Node](), 0
        for start, stop in prose.quantities(str(text)):
            made += [nodes.Text(text[end:start]), node(identity, text[start:stop])]
            end = stop
        if made:
            text.parent.replace(text, [*made, nodes.Text(text[end:])])


def _of_the_book(identity: str) -> bool:
    return any(identity.startswith(topics.identity(topic)) for topic in topics.TOPICS)


# --- roles -----------------------------------------------------------------------------------------------------------


class GluedNumber(PasteTextRole):
    """``{glue:text}`` of a chapter: the number, as a link to its origin."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number."""
        found, messages = super().run()
        folder, _, topic = self.document.settings.env.docname.partition("/")
        if folder == "chapters" and topic in topics.TOPICS and found and isinstance(found[0], nodes.inline):
            found = [node(f"{topic}/{self.text.partition(':')[0]}", found[0].astext())]
        return found, messages


class ANumber(SphinxRole):
    """``{number}`topic/name```: a number of a chapter's run, on any page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number, or tell that there is none."""
        topic, _, name = self.text.partition("/")
        run = found_runs(self.env.app).get(topic)
        if run is None or name not in run.numbers:
            message = self.inliner.reporter.error(f"No chapter has the number {self.text!r}.", line=self.lineno)
            return [], [message]
        return [node(self.text, repr(run.numbers[name]))], []


def found_runs(app: Sphinx) -> dict[str, runs.Run]:
    """The runs of the present state, each read once a build; one that is not there yet is looked for again."""
    known: dict[str, runs.Run] = cached_by_build(app, "found-runs", dict)
    for topic in topics.TOPICS:
        if topic not in known and (run := runs.find(topic)):
            known[topic] = run
    return {topic: known[topic] for topic in topics.TOPICS if topic in known}


# --- the number on a page --------------------------------------------------------------------------------------------


def _within_link(node: nodes.Node | None) -> bool:
    """Whether a number stands in the words of another link, which no link can be within."""
    return node is not None and (isinstance(node, nodes.reference) or _within_link(node.parent))


def _visit(self: Any, node: number) -> None:
    if _within_link(node):
        return
    root = source.site_root(self.builder, self.builder.current_docname)
    self.body.append(f'<a class="num" href="{root}{PAGE}/{node["group"]}.html#{self.encode(node["anchor"])}">')


def _depart(self: Any, node: number) -> None:
    self.body.append("" if _within_link(node) else "</a>")


class PlainNumbers(SphinxPostTransform):
    """Where there is no HTML, a number is its text."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        """Replace each number."""
        if self.app.builder.format != "html":
            for each in list(self.document.findall(number)):
                each.replace_self(each.children)


def _add_script(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if 'class="num"' in context.get("body", ""):
        app.add_js_file("numbers.js", defer="defer")


def setup(app: Sphinx) -> None:
    """Register the number, its roles and its script."""
    app.add_node(number, html=(_visit, _depart))
    app.add_post_transform(PlainNumbers)
    app.add_role_to_domain("glue", "text", GluedNumber(), override=True)
    app.add_role("number", ANumber())
    app.connect("html-page-context", _add_script)
