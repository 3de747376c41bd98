"""Figures of sections 3 and 4: a fit that stopped early, how well constants can be known, and our own sweep."""

from __future__ import annotations

import math
from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import AMOUNT, POWER, labels, log_axis, named_colour, theory, ticks
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, significant
from analysis.scaling.allocation import allocation_exponents
from analysis.scaling.chapter.figures.look import of_power
from analysis.scaling.chapter.inputs import LEVEL
from analysis.scaling.early_stopping import NOISE, RUNS
from analysis.scaling.isoflop import IsoFlopBootstrap, IsoFlopFit, VertexFit
from analysis.scaling.laws import ScalingLaw

#: Times the smallest objective up to which a search has reached the bottom.
BOTTOM = 1.01
#: Distance within which an exponent is near a half.
ABOUT = 0.05
_TERMS = {"added": theme.COMPUTED, "averaged": theme.CHAOTIC}


@figure
def stopped_early(stops: pd.DataFrame, law: ScalingLaw, published: float) -> Figure:
    """Show where one optimiser stops from the same starts with the terms added and averaged, runs drawn from `law`."""
    stops = significant(
        pd.DataFrame(
            {
                "start": stops["start"],
                "terms": stops["reduction"].map({"sum": "added", "mean": "averaged"}),
                "a": stops["a"],
                "excess": stops["objective"] / stops["objective"].min(),
            }
        ),
        4,
    )
    shown = stops[(stops["excess"] < 60) & stops["a"].between(0.3, 0.7)]
    true, _ = allocation_exponents(law)
    x = alt.X(
        "a:Q",
        title="exponent a where the search stopped",
        scale=alt.Scale(domain=[0.29, 0.71], nice=False),
        axis=alt.Axis(values=[0.3, 0.4, 0.5, 0.6, 0.7]),
    )
    y = alt.Y(
        "excess:Q",
        title="objective there, times the smallest found",
        scale=alt.Scale(type="log", domain=[0.9, 130], nice=False),
        axis=alt.Axis(values=[1, 2, 5, 10, 20, 50], format="~g"),
    )
    best = stops.loc[stops.groupby("terms")["excess"].idxmin()].set_index("terms")
    notes = pd.DataFrame({"a": [true, published], "excess": 90.0, "label": ["the truth", "Hoffmann’s a"]})
    chart = alt.layer(
        theory("truth", notes[["a"]].iloc[:1], x=x),
        alt.Chart(table("published", notes[["a"]].iloc[1:]))
        .mark_rule(color=theme.PUBLISHED, strokeWidth=1.2)
        .encode(x=x),
        labels("label of the truth", notes.iloc[:1], x, y, theme.THEORY),
        labels("label of the published", notes.iloc[1:], x, y, theme.PUBLISHED, align="right", dx=-6),
        alt.Chart(table("stops", shown))
        .mark_point(opacity=0.75, size=60)
        .encode(
            x=x,
            y=y,
            color=named_colour("terms", _TERMS, legend=True),
            shape=alt.Shape("terms:N", scale=alt.Scale(domain=list(_TERMS), range=["circle", "square"])),
            tooltip=["terms:N", "a:Q", "excess:Q"],
        ),
    ).properties(height=340)
    reached = stops[stops["excess"] < BOTTOM].groupby("terms").size()
    total = int((stops["terms"] == "added").sum())
    return Figure(
        chart=chart,
        title=f"Of {total} searches {reached.get('added', 0)} reach the bottom when the terms are added, and {reached.get('averaged', 0) or 'none'} when they are averaged",
        holds=bool(reached.get("added", 0) > 0 and not reached.get("averaged", 0)),
        subtitle=f"Where L-BFGS-B stops when the Huber terms of {RUNS} simulated runs are added or averaged, from the same starts",
        caption=f"Each mark is one of {total} starts of Hoffmann's grid; lower is better, and the foot of the picture is the bottom. Starts that end "
        "outside the picture are not drawn. Many starts stop in poor local valleys either way, which is why there are many. "
        f"Both searches have SciPy's default tolerances and exact gradients; the runs come from the refitted law with noise of {100 * NOISE:.1f} %.",
        alt=f"Scatter of stopping points. With terms added {reached.get('added', 0)} of {total} starts reach the bottom, best exponent "
        f"{best.loc['added', 'a']:.3f} against the true {true:.3f}. With terms averaged {reached.get('averaged', 0)} do; the best stops at "
        f"{best.loc['averaged', 'a']:.3f}, at {best.loc['averaged', 'excess']:.2f} times the smallest objective.",
        sources=("hoffmann2022", "besiroglu2024", "scaling-early-stopping"),
    )


