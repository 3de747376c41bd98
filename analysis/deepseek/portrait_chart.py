"""The picture of a portrait: what a model needs at each precision, against what each listed machine has."""

from __future__ import annotations

import math
import re

import altair as alt
import pandas as pd

from analysis.deepseek.portrait import Portrait
from analysis.deepseek.serving import USABLE, measured_rates
from analysis.kit import theme
from analysis.kit.charts import labels, ticks
from analysis.kit.figure import Figure, table
from analysis.kit.numbers import in_words, significant

#: Pixels of a row.
ROW = 40
#: By which the axis goes on beyond the least and the most.
ROOM = 1.4
#: Bytes of a gigabyte.
GIGA = 1e9


def held_by(found: Portrait) -> Figure:
    """Draw the memory that a model needs in each precision, and the machines that have it.

    Parameters
    ----------
    found : Portrait
    """
    need = found.memory.assign(gigabytes=found.memory["total"] / GIGA)
    have = _machines(found)
    sizes = [*need["gigabytes"], *have["gigabytes"]]
    low, high = min(sizes) / ROOM, max(sizes) * ROOM
    powers = [10.0**k for k in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]
    x = alt.X("gigabytes:Q", **ticks("gigabytes", low, high, powers, "ten times more", format=",~g"))
    middle = math.sqrt(low * high)
    if need["gigabytes"].max() <= middle:  # no line runs through the label of another, which begins above it
        need = need[::-1]
    heads = [f"{row.precision}: {_size(row.gigabytes)}" for row in need.itertuples()]
    order = [*need["precision"], *have["machine"]]
    y = alt.Y("row:N", sort=order, axis=None)
    needs = significant(need.assign(row=need["precision"], label=heads)[["row", "gigabytes", "label"]])
    rows = significant(have.assign(row=have["machine"]))
    fits = alt.Chart(table("machines", rows))
    left, right = (needs[needs["gigabytes"] <= middle], needs[needs["gigabytes"] > middle])
    chart = alt.layer(
        alt.Chart(table("needed", needs))
        .mark_rule(color=theme.COMPUTED, opacity=0.6)
        .encode(x=x, y=y, y2=alt.value(ROW * len(order))),
        labels("needed, left", left, x, y, colour=theme.COMPUTED),
        labels("needed, right", right, x, y, colour=theme.COMPUTED, align="right", dx=-6),
        fits.mark_point(size=110, opacity=1, filled=True, color=theme.PUBLISHED)
        .transform_filter("datum.fits")
        .encode(x=x, y=y, tooltip=["machine:N", "gigabytes:Q", "slowest:Q", "fastest:Q"]),
        fits.mark_point(size=110, opacity=1, filled=False, color=theme.PUBLISHED)
        .transform_filter("!datum.fits")
        .encode(x=x, y=y, tooltip=["machine:N", "gigabytes:Q"]),
        fits.mark_text(align="left", dy=-15, color=theme.INK).encode(x=alt.value(2), y=y, text="label:N"),
    ).properties(height=ROW * len(order))
    reached = measured_rates()["share"]
    return Figure(
        chart=chart,
        title=f"{found.name}: {_finding(found)}",
        subtitle=f"Memory for weights and {found.context:,} tokens of context (lines), {USABLE:.0%} of each machine’s "
        "(points); tokens a second at most, from the most bits that fit to the fewest",
        caption=f"A machine holds what stands left of its point; one with an open point holds none. The "
        "rates are upper bounds; published measurements "
        f"reach {reached.min():.0%} to {reached.max():.0%} of them.",
        alt=f"{'; '.join(heads)}. " + "; ".join(have["label"]) + ".",
        sources=("deepseek", "computed"),
        columns={
            "row": "precision or machine",
            "gigabytes": "memory that is needed or usable, gigabytes",
            "slowest": "tokens a second at most, in the most bits that fit",
            "fastest": "tokens a second at most, in the fewest bits that fit",
        },
        holds=bool(have["fits"].equals(have["gigabytes"] >= need["gigabytes"].min())),
        id=f"model-{slug(found.name)}",
    )


def slug(name: str) -> str:
    """A name as a file has it.

    >>> slug("Llama 3.1 8B"), slug("…")
    ('llama-3.1-8b', 'unnamed')
    """
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")[:60] or "unnamed"


def _finding(found: Portrait) -> str:
    """How many machines hold the model in the most bits and in the fewest."""
    held = found.serving.groupby("precision", sort=False)["fits"].sum()
    (most, fewest), of = (held.index[0], held.index[-1]), found.serving["key"].nunique()
    if held[fewest] == 0:
        return f"none of {in_words(of)} machines holds it, not even in {fewest}"
    if held[most] == of:
        return f"all {in_words(of)} machines hold it, even in {most}"
    first, last = ({0: "none", of: "all"}.get(count, in_words(count)) for count in (held[most], held[fewest]))
    return f"of {in_words(of)} machines {first} hold it in {most}, {last} in {fewest}"


def _machines(found: Portrait) -> pd.DataFrame:
    """A row a machine: usable gigabytes, whether it holds the model at all, and its rates."""
    rows = []
    for machine, own in found.serving.groupby("machine", sort=False):
        rates = own.loc[own["fits"], "rate"]
        slow, fast = (rates.min(), rates.max()) if len(rates) else (math.nan, math.nan)
        said = "too small" if not len(rates) else _rates(slow, fast)
        rows.append(
            (machine, USABLE * own["memory"].iloc[0] / GIGA, bool(len(rates)), slow, fast, f"{machine}: {said}")
        )
    table = pd.DataFrame(rows, columns=["machine", "gigabytes", "fits", "slowest", "fastest", "label"])
    return table.sort_values("gigabytes", kind="stable", ignore_index=True)


def _rates(slow: float, fast: float) -> str:
    slow_, fast_ = (f"{rate:,.0f}" if rate >= 9.95 else f"{rate:.2g}" for rate in (slow, fast))
    return f"{fast_} a second" if slow_ == fast_ else f"{slow_} to {fast_} a second"


def _size(gigabytes: float) -> str:
    return f"{gigabytes:,.0f} GB" if gigabytes >= 9.95 else f"{gigabytes:.2g} GB"
