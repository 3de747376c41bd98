"""The fitter against laws that are known, against finite differences, and against the search that stops early."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad, least_squares, linprog

from analysis.kit.errors import ProblemError
from analysis.scaling import bootstrap, huber
from analysis.scaling import fit as fitting
from analysis.scaling.bootstrap import bootstrap_scaling_law
from analysis.scaling.fit import (
    fit_scaling_law,
    grid_fit,
    hoffmann_objective,
    hoffmann_starts,
    refit_fetched_points,
)
from analysis.scaling.laws import ScalingLaw, chinchilla_design, published_law, simulate_losses
from analysis.scaling.points import Points

LAW = published_law("besiroglu-huber")
NAMES = ("E", "A", "B", "alpha", "beta")


def runs(count=240, noise=0.005, seed=1, distribution="laplace", law=LAW):
    rng = np.random.default_rng(seed)
    N, D = chinchilla_design(count, rng)
    return N, D, simulate_losses(law, N, D, noise, rng, distribution)


def theta_of(law):
    return np.array([[math.log(law.A), math.log(law.B), math.log(law.E), law.alpha, law.beta]])


# --- Huber's function and its derivatives ---------------------------------------------------------------------


@given(st.floats(-5, 5), st.floats(1e-3, 2))
def test_huber_is_a_parabola_within_delta_and_a_line_beyond(residual, delta):
    expected = residual**2 / 2 if abs(residual) <= delta else delta * (abs(residual) - delta / 2)
    assert float(huber.huber(np.array(residual), delta)) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("delta", [1e-3, 0.01, 10.0])
def test_gradient_and_hessian_are_those_of_finite_differences(delta):
    """Central differences of steps 1e-6; at that distance no residual crosses a corner."""
    N, D, loss = runs(40, 0.02)
    x, y, z = np.log(N) - 20, np.log(D) - 24, np.log(loss)
    weights = np.random.default_rng(5).poisson(1.0, (1, 40)).astype(float)
    theta = np.array([[-0.8, -1.0, 0.5, 0.31, 0.42]])
    _, gradient, hessian = huber.derivatives(theta, x, y, z, weights, delta)
    step = 1e-6 * np.eye(5)
    up, down = (huber.derivatives(np.repeat(theta, 5, 0) + s * step, x, y, z, weights, delta) for s in (1, -1))
    assert gradient[0] == pytest.approx((up[0] - down[0]) / 2e-6, rel=1e-6, abs=1e-8)
    assert hessian[0] == pytest.approx((up[1] - down[1]) / 2e-6, rel=1e-6, abs=1e-7)


def test_scipy_agrees_that_the_gradient_is_right():
    N, D, loss = runs(30)
    x, y, z = np.log(N) - 20, np.log(D) - 24, np.log(loss)

    def value(t):
        return float(huber.objective(t[None], x, y, z, 1.0, 0.05)[0])

    def gradient(t):
        return huber.derivatives(t[None], x, y, z, np.ones((1, 30)), 0.05)[1][0]

    assert check_grad(value, gradient, np.array([-0.8, -1.0, 0.5, 0.31, 0.42])) < 1e-6


def test_a_weight_of_two_is_the_same_run_twice():
    x, y, z = (np.random.default_rng(6).normal(size=8) for _ in range(3))
    theta, twice = np.array([[0.1, -0.2, 0.3, 0.4, 0.5]]), np.repeat(np.arange(8), 2)
    doubled = huber.objective(theta, x, y, z, np.full((1, 8), 2.0), 0.1)
    assert doubled == pytest.approx(huber.objective(theta, x[twice], y[twice], z[twice], 1.0, 0.1))


# --- recovery of known laws -----------------------------------------------------------------------------------

#: Floors, and shares of size and data in the loss in the middle of the design, that can be told apart.
identifiable = st.tuples(
    st.floats(0.5, 3), st.floats(0.05, 1.0), st.floats(0.05, 1.0), st.floats(0.15, 0.8), st.floats(0.15, 0.8)
)


def law_of(constants):
    E, size, data, alpha, beta = constants
    return ScalingLaw(E, size * 1e9**alpha, data * 2e10**beta, alpha, beta)


@settings(max_examples=40)
@given(identifiable)
def test_losses_without_noise_give_their_law_back(constants):
    """To 1e-6 of each constant; what is left of the objective is rounding."""
    law = law_of(constants)
    N, D, loss = runs(40, 0.0, law=law)
    found = fit_scaling_law(N, D, loss)
    assert [getattr(found.law, name) for name in NAMES] == pytest.approx([getattr(law, n) for n in NAMES], rel=1e-6)
    assert found.objective < 1e-20


@settings(max_examples=15)
@given(identifiable, st.integers(0, 100))
def test_noise_of_one_per_mil_moves_the_exponents_little_and_the_fit_is_below_the_true_law(constants, seed):
    """The tolerance, 0.1 or ten times the error that least squares promises, allows for weakly determined laws."""
    law = law_of(constants)
    N, D, loss = runs(120, 0.001, seed, "normal", law)
    found = fit_scaling_law(N, D, loss)
    assert found.objective <= hoffmann_objective(law, N, D, loss)
    x, y = np.log(N), np.log(D)
    shares = huber.log_losses_and_shares(theta_of(law), x, y)[1][:, 0]
    jacobian = np.stack([shares[0], shares[1], shares[2], -x * shares[0], -y * shares[1]], axis=1)
    promised = 0.001 * np.sqrt(np.diag(np.linalg.inv(jacobian.T @ jacobian)))
    assert abs(found.law.alpha - law.alpha) < min(0.1, 10 * promised[3] + 1e-3)
    assert abs(found.law.beta - law.beta) < min(0.1, 10 * promised[4] + 1e-3)


def test_one_wild_run_in_ten_hardly_moves_the_fit():
    """A tenth of the losses times 1.5: least squares is led astray, Hoffmann's estimator is not."""
    N, D, loss = runs(240, 0.002, distribution="normal")
    wild = loss * np.where(np.arange(240) % 10 == 0, 1.5, 1.0)
    robust, squares = fit_scaling_law(N, D, wild), fit_scaling_law(N, D, wild, delta=10.0)
    assert abs(robust.a - fit_scaling_law(N, D, loss).a) < 0.01
    assert abs(squares.law.E / LAW.E - 1) > 4 * abs(robust.law.E / LAW.E - 1)


