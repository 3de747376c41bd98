"""Our own isoFLOP sweep: at one budget, small models that see much text against large ones that see little.

A run is named by budget, width and seed, and draws all its randomness from a seed of its own; so runs can be repeated
one by one, on any number of cores. The recipe is the same for all runs of a budget: Adam, 5 % warm-up, cosine to
zero, one peak learning rate, and a batch that grows with the budget. `scaling-learning-rate` tries other rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed
from analysis.scaling.corpus import Corpus, standard_library
from analysis.scaling.language_model import CONTEXT, LanguageModel, train, windows
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN

SEED = 20250711
LEARNING_RATE = 6e-3
#: Windows of the validation text on which every run is tested: the same for all.
TEST_WINDOWS = 65_536
_CHUNK = 8_192


@dataclass(frozen=True)
class Run:
    """One training run.

    Parameters
    ----------
    budget : float
        Intended training compute, FLOP.
    width : int
        Units of each hidden layer.
    seed : int
    learning_rate : float
        At its peak.

    Examples
    --------
    >>> run = Run(1e10, 32, seed=0)
    >>> run.N, run.batch, run.steps, run.D, run.C
    (12448, 64, 2092, 133888, 9999826944)
    """

    budget: float
    width: int
    seed: int
    learning_rate: float = LEARNING_RATE

    def __post_init__(self) -> None:
        if self.steps < 20:
            raise ProblemError(
                f"{self.budget:.3g} FLOP are {self.steps} steps at width {self.width}: too few to train; "
                "raise the budget or lower the width."
            )

    @property
    def N(self) -> int:
        """Parameters outside the embedding."""
        return LanguageModel(self.width).parameters

    @property
    def batch(self) -> int:
        """Windows a step: 64 at 1e10 FLOP, growing as the budget to the power 0.3, in multiples of 32."""
        return max(32, 32 * round(2 * (self.budget / 1e10) ** 0.3))

    @property
    def steps(self) -> int:
        """As many as the budget pays for."""
        return round(self.budget / (FLOP_PER_PARAMETER_AND_TOKEN * self.N * self.batch))

    @property
    def D(self) -> int:
        """Symbols that the run is trained to predict: tokens."""
        return self.steps * self.batch

    @property
    def C(self) -> int:
        """Training compute ``6 N D``, FLOP; `budget` up to half a step."""
        return round(FLOP_PER_PARAMETER_AND_TOKEN * self.N * self.D)


def held_out_batches(symbols: NDArray[np.uint8]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """The fixed sample of a text on which models are tested: contexts and the symbols that follow, in equal chunks."""
    starts = np.random.default_rng(SEED).integers(len(symbols) - CONTEXT, size=TEST_WINDOWS)
    return [windows(symbols, starts[i : i + _CHUNK]) for i in range(0, TEST_WINDOWS, _CHUNK)]


def validation_loss(model: LanguageModel, theta: NDArray[Any], corpus: Corpus) -> float:
    """Mean cross-entropy on a fixed sample of the validation text, nats a symbol."""
    return float(np.mean([model.loss(theta, *chunk) for chunk in held_out_batches(corpus.validation)]))


def train_run(run: Run) -> pd.DataFrame:
    """Train one model on the standard library and test it on modules that it has not seen.

    Parameters
    ----------
    run : Run

    Returns
    -------
    DataFrame
        One row: ``budget``, ``width``, ``learning_rate``, ``seed`` (which name it), ``N``, ``total_parameters``,
        ``D``, ``C``, ``batch``, ``steps``, ``loss`` (validation, nats a symbol) and ``corpus`` (first digits of the
        text's SHA-256).
    """
    corpus, model = standard_library(), LanguageModel(run.width)
    rng = np.random.default_rng(task_seed(SEED, round(run.budget), run.width, run.seed))
    theta = train(model, corpus.train, run.steps, run.learning_rate, rng, run.batch)
    return pd.DataFrame(
        {
            "budget": [run.budget],
            "width": run.width,
            "learning_rate": run.learning_rate,
            "seed": run.seed,
            "N": run.N,
            "total_parameters": model.total_parameters,
            "D": run.D,
            "C": run.C,
            "batch": run.batch,
            "steps": run.steps,
            "loss": validation_loss(model, theta, corpus),
            "corpus": corpus.sha256[:12],
        }
    )
