"""Training apart: workers that take steps of their own and meet now and then (local SGD; DiLoCo).

Each of k workers starts from the same parameters and takes H steps of Adam on text of its own. Then they meet: what
each has moved is averaged to an **outer gradient**, an outer optimiser takes one step with it, and all go on from
where that leads (Douillard et al. 2023). Ordinary data-parallel training averages the gradients of every step.

Both kinds draw the same windows at the same step: worker i has a random stream of its own. What they are given and
what they spend is then equal, and only how they share it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.distributed.compression import FULL, Compression
from analysis.kit.errors import ProblemError
from analysis.scaling.language_model import LanguageModel, Training, sampler

Array = NDArray[Any]
Text = NDArray[np.uint8]
#: Windows that a worker reads a step.
BATCH = 64


@dataclass(frozen=True)
class Outer:
    """The step at a meeting: gradient descent with Nesterov's momentum.

    From the mean d of what the workers have moved, backwards, ``m = momentum m + d``, and the common parameters move
    by ``-rate (d + momentum m)``. Rate 1 without momentum is the plain average of the workers.

    Parameters
    ----------
    rate : float
        Positive.
    momentum : float
        From 0 to below 1.

    Examples
    --------
    A push that never changes is multiplied in the end by rate / (1 - momentum):

    >>> outer, memory = Outer(0.7, 0.9), np.zeros(1)
    >>> moves = [outer.step(np.ones(1), memory).item() for _ in range(200)]
    >>> round(moves[0], 2), round(moves[-1], 2)
    (-1.33, -7.0)
    """

    rate: float = 1.0
    momentum: float = 0.0

    def __post_init__(self) -> None:
        if isinstance(self.rate, str) or not (0 < self.rate < np.inf and 0 <= self.momentum < 1):
            raise ProblemError("An outer step needs a positive rate and a momentum from 0 to below 1.")

    def step(self, gradient: Array, memory: Array) -> Array:
        """The move that a `gradient` causes; `memory`, the momentum, is changed in place."""
        memory *= self.momentum
        memory += gradient
        return np.asarray(-self.rate * (gradient + self.momentum * memory))


#: What workers do who have no outer optimiser: take the mean.
AVERAGE = Outer()


@dataclass(frozen=True)
class Trained:
    """What came out, and what was said on the way.

    Attributes
    ----------
    theta : ndarray of float32, shape (total_parameters,)
    meetings : int
    bits_sent : float
        By each worker in all, once a meeting: an all-reduce among many sends up to twice that.
    """

    theta: Array
    meetings: int
    bits_sent: float


class Apart:
    """Workers under way, and what they agreed on when they last met.

    Parameters
    ----------
    workers : sequence of Training
        All of one model, starting from the same parameters.
    outer : Outer
    compression : Compression
        Of what each worker sends.

    Attributes
    ----------
    theta : ndarray of float32
        The common parameters.
    meetings : int
    """

    def __init__(
        self, workers: Sequence[Training], outer: Outer = AVERAGE, compression: Compression | None = None
    ) -> None:
        if not workers:
            raise ProblemError("Nobody trains with 0 workers; use 1 or more.")
        self.workers, self.outer, self.compression = list(workers), outer, compression or Compression()
        self.theta: Array = workers[0].theta.copy()
        self.meetings = 0
        self._momentum = np.zeros(len(self.theta))
        self._left_out = np.zeros((len(workers), len(self.theta)))

    def advance(self, steps: int, order: Iterable[int] | None = None) -> None:
        """Let every worker take so many steps, one after the other: in which order makes no difference."""
        for place in range(len(self.workers)) if order is None else order:
            self.workers[place].advance(steps)

    def meet(self) -> None:
        """Average what the workers have moved, take the outer step, and send all on from there."""
        # in double precision, so that one worker's plain outer step gives back its parameters to the last bit
        start = self.theta.astype(float)
        moved = [
            self.compression.send(start - worker.theta, left)
            for worker, left in zip(self.workers, self._left_out, strict=True)
        ]
        step = self.outer.step(np.mean(moved, axis=0), self._momentum)
        self.theta = (start + step).astype(self.theta.dtype)
        for worker in self.workers:
            worker.theta[:] = self.theta
        self.meetings += 1


def share_out(symbols: Text, workers: int, *, by_domain: bool = False) -> list[Text]:
    """The text that each worker draws from: all of it, or a stretch of its own.

    The library's files stand in the order of their names, so a stretch holds some of its modules and no others.

    Parameters
    ----------
    symbols : array_like of int
        The text.
    workers : int
        1 or more.
    by_domain : bool
        A stretch for each instead of all for all.

    Returns
    -------
    list of ndarray
        One text a worker.

    Raises
    ------
    ProblemError
        For no worker, or a text that is no list of symbols.

    Examples
    --------
    >>> [text.tolist() for text in share_out(np.arange(6, dtype=np.uint8), 2, by_domain=True)]
    [[0, 1, 2], [3, 4, 5]]
    """
    if workers < 1 or workers != int(workers):
        raise ProblemError(f"Nobody trains with {workers} workers; use 1 or more.")
    if np.ndim(symbols) != 1:
        raise ProblemError("A text is a list of symbols, as encode gives it; give one.")
    return list(np.array_split(symbols, workers)) if by_domain else [symbols] * workers


def train_apart(
    model: LanguageModel,
    texts: Sequence[Text],
    steps: int,
    steps_between: int,
    learning_rate: float,
    seed: int,
    outer: Outer = AVERAGE,
    compression: Compression | None = None,
    batch: int = BATCH,
    optimiser: Literal["adam", "sgd"] = "adam",
) -> Trained:
    """Train with one worker a text; they meet every `steps_between` steps, and at the end.

    Parameters
    ----------
    model : LanguageModel
    texts : sequence of ndarray of uint8
        What each worker draws its windows from, as :func:`share_out` gives it.
    steps : int
        Of each worker.
    steps_between : int
        H, from 1 to `steps`.
    learning_rate : float
        Of the workers' own steps, at its peak; warm-up and cosine run over all `steps`.
    seed : int
        Of the first parameters and of every worker's stream.
    outer : Outer
    compression : Compression, optional
    batch : int
        Windows a worker and step.
    optimiser : {"adam", "sgd"}
        Of the workers' own steps. Moments are never sent.

    Returns
    -------
    Trained

    Raises
    ------
    ProblemError
        Without workers, or if they never meet within the run.

    Examples
    --------
    >>> text, model = np.random.default_rng(0).integers(96, size=1000, dtype=np.uint8), LanguageModel(4)
    >>> result = train_apart(model, share_out(text, 2), 20, steps_between=8, learning_rate=0.01, seed=0)
    >>> result.meetings, result.bits_sent / model.total_parameters / result.meetings  # after 8, 16 and 20 steps
    (3, 32.0)
    """
    if not 1 <= steps_between <= steps or steps_between != int(steps_between) or steps != int(steps):
        raise ProblemError(
            f"Workers who meet every {steps_between} steps do not fit a run of {steps}; use whole 1 to {steps}."
        )
    compression = compression or Compression()
    streams = _streams(seed, len(texts))
    theta = _start(model, seed)
    workers = [
        Training(model, theta, sampler(text, batch, stream), steps, learning_rate, optimiser=optimiser)
        for text, stream in zip(texts, streams, strict=True)
    ]
    apart = Apart(workers, outer, compression)
    for done in range(0, steps, steps_between):
        apart.advance(min(steps_between, steps - done))
        apart.meet()
    sent = apart.meetings * compression.bits_per_parameter * model.total_parameters
    return Trained(apart.theta, apart.meetings, sent)


def train_together(
    model: LanguageModel,
    texts: Sequence[Text],
    steps: int,
    learning_rate: float,
    seed: int,
    batch: int = BATCH,
    optimiser: Literal["adam", "sgd"] = "adam",
) -> Trained:
    """Train data-parallel: one model, and at each step the gradient of all workers' windows.

    Parameters are those of :func:`train_apart`; the windows are the same too.

    Parameters
    ----------
    model : LanguageModel
    texts : sequence of ndarray
        One a worker, of :func:`share_out`.
    steps, batch, seed : int
        As for :func:`train_apart`.
    learning_rate : float
    optimiser : {"adam", "sgd"}

    Returns
    -------
    Trained
        Parameters, losses and how often the workers met.

    Raises
    ------
    ProblemError
        For no worker.

    Examples
    --------
    >>> text, model = np.random.default_rng(0).integers(96, size=1000, dtype=np.uint8), LanguageModel(4)
    >>> result = train_together(model, share_out(text, 2), steps=20, learning_rate=0.01, seed=0)
    >>> result.meetings, result.bits_sent / model.total_parameters
    (20, 640.0)
    """
    if not texts:
        raise ProblemError("Nobody trains with 0 workers; use 1 or more.")
    draws = [sampler(text, batch, stream) for text, stream in zip(texts, _streams(seed, len(texts)), strict=True)]

    def draw() -> tuple[Array, Array]:
        contexts, targets = zip(*(each() for each in draws), strict=True)
        return np.concatenate(contexts), np.concatenate(targets)

    training = Training(model, _start(model, seed), draw, steps, learning_rate, optimiser=optimiser)
    training.advance(steps)
    return Trained(training.theta, steps, float(FULL * steps * model.total_parameters))


def _start(model: LanguageModel, seed: int) -> Array:
    return model.initial(np.random.default_rng([seed, 1]))


def _streams(seed: int, workers: int) -> list[np.random.Generator]:
    if isinstance(seed, str) or seed != int(seed) or seed < 0:
        raise ProblemError(f"A seed must be a whole number of at least 0, not {seed!r}; correct it.")
    return [np.random.default_rng([seed, 100 + number]) for number in range(workers)]
