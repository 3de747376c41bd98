"""Figure of section 8: less for each task and more in total."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import named_colour
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import significant


@figure
def per_task_and_total(changes: pd.DataFrame) -> Figure:
    """Set the fall for each task beside the rise of the total.

    `changes` has columns what, kind (per task, volume or total), factor and when.
    """
    rows = significant(changes)
    kinds = {"per task": theme.ORDERED, "volume": theme.BASELINE, "total": theme.CHAOTIC}
    keyed = rows.assign(row=[f"{r.what}, {r.when}" for r in rows.itertuples()], start=1.0)
    y = alt.Y("row:N", sort=list(keyed["row"]), axis=None)
    across: dict[str, Any] = {
        "title": ["after a year, times before", "(each step is ten times more)"],
        "scale": alt.Scale(type="log", domain=[0.01, 100], nice=False),
        "axis": alt.Axis(values=[0.01, 0.1, 1, 10, 100], format="~g"),
    }
    words = [f"1/{1 / v:.0f}" if v < 0.1 else f"{v:.0f}" if v > 5 else f"{v:.2f}" for v in keyed["factor"]]
    said = keyed.assign(label=[f"{r.kind}: {r.row}: × {w}" for r, w in zip(keyed.itertuples(), words, strict=True)])
    chart = alt.layer(
        alt.Chart(table("factors", keyed))
        .mark_bar(height=12)
        .encode(x=alt.X("start:Q", **across), x2="factor:Q", y=y, color=named_colour("kind", kinds)),
        alt.Chart(table("one", keyed[["row", "start"]]))
        .mark_tick(color=theme.INK, thickness=1.5, size=20)
        .encode(x=alt.X("start:Q", **across), y=y),
        alt.Chart(table("names", said[["row", "label", "kind"]]))
        .mark_text(align="left", dy=-17)
        .encode(x=alt.value(2), y=y, text="label:N", color=named_colour("kind", kinds)),
    ).properties(height=48 * len(rows))
    factor = rows.set_index("what")["factor"]
    prompt, total = factor["electricity of a prompt"], factor["electricity"]
    years = rows.set_index("what")["when"]
    return Figure(
        chart=chart,
        title=f"A prompt took {1 / prompt:.0f} times less electricity than a year before, while the total rose by {total - 1:.0%} in {years['electricity']}",
        subtitle="Google: factors of change within about a year, for one prompt, for all tokens, in total",
        caption="Bars start at one, no change. The sources count different years and borders, so the bars do not multiply to each other. The carbon of the electricity fell because Google bought contracts for clean power, not because its machines drew less. "
        "What making chips and buildings emitted is in the last bar only.",
        alt="Bars of factors on a logarithmic axis around one. " + "; ".join(said["label"]) + ".",
        sources=("market", "computed"),
        holds=bool(prompt < 1 < total),
    )
