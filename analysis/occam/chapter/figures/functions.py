"""Figures of sections 1 and 2: Boolean functions and how complex they are."""

from __future__ import annotations

import json

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import title_by_choice
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words
from analysis.occam.boolean import MAX_INPUTS, Packed, unpack
from analysis.occam.complexity import average_sensitivity, entropy, fourier_degree, k_lz

_SHOWN = ("constant 1", "dictator x0", "x0 AND x1", "majority", "parity", "random")


@figure
def truth_tables(functions: dict[str, Packed]) -> Figure:
    """Draw truth tables as pictures of 8 rows by 16 columns."""
    names = [name for name in _SHOWN if name in functions]
    complexity = k_lz(np.stack([functions[name] for name in names]))
    cells = 2**MAX_INPUTS
    cell = np.arange(cells)
    rows = pd.concat(
        pd.DataFrame(
            {
                "function": f"{name}: {bits:g} bits",
                "row": cell // 16,
                "column": cell % 16,
                "answer": unpack(functions[name])[0].astype(int),
            }
        )
        for name, bits in zip(names, complexity, strict=True)
    )
    picture = (
        alt.Chart()
        .mark_rect(stroke=theme.PAPER, strokeWidth=0.6)
        .encode(
            x=alt.X("column:O", axis=None),
            y=alt.Y("row:O", axis=None),
            color=alt.Color(
                "answer:N", scale=alt.Scale(domain=[0, 1], range=[theme.GRID, theme.COMPUTED]), legend=None
            ),
            tooltip=["function:N", "answer:N"],
        )
        .properties(height=104)
    )
    chart = picture.facet(
        data=table("truth tables", rows),
        facet=alt.Facet(
            "function:N", title=None, sort=list(dict.fromkeys(rows["function"])), header=alt.Header(labelAnchor="start")
        ),
        columns=3,
    )
    listed = "; ".join(f"{name} {bits:g}" for name, bits in zip(names, complexity, strict=True))
    return Figure(
        chart=chart,
        title=f"Each function of {in_words(MAX_INPUTS)} inputs is a picture of {cells} cells; the one drawn at random is the most complex here",
        subtitle=f"Truth tables of {in_words(len(names))} functions, the first input changes slowest; filled cells are ones",
        caption="Read each picture row by row: cell number *r* is the answer to the input that spells *r* in binary. "
        "All but the last can be described in a few words. The last was drawn at random; nearly all functions "
        "that exist look like it. The number is the complexity defined in the next section.",
        alt=f"Truth tables of {cells} cells. All but one show regular patterns, the last looks like noise. "
        f"Their Lempel-Ziv complexity in bits: {listed}.",
        sources=("computed",),
        columns={
            "row": "row of the picture, number from the top",
            "column": "column of the picture, number from the left",
            "answer": "answer of the function, the number 0 or 1",
        },
        holds=bool(complexity[names.index("random")] > np.delete(complexity, names.index("random")).max()),
    )


_MEASURES = {"average sensitivity": average_sensitivity, "entropy": entropy, "Fourier degree": fourier_degree}
_TITLES = {
    "average sensitivity": "average sensitivity, inputs",
    "entropy": "entropy of the truth table, bits",
    "Fourier degree": "Fourier degree, inputs",
}
_MORE = {
    "average sensitivity": "a larger sensitivity",
    "entropy": "a larger entropy",
    "Fourier degree": "a larger Fourier degree",
}