def test_a_wide_huber_loss_is_least_squares():
    """SciPy's least squares of the log residuals, from our solution and from a shifted one, finds nothing lower."""
    N, D, loss = runs()
    x, y, z = np.log(N), np.log(D), np.log(loss)
    found = fit_scaling_law(N, D, loss, delta=10.0)
    theirs = least_squares(
        lambda t: huber.log_losses_and_shares(t[None], x, y)[0][0] - z,
        theta_of(found.law)[0] + [0.1, 0.1, 0.01, 0.005, 0.005],
        x_scale="jac",
        xtol=1e-14,
        ftol=1e-14,
        gtol=1e-14,
    )
    assert found.objective == pytest.approx(theirs.cost, rel=1e-9)


def test_the_limit_of_least_absolute_deviations_is_optimal_to_first_order():
    """At the fit the best linear change of the residuals, a linear programme, lowers their absolute sum by nothing."""
    N, D, loss = runs(80)
    found = fit_scaling_law(N, D, loss, delta=0)
    x, y, z = np.log(N), np.log(D), np.log(loss)
    predicted, shares = huber.log_losses_and_shares(theta_of(found.law), x, y)
    s, residuals = shares[:, 0], predicted[0] - z
    x, y = x - x.mean(), y - y.mean()
    jacobian = np.stack([s[0], s[1], s[2], -x * s[0], -y * s[1]], axis=1)
    eye = np.eye(80)
    answer = linprog(
        np.r_[np.zeros(5), np.ones(80)],
        A_ub=np.block([[jacobian, -eye], [-jacobian, -eye]]),
        b_ub=np.r_[-residuals, residuals],
        bounds=[(-1e-3, 1e-3)] * 5 + [(0, None)] * 80,
    )
    assert found.objective == pytest.approx(np.abs(residuals).sum())
    assert answer.fun == pytest.approx(found.objective, rel=1e-5)


def test_a_narrower_huber_loss_tends_to_absolute_deviations():
    N, D, loss = runs(80)
    limit = fit_scaling_law(N, D, loss, delta=0).law.alpha
    distances = [abs(fit_scaling_law(N, D, loss, delta).law.alpha - limit) for delta in (1e-2, 1e-6)]
    assert distances[1] < 0.01 * distances[0]


