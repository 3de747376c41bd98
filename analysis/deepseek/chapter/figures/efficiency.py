"""Figures of what makes it efficient: the cache, the experts, eight bits and the second token."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.deepseek.block_scaling import FRACTION_BITS, TILE, WGMMA
from analysis.deepseek.chapter import inputs
from analysis.deepseek.chapter.experiments import OUTLIER_CHANNELS, OUTLIER_TOKENS
from analysis.deepseek.chapter.figures.look import model_colour
from analysis.deepseek.routing import Router
from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, row_labels, ticks
from analysis.kit.facts import Fact
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, significant

_BIAS = {"with the bias": theme.COMPUTED, "without": theme.CHAOTIC}


@figure
def cache(lengths: ArrayLike, kept: Mapping[str, ArrayLike]) -> Figure:
    """Draw the cache of one conversation by its length.

    Parameters
    ----------
    lengths : array_like
        Tokens of the conversation.
    kept : mapping of str to array_like
        Bytes of each model's cache at those lengths; one of the models is V3 with all its heads.
    """
    rows = pd.concat(
        (
            pd.DataFrame({"model": name, "tokens": lengths, "gigabytes": np.asarray(b) / 1e9})
            for name, b in kept.items()
        ),
        ignore_index=True,
    )
    rows = significant(rows)
    names = list(kept)
    x = alt.X(
        "tokens:Q",
        **ticks(
            "tokens of the conversation", 1000, 140_000, [1024, 4096, 16384, 65536], "twice as many", format=",.0f"
        ),
    )
    y = alt.Y(
        "gigabytes:Q", **ticks("cache (gigabytes)", 0.012, 1500, [0.1, 1, 10, 100, 1000], "ten times more", format="~g")
    )
    last = rows[rows["tokens"] == rows["tokens"].max()].set_index("model")["gigabytes"]
    colours = {name: theme.ORDERED if "MHA" in name else model_colour(name) for name in names}
    ordered = last.sort_values(ascending=False).index
    ends = pd.DataFrame(
        {
            "tokens": rows["tokens"].max(),
            "gigabytes": [0.22, 0.1, 0.045, 0.02],
            "label": [f"{name}: {last[name]:,.0f} GB" for name in ordered],
            "colour": [colours[name] for name in ordered],
        }
    )
    chart = alt.layer(
        alt.Chart(table("caches", rows))
        .mark_line(point=alt.OverlayMarkDef(size=25))
        .encode(
            x=x,
            y=y,
            color=named_colour("model", colours),
            strokeDash=alt.condition(
                "datum.model == 'V3 without MLA (MHA)'", alt.value(theme.THEORY_DASH), alt.value([1, 0])
            ),
        ),
        labels("names", ends, x, y, align="right", dx=0),
    ).properties(height=330)
    listed = "; ".join(f"{name} {last[name]:.1f} GB" for name in names)
    times = last["Llama-405B"] / last["DeepSeek-V3"]
    return Figure(
        chart=chart,
        title=f"To remember a long conversation, Llama-405B needs {in_words(times)} times V3’s memory",
        subtitle="Memory that a model keeps for one conversation, by its length, in BF16",
        caption="Counted from the configurations. Dashed: V3 if each of its heads kept keys and values of its own. Llama and Qwen share each key among several heads.",
        alt=f"Four rising lines, each proportional to the length. At {rows['tokens'].max():,} tokens: {listed}.",
        sources=("isca_deepseek_2025", "deepseekv3repo", "llama3", "qwen25_2024", "computed"),
        holds=bool(times >= 2),
    )


@figure
def routing(balance: pd.DataFrame, router: Router) -> Figure:
    """Draw how unequally our simulated experts are loaded, with and without the bias.

    Parameters
    ----------
    balance : DataFrame
        Columns step, speed (of the bias; 0 without), seed, imbalance, dropped and nodes.
    router : Router
        What was simulated.
    """
    bias = balance["speed"].gt(0).map({True: "with the bias", False: "without"})
    means = balance.groupby([bias.rename("bias"), "step"])[["imbalance", "dropped", "nodes"]].mean()
    rows = significant(means.reset_index(), 4)
    x = alt.X("step:Q", **ticks("training step", 0, 400, [0, 100, 200, 300, 400]))
    y = alt.Y("imbalance:Q", title="busiest expert, times the mean load", scale=alt.Scale(domain=[0, 9], nice=False))
    last = rows[rows["step"] == rows["step"].max()].set_index("bias")
    kept = rows[rows["bias"] == "with the bias"].set_index("step")
    names = pd.DataFrame(
        {
            "step": [396, 396],
            "imbalance": [last.loc["without", "imbalance"] + 0.65, last.loc["with the bias", "imbalance"] + 0.65],
            "label": [
                f"left alone: {last.loc['without', 'imbalance']:.1f} times the mean",
                f"with the bias: {last.loc['with the bias', 'imbalance']:.1f} times",
            ],
            "colour": [_BIAS["without"], _BIAS["with the bias"]],
        }
    )
    fair = pd.DataFrame({"imbalance": [1.0], "step": [4], "label": ["perfect balance"]})
    chart = alt.layer(
        alt.Chart(table("fair", fair[["imbalance"]]))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY)
        .encode(y=alt.Y("imbalance:Q")),
        labels("label of the rule", fair, x, y, theme.THEORY, dx=0, dy=10),
        alt.Chart(table("loads", rows)).mark_line().encode(x=x, y=y, color=named_colour("bias", _BIAS)),
        labels("names", names, x, y, align="right", dx=0),
    ).properties(height=300)
    alone, nudged = last["imbalance"]["without"], last["imbalance"]["with the bias"]
    loose = rows[rows["bias"] == "without"]["imbalance"]
    return Figure(
        chart=chart,
        title=f"With a bias that nudges the choice the busiest expert has {nudged:.1f} times the mean load, without it {alone:.1f}",
        subtitle=f"Load of the busiest of {router.experts} experts over the mean, simulated router with {in_words(router.chosen)} choices a token, mean of {in_words(balance['seed'].nunique())} seeds",
        caption=f"Our own simulation, not DeepSeek's training: tokens come from topics of unequal frequency and prefer some experts. After each step the bias of every expert moves by {balance['speed'].max():g} against its load. "
        f"All wait for the busiest expert, so a load of {in_words(alone)} times the mean wastes most of the machine.",
        alt=f"Two lines of imbalance against steps. Left alone, the busiest expert has {loose.min():.1f} to {loose.max():.1f} times the mean load; with the bias its load "
        f"falls from {kept['imbalance'].iloc[0]:.1f} to {nudged:.1f} times.",
        sources=("deepseekv3_2024", "computed"),
        holds=bool(nudged < 2 < alone),
    )


#: The formats that are drawn, and what to call them.
_FORMATS = {"E4M3": "FP8 (E4M3)", "INT8": "integers of eight bits", "BF16": "BF16"}


@figure
def float8(errors: pd.DataFrame) -> Figure:
    """Draw the error of a product by the size of the outliers, for each format with one scale and with tiles.

    Parameters
    ----------
    errors : DataFrame
        Columns format, scaling (matrix or tiles), strength (of the outliers), seed and error.
    """
    drawn = errors[errors["format"].isin(_FORMATS)]
    means = drawn.groupby(["format", "scaling", "strength"])["error"].mean().reset_index()
    rows = significant(means.assign(format=means["format"].map(_FORMATS)), 4)
    rows = rows[~((rows["format"] == "BF16") & (rows["scaling"] == "tiles"))]
    colours = {"FP8 (E4M3)": theme.COMPUTED, "integers of eight bits": theme.CHAOTIC, "BF16": theme.PUBLISHED}
    words = {"matrix": "one scale for the matrix", "tiles": "a scale for each block"}
    shown = rows.assign(scale=rows["scaling"].map(words), strength=rows["strength"].astype(float))
    x = alt.X(
        "strength:Q",
        **ticks(
            "size of the outliers, times an ordinary number",
            1,
            1e6,
            [1, 1e2, 1e4, 1e6],
            "a hundred times more",
            format=",.0f",
        ),
    )
    y = alt.Y(
        "error:Q",
        **ticks(
            "error of the product, share of its size", 1e-3, 1.5, [1e-3, 1e-2, 1e-1, 1], "ten times more", format="~%"
        ),
    )
    names = pd.DataFrame(
        [(1.4e3, 0.058, "FP8"), (18.0, 0.5, "integers"), (1.4e3, 0.0034, "BF16")],
        columns=["strength", "error", "label"],
    ).assign(colour=list(colours.values()))
    dash = alt.StrokeDash(
        "scale:N",
        scale=alt.Scale(domain=list(words.values()), range=[[1, 0], [6, 3]]),
        legend=alt.Legend(title=None, columns=1, symbolStrokeColor=theme.INK, symbolType="stroke", symbolSize=300),
    )
    chart = alt.layer(
        alt.Chart(table("errors", shown[["format", "scale", "strength", "error"]]))
        .mark_line(point=alt.OverlayMarkDef(size=30))
        .encode(x=x, y=y, color=named_colour("format", colours), strokeDash=dash),
        labels("names", names, x, y, dx=0, align="center"),
    ).properties(height=340)
    at = rows.set_index(["format", "scaling", "strength"])["error"]
    f, i, _ = _FORMATS.values()
    none, ruinous, borne, broken = 1, inputs.RUINOUS, inputs.BORNE, inputs.BREAKING
    return Figure(
        chart=chart,
        title=f"With one scale, outliers of {ruinous:.0f} times ruin integers; FP8 bears those of {borne:,.0f} times",
        subtitle="Error of a matrix product after rounding both factors, by format, scaling and size of a few outliers",
        caption=f"Median over the tokens without outliers, mean of {in_words(errors['seed'].nunique())} random matrices; the outliers are {in_words(OUTLIER_CHANNELS)} channels of {in_words(OUTLIER_TOKENS)} tokens. "
        f"Solid: one scale for each matrix. Dashed: a scale for each {TILE} numbers of a token and each block of {TILE} by {TILE} weights, as in V3.",
        alt=f"Error against outlier size. FP8 with one scale: {at[f, 'matrix', none]:.1%} without outliers, {at[f, 'matrix', borne]:.1%} at {borne:,.0f} times, "
        f"{at[f, 'matrix', broken]:.0%} at {broken:,.0f}; in blocks {at[f, 'tiles', none]:.1%} throughout. Integers with one scale: {at[i, 'matrix', none]:.1%}, then {at[i, 'matrix', ruinous]:.0%} at {ruinous:.0f} times; "
        f"in blocks {at[i, 'tiles', none]:.1%}. BF16: {at['BF16', 'matrix', none]:.2%}.",
        sources=("deepseekv3_2024", "computed"),
        holds=bool(
            at[i, "matrix", ruinous] > 5 * at[i, "tiles", ruinous]
            and at[f, "matrix", borne] < 1.5 * at[f, "tiles", borne]
            and at[f, "matrix", broken] > 5 * at[f, "tiles", broken]
        ),
    )


@figure
def long_sums(errors: pd.DataFrame, measured: pd.DataFrame) -> Figure:
    """Draw the error of the chip's own sum by its length, with and without handing it on.

    Parameters
    ----------
    errors : DataFrame
        Columns signs, promote (products after which the sum is handed on; 0 for never), inner (its length), seed and
        error.
    measured : DataFrame
        The same columns and mode, from a chip.
    """
    rows = significant(errors.groupby(["signs", "promote", "inner"])["error"].mean().reset_index(), 4)
    chip = measured[measured["mode"].isin(["fast", "promoted"]) & measured["inner"].isin(rows["inner"])]
    chip = chip[chip["signs"].isin(rows["signs"])].groupby(["signs", "promote", "inner"])["error"].mean()
    seen = significant(chip.reset_index(), 4)
    words = {0: "summed on the tensor core", TILE: f"handed on after {TILE} products"}
    colours = dict(zip(words.values(), (theme.CHAOTIC, theme.COMPUTED), strict=True))
    shown = rows.assign(sum=rows["promote"].map(words))
    x = alt.X(
        "inner:Q",
        **ticks("products in one sum", 120, 17500, [256, 1024, 4096, 16384], "four times more", format=",.0f"),
    )
    y = alt.Y(
        "error:Q",
        **ticks(
            "error of the sum, share of its size", 1e-4, 0.5, [1e-4, 1e-3, 1e-2, 1e-1], "ten times more", format="~%"
        ),
    )
    dash = alt.StrokeDash(
        "signs:N",
        scale=alt.Scale(domain=["positive", "random"], range=[[1, 0], [6, 3]]),
        legend=alt.Legend(
            title=None,
            columns=1,
            symbolType="stroke",
            symbolStrokeColor=theme.INK,
            symbolSize=300,
            labelExpr="datum.label == 'random' ? 'numbers of both signs' : 'positive numbers'",
        ),
    )
    at = rows.set_index(["signs", "promote", "inner"])["error"]
    longest, thousands = rows["inner"].max(), inputs.SUM
    names = pd.DataFrame(
        [(130.0, 0.11, words[0], theme.CHAOTIC), (16_000.0, 0.00028, words[TILE], theme.COMPUTED)],
        columns=["inner", "error", "label", "colour"],
    )
    chart = alt.layer(
        alt.Chart(table("sums", shown[["signs", "sum", "inner", "error"]]))
        .mark_line()
        .encode(x=x, y=y, color=named_colour("sum", colours), strokeDash=dash),
        alt.Chart(table("measured", seen))
        .mark_point(size=45, color=theme.INK, filled=False, opacity=1)
        .encode(x=x, y=y, tooltip=["signs:N", "promote:Q", "inner:Q", "error:Q"]),
        labels("name of the core's", names.iloc[:1], x, y, dx=0),
        labels("name of the tile's", names.iloc[1:], x, y, align="right", dx=0),
    ).properties(height=320)
    return Figure(
        chart=chart,
        title="Long sums of FP8 products drift, unless they are handed on",
        subtitle="Error of sums of FP8 products with the limited precision of Hopper's tensor cores: lines simulated, circles measured on an H100",
        caption=f"The chip aligns {WGMMA} products at a time and keeps {FRACTION_BITS} bits of fraction below the largest. V3 adds the partial sum to an ordinary one after every {TILE} products. Positive numbers are the worst case: nothing cancels. "
        f"Mean of {in_words(errors['seed'].nunique())} random matrices.",
        alt=f"Error against length. On the tensor core alone positive sums are off by {at['positive', 0, thousands]:.1%} at {thousands:,} products and {at['positive', 0, longest]:.0%} at {longest:,}; "
        f"handed on after {TILE} products by {at['positive', TILE, longest]:.2%} at any length. Sums of both signs, {longest:,} products: {at['random', 0, longest]:.2%} against {at['random', TILE, longest]:.2%}.",
        sources=("deepseekv3_2024", "isca_deepseek_2025", "deepseek-fp8-sums", "gpu-fp8-sums", "computed"),
        columns={
            "inner": "products in one sum, number",
            "promote": "products after which the sum is handed on, number; 0 for never",
        },
        holds=bool(
            at["positive", 0, longest] > 10 * at["positive", TILE, longest]
            and (chip / at).dropna().between(0.8, 1.25).all()
        ),
    )


@figure
def chip_sums(rules: pd.DataFrame) -> Figure:
    """Draw how often two models of the chip's sum give its very bits, by kind of number.

    Parameters
    ----------
    rules : DataFrame
        Columns kind, inner, seed, fast, rule, outputs and equal (the share), of ``gpu-fp8-rules``.
    """
    words = {"book": "aligned by the size of the products", "exponents": "aligned by the exponents of the factors"}
    fast = rules[(rules["fast"] == 1) & rules["rule"].isin(words)]
    mean = fast.groupby(["kind", "rule"])["equal"].mean().unstack()
    kinds = list(inputs.KINDS.values())
    rows = fast.groupby(["kind", "rule"])["equal"].mean().reset_index()
    rows = significant(rows.assign(kind=rows["kind"].map(inputs.KINDS), model=rows["rule"].map(words)), 5)
    colours = dict(zip(words.values(), (theme.CHAOTIC, theme.COMPUTED), strict=True))
    y = alt.Y("kind:N", sort=kinds, axis=None)
    x = alt.X(
        "equal:Q",
        title="share of the sums that equal the chip's bit for bit",
        scale=alt.Scale(domain=[0, 1.03], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    said = pd.DataFrame({"kind": kinds, "label": kinds})
    legend = alt.Legend(title=None, columns=1)
    chart = alt.layer(
        alt.Chart(table("kinds", rows[["kind", "model", "equal"]]))
        .mark_point(size=90, opacity=1, filled=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "model:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend
            ),
            shape=alt.Shape(
                "model:N", scale=alt.Scale(domain=list(colours), range=["square", "circle"]), legend=legend
            ),
            tooltip=["kind:N", "model:N", "equal:Q"],
        ),
        row_labels("names", said, y),
    ).properties(height=44 * len(kinds))
    sums = int(fast.loc[fast["rule"] == "exponents", "outputs"].sum())
    said = "; ".join(f"{inputs.KINDS[kind]} {mean.loc[kind, 'book']:.1%}" for kind in inputs.KINDS)
    return Figure(
        chart=chart,
        title="An H100 aligns by the exponents of the factors: so modelled, each sum is met",
        subtitle=f"Sums of FP8 products on an H100 beside two models of {FRACTION_BITS} bits and groups of {WGMMA}, {sums / 1e6:.2f} million sums of {fast['inner'].min()} to {fast['inner'].max():,} products",
        caption="Both models keep as many bits and cut off what lies below; they differ in what counts as the largest product. One card, one library, small formats; other rules of rounding, groups and bits meet fewer.",
        alt=f"Dot plot of the share of sums met bit for bit. Aligned by the exponents of the factors: {mean['exponents'].min():.0%} for each kind. Aligned by the products: {said}.",
        sources=("gpu-fp8-rules", "computed"),
        columns={"equal": "share of the sums, 0 to 1"},
        holds=bool((mean["exponents"] == 1).all() and (mean["book"] < 1).all()),
    )


@figure
def multi_token(acceptance: ArrayLike, tokens: Mapping[int, ArrayLike], known: Fact) -> Figure:
    """Draw how many tokens a pass yields when guesses are right more or less often.

    Parameters
    ----------
    acceptance : array_like
        Shares of guesses that are right.
    tokens : mapping of int to array_like
        Tokens a pass at those shares, by the number of guesses.
    known : Fact
        The share that was published, from its low to its high end.
    """
    rows = pd.concat(
        (pd.DataFrame({"acceptance": acceptance, "depth": depth, "tokens": t}) for depth, t in tokens.items()),
        ignore_index=True,
    )
    rows = significant(rows)
    x = alt.X("acceptance:Q", **ticks("share of guesses that are right", 0, 1, [0, 0.25, 0.5, 0.75, 1], format="%"))
    y = alt.Y("tokens:Q", title="tokens a pass", scale=alt.Scale(domain=[1, 4], nice=False, zero=False))
    published = pd.DataFrame({"low": [known.low], "high": [known.high]})
    name = pd.DataFrame({"acceptance": [0.84], "tokens": [3.7], "label": ["published"]})
    names = pd.DataFrame(
        {
            "acceptance": [0.84, 0.74, 0.76],
            "tokens": [1.25, 1.92, 3.25],
            "label": ["one guess (V3)", "two", "three"],
        }
    )
    chart = alt.layer(
        alt.Chart(table("published", published))
        .mark_rect(color=theme.PUBLISHED, opacity=0.3)
        .encode(x=alt.X("low:Q"), x2="high:Q"),
        labels("label of the band", name, x, y, theme.PUBLISHED, align="right", dx=0),
        alt.Chart(table("guesses", rows))
        .mark_line(color=theme.COMPUTED)
        .encode(
            x=x,
            y=y,
            detail="depth:N",
            strokeWidth=alt.StrokeWidth("depth:O", scale=alt.Scale(range=[3, 1.6, 1]), legend=None),
        ),
        labels("names", names, x, y, theme.COMPUTED, dx=0, align="right"),
    ).properties(height=300)
    at = rows.pivot_table(index="acceptance", columns="depth", values="tokens")
    gains = at.diff(axis=1).iloc[:, 1:].assign(first=at[1] - 1)[["first", *at.columns[1:]]]
    between = gains[(gains.index > 0) & (gains.index < 1)]
    good, even = at.loc[at.index >= known.low].iloc[0], at.loc[at.index >= 0.5].iloc[0]
    return Figure(
        chart=chart,
        title="One good guess nearly doubles the tokens of a pass; each further one adds less, unless all are right",
        subtitle="Expected tokens a pass by the share of right guesses, for one, two and three guesses ahead",
        caption="A guess counts only while all before it were right. Grey: the share that the paper reports for V3's one guess. Making and checking guesses takes time too, so the speed grows less than the tokens.",
        alt=f"Three rising curves. At {good.name:.0%} right guesses one guess gives {good[1]:.2f} tokens a pass, two {good[2]:.2f}, three {good[3]:.2f}; at {even.name:.0%} one gives {even[1]:.2f}, three {even[3]:.2f}.",
        sources=("deepseekv3_2024", "computed"),
        columns={"depth": "guesses ahead, number"},
        holds=bool(1.8 <= good[1] < 2 and (between.diff(axis=1).iloc[:, 1:] < 0).all(axis=None)),
    )
