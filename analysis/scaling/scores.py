r"""From loss to a test score: the curve of the meek model's authors, fitted again wherever the losses change.

They compute the loss of thirty published models from the size and the tokens of each by a law L(N, D), and fit

.. math:: s = \frac{h}{1 + e^{k (L - m)}} + c

to the scores of the models in the test MMLU. The losses are those of one law: with another law the same models have
other losses, and the curve is another. A curve is used here on the losses of the law that it was fitted to, and on no
other.

References
----------
Gundlach, Lynch & Thompson (2025), arXiv:2507.07931; its code, ``benchmark_notebook.ipynb``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares
from scipy.special import expit

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.scaling.laws import ScalingLaw, published_law
from analysis.scaling.meek import BoundedMetric, MeekModel, published_metric

Array = NDArray[np.float64]

#: Models that fix the four constants of the curve, at the least.
FEWEST_MODELS = 5
#: Years that stand for "does not close" in an interval.
NEVER = np.inf


@cache
def benchmark_models() -> pd.DataFrame:
    """The models that the authors fit: ``model``, ``parameters``, ``tokens`` and ``score`` (share of the questions)."""
    table = facts.frame("scaling_mmlu")
    return table[["model", "parameters", "tokens"]].assign(score=table["mmlu"] / 100)


def fit_metric(loss: ArrayLike, score: ArrayLike) -> BoundedMetric:
    """The curve through losses and scores of models, by least squares as in the authors' notebook.

    Parameters
    ----------
    loss : array (n,)
        Nats a token.
    score : array (n,)
        Share of the questions answered, 0 to 1.

    Raises
    ------
    ProblemError
        For fewer than five models, arrays of different lengths, or values that are not finite.

    Examples
    --------
    >>> law = published_law("hoffmann")  # the authors print .5567, 23.775, 1.9739 and .2540
    >>> models = benchmark_models()
    >>> metric = fit_metric(law.loss(models["parameters"], models["tokens"]), models["score"])
    >>> [round(value, 3) for value in (metric.span, metric.slope, metric.midpoint, metric.chance)]
    [0.557, 23.774, 1.974, 0.254]
    """
    x, y = np.asarray(loss, float), np.asarray(score, float)
    if x.shape != y.shape or x.ndim != 1 or len(x) < FEWEST_MODELS or not np.isfinite([x, y]).all():
        raise ProblemError(f"A curve of scores needs losses and scores of {FEWEST_MODELS} or more models.")

    def missed(p: Array) -> Array:
        return p[0] * expit(-np.exp(p[1]) * (x - p[2])) + p[3] - y

    def slopes(p: Array) -> Array:
        k = np.exp(p[1])
        share = expit(-k * (x - p[2]))
        bend = p[0] * share * (1 - share) * k
        return np.stack([share, -bend * (x - p[2]), bend, np.ones_like(x)], axis=1)

    start = np.array([np.ptp(y), np.log(20), np.median(x), y.min()])
    # a steeper curve than one that turns within a hundredth of a nat is a step, and its slope any number
    bounds = ([0.01, np.log(1), x.min(), 0.0], [1.0, np.log(400), x.max(), 1.0])
    inside = np.clip(start, np.array(bounds[0]) + 1e-6, np.array(bounds[1]) - 1e-6)
    found = least_squares(missed, inside, jac=slopes, bounds=bounds)
    span, slope, midpoint, chance = found.x
    return BoundedMetric(float(span), float(np.exp(slope)), float(midpoint), float(chance))


@cache
def metric_of(law: ScalingLaw) -> BoundedMetric:
    """The curve fitted to the thirty models with their losses by `law`.

    >>> own = metric_of(published_law("besiroglu"))
    >>> round(own.midpoint, 2), round(own.slope)
    (1.98, 19)
    """
    models = benchmark_models()
    return fit_metric(law.loss(models["parameters"], models["tokens"]), models["score"])


def metrics(laws: Mapping[str, str]) -> dict[str, BoundedMetric]:
    """The curve that belongs to each law, by the names that a figure prints.

    Parameters
    ----------
    laws : mapping
        Name to ``"meek"`` (the authors' law, with their own curve) or a name of
        :func:`analysis.scaling.laws.published_laws`.

    Returns
    -------
    dict of str to BoundedMetric
        By the same names.

    Examples
    --------
    >>> found = metrics({"printed": "meek", "refit": "besiroglu"})
    >>> {name: round(float(curve.accuracy(1.97)), 2) for name, curve in found.items()}
    {'printed': 0.53, 'refit': 0.64}
    """
    return {name: published_metric() if key == "meek" else metric_of(published_law(key)) for name, key in laws.items()}


@cache
def closing_years(model: MeekModel, law: ScalingLaw, small: float, resamples: int, seed: int) -> Array:
    """When the gap in score falls below `small` if the thirty models are drawn again, and the curve fitted again.

    Parameters
    ----------
    model : MeekModel
        On the frontier of `law`.
    law : ScalingLaw
        That gives the models' losses.
    small : float
        Share of the questions.
    resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    array (resamples,)
        Years, in order; infinite where the gap is not below `small` within sixty years.
    """
    if resamples < 1:
        raise ProblemError(f"There are {resamples} resamples; ask for at least one.")
    models, rng = benchmark_models(), np.random.default_rng(seed)
    loss, score = law.loss(models["parameters"], models["tokens"]), models["score"].to_numpy()
    years = np.empty(resamples)
    for number in range(resamples):
        drawn = rng.integers(len(score), size=len(score))
        try:
            years[number] = fit_metric(loss[drawn], score[drawn]).year_gap_closes(model, small)
        except ProblemError:
            years[number] = NEVER
    return np.sort(years)
