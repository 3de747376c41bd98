"""Figures of sections 1 and 2: diminishing returns, and where to put the compute."""

from __future__ import annotations

import math
from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import AMOUNT, POWER, by_width, labels, log_axis, named_shape, theory
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, roughly, significant
from analysis.scaling.allocation import Allocation
from analysis.scaling.chapter.figures.look import LAW_COLOURS, law_colour, of_power

_RATIO = "training tokens for each parameter"
#: Tokens for each parameter that people quote.
TWENTY = 20.0
#: How many times smaller or larger than the best a size is at which the valley is measured.
ASIDE = 2
#: Share by which the loss at such a size may exceed the lowest where a valley is called flat.
FLAT = 0.02


@figure
def diminishing_returns(losses: pd.DataFrame, fitted: float) -> Figure:
    """Draw the best loss by compute under each law, its floor, and from where (FLOP) all of it is extrapolation."""
    losses = significant(losses, 9)
    x = alt.X("compute:Q", **log_axis("training compute (FLOP)", 18, 28, 2, label=POWER))
    y = alt.Y("loss:Q", title="best loss (nats a token)", scale=alt.Scale(domain=[1.0, 3.6], nice=False, zero=False))
    floors = losses.drop_duplicates("law").dropna(subset=["floor"])[["law", "floor"]]
    laws = list(dict.fromkeys(losses["law"]))
    named = losses.assign(label=losses["law"], colour=losses["law"].map(LAW_COLOURS))
    last, middle = losses["compute"].max(), losses["compute"].iloc[26]
    kaplan = named[(named["law"] == "Kaplan") & (named["compute"] == middle)]
    ends = named[(named["law"] != "Kaplan") & (named["compute"] == last)]
    place = ["compute", "loss", "label", "colour"]
    chart = alt.layer(
        alt.Chart(table("floors", floors))
        .mark_rule(strokeDash=theme.THEORY_DASH, strokeWidth=1)
        .encode(y=alt.Y("floor:Q"), color=law_colour(laws)),
        alt.Chart(table("losses", losses[["law", "compute", "loss"]]))
        .mark_line()
        .encode(x=x, y=y, color=law_colour(laws)),
        labels("label of Kaplan", kaplan[place], x, y, align="right", dx=-2, dy=22),
        labels(
            "label above its line",
            ends[ends["law"] == laws[-1]][place],
            x,
            y,
            align="right",
            dx=0,
            dy=by_width(-37, -15),
        ),
        labels(
            "label below its line",
            ends[ends["law"] != laws[-1]][place],
            x,
            y,
            align="right",
            dx=0,
            dy=by_width(-32, 25),
        ),
    ).properties(height=340)
    at = losses.set_index(["law", "compute"])["loss"]
    listed = "; ".join(
        f"{law}: " + ", ".join(f"{at[law, budget]:.2f} at {of_power(budget)}" for budget in (1e20, 1e26))
        for law in laws
    )
    left = (losses["loss"] - losses["floor"].fillna(0)).groupby(losses["law"])
    kept = left.agg(lambda own: np.ptp(own.to_numpy()[1:] / own.to_numpy()[:-1]))
    won = losses.groupby("law")["loss"].agg(lambda own: (np.diff(own, 2) > 0).all() and (np.diff(own) < 0).all())
    return Figure(
        chart=chart,
        title="Each step of compute by the same factor takes the same share off the loss above the floor, and so fewer nats than the step before",
        holds=bool(kept.max() < 1e-6 and won.all()),
        subtitle="Loss of the best model for a training budget, under three published laws",
        caption="Solid: the smallest loss that a law allows for each budget. Dashed: the floor that it approaches; Kaplan's law has none. "
        "Kaplan's nats are those of another text and another tokeniser, so compare slopes, not heights. No law was fitted beyond "
        f"the largest run of its paper; from the {Number(fitted, 'sci')} FLOP of Chinchilla on, all of it is extrapolation.",
        alt=f"Three falling curves of loss in nats against compute. {listed}. Two flatten towards floors of "
        + " and ".join(f"{r.floor:.2f}" for r in floors.itertuples())
        + " nats; Kaplan's goes on falling.",
        sources=("kaplan2020", "hoffmann2022", "besiroglu2024", "computed"),
    )


