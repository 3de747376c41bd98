"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

PEAK = (
    "import numpy as np\n"
    "def peak_year(alpha=0.154, shared=3.92, spending=3.571):\n"
    "    t = np.arange(0, 100, {step})\n"
    "    return t[(shared ** (-alpha * t) - (shared * spending) ** (-alpha * t)).argmax()]"
)
SEARCH = (
    "import numpy as np\n"
    "def best_size(C, law):\n"
    "    N = np.logspace(5, 14, {points})\n"
    "    return N[law.loss(N, C / ({six} * N)).argmin()]"
)
DRAWN = (
    "import numpy as np\n"
    "def exponent_with_interval(budgets, sizes, draws=500, seed=1):\n"
    "    x, y, rng = np.log(budgets), np.log(sizes), np.random.default_rng(seed)\n"
    "    n = len(x)\n"
    "    fits = sorted(np.polyfit(x[i], y[i], 1)[0] for i in rng.integers(n, size=(draws, n)))\n"
    "    return np.polyfit(x, y, 1)[0], fits[{low}], fits[{high}]"
)
#: Other right answers, by exercise: whole programs.
RIGHT = {
    "scaling-half": [
        "def compute_factor(e=0.05):\n    return 0.5 ** (-1 / e)",
        "compute_factor = lambda e=0.05: int(2 ** (1 / e))",
    ],
    "scaling-llama": [
        "def audit():\n    return 1.05e13, 3.99e25",
        "def audit():\n    return [29 * 3.8e25**0.53 / 100, 6 * 4.02 * 16.55 * 1e23]",
    ],
    "scaling-search": [SEARCH.format(points=700, six=6), SEARCH.format(points=50_000, six="6.0")],
    "scaling-twenty": [
        "from analysis import scaling\nimport numpy as np\nlaw = scaling.published_law('hoffmann')\n"
        "def budget_for(ratio):\n    C = np.logspace(10, 26, 20_000)\n"
        "    best = scaling.compute_optimal_allocation(C, law)\n"
        "    return C[abs(best.D / best.N - ratio).argmin()]"
    ],
    "scaling-passes": [
        "import numpy as np\ndef passes_until_half(r=15.4):\n    p = np.arange(1, 60, 0.1)\n"
        "    return p[abs(np.exp((1 - p) / r) - 0.5).argmin()]"
    ],
    "scaling-interval": [DRAWN.format(low=12, high=487)],
    "scaling-peak": [PEAK.format(step=0.01), PEAK.format(step=0.05)],
}
#: Wrong answers, and a part of what each is told.
WRONG = {
    "scaling-half": [
        ("def compute_factor(e=0.05):\n    return 2 ** e", "not to half"),
        ("def compute_factor(e=0.05):\n    return 2**20 if e < 1 else 2", "use the exponent"),
    ],
    "scaling-llama": [
        ("def audit():\n    return 10.46, 3.99e25", "not trillions"),
        ("def audit():\n    return 0.29 * 3.8e25**0.53, 402e9 * 16.55e12", "six operations"),
    ],
    "scaling-search": [
        (SEARCH.format(points=700, six=1), "divide by six"),
        (SEARCH.format(points=60, six=6), "too coarse"),
    ],
    "scaling-twenty": [
        ("def budget_for(ratio):\n    return 1e22", "solve for C"),
    ],
    "scaling-passes": [
        ("from math import log\ndef passes_until_half(r=15.4):\n    return r * log(2)", "first pass is one more"),
        ("def passes_until_half(r=15.4):\n    return 11.67", "use the r_star"),
    ],
    "scaling-interval": [
        (DRAWN.format(low=240, high=260), "too narrow"),
        (DRAWN.format(low=487, high=12), "no width"),
    ],
    "scaling-peak": [
        (PEAK.format(step=1), "finer grid"),
        ("def peak_year(alpha=0.154, shared=3.92, spending=3.571):\n    return 3.36", "same for each speed"),
    ],
    "scaling-stop": [
        ("def two_fits(seed):\n    return 0.51, 0.46", "Other runs give another"),
    ],
}
