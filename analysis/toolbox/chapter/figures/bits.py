"""Figures of fewer bits: what schemes cost, the noise of rounding by law and in our layers, clipping, and formats."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import apart, labels, row_labels, theory, ticks
from analysis.kit.controls import slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, significant
from analysis.toolbox.base import MODEL
from analysis.toolbox.formats import CODE_BITS, FORMATS
from analysis.toolbox.rounding import sine_snr, snr
from analysis.toolbox.rounding_runs import ONE_SCALE, SCALE_BITS, SCHEMES

#: Weights that share a scale in the blocks of the pictures.
BLOCK = SCHEMES["block 32"].block or 0
#: The six schemes of the picture: name, colour, dash.
SHOWN = {
    ONE_SCALE: ("one scale a layer", theme.CHAOTIC, [1, 0]),
    "unit": ("one a unit", theme.ACCENT, [1, 0]),
    "unit, clipped": ("a unit, clipped", theme.ACCENT, [2, 3]),
    "GPTQ, unit": ("a unit, GPTQ", theme.BASELINE, [7, 3]),
    "block 32": (f"blocks of {BLOCK}", theme.COMPUTED, [1, 0]),
    "GPTQ, block 32": (f"{BLOCK}, GPTQ", theme.ORDERED, [7, 3]),
}
#: Rounding to nearest and GPTQ, each with and without clipping.
_PAIRS = ("unit", "GPTQ, unit", "block 32", "GPTQ, block 32")
_LAYERS = ["snr_1", "snr_2", "snr_3"]
#: Losses below this, in nats, are not drawn on a logarithmic axis: they are the size of their own scatter.
FAINT = 3e-4
_NETWORKS = f"character models of {MODEL.parameters:,} parameters"


def _added(rows: pd.DataFrame) -> pd.DataFrame:
    """The experiment's rows with the column ``added``: loss of the rounded network less that of the trained one."""
    return rows.assign(added=rows["loss"] - rows["as_trained"])


@figure
def schemes(rows: pd.DataFrame, crude: int, fine: int) -> Figure:
    """Draw what six ways of rounding add to the loss; `crude` and `fine` are the bits that the finding names."""
    own = _added(rows)
    own = own[own["scheme"].isin(SHOWN)]
    drawn = own[(own["bits"] <= 6) & (own["added"] >= FAINT)]
    drawn = drawn.assign(
        name=[SHOWN[s][0] for s in drawn["scheme"]],
        colour=[SHOWN[s][1] for s in drawn["scheme"]],
        order=[list(SHOWN).index(s) for s in drawn["scheme"]],
    )
    dots = significant(drawn[["name", "bits", "seed", "added", "colour"]])
    means = own.groupby(["scheme", "bits"])["added"].mean()
    lines = significant(
        pd.DataFrame(
            [
                {"name": SHOWN[s][0], "bits": bits, "added": value, "colour": SHOWN[s][1], "dash": s}
                for (s, bits), value in means.items()
                if bits <= 6
            ]
        )
    )
    x = alt.X("bits:Q", **ticks("bits a weight, without its scale", 1.9, 8.6, [2, 3, 4, 5, 6]))
    y = alt.Y(
        "added:Q",
        **ticks("loss added (nats a symbol)", FAINT / 1.3, 8, [0.001, 0.01, 0.1, 1], "ten times more", format="~g"),
    )
    colour = alt.Color("colour:N", scale=None)
    dash = alt.StrokeDash(
        "dash:N",
        scale=alt.Scale(domain=list(SHOWN), range=[dash for _, _, dash in SHOWN.values()]),
        legend=None,
    )
    ends = lines[lines["bits"] == 6].copy()
    places = apart(np.log10(ends["added"]).tolist(), 0.26)
    ends = ends.assign(added=10 ** np.array(places), label=ends["name"])
    chart = alt.layer(
        alt.Chart(table("means", lines)).mark_line().encode(x=x, y=y, color=colour, strokeDash=dash, detail="name:N"),
        alt.Chart(table("networks", dots))
        .mark_point(size=22, opacity=0.9)
        .encode(x=x, y=y, color=colour, tooltip=["name:N", "bits:Q", "seed:Q", "added:Q"]),
        labels("names", ends[["bits", "added", "label", "colour"]], x, y, dx=7, fontWeight="bold"),
    ).properties(height=340)
    at = means.unstack()
    worst, best = at[crude].max(), at[crude].min()
    free = own[own["bits"] == fine]["added"].max()
    listed = "; ".join(
        f"{SHOWN[s][0]}: " + ", ".join(f"{at.loc[s, b]:.2g} at {b}" for b in (2, 3, 4, 5, 6)) for s in SHOWN
    )
    return Figure(
        chart=chart,
        title=f"At {in_words(crude)} bits the way of rounding matters {in_words(round(worst / best))}fold; "
        f"{in_words(fine)} bits are all but free",
        holds=bool(best > 0 and free < 0.002 and at.loc[ONE_SCALE, crude] == worst),
        subtitle="Loss that rounding the weights adds, in nats a symbol, by bits and by how many weights share a scale",
        caption=f"Lines are means of {in_words(own['seed'].nunique())} networks, dots the networks; all are scored on "
        f"the same text. Dots under {FAINT:g} are left out. At {in_words(fine)} bits no scheme adds more than "
        f"{free:.4f} to any of them. The scales take bits too, {SCALE_BITS / BLOCK:g} a weight for blocks of {BLOCK}. Ours are {_NETWORKS}; "
        "large models are rounded in their activations too, and those have outliers.",
        alt=f"Six falling lines of loss added against bits. {listed}.",
        sources=("computed", "dettmers2022int8"),
        columns={"name": "way of rounding", "seed": "seed of the network", "added": "loss added, nats a symbol"},
    )


