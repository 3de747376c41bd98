"""Where a chapter runs without anything being installed: one folded line under its title, *Run it*.

Each row says what it takes before it is chosen. A row is there only where it leads somewhere: the workflow that
publishes the site publishes the notebooks too (:mod:`book.course.branch`), so a build needs its files for a class, the
repository on GitHub and the address of the site.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from analysis.topics import TOPICS
from book.extension import source
from book.extension.chapters import FOLDER
from book.extension.claims import CHAPTERS
from book.extension.course_files import with_course
from book.extension.parts import ProblemDirective, html, table

#: The branch to which the workflow publishes the notebooks; Colab and Binder open them from there.
BRANCH = "notebooks"
#: The page that says what the JupyterLite loads and from where, with the links that load it.
TOLD = "book/reproduce"
_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")


@dataclass(frozen=True)
class Place:
    """One row: a place, what it takes, and the way there."""

    name: str
    takes: str
    address: str
    icon: str = "play"


def places(repository: str, address: str, topic: str) -> list[Place]:
    """Where the notebook of a chapter opens.

    Parameters
    ----------
    repository, address : str
        Of the book and of its site; empty where they are not known.
    topic : str
        The chapter.

    Examples
    --------
    >>> [place.address for place in places("https://github.com/a/b", "https://a.example/", "occam")][0]
    'https://colab.research.google.com/github/a/b/blob/notebooks/occam.ipynb'
    >>> places("", "https://a.example/", "occam") + places("https://git.example/a/b", "https://a.example/", "occam")
    []
    """
    found = _GITHUB.fullmatch(repository)
    if not found or not address:
        return []
    name, file = found[1], f"{topic}.ipynb"
    return [
        Place(
            "Colab",
            "nothing to install; needs a Google account",
            f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{file}",
        ),
        Place(
            "Binder",
            "nothing to install; no account; slow to start",
            f"https://mybinder.org/v2/gh/{name}/{BRANCH}?urlpath=lab/tree/{file}",
        ),
        Place(
            "Codespaces",
            "the whole book in an editor; needs a GitHub account",
            f"https://codespaces.new/{name}",
            icon="code",
        ),
    ]


def lite(app: Sphinx, topic: str) -> str:
    """Way from the root of the site to a chapter's notebook in its JupyterLite; empty where the site has none."""
    folder = app.config.book_lite.strip("/")
    return f"{folder}/lab/index.html?path={topic}.ipynb" if folder else ""


def measured(root: Path) -> dict[str, Any]:
    """What ``python -m benchmarks.lite`` measured; empty where it never ran."""
    path = root / "benchmarks" / "lite.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


class Lite(ProblemDirective):
    """``{in-this-browser}``: what a chapter in a browser's own Python loads, and from where; then the links to it."""

    #: Anchor of the section in which the directive stands, as its title gives it.
    ANCHOR = "in-your-own-browser"

    def shown(self) -> list[nodes.Node]:
        """Return a table of what is loaded, and a list of links or the sentence that there are none."""
        app = self.env.app
        told = measured(Path(app.srcdir))
        columns = ("what", "from", "megabytes")
        rows = [[[nodes.Text(str(each[column]))] for column in columns] for each in told.get("loads", [])]
        loads = [table(["What", "From where", "Megabytes"], rows, ["lite-loads"])] if rows else []
        if loads:
            loads.insert(0, nodes.paragraph(text=f"Unpacked, as measured on {told['date']}:"))
        links = nodes.bullet_list()
        for topic in TOPICS if app.builder.format == "html" else ():
            if way := lite(app, topic):
                root = source.site_root(app.builder, self.env.docname)
                link = nodes.reference(text=CHAPTERS[topic].replace("'", "’"), refuri=root + way)
                links += nodes.list_item("", nodes.paragraph("", "", link))
        if not links.children:
            links = self.markdown("This copy of the book has none: `make lite` writes it into `_build/lite`.")[0]
        return [*loads, links]


def menu(app: Sphinx, docname: str) -> nodes.raw | None:
    """The folded line of a chapter; None where there is no place to name."""
    topic, root = docname.removeprefix(FOLDER), source.site_root(app.builder, docname)
    rows = places(app.config.book_repository, app.config.html_baseurl, topic) if with_course() else []
    if lite(app, topic):
        way = f"{root}{app.builder.get_target_uri(TOLD)}#{Lite.ANCHOR}"
        rows.append(Place("This browser", "nothing to install; no account; says first what it loads", way))
    if not rows:
        return None
    items = "".join(
        f'<li><a href="{escape(row.address)}"><svg class="i" aria-hidden="true"><use href="#i-{row.icon}"/></svg>'
        f"<b>{row.name}</b><span>{row.takes}</span></a></li>"
        for row in rows
    )
    down = '<svg class="i" aria-hidden="true"><use href="#i-down"/></svg>'
    return html(f'<details class="drop launch"><summary>Run it {down}</summary><ul>{items}</ul></details>')


def setup(app: Sphinx) -> None:
    """Register the directive, and the folder of the site in which a JupyterLite stands (BOOK_LITE), if one does."""
    app.add_config_value("book_lite", os.environ.get("BOOK_LITE", ""), "env", str)
    app.add_directive("in-this-browser", Lite)
