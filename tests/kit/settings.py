"""A figure at other settings of its controls: what the browser says there, and what it draws."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from typing import Any

from analysis.kit.controls import NAME, corners
from analysis.kit.downloads import drawer, laid_out


def said(spec: dict[str, Any], settings: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the chart's rule gives at each setting, evaluated by the library that draws in the browser.

    Each setting is a group of one Vega document with the controls as its own signals, so that one drawing tells all.
    """
    (rule,) = (param["expr"] for param in spec["params"] if param["name"] == NAME)
    groups = [
        {
            "type": "group",
            "signals": [*({"name": n, "value": v} for n, v in each.items()), {"name": NAME, "update": rule}],
            "marks": [{"type": "text", "encode": {"update": {"text": {"signal": NAME}}}}],
        }
        for each in settings
    ]
    drawn = drawer().vega_to_scenegraph({"$schema": "https://vega.github.io/schema/vega/v6.json", "marks": groups})
    return [text for text in _texts(drawn["scenegraph"])]


def _texts(node: dict[str, Any]) -> Iterable[str]:
    if "text" in node:
        yield node["text"]
    for child in node.get("items", []):
        yield from _texts(child)


def at(spec: dict[str, Any], setting: Mapping[str, Any]) -> dict[str, Any]:
    """The spec whose controls stand at a setting."""
    moved = copy.deepcopy(spec)
    for param in moved["params"]:
        if param["name"] in setting:
            param["value"] = setting[param["name"]]
    return moved


# --- what leaves the picture --------------------------------------------------------------------------------

#: More meetings of ends than this are not all drawn.
MANY = 100
#: Pixels by which a mark may reach over the edge of its plot.
EDGE = 2.0
#: How a chart says that something lies outside of its axis.
TOLD = "beyond the axis"


def places(controls: Iterable[Any]) -> list[dict[str, Any]]:
    """All ends wherever they meet; of many, the start, each control's ends alone, and all at one end or the other."""
    controls = list(controls)
    if math.prod(len(each.ends) for each in controls) <= MANY:
        return list(corners(controls))
    start = {each.name: each.start for each in controls}
    alone = [{**start, each.name: end} for each in controls for end in each.ends]
    together = [{each.name: each.ends[at] for each in controls} for at in (0, -1)]
    found = [start, *alone, *together]
    return [one for number, one in enumerate(found) if one not in found[:number]]


def leaving(spec: dict[str, Any], width: int, settings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say which marks lie outside of their axes without a word."""
    vega, found = drawer().vegalite_to_vega(laid_out(spec, width)), []
    for setting in settings:
        moved = copy.deepcopy(vega)
        for signal in moved["signals"]:
            if signal["name"] in setting:
                signal["value"] = setting[signal["name"]]
        scene = drawer().vega_to_scenegraph(moved)["scenegraph"]
        if not any(TOLD in text for text in _written(scene)):
            found += [f"at {dict(setting)}: {each}" for each in _outside(scene)]
    return found


def _outside(node: dict[str, Any], plot: tuple[float, float] | None = None) -> Iterable[str]:
    """Points outside of their plot, and lines of which nothing lies inside."""
    kind, items = node.get("marktype"), node.get("items", [])
    if plot and node.get("role") == "mark" and kind not in ("group", "text"):
        spots = [(i["x"] + i.get("width", 0) / 2, i.get("y", 0) + i.get("height", 0) / 2) for i in items if "x" in i]
        inside = [-EDGE <= x <= plot[0] + EDGE and -EDGE <= y <= plot[1] + EDGE for x, y in spots]
        if kind in ("line", "area"):
            inside = [any(inside)] if inside else []
        if not all(inside):
            out = [spot for spot, within in zip(spots, inside * len(spots), strict=False) if not within]
            where = ", ".join(f"{x:.0f}, {y:.0f}" for x, y in out[:3])
            yield f"{kind} {node.get('name')} at {where} of {plot[0]:.0f} × {plot[1]:.0f}"
    for item in items:
        own = (item["width"], item["height"]) if kind == "group" and {"width", "height"} <= {*item} else plot
        for child in item.get("items", []):
            yield from _outside(child, own)


def _written(node: dict[str, Any]) -> Iterable[str]:
    """Every text in the picture."""
    for item in node.get("items", []):
        if node.get("marktype") == "text" and item.get("text") is not None:
            text = item["text"]
            yield " ".join(text) if isinstance(text, list) else str(text)
        yield from (text for child in item.get("items", []) for text in _written(child))
