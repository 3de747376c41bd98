"""A character model small enough to train thousands of steps a second with NumPy, and to be scaled.

The last 16 symbols are looked up in an embedding, two ReLU layers follow, and a softmax over 96 symbols guesses the
next one (Bengio et al. 2003). All matrix products cost 2 FLOP a weight forward and 4 backward, so that a training run
on `D` symbols with `N` parameters outside the embedding spends ``C = 6 N D``, as with the large models.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.scaling.corpus import ALPHABET

SYMBOLS = len(ALPHABET)
CONTEXT = 16
EMBEDDING = 16

Array = NDArray[Any]

# Parameters that Adam updates at a time: its temporaries stay in the cache.
_BLOCK = 16_384


@dataclass(frozen=True)
class LanguageModel:
    """The shape of the network: everything but its width is fixed.

    Parameters
    ----------
    width : int
        Units of each of the two hidden layers.

    Examples
    --------
    >>> model = LanguageModel(64)
    >>> model.parameters, model.total_parameters
    (26848, 28384)
    """

    width: int

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ProblemError(f"A width of {self.width} is no network; use 1 or more units.")

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Of embedding, then weights and biases of three layers."""
        h = self.width
        inputs = CONTEXT * EMBEDDING
        return (SYMBOLS, EMBEDDING), (inputs, h), (h,), (h, h), (h,), (h, SYMBOLS), (SYMBOLS,)

    @property
    def total_parameters(self) -> int:
        """All parameters."""
        return sum(map(math.prod, self.shapes))

    @property
    def parameters(self) -> int:
        """`N`: parameters outside the embedding, which is looked up rather than multiplied."""
        return self.total_parameters - math.prod(self.shapes[0])

    def views(self, theta: Array) -> list[Array]:
        """The arrays of :attr:`shapes` inside a flat vector of all parameters."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        return [part.reshape(shape) for part, shape in zip(np.split(theta, ends[:-1]), self.shapes, strict=True)]

    def initial(self, rng: np.random.Generator, dtype: type = np.float32) -> Array:
        """Random parameters: He et al. (2015) in the hidden layers, a tenth of that at the output, biases zero."""
        theta: Array = np.zeros(self.total_parameters, dtype)
        embedding, *layers = self.views(theta)
        embedding[:] = rng.standard_normal(embedding.shape)
        for weights, scale in zip(layers[::2], (1, 2, 0.02), strict=True):
            weights[:] = rng.standard_normal(weights.shape) * math.sqrt(scale / weights.shape[0])
        return theta

    def loss(self, theta: Array, contexts: Array, targets: Array, gradient: Array | None = None) -> float:
        """Mean cross-entropy of the guesses, in nats a symbol, and its gradient.

        Parameters
        ----------
        theta : ndarray, shape (total_parameters,)
        contexts : ndarray of int, shape (batch, CONTEXT)
        targets : ndarray of int, shape (batch,)
        gradient : ndarray, shape (total_parameters,), optional
            Receives the gradient.

        Returns
        -------
        float

        Examples
        --------
        Without training, the guess is nearly one in 96:

        >>> model, rng = LanguageModel(8), np.random.default_rng(0)
        >>> contexts, targets = rng.integers(96, size=(500, 16)), rng.integers(96, size=500)
        >>> round(model.loss(model.initial(rng), contexts, targets) / math.log(96), 1)
        1.0
        """
        x, first, second, guess = self._forward(theta, contexts)
        batch = len(targets)
        guess -= guess.max(axis=1, keepdims=True)
        rows = np.arange(batch)
        right = guess[rows, targets]
        np.exp(guess, out=guess)
        total = guess.sum(axis=1)
        loss = float(np.mean(np.log(total) - right))
        if gradient is None:
            return loss
        guess /= total[:, None]
        guess[rows, targets] -= 1
        guess /= batch
        w1, w2, w3 = self.views(theta)[1::2]
        d_embedding, d_w1, d_b1, d_w2, d_b2, d_w3, d_b3 = self.views(gradient)
        np.matmul(second.T, guess, out=d_w3)
        np.sum(guess, axis=0, out=d_b3)
        slope = guess @ w3.T
        slope *= second > 0
        np.matmul(first.T, slope, out=d_w2)
        np.sum(slope, axis=0, out=d_b2)
        slope = slope @ w2.T
        slope *= first > 0
        np.matmul(x.T, slope, out=d_w1)
        np.sum(slope, axis=0, out=d_b1)
        slope = slope @ w1.T
        cells = contexts.reshape(-1, 1) * EMBEDDING + np.arange(EMBEDDING)
        d_embedding[:] = np.bincount(cells.ravel(), slope.ravel(), d_embedding.size).reshape(d_embedding.shape)
        return loss

    def guess(self, theta: Array, contexts: Array) -> Array:
        """The symbol that the network finds most probable after each context; shape (batch,)."""
        return np.asarray(self._forward(theta, contexts)[-1].argmax(axis=1))

    def layer_inputs(self, theta: Array, contexts: Array) -> list[Array]:
        """What the three matrices of weights are multiplied with; shapes (batch, inputs of the layer)."""
        return list(self._forward(theta, contexts)[:3])

    def _forward(self, theta: Array, contexts: Array) -> tuple[Array, Array, Array, Array]:
        """Inputs, the two hidden layers and the unnormalised log-probabilities of the next symbol."""
        embedding, w1, b1, w2, b2, w3, b3 = self.views(theta)
        x = embedding[contexts].reshape(len(contexts), -1)
        first = x @ w1
        first += b1
        np.maximum(first, 0, out=first)
        second = first @ w2
        second += b2
        np.maximum(second, 0, out=second)
        scores = second @ w3
        scores += b3
        return x, first, second, scores


def windows(symbols: NDArray[np.uint8], starts: Array) -> tuple[Array, Array]:
    """The contexts that begin at `starts`, shape (batch, CONTEXT), and the symbols that follow them."""
    cut = symbols[starts[:, None] + np.arange(CONTEXT + 1)].astype(np.intp)
    return cut[:, :-1], cut[:, -1]


def sampler(symbols: NDArray[np.uint8], batch: int, rng: np.random.Generator) -> Callable[[], tuple[Array, Array]]:
    """A source of batches: each call draws `batch` windows of `symbols` uniformly at random."""
    if np.ndim(symbols) != 1 or len(symbols) <= CONTEXT or batch < 1:
        raise ProblemError(f"Batches need at least one window, and a text of more than {CONTEXT} symbols to draw from.")
    return lambda: windows(symbols, rng.integers(len(symbols) - CONTEXT, size=batch))


class Training:
    """A training under way: parameters and the moments of its optimiser, which :meth:`advance` moves on.

    The learning rate rises in a warm-up and falls to zero on a cosine, over all `steps`. Whoever holds a training may
    change its :attr:`theta` between two calls of :meth:`advance`; the moments stay.

    Parameters
    ----------
    model : LanguageModel
    theta : ndarray of float32, shape (total_parameters,)
        Where it begins; copied.
    draw : callable() -> (contexts, targets)
        Gives the next batch, as :func:`sampler` does.
    steps : int
        Of the whole training.
    learning_rate : float
        At its peak.
    warmup : float
        Share of the steps in which the learning rate rises.
    weight_decay : float
        Decoupled from the gradient (Loshchilov & Hutter 2019), times the learning rate.
    optimiser : {"adam", "sgd"}
        Adam (Kingma & Ba 2015), or plain steps against the gradient.

    Attributes
    ----------
    theta : ndarray of float32, shape (total_parameters,)
    done : int
        Steps taken.

    Raises
    ------
    ProblemError
        For no step or a learning rate that is not positive, and for steps beyond the end.

    Examples
    --------
    Two halves are a whole:

    >>> model, text = LanguageModel(8), np.random.default_rng(0).integers(96, size=500, dtype=np.uint8)
    >>> def begin():
    ...     return Training(model, np.zeros(model.total_parameters, np.float32),
    ...                     sampler(text, 16, np.random.default_rng(1)), steps=10, learning_rate=0.01)
    >>> once, twice = begin(), begin()
    >>> once.advance(10)
    >>> twice.advance(4)
    >>> twice.advance(6)
    >>> bool((once.theta == twice.theta).all())
    True
    """

    def __init__(
        self,
        model: LanguageModel,
        theta: Array,
        draw: Callable[[], tuple[Array, Array]],
        steps: int,
        learning_rate: float,
        warmup: float = 0.05,
        weight_decay: float = 0.0,
        optimiser: Literal["adam", "sgd"] = "adam",
    ) -> None:
        if optimiser not in ("adam", "sgd"):
            raise ProblemError(f"There is no optimiser {optimiser!r}; take adam or sgd.")
        if steps < 1 or not 0 < learning_rate < np.inf:
            raise ProblemError("Training needs at least one step of at least one window, and a positive learning rate.")
        self.model, self.draw, self.steps, self.learning_rate = model, draw, steps, learning_rate
        self.warmup, self.weight_decay, self.optimiser = warmup, weight_decay, optimiser
        self.theta, self.done = theta.copy(), 0
        self._gradient, self._mean, self._square = (np.zeros_like(theta) for _ in range(3))

    def advance(self, steps: int) -> None:
        """Take so many steps."""
        if not 0 <= steps <= self.steps - self.done:
            raise ProblemError(f"{steps} steps do not fit: {self.done} of {self.steps} are done; choose fewer.")
        for step in range(self.done + 1, self.done + steps + 1):
            rate = self.learning_rate * _schedule((step - 0.5) / self.steps, self.warmup)
            self.model.loss(self.theta, *self.draw(), self._gradient)
            if self.optimiser == "sgd":
                self.theta -= (rate * self._gradient).astype(self.theta.dtype)
            else:
                adam_step(self.theta, self._gradient, self._mean, self._square, step, rate, self.weight_decay)
        self.done += steps


def train(
    model: LanguageModel,
    symbols: NDArray[np.uint8],
    steps: int,
    learning_rate: float,
    rng: np.random.Generator,
    batch: int = 256,
    warmup: float = 0.05,
    weight_decay: float = 0.0,
) -> Array:
    """Train by Adam (Kingma & Ba 2015) with a warm-up and a cosine decay to zero; return the parameters.

    Parameters
    ----------
    model : LanguageModel
    symbols : ndarray of uint8
        Windows are drawn from it uniformly at random.
    steps : int
    learning_rate : float
        At its peak.
    rng : numpy.random.Generator
        Draws the start and the windows.
    batch : int
        Windows a step; ``D = steps * batch``.
    warmup : float
        Share of the steps in which the learning rate rises.
    weight_decay : float
        Decoupled from the gradient (Loshchilov & Hutter 2019), times the learning rate.

    Returns
    -------
    ndarray of float32, shape (total_parameters,)
    """
    theta = model.initial(rng)
    training = Training(
        model, theta, sampler(symbols, batch, rng), steps, learning_rate, warmup=warmup, weight_decay=weight_decay
    )
    training.advance(steps)
    return training.theta


def _schedule(progress: float, warmup: float) -> float:
    """Share of the peak learning rate when a share `progress` of the training is done."""
    if progress < warmup:
        return progress / warmup
    return math.cos(math.pi / 2 * (progress - warmup) / (1 - warmup)) ** 2


def adam_step(theta: Array, gradient: Array, mean: Array, square: Array, step: int, rate: float, decay: float) -> None:
    """One step of Adam (Kingma and Ba 2015) in place, with the usual decay rates .9 and .999.

    Parameters
    ----------
    theta, gradient, mean, square : ndarray
        Parameters, their gradient, and the running means of it and of its square, all of one length; `gradient` is
        spoilt.
    step : int
        Number of this step, from 1.
    rate : float
        Learning rate.
    decay : float
        Weight decay, taken off `theta` before the step (AdamW).

    Examples
    --------
    >>> theta, gradient, mean, square = np.zeros(1), np.array([3.0]), np.zeros(1), np.zeros(1)
    >>> adam_step(theta, gradient, mean, square, 1, 0.1, 0.0)
    >>> round(float(theta[0]), 6)  # the first step is the rate, whatever the gradient
    -0.1
    """
    root = math.sqrt(1 - 0.999**step)
    scale = rate * root / (1 - 0.9**step)
    for start in range(0, len(theta), _BLOCK):
        t, g, m, s = (a[start : start + _BLOCK] for a in (theta, gradient, mean, square))
        m *= 0.9
        m += 0.1 * g
        g *= g
        g *= 0.001
        s *= 0.999
        s += g
        np.sqrt(s, out=g)
        g += 1e-8 * root
        np.divide(m, g, out=g)
        g *= scale
        if decay:
            t *= 1 - rate * decay
        t -= g
