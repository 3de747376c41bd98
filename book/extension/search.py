"""The search of the site: what it finds, and the page that lists the same for who has no JavaScript.

At the end of a build ``_static/search-index.js`` is written, a script that holds every section with its words, every
figure with its finding, every term, claim, erratum and fact, each with its place. ``find.js`` reads it at the first
search, and finds with MiniSearch (``book/static/vendor``). A thumbnail is a script of its own, for when it is wanted.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.application import Sphinx

from analysis import topics
from book.extension import chapters, citations, claims, data, figures, indexes, mathml, notes, parts, surface
from book.extension.entries import folded
from book.extension.page import chapter_header
from book.extension.parts import cached_by_build
from book.extension.quizzes import quiz

#: Where the index stands on the site, and the thumbnails.
SCRIPT, THUMBNAILS = "_static/search-index.js", "_static/thumbnails"
#: Letters that the index keeps of what a fact and an erratum say of themselves.
OF_FACT, OF_ERRATUM = 44, 200
#: What is no running text of a section, or is found by itself.
_APART = (
    addnodes.desc,
    addnodes.glossary,
    chapter_header,
    figures.book_figure,
    folded,
    HideCodeCellNode,
    nodes.comment,
    nodes.literal_block,
    nodes.math_block,
    nodes.raw,
    nodes.system_message,
    notes.margin_note,
    parts.plain,
    quiz,
)


@dataclass
class Found:
    """All that a search finds, by kind, each in the order of the book; a page is its place in ``pages``.

    Parameters
    ----------
    pages : list
        Address from the root of the site and name.
    sections : list
        Page, anchor, heading and words.
    figures : list
        Page, id, finding, measure, and the terms of its caption and of the paragraph before it as places in ``terms``.
    terms : list
        Address, name and definition.
    claims : list
        Id, verdict, the claim and the reason.
    errata : list
        Address, title and words: errata of others and mistakes of our own.
    models : list
        Page and title, and the names of its public functions and classes.
    tables : list
        Name, title and the facts: name, value, source, note and, where it is not the name, anchor.
    """

    pages: list[tuple[str, str]] = field(default_factory=list)
    sections: list[tuple[int, str, str, str]] = field(default_factory=list)
    figures: list[tuple[int, str, str, str, list[int]]] = field(default_factory=list)
    terms: list[tuple[str, str, str]] = field(default_factory=list)
    claims: list[tuple[str, str, str, str]] = field(default_factory=list)
    errata: list[tuple[str, str, str]] = field(default_factory=list)
    models: list[tuple[str, str, list[str]]] = field(default_factory=list)
    tables: list[tuple[str, str, list[list[str]]]] = field(default_factory=list)


def found(app: Sphinx) -> Found:
    """Return all that can be found, read once a build."""

    def compute() -> Found:
        every, uri = Found(), app.builder.get_target_uri
        known = dict(sorted(notes.terms(app).items(), key=lambda item: item[0].casefold()))
        names = tuple(known)
        every.terms = [
            (f"{uri(term.docname)}#{term.anchor}", _printed(term.name), _printed(term.definition))
            for term in known.values()
        ]
        short = {each.docname: f"{each.number}. {each.title}" for each in chapters.listed(app.env) if each.number}
        for docname in chapters.in_order(app.env):
            if docname != app.config.root_doc and docname in app.env.titles:
                every.pages.append((uri(docname), short.get(docname) or app.env.titles[docname].astext()))
                _read(app, app.env.get_doctree(docname), len(every.pages) - 1, names, every)
        if claims.PAGE in app.env.found_docs:
            for entry in claims.judged(app).values():
                every.claims.append(
                    (
                        entry.claim.id,
                        entry.verdict,
                        _printed(claims.whole(entry.claim)),
                        _printed(entry.judgement.because),
                    )
                )
        every.models = list(_models(app))
        if data.home(app):
            every.tables = list(_tables(data.findable(app)))
        return every

    return cached_by_build(app, "found", compute)


def _read(app: Sphinx, doctree: nodes.document, page: int, names: tuple[str, ...], every: Found) -> None:
    """Take in the sections, figures and errata of a page; the page itself is a section without an anchor."""
    top = doctree.next_node(nodes.section)
    address = every.pages[page][0]  # claims and models are known by themselves
    listing = address.startswith((f"{claims.TURNS}.", f"{surface.PAGE}/"))
    for section in doctree.findall(nodes.section):
        text = "" if address.startswith(f"{surface.PAGE}/") else words(app, section.children[1:])
        anchor = "" if section is top else section["ids"][0]
        if section is top or (text and "group" not in section["classes"] and not listing):
            every.sections.append((page, anchor, section[0].astext(), text))
    before = ""
    for node in doctree.findall(lambda node: isinstance(node, nodes.paragraph | figures.book_figure)):
        if isinstance(node, figures.book_figure):
            meta, caption = node["spec"]["usermeta"], words(app, node.children)
            said = notes.named(" ".join((before, caption, meta["alt"])), names)
            terms = [place for place, name in enumerate(names) if name in said]
            every.figures.append((page, meta["id"], meta["title"], meta["subtitle"], terms))
        elif not isinstance(node.parent, figures.book_figure):
            before = words(app, [node])
    for entry in doctree.findall(folded):
        if "verdict" not in entry["data"]:  # claims are known by themselves
            line = entry[0].findall(lambda part: isinstance(part, nodes.inline) and "t" in part["classes"])
            title = _printed(next(iter(line), entry[0]).astext())
            text = _cut(words(app, entry.children[1:]), OF_ERRATUM)
            every.errata.append((f"{every.pages[page][0]}#{entry['ids'][0]}", title, text))


def words(app: Sphinx, nodes_read: list[nodes.Node]) -> str:
    """Return the running text of some nodes: no code, no figures, no sections below; sources as the text names them."""
    names = cached_by_build(
        app, "source-names", lambda: {key: source.name for key, source in citations.sources(app.env).items()}
    )

    def said(node: nodes.Node) -> str:
        if isinstance(node, nodes.Text):
            return str(node)
        if isinstance(node, (*_APART, nodes.section)) or not isinstance(node, nodes.Element):
            return ""
        if isinstance(node, nodes.math):
            return formula(node.astext())
        if keys := citations.cited(node):
            return ", ".join(names.get(key, key) for key in keys)
        inner = "".join(map(said, node.children))
        if isinstance(node, parts.fold):
            inner = f"{node['summary']} {inner}"
        return inner if isinstance(node, nodes.Inline) else f" {inner} "

    return _printed("".join(map(said, nodes_read)))


def formula(latex: str) -> str:
    r"""Print a formula in a line of text, as far as letters can.

    Examples
    --------
    >>> formula(r"\sigma_w^2 \approx 4"), formula(r"\nonsense")
    ('σw2≈4', '')
    """
    try:
        return "".join(html.unescape(re.sub(r"<[^>]*>", "", mathml.to_mathml(latex.strip()))).split())
    except ValueError:
        return ""


def _printed(text: str) -> str:
    """A text in one line, its apostrophes as they are printed."""
    return re.sub(r"\s+", " ", text).strip().replace("'", "’")


def _tables(facts: list[dict[str, str]]) -> Iterator[tuple[str, str, list[list[str]]]]:
    rows: dict[tuple[str, str], list[list[str]]] = {}
    for fact in facts:
        page, _, anchor = fact["link"].partition("#")
        name = fact["name"]
        row = [name, _cut(fact["value"], OF_FACT), fact["source"], _cut(fact["note"], OF_FACT)]
        rows.setdefault((Path(page).stem, fact["table"]), []).append(row + [anchor] * (anchor != name))
    for (name, title), own in rows.items():
        yield name, title, own


def _models(app: Sphinx) -> Iterator[tuple[str, str, list[str]]]:
    for topic in ("kit", *topics.TOPICS):
        page = surface.page_of(surface.of(topic)[0])
        if page in app.env.all_docs:
            own = [entry.target.removeprefix("analysis.") for entry in surface.of(topic)]
            yield app.builder.get_target_uri(page), app.env.titles[page].astext(), own


def _cut(text: str, length: int) -> str:
    """Keep the beginning of a text, up to a word.

    >>> _cut("One word; another.", 17), _cut("One word", 17)
    ('One word …', 'One word')
    """
    return text if len(text) <= length else f"{re.sub(r'[;,.]? [^ ]*$', '', text[:length])} …"


# --- pages and files -------------------------------------------------------------------------------------------------


def script(every: Found) -> str:
    """Return the index as a script, for a page that is opened from a file may not fetch."""
    return f"var bookIndex={json.dumps(vars(every), ensure_ascii=False, separators=(',', ':'))};\n"


def listed(app: Sphinx) -> dict[str, Any]:
    """Return what the page of the search lists, with addresses from the root of the site."""
    every, uri, docs = found(app), app.builder.get_target_uri, app.env.found_docs
    sections: dict[int, list[tuple[str, str]]] = {}
    for page, anchor, title, _ in every.sections:
        below = sections.setdefault(page, [])
        if anchor:
            below.append((f"{every.pages[page][0]}#{anchor}", title))
    return {
        "found_pages": [(*page, sections.get(place, [])) for place, page in enumerate(every.pages)],
        "found_terms": every.terms,
        "found_claims": [
            (f"{uri(claims.PAGE)}#{identity}", claim, claims.chip(verdict, f"{identity}, {verdict}"))
            for identity, verdict, claim, _ in every.claims
        ],
        "found_figures": [
            (f"{uri('book/figures')}#figures-{chapter['topic']}", chapter["title"], len(chapter["figures"]))
            for chapter in (indexes.figures(app) if "book/figures" in docs else ())
        ],
        "found_letters": [
            (f"{uri('book/facts')}#facts-{letter}", letter.upper(), len(facts))
            for letter, facts in (indexes.facts(app).items() if "book/facts" in docs else ())
        ],
    }


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if app.builder.name in figures.WEB:
        yield "search", {"title": "Search", **listed(app)}, "search.html"


def _style(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if pagename == "search":
        app.add_css_file("reference.css")


def _no_other_search(app: Sphinx) -> None:
    """Keep Sphinx from making an index of its own."""
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write the index and the thumbnails."""
    if exception or app.builder.name not in figures.WEB:
        return
    every, out = found(app), Path(app.outdir)
    (out / SCRIPT).write_text(script(every), encoding="utf-8")
    (out / THUMBNAILS).mkdir(exist_ok=True)
    for _, identity, *_ in every.figures:
        picture = figures.thumbnail(app.env, identity, "found-")
        (out / THUMBNAILS / f"{identity}.js").write_text(
            f"bookThumbnail({json.dumps(identity)},{json.dumps(picture, ensure_ascii=False)});\n", encoding="utf-8"
        )


def setup(app: Sphinx) -> None:
    """Make our search, and no other."""
    app.connect("builder-inited", _no_other_search)
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _style)
    app.connect("build-finished", _write)
