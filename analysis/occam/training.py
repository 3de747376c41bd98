"""Train hundreds of small networks in lock-step and see which functions they learn.

All networks of a batch share an architecture; each has its own weights, training set and target.
One Adam step moves them all, and a network leaves the batch when it classifies its training set
without error. The same forward and backward passes train the digit classifiers of
`analysis.occam.digits`.

Training amplifies rounding, and processors round differently: results are statistics with standard
errors, not exact counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit.checking import not_negative, positive
from analysis.kit.errors import ProblemError
from analysis.occam.boolean import all_inputs

Activation = Literal["tanh", "relu"]
BoolArray = NDArray[np.bool_]
Array = NDArray[Any]

# Elements of the parameter vectors that Adam updates at a time: its temporaries stay in the cache.
_ADAM_BLOCK = 16_384


@dataclass(frozen=True)
class Architecture:
    """A fully connected network and the scale of its random start.

    Weights start as ``N(0, sigma_w**2 / fan_in)``, biases as ``N(0, sigma_b**2)``, in every layer.

    Parameters
    ----------
    widths : sequence of int
        Units per layer from the input to the output, for example ``(7, 40, 40, 1)``.
    activation : {'tanh', 'relu'}
        Of the hidden layers; the output is linear (a logit).
    sigma_w, sigma_b : float
        Scales of weights and biases.

    Examples
    --------
    >>> Architecture((7, 40, 40, 1), "relu", 1.0, 0.2).parameters
    2001
    """

    widths: tuple[int, ...]
    activation: Activation = "tanh"
    sigma_w: float = 1.0
    sigma_b: float = 0.1

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ProblemError(f"Widths {self.widths} are no network; give at least an input and an output size.")
        if self.activation not in ("tanh", "relu"):
            raise ProblemError(f"Unknown activation {self.activation!r}; use 'tanh' or 'relu'.")
        positive(self.sigma_w, "a weight scale sigma_w")
        not_negative(self.sigma_b, "a bias scale sigma_b")

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum((a + 1) * b for a, b in zip(self.widths, self.widths[1:], strict=False))

    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """Views of flat parameters as one (weights, biases) pair a layer.

        Parameters
        ----------
        theta : ndarray, shape (networks, parameters)

        Returns
        -------
        list of (ndarray (networks, fan_in, fan_out), ndarray (networks, 1, fan_out))
        """
        views, start, count = [], 0, len(theta)
        for fan_in, fan_out in zip(self.widths, self.widths[1:], strict=False):
            middle, stop = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
            weights = theta[:, start:middle].reshape(count, fan_in, fan_out)
            views.append((weights, theta[:, middle:stop].reshape(count, 1, fan_out)))
            start = stop
        return views

    def initial(self, count: int, rng: np.random.Generator, dtype: type = np.float32) -> Array:
        """Random parameters, shape (count, parameters)."""
        draw_type = np.float32 if dtype == np.float32 else np.float64
        theta = rng.standard_normal((count, self.parameters), dtype=draw_type)
        for weights, biases in self.layers(theta):
            weights *= self.sigma_w / np.sqrt(weights.shape[1])
            biases *= self.sigma_b
        return theta


def forward(architecture: Architecture, theta: Array, x: Array) -> list[Array]:
    """Activations of every layer, the input first and the logits last.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray, shape (networks, parameters)
    x : ndarray, shape (networks, samples, inputs)
        With 1 in place of ``networks`` all networks see the same samples.

    Returns
    -------
    list of ndarray, shapes (networks, samples, width)
    """
    values = [x]
    layers = architecture.layers(theta)
    for depth, (weights, biases) in enumerate(layers, start=1):
        u = values[-1] @ weights
        u += biases
        if depth < len(layers):
            if architecture.activation == "tanh":
                np.tanh(u, out=u)
            else:
                np.maximum(u, 0, out=u)
        values.append(u)
    return values


def backward(architecture: Architecture, theta: Array, values: list[Array], slope: Array, out: Array) -> None:
    """Gradient of the loss with respect to all parameters, by back-propagation.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray, shape (networks, parameters)
    values : list of ndarray
        What `forward` returned.
    slope : ndarray, shape (networks, samples, outputs)
        Derivative of the loss with respect to the logits; overwritten.
    out : ndarray, shape (networks, parameters)
        Receives the gradient.
    """
    layers, gradients = architecture.layers(theta), architecture.layers(out)
    for depth in range(len(layers) - 1, -1, -1):
        below = values[depth]
        weight_gradient, bias_gradient = gradients[depth]
        np.matmul(below.swapaxes(1, 2), slope, out=weight_gradient)
        np.sum(slope, axis=1, keepdims=True, out=bias_gradient)
        if depth:
            slope = slope @ layers[depth][0].swapaxes(1, 2)
            if architecture.activation == "tanh":
                squared = below * below
                np.subtract(1, squared, out=squared)
                slope *= squared
            else:
                slope *= below > 0


class Adam:
    """Adam (Kingma & Ba 2015) with the usual decay rates 0.9 and 0.999, for many networks at once.

    Parameters
    ----------
    theta : ndarray, shape (networks, parameters), contiguous
        Updated in place by `step`.
    learning_rate : float
    """

    def __init__(self, theta: Array, learning_rate: float) -> None:
        positive(learning_rate, "a learning rate")
        self.theta = theta
        self.gradient = np.empty_like(theta)
        self._mean = np.zeros_like(theta)
        self._square = np.zeros_like(theta)
        self.learning_rate = learning_rate
        self.steps = 0

    def step(self) -> None:
        """Move `theta` along the gradient that stands in ``self.gradient``."""
        self.steps += 1
        rate = self.learning_rate / (1 - 0.9**self.steps)
        root = float(np.sqrt(1 - 0.999**self.steps))
        flat = [a.reshape(-1) for a in (self.theta, self.gradient, self._mean, self._square)]
        for start in range(0, flat[0].size, _ADAM_BLOCK):
            theta, gradient, mean, square = (a[start : start + _ADAM_BLOCK] for a in flat)
            mean *= 0.9
            mean += 0.1 * gradient
            gradient *= gradient
            gradient *= 0.001
            square *= 0.999
            square += gradient
            update = np.sqrt(square)
            update /= root
            update += 1e-8
            np.divide(mean, update, out=update)
            update *= rate
            theta -= update

    def keep(self, rows: BoolArray) -> None:
        """Drop the networks that are not in ``rows``."""
        self.theta, self.gradient = self.theta[rows], self.gradient[rows]
        self._mean, self._square = self._mean[rows], self._square[rows]


@dataclass(frozen=True)
class Trained:
    """What a batch of networks learned.

    Attributes
    ----------
    functions : ndarray of bool, shape (networks, inputs)
        Output of each network on all inputs (logit above 0).
    steps : ndarray of int, shape (networks,)
        Adam steps taken.
    converged : ndarray of bool, shape (networks,)
        Whether the network fits its training set without error.
    """

    functions: BoolArray
    steps: NDArray[np.int64]
    converged: BoolArray


def _truth_tables(tables: ArrayLike) -> BoolArray:
    targets = np.atleast_2d(np.asarray(tables))
    size = targets.shape[-1]
    if targets.dtype != np.bool_ or targets.ndim != 2 or size < 2 or size & (size - 1):
        raise ProblemError("Give truth tables as a bool array of shape (count, 2**n).")
    return targets


def train(
    architecture: Architecture,
    targets: ArrayLike,
    training_sets: ArrayLike,
    rng: np.random.Generator,
    *,
    learning_rate: float = 1e-3,
    max_steps: int = 3000,
    batch: int = 32,
    dtype: type = np.float32,
) -> Trained:
    """Train one network per target to zero error on its training set.

    Full-batch Adam on the mean binary cross-entropy of the logits. A network stops at the first step
    at which every training input has the right sign.

    Parameters
    ----------
    architecture : Architecture
        With ``n`` inputs and one output.
    targets : array_like of bool, shape (networks, 2**n)
        Truth table that each network is to learn.
    training_sets : array_like of int, shape (networks, m)
        Which entries of the table each network sees.
    rng : numpy.random.Generator
        Draws the initial weights.
    learning_rate : float
    max_steps : int
        A network that has not finished by then is returned with ``converged`` false.
    batch : int
        Networks trained at a time; bounds the memory.
    dtype : type
        ``numpy.float32`` or ``numpy.float64``.

    Returns
    -------
    Trained

    Raises
    ------
    ProblemError
        If shapes do not fit together.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> target = np.array([[False, False, False, True]])
    >>> net = Architecture((2, 8, 1), "tanh", 1.0, 0.1)
    >>> train(net, target, [[0, 1, 2, 3]], rng, learning_rate=0.05).functions.tolist()
    [[False, False, False, True]]
    """
    tables = _truth_tables(targets)
    sets = np.atleast_2d(np.asarray(training_sets))
    n = architecture.widths[0]
    if tables.shape[1] != 2**n or architecture.widths[-1] != 1:
        raise ProblemError(
            f"A network with widths {architecture.widths} cannot learn truth tables of "
            f"{tables.shape[1]} entries; it needs {tables.shape[1].bit_length() - 1} inputs and one output."
        )
    if sets.ndim != 2 or len(sets) != len(tables) or sets.shape[1] < 1:
        raise ProblemError("Give one training set per target: an int array of shape (networks, m), m at least 1.")
    if sets.min() < 0 or sets.max() >= 2**n:
        raise ProblemError(f"Training inputs must be numbers from 0 to {2**n - 1}.")
    if max_steps < 1 or batch < 1:
        raise ProblemError("max_steps and batch must be at least 1.")
    parts = [
        _train_batch(
            architecture,
            tables[i : i + batch],
            sets[i : i + batch],
            architecture.initial(len(tables[i : i + batch]), rng, dtype),
            learning_rate,
            max_steps,
        )
        for i in range(0, len(tables), batch)
    ]
    return Trained(
        np.concatenate([p.functions for p in parts]),
        np.concatenate([p.steps for p in parts]),
        np.concatenate([p.converged for p in parts]),
    )


def _train_batch(
    architecture: Architecture,
    targets: BoolArray,
    sets: Array,
    theta: Array,
    learning_rate: float,
    max_steps: int,
) -> Trained:
    inputs = all_inputs(architecture.widths[0]).astype(theta.dtype)
    x = inputs[sets]
    y = np.take_along_axis(targets, sets, axis=1)[:, :, None]
    adam = Adam(theta, learning_rate)
    functions = np.zeros_like(targets)
    steps = np.zeros(len(targets), dtype=np.int64)
    converged = np.zeros(len(targets), dtype=bool)
    running = np.arange(len(targets))

    def retire(rows: BoolArray) -> None:
        logits = forward(architecture, adam.theta[rows], inputs[None])[-1]
        functions[running[rows]] = logits[:, :, 0] > 0
        steps[running[rows]] = adam.steps

    while True:
        values = forward(architecture, adam.theta, x)
        logits = values[-1]
        done = np.all((logits > 0) == y, axis=(1, 2))
        if done.any():
            retire(done)
            converged[running[done]] = True
            keep = ~done
            if not keep.any():
                break
            adam.keep(keep)
            x, y, running = x[keep], y[keep], running[keep]
            values = [v[keep] for v in values[1:]]
            values.insert(0, x)
            logits = values[-1]
        if adam.steps == max_steps:
            retire(np.ones(len(running), dtype=bool))
            break
        # d/dz of the mean binary cross-entropy is (sigmoid(z) - y) / m; tanh does not overflow.
        slope = (0.5 * np.tanh(0.5 * logits) + 0.5 - y) / x.dtype.type(y.shape[1])
        backward(architecture, adam.theta, values, slope.astype(x.dtype, copy=False), adam.gradient)
        adam.step()
    return Trained(functions, steps, converged)
