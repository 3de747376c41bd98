"""Peak memory of a prior: run in a process of its own, `python -m benchmarks.memory SAMPLES [SEED]`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from analysis.occam.networks import NetworkEnsemble
from analysis.occam.prior import sample_prior


def peak_bytes() -> int:
    """Largest resident set of this program so far, in bytes (macOS counts bytes, Linux kibibytes).

    What getrusage says on Linux is of the process that started it too, so that the kernel's own line is read there.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def main() -> None:
    samples = int(sys.argv[1])
    start = time.perf_counter()
    prior = sample_prior(NetworkEnsemble(), samples, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    report = {
        "samples": prior.samples,
        "kept": len(prior),
        "undercount_bound": prior.undercount_bound,
        "peak_bytes": peak_bytes(),
        "seconds": time.perf_counter() - start,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
