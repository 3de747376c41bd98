"""Figures of section 3: the records of contests, halving times, and faster against cheaper."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from analysis.cnn_era.chapter.figures.look import ERAS, days, era_colour, log_ticks
from analysis.kit import theme
from analysis.kit.charts import labels, named_shape, theory, title_by_choice
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, significant

_TABLES = tuple(f"cnn_era_{name}" for name in ("dawnbench", "mlperf", "nanogpt", "nanochat"))
#: Of the numbers of chips on which ImageNet was trained, the fewest first.
_CHIP_SHAPES = ("circle", "triangle-up", "diamond", "cross")
_SOURCES = ("dawnbenchentries", "mlperftraining", "moddednanogpt", "nanochat2026", *_TABLES, "computed")


@figure
def records(entries: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Let the reader choose a contest and see every entry and the record curve."""
    rows, summary = significant(entries.drop(columns="contest")), significant(summary, 5).set_index("title")
    titles = list(dict.fromkeys(rows["title"]))
    contest = choice("contest", "Contest", titles, titles[0])
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%b %y", labelOverlap=True, tickCount=4))
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~g", tickCount=4, labelOverlap=True, grid=False),
    )
    data = rows.assign(date=rows["date"].dt.strftime("%Y-%m-%d"))
    base = alt.Chart(table("entries", data)).transform_filter("datum.title == contest")
    own = base.transform_filter("datum.kind == 'record'")
    lines = pd.DataFrame(
        [
            (
                t,
                f"{_times(summary.loc[t, 'factor'])} times less in {summary.loc[t, 'days']:,.0f} days",
                f"half every {days(summary.loc[t, 'halving_days'])} days "
                f"({days(summary.loc[t, 'low'])} to {days(summary.loc[t, 'high'])})",
            )
            for t in titles
        ],
        columns=["title", "fall", "halving"],
    )
    # where the first record stands nearly to the end, only the lower corner is free
    lines["stays"] = lines["title"].map(summary["contest"]) == "nanochat-cost"
    text = alt.Chart(table("summary", lines)).transform_filter("datum.title == contest")
    units = {
        t: f"{unit} (each step is ten times less)"
        for t, unit in rows.groupby("title", sort=False)["unit"].first().items()
    }
    chart = alt.layer(
        title_by_choice("units", contest, units),
        base.transform_filter("datum.kind == 'entry'")
        .mark_point(color=theme.PUBLISHED, size=24, filled=False, opacity=0.85)
        .encode(x=x, y=y, tooltip=["date:T", "value:Q", "unit:N"]),
        own.mark_line(interpolate="step-after").encode(x=x, y=y, color=era_colour()),
        own.mark_point(size=60, opacity=1).encode(
            x=x, y=y, color=era_colour(), tooltip=["date:T", "value:Q", "unit:N"]
        ),
        *(
            text.transform_filter(f"datum.stays == {str(stays).lower()}")
            .mark_text(align="left" if stays else "right", color=theme.INK)
            .encode(x=alt.value(6) if stays else alt.value("width"), y=alt.value(y_at + 303 * stays), text=words)
            for stays in (False, True)
            for words, y_at in (("fall:N", 8), ("halving:N", 28))
        ),
    ).properties(height=340)
    early = {title: _early_share(part) for title, part in rows[rows["kind"] == "record"].groupby("title")}
    level = Number(summary["level"].iloc[0], ".0%")
    listed = "; ".join(f"{r.title}: {r.fall}, {r.halving}" for r in lines.itertuples())
    falls = lines.set_index("title")["fall"]

    def found(contest: str) -> str:
        half = "first" if early[contest] > 0.5 else "second"
        part = max(early[contest], 1 - early[contest])
        return f"{contest}: {falls[contest]}, {Number(part, '.0%')} of the way in the {half} half of the time"

    return Figure(
        chart=chart,
        controls=[contest],
        finding=found,
        subtitle="All entries (grey) and the record so far, by date; the way is counted in equal factors, and most contests fall faster early",
        caption=f"A record stands until it is beaten. The halving time joins the first record to the last; its {level} interval takes waits and drops as independent draws. "
        "MLPerf’s rounds are few and fixed, so that its steps say little about when. Records of NanoGPT are carried over a change of the timing rule in 2025.",
        alt=f"Step chart of one contest chosen from a menu. {listed}.",
        sources=_SOURCES,
        columns={"value": "time or price of the entry, in minutes or dollars"},
        holds=sum(part > 0.5 for part in early.values()) > len(early) / 2,
    )


