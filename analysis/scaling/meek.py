r"""The meek model: how far a fixed budget falls behind one that grows.

Everyone's money buys more compute each year (hardware, factor :math:`g_h`) and each unit of compute does more
(algorithms, :math:`g_a`); the frontier also spends more each year (:math:`g_i`). Both start from one budget. With a law
:math:`L(C) = A C^{-\alpha} + L_0` the gap in loss after t years is

.. math:: A C_0^{-\alpha} \left[(g_a g_h)^{-\alpha t} - (g_a g_h g_i)^{-\alpha t}\right],

which first widens and then closes. It is widest at

.. math:: t^* = \frac{1}{\alpha \ln g_i} \ln \frac{\ln (g_a g_h g_i)}{\ln (g_a g_h)},

whatever A, :math:`L_0` and the first budget are. In other units the same lead never closes: the ratio of the two
computes is :math:`g_i^t`.

References
----------
Gundlach, Lynch & Thompson (2025), Meek models shall inherit the Earth, arXiv:2507.07931, and its code.
Fogelson et al. (2026), Two AI metrics diverged, arXiv:2607.00913: bounded metrics favour the meek, unbounded ones the
frontier.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import expit

from analysis.kit import facts
from analysis.kit.checking import positive
from analysis.kit.errors import ProblemError
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.laws import PowerLaw, ScalingLaw, kaplan_laws, published_law

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Frontier:
    """Loss against compute spent in the best way, L(C) = scale C^-alpha + floor.

    Parameters
    ----------
    scale, alpha : float
        Positive; `scale` for C in FLOP and the loss in nats per token.
    floor : float
        Nats per token, at least 0.
    """

    scale: float
    alpha: float
    floor: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, astuple(self))) or min(self.scale, self.alpha) <= 0 or self.floor < 0:
            raise ProblemError("A frontier needs a positive scale and alpha and a floor of at least 0; correct them.")

    def loss(self, compute: ArrayLike) -> Array:
        """Loss in nats per token for `compute` FLOP."""
        return np.asarray(self.scale * np.asarray(compute, float) ** -self.alpha + self.floor)


def frontier_of(law: ScalingLaw | PowerLaw) -> Frontier:
    """Loss at the best split of each budget: the exponent is alpha beta / (alpha + beta) of the law.

    A power law in compute, such as Kaplan's, is its own frontier.

    Parameters
    ----------
    law : ScalingLaw or PowerLaw

    Returns
    -------
    Frontier
        Loss of the best model by budget.

    Examples
    --------
    >>> best = frontier_of(ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28))
    >>> round(best.scale), round(best.alpha, 3), best.floor  # the paper's curve has 1070, 0.154 and 1.7
    (1071, 0.154, 1.69)
    """
    if isinstance(law, PowerLaw):
        return Frontier(law.scale**law.exponent, law.exponent, 0.0)
    alpha = law.alpha * law.beta / (law.alpha + law.beta)
    return Frontier((compute_optimal_allocation(1.0, law).loss - law.E), alpha, law.E)


@dataclass(frozen=True)
class MeekModel:
    """A developer with a fixed budget and one whose budget grows.

    Parameters
    ----------
    frontier : Frontier
        Loss against compute.
    algorithms, hardware, spending : float
        Growth a year, as factors: efficiency of algorithms and FLOP a dollar, which both share, and the frontier's
        spending. The first two together and the third must exceed 1.
    compute : float
        What the first budget buys at t = 0, FLOP. At t = 0 both have it: that is no calendar date.
    """

    frontier: Frontier
    algorithms: float
    hardware: float
    spending: float
    compute: float

    def __post_init__(self) -> None:
        _check_growth(self.shared, self.spending)
        positive(self.compute, "what the first budget buys, in FLOP,")

    @property
    def shared(self) -> float:
        """Growth a year of what a fixed budget buys, in effective compute."""
        return self.algorithms * self.hardware

    def with_doubling(self, months: float) -> MeekModel:
        """The same with algorithms that do as much with half the compute every `months` months.

        >>> round(published_model().with_doubling(12).algorithms, 3)
        2.0
        """
        return replace(self, algorithms=2 ** (12 / float(positive(months, "a halving time in months"))))

    def years_until(self, compute: float, start: float) -> float:
        """Years until a fixed budget that buys `start` FLOP today buys `compute` FLOP, effective.

        >>> round(published_model().years_until(100.0, 1.0), 1)
        3.4
        """
        return math.log(compute / start) / math.log(self.shared)

    def meek_compute(self, t: ArrayLike) -> Array:
        """Effective FLOP of the fixed budget after `t` years."""
        return np.asarray(self.compute * self.shared ** _years(t))

    def frontier_compute(self, t: ArrayLike) -> Array:
        """Effective FLOP of the growing budget after `t` years."""
        return np.asarray(self.meek_compute(t) * self.spending ** _years(t))

    def meek_loss(self, t: ArrayLike) -> Array:
        """Loss of the fixed budget's model, nats per token."""
        return self.frontier.loss(self.meek_compute(t))

    def frontier_loss(self, t: ArrayLike) -> Array:
        """Loss of the growing budget's model, nats per token."""
        return self.frontier.loss(self.frontier_compute(t))

    def gap(self, t: ArrayLike) -> Array:
        """By how much the frontier's loss is lower, nats per token."""
        return np.asarray(self.meek_loss(t) - self.frontier_loss(t))

    def peak_year(self) -> float:
        """The year in which the gap in loss is widest, in closed form.

        >>> round(published_model().peak_year(), 1)
        3.4
        """
        return float(peak_year(self.frontier.alpha, self.shared, self.spending))

    def year_gap_falls_to(self, share: float) -> float:
        """The year after the peak in which the gap is down to a `share` (below 1) of its peak.

        >>> round(published_model().year_gap_falls_to(0.5), 1)
        9.3
        """
        if not 0 < share < 1:
            raise ProblemError(f"The gap can fall to a share between 0 and 1 of its peak, not to {share:g}.")
        peak = self.peak_year()
        wanted = share * float(self.gap(peak))
        late = 2 * peak
        while self.gap(late) > wanted:
            late *= 2
        return float(brentq(lambda t: float(self.gap(t)) - wanted, peak, late))

    def year_of_ratio(self, ratio: float) -> float:
        """The model's year in which the frontier has `ratio` times the compute of the fixed budget.

        It puts the model's clock on a calendar: a frontier that is far ahead today is far from t = 0.

        >>> round(published_model().year_of_ratio(1e5), 1)  # long after the peak of 3.4
        9.0
        """
        if not (math.isfinite(ratio) and ratio >= 1):
            raise ProblemError("The frontier has no less compute than the fixed budget; give a ratio of 1 or more.")
        return math.log(ratio) / math.log(self.spending)

    def log_gap(self, t: ArrayLike) -> Array:
        """An unbounded measure of the same lead: ln of the ratio of the two losses above the floor."""
        return self.frontier.alpha * _years(t) * math.log(self.spending)

    def served_loss(
        self, t: ArrayLike, inference_compute: float, inference_growth: float, algorithms: float | None = None
    ) -> Array:
        """Loss of the largest model that a fixed price a token serves, as the paper's code has it.

        The size served grows with hardware and `inference_growth`, and the training compute of a compute-optimal model
        with the square of its size: C = (inference_compute (hardware inference_growth)^t)^2 algorithms^t.

        Parameters
        ----------
        t : float or array
            Years.
        inference_compute : float
            FLOP a token that the price buys at t = 0 (the code: 1e-8 dollars times 1e17 FLOP a dollar).
        inference_growth : float
            Growth a year of the efficiency of inference (the code: 2.8 and 9).
        algorithms : float, optional
            Growth a year of the efficiency of training, if not that of the model (the code has 3.6 here).
        """
        years, training = _years(t), self.algorithms if algorithms is None else algorithms
        if min(inference_compute, inference_growth, training) <= 0:
            raise ProblemError("Compute and growth of inference must be positive; correct them.")
        served = inference_compute * (self.hardware * inference_growth) ** years
        return self.frontier.loss(served**2 * training**years)

    def served_gap(self, t: ArrayLike, inference_compute: float, inference_growth: float, algorithms: float) -> Array:
        """By how much the frontier of training is ahead of what a fixed price a token serves, as the code has it.

        Both improve by `algorithms` a year here, as in :meth:`served_loss`.
        """
        frontier = self.frontier.loss(self.compute * (self.hardware * algorithms * self.spending) ** _years(t))
        return np.asarray(self.served_loss(t, inference_compute, inference_growth, algorithms) - frontier)

    def year_served_falls_to(
        self, share: float, inference_compute: float, inference_growth: float, algorithms: float
    ) -> float:
        """The year in which :meth:`served_gap` is down to a `share` of its start; infinite if it never is.

        >>> years = [published_model().year_served_falls_to(share, 1e9, 2.8, 3.6) for share in (0.5, 0.0)]
        >>> [round(year, 1) for year in years]
        [0.9, 4.1]
        """
        if not 0 <= share < 1:
            raise ProblemError(f"The gap can fall to a share of its start from 0 to below 1, not to {share:g}.")
        years = np.arange(0, 60.01, 0.01)
        gap = self.served_gap(years, inference_compute, inference_growth, algorithms)
        fallen = years[gap <= share * gap[0]]
        return float(fallen[0]) if len(fallen) and gap[0] > 0 else math.inf


