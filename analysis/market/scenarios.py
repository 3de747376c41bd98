r"""Scenarios of compute demand: what is known of three inputs, carried through to the growth of compute.

With demand at a given price growing at a, an elasticity epsilon, a pass-through phi and an efficiency growing at g,

.. math:: x = a + (\varphi\varepsilon - 1)\, g, \qquad C(t) = C(0)\, e^{x t}.

a, epsilon and g are independent normal variables, drawn once and kept for all years, so that the spread of ln C grows
with t. With b = phi epsilon - 1, means mu and standard deviations sigma,

.. math:: E x = \mu_a + \mu_b \mu_g, \qquad
          V = \sigma_a^2 + \mu_b^2 \sigma_g^2 + \mu_g^2 \sigma_b^2 + \sigma_b^2 \sigma_g^2,

and the terms of V over V are the Sobol indices of a, g, epsilon, and of epsilon and g together. The third and fourth
cumulants are :math:`6 \mu_b \mu_g s` and :math:`12 s (\mu_b^2 \sigma_g^2 + \mu_g^2 \sigma_b^2) + 6 s^2` with
:math:`s = \sigma_b^2 \sigma_g^2`. The normal priors are assumptions, not measurements; independence above all.

References
----------
Sobol' (2001), Mathematics and Computers in Simulation 55; Saltelli et al. (2010), Computer Physics Communications 181
(the estimator in ``scipy.stats.sobol_indices``); Craig (1936), Annals of Mathematical Statistics 7(1), for products of
normal variables; Cornish & Fisher (1938), Revue de l'Institut International de Statistique 5(4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq
from scipy.special import ndtr

from analysis.kit.checking import Array, finite, inside, not_negative, plain, positive
from analysis.kit.errors import ProblemError

#: Order of the inputs in every table and array.
INPUTS = ("demand", "elasticity", "efficiency")


@dataclass(frozen=True)
class Prior:
    """A normal prior.

    Parameters
    ----------
    mean : float
    spread : float
        Standard deviation; at least 0.

    Examples
    --------
    >>> Scenario(Prior(0.3, 0.2), Prior(1.0, 0.0), Prior(1.04, 0.35)).mean()  # at an elasticity of one demand alone
    0.3
    """

    mean: float
    spread: float

    def __post_init__(self) -> None:
        finite(self.mean, "a mean")
        not_negative(self.spread, "a standard deviation")


@dataclass(frozen=True)
class Scenario:
    """What is assumed of the growth of compute.

    Parameters
    ----------
    demand : Prior
        a, growth of demand at a given price, continuous, a year.
    elasticity : Prior
        epsilon; its mean is at least 0. A wide prior lets some draws be negative.
    efficiency : Prior
        g, growth of the efficiency, continuous, a year.
    pass_through : float
        phi; positive.

    Raises
    ------
    ProblemError
        If nothing is uncertain: then there is one future, and nothing to simulate.

    Examples
    --------
    >>> scenario = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))
    >>> print(f"{scenario.mean():.3f} a year, standard deviation {scenario.variance() ** 0.5:.3f}")
    0.414 a year, standard deviation 0.387
    """

    demand: Prior
    elasticity: Prior
    efficiency: Prior
    pass_through: float = 1.0

    def __post_init__(self) -> None:
        not_negative(self.elasticity.mean, "a mean elasticity")
        positive(self.pass_through, "a pass-through")
        if not self.variance() > 0:
            raise ProblemError("Nothing is uncertain in this scenario; give an input a spread above 0.")

    def mean(self) -> float:
        """Mean of x, continuous growth a year; by independence the same as the growth at the means."""
        return self.demand.mean + self._rebound.mean * self.efficiency.mean

    def variance(self) -> float:
        """Variance of x."""
        return sum(self._terms().values())

    def cumulants(self) -> tuple[float, float, float, float]:
        """First four cumulants of x."""
        both = self._terms()
        interaction, single = both["elasticity x efficiency"], both["elasticity"] + both["efficiency"]
        third = 6 * self._rebound.mean * self.efficiency.mean * interaction
        return self.mean(), self.variance(), third, 12 * interaction * single + 6 * interaction**2

    def growth(self, inputs: Array) -> Array:
        """x for inputs of shape (3, draws), in the order of :data:`INPUTS`."""
        demand, elasticity, efficiency = inputs
        return np.asarray(demand + (self.pass_through * elasticity - 1) * efficiency)

    def sobol(self) -> pd.DataFrame:
        """Sobol indices in closed form.

        Returns
        -------
        DataFrame
            Columns ``input``, ``first_order`` (share of the variance that goes, on average, if the input becomes known)
            and ``total`` (with its part in the interaction). First orders and interaction add up to 1.

        Examples
        --------
        >>> scenario = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))
        >>> scenario.sobol().set_index("input")["first_order"].round(3).to_dict()
        {'demand': 0.267, 'elasticity': 0.65, 'efficiency': 0.01}
        """
        terms, variance = self._terms(), self.variance()
        first = np.array([terms[name] for name in INPUTS]) / variance
        shared = terms["elasticity x efficiency"] / variance * np.array([0, 1, 1])
        return pd.DataFrame({"input": list(INPUTS), "first_order": first, "total": first + shared})

    @property
    def priors(self) -> tuple[Prior, Prior, Prior]:
        """The three priors in the order of :data:`INPUTS`."""
        return self.demand, self.elasticity, self.efficiency

    @property
    def _rebound(self) -> Prior:
        """b = phi epsilon - 1."""
        return Prior(self.pass_through * self.elasticity.mean - 1, self.pass_through * self.elasticity.spread)

    def _terms(self) -> dict[str, float]:
        b, g = self._rebound, self.efficiency
        return {
            "demand": self.demand.spread**2,
            "elasticity": (g.mean * b.spread) ** 2,
            "efficiency": (b.mean * g.spread) ** 2,
            "elasticity x efficiency": (b.spread * g.spread) ** 2,
        }


def simulate_growth(scenario: Scenario, draws: int, rng: np.random.Generator) -> Array:
    """Monte Carlo draws of the growth of compute, continuous, a year; shape (draws,).

    Parameters
    ----------
    scenario : Scenario
    draws : int
        How many.
    rng : Generator

    Returns
    -------
    ndarray, shape (draws,)
        Continuous, a year.

    Examples
    --------
    >>> scenario = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))
    >>> print(f"{simulate_growth(scenario, 100_000, np.random.default_rng(1)).mean():.2f}")
    0.41
    """
    _check_draws(draws)
    return scenario.growth(np.array([rng.normal(p.mean, p.spread, draws) for p in scenario.priors]))


def estimate_sobol(scenario: Scenario, draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Sobol indices by Saltelli's pick-freeze estimate, which knows the model only by its values.

    Parameters
    ----------
    scenario : Scenario
    draws : int
        A power of 2; the model runs 5 times as often.
    rng : Generator

    Returns
    -------
    DataFrame
        As :meth:`Scenario.sobol`.

    Raises
    ------
    ProblemError
        If the draws are no power of two, or an input has no spread.

    Examples
    --------
    >>> scenario = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))
    >>> table = estimate_sobol(scenario, 8192, np.random.default_rng(1)).set_index("input")
    >>> table["first_order"].round(2).to_dict()  # shares of the variance
    {'demand': 0.27, 'elasticity': 0.65, 'efficiency': 0.01}
    """
    _check_draws(draws)
    if draws & (draws - 1):
        raise ProblemError("The pick-freeze design needs a power of two; give 1,024 or 65,536 draws, say.")
    if any(prior.spread == 0 for prior in scenario.priors):
        raise ProblemError("An input that is known has no index to estimate; give all three a spread above 0.")
    found = stats.sobol_indices(
        func=scenario.growth,
        n=draws,
        dists=[stats.norm(prior.mean, prior.spread) for prior in scenario.priors],
        rng=rng,
    )
    return pd.DataFrame({"input": list(INPUTS), "first_order": found.first_order, "total": found.total_order})


