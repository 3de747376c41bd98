"""Figures of borrowed learning: the multiplier of data, what may learn, and a source that is too narrow."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import AMOUNT, labels, named_colour, named_shape, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, roughly, roughly_rule, significant
from analysis.toolbox.base import MODEL
from analysis.toolbox.few_shot import LOGISTIC, NEAREST, PIXELS, RANDOM, SIX, TWO, behind_pixels
from analysis.toolbox.fine_tuning import FULL, HEAD, SCRATCH
from analysis.toolbox.targets import FAR, NEAR
from analysis.toolbox.transfer import low_data_limit, multiplier, multipliers, transfer_law

#: Own data that the finding of the multiplier names, characters.
SOME = 3e6
#: Standard errors that a stroke is long, to each side.
BARS = 2
#: Powers of ten of the sizes that the slider offers.
_SIZES = (6.0, 11.0)
_WAYS = {
    SCRATCH: (theme.PUBLISHED, "circle", [1, 0], "from scratch"),
    FULL: (theme.COMPUTED, "square", [1, 0], "all learns"),
    HEAD: (theme.ORDERED, "diamond", [8, 2], "output layer learns"),
    "rank 4": (theme.ACCENT, "triangle-up", [4, 2], "adapter, rank 4"),
    "rank 1": (theme.CHAOTIC, "triangle-down", [2, 2], "adapter, rank 1"),
}
_TEXTS = {NEAR: "English about Python", FAR: "C"}


def _own(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean multiplier of our networks whose parameters all learn, and its lowest and highest over the seeds."""
    rows = multipliers(runs)
    rows = rows[(rows["way"] == FULL) & np.isfinite(rows["times"])]
    whole = rows.groupby(["text", "symbols"], sort=False)["times"].agg(
        ["count", "min", "max", lambda t: np.exp(np.log(t).mean())]
    )
    whole.columns = ["seeds", "least", "most", "times"]
    # a mean of those seeds alone whose loss lies on the curve would be too low
    whole = whole[whole["seeds"] == runs["seed"].nunique()]
    return whole.reset_index()