def _early_share(records: pd.DataFrame) -> float:
    """Share of the whole fall, in logarithms, that came in the first half of the time."""
    half = records["date"].iloc[0] + (records["date"].iloc[-1] - records["date"].iloc[0]) / 2
    fall = -np.log(records["value"] / records["value"].iloc[0])
    return float(fall[records["date"] <= half].iloc[-1] / fall.iloc[-1])


def _times(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


@figure
def halving_times(rows: pd.DataFrame) -> Figure:
    """Show halving times before and after the first year of each contest, with their intervals."""
    rows = significant(rows, 5)
    parts = []
    for row in rows.itertuples():
        for phase in ("early", "late"):
            parts.append(
                (
                    row.title,
                    row.era,
                    phase,
                    getattr(row, phase),
                    getattr(row, f"{phase}_low"),
                    getattr(row, f"{phase}_high"),
                )
            )
    data = pd.DataFrame(parts, columns=["title", "era", "phase", "days", "low", "high"]).dropna(subset=["days"])
    both = data.groupby("title")["phase"].transform("nunique") == 2
    data = data[both]
    data["when"] = data["phase"].map({"early": "first year", "late": "after"})
    data["text"] = [f"{r.days:,.0f}" for r in data.itertuples()]
    data = significant(data, 4)
    order = list(dict.fromkeys(data["title"]))
    x = alt.X(
        "days:Q",
        **log_ticks(
            ["days in which the record halves", "(each step is ten times slower)"],
            (3, 6000),
            [10, 100, 1000],
            format=",d",
        ),
    )
    y = alt.Y("title:N", sort=order, axis=None)
    offset = alt.YOffset("when:N", sort=["first year", "after"])
    shape = alt.Shape(
        "when:N",
        sort=["first year", "after"],
        scale=alt.Scale(domain=["first year", "after"], range=["circle", "diamond"]),
        legend=alt.Legend(title=None, symbolFillColor=theme.PUBLISHED, symbolStrokeColor=theme.PUBLISHED),
    )
    names = data.drop_duplicates("title")
    chart = alt.layer(
        alt.Chart(table("halving times", data))
        .mark_rule(strokeWidth=5, opacity=0.3, clip=True)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y, yOffset=offset, color=era_colour()),
        alt.Chart(table("halving times", data))
        .mark_point(size=80, opacity=1)
        .encode(
            x=x,
            y=y,
            yOffset=offset,
            color=era_colour(),
            shape=shape,
            tooltip=["title:N", "when:N", "days:Q", "low:Q", "high:Q"],
        ),
        alt.Chart(table("halving times", data))
        .mark_text(dy=12, fontSize=theme.SMALL)
        .encode(x=x, y=y, yOffset=offset, text="text:N", color=era_colour()),
        alt.Chart(table("names", names))
        .mark_text(align="left", dy=-36, fontWeight="bold")
        .encode(x=alt.value(2), y=y, text="title:N", color=era_colour()),
    ).properties(height=92 * len(order))
    listed = "; ".join(
        f"{r.title}, {r.when}: {r.days:,.0f} days ({r.low:,.0f} to {r.high:,.0f})" for r in data.itertuples()
    )
    level = Number(rows["level"].iloc[0], ".0%")
    paces = data.pivot(index="title", columns="phase", values="days")
    low, high = (data.pivot(index="title", columns="phase", values=end) for end in ("low", "high"))
    meet = int((low["late"] <= high["early"]).sum())
    overlap = "all" if meet == len(order) else in_words(meet)
    cifar, speedrun = (in_words(sum(title.startswith(task) for title in order)) for task in ("CIFAR", "NanoGPT"))
    return Figure(
        chart=chart,
        title=f"In all {len(order)} series the estimated halving time is longer after the first year, in images and in language alike",
        subtitle=f"Halving time of the record in the first year of each contest and after it, with {level} intervals",
        caption=f"Green: images; blue: language. Only series with three records in both periods are shown. The two intervals overlap in {overlap} of them: a handful of steps hardly proves a slowing. The series agree, but they are not independent; {cifar} are of CIFAR-10, {speedrun} of the speedrun. "
        "A contest opens with a weak first entry, which makes its first year look fast.",
        alt=f"Dot plot with interval bars of halving times in days. {listed}.",
        sources=_SOURCES,
        holds=bool((paces["late"] > paces["early"]).all() and set(data["era"]) == set(ERAS)),
    )


