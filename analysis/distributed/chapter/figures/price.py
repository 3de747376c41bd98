"""Figures of what training apart costs: bowls, noise, gaps in loss and their price, the line where it is even."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from analysis.distributed.break_even import break_even_bandwidth, time_to_loss
from analysis.distributed.chapter.figures.wire import APART, IN_STEP
from analysis.distributed.equal_loss import mean_residual
from analysis.distributed.price import compute_ratio
from analysis.distributed.published import BASELINE, QUESTIONS, TESTS
from analysis.distributed.quadratic import fixed_point, optimum, trajectory
from analysis.distributed.utilisation import BACKWARD, published_shapes
from analysis.kit import theme
from analysis.kit.charts import AMOUNT, labels, named_colour, named_shape, rule_at, theory, ticks
from analysis.kit.controls import Control, choice, slider, start
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import amount, in_words, roughly, roughly_rule, significant
from analysis.scaling.laws import PowerLaw

#: Points within which a mean score counts as the same.
A_POINT = 1.0
#: Standard errors within which a simulated variance is what theory says, and those of the bars.
SIGMAS, BARS = 3, 2
#: Bits of a number that is not compressed.
PLAIN = 16
#: Gbit/s at which the description of the break-even reads both times.
SLOW = 10.0
#: Colours of replicas.
_REPLICAS = {1: theme.ACCENT, 2: theme.BASELINE, 4: theme.ORDERED, 8: theme.COMPUTED}
_SWEPT, _JOINT, _ALONE = "swept", "joint fit", "independent fit"
_FITS = {_SWEPT: "circle", _JOINT: "square", _ALONE: "diamond"}
_FIT_WORDS = {_SWEPT: "rates swept", _JOINT: "rates by one law for all", _ALONE: "by a law for this number"}
_DIFFER, _ALIKE = "differ in curvature", "are equally curved"


def _sizes(title: str = "parameters") -> alt.X:
    """The axis of model sizes."""
    return alt.X(
        "parameters:Q", **ticks(title, 2.5e7, 1.6e10, [1e8, 1e9, 1e10], step="ten times more", labelExpr=AMOUNT)
    )


#: Dashes of four workers, so that lines that lie on each other are told apart.
_DASHES = [[1, 0], [8, 2], [3, 2], [8, 2, 2, 2]]


@figure
def bowl(
    curvatures: Sequence[float], optima: Sequence[float], step: float, start: float, steps: int, periods: int
) -> Figure:
    """Let the reader set how many steps workers take alone, and see where they walk and where they settle."""
    h, b = np.array(curvatures), np.array(optima)
    lowest, middle = optimum(h, b), float(b.mean())
    alone = 10  # steps, at first
    controls: list[Control] = [
        slider("period", "Steps between two meetings", 1, periods, 1, alone, "{} steps"),
        choice("bowls", "The bowls", [_DIFFER, _ALIKE], _DIFFER),
    ]
    left = [f"pow({1 - step * each:.9g}, period)" for each in h]
    weighted = " + ".join(f"(1 - {r}) * {place:g}" for r, place in zip(left, b, strict=True))
    total = " + ".join(f"(1 - {r})" for r in left)
    alike = f"bowls == '{_ALIKE}'"
    settled = f"({alike} ? {middle:g} : ({weighted}) / ({total}))"
    best = f"({alike} ? {middle:g} : {lowest:.9g})"
    kept = f"({alike} ? pow({1 - step:g}, period) : ({' + '.join(left)}) / {len(h)})"
    met = f"({settled} + pow({kept}, floor(datum.t / period)) * ({start:g} - {settled}))"
    own = f"pow(1 - {step:g} * ({alike} ? 1 : datum.curvature), datum.t % period)"
    walk = f"datum.lowest + {own} * ({met} - datum.lowest)"
    names = [f"{each:g}" for each in h]
    workers = pd.DataFrame({"worker": names, "curvature": h, "lowest": b})
    rows = workers.merge(pd.DataFrame({"t": np.arange(steps + 1)}), how="cross")
    colours = dict(zip(names, (theme.ACCENT, theme.BASELINE, theme.ORDERED, theme.COMPUTED), strict=True))
    x = alt.X("t:Q", title="steps", scale=alt.Scale(domain=[0, steps], nice=False), axis=alt.Axis(tickCount=5))
    low, high = float(b.min()) - 0.15, float(b.max()) + 0.15
    y = alt.Y("place:Q", **ticks("place of each worker", low, high, [-1, 0, 1, 2]))
    one = pd.DataFrame({"which": ["it"]})
    walks = alt.layer(
        alt.Chart(table("optimum", one))
        .transform_calculate(place=best)
        .mark_rule(color=theme.THEORY, strokeDash=theme.THEORY_DASH)
        .encode(y=y),
        alt.Chart(table("walks", rows))
        .transform_calculate(place=walk)
        .mark_line(strokeWidth=1.6)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "worker:N",
                scale=alt.Scale(domain=names, range=list(colours.values())),
                legend=alt.Legend(title=None, columns=2, labelExpr="'curvature ' + datum.label"),
            ),
            strokeDash=alt.StrokeDash("worker:N", scale=alt.Scale(domain=names, range=_DASHES)),
        ),
    ).properties(height=260)
    curve = pd.DataFrame({"H": np.unique(np.round(np.geomspace(1, 1000, 80)))})
    across = alt.X("H:Q", **ticks("steps between meetings", 1, 1000, [1, 10, 100, 1000], step="ten times more"))
    up = alt.Y("settles:Q", **ticks("where they settle", 0, 0.45, [0, 0.1, 0.2, 0.3, 0.4], format="~g"))
    at = {key: settled.replace("period", "datum.H") for key in ("settles",)}
    ends = pd.DataFrame({"end": [0, 1], "settles": [lowest, middle]})
    first = ends.iloc[[0]].assign(H=900.0, label="the optimum")
    second = ends.iloc[[1]].assign(H=1.2, label="mean of their lowest points")
    places = alt.layer(
        alt.Chart(table("both ends", ends))
        .transform_filter(f"datum.end == 1 || !({alike})")
        .mark_rule(color=theme.THEORY, strokeDash=theme.THEORY_DASH)
        .encode(y=up),
        labels("name of the lower end", first, across, up, theme.QUIET, align="right", dx=0, dy=-9).transform_filter(
            f"!({alike})"
        ),
        labels("name of the upper end", second, across, up, theme.QUIET, dx=0, dy=-9),
        alt.Chart(table("curve", curve))
        .transform_calculate(**at)
        .mark_line(color=theme.COMPUTED)
        .encode(x=across, y=up),
        alt.Chart(table("chosen", one))
        .transform_calculate(H="period", settles=settled)
        .mark_point(color=theme.CHAOTIC, size=110, opacity=1)
        .encode(x=across, y=up, tooltip=["H:Q", "settles:Q"]),
    ).properties(height=260)
    chart = alt.concat(walks, places, columns=2)
    grid = np.arange(1, periods + 1)
    bias = np.asarray(fixed_point(h, b, step, grid)) - lowest
    turn, worst = int(grid[bias.argmin()]), float(bias.min())
    walked = trajectory(start, h, b, step, alone, steps)

    def found(period: float, bowls: str) -> str:
        if bowls == _ALIKE:
            return f"Workers whose bowls are equally curved settle at the optimum, though they meet every {period:.0f} {'step' if period == 1 else 'steps'}"
        off = float(fixed_point(h, b, step, period)) - lowest
        if period == 1:
            return "Workers that meet at every step settle at the optimum"
        side = "below" if off < 0 else "above"
        return f"Workers that meet every {period:.0f} steps settle {abs(off):.3f} {side} the optimum"

    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        holds=bool(
            abs(bias[0]) < 1e-9 and 1 < turn < periods and worst < 0 < bias[-1] and (np.diff(bias[turn:]) > 0).all()
        ),
        subtitle="Four workers walk down their own bowls and go to their mean after so many steps: their walks, and where they settle",
        caption="First panel: places of the workers, step by step; dashed, the lowest point of the mean of all bowls. Second: the place at which their mean comes to rest, in closed form; the dot is your setting. "
        "Bowls are the simplest case there is: the loss of a network has no single bowl for each machine, and the picture says what may happen to it, not how much.",
        alt=f"Two panels. In the first, sawtooth walks of four workers with curvatures {', '.join(names)}. In the second, the place at which they settle against the steps between meetings: "
        f"{lowest:.3f} at one step, {lowest + worst:.3f} at {turn} steps, {lowest + bias[-1]:.3f} at {periods}, towards {middle:.3f}. With equally curved bowls it is {middle:.3f} throughout.",
        data=pd.DataFrame(
            {
                "worker": np.repeat(names, steps + 1),
                "t": np.tile(np.arange(steps + 1), len(h)),
                "place": walked.T.ravel(),
            }
        ),
        columns={"worker": "worker, by the curvature of its bowl", "place": "place of the worker, a coordinate"},
        sources=("woodworth2020", "khaled2020", "computed"),
    )


@figure
def noise(rows: pd.DataFrame) -> Figure:
    """Hold the variance of the workers' mean, simulated, against theory; columns workers, period, theory, simulated, error."""
    rows = significant(rows, 5)
    shown = rows.assign(low=rows["simulated"] - BARS * rows["error"], high=rows["simulated"] + BARS * rows["error"])
    shown["who"] = [f"{k:g}" for k in shown["workers"]]
    ends = sorted(rows["period"].unique())
    x = alt.X("period:Q", **ticks("steps between two meetings", 0.85, 125, [1, 10, 100], step="ten times more"))
    y = alt.Y(
        "simulated:Q",
        **ticks(
            "variance of the mean", 0.002, 0.1, [0.003, 0.01, 0.03, 0.1], step="about three times more", format="~g"
        ),
    )
    each = rows.drop_duplicates("workers")
    says = each.assign(
        simulated=each["theory"],
        period=1.0,
        label=[f"{k:g} {'worker' if k == 1 else 'workers'}" for k in each["workers"]],
    )
    base = alt.Chart(table("simulated", shown))
    chart = alt.layer(
        theory("theory", says[["workers", "simulated"]], y=y),
        base.mark_rule(color=theme.COMPUTED, strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_point(color=theme.COMPUTED, size=60, opacity=1).encode(
            x=x, y=y, tooltip=["workers:Q", "period:Q", "simulated:Q", "theory:Q"]
        ),
        labels("names", says[["period", "simulated", "label"]], x, y, theme.INK, dx=-4, dy=-16),
    ).properties(height=300)
    counts = [int(k) for k in each["workers"]]
    apart = (rows["simulated"] - rows["theory"]).abs() / rows["error"]
    listed = "; ".join(f"{r.workers:g}: {r.theory:.4f}" for r in each.itertuples())
    return Figure(
        chart=chart,
        title=f"{in_words(counts[1]).capitalize()} workers keep one part in {in_words(counts[1])} of the noise of one, however seldom they meet",
        holds=bool(
            counts[:2] == [1, 4]
            and (apart < SIGMAS).all()
            and np.allclose(each["theory"] * each["workers"], each["theory"].iloc[0])
        ),
        subtitle="Variance of the workers' mean after long training in equal noisy bowls, by theory and simulated",
        caption=f"Dashed: theory, in which the number of steps between meetings does not occur. Points: simulated walks with {in_words(BARS)} standard errors. "
        "The bowls are equal, and so is the learning rate; where bowls differ, the bias of the picture above comes on top.",
        alt=f"Three level rows of points on dashed lines from {ends[0]} to {ends[-1]} steps between meetings. Variances by theory, by workers: {listed}. "
        f"The farthest simulated point lies {apart.max():.1f} standard errors from its line.",
        columns={
            "simulated": "simulated variance of the mean, a number",
            "theory": "variance of the mean in theory, a number",
            "low": f"simulated variance less {in_words(BARS)} standard errors, a number",
            "high": f"simulated variance and {in_words(BARS)} standard errors, a number",
            "workers": "number of workers",
            "who": "workers",
            "error": "standard error of the simulated variance, a number",
        },
        sources=("stich2019", "computed"),
    )


@figure
def replicas(losses: pd.DataFrame, meet: float) -> Figure:
    """Draw the gap of DiLoCo to data-parallel training by size and replicas that `meet` every so many steps."""
    rows = losses[losses["method"] != BASELINE].assign(percent=100 * losses["gap"])
    rows = significant(rows[["size", "parameters", "replicas", "hyperparameters", "percent"]], 4)
    rows["replicas"] = rows["replicas"].astype(int).astype(str)
    colours = {str(m): colour for m, colour in _REPLICAS.items()}
    x, swept = _sizes(), rows[rows["hyperparameters"] == _SWEPT]
    y = alt.Y("percent:Q", **ticks("loss above data-parallel, per cent", -1, 4.5, [-1, 0, 1, 2, 3, 4], format="~g"))
    first = swept[swept["parameters"] == swept["parameters"].min()]
    shown = ["parameters", "percent", "label", "colour"]
    names = first.assign(
        label=[f"{m} {'replica' if m == '1' else 'replicas'}" for m in first["replicas"]],
        colour=first["replicas"].map(colours),
    )
    colour = alt.Color("replicas:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=None)
    shapes = {_FIT_WORDS[fit]: shape for fit, shape in _FITS.items()}
    dots = rows.assign(rates=rows["hyperparameters"].map(_FIT_WORDS))
    chart = alt.layer(
        rule_at("no gap", 0.0),
        alt.Chart(table("swept", swept)).mark_line(strokeWidth=1.5).encode(x=x, y=y, color=colour),
        alt.Chart(table("gaps", dots))
        .mark_point(size=60, opacity=1)
        .encode(
            x=x,
            y=y,
            color=colour,
            shape=named_shape("rates", shapes, columns=1, grey=True),
            tooltip=["size:N", "replicas:N", "rates:N", "percent:Q"],
        ),
        labels("names", names.loc[names["replicas"] != "1", shown], x, y, dx=8, dy=-10),
        labels("name of one", names.loc[names["replicas"] == "1", shown], x, y, dx=8, dy=18),
    ).properties(height=340)
    many = swept[swept["replicas"] != "1"]
    by_size = many.pivot_table(index="parameters", columns="replicas", values="percent")
    ten, most_swept = (repr(amount(part["parameters"].max())) for part in (rows, swept))
    last = rows[rows["parameters"] == rows["parameters"].max()].set_index(["replicas", "hyperparameters"])["percent"]
    falls = bool((by_size.iloc[-1] < by_size.iloc[0]).all() and (np.diff(by_size.to_numpy(), axis=1) > 0).all())
    flips = bool(last["1", _JOINT] < 0 < last["1", _ALONE])
    small, large = by_size.iloc[0], by_size.iloc[-1]
    listed = "; ".join(f"{m} replicas: {small[m]:.1f} to {large[m]:.1f}" for m in by_size)
    return Figure(
        chart=chart,
        title=f"The gap in loss is smaller for larger models and larger for more replicas; for one replica of {ten} it turns with how the rates were found",
        holds=falls and flips,
        subtitle="Loss of DiLoCo over that of data-parallel training of the same size and data, as Charles and colleagues published it",
        caption=f"The replicas meet every {meet:.0f} steps. Up to {most_swept} parameters learning rates were swept, for the baseline too; the two largest sizes took theirs from fitted laws. "
        f"At {ten} the squares of one and of two replicas coincide. One run a point, no seeds: small differences may be chance.",
        alt=f"Falling lines of the gap in per cent against size, one for each number of replicas. From the smallest to the largest swept size: {listed}. "
        f"One replica at {ten}: {last['1', _JOINT]:.2f} per cent with rates by one law for all, {last['1', _ALONE]:.2f} with rates by a law for one replica.",
        columns={"hyperparameters": "how the learning rates were found", "size": "size as printed"},
        sources=("distributed_losses", "charles2025"),
    )


@figure
def law_misses(losses: pd.DataFrame, law: PowerLaw) -> Figure:
    """Draw all losses against the power law through the baseline's swept sizes, in per cent of the law."""
    kinds = {"data-parallel": IN_STEP, "DiLoCo, 2 replicas": APART, "DiLoCo, 4 replicas": theme.ORDERED}
    rows = losses.assign(
        kind=np.where(
            losses["method"] == BASELINE,
            "data-parallel",
            "DiLoCo, " + losses["replicas"].astype(int).astype(str) + " replicas",
        )
    )
    rows = rows[rows["kind"].isin(kinds)]
    rows = rows.assign(percent=100 * (rows["loss"] / law.loss(rows["parameters"]) - 1))
    rows = significant(rows[["size", "parameters", "kind", "hyperparameters", "loss", "percent"]], 5)
    x = _sizes()
    y = alt.Y("percent:Q", **ticks("loss above the law, per cent", -1.2, 4.6, [-1, 0, 1, 2, 3, 4]))
    base = rows[rows["kind"] == "data-parallel"].sort_values("parameters")
    last = base.iloc[-1]
    note = pd.DataFrame(
        {"parameters": [last["parameters"]], "percent": [last["percent"]], "label": [f"{last['percent']:.1f} %"]}
    )
    edge = float(base[base["size"] == "2.4B"]["parameters"].iloc[0]) * 1.25
    fitted = pd.DataFrame({"parameters": [2.5e7], "until": [edge], "low": [-1.2], "high": [4.6]})
    said = pd.DataFrame({"parameters": [3e7], "percent": [4.3], "label": ["the law was fitted here"]})
    chart = alt.layer(
        alt.Chart(table("fitted", fitted))
        .mark_rect(color=theme.GRID, opacity=0.5)
        .encode(x=x, x2="until:Q", y=alt.Y("low:Q"), y2="high:Q"),
        rule_at("law", 0.0),
        labels("label of the fit", said, x, y, theme.QUIET, dx=0),
        alt.Chart(table("baseline", base)).mark_line(color=IN_STEP, strokeWidth=1.2).encode(x=x, y=y),
        alt.Chart(table("losses", rows))
        .mark_point(size=65, opacity=0.9)
        .encode(
            x=x,
            y=y,
            color=named_colour("kind", kinds, legend=True),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds), range=["circle", "square", "triangle-up"])),
            tooltip=["size:N", "kind:N", "loss:Q", "percent:Q"],
        ),
        labels("label of the miss", note, x, y, theme.INK, align="right", dx=-10),
    ).properties(height=320)
    largest, ten = rows[rows["size"] == last["size"]], repr(amount(last["parameters"]))
    swept = base[base["parameters"] < edge]
    gap = float((largest["percent"] - last["percent"]).abs().max())
    times = math.floor(last["percent"] / gap)
    scatter = float(swept["percent"].abs().max())
    return Figure(
        chart=chart,
        title=f"The law through {in_words(len(swept))} sizes misses the model of {ten} by {last['percent']:.1f}%, over {in_words(times)} times the gap between the ways of training",
        holds=bool(
            last["percent"] > times * gap > 0 and times > 1 and scatter < last["percent"] / 3 and last["size"] == "10B"
        ),
        subtitle="Losses of data-parallel training and of DiLoCo over a power law through the swept sizes of the former",
        caption="Above zero a model is worse than the law of the smaller ones. The law has no floor, and the two largest models did not have their learning rates swept: both can push them up, and the picture cannot say which does. "
        "A forecast by such a law is therefore too rough for the gap that it is to forecast.",
        alt=f"Points of loss over the law against size. The fitted sizes lie within {scatter:.1f} per cent of it; at {amount(base.iloc[-2]['parameters'])!r} data-parallel training is "
        f"{base.iloc[-2]['percent']:.1f} per cent above, at {ten} {last['percent']:.1f}. The models trained apart lie within {gap:.1f} per cent of it there.",
        data=rows,
        columns={
            "size": "size as printed",
            "loss": "loss, nats a token",
            "hyperparameters": "how the learning rates were found",
        },
        sources=("distributed_losses", "charles2025", "computed"),
    )


