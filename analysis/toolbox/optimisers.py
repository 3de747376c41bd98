r"""Better steps: Muon beside Adam, each at its best, on the character model of the scaling chapter.

Adam divides every number of a gradient by its own recent size. **Muon** treats a weight matrix as one thing: it takes
the momentum :math:`M = U \Sigma V^T` and steps along :math:`U V^T`, in which all directions have one length. A
Newton-Schulz iteration of five steps comes near enough to that without a decomposition,

.. math:: X \leftarrow a X + b\,(X X^T) X + c\,(X X^T)^2 X, \qquad (a, b, c) = (3.4445, -4.7750, 2.0315),

each singular value by the same odd polynomial of degree five (Jordan et al. 2024). Hidden matrices step so; the
embedding, the output matrix and the biases step by Adam.

Who wins depends on how well both are tuned, so that each has a grid of learning rates with its best inside, found on
seeds that are not those of the comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.kit.arguments import count, single, with_columns
from analysis.kit.checking import finite, inside, positive, whole
from analysis.kit.errors import ProblemError
from analysis.scaling.corpus import standard_library
from analysis.scaling.language_model import LanguageModel, Training, adam_step, sampler
from analysis.toolbox.base import BATCH, held_out_loss

Array = NDArray[Any]

#: Coefficients of the iteration, its steps, and the share of the momentum that stays, as published.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
MOMENTUM = 0.95
#: Width of the networks, and the steps of a training that is compared.
WIDTH, STEPS = 64, 1_500
#: Level of intervals.
LEVEL = 0.95
#: The hidden matrices among the model's arrays: from the input to the first layer, and from there to the second.
HIDDEN = (1, 3)


def orthogonalised(matrix: ArrayLike, iterations: int = ITERATIONS) -> Array:
    """Bring all singular values of a matrix near 1 and leave its directions: five Newton-Schulz steps.

    Parameters
    ----------
    matrix : array_like, shape (rows, columns)
    iterations : int

    Returns
    -------
    ndarray, shape (rows, columns)
        With singular values between 0.68 and 1.14 where they were at least a hundredth of the matrix's norm.

    Raises
    ------
    ProblemError
        If it is no matrix of finite numbers.

    Examples
    --------
    >>> orthogonalised(np.diag([5.0, 1.0, 0.2])).diagonal().round(1).tolist()
    [0.7, 0.8, 1.0]
    """
    X: Array = np.asarray(matrix) if getattr(matrix, "dtype", None) == np.float32 else finite(matrix, "a matrix")
    if X.ndim != 2:
        raise ProblemError(
            f"Only a matrix can be orthogonalised, not an array of {X.ndim} axes; give rows and columns."
        )
    tall = X.shape[0] > X.shape[1]
    X = X.T if tall else X
    if not X.size:
        raise ProblemError("A matrix without numbers cannot be orthogonalised; give rows and columns.")
    if X.dtype != np.float32:
        X = X / (np.abs(X).max() or 1.0)  # so that no square overflows
    X = X / (np.linalg.norm(X) + 1e-12)
    a, b, c = COEFFICIENTS
    for _ in range(count(iterations, "a number of iterations")):
        square = X @ X.T
        X = a * X + (b * square + c * (square @ square)) @ X
    return X.T if tall else X


def spectrum(values: ArrayLike, iterations: int = ITERATIONS) -> Array:
    """What :func:`orthogonalised` makes of single singular values, given as shares of the matrix's norm.

    >>> spectrum([0.01, 0.1, 1.0]).round(2).tolist()
    [0.7, 0.71, 0.7]
    """
    s = finite(values, "a singular value")
    a, b, c = COEFFICIENTS
    for _ in range(count(iterations, "a number of iterations")):
        s = a * s + b * s**3 + c * s**5
    return s


@dataclass
class Muon:
    """Turns a gradient into the direction in which Muon steps, for all parameters of a model.

    Parameters
    ----------
    model : LanguageModel
    adam_share : float
        Learning rate of Adam's part over that of the hidden matrices.
    momentum : float
    """

    model: LanguageModel
    adam_share: float
    momentum: float = MOMENTUM
    _memory: list[Array] = field(default_factory=list, repr=False)
    _done: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        positive(self.adam_share, "the rate of Adam's part over that of the matrices")
        inside(self.momentum, "a momentum")
        self._memory = [np.zeros(self.model.total_parameters, np.float32) for _ in range(3)]

    def __call__(self, gradient: Array) -> None:
        """Replace the gradient, in place, by what a step moves against."""
        self._done += 1
        momentum, mean, square = self._memory
        momentum *= self.momentum
        momentum += gradient
        ahead = gradient + self.momentum * momentum  # Nesterov's look ahead
        moved = np.zeros_like(gradient)
        adam_step(moved, gradient, mean, square, self._done, 1.0, 0.0)
        gradient[:] = -self.adam_share * moved
        for place in HIDDEN:
            own = self.model.views(ahead)[place]
            inputs, outputs = own.shape
            self.model.views(gradient)[place][:] = orthogonalised(own) * max(1.0, outputs / inputs) ** 0.5


@dataclass(frozen=True)
class Steered(LanguageModel):
    """A model whose gradient is replaced by an optimiser's direction, so that plain steps become that optimiser's.

    Parameters
    ----------
    width : int
    steer : callable(gradient)
        Changes the gradient in place.
    """

    steer: Callable[[Array], None]

    def loss(self, theta: Array, contexts: Array, targets: Array, gradient: Array | None = None) -> float:
        """As :meth:`LanguageModel.loss`; the gradient it leaves is a direction."""
        loss = super().loss(theta, contexts, targets, gradient)
        if gradient is not None:
            self.steer(gradient)
        return loss


@dataclass(frozen=True)
class Run:
    """One training of our own.

    Parameters
    ----------
    optimiser : str
        ``"adam"`` or ``"muon"``.
    steps : int
    learning_rate : float
        At its peak: of all parameters, or of Muon's matrices.
    adam_rate : float
        Of Adam's part of Muon, at its peak; 0 for Adam.
    seed : int
    """

    optimiser: str
    steps: int
    learning_rate: float
    adam_rate: float
    seed: int

    def __post_init__(self) -> None:
        if self.optimiser not in ("adam", "muon"):
            raise ProblemError(f"There is no optimiser {self.optimiser!r} here; take adam or muon.")
        whole(self.steps, "a number of steps"), positive(self.learning_rate, "a learning rate")

    def train(self, symbols: NDArray[np.uint8], width: int = WIDTH) -> tuple[LanguageModel, Array]:
        """Train it on a text: both optimisers start alike and read the same windows at each step."""
        model = LanguageModel(width)
        theta = model.initial(np.random.default_rng([self.seed, 1]))
        draw = sampler(symbols, BATCH, np.random.default_rng([self.seed, 2]))
        if self.optimiser == "adam":
            training = Training(model, theta, draw, self.steps, self.learning_rate)
        else:
            steered = Steered(width, Muon(model, self.adam_rate / self.learning_rate))
            training = Training(steered, theta, draw, self.steps, self.learning_rate, optimiser="sgd")
        training.advance(self.steps)
        return model, training.theta


#: What names a run in the table.
KEYS = tuple(each.name for each in fields(Run))


def measured_run(run: Run) -> pd.DataFrame:
    """Train once and score on the chapter's held-out windows: :data:`KEYS`, ``D``, ``loss`` and ``corpus``."""
    corpus = standard_library()
    model, theta = run.train(corpus.train)
    row = pd.DataFrame([dict(zip(KEYS, astuple(run), strict=True))])
    return row.assign(D=run.steps * BATCH, loss=held_out_loss(model, theta), corpus=corpus.sha256[:12])


