"""Figures of what is sent and how fast: the line that a model needs, links, a step, and a published simulator."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.distributed.simulator import GRID
from analysis.distributed.utilisation import (
    BACKWARD,
    FRAGMENT,
    OVERLAP,
    bandwidth_for,
    published_shapes,
    streaming_bandwidth_for,
)
from analysis.kit import theme
from analysis.kit.charts import AMOUNT, labels, log_axis, named_colour, row_labels, theory, ticks
from analysis.kit.controls import slider, start
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, roughly, roughly_rule, significant

#: Colours of the ways of training: in step, apart, and apart in small pieces.
IN_STEP, APART, STREAMING = theme.CHAOTIC, theme.BASELINE, theme.COMPUTED
#: Bits of a number that is not compressed.
PLAIN = 16
_BANDWIDTH = "bandwidth between two sites, gigabits a second"


def _expressions(size: str, seconds: str, layers: str) -> dict[str, str]:
    """Vega expressions of the three bandwidths, from those of a model's billions of parameters, step and layers."""
    lost = f"({{h}} * {seconds} * (100 / used - 1))"
    closed = (
        f"max({PLAIN} * {size} / ({lost} + {BACKWARD!r} * {seconds} * (1 - 1 / {layers})), "
        f"{PLAIN} * {size} / ({layers} * {lost}))"
    )
    window = OVERLAP + BACKWARD * (1 - 1 / FRAGMENT)
    streamed = (
        f"max(bits * {size} / ({lost} + {layers} / {FRAGMENT} * {window!r} * {seconds}), "
        f"used / 100 * bits * {size} / (h * {seconds}))"
    )
    return {
        "in_step": closed.replace("{h}", "1"),
        "apart": closed.replace("{h}", "h"),
        "streaming": streamed.replace("{h}", "h"),
    }