@figure
def price(losses: pd.DataFrame, exponent: float) -> Figure:
    """Let the reader turn a gap in loss into compute, with the exponent of their choice."""
    most = 4.0
    controls = [
        slider("gap", "Loss above the baseline’s", 0, most, 0.1, 1, "{} %"),
        slider("exponent", "Exponent of loss in size", 0.04, 0.16, 0.001, round(exponent, 3)),
    ]
    left = "pow(1 + {} / 100, -2 / exponent)"
    x = alt.X("percent:Q", **ticks("loss above data-parallel, per cent", 0, most, [0, 1, 2, 3, 4]))
    y = alt.Y("share:Q", **ticks("compute of data-parallel for that loss", 0, 1, [0, 0.25, 0.5, 0.75, 1], format="%"))
    curve = pd.DataFrame({"percent": np.round(np.linspace(0, most, 81), 6)})
    rows = losses[(losses["gap"] > 0) & (losses["replicas"] > 1)].assign(percent=100 * losses["gap"])
    rows = significant(rows[["size", "replicas", "hyperparameters", "percent"]], 4)
    one = alt.Chart(table("chosen", pd.DataFrame({"which": ["chosen"]}))).transform_calculate(percent="gap")
    chart = alt.layer(
        alt.Chart(table("curve", curve))
        .transform_calculate(share=left.format("datum.percent"))
        .mark_line(color=theme.COMPUTED)
        .encode(x=x, y=y),
        alt.Chart(table("published", rows))
        .transform_calculate(share=left.format("datum.percent"))
        .mark_point(color=theme.PUBLISHED, size=40, shape="diamond", opacity=0.9)
        .encode(x=x, y=y, tooltip=["size:N", "replicas:Q", "hyperparameters:N", "percent:Q", "share:Q"]),
        one.transform_calculate(share=left.format("gap"))
        .mark_point(color=theme.CHAOTIC, size=120, opacity=1)
        .encode(x=x, y=y),
        one.transform_calculate(share=left.format("gap"), label="format(datum.share, '.0%') + ' of the compute does'")
        .transform_calculate(label="replace(datum.label, '%', ' %')")
        .mark_text(
            align=alt.ExprRef("gap > 2.2 ? 'right' : 'left'"),
            dx=alt.ExprRef("gap > 2.2 ? -4 : 10"),
            dy=-16,
            color=theme.INK,
        )
        .encode(x=x, y=y, text="label:N"),
    ).properties(height=320)
    tie = 1 + 1e-9  # of whole per cents is rounded the same way by the browser

    def found(gap: float, exponent: float) -> str:
        wasted = tie * (1 - compute_ratio(gap / 100, exponent))
        return f"A loss {gap:.1f}% too high is worth {wasted:.0%} of the compute, by a law with the exponent {exponent:.3f}"

    gone = f"{tie!r} * (1 - {left.format('gap')})"
    at = {share: float(compute_ratio(share / 100, exponent)) for share in (0.3, 1.0, 4.0)}
    listed = ", ".join(f"{share:g} per cent: {part:.0%}" for share, part in at.items())
    first = start(controls)
    all_of_them = sorted({*curve["percent"], *rows["percent"], first["gap"]})
    drawn = pd.DataFrame({"percent": all_of_them})
    drawn["share"] = compute_ratio(drawn["percent"] / 100, first["exponent"])
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'A loss ' + format(gap, '.1f') + '% too high is worth ' + format({gone}, '.0%') + ' of the compute, by a law with the exponent ' + format(exponent, '.3f')",
        holds=bool(0.75 < at[1.0] < 0.9 and len(rows) > 20),
        subtitle="Compute with which data-parallel training reaches the same loss, as a share of what was spent",
        caption="Grey: every published gap above zero of two, four and eight replicas, at the exponent that is set. The slider starts at the exponent of the seven swept sizes; between the largest two sizes loss falls more slowly, and the price is higher. "
        "Compute is taken to grow as the square of the size; a law with a floor would give other prices.",
        alt=f"Falling curve of the share of compute against the gap in loss, with grey points of published gaps. At the exponent {exponent:.4f}, by gap: {listed}.",
        data=drawn,
        sources=("distributed_losses", "charles2025", "computed"),
    )