@figure
def transfer(runs: pd.DataFrame, unfinished: tuple[float, float], size: float) -> Figure:
    """Let the reader set a model's size, and see what pre-training multiplies own data by.

    Parameters
    ----------
    runs : DataFrame
        Of ``toolbox-transfer``, the seeds that conclude.
    unfinished : tuple of float
        Least and most nats by which twice the steps lower the loss from scratch on much data.
    size : float
        Power of ten of the parameters at which the slider starts.
    """
    law = transfer_law()
    controls = [slider("size", "Parameters, as a power of ten", *_SIZES, 0.5, size, "10^{}")]
    grid = np.geomspace(1e3, 1e10, 57)
    log_k = f"{law.k:.9g} * pow(pow(10, size), {law.beta:.9g})"
    growth = float(np.log10(low_data_limit(1e7) / low_data_limit(1e6)))
    limit = f"({low_data_limit(1.0):.9g} * pow(pow(10, size), {growth:.9g}))"
    x = alt.X(
        "own:Q",
        **ticks("own data, characters", 600, 1e10, [1e3, 1e5, 1e7, 1e9], step="a hundred times more", labelExpr=AMOUNT),
    )
    height = ticks("times the data", 1, 1e6, [1, 10, 100, 1e3, 1e4, 1e5, 1e6], step="ten times more", labelExpr=AMOUNT)
    y = alt.Y("times:Q", **height)
    rows = pd.DataFrame({"own": grid})
    times = f"1 + {log_k} * pow(datum.own, {law.alpha - 1:.9g})"
    own = significant(_own(runs))
    own["own"] = own["symbols"].astype(float)
    own["which"] = own["text"].map(_TEXTS)
    colours = {_TEXTS[NEAR]: theme.COMPUTED, _TEXTS[FAR]: theme.CHAOTIC}
    shapes = {_TEXTS[NEAR]: "circle", _TEXTS[FAR]: "square"}
    inside = alt.Chart(table("law", rows)).transform_calculate(times=times)
    chart = alt.layer(
        inside.transform_filter(f"datum.own > {limit}")
        .mark_line(color=theme.PUBLISHED, strokeDash=[2, 3], strokeWidth=1.5)
        .encode(x=x, y=y),
        inside.transform_filter(f"datum.own <= {limit}")
        .mark_line(color=theme.PUBLISHED, strokeWidth=2.5)
        .encode(x=x, y=y),
        labels(
            "name of the law",
            pd.DataFrame({"own": [2e4], "label": ["published law"]}),
            x,
            y,
            theme.PUBLISHED,
            dx=8,
            dy=-8,
        ).transform_calculate(times=times),
        alt.Chart(table("spread", own[["own", "least", "most", "which"]]))
        .mark_rule(strokeWidth=2)
        .encode(x=x, y=alt.Y("least:Q", **height), y2="most:Q", color=named_colour("which", colours, legend=True)),
        alt.Chart(table("own", own[["own", "times", "which", "seeds"]]))
        .mark_point(size=70, opacity=1, filled=True)
        .encode(
            x=x,
            y=y,
            color=named_colour("which", colours, legend=True),
            shape=named_shape("which", shapes),
            tooltip=["which:N", "own:Q", "times:Q"],
        ),
    ).properties(height=340)

    def found(size: float) -> str:
        worth = roughly(float(multiplier(10**size, SOME)))
        return (
            f"At {roughly(10**size)} parameters, reading English first multiplies {roughly(SOME)} characters by {worth}"
        )

    worth = roughly_rule(f"(1 + {log_k} * pow({SOME:.9g}, {law.alpha - 1:.9g}))")
    rule = (
        f"'At ' + {roughly_rule('pow(10, size)')} + ' parameters, reading English first multiplies {roughly(SOME)} "
        f"characters by ' + {worth}"
    )
    listed = "; ".join(
        f"{r.which}, {r.own:,.0f} symbols: {r.times:.1f} times ({r.least:.1f} to {r.most:.1f})"
        for r in own.itertuples()
    )
    falls = all(part.sort_values("own")["times"].is_monotonic_decreasing for _, part in own.groupby("text"))
    drawn = pd.DataFrame({"own": grid, "times": multiplier(10**size, grid, beyond=True), "which": "published law"})
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=rule,
        holds=bool(falls and (own["times"] > 1).all() and law.alpha < 1),
        subtitle="Data that a network from scratch needs for the same loss, over the own data: law for Python code, and our runs",
        caption=f"Line: fitted to transformers that had read English and went on with Python, read at second hand; dotted where, by our estimate, own data are no longer scarce and it was not found to hold. "
        f"Points: our networks of {MODEL.parameters:,} parameters, which had read Python, with the lowest and highest of the seeds. They are far smaller and went elsewhere, so that the line is not theirs to meet; what they share is the fall. "
        f"Where data are many, longer training lowers the loss from scratch by {unfinished[0]:.2f} to {unfinished[1]:.2f} nats, so that the points are somewhat too high.",
        alt=f"Two logarithmic axes: own data against times the data. A falling line from the law, at the start {roughly(float(multiplier(10**size, SOME, beyond=True)))} "
        f"at {roughly(SOME)} characters. Points of our own: {listed}.",
        sources=("toolbox", "hernandez2021", "computed"),
        data=significant(pd.concat([drawn, own[["own", "times", "which", "least", "most", "seeds"]]])),
        columns={
            "own": "own data, characters",
            "times": "times the data: equivalent data over own data",
            "which": "the law, or the text that our networks went to",
            "least": "lowest of the seeds, times",
            "most": "highest of the seeds, times",
            "seeds": "networks",
        },
    )


