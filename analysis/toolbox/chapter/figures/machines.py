"""Figures of new machines: chips by year, joules from a bit to a memory, our card's products, the door of a qubit."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, row_labels, theory, ticks
from analysis.kit.controls import Control, slider
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words, roughly, roughly_rule, significant
from analysis.toolbox.chips import BYTE, growth, trends
from analysis.toolbox.energy import MEASURED, MODEL, MULTIPLY_ADD, PHYSICS, PRINTED, TERA, WORD, picojoule
from analysis.toolbox.promises import OWN_SIZE
from analysis.toolbox.quantum import DAY, seconds_to_read
from analysis.toolbox.quantum import door as model_door

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
def chips(rows: pd.DataFrame, line: Sequence[str], estimated: Sequence[str], other: str) -> Figure:
    """Draw what grew from chip to chip along one maker's `line`, and the arithmetic of a watt of all in `rows`, without those of estimated power, and without one maker."""
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
    told, others = rows[~rows["chip"].isin(estimated)], rows[rows["maker"] != other]
    stated, apart = (growth(part["date"], part["per_watt"]) for part in (told, others))
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
        title=f"{arithmetic:.0f} times the arithmetic is {watt:.1f} times that of a watt and {power:.1f} times the watts",
        holds=bool(abs(watt * power / arithmetic - 1) < 1e-9 and found.low > 0 and np.isfinite(found.high)),
        subtitle=f"Peak arithmetic in BF16, dense, of {in_words(len(ours))} chips of one maker and what goes with it; and that of a watt for {len(rows)} chips of three makers",
        caption=f"First panel: doubling times by least squares through {in_words(len(ours))} chips, with {found.level:.0%} intervals: {spans}. Second: dashed, the fit through all {len(rows)} chips, which doubles in {found.doubling:.1f} years "
        f"({found.low:.1f} to {found.high:.1f}). Peaks and watts are what data sheets and tables print, second-hand; Google does not state the watts of its newest chips, and Epoch derives them from its ratios; without them it is {stated.doubling:.1f} years ({stated.low:.1f} to {stated.high:.1f}), and without all chips of {other} {apart.doubling:.1f} ({apart.low:.1f} to {apart.high:.1f}).",
        alt=f"Two panels. From {first.chip} to {last.chip}, rising lines: {line_words}. In the second, points of {len(rows)} chips from {drawn['per_watt'].min():.2f} to {drawn['per_watt'].max():.2f} "
        f"teraflop a second for each watt, rising about a dashed line from {fitted['per_watt'].iloc[0]:.2f} to {fitted['per_watt'].iloc[1]:.2f}.",
        data=pd.concat(
            [times, drawn, significant(fitted).assign(chip="the fit")],
            ignore_index=True,
        ),
        columns={
            "what": "what grew",
            "chip": "chip, or the fit through all",
            "maker": "maker",
            "year": "release, year",
        },
        sources=("toolbox_chips", "epochhardware", "nvidiah100", "computed"),
    )


#: Colour and shape of a kind of rung.
_KINDS = {
    PHYSICS: (theme.THEORY, "diamond"),
    MODEL: (theme.QUIET, "triangle-up"),
    PRINTED: (theme.PUBLISHED, "square"),
    MEASURED: (theme.COMPUTED, "circle"),
}