@given(st.floats(0.01, 100), st.floats(0.01, 100))
@settings(max_examples=10)
def test_units_do_not_matter(size_unit, data_unit):
    """Counting parameters and tokens in other units changes A and B by a known factor and nothing else."""
    N, D, loss = runs(60)
    plain, other = fit_scaling_law(N, D, loss).law, fit_scaling_law(N * size_unit, D * data_unit, loss).law
    assert (other.E, other.alpha, other.beta) == pytest.approx((plain.E, plain.alpha, plain.beta), rel=1e-5)
    assert other.A == pytest.approx(plain.A * size_unit**plain.alpha, rel=1e-4)


def test_size_and_data_play_the_same_part():
    N, D, loss = runs(60)
    one, swapped = fit_scaling_law(N, D, loss), fit_scaling_law(D, N, loss)
    assert (swapped.law.alpha, swapped.law.beta) == pytest.approx((one.law.beta, one.law.alpha), rel=1e-5)
    assert swapped.a == pytest.approx(1 - one.a, rel=1e-5)


# --- sums and averages ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def searches():
    """81 of Hoffmann's starts, of those with E near the truth and exponents up to 1; Huber terms added and averaged."""
    N, D, loss = runs()
    starts = hoffmann_starts()
    near = starts[(starts[:, 2] == 0.5) & (abs(starts[:, 3:] - 0.5) <= 0.5).all(axis=1)]
    both = {reduction: grid_fit(N, D, loss, reduction, starts=near[::4]) for reduction in ("sum", "mean")}
    return fit_scaling_law(N, D, loss), both


def test_hoffmann_has_4500_starts():
    assert hoffmann_starts().shape == (4500, 5)


def test_added_huber_terms_lead_scipy_to_the_minimum_that_we_find(searches):
    ours, both = searches
    best = both["sum"].iloc[0]
    assert best["objective"] == pytest.approx(ours.objective, rel=1e-6)
    assert best["objective"] > ours.objective
    assert best["a"] == pytest.approx(ours.a, abs=1e-3)


def test_averaged_huber_terms_stop_every_search_early(searches):
    """Not one comes within 5 per cent of the lowest objective, though the minimum is at the same place."""
    ours, both = searches
    assert both["mean"]["objective"].min() > 1.05 * ours.objective
    assert both["mean"]["iterations"].median() < both["sum"]["iterations"].median()


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ProblemError, match="added or averaged, not 'max'"):
        grid_fit(*runs(10), reduction="max")


# --- bootstrap ------------------------------------------------------------------------------------------------


def test_resamples_are_fitted_as_well_as_alone():
    """A fit of many at once, from two starts, is as low as one from all starts, for 30 resamples."""
    points = Points(*runs(100))
    problem = fitting.Centred(points)
    counts = np.random.default_rng(3).multinomial(100, np.full(100, 0.01), size=30).astype(float)
    theta = problem.follow([problem.best(1e-3), problem.best(0.1)], counts, 1e-3)
    together = huber.objective(theta, problem.x, problem.y, problem.z, counts, 1e-3)
    for resample, value in zip(counts.astype(int), together, strict=True):
        rows = np.repeat(np.arange(100), resample)
        assert value <= fit_scaling_law(points.N[rows], points.D[rows], points.loss[rows]).objective * (1 + 1e-9)


def test_a_seed_gives_the_same_resamples_on_any_number_of_cores(monkeypatch):
    data = runs(40)
    many = bootstrap_scaling_law(*data, resamples=250, seed=4).samples
    monkeypatch.setattr(bootstrap, "cores", lambda: 1)
    assert many.equals(bootstrap_scaling_law(*data, resamples=250, seed=4).samples)
    assert not many.equals(bootstrap_scaling_law(*data, resamples=250, seed=5).samples)
    assert len(many) == 250 and not many.duplicated().any()


def test_where_no_thread_starts_the_resamples_are_the_same(monkeypatch):
    data = runs(60, seed=3)
    in_threads = bootstrap_scaling_law(*data, resamples=250, seed=4).samples

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert in_threads.equals(bootstrap_scaling_law(*data, resamples=250, seed=4).samples)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """90 per cent intervals of a in 40 simulations: by the binomial law 31 to 40 of them, save in 1 case of 200."""
    held = 0
    for seed in range(40):
        N, D, loss = runs(60, 0.01, seed, "normal")
        low, high = bootstrap_scaling_law(N, D, loss, resamples=100, seed=seed).interval("a", 0.9)
        held += low <= LAW.beta / (LAW.alpha + LAW.beta) <= high
    assert 31 <= held <= 40


