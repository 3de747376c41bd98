"""Many robust fits of a scaling law at once: Newton's method on the Huber loss of log residuals.

With the log-sum-exp form of Hoffmann et al. 2022, equation 10,

    log L(N, D) = log(exp(a - alpha log N) + exp(b - beta log D) + exp(e)),        A = e^a, B = e^b, E = e^e

and r_i = log L(N_i, D_i) - log L_i, a fit minimises sum_i w_i Huber_delta(r_i). Gradient and Hessian are analytic. The
Hessian's eigenvalues are taken by size (they may be negative far from the optimum) and damped as Levenberg and
Marquardt do. For a small delta the sum is nearly one of absolute values, so the width is lowered step by step,
each fit starting at the one before (Madsen & Nielsen 1993 do so for linear problems).

A batch holds m fits of the same n points, which differ in their starts or in their weights (a bootstrap resample is
a vector of counts).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Widths of the Huber loss that lead to the wanted one, in nats of log loss; the first is nearly least squares.
WIDTHS = (0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 3e-8)
#: Stands for zero: the least-absolute-deviations limit.
SMALLEST_WIDTH = 1e-8
MAX_STEPS = 200
#: Entries of an array that are computed at once, few enough to stay in a core's cache; about forty such are held.
BLOCK = 25_000
_LOOSE, _TIGHT = 1e-4, 1e-11


def huber(residuals: Array, delta: float) -> Array:
    """Huber's function: r^2 / 2 within `delta`, delta (\\|r\\| - delta / 2) beyond.

    >>> huber(np.array([0.5, -3.0]), 1.0).tolist()
    [0.125, 2.5]
    """
    size = np.abs(residuals)
    inside = np.minimum(size, delta)
    return inside * (size - inside / 2)


def log_losses_and_shares(theta: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Predicted log loss (m, n) of parameters (a, b, e, alpha, beta), and the shares (3, m, n) of the terms in L."""
    a, b, e, alpha, beta = (theta[:, [k]] for k in range(5))
    exponents = np.empty((3, len(theta), len(x)))
    exponents[0], exponents[1], exponents[2] = a - alpha * x, b - beta * y, e
    highest = exponents.max(axis=0)
    shares = np.exp(exponents - highest, out=exponents)
    total = shares.sum(axis=0)
    shares /= total
    return highest + np.log(total), shares


def objective(theta: Array, x: Array, y: Array, z: Array, weights: Array | float, delta: float) -> Array:
    """Weighted sum of Huber terms of each fit.

    Parameters
    ----------
    theta : array (m, 5)
        Parameters (a, b, e, alpha, beta) of each fit.
    x, y, z : arrays (n,)
        log N, log D and the observed log loss.
    weights : array (m, n) or (1, n), or 1
        How often each point counts.
    delta : float
        Width of the Huber loss in nats of log loss.
    """
    values = np.zeros(len(theta))
    for part, counted in _blocks(len(theta), x, y, z, weights):
        values += np.sum(counted * huber(log_losses_and_shares(theta, *part[:2])[0] - part[2], delta), axis=1)
    return values