@figure
def energy(rungs: pd.DataFrame, times: float) -> Figure:
    """Draw the ladder of joules from the bound of physics to a read of memory; `times` multiply-adds cost one weight."""
    rows = significant(rungs[["rung", "kind", "picojoule"]], 4)
    x = alt.X(
        "picojoule:Q",
        **ticks(
            "picojoules",
            1e-9,
            3e4,
            [1e-9, 1e-6, 1e-3, 1, 1e3],
            step="a thousand times more",
            labelExpr="datum.value < 1e-8 ? '10⁻⁹' : datum.value < 1e-5 ? '10⁻⁶' : datum.value < 1e-2 ? '10⁻³' : format(datum.value, ',.0f')",
        ),
    )
    y = alt.Y("rung:N", sort=rows["rung"].tolist(), title=None, axis=None)
    said = rows.assign(label=[f"{r.rung}: {_pico(r.picojoule)}" for r in rows.itertuples()])
    colours = {kind: colour for kind, (colour, _) in _KINDS.items()}
    shapes = {kind: shape for kind, (_, shape) in _KINDS.items()}
    dots = alt.Chart(table("rungs", rows)).mark_point(size=80, opacity=1)
    chart = alt.layer(
        dots.encode(
            x=x,
            y=y,
            color=named_colour("kind", colours, legend=True),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=list(shapes), range=list(shapes.values()))),
            tooltip=["rung:N", "kind:N", "picojoule:Q"],
        ),
        row_labels("names", said, y, dy=-15),
    ).properties(height=alt.Step(40))
    at = rows.set_index("rung")["picojoule"]
    flop, moved = at["a FLOP in BF16"], at["64 bits from the card’s memory"]
    return Figure(
        chart=chart,
        title=f"Moving one weight in BF16 costs our card as much as {times:.0f} multiply-adds",
        holds=bool(abs(times / (moved * 16 / WORD / (MULTIPLY_ADD * flop)) - 1) < 0.01 and at.is_monotonic_increasing),
        subtitle="Energy of an operation or of a read: the bound of physics, a model's bound for chips, a chip of 2014, and one H100 measured",
        caption="Squares are rough values for the technology of 2014, second-hand. Circles are all of one card's power over what it did, so that memory, wires and rest are in each. "
        "The bound for chips is the middle of a model whose authors give a wide range, and an operation erases many bits; the lowest rung is a direction, not a goal.",
        alt=f"A ladder of {len(rows)} rungs on a logarithmic axis. " + "; ".join(said["label"]) + ".",
        columns={
            "rung": "what is done",
            "kind": "bound, model, published or measured",
            "picojoule": "energy, picojoules",
        },
        sources=("gpu-power", "horowitz2014", "ho2023cmos", "landauer1961", "computed"),
    )


def _pico(value: float) -> str:
    """A number of picojoules in words."""
    if value < 1e-3:
        return repr(Number(value, ".1sci", " pJ"))
    return f"{value:,.{0 if value >= 10 else 1 if value >= 1.95 else 2}f} pJ"


#: What is drawn of our card, with colour and shape: `short` and `lasting` measured, the rest printed.
_SHOWN = {
    "printed": (theme.PUBLISHED, "M-0.18,-1L0.18,-1L0.18,1L-0.18,1Z"),
    "some tens of products": (theme.CHAOTIC, "diamond"),
    "two seconds of them": (theme.COMPUTED, "circle"),
}


