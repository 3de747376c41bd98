"""Does training sample functions as Bayes would? Well, almost.

On one fixed training set, training from many random starts finds a distribution of functions. The Bayesian answer
is the prior of random networks, restricted to those that happen to fit. Both are estimated here by counting.

References
----------
Mingard, Valle-Pérez, Skalse & Louis (2021), Is SGD a Bayesian sampler? Well, almost, JMLR 22(79).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import pearsonr, spearmanr

from analysis.kit.errors import ProblemError
from analysis.occam.generalisation import unseen_errors
from analysis.occam.training import Architecture, train


def sgd_task(
    target: ArrayLike,
    training_set: ArrayLike,
    architecture: Architecture,
    seed: int,
    networks: int,
    *,
    learning_rate: float = 1e-2,
    max_steps: int = 4000,
) -> pd.DataFrame:
    """Functions that training finds from many starts on one and the same training set.

    Parameters
    ----------
    target : array_like of bool, shape (2**n,)
    training_set : array_like of int, shape (m,)
    architecture : Architecture
    seed, networks : int
    learning_rate : float
    max_steps : int

    Returns
    -------
    DataFrame
        Columns ``function`` (hexadecimal truth table), ``count`` and ``error`` (off-training).
    """
    truth, chosen = np.asarray(target), np.asarray(training_set, dtype=np.int64)
    result = train(
        architecture,
        np.tile(truth, (networks, 1)),
        np.tile(chosen, (networks, 1)),
        np.random.default_rng(seed),
        learning_rate=learning_rate,
        max_steps=max_steps,
    )
    return functions_found(result.functions[result.converged], truth, chosen)


def functions_found(functions: NDArray[np.bool_], truth: NDArray[np.bool_], chosen: NDArray[np.int64]) -> pd.DataFrame:
    """Count the functions that networks compute, whether they were trained or drawn and kept.

    Parameters
    ----------
    functions : ndarray of bool, shape (networks, 2**n)
        Their truth tables.
    truth : ndarray of bool, shape (2**n,)
        The target.
    chosen : ndarray of int, shape (m,)
        The training inputs, which are left out of the error.

    Returns
    -------
    DataFrame
        Columns ``function`` (hexadecimal truth table), ``count`` and ``error`` (off-training).
    """
    packed, count = np.unique(np.packbits(functions, axis=1), axis=0, return_counts=True)
    tables = np.unpackbits(packed, axis=1, count=len(truth)).astype(bool)
    sets = np.tile(chosen, (len(tables), 1))
    return pd.DataFrame(
        {
            "function": [row.tobytes().hex() for row in packed],
            "count": count,
            "error": unseen_errors(tables, np.tile(truth, (len(tables), 1)), sets),
        }
    )


@dataclass(frozen=True)
class Agreement:
    """How alike training and Bayesian sampling are on one training set.

    Attributes
    ----------
    sgd_error, bayes_error : float
        Mean off-training error of each.
    sgd_networks, bayes_networks : int
        Sizes of the two samples.
    shared : int
        Functions seen by both.
    spearman, pearson_log : float
        Correlation of their frequencies over the shared functions: of ranks, and of logarithms.
    pearson_votes : float
        Correlation, over the inputs on which not all agree, of the share of networks that answer 1: defined even
        when the two samples are too small to share functions.
    open_inputs : int
        Inputs on which not all agree: the pairs of `pearson_votes`.
    sgd_mass_shared, bayes_mass_shared : float
        Share of each sample that lies on shared functions.
    same_top : bool
        Whether the most frequent function is the same.
    """

    sgd_error: float
    bayes_error: float
    sgd_networks: int
    bayes_networks: int
    shared: int
    spearman: float
    pearson_log: float
    pearson_votes: float
    open_inputs: int
    sgd_mass_shared: float
    bayes_mass_shared: float
    same_top: bool


def _votes(table: pd.DataFrame) -> NDArray[np.float64]:
    """Share of networks that answer 1, for every input."""
    packed = np.array([list(bytes.fromhex(str(name))) for name in table.index], dtype=np.uint8)
    return np.asarray(np.average(np.unpackbits(packed, axis=1), axis=0, weights=table["count"]))


def sgd_against_bayes(sgd: pd.DataFrame, bayes: pd.DataFrame) -> Agreement:
    """Compare the functions found by training with those of the posterior.

    Parameters
    ----------
    sgd, bayes : DataFrame
        From `sgd_task` and `bayes_task`; tasks of several seeds may be concatenated.

    Returns
    -------
    Agreement
        Correlations of frequencies are nan when fewer than three functions are shared, or all equally often.
    """
    if sgd.empty or bayes.empty:
        raise ProblemError(
            "One of the samples is empty: no network fits the training set; draw more or use fewer examples."
        )
    tables = [t.groupby("function").agg(count=("count", "sum"), error=("error", "first")) for t in (sgd, bayes)]
    both = tables[0].add_suffix("_sgd").join(tables[1].add_suffix("_bayes"), how="inner")
    totals = [int(t["count"].sum()) for t in tables]
    a, b = both["count_sgd"].to_numpy(float), both["count_bayes"].to_numpy(float)
    enough = len(both) >= 3 and np.ptp(a) > 0 and np.ptp(b) > 0
    votes = [_votes(t) for t in tables]
    open_inputs = (np.minimum(*votes) < 1) & (np.maximum(*votes) > 0)
    errors = [float((t["count"] * t["error"]).sum() / n) for t, n in zip(tables, totals, strict=True)]
    return Agreement(
        sgd_error=errors[0],
        bayes_error=errors[1],
        sgd_networks=totals[0],
        bayes_networks=totals[1],
        shared=len(both),
        spearman=float(spearmanr(a, b).statistic) if enough else float("nan"),
        pearson_log=float(pearsonr(np.log(a), np.log(b)).statistic) if enough else float("nan"),
        pearson_votes=float(np.corrcoef(votes[0][open_inputs], votes[1][open_inputs])[0, 1]),
        open_inputs=int(open_inputs.sum()),
        sgd_mass_shared=float(a.sum() / totals[0]),
        bayes_mass_shared=float(b.sum() / totals[1]),
        same_top=bool(tables[0]["count"].idxmax() == tables[1]["count"].idxmax()),
    )


def rank_correlation_error(correlation: ArrayLike, pairs: ArrayLike) -> NDArray[np.float64]:
    """Standard error of a rank correlation of independent pairs: (1 - r^2) sqrt(1.06 / (n - 3)).

    From the variance of Fisher's z for ranks (Fieller, Hartley & Pearson 1957, Biometrika 44). For a correlation of
    Pearson's take `correlation_error`.

    Parameters
    ----------
    correlation : array_like
        From -1 to 1.
    pairs : array_like
        Their number n, above 3.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> round(float(rank_correlation_error(0.0, 103)), 2), round(float(rank_correlation_error(0.9, 103)), 3)
    (0.1, 0.02)
    """
    n = np.asarray(pairs, dtype=np.float64)
    if (n <= 3).any():
        raise ProblemError("A rank correlation needs more than three pairs before it has a standard error.")
    return np.asarray((1 - np.asarray(correlation, dtype=np.float64) ** 2) * np.sqrt(1.06 / (n - 3)))


def correlation_error(correlation: ArrayLike, pairs: ArrayLike) -> NDArray[np.float64]:
    """Standard error of Pearson's correlation of independent pairs of a bivariate normal: (1 - r^2) / sqrt(n - 1).

    Parameters
    ----------
    correlation : array_like
        From -1 to 1.
    pairs : array_like
        Their number n, above 1.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> round(float(correlation_error(0.0, 101)), 2), round(float(correlation_error(0.9, 101)), 3)
    (0.1, 0.019)
    """
    n = np.asarray(pairs, dtype=np.float64)
    if (n <= 1).any():
        raise ProblemError("A correlation needs more than one pair before it has a standard error.")
    return np.asarray((1 - np.asarray(correlation, dtype=np.float64) ** 2) / np.sqrt(n - 1))


def agreement_by_case(results: pd.DataFrame) -> pd.DataFrame:
    """The agreement of training with Bayes in the committed experiment, one row a case.

    Parameters
    ----------
    results : DataFrame
        The table of the experiment ``occam-sgd-bayes`` (or of some of its cases).

    Returns
    -------
    DataFrame
        Indexed by case (*target, m examples*); a column for each quantity of `Agreement` and those beside it, and for
        standard errors (``<quantity>_se``): those of the table, of ``pearson_votes`` by `correlation_error` over its
        ``open_inputs``, and of ``spearman_often`` by `rank_correlation_error` over the functions that both sides met
        often.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> table = agreement_by_case(load_result("occam-sgd-bayes"))  # how alike training and Bayes answer
    >>> table.loc["dictator x0 of 5 inputs, 16 examples", ["sgd_error", "bayes_error"]].round(2).tolist()
    [0.17, 0.13]
    """
    rows = results[results["part"] == "agreement"]
    rows = rows.assign(case=rows["target"] + ", " + rows["m"].astype(str) + " examples")
    wide = rows.pivot(index="case", columns="key", values="value")
    errors = rows.pivot(index="case", columns="key", values="value_se").dropna(axis=1, how="all").add_suffix("_se")
    errors["pearson_votes_se"] = correlation_error(wide["pearson_votes"], wide["open_inputs"])
    errors["spearman_often_se"] = rank_correlation_error(wide["spearman_often"], wide["shared_often"].clip(lower=4))
    return wide.join(errors)