@figure
def bootstrap(samples: pd.DataFrame, law: ScalingLaw) -> Figure:
    """Show that constants scatter together about the true law while their combination is well known."""
    samples = significant(samples, 5)
    x = alt.X("alpha:Q", **ticks("α, exponent of size", 0.315, 0.365, [0.32, 0.33, 0.34, 0.35, 0.36]))
    y = alt.Y(
        "A:Q",
        title="A, factor of the size term",
        scale=alt.Scale(type="log", domain=[250, 700], nice=False),
        axis=alt.Axis(values=[300, 400, 500, 600]),
    )
    truth = pd.DataFrame({"alpha": [law.alpha], "A": [law.A], "label": ["the truth"]})
    chart = alt.layer(
        alt.Chart(table("resamples", samples[["alpha", "A", "a"]]))
        .mark_point(color=theme.COMPUTED, opacity=0.75, size=12)
        .encode(x=x, y=y, tooltip=["alpha:Q", "A:Q", "a:Q"]),
        alt.Chart(table("truth", truth))
        .mark_point(color=theme.THEORY, shape="cross", size=120, opacity=1)
        .encode(x=x, y=y),
        labels("label", truth, x, y, theme.THEORY, dx=9, dy=12),
    ).properties(height=320)
    low, high = (samples.quantile((1 + side * LEVEL) / 2) for side in (-1, 1))
    leaning = np.corrcoef(np.log(samples["A"]), samples["alpha"])[0, 1]
    return Figure(
        chart=chart,
        title=f"From fit to fit A and α rise together: their correlation is above {math.floor(1000 * leaning) / 1000:.3f}",
        holds=bool(leaning > math.floor(1000 * leaning) / 1000 > 0.9),
        subtitle=f"{len(samples)} bootstrap fits of the simulated runs",
        caption="Each point is a law fitted to runs drawn again with replacement. The runs fix the band well and the place along it badly: "
        "a constant means little without its partner.",
        alt=f"Scatter of {len(samples)} fits along a narrow rising band: A from {low['A']:.0f} to {high['A']:.0f}, α from {low['alpha']:.3f} to "
        f"{high['alpha']:.3f} ({100 * LEVEL:.0f} percent). The exponent a built from α and β is known to {low['a']:.3f} to {high['a']:.3f}. The true law lies on the band at "
        f"A = {law.A:.0f}, α = {law.alpha:.3f}.",
        sources=("besiroglu2024", "computed"),
        columns={"A": "A, factor of the size term in nats a token", "a": "exponent a of the best size"},
    )


