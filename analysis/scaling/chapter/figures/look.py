"""What the figures of this chapter share: the colour of each law, and powers of ten."""

from __future__ import annotations

import math

import altair as alt

from analysis.kit import theme
from analysis.kit.charts import named_colour
from analysis.kit.numbers import Number

#: One colour a law, in every figure of the chapter.
LAW_COLOURS = {
    "Kaplan": theme.CHAOTIC,
    "Hoffmann, Eq. 10": theme.PUBLISHED,
    "Hoffmann, not rounded": theme.QUIET,
    "Besiroglu refit": theme.ORDERED,
    "Muennighoff": theme.BASELINE,
    "Llama 3": theme.ACCENT,
}


def of_power(value: float) -> str:
    """Print a power of ten, or what lies between two.

    Examples
    --------
    >>> of_power(1e23), of_power(10**10.5)
    ('10²³', '3.2 × 10¹⁰')
    """
    exponent = math.log10(value)
    return repr(Number(value, "power" if math.isclose(exponent, round(exponent)) else "sci"))


def law_colour(laws: list[str], field: str = "law") -> alt.Color:
    """The colour channel of laws, without a legend: lines and points are labelled directly."""
    return named_colour(field, {law: LAW_COLOURS[law] for law in laws})
