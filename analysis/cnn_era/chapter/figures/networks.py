"""Figures of section 1: networks counted, accuracy against compute, old networks with new recipes."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.cnn_era.chapter import study
from analysis.cnn_era.chapter.figures.look import ERAS, log_ticks
from analysis.kit import theme
from analysis.kit.charts import labels, slider
from analysis.kit.figure import Figure, figure, table

_GREEN = ERAS["CNN"]
_GIGA = (
    "datum.value >= 9e8 ? format(datum.value / 1e9, '~g') + ' billion' : format(datum.value / 1e6, '~g') + ' million'"
)


@figure(study.counts)
def counted(rows: pd.DataFrame) -> Figure:
    """Show parameters and multiply-adds of nine networks as exact integers."""
    names = list(rows["name"])
    words = {"parameters": "parameters", "macs": "multiply-adds for one image"}
    long = rows.melt(["name"], ["parameters", "macs"], "what", "number")
    long["label"] = [f"{n:,}" for n in long["number"]]
    long["what"] = long["what"].map(words)
    x = alt.X(
        "number:Q",
        **log_ticks(
            ["how many (each step is ten times more)"],
            (4e5, 2e12),
            [1e6, 1e7, 1e8, 1e9, 1e10],
            labelExpr="datum.value >= 9e8 ? format(datum.value / 1e9, 'd') + ' billion' : format(datum.value / 1e6, 'd') + ' million'",
            labelOverlap=True,
        ),
    )
    y = alt.Y("name:N", sort=names, axis=None)
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=list(words.values()), range=[theme.CHAOTIC, _GREEN]),
        legend=alt.Legend(title=None),
    )
    shape = alt.Shape(
        "what:N",
        scale=alt.Scale(domain=list(words.values()), range=["square", "circle"]),
        legend=alt.Legend(title=None),
    )
    parts = {what: long[long["what"] == what] for what in words.values()}
    chart = alt.layer(
        alt.Chart(table("networks", rows[["name", "parameters", "macs"]]))
        .mark_rule(color=theme.GRID, strokeWidth=4)
        .encode(x=alt.X("parameters:Q"), x2="macs:Q", y=y),
        alt.Chart(table("counts", long)).mark_point(size=70, opacity=1).encode(x=x, y=y, color=colour, shape=shape),
        *(
            alt.Chart(table(f"label of {what}", part))
            .mark_text(
                align="left" if what != "parameters" else "right",
                dx=7 if what != "parameters" else 9,
                dy=0 if what != "parameters" else 15,
                fontSize=11,
            )
            .encode(x=x, y=y, text="label:N", color=alt.value(_GREEN if what != "parameters" else theme.CHAOTIC))
            for what, part in parts.items()
        ),
        alt.Chart(table("names", rows[["name"]]))
        .mark_text(align="left", dy=-15, fontWeight="bold")
        .encode(x=alt.value(2), y=y, text="name:N"),
    ).properties(height=46 * len(names))
    listed = "; ".join(f"{r.name}: {r.parameters:,} parameters, {r.macs:,} multiply-adds" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title="The heaviest networks are of 2014; five years later a better one needs a fortieth of the work",
        subtitle="Parameters and multiply-adds for one image, counted layer by layer, oldest network first",
        caption="Images of 224 pixels, AlexNet's of 227. A multiply-add is counted once; biases, normalisation and activations are left out of the multiply-adds, as is the custom. "
        "GoogLeNet is the network of its paper without the auxiliary classifiers, ResNet-50 the version whose 3×3 convolutions take the stride.",
        alt=f"Dot plot of exact counts on a logarithmic axis. {listed}.",
        sources=("krizhevsky2012", "howard2017", "torchvision", "computed"),
    )


@figure(study.networks, study.fronts)
def best_buys(rows: pd.DataFrame, fronts: pd.DataFrame) -> Figure:
    """Draw accuracy against multiply-adds, with the Pareto front of a year of the reader's choice."""
    year = slider("year", "Networks and recipes known by the end of", 2012, 2024, 1, 2019)
    x = alt.X(
        "macs:Q",
        **log_ticks(
            ["multiply-adds for one image", "(each step is ten times more)"],
            (8e7, 3e10),
            [1e8, 1e9, 1e10],
            labelExpr=_GIGA,
        ),
    )
    y = alt.Y("top1:Q", title="right answers, first guess (%)", scale=alt.Scale(domain=[54, 84], nice=False))
    known = alt.Chart(table("networks", rows)).transform_filter("datum.year <= year")
    front = alt.Chart(table("fronts", fronts)).transform_filter("datum.year == year")
    first = fronts[fronts["year"] == 2014]
    # one label a network: that of the recipe as it was first tested
    named = front.transform_filter("indexof(datum.recipe, 'larger') < 0")
    short = "datum.recipe == 'original' ? datum.name : datum.name + ' (' + slice(datum.recipe, 0, 4) + ')'"
    shown = fronts[fronts["year"] == 2019]
    chart = alt.layer(
        alt.Chart(table("front of 2014", first))
        .mark_line(color=theme.THEORY, strokeDash=theme.THEORY_DASH, strokeWidth=1.2, interpolate="step-after")
        .encode(x=x, y=y),
        known.mark_point(color=theme.PUBLISHED, size=40, opacity=0.75).encode(
            x=x, y=y, tooltip=["name:N", "recipe:N", "year:Q", "macs:Q", "top1:Q"]
        ),
        front.mark_line(color=_GREEN, interpolate="step-after").encode(x=x, y=y),
        front.mark_point(color=_GREEN, size=75, opacity=1).encode(x=x, y=y),
        named.transform_filter("datum.macs < 2e9")
        .transform_calculate(text=short)
        .mark_text(align="left", dx=7, dy=10, color=_GREEN, fontSize=11)
        .encode(x=x, y=y, text="text:N"),
        named.transform_filter("datum.macs >= 2e9")
        .transform_calculate(text=short)
        .mark_text(align="right", dx=-7, dy=-8, color=_GREEN, fontSize=11)
        .encode(x=x, y=y, text="text:N"),
        labels(
            "label of 2014",
            pd.DataFrame({"macs": [1.65e9], "top1": [63.0], "label": ["front of 2014"]}),
            x,
            y,
            theme.THEORY,
            dx=0,
        ),
    ).properties(height=380)
    best = first.loc[first["top1"].idxmax()]
    least = shown.loc[shown["top1"] >= best["top1"], "macs"].min()
    listed = "; ".join(f"{r.name} {r.top1:.1f} % for {r.macs / 1e6:,.0f} million" for r in shown.itertuples())
    old = "; ".join(f"{r.name} {r.top1:.1f} % for {r.macs / 1e6:,.0f} million" for r in first.itertuples())
    return Figure(
        chart=chart.add_params(year),
        title=f"In five years the best accuracy of 2014 came to cost {best['macs'] / least:.0f} times less work",
        subtitle="Accuracy on ImageNet against multiply-adds for one image, with the networks that no other beats",
        caption="Move the slider. Green: the Pareto front, what could be had for a budget in that year; dashed: the front of 2014. Accuracies are published, multiply-adds are our counts. "
        "AlexNet’s entry of 2012 looks at ten views of each image. A better recipe counts from the day it was published. The front is about use; what training costs is the next section.",
        alt=f"Scatter plot with a slider for the year. Front of 2019: {listed}. Front of 2014: {old}.",
        sources=("timm", "torchvision", "howard2017", "shufflenet2017", "cnn_era_networks", "computed"),
    )


