"""Parabolas find the optimum that was put in, the bootstrap covers it, and our sweep shows what the chapter says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.isoflop import bootstrap_isoflop, compare_approaches, fit_isoflop, fit_vertices
from analysis.scaling.laws import ScalingLaw

BUDGETS = np.geomspace(1e10, 1e12, 5)


def parabolas(a=0.5, noise=0.0, rng=None, seeds=3, sizes=7):
    """Runs whose loss is a parabola around N* = 0.1 C^a, with normal noise in nats."""
    rows = [
        (C, n * 0.1 * C**a, C / (6 * n * 0.1 * C**a), 60 * C**-0.15 + 0.05 * np.log(n) ** 2)
        for C in BUDGETS
        for n in np.geomspace(0.15, 6, sizes)
        for _ in range(seeds)
    ]
    runs = pd.DataFrame(rows, columns=["budget", "N", "D", "loss"])
    if noise:
        runs["loss"] += noise * rng.standard_normal(len(runs))
    return runs


def runs_of_law(law, span=4.0):
    """Noise-free runs of a law around its own optimum."""
    best = compute_optimal_allocation(BUDGETS, law)
    N = (np.asarray(best.N)[:, None] * np.geomspace(1 / span, span, 7)).ravel()
    C = np.repeat(BUDGETS, 7)
    return pd.DataFrame({"budget": C, "N": N, "D": C / 6 / N, "loss": law.loss(N, C / 6 / N)}), best


@given(st.floats(0.2, 0.8))
def test_the_exponent_that_was_put_in_comes_out(a):
    fit = fit_isoflop(parabolas(a))
    assert fit.a == pytest.approx(a, abs=1e-9)
    assert fit.b == pytest.approx(1 - a, abs=1e-9)
    assert fit.coefficient == pytest.approx(0.1, rel=1e-6)
    assert fit.loss_exponent == pytest.approx(0.15, abs=1e-9)


def test_of_a_law_with_equal_exponents_parabolas_find_the_optimum_exactly():
    """Then the curve is symmetric in log N (Czech et al. 2026)."""
    runs, best = runs_of_law(ScalingLaw(1.7, 400.0, 400.0, 0.3, 0.3))
    assert fit_isoflop(runs).optima["N"].to_numpy() == pytest.approx(np.asarray(best.N), rel=1e-6)


def test_unequal_exponents_move_the_optimum_and_not_the_exponent():
    """The bias of parabolas is in the intercept: the same factor at every budget."""
    law = ScalingLaw(0.0, 400.0, 400.0, 0.46, 0.15)
    runs, best = runs_of_law(law, span=16.0)
    fit = fit_isoflop(runs)
    ratio = fit.optima["N"].to_numpy() / np.asarray(best.N)
    assert abs(ratio - 1).min() > 0.05
    assert np.ptp(ratio) < 1e-6
    assert fit.a == pytest.approx(law.beta / (law.alpha + law.beta), abs=1e-6)


def test_the_bootstrap_interval_covers_the_truth_about_as_often_as_it_says():
    """60 repetitions at 95 %: fewer than 49 covering would happen by chance less than once in 10,000 times."""
    rng = np.random.default_rng(7)
    covered = 0
    for repetition in range(60):
        low, high = bootstrap_isoflop(parabolas(0.5, 0.02, rng), 300, repetition).interval("a")
        covered += low <= 0.5 <= high
    assert covered >= 49


def test_more_noise_means_a_wider_interval():
    def width(noise):
        low, high = bootstrap_isoflop(parabolas(0.5, noise, np.random.default_rng(1)), 500).interval()
        return high - low

    assert width(0.02) == pytest.approx(4 * width(0.005), rel=0.2)


def test_a_bootstrap_is_named_by_its_seed():
    runs = parabolas(0.5, 0.02, np.random.default_rng(1))
    first, again, other = (bootstrap_isoflop(runs, 50, seed).samples for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_a_curve_passes_through_its_vertex_and_keeps_its_budget():
    fit = fit_isoflop(parabolas(0.5))
    curve = fit.curve(401)
    assert curve.groupby("budget")["loss"].min().to_numpy() == pytest.approx(fit.optima["loss"], abs=1e-5)
    assert (6 * curve["N"] * curve["D"]).to_numpy() == pytest.approx(curve["budget"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda r: r.drop(columns="D"), "lack D"),
        (lambda r: r[r["budget"] < 2e10], "one budget"),
        (lambda r: r.assign(budget=1e10), "One budget shows no growth"),
        (lambda r: r[r["N"] > r.groupby("budget")["N"].transform("max") * 0.2], "3 sizes; a parabola needs 4"),
        (lambda r: r.assign(loss=10 - r["loss"]), "no minimum"),
        (lambda r: r.assign(N=-r["N"]), "positive"),
        (lambda r: r.assign(loss=np.nan), "loss"),
        (lambda r: r.assign(budget=0.0), "budget must be a positive"),
    ],
)
def test_runs_that_show_no_optimum_are_refused_with_a_sentence(change, sentence):
    with pytest.raises(ProblemError, match=sentence):
        fit_isoflop(change(parabolas(0.5)))


def test_noise_that_hides_the_minimum_is_refused():
    with pytest.raises(ProblemError, match="resamples the loss has no minimum"):
        flat = parabolas(0.5)
        centre = flat.groupby("budget")["N"].transform(lambda N: np.exp(np.log(N).mean()))
        flat["loss"] = 2 + 1e-4 * np.log(flat["N"] / centre) ** 2 + 0.002 * np.random.default_rng(3).random(len(flat))
        bootstrap_isoflop(flat, 200)


# --- our own sweep ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sweep():
    return load_result("scaling-isoflop")


@pytest.fixture(scope="module")
def fit(sweep):
    return fit_isoflop(sweep)


def test_the_sweep_has_five_budgets_fifty_runs_and_three_seeds_at_each_optimum(sweep, fit):
    assert sweep["budget"].nunique() >= 5 and len(sweep) >= 50
    seeds = sweep.groupby(["budget", "N"])["seed"].nunique()
    for optimum in fit.optima.itertuples():
        sizes = seeds.loc[optimum.budget]
        nearest = np.abs(np.log(sizes.index.to_numpy(float) / optimum.N)).argmin()
        assert sizes.iloc[nearest] >= 3


def test_every_optimum_lies_between_sizes_that_were_tried_and_residuals_are_small(fit):
    assert fit.optima["inside"].all()
    assert (fit.optima["rms"] < 0.03 * fit.optima["loss"]).all()


def test_more_compute_is_better_and_is_spent_on_size_and_text_alike(sweep, fit):
    assert (np.diff(fit.optima["loss"]) < 0).all()
    assert (np.diff(fit.optima["N"]) > 0).all() and (np.diff(fit.optima["D"]) > 0).all()
    low, high = bootstrap_isoflop(sweep, 1000).interval("a")
    assert 0.35 < low < fit.a < high < 0.65


def test_the_runs_at_one_budget_cost_the_same(sweep):
    assert (sweep["C"] / sweep["budget"]).to_numpy() == pytest.approx(1, abs=0.01)
    assert (6.0 * sweep["N"] * sweep["D"]).to_numpy() == pytest.approx(sweep["C"])


def test_a_law_fitted_to_all_runs_agrees_with_the_parabolas_within_a_tenth(sweep):
    rows = compare_approaches(sweep, resamples=200)
    assert rows.loc["law", "a"] == pytest.approx(rows.loc["parabolas", "a"], abs=0.1)
    assert (rows["low"] < rows["a"]).all() and (rows["a"] < rows["high"]).all()


# --- three runs a valley ----------------------------------------------------------------------------------------


@given(st.floats(0.2, 0.8), st.sampled_from([5, 7, 9]))
def test_three_runs_of_a_parabola_give_its_vertex(a, sizes):
    fit = fit_vertices(parabolas(a, sizes=sizes, seeds=1))
    assert fit.a == pytest.approx(a, abs=1e-9) and fit.error == pytest.approx(0, abs=1e-6)
    assert fit.interval() == pytest.approx((a, a), abs=1e-6)
    assert fit.left_out == []


def test_far_sizes_that_hardly_learned_do_not_move_three_runs():
    """They do move a parabola through all sizes."""
    runs = parabolas()
    far = runs["N"] > 20 * 0.1 * runs["budget"] ** 0.5 * 0.15
    spoiled = runs.assign(loss=runs["loss"] + far * 3e-13 * runs["budget"])
    assert fit_vertices(spoiled).a == pytest.approx(0.5, abs=1e-9)
    assert abs(fit_isoflop(spoiled).a - 0.5) > 0.01


def test_of_several_runs_of_a_size_the_lowest_counts():
    runs = parabolas(seeds=1)
    poor = runs.assign(loss=runs["loss"] + 0.5)
    assert fit_vertices(pd.concat([poor, runs])).a == pytest.approx(fit_vertices(runs).a)


def test_a_budget_whose_lowest_run_is_at_an_end_is_left_out_and_named():
    runs = parabolas(seeds=1)
    last = runs["budget"] == BUDGETS[-1]
    sided = runs[~last | (runs["N"] > 0.1 * BUDGETS[-1] ** 0.5)]
    fit = fit_vertices(sided)
    assert fit.left_out == [BUDGETS[-1]] and len(fit.optima) == len(BUDGETS) - 1


def test_the_interval_covers_as_often_as_it_says():
    """120 experiments with noise: 95 % within three standard errors of a share (2 %)."""
    rng = np.random.default_rng(3)
    covered = [
        low <= 0.5 <= high
        for low, high in (fit_vertices(parabolas(noise=0.002, rng=rng, seeds=1)).interval() for _ in range(120))
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.06)


def test_our_own_sweep_gives_one_exponent_by_either_way():
    """Means of the seeds: .473 by three runs a valley, .474 by parabolas through all."""
    sweep = load_result("scaling-isoflop")
    means = sweep.groupby(["budget", "N"], as_index=False)["loss"].mean()
    assert fit_vertices(means).a == pytest.approx(fit_isoflop(sweep).a, abs=0.005)


@pytest.mark.parametrize("laboratory", ["scaling-isoflop", "gpu-isoflop"])
def test_the_bare_count_gives_the_larger_exponent(laboratory):
    """Matrices at both ends are most of a small model: leave them out, and sizes seem to grow faster."""
    runs = load_result(laboratory)
    every, bare = ("total_parameters", "N") if laboratory == "scaling-isoflop" else ("N", "N_blocks")
    assert fit_vertices(runs, bare).a > fit_vertices(runs, every).a + 0.02


@pytest.mark.parametrize(
    ("runs", "sentence"),
    [
        (parabolas().drop(columns="loss"), "lack loss"),
        (parabolas().assign(loss=-1.0), "must be positive"),
        (parabolas().query("budget < 2e10"), "At 1 budgets the lowest run lies between others"),
        (parabolas().query("budget < 2e10 or N < 0"), "a slope with its error needs 3"),
    ],
)
def test_runs_without_valleys_are_refused(runs, sentence):
    with pytest.raises(ProblemError, match=sentence):
        fit_vertices(runs)