def peaks(models: Mapping[str, MeekModel]) -> pd.DataFrame:
    """The widest gap in loss of each model.

    Parameters
    ----------
    models : mapping of str to MeekModel
        By the names to print.

    Returns
    -------
    DataFrame
        Columns ``law`` (the name), ``alpha`` (exponent of loss in compute), ``year`` and ``gap`` (nats a token).

    Examples
    --------
    >>> peaks({"printed": published_model()})["year"].round(1).tolist()
    [3.4]
    """
    rows = [(name, m.frontier.alpha, m.peak_year(), float(m.gap(m.peak_year()))) for name, m in models.items()]
    return pd.DataFrame(rows, columns=["law", "alpha", "year", "gap"])


def served_peak_year(model: MeekModel, inference_compute: float, inference_growth: float, algorithms: float) -> float:
    """The year in which the gap between a fixed and a growing price a token is widest, to a hundredth and within forty.

    Parameters
    ----------
    model : MeekModel
        Its spending is what the frontier's price a token grows by.
    inference_compute, inference_growth, algorithms
        As in :meth:`MeekModel.served_loss`.

    Examples
    --------
    >>> served_peak_year(published_model(), 1e9, 2.8, 3.6)
    1.25
    """
    years = np.arange(0, 40, 0.01)
    meek = model.served_loss(years, inference_compute, inference_growth, algorithms)
    mighty = model.served_loss(years, inference_compute, inference_growth * model.spending, algorithms)
    return float(years[(meek - mighty).argmax()])