@figure
def products(card: pd.DataFrame) -> Figure:
    """Draw what our card did in products of matrices, and the energy it took, beside what its data sheet promises."""
    printed, short, lasting = _SHOWN
    rate = card.reset_index().rename(columns={"peak": printed, "short": short, "lasting": lasting})
    rate = rate.melt("product", [printed, short, lasting], var_name="what", value_name="tflops")
    joules = card.reset_index().rename(columns={"promised": printed, "drawn": lasting})
    joules = joules.melt("product", [printed, lasting], var_name="what", value_name="picojoule")
    order = card["product"].tolist()
    y = alt.Y("product:N", sort=order, title=None, axis=None)
    colour = named_colour("what", {what: colour for what, (colour, _) in _SHOWN.items()}, legend=True)
    shape = alt.Shape("what:N", scale=alt.Scale(domain=list(_SHOWN), range=[shape for _, shape in _SHOWN.values()]))
    named = pd.DataFrame({"product": order, "label": order})
    views = []
    for name, rows, column, axis in (
        ("rates", rate, "tflops", ticks("TFLOP/s", 0, 2100, [0, 500, 1000, 1500, 2000], format=",.0f")),
        (
            "joules",
            joules,
            "picojoule",
            ticks("picojoules a FLOP", 0, 1.2, [0, 0.5, 1], format=".1f"),
        ),
    ):
        rows = significant(rows, 4)
        x = alt.X(f"{column}:Q", **axis)
        base = alt.Chart(table(name, rows))
        encoded = {"x": x, "y": y, "color": colour, "shape": shape, "tooltip": ["product:N", "what:N", f"{column}:Q"]}
        below = f"datum.what == {lasting!r}"
        views.append(
            alt.layer(
                base.transform_filter(below).mark_point(size=120, opacity=1).encode(**encoded),
                base.transform_filter(f"!({below})").mark_point(size=80, opacity=1).encode(**encoded),
                row_labels(f"names of {name}", named, y, dy=-16),
            ).properties(height=alt.Step(48))
        )
    share, cost = card["lasting"] / card["peak"], card["drawn"] / card["promised"]
    random = share.drop("bf16_zeros")
    apart = float((card["drawn"] / picojoule(card["watts"], TERA * card["lasting"]) - 1).abs().max())
    zeros = card.loc["bf16_zeros", "drawn"] / card.loc["bf16", "drawn"]
    listed = "; ".join(
        f"{r.product}: {r.lasting:,.0f} of {r.peak:,.0f} TFLOP/s, {r.drawn:.2f} pJ a FLOP" for r in card.itertuples()
    )
    return Figure(
        chart=alt.concat(*views, columns=2),
        title=f"On random numbers our card holds {random.min():.0%} to {random.max():.0%} of the printed peak; zeros take {zeros:.0%} of the energy",
        holds=bool(
            (share < 1).all()
            and (card["short"] < card["peak"]).all()
            and zeros < 0.9
            and (cost[card.index != "bf16_zeros"] > 1).all()
        ),
        subtitle=f"Products of two matrices of {OWN_SIZE:,} rows on one H100 by format: operations a second and energy of one, measured and printed",
        caption="Strokes: the printed peak, and the printed power over it. As products go on the card draws all the power it may and lowers its clock; zeros switch less of it and let it run at a higher one. "
        f"Operations of the pruned product count the dense one that it stands for, as its peak does. One card, one library, one size; its two meters of power differ by up to {apart:.0%}.",
        alt=f"Two panels of points, a row for each format. {listed}.",
        columns={
            "product": "format of the numbers",
            "what": "printed, or measured for how long",
            "tflops": "operations a second, TFLOP/s",
            "picojoule": "energy of an operation, picojoules",
        },
        sources=("gpu-products", "gpu-power", "nvidiah100", "toolbox_chips"),
    )


#: Ends of the axis of qubits and of seconds of `door`.
_FEWEST, _MOST, _SHORTEST, _LONGEST = 10, 1_000_000, 0.3, 3e10
#: Times that the axis names, seconds.
_SECONDS = {60: "1 minute", 3600: "1 hour", 86_400: "1 day", 31_557_600: "1 year", 3_155_760_000: "100 years"}


