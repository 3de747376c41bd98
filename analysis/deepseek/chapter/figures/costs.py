"""Figures of what the run cost, what that leaves out, and what a fleet is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from analysis.deepseek.run_cost import RunCost
from analysis.deepseek.training import TrainingRun
from analysis.kit import theme
from analysis.kit.charts import bars_apart, row_labels, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, roughly, roughly_rule, significant

_MILLIONS = "datum.value >= 1000 ? format(datum.value / 1000, ',.0f') + ' billion' : format(datum.value, ',.0f')"


def _dollars(low: float, high: float, title: str = "million dollars") -> dict[str, Any]:
    """A logarithmic channel of millions of dollars."""
    return {
        "title": [title, "(each step is ten times more)"],
        "scale": alt.Scale(type="log", domain=[low, high], nice=False),
        "axis": alt.Axis(values=[1, 10, 100, 1000], labelExpr=_MILLIONS),
    }


#: Runs whose hours were published and runs that Epoch estimated (the lower and the higher figure), by what is drawn.
_RENTED = {
    "DeepSeek-V3": "DeepSeek-V3",
    "DeepSeek-V3 and R1": "DeepSeek-R1, V3 included",
    "Llama-70B": "Llama 3.1 70B",
    "Llama-405B": "Llama 3.1 405B",
}
_ESTIMATED = {
    "DeepSeek-V3": ("DeepSeek-V3", "DeepSeek-V3"),
    "Llama-405B": ("Llama 3.1 405B, revised", "Llama 3.1 405B"),
    "GPT-4": ("GPT-4, revised", "GPT-4"),
    "Gemini Ultra": ("Gemini Ultra, revised", "Gemini Ultra"),
    "Grok-3": ("Grok-3, revised", "Grok-3"),
}


@figure
def same_method(rented: pd.DataFrame, estimated: pd.DataFrame) -> Figure:
    """Draw the rent of final runs by each of two methods.

    Parameters
    ----------
    rented : DataFrame
        Runs with published hours, all at one price (:func:`analysis.deepseek.cost.final_run_costs`).
    estimated : DataFrame
        Epoch's estimates (:func:`analysis.deepseek.cost.cloud_costs`).
    """
    at, epoch = rented.set_index("model"), estimated.set_index("model")["dollars"] / 1e6
    price = (at["dollars"] / at["hours"]).iloc[0]
    ours, theirs = f"published hours at ${price:g}", "Epoch’s estimates"
    parts = []
    for model in dict.fromkeys([*_RENTED, *_ESTIMATED]):
        if model in _RENTED:
            parts.append((model, ours, *[at["dollars"][_RENTED[model]] / 1e6] * 2))
        if model in _ESTIMATED:
            parts.append((model, theirs, *(epoch[name] for name in _ESTIMATED[model])))
    rows = significant(pd.DataFrame(parts, columns=["model", "by", "low", "high"]))
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
    shapes = {ours: "circle", theirs: "square"}
    colours = dict(zip(shapes, (theme.COMPUTED, theme.PUBLISHED), strict=True))
    legend = alt.Legend(title=None, columns=1)
    shape = alt.Shape("by:N", scale=alt.Scale(domain=list(shapes), range=list(shapes.values())), legend=legend)
    colour = alt.Color("by:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend)
    chart = alt.layer(
        alt.Chart(table("ranges", wide)).mark_bar(height=7, opacity=0.75).encode(x=x, x2="high:Q", y=y, color=colour),
        alt.Chart(table("runs", own))
        .mark_point(size=110, opacity=1)
        .encode(x=x, y=y, shape=shape, color=colour, tooltip=["model:N", "by:N", "low:Q"]),
        row_labels("names", said, y),
    ).properties(height=50 * len(models))
    listed = "; ".join(f"{r.label}" for r in said.itertuples())
    times = at["times V3"]["Llama 3.1 405B"]
    low, high = (epoch[name] * 1e6 / at["hours"]["Llama 3.1 405B"] for name in _ESTIMATED["Llama-405B"])
    return Figure(
        chart=chart,
        title=f"At one rent Llama-405B’s run costs {in_words(times)} times as much as V3’s; Epoch’s estimate of {epoch.idxmax()}’s is {Number(epoch.max() * 1e6 / at['dollars'].max(), '.0f')} times Llama’s",
        subtitle=f"Rent of the final training run: published GPU-hours at {in_words(price)} dollars, or Epoch’s estimate of cloud cost",
        caption="Circles: hours that the maker published, at the price that DeepSeek assumed. Squares and bars: estimates, a bar where the same source prints two, a cloud price and a revised cost of which it does not say the meaning. "
        f"GPT-4 is older than V3, and computing became cheaper meanwhile. Epoch's two figures for Llama-405B imply {low:.1f} and {high:.1f} dollars an hour, so compare circles with circles. None of these is what a laboratory spends.",
        alt=f"Dots on a logarithmic axis of million dollars. {listed}.",
        sources=("deepseekv3_2024", "deepseekr1_2025", "llama31card", "epochcosts2024", "computed"),
        holds=bool(times > 1 and epoch.max() * 1e6 > at["dollars"].max()),
    )


@figure
def cost_calculator(run: TrainingRun, rent: float, known: RunCost, held_against: Mapping[str, float]) -> Figure:
    """Let the reader set rent, utilisation and the share of research and read the cost.

    Parameters
    ----------
    run : TrainingRun
        Whose arithmetic is done again, and whose utilisation the slider starts at.
    rent : float
        Dollars a GPU-hour at which the slider starts.
    known : RunCost
        The cost under ranges of all three inputs.
    held_against : mapping of str to float
        Dollars that the answer is compared with, by what they are.
    """
    references = significant(
        pd.DataFrame([(what, dollars / 1e6) for what, dollars in held_against.items()], columns=["what", "millions"])
    )
    controls = [
        slider("price", "GPU price", 0.5, 8, 0.05, rent, "${} an hour"),
        slider("used", "Utilisation of the BF16 peak", 10, 60, 0.01, round(100 * run.utilisation, 2), "{} %"),
        slider("research", "Development, times the final run", 1, 10, 0.1, 1.0),
    ]
    hours = f"{run.flop / (run.peak * 3600) / 1e6 * 100:.9g} / used"
    rows = ["your assumptions", *references["what"]]
    y = alt.Y("what:N", sort=rows, axis=None)
    x = alt.X("millions:Q", **_dollars(0.5, 3000))
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
    low, high = known.interval.low / 1e6, known.interval.high / 1e6
    span = pd.DataFrame({"what": ["your assumptions"], "low": [low], "high": [high]})
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
    first = known.at(rent, run.utilisation, 1.0) / 1e6
    data = pd.concat([span.assign(millions=first), references], ignore_index=True)
    ranges = (
        f"rent {known.price.low:g} to {known.price.high:g} dollars, utilisation {100 * known.utilisation.low:.0f} to "
        f"{Number(known.utilisation.high, '.0%')} (our assumption), development {known.research.low:g} to "
        f"{known.research.high:g} times the final run"
    )
    anew = f"the {low:.0f} to {high:.0f} million of doing it all again"

    def found(price: float, used: float, research: float) -> str:
        millions = known.at(price, used / 100, research) / 1e6
        where = "below" if millions < low else "above" if millions > high else "within"
        return f"So V3’s pretraining costs {roughly(millions)} million dollars, {where} {anew}"

    millions = f"({hours} * price * research)"
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'So V3’s pretraining costs ' + {roughly_rule(millions)} + ' million dollars, ' + ({millions} < {low:.12g} ? 'below' : {millions} > {high:.12g} ? 'above' : 'within') + ' {anew}'",
        subtitle="Cost of V3’s pretraining arithmetic under a rent, a utilisation and a share of research of your choice",
        caption=f"The sliders start at what the paper assumes. Light band: where the cost of doing it all again lies with a probability of {Number(known.level, '.0%')}, if each factor lies so in its range: {ranges}. "
        "Servers are bought for many models, so the last row is no price of V3.",
        alt=f"Calculator with three sliders. At {in_words(rent)} dollars, {run.utilisation:.1%} and no research the pretraining costs {first:.2f} million dollars; the band reaches from {low:.1f} to {high:.0f} million. "
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
        data=data[["what", "millions", "low", "high"]],
        holds=bool(first < low and high > 2 * low),
    )


_INPUTS = {"research": "development over the final run", "price": "dollars a GPU-hour", "utilisation": "utilisation"}


@figure
def tornado(swings: pd.DataFrame) -> Figure:
    """Draw how far each assumption alone moves the cost.

    Parameters
    ----------
    swings : DataFrame
        Of :meth:`analysis.deepseek.run_cost.RunCost.tornado`.
    """
    millions = {name: swings[name] / 1e6 for name in ("low", "high", "middle")}
    swing = swings.set_index("input")["swing"]
    rows = significant(swings.assign(**millions).drop(columns="swing")[["input", *millions, "from", "to"]])
    y = alt.Y("input:N", sort=list(rows["input"]), axis=None)
    x = alt.X("low:Q", **ticks("million dollars", 0, 34, [0, 10, 20, 30]))
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
        title=f"What one counts as development moves the cost most: by a factor of {swing['research']:.1f}, the rent by {swing['price']:.1f}",
        subtitle="Cost of developing V3’s pretraining anew, million dollars, one assumption moved at a time",
        caption="The upright marks are at the middle of all three ranges. The range of the rent is published, that of development is Cottier’s for frontier laboratories, that of the utilisation is our assumption. "
        "Staff, data and what a company pays to own its chips are not in any bar.",
        alt=f"Tornado chart around {rows['middle'].iloc[0]:.1f} million dollars. {listed}.",
        sources=("cottier2024", "cheah2024", "semianalysis2026rent", "deepseekv3_2024", "computed"),
        holds=bool(swing.nlargest(2).index.tolist() == ["research", "price"]),
    )


@figure
def fleet(fleets: pd.DataFrame) -> Figure:
    """Draw the numbers of GPUs that the debate sets side by side, with what each of them is.

    Parameters
    ----------
    fleets : DataFrame
        Of :func:`analysis.deepseek.fleet.fleets`.
    """
    rows = fleets[["fleet", "kind", "gpus"]]
    names = list(rows["fleet"])
    y = alt.Y("fleet:N", sort=names, axis=None)
    x = alt.X("gpus:Q", **ticks("GPUs", 0, 400_000, [0, 100_000, 200_000, 300_000], format=",.0f"))
    said = pd.DataFrame({"fleet": names, "label": [f"{r.fleet}: {r.gpus:,.0f}" for r in rows.itertuples()]})
    kinds = {"run": theme.COMPUTED, "cluster": theme.ACCENT, "fleet": theme.QUIET}
    words = {
        "fleet": "a fleet: all that a company owns",
        "cluster": "a cluster: wired together",
        "run": "a run: used at once for one model",
    }
    chart = alt.layer(
        alt.Chart(table("fleets", rows))
        .mark_bar(height=16)
        .encode(x=x, y=y, **bars_apart("kind", kinds, words), tooltip=["fleet:N", "kind:N", "gpus:Q"]),
        row_labels("names", said, y),
    ).properties(height=50 * len(names))
    listed = "; ".join(f"{r.fleet} ({r.kind}): {r.gpus:,.0f}" for r in rows.itertuples())
    largest = rows.groupby("kind")["gpus"].max()
    return Figure(
        chart=chart,
        title=f"{largest['fleet']:,.0f} is a fleet, {largest['run']:,.0f} is a run: only runs compare with runs",
        subtitle="Numbers of GPUs that were set side by side, by what they count",
        caption="Meta's is a plan for the end of 2024, for all its work, announced in January of that year. DeepSeek's fleet is an outside estimate, shared with the hedge fund that owns the company. "
        "H100s and H800s compute alike and differ in their wires.",
        alt=f"Bars of numbers of GPUs. {listed}.",
        sources=("cnbc2024meta", "semianalysis2025", "llama3", "deepseekv3_2024"),
        holds=bool(largest["run"] < largest["cluster"] < largest["fleet"]),
    )
