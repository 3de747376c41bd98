"""Fully connected networks with random weights, and the Boolean functions that they compute.

A network with inputs x in {0,1}^n maps them through layers h = W a + b, a = relu(h) or tanh(h), and answers 1 where
its single output is above 0. Weights are drawn from N(0, sigma_w^2 / fan_in); the biases follow a named rule:

- `standard`: b ~ N(0, sigma_b^2), as in the papers;
- `released`: standard deviation sigma_b sigma_w / fan_out, as the script released with Mingard et al. (2025) draws them
  (`reset_weights` in Plot1/data/sample_1abgh.py): nearly none in hidden layers, the whole of it at the single output.

**The same functions on every machine.** Random numbers depend on (seed, chunk) alone. Rounding differs between
processors and BLAS libraries, so shallow ReLU networks, computed in float32 for speed, carry a certificate. With m
terms in each sum of layer l, any order of summation errs by at most gamma_m = m u / (1 - m u) times the sum of
absolute values, u = 2^-24 (Higham 2002, section 3.1). Let A be the output of the network with all weights, biases and
inputs replaced by their absolute values (inputs by 1). As relu is 1-Lipschitz, induction over layers gives

    |computed output - exact output| <= [prod_l (1 + gamma_{m_l}) - 1] A       for every input.

An output closer to 0 than that is computed again in float64, in a fixed order of additions. Deep networks and tanh
are computed in float64 throughout: the bound loses its use with depth, and in the chaotic phase rounding errors grow
from layer to layer. Ten tanh layers at sigma_w = 8 computed in float32 give another function for one network in 500;
float64 rounds 2^29 times finer, so that about one in 10^11 depends on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import Packed, all_inputs, check_inputs, pack
from analysis.occam.normals import chunk_bits, table_normals

#: Functions drawn from one random stream. A constant of the method: another value gives other samples.
CHUNK = 4096
_FLOAT32_DEPTH = 3  # hidden layers; A grows faster than the output with depth, and the certificate loses its use
_WORKING_SET = 3 << 20  # bytes of activations in flight: few enough for the caches, enough to amortise the calls


@dataclass(frozen=True)
class NetworkEnsemble:
    """Random networks of one architecture: what to draw, not how many.

    Parameters
    ----------
    inputs : number of input bits, 1 to 7
    widths : neurons in each hidden layer; () is a perceptron
    activation : "relu" or "tanh"
    sigma_w : weight scale, > 0 (weights have standard deviation sigma_w / sqrt(fan_in))
    sigma_b : bias scale, >= 0
    bias_rule : "standard" or "released"; the module's docstring defines both

    Raises
    ------
    ProblemError
        For sizes or scales outside these ranges.

    Examples
    --------
    >>> NetworkEnsemble().name, NetworkEnsemble().parameters  # the papers' network
    ('7-40-40-1', 2001)
    """

    inputs: int = 7
    widths: tuple[int, ...] = (40, 40)
    activation: Literal["relu", "tanh"] = "relu"
    sigma_w: float = 1.0
    sigma_b: float = 0.2
    bias_rule: Literal["standard", "released"] = "standard"

    def __post_init__(self) -> None:
        check_inputs(self.inputs)
        object.__setattr__(self, "widths", tuple(self.widths))
        if any(isinstance(w, bool) or not isinstance(w, int) or not 1 <= w <= 4096 for w in self.widths):
            raise ProblemError(f"Hidden layers have 1 to 4,096 neurons each, not {self.widths}: mend widths.")
        if len(self.widths) > 100:
            raise ProblemError(f"{len(self.widths)} hidden layers are too many: use at most 100.")
        if self.activation not in ("relu", "tanh"):
            raise ProblemError(f'The activation must be "relu" or "tanh", not {self.activation!r}.')
        if self.bias_rule not in ("standard", "released"):
            raise ProblemError(f'The bias rule must be "standard" or "released", not {self.bias_rule!r}.')
        if not (np.isfinite(self.sigma_w) and 0 < self.sigma_w <= 1e3):
            raise ProblemError(f"sigma_w must lie above 0 and at most at 1,000, not at {self.sigma_w}.")
        if not (np.isfinite(self.sigma_b) and 0 <= self.sigma_b <= 1e3):
            raise ProblemError(f"sigma_b must lie between 0 and 1,000, not at {self.sigma_b}.")

    @property
    def shape(self) -> tuple[int, ...]:
        """All widths, inputs and output included: (7, 40, 40, 1) for the laboratory's standard network."""
        return (self.inputs, *self.widths, 1)

    @property
    def name(self) -> str:
        """The papers' shorthand for the shape.

        >>> NetworkEnsemble().name
        '7-40-40-1'
        """
        return "-".join(map(str, self.shape))

    @property
    def parameters(self) -> int:
        """Number of weights and biases; 2,001 for 7-40-40-1."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in _layers(self))

    def sample(self, seed: int, chunk: int, count: int = CHUNK) -> Packed:
        """The functions of the first `count` networks of a chunk, packed; the same on every machine.

        >>> first = NetworkEnsemble().sample(seed=1, chunk=0, count=3)
        >>> bool((first == NetworkEnsemble().sample(seed=1, chunk=0, count=9)[:3]).all())
        True
        """
        return sample_networks(self, seed, chunk, count)


def _layers(ensemble: NetworkEnsemble) -> list[tuple[int, int]]:
    return list(zip(ensemble.shape[:-1], ensemble.shape[1:], strict=True))


def bias_deviations(ensemble: NetworkEnsemble) -> list[float]:
    """Standard deviation of the biases of each layer under the ensemble's rule.

    >>> bias_deviations(NetworkEnsemble(bias_rule="released"))
    [0.005, 0.005, 0.2]
    """
    if ensemble.bias_rule == "standard":
        return [ensemble.sigma_b for _ in _layers(ensemble)]
    return [ensemble.sigma_b * ensemble.sigma_w / fan_out for _, fan_out in _layers(ensemble)]


def _scales(ensemble: NetworkEnsemble) -> list[tuple[float, float]]:
    """Factors of the unit normals of each layer: (weights, biases).

    The sign of a ReLU network's output does not change when a layer is divided by a positive number, so its weights
    stay unit normals and only the biases are scaled: 81 products a network in place of 2,001.
    """
    weights = [ensemble.sigma_w / np.sqrt(fan_in) for fan_in, _ in _layers(ensemble)]
    biases = bias_deviations(ensemble)
    if ensemble.activation == "tanh":
        return list(zip(weights, biases, strict=True))
    return [(1.0, float(b / gain)) for b, gain in zip(biases, np.cumprod(weights), strict=True)]


def draw_parameters(
    ensemble: NetworkEnsemble, seed: int, chunk: int, count: int, batch: int
) -> Iterator[NDArray[np.float32]]:
    """The scaled parameters of the networks of a chunk, `batch` networks at a time, one network a row.

    A row holds, layer by layer, the weights as (fan_in, fan_out) and then the biases (fan_out). Network k is the same
    whatever `count` and `batch` are. The array is reused: copy what must outlive the next step.
    """
    stride = -(-ensemble.parameters // 4) * 4
    buffer = np.empty((min(batch, count), stride), dtype=np.float32)
    bits = chunk_bits(seed, chunk)
    for start in range(0, count, batch):
        rows = table_normals(bits, buffer[: min(batch, count - start)])
        offset = 0
        for (fan_in, fan_out), (weight, bias) in zip(_layers(ensemble), _scales(ensemble), strict=True):
            middle, end = offset + fan_in * fan_out, offset + (fan_in + 1) * fan_out
            if weight != 1.0:
                rows[:, offset:middle] *= np.float32(weight)
            rows[:, middle:end] *= np.float32(bias)
            offset = end
        yield rows[:, : ensemble.parameters]


def _split(ensemble: NetworkEnsemble, rows: NDArray) -> list[NDArray]:
    """Views of each layer's weights and biases together, shape (batch, fan_in + 1, fan_out), biases last."""
    views, offset = [], 0
    for fan_in, fan_out in _layers(ensemble):
        end = offset + (fan_in + 1) * fan_out
        views.append(rows[:, offset:end].reshape(len(rows), fan_in + 1, fan_out))
        offset = end
    return views