def _blocks(
    fits: int, x: Array, y: Array, z: Array, weights: Array | float
) -> Iterator[tuple[tuple[Array, Array, Array], Array | float]]:
    """The points and their weights in pieces of which `fits` fits fill a block, so that memory does not grow with n."""
    length = max(1, BLOCK // fits)
    for start in range(0, len(x), length):
        piece = slice(start, start + length)
        counted = weights if isinstance(weights, float | int) else weights[:, piece]
        yield (x[piece], y[piece], z[piece]), counted


def derivatives(
    theta: Array, x: Array, y: Array, z: Array, weights: Array | float, delta: float
) -> tuple[Array, Array, Array]:
    """The objective (m,), its gradient (m, 5) and its Hessian (m, 5, 5); parameters as in :func:`objective`.

    At the corners of Huber's function, where no second derivative exists, the one from within is taken.
    """
    m = len(theta)
    value, gradient, hessian = np.zeros(m), np.zeros((m, 5)), np.zeros((m, 5, 5))
    for part, counted in _blocks(m, x, y, z, weights):
        for total, piece in zip((value, gradient, hessian), _derivatives(theta, *part, counted, delta), strict=True):
            total += piece
    return value, gradient, hessian


def _derivatives(
    theta: Array, x: Array, y: Array, z: Array, weights: Array | float, delta: float
) -> tuple[Array, Array, Array]:
    """Those of one block."""
    predicted, shares = log_losses_and_shares(theta, x, y)
    residuals = predicted - z
    size = np.abs(residuals)
    inside = np.minimum(size, delta)
    value = np.sum(weights * inside * (size - inside / 2), axis=1)
    slope = weights * np.clip(residuals, -delta, delta)
    by_size, by_data, floor = shares
    jacobian = np.stack([by_size, by_data, floor, -x * by_size, -y * by_data], axis=1)
    gradient = np.einsum("mkn,mn->mk", jacobian, slope)
    hessian = (jacobian * (weights * (size <= delta) - slope)[:, None, :]) @ jacobian.transpose(0, 2, 1)
    for row, column, share, t in ((0, 3, by_size, x), (1, 4, by_data, y)):
        moments = (slope * share) @ np.stack([np.ones_like(t), -t, t * t], axis=1)
        hessian[:, row, row] += moments[:, 0]
        hessian[:, row, column] += moments[:, 1]
        hessian[:, column, row] += moments[:, 1]
        hessian[:, column, column] += moments[:, 2]
    hessian[:, 2, 2] += np.sum(slope * floor, axis=1)
    return value, gradient, hessian


def minimise(
    theta: Array, x: Array, y: Array, z: Array, weights: Array, delta: float, first: float = WIDTHS[0]
) -> tuple[Array, Array]:
    """Lead each fit from its start to a minimum of its objective.

    Parameters
    ----------
    theta : array (m, 5)
        Starts.
    x, y, z, weights
        As in :func:`objective`; `x` and `y` should be centred, so that the parameters hardly depend on each other.
    delta : float
        Width of the Huber loss; 0 means the limit of least absolute deviations.
    first : float
        Width to begin with; smaller when the start is close.

    Returns
    -------
    theta (m, 5) and objectives (m,), the latter at a width of at least :data:`SMALLEST_WIDTH`.
    """
    last = max(delta, SMALLEST_WIDTH)
    for width in [w for w in WIDTHS if last < w <= first]:
        theta, _ = _newton(theta, x, y, z, weights, width, _LOOSE)
    return _newton(theta, x, y, z, weights, last, _TIGHT)


def _newton(
    theta: Array, x: Array, y: Array, z: Array, weights: Array, delta: float, tolerance: float
) -> tuple[Array, Array]:
    """Damped Newton steps of every fit until the decrease in sight is `tolerance` of its objective."""
    theta = theta.copy()
    value, gradient, hessian = derivatives(theta, x, y, z, weights, delta)
    damping = np.full(len(theta), 1e-4)
    open_ = np.arange(len(theta))
    rounding = 1e-30 * len(x)
    for _ in range(MAX_STEPS):
        step, decrease = _step(gradient[open_], hessian[open_], damping[open_])
        keep = (decrease > tolerance * value[open_] + rounding) & (damping[open_] < 1e12)
        open_, step = open_[keep], step[keep]
        if not len(open_):
            break
        trial = theta[open_] + step
        counted = weights if len(weights) == 1 else weights[open_]
        new_value, new_gradient, new_hessian = derivatives(trial, x, y, z, counted, delta)
        better = new_value < value[open_]
        taken = open_[better]
        theta[taken], value[taken] = trial[better], new_value[better]
        gradient[taken], hessian[taken] = new_gradient[better], new_hessian[better]
        damping[open_] = np.where(better, np.maximum(damping[open_] / 10, 1e-14), damping[open_] * 5)
    return theta, value


def _step(gradient: Array, hessian: Array, damping: Array) -> tuple[Array, Array]:
    """The damped step, and the decrease that the undamped one promises."""
    scale = np.sqrt(
        np.maximum(np.einsum("mkk->mk", np.abs(hessian)), 1e-14 * np.abs(hessian).max(axis=(1, 2))[:, None])
    )
    scale = np.maximum(scale, 1e-150)
    values, vectors = np.linalg.eigh(hessian / (scale[:, :, None] * scale[:, None, :]))
    along = np.einsum("mki,mk->mi", vectors, gradient / scale)
    size = np.abs(values)
    step = -np.einsum("mki,mi->mk", vectors, along / (size + damping[:, None])) / scale
    # no parameter is a logarithm or an exponent that moves by more than this in one step
    step *= np.minimum(1, 2 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
    return step, np.sum(along**2 / (size + 1e-13), axis=1) / 2
