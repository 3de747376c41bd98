"""Figures of new machines: chips by year, joules from a bit to a memory, our card's products, the door of a qubit."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, theory, ticks
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, significant
from analysis.toolbox.chips import growth, trends

#: Measures of the first panel of `chips`, with name, colour and dash.
_GREW = {
    "bf16": ("arithmetic", theme.COMPUTED, [1, 0]),
    "bandwidth": ("bandwidth", theme.ORDERED, [8, 3]),
    "per_watt": ("for a watt", theme.CHAOTIC, [5, 2, 1, 2]),
    "watts": ("power", theme.PUBLISHED, [2, 2]),
}
#: Colour and shape of a maker, and the chip beside which its name stands.
_MAKERS = {
    "NVIDIA": (theme.COMPUTED, "circle", "V100"),
    "AMD": (theme.CHAOTIC, "square", "MI250X"),
    "Google": (theme.ORDERED, "triangle-up", "TPU v2"),
}


@figure
def chips(rows: pd.DataFrame, line: Sequence[str]) -> Figure:
    """Draw what grew from chip to chip along one maker's `line`, and the arithmetic of a watt of all in `rows`."""
    grew = trends(line)
    ours = rows[rows["chip"].isin(line)].sort_values("date")
    first, last = ours.iloc[0], ours.iloc[-1]
    times = significant(
        pd.DataFrame(
            [
                {"chip": each.chip, "year": each.year, "what": name, "times": getattr(each, measure) / first[measure]}
                for measure, (name, _, _) in _GREW.items()
                for each in ours.itertuples()
            ]
        )
    )
    names = [name for name, _, _ in _GREW.values()]
    colours = {name: colour for name, colour, _ in _GREW.values()}
    scale = alt.Scale(domain=names, range=[dash for _, _, dash in _GREW.values()])
    x = alt.X("year:Q", **ticks("year of release", 2016.8, 2029.6, [2018, 2020, 2022, 2024], format="d"))
    y = alt.Y("times:Q", **ticks(f"times the {first.chip}’s", 0.75, 24, [1, 2, 4, 8, 16], step="twice as much"))
    ends = times[times["chip"] == last.chip]
    said = ends.assign(
        label=[
            f"{amount:.{0 if amount > 9.5 else 1}f} × {what}"
            for what, amount in zip(ends["what"], ends["times"], strict=True)
        ],
        colour=ends["what"].map(colours),
    )
    most = times[times["what"] == names[0]].assign(label=lambda t: t["chip"])
    grown = alt.layer(
        alt.Chart(table("what grew", times))
        .mark_line(strokeWidth=1.8, point={"size": 45, "opacity": 1})
        .encode(
            x=x,
            y=y,
            color=named_colour("what", colours),
            strokeDash=alt.StrokeDash("what:N", scale=scale, legend=None),
            tooltip=["chip:N", "what:N", "times:Q"],
        ),
        labels("names of what grew", said, x, y, dx=8),
        labels("names of the chips", most.iloc[1:], x, y, theme.QUIET, align="right", dx=-8, dy=-4),
        labels("name of the first chip", most.iloc[:1], x, y, theme.QUIET, dx=-2, dy=15),
    ).properties(height=320)
    found = growth(rows["date"], rows["per_watt"])
    drawn = significant(rows[["chip", "maker", "year", "per_watt"]])
    ends = np.array([drawn["year"].min(), drawn["year"].max()])
    fit = np.polyfit(rows["year"], np.log(rows["per_watt"]), 1)
    fitted = pd.DataFrame({"year": ends, "per_watt": np.exp(np.polyval(fit, ends))})
    makers = drawn[drawn["chip"].isin([chip for _, _, chip in _MAKERS.values()])]
    makers = makers.assign(label=makers["maker"], colour=[_MAKERS[maker][0] for maker in makers["maker"]])
    across = alt.X("year:Q", **ticks("year of release", 2016.8, 2026.8, [2018, 2020, 2022, 2024, 2026], format="d"))
    up = alt.Y(
        "per_watt:Q",
        **ticks("arithmetic of a watt, TFLOP/s", 0.12, 4.2, [0.25, 0.5, 1, 2, 4], step="twice as much", format="~g"),
    )
    watts = alt.layer(
        theory("fit", significant(fitted), across, up),
        alt.Chart(table("chips", drawn))
        .mark_point(size=65, opacity=1)
        .encode(
            x=across,
            y=up,
            color=named_colour("maker", {maker: colour for maker, (colour, _, _) in _MAKERS.items()}),
            shape=alt.Shape(
                "maker:N",
                scale=alt.Scale(domain=list(_MAKERS), range=[shape for _, shape, _ in _MAKERS.values()]),
                legend=None,
            ),
            tooltip=["chip:N", "maker:N", "per_watt:Q"],
        ),
        labels("first maker", makers[makers["maker"] == "NVIDIA"], across, up, dx=-8, dy=-15),
        labels("makers", makers[makers["maker"] != "NVIDIA"], across, up, dx=10, dy=4),
    ).properties(height=320)
    line_words = ", ".join(f"{name} {grew.loc[measure, 'times']:.1f} times" for measure, (name, _, _) in _GREW.items())
    spans = ", ".join(
        f"{name} {grew.loc[m, 'doubling']:.1f} years ({grew.loc[m, 'low']:.1f} to {grew.loc[m, 'high']:.1f})"
        for m, (name, _, _) in _GREW.items()
    )
    arithmetic, watt, power = (float(grew.loc[m, "times"]) for m in ("bf16", "per_watt", "watts"))
    return Figure(
        chart=alt.concat(grown, watts, columns=2).resolve_scale(color="independent", shape="independent"),
        title=f"{arithmetic:.0f} times the arithmetic of {first.chip} is {watt:.1f} times the arithmetic of a watt, and {power:.1f} times the watts",
        holds=bool(abs(watt * power / arithmetic - 1) < 1e-9 and found.low > 0 and np.isfinite(found.high)),
        subtitle=f"Peak arithmetic in 16 bits, dense, of {in_words(len(ours))} chips of one maker and what goes with it; and that of a watt for {len(rows)} chips of three makers",
        caption=f"First panel: doubling times by least squares through {in_words(len(ours))} chips, with 95 % intervals: {spans}. Second: dashed, the fit through all {len(rows)} chips, which doubles in {found.doubling:.1f} years "
        f"({found.low:.1f} to {found.high:.1f}). Peaks and watts are what data sheets and tables print, second-hand; Google states no watts, and Epoch derives them from its ratios. A chip in use reaches less: the next picture measures one.",
        alt=f"Two panels. From {first.chip} to {last.chip}, rising lines: {line_words}. In the second, points of {len(rows)} chips from {drawn['per_watt'].min():.2f} to {drawn['per_watt'].max():.2f} "
        f"teraflop a second for each watt, rising about a dashed line from {fitted['per_watt'].iloc[0]:.2f} to {fitted['per_watt'].iloc[1]:.2f}.",
        columns={"what": "what grew", "chip": "chip", "maker": "maker"},
        sources=("toolbox_chips", "epochhardware", "nvidiah100", "computed"),
    )
