"""Figures of section 6: the fan that follows the reader's priors, and where its width comes from."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, row_labels, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, roughly, roughly_rule, significant
from analysis.market.browser import (
    cornish_fisher_quantiles,
    fan_rows,
    growth_expressions,
    parameter_values,
    quantile_expression,
    scenario_of,
)
from analysis.market.scenarios import Scenario, growth_quantiles, probability_below
from analysis.market.scenarios import fan as fan_of

GPUS = theme.SYSTEMS["GPUs"]
#: Probabilities of the fan: the ends of its two bands and the middle.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Slider of each parameter: words, lowest, highest, step, how it is printed.
CONTROLS: dict[str, tuple[str, float, float, float, str]] = {
    "demand_mean": ("Growth of demand", -0.5, 1.5, 0.05, "{} a year"),
    "demand_spread": ("Uncertainty of demand", 0.05, 0.6, 0.05, "± {}"),
    "elasticity_mean": ("Elasticity", 0, 2, 0.01, "{}"),
    "elasticity_spread": ("Uncertainty of elasticity", 0, 0.6, 0.05, "± {}"),
    "efficiency_mean": ("Growth of efficiency", 0, 2, 0.01, "{} a year"),
    "efficiency_spread": ("Uncertainty of efficiency", 0, 0.7, 0.05, "± {}"),
}
_INPUTS = {
    "demand": "growth of demand",
    "elasticity": "elasticity",
    "efficiency": "growth of efficiency",
}


@figure
def fan(scenario: Scenario, years: int) -> Figure:
    """Let the reader move the priors and see the futures that they allow; the sliders start at `scenario`."""
    rows = fan_rows(QUANTILES, np.arange(0, years + 0.01, 0.25))
    start = parameter_values(scenario)
    controls = [
        slider(name, label, low, high, step, start[name], shown)
        for name, (label, low, high, step, shown) in CONTROLS.items()
    ]
    x = alt.X(
        "year:Q",
        title="years from now",
        scale=alt.Scale(domain=[0, years], nice=False),
        axis=alt.Axis(values=list(range(years + 1)), format="d"),
    )
    y_title = ["compute in use, times today’s", "(each step is ten times more)"]
    scale = alt.Scale(type="log", domain=[0.01, 10000], nice=False)
    axis = alt.Axis(values=[0.01, 0.1, 1, 10, 100, 1000], format="~g")
    base = alt.Chart(table("quantiles", rows))
    for field, expression in growth_expressions().items():
        base = base.transform_calculate(**{field: expression})
    wide = base.transform_calculate(name="'q' + round(100 * datum.probability)").transform_pivot(
        "name", groupby=["year"], value="multiple"
    )
    band = {
        outer: wide.mark_area(color=GPUS, opacity=opacity, clip=True).encode(
            x=x, y=alt.Y(f"q{outer}:Q", title=y_title, scale=scale, axis=axis), y2=f"q{100 - outer}:Q"
        )
        for outer, opacity in ((5, 0.16), (25, 0.25))
    }
    y = alt.Y("multiple:Q", title=y_title, scale=scale, axis=axis)
    words = {
        4: f"'nine in ten after {years} years: ' + format(datum.q5, '.2~r') + ' to ' + format(datum.q95, ',.2~r')",
        22: "'half below ' + format(datum.q50, '.2~r')",
    }
    last = wide.transform_filter(f"datum.year > {years - 0.01}")
    said = [
        last.transform_calculate(label=text)
        .mark_text(align="left", baseline="top", color=theme.INK)
        .encode(x=alt.value(8), y=alt.value(place), text="label:N")
        for place, text in words.items()
    ]
    chart = alt.layer(
        band[5],
        band[25],
        alt.Chart(table("today", pd.DataFrame({"multiple": [1.0]})))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY)
        .encode(y=alt.Y("multiple:Q")),
        base.transform_filter("datum.probability == 0.5").mark_line(color=GPUS, clip=True).encode(x=x, y=y),
        *said,
    ).properties(height=360)
    table_of = fan_of(growth_quantiles(scenario, QUANTILES), [1, 3, years], QUANTILES)
    low, high = table_of["multiple"].iloc[[-len(QUANTILES), -1]]
    inner, outer = QUANTILES[3] - QUANTILES[1], QUANTILES[4] - QUANTILES[0]
    levels = [f"{100 * p:.0f}" for p in QUANTILES]
    listed = "; ".join(
        f"after {t:g} years {', '.join(f'{v:.2g}' for v in group['multiple'])} times"
        for t, group in table_of.groupby("year")
    )
    times = rows["year"].unique()
    names = ["multiple" if level == "50" else f"q{level}" for level in levels]
    drawn = pd.DataFrame(np.exp(np.outer(times, growth_quantiles(scenario, QUANTILES))), columns=names)
    drawn.insert(0, "year", times)
    falls = probability_below(scenario, 0.0)

    def found(**setting: float) -> str:
        growth = cornish_fisher_quantiles(scenario_of(setting, scenario.pass_through), (QUANTILES[0], QUANTILES[-1]))
        low, high = np.exp(years * growth)
        how = (
            "whether it grows is open"
            if low < 1 < high
            else "in nearly all it grows"
            if low >= 1
            else "in nearly all it shrinks"
        )
        return f"From {roughly(low)} to {roughly(high)} times today’s compute after {in_words(years)} years in nine of ten futures: {how}"

    at_low, at_high = (
        f"exp({years} * ({quantile_expression(p, scenario.pass_through)}))" for p in (QUANTILES[0], QUANTILES[-1])
    )
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'From ' + {roughly_rule(at_low)} + ' to ' + {roughly_rule(at_high)} + ' times today’s compute after {in_words(years)} years in nine of ten futures: ' + "
        f"({at_low} >= 1 ? 'in nearly all it grows' : {at_high} <= 1 ? 'in nearly all it shrinks' : 'whether it grows is open')",
        subtitle=f"Compute in use by year under priors of your choice: middle {inner:.0%} and {outer:.0%} of the futures",
        caption=f"Quantiles in closed form, recomputed in the page as the sliders move. An uncertainty is one standard deviation. At the start one future in {1 / falls:.0f} has less compute than today. Growth rates are continuous: {1:g} is a factor of e, {math.e:.1f}, a year. "
        "The three inputs are drawn once, independently, and kept for all years; prices of chips stay, and power or fabs are never short. A fan of assumptions, no forecast.",
        alt=f"Fan chart of compute against years with six sliders. Quantiles at {', '.join(levels[:-1])} and {levels[-1]} per cent: {listed}. The probability that compute falls is {falls:.0%}.",
        sources=("market", "computed"),
        columns={
            name: f"compute in use, times today’s, above that of {level} per cent of the futures"
            for name, level in zip(names, levels, strict=True)
        },
        data=drawn,
        holds=bool(low < 1 < high / 10),
    )


@figure
def draws(found: np.ndarray, scenario: Scenario, seed: int) -> Figure:
    """Hold the seeded draws of the growth of compute against the closed form of the scenario."""
    mean, spread = scenario.mean(), scenario.variance() ** 0.5
    edges = np.round(np.arange(-1.2, 2.4001, 0.1), 1)
    low, high = edges[:-1], edges[1:]
    middle = (low + high) / 2
    rows = significant(
        pd.DataFrame(
            {
                "low": low,
                "high": high,
                "growth": middle,
                "drawn": np.histogram(found, edges)[0] / found.size / 0.1,
                "normal": np.exp(-(((middle - mean) / spread) ** 2) / 2) / spread / np.sqrt(2 * np.pi),
                "falls": high <= 0,
            }
        )
    )
    x = alt.X(
        "low:Q",
        bin="binned",
        title="growth of compute, continuous, a year",
        scale=alt.Scale(domain=[-1.2, 2.4], nice=False),
        axis=alt.Axis(values=[-1, 0, 1, 2]),
    )
    y = alt.Y(
        "drawn:Q", title="density", scale=alt.Scale(domain=[0, 1.25], nice=False), axis=alt.Axis(values=[0, 0.5, 1])
    )
    falls = probability_below(scenario, 0.0)
    said = pd.DataFrame(
        [
            (-1.15, 0.62, f"falls: {(found < 0).mean():.1%}", theme.CHAOTIC),
            (2.35, 0.62, f"rises: {(found >= 0).mean():.1%}", GPUS),
        ],
        columns=["growth", "drawn", "label", "colour"],
    )
    chart = alt.layer(
        alt.Chart(table("draws", rows))
        .mark_bar(binSpacing=1)
        .encode(
            x=x,
            x2="high:Q",
            y=y,
            color=alt.Color("falls:N", scale=alt.Scale(domain=[True, False], range=[theme.CHAOTIC, GPUS]), legend=None),
        ),
        alt.Chart(table("draws", rows))
        .mark_line(color=theme.THEORY, strokeDash=theme.THEORY_DASH)
        .encode(x=alt.X("growth:Q"), y=alt.Y("normal:Q")),
        labels("one side", said.iloc[:1], alt.X("growth:Q"), alt.Y("drawn:Q"), dx=0),
        labels("other side", said.iloc[1:], alt.X("growth:Q"), alt.Y("drawn:Q"), align="right", dx=0),
    ).properties(height=300)
    return Figure(
        chart=chart,
        title=f"Most futures that these priors allow need more compute, one in {1 / falls:.0f} needs less",
        subtitle="Growth of compute in seeded draws of the three priors, and the normal curve of the closed-form mean and variance",
        caption=f"Bars: {found.size:,} draws, seed {seed}. Dashed: a normal curve of mean {mean:.3f} and standard deviation {spread:.3f}, both in closed form. The draws have thicker tails, because two of the "
        "unknowns are multiplied. The bars say what follows from the priors, not how likely it is.",
        alt=f"Histogram of growth with a dashed normal curve. Mean of the draws {found.mean():.3f}, in closed form {mean:.3f}; standard deviation {found.std(ddof=1):.3f} and {spread:.3f}. "
        f"Below zero lie {(found < 0).mean():.1%} of the draws; exactly it is {falls:.1%}.",
        sources=("market", "computed"),
        holds=bool(falls < 0.5 and abs((found < 0).mean() - falls) < 0.01),
    )


@figure
def sobol(indices: pd.DataFrame, estimated: pd.DataFrame) -> Figure:
    """Draw which unknown makes the fan wide: Sobol indices in closed form, and as estimated from draws.

    The arguments are of :meth:`analysis.market.scenarios.Scenario.sobol` and
    :func:`analysis.market.scenarios.estimate_sobol`.
    """
    rows = significant(indices.assign(estimated=estimated["total"]), 4)
    order = list(rows.sort_values("total", ascending=False)["input"])
    y = alt.Y("input:N", sort=order, axis=None)
    x = alt.X("total:Q", **ticks("share of the variance of growth", 0, 1, [0, 0.25, 0.5, 0.75, 1], format="%"))
    said = pd.DataFrame(
        {
            "input": rows["input"],
            "label": [
                f"{_INPUTS[r.input]}: {r.first_order:.0%} alone, {r.total:.0%} in all" for r in rows.itertuples()
            ],
        }
    )
    chart = alt.layer(
        alt.Chart(table("indices", rows)).mark_bar(height=16, color=GPUS, opacity=0.3).encode(x=x, y=y),
        alt.Chart(table("indices", rows)).mark_bar(height=16, color=GPUS).encode(x=alt.X("first_order:Q"), y=y),
        alt.Chart(table("indices", rows))
        .mark_tick(color=theme.CHAOTIC, thickness=3, size=24)
        .encode(x=alt.X("estimated:Q"), y=y, tooltip=["input:N", "first_order:Q", "total:Q", "estimated:Q"]),
        row_labels("inputs", said, y),
    ).properties(height=56 * len(rows))
    alone = rows.set_index("input")["first_order"]
    return Figure(
        chart=chart,
        title=f"The elasticity alone makes {Number(alone['elasticity'], '.0%')} of the variance of growth, more than all else together",
        subtitle="Sobol indices: what each unknown adds to the variance of the growth of compute",
        caption="Solid: the input alone. Light: with its part in the product of elasticity and efficiency. Both in closed form; the orange tick is the estimate from seeded draws, which knows no formula. "
        "The indices describe our priors: a sharper prior on one input makes the others matter more.",
        alt="Bars of Sobol indices. "
        + "; ".join(
            f"{_INPUTS[r.input]}: {r.first_order:.3f} alone, {r.total:.3f} in total, {r.estimated:.3f} estimated"
            for r in rows.itertuples()
        )
        + ".",
        sources=("market", "computed"),
        holds=bool(alone["elasticity"] > 0.5),
    )