def probability_below(scenario: Scenario, growth: ArrayLike) -> Any:
    """Probability that compute grows by less than `growth` (continuous, a year): at 0, that it falls.

    At a given epsilon the growth is normal; its probability is averaged over 2,001 evenly spaced epsilons (the
    trapezium rule, which converges faster than any power for such integrals).

    Parameters
    ----------
    scenario : Scenario
    growth : float or array
        Continuous, a year.

    Returns
    -------
    float or array
        Probabilities.

    Raises
    ------
    ProblemError
        If the growth of demand has no spread: then what is averaged has a jump, which no rule of this kind meets.

    Examples
    --------
    >>> scenario = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))
    >>> round(probability_below(scenario, 0.0), 2)
    0.13
    """
    if not scenario.demand.spread > 0:
        raise ProblemError("Exact probabilities need a spread of the demand's growth above 0; correct its prior.")
    nodes = np.linspace(-10, 10, 2001)
    weights = np.exp(-(nodes**2) / 2)
    b = scenario._rebound.mean + scenario._rebound.spread * nodes
    means = scenario.demand.mean + b * scenario.efficiency.mean
    spreads = np.hypot(scenario.demand.spread, b * scenario.efficiency.spread)
    x = finite(growth, "a growth")
    return plain(ndtr((x[..., None] - means) / spreads) @ (weights / weights.sum()))


