"""Fine-tuning in miniature: a character model that has read Python goes on with a little of another text.

The trained network is used in three ways: all its parameters go on learning, or its output layer alone, or low-rank
additions to its matrices (LoRA; Hu et al. 2021). A fourth way starts from scratch. A fifth of the own text is kept
back: it says after how many steps to stop, at which rate to learn and how strongly to decay. The test text says
nothing.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed
from analysis.scaling.language_model import LanguageModel, Training, sampler, windows
from analysis.scaling.sweep import held_out_batches
from analysis.toolbox.base import base_network
from analysis.toolbox.targets import own_text, starts, target

Array = NDArray[Any]

SCRATCH, FULL, HEAD = "from scratch", "all", "output layer"
#: The ranks of low-rank additions by the names of the ways.
LOW_RANK = {"rank 4": 4, "rank 1": 1}
WAYS = (SCRATCH, FULL, HEAD, *LOW_RANK)
BATCH = 128
#: Times in a training that the text kept back is looked at, and windows of it at most.
LOOKS, LOOKED_AT = 20, 4_096
#: Chunks of 8,192 windows on which a network is tested.
TEST_CHUNKS = 2
_SEED = 20261128
_MATRICES = (1, 3, 5)


@dataclass(frozen=True, eq=False)
class Adapted(LanguageModel):
    """A trained network of which a part goes on learning: its output layer, or what is added to its matrices.

    Parameters
    ----------
    width : int
    frozen : ndarray, shape (total_parameters,)
        The trained network.
    rank : int
        Of the additions, columns times rows; the columns are random and the rows zero at first. With 0 nothing is added
        and the output layer learns.

    Raises
    ------
    ProblemError
        For a network of another width, or a negative rank.

    Examples
    --------
    >>> [Adapted(128, np.zeros(63_328, np.float32), rank).trained for rank in (0, 1, 4)]
    [12384, 864, 3456]
    """

    frozen: Array = field(repr=False)
    rank: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if np.shape(self.frozen) != (self.total_parameters,) or self.rank < 0:
            raise ProblemError("An adapter needs a trained network of its width, and a rank of 0 or more.")

    @property
    def trained(self) -> int:
        """Parameters that learn."""
        if not self.rank:
            return sum(int(np.prod(shape)) for shape in self.shapes[-2:])
        return sum(self.rank * sum(self.shapes[each]) for each in _MATRICES)

    def start(self, rng: np.random.Generator) -> Array:
        """What learns, before the first step: the whole is still the trained network."""
        if not self.rank:
            return self.frozen[-self.trained :].copy()
        small = np.zeros(self.trained, self.frozen.dtype)
        for left, _ in self._pairs(small):
            left[:] = rng.standard_normal(left.shape) / np.sqrt(left.shape[0])
        return small

    def merged(self, small: Array) -> Array:
        """The parameters of the whole network."""
        theta: Array = self.frozen.copy()
        if not self.rank:
            theta[-self.trained :] = small
            return theta
        parts = self.views(theta)
        for each, (left, right) in zip(_MATRICES, self._pairs(small), strict=True):
            parts[each] += left @ right
        return theta

    def loss(self, theta: Array, contexts: Array, targets: Array, gradient: Array | None = None) -> float:
        """Mean cross-entropy, nats a symbol, and its gradient by what learns; as :meth:`LanguageModel.loss`."""
        whole = self.merged(theta)
        if gradient is None:
            return super().loss(whole, contexts, targets)
        slope = np.empty_like(whole)
        value = super().loss(whole, contexts, targets, slope)
        if not self.rank:
            gradient[:] = slope[-self.trained :]
            return value
        pairs = zip(_MATRICES, self._pairs(theta), self._pairs(gradient), strict=True)
        for each, (left, right), (to_left, to_right) in pairs:
            to_left[:] = self.views(slope)[each] @ right.T
            to_right[:] = left.T @ self.views(slope)[each]
        return value

    def _pairs(self, small: Array) -> list[tuple[Array, Array]]:
        """Columns and rows that are added to each matrix, as views."""
        pairs, at = [], 0
        for inputs, outputs in (self.shapes[each] for each in _MATRICES):
            middle, end = at + inputs * self.rank, at + (inputs + outputs) * self.rank
            pairs.append((small[at:middle].reshape(inputs, self.rank), small[middle:end].reshape(self.rank, outputs)))
            at = end
        return pairs


@dataclass(frozen=True)
class Run:
    """One network that learns an own text.

    Parameters
    ----------
    text : str
        A target.
    way : str
        One of :data:`WAYS`.
    symbols : int
        D: of the own text, kept back or not.
    stretch : int
        Times the usual steps.
    learning_rate : float
        At its peak.
    decay : float
        Of the weights, decoupled.
    seed : int
        Of the source network, the own text and the windows.

    Examples
    --------
    >>> Run("C", "all", 10_000, 1, 0.001, 0.1, 0).steps
    447
    """

    text: str
    way: str
    symbols: int
    stretch: int
    learning_rate: float
    decay: float
    seed: int

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise ProblemError(f"There is no way {self.way!r}; choose from {', '.join(WAYS)}.")

    @property
    def steps(self) -> int:
        """More for a longer text, though fewer passes through it."""
        return self.stretch * round(100 * (self.symbols / 1_000) ** 0.65)

    def begin(self, rng: np.random.Generator) -> tuple[LanguageModel, Array]:
        """What learns, and where it begins."""
        model, theta = base_network(self.seed)
        if self.way == SCRATCH:
            return model, model.initial(rng)
        if self.way == FULL:
            return model, theta
        part = Adapted(model.width, theta, LOW_RANK.get(self.way, 0))
        return part, part.start(rng)


#: What names a run in the table.
KEYS = tuple(each.name for each in fields(Run))


def measured_run(run: Run) -> pd.DataFrame:
    """Train one network and test it where the text kept back says to stop.

    Parameters
    ----------
    run : Run

    Returns
    -------
    DataFrame
        One row: what names it (:data:`KEYS`), ``steps``, ``stopped`` (steps at which the loss on the text kept back was
        lowest), ``kept_back`` (that loss), ``loss`` (then, on the test text), ``before`` (on the test text, before the
        first step; all in nats a symbol) and ``text_sha256`` (its first digits).
    """
    goal = target(run.text)
    learned, kept_back = own_text(goal.train, run.symbols, run.seed)
    rng = np.random.default_rng(task_seed(_SEED, run.symbols, run.seed, WAYS.index(run.way)))
    model, theta = run.begin(rng)
    look = windows(kept_back, starts(kept_back, LOOKED_AT))
    training = Training(
        model, theta, sampler(learned, BATCH, rng), run.steps, run.learning_rate, weight_decay=run.decay
    )
    best, least, stopped = theta, model.loss(theta, *look), 0
    for turn in range(1, LOOKS + 1):
        training.advance(run.steps * turn // LOOKS - training.done)
        if (now := model.loss(training.theta, *look)) < least:
            best, least, stopped = training.theta.copy(), now, training.done
    test = held_out_batches(goal.test)[:TEST_CHUNKS]
    return pd.DataFrame([dict(zip(KEYS, astuple(run), strict=True))]).assign(
        steps=run.steps,
        stopped=stopped,
        kept_back=least,
        loss=np.mean([model.loss(best, *chunk) for chunk in test]),
        before=np.mean([model.loss(theta, *chunk) for chunk in test]),
        text_sha256=goal.sha256[:12],
    )
