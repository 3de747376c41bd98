"""How a bootstrap grows with the runs and with the resamples, against SciPy's L-BFGS-B one resample after the other."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.fit import fit_scaling_law, grid_fit, hoffmann_objective
from analysis.scaling.laws import ScalingLaw, chinchilla_design, published_law, simulate_losses
from benchmarks.memory import peak_bytes
from benchmarks.timing import seconds

Runs = tuple[np.ndarray, np.ndarray, np.ndarray]

#: Runs, each with so many resamples that the clock is read in seconds, and resamples of 240 runs.
SIZES = {240: 1000, 2_400: 200, 24_000: 40, 240_000: 8}
RESAMPLES = (250, 1_000, 4_000, 16_000)
#: Resamples that the peer fits.
PEERS = 2


def simulated(count: int) -> Runs:
    rng = np.random.default_rng(1)
    N, D = chinchilla_design(count, rng)
    return N, D, simulate_losses(published_law("besiroglu-huber"), N, D, 0.005, rng, "laplace")


def by_runs(count: int, resamples: int) -> tuple[float, float, float]:
    """Seconds of one resample by us and by SciPy, and by how much its objective is the higher, at worst."""
    N, D, loss = simulated(count)
    bootstrap_scaling_law(N, D, loss, resamples=1)
    both = [seconds(lambda r=r: bootstrap_scaling_law(N, D, loss, resamples=r)) for r in (1, 1 + resamples)]
    law = fit_scaling_law(N, D, loss).law
    start = [[math.log(law.A), math.log(law.B), math.log(law.E), law.alpha, law.beta]]
    theirs, above = [], [0.0]
    for seed in range(PEERS):
        rows = np.random.default_rng(seed).integers(0, count, count)
        drawn = (N[rows], D[rows], loss[rows])
        found = []
        theirs.append(seconds(lambda drawn=drawn, found=found: found.append(grid_fit(*drawn, starts=start).iloc[0])))
        constants = {name: float(found[0][name]) for name in ("E", "A", "B", "alpha", "beta")}
        ours = fit_scaling_law(*drawn).objective
        above.append(hoffmann_objective(ScalingLaw(**constants), *drawn) / ours - 1)
    return (both[1] - both[0]) / resamples, float(np.median(theirs)), max(above)


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Of the power of the size with which the time grows, by least squares of the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def growth_rows(quick: bool) -> list[list[str]]:
    """Four numbers of runs, four numbers of resamples, and the memory of the largest of each."""
    sizes = dict(list(SIZES.items())[: 3 if quick else 4])
    found = {count: by_runs(count, resamples) for count, resamples in sizes.items()}
    power = exponent(list(found), [ours for ours, _, _ in found.values()])
    told = "; ".join(
        f"{count:,} runs: {1000 * ours:.3g} ms against {1000 * theirs:.3g} ms, {theirs / ours:.0f} times"
        for count, (ours, theirs, _) in found.items()
    )
    worst = max(above for *_, above in found.values())
    data = simulated(240)
    counts = RESAMPLES[: 3 if quick else 4]
    times = [seconds(lambda r=r: bootstrap_scaling_law(*data, resamples=r)) for r in counts]
    steps = ", ".join(f"{b / a:.2f}" for a, b in pairwise(times))
    rows = [
        [
            "one resample by the number of runs, against SciPy's L-BFGS-B from the fit of all runs",
            "in proportion to the runs (power at most 1.1), 3 times as fast",
            f"power {power:.2f}; {told}; SciPy's objective is up to {worst:.1e} above",
            "reached" if power <= 1.1 and all(theirs > 3 * ours for ours, theirs, _ in found.values()) else "missed",
        ],
        [
            f"resamples of 240 runs, {' to '.join(f'{r:,}' for r in (counts[0], counts[-1]))}, fourfold each time",
            "at most 4.4 times the time each",
            f"{steps} times the time; {times[-1]:.1f} s for the last on one core",
            "reached" if all(b / a <= 4.4 for a, b in pairwise(times)) else "missed",
        ],
    ]
    if not quick:
        rows.append(_memory_row())
    return rows


def _memory_row() -> list[str]:
    """Peak of 100,000 runs with resamples, less that of the package with its imports, in processes of their own."""
    peaks = []
    for count, resamples in ((240, 10), (100_000, 40)):
        command = [sys.executable, "-m", "benchmarks.growth", str(count), str(resamples)]
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
        peaks.append(json.loads(answer.stdout))
    more = peaks[1] - peaks[0]
    return [
        "memory of a bootstrap of 100,000 runs on one core beyond that of 240 runs",
        "under 100 MB",
        f"{more / 1e6:.0f} MB",
        "reached" if more < 100e6 else "missed",
    ]


if __name__ == "__main__":
    bootstrap_scaling_law(*simulated(int(sys.argv[1])), resamples=int(sys.argv[2]))
    print(json.dumps(peak_bytes()))
