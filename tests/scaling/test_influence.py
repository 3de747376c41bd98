"""One run more and one run less, against refits and simulations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.kit.errors import ProblemError
from analysis.scaling import huber, influence
from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.fit import Centred, fit_scaling_law
from analysis.scaling.influence import influence_of_runs, next_run, standard_errors, width_with
from analysis.scaling.laws import ScalingLaw, chinchilla_design, simulate_losses
from analysis.scaling.points import Points

LAW = ScalingLaw(E=1.7, A=406, B=411, alpha=0.34, beta=0.28)


def runs(count, noise=0.002, seed=1, distribution="normal"):
    rng = np.random.default_rng(seed)
    N, D = chinchilla_design(count, rng)
    return N, D, simulate_losses(LAW, N, D, noise, rng, distribution)


@pytest.mark.parametrize("delta", [1e-3, 0.1, 0.0])
def test_the_law_without_a_run_is_that_fitted_to_the_others_from_the_beginning(delta):
    data = runs(30, 0.005, distribution="laplace")
    table = influence_of_runs(*data, delta=delta)
    assert table["exact"].all()
    for run in (0, 7, 29, int(table["moved"].abs().idxmax())):
        alone = fit_scaling_law(*(np.delete(column, run) for column in data), delta=delta)
        assert table["a"][run] == pytest.approx(alone.a, abs=2e-5)
        assert table["E"][run] == pytest.approx(alone.law.E, abs=1e-4)
    assert table["moved"].to_numpy() == pytest.approx(table["a"] - fit_scaling_law(*data, delta=delta).a)


@pytest.mark.parametrize(("delta", "agree"), [(1e-3, 0.9), (0.1, 0.98)])
def test_one_step_says_nearly_what_refits_say(monkeypatch, delta, agree):
    """Of 240 runs: the correlation, and that the runs that move a most are among those that are then fitted again."""
    data = runs(240, 0.005)
    exact = influence_of_runs(*data, delta=delta)
    monkeypatch.setattr(influence, "EXACT", 100)
    steps = influence_of_runs(*data, delta=delta)
    assert steps["exact"].sum() == influence.REFITTED
    others = ~steps["exact"]
    assert np.corrcoef(steps["moved"][others], exact["moved"][others])[0, 1] > agree
    refitted = steps["moved"][steps["exact"]].to_numpy()
    assert refitted == pytest.approx(exact["moved"][steps["exact"]].to_numpy(), abs=1e-9)
    most = exact["moved"].abs().nlargest(5).index
    assert steps["exact"][most].all()


def test_a_wild_run_is_found():
    N, D, loss = runs(40)
    loss[11] *= 1.3
    assert influence_of_runs(N, D, loss, delta=10.0)["moved"].abs().idxmax() == 11


def test_standard_errors_are_those_of_repeated_simulations():
    """Least squares, one design of 60 runs, 200 tables: the mean of what is promised is what is seen, to a fifth."""
    N, D, _ = runs(60)
    found, promised = [], []
    for seed in range(200):
        points = Points(N, D, simulate_losses(LAW, N, D, 0.002, np.random.default_rng(seed)))
        problem = Centred(points)
        start = problem.parameters(LAW)[None]
        theta, _ = huber.minimise(start, problem.x, problem.y, problem.z, np.ones((1, 60)), 0.1, 0.01)
        found.append(theta[0, 4] / theta[0, 3:].sum())
        if seed < 20:
            promised.append(standard_errors(points, fit_scaling_law(N, D, points.loss, 0.1))["a"])
    assert np.mean(promised) == pytest.approx(np.std(found), rel=0.2)


@pytest.mark.parametrize("delta", [1e-3, 0.0])
def test_standard_errors_of_robust_fits_are_near_those_of_resamples(delta):
    data = runs(400, 0.005, distribution="laplace")
    errors = standard_errors(Points(*data), fit_scaling_law(*data, delta=delta))
    samples = bootstrap_scaling_law(*data, resamples=200, delta=delta).samples
    for name in ("a", "alpha", "beta", "E"):
        assert errors[name] == pytest.approx(samples[name].std(), rel=0.3)


def spreads(without, more, noises, delta):
    """What a fit finds for a in tables of runs with such noise, without and with the last run: two columns."""
    pairs = []
    for noise in noises:
        row = []
        for points in (without, more):
            n = len(points)
            problem = Centred(points)
            start = problem.parameters(LAW)[None]
            z = problem.z + noise[:n]
            theta, _ = huber.minimise(start, problem.x, problem.y, z, np.ones((1, n)), delta, 0.01)
            row.append(theta[0, 4] / theta[0, 3:].sum())
        pairs.append(row)
    return np.array(pairs)


@pytest.fixture(scope="module")
def proposal():
    """20 runs, the further run with ten times their compute, and the table with it; losses exact."""
    N, D, _ = runs(20, seed=3)
    without = Points(N, D, LAW.loss(N, D))
    proposed = next_run(without, LAW, 10 * without.C.max())
    more = Points(np.append(N, proposed.N), np.append(D, proposed.D), np.append(without.loss, proposed.loss))
    return without, proposed, more


def test_the_further_run_narrows_as_much_as_it_promises(proposal):
    """Least squares. Noise of 0.2 per cent along orthogonal directions, and their opposites, so that the mean square of
    what is linear in it has no Monte Carlo error; what is left is the law's curvature, here below 1 per cent."""
    without, proposed, more = proposal
    directions, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((21, 21)))
    noises = 0.002 * np.sqrt(21) * np.concatenate([directions, -directions])
    found = spreads(without, more, noises, 1.0) - LAW.beta / (LAW.alpha + LAW.beta)
    ratio = np.sqrt(np.mean(found[:, 1] ** 2) / np.mean(found[:, 0] ** 2))
    assert proposed.width < 0.9
    assert ratio == pytest.approx(proposed.width, rel=0.01)