@figure(study.recipes)
def recipes(rows: pd.DataFrame) -> Figure:
    """Show what new recipes gave to old networks."""
    spans = rows.groupby(["network", "name"], sort=False).agg(
        low=("top1", "first"), high=("top1", "max"), first=("year", "first"), last=("year", "max")
    )
    spans = spans.reset_index()
    names = list(spans["name"])
    scale = alt.Scale(domain=[69, 84], nice=False)
    x = alt.X("top1:Q", title="right answers, first guess (%)", scale=scale)
    y = alt.Y("name:N", sort=names, axis=None)
    ends = pd.concat(
        [
            spans.assign(top1=spans["low"], label=[f"{r.first}: {r.low:.1f}" for r in spans.itertuples()], side="old"),
            spans.assign(top1=spans["high"], label=[f"{r.last}: {r.high:.1f}" for r in spans.itertuples()], side="new"),
        ]
    )[["name", "top1", "label", "side"]]
    chart = alt.layer(
        alt.Chart(table("spans", spans))
        .mark_rule(color=theme.GRID, strokeWidth=5)
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y),
        alt.Chart(table("recipes", rows))
        .mark_point(size=70, opacity=1, color=theme.PUBLISHED)
        .encode(x=x, y=y, tooltip=["name:N", "recipe:N", "top1:Q", "more_training:Q"]),
        alt.Chart(table("ends", ends[ends["side"] == "new"]))
        .mark_point(size=90, opacity=1, color=_GREEN)
        .encode(x=x, y=y),
        alt.Chart(table("ends", ends[ends["side"] == "new"]))
        .mark_text(align="left", dx=9, color=_GREEN)
        .encode(x=x, y=y, text="label:N"),
        alt.Chart(table("starts", ends[ends["side"] == "old"]))
        .mark_text(align="center", dy=17, color=theme.PUBLISHED)
        .encode(x=x, y=y, text="label:N"),
        alt.Chart(table("names", spans[["name"]]))
        .mark_text(align="left", dy=-18, fontWeight="bold")
        .encode(x=alt.value(2), y=y, text="name:N"),
    ).properties(height=62 * len(names))
    listed = "; ".join(
        f"{r.name}, {r.recipe}: {r.top1:.1f} %"
        + (f" for {r.more_training:.1f} times the training" if r.more_training == r.more_training else "")
        for r in rows.itertuples()
    )
    best = rows[rows["network"] == "resnet50"].iloc[-1]
    return Figure(
        chart=chart,
        title="The same network, years later: the recipe alone gives almost five points",
        subtitle="Accuracy on ImageNet of one network trained by its first recipe and by later ones, at the same image size",
        caption=f"Every mark is published. Nothing in the network changed, so that it costs the same to use; the best recipe for ResNet-50 takes {best['more_training']:.1f} times the training of the first, "
        "and one of 2021 beats the first with half of it. Part of what is called a better architecture is a better recipe.",
        alt=f"Dot plot of accuracies by recipe. {listed}.",
        sources=("timm", "torchvision", "howard2017", "wightman2021", "cnn_era_networks"),
    )
