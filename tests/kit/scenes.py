"""Where a chart draws its marks, held against where the rows of its data belong on the same axes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.kit.downloads import WIDE, drawer, laid_out

#: Pixels by which a mark may lie beside its row.
PIXEL = 0.5
#: A day, as a table writes it.
DATE = r"\d{4}-\d{2}-\d{2}"
#: The places of a mark on each axis, as Vega calls them.
ACROSS, UP = ("x", "xc", "x2"), ("y", "yc", "y2")


class Pair(NamedTuple):
    """A mark whose places on both axes come from columns of the data."""

    mark: str
    across: str
    up: str
    #: A bar lies between two ends, of which one may be no datum.
    bar: bool
    #: Scale and column on each axis.
    axes: tuple[tuple[str, str], tuple[str, str]]


def misplaced(spec: dict[str, Any], rows: pd.DataFrame) -> list[str]:
    """Say which marks of a chart, at the default setting of its controls, have no row, and which rows no mark.

    The rows are drawn into the chart's own scene, through the scales of its axes, and the two sets of points are
    compared. A row has to be drawn in one view only, and in none where a menu chooses among the rows.
    """
    vega = drawer().vegalite_to_vega(laid_out(spec, WIDE))
    dates = {c: "date" for c in rows if rows[c].astype(str).str.fullmatch(DATE).all()}
    values = json.loads(rows.to_json(orient="records"))
    vega["data"].append({"name": "the rows", "values": values, "format": {"type": "json", "parse": dates}})
    pairs = list(_with_rows(vega, {*rows}))
    items = defaultdict(list)
    for name, found in _items(drawer().vega_to_scenegraph(vega)["scenegraph"]):
        items[name] += found
    chosen = any((p.get("bind") or {}).get("input") == "select" for p in spec.get("params", []) if "value" in p)
    said = []
    for columns in dict.fromkeys(tuple(column for _, column in pair.axes) for pair in pairs):
        names, found, placed = " and ".join(columns), np.zeros(len(rows), bool), np.zeros(len(rows), bool)
        for axes in dict.fromkeys(p.axes for p in pairs if tuple(column for _, column in p.axes) == columns):
            mine = [pair for pair in pairs if pair.axes == axes]
            marks = _points(_place(i, p.across, p.up) for p in mine if not p.bar for i in items[p.mark])
            ends = _points(_place(i, *end) for p in mine if p.bar for i in items[p.mark] for end in _ends(p))
            belong = _points(_place(i, "x", "y") for p in mine for i in items[str(p)])
            alone = marks[np.isfinite(marks).all(axis=1) & ~_near(marks, belong)]
            said += [f"the mark of {names} at pixel {x:.1f}, {y:.1f} has no row" for x, y in alone]
            found |= _near(belong, np.vstack([marks, ends])).reshape(-1, len(rows)).any(axis=0)
            placed |= np.isfinite(belong).all(axis=1).reshape(-1, len(rows)).any(axis=0)
        if not chosen:
            said += [f"row {number} of {names} is not drawn" for number in np.flatnonzero(placed & ~found) + 1]
    return said if pairs else ["no mark draws two columns of the data"]


def _with_rows(node: dict[str, Any], columns: set[str]) -> Iterator[Pair]:
    """Add to each mark of two columns one that draws the rows, and yield what was added."""
    for mark in list(node.get("marks", [])):
        yield from _with_rows(mark, columns)
        places = mark.get("encode", {}).get("update", {}) if mark["type"] != "text" else {}
        for across, up in product(ACROSS, UP):
            axes = tuple(_scaled(places.get(place), columns) for place in (across, up))
            if all(axes):
                bar = mark["type"] == "rect" and not {"x2", "y2"}.isdisjoint(places)
                pair = Pair(mark["name"], across, up, bar, axes)  # type: ignore[arg-type]
                update = {
                    axis: {**definition, "field": column}
                    for axis, definition, (_, column) in zip(
                        ("x", "y"), (_last(places[across]), _last(places[up])), axes, strict=True
                    )
                }
                node["marks"].append(
                    {"type": "symbol", "name": str(pair), "from": {"data": "the rows"}, "encode": {"update": update}}
                )
                yield pair


def _last(definition: Any) -> dict[str, Any]:
    """A place of a mark; where it has conditions, the one without."""
    return definition[-1] if isinstance(definition, list) else definition or {}


def _scaled(definition: Any, columns: set[str]) -> tuple[str, str] | None:
    """Scale and column of a place, or None where it is no column of the data; the end of a bar is ``<field>_end``."""
    place = _last(definition)
    field = place.get("field")
    if not isinstance(field, str) or "scale" not in place:
        return None
    column = field if field in columns else field.removesuffix("_end")
    return (place["scale"], column) if column in columns else None


def _items(node: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if "marktype" in node and "name" in node:
        yield node["name"], node["items"]
    for child in node.get("items", []):
        yield from _items(child)


def _place(item: dict[str, Any], across: str, up: str) -> tuple[float, float]:
    """Pixels of a mark's place; what is not drawn (a negative value on a logarithmic axis) is not a number."""
    middle = {"xc": ("x", "width"), "yc": ("y", "height")}

    def pixel(place: str) -> float:
        if place in middle:
            start, size = middle[place]
            return pixel(start) + item.get(size, np.nan) / 2
        value = item.get(place)
        return np.nan if value is None or item.get("defined") is False else value

    return pixel(across), pixel(up)


def _ends(pair: Pair) -> list[tuple[str, str]]:
    """The two ends of a bar that belongs to a pair."""
    across, up = ((place,) if place.endswith("c") else (place[0], f"{place[0]}2") for place in (pair.across, pair.up))
    return list(product(across, up))


def _points(places: Iterator[tuple[float, float]]) -> np.ndarray:
    return np.array(list(places), dtype=float).reshape(-1, 2)


def _near(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which points have another within a pixel."""
    return (np.abs(points[:, None] - others[None]).max(axis=2, initial=0.0) <= PIXEL).any(axis=1)
