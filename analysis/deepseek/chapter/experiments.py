"""The declared experiments of the DeepSeek chapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.deepseek.block_scaling import (
    FRACTION_BITS,
    TILE,
    WGMMA,
    hopper_product,
    relative_error,
    rounded_product,
)
from analysis.deepseek.float8 import E4M3, FORMATS
from analysis.deepseek.routing import CAPACITY_FACTOR, DEEPSEEK_V3, balance_run
from analysis.kit.experiments import Comparison, Experiment, task_seed

SEED = 2024
SEEDS = 5
TOKENS, CHANNELS, UNITS = 128, 1024, 128
OUTLIER_TOKENS, OUTLIER_CHANNELS = 4, 2
STRENGTHS = (1, 10, 100, 1e3, 1e4, 1e5, 1e6)
INNER = (128, 256, 512, 1024, 2048, 4096, 8192, 16384)
ROWS = 32
SIGNS = ("random", "positive")
STEPS, TOKENS_A_STEP, EVERY = 400, 1024, 10
SPEEDS = (0.0, 0.001)
ROUTING_SEEDS = 3


@dataclass(frozen=True)
class ProductRun:
    """One pair of random matrices with huge entries of a given strength in few tokens and channels."""

    strength: float
    seed: int


@dataclass(frozen=True)
class SumRun:
    """One pair of random matrices of a given inner length and kind of signs."""

    inner: int
    signs: str
    seed: int


@dataclass(frozen=True)
class BalanceRun:
    """One stream of tokens, routed with or without the limit on groups at a given speed of the bias."""

    speed: float
    limited: bool
    seed: int


def product_run(run: ProductRun) -> pd.DataFrame:
    """Median error of the ordinary tokens, for every format with one scale and with tiles."""
    rng = np.random.default_rng(task_seed(SEED, 0, run.seed))
    weights = rng.standard_normal((CHANNELS, UNITS))
    activations = rng.standard_normal((TOKENS, CHANNELS))
    activations[:OUTLIER_TOKENS, :OUTLIER_CHANNELS] *= run.strength
    exact = activations @ weights
    rows = []
    for name, number_format in FORMATS.items():
        for tiles in (False, True):
            error = relative_error(rounded_product(activations, weights, number_format, tiles=tiles), exact)
            scaling = "tiles" if tiles else "matrix"
            rows.append((name, scaling, run.strength, run.seed, np.median(error[OUTLIER_TOKENS:])))
    return pd.DataFrame(rows, columns=["format", "scaling", "strength", "seed", "error"])


def sum_run(run: SumRun) -> pd.DataFrame:
    """Error of Hopper's sum of rounded products, with and without promotion; 0 in `promote` is never."""
    rng = np.random.default_rng(task_seed(SEED, 1, run.inner, SIGNS.index(run.signs), run.seed))
    draw = rng.standard_normal if run.signs == "random" else rng.random
    left, right = (_codes(draw(shape)) for shape in ((ROWS, run.inner), (run.inner, ROWS)))
    exact = left @ right
    rows = []
    for promote in (0, TILE):
        error = np.linalg.norm(hopper_product(left, right, promote or None) - exact) / np.linalg.norm(exact)
        rows.append((run.signs, run.inner, promote, run.seed, error))
    return pd.DataFrame(rows, columns=["signs", "inner", "promote", "seed", "error"])


def _codes(numbers: NDArray[Any]) -> NDArray[Any]:
    """Numbers brought to the range of E4M3 by one scale and rounded, without their scale: what the chip multiplies."""
    return E4M3.round(numbers * E4M3.largest / np.abs(numbers).max())


def routing_run(run: BalanceRun) -> pd.DataFrame:
    """Balance over the steps; both speeds see the same tokens."""
    router = DEEPSEEK_V3 if run.limited else DEEPSEEK_V3.without_limit()
    table = balance_run(task_seed(SEED, 2, run.seed), STEPS, TOKENS_A_STEP, router, run.speed, EVERY)
    return table.assign(speed=run.speed, limited=run.limited, seed=run.seed)


