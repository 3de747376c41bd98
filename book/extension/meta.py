"""What a page says of itself to search engines and to those who share its address.

Each page has a description: that of its front matter, of a chapter the finding of its key figure, of another page its
first sentences. Each says in schema.org's words what it is: the book, a chapter of it, a data set. Where the address of
the site is known (``html_baseurl``, or BOOK_ADDRESS in the environment), a page also has its full address and a picture
of the key figure, and the site a map and a word to robots.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.nodes import clean_astext

from analysis.kit import bibliography
from analysis.kit.errors import ProblemError
from book.extension import cards, chapters, cite, data
from book.extension.numbers import found_runs
from book.extension.parts import cached_by_build
from book.extension.sheets import FILES, Sheet

#: Letters of a description that a search engine shows.
LENGTH = 200


def shortened(text: str, length: int = LENGTH) -> str:
    """Cut a text after a sentence or, where the first is too long, after a word.

    Examples
    --------
    >>> shortened("One. Two three.", 8), shortened("A sentence that is long", 12), shortened("Short.")
    ('One.', 'A sentence…', 'Short.')
    """
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= length:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?](?= )", text) if found.end() <= length]
    return text[: ends[-1]] if ends else f"{text[:length].rsplit(' ', 1)[0].rstrip(',;:')}…"


def description(app: Sphinx, pagename: str, doctree: nodes.document | None) -> str:
    """Say in a sentence or two what a page finds or holds."""
    given = app.env.metadata.get(pagename, {}).get("description")
    if given:
        return str(given)
    chapter = next((each for each in listed(app) if each.docname == pagename), None)
    if chapter and (found := finding(app, chapter)):
        return shortened(f"{chapter.question.rstrip('?.')}? {found}" if chapter.question != chapter.title else found)
    if doctree is None:
        return ""
    paragraphs = (
        clean_astext(node)
        for node in doctree.findall(nodes.paragraph)
        if type(node) is nodes.paragraph and not isinstance(node.parent, nodes.footnote | nodes.entry | nodes.citation)
    )
    return shortened(" ".join(text for text, _ in zip(paragraphs, range(2), strict=False)))


def listed(app: Sphinx) -> list[chapters.Chapter]:
    """The chapters of the book, read once a build."""
    return cached_by_build(app, "listed-chapters", lambda: chapters.listed(app.env))


def finding(app: Sphinx, chapter: chapters.Chapter) -> str:
    """The finding of a chapter's key figure; empty before the chapter ran."""
    spec = key_figure(app, chapter)
    return str(spec["usermeta"]["title"]).rstrip(".") + "." if spec else ""


def key_figure(app: Sphinx, chapter: chapters.Chapter) -> dict[str, Any] | None:
    """The Vega-Lite document of a chapter's key figure, from its run."""
    run = found_runs(app).get(chapter.topic)
    return run.specs.get(chapter.figure) if run and chapter.figure else None


# --- schema.org ------------------------------------------------------------------------------------------------------


def book_data(app: Sphinx) -> dict[str, Any]:
    """The book in schema.org's words."""
    about = cite.about()
    return {
        "@type": "Book",
        "name": about.title,
        "author": [{"@type": "Organization", "name": name} for name in about.authors],
        "abstract": about.abstract,
        "version": about.version,
        "inLanguage": app.config.language or "en",
        "license": ["https://creativecommons.org/licenses/by/4.0/", "https://opensource.org/licenses/MIT"],
        "isAccessibleForFree": True,
        **_at(app, app.config.root_doc),
    }


def chapter_data(app: Sphinx, chapter: chapters.Chapter, sources: Iterable[str] = ()) -> dict[str, Any]:
    """A chapter in schema.org's words, with the papers that it cites."""
    known = bibliography.sources()
    papers = [known[key] for key in sorted(set(sources)) if key in known and _is_paper(known[key].address)]
    found = finding(app, chapter)
    return {
        "@type": "Chapter",
        "name": chapter.title,
        "position": chapter.number,
        **({"abstract": found} if found else {}),
        "isPartOf": {"@type": "Book", "name": cite.about().title, **_at(app, app.config.root_doc)},
        **_at(app, chapter.docname),
        **(
            {"citation": [{"@type": "ScholarlyArticle", "name": p.title, "url": p.address} for p in papers]}
            if papers
            else {}
        ),
    }


def dataset_data(app: Sphinx, sheet: Sheet | None = None) -> dict[str, Any]:
    """The data package, or one of its tables, in schema.org's words."""
    whole: dict[str, Any] = {"@type": "Dataset", "name": data.package()["title"], **_at(app, "book/data")}
    name = sheet.title if sheet else whole["name"]
    path = sheet.path if sheet else "datapackage.json"
    file = {"@type": "DataDownload", "encodingFormat": "text/csv" if sheet else "application/json"}
    if app.config.html_baseurl:
        file["contentUrl"] = f"{app.config.html_baseurl}{FILES}/{path}"
    described = {
        **whole,
        "name": name,
        "description": sheet_description(sheet)
        if sheet
        else "Every published figure that the book uses, with value, "
        "interval, unit, source, place in the source and a mark that says how it was checked; and the results of the "
        "book's own experiments.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "creator": [{"@type": "Organization", "name": name} for name in cite.about().authors],
        "version": cite.about().version,
        "distribution": [file],
    }
    if sheet:
        described |= {**_at(app, sheet.page), "isPartOf": whole}
    return described


