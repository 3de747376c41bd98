"""Figures of what the model is and what its training took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from analysis.deepseek.chapter.figures.look import FAMILIES, model_colours
from analysis.deepseek.parameters import IDLE, ParameterCount
from analysis.deepseek.training import FLOP_PER_PARAMETER_AND_TOKEN
from analysis.kit import theme
from analysis.kit.charts import named_colour, row_labels, ticks
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant

#: How far from one a factor may be to make no difference.
_NEAR = 0.25
_PART_COLOURS = {
    "embeddings": theme.BASELINE,
    "attention": theme.CHAOTIC,
    "feed-forward": theme.ORDERED,
    "experts at work": theme.COMPUTED,
    IDLE: theme.GRID,
}


@figure
def parameters(parts: pd.DataFrame, counts: Mapping[str, ParameterCount]) -> Figure:
    """Draw where the parameters sit, and which of them a token meets.

    Parameters
    ----------
    parts : DataFrame
        Columns model, part and parameters (:func:`analysis.deepseek.parameters.parameters_by_use`).
    counts : mapping of str to ParameterCount
        The counts of each model.
    """
    billion = parts["parameters"] / 1e9
    end = billion.groupby(parts["model"]).cumsum()
    rows = parts[["model", "part"]].assign(billion=billion, **{"from": end - billion, "to": end})
    rows = significant(rows, 9)
    names = list(counts)
    y = alt.Y("model:N", sort=names, axis=None)
    x = alt.X("from:Q", title="parameters (billions)", scale=alt.Scale(domain=[0, 700], nice=False))
    said = pd.DataFrame(
        {
            "model": names,
            "label": [
                f"{name}: {c.total / 1e9:.0f}B"
                + (f", {c.active / 1e9:.1f}B of them active" if c.active < c.total else ", all active")
                for name, c in counts.items()
            ],
        }
    )
    chart = alt.layer(
        alt.Chart(table("parameters", rows))
        .mark_bar(height=18, stroke=theme.QUIET, strokeWidth=0.5)
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            color=named_colour("part", _PART_COLOURS, legend=True),
            tooltip=["model:N", "part:N", "billion:Q"],
        ),
        row_labels("names", said, y),
    ).properties(height=56 * len(names))
    listed = "; ".join(
        f"{name} {c.total / 1e9:.1f} billion in all, {c.active / 1e9:.1f} active" for name, c in counts.items()
    )
    idle = rows.set_index(["model", "part"])["billion"]["DeepSeek-V3", IDLE]
    return Figure(
        chart=chart,
        title=f"{Number(idle / counts['DeepSeek-V3'].total * 1e9, '.0%')} of V3 sits in experts that a given token never meets",
        subtitle="Parameters of five open models by part, counted matrix by matrix from their configurations",
        caption="Each bar is one model; within it, from the left: the tables of tokens (embeddings), attention, the feed-forward part of a dense model or the experts that work on one token, and, palest, the experts that do not. "
        "All of a bar must be in memory; only what is not pale works on the token.",
        alt=f"Stacked bars. {listed}. In DeepSeek-V3, {idle:.0f} billion parameters are in experts that a given token does not use.",
        sources=("deepseekv3repo", "llama3", "qwen25_2024", "mixtral_2024", "computed"),
        columns={"billion": "parameters of the part, billions"},
        holds=bool(0.9 * counts["DeepSeek-V3"].total / 1e9 < idle == rows[rows["part"] == IDLE]["billion"].max()),
    )


_STEP = {"more": theme.CHAOTIC, "less": theme.ORDERED, "all": theme.COMPUTED}
_COLUMNS = {
    "ratio": "what Llama-405B has of the factor over what DeepSeek-V3 has (peak, utilisation: the inverse), ratio"
}
_TIMES = alt.Scale(type="log", domain=[0.4, 25], nice=False)


def _steps(rows: pd.DataFrame, shown: alt.Chart, labelled: alt.Chart) -> Any:
    """Bars that stand on each other's ends, on a logarithmic axis, each with its factor in words above it."""
    factors = list(dict.fromkeys(rows["factor"]))
    y = alt.Y("factor:N", sort=factors, axis=None)
    x = alt.X(
        "from:Q",
        title=["GPU-hours of Llama-405B over those of DeepSeek-V3", "(each step of the scale is a factor)"],
        scale=_TIMES,
        axis=alt.Axis(values=[0.5, 1, 2, 5, 10, 20], format="~g"),
    )
    one = pd.DataFrame({"factor": factors, "from": 1.0})
    return alt.layer(
        alt.Chart(table("equal", one)).mark_tick(color=theme.THEORY, thickness=1.2, size=22).encode(x=x, y=y),
        shown.mark_bar(height=14).encode(
            x=x,
            x2="to:Q",
            y=y,
            color=named_colour("direction", _STEP),
            tooltip=["factor:N", "ratio:Q"],
        ),
        labelled.mark_text(align="left", dy=-18, color=theme.INK).encode(x=alt.value(2), y=y, text="label:N"),
    ).properties(height=50 * len(factors))


