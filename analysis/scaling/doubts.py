"""What a fitted law should be doubted for, each in a sentence: runs that tell too little, and budgets far from them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit.checking import positive
from analysis.kit.errors import ProblemError
from analysis.scaling.bootstrap import BootstrapFits, interval_of
from analysis.scaling.fit import ScalingFit
from analysis.scaling.influence import standard_errors
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN
from analysis.scaling.points import Points

#: An interval of an exponent whose ends differ by more than this factor, and one of a that is wider, tell too little.
TELLING_FACTOR, TELLING_WIDTH = 2.0, 0.2
#: Beyond this many times the largest compute among the runs a budget is far from them.
FAR = 10.0
#: The variance of a is nearly the sum over the runs of how far leaving one out moves it, squared (the infinitesimal
#: jackknife). A run with more than this share of it is named; in clean tables of 30 runs that happens once in twenty.
DECISIVE = 0.75
#: What a is moved by where there is no noise.
ROUNDING = 1e-5
#: Resamples that should lie beyond each end of an interval.
FEWEST_BEYOND = 5
#: Standard errors on either side of a 95 % interval.
NORMAL_95 = 1.96


def predictions(samples: pd.DataFrame, budgets: ArrayLike) -> dict[float, pd.DataFrame]:
    """The best use of each budget by each resample's law.

    Parameters
    ----------
    samples : DataFrame
        Columns E, A, B, alpha and beta, as :class:`analysis.scaling.bootstrap.BootstrapFits` has them; those with an
        exponent that is not positive have no best use and are left out.
    budgets : float or sequence of float
        FLOP.

    Returns
    -------
    dict of float to DataFrame
        By budget: columns N (parameters), D (tokens) and loss (nats a token).

    Raises
    ------
    ProblemError
        If a budget is not positive and finite, or no resample has two positive exponents.

    Examples
    --------
    >>> samples = pd.DataFrame({"E": [1.69], "A": [406.4], "B": [410.7], "alpha": [0.34], "beta": [0.28]})
    >>> round(float(predictions(samples, 5.76e23)[5.76e23]["N"][0]) / 1e9, 1)
    32.2
    """
    kept = samples[(samples[["alpha", "beta"]] > 0).all(axis=1)]
    if kept.empty:
        raise ProblemError("In no resample both exponents are positive; these runs do not determine a law.")
    E, A, B, alpha, beta = (kept[name].to_numpy() for name in ("E", "A", "B", "alpha", "beta"))
    found = {}
    for budget in np.atleast_1d(positive(budgets, "a budget in FLOP")):
        product = np.log(budget / FLOP_PER_PARAMETER_AND_TOKEN)
        size = (np.log(alpha * A) - np.log(beta * B) + beta * product) / (alpha + beta)
        loss = E + np.exp(np.log(A) - alpha * size) + np.exp(np.log(B) - beta * (product - size))
        with np.errstate(over="ignore"):
            found[float(budget)] = pd.DataFrame({"N": np.exp(size), "D": np.exp(product - size), "loss": loss})
    return found


def doubts(
    points: Points,
    fit: ScalingFit,
    spread: BootstrapFits | None,
    influence: pd.DataFrame,
    budgets: Sequence[float] = (),
    level: float = 0.95,
) -> list[str]:
    """Sentences that a reader of the law should know.

    Parameters
    ----------
    points, fit, spread
        The runs, their law, and the laws of resamples, where there are any; otherwise the intervals are those of the
        delta method, at 95 %.
    influence : DataFrame
        Of :func:`analysis.scaling.influence.influence_of_runs`.
    budgets : sequence of float
        FLOP for which the law is asked.
    level : float
        Of the intervals.

    Returns
    -------
    list of str
        Empty where there is nothing to say.

    Examples
    --------
    >>> from analysis.scaling.fit import fit_scaling_law
    >>> from analysis.scaling.influence import influence_of_runs
    >>> from analysis.scaling.laws import ScalingLaw
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> N, D = np.repeat(np.geomspace(1e8, 1e10, 5), 5), np.tile(np.geomspace(1e9, 1e12, 5), 5)
    >>> points = Points(N, D, law.loss(N, D))
    >>> fit, influence = fit_scaling_law(N, D, points.loss), influence_of_runs(N, D, points.loss)
    >>> doubts(points, fit, None, influence, budgets=[1.2e24])
    ['1.2e+24 FLOP is 20 times the largest compute among the runs, 6e+22 FLOP: nothing there is measured.']
    """
    return [
        sentence
        for sentence in (
            _too_narrow(points, fit, spread, level),
            _few_resamples(spread, level),
            _not_positive(spread),
            _decisive(points, fit, influence),
            _far(points, spread, budgets, level),
        )
        if sentence
    ]


def _too_narrow(points: Points, fit: ScalingFit, spread: BootstrapFits | None, level: float) -> str:
    if spread:
        intervals = {name: spread.interval(name, level) for name in ("a", "alpha", "beta")}
        named = f"{100 * level:.4g} % intervals"
    else:
        values = {"a": fit.a, "alpha": fit.law.alpha, "beta": fit.law.beta}
        errors = standard_errors(points, fit)
        intervals = {k: (v - NORMAL_95 * errors[k], v + NORMAL_95 * errors[k]) for k, v in values.items()}
        named = "95 % intervals, by the delta method,"
    wide = []
    for name, (low, high) in intervals.items():
        if (high - low > TELLING_WIDTH) if name == "a" else (low <= 0 or high / low > TELLING_FACTOR):
            wide.append(f"{name} from {low:.3g} to {high:.3g}")
    if not wide:
        return ""
    sizes, data = (values.max() / values.min() for values in (points.N, points.D))
    told = " and ".join([", ".join(wide[:-1]), wide[-1]] if len(wide) > 1 else wide)
    return (
        f"These runs are too few, too noisy or too much alike to tell: the {named} have {told}; sizes"
        f" differ by a factor of {sizes:.3g} and data by {data:.3g}."
    )


def _few_resamples(spread: BootstrapFits | None, level: float) -> str:
    if spread is None or len(spread.samples) * (1 - level) / 2 > FEWEST_BEYOND - 1e-9:
        return ""
    needed = math.ceil(2 * FEWEST_BEYOND / (1 - level) - 1e-9)
    return (
        f"{len(spread.samples):,} {'resample is' if len(spread.samples) == 1 else 'resamples are'} few for"
        f" {100 * level:.4g} % intervals, whose ends then are chance; ask for {needed:,} or more."
    )


def _not_positive(spread: BootstrapFits | None) -> str:
    if spread is None:
        return ""
    share = float((spread.samples[["alpha", "beta"]] <= 0).any(axis=1).mean())
    if not share:
        return ""
    told = f"{share:.0%}" if share >= 0.005 else f"{share:.2g}"
    return f"In {told} of the resamples an exponent is not positive: these runs hardly determine a law."


def times(ratio: float) -> str:
    """How many times, in digits that can be read.

    >>> times(33733.2), times(3.3733)
    ('33,733', '3.37')
    """
    return f"{ratio:,.0f}" if 100 <= ratio < 1e9 else f"{ratio:.3g}"


def largest_influence(points: Points, fit: ScalingFit, influence: pd.DataFrame) -> str:
    """The run without which a is most different, in words."""
    run = int(influence["moved"].abs().to_numpy().argmax())
    return (
        f"without run {run + 1} ({points.N[run]:.3g} parameters, {points.D[run]:.3g} tokens, loss"
        f" {points.loss[run]:.4g}) a is {influence['a'].iloc[run]:.4g}, with it {fit.a:.4g}"
    )


def _decisive(points: Points, fit: ScalingFit, influence: pd.DataFrame) -> str:
    squares = influence["moved"].to_numpy() ** 2
    if squares.max() <= max(ROUNDING**2, DECISIVE * squares.sum()):
        return ""
    told = largest_influence(points, fit, influence)
    share = squares.max() / squares.sum()
    return f"One run decides {share:.0%} of the variance of a: {told}; look at it before you use the law."


def _far(points: Points, spread: BootstrapFits | None, budgets: Sequence[float], level: float) -> str:
    most = float(points.C.max())
    if not budgets or max(budgets) <= FAR * most:
        return ""
    budget = max(budgets)
    told = f"{budget:.3g} FLOP is {times(budget / most)} times the largest compute among the runs, {most:.3g} FLOP"
    if spread is None:
        return f"{told}: nothing there is measured."
    low, high = interval_of(predictions(spread.samples, budget)[budget]["loss"], level)
    return (
        f"{told}: nothing there is measured; if the law holds so far, the loss is {low:.4g} to {high:.4g}"
        f" ({100 * level:.4g} % interval)."
    )
