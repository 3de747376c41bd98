"""Training apart: what machines must tell each other, how seldom and how briefly they can, and what that costs.

Sizes N are in parameters, bandwidths in Gbit/s, times in seconds, losses in nats a token.

Start with :func:`utilisation` for what a line costs, :func:`bandwidth_for` for the line that is needed, and
:func:`extra_compute` for the price of a gap in loss.

Examples
--------
>>> from analysis import distributed
>>> run = dict(parameters=10e9, steps_between=100)
>>> share = distributed.utilisation(bandwidth=10, **run)
>>> print(f"{share:.0%} of the time is spent computing")
84% of the time is spent computing

In the chapter
--------------
Section, modules, figures; every module says more than what is gathered here.

* why training talks so much: ``allreduce``, ``utilisation`` (bandwidth, links, step)
* talk less often: ``quadratic`` (bowl, noise)
* DiLoCo and its price: ``published``, ``price``, ``break_even`` (replicas, law-misses, price, break-even); our own
  runs: ``local_training``, ``own_runs``, ``study`` (own-gap, baseline, one-gpu)
* say less each time: ``compression`` (bits, two-roads)
* a published simulator in forty lines: ``simulator`` (simulator-check, residual)
* in the wild: ``wild`` (utilisation, league, compute)
* worse on paper, as good in life: ``published``, ``equal_loss`` (equal-loss), ``study`` (transfer)
"""

from analysis.distributed.allreduce import pairs, ring_sum, ring_volume
from analysis.distributed.break_even import break_even_bandwidth, time_to_loss
from analysis.distributed.compression import Compression, bits_per_parameter, keep_largest, quantise
from analysis.distributed.equal_loss import mean_residual, residuals, residuals_by_test
from analysis.distributed.local_training import Outer, share_out, train_apart, train_together
from analysis.distributed.price import (
    compute_ratio,
    compute_ratio_with_floor,
    exponent_error,
    extra_compute,
    fit_power_law,
)
from analysis.distributed.published import losses, scores
from analysis.distributed.quadratic import (
    fixed_point,
    noise_table,
    simulated_variance,
    small_step_bias,
    stationary_variance,
    trajectory,
)
from analysis.distributed.simulator import exact_matches, read_off, simulate, simulated
from analysis.distributed.study import (
    best_runs,
    bits_cost,
    gaps,
    steps_for,
    transfer_residuals,
    tuned,
    worth_in_steps,
)
from analysis.distributed.utilisation import (
    bandwidth_for,
    shape_of,
    step_schedule,
    streaming_bandwidth_for,
    streaming_utilisation,
    utilisation,
)
from analysis.distributed.wild import (
    frontier_runs,
    internet_runs,
    link_bandwidth,
    real_rounds,
    share_computing,
    sharing_for,
    standard_errors_apart,
    training_flop,
    votes_to_see,
)

__all__ = [
    "Compression",
    "Outer",
    "bandwidth_for",
    "best_runs",
    "bits_cost",
    "bits_per_parameter",
    "break_even_bandwidth",
    "compute_ratio",
    "compute_ratio_with_floor",
    "exact_matches",
    "exponent_error",
    "extra_compute",
    "fit_power_law",
    "fixed_point",
    "frontier_runs",
    "gaps",
    "internet_runs",
    "keep_largest",
    "link_bandwidth",
    "losses",
    "mean_residual",
    "noise_table",
    "pairs",
    "quantise",
    "read_off",
    "real_rounds",
    "residuals",
    "residuals_by_test",
    "ring_sum",
    "ring_volume",
    "scores",
    "shape_of",
    "share_computing",
    "share_out",
    "sharing_for",
    "simulate",
    "simulated",
    "simulated_variance",
    "small_step_bias",
    "standard_errors_apart",
    "stationary_variance",
    "step_schedule",
    "steps_for",
    "streaming_bandwidth_for",
    "streaming_utilisation",
    "time_to_loss",
    "train_apart",
    "train_together",
    "training_flop",
    "trajectory",
    "transfer_residuals",
    "tuned",
    "utilisation",
    "votes_to_see",
    "worth_in_steps",
]
