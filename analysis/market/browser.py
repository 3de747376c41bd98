"""Models as Vega expressions, so that a page computes its charts without a kernel.

The fan: quantiles of :mod:`analysis.market.scenarios`. A chart binds sliders to the parameters named in
:data:`PARAMETERS`, adds the expressions of :func:`growth_expressions` as calculated fields, in order, to rows that hold
a probability's normal quantile ``z`` and a ``year``, and draws ``multiple``. They are the Cornish-Fisher closed form,
without draws and so without noise: exact to 0.003 a year at the book's priors, to 0.1 where the elasticity and the
efficiency are both little known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.kit.checking import inside, not_negative
from analysis.market.ownership import Ownership
from analysis.market.scenarios import Prior, Scenario

#: Names of the sliders, and the attribute of a scenario that each moves.
PARAMETERS = {
    "demand_mean": ("demand", "mean"),
    "demand_spread": ("demand", "spread"),
    "elasticity_mean": ("elasticity", "mean"),
    "elasticity_spread": ("elasticity", "spread"),
    "efficiency_mean": ("efficiency", "mean"),
    "efficiency_spread": ("efficiency", "spread"),
}


def fan_rows(probabilities: ArrayLike, years: ArrayLike) -> pd.DataFrame:
    """Rows of a fan chart before its expressions: ``probability``, its normal quantile ``z``, and ``year``.

    >>> fan_rows([0.5], [0, 1])["z"].tolist()
    [0.0, 0.0]
    """
    p, t = inside(probabilities, "a probability").ravel(), not_negative(years, "a year").ravel()
    table = pd.DataFrame({"year": np.repeat(t, p.size), "probability": np.tile(p, t.size)})
    return table.assign(z=stats.norm.ppf(table["probability"]))


def parameter_values(scenario: Scenario) -> dict[str, float]:
    """Start of each slider."""
    return {name: float(getattr(getattr(scenario, prior), part)) for name, (prior, part) in PARAMETERS.items()}


def scenario_of(values: Mapping[str, float], pass_through: float = 1.0) -> Scenario:
    """The scenario whose sliders stand at `values`; what :func:`parameter_values` undoes.

    >>> scenario_of(parameter_values(Scenario(Prior(0.3, 0.2), Prior(1.1, 0.3), Prior(1, 0.3)))).elasticity
    Prior(mean=1.1, spread=0.3)
    """
    parts: dict[str, dict[str, float]] = {}
    for name, (prior, part) in PARAMETERS.items():
        parts.setdefault(prior, {})[part] = values[name]
    return Scenario(**{prior: Prior(**of) for prior, of in parts.items()}, pass_through=pass_through)


def cornish_fisher_quantiles(scenario: Scenario, probabilities: ArrayLike) -> NDArray[np.float64]:
    r"""Quantiles of the growth x of a scenario in closed form, from its four cumulants.

    With z the normal quantile, the skewness gamma_1 and the excess kurtosis gamma_2 (Cornish & Fisher 1938),

    .. math:: q = E x + \sqrt V \left[z + (z^2 - 1)\frac{\gamma_1}{6} + (z^3 - 3z)\frac{\gamma_2}{24}
              - (2 z^3 - 5 z)\frac{\gamma_1^2}{36}\right].
    """
    mean, variance, third, fourth = scenario.cumulants()
    z = stats.norm.ppf(np.ravel(probabilities))
    skewness, excess = third / variance**1.5, fourth / variance**2
    bend = (z**2 - 1) * skewness / 6 + (z**3 - 3 * z) * excess / 24 - (2 * z**3 - 5 * z) * skewness**2 / 36
    return mean + variance**0.5 * (z + bend)


def quantile_expression(probability: float, pass_through: float = 1.0) -> str:
    """Vega expression of one quantile of the growth by the sliders alone, without a row of data."""
    known = {"z": f"({stats.norm.ppf(probability):.12g})"}
    for name, expression in growth_expressions(pass_through).items():
        if name == "multiple":
            break
        known[name] = "(" + re.sub(r"datum[.](\w+)", lambda field: known[field[1]], expression) + ")"
    return known["growth"]


def growth_expressions(pass_through: float = 1.0) -> dict[str, str]:
    """Vega expressions by calculated field, in the order in which they build on each other.

    ``growth_mean`` and ``growth_variance`` of x, ``skewness``, ``kurtosis`` (excess), ``growth`` (the quantile of x at
    ``z``), and ``multiple`` (compute as a multiple of year 0), with full pass-through unless another one is given.

    >>> growth_expressions()["growth_mean"]
    'demand_mean + (1 * elasticity_mean - 1) * efficiency_mean'
    """
    b, s = f"({pass_through:g} * elasticity_mean - 1)", f"({pass_through:g} * elasticity_spread)"
    both = f"pow({s} * efficiency_spread, 2)"
    single = f"(pow({b} * efficiency_spread, 2) + pow(efficiency_mean * {s}, 2))"
    z = "datum.z"
    return {
        "growth_mean": f"demand_mean + {b} * efficiency_mean",
        "growth_variance": f"pow(demand_spread, 2) + {single} + {both}",
        "skewness": f"6 * {b} * efficiency_mean * {both} / pow(datum.growth_variance, 1.5)",
        "kurtosis": f"(12 * {both} * {single} + 6 * pow({both}, 2)) / pow(datum.growth_variance, 2)",
        "growth": (
            f"datum.growth_mean + sqrt(datum.growth_variance) * ({z} + (pow({z}, 2) - 1) * datum.skewness / 6"
            f" + (pow({z}, 3) - 3 * {z}) * datum.kurtosis / 24"
            f" - (2 * pow({z}, 3) - 5 * {z}) * pow(datum.skewness, 2) / 36)"
        ),
        "multiple": "exp(datum.year * datum.growth)",
    }


def annuity_expression(years: str, rate: str) -> str:
    """Vega expression of F(a, k) = (1 - exp(-k a)) / k; a billionth keeps a rate of 0 from dividing by it.

    Examples
    --------
    >>> annuity_expression("5", "rate")
    '(1 - exp(-(rate + 1e-9) * (5))) / (rate + 1e-9)'
    """
    return f"(1 - exp(-({rate} + 1e-9) * ({years}))) / ({rate} + 1e-9)"


def recovery_expressions() -> dict[str, str]:
    """Vega expressions of :func:`analysis.market.overbuild.present_value_share`, by calculated field, in order.

    They use the sliders ``used`` (per cent), ``growth``, ``fall`` (per cent a year, compounded) and ``rate`` (per cent,
    continuous) and the field ``life``.
    """
    g, r = "(log(1 + growth / 100) + 1e-9)", "(rate / 100 - log(1 - fall / 100))"
    return {
        "full": f"min(datum.life, -log(used / 100) / {g})",
        "share": (
            f"(used / 100 * {annuity_expression('datum.full', f'{r} - {g}')}"
            f" + exp(-{r} * datum.full) * {annuity_expression('datum.life - datum.full', r)})"
            f" / ({annuity_expression('datum.life', r)})"
        ),
    }


def share_expression(life: float) -> str:
    """Vega expression of the share that an asset of one life recovers, by the sliders alone."""
    of = recovery_expressions()
    full = of["full"].replace("datum.life", f"{life:g}")
    return f"({of['share'].replace('datum.full', f'({full})').replace('datum.life', f'{life:g}')})"


def cost_expression(chip: Ownership) -> str:
    """Vega expression of an hour's cost by the sliders ``capital``, ``years``, ``interest`` (per cent) and ``tariff``.

    The field ``used`` is in per cent; all else is that of `chip`.
    """
    n, r = "years", "(interest / 100)"
    recovery = f"({r} / (1 - pow(1 + {r}, -{n})))"
    kept = f"(1 - {chip.residual:g} * pow(1 + {r}, -{n}))"
    energy = f"{chip.power:g} * {chip.overhead:g} * 8760 * tariff"
    return f"(capital * {kept} * {recovery} + {energy} + capital * {chip.operation:g}) / (87.6 * datum.used)"