def steps_worth(losses: ArrayLike, steps: ArrayLike, reached: float) -> float:
    """Steps that a rival needs to reach a loss, read off between its trainings in the logarithm of the steps.

    Parameters
    ----------
    losses, steps : array_like, shape (trainings,)
        Of the rival, each with a schedule of its own; losses must fall as steps grow.
    reached : float
        The loss to reach.

    Returns
    -------
    float
        nan outside the rival's trainings.

    Raises
    ------
    ProblemError
        If steps and losses do not go by pairs, or the rival's loss does not fall.

    Examples
    --------
    >>> round(steps_worth([2.0, 1.8], [1000, 2000], 1.9))
    1414
    """
    counts, own = positive(steps, "a number of steps"), finite(losses, "a loss")
    wanted = single(finite(reached, "a loss"), "a loss")
    if counts.ndim != 1 or counts.shape != own.shape:
        raise ProblemError("Each training of the rival has one number of steps and one loss; give two equal lists.")
    order = np.argsort(counts)
    x, y = np.log(counts[order]), own[order]
    if len(y) < 2 or np.any(np.diff(y) >= 0) or np.any(np.diff(x) <= 0):
        raise ProblemError("The rival's loss must fall from each training to a longer one; give more seeds or steps.")
    return float(np.exp(np.interp(-wanted, -y, x, left=np.nan, right=np.nan)))