@figure
def faster_or_cheaper(imagenet: pd.DataFrame, gpt3: pd.DataFrame) -> Figure:
    """Hold the gain in time against the gain in work, for runs on one kind of chip."""
    columns = ["series", "date", "author", "minutes", "chips", "chip_minutes", "time_ratio", "work_ratio"]
    runs = [imagenet.assign(series="ImageNet on V100"), gpt3.assign(series="GPT-3 on H100", author="NVIDIA")]
    rows = significant(pd.concat([own[columns] for own in runs], ignore_index=True))
    record = gpt3.iloc[-1]
    x = alt.X("time_ratio:Q", **log_ticks("times faster than the first run", (0.8, 700), [1, 3, 10, 30, 100, 300]))
    y = alt.Y("work_ratio:Q", **log_ticks("times less chip time", (0.6, 80), [1, 3, 10, 30]))
    free = pd.DataFrame({"time_ratio": [0.8, 80], "work_ratio": [0.8, 80]})
    none = pd.DataFrame({"time_ratio": [0.8, 700], "work_ratio": [1.0, 1.0]})
    notes = pd.DataFrame(
        {
            "time_ratio": [15.0, 650.0],
            "work_ratio": [24.0, 0.84],
            "label": ["all gain is less work", "all gain is more chips"],
            "colour": theme.THEORY,
        }
    )
    shapes = {f"ImageNet on {n} V100": s for n, s in zip((8, 32, 64, 128), _CHIP_SHAPES, strict=True)}
    shapes[f"GPT-3 on {gpt3['chips'].iloc[0]:,.0f} to {record['chips']:,.0f} H100"] = "square"
    language = list(shapes)[-1]
    data = rows.assign(
        run=[f"ImageNet on {r.chips:.0f} V100" if r.chips < 1000 else language for r in rows.itertuples()]
    )
    colours = [ERAS["CNN"]] * len(_CHIP_SHAPES) + [ERAS["LM"]]
    chart = alt.layer(
        theory("all less work", free, x, y),
        theory("all hardware", none, x, y),
        alt.Chart(table("runs", data))
        .mark_point(size=85, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "run:N",
                scale=alt.Scale(domain=list(shapes), range=colours),
                legend=alt.Legend(title=None, columns=1),
            ),
            shape=named_shape("run", shapes, columns=1),
            tooltip=["series:N", "date:N", "author:N", "minutes:Q", "chips:Q", "chip_minutes:Q"],
        ),
        labels("note on work", notes.iloc[[0]], x, y, align="right", dx=0),
        labels("note on chips", notes.iloc[[1]], x, y, align="right", dx=0),
    ).properties(height=360)
    listed = "; ".join(
        f"{r.series}, {r.date}: {r.chips:,.0f} chips, {r.minutes:,.1f} minutes, {r.time_ratio:.1f} times faster with {r.work_ratio:.2f} times less chip time"
        for r in data.itertuples()
    )
    return Figure(
        chart=chart,
        title=f"Faster is not cheaper: a record of MLPerf took {Number(1 / record['time_ratio'], '.0%')} of the time and saved nothing",
        subtitle="Gain in time against gain in chip time, each run against the first on the same kind of chip",
        caption="On the diagonal all of the gain is less work, on the level line all of it is more chips. Chip time is minutes times chips. The ImageNet entries went both ways: "
        "the one of most chips is fastest and the one of fewest cheapest.",
        alt=f"Scatter plot of two gains, both axes logarithmic. {listed}.",
        sources=("dawnbenchentries", "mlperftraining", "cnn_era_dawnbench", "cnn_era_mlperf", "computed"),
        columns={
            "minutes": "minutes of the run",
            "chips": "chips of the run, number",
            "chip_minutes": "minutes of the run times chips, in chip-minutes",
        },
        holds=bool(
            record["time_ratio"] > 1 >= record["work_ratio"]
            and imagenet.loc[imagenet["time_ratio"].idxmax(), "chips"] == imagenet["chips"].max()
            and imagenet.loc[imagenet["work_ratio"].idxmax(), "chips"] == imagenet["chips"].min()
        ),
    )


