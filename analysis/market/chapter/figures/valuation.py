"""Figure of section 7: the growth that three prices imply."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import named_colour, ticks
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, significant
from analysis.market.valuation import Assumptions, Repricing


@figure
def implied_growth(implied: pd.DataFrame, day: Repricing, given: Assumptions) -> Figure:
    """Draw the growth that each price implies, by the discount rate and for a horizon of the reader's choice.

    `implied` is of :func:`analysis.market.valuation.sensitivities`; the number printed and the menu start at `given`.
    """
    rows = significant(implied)
    prices, horizons = list(dict.fromkeys(rows["price"])), list(dict.fromkeys(rows["years"]))
    colours = dict(zip(prices, (theme.SYSTEMS["fibre"], theme.SYSTEMS["GPUs"], theme.CHAOTIC), strict=True))
    horizon = choice("horizon", "Years of fast growth", [str(years) for years in horizons], str(given.years))
    x = alt.X("rate:Q", **ticks("discount rate a year", 0.07, 0.14, [0.07, 0.08, 0.1, 0.12, 0.14], format="%"))
    y = alt.Y(
        "growth:Q", **ticks("growth a year that the price implies", 0, 1.2, [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2], format="%")
    )
    base = alt.Chart(table("implied", rows)).transform_filter("datum.years == toNumber(horizon)")
    at_ten = base.transform_filter(f"abs(datum.rate - {given.rate:g}) < 1e-6").transform_calculate(
        label="datum.price + ': ' + format(datum.growth, '.1%')"
    )
    places = pd.DataFrame({"price": prices, "place": [14.0 + 18 * n for n in range(len(prices))]})
    chart = alt.layer(
        base.mark_line().encode(
            x=x,
            y=y,
            color=named_colour("price", colours),
            strokeDash=alt.StrokeDash(
                "price:N", legend=None, scale=alt.Scale(domain=prices, range=[[1, 0], [1, 0], [6, 3]])
            ),
        ),
        at_ten.mark_point(size=80, opacity=1).encode(x=x, y=y, color=named_colour("price", colours)),
        at_ten.transform_lookup(
            lookup="price", from_=alt.LookupData(data=table("places", places), key="price", fields=["place"])
        )
        .mark_text(align="left", fontWeight="bold")
        .encode(x=alt.value(8), y=alt.Y("place:Q", scale=None), text="label:N", color=named_colour("price", colours)),
    ).properties(height=340)
    at = rows[(rows["rate"] - given.rate).abs() < 1e-9].set_index(["price", "years"])["growth"]
    listed = "; ".join(
        f"{price}: " + ", ".join(f"{at[price, n]:.1%} for {n} years" for n in horizons) for price in prices
    )
    rate = Number(given.rate, ".0%")

    def found(horizon: str) -> str:
        points = 100 * (at[prices[-1], int(horizon)] - at[prices[-2], int(horizon)])
        return (
            f"{prices[-1].split(',')[0]}’s {'fall' if day.change < 0 else 'rise'} of {abs(day.change):.0%} in a day was a "
            f"{'cut' if points < 0 else 'rise'} of {abs(points):.1f} points in the growth that the price implied for "
            f"{horizon} years"
        )

    return Figure(
        chart=chart,
        controls=[horizon],
        finding=found,
        subtitle="Yearly growth of the cash flow at which three market values are worth it, by the discount rate",
        caption=f"Two stages: the growth drawn, for the years of the menu, then {given.terminal_growth:.0%} for ever. Cash flow: free cash flow of fiscal 2025 for NVIDIA, net income of fiscal 2000 for Cisco. The number printed is at {rate}. "
        "An implied growth translates a price; whether it comes true is another question, and no rate here is known.",
        alt=f"Three rising lines of implied growth against the discount rate, with a menu for the years of fast growth. At {rate}: {listed}.",
        sources=("market", "computed"),
        holds=day.change < 0 and day.points < 0,
        columns={"years": "years of fast growth"},
    )
