"""Notes in the margin: at its first mention in a chapter, a source says what it is and a term what it means.

Where there is no margin they fold into their paragraph. Later mentions of a source are plain links; a term has one note
in a chapter, outside headings, code, links, formulas, tables and figures. Where it is mentioned before that (in the
opening, the objectives, the caption of a figure, the reason or the rule of a verdict) the first such mention is a plain
link to the glossary. Words of the glossary that are common words too (``book/unlinked.csv``, with reasons) are linked
only where a chapter introduces them in bold.
"""

from __future__ import annotations

import csv
import functools
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from book.extension import citations, places
from book.extension.chapters import FOLDER
from book.extension.figures import book_figure
from book.extension.parts import cached_by_build, fold, plain
from book.extension.places import Place
from book.extension.quizzes import quiz

LOGGER = logging.getLogger(__name__)
#: Words of the glossary that are not linked wherever they stand, with reasons.
UNLINKED = "book/unlinked.csv"
#: Parts of a page whose text is no running text.
_APART = (
    nodes.Titular,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.reference,
    nodes.raw,
    nodes.comment,
    nodes.table,
    nodes.image,
    nodes.system_message,
    addnodes.glossary,
    book_figure,
    quiz,
)
_BOXES = {"cell", "claims", "claim", "ledger", "chapter-header", "exercise", "friend", "opening"}


class margin_note(nodes.Inline, nodes.TextElement):
    """A numbered note; attributes ``number`` and ``ids``."""


@dataclass(frozen=True)
class Term:
    """A term of the glossary."""

    name: str
    docname: str
    anchor: str
    definition: str

    @property
    def sentence(self) -> str:
        """The first sentence of its definition.

        >>> Term("nat", "g", "term-nat", "A unit, e.g. of loss. It is small.").sentence
        'A unit, e.g. of loss.'
        """
        found = re.match(r".+?(?<!e\.g)(?<!i\.e)[.?!](?=\s+[A-Z]|$)", self.definition, re.S)
        return found[0] if found else self.definition


@dataclass
class Mention:
    """Where a source (``cite:<key>``) or a term (``term:<name>``) is mentioned.

    ``rank`` is 0 in the open text, 1 in a folded part; ``span`` is where a term stands in its text.
    """

    key: str
    node: nodes.Node
    rank: int
    span: tuple[int, int] = field(default=(0, 0))


# --- the glossary --------------------------------------------------------------------------------------------


def terms(app: Sphinx) -> dict[str, Term]:
    """Return the terms of the glossary by name; once a build."""

    def compute() -> dict[str, Term]:
        found: dict[str, Term] = {}
        trees: dict[str, nodes.document] = {}
        domain: Any = app.env.get_domain("std")
        for (kind, name), (docname, anchor) in sorted(domain.objects.items()):
            if kind != "term" or docname not in app.env.found_docs:
                continue
            tree = trees.setdefault(docname, app.env.get_doctree(docname))
            item = next(t.parent for t in tree.findall(nodes.term) if anchor in t["ids"])
            paragraph = item.next_node(nodes.definition).next_node(nodes.paragraph)
            found[name] = Term(name, docname, anchor, re.sub(r"\s+", " ", paragraph.astext()))
        return found

    return cached_by_build(app, "glossary", compute)


def unlinked(root: Path) -> dict[str, str]:
    """Return the words of the glossary that are common words too, with the reason for each."""
    path = root / UNLINKED
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["term"]: row["reason"] for row in csv.DictReader(stream)}


def forms(name: str) -> list[str]:
    """Return a term as texts write it: as it stands, and in the plural.

    Examples
    --------
    >>> forms("mixture of experts")
    ['mixture of experts', 'mixtures of experts']
    >>> forms("parity"), forms("prior")
    (['parity', 'parities'], ['prior', 'priors'])
    """
    head, of, tail = name.partition(" of ")
    if head.endswith("s"):
        return [name]
    plural = head[:-1] + "ies" if re.search(r"[^aeiou]y$", head) else head + "s"
    return [name, plural + of + tail]