class _Forward:
    """Outputs of a batch of networks at all 2^n inputs, in buffers that are allocated once.

    Activations carry a last column of ones, so that a layer with its biases is one matrix product.
    """

    def __init__(self, ensemble: NetworkEnsemble, batch: int, dtype: type) -> None:
        points = 2**ensemble.inputs
        self.ensemble, self.dtype = ensemble, dtype
        shape = ensemble.shape[1:]
        # the first layer has the points outermost: see _first_layer
        self.first = np.zeros((points, batch, shape[0] + 1), dtype)
        self.weights: NDArray = np.zeros((ensemble.inputs + 1, batch, shape[0] + 1), dtype)
        self.weights[-1, :, -1] = 1
        self.hidden = [np.ones((batch, points, width + 1), dtype) for width in shape[1:-1]]
        self.output = np.empty((batch, points, 1), dtype)
        self.zeros = np.zeros(max(points, batch) * (max(shape) + 1), dtype)

    def _activate(self, h: NDArray) -> None:
        if self.ensemble.activation == "relu":
            # the column of ones too, which stays 1; NumPy is five times slower with the scalar 0
            np.maximum(h, self.zeros[: h[0].size].reshape(h.shape[1:]), out=h)
        else:
            np.tanh(h[:, :, :-1], out=h[:, :, :-1])

    def _first_layer(self, weights: NDArray) -> NDArray:
        """W x + b at all points by doubling: the half with a bit set is the half without it plus one weight row."""
        batch, n = len(weights), self.ensemble.inputs
        w, h = self.weights[:, :batch], self.first[:, :batch]
        w[:, :, :-1] = weights.transpose(1, 0, 2)
        h[0] = w[n]
        for bit in range(n):
            np.add(h[: 1 << bit], w[n - 1 - bit], out=h[1 << bit : 2 << bit])
        return h

    def __call__(self, layers: list[NDArray]) -> NDArray:
        """Outputs, shape (batch, 2^n); the array is reused by the next call."""
        batch = len(layers[0])
        h = self._first_layer(layers[0])
        if len(layers) == 1:
            return h[:, :, 0].T
        self._activate(h)
        a = h.transpose(1, 0, 2)
        for weights, buffer in zip(layers[1:-1], self.hidden, strict=True):
            np.matmul(a, weights, out=buffer[:batch, :, :-1])
            a = buffer[:batch]
            self._activate(a)
        return np.matmul(a, layers[-1], out=self.output[:batch])[:, :, 0]


