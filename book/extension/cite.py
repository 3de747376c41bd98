"""How to cite the book, which version a site is, and what each release brought.

``{cite-book}`` shows the reference as text and as BibTeX, from ``CITATION.cff``; ``{book-version}`` what this site was
built from; ``{releases}`` the releases of ``CHANGELOG.md``.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from analysis.kit.errors import ProblemError
from analysis.kit.review import in_words
from book.extension.parts import ProblemDirective

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class About:
    """What ``CITATION.cff`` says of the book."""

    title: str
    authors: tuple[str, ...]
    version: str
    released: str
    abstract: str

    def text(self, address: str = "", part: str = "") -> str:
        """Return the reference as a sentence has it.

        Parameters
        ----------
        address : str
            Of the site or the page, where it is known.
        part : str
            Title of a chapter or a figure, where not the whole book is meant.

        Examples
        --------
        >>> About("A Book", ("The authors",), "1.2.0", "2026-11-21", "").text("https://example.org/", "Figure 1")
        'The authors (2026). Figure 1. In: A Book, version 1.2.0. https://example.org/'
        """
        what = f"{part.rstrip('.')}. In: {self.title}" if part else self.title
        return f"{'; '.join(self.authors)} ({self.released[:4]}). {what}, version {self.version}. {address}".strip()

    def bibtex(self, address: str = "", part: str = "", key: str = "aitrainingefficiency", detail: str = "") -> str:
        """Return the reference as a BibTeX entry; `detail` of a part, such as a digest of its data, stands in its note.

        >>> print(About("A Book", ("The authors",), "1.2.0", "2026-11-21", "").bibtex("https://example.org/"))
        @misc{aitrainingefficiency,
          author = {{The authors}},
          title = {A Book},
          year = {2026},
          note = {Version 1.2.0},
          url = {https://example.org/}
        }
        """
        note = f"In: {self.title}, version {self.version}" if part else f"Version {self.version}"
        fields = {
            "author": " and ".join(f"{{{name}}}" for name in self.authors),
            "title": part.rstrip(".") or self.title,
            "year": self.released[:4],
            "note": f"{note}. {detail}" if detail else note,
            "url": address,
        }
        lines = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items() if text)
        return f"@misc{{{key},\n{lines}\n}}"


@functools.cache
def about(path: Path = ROOT / "CITATION.cff") -> About:
    """Read what is said of the book.

    Raises
    ------
    ProblemError
        If the file cannot be read or lacks a field.
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = tuple(
            str(each.get("name") or f"{each['given-names']} {each['family-names']}") for each in said["authors"]
        )
        return About(
            str(said["title"]), names, str(said["version"]), str(said["date-released"]), str(said.get("abstract", ""))
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ProblemError(f"{path.name} cannot be read or lacks a field: {error}; correct it.") from error


@dataclass(frozen=True)
class Release:
    """A release: version, date (YYYY-MM-DD) and what it brought, as Markdown."""

    version: str
    date: str
    text: str


def releases(text: str) -> list[Release]:
    """Releases of a changelog, the newest first; what is not released yet is none.

    >>> releases("## [Unreleased]\\n- a\\n\\n## [0.1.0] - 2026-11-21\\n### Added\\n- b\\n")
    [Release(version='0.1.0', date='2026-11-21', text='### Added\\n- b')]
    """
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        head, _, rest = part.partition("\n")
        if release := re.match(r"\[?(\d[\w.]*)\]?\s*[-–—]?\s*(\d{4}-\d{2}-\d{2})?", head):
            found.append(Release(release[1], release[2] or "", rest.strip()))
    return found


class copied(nodes.General, nodes.Element):
    """A text that a button copies; attribute ``text``."""


class CiteBook(ProblemDirective):
    """``{cite-book}``: the reference of the book, as text and as BibTeX."""

    def shown(self) -> list[nodes.Node]:
        """Return both, each with a button."""
        known, address = about(), self.config.html_baseurl
        text, bibtex = known.text(address), known.bibtex(address)
        code = nodes.literal_block(bibtex, bibtex, language="bibtex")
        return [
            nodes.paragraph(text=text, classes=["reference"]),
            copied(text=text, label="Copy the reference"),
            code,
            copied(text=bibtex, label="Copy the BibTeX entry"),
        ]


class BookVersion(ProblemDirective):
    """``{book-version}``: what this site was built from."""

    def shown(self) -> list[nodes.Node]:
        """Return a sentence, with a link to the commit where the repository is known."""
        repository, commit = self.config.book_repository, self.config.book_commit
        line = nodes.paragraph(text=f"This site is version {about().version}, built from ")
        if repository and re.fullmatch(r"[0-9a-f]{7,40}", commit):
            line += nodes.reference(text=f"commit {commit[:10]}", refuri=f"{repository}/commit/{commit}")
        else:
            line += nodes.Text("a copy of the source, not from a named commit")
        line += nodes.Text(".")
        return [line]


class Releases(ProblemDirective):
    """``{releases}``: each release with its date and what it brought."""

    def shown(self) -> list[nodes.Node]:
        """Return a list, or a sentence before the first release."""
        path = ROOT / "CHANGELOG.md"
        self.env.note_dependency(str(path))
        found = releases(path.read_text(encoding="utf-8"))
        if not found:
            return self.markdown("The first release is being prepared.")
        items = nodes.bullet_list()
        for release in found:
            when = f", {in_words(release.date)}" if release.date else ""
            count = len(re.findall(r"^- ", release.text, flags=re.MULTILINE))
            text = f"Version {release.version}{when}: {count:,} changes."
            items += nodes.list_item("", nodes.paragraph(text=text), ids=[f"release-{release.version}"])
        return [items]


def _visit_copied(self: Any, node: copied) -> None:
    text = escape(node["text"]).replace("\n", "&#10;")
    self.body.append(
        f'<p class="more-rows"><button class="btn" type="button" data-copy="{text}"><svg class="i" aria-hidden="true">'
        f'<use href="#i-copy"/></svg>{escape(node["label"])}</button></p>\n'
    )
    raise nodes.SkipNode


def _skip(self: Any, node: copied) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("cite-book", CiteBook)
    app.add_directive("book-version", BookVersion)
    app.add_directive("releases", Releases)
    skip = (_skip, None)
    app.add_node(copied, html=(_visit_copied, None), latex=skip, text=skip, man=skip, texinfo=skip)
