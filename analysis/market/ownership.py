r"""What an hour costs: the total cost of owning an accelerator, for each hour that it does useful work.

With capital K, residual value R (a share of K) after n years, interest r, the capital recovery factor CRF, power P,
power usage effectiveness PUE, electricity tariff e, operation o (a share of K a year) and utilisation u,

.. math:: c = \frac{K \left(1 - R (1 + r)^{-n}\right) \mathrm{CRF}(r, n) + 8760\, P\, \mathrm{PUE}\, e + o K}{8760\, u}.

Assumes that the machine is switched on, and draws P, all hours of the year whether it is used or not, that payments are
level and fall at the end of each year, and that building, network and taxes are in K and o or left out.

References
----------
Barroso, Hölzle & Ranganathan (2018), The Datacenter as a Computer, 3rd edition, chapter 6, for the parts of the cost;
the capital recovery factor as in :mod:`analysis.market.discounting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit.checking import finite, life, not_negative, plain, positive, share, used_share
from analysis.kit.errors import ProblemError
from analysis.market.discounting import capital_recovery_factor
from analysis.market.energy import power_overhead

#: Of an ordinary year, 365 x 24, as prices for electricity and rents count it.
HOURS_PER_YEAR = 8760.0


@dataclass(frozen=True)
class Ownership:
    """An accelerator and what it costs; each attribute a float, or an array to vary it.

    Parameters
    ----------
    capital : float or array
        K, dollars for an accelerator with its share of server, network and building; positive.
    years : float or array
        n, years of use; positive.
    residual : float or array
        R, resale value as a share of `capital`; 0 to 1.
    rate : float or array
        r, interest a year; at least 0.
    power : float or array
        P, kW with its share of the server; at least 0.
    overhead : float or array
        PUE, electricity of the building over that of the machines; at least 1.
    tariff : float or array
        e, dollars for a kWh; at least 0.
    operation : float or array
        o, upkeep and staff a year as a share of `capital`; at least 0.
    used : float or array
        u, share of the hours that do useful work; above 0, at most 1.

    Raises
    ------
    ProblemError
        If a number is outside its range.

    Examples
    --------
    >>> chip = Ownership(42e3, years=5, residual=0.1, rate=0.1, power=1.275, overhead=1.25, tariff=0.08,
    ...                  operation=0.03, used=0.8)
    >>> print(f"${chip.cost_per_hour():.2f}, of which capital {chip.shares()['capital']:.0%}")
    $1.82, of which capital 81%
    """

    capital: Any
    years: Any
    residual: Any
    rate: Any
    power: Any
    overhead: Any
    tariff: Any
    operation: Any
    used: Any

    def __post_init__(self) -> None:
        positive(self.capital, "a capital cost")
        life(self.years)
        share(self.residual, "a residual value")
        not_negative(self.rate, "an interest rate")
        not_negative(self.power, "a power")
        power_overhead(self.overhead)
        not_negative(self.tariff, "a tariff")
        not_negative(self.operation, "a share for operation")
        used_share(self.used)

    def yearly(self) -> dict[str, Any]:
        """Dollars a year for ``capital``, ``energy`` and ``operation``."""
        capital = np.asarray(self.capital, float)
        kept = np.asarray(self.residual, float) * (1 + np.asarray(self.rate, float)) ** -np.asarray(self.years, float)
        energy = np.asarray(self.power, float) * self.overhead * self.tariff * HOURS_PER_YEAR
        parts = {
            "capital": capital * (1 - kept) * capital_recovery_factor(self.rate, self.years),
            "energy": energy,
            "operation": capital * self.operation,
        }
        return {name: plain(part) for name, part in parts.items()}

    def parts(self) -> dict[str, Any]:
        """Dollars for a useful hour, by part; they add up to the cost of the hour."""
        hours = HOURS_PER_YEAR * np.asarray(self.used, float)
        return {name: plain(part / hours) for name, part in self.yearly().items()}

    def shares(self) -> dict[str, Any]:
        """Shares of the three parts, which add up to 1."""
        total = self.cost_per_hour()
        return {name: part / total for name, part in self.parts().items()}

    def cost_per_hour(self) -> Any:
        """Dollars for a useful hour: the rent, level over the life, at which the owner earns just the interest r."""
        return sum(self.parts().values())


def tornado(base: Ownership, ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Cost of an hour when one input at a time takes either end of its range, widest first.

    The ranges are judgements, and inputs that move together are not shown together.

    Parameters
    ----------
    base : Ownership
        With a float in every attribute.
    ranges : mapping
        Attribute of `base` to its (low, high).

    Returns
    -------
    DataFrame
        Columns ``input``, ``low``, ``high`` (of the input), ``cost_at_low``, ``cost_at_high`` ($/h), ``swing`` ($/h).

    Raises
    ------
    ProblemError
        For an input that an owner does not have.

    Examples
    --------
    >>> chip = Ownership(42e3, 5, 0.1, 0.1, 1.275, 1.25, 0.08, 0.03, 0.8)
    >>> tornado(chip, {"tariff": (0.05, 0.12), "used": (0.5, 0.95)}).round(2)["cost_at_low"].tolist()
    [2.92, 1.76]
    """
    unknown = set(ranges) - {field.name for field in fields(base)}
    if unknown:
        raise ProblemError(f"An owner has no input {sorted(unknown)[0]!r}; choose from the attributes of Ownership.")
    rows = []
    for name, ends in ranges.items():
        low, high = sorted(ends)
        costs = [replace(base, **{name: end}).cost_per_hour() for end in (low, high)]
        rows.append((name, low, high, *costs, abs(costs[1] - costs[0])))
    table = pd.DataFrame(rows, columns=["input", "low", "high", "cost_at_low", "cost_at_high", "swing"])
    return table.sort_values("swing", ascending=False, ignore_index=True)


