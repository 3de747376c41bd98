"""Figures of what is sent and how fast: the line that a model needs, links, a step, and a published simulator."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import altair as alt
import pandas as pd

from analysis.distributed.utilisation import (
    BACKWARD,
    FRAGMENT,
    OVERLAP,
    bandwidth_for,
    published_shapes,
    streaming_bandwidth_for,
)
from analysis.kit import theme
from analysis.kit.charts import labels, ticks
from analysis.kit.controls import slider, start
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import roughly, roughly_rule, significant

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
        labels("names of the lines", rules, x, y, theme.QUIET, dx=-3, dy=-8),
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
    chart = alt.layer(*layers).properties(height=380)
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
    drawn = pd.DataFrame(
        {
            "size": rows["size"],
            "in_step": bandwidth_for(used, sizes),
            "apart": bandwidth_for(used, sizes, first["h"]),
            "streaming": streaming_bandwidth_for(used, sizes, first["h"], first["bits"]),
        }
    )
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
        columns={
            "size": "parameters, billions",
            "in_step": "at every step, gigabits a second",
            "apart": "with steps between, gigabits a second",
            "streaming": "streamed, gigabits a second",
        },
        holds=bool(
            in_step > apart > streamed
            and (drawn["in_step"] > drawn["apart"]).all()
            and (drawn["apart"] > drawn["streaming"]).all()
        ),
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
