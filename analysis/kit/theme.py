"""The one look of every chart: palette, Altair theme, and their dark counterparts.

Meaning is fixed across the book: what others *published* is grey, what *we computed* is blue, what
*theory* predicts is a thin dashed line. Charts use only the colours of :data:`PALETTE`, because the
page's style sheet shows each light colour as its dark counterpart when the reader asks for dark mode.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt


class Colour(NamedTuple):
    """A colour of the book on a light and on a dark page (hex)."""

    light: str
    dark: str


#: Okabe-Ito hues, darkened where needed to reach 4.5:1 on paper; the dark ones reach it on dark paper. The style sheet
#: has the same colours as ``--c-<name>`` (and ``--paper``); a test holds the two together.
PALETTE: dict[str, Colour] = {
    "computed": Colour("#0072b2", "#56b4e9"),
    "published": Colour("#4d4d4d", "#c9c9c9"),
    "theory": Colour("#2b2b2b", "#e3e3e3"),
    "ordered": Colour("#00735a", "#2fc39b"),
    "chaotic": Colour("#b34a00", "#f58b3c"),
    "baseline": Colour("#8f4a7e", "#dc9fca"),
    "accent": Colour("#8a6100", "#e8b33c"),
    "ink": Colour("#1d1b18", "#e6e2d9"),
    "quiet": Colour("#5c574f", "#aaa599"),
    "grid": Colour("#e4e1d9", "#34383e"),
    "paper": Colour("#fdfcf9", "#15171a"),
}

COMPUTED = PALETTE["computed"].light
PUBLISHED = PALETTE["published"].light
THEORY = PALETTE["theory"].light
ORDERED = PALETTE["ordered"].light
CHAOTIC = PALETTE["chaotic"].light
BASELINE = PALETTE["baseline"].light
ACCENT = PALETTE["accent"].light
INK = PALETTE["ink"].light
QUIET = PALETTE["quiet"].light
GRID = PALETTE["grid"].light
PAPER = PALETTE["paper"].light

#: A system keeps its colour in every chapter.
SYSTEMS: dict[str, str] = {
    "DeepSeek": COMPUTED,
    "Llama": CHAOTIC,
    "Qwen": BASELINE,
    "Mistral": ACCENT,
    "GPT": PUBLISHED,
    "CNN era": ORDERED,
    "language models": COMPUTED,
    "fibre": ACCENT,
    "GPUs": COMPUTED,
}

#: Dash pattern of a theoretical line, everywhere.
THEORY_DASH = [5, 3]

#: The page's sans serif, whose cuts in ``fonts`` are what draws and measures (:func:`analysis.kit.downloads.drawer`).
FONT = "Book Sans, Arial, sans-serif"
#: Size of the lettering in pixels in a text column and on a phone; nothing in a chart is smaller than the third.
LETTERING, PHONE_LETTERING, SMALL = 15, 14, 13
#: Weight of bold lettering, of which there is a cut.
BOLD = 600


def config(size: int = LETTERING) -> dict[str, Any]:
    """Vega-Lite configuration shared by every chart of the book, for lettering of `size` pixels."""
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": size,
        "titleFontSize": size,
        "titleFontWeight": "normal",
        "labelColor": QUIET,
        "titleColor": QUIET,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "gridColor": GRID,
        "titlePadding": 8,
        "labelPadding": 4,
        "labelFlush": False,
        "labelLimit": 0,
        "titleLimit": 0,
    }
    # The title of y lies above its axis, where it is read without turning the head.
    above = {"titleAngle": 0, "titleAnchor": "end", "titleBaseline": "bottom", "titleY": -12}
    return {
        "background": PAPER,
        "font": FONT,
        "view": {"stroke": None, "continuousHeight": 300},
        "axis": axis,
        "axisX": {"grid": False, "titleAnchor": "start"},
        "axisLeft": {**above, "titleAlign": "left", "titleX": 0},
        "axisRight": {**above, "titleAlign": "right", "titleX": 0},
        "title": {
            "anchor": "start",
            "font": FONT,
            "fontSize": size,
            "fontWeight": BOLD,
            "color": INK,
            "subtitleFont": FONT,
            "subtitleFontSize": size,
            "subtitleColor": QUIET,
            "offset": 12,
        },
        "header": {
            "labelFont": FONT,
            "labelFontSize": size,
            "labelColor": INK,
            "labelLimit": 0,
            "titleColor": QUIET,
            "titleFontSize": size,
        },
        "legend": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": size,
            "titleFontSize": size,
            "labelColor": INK,
            "titleColor": INK,
            "labelLimit": 0,
            "titleLimit": 0,
            "symbolLimit": 0,
            "orient": "top",
            "title": None,
        },
        "text": {"font": FONT, "fontSize": size, "color": INK},
        "line": {"strokeWidth": 2},
        "point": {"filled": True, "size": 45, "opacity": 0.85},
        "range": {"category": [COMPUTED, CHAOTIC, ORDERED, BASELINE, ACCENT, PUBLISHED]},
    }


@alt.theme.register("book", enable=True)
def _book_theme() -> alt.theme.ThemeConfig:
    return alt.theme.ThemeConfig(config=config())  # type: ignore[typeddict-item]
