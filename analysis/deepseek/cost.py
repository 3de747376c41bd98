r"""What a training run costs: GPU-hours times a price, what that leaves out, and how far the answer can move.

.. math:: \text{cost} = \frac{C}{P \, U \cdot 3600} \cdot p \cdot r

with arithmetic C (FLOP), peak P (FLOP a second of one GPU), utilisation U, price p (dollars a GPU-hour) and research
multiplier r, the computing of the whole development over that of the final run. If the logarithms of U, p and r are
normal, so is that of the cost: its quantiles have a closed form.

References
----------
DeepSeek-AI (2024), arXiv:2412.19437, Table 1. Cottier et al. (2024), arXiv:2405.21015 (research multiplier).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import facts
from analysis.deepseek.training import SECONDS_PER_HOUR, deepseek_v3, positive
from analysis.errors import ProblemError

#: Utilisation of large runs by 6 N D and the BF16 peak. Our assumption: both runs here have 34 to 35 per cent.
ASSUMED_UTILISATION = (0.25, 0.45)
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
        positive(low=self.low, high=self.high)
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
        positive(FLOP=self.flop, peak=self.peak)
        if self.utilisation.high > 1:
            raise ProblemError(f"A utilisation of {self.utilisation.high:g} is above the peak; give at most 1.")
        if self.research.low < 1:
            raise ProblemError(
                f"A research multiplier of {self.research.low:g} is less than the final run alone; give at least 1."
            )
        if not 0 < self.level < 1:
            raise ProblemError(f"The level is {self.level:g}; it must lie between 0 and 1.")

    def at(self, price: float, utilisation: float, research: float = 1.0) -> float:
        """Cost in dollars at one value of each input."""
        positive(price=price, utilisation=utilisation, research=research)
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
        if not 0 < probability < 1:
            raise ProblemError(f"The probability is {probability:g}; it must lie between 0 and 1.")
        return self.middle * math.exp(_quantile(probability) * self.spread)

    @property
    def interval(self) -> Range:
        """Ends of the central interval that holds the cost with probability `level`."""
        return Range(self.quantile((1 - self.level) / 2), self.quantile((1 + self.level) / 2))

    def probability_below(self, dollars: float) -> float:
        """Probability that the cost is below `dollars`, under the assumed ranges."""
        positive(dollars=dollars)
        if self.spread == 0:
            return float(self.middle < dollars)
        return NormalDist().cdf(math.log(dollars / self.middle) / self.spread)

    def sample(self, size: int, generator: np.random.Generator) -> NDArray[np.float64]:
        """Draw `size` costs in dollars, the inputs independent and lognormal."""
        drawn = {
            name: np.exp(
                generator.normal(math.log(_range(self, name).middle), _range(self, name).spread(self.level), size)
            )
            for name in INPUTS
        }
        hours = self.flop / (self.peak * drawn["utilisation"] * SECONDS_PER_HOUR)
        return cast(NDArray[np.float64], hours * drawn["price"] * drawn["research"])

    def tornado(self) -> pd.DataFrame:
        """How far each input alone moves the cost, the others at their middles.

        Returns
        -------
        DataFrame
            Columns ``input``, ``low`` and ``high`` (cost in dollars at the cheap and the dear end) and ``swing`` (their
            ratio), the widest first.
        """
        middles = {name: _range(self, name).middle for name in INPUTS}
        rows = []
        for name in INPUTS:
            ends = (_range(self, name).low, _range(self, name).high)
            costs = sorted(self.at(**{**middles, name: end}) for end in ends)
            rows.append({"input": name, "low": costs[0], "high": costs[1], "swing": costs[1] / costs[0]})
        return pd.DataFrame(rows).sort_values("swing", ascending=False, kind="stable", ignore_index=True)

    def break_even(self, dollars: float) -> pd.DataFrame:
        """What each input alone would have to be for the cost to be `dollars`, the others at their middles.

        Returns
        -------
        DataFrame
            Columns ``input``, ``needed``, ``in range`` (whether it lies in the range of the input) and ``possible``
            (a utilisation of at most 1, a multiplier of at least 1).

        Examples
        --------
        >>> run = RunCost(3.2856e24, 989.5e12, Range(2, 2), Range(0.3462, 0.3462))
        >>> needed = run.break_even(100e6).set_index("input")["needed"]
        >>> print(f"{needed['price']:.1f} dollars an hour, or {needed['research']:.1f} times the final run")
        37.5 dollars an hour, or 18.8 times the final run
        """
        positive(dollars=dollars)
        factor = dollars / self.middle
        rows = []
        for name in INPUTS:
            known = _range(self, name)
            needed = known.middle / factor if name == "utilisation" else known.middle * factor
            possible = needed <= 1 if name == "utilisation" else name != "research" or needed >= 1
            inside = known.low <= needed <= known.high
            rows.append({"input": name, "needed": needed, "in range": inside, "possible": possible})
        return pd.DataFrame(rows)

    def certain(self, **inputs: float) -> RunCost:
        """Return the same run with some of price, utilisation and research known exactly.

        >>> run = v3_rerun().certain(price=2, research=1)
        >>> print(f"{run.interval.low / 1e6:.1f} to {run.interval.high / 1e6:.1f} million dollars")
        4.1 to 7.4 million dollars
        """
        unknown = set(inputs) - set(INPUTS)
        if unknown:
            raise ProblemError(f"A cost has no input {min(unknown)!r}; choose from {', '.join(INPUTS)}.")
        return replace(self, **{name: Range(value, value) for name, value in inputs.items()})  # type: ignore[arg-type]


def v3_rerun() -> RunCost:
    """The cost of a run of DeepSeek-V3's pretraining arithmetic by somebody else, with published ranges.

    Price: the lowest and the first published rent of an H100. Research: Cottier's 1.2 to 4 times the final run.
    Utilisation: our assumption (`ASSUMED_UTILISATION`); DeepSeek's own hours are known and need no range.
    """
    table, scaling = facts.load("deepseek"), facts.load("scaling")
    run = deepseek_v3()
    return RunCost(
        run.flop,
        run.peak,
        Range(table["rent-h100-low"].value, table["rent-h100-launch"].value),
        Range(*ASSUMED_UTILISATION),
        Range(scaling["cottier-development-compute-low"].value, scaling["cottier-development-compute-high"].value),
    )


def rental_cost(gpu_hours: float, price: float) -> float:
    """Dollars for so many GPU-hours at a price for each.

    >>> rental_cost(2_788_000, 2)
    5576000
    """
    positive(GPU_hours=gpu_hours, price=price)
    return gpu_hours * price


def implied_price(dollars: float, gpu_hours: float) -> float:
    """Dollars a GPU-hour that a published cost and published hours imply.

    >>> round(implied_price(169.8e6, 30.84e6), 2)  # Epoch's cloud cost of Llama 3.1 405B
    5.51
    """
    positive(dollars=dollars, GPU_hours=gpu_hours)
    return dollars / gpu_hours


def same_method(price: float | None = None) -> pd.DataFrame:
    """Final runs with published GPU-hours, all at one price a GPU-hour.

    Parameters
    ----------
    price : float, optional
        Dollars a GPU-hour; DeepSeek's assumed 2 where it is not given.

    Returns
    -------
    DataFrame
        Columns ``model``, ``hours``, ``dollars`` and ``times V3``.

    Examples
    --------
    >>> costs = same_method().set_index("model")
    >>> print(f"{costs.loc['Llama 3.1 405B', 'dollars'] / 1e6:.1f}")
    61.7
    """
    table = facts.load("deepseek")
    price = table["v3-price"].value if price is None else price
    v3 = table["v3-hours-total"].value
    hours = {
        "DeepSeek-V3": v3,
        "DeepSeek-R1, on top of V3": table["r1-hours-total"].value,
        "DeepSeek-R1, V3 included": v3 + table["r1-hours-total"].value,
        "Llama 3.1 8B": table["llama31-8b-hours"].value,
        "Llama 3.1 70B": table["llama31-70b-hours"].value,
        "Llama 3.1 405B": table["llama31-405b-hours"].value,
    }
    return pd.DataFrame(
        [{"model": name, "hours": h, "dollars": rental_cost(h, price), "times V3": h / v3} for name, h in hours.items()]
    )


def cloud_costs() -> pd.DataFrame:
    """Final runs at the price of renting: V3's own figure, and Epoch AI's estimates of others.

    Returns
    -------
    DataFrame
        Columns ``model``, ``dollars``, ``times V3`` and ``source`` (key of the bibliography), the cheapest first.

    Examples
    --------
    >>> for row in cloud_costs().itertuples():
    ...     print(f"{row.model}: {row.dollars / 1e6:,.1f}")
    DeepSeek-V3: 5.6
    Llama 3.1 405B, revised: 73.4
    GPT-4: 78.6
    Llama 3.1 405B: 169.8
    Gemini Ultra: 199.0
    Grok-3, revised: 507.0
    Grok-3: 1,164.0
    """
    scaling, ours = facts.load("scaling"), facts.load("deepseek")["v3-cost-total"]
    estimates = {
        "GPT-4": "epoch-gpt4-cloud",
        "Gemini Ultra": "epoch-gemini-ultra-cloud",
        "Llama 3.1 405B": "epoch-llama31-405b-cloud",
        "Llama 3.1 405B, revised": "epoch-llama31-405b-cloud-updated",
        "Grok-3": "epoch-grok3-cloud",
        "Grok-3, revised": "epoch-grok3-cloud-updated",
    }
    known = {"DeepSeek-V3": ours} | {name: scaling[key] for name, key in estimates.items()}
    rows = [
        {"model": name, "dollars": fact.value, "times V3": fact.value / ours.value, "source": fact.source}
        for name, fact in known.items()
    ]
    return pd.DataFrame(rows).sort_values("dollars", ignore_index=True)


def left_out() -> pd.DataFrame:
    """What the 5.576 million dollars hold and what they leave out, with the published size of each where there is one.

    Returns
    -------
    DataFrame
        Columns ``item``, ``inside`` (whether the published total holds it), ``low`` and ``high`` (dollars, nan where
        nobody has published a figure), ``source``. Rows do not add up: a fleet is bought once for many runs.
    """
    table, scaling = facts.load("deepseek"), facts.load("scaling")
    total, multiplier = table["v3-cost-total"], "cottier-development-compute"
    research = [(scaling[f"{multiplier}-{end}"].value - 1) * total.value for end in ("low", "high")]
    rows = [
        ("the official training run of V3", True, [total.value] * 2, total.source),
        ("the step from V3 to R1", False, [table["r1-cost"].value] * 2, table["r1-cost"].source),
        ("research and ablations, at a typical ratio", False, research, scaling[f"{multiplier}-low"].source),
        (
            "servers of the company, an outside estimate",
            False,
            [table["semianalysis-capex"].low, table["semianalysis-capex"].high],
            table["semianalysis-capex"].source,
        ),
        ("the R1 model that made data for V3's post-training", False, [math.nan, math.nan], total.source),
        ("data, staff and failed runs", False, [math.nan, math.nan], "computed"),
    ]
    return pd.DataFrame(
        [{"item": i, "inside": inside, "low": ends[0], "high": ends[1], "source": s} for i, inside, ends, s in rows]
    )


def _quantile(probability: float) -> float:
    return NormalDist().inv_cdf(probability)


def _range(run: RunCost, name: str) -> Range:
    return cast(Range, getattr(run, name))