def peak_year(alpha: ArrayLike, shared: ArrayLike, spending: ArrayLike) -> Array:
    """Years until the gap in loss is widest (arguments broadcast together).

    Parameters
    ----------
    alpha : float or array
        Exponent of the loss in compute.
    shared, spending : float or array
        Growth a year of what a fixed budget buys and of the frontier's budget; above 1.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> peak_year([0.05, 0.154, 0.178], 2.8 * 1.4, 5 / 1.4).round(1).tolist()  # Kaplan, Hoffmann rounded, refit
    [10.3, 3.4, 2.9]
    """
    _check_growth(shared, spending)
    exponent = positive(alpha, "the exponent of the loss in compute")
    slow, fast = np.log(np.asarray(shared, float)), np.log(np.asarray(spending, float))
    return np.log1p(fast / slow) / (exponent * fast)


@dataclass(frozen=True)
class BoundedMetric:
    """Accuracy on a benchmark as a logistic function of the loss: span / (1 + exp(slope (L - midpoint))) + chance."""

    span: float
    slope: float
    midpoint: float
    chance: float

    def accuracy(self, loss: ArrayLike) -> Array:
        """Share of questions answered.

        >>> published_metric().accuracy([3.0, 1.97, 1.7]).round(2).tolist()
        [0.25, 0.52, 0.8]
        """
        return np.asarray(self.span * expit(-self.slope * (np.asarray(loss, float) - self.midpoint)) + self.chance)

    def gap(self, model: MeekModel, t: ArrayLike, secret: float = 1.0) -> Array:
        """By how much the frontier's accuracy is higher after `t` years.

        With a method that only the frontier has, it trains as with `secret` times its compute.
        """
        mighty = model.frontier.loss(positive(secret, "what a secret method is worth") * model.frontier_compute(t))
        return np.asarray(self.accuracy(mighty) - self.accuracy(model.meek_loss(t)))

    def year_gap_closes(self, model: MeekModel, small: float, secret: float = 1.0) -> float:
        """The year after the widest gap, within sixty, in which it falls below `small`.

        `secret` as in :meth:`gap`.

        >>> round(published_metric().year_gap_closes(published_model(), 0.05), 2)
        7.73
        >>> round(published_metric().year_gap_closes(published_model(), 0.05, secret=1e6), 2)
        7.76
        """
        years = np.arange(0, 60, 0.05)
        gap = self.gap(model, years, secret)
        closed = np.flatnonzero(gap[gap.argmax() :] < small) + gap.argmax()
        if not len(closed):
            raise ProblemError(f"The gap in score is not below {small:g} within {years[-1]:.0f} years; ask for more.")
        last = int(closed[0])
        if last == gap.argmax():
            return float(years[last])
        return float(brentq(lambda t: float(self.gap(model, t, secret)) - small, years[last - 1], years[last]))


