"""The four stages at full size: learning rates, steps over several seeds, and the trained networks in use.

Training on another processor takes another path, so the results are compared by their averages.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis.cnn_era.laboratory.deployment import (
    BITS,
    FINE_TUNING_EPOCHS,
    NETWORKS,
    SHARES,
    deployment_run,
    deployment_table,
)
from analysis.cnn_era.laboratory.stages import RATES, STEPS, rate_run, run_once, step_table, training_number
from analysis.cnn_era.laboratory.training import LOOK, SEED, TARGET, TRAINING_IMAGES, VALIDATION_IMAGES
from analysis.kit.experiments import Comparison, Experiment

STEP_SEEDS = 9
RATE_SEEDS = 5
#: Learning rates are chosen on seeds that no result uses.
FIRST_RATE_SEED = 100
DEPLOYMENT_SEEDS = 5
DATA = {
    "images": "scikit-learn's digits, 8 x 8 pixels",
    "training": TRAINING_IMAGES,
    "validation": VALIDATION_IMAGES,
    "target": TARGET,
    "look_every": LOOK,
}


def _seeds(count: int, scale: float) -> range:
    return range(max(1, round(count * scale)))


def step_tasks(scale: float) -> list[tuple[int, int]]:
    """(number of the step, seed); steps that only compute the same numbers in another way are trained once."""
    numbers = sorted({training_number(own) for own in STEPS})
    return [(number, seed) for number in numbers for seed in _seeds(STEP_SEEDS, scale)]


def step_slice() -> list[tuple[int, int]]:
    """Two seeds of the step that is normalised: what the others build on."""
    number = next(number for number, own in enumerate(STEPS) if own.name == "Batch normalisation")
    return [(number, seed) for seed in range(2)]


def step_run(task: tuple[int, int]) -> list[dict[str, Any]]:
    """Run one step with one seed to the end of its schedule."""
    number, seed = task
    return [{"training": number} | run_once(STEPS[number].recipe, seed)]


def rate_tasks(scale: float) -> list[tuple[str, float, int]]:
    """(step, learning rate, seed)."""
    seeds = [FIRST_RATE_SEED + seed for seed in _seeds(RATE_SEEDS, scale)]
    return [(name, rate, seed) for name, rates in RATES.items() for rate in rates for seed in seeds]


def rate_slice() -> list[tuple[str, float, int]]:
    """Two seeds of three rates of one step."""
    return [t for t in rate_tasks(1) if t[0] == "Batch normalisation" and t[1] >= 0.02 and t[2] < FIRST_RATE_SEED + 3]


def rate_of(task: tuple[str, float, int]) -> list[dict[str, Any]]:
    """Run one step at one rate."""
    return [rate_run(*task)]


def rate_table(runs: list[dict[str, Any]]) -> pd.DataFrame:
    """Mean, median and standard error of the images until the target, and all that the search has spent."""
    groups = pd.DataFrame(runs).groupby(["step", "learning_rate"], sort=False)
    table = groups.agg(
        seeds=("seed", "count"),
        reached=("images", "count"),
        images=("images", "mean"),
        images_se=("images", "sem"),
        multiply_adds=("multiply_adds", "sum"),
    )
    table["images_median"] = groups["images"].agg(lambda images: images.fillna(float("inf")).median())
    return table.reset_index()


def deployment_tasks(scale: float) -> list[tuple[str, int]]:
    """(network, seed)."""
    return [(name, seed) for name in NETWORKS for seed in _seeds(DEPLOYMENT_SEEDS, scale)]


def deployment_of(task: tuple[str, int]) -> list[dict[str, Any]]:
    """Train, prune and round one network."""
    return deployment_run(*task)


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        name="cnn-era-rates",
        title="Training images until the target by learning rate, for every step that chooses its own",
        topic="cnn_era",
        parameters={"data": DATA, "rates": {name: list(rates) for name, rates in RATES.items()}, "seeds": RATE_SEEDS},
        seed=SEED,
        cost="3 core-minutes, 0.3 GB",
        tasks=rate_tasks,
        run=rate_of,
        table=rate_table,
        comparison=Comparison(
            keys=("step", "learning_rate"), values=("images",), tolerance=LOOK, sigma=5, where="reached >= 2"
        ),
        sliced=rate_slice,
    ),
    Experiment(
        name="cnn-era-stages",
        title="Multiply-adds and bytes to a fixed accuracy on digits, step by step through four stages",
        topic="cnn_era",
        parameters={"data": DATA, "steps": {own.name: asdict(own.recipe) for own in STEPS}, "seeds": STEP_SEEDS},
        seed=SEED,
        cost="6 core-minutes, 0.3 GB",
        tasks=step_tasks,
        run=step_run,
        table=lambda runs: step_table(pd.DataFrame(runs)),
        comparison=Comparison(
            keys=("number", "step"), values=("images",), tolerance=LOOK, sigma=5, where="reached >= 2"
        ),
        sliced=step_slice,
    ),
    Experiment(
        name="cnn-era-deployment",
        title="Accuracy on digits of pruned and rounded networks, beside multiply-adds and bytes of an answer",
        topic="cnn_era",
        parameters={
            "data": DATA,
            "networks": {name: asdict(recipe) for name, recipe in NETWORKS.items()},
            "shares": list(SHARES),
            "bits": list(BITS),
            "fine_tuning_epochs": FINE_TUNING_EPOCHS,
            "seeds": DEPLOYMENT_SEEDS,
        },
        seed=SEED,
        cost="2 core-minutes, 0.3 GB",
        tasks=deployment_tasks,
        run=deployment_of,
        table=lambda runs: deployment_table(pd.DataFrame(runs)),
        comparison=Comparison(
            keys=("network", "share", "tuned", "bits"),
            values=("validation", "test"),
            tolerance=0.02,
            sigma=5,
            where="seeds >= 2 and bits >= 4 and (tuned or share == 1)",
        ),
        sliced=lambda: deployment_tasks(1)[2 * DEPLOYMENT_SEEDS : 2 * DEPLOYMENT_SEEDS + 2],
    ),
)
