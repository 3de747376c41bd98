"""What is said of a law that its runs hardly carry, and what is not said of one that they do."""

import numpy as np
import pandas as pd
import pytest

from analysis.kit.errors import ProblemError
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.bootstrap import BootstrapFits, bootstrap_scaling_law
from analysis.scaling.doubts import doubts, predictions
from analysis.scaling.fit import fit_scaling_law
from analysis.scaling.influence import influence_of_runs
from analysis.scaling.laws import ScalingLaw, chinchilla_design, simulate_losses
from analysis.scaling.points import Points

LAW = ScalingLaw(E=1.7, A=406, B=411, alpha=0.34, beta=0.28)


def runs(count=60, noise=0.001, seed=1):
    rng = np.random.default_rng(seed)
    N, D = chinchilla_design(count, rng)
    return Points(N, D, simulate_losses(LAW, N, D, noise, rng))


def told(points, budgets=(), resamples=200, delta=1e-3, spread=None):
    data = (points.N, points.D, points.loss)
    if resamples:
        spread = spread or bootstrap_scaling_law(*data, resamples=resamples, delta=delta)
    fit = fit_scaling_law(*data, delta=delta)
    return doubts(points, fit, spread, influence_of_runs(*data, delta=delta), budgets)


@pytest.mark.parametrize("resamples", [200, 0])
def test_of_runs_that_carry_their_law_nothing_is_said(resamples):
    points = runs()
    assert told(points, [points.C.max(), 9 * points.C.max()], resamples) == []


@pytest.mark.parametrize("resamples", [200, 0])
def test_runs_of_a_narrow_range_say_how_wide_the_intervals_are(resamples):
    """Sizes and data that differ by a factor of two, noise of 2 per cent."""
    rng = np.random.default_rng(3)
    N, D = np.repeat(np.geomspace(1e9, 2e9, 4), 5), np.tile(np.geomspace(2e10, 4e10, 5), 4)
    sentences = told(Points(N, D, simulate_losses(LAW, N, D, 0.005, rng)), resamples=resamples, delta=0.1)
    assert "too few, too noisy or too much alike to tell: the 95 % intervals" in sentences[0]
    assert "sizes differ by a factor of 2 and data by 2." in sentences[0]
    assert ("delta method" in sentences[0]) == (not resamples)


def test_an_interval_whose_ends_are_chance_is_told():
    """Five resamples should lie beyond each end: 200 for 95 %."""
    (sentence,) = told(runs(), resamples=199)
    assert sentence == "199 resamples are few for 95 % intervals, whose ends then are chance; ask for 200 or more."
    assert told(runs(), resamples=1)[0].startswith("1 resample is few for 95 % intervals")


def test_a_budget_far_from_the_runs_says_how_far_and_the_interval_of_the_loss():
    points = runs()
    budget = 50 * float(points.C.max())
    (sentence,) = told(points, [1e20, budget])
    assert f"{budget:.3g} FLOP is 50 times the largest compute among the runs" in sentence
    low, high = map(float, sentence.split("the loss is ")[1].split(" (")[0].split(" to "))
    assert low < compute_optimal_allocation(budget, LAW).loss < high
    assert "nothing there is measured." in told(points, [budget], resamples=0)[0]


def test_one_run_that_decides_is_named():
    points = runs(30)
    spoiled = Points(points.N, points.D, points.loss * np.where(np.arange(30) == 20, 1.5, 1.0))
    sentences = [s for s in told(spoiled, delta=1.0) if "One run decides" in s]
    assert len(sentences) == 1 and "without run 21 (" in sentences[0]
    assert not any("One run decides" in s for s in told(points, delta=1.0))


def test_exponents_that_are_not_positive_are_counted():
    points = runs(30)
    rows = np.tile([1.7, 406, 411, 0.34, 0.28, 0.45], (100, 1))
    rows[:3, 3] = -0.1
    spread = BootstrapFits(pd.DataFrame(rows, columns=["E", "A", "B", "alpha", "beta", "a"]))
    assert any("In 3% of the resamples an exponent is not positive" in said for said in told(points, spread=spread))


def test_predictions_are_the_best_use_by_each_law():
    laws = [LAW, ScalingLaw(1.8, 500, 2000, 0.35, 0.37)]
    samples = pd.DataFrame([vars(law) for law in laws])
    for budget, found in predictions(samples, [1e20, 1e24]).items():
        for row, law in zip(found.itertuples(), laws, strict=True):
            best = compute_optimal_allocation(budget, law)
            assert (row.N, row.D, row.loss) == pytest.approx((best.N, best.D, best.loss))


def test_without_a_law_that_falls_there_is_no_prediction():
    samples = pd.DataFrame({"E": [1.0], "A": [1.0], "B": [1.0], "alpha": [-0.1], "beta": [0.2]})
    with pytest.raises(ProblemError, match="In no resample both exponents are positive"):
        predictions(samples, 1e20)