def float32_error_factor(ensemble: NetworkEnsemble) -> float:
    """prod_l (1 + gamma_{m_l}) - 1 for float32 sums of m_l = fan_in + 1 terms; the bound is this times A.

    >>> f"{float32_error_factor(NetworkEnsemble()):.2e}"
    '5.36e-06'
    """
    unit = 2.0**-24
    terms = np.array([fan_in + 1 for fan_in, _ in _layers(ensemble)])
    return float(np.prod(1 + terms * unit / (1 - terms * unit)) - 1)


def float32_error_bound(ensemble: NetworkEnsemble, layers: list[NDArray]) -> NDArray:
    """For each network of a batch, the largest error that its float32 outputs can have; shape (batch, 1)."""
    a = np.abs(layers[0]).sum(axis=1)[:, None, :]
    for weights in layers[1:]:
        magnitude = np.abs(weights)
        a = np.matmul(a, magnitude[:, :-1]) + magnitude[:, -1:]
    # 1.001: A itself is a float32 sum; 1e-30: products that underflow
    return a[:, :, 0] * np.float32(1.001 * float32_error_factor(ensemble)) + np.float32(1e-30)


def exact_outputs(ensemble: NetworkEnsemble, rows: NDArray[np.float32], points: NDArray) -> NDArray[np.float64]:
    """Output of network i (a row of parameters) at input point i alone, in float64 and in a fixed order.

    Only elementwise sums and products are used, which IEEE 754 rounds alike everywhere.
    """
    a = all_inputs(ensemble.inputs)[points].astype(np.float64)
    layers = _split(ensemble, rows)
    for depth, weights in enumerate(layers):
        h = weights[:, -1].astype(np.float64)
        for i in range(weights.shape[1] - 1):
            h += weights[:, i] * a[:, i, None]
        a = np.maximum(h, 0) if ensemble.activation == "relu" else np.tanh(h)
        if depth == len(layers) - 1:
            return h[:, 0]
    raise AssertionError("a network has at least one layer")


