"""What the figures of this chapter share: the colour of each system."""

from __future__ import annotations

import altair as alt

from analysis.kit import theme
from analysis.kit.charts import named_colour

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
    return named_colour(field, {name: model_colour(name) for name in names})
