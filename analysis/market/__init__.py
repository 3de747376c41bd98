"""Market implications: models whose assumptions the reader can see and move. Education, not advice.

Growth rates are continuous and a year unless a name says otherwise, money is in dollars, shares are between 0 and 1.

Start with :func:`compute_demand` for what becomes of demand when prices fall, :func:`depreciation_ratio` for chips that
age, :class:`Scenario` for a fan of futures, and :func:`two_stage_value` for what a price implies.

Examples
--------
>>> from analysis import market
>>> round(market.compute_demand(10, elasticity=1.5), 2)
3.16

In the chapter
--------------
Section, modules, figures; every module says more than what is gathered here.

===========================  ==========================================  =============================================
Section of the chapter       Modules                                     Figures
===========================  ==========================================  =============================================
Fibre, then                  overbuild, discounting, history, identity   glass-and-chips, forecast-error, falls,
                                                                         dark-fibre
GPUs, now                    segments, spending, deals, datacentre       revenue, capital-spending, announcements,
                                                                         sixty-per-cent
Glass lasts, chips do not    overbuild, depreciation                     recovered, depreciation
Jevons or saturation?        demand, identity, tokens                    threshold, two-futures, accounts
What does an hour cost?      ownership, rents                            tornado, hour, rent-history
Scenarios                    scenarios, browser                          fan, draws, sobol
What the price already says  valuation                                   implied-growth
Energy and carbon            energy                                      per-task-and-total
Who wins?                    stack, orders, rivalry                      stack
Exercises                    cobweb
===========================  ==========================================  =============================================
"""

from analysis.market import datacentre, deals, history, orders, rents, segments, spending, stack, tokens
from analysis.market.cobweb import Cobweb
from analysis.market.demand import SaturatingDemand, compute_demand, threshold_elasticity, volume_to_keep_profit_at
from analysis.market.depreciation import (
    depreciation_ratio,
    growth_by_mix,
    implied_growth,
    ratios_by_growth,
    yearly_payment,
)
from analysis.market.discounting import growth_of_doubling
from analysis.market.energy import carbon, carbon_intensity, run_energy, total_factor
from analysis.market.identity import arc_elasticity, decompose
from analysis.market.overbuild import (
    absorption_time,
    present_value_share,
    recovery_by_use,
    time_to_utilisation,
    utilisation,
)
from analysis.market.ownership import break_even_utilisation, tornado
from analysis.market.scenarios import (
    Prior,
    Scenario,
    estimate_sobol,
    growth_quantiles,
    probability_below,
    simulate_growth,
)
from analysis.market.segments import herfindahl, replacement_factor
from analysis.market.valuation import repricing, sensitivities, two_stage_value

__all__ = [
    "Cobweb",
    "Prior",
    "SaturatingDemand",
    "Scenario",
    "absorption_time",
    "arc_elasticity",
    "break_even_utilisation",
    "carbon",
    "carbon_intensity",
    "compute_demand",
    "datacentre",
    "deals",
    "decompose",
    "depreciation_ratio",
    "estimate_sobol",
    "growth_by_mix",
    "growth_of_doubling",
    "growth_quantiles",
    "herfindahl",
    "history",
    "implied_growth",
    "orders",
    "present_value_share",
    "probability_below",
    "ratios_by_growth",
    "recovery_by_use",
    "rents",
    "replacement_factor",
    "repricing",
    "run_energy",
    "segments",
    "sensitivities",
    "simulate_growth",
    "spending",
    "stack",
    "threshold_elasticity",
    "time_to_utilisation",
    "tokens",
    "tornado",
    "total_factor",
    "two_stage_value",
    "utilisation",
    "volume_to_keep_profit_at",
    "yearly_payment",
]
