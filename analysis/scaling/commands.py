"""``python -m analysis fit-scaling FILE`` and ``python -m analysis fetch chinchilla-points``."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import cluster
from analysis.kit.reading import number, whole
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.bootstrap import MOST_RESAMPLES, BootstrapFits, bootstrap_scaling_law, check_resamples
from analysis.scaling.columns import KNOWN
from analysis.scaling.doubts import doubts, largest_influence
from analysis.scaling.fit import DELTA, ScalingFit, fit_scaling_law
from analysis.scaling.influence import influence_on
from analysis.scaling.points import Points, fetch_chinchilla_points, read_points, without_largest_losses

#: FLOP that can be asked about, widths of the Huber loss (10 nats is least squares), seeds and levels.
BUDGETS, WIDEST, MOST_SEED, LEVELS = (1.0, 1e40), 100.0, 2**53, (0.5, 0.999)

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
    fit = commands.add_parser("fit-scaling", help="fit a scaling law to a table of training runs")
    fit.add_argument("file", type=Path, metavar="FILE", help="table with a header: N, D (or C) and loss")
    for key, what in (("N", "sizes"), ("D", "tokens"), ("C", "compute, in FLOP"), ("loss", "losses")):
        fit.add_argument(f"--{key}", metavar="COLUMN", help=f"of {what}, where its name is not known")
    fit.add_argument(
        "--budget", action="append", default=[], metavar="FLOP", help="say how to spend it best; may be repeated"
    )
    fit.add_argument("--resamples", default="4000", metavar="N", help="of the bootstrap (default 4000; 0 for none)")
    fit.add_argument("--level", default="0.95", metavar="SHARE", help="of the intervals (default 0.95)")
    fit.add_argument(
        "--delta", default="1e-3", metavar="WIDTH", help="of the Huber loss (default 1e-3; 0 for absolute)"
    )
    fit.add_argument(
        "--drop-worst", default="0", metavar="K", help="leave out the K runs with the largest losses (default 0)"
    )
    fit.add_argument("--seed", default="0", metavar="N", help="of the bootstrap (default 0)")
    fit.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster, such as tcp://host:8786")
    fit.add_argument("--report", type=Path, metavar="DIR", help="write a page with figures, and tables, into DIR")
    fit.add_argument(
        "--experiment-budget",
        metavar="FLOP",
        help="of the further run that the report proposes (default the largest among the runs)",
    )
    fit.set_defaults(command=_fit_scaling)

    fetch = commands.add_parser("fetch", help="get data that the book may not ship")
    fetch.add_argument("what", metavar="WHAT", help="chinchilla-points: the digitised runs of Hoffmann et al. 2022")
    fetch.set_defaults(command=_fetch)


def _fit_scaling(options: argparse.Namespace) -> int:
    further = options.experiment_budget
    fit_scaling(
        options.file,
        [_between(budget, "budget", "5.76e23", *BUDGETS) for budget in options.budget],
        whole(options.resamples, "number of resamples", "4000", 0, MOST_RESAMPLES),
        _between(options.delta, "delta", "1e-3", 0, WIDEST),
        whole(options.seed, "seed", "0", 0, MOST_SEED),
        whole(options.drop_worst, "number of runs to leave out", "5"),
        columns={key: getattr(options, key) for key in KNOWN if getattr(options, key) is not None},
        level=_between(options.level, "level", "0.95", *LEVELS),
        scheduler=options.scheduler,
        report=options.report,
        experiment_budget=None if further is None else _between(further, "experiment budget", "1e21", *BUDGETS),
    )
    return 0


def _between(text: str, what: str, example: str, least: float, most: float) -> float:
    """A number that was typed, between bounds."""
    value = number(text, what, example)
    if not least <= value <= most:
        raise ProblemError(f"The {what} is {value:g}; give a number from {least:g} to {most:g}, such as {example}.")
    return value


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
    *,
    columns: Mapping[str, str] | None = None,
    level: float = 0.95,
    scheduler: str | None = None,
    report: Path | None = None,
    experiment_budget: float | None = None,
) -> None:
    """Fit a law to the runs of a table and print it, with intervals, doubts and the best use of each budget.

    Parameters
    ----------
    path : Path
        Table with N, D (or C) and loss; see :func:`analysis.scaling.points.read_points`.
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
    columns : dict, optional
        Names of columns by hand, for some of ``"N"``, ``"D"``, ``"C"`` and ``"loss"``.
    level : float
        Of the intervals.
    scheduler : str, optional
        Address of a Dask cluster that fits the resamples; default the cores of this machine.
    report : Path, optional
        Folder of a page that shows all of this and more (:mod:`analysis.scaling.fit_page`).
    experiment_budget : float, optional
        FLOP of the further run that the page proposes; default the largest budget among the runs.
    """
    if report is not None:
        from analysis.kit.page import check_folder

        check_folder(report)
    runs = read_points(path, columns)
    points = without_largest_losses(runs, left_out)
    budgets = list(budgets) or [float(points.C.max()), 100 * float(points.C.max())]
    fit = fit_scaling_law(points.N, points.D, points.loss, delta)
    best = [compute_optimal_allocation(budget, fit.law) for budget in budgets]
    spread = _spread(points, resamples, seed, delta, scheduler) if resamples else None
    influence = influence_on(fit, points)
    said = list(runs.notes)
    if len(points) < len(runs):
        said.append(f"{len(runs) - len(points)} of {len(runs)} runs left out: those with the largest losses")
    doubted = doubts(points, fit, spread, influence, budgets, level)
    for note in said:
        print(_wrapped(note))
    print(_law(points, fit, spread, level))
    print(f"{_wrapped(f'Largest influence of one run: {largest_influence(points, fit, influence)}.')}\n")
    for doubt in doubted:
        print(f"{_wrapped(doubt)}\n")
    print(f"{'budget, FLOP':>14}{'parameters':>14}{'tokens':>14}{'tokens each':>14}{'loss':>10}")
    for row in best:
        print(f"{row.budget:>14.3g}{row.N:>14.3g}{row.D:>14.3g}{row.tokens_per_parameter:>14.3g}{row.loss:>10.4f}")
    if report is not None:
        from analysis.scaling.fit_page import Result, write_page

        name = "standard input" if str(path) == "-" else path.name
        result = Result(points, fit, spread, influence, budgets, level, name, said, doubted, seed)
        print(write_page(result, _MEANING, report, experiment_budget))


def _spread(points: Points, resamples: int, seed: int, delta: float, scheduler: str | None) -> BootstrapFits:
    """The laws of the resamples, from this machine or from a cluster."""
    given = (points.N, points.D, points.loss, resamples, seed, delta)
    if scheduler is None:
        return bootstrap_scaling_law(*given, progress=True)
    check_resamples(resamples, len(points))
    with cluster(scheduler) as executor:
        try:
            return bootstrap_scaling_law(*given, progress=True, executor=executor)
        except Exception as error:
            if not (isinstance(error, BrokenExecutor) or type(error).__module__.startswith("distributed")):
                raise
            raise ProblemError(
                f"The workers of {scheduler} were lost ({type(error).__name__}); see that they have memory and run the"
                " same command again."
            ) from error


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, break_on_hyphens=False)


def fetch(what: str) -> None:
    """Fetch what may not be shipped and print where it lies; the only thing there is, is ``chinchilla-points``."""
    if what != "chinchilla-points":
        raise ProblemError(f"There is nothing called {what!r} to fetch; there is chinchilla-points.")
    print(fetch_chinchilla_points())


def _law(points: Points, fit: ScalingFit, spread: BootstrapFits | None, level: float) -> str:
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
    head = f"{100 * level:.4g} % interval, {len(spread.samples):,} resamples" if spread else ""
    lines.append(f"{'':8}{'value':>10}  {head}".rstrip())
    for name, meaning in _MEANING.items():
        low, high = spread.interval(name, level) if spread else (0.0, 0.0)
        interval = f"{low:>9.4g} to {high:<9.4g}" if spread else ""
        lines.append(f"{name:8}{fit.constant(name):>10.4g}  {interval}  {meaning}".rstrip())
    return "\n".join([*lines, ""])
