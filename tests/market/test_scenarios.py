"""The closed forms of the scenario against Monte Carlo, an estimator that knows no formula, and their limits."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from analysis.kit.errors import ProblemError
from analysis.market.browser import cornish_fisher_quantiles
from analysis.market.demand import compute_demand
from analysis.market.scenarios import (
    INPUTS,
    Prior,
    Scenario,
    estimate_sobol,
    fan,
    growth_quantiles,
    probability_below,
    simulate_growth,
)

BOOK = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))
DRAWS = 400_000
LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]

scenarios = st.builds(
    Scenario,
    demand=st.builds(Prior, st.floats(-0.5, 1), st.floats(0.05, 0.5)),
    elasticity=st.builds(Prior, st.floats(0, 2), st.floats(0.05, 0.6)),
    efficiency=st.builds(Prior, st.floats(0, 2), st.floats(0.05, 0.7)),
    pass_through=st.floats(0.3, 1.5),
)


def test_the_books_scenario_has_the_moments_of_the_formula():
    """0.3 + 0.11 x 1.04, and 0.2^2 + (0.11 x 0.35)^2 + (1.04 x 0.3)^2 + (0.3 x 0.35)^2."""
    assert BOOK.mean() == pytest.approx(0.4144)
    assert BOOK.variance() == pytest.approx(0.04 + 0.0385**2 + 0.312**2 + 0.105**2)


@settings(max_examples=15)
@given(scenarios)
def test_the_mean_and_the_variance_are_those_of_the_simulation(scenario):
    """400,000 draws; each within 5 of its standard errors."""
    x = simulate_growth(scenario, DRAWS, np.random.default_rng(5))
    _, variance, _, fourth = scenario.cumulants()
    assert x.mean() == pytest.approx(scenario.mean(), abs=5 * math.sqrt(variance / DRAWS))
    assert x.var() == pytest.approx(variance, abs=5 * math.sqrt((fourth + 2 * variance**2) / DRAWS))


def test_the_third_and_fourth_cumulants_are_those_of_the_simulation():
    """Four million draws of a scenario that is far from normal: k-statistics within 3 per cent."""
    bent = Scenario(Prior(0.0, 0.1), Prior(1.8, 0.5), Prior(1.0, 0.6))
    x = simulate_growth(bent, 4_000_000, np.random.default_rng(6))
    _, _, third, fourth = bent.cumulants()
    assert stats.kstat(x, 3) == pytest.approx(third, rel=0.03)
    assert stats.kstat(x, 4) == pytest.approx(fourth, rel=0.03)


@given(scenarios)
def test_first_orders_add_up_to_less_than_one_and_totals_to_more(scenario):
    sobol = scenario.sobol()
    assert sobol["first_order"].sum() <= 1 + 1e-12
    assert sobol["total"].sum() >= 1 - 1e-12
    assert (sobol["first_order"] <= sobol["total"] + 1e-12).all()
    shared = sobol["total"] - sobol["first_order"]
    assert shared.to_numpy() == pytest.approx([0, shared[1], shared[1]])
    assert sobol["first_order"].sum() + shared[1] == pytest.approx(1)


@settings(max_examples=15)
@given(scenarios)
def test_the_pick_freeze_estimate_finds_the_indices_of_the_closed_form(scenario):
    """2^14 evenly spread draws place each index to better than 0.02."""
    found, exact = estimate_sobol(scenario, 2**14, np.random.default_rng(7)), scenario.sobol()
    assert found["input"].tolist() == exact["input"].tolist() == list(INPUTS)
    for column in ("first_order", "total"):
        assert found[column].to_numpy() == pytest.approx(exact[column].to_numpy(), abs=0.02)


def test_the_elasticity_is_what_matters_most_at_the_books_priors():
    """It alone explains 65 per cent of the variance, the growth of the efficiency 1 per cent."""
    first = BOOK.sobol().set_index("input")["first_order"]
    assert first.idxmax() == "elasticity"
    assert first.round(2).to_dict() == {"demand": 0.27, "elasticity": 0.65, "efficiency": 0.01}


@given(scenarios, st.floats(-0.5, 1), st.floats(0, 3), st.floats(-1, 2))
def test_a_draw_grows_as_the_demand_model_says(scenario, demand, elasticity, efficiency):
    """The growth of the compute that is bought over half a year; its logarithm is a straight line in time."""
    phi, scale = scenario.pass_through, math.exp(demand / 2)
    compute = compute_demand(math.exp(efficiency / 2), elasticity, phi, scale=scale)
    expected = 2 * math.log(compute)
    assert scenario.growth(np.array([demand, elasticity, efficiency])) == pytest.approx(expected, abs=1e-9)


def test_what_is_known_leaves_only_the_spread_of_the_rest():
    """With elasticity and efficiency known x is normal; with an elasticity of 1 the efficiency does not matter."""
    only_demand = Scenario(Prior(0.3, 0.2), Prior(1.5, 0.0), Prior(1.0, 0.0))
    assert only_demand.variance() == pytest.approx(0.04)
    assert growth_quantiles(only_demand, LEVELS) == pytest.approx(stats.norm.ppf(LEVELS, 0.8, 0.2))
    assert cornish_fisher_quantiles(only_demand, LEVELS) == pytest.approx(stats.norm.ppf(LEVELS, 0.8, 0.2))
    at_one = replace(BOOK, elasticity=Prior(1.0, 0.0))
    assert at_one.mean() == 0.3
    assert at_one.variance() == pytest.approx(0.04)


@settings(max_examples=15)
@given(scenarios)
def test_the_exact_quantiles_are_those_of_the_simulation(scenario):
    """Of 400,000 draws the share below each exact quantile is its probability, within 5 standard errors."""
    x = simulate_growth(scenario, DRAWS, np.random.default_rng(8))
    for level, quantile in zip(LEVELS, growth_quantiles(scenario, LEVELS), strict=True):
        assert (x < quantile).mean() == pytest.approx(level, abs=5 * math.sqrt(level * (1 - level) / DRAWS))


@pytest.mark.parametrize("demand_spread", [0.02, 0.2])
def test_the_probability_is_the_integral_over_the_elasticity(demand_spread):
    """Also where the demand's growth is known so well that the integrand is narrow."""
    narrow = Scenario(Prior(0.3, demand_spread), Prior(1.0, 0.6), Prior(1.5, 0.05))

    def density(epsilon):
        mean = 0.3 + (epsilon - 1) * 1.5
        below = stats.norm.cdf(0.2, mean, math.hypot(demand_spread, (epsilon - 1) * 0.05))
        return stats.norm.pdf(epsilon, 1.0, 0.6) * below

    expected = quad(density, -5, 7, points=[0.8, 0.9, 1.0], limit=200, epsabs=1e-12)[0]
    assert probability_below(narrow, 0.2) == pytest.approx(expected, abs=1e-9)