@figure
def break_even(lines: Sequence[float], gap: float, exponent: float, period: int, size: str) -> Figure:
    """Let the reader find the line below which training apart reaches a loss sooner; `lines` in Gbit/s."""
    shapes, gap, exponent = published_shapes(), float(gap), float(exponent)
    names = {name: f"{shapes[name][0] / 1e9:g} billion" for name in ("1B", "10B", "100B")}
    controls: list[Control] = [
        choice("model", "Parameters", names.values(), names[size]),
        slider("gap", "Loss above data-parallel’s", 0.1, 4, 0.1, round(100 * gap, 1), "{} %"),
        slider("period", "Steps between two meetings", 10, 500, 10, period, "{} steps"),
    ]
    place = f"indexof({list(names.values())!r}, model)"
    billions, layers, seconds = (
        f"[{', '.join(f'{shapes[name][column] / unit:.9g}' for name in names)}][{place}]"
        for column, unit in ((0, 1e9), (1, 1), (2, 1))
    )
    volume, hidden = f"({PLAIN} * {billions})", f"({BACKWARD!r} * {seconds} * (1 - 1 / {layers}))"
    waits = f"max({volume} / datum.line - {hidden}, {volume} / ({layers} * datum.line))"
    ratio = f"pow(1 + gap / 100, {-2 / exponent:.12g})"
    together, apart = f"1 + {waits} / {seconds}", f"(1 + {waits} / (period * {seconds})) / {ratio}"
    lost = f"({seconds} * (1 / {ratio} - 1) / (1 - 1 / (period * {ratio})))"
    even = f"max({volume} / ({lost} + {hidden}), {volume} / ({layers} * {lost}))"
    x = alt.X(
        "line:Q",
        **ticks("bandwidth between two sites, gigabits a second", 1, 1000, [1, 10, 100, 1000], step="ten times more"),
    )
    y = alt.Y(
        "time:Q",
        **ticks(
            "time to one loss, 1: no waiting",
            0.9,
            300,
            [1, 3, 10, 30, 100],
            step="about three times more",
            format="~g",
        ),
    )
    kinds = {"data-parallel": IN_STEP, "apart": APART}
    rows = pd.DataFrame({"line": np.round(np.asarray(lines, float), 6)})
    both = (
        alt.Chart(table("lines", rows))
        .transform_calculate(**{"data-parallel": together, "apart": apart})
        .transform_fold(list(kinds), as_=["kind", "time"])
    )
    one = alt.Chart(table("even", pd.DataFrame({"which": ["even"]}))).transform_calculate(line=even)
    said = pd.DataFrame(
        {"kind": list(kinds), "line": [2.2, 2.2], "time": [130.0, 1.25], "label": ["data-parallel", "apart"]}
    )
    chart = alt.layer(
        one.mark_rule(color=theme.THEORY, strokeDash=theme.THEORY_DASH).encode(x=x),
        both.mark_line(clip=True).encode(x=x, y=y, color=named_colour("kind", kinds)),
        one.transform_calculate(time=together).mark_point(color=theme.COMPUTED, size=110, opacity=1).encode(x=x, y=y),
        one.transform_calculate(label="'even at ' + format(datum.line, ',.2~r')")
        .mark_text(align="right", dx=-6, color=theme.INK)
        .encode(x=x, y=alt.value(14), text="label:N"),
        alt.Chart(table("names", said))
        .mark_text(align="left", fontWeight="bold")
        .encode(x=x, y=y, text="label:N", color=named_colour("kind", kinds)),
    ).properties(height=330)
    sizes = {words: shapes[name][0] for name, words in names.items()}
    tie = 1 + 1e-9  # of two digits is rounded the same way by the browser

    def found(model: str, gap: float, period: float) -> str:
        line = tie * break_even_bandwidth(gap / 100, exponent, sizes[model], int(period))
        return f"Below {roughly(line)} gigabits a second two sites train a model of {model} to a loss sooner by meeting every {period:.0f} steps"

    ends = [
        break_even_bandwidth(share, exponent, number, every)
        for share in (0.001, 0.04)
        for number in sizes.values()
        for every in (10, 500)
    ]
    first = {words: break_even_bandwidth(round(gap, 3), exponent, number, period) for words, number in sizes.items()}
    listed = "; ".join(f"{words}: {line:.0f}" for words, line in first.items())
    share = round(gap, 3)
    slow = (
        float(time_to_loss(SLOW, sizes[names[size]], 1)),
        float(time_to_loss(SLOW, sizes[names[size]], period, compute_ratio(share, exponent))),
    )
    drawn = pd.DataFrame({"line": sorted({*rows["line"], first[names[size]]})})
    times = {
        "data-parallel": time_to_loss(drawn["line"], sizes[names[size]], 1),
        "apart": time_to_loss(drawn["line"], sizes[names[size]], period, compute_ratio(share, exponent)),
    }
    return Figure(
        chart=chart,
        controls=controls,
        finding=found,
        rule=f"'Below ' + {roughly_rule(f'({tie!r} * {even})')} + ' gigabits a second two sites train a model of ' + model + ' to a loss sooner by meeting every ' + format(period, '.0f') + ' steps'",
        holds=bool(min(ends) > 0 and max(ends) < 1000),
        subtitle="Time in which two sites reach a given loss over one line, in times of training without any waiting",
        caption=f"The gap in loss costs compute by a law with the exponent {exponent:.4f}; waiting follows the published model of two sites that send {PLAIN} bits a parameter. "
        "Inside a data centre a machine has many lines and data-parallel training splits the work otherwise, so that the picture is about sites, not about chips.",
        alt=f"Two falling curves of time against bandwidth that cross. At {SLOW:g} gigabits a second data-parallel training takes {slow[0]:.0f} times as long as without waiting, training apart {slow[1]:.1f} times. "
        f"They are even, at the start of the sliders, in gigabits a second: {listed}.",
        data=pd.concat([drawn.assign(kind=kind, time=time) for kind, time in times.items()], ignore_index=True),
        columns={
            "kind": "way of training",
            "line": "bandwidth, gigabits a second",
            "time": "time to one loss, in times of training without any waiting",
        },
        sources=("charles2025", "douillard2025streaming", "computed"),
    )


