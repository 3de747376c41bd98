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

from analysis.kit.checking import finite, inside, positive, whole
from analysis.kit.errors import ProblemError
from analysis.scaling.corpus import standard_library
from analysis.scaling.language_model import LanguageModel, Training, _adam, sampler
from analysis.toolbox.base import BATCH, held_out_loss

Array = NDArray[Any]

#: Coefficients of the iteration, its steps, and the share of the momentum that stays, as published.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
MOMENTUM = 0.95
#: Width of the networks, and the steps of a training that is compared.
WIDTH, STEPS = 64, 1_500
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
    X = finite(matrix, "a matrix") if np.asarray(matrix).dtype != np.float32 else np.asarray(matrix)
    if X.ndim != 2:
        raise ProblemError(
            f"Only a matrix can be orthogonalised, not an array of {X.ndim} axes; give rows and columns."
        )
    tall = X.shape[0] > X.shape[1]
    X = X.T if tall else X
    X = X / (np.linalg.norm(X) + 1e-12)
    a, b, c = COEFFICIENTS
    for _ in range(int(whole(iterations, "a number of iterations"))):
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
    for _ in range(int(whole(iterations, "a number of iterations"))):
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
        _adam(moved, gradient, mean, square, self._done, 1.0, 0.0)
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

    Examples
    --------
    >>> round(steps_worth([2.0, 1.8], [1000, 2000], 1.9))
    1414
    """
    order = np.argsort(positive(steps, "a number of steps"))
    x, y = np.log(np.asarray(steps, float)[order]), finite(losses, "a loss")[order]
    if len(y) < 2 or np.any(np.diff(y) >= 0):
        raise ProblemError("The rival's loss must fall from each training to a longer one; give more seeds or steps.")
    return float(np.exp(np.interp(-reached, -y, x, left=np.nan, right=np.nan)))