@figure
def door(
    machines: pd.DataFrame, bits_a_token: float, bandwidth: float, qubits: int, gate: float, tokens: float
) -> Figure:
    """Let the reader set a quantum computer's qubits and speed, and see how long a corpus takes to come in.

    `machines` has columns machine, qubits, label; `bandwidth` is that of a GPU's memory, bytes a second.
    """
    bits_a_token, bandwidth = float(bits_a_token), float(bandwidth)
    controls: list[Control] = [
        slider("qubits", "Logical qubits", 1_000, 100_000, 1_000, qubits, "{}"),
        slider("gate", "Time of one operation", 1, 100, 1, gate, "{} µs"),
        slider("tokens", "Tokens to read", 1, 40, 1, tokens, "{} trillion"),
    ]
    amount = f"(tokens * 1e12 * {bits_a_token!r})"
    takes, card = f"({amount} * gate * 1e-6 / datum.qubits)", f"({amount} / {BYTE} / {bandwidth!r})"
    chosen = takes.replace("datum.qubits", "qubits")
    x = alt.X(
        "qubits:Q",
        **ticks("logical qubits", _FEWEST, _MOST, [10, 1_000, 100_000], step="a hundred times more", format=","),
    )
    said = " : ".join(f"datum.value < {2 * seconds} ? '{words}'" for seconds, words in _SECONDS.items())
    y = alt.Y(
        "seconds:Q",
        **{
            **ticks(
                "time to read it once, no computing", _SHORTEST, _LONGEST, list(_SECONDS), labelExpr=f"{said} : ''"
            ),
            "scale": alt.Scale(type="log", domain=[_SHORTEST, _LONGEST], nice=False),
        },
    )
    line = pd.DataFrame({"qubits": np.geomspace(_FEWEST, _MOST, 61).round(4)})
    one = pd.DataFrame({"which": ["it"]})
    built = machines.assign(qubits=machines["qubits"].astype(float))
    chart = alt.layer(
        alt.Chart(table("a card", one))
        .transform_calculate(seconds=card)
        .mark_rule(color=theme.PUBLISHED, strokeDash=[8, 3])
        .encode(y=y),
        alt.Chart(table("name of the card", one))
        .transform_calculate(seconds=card)
        .mark_text(align="left", dx=6, dy=-10, color=theme.PUBLISHED)
        .encode(x=alt.value(0), y=y, text=alt.value("an H100 from its memory")),
        alt.Chart(table("line", line))
        .transform_calculate(seconds=takes)
        .mark_line(color=theme.COMPUTED, clip=True)
        .encode(x=x, y=y),
        alt.Chart(table("machines", built))
        .transform_calculate(seconds=takes)
        .mark_point(color=theme.PUBLISHED, shape="diamond", size=80, opacity=1, clip=True)
        .encode(x=x, y=y, tooltip=["machine:N", "qubits:Q", "seconds:Q"]),
        alt.Chart(table("names of machines", built))
        .transform_calculate(seconds=takes)
        .mark_text(align="left", dx=9, dy=-9, color=theme.PUBLISHED)
        .encode(x=x, y=y, text="label:N"),
        alt.Chart(table("chosen", one))
        .transform_calculate(qubits="qubits", seconds=chosen)
        .mark_point(color=theme.CHAOTIC, size=120, opacity=1)
        .encode(x=x, y=y, tooltip=["qubits:Q", "seconds:Q"]),
    ).properties(height=340)
    tie = 1 + 1e-9  # of two digits is rounded the same way by the browser

    def found(qubits: float, gate: float, tokens: float) -> str:
        bits = tokens * 1e12 * bits_a_token
        days = tie * seconds_to_read(bits, model_door(qubits, gate * 1e-6)) / DAY
        read = roughly(tie * bits / BYTE / bandwidth)
        return f"{qubits:,.0f} logical qubits of {gate:.0f} µs take in {tokens:.0f} trillion tokens in {roughly(days)} days, an H100 in {read} seconds"

    days, read = f"({tie!r} * {chosen} / {DAY!r})", f"({tie!r} * {card})"
    rule = (
        "format(qubits, ',.0f') + ' logical qubits of ' + format(gate, '.0f') + ' µs take in ' + format(tokens, '.0f') + ' trillion tokens in ' + "
        f"{roughly_rule(days)} + ' days, an H100 in ' + {roughly_rule(read)} + ' seconds'"
    )
    start_bits = tokens * 1e12 * bits_a_token
    drawn = pd.DataFrame({"qubits": sorted({*line["qubits"], *built["qubits"], float(qubits)})})
    drawn["seconds"] = seconds_to_read(start_bits, drawn["qubits"] / (gate * 1e-6))
    first = float(seconds_to_read(start_bits, model_door(qubits, gate * 1e-6)))
    many = float(seconds_to_read(start_bits, model_door(100_000, 1e-6)))
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=rule,
        holds=bool(many > start_bits / BYTE / bandwidth),
        subtitle="Time in which a text comes into a quantum computer at one bit a logical qubit and operation, and into one GPU from its memory",
        caption="Diamonds: what was shown (Quantinuum’s Helios, corrected), what is planned for 2029 (IBM’s Starling) and what an optimistic estimate takes; those of both firms are second-hand, and all stand at the operation’s time that is set, which is not theirs. "
        "Each bit comes in once and nothing is computed. A proof of 2026 saves memory on such machines, not this reading: it still takes every sample once.",
        alt=f"A falling line of time against logical qubits, from {_FEWEST} to {_MOST:,}. At {qubits:,} qubits of {gate:g} microseconds {tokens:g} trillion tokens take {first / DAY:.2f} days; "
        f"an H100 reads as much from its memory in {start_bits / BYTE / bandwidth:.1f} seconds, a dashed line below.",
        data=drawn,
        columns={"qubits": "logical qubits", "seconds": "time to read the text once, seconds"},
        sources=("hoefler2023", "helios2026", "ibm2025starling", "zhao2026quantum", "nvidiah100", "computed"),
    )
