"""Figures of section 2: how fast a fixed result got cheaper to train."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from analysis.cnn_era.chapter.figures.look import ERAS, log_ticks
from analysis.cnn_era.progress.hernandez import Doubling, moore_factor
from analysis.kit import theme
from analysis.kit.charts import by_width, labels, named_shape
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant


@figure
def cheaper(rows: pd.DataFrame, found: Doubling, moore_months: float) -> Figure:
    """Draw the compute to AlexNet's accuracy, with our regression and what Moore's law would have given."""
    rows = significant(rows[["model", "date", "months", "compute", "factor"]])
    start = rows["compute"].iloc[0]
    months = np.arange(0, 85, 4.0)
    logs = np.log2(rows["compute"])
    centre, height = rows["months"].mean(), logs.mean()
    line = pd.DataFrame({"months": months})
    line["compute"] = 2 ** (height - (months - centre) / found.months)
    ends = [2 ** (height - (months - centre) / end) for end in (found.low, found.high)]
    line["low"], line["high"] = np.minimum(*ends), np.maximum(*ends)
    moore = pd.DataFrame({"months": months, "compute": [start / moore_factor(m, moore_months) for m in months]})
    x = alt.X(
        "months:Q",
        title=None,
        scale=alt.Scale(domain=[-4, 112], nice=False),
        axis=alt.Axis(
            values=[7 + 12 * k for k in range(7)],
            labelExpr="(width < 400 ? '’' : '20') + format(13 + (datum.value - 7) / 12, 'd')",
        ),
    )
    y = alt.Y(
        "compute:Q",
        **log_ticks(["teraflop/s-days to AlexNet’s accuracy", "(each step is ten times less)"], (0.03, 6), [0.1, 1]),
    )
    marks = rows.assign(label=rows["model"])[["months", "compute", "factor", "label", "model"]]
    # a name stands on the side of the line on which its point is
    above = marks["compute"] > 2 ** (height - (marks["months"] - centre) / found.months)
    near = marks["model"] == "MobileNet"
    usual = f"a doubling every {in_words(moore_months / 12)} years"
    last = pd.DataFrame({"months": [89.0], "compute": [1.0], "label": [usual]})
    chart = alt.layer(
        alt.Chart(table("fit", significant(line)))
        .mark_area(color=theme.COMPUTED, opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(table("fit", significant(line))).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        alt.Chart(table("Moore", significant(moore)))
        .mark_line(color=theme.THEORY, strokeDash=theme.THEORY_DASH, strokeWidth=1.2)
        .encode(x=x, y=y),
        labels("label of Moore", last, x, y, theme.THEORY, align="right", dx=0, dy=by_width(-30, -20)),
        alt.Chart(table("models", marks))
        .mark_point(color=theme.PUBLISHED, size=75, opacity=1)
        .encode(x=x, y=y, tooltip=["model:N", "compute:Q", "factor:Q"]),
        labels("names above", marks[above & ~near], x, y, theme.PUBLISHED, dx=8, dy=by_width(-2, -10)),
        labels("name near the other line", marks[near], x, y, theme.PUBLISHED, dx=8, dy=by_width(13, -10)),
        labels("names below", marks[~above], x, y, theme.PUBLISHED, align="right", dx=by_width(-4, -8), dy=14),
    ).properties(height=340)
    level = Number(found.level, ".0%")
    listed = "; ".join(f"{r.model} {r.compute:g} ({r.factor:.1f} times less)" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title=f"AlexNet’s accuracy for {rows['factor'].iloc[-1]:.0f} times less compute, with a halving time of {found.months:.1f} months",
        subtitle="Compute of the cheapest known training run to AlexNet’s share of right answers within five guesses",
        caption=f"Grey: the published table; a multiply-add counts as one operation there. Blue: our least squares through the {in_words(len(rows))} rows, with its {level} band of slopes. Points that each must lie below the last are no independent measurements, "
        f"so the true interval is wider. Dashed: what {usual}, the usual reading of Moore’s law, would have done.",
        alt=f"Falling points with a fitted line. Teraflop/s-days: {listed}. Halving time {found.months:.1f} months, {level} interval {found.low:.1f} to {found.high:.1f}. Moore's law would have given {moore_factor(rows['months'].max(), moore_months):.1f} times.",
        sources=("aiefficiency", "hernandez2020", "cnn_era_hernandez_brown", "computed"),
        columns={"months": "months since the first model", "factor": "times less compute than the first model"},
        holds=bool(rows["compute"].is_monotonic_decreasing and np.isfinite(found.high)),
    )


@figure
def progress(rows: pd.DataFrame) -> Figure:
    """Put the published halving times of both eras on one axis, with their intervals."""
    rows = significant(rows)
    order = list(rows["study"])
    domains = {"images": ERAS["CNN"], "language": ERAS["LM"]}
    data = rows.assign(
        colour=rows["domain"].map(domains),
        text=[
            f"{r.months:.3g} months"
            + (f" ({r.low:.3g} to {r.high:.3g}, {r.level:.0%} interval)".replace("%", " %") if r.low == r.low else "")
            for r in rows.itertuples()
        ],
    )
    x = alt.X(
        "months:Q", **log_ticks("months in which the compute for a fixed result halves", (1.8, 40), [2, 4, 8, 16, 32])
    )
    y = alt.Y("study:N", sort=order, axis=None)
    colour = alt.Color("colour:N", scale=None)
    chart = alt.layer(
        alt.Chart(table("studies", data))
        .transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=6, opacity=0.35)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y, color=colour),
        alt.Chart(table("studies", data))
        .mark_point(size=90, opacity=1)
        .encode(
            x=x,
            y=y,
            color=colour,
            shape=named_shape("domain", {"images": "circle", "language": "square"}, grey=True),
        ),
        alt.Chart(table("studies", data))
        .mark_text(align="left", dy=-17, fontWeight="bold")
        .encode(x=alt.value(2), y=y, text="study:N", color=colour),
        alt.Chart(table("studies", data))
        .mark_text(align="left", dy=15, color=theme.QUIET, fontSize=theme.SMALL)
        .encode(x=alt.value(2), y=y, text="text:N"),
    ).properties(height=60 * len(order))
    images, language = (rows[rows["domain"] == domain].iloc[-1] for domain in domains)
    editions = rows[(rows["domain"] == "language") & rows["low"].notna()]
    listed = "; ".join(f"{r.study} ({r.domain}): {r.text}" for r in data.itertuples())
    return Figure(
        chart=chart,
        title=f"{in_words(images['months']).capitalize()} months for images, {in_words(language['months'])} for language, and intervals in which either could be the faster",
        subtitle="Halving time of the compute that reaches a fixed result, as published and as recomputed",
        caption="Bars are intervals. The first three rows are one result and the best recipe of its day; the other studies fit a law to many models at once. "
        "The two editions of Ho and colleagues print the same middle and different intervals, at different levels.",
        alt=f"Dot plot with interval bars on a logarithmic axis of months. {listed}.",
        sources=("hernandez2020", "erdil2022", "ho2024", "computed"),
        holds=bool(
            (images["low"] < editions["high"]).all()
            and (editions["low"] < images["high"]).all()
            and editions["months"].nunique() == 1
        ),
    )
