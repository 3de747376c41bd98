"""When a training run costs a billion dollars, and how much that depends on what is called cost."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.scaling.cost import Growth, cost_trend, crossing, published_costs, published_growth, years_to

STARTS, FACTORS = st.floats(1e5, 9e8), st.floats(1.05, 10)


def test_from_forty_million():
    """$40M at 2.4 a year: 3.7 years, 2.8 to 4.6 over the first version's interval."""
    growth = published_growth("amortised-v1")
    assert [years_to(1e9, 40e6, g) for g in (growth.high, growth.value, growth.low)] == pytest.approx(
        [2.84, 3.68, 4.64], abs=0.006
    )


def test_the_headline_year_follows_from_the_published_growth():
    """GPT-4 (March 2023, $40M amortised): late 2026, and 2026 to 2027 over the 90 % interval."""
    when = crossing(40e6, 2023.2, published_growth())
    assert [math.floor(year) for year in (when.early, when.year, when.late)] == [2026, 2026, 2027]


@given(STARTS, FACTORS)
def test_growing_for_that_long_reaches_the_target(start, factor):
    assert start * factor ** years_to(1e9, start, factor) == pytest.approx(1e9)


@given(STARTS, FACTORS, st.floats(1, 1.5))
def test_faster_growth_arrives_earlier(start, factor, width):
    when = crossing(start, 2023.0, Growth(factor, max(factor / width, 1.01), factor * width, 0.9))
    assert 2023 < when.early <= when.year <= when.late


def test_the_trend_passes_the_target_when_the_crossing_says():
    growth = published_growth()
    when = crossing(40e6, 2023.2, growth)
    trend = cost_trend(40e6, 2023.2, growth, [when.early - 2023.2, when.year - 2023.2, when.late - 2023.2])
    assert [trend.loc[0, "high"], trend.loc[1, "cost"], trend.loc[2, "low"]] == pytest.approx([1e9] * 3)


def test_what_is_called_cost_moves_the_year_more_than_the_growth_does():
    """One run (GPT-4) at the same growth: the three costs are 3.4 years apart, the interval 1.6 years wide."""
    costs = published_costs().set_index("model").loc["GPT-4"]
    growth = published_growth()
    years = [years_to(1e9, costs[kind], growth.value) for kind in ("acquisition", "amortised")]
    when = crossing(costs["amortised"], 2023.2, growth)
    assert years[1] - years[0] == pytest.approx(3.37, abs=0.01)
    assert when.late - when.early == pytest.approx(1.61, abs=0.01)


def test_one_published_run_has_passed_a_billion_and_has_not():
    """Grok-3: $1.16 billion at rental prices, $0.30 billion amortised."""
    costs = published_costs().set_index("model")
    assert costs.loc["Grok-3", "amortised"] < 0.31e9 < 1e9 < costs.loc["Grok-3", "cloud"]
    assert costs["amortised"].notna().all() and math.isnan(costs.loc["GPT-4.5", "cloud"])


@pytest.mark.parametrize(
    "call",
    [
        lambda: years_to(1e9, 0.0, 2.4),
        lambda: years_to(1e9, 40e6, 1.0),
        lambda: crossing(2e9, 2025.0, published_growth()),
        lambda: Growth(2.4, 2.5, 2.9, 0.9),
        lambda: Growth(2.4, 0.9, 2.9, 0.9),
        lambda: published_growth("guess"),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ProblemError):
        call()