@figure
def bandwidth(models: pd.DataFrame, published: pd.DataFrame, lines: Mapping[str, float]) -> Figure:
    """Let the reader set model, meetings, bits and utilisation and read off the line that it takes.

    Parameters
    ----------
    models : DataFrame
        Columns size (billion parameters), seconds (of a step), layers.
    published : DataFrame
        Table ``distributed_bandwidth``.
    lines : mapping of str to float
        Gbit/s of lines that everybody knows, by name.
    """
    rows = significant(models, 9)
    most = float(rows["size"].max())
    controls = [
        slider("billions", "Model, billion parameters", 1, most, 1, 10, "{} billion"),
        slider("h", "Steps between two meetings", 10, 500, 10, 100, "{} steps"),
        slider("bits", "Bits of each number, streamed", 1, PLAIN, 1, 4, "{} bits"),
        slider("used", "Share of the time spent computing", 50, 99, 1, 95, "{} %"),
    ]
    x = alt.X(
        "size:Q",
        **ticks("billion parameters", 0.9, 1.1 * most, [1, 3, 10, 30, 100, 300], step="about three times more"),
    )
    y = alt.Y(
        "bandwidth:Q",
        **ticks(_BANDWIDTH, 0.01, 1000, [0.01, 0.1, 1, 10, 100, 1000], step="ten times more", format="~g"),
    )
    colours = {"in_step": IN_STEP, "apart": APART, "streaming": STREAMING}
    names = {
        "in_step": "'at every step'",
        "apart": "'every ' + h + ' steps'",
        "streaming": "'streamed, in ' + bits + (bits == 1 ? ' bit' : ' bits')",
    }
    beside = {"in_step": -24, "apart": 15, "streaming": 17}
    rules = pd.DataFrame(
        {
            "bandwidth": list(lines.values()),
            "label": [f"{name}: {value:g}" for name, value in lines.items()],
            "size": 1.0,
        }
    )
    layers = [
        alt.Chart(table("lines", rules)).mark_rule(color=theme.QUIET, strokeWidth=1).encode(y=y),
        labels("names of the lines", rules, x, y, theme.QUIET, dx=14, dy=-10),
    ]
    base = alt.Chart(table("models", rows))
    last = base.transform_filter(f"datum.size == {most:g}")
    one = alt.Chart(table("chosen", pd.DataFrame({"which": ["chosen"]}))).transform_calculate(size="billions")
    at = _expressions("billions", *(_piecewise(published_shapes(), column) for column in (2, 1)))
    for name, expression in _expressions("datum.size", "datum.seconds", "datum.layers").items():
        layers += [
            base.transform_calculate(bandwidth=expression).mark_line(color=colours[name]).encode(x=x, y=y),
            last.transform_calculate(bandwidth=expression, label=names[name])
            .mark_text(align="right", dx=4, dy=beside[name], color=colours[name], fontWeight="bold")
            .encode(x=x, y=y, text="label:N"),
            one.transform_calculate(bandwidth=at[name])
            .mark_point(color=colours[name], size=110, opacity=1)
            .encode(x=x, y=y, tooltip=["size:Q", "bandwidth:Q"]),
        ]
    dots = published[published["parameters"] <= most * 1e9].dropna(subset=["bandwidth"])
    dots = dots[dots["method"].isin(["data-parallel", "DiLoCo", "streaming, overlapped", "streaming, overlapped, FP4"])]
    dots = dots.assign(size=dots["parameters"] / 1e9, plain=dots["method"].isin(["data-parallel", "DiLoCo"]))
    dots = significant(dots[["model", "method", "size", "steps_between", "bits", "utilisation", "bandwidth", "plain"]])
    dots = dots.rename(columns={"bits": "sent_bits"})
    layers.append(
        alt.Chart(table("published", dots))
        .transform_filter(
            "datum.utilisation == used && (datum.steps_between == 1 || datum.steps_between == h) && (datum.plain || datum.sent_bits == bits)"
        )
        .mark_point(color=theme.PUBLISHED, size=55, shape="diamond", opacity=1)
        .encode(x=x, y=y, tooltip=["model:N", "method:N", "utilisation:Q", "bandwidth:Q"])
    )
    chart = alt.layer(*layers).properties(height=254)
    tie = 1 + 1e-9  # of two digits is rounded the same way by the browser

    def found(billions: float, h: float, bits: float, used: float) -> str:
        step = tie * bandwidth_for(used / 100, billions * 1e9, 1, PLAIN)
        tricks = tie * streaming_bandwidth_for(used / 100, billions * 1e9, h, bits)
        return f"At every step a model of {billions:.0f} billion takes {roughly(step)} gigabits a second; every {h:.0f} steps, streamed, {roughly(tricks)}"

    said = {name: f"({tie!r} * {expression})" for name, expression in at.items()}
    first = start(controls)
    used = first["used"] / 100
    in_step, apart = (float(bandwidth_for(used, first["billions"] * 1e9, h)) for h in (1, first["h"]))
    streamed = float(streaming_bandwidth_for(used, first["billions"] * 1e9, first["h"], first["bits"]))
    sizes = rows["size"] * 1e9
    ways = {
        "at every step": bandwidth_for(used, sizes),
        f"every {first['h']:.0f} steps": bandwidth_for(used, sizes, first["h"]),
        "streamed": streaming_bandwidth_for(used, sizes, first["h"], first["bits"]),
    }
    lines_drawn = [
        pd.DataFrame({"way": way, "size": rows["size"], "bandwidth": needed}) for way, needed in ways.items()
    ]
    same = dots[(dots["utilisation"] == first["used"]) & dots["steps_between"].isin([1, first["h"]])]
    same = same[same["plain"] | (same["sent_bits"] == first["bits"])]
    drawn = pd.concat([*lines_drawn, same.assign(way="published")[["way", "size", "bandwidth"]]], ignore_index=True)
    steps, seldom, streams = ways.values()
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'At every step a model of ' + billions + ' billion takes ' + {roughly_rule(said['in_step'])} + ' gigabits a second; every ' + h + ' steps, streamed, ' + {roughly_rule(said['streaming'])}",
        subtitle=f"Bandwidth that keeps two sites computing for {first['used']:.0f} % of the time, or for a share of your choice, by the size of the model",
        caption="Lines are our formulas, diamonds the published simulations, where one has your setting. Streamed: three layers at a time, in so many bits, while the next step runs; the other two "
        f"send {PLAIN} bits. Steps and layers are those of the published shapes and lie on straight lines between them. Delay, failures and lines that others use too are left out.",
        alt=f"Three rising lines of bandwidth against model size with sliders. For {first['billions']:.0f} billion parameters at {used:.0%}: {in_step:.0f} gigabits a second at every step, {apart:.0f} every {first['h']:.0f} steps, "
        f"{streamed:.1f} streamed in {first['bits']:.0f} bits. Rules: " + ", ".join(rules["label"]) + ".",
        sources=("douillard2025streaming", "charles2025", "distributed", "computed"),
        data=drawn,
        columns={"size": "parameters, billions", "way": "way of training"},
        holds=bool(in_step > apart > streamed and (steps > seldom).all() and (seldom > streams).all()),
    )