def compared(table: pd.DataFrame, rate: float, steps: int = STEPS) -> pd.DataFrame:
    """What Muon's steps are worth of a rival Adam's, seed by seed: both started alike and read the same windows.

    Parameters
    ----------
    table : DataFrame
        Of the experiment ``toolbox-optimisers``.
    rate : float
        The rival's learning rate, at which it was trained for several numbers of steps.
    steps : int
        Of Muon.

    Returns
    -------
    DataFrame
        Columns ``seed``, ``loss`` (Muon's), ``worth`` (the rival's steps to the same loss, over Muon's).

    Raises
    ------
    ProblemError
        If the table has no such trainings.
    """
    with_columns(table, [*KEYS, "loss"], "a table of runs")
    adam = table[(table["optimiser"] == "adam") & (table["learning_rate"] == rate)]
    lengths = adam.groupby("seed")["steps"].nunique()
    rows = []
    for seed in lengths.index[lengths > 1]:
        own = adam[adam["seed"] == seed]
        muon = table[(table["optimiser"] == "muon") & (table["seed"] == seed) & (table["steps"] == steps)]
        reached = float(muon["loss"].min())
        worth = steps_worth(own["loss"], own["steps"], reached) / steps
        rows.append({"seed": seed, "loss": reached, "worth": worth})
    if not rows:
        raise ProblemError(f"The rival was not trained for several lengths at the rate {rate:g}; choose another.")
    return pd.DataFrame(rows)


def mean_interval(values: ArrayLike, level: float = LEVEL) -> tuple[float, float, float]:
    """Mean of a few seeds and its interval by Student's t.

    Examples
    --------
    >>> [round(end, 2) for end in mean_interval([1.1, 1.2, 1.3])]
    [1.2, 0.95, 1.45]
    """
    x = np.atleast_1d(finite(values, "a value"))
    if len(x) < 2:
        raise ProblemError("One value has no interval; give those of two seeds or more.")
    level = single(inside(level, "a level"), "a level")
    half = float(stats.t.ppf((1 + level) / 2, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x)))
    return float(x.mean()), float(x.mean()) - half, float(x.mean()) + half


def extra_flop(rows: float, columns: float, tokens: float, iterations: int = ITERATIONS) -> float:
    """FLOP of orthogonalising one matrix, over those of a training step through it, 6 a weight and token.

    Parameters
    ----------
    rows, columns : float
        Of the matrix.
    tokens : float
        Of a batch.

    Examples
    --------
    >>> round(extra_flop(4096, 4096, 524_288), 3)
    0.039
    """
    a, b = sorted((float(positive(rows, "a number of rows")), float(positive(columns, "a number of columns"))))
    once = 4 * a**2 * b + 2 * a**3
    return (
        count(iterations, "a number of iterations") * once / (6 * a * b * float(positive(tokens, "a number of tokens")))
    )


def extra_flop_of(model: LanguageModel, tokens: float = BATCH) -> float:
    """FLOP that Muon adds to a training step of a whole model, over those of the step, 6 a parameter and symbol.

    >>> round(extra_flop_of(LanguageModel(64)), 2)
    0.76
    """
    hidden = [(model.shapes[place][0], model.shapes[place][1]) for place in HIDDEN]
    added = sum(extra_flop(rows, columns, tokens) * 6 * rows * columns * tokens for rows, columns in hidden)
    return added / (6 * model.parameters * tokens)
