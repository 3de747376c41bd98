"""Bayes' rule over functions: what a prior over functions does to generalisation, exactly.

A learner that fits its training set ``S`` without error and otherwise trusts its prior ``P(f)`` has

    P(f | S) = P(f) / P(S)   if f fits S, else 0,        P(S) = sum of P(f) over all f that fit S.

``P(S)`` is the marginal likelihood. With a uniform prior nothing can be learned (no free lunch); a prior
that prefers simple functions generalises on simple targets; a prior that allows no others fails on the rest.

Functions of ``n`` inputs are truth tables: bool arrays of length ``2**n``, a set of them of shape ``(count, 2**n)``.

References
----------
Mingard, Rees, Valle-Pérez & Louis (2025), Nature Communications 16, doi 10.1038/s41467-024-54813-x (Bayesian
picture, K-learner); Wolpert (1996), The lack of a priori distinctions between learning algorithms (no free lunch).
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from analysis.kit.errors import ProblemError
from analysis.kit.kept import kept
from analysis.occam.boolean import from_string, pack
from analysis.occam.networks import CHUNK
from analysis.occam.prior import FunctionSampler

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def _tables(functions: ArrayLike) -> BoolArray:
    tables = np.atleast_2d(np.asarray(functions))
    if tables.dtype != np.bool_ or tables.ndim != 2:
        raise ProblemError("Give functions as a bool array of shape (count, 2**n), one truth table a row.")
    return tables


def _prior(tables: BoolArray, probabilities: ArrayLike) -> FloatArray:
    p = np.asarray(probabilities, dtype=np.float64)
    if p.shape != (len(tables),) or not np.all(p >= 0):
        raise ProblemError(f"Give {len(tables)} probabilities, one a function, none negative.")
    return p


def _training_inputs(inputs: ArrayLike, size: int) -> IntArray:
    rows = np.atleast_1d(np.asarray(inputs, dtype=np.int64))
    if (
        rows.ndim != 1
        or len(set(rows.tolist())) != len(rows)
        or (len(rows) and not 0 <= rows.min() <= rows.max() < size)
    ):
        raise ProblemError(f"Training inputs must be different numbers from 0 to {size - 1}.")
    return rows


def fits(functions: ArrayLike, inputs: ArrayLike, labels: ArrayLike) -> BoolArray:
    """Which functions agree with every training example.

    Parameters
    ----------
    functions : array_like of bool, shape (count, 2**n)
    inputs : array_like of int, shape (m,)
        Rows of the truth table in the training set.
    labels : array_like of bool, shape (m,)

    Returns
    -------
    ndarray of bool, shape (count,)

    Raises
    ------
    ProblemError
        If inputs and labels differ in number.

    Examples
    --------
    >>> fits(all_functions(1), [0], [True]).tolist()
    [False, False, True, True]
    """
    tables = _tables(functions)
    rows = _training_inputs(inputs, tables.shape[1])
    wanted = np.atleast_1d(np.asarray(labels, dtype=bool))
    if wanted.shape != rows.shape:
        raise ProblemError(f"{len(rows)} training inputs need as many labels, not {wanted.size}.")
    return np.asarray(np.all(tables[:, rows] == wanted, axis=1))


def marginal_likelihood(functions: ArrayLike, probabilities: ArrayLike, inputs: ArrayLike, labels: ArrayLike) -> float:
    """P(S): the prior probability that a function fits the training set.

    Parameters
    ----------
    functions : array_like of bool, shape (count, 2**n)
        Different functions.
    probabilities : array_like of float, shape (count,)
        Their prior probabilities.
    inputs, labels : array_like, shape (m,)
        The training set.

    Returns
    -------
    float

    Examples
    --------
    >>> marginal_likelihood(all_functions(2), [1 / 16] * 16, [0, 3], [True, False])
    0.25
    """
    tables = _tables(functions)
    return float(_prior(tables, probabilities)[fits(tables, inputs, labels)].sum())


def posterior(functions: ArrayLike, probabilities: ArrayLike, inputs: ArrayLike, labels: ArrayLike) -> FloatArray:
    """P(f | S) under the zero-error likelihood.

    Parameters
    ----------
    functions, probabilities, inputs, labels
        As in `marginal_likelihood`.

    Returns
    -------
    ndarray, shape (count,)
        Probabilities that sum to 1.

    Raises
    ------
    ProblemError
        If no function with prior probability fits the training set.

    Examples
    --------
    >>> posterior(all_functions(1), [0.5, 0.2, 0.2, 0.1], [0], [False]).round(3).tolist()
    [0.714, 0.286, 0.0, 0.0]
    """
    tables = _tables(functions)
    weights = np.where(fits(tables, inputs, labels), _prior(tables, probabilities), 0.0)
    total = weights.sum()
    if total <= 0:
        raise ProblemError(
            "No function of the prior fits the training set (P(S) = 0): the target is out of its reach; "
            "widen the prior or draw more samples of it."
        )
    return np.asarray(weights / total)


def off_training_errors(functions: ArrayLike, target: ArrayLike, inputs: ArrayLike) -> FloatArray:
    """Share of the inputs outside the training set that each function gets wrong.

    Parameters
    ----------
    functions : array_like of bool, shape (count, 2**n)
    target : array_like of bool, shape (2**n,)
    inputs : array_like of int, shape (m,)
        The training inputs, which are left out.

    Returns
    -------
    ndarray, shape (count,)

    Raises
    ------
    ProblemError
        If nothing is left to test on.

    Examples
    --------
    >>> off_training_errors([[True, False, False, True]], [True, True, False, True], [0, 3]).tolist()
    [0.5]
    """
    tables, truth = _tables(functions), _tables(target)[0]
    rest = np.delete(np.arange(len(truth)), _training_inputs(inputs, len(truth)))
    if not len(rest):
        raise ProblemError("The training set holds every input, so nothing is left to test on; leave some out.")
    return np.asarray(np.mean(tables[:, rest] != truth[rest], axis=1))


@kept
def marginal_likelihoods(
    ensemble: FunctionSampler, target: str, sizes: tuple[int, ...], training_sets: int, samples: int, seed: int
) -> pd.DataFrame:
    """P(S) of training sets of rising size that a target answers, and the error of the posterior, by drawing functions.

    The examples of a set are drawn independently, as the PAC-Bayes bound assumes: one can come twice.

    Parameters
    ----------
    ensemble : FunctionSampler
    target : str
        Truth table as characters 0 and 1, as many as the ensemble's functions have answers.
    sizes : tuple of int
        Sizes m of the training sets, repeated examples included; a set is contained in those of larger sizes.
    training_sets : int
        How many such growing sets are drawn.
    samples : int
        Functions drawn from the prior; whole chunks of 4,096 are used.
    seed : int

    Returns
    -------
    DataFrame
        One row a training set: ``m``, ``training_set``, ``samples``, ``fitting`` (functions that fit),
        ``probability`` (P(S), the share that fits) and ``error`` (mean share of *all* inputs on which those that fit
        are wrong; missing where none fits). Kept on disk; do not change it.

    Raises
    ------
    ProblemError
        If the target is no function of the ensemble's inputs, a size is below 1, or not one chunk is to be drawn.

    Examples
    --------
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> rows = marginal_likelihoods(NetworkEnsemble(), "0" * 128, (1, 8, 128), 1, 4096, seed=1)
    >>> rows[["m", "probability", "error"]].round(2).values.tolist()  # with more examples fewer fit, and err less
    [[1.0, 0.49, 0.2], [8.0, 0.25, 0.04], [128.0, 0.14, 0.0]]
    """
    size, chunks = len(target), samples // CHUNK
    if size != 2**ensemble.inputs:
        raise ProblemError(f"A target of {ensemble.inputs} inputs has {2**ensemble.inputs} answers, not {size}.")
    if min(sizes) < 1 or chunks < 1:
        raise ProblemError(f"Training sets hold at least 1 example, and at least {CHUNK:,} functions must be drawn.")
    tables = np.zeros((training_sets, len(sizes), size), dtype=bool)
    for number in range(training_sets):
        order = np.random.default_rng([seed, number]).integers(size, size=max(sizes))
        for place, m in enumerate(sizes):
            tables[number, place, order[:m]] = True
    masks, truth = pack(tables.reshape(-1, size)), from_string(target)
    fitting, errors = np.zeros(len(masks), dtype=np.int64), np.zeros(len(masks), dtype=np.int64)
    for chunk in range(chunks):
        wrong = ensemble.sample(seed, chunk) ^ truth
        for place, mask in enumerate(masks):
            fit = wrong[~(wrong & mask).any(axis=1)]
            fitting[place] += len(fit)
            errors[place] += np.bitwise_count(fit).sum()
    return pd.DataFrame(
        {
            "m": np.tile(sizes, training_sets),
            "training_set": np.repeat(np.arange(training_sets), len(sizes)),
            "samples": chunks * CHUNK,
            "fitting": fitting,
            "probability": fitting / (chunks * CHUNK),
            "error": np.divide(errors, fitting * size, out=np.full(len(masks), np.nan), where=fitting > 0),
        }
    )


def all_functions(n: int) -> BoolArray:
    """Every Boolean function of ``n`` inputs, as truth tables.

    Parameters
    ----------
    n : int
        From 1 to 4 (65,536 functions).

    Returns
    -------
    ndarray of bool, shape (2**2**n, 2**n)
        Row ``i`` spells ``i`` in binary, most significant bit first.

    Raises
    ------
    ProblemError
        For other numbers of inputs.

    Examples
    --------
    >>> [all_functions(n).shape[0] for n in (1, 2, 3, 4)]  # 2 ** 2 ** n
    [4, 16, 256, 65536]
    """
    if n not in (1, 2, 3, 4):
        raise ProblemError(f"All functions can be listed for 1 to 4 inputs, not for {n}.")
    size = 2**n
    return ((np.arange(2**size)[:, None] >> np.arange(size - 1, -1, -1)) & 1).astype(bool)


def no_free_lunch(test_inputs: int) -> tuple[float, float]:
    """Mean and standard deviation of the off-training error under the uniform prior, for any target.

    Each unseen input is a fair coin, so the error is Binomial(T, 1/2) / T with mean 1/2 and standard
    deviation ``1 / (2 sqrt(T))``.

    Parameters
    ----------
    test_inputs : int
        Number T of inputs outside the training set.

    Returns
    -------
    mean, standard_deviation : float

    Examples
    --------
    >>> no_free_lunch(64)
    (0.5, 0.0625)
    """
    if test_inputs < 1:
        raise ProblemError(f"An error over {test_inputs} test inputs is undefined; use at least 1.")
    return 0.5, math.sqrt(1 / (4 * test_inputs))


def k_learner_prior(complexities: ArrayLike, max_complexity: float) -> FloatArray:
    """The K-learner: a uniform prior over all functions up to a complexity, and nothing beyond.

    Parameters
    ----------
    complexities : array_like of float, shape (count,)
        K of each function (bits).
    max_complexity : float

    Returns
    -------
    ndarray, shape (count,)

    Raises
    ------
    ProblemError
        If no function is within the limit.

    Examples
    --------
    >>> k_learner_prior([1.0, 2.0, 3.0], 2.0).tolist()
    [0.5, 0.5, 0.0]
    """
    within = np.asarray(complexities, dtype=np.float64) <= max_complexity
    if not within.any():
        raise ProblemError(f"No function has a complexity of {max_complexity} or less; raise the limit.")
    return np.asarray(within / within.sum())


def k_learner_errors(target: ArrayLike, complexities: ArrayLike, m: int) -> pd.DataFrame:
    """Expected off-training error of every K-learner on a target, exact over all training sets of size m.

    For each of the ``C(2**n, m)`` training sets the functions that fit are listed, and the posterior mean
    error is formed for each limit on K.

    Parameters
    ----------
    target : array_like of bool, shape (2**n,)
        With n at most 4.
    complexities : array_like of float, shape (2**2**n,)
        K of every function, in the order of `all_functions`.
    m : int
        Training set size, from 1 to ``2**n - 1``.

    Returns
    -------
    DataFrame
        One row per distinct value of K: ``max_complexity``, ``functions`` (how many the learner knows),
        ``reachable`` (whether the target is among them), ``error`` (mean over the training sets that some
        function of the learner fits; nan if none), ``fitted`` (share of training sets that it can fit).

    Raises
    ------
    ProblemError
        If a function has no complexity, or m leaves nothing to learn or to test.

    Examples
    --------
    >>> ones = all_functions(2).sum(axis=1)
    >>> k_learner_errors([False, False, False, True], ones, m=2)[["max_complexity", "fitted"]].values.tolist()
    [[0.0, 0.5], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [4.0, 1.0]]
    """
    truth = _tables(target)[0]
    size = len(truth)
    k = np.asarray(complexities, dtype=np.float64)
    if k.shape != (2**size if size <= 16 else -1,):
        raise ProblemError(
            "Give the complexity of every function of the target's inputs, in the order of all_functions."
        )
    if not 1 <= m < size:
        raise ProblemError(f"A training set of {m} leaves nothing to learn or to test; use 1 to {size - 1}.")
    levels, level_of = np.unique(k, return_inverse=True)
    place = 1 << np.arange(size - 1, -1, -1)
    code = int(place[truth].sum())
    patterns = ((np.arange(2 ** (size - m))[:, None] >> np.arange(size - m)) & 1).astype(np.int64)
    wrong = patterns.sum(axis=1)
    error_sum = np.zeros(len(levels))
    fitted = np.zeros(len(levels))
    for chosen in combinations(range(size), size - m):
        # Functions that fit differ from the target only on the unseen inputs.
        level = level_of[code ^ (patterns @ place[list(chosen)])]
        count = np.cumsum(np.bincount(level, minlength=len(levels)))
        total = np.cumsum(np.bincount(level, weights=wrong, minlength=len(levels)))
        known = count > 0
        error_sum[known] += total[known] / count[known] / (size - m)
        fitted += known
    with np.errstate(invalid="ignore"):
        error = error_sum / fitted
    return pd.DataFrame(
        {
            "max_complexity": levels,
            "functions": np.cumsum(np.bincount(level_of)),
            "reachable": levels >= k[code],
            "error": error,
            "fitted": fitted / math.comb(size, m),
        }
    )


def functions_by_complexity(complexities: ArrayLike) -> pd.DataFrame:
    """How many functions have each complexity, and what a prior of 2^-K makes of it.

    If the number of functions grew as ``2**K``, a prior proportional to ``2**-K`` would make every complexity
    equally likely: the exact cancellation of the paper.

    Parameters
    ----------
    complexities : array_like of float, shape (count,)
        K of every function (bits), or of a uniform sample of functions.

    Returns
    -------
    DataFrame
        Columns ``complexity``, ``functions``, ``uniform_prior`` (P(K) if all functions are equally likely) and
        ``simplicity_prior`` (P(K) if a function has probability proportional to ``2**-K``).

    Raises
    ------
    ProblemError
        If there is no complexity.

    Examples
    --------
    >>> functions_by_complexity([0, 1, 1, 2, 2, 2, 2])["simplicity_prior"].round(3).tolist()
    [0.333, 0.333, 0.333]
    """
    k, count = np.unique(np.asarray(complexities, dtype=np.float64), return_counts=True)
    if not len(k):
        raise ProblemError("No complexities given; pass one a function.")
    log_mass = np.log(count) - k * math.log(2)
    return pd.DataFrame(
        {
            "complexity": k,
            "functions": count,
            "uniform_prior": count / count.sum(),
            "simplicity_prior": np.exp(log_mass - logsumexp(log_mass)),
        }
    )
