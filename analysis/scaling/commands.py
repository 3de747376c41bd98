"""``python -m analysis fit-scaling FILE`` and ``python -m analysis fetch chinchilla-points``."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.kit.errors import ProblemError
from analysis.kit.reading import number
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.fit import DELTA, BootstrapFits, ScalingFit, bootstrap_scaling_law, fit_scaling_law
from analysis.scaling.points import Points, fetch_chinchilla_points, read_points, without_largest_losses

_MEANING = {
    "E": "loss that no size and no data remove, nats a token",
    "A": "scale of the size term",
    "B": "scale of the data term",
    "alpha": "exponent of size",
    "beta": "exponent of data",
    "a": "optimal size grows as budget^a, a = beta / (alpha + beta)",
}


def add_commands(commands: Any) -> None:
    """Add ``fit-scaling`` and ``fetch`` to the subparsers of the command line."""
    fit = commands.add_parser("fit-scaling", help="fit a scaling law to the training runs in a CSV file")
    fit.add_argument("file", type=Path, metavar="FILE", help="CSV with a header: N, D (or C) and loss")
    fit.add_argument(
        "--budget", action="append", default=[], metavar="FLOP", help="say how to spend it best; may be repeated"
    )
    fit.add_argument("--resamples", default="4000", metavar="N", help="of the bootstrap (default 4000; 0 for none)")
    fit.add_argument(
        "--delta", default="1e-3", metavar="WIDTH", help="of the Huber loss (default 1e-3; 0 for absolute)"
    )
    fit.add_argument(
        "--drop-worst", default="0", metavar="K", help="leave out the K runs with the largest losses (default 0)"
    )
    fit.add_argument("--seed", type=int, default=0, help="of the bootstrap (default 0)")
    fit.set_defaults(command=_fit_scaling)

    fetch = commands.add_parser("fetch", help="get data that the book may not ship")
    fetch.add_argument("what", metavar="WHAT", help="chinchilla-points: the digitised runs of Hoffmann et al. 2022")
    fetch.set_defaults(command=_fetch)


def _fit_scaling(options: argparse.Namespace) -> int:
    budgets = [number(budget, "budget", "5.76e23") for budget in options.budget]
    resamples = int(number(options.resamples, "number of resamples", "4000"))
    left_out = number(options.drop_worst, "number of runs to leave out", "5")
    fit_scaling(options.file, budgets, resamples, number(options.delta, "delta", "1e-3"), options.seed, left_out)
    return 0


def _fetch(options: argparse.Namespace) -> int:
    fetch(options.what)
    return 0


def fit_scaling(
    path: Path,
    budgets: Sequence[float] = (),
    resamples: int = 4000,
    delta: float = DELTA,
    seed: int = 0,
    left_out: float = 0,
) -> None:
    """Fit a law to the runs of a CSV file and print it, with 95 % intervals and the best use of each budget.

    Parameters
    ----------
    path : Path
        CSV with N, D (or C) and loss; see :func:`analysis.scaling.points.read_points`.
    budgets : sequence of float
        FLOP; default the largest budget among the runs and a hundred times as much.
    resamples : int
        Bootstrap resamples; 0 leaves out the intervals.
    delta : float
        Width of the Huber loss in nats of log loss.
    seed : int
        Of the bootstrap.
    left_out : int
        So many runs with the largest losses are left out, as Besiroglu et al. 2024 leave out five of 245.
    """
    if resamples < 0:
        raise ProblemError(f"There cannot be {resamples} resamples; give 0 or more.")
    runs = read_points(path)
    points = without_largest_losses(runs, left_out)
    budgets = list(budgets) or [float(points.C.max()), 100 * float(points.C.max())]
    fit = fit_scaling_law(points.N, points.D, points.loss, delta)
    best = [compute_optimal_allocation(budget, fit.law) for budget in budgets]
    spread = None
    if resamples:
        spread = bootstrap_scaling_law(points.N, points.D, points.loss, resamples, seed, delta, progress=True)
    if len(points) < len(runs):
        print(f"{len(runs) - len(points)} of {len(runs)} runs left out: those with the largest losses")
    print(_law(points, fit, spread))
    print(f"{'budget, FLOP':>14}{'parameters':>14}{'tokens':>14}{'tokens each':>14}{'loss':>10}")
    for row in best:
        print(f"{row.budget:>14.3g}{row.N:>14.3g}{row.D:>14.3g}{row.tokens_per_parameter:>14.3g}{row.loss:>10.4f}")


def fetch(what: str) -> None:
    """Fetch what may not be shipped and print where it lies; the only thing there is, is ``chinchilla-points``."""
    if what != "chinchilla-points":
        raise ProblemError(f"There is nothing called {what!r} to fetch; there is chinchilla-points.")
    print(fetch_chinchilla_points())


def _law(points: Points, fit: ScalingFit, spread: BootstrapFits | None) -> str:
    law = fit.law
    lines = [
        f"{len(points)} runs, {points.N.min():.3g} to {points.N.max():.3g} parameters,"
        f" {points.C.min():.3g} to {points.C.max():.3g} FLOP",
        f"L(N, D) = {law.E:.4g} + {law.A:.4g} / N^{law.alpha:.4g} + {law.B:.4g} / D^{law.beta:.4g}",
        f"sum of Huber terms of log loss, delta {fit.delta:g}: {fit.objective:.6g}"
        if fit.delta
        else f"sum of absolute residuals of log loss: {fit.objective:.6g}",
        "",
    ]
    head = f"95 % interval, {len(spread.samples):,} resamples" if spread else ""
    lines.append(f"{'':8}{'value':>10}  {head}".rstrip())
    for name, meaning in _MEANING.items():
        value = fit.a if name == "a" else getattr(law, name)
        low, high = spread.interval(name) if spread else (0.0, 0.0)
        interval = f"{low:>9.4g} to {high:<9.4g}" if spread else ""
        lines.append(f"{name:8}{value:>10.4g}  {interval}  {meaning}".rstrip())
    if spread is not None and spread.samples[["alpha", "beta"]].min().min() <= 0:
        share = (spread.samples[["alpha", "beta"]] <= 0).any(axis=1).mean()
        lines += [
            "",
            *textwrap.wrap(
                f"In {share:.0%} of the resamples an exponent is not positive: these runs hardly determine a law.", 100
            ),
        ]
    return "\n".join([*lines, ""])
