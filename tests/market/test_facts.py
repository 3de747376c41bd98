"""The facts of the market chapter: dates that parse, ranges that hold, and components that give the printed shares."""

import pytest

from analysis.kit import facts
from analysis.market.dates import middle

FACTS = facts.load("market")


@pytest.mark.parametrize("identity", FACTS)
def test_dates_parse_and_ranges_hold_their_value(identity):
    fact = FACTS[identity]
    middle(fact.date)
    assert not fact.value < fact.low
    assert not fact.value > fact.high
    assert fact.note or fact.unit != "1"


def test_the_gpus_of_the_rack_give_the_share_that_was_printed():
    value = FACTS["datacentre-gpu-rack"].value / FACTS["datacentre-rack-total"].value
    assert value == pytest.approx(FACTS["datacentre-gpu-share"].value, abs=0.005)


def test_the_rack_is_its_hardware_and_its_building():
    parts = FACTS["datacentre-rack-compute"].value + FACTS["datacentre-rack-building"].value
    assert parts == pytest.approx(FACTS["datacentre-rack-total"].value)


def test_sixty_per_cent_is_all_hardware_and_not_the_gpus():
    total = FACTS["datacentre-rack-total"].value
    assert FACTS["datacentre-rack-compute"].value / total == pytest.approx(0.58, abs=0.005)
    assert FACTS["datacentre-gpu-share"].value < 0.4
    gigawatt = FACTS["datacentre-per-gw-semianalysis"].value
    assert FACTS["datacentre-nvidia-gw-semianalysis"].value / gigawatt == pytest.approx(0.44)
    assert FACTS["datacentre-it-gw-semianalysis"].value / gigawatt == pytest.approx(0.68)


def test_nvidias_profit_is_printed_higher_than_its_own_margin_gives():
    """A margin of 70 per cent on 39 per cent is 27; the summary prints 29 and 30."""
    assert 0.7 * FACTS["datacentre-gpu-share"].value < FACTS["datacentre-nvidia-profit-share"].value - 0.015


def test_the_projection_of_electricity_grows_as_printed():
    """415 to 945 in six years is 14.7 per cent a year; the agency prints about 15."""
    factor = (FACTS["energy-world-2030"].value / FACTS["energy-world-2024"].value) ** (1 / 6)
    assert 100 * (factor - 1) == pytest.approx(FACTS["energy-growth-2024-2030"].value, abs=0.5)


def test_tokens_grew_sevenfold_as_printed():
    rows = facts.frame("market_tokens").query("series == 'Google, all products'").set_index("date")["tokens"]
    assert rows.is_monotonic_increasing
    assert rows["2026-05"] / rows["2025-05"] == pytest.approx(FACTS["tokens-google-growth-2026"].value, abs=0.5)


def test_the_three_models_of_llama_add_up_and_share_one_grid():
    """Carbon a GPU-hour is that of all three models for the largest, within the rounding of the card."""
    card = facts.load("deepseek")
    largest = card["llama31-405b-co2"].value / card["llama31-405b-hours"].value
    everything = card["llama31-co2-total"].value / card["llama31-hours-total"].value
    assert largest == pytest.approx(everything, rel=0.002)


def test_amazons_cloud_is_two_thirds_of_its_additions():
    """96,496 of 142,352 million of additions: 96.5 of the cash and lease payments of 134.74 mixes two measures."""
    assert FACTS["capex-aws-share-2025"].value == pytest.approx(96_496 / 142_352, abs=0.0005)


def test_free_cash_flow_is_what_capital_spending_leaves():
    assert FACTS["nvidia-fcf-fy2025"].value == pytest.approx(64.089e9 - 3.236e9)