def sheet_description(sheet: Sheet) -> str:
    """Say what a table holds."""
    kind = "The result of an experiment" if sheet.experiment else "Published figures with source, place in it and mark"
    return f"{sheet.title}. {kind}: {sheet.count:,} rows, as CSV under {sheet.licence.split(' (')[0] or 'CC BY 4.0'}."


def _is_paper(address: str) -> bool:
    return bool(re.match(r"https?://(doi\.org|arxiv\.org|[\w.]*openreview\.net|proceedings\.)", address))


def _at(app: Sphinx, docname: str) -> dict[str, str]:
    address = app.config.html_baseurl
    return {"url": address + app.builder.get_target_uri(docname)} if address else {}


# --- head ------------------------------------------------------------------------------------------------------------


def _head(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    chapter = next((each for each in listed(app) if each.docname == pagename), None)
    sheet = next((each for each in data.shown(app) if each.page == pagename), None)
    said = sheet_description(sheet) if sheet else description(app, pagename, doctree)
    tags = [_tag("name", "description", said)] if said else []
    known: dict[str, Any] | None = None
    if pagename == app.config.root_doc:
        known = {**book_data(app), "hasPart": [chapter_data(app, each) for each in listed(app)]}
    elif chapter:
        known = chapter_data(app, chapter, _cited(app, pagename))
    elif sheet:
        known = dataset_data(app, sheet)
    elif app.env.metadata.get(pagename, {}).get("tables"):
        known = dataset_data(app)
    if sheet or pagename in app.env.all_docs:
        tags += _shared(app, pagename, context, chapter, said)
    if known:
        text = json.dumps({"@context": "https://schema.org", **known}, ensure_ascii=False, separators=(",", ":"))
        tags.append(f'<script type="application/ld+json">{text.replace("</", "<" + chr(92) + "/")}</script>')
    context["metatags"] = "\n".join([context.get("metatags", ""), *tags])


def _shared(
    app: Sphinx, pagename: str, context: dict[str, Any], chapter: chapters.Chapter | None, said: str
) -> list[str]:
    """Tags of the Open Graph, for those who share the address of a page."""
    address = app.config.html_baseurl
    if not address:
        return []
    title = re.sub(r"<[^>]*>", "", str(context.get("title", ""))) or cite.about().title
    if pagename == app.config.root_doc:
        title = cite.about().title
    shown = chapter or next(iter(sorted(listed(app), key=lambda each: each.number != cards.FRONT)), None)
    tags = {
        "og:title": title,
        "og:description": said,
        "og:type": "book" if pagename == app.config.root_doc else "article",
        "og:url": address + app.builder.get_target_uri(pagename),
        "og:site_name": cite.about().title,
    }
    spec = key_figure(app, shown) if shown else None
    if shown and spec:
        tags["og:image"] = f"{address}{cards.FILES}/{shown.topic}.png"
        tags |= {"og:image:width": str(cards.WIDTH), "og:image:height": str(cards.HEIGHT)}
        tags["og:image:alt"] = str(spec["usermeta"].get("alt", ""))
    found = [_tag("property", name, text) for name, text in tags.items() if text]
    return [*found, _tag("name", "twitter:card", "summary_large_image" if "og:image" in tags else "summary")]


def _tag(kind: str, name: str, text: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(text)}">'


def _cited(app: Sphinx, pagename: str) -> set[str]:
    """Keys of the sources that a page cites."""
    domain: Any = app.env.get_domain("cite")
    return {key for each in domain.citation_refs if each.docname == pagename for key in (t.key for t in each.targets)}


# --- address ---------------------------------------------------------------------------------------------------------


def _know_address(app: Sphinx, config: Config) -> None:
    """Take the address of the site from the environment, where the configuration gives none."""
    address = config.html_baseurl or os.environ.get("BOOK_ADDRESS", "")
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc):
        raise ProblemError(f"The address of the site is {address!r}; give one such as https://example.org/book/.")
    config.html_baseurl = f"{address.rstrip('/')}/" if address else ""


def _write_map(app: Sphinx, exception: Exception | None) -> None:
    """Write the map of the site and the word to robots, and draw the pictures for those who share a page."""
    address = app.config.html_baseurl
    if exception or app.builder.format != "html" or not address or app.builder.name == "epub":
        return
    out = Path(app.outdir)
    pages = [*app.env.found_docs, *(sheet.page for sheet in data.shown(app))]
    places = sorted(address + app.builder.get_target_uri(name) for name in pages)
    lines = "".join(f"<url><loc>{escape(place)}</loc></url>\n" for place in places)
    (out / "sitemap.xml").write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{lines}</urlset>\n",
        encoding="utf-8",
    )
    (out / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {address}sitemap.xml\n", encoding="utf-8")
    for chapter in listed(app):
        if spec := key_figure(app, chapter):
            cards.draw(spec, chapter.title, out / cards.FILES / f"{chapter.topic}.png")


def setup(app: Sphinx) -> None:
    """Register all of it."""
    app.connect("config-inited", _know_address)
    app.connect("html-page-context", _head)
    app.connect("build-finished", _write_map)
