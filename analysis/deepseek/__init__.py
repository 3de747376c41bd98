"""The DeepSeek case: counting a language model from its configuration, and a training run from its GPU-hours.

What a notebook needs is here; every module says more. An architecture is read from a Hugging Face ``config.json`` with
:func:`read_config`, or is one of the published ones; from it follow parameters, FLOP, cache and memory. Sizes are in
parameters, memory in bytes, arithmetic in FLOP, costs in dollars.
"""

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.benchmarks import count_wins
from analysis.deepseek.block_scaling import relative_error, rounded_product, scaled_round
from analysis.deepseek.cache import cached_values_per_token, kv_cache_bytes
from analysis.deepseek.config import published_architecture, published_names, read_config
from analysis.deepseek.cost import rental_cost
from analysis.deepseek.float8 import BF16, E4M3, E5M2, INT8
from analysis.deepseek.flop import TokenFlop, flop_per_token, generation_flop
from analysis.deepseek.memory import Memory, bits_per_weight, memory, weight_bytes
from analysis.deepseek.multi_token import expected_tokens, speedup
from analysis.deepseek.parameters import ParameterCount, count_parameters, parameter_table
from analysis.deepseek.routing import Router, expert_loads, route, updated_bias
from analysis.deepseek.run_cost import Range, RunCost
from analysis.deepseek.serving import Machine, ServedModel, decode_rate, machines, memory_needed
from analysis.deepseek.training import TrainingRun, days, training_flop
from analysis.deepseek.utilisation import decompose, published_figures, utilisation

__all__ = [
    "BF16",
    "E4M3",
    "E5M2",
    "INT8",
    "Architecture",
    "Machine",
    "Memory",
    "ParameterCount",
    "Range",
    "Router",
    "RunCost",
    "ServedModel",
    "TokenFlop",
    "TrainingRun",
    "bits_per_weight",
    "cached_values_per_token",
    "count_parameters",
    "count_wins",
    "days",
    "decode_rate",
    "decompose",
    "expected_tokens",
    "expert_loads",
    "flop_per_token",
    "generation_flop",
    "kv_cache_bytes",
    "machines",
    "memory",
    "memory_needed",
    "parameter_table",
    "published_architecture",
    "published_figures",
    "published_names",
    "read_config",
    "relative_error",
    "rental_cost",
    "rounded_product",
    "route",
    "scaled_round",
    "speedup",
    "training_flop",
    "updated_bias",
    "utilisation",
    "weight_bytes",
]