@figure
def ways(runs: pd.DataFrame) -> Figure:
    """Draw the loss on both texts against own data, by what of the network learns.

    Parameters
    ----------
    runs : DataFrame
        Of ``toolbox-transfer``, the seeds that conclude.
    """
    whole = runs.groupby(["text", "way", "symbols"], sort=False)["loss"].agg(["mean", "min", "max"]).reset_index()
    rows = significant(whole.rename(columns={"mean": "loss", "min": "least", "max": "most"}))
    rows["learns"] = rows["way"].map({way: words for way, (*_, words) in _WAYS.items()})
    words = {words: (colour, shape, dash) for colour, shape, dash, words in _WAYS.values()}
    colours = named_colour("learns", {name: each[0] for name, each in words.items()}, legend=True)
    shapes = named_shape("learns", {name: each[1] for name, each in words.items()})
    dashes = alt.StrokeDash(
        "learns:N", scale=alt.Scale(domain=list(words), range=[each[2] for each in words.values()]), legend=None
    )
    x = alt.X(
        "symbols:Q", **ticks("own characters", 700, 4e5, [1e3, 1e4, 1e5], step="ten times more", labelExpr=AMOUNT)
    )
    panels = []
    for text, name in _TEXTS.items():
        part = rows[rows["text"] == text]
        low, high = math.floor(part["least"].min() * 5) / 5, math.ceil(part["most"].max() * 5) / 5
        values = [v for v in (1.5, 2, 2.5, 3, 3.5, 4) if low <= v <= high]
        up = ticks("loss, nats a symbol", low, high, values)
        y = alt.Y("loss:Q", **up)
        panels.append(
            alt.layer(
                alt.Chart(table(f"spread {name}", part[["symbols", "least", "most", "learns"]]))
                .mark_rule(strokeWidth=1.5)
                .encode(x=x, y=alt.Y("least:Q", **up), y2="most:Q", color=colours),
                alt.Chart(table(f"lines {name}", part[["symbols", "loss", "learns"]]))
                .mark_line(strokeWidth=1.8)
                .encode(x=x, y=y, color=colours, strokeDash=dashes),
                alt.Chart(table(f"points {name}", part[["symbols", "loss", "learns"]]))
                .mark_point(size=55, opacity=1, filled=True)
                .encode(x=x, y=y, color=colours, shape=shapes, tooltip=["learns:N", "symbols:Q", "loss:Q"]),
            ).properties(height=280, title=f"to {name}")
        )
    at = whole.set_index(["text", "way", "symbols"])
    far = at.loc[FAR]
    most = int(whole[whole["way"] == FULL]["symbols"].max())
    least = int(whole["symbols"].min())
    ahead = [
        bool(at.loc[(text, FULL, own), "max"] < at.loc[(text, SCRATCH, own), "min"])
        for text in _TEXTS
        for own in (least, most)
    ]
    small = [
        bool(far.loc[(way, least), "max"] < far.loc[(SCRATCH, least), "min"]) for way in (HEAD, "rank 4", "rank 1")
    ]
    late = [bool(far.loc[(way, most), "min"] > far.loc[(SCRATCH, most), "max"]) for way in (HEAD, "rank 4", "rank 1")]
    listed = "; ".join(
        f"{_TEXTS[r.text]}, {r.learns}, {r.symbols:,}: {r.loss:.2f}"
        for r in rows.itertuples()
        if r.symbols in (least, most)
    )
    return Figure(
        chart=alt.concat(*panels, columns=2),
        title=f"On {least:,} characters of C a small adapter beats starting from scratch, on {most:,} it loses to it",
        holds=all(ahead) and all(small) and all(late),
        subtitle="Loss of a network that had read Python, by own data and by what of it goes on learning",
        caption="Upright strokes: lowest and highest of the seeds. Rate and decay were tuned with a fifth seed, by a part of the own text; where only a part learns, the rate alone was. "
        "The axes do not begin at zero.",
        alt=f"Two panels of loss against own characters. {listed}.",
        sources=("computed",),
        data=rows[["text", "learns", "symbols", "loss", "least", "most"]],
        columns={
            "text": "text that the network goes on with",
            "learns": "what of the network goes on learning",
            "symbols": "own data, characters",
            "loss": "mean loss over the seeds, nats a symbol",
            "least": "lowest loss of the seeds, nats a symbol",
            "most": "highest loss of the seeds, nats a symbol",
        },
    )