@figure
def noise(rows: pd.DataFrame, block: int) -> Figure:
    """Draw the signal-to-noise ratio by block size, by the law and in our layers, at bits that the reader sets."""
    inputs, units = zip(*MODEL.shapes[1::2], strict=True)
    sizes = [n * m for n, m in zip(inputs, units, strict=True)]
    kept = rows[rows["scheme"].str.fullmatch(r"block \d+") | (rows["scheme"] == ONE_SCALE)]
    kept = kept[kept["bits"].between(3, 6)]
    each = kept.melt(["scheme", "bits", "seed"], _LAYERS, "layer", "snr")
    each["layer"] = each["layer"].str[-1].astype(int)
    each["n"] = [
        sizes[layer - 1] if scheme == ONE_SCALE else int(scheme.split()[1])
        for scheme, layer in zip(each["scheme"], each["layer"], strict=True)
    ]
    dots = significant(each.groupby(["bits", "n", "layer"], as_index=False)["snr"].mean())
    dots["name"] = [f"layer {layer}" for layer in dots["layer"]]
    bits = sorted(int(b) for b in dots["bits"].unique())
    grid = 2 ** np.arange(2, 16)
    law = pd.DataFrame({"bits": np.repeat(bits, len(grid)), "n": np.tile(grid, len(bits))})
    law = significant(law.assign(snr=snr(law["bits"], law["n"])))
    told = significant(pd.DataFrame({"bits": bits, "snr": sine_snr(bits)}))
    control = slider("b", "Bits a weight", bits[0], bits[-1], 1, 4, "{} bits")
    x = alt.X(
        "n:Q",
        **ticks("weights that share a scale", 3, 60_000, [8, 64, 512, 4096, 32768], "eight times more", format=","),
    )
    y = alt.Y("snr:Q", **ticks("signal over noise (decibels)", 0, 42, range(0, 41, 10)))
    here = "datum.bits == b"
    shapes = {"layer 1": "circle", "layer 2": "square", "layer 3": "triangle-up"}
    shape = alt.Shape("name:N", scale=alt.Scale(domain=list(shapes), range=list(shapes.values())))
    name = pd.DataFrame({"bits": bits, "n": 5.0, "snr": told["snr"], "label": "textbook, 6.02 b + 1.76"})
    law_name = law[law["n"] == 256].assign(label="law for normal weights")
    chart = alt.layer(
        alt.Chart(table("textbook", told))
        .transform_filter(here)
        .mark_rule(color=theme.PUBLISHED, strokeWidth=1.5)
        .encode(y=y),
        labels("name of the law", law_name, x, y, theme.THEORY, dx=0, dy=-12).transform_filter(here),
        labels("name of the textbook's", name, x, y, theme.PUBLISHED, dx=0, dy=-10).transform_filter(here),
        theory("law", law, x, y).transform_filter(here),
        alt.Chart(table("layers", dots))
        .transform_filter(here)
        .mark_point(color=theme.COMPUTED, size=60, opacity=0.9)
        .encode(x=x, y=y, shape=shape, tooltip=["name:N", "n:Q", "bits:Q", "snr:Q"]),
    ).properties(height=330)
    at = each[each["scheme"] == f"block {block}"]
    missed = {b: float((at[at["bits"] == b]["snr"] - snr(b, block)).abs().max()) for b in bits}
    over = {b: float((sine_snr(b) - at[at["bits"] == b]["snr"]).min()) for b in bits}

    def found(b: float) -> str:
        return (
            f"At {b:g} bits the law errs by {math.ceil(10 * missed[int(b)]) / 10:.1f} decibels at most, "
            f"the textbook by {math.floor(10 * over[int(b)]) / 10:.1f} at least"
        )

    shared = dots[(dots["bits"] == 4) & (dots["n"] > max(inputs))]
    short = snr(4, shared["n"]) - shared["snr"]
    blocks = [n for n in dots["n"].unique() if n <= max(inputs)]
    first = snr(4, max(blocks)) - dots.set_index(["bits", "n", "layer"])["snr"][4, max(blocks), 1]
    listed = ", ".join(f"{snr(4, n):.1f} decibels with {n:,} weights" for n in (8, 32, 128, 4096))
    return Figure(
        chart=chart,
        controls=[control],
        finding=found,
        subtitle="Ratio of the weights' square to that of their rounding error, in decibels, by how many share a scale",
        caption=f"Errors are told for {block} weights a scale, over all layers and networks. The dashed line is the law for normal weights; marks are the three layers of our networks, means of {in_words(rows['seed'].nunique())}; "
        f"the grey line is the textbook's, for a sine wave that fills the range. At {CODE_BITS} bits the law is {short.min():.0f} to {short.max():.0f} decibels too good for one scale a layer (the last marks), and {first:.1f} for {max(blocks)} weights of the first layer: "
        "there a few large weights set the scale for many small ones.",
        alt=f"A dashed falling line of signal over noise against block size, with dots on it, and a grey line above. By the law at {CODE_BITS} bits: {listed}; the textbook says {sine_snr(4):.1f}. {found(4)}.",
        sources=("computed",),
        columns={"bits": "bits a weight", "layer": "layer", "n": "weights that share a scale"},
        holds=bool(max(missed.values()) < 1 and min(over.values()) > 4),
    )


