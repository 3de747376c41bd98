"""The infinite-width limit: a random network becomes a Gaussian process, its function the signs of one sample.

The covariance of the pre-activations at two inputs follows layer by layer (Neal 1996; Cho & Saul 2009; Lee et al.
2018), with phi the activation and u, v jointly normal with the covariance of the layer before:

    K_0(x, x')     = sigma_b^2 + sigma_w^2 x.x' / n
    K_{l+1}(x, x') = sigma_b^2 + sigma_w^2 E[phi(u) phi(v)]

For ReLU the expectation is the arc-cosine kernel; for tanh it is integrated numerically.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.kept import kept
from analysis.occam.boolean import Packed, all_inputs, ones, pack, unpack
from analysis.occam.networks import CHUNK, NetworkEnsemble
from analysis.occam.normals import chunk_bits, table_normals
from analysis.occam.prior import sample_prior


@dataclass(frozen=True)
class GaussianProcessEnsemble:
    """Random functions of infinitely wide networks: `depth` hidden layers, scales as in `NetworkEnsemble`.

    Raises
    ------
    ProblemError
        For sizes or scales that `NetworkEnsemble` refuses.
    """

    inputs: int = 7
    depth: int = 2
    activation: Literal["relu", "tanh"] = "relu"
    sigma_w: float = 1.0
    sigma_b: float = 0.2

    def __post_init__(self) -> None:
        if isinstance(self.depth, bool) or not isinstance(self.depth, int) or not 0 <= self.depth <= 100:
            raise ProblemError(f"A network has 0 to 100 hidden layers, not {self.depth!r}: mend depth.")
        NetworkEnsemble(self.inputs, (1,) * self.depth, self.activation, self.sigma_w, self.sigma_b)

    def sample(self, seed: int, chunk: int, count: int = CHUNK) -> Packed:
        """The first `count` functions of a chunk, packed: sign(L z), with L the Cholesky factor of the kernel.

        >>> f = GaussianProcessEnsemble().sample(seed=1, chunk=0, count=5)
        >>> f.shape
        (5, 2)
        """
        if not 0 <= count <= CHUNK:
            raise ProblemError(f"A chunk holds 0 to {CHUNK} functions, not {count}: take more chunks for more.")
        factor = _cholesky(self)
        points = len(factor)
        z = np.empty((count, -(-points // 4) * 4), dtype=np.float32)
        table_normals(chunk_bits(seed, chunk), z)
        return pack(z[:, :points].astype(np.float64) @ factor.T > 0)


@lru_cache(maxsize=16)
def kernel(ensemble: GaussianProcessEnsemble) -> NDArray[np.float64]:
    """Covariance of the outputs at all pairs of inputs, shape (2^n, 2^n); read-only.

    Parameters
    ----------
    ensemble : GaussianProcessEnsemble
        Depth, activation and scales of the infinitely wide network.

    Returns
    -------
    ndarray, shape (2**n, 2**n)
        Symmetric and positive semi-definite.

    Examples
    --------
    >>> variances = [kernel(GaussianProcessEnsemble(depth=depth, sigma_b=0.0))[127, 127] for depth in (0, 1, 2)]
    >>> np.round(variances, 3).tolist()  # each layer of ReLU halves it
    [1.0, 0.5, 0.25]
    """
    x = all_inputs(ensemble.inputs).astype(np.float64)
    w2, b2 = ensemble.sigma_w**2, ensemble.sigma_b**2
    k = b2 + w2 * (x @ x.T) / ensemble.inputs
    expectation = _arc_cosine if ensemble.activation == "relu" else _tanh_expectation
    for _ in range(ensemble.depth):
        k = b2 + w2 * expectation(k)
    k.setflags(write=False)
    return k


def _arc_cosine(k: NDArray[np.float64]) -> NDArray[np.float64]:
    """E[relu(u) relu(v)] = sqrt(k_uu k_vv) [sin t + (pi - t) cos t] / (2 pi), t the angle (Cho & Saul 2009, eq. 6)."""
    scale = np.sqrt(np.outer(np.diag(k), np.diag(k)))
    angle = np.arccos(_cosine(k))
    return scale * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / (2 * np.pi)


def _cosine(k: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = np.sqrt(np.outer(np.diag(k), np.diag(k)))
    cosine = np.divide(k, scale, out=np.zeros_like(k), where=scale > 0)
    np.fill_diagonal(cosine, 1.0)
    return np.clip(cosine, -1.0, 1.0)


def _tanh_expectation(k: NDArray[np.float64]) -> NDArray[np.float64]:
    """E[tanh(u) tanh(v)] by the trapezoidal rule on a square of +-8.5 standard deviations.

    The rule converges exponentially: the nearest pole of tanh(s z) lies pi / (2 s) from the real axis, and the step
    is a fifteenth of that distance's 2 pi, so that the error is below 1e-6 of the value.
    """
    variance = np.diag(k)
    # inputs with equally many ones share their row of values: a few dozen triples in place of 2^(2n)
    triples = np.stack([np.minimum.outer(variance, variance), np.maximum.outer(variance, variance), k], axis=-1)
    unique, place = np.unique(np.round(triples.reshape(-1, 3), 12), axis=0, return_inverse=True)
    step = min(0.1, np.pi**2 / 15 / max(1.0, float(np.sqrt(variance.max()))))
    z = np.arange(-8.5, 8.5 + step, step)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    values = np.empty(len(unique))
    for i, (a, b, c) in enumerate(unique):
        if a <= 0:
            values[i] = 0.0
            continue
        slope = c / np.sqrt(a)
        rest = np.sqrt(max(b - slope**2, 0.0))
        inner = np.tanh(slope * z[:, None] + rest * z) @ weight
        values[i] = weight @ (np.tanh(np.sqrt(a) * z) * inner)
    return values[place.ravel()].reshape(k.shape)


@lru_cache(maxsize=16)
def _cholesky(ensemble: GaussianProcessEnsemble) -> NDArray[np.float64]:
    """Lower factor of the kernel; a point whose output is always 0 has a row of zeros."""
    k = kernel(ensemble)
    live = np.flatnonzero(np.diag(k) > 0)
    factor = np.zeros_like(k)
    if len(live):
        # a shallow kernel is singular (depth 0 has rank n + 1): a millionth of a standard deviation of noise a point
        jitter = 1e-12 * np.diag(k)[live].max()
        while True:
            try:
                inner = np.linalg.cholesky(k[np.ix_(live, live)] + jitter * np.eye(len(live)))
                break
            except np.linalg.LinAlgError:
                jitter *= 10
        factor[np.ix_(live, live)] = inner
    factor.setflags(write=False)
    return factor


def disagreement(ensemble: GaussianProcessEnsemble) -> NDArray[np.float64]:
    """Probability that a random function answers differently at two inputs: arccos(rho) / pi, shape (2^n, 2^n).

    `rho` is the correlation of the outputs (Sheppard 1899). Inputs whose output is always 0 give NaN.

    >>> p = disagreement(GaussianProcessEnsemble())
    >>> bool(p[0, 0] == 0 and 0 < p[0, 1] < p[0, 127] < 0.5)
    True
    """
    k = kernel(ensemble)
    p = np.arccos(_cosine(k)) / np.pi
    dead = np.diag(k) <= 0
    p[dead, :] = p[:, dead] = np.nan
    return p


@kept
def width_comparison(
    widths: tuple[int, ...], samples: int, limit: GaussianProcessEnsemble, limit_samples: int, seed: int
) -> pd.DataFrame:
    """How far ReLU networks of finite width are from their infinite-width limit, for a pair of inputs and as a whole.

    Parameters
    ----------
    widths : tuple of int
        Units in each of the two hidden layers.
    samples : int
        Networks of each width.
    limit : GaussianProcessEnsemble
    limit_samples : int
        Functions drawn from the limit for the chance of a constant; that of a pair is known (`disagreement`).
    seed : int

    Returns
    -------
    DataFrame
        Two rows a width: ``width``, ``quantity``, ``value``, ``limit``, ``relative`` (value / limit - 1) and ``error``
        (standard error of relative). Kept on disk; do not change it.

    Examples
    --------
    >>> found = width_comparison((10,), 4096, GaussianProcessEnsemble(depth=2), 4096, seed=1).set_index("quantity")
    >>> found[["value", "limit"]].loc["the function is constant"].round(2).tolist()  # narrow networks are simpler
    [0.34, 0.26]
    """
    constant = 2 * sample_prior(limit, limit_samples, seed).counts.max() / limit_samples
    pair = float(disagreement(limit)[0, 1])
    rows = []
    for width in widths:
        sample = sample_prior(NetworkEnsemble(widths=(width,) * limit.depth), samples, seed)
        tables = unpack(sample.functions)[:, :2]
        differs = float(sample.counts[tables[:, 0] != tables[:, 1]].sum() / samples)
        same = float(sample.counts[np.isin(ones(sample.functions), (0, 128))].sum() / samples)
        for quantity, value, at_limit in (
            ("two neighbouring inputs differ", differs, pair),
            ("the function is constant", same, constant),
        ):
            rows.append(
                {
                    "width": width,
                    "quantity": quantity,
                    "value": value,
                    "limit": at_limit,
                    "relative": value / at_limit - 1,
                    "error": np.sqrt(value * (1 - value) / samples) / at_limit,
                }
            )
    return pd.DataFrame(rows)
