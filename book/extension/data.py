"""The published figures and the experiments on the site: list, sheets, a page for each table, and files to take away.

``{fact-tables}`` lists every table of ``analysis/data/datapackage.json``, ``{experiment-results}`` every result under
``analysis/data/results``, ``{fact-marks}`` counts how the rows are known. The rows of a table (:mod:`sheets`) come when
its line is opened; ``book/data/<table>.html`` shows them without JavaScript.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.config import Config

from analysis import runs, topics, where
from analysis.kit import facts, review
from book.extension import hangs, numbers, sheets, source
from book.extension.claims import CHAPTERS
from book.extension.parts import ProblemDirective, cached_by_build
from book.extension.sheets import FILES, SCRIPTS, Sheet, address

__all__ = ["address", "findable", "read"]

#: What each mark means, in the words of the list.
MEANINGS = {
    "primary": "read in the source that made the figure",
    "computed": "by this book, from the source’s own rows",
    "secondary": "read where another quotes it",
    "unchecked": "not found again; nothing firm may hang on it",
}
#: Name of the archive with all tables.
ARCHIVE = "ai-training-efficiency-data.zip"


def read(app: Sphinx) -> list[Sheet]:
    """Every table and experiment, read once a build."""
    return cached_by_build(app, "sheets", lambda: sheets.read(where.readers()))


def findable(app: Sphinx) -> list[dict[str, str]]:
    """Every fact with value, unit, source and permanent link, for a search."""
    return list(sheets.findable(read(app)))


class tables_list(nodes.General, nodes.Element):
    """The list of tables or of experiments; attribute ``experiments``."""


class fact_marks(nodes.General, nodes.Element):
    """How many rows are known in which way."""


class FactTables(ProblemDirective):
    """``{fact-tables}``: one line a table, with its rows when it is opened."""

    experiments = False

    def shown(self) -> list[nodes.Node]:
        """Return the list, and note its labels."""
        known = [sheet for sheet in read(self.env.app) if sheet.experiment == self.experiments]
        if not known:
            return self.markdown("No experiment has a committed result yet.")
        domain = self.env.get_domain("std")
        for sheet in known:
            domain.note_hyperlink_target(sheet.anchor, self.env.docname, sheet.anchor, sheet.title)  # type: ignore[attr-defined]
        self.env.metadata[self.env.docname]["tables"] = True
        return [tables_list(experiments=self.experiments)]


class ExperimentResults(FactTables):
    """``{experiment-results}``: one line an experiment, with the rows of its result when it is opened."""

    experiments = True


class FactMarks(ProblemDirective):
    """``{fact-marks}``: how many rows of all tables are known in which way."""

    def shown(self) -> list[nodes.Node]:
        """Return the count."""
        return [fact_marks()]


def _visit_tables(self: Any, node: tables_list) -> None:
    app = self.builder.app
    root = source.site_root(self.builder, self.builder.current_docname)
    known = [_line(sheet, numbers.found_runs(app)) for sheet in read(app) if sheet.experiment == node["experiments"]]
    template = sheets.templates().get_template("tables.html")
    self.body.append(
        template.render(sheets=known, experiments=node["experiments"], root=root, scripts=SCRIPTS, files=FILES)
    )
    raise nodes.SkipNode


def _visit_marks(self: Any, node: fact_marks) -> None:
    tally = sum((sheet.tally for sheet in read(self.builder.app)), Counter())
    marks = {mark: tally[mark] for mark in sheets.WORDS if tally[mark]}
    template = sheets.templates().get_template("marks.html")
    self.body.append(template.render(marks=marks, words=sheets.WORDS, meanings=MEANINGS))
    raise nodes.SkipNode


def _line(sheet: Sheet, known: dict[str, runs.Run]) -> dict[str, Any]:
    """What the line of a table says."""
    tally, count = sheet.tally, max(1, sheet.count)
    seen, computed = tally["primary"], tally["computed"]
    said = [f"{seen} of {count} seen"] if not computed else [f"{seen} seen"] * bool(seen) + [f"{computed} computed"]
    seconds = sheet.manifest.get("seconds")
    return {
        **{name: getattr(sheet, name) for name in ("anchor", "name", "title", "count", "page", "path")},
        "seen": round(100 * seen / count),
        "known": round(100 * (seen + computed) / count),
        "said": ", ".join(said),
        "took": ""
        if seconds is None
        else f"{seconds:,.0f} seconds"
        if seconds < 600
        else f"{seconds / 60:,.0f} minutes",
        "when": _month(sheet.as_of),
        "used": _used(sheet, known),
    }


def _month(date: str) -> str:
    """Print a date as a narrow column has it.

    >>> _month("2026-09-10"), _month("2024"), _month("")
    ('Sep 2026', '2024', 'undated')
    """
    words = review.in_words(date[:7]).split() if date else ["undated"]
    return " ".join([*(word[:3] for word in words[:-1]), words[-1]])


def _used(sheet: Sheet, known: dict[str, runs.Run]) -> str:
    """Say on which chapters something hangs of a table, or whose runs opened it; or else those whose name it bears."""
    numbers = {topic: number for number, topic in enumerate(CHAPTERS, 1)}
    hanging = (*sheet.hangs, *(reader for row in sheet.rows for reader in row.hangs))
    readers = {topic for _, topic, _ in hanging if topic in numbers}
    readers = readers or {topic for topic, run in known.items() if sheet.name in run.tables}
    if not readers:
        name = sheet.name.replace("-", "_")
        readers = {topic for topic in topics.TOPICS if name.startswith(topic)}
    found = [str(numbers[topic]) for topic in sorted(readers, key=numbers.__getitem__)]
    return f"chapter{'s' * (len(found) > 1)} {', '.join(found)}" if found else ""


# --- pages and files -------------------------------------------------------------------------------------------------


def home(app: Sphinx) -> str:
    """Name of the page with the list of tables; empty for a book without."""
    return next((name for name, metadata in sorted(app.env.metadata.items()) if metadata.get("tables")), "")


def shown(app: Sphinx) -> list[Sheet]:
    """The sheets that the site shows: all of them, where it lists them."""
    return read(app) if home(app) else []


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Make a page of each table and the scripts with which the list opens it."""
    known = shown(app)
    if not known:
        return
    folder = Path(app.outdir) / SCRIPTS
    folder.mkdir(parents=True, exist_ok=True)
    bibliography = _bibliography(app)
    hanging = hangs.Hangs(app)
    for sheet in known:
        (folder / f"{sheet.name}.js").write_text(
            sheets.script(sheet, sheets.rendered(sheet, "../", bibliography, hanging)), encoding="utf-8"
        )
        root = source.site_root(app.builder, sheet.page)
        head = Markup('<p class="label"><a href="{}{}#{}">Data and sources</a></p><h1>{}</h1>').format(
            root, app.builder.get_target_uri(home(app)), sheet.anchor, sheet.title
        )
        body = f'<section class="table-page">{head}{sheets.rendered(sheet, root, bibliography, hanging)}</section>'
        yield sheet.page, {"title": sheet.title, "body": body, "page_layout": "wide"}, "page.html"
    places = {row.id: sheet.anchor for sheet in known for row in sheet.rows}
    (folder / "rows.js").write_text(f"openRow({json.dumps(places, separators=(',', ':'))});\n", encoding="utf-8")


