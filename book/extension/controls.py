"""The controls of a figure on its page: a form from the start, and a script with its chart for the first touch.

The form stands in the page whether or not scripts run; a style sheet hides it where they do not. ``controls.js`` loads
the drawing library and the figure's own script when a reader touches a control, draws the chart in the place of the
static picture, at the same two widths, and keeps finding, description and address in step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from analysis.kit import downloads

#: Choices that are shown side by side; more of them, or longer ones, go into a menu.
SEGMENTS, LETTERS = 4, 75
#: Drawn widths of a chart, by the class of the static picture that it replaces.
WIDTHS = {"broad": downloads.WIDE, "narrow": downloads.NARROW}


def script_name(identity: str) -> str:
    """File of a figure's own script, beside its downloads."""
    return f"{identity}.spec.js"


def write(spec: dict[str, Any], folder: Path, widths: Mapping[str, int] = WIDTHS) -> None:
    """Write the script from which a page draws a figure with controls; nothing for other figures.

    The chart is compiled here, at all `widths`, so that the page needs no compiler; its tables are written once.
    """
    meta = spec["usermeta"]
    if "controls" not in meta:
        return
    tables: dict[str, Any] = {}
    drawn = {name: _compiled(spec, width, tables) for name, width in widths.items()}
    text = json.dumps({**drawn, "tables": tables}, separators=(",", ":"), ensure_ascii=False)
    identity = json.dumps(meta["id"])
    (folder / script_name(meta["id"])).write_text(
        f"(window.bookSpecs ??= {{}})[{identity}] = {text};\n", encoding="utf-8"
    )


def _compiled(spec: dict[str, Any], width: int, tables: dict[str, Any]) -> dict[str, Any]:
    """The Vega document at one width, without what the page gives: controls, background and, in `tables`, its data."""
    bare = {key: value for key, value in spec.items() if key != "usermeta"}
    vega = downloads.drawer().vegalite_to_vega(downloads.laid_out({**bare, "usermeta": {}}, width))
    for name in ("background", "usermeta", "description", "$schema"):
        vega.pop(name, None)
    if isinstance(vega.get("autosize"), dict):
        vega["autosize"]["resize"] = True  # labels change their length with a setting
    for signal in vega.get("signals", []):
        signal.pop("bind", None)
    for source in vega.get("data", []):
        values = source.get("values")
        if values is not None and tables.setdefault(source["name"], values) == values:
            del source["values"]
    return vega


# --- the form -----------------------------------------------------------------------------------------------


def html(spec: dict[str, Any], files: str, vega: str, version: str) -> str:
    """The form of a figure's controls, or nothing if it has none.

    Parameters
    ----------
    spec : dict
        The figure's document.
    files : str
        Address of the folder with the figures' files, with its last slash.
    vega : str
        Address of the drawing library.
    version : str
        What makes the address of the figure's script another when the figure changes.
    """
    meta = spec["usermeta"]
    if "controls" not in meta:
        return ""
    fields = [(_slider if each["kind"] == "slider" else _choice)(meta["id"], each) for each in meta["controls"]]
    kind = "sliders" if all(each["kind"] == "slider" for each in meta["controls"]) else "choices"
    return (
        f'<form class="controls {kind}" autocomplete="off" data-figure="{escape(meta["id"])}" '
        f'data-spec="{escape(files)}{script_name(meta["id"])}?v={escape(version)}" data-vega="{escape(vega)}">'
        f'{"".join(fields)}<button class="btn" type="reset" disabled>Reset</button>'
        '<p class="vh" role="status"></p></form>'
    )


def _slider(identity: str, control: dict[str, Any]) -> str:
    name, own = escape(control["name"]), escape(f"{identity}.{control['name']}")
    decimals = control["decimals"]
    value, low, high, step = (f"{control[what]:.{decimals}f}" for what in ("start", "low", "high", "step"))
    text, plain = escape(control["text"]), "" if control["thousands"] else " data-plain"
    return (
        f'<div class="range"><label class="name" for="{own}">{escape(control["label"])}</label>'
        f'<output for="{own}" aria-live="off">{text}</output>'
        f'<input type="range" id="{own}" name="{name}" min="{low}" max="{high}" step="{step}" value="{value}" '
        f'aria-valuetext="{text}" data-shown="{escape(control["shown"])}" data-decimals="{decimals}"{plain}></div>'
    )


def _choice(identity: str, control: dict[str, Any]) -> str:
    name, label, values = escape(control["name"]), escape(control["label"]), control["values"]
    if len(values) > SEGMENTS or sum(map(len, values)) > LETTERS:
        options = "".join(
            f"<option{' selected' if value == control['start'] else ''}>{escape(value)}</option>" for value in values
        )
        own = escape(f"{identity}.{control['name']}")
        return (
            f'<div class="menu-field"><label class="name" for="{own}">{label}</label>'
            f'<select id="{own}" name="{name}">{options}</select></div>'
        )
    segments = "".join(
        f'<label><input type="radio" name="{name}" value="{escape(value)}"'
        f"{' checked' if value == control['start'] else ''}>{escape(value)}</label>"
        for value in values
    )
    return f'<fieldset><legend>{label}</legend><div class="seg">{segments}</div></fieldset>'
