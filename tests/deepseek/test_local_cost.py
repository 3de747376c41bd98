"""Cost and break-even are one identity, the mixture lies between its ends, and DeepSeek's own account adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.config import published_architecture
from analysis.deepseek.local_cost import (
    MILLION,
    SCORED,
    SERVICES,
    TESTS,
    api_prices,
    blended_price,
    blended_rate,
    costs_by_hours,
    electricity_cost,
    hybrid_quality,
    kept_without_loss,
    local_cost,
    published_scores,
    score_error,
    working_rate,
)
from analysis.deepseek.serving import Machine, ServedModel, decode_rate, machines, measured_rates
from analysis.kit import facts
from analysis.kit.errors import ProblemError

STUDIO = Machine("studio", 512e9, 819e9, 28e12, 9500, 200)
RATES = st.floats(1, 1000)
SCORES = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


@given(RATES, st.floats(0.01, 0.5))
def test_a_machine_at_rest_half_the_time_costs_twice_the_price_and_the_same_electricity(rate, electricity):
    full, half = local_cost(STUDIO, rate, electricity, utilisation=[1, 0.5]) - electricity_cost(
        STUDIO, rate, electricity
    )
    assert half == pytest.approx(2 * full)


def test_a_kilowatt_for_an_hour_costs_what_a_kilowatt_hour_does():
    heater = Machine("heater", 1e9, 1e9, 1e9, 100, 1000)
    assert electricity_cost(heater, MILLION / 3600, 0.17) == pytest.approx(0.17)


@given(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 10))
def test_a_blend_lies_between_its_parts(read, written, ratio):
    assert min(read, written) <= blended_price(read, written, ratio) * (1 + 1e-12)
    assert blended_price(read, written, ratio) <= max(read, written) * (1 + 1e-12)
    assert blended_price(read, written, 0) == written
    assert blended_rate(read, read, ratio) == pytest.approx(read)


@given(st.floats(0.1, 1), st.sampled_from([8.0, 4.5]))
def test_a_machine_that_reaches_half_its_bounds_works_half_as_fast(reached, bits):
    model = ServedModel("8B", 8e9, 8e9)
    whole = working_rate(STUDIO, model, bits, 4096, 1.0)
    assert working_rate(STUDIO, model, bits, 4096, reached) == pytest.approx(reached * whole)
    assert whole > float(decode_rate(STUDIO, model, bits, 4096))  # reading a prompt is faster than writing


def costs_at_full_work(configuration, key):
    """Dollars a million tokens of a machine that never rests and reaches the middle of the measured shares."""
    model = ServedModel.of(published_architecture(configuration))
    rate = working_rate(machines()[key], model, 4.5, 4096, measured_rates()["share"].median())
    return float(local_cost(machines()[key], rate, 0.17))


def test_a_token_at_home_costs_twice_as_much_at_half_the_hours_but_for_the_electricity():
    """Between the price alone, which halves with the hours, and no saving at all; free power leaves the price."""
    pairs = {"V3": ("deepseek-v3", "m3ultra"), "Qwen": ("qwen2.5-32b", "rtx4090")}
    costs = costs_by_hours(pairs, [6, 12, 24], 0.17, 4.5, 4096).pivot(index="hours", columns="local", values="dollars")
    assert (costs.loc[6] > costs.loc[12]).all() and (costs.loc[12] < 2 * costs.loc[24]).all()
    assert costs.loc[24, "Qwen"] == pytest.approx(costs_at_full_work("qwen2.5-32b", "rtx4090"))
    free = costs_by_hours(pairs, [6, 12, 24], 0.0, 4.5, 4096).pivot(index="hours", columns="local", values="dollars")
    assert (free.loc[6] / free.loc[24]).tolist() == pytest.approx([4, 4])
    assert ((costs - free).std() < 1e-9).all()  # the electricity of a token is the same at any hour


@given(SCORES, st.floats(0, 1))
def test_a_router_that_knows_is_never_worse_than_chance_and_both_meet_at_the_ends(scores, share):
    local, cloud = scores
    best, random = hybrid_quality([0, share, 1], local, cloud)
    assert (best >= random - 1e-12).all()
    assert (best[0], best[2]) == pytest.approx((cloud, local)) == (random[0], random[2])
    if share <= kept_without_loss(local, cloud):
        assert best[1] == pytest.approx(cloud)


def test_all_services_are_listed_in_order_of_time_and_deepseek_undercut_its_rivals():
    """Each new DeepSeek model was at most a fifth of the price of OpenAI's model of the same kind."""
    prices = api_prices()
    assert len(prices) == len(SERVICES) and prices["date"].is_monotonic_increasing
    blend = prices.set_index("key")["blend"]
    assert blend["deepseek-v2"] < blend["gpt-4o-may"] / 5
    assert blend["deepseek-v3"] < blend["gpt-4o"] / 5
    assert blend["deepseek-r1"] < blend["o1"] / 5


def test_deepseek_s_own_account_adds_up():
    """Day 6: tokens times R1's prices is the printed revenue, within the rounding; and revenue over cost its margin."""
    table = {key.removeprefix("api-day6-"): fact.value for key, fact in facts.load("deepseek").items()}
    read, hits = table["tokens-read"], table["cache-hits"] / 100
    prices = (table["api-deepseek-r1-read"], 0.14, table["api-deepseek-r1-written"])
    revenue = np.dot(prices, [read * (1 - hits), read * hits, table["tokens-written"]]) / MILLION
    assert revenue == pytest.approx(table["revenue"], rel=5e-4)
    assert 100 * (table["revenue"] / table["cost-a-day"] - 1) == pytest.approx(table["margin"], abs=1)
    assert table["nodes"] * 8 * 24 * 2 == pytest.approx(table["cost-a-day"], rel=1e-4)


def test_the_scores_are_all_there_and_no_distilled_model_reaches_r1():
    scores = published_scores()
    assert len(scores) == len(SCORED) * len(TESTS)
    distilled = scores[scores["model"].str.startswith("R1-Distill")]
    assert (distilled["of_r1"] < 1).all() and (scores.query("key == 'r1'")["of_r1"] == 1).all()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: local_cost(STUDIO, 20, 0.17, utilisation=0), "at most 1, not 0"),
        (lambda: local_cost(STUDIO, 0, 0.17), "no cost a token"),
        (lambda: local_cost(STUDIO, 20, 0.17, years=0), "life in years must be positive"),
        (lambda: hybrid_quality(1.2, 0.5, 0.8), "between 0 and 1"),
        (lambda: hybrid_quality(0.5, 0.9, 0.8), "the service's the higher"),
        (lambda: kept_without_loss(0.9, 0.8), "the service's the higher"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()


def test_the_error_of_a_score_is_largest_at_a_half_and_falls_with_the_root_of_the_problems():
    """Thirty problems, half of them solved: 9 points; four times as many problems halve it; all solved has none."""
    assert score_error(0.5, 30) == pytest.approx(0.5 / np.sqrt(30))
    assert score_error(0.3, 120) == pytest.approx(score_error(0.3, 30) / 2)
    assert score_error(1.0, 30) == 0


def test_scores_carry_their_errors_where_the_number_of_problems_is_known():
    scores = published_scores().set_index(["key", "test"])["error"]
    assert scores["qwen-32b", "AIME 2024"] == pytest.approx(np.sqrt(0.726 * 0.274 / 30))
    assert np.isnan(scores["r1", "LiveCodeBench"])
