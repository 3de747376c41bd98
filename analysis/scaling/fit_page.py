"""The page of ``fit-scaling --report DIR``: a law, how sure it is, on which runs it hangs, and which would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.kit.numbers import amount
from analysis.kit.page import pictured, style, templates, write_files
from analysis.scaling import fit_charts
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.bootstrap import BootstrapFits, interval_of
from analysis.scaling.doubts import NORMAL_95, predictions, times
from analysis.scaling.fit import ScalingFit
from analysis.scaling.influence import next_run, standard_errors
from analysis.scaling.points import Points

#: Runs whose influence is listed.
LISTED = 10


@dataclass(frozen=True, eq=False)
class Result:
    """What a page tells.

    Attributes
    ----------
    points, fit, spread, influence
        The runs; their law; those of resamples, where there are any; those without each run.
    budgets : FLOP
    level : of the intervals
    name : of the file
    read, doubts : sentences on how it was read, and what is to be doubted
    seed : of the resamples
    """

    points: Points
    fit: ScalingFit
    spread: BootstrapFits | None
    influence: pd.DataFrame
    budgets: Sequence[float]
    level: float
    name: str
    read: Sequence[str]
    doubts: Sequence[str]
    seed: int


def write_page(
    result: Result, meanings: Mapping[str, str], folder: Path, experiment_budget: float | None = None
) -> Path:
    """Write ``index.html``, ``residuals.csv``, ``influence.csv`` and ``samples.csv`` and return the page's path.

    Parameters
    ----------
    result : Result
    meanings : mapping of str to str
        What each constant is.
    folder : Path
        New or empty; see :func:`analysis.kit.page.check_folder`.
    experiment_budget : float, optional
        FLOP of the further run; default the largest among the runs.

    Raises
    ------
    ProblemError
        If the budget is too small for a further run, or the folder cannot be written.
    """
    points, fit, spread, level = result.points, result.fit, result.spread, result.level
    further = next_run(points, fit.law, experiment_budget)
    budget = experiment_budget or float(points.C.max())
    low, high = spread.interval("a", level) if spread else _by_delta(result)
    figures = [fit_charts.plane(points, fit.law, further), fit_charts.residuals(points, fit.law)]
    figures += [fit_charts.cloud(fit, spread, level)] if spread else []
    figures += [fit_charts.optimal_size(points, fit, spread, list(result.budgets), level)]
    template = templates(Path(__file__).parent).get_template(f"{Path(__file__).stem}.jinja")
    page = template.render(
        result=result,
        style=style(),
        percent=f"{100 * (level if spread else 0.95):.4g}",
        constants=[
            (name, f"{fit.constant(name):.4g}", _interval(result, name), meaning) for name, meaning in meanings.items()
        ],
        figures={figure.id: pictured(figure) for figure in figures},
        budgets=_budgets(result),
        influence=_influence(result),
        exact=bool(result.influence["exact"].all()),
        further=further,
        budget=amount(budget),
        amount=amount,
        before=high - low,
        after=(high - low) * further.width,
    )
    tables = {"residuals.csv": residual_table(points, fit), "influence.csv": result.influence}
    if spread:
        tables["samples.csv"] = spread.samples
    write_files(folder, {**tables, "index.html": page})
    return folder / "index.html"


def residual_table(points: Points, fit: ScalingFit) -> pd.DataFrame:
    """Each run with what the law predicts, and the residual of its log loss (observed less predicted)."""
    predicted = fit.law.loss(points.N, points.D)
    columns = {"N": points.N, "D": points.D, "C": points.C, "loss": points.loss, "predicted": predicted}
    return pd.DataFrame({**columns, "log_residual": np.log(points.loss) - np.log(predicted)})


def _by_delta(result: Result) -> tuple[float, float]:
    half = NORMAL_95 * standard_errors(result.points, result.fit)["a"]
    return result.fit.a - half, result.fit.a + half


def _interval(result: Result, name: str) -> str:
    if result.spread is None:
        return ""
    low, high = result.spread.interval(name, result.level)
    return f"{low:.4g} to {high:.4g}"


def _budgets(result: Result) -> list[list[str]]:
    """Budget, times the largest run, size, tokens and loss, with intervals where there are resamples."""
    found = predictions(result.spread.samples, list(result.budgets)) if result.spread else {}
    rows = []
    for budget in result.budgets:
        best = compute_optimal_allocation(budget, result.fit.law)
        cells = [str(amount(budget)), times(budget / result.points.C.max())]
        for name, value in (("N", str(amount(best.N))), ("D", str(amount(best.D))), ("loss", f"{best.loss:.4f}")):
            if found:
                low, high = interval_of(found[budget][name], result.level)
                ends = (f"{low:.4f}", f"{high:.4f}") if name == "loss" else (str(amount(low)), str(amount(high)))
                value += f"\n{ends[0]} to {ends[1]}"
            cells.append(value)
        rows.append(cells)
    return rows


def _influence(result: Result) -> list[list[str]]:
    """The runs that move a most: number, size, data, loss, a without the run, and by how much it moves."""
    points, table = result.points, result.influence
    most = np.argsort(-table["moved"].abs().to_numpy(), kind="stable")[:LISTED]
    return [
        [
            str(run + 1),
            str(amount(points.N[run])),
            str(amount(points.D[run])),
            f"{points.loss[run]:.3f}",
            f"{table['a'].iloc[run]:.5f}",
            f"{table['moved'].iloc[run]:+.2g}",
        ]
        for run in most
    ]