def _piecewise(shapes: Mapping[str, tuple[float, float, float]], column: int) -> str:
    """Vega expression of a column of the published shapes at the chosen size: straight lines in logarithms."""
    points = sorted((shape[0] / 1e9, shape[column]) for shape in shapes.values())
    said = ""
    for (small, low), (large, high) in itertools.pairwise(points):
        slope = math.log(high / low) / math.log(large / small)
        last = "" if large == points[-1][0] else f"billions <= {large:g} ? "
        said += f"{last}{low:g} * pow(billions / {small:g}, {slope!r}){' : ' if last else ''}"
    return f"({said})"


#: The most that a chip sends in a ring, in models.
_MODELS = 2


@figure
def links(workers: np.ndarray, pairs: np.ndarray, volume: np.ndarray) -> Figure:
    """Set the pairs of so many chips against what each sends, both as a multiple of what two have.

    `volume` is what each sends to sum one number of one bit, at each number of `workers`; `pairs` are theirs.
    """
    rows = significant(pd.DataFrame({"chips": workers, "pairs": pairs, "sent": volume}))
    x = alt.X("chips:Q", **log_axis("chips that train one model", 0, 6, 1, AMOUNT))
    y = alt.Y("times:Q", **log_axis("times what two chips have", 0, 12, 3, AMOUNT))
    kinds = {"pairs": theme.PUBLISHED, "sent": theme.COMPUTED}
    long = rows.melt("chips", list(kinds), var_name="kind", value_name="times")
    long["times"] /= long["kind"].map(rows.iloc[0][list(kinds)])
    long = significant(long)
    last = rows.iloc[-1]
    ends = long[long["chips"] == last.chips].assign(
        label=["pairs of chips", "what each chip sends"], colour=list(kinds.values())
    )
    chart = alt.layer(
        alt.Chart(table("growth", long)).mark_line().encode(x=x, y=y, color=named_colour("kind", kinds)),
        labels("name of the pairs", ends.iloc[:1], x, y, align="right", dx=-16, dy=-8),
        labels("name of what is sent", ends.iloc[1:], x, y, align="right", dx=0, dy=-10),
    ).properties(height=300)
    shown = [
        f"{r.chips:,.0f} chips: {r.pairs:,.0f} pairs, {r.sent:.5g} models each" for r in rows.iloc[[0, -1]].itertuples()
    ]
    return Figure(
        chart=chart,
        title=f"Of {last.chips:,.0f} chips there are {roughly(last.pairs)} pairs, and each chip sends less than {in_words(_MODELS)} times the model",
        holds=bool((rows["sent"] < _MODELS).all() and rows["sent"].is_monotonic_increasing and last.pairs > 1e9),
        subtitle="Pairs of chips, and what each chip sends to sum a gradient round a ring, as multiples of what two chips have",
        caption="A ring uses as many links as there are chips, not one for each pair. It sends the least that any summing can; "
        "its rounds grow with the chips, and so does the waiting for the slowest, which is left out here.",
        alt=f"Two lines against the number of chips: pairs rise without end, what each sends stays between one and two models. {'; '.join(shown)}.",
        sources=("patarasuk2009", "computed"),
        columns={"kind": "what is counted"},
    )