def _label(row: Any) -> str:
    """What a factor is, in words, with what Llama-405B (first) and V3 have of it."""
    large, small = row.large, row.small
    words = {
        "size": f"parameters in all: {large / 1e9:.0f} against {small / 1e9:.0f} billion",
        "sparsity": f"share of them at work: {large:.0%} against {small:.1%}",
        "attention": "arithmetic for each working parameter",
        "tokens": f"tokens read: {large / 1e12:.1f} against {small / 1e12:.1f} trillion",
        "peak": f"peak of the chip: {large / 1e12:,.0f} against {small / 1e12:,.0f} TFLOP/s",
        "utilisation": f"share of the peak used: {large:.1%} against {small:.1%}",
        "GPU-hours": f"GPU-hours: {large / 1e6:.1f} against {small / 1e6:.2f} million",
    }[row.factor]
    return f"= {row.ratio:.1f}  {words}" if row.factor == "GPU-hours" else f"× {row.ratio:.2f}  {words}"


def _stepwise(parts: pd.DataFrame) -> pd.DataFrame:
    """The factors of one decomposition as bars: where each starts and ends, its label and which way it goes."""
    ends = parts["ratio"].cumprod().where(parts["factor"] != "GPU-hours", parts["ratio"])
    starts = ends / parts["ratio"]
    direction = ["all" if r.factor == "GPU-hours" else "more" if r.ratio > 1 else "less" for r in parts.itertuples()]
    rows = parts.drop(columns=["large", "small"]).assign(
        **{"from": starts, "to": ends}, label=[_label(r) for r in parts.itertuples()], direction=direction
    )
    return significant(rows)


@figure
def saving(parts: pd.DataFrame) -> Figure:
    """Sum the chapter up: where the ratio of GPU-hours comes from.

    Parameters
    ----------
    parts : DataFrame
        The factors of Llama-405B's run over V3's (:func:`analysis.deepseek.utilisation.decompose`).
    """
    same = (parts["large"] == parts["small"]) | parts["factor"].eq("attention")
    rows = _stepwise(parts)[~same].reset_index(drop=True)
    data = table("steps", rows)
    at = parts.set_index("factor")
    ratio = at["ratio"]
    hours, share = ratio["GPU-hours"], at["small"]["sparsity"]
    listed = "; ".join(r.label.replace("× ", "times ").replace("= ", "in all ") for r in rows.itertuples())
    return Figure(
        chart=_steps(rows, alt.Chart(data), alt.Chart(data)),
        title=f"{hours:.1f} times fewer hours of chips, because a token meets {Number(share, '.1%')} of the model",
        subtitle="GPU-hours of the training runs of Llama-405B (first number) and DeepSeek-V3 (second), taken apart into factors that multiply exactly",
        caption="Each bar starts where the one above ends. DeepSeek-V3 is the larger model, which alone would have cost more; but few of its parameters work on a given token (of a dense model, all but the table in which a token is looked up). "
        f"Llama read {Number(ratio['tokens'] - 1, '.0%')} more text; the chips were used equally well. Arithmetic is counted as {in_words(FLOP_PER_PARAMETER_AND_TOKEN)} FLOP for each working parameter and token, the peak as that of BF16; "
        "with attention counted the share of the peak moves a little, the share at work does not.",
        alt=f"Stepwise bars on a logarithmic scale, which end at {hours:.1f}. {listed}.",
        sources=("deepseekv3_2024", "llama3", "llama31card", "computed"),
        columns=_COLUMNS,
        holds=bool(ratio["sparsity"] > hours > 1 and abs(ratio["utilisation"] - 1) < 0.1),
    )


