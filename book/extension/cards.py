"""The picture that stands for a page where its address is shared: a finding beside its chart, 1200 by 630 pixels."""

from __future__ import annotations

import re
import textwrap
from html import escape
from pathlib import Path
from typing import Any

from analysis.kit import downloads

WIDTH, HEIGHT = 1200, 630
#: Folder of the pictures, inside the output.
FILES = "_static/cards"
#: Number of the chapter whose picture stands for the book.
FRONT = 5
#: Edge of the picture, and the width of its two columns.
_EDGE, _TEXT, _CHART = 56, 470, 560
_BOX = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def wrapped(text: str) -> tuple[int, list[str]]:
    """Break a finding into lines and choose a size at which all of them find room.

    >>> wrapped("The line rises.")
    (42, ['The line rises.'])
    """
    for size in (42, 37, 33, 29, 26):
        lines = textwrap.wrap(text, int(_TEXT / (0.49 * size)), break_on_hyphens=False)
        if len(lines) * size * 1.2 <= 380:
            break
    return size, lines


def svg(spec: dict[str, Any], above: str) -> str:
    """Draw the picture of a figure with its finding beside it; `above` stands over the finding."""
    chart = downloads.svg(spec)
    found = _BOX.search(chart)
    wide, high = (float(found[1]), float(found[2])) if found else (_CHART, _CHART)
    scale = min(_CHART / wide, (HEIGHT - 2 * _EDGE) / high)
    left, top = WIDTH - _EDGE - _CHART + (_CHART - wide * scale) / 2, (HEIGHT - high * scale) / 2
    size, lines = wrapped(str(spec["usermeta"]["title"]).rstrip(".") + ".")
    first = _EDGE + 90 + size
    finding = "".join(
        f'<text x="{_EDGE}" y="{first + place * size * 1.2:.0f}" font-size="{size}" font-weight="600" '
        f'fill="#1d1b18">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    stairs = f'<path transform="translate({_EDGE} {HEIGHT - _EDGE - 40})" d="M2 4h8v11h8v8h8v7h8" fill="none" '
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Book Sans">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fdfcf9"/><rect width="{WIDTH}" height="10" fill="#005f99"/>'
        f'<text x="{_EDGE}" y="{_EDGE + 40}" font-size="28" fill="#5c574f">{escape(above)}</text>{finding}'
        f'{stairs}stroke="#0072b2" stroke-width="5"/>'
        f'<text x="{_EDGE + 50}" y="{HEIGHT - _EDGE - 10}" font-size="24" fill="#5c574f">'
        f"The Evolution of AI Training Efficiency</text>"
        f'<g transform="translate({left:.1f} {top:.1f}) scale({scale:.4f})">{chart}</g></svg>'
    )


def draw(spec: dict[str, Any], above: str, path: Path) -> None:
    """Draw the picture of a figure as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(downloads.drawer().svg_to_png(svg(spec, above), scale=1))
