r"""The best model when it is also used: training and inference paid from one budget of compute.

A model of N parameters costs 6 N FLOP for each token it learns from and 2 N for each token it reads or writes later.
For a wanted loss :math:`\ell` and a demand of :math:`D_{inf}` tokens, Sardana et al. (2024) minimise

.. math:: 6 N D_{tr} + 2 N D_{inf} \quad\text{subject to}\quad E + A N^{-\alpha} + B D_{tr}^{-\beta} = \ell.

Lagrange's condition leaves one equation in :math:`D_{tr}` (their equation 12), whose left side falls steadily:

.. math:: E - \ell + \left(1 + \frac\beta\alpha\right) B D_{tr}^{-\beta}
          + \frac{\beta B D_{inf}}{3 \alpha} D_{tr}^{-\beta - 1} = 0.

References
----------
Sardana, Portes, Doubov & Frankle (2024), Beyond Chinchilla-optimal, arXiv:2401.00448.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from analysis.kit import facts
from analysis.kit.checking import not_negative, positive
from analysis.kit.errors import ProblemError
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN, ScalingLaw

#: FLOP of inference per parameter and token: one forward pass.
FLOP_PER_PARAMETER_AND_TOKEN_READ = 2.0


@dataclass(frozen=True)
class Lifetime:
    """A model and what it costs over its life.

    Attributes
    ----------
    N : parameters
    D : tokens of training
    inference_tokens : tokens read and written later
    loss : nats per token
    """

    N: float
    D: float
    inference_tokens: float
    loss: float

    @property
    def training(self) -> float:
        """FLOP of training, 6 N D."""
        return FLOP_PER_PARAMETER_AND_TOKEN * self.N * self.D

    @property
    def inference(self) -> float:
        """FLOP of inference, 2 N times the tokens."""
        return FLOP_PER_PARAMETER_AND_TOKEN_READ * self.N * self.inference_tokens

    @property
    def total(self) -> float:
        """FLOP of both."""
        return self.training + self.inference

    @property
    def tokens_per_parameter(self) -> float:
        """D / N."""
        return self.D / self.N


def chinchilla_model(N: float, law: ScalingLaw, inference_tokens: float = 0.0) -> Lifetime:
    """The model of `N` parameters whose data are optimal for training alone: alpha A / N^alpha = beta B / D^beta.

    Parameters
    ----------
    N : float
        Parameters; positive.
    law : ScalingLaw
    inference_tokens : float
        Demand in tokens, for the costs.

    Returns
    -------
    Lifetime

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.336, beta=0.283)
    >>> print(f"{chinchilla_model(7e9, law).D / 1e9:.0f} billion tokens")
    276 billion tokens
    """
    positive(N, "a number of parameters")
    not_negative(inference_tokens, "a demand in tokens")
    D = (law.beta * law.B / (law.alpha * law.A) * N**law.alpha) ** (1 / law.beta)
    return Lifetime(N, D, inference_tokens, float(law.loss(N, D)))


def minimise_lifetime_compute(loss: float, inference_tokens: float, law: ScalingLaw) -> Lifetime:
    """The model of a wanted loss that needs the least compute for training and inference together.

    Parameters
    ----------
    loss : float
        Wanted loss, nats per token; above the floor E of the law.
    inference_tokens : float
        Demand over the model's life, tokens; 0 gives the Chinchilla optimum.
    law : ScalingLaw

    Returns
    -------
    Lifetime

    Raises
    ------
    ProblemError
        If no model has that loss or the demand is negative.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.336, beta=0.283)
    >>> best = minimise_lifetime_compute(chinchilla_model(30e9, law).loss, 5e12, law)
    >>> print(f"{best.N / 1e9:.1f} billion parameters, {best.D / 1e12:.2f} trillion tokens")
    16.4 billion parameters, 3.26 trillion tokens
    """
    if not (math.isfinite(loss) and loss > law.E):
        raise ProblemError(f"No model of this law has a loss of {loss:g}; ask for more than its floor, {law.E:g}.")
    not_negative(inference_tokens, "a demand in tokens")
    reducible = loss - law.E
    ratio = law.beta / law.alpha

    def share_left(log_D: float) -> float:
        data = law.B * math.exp(-law.beta * log_D)
        return (data * (1 + ratio) + data * ratio * inference_tokens / 3 * math.exp(-log_D)) / reducible - 1

    # without demand the root is known, and demand only moves it up
    low = math.log(law.B * (1 + ratio) / reducible) / law.beta
    high = low + 1.0
    while share_left(high) > 0:
        high += 1.0
    D = math.exp(brentq(share_left, low - 1e-9, high, xtol=1e-13, rtol=1e-13) if inference_tokens else low)
    N = (law.A / (reducible - law.B * D**-law.beta)) ** (1 / law.alpha)
    return Lifetime(N, D, inference_tokens, float(law.loss(N, D)))


def saving(N: float, inference_tokens: float, law: ScalingLaw) -> float:
    """Share of the lifetime compute saved against the Chinchilla model of `N` parameters, at its loss.

    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.336, beta=0.283)
    >>> round(saving(13e9, 1e12, law), 3)
    0.085
    """
    usual = chinchilla_model(N, law, inference_tokens)
    return 1 - minimise_lifetime_compute(usual.loss, inference_tokens, law).total / usual.total


def savings_table(cases: pd.DataFrame, law: ScalingLaw) -> pd.DataFrame:
    """Sardana's Table 2 by our solver, for cases with the columns ``parameters`` and ``inference_tokens``.

    Returns
    -------
    DataFrame
        Columns ``parameters``, ``inference_tokens``, ``loss``, ``tokens``, ``flop`` (of the Chinchilla model),
        ``best_parameters``, ``best_tokens``, ``best_flop``, ``saving`` (share).
    """
    rows = []
    for N, demand in cases[["parameters", "inference_tokens"]].to_numpy(float).tolist():
        usual = chinchilla_model(N, law, demand)
        best = minimise_lifetime_compute(usual.loss, demand, law)
        rows.append((N, demand, usual.loss, usual.D, usual.total, best.N, best.D, best.total))
    names = ["parameters", "inference_tokens", "loss", "tokens", "flop", "best_parameters", "best_tokens", "best_flop"]
    return pd.DataFrame(rows, columns=names).assign(saving=lambda table: 1 - table["best_flop"] / table["flop"])


def models_by_use(N: float, used: ArrayLike, law: ScalingLaw) -> pd.DataFrame:
    """The cheapest model as good as a Chinchilla model of `N` parameters, by how much it will be used.

    Parameters
    ----------
    N : float
        Parameters of the Chinchilla model.
    used : array
        Demand in tokens.
    law : ScalingLaw

    Returns
    -------
    DataFrame
        Columns ``used`` (tokens), ``size`` and ``data`` (parameters and training tokens, in those of the Chinchilla
        model) and ``saving`` (share of all operations).

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.336, beta=0.283)
    >>> models_by_use(13e9, [1e12], law).round(2).to_numpy().tolist()
    [[1000000000000.0, 0.64, 1.68, 0.09]]
    """
    usual = chinchilla_model(N, law)
    rows = []
    for demand in np.asarray(used, float).tolist():
        best = minimise_lifetime_compute(usual.loss, demand, law)
        rows.append((demand, best.N / usual.N, best.D / usual.D, saving(N, demand, law)))
    return pd.DataFrame(rows, columns=["used", "size", "data", "saving"])


def published_savings() -> pd.DataFrame:
    """Sardana's Table 2 as printed: columns ``model``, ``parameters``, ``inference_tokens`` and ``saving`` (share)."""
    fact = facts.load("scaling")
    sizes = {"1b": 1e9, "7b": 7e9, "13b": 13e9, "30b": 30e9, "70b": 70e9}
    tokens, per_cent = (
        [fact[f"sardana-table2-{name}-{what}"].value for name in sizes] for what in ("inference-tokens", "reduction")
    )
    table = {"model": list(sizes), "parameters": list(sizes.values()), "inference_tokens": tokens}
    return pd.DataFrame(table).assign(saving=np.array(per_cent) / 100)