def break_even_utilisation(base: Ownership, rent: ArrayLike) -> Any:
    """Share of the hours that must be let at a rent for the owner to earn the interest; above 1, the rent never pays.

    Parameters
    ----------
    base : Ownership
        Its own utilisation does not matter.
    rent : float or array
        Dollars for a useful hour, the same over the life; positive.

    Returns
    -------
    float or array

    Examples
    --------
    >>> chip = Ownership(42e3, 5, 0.1, 0.1, 1.275, 1.25, 0.08, 0.03, 0.8)
    >>> break_even_utilisation(chip, [1.70, 2.35]).round(2).tolist()
    [0.86, 0.62]
    """
    every_hour = replace(base, used=1.0).cost_per_hour()
    return plain(np.asarray(every_hour) / positive(rent, "a rent"))


def first_year_rent(level_rent: ArrayLike, fall: ArrayLike, rate: ArrayLike, years: ArrayLike) -> Any:
    r"""Rent of the first year that is worth as much as a level one, when rents then fall by the same share every year.

    .. math:: \text{rent}_1 = \text{rent} \cdot \frac{1 / \mathrm{CRF}(r, n)}{\sum_{t=1}^n (1 - f)^{t-1} (1 + r)^{-t}}.

    Parameters
    ----------
    level_rent : float or array
        Dollars for an hour, such as the cost of an hour; positive.
    fall : float or array
        f, share by which the rent is lower each year; below 1, negative for a rise.
    rate : float or array
        r, interest a year; at least 0.
    years : float or array
        n, whole years; at least 1.

    Examples
    --------
    >>> round(first_year_rent(1.82, fall=0.3, rate=0.1, years=5), 2)
    3.08
    """
    n, f, r = life(years), finite(fall, "a yearly fall"), not_negative(rate, "an interest rate")
    if np.any(np.isinf(n) | (n != np.round(n))) or np.any(f >= 1):
        raise ProblemError("Falling rents need whole years and a fall below 1 (100 per cent); correct them.")
    # rents that fall are a level rent at a higher rate, (1 + r) / (1 - f) - 1
    ratio = (1 - f) / (1 + r)
    one = np.isclose(ratio, 1, rtol=0, atol=1e-12)
    total = np.where(one, n, (1 - ratio**n) / np.where(one, 1.0, 1 - ratio)) / (1 + r)
    return plain(positive(level_rent, "a rent") / np.asarray(capital_recovery_factor(r, n)) / total)
