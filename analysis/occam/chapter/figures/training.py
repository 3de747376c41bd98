"""Figures of sections 4 to 7 that rest on experiments: order and chaos, training, parity, digits, the summary."""

from __future__ import annotations

import itertools
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.kit import theme
from analysis.kit.charts import CHANCE, apart, labels, log_axis, theory, ticks
from analysis.kit.controls import choice
from analysis.kit.figure import Figure, figure, table
from analysis.kit.numbers import Number, in_words
from analysis.occam.boolean import MAX_INPUTS
from analysis.occam.digits import by_learner
from analysis.occam.generalisation import PHASES, balanced_ones, published_gaps
from analysis.occam.networks import NetworkEnsemble
from analysis.occam.rivals import RIVALS
from analysis.occam.sgd_bayes import agreement_by_case

#: Who learns, in the order of every legend of this chapter; the first three stand in most figures.
_LEARNERS = ["ordered", "chaotic", "majority guess"]
_COLOURS = [theme.ORDERED, theme.CHAOTIC, theme.BASELINE]
_SHAPES = ["circle", "square", "triangle-up"]
#: The same with the network between the two and the rival that suits the targets.
_ON_TREES = {
    "ordered": theme.ORDERED,
    "mildly chaotic": theme.ACCENT,
    "chaotic": theme.CHAOTIC,
    "majority guess": theme.BASELINE,
    "decision tree": theme.QUIET,
}
#: Starts of a network from the least chaotic on, and what it is that wins with each.
_WINS = {"ordered": "order", "mildly chaotic": "mild chaos", "chaotic": "chaos"}
#: Share of the complexity of random functions below which a network still prefers simple ones.
_KEPT = 0.5
#: Standard errors that bars reach to either side, and in words for the captions.
_ERRORS = 2
_BARS = f"Bars are {in_words(_ERRORS)} standard errors."
#: Functions of each case, most frequent first, that the figure of training against Bayes draws.
_LISTED = 100
#: Functions that each side met so often are ranked, and the correlations up to which two rankings are hardly alike and
#: from which they are.
_OFTEN, _HARDLY, _ALIKE = 10, 0.2, 0.8
#: Answers of a truth table.
_CELLS = 2**MAX_INPUTS


#: What columns mean that neither an axis nor a tooltip explains.
_COLUMNS = {
    "error": "error on what was not shown, share",
    "networks": "trained networks, number",
    "seeds": "random splits, number",
    "samples": "random networks, number",
    "complexity": "Lempel-Ziv complexity of the function, bits",
    "complexity_low": "complexity of the targets from, bits",
    "complexity_high": "complexity of the targets to, bits",
    "sigma_w": "weight scale, a factor",
}


def _meant(*columns: str) -> dict[str, str]:
    return {column: _COLUMNS[column] for column in columns}


def _colour(domain: list[str] | None = None, colours: list[str] | None = None, legend: bool = False) -> alt.Color:
    return alt.Color(
        "learner:N",
        scale=alt.Scale(domain=domain or _LEARNERS, range=colours or _COLOURS),
        legend=alt.Legend(title=None, columns=2) if legend else None,
    )


def _shape(domain: list[str] | None = None, **more: Any) -> alt.Shape:
    domain = domain or _LEARNERS
    shapes = [*_SHAPES, "diamond", "cross", "triangle-down", "triangle-left", "stroke"][: len(domain)]
    return alt.Shape("learner:N", scale=alt.Scale(domain=domain, range=shapes), **more)


