"""Figures of section 6: which machine runs which model, and what a million tokens cost."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.deepseek.chapter import study
from analysis.deepseek.chapter.figures.look import model_colour
from analysis.deepseek.serving import PRECISIONS
from analysis.kit import theme
from analysis.kit.charts import labels, menu, named_colour
from analysis.kit.figure import Figure, figure, table


@figure(study.at_home)
def at_home(rows: pd.DataFrame) -> Figure:
    """Let the reader choose model, precision and context and see which machines can run it, and how fast."""
    model = menu("served", "Model", list(study.AT_HOME), "Llama-70B")
    precision = menu("precision", "Bits a weight", list(PRECISIONS), "4-bit")
    context = menu("context", "Context", list(study.CONTEXTS), next(iter(study.CONTEXTS)))
    machines = list(dict.fromkeys(rows["machine"]))
    y = alt.Y("machine:N", sort=machines, axis=None)
    x = alt.X(
        "rate:Q",
        title=["tokens a second at most, for one reader", "(each step is ten times more)"],
        scale=alt.Scale(type="log", domain=[0.5, 10_000], nice=False),
        axis=alt.Axis(values=[1, 10, 100, 1000, 10_000], format=",.0f"),
    )
    chosen = "datum.model == served && datum.precision == precision && datum.context == context"
    base = alt.Chart(table("rates", rows)).transform_filter(chosen)
    floor = pd.DataFrame({"machine": machines, "low": 0.5, "high": 10_000.0, "reading": study.READING})
    chart = alt.layer(
        alt.Chart(table("rows", floor)).mark_rule(color=theme.GRID).encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        alt.Chart(table("rows", floor))
        .mark_tick(color=theme.THEORY, thickness=1.2, size=16)
        .encode(x=alt.X("reading:Q"), y=y),
        base.transform_filter("datum.fits")
        .mark_point(size=120, opacity=1, color=theme.COMPUTED)
        .encode(x=x, y=y, tooltip=["model:N", "machine:N", "rate:Q"]),
        base.transform_filter("!datum.fits")
        .mark_text(align="left", fontSize=16, color=theme.CHAOTIC, text="✗")
        .encode(x=alt.value(2), y=y),
        base.mark_text(align="left", dy=-17, color=theme.INK).encode(x=alt.value(2), y=y, text="label:N"),
    ).properties(height=48 * len(machines))
    first = rows[(rows["model"] == "Llama-70B") & (rows["precision"] == "4-bit") & (rows["context"] == "4,096 tokens")]
    return Figure(
        chart=chart.add_params(model, precision, context),
        title="A dense model of 70B in four bits: too large for a graphics card, too slow for a PC",
        subtitle="Most tokens a second that a machine can write, from its memory and bandwidth, for a model, precision and context of your choice",
        caption="An upper bound: published measurements reach a third to two thirds of it. The upright mark is at five tokens a second, about the speed of reading. A cross means that weights and cache need more than nine tenths of the memory. "
        "Try DeepSeek-V3: it needs far more memory than a dense model of its speed.",
        alt="Dot plot with menus for model, precision and context. " + "; ".join(first["label"]) + ".",
        sources=("deepseek", "computed"),
    )


@figure(study.local_or_service)
def local_or_service(rows: pd.DataFrame) -> Figure:
    """Draw the cost of a token of one's own machine by how much it works, and the prices of services."""
    listed = study.prices().set_index("model")["dollars"]
    services = {"DeepSeek-V3": "V3’s service", "GPT-4o, August": "GPT-4o’s service"}
    rules = pd.DataFrame(
        {"dollars": [listed[m] for m in services], "label": list(services.values()), "hours": [0.26, 0.26]}
    )
    x = alt.X(
        "hours:Q",
        title=["hours a day that the machine works", "(each step is twice as many)"],
        scale=alt.Scale(type="log", domain=[0.25, 24], nice=False),
        axis=alt.Axis(values=[0.25, 0.5, 1, 2, 4, 8, 16], format="~g"),
    )
    y = alt.Y(
        "dollars:Q",
        title=["dollars a million tokens", "(each step is ten times more)"],
        scale=alt.Scale(type="log", domain=[0.1, 200], nice=False),
        axis=alt.Axis(values=[0.1, 1, 10, 100], format="~g"),
    )
    names = list(dict.fromkeys(rows["local"]))
    colours = {name: model_colour(name) for name in names}
    colours["Llama-70B on an M4 Max"] = theme.ACCENT
    legend = alt.Legend(title=None, columns=1, labelLimit=300)
    shape = alt.Shape(
        "local:N",
        scale=alt.Scale(domain=names, range=["circle", "square", "triangle-up", "diamond"]),
        legend=legend,
    )
    colour = alt.Color("local:N", scale=alt.Scale(domain=names, range=list(colours.values())), legend=legend)
    lines = alt.Chart(table("machines", rows))
    chart = alt.layer(
        alt.Chart(table("services", rules))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.PUBLISHED)
        .encode(y=alt.Y("dollars:Q")),
        labels("names of services", rules, x, y, theme.PUBLISHED, dx=0, dy=9),
        lines.mark_line().encode(x=x, y=y, color=colour),
        lines.mark_point(size=55, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=["local:N", "hours:Q", "dollars:Q"]
        ),
    ).properties(height=340)
    at = rows.set_index(["local", "hours"])["dollars"]
    said = "; ".join(f"{n}: {at[n, 1]:.2f} dollars at one hour a day, {at[n, 24]:.2f} at twenty-four" for n in names)
    return Figure(
        chart=chart,
        title="A machine of one’s own is dear until it works all day, and seldom cheaper than V3’s service",
        subtitle="Cost of a million tokens, three read for one written, on machines bought for three years, in four bits; dashed: list prices",
        caption="Speed: the published share of the bound, at a context of 4,096 tokens. Price of the machine at release, electricity at 16.5 cents a kilowatt-hour. Work, space and interest are left out, which flatters the machine; so does counting the graphics card without the computer around it. "
        "The models are not of equal quality.",
        alt=f"Falling lines against hours a day. {said}. V3's service lists {listed['DeepSeek-V3']:.2f} dollars, GPT-4o's {listed['GPT-4o, August']:.2f}.",
        sources=("deepseek", "computed"),
    )


