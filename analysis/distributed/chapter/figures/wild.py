"""Figures of runs over the internet: their time, their scores, and their compute beside the frontier's."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from analysis.distributed.wild import yearly_growth, years_to_meet
from analysis.kit import theme
from analysis.kit.charts import POWER, by_width, labels, log_axis, named_colour, row_labels
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, roughly, significant
from analysis.market.dates import with_day, year_of

#: Colours of runs in clusters and of runs over the internet.
CLUSTER, INTERNET = theme.PUBLISHED, theme.COMPUTED
#: Scores that look alike, points; utilisations that agree, half of the last digit printed; "about a thousand".
ALIKE, PRINTED, THOUSAND = 2.0, 0.005, (500, 2000)
_SCORE = "mean score of seven tests, per cent"
#: Years of the picture of growth.
FIRST, LAST = 2018, 2040


@figure
def utilisation(rounds: pd.DataFrame) -> Figure:
    """Draw the share of each round that was computing, recomputed, beside what was published.

    Parameters
    ----------
    rounds : DataFrame
        Of :func:`analysis.distributed.wild.real_rounds`.
    """
    rows = significant(rounds.reset_index())
    runs = list(rows["run"])
    # the minutes stand where they are others than in the row above
    other = rows["computing"].diff() != 0
    rows["label"] = [
        f"{r.run}: {r.sharing:.0f} s" + f" after {r.computing / 60:.3g} min" * new + f", {Number(r.computed, '.1%')}"
        for r, new in zip(rows.itertuples(), other, strict=True)
    ]
    x = alt.X(
        "computed:Q",
        title="share of the time spent computing",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%"),
    )
    y = alt.Y("run:N", sort=runs, axis=None)
    known = rows.dropna(subset=["published"])
    columns = ["run", "computing", "sharing", "computed"]
    chart = alt.layer(
        alt.Chart(table("rounds", rows[columns]))
        .mark_bar(color=INTERNET, height=16)
        .encode(x=x, y=y, tooltip=["run:N", "computing:Q", "sharing:Q", "computed:Q"]),
        alt.Chart(table("published", known[["run", "published"]]))
        .mark_tick(color=theme.PUBLISHED, thickness=4, size=24)
        .encode(x=alt.X("published:Q"), y=y),
        row_labels("names", rows[["run", "label"]], y, dy=-21),
    ).properties(height=56 * len(rows))
    intellect = rows[
        rows["run"].str.startswith("INTELLECT-1") & rows["published"].notna() & (rows["mark"] != "primary")
    ]
    off = (known["computed"] - known["published"]).abs()
    ends = intellect.sort_values("computed")
    low, high = ends.iloc[0], ends.iloc[-1]
    listed = "; ".join(
        f"{r.run}: {r.computed:.1%} computed"
        + (
            f", {Number(r.published, '.3g' if r.published == round(r.published, 2) else '.3f')} published"
            if np.isfinite(r.published)
            else ", none published"
        )
        for r in rows.itertuples()
    )
    return Figure(
        chart=chart,
        title=f"INTELLECT-1’s {low['published']:.0%} and {high['published']:.0%} are meetings of {low['sharing']:.0f} and {high['sharing']:.0f} seconds "
        f"after {low['computing'] / 60:.0f} minutes of computing",
        holds=bool(
            (off <= PRINTED).all()
            and (intellect["computing"] == low["computing"]).all()
            and high["published"] > low["published"]
        ),
        subtitle="Share of a round spent computing, recomputed from its times (bars), and as it was published (upright marks)",
        caption="A bar is the time between two meetings over that time and the meeting’s. The times of INTELLECT-1’s meetings are medians quoted in a program built on its report, which we have not read there; "
        "its minutes and its mean meeting are as another report quotes them. For two continents we found no published share. Breakdowns and machines that came and went are not in these shares.",
        alt=f"Bars of the share of time spent computing. {listed}.",
        sources=("distributed", "jaghouar2024intellect1", "lidin2026covenant", "rahman2026decentralized", "computed"),
        columns={"computing": "seconds of computing in a round", "sharing": "seconds of a meeting"},
    )


@figure
def league(runs: pd.DataFrame, printed: float, card: float) -> Figure:
    """Draw mean score against compute, for runs over the internet and in clusters.

    Parameters
    ----------
    runs : DataFrame
        Of :func:`analysis.distributed.wild.internet_runs`.
    printed, card : float
        One score of one model in that table, and on an earlier card by the same authors, per cent.
    """
    rows = significant(runs.reset_index())
    rows["low"], rows["high"] = rows["mean"] - 2 * rows["error"], rows["mean"] + 2 * rows["error"]
    kinds = {"internet": "over the internet", "cluster": "in a cluster"}
    rows["where"] = rows["kind"].map(kinds)
    rows["label"] = [f"{r.model}, {r.date[:4]}" for r in rows.itertuples()]
    x = alt.X(
        "flop:Q",
        title=["training compute, FLOP", "(each step is ten times more)"],
        scale=alt.Scale(type="log", domain=[2e22, 3e24], nice=False),
        axis=alt.Axis(values=[1e22, 1e23, 1e24], labelExpr=POWER),
    )
    scores = alt.Scale(domain=[46, 74], nice=False, zero=False)
    y = alt.Y("mean:Q", title=_SCORE, scale=scores, axis=alt.Axis(values=[50, 55, 60, 65, 70]))
    colours = named_colour("where", {kinds["internet"]: INTERNET, kinds["cluster"]: CLUSTER}, legend=True)
    internet, cluster = rows[rows["kind"] == "internet"], rows[rows["kind"] == "cluster"]
    place = ["flop", "mean", "label"]
    high_up = cluster["mean"] == cluster["mean"].max()
    small = internet["flop"] == internet["flop"].min()
    chart = alt.layer(
        alt.Chart(table("errors", rows[["flop", "low", "high", "where"]]))
        .mark_rule(strokeWidth=2)
        .encode(x=x, y=alt.Y("low:Q", title=_SCORE, scale=scores), y2="high:Q", color=colours),
        alt.Chart(table("runs", rows[["model", "where", "date", "flop", "mean", "error"]]))
        .mark_point(size=36, opacity=1, filled=True)
        .encode(
            x=x,
            y=y,
            color=colours,
            shape=alt.Shape("where:N", scale=alt.Scale(domain=list(kinds.values()), range=["circle", "square"])),
            tooltip=["model:N", "date:N", "flop:Q", "mean:Q"],
        ),
        labels("runs over the internet", internet[~small][place], x, y, INTERNET, align="right", dx=-8, dy=-5),
        labels("smallest over the internet", internet[small][place], x, y, INTERNET, align="center", dx=0, dy=26),
        labels("runs in clusters", cluster[~high_up][place], x, y, CLUSTER, dx=8, dy=10),
        labels("best cluster", cluster[high_up][place], x, y, CLUSTER, align="center", dx=0, dy=-16),
    ).properties(height=330)
    largest = internet.loc[internet["flop"].idxmax()]
    before = cluster[cluster["flop"] > largest["flop"]].sort_values("date").iloc[0]
    short = before["mean"] - largest["mean"]
    error = math.hypot(before["error"], largest["error"])
    listed = "; ".join(
        f"{r.model} ({r.where}, {r.date[:4]}): {r.flop:.1e} FLOP, {r.mean:.1f} ± {2 * r.error:.1f}"
        for r in rows.itertuples()
    )
    return Figure(
        chart=chart,
        title=f"The largest run over the internet, of {largest['date'][:4]}, scores {short:.1f} points below a cluster’s of {before['date'][:4]} "
        f"that took {roughly(before['flop'] / largest['flop'])} times its compute",
        holds=bool(2 * error < short < ALIKE and before["date"] < largest["date"]),
        subtitle="Mean score of seven tests without examples, measured by one harness, against training compute",
        caption="Upright strokes: intervals of the usual confidence that count the questions only; another seed or other data move a model by more. The makers of Covenant-72B measured all six and call the comparison not fully controlled: data, tokenisers and recipes differ. "
        f"Consilience is a checkpoint, and whether its run was complete that table does not say. An earlier card of theirs has the large Llama 2 at {card:.1f} instead of {printed:.1f} per cent in WinoGrande: so much moves with the measuring. The axis does not begin at zero.",
        alt=f"Scatter of mean score against training compute. {listed}.",
        sources=("distributed_internet_runs", "lidin2026covenant", "computed"),
        columns={"error": "standard error of the mean score, points", "date": "date of publication"},
    )


@figure
def compute(internet: pd.DataFrame, frontier: pd.DataFrame, pace: tuple[float, float]) -> Figure:
    """Let the reader say how fast compute grows over the internet and at the frontier, and see when they meet.

    Parameters
    ----------
    internet, frontier : DataFrame
        Columns ``date`` and ``flop`` by model: runs over the internet, and the largest runs of their day.
    pace : tuple of float
        Growth over the internet and at the frontier at which the sliders start, times a year.
    """
    kinds = {"over the internet": internet, "the frontier": frontier}
    rows = pd.concat(
        with_day(part.reset_index()[["model", "date", "flop"]]).assign(kind=kind) for kind, part in kinds.items()
    )
    rows["year"] = year_of(rows["day"])
    rows = significant(rows[["model", "kind", "date", "year", "flop"]], 6)
    last = {kind: rows[rows["kind"] == kind].iloc[-1] for kind in kinds}
    small, large = last["over the internet"], last["the frontier"]
    controls = [
        slider("internet", "Over the internet, compute grows", 1, 40, 1, pace[0], "× {} a year"),
        slider("largest", "At the frontier", 1, 10, 0.5, pace[1], "× {} a year"),
    ]
    x = alt.X(
        "year:Q",
        title="year",
        scale=alt.Scale(domain=[FIRST, LAST], nice=False),
        axis=alt.Axis(values=[2020, 2025, 2030, 2035, 2040], format="d"),
    )
    y = alt.Y("flop:Q", **log_axis("training compute, FLOP", 22, 34, 3, POWER))
    colours = named_colour("kind", {"over the internet": INTERNET, "the frontier": CLUSTER})
    years = np.arange(FIRST, LAST + 1)
    lines: list[alt.Chart] = []
    drawn: list[pd.DataFrame] = []
    for kind, growth in (("over the internet", "internet"), ("the frontier", "largest")):
        end = last[kind]
        start = pd.DataFrame({"year": [end["year"], *years[years > end["year"]]], "kind": kind})
        expression = f"{end['flop']:.9g} * pow({growth}, datum.year - {end['year']:.9g})"
        lines.append(
            alt.Chart(table(f"growth {kind}", start))
            .transform_calculate(flop=expression)
            .mark_line(strokeDash=theme.THEORY_DASH, strokeWidth=1.5, clip=True)
            .encode(x=x, y=y, color=colours)
        )
        drawn.append(
            start.assign(flop=end["flop"] * pace[len(drawn)] ** (start["year"] - end["year"]), model="if it goes on")
        )
    named = rows.assign(label=rows["model"])
    net, top = named[named["kind"] == "over the internet"], named[named["kind"] == "the frontier"]
    place = ["year", "flop", "label"]
    chart = alt.layer(
        *lines,
        alt.Chart(table("runs", rows))
        .mark_point(size=80, opacity=1, filled=True)
        .encode(x=x, y=y, color=colours, tooltip=["model:N", "date:N", "flop:Q"]),
        labels("newest of the frontier", top.iloc[2:][place], x, y, CLUSTER, align="right", dx=-8, dy=-8),
        labels("earlier of the frontier", top.iloc[:2][place], x, y, CLUSTER, dx=2, dy=17),
        labels("ends over the internet", net.iloc[[0, -1]][place], x, y, INTERNET, dx=8, dy=9),
        labels(
            "between over the internet",
            net.iloc[1:-1][place],
            x,
            y,
            INTERNET,
            align="right",
            dx=-8,
            dy=-4,
            opacity=by_width(0, 1),
        ),
    ).properties(height=340)
    ratio = float(large["flop"] / small["flop"])
    own, theirs = yearly_growth(internet), yearly_growth(frontier)

    def found(internet: float, largest: float) -> str:
        rates = f"At {internet:g} times a year against {largest:g}, runs over the internet "
        if internet <= largest:
            return rates + "do not catch up with the frontier"
        # the gap on the day of the later run
        behind = max(ratio * largest ** (small["year"] - large["year"]), 1.0)
        meet = small["year"] + years_to_meet(behind, internet, largest)
        return rates + (f"meet the frontier in {meet:.0f}" if meet < LAST else f"meet no frontier before {LAST}")

    behind = f"max({ratio:.9g} * pow(largest, {small['year'] - large['year']:.9g}), 1)"
    meet = f"({small['year']:.9g} + log({behind}) / log(internet / largest))"
    rates = "'At ' + format(internet, '~g') + ' times a year against ' + format(largest, '~g') + ', runs over the internet '"
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"{rates} + (internet <= largest ? 'do not catch up with the frontier' : "
        f"{meet} < {LAST} ? 'meet the frontier in ' + format({meet}, '.0f') : 'meet no frontier before {LAST}')",
        holds=bool(THOUSAND[0] < ratio < THOUSAND[1] and own < pace[0]),
        subtitle="Training compute of runs over the internet and of the largest runs of their day; dashed: if growth goes on as set",
        caption=f"The sliders start at the growth that Epoch AI is reported to have found; we read it at second hand. From {net['model'].iloc[0]} to {small['model']}, two runs and so without an interval, compute grew {own:.1f} times a year, "
        f"and at the frontier {theirs:.1f} times a year from {top['model'].iloc[0]} to {large['model']}. The compute of {top['model'].iloc[1]} and {large['model']} are outside estimates. A dashed line is no forecast: money, chips and volunteers have limits that it does not know.",
        alt="Points of compute by year with two dashed lines that sliders tilt. "
        + "; ".join(f"{r.model} ({r.kind}, {r.date}): {r.flop:.1e} FLOP" for r in rows.itertuples())
        + f". At the start: {found(*pace)}.",
        sources=(
            "distributed_internet_runs",
            "distributed",
            "scaling",
            "epoch2025internet",
            "gate2026importai",
            "computed",
        ),
        data=pd.concat([rows[["model", "kind", "date", "year", "flop"]], *drawn]),
        columns={"year": "date of publication as a decimal year", "kind": "how it was trained"},
    )
