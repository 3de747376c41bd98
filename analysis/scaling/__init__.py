"""Scaling laws: how loss falls with size, data and compute, where a budget should go, and who catches up with whom.

Sizes N are in parameters, data D in tokens, compute C in FLOP (C = 6 N D), losses in nats a token.

Start with :func:`fit_scaling_law` for runs of your own, :func:`published_law` for those of others, and
:func:`compute_optimal_allocation` for where a budget should go.

Examples
--------
>>> from analysis import scaling
>>> law = scaling.published_law("besiroglu")
>>> best = scaling.compute_optimal_allocation(1e24, law)
>>> print(f"{best.N / 1e9:.0f} billion parameters")
96 billion parameters
>>> print(f"{best.D / 1e12:.1f} trillion tokens")
1.7 trillion tokens

In the chapter
--------------
Section, modules, figures; every module says more than what is gathered here.

1. diminishing returns: ``laws`` (diminishing-returns)
2. where to put the compute: ``allocation`` (isoflop-curves, allocation, hoffmann-tables)
3. a fit that stopped early: ``fit``, ``huber``, ``bootstrap``, ``points``, ``early_stopping`` (stopped-early,
   bootstrap); of your own runs: ``influence``, ``doubts``, ``fit_page``
4. our own sweep: ``sweep``, ``corpus``, ``language_model``, ``isoflop`` (sweep-isoflop, sweep-exponent)
5. why Kaplan and Chinchilla disagreed: ``reconcile`` (counting, repairs)
6. beyond the training bill: ``inference``, ``repetition``, ``precision``, ``quantisation`` (inference-aware,
   repetition, precision, rounding)
7. the meek: ``meek``, ``scores`` (catching-up, meek-gap, meek-measures)
8. a billion: ``cost`` (billion)
"""

from analysis.scaling.allocation import (
    allocation_exponents,
    compute_optimal_allocation,
    hoffmann_tables,
    isoflop_curve,
    isoflop_curves,
    kaplan_allocation,
    llama3_allocation,
    loss_by_compute,
    optimal_budget,
    published_answers,
)
from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.cost import cost_trend, crossing, published_costs, published_growth
from analysis.scaling.doubts import doubts, predictions
from analysis.scaling.early_stopping import simulated_runs
from analysis.scaling.fit import fit_scaling_law
from analysis.scaling.inference import chinchilla_model, minimise_lifetime_compute, models_by_use
from analysis.scaling.influence import influence_of_runs, next_run, standard_errors, width_with
from analysis.scaling.isoflop import bootstrap_isoflop, fit_isoflop, fit_vertices
from analysis.scaling.laws import ScalingLaw, kaplan_laws, named_laws, published_law
from analysis.scaling.meek import (
    frontier_of,
    measures,
    meek_models,
    peak_year,
    peaks,
    published_metric,
    published_model,
)
from analysis.scaling.precision import losses_by_ratio, turning_points
from analysis.scaling.quantisation import fit_penalty
from analysis.scaling.reconcile import local_exponent, porian_steps, simulate_kaplan
from analysis.scaling.repetition import effective_epochs, published_repetition_law
from analysis.scaling.scores import metrics

__all__ = [
    "ScalingLaw",
    "allocation_exponents",
    "bootstrap_isoflop",
    "bootstrap_scaling_law",
    "chinchilla_model",
    "compute_optimal_allocation",
    "cost_trend",
    "crossing",
    "doubts",
    "effective_epochs",
    "fit_isoflop",
    "fit_penalty",
    "fit_scaling_law",
    "fit_vertices",
    "frontier_of",
    "hoffmann_tables",
    "influence_of_runs",
    "isoflop_curve",
    "isoflop_curves",
    "kaplan_allocation",
    "kaplan_laws",
    "llama3_allocation",
    "local_exponent",
    "loss_by_compute",
    "losses_by_ratio",
    "measures",
    "meek_models",
    "metrics",
    "minimise_lifetime_compute",
    "models_by_use",
    "named_laws",
    "next_run",
    "optimal_budget",
    "peak_year",
    "peaks",
    "porian_steps",
    "predictions",
    "published_answers",
    "published_costs",
    "published_growth",
    "published_law",
    "published_metric",
    "published_model",
    "published_repetition_law",
    "simulate_kaplan",
    "simulated_runs",
    "standard_errors",
    "turning_points",
    "width_with",
]
