"""Figures of section 3: what an asset gets back by its life, and what depreciation says of growth."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, slider
from analysis.kit.figure import Figure, figure, table
from analysis.market.chapter import study
from analysis.market.chapter.figures.look import FIBRE, GPUS, annuity_expression
from analysis.market.overbuild import present_value_share


def recovery_expressions() -> dict[str, str]:
    """Vega expressions of :func:`analysis.market.overbuild.present_value_share`, by calculated field, in order.

    They use the sliders ``used`` (per cent), ``growth``, ``fall`` (per cent a year, compounded) and ``rate`` (per cent,
    continuous) and the field ``life``.
    """
    g, r = "(log(1 + growth / 100) + 1e-9)", "(rate / 100 - log(1 - fall / 100))"
    return {
        "full": f"min(datum.life, -log(used / 100) / {g})",
        "share": (
            f"(used / 100 * {annuity_expression('datum.full', f'{r} - {g}')}"
            f" + exp(-{r} * datum.full) * {annuity_expression('datum.life - datum.full', r)})"
            f" / ({annuity_expression('datum.life', r)})"
        ),
    }


@figure(study.lifetimes)
def recovered(rows: pd.DataFrame) -> Figure:
    """Let the reader move what the recovery of an overbuilt asset depends on."""
    controls = [
        slider("used", "In use at the start, per cent", 1, 100, 1, 25),
        slider("growth", "Demand grows, per cent a year", 0, 150, 5, 40),
        slider("fall", "Price of the service falls, per cent a year", 0, 70, 5, 0),
        slider("rate", "Discount rate, per cent", 1, 25, 1, 10),
    ]
    x = alt.X("life:Q", title="life of the asset, years", scale=alt.Scale(domain=[0, 30], nice=False))
    y = alt.Y(
        "share:Q",
        title="value recovered, share of full use",
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        scale=alt.Scale(domain=[0, 1.25], nice=False),
    )

    def computed(name: str, data: pd.DataFrame) -> alt.Chart:
        chart = alt.Chart(table(name, data))
        for field, expression in recovery_expressions().items():
            chart = chart.transform_calculate(**{field: expression})
        return chart

    marks = pd.DataFrame(
        {
            "life": [study.CHIP, study.GLASS],
            "colour": [GPUS, FIBRE],
            "name": [f"a chip, {study.CHIP:.0f} years: ", f"glass, {study.GLASS:.0f} years: "],
            "place": [10.0, 28.0],
        }
    )
    named = computed("marked lives", marks).transform_calculate(label="datum.name + format(datum.share, '.0%')")
    colour = alt.Color("colour:N", scale=None)
    chart = alt.layer(
        computed("lives", rows).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        named.mark_point(size=110, opacity=1).encode(x=x, y=y, color=colour),
        named.mark_text(align="left", fontSize=13, fontWeight="bold").encode(
            x=alt.value(8), y=alt.Y("place:Q", scale=None), color=colour, text="label:N"
        ),
    ).properties(height=320)
    lives = np.array([study.CHIP, study.GLASS])
    still = present_value_share(0.25, np.log(1.4), study.RATE, lives)
    falling = present_value_share(0.25, np.log(1.4), study.RATE - np.log(0.35), lives)
    return Figure(
        chart=chart.add_params(*controls),
        title="A long life helps only as long as the price of what the asset does holds",
        subtitle="Present value that an overbuilt asset recovers, by its life, with assumptions of your choice",
        caption="Move the third slider to 65, the yearly fall of bandwidth prices at the end of the boom: the curve goes flat, and decades of life are worth nothing. "
        "No competitor enters, the asset works as new until its last day, and once full it stays full.",
        alt=f"Rising curve of value recovered against life, with four sliders. At a quarter in use and 40 % growth a chip of {study.CHIP:.0f} years recovers {still[0]:.0%} and glass of {study.GLASS:.0f} years {still[1]:.0%}; "
        f"with prices that fall 65 % a year it is {falling[0]:.0%} and {falling[1]:.0%}.",
        sources=("computed",),
    )


@figure(study.depreciation)
def depreciation(rows: pd.DataFrame) -> Figure:
    """Read the growth of spending off the ratio of depreciation to spending."""
    seen = study.depreciation_implies()
    colours = {"5 years": GPUS, "6 years": theme.CHAOTIC, "with buildings": theme.BASELINE}
    x = alt.X(
        "growth:Q",
        title="steady growth of capital spending, a year",
        scale=alt.Scale(domain=[0, 1.5], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.5, 1, 1.5]),
    )
    y = alt.Y(
        "ratio:Q",
        title="depreciation over capital spending",
        scale=alt.Scale(domain=[0, 1.05], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    ratio = study.observed_ratio()
    line = pd.DataFrame({"ratio": [ratio], "growth": [1.48], "label": [f"five firms: {ratio:.0%}"]})
    named = seen.assign(
        label=[f"{r.life}: {r.growth:.0%}" for r in seen.itertuples()], colour=seen["life"].map(colours)
    ).set_index("life", drop=False)
    places = {"5 years": ("left", 2, -14), "6 years": ("center", 0, 36), "with buildings": ("right", 2, 17)}
    names = [
        labels(
            f"growth, {name}",
            named.loc[[name], ["growth", "ratio", "label", "colour"]],
            x,
            y,
            align=align,
            dx=dx,
            dy=dy,
        )
        for name, (align, dx, dy) in places.items()
    ]
    chart = alt.layer(
        alt.Chart(table("observed", line[["ratio"]]))
        .mark_rule(color=theme.PUBLISHED, strokeWidth=1.5)
        .encode(y=alt.Y("ratio:Q")),
        labels("label of the observed", line, x, y, theme.PUBLISHED, align="right", dx=0, dy=-32),
        alt.Chart(table("ratios", rows)).mark_line().encode(x=x, y=y, color=named_colour("life", colours)),
        alt.Chart(table("implied", seen))
        .mark_point(size=80, opacity=1)
        .encode(x=x, y=y, color=named_colour("life", colours)),
        *names,
    ).properties(height=320)
    listed = "; ".join(f"{r.life}: {r.growth:.0%} a year" for r in seen.itertuples())
    return Figure(
        chart=chart,
        title="Low depreciation says that the spending is young, not that the machines last",
        subtitle="Depreciation as a share of capital spending in steady growth, by what is bought",
        caption="Curves: straight-line depreciation of spending that has grown at one rate for at least a life; servers of 5 or 6 years, or servers of 6 with two fifths for buildings of 25. Grey: what five large firms reported together. Read off where they meet. "
        "Machines that are bought but not yet switched on lower the ratio too, so the growth is rather too high.",
        alt=f"Three falling curves of depreciation over capital spending. The observed ratio of {ratio:.2f} implies {listed}.",
        sources=("wiresift2026", "sherwood2026", "computed"),
    )
