"""Figures of section 2: who buys, what is spent, what is announced, and what a share is a share of."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import bars_apart, labels, named_colour, row_labels, ticks
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant

GPUS = theme.SYSTEMS["GPUs"]


@figure
def revenue(markets: pd.DataFrame, diversification: pd.DataFrame) -> Figure:
    """Draw NVIDIA's revenue by market as shares, one bar a year.

    The arguments are of :func:`analysis.market.segments.revenue` and :func:`analysis.market.segments.diversification`.
    """
    colours = {"data centres": GPUS, "gaming": theme.ACCENT, "all the rest": theme.QUIET}
    known = {"data centre": "data centres", "gaming": "gaming"}
    parts = markets.assign(part=markets["market"].map(known).fillna("all the rest"))
    wide = parts.pivot_table(index="period", columns="part", values="share", aggfunc="sum", sort=False, fill_value=0)
    wide = wide[list(colours)]
    places = (wide.cumsum(axis=1) - wide / 2).reset_index().melt("period", list(colours), "part", "place")
    rows = significant(wide.reset_index().melt("period", list(colours), "part", "share"))
    places = significant(places)
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
    middles = rows.assign(place=places["place"])
    said = middles[middles["share"] > 0.12].assign(label=lambda t: [f"{v:.0%}" for v in t["share"]])
    heads = middles[middles["period"] == periods[0]].assign(
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
    full = diversification[diversification["period"].str.startswith("FY")]
    first, last = full.iloc[0], full.iloc[-1]
    years = last["ended"].year - first["ended"].year
    listed = "; ".join(f"{p}: {centre[p]:.1%}" for p in periods)
    return Figure(
        chart=chart,
        title=f"Data centres grew from {Number(centre[first['period']], '.0%')} of NVIDIA’s revenue to {Number(centre[last['period']], '.0%')} in {in_words(years)} years",
        subtitle="NVIDIA’s revenue by market, share of each fiscal year; fiscal 2026 ended in January 2026",
        caption="The rows of quarters are no full years. From then on the firm reports gaming together with workstations, robots and cars, so it stands in the rest. "
        f"The split of the first year amounts to {first['effective']:.1f} equal markets, that of the last full year to {last['effective']:.1f}. "
        "The parts of each year add up to the printed total, which the build checks.",
        alt=f"Stacked bars of revenue by market. Data centres: {listed}. The number of equal markets that the split amounts to fell from {first['effective']:.1f} to {last['effective']:.1f}.",
        sources=(*dict.fromkeys(markets["source"]), "computed"),
        holds=bool(centre[last["period"]] > centre[first["period"]] and last["effective"] < first["effective"]),
    )


@figure
def capital_spending(totals: pd.DataFrame, guidance: pd.DataFrame, printed: float, said: str) -> Figure:
    """Draw what the four largest firms spent and announced.

    The arguments are of :func:`analysis.market.spending.totals`, :func:`analysis.market.spending.guidance` and
    :func:`analysis.market.spending.printed_guidance`; `said` is the month of the guidance, as a text has it.
    """
    ends = guidance.set_index("company").loc["sum"]
    announced = {"year": totals["year"].max() + 1, "amount": printed, "low": ends["low"], "high": ends["high"]}
    before = totals.assign(amount=totals["printed"], kind="spent")
    rows = pd.concat([before, pd.DataFrame([announced | {"kind": "announced"}])], ignore_index=True)
    rows = significant(rows[["year", "amount", "low", "high", "kind"]])
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("amount:Q", title="billion dollars a year", scale=alt.Scale(domain=[0, 800], nice=False))
    spent, ahead = rows[rows["kind"] == "spent"], rows[rows["kind"] == "announced"]
    words = [f"{r.amount:,.0f}" if r.kind == "spent" else f"{r.low:,.0f} to {r.high:,.0f}" for r in rows.itertuples()]
    named = rows.assign(label=words)
    chart = alt.layer(
        alt.Chart(table("spent", spent)).mark_bar(color=theme.PUBLISHED, width={"band": 0.6}).encode(x=x, y=y),
        alt.Chart(table("announced", ahead))
        .mark_bar(fill=theme.GRID, stroke=theme.PUBLISHED, strokeDash=[4, 3], width={"band": 0.6})
        .encode(x=x, y=y),
        labels("amounts", named[["year", "amount", "label"]], x, y, theme.INK, align="center", dx=0, dy=-10),
    ).properties(height=300)
    listed = "; ".join(f"{r.year}: {r.amount:,.0f}" for r in spent.itertuples())
    end = ahead.iloc[0]
    last = int(totals["year"].max())
    rise = totals.set_index("year")["growth"][last]
    low, high = (end[side] / spent["amount"].iloc[-1] - 1 for side in ("low", "high"))
    return Figure(
        chart=chart,
        title=f"Four firms spent {rise:.0%} more in {last} than a year before, and announced {low:.0%} to {high:.0%} more still for {last + 1}",
        subtitle="Capital spending of Amazon, Alphabet, Microsoft and Meta, with finance leases",
        caption=f"Solid: spent. Dashed: what the four firms announced in {said} for 2026, the sums of the lower and the upper ends; some count leases and some do not, and one has since counted fewer. All of each firm is in it, warehouses and vehicles too. "
        "The bars of 2022 and 2023 are less well sourced than the others.",
        alt=f"Bars of capital spending in billion dollars. {listed}. Announced for 2026: {end['low']:,.0f} to {end['high']:,.0f}.",
        sources=(
            "platformonomics2025",
            "platformonomics2026",
            "amazon2026q2",
            "alphabet2026q2",
            "microsoft2026q4",
            "meta2026q2",
            "untraced",
            "computed",
        ),
        holds=bool(rise > 0 and low > 0),
        columns={"year": "calendar year"},
    )


@figure
def sixty_per_cent(shares: pd.DataFrame, share: float) -> Figure:
    """Set side by side what the claimed share could be one of.

    `shares` is of :func:`analysis.market.datacentre.published_shares`.
    """
    rows = significant(shares, 4)
    shapes = {"Bernstein": "circle", "SemiAnalysis": "square"}
    y = alt.Y("definition:N", sort=list(rows["definition"]), axis=None)
    x = alt.X("share:Q", **ticks("share", 0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1], format="%"))
    said = rows.assign(label=[f"{r.definition}: {r.share:.0%}" for r in rows.itertuples()])
    claimed = rows[["definition"]].assign(share=share)
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
    named = shares.set_index("definition")["share"]
    gpus = named[["GPUs over everything", "what NVIDIA is paid over everything"]]
    hardware = named["all hardware of the rack over everything"]
    claim = Number(share, ".0%")
    return Figure(
        chart=chart,
        title=f"GPUs are {gpus.iloc[0]:.0%} of the whole cost; nearest to “{claim}” is all the hardware of a rack, {hardware:.0%}",
        subtitle="Shares of the cost of a data centre by what is counted, from two analysts’ bills; the upright mark is the claim",
        caption="Everything means hardware and building, without land and power plants. Bernstein’s bill is for one rack of a generation, SemiAnalysis’s for a gigawatt of another; both are outside estimates.",
        alt=f"Dot plot of {in_words(len(rows))} shares with a mark at {claim}. {listed}.",
        sources=("bernstein2025", "semianalysistpu", "computed"),
        holds=bool((gpus < share).all() and (named - share).abs().idxmin() == named.index[named == hardware][0]),
    )


@figure
def announcements(deals: pd.DataFrame) -> Figure:
    """Draw the announced deals by size, by whether they bind, and what became of them.

    `deals` is of :func:`analysis.market.deals.deals`; those without an amount are left out.
    """
    large = deals.dropna(subset=["amount"]).sort_values("amount", ascending=False, kind="stable")
    names = {"amount": "amount", "amount_after": "after", "binding": "binding", "round_trip": "back"}
    rows = large[list(names)].rename(columns=names).reset_index(drop=True)
    rows.insert(0, "what", (large["paid_by"] + " → " + large["paid_to"] + ", " + large["pays"]).to_list())
    colours = {"contract": theme.PUBLISHED, "conditional": theme.ACCENT, "not binding": theme.CHAOTIC}
    y = alt.Y("what:N", sort=list(rows["what"]), axis=None)
    x = alt.X("amount:Q", **ticks("billion dollars", 0, 320, [0, 100, 200, 300]))
    later = rows.dropna(subset=["after"])
    words = [
        f"{r.what}: {r.amount:g}" + (f", then {r.after:g}" if pd.notna(r.after) else "") + (" *" if r.back else "")
        for r in rows.itertuples()
    ]
    said = rows.assign(label=words)
    first, last = large["day"].min(), large["day"].max()
    kinds = rows["binding"].value_counts().reindex(list(colours), fill_value=0)
    changed = pd.to_datetime(large["reset"]).max()
    chart = alt.layer(
        alt.Chart(table("announced", rows.drop(columns="after")))
        .mark_bar(height=10)
        .encode(
            x=x, y=y, **bars_apart("binding", colours, columns=3), tooltip=["what:N", "amount:Q", "binding:N", "back:N"]
        ),
        alt.Chart(table("reset", later[["what", "after"]]))
        .mark_tick(color=theme.INK, thickness=3, size=20)
        .encode(x=alt.X("after:Q"), y=y),
        row_labels("names", said[["what", "label"]], y, dy=-14),
    ).properties(height=38 * len(rows))
    return Figure(
        chart=chart,
        title=f"Of {in_words(len(rows))} announced deals {in_words(kinds['not binding'])} are not binding, {in_words(kinds['conditional'])} depend on conditions, and {in_words(len(later))} have changed",
        subtitle=f"Deals announced from {first:%B %Y} to {last:%B %Y} with an amount: who pays whom for what, billion dollars",
        caption=f"The upright marks say what a deal became by {changed:%B %Y}. A star: by the deals of the table, those without an amount included, the money can come back to the firm that pays it. "
        "That it can does not mean that it does, and which can is a property of this list: one deal more or less changes much of it. Amounts run over several years and do not add up to a year’s spending.",
        alt="Bars of announced deals in billion dollars. "
        + "; ".join(f"{r.label} ({r.binding})" for r in said.itertuples())
        + ".",
        sources=(*dict.fromkeys(deals["source"]), "computed"),
        holds=bool((kinds > 0).all() and len(later) and (later["after"] != later["amount"]).all()),
    )
