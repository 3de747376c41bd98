"""What the figures of this chapter share: text above a row, and the annuity as a Vega expression."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis import theme
from analysis.figure import table

FIBRE, GPUS = theme.SYSTEMS["fibre"], theme.SYSTEMS["GPUs"]


def row_labels(name: str, rows: pd.DataFrame, y: alt.Y, dy: int = -18, **mark: Any) -> alt.Chart:
    """Text above each row, from its left edge; `rows` has the field of `y` and a column ``label``."""
    return (
        alt.Chart(table(name, rows))
        .mark_text(**{"align": "left", "dy": dy, "color": theme.INK, **mark})
        .encode(x=alt.value(2), y=y, text="label:N")
    )


def annuity_expression(years: str, rate: str) -> str:
    """Vega expression of F(a, k) = (1 - exp(-k a)) / k; a billionth keeps a rate of 0 from dividing by it.

    Examples
    --------
    >>> annuity_expression("5", "rate")
    '(1 - exp(-(rate + 1e-9) * (5))) / (rate + 1e-9)'
    """
    return f"(1 - exp(-({rate} + 1e-9) * ({years}))) / ({rate} + 1e-9)"
