"""Market implications: models whose assumptions the reader can see and move. Education, not advice.

What a notebook needs is here; every module says more. Growth rates are continuous and a year unless a name says
otherwise, money is in dollars, shares are between 0 and 1.
"""

from analysis.market.cobweb import Cobweb
from analysis.market.datacentre import Bill, definitions
from analysis.market.demand import SaturatingDemand, compute_demand, compute_growth, threshold_elasticity
from analysis.market.depreciation import depreciation_ratio, implied_growth
from analysis.market.discounting import annuity, capital_recovery_factor, growth_of_doubling, growth_of_halving
from analysis.market.energy import carbon, run_energy, total_factor
from analysis.market.identity import arc_elasticity, decompose
from analysis.market.overbuild import absorption_time, present_value_share, time_to_utilisation, utilisation
from analysis.market.ownership import Ownership, break_even_utilisation, break_even_years, tornado
from analysis.market.scenarios import Prior, Scenario, growth_quantiles, probability_below, simulate_growth
from analysis.market.segments import herfindahl, replacement_factor
from analysis.market.valuation import Assumptions, repricing, two_stage_value
from analysis.market.valuation import implied_growth as growth_of_price

__all__ = [
    "Assumptions",
    "Bill",
    "Cobweb",
    "Ownership",
    "Prior",
    "SaturatingDemand",
    "Scenario",
    "absorption_time",
    "annuity",
    "arc_elasticity",
    "break_even_utilisation",
    "break_even_years",
    "capital_recovery_factor",
    "carbon",
    "compute_demand",
    "compute_growth",
    "decompose",
    "definitions",
    "depreciation_ratio",
    "growth_of_doubling",
    "growth_of_halving",
    "growth_of_price",
    "growth_quantiles",
    "herfindahl",
    "implied_growth",
    "present_value_share",
    "probability_below",
    "replacement_factor",
    "repricing",
    "run_energy",
    "simulate_growth",
    "threshold_elasticity",
    "time_to_utilisation",
    "tornado",
    "total_factor",
    "two_stage_value",
    "utilisation",
]
