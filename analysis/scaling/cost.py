r"""When does a training run cost a billion dollars? Growth of costs, with its interval.

If the cost of the largest run grows by a factor g a year from a known run, it passes a target in

.. math:: t = \frac{\ln (\text{target} / \text{start})}{\ln g}

years. The answer depends on g, and as much on what "cost" means: hardware written off over the run and energy
(amortised), the price of renting it (cloud), or buying all of it (acquisition).

References
----------
Cottier et al. (2024), The rising costs of training frontier AI models, arXiv:2405.21015.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit import facts
from analysis.kit.errors import ProblemError

BILLION = 1e9


@dataclass(frozen=True)
class Growth:
    """Growth factor a year with its interval.

    Parameters
    ----------
    value, low, high : float
        Estimate and ends of the interval; all above 1.
    level : float
        Probability that the interval is meant to hold.
    """

    value: float
    low: float
    high: float
    level: float

    def __post_init__(self) -> None:
        if not 1 < self.low <= self.value <= self.high < math.inf or not 0 < self.level < 1:
            raise ProblemError("A growth needs 1 < low <= value <= high and a level between 0 and 1; correct it.")


@dataclass(frozen=True)
class Crossing:
    """When a cost passes its target.

    Attributes
    ----------
    year : float
        Decimal year.
    early, late : float
        Those that the ends of the interval of the growth give.
    """

    year: float
    early: float
    late: float


def years_to(target: float, start: float, growth: float) -> float:
    """Years in which a cost grows from `start` to `target` dollars at a factor `growth` a year; negative if passed.

    >>> round(years_to(1e9, 40e6, 2.4), 1)
    3.7
    """
    if min(target, start) <= 0 or not math.isfinite(target + start):
        raise ProblemError("Costs must be positive and finite; correct start and target.")
    if not (math.isfinite(growth) and growth > 1):
        raise ProblemError(f"A cost that grows by a factor of {growth:g} a year never rises; give more than 1.")
    return math.log(target / start) / math.log(growth)


def crossing(start: float, start_year: float, growth: Growth, target: float = BILLION) -> Crossing:
    """When a cost passes `target`: the year, and its range over the interval of the growth.

    Only the uncertainty of the growth is counted, not that of the start, nor that the trend may end.

    Parameters
    ----------
    start : float
        Cost of a known run, dollars.
    start_year : float
        Its decimal year.
    growth : Growth
    target : float
        Dollars; above `start`.

    Returns
    -------
    Crossing

    Raises
    ------
    ProblemError
        If the target has been passed at the start.

    Examples
    --------
    >>> when = crossing(40e6, 2023.2, Growth(2.4, 2.0, 3.1, 0.95))
    >>> round(when.early, 1), round(when.year, 1), round(when.late, 1)
    (2026.0, 2026.9, 2027.8)
    """
    if target <= start:
        raise ProblemError(f"The run already costs {start:g} dollars; give a target above that.")
    fast, middle, slow = (years_to(target, start, g) for g in (growth.high, growth.value, growth.low))
    return Crossing(start_year + middle, start_year + fast, start_year + slow)


def cost_trend(start: float, start_year: float, growth: Growth, ahead: ArrayLike) -> pd.DataFrame:
    """The cost of the largest run by a trend, with the ends that the interval of the growth gives.

    Parameters
    ----------
    start : float
        Cost of a known run, dollars.
    start_year : float
        Its decimal year.
    growth : Growth
    ahead : array
        Years after it.

    Returns
    -------
    DataFrame
        Columns ``year``, ``cost``, ``low`` and ``high`` (dollars).

    Examples
    --------
    >>> cost_trend(40e6, 2023.2, Growth(2.4, 2.0, 3.1, 0.95), [0, 1]).round(1).to_numpy().tolist()
    [[2023.2, 40000000.0, 40000000.0, 40000000.0], [2024.2, 96000000.0, 80000000.0, 124000000.0]]
    """
    years = np.asarray(ahead, float)
    factors = {"cost": growth.value, "low": growth.low, "high": growth.high}
    return pd.DataFrame({"year": start_year + years} | {name: start * g**years for name, g in factors.items()})


@cache
def published_growth(kind: Literal["amortised", "amortised-v1", "cloud"] = "amortised") -> Growth:
    """Cottier's growth of the cost of the largest runs since 2016.

    ``amortised`` is version 2 of the paper with its 90 % interval, ``amortised-v1`` version 1 with 95 %, ``cloud`` the
    growth at rental prices, its interval read as 95 % like that of the version it stands in.

    Parameters
    ----------
    kind : {"amortised", "amortised-v1", "cloud"}
        Which of the published growths.

    Returns
    -------
    Growth
        Factor a year with its interval.

    Raises
    ------
    ProblemError
        For another kind.

    Examples
    --------
    >>> found = published_growth()
    >>> print(f"{found.value} times a year, {found.low} to {found.high} with {found.level:.0%}")
    2.4 times a year, 2.0 to 2.9 with 90%
    """
    rows = {"amortised": ("", 0.9), "amortised-v1": ("-v1", 0.95), "cloud": ("-cloud", 0.95)}
    if kind not in rows:
        raise ProblemError(f"There is no published growth {kind!r}; choose from {', '.join(rows)}.")
    suffix, level = rows[kind]
    fact = facts.load("scaling")[f"cottier-growth{suffix}"]
    return Growth(fact.value, fact.low, fact.high, level)


def published_costs(kinds: Collection[str] = ("cloud", "acquisition", "amortised")) -> pd.DataFrame:
    """What one run cost, by three meanings of cost.

    Parameters
    ----------
    kinds : collection of str
        Of these three, those that are asked for.

    Returns
    -------
    DataFrame
        Columns ``model``, ``year`` (decimal, nan where its date is no fact), and each kind: dollars, nan where
        Epoch gives none.

    Examples
    --------
    >>> costs = published_costs().set_index("model")
    >>> print(f"{costs.loc['Grok-3', 'cloud'] / costs.loc['Grok-3', 'amortised']:.1f}")  # one run, two costs
    3.9
    """
    names = {
        "gpt4": "GPT-4",
        "gemini-ultra": "Gemini Ultra",
        "llama31-405b": "Llama 3.1 405B",
        "gpt45": "GPT-4.5",
        "grok3": "Grok-3",
    }
    fact = facts.load("scaling")
    columns = {"year": "{}-year"} | {kind: f"epoch-{{}}-{kind}" for kind in kinds}
    rows = {
        name: {column: fact[i].value for column, form in columns.items() if (i := form.format(key)) in fact}
        for key, name in names.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(columns)).rename_axis("model").reset_index()
