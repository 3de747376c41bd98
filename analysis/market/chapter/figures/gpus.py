"""Figures of section 2: who buys, what is spent, what is announced, and what a share is a share of."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.kit import facts, theme
from analysis.kit.charts import labels, named_colour, row_labels
from analysis.kit.figure import Figure, figure, table
from analysis.market import segments
from analysis.market.chapter import study
from analysis.market.chapter.figures.look import GPUS


def cited(name: str) -> tuple[str, ...]:
    """The sources of a wide table, each once, in order."""
    return tuple(dict.fromkeys(facts.frame(name)["source"]))


@figure(study.revenue)
def revenue(rows: pd.DataFrame) -> Figure:
    """Draw NVIDIA's revenue by market as shares, one bar a year."""
    colours = {"data centres": GPUS, "gaming": theme.ACCENT, "all the rest": theme.QUIET}
    periods = list(dict.fromkeys(rows["period"]))
    y = alt.Y("period:N", sort=periods, title=None, axis=alt.Axis(ticks=False, domain=False))
    x = alt.X(
        "share:Q",
        title="share of revenue",
        stack="zero",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    order = {part: number for number, part in enumerate(colours)}
    shown = rows.assign(order=rows["part"].map(order))
    said = shown[shown["share"] > 0.12].assign(label=lambda t: [f"{v:.0%}" for v in t["share"]])
    heads = shown[shown["period"] == periods[0]].assign(
        label=lambda t: t["part"], colour=lambda t: t["part"].map(colours)
    )
    at = alt.X("place:Q")
    chart = alt.layer(
        alt.Chart(table("shares", shown))
        .mark_bar(height=24)
        .encode(
            x=x,
            y=y,
            color=named_colour("part", colours),
            order=alt.Order("order:Q"),
            tooltip=["period:N", "part:N", "share:Q"],
        ),
        alt.Chart(table("amounts", said[["period", "place", "label"]]))
        .mark_text(color=theme.PAPER)
        .encode(x=at, y=y, text="label:N"),
        alt.Chart(table("parts", heads[["period", "place", "label", "colour"]]))
        .mark_text(dy=-22, fontWeight="bold")
        .encode(x=at, y=y, text="label:N", color=alt.Color("colour:N", scale=None)),
    ).properties(height=44 * len(periods))
    centre = rows[rows["part"] == "data centres"].set_index("period")["share"]
    markets = segments.diversification().set_index("period")["effective"]
    listed = "; ".join(f"{p}: {centre[p]:.1%}" for p in periods)
    return Figure(
        chart=chart,
        title="From three markets to hardly more than one in six years",
        subtitle="NVIDIA’s revenue by market, share of each fiscal year; fiscal 2026 ended in January 2026",
        caption="The last row is a quarter. From then on the firm reports gaming together with workstations, robots and cars, so it stands in the rest. "
        "The parts of each year add up to the printed total, which the build checks.",
        alt=f"Stacked bars of revenue by market. Data centres: {listed}. The number of equal markets that the split amounts to fell from {markets[periods[0]]:.1f} to {markets['FY2026']:.1f}.",
        sources=(*cited("market_nvidia_revenue"), "computed"),
    )


@figure(study.capital_spending)
def capital_spending(rows: pd.DataFrame) -> Figure:
    """Draw what the four largest firms spent and announced."""
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("amount:Q", title="billion dollars a year", scale=alt.Scale(domain=[0, 800], nice=False))
    spent, ahead = rows[rows["kind"] == "spent"], rows[rows["kind"] == "announced"]
    words = [f"{r.amount:,.0f}" if r.kind == "spent" else f"{r.low:,.0f} to {r.high:,.0f}" for r in rows.itertuples()]
    said = rows.assign(label=words)
    chart = alt.layer(
        alt.Chart(table("spent", spent)).mark_bar(color=theme.PUBLISHED, width={"band": 0.6}).encode(x=x, y=y),
        alt.Chart(table("announced", ahead))
        .mark_bar(fill=theme.GRID, stroke=theme.PUBLISHED, strokeDash=[4, 3], width={"band": 0.6})
        .encode(x=x, y=y),
        labels("amounts", said[["year", "amount", "label"]], x, y, theme.INK, align="center", dx=0, dy=-10),
    ).properties(height=300)
    listed = "; ".join(f"{r.year}: {r.amount:,.0f}" for r in spent.itertuples())
    end = ahead.iloc[0]
    return Figure(
        chart=chart,
        title="Spending rose by two thirds in 2025, the year of cheaper training",
        subtitle="Capital spending of Amazon, Alphabet, Microsoft and Meta, with finance leases",
        caption="Solid: spent. Dashed: what the four firms announced in April 2026 for that year, the sums of the lower and the upper ends; some count leases and some do not. All of each firm is in it, warehouses and vehicles too. "
        "The bars of 2022 and 2023 are less well sourced than the others.",
        alt=f"Bars of capital spending in billion dollars. {listed}. Announced for 2026: {end['low']:,.0f} to {end['high']:,.0f}.",
        sources=(
            "platformonomics2025",
            "platformonomics2026",
            "lowdown2026",
            "siliconcent2026",
            "untraced",
            "computed",
        ),
    )


@figure(study.sixty_per_cent)
def sixty_per_cent(rows: pd.DataFrame) -> Figure:
    """Set side by side what "60 per cent" could be a share of."""
    shapes = {"Bernstein": "circle", "SemiAnalysis": "square"}
    y = alt.Y("definition:N", sort=list(rows["definition"]), axis=None)
    x = alt.X(
        "share:Q",
        title="share",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
    )
    said = rows.assign(label=[f"{r.definition}: {r.share:.0%}" for r in rows.itertuples()])
    claimed = rows[["definition"]].assign(share=0.6)
    chart = alt.layer(
        alt.Chart(table("claimed", claimed)).mark_tick(color=theme.THEORY, thickness=1.5, size=22).encode(x=x, y=y),
        alt.Chart(table("shares", rows))
        .mark_point(color=theme.PUBLISHED, size=110, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "by:N",
                scale=alt.Scale(domain=list(shapes), range=list(shapes.values())),
                legend=alt.Legend(title=None, symbolFillColor=theme.PUBLISHED, symbolStrokeColor=theme.PUBLISHED),
            ),
            tooltip=["definition:N", "by:N", "share:Q"],
        ),
        row_labels("definitions", said[["definition", "label"]], y),
    ).properties(height=50 * len(rows))
    listed = "; ".join(f"{r.definition}, {r.by}: {r.share:.0%}" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title="“60 %” is not the GPUs: they are two fifths, all the hardware is three",
        subtitle="Shares of the cost of a data centre by what is counted, from two analysts’ bills; the upright mark is the claim",
        caption="Everything means hardware and building, without land and power plants. Bernstein’s bill is for one rack of a generation, SemiAnalysis’s for a gigawatt of another; both are outside estimates.",
        alt=f"Dot plot of six shares with a mark at 60 %. {listed}.",
        sources=("bernstein2025", "semianalysistpu", "computed"),
    )