@figure
def isoflop_curves(curves: pd.DataFrame) -> Figure:
    """Draw loss against model size at fixed budgets, with the best size of each."""
    curves = significant(curves, 9)
    x = alt.X("parameters:Q", **log_axis("parameters", 7, 13, 1, AMOUNT))
    y = alt.Y("loss:Q", title="loss (nats a token)", scale=alt.Scale(domain=[1.8, 3.6], nice=False, zero=False))
    best = curves.loc[curves.groupby("compute")["loss"].idxmin()]
    first = best["compute"].min()
    ends = curves[curves["loss"] < 3.5].groupby("compute", as_index=False).tail(1)
    named = ends.assign(label=[of_power(c) + (" FLOP" if c == first else "") for c in ends["compute"]])
    chart = alt.layer(
        alt.Chart(table("budgets", curves)).mark_line(color=theme.COMPUTED).encode(x=x, y=y, detail="compute:Q"),
        theory("best", best, x, y),
        alt.Chart(table("best", best))
        .mark_point(color=theme.COMPUTED, size=70, opacity=1)
        .encode(x=x, y=y, tooltip=["compute:Q", "parameters:Q", "tokens:Q", "loss:Q"]),
        labels("labels", named[["parameters", "loss", "label"]], x, y, theme.INK, dx=5, dy=-4),
    ).properties(height=360)
    listed = "; ".join(
        f"{of_power(r.compute)} FLOP: {r.parameters:.2g} parameters, {r.loss:.2f}" for r in best.itertuples()
    )
    inside = curves.groupby("compute")["parameters"].agg(["min", "max"])
    between = best.set_index("compute")["parameters"].between(*inside.to_numpy().T, inclusive="neither")
    off = [
        float(np.interp(math.log(r.parameters * factor), np.log(own["parameters"]), own["loss"])) / r.loss - 1
        for factor in (1 / ASIDE, ASIDE)
        for r in best.itertuples()
        for own in [curves[curves["compute"] == r.compute]]
    ]
    return Figure(
        chart=chart,
        title=f"Each budget has a best size, in a flat valley: {in_words(ASIDE)} times smaller or larger costs at most {Number(max(off), '.1%')} more loss",
        holds=bool(between.all() and max(off) < FLAT),
        subtitle="Loss against parameters when parameters times tokens is fixed, law of Besiroglu and colleagues",
        caption="Each curve is one budget: on its left the model is too small, on its right it reads too little. The dashed line joins the best sizes.",
        alt=f"{in_words(len(best)).capitalize()} U-shaped curves of loss against model size, one a budget. Best sizes and losses: {listed}.",
        sources=("besiroglu2024", "computed"),
        columns={"compute": "training compute, FLOP", "tokens": "training tokens"},
    )


