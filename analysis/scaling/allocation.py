"""How to split a training budget between size and data, in closed form for every law of the Chinchilla form.

Minimising E + A / N^alpha + B / D^beta at C = 6 N D gives (Hoffmann et al. 2022, equation 4)

    N = G (C / 6)^a,  D = (C / 6)^b / G,  G = (alpha A / (beta B))^(1 / (alpha + beta)),
    a = beta / (alpha + beta),  b = alpha / (alpha + beta).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN, PETAFLOP_DAY, ScalingLaw

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Allocation:
    """A training run: floats, or arrays of one length for several budgets.

    Attributes
    ----------
    budget : FLOP
    N : parameters
    D : tokens
    loss : nats per token
    """

    budget: Any
    N: Any
    D: Any
    loss: Any

    @property
    def tokens_per_parameter(self) -> Any:
        """D / N."""
        return self.D / self.N


def allocation_exponents(law: ScalingLaw) -> tuple[float, float]:
    """Exponents (a, b) of the optimal size and data, N ~ C^a and D ~ C^b; they add up to 1.

    >>> a, b = allocation_exponents(ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28))
    >>> round(a, 3), round(b, 3)
    (0.452, 0.548)
    """
    total = law.alpha + law.beta
    return law.beta / total, law.alpha / total


def compute_optimal_allocation(budget: ArrayLike, law: ScalingLaw) -> Allocation:
    """The size and the data that give the lowest loss for a training budget.

    Parameters
    ----------
    budget : float or array
        Training compute C = 6 N D in FLOP; positive.
    law : ScalingLaw

    Raises
    ------
    ProblemError
        If a budget is not positive and finite.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> best = compute_optimal_allocation(5.76e23, law)
    >>> print(f"{best.N / 1e9:.1f} billion parameters, {best.tokens_per_parameter:.0f} tokens for each")
    32.2 billion parameters, 93 tokens for each
    """
    C = _budget(budget)
    a, b = allocation_exponents(law)
    product = C / FLOP_PER_PARAMETER_AND_TOKEN
    N, D = _balance(law) * product**a, product**b / _balance(law)
    return Allocation(_plain(C), _plain(N), _plain(D), _plain(law.loss(N, D)))


def optimal_budget(size: ArrayLike, law: ScalingLaw) -> Allocation:
    """The budget at which models of `size` parameters are the best choice, as Hoffmann's tables 3 and A3 list it.

    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> round(compute_optimal_allocation(optimal_budget(67e9, law).budget, law).N / 1e9, 6)
    67.0
    """
    a, _ = allocation_exponents(law)
    N = np.asarray(size, float)
    if not np.all(np.isfinite(N) & (N > 0)):
        raise ProblemError("A model needs a positive, finite number of parameters; correct the size.")
    return compute_optimal_allocation(FLOP_PER_PARAMETER_AND_TOKEN * (N / _balance(law)) ** (1 / a), law)


def isoflop_curve(budget: float, law: ScalingLaw, sizes: ArrayLike) -> Allocation:
    """Loss of models of different `sizes` (parameters) that all spend `budget` FLOP on training.

    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> isoflop_curve(5.76e23, law, [10e9, 32e9, 280e9]).loss.round(3).tolist()
    [1.947, 1.931, 1.984]
    """
    N = np.asarray(sizes, float)
    D = _budget(budget) / (FLOP_PER_PARAMETER_AND_TOKEN * N)
    return Allocation(np.broadcast_to(budget, N.shape), N, D, law.loss(N, D))


def kaplan_allocation(budget: ArrayLike) -> Allocation:
    """Kaplan's advice (2020, table 6): N = 1.3e9 (C_min in PF-days)^0.73, with C_min half of the budget.

    The half is how Hoffmann et al. 2022 read it (appendix D.4: 4.68 billion parameters at 1e21 FLOP). The loss is nan,
    since the advice rests on the minimal compute at a critical batch size, for which Kaplan gives no loss in N and D.

    >>> print(f"{kaplan_allocation(1e21).N / 1e9:.2f} billion parameters")
    4.68 billion parameters
    """
    fact = facts.load("scaling")
    C = _budget(budget)
    N = fact["kaplan-n-at-one-pf-day"].value * (C / 2 / PETAFLOP_DAY) ** fact["kaplan-a"].value
    D = C / (FLOP_PER_PARAMETER_AND_TOKEN * N)
    return Allocation(_plain(C), _plain(N), _plain(D), _plain(np.full_like(N, np.nan)))


def _balance(law: ScalingLaw) -> float:
    return float((law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta)))


def _budget(budget: ArrayLike) -> Array:
    C = np.asarray(budget, float)
    if not np.all(np.isfinite(C) & (C > 0)):
        raise ProblemError("A budget must be a positive, finite number of FLOP, such as 5.76e23; correct it.")
    return C


def _plain(value: Array) -> Any:
    """A float for one number, the array for several."""
    return float(value) if np.ndim(value) == 0 else value
