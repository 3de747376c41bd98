r"""What fewer bits cost: the precision laws of Kumar et al. 2024.

Rounding the weights of a finished model of N parameters and D tokens to P bits adds

.. math:: \delta = C_T \frac{D^{\gamma_D}}{N^{\gamma_N}} e^{-P / \gamma_{post}}

to its loss: the penalty grows with training.

References
----------
Kumar et al. (2024), Scaling laws for precision, arXiv:2411.04330. Fitted on models of up to 1.7 billion parameters and
26 billion tokens; the authors warn that the constants hold for their setting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit import facts
from analysis.kit.checking import positive
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
    offset : float
        Added to the exponent: the penalty is e^offset times as large.
    """

    C_T: float
    gamma_D: float
    gamma_N: float
    gamma_post: float
    offset: float = 0.0

    def __post_init__(self) -> None:
        *constants, offset = astuple(self)
        if not all(math.isfinite(value) and value > 0 for value in constants) or not math.isfinite(offset):
            raise ProblemError("The constants of a quantisation law must be positive and finite; correct them.")

    def penalty(self, N: ArrayLike, D: ArrayLike, bits: ArrayLike) -> Array:
        """Loss added by rounding to `bits` bits, nats per token (arguments broadcast together).

        >>> law = QuantisationLaw(0.0598, 0.5068, 0.3439, 0.5907)
        >>> penalty = law.penalty(1e9, [20e9, 200e9], 4)  # ten times the data
        >>> round(float(penalty[1] / penalty[0]), 2)
        3.21
        """
        size, data, precision = (
            positive(N, "a number of parameters"),
            positive(D, "a number of tokens"),
            positive(bits, "a number of bits"),
        )
        falling = np.exp(self.offset - precision / self.gamma_post)
        return np.asarray(self.C_T * data**self.gamma_D / size**self.gamma_N * falling)

    def turning_point(self, N: ArrayLike, bits: ArrayLike, law: ScalingLaw) -> Array:
        """Tokens beyond which more training makes the rounded model worse.

        There the data term of `law` falls as fast as the penalty rises, beta B / D^beta = gamma_D times the penalty.

        >>> kumar = QuantisationLaw(0.0598, 0.5068, 0.3439, 0.5907)
        >>> chinchilla = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
        >>> bits_3, bits_4 = kumar.turning_point(1e9, [3, 4], chinchilla)
        >>> round(float(bits_4 / bits_3), 1)  # one bit more allows so many times the data
        8.6
        """
        size, precision = positive(N, "a number of parameters"), positive(bits, "a number of bits")
        rising = np.exp(precision / self.gamma_post - self.offset)
        ratio = law.beta * law.B * size**self.gamma_N / (self.gamma_D * self.C_T) * rising
        return np.asarray(ratio ** (1 / (self.gamma_D + law.beta)))


@cache
def published_quantisation_law(sign: float = 0.0) -> QuantisationLaw:
    """The constants of Kumar et al., appendix K, from the table of facts.

    Parameters
    ----------
    sign : float
        Times the offset of their table: 0 is the form that their text prints. The appendix says that exponents are
        "really computed with offset" and does not say with which sign, 1 or -1.

    Examples
    --------
    >>> one, other = (published_quantisation_law(sign).penalty(1e9, 2e10, 4) for sign in (-1, 1))
    >>> round(float(other / one), 1)
    9.5
    """
    fact = facts.load("scaling")
    constants = [fact[f"kumar-{name}"].value for name in ("c-t", "gamma-d", "gamma-n", "gamma-post")]
    return replace(QuantisationLaw(*constants), offset=sign * fact["kumar-b"].value)


@cache
def kumar_law() -> ScalingLaw:
    """The law of Kumar et al. for models that are not rounded, from the same table, its two exponents tied."""
    fact = facts.load("scaling")
    return ScalingLaw(
        *(fact[f"kumar-{name}"].value for name in ("e", "a-coefficient", "b-coefficient", "alpha", "alpha"))
    )


def losses_by_ratio(N: float, ratio: ArrayLike, bits: Sequence[int], law: ScalingLaw) -> pd.DataFrame:
    """Loss of a model by how long it was trained, as it is and rounded, with the constants of Kumar et al.

    Parameters
    ----------
    N : float
        Parameters.
    ratio : array
        Training tokens for each parameter.
    bits : sequence of int
    law : ScalingLaw
        Of the loss before rounding.

    Returns
    -------
    DataFrame
        Index `ratio`; columns ``not rounded`` and ``4 bits`` and so on, nats a token.

    Examples
    --------
    >>> from analysis.scaling.laws import published_law
    >>> losses_by_ratio(1e9, [20, 2000], [4], published_law("besiroglu")).round(2).values.tolist()
    [[2.53, 2.54], [2.24, 2.33]]
    """
    rounding, D = published_quantisation_law(), np.asarray(ratio, float) * N
    exact = law.loss(N, D)
    rounded = {f"{b} bits": exact + rounding.penalty(N, D, b) for b in bits}
    return pd.DataFrame({"not rounded": exact} | rounded, index=pd.Index(ratio, name="ratio"))


def turning_points(N: float, bits: Sequence[int], law: ScalingLaw, sign: float = 0.0) -> pd.DataFrame:
    """Where the loss of a rounded model is lowest: beyond, more training makes it worse.

    Parameters
    ----------
    N, bits, law
        As in :func:`losses_by_ratio`.
    sign : float
        Of the offset, as in :func:`published_quantisation_law`.

    Returns
    -------
    DataFrame
        Columns ``bits`` (their name), ``ratio`` (tokens for each parameter) and ``loss``.

    Examples
    --------
    >>> from analysis.scaling.laws import published_law
    >>> points = turning_points(1e9, [3, 4, 5], published_law("besiroglu"))
    >>> points["ratio"].round().tolist()  # tokens for each parameter: a bit more bears seven times more
    [131.0, 912.0, 6347.0]
    """
    rounding, number = published_quantisation_law(sign), np.asarray(bits, float)
    D = rounding.turning_point(N, number, law)
    loss = law.loss(N, D) + rounding.penalty(N, D, number)
    return pd.DataFrame({"bits": [f"{b} bits" for b in bits], "ratio": D / N, "loss": loss})