@figure
def decomposition(parts: pd.DataFrame) -> Figure:
    """Let the reader choose what counts as arithmetic and as peak, and see which factors move.

    Parameters
    ----------
    parts : DataFrame
        The factors by definition (:func:`analysis.deepseek.utilisation.decompose_by_definition`).
    """
    definitions, peaks = list(dict.fromkeys(parts["counted"])), list(dict.fromkeys(parts["peak"]))
    rows = pd.concat([_stepwise(one) for _, one in parts.groupby(["counted", "peak"], sort=False)], ignore_index=True)
    controls = [
        choice("counted", "Arithmetic counted", definitions, definitions[0]),
        choice("peak", "Peak that V3 is credited with", peaks, peaks[0]),
    ]
    chosen = "datum.counted == counted && datum.peak == peak"
    base = alt.Chart(table("steps", rows)).transform_filter(chosen)
    at = rows.set_index(["counted", "peak", "factor"])["ratio"]
    listed = "; ".join(
        f"{how}, {what}: chips {at[how, what, 'utilisation'] * at[how, what, 'peak']:.2f}, sparsity {at[how, what, 'sparsity']:.1f}"
        for how in definitions
        for what in peaks
    )
    of = rows.pivot_table(index=["counted", "peak"], columns="factor", values="ratio")
    chips = of["peak"] * of["utilisation"]
    credited = of["peak"].groupby("peak").first()
    working = 1 / (of["size"] * of["sparsity"]).iloc[0]

    def found(counted: str, peak: str) -> str:
        part, sparsity = chips[counted, peak], of["sparsity"][counted, peak]
        what = (
            "sparsity makes the difference, the chips little of it"
            if abs(part - 1) < _NEAR
            else "sparsity and chips both make a difference"
        )
        return f"By this definition {what}: × {sparsity:.1f} against × {part:.2f}"

    return Figure(
        chart=_steps(rows, base, base),
        controls=controls,
        finding=found,
        subtitle="The same ratio of GPU-hours under six definitions; first number Llama-405B, second DeepSeek-V3",
        caption=f"With the FP8 peak, the chip is credited with {in_words(credited[peaks[-1]])} times the speed and the run with as much less utilisation; the two cancel. "
        f"Attention weighs more in V3, which has as many heads as Llama and {Number(working, '.0%')} of its working parameters. Llama’s peak is that of BF16, in which it was trained; sequences are as long as in each run’s training.",
        alt=f"Stepwise bars with menus for the definition. The product is {at.xs('GPU-hours', level='factor').iloc[0]:.1f} in each case. Peak times utilisation, and sparsity, by definition: {listed}.",
        sources=("deepseekv3_2024", "llama3", "llama31card", "nvidiah100", "computed"),
        columns=_COLUMNS,
        holds=bool(((chips - 1).abs() < _NEAR).all() and of["sparsity"].max() < 1.001 * of["sparsity"].min()),
    )


@figure
def flop_per_token(counted: pd.DataFrame, published: Mapping[str, float], context: int) -> Figure:
    """Hold the published FLOP a token against ours by three definitions.

    Parameters
    ----------
    counted : DataFrame
        Columns model, counted and flop (:func:`analysis.deepseek.flop.training_flop_by_definition`).
    published : mapping of str to float
        GFLOP a token of each model, as published.
    context : int
        Tokens of the sequence.
    """
    gflop, printed = counted["flop"] / 1e9, counted["model"].map(published)
    rows = significant(counted[["model", "counted"]].assign(gflop=gflop, published=printed, ratio=gflop / printed))
    models, definitions = list(published), list(dict.fromkeys(rows["counted"]))
    shapes = dict(zip(definitions, ("triangle-up", "circle", "square"), strict=True))
    y = alt.Y("model:N", sort=models, axis=None)
    x = alt.X(
        "ratio:Q",
        title="our count over the published one",
        scale=alt.Scale(domain=[0.76, 1.24], nice=False, zero=False),
        axis=alt.Axis(values=[0.8, 0.9, 1.0, 1.1, 1.2], format=".1f"),
    )
    first = rows.drop_duplicates("model")
    causal = rows[rows["counted"] == definitions[1]]
    off = (causal.set_index("model")["ratio"] - 1).abs()
    meets = off < 0.02
    llama = (rows[rows["model"] == models[-1]]["ratio"] - 1).abs().max()
    least = rows.groupby("model")["ratio"].min()[~meets.reindex(sorted(models))]
    said = pd.DataFrame(
        {
            "model": models,
            "label": [
                f"{r.model}: published {r.published:,.0f}, causal {r.gflop:,.0f} GFLOP" for r in causal.itertuples()
            ],
        }
    )
    chart = alt.layer(
        alt.Chart(table("published", first.assign(one=1.0)[["model", "one"]]))
        .mark_tick(color=theme.PUBLISHED, thickness=3, size=26)
        .encode(x=alt.X("one:Q"), y=y),
        alt.Chart(table("counts", rows))
        .mark_point(size=85, opacity=1)
        .encode(
            x=x,
            y=y,
            color=model_colours(models),
            shape=alt.Shape(
                "counted:N",
                scale=alt.Scale(domain=list(shapes), range=list(shapes.values())),
                legend=alt.Legend(title=None, columns=1, symbolFillColor=theme.INK, symbolStrokeColor=theme.INK),
            ),
            tooltip=["model:N", "counted:N", "gflop:Q", "published:Q"],
        ),
        row_labels("names", said, y, dy=-20),
    ).properties(height=62 * len(models))
    listed = "; ".join(
        f"{r.model} published {r.published:,.0f} GFLOP, ours with causal attention {r.gflop:,.0f}"
        for r in causal.itertuples()
    )
    return Figure(
        chart=chart,
        title=f"{in_words(meets.sum()).capitalize()} of {in_words(len(models))} published counts agree with our causal one within {Number(off[meets].max(), '.1%')}; the other fits none of our definitions",
        subtitle=f"Training FLOP a token at {context:,} tokens of context, counted from the configuration, over the figure in DeepSeek’s hardware paper",
        caption=f"Upright marks: as published. The nearer a definition's mark is to the upright one, the better it agrees. For {models[-1]} attention is so small a part that all three are off by at most {Number(llama, '.1%')}.",
        alt=f"Dot plot of our count over the published one by three definitions. {listed}. For Qwen-72B all three definitions exceed the published figure.",
        sources=("isca_deepseek_2025", "computed"),
        columns={
            "gflop": "training arithmetic by our count, gigaFLOP a token",
            "published": "training arithmetic as published, gigaFLOP a token",
        },
        holds=list(least.index) == ["Qwen-72B"] and bool(least.min() > 1.02),
    )


