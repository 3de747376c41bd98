"""Figures of our own runs: what meeting seldom costs, the trap of an untuned rate, bits, and the transfer test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.distributed.chapter.figures.wire import APART, IN_STEP
from analysis.distributed.own_runs import DOMAIN, OUTERS, SENT, SHARED, TOGETHER, WIDTH
from analysis.distributed.study import transfer_residuals
from analysis.kit import theme
from analysis.kit.charts import apart, labels, row_labels, rule_at, ticks
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant
from analysis.scaling.language_model import LanguageModel

#: Colours of the outer steps.
OUTER = {"average": theme.COMPUTED, "momentum 0.5": theme.ORDERED, "momentum 0.9": APART}
#: What the pictures call them.
NAMES = {"average": "plain average", "momentum 0.5": "momentum 0.5", "momentum 0.9": "momentum 0.9"}
_VIEWS = ("workers", "outer steps", "texts")
_PARAMETERS = LanguageModel(WIDTH).parameters
#: Gaps that differ by less than this, in per cent of the loss, are called alike.
ALIKE = 1.0


def _few_ticks(field: str, title: str, ends: tuple[float, float], values: Sequence[float]) -> alt.X:
    """A logarithmic axis whose labels stand at chosen values, not in equal steps."""
    scale = alt.Scale(type="log", domain=list(ends), nice=False)
    return alt.X(
        field, title=[title, "(logarithmic axis)"], scale=scale, axis=alt.Axis(values=list(values), format="~g")
    )


def _views(gaps: pd.DataFrame, steps: int) -> pd.DataFrame:
    """The runs of :func:`own_gap` by the comparison that they belong to; columns view, name, h, gap (%), seed, colour."""
    own = gaps[(gaps["sent"] == "32 bits") & (gaps["steps"] == steps) & (gaps["workers"] > 1)]
    plain = own[own["method"] == "average"]
    shared, four = plain["text"] == SHARED, own["workers"] == 4
    counts = dict(zip((2, 4, 8), (theme.ORDERED, theme.COMPUTED, APART), strict=True))
    texts = {SHARED: ("all text each", theme.COMPUTED), DOMAIN: ("a quarter each", theme.ACCENT)}
    parts = [
        plain[shared].assign(
            view=_VIEWS[0],
            name=lambda t: [f"{in_words(k)} workers" for k in t["workers"]],
            colour=lambda t: t["workers"].map(counts),
        ),
        own[four & (own["text"] == SHARED)].assign(
            view=_VIEWS[1], name=lambda t: t["method"].map(NAMES), colour=lambda t: t["method"].map(OUTER)
        ),
        plain[plain["workers"] == 4].assign(
            view=_VIEWS[2],
            name=lambda t: [texts[text][0] for text in t["text"]],
            colour=lambda t: [texts[text][1] for text in t["text"]],
        ),
    ]
    rows = pd.concat(parts).assign(gap=lambda t: 100 * t["gap"]).rename(columns={"steps_between": "h"})
    return rows[["view", "name", "h", "seed", "gap", "colour"]].reset_index(drop=True)


@figure
def own_gap(gaps: pd.DataFrame, steps: int, period: int) -> Figure:
    """Draw what training apart costs in loss against the steps between meetings.

    Parameters
    ----------
    gaps : DataFrame
        ``study.gaps(table)``.
    steps : int
        Of the runs that are drawn.
    period : int
        Steps between meetings that the finding names.
    """
    rows = significant(_views(gaps, steps))
    means = rows.groupby(["view", "name", "h", "colour"], as_index=False)["gap"].mean()
    compare = choice("compare", "Compare", _VIEWS, _VIEWS[0])
    top = 2 * math.ceil((rows["gap"].max() + 1) / 2)
    x = _few_ticks("h:Q", "steps between two meetings", (0.8, 25_000), (1, 10, 50, 500))
    y = alt.Y(
        "gap:Q", **ticks("more loss than in step (%)", min(0, math.floor(rows["gap"].min())), top, range(0, top + 1, 4))
    )
    ends = means[means["h"] == means["h"].max()].copy()
    for _, own in ends.groupby("view"):
        ends.loc[own.index, "gap"] = apart(own["gap"].tolist(), top / 15)
    ends = ends.assign(label=ends["name"])
    colour = alt.Color("colour:N", scale=None)
    here = "datum.view == compare"
    chart = alt.layer(
        rule_at("in step", 0),
        alt.Chart(table("means", means))
        .transform_filter(here)
        .mark_line()
        .encode(x=x, y=y, color=colour, detail="name:N"),
        alt.Chart(table("runs", rows))
        .transform_filter(here)
        .mark_point(size=45, opacity=0.8)
        .encode(x=x, y=y, color=colour, tooltip=["name:N", "h:Q", "gap:Q", "seed:Q"]),
        labels("names", ends, x, y, dx=8, fontWeight="bold").transform_filter(here),
    ).properties(height=330)
    at = means.set_index(["view", "name", "h"])["gap"]
    workers = [at[_VIEWS[0], f"{in_words(k)} workers", period] for k in (2, 4, 8)]
    outer = [at[_VIEWS[1], NAMES[method], period] for method in OUTER]
    texts = [at[_VIEWS[2], name, period] for name in ("all text each", "a quarter each")]
    most = int(means["h"].max())
    often, seldom = (at[_VIEWS[0], "four workers", h] for h in (10, most))

    def found(compare: str) -> str:
        often = f"Meeting every {period} steps costs"
        return {
            _VIEWS[
                0
            ]: f"{often} two workers {workers[0]:.1f} % of loss, four {workers[1]:.1f} and eight {workers[2]:.1f}",
            _VIEWS[1]: f"{often} {outer[0]:.1f} % with a plain average, {outer[1]:.1f} with little momentum "
            f"and {outer[2]:.1f} with much",
            _VIEWS[
                2
            ]: f"{often} {texts[0]:.1f} % where each worker reads all text, and {texts[1]:.1f} where each reads "
            "a part of its own",
        }[compare]

    listed = "; ".join(
        f"{name}: " + ", ".join(f"{gap:.1f} at {h:.0f}" for h, gap in own.items())
        for name, own in at[_VIEWS[0]].groupby("name", sort=False)
        for own in [own.droplevel("name")]
    )
    return Figure(
        chart=chart,
        controls=[compare],
        finding=found,
        subtitle="Loss on code that was not trained on, in per cent above data-parallel training of the same workers, each at its own best learning rate",
        caption="A dot is a run, a line the mean of three seeds. All methods see the same windows. Averages are plain unless another outer step is chosen. "
        f"The model has {_PARAMETERS:,} parameters and reads characters; each worker takes {steps:,} steps, and with {most} between meetings it meets {in_words(steps / most)} times, "
        f"too seldom for a momentum of {OUTERS['momentum 0.9'].momentum:g}.",
        alt=f"Lines that rise with the steps between meetings, for two, four and eight workers, in per cent of loss. {listed}. {found(_VIEWS[1])}. {found(_VIEWS[2])}.",
        sources=("computed",),
        columns={"view": "comparison", "name": "what is compared", "seed": "seed"},
        holds=bool(
            workers[0] < workers[1] < workers[2]
            and 0 < often < workers[1] < seldom
            and abs(outer[0] - outer[1]) < ALIKE < outer[2] - outer[0]
            and abs(texts[0] - texts[1]) < ALIKE
        ),
    )


@figure
def baseline(runs: pd.DataFrame, untuned: float) -> Figure:
    """Draw the loss of the longer runs by learning rate; `untuned` is the rate at which the comparison misleads."""
    kinds = {TOGETHER: ("in step", IN_STEP), "momentum 0.9": ("apart, momentum 0.9", APART)}
    kinds["average"] = ("averaged", OUTER["average"])
    rows = runs[["method", "learning_rate", "seed", "loss"]].assign(
        name=[kinds[method][0] for method in runs["method"]], colour=[kinds[method][1] for method in runs["method"]]
    )
    rows = significant(rows.rename(columns={"learning_rate": "rate"}))
    means = rows.groupby(["method", "name", "colour", "rate"], as_index=False)["loss"].mean()
    best = means.loc[means.groupby("method")["loss"].idxmin()].set_index("method")
    rates = sorted(means["rate"].unique())
    low, high = (math.floor(20 * means["loss"].min()) / 20, math.ceil(20 * means["loss"].max()) / 20)
    x = alt.X(
        "rate:Q",
        **ticks(
            "learning rate of the workers, at its peak",
            rates[0] / 1.3,
            rates[-1] * 1.3,
            rates,
            "two times more",
            format="~g",
        ),
    )
    y = alt.Y("loss:Q", title="loss (nats a symbol)", scale=alt.Scale(domain=[low, high], nice=False))
    colour = alt.Color("colour:N", scale=None)
    at = means.set_index(["method", "rate"])["loss"]
    wins = 1 - at["momentum 0.9", untuned] / at[TOGETHER, untuned]
    loses = best.loc["momentum 0.9", "loss"] / best.loc[TOGETHER, "loss"] - 1
    plain = best.loc["average", "loss"] / best.loc[TOGETHER, "loss"] - 1
    ends = means.loc[means.groupby("method")["rate"].idxmax()].set_index("method")
    place = ["rate", "loss", "label", "colour"]
    falling = means[(means["method"] == TOGETHER) & (means["rate"] == rates[1])]
    rising = ends.loc[["momentum 0.9", "average"]]
    chart = alt.layer(
        rule_at("untuned", untuned, "x"),
        alt.Chart(table("means", means)).mark_line().encode(x=x, y=y, color=colour, detail="name:N"),
        alt.Chart(table("runs", rows[["name", "rate", "seed", "loss", "colour"]]))
        .mark_point(size=35, opacity=0.8)
        .encode(x=x, y=y, color=colour, tooltip=["name:N", "rate:Q", "loss:Q", "seed:Q"]),
        alt.Chart(table("best", best.reset_index()))
        .mark_point(shape="diamond", size=150, opacity=1, filled=False, strokeWidth=2)
        .encode(x=x, y=y, color=colour),
        labels(
            "name of the line that falls",
            falling.assign(label=falling["name"])[place],
            x,
            y,
            fontWeight="bold",
            dx=8,
            dy=-14,
        ),
        *(
            labels(
                f"name of {name}",
                rising[rising.index == name].assign(label=lambda t: t["name"])[place],
                x,
                y,
                fontWeight="bold",
                align="right",
                dx=dx,
                dy=dy,
            )
            for name, dx, dy in (("momentum 0.9", -18, -8), ("average", 10, -22))
        ),
    ).properties(height=330)
    listed = "; ".join(
        f"{name}: " + ", ".join(f"{r.loss:.3f} at {r.rate:g}" for r in own.itertuples())
        for name, own in means.groupby("name", sort=False)
    )
    return Figure(
        chart=chart,
        title=f"At a learning rate of {untuned:g} training apart wins by {100 * wins:.1f} %; at the best rate of each it loses by {100 * loses:.1f} %",
        holds=bool(wins > 0 and loses > 0 and plain > 0),
        subtitle=f"Loss of four workers after {runs['steps'].max():,} steps, in step or meeting every {runs['steps_between'].max()}, by the peak learning rate",
        caption="Dots are runs, lines means of three seeds, diamonds each method's best; averaged: apart, with the plain average as outer step. The outer step with momentum multiplies what the workers move by up to seven, so it does well where the learning rate is too small. It is the published one and was not tuned; the plain average, at its best rate, loses by "
        f"{100 * plain:.1f} %. A comparison at one rate, here the dashed line, measures the rate.",
        alt=f"Three curves of loss against learning rate that cross. {listed}.",
        columns={"rate": "learning rate of the workers at its peak, a number", "seed": "seed"},
        sources=("computed",),
    )


@figure
def bits(rows: pd.DataFrame) -> Figure:
    """Draw what sending less at a meeting costs.

    Parameters
    ----------
    rows : DataFrame
        Columns ``sent``, ``bits`` (a parameter and meeting), ``seed``, ``more`` (loss in per cent above 32 bits).
    """
    data = significant(rows)
    means = data.groupby(["sent", "bits"], as_index=False)["more"].mean().sort_values("bits")
    top = 2 * math.ceil((data["more"].max() + 1) / 2)
    x = _few_ticks("bits:Q", "bits sent for each parameter at a meeting", (0.09, 90), (0.25, 1, 2, 4, 8, 32))
    y = alt.Y(
        "more:Q",
        **ticks("more loss than with 32 bits (%)", min(-1, math.floor(data["more"].min())), top, range(0, top + 1, 2)),
    )
    memory = means["sent"].str.contains("remembered")
    marked = means.assign(label=means["sent"], colour=np.where(memory, theme.ORDERED, theme.COMPUTED))
    colours = dict(zip(marked["sent"], marked["colour"], strict=True))
    data = data.assign(colour=data["sent"].map(colours))
    above = marked["sent"].isin(["2 bits"])
    below = marked["sent"].isin(["2 bits, remembered"])
    rest = marked[~(above | below | marked["sent"].str.contains("64"))]
    high = rest.assign(more=rest["sent"].map(data.groupby("sent")["more"].max()))
    place = ["bits", "more", "label", "colour"]
    colour = alt.Color("colour:N", scale=None)
    chart = alt.layer(
        rule_at("32 bits", 0),
        alt.Chart(table("means", marked[~memory.to_numpy()][["bits", "more"]]))
        .mark_line(color=theme.COMPUTED)
        .encode(x=x, y=y),
        alt.Chart(table("runs", data))
        .mark_point(size=60, opacity=0.9)
        .encode(x=x, y=y, color=colour, tooltip=["sent:N", "bits:Q", "more:Q", "seed:Q"]),
        labels("to the right", marked[above | marked["sent"].str.contains("64")][place], x, y, dx=9, dy=-2),
        labels("to the left", marked[below][place], x, y, align="right", dx=-9, dy=0),
        labels("above", high.loc[high["sent"] != "4 bits", place], x, y, dx=-2, dy=-14),
        labels("below", high.loc[high["sent"] == "4 bits", place].assign(more=0.0), x, y, align="center", dx=0, dy=13),
    ).properties(height=310)
    at = means.set_index("sent")["more"]
    scatter = data[data["sent"] == "8 bits"]["more"].agg(["min", "max"])
    few, more = (in_words(SENT[sent].bits) for sent in ("4 bits", "8 bits"))
    return Figure(
        chart=chart,
        title=f"{few.capitalize()} bits cost no more loss than {more}; two cost {at['2 bits']:.1f} %, and {at['2 bits, remembered']:.1f} % where what was rounded away is remembered",
        # no more: within what the seeds of the finer rounding scatter
        holds=bool(
            at["4 bits"] < min(ALIKE, scatter["max"])
            and at["2 bits"] > 2 * at["2 bits, remembered"]
            and at["2 bits, remembered"] > scatter["max"]
        ),
        subtitle="Loss of four workers trained apart, by the bits in which they send what they moved, each at its own best learning rate",
        caption=f"A dot is a run, the line goes through the means of three seeds. Blocks of {SENT['4 bits'].block} values share a scale, whose bits are counted. Green: what was not sent is kept, "
        f"{SENT['2 bits, remembered'].feedback:.0%} of it, and added at the next meeting. “1 in 64” sends the largest values only, as Covenant-72B does. With {more} bits the seeds cost {scatter['min']:.1f} to {scatter['max']:.1f} %: smaller differences may be chance. Our runs have few meetings; longer ones give a memory more time.",
        alt="Points of additional loss against bits a parameter: "
        + "; ".join(f"{r.sent}: {r.more:.1f} % at {r.bits:.2f} bits" for r in means.itertuples())
        + ".",
        columns={"seed": "seed"},
        sources=("computed", "lidin2026covenant"),
    )


_CONFIDENCE = 0.95
_YARDSTICKS = ("16 bits", "32 bits")


@figure
def two_roads(roads: pd.DataFrame) -> Figure:
    """Take claims of compression apart into meetings and bits.

    Parameters
    ----------
    roads : DataFrame
        Columns ``run``, ``steps_between``, ``bits`` (a parameter and meeting), ``claimed`` (times).
    """
    rows = significant(roads)
    yardstick = choice("yardstick", "Hold it against gradients of", _YARDSTICKS, _YARDSTICKS[0])
    against = "(yardstick == '16 bits' ? 16 : 32)"
    x: dict[str, Any] = {"title": ["times less sent than at every step", "(each step is ten times more)"]}
    scale = alt.Scale(type="log", domain=[1, 12_000], nice=False)
    axis = alt.Axis(values=[1, 10, 100, 1_000, 10_000], format=",d")
    y = alt.Y("run:N", sort=list(rows["run"]), title=None, axis=None)
    base = alt.Chart(table("roads", rows)).transform_calculate(
        one="1",
        total=f"datum.steps_between * {against} / datum.bits",
        label=f"datum.run + ': ' + datum.steps_between + ' × ' + format({against} / datum.bits, '.3~r') + ' = ' + "
        f"format(datum.steps_between * {against} / datum.bits, ',.0f') + ' times'",
    )
    start_ = alt.X("one:Q", scale=scale, axis=axis, **x)
    meet = alt.X("steps_between:Q", scale=scale, axis=axis, **x)
    chart = alt.layer(
        base.mark_bar(color=APART, height=16).encode(x=start_, x2="steps_between:Q", y=y),
        base.mark_bar(color=theme.COMPUTED, height=16).encode(x=meet, x2="total:Q", y=y),
        base.mark_point(shape="diamond", color=theme.PUBLISHED, size=90, opacity=1).encode(
            x=alt.X("claimed:Q", scale=scale, axis=axis, **x),
            y=y,
            tooltip=["run:N", "claimed:Q", "steps_between:Q", "bits:Q"],
        ),
        base.mark_text(align="left", dy=-20, color=theme.INK).encode(x=alt.value(2), y=y, text="label:N"),
    ).properties(height=64 * len(rows))
    by_run = rows.set_index("run")

    def times(run: str, width: float) -> float:
        return float(by_run.loc[run, "steps_between"] * width / by_run.loc[run, "bits"])

    first, second, third = rows["run"]
    short, long = (int(width.split()[0]) for width in _YARDSTICKS)

    def found(yardstick: str) -> str:
        width = float(yardstick.split()[0])
        ratios = [f"{times(run, width):,.0f}" for run in rows["run"]]
        return f"Against gradients of {yardstick} at every step, {first} sends {ratios[0]} times less, {second} {ratios[1]} and {third} {ratios[2]}"

    return Figure(
        chart=chart,
        controls=[yardstick],
        finding=found,
        subtitle="How many times less a worker sends than one that sends its gradients at every step, all held against the same gradients",
        caption="Purple: fewer meetings. Blue: fewer bits at each. Diamonds: what was claimed, as it was printed, or follows from the printed volumes. The runs chose different measures: INTELLECT-1 and Covenant-72B gradients "
        f"of {long} bits, Streaming DiLoCo of {short}; and Covenant-72B’s figure is for one meeting. Scales that go with the bits are not counted.",
        alt="Bars on a logarithmic axis, each in two parts, meetings and bits. "
        + "; ".join(
            f"{r.run}: {r.steps_between:.0f} steps between meetings, {r.bits:.3g} bits, {times(r.run, short):,.0f} times against {short} bits and {times(r.run, long):,.0f} against {long}, claimed {r.claimed:.0f}"
            for r in rows.itertuples()
        )
        + ".",
        data=rows.assign(one=1.0, total=[times(run, short) for run in rows["run"]]),
        sources=("jaghouar2024intellect1", "douillard2025streaming", "lidin2026covenant", "distributed", "computed"),
        holds=bool(
            times(second, short) > 1.5 * times(first, short) and times(third, long) > 10 * by_run.loc[third, "claimed"]
        ),
        columns={
            "steps_between": "steps between meetings",
            "bits": "bits a parameter and meeting",
            "claimed": "times, as claimed",
            "one": "where a bar begins, times",
            "total": "times less sent than at every step, in 16 bits",
        },
    )


@figure
def transfer(runs: pd.DataFrame, band: float) -> Figure:
    """Draw loss on prose against loss on code, together and apart; `band` is the distance that is called nothing, nats."""
    rows = significant(runs[["method", "steps", "steps_between", "seed", "loss", "prose"]])
    together, own = rows[rows["method"] == TOGETHER], rows[rows["method"] != TOGETHER]
    slope, level = np.polyfit(together["loss"], together["prose"], 1)
    colours = dict(zip((10, 50, 500), (theme.ORDERED, theme.COMPUTED, APART), strict=True))
    low, high = rows["loss"].min() - 0.01, rows["loss"].max() + 0.01
    line = significant(
        pd.DataFrame({"loss": [low, high]}).assign(
            prose=lambda t: level + slope * t["loss"], low=lambda t: t["prose"] - band, high=lambda t: t["prose"] + band
        )
    )
    x = alt.X(
        "loss:Q", title="loss on code it has not seen (nats a symbol)", scale=alt.Scale(domain=[low, high], nice=False)
    )
    y = alt.Y(
        "prose:Q",
        title="loss on prose (nats a symbol)",
        scale=alt.Scale(
            zero=False, nice=False, domain=[round(rows["prose"].min() - 0.02, 2), round(rows["prose"].max() + 0.02, 2)]
        ),
    )
    found = transfer_residuals(runs, confidence=_CONFIDENCE)
    names = {h: f"apart, every {h} steps" for h in colours}
    means = own.groupby("steps_between", as_index=False)[["loss", "prose"]].mean()
    means = means.assign(label=means["steps_between"].map(names), colour=means["steps_between"].map(colours))
    place, last = ["loss", "prose", "label", "colour"], means["steps_between"] == means["steps_between"].max()
    points = own.assign(colour=own["steps_between"].map(colours))
    note = pd.DataFrame({"loss": [low], "prose": [rows["prose"].max()], "label": ["in step, a dot a run"]})
    chart = alt.layer(
        alt.Chart(table("band", line[["loss", "low", "high"]]))
        .mark_area(color=IN_STEP, opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(table("line", line[["loss", "prose"]])).mark_line(color=IN_STEP, strokeWidth=1.5).encode(x=x, y=y),
        alt.Chart(table("together", together[["steps", "seed", "loss", "prose"]]))
        .mark_point(color=IN_STEP, size=12, opacity=1)
        .encode(x=x, y=y, tooltip=["steps:Q", "seed:Q", "loss:Q", "prose:Q"]),
        alt.Chart(table("apart", points[["steps_between", "seed", "loss", "prose", "colour"]]))
        .mark_point(shape="diamond", size=60, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("colour:N", scale=None),
            tooltip=["steps_between:Q", "seed:Q", "loss:Q", "prose:Q"],
        ),
        labels("names below", means.loc[~last, place], x, y, dx=16, dy=34, fontWeight="bold"),
        labels("name above", means.loc[last, place], x, y, align="right", dx=-14, dy=-38, fontWeight="bold"),
        labels("name of the line", significant(note), x, y, IN_STEP, dx=8, fontWeight="bold"),
    ).properties(height=360)
    pooled, bound = found.loc["all"], found["bound"].max()
    return Figure(
        chart=chart,
        title=f"At equal loss on code, training apart does as well on prose, to {bound:.3f} nats",
        holds=bool(bound < 2 * band and (found["low"] < 0).all() and (found["high"] > 0).all()),
        subtitle="Loss on unseen English help texts against loss on unseen code: four workers in step for six lengths, or apart, ten seeds each",
        caption=f"The line goes through all runs in step; the band is {band:g} nats on either side. For each seed we measure how far its runs apart lie from its own line: the mean of all is {Number(pooled['estimate'], '+.3f')} nats, "
        f"and the {_CONFIDENCE:.0%} interval holds zero at each period; the title has the end that is farthest from it. A character model of {_PARAMETERS:,} parameters says nothing of how large ones travel.",
        alt=f"Scatter of loss on prose against loss on code. Runs in step and runs apart lie on one rising line. Distance from the line, {_CONFIDENCE:.0%} interval: "
        + "; ".join(
            f"{'all' if h == 'all' else f'every {h} steps'} {r.estimate:+.4f} nats, {r.low:+.4f} to {r.high:+.4f}"
            for h, r in zip(found.index, found.itertuples(), strict=True)
        )
        + ".",
        data=pd.concat([rows.rename(columns={"method": "kind"}), line[["loss", "prose"]].assign(kind="the line")]),
        columns={
            "kind": "how it was trained, or the line through the runs in step",
            "steps": "steps of training",
            "steps_between": "steps between two meetings",
            "seed": "seed",
        },
        sources=("computed",),
    )


@figure
def one_gpu(runs: pd.DataFrame) -> Figure:
    """Show the second witness: a small transformer on one graphics card, by method; table ``gpu-local-steps-long``."""
    kinds = {
        "sync": ("in step", IN_STEP),
        "average": ("plain average", OUTER["average"]),
        "diloco": ("momentum 0.9", APART),
    }
    rows = runs[["method", "workers", "period", "shards", "seed", "loss"]].copy()
    rows["name"] = [
        kinds[r.method][0]
        + ("" if r.method == "sync" else f", {r.workers} workers, every {r.period}")
        + (", by domain" if r.shards == "domain" else "")
        for r in rows.itertuples()
    ]
    rows["colour"] = [kinds[method][1] for method in rows["method"]]
    rows = significant(rows.sort_values("loss"))
    order = list(dict.fromkeys(rows["name"]))
    x = alt.X(
        "loss:Q",
        title="loss (nats a byte)",
        scale=alt.Scale(domain=[0.94, 1.2], nice=False),
        axis=alt.Axis(values=[0.95, 1, 1.05, 1.1, 1.15, 1.2], format=".2f"),
    )
    y = alt.Y("name:N", sort=order, title=None, axis=None)
    first = rows.drop_duplicates("name")
    colour = alt.Color("colour:N", scale=None)
    chart = alt.layer(
        alt.Chart(table("runs", rows))
        .mark_point(size=85, opacity=1)
        .encode(x=x, y=y, color=colour, tooltip=["name:N", "seed:Q", "loss:Q"]),
        row_labels("names", first.assign(label=first["name"])[["name", "label"]], y, dy=-16),
        labels(
            "values",
            first.assign(label=[f"{v:.3f}" for v in first["loss"]])[["name", "loss", "label", "colour"]],
            x,
            y,
            dx=9,
        ),  # type: ignore[arg-type]
    ).properties(height=46 * len(order))
    at = rows.groupby("name")["loss"].mean()
    sync, plain, nesterov = (
        at["in step"],
        at["plain average, 4 workers, every 50"],
        at["momentum 0.9, 4 workers, every 50"],
    )
    return Figure(
        chart=chart,
        title=f"On one graphics card, too, a plain average comes nearer ({100 * (plain / sync - 1):.1f} % more loss) than the published momentum ({100 * (nesterov / sync - 1):.0f} %)",
        holds=bool(sync < plain < nesterov),
        subtitle=f"Loss on eight kinds of text that were held out: a transformer of {runs['N'].iloc[0] / 1e6:.2f} million parameters after {runs['steps'].iloc[0]:,} steps",
        caption="One run each, two in step, which nearly coincide; “every” counts the steps between meetings. It bounds nothing: all use the learning rate that was best in step, outer rates are those of the paper, and the workers share one batch, "
        "so that each has a part of it, where the paper gives each a full one.",
        alt="Dots of loss by method: " + "; ".join(f"{name} {loss:.3f}" for name, loss in at.loc[order].items()) + ".",
        columns={"seed": "seed"},
        sources=("gpu-local-steps-long",),
    )