@figure
def allocation(splits: Mapping[str, Allocation]) -> Figure:
    """Let the reader set a budget and see what each published law does with it."""
    parts = [
        pd.DataFrame(
            {
                "law": law,
                "log_budget": np.log10(split.budget),
                "parameters": split.N,
                "tokens": split.D,
                "ratio": split.tokens_per_parameter,
                "loss": split.loss,
            }
        )
        for law, split in splits.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["split"] = [f"{_short(r.parameters)} parameters × {_short(r.tokens)} tokens" for r in rows.itertuples()]
    rows["each"] = [
        f"= {r.ratio:.3g} each" + (f", loss {r.loss:.2f}" if np.isfinite(r.loss) else "") for r in rows.itertuples()
    ]
    rows = significant(rows)
    start = 23.75  # close to Chinchilla's budget
    chosen = slider("power", "Budget: ten to the power of", 19, 27, 0.25, start, "{} FLOP")
    here = "abs(datum.log_budget - power) < 0.01"
    laws = list(splits)
    wide = alt.Scale(type="log", domain=[0.01, 1000], nice=False)
    x = alt.X(
        "ratio:Q",
        title=_RATIO,
        scale=wide,
        axis=alt.Axis(values=[0.01, 0.1, 1, 20, 100, 1000], format="~g"),
    )
    y = alt.Y("law:N", sort=laws, title=None, axis=None)
    base = alt.Chart(table("allocations", rows)).transform_filter(here)
    ends = pd.DataFrame({"law": laws, "low": 0.01, "high": 1000.0})
    twenty = pd.DataFrame({"law": laws, "ratio": TWENTY})
    chart = alt.layer(
        alt.Chart(table("rows", ends))
        .mark_rule(color=theme.GRID)
        .encode(x=alt.X("low:Q", title=_RATIO, scale=wide), x2="high:Q", y=y),
        alt.Chart(table("twenty", twenty)).mark_tick(color=theme.THEORY, thickness=1.2, size=14).encode(x=x, y=y),
        base.mark_point(size=130, opacity=1).encode(
            x=x, y=y, color=law_colour(laws), tooltip=["law:N", "parameters:Q", "tokens:Q", "ratio:Q", "loss:Q"]
        ),
        base.mark_text(align="left", dy=-50, fontWeight="bold").encode(
            x=alt.value(4), y=y, text="law:N", color=law_colour(laws)
        ),
        base.mark_text(align="left", dy=-33, color=theme.INK).encode(x=alt.value(4), y=y, text="split:N"),
        base.mark_text(align="left", dy=-16, color=theme.INK).encode(x=alt.value(4), y=y, text="each:N"),
    ).properties(height=88 * len(laws))
    shown = rows[(rows["log_budget"] - start).abs() < 0.01]
    low, high = shown["ratio"].min(), shown["ratio"].max()
    listed = "; ".join(f"{r.law}: {r.ratio:.3g} tokens a parameter ({r.split} {r.each})" for r in shown.itertuples())

    def found(power: float) -> str:
        ratios = rows.loc[(rows["log_budget"] - power).abs() < 0.01, "ratio"]
        return f"One budget, {in_words(len(laws))} published answers: from {roughly(ratios.min())} to {roughly(ratios.max())} tokens a parameter"

    return Figure(
        chart=chart,
        controls=[chosen],
        finding=found,
        holds=bool(low < TWENTY < high and high > 10 * low),
        subtitle="The best split of a training budget into parameters × tokens under each law, and tokens for each parameter",
        caption=f"Move the slider; it starts near Chinchilla's budget. The upright mark is at {in_words(TWENTY)} tokens a parameter. A loss is shown where the publication gives one; "
        "Kaplan's is in nats of another text. Laws with α = β keep their ratio, the ratios of the others rise or fall as the budget grows.",
        alt=f"Dot plot of tokens for each parameter under published laws at {of_power(10**start)} FLOP, with a slider for the budget. {listed}.",
        sources=("kaplan2020", "hoffmann2022", "besiroglu2024", "muennighoff2023code", "llama3", "computed"),
        columns={
            "log_budget": "decimal exponent of the budget in FLOP",
            "parameters": "parameters of the best model",
            "tokens": "training tokens",
            "loss": "loss, nats a token",
        },
    )


@figure
def hoffmann_tables(points: pd.DataFrame, formulas: Mapping[str, Allocation]) -> Figure:
    """Hold the tables of one paper against each other and against its own formula."""
    points = significant(points)
    best = [
        pd.DataFrame({"origin": law, "parameters": split.N, "ratio": split.tokens_per_parameter})
        for law, split in formulas.items()
    ]
    lines = significant(pd.concat(best, ignore_index=True))
    x = alt.X("parameters:Q", **log_axis("parameters of the model", 8, 13, 1, AMOUNT))
    y = alt.Y(
        "ratio:Q",
        title="tokens for each parameter",
        scale=alt.Scale(type="log", domain=[10, 400], nice=False),
        axis=alt.Axis(values=[10, 20, 50, 100, 200, 400], format="~g"),
    )
    shapes = {"Approach 1": "circle", "Approach 2": "triangle-up", "Approach 3": "square", "text of §3.4": "cross"}
    shape = named_shape("origin", shapes, columns=2, grey=True)
    laws = list(formulas)
    places = {laws[0]: (2.5e9, 1.75), laws[1]: (4e11, 0.82)}
    ends = pd.DataFrame(
        [
            (
                size,
                factor * float(np.interp(np.log10(size), np.log10(own["parameters"]), own["ratio"])),
                law,
                LAW_COLOURS[law],
            )
            for law, (size, factor) in places.items()
            for own in [lines[lines["origin"] == law]]
        ],
        columns=["parameters", "ratio", "label", "colour"],
    )
    chart = alt.layer(
        alt.Chart(table("formulas", lines[["origin", "parameters", "ratio"]]))
        .mark_line(strokeDash=theme.THEORY_DASH, strokeWidth=1.4)
        .encode(x=x, y=y, color=law_colour(laws, "origin")),
        alt.Chart(table("tables", points[["origin", "parameters", "tokens", "ratio", "printed"]]))
        .mark_point(color=theme.PUBLISHED, size=75, opacity=0.9)
        .encode(x=x, y=y, shape=shape, tooltip=["origin:N", "printed:N", "parameters:Q", "tokens:Q", "ratio:Q"]),
        labels("labels", ends, x, y, dx=0, align="center"),
    ).properties(height=340)
    listed = "; ".join(
        f"{origin}: {group['ratio'].min():.0f} to {group['ratio'].max():.0f}"
        for origin, group in points.groupby("origin")
    )
    spread = points[points["origin"].str.startswith("Approach")].groupby("origin")["ratio"].agg(["min", "max"])
    few, many = spread.loc[spread["max"].idxmin()], spread.loc[spread["min"].idxmax()]
    printed = ", ".join(
        f"{where} ({', '.join(group['origin'].unique())})"
        for where, group in points.groupby("printed", sort=False)
        if where.startswith("Table")
    )
    return Figure(
        chart=chart,
        title=f"One paper, {in_words(len(spread))} approaches: {few['min']:.0f} to {few['max']:.0f} tokens a parameter by one of them, {many['min']:.0f} to {many['max']:.0f} by another",
        holds=bool(len(spread) > 2 and many["min"] > few["max"]),
        subtitle="Tokens for each parameter in the tables of Hoffmann and colleagues, and by two formulas",
        caption=f"Grey marks are printed in the paper: {printed} and the text of §3.4, which should repeat Table 3. "
        "Dashed lines are the best ratios by its Eq. 10 and by the refit of 2024, for the budget at which that size is best.",
        alt=f"Scatter of printed tokens per parameter against model size. {listed}. The line of Eq. 10 rises from "
        + " to ".join(f"{v:.0f}" for v in lines[lines["origin"] == laws[0]]["ratio"].iloc[[0, -1]])
        + "; the refit falls from "
        + " to ".join(f"{v:.0f}" for v in lines[lines["origin"] == laws[1]]["ratio"].iloc[[0, -1]])
        + ".",
        sources=("hoffmann2022", "besiroglu2024", "scaling", "computed"),
        columns={"tokens": "training tokens"},
    )


def _short(value: float) -> str:
    """An amount with one letter: 1.4T, 70B, 20M."""
    for unit, size in (("T", 1e12), ("B", 1e9), ("M", 1e6)):
        if value >= size:
            return f"{value / size:.3g}{unit}" if value / size < 1000 else f"{value / size:,.0f}{unit}"
    return f"{value:.3g}"
