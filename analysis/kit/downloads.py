"""From a figure's spec to files: its picture at any width, its data with their description, the spec itself."""

from __future__ import annotations

import contextlib
import copy
import functools
import html
import json
import math
import os
import re
import tempfile
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.kit import bibliography, controls, facts, figure_data, theme
from analysis.kit.errors import ProblemError

#: Widths in pixels at which a picture is drawn and shown: in a text column, and on a phone.
WIDE, NARROW = 620, 328
#: Fonts of a picture that stands alone, by how near their widths are to those that drew it.
FALLBACKS = "Book Sans, 'Source Sans 3', 'Source Sans Pro', 'Open Sans', Arial, sans-serif"
#: Width and height of a thumbnail.
THUMBNAIL = (320, 190)
#: A concatenated or faceted chart stacks its views below this width.
STACK_BELOW = 560
#: Folder of the cuts of the page's sans serif that draw and measure (licence beside them).
FONTS = Path(__file__).parent / "fonts"
#: Mean width of a letter, and distance of two lines, for lettering of one pixel.
LETTER, LINE = 0.43, 1.25
#: The format ``csv`` comes with a second file, ``<id>.resource.json``, that describes its columns.
FORMATS = ("svg", "png", "csv", "json")
DESCRIPTION = "resource.json"
#: What front ends of notebooks know of Vega-Lite.
VEGALITE_5, SCHEMA_5 = "application/vnd.vegalite.v5+json", "https://vega.github.io/schema/vega-lite/v5.json"
_WIDTH = re.compile(r'<svg[^>]*? width="([\d.]+)"')
_PLOT = re.compile(r"<g [^>]*transform=\"translate\(([\d.]+)")
_CLIP = re.compile(r"(?<=\bclip)\d+(?=[\")])")


