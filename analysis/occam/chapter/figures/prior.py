"""Figures of section 3: what random networks compute."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import labels, log_axis, named_shape, theory
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words
from analysis.occam.boolean import ones
from analysis.occam.counts import FunctionCounts
from analysis.occam.networks import NetworkEnsemble
from analysis.occam.prior import (
    BOUND_RANGE,
    OrbitEstimate,
    SimplicityBound,
    rank_table,
    ranked,
    zipf_probability,
)

#: Ranks over which the samples are held against Zipf's law, and the factor that still counts as near it.
_COMPARED = (20, 10_000)
_NEAR = 2.5
#: A function that is so many times rarer than the bound lies far below it.
_FAR = 100
#: Functions met less often are not drawn against their complexity.
_LEAST_COUNT = 5
#: About so many functions of one complexity are drawn.
_EACH = 12
#: Standard errors that bars reach to either side.
_ERRORS = 2


def _described(networks: NetworkEnsemble) -> str:
    return f"{networks.name} ReLU networks, weight scale {networks.sigma_w:g}, bias scale {networks.sigma_b:g}"


@figure
def prior_rank(prior: FunctionCounts, large: pd.DataFrame, networks: NetworkEnsemble) -> Figure:
    """Plot probability against rank for this build's sample and the committed larger one, with Zipf's law."""
    here = rank_table(prior, points=90)[["rank", "probability"]]
    more = large.loc[large["part"] == "rank", ["rank", "value"]].rename(columns={"value": "probability"})
    samples = int(large.loc[large["key"] == "samples", "value"].iloc[0])
    ends = np.array([1.0, 1e6])
    zipf = pd.DataFrame({"rank": ends, "probability": zipf_probability(ends)})
    x = alt.X("rank:Q", **log_axis("rank of the function", 0, 7, 2))
    y = alt.Y("probability:Q", **log_axis("probability P", -8, 0, 2))
    named = pd.DataFrame(
        {
            "rank": [8e6, 3.0, 4.0, 8e6],
            "probability": [2.6e-6, 0.14, 6e-3, 2.6e-7],
            "label": ["one million", "the two constants", "Zipf's law", "ten million"],
            "colour": [theme.COMPUTED, theme.INK, theme.THEORY, theme.COMPUTED],
        }
    )
    compared = pd.DataFrame({"from": [_COMPARED[0]], "to": [_COMPARED[1]]})
    chart = alt.layer(
        alt.Chart(table("compared ranks", compared))
        .mark_rect(color=theme.GRID, opacity=0.5)
        .encode(x="from:Q", x2="to:Q"),
        theory("zipf", zipf, x, y),
        alt.Chart(table("large sample", more)).mark_line(color=theme.COMPUTED, strokeWidth=1.5).encode(x=x, y=y),
        alt.Chart(table("this build", here))
        .mark_point(color=theme.COMPUTED, size=18, opacity=1)
        .encode(x=x, y=y, tooltip=["rank:Q", "probability:Q"]),
        labels("names of samples", named.iloc[[0, 3]], x, y, align="right", dx=0),
        labels("labels", named.iloc[[1, 2]], x, y),
    ).properties(height=360)
    first = ranked(prior)[:2]
    constants = float(prior.counts[first].sum() / prior.samples)
    rest = pd.concat([rank_table(prior, points=2_000)[["rank", "probability"]], more])
    rest = rest[rest["rank"] > len(first)]
    off = pd.Series(
        np.exp(np.abs(np.log(rest["probability"] / zipf_probability(rest["rank"])))).to_numpy(), rest["rank"]
    )
    factor, before = off[off.index.to_series().between(*_COMPARED)].max(), off[off.index < _COMPARED[0]].max()
    low, high = _COMPARED
    return Figure(
        chart=chart,
        title=f"The two constants take {Number(constants, '.0%')} of all draws; from rank {low} to {high:,} the rest stay "
        f"within a factor of {np.ceil(10 * factor) / 10:.1f} of Zipf's law",
        subtitle=f"Probability of each function against its rank, {_described(networks)}",
        caption=f"Points: {prior.samples:,} networks sampled by this build. Line: {samples:,} networks, an "
        f"experiment with committed results. Dashed: `P = 1/(r · {2**prior.inputs} ln 2)`, nothing in it is fitted; shaded are the ranks of the title. Where a line turns flat at the "
        "right it has run out of samples: functions met once or a few times.",
        alt=f"Log-log plot of probability against rank. The two constants have {here.iloc[0].probability:.3f} each. From rank "
        f"{len(first) + 1} to {low - 1} functions are up to {before:.0f} times off the dashed line of Zipf's law, from rank {low} to "
        f"{high:,} at most {np.ceil(10 * factor) / 10:.1f} times; then the samples run out.",
        sources=("valleperez2019", "mingard2024code", "computed"),
        holds=bool(set(ones(prior.functions[first]).tolist()) == {0, 2**prior.inputs} and factor < _NEAR),
    )


def _frequent(prior: FunctionCounts, each: int = _EACH) -> pd.DataFrame:
    """Functions met often enough, thinned to about `each` a complexity, from the most frequent one down."""
    rows = pd.DataFrame({"complexity": prior.complexities, "count": prior.counts})
    rows = rows[rows["count"] >= _LEAST_COUNT].sort_values(["complexity", "count"], ascending=[True, False])
    place = rows.groupby("complexity").cumcount()
    size = rows.groupby("complexity")["count"].transform("size")
    rows = rows[place % np.maximum(size // each, 1) == 0]
    return rows.assign(probability=rows["count"] / prior.samples).drop_duplicates(ignore_index=True)


@figure
def complexity_bound(
    prior: FunctionCounts, bound: SimplicityBound, rare: OrbitEstimate, complexity: float, networks: NetworkEnsemble
) -> Figure:
    """Plot probability against complexity with the one-sided bound, and the dictator, which is `rare` for its own."""
    points = _frequent(prior)
    k = np.array([3.5, 49.0])
    line = pd.DataFrame({"complexity": k, "probability": bound.probability(k)})
    low = pd.DataFrame({"complexity": [complexity], "probability": [rare.probability]})
    named = low.assign(label="dictator x0: simple, yet rare")
    x = alt.X("complexity:Q", title="Lempel-Ziv complexity (bits)", scale=alt.Scale(domain=[0, 52], nice=False))
    y = alt.Y("probability:Q", **log_axis("probability P", -7, 0))
    notes = pd.DataFrame(
        {"complexity": [7.0, 29.0], "probability": [0.14, 2.5e-3], "label": ["the two constants", "the bound"]}
    ).assign(colour=[theme.INK, theme.THEORY])
    chart = alt.layer(
        theory("bound", line, x, y),
        alt.Chart(table("functions", points))
        .mark_point(color=theme.COMPUTED, opacity=0.75)
        .encode(x=x, y=y, tooltip=["complexity:Q", "count:Q", "probability:Q"]),
        alt.Chart(table("dictator", low))
        .mark_point(color=theme.CHAOTIC, shape="diamond", size=110, opacity=1)
        .encode(x=x, y=y),
        labels("dictator label", named, x, y, theme.CHAOTIC, align="center", dx=20, dy=18),
        labels("labels", notes, x, y, dx=9),
    ).properties(height=360)
    top = points.groupby("complexity")["probability"].max()
    alike, lowest, highest = top[complexity], top.index.min(), top.index.max()
    below = float(f"{float(bound.probability(complexity)) / rare.probability:.2g}")
    return Figure(
        chart=chart,
        title="Each function drawn lies under a bound that falls with complexity; a simple one can lie far below: the dictator "
        f"by a factor of {below:,.0f}",
        subtitle=f"Probability of functions met at least {in_words(_LEAST_COUNT)} times against their complexity, "
        f"{_described(networks)}",
        caption=f"Each point is a function; at most about {in_words(_EACH)} a complexity are drawn. The dashed bound falls by "
        f"{bound.a:.2f} bits of probability for each bit of complexity; it is fitted to the most frequent function at "
        f"each complexity up to {BOUND_RANGE[1]:g} bits and moved up until none lies above it. Functions below "
        f"{in_words(_LEAST_COUNT)} counts are not drawn, so the empty corner at the lower left says nothing; the diamond "
        "was estimated by symmetry.",
        alt=f"Scatter of probability against complexity under a falling bound: from {top[lowest]:.2f} at {lowest:g} bits "
        f"to {top[highest]:.0e} at {highest:g} bits, slope {-bound.a:.2f} in log2 P a bit. The dictator, at "
        f"{complexity:g} bits, has probability {rare.probability:.1e}; the most frequent function of as many bits has "
        f"{alike / rare.probability:.0f} times as much.",
        sources=("dingle2018", "mingard2025", "computed"),
        columns={"count": "networks that compute the function, number"},
        holds=bool(bound.a > 0 and (top <= bound.probability(top.index) * (1 + 1e-9)).all() and below > _FAR),
    )


@figure
def symmetry(estimates: pd.DataFrame) -> Figure:
    """Compare the direct count with the average over the orbit."""
    rows = []
    for row in estimates[estimates["orbit"] > 0].itertuples():
        for how, value, error in (("own count", row.own, row.own_error), ("all images", row.orbit, row.orbit_error)):
            if value > 0:
                low = max(value - error, value / 10)
                rows.append((row.function, how, value, low, value + error, row.images, row.count))
    data = pd.DataFrame(rows, columns=["function", "estimate", "probability", "low", "high", "images", "count"])
    order = list(dict.fromkeys(data["function"]))
    y = alt.Y("function:N", sort=order, title=None)
    offset = alt.YOffset("estimate:N", sort=["own count", "all images"])
    axis = log_axis("probability P", -8, 0, 4)
    colour = alt.Color(
        "estimate:N",
        scale=alt.Scale(domain=["own count", "all images"], range=[theme.QUIET, theme.COMPUTED]),
        legend=alt.Legend(title=None),
    )
    base = alt.Chart(table("estimates", data))
    chart = alt.layer(
        base.mark_rule(strokeWidth=3).encode(
            x=alt.X("low:Q", **axis),
            x2="high:Q",
            y=y,
            yOffset=offset,
            color=colour,
        ),
        base.mark_point(size=70, opacity=1).encode(
            x=alt.X("probability:Q", **axis),
            y=y,
            yOffset=offset,
            color=colour,
            shape=named_shape("estimate", {"own count": "square", "all images": "circle"}),
            tooltip=["function:N", "estimate:N", "probability:Q", "count:Q", "images:Q"],
        ),
    ).properties(height=80 * len(order))
    dictator = estimates.set_index("function").loc["dictator x0"]
    by_images_alone = (estimates["count"] == 0) & (estimates["orbit"] > estimates["orbit_error"])
    named = " and ".join(estimates.loc[by_images_alone, "function"])
    unmet = " and ".join(estimates.loc[estimates["orbit"] == 0, "function"]) or "none"
    missing = int((estimates["count"] == 0).sum())
    return Figure(
        chart=chart,
        title=f"{named} were not met themselves; their renamed or flipped images still give their probability",
        subtitle="Probability of named functions from their own count and from all their images, one standard error",
        caption="An image is the same function with inputs renamed or answers flipped; random weights make all of them "
        "equally likely. Where no square stands the function itself never appeared in the sample. Of "
        f"{unmet} no image was met, so it has no row.",
        alt="Dot plot with error bars. The dictator was met "
        f"{dictator['count']:.0f} times itself; its {dictator['images']:.0f} images give {dictator.orbit:.2g} plus or minus "
        f"{dictator.orbit_error:.1g}. {missing} of the {len(estimates)} named functions were not met under their own name.",
        sources=("computed",),
        columns={
            "images": "images of the function, number",
            "count": "networks that compute the function itself, number",
        },
        holds=bool(by_images_alone.any()),
    )


@figure
def complexity_distribution(
    network: pd.DataFrame, uniform: pd.DataFrame, level: tuple[float, float], networks: NetworkEnsemble
) -> Figure:
    """Compare how likely each complexity is under the network's prior and under the uniform one."""
    distributions = pd.concat(
        [
            rows[["complexity", "share"]].assign(prior=name)
            for name, rows in (("random networks", network), ("all functions alike", uniform))
        ],
        ignore_index=True,
    )
    x = alt.X("complexity:Q", title="Lempel-Ziv complexity (bits)", scale=alt.Scale(domain=[0, 175], nice=False))
    y = alt.Y(
        "share:Q",
        title="share of draws at each value",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0, 0.32]),
        stack=None,
    )
    colour = alt.Color(
        "prior:N",
        scale=alt.Scale(domain=["random networks", "all functions alike"], range=[theme.COMPUTED, theme.BASELINE]),
        legend=None,
    )
    constants = float(network["share"].iloc[0])
    plateau = network[network["complexity"].between(*level)]["share"]
    factor = plateau.max() / plateau.min()
    last, spike = network["complexity"].max(), uniform.loc[uniform["share"].idxmax(), "complexity"]
    notes = pd.DataFrame(
        {
            "complexity": [9.0, 47.0, 170.0],
            "share": [constants, 0.05, 0.245],
            "label": ["the two constants", "random networks", "all functions alike"],
            "colour": [theme.COMPUTED, theme.COMPUTED, theme.BASELINE],
        }
    )
    chart = alt.layer(
        alt.Chart(table("plateau", pd.DataFrame({"from": [level[0]], "to": [level[1]]})))
        .mark_rect(color=theme.GRID, opacity=0.5)
        .encode(x="from:Q", x2="to:Q"),
        alt.Chart(table("draws", distributions))
        .mark_bar(width=5, opacity=0.85)
        .encode(x=x, y=y, color=colour, tooltip=["prior:N", "complexity:Q", "share:Q"]),
        labels("labels", notes.iloc[:2], x, y),
        labels("label of the spike", notes.iloc[2:], x, y, align="right"),
    ).properties(height=300)
    return Figure(
        chart=chart,
        title=f"From {level[0]:g} to {level[1]:g} bits, random networks have each complexity equally often, within a factor of {np.ceil(10 * factor) / 10:.1f}",
        subtitle=f"Share of draws by complexity: {_described(networks)}, and functions drawn uniformly",
        caption="Each bar is one value of the complexity. If the preference for simple functions cancelled their scarcity exactly, the "
        "blue bars would be level. Over the shaded complexities they nearly are; left of them a few values stand out, the constants most of all, and right of them the bars fall.",
        alt=f"Two histograms over complexity. Random networks: {constants:.0%} at {network['complexity'].iloc[0]:g} bits, "
        f"then between {plateau.min():.1%} and {plateau.max():.1%} at every value from {level[0]:g} to {level[1]:g} bits, "
        f"and none beyond {last:g}. Uniformly drawn functions form one spike around {spike:g} bits.",
        sources=("mingard2025", "mingard2023", "computed"),
        holds=bool(len(plateau) > 1 and factor < 2),
    )


