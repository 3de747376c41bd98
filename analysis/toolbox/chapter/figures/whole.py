"""Figures of the whole toolbox: what was promised and delivered, the part that a tool does not touch, and pairs."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import named_colour, named_shape, ticks
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, significant
from analysis.toolbox.promises import KINDS, OWN_SIZE, median_share

#: What each kind is called, and what the whole list is called.
NAMES = {"bytes": "stored bytes", "kernel": "one kernel", "step": "a whole step"}
_ALL = "all three"
_HEIGHT = 520
_PROMISED, _TOLD, _OURS = "promised", "delivered, as published", "delivered, on our H100"


def _placed(promises: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows and headings of every view: all kinds below each other, or one kind with the names of its tools."""
    rows, headings = [], []
    slots = len(promises) + 1.4 * len(KINDS)
    place = 0.0
    for kind in KINDS:
        own = promises[promises["kind"] == kind].sort_values("share", ascending=False, ignore_index=True)
        heading = f"{NAMES[kind]}: {median_share(own):.0%} kept".replace("%", " %")
        headings.append({"view": _ALL, "place": (place + 0.95) * _HEIGHT / slots, "label": heading, "kind": kind})
        for view, first, pitch in ((_ALL, place + 1.55, _HEIGHT / slots), (NAMES[kind], 0.72, _HEIGHT / len(own))):
            rows.append(own.assign(view=view, place=(first + np.arange(len(own))) * pitch))
        headings += [
            {"view": NAMES[kind], "place": (i + 0.72) * _HEIGHT / len(own), "label": _label(row), "kind": kind}
            for i, row in enumerate(own.itertuples())
        ]
        place += len(own) + 1.4
    return pd.concat(rows, ignore_index=True), pd.DataFrame(headings)


def _label(row: object) -> str:
    """A tool with both its factors."""
    promised, delivered = (f"{value:.2g}" for value in (row.promised, row.delivered))  # type: ignore[attr-defined]
    return f"{row.tool}: {promised} → {delivered}"  # type: ignore[attr-defined]


@figure
def promises(promises: pd.DataFrame, left_out: pd.DataFrame) -> Figure:
    """Draw what tools promise and deliver, by what was measured; the reader chooses the kind.

    Parameters
    ----------
    promises, left_out : DataFrame
        As :func:`analysis.toolbox.promises.promises` and ``left_out`` give them.
    """
    views = [_ALL, *(NAMES[kind] for kind in KINDS)]
    show = choice("show", "What was measured", views, _ALL)
    rows, headings = _placed(promises)
    kept = ["view", "place", "tool", "kind", "resource", "promised", "delivered", "share", "mark"]
    rows = significant(rows[kept])
    low, high = 0.07, 120
    axis = ticks("factor (1: as before; 2: twice as good)", low, high, [0.1, 1, 10, 100], "ten times more", format="~g")
    y = alt.Y("place:Q", scale=alt.Scale(domain=[0, _HEIGHT], reverse=True, nice=False), axis=None)
    long = rows.melt(
        [c for c in kept if c not in ("promised", "delivered")], ["promised", "delivered"], "what", "factor"
    )
    long["what"] = np.where(long["what"] == "promised", _PROMISED, np.where(long["mark"] == "measured", _OURS, _TOLD))
    colours = {_PROMISED: theme.THEORY, _TOLD: theme.PUBLISHED, _OURS: theme.COMPUTED}
    shapes = {_PROMISED: "diamond", _TOLD: "circle", _OURS: "square"}
    here = "datum.view == show"
    words = alt.Chart(table("names", headings)).transform_filter(here)
    chart = alt.layer(
        alt.Chart(table("promises", rows))
        .transform_filter(here)
        .mark_tick(color=theme.QUIET, orient="vertical", size=10, thickness=1, opacity=1)
        .encode(x=alt.XDatum(1, **axis), y=y),
        alt.Chart(table("promises", rows))
        .transform_filter(here)
        .mark_rule(color=theme.QUIET, strokeWidth=1.2)
        .encode(x=alt.X("promised:Q", **axis), x2="delivered:Q", y=y),
        alt.Chart(table("factors", long))
        .transform_filter(here)
        .mark_point(size=48, opacity=1)
        .encode(
            x=alt.X("factor:Q", **axis),
            y=y,
            color=named_colour("what", colours, legend=True),
            shape=named_shape("what", shapes, columns=1),
            tooltip=["tool:N", "resource:N", "what:N", "factor:Q", "share:Q"],
        ),
        words.mark_text(align="left", baseline="bottom", dy=-6, color=theme.INK).encode(
            x=alt.value(2), y=y, text="label:N"
        ),
    ).properties(height=_HEIGHT)
    medians = {kind: median_share(promises, kind) for kind in KINDS}
    ends = {kind: promises.loc[promises["kind"] == kind, "share"] for kind in KINDS}

    def found(show: str) -> str:
        if show == _ALL:
            told = [f"{medians[kind]:.0%}" for kind in KINDS]
            return f"Of what tools promise, stored bytes keep {told[0]}, kernels {told[1]} and whole steps {told[2]}"
        kind = next(kind for kind in KINDS if NAMES[kind] == show)
        worst = ends[kind].min()
        least = f"from {worst:.0%}" if worst >= 0 else "from less than nothing"
        return (
            f"{NAMES[kind].capitalize()} keeps {medians[kind]:.0%} of the promise in the median, {least} to "
            f"{ends[kind].max():.0%}"
        ).replace("Stored bytes keeps", "Stored bytes keep")

    count = len(promises)
    told = left_out.dropna(subset=["delivered"])
    wider = pd.concat([promises, told.assign(share=np.log(told["delivered"]) / np.log(told["promised"]))])
    with_them = median_share(wider, "step")
    second = int((promises["mark"] == "secondary").sum())
    own = int((promises["mark"] == "measured").sum())
    listed = "; ".join(
        f"{NAMES[kind]}: " + ", ".join(_label(row) for row in promises[promises["kind"] == kind].itertuples())
        for kind in KINDS
    )
    return Figure(
        chart=chart,
        controls=[show],
        finding=found,
        subtitle=f"Factor promised and factor delivered by {count} tools; kept is the median of log delivered over log promised",
        caption="In the list is what can be counted beforehand and was measured with and without the tool in the same program, on as many of the same machines; of several sizes, the best for the tool. "
        f"{in_words(own).capitalize()} are ours, from one card at size {OWN_SIZE:,}; {second} we know second-hand. {in_words(len(left_out)).capitalize()} more are left out because something else changed too; with those of them that were timed, whole steps keep {with_them:.0%}.",
        alt=f"Pairs of marks on a logarithmic axis, promised and delivered, in three groups. {listed}.",
        sources=("toolbox", "computed"),
        columns={
            "place": "coordinate of the row, from the top",
            "tool": "tool",
            "kind": "what was measured",
            "resource": "resource that the tool changes",
            "factor": "factor",
            "what": "promised or delivered",
            "share": "share of the promise kept, in the logarithm",
            "mark": "how the row is known",
        },
        data=long.loc[long["view"] == _ALL, ["tool", "kind", "resource", "what", "factor", "share", "mark", "place"]],
        holds=bool(medians["bytes"] > medians["kernel"] > medians["step"] and medians["step"] < 0.5),
    )
