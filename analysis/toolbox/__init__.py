"""The toolbox: what rounding, pruning, looking at less, borrowing, better steps and new machines buy.

A tool is a factor on one resource; what it buys is that factor, less what it does not touch and what it adds. Factors
are pure numbers (2 is twice as good), bits are per weight, times in seconds, losses in nats a symbol.

Start with :func:`speedup` for what a tool can do at most, :func:`round_blocks` and :func:`prune` for weights,
:func:`forward_flop` for attention, and :func:`trends` for chips.

Examples
--------
>>> from analysis import toolbox
>>> toolbox.speedup([0.5], [4.0]), toolbox.limit(0.5)
(1.6, 2.0)

In the chapter
--------------
Section, modules, figures; every module says more than what is gathered here.

* what a tool can change: ``amdahl``, ``decoding``, ``roofline``, ``promises``
* fewer bits: ``rounding``, ``formats``, ``compensated``, ``rounding_runs``; ``base`` for the networks of all
* fewer weights: ``sparsity``, ``pruning``, ``tickets``
* fewer tokens looked at: ``attention_cost``
* borrowed learning: ``transfer``, ``targets``, ``fine_tuning``, ``adapters``, ``few_shot``
* better steps: ``optimisers``
* new machines: ``chips``, ``energy``, ``quantum``
* do they multiply: ``pairs``
"""

from analysis.toolbox.adapters import fine_tuning_flop, fine_tuning_memory, lora_parameters
from analysis.toolbox.amdahl import implied_share, limit, speedup, together
from analysis.toolbox.attention_cost import (
    crossover,
    decode_bytes,
    decode_crossover,
    forward_flop,
    mean_tokens_read,
    pays_from,
    saving,
    savings,
    tokens_read,
)
from analysis.toolbox.base import base_network
from analysis.toolbox.chips import chips, growth, line_of, stack_bandwidth, trends
from analysis.toolbox.compensated import gptq, hessian
from analysis.toolbox.decoding import fitted
from analysis.toolbox.energy import byte_moved, ladder, landauer, measured, operations_a_weight, picojoule
from analysis.toolbox.few_shot import behind_pixels, digits, episode, nearest_mean
from analysis.toolbox.formats import FORMATS
from analysis.toolbox.optimisers import orthogonalised, steps_worth
from analysis.toolbox.promises import kept_share, left_out, median_share, promises, quartiles
from analysis.toolbox.pruning import added_loss, pattern_speeds, prune
from analysis.toolbox.quantum import (
    distance_for,
    door,
    logical_error,
    physical_qubits,
    quadratic_crossover,
    seconds_to_read,
)
from analysis.toolbox.roofline import ridge
from analysis.toolbox.rounding import clipped_snr, optimal_clip, round_blocks, sine_snr, snr
from analysis.toolbox.sparsity import (
    bits_per_weight,
    compress,
    expand,
    keep_largest,
    keep_n_of_m,
    least_index_bits,
    sparse_gpt,
    wanda_scores,
)
from analysis.toolbox.tickets import advantage, ticket_runs
from analysis.toolbox.transfer import (
    characters_at,
    equivalent_data,
    low_data_limit,
    multiplier,
    multipliers,
    transfer_law,
    transferred,
)

__all__ = [
    "FORMATS",
    "added_loss",
    "advantage",
    "base_network",
    "behind_pixels",
    "bits_per_weight",
    "byte_moved",
    "characters_at",
    "chips",
    "clipped_snr",
    "compress",
    "crossover",
    "decode_bytes",
    "decode_crossover",
    "digits",
    "distance_for",
    "door",
    "episode",
    "equivalent_data",
    "expand",
    "fine_tuning_flop",
    "fine_tuning_memory",
    "fitted",
    "forward_flop",
    "gptq",
    "growth",
    "hessian",
    "implied_share",
    "keep_largest",
    "keep_n_of_m",
    "kept_share",
    "ladder",
    "landauer",
    "least_index_bits",
    "left_out",
    "limit",
    "line_of",
    "logical_error",
    "lora_parameters",
    "low_data_limit",
    "mean_tokens_read",
    "measured",
    "median_share",
    "multiplier",
    "multipliers",
    "nearest_mean",
    "operations_a_weight",
    "optimal_clip",
    "orthogonalised",
    "pattern_speeds",
    "pays_from",
    "physical_qubits",
    "picojoule",
    "promises",
    "prune",
    "quadratic_crossover",
    "quartiles",
    "ridge",
    "round_blocks",
    "saving",
    "savings",
    "seconds_to_read",
    "sine_snr",
    "snr",
    "sparse_gpt",
    "speedup",
    "stack_bandwidth",
    "steps_worth",
    "ticket_runs",
    "together",
    "tokens_read",
    "transfer_law",
    "transferred",
    "trends",
    "wanda_scores",
]