@functools.lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One expression that finds the longest of all forms, and the term of each form."""
    owner = {_folded(form): name for name in names for form in forms(name)}
    parts = []
    for form in sorted((form for name in names for form in forms(name)), key=len, reverse=True):
        words = re.escape(form).replace(r"\ ", r"\s+").replace("'", "['’]")
        first = form[0]
        parts.append(f"[{first}{first.upper()}]{words[1:]}" if first.islower() else words)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])" if parts else r"(?!)"), owner


def _folded(text: str) -> str:
    text = re.sub(r"\s+", " ", text).replace("’", "'")
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def named(text: str, names: tuple[str, ...]) -> set[str]:
    """Return the terms that a text names, in whatever form.

    >>> sorted(named("Two priors, one of them a Prior for the parities", ("nat", "parity", "prior")))
    ['parity', 'prior']
    """
    pattern, owner = _pattern(names)
    return {owner[_folded(found[0])] for found in pattern.finditer(text)}


# --- which mention gets a note ------------------------------------------------------------------------------


def chosen(doctree: nodes.document, names: tuple[str, ...], only_bold: frozenset[str] = frozenset()) -> list[Mention]:
    """Return the mentions of a chapter that get a note, in its order: the first of each, in open text if there is one.

    Parameters
    ----------
    doctree : document
        Before its references are resolved.
    names : tuple of str
        The terms of the glossary.
    only_bold : frozenset of str
        Terms that are linked only where they are set in bold.
    """
    found = list(_mentions(doctree, names, only_bold))
    best: dict[str, Mention] = {}
    for mention in found:
        if mention.key not in best or mention.rank < best[mention.key].rank:
            best[mention.key] = mention
    return [mention for mention in found if best[mention.key] is mention]


def earlier(
    doctree: nodes.document,
    names: tuple[str, ...],
    only_bold: frozenset[str],
    noted: list[Mention],
) -> list[Mention]:
    """Return the first mention of each term that stands before its note, or where no note will be.

    Parameters
    ----------
    doctree, names, only_bold
        As for :func:`chosen`.
    noted : list of Mention
        What :func:`chosen` returned.
    """
    place = {id(node): number for number, node in enumerate(doctree.findall(nodes.Text))}
    notes = {mention.key: place[id(mention.node)] for mention in noted if mention.key.startswith("term:")}
    running = {id(node) for node, _ in _running_text(doctree)}
    top = doctree.next_node(nodes.section)
    found: dict[str, Mention] = {}
    for node, rank in _below(top, 0, False, everywhere=True) if top else ():
        if id(node) not in running and isinstance(node, nodes.Text):
            for mention in _terms_in(node, rank, names, only_bold):
                if place[id(node)] < notes.get(mention.key, len(place)):
                    found.setdefault(mention.key, mention)
    return list(found.values())


def _mentions(doctree: nodes.document, names: tuple[str, ...], only_bold: frozenset[str]) -> Iterator[Mention]:
    for node, rank in _running_text(doctree):
        for key in citations.cited(node):
            yield Mention(f"cite:{key}", node, rank)
        if isinstance(node, nodes.Text):
            yield from _terms_in(node, rank, names, only_bold)


def _terms_in(node: nodes.Text, rank: int, names: tuple[str, ...], only_bold: frozenset[str]) -> Iterator[Mention]:
    pattern, owner = _pattern(names)
    text = str(node)
    for found in pattern.finditer(text):
        name = owner[_folded(found[0])]
        if name not in only_bold or (isinstance(node.parent, nodes.strong) and found[0] == text.strip()):
            yield Mention(f"term:{name}", node, rank, found.span())


def _running_text(doctree: nodes.document) -> Iterator[tuple[nodes.Node, int]]:
    """Each text and citation of the paragraphs of a chapter below its opening, with its rank."""
    top = doctree.next_node(nodes.section)
    for child in top.children[_opening(top) :] if top else ():
        yield from _below(child, 0, False)


def _opening(top: nodes.section) -> int:
    """How many children of a chapter stand before its claims, or else its first section: they have no margin."""
    for place, child in enumerate(top.children):
        if isinstance(child, nodes.section) or _BOXES.intersection(child.get("classes", ())) & {"claims", "ledger"}:
            return place
    return 0


def _below(node: nodes.Node, rank: int, paragraph: bool, everywhere: bool = False) -> Iterator[tuple[nodes.Node, int]]:
    """The texts and citations of the paragraphs of a node; `everywhere` in boxes and captions too."""
    if isinstance(node, nodes.Text) or citations.cited(node):
        if paragraph:
            yield node, rank
        return
    apart = isinstance(node, (*_APART, addnodes.pending_xref, margin_note, plain))
    if everywhere and isinstance(node, book_figure):
        apart = False
    boxed = isinstance(node, nodes.Element) and _BOXES.intersection(node.get("classes", ()))
    if apart or not isinstance(node, nodes.Element) or (boxed and not everywhere):
        return
    if isinstance(node, fold):
        rank = 1
    for child in node.children:
        yield from _below(child, rank, paragraph or isinstance(node, nodes.paragraph), everywhere)


# --- notes on the page -----------------------------------------------------------------------------------------


class Notes(SphinxPostTransform):
    """Put the notes of a chapter beside what they explain, and into the glossary where each term is first used."""

    default_priority = 7  # while citations can still be told, before references are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the page."""
        if self.env.docname.startswith(FOLDER):
            noted = chosen(self.document, *_known(self.app))
            before = earlier(self.document, *_known(self.app), noted)
            self._annotate(noted)
            self._point(before)
        for item in self.document.findall(addnodes.glossary):
            self._lead_back(item)

    def _annotate(self, mentions: list[Mention]) -> None:
        known, number = terms(self.app), 0
        sources: dict[int, list[str]] = {}
        for mention in mentions:
            if mention.key.startswith("cite:"):
                sources.setdefault(id(mention.node), []).append(mention.key.removeprefix("cite:"))
        in_text: dict[int, list[tuple[Mention, margin_note]]] = {}
        for mention in mentions:
            keys = sources.pop(id(mention.node), []) if mention.key.startswith("cite:") else []
            if mention.key.startswith("cite:") and not keys:
                continue
            number += 1
            made = margin_note(number=number, ids=[f"note-{number}"])
            if keys:
                for place, key in enumerate(sorted(keys, key=self._order)):
                    made += ([nodes.Text(" ")] if place else []) + self._source(key)
                parent = mention.node.parent
                parent.insert(parent.index(mention.node) + 1, made)
            else:
                made += self._term(known[mention.key.removeprefix("term:")])
                in_text.setdefault(id(mention.node), []).append((mention, made))
        for pairs in in_text.values():
            self._split(pairs)

    def _point(self, mentions: list[Mention]) -> None:
        """Link terms to the glossary, without a note; the link's title is the meaning."""
        in_text: dict[int, list[Mention]] = {}
        for mention in mentions:
            in_text.setdefault(id(mention.node), []).append(mention)
        for same in in_text.values():
            text, at, parts = str(same[0].node), 0, []
            for mention in sorted(same, key=lambda mention: mention.span):
                term = terms(self.app)[mention.key.removeprefix("term:")]
                begin, end = mention.span
                link = self._link(term, nodes.Text(text[begin:end]))
                link["classes"].append("term")
                link["reftitle"] = term.sentence
                parts += [nodes.Text(text[at:begin])] * (begin > at) + [link]
                at = end
            parts += [nodes.Text(text[at:])] * (at < len(text))
            same[0].node.parent.replace(same[0].node, parts)

    def _split(self, pairs: list[tuple[Mention, margin_note]]) -> None:
        """Cut a text at its terms, and put link and note there."""
        node = pairs[0][0].node
        text, parent, at, parts = str(node), node.parent, 0, []
        after: list[nodes.Node] = []
        for mention, made in pairs:
            term = terms(self.app)[mention.key.removeprefix("term:")]
            begin, end = mention.span
            link = self._link(term, nodes.Text(text[begin:end]))
            link["classes"].append("term")
            parts += [nodes.Text(text[at:begin])] * (begin > at) + [link]
            whole = (
                end == len(text) and node is parent.children[-1] and isinstance(parent, nodes.strong | nodes.emphasis)
            )
            (after if whole else parts).append(made)
            at = end
        parts += [nodes.Text(text[at:])] * (at < len(text))
        parent.replace(node, parts)
        if after:  # a note stands beside the bold term, not in it
            parent.parent.insert(parent.parent.index(parent) + 1, after)

    def _link(self, term: Term, shown: nodes.Node) -> nodes.reference:
        return make_refnode(self.app.builder, self.env.docname, term.docname, term.anchor, shown)

    def _term(self, term: Term) -> list[nodes.Node]:
        named = html.escape(term.name[0].upper() + term.name[1:])
        back = self._link(term, nodes.Text("Glossary"))
        return [nodes.raw("", f"<dfn>{named}.</dfn> ", format="html"), nodes.Text(f"{term.sentence} "), back]

    def _order(self, key: str) -> str:
        """In the order in which the text names the sources, that of the bibliography."""
        known = citations.sources(self.env)
        return known[key].name.casefold() if key in known else ""

    def _source(self, key: str) -> list[nodes.Node]:
        source = citations.sources(self.env).get(key)
        if source is None:  # reported where the citation is resolved
            return []
        title = nodes.Text(source.title)
        shown = nodes.reference("", "", title, refuri=source.address) if source.address else title
        end = "." if source.title[-1] not in ".?!" else ""
        if not source.address:
            end = f"{end} {citations.UNKNOWN}" if source.who != citations.OURS else end
        return [nodes.raw("", f"<b>{html.escape(source.name)}.</b> ", format="html"), shown, nodes.Text(end)]

    def _lead_back(self, glossary: addnodes.glossary) -> None:
        where = places.collected(self.app, "terms", functools.partial(_first_uses, self.app))
        named = {term.anchor: term.name for term in terms(self.app).values()}
        for item in glossary.findall(nodes.definition_list_item):
            names = [
                named[identity] for term in item.findall(nodes.term) for identity in term["ids"] if identity in named
            ]
            used = [place for name in names for place in where.get(name, [])]
            item.next_node(nodes.definition).extend(places.line(self.app, self.env.docname, used, "First used in", ""))


