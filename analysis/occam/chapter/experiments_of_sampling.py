"""What random networks compute before they are trained, at sizes that a build should not spend.

Sampled ReLU networks compute the same functions on every machine, so the first task of the prior is compared exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.kit.experiments import Comparison, Experiment
from analysis.occam.boolean import named_functions
from analysis.occam.chapter.inputs import BOUND_COUNT, CHAOTIC, DEEP_NETWORKS, ORDERED, SEED, SWEEP_NETWORKS
from analysis.occam.chapter.inputs import NETWORKS as PRIOR
from analysis.occam.complexity import k_lz
from analysis.occam.counts import FunctionCounts, pool
from analysis.occam.networks import CHUNK, NetworkEnsemble
from analysis.occam.prior import (
    BOUND_RANGE,
    complexity_table,
    count_chunk,
    fit_simplicity_bound,
    fit_zipf,
    mean_complexity,
    orbit_probability,
    rank_correlation,
    rank_table,
)


def stated(ensemble: NetworkEnsemble) -> dict[str, Any]:
    """The networks of an experiment, as its description states them."""
    return {
        "widths": list(ensemble.shape),
        "activation": ensemble.activation,
        "sigma_w": ensemble.sigma_w,
        "sigma_b": ensemble.sigma_b,
    }


# --- the prior of 7-40-40-1 ReLU networks -------------------------------------------------------------------

PRIOR_SAMPLES = 10_000_000
#: Networks of the large run: as many as in the data that were released with the papers.
LARGE_SAMPLES = 100_000_000
#: Functions kept while counting: 28 bytes each. With more distinct ones the rarest are dropped, with a known bound.
PRIOR_CAPACITY = 2**23
CHUNKS_A_TASK = 64


def prior_tasks(scale: float) -> list[tuple[int, int]]:
    """(first chunk, networks) of each task; the last one is shorter."""
    samples = max(1, round(PRIOR_SAMPLES * scale))
    size = CHUNK * CHUNKS_A_TASK
    return [(first // CHUNK, min(size, samples - first)) for first in range(0, samples, size)]


def large_tasks(scale: float) -> list[tuple[int, int]]:
    """The tasks of the large run, last chunks first: its slice checks networks that the smaller run never draws."""
    return prior_tasks(scale * LARGE_SAMPLES / PRIOR_SAMPLES)[::-1]


def prior_run(task: tuple[int, int]) -> FunctionCounts:
    """Draw and count the networks of one task."""
    first, networks = task
    return pool(
        [
            count_chunk(PRIOR, SEED, first + index, min(CHUNK, networks - index * CHUNK))
            for index in range(-(-networks // CHUNK))
        ]
    )


def prior_start() -> dict[str, Any]:
    """Nothing counted yet; ``first`` will hold the first task, which is compared exactly."""
    return {"total": FunctionCounts(), "first": None}


def prior_merge(accumulated: dict[str, Any], partial: FunctionCounts) -> dict[str, Any]:
    """Add the counts of one task."""
    if accumulated["first"] is None:
        accumulated["first"] = complexity_table(partial)
    accumulated["total"].merge(partial, PRIOR_CAPACITY)
    return accumulated


def prior_table(accumulated: dict[str, Any]) -> pd.DataFrame:
    """Tidy table: ``part``, ``key``, ``rank``, ``complexity``, ``count``, ``value`` and ``value_se``.

    Parts: *rank* (P(f) by rank, thinned evenly on a log axis, as far as the counts are good to 5 %), *share* (P(K)),
    *maximum* (P of the most frequent function at each K), *orbit* (P of named functions by symmetry, where what the
    counter dropped is at most 5 % of it), *summary*, and *first task* (maximum at each K among the networks of the
    first task).
    """
    total: FunctionCounts = accumulated["total"]
    ranks = rank_table(total, points=400)
    ranks = ranks[ranks["count"] >= max(1, 20 * total.undercount_bound)]
    by_k = complexity_table(total)
    orbits = {name: orbit_probability(total, f) for name, f in named_functions().items()}
    named = {name: e for name, e in orbits.items() if e.count >= 20 * total.undercount_bound * e.size}
    bound = fit_simplicity_bound(by_k, least_count=BOUND_COUNT)
    line = fit_zipf(total, least_count=max(10, 20 * total.undercount_bound))
    mean, mean_se = mean_complexity(total)
    summary = {
        "samples": total.samples,
        "functions kept": len(total),
        "undercount bound": total.undercount_bound,
        "networks not held": total.samples - int(total.counts.sum()),
        "zipf slope": line.slope,
        "zipf intercept": line.intercept,
        "bound slope": bound.a,
        "bound offset": bound.b,
        "rank correlation": rank_correlation(total, max(5, 20 * total.undercount_bound)),
    }
    parts = [
        _part("rank", ranks["rank"], ranks["count"], total.samples, rank=ranks["rank"], complexity=ranks["complexity"]),
        _part("share", by_k["complexity"], by_k["samples"], total.samples, complexity=by_k["complexity"]),
        _part("maximum", by_k["complexity"], by_k["max_count"], total.samples, complexity=by_k["complexity"]),
        pd.DataFrame(
            {
                "part": "orbit",
                "key": list(named),
                "complexity": [k_lz(named_functions()[name])[0] for name in named],
                "count": [e.count for e in named.values()],
                "value": [e.probability for e in named.values()],
                "value_se": [e.standard_error for e in named.values()],
            }
        ),
        pd.DataFrame({"part": "summary", "key": list(summary), "value": list(summary.values())}),
        pd.DataFrame({"part": "summary", "key": ["mean complexity"], "value": mean, "value_se": mean_se}),
    ]
    first = accumulated["first"]
    exact = first.assign(value=first["max_probability"], value_se=0.0, key=first["complexity"], part="first task")
    parts.append(exact.rename(columns={"max_count": "count"}))
    columns = ["part", "key", "rank", "complexity", "count", "value", "value_se"]
    return pd.concat([part.reindex(columns=columns).astype({"key": str}) for part in parts], ignore_index=True)


def prior_summary(table: pd.DataFrame) -> pd.Series:
    """Part *summary* of a table of :func:`prior_table`: its values by their names."""
    return table[table["part"] == "summary"].set_index("key")["value"]


def _part(name: str, key: pd.Series, count: pd.Series, samples: int, **more: pd.Series) -> pd.DataFrame:
    share = count / samples
    error = np.sqrt(share * (1 - share) / samples)
    return pd.DataFrame({"part": name, "key": key, "count": count, "value": share, "value_se": error, **more})


# --- order and chaos ----------------------------------------------------------------------------------------

SWEEP_SCALES = (ORDERED, 1.25, 1.5, 2.0, 3.0, 4.0, CHAOTIC)
SWEEP_CHUNKS = 32
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def sweep_tasks(scale: float) -> list[tuple[str, float, int]]:
    """(network, weight scale, chunk) of each task."""
    cells = [(network, sigma_w) for network in SWEEP_NETWORKS for sigma_w in SWEEP_SCALES]
    return [(*cell, chunk) for chunk in range(max(1, round(SWEEP_CHUNKS * scale))) for cell in cells]


def sweep_run(task: tuple[str, float, int]) -> tuple[tuple[str, float], FunctionCounts]:
    """Draw and count the networks of one task."""
    network, sigma_w, chunk = task
    ensemble = replace(SWEEP_NETWORKS[network], sigma_w=sigma_w)
    return (network, sigma_w), count_chunk(ensemble, SEED, chunk, CHUNK)


def sweep_merge(
    accumulated: dict[tuple[str, float], FunctionCounts], partial: tuple[tuple[str, float], FunctionCounts]
) -> dict[tuple[str, float], FunctionCounts]:
    """Add the counts of one task to those of its network and weight scale."""
    cell, counts = partial
    accumulated.setdefault(cell, FunctionCounts()).merge(counts)
    return accumulated


def sweep_table(accumulated: dict[tuple[str, float], FunctionCounts]) -> pd.DataFrame:
    """Tidy table: ``network``, ``sigma_w``, ``part``, ``key``, ``count``, ``value`` and ``value_se``.

    Parts: *mean* complexity, *quantile* of it, *share* (P(K)) and *slope* of the simplicity bound over functions met
    `BOUND_COUNT` times, missing where functions of fewer than two complexities are.
    """
    return pd.concat([_sweep_rows(*cell, counts) for cell, counts in accumulated.items()], ignore_index=True)


def _sweep_rows(network: str, sigma_w: float, total: FunctionCounts) -> pd.DataFrame:
    by_k = complexity_table(total)
    mean, error = mean_complexity(total)
    cumulative = by_k["share"].cumsum().to_numpy()
    levels = [float(by_k["complexity"].iloc[np.searchsorted(cumulative, q)]) for q in QUANTILES]
    often = by_k[by_k["complexity"].between(*BOUND_RANGE) & (by_k["max_count"] >= BOUND_COUNT)]
    slope = fit_simplicity_bound(by_k, least_count=BOUND_COUNT).a if len(often) >= 2 else np.nan
    parts = [
        pd.DataFrame({"part": "mean", "key": "complexity", "count": total.samples, "value": mean, "value_se": [error]}),
        pd.DataFrame({"part": "slope", "key": "bound", "count": len(often), "value": [slope]}),
        pd.DataFrame({"part": "quantile", "key": QUANTILES, "value": levels}),
        _part("share", by_k["complexity"], by_k["samples"], total.samples),
    ]
    return pd.concat([part.astype({"key": str}) for part in parts], ignore_index=True).assign(
        network=network, sigma_w=sigma_w
    )[["network", "sigma_w", "part", "key", "count", "value", "value_se"]]


def _prior_experiment(
    name: str, samples: int, tasks: Callable[[float], list[tuple[int, int]]], cost: str
) -> Experiment:
    return Experiment(
        name=name,
        title=f"How often random 7-40-40-1 ReLU networks compute each function (10^{np.log10(samples):g} networks)",
        topic="occam",
        parameters={**stated(PRIOR), "samples": samples, "capacity": PRIOR_CAPACITY},
        seed=SEED,
        cost=cost,
        tasks=tasks,
        run=prior_run,
        merge=prior_merge,
        start=prior_start,
        table=prior_table,
        comparison=Comparison(
            keys=("part", "key"),
            values=("value",),
            tolerance=1e-9,
            sigma=5,
            where="part == 'first task' or (part == 'share' and count >= 100) or (part == 'orbit' and count >= 100)",
        ),
        sliced=lambda: tasks(1)[:1],
    )


EXPERIMENTS: tuple[Experiment, ...] = (
    _prior_experiment("occam-prior-relu", PRIOR_SAMPLES, prior_tasks, "6 core-minutes, 1.1 GB"),
    _prior_experiment("occam-prior-relu-large", LARGE_SAMPLES, large_tasks, "70 core-minutes, 1.1 GB"),
    Experiment(
        name="occam-order-chaos",
        title="Complexity of what random networks compute by weight scale, tanh and ReLU, of two layers and of ten",
        topic="occam",
        parameters={
            "networks": {name: list(network.shape) for name, network in SWEEP_NETWORKS.items()},
            "sigma_w": list(SWEEP_SCALES),
            "sigma_b": DEEP_NETWORKS.sigma_b,
            "bias_rule": DEEP_NETWORKS.bias_rule,
            "samples_each": SWEEP_CHUNKS * CHUNK,
        },
        seed=SEED,
        cost="7 core-minutes, 2 GB",
        tasks=sweep_tasks,
        run=sweep_run,
        merge=sweep_merge,
        start=dict,
        table=sweep_table,
        comparison=Comparison(
            keys=("network", "sigma_w", "part", "key"),
            values=("value",),
            tolerance=1e-9,
            sigma=5,
            where="part == 'mean' or (part == 'share' and count >= 100)",
        ),
        sliced=lambda: [task for task in sweep_tasks(1 / SWEEP_CHUNKS) if task[1] in (ORDERED, CHAOTIC)],
    ),
)
