"""Figures of sections 4 and 5: mean-field theory, no free lunch, and learners with a limit on complexity."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, rule_at, slider
from analysis.kit.figure import Figure, figure, table
from analysis.occam.chapter import study


@figure(study.correlation_maps, study.correlation_fixed_points)
def correlation_map(maps: pd.DataFrame, fixed_points: pd.DataFrame) -> Figure:
    """Let the reader turn the weight scale and watch the fixed point of the correlation move."""
    chosen = slider("sigma_w", "Weight scale σ_w", 0.5, 4.0, 0.25, 2.0)
    here = "abs(datum.sigma_w - sigma_w) < 0.01"
    x = alt.X("c:Q", title="correlation of two inputs entering a layer", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("c_next:Q", title="correlation leaving it", scale=alt.Scale(domain=[0, 1]))
    diagonal = pd.DataFrame({"c": [0.0, 1.0], "c_next": [0.0, 1.0]})
    fixed = fixed_points[["sigma_w"]].assign(
        c=fixed_points["c_star"],
        c_next=fixed_points["c_star"],
        label=[f"σ_w = {r.sigma_w:g}: settles at {r.c_star:.2f}, {r.phase}" for r in fixed_points.itertuples()],
    )
    points = alt.Chart(table("fixed points", fixed)).transform_filter(here)
    chart = alt.layer(
        alt.Chart(table("no change", diagonal))
        .mark_line(color=theme.THEORY, strokeDash=theme.THEORY_DASH, strokeWidth=1)
        .encode(x=x, y=y),
        alt.Chart(table("map", maps)).transform_filter(here).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        points.mark_point(color=theme.CHAOTIC, size=110).encode(x=x, y=y),
        points.mark_text(align="left", baseline="bottom", color=theme.INK, fontSize=13).encode(
            x=alt.value(12), y=alt.value(14), text="label:N"
        ),
    ).properties(height=360)
    at = fixed_points.set_index("sigma_w")["c_star"]
    return Figure(
        chart=chart.add_params(chosen),
        title="Above a critical weight scale, depth tears similar inputs apart",
        subtitle="What one wide tanh layer does to the correlation of two inputs, σ_b = 0.1 (mean-field theory)",
        caption="Move the slider. Follow the blue curve: a pair of inputs enters with a correlation on the horizontal "
        "axis and leaves with the one on the vertical axis, layer after layer, until the curve meets the dashed "
        "diagonal at the orange point. There, depth has erased what the inputs had in common or all that set "
        "them apart. The theory holds for infinitely wide layers.",
        alt="Curve of outgoing against incoming correlation for a tanh layer with a slider for the weight scale. "
        f"The fixed point is {at[1.0]:.2f} at scale 1 (ordered), {at[1.5]:.2f} at 1.5, {at[2.0]:.3f} at 2 and "
        f"{at[4.0]:.4f} at 4 (chaotic).",
        sources=("poole2016", "schoenholz2017", "computed"),
    )


@figure(study.k_learners)
def k_learner(errors: pd.DataFrame) -> Figure:
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
    first["colour"] = [theme.ORDERED, theme.COMPUTED, theme.CHAOTIC]
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
    return Figure(
        chart=chart,
        title="Admit less and you learn simple things faster; what you exclude, you never learn",
        subtitle="All 65,536 functions of four inputs; training sets of 8 of the 16 inputs; uniform belief up to a limit",
        caption="Each line starts where its target becomes reachable: a learner with a lower limit has excluded it. "
        "Once every function is admitted, the error is that of a coin (dashed) whatever the target. "
        "Exact over every training set; nothing is sampled.",
        alt="Three rising lines of error against the largest complexity admitted. For the simplest target the error goes "
        f"from {simple.iloc[0]:.2f} to {simple.iloc[-1]:.2f}; the most complex target is reachable only by the learner "
        f"that admits everything, with error {hard.iloc[0]:.2f}.",
        sources=("wolpert1996", "computed"),
    )


@figure(study.pac_bayes_curve)
def pac_bayes(curve: pd.DataFrame) -> Figure:
    """Plot the PAC-Bayes guarantee, its uncorrected form and the true error against training set size."""
    series = {
        "guarantee (95 %)": ("bound", theme.COMPUTED),
        "without its corrections": ("annealed", theme.ACCENT),
        "true error of trained networks": ("error", theme.ORDERED),
    }
    data = pd.concat(
        [
            curve[["m", column]].rename(columns={column: "error"}).dropna().assign(series=name)
            for name, (column, _) in series.items()
        ]
    )
    x = alt.X("m:Q", title="training examples, of 128", scale=alt.Scale(domain=[0, 70], nice=False))
    y = alt.Y("error:Q", title="error on unseen inputs", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=list(series), range=[c for _, c in series.values()]),
        legend=alt.Legend(title=None, columns=1),
    )
    base = alt.Chart(table("curves", data))
    chart = alt.layer(
        alt.Chart(table("range", curve[["m", "bound_low", "bound_high"]]))
        .mark_area(color=theme.COMPUTED, opacity=0.18)
        .encode(x=x, y=alt.Y("bound_low:Q"), y2="bound_high:Q"),
        rule_at("coin", 0.5),
        base.mark_line().encode(x=x, y=y, color=colour),
        base.mark_point(opacity=1).encode(
            x=x, y=y, color=colour, shape=alt.Shape("series:N", legend=None), tooltip=["series:N", "m:Q", "error:Q"]
        ),
    ).properties(height=330)
    at = curve.set_index("m")
    return Figure(
        chart=chart,
        title="The guarantee is loose, but it falls: a probable answer needs few examples",
        subtitle="PAC-Bayes bound for the dictator x0 with P(S) measured in the infinite-width prior, and the true error",
        caption="Band: five training sets. P(S) comes from sampling four million functions and keeping those that fit, so that "
        "each point rests on ten of them or more. Dashed: a coin.",
        alt="Three falling curves against training examples. The guarantee goes from "
        f"{at['bound'].iloc[0]:.2f} at {at.index[0]} examples to {at['bound'].iloc[-1]:.2f} at {at.index[-1]}; without "
        f"corrections it is {at['annealed'].iloc[-1]:.2f}; the true error there is {at['error'].dropna().iloc[-1]:.3f}.",
        sources=("valleperez2019", "occam-learning-curves", "computed"),
    )