def growth_quantiles(scenario: Scenario, probabilities: ArrayLike) -> Array:
    """Exact quantiles of the growth of compute: where :func:`probability_below` has the value asked for.

    Parameters
    ----------
    scenario : Scenario
    probabilities : array
        Above 0 and below 1.

    Returns
    -------
    ndarray
        Continuous growth a year, of the shape of the probabilities.

    Examples
    --------
    >>> scenario = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))
    >>> growth_quantiles(scenario, [0.05, 0.5, 0.95]).round(2).tolist()
    [-0.2, 0.41, 1.06]
    """
    # by Chebyshev's inequality no quantile of probability p lies further out than this
    p = inside(probabilities, "a probability").ravel()
    reach = np.sqrt(scenario.variance() / np.minimum(p, 1 - p))
    ends = [(scenario.mean() - far, scenario.mean() + far) for far in 1.01 * reach]
    return np.array(
        [
            brentq(lambda x, wanted=wanted: probability_below(scenario, x) - wanted, low, high, xtol=1e-12)
            for wanted, (low, high) in zip(p, ends, strict=True)
        ]
    )


def fan(growth_quantiles: ArrayLike, years: ArrayLike, probabilities: ArrayLike) -> pd.DataFrame:
    """Quantiles of compute by year, from those of its growth, as a multiple of year 0.

    One x is kept for all years, so that the quantile of C(t) / C(0) is e to the t times the quantile of x.

    Parameters
    ----------
    growth_quantiles, probabilities : arrays of one length
        Quantiles of x, exact, simulated or approximate, and their probabilities.
    years : array
        t, at least 0.

    Returns
    -------
    DataFrame
        Columns ``year``, ``probability``, ``multiple``.

    Examples
    --------
    >>> fan([0.0, 0.41], [0, 5], [0.1, 0.5])["multiple"].round(2).tolist()
    [1.0, 1.0, 1.0, 7.77]
    """
    x, p = finite(growth_quantiles, "a growth").ravel(), inside(probabilities, "a probability").ravel()
    if x.shape != p.shape:
        raise ProblemError("Give one probability for each quantile of the growth.")
    t = not_negative(years, "a year").ravel()
    return pd.DataFrame(
        {"year": np.repeat(t, p.size), "probability": np.tile(p, t.size), "multiple": np.exp(np.outer(t, x)).ravel()}
    )


def _check_draws(draws: int) -> None:
    if int(draws) != draws or draws < 2:
        raise ProblemError("A simulation needs at least 2 draws, a whole number; correct it.")