def _with_band(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the ends of the error bars."""
    reach = _ERRORS * rows["error_se"]
    return rows.assign(low=rows["error"] - reach, high=rows["error"] + reach)


@figure
def order_chaos(
    results: pd.DataFrame, networks: dict[str, NetworkEnsemble], uniform: float, edge: float, lost: float
) -> Figure:
    """Plot the complexity of what random networks compute against the weight scale, by depth and activation.

    `uniform` is the mean complexity of uniformly drawn functions, `edge` the critical weight scale of tanh, `lost` the
    share of `uniform` from which a network counts as having no preference.
    """
    sweep = results[(results["part"] == "mean") & results["network"].isin(list(networks))]
    sweep = sweep.rename(columns={"value": "mean", "count": "samples"})[
        ["network", "sigma_w", "mean", "value_se", "samples"]
    ].assign(activation=[networks[name].activation for name in sweep["network"]])
    x = alt.X(
        "sigma_w:Q",
        title="weight scale",
        scale=alt.Scale(type="log", base=2, domain=[0.95, 8.6], nice=False),
        axis=alt.Axis(values=[1, 1.5, 2, 3, 4, 8], format="g"),
    )
    y = alt.Y("mean:Q", title="mean Lempel-Ziv complexity (bits)", scale=alt.Scale(domain=[0, 165], nice=False))
    colours = {"relu": theme.COMPUTED, "tanh": theme.CHAOTIC}
    colour = alt.Color("activation:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=None)
    shape = alt.Shape("network:N", scale=alt.Scale(domain=list(networks), range=[*_SHAPES, "diamond"]), legend=None)
    base = alt.Chart(table("sweep", sweep))
    level = pd.DataFrame({"sigma_w": [8.0], "mean": [uniform], "label": ["a function drawn uniformly"]})
    begins = pd.DataFrame({"sigma_w": [edge], "mean": [4.0], "label": ["chaos begins in deep tanh"]})
    ends = sweep[sweep["sigma_w"] == 3.0].assign(label=sweep["network"], colour=sweep["activation"].map(colours))
    chart = alt.layer(
        theory("uniform", level[["mean"]], y=y),
        labels("label of the level", level, x, y, theme.THEORY, align="right", dx=0, dy=-9),
        theory("edge", begins[["sigma_w"]], x=x),
        labels("label of the edge", begins, x, y, theme.THEORY),
        base.mark_line().encode(x=x, y=y, color=colour, detail="network:N"),
        base.mark_point(opacity=1, size=45).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=["network:N", "sigma_w:Q", "mean:Q", "samples:Q"]
        ),
        labels("labels", ends[["sigma_w", "mean", "label", "colour"]], x, y, dx=0, dy=13),
    ).properties(height=330)
    wide = sweep.pivot(index="sigma_w", columns="network", values="mean")
    deep = max((n for n in networks if networks[n].activation == "tanh"), key=lambda n: len(networks[n].widths))
    relu = wide[[name for name in networks if networks[name].activation == "relu"]]
    largest = Number(wide.index.max(), "g")
    listed = "; ".join(f"{name} {wide[name].iloc[0]:.0f} and {wide[name].iloc[-1]:.0f}" for name in networks)
    return Figure(
        chart=chart,
        title=f"With larger weights deep tanh networks reach {Number(wide[deep].iloc[-1] / uniform, '.0%')} of the complexity of random functions; ReLU networks stay under {Number(_KEPT, '.0%')}",
        subtitle=f"Mean complexity of what {sweep['samples'].iloc[0]:,.0f} random networks at each scale compute, layers "
        f"of {networks[deep].widths[0]} units",
        caption="Each line is one kind of network; they differ in depth and activation and in nothing else. A ReLU network's answer is "
        "the sign of sums in which weights and biases can be divided by one scale, so that larger weights only make the biases matter less. "
        f"Means are known to {sweep['value_se'].max():.1f} bits. Dashed: the mean of uniformly drawn functions, and the critical weight "
        "scale of infinitely wide tanh networks.",
        alt=f"Four lines of mean complexity in bits by weight scale, at {wide.index.min():g} and {largest!r}: {listed}. "
        f"Uniformly drawn functions have {uniform:.0f} bits; the critical scale is {edge:.2f}.",
        sources=("mingard2025", "teney2024", "poole2016", "occam-order-chaos"),
        columns={**_meant("sigma_w", "samples"), "value_se": "standard error of the mean complexity, bits"},
        holds=bool(
            wide[deep].is_monotonic_increasing
            and wide[deep].iloc[-1] > lost * uniform
            and (relu < _KEPT * uniform).all(axis=None)
        ),
    )


def _majority(nets: pd.DataFrame) -> pd.DataFrame:
    """The majority guess on the targets of the ordered networks, as rows of their own."""
    rows = nets[nets["learner"] == "ordered"]
    return rows.assign(learner="majority guess", error=rows["majority_error"], error_se=rows["majority_error_se"])


def _by_bin(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the generalisation experiment as one line a learner, at the middle of each bin."""
    nets = rows[rows["learner"] == "network"]
    nets = nets.assign(learner=nets["sigma_w"].map(PHASES))
    both = pd.concat([nets, rows[rows["learner"] != "network"], _majority(nets)], ignore_index=True)
    both["complexity"] = (both["complexity_low"] + both["complexity_high"]) / 2
    return _with_band(both)[
        ["learner", "complexity", "complexity_low", "complexity_high", "networks", "error", "low", "high"]
    ]


def _error_chart(
    rows: pd.DataFrame, name: str, published: pd.DataFrame | None = None, learners: dict[str, str] | None = None
) -> Any:
    x = alt.X(
        "complexity:Q", title="Lempel-Ziv complexity of the target (bits)", scale=alt.Scale(domain=[0, 180], nice=False)
    )
    y = alt.Y("error:Q", title="error on unseen inputs", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 0.55]))
    base = alt.Chart(table(name, rows))
    last = rows[rows["complexity"] == rows["complexity"].min()]
    names = list(learners) if learners else None
    colour = _colour(names, list(learners.values()) if learners else None, legend=True)
    layers = [
        base.mark_line().encode(x=x, y=y, color=colour),
        base.mark_rule(strokeWidth=2).encode(x=x, y="low:Q", y2="high:Q", color=colour),
        base.mark_point(opacity=1, size=60).encode(
            x=x,
            y=y,
            color=colour,
            shape=_shape(names),
            tooltip=["learner:N", "complexity_low:Q", "complexity_high:Q", "error:Q", "networks:Q"],
        ),
    ]
    if published is not None:
        layers.append(
            alt.Chart(table("published", published))
            .mark_point(shape="cross", color=theme.PUBLISHED, size=70, opacity=1)
            .encode(x=x, y=y, tooltip=["sigma_w:Q", "error:Q"])
        )
        note = pd.DataFrame(
            {"complexity": [last["complexity"].iloc[0] + 6], "error": [0.30], "label": ["crosses: published"]}
        )
        layers.append(
            alt.Chart(table("note", note))
            .mark_text(align="left", color=theme.PUBLISHED)
            .encode(x=x, y=y, text="label:N")
        )
    return alt.layer(*layers).properties(height=330)


