"""What an isoFLOP experiment says: the best size at each budget, and how it grows with the budget.

This is approach 2 of Hoffmann et al. 2022. At each budget C the loss is fitted by a parabola in log N; its vertex is
the compute-optimal size N*(C), which leaves D*(C) = C / 6 N* tokens. A straight line through the logarithms of the
vertices gives the exponent a of N* ~ C^a, and 1 - a is that of D*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import linregress
from scipy.stats import t as student

from analysis.kit.errors import ProblemError
from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.fit import fit_scaling_law
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN
from analysis.scaling.points import check_points

Array = NDArray[np.float64]

#: A parabola through fewer sizes has no residual to be judged by.
FEWEST_SIZES = 4
#: Two vertices fix a line, a third its error.
FEWEST_VALLEYS = 3
#: Resamples whose parabolas have no minimum may be this share of all.
MOST_FAILURES = 0.05


@dataclass(frozen=True, eq=False)
class IsoFlopFit:
    """Parabolas at each budget and the power laws through their vertices.

    Attributes
    ----------
    optima : DataFrame
        One row a budget: ``budget`` (FLOP), ``N``, ``D``, ``loss`` (nats a token) at the vertex, ``curvature`` (nats
        per squared factor e of size, positive), ``rms`` (of the residuals, nats), ``runs``, ``smallest`` and
        ``largest`` size tried, ``inside`` (whether the vertex lies between them).
    residuals : DataFrame
        One row a run: ``budget``, ``N``, ``D``, ``loss``, ``fitted``, ``residual`` (loss less fitted, nats).
    a : float
        Exponent of the optimal size; that of the optimal data is ``1 - a``.
    coefficient : float
        k in N* = k C^a.
    loss_exponent : float
        g in L* ~ C^-g, without a floor.
    """

    optima: pd.DataFrame
    residuals: pd.DataFrame
    a: float
    coefficient: float
    loss_exponent: float

    @property
    def b(self) -> float:
        """Exponent of the optimal data."""
        return 1 - self.a

    def curve(self, points: int = 40) -> pd.DataFrame:
        """The parabolas over the sizes tried: columns ``budget``, ``N``, ``D``, ``loss``."""
        parts = []
        for row in self.optima.to_dict("records"):
            N = np.geomspace(row["smallest"], row["largest"], points)
            loss = row["loss"] + row["curvature"] * np.log(N / row["N"]) ** 2
            D = row["budget"] / (FLOP_PER_PARAMETER_AND_TOKEN * N)
            parts.append(pd.DataFrame({"budget": row["budget"], "N": N, "D": D, "loss": loss}))
        return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, eq=False)
class IsoFlopBootstrap:
    """The same fits on resampled runs.

    Attributes
    ----------
    samples : DataFrame
        One row a resample: ``a``, ``loss_exponent``, and ``N 1e+10``, ``loss 1e+10`` and so on for each budget.
    failed : int
        Resamples in which some parabola had no minimum; they are left out.
    """

    samples: pd.DataFrame
    failed: int

    def interval(self, name: str = "a", level: float = 0.95) -> tuple[float, float]:
        """Percentile interval of a column of `samples`."""
        if name not in self.samples:
            raise ProblemError(f"There is no {name!r} in the bootstrap; choose from {', '.join(self.samples)}.")
        low, high = self.samples[name].quantile([(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)


def fit_isoflop(runs: pd.DataFrame) -> IsoFlopFit:
    """Fit a parabola in log N at each budget and a power law through the vertices.

    Parameters
    ----------
    runs : DataFrame
        Columns ``budget`` (FLOP), ``N`` (parameters), ``D`` (tokens), ``loss`` (nats a token); two or more budgets with
        four or more sizes each. Runs of one size (other seeds) count singly.

    Returns
    -------
    IsoFlopFit

    Raises
    ------
    ProblemError
        For too few budgets or sizes, numbers that are not positive, or losses without a minimum.

    Examples
    --------
    >>> sizes = np.geomspace(0.2, 5, 7)
    >>> runs = pd.DataFrame([
    ...     (C, n * C**0.5, C**0.5 / 6 / n, 3 + 0.1 * np.log(n) ** 2) for C in (1e10, 1e12) for n in sizes
    ... ], columns=["budget", "N", "D", "loss"])
    >>> fit = fit_isoflop(runs)
    >>> round(fit.a, 6), fit.optima["N"].round(3).tolist()
    (0.5, [100000.0, 1000000.0])
    """
    rows = _checked(runs)
    budgets = np.sort(rows["budget"].unique())
    parts, optima = [], []
    for budget in budgets:
        group = rows[rows["budget"] == budget]
        x, y = np.log(group["N"].to_numpy(float)), group["loss"].to_numpy(float)
        vertex, low, curvature = (v.item() for v in _vertices(x, y, np.ones((1, len(x)))))
        if not curvature > 0:
            raise ProblemError(
                f"At {budget:.3g} FLOP the loss has no minimum between the sizes tried; try smaller or larger models."
            )
        fitted = low + curvature * (x - vertex) ** 2
        parts.append(group.assign(fitted=fitted, residual=y - fitted))
        N = np.exp(vertex)
        ends = group["N"].min(), group["N"].max()
        optima.append(
            {
                "budget": budget,
                "N": N,
                "D": budget / (FLOP_PER_PARAMETER_AND_TOKEN * N),
                "loss": low,
                "curvature": curvature,
                "rms": float(np.sqrt(np.mean((y - fitted) ** 2))),
                "runs": len(group),
                "smallest": ends[0],
                "largest": ends[1],
                "inside": bool(ends[0] < N < ends[1]),
            }
        )
    table = pd.DataFrame(optima)
    logC = np.log(budgets)
    a, constant = np.polyfit(logC, np.log(table["N"]), 1)
    slope = np.polyfit(logC, np.log(table["loss"]), 1)[0]
    residuals = pd.concat(parts, ignore_index=True)
    return IsoFlopFit(table, residuals, float(a), float(np.exp(constant)), float(-slope))


def bootstrap_isoflop(runs: pd.DataFrame, resamples: int = 4000, seed: int = 0) -> IsoFlopBootstrap:
    """Repeat :func:`fit_isoflop` on runs drawn with replacement within each budget.

    Drawing runs rather than only seeds lets a size that lies off the parabola count as uncertainty too.

    Parameters
    ----------
    runs : DataFrame
        As in :func:`fit_isoflop`.
    resamples : int
    seed : int

    Returns
    -------
    IsoFlopBootstrap

    Raises
    ------
    ProblemError
        As :func:`fit_isoflop`; also if more than 5 % of the resamples have a budget without a minimum.

    Examples
    --------
    The best sizes of these runs grow as the root of the budget:

    >>> n, noise = np.geomspace(0.1, 10, 5), np.random.default_rng(1).normal(0, 0.01, 5)
    >>> runs = pd.DataFrame([
    ...     (C, each * C**0.5, C**0.5 / 6 / each, 3 + 0.1 * np.log(each) ** 2 + off)
    ...     for C in (1e10, 1e11, 1e12) for each, off in zip(n, noise)
    ... ], columns=["budget", "N", "D", "loss"])
    >>> bootstrap_isoflop(runs, resamples=50, seed=1).samples["a"].quantile([0.025, 0.975]).round(2).tolist()
    [0.49, 0.52]
    """
    if resamples < 1:
        raise ProblemError(f"There are {resamples} resamples; ask for at least one.")
    rows = fit_isoflop(runs).residuals
    rng = np.random.default_rng(seed)
    budgets = np.sort(rows["budget"].unique())
    vertices, losses = np.empty((2, resamples, len(budgets)))
    for number, budget in enumerate(budgets):
        group = rows[rows["budget"] == budget]
        x, y = np.log(group["N"].to_numpy(float)), group["loss"].to_numpy(float)
        counts = _draws(x, resamples, rng)
        vertex, low, curvature = _vertices(x, y, counts)
        vertices[:, number] = np.where(curvature > 0, vertex, np.nan)
        losses[:, number] = low
    good = np.isfinite(vertices).all(axis=1) & (losses > 0).all(axis=1)
    failed = int(resamples - good.sum())
    if failed > MOST_FAILURES * resamples:
        raise ProblemError(
            f"In {failed} of {resamples} resamples the loss has no minimum at some budget; add runs around it."
        )
    vertices, losses = vertices[good], losses[good]
    centred = np.log(budgets) - np.log(budgets).mean()
    weights = centred / (centred @ centred)
    samples = pd.DataFrame({"a": vertices @ weights, "loss_exponent": -(np.log(losses) @ weights)})
    for number, budget in enumerate(budgets):
        samples[f"N {budget:.3g}"] = np.exp(vertices[:, number])
        samples[f"loss {budget:.3g}"] = losses[:, number]
    return IsoFlopBootstrap(samples, failed)


def compare_approaches(runs: pd.DataFrame, resamples: int = 1000, seed: int = 0, level: float = 0.95) -> pd.DataFrame:
    """The exponent a by parabolas and by a fitted law, on the same runs.

    Parameters
    ----------
    runs, resamples, seed
        As in :func:`bootstrap_isoflop`.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        Index ``parabolas`` (Hoffmann's approach 2) and ``law`` (approach 3, with E + A / N^alpha + B / D^beta);
        columns ``a``, ``low``, ``high``.
    """
    rows = _checked(runs)
    N, D, loss = (rows[name].to_numpy(float) for name in ("N", "D", "loss"))
    law = fit_scaling_law(N, D, loss)
    found = {
        "parabolas": (fit_isoflop(rows).a, *bootstrap_isoflop(rows, resamples, seed).interval("a", level)),
        "law": (law.a, *bootstrap_scaling_law(N, D, loss, resamples, seed).interval("a", level)),
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["a", "low", "high"])


@dataclass(frozen=True, eq=False)
class VertexFit:
    """The lowest points of valleys from three runs each, and the power law through them.

    Attributes
    ----------
    optima : DataFrame
        One row a budget: ``budget`` (FLOP), ``N`` and ``loss`` at the vertex.
    left_out : list of float
        Budgets whose lowest run is at the end of the sizes tried: their valley has one side.
    a : float
        Exponent of the optimal size.
    coefficient : float
        k in N* = k C^a.
    error : float
        Standard error of `a`, from the scatter of the vertices about the line; the noise of single runs is in it.
    """

    optima: pd.DataFrame
    left_out: list[float]
    a: float
    coefficient: float
    error: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Interval of `a` by Student's distribution with the budgets less two degrees of freedom."""
        half = self.error * float(student.ppf((1 + level) / 2, len(self.optima) - 2))
        return self.a - half, self.a + half


def fit_vertices(runs: pd.DataFrame, size: str = "N") -> VertexFit:
    """Find the best size at each budget from its lowest run and the neighbours, and a power law through them.

    Where sizes lie far apart, a parabola through all of them is drawn by the far ones, which hardly learned. Three runs
    fix a parabola exactly, so that nothing but the scatter of the vertices says how well the exponent is known.

    Parameters
    ----------
    runs : DataFrame
        Columns ``budget`` (FLOP), ``loss`` and `size`; of several runs of one size (other rates, other seeds) the
        lowest counts. Three or more budgets with three or more sizes each, the lowest not at an end.
    size : str
        The column of sizes: how parameters are counted.

    Returns
    -------
    VertexFit

    Raises
    ------
    ProblemError
        For missing columns, values that are not positive, or fewer than three budgets with a valley.

    Examples
    --------
    >>> sizes = np.geomspace(0.1, 10, 5)
    >>> runs = pd.DataFrame([
    ...     (C, n * C**0.5, 3 + 0.1 * np.log(n) ** 2) for C in (1e10, 1e11, 1e12) for n in sizes
    ... ], columns=["budget", "N", "loss"])
    >>> round(fit_vertices(runs).a, 6)
    0.5
    """
    missing = {"budget", "loss", size} - set(runs.columns)
    if missing:
        raise ProblemError(f"The runs lack {', '.join(sorted(missing))}; give budget, loss and {size} of each.")
    if not (np.isfinite(runs[["budget", "loss", size]]) & (runs[["budget", "loss", size]] > 0)).all(axis=None):
        raise ProblemError("Budgets, sizes and losses must be positive, finite numbers; correct them.")
    rows, left_out = [], []
    for budget, group in runs.groupby("budget"):
        lowest = group.groupby(size)["loss"].min()
        place = int(lowest.argmin())
        if not 0 < place < len(lowest) - 1:
            left_out.append(float(budget))  # type: ignore[arg-type]
            continue
        three = lowest.iloc[place - 1 : place + 2]
        x = np.log(three.index.to_numpy(float))
        vertex, low, _ = (v.item() for v in _vertices(x, three.to_numpy(float), np.ones((1, 3))))
        rows.append({"budget": budget, "N": float(np.exp(vertex)), "loss": low})
    if len(rows) < FEWEST_VALLEYS:
        raise ProblemError(
            f"At {len(rows)} budgets the lowest run lies between others; a slope with its error needs {FEWEST_VALLEYS}."
        )
    optima = pd.DataFrame(rows)
    line = linregress(np.log(optima["budget"]), np.log(optima["N"]))
    return VertexFit(optima, left_out, float(line.slope), float(np.exp(line.intercept)), float(line.stderr))


def _checked(runs: pd.DataFrame) -> pd.DataFrame:
    missing = {"budget", "N", "D", "loss"} - set(runs.columns)
    if missing:
        raise ProblemError(f"The runs lack {', '.join(sorted(missing))}; give budget, N, D and loss of each.")
    rows = runs[["budget", "N", "D", "loss"]].reset_index(drop=True)
    check_points(rows["N"], rows["D"], rows["loss"])
    if not (np.isfinite(rows["budget"]) & (rows["budget"] > 0)).all():
        raise ProblemError("A budget must be a positive number of FLOP.")
    sizes = rows.groupby("budget")["N"].nunique()
    if len(sizes) < 2:
        raise ProblemError("One budget shows no growth; give runs at two or more.")
    if sizes.min() < FEWEST_SIZES:
        raise ProblemError(
            f"At {sizes.idxmin():.3g} FLOP there are {sizes.min()} sizes; a parabola needs {FEWEST_SIZES} or more."
        )
    return rows


def _vertices(x: Array, y: Array, counts: Array) -> tuple[Array, Array, Array]:
    """Vertex, loss there and curvature of the parabolas that fit the runs, counted as often as each row of `counts`."""
    middle = x.mean()
    columns = np.stack([np.ones_like(x), x - middle, (x - middle) ** 2], axis=1)
    squares = np.einsum("rn,ni,nj->rij", counts, columns, columns)
    constant, slope, curvature = np.linalg.solve(squares, (counts @ (columns * y[:, None]))[:, :, None])[:, :, 0].T
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = -slope / (2 * curvature)
        return middle + shift, constant - curvature * shift**2, curvature


def _draws(x: Array, resamples: int, rng: np.random.Generator) -> Array:
    """How often each run is drawn; draws with fewer than three sizes, which fix no parabola, are drawn again."""
    n, sizes = len(x), np.unique(x, return_inverse=True)[1]
    membership = np.eye(sizes.max() + 1)[sizes]
    counts = rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(float)
    while (poor := ((counts @ membership > 0).sum(axis=1) < 3)).any():
        counts[poor] = rng.multinomial(n, np.full(n, 1 / n), size=int(poor.sum()))
    return counts
