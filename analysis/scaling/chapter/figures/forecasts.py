"""Figures of sections 7 and 8: the meek models and the billion-dollar run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kit import theme
from analysis.kit.charts import by_width, labels, named_shape, theory, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant
from analysis.scaling.chapter.figures.look import LAW_COLOURS, law_colour
from analysis.scaling.cost import BILLION, Crossing
from analysis.scaling.meek import MeekModel

Array = NDArray[np.float64]

#: Share of its widest below which a gap has all but gone.
SMALL = 0.1
#: Years that the axis of the gap reaches to.
_SHOWN = 25
_YEARS = "years after both had the same budget"


@figure
def catching_up(shares: pd.DataFrame, peaks: pd.DataFrame) -> Figure:
    """Sum the chapter up: the same forecast under several exponents, gaps as shares of the widest by year (index)."""
    rows = shares.rename_axis("year").reset_index().melt("year", var_name="law", value_name="share")
    rows, peaks = significant(rows[["law", "year", "share"]]), significant(peaks)
    x = alt.X("year:Q", title=_YEARS, scale=alt.Scale(domain=[0, 25], nice=False))
    y = alt.Y("share:Q", **ticks("gap in loss, share of its widest", 0, 1.22, [0, 0.25, 0.5, 0.75, 1], format="%"))
    top = peaks.assign(share=1.0)
    when = top.assign(label=[f"{v:.1f} years" for v in top["year"]], colour=top["law"].map(LAW_COLOURS))
    claimed = pd.DataFrame({"low": [5.0], "high": [10.0]})
    said = pd.DataFrame({"year": [7.5], "share": [0.06], "label": ["“5 to 10 years”"]})
    places = {"Besiroglu refit": (9.4, 0.34), "Hoffmann, Eq. 10": (12.2, 0.42), "Kaplan": (19.5, 0.9)}
    names = pd.DataFrame(
        [(*places[r.law], r.law, LAW_COLOURS[r.law]) for r in peaks.itertuples()],
        columns=["year", "share", "label", "colour"],
    )
    laws = list(peaks["law"])
    chart = alt.layer(
        alt.Chart(table("claimed", claimed))
        .mark_rect(color=theme.GRID, opacity=0.7)
        .encode(x=alt.X("low:Q"), x2="high:Q"),
        labels("label of the claim", said, x, y, theme.PUBLISHED, align="center", dx=0),
        alt.Chart(table("gaps", rows)).mark_line().encode(x=x, y=y, color=law_colour(laws)),
        alt.Chart(table("peaks", top))
        .mark_point(size=80, opacity=1)
        .encode(x=x, y=y, color=law_colour(laws), tooltip=["law:N", "alpha:Q", "year:Q", "gap:Q"]),
        labels(
            "label of the first peak",
            when.iloc[:1],
            x,
            y,
            align=by_width("left", "right"),
            dx=by_width(-28, -2),
            dy=-13,
        ),
        labels("label of the next peaks", when.iloc[1:2], x, y, dx=0, dy=-28),
        labels("label of the last peak", when.iloc[2:], x, y, align="center", dx=0, dy=-13),
        labels("names", names.iloc[:1], x, y, align="right", dx=-2),
        labels("other names", names.iloc[1:], x, y, dx=0),
    ).properties(height=340)
    exponents = ", ".join(f"{r.alpha:.2f} ({r.law})" for r in peaks.itertuples())
    soon, late = peaks["year"].min(), peaks["year"].max()
    listed = "; ".join(f"{r.law} (exponent {r.alpha:.3f}): {r.year:.1f} years" for r in peaks.itertuples())
    return Figure(
        chart=chart,
        title=f"The smaller the exponent of a law, the later the gap turns: after {soon:.1f} years by one, after {late:.1f} by another",
        holds=bool(len(peaks) > 1 and (np.diff(peaks.sort_values("alpha")["year"]) < 0).all()),
        subtitle=f"Gap in loss between a growing and a fixed training budget, model of Gundlach and colleagues on laws with the exponents {exponents}",
        caption="Each line is the same model with the exponent of another law; the top is the line's own widest gap, marked with its year. Shaded: what was reported. "
        "Year zero is when both spend the same, which is no calendar date. All growth rates stay as they are, which nobody can promise.",
        alt=f"Three curves of the gap that rise to a peak and fall. Widest gap: {listed}. The reported “5 to 10 years” are shaded.",
        sources=("gundlach2025code", "kaplan2020", "hoffmann2022", "besiroglu2024", "computed"),
        columns={"alpha": "exponent α of loss in compute", "gap": "widest gap, nats a token"},
    )


@figure
def meek_gap(years: Array, model: MeekModel, others: Mapping[str, MeekModel]) -> Figure:
    """Let the reader change growth rates and exponent and watch the gap and its peak; others for the description."""
    exponents, growths = (0.03, 0.25), (1.1, 10)
    shown = replace(model, spending=round(model.spending, 1))  # where the sliders start
    drawn = np.append(years, shown.peak_year())
    at_start = float(model.frontier.loss(model.compute)) - model.frontier.floor
    controls = [
        slider("alpha", "Exponent α of loss in compute", *exponents, 0.002, shown.frontier.alpha),
        slider("spending", "The frontier’s spending grows", *growths, 0.1, shown.spending, "× {} a year"),
        slider("shared", "What a dollar buys grows", 1.2, 10, 0.02, shown.shared, "× {} a year"),
    ]
    start = f"{at_start:.6g}"
    gap = f"{start} * (pow(shared, -alpha * datum.year) - pow(shared * spending, -alpha * datum.year))"
    x = alt.X("year:Q", title=_YEARS, scale=alt.Scale(domain=[0, 25], nice=False))
    y = alt.Y("gap:Q", title="gap in loss (nats a token)", scale=alt.Scale(domain=[0, 0.7], nice=False))
    curve = alt.Chart(table("years", pd.DataFrame({"year": years}))).transform_calculate(gap=gap)
    one = alt.Chart(table("peak", pd.DataFrame({"which": ["peak"]}))).transform_calculate(
        year="log(log(shared * spending) / log(shared)) / (alpha * log(spending))"
    )
    peak = one.transform_calculate(
        gap=gap,
        label="'widest after ' + format(datum.year, '.1f') + ' years: ' + format(datum.gap, '.2f') + ' nats'",
    )
    chart = alt.layer(
        curve.mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        peak.transform_filter("datum.year <= 25").mark_point(color=theme.CHAOTIC, size=110, opacity=1).encode(x=x, y=y),
        peak.mark_text(align="left", baseline="top", color=theme.INK).encode(
            x=alt.value(12), y=alt.value(6), text="label:N"
        ),
    ).properties(height=320)
    widest, part = float(model.gap(model.peak_year())), 0.5
    slower = [replace(model, spending=growth).peak_year() for growth in growths]
    steeper = [replace(model, frontier=replace(model.frontier, alpha=a)).peak_year() for a in exponents]
    elsewhere = ", ".join(f"{law}: {other.peak_year():.1f} years" for law, other in others.items())

    def found(alpha: float, spending: float, shared: float) -> str:
        # both factors of what the shared one is made of have the same effect, so that one stands for both
        law = replace(model.frontier, alpha=alpha)
        moved = replace(model, spending=spending, algorithms=shared, hardware=1.0, frontier=law)
        turns, gap = (
            moved.peak_year(),
            at_start * (shared ** (-alpha * moved.peak_year()) - (shared * spending) ** (-alpha * moved.peak_year())),
        )
        late = "" if turns <= _SHOWN else ", beyond the picture"
        return f"At these rates the gap in loss turns after {turns:.1f} years{late}, at {gap:.2f} nats"

    turns = "(log(log(shared * spending) / log(shared)) / (alpha * log(spending)))"
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'At these rates the gap in loss turns after ' + format({turns}, '.1f') + ' years' + ({turns} <= {_SHOWN} ? '' : ', beyond the picture') + "
        f"', at ' + format({gap.replace('datum.year', turns)}, '.2f') + ' nats'",
        holds=slower[0] > slower[1] and steeper[0] > steeper[1],
        subtitle="Gap in loss between a growing and a fixed budget, with growth rates and exponent of your choice",
        caption=f"The sliders start at the paper's numbers: algorithms {model.algorithms:g} and hardware {model.hardware:g} times a year make {model.shared:g}. The reducible loss at year zero stays as in the paper, whatever the exponent. "
        "A frontier that stops raising its spending is caught up with in any case; so is one whose progress others can copy.",
        alt=f"Curve of the gap with sliders for the exponent and two growth rates. At the published values it is widest after {model.peak_year():.1f} years, "
        f"{widest:.2f} nats, and down to {100 * part:.0f} % of that after {model.year_gap_falls_to(part):.1f} years. "
        f"With other exponents the peak is elsewhere. {elsewhere}.",
        data=pd.DataFrame({"year": drawn, "gap": shown.gap(drawn)}),
        sources=("gundlach2025", "gundlach2025code", "computed"),
    )


@figure
def meek_measures(rows: pd.DataFrame) -> Figure:
    """Show one lead in three measures."""
    rows = significant(rows)
    laws = list(dict.fromkeys(rows["law"]))
    x = alt.X("year:Q", title="years", scale=alt.Scale(domain=[0, 20], nice=False))
    panels = {
        "score": alt.Y("score:Q", title="gap in score", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 0.5])),
        "loss": alt.Y("loss:Q", title="gap in loss (nats)", scale=alt.Scale(domain=[0, 0.25])),
        "lead": alt.Y(
            "lead:Q",
            title="what is left to gain, ratio",
            scale=alt.Scale(type="log", domain=[1, 100], nice=False),
            axis=alt.Axis(values=[1, 3, 10, 30, 100], format="~g"),
        ),
    }
    titles = {"score": "A test with full marks", "loss": "Loss above a floor", "lead": "No upper bound"}
    data = table("measures", rows)
    dash = alt.StrokeDash("law:N", scale=alt.Scale(domain=laws, range=[[1, 0], [6, 3]]), legend=None)
    views = []
    for number, (name, y) in enumerate(panels.items()):
        layer = [alt.Chart(data).mark_line().encode(x=x, y=y, color=law_colour(laws), strokeDash=dash)]
        if number == 2:
            note = pd.DataFrame(
                {
                    "year": [13.0, 11.0],
                    name: [6.0, 45.0],
                    "label": ["Eq. 10", "refit"],
                    "colour": [LAW_COLOURS[law] for law in laws],
                }
            )
            layer.append(labels("names", note, x, y))
        views.append(alt.layer(*layer).properties(title=titles[name], height=210))
    chart = alt.concat(*views, columns=3)
    at = rows.set_index(["law", "year"])
    own = rows.groupby("law")
    vanishing = own["score"].last() < SMALL * own["score"].max()
    vanishing &= own["loss"].last() < SMALL * own["loss"].max()
    growing = own["lead"].agg(lambda lead: bool((np.diff(lead) > 0).all()))
    first, last = laws[0], rows["year"].max()
    widest = {name: at.loc[first, name].idxmax() for name in ("score", "loss")}
    listed = "; ".join(
        f"year {t:g}: {at.loc[(first, t), 'score']:.2%} of the questions, {at.loc[(first, t), 'loss']:.3f} nats, {at.loc[(first, t), 'lead']:.1f} times"
        for t in (2.0, 4.0, 8.0, 16.0)
    )
    return Figure(
        chart=chart,
        title=f"Within {in_words(last)} years the gap in score and in loss falls below {Number(SMALL, '.0%')} of its widest; the ratio of what is left to gain only grows",
        holds=bool(vanishing.all() and growing.all()),
        subtitle="Fixed against growing budget on two laws: gap in a test score, gap in loss, ratio of what is left to gain",
        caption="The score is the authors' curve from loss to the test MMLU, fitted to published models; for the refit it was fitted again to the losses that the refit gives the same models. "
        "The right panel divides the two losses above the floor.",
        alt=f"Three panels against years. By Eq. 10 the gap in score is widest in year {widest['score']:.1f}, that in loss in year {widest['loss']:.1f}, and both fall; the ratio of reducible losses grows throughout. {listed}.",
        sources=("gundlach2025code", "fogelson2026", "besiroglu2024", "computed"),
        columns={"score": "gap in score, share of full marks"},
    )


@figure
def billion(trend: pd.DataFrame, when: Crossing, level: float, costs: pd.DataFrame) -> Figure:
    """Draw the trend of the cost of the largest runs, with its interval, and what dated runs are estimated to cost."""
    trend = significant(trend)
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[2022.8, 2029.2], nice=False),
        axis=alt.Axis(format="d", values=list(range(2023, 2030))),
    )
    y = alt.Y(
        "cost:Q",
        **ticks(
            "cost of one run, million dollars",
            2e7,
            2e10,
            [1e8, 1e9, 1e10],
            "ten times more",
            labelExpr="format(datum.value / 1e6, ',.0f')",
        ),
    )
    target = pd.DataFrame({"cost": [BILLION]})
    named_target = target.assign(year=2027.6, label="a billion")
    cross = pd.DataFrame({"year": [round(when.year, 3)], "cost": [BILLION]})
    meanings = {"amortised": "circle", "cloud": "triangle-up", "acquisition": "square"}
    words = {
        "amortised": "share of the hardware’s life",
        "cloud": "rent in a cloud",
        "acquisition": "purchase of the cluster",
    }
    runs = costs.dropna().melt(["model", "year"], list(words), "meaning", "cost").sort_values("model", kind="stable")
    shown = runs.assign(what=runs["meaning"].map(words))
    bought = shown[shown["meaning"] == "acquisition"].sort_values("year").assign(label=lambda t: t["model"])
    first = shown[(shown["meaning"] == "amortised") & (shown["model"] == bought["model"].iloc[0])]
    chart = alt.layer(
        alt.Chart(table("trend", trend))
        .mark_area(color=theme.COMPUTED, opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(table("trend", trend)).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        theory("target", target, y=y),
        labels("label of the target", named_target, x, y, theme.THEORY, dx=0, dy=-9),
        alt.Chart(table("runs", shown))
        .mark_point(color=theme.PUBLISHED, size=75, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=named_shape("what", dict(zip(words.values(), meanings.values(), strict=True)), columns=1, grey=True),
            tooltip=["model:N", "what:N", "cost:Q"],
        ),
        labels(
            "first name",
            first.assign(label=first["model"]),
            x,
            y,
            theme.PUBLISHED,
            align=by_width("center", "left"),
            dx=by_width(2, 10),
            dy=by_width(18, 12),
        ),
        labels("second name", bought.iloc[1:2], x, y, theme.PUBLISHED, dx=9, dy=4),
        labels(
            "third name",
            bought.iloc[2:-1],
            x,
            y,
            theme.PUBLISHED,
            align=by_width("left", "right"),
            dx=by_width(-20, 6),
            dy=by_width(-26, -20),
        ),
        labels("last name", bought.iloc[-1:], x, y, theme.PUBLISHED, align="center", dx=0, dy=-14),
        alt.Chart(table("crossing", cross)).mark_point(color=theme.COMPUTED, size=90, opacity=1).encode(x=x, y=y),
        labels("label of the crossing", cross.assign(label=f"{when.year:.1f}"), x, y, theme.INK, dx=4, dy=16),
    ).properties(height=340)
    most = runs.groupby("meaning")["cost"].max()
    dearest = runs.loc[runs[runs["meaning"] == "cloud"]["cost"].idxmax()]
    listed = "; ".join(f"{r.model}, {r.what}: {r.cost / 1e6:,.0f} million" for r in shown.itertuples())
    return Figure(
        chart=chart,
        title=f"On trend a run's share of its hardware passes a billion dollars in {when.year:.1f}; counted as rent, {dearest['model']} passed it before",
        holds=bool(
            when.year < trend["year"].max()
            and dearest["cost"] > BILLION > most["amortised"]
            and dearest["year"] < when.year
        ),
        subtitle=f"Trend of the cost of the largest training runs from GPT-4 on, with its {100 * level:.0f} % interval, and published estimates",
        caption="Line and band: growth fitted by Cottier and colleagues to runs until 2024, started at their amortised cost of GPT-4. Grey: estimates of one source for the same runs under three meanings of cost. "
        "The band holds the growth rate only, not the start, and not that the trend may end.",
        alt=f"Rising band of cost. The trend passes a billion dollars in {when.year:.1f}, between {when.early:.1f} and {when.late:.1f}. Estimates in dollars: {listed}.",
        sources=("cottier2024", "epochcosts2024", "computed"),
        columns={
            "year": "year of the calendar",
            "cost": "cost of one run, dollars",
            "low": "cost by the slow end of the interval, dollars",
            "high": "cost by the fast end of the interval, dollars",
        },
    )
