"""Figures of the first screen and of section 4: records of both eras on one axis, and whether their pace changed."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from analysis.cnn_era.chapter.figures.look import ERAS, ONE_IN, era_colour, log_ticks
from analysis.cnn_era.progress.change_points import Segmentation
from analysis.cnn_era.progress.halving import PaceComparison
from analysis.cnn_era.progress.hernandez import DAYS_A_MONTH
from analysis.cnn_era.progress.records import Records
from analysis.kit import theme
from analysis.kit.charts import by_width, labels, named_shape, title_by_choice
from analysis.kit.controls import choice, slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant

_SOURCES = ("dawnbenchentries", "moddednanogpt", "cnn_era_dawnbench", "cnn_era_nanogpt", "computed")
_NAMES = {
    "imagenet-cost": "ImageNet, $",
    "imagenet-8-v100": "ImageNet, V100",
    "cifar10-cost": "CIFAR-10, $",
    "nanogpt": "NanoGPT, H100",
    "nanogpt-medium": "medium, H100",
}


def _share(low: float) -> alt.Y:
    return alt.Y(
        "share:Q",
        **log_ticks(
            ["record cost or time,", "as a part of the first entry"],
            (low, 1.25),
            [1, 0.1, 0.01, 0.001],
            labelExpr=ONE_IN,
        ),
    )


def _era_dash() -> alt.StrokeDash:
    """Lines of language are dashed."""
    return alt.StrokeDash("era:N", scale=alt.Scale(domain=list(ERAS), range=[[1, 0], [7, 2]]), legend=None)


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return significant(rows[rows["contest"].isin(_NAMES)].assign(name=lambda t: t["contest"].map(_NAMES)))


@figure
def parallel(rows: pd.DataFrame, pace: PaceComparison) -> Figure:
    """Sum the chapter up: records of both eras against days since the first entry."""
    data = _named(rows)[["name", "era", "by_start", "share", "value", "unit"]]
    ends = data.groupby("name", sort=False).tail(1).set_index("name")
    span = float(data["by_start"].max())
    x = alt.X(
        "by_start:Q",
        title="days since the first entry",
        scale=alt.Scale(domain=[0, 1.8 * span], nice=False),
        axis=alt.Axis(values=[0, 200, 400, 600, 800]),
    )
    y = _share(0.0015)
    notes = ends.assign(label=list(ends.index)).reset_index()
    # names stand below each other at the right, but for the two series that end early
    notes["by_start"] = [r.by_start if r.by_start < 600 else span for r in notes.itertuples()]
    notes["colour"] = notes["era"].map(ERAS)
    chart = alt.layer(
        alt.Chart(table("records", data))
        .mark_line(interpolate="step-after")
        .encode(
            x=x,
            y=y,
            detail="name:N",
            color=era_colour(),
            strokeDash=_era_dash(),
        ),
        alt.Chart(table("ends", ends.reset_index()))
        .mark_point(size=55, opacity=1)
        .encode(x=x, y=y, color=era_colour(), tooltip=["name:N", "value:Q", "unit:N"]),
        labels("names", notes[["by_start", "share", "label", "colour"]], x, y, dx=8),
    ).properties(height=380)
    listed = "; ".join(f"{n}: {1 / r.share:.0f} times less after {r.by_start:.0f} days" for n, r in ends.iterrows())
    images, language = (in_words((ends["era"] == era).sum()) for era in ERAS)
    falls, years = 1 / ends["share"], math.ceil(span / 365.25)
    return Figure(
        chart=chart,
        title=f"Records of both eras come down in steps, {falls.min():.0f} to {falls.max():.0f} times within {in_words(years)} years; which era is faster they cannot tell",
        subtitle="Record cost or time to a fixed result, as a part of the contest’s first entry: images (green) and language (blue, dashed)",
        caption="Dollars where dollars are known, otherwise time on hardware that stays the same. Each line starts with its contest’s first entry and stands until the record is beaten. "
        f"The halving time of ImageNet’s cost is {pace.ratio:.2f} times that of the NanoGPT speedrun; the data are compatible with anything from {pace.low:.2f} to {pace.high:.1f}.",
        alt=f"Step curves of records falling on a logarithmic axis against days since the first entry, {images} of images and {language} of language. {listed}.",
        sources=_SOURCES,
        columns={"share": "record cost or time, share of the first entry", "value": "record, in minutes or dollars"},
        holds=bool(pace.low <= 1 <= pace.high and falls.min() > 1 and (data.groupby("name").size() > 2).all()),
    )


@figure
def aligned(rows: pd.DataFrame, part: float) -> Figure:
    """Let the reader choose what "repeats" means: alignment by start, by ratio or by date."""
    options = ["days since the first entry", "days since it was a quarter of it", "the calendar"]
    how = choice("how", "Align the contests by", options, options[0])
    data = _named(rows)[["name", "era", "by_start", "by_ratio", "by_date", "share"]]
    where = f"how == '{options[0]}' ? datum.by_start : how == '{options[1]}' ? datum.by_ratio : datum.by_date"
    kept = alt.Chart(table("records", data)).transform_calculate(where=where).transform_filter("isValid(datum.where)")
    x = alt.X(
        "where:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(format="d", tickCount=by_width(4, 6)),
    )
    y = _share(0.0015)
    ends = data.groupby("name", sort=False).tail(1)
    notes = alt.Chart(table("ends", ends)).transform_calculate(where=where).transform_filter("isValid(datum.where)")
    quarter = pd.DataFrame({"share": [part]})
    # the names stand right of the last records, and the axis has to go on so far
    places = ["by_start", "by_ratio", "by_date"]
    room = data[places].max() + 0.55 * (data[places].max() - data[places].min())
    room = alt.Chart(table("room", significant(room.to_frame().T.assign(share=1.0)))).transform_calculate(where=where)
    titles = {options[0]: "days", options[1]: "days", options[2]: "year"}
    chart = alt.layer(
        title_by_choice("titles", how, titles, across=406),
        alt.Chart(table("quarter", quarter)).mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY).encode(y=y),
        kept.mark_line(interpolate="step-after").encode(
            x=x, y=y, detail="name:N", color=era_colour(), strokeDash=_era_dash()
        ),
        room.mark_text(text="").encode(x=x, y=y),
        kept.mark_point(size=22, opacity=0.9).encode(x=x, y=y, color=era_colour(), tooltip=["name:N", "share:Q"]),
        *(
            notes.transform_filter(f"datum.name {sign} 'ImageNet, V100'")  # another contest falls right beside its end
            .mark_text(align="left", dx=7, dy=dy, fontSize=theme.SMALL)
            .encode(x=x, y=y, text="name:N", color=era_colour())
            for sign, dy in (("!=", 0), ("==", -13))
        ),
    ).properties(height=380)
    reached = data.dropna(subset=["by_ratio"])
    quarters = reached.assign(at=reached["by_start"] - reached["by_ratio"]).groupby("name", sort=False)["at"].first()
    days = ends.set_index("name")["by_start"]
    # in one alignment a record of language stands where one of images does, by the calendar never
    images, language = (data.loc[data["era"] == era, "by_date"] for era in ERAS)
    gap = language.min() - images.max()
    spans = [f"{int(dates.min())} to {int(dates.max())}" for dates in (images, language)]
    listed = "; ".join(f"{n}: {Number(part, '.0%')} after {v:.0f} of {days[n]:.0f} days" for n, v in quarters.items())
    lasted = data.assign(at=data["by_ratio"]).dropna(subset=["by_ratio"]).groupby("name", sort=False)["share"].last()
    told = {
        options[
            0
        ]: f"Counted from the first entry, the contests come down to {Number(part, '.0%')} of it within {quarters.min():.0f} to {quarters.max():.0f} days",
        options[
            1
        ]: f"Counted from {Number(part, '.0%')} of the first entry, the records fall on to {lasted.max():.1%} in one contest and to {lasted.min():.1%} in another",
        options[
            2
        ]: f"By the calendar nothing repeats at one time: images end {in_words(gap)} years before language begins",
    }
    return Figure(
        chart=chart,
        controls=[how],
        finding=lambda how: told[how],
        subtitle="The same records under three alignments: by first entry, by the day at which a quarter was reached (dashed), by date",
        caption=f"Green: images; blue: language. The first alignment hangs on how weak the first entry was. The second removes that and leaves what came after. The third shows that nothing happened at the same time: the last record of images is {in_words(gap)} years older than the first of language. "
        "GPT-2 in dollars is left out: years lie between its first two entries.",
        alt=f"Step curves of five contests with a menu for the alignment. {listed}. By date the image contests lie in {spans[0]}, those of language in {spans[1]}.",
        sources=_SOURCES,
        data=data.assign(where=data["by_start"]),
        columns={
            "share": "record cost or time, share of the first entry",
            "where": "days since the first entry",
            "by_start": "days since the first entry",
            "by_ratio": "days since the record reached the part of the first entry that the dashed line marks",
            "by_date": "date, in years",
        },
        holds=bool(gap > 0 and quarters.nunique() == len(quarters) > 1),
    )


@figure
def one_break(records: Records, profile: pd.DataFrame, found: Segmentation) -> Figure:
    """Let the reader put one break into the NanoGPT speedrun and see what it explains."""
    rows = significant(profile, 5)
    best = int(rows.loc[rows["gain"].idxmax(), "place"])
    place = slider("place", "The pace changes at record", int(rows["place"].min()), int(rows["place"].max()), 1, best)
    own = pd.DataFrame({"day": records.days, "minutes": records.values, "number": np.arange(1, len(records) + 1)})
    first, last = own.iloc[0], own.iloc[-1]
    at = own.set_index("number")
    parts = rows.assign(
        day=[at.loc[p, "day"] for p in rows["place"]], minutes=[at.loc[p, "minutes"] for p in rows["place"]]
    )
    parts["label"] = [
        f"{r.date:%-d %b %Y}: half every {r.before:.0f} days, then {r.after:.0f}" for r in parts.itertuples()
    ]
    parts["evidence"] = [
        f"criterion: {abs(r.gain):.1f} {'for' if r.gain > 0 else 'against'} the break" for r in parts.itertuples()
    ]
    parts = parts.drop(columns="date")
    ends = pd.concat(
        [
            parts[["place"]].assign(day=first["day"], minutes=first["minutes"]),
            parts[["place", "day", "minutes"]],
            parts[["place"]].assign(day=last["day"], minutes=last["minutes"]),
        ]
    )
    x = alt.X(
        "day:Q",
        title=f"days since the first record ({pd.Timestamp(records.dates[0]):%-d %b %Y})",
        scale=alt.Scale(domain=[0, 850], nice=False),
    )
    y = alt.Y(
        "minutes:Q", **log_ticks(["minutes on eight H100", "(each step is ten times less)"], (0.5, 60), [1, 3, 10, 30])
    )
    here = "datum.place == place"
    chart = alt.layer(
        alt.Chart(table("records", significant(own)))
        .mark_line(interpolate="step-after", color=ERAS["LM"], strokeWidth=1.5)
        .encode(x=x, y=y),
        alt.Chart(table("whole", own.iloc[[0, -1]]))
        .mark_line(color=theme.THEORY, strokeDash=theme.THEORY_DASH, strokeWidth=1.2)
        .encode(x=x, y=y),
        alt.Chart(table("two lines", significant(ends)))
        .transform_filter(here)
        .mark_line(color=theme.CHAOTIC, strokeDash=[10, 3])
        .encode(x=x, y=y),
        alt.Chart(table("break", parts))
        .transform_filter(here)
        .mark_point(color=theme.CHAOTIC, size=110, opacity=1)
        .encode(x=x, y=y),
        alt.Chart(table("break", parts))
        .transform_filter(here)
        .mark_text(align="right", color=theme.INK)
        .encode(x=alt.value("width"), y=alt.value(8), text="label:N"),
        alt.Chart(table("break", parts))
        .transform_filter(here)
        .mark_text(align="right", color=theme.INK)
        .encode(x=alt.value("width"), y=alt.value(26), text="evidence:N"),
    ).properties(height=340)
    point = found.change_points[0]
    months = (point.high - point.low).astype(int) / DAYS_A_MONTH
    top = rows[rows["place"] == best].iloc[0]
    steps = rows.set_index("place")

    def said(place: float) -> str:
        r = steps.loc[int(place)]
        if r["gain"] <= 0:
            return f"A break at record {place:.0f} explains the speedrun no better than one pace does"
        open_by = f"where a break lies is open by {months:.0f} months"
        return f"A break at record {place:.0f} explains the speedrun better than one pace, but {open_by}"

    return Figure(
        chart=chart,
        controls=[place],
        finding=said,
        subtitle="Records of the NanoGPT speedrun, one line (dashed) and two lines that meet at a record of your choice",
        caption="The criterion (BIC) charges two lines for their three extra numbers; above zero the break earns its keep. It is best at the slider’s start, "
        f"and the profile likelihood excludes nothing between {_day(point.low)} and {_day(point.high)}. The jump at the end is the last record, read from a copy of the contest’s list.",
        alt=f"Step curve of {len(own)} records with two fitted lines and a slider for the place of the break. Best at record {best} on {top['date']:%Y-%m-%d}: halving time {top['before']:.0f} days before and {top['after']:.0f} after, "
        f"criterion {top['gain']:.1f} in favour; interval of the break {point.low} to {point.high}.",
        sources=("moddednanogpt", "cnn_era_nanogpt", "computed"),
        columns={"place": "number of the record at which the pace changes"},
        holds=bool(top["gain"] > 0 and months >= 1),
    )


def _day(day: np.datetime64) -> str:
    return f"{pd.Timestamp(day):%-d %B %Y}"


_METHODS = {
    "covers-steps": "steps",
    "covers-steps-bootstrap": "steps, bootstrap",
    "covers-profile": "line, profile likelihood",
    "covers-bootstrap": "line, bootstrap",
}
_TRUTHS = {"steps": "Steps as assumed", "bursty": "Steps in bursts", "scatter": "Scatter about a line"}


@figure
def coverage(rows: pd.DataFrame, level: float) -> Figure:
    """Show how often four kinds of interval cover the truth, on series whose truth is known."""
    rows = significant(rows)
    data = rows[rows["measure"].isin(_METHODS) & rows["truth"].isin(_TRUTHS)]
    data = data.assign(method=data["measure"].map(_METHODS), truth=data["truth"].map(_TRUTHS))
    data = data[["truth", "size", "method", "share"]]
    colours = dict(zip(_METHODS.values(), [theme.COMPUTED, theme.ORDERED, theme.CHAOTIC, theme.BASELINE], strict=True))
    x = alt.X(
        "size:Q",
        title="steps in the series",
        scale=alt.Scale(type="log", domain=[5, 100], nice=False),
        axis=alt.Axis(values=[6, 12, 40, 80], format="d"),
    )
    y = alt.Y(
        "share:Q",
        title="intervals that cover the truth",
        scale=alt.Scale(domain=[0, 1.02], nice=False),
        axis=alt.Axis(format="%"),
    )
    nominal = table("nominal", pd.DataFrame({"share": [level]}))
    colour = alt.Color(
        "method:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(title=None, columns=2),
    )
    marks = ["circle", "square", "triangle-up", "diamond"]
    shape = named_shape("method", dict(zip(colours, marks, strict=True)), columns=2)
    views = []
    for truth in _TRUTHS.values():
        own = alt.Chart(table(truth, data[data["truth"] == truth]))
        views.append(
            alt.layer(
                alt.Chart(nominal).mark_rule(strokeDash=theme.THEORY_DASH, color=theme.THEORY).encode(y=y),
                own.mark_line().encode(x=x, y=y, color=colour),
                own.mark_point(size=60, opacity=1).encode(x=x, y=y, color=colour, shape=shape),
            ).properties(title=truth, height=230)
        )
    chart = alt.concat(*views, columns=3)
    at = data.set_index(["truth", "size", "method"])["share"]
    listed = "; ".join(
        f"{truth}, {size} steps: " + ", ".join(f"{m} {at[truth, size, m]:.0%}" for m in _METHODS.values())
        for truth in _TRUTHS.values()
        for size in (6, 80)
    )
    # where a record can only be set below the one before; the last panel has no such records
    most, built = data["size"].max(), ["Steps as assumed", "Steps in bursts"]
    lines, steps = (
        [float(at[truth, most, method]) for truth in built] for method in ("line, profile likelihood", "steps")
    )
    sizes = [at[truth, :, "line, profile likelihood"] for truth in built]
    short = level - at["Steps in bursts", :, "steps"].min()
    return Figure(
        chart=chart,
        title=f"Where records build on each other, an interval from a line promises {Number(level, '.0%')} and keeps {Number(max(lines), '.0%')} over {most} steps; one from steps keeps {Number(min(steps), '.0%')}",
        subtitle=f"Share of {Number(level, '.0%')} intervals that cover the known halving time, {rows['series'].max():,} simulated series each; dashed: what was promised",
        caption=f"In the first two panels a record depends on those before it: a line is far surer of itself than it may be, and the more records the more so. In the last, records scatter about a line and do not build on each other. Intervals from waits and drops keep their promise where steps are independent, "
        f"fall short by at most {100 * short:.0f} points when steps come in bursts, and are too wide when entries scatter about a line.",
        alt=f"Three panels of coverage against the number of steps. {listed}.",
        sources=("cnn-era-coverage", "computed"),
        columns={"share": "intervals that cover the truth, share"},
        holds=all((by_size.diff().dropna() < 0).all() for by_size in sizes) and max(lines) < min(steps),
    )
