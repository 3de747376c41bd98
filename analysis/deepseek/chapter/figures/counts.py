"""Figures of sections 1 and 2: what the model is and what its training took."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.deepseek.chapter import study
from analysis.deepseek.chapter.figures.look import FAMILIES, model_colours
from analysis.kit import theme
from analysis.kit.charts import menu, named_colour, row_labels
from analysis.kit.figure import Figure, figure, table

_PART_COLOURS = {
    "embeddings": theme.BASELINE,
    "attention": theme.CHAOTIC,
    "feed-forward": theme.ACCENT,
    "experts at work": theme.COMPUTED,
    "idle experts": theme.GRID,
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
                f"{r.model}: {r.total / 1e9:.0f}B"
                + (f", {r.active / 1e9:.1f}B of them active" if r.active < r.total else ", all active")
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
    idle = rows.set_index(["model", "part"])["billion"]["DeepSeek-V3", "idle experts"]
    return Figure(
        chart=chart,
        title="Nearly all of V3 sits in experts that a given token never meets",
        subtitle="Parameters of five open models by part, counted matrix by matrix from their configurations",
        caption="Each bar is one model; within it, from the left: embeddings, attention, the feed-forward part of a dense model or the experts that work on one token, and, palest, the experts that do not. "
        "All of a bar must be in memory; only what is not pale works on the token.",
        alt=f"Stacked bars. {listed}. In DeepSeek-V3, {idle:.0f} billion parameters are in experts that a given token does not use.",
        sources=("deepseekv3repo", "llama3", "qwen25_2024", "mixtral_2024", "computed"),
    )


_STEP = {"more": theme.CHAOTIC, "less": theme.ORDERED, "all": theme.COMPUTED}
_TIMES = alt.Scale(type="log", domain=[0.4, 25], nice=False)


def _steps(rows: pd.DataFrame, shown: alt.Chart, labelled: alt.Chart) -> Any:
    """Bars that stand on each other's ends, on a logarithmic axis, each with its factor in words above it."""
    factors = list(dict.fromkeys(rows["factor"]))
    y = alt.Y("factor:N", sort=factors, axis=None)
    x = alt.X(
        "from:Q",
        title=["GPU-hours of Llama-405B over those of DeepSeek-V3", "(each step of the scale is a factor)"],
        scale=_TIMES,
        axis=alt.Axis(values=[0.5, 1, 2, 5, 10, 20], format="~g"),
    )
    one = pd.DataFrame({"factor": factors, "from": 1.0})
    return alt.layer(
        alt.Chart(table("equal", one)).mark_tick(color=theme.THEORY, thickness=1.2, size=22).encode(x=x, y=y),
        shown.mark_bar(height=14).encode(
            x=x,
            x2="to:Q",
            y=y,
            color=named_colour("direction", _STEP),
            tooltip=["factor:N", "ratio:Q"],
        ),
        labelled.mark_text(align="left", dy=-18, color=theme.INK).encode(x=alt.value(2), y=y, text="label:N"),
    ).properties(height=50 * len(factors))


def _directed(rows: pd.DataFrame) -> pd.DataFrame:
    direction = ["all" if r.factor == "GPU-hours" else "more" if r.ratio > 1 else "less" for r in rows.itertuples()]
    return rows.assign(direction=direction)


@figure(study.saving)
def saving(rows: pd.DataFrame) -> Figure:
    """Sum the chapter up: where the ratio of GPU-hours comes from."""
    data = table("steps", _directed(rows))
    at = rows.set_index("factor")["ratio"]
    listed = "; ".join(r.label.replace("× ", "times ").replace("= ", "in all ") for r in rows.itertuples())
    return Figure(
        chart=_steps(rows, alt.Chart(data), alt.Chart(data)),
        title=f"{at['GPU-hours']:.1f} times fewer GPU-hours, because a token meets an eighteenth of the model",
        subtitle="GPU-hours of the training runs of Llama-405B (first number) and DeepSeek-V3 (second), taken apart into factors that multiply exactly",
        caption="Each bar starts where the one above ends. DeepSeek-V3 is the larger model, which alone would have cost more; but few of its parameters work on a given token (of a dense model, all but the table in which a token is looked up). "
        "Llama read a twentieth more text; the chips were used equally well. Arithmetic is counted as six FLOP for each working parameter and token, the peak as that of BF16; "
        "with attention counted the share of the peak moves a little, the share at work does not.",
        alt=f"Stepwise bars on a logarithmic scale from one to {at['GPU-hours']:.1f}. {listed}.",
        sources=("deepseekv3_2024", "llama3", "llama31card", "computed"),
    )


@figure(study.decompositions)
def decomposition(rows: pd.DataFrame) -> Figure:
    """Let the reader choose what counts as arithmetic and as peak, and see which factors move."""
    counted = menu("counted", "Arithmetic counted", list(study.COUNTED), next(iter(study.COUNTED)))
    peak = menu("peak", "Peak that V3 is credited with", list(study.PEAKS), "BF16")
    chosen = "datum.counted == counted && datum.peak == peak"
    base = alt.Chart(table("steps", _directed(rows))).transform_filter(chosen)
    at = rows.set_index(["counted", "peak", "factor"])["ratio"]
    listed = "; ".join(
        f"{how}, {what}: chips {at[how, what, 'utilisation'] * at[how, what, 'peak']:.2f}, sparsity {at[how, what, 'sparsity']:.1f}"
        for how in study.COUNTED
        for what in study.PEAKS
    )
    return Figure(
        chart=_steps(rows, base, base).add_params(counted, peak),
        title="Change the definition: the chips’ part stays near one, the sparsity stays where it is",
        subtitle="The same ratio of GPU-hours under six definitions; first number Llama-405B, second DeepSeek-V3",
        caption="With the FP8 peak, the chip is credited with twice the speed and the run with half the utilisation; the two cancel. "
        "Attention weighs more in V3, which has as many heads as Llama and a tenth of its working parameters. Llama’s peak is that of BF16, in which it was trained; sequences are those of each run’s training, 4,096 and 8,192 tokens.",
        alt=f"Stepwise bars with menus for the definition. The product is {at.xs('GPU-hours', level='factor').iloc[0]:.1f} in each case. Peak times utilisation, and sparsity, by definition: {listed}.",
        sources=("deepseekv3_2024", "llama3", "llama31card", "nvidiah100", "computed"),
    )