def laid_out(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """Return `spec` sized for a column of `width` pixels.

    A single or layered view fits the width; the views of a concatenation or facet share it, and stand under each other
    below :data:`STACK_BELOW`. There the lettering is that of a phone. The title of an axis takes the lines that it
    needs, and that of y begins at the left edge, above the labels.
    """
    spec = copy.deepcopy(spec)
    size = theme.LETTERING if width >= STACK_BELOW else theme.PHONE_LETTERING
    spec["config"] = theme.config(size)
    left = 0.0
    if "columns" in spec:
        if width < STACK_BELOW:
            spec["columns"] = 1
        room = _share(spec, width)
    else:
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        spec["width"] = width
        left = _measured(_PLOT, spec, otherwise=60)
        room = width - left - 5
    lines = 0
    for x, y in ((m.encoding.get("x", {}), m.encoding.get("y", {})) for m in figure_data.marks(spec)):
        _wrap_title(x, room, size)
        used = _wrap_title(y, room + left, size)
        if used:
            lines = max(lines, used)
            above = {"titleX": 5 - left if left else 0, "titleY": -12 - (used - 1) * LINE * size}
            right = y.get("axis", {}).get("orient") == "right"
            y["axis"] = y.get("axis", {}) if right else above | y.get("axis", {})
    if "columns" not in spec:  # a legend stands above the title of y, which Vega does not count
        spec["config"]["legend"]["offset"] = 10 + 10 * bool(lines) + lines * LINE * size
    return spec


def _share(spec: dict[str, Any], width: int) -> float:
    """Give each view of a concatenation or facet its part of `width`; return how wide a title of its axis may be."""
    views, columns = spec.get("concat") or [spec["spec"]], spec["columns"]
    each = width // columns - 70
    for _ in range(3):  # what stands beside the plots is known once they are drawn
        for view in views:
            view["width"] = each
        over = _measured(_WIDTH, spec, otherwise=width) - width
        if -columns < over <= 0:
            break
        each = max(80, each - math.ceil(over / columns))
    return each + 10


def _measured(what: re.Pattern[str], spec: dict[str, Any], otherwise: float) -> float:
    """Measure a chart that is drawn without the titles of its axes, which are wrapped by the room that it leaves them.

    Where nothing draws, as in a kernel that runs in a browser, it is taken to be as usual.
    """
    bare = copy.deepcopy(spec)
    for mark in figure_data.marks(bare):
        for name in ("x", "y"):
            if "title" in mark.encoding.get(name, {}):
                mark.encoding[name]["title"] = None
    try:
        drawn = drawer().vegalite_to_svg(bare, allowed_base_urls=[])
    except ImportError:
        return otherwise
    return float(what.search(drawn)[1])  # type: ignore[index]


def _wrap_title(channel: dict[str, Any], width: float, size: int) -> int:
    """Break the title of an axis into lines of at most `width` pixels and return how many it has."""
    title = channel.get("title")
    if not title or channel.get("axis", {}) is None:
        return 0
    given, letters = [title] if isinstance(title, str) else title, int(width / (LETTER * size))
    lines = [" ".join(given)]
    if len(lines[0]) > letters:
        lines = [line for part in given for line in textwrap.wrap(part, letters, break_on_hyphens=False)]
    channel["title"] = lines if len(lines) > 1 else lines[0]
    return len(lines)


def titled(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """Return `spec` with its finding, measure and sources printed in the picture, as a download needs them."""
    book = "The Evolution of AI Training Efficiency, CC BY 4.0."
    ours = f"Figure {spec['usermeta']['id']} of {book}" if spec["usermeta"]["script"] else f"Drawn by {book}"
    return _headed(spec, width, f"Sources: {sources(spec['usermeta']['sources'])}. {ours}")


def _headed(spec: dict[str, Any], width: int, *said: str) -> dict[str, Any]:
    """Return `spec` with its finding and its measure above the chart, and what else is to be said."""
    meta, size = spec["usermeta"], theme.LETTERING
    letters = int((width - 20) / (LETTER * size))
    spec = copy.deepcopy(spec)
    spec["title"] = {
        "text": textwrap.wrap(meta["title"], int(letters * size / (size + 5))),
        "fontSize": size + 4,
        "subtitle": [
            line for text in (meta["subtitle"], *said) for line in textwrap.wrap(text, letters, break_on_hyphens=False)
        ],
    }
    return spec


def in_notebook(spec: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a front end of notebooks gets of a figure, by MIME type, and what it is told of it.

    JupyterLab, Notebook and VS Code draw Vega-Lite up to version 5 themselves; the others show the picture. Both have
    the finding above the chart; with controls it follows them. Its sources stand in the text below.
    """
    chart = laid_out(_headed(spec, WIDE - 80), WIDE)  # their fonts are wider than the book's
    data: dict[str, Any] = {}
    with contextlib.suppress(ImportError):  # a browser has nothing that draws, but draws itself
        alt = html.escape(spec["usermeta"]["alt"])
        drawn = re.sub(r'^<svg( role="[^"]*")?', "<svg", alone(_numbered(_drawn(chart))))
        data["image/svg+xml"] = drawn.replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)
    if "controls" in spec["usermeta"]:
        letters = max(map(len, chart["title"]["text"])) + 4
        lines = f"replace({controls.NAME}, regexp('(.{{1,{letters}}})(?: |$)', 'g'), '$1¶')"
        chart["title"]["text"] = {"expr": f"split({lines}, '¶')"}
    return {VEGALITE_5: {**chart, "$schema": SCHEMA_5}, **data}, {"image/svg+xml": {"alt": spec["usermeta"]["alt"]}}


def sources(names: Iterable[str]) -> str:
    """Name the sources of a figure as people write them.

    >>> sources(["hoffmann2022", "market", "computed"])
    'Hoffmann et al. 2022; table market of this book; computed by this book'
    """
    tables, said = {*facts.names(), *facts.wide_names()}, []
    for name in names:
        if name == "computed":
            said.append("computed by this book")
        elif name in tables:  # before the bibliography, which an installed package does not have
            said.append(f"table {name} of this book")
        elif name in bibliography.sources():
            said.append(bibliography.sources()[name].name)
        else:
            said.append(f"experiment {name} of this book")
    return "; ".join(said)


def svg(spec: dict[str, Any], width: int = WIDE) -> str:
    """Draw `spec` as SVG at `width` pixels."""
    return _numbered(_drawn(laid_out(spec, width)))


def _drawn(chart: dict[str, Any]) -> str:
    return drawer().vegalite_to_svg(chart, allowed_base_urls=[])


def _numbered(drawn: str) -> str:
    """Number the clips of a picture from one; Vega goes on through all pictures that a process draws."""
    numbers = {name: str(i) for i, name in enumerate(dict.fromkeys(_CLIP.findall(drawn)), start=1)}
    return _CLIP.sub(lambda clip: numbers[clip[0]], drawn)


def thumbnail(spec: dict[str, Any]) -> str:
    """Draw only the marks of `spec`, at the size of a thumbnail: no axes, no legend, no words."""
    spec = copy.deepcopy(spec)
    views = len(spec.get("concat", ())) or 1
    columns = spec.get("columns", 1)
    width, height = THUMBNAIL
    size = {"width": width // columns - 12 * (columns > 1), "height": height // math.ceil(views / columns)}
    spec["config"] = {**theme.config(), "axis": {"disable": True}, "legend": {"disable": True}}
    spec["config"] |= {"concat": {"spacing": 12}, "header": {"labels": False, "title": None}, "background": None}
    _wordless(spec)
    if "columns" in spec:
        for view in spec.get("concat") or [spec["spec"]]:
            view |= size
    else:
        spec |= size | {"autosize": {"type": "fit", "contains": "padding"}}
    spec["padding"] = 2
    return _numbered(drawer().vegalite_to_svg(spec, allowed_base_urls=[]))


def _wordless(view: dict[str, Any]) -> None:
    """Take out what is read and not seen at a glance: layers of text, titles, axes and legends of their own."""
    view.pop("title", None)
    for channel in view.get("encoding", {}).values():
        if isinstance(channel, dict):
            for part in ("axis", "legend", "header"):
                channel.pop(part, None)
    for key in ("layer", "concat"):
        if key in view:
            view[key] = [part for part in view[key] if not _is_text(part)]
    for part in [*view.get("layer", []), *view.get("concat", []), *([view["spec"]] if "spec" in view else [])]:
        _wordless(part)


def _is_text(view: dict[str, Any]) -> bool:
    mark = view.get("mark", {})
    if "layer" in view:
        return all(_is_text(part) for part in view["layer"])
    return (mark if isinstance(mark, str) else mark.get("type")) == "text"


def alone(drawn: str) -> str:
    """Make a drawn picture ready to stand alone: its lettering has a halo of paper, and fonts to fall back on."""
    halo = f"text {{ paint-order: stroke; stroke: {theme.PAPER}; stroke-width: 3.5px; stroke-linejoin: round }}"
    start = drawn.index(">") + 1
    drawn = f"{drawn[:start]}<style>{halo}</style>{drawn[start:]}"
    return drawn.replace(f'font-family="{theme.FONT}"', f'font-family="{FALLBACKS}"')


def png(picture: str) -> bytes:
    """Turn a drawn SVG into a PNG of twice its size, for sharp screens."""
    return drawer().svg_to_png(picture, scale=2)


@functools.cache
def drawer() -> Any:
    """What draws: vl_convert with the book's own font and none of this machine.

    It reads the fonts of the system once, before its first picture; so at that moment it is shown a system without
    fonts. Where fontconfig is not asked (macOS, Windows) the book's are found by their name, which no other has.
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
    vl_convert.register_font_directory(str(FONTS))
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
    picture = functools.cache(lambda: alone(svg(titled(spec, WIDE))))
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