def _bibliography(app: Sphinx) -> Callable[[str], str]:
    """Where each source stands in the bibliography, from the root of the site."""
    domain: Any = app.env.get_domain("cite")
    known = {
        each.key: f"{app.builder.get_target_uri(each.bibliography_key.docname)}#{each.citation_id}"
        for each in domain.citations
    }
    return lambda key: known.get(key, "")


def package(version: str = "", address: str = "") -> dict[str, Any]:
    """The data package as it is published: the tables of facts and, with columns and licence, each experiment's result.

    Parameters
    ----------
    version : str
        Of the book.
    address : str
        Of the site; empty where it is not known.
    """
    described = json.loads((facts.DATA / "datapackage.json").read_text(encoding="utf-8"))
    kinds = {"f": "number", "i": "integer", "b": "boolean"}
    for path in sorted((facts.DATA / "results").glob("*.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        frame = pd.read_csv(path.with_suffix(".csv"))
        fields = [{"name": str(n), "type": kinds.get(frame[n].dtype.kind, "string")} for n in frame.columns]
        resource = {
            "name": path.stem,
            "title": manifest.get("title", path.stem),
            "path": f"results/{path.stem}.csv",
            "type": "table",
            "format": "csv",
            "encoding": "utf-8",
            "licenses": [{"name": manifest["licence"]}] if "licence" in manifest else [],
            "manifest": manifest,
            "schema": {"fields": fields},
        }
        described["resources"].append(resource)
    described |= {"version": version} if version else {}
    described |= {"homepage": f"{address.rstrip('/')}/book/data.html"} if address else {}
    return described


def _write_files(app: Sphinx, exception: Exception | None) -> None:
    """Copy the tables, write the description of all of them, and pack both."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FILES
    ignore = shutil.ignore_patterns("*.json", "__pycache__")
    shutil.copytree(facts.DATA, folder, ignore=ignore, dirs_exist_ok=True)
    if not home(app):
        return
    text = json.dumps(package(app.config.version, app.config.html_baseurl), indent=1, ensure_ascii=False)
    (folder / "datapackage.json").write_text(f"{text}\n", encoding="utf-8")
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != ARCHIVE:
                # the time of 1980, so that two builds give the same bytes
                archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())


def _site_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn ``site:`` addresses into ways to files of the site."""
    for node in doctree.findall(nodes.reference):
        if node.get("refuri", "").startswith("site:"):
            depth = app.builder.get_target_uri(docname).split("#")[0].count("/")
            node["refuri"] = "../" * depth + node["refuri"].removeprefix("site:")


def _know_site(app: Sphinx, config: Config) -> None:
    """Let Markdown link to files of the site as ``site:_static/…``."""
    known = getattr(config, "myst_url_schemes", None) or ("http", "https", "mailto", "ftp")
    config.myst_url_schemes = {**(known if isinstance(known, dict) else dict.fromkeys(known)), "site": None}


def _assets(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Load style and script where there are tables."""
    if pagename.startswith("book/data/") or (doctree is not None and any(doctree.findall(tables_list))):
        app.add_css_file("reference.css")
        app.add_js_file("data.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directives, the pages and the files."""
    app.add_directive("fact-tables", FactTables)
    app.add_directive("experiment-results", ExperimentResults)
    app.add_directive("fact-marks", FactMarks)
    for node, visit in ((tables_list, _visit_tables), (fact_marks, _visit_marks)):
        skip = (_skip, None)
        app.add_node(node, html=(visit, None), latex=skip, text=skip, man=skip, texinfo=skip)
    app.connect("config-inited", _know_site)
    app.connect("doctree-resolved", _site_links)
    app.connect("html-page-context", _assets)
    app.connect("html-collect-pages", _pages)
    app.connect("build-finished", _write_files)


def _skip(self: Any, node: nodes.Node) -> None:
    raise nodes.SkipNode
