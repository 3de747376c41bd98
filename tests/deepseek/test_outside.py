"""Hours are tokens over a speed, whoever measured it, and a lead in votes is a probability."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.outside import Lead, arena_lead, chip_hours, hours_by_others, rating_error, training_rates
from analysis.deepseek.training import published_run


@given(st.floats(1e9, 1e15), st.floats(1, 1e6), st.floats(0.1, 10))
def test_twice_the_speed_takes_half_the_hours(tokens, rate, factor):
    assert chip_hours(tokens, factor * rate) == pytest.approx(chip_hours(tokens, rate) / factor)


def test_the_makers_rates_give_their_own_hours_again():
    rates = training_rates().set_index(["model", "by"])["rate"]
    for model, maker in (("DeepSeek-V3", "DeepSeek"), ("Llama-405B", "Meta")):
        run = published_run(model)
        assert chip_hours(run.tokens, rates[model, maker]) == pytest.approx(run.gpu_hours)


def test_the_log_of_the_benchmark_is_its_tokens_over_its_chips_and_seconds():
    """45 steps of 16,384 sequences of 4,096 tokens in 116.7 seconds on 8,192 chips: 3,159 a second and chip."""
    rates = training_rates().set_index("by")["rate"]
    assert rates["CoreWeave"] == pytest.approx(45 * 16_384 * 4_096 / 116.698 / 8_192)


def test_at_an_outside_speed_the_two_runs_differ_by_tokens_over_speeds():
    """15.6 / 302 against 14.8 / 1,297: 4.5 times, less than half of the makers' 11.6."""
    assert hours_by_others("Llama-405B") / hours_by_others("DeepSeek-V3") == pytest.approx(15.6 / 302 * 1297 / 14.8)


def test_no_lead_is_a_toss_and_four_hundred_points_are_ten_to_one():
    assert Lead(0.0, 1.0).preferred == 0.5
    assert Lead(400.0, 1.0).preferred == pytest.approx(10 / 11)


def test_the_error_of_a_rating_is_that_of_a_share_by_the_slope_of_the_scale():
    """At even odds a share of n votes has the error 1 / (2 sqrt n), and the scale rises by 400 / ln 10 * 4 a share."""
    assert rating_error(10_000) == pytest.approx(400 / math.log(10) * 4 / (2 * math.sqrt(10_000)))
    assert arena_lead().error == pytest.approx(math.hypot(rating_error(19_461), rating_error(48_804)))
