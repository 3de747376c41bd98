"""Wall-clock time of a bootstrap on every core: run in a process of its own, `python -m benchmarks.bootstrap N`."""

from __future__ import annotations

import json
import os
import sys
import time

import numpy as np

from analysis.kit.experiments import cores
from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.laws import chinchilla_design, published_law, simulate_losses


def main() -> None:
    if hasattr(os, "sched_setaffinity"):  # the benchmarks are bound to one core, and a child inherits that
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    law, rng = published_law("besiroglu-huber"), np.random.default_rng(1)
    N, D = chinchilla_design(240, rng)
    loss = simulate_losses(law, N, D, 0.005, rng, "laplace")
    start = time.perf_counter()
    bootstrap_scaling_law(N, D, loss, int(sys.argv[1]), progress=True)
    print(json.dumps({"seconds": time.perf_counter() - start, "cores": cores()}))


if __name__ == "__main__":
    main()