@figure
def clipping(rows: pd.DataFrame, bits: int) -> Figure:
    """Draw loss added against the weights' signal over noise, with and without clipping and compensation."""
    own = _added(rows)
    own = own[own["bits"] == bits].assign(snr=lambda t: t[_LAYERS].mean(axis=1))
    wanted = [*_PAIRS, *(f"{name}, clipped" for name in _PAIRS)]
    own = own[own["scheme"].isin(wanted)]
    own = own.assign(
        clipped=["clipped" if s.endswith("clipped") else "largest weight kept" for s in own["scheme"]],
        name=[s.removesuffix(", clipped") for s in own["scheme"]],
    )
    own["colour"] = [theme.ORDERED if s.startswith("GPTQ") else theme.COMPUTED for s in own["name"]]
    dots = significant(own[["name", "clipped", "seed", "snr", "added", "colour"]])
    means = dots.groupby(["name", "clipped", "colour"], as_index=False)[["snr", "added"]].mean()
    x = alt.X("snr:Q", **ticks("signal over noise of the weights (decibels)", 14.5, 23.2, range(15, 24, 2)))
    y = alt.Y("added:Q", **ticks("loss added (nats a symbol)", 0, 0.06, [0, 0.02, 0.04, 0.06], format="~g"))
    colour = alt.Color("colour:N", scale=None)
    kinds = {"largest weight kept": "circle", "clipped": "diamond"}
    shape = alt.Shape(
        "clipped:N",
        scale=alt.Scale(domain=list(kinds), range=list(kinds.values())),
        legend=alt.Legend(title=None, symbolFillColor=theme.PUBLISHED, symbolStrokeColor=theme.PUBLISHED),
    )
    wide = means.pivot_table(index=["name", "colour"], columns="clipped", values=["snr", "added"]).reset_index()
    arrows = pd.DataFrame(
        {
            "name": wide["name"],
            "colour": wide["colour"],
            "snr": wide["snr", "largest weight kept"],
            "added": wide["added", "largest weight kept"],
            "to_snr": wide["snr", "clipped"],
            "to_added": wide["added", "clipped"],
        }
    )
    told = {"unit": "nearest, a unit", "GPTQ, unit": "GPTQ, a unit"}
    told |= {"block 32": f"nearest, {BLOCK}", "GPTQ, block 32": f"GPTQ, {BLOCK}"}
    named = arrows.assign(
        label=arrows["name"].map(told), snr=arrows["to_snr"], added=arrows[["added", "to_added"]].mean(axis=1)
    )[["snr", "added", "label", "colour"]]
    chart = alt.layer(
        alt.Chart(table("arrows", significant(arrows)))
        .mark_rule(strokeWidth=2)
        .encode(x=x, y=y, x2="to_snr:Q", y2="to_added:Q", color=colour),
        alt.Chart(table("networks", dots))
        .mark_point(size=50, opacity=0.8)
        .encode(x=x, y=y, color=colour, shape=shape, tooltip=["name:N", "clipped:N", "seed:Q", "snr:Q", "added:Q"]),
        labels("names", significant(named), x, y, dx=13, fontWeight="bold"),
    ).properties(height=320)
    both = own.set_index(["scheme", "seed"])[["snr", "added"]]
    gains = {s: both.loc[f"{s}, clipped"] - both.loc[s] for s in _PAIRS}
    moves = {s: both.loc[f"GPTQ, {s}"] - both.loc[s] for s in ("unit", "block 32")}
    listed = "; ".join(
        f"{told[r.name]}: {r.snr:.1f} decibels and {r.added:.3f}, clipped {r.to_snr:.1f} and {r.to_added:.3f}"
        for r in arrows.set_index("name", drop=False).loc[list(_PAIRS)].itertuples(index=False)
    )
    worse = sum(bool((gains[s]["added"] > 0).all()) for s in _PAIRS)
    return Figure(
        chart=chart,
        title="Less noise is not less loss: GPTQ makes more and wins, clipping makes less in vain",
        holds=bool(
            all((g["snr"] > 0).all() and g["added"].mean() > 0 for g in gains.values())
            and all((m["snr"] < 0).all() and (m["added"] < 0).all() for m in moves.values())
            and all((gains[s]["added"] > 0).all() for s in _PAIRS if s.startswith("GPTQ"))
        ),
        subtitle=f"Loss added at {in_words(bits)} bits against the signal over noise of the rounded weights, mean of three layers",
        caption=f"Nearest: each weight by itself, with one scale a unit or one for {BLOCK} weights. A mark is a network, a line leads from means without clipping to means with it. With GPTQ clipping costs all "
        f"{in_words(own['seed'].nunique())} networks something; rounded to nearest, some gain and some lose, and we call it nothing. With fewer bits clipping does help. "
        "Our networks are small; signs may differ in large ones.",
        alt=f"Four pairs of marks. {listed}. Clipping costs every network in {in_words(worse)} of {in_words(len(_PAIRS))} ways.",
        sources=("computed",),
        columns={"name": "way of rounding", "clipped": "whether scales may clip", "seed": "seed of the network"},
    )


