"""Figures of sections 4 and 5: mean-field theory, no free lunch, and learners with a limit on complexity."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_shape, rule_at, theory
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, roughly
from analysis.occam.boolean import MAX_INPUTS


@figure
def correlation_map(maps: pd.DataFrame, fixed_points: pd.DataFrame) -> Figure:
    """Let the reader turn the weight scale and watch the fixed point of the correlation move."""
    # what a picture shows; roots are found to a tolerance, and the next digits depend on the machine
    maps, fixed_points = maps.round(6), fixed_points.round(6)
    chosen = slider("sigma_w", "Weight scale", 0.5, 4.0, 0.25, 2.0, "{}")
    here = "abs(datum.sigma_w - sigma_w) < 0.01"
    x = alt.X(
        "c:Q",
        title="correlation of two inputs entering a layer",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("c_next:Q", title="correlation leaving it", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5))
    diagonal = pd.DataFrame({"c": [0.0, 1.0], "c_next": [0.0, 1.0]})
    fixed = fixed_points[["sigma_w"]].assign(
        c=fixed_points["c_star"],
        c_next=fixed_points["c_star"],
        label=[
            f"weight scale {r.sigma_w:g}: settles at {roughly(r.c_star)}, {r.phase}" for r in fixed_points.itertuples()
        ],
    )
    points = alt.Chart(table("fixed points", fixed)).transform_filter(here)
    chart = alt.layer(
        theory("no change", diagonal, x, y, strokeWidth=1),
        alt.Chart(table("map", maps)).transform_filter(here).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        points.mark_point(color=theme.CHAOTIC, size=110).encode(x=x, y=y),
        points.mark_text(align="left", baseline="bottom", color=theme.INK).encode(
            x=alt.value(12), y=alt.value(14), text="label:N"
        ),
    ).properties(height=360)
    told = fixed_points[fixed_points["sigma_w"].isin([1.0, 1.5, 2.0, 4.0])]
    ordered = fixed_points[fixed_points["phase"] == "ordered"]
    chaotic = fixed_points[fixed_points["phase"] == "chaotic"]
    at = fixed_points.set_index(fixed_points["sigma_w"].round(2))

    def found(sigma_w: float) -> str:
        r = at.loc[round(sigma_w, 2)]
        if r["c_star"] == 1:
            return f"At a weight scale of {sigma_w:g}, depth makes all inputs alike: the correlation of any two settles at one"
        return f"At a weight scale of {sigma_w:g}, depth pulls similar inputs apart: their correlation settles at {roughly(r['c_star'])}"

    return Figure(
        chart=chart,
        controls=[chosen],
        finding=found,
        subtitle="What one wide tanh layer does to the correlation of two inputs, "
        f"bias scale {fixed_points['sigma_b'].iloc[0]:g} (mean-field theory)",
        caption="Move the slider. Follow the blue curve: a pair of inputs enters with a correlation on the horizontal "
        "axis and leaves with the one on the vertical axis, layer after layer, until the curve meets the dashed "
        "diagonal at the orange point. A point at one: depth erases all that sets inputs apart. A point near zero: it erases nearly all "
        "that they have in common. The theory holds for infinitely wide layers.",
        alt="Curve of outgoing against incoming correlation for a tanh layer with a slider for the weight scale. "
        "The fixed point is "
        + ", ".join(f"{r.c_star:.2g} at scale {r.sigma_w:g} ({r.phase})" for r in told.itertuples())
        + ".",
        sources=("poole2016", "schoenholz2017", "computed"),
        columns={"sigma_w": "weight scale, a factor"},
        holds=bool(
            ordered["sigma_w"].max() < chaotic["sigma_w"].min()
            and (ordered["c_star"] == 1).all()
            and chaotic["c_star"].is_monotonic_decreasing
            and chaotic["c_star"].max() < 1
        ),
    )


@figure
def k_learner(errors: pd.DataFrame, examples: int) -> Figure:
    """Show how a learner's error grows with the complexity it admits, and what it cannot learn below it."""
    reachable = errors[errors["reachable"]]
    x = alt.X("max_complexity:Q", title="largest complexity the learner admits (bits)", scale=alt.Scale(domain=[0, 36]))
    y = alt.Y(
        "error:Q", title="expected error on unseen inputs", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 0.55])
    )
    colour = alt.Color(
        "target:N",
        scale=alt.Scale(
            domain=["simplest", "middling", "most complex"], range=[theme.ORDERED, theme.COMPUTED, theme.CHAOTIC]
        ),
        legend=None,
    )
    shape = alt.Shape("target:N", legend=None)
    data = table("reachable targets", reachable[["target", "max_complexity", "functions", "error"]])
    first = reachable.groupby("target", sort=False).head(1)
    first = first.assign(
        label=[f"{t} target ({k:g} bits)" for t, k in zip(first.target, first.target_complexity, strict=True)]
    )
    first["colour"] = [theme.ORDERED, theme.COMPUTED, theme.CHAOTIC][: len(first)]
    shown = first[["max_complexity", "error", "label", "colour"]]
    named = [
        labels("label of the first", shown.iloc[:1], x, y, dx=8, dy=16),
        labels("label of the second", shown.iloc[1:2], x, y, align="right", dx=-10),
        labels("label of the last", shown.iloc[2:], x, y, align="right", dx=10, dy=-14),
    ]
    chart = alt.layer(
        rule_at("coin", 0.5),
        alt.Chart(data).mark_line().encode(x=x, y=y, color=colour),
        alt.Chart(data)
        .mark_point()
        .encode(
            x=x, y=y, color=colour, shape=shape, tooltip=["target:N", "max_complexity:Q", "functions:Q", "error:Q"]
        ),
        *named,
    ).properties(height=320)
    simple = reachable[reachable.target == "simplest"]["error"]
    hard = reachable[reachable.target == "most complex"]["error"]
    functions, excluded = int(errors["functions"].max()), errors[~errors["reachable"]]["error"]
    cells = int(np.log2(functions))
    return Figure(
        chart=chart,
        title="The fewer functions a learner admits, the fewer its errors on a simple target; one it excludes it never gets right",
        subtitle=f"All {functions:,} functions of {in_words(np.log2(cells))} inputs; training sets of {examples} of the "
        f"{cells} inputs; uniform belief up to a limit",
        caption="Each line starts where its target becomes reachable: a learner with a lower limit has excluded it. "
        "Once every function is admitted, the error is that of a coin (dashed) whatever the target. "
        "Exact over every training set; nothing is sampled.",
        alt="Two lines and a point of error against the largest complexity admitted. For the simplest target the error rises "
        f"from {simple.iloc[0]:.2f} to {simple.iloc[-1]:.2f}; the most complex target is reachable only by the learner "
        f"that admits everything, with error {hard.iloc[0]:.2f}.",
        sources=("wolpert1996", "computed"),
        columns={"functions": "functions that the learner admits, number"},
        holds=bool((simple.diff().iloc[1:] > 0).all() and excluded.min() > 0),
    )