def product_tasks(scale: float) -> list[ProductRun]:
    """All strengths; `scale` multiplies the seeds."""
    return [ProductRun(strength, seed) for strength in STRENGTHS for seed in range(max(1, round(SEEDS * scale)))]


def sum_tasks(scale: float) -> list[SumRun]:
    """All lengths and signs; `scale` multiplies the seeds."""
    seeds = range(max(1, round(SEEDS * scale)))
    return [SumRun(inner, signs, seed) for inner in INNER for signs in SIGNS for seed in seeds]


def routing_tasks(scale: float) -> list[BalanceRun]:
    """With and without the bias, with and without the limit on groups; `scale` multiplies the seeds."""
    seeds = range(max(1, round(ROUTING_SEEDS * scale)))
    return [BalanceRun(speed, limited, seed) for speed in SPEEDS for limited in (True, False) for seed in seeds]


def product_slice() -> list[ProductRun]:
    """Two seeds."""
    return [run for run in product_tasks(1) if run.seed < 2]


def sum_slice() -> list[SumRun]:
    """Two seeds of the lengths to 4,096."""
    return [run for run in sum_tasks(1) if run.seed < 2 and run.inner <= 4096]


def routing_slice() -> list[BalanceRun]:
    """One seed with the limit on groups and the bias."""
    return [run for run in routing_tasks(1) if run.seed == 0 and run.limited and run.speed]


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        name="deepseek-fp8",
        title="Error of matrix products in eight and sixteen bits, by format, scaling and strength of outliers",
        topic="deepseek",
        parameters={
            "shape": [TOKENS, CHANNELS, UNITS],
            "outliers": [OUTLIER_TOKENS, OUTLIER_CHANNELS],
            "strengths": list(STRENGTHS),
            "formats": list(FORMATS),
            "seeds": SEEDS,
        },
        seed=SEED,
        cost="10 core-seconds, 0.2 GB",
        tasks=product_tasks,
        run=product_run,
        comparison=Comparison(keys=("format", "scaling", "strength", "seed"), values=("error",)),
        sliced=product_slice,
    ),
    Experiment(
        name="deepseek-fp8-sums",
        title="Error of the limited sum of Hopper's eight-bit products by length, with and without promotion",
        topic="deepseek",
        parameters={
            "format": E4M3.name,
            "rows": ROWS,
            "inner": list(INNER),
            "signs": list(SIGNS),
            "products_an_instruction": WGMMA,
            "fraction_bits": FRACTION_BITS,
            "promotion": TILE,
            "seeds": SEEDS,
        },
        seed=SEED,
        cost="5 core-seconds, 0.2 GB",
        tasks=sum_tasks,
        run=sum_run,
        comparison=Comparison(keys=("signs", "inner", "promote", "seed"), values=("error",)),
        sliced=sum_slice,
    ),
    Experiment(
        name="deepseek-routing",
        title="Balance of a simulated router of 256 experts over the steps, with and without the bias of DeepSeek-V3",
        topic="deepseek",
        parameters={
            "experts": DEEPSEEK_V3.experts,
            "chosen": DEEPSEEK_V3.chosen,
            "groups": DEEPSEEK_V3.groups,
            "groups_allowed": [DEEPSEEK_V3.groups_allowed, DEEPSEEK_V3.groups],
            "speeds": list(SPEEDS),
            "steps": STEPS,
            "tokens_a_step": TOKENS_A_STEP,
            "capacity_factor": CAPACITY_FACTOR,
            "seeds": ROUTING_SEEDS,
        },
        seed=SEED,
        cost="1 core-minute, 0.2 GB",
        tasks=routing_tasks,
        run=routing_run,
        comparison=Comparison(
            keys=("speed", "limited", "seed", "step"), values=("imbalance", "variation", "dropped", "nodes")
        ),
        sliced=routing_slice,
    ),
)
