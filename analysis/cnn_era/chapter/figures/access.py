"""Figures of section 6: AlexNet's accuracy in dollars, and networks made for one task."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from analysis.cnn_era.chapter.figures.look import ERAS, log_ticks
from analysis.kit import theme
from analysis.kit.charts import labels, named_shape
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant

#: Points of accuracy that a network may lose and still "do".
_CLOSE = 2.0


@figure
def dollars(costs: pd.DataFrame, rents: pd.DataFrame) -> Figure:
    """Draw what AlexNet's accuracy cost in dollars, bought and rented."""
    rows = significant(costs.assign(rent=rents["dollars"]).drop(columns=["flop", "year"]))
    kinds = {
        "rent": ("rented in the cloud", theme.CHAOTIC),
        "own": ("bought, share of its life", ERAS["CNN"]),
        "same_cards": ("bought in 2012", theme.PUBLISHED),
    }
    long = pd.concat(
        rows[["model", "date"]].assign(kind=words, dollars=rows[column], colour=colour)
        for column, (words, colour) in kinds.items()
    )
    long["date"] = long["date"].dt.strftime("%Y-%m-%d")
    band = rows[["date", "low", "high"]].assign(date=rows["date"].dt.strftime("%Y-%m-%d"))
    x = alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(domain=["2012-01-01", "2021-12-31"]),
        axis=alt.Axis(format="%Y", values=[f"{y}-01-01" for y in (2012, 2014, 2016, 2018, 2020)]),
    )
    y = alt.Y(
        "dollars:Q",
        **log_ticks(
            ["dollars to AlexNet’s accuracy", "(each step is ten times less)"],
            (0.003, 1500),
            [0.01, 0.1, 1, 10, 100, 1000],
            labelExpr="datum.value < 1 ? format(datum.value, '~g') : format(datum.value, ',d')",
        ),
    )
    ends = long.groupby("kind", sort=False).tail(1)
    ends["label"] = [_price(r.dollars) for r in ends.itertuples()]
    starts = long.groupby("kind", sort=False).head(1)
    starts = starts.assign(label=[f"{r.kind}: {_price(r.dollars)}" for r in starts.itertuples()])
    colour = alt.Color("colour:N", scale=None)
    marks = zip((words for words, _ in kinds.values()), ["triangle-up", "circle", "square"], strict=True)
    shape = named_shape("kind", dict(marks), columns=1, grey=True)
    chart = alt.layer(
        alt.Chart(table("range", band))
        .mark_area(color=ERAS["CNN"], opacity=0.16)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(table("dollars", long)).mark_line().encode(x=x, y=y, color=colour, detail="kind:N"),
        alt.Chart(table("dollars", long))
        .mark_point(size=65, opacity=1)
        .encode(x=x, y=y, color=colour, shape=shape, tooltip=["model:N", "date:T", "kind:N", "dollars:Q"]),
        labels("ends", ends, x, y, dx=8),
        labels(
            "first rent",
            starts[starts["kind"] == "rented in the cloud"].assign(label=lambda t: [_price(v) for v in t["dollars"]]),
            x,
            y,
            dx=8,
            dy=-6,
        ),
        labels(
            "first purchase",
            starts[starts["kind"] == "bought, share of its life"].assign(
                label=lambda t: [_price(v) for v in t["dollars"]]
            ),
            x,
            y,
            dx=-6,
            dy=44,
        ),
    ).properties(height=340)
    first, last = rows.iloc[0], rows.iloc[-1]
    years = (last["date"] - first["date"]).days / 365.25
    rent, networks = first["rent"] / last["rent"], first["same_cards"] / last["same_cards"]
    by_networks = math.log(networks) / math.log(rent)
    listed = "; ".join(
        f"{r.model}, {r.date:%B %Y}: rented {_price(r.rent)}, owned {_price(r.own)}, on cards of 2012 {_price(r.same_cards)}"
        for r in rows.itertuples()
    )
    return Figure(
        chart=chart,
        title=f"From {_price(first['rent'])} to {_price(last['rent'])} of rent in {in_words(years)} years; {Number(by_networks, '.0%')} of that, in logarithms, is better networks",
        subtitle="Dollars for the cheapest run to AlexNet’s accuracy, rented by the hour or as a share of a card’s life",
        caption="Rent: the newest machine of three on offer. Bought: cards at the year’s price, for the part of their life that the run takes; the band holds the price trend, the life and the share of the peak that training reaches, all stated in the source. "
        "Grey: the same with cards of 2012, so that only networks and recipes change. Electricity, people and failed runs are left out; the later networks use their cards less well, so that their costs are lower bounds.",
        alt=f"Three falling lines of dollars by year on a logarithmic axis. {listed}.",
        sources=("hernandez2020", "hobbhahn2022", "cnn_era", "cnn_era_hernandez_brown", "computed"),
        data=long.merge(band.assign(kind=kinds["own"][0]), how="left").drop(columns="colour"),
        holds=bool(1 < networks < rent),
    )