@figure
def sweep_isoflop(runs: pd.DataFrame, fit: IsoFlopFit) -> Figure:
    """Draw our own runs with a parabola for each budget."""
    wide = alt.Scale(type="log", domain=[2e3, 1.5e6], nice=False)
    x = alt.X("N:Q", **log_axis("parameters", 3, 6, 1, AMOUNT) | {"scale": wide})
    low, high = runs["loss"].min(), runs["loss"].max()
    y = alt.Y(
        "loss:Q",
        title="validation loss (nats a character)",
        scale=alt.Scale(domain=[round(low - 0.08, 1), round(high + 0.08, 1)], nice=False, zero=False),
    )
    curve = significant(fit.curve(30)[["budget", "N", "loss"]], 5)
    best = significant(fit.optima[["budget", "N", "loss"]], 5)
    ends = curve.groupby("budget", as_index=False).tail(1)
    named = ends.assign(label=[of_power(c) + (" FLOP" if c == ends["budget"].min() else "") for c in ends["budget"]])
    chart = alt.layer(
        theory("parabolas", curve, x, y).encode(detail="budget:Q"),
        alt.Chart(table("runs", runs[["budget", "N", "D", "seed", "loss"]]))
        .mark_point(color=theme.COMPUTED, opacity=0.75)
        .encode(x=x, y=y, tooltip=["budget:Q", "N:Q", "D:Q", "seed:Q", "loss:Q"]),
        alt.Chart(table("best", best))
        .mark_point(color=theme.CHAOTIC, shape="diamond", size=90, opacity=1)
        .encode(x=x, y=y),
        labels("labels", named[["N", "loss", "label"]], x, y, theme.INK, dx=6),
    ).properties(height=360)
    smallest, largest = (f"{end:,.0f}" for end in (runs["N"].min(), runs["N"].max()))
    listed = "; ".join(f"{r.budget:.2g} FLOP: {r.N:,.0f} parameters, {r.loss:.2f} nats" for r in best.itertuples())
    return Figure(
        chart=chart,
        title=f"Networks of {smallest} to {largest} parameters have valleys too: at each of {in_words(len(best))} budgets the best size lies between those trained",
        holds=bool(fit.optima["inside"].all()),
        subtitle=f"{len(runs)} networks trained on the source of Python’s standard library, at {len(best)} budgets",
        caption="Points: runs, one a seed. Dashed: a parabola in the logarithm of the size for each budget; diamonds: its lowest point. Parameters are counted without the "
        "embedding, tokens are characters. All sizes of a budget share one recipe; with a lower or a higher learning rate they hardly do better (experiment `scaling-learning-rate`).",
        alt=f"U-shaped groups of points of loss against parameters, one group a budget. Lowest points: {listed}.",
        sources=("scaling-isoflop", "computed"),
        columns={"budget": "training compute, FLOP", "D": "characters of training", "seed": "seed of the run"},
    )