def measures(models: Mapping[str, MeekModel], metrics: Mapping[str, BoundedMetric], t: ArrayLike) -> pd.DataFrame:
    """One lead in three measures.

    Parameters
    ----------
    models, metrics : mappings
        By name, each model with the curve of scores that was fitted to losses of its law.
    t : array
        Years.

    Returns
    -------
    DataFrame
        Columns ``law`` (the name), ``year``, ``score`` (gap, share of questions), ``loss`` (gap, nats a token) and
        ``lead`` (the ratio of what is left to gain, which has no bound).

    Examples
    --------
    >>> found = measures({"printed": published_model()}, {"printed": published_metric()}, [0.0, 3.4, 10.0])
    >>> found[["score", "loss", "lead"]].round(2).values.tolist()  # the gap in score closes, the lead does not
    [[0.0, 0.0, 1.0], [0.4, 0.21, 1.95], [0.01, 0.09, 7.1]]
    """
    parts = [
        pd.DataFrame(
            {
                "law": name,
                "year": _years(t),
                "score": metrics[name].gap(model, t),
                "loss": model.gap(t),
                "lead": np.exp(model.log_gap(t)),
            }
        )
        for name, model in models.items()
    ]
    return pd.concat(parts, ignore_index=True)


@cache
def published_model() -> MeekModel:
    """The model with the constants of its authors' code.

    Returns
    -------
    MeekModel
        With the growth of budgets and of hardware that they assume.

    Examples
    --------
    >>> peaks({"the authors'": published_model()})["gap"].round(2).tolist()
    [0.21]
    """
    fact = {name: facts.load("scaling")[f"meek-{name}"].value for name in _CONSTANTS}
    return MeekModel(
        Frontier(fact["coefficient"], fact["alpha"], fact["floor"]),
        fact["growth-algorithms"],
        fact["growth-hardware"],
        fact["growth-compute-frontier"] / fact["growth-hardware"],
        fact["start-dollars"] * fact["flop-per-dollar"],
    )