def sample_networks(
    ensemble: NetworkEnsemble,
    seed: int,
    chunk: int,
    count: int = CHUNK,
    precision: Literal["certified", "float32", "float64"] | None = None,
) -> Packed:
    """The Boolean functions of the first `count` random networks of one chunk.

    Parameters
    ----------
    ensemble : what to draw
    seed, chunk : name of the random stream; network k of a chunk depends on nothing else
    count : 0 to 4,096
    precision : "certified" (float32 with doubtful signs computed again), "float64", or bare "float32" to see what the
        certificate is for. By default certified for ReLU of up to three hidden layers and float64 otherwise.

    Returns
    -------
    uint64 array (count, 2), packed functions

    Raises
    ------
    ProblemError
        If count or chunk lies outside its range, or a certificate is asked of a tanh network.
    """
    if not 0 <= count <= CHUNK:
        raise ProblemError(f"A chunk holds 0 to {CHUNK} networks, not {count}: take more chunks for more networks.")
    if not 0 <= chunk < 2**32:
        raise ProblemError(f"Chunks are numbered from 0 to 2^32 - 1, not {chunk}.")
    if precision is None:
        shallow = ensemble.activation == "relu" and len(ensemble.widths) <= _FLOAT32_DEPTH
        precision = "certified" if shallow else "float64"
    if precision == "certified" and ensemble.activation != "relu":
        raise ProblemError('The float32 certificate holds for ReLU only: ask for precision="float64".')
    dtype = np.float64 if precision == "float64" else np.float32
    points = 2**ensemble.inputs
    batch = max(4, _WORKING_SET // (points * sum(ensemble.shape[1:]) * np.dtype(dtype).itemsize))
    forward = _Forward(ensemble, batch, dtype)
    tables = np.empty((count, points), dtype=np.bool_)
    doubtful: list[tuple[NDArray, NDArray, NDArray]] = []
    start = 0
    for rows in draw_parameters(ensemble, seed, chunk, count, batch):
        layers = _split(ensemble, rows if precision != "float64" else rows.astype(np.float64))
        outputs = forward(layers)
        np.greater(outputs, 0, out=tables[start : start + len(rows)])
        if precision == "certified":
            which, point = np.nonzero(np.abs(outputs) <= float32_error_bound(ensemble, layers))
            if ensemble.sigma_b == 0:  # the output at 0 is exactly 0, without any rounding
                which, point = which[point > 0], point[point > 0]
            doubtful.append((start + which, point, rows[which]))
        start += len(rows)
    if doubtful:
        networks, where, parameters = (np.concatenate(parts) for parts in zip(*doubtful, strict=True))
        tables[networks, where] = exact_outputs(ensemble, parameters, where) > 0
    return pack(tables)
