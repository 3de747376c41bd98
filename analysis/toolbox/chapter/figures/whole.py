"""Figures of the whole toolbox: what was promised and delivered, the part that a tool does not touch, and pairs."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, named_colour, named_shape, row_labels, theory, ticks
from analysis.kit.controls import choice, slider, start
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import in_words, significant
from analysis.toolbox.amdahl import implied_share, limit, speedup
from analysis.toolbox.decoding import PLAIN
from analysis.toolbox.optimisers import LEVEL, compared, mean_interval
from analysis.toolbox.promises import OWN_SIZE, median_share, quartiles

#: What each kind is called, the one that matters most first.
NAMES = {"step": "a whole step", "kernel": "one kernel", "bytes": "stored bytes"}
_PROMISED, _TOLD, _OURS = "promised", "as published", "on our H100"
#: Height of the picture, and what its names of tools take at its left.
_HEIGHT, _LEFT = 306, 128
#: Tools by what the picture has room for.
_SHORT = {
    "LLM.int8() product, 175B": "LLM.int8() product",
    "FP8 product, scaled blocks": "FP8, scaled blocks",
    "8-bit floats throughout": "8-bit floats, all",
    "8 bits throughout": "8-bit integers, all",
    "FP8 training, Llama-3-8B": "FP8 training, 8B",
    "FP8 training, GPT-2 size": "FP8 training, GPT-2",
    "MXFP8 training, Llama 4": "MXFP8 training",
    "2:4, segment-anything": "2:4, pictures",
    "8 bits, segment-anything": "8 bits, pictures",
    "2:4 on 4-bit weights": "2:4 on 4 bits",
    "pruned, 5 bits, AlexNet": "pruned AlexNet",
    "pruned, 5 bits, VGG-16": "pruned VGG-16",
}


def _name(tool: str) -> str:
    """A tool in few letters."""
    plain = tool.removesuffix(", decoding")
    return _SHORT.get(plain, plain)


def _label(row: object) -> str:
    """A tool with both its factors."""
    promised, delivered = (f"{value:.2g}" for value in (row.promised, row.delivered))  # type: ignore[attr-defined]
    return f"{row.tool}: {promised} → {delivered}"  # type: ignore[attr-defined]


@figure
def promises(promises: pd.DataFrame, left_out: pd.DataFrame, of: float) -> Figure:
    """Draw what tools promise and deliver, by what was measured; the reader chooses the kind.

    Parameters
    ----------
    promises, left_out : DataFrame
        As :func:`analysis.toolbox.promises.promises` and ``left_out`` give them.
    of : float
        The promise of which the finding says what arrives.
    """
    views = list(NAMES.values())
    show = choice("show", "What was measured", views, views[0])
    parts = []
    for kind, view in NAMES.items():
        own = promises[promises["kind"] == kind].sort_values("share", ascending=False, ignore_index=True)
        place = (np.arange(len(own)) + 0.5) * _HEIGHT / len(own)
        parts.append(own.assign(view=view, place=place, name=[_name(tool) for tool in own["tool"]]))
    kept = ["view", "place", "tool", "name", "resource", "promised", "delivered", "share", "mark"]
    rows = significant(pd.concat(parts, ignore_index=True)[kept])
    wide = f"show == '{NAMES['bytes']}'"  # the promises of stored bytes go ten times farther
    axis = ticks("factor", 0.075, 12.5, [], "ten times more", format="~g", titleX=0, titleAlign="left")
    axis["axis"].values = alt.ExprRef(f"{wide} ? [0.1, 1, 10, 100] : [0.1, 1, 10]")
    axis["scale"].domainMax = alt.ExprRef(f"{wide} ? 110 : 12.5")
    axis["scale"].range = [_LEFT, alt.ExprRef("width")]
    x, y = alt.X("factor:Q", **axis), alt.Y("place:Q", scale=alt.Scale(domain=[0, _HEIGHT], reverse=True), axis=None)
    long = rows.melt(
        [column for column in kept if column not in ("promised", "delivered")],
        ["promised", "delivered"],
        var_name="what",
        value_name="factor",
    )
    measured = np.where(long["mark"] == "measured", _OURS, _TOLD)
    long["what"] = np.where(long["what"] == "promised", _PROMISED, measured)
    colours = {_PROMISED: theme.THEORY, _TOLD: theme.PUBLISHED, _OURS: theme.COMPUTED}
    shapes = {_PROMISED: "diamond", _TOLD: "circle", _OURS: "square"}
    here = "datum.view == show"
    base = alt.Chart(table("tools", rows)).transform_filter(here)
    legend = alt.Legend(title=None, columns=3, columnPadding=12)
    chart = alt.layer(
        base.mark_tick(color=theme.QUIET, orient="vertical", size=8, thickness=1, opacity=1).encode(
            x=alt.XDatum(1, **axis), y=y
        ),
        base.mark_rule(color=theme.QUIET, strokeWidth=1.2).encode(x=alt.X("promised:Q", **axis), x2="delivered:Q", y=y),
        alt.Chart(table("factors", long))
        .transform_filter(here)
        .mark_point(size=48, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "what:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend
            ),
            shape=alt.Shape("what:N", scale=alt.Scale(domain=list(shapes), range=list(shapes.values())), legend=legend),
            tooltip=["tool:N", "resource:N", "what:N", "factor:Q", "share:Q"],
        ),
        base.mark_text(align="left", baseline="middle", color=theme.INK, fontSize=theme.SMALL).encode(
            x=alt.value(0), y=y, text="name:N"
        ),
    ).properties(height=_HEIGHT)
    ends = {
        view: sorted(of ** median_share(promises, kind, each=each) for each in ("tool", "source"))
        for kind, view in NAMES.items()
    }

    def found(show: str) -> str:
        low, high = (f"{end:.1f}" for end in ends[show])
        return f"A promised factor of {of:.0f} becomes {low if low == high else f'{low} to {high}'} in {show}"

    medians = {kind: median_share(promises, kind) for kind in NAMES}
    middle = [of**share for share in quartiles(promises, "step")]
    told = left_out.dropna(subset=["promised", "delivered"])
    wider = pd.concat([promises, told.assign(share=np.log(told["delivered"]) / np.log(told["promised"]))])
    with_them = of ** median_share(wider, "step")
    second = int((promises["mark"] == "secondary").sum())
    own = int((promises["mark"] == "measured").sum())
    listed = "; ".join(
        f"{view}: " + ", ".join(_label(row) for row in rows[rows["view"] == view].itertuples()) for view in views
    )
    return Figure(
        chart=chart,
        controls=[show],
        finding=found,
        subtitle="Factors that tools promise and deliver; the finding counts each tool once, and each source once",
        caption=f"{len(promises)} tools: all that we found which can be counted beforehand and was measured with and without the tool in the same program, on as many of the same machines; of several sizes, the best for the tool. The finding is a median of the share kept, the logarithm of what was delivered over that of what was promised; among the middle {1 / 2:.0%} of the tools a whole step gets {middle[0]:.1f} to {middle[1]:.1f} of {of:.0f}. One kernel lies between, but cannot be told apart from a whole step. "
        f"{in_words(own).capitalize()} kernels are ours, from one card at size {OWN_SIZE:,}; {in_words(second)} tools we know second-hand. {in_words(len(left_out)).capitalize()} more are left out because something else changed too, or cannot be checked; with those of them that were timed, a whole step gets {with_them:.1f}.",
        alt=f"Pairs of marks on a logarithmic axis, promised and delivered, a row a tool; the reader chooses what was measured. {listed}.",
        sources=("toolbox", "computed"),
        columns={
            "place": "coordinate of the row, from the top",
            "tool": "tool",
            "resource": "resource that the tool changes",
            "factor": "factor",
            "what": "promised or delivered",
            "share": "share of the promise kept, in the logarithm",
            "mark": "how the row is known",
        },
        data=long.loc[long["view"] == views[0], ["tool", "resource", "what", "factor", "share", "mark", "place"]],
        holds=bool(
            ends[NAMES["bytes"]][0] > ends[NAMES["step"]][1] and medians["bytes"] > medians["kernel"] > medians["step"]
        ),
    )


@figure
def roofline(measured: pd.DataFrame, width: int) -> Figure:
    """Draw the time of a batch through one matrix, measured on our card, beside its roofline.

    Parameters
    ----------
    measured : DataFrame
        As :func:`analysis.toolbox.roofline.measured` gives it.
    width : int
        Rows and columns of the matrix.
    """
    rows = measured.assign(time=1e6 * measured["seconds"], roof=1e6 * measured["predicted"])
    rows = significant(rows[["kind", "tokens", "time", "roof"]])
    words = {kind: f"{bits} bits" for kind, bits in measured.groupby("kind")["bits"].first().items()}
    rows["kind"] = rows["kind"].map(words)
    x = alt.X("tokens:Q", **ticks("tokens in the batch", 0.8, 12_000, [1, 10, 100, 1000, 10_000], "ten times more"))
    y = alt.Y("time:Q", **ticks("millionths of a second", 10, 3000, [10, 30, 100, 300, 1000, 3000], "three times more"))
    names = list(words.values())
    colours = dict(zip(names, (theme.CHAOTIC, theme.COMPUTED), strict=True))
    shapes = dict(zip(names, ("circle", "square"), strict=True))
    base = alt.Chart(table("a batch through one matrix", rows))
    bf16, fp8 = (rows[rows["kind"] == name].set_index("tokens") for name in names)
    gain = bf16["time"] / fp8["time"]
    few, many = int(gain.index[0]), int(gain[gain.index >= 1024].index[0])
    chart = alt.layer(
        *(
            theory(f"roofline of {name}", rows.loc[rows["kind"] == name, ["tokens", "roof"]].rename(columns={"roof": "time"}), x, y)
            for name in names
        ),
        base.mark_point(size=55, opacity=1).encode(
            x=x, y=y, color=named_colour("kind", colours, legend=True), shape=named_shape("kind", shapes), tooltip=["kind:N", "tokens:Q", "time:Q", "roof:Q"]
        ),
    ).properties(height=300)  # fmt: skip
    worst = float((bf16["time"] / bf16["roof"]).max() - 1)
    late = float((fp8["time"] / fp8["roof"]).loc[few])
    low, high = float(gain.loc[few]), float(gain[gain.index >= many].min())
    best = float(gain[gain.index >= many].max())
    return Figure(
        chart=chart,
        title=f"Fewer bits gain {low:.1f} times on one token and {high:.1f} or more on a thousand",
        holds=bool(low < 1.25 < 1.5 < high and worst < 0.3 and late > 1.5),
        subtitle=f"Time of a batch of tokens through a matrix of {width:,} rows and columns on our H100",
        caption="Dashed lines are the roofline: FLOP over the peak or bytes over the bandwidth, whichever is longer, with both roofs as this card gave them. "
        f"With {names[0]} the card stays within {worst:.0%} of it. With {names[1]} and few tokens it takes {late:.1f} times as long: the call itself takes so much, and fewer bytes cannot shorten it. One card, one library, medians.",
        alt=f"Two series of points that are flat at first and then rise. One token takes {bf16['time'].loc[few]:.0f} millionths of a second in {names[0]} and {fp8['time'].loc[few]:.0f} in {names[1]}; {many:,} tokens take {bf16['time'].loc[many]:.0f} and {fp8['time'].loc[many]:.0f}. From there on the gain is {high:.2f} to {best:.2f}.",
        sources=("computed",),
        columns={"kind": "bits of a number", "roof": "time by the roofline, millionths of a second"},
    )


@figure
def decode(published: pd.DataFrame, lines: pd.DataFrame) -> Figure:
    """Draw the time of a token against the bytes of the weights, with a line for each card.

    Parameters
    ----------
    published : DataFrame
        As :func:`analysis.toolbox.decoding.published` gives it.
    lines : DataFrame
        As :func:`analysis.toolbox.decoding.lines` gives it.
    """
    top = 12
    rows = published.assign(time=1000 * published["seconds"], gigabytes=published["size"])
    rows["which"] = np.where(rows["method"].isin(PLAIN), rows["card"], "another format")
    late = rows[rows["time"] > top]
    rows = significant(rows.loc[rows["time"] <= top, ["which", "card", "model", "method", "date", "gigabytes", "time"]])
    x = alt.X("gigabytes:Q", **ticks("gigabytes of weights", 0, 16, [0, 5, 10, 15]))
    y = alt.Y("time:Q", **ticks("thousandths of a second a token", 0, top, [0, 3, 6, 9, 12]))
    cards = list(dict.fromkeys(lines["card"]))
    fits = {card: lines[lines["card"] == card].iloc[-1] for card in cards}
    names = [*cards, "another format"]
    colours = dict(zip(names, (theme.COMPUTED, theme.CHAOTIC, theme.PUBLISHED), strict=True))
    shapes = dict(zip(names, ("circle", "square", "triangle-up"), strict=True))
    ends = [
        pd.DataFrame(
            {"gigabytes": [0.0, 15.5], "time": [fit["constant"] + 1e3 * g / fit["bandwidth"] for g in (0.0, 15.5)]}
        )
        for fit in fits.values()
    ]
    chart = alt.layer(
        *(theory(f"line of the {card}", significant(end), x, y) for card, end in zip(cards, ends, strict=True)),
        alt.Chart(table("tokens", rows))
        .mark_point(size=60, opacity=1)
        .encode(
            x=x,
            y=y,
            color=named_colour("which", colours, legend=True),
            shape=named_shape("which", shapes, columns=2),
            tooltip=["card:N", "model:N", "method:N", "date:N", "gigabytes:Q", "time:Q"],
        ),
    ).properties(height=300)  # fmt: skip
    first, second = (fits[card] for card in cards)
    told = [
        f"{card}: {fit['bandwidth']:,.0f} gigabytes a second and {fit['constant']:.1f} ms ({fit['constant_low']:.1f} to {fit['constant_high']:.1f})"
        for card, fit in fits.items()
    ]
    plain = sorted(published.loc[published["method"].isin(PLAIN), "bits"].unique(), reverse=True)
    bits = " and ".join(f"{each:.0f}" for each in plain).replace(" and ", ", ", len(plain) - 2)
    slow = ", ".join(f"{row.time:.0f}" for row in late.itertuples())
    return Figure(
        chart=chart,
        title=f"On an A100 a token takes as long as its bytes and {first['constant']:.1f} ms more",
        holds=bool(first["constant_low"] > 1 and first["worst"] < 0.6 and second["constant"] > 1),
        subtitle="Time that small Llama models take to write a token, by the bytes of their weights",
        caption=f"Each table has three formats with plain kernels ({bits} bits); the line of the A100 goes through the {in_words(first['points'])} points of its tables, at most {first['worst']:.1f} ms off: two of them measure the same model, so they are fewer than they seem. "
        f"That of the H100 rests on {in_words(second['points'])} points, so its {second['constant']:.1f} ms might be {second['constant_low']:.1f} to {second['constant_high']:.1f}. Triangles, not fitted, are other formats: slow kernels lie above, a pruned one below. {in_words(len(late)).capitalize()} that round activations while they run take {slow} ms.".replace(
            "might be -", "might be −"
        ),
        alt=f"Points on two rising lines that meet the axis well above zero. {'; '.join(told)}.",
        sources=("torchao", "computed"),
        columns={"which": "card, or another format", "date": "year of the table"},
        tolerances={"time": 1e-5},
    )


@figure
def share(cases: pd.DataFrame) -> Figure:
    """Let the reader set the share that a tool touches and see what a factor on it does for the whole.

    Parameters
    ----------
    cases : DataFrame
        Measured cases: ``label``, ``factor`` (of the part), ``gain`` (of the whole).
    """
    control = slider("touched", "Share of the time that the tool touches", 5, 95, 5, 70, "{} %")
    x = alt.X("factor:Q", **ticks("factor on the part", 1, 100, [1, 2, 5, 10, 100], "more", format="~g"))
    x = x.title("factor on the part that is touched")
    y = alt.Y("gain:Q", **ticks("times faster, the whole", 0.8, 4, [1, 2, 3, 4]))
    factors = pd.DataFrame({"factor": significant(pd.DataFrame({"f": np.geomspace(1, 100, 81)}), 6)["f"]})
    formula = "1 / (1 - touched / 100 + touched / 100 / datum.factor)"
    rows = significant(cases)
    one = alt.Chart(table("chosen", pd.DataFrame({"which": ["limit"]})))
    chart = alt.layer(
        one.transform_calculate(gain="min(4, 1 / (1 - touched / 100))")
        .mark_rule(color=theme.THEORY, strokeDash=theme.THEORY_DASH)
        .encode(y=y),
        alt.Chart(table("Amdahl", factors))
        .transform_calculate(gain=formula)
        .transform_filter("datum.gain <= 4")
        .mark_line(color=theme.COMPUTED, clip=True)
        .encode(x=x, y=y),
        alt.Chart(table("measured", rows))
        .mark_point(color=theme.PUBLISHED, shape="diamond", size=80, opacity=1)
        .encode(x=x, y=y, tooltip=["label:N", "factor:Q", "gain:Q"]),
        labels("names of the cases", rows, x, y, theme.PUBLISHED, dx=9, dy=8),
    ).properties(height=300)
    tie = 1 + 1e-9  # of two digits is rounded the same way by the browser

    def found(touched: float) -> str:
        two, most = tie * speedup([touched / 100], [2]), tie * float(limit(touched / 100))
        return f"Where a tool touches {touched:.0f}% of the time, twice as fast gains {two:.2f} times, and nothing more than {most:.2f}"

    first = start([control])["touched"]
    drawn = pd.concat(
        [
            factors.assign(gain=[speedup([first / 100], [f]) for f in factors["factor"]], what="by the formula"),
            rows.assign(what="measured"),
        ]
    )
    drawn = drawn[drawn["gain"] <= 4]
    implied = [float(implied_share(row.gain, row.factor)) for row in rows.itertuples()]
    told = "; ".join(
        f"{row.label}: a factor of {row.factor:.3g} on a part gave {row.gain:.3g}, so the part had {part:.0%} of the time"
        for row, part in zip(rows.itertuples(), implied, strict=True)
    )
    return Figure(
        chart=chart,
        controls=[control],
        finding=found,
        rule=f"'Where a tool touches ' + touched + '% of the time, twice as fast gains ' + format({tie!r} / (1 - touched / 200), '.2f') + ' times, and nothing more than ' + format({tie!r} / (1 - touched / 100), '.2f')",
        subtitle="Times faster that a whole becomes when one part of it does; the dashed line is the limit",
        caption="Diamonds are measured cases. The share that puts the curve through a diamond is the one that its tool must have touched, if it did to that part what it says. "
        "Limits above four lie outside the picture.",
        alt=f"A curve that rises and flattens towards a dashed line, with a slider for the share. {told}.",
        sources=("toolbox", "computed"),
        columns={"gain": "times faster, the whole", "what": "formula or measurement", "label": "case"},
        data=drawn[["what", "label", "factor", "gain"]],
        holds=bool(all(0 < part < 1 for part in implied)),
    )


@figure
def pairs(pairs: pd.DataFrame, model: str, context: float) -> Figure:
    """Draw, for each pair of tools, what both gain together over the product of what each gains alone.

    Parameters
    ----------
    pairs : DataFrame
        As :func:`analysis.toolbox.pairs.pairs` gives it.
    model : str
        Its name.
    context : float
        Tokens of the text.
    """
    rows = significant(pairs.assign(how=np.where(pairs["same"], "on one part", "on different parts")))
    rows = rows.sort_values("ratio", ignore_index=True)
    rows["label"] = [f"{row.first} with {row.second}: {row.together:.2f} for {row.alone_first * row.alone_second:.2f}" for row in rows.itertuples()]  # fmt: skip
    rows["row"] = [f"{i:02d}" for i in range(len(rows))]
    low, high = 0.7, 1.5
    x = alt.X("ratio:Q", **ticks("together, over the product of both alone", low, high, [0.8, 1, 1.2, 1.4]))
    y = alt.Y("row:N", axis=None, sort=list(rows["row"]), scale=alt.Scale(paddingOuter=0.5))
    colours = {"on one part": theme.CHAOTIC, "on different parts": theme.COMPUTED}
    shapes = {"on one part": "square", "on different parts": "circle"}
    base = alt.Chart(
        table("pairs", rows[["row", "first", "second", "how", "alone_first", "alone_second", "together", "ratio"]])
    )
    chart = alt.layer(
        base.mark_tick(color=theme.QUIET, orient="vertical", size=12, thickness=1, opacity=1).encode(x=alt.XDatum(1, **ticks("together, over the product of both alone", low, high, [0.8, 1, 1.2, 1.4])), y=y),
        base.mark_rule(color=theme.QUIET, strokeWidth=1.2).encode(x=x, x2=alt.X2Datum(1), y=y),
        base.mark_point(size=70, opacity=1).encode(
            x=x,
            y=y,
            color=named_colour("how", colours, legend=True),
            shape=named_shape("how", shapes),
            tooltip=["first:N", "second:N", "alone_first:Q", "alone_second:Q", "together:Q", "ratio:Q"],
        ),
        row_labels("names of the pairs", rows[["row", "label"]], y, dy=-14),
    ).properties(height=420)  # fmt: skip
    own, apart = rows[rows["how"] == "on one part"], rows[rows["how"] != "on one part"]
    listed = "; ".join(f"{row.label}, {row.ratio:.2f}" for row in rows.itertuples())
    return Figure(
        chart=chart,
        title="Tools on one part do less than multiply, tools on different parts do more",
        holds=bool((own["ratio"] < 1).all() and (apart["ratio"] > 1).all()),
        subtitle=f"{in_words(len(rows)).capitalize()} pairs of tools for decoding {model} on an A100 at a context of {context:,.0f}: times faster together, and the product of both alone",
        caption="Counted, not measured: bytes over the fitted bandwidth plus the fitted constant, which one tool makes smaller. Scales of short weights and places of pruned ones are counted. "
        "Speed only: what each pair does to the answers is another question.",
        alt=f"Rows, each with a mark left or right of one. {listed}.",
        sources=("torchao", "computed"),
        columns={
            "row": "row of the picture",
            "first": "one tool",
            "second": "the other tool",
            "how": "whether they work on one part of the time",
            "alone_first": "times faster, the one alone",
            "alone_second": "times faster, the other alone",
            "together": "times faster, both",
            "ratio": "ratio of both together to the product",
        },
    )


@figure
def optimisers(runs: pd.DataFrame, tuned: float, untuned: float) -> Figure:
    """Draw the loss of both optimisers by learning rate, and what Muon's steps are worth of two rivals.

    Parameters
    ----------
    runs : DataFrame
        The table of ``toolbox-optimisers``.
    tuned, untuned : float
        Learning rates of the two rivals.
    """
    length, few = int(runs["steps"].min()), runs["seed"].min() + 5
    names = {"adam": "Adam", "muon": "Muon"}
    grid = runs[(runs["steps"] == length) & (runs["seed"] < few)]
    best = grid.groupby(["optimiser", "adam_rate", "learning_rate"])["loss"].mean()
    part = best["muon"].idxmin()[0]
    grid = grid[(grid["optimiser"] == "adam") | (grid["adam_rate"] == part)]
    rows = significant(grid.assign(name=grid["optimiser"].map(names))[["name", "learning_rate", "seed", "loss"]])
    means = significant(rows.groupby(["name", "learning_rate"], as_index=False)["loss"].mean())
    rates = sorted(means["learning_rate"].unique())
    low, high = math.floor(20 * means["loss"].min()) / 20, math.ceil(20 * means["loss"].max()) / 20
    x = alt.X(
        "learning_rate:Q",
        **ticks(
            "learning rate, at its peak",
            rates[0] / 1.3,
            rates[-1] * 1.3,
            [0.001, 0.004, 0.016, 0.064],
            "four times more",
            format="~g",
        ),
    )
    y = alt.Y("loss:Q", **ticks("loss, nats a symbol", low, high, [1.8, 1.9, 2.0, 2.1, 2.2], format=".1f"))
    colours, shapes = {"Adam": theme.CHAOTIC, "Muon": theme.COMPUTED}, {"Adam": "circle", "Muon": "square"}
    at = means.set_index(["name", "learning_rate"])["loss"]
    winners = means.loc[means.groupby("name")["loss"].idxmin()]
    rivals = pd.DataFrame(
        {
            "learning_rate": [tuned, untuned],
            "loss": [at["Adam", tuned], at["Adam", untuned]],
            "label": ["tuned", "untuned"],
        }
    )
    chart = alt.layer(
        alt.Chart(table("means", means)).mark_line(strokeWidth=1.5).encode(x=x, y=y, color=named_colour("name", colours, legend=True)),
        alt.Chart(table("runs", rows)).mark_point(size=45, opacity=1).encode(
            x=x, y=y, color=named_colour("name", colours, legend=True), shape=named_shape("name", shapes), tooltip=["name:N", "learning_rate:Q", "seed:Q", "loss:Q"]
        ),
        labels("names of the rivals", rivals, x, y, theme.CHAOTIC, align="right", dx=-9, dy=9),
    ).properties(height=300)  # fmt: skip
    worth = {rate: mean_interval(compared(runs, rate)["worth"]) for rate in (tuned, untuned)}
    said = {rate: f"{mean:.2f} ({below:.2f} to {above:.2f})" for rate, (mean, below, above) in worth.items()}
    seeds = len(compared(runs, tuned))
    interior = all(rates_of.min() < row.learning_rate < rates_of.max() for row in winners.itertuples() for rates_of in [means.loc[means["name"] == row.name, "learning_rate"]])  # fmt: skip
    listed = "; ".join(f"{row.name} at {row.learning_rate:g}: {row.loss:.3f}" for row in means.itertuples())
    return Figure(
        chart=chart,
        title=f"A step of Muon is worth {worth[tuned][0]:.1f} of a tuned Adam’s and {worth[untuned][0]:.1f} of an untuned one’s",
        holds=bool(interior and worth[tuned][1] > 1 and worth[tuned][2] < worth[untuned][1]),
        subtitle=f"Loss after {length:,} steps by learning rate; what the steps are worth was then measured with other seeds",
        caption=f"A mark is a run of the character model, a line the mean of three seeds. Muon’s rate is that of its matrices; its Adam part has its own best rate, {part:g}. On {seeds} seeds that tuned nothing, Muon’s steps are worth {said[tuned]} of the tuned Adam’s and {said[untuned]} of the untuned one’s, whose rate is {untuned:g}, "
        f"each with a schedule for its own number of steps; intervals of {LEVEL:.0%}. Muon had two rates to tune, Adam one; no momentum was tuned.",
        alt=f"Two valleys, Adam's and Muon's, with the lowest point inside. {listed}.",
        sources=("jordan2024muon", "computed"),
        columns={"name": "optimiser", "learning_rate": "learning rate, a factor on the step", "seed": "seed"},
        tolerances={"loss": 0.02},
    )