def test_four_times_the_runs_halve_the_interval():
    """The same design once and four times over; geometric mean of six simulations, of which one is off by a third."""
    N, D, _ = runs(100)
    ratios = []
    for seed in range(6):
        widths = []
        for times in (1, 4):
            sizes, data = np.tile(N, times), np.tile(D, times)
            loss = simulate_losses(LAW, sizes, data, 0.003, np.random.default_rng(seed))
            widths.append(np.ptp(bootstrap_scaling_law(sizes, data, loss, resamples=200).interval("a")))
        ratios.append(widths[0] / widths[1])
    assert np.exp(np.mean(np.log(ratios))) == pytest.approx(2, rel=0.2)


def test_an_interval_of_an_unknown_constant_and_no_resamples_are_refused():
    with pytest.raises(ProblemError, match="no constant 'gamma'; choose from E, A, B, alpha, beta, a"):
        bootstrap_scaling_law(*runs(20), resamples=2).interval("gamma")
    with pytest.raises(ProblemError, match="at least one"):
        bootstrap_scaling_law(*runs(20), resamples=0)


# --- what no law can be fitted to -----------------------------------------------------------------------------


def spoiled(**changes):
    N, D, loss = runs(20)
    data = {"N": N.copy(), "D": D.copy(), "loss": loss.copy()}
    for name, change in changes.items():
        data[name] = change(data)
    return data


def with_first(name, value):
    return spoiled(**{name: lambda data: np.r_[value, data[name][1:]]})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (spoiled(D=lambda d: 1e20 / (6 * d["N"])), "All runs have one budget 6 N D"),
        (spoiled(N=lambda d: np.full(20, 1e9)), "The runs have 1 size; "),
        (spoiled(D=lambda d: np.full(20, 1e10)), "The runs have 1 amount of data; "),
        (spoiled(D=lambda d: 20 * d["N"]), "follow from their sizes"),
        (spoiled(loss=lambda d: np.full(20, 2.5)), "All runs have the same loss"),
        (with_first("loss", math.nan), "loss is nan in run 1"),
        (with_first("N", -1e9), "N is -1e\\+09 in run 1"),
        (with_first("D", 0.0), "D is 0 in run 1"),
        (with_first("loss", math.inf), "loss is inf in run 1"),
        (with_first("loss", 0.0), "loss is 0 in run 1"),
        ({name: values[:5] for name, values in spoiled().items()}, "There are 5 runs"),
        (spoiled(loss=lambda d: d["loss"][:-1]), "of one length"),
        (spoiled(loss=lambda d: ["high"] * 20), "loss holds something that is not a number"),
        (
            spoiled(loss=lambda d: 1.5 + 0.1 * (np.log(d["N"]) - 15) + 1e3 * d["D"] ** -0.4),
            "does not fall with more size",
        ),
    ],
)
def test_runs_that_determine_no_law_are_refused_with_a_sentence(data, sentence):
    for function in (fit_scaling_law, bootstrap_scaling_law, grid_fit):
        if "does not fall" in sentence and function is not fit_scaling_law:
            continue
        with pytest.raises(ProblemError, match=sentence) as refusal:
            function(**data)
        assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


@pytest.mark.parametrize("delta", [-1e-3, math.nan, math.inf])
def test_a_width_that_is_none_is_refused(delta):
    with pytest.raises(ProblemError, match="Huber width"):
        fit_scaling_law(*runs(20), delta=delta)


# --- the fetched points ---------------------------------------------------------------------------------------


def test_without_the_fetched_points_there_is_no_refit(monkeypatch):
    monkeypatch.setattr(fitting, "fetched_chinchilla_points", lambda: None)
    assert refit_fetched_points() is None


def test_the_refit_puts_our_constants_beside_the_published_ones(monkeypatch):
    """Here on points simulated from the published law, so that the two nearly agree."""
    monkeypatch.setattr(fitting, "fetched_chinchilla_points", lambda: Points(*runs(noise=1e-5)))
    table = refit_fetched_points()
    assert list(table.columns) == ["ours", "published"]
    assert table.loc["huber", "ours"].to_numpy() == pytest.approx(table.loc["huber", "published"].to_numpy(), rel=0.01)
    assert set(table.index.get_level_values("fit")) == {"huber", "least absolute deviations"}