def meek_models(laws: Mapping[str, str]) -> dict[str, MeekModel]:
    """The published model on the frontiers of several laws, by the names that a figure prints.

    Parameters
    ----------
    laws : mapping
        Name to ``"meek"`` (the curve that the authors print), ``"kaplan"`` (his law of compute) or a name of
        :func:`analysis.scaling.laws.published_laws`.

    Returns
    -------
    dict[str, MeekModel]

    Examples
    --------
    >>> peaks(meek_models({"printed": "meek", "refit": "besiroglu"}))["year"].round(1).tolist()
    [3.4, 2.9]
    """
    paper = published_model()

    def frontier(key: str) -> Frontier:
        if key == "meek":
            return paper.frontier
        return frontier_of(kaplan_laws()["compute"] if key == "kaplan" else published_law(key))

    return {name: replace(paper, frontier=frontier(key)) for name, key in laws.items()}


def published_served_peaks() -> tuple[float, float]:
    """Year of the widest gap at a price a token, for the higher and the lower published growth of inference.

    This comparison is ours: the frontier serves too and pays more a token each year. The authors compare a fixed price
    a token with the frontier of training (:func:`published_served_years`).

    >>> published_served_peaks()
    (0.86, 1.25)
    """
    start, algorithms, high, low = _published_inference()
    high, low = (served_peak_year(published_model(), start, growth, algorithms) for growth in (high, low))
    return high, low


def published_served_years(share: float) -> tuple[float, float]:
    """Years until the gap between a fixed price a token and the frontier of training is down to a `share`.

    For the higher and the lower published growth of inference; see :meth:`MeekModel.year_served_falls_to`.

    >>> [round(year, 1) for year in published_served_years(0.0)]
    [1.3, 4.1]
    """
    start, algorithms, high, low = _published_inference()
    model = published_model()
    return tuple(model.year_served_falls_to(share, start, growth, algorithms) for growth in (high, low))  # type: ignore[return-value]


def published_served_gap(t: ArrayLike) -> Array:
    """By how much the frontier of training is ahead of a fixed price a token, at the lower published growth.

    >>> round(float(published_served_gap(0.0)), 3)  # widest at the start
    0.919
    """
    start, algorithms, _, low = _published_inference()
    return published_model().served_gap(t, start, low, algorithms)


def _published_inference() -> tuple[float, float, float, float]:
    """FLOP a token at the start, growth of algorithms, and the higher and the lower growth of inference."""
    fact = facts.load("scaling")
    start = fact["meek-inference-dollars-per-token"].value * fact["meek-flop-per-dollar"].value
    names = ("growth-algorithms", "growth-high", "growth-low")
    return (start, *(fact[f"meek-inference-{name}"].value for name in names))  # type: ignore[return-value]


@cache
def published_metric() -> BoundedMetric:
    """The authors' logistic curve for the benchmark MMLU, fitted to 30 models.

    Returns
    -------
    BoundedMetric
        Accuracy by loss.

    Examples
    --------
    >>> print(f"{published_metric().chance:.2f}")  # four answers to choose from
    0.25
    """
    fact = facts.load("scaling")
    return BoundedMetric(*(fact[f"meek-mmlu-{name}"].value for name in ("span", "slope", "midpoint", "floor")))


_CONSTANTS = (
    "coefficient",
    "alpha",
    "floor",
    "growth-algorithms",
    "growth-hardware",
    "growth-compute-frontier",
    "start-dollars",
    "flop-per-dollar",
)


def _years(t: ArrayLike) -> Array:
    return np.asarray(t, float)


def _check_growth(shared: ArrayLike, spending: ArrayLike) -> None:
    for name, value in (("a fixed budget's compute", shared), ("the frontier's spending", spending)):
        factor = np.asarray(value, float)
        if not np.all(np.isfinite(factor) & (factor > 1)):
            raise ProblemError(f"The growth of {name} must be a factor above 1 a year, such as 1.4; correct it.")
