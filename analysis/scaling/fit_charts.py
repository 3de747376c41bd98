"""Pictures of one fit of a scaling law: its runs, what they leave unexplained, and how sure its answers are."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kit import theme
from analysis.kit.charts import AMOUNT, POWER, labels, log_axis, theory
from analysis.kit.figure import Figure, table
from analysis.kit.numbers import amount, significant
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.bootstrap import BootstrapFits, interval_of
from analysis.scaling.doubts import predictions
from analysis.scaling.fit import ScalingFit
from analysis.scaling.influence import NORMAL_MAD, NextRun
from analysis.scaling.laws import ScalingLaw
from analysis.scaling.points import Points

Array = NDArray[np.float64]

#: Runs and resamples that are drawn of more.
DRAWN = 600
#: Contours of the law, and points of a line.
CONTOURS, STEPS = 6, 60
#: Per cent by which a law may miss losses without noise.
EXACT = 1e-3
#: Of a normal distribution beyond two standard deviations.
NORMAL_BEYOND_TWO = 0.0455


def plane(points: Points, law: ScalingLaw, further: NextRun) -> Figure:
    """The runs by size and data, with the losses that the law gives there, and the further run that tells most."""
    rows = _some(pd.DataFrame({"N": points.N, "D": points.D, "loss": points.loss}))
    new = pd.DataFrame({"N": [further.N], "D": [further.D], "label": ["run that would tell most"]})
    x = alt.X("N:Q", **_amounts("parameters", [*points.N, further.N]))
    y = alt.Y("D:Q", **_amounts("tokens", [*points.D, further.D]))
    lines, ends = _contours(points, law, further)
    chart = alt.layer(
        alt.Chart(table("contours", lines))
        .mark_line(color=theme.COMPUTED, strokeWidth=1.2, clip=True)
        .encode(x=x, y=y, detail="level:N"),
        alt.Chart(table("runs", rows))
        .mark_point(color=theme.PUBLISHED, opacity=0.75, size=30)
        .encode(x=x, y=y, tooltip=["N:Q", "D:Q", "loss:Q"]),
        labels("levels", ends, x, y, theme.COMPUTED, align="right", dx=-4, dy=-7),
        alt.Chart(table("further", new))
        .mark_point(color=theme.CHAOTIC, shape="diamond", size=160, opacity=1)
        .encode(x=x, y=y),
    ).properties(height=380)
    low, high = float(points.loss.min()), float(points.loss.max())
    return Figure(
        chart=chart,
        title=f"Losses from {low:.3g} to {high:.3g}, and where one more run would tell most",
        subtitle="Runs by size and data; lines of equal loss by the law, nats a token",
        caption=f"Dots are {_how_many(len(rows), len(points), 'runs')}. The diamond is the further run within its budget that narrows the interval of a most. "
        "Where no dots are, the lines are what the law supposes.",
        alt=f"Scatter of {len(rows)} runs of {amount(points.N.min())} to {amount(points.N.max())} parameters and {amount(points.D.min())} to "
        f"{amount(points.D.max())} tokens over lines of equal loss from {ends['level'].min():.3g} to {ends['level'].max():.3g}. The proposed run has "
        f"{amount(further.N)} parameters and {amount(further.D)} tokens.",
        sources=("computed",),
        holds=True,
        id="plane",
    )


def residuals(points: Points, law: ScalingLaw) -> Figure:
    """What the law leaves of each loss, in per cent, against size, data and compute."""
    left = 100 * (np.log(points.loss) - np.log(law.loss(points.N, points.D)))
    scale, beyond = robust_scale(left)
    largest = float(np.abs(left).max())
    found = f"The law misses a loss by {scale:.2g}% in the usual case; {beyond:.1%} of the runs are off by twice that"
    if largest < EXACT:
        found = f"The law meets every loss to within {EXACT:g}%"
    rows = _some(pd.DataFrame({"N": points.N, "D": points.D, "C": points.C, "residual": left}))
    most = 1.1 * max(largest, EXACT)
    views = []
    for name, title, word in (("N", "parameters", AMOUNT), ("D", "tokens", AMOUNT), ("C", "FLOP", POWER)):
        x = alt.X(f"{name}:Q", **_amounts(title, rows[name], word, labels_at_most=4))
        y = alt.Y("residual:Q", title="loss above the law, %", scale=alt.Scale(domain=[-most, most], nice=False))
        bands = pd.DataFrame({"residual": [-2 * scale, 0.0, 2 * scale]})
        views.append(
            alt.layer(
                theory(f"bands-{name}", bands, y=y),
                alt.Chart(table(f"residuals-{name}", rows[[name, "residual"]]))
                .mark_point(color=theme.COMPUTED, opacity=0.75, size=25)
                .encode(x=x, y=y),
            ).properties(height=220)
        )
    return Figure(
        chart=alt.concat(*views, columns=3),
        title=found,
        subtitle="Observed loss over the law's, in per cent, against size, data and compute; dashed: nothing, and twice the robust deviation",
        caption=f"A trend, a bend or a fan in a panel says that the law does not fit there. The robust deviation is {NORMAL_MAD} times the median "
        f"absolute residual; the plain standard deviation is {float(left.std()):.2g}%. Were the noise normal, "
        f"{NORMAL_BEYOND_TWO:.1%} would lie beyond the outer lines.",
        alt=f"Three scatters of residuals of {len(rows)} runs against parameters, tokens and FLOP, from {left.min():.2g} to {left.max():.2g} per cent, "
        f"robust deviation {scale:.2g} per cent.",
        sources=("computed",),
        holds=True,
        id="residuals",
    )


def cloud(fit: ScalingFit, spread: BootstrapFits, level: float) -> Figure:
    """The exponents of the resamples' laws, between the lines of the interval of a."""
    rows = _some(spread.samples[["alpha", "beta", "a"]])
    low, high = spread.interval("a", level)
    domains = {name: _around([*rows[name], getattr(fit.law, name)]) for name in ("alpha", "beta")}
    everywhere = len(rows)
    for name, ends in domains.items():
        rows = rows[rows[name].between(*ends)]
    far = f" Outside the frame: {everywhere - len(rows)}." if len(rows) < everywhere else ""
    x = alt.X(
        "alpha:Q",
        title="α, exponent of size",
        axis=alt.Axis(tickCount=5),
        scale=alt.Scale(domain=domains["alpha"], nice=False, zero=False),
    )
    y = alt.Y("beta:Q", title="β, exponent of data", scale=alt.Scale(domain=domains["beta"], nice=False, zero=False))
    edges = pd.DataFrame(
        {
            "alpha": np.tile(domains["alpha"], 2),
            "a": np.repeat([low, high], 2),
        }
    )
    edges["beta"] = edges["alpha"] * edges["a"] / (1 - edges["a"])
    here = pd.DataFrame({"alpha": [fit.law.alpha], "beta": [fit.law.beta], "label": ["all runs"]})
    chart = alt.layer(
        alt.Chart(table("resamples", rows))
        .mark_point(color=theme.COMPUTED, opacity=0.75, size=14)
        .encode(x=x, y=y, tooltip=["alpha:Q", "beta:Q", "a:Q"]),
        theory("interval", edges, x, y, clip=True).encode(detail="a:N"),
        alt.Chart(table("fit", here))
        .mark_point(color=theme.CHAOTIC, shape="diamond", size=140, opacity=1)
        .encode(x=x, y=y),
        labels("label", here, x, y, theme.CHAOTIC, dx=10, dy=-12, fontWeight=theme.BOLD),
    ).properties(height=340)
    return Figure(
        chart=chart,
        title=f"The optimal size grows as budget to the power {low:.3f} to {high:.3f}",
        subtitle=f"Exponents of {_how_many(everywhere, len(spread.samples), 'laws fitted to resamples')}; dashed: {100 * level:.4g}% interval of a = β / (α + β)",
        caption="Each dot is a law fitted to as many runs drawn again with replacement. Between the dashed lines, along which a is the same, lies the "
        f"stated share of them.{far} A cloud with a tail or with two heaps says that the runs hardly determine the law.",
        alt=f"Scatter of {len(rows)} pairs of exponents: α from {rows['alpha'].min():.3g} to {rows['alpha'].max():.3g}, β from {rows['beta'].min():.3g} to "
        f"{rows['beta'].max():.3g}; a lies between {low:.4g} and {high:.4g}; all runs give {fit.a:.4g}.",
        sources=("computed",),
        holds=True,
        columns={"a": "exponent a of the optimal size"},
        id="cloud",
    )


