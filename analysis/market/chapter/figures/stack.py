"""The figure of the last section: who takes in what along the stack of AI."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, ticks
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import significant
from analysis.market.dates import middle, year_of
from analysis.market.stack import CHIPS, CLOUDS, MODELS, shares


@figure
def stack(paces: pd.DataFrame) -> Figure:
    """Draw what chips, clouds and models take in; `paces` is of :func:`analysis.market.stack.paces`."""
    colours = {CHIPS: theme.SYSTEMS["GPUs"], CLOUDS: theme.PUBLISHED, MODELS: theme.CHAOTIC}
    parts = shares(paces)
    both = paces[paces["layer"].isin([CHIPS, MODELS]) & paces["date"].isin(parts.index)]
    sums = both.groupby(["layer", "date"], as_index=False)["pace"].sum()
    clouds = paces[paces["layer"] == CLOUDS][["layer", "firm", "date", "pace"]]
    rows = pd.concat([sums.assign(firm=""), clouds], ignore_index=True)
    rows = significant(rows.assign(year=year_of(rows["date"].map(middle))))[["layer", "firm", "year", "pace"]]
    lines, points = rows[rows["layer"] != CLOUDS], rows[rows["layer"] == CLOUDS]
    x = alt.X("year:Q", **ticks(None, 2023.8, 2027.8, [2024, 2025, 2026, 2027], format="d"))
    y = alt.Y("pace:Q", **ticks("billion dollars a year", 1, 1000, [1, 10, 100, 1000], "ten times more", format=",.0f"))
    last = lines.groupby("layer").tail(1).set_index("layer")
    names = pd.DataFrame(
        {
            "year": [last.loc[CHIPS, "year"], last.loc[MODELS, "year"]],
            "pace": [last.loc[CHIPS, "pace"], last.loc[MODELS, "pace"]],
            "label": [f"chips: {last.loc[CHIPS, 'pace']:.0f}", f"models: {last.loc[MODELS, 'pace']:.0f}"],
            "layer": [CHIPS, MODELS],
        }
    )
    said = points.assign(label=[f"{r.firm}: {r.pace:.0f}" for r in points.itertuples()])
    early = said["year"] < parts.index.map(lambda date: float(date[:4])).max()
    chart = alt.layer(
        alt.Chart(table("layers", lines))
        .mark_line(point={"size": 70, "filled": True})
        .encode(x=x, y=y, color=named_colour("layer", colours), tooltip=["layer:N", "year:Q", "pace:Q"]),
        alt.Chart(table("clouds", points))
        .mark_point(shape="square", color=theme.PUBLISHED, size=80, opacity=1)
        .encode(x=x, y=y, tooltip=["firm:N", "year:Q", "pace:Q"]),
        *(
            labels(f"name of {row.layer}", names[names["layer"] == row.layer], x, y, colours[row.layer], dx=10)
            for row in names.itertuples()
        ),
        labels("names of clouds, early", said[early], x, y, theme.PUBLISHED, align="center", dx=0, dy=-13),
        labels("names of clouds", said[~early], x, y, theme.PUBLISHED, dx=10),
    ).properties(height=340)
    first_share, last_share = parts.iloc[0], parts.iloc[-1]
    listed = "; ".join(f"{r.layer} {r.firm}, {r.year:.2f}: {r.pace:.1f}".replace(" ,", ",") for r in rows.itertuples())
    return Figure(
        chart=chart,
        title=f"Model firms take in {last_share:.0%} of what they and the chip maker do, up from {first_share:.0%} in {parts.index[0][:4]}",
        subtitle="Yearly pace of revenue: NVIDIA’s data centres, the AI business of two clouds, OpenAI and Anthropic together",
        caption="A pace is a year at the rate of the last quarter or month. The layers overlap: part of what a model brings is paid on to a cloud, and from there to the maker of chips, so they must not be added. "
        "Squares: what Microsoft and Amazon say of theirs; what they count is not said. Google’s and Meta’s are missing, since they publish none, and so are all other firms. The paces of the model firms are their own words and not audited.",
        alt="Two rising lines and four squares on a logarithmic axis, billion dollars a year. " + listed + ".",
        sources=(*dict.fromkeys(paces["source"]), "computed"),
        holds=bool(last_share > first_share),
        columns={"year": "date, as a year with its fraction", "pace": "billion dollars a year"},
    )
