"""Figures of sections 3 and 7: what the run cost, what that leaves out, and what a fleet is."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.deepseek.chapter import study
from analysis.kit import theme
from analysis.kit.charts import row_labels, slider
from analysis.kit.figure import Figure, figure, table

_MILLIONS = "datum.value >= 1000 ? format(datum.value / 1000, ',.0f') + ' billion' : format(datum.value, ',.0f')"


def _dollars(low: float, high: float, title: str = "million dollars") -> dict[str, Any]:
    """A logarithmic channel of millions of dollars."""
    return {
        "title": [title, "(each step is ten times more)"],
        "scale": alt.Scale(type="log", domain=[low, high], nice=False),
        "axis": alt.Axis(values=[1, 10, 100, 1000], labelExpr=_MILLIONS),
    }


@figure(study.same_method)
def same_method(rows: pd.DataFrame) -> Figure:
    """Draw the rent of final runs by each of two methods."""
    models = list(dict.fromkeys(rows["model"]))
    x = alt.X("low:Q", **_dollars(2, 2500, "rent of the final run, million dollars"))
    y = alt.Y("model:N", sort=models, axis=None)
    own = rows[rows["low"] == rows["high"]]
    wide = rows[rows["low"] < rows["high"]]
    amount: dict[str, list[str]] = {m: [] for m in models}
    for r in rows.itertuples():
        amount[r.model].append(
            f"{r.low:,.1f}" if r.low < 10 else f"{r.low:,.0f}" + (f"–{r.high:,.0f}" if r.high > r.low else "")
        )
    said = pd.DataFrame({"model": models, "label": [f"{m}: {' or '.join(amount[m])} million" for m in models]})
    shapes = {"published hours at $2": "circle", "Epoch’s estimates": "square"}
    colours = dict(zip(shapes, (theme.COMPUTED, theme.PUBLISHED), strict=True))
    legend = alt.Legend(title=None, columns=1)
    shape = alt.Shape("by:N", scale=alt.Scale(domain=list(shapes), range=list(shapes.values())), legend=legend)
    colour = alt.Color("by:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend)
    chart = alt.layer(
        alt.Chart(table("ranges", wide)).mark_bar(height=7, opacity=0.6).encode(x=x, x2="high:Q", y=y, color=colour),
        alt.Chart(table("runs", own))
        .mark_point(size=110, opacity=1)
        .encode(x=x, y=y, shape=shape, color=colour, tooltip=["model:N", "by:N", "low:Q"]),
        row_labels("names", said, y),
    ).properties(height=50 * len(models))
    listed = "; ".join(f"{r.label}" for r in said.itertuples())
    return Figure(
        chart=chart,
        title="At one rent Llama-405B’s run costs eleven times as much as V3’s; estimates of others reach further",
        subtitle="Rent of the final training run: published GPU-hours at two dollars, or Epoch’s estimate of cloud cost",
        caption="Circles: hours that the maker published, at the price that DeepSeek assumed. Squares and bars: estimates, a bar where the same source prints two. "
        "GPT-4 is 21 months older than V3, and computing became cheaper meanwhile. Epoch's two figures for Llama-405B imply 2.4 and 5.5 dollars an hour, so compare circles with circles. None of these is what a laboratory spends.",
        alt=f"Dots on a logarithmic axis of million dollars. {listed}.",
        sources=("deepseekv3_2024", "deepseekr1_2025", "llama31card", "epochcosts2024", "computed"),
    )


@figure(study.cost_references)
def cost_calculator(references: pd.DataFrame) -> Figure:
    """Let the reader set rent, utilisation and the share of research and read the cost."""
    run = study.run("DeepSeek-V3")
    price = slider("price", "GPU price, dollars an hour", 0.5, 8, 0.05, 2.0)
    used = slider("used", "Utilisation, per cent of the BF16 peak", 10, 60, 0.01, round(100 * run.utilisation, 2))
    research = slider("research", "Development over the final run, times", 1, 10, 0.1, 1.0)
    hours = f"{run.flop / (run.peak * 3600) / 1e6 * 100:.9g} / used"
    rows = ["your assumptions", *references["what"]]
    y = alt.Y("what:N", sort=rows, axis=None)
    x = alt.X("millions:Q", **_dollars(1, 3000))
    mine = (
        alt.Chart(table("assumed", pd.DataFrame({"what": ["your assumptions"]})))
        .transform_calculate(millions=f"{hours} * price * research")
        .transform_calculate(
            label="'Your assumptions: $' + format(datum.millions, datum.millions < 99.5 ? '.2f' : ',.0f') + ' million, ' "
            f"+ format({hours}, '.2f') + ' million hours'"
        )
    )
    said = references.assign(
        label=[
            f"{r.what}: {r.millions:,.1f}" if r.millions < 100 else f"{r.what}: {r.millions:,.0f}"
            for r in references.itertuples()
        ]
    )
    known = study.development().interval
    span = pd.DataFrame({"what": ["your assumptions"], "low": [known.low / 1e6], "high": [known.high / 1e6]})
    chart = alt.layer(
        alt.Chart(table("range", span))
        .mark_bar(height=10, opacity=0.25, color=theme.COMPUTED)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        mine.mark_point(size=140, opacity=1, color=theme.COMPUTED).encode(x=x, y=y),
        mine.mark_text(align="left", dy=-20, color=theme.COMPUTED, fontWeight="bold").encode(
            x=alt.value(2), y=y, text="label:N"
        ),
        alt.Chart(table("references", references))
        .mark_tick(color=theme.PUBLISHED, thickness=3, size=18)
        .encode(x=x, y=y),
        row_labels("names", said, y, dy=-19),
    ).properties(height=54 * len(rows))
    first = run.gpu_hours * 2 / 1e6
    return Figure(
        chart=chart.add_params(price, used, research),
        title="What V3 cost is an answer to three questions, and the reader may choose them",
        subtitle="Cost of V3’s pretraining arithmetic under a rent, a utilisation and a share of research of your choice",
        caption="The sliders start at what the paper assumes. Light band: where the cost of doing it all again lies with nine in ten chances, if each factor lies so in its range: rent 1.7 to 4.7 dollars, utilisation 25 to 45 % (our assumption), development 1.2 to 4 times the final run. "
        "Servers are bought for many models, so the last row is no price of V3.",
        alt=f"Calculator with three sliders. At two dollars, {run.utilisation:.1%} and no research the pretraining costs {first:.2f} million dollars; the band reaches from {known.low / 1e6:.1f} to {known.high / 1e6:.0f} million. "
        "For comparison, in millions: "
        + "; ".join(f"{r.what} {r.millions:,.1f}" for r in references.itertuples())
        + ".",
        sources=(
            "deepseekv3_2024",
            "cottier2024",
            "cheah2024",
            "semianalysis2026rent",
            "semianalysis2025",
            "epochcosts2024",
            "computed",
        ),
    )


_INPUTS = {"research": "development over the final run", "price": "dollars a GPU-hour", "utilisation": "utilisation"}


@figure(study.tornado)
def tornado(rows: pd.DataFrame) -> Figure:
    """Draw how far each assumption alone moves the cost."""
    y = alt.Y("input:N", sort=list(rows["input"]), axis=None)
    x = alt.X(
        "low:Q",
        title="million dollars",
        scale=alt.Scale(domain=[0, 34], nice=False),
        axis=alt.Axis(values=[0, 10, 20, 30]),
    )
    said = pd.DataFrame(
        {
            "input": rows["input"],
            "label": [
                f"{_INPUTS[r.input]}: "
                + (f"{r[5]:.0%} to {r[6]:.0%}" if r.input == "utilisation" else f"{r[5]:g} to {r[6]:g}")
                for r in rows.itertuples()
            ],
        }
    )
    ends = pd.concat(
        [
            rows.assign(at=rows["low"], label=[f"{v:.1f}" for v in rows["low"]], side=-1),
            rows.assign(at=rows["high"], label=[f"{v:.1f}" for v in rows["high"]], side=1),
        ]
    )[["input", "at", "label", "side"]]
    at = alt.X("at:Q")
    chart = alt.layer(
        alt.Chart(table("swings", rows))
        .mark_bar(height=20, color=theme.COMPUTED, opacity=0.75)
        .encode(x=x, x2="high:Q", y=y),
        alt.Chart(table("middle", rows[["input", "middle"]]))
        .mark_tick(color=theme.INK, thickness=2, size=28)
        .encode(x=alt.X("middle:Q"), y=y),
        alt.Chart(table("cheap ends", ends[ends["side"] < 0]))
        .mark_text(align="right", dx=-5, color=theme.INK)
        .encode(x=at, y=y, text="label:N"),
        alt.Chart(table("dear ends", ends[ends["side"] > 0]))
        .mark_text(align="left", dx=5, color=theme.INK)
        .encode(x=at, y=y, text="label:N"),
        row_labels("inputs", said, y, dy=-20),
    ).properties(height=62 * len(rows))
    listed = "; ".join(f"{_INPUTS[r.input]} moves it from {r.low:.1f} to {r.high:.1f}" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title="What one counts as development matters most",
        subtitle="Cost of developing V3’s pretraining anew, million dollars, one assumption moved at a time",
        caption="The upright marks are at the middle of all three ranges. The range of the rent is published, that of development is Cottier’s for frontier laboratories, that of the utilisation is our assumption. "
        "Staff, data and what a company pays to own its chips are not in any bar.",
        alt=f"Tornado chart around {rows['middle'].iloc[0]:.1f} million dollars. {listed}.",
        sources=("cottier2024", "cheah2024", "semianalysis2026rent", "deepseekv3_2024", "computed"),
    )


@figure(study.fleet)
def fleet(rows: pd.DataFrame) -> Figure:
    """Draw the numbers of GPUs that the debate sets side by side, with what each of them is."""
    names = list(rows["fleet"])
    y = alt.Y("fleet:N", sort=names, axis=None)
    x = alt.X(
        "gpus:Q",
        title="GPUs",
        scale=alt.Scale(domain=[0, 400_000], nice=False),
        axis=alt.Axis(format=",.0f", values=[0, 100_000, 200_000, 300_000]),
    )
    said = pd.DataFrame({"fleet": names, "label": [f"{r.fleet}: {r.gpus:,.0f}" for r in rows.itertuples()]})
    kinds = {"fleet": theme.QUIET, "cluster": theme.ACCENT, "run": theme.COMPUTED}
    words = alt.Legend(
        title=None,
        columns=1,
        labelLimit=320,
        labelExpr="{fleet: 'a fleet: all that a company owns', cluster: 'a cluster: wired together', run: 'a run: used at once for one model'}[datum.label]",
    )
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds), range=list(kinds.values())), legend=words)
    chart = alt.layer(
        alt.Chart(table("fleets", rows))
        .mark_bar(height=16)
        .encode(x=x, y=y, color=colour, tooltip=["fleet:N", "kind:N", "gpus:Q"]),
        row_labels("names", said, y),
    ).properties(height=50 * len(names))
    listed = "; ".join(f"{r.fleet} ({r.kind}): {r.gpus:,.0f}" for r in rows.itertuples())
    return Figure(
        chart=chart,
        title="350,000 is a fleet, 16,384 is a run: only runs compare with runs",
        subtitle="Numbers of GPUs that were set side by side, by what they count",
        caption="Meta's is a plan for the end of 2024, for all its work, announced in January of that year. DeepSeek's fleet is an outside estimate, shared with the hedge fund that owns the company. "
        "H100s and H800s compute alike and differ in their wires.",
        alt=f"Bars of numbers of GPUs. {listed}.",
        sources=("cnbc2024meta", "semianalysis2025", "llama3", "deepseekv3_2024"),
    )