@figure
def software(rows: pd.DataFrame) -> Figure:
    """Show what software alone gained on machines that did not change."""
    rows = significant(rows)
    names = {
        "resnet": "ResNet-50",
        "ssd": "SSD",
        "maskrcnn": "Mask R-CNN",
        "bert": "BERT",
        "llama2_70b_lora": "Llama 2 70B, LoRA",
    }
    language = rows["benchmark"].isin(["bert", "llama2_70b_lora"])
    data = rows.assign(
        name=[f"{names[r.benchmark]} on {r.hardware}" for r in rows.itertuples()],
        colour=[ERAS["LM"] if lm else ERAS["CNN"] for lm in language],
        text=[f"{r.factor:.2f} times in {12 * r.years:.0f} months" for r in rows.itertuples()],
        gain=[f"{r.factor:.2f} in {12 * r.years:.0f} months" for r in rows.itertuples()],
    ).sort_values("factor", ascending=False)[["name", "factor", "years", "colour", "text", "gain"]]
    order = list(data["name"])
    x = alt.X(
        "factor:Q",
        title="times faster than the first round on the same machine",
        scale=alt.Scale(domain=[0, 3.4], nice=False),
    )
    y = alt.Y("name:N", sort=order, axis=None)
    chart = alt.layer(
        alt.Chart(table("gains", data)).mark_bar(height=12).encode(x=x, y=y, color=alt.Color("colour:N", scale=None)),
        alt.Chart(table("gains", data))
        .mark_text(align="left", dy=-16, fontWeight="bold")
        .encode(x=alt.value(2), y=y, text="name:N", color=alt.Color("colour:N", scale=None)),
        alt.Chart(table("gains", data))
        .mark_text(align="right", dy=-16, fontSize=theme.SMALL, color=theme.QUIET)
        .encode(x=alt.value("width"), y=y, text="gain:N"),
    ).properties(height=44 * len(order))
    most = data.iloc[0]
    listed = "; ".join(f"{r.name}: {r.text}" for r in data.itertuples())
    return Figure(
        chart=chart,
        title=f"On a machine that stayed the same, software made training up to {most['factor']:.1f} times faster in {12 * most['years']:.0f} months",
        subtitle="First against best time of MLPerf Training on one unchanged machine of eight chips",
        caption="Green: images; blue: language. From the raw logs. For ResNet-50 on V100 the target accuracy rose in between, so that its gain is a lower bound. "
        "All rows are one vendor’s own software on its own machine, tuned for the contest.",
        alt=f"Bars of gains. {listed}.",
        sources=("mlperftraining", "cnn_era_mlperf", "computed"),
        holds=bool((data["factor"] > 1).all()),
    )