@figure(study.prices)
def prices(rows: pd.DataFrame) -> Figure:
    """Draw list prices of services by date."""
    colours = {"DeepSeek": theme.SYSTEMS["DeepSeek"], "OpenAI": theme.SYSTEMS["GPT"], "Meta": theme.SYSTEMS["Llama"]}
    legend = alt.Legend(title=None, columns=3)
    colour = alt.Color("company:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend)
    shapes = {"DeepSeek": "circle", "OpenAI": "square", "Meta": "diamond"}
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[2023, 2026.3], nice=False),
        axis=alt.Axis(format="d", values=[2023, 2024, 2025, 2026]),
    )
    y = alt.Y(
        "dollars:Q",
        title=["dollars a million tokens", "(each step is ten times more)"],
        scale=alt.Scale(type="log", domain=[0.1, 100], nice=False),
        axis=alt.Axis(values=[0.1, 1, 10, 100], format="~g"),
    )
    named: dict[str, tuple[Any, int, int]] = {
        "GPT-4": ("left", 8, 0),
        "GPT-4 Turbo": ("left", 8, 0),
        "GPT-4o, August": ("left", 8, 0),
        "GPT-4o mini": ("right", -8, 0),
        "o1": ("right", -8, 0),
        "o3": ("left", 8, 0),
        "o3, June": ("left", 8, 0),
        "DeepSeek-V2": ("right", -8, 0),
        "DeepSeek-V3": ("left", 8, 2),
        "DeepSeek-R1": ("left", 8, -6),
        "DeepSeek-V3.2": ("right", -8, 5),
        "Llama 3 70B, hosted": ("right", -8, 0),
    }
    texts = [
        alt.Chart(table(f"name of {model}", rows[rows["model"] == model].assign(label=model.split(",")[0])))
        .mark_text(align=align, dx=dx, dy=dy, fontSize=11)
        .encode(x=x, y=y, text="label:N", color=colour)
        for model, (align, dx, dy) in named.items()
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
    ).properties(height=360)
    said = "; ".join(f"{r.model} {r.dollars:.2f}" for r in rows.itertuples())
    at = rows.set_index("model")["dollars"]
    ratio = at["GPT-4o, August"] / at["DeepSeek-V3"]
    return Figure(
        chart=chart,
        title=f"GPT-4o’s list price is {ratio:.0f} times V3’s; GPT-4o mini’s is lower than V3’s",
        subtitle="List prices of services by the day they took effect, three tokens read for one written",
        caption="Without discounts for what was read before. Most of OpenAI's prices are from lists that others kept. Prices of one company over time, not of one quality: o1 and R1 think before they answer and write more tokens.",
        alt=f"Scatter of prices against time, in dollars a million tokens: {said}.",
        sources=("deepseek", "computed"),
    )


@figure(study.hybrid)
def hybrid(rows: pd.DataFrame) -> Figure:
    """Draw what is lost when a share of the tasks goes to the smaller model."""
    hows = list(dict.fromkeys(rows["how"]))
    colours = dict(zip(hows, (theme.COMPUTED, theme.CHAOTIC), strict=True))
    x = alt.X(
        "share:Q",
        title="share of the tasks done at home",
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        scale=alt.Scale(domain=[0, 1], nice=False),
    )
    y = alt.Y(
        "solved:Q",
        title="share of the tasks solved",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0.7, 0.82], nice=False, zero=False),
    )
    ends = rows[rows["share"].isin([0.0, 1.0])].drop_duplicates("share")
    low, high = ends["solved"].min(), ends["solved"].max()
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
        title="Who sends the hard tasks away loses nothing, if the hard ones can be told",
        subtitle="Tasks solved when a share goes to a model of 32B at home and the rest to R1, on the mathematics test AIME 2024",
        caption="Both scores are DeepSeek's own. The upper line assumes that the service solves all that the small model does, and that somebody knows beforehand which tasks only the service can solve; the lower one sends tasks at random. Any real division lies between.",
        alt=f"Two lines. At home nothing: {high:.1%} solved; everything: {low:.1%}. Sending only the hard ones away keeps {high:.1%} until {1 - high + low:.0%} of the tasks stay at home; sending at random falls evenly.",
        sources=("deepseekr1repo", "computed"),
    )
