r"""Jevons or saturation: what a fall in the cost of a service does to the compute it needs.

A service (tokens, say) is bought in the quantity S at the price p. One unit of it needs 1/eta units of compute, a unit
of compute costs w, and a rise of the efficiency eta reaches the price with the pass-through phi, p = w eta^-phi.

*Constant elasticity* epsilon, S = A p^-epsilon, gives

.. math:: C = S / \eta = A w^{-\varepsilon} \eta^{\varphi\varepsilon - 1}, \qquad
          \text{more compute when } \eta \text{ rises if and only if } \varepsilon > 1 / \varphi.

*Saturating demand*, S = D exp(-p / p0), has the elasticity p / p0, which falls with the price: compute rises first and
falls later, with the peak

.. math:: \eta^* = (\varphi w / p_0)^{1/\varphi}, \qquad C^* = D e^{-1/\varphi} / \eta^*.

Both assume one service, one price for all, an efficiency that nobody pays for, and hardware to be had at the price w.

References
----------
Jevons (1865), The Coal Question, chapter 7; Saunders (1992), The Khazzoom-Brookes postulate and neoclassical growth,
The Energy Journal 13(4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from analysis.kit.checking import Array, finite, inside, not_negative, plain, positive
from analysis.kit.errors import ProblemError


def service_price(efficiency: ArrayLike, cost: ArrayLike = 1.0, pass_through: ArrayLike = 1.0) -> Any:
    """Price of the service, p = w eta^-phi.

    Parameters
    ----------
    efficiency : float or array
        eta, units of service for a unit of compute; positive.
    cost : float or array
        w, dollars for a unit of compute; positive.
    pass_through : float or array
        phi, per cent by which the price falls when the efficiency rises by a per cent; positive, 1 is all of it.

    Examples
    --------
    >>> service_price(10.0, cost=2.0)
    0.2
    """
    eta, w, phi = positive(efficiency, "an efficiency"), positive(cost, "a price of compute"), _phi(pass_through)
    return plain(w * eta**-phi)


def compute_demand(
    efficiency: ArrayLike,
    elasticity: ArrayLike,
    pass_through: ArrayLike = 1.0,
    cost: ArrayLike = 1.0,
    scale: ArrayLike = 1.0,
) -> Any:
    """Compute that is bought at constant elasticity, A w^-epsilon eta^(phi epsilon - 1).

    Parameters
    ----------
    efficiency : float or array
        eta, service for a unit of compute; positive. With the other defaults the result is C(eta) / C(1).
    elasticity : float or array
        epsilon, per cent more service bought when its price falls by a per cent; finite, at least 0.
    pass_through : float or array
        phi; positive.
    cost : float or array
        w, dollars for a unit of compute; positive. What is spent on compute is w times the result.
    scale : float or array
        A, service bought at the price 1; positive.

    Returns
    -------
    float or array

    Raises
    ------
    ProblemError
        If a price, efficiency or scale is not positive or the elasticity is no number of at least 0.

    Examples
    --------
    Ten times the efficiency at the elasticities 0.5, 1 and 1.5:

    >>> compute_demand(10.0, [0.5, 1.0, 1.5]).round(3).tolist()
    [0.316, 1.0, 3.162]
    """
    price = service_price(efficiency, cost, pass_through)
    return plain(positive(scale, "a scale of demand") * price ** -_epsilon(elasticity) / np.asarray(efficiency, float))


def threshold_elasticity(pass_through: ArrayLike = 1.0) -> Any:
    """Elasticity above which more efficiency means more compute, 1 / phi.

    Parameters
    ----------
    pass_through : float or array
        Share of a saving in cost that reaches the price, phi; positive.

    Returns
    -------
    float or array
        No unit.

    Examples
    --------
    >>> threshold_elasticity([1.0, 0.5]).tolist()
    [1.0, 2.0]
    """
    return plain(1 / _phi(pass_through))


def probability_above(estimate: ArrayLike, error: ArrayLike, threshold: ArrayLike) -> Any:
    """Probability that a number lies above a threshold, given an estimate with a normal error.

    Parameters
    ----------
    estimate, threshold : float or array
    error : float or array
        Standard error of the estimate; positive. It knows only the scatter of the data, not what the study leaves out.

    Examples
    --------
    An estimate that is one, and two, errors above:

    >>> [round(probability_above(1.0 + n * 0.2, 0.2, 1.0), 3) for n in (0, 1, 2)]
    [0.5, 0.841, 0.977]
    """
    distance = finite(estimate, "an estimate") - finite(threshold, "a threshold")
    return plain(ndtr(distance / positive(error, "a standard error")))


def volume_to_keep_profit(price: ArrayLike, cost: ArrayLike, new_price: ArrayLike, new_cost: ArrayLike) -> Any:
    """Factor by which the volume must grow for the same profit, (p - c) / (p' - c').

    Assumes costs that are all for each unit; fixed costs leave the answer as it is.

    Parameters
    ----------
    price, cost : float or array
        Price and cost of a unit before, dollars; 0 <= cost < price.
    new_price, new_cost : float or array
        The same afterwards.

    Raises
    ------
    ProblemError
        If a price does not cover its cost: then no volume does.

    Examples
    --------
    A price cut in half, at a margin of 75 per cent and an unchanged cost:

    >>> volume_to_keep_profit(1.0, 0.25, 0.5, 0.25)
    3.0
    """
    margin = positive(price, "a price") - not_negative(cost, "a unit cost")
    new_margin = positive(new_price, "a price") - not_negative(new_cost, "a unit cost")
    if np.any(margin <= 0) or np.any(new_margin <= 0):
        raise ProblemError(
            "A price at or below its unit cost earns nothing at any volume; give prices above the costs."
        )
    return plain(margin / new_margin)


def volume_to_keep_profit_at(cost_factor: ArrayLike, margin: ArrayLike, new_margin: ArrayLike) -> Any:
    """The same when the unit cost is multiplied by a factor and the margin on the price moves, m c / (m' c').

    Parameters
    ----------
    cost_factor : float or array
        Unit cost afterwards as a multiple of before; positive.
    margin, new_margin : float or array
        Share of the price that is profit, before and afterwards; above 0 and below 1.

    Returns
    -------
    float or array

    Examples
    --------
    A fifth of the cost at the same margin, and at half of it:

    >>> [round(volume_to_keep_profit_at(0.2, 0.5, margin), 2) for margin in (0.5, 0.25)]
    [5.0, 15.0]
    """
    m, new, factor = inside(margin, "a margin"), inside(new_margin, "a margin"), positive(cost_factor, "a cost factor")
    cost = 1 - m
    return volume_to_keep_profit(1.0, cost, factor * cost / (1 - new), factor * cost)


@dataclass(frozen=True)
class SaturatingDemand:
    """Demand that is satisfied at a price of zero, S = D exp(-p / p0).

    Parameters
    ----------
    satiation : float
        D, service wanted when it is free, units a year; positive.
    scale_price : float
        p0, price at which the elasticity is 1, dollars for a unit; positive.
    cost : float
        w, dollars for a unit of compute; positive.
    pass_through : float
        phi; positive.

    Examples
    --------
    >>> demand = SaturatingDemand(satiation=100.0, scale_price=2.0)
    >>> round(float(demand.elasticity(1.0)), 2)
    0.5
    """

    satiation: float
    scale_price: float
    cost: float = 1.0
    pass_through: float = 1.0

    def __post_init__(self) -> None:
        positive(self.satiation, "a demand at satiation")
        positive(self.scale_price, "a scale of prices")
        positive(self.cost, "a price of compute")
        _phi(self.pass_through)

    def service(self, efficiency: ArrayLike) -> Any:
        """Service bought at an efficiency, units a year."""
        price = service_price(efficiency, self.cost, self.pass_through)
        return plain(self.satiation * np.exp(-price / self.scale_price))

    def elasticity(self, efficiency: ArrayLike) -> Any:
        """Elasticity at an efficiency, p / p0."""
        return plain(service_price(efficiency, self.cost, self.pass_through) / self.scale_price)

    def compute(self, efficiency: ArrayLike) -> Any:
        """Compute needed at an efficiency, S / eta.

        >>> round(SaturatingDemand(1.0, 0.1).compute(10.0), 4)
        0.0368
        """
        return plain(self.service(efficiency) / np.asarray(efficiency, float))

    def peak(self) -> tuple[float, float]:
        """Efficiency at which compute is largest, and that compute.

        >>> efficiency, compute = SaturatingDemand(satiation=1.0, scale_price=0.1).peak()
        >>> round(efficiency, 6), round(compute, 4)
        (10.0, 0.0368)
        """
        phi = self.pass_through
        efficiency = (phi * self.cost / self.scale_price) ** (1 / phi)
        return float(efficiency), float(self.satiation * np.exp(-1 / phi) / efficiency)


def _epsilon(value: ArrayLike) -> Array:
    return not_negative(value, "an elasticity")


def _phi(value: ArrayLike) -> Array:
    return positive(value, "a pass-through")
