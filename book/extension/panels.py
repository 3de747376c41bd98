"""The quiet row of actions under a figure, each with its panel: data, picture, how to cite it, sources, code, link.

Each panel is in the page and opens without a script, because its action is a link to it; ``figures.js`` opens it in
place, loads the rows of a long table and shows a figure on the full screen.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from sphinx.application import Sphinx

from analysis.kit import downloads, experiments, facts, figure, figure_data
from book.extension import citations, cite, source, surface

#: Folder of the pictures and downloads, inside the output.
FILES = "_static/figures"
#: Rows of a table that stand in the page; of a longer one they come on demand.
ROWS = 12
#: Ending of the script with the rows of a longer table.
SCRIPT = "rows.js"
ACTIONS = {"data": "Data", "pic": "Picture", "cite": "Cite", "src": "Sources", "code": "Code"}
LICENCE = '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'


def icon(name: str) -> str:
    """A sign of the page's sprite, beside its word."""
    return f'<svg class="i" aria-hidden="true"><use href="#i-{name}"/></svg>'


def html(app: Sphinx, identity: str, spec: dict[str, Any], folder: Path, code: str, root: str) -> str:
    """Return the row of actions and its panels.

    Parameters
    ----------
    app : Sphinx
        The running build.
    identity : str
        Of the figure in the page.
    spec : dict
        The figure's document.
    folder : Path
        Of its pictures and downloads.
    code : str
        The cell that shows it.
    root : str
        Way from the page to the root of the site.
    """
    files = Files(spec["usermeta"]["id"], folder, root)
    panels = {
        "data": _data(spec, files),
        "pic": _picture(files),
        "cite": _cite(app, spec, files),
        "src": "".join(f"<p>{said}</p>" for said in _sources(app, spec, root)),
        "code": _code(app, spec, code, root),
    }
    row = "".join(
        f'<a href="#{identity}-{kind}" aria-expanded="false" aria-controls="{identity}-{kind}">{icon(kind)}{name}</a>'
        for kind, name in ACTIONS.items()
    )
    link = f'<a class="permalink" href="#{identity}">{icon("link")}Link</a>'
    full = f'<button class="end" type="button" aria-label="Full screen">{icon("full")}</button>'
    boxes = "".join(f'<div class="panel" id="{identity}-{kind}">{panels[kind]}</div>' for kind in ACTIONS)
    return f'<div class="acts">{row}{link}{full}</div>{boxes}'


class Files:
    """The downloads of a figure and the ways to them."""

    def __init__(self, identity: str, folder: Path, root: str) -> None:
        self.identity, self.folder, self.root = identity, folder, root

    def address(self, ending: str) -> str:
        """Way to a file, with the version of the figure, so that no cache shows an old one."""
        return f"{self.root}{FILES}/{self.identity}.{ending}?v={self.folder.name[:8]}"

    def button(self, ending: str, name: str) -> str:
        """A link that downloads a file."""
        name = f"{icon('pic')}{name}"
        return f'<a class="btn" href="{self.address(ending)}" download="{self.identity}.{ending}">{name}</a>'


# --- data ---------------------------------------------------------------------------------------------------------


def _data(spec: dict[str, Any], files: Files) -> str:
    table = figure_data.shown(spec)
    if len(table) <= ROWS:
        body = "".join(_row(cells, table) for cells in printed(table))
        shown = f'<div class="table"><table>{_head(spec, table)}<tbody>{body}</tbody></table></div>'
    else:
        shown = (
            f'<div class="table" data-rows="{files.address(SCRIPT)}"><table>{_head(spec, table)}<tbody></tbody></table>'
            f"</div><p>All {len(table):,} rows are in the CSV.</p>"
        )
    buttons = (
        files.button("csv", "CSV"),
        files.button(downloads.DESCRIPTION, "Columns and units"),
        files.button("json", "Vega-Lite"),
    )
    return f'{shown}<div class="row">{"".join(buttons)}</div>'


