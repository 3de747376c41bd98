"""Figures of sections 1 and 2: what the model is and what its training took."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis import theme
from analysis.charts import named_colour
from analysis.deepseek import study
from analysis.deepseek.figures.look import row_labels
from analysis.figure import Figure, figure, table

_PART_COLOURS = {
    "embeddings": theme.BASELINE,
    "attention": theme.CHAOTIC,
    "feed-forward": theme.ACCENT,
    "experts a token uses": theme.COMPUTED,
    "experts it does not": theme.GRID,
}


@figure(study.parameters)
def parameters(rows: pd.DataFrame) -> Figure:
    """Draw where the parameters sit, and which of them a token meets."""
    counts = study.counts()
    names = list(counts["model"])
    y = alt.Y("model:N", sort=names, axis=None)
    x = alt.X("from:Q", title="parameters (billions)", scale=alt.Scale(domain=[0, 700], nice=False))
    said = pd.DataFrame(
        {
            "model": names,
            "label": [
                f"{r.model}: {r.total / 1e9:.0f}B" + (f", {r.active / 1e9:.1f}B of them active" if r.active < r.total else ", all active")
                for r in counts.itertuples()
            ],
        }
    )
    chart = alt.layer(
        alt.Chart(table("parameters", rows))
        .mark_bar(height=18, stroke=theme.QUIET, strokeWidth=0.5)
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            color=named_colour("part", _PART_COLOURS, legend=True),
            tooltip=["model:N", "part:N", "billion:Q"],
        ),
        row_labels("names", said, y),
    ).properties(height=56 * len(names))
    listed = "; ".join(
        f"{r.model} {r.total / 1e9:.1f} billion in all, {r.active / 1e9:.1f} active" for r in counts.itertuples()
    )
    idle = rows.set_index(["model", "part"])["billion"]["DeepSeek-V3", "experts it does not"]
    return Figure(
        chart=chart,
        title="Nearly all of V3 sits in experts that a given token never meets",
        subtitle="Parameters of five open models by part, counted matrix by matrix from their configurations",
        caption="Each bar is one model; within it, from the left: embeddings, attention, the feed-forward part of a dense model or the experts that work on one token, and, palest, the experts that do not. "
        "All of a bar must be in memory; only what is not pale is multiplied.",
        alt=f"Stacked bars. {listed}. In DeepSeek-V3, {idle:.0f} billion parameters are in experts that a given token does not use.",
        sources=("deepseekv3repo", "llama3", "qwen25_2024", "mixtral_2024", "computed"),
    )
