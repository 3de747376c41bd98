"""The data of a figure: the one table under it, what its columns mean, and a Frictionless description of it.

A chart also holds places of labels, guides for the eye and colours. Here they are told from its data by the way they
are drawn; where that does not suffice, as for a curve that is computed in the browser, the figure function gives its
``data``, and it gives ``columns`` for what neither an axis nor a tooltip explains.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from analysis import __version__
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import LICENCE

#: Column that names the table of a row, where a figure shows several.
SERIES = "series"
#: Channels that print or order and show no data of their own.
NO_DATA = ("text", "order")
#: Marks that guide the eye unless they can be asked what they stand for.
GUIDES = ("rule", "tick")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_OF_THE_DATUM = re.compile(r"\bdatum\.(\w+)|\bdatum\['([^']+)'\]")
#: What :func:`analysis.kit.charts.log_axis` and its like say of a scale.
_OF_THE_SCALE = re.compile(r"\s*\(each step [^)]*\)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Mark(NamedTuple):
    """One mark of a chart with what it inherits."""

    type: str
    panel: int
    dataset: str
    encoding: dict[str, Any]
    transform: list[dict[str, Any]]


def marks(spec: dict[str, Any]) -> list[Mark]:
    """The marks of a chart in order of drawing; `panel` numbers the views of a concatenation."""
    panels = itertools.count()

    def below(node: dict[str, Any], panel: int, above: Mark) -> Iterator[Mark]:
        facet = {"facet": node["facet"]} if "field" in node.get("facet", {}) else {}
        here = Mark(
            "",
            panel,
            node.get("data", {}).get("name", above.dataset),
            above.encoding | facet | node.get("encoding", {}),
            above.transform + node.get("transform", []),
        )
        if "mark" in node:
            mark = node["mark"]
            yield here._replace(type=mark if isinstance(mark, str) else mark["type"])
        for child in [*node.get("layer", []), *([node["spec"]] if "spec" in node else [])]:
            yield from below(child, panel, here)
        for key in ("concat", "hconcat", "vconcat"):
            for child in node.get(key, []):
                yield from below(child, next(panels), here)

    return list(below(spec, next(panels), Mark("", 0, "", {}, [])))


def drawn(spec: dict[str, Any]) -> list[Mark]:
    """The marks that draw data: those of a table whose rows one of them places on both axes or explains when asked."""
    drawing = [mark for mark in marks(spec) if mark.type != "text"]
    of_data = set()
    for mark in drawing:
        placed = all("field" in mark.encoding.get(axis, {}) for axis in ("x", "y"))
        if "tooltip" in mark.encoding or (placed and mark.type not in GUIDES):
            of_data.add(mark.dataset)
    return [mark for mark in drawing if mark.dataset in of_data]


def shown(spec: dict[str, Any]) -> pd.DataFrame:
    """Return the data that a figure shows as one table.

    Parameters
    ----------
    spec : dict
        The figure's document, as :meth:`analysis.kit.figure.Figure.spec` makes it.

    Returns
    -------
    DataFrame
        The figure's own ``data`` where it gives them. Otherwise the rows of the chart's tables that a mark places on
        both axes or explains when asked, with the columns that such a mark reads; without tables of labels, guides,
        colours, and rows that another table has as well. Several tables are stacked, with a first column ``series``.
        Names come before numbers, and both in the order in which they are drawn.
    """
    if "data" in spec["usermeta"]:
        return _in_order(pd.DataFrame(spec["usermeta"]["data"]), spec)
    tables = {}
    for name in dict.fromkeys(mark.dataset for mark in drawn(spec) if mark.dataset):
        read = {field for mark in drawn(spec) if mark.dataset == name for field in _fields(mark)}
        table, wanted = pd.DataFrame(spec["datasets"][name]), read | {*spec["usermeta"].get("columns", {})}
        tables[name] = table[[c for c in table if c in wanted and not _colours(table[c])]]
    tables = {n: t for n, t in tables.items() if not any(_holds(o, t) for m, o in tables.items() if m != n)}
    if not tables:
        identity = spec["usermeta"]["id"]
        raise ProblemError(f"No table of the chart of figure {identity!r} holds what its marks show; give 'data'.")
    if len(tables) == 1:
        return _in_order(next(iter(tables.values())), spec)
    named = [t if SERIES in t else t.assign(**{SERIES: name}) for name, t in tables.items()]
    return _in_order(pd.concat(named, ignore_index=True), spec)


def meanings(spec: dict[str, Any]) -> dict[str, str]:
    """What the columns of a figure's data mean, with their units.

    The figure's own ``columns`` come first, then the titles of the axes and of what a tooltip says; the two ends of a
    bar, rule or band are what stands on their axis, from and to.
    """
    axes: dict[tuple[int, str], str] = {}
    own: dict[str, str] = {}
    explained: dict[str, str] = {}
    ends: dict[str, str] = {}
    others: dict[str, str] = {}
    given = spec["usermeta"].get("columns", {})
    for mark in marks(spec):
        for axis in ("x", "y"):
            definition = mark.encoding.get(axis, {})
            if definition.get("field") in given and f"{axis}2" not in mark.encoding:
                axes[mark.panel, axis] = given[definition["field"]]
            elif _said(definition):
                axes.setdefault((mark.panel, axis), _said(definition))
    for mark in drawn(spec):
        for channel, definitions in mark.encoding.items():
            for definition in _definitions(definitions):
                field, title = definition["field"], _said(definition)
                of_the_axis = title or axes.get((mark.panel, channel[0]), "")
                if channel in ("x", "y") and f"{channel}2" not in mark.encoding:
                    own.setdefault(field, of_the_axis)
                elif channel in ("x", "y", "x2", "y2") and of_the_axis:
                    ends.setdefault(field, f"{of_the_axis}, {'to' if channel[1:] else 'from'}")
                elif channel == "tooltip":
                    explained.setdefault(field, title)
                elif channel not in NO_DATA:
                    others.setdefault(field, title)
    said: dict[str, str] = {SERIES: "the part of the figure that the row belongs to"}
    for titles in (others, own, explained, ends, given):
        said |= {field: title for field, title in titles.items() if title}
    return said


def resource(spec: dict[str, Any]) -> dict[str, Any]:
    """Describe the CSV of a figure as a Frictionless table resource: columns, sources, licence and version."""
    meta, table, said = spec["usermeta"], shown(spec), meanings(spec)
    return {
        "name": meta["id"],
        "type": "table",
        "path": f"{meta['id']}.csv",
        "title": meta["title"],
        "description": meta["subtitle"],
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": name, "type": _type(table[name]), "title": said.get(name, name.replace("_", " "))}
                for name in table
            ]
        },
        "sources": [{"title": source} for source in meta["sources"]],
        "licenses": [{"name": LICENCE, "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "version": __version__,
    }


def _in_order(table: pd.DataFrame, spec: dict[str, Any]) -> pd.DataFrame:
    """The columns in an order of their own: the keys of a document that was kept as a notebook are sorted."""
    rank: dict[str, int] = {}
    for mark in sorted(drawn(spec), key=lambda mark: not {"x2", "y2"}.isdisjoint(mark.encoding)):  # intervals last
        for channel in sorted(mark.encoding, key=lambda name: (name not in ("x", "x2", "y", "y2"), name)):
            for definition in _definitions(mark.encoding[channel]):
                rank.setdefault(definition["field"], len(rank))

    def place(column: str) -> tuple[bool, bool, int, str]:
        number = pd.api.types.is_numeric_dtype(table[column])
        return column != SERIES, number, rank.get(column, len(rank)), column

    return table[sorted(table, key=place)]


def _definitions(channel: Any) -> list[dict[str, Any]]:
    """What a channel, or each line of a tooltip, reads from the table."""
    return [d for d in (channel if isinstance(channel, list) else [channel]) if "field" in d]


def _fields(mark: Mark) -> set[str]:
    """The fields that a mark reads, by its channels and in what is computed before it is drawn."""
    found: set[str] = set()
    for channel, definitions in mark.encoding.items():
        if channel not in NO_DATA:
            found |= {definition["field"] for definition in _definitions(definitions)}
    for step in mark.transform:
        found |= {name for pair in _OF_THE_DATUM.findall(str(step)) for name in pair}
        found |= {name for key in ("groupby", "fold") for name in step.get(key, [])}
    return found


def _colours(values: pd.Series) -> bool:
    return all(isinstance(value, str) and _COLOUR.fullmatch(value) for value in values)


def _holds(table: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether a longer table has every row of another."""
    if len(table) <= len(other) or not {*other} <= {*table}:
        return False
    known = {*table[list(other)].itertuples(index=False, name=None)}
    return known.issuperset(other.itertuples(index=False, name=None))


def _said(definition: dict[str, Any]) -> str:
    """The title of a channel on one line, without what it says of the scale; what is printed in per cent is a share."""
    title = definition.get("title") or ""
    words = _OF_THE_SCALE.sub("", " ".join(title) if isinstance(title, list) else title).strip()
    in_per_cent = "%" in ((definition.get("axis") or {}).get("format") or definition.get("format") or "")
    return f"{words}, as a share" if words and in_per_cent and "share" not in words else words


def _type(values: pd.Series) -> str:
    held = pd.api.types.infer_dtype(values, skipna=True)
    if held == "string":
        return "date" if all(_DATE.fullmatch(value) for value in values.dropna()) else "string"
    return {"boolean": "boolean", "integer": "integer", "floating": "number"}.get(held, "any")
