"""What trained networks find, at sizes that a build should not spend.

Training takes another path on another processor, so the results are compared by their averages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.kit.experiments import Comparison, Experiment
from analysis.occam.boolean import named_functions, pack, random_functions, unpack
from analysis.occam.chapter.experiments_of_sampling import CHUNKS_A_TASK, PRIOR, stated
from analysis.occam.chapter.inputs import CHAOTIC, DEEP_NETWORKS, LEARNING_RATE, LEARNING_RATES, OFTEN, ORDERED, SEED
from analysis.occam.complexity import k_lz
from analysis.occam.digits import baseline_task, digits_task, error_by_noise
from analysis.occam.generalisation import (
    ENSEMBLES,
    PHASES,
    SHALLOW,
    deep_tanh,
    error_by_complexity,
    generalisation_task,
    random_training_sets,
    single_target_task,
)
from analysis.occam.networks import CHUNK
from analysis.occam.rivals import RIVALS, rivals_task
from analysis.occam.sgd_bayes import functions_found, sgd_against_bayes, sgd_task

# --- error by target -----------------------------------------------------------------------------------------------

TRAINED_A_TASK = 64
TRAINED_TASKS = 10
#: Ensemble, weight scale and learning rate of each kind of network. Trees have them all; without a scale, the rivals.
TRAINED_CELLS: tuple[tuple[str, float | None, float], ...] = (
    *(("trees", sigma_w, rate) for sigma_w in PHASES for rate in LEARNING_RATES),
    *((ensemble, sigma_w, LEARNING_RATE) for ensemble in ("balanced", "imbalanced") for sigma_w in (ORDERED, CHAOTIC)),
    *(("imbalanced", CHAOTIC, rate) for rate in LEARNING_RATES if rate != LEARNING_RATE),
    *((ensemble, None, LEARNING_RATE) for ensemble in ("trees", "balanced")),
)


def trained_tasks(scale: float) -> list[tuple[str, float | None, float, int]]:
    """(ensemble, weight scale, learning rate, seed) of each task; targets and training sets depend on the seed only."""
    return [(*cell, SEED + index) for index in range(max(1, round(TRAINED_TASKS * scale))) for cell in TRAINED_CELLS]


def trained_run(task: tuple[str, float | None, float, int]) -> pd.DataFrame:
    """Train the networks of one task, or the learners without initial weights."""
    ensemble, sigma_w, rate, seed = task
    if sigma_w is None:
        return rivals_task(ensemble, seed, TRAINED_A_TASK)
    return generalisation_task(ensemble, deep_tanh(sigma_w), seed, TRAINED_A_TASK, learning_rate=rate)


def trained_table(accumulated: list[pd.DataFrame]) -> pd.DataFrame:
    """Mean errors by ensemble, learner and bin of target complexity; see `error_by_complexity`."""
    return error_by_complexity(pd.concat(accumulated, ignore_index=True))


CURVE_TARGETS = ("parity", "majority", "dictator x0", "x0 AND x1", "random")
CURVE_SIZES = (8, 16, 32, 48, 64, 96, 112)
CURVE_NETWORKS = 128
CURVE_TASKS = 4
#: Networks that meet the targets, and the sizes at which the deep ones do.
CURVE_NETS = {"7-40-40-1": SHALLOW, "ordered": deep_tanh(ORDERED), "chaotic": deep_tanh(CHAOTIC)}
DEEP_SIZES = (64,)
#: Learning rates: the deep networks' is that of the comparison above.
CURVE_RATES = {"7-40-40-1": 0.01, "ordered": LEARNING_RATE, "chaotic": LEARNING_RATE}


def curve_target(name: str) -> np.ndarray:
    """Truth table of a target; the random one is drawn anew from the seed."""
    packed = random_functions(1, np.random.default_rng(SEED))[0] if name == "random" else named_functions()[name]
    return unpack(packed)[0]


def curve_tasks(scale: float) -> list[tuple[str, str, int, int]]:
    """(network, target, training set size, seed) of each task."""
    cells = [("7-40-40-1", name, m) for name in CURVE_TARGETS for m in CURVE_SIZES]
    cells += [(net, name, m) for net in ("ordered", "chaotic") for name in CURVE_TARGETS for m in DEEP_SIZES]
    return [(*cell, SEED + index) for index in range(max(1, round(CURVE_TASKS * scale))) for cell in cells]


def curve_run(task: tuple[str, str, int, int]) -> pd.DataFrame:
    """Train the networks of one task."""
    net, name, m, seed = task
    target, rate = curve_target(name), CURVE_RATES[net]
    rows = single_target_task(name, target, CURVE_NETS[net], m, seed, CURVE_NETWORKS, learning_rate=rate)
    return rows.assign(network=net)


def curve_table(accumulated: list[pd.DataFrame]) -> pd.DataFrame:
    """Mean errors by network, target and training set size: of those that fit their examples, and of the majority."""
    rows = pd.concat(accumulated, ignore_index=True)
    records = []
    for (net, name, m), group in rows.groupby(["network", "target", "m"], sort=False):
        done = group[group["converged"]]
        records.append(
            {
                "network": net,
                "target": name,
                "m": m,
                "networks": len(done),
                "unfinished": len(group) - len(done),
                "error": done["error"].mean(),
                "error_se": done["error"].sem(),
                "majority_error": done["majority_error"].mean(),
                "majority_error_se": done["majority_error"].sem(),
            }
        )
    return pd.DataFrame(records)


# --- training against Bayes ---------------------------------------------------------------------------------

#: Inputs, target and training set size of each comparison.
BAYES_CASES = (
    (7, "x0 AND x1", 16),
    (7, "dictator x0", 16),
    (7, "majority", 16),
    (5, "x0 AND x1", 8),
    (5, "x0 AND x1", 16),
    (5, "dictator x0", 16),
    (5, "dictator x0", 8),
)
#: Random networks drawn, by number of inputs; the cases with as many inputs share them.
BAYES_CHUNKS = {7: 40, 5: 64}
#: Networks trained in one task, by number of inputs.
SGD_NETWORKS_A_TASK = {7: 500, 5: 5000}
SGD_TASKS = 8
#: Shared functions of one case that the table lists, most frequent first; the agreement is computed from all.
LISTED = 200


def bayes_tasks(scale: float) -> list[tuple[str, int, int]]:
    """("bayes", number of inputs, index) or ("sgd", case, index) of each task."""

    def indices(count: int) -> range:
        return range(max(1, round(count * scale)))

    draws = [("bayes", n, index) for n, count in BAYES_CHUNKS.items() for index in indices(count)]
    return [("sgd", case, index) for index in indices(SGD_TASKS) for case in range(len(BAYES_CASES))] + draws


def bayes_case(case: int) -> tuple[np.ndarray, np.ndarray]:
    """Truth table of the target and the training set of a case."""
    n, name, m = BAYES_CASES[case]
    return unpack(named_functions(n)[name], n)[0], random_training_sets(1, m, np.random.default_rng(SEED + case), n)[0]


def bayes_run(task: tuple[str, int, int]) -> list[tuple[int, str, int, pd.DataFrame]]:
    """Functions found for one case by training, or for all cases of one number of inputs by rejection."""
    side, which, index = task
    if side == "sgd":
        n = BAYES_CASES[which][0]
        network, networks = replace(SHALLOW, widths=(n, *SHALLOW.widths[1:])), SGD_NETWORKS_A_TASK[n]
        return [(which, side, networks, sgd_task(*bayes_case(which), network, SEED + index, networks))]
    ensemble, size = replace(PRIOR, inputs=which), CHUNK * CHUNKS_A_TASK
    cases = [case for case, (n, _, _) in enumerate(BAYES_CASES) if n == which]
    kept: dict[int, list[np.ndarray]] = {case: [] for case in cases}
    for chunk in range(index * CHUNKS_A_TASK, (index + 1) * CHUNKS_A_TASK):
        functions = ensemble.sample(SEED + 1, chunk)
        for case in cases:
            target, chosen = bayes_case(case)
            mask, wanted = (pack(np.isin(np.arange(2**which), chosen) & table)[0] for table in (True, target))
            kept[case].append(functions[((functions & mask) == wanted).all(axis=1)])
    fitting = {case: unpack(np.concatenate(kept[case]), which) for case in cases}
    return [(case, side, size, functions_found(fitting[case], *bayes_case(case))) for case in cases]


def bayes_table(accumulated: list[tuple[int, str, int, pd.DataFrame]]) -> pd.DataFrame:
    """Tidy table: ``inputs``, ``target``, ``m``, ``part``, ``key``, ``complexity``, ``sgd``, ``bayes``, ``value``,
    ``value_se``.

    Parts: *agreement* (`sgd_against_bayes`, the same for functions that both sides met ten times; the marginal
    likelihood and the errors with their standard errors) and
    *function* (functions that both sides found: counts on each side, K and, as value, the error of the function).
    """
    return pd.concat(_bayes_rows(accumulated), ignore_index=True)[
        ["inputs", "target", "m", "part", "key", "complexity", "sgd", "bayes", "value", "value_se"]
    ]


def _bayes_rows(accumulated: list[tuple[int, str, int, pd.DataFrame]]) -> Iterator[pd.DataFrame]:
    for case, (n, name, m) in enumerate(BAYES_CASES):
        label = name if n == 7 else f"{name} of {n} inputs"
        sides, drawn = {}, {}
        for side in ("sgd", "bayes"):
            tables = [table for c, s, _, table in accumulated if (c, s) == (case, side)]
            drawn[side] = sum(number for c, s, number, _ in accumulated if (c, s) == (case, side))
            sides[side] = (
                pd.concat(tables).groupby("function").agg(count=("count", "sum"), error=("error", "first"))
                if tables
                else pd.DataFrame()
            )
        if sides["sgd"].empty or sides["bayes"].empty:
            continue
        agreement = vars(sgd_against_bayes(sides["sgd"].reset_index(), sides["bayes"].reset_index()))
        likelihood = sides["bayes"]["count"].sum() / drawn["bayes"]
        both = sides["sgd"].join(sides["bayes"]["count"].rename("bayes"), how="inner").rename(columns={"count": "sgd"})
        often = both[(both["sgd"] >= OFTEN) & (both["bayes"] >= OFTEN)]
        values = {
            "marginal_likelihood": likelihood,
            **{key: float(value) for key, value in agreement.items()},
            "shared_often": len(often),
            "spearman_often": often["sgd"].corr(often["bayes"], method="spearman") if len(often) >= 10 else np.nan,
        }
        errors = {
            "marginal_likelihood": np.sqrt(likelihood / drawn["bayes"]),
            **{f"{side}_error": _weighted_error(table) for side, table in sides.items()},
        }
        listed = pd.DataFrame({"part": "agreement", "key": list(values), "value": list(values.values())})
        yield listed.assign(inputs=n, target=label, m=m, value_se=listed["key"].map(errors))
        both = both.assign(seen=both["sgd"] + both["bayes"]).sort_values("seen", ascending=False, kind="stable")
        both = both.head(LISTED).reset_index()
        yield pd.DataFrame(
            {
                "inputs": n,
                "target": label,
                "m": m,
                "part": "function",
                "key": both["function"],
                "complexity": [_complexity(text) for text in both["function"]],
                "sgd": both["sgd"],
                "bayes": both["bayes"],
                "value": both["error"],
            }
        )


def _weighted_error(table: pd.DataFrame) -> float:
    """Standard error of the mean off-training error over all networks of a side."""
    n = table["count"].sum()
    mean = (table["count"] * table["error"]).sum() / n
    return float(np.sqrt((table["count"] * (table["error"] - mean) ** 2).sum() / n / max(n - 1, 1)))


def _complexity(function: str) -> float:
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(function), dtype=np.uint8)).astype(bool)
    return float(k_lz(bits[None, :])[0])


# --- handwritten digits with wrong labels -------------------------------------------------------------------

DIGIT_NOISE = (0.0, 0.1, 0.2, 0.4)
#: Random splits of the digits, by weight scale; strongly chaotic networks take ten times as long and differ by far.
DIGIT_SEEDS = {1.0: 24, 2.0: 24, 8.0: 6}
#: Learning rate from which strongly chaotic networks are not run: they take minutes each.
TOO_FAST = 0.01


def digit_tasks(scale: float) -> list[tuple[float | None, float, float, int]]:
    """(weight scale, learning rate, label noise, seed) of each task; without a weight scale, the simpler learners."""
    cells = [(None, LEARNING_RATE, max(DIGIT_SEEDS.values()))]
    cells += [
        (sigma_w, rate, seeds)
        for sigma_w, seeds in DIGIT_SEEDS.items()
        for rate in LEARNING_RATES
        if sigma_w != CHAOTIC or rate < TOO_FAST
    ]
    return [
        (sigma_w, rate, noise, SEED + index)
        for sigma_w, rate, seeds in cells
        for noise in DIGIT_NOISE
        for index in range(max(1, round(seeds * scale)))
    ]


def digit_slice() -> list[tuple[float | None, float, float, int]]:
    """Three seeds of all but the chaotic networks, at one learning rate and two noise levels."""
    return [
        task
        for task in digit_tasks(1 / 8)
        if task[0] in (None, 1.0) and task[1] == LEARNING_RATE and task[2] in (0, 0.2)
    ]


def digit_run(task: tuple[float | None, float, float, int]) -> pd.DataFrame:
    """Train one network, or the simpler learners, on one split of the digits."""
    sigma_w, rate, noise, seed = task
    return baseline_task(noise, seed) if sigma_w is None else digits_task(sigma_w, noise, seed, learning_rate=rate)


def digit_table(accumulated: list[pd.DataFrame]) -> pd.DataFrame:
    """Mean test errors by learner (*network* at each weight scale, and the simpler ones) and label noise."""
    nets = [rows for rows in accumulated if "sigma_w" in rows]
    others = [rows for rows in accumulated if "learner" in rows]
    tables = [error_by_noise(pd.concat(nets, ignore_index=True)).assign(learner="network")] if nets else []
    tables += [error_by_noise(pd.concat(others, ignore_index=True))] if others else []
    columns = ["learner", "layers", "width", "learning_rate", "sigma_w", "noise", "seeds"]
    return pd.concat(tables, ignore_index=True)[[*columns, "test_error", "test_error_se", "unfinished"]]


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        name="occam-generalisation",
        title="Error of trained ordered and chaotic networks by target complexity, beside simpler learners",
        topic="occam",
        parameters={
            **stated(DEEP_NETWORKS),
            "sigma_w": list(PHASES),
            "optimiser": "full-batch Adam",
            "learning_rates": list(LEARNING_RATES),
            "ensembles": list(ENSEMBLES),
            "rivals": list(RIVALS),
            "training_inputs": 64,
            "networks_each": TRAINED_TASKS * TRAINED_A_TASK,
        },
        seed=SEED,
        cost="12 core-minutes, 0.5 GB",
        tasks=trained_tasks,
        run=trained_run,
        table=trained_table,
        comparison=Comparison(
            keys=("ensemble", "learner", "sigma_w", "learning_rate", "complexity_low"),
            values=("error", "majority_error"),
            tolerance=0.01,
            sigma=5,
            where="networks >= 8",
        ),
        sliced=lambda: trained_tasks(1 / TRAINED_TASKS),
    ),
    Experiment(
        name="occam-learning-curves",
        title="Error of trained networks against training set size for parity and simpler targets",
        topic="occam",
        parameters={
            **stated(PRIOR),
            "targets": list(CURVE_TARGETS),
            "training_inputs": list(CURVE_SIZES),
            "deep_networks": "ten tanh layers of 40, sigma_w 1 (ordered) and 8 (chaotic), sigma_b 0.1, at 64 inputs",
            "learning_rates": CURVE_RATES,
            "networks_each": CURVE_TASKS * CURVE_NETWORKS,
        },
        seed=SEED,
        cost="2 core-minutes, 0.5 GB",
        tasks=curve_tasks,
        run=curve_run,
        table=curve_table,
        comparison=Comparison(
            keys=("network", "target", "m"),
            values=("error", "majority_error"),
            tolerance=0.005,
            sigma=5,
            where="networks >= 20",
        ),
        sliced=lambda: curve_tasks(1)[: 2 * len(CURVE_SIZES)],
    ),
    Experiment(
        name="occam-sgd-bayes",
        title="Functions found by training and by Bayesian rejection on the same training sets",
        topic="occam",
        parameters={
            **stated(PRIOR),
            "cases": [list(case) for case in BAYES_CASES],
            "samples": {str(n): count * CHUNKS_A_TASK * CHUNK for n, count in BAYES_CHUNKS.items()},
            "networks_each": {str(n): SGD_TASKS * count for n, count in SGD_NETWORKS_A_TASK.items()},
        },
        seed=SEED,
        cost="6 core-minutes, 0.5 GB",
        tasks=bayes_tasks,
        run=bayes_run,
        table=bayes_table,
        comparison=Comparison(
            keys=("inputs", "target", "m", "part", "key"),
            values=("value",),
            tolerance=1e-9,
            sigma=5,
            where="part == 'agreement' and value_se > 0",
        ),
        sliced=lambda: bayes_tasks(1e-9),
    ),
    Experiment(
        name="occam-digits",
        title="Test error on handwritten digits by share of wrong training labels, networks and simpler learners",
        topic="occam",
        parameters={
            "widths": [64, *(100,) * 10, 10],
            "activation": "tanh",
            "sigma_b": 0.1,
            "optimiser": "full-batch Adam",
            "learning_rates": list(LEARNING_RATES),
            "label_noise": list(DIGIT_NOISE),
            "seeds_by_sigma_w": {f"{sigma_w:g}": seeds for sigma_w, seeds in DIGIT_SEEDS.items()},
            "rivals": list(RIVALS),
            "training_images": 1000,
        },
        seed=SEED,
        cost="20 core-minutes, 0.5 GB",
        tasks=digit_tasks,
        run=digit_run,
        table=digit_table,
        comparison=Comparison(
            keys=("learner", "sigma_w", "learning_rate", "noise"),
            values=("test_error",),
            tolerance=0.01,
            sigma=5,
            where="seeds >= 2",
        ),
        sliced=digit_slice,
    ),
)