@figure
def pac_bayes(curve: pd.DataFrame, samples: int) -> Figure:
    """Plot the PAC-Bayes guarantee, its uncorrected form and the error of its learner against training set size.

    `curve` is what `analysis.occam.pac_bayes.guarantees` returns.
    """
    series = {
        "guarantee (95 %)": ("bound", theme.COMPUTED),
        "without its corrections": ("annealed", theme.ACCENT),
        "error of its learner": ("error", theme.ORDERED),
    }
    data = pd.concat(
        [
            curve[["m", column]].rename(columns={column: "error"}).dropna().assign(series=name)
            for name, (column, _) in series.items()
        ]
    )
    x = alt.X("m:Q", title=f"training examples, of {2**MAX_INPUTS}", scale=alt.Scale(domain=[0, 70], nice=False))
    y = alt.Y("error:Q", title="error on all inputs", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=list(series), range=[c for _, c in series.values()]),
        legend=alt.Legend(title=None, columns=1),
    )
    shape = named_shape("series", dict(zip(series, ("square", "triangle-up", "circle"), strict=True)), columns=1)
    base, band = alt.Chart(table("curves", data)), curve[["m", "bound_low", "bound_high"]]
    chart = alt.layer(
        alt.Chart(table("range", band))
        .mark_area(color=theme.COMPUTED, opacity=0.18)
        .encode(x=x, y=alt.Y("bound_low:Q"), y2="bound_high:Q"),
        rule_at("coin", 0.5),
        base.mark_line().encode(x=x, y=y, color=colour),
        base.mark_point(opacity=1).encode(x=x, y=y, color=colour, shape=shape, tooltip=["series:N", "m:Q", "error:Q"]),
    ).properties(height=330)
    at = curve.set_index("m")
    last = {name: Number(at[name].iloc[-1], ".0%") for name in ("bound", "error")}
    return Figure(
        chart=chart,
        title=f"With more examples the guarantee falls to {last['bound']}, and the error that it bounds falls faster, to {last['error']}",
        subtitle="PAC-Bayes bound for the dictator x0 with P(S) measured in the infinite-width prior, and the posterior's error",
        caption=f"Band: five training sets. P(S) comes from sampling {in_words(samples / 1e6)} million functions and keeping "
        f"those that fit, so that each point rests on {in_words(curve['fitting'].min())} of them or more; their mean error is the lowest line. "
        "As the bound assumes, examples are drawn independently, and one can come again. Dashed: a coin.",
        alt="Three falling curves against training examples. The guarantee goes from "
        f"{at['bound'].iloc[0]:.2f} at {at.index[0]} examples to {at['bound'].iloc[-1]:.2f} at {at.index[-1]}; without "
        f"corrections it is {at['annealed'].iloc[-1]:.2f}; the error of its learner there is {at['error'].iloc[-1]:.3f}.",
        sources=("valleperez2019", "computed"),
        data=data.merge(band.assign(series=next(iter(series))), on=["series", "m"], how="left"),
        columns={
            "bound_low": "lowest guarantee of the training sets, share",
            "bound_high": "highest guarantee of the training sets, share",
        },
        holds=bool(
            (curve["bound"].diff().iloc[1:] < 0).all()
            and ((curve["error"] / curve["bound"]).diff().iloc[1:] < 0).all()
            and (curve["error_high"] < curve["bound_low"]).all()
        ),
    )
