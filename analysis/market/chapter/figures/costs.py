"""Figures of section 5: what an hour costs, what moves it, and what an hour was let for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, row_labels, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import significant
from analysis.market.browser import cost_expression
from analysis.market.dates import year_of
from analysis.market.ownership import Ownership, break_even_utilisation

GPUS = theme.SYSTEMS["GPUs"]
_INPUTS = {
    "used": "share of the hours in use",
    "years": "years of use",
    "capital": "capital, dollars",
    "rate": "interest a year",
    "residual": "resale, share of the capital",
    "tariff": "dollars a kilowatt-hour",
    "overhead": "PUE, the building’s overhead",
}
_FORMATS = {"used": ".0%", "capital": ",.0f", "rate": ".0%", "residual": ".0%"}


@figure
def tornado(swings: pd.DataFrame, base: float) -> Figure:
    """Draw how far each input alone moves the cost of a useful hour.

    `swings` is of :func:`analysis.market.ownership.tornado`, `base` the cost that they move.
    """
    rows = significant(swings)
    y = alt.Y("input:N", sort=list(rows["input"]), axis=None)
    shown = rows.assign(
        cheap=rows[["cost_at_low", "cost_at_high"]].min(axis=1), dear=rows[["cost_at_low", "cost_at_high"]].max(axis=1)
    )
    across: dict[str, Any] = {
        "title": "dollars a useful hour",
        "scale": alt.Scale(domain=[1, 3.7], nice=False, zero=False),
        "axis": alt.Axis(values=[1, 1.5, 2, 2.5, 3, 3.5]),
    }
    x, at = alt.X("cheap:Q", **across), alt.X("cost:Q", **across)
    said = pd.DataFrame(
        {
            "input": rows["input"],
            "label": [
                f"{_INPUTS[r.input]}: {r.low:{_FORMATS.get(r.input, 'g')}} to {r.high:{_FORMATS.get(r.input, 'g')}}"
                for r in rows.itertuples()
            ],
        }
    )
    ends = pd.concat(
        [
            pd.DataFrame(
                {"input": shown["input"], "cost": shown[end], "label": [f"{v:.2f}" for v in shown[end]], "end": end}
            )
            for end in ("cheap", "dear")
        ]
    )
    texts = [
        alt.Chart(table(f"{end} ends", ends[ends["end"] == end]))
        .mark_text(align=align, dx=dx, color=theme.INK)  # type: ignore[arg-type]
        .encode(x=at, y=y, text="label:N")
        for end, align, dx in (("cheap", "right", -5), ("dear", "left", 5))
    ]
    chart = alt.layer(
        alt.Chart(table("swings", shown[["input", "low", "high", "cheap", "dear"]]))
        .mark_bar(height=16, color=GPUS, opacity=0.75)
        .encode(x=x, x2="dear:Q", y=y),
        alt.Chart(table("base", rows[["input"]].assign(cost=round(base, 4))))
        .mark_tick(color=theme.INK, thickness=2, size=22)
        .encode(x=at, y=y),
        *texts,
        row_labels("inputs", said, y),
    ).properties(height=54 * len(rows))
    listed = "; ".join(f"{_INPUTS[r.input]} moves it from {r.cheap:.2f} to {r.dear:.2f}" for r in shown.itertuples())
    return Figure(
        chart=chart,
        title="How many hours a chip is in use moves the cost of an hour most, then for how many years",
        subtitle="Cost of owning an H100, dollars for each useful hour, one input moved at a time",
        caption="The upright marks are the example of the text. The ranges are our judgements of what owners report, and inputs that move together, such as use and resale, are moved one by one. Taxes and profit are in no bar.",
        alt=f"Tornado chart around {base:.2f} dollars an hour. {listed}.",
        sources=("market", "computed"),
        holds=list((shown["dear"] - shown["cheap"]).set_axis(shown["input"]).nlargest(2).index) == ["used", "years"],
    )


def _month(date: str) -> str:
    """A month in words.

    >>> _month("2025-10")
    'October 2025'
    """
    return pd.Period(date, "M").strftime("%B %Y")


@figure
def hour(used: np.ndarray, chip: Ownership, rents: pd.DataFrame) -> Figure:
    """Let the reader price an hour and hold it against what hours were let for.

    `used` is in per cent of the hours; the sliders start at `chip`; `rents` is of :func:`analysis.market.rents.rents`.
    """
    rows = pd.DataFrame({"used": used})
    controls = [
        slider("capital", "Capital for one chip, with its server", 15000, 70000, 1000, chip.capital, "${}"),
        slider("years", "In use for", 2, 8, 0.5, chip.years, "{} years"),
        slider("interest", "Interest", 1, 25, 1, round(100 * chip.rate, 6), "{} % a year"),
        slider("tariff", "Electricity", 0.03, 0.3, 0.01, chip.tariff, "${} a kWh"),
    ]
    x = alt.X("used:Q", title="hours in use, per cent", scale=alt.Scale(domain=[20, 100], nice=False))
    y = alt.Y("cost:Q", **ticks("dollars an hour", 0, 6, [0, 1, 2, 3, 4, 5, 6]))
    contract = rents[rents["series"] == "one-year contract"].rename(columns={"price": "cost"})
    shown = contract.iloc[[0, -1]].assign(used=100.0)
    said = shown.assign(label=[f"{r.cost:.2f}" for r in shown.itertuples()])
    grey = pd.DataFrame(
        {"label": [f"rents (grey): {_month(shown['date'].iloc[0])}, then {_month(shown['date'].iloc[1])}"]}
    )
    curve = alt.Chart(table("hours", rows)).transform_calculate(cost=cost_expression(chip))
    one = (
        alt.Chart(table("example", pd.DataFrame({"used": [100 * chip.used]})))
        .transform_calculate(cost=cost_expression(chip))
        .transform_calculate(
            label="format(datum.cost, '.2f') + ' dollars at ' + datum.used + ' per cent' + (datum.cost > 6 ? ', beyond the axis' : '')"
        )
    )
    chart = alt.layer(
        alt.Chart(table("rents", shown[["date", "cost"]]))
        .mark_rule(color=theme.PUBLISHED, strokeWidth=1.2)
        .encode(y=alt.Y("cost:Q")),
        labels("rent labels", said[["used", "cost", "label"]], x, y, theme.PUBLISHED, dx=4),
        alt.Chart(table("grey", grey))
        .mark_text(color=theme.PUBLISHED, align="right", baseline="top")
        .encode(x=alt.value("width"), y=alt.value(26), text="label:N"),
        curve.mark_line(color=GPUS, clip=True).encode(x=x, y=y),
        one.mark_point(color=GPUS, size=100, opacity=1, clip=True).encode(x=x, y=y),
        one.mark_text(color=GPUS, align="right", baseline="top", fontWeight="bold").encode(
            x=alt.value("width"), y=alt.value(6), text="label:N"
        ),
    ).properties(height=340)
    at = [(u, replace(chip, used=u).cost_per_hour()) for u in (0.4, 0.6, 0.8, 1.0)]
    listed = "; ".join(f"{u:.0%} in use: {cost:.2f}" for u, cost in at)
    needed, months = break_even_utilisation(chip, shown["cost"]), [_month(date) for date in shown["date"]]

    def found(capital: float, years: float, interest: float, tariff: float) -> str:
        owner = replace(chip, capital=capital, years=years, rate=interest / 100, tariff=tariff)
        when = [f"from {u:.0%} of hours" if u <= 1 else "never" for u in break_even_utilisation(owner, shown["cost"])]
        return f"Letting this GPU pays {when[0]} at the rent of {months[0]} and {when[1]} at that of {months[1]}"

    every_hour = cost_expression(chip).replace("datum.used", "100")
    when = [
        f"({every_hour} / {cost:.9g} <= 1 ? 'from ' + format({every_hour} / {cost:.9g}, '.0%') + ' of hours' : 'never')"
        for cost in shown["cost"]
    ]
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'Letting this GPU pays ' + {when[0]} + ' at the rent of {months[0]} and ' + {when[1]} + ' at that of {months[1]}'",
        subtitle="Cost of a useful hour by the share of hours in use, against published rents, with inputs of your choice",
        caption="Blue: what an owner must get for each useful hour to earn the interest, at one level rent over the life. Grey: what an H100 was let for at the low and after it, by one firm’s index. "
        "Rents fell and rose by tens of per cent within a year; an owner whose rents fall each year needs more at the start.",
        alt=f"Falling curve of cost against use, with sliders. {listed} dollars. Rents: "
        + "; ".join(f"{_month(r.date)}: {r.cost:.2f}" for r in shown.itertuples())
        + " dollars an hour.",
        sources=("market", "computed"),
        data=rows.assign(cost=replace(chip, used=rows["used"] / 100).cost_per_hour()),
        holds=bool((needed <= 1).all() and (needed > np.min(used) / 100).all()),
    )


@figure
def rent_history(rents: pd.DataFrame, cost: float) -> Figure:
    """Draw the published rents of an H100, one line a series, beside what an hour costs its owner.

    `rents` is of :func:`analysis.market.rents.rents`.
    """
    rows = rents.rename(columns={"price": "cost"}).assign(year=year_of(rents["day"]))
    colours = {
        "hyperscaler on demand": theme.BASELINE,
        "market offers": theme.ACCENT,
        "one-year contract": theme.COMPUTED,
        "spot index": theme.CHAOTIC,
    }
    x = alt.X("year:Q", **ticks(None, 2023, 2027, [2023, 2024, 2025, 2026, 2027], format="d"))
    y = alt.Y("cost:Q", title="dollars an hour", scale=alt.Scale(domain=[0, 13], nice=False))
    data = rows[["series", "year", "date", "cost"]]
    line = pd.DataFrame({"year": [2023.1], "cost": [round(cost, 4)], "label": [f"cost in our example: {cost:.2f}"]})
    names = pd.DataFrame(
        [
            (2024.6, 10.2, "list price of a large cloud"),
            (2023.8, 7.4, "market offers"),
            (2025.72, 1.0, "one-year contracts"),
            (2026.34, 4.7, "a spot index"),
        ],
        columns=["year", "cost", "label"],
    ).assign(colour=list(colours.values()))
    chart = alt.layer(
        alt.Chart(table("cost", line[["cost"]]))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY)
        .encode(y=alt.Y("cost:Q")),
        labels("label of the cost", line, x, y, theme.THEORY, dx=0, dy=14),
        alt.Chart(table("rents", data)).mark_line().encode(x=x, y=y, color=named_colour("series", colours)),
        alt.Chart(table("rents", data))
        .mark_point(size=60, opacity=1)
        .encode(
            x=x,
            y=y,
            color=named_colour("series", colours),
            shape=alt.Shape("series:N", legend=None),
            tooltip=["series:N", "date:N", "cost:Q"],
        ),
        labels("names", names.iloc[:2], x, y, dx=0),
        labels("more names", names.iloc[2:], x, y, align="center", dx=0),
    ).properties(height=340)
    listed = "; ".join(
        f"{series}: " + ", ".join(f"{r.cost:.2f} in {r.date}" for r in group.itertuples())
        for series, group in rows.groupby("series", sort=False)
    )
    offers, contract = (rows.loc[rows["series"] == name, "cost"] for name in ("market offers", "one-year contract"))
    return Figure(
        chart=chart,
        title=f"Market offers of an H100 fell from {offers.iloc[0]:.2f} to {offers.iloc[-1]:.2f} dollars an hour; one-year contracts later rose from {contract.iloc[0]:.2f} to {contract.iloc[-1]:.2f}",
        subtitle="Published rents of an H100, dollars an hour, by what was let",
        caption="Each line is one kind of offer from one source; lines of different kinds do not continue each other, and two indices of one month differ by a dollar. The dashed line is what our example of an owner must get for each useful hour.",
        alt=f"Lines of rent by year. {listed}. The cost of an hour in the example is {cost:.2f} dollars.",
        sources=("market", "computed"),
        holds=bool(
            (offers.diff().iloc[1:] < 0).all()
            and (contract.diff().iloc[1:] > 0).all()
            and rows["year"][contract.index].min() > rows["year"][offers.index].max()
        ),
        columns={"year": "date, as a year with its fraction"},
    )
