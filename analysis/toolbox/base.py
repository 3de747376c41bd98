"""The networks that the tools are tried on, trained once, and the text on which every variant is scored.

A tool is tried on the character model of the scaling chapter (16 characters of context, two hidden layers of 128
units), trained on Python's standard library to about 25 characters a parameter. Networks that differ only in their
seed say how large an effect must be to count; variants of one network are scored on the same windows, so that their
differences are paired.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.kit.arguments import count
from analysis.kit.experiments import task_seed
from analysis.kit.kept import kept
from analysis.scaling.corpus import standard_library
from analysis.scaling.language_model import CONTEXT, LanguageModel, train, windows
from analysis.scaling.sweep import held_out_batches

Array = NDArray[Any]

MODEL = LanguageModel(128)
STEPS = 6_000
BATCH = 256
LEARNING_RATE = 6e-3
WEIGHT_DECAY = 0.1
#: Seeds of the networks that all experiments of the chapter share.
SEEDS = (0, 1, 2, 3, 4)
#: Half of the chunks on which the scaling chapter tests: 32,768 windows.
CHUNKS = 4
#: Windows of the training text from which a tool may learn what the layers see.
CALIBRATION = 4_096
_SEED = 20261127


def base_network(seed: int) -> tuple[LanguageModel, Array]:
    """A trained network, kept on disk: about 10 seconds at the first call.

    Parameters
    ----------
    seed : int
        Of its start and of the windows that it reads, 0 or more; the chapter uses :data:`SEEDS`.

    Returns
    -------
    (LanguageModel, ndarray of float32, shape (total_parameters,))
        A copy of the parameters, which may be changed.

    Raises
    ------
    ProblemError
        For a seed that is no whole number of at least 0.

    Examples
    --------
    >>> model, parameters = base_network(SEEDS[0])
    >>> print(f"{len(parameters):,} parameters, {STEPS * BATCH / len(parameters):.0f} symbols read for each")
    63,328 parameters, 24 symbols read for each
    """
    return MODEL, _trained(count(seed, "a seed", least=0)).copy()


def initial(seed: int) -> Array:
    """The random parameters that :func:`base_network` of this seed began with; shape (total_parameters,)."""
    return MODEL.initial(_generator(count(seed, "a seed", least=0)))


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(task_seed(_SEED, 0, seed))


@kept
def _trained(seed: int) -> Array:
    rng = _generator(seed)
    symbols = standard_library().train
    return train(MODEL, symbols, STEPS, LEARNING_RATE, rng, BATCH, weight_decay=WEIGHT_DECAY)


def evaluation() -> list[tuple[Array, Array]]:
    """The held-out windows that every variant is scored on: contexts and the symbols that follow, in equal chunks."""
    return held_out_batches(standard_library().validation)[:CHUNKS]


def held_out_loss(model: LanguageModel, theta: Array) -> float:
    """Mean cross-entropy on :func:`evaluation`, nats a symbol."""
    return float(np.mean([model.loss(theta, *chunk) for chunk in evaluation()]))


def calibration(number: int = CALIBRATION) -> tuple[Array, Array]:
    """Windows of the training text from which a tool may learn what the layers see; the same for all seeds.

    Parameters
    ----------
    number : int
        Of windows, 1 or more.

    Returns
    -------
    (contexts, targets)
        Shapes (number, 16) and (number,).
    """
    symbols, size = standard_library().train, count(number, "a number of windows")
    starts = np.random.default_rng(task_seed(_SEED, 1, 0)).integers(len(symbols) - CONTEXT, size=size)
    return windows(symbols, starts)
