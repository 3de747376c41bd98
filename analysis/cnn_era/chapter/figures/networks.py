"""Figures of section 1: networks counted, accuracy against compute, old networks with new recipes."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.cnn_era.chapter.figures.look import ERAS, log_ticks
from analysis.kit import theme
from analysis.kit.charts import AMOUNT, labels, named_shape
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, significant

_GREEN = ERAS["CNN"]
_GIGA = (
    "datum.value >= 9e8 ? format(datum.value / 1e9, '~g') + ' billion' : format(datum.value / 1e6, '~g') + ' million'"
)


@figure
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
            labelExpr=AMOUNT,
        ),
    )
    y = alt.Y("name:N", sort=names, axis=None)
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=list(words.values()), range=[theme.CHAOTIC, _GREEN]),
        legend=alt.Legend(title=None),
    )
    shape = named_shape("what", dict(zip(words.values(), ["square", "circle"], strict=True)))
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
                fontSize=theme.SMALL,
            )
            .encode(x=x, y=y, text="label:N", color=alt.value(_GREEN if what != "parameters" else theme.CHAOTIC))
            for what, part in parts.items()
        ),
        alt.Chart(table("names", rows[["name"]]))
        .mark_text(align="left", dy=-15, fontWeight="bold")
        .encode(x=alt.value(2), y=y, text="name:N"),
    ).properties(height=46 * len(names))
    heaviest, last = rows.loc[rows["macs"].idxmax()], rows.iloc[-1]
    work, parameters = (heaviest[what] / last[what] for what in ("macs", "parameters"))
    size = rows["size"].mode().iloc[0]
    others = "".join(f", {r.name}'s of {r.size}" for r in rows[rows["size"] != size].itertuples())
    listed = "; ".join(f"{r.name}: {r.parameters:,} parameters, {r.macs:,} multiply-adds" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title=f"From {heaviest['name']} to {last['name']} the work for one image falls {work:.0f} times, the parameters {parameters:.0f} times",
        subtitle="Parameters and multiply-adds for one image, counted layer by layer, oldest network first",
        caption=f"Images of {size} pixels{others}. A multiply-add is counted once; biases, normalisation and activations are left out of the multiply-adds, as is the custom. "
        "GoogLeNet is the network of its paper without the auxiliary classifiers, ResNet-50 the version whose middle convolutions take the stride.",
        alt=f"Dot plot of exact counts on a logarithmic axis. {listed}.",
        sources=("krizhevsky2012", "howard2017", "torchvision", "computed"),
        columns={"number": "parameters, or multiply-adds for one image, number"},
        holds=bool(min(work, parameters) > 1),
    )


@figure
def best_buys(networks: pd.DataFrame, fronts: pd.DataFrame, then: int, now: int) -> Figure:
    """Draw accuracy against multiply-adds, with the Pareto front of a year of the reader's choice."""
    columns = ["network", "name", "recipe", "year", "macs", "top1"]
    rows = significant(networks[columns].sort_values("year", kind="stable"))
    fronts = significant(fronts[["year", *columns[:3], *columns[4:]]])
    years = fronts["year"]
    year = slider("year", "Known by the end of", int(years.min()), int(years.max()), 1, now, thousands=False)
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
    first = fronts[fronts["year"] == then]
    # one label a network: that of the recipe as it was first tested
    named = front.transform_filter("indexof(datum.recipe, 'larger') < 0")
    short = "datum.recipe == 'original' ? datum.name : datum.name + ' (' + slice(datum.recipe, 0, 4) + ')'"
    shown = fronts[fronts["year"] == now]
    chart = alt.layer(
        alt.Chart(table(f"front of {then}", first))
        .transform_filter(f"year >= {then}")
        .mark_line(color=theme.THEORY, strokeDash=theme.THEORY_DASH, strokeWidth=1.2, interpolate="step-after")
        .encode(x=x, y=y),
        known.mark_point(color=theme.PUBLISHED, size=26, filled=False, opacity=1).encode(
            x=x, y=y, tooltip=["name:N", "recipe:N", "year:Q", "macs:Q", "top1:Q"]
        ),
        front.mark_line(color=_GREEN, interpolate="step-after").encode(x=x, y=y),
        front.mark_point(color=_GREEN, size=75, opacity=1).encode(x=x, y=y),
        named.transform_filter("datum.macs < 2e9")
        .transform_calculate(text=short)
        .mark_text(align="left", dx=7, dy=8, color=_GREEN, fontSize=theme.SMALL)
        .encode(x=x, y=y, text="text:N"),
        named.transform_filter("datum.macs >= 2e9")
        .transform_calculate(text=short)
        .mark_text(align="right", dx=-7, dy=-8, color=_GREEN, fontSize=theme.SMALL)
        .encode(x=x, y=y, text="text:N"),
        labels(
            f"label of {then}",
            pd.DataFrame({"macs": [1.65e9], "top1": [63.0], "label": [f"front of {then}"]}),
            x,
            y,
            theme.THEORY,
            dx=0,
        ).transform_filter(f"year >= {then}"),
    ).properties(height=380)
    best = first.loc[first["top1"].idxmax()]
    least = shown.loc[shown["top1"] >= best["top1"], "macs"].min()
    listed = "; ".join(f"{r.name} {r.top1:.1f} % for {r.macs / 1e6:,.0f} million" for r in shown.itertuples())
    old = "; ".join(f"{r.name} {r.top1:.1f} % for {r.macs / 1e6:,.0f} million" for r in first.itertuples())

    def found(year: float) -> str:
        own = fronts[fronts["year"] == year]
        if year < then:
            top = own["top1"].max()
            return f"By the end of {year:.0f} the best network gets {top:.1f}% right, {best['top1'] - top:.1f} points below the best of {then}"
        less = best["macs"] / own.loc[own["top1"] >= best["top1"], "macs"].min()
        if year == then:
            return f"By the end of {then} the best network gets {best['top1']:.1f}% right and takes {best['macs'] / 1e9:.1f} billion multiply-adds"
        return f"By the end of {year:.0f} the best accuracy of {then} had come to cost {less:.0f} times less work"

    return Figure(
        chart=chart,
        controls=[year],
        finding=found,
        subtitle="Accuracy on ImageNet against multiply-adds for one image, with the networks that no other beats",
        caption=f"Move the slider. Green: the Pareto front, what could be had for a budget in that year; dashed: the front of {then}. Accuracies are published, multiply-adds are our counts. "
        "AlexNet’s entry of 2012 looks at ten views of each image. A better recipe counts from the day it was published. The front is about use; what training costs is the next section.",
        alt=f"Scatter plot with a slider for the year. Front of {now}: {listed}. Front of {then}: {old}.",
        sources=("timm", "torchvision", "howard2017", "shufflenet2017", "cnn_era_networks", "computed"),
        columns={"year": "known by the end of this year"},
        holds=bool(least < best["macs"] and all(_found_less(own, best) for _, own in fronts.groupby("year"))),
    )