@figure
def equal_loss(residuals: pd.DataFrame, table_of_scores: pd.DataFrame) -> Figure:
    """Draw what scores are above the baseline's at the same loss; columns test, loss, replicas, residual, error.

    `table_of_scores` are the rows that the residuals come from, for the means and their errors.
    """
    rows = residuals.assign(
        low=residuals["residual"] - BARS * residuals["error"], high=residuals["residual"] + BARS * residuals["error"]
    )
    rows = significant(rows[["test", "size", "method", "replicas", "loss", "residual", "low", "high"]], 5)
    rows["replicas"] = [f"{each:.0f} replicas" for each in rows["replicas"]]
    colours = {"2 replicas": theme.BASELINE, "4 replicas": theme.ORDERED}
    x = alt.X(
        "loss:Q",
        title="loss, nats a token",
        scale=alt.Scale(domain=[2.15, 3.35], nice=False),
        axis=alt.Axis(values=[2.25, 2.5, 2.75, 3, 3.25], format=".2~f"),
    )
    views = []
    means = {test: mean_residual(table_of_scores, test) for test in QUESTIONS}
    for test in QUESTIONS:
        y = alt.Y("residual:Q", **ticks("points above the curve", -8, 8, [-8, -4, 0, 4, 8]))
        own = alt.Chart(table(TESTS[test], rows[rows["test"] == test]))
        mean, error = means[test]
        band = pd.DataFrame({"low": [mean - BARS * error], "high": [mean + BARS * error], "residual": [mean]})
        views.append(
            alt.layer(
                alt.Chart(table(f"mean in {TESTS[test]}", band.round(4)))
                .mark_rect(color=theme.COMPUTED, opacity=0.18)
                .encode(y=alt.Y("low:Q"), y2="high:Q"),
                rule_at("baseline", 0.0),
                own.mark_rule(strokeWidth=1, opacity=1).encode(
                    x=x, y=alt.Y("low:Q"), y2="high:Q", color=named_colour("replicas", colours, legend=True)
                ),
                own.mark_point(size=40, opacity=1).encode(
                    x=x,
                    y=y,
                    color=named_colour("replicas", colours, legend=True),
                    shape=alt.Shape("replicas:N", scale=alt.Scale(domain=list(colours), range=["circle", "square"])),
                    tooltip=["size:N", "method:N", "replicas:N", "loss:Q", "residual:Q"],
                ),
            ).properties(title=TESTS[test], height=240)
        )
    chart = alt.concat(*views, columns=3)
    within = all(abs(mean) < A_POINT and abs(mean) < 2 * error for mean, error in means.values())
    smallest, largest = (amount(getattr(residuals["parameters"], end)()) for end in ("min", "max"))
    plain = table_of_scores[table_of_scores["method"] == BASELINE]
    count = int((rows["test"] == next(iter(QUESTIONS))).sum())
    listed = "; ".join(f"{TESTS[test]} {mean:.2f} ± {error:.2f}" for test, (mean, error) in means.items())
    return Figure(
        chart=chart,
        title=f"At equal loss, {count} models trained apart score within a point of data-parallel ones on average, in each of three tests",
        holds=within,
        subtitle=f"Score less that of data-parallel training at the same loss, in points, of models of {smallest!r} to {largest!r} parameters",
        caption=f"Zero is a smooth curve through the data-parallel models. Bars: {in_words(BARS)} standard errors from the number of questions, of which ARC-Easy has {QUESTIONS['arc_easy']}; band: the mean with as many. "
        f"All points of a panel lean on the same {in_words(len(plain))} models, and each model was trained once.",
        alt=f"Three panels of points around zero with bars. Mean residual in points, with its standard error: {listed}.",
        columns={
            "low": f"residual less {in_words(BARS)} standard errors, points",
            "high": f"residual and {in_words(BARS)} standard errors, points",
            "test": "test",
            "size": "size as printed",
            "method": "how it was trained",
            "replicas": "replicas of the model",
        },
        sources=("distributed_scores", "douillard2025streaming", "computed"),
    )
