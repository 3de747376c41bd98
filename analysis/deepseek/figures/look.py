"""What the figures of this chapter share: the colour of each system, and what stands above a bar."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis import theme
from analysis.figure import table

#: A system keeps its colour in every chapter; a model has that of its family.
FAMILIES = {
    "DeepSeek": theme.SYSTEMS["DeepSeek"],
    "Llama": theme.SYSTEMS["Llama"],
    "Qwen": theme.SYSTEMS["Qwen"],
    "Mixtral": theme.SYSTEMS["Mistral"],
    "GPT": theme.SYSTEMS["GPT"],
}


def model_colour(name: str) -> str:
    """Colour of a model by its family; grey for one of another family.

    Examples
    --------
    >>> model_colour("Llama-405B") == model_colour("Llama-70B")
    True
    """
    return next((colour for family, colour in FAMILIES.items() if name.startswith(family)), theme.QUIET)


def model_colours(names: list[str], field: str = "model") -> alt.Color:
    """The colour channel of models, without a legend: what they are stands beside them."""
    return alt.Color(
        f"{field}:N", scale=alt.Scale(domain=names, range=[model_colour(name) for name in names]), legend=None
    )


def row_labels(name: str, rows: pd.DataFrame, y: alt.Y, dy: int = -18, **mark: Any) -> alt.Chart:
    """Text above each row, from its left edge; `rows` has the field of `y` and a column ``label``."""
    return (
        alt.Chart(table(name, rows))
        .mark_text(**{"align": "left", "dy": dy, "color": theme.INK, **mark})
        .encode(x=alt.value(2), y=y, text="label:N")
    )