def optimal_size(
    points: Points, fit: ScalingFit, spread: BootstrapFits | None, budgets: list[float], level: float
) -> Figure:
    """The best size for each budget, with its interval, and where the runs end."""
    least, most = float(points.C.min()), float(points.C.max())
    shown = np.geomspace(least, max([most, *budgets]), STEPS)
    best = np.asarray(compute_optimal_allocation(shown, fit.law).N)
    rows = pd.DataFrame({"C": shown, "N": best})
    low = high = best
    if spread is not None:
        ends = [interval_of(found["N"], level) for found in predictions(spread.samples, shown).values()]
        low, high = (np.array(side) for side in zip(*ends, strict=True))
    rows = significant(rows.assign(low=low, high=high))
    x = alt.X("C:Q", **_amounts("budget in FLOP", shown, POWER))
    y = alt.Y("N:Q", **_amounts("parameters", [*low, *high], AMOUNT))
    edge = pd.DataFrame({"C": [most], "N": [float(rows["high"].max())], "label": ["largest run"]})
    chart = alt.layer(
        alt.Chart(table("band", rows))
        .mark_area(color=theme.COMPUTED, opacity=0.2)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(table("band", rows))
        .mark_line(color=theme.COMPUTED)
        .encode(x=x, y=y, tooltip=["C:Q", "N:Q", "low:Q", "high:Q"]),
        theory("edge", edge[["C"]], x=x),
        labels("label", edge, x, y, theme.THEORY, align="right", dx=-5, dy=4),
    ).properties(height=340)
    last = rows.iloc[-1]
    sure = f", {amount(last['low'])} to {amount(last['high'])} at {100 * level:.4g}%" if spread else ""
    return Figure(
        chart=chart,
        title=f"For {amount(last['C'])} FLOP the best size is {amount(last['N'])} parameters{sure}",
        subtitle="Size that gives the lowest loss for a training budget, with its interval"
        if spread
        else "Size that gives the lowest loss for a training budget",
        caption="To the right of the dashed line no run is as large: there the law is continued, and the band shows how sure its constants are, not "
        "whether it still holds.",
        alt=f"Line of the best size rising from {amount(rows['N'].iloc[0])} parameters at {amount(least)} FLOP to {amount(last['N'])} at {amount(last['C'])} FLOP"
        f"{sure}; the largest run has {amount(most)} FLOP.",
        sources=("computed",),
        holds=True,
        columns={"low": "lower end of the interval, parameters", "high": "upper end of the interval, parameters"},
        id="optimal-size",
    )


