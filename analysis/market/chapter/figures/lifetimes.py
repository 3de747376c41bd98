"""Figures of section 3: what an asset gets back by its life, and what depreciation says of growth."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import by_width, labels, named_colour, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, significant
from analysis.market.browser import recovery_expressions, share_expression
from analysis.market.depreciation import Mix
from analysis.market.overbuild import present_value_share

FIBRE, GPUS = theme.SYSTEMS["fibre"], theme.SYSTEMS["GPUs"]
#: Two shares that differ by less than this are told as alike.
_LITTLE = 0.05


@figure
def recovered(
    lives: np.ndarray, used: float, growth: float, rate: float, marked: tuple[float, float], fall: float
) -> Figure:
    """Let the reader move what the recovery of an overbuilt asset depends on.

    The sliders start at `used` and `growth` (a year, compounded) and at `rate` (continuous), and at a price that holds;
    the lives of a chip and of glass are marked, and `fall` is the yearly fall of the price that the caption tries.
    """
    controls = [
        slider("used", "In use at the start", 1, 100, 1, round(100 * used), "{} %"),
        slider("growth", "Demand grows", 0, 150, 5, round(100 * growth), "{} % a year"),
        slider("fall", "Price of the service falls", 0, 70, 5, 0, "{} % a year"),
        slider("rate", "Discount rate", 1, 25, 1, round(100 * rate), "{} %"),
    ]
    rows = pd.DataFrame({"life": np.round(lives, 2)})
    x = alt.X("life:Q", title="life of the asset, years", scale=alt.Scale(domain=[0, 30], nice=False))
    y = alt.Y("share:Q", **ticks("value recovered, share of full use", 0, 1.25, [0, 0.25, 0.5, 0.75, 1], format="%"))

    def computed(name: str, data: pd.DataFrame) -> alt.Chart:
        chart = alt.Chart(table(name, data))
        for field, expression in recovery_expressions().items():
            chart = chart.transform_calculate(**{field: expression})
        return chart

    marks = pd.DataFrame(
        {
            "life": list(marked),
            "colour": [GPUS, FIBRE],
            "name": [f"a chip, {marked[0]:.0f} years: ", f"glass, {marked[1]:.0f} years: "],
            "place": [10.0, 28.0],
        }
    )
    named = computed("names", marks).transform_calculate(label="datum.name + format(datum.share, '.0%')")
    colour = alt.Color("colour:N", scale=None)
    chart = alt.layer(
        computed("lives", rows).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        computed("marked lives", marks[["life", "colour"]])
        .mark_point(size=110, opacity=1)
        .encode(x=x, y=y, color=colour),
        named.mark_text(align="left", fontWeight="bold").encode(
            x=alt.value(8), y=alt.Y("place:Q", scale=None), color=colour, text="label:N"
        ),
    ).properties(height=320)
    still = present_value_share(used, np.log1p(growth), rate, marked)
    falling = present_value_share(used, np.log1p(growth), rate - np.log1p(-fall), marked)

    def found(used: float, growth: float, fall: float, rate: float) -> str:
        chip, glass = present_value_share(
            used / 100, np.log1p(growth / 100), rate / 100 - np.log1p(-fall / 100), np.array(marked)
        )
        what = (
            "a long life makes little difference"
            if abs(glass - chip) <= _LITTLE
            else "a long life is worth less"
            if glass < chip
            else "a long life helps while the price holds"
            if fall == 0
            else "a long life helps although the price falls"
        )
        return f"Glass recovers {glass:.0%} of its value in full use and a chip {chip:.0%}: {what}"

    chip, glass = (share_expression(life) for life in marked)
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'Glass recovers ' + format({glass}, '.0%') + ' of its value in full use and a chip ' + format({chip}, '.0%') + ': ' + "
        f"(abs({glass} - {chip}) <= {_LITTLE} ? 'a long life makes little difference' : {glass} < {chip} ? 'a long life is worth less' : "
        "fall == 0 ? 'a long life helps while the price holds' : 'a long life helps although the price falls')",
        subtitle="Present value that an overbuilt asset recovers, by its life, with assumptions of your choice",
        caption=f"Move the third slider to {100 * fall:.0f}, the yearly fall of bandwidth prices at the end of the boom: the curve goes flat, and a longer life adds nothing. "
        "No competitor enters, the asset works as new until its last day, and once full it stays full.",
        alt=f"Rising curve of value recovered against life, with four sliders. At {used:.0%} in use and {growth:.0%} growth a chip of {marked[0]:.0f} years recovers {still[0]:.0%} and glass of {marked[1]:.0f} years {still[1]:.0%}; "
        f"with prices that fall {fall:.0%} a year it is {falling[0]:.0%} and {falling[1]:.0%}.",
        sources=("computed",),
        data=rows.assign(share=present_value_share(used, np.log1p(growth), rate, rows["life"])),
        holds=bool(still[1] > still[0] and falling[1] - falling[0] < 0.1 * (still[1] - still[0])),
    )


@figure
def depreciation(
    ratios: pd.DataFrame, observed: float, implied: Mapping[str, float], bought: Mapping[str, Mix]
) -> Figure:
    """Read the growth of spending off the ratio of depreciation to spending.

    `ratios` is of :func:`analysis.market.depreciation.ratios_by_growth`, `implied` of
    :func:`analysis.market.depreciation.growth_by_mix` at the `observed` ratio, both of what is `bought`: servers of two
    lives, and servers with buildings.
    """
    rows = significant(ratios)
    seen = significant(pd.DataFrame({"life": list(implied), "growth": list(implied.values()), "ratio": observed}))
    colours = dict(zip(implied, (GPUS, theme.CHAOTIC, theme.BASELINE), strict=True))
    x = alt.X("growth:Q", **ticks("steady growth of capital spending, a year", 0, 1.5, [0, 0.5, 1, 1.5], format="%"))
    y = alt.Y("ratio:Q", **ticks("depreciation over capital spending", 0, 1.05, [0, 0.25, 0.5, 0.75, 1], format="%"))
    line = pd.DataFrame({"ratio": [observed], "growth": [1.48], "label": [f"five firms: {observed:.0%}"]})
    named = seen.assign(
        label=[f"{r.life}: {r.growth:.0%}" for r in seen.itertuples()], colour=seen["life"].map(colours)
    ).set_index("life", drop=False)
    places = dict(
        zip(
            implied,
            (("left", 2, -14), ("center", by_width(46, 0), 50), ("center", by_width(-20, -60), 50)),
            strict=True,
        )
    )
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
    alone = " or ".join(f"{lives[0]:.0f}" for lives, _ in bought.values() if len(lives) == 1)
    (server, building), (_, part) = list(bought.values())[-1]
    return Figure(
        chart=chart,
        title=f"If {Number(observed, '.0%')} of steadily growing spending is depreciation, it grows by {Number(min(implied.values()), '.0%')} to {Number(max(implied.values()), '.0%')} a year, the less the longer what is bought lasts",
        subtitle="Depreciation as a share of capital spending in steady growth, by what is bought",
        caption=f"Curves: straight-line depreciation of spending that has grown at one rate for at least a life; servers of {alone} years, or servers of {server:.0f} with {part:.0%} for buildings and network, taken as if they lasted {building:.0f}. Grey: what five large firms reported together. Read off where they meet. "
        "Machines that are bought but not yet switched on lower the ratio too, so the growth is rather too high.",
        alt=f"Three falling curves of depreciation over capital spending. The observed ratio of {observed:.2f} implies {listed}.",
        sources=("wiresift2026", "sherwood2026", "computed"),
        holds=bool(min(implied.values()) > 0 and (np.diff(list(implied.values())) < 0).all()),
    )
