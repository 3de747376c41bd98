"""The published figures and the experiments on a page, straight from their tables and manifests.

``{fact-tables}`` shows every table of ``analysis/data/datapackage.json``; ``{experiment-results}`` shows every result
under ``analysis/data/results``.
"""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx

from analysis.kit import facts, review
from analysis.kit.errors import ProblemError
from book.extension.parts import ProblemDirective, table

#: Folder of the tables for download, inside the output.
FILES = "_static/data"
HEADINGS = ["Fact", "Value", "Source, and where in it", "Checked, licence"]


def printed(value: float) -> str:
    """Print a value of a table without losing a digit of it.

    Examples
    --------
    >>> printed(1e8), printed(0.25), printed(2.06e-7)
    ('100,000,000', '0.25', '2.06e-07')
    """
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return repr(value)


def interval(fact: facts.Fact) -> str:
    """Print a value with its published interval, where there is one."""
    if math.isnan(fact.low) and math.isnan(fact.high):
        return printed(fact.value)
    ends = ["…" if math.isnan(end) else printed(end) for end in (fact.low, fact.high)]
    return f"{printed(fact.value)} ({ends[0]} to {ends[1]})"


def reviewed(name: str) -> str:
    """Say how often the rows of a table are looked up again, and when they were last."""
    rules = [row.rule for row in review.rows(name)]
    paces = Counter(rule.months for rule in rules if rule.months)
    if not paces:
        return "None of them ages."
    counts = [f"{count:,} every {months} months" for months, count in sorted(paces.items())]
    if paces.total() < len(rules):
        counts.append("the others never")
    last = min(rule.seen for rule in rules if rule.months)
    return f"Looked up again: {', '.join(counts)}; last on {review.in_words(last.isoformat())}."


class FactTables(ProblemDirective):
    """``{fact-tables}``: one section a table, with its licence, its download and every row."""

    def shown(self) -> list[nodes.Node]:
        """Return the sections."""
        package = json.loads((facts.DATA / "datapackage.json").read_text(encoding="utf-8"))
        return [self.one(resource) for resource in package["resources"] if not resource.get("kind")]

    def one(self, resource: dict[str, Any]) -> nodes.section:
        """Return the section of one table."""
        name = resource["name"]
        if name in facts.names():
            head, rows, what = HEADINGS, [self.row(fact) for fact in facts.load(name).values()], "facts"
        else:
            wide = facts.frame(name)
            head, rows, what = list(wide.columns), [self.wide_row(row) for _, row in wide.iterrows()], "rows"
        licence = "; ".join(f"{entry['name']} ({entry['title']})" for entry in resource.get("licenses", []))
        box = table(head, rows, ["facts"])
        about = nodes.paragraph(text=f"{len(rows)} {what}. Licence: {licence}. ")
        about += nodes.Text(f"{reviewed(name)} ")
        about += nodes.reference(text="Download as CSV", refuri=f"site:{FILES}/{resource['path']}")
        return self.section(resource.get("title", name), f"table-{name}", about, box)

    def row(self, fact: facts.Fact) -> list[list[nodes.Node]]:
        """Return the cells of one fact."""
        cite = self.markdown(f"{{cite:t}}`{fact.source}`")
        unit = "" if fact.unit == "1" else f" {fact.unit}"
        return [
            [nodes.literal(text=fact.id), _aside(fact.note)],
            [nodes.Text(interval(fact) + unit)],
            [*(cite[0].children if cite else []), _aside(", ".join(t for t in (fact.locator, fact.date) if t))],
            [nodes.Text(fact.mark), _aside(fact.licence)],
        ]

    def wide_row(self, row: pd.Series) -> list[list[nodes.Node]]:
        """Return the cells of one row of a wide table."""
        cells: list[list[nodes.Node]] = []
        for column, value in row.items():
            if isinstance(value, str) and str(column).endswith("source"):
                cite = self.markdown(f"{{cite:t}}`{value}`")
                cells.append(list(cite[0].children))
            else:
                text = value if isinstance(value, str) else "" if pd.isna(value) else printed(float(value))
                cells.append([nodes.Text(text)])
        return cells


def _aside(text: str) -> nodes.Node:
    return nodes.inline(text=text, classes=["aside"])


class ExperimentResults(ProblemDirective):
    """``{experiment-results}``: each committed result with what its manifest says of it."""

    def shown(self) -> list[nodes.Node]:
        """Return a section for each result."""
        sections: list[nodes.Node] = []
        for path in sorted((facts.DATA / "results").glob("*.json")):
            try:
                manifest = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise ProblemError(f"{path.name} cannot be read: {error}; restore it from the repository.") from error
            definition = nodes.field_list()
            for key, value in manifest.items():
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                body = nodes.field_body("", nodes.paragraph("", "", nodes.literal(text=text)))
                definition += nodes.field("", nodes.field_name(text=key), body)
            files = [p for p in sorted(path.parent.glob(f"{path.stem}*")) if p.suffix != ".json"]
            links = [nodes.reference(text=f"Download {p.name}", refuri=f"site:{FILES}/results/{p.name}") for p in files]
            about = [nodes.paragraph("", "", link) for link in links]
            title = str(manifest.get("title") or manifest.get("name") or path.stem)
            sections.append(self.section(title, f"result-{path.stem}", *about, definition))
        return sections or self.markdown("No experiment has a committed result yet.")


def _site_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn ``site:`` addresses into ways to files of the site."""
    for node in doctree.findall(nodes.reference):
        if node.get("refuri", "").startswith("site:"):
            depth = app.builder.get_target_uri(docname).split("#")[0].count("/")
            node["refuri"] = "../" * depth + node["refuri"].removeprefix("site:")


def _copy_tables(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    ignore = shutil.ignore_patterns("*.json", "__pycache__")
    shutil.copytree(facts.DATA, Path(app.outdir) / FILES, ignore=ignore, dirs_exist_ok=True)


def setup(app: Sphinx) -> None:
    """Register both directives and copy the tables."""
    app.add_directive("fact-tables", FactTables)
    app.add_directive("experiment-results", ExperimentResults)
    app.connect("doctree-resolved", _site_links)
    app.connect("build-finished", _copy_tables)
