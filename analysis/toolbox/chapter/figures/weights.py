"""Figures of fewer weights: where and how to prune, the price of hardware's pattern, and networks of equal weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, named_shape, row_labels, theory, ticks
from analysis.kit.controls import choice, slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import significant
from analysis.toolbox.pruning import (
    BY_LAYER,
    COMBINED,
    FREE,
    METHODS,
    OVERALL,
    PATTERN,
    PATTERNED,
    PATTERNED_METHODS,
    RANDOM,
    SPARSE_GPT,
    WANDA,
)
from analysis.toolbox.tickets import (
    FULL,
    KEPT,
    KINDS,
    LEVEL,
    LONG,
    MASK_ALONE,
    OWN,
    RANDOM_MASK,
    SMALL,
    SMALL_LONG,
    STEPS,
    TICKET,
    TRAINED_ON,
    advantage,
)

_COLOURS = {
    RANDOM: theme.QUIET,
    BY_LAYER: theme.ACCENT,
    WANDA: theme.BASELINE,
    SPARSE_GPT: theme.CHAOTIC,
    OVERALL: theme.COMPUTED,
    COMBINED: theme.ORDERED,
}
_SHAPES = {
    RANDOM: "cross",
    BY_LAYER: "triangle-down",
    WANDA: "triangle-up",
    SPARSE_GPT: "square",
    OVERALL: "circle",
    COMBINED: "diamond",
}
_ANY, _TWO = "anywhere", "two of every four"
_LAYERS = {"first": "first layer", "second": "second layer", "last": "last layer"}
_ADDED = "loss added (nats a symbol)"
#: Share of the weights that stays in the pattern.
HALF = PATTERN[0] / PATTERN[1]
#: Losses that differ by less than this share are called alike.
ALIKE = 0.1


def _added(value: float) -> str:
    """An added loss with two digits, without an exponent."""
    return f"{value:.{max(2, 1 - math.floor(math.log10(value)))}f}"


def _named(names: Sequence[str]) -> alt.Y:
    """The axis of named rows."""
    return alt.Y("what:N", sort=list(names), title=None, axis=None)


def _marks(rows: pd.DataFrame, axis: dict[str, Any], y: alt.Y, value: float) -> alt.Chart:
    """A short line at one value in each row."""
    chart = alt.Chart(table("rows", rows[["what"]]))
    mark = chart.mark_tick(color=theme.THEORY, orient="vertical", size=13, thickness=1.4, opacity=1)
    return mark.encode(x=alt.XDatum(value, **axis), y=y)


@figure
def pruning(added: pd.DataFrame, kept: float) -> Figure:
    """Let the reader choose how many weights stay, and see what six methods lose and where one threshold prunes.

    Parameters
    ----------
    added : DataFrame
        As :func:`analysis.toolbox.pruning.added_loss` gives it.
    kept : float
        Share at which the slider stands at first.
    """
    free = significant(added[added["pattern"] == FREE].assign(percent=lambda t: (100 * t["kept"]).round()), 4)
    stay = slider("stay", "Weights that stay", 10, 90, 10, round(100 * kept), "{} %")
    x = alt.X("percent:Q", **ticks("weights that stay (%)", 5, 95, [10, 30, 50, 70, 90]))
    y = alt.Y("added:Q", **ticks(_ADDED, 1e-4, 5, [0.0001, 0.001, 0.01, 0.1, 1], "ten times more", format="~f"))
    colour, here = named_colour("method", _COLOURS, legend=True), "datum.percent == stay"
    rows = free[["method", "percent", "added", "low", "high"]]
    chosen = pd.DataFrame({"which": ["it"]})
    rule = (
        alt.Chart(table("chosen", chosen))
        .transform_calculate(percent="stay")
        .mark_rule(color=theme.QUIET, strokeWidth=1)
        .encode(x=x)
    )
    lines = alt.Chart(table("losses", rows)).encode(x=x, y=y, color=colour)
    losses = alt.layer(
        rule,
        lines.mark_line(strokeWidth=1.6),
        lines.mark_point(size=45, opacity=1).encode(
            shape=named_shape("method", _SHAPES, columns=2),
            tooltip=["method:N", "percent:Q", "added:Q", "low:Q", "high:Q"],
        ),
        lines.transform_filter(here)
        .mark_point(size=110, opacity=1)
        .encode(shape=named_shape("method", _SHAPES, columns=2)),
    ).properties(height=300)
    shades = dict(zip(_LAYERS.values(), (theme.COMPUTED, theme.CHAOTIC, theme.ORDERED), strict=True))
    overall = free[free["method"] == OVERALL].melt(["percent"], list(_LAYERS), var_name="layer", value_name="share")
    overall = overall.assign(layer=overall["layer"].map(_LAYERS), share=100 * overall["share"])
    overall["colour"] = overall["layer"].map(shades)
    overall = significant(overall, 4)
    up = alt.Y("share:Q", **ticks("of the layer stays (%)", 0, 100, [0, 25, 50, 75, 100]))
    dashes = dict(zip(_LAYERS.values(), ([1, 0], [6, 2], [2, 2]), strict=True))
    alike = pd.DataFrame({"percent": [10.0, 90.0], "share": [10.0, 90.0]})
    names = pd.DataFrame(
        {
            "label": ["the other two", "first layer"],
            "percent": [8.0, 58.0],
            "share": [92.0, 26.0],
            "colour": [theme.INK, shades["first layer"]],
        }
    )
    shares = alt.layer(
        rule,
        theory("alike", alike, x, up),
        alt.Chart(table("shares", overall))
        .mark_line()
        .encode(
            x=x,
            y=up,
            color=alt.Color("colour:N", scale=None),
            strokeDash=alt.StrokeDash(
                "layer:N", scale=alt.Scale(domain=list(dashes), range=list(dashes.values())), legend=None
            ),
            tooltip=["layer:N", "percent:Q", "share:Q"],
        ),
        labels("names of the layers", names, x, up, dx=0, fontWeight="bold"),
    ).properties(height=300)
    at = rows.set_index(["method", "percent"])["added"]
    first = free[free["method"] == OVERALL].set_index("percent")["first"]

    def found(stay: float) -> str:
        losses = {method: float(at[method, stay]) for method in METHODS}
        where, how, both = losses[OVERALL], losses[SPARSE_GPT], losses[COMBINED]
        told = f"At {stay:.0f} % kept, one threshold for size adds {_added(where)} to the loss"
        layered = f"the best method layer by layer {_added(how)}"
        if where < (1 - ALIKE) * how:
            return f"{told}, {layered}"
        return f"{told}, {layered}, both together {_added(both)}"

    listed = "; ".join(
        f"{method}: " + ", ".join(f"{_added(float(at[method, p]))} at {p} %" for p in (10, 30, 50, 70, 90))
        for method in METHODS
    )
    middle = round(100 * kept)
    half = 100 * float(first[middle])
    return Figure(
        chart=alt.concat(losses, shares, columns=2),
        controls=[stay],
        finding=found,
        holds=all(at[OVERALL, p] < at[COMBINED, p] < at[SPARSE_GPT, p] < at[WANDA, p] for p in (50, 60, 70, 80))
        and all(at[COMBINED, p] < min(at[SPARSE_GPT, p], at[OVERALL, p]) for p in (10, 20, 30))
        and bool((first < first.index / 100).all()),
        subtitle="Loss that pruning adds at one blow, and what one threshold for all layers leaves of each",
        caption="Means of five networks, which differ by less than the methods except near each other’s lines; the second panel is of “size, overall”, and dashed where every layer would keep as much. "
        "“SparseGPT, overall” gives each layer the share of the second panel. This is one small network of three layers; in large language models, inputs differ in size far more, which is what Wanda was made for.",
        alt=f"Two panels. In the first, six falling lines: loss added against weights that stay. {listed}. In the second, the shares of each layer under one threshold: at {middle} % the first layer keeps {half:.0f} %, less than the other two.",
        sources=("sun2024wanda", "frantar2023sparsegpt", "computed"),
        columns={
            "method": "score, and where scores compete",
            "low": "least of the seeds, nats a symbol",
            "high": "most of the seeds, nats a symbol",
        },
        data=rows,
    )


@figure
def pattern(added: pd.DataFrame, speeds: pd.DataFrame, promised: float) -> Figure:
    """Draw what two of four costs in loss beside any half of the weights, and what it gives in time.

    Parameters
    ----------
    added : DataFrame
        As :func:`analysis.toolbox.pruning.added_loss` gives it.
    speeds : DataFrame
        As :func:`analysis.toolbox.pruning.pattern_speeds` gives it.
    promised : float
        Times as fast that sparse tensor cores multiply.
    """
    half = added[(added["kept"] == HALF) & added["method"].isin(PATTERNED_METHODS)]
    costs = half.assign(panel="loss added", kind=half["pattern"].map({FREE: _ANY, PATTERNED: _TWO}))
    costs = costs.rename(columns={"method": "what", "added": "value"})
    losses = significant(costs[["panel", "what", "kind", "value", "low", "high"]], 4)
    at = losses.set_index(["what", "kind"])["value"]
    prices = {method: float(at[method, _TWO] / at[method, _ANY]) for method in PATTERNED_METHODS}
    names = [f"{method}: {prices[method]:.1f} times as much" for method in PATTERNED_METHODS]
    y = _named(PATTERNED_METHODS)
    x = alt.X("value:Q", **ticks(_ADDED, 0, 0.8, [0, 0.2, 0.4, 0.6, 0.8], format="~g"))
    rows = alt.Chart(table("losses", losses))
    cost = alt.layer(
        rows.mark_line(color=theme.QUIET, strokeWidth=1).encode(x=x, y=y, detail="what:N"),
        rows.mark_point(size=80, opacity=1).encode(
            x=x,
            y=y,
            color=named_colour("kind", {_ANY: theme.COMPUTED, _TWO: theme.CHAOTIC}, legend=True),
            shape=named_shape("kind", {_ANY: "circle", _TWO: "diamond"}, columns=2),
            tooltip=["what:N", "kind:N", "value:Q", "low:Q", "high:Q"],
        ),
        row_labels("methods", pd.DataFrame({"what": PATTERNED_METHODS, "label": names}), y, dy=-16),
    ).properties(height=280)
    times = significant(speeds.assign(panel="speed").rename(columns={"times": "value", "source": "kind"}), 4)
    times = times[["panel", "what", "kind", "value"]]
    told = times.assign(label=[f"{row.what}: {row.value:.2f}" for row in times.itertuples()])
    down = _named(times["what"].tolist())
    speed = ticks("times as fast as the full matrix", 0, 2.1, [0, 0.5, 1, 1.5, 2], format="~g")
    gain = alt.layer(
        *(_marks(told, speed, down, value) for value in (1.0, promised)),
        alt.Chart(table("speeds", times))
        .mark_point(size=80, opacity=1)
        .encode(
            x=alt.X("value:Q", **speed),
            y=down,
            color=alt.condition("datum.kind == 'measured'", alt.value(theme.COMPUTED), alt.value(theme.PUBLISHED)),
            tooltip=["what:N", "value:Q", "kind:N"],
        ),
        row_labels("what was timed", told[["what", "label"]], down, dy=-14),
    ).properties(height=280)
    least, most = min(prices.values()), max(prices.values())
    own = times[times["kind"] == "measured"]["value"]
    worth = float(speeds.loc[speeds["times"] > 1, "size"].min())
    best = float(times["value"].max())
    said = "; ".join(
        f"{method} {_added(float(at[method, _ANY]))} and {_added(float(at[method, _TWO]))}"
        for method in PATTERNED_METHODS
    )
    return Figure(
        chart=alt.concat(cost, gain, columns=2),
        title=f"The pattern that hardware likes costs {least:.1f} to {most:.1f} times the loss, and gives at best {best:.2f} times the speed",
        holds=2 < least < most < 5
        and 1 < best < promised
        and bool((own.iloc[:2] < 1).all() and (own.iloc[2:] > 1).all()),
        subtitle=f"Loss added where {100 * HALF:.0f} % of the weights stay, anywhere in a layer or two of every four; and the speed of two of every four",
        caption=f"First panel: means of five networks, pruned at one blow. Second: blue, products of two square matrices of that size on one H100 of ours; grey, what PyTorch’s developers print for an A100. Short lines: as fast as before, and the {promised:g} times of the hardware’s makers. "
        f"Below a size of {worth:,.0f} our times hardly depend on size: they are those of the call, not of the product, and another library may lose less there.",
        alt=f"Two panels. First, loss added where weights stay anywhere and two of every four: {said}. Second, times as fast as the full matrix: "
        + ", ".join(told["label"])
        + f". The promise is {promised:g}.",
        sources=("mishra2021", "torchao_sparsity", "gpu-products", "computed"),
        columns={
            "panel": "what is measured",
            "what": "method, or what was timed",
            "kind": "which weights stay, or who timed",
            "value": "loss added, nats a symbol, or times as fast",
            "low": "least of the seeds, nats a symbol",
            "high": "most of the seeds, nats a symbol",
        },
        data=pd.concat([losses, times], ignore_index=True),
    )


@figure
def equal_weights(rows: pd.DataFrame) -> Figure:
    """Draw networks of about as many weights, each trained; the reader chooses whose learning rate they have.

    Parameters
    ----------
    rows : DataFrame
        As :func:`analysis.toolbox.tickets.ticket_runs` gives them.
    """
    shown = significant(rows[["rate", "name", "learning_rate", "seed", "loss"]], 6).rename(columns={"name": "what"})
    full = float(rows.drop_duplicates("seed")["full_loss"].mean())
    whose = choice("whose", "Learning rate of each", [OWN, FULL], OWN)
    order = [*KINDS, SMALL_LONG]
    means = shown.groupby(["rate", "what"], as_index=False)["loss"].mean()
    told = means.assign(label=[f"{row.what}: {row.loss:.3f}" for row in means.itertuples(index=False)])
    y = _named(order)
    low, high = math.floor(20 * full) / 20 - 0.05, math.ceil(20 * shown["loss"].max()) / 20
    axis = ticks("loss (nats a symbol)", low, high, [1.5, 1.7, 1.9], format=".1f")
    x = alt.X("loss:Q", **axis)
    here = "datum.rate == whose"
    chart = alt.layer(
        _marks(pd.DataFrame({"what": order}), axis, y, full),
        alt.Chart(table("runs", shown))
        .transform_filter(here)
        .mark_point(size=45, opacity=0.8, color=theme.COMPUTED)
        .encode(x=x, y=y, tooltip=["what:N", "rate:N", "learning_rate:Q", "seed:Q", "loss:Q"]),
        alt.Chart(table("means", means))
        .transform_filter(here)
        .mark_tick(color=theme.COMPUTED, orient="vertical", size=22, thickness=2, opacity=1)
        .encode(x=x, y=y),
        row_labels("names", told[["rate", "what", "label"]], y, dy=-18).transform_filter(here),
    ).properties(height=330)
    pairs = {"luck": (TICKET, MASK_ALONE), "mask": (MASK_ALONE, RANDOM_MASK), "small": (TICKET, SMALL)}
    gains = {rate: {name: advantage(rows, *pair, rate) for name, pair in pairs.items()} for rate in (OWN, FULL)}

    def found(whose: str) -> str:
        luck, mask = gains[whose]["luck"], gains[whose]["mask"]
        return (
            f"A ticket’s mask is worth {mask[0]:.2f} nats, its first weights {luck[0]:.3f} ± {luck[1]:.3f}"
        ).replace("-", "−")

    listed = "; ".join(
        f"at {rate} rate " + ", ".join(f"{name} {loss:.3f}" for name, loss in own.set_index("what")["loss"].items())
        for rate, own in means.groupby("rate", sort=False)
    )
    own, untuned = (advantage(rows, TRAINED_ON, TICKET, rate)[0] for rate in (OWN, FULL))
    steps, long = f"{STEPS:,}", f"{LONG:,}"
    return Figure(
        chart=chart,
        controls=[whose],
        finding=found,
        holds=all(abs(g["luck"][0]) < g["luck"][1] and g["mask"][0] > 5 * g["mask"][1] for g in gains.values())
        and all(g["small"][0] > 5 * g["small"][1] for g in gains.values())
        and advantage(rows, TICKET, SMALL_LONG)[0] > 0
        and 0 < own < untuned / 2,
        subtitle=f"Loss of networks that keep {100 * KEPT:.0f} % of their weights, or are as small, after {steps} steps of training",
        caption=f"Dots are five seeds, bars their means; short lines the full network’s {full:.3f}. After ± stands how far a {100 * LEVEL:.0f} % interval reaches to either side. A ticket is a mask with the network’s first random weights. “Longer” is {long} steps, as many as a ticket and the network that gave its mask. "
        f"Rates were tuned in steps of two on another seed. At the full network’s rate, too low for each of them, training on looks {untuned / own:.1f} times as far ahead of the ticket as it is.",
        alt=f"Dots by network on an axis of loss; the full network has {full:.3f}. Means: {listed}. {found(FULL)} at the full network’s rate.",
        sources=("frankle2019", "liu2019rethinking", "computed"),
        columns={
            "rate": "whose learning rate",
            "what": "network",
            "kind": "a run or their mean",
            "learning_rate": "peak learning rate, a number",
            "seed": "seed",
        },
        data=pd.concat(
            [shown.assign(kind="run"), significant(means).assign(kind="mean of the seeds")], ignore_index=True
        ).query("rate == @OWN"),
    )
