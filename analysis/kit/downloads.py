"""From a figure's spec to files: its picture at any width, its data with their description, the spec itself."""

from __future__ import annotations

import copy
import functools
import json
import os
import re
import tempfile
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.kit import figure_data
from analysis.kit.errors import ProblemError

#: Widths in pixels at which a static picture is drawn: for a text column, and for a phone.
WIDE, NARROW = 720, 340
#: A concatenated or faceted chart stacks its views below this width.
STACK_BELOW = 560
#: The format ``csv`` comes with a second file, ``<id>.resource.json``, that describes its columns.
FORMATS = ("svg", "png", "csv", "json")
DESCRIPTION = "resource.json"
_CLIP = re.compile(r"(?<=\bclip)\d+(?=[\")])")


def laid_out(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """Return `spec` sized for a column of `width` pixels, by the same rule as the page's script.

    A single or layered view fits the width; the views of a concatenation or facet share it, and stand under
    each other below :data:`STACK_BELOW`.
    """
    spec = copy.deepcopy(spec)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    if "columns" in spec:
        if width < STACK_BELOW:
            spec["columns"] = 1
        view_width = max(120, width // spec["columns"] - 70)
        for view in spec.get("concat") or [spec["spec"]]:
            view["width"] = view_width
        del spec["autosize"]
    else:
        spec["width"] = width
    return spec


def titled(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """Return `spec` with its finding, measure and source printed in the picture, as a download needs them."""
    meta = spec["usermeta"]
    spec = copy.deepcopy(spec)
    source = f"Source: {', '.join(meta['sources'])}. Figure {meta['id']}."
    spec["title"] = {
        "text": textwrap.wrap(meta["title"], width // 8),
        "subtitle": [
            *textwrap.wrap(meta["subtitle"], width // 7),
            *textwrap.wrap(source, width // 7, break_on_hyphens=False),
        ],
    }
    return spec


def svg(spec: dict[str, Any], width: int = WIDE) -> str:
    """Draw `spec` as SVG at `width` pixels."""
    drawn = drawer().vegalite_to_svg(laid_out(spec, width), allowed_base_urls=[])
    # Clips are numbered through all pictures that a process draws; here, from one in each.
    numbers = {name: str(i) for i, name in enumerate(dict.fromkeys(_CLIP.findall(drawn)), start=1)}
    return _CLIP.sub(lambda clip: numbers[clip[0]], drawn)


def png(picture: str) -> bytes:
    """Turn a drawn SVG into a PNG of twice its size, for sharp screens."""
    return drawer().svg_to_png(picture, scale=2)


@functools.cache
def drawer() -> Any:
    """What draws: vl_convert with the fonts that it carries (Liberation Sans) and none of this machine.

    It reads the fonts of the system once, before its first picture, and would prefer them to its own; so at that moment
    it is shown a system without fonts. Where fontconfig is not asked (macOS, Windows) its own are found by their name.
    """
    import vl_convert  # native, so it is imported where something is drawn

    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory() as empty:
        path = Path(empty, "fonts.conf")
        path.write_text(f"<fontconfig><dir>{empty}</dir></fontconfig>", encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(path)
        try:
            vl_convert.svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
        finally:
            del os.environ["FONTCONFIG_FILE"]
            if before is not None:
                os.environ["FONTCONFIG_FILE"] = before
    return vl_convert


def save_spec(spec: dict[str, Any], folder: Path, formats: Iterable[str] = FORMATS) -> list[Path]:
    """Write a spec as ``<id>.<format>`` files for download and return the paths.

    Parameters
    ----------
    spec : dict
        The figure's document.
    folder : Path
        Where to; it is made if it is not there.
    formats : iterable of str
        Of :data:`FORMATS`.

    Raises
    ------
    ProblemError
        If a format is unknown.
    """
    folder.mkdir(parents=True, exist_ok=True)
    identity = spec["usermeta"]["id"]
    picture = functools.cache(lambda: svg(titled(spec, WIDE)))
    written = []
    for extension in formats:
        path = folder / f"{identity}.{extension}"
        written.append(path)
        if extension == "svg":
            path.write_text(picture(), encoding="utf-8")
        elif extension == "png":
            path.write_bytes(png(picture()))
        elif extension == "csv":
            # begins with the mark of UTF-8, without which Excel takes names such as Cisco’s for another alphabet
            figure_data.shown(spec).to_csv(path, index=False, lineterminator="\n", encoding="utf-8-sig")
            written.append(folder / f"{identity}.{DESCRIPTION}")
            written[-1].write_text(_json(figure_data.resource(spec)), encoding="utf-8")
        elif extension == "json":
            path.write_text(_json(spec), encoding="utf-8")
        else:
            raise ProblemError(f"Unknown figure format {extension!r}; choose from {', '.join(FORMATS)}.")
    return written


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
