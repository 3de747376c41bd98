"""What the figures of this chapter share: the colours of the two eras, and axes of multiples."""

from __future__ import annotations

from typing import Any

import altair as alt

from analysis.kit import theme
from analysis.kit.charts import named_colour

#: A fixed result in images, and one in language.
ERAS = {"CNN": theme.SYSTEMS["CNN era"], "LM": theme.SYSTEMS["language models"]}
#: The stages of the chapter's own laboratory.
STAGE_COLOURS = {"work": theme.PUBLISHED, "better": theme.COMPUTED, "faster": theme.ORDERED, "cheaper": theme.CHAOTIC}
#: Vega expression that prints a share: 1, 1 in 10, 1 in 1,000.
ONE_IN = "datum.value > 0.99 ? 'all' : '1 in ' + format(1 / datum.value, ',.0f')"


def era_colour(field: str = "era") -> alt.Color:
    """The colour channel of the two eras, without a legend."""
    return named_colour(field, ERAS)


def log_ticks(title: str | list[str], domain: tuple[float, float], values: list[float], **axis: Any) -> dict[str, Any]:
    """Keywords of a logarithmic channel with labels at stated values."""
    return {
        "title": title,
        "scale": alt.Scale(type="log", domain=list(domain), nice=False),
        "axis": alt.Axis(**{"values": values, "format": "~g", **axis}),
    }


def days(value: float) -> str:
    """Print a number of days.

    >>> days(91.6), days(float("inf")), days(7189.2)
    ('92', 'never', '7,189')
    """
    return "never" if value == float("inf") else f"{value:,.0f}"
