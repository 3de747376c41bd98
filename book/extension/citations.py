r"""Sources as the text cites them, and the bibliography: labels of author and year, addresses, and where each is cited.

Entries are put right once, when they are read: a letter tells works of one name and year apart
(:mod:`analysis.kit.bibliography`), and marks of TeX that pybtex leaves (``\$``) become what they stand for.
"""

from __future__ import annotations

import csv
import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pybtex.plugin
import pybtex.style.formatting.unsrt
import pybtex.style.labels
import pybtex.style.sorting
import sphinxcontrib.bibtex.plugin
from docutils import nodes
from pybtex.style.template import field, href, join, sentence, tag
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.style.referencing import BracketStyle, GroupReferenceStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.basic_author_year import BasicAuthorYearParentheticalReferenceStyle

from analysis.kit import bibliography, facts
from analysis.kit.bibliography import Source
from book.extension import places
from book.extension.parts import cached_by_build, permalink
from book.extension.places import Place

#: The author of what is ours, which has no address because it is the book.
OURS = "This book"
#: What is said of a source that nobody here knows how to reach.
UNKNOWN = "No address known."


def sources(env: BuildEnvironment) -> dict[str, Source]:
    """Return every source of the pages by its key, as the text names it."""
    found: dict[str, Source] = {}
    for path in env.get_domain("cite").bibdata.bibfiles:  # type: ignore[attr-defined]
        if Path(path).is_file():
            found |= bibliography.sources(Path(path))
    return found


def label(env: BuildEnvironment, key: str) -> str:
    """Return the name of a source as the text cites it, such as "DeepSeek-AI 2024a"."""
    return sources(env)[key].name


def cited(node: nodes.Node) -> list[str]:
    """Return the keys that a node cites, in its order; none for any other node.

    Examples
    --------
    >>> cited(addnodes.pending_xref("", refdomain="cite", reftype="p", reftarget="a2020, b2021"))
    ['a2020', 'b2021']
    """
    if not isinstance(node, addnodes.pending_xref) or node.get("refdomain") != "cite":
        return []
    return list(dict.fromkeys(target.key for target in parse_citation_targets(node["reftarget"])))


def short(address: str) -> str:
    """Return an address as it is printed.

    >>> short("https://www.example.org/a/")
    'example.org/a'
    >>> short("https://doi.org/10.1/x"), short("https://arxiv.org/abs/2001.08361")
    ('doi:10.1/x', 'arXiv:2001.08361')
    """
    text = re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
    return text.replace("doi.org/", "doi:", 1).replace("arxiv.org/abs/", "arXiv:", 1)


# --- how an entry is printed -------------------------------------------------------------------------------------


class Labels(pybtex.style.labels.BaseLabelStyle):
    """Labels as the text cites: author and year."""

    def format_labels(self, sorted_entries: Iterable[Any]) -> Iterator[str]:
        """Yield the label of each entry."""
        for entry in sorted_entries:
            yield entry.fields["label"]


class Order(pybtex.style.sorting.BaseSortingStyle):
    """Entries in the order of their labels."""

    def sort(self, entries: Iterable[Any]) -> list[Any]:
        """Return the entries in that order."""
        return sorted(entries, key=lambda entry: entry.fields["label"].casefold())


class Style(pybtex.style.formatting.unsrt.Style):
    """Entries in the order of their labels, each with a short link to where it can be read."""

    default_label_style = Labels
    default_sorting_style = Order

    def format_title(self, e: Any, which_field: str, as_sentence: bool = True) -> Any:
        """Print a title as its authors wrote it."""
        title = field(which_field)
        return sentence[title] if as_sentence else title

    def format_btitle(self, e: Any, which_field: str, as_sentence: bool = True) -> Any:
        """Print the title of a book as its authors wrote it."""
        title = tag("em")[field(which_field)]
        return sentence[title] if as_sentence else title

    def format_web_refs(self, e: Any) -> Any:
        """Print where the work can be read, or that nobody here knows."""
        address = e.fields["link"]
        return href(address)[short(address)] if address else join["" if e.fields["label"].startswith(OURS) else UNKNOWN]


# --- how the text cites -----------------------------------------------------------------------------------------


class InSentence(BasicAuthorYearParentheticalReferenceStyle):
    """Author and year as a part of the sentence, one link: DeepSeek-AI 2024c."""

    def role_names(self) -> Iterable[str]:
        """Name the roles whose work this is."""
        return ["t", "ts", "ct", "cts"]

    def outer(self, role_name: str, children: list[Any]) -> Any:
        """Join several works, without brackets."""
        return self.bracket.outer(children, brackets=False, capfirst="c" in role_name)


@dataclasses.dataclass
class Citing(GroupReferenceStyle):
    """Author and year, the whole a link; in round brackets where it is no part of the sentence."""

    #: How the names of people are printed; asked for by the template of a name.
    person: PersonStyle = dataclasses.field(default_factory=PersonStyle)

    def __post_init__(self) -> None:
        """Give the roles their styles."""
        bracket = BracketStyle("(", ")", "; ")
        self.styles += [
            style(bracket=bracket, person=self.person, author_year_sep=" ")
            for style in (BasicAuthorYearParentheticalReferenceStyle, InSentence)
        ]
        super().__post_init__()


