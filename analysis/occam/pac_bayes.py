"""PAC-Bayes: what the marginal likelihood alone promises about the error on unseen inputs.

A learner whose prior gives the training set a high probability ``P(S)`` needs few bits to be talked into the
answer, and cannot be far wrong elsewhere. The bound holds for any prior, good or bad; a bad one gives a small
``P(S)`` and a bound that says nothing.

References
----------
Valle-Pérez, Camargo & Louis (2019), Deep learning generalizes because the parameter-function map is biased towards
simple functions, arXiv:1805.08522. McAllester (1998), Some PAC-Bayesian theorems. Langford & Seeger (2001), Bounds
for averaging classifiers.
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.kit.checking import used_share
from analysis.kit.errors import ProblemError


def pac_bayes_bound(probability: float, m: int, delta: float = 0.05) -> float:
    r"""Upper bound on the mean error, over all inputs, of a learner that draws from the posterior of its prior.

    .. math:: -\ln(1 - \epsilon) \le \frac{\ln(1 / P(S)) + \ln(2 m / \delta)}{m - 1}

    It holds with probability ``1 - delta`` over training sets drawn independently (Valle-Pérez et al. 2019, after
    McAllester 1998 and Langford & Seeger 2001).

    Parameters
    ----------
    probability : float
        Marginal likelihood P(S), above 0 and at most 1.
    m : int
        Training set size, at least 2.
    delta : float
        Between 0 and 1.

    Returns
    -------
    float
        Bound on the error; never above 1.

    Raises
    ------
    ProblemError
        If m is below 2 or delta not between 0 and 1.

    Examples
    --------
    >>> round(pac_bayes_bound(6.8e-4, 16), 3)
    0.6
    """
    used_share(probability, "a marginal likelihood")
    if m < 2 or not 0 < delta < 1:
        raise ProblemError("The PAC-Bayes bound needs m of at least 2 and delta between 0 and 1.")
    return -math.expm1(-(-math.log(probability) + math.log(2 * m / delta)) / (m - 1))


def annealed_error(probability: float, m: int) -> float:
    """The same bound without its correction terms, ``1 - P(S)**(1/m)``: an error, not a guarantee.

    Parameters
    ----------
    probability : float
        Marginal likelihood P(S).
    m : int
        Training set size.

    Returns
    -------
    float

    Examples
    --------
    >>> round(annealed_error(6.8e-4, 16), 3), annealed_error(2.0**-64, 64)
    (0.366, 0.5)
    """
    used_share(probability, "a marginal likelihood")
    if m < 1:
        raise ProblemError(f"A training set of {m} examples gives no bound; use at least 1.")
    return -math.expm1(math.log(probability) / m)


def guarantees(likelihoods: pd.DataFrame, delta: float = 0.05, least: int = 10) -> pd.DataFrame:
    """The bound at each training set size, from marginal likelihoods that were sampled.

    Parameters
    ----------
    likelihoods : DataFrame
        Of `analysis.occam.bayes.marginal_likelihoods`.
    delta : float
    least : int
        Training sets that fewer of the drawn functions fit are left out.

    Returns
    -------
    DataFrame
        One row a size ``m``: ``bound`` (mean over the training sets), ``bound_low`` and ``bound_high`` (their range),
        ``annealed`` (mean of `annealed_error`), ``error`` and ``error_high`` (mean and largest error of the learner
        that the bound speaks of) and ``fitting`` (fewest functions that fit).

    Examples
    --------
    >>> from analysis.occam.bayes import marginal_likelihoods
    >>> from analysis.occam.networks import NetworkEnsemble
    >>> likelihoods = marginal_likelihoods(NetworkEnsemble(), "0" * 128, (8, 32), 2, 4096, seed=1)
    >>> guarantees(likelihoods)[["m", "bound", "error"]].round(2).values.tolist()  # the error stays below its bound
    [[8.0, 0.64, 0.04], [32.0, 0.25, 0.01]]
    """
    sets = likelihoods[likelihoods["fitting"] >= least]
    pairs = list(zip(sets["probability"], sets["m"], strict=True))
    sets = sets.assign(
        bound=[pac_bayes_bound(p, m, delta) for p, m in pairs], annealed=[annealed_error(p, m) for p, m in pairs]
    )
    curve = sets.groupby("m").agg(
        bound=("bound", "mean"),
        bound_low=("bound", "min"),
        bound_high=("bound", "max"),
        annealed=("annealed", "mean"),
        error=("error", "mean"),
        error_high=("error", "max"),
        fitting=("fitting", "min"),
    )
    return curve.reset_index()


def published_bound(complexity: float, m: int, biased: bool = True, inputs: int = 7) -> float:
    r"""The bound as the authors' plotting script draws it, from the complexity of the target.

    .. math:: 1 - \exp\left(-\frac{\ln 2^n + \min(K, 2^n) \ln 2}{m}\right)

    for a network biased towards simplicity, with ``P(f) = 2**-(n + K)`` in place of P(S); for an unbiased learner
    ``1 - 2**(-2**n / m)``. Both put the probability of the one target function where the bound has the probability
    of *any* function that fits; P(S) is larger, so the true bound is lower: an unbiased learner has
    ``P(S) = 2**-m`` and an error of 1/2.

    Parameters
    ----------
    complexity : float
        K of the target (bits).
    m : int
        Training set size.
    biased : bool
        False for the unbiased learner.
    inputs : int
        n, number of Boolean inputs.

    Returns
    -------
    float

    Examples
    --------
    >>> round(published_bound(7.0, 64), 4), published_bound(7.0, 64, biased=False)
    (0.1407, 0.75)
    """
    if m < 1 or complexity < 0:
        raise ProblemError("The bound needs a training set of at least 1 and a complexity of at least 0.")
    size = 2**inputs
    bits = inputs + min(complexity, size) if biased else size
    return -math.expm1(-bits * math.log(2) / m)