def test_simulations_of_the_robust_fit_narrow_as_much_within_their_error(proposal):
    """600 tables with normal noise; three Monte Carlo errors, from resampling the pairs of fits, are allowed."""
    without, proposed, more = proposal
    noises = [0.002 * np.random.default_rng(seed).standard_normal(21) for seed in range(600)]
    found = spreads(without, more, noises, 1e-3)
    rng = np.random.default_rng(0)
    ratios = [np.divide(*found[rng.integers(0, 600, 600)].std(0)[::-1]) for _ in range(300)]
    assert np.std(ratios) < 0.03
    assert np.divide(*found.std(0)[::-1]) == pytest.approx(proposed.width, abs=3 * np.std(ratios))


def test_no_run_within_the_budget_tells_more_than_the_proposed_one():
    """Against Nelder-Mead in the logarithms of size and data, from four starts, within the stated ranges."""
    points = Points(*runs(30))
    proposed = next_run(points, LAW)
    most = points.C.max()
    assert proposed.C <= most * (1 + 1e-9)

    def width(logarithms):
        N, D = np.exp(logarithms)
        inside = points.N.min() <= N <= points.N.max() and points.D.min() <= D <= points.D.max() and 6 * N * D <= most
        return float(width_with(points, LAW, N, D)) if inside else 1.0

    for share in (0.1, 0.4, 0.6, 0.9):
        start = [np.log(np.quantile(points.N, share)), np.log(np.quantile(points.D, 1 - share)) - 1]
        assert proposed.width <= minimize(width, start, method="Nelder-Mead").fun + 1e-3


@settings(max_examples=25)
@given(st.floats(5, 12), st.floats(5, 14), st.sampled_from(["a", "alpha", "beta", "E"]))
def test_a_further_run_never_widens(size, data, of):
    points = Points(*runs(25))
    assert 0 <= width_with(points, LAW, 10**size, 10**data, of) <= 1


def test_more_budget_never_tells_less():
    points = Points(*runs(25))
    widths = [next_run(points, LAW, factor * points.C.max()).width for factor in (0.5, 1, 3, 10)]
    assert widths == sorted(widths, reverse=True)


def test_a_budget_below_every_run_and_an_unknown_constant_are_refused():
    points = Points(*runs(25))
    with pytest.raises(ProblemError, match="below that of the smallest size on the least data"):
        next_run(points, LAW, 1e10)
    with pytest.raises(ProblemError, match="no interval of 'gamma' here; choose from a, alpha, beta, E"):
        next_run(points, LAW, of="gamma")