def _put_right(app: Sphinx) -> None:
    """Give the years their letters, and take out the marks of TeX that pybtex leaves."""
    known = sources(app.env)
    for key, entry in app.env.get_domain("cite").bibdata.data.entries.items():  # type: ignore[attr-defined]
        printed = short(known[key].address)
        for name, text in list(entry.fields.items()):
            if name not in bibliography.ADDRESSES:
                text = re.sub(r"\\([$%&_#])", r"\1", text)
                text = re.sub(r"(?<!')'(?!')", "’", text)
            entry.fields[name] = text
        if "note" in entry.fields:  # an address is printed once
            entry.fields["note"] = ", ".join(part for part in entry.fields["note"].split(", ") if part != printed)
        entry.fields["label"], entry.fields["link"] = known[key].name, known[key].address
        if known[key].year:
            entry.fields["year"] = known[key].year


# --- the bibliography's page -----------------------------------------------------------------------------------


class source_list(nodes.General, nodes.Element):
    """The entries of the bibliography."""


class source_entry(nodes.General, nodes.Element):
    """One entry: attributes ``ids`` and ``label``; children its paragraph and the places that cite it."""


class Bibliography(SphinxPostTransform):
    """Make of docutils' citations a list that says where each is cited."""

    default_priority = 6  # after the entries are made, before references are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace each list of citations."""
        domain: Any = self.env.get_domain("cite")
        for box in [box for box in self.document.findall(nodes.container) if _only_citations(box)]:
            keys = {c.citation_id: c.key for c in domain.citations}
            found = source_list()
            for citation in list(box.children):
                entry = source_entry(ids=citation["ids"], label=citation[0].astext())
                entry += list(citation.children)[1:]
                known = places.collected(self.app, "cited", _cited_where).get(keys[citation["ids"][0]], [])
                behind = self._facts(keys[citation["ids"][0]])
                none = "" if behind else "Not cited."
                entry += [*places.line(self.app, self.env.docname, known, "Cited in", none), *behind]
                found += entry
            box.replace_self(found)

    def _facts(self, key: str) -> list[nodes.Node]:
        """Return the line that says how many published facts rest on a source, with links to their tables."""
        tables = cached_by_build(self.app, "facts-by-source", _facts_by_source).get(key, {})
        labels: Any = self.env.get_domain("std").labels  # type: ignore[attr-defined]
        shown = {name: count for name, count in tables.items() if f"table-{name}" in labels}
        if not shown:
            return []
        line = nodes.paragraph(classes=["back-links"])
        for place, (name, count) in enumerate(shown.items()):
            docname, anchor, _ = labels[f"table-{name}"]
            link = make_refnode(self.app.builder, self.env.docname, docname, anchor, nodes.Text(name))
            rows = "1 row" if count == 1 else f"{count} rows"
            line += [nodes.Text(("; " if place else "Source of ") + f"{rows} of the table "), link]
        line += nodes.Text(".")
        return [line]


def _facts_by_source() -> dict[str, Counter[str]]:
    """How many rows of each table of published facts come from each source."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(facts.DATA.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found[row.get("source") or ""][path.stem] += 1
    return found


def _only_citations(box: nodes.container) -> bool:
    return bool(box.children) and all(isinstance(child, nodes.citation) for child in box.children)


def _cited_where(doctree: nodes.document, docname: str) -> Iterator[tuple[str, Place]]:
    for node in doctree.findall(addnodes.pending_xref):
        for key in cited(node):
            yield key, places.of(node, docname)


def _open_list(self: Any, node: source_list) -> None:
    self.body.append('<ul class="works">')


def _close_list(self: Any, node: source_list) -> None:
    self.body.append("</ul>\n")


def _open_entry(self: Any, node: source_entry) -> None:
    identity, named = self.encode(node["ids"][0]), self.encode(node["label"])
    self.body.append(f'<li id="{identity}"><p class="name">{named}{permalink(identity, named)}</p>')


def _close_entry(self: Any, node: source_entry) -> None:
    self.body.append("</li>\n")


def setup(app: Sphinx) -> None:
    """Register the style of entries and the page of the bibliography."""
    # found by name at once: without this each of a thousand citations searches all packages for its printer
    pybtex.plugin.register_plugin(
        "pybtex.backends", "plaintext", pybtex.plugin.find_plugin("pybtex.backends", "plaintext"), force=True
    )
    pybtex.plugin.register_plugin("pybtex.style.formatting", "book", Style, force=True)
    sphinxcontrib.bibtex.plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", "book", Citing, force=True)
    app.connect("builder-inited", _put_right, priority=600)  # after the extension has read the entries
    app.add_node(source_list, html=(_open_list, _close_list))
    app.add_node(source_entry, html=(_open_entry, _close_entry))
    app.add_post_transform(Bibliography)