#: Lines of the picture of one step, Gbit/s.
_SLOW, _FAST, _BY = 50, 400, 10


@figure
def step(ready: np.ndarray, step_seconds: float, gigabits: float) -> Figure:
    """Let the reader set a line and see which part of a step's traffic hides behind the backward pass.

    `ready` holds when each layer's gradient is ready (:func:`analysis.distributed.utilisation.step_schedule`), `gigabits`
    what all of them send.
    """
    layers, end, gigabits = len(ready), float(step_seconds), float(gigabits)
    rows = significant(pd.DataFrame({"place": np.arange(layers), "ready": np.asarray(ready)}), 9)
    first, last = float(rows["ready"].iloc[0]), float(rows["ready"].iloc[-1])
    parcel = f"({gigabits / layers!r} / line)"
    control = slider("line", "Bandwidth", _SLOW, _FAST, _BY, 100, "{} gigabits a second")
    lanes = ["the site: forward, then backward", "the line, layer by layer"]
    longest = math.ceil(10 * (gigabits / _SLOW + end / 3)) / 10
    x = alt.X(
        "from:Q", **ticks("seconds from the beginning of a step", 0, longest, [k / 10 for k in range(10)], format="~g")
    )
    y = alt.Y("lane:N", sort=lanes, axis=None, scale=alt.Scale(domain=lanes, paddingInner=0.6, paddingOuter=0.5))
    passes = pd.DataFrame(
        {"lane": lanes[0], "part": ["forward", "backward"], "from": [0.0, end / 3], "until": [end / 3, end]}
    )
    stroke: dict[str, Any] = {"stroke": theme.PAPER, "strokeWidth": 0.3}
    sent = (
        alt.Chart(table("layers", rows))
        .transform_calculate(until=f"max({first!r} + (datum.place + 1) * {parcel}, datum.ready + {parcel})")
        .transform_calculate(**{"from": f"datum.until - {parcel}", "lane": f"'{lanes[1]}'"})
    )
    hidden = sent.transform_calculate(until=f"min(datum.until, {end!r})").transform_filter("datum.until > datum.from")
    waited = sent.transform_calculate(**{"from": f"max(datum.from, {end!r})"}).transform_filter(
        "datum.until > datum.from"
    )
    done = f"max({first!r} + {layers} * {parcel}, {last!r} + {parcel})"
    note = alt.Chart(table("result", pd.DataFrame({"from": [0.0]}))).transform_calculate(
        label=f"'computes ' + format({end!r} / {done}, '.0%') + ' of the time'"
    )
    chart = alt.layer(
        alt.Chart(table("passes", passes))
        .mark_bar(**stroke)
        .encode(x=x, x2="until:Q", y=y, color=named_colour("part", {"forward": theme.GRID, "backward": theme.QUIET})),
        hidden.mark_bar(color=theme.COMPUTED, **stroke).encode(x=x, x2="until:Q", y=y),
        waited.mark_bar(color=theme.CHAOTIC, **stroke).encode(x=x, x2="until:Q", y=y),
        row_labels("names", pd.DataFrame({"lane": lanes, "label": lanes}), y, dy=-26),
        note.mark_text(align="left", fontWeight="bold", color=theme.CHAOTIC).encode(
            x=alt.value(2), y=alt.value(166), text="label:N"
        ),
    ).properties(height=176)

    def hides(line: float) -> tuple[float, float]:
        share = gigabits / layers / line
        until = max(first + layers * share, last + share)
        busy = layers * share
        return end / until, 1 - min(1.0, (until - end) / busy)

    def found(line: float) -> str:
        used, hidden = hides(line)
        return f"At {line:.0f} gigabits a second {hidden:.0%} of the traffic hides behind the backward pass, and the site computes {used:.0%} of the time"

    at_start, slowest, fastest = (hides(line) for line in (control.start, _SLOW, _FAST))
    share = gigabits / layers / control.start
    until = np.maximum(first + (rows["place"] + 1) * share, rows["ready"] + share)
    bars = pd.DataFrame({"lane": lanes[1], "from": until - share, "until": until})
    early = bars.assign(part="hidden", until=until.clip(upper=end))
    late = bars.assign(part="exposed", **{"from": bars["from"].clip(lower=end)})
    drawn = pd.concat([passes, early, late], ignore_index=True)
    drawn = drawn[drawn["until"] > drawn["from"]]
    return Figure(
        chart=chart,
        controls=[control],
        finding=found,
        subtitle=f"One step of data-parallel training of the published model with {layers} layers, and its gradients on the line",
        caption="Blue is sent while the site still computes. Orange is sent while it waits: the next step begins when all is there. "
        "The line of the picture has no delay, and a layer's passes take equally long.",
        alt=f"Two rows of bars with a slider for the bandwidth: what the site computes, and what the line sends. At {control.start:.0f} gigabits a second {at_start[1]:.0%} of the traffic is hidden and "
        f"the site computes {at_start[0]:.0%} of the time; at {_SLOW} it is {slowest[1]:.0%} and {slowest[0]:.0%}, at {_FAST} {fastest[1]:.0%} and {fastest[0]:.0%}.",
        sources=("douillard2025streaming", "computed"),
        data=drawn,
        columns={
            "lane": "what works",
            "part": "what it does",
            "from": "begins, seconds from the beginning of the step",
            "until": "ends, seconds from the beginning of the step",
        },
        holds=slowest[0] < at_start[0] < fastest[0],
    )