@figure
def sweep_exponent(fit: IsoFlopFit, resampled: IsoFlopBootstrap) -> Figure:
    """Draw the best size of our networks against the budget, with intervals and the fitted power law."""
    best = significant(fit.optima[["budget", "N"]], 5)
    ends = [resampled.interval(f"N {budget:.3g}", LEVEL) for budget in best["budget"]]
    best = significant(best.assign(low=[e[0] for e in ends], high=[e[1] for e in ends]), 4)
    span = np.array([best["budget"].min() / 1.6, best["budget"].max() * 1.6])
    line = pd.DataFrame({"budget": span, "N": fit.coefficient * span**fit.a})
    low, high = resampled.interval("a", LEVEL)
    across = alt.Scale(type="log", domain=span.tolist(), nice=False)
    x = alt.X("budget:Q", **log_axis("training compute (FLOP)", 10, 12, 1, label=POWER) | {"scale": across})
    bottom, top = (float(f"{v:.2g}") for v in (best["low"].min() * 0.7, best["high"].max() * 1.4))
    up = alt.Scale(type="log", domain=[bottom, top], nice=False)
    y = alt.Y("N:Q", **log_axis("best size (parameters)", 4, 5, 1, AMOUNT) | {"scale": up})
    base = alt.Chart(table("best sizes", best))
    note = pd.DataFrame(
        {
            "budget": [best["budget"].iloc[2]],
            "N": [best["N"].iloc[2]],
            "label": [f"slope {fit.a:.2f} ({low:.2f} to {high:.2f})"],
        }
    )
    chart = alt.layer(
        theory("power law", significant(line, 5), x, y),
        base.mark_rule(color=theme.COMPUTED, strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_point(color=theme.COMPUTED, size=70, opacity=1).encode(
            x=x, y=y, tooltip=["budget:Q", "N:Q", "low:Q", "high:Q"]
        ),
        labels("slope", note, x, y, theme.INK, dx=8, dy=14),
    ).properties(height=280)
    listed = "; ".join(f"{r.budget:.2g} FLOP: {r.N:,.0f} ({r.low:,.0f} to {r.high:,.0f})" for r in best.itertuples())
    return Figure(
        chart=chart,
        title=f"The best size of our networks grows as the budget to the power {fit.a:.2f}, near the square root and below it",
        holds=bool(0.5 - ABOUT < fit.a < 0.5 and high < 0.5 and (best["N"].diff().iloc[1:] > 0).all()),
        subtitle=f"Best size by budget of our networks, with {100 * LEVEL:.0f} % bootstrap intervals",
        caption="The interval counts the scatter of the runs around their parabolas. It does not count what another recipe, another architecture or another text would change.",
        alt=f"Points on a rising line in logarithms: {listed} parameters. The slope is {fit.a:.3f}, {100 * LEVEL:.0f} percent interval {low:.3f} to {high:.3f}.",
        sources=("scaling-isoflop", "computed"),
    )


@figure
def second_witness(runs: pd.DataFrame, fits: Mapping[str, VertexFit]) -> Figure:
    """Draw the lowest run of each size and budget of a transformer, and the lowest point of each valley; column `N`.

    `fits` are by the column that counts the size: ``N`` all parameters, ``N_blocks`` without the matrices at both ends.
    """
    lowest = runs.loc[runs.groupby(["budget", "N"])["loss"].idxmin(), ["budget", "N", "D", "loss"]]
    lowest = significant(lowest.sort_values(["budget", "N"]), 6)
    every, bare = fits["N"], fits["N_blocks"]
    best = significant(every.optima, 5)
    x = alt.X("N:Q", **log_axis("parameters", 5, 8, 1, AMOUNT))
    y = alt.Y("loss:Q", title="held-out loss (nats a byte)", scale=alt.Scale(domain=[0.8, 2.8], nice=False, zero=False))
    ends = lowest.groupby("budget", as_index=False).tail(1)
    whole = np.isclose(np.log10(ends["budget"]) % 1, 0)  # the budgets between stand between
    named = ends[whole].assign(label=[of_power(c) for c in ends["budget"][whole]])
    chart = alt.layer(
        alt.Chart(table("runs", lowest))
        .mark_line(color=theme.COMPUTED, strokeWidth=1, opacity=0.75)
        .encode(x=x, y=y, detail="budget:Q"),
        alt.Chart(table("runs", lowest))
        .mark_point(color=theme.COMPUTED, opacity=0.8)
        .encode(x=x, y=y, tooltip=["budget:Q", "N:Q", "D:Q", "loss:Q"]),
        alt.Chart(table("best", best))
        .mark_point(color=theme.CHAOTIC, shape="diamond", size=90, opacity=1)
        .encode(x=x, y=y, tooltip=["budget:Q", "N:Q", "loss:Q"]),
        labels("lowest label", named.iloc[:1][["N", "loss", "label"]], x, y, theme.INK, align="right", dx=6, dy=-14),
        labels("labels", named.iloc[1:][["N", "loss", "label"]], x, y, theme.INK, align="center", dx=4, dy=-14),
    ).properties(height=360)
    low, high = every.interval(LEVEL)
    bare_low, bare_high = bare.interval(LEVEL)
    listed = "; ".join(f"{r.budget:.2g} FLOP: {r.N:,.0f} parameters, {r.loss:.2f} nats" for r in best.itertuples())
    gone = ", ".join(of_power(budget) for budget in every.left_out)
    return Figure(
        chart=chart,
        title=f"A transformer on one GPU has such a valley at {in_words(len(best))} of {in_words(len(ends))} budgets; its best size grows as the budget to the power {every.a:.2f}",
        holds=bool((best["N"].diff().iloc[1:] > 0).all() and low < 0.5 < high and bare_low < 0.5 < bare_high),
        subtitle=f"Lowest run of each size of a transformer over bytes of program text, at {in_words(runs['budget'].nunique())} budgets (FLOP, beside every second line)",
        caption=f"Diamonds: the vertex of the parabola through the lowest run of a budget and its neighbours. At {gone} FLOP the lowest run is the smallest that was trained: no vertex. "
        f"Through the diamonds the best size grows as the budget to the power {every.a:.2f} ({low:.2f} to {high:.2f}), and {bare.a:.2f} ({bare_low:.2f} to {bare_high:.2f}) if the matrices at both ends are not counted. "
        "Most sizes have one seed; the learning rate was tuned at the small budgets only. The largest models of each budget see the least text.",
        alt=f"Curves of loss against parameters, one a budget, all rising steeply to the right, {in_words(len(best))} of them from a low point. Low points: {listed}.",
        sources=("gpu-isoflop", "computed"),
        columns={"budget": "training compute, FLOP", "D": "bytes of training", "N": "parameters, all"},
    )