def _compared(errors: pd.DataFrame) -> str:
    scales = ", ".join(f"{scale:g}" for scale in sorted(errors["sigma_w"].dropna().unique()))
    return f"ten tanh layers, weight scales {scales}, trained by Adam"


@figure
def imbalanced_targets(errors: pd.DataFrame, published: pd.DataFrame, examples: int) -> Figure:
    """Repeat the paper's comparison and add the majority guess."""
    data = _by_bin(errors[errors["ensemble"] == "imbalanced"])
    wide = data.pivot(index="complexity", columns="learner", values="error")
    return Figure(
        chart=_error_chart(data, "imbalanced targets", published),
        title="On the paper's targets a constant guess beats both networks everywhere",
        subtitle=f"Error after fitting {examples} of {_CELLS} answers, targets with a few ones; {_compared(errors[errors['sigma_w'].map(PHASES).isin(_LEARNERS)])}",
        caption=f"Crosses are the published means (Figure 1c, averaged over the same bins). {_BARS} The majority guess answers every unseen input with the more common answer of the training set.",
        alt="Three rising lines of error against target complexity. "
        + "; ".join(
            f"around {k:g} bits ordered {r['ordered']:.3f}, chaotic {r['chaotic']:.3f}, majority guess {r['majority guess']:.3f}"
            for k, r in wide.iterrows()
        )
        + f". Published points lie within {published_gaps(errors, published)['gap'].abs().max():.2f} of ours.",
        sources=("mingard2024code", "stracini", "occam-generalisation"),
        columns=_meant("complexity_low", "complexity_high", "networks", "sigma_w"),
        holds=bool((wide["majority guess"] < wide[["ordered", "chaotic"]].min(axis=1)).all()),
    )