def _known(app: Sphinx) -> tuple[tuple[str, ...], frozenset[str]]:
    return tuple(terms(app)), frozenset(unlinked(Path(app.srcdir)))


def _first_uses(app: Sphinx, doctree: nodes.document, docname: str) -> Iterator[tuple[str, Place]]:
    if docname.startswith(FOLDER):
        for mention in chosen(doctree, *_known(app)):
            if mention.key.startswith("term:"):
                yield mention.key.removeprefix("term:"), places.of(mention.node, docname)


def _join(app: Sphinx, doctree: nodes.document) -> None:
    """Make one text of the lines of a paragraph, which MyST leaves apart with empty ones between."""
    for paragraph in doctree.findall(nodes.TextElement):
        lines: list[nodes.Node] = []
        for child in paragraph.children:
            if isinstance(child, nodes.Text) and lines and isinstance(lines[-1], nodes.Text):
                lines[-1] = nodes.Text(str(lines[-1]) + str(child))
            elif str(child) or not isinstance(child, nodes.Text):
                lines.append(child)
        if len(lines) < len(paragraph.children):
            paragraph.children = []
            paragraph.extend(lines)


def _visit(self: Any, node: margin_note) -> None:
    number, identity = node["number"], node["ids"][0]
    self.body.append(
        f'<a class="ref" href="#{identity}" aria-expanded="false" aria-controls="{identity}" '
        f'aria-label="Note {number}">{number}</a><span class="note" id="{identity}" role="note"><b>{number}</b> '
    )


def _depart(self: Any, node: margin_note) -> None:
    self.body.append("</span>")


def _leave_out(self: Any, node: nodes.Element) -> None:
    raise nodes.SkipNode


def _no_word_is_listed_in_vain(app: Sphinx, env: BuildEnvironment) -> None:
    known = {name for kind, name in env.get_domain("std").objects if kind == "term"}  # type: ignore[attr-defined]
    for name in sorted(set(unlinked(Path(app.srcdir))) - known) if known else ():
        LOGGER.warning("%s lists %r, which is no term of the glossary; take it out.", UNLINKED, name, type="book")


def setup(app: Sphinx) -> None:
    """Register the notes; other builders than the website's leave them out."""
    out = (_leave_out, None)
    app.add_node(margin_note, html=(_visit, _depart), latex=out, text=out, man=out, texinfo=out)
    app.add_post_transform(Notes)
    app.connect("doctree-read", _join, priority=400)
    app.connect("env-check-consistency", _no_word_is_listed_in_vain)