def _head(spec: dict[str, Any], table: pd.DataFrame) -> str:
    said = figure_data.meanings(spec)
    cells = (
        f"<th{_numeric(table, name)}>{escape(said.get(name, name.replace('_', ' ')))}</th>" for name in table.columns
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _row(cells: list[str], table: pd.DataFrame) -> str:
    told = (f"<td{_numeric(table, name)}>{escape(cell)}" for name, cell in zip(table.columns, cells, strict=True))
    return f"<tr>{''.join(told)}"


def _numeric(table: pd.DataFrame, name: str) -> str:
    return " class=n" if pd.api.types.is_numeric_dtype(table[name]) else ""


def printed(table: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the cells of each row as a reader sees them: numbers to six digits, nothing for what is missing.

    Examples
    --------
    >>> list(printed(pd.DataFrame({"year": [2024], "cost": [1234567.8], "share": [0.0531234567], "note": [None]})))
    [['2024', '1,234,568', '0.0531235', '']]
    """
    years = {name for name in table if _numeric(table, name) and table[name].dropna().between(1900, 2100).all()}
    for row in table.itertuples(index=False, name=None):
        yield [_cell(value, name in years) for name, value in zip(table.columns, row, strict=True)]


def _cell(value: Any, year: bool) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:.0f}" if year else f"{value:,.0f}"
    return f"{value:,.0f}" if 1e5 <= abs(value) < 1e15 else f"{value:.6g}"


def rows_script(spec: dict[str, Any]) -> str:
    """The rows of a long table as a script, which a page opened from a file may load; nothing for a short one."""
    table = figure_data.shown(spec)
    if len(table) <= ROWS:
        return ""
    rows = json.dumps(list(printed(table)), ensure_ascii=False, separators=(",", ":"))
    return f"bookRows({json.dumps(spec['usermeta']['id'])},{rows});\n"


# --- picture, citation, sources, code -----------------------------------------------------------------------------


def _picture(files: Files) -> str:
    return (
        "<p>With finding, measure and sources in the picture.</p>"
        f'<div class="row">{files.button("svg", "SVG")}{files.button("png", "PNG")}</div>'
    )


def _cite(app: Sphinx, spec: dict[str, Any], files: Files) -> str:
    meta = spec["usermeta"]
    digest = hashlib.sha256((files.folder / f"{files.identity}.csv").read_bytes()).hexdigest()[:8]
    detail = f"Figure {meta['id']}, data {digest}"
    page = app.env.get_domain("bookfigure").figures.get(meta["id"], ("",))[0]  # type: ignore[attr-defined]
    base = app.config.html_baseurl
    address = f"{base.rstrip('/')}/{app.builder.get_target_uri(page)}#{meta['id']}" if base and page else ""
    text = cite.about().text(address, f"{meta['title'].rstrip('.')}. {detail}")
    bibtex = cite.about().bibtex(address, meta["title"], meta["id"], detail)
    copies = "".join(
        f'<button class="btn needs-js" type="button" data-copy data-copy-from="{of}">{icon("copy")}{name}</button>'
        for of, name in (("p", "Copy text"), ("pre", "Copy BibTeX"))
    )
    return (
        f"<p>{escape(text, quote=False)}</p><pre>{escape(bibtex, quote=False)}</pre>"
        f'<div class="row">{copies}</div><p>Licence: {LICENCE}.</p>'
    )


def _sources(app: Sphinx, spec: dict[str, Any], root: str) -> Iterator[str]:
    known = citations.sources(app.env)
    for name in spec["usermeta"]["sources"]:
        if name == "computed":
            yield f"Computed by this book when the page was built. {LICENCE}."
        elif name in facts.names() or name in facts.wide_names():
            resource = _resources()[name]
            licences = "; ".join(f"{each['name']} ({each['title']})" for each in resource.get("licenses", []))
            yield (
                f'<b>Table of this book:</b> <a href="{root}book/data/{name}.html">{escape(resource["title"])}</a>, '
                f"each row with its source. Licence: {escape(licences)}."
            )
        elif (experiments.RESULTS / f"{name}.csv").exists():
            yield (
                f'<b>Experiment of this book:</b> <a href="{root}book/data/{name}.html">'
                f"{escape(str(_manifest(name).get('title') or name))}</a>. {LICENCE}."
            )
        elif name in known:
            work = known[name]
            site = urlsplit(work.address).netloc.removeprefix("www.")
            where = f' <a href="{escape(work.address)}">{escape(site)}</a>' if work.address else ""
            yield f"<b>{escape(work.who)}</b>, {escape(work.title)}, {work.year}.{where}"


@functools.cache
def _resources() -> dict[str, dict[str, Any]]:
    package = json.loads((facts.DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


def _manifest(name: str) -> dict[str, Any]:
    path = experiments.RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _code(app: Sphinx, spec: dict[str, Any], code: str, root: str) -> str:
    shown = f"<pre>{escape(code, quote=False)}</pre>" if code else ""
    if not spec["usermeta"]["script"]:
        return shown
    path, name = spec["usermeta"]["script"].split(":")
    address = source.link(app, path, figure.script_lines(spec["usermeta"]["script"]), root)
    found = {entry.name: entry for text in surface.NAMED.findall(code) if (entry := surface.named(text))}
    pages = app.env.all_docs
    models = ", ".join(
        f'<a href="{root}{app.builder.get_target_uri(surface.page_of(entry))}#{entry.target}"><code>{said}</code></a>'
        for said, entry in found.items()
        if surface.page_of(entry) in pages
    )
    computed = f" Computed by {models}." if models else ""
    return f'<p>Drawn by <a href="{address}"><code>{escape(name)}</code></a>.{computed}</p>{shown}'
