"""Figures of the first screen and of section 1: what waited, what was forecast, what fell and what stayed dark."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, row_labels, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant
from analysis.market.dates import year_of
from analysis.market.discounting import DAYS_PER_YEAR, growth_of_doubling
from analysis.market.overbuild import time_to_utilisation, utilisation

FIBRE, GPUS = theme.SYSTEMS["fibre"], theme.SYSTEMS["GPUs"]
#: An excess growth below which nothing is dark; a rounding error is no growth.
_NONE = 1e-9


@figure
def glass_and_chips(
    rows: pd.DataFrame, lit: float, lives: Mapping[str, float], growths: Sequence[float], rate: float
) -> Figure:
    """Sum the chapter up: what an overbuilt asset gets back, if it lasts for decades and if it lasts for years.

    `rows` is of :func:`analysis.market.overbuild.recovery_by_use`, `lit` the share of the fibre that was in use.
    """
    rows = significant(rows)
    colours = {"fibre": FIBRE, "GPUs": GPUS}
    words = {"fibre": f"glass, {lives['fibre']:.0f} years", "GPUs": f"chips, {lives['GPUs']:.0f} years"}
    x = alt.X(
        "used:Q",
        title="share of the capacity in use when building stops",
        scale=alt.Scale(type="log", domain=[0.01, 1], nice=False),
        axis=alt.Axis(values=[0.01, 0.03, 0.1, 0.3, 1], format="~%"),
    )
    y = alt.Y("share:Q", **ticks("value recovered, share of full use", 0, 1, [0, 0.25, 0.5, 0.75, 1], format="%"))
    nearest = (rows["used"] - lit).abs()
    at = rows[nearest == nearest.min()].assign(label=lambda t: [f"{v:.0%}" for v in t["share"]])
    at["colour"] = at["asset"].map(colours)
    then = pd.DataFrame({"used": [lit], "share": [0.97], "label": [f"fibre, 2001: {lit:.1%}"]})
    names = pd.DataFrame(
        [(0.033, 0.81, words["fibre"], FIBRE), (0.13, 0.11, words["GPUs"], GPUS)],
        columns=["used", "share", "label", "colour"],
    )
    chart = alt.layer(
        alt.Chart(table("shares", rows))
        .mark_area(opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=named_colour("asset", colours)),
        alt.Chart(table("then", then[["used"]]))
        .mark_rule(strokeDash=theme.THEORY_DASH, color=theme.PUBLISHED)
        .encode(x=alt.X("used:Q")),
        alt.Chart(table("shares", rows)).mark_line().encode(x=x, y=y, color=named_colour("asset", colours)),
        alt.Chart(table("then and now", at[["asset", "used", "share"]]))
        .mark_point(size=80, opacity=1)
        .encode(x=x, y=y, color=named_colour("asset", colours)),
        labels("label of then", then, x, y, theme.PUBLISHED),
        labels("recovered", at[["used", "share", "label"]], x, y, theme.INK, dx=9, dy=6),
        labels("names", names, x, y, dx=0),
    ).properties(height=340)
    found = at.set_index("asset")
    return Figure(
        chart=chart,
        title=f"While prices hold, glass of which {Number(lit, '.1%')} is in use recovers {Number(found.loc['fibre', 'share'], '.0%')} of its value, chips {Number(found.loc['GPUs', 'share'], '.0%')}",
        subtitle="Present value that an overbuilt asset still earns, by the share of it in use at the start",
        caption=f"Lines: demand grows {growths[1]:.0%} a year, bands: {growths[0]:.0%} to {growths[2]:.0%}; "
        f"money is discounted at {rate:.0%}. Each unit in use is assumed to earn the same every year. In the fibre bust prices fell instead, and with a fall like that glass is worth no more than "
        "chips; below the reader can put it in. Which share of today’s GPUs is idle we have not found published.",
        alt=f"Two rising curves of value recovered against share in use. At the {lit:.1%} of fibre in use in 2001 an asset of {lives['fibre']:.0f} years recovers {found.loc['fibre', 'share']:.0%} "
        f"({found.loc['fibre', 'low']:.0%} to {found.loc['fibre', 'high']:.0%}), one of {lives['GPUs']:.0f} years {found.loc['GPUs', 'share']:.0%} "
        f"({found.loc['GPUs', 'low']:.0%} to {found.loc['GPUs', 'high']:.0%}). Both reach {rows['share'].max():.0%} where all is in use.",
        sources=("market", "computed"),
        holds=bool(found.loc["fibre", "low"] > found.loc["GPUs", "high"]),
    )


@figure
def forecast_error(years: np.ndarray, published: tuple[float, float], forecast: float, growth: float) -> Figure:
    """Let the reader build for one growth and meet another.

    `published` is the range of the share in use, `forecast` and `growth` the claimed and the measured rate of growth
    (continuous, a year) at which the sliders start.
    """
    rows = pd.DataFrame({"year": np.round(years, 2)})
    days, measured_days = (round(DAYS_PER_YEAR * np.log(2) / g) for g in (forecast, growth))
    controls = [
        slider("planned", "Planned: doubling every", 50, 730, 1, days, "{} days"),
        slider("actual", "Measured: doubling every", 100, 1095, 1, measured_days, "{} days"),
        slider("technology", "Better lasers, capacity", 1, 4, 0.1, 1, "× {} a year"),
    ]
    rate = "(365.25 * LN2 / planned + log(technology) - 365.25 * LN2 / actual)"
    x = alt.X("year:Q", **ticks("years of building by the forecast", 0, 4, [0, 1, 2, 3, 4], format="d"))
    y = alt.Y(
        "share:Q",
        **ticks(
            "share of the capacity in use",
            0.001,
            1,
            [0.001, 0.01, 0.1, 1],
            "ten times less",
            labelExpr="format(datum.value, '~%')",
        ),
    )
    low, high = published
    seen = pd.DataFrame(
        {"low": [low], "high": [high], "year": [3.95], "share": [(low * high) ** 0.5], "label": ["published, 2001–02"]}
    )
    said = alt.Chart(table("crossing", pd.DataFrame({"which": ["crossing"]}))).transform_calculate(
        label=f"{rate} > 0 ? 'down to {low:.1%} after ' + format(-log({low:g}) / {rate}, '.1f') + ' years' : 'no excess: demand keeps up'"
    )
    chart = alt.layer(
        alt.Chart(table("published", seen[["low", "high"]]))
        .mark_rect(color=theme.PUBLISHED, opacity=0.2)
        .encode(y=alt.Y("low:Q"), y2="high:Q"),
        labels("label of the published", seen, x, y, theme.PUBLISHED, align="right", dx=0),
        alt.Chart(table("years", rows))
        .transform_calculate(share=f"min(1, exp(-{rate} * datum.year))")
        .mark_line(color=FIBRE, clip=True)
        .encode(x=x, y=y),
        said.mark_text(align="right", baseline="top", color=theme.INK).encode(
            x=alt.value("width"), y=alt.value(6), text="label:N"
        ),
    ).properties(height=320)
    crossing = time_to_utilisation(low, forecast, growth) if forecast > growth else np.inf
    built = round(min(crossing, np.max(years)))
    left = utilisation(built, forecast, growth)
    most = float(np.max(years))

    def found(planned: float, actual: float, technology: float) -> str:
        rates = growth_of_doubling(planned), growth_of_doubling(actual), math.log(technology)
        excess = rates[0] + rates[2] - rates[1]
        if excess <= _NONE:
            return "Building for this forecast leaves nothing dark: demand keeps up"
        if (when := time_to_utilisation(low, *rates)) <= most:
            return f"Building for this forecast leaves {low:.1%} of the fibre in use after {when:.1f} years"
        return f"After {in_words(most)} years of building for this forecast {utilisation(most, *rates):.0%} of the fibre is in use"

    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"{rate} <= {_NONE} ? 'Building for this forecast leaves nothing dark: demand keeps up' : -log({low:g}) / {rate} <= {most:g} ? "
        f"'Building for this forecast leaves {low:.1%} of the fibre in use after ' + format(-log({low:g}) / {rate}, '.1f') + ' years' : "
        f"'After {in_words(most)} years of building for this forecast ' + format(exp(-{most:g} * {rate}), '.0%') + ' of the fibre is in use'",
        subtitle="Share of the capacity in use when building follows a forecast and demand does not",
        caption=f"The sliders start at the forecast of the time, a doubling every {days} days, and at what was measured, one every {measured_days} days. The model knows only the growth rates: all is in use at the start, everybody builds by the same forecast, "
        "nothing is taken down. Better lasers multiply what each fibre carries and come on top.",
        alt=f"Falling line of the share in use over {in_words(np.max(years))} years of building, with sliders for planned and measured doubling times and for better lasers. At the start values the share falls to {low:.1%} after {crossing:.2f} years; "
        f"the published shares of 2001 and 2002, {low:.1%} to {high:.0%}, are shaded.",
        sources=("market", "computed"),
        data=rows.assign(share=utilisation(rows["year"], forecast, growth)),
        holds=bool(np.isclose(left, low, rtol=0.1)),
    )


@figure
def falls(boom: pd.DataFrame, rent: pd.Series) -> Figure:
    """Draw what was left of prices and sales after the boom, and of the rent of a GPU.

    `boom` is of :func:`analysis.market.history.falls`, `rent` a row of :func:`analysis.market.rents.changes`.
    """
    fibre = boom.assign(system="fibre", when=[f"{r.start}–{r.end % 100:02d}" for r in boom.itertuples()])
    gpu = ("rent of an H100", "GPUs", 1 + rent["change"], f"{rent['start'][:4]}–{rent['end'][2:4]}")
    columns = ["what", "system", "left", "when"]
    rows = significant(pd.concat([fibre[columns], pd.DataFrame([gpu], columns=columns)], ignore_index=True))
    order = list(rows["what"])
    y = alt.Y("what:N", sort=order, axis=None)
    x = alt.X("left:Q", **ticks("what was left, share of the start", 0, 0.3, [0, 0.1, 0.2, 0.3], format="%"))
    said = rows.assign(label=[f"{r.what}, {r.when}: {r.left:.0%}" for r in rows.itertuples()])
    chart = alt.layer(
        alt.Chart(table("falls", rows))
        .mark_bar(height=14)
        .encode(x=x, y=y, color=named_colour("system", {"fibre": FIBRE, "GPUs": GPUS})),
        row_labels("names", said[["what", "label"]], y, dy=-17),
    ).properties(height=46 * len(rows))
    then = rows.loc[rows["system"] == "fibre", "left"]
    now = rows.loc[rows["system"] == "GPUs", "left"].iloc[0]
    return Figure(
        chart=chart,
        title=f"After the fibre boom {then.min():.0%} to {then.max():.0%} of prices and sales was left, of an H100’s rent {now:.0%} by {rent['end'][:4]}",
        subtitle="Prices and sales at the end of each fall, as a share of where it began",
        caption="Amber: the fibre boom. Blue: the rent of an H100. The years differ, and so does what they mean: bandwidth got cheaper to make as well as too plentiful, "
        "and an H100 is let for less because better chips came. A share of the price of a share is not one of a cost.",
        alt="Bars of what was left at the end of a fall. " + "; ".join(said["label"]) + ".",
        sources=("market", "computed"),
        holds=bool((rows["left"] < 1).all()),
    )


@figure
def dark_fibre(shares: pd.DataFrame, wait: float, upgrade: float) -> Figure:
    """Draw how much of the glass was said to be in use, year by year, beside demand that only grows.

    `shares` is of :func:`analysis.market.history.lit_shares`, `wait` the years in which demand alone would have filled
    the long-distance fibre of 2002, `upgrade` how many times as much old glass can carry with new equipment.
    """
    rows = shares.assign(year=year_of(shares["day"]))[["year", "share", "what", "at_most"]]
    distance, capacity = (
        rows[rows["what"] == what].reset_index()
        for what in ("fibre lit, long distance", "capacity in use, United States")
    )
    begun = distance.iloc[0]
    full = begun["year"] + wait
    x = alt.X("year:Q", **ticks(None, 1994.5, 2017, [2000, 2004, 2008, 2012, 2016], format="d"))
    y = alt.Y(
        "share:Q",
        **ticks(
            "share in use, of what each source counts",
            0.01,
            1,
            [0.01, 0.1, 1],
            "ten times more",
            labelExpr="format(datum.value, '~%')",
        ),
    )
    line = pd.DataFrame({"year": [begun["year"], full], "share": [begun["share"], 1.0]})
    short = ("capacity", "long distance", "Oregon", "of cables", "long distance", "capacity", "undersea", "Atlantic")
    said = rows.assign(
        label=[
            f"{'≤ ' if r.at_most else ''}{100 * r.share:.3g}% {name}"
            for r, name in zip(rows.itertuples(), short, strict=True)
        ]
    )
    places = [
        ("left", -4, 17),
        ("left", 8, 4),
        ("right", -8, 0),
        ("right", -8, -5),
        ("left", 8, 0),
        ("left", 8, 2),
        ("right", 40, 18),
        ("right", 14, -14),
    ]
    names = [
        labels(
            f"name {number}",
            said.iloc[[number]][["year", "share", "label"]],
            x,
            y,
            theme.PUBLISHED,
            align=place[0],
            dx=place[1],
            dy=place[2],
        )
        for number, place in enumerate(places)
    ]
    note = pd.DataFrame({"year": [full], "share": [0.9], "label": [f"full in {full:.0f}"]})
    chart = alt.layer(
        alt.Chart(table("demand alone", line))
        .mark_line(color=theme.THEORY, strokeDash=theme.THEORY_DASH, strokeWidth=1.4)
        .encode(x=x, y=y),
        labels("demand alone, named", note, x, y, theme.THEORY, dx=6, dy=6),
        alt.Chart(table("shares", rows))
        .mark_point(color=theme.PUBLISHED, size=80, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "at_most:N", scale=alt.Scale(domain=[False, True], range=["circle", "triangle-down"]), legend=None
            ),
            tooltip=["year:Q", "share:Q", "what:N"],
        ),
        *names,
    ).properties(height=340)
    return Figure(
        chart=chart,
        title=f"Long-distance fibre was lit faster than capacity was filled: {_change(distance)} years, against {_change(capacity)}",
        subtitle="Published shares of fibre lit or of its capacity in use, and a doubling every year",
        caption=f"Circles: shares; triangles: “at most”. Long-distance fibre lit and capacity in use are two measures, and the undersea shares are another: what old cables could carry with new equipment, up to {upgrade:.0f} times as much as before. "
        "Dashed: the share of 2002, doubling every year. We found no such share of a later year.",
        alt="Scatter of published shares in use by year, on a logarithmic axis. "
        + "; ".join(
            f"{r.year:.0f}, {r.what}: {'at most ' if r.at_most else ''}{r.share:.1%}" for r in rows.itertuples()
        )
        + f". A dashed line of doubling demand fills all of it in {full:.0f}.",
        sources=("market", "computed"),
        holds=bool(_growth(distance) > _growth(capacity) > 1),
        columns={"year": "date, as a year with its fraction"},
    )


def _growth(shares: pd.DataFrame) -> float:
    """Factor a year between the first and the last published share."""
    years = shares["year"].iloc[-1] - shares["year"].iloc[0]
    return float((shares["share"].iloc[-1] / shares["share"].iloc[0]) ** (1 / years))


def _change(shares: pd.DataFrame) -> str:
    """From which share to which, and in how many years, for a sentence."""
    first, last = shares.iloc[0], shares.iloc[-1]
    return (
        f"from {Number(first['share'], '.1%')} to {Number(last['share'], '.0%')} in {last['year'] - first['year']:.1f}"
    )
