r"""What repeated data are worth: the data-constrained law of Muennighoff et al. 2023.

With U unique tokens seen :math:`D / U` times, the repetitions :math:`R_D = D / U - 1` lose value with a half-life:

.. math:: D' = U + U R^*_D \left(1 - e^{-R_D / R^*_D}\right),
          \qquad L = E + \frac{A}{N'^\alpha} + \frac{B}{D'^\beta}.

Parameters beyond :math:`U_N`, the size that is optimal for the unique data, lose value in the same way:
:math:`N' = U_N + U_N R^*_N (1 - e^{-R_N / R^*_N})` with :math:`R_N = N / U_N - 1`.

References
----------
Muennighoff et al. (2023), Scaling data-constrained language models, arXiv:2305.16264.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

from analysis.kit import facts
from analysis.kit.checking import positive
from analysis.scaling.allocation import Allocation, compute_optimal_allocation
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN, ScalingLaw, published_law

Array = NDArray[np.float64]


def effective_epochs(epochs: ArrayLike, R_star: float) -> Array:
    """What `epochs` passes over the data are worth, in passes over fresh data of the same amount.

    Parameters
    ----------
    epochs : float or array
        Passes, at least 1 (less than 1 pass is worth itself).
    R_star : float
        Repetitions after which a further one is worth 1/e of a fresh pass; positive.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> effective_epochs([1, 2, 4, 16], 15.387756).round(3).tolist()
    [1.0, 1.968, 3.726, 10.582]
    """
    passes = positive(epochs, "a number of epochs")
    positive(R_star, "R_star")
    repeated = np.maximum(passes - 1, 0)
    return np.minimum(passes, 1) - R_star * np.expm1(-repeated / R_star)


@dataclass(frozen=True)
class DataConstrainedLaw:
    """Loss of N parameters trained on D tokens of which only some are unique.

    Parameters
    ----------
    law : ScalingLaw
        For data that are not repeated.
    R_D, R_N : float
        Scales on which repetitions and excess parameters lose their value.
    """

    law: ScalingLaw
    R_D: float
    R_N: float

    def __post_init__(self) -> None:
        positive((self.R_D, self.R_N), "a scale of repetition")

    def optimal_size(self, tokens: ArrayLike) -> Array:
        """Parameters for which `tokens` unique tokens are the compute-optimal data: alpha A/N^alpha = beta B/D^beta."""
        law = self.law
        D = positive(tokens, "a number of tokens")
        return np.asarray((law.alpha * law.A / (law.beta * law.B) * D**law.beta) ** (1 / law.alpha))

    def effective_tokens(self, D: ArrayLike, unique: ArrayLike) -> Array:
        """D': fresh tokens that would do as much as `D` tokens drawn from `unique` ones."""
        tokens, fresh = positive(D, "a number of tokens"), positive(unique, "a number of unique tokens")
        return np.asarray(fresh * effective_epochs(tokens / fresh, self.R_D))

    def effective_parameters(self, N: ArrayLike, unique: ArrayLike) -> Array:
        """N': parameters that count, given how few the unique data are."""
        size, enough = positive(N, "a number of parameters"), self.optimal_size(unique)
        return np.asarray(enough * effective_epochs(size / enough, self.R_N))

    def loss(self, N: ArrayLike, D: ArrayLike, unique: ArrayLike) -> Array:
        """Loss in nats per token; fewer than `unique` tokens are simply not repeated.

        >>> f"{float(published_repetition_law().loss(6.34e9, 242e9, 25e9)):.12f}"
        '2.225644088998'
        """
        fresh = np.minimum(positive(D, "a number of tokens"), positive(unique, "a number of unique tokens"))
        return self.law.loss(self.effective_parameters(N, fresh), self.effective_tokens(D, fresh))

    def best_allocation(self, budget: float, unique: float) -> Allocation:
        """Size and tokens of the lowest loss for `budget` FLOP when only `unique` tokens exist.

        Where the optimum for fresh data needs no repetition it is returned unchanged.

        >>> best = published_repetition_law().best_allocation(6 * 8.67e9 * 178e9, 25e9)
        >>> print(f"{best.N / 1e9:.1f} billion parameters, {best.D / 25e9:.1f} epochs")
        6.8 billion parameters, 9.1 epochs
        """
        usual = compute_optimal_allocation(budget, self.law)
        if float(positive(unique, "a number of unique tokens")) >= usual.D:
            return usual
        product = budget / FLOP_PER_PARAMETER_AND_TOKEN

        def loss(log_N: float) -> float:
            return float(self.loss(math.exp(log_N), product / math.exp(log_N), unique))

        # below the size that suits the unique data, and below one pass, more of what is scarce always helps
        bounds = (math.log(self.optimal_size(unique)), math.log(product / unique))
        N = math.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x)
        return Allocation(budget, N, product / N, float(self.loss(N, product / N, unique)))


@cache
def published_repetition_law() -> DataConstrainedLaw:
    """The constants of Muennighoff et al. for C4, from the table of facts.

    Returns
    -------
    DataConstrainedLaw

    Examples
    --------
    >>> round(published_repetition_law().R_D, 1)
    15.4
    """
    fact = facts.load("scaling")
    return DataConstrainedLaw(
        published_law("muennighoff"), fact["muennighoff-r-d-star"].value, fact["muennighoff-r-n-star"].value
    )
