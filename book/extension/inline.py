"""A drawn picture as a part of a page: only what is seen, in the page's own lettering and colours.

What Vega writes of a chart is made to stand alone. Inside a page its descriptions would be read out mark by mark, its
background and fonts are those of the page, and most of its bytes are digits and groups that draw nothing. The colours
stay as they are written: the style sheet shows each as the reader's theme has it (``.chart [fill="#0072b2"]``).
"""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

from analysis.kit.theme import BOLD, PAPER
from book.extension import layers

SVG = "{http://www.w3.org/2000/svg}"
#: What a mark has unless it says otherwise.
DEFAULTS = {
    "text-anchor": "start",
    "stroke-width": "1",
    "opacity": "1",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "stroke-dashoffset": "0",
    "font-weight": "normal",
    "font-style": "normal",
    "transform": "translate(0,0)",
}
#: What says nothing to who sees the picture.
NOISE = ("class", "role", "font-family", "pointer-events", "clip-rule", "xmlns", "version", "style")
#: Attributes that hold a colour.
PAINT = ("fill", "stroke")
_NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?|-?\d+e-?\d+")
_STRAIGHT = re.compile(r"(?:M[-\d.e]+,[-\d.e]+(?:L[-\d.e]+,[-\d.e]+)+Z?)+")
#: Pixels by which a line may miss a point that was drawn on it.
MISSED = 0.15
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_ENDS = ("x", "y", "x1", "y1", "x2", "y2")


def cleaned(drawn: str, prefix: str) -> str:
    """Return a drawn SVG as it stands inside a page.

    Parameters
    ----------
    drawn : str
        As :func:`analysis.kit.downloads.svg` draws it.
    prefix : str
        Begins the ids of its clips and gradients, which a page has once.
    """
    root = ElementTree.fromstring(drawn)
    numbers: dict[str, str] = {}
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        if "id" in element.attrib:
            numbers[element.attrib["id"]] = f"{prefix}{len(numbers) + 1}"
    size = {name: root.attrib.get(name, "") for name in ("viewBox", "width", "height")}
    for child in [child for child in root if child.tag == "rect" and child.get("fill") in (PAPER, "none", None)]:
        root.remove(child)
    sizes: dict[str, int] = {}
    _clean(root, numbers, sizes)
    layers.joined(root)
    root.attrib.clear()
    root.attrib.update({**size, "aria-hidden": "true", "focusable": "false"})
    usual = max(sizes, key=lambda size: sizes[size], default="")
    if usual:
        root.attrib["font-size"] = usual
    for text in root.iter("text"):
        if text.get("font-size") == usual:
            del text.attrib["font-size"]
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _clean(element: ElementTree.Element, numbers: dict[str, str], sizes: dict[str, int]) -> None:
    for name, value in list(element.attrib.items()):
        if name in NOISE or name.startswith("aria-") or DEFAULTS.get(name) == value:
            del element.attrib[name]
        elif name == "id":
            element.attrib[name] = numbers[value]
        elif name == "d" and _STRAIGHT.fullmatch(value):
            element.attrib[name] = _drawn_short(value)
        elif name in ("d", "transform", "points", "width", "height", *_ENDS):
            element.attrib[name] = _NUMBER.sub(_shorter, value)
        elif "url(#" in value:
            element.attrib[name] = _REFERENCE.sub(lambda found: f"url(#{numbers[found[1]]})", value)
        elif name in PAINT:
            element.attrib[name] = value.lower()
    if DEFAULTS["transform"] == element.get("transform"):
        del element.attrib["transform"]
    for end in ("x", "y", "x1", "y1", "x2", "y2"):
        if element.tag == "line" and element.get(end) == "0":
            del element.attrib[end]
    if element.tag == "text":
        size = element.attrib.get("font-size", "").removesuffix("px")
        element.attrib["font-size"] = size
        sizes[size] = sizes.get(size, 0) + 1
        if element.get("font-weight") == "bold":
            element.attrib["font-weight"] = str(BOLD)
    for child in list(element):
        _clean(child, numbers, sizes)
        if element.tag != "clipPath" and _draws_nothing(child):  # a clip is a shape without paint
            element.remove(child)
    for index, child in reversed(list(enumerate(element))):
        if child.tag == "g" and not child.attrib:  # a group that says nothing of its marks
            element[index : index + 1] = list(child)


def _draws_nothing(element: ElementTree.Element) -> bool:
    if element.get("display") == "none":
        return True
    if element.tag == "g":
        return not len(element)
    if element.tag == "text":
        return not (element.text or len(element))
    if element.tag in ("path", "rect"):
        unseen = ("none", "transparent", None)
        painted = [element.get(name) not in unseen for name in PAINT]
        return not any(painted) or element.get("opacity") == "0" or (element.tag == "path" and not element.get("d"))
    return element.tag == "line" and element.get("stroke") in ("none", "transparent", None)


def _shorter(number: re.Match[str]) -> str:
    """One decimal, and no zero before it.

    >>> _NUMBER.sub(_shorter, "translate(114.5500,-0.04)"), _NUMBER.sub(_shorter, "M-0.25,3.96")
    ('translate(114.5,0)', 'M-.2,4')
    """
    short = f"{float(number[0]):.1f}".removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", "0" if short == "-0" else short)


def _drawn_short(path: str) -> str:
    """Draw lines through fewer points where no eye sees it, each from the one before.

    >>> _drawn_short("M0,0L10,0.05L20,0L20,9.96")
    'M0,0l20,0l0,10'
    """
    out = []
    for piece in re.findall(r"M[^M]+", path):
        given = [(float(x), float(y)) for x, y in re.findall(r"([-\d.e]+),([-\d.e]+)", piece)]
        steps, before = [], (0, 0)  # in tenths of a pixel, so that what is rounded does not add up
        for x, y in _simplified(given):
            here = (round(10 * x), round(10 * y))
            steps.append(",".join(_tenths(a - b) for a, b in zip(here, before, strict=True)))
            before = here
        out.append(f"M{steps[0]}l{'l'.join(steps[1:])}{'Z' * piece.endswith('Z')}")
    return "".join(out)


def _tenths(number: int) -> str:
    return _shorter(re.fullmatch(".+", f"{number / 10:.1f}"))  # type: ignore[arg-type]


def _simplified(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points that a line needs to miss none by more than :data:`MISSED` (Ramer, Douglas and Peucker)."""
    kept, parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        (x, y), (to_x, to_y) = points[first], points[last]
        length = math.hypot(to_x - x, to_y - y)
        worst, at = MISSED, 0
        for i in range(first + 1, last):
            px, py = points[i][0] - x, points[i][1] - y
            along = (px * (to_x - x) + py * (to_y - y)) / length if length else 0.0
            beyond = max(0.0, -along, along - length)
            off = math.hypot(beyond, ((to_x - x) * py - (to_y - y) * px) / length if length else math.hypot(px, py))
            if off > worst:
                worst, at = off, i
        if at:
            kept.add(at)
            parts += [(first, at), (at, last)]
    return [points[i] for i in sorted(kept)]
