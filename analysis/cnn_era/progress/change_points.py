r"""Change-points in the pace of a record series, tested against one line.

Under *steps* (see :mod:`analysis.cnn_era.progress.halving`) each of the k + 1 phases has its own mean wait and mean
drop. The maximised log likelihood of exponential waits and drops is
:math:`-\sum_j n_j (\ln \bar w_j + \ln \bar d_j) - 2n`, a sum over phases, so that
dynamic programming finds the best k change-points exactly.

Under *scatter* the log value is a continuous, piecewise linear function of time plus independent normal scatter; all
sets of k knots at records are tried by least squares.

The rule: k change-points are better than fewer only if they lower the criterion. Each counts as a parameter, as do the
constants it adds: 3 for each change-point under steps (two means, one place), 2 under scatter (a slope, a place). The
dispersion of the steps about one line divides their deviance (quasi-likelihood), so that bursts of small records, which
are no change of pace, are seldom taken for one. How often they still are is measured in ``cnn-era-coverage``.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.cnn_era.progress.halving import HalvingTime, dispersion, halving_time
from analysis.cnn_era.progress.records import Array, Records
from analysis.kit.checking import inside
from analysis.kit.errors import ProblemError

#: Steps in the shortest phase.
FEWEST_STEPS = 3
CRITERIA = ("bic", "aicc")
MODELS = ("steps", "scatter")


@dataclass(frozen=True)
class ChangePoint:
    """A day on which the pace changes.

    Attributes
    ----------
    date, low, high : datetime64[D]
        The record that ends the old phase and begins the new one, and the first and last that the profile likelihood
        does not exclude.
    """

    date: np.datetime64
    low: np.datetime64
    high: np.datetime64


@dataclass(frozen=True)
class Segmentation:
    """The phases of a record series.

    Attributes
    ----------
    change_points : tuple of ChangePoint, in order of time; none means one line
    phases : tuple of HalvingTime, one more; end to end under steps, from the slopes under scatter
    criterion : name of the criterion
    scores : tuple of float, the criterion with 0, 1, 2 ... change-points; the lowest wins
    model : ``"steps"`` or ``"scatter"``
    dispersion : float, that of the steps about one line, by which deviances were divided
    """

    change_points: tuple[ChangePoint, ...]
    phases: tuple[HalvingTime, ...]
    criterion: str
    scores: tuple[float, ...]
    model: str
    dispersion: float

    @property
    def evidence(self) -> float:
        """How much lower the criterion is with the best number of change-points than with none."""
        return self.scores[0] - min(self.scores)


def segment(
    records: Records, most: int = 2, criterion: str = "bic", model: str = "steps", level: float = 0.95
) -> Segmentation:
    """Find where the pace of a record series changed, if it did.

    Parameters
    ----------
    records : Records
    most : int
        Largest number of change-points considered; fewer where phases would be shorter than three steps.
    criterion : {"bic", "aicc"}
    model : {"steps", "scatter"}
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    Segmentation

    Raises
    ------
    ProblemError
        For an unknown criterion, model or level.

    Examples
    --------
    >>> from analysis.cnn_era.progress.records import record_series
    >>> days = np.datetime64("2020-01-01") + np.concatenate([np.arange(12) * 10, 110 + np.arange(1, 12) * 50])
    >>> logs = np.concatenate([np.arange(12) * -0.5, -5.5 - np.arange(1, 12) * 0.2])
    >>> found = segment(record_series(days, np.exp(logs)))
    >>> [str(c.date) for c in found.change_points], [round(p.days, 1) for p in found.phases]
    (['2020-04-20'], [13.9, 173.3])
    """
    if criterion not in CRITERIA:
        raise ProblemError(f"There is no criterion {criterion!r}; choose from {', '.join(CRITERIA)}.")
    if model not in MODELS:
        raise ProblemError(f"There is no model {model!r}; choose from {', '.join(MODELS)}.")
    if most < 0:
        raise ProblemError(f"There cannot be {most} change-points; give 0 or more.")
    inside(level, "the level of confidence")
    steps = len(records) - 1
    most = min(most, steps // FEWEST_STEPS - 1) if steps >= 2 * FEWEST_STEPS else 0
    fit = _Steps(records, most) if model == "steps" else _Scatter(records)
    best = [fit.best(k) for k in range(most + 1)]
    spread = fit.dispersion(best[0])
    scores = tuple(_score(criterion, fit.deviance(b) / spread, fit.size, fit.parameters(len(b))) for b in best)
    chosen = best[int(np.argmin(scores))]
    limit = float(stats.chi2.ppf(level, 1)) * fit.dispersion(chosen)
    points = tuple(
        ChangePoint(records.dates[place], *(records.dates[end] for end in fit.interval(chosen, number, limit)))
        for number, place in enumerate(chosen)
    )
    return Segmentation(points, fit.phases(chosen, level), criterion, scores, model, spread)


def break_profile(records: Records) -> pd.DataFrame:
    """One break in a series, put at every possible record, under steps.

    Parameters
    ----------
    records : Records
        With at least six steps.

    Returns
    -------
    DataFrame
        A row a place: ``place`` (number of the record, from 1), ``date``, ``before`` and ``after`` (halving times in
        days, end to end), and ``gain``: by how much the BIC of two phases is below that of one, with deviances
        divided by the dispersion about one line, as in :func:`segment`.

    Raises
    ------
    ProblemError
        For too few steps for two phases.

    Examples
    --------
    >>> from analysis.cnn_era.progress.series import records_of
    >>> profile = break_profile(records_of("nanogpt"))
    >>> round(float(profile["gain"].max()), 1)
    6.9
    """
    steps = len(records) - 1
    if steps < 2 * FEWEST_STEPS:
        raise ProblemError(f"{steps} steps are too few for two phases; give {2 * FEWEST_STEPS} or more.")
    waits, drops, spread = records.waits, records.drops, dispersion(records.waits, records.drops)

    def deviance(part: slice) -> float:
        return 2 * len(waits[part]) * math.log(waits[part].mean() * drops[part].mean())

    def halving(part: slice) -> float:
        return math.log(2) * waits[part].sum() / drops[part].sum()

    rows = []
    for place in range(FEWEST_STEPS, steps - FEWEST_STEPS + 1):
        before, after = slice(0, place), slice(place, steps)
        fall = (deviance(slice(0, steps)) - deviance(before) - deviance(after)) / spread
        gain = fall - 3 * math.log(steps)
        rows.append((place + 1, records.dates[place], halving(before), halving(after), gain))
    table = pd.DataFrame(rows, columns=["place", "date", "before", "after", "gain"])
    return table.assign(date=pd.to_datetime(table["date"]))


def _score(criterion: str, deviance: float, size: int, parameters: int) -> float:
    if criterion == "bic":
        return deviance + parameters * math.log(size)
    spare = size - parameters - 1
    return deviance + 2 * parameters + (2 * parameters * (parameters + 1) / spare if spare > 0 else math.inf)


class _Steps:
    """Exponential waits and drops, with means of their own in each phase."""

    def __init__(self, records: Records, most: int) -> None:
        self.records = records
        self.size = len(records) - 1
        self.sums = [np.concatenate([[0.0], np.cumsum(x)]) for x in (records.waits, records.drops)]
        starts = np.arange(self.size + 1)
        length = starts[None, :] - starts[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            cost = sum(2 * length * np.log((s[None, :] - s[:, None]) / length) for s in self.sums)
        #: Deviance of the phase of steps i to j - 1.
        self.cost = np.where(length >= min(FEWEST_STEPS, self.size), cost, np.inf)
        self.table, self.back = self._programme(most)

    def _programme(self, most: int) -> tuple[list[Array], list[np.ndarray]]:
        """Least deviance of the first j steps in k + 1 phases, and where the last of them starts."""
        table, back = [self.cost[0]], [np.zeros(self.size + 1, int)]
        for _ in range(most):
            total = table[-1][:, None] + self.cost
            back.append(np.argmin(total, axis=0))
            table.append(np.min(total, axis=0))
        return table, back

    def best(self, k: int) -> tuple[int, ...]:
        places, end = [], self.size
        for number in range(k, 0, -1):
            end = int(self.back[number][end])
            places.append(end)
        return tuple(reversed(places))

    def deviance(self, places: tuple[int, ...]) -> float:
        return float(sum(self.cost[i, j] for i, j in itertools.pairwise((0, *places, self.size))))

    def parameters(self, k: int) -> int:
        return 2 * (k + 1) + k

    def dispersion(self, places: tuple[int, ...]) -> float:
        """Pearson: squared relative residuals of waits and drops in the phases, a degree of freedom; at least one."""
        total = 0.0
        for i, j in itertools.pairwise((0, *places, self.size)):
            for x in (self.records.waits[i:j], self.records.drops[i:j]):
                total += float(np.sum((x / x.mean() - 1) ** 2))
        return max(1.0, total / max(1, 2 * self.size - self.parameters(len(places))))

    def interval(self, places: tuple[int, ...], number: int, limit: float) -> tuple[int, int]:
        moved = ((place, (*places[:number], place, *places[number + 1 :])) for place in _room(places, number, self))
        kept = [place for place, others in moved if self.deviance(others) <= self.deviance(places) + limit]
        return kept[0], kept[-1]

    def phases(self, places: tuple[int, ...], level: float) -> tuple[HalvingTime, ...]:
        ends = itertools.pairwise((0, *places, self.size))
        parts = (Records(self.records.dates[i : j + 1], self.records.values[i : j + 1]) for i, j in ends)
        return tuple(halving_time(part, "steps", level) for part in parts)


class _Scatter:
    """A continuous, piecewise linear log value with normal scatter."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.size = len(records)
        self.x = records.days / records.days[-1]
        self.y = np.log(records.values)

    def best(self, k: int) -> tuple[int, ...]:
        inside = range(FEWEST_STEPS, self.size - FEWEST_STEPS)
        sets = [
            places
            for places in itertools.combinations(inside, k)
            if all(b - a >= FEWEST_STEPS for a, b in itertools.pairwise(places))
        ]
        return min(sets, key=self.missed)

    def design(self, places: tuple[int, ...]) -> Array:
        hinges = [np.maximum(0.0, self.x - self.x[place]) for place in places]
        return np.column_stack([np.ones(self.size), self.x, *hinges])

    def missed(self, places: tuple[int, ...]) -> float:
        columns = self.design(places)
        found = np.linalg.solve(columns.T @ columns, columns.T @ self.y)
        return float(np.sum((self.y - columns @ found) ** 2))

    def deviance(self, places: tuple[int, ...]) -> float:
        return self.size * math.log(max(self.missed(places), 1e-300) / self.size)

    def parameters(self, k: int) -> int:
        return 3 + 2 * k

    def dispersion(self, places: tuple[int, ...]) -> float:
        return 1.0

    def interval(self, places: tuple[int, ...], number: int, limit: float) -> tuple[int, int]:
        moved = ((place, (*places[:number], place, *places[number + 1 :])) for place in _room(places, number, self))
        kept = [place for place, others in moved if self.deviance(others) <= self.deviance(places) + limit]
        return kept[0], kept[-1]

    def phases(self, places: tuple[int, ...], level: float) -> tuple[HalvingTime, ...]:
        columns = self.design(places)
        inverse = np.linalg.inv(columns.T @ columns)
        found = inverse @ columns.T @ self.y
        spare = self.size - columns.shape[1]
        variance = self.missed(places) / max(1, spare)
        wide = float(stats.t.ppf((1 + level) / 2, max(1, spare)))
        phases = []
        for number in range(len(places) + 1):
            weights = np.zeros(columns.shape[1])
            weights[1 : number + 2] = 1 / self.records.days[-1]
            pace, error = -float(weights @ found), wide * math.sqrt(variance * float(weights @ inverse @ weights))
            ends = (pace, pace + error, pace - error)
            days, low, high = (math.log(2) / end if end > 0 else math.inf for end in ends)
            phases.append(HalvingTime(days, low, high, level, "profile", self.size, 1.0))
        return tuple(phases)


def _room(places: tuple[int, ...], number: int, fit: _Steps | _Scatter) -> range:
    """Where one change-point can move while the others stay."""
    last = len(fit.records) - 1
    before = (0, *places)[number] + FEWEST_STEPS
    after = (*places, last)[number + 1] - FEWEST_STEPS
    return range(before, after + 1)
