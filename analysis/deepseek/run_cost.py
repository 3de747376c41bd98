r"""The cost of a training run whose price, utilisation and research are known only to a range.

.. math:: \text{cost} = \frac{C}{P \, U \cdot 3600} \cdot p \cdot r

with arithmetic C (FLOP), peak P (FLOP a second of one GPU), utilisation U, price p (dollars a GPU-hour) and research
multiplier r, the computing of the whole development over that of the final run. If the logarithms of U, p and r are
normal, so is that of the cost: its quantiles have a closed form.

References
----------
Cottier et al. (2024), The rising costs of training frontier AI models, arXiv:2405.21015 (research multiplier).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import cast

import pandas as pd

from analysis.deepseek.training import SECONDS_PER_HOUR
from analysis.kit.checking import inside, positive, used_share
from analysis.kit.errors import ProblemError

INPUTS = ("price", "utilisation", "research")


@dataclass(frozen=True)
class Range:
    """A quantity between two positive ends, its middle their geometric mean; one end alone makes it certain.

    Parameters
    ----------
    low, high : float
        Ends of the interval.

    Examples
    --------
    >>> Range(1, 4).middle
    2.0
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        positive((self.low, self.high), "a range")
        if self.low > self.high:
            raise ProblemError(f"A range from {self.low:g} to {self.high:g} runs backwards; swap its ends.")

    @property
    def middle(self) -> float:
        """Geometric mean of the ends."""
        return math.sqrt(self.low * self.high)

    def spread(self, level: float) -> float:
        """Standard deviation of the logarithm, if the ends hold the central `level` of a lognormal distribution."""
        return math.log(self.high / self.low) / (2 * _quantile((1 + level) / 2))


@dataclass(frozen=True)
class RunCost:
    """The cost of a run of known arithmetic, when price, utilisation and research are known only to a range.

    Parameters
    ----------
    flop : float
        Arithmetic of the final run, FLOP.
    peak : float
        FLOP a second of one GPU.
    price : Range
        Dollars a GPU-hour.
    utilisation : Range
        Share of the peak, above 0, at most 1.
    research : Range
        Computing of the whole development over that of the final run, at least 1.
    level : float
        Probability that each range is meant to hold.

    Raises
    ------
    ProblemError
        For a utilisation above 1, a research multiplier below 1, or a level outside 0 to 1.

    Examples
    --------
    >>> run = RunCost(3.2856e24, 989.5e12, Range(2, 2), Range(0.3462, 0.3462), Range(1, 1))
    >>> print(f"{run.hours / 1e6:.3f} million GPU-hours, {run.middle / 1e6:.2f} million dollars")
    2.664 million GPU-hours, 5.33 million dollars
    """

    flop: float
    peak: float
    price: Range
    utilisation: Range
    research: Range = Range(1, 1)
    level: float = 0.9

    def __post_init__(self) -> None:
        positive(self.flop, "FLOP")
        positive(self.peak, "a peak")
        used_share(self.utilisation.high)
        if self.research.low < 1:
            raise ProblemError(
                f"A research multiplier of {self.research.low:g} is less than the final run alone; give at least 1."
            )
        inside(self.level, "a level")

    def at(self, price: float, utilisation: float, research: float = 1.0) -> float:
        """Cost in dollars at one value of each input."""
        positive((price, utilisation, research), "each of price, utilisation and research")
        return self.flop / (self.peak * utilisation * SECONDS_PER_HOUR) * price * research

    @property
    def hours(self) -> float:
        """GPU-hours of the final run at the middle of the utilisation."""
        return self.flop / (self.peak * self.utilisation.middle * SECONDS_PER_HOUR)

    @property
    def middle(self) -> float:
        """Cost in dollars with every input at its middle; the median of the distribution."""
        return self.at(self.price.middle, self.utilisation.middle, self.research.middle)

    @property
    def worst(self) -> Range:
        """Cheapest and dearest cost when every input may lie anywhere in its range."""
        return Range(
            self.at(self.price.low, self.utilisation.high, self.research.low),
            self.at(self.price.high, self.utilisation.low, self.research.high),
        )

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm of the cost, the inputs independent and lognormal."""
        return math.hypot(*(_range(self, name).spread(self.level) for name in INPUTS))

    def quantile(self, probability: float) -> float:
        """Cost in dollars that is not passed with this probability: median times exp(z x spread)."""
        inside(probability, "a probability")
        return self.middle * math.exp(_quantile(probability) * self.spread)

    @property
    def interval(self) -> Range:
        """Ends of the central interval that holds the cost with probability `level`."""
        return Range(self.quantile((1 - self.level) / 2), self.quantile((1 + self.level) / 2))

    def tornado(self) -> pd.DataFrame:
        """How far each input alone moves the cost, the others at their middles.

        Returns
        -------
        DataFrame
            Columns ``input``, ``low`` and ``high`` (cost in dollars at the cheap and the dear end), ``swing`` (their
            ratio), ``middle`` (cost at all middles), and ``from`` and ``to`` (ends of the input); the widest first.
        """
        middles = {name: _range(self, name).middle for name in INPUTS}
        rows = []
        for name in INPUTS:
            ends = (_range(self, name).low, _range(self, name).high)
            costs = sorted(self.at(**{**middles, name: end}) for end in ends)
            rows.append((name, *costs, costs[1] / costs[0], self.middle, *ends))
        names = ["input", "low", "high", "swing", "middle", "from", "to"]
        return pd.DataFrame(rows, columns=names).sort_values("swing", ascending=False, kind="stable", ignore_index=True)

    def certain(self, **inputs: float) -> RunCost:
        """Return the same run with some of price, utilisation and research known exactly.

        >>> run = RunCost(3.2856e24, 989.5e12, Range(1.7, 4.7), Range(0.25, 0.45)).certain(price=2)
        >>> print(f"{run.interval.low / 1e6:.1f} to {run.interval.high / 1e6:.1f} million dollars")
        4.1 to 7.4 million dollars
        """
        unknown = set(inputs) - set(INPUTS)
        if unknown:
            raise ProblemError(f"A cost has no input {min(unknown)!r}; choose from {', '.join(INPUTS)}.")
        return replace(self, **{name: Range(value, value) for name, value in inputs.items()})  # type: ignore[arg-type]


def _quantile(probability: float) -> float:
    return NormalDist().inv_cdf(probability)


def _range(run: RunCost, name: str) -> Range:
    return cast(Range, getattr(run, name))
