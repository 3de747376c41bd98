"""Figures of section 4: the threshold, two futures with one elasticity, and the accounts of tokens."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, row_labels, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, roughly, roughly_rule, significant
from analysis.market.demand import SaturatingDemand, compute_demand


@figure
def threshold(elasticities: np.ndarray, computes: np.ndarray, measured: Mapping[str, float], gain: float) -> Figure:
    """Draw what a gain of efficiency does to compute, by the elasticity of demand.

    `computes` is compute after the `gain`, times before, at the `elasticities`; `measured` are elasticities by name.
    """
    rows = significant(pd.DataFrame({"elasticity": elasticities, "compute": computes}))
    times = in_words(gain)
    x = alt.X("elasticity:Q", **ticks("price elasticity of demand", 0, 2, [0, 0.5, 1, 1.5, 2]))
    title = f"compute after {times} times the efficiency, times before"
    y = alt.Y("compute:Q", **ticks(title, 0.1, 10, [0.1, 0.3, 1, 3, 10], "ten times more", format="~g"))
    line = pd.DataFrame({"compute": [1.0], "elasticity": [1.98], "label": ["as much as before"]})
    sides = pd.DataFrame(
        {"elasticity": [0.6, 1.4], "compute": [6.0, 0.16], "label": ["more machines: Jevons", "fewer machines"]}
    )
    marks = pd.DataFrame({"what": list(measured), "elasticity": list(measured.values())})
    marks["compute"] = compute_demand(gain, marks["elasticity"])
    named = marks.assign(label=[f"{r.what}: {r.elasticity:.2f}" for r in marks.itertuples()])
    chart = alt.layer(
        alt.Chart(table("even", line[["compute"]]))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY)
        .encode(y=alt.Y("compute:Q")),
        labels("label of even", line, x, y, theme.THEORY, align="right", dx=0, dy=11),
        alt.Chart(table("computes", rows)).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        labels("sides", sides, x, y, theme.QUIET, align="center", dx=0),
        alt.Chart(table("measured", marks[["what", "elasticity", "compute"]]))
        .mark_point(color=theme.PUBLISHED, size=90, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "what:N", legend=None, scale=alt.Scale(domain=list(marks["what"]), range=["circle", "square"])
            ),
        ),
        labels("names", named[["elasticity", "compute", "label"]], x, y, theme.PUBLISHED, align="right", dx=-9, dy=-6),
    ).properties(height=340)
    listed = "; ".join(f"{r.what}, {r.elasticity:.2f}: {r.compute:.2f} times" for r in marks.itertuples())
    ends = rows.set_index("elasticity")["compute"]
    return Figure(
        chart=chart,
        title=f"{times.capitalize()} times the efficiency needs fewer machines at an elasticity below one, more above",
        subtitle=f"Compute that is bought after {times} times the efficiency, by the price elasticity of demand",
        caption="The line holds if all of the gain reaches the price and the elasticity never changes. The circle is the one causal estimate, for the short run and for one model against itself at several providers; "
        "the other mark is not causal: it takes all of the growth of one company’s tokens for an answer to its cost.",
        alt=f"Rising line of compute against elasticity, from {ends.iloc[0]:.1f} times at {ends.index[0]:g} through {ends[1.0]:g} at elasticity {1:g} to {ends.iloc[-1]:.0f} times at {ends.index[-1]:g}. Marked are {listed}.",
        sources=("market", "computed"),
        holds=bool(
            ends.index.min() < 1 < ends.index.max()
            and (ends[ends.index < 1] < 1).all()
            and (ends[ends.index > 1] > 1).all()
        ),
    )


@figure
def two_futures(efficiencies: np.ndarray, today: float, gain: float) -> Figure:
    """Let the reader see one elasticity today lead to two futures.

    `today` is the elasticity at which the slider starts, `gain` the efficiency at which the texts read the curves.
    """
    rows = pd.DataFrame({"efficiency": np.round(efficiencies, 6)})
    controls = [
        slider("elasticity", "Elasticity today", 0.3, 5, 0.01, today),
        slider("through", "Pass-through of efficiency to the price", 0.2, 1, 0.05, 1),
    ]
    title = "efficiency, times today’s"
    x = alt.X("efficiency:Q", **ticks(title, 1, 1000, [1, 10, 100, 1000], "ten times more", format=",.0f"))
    y = alt.Y(
        "compute:Q",
        **ticks("compute, times today’s", 0.01, 100, [0.01, 0.1, 1, 10, 100], "ten times more", format="~g"),
    )
    kinds = {"the elasticity stays": theme.COMPUTED, "demand saturates": theme.CHAOTIC}
    constant = "pow(datum.efficiency, through * elasticity - 1)"
    saturates = "exp(elasticity * (1 - pow(datum.efficiency, -through))) / datum.efficiency"
    both = (
        alt.Chart(table("efficiencies", rows))
        .transform_calculate(**{"the elasticity stays": constant, "demand saturates": saturates})
        .transform_fold(list(kinds), as_=["demand", "compute"])
    )
    peak = (
        alt.Chart(table("peak", pd.DataFrame({"demand": ["demand saturates"]})))
        .transform_calculate(efficiency="max(1, pow(through * elasticity, 1 / through))")
        .transform_calculate(
            compute=saturates,
            label="'saturating: peak at ' + format(datum.efficiency, '.2f') + ' times'",
        )
    )
    names = pd.DataFrame(
        {"demand": list(kinds), "place": [270, 290], "label": ["elasticity stays", "saturates (dashed)"]}
    )
    said = (
        alt.Chart(table("names", names))
        .mark_text(align="left", fontWeight="bold")
        .encode(x=alt.value(6), y=alt.Y("place:Q", scale=None), text="label:N", color=named_colour("demand", kinds))
    )
    even = alt.Chart(table("even", pd.DataFrame({"compute": [1.0]}))).mark_rule(
        strokeDash=theme.THEORY_DASH, color=theme.THEORY
    )
    chart = alt.layer(
        even.encode(y=alt.Y("compute:Q")),
        both.mark_line(clip=True).encode(
            x=x,
            y=y,
            color=named_colour("demand", kinds),
            strokeDash=alt.StrokeDash(
                "demand:N", legend=None, scale=alt.Scale(domain=list(kinds), range=[[1, 0], [6, 3]])
            ),
        ),
        peak.mark_point(color=theme.CHAOTIC, size=100, opacity=1).encode(x=x, y=y),
        peak.mark_text(align="left", baseline="bottom", color=theme.INK).encode(
            x=alt.value(6), y=alt.value(314), text="label:N"
        ),
        said,
    ).properties(height=320)
    later = SaturatingDemand(satiation=1.0, scale_price=1 / today)
    best, most = later.peak()
    computes = {
        "the elasticity stays": compute_demand(rows["efficiency"], today),
        "demand saturates": later.compute(rows["efficiency"]) / later.compute(1.0),
    }
    drawn = [rows.assign(demand=kind, compute=compute) for kind, compute in computes.items()]
    top = pd.DataFrame({"efficiency": [best], "demand": "demand saturates", "compute": most / later.compute(1.0)})
    more, fewer = compute_demand(gain, today), later.compute(gain) / later.compute(1.0)

    def found(elasticity: float, through: float) -> str:
        later = SaturatingDemand(1.0, 1 / elasticity, pass_through=through)
        stays, sated = compute_demand(gain, elasticity, through), later.compute(gain) / later.compute(1.0)
        return (
            f"At {in_words(gain)} times the efficiency the same elasticity today means {roughly(stays)} times the "
            f"machines if it stays and {roughly(sated)} times if demand saturates"
        )

    stays, sated = (f"({rule.replace('datum.efficiency', f'{gain:g}')})" for rule in (constant, saturates))
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'At {in_words(gain)} times the efficiency the same elasticity today means ' + {roughly_rule(stays)} + ' times the machines if it stays and ' + "
        f"{roughly_rule(sated)} + ' times if demand saturates'",
        subtitle="Compute by efficiency: demand with one elasticity for ever, and demand that is satisfied at a price of zero",
        caption="Both curves have the elasticity of the slider at today’s price. The first keeps it; in the second it falls with the price, because people want only so much, "
        "and compute peaks where pass-through and elasticity multiply to one. We have not found which is right for tokens.",
        alt=f"Two lines of compute against efficiency with sliders for elasticity and pass-through. At an elasticity of {today:.2f} compute at {in_words(gain)} times the efficiency is {more:.2f} times today’s if the elasticity stays, "
        f"and {fewer:.2f} times if demand saturates, with its peak at {best:.2f} times today’s efficiency.",
        sources=("market", "computed"),
        columns={"demand": "what is assumed of demand"},
        data=pd.concat([*drawn, top], ignore_index=True),
        holds=bool(fewer < 0.5 and more > 1),
    )


@figure
def accounts(windows: pd.DataFrame) -> Figure:
    """Split spending into tokens and the cost of each, over windows that do not agree.

    `windows` is of :func:`analysis.market.tokens.accounts`.
    """
    rows = windows
    y = alt.Y("window:N", sort=list(rows["window"]), axis=None)
    x = alt.X(
        "factor:Q", **ticks("within a year, times before", 0.1, 100, [0.1, 1, 10, 100], "ten times more", format="~g")
    )
    kinds = {"cost": theme.ORDERED, "spending": theme.CHAOTIC, "tokens": theme.BASELINE}
    shapes = ["triangle-left", "diamond", "triangle-right"]
    words = "{cost: 'cost of a token', spending: 'spending', tokens: 'tokens'}[datum.label]"
    long = rows.melt("window", list(kinds), "kind", "factor")
    said = rows.assign(
        label=[f"{r.window}: arc elasticity {r.elasticity:.2f}" for r in rows.itertuples()],
    )
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=shapes), legend=alt.Legend(title=None, labelExpr=words)
    )
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(kinds), range=list(kinds.values())),
        legend=alt.Legend(title=None, labelExpr=words),
    )
    named = long.assign(label=[f"{v:.2g}" for v in long["factor"]])
    chart = alt.layer(
        alt.Chart(table("one", rows[["window"]].assign(factor=1.0)))
        .mark_tick(color=theme.INK, thickness=1.5, size=22)
        .encode(x=x, y=y),
        alt.Chart(table("spans", rows))
        .mark_rule(color=theme.QUIET, strokeWidth=1.5)
        .encode(x=alt.X("cost:Q"), x2="tokens:Q", y=y),
        alt.Chart(table("factors", long)).mark_point(size=110, opacity=1).encode(x=x, y=y, color=colour, shape=shape),
        alt.Chart(table("amounts", named))
        .mark_text(dy=18, color=theme.INK)
        .encode(x=alt.X("factor:Q"), y=y, text="label:N"),
        row_labels("windows", said[["window", "label"]], y, dy=-20),
    ).properties(height=72 * len(rows))
    listed = "; ".join(
        f"{r.window}: tokens times {r.tokens:.1f}, cost of each times {r.cost:.2f}, spending times {r.spending:.1f}, arc elasticity {r.elasticity:.2f}"
        for r in rows.itertuples()
    )
    return Figure(
        chart=chart,
        title=f"In each window tokens grew by more than their cost fell: spending rose {rows['spending'].min():.2g} to {rows['spending'].max():.2g} times",
        subtitle="Google: tokens a month, the cost of serving a unit of Gemini, and their product, within a year",
        caption="Tokens times the cost of each is spending by definition, so this is accounting and no cause: people also found new uses, and models think longer. The fall of the cost is that of calendar 2025; "
        "the tokens are of all products, the cost is of one. Only the middle window covers the same months, and its ends are interpolated.",
        alt=f"Three rows of factors on a logarithmic axis around one. {listed}.",
        sources=("market", "computed"),
        holds=bool((rows["spending"] > 1).all() and (rows["cost"] < 1).all()),
    )
