"""A fleet, a cluster and a run are different numbers of GPUs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.fleet import fleets, runs_on_fleets, share_of_fleet_year
from analysis.deepseek.training import gpu_hours
from analysis.kit.errors import ProblemError


def test_the_largest_llama_is_a_hundredth_of_a_year_of_the_fleet():
    """30.84M of the 3.07 billion hours that 350,000 GPUs have in a year."""
    table = runs_on_fleets().set_index(["run", "gpus"])
    assert table.loc[("Llama 3.1 405B", 350_000), "share of a year"].item() == pytest.approx(0.01006, abs=5e-6)
    assert table.loc[("Llama 3.1 405B", 350_000), "days"].item() == pytest.approx(3.67, abs=0.005)


def test_like_for_like_the_gpus_of_the_two_runs_differ_by_eight_and_their_days_by_less_than_two():
    """16,384 against 2,048 GPUs, 78 against 57 days: not 350,000 against 2,048."""
    gpus = fleets().set_index("fleet")["gpus"]
    days = runs_on_fleets().set_index(["run", "fleet"])["days"]
    assert gpus["Llama 3.1 405B"] / gpus["DeepSeek-V3"] == 8
    own = days["Llama 3.1 405B", "Llama 3.1 405B"] / days["DeepSeek-V3", "DeepSeek-V3"]
    assert own == pytest.approx(1.383, abs=5e-4)
    assert gpus.iloc[0] / gpus["DeepSeek-V3"] > 170


def test_the_kinds_are_told_apart():
    assert fleets()["kind"].tolist() == ["fleet", "fleet", "cluster", "run", "run"]


@given(st.floats(1, 1e7))
def test_a_fleet_busy_all_year_gives_a_whole_year(gpus):
    assert share_of_fleet_year(gpu_hours(365, gpus), gpus) == pytest.approx(1)


def test_a_fleet_of_nothing_is_refused():
    with pytest.raises(ProblemError, match="GPUs is 0"):
        share_of_fleet_year(1e6, 0)
