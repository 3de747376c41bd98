"""Figures of the models at home: which machine runs which model, and what a million tokens cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
from numpy.typing import ArrayLike

from analysis.deepseek.chapter import inputs
from analysis.deepseek.chapter.figures.look import model_colour
from analysis.deepseek.local_cost import RATIO, YEARS, kept_without_loss, score_error
from analysis.deepseek.serving import USABLE
from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, ticks
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant


def _speed(row: Any) -> str:
    """What a machine does with a model, in words."""
    if not row.fits:
        return f"{row.machine}: no, needs {row.memory / 1e9:,.0f} GB"
    return (
        f"{row.machine}: {row.rate:,.0f} tokens a second"
        if row.rate >= 9.5
        else f"{row.machine}: {row.rate:.1f} tokens a second"
    )


@figure
def at_home(rates: pd.DataFrame, reading: float, reached: pd.Series) -> Figure:
    """Let the reader choose model, precision and context and see which machines can run it, and how fast.

    Parameters
    ----------
    rates : DataFrame
        Of :func:`analysis.deepseek.serving.serving_table`.
    reading : float
        Tokens a second at which a person reads.
    reached : Series
        Shares of the bound that were measured.
    """
    words = rates["context"].map("{:,} tokens".format)
    rows = rates.assign(context=words, label=[_speed(row) for row in rates.itertuples()])
    order = {words: place for place, words in enumerate(dict.fromkeys(words))}
    rows = rows.sort_values("context", key=lambda column: column.map(order), kind="stable", ignore_index=True)
    rows = significant(rows[["model", "precision", "context", "machine", "rate", "fits", "label"]], 4)
    shown, rounded = "Llama-70B", inputs.PRECISION
    controls = [
        choice("served", "Model", dict.fromkeys(rows["model"]), shown),
        choice("precision", "Weights in", dict.fromkeys(rows["precision"]), rounded),
        choice("context", "Context", order, next(iter(order))),
    ]
    machines = list(dict.fromkeys(rows["machine"]))
    y = alt.Y("machine:N", sort=machines, axis=None)
    x = alt.X(
        "rate:Q",
        **ticks(
            "tokens a second at most, for one reader",
            0.5,
            10_000,
            [1, 10, 100, 1000, 10_000],
            "ten times more",
            format=",.0f",
        ),
    )
    chosen = "datum.model == served && datum.precision == precision && datum.context == context"
    base = alt.Chart(table("rates", rows)).transform_filter(chosen)
    marks = table("reading", pd.DataFrame({"machine": machines, "reading": reading}))
    chart = alt.layer(
        alt.Chart(marks).mark_rule(color=theme.GRID).encode(x=alt.value(0), x2=alt.value("width"), y=y),
        alt.Chart(marks).mark_tick(color=theme.THEORY, thickness=1.2, size=16).encode(x=alt.X("reading:Q"), y=y),
        base.transform_filter("datum.fits")
        .mark_point(size=120, opacity=1, color=theme.COMPUTED)
        .encode(x=x, y=y, tooltip=["model:N", "machine:N", "rate:Q"]),
        base.transform_filter("!datum.fits")
        .mark_text(align="left", fontSize=16, color=theme.CHAOTIC, text="×")
        .encode(x=alt.value(2), y=y),
        base.mark_text(align="left", dy=-17, color=theme.INK).encode(x=alt.value(2), y=y, text="label:N"),
    ).properties(height=48 * len(machines))
    first = rows[(rows["model"] == shown) & (rows["precision"] == rounded) & (rows["context"] == next(iter(order)))]
    cards, pc = (first[first["machine"].str.startswith(kind)] for kind in ("RTX", "PC"))

    def found(served: str, precision: str, context: str) -> str:
        own = rows[(rows["model"] == served) & (rows["precision"] == precision) & (rows["context"] == context)]
        fits, fast = own["fits"].sum(), (own["fits"] & (own["rate"] >= reading)).sum()
        if not fits:
            return f"{served} with {precision} weights: too large for each of these {in_words(len(own))} machines"
        how = "all" if fast == fits else in_words(fast) if fast else "none"
        return (
            f"{served} with {precision} weights: {in_words(fits)} of {in_words(len(own))} machines hold it, {how} of "
            f"{'them' if fits > 1 else 'which'} at the speed of reading or above, by this bound"
        )

    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        subtitle="Most tokens a second that a machine can write, from its memory and bandwidth, for a model, precision and context of your choice",
        caption=f"An upper bound: published measurements reach {100 * reached.min():.0f} to {Number(reached.max(), '.0%')} of it. The upright mark is at {in_words(reading)} tokens a second, about the speed of reading. A cross means that weights and cache need more than {Number(USABLE, '.0%')} of the memory. "
        "Try DeepSeek-V3: it needs far more memory than a dense model of its speed.",
        alt="Dot plot with menus for model, precision and context. " + "; ".join(first["label"]) + ".",
        sources=("deepseek", "computed"),
        holds=bool(not cards["fits"].any() and pc["fits"].all() and (pc["rate"] < reading).all()),
    )


@figure
def local_or_service(
    costs: pd.DataFrame, services: Mapping[str, float], electricity: float, bits: float, context: int
) -> Figure:
    """Draw the cost of a token of one's own machine by how much it works, and the prices of services.

    Parameters
    ----------
    costs : DataFrame
        Columns local, hours and dollars (:func:`analysis.deepseek.local_cost.costs_by_hours`).
    services : mapping of str to float
        Dollars a million tokens of services, V3's first.
    electricity : float
        Dollars a kilowatt-hour.
    bits : float
        Bits a weight.
    context : int
        Tokens before the new one.
    """
    rows = significant(costs)
    short = [name.removesuffix("’s service") for name in services]
    rules = significant(pd.DataFrame({"dollars": list(services.values()), "label": short, "hours": 0.26}))
    x = alt.X(
        "hours:Q",
        **ticks(
            "hours a day that the machine works", 0.25, 24, [0.25, 0.5, 1, 2, 4, 8, 16], "twice as many", format="~g"
        ),
    )
    y = alt.Y(
        "dollars:Q", **ticks("dollars a million tokens", 0.1, 200, [0.1, 1, 10, 100], "ten times more", format="~g")
    )
    names = list(dict.fromkeys(rows["local"]))
    colours = {name: model_colour(name) for name in names}
    colours["Llama-70B on an M4 Max"] = theme.ACCENT
    legend = alt.Legend(title=None, columns=1)
    shape = alt.Shape(
        "local:N",
        scale=alt.Scale(domain=names, range=["circle", "square", "triangle-up", "diamond"]),
        legend=legend,
    )
    colour = alt.Color("local:N", scale=alt.Scale(domain=names, range=list(colours.values())), legend=legend)
    dashes = [[6, 3] if name.startswith("DeepSeek") else [1, 0] for name in names]
    dash = alt.StrokeDash("local:N", scale=alt.Scale(domain=names, range=dashes), legend=None)
    lines = alt.Chart(table("machines", rows))
    chart = alt.layer(
        alt.Chart(table("services", rules[["dollars", "label"]].rename(columns={"label": "service"})))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.PUBLISHED)
        .encode(y=alt.Y("dollars:Q")),
        labels("names of services", rules, x, y, theme.PUBLISHED, dx=0, dy=9),
        # two machines cost nearly the same, so that one line has to show behind the other
        lines.mark_line().encode(x=x, y=y, color=colour, strokeDash=dash),
        lines.mark_point(size=55, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=["local:N", "hours:Q", "dollars:Q"]
        ),
    ).properties(height=340)
    at = rows.set_index(["local", "hours"])["dollars"]
    most = rows["hours"].max()
    said = "; ".join(f"{n}: {at[n, 1]:.2f} dollars at one hour a day, {at[n, most]:.2f} at {most:.0f}" for n in names)
    listed = ", ".join(f"{name} {price:.2f}" for name, price in services.items())
    cheap = next(iter(services.values()))
    worked = rows.pivot_table(index="hours", columns="local", values="dollars")
    below = worked.columns[(worked < cheap).any()]
    first = worked.index[(worked < cheap).any(axis=1)].min() if len(below) else most
    return Figure(
        chart=chart,
        title=f"Of {in_words(len(names))} machines of one’s own {in_words(len(below))} can be cheaper than V3’s service: if it works {first:.0f} hours a day or more",
        subtitle=f"Cost of a million tokens, {in_words(RATIO)} read for one written, on machines bought for {in_words(YEARS)} years, with {bits:g} bits a weight; dashed: list prices",
        caption=f"Speed: the published share of the bound, at a context of {context:,} tokens. Price of the machine at release, electricity at {100 * electricity:.1f} cents a kilowatt-hour. Work, space and interest are left out, which flatters the machine; so does counting the graphics card without the computer around it. "
        "The models are not of equal quality.",
        alt=f"Falling lines against hours a day. {said}. List prices in dollars: {listed}.",
        sources=("deepseek", "computed"),
        holds=bool(len(below) == 1 and (worked.loc[: first - 0.01] > cheap).all(axis=None)),
    )


@figure
def prices(listed: pd.DataFrame) -> Figure:
    """Draw list prices of services by date.

    Parameters
    ----------
    listed : DataFrame
        Of :func:`analysis.deepseek.local_cost.api_prices`.
    """
    day = pd.to_datetime(listed["date"], format="mixed")
    year = day.dt.year + (day.dt.day_of_year - 1) / 365
    rows = significant(listed[["model", "company"]].assign(year=year, dollars=listed["blend"]))
    colours = {"DeepSeek": theme.SYSTEMS["DeepSeek"], "OpenAI": theme.SYSTEMS["GPT"], "Meta": theme.SYSTEMS["Llama"]}
    legend = alt.Legend(title=None, columns=3)
    colour = alt.Color("company:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend)
    shapes = {"DeepSeek": "circle", "OpenAI": "square", "Meta": "diamond"}
    x = alt.X("year:Q", **ticks(None, 2022.9, 2028.4, [2023, 2024, 2025, 2026, 2027], format="d"))
    y = alt.Y(
        "dollars:Q", **ticks("dollars a million tokens", 0.1, 100, [0.1, 1, 10, 100], "ten times more", format="~g")
    )
    # legend and shape tell the company, so that the names can be short
    named: dict[str, tuple[str, Any, int, int]] = {
        "GPT-4": ("GPT-4", "left", 8, 0),
        "GPT-4 Turbo": ("GPT-4 Turbo", "left", 8, 10),
        "GPT-4o, May": ("GPT-4o, May", "left", 8, 0),
        "GPT-4o, August": ("GPT-4o, August", "left", 8, 0),
        "GPT-4o mini": ("GPT-4o mini", "right", -8, 0),
        "o1": ("o1", "right", -8, 0),
        "o3": ("o3", "left", 8, 0),
        "o3, June": ("o3, June", "left", 8, 0),
        "Llama 3 70B, hosted": ("Llama 3 70B", "right", -8, 0),
        "DeepSeek-V2": ("V2", "right", -8, 0),
        "DeepSeek-V3, first weeks": ("V3, first weeks", "center", 0, 16),
        "DeepSeek-V3": ("V3", "right", -8, 0),
        "DeepSeek-R1": ("R1", "right", -8, 0),
        "DeepSeek-V3.1": ("V3.1", "center", 0, -14),
        "DeepSeek-V3.2": ("V3.2", "center", 0, 16),
        "DeepSeek-V4-Flash": ("V4-Flash", "center", 0, 16),
        "DeepSeek-V4-Pro": ("V4-Pro", "right", -8, 0),
        "DeepSeek-V4-Flash, August": ("V4-Flash, Aug.", "left", 8, -5),
        "DeepSeek-V4-Pro, August": ("V4-Pro, Aug.", "left", 8, 0),
        "DeepSeek-V4.1-Flash": ("V4.1-Flash", "left", 8, 5),
    }
    texts = [
        alt.Chart(table(f"name of {model}", rows[rows["model"] == model].assign(label=label)))
        .mark_text(align=align, dx=dx, dy=dy, fontSize=theme.SMALL)
        .encode(x=x, y=y, text="label:N", color=colour)
        for model, (label, align, dx, dy) in named.items()
    ]
    chart = alt.layer(
        alt.Chart(table("prices", rows))
        .mark_point(size=70, opacity=1)
        .encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape(
                "company:N", scale=alt.Scale(domain=list(shapes), range=list(shapes.values())), legend=legend
            ),
            tooltip=["model:N", "company:N", "year:Q", "dollars:Q"],
        ),
        *texts,
    ).properties(height=420)
    said = "; ".join(f"{r.model} {r.dollars:.2f}" for r in rows.itertuples())
    at = rows.set_index("model")["dollars"]
    ratio = at["GPT-4o, August"] / at["DeepSeek-V3"]
    risen = at["DeepSeek-V4-Pro, August"] / at["DeepSeek-V3"]
    return Figure(
        chart=chart,
        title=f"GPT-4o’s list price is {ratio:.0f} times V3’s, V4-Pro’s {risen:.1f} times; GPT-4o mini’s is lower than V3’s",
        subtitle=f"List prices of services by the day they took effect, {in_words(RATIO)} tokens read for one written",
        caption="Without discounts for what was read before. Most of OpenAI's prices are from lists that others kept. Prices of one company over time, not of one quality: o1 and R1 think before they answer and write more tokens. DeepSeek's since August 2026 are those outside peak hours, in which it asks more.",
        alt=f"Scatter of prices against time, in dollars a million tokens: {said}.",
        sources=("deepseek", "computed"),
        columns={"year": "day on which the price took effect, years"},
        holds=bool(ratio > 1 and at["GPT-4o mini"] < at["DeepSeek-V3"] < at["DeepSeek-V4-Pro, August"]),
    )


@figure
def hybrid(share: ArrayLike, best: ArrayLike, random: ArrayLike, problems: float) -> Figure:
    """Draw what is lost when a share of the tasks goes to the smaller model.

    Parameters
    ----------
    share : array_like
        Shares of the tasks, from 0 to 1.
    best, random : array_like
        Shares solved when the division is the best, and when it is random.
    problems : float
        Problems of the test.
    """
    solved = {"only the easy ones stay at home": best, "whichever come": random}
    rows = pd.concat(
        (pd.DataFrame({"share": share, "how": how, "solved": values}) for how, values in solved.items()),
        ignore_index=True,
    )
    rows = significant(rows)
    hows = list(solved)
    colours = dict(zip(hows, (theme.COMPUTED, theme.CHAOTIC), strict=True))
    x = alt.X("share:Q", **ticks("share of the tasks done at home", 0, 1, [0, 0.25, 0.5, 0.75, 1], format="%"))
    y = alt.Y(
        "solved:Q",
        title="share of the tasks solved",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0.7, 0.82], nice=False, zero=False),
    )
    ends = rows[rows["share"].isin([0.0, 1.0])].drop_duplicates("share")
    low, high = ends["solved"].min(), ends["solved"].max()
    kept = kept_without_loss(low, high)
    easy = rows[(rows["how"] == hows[0]) & (rows["share"] <= 0.5)]["solved"]
    names = pd.DataFrame(
        {"share": [0.6, 0.33], "solved": [high + 0.006, 0.757], "label": hows, "colour": list(colours.values())}
    )
    chart = alt.layer(
        alt.Chart(table("shares", rows)).mark_line().encode(x=x, y=y, color=named_colour("how", colours)),
        labels("name of the best", names.iloc[:1], x, y, align="center", dx=0),
        labels("name of the other", names.iloc[1:], x, y, align="center", dx=0),
    ).properties(height=280)
    return Figure(
        chart=chart,
        title="Who sends only the hard tasks away loses nothing, if one can tell which they are",
        subtitle="Tasks solved when a share goes to R1-Distill-Qwen-32B at home and the rest to R1, on the mathematics test AIME 2024",
        caption=f"Both scores are DeepSeek's own, on {in_words(problems)} problems: with others they would differ by {100 * score_error(low, problems):.0f} and {100 * score_error(high, problems):.0f} points (one standard error at most). The upper line assumes that the service solves all that the small model does, and that somebody knows beforehand which tasks only the service can solve; the lower one sends tasks at random. A division that is better than chance lies between.",
        alt=f"Two lines. At home nothing: {high:.1%} solved; everything: {low:.1%}. Sending only the hard ones away keeps {high:.1%} until {kept:.0%} of the tasks stay at home; sending at random falls evenly.",
        sources=("deepseekr1repo", "computed"),
        holds=bool(low < high and (easy == high).all()),
    )
