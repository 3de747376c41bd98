"""The one look of every chart: palette, Altair theme, and their dark counterparts.

Meaning is fixed across the book: what others *published* is grey, what *we computed* is blue, what
*theory* predicts is a thin dashed line. Charts use only the colours of :data:`PALETTE`, because the
page swaps each light colour for its dark counterpart when the reader asks for dark mode.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt


class Colour(NamedTuple):
    """A colour of the book on a light and on a dark page (hex)."""

    light: str
    dark: str


#: Okabe-Ito hues, darkened where needed to reach 4.5:1 on white; the dark ones reach it on #121212.
PALETTE: dict[str, Colour] = {
    "computed": Colour("#0072b2", "#56b4e9"),
    "published": Colour("#4d4d4d", "#c9c9c9"),
    "theory": Colour("#2b2b2b", "#e3e3e3"),
    "ordered": Colour("#00735a", "#2fc39b"),
    "chaotic": Colour("#b34a00", "#f58b3c"),
    "baseline": Colour("#8f4a7e", "#dc9fca"),
    "accent": Colour("#8a6100", "#e8b33c"),
    "ink": Colour("#1f2328", "#e8e8e8"),
    "quiet": Colour("#5c636b", "#a9b1ba"),
    "grid": Colour("#e4e7eb", "#33383e"),
    "paper": Colour("#ffffff", "#121212"),
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

# vl-convert carries Liberation Sans, whose widths equal Arial's: all pictures break lines alike.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def config() -> dict[str, Any]:
    """Vega-Lite configuration shared by every chart of the book."""
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": QUIET,
        "titleColor": INK,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "gridColor": GRID,
        "titlePadding": 8,
        "labelFlush": False,
    }
    return {
        "background": PAPER,
        "font": FONT,
        "view": {"stroke": None, "continuousHeight": 300},
        "axis": axis,
        "axisX": {"grid": False},
        "title": {
            "anchor": "start",
            "font": FONT,
            "fontSize": 16,
            "color": INK,
            "subtitleFont": FONT,
            "subtitleFontSize": 13,
            "subtitleColor": QUIET,
            "offset": 12,
        },
        "header": {"labelFont": FONT, "labelFontSize": 13, "labelColor": INK, "titleColor": QUIET},
        "legend": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": 12,
            "labelColor": INK,
            "titleColor": INK,
            "orient": "top",
            "title": None,
        },
        "text": {"font": FONT, "fontSize": 12, "color": INK},
        "line": {"strokeWidth": 2},
        "point": {"filled": True, "size": 45},
        "range": {"category": [COMPUTED, CHAOTIC, ORDERED, BASELINE, ACCENT, PUBLISHED]},
    }


@alt.theme.register("book", enable=True)
def _book_theme() -> alt.theme.ThemeConfig:
    return alt.theme.ThemeConfig(config=config())  # type: ignore[typeddict-item]
