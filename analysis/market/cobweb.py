r"""The cobweb: builders who plan by today's price, and deliver when the price has moved.

Demand falls with the price of the day, supply rises with that of the period before,

.. math:: Q_t = a - b p_t, \qquad Q_t = c + d p_{t-1},

so that the distance to the equilibrium is multiplied by -d/b in each period:

.. math:: p_t - p^* = (-d/b)^t (p_0 - p^*), \qquad p^* = \frac{a - c}{b + d}.

The price settles if and only if d < b, supply answers less than demand. Assumes straight lines, one lag, nothing stored
and builders who never learn; in a swing that grows the straight lines end where a price or quantity turns negative.

References
----------
Ezekiel (1938), The cobweb theorem, The Quarterly Journal of Economics 52(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.kit.checking import finite, not_negative, plain, positive
from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Cobweb:
    """A market of two straight lines with a lag of one period in its supply.

    Parameters
    ----------
    demand_at_zero : float
        a, units bought when they are free; above `supply_at_zero`.
    demand_slope : float
        b, units fewer for a dollar more; positive.
    supply_at_zero : float
        c, units delivered after a price of zero; of any sign.
    supply_slope : float
        d, units more in the next period for a dollar more today; at least 0.

    Raises
    ------
    ProblemError
        If a slope has the wrong sign or no price above 0 balances the market.

    Examples
    --------
    >>> market = Cobweb(demand_at_zero=10.0, demand_slope=1.0, supply_at_zero=1.0, supply_slope=0.5)
    >>> market.equilibrium, market.multiplier, market.settles
    (6.0, -0.5, True)
    """

    demand_at_zero: float
    demand_slope: float
    supply_at_zero: float
    supply_slope: float

    def __post_init__(self) -> None:
        positive(self.demand_slope, "a slope of demand")
        not_negative(self.supply_slope, "a slope of supply")
        if not finite(self.demand_at_zero, "a demand") > finite(self.supply_at_zero, "a supply"):
            raise ProblemError("No price balances this market; let demand at a price of zero exceed supply there.")

    @property
    def equilibrium(self) -> float:
        """p*, dollars: the price that repeats itself."""
        return (self.demand_at_zero - self.supply_at_zero) / (self.demand_slope + self.supply_slope)

    @property
    def multiplier(self) -> float:
        """-d/b: what each period multiplies the distance to the equilibrium by."""
        return -self.supply_slope / self.demand_slope

    @property
    def settles(self) -> bool:
        """Whether the price comes to the equilibrium from any start: d < b."""
        return self.supply_slope < self.demand_slope

    def price(self, start: ArrayLike, period: ArrayLike) -> Any:
        """Price in whole periods after a start, dollars.

        >>> market = Cobweb(demand_at_zero=10, demand_slope=2, supply_at_zero=1, supply_slope=1)
        >>> market.price(4.0, [0, 1, 2, 3]).tolist()
        [4.0, 2.5, 3.25, 2.875]
        """
        t = not_negative(period, "a period")
        if np.any(t != np.round(t)):
            raise ProblemError("The cobweb moves in whole periods; give whole numbers.")
        return plain(self.equilibrium + self.multiplier**t * (finite(start, "a price") - self.equilibrium))

    def quantity(self, price: ArrayLike) -> Any:
        """Units bought at a price, a - b p."""
        return plain(self.demand_at_zero - self.demand_slope * finite(price, "a price"))