@figure
def complexity_measures(functions: dict[str, Packed], uniform: Packed) -> Figure:
    """Compare K_LZ with measures of other kinds on named functions."""
    names = ["constant 1", "dictator x0", "x0 XOR x6", "majority", "parity"]
    packed = np.stack([functions[name] for name in names])
    rows = pd.concat(
        pd.DataFrame(
            {"function": names, "k_lz": k_lz(packed), "measure": measure, "value": np.asarray(f(packed), float)}
        )
        for measure, f in _MEASURES.items()
    )
    cloud = uniform[:150]
    noise = pd.concat(
        pd.DataFrame({"k_lz": k_lz(cloud), "measure": measure, "value": np.asarray(f(cloud), float)})
        for measure, f in _MEASURES.items()
    ).drop_duplicates()
    chosen = choice("measure", "Measure on the vertical axis", list(_MEASURES), "average sensitivity")
    x = alt.X("k_lz:Q", title="Lempel-Ziv complexity (bits)", scale=alt.Scale(domain=[0, 185], nice=False))
    y = alt.Y("value:Q", title=None)
    here = "datum.measure == measure"
    below = ["x0 XOR x6", "parity"]  # their neighbours on the left are named above
    points = alt.Chart(table("named functions", rows)).transform_filter(here).mark_point(color=theme.COMPUTED)
    random = alt.Chart(table("random functions", noise)).transform_filter(here)
    chart = alt.layer(
        random.mark_point(color=theme.BASELINE, opacity=0.75, shape="cross", size=16).encode(x=x, y=y),
        points.encode(x=x, y=y, tooltip=["function:N", "k_lz:Q", "value:Q"]),
        *(
            points.transform_filter(f"indexof({json.dumps(below)}, datum.function) {'>=' if side > 0 else '<'} 0")
            .mark_text(align="left", dx=5, dy=12 * side, color=theme.INK)
            .encode(x=x, y=y, text="function:N")
            for side in (-1, 1)
        ),
        title_by_choice("titles", chosen, _TITLES, above=26),
    ).properties(height=380)
    parity, constant = (
        rows[rows["function"] == name].set_index("measure").loc["average sensitivity"]
        for name in ("parity", "constant 1")
    )
    most = rows.groupby("measure", sort=False)[["k_lz", "value"]].max()
    hardest = rows[rows["function"] == "parity"].set_index("measure")[["k_lz", "value"]] == most

    def found(measure: str) -> str:
        if hardest.loc[measure].all():
            return f"Parity is simple to say, yet nothing named here has a larger Lempel-Ziv complexity or {_MORE[measure]}"
        return (
            f"Parity is simple to say, and something named here has a larger Lempel-Ziv complexity or {_MORE[measure]}"
        )

    return Figure(
        chart=chart,
        controls=[chosen],
        finding=found,
        subtitle="Named functions (points) and random ones (crosses), Lempel-Ziv complexity and a measure of another kind",
        caption="The menu changes the vertical measure. Sensitivity counts how often one flipped bit flips the answer, "
        "entropy only how many ones there are, the Fourier degree how many inputs must be multiplied. Parity has "
        "one line of English and the largest sensitivity and degree there are.",
        alt="Scatter of named Boolean functions. The Lempel-Ziv complexity of parity is "
        f"{parity['k_lz']:g} bits with average sensitivity {parity['value']:g}, the largest possible; constants sit at "
        f"{constant['k_lz']:g} bits and sensitivity {constant['value']:g}; random functions lie near "
        f"{k_lz(uniform).mean():.0f} bits and sensitivity {average_sensitivity(uniform).mean():.1f}.",
        sources=("lempel1976", "computed"),
        columns={"value": "the other measure: a number of inputs, or bits of entropy"},
        holds=bool(hardest.all(axis=None)),
    )


@figure
def published_variant(differences: pd.DataFrame) -> Figure:
    """Show how far the released count is from the definition."""
    rows = differences.assign(label=[f"{100 * share:.1f} %" for share in differences["share"]])
    x = alt.X("difference:O", title="released count minus definition (bits)", sort=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("share:Q", title="share of random functions", axis=alt.Axis(format="%"))
    data = table("differences", rows)
    chart = alt.layer(
        alt.Chart(data).mark_bar(color=theme.PUBLISHED, size=46).encode(x=x, y=y, tooltip=["difference:O", "share:Q"]),
        alt.Chart(data).mark_text(dy=-8, color=theme.INK).encode(x=x, y=y, text="label:N"),
    ).properties(height=240)
    equal = float(rows.loc[rows["difference"] == 0, "share"].sum())
    lower = [f"{-difference:g}" for difference in rows["difference"] if difference]
    return Figure(
        chart=chart,
        title=f"The released count equals its own definition on {Number(equal, '.0%')} of random functions and is lower on the rest",
        subtitle="Complexity by the released loop minus complexity by the definition, random functions of "
        f"{MAX_INPUTS} inputs",
        caption="The loop of the released script stops one symbol early, so that a last word can go uncounted. "
        "The difference is small and never positive, but printed complexities carry it.",
        alt=f"Bar chart. The released count equals the definition on {100 * equal:.0f} percent of random functions and "
        f"is lower by {' or '.join(lower)} bits on the others: "
        + ", ".join(f"{r.difference:g} bits on {r.label}" for r in rows.itertuples())
        + ".",
        sources=("mingard2024code", "lempel1976", "computed"),
        holds=bool(0 < equal < 1 and (rows.loc[rows["share"] > 0, "difference"] <= 0).all()),
    )