@figure
def formats(rows: pd.DataFrame) -> Figure:
    """Draw what formats of four bits store and what they add to the loss."""
    own = _added(rows)
    kinds = {"NF4": "NF4", "MXFP4": "MXFP4", "INT4": "integers", "INT4 + zero": "integers and a zero", "Q4_0": "Q4_0"}
    kinds |= {"NVFP4": "NVFP4", "block 64": "integers", "block 16": "integers"}
    blocks = {s: FORMATS[s].block if s in FORMATS else SCHEMES[s].block for s in kinds}
    told = {s: f"{kind}, {blocks[s]} a scale" for s, kind in kinds.items()}
    own = own[(own["bits"] == 4) & own["scheme"].isin(told)]
    stored = own.groupby("scheme")["stored"].mean()
    means = own.groupby("scheme")["added"].mean()
    order = sorted(told, key=lambda s: (stored[s], means[s]))
    places = {s: i for i, s in enumerate(order)}
    dots = significant(
        own.assign(name=own["scheme"].map(told), place=own["scheme"].map(places))[
            ["name", "place", "stored", "seed", "added"]
        ]
    )
    bars = significant(
        pd.DataFrame(
            {
                "name": [told[s] for s in order],
                "place": range(len(order)),
                "stored": [stored[s] for s in order],
                "added": [means[s] for s in order],
                "label": [f"{stored[s]:.3g} bits: {told[s]}" for s in order],
            }
        )
    )
    x = alt.X("added:Q", **ticks("loss added (nats a symbol)", 0, 0.042, [0, 0.01, 0.02, 0.03, 0.04], format="~g"))
    y = alt.Y(
        "place:Q", title=None, scale=alt.Scale(domain=[-0.75, len(order) - 0.5], reverse=True, nice=False), axis=None
    )
    chart = alt.layer(
        alt.Chart(table("means", bars))
        .mark_tick(color=theme.COMPUTED, thickness=3, size=18, opacity=1)
        .encode(x=x, y=y, tooltip=["name:N", "stored:Q", "added:Q"]),
        alt.Chart(table("networks", dots))
        .mark_point(color=theme.COMPUTED, size=32, opacity=1, filled=False, strokeWidth=1.5)
        .encode(x=x, y=y, tooltip=["name:N", "stored:Q", "seed:Q", "added:Q"]),
        row_labels("names", bars[["place", "label"]], y, dy=-17),
    ).properties(height=44 * len(order))
    paired = own.pivot(index="seed", columns="scheme", values="added")
    ratio = means["MXFP4"] / means["NF4"]
    listed = "; ".join(f"{told[s]} stores {stored[s]:.2f} bits and adds {means[s]:.3f}" for s in order)
    return Figure(
        chart=chart,
        title=f"Of formats of {in_words(CODE_BITS)} bits NF4 stores least, and MXFP4 adds {ratio:.1f} times its loss",
        holds=bool(stored.idxmin() == "NF4" and ratio > 1.5 and (paired["MXFP4"] > paired["NF4"]).all()),
        subtitle=f"Loss that formats of {in_words(CODE_BITS)} bits add, in nats a symbol, by the bits that they store a weight with all scales",
        caption=f"Circles are {in_words(own['seed'].nunique())} networks, ticks their means. The code comes with a scale for each block, "
        f"of {SCALE_BITS} bits where nothing else is said; that of MXFP4 is a power of two, that of NVFP4 a small float, that of Q4_0 has a sign, and NF4 rounds its scales as well. Only weights are rounded here; the machines that have MXFP4 and NVFP4 round activations too.",
        alt=f"Eight rows. {listed}.",
        sources=("computed", "dettmers2023", "nvfp4_2025"),
        columns={
            "name": "format",
            "place": "number of the row",
            "stored": "bits stored a weight",
            "seed": "seed of the network",
        },
    )
