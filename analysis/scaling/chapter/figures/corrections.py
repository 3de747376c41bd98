"""Figures of sections 5 and 6: counting, recipes, and what a training bill leaves out."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import AMOUNT, labels, log_axis, named_colour, named_shape, theory, ticks
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import amount, in_words, significant
from analysis.scaling.chapter.figures.look import LAW_COLOURS, law_colour
from analysis.scaling.quantisation import PenaltyFit

#: Distance within which two exponents look alike.
LIKE = 0.05
#: Worth of a pass, in fresh passes, down to which it is "nearly as good as new", and below which it is not.
NEARLY, NOT_NEARLY = 0.9, 0.5


@figure
def counting(exponents: pd.DataFrame, kaplan: float, trained: tuple[float, float]) -> Figure:
    """Draw the exponent that a fit would find, by the size at which it looks (index) and the law that is true."""
    rows = exponents.rename_axis("parameters").reset_index().melt("parameters", var_name="law", value_name="exponent")
    rows = significant(rows[["law", "parameters", "exponent"]])
    x = alt.X("parameters:Q", **log_axis("parameters without embeddings", 3, 13, 2, AMOUNT))
    y = alt.Y(
        "exponent:Q", title="exponent a that a fit there would find", scale=alt.Scale(domain=[0.4, 1.0], nice=False)
    )
    laws = list(exponents)
    low, high = trained
    span = pd.DataFrame({"low": [max(low, 1e3)], "high": [high], "exponent": [kaplan]})
    ends = rows[rows["parameters"] == rows["parameters"].max()].assign(
        label=lambda t: t["law"], colour=lambda t: t["law"].map(LAW_COLOURS)
    )
    lower = ends["exponent"] == ends["exponent"].min()
    place = ["parameters", "exponent", "label", "colour"]
    found = rows[rows["parameters"].between(low, high)].groupby("law")["exponent"].mean().reindex(laws)
    means = pd.DataFrame({"parameters": high, "exponent": found, "law": laws})
    means = significant(
        means.assign(label=[f"mean {mean:.2f}" for mean in found], colour=means["law"].map(LAW_COLOURS))
    )
    below = means["exponent"] == means["exponent"].min()
    chart = alt.layer(
        alt.Chart(table("trained sizes", span[["low", "high"]]))
        .mark_rect(color=theme.GRID, opacity=0.5)
        .encode(x=alt.X("low:Q"), x2="high:Q"),
        alt.Chart(table("Kaplan", span))
        .mark_rule(color=theme.CHAOTIC, strokeWidth=5, opacity=0.55)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        labels("label of Kaplan", span.assign(label="Kaplan", parameters=3e3), x, y, theme.CHAOTIC, dx=0, dy=14),
        alt.Chart(table("exponents", rows)).mark_line().encode(x=x, y=y, color=law_colour(laws)),
        labels("label below its line", ends[lower][place], x, y, align="right", dx=-4, dy=12),
        labels("label above its line", ends[~lower][place], x, y, align="right", dx=-4, dy=-16),
        alt.Chart(table("means", means[["law", "parameters", "exponent"]]))
        .mark_point(shape="diamond", size=90, opacity=1)
        .encode(x=x, y=y, color=law_colour(laws)),
        labels("lower mean", means[below][place], x, y, dx=9, dy=3),
        labels("upper mean", means[~below][place], x, y, dx=9, dy=-3),
    ).properties(height=330)
    at = rows.set_index(["law", "parameters"])["exponent"]
    listed = "; ".join(
        f"{law}: " + ", ".join(f"{at[law, size]:.2f} at {amount(size)} parameters" for size in (1e4, 1e7, 1e12))
        for law in laws
    )
    own = ends.set_index("law")["exponent"]
    return Figure(
        chart=chart,
        title=f"Over the sizes that Kaplan trained, two Chinchilla laws average {' and '.join(f'{mean:.2f}' for mean in sorted(found))}, near his {kaplan}, "
        "not their own exponents",
        holds=bool((abs(found - kaplan) < LIKE).all() and (abs(found - own) > 2 * LIKE).all()),
        subtitle="Local exponent of the best size when embeddings are counted neither in parameters nor in compute",
        caption="Each line takes a published law as the truth. Shaded: the sizes that Kaplan trained; thick: the exponent that he fitted there. "
        "A diamond is the mean of its line over the shaded sizes, which is about what one fit to all of them finds. Where the lines run flat, on the right, "
        "the embeddings no longer matter and the exponent is the law's own.",
        alt=f"Two curves of the local exponent against model size. {listed}. Kaplan's published exponent {kaplan} spans sizes from {low:.0f} to {high:.1e} parameters.",
        sources=("pearce2024", "hoffmann2022", "besiroglu2024", "kaplan2020", "computed"),
    )


@figure
def repairs(recipes: Mapping[str, pd.DataFrame], chinchilla: float) -> Figure:
    """Show the published exponents on several data sets as one repair follows the other."""
    rows = pd.concat([table[["step", "exponent"]].assign(data=name) for name, table in recipes.items()])
    steps = list(dict.fromkeys(rows["step"]))
    y = alt.Y("step:N", sort=steps, title=None, axis=None)
    x = alt.X(
        "exponent:Q",
        title="exponent a of the best size",
        scale=alt.Scale(domain=[0.4, 1.0], nice=False),
        axis=alt.Axis(tickCount=6),
    )
    shape = named_shape("data", {"RefinedWeb": "circle", "OpenWebText2": "square"}, grey=True)
    half = pd.DataFrame({"step": steps, "exponent": chinchilla})
    span = rows.groupby("step", sort=False)["exponent"].agg(["min", "max"]).reset_index()
    named = span.assign(
        exponent=span["max"],
        label=["–".join(dict.fromkeys((f"{r.min:.2f}", f"{r.max:.2f}"))) for r in span.itertuples()],
    )
    chart = alt.layer(
        alt.Chart(table("Chinchilla", half)).mark_tick(color=theme.THEORY, thickness=1.2, size=16).encode(x=x, y=y),
        alt.Chart(table("span", span))
        .mark_rule(color=theme.GRID, strokeWidth=5)
        .encode(x=alt.X("min:Q"), x2="max:Q", y=y),
        alt.Chart(table("repairs", rows))
        .mark_point(color=theme.PUBLISHED, size=80, opacity=1)
        .encode(x=x, y=y, shape=shape, tooltip=["step:N", "data:N", "exponent:Q"]),
        alt.Chart(table("steps", named))
        .mark_text(align="left", dy=-17, color=theme.INK)
        .encode(x=alt.value(4), y=y, text="step:N"),
        alt.Chart(table("steps", named))
        .mark_text(align="left", dx=9, color=theme.PUBLISHED)
        .encode(x=x, y=y, text="label:N"),
    ).properties(height=52 * len(steps))
    each = rows.groupby("data")["exponent"]
    last, falling = each.last(), bool(each.agg(lambda own: (own.diff().iloc[1:] < 0).all()).all())
    listed = "; ".join(
        f"{step}: " + " and ".join(f"{v:.3f}" for v in group["exponent"])
        for step, group in rows.groupby("step", sort=False)
    )
    return Figure(
        chart=chart,
        title=f"{in_words(len(steps) - 1).capitalize()} repairs, each of which lowers it, take the exponent of Kaplan’s recipe from "
        f"{named['label'].iloc[0]} to {named['label'].iloc[-1]}; Chinchilla’s is {chinchilla:.2f}",
        holds=bool((abs(last - chinchilla) < LIKE).all() and falling),
        subtitle="Exponent of the best size in the experiments of Porian and colleagues on two data sets, each repair on top of those above it",
        caption="All marks are published. The upright marks are at Chinchilla's first approach. The order of the repairs is the authors'; in another order each step would be another size.",
        alt=f"Dot plot of published exponents falling step by step on RefinedWeb and OpenWebText2. {listed}.",
        sources=("porian2024", "porian2024code", "hoffmann2022"),
    )


@figure
def inference_aware(models: pd.DataFrame, size: float) -> Figure:
    """Draw how much smaller and longer trained than one of `size` parameters the best model is, by its use."""
    own = significant(models, 5)
    parts = {"parameters": "size", "training tokens": "data"}
    lines = pd.concat(own[["used"]].assign(what=what, times=own[column]) for what, column in parts.items())
    colours = {"parameters": theme.COMPUTED, "training tokens": theme.CHAOTIC}
    x = alt.X("used:Q", **log_axis("tokens read and written in use", 10, 14, 1, AMOUNT))
    y = alt.Y(
        "times:Q",
        title="times those of the Chinchilla model",
        scale=alt.Scale(type="log", domain=[0.2, 24], nice=False),
        axis=alt.Axis(values=[0.25, 0.5, 1, 2, 5, 10, 20], format="~g"),
    )
    ends = lines[lines["used"] == 1e12].assign(label=lambda t: t["what"], colour=lambda t: t["what"].map(colours))
    one = pd.DataFrame({"times": [1.0]})
    chart = alt.layer(
        theory("as Chinchilla", one, y=y),
        alt.Chart(table("best", lines)).mark_line().encode(x=x, y=y, color=named_colour("what", colours)),
        labels("label below its line", ends[ends["times"] < 1], x, y, align="right", dx=0, dy=22),
        labels("label above its line", ends[ends["times"] > 1], x, y, align="right", dx=0, dy=-29),
    ).properties(height=300)
    middle, most = (own[own["used"] == used].iloc[0] for used in (1e12, own["used"].max()))
    return Figure(
        chart=chart,
        title="The more a model is used, the smaller and the longer trained it should be",
        holds=bool(own["size"].is_monotonic_decreasing and own["data"].is_monotonic_increasing),
        subtitle=f"The cheapest model over its life that is as good as a Chinchilla model of {amount(size)} parameters",
        caption="Costs are operations: six for each parameter and token of training, two in use. Money per operation differs between the two, and so does the answer in dollars. "
        "Constants of Sardana and colleagues.",
        alt=f"Two lines that part as use grows from {amount(own['used'].min())} to {amount(most['used'])} tokens. "
        f"At {amount(middle['used'])} tokens the best model has {middle['size']:.2f} times the parameters and {middle['data']:.2f} times the training tokens "
        f"and saves {middle['saving']:.1%} of all operations; at {amount(most['used'])} {most['size']:.2f} and {most['data']:.1f} times, saving {most['saving']:.0%}.",
        sources=("sardana2024", "computed"),
    )


@figure
def repetition(worth: pd.Series, limit: float) -> Figure:
    """Draw what passes over the same data (index) are worth, and what no number of them exceeds."""
    rows = significant(worth.rename_axis("passes").rename("worth").reset_index())
    x = alt.X(
        "passes:Q",
        title=["passes over the data", "(each step is twice as many)"],
        scale=alt.Scale(type="log", base=2, domain=[1, 92], nice=False),
        axis=alt.Axis(values=[1, 2, 4, 8, 16, 32, 64], format="~g"),
    )
    y = alt.Y(
        "worth:Q", title="worth in passes over fresh data", scale=alt.Scale(domain=[0, 20], nice=False, clamp=True)
    )
    fresh = pd.DataFrame({"passes": [2 ** (k / 8) for k in range(36)]}).assign(worth=lambda t: t["passes"])
    fresh = fresh[fresh["worth"] <= 20]
    most = pd.DataFrame({"worth": [limit]})
    never = most.assign(passes=1.1, label=f"never more than {limit:.1f}")
    note = pd.DataFrame({"passes": [13.0], "worth": [14.0], "label": ["fresh data"]})
    marks = rows[rows["passes"].isin([2.0, 4.0, 8.0, 16.0, 32.0, 64.0])]
    chart = alt.layer(
        theory("fresh", fresh, x, y),
        labels("label of fresh", note, x, y, theme.THEORY, align="right", dx=-8),
        theory("limit", most, y=y),
        labels("label of the limit", never, x, y, theme.THEORY, dx=0, dy=-9),
        alt.Chart(table("worth", rows)).mark_line(color=theme.COMPUTED).encode(x=x, y=y),
        alt.Chart(table("marks", marks))
        .mark_point(color=theme.COMPUTED, opacity=1)
        .encode(x=x, y=y, tooltip=["passes:Q", "worth:Q"]),
        labels("values", marks.assign(label=[f"{v:.1f}" for v in marks["worth"]]), x, y, theme.COMPUTED, dx=4, dy=13),
    ).properties(height=300)
    at = marks.set_index("passes")["worth"]
    few, many = 4, 32
    return Figure(
        chart=chart,
        title=f"{in_words(few).capitalize()} passes over the same text are worth {at[few]:.1f} over new text, nearly as many; {in_words(many)} only {at[many]:.0f}",
        holds=bool(at[few] > NEARLY * few and at[many] < NOT_NEARLY * many),
        subtitle="What repeated passes are worth by the law of Muennighoff and colleagues",
        caption="Dashed: fresh data, and the limit that no number of passes exceeds. The constants were fitted to web text and to models far smaller than those of the frontier.",
        alt="Curve of the worth of repeated passes, which leaves the line of fresh data and flattens: "
        + ", ".join(f"{p:g} passes are worth {w:.2f}" for p, w in at.items())
        + f"; the limit is {limit:.1f}.",
        sources=("muennighoff2023", "muennighoff2023code", "computed"),
    )


@figure
def precision(losses: pd.DataFrame, lowest: pd.DataFrame, size: float, fitted: float) -> Figure:
    """Draw the loss of a rounded model of `size` parameters, the law fitted up to `fitted`, by how long it was trained."""
    kinds = list(losses)
    rows = losses.reset_index().melt("ratio", var_name="bits", value_name="loss")
    rows, low = significant(rows[["bits", "ratio", "loss"]]), significant(lowest)
    colours = dict(zip(kinds, [theme.THEORY, theme.COMPUTED, theme.ORDERED, theme.CHAOTIC], strict=True))
    x = alt.X(
        "ratio:Q",
        **ticks(
            "training tokens for each parameter", 3, 10_000, [10, 100, 1000, 10_000], "ten times more", format="~s"
        ),
    )
    y = alt.Y("loss:Q", title="loss (nats a token)", scale=alt.Scale(domain=[2.1, 3.2], nice=False, clamp=True))
    inside = rows[rows["loss"] <= 3.2]
    dashes = [theme.THEORY_DASH, *([1, 0] for _ in kinds[1:])]
    dash = alt.StrokeDash("bits:N", scale=alt.Scale(domain=kinds, range=dashes), legend=None)
    named = low.assign(label=low["bits"], colour=low["bits"].map(colours))
    exact = rows[(rows["bits"] == kinds[0]) & (rows["ratio"] > 60)].iloc[:1].assign(label=kinds[0])
    place = ["ratio", "loss", "label", "colour"]
    chart = alt.layer(
        alt.Chart(table("losses", inside))
        .mark_line()
        .encode(x=x, y=y, color=named_colour("bits", colours), strokeDash=dash),
        alt.Chart(table("lowest", low))
        .mark_point(opacity=1, size=60)
        .encode(x=x, y=y, color=named_colour("bits", colours), tooltip=["bits:N", "ratio:Q", "loss:Q"]),
        labels("label of the exact", exact[place[:3]], x, y, colours[kinds[0]], align="right", dx=0, dy=16),
        labels("labels", named[place], x, y, align="right", dx=8, dy=-14),
    ).properties(height=320)
    costs = losses[kinds[1:]].sub(losses[kinds[0]], axis=0)
    listed = "; ".join(f"{r.bits}: lowest {r.loss:.2f} at {r.ratio:.0f} tokens a parameter" for r in low.itertuples())
    return Figure(
        chart=chart,
        title="The longer a model was trained, the more rounding its weights costs",
        holds=bool((costs.diff().dropna() > 0).all(axis=None)),
        subtitle=f"Loss of a model of {amount(size)} parameters after rounding, refitted law plus the penalty of Kumar and colleagues",
        caption="To the right of its lowest point, more training makes the rounded model worse. The constants were fitted on models of up to "
        f"{amount(fitted)} parameters "
        "and plain rounding; better rounding moves the curves to the right.",
        alt=f"Curves of loss against tokens per parameter. The model that is not rounded keeps improving; rounded ones turn up. {listed}.",
        sources=("kumar2024", "besiroglu2024", "computed"),
    )


@figure
def rounding(networks: pd.DataFrame, fit: PenaltyFit) -> Figure:
    """Draw what rounding costs our own networks against the length of their training."""
    cells = networks.groupby(["bits", "width", "N", "D"])["penalty"]
    rows = significant(cells.agg(penalty="mean", networks="size").reset_index(), 6)
    bits = [f"{b} bits" for b in sorted(rows["bits"].unique())]
    colours = dict(zip(bits, [theme.CHAOTIC, theme.ORDERED, theme.COMPUTED], strict=True))
    widths = sorted(rows["width"].unique())
    data = rows.assign(bits=[f"{b} bits" for b in rows["bits"]], units=[f"{w} units a layer" for w in rows["width"]])
    middle = rows[rows["width"] == widths[1]]
    law = middle.assign(penalty=fit.law.penalty(middle["N"], middle["D"], middle["bits"]))
    law = significant(law.assign(bits=[f"{b} bits" for b in law["bits"]])[["bits", "D", "penalty"]], 5)
    x = alt.X("D:Q", **ticks("characters of training", 4e4, 2.4e6, [1e5, 1e6], "ten times more", labelExpr=AMOUNT))
    y = alt.Y(
        "penalty:Q",
        title="cost of rounding (nats a character)",
        scale=alt.Scale(type="log", domain=[0.002, 0.4], nice=False),
        axis=alt.Axis(values=[0.003, 0.01, 0.03, 0.1, 0.3], format="~g"),
    )
    names = [f"{w} units a layer" for w in widths]
    shape = alt.Shape(
        "units:N",
        scale=alt.Scale(domain=names, range=["circle", "square", "triangle-up"]),
        legend=alt.Legend(title=None, columns=2, symbolFillColor=theme.QUIET, symbolStrokeColor=theme.QUIET),
    )
    ends = law[law["D"] == law["D"].max()].assign(label=lambda t: t["bits"], colour=lambda t: t["bits"].map(colours))
    chart = alt.layer(
        alt.Chart(table("fitted law", law))
        .mark_line(strokeDash=theme.THEORY_DASH, strokeWidth=1.2)
        .encode(x=x, y=y, color=named_colour("bits", colours)),
        alt.Chart(table("networks", data[["bits", "units", "N", "D", "penalty", "networks"]]))
        .mark_point(size=65, opacity=0.9)
        .encode(
            x=x,
            y=y,
            color=named_colour("bits", colours),
            shape=shape,
            tooltip=["bits:N", "units:N", "D:Q", "penalty:Q", "networks:Q"],
        ),
        labels("labels", ends[["D", "penalty", "label", "colour"]], x, y, dx=9),
    ).properties(height=320)
    at = data[data["width"] == widths[1]]
    ordered = data.sort_values("D").groupby(["bits", "width"])["penalty"]
    rising = bool(ordered.agg(lambda own: (own.diff().iloc[1:] > 0).all()).all())
    listed = "; ".join(
        f"{name}: " + " to ".join(f"{v:.3f}" for v in group.sort_values("D")["penalty"].iloc[[0, -1]])
        for name, group in at.groupby("bits")
    )
    return Figure(
        chart=chart,
        title="In our networks too, rounding costs more the longer the training was",
        holds=bool(fit.law.gamma_D > 0 and rising),
        subtitle="Loss added by rounding all weights of character models to few bits, against the length of their training",
        caption=f"Each mark is a mean of {in_words(rows['networks'].min())} networks. Dashed: the law of Kumar and colleagues with constants fitted to all marks, drawn for the middle width. "
        "Trained with weight decay: without it weights grow, and rounding costs more still.",
        alt=f"Log-log scatter of the cost of rounding against training length, rising at {', '.join(bits)}. Middle width, shortest to longest training: {listed} nats. "
        f"Fitted exponent of the data {fit.law.gamma_D:.2f}, bits for a factor e {fit.law.gamma_post:.2f}.",
        sources=("scaling-quantised", "kumar2024", "computed"),
        columns={"networks": "trained networks, number"},
    )
