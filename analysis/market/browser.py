"""The fan chart without a kernel: quantiles of :mod:`analysis.market.scenarios` as Vega expressions.

A chart binds sliders to the parameters named in :data:`PARAMETERS`, adds the expressions of :func:`growth_expressions`
as calculated fields, in order, to rows that hold a probability's normal quantile ``z`` and a ``year``, and draws
``multiple``. They are the Cornish-Fisher closed form, without draws and so without noise: exact to 0.003 a year at the
book's priors, to 0.1 where the elasticity and the efficiency are both little known. Where single futures are to be
drawn, :func:`normal_draws` gives evenly spread draws, which :func:`draw_expression` turns into growth.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from analysis.kit.checking import inside, not_negative
from analysis.kit.errors import ProblemError
from analysis.market.scenarios import INPUTS, Scenario

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


def normal_draws(power: int, seed: int) -> pd.DataFrame:
    """Evenly spread standard normal draws, 2 to the `power` of them: a scrambled Sobol sequence, to four decimals.

    Returns
    -------
    DataFrame
        Columns ``z_demand``, ``z_elasticity``, ``z_efficiency``.

    Examples
    --------
    >>> normal_draws(9, seed=1).shape
    (512, 3)
    """
    if not 1 <= power <= 20:
        raise ProblemError("Between 2 and about a million draws are made; give a power from 1 to 20.")
    z = stats.norm.ppf(stats.qmc.Sobol(len(INPUTS), rng=seed).random_base2(power))
    return pd.DataFrame(z.round(4), columns=[f"z_{name}" for name in INPUTS])


def draw_expression(pass_through: float = 1.0) -> str:
    """Vega expression of x for a row of :func:`normal_draws`.

    >>> draw_expression()[:50]
    '(demand_mean + demand_spread * datum.z_demand) + ('
    """
    demand, elasticity, efficiency = (f"({name}_mean + {name}_spread * datum.z_{name})" for name in INPUTS)
    return f"{demand} + ({pass_through:g} * {elasticity} - 1) * {efficiency}"
