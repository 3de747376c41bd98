"""What runs cost by one method for all, and what the headline leaves out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cost import cloud_costs, final_run_costs, rental_cost, unpublished_factor
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FACTS = facts.load("deepseek")


def test_the_headline_is_hours_times_an_assumed_price():
    """2,788K hours at $2 are $5.576M, and the pretraining alone $5.328M."""
    assert rental_cost(FACTS["v3-hours-total"].value, FACTS["v3-price"].value) == FACTS["v3-cost-total"].value
    assert rental_cost(FACTS["v3-hours-pretraining"].value, FACTS["v3-price"].value) == 5_328_000


def test_one_price_for_all_puts_the_largest_llama_at_eleven_times_v3():
    """30.84M hours at $2 are $61.7M, 11.06 times V3's $5.576M; R1 adds 5 per cent to V3."""
    costs = final_run_costs().set_index("model")
    assert costs.loc["Llama 3.1 405B", "dollars"] == pytest.approx(61.68e6)
    assert costs.loc["Llama 3.1 405B", "times V3"] == pytest.approx(11.06, abs=0.005)
    assert costs.loc["DeepSeek-R1, on top of V3", "dollars"] == FACTS["r1-cost"].value
    assert costs.loc["DeepSeek-R1, V3 included", "times V3"] == pytest.approx(1.053, abs=5e-4)


@given(st.floats(0.1, 20))
def test_one_price_for_all_does_not_change_who_costs_how_many_times_v3(price):
    assert final_run_costs(price)["times V3"].tolist() == final_run_costs()["times V3"].tolist()


def test_rented_frontier_models_of_2023_and_2024_cost_9_to_37_times_v3():
    """By Epoch's figures, V3 included, against the hundreds or thousands in the headlines; only Grok-3 is above."""
    times = cloud_costs().set_index("model")["times V3"]
    older = times.drop(index=["DeepSeek-V3", "Grok-3", "Grok-3, revised"])
    assert 9 < older.min() < older.max() < 37


def test_two_estimates_of_one_run_differ_by_the_price_they_imply():
    """Epoch's two costs of Llama 3.1 405B are $5.5 and $2.4 a GPU-hour on the hours that Meta prints."""
    table, hours = facts.load("scaling"), FACTS["llama31-405b-hours"].value
    assert table["epoch-llama31-405b-cloud"].value / hours == pytest.approx(5.51, abs=0.005)
    assert table["epoch-llama31-405b-cost-updated"].value / hours == pytest.approx(2.38, abs=0.005)


def test_hours_that_are_not_positive_are_refused():
    with pytest.raises(ProblemError, match="GPU-hours must be positive and finite, not -5"):
        rental_cost(-5, 2)


def test_what_is_unpublished_makes_a_model_dearer_by_research_and_by_staff():
    """Staff of 29 to 49 per cent leave 71 to 51 for computing, of which the run is one part in 1.2 to 4."""
    factor = unpublished_factor()
    assert (factor.low, factor.high) == pytest.approx((1.2 / 0.71, 4 / 0.51))