def _found_less(front: pd.DataFrame, best: pd.Series) -> bool:
    """Whether a front reaches the accuracy of `best` for no more work, or comes before it."""
    reached = front.loc[front["top1"] >= best["top1"], "macs"]
    return bool((front["year"] < best["year"]).all() if reached.empty else reached.min() <= best["macs"])


@figure
def recipes(rows: pd.DataFrame) -> Figure:
    """Show what new recipes gave to old networks."""
    rows = significant(rows[["network", "name", "recipe", "year", "top1", "gain", "more_training"]])
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
    gains = (spans["high"] - spans["low"]).to_numpy()
    own = rows[rows["network"] == "resnet50"]
    best = own.loc[own["top1"].idxmax()]
    lean = own[(own["more_training"] < 1) & (own["gain"] > 0)]
    leaner = "".join(
        f", and one of {r.year} beats the first with {Number(r.more_training, '.0%')} of it" for r in lean.itertuples()
    )
    return Figure(
        chart=chart,
        title=f"The same network, years later: the recipe alone gives {gains.min():.1f} to {gains.max():.1f} points",
        subtitle="Accuracy on ImageNet of one network trained by its first recipe and by later ones, at the same image size",
        caption=f"Every mark is published. Nothing in the network changed, so that it costs the same to use; the best recipe for ResNet-50 takes {best['more_training']:.1f} times the training of the first{leaner}. "
        "Part of what is called a better architecture is a better recipe.",
        alt=f"Dot plot of accuracies by recipe. {listed}.",
        sources=("timm", "torchvision", "howard2017", "wightman2021", "cnn_era_networks"),
        columns={"more_training": "compute of training, times that of the first recipe"},
        holds=bool((gains > 0).all()),
    )
