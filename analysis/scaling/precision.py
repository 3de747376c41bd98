r"""What fewer bits cost: the precision laws of Kumar et al. 2024.

Rounding the weights of a finished model of N parameters and D tokens to P bits adds

.. math:: \delta = C_T \frac{D^{\gamma_D}}{N^{\gamma_N}} e^{-P / \gamma_{post}}

to its loss: the penalty grows with training. Training in P bits makes the model as good as a smaller one,

.. math:: N_{eff} = N \prod_x \left(1 - e^{-P_x / \gamma_x}\right),

with one factor each for weights, activations and attention cache.

References
----------
Kumar et al. (2024), Scaling laws for precision, arXiv:2411.04330. Fitted on models of up to 1.7 billion parameters and
26 billion tokens; the authors warn that the constants hold for their setting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import lambertw

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.scaling.laws import ScalingLaw

Array = NDArray[np.float64]


@dataclass(frozen=True)
class QuantisationLaw:
    """Penalty of rounding a trained model's weights.

    Parameters
    ----------
    C_T : float
        Scale, in nats per token for N and D in parameters and tokens.
    gamma_D, gamma_N : float
        Exponents of data and size.
    gamma_post : float
        Bits in which the penalty falls by a factor e.
    """

    C_T: float
    gamma_D: float
    gamma_N: float
    gamma_post: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) and value > 0 for value in astuple(self)):
            raise ProblemError("The constants of a quantisation law must be positive and finite; correct them.")

    def penalty(self, N: ArrayLike, D: ArrayLike, bits: ArrayLike) -> Array:
        """Loss added by rounding to `bits` bits, nats per token (arguments broadcast together).

        >>> law = QuantisationLaw(0.0598, 0.5068, 0.3439, 0.5907)
        >>> penalty = law.penalty(1e9, [20e9, 200e9], 4)  # ten times the data
        >>> round(float(penalty[1] / penalty[0]), 2)
        3.21
        """
        size, data, precision = (_positive(x) for x in (N, D, bits))
        return np.asarray(self.C_T * data**self.gamma_D / size**self.gamma_N * np.exp(-precision / self.gamma_post))

    def turning_point(self, N: ArrayLike, bits: ArrayLike, law: ScalingLaw) -> Array:
        """Tokens beyond which more training makes the rounded model worse.

        There the data term of `law` falls as fast as the penalty rises, beta B / D^beta = gamma_D times the penalty.

        >>> kumar = QuantisationLaw(0.0598, 0.5068, 0.3439, 0.5907)
        >>> chinchilla = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
        >>> bits_3, bits_4 = kumar.turning_point(1e9, [3, 4], chinchilla)
        >>> round(float(bits_4 / bits_3), 1)  # one bit more allows so many times the data
        8.6
        """
        size, precision = _positive(N), _positive(bits)
        ratio = law.beta * law.B * size**self.gamma_N / (self.gamma_D * self.C_T) * np.exp(precision / self.gamma_post)
        return np.asarray(ratio ** (1 / (self.gamma_D + law.beta)))


@cache
def published_quantisation_law() -> QuantisationLaw:
    """The constants of Kumar et al., appendix K, from the table of facts."""
    fact = facts.load("scaling")
    return QuantisationLaw(*(fact[f"kumar-{name}"].value for name in ("c-t", "gamma-d", "gamma-n", "gamma-post")))


def effective_parameters(N: ArrayLike, bits: Sequence[float], gammas: Sequence[float]) -> Array:
    """Size of the full-precision model that a model trained in fewer bits is worth.

    Parameters
    ----------
    N : float or array
        Parameters.
    bits, gammas : sequences of floats
        For each quantised part (weights, activations, attention cache) its bits and its sensitivity in bits.

    Examples
    --------
    >>> round(float(effective_parameters(1e8, [4], [2.6745])) / 1e6, 1)  # 4-bit weights: 78 of 100 million
    77.6
    """
    if len(bits) != len(gammas):
        raise ProblemError("Give one gamma for each part that is quantised.")
    factors = -np.expm1(-_positive(bits) / _positive(gammas))
    return np.asarray(_positive(N) * factors.prod())


def optimal_training_bits(gamma: float, parts: int = 3) -> float:
    r"""Bits that give the lowest loss for a training budget, the same for every budget.

    Training costs 6 N D P / 16 in full-precision FLOP, so that at a given budget the bits enter only through
    :math:`(1 - e^{-P/\gamma})^k / P`, whatever the law of size and data; its maximum is where
    :math:`e^u = 1 + k u`, :math:`u = P / \gamma`.

    Parameters
    ----------
    gamma : float
        Common sensitivity of all parts, bits; positive.
    parts : int
        k, how many of weights, activations and cache are in P bits; at least 2 (with one, fewer bits always win).

    Examples
    --------
    >>> round(optimal_training_bits(4.0), 1)
    7.6
    """
    if parts < 2 or not (math.isfinite(gamma) and gamma > 0):
        raise ProblemError("The best precision needs at least 2 quantised parts and a positive gamma; correct them.")
    u = -1 / parts - lambertw(-math.exp(-1 / parts) / parts, -1).real
    return float(gamma * u)


def _positive(value: ArrayLike) -> Array:
    array = np.asarray(value, float)
    if not np.all(np.isfinite(array) & (array > 0)):
        raise ProblemError("Parameters, tokens and bits must be positive and finite; correct them.")
    return array
