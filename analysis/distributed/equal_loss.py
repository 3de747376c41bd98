"""Do models that were trained apart score otherwise than data-parallel ones *of the same loss*?

A curve joins the (loss, score) points of the baseline. The residual of another model is its score less the curve at its
loss: 0 if only the loss counts, positive if its training made it better at the test than its loss says.

The error counts the questions: a test of n questions of which a share p is solved has the standard error
sqrt(p (1 - p) / n), for the model and for every point of the curve. All rows that lean on the same point of the curve
share its error, and the error of a mean counts that. It does not count that all models answer the same questions, which
makes differences surer, nor that another seed gives another model, which makes them less sure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import PchipInterpolator, make_interp_spline
from scipy.stats import spearmanr

from analysis.distributed.published import BASELINE, QUESTIONS
from analysis.kit.checking import plain, positive, share
from analysis.kit.errors import ProblemError

Array = NDArray[np.float64]
#: A curve through points, given losses in rising order and scores.
Join = Callable[[Array, Array], Callable[[Array], Any]]


def straight(x: Array, y: Array) -> Callable[[Array], Any]:
    """Straight lines between the points, in place of the monotone cubic that :func:`residuals` draws.

    >>> float(straight(np.array([1.0, 2.0]), np.array([0.0, 10.0]))(1.5))
    5.0
    """
    return make_interp_spline(x, y, k=1)


def binomial_error(score: ArrayLike, questions: ArrayLike) -> Any:
    """Standard error of a score in points: 100 sqrt(p (1 - p) / n).

    Parameters
    ----------
    score : float or array
        Per cent of the questions.
    questions : int or array
        n, positive.

    Examples
    --------
    >>> round(binomial_error(41.92, 570), 2)
    2.07
    """
    p, n = share(np.asarray(score, float) / 100, "a share of the questions"), positive(questions, "a number")
    return plain(100 * np.sqrt(p * (1 - p) / n))


def residuals(table: pd.DataFrame, test: str, join: Join = PchipInterpolator) -> pd.DataFrame:
    """Score less the baseline's curve at the same loss, for every row whose loss the curve covers.

    Parameters
    ----------
    table : DataFrame
        Rows of :func:`analysis.distributed.published.scores` with one set of training data.
    test : str
        A column of :data:`analysis.distributed.published.QUESTIONS`.
    join : callable
        How the curve joins the baseline's points: a monotone cubic (PCHIP) or :func:`straight`.

    Returns
    -------
    DataFrame
        The rows, baseline's first, with ``residual`` (points) and ``error``, the standard error of its own questions.
        Rows outside the baseline's range of losses are left out: the curve says nothing there.

    Raises
    ------
    ProblemError
        If the test is unknown, or the baseline has fewer than two losses.

    Examples
    --------
    >>> from analysis.distributed.published import scores
    >>> found = residuals(scores("C4"), "hellaswag").query("method != @BASELINE")
    >>> print(f"{found['residual'].mean():.2f} points, the mean of {len(found)} models")
    -0.02 points, the mean of 26 models
    """
    kept, base = _inside(table, test)
    curve = join(base["loss"].to_numpy(), base[test].to_numpy())
    return kept.assign(
        residual=kept[test] - curve(kept["loss"].to_numpy()), error=binomial_error(kept[test], QUESTIONS[test])
    )


def residuals_by_test(table: pd.DataFrame, join: Join = PchipInterpolator) -> pd.DataFrame:
    """The residuals of the models trained apart in every test, one below the other, with a column ``test``.

    Parameters
    ----------
    table : DataFrame
        Of :func:`~analysis.distributed.published.scores`.
    join : callable
        Joins the points of the baseline to a curve.

    Returns
    -------
    DataFrame
        One row a model and test.

    Examples
    --------
    >>> from analysis.distributed.published import scores
    >>> residuals_by_test(scores("C4")).groupby("test")["residual"].mean().round(2).to_dict()  # points
    {'arc_easy': -0.51, 'hellaswag': -0.02, 'piqa': -0.29}
    """
    found = pd.concat([residuals(table, test, join).assign(test=test) for test in QUESTIONS], ignore_index=True)
    return found[found["method"] != BASELINE].reset_index(drop=True)


def mean_residual(table: pd.DataFrame, test: str, join: Join = PchipInterpolator) -> tuple[float, float]:
    """Mean residual of the models trained apart, points, with its standard error from the questions of all models.

    The mean of m residuals moves by 1/m of each model's score, and by what each point of the curve moves the curve at
    the models' losses (a difference quotient); the squares of these, times the variances of the scores, add up.

    Parameters
    ----------
    table : DataFrame
        Of :func:`~analysis.distributed.published.scores`.
    test : str
        A column of scores.
    join : callable
        Joins the points of the baseline to a curve.

    Returns
    -------
    tuple of float
        Mean and standard error, points.

    Raises
    ------
    ProblemError
        If no model trained apart lies within the baseline's losses.

    Examples
    --------
    >>> from analysis.distributed.published import scores
    >>> mean, error = mean_residual(scores("C4"), "arc_easy")
    >>> print(f"{mean:.2f} ± {error:.2f} points")  # at the same loss the same score
    -0.51 ± 0.92 points
    """
    kept, base = _inside(table, test)
    apart = kept[kept["method"] != BASELINE]
    if apart.empty:
        raise ProblemError("No row was trained apart within the baseline's losses; there is no mean to take.")
    losses, points = base["loss"].to_numpy(), base[test].to_numpy()
    small = 1e-4  # points
    moved = points[:, None] + small * np.hstack([np.eye(len(points)), -np.eye(len(points))])
    means = join(losses, moved)(apart["loss"].to_numpy()).mean(axis=0)
    pulls = (means[: len(points)] - means[len(points) :]) / (2 * small)
    questions = QUESTIONS[test]
    own = np.square(binomial_error(apart[test], questions) / len(apart)).sum()
    curve = np.square(pulls * binomial_error(points, questions)).sum()
    found = residuals(kept, test, join)
    mean = found.loc[found["method"] != BASELINE, "residual"].mean()
    return float(mean), float(np.sqrt(own + curve))


def rank_correlation(table: pd.DataFrame, test: str) -> tuple[float, float, float]:
    """How well the loss alone ranks all models in a test: Spearman's correlation of score and falling loss.

    Returns
    -------
    correlation, low, high : float
        With an interval of 95 % by the variance 1.06 / (n - 3) of the inverse hyperbolic tangent (Fieller and others
        1957), which takes the n models for independent.

    Examples
    --------
    >>> from analysis.distributed.published import scores
    >>> [round(value, 3) for value in rank_correlation(scores("C4"), "hellaswag")]
    [0.993, 0.986, 0.996]
    """
    if test not in QUESTIONS:
        raise ProblemError(f"There is no test {test!r}; take one of {', '.join(QUESTIONS)}.")
    if len(table) < 4:
        raise ProblemError(f"An interval of a correlation needs four or more models, not {len(table)}.")
    r = float(spearmanr(-table["loss"], table[test]).statistic)
    reach = 1.96 * np.sqrt(1.06 / (len(table) - 3))
    low, high = np.tanh(np.arctanh(min(r, 1 - 1e-12)) + np.array([-reach, reach]))
    return r, float(low), float(high)


def _inside(table: pd.DataFrame, test: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows within the baseline's losses, baseline first, and the baseline by rising loss."""
    if test not in QUESTIONS:
        raise ProblemError(f"There is no test {test!r}; take one of {', '.join(QUESTIONS)}.")
    base = table[table["method"] == BASELINE].sort_values("loss")
    if base["loss"].nunique() < 2 or base["loss"].duplicated().any():
        raise ProblemError("The baseline needs two or more models of different losses to draw a curve through.")
    within = table["loss"].between(base["loss"].min(), base["loss"].max()) & (table["method"] != BASELINE)
    return pd.concat([base, table[within]], ignore_index=True), base
