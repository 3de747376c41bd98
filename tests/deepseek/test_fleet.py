"""A fleet, a cluster and a run are different numbers of GPUs."""

import pytest

from analysis.deepseek.fleet import fleets
from analysis.deepseek.training import days
from analysis.kit import facts


def test_like_for_like_the_gpus_of_the_two_runs_differ_by_eight_and_their_days_by_less_than_two():
    """16,384 against 2,048 GPUs, 78 against 57 days: not 350,000 against 2,048."""
    table, gpus = facts.load("deepseek"), fleets().set_index("fleet")["gpus"]
    assert gpus["Llama 3.1 405B"] / gpus["DeepSeek-V3"] == 8
    llama = days(table["llama31-405b-hours"].value, gpus["Llama 3.1 405B"])
    assert llama / days(table["v3-hours-total"].value, gpus["DeepSeek-V3"]) == pytest.approx(1.383, abs=5e-4)
    assert gpus.iloc[0] / gpus["DeepSeek-V3"] > 170


def test_the_whole_fleet_would_have_taken_less_than_four_days_for_the_largest_llama():
    hours = facts.load("deepseek")["llama31-405b-hours"].value
    assert days(hours, fleets()["gpus"].max()) == pytest.approx(3.67, abs=0.005)


def test_the_kinds_are_told_apart():
    assert fleets()["kind"].tolist() == ["fleet", "fleet", "cluster", "run", "run"]