@figure
def simulator_check(rows: pd.DataFrame, within: int = 1) -> Figure:
    """Set the published bandwidths against what the rebuilt simulator reads off the same grid.

    `rows` are of :func:`analysis.distributed.simulator.simulated`; `within` is how many points of the grid count as near.
    """
    shown = significant(rows[["model", "method", "utilisation", "bandwidth", "ours", "offset"]])
    names = {
        "data-parallel": "at every step",
        "DiLoCo": "every 100 steps",
        "streaming": "in fragments",
        "streaming, overlapped": "overlapped",
        "streaming, overlapped, FP4": "in four bits",
    }
    colours = dict(zip(names.values(), (IN_STEP, APART, theme.ACCENT, theme.ORDERED, STREAMING), strict=True))
    shapes = dict(zip(names.values(), ("circle", "square", "triangle-up", "diamond", "cross"), strict=True))
    shown = shown.assign(way=shown["method"].map(names)).drop(columns="method")
    marks = [0.1, 1, 10, 100, 1000]
    x = alt.X("ours:Q", **ticks("rebuilt, gigabits a second", 0.2, 1000, marks, step="ten times more", format="~g"))
    y = alt.Y(
        "bandwidth:Q", **ticks("published, gigabits a second", 0.2, 1000, marks, step="ten times more", format="~g")
    )
    line = pd.DataFrame({"ours": [0.2, 1000.0], "bandwidth": [0.2, 1000.0]})
    chart = alt.layer(
        theory("equal", line, x, y),
        alt.Chart(table("bandwidths", shown))
        .mark_point(size=60)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "way:N",
                scale=alt.Scale(domain=list(colours), range=list(colours.values())),
                legend=alt.Legend(title=None, columns=2),
            ),
            shape=alt.Shape(
                "way:N",
                scale=alt.Scale(domain=list(shapes), range=list(shapes.values())),
                legend=alt.Legend(title=None, columns=2),
            ),
            tooltip=["model:N", "way:N", "utilisation:Q", "bandwidth:Q", "ours:Q", "offset:Q"],
        ),
    ).properties(height=380)
    near, below = int((rows["offset"].abs() <= within).sum()), int((rows["offset"] == -within).sum())
    far = int(rows["offset"].abs().max())
    return Figure(
        chart=chart,
        title=f"Forty lines rebuild the published table: {near} of {len(rows)} bandwidths are within one point of its grid",
        holds=bool(within == 1 and near >= 0.95 * len(rows) and far <= 2),
        subtitle=f"Bandwidth between two sites for a utilisation of {rows['utilisation'].min():.0f} to {rows['utilisation'].max():.0f} %: {in_words(rows['model'].nunique())} models and {in_words(len(names))} ways of training",
        caption=f"Each mark is one value of Table 4 of the paper; from the second on, each way of training adds one saving to the way before. The grid has {len(GRID)} points, each {GRID[1] / GRID[0]:.2f} times the one before; {below} values stand exactly one point below ours. "
        "Two programs that share their assumptions agree on these, not on a real line.",
        alt="Scatter of published against rebuilt bandwidths on logarithmic axes; all lie on the diagonal or just below. Offsets in points of the grid: "
        + ", ".join(f"{offset:.0f} for {count}" for offset, count in rows["offset"].value_counts().items()).replace(
            "-", "−"
        )
        + ".",
        sources=("douillard2025streaming", "distributed_bandwidth", "computed"),
        columns={
            "offset": "published less rebuilt, points of the grid",
            "utilisation": "share of the time spent computing, per cent",
        },
    )


