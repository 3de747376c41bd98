"""A figure at other settings of its controls: what the browser says there, and what it draws."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from analysis.kit.controls import NAME
from analysis.kit.downloads import drawer


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
