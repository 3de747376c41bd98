"""Figures of section 5: four stages of one small network, and what an answer of it costs in use."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.cnn_era.chapter.figures.look import STAGE_COLOURS, log_ticks
from analysis.cnn_era.laboratory.stages import record_curve
from analysis.kit import theme
from analysis.kit.charts import AMOUNT, labels, named_colour, named_shape
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant

_SHAPES = {"work": "circle", "better": "square", "faster": "triangle-up", "cheaper": "diamond"}


@figure
def stages(results: pd.DataFrame, gains: pd.DataFrame, target: float) -> Figure:
    """Draw our own record chart: multiply-adds and bytes to a fixed accuracy, attempt by attempt."""
    rows = results.assign(attempt=results["number"] + 1)
    for column in ("multiply_adds", "bytes"):
        rows[f"{column}_record"] = record_curve(rows, column)["record"]
    columns = ["step", "stage", "kept", "multiply_adds", "multiply_adds_record", "bytes", "bytes_record", "test"]
    rows = significant(rows[["attempt", *columns]], 4)
    x = alt.X(
        "attempt:Q",
        title="attempt",
        scale=alt.Scale(domain=[0.5, 13.5], nice=False),
        axis=alt.Axis(values=[1, 4, 7, 10, 13]),
    )
    panels = {
        "multiply_adds": ("Multiply-adds", (6e7, 9e9), [1e8, 1e9]),
        "bytes": ("Bytes moved", (3e7, 7e10), [1e8, 1e9, 1e10]),
    }
    colour = alt.Color(
        "stage:N",
        scale=alt.Scale(domain=list(STAGE_COLOURS), range=list(STAGE_COLOURS.values())),
        legend=alt.Legend(title=None, columns=4),
    )
    shape = named_shape("stage", _SHAPES, columns=4)
    views = []
    data = table("attempts", rows)
    for column, (title, domain, values) in panels.items():
        y = alt.Y(f"{column}:Q", **log_ticks("until the target", domain, values, labelExpr=AMOUNT))
        record = alt.Y(f"{column}_record:Q")
        ends = rows.iloc[[0, -1]].assign(label=[_words(v) for v in rows.iloc[[0, -1]][f"{column}_record"]])
        views.append(
            alt.layer(
                alt.Chart(data)
                .mark_line(interpolate="step-after", color=theme.INK, strokeWidth=1.4)
                .encode(x=x, y=record),
                alt.Chart(data)
                .mark_point(size=80, opacity=1)
                .encode(x=x, y=y, color=colour, shape=shape, tooltip=["step:N", "stage:N", f"{column}:Q", "test:Q"]),
                labels(f"first {column}", ends.iloc[:1], x, y, theme.INK, dx=-4, dy=-13),
                labels(f"last {column}", ends.iloc[1:], x, y, theme.INK, align="right", dx=-8, dy=14),
            ).properties(title=title, height=260)
        )
    chart = alt.concat(*views, columns=2)
    listed = "; ".join(
        f"{r.attempt} {r.step} ({r.stage}): {_words(r.multiply_adds)} multiply-adds, {_words(r.bytes)} bytes"
        for r in rows.itertuples()
    )
    first, last = rows.iloc[0], rows.iloc[-1]
    work, moved = first.multiply_adds / last.multiply_adds_record, first.bytes / last.bytes_record
    return Figure(
        chart=chart,
        title=f"Our own staircase: {work:.0f} times fewer multiply-adds and {moved:.0f} times fewer bytes for the same accuracy",
        subtitle=f"Work of a small convolutional network until it reads {Number(target, '.0%')} of the validation digits, attempt by attempt",
        caption=f"Line: the record so far; points above it are attempts that did not help. Medians of {in_words(results['seeds'].max())} seeds. The stages do not fall in one measure: "
        f"*faster* changed {gains.loc['faster', 'bytes']:.0f}-fold what is moved and nothing of what is computed. Bytes follow a stated model of one small, fast memory, so that the count is the same on every machine.",
        alt=f"Two step charts of falling cost over {len(rows)} attempts. {listed}.",
        sources=("cnn-era-stages", "computed"),
        tolerances={"multiply_adds": 0.05, "bytes": 0.05},
        columns={
            "attempt": "number of the attempt",
            "multiply_adds": "multiply-adds until the target, number",
            "multiply_adds_record": "fewest multiply-adds so far, number",
            "bytes": "bytes moved until the target",
            "bytes_record": "fewest bytes so far",
            "test": "digits of the test set read rightly at the end of the run, share",
        },
        holds=bool(min(work, moved) > 1),
    )


def _words(value: float) -> str:
    return f"{value / 1e9:.3g} billion" if value >= 1e9 else f"{value / 1e6:.3g} million"


@figure
def attempts(gains: pd.DataFrame) -> Figure:
    """Show what each attempt did to both measures, against the best recipe before it."""
    rows = significant(gains, 4)
    order = list(rows["step"])
    long = rows.melt(["step", "stage"], ["multiply_adds_gain", "bytes_gain"], "what", "gain")
    words = {"multiply_adds_gain": "multiply-adds", "bytes_gain": "bytes moved"}
    long["what"] = long["what"].map(words)
    x = alt.X("gain:Q", **log_ticks("times less than the recipe it changes", (0.15, 40), [0.3, 1, 3, 10, 30]))
    y = alt.Y("step:N", sort=order, axis=None)
    shape = named_shape("what", {"multiply-adds": "circle", "bytes moved": "square"}, grey=True)
    one = rows[["step"]].assign(gain=1.0)
    names = rows.assign(
        colour=rows["stage"].map(STAGE_COLOURS), text=[f"{r.step} ({r.stage})" for r in rows.itertuples()]
    )
    span = rows.assign(
        low=rows[["multiply_adds_gain", "bytes_gain"]].min(axis=1),
        high=rows[["multiply_adds_gain", "bytes_gain"]].max(axis=1),
    )
    chart = alt.layer(
        alt.Chart(table("no gain", one))
        .mark_point(shape="stroke", angle=90, size=260, filled=False, strokeWidth=1.2, color=theme.THEORY, opacity=1)
        .encode(x=x, y=y),
        alt.Chart(table("spans", span[["step", "low", "high"]]))
        .mark_rule(color=theme.GRID, strokeWidth=4)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        *(
            alt.Chart(table("gains", long))
            .transform_filter(f"datum.what == '{what}'")
            .mark_point(size=size, filled=filled, strokeWidth=2, opacity=1)
            .encode(
                x=x,
                y=y,
                shape=shape,
                color=named_colour("stage", STAGE_COLOURS),
                tooltip=["step:N", "what:N", "gain:Q"],
            )
            for what, size, filled in (("multiply-adds", 170, False), ("bytes moved", 40, True))
        ),
        alt.Chart(table("names", names[["step", "text", "colour"]]))
        .mark_text(align="left", dy=-16, fontWeight="bold", fontSize=theme.SMALL)
        .encode(x=alt.value(2), y=y, text="text:N", color=alt.Color("colour:N", scale=None)),
    ).properties(height=42 * len(order))
    listed = "; ".join(
        f"{r.step}: {r.multiply_adds_gain:.2f} times fewer multiply-adds, {r.bytes_gain:.2f} times fewer bytes"
        for r in rows.itertuples()
    )
    failed = int((~rows["kept"]).sum())
    return Figure(
        chart=chart,
        title=f"{failed} of {len(rows)} good ideas made the run dearer here; each of the others saved multiply-adds, bytes or both",
        subtitle="What each attempt saved until the target, against the recipe that it changes one thing of",
        caption="Right of the upright marks is a saving. Learning rates were chosen anew for every recipe, on other seeds. An idea that fails here can be right elsewhere: shifted images pay when the data are few for the network, "
        "large batches when there are many processors.",
        alt=f"Dot plot of gains by attempt on a logarithmic axis. {listed}.",
        sources=("cnn-era-stages", "computed"),
        tolerances={"gain": 0.05},
        holds=bool(
            failed > 0
            and (span.loc[~rows["kept"], "high"] < 1).all()
            and (span.loc[rows["kept"], "high"] > 1).all()
            and (span.loc[rows["kept"], "low"] >= 1).all()
        ),
    )


#: Fewer bits than these leave the axis.
_FEWEST_BITS = 3


@figure
def answers(networks: pd.DataFrame, small: pd.Series, target: float) -> Figure:
    """Draw accuracy against the bytes of one answer, for networks pruned and rounded."""
    rows = networks[networks["bits"] >= _FEWEST_BITS].reset_index(drop=True)
    rows = significant(rows[["network", "share", "bits", "multiply_adds", "bytes", "test"]], 4)
    full = networks.iloc[0]
    colours = {"three convolutions": theme.COMPUTED, "two convolutions": theme.ORDERED, "separable": theme.CHAOTIC}
    shapes = named_shape("network", dict(zip(colours, ["circle", "square", "diamond"], strict=True)), columns=2)
    colour = alt.Color(
        "network:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(title=None, columns=2),
    )
    x = alt.X(
        "bytes:Q",
        **log_ticks(
            ["bytes that one answer moves", "(each step is ten times more)"], (2e3, 2e5), [1e3, 1e4, 1e5], format=",d"
        ),
    )
    y = alt.Y(
        "test:Q",
        title="digits of the test set read rightly",
        scale=alt.Scale(domain=[0.76, 1.06], nice=False),
        axis=alt.Axis(format="%", values=[0.8, 0.85, 0.9, 0.95, 1]),
    )
    named = pd.DataFrame(
        [
            (full["bytes"], full["test"], "all weights, 32 bits"),
            (
                small["bytes"],
                small["test"],
                f"{Number(small['share'], '.0%')} of the weights, {small['bits']:.0f} bits",
            ),
        ],
        columns=["bytes", "test", "label"],
    )
    chart = alt.layer(
        alt.Chart(table("target", pd.DataFrame({"test": [target]})))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY)
        .encode(y=y),
        alt.Chart(table("answers", rows))
        .mark_point(size=55, opacity=0.9)
        .encode(x=x, y=y, color=colour, shape=shapes, tooltip=["network:N", "share:Q", "bits:Q", "bytes:Q", "test:Q"]),
        alt.Chart(table("named", named))
        .mark_point(size=220, filled=False, strokeWidth=1.5, color=theme.INK, opacity=1)
        .encode(x=x, y=y),
        labels("label of the full", named.iloc[:1], x, y, theme.INK, align="right", dx=16, dy=-18),
        labels("label of the small", named.iloc[1:], x, y, theme.INK, dx=-12, dy=-50),
    ).properties(height=320)
    return Figure(
        chart=chart,
        title=f"An answer for {full['bytes'] / small['bytes']:.0f} times fewer bytes costs {100 * (full['test'] - small['test']):.1f} points of accuracy",
        subtitle="Accuracy of our digit networks after pruning and rounding against the bytes that one answer moves",
        caption=f"Each point is a mean of {in_words(networks['seeds'].max())} seeds. Pruned networks were trained further. Ringed: all weights in single precision, and the cheapest that still meets the target (dashed) on the validation set. "
        "With ever fewer bits, rounding after training breaks the networks.",
        alt=f"Scatter plot of accuracy against bytes on a logarithmic axis for {len(rows)} networks. Full: {full['bytes']:,.0f} bytes, {full['test']:.1%}. "
        f"Cheapest that meets the target: {small['network']}, {small['share']:.0%} of the weights in {small['bits']:.0f} bits, {small['bytes']:,.0f} bytes, {small['test']:.1%}.",
        sources=("cnn-era-deployment", "computed"),
        tolerances={"test": 0.01},
        columns={
            "share": "weights that stay, share",
            "bits": "bits of a weight",
            "test": "digits of the test set read rightly, share",
        },
        holds=bool(small["bytes"] < full["bytes"] and small["test"] < full["test"]),
    )