@figure
def balanced_targets(results: pd.DataFrame, rates: tuple[float, ...], examples: int) -> Figure:
    """Compare the learners on balanced structured targets of two origins, and on one at several learning rates.

    `results` is the table of the experiment ``occam-generalisation``, `rates` the learning rates.
    """
    of = results["learning_rate"]
    origins = {
        f"decision trees, learning rate {rate:g}": (results["ensemble"] == "trees") & ((of == rate) | of.isna())
        for rate in rates
    }
    own = (results["ensemble"] == "balanced") & (of.notna() | (results["learner"] == "decision tree"))
    origins["functions of random networks"] = own
    kinds = {name: _by_bin(results[chosen]).assign(origin=name) for name, chosen in origins.items()}
    data = pd.concat(kinds.values(), ignore_index=True)
    data = data[data["learner"].isin(list(_ON_TREES))]
    first = list(origins)[len(rates) // 2]
    chosen = choice("origin", "Targets", list(origins), first)
    chart = _error_chart(data, "balanced targets", learners=_ON_TREES).transform_filter("datum.origin == origin")
    wide = {name: rows.pivot(index="complexity", columns="learner", values="error") for name, rows in kinds.items()}
    trees, (fewest, most) = [table for name, table in wide.items() if "trees" in name], balanced_ones()
    means = [table[["ordered", "mildly chaotic", "chaotic"]].mean() for table in trees]
    lowest = min(table["majority guess"].min() for table in wide.values())

    def found(origin: str) -> str:
        mean = wide[origin].mean()
        starts = [name for name in _WINS if name in mean]
        told = ", ".join(f"{name} {mean[name]:.0%}" for name in starts)
        if all(mean[less] < mean[more] for less, more in itertools.pairwise(starts)):
            return f"The less chaotic the start, the better on these targets: mean error {told}"
        return f"A less chaotic start is not always better on these targets: mean error {told}"

    return Figure(
        chart=chart,
        controls=[chosen],
        finding=found,
        subtitle=f"Error after fitting {examples} of {_CELLS} answers; targets with {fewest} to {most} ones; {_compared(results)}",
        caption="The menu switches between learning rates and two origins of targets: decision trees, which owe nothing to networks, and "
        "functions that random networks compute, where the ordered prior has a home advantage. On trees the home advantage is the decision "
        f"tree's, a learner without initial weights. Networks that do not fit their examples are left out. {_BARS}",
        alt="Lines of error against target complexity. "
        + "; ".join(
            f"{name}: "
            + ", ".join(
                f"{k:g} bits ordered {r['ordered']:.2f}, chaotic {r['chaotic']:.2f}" for k, r in table.iterrows()
            )
            for name, table in wide.items()
        )
        + f". The majority guess is wrong on {lowest:.2f} or more.",
        sources=("mingard2025", "occam-generalisation"),
        columns=_meant("complexity_low", "complexity_high", "networks"),
        holds=bool(
            all(m["ordered"] < m["mildly chaotic"] < m["chaotic"] for m in means)
            and all(
                (table["ordered"] < table[["chaotic", "majority guess"]].min(axis=1)).all() for table in wide.values()
            )
        ),
    )


def _shares(results: pd.DataFrame, agreement: pd.DataFrame) -> pd.DataFrame:
    """The functions met most often in each case, with their shares of the trained and of the accepted networks."""
    rows = results[results["part"] == "function"]
    rows = rows.assign(case=rows["target"] + ", " + rows["m"].astype(str) + " examples")
    rows = rows.groupby("case", sort=False).head(_LISTED)
    sizes = agreement.loc[rows["case"]]
    return pd.DataFrame(
        {
            "case": rows["case"],
            "sgd_share": rows["sgd"] / sizes["sgd_networks"].to_numpy(),
            "bayes_share": rows["bayes"] / sizes["bayes_networks"].to_numpy(),
            "error": rows["value"],
            "complexity": rows["complexity"],
        }
    )


@figure
def sgd_bayes(results: pd.DataFrame, networks: NetworkEnsemble) -> Figure:
    """Plot how often training finds a function against its posterior probability."""
    agreement = agreement_by_case(results)
    rows = _shares(results, agreement)
    cases = list(dict.fromkeys(rows["case"]))
    low = int(np.floor(np.log10(rows[["sgd_share", "bayes_share"]].to_numpy().min())))
    chosen = choice("chosen", "Target and examples", cases, cases[0])
    x = alt.X("bayes_share:Q", **log_axis("posterior probability", low, 0, label=CHANCE))
    y = alt.Y("sgd_share:Q", **log_axis("share of trained networks", low, 0, label=CHANCE))
    equal = pd.DataFrame({"bayes_share": [10.0**low, 1.0], "sgd_share": [10.0**low, 1.0]})
    chart = alt.layer(
        theory("equality", equal, x, y),
        alt.Chart(table("functions", rows))
        .transform_filter("datum.case == chosen")
        .mark_point(color=theme.COMPUTED, opacity=0.75)
        .encode(x=x, y=y, tooltip=["case:N", "sgd_share:Q", "bayes_share:Q", "error:Q", "complexity:Q"]),
    ).properties(height=360)
    first, ranks = rows[rows["case"] == cases[0]], agreement["spearman_often"]

    def found(chosen: str) -> str:
        r = agreement.loc[chosen]
        top = rows[rows["case"] == chosen][["sgd_share", "bayes_share"]].max()
        alike = "closely" if r["spearman_often"] > _ALIKE else "in part" if r["spearman_often"] > _HARDLY else "hardly"
        return (
            f"Here training ranks functions {alike} like Bayes' rule, by a correlation of {r['spearman_often']:.2f}; "
            f"its favourite takes {Number(top['sgd_share'], '.0%')} of the networks, that of Bayes' rule {Number(top['bayes_share'], '.0%')}"
        )

    return Figure(
        chart=chart,
        controls=[chosen],
        finding=found,
        subtitle=f"Functions met both by training and by rejection from the prior, {networks.name} ReLU networks",
        caption="Each point is a function that fits all examples. On the dashed line training would be Bayesian sampling. Points "
        "at the lower left were met once or a few times, so that their scatter is counting noise. Over functions that both sides met "
        f"{in_words(_OFTEN)} times or more the ranks correlate by {ranks.min():.2f} to {ranks.max():.2f}.",
        alt=f"Log-log scatter of {len(first)} functions for {cases[0]}: share of trained networks against posterior "
        f"probability, both between {first['bayes_share'].min():.1e} and {first['bayes_share'].max():.2g}, spread about the "
        "line of equality with a positive trend.",
        sources=("mingard2021", "occam-sgd-bayes"),
        columns=_meant("error", "complexity"),
        holds=bool(
            ranks.between(0, _ALIKE).all() and (agreement["sgd_mass_shared"] > agreement["bayes_mass_shared"]).all()
        ),
    )


@figure
def parity(curves: pd.DataFrame) -> Figure:
    """Plot error against training set size for parity and for simpler targets."""
    shown = {
        "parity": theme.CHAOTIC,
        "majority": theme.COMPUTED,
        "dictator x0": theme.ORDERED,
        "random": theme.BASELINE,
    }
    data = _with_band(curves[curves["target"].isin(list(shown))]).assign(learner=lambda t: t["target"])
    colour, shape = _colour(list(shown), list(shown.values())), _shape(list(shown), legend=None)
    x = alt.X("m:Q", title=f"training examples, of {_CELLS}", scale=alt.Scale(domain=[0, 135], nice=False))
    y = alt.Y("error:Q", title="error on unseen inputs", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(table("curves", data[["learner", "m", "networks", "error", "low", "high"]]))
    anchor = data[data["m"] == 32].assign(label=data["target"], colour=data["target"].map(shown))
    rising = anchor["target"] == "parity"
    named = anchor[["m", "error", "label", "colour"]]
    coin = pd.DataFrame({"error": [0.5]})
    chart = alt.layer(
        theory("coin", coin, y=y),
        base.mark_line().encode(x=x, y=y, color=colour),
        base.mark_rule(strokeWidth=2).encode(x=x, y="low:Q", y2="high:Q", color=colour),
        base.mark_point(opacity=1).encode(
            x=x,
            y=y,
            color=colour,
            shape=shape,
            tooltip=["learner:N", "m:Q", "error:Q", "networks:Q"],
        ),
        labels("labels", named[~rising], x, y, dx=4, dy=-10),
        labels("label of parity", named[rising], x, y, align="right", dx=-4, dy=-10),
    ).properties(height=330)
    p = data[data["target"] == "parity"].set_index("m")["error"]
    d = data[data["target"] == "dictator x0"].set_index("m")["error"]
    return Figure(
        chart=chart,
        title="Parity: the more examples, the larger the share of unseen inputs that the network gets wrong",
        subtitle=f"Error on unseen inputs against training set size, {curves['network'].iloc[0]} ReLU networks trained to zero error",
        caption="Dashed: a coin. A network that prefers functions which change little between neighbours predicts the opposite of "
        f"parity for an input whose neighbours it has seen. {_BARS}",
        alt="Lines of error against training examples. Parity rises from "
        f"{p.iloc[0]:.2f} at {p.index[0]} examples to {p.iloc[-1]:.2f} at {p.index[-1]}; a dictator falls "
        f"from {d.iloc[0]:.2f} to {d.iloc[-1]:.3f}; a random function stays above {data.loc[data['target'] == 'random', 'error'].min():.2f}.",
        sources=("occam-learning-curves",),
        columns=_meant("networks"),
        holds=bool((p.diff().iloc[1:] > 0).all() and p.iloc[-1] > 0.5),
    )


#: Names that are too long to stand beside a line on a phone.
_SHORT = {
    "nearest neighbour": "one neighbour",
    "ten nearest neighbours": "ten neighbours",
    "logistic regression": "logistic",
}


def _winners(rows: pd.DataFrame) -> str:
    """Who errs least, in words; two whose error bars overlap are not told apart."""
    rows = _with_band(rows).sort_values("error")
    best = [_WINS[name] for name in rows.loc[rows["low"] <= rows["high"].iloc[0], "learner"]]
    return f"{best[0]} wins" if len(best) == 1 else f"{' and '.join(best)} err alike"


@figure
def digits(results: pd.DataFrame, rates: tuple[float, ...]) -> Figure:
    """Plot test error on digits against label noise for networks at several learning rates and for simpler learners.

    `results` is the table of the experiment ``occam-digits``.
    """
    learners = [*_LEARNERS, "mildly chaotic", *RIVALS]
    colours = [*_COLOURS, theme.ACCENT, theme.PUBLISHED, theme.COMPUTED, theme.QUIET, theme.THEORY]
    at = {rate: by_learner(results, rate) for rate in rates}
    data = _with_band(pd.concat(rows.assign(rate=f"{rate:g}") for rate, rows in at.items()))
    chosen = choice(
        "rate", "Learning rate of the networks", [f"{rate:g}" for rate in rates], f"{rates[len(rates) // 2]:g}"
    )
    x = alt.X("noise:Q", **ticks("share of wrong training labels", 0, 0.63, [0, 0.1, 0.2, 0.4], format="%"))
    y = alt.Y("error:Q", title="test error on clean labels", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(table("digits", data[["rate", "learner", "noise", "seeds", "error", "low", "high"]]))
    base = base.transform_filter("datum.rate == rate")
    colour, shape = _colour(learners, colours, legend=False), _shape(learners, legend=None)
    dashes = [[5, 2] if learner in RIVALS else [1, 0] for learner in learners]
    dash = alt.StrokeDash("learner:N", scale=alt.Scale(domain=learners, range=dashes), legend=None)
    ends = data[data["noise"] == data["noise"].max()]
    named = ends.assign(
        label=[_SHORT.get(learner, learner) for learner in ends["learner"]],
        colour=ends["learner"].map(dict(zip(learners, colours, strict=True))),
        error=ends.groupby("rate")["error"].transform(lambda own: apart(own.tolist(), 0.052)),
    )[["rate", "noise", "error", "label", "colour"]]
    chart = alt.layer(
        base.mark_line().encode(x=x, y=y, color=colour, strokeDash=dash),
        base.mark_rule(strokeWidth=2).encode(x=x, y="low:Q", y2="high:Q", color=colour),
        base.mark_point(opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=["learner:N", "noise:Q", "error:Q", "seeds:Q"]
        ),
        labels("names", named, x, y, dx=9).transform_filter("datum.rate == rate"),
    ).properties(height=360)
    wide = {rate: rows.pivot(index="noise", columns="learner", values="error") for rate, rows in at.items()}
    slow, fast, top = wide[min(rates)], wide[max(rates)], data["noise"].max()
    scales = ", ".join(f"{scale:g} ({name})" for scale, name in PHASES.items())

    def found(rate: str) -> str:
        table = wide[next(each for each in rates if f"{each:g}" == rate)]
        nets = [name for name in _WINS if name in table]
        ends = at[next(each for each in rates if f"{each:g}" == rate)]
        clean, noisy = (_winners(ends[(ends["noise"] == noise) & ends["learner"].isin(nets)]) for noise in (0.0, top))
        beaten = (table["ten nearest neighbours"].to_numpy()[:, None] < table[nets].to_numpy()).all()
        return (
            f"Of the networks, {clean} on clean digits and {noisy} with {top:.0%} wrong labels; "
            f"ten neighbours beat {'all of them' if beaten else 'not all of them'}"
        )

    return Figure(
        chart=chart,
        controls=[chosen],
        finding=found,
        subtitle="Test error against label noise, scikit-learn's digits; networks of ten tanh layers fit every training label",
        caption=f"Each point is a mean over random splits with {in_words(_ERRORS)} standard errors. The networks differ in "
        f"the scale of their initial weights only: {scales}; the menu sets the learning rate of Adam. The other learners see the same "
        "noisy labels and do not fit them all, except the single nearest neighbour and the decision tree.",
        alt="Lines of test error by label noise. "
        + "; ".join(
            f"At learning rate {rate:g} ordered {t.loc[0.0, 'ordered']:.3f} and {t.loc[top, 'ordered']:.3f}, mildly chaotic "
            f"{t.loc[0.0, 'mildly chaotic']:.3f} and {t.loc[top, 'mildly chaotic']:.3f}, without noise and at {top:.0%} wrong labels"
            for rate, t in wide.items()
        )
        + "; "
        + "; ".join(
            f"{name} {slow.loc[0.0, name]:.3f} and {slow.loc[top, name]:.3f}" for name in ("majority guess", *RIVALS)
        )
        + ".",
        sources=("alpaydin1998", "zhang2017", "occam-digits"),
        columns={**_meant("seeds"), "rate": "learning rate of Adam, a factor"},
        holds=bool(
            all(table.loc[0.0, "ordered"] < table.loc[0.0, "mildly chaotic"] for table in wide.values())
            and all((table["ordered"] < table["chaotic"]).all() for table in wide.values() if "chaotic" in table)
            and fast.loc[top, "mildly chaotic"] < fast.loc[top, "ordered"]
            and all(
                (table["ten nearest neighbours"] < table[name]).all()
                for table in wide.values()
                for name in ("ordered", "mildly chaotic")
            )
        ),
    )


#: Tasks whose structure the network can see, in the order of the summary, and those where it cannot.
_SEEN = ("real digits", "decision trees", "functions of networks")
_UNSEEN = ("the paper's targets", "parity")


def _summary(
    errors: pd.DataFrame, curves: pd.DataFrame, digits: pd.DataFrame, bits: tuple[float, float]
) -> pd.DataFrame:
    """The chapter in one table: task, learner, error, error_se, networks."""
    kinds = dict(zip(("trees", "balanced", "imbalanced"), (*_SEEN[1:], _UNSEEN[0]), strict=True))
    at = errors[(errors["complexity_low"] == bits[0]) & (errors["complexity_high"] == bits[1])]
    real = digits[(digits["noise"] == 0) & digits["learner"].isin(_LEARNERS)]
    parts = [real.assign(task=_SEEN[0], networks=real["seeds"])]
    for kind, task in kinds.items():
        nets = at[at["ensemble"] == kind].assign(task=task)
        nets["learner"] = nets["sigma_w"].map(PHASES)
        parts += [nets[nets["learner"].isin(_LEARNERS)], _majority(nets)]
    deep = curves[curves["network"].isin(_LEARNERS) & (curves["target"] == "parity")]
    deep = deep.assign(task=_UNSEEN[1], learner=deep["network"])
    parts += [deep, _majority(deep)]
    return pd.concat(parts, ignore_index=True)[["task", "learner", "error", "error_se", "networks"]]


@figure
def razor_in_one_picture(
    errors: pd.DataFrame, curves: pd.DataFrame, digits: pd.DataFrame, bits: tuple[float, float]
) -> Figure:
    """Sum the chapter up: who wins on which kind of task."""
    summary = _summary(errors, curves, digits, bits)
    tasks = list(dict.fromkeys(summary["task"]))
    y = alt.Y("task:N", sort=tasks, title=None)
    x = alt.X("error:Q", title="error on what was not shown", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(table("summary", _with_band(summary)))
    span = summary.groupby("task", sort=False)["error"].agg(["min", "max"]).reset_index()
    chart = alt.layer(
        alt.Chart(table("span", span))
        .mark_rule(color=theme.GRID, strokeWidth=6)
        .encode(y=y, x=alt.X("min:Q"), x2="max:Q"),
        base.mark_point(size=120, opacity=1).encode(
            x=x,
            y=y,
            color=_colour(legend=True),
            shape=_shape(),
            tooltip=["task:N", "learner:N", "error:Q", "networks:Q"],
        ),
    ).properties(height=46 * len(tasks))
    wide = summary.pivot(index="task", columns="learner", values="error")
    wins = wide["ordered"] < wide[["chaotic", "majority guess"]].min(axis=1)
    return Figure(
        chart=chart,
        title=f"A network that prefers simple functions wins on {in_words(len(wins[wins]))} of {in_words(len(wins))} tasks, "
        "loses to a constant guess on one, and to both rivals on parity",
        subtitle="Error on unseen inputs after training to zero error: ordered and chaotic networks, and a constant guess",
        caption="Each row is a task of this chapter, each mark a learner; further left is better. The targets of three rows are functions (of decision trees, of random networks, "
        f"and those of the paper), {bits[0]:g} to {bits[1]:g} bits. Standard errors are smaller than the marks.",
        alt="Dot plot. "
        + "; ".join(
            f"{task}: " + ", ".join(f"{r.learner} {r.error:.3f}" for r in group.itertuples())
            for task, group in summary.groupby("task", sort=False)
        )
        + ".",
        sources=("occam-generalisation", "occam-learning-curves", "occam-digits"),
        columns=_meant("networks"),
        holds=bool(
            set(wins.index[wins]) == set(_SEEN)
            and wide.loc[_UNSEEN[0], "majority guess"]
            < wide.loc[_UNSEEN[0], "ordered"]
            < wide.loc[_UNSEEN[0], "chaotic"]
            and wide.loc[_UNSEEN[1], "ordered"] > wide.loc[_UNSEEN[1], ["chaotic", "majority guess"]].max()
        ),
    )