def robust_scale(left: Array) -> tuple[float, float]:
    """The standard deviation that a normal distribution of the same median size has, and the share beyond two of it.

    >>> robust_scale(np.array([-1.0, 0.0, 1.0, 1.0, -9.0]))
    (1.4826, 0.2)
    """
    scale = NORMAL_MAD * float(np.median(np.abs(left)))
    return scale, float((np.abs(left) > 2 * scale).mean())


def _some(rows: pd.DataFrame) -> pd.DataFrame:
    """All rows, or so many of them evenly over their order."""
    if len(rows) > DRAWN:
        rows = rows.iloc[np.linspace(0, len(rows) - 1, DRAWN).astype(int)]
    return significant(rows)


def _how_many(drawn: int, all_: int, what: str) -> str:
    return f"{all_:,} {what}" if drawn == all_ else f"{drawn:,} of {all_:,} {what}"


def _amounts(title: str, values: Any, word: str = AMOUNT, labels_at_most: int = 6) -> dict[str, Any]:
    """Keywords of a logarithmic channel that holds the values, with labels at whole powers of ten."""
    low, high = float(np.min(values)), float(np.max(values))
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    last = max(last, first + 1)
    every = next((k for k in (1, 2, 3, 4) if (last - first) // k < labels_at_most), 4)
    axis = log_axis(title, first, last, every, word)
    room = (high / low) ** 0.04 * 1.02
    inside = sum(low / room <= 10.0**k <= high * room for k in range(first, last + 1, every))
    if inside >= 2:  # a label at two powers of ten is enough to read the axis, so that its ends need none
        axis["scale"] = alt.Scale(type="log", domain=[low / room, high * room], nice=False)
    return axis


def _around(values: list[float]) -> list[float]:
    """Ends of an axis that holds the middle 99 per cent of the values, and the last of them."""
    low, high = np.quantile(values, [0.005, 0.995])
    low, high = min(low, values[-1]), max(high, values[-1])
    room = 0.05 * (high - low) or 0.01
    return [float(low - room), float(high + room)]


def _contours(points: Points, law: ScalingLaw, further: NextRun) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines of equal loss in the plane of the runs, and where each is labelled."""
    sizes = np.geomspace(min(points.N.min(), further.N), max(points.N.max(), further.N), STEPS)
    least, most = min(points.D.min(), further.D), max(points.D.max(), further.D)
    given = law.loss(points.N, points.D)
    lines, ends = [], []
    for level in np.geomspace(given.min(), given.max(), CONTOURS + 2)[1:-1]:
        left = level - law.E - law.size_term(sizes)
        kept = left > 0
        data = (law.B / left[kept]) ** (1 / law.beta)
        inside = (data >= least) & (data <= most)
        if inside.sum() > 1:
            line = pd.DataFrame({"N": sizes[kept][inside], "D": data[inside], "level": level})
            lines.append(line)
            ends.append(line.iloc[[-1]].assign(label=f"{level:.3g}"))
    if not lines:
        empty = pd.DataFrame({"N": [further.N], "D": [further.D], "level": [further.loss], "label": [""]})
        return empty[["N", "D", "level"]], empty
    return significant(pd.concat(lines)), significant(pd.concat(ends))