def _price(value: float) -> str:
    if value >= 10:
        return f"${value:,.0f}"
    return f"${value:.2f}" if value >= 0.1 else f"${value:.3f}"


@figure
def one_task(dogs: pd.DataFrame) -> Figure:
    """Hold networks for one narrow task against the large network of their day."""
    rows = dogs.assign(parameters=dogs["printed_parameters"])
    rows = significant(rows[["name", "top1", "millions", "parameters"]])
    x = alt.X(
        "millions:Q",
        **log_ticks(
            ["million multiply-adds for one image", "(each step is ten times more)"],
            (150, 12000),
            [300, 1000, 3000, 10000],
            format=",d",
        ),
    )
    y = alt.Y("top1:Q", title="breeds named rightly (%)", scale=alt.Scale(domain=[79.8, 84.6], nice=False))
    colours = {True: theme.PUBLISHED, False: ERAS["CNN"]}
    data = rows.assign(colour=[colours[name.startswith("Inception")] for name in rows["name"]], label=rows["name"])
    left = data["name"].str.startswith("Inception") | data["name"].str.endswith("1, 192")
    chart = alt.layer(
        alt.Chart(table("networks", data))
        .mark_point(size=85, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("colour:N", scale=None),
            tooltip=["name:N", "top1:Q", "millions:Q", "parameters:Q"],
        ),
        labels("labels of most", data[~left & ~data["name"].str.contains("0.75, 224")], x, y, dx=8, dy=8),
        labels("label above", data[data["name"].str.contains("0.75, 224")], x, y, dx=-34, dy=-13),
        labels("labels on the other side", data[left & data["name"].str.startswith("Inc")], x, y, align="right", dx=-8),
        labels("label below", data[left & ~data["name"].str.startswith("Inc")], x, y, dx=8, dy=8),
    ).properties(height=260)
    large, small = rows.iloc[0], rows.iloc[1]
    lost = large["top1"] - small["top1"]
    listed = "; ".join(
        f"{r.name}: {r.top1:.1f} %, {r.millions:,.0f} million multiply-adds" for r in rows.itertuples(index=False)
    )
    return Figure(
        chart=chart,
        title=f"For one narrow task a network of a phone’s size does: {large['millions'] / small['millions']:.0f} times less work for {lost:.1f} points",
        subtitle="Telling breeds of dog apart: accuracy against multiply-adds, large network (grey) and MobileNets",
        caption="Published accuracies; the multiply-adds of the MobileNets are our counts with a class for each breed, that of Inception v3 is printed in the same table. The small networks saw more pictures, collected from the web with noisy labels, "
        "so that part of the closeness is data. A MobileNet’s two numbers are its width and its image size.",
        alt=f"Scatter plot of accuracy against multiply-adds. {listed}.",
        sources=("howard2017", "computed"),
        columns={"parameters": "parameters, millions"},
        holds=bool(small["millions"] < large["millions"] and lost <= _CLOSE),
    )
