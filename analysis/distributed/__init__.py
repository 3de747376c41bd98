"""Training apart: what machines must tell each other, how seldom and how briefly they can, and what that costs.

Sizes N are in parameters, bandwidths in Gbit/s, times in seconds, losses in nats a token. Every module says more than
what is gathered here. Section of the chapter, module, figures (``distributed-…``):

* why training talks so much: ``allreduce``, ``utilisation`` (bandwidth, links, step)
* a published simulator in forty lines: ``simulator`` (simulator-check, residual)
* in the wild: ``wild`` (utilisation, league, compute)
"""

from analysis.distributed.allreduce import pairs, ring_sum, ring_volume
from analysis.distributed.simulator import read_off, simulate, simulated
from analysis.distributed.utilisation import (
    bandwidth_for,
    shape_of,
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
    "bandwidth_for",
    "frontier_runs",
    "internet_runs",
    "link_bandwidth",
    "pairs",
    "read_off",
    "real_rounds",
    "ring_sum",
    "ring_volume",
    "shape_of",
    "share_computing",
    "sharing_for",
    "simulate",
    "simulated",
    "standard_errors_apart",
    "streaming_bandwidth_for",
    "streaming_utilisation",
    "training_flop",
    "utilisation",
    "votes_to_see",
]