@figure(study.announcements)
def announcements(rows: pd.DataFrame) -> Figure:
    """Draw the announced deals by size, by whether they bind, and what became of them."""
    colours = {"contract": theme.PUBLISHED, "conditional": theme.ACCENT, "not binding": theme.CHAOTIC}
    y = alt.Y("what:N", sort=list(rows["what"]), axis=None)
    x = alt.X(
        "amount:Q",
        title="billion dollars",
        scale=alt.Scale(domain=[0, 320], nice=False),
        axis=alt.Axis(values=[0, 100, 200, 300]),
    )
    later = rows.dropna(subset=["after"])
    words = [
        f"{r.what}: {r.amount:g}" + (f", then {r.after:g}" if pd.notna(r.after) else "") + (" *" if r.back else "")
        for r in rows.itertuples()
    ]
    said = rows.assign(label=words)
    legend = alt.Legend(title=None, columns=3)
    colour = alt.Color("binding:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend)
    chart = alt.layer(
        alt.Chart(table("announced", rows.drop(columns="after")))
        .mark_bar(height=10)
        .encode(x=x, y=y, color=colour, tooltip=["what:N", "amount:Q", "binding:N", "back:N"]),
        alt.Chart(table("reset", later[["what", "after"]]))
        .mark_tick(color=theme.INK, thickness=3, size=20)
        .encode(x=alt.X("after:Q"), y=y),
        row_labels("names", said[["what", "label"]], y, dy=-14),
    ).properties(height=38 * len(rows))
    return Figure(
        chart=chart,
        title="Announced in hundreds of billions, in part not binding, and already changed twice",
        subtitle="Deals announced from September 2025 to February 2026 with an amount: who pays whom for what, billion dollars",
        caption="The upright marks say what a deal became by February 2026. A star: by the deals of the table, those without an amount included, the money can come back to the firm that pays it. "
        "That it can does not mean that it does. Amounts run over five to eight years and do not add up to a year’s spending.",
        alt="Bars of announced deals in billion dollars. "
        + "; ".join(f"{r.label} ({r.binding})" for r in said.itertuples())
        + ".",
        sources=(*cited("market_deals"), "computed"),
    )