@figure(study.flop_per_token)
def flop_per_token(rows: pd.DataFrame) -> Figure:
    """Hold the published FLOP a token against ours by three definitions."""
    models = list(dict.fromkeys(rows["model"]))
    shapes = dict(zip(study.COUNTED, ("triangle-up", "circle", "square"), strict=True))
    y = alt.Y("model:N", sort=models, axis=None)
    x = alt.X(
        "ratio:Q",
        title="our count over the published one",
        scale=alt.Scale(domain=[0.76, 1.24], nice=False, zero=False),
        axis=alt.Axis(values=[0.8, 0.9, 1.0, 1.1, 1.2], format=".1f"),
    )
    first = rows.drop_duplicates("model")
    causal = rows[rows["counted"] == "with attention, causal"]
    said = pd.DataFrame(
        {
            "model": models,
            "label": [
                f"{r.model}: published {r.published:,.0f}, causal {r.gflop:,.0f} GFLOP" for r in causal.itertuples()
            ],
        }
    )
    chart = alt.layer(
        alt.Chart(table("published", first.assign(one=1.0)[["model", "one"]]))
        .mark_tick(color=theme.PUBLISHED, thickness=3, size=26)
        .encode(x=alt.X("one:Q"), y=y),
        alt.Chart(table("counts", rows))
        .mark_point(size=85, opacity=1)
        .encode(
            x=x,
            y=y,
            color=model_colours(models),
            shape=alt.Shape(
                "counted:N",
                scale=alt.Scale(domain=list(shapes), range=list(shapes.values())),
                legend=alt.Legend(title=None, columns=1, symbolFillColor=theme.INK, symbolStrokeColor=theme.INK),
            ),
            tooltip=["model:N", "counted:N", "gflop:Q", "published:Q"],
        ),
        row_labels("names", said, y, dy=-20),
    ).properties(height=62 * len(models))
    listed = "; ".join(
        f"{r.model} published {r.published:,.0f} GFLOP, ours with causal attention {r.gflop:,.0f}"
        for r in causal.itertuples()
    )
    return Figure(
        chart=chart,
        title="Three of four published counts agree with our causal one; the fourth fits none of our definitions",
        subtitle="Training FLOP a token at 4,096 tokens of context, counted from the configuration, over the figure in DeepSeek’s hardware paper",
        caption="Upright marks: as published. A definition agrees where its mark covers the upright one. For Llama-405B attention is so small a part that all three are near.",
        alt=f"Dot plot of our count over the published one by three definitions. {listed}. For Qwen-72B all three definitions exceed the published figure.",
        sources=("isca_deepseek_2025", "computed"),
    )


@figure(study.utilisations)
def utilisation(rows: pd.DataFrame) -> Figure:
    """Draw the utilisation of both runs, one row a definition, with the published figure where there is one."""
    names = list(dict.fromkeys(rows["row"]))
    y = alt.Y("row:N", sort=names, axis=None)
    x = alt.X(
        "share:Q",
        title="share of the peak that was used",
        scale=alt.Scale(domain=[0, 0.56], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.1, 0.2, 0.3, 0.4, 0.5]),
    )
    ours = rows[rows["by"] == "ours"]
    theirs = rows[rows["by"] != "ours"]
    said = pd.DataFrame({"row": names, "label": [name[0].upper() + name[1:] for name in names]})
    colours = {"DeepSeek-V3": FAMILIES["DeepSeek"], "Llama-405B": FAMILIES["Llama"]}
    shape = alt.Shape(
        "model:N",
        scale=alt.Scale(domain=list(colours), range=["circle", "diamond"]),
        legend=alt.Legend(title=None, columns=2),
    )
    chart = alt.layer(
        alt.Chart(table("published", theirs))
        .mark_tick(color=theme.PUBLISHED, thickness=3, size=20)
        .encode(x=x, y=y, tooltip=["by:N", "model:N", "share:Q"]),
        alt.Chart(table("ours", ours))
        .mark_point(size=95, opacity=1)
        .encode(
            x=x, y=y, color=named_colour("model", colours, legend=True), shape=shape, tooltip=["model:N", "share:Q"]
        ),
        alt.Chart(table("published", theirs))
        .mark_text(align="left", dx=9, color=theme.PUBLISHED)
        .encode(x=x, y=y, text="by:N"),
        row_labels("definitions", said, y),
    ).properties(height=52 * len(names))
    listed = "; ".join(f"{r.row}: {r.model} {r.share:.1%} ({r.by})" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title="One run, from 17 to 44 per cent: a utilisation says nothing without its definition",
        subtitle="Utilisation of the training runs of DeepSeek-V3 and Llama-405B by definition; upright marks are published figures",
        caption="Compare within a row only. Epoch's figure divides by the peak of the PCIe card and by 2.688 million hours. "
        "V3's average over all hours equals the speed measured later; Llama's is below its speed, for its hours hold the standstills too.",
        alt=f"Dot plot. {listed}.",
        sources=("deepseekv3_2024", "isca_deepseek_2025", "llama3", "llama31card", "epochcosts2024", "computed"),
    )