@figure
def infinite_width(comparison: pd.DataFrame, networks: NetworkEnsemble) -> Figure:
    """Show how finite networks approach the Gaussian-process limit."""
    data = comparison.assign(
        low=comparison["relative"] - _ERRORS * comparison["error"],
        high=comparison["relative"] + _ERRORS * comparison["error"],
    )
    x = alt.X(
        "width:Q",
        title="units in each hidden layer, doubling",
        scale=alt.Scale(type="log", base=2, domain=[4, 110], nice=False),
        axis=alt.Axis(values=[5, 10, 20, 40, 80]),
    )
    y = alt.Y("relative:Q", title="difference from the limit", axis=alt.Axis(format="+%"))
    colour = alt.Color(
        "quantity:N",
        scale=alt.Scale(
            domain=["the function is constant", "two neighbouring inputs differ"], range=[theme.COMPUTED, theme.ACCENT]
        ),
        legend=None,
    )
    base = alt.Chart(table("widths", data))
    first = data.loc[data["width"] == 10, ["width", "relative", "quantity"]].rename(columns={"quantity": "label"})
    zero = pd.DataFrame({"relative": [0.0]})
    chart = alt.layer(
        theory("limit", zero, y=y),
        base.mark_line().encode(x=x, y=y, color=colour),
        base.mark_rule(strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour),
        base.mark_point(opacity=1).encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape("quantity:N", legend=None),
            tooltip=["width:Q", "quantity:N", "value:Q", "limit:Q"],
        ),
        labels("upper label", first.iloc[1:], x, y, theme.COMPUTED, dx=10, dy=-10),
        labels("lower label", first.iloc[:1], x, y, theme.ACCENT, dx=4, dy=18),
    ).properties(height=300)
    wide = data.pivot(index="width", columns="quantity", values="relative")
    pair, constant = wide["two neighbouring inputs differ"], wide["the function is constant"]
    width, shown = networks.widths[0], (wide.index.min(), networks.widths[0], wide.index.max())
    at_pair, at_constant = (Number(abs(series[width]), ".0%") for series in (pair, constant))
    return Figure(
        chart=chart,
        title=f"The wider, the nearer to the infinite limit: at width {width} neighbours differ {at_pair} less often than there, constants are {at_constant} more frequent",
        subtitle="Two probabilities in ReLU networks of two hidden layers, relative to infinite width",
        caption="Dashed: the Gaussian-process limit, computed without any network. "
        f"Bars are {in_words(_ERRORS)} standard errors.",
        alt="Two lines that approach zero as width grows. The difference from the limit in the chance of a constant "
        "function and in the chance that two neighbouring inputs differ is "
        + "; ".join(f"{constant[w]:+.1%} and {pair[w]:+.1%} at width {w}" for w in shown)
        + ".",
        sources=("valleperez2019", "computed"),
        columns={
            "value": "probability in networks of this width",
            "limit": "probability in the limit of infinite width",
        },
        holds=bool(
            pair.abs().is_monotonic_decreasing
            and constant.abs().is_monotonic_decreasing
            and pair[width] < 0 < constant[width]
        ),
    )