@figure
def utilisation(shares: pd.DataFrame) -> Figure:
    """Draw the utilisation of both runs, one row a definition, with the published figure where there is one.

    Parameters
    ----------
    shares : DataFrame
        Columns row, model, by and share (:func:`analysis.deepseek.utilisation.utilisation_by_definition`).
    """
    rows = significant(shares, 5)
    names = list(dict.fromkeys(rows["row"]))
    y = alt.Y("row:N", sort=names, axis=None)
    x = alt.X("share:Q", **ticks("share of the peak that was used", 0, 0.56, [0, 0.1, 0.2, 0.3, 0.4, 0.5], format="%"))
    ours = rows[rows["by"] == "ours"]
    theirs = rows[rows["by"] != "ours"]
    v3 = 100 * ours[ours["model"] == "DeepSeek-V3"]["share"]
    one = rows[rows["row"].str.contains("causal attention")].set_index(["row", "by"])["share"]
    gap = (
        one.groupby(level="by").first()["DeepSeek"]
        - v3[ours["row"].str.startswith("over all hours: causal")].iloc[0] / 100
    )
    said = pd.DataFrame({"row": names, "label": [name[0].upper() + name[1:] for name in names]})
    colours = {"DeepSeek-V3": FAMILIES["DeepSeek"], "Llama-405B": FAMILIES["Llama"]}
    shape = alt.Shape(
        "model:N",
        scale=alt.Scale(domain=list(colours), range=["circle", "diamond"]),
        legend=alt.Legend(title=None, columns=2),
    )
    chart = alt.layer(
        alt.Chart(table("published", theirs))
        .mark_tick(color=theme.PUBLISHED, thickness=3, size=20)
        .encode(x=x, y=y, tooltip=["by:N", "model:N", "share:Q"]),
        alt.Chart(table("ours", ours))
        .mark_point(size=95, opacity=1)
        .encode(
            x=x, y=y, color=named_colour("model", colours, legend=True), shape=shape, tooltip=["model:N", "share:Q"]
        ),
        alt.Chart(table("published", theirs))
        .mark_text(align="left", dx=9, color=theme.PUBLISHED)
        .encode(x=x, y=y, text="by:N"),
        row_labels("definitions", said, y),
    ).properties(height=52 * len(names))
    listed = "; ".join(f"{r.row}: {r.model} {r.share:.1%} ({r.by})" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title=f"One run, from {v3.min():.0f} to {v3.max():.0f} per cent: a utilisation depends on its definition",
        subtitle="Utilisation of the training runs of DeepSeek-V3 and Llama-405B by definition; upright marks are published figures",
        caption="Compare within a row only. Epoch's figure divides by the peak of the PCIe card and by hours that are not those of the report's table. "
        "V3's average over all hours equals the speed measured later; Llama's is below its speed, for its hours hold the standstills too.",
        alt=f"Dot plot. {listed}.",
        sources=("deepseekv3_2024", "isca_deepseek_2025", "llama3", "llama31card", "epochcosts2024", "computed"),
        holds=bool(v3.max() > 2 * v3.min() and abs(gap) < 0.005),
    )
