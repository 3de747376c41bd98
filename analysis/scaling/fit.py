"""Fit a scaling law the way Hoffmann et al. 2022 did (approach 3), to the bottom of their objective.

The estimator minimises the sum of Huber terms of the log loss, with delta = 1e-3 (section 3.3). It is not convex. Our
search starts from the best of a grid of exponents, at each of which the other three constants follow from linear
least squares (variable projection, Golub & Pereyra 1973), and goes on by :mod:`analysis.scaling.huber`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from analysis.kit.errors import ProblemError
from analysis.scaling import huber
from analysis.scaling.laws import ScalingLaw, published_law
from analysis.scaling.points import Points, check_points, fetched_chinchilla_points

Array = NDArray[np.float64]

#: Width of the Huber loss, in nats of log loss (Hoffmann et al. 2022, section 3.3).
DELTA = 1e-3
#: Exponents at which variable projection looks for a start.
EXPONENTS = np.geomspace(0.03, 1.5, 14)
#: Starts that are followed to the end.
STARTS = 8
#: Of more runs the search for a start looks at so many, drawn once.
MANY = 2_000
#: Width of the Huber loss to begin with where the start is close, in nats of log loss.
CLOSE = 0.01

#: Hoffmann's 4,500 starts (appendix D.2), in the order (a, b, e, alpha, beta).
HOFFMANN_GRID = (
    np.arange(0.0, 26.0, 5.0),
    np.arange(0.0, 26.0, 5.0),
    np.arange(-1.0, 1.1, 0.5),
    np.arange(0.0, 2.1, 0.5),
    np.arange(0.0, 2.1, 0.5),
)
CONSTANTS = ["E", "A", "B", "alpha", "beta"]


class Bar(tqdm):
    """A progress bar without a thread that watches it, which a browser refuses."""

    monitor_interval = 0


@dataclass(frozen=True)
class ScalingFit:
    """A fitted law.

    Attributes
    ----------
    law : the law
    objective : sum over the runs of the Huber terms of log loss (of absolute log residuals where delta is 0)
    delta : width of the Huber loss, in nats of log loss
    points : number of runs
    """

    law: ScalingLaw
    objective: float
    delta: float
    points: int

    @property
    def a(self) -> float:
        """Exponent of the optimal size, beta / (alpha + beta)."""
        return self.law.beta / (self.law.alpha + self.law.beta)

    def constant(self, name: str) -> float:
        """A constant by its name: one of the law, or ``"a"``.

        Raises
        ------
        ProblemError
            For any other name.

        Examples
        --------
        >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
        >>> found = ScalingFit(law, objective=0.0, delta=1e-3, points=25)
        >>> found.constant("alpha"), round(found.constant("a"), 3)
        (0.34, 0.452)
        """
        if name != "a" and name not in CONSTANTS:
            raise ProblemError(f"There is no constant {name!r}; choose from {', '.join([*CONSTANTS, 'a'])}.")
        return float(getattr(self if name == "a" else self.law, name))


def hoffmann_objective(law: ScalingLaw, N: ArrayLike, D: ArrayLike, loss: ArrayLike, delta: float = DELTA) -> float:
    """Sum over runs of the Huber terms of log L(N, D) - log loss (absolute values where `delta` is 0).

    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> hoffmann_objective(law, [1e9, 1e10], [2e10, 2e11], law.loss([1e9, 1e10], [2e10, 2e11]))
    0.0
    """
    residuals = np.log(law.loss(N, D)) - np.log(np.asarray(loss, float))
    return float(np.sum(huber.huber(residuals, delta) if delta else np.abs(residuals)))


def fit_scaling_law(N: ArrayLike, D: ArrayLike, loss: ArrayLike, delta: float = DELTA) -> ScalingFit:
    """Fit E + A / N^alpha + B / D^beta to training runs by Hoffmann's objective.

    Parameters
    ----------
    N, D, loss : arrays (n,)
        Parameters, tokens and final loss (nats per token) of each run; positive, at least six runs.
    delta : float
        Width of the Huber loss in nats of log loss; 0 gives least absolute deviations, large values least squares.

    Returns
    -------
    ScalingFit
        The law, with what it leaves unexplained.

    Raises
    ------
    ProblemError
        For runs that do not determine a law; see :func:`analysis.scaling.points.check_points`.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> N, D = np.repeat(np.geomspace(1e8, 1e10, 5), 5), np.tile(np.geomspace(1e9, 1e12, 5), 5)
    >>> found = fit_scaling_law(N, D, law.loss(N, D)).law
    >>> print(f"{found.E:.6f} {found.A:.4f} {found.B:.4f} {found.alpha:.6f} {found.beta:.6f}")
    1.690000 406.4000 410.7000 0.340000 0.280000
    """
    points = check_points(N, D, loss)
    checked_width(delta)
    problem = Centred(points)
    theta = problem.best(delta)
    E, A, B, alpha, beta = (float(v) for v in problem.constants(theta[None])[0])
    if alpha <= 0 or beta <= 0:
        what = "size" if alpha <= 0 else "data"
        raise ProblemError(f"In these runs the loss does not fall with more {what}, so that no law fits; check them.")
    law = ScalingLaw(E, A, B, alpha, beta)
    return ScalingFit(law, hoffmann_objective(law, points.N, points.D, points.loss, delta), delta, len(points))


def checked_width(delta: float) -> float:
    """A width of the Huber loss, or ProblemError."""
    if not (math.isfinite(delta) and delta >= 0):
        raise ProblemError(f"The Huber width delta is {delta:g}; give 0 or a positive number.")
    return delta


def hoffmann_starts() -> Array:
    """The 4,500 starts of Hoffmann et al. 2022, rows (a, b, e, alpha, beta)."""
    return np.array(list(itertools.product(*HOFFMANN_GRID)))


def grid_fit(
    N: ArrayLike,
    D: ArrayLike,
    loss: ArrayLike,
    reduction: Literal["sum", "mean"] = "sum",
    starts: Sequence[Sequence[float]] | Array | None = None,
    delta: float = DELTA,
    progress: bool = False,
) -> pd.DataFrame:
    """Search by SciPy's L-BFGS-B at its default tolerances from every start, with Huber terms added or averaged.

    The minimum is the same either way. But the search stops when the gradient, or the decrease, is small in absolute
    terms, and an average over n runs is n times smaller than the sum: it stops early, as Hoffmann's fit did (Besiroglu
    et al. 2024).

    Parameters
    ----------
    N, D, loss, delta
        As in :func:`fit_scaling_law`.
    reduction : {"sum", "mean"}
    starts : rows (a, b, e, alpha, beta), optional
        Default :func:`hoffmann_starts`.

    Returns
    -------
    DataFrame
        One row a start, best first: E, A, B, alpha, beta, the allocation exponent a, the *summed* objective and the
        iterations taken.
    """
    points = check_points(N, D, loss)
    if reduction not in ("sum", "mean"):
        raise ProblemError(f"The Huber terms can be added or averaged, not {reduction!r}; give 'sum' or 'mean'.")
    x, y, z = (np.log(v) for v in (points.N, points.D, points.loss))
    scale = 1.0 if reduction == "sum" else 1 / len(points)

    def objective(theta: Array) -> tuple[float, Array]:
        predicted, (by_size, by_data, floor) = huber.log_losses_and_shares(theta[None], x, y)
        residuals = predicted[0] - z
        slope = np.clip(residuals, -delta, delta)
        p, q = slope * by_size[0], slope * by_data[0]
        gradient = np.array([p.sum(), q.sum(), slope @ floor[0], -(p @ x), -(q @ y)])
        return scale * float(huber.huber(residuals, delta).sum()), scale * gradient

    rows = []
    for start in Bar(hoffmann_starts() if starts is None else starts, unit="start", disable=not progress):
        with np.errstate(all="ignore"):
            found = minimize(objective, np.asarray(start, float), jac=True, method="L-BFGS-B")
        a, b, e, alpha, beta = found.x
        with np.errstate(all="ignore"):
            rows.append((*np.exp([e, a, b]), alpha, beta, beta / (alpha + beta), found.fun / scale, found.nit))
    table = pd.DataFrame(rows, columns=[*CONSTANTS, "a", "objective", "iterations"])
    return table.sort_values("objective", ignore_index=True)


def refit_fetched_points() -> pd.DataFrame | None:
    """Our fits of the digitised Chinchilla points beside the published ones, or None if nobody has fetched them.

    Returns
    -------
    DataFrame
        Index (fit, constant) with fits ``"huber"`` (Hoffmann's objective) and ``"least absolute deviations"`` (what
        the published refit minimises in effect); columns ``ours`` and ``published``.
    """
    points = fetched_chinchilla_points()
    if points is None:
        return None
    rows = {}
    for name, delta, law in (
        ("huber", DELTA, published_law("besiroglu-huber")),
        ("least absolute deviations", 0.0, published_law("besiroglu")),
    ):
        ours = fit_scaling_law(points.N, points.D, points.loss, delta)
        for constant in CONSTANTS:
            rows[name, constant] = (getattr(ours.law, constant), getattr(law, constant))
        rows[name, "a"] = (ours.a, law.beta / (law.alpha + law.beta))
    index = pd.MultiIndex.from_tuples(rows, names=["fit", "constant"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["ours", "published"])


class Centred:
    """The runs in logarithms, with sizes and data centred so that scales and exponents hardly depend on each other.

    Memory beyond the runs themselves is bounded: what grows with their number is computed in blocks, and the search
    for a start looks at :data:`MANY` of them.
    """

    def __init__(self, points: Points) -> None:
        x, y = np.log(points.N), np.log(points.D)
        self.middle = (x.mean(), y.mean())
        self.x, self.y, self.z = x - self.middle[0], y - self.middle[1], np.log(points.loss)

    def constants(self, theta: Array) -> Array:
        """(E, A, B, alpha, beta) of each row of centred (a, b, e, alpha, beta)."""
        a, b, e, alpha, beta = theta.T
        with np.errstate(over="ignore"):
            A, B = np.exp(a + alpha * self.middle[0]), np.exp(b + beta * self.middle[1])
        return np.stack([np.exp(e), A, B, alpha, beta], axis=1)

    def parameters(self, law: ScalingLaw) -> Array:
        """Centred (a, b, e, alpha, beta) of a law, the inverse of :meth:`constants`."""
        a, b = (
            math.log(scale) - exponent * middle
            for scale, exponent, middle in zip((law.A, law.B), (law.alpha, law.beta), self.middle, strict=True)
        )
        return np.array([a, b, math.log(law.E) if law.E else -np.inf, law.alpha, law.beta])

    def best(self, delta: float) -> Array:
        """The best minimum that the starts lead to, centred (a, b, e, alpha, beta)."""
        starts, some = self.starts, self._some
        if some is not None:
            one = np.ones((1, MANY))
            starts, _ = huber.minimise(starts, self.x[some], self.y[some], self.z[some], one, delta)
        one = np.ones((1, len(self.x)))
        first = huber.WIDTHS[0] if some is None else CLOSE
        theta, value = huber.minimise(starts, self.x, self.y, self.z, one, delta, first)
        return theta[np.argmin(value)]

    def follow(self, starts: Iterable[Array], counts: Array, delta: float) -> Array:
        """The better of the minima that each resample's search from the given starts leads to."""
        best, lowest = np.empty((len(counts), 5)), np.full(len(counts), np.inf)
        for start in starts:
            first = np.tile(start, (len(counts), 1))
            theta, value = huber.minimise(first, self.x, self.y, self.z, counts, delta, CLOSE)
            better = value < lowest
            best[better], lowest[better] = theta[better], value[better]
        return best

    @cached_property
    def _some(self) -> NDArray[np.int64] | None:
        """The same :data:`MANY` runs each time, where there are more."""
        n = len(self.x)
        return np.random.default_rng(0).choice(n, MANY, replace=False) if n > MANY else None

    @cached_property
    def starts(self) -> Array:
        """The best of a grid of exponents by least squares of relative residuals, and a few others of it."""
        kept = slice(None) if self._some is None else self._some
        x, y, z = self.x[kept], self.y[kept], self.z[kept]
        alpha, beta = (grid.ravel() for grid in np.meshgrid(EXPONENTS, EXPONENTS, indexing="ij"))
        columns = np.stack(
            [np.exp(-alpha[:, None] * x), np.exp(-beta[:, None] * y), np.ones((len(alpha), len(x)))], axis=2
        )
        relative = columns / np.exp(z)[:, None]
        squares = relative.transpose(0, 2, 1) @ relative
        ridge = 1e-9 * np.einsum("gkk->gk", squares)[:, :, None] * np.eye(3)
        found = np.linalg.solve(squares + ridge, relative.sum(axis=1)[:, :, None])[:, :, 0]
        found = np.maximum(found, 1e-8 * np.exp(z.mean()))
        theta = np.column_stack([np.log(found), alpha, beta])
        missed = huber.objective(theta, x, y, z, 1.0, 0.1)
        order = np.argsort(missed)
        return theta[order[: 4 * STARTS : 4]]