def test_an_elasticity_of_one_on_average_makes_the_quantiles_symmetrical():
    even = Scenario(Prior(0.3, 0.1), Prior(1.0, 0.4), Prior(1.0, 0.5))
    low, middle, high = growth_quantiles(even, [0.1, 0.5, 0.9])
    assert middle == pytest.approx(0.3)
    assert high - middle == pytest.approx(middle - low)
    assert even.cumulants()[2] == 0


def test_the_probability_of_a_quantile_is_its_own():
    assert probability_below(BOOK, growth_quantiles(BOOK, LEVELS)) == pytest.approx(LEVELS)


def test_the_quantiles_for_the_browser_are_good_to_0_003_at_the_books_priors():
    error = cornish_fisher_quantiles(BOOK, LEVELS) - growth_quantiles(BOOK, LEVELS)
    assert np.abs(error).max() < 0.003


@pytest.mark.parametrize("level", [0.05, 0.5, 0.9, 0.95])
def test_halving_all_spreads_makes_the_relative_error_of_the_browser_eight_times_smaller(level):
    """The skewness falls by 2 and the kurtosis by 4, and all terms up to their order are in; a wrong one gives 4."""

    def error(size):
        some = Scenario(Prior(0.3, 0.3 * size), Prior(2.0, 0.8 * size), Prior(1.0, 0.8 * size))
        quantiles = (function(some, [level])[0] for function in (cornish_fisher_quantiles, growth_quantiles))
        return abs(np.subtract(*quantiles)) / math.sqrt(some.variance())

    assert error(1 / 16) / error(1 / 32) == pytest.approx(8, rel=0.1)


@pytest.mark.parametrize("elasticity", [0.5, 1.0, 1.11, 1.5])
@pytest.mark.parametrize("spreads", [(0.6, 0.35), (0.3, 0.7), (0.6, 0.7)])
def test_where_all_is_little_known_the_browser_is_off_by_up_to_0_1_a_year(elasticity, spreads):
    wide = Scenario(Prior(0.3, 0.1), Prior(elasticity, spreads[0]), Prior(1.04, spreads[1]))
    error = cornish_fisher_quantiles(wide, LEVELS) - growth_quantiles(wide, LEVELS)
    assert np.abs(error).max() < 0.1


def test_a_fan_widens_with_time_and_starts_at_one():
    table = fan(growth_quantiles(BOOK, LEVELS), np.arange(6), LEVELS).pivot(
        index="year", columns="probability", values="multiple"
    )
    assert table.loc[0].to_numpy() == pytest.approx(np.ones(5))
    width = np.log(table[0.95] / table[0.05]).to_numpy()
    assert width == pytest.approx(np.arange(6) * width[1])
    assert (table.loc[5].diff().dropna() > 0).all()


def test_a_seed_gives_its_draws_again():
    once, again = (simulate_growth(BOOK, 10, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(once, again)
    assert estimate_sobol(BOOK, 64, np.random.default_rng(9)).equals(estimate_sobol(BOOK, 64, np.random.default_rng(9)))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Prior(math.nan, 0.1), "A mean must be"),
        (lambda: Prior(0.1, -0.1), "A standard deviation must be"),
        (lambda: Scenario(Prior(0.3, 0), Prior(1.1, 0), Prior(1, 0)), "Nothing is uncertain"),
        (lambda: replace(BOOK, pass_through=0.0), "A pass-through must be"),
        (lambda: replace(BOOK, elasticity=Prior(-0.5, 0.1)), "A mean elasticity must be"),
        (lambda: simulate_growth(BOOK, 1, np.random.default_rng(1)), "at least 2 draws"),
        (lambda: estimate_sobol(BOOK, 1000, np.random.default_rng(1)), "a power of two"),
        (lambda: estimate_sobol(replace(BOOK, demand=Prior(0.3, 0)), 8, np.random.default_rng(1)), "no index to est"),
        (lambda: growth_quantiles(BOOK, [0.0, 0.5]), "A probability must be above 0 and below 1, not 0"),
        (lambda: growth_quantiles(replace(BOOK, demand=Prior(0.3, 0)), [0.5]), "need a spread of the demand"),
        (lambda: probability_below(BOOK, math.nan), "A growth must be"),
        (lambda: fan([0.1], [-1.0], [0.5]), "A year must be"),
        (lambda: fan([0.1, 0.2], [1.0], [0.5]), "one probability for each quantile"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()
