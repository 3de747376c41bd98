"""The DeepSeek case: counting a language model from its configuration, and a training run from its GPU-hours.

Sizes are in parameters, memory in bytes, arithmetic in FLOP, costs in dollars. Start with :func:`read_config` for a
``config.json`` of yours, :func:`count_parameters`, :func:`flop_per_token` and :func:`memory` for what it comes to.

Examples
--------
>>> from analysis import deepseek
>>> v3 = deepseek.published_architecture("deepseek-v3")
>>> count = deepseek.count_parameters(v3)
>>> [round(n / 1e9) for n in (count.total, count.active)]
[671, 38]

Kinds of models that :func:`read_config` knows, by ``model_type``:

>>> kinds = deepseek.families.FAMILIES
>>> sorted(kind for kind in kinds if kind.startswith("deepseek_v"))
['deepseek_v2', 'deepseek_v3', 'deepseek_v32', 'deepseek_v4']

In the chapter
--------------
Section, modules, figures; every module says more than what is gathered here.

============================== =========================================== ======================================
section of the chapter         module                                      figures
============================== =========================================== ======================================
What is it?                    config, families, architecture, parameters  parameters
How much arithmetic is that?   flop                                        flop_per_token
How well were the chips used?  training, utilisation                       utilisation
Why fewer hours?               utilisation, outside                        saving, decomposition
What did it cost?              cost, run_cost                              same_method, cost_calculator, tornado
What makes it efficient?       cache, routing, float8, block_scaling,      cache, routing, float8, long_sums,
                               multi_token                                 chip_sums, multi_token
Is it better?                  benchmarks, outside                         benchmarks, tie_threshold
Can it run at home?            memory, serving                             at_home
What does a million tokens     local_cost, offers                          local_or_service, prices, hybrid
cost?
A fleet is not a run           fleet                                       fleet
(a model of your own)          portrait, portrait_chart, commands          (drawn by the command)
============================== =========================================== ======================================
"""

from analysis.deepseek.benchmarks import (
    benchmark_table,
    cluster_sign_test,
    count_wins,
    differences,
    sign_test,
    tie_curve,
)
from analysis.deepseek.block_scaling import hopper_product, scaled_round
from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.config import published_architecture, published_names, read_config
from analysis.deepseek.cost import cloud_costs, final_run_costs, rental_cost, v3_rerun
from analysis.deepseek.fleet import fleets
from analysis.deepseek.float8 import E4M3, INT8
from analysis.deepseek.flop import flop_per_token, training_flop_by_definition
from analysis.deepseek.local_cost import (
    api_prices,
    blended_price,
    costs_by_hours,
    hybrid_quality,
    kept_without_loss,
    published_scores,
    working_rate,
)
from analysis.deepseek.memory import memory
from analysis.deepseek.multi_token import expected_tokens
from analysis.deepseek.offers import listed_offers
from analysis.deepseek.outside import arena_lead, training_rates
from analysis.deepseek.parameters import count_parameters, parameters_by_use
from analysis.deepseek.portrait import Portrait, portrait
from analysis.deepseek.reached import shares_reached
from analysis.deepseek.routing import DEEPSEEK_V3, Router, expert_loads, route, updated_bias
from analysis.deepseek.serving import PRECISIONS, ServedModel, machines, measured_rates, serving_table
from analysis.deepseek.training import days, published_run
from analysis.deepseek.utilisation import (
    decompose,
    decompose_by_definition,
    published_figures,
    utilisation_by_definition,
)

__all__ = [
    "DEEPSEEK_V3",
    "E4M3",
    "INT8",
    "PRECISIONS",
    "Portrait",
    "Router",
    "ServedModel",
    "api_prices",
    "arena_lead",
    "benchmark_table",
    "blended_price",
    "cloud_costs",
    "cluster_sign_test",
    "costs_by_hours",
    "count_parameters",
    "count_wins",
    "days",
    "decompose",
    "decompose_by_definition",
    "differences",
    "expected_tokens",
    "expert_loads",
    "final_run_costs",
    "fleets",
    "flop_per_token",
    "hopper_product",
    "hybrid_quality",
    "kept_without_loss",
    "kv_cache_bytes",
    "listed_offers",
    "machines",
    "measured_rates",
    "memory",
    "parameters_by_use",
    "portrait",
    "published_architecture",
    "published_figures",
    "published_names",
    "published_run",
    "published_scores",
    "read_config",
    "rental_cost",
    "route",
    "scaled_round",
    "serving_table",
    "shares_reached",
    "sign_test",
    "tie_curve",
    "training_flop_by_definition",
    "training_rates",
    "updated_bias",
    "utilisation_by_definition",
    "v3_rerun",
    "working_rate",
]