@figure
def residual(matches: pd.DataFrame, values: int) -> Figure:
    """Draw how many published values come out exactly, by how large the messages are taken and how the grid is read.

    `matches` has columns traffic (times the nominal size), reading, exact; `values` is how many there are.
    """
    shown = significant(matches)
    colours = {"the point below": theme.COMPUTED, "the point that is enough": theme.CHAOTIC}
    x = alt.X(
        "traffic:Q",
        **ticks("size of all messages, times the printed model’s", 0.6, 1.3, [0.6, 0.8, 1, 1.2], format=".1f"),
    )
    y = alt.Y("exact:Q", **ticks("values that come out exactly", 0, values, [0, 25, 50, values]))
    best = shown.loc[shown.groupby("reading")["exact"].idxmax()].set_index("reading")
    names = pd.DataFrame(
        {"traffic": [1.3, 0.6], "exact": [68, 72], "label": list(colours), "colour": list(colours.values())}
    )
    at_one = shown[(shown["traffic"] - 1).abs() < 1e-9].set_index("reading")["exact"]
    below, enough = (at_one[name] for name in colours)
    chart = alt.layer(
        theory("as printed", pd.DataFrame({"traffic": [1.0]}), x),
        alt.Chart(table("matches", shown)).mark_line().encode(x=x, y=y, color=named_colour("reading", colours)),
        labels("first name", names.iloc[:1], x, y, align="right", dx=0),
        labels("second name", names.iloc[1:], x, y, dx=8),
    ).properties(height=280)
    peaks = {name: float(best.loc[name, "traffic"]) for name in colours}
    return Figure(
        chart=chart,
        title=f"With the models' printed sizes {below:.0f} of {values} values come out exactly, if the grid is read one point low, and {enough:.0f} otherwise",
        holds=bool(
            below > 0.8 * values > 4 * enough
            and abs(peaks["the point below"] - 1) < 0.05
            and peaks["the point that is enough"] < 0.9
        ),
        subtitle="Published bandwidths that the rebuilt simulator meets, by the size of its messages and by two readings of the grid",
        caption="One reading takes the first point of the grid that reaches the utilisation, the other the point before it. "
        f"Messages {1 - peaks['the point that is enough']:.0%} smaller would do as well as the second: the table alone cannot tell a habit of reading from a smaller model.",
        alt="Two peaked curves of the same shape, shifted. "
        + "; ".join(
            f"{name}: most at {peaks[name]:.2f} times the printed size, {best.loc[name, 'exact']:.0f} values"
            for name in colours
        )
        + f". At the printed size: {below:.0f} and {enough:.0f}.",
        sources=("douillard2025streaming", "distributed_bandwidth", "computed"),
        columns={"reading": "point of the grid that is read", "exact": "number of values that come out exactly"},
    )