@figure
def narrow(digits: pd.DataFrame) -> Figure:
    """Draw the accuracy on new digits against the examples of each, by how images are described.

    Parameters
    ----------
    digits : DataFrame
        Of ``toolbox-digits``.
    """
    group = digits.groupby(["classifier", "description", "shots"], sort=False)["accuracy"]
    rows = group.agg(["mean", "sem", "count"]).reset_index().rename(columns={"mean": "accuracy"})
    rows["low"], rows["high"] = rows["accuracy"] - BARS * rows["sem"], rows["accuracy"] + BARS * rows["sem"]
    rows = significant(rows[["classifier", "description", "shots", "accuracy", "low", "high"]])
    looks = {
        PIXELS: (theme.PUBLISHED, "circle", [1, 0]),
        RANDOM: (theme.ORDERED, "diamond", [6, 2]),
        SIX: (theme.COMPUTED, "square", [1, 0]),
        TWO: (theme.CHAOTIC, "triangle-up", [3, 2]),
    }
    colours = named_colour("description", {name: each[0] for name, each in looks.items()}, legend=True)
    shapes = named_shape("description", {name: each[1] for name, each in looks.items()})
    dashes = alt.StrokeDash(
        "description:N", scale=alt.Scale(domain=list(looks), range=[each[2] for each in looks.values()]), legend=None
    )
    across = ticks("examples of each new digit", 0.85, 60, [1, 2, 5, 10, 20, 50], step="two to three times more")
    x = alt.X("shots:Q", **across)
    up = ticks("share recognised", 0.6, 1, [0.6, 0.7, 0.8, 0.9, 1], format="%")
    y = alt.Y("accuracy:Q", **up)
    panels = []
    for classifier in (NEAREST, LOGISTIC):
        part = rows[rows["classifier"] == classifier].drop(columns="classifier")
        panels.append(
            alt.layer(
                alt.Chart(table(f"errors, {classifier}", part))
                .mark_rule(strokeWidth=1.5)
                .encode(x=x, y=alt.Y("low:Q", **up), y2="high:Q", color=colours),
                alt.Chart(table(f"lines, {classifier}", part[["description", "shots", "accuracy"]]))
                .mark_line(strokeWidth=1.8)
                .encode(x=x, y=y, color=colours, strokeDash=dashes),
                alt.Chart(table(f"points, {classifier}", part[["description", "shots", "accuracy"]]))
                .mark_point(size=55, opacity=1, filled=True)
                .encode(x=x, y=y, color=colours, shape=shapes, tooltip=["description:N", "shots:Q", "accuracy:Q"]),
            ).properties(height=280, title=classifier)
        )
    gaps = behind_pixels(digits)
    learned = gaps[gaps["description"] == SIX]
    two = gaps[gaps["description"] == TWO].set_index(["classifier", "shots"])["behind"]
    six = learned.set_index(["classifier", "shots"])["behind"]
    listed = "; ".join(
        f"{r.classifier}, {r.description}, {r.shots} examples: {r.accuracy:.1%}"
        for r in rows.itertuples()
        if r.shots in (1, 5, 50)
    )
    return Figure(
        chart=alt.concat(*panels, columns=2),
        title="What a network learned from other digits describes new ones worse than their pixels do",
        holds=bool((learned["behind"] > BARS * learned["error"]).all() and (two[NEAREST] > six[NEAREST]).all()),
        subtitle="Share of images of four new digits that are recognised, by examples of each, with two ways to decide",
        caption=f"Strokes: {in_words(BARS)} standard errors over {in_words(digits['seed'].nunique())} splits of the digits into source and new. The errors hold what splits share; the gaps to the pixels, taken within each split, are surer. "
        "One small network on one set of small images: a source that is broader than the target can help.",
        alt=f"Two panels of accuracy against examples. {listed}.",
        sources=("computed",),
        data=rows,
        columns={
            "classifier": "how a class is chosen",
            "description": "what describes an image",
            "shots": "examples of each new digit",
            "accuracy": "share of tested images recognised, mean over splits",
            "low": f"the share less {in_words(BARS)} standard errors",
            "high": f"the share and {in_words(BARS)} standard errors",
        },
    )
