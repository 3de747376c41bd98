"""Contests on one axis keep their records; faster splits exactly into less work and more hardware."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.progress import series
from analysis.cnn_era.progress.alignment import align, compare_contests, summarise
from analysis.cnn_era.progress.same_hardware import (
    chip_minutes,
    decompose,
    deepseek_by_chips,
    gpt3_records,
    imagenet_on_v100,
    llama_records,
    software_gains,
)
from analysis.kit.errors import ProblemError

POSITIVE = st.floats(1e-3, 1e6)


@pytest.fixture(scope="module")
def aligned():
    return align(inputs.PARALLEL, 0.25)


@pytest.fixture(scope="module")
def summary():
    return summarise(tuple(series.contests())).set_index("contest")


def test_every_contest_starts_at_day_zero_with_all_of_its_first_value(aligned):
    for _, part in aligned.groupby("contest"):
        assert part["by_start"].iloc[0] == 0 and part["share"].iloc[0] == 1
        assert part["by_start"].is_monotonic_increasing and part["share"].is_monotonic_decreasing


def test_alignments_differ_only_by_a_shift(aligned):
    """A day is a day on every axis; a year of the calendar has 365 or 366."""
    for _, part in aligned.groupby("contest"):
        assert np.ptp(part["by_start"] - part["by_ratio"]) == 0
        assert 365 * np.diff(part["by_date"]) == pytest.approx(np.diff(part["by_start"]), rel=0.01)


def test_aligned_by_ratio_day_zero_is_the_first_at_a_quarter(aligned):
    for _, part in aligned.groupby("contest"):
        assert (part.loc[part["by_ratio"] < 0, "share"] > 0.25).all()
        assert (part.loc[part["by_ratio"] >= 0, "share"] <= 0.25).all()


def test_a_contest_that_never_fell_so_far_has_no_place_by_ratio():
    assert align(["nanochat-8-h100"], 0.25).by_ratio.isna().all()


def test_the_table_of_the_chart_is_small_and_holds_both_eras(aligned):
    assert len(aligned) < 2000
    assert aligned["contest"].unique().tolist() == list(inputs.PARALLEL)
    assert set(aligned["era"]) == {"CNN", "LM"}


def test_end_to_end_the_contests_fell_as_far_as_their_tables_say(summary):
    """14,640 to 2.626 minutes and $1,112.64 to $7.43 at ImageNet; $43,008 to $39.60 for GPT-2."""
    assert summary.loc["imagenet-time", "factor"] == pytest.approx(14640 / 2.6258, rel=1e-3)
    assert summary.loc["imagenet-time", "days"] == 872
    assert summary.loc["imagenet-cost", "factor"] == pytest.approx(1112.64 / 7.43)
    assert summary.loc["imagenet-cost", "halving_days"] == pytest.approx(865 / math.log2(1112.64 / 7.43))
    assert summary.loc["nanochat-cost", "factor"] == pytest.approx(168 * 256 / (1.65 * 24))


def test_intervals_hold_their_halving_times(summary):
    for name in ("", "early_", "late_"):
        middle = summary["halving_days" if not name else name[:-1]].dropna()
        assert (summary.loc[middle.index, f"{name}low"] < middle).all()
        assert (middle < summary.loc[middle.index, f"{name}high"]).all()


def test_beside_the_nanogpt_speedrun_one_series_of_images_hints_at_a_change_of_pace(summary):
    """Six or more on the scale of BIC is strong, two to six is positive. Record 92 takes away more than half of it."""
    assert summary.index[summary["steps_evidence"] > 6].tolist() == ["nanogpt", "nanogpt-91"]
    assert summary.loc["nanogpt", "steps_evidence"] < summary.loc["nanogpt-91", "steps_evidence"] / 2
    others = summary.drop(["nanogpt", "nanogpt-91"])["steps_evidence"]
    assert others.index[others > 0].tolist() == ["cifar10-1-v100"] and others.max() < 6


def test_no_pair_of_contests_is_shown_to_differ_and_none_to_be_alike():
    """The intervals span a factor of ten and more, so that it is no proof of sameness."""
    table = compare_contests(inputs.IMAGES, inputs.LANGUAGE)
    assert len(table) == len(inputs.IMAGES) * len(inputs.LANGUAGE)
    assert (table["p"] > 0.05).all()
    assert ((table["low"] < 1) & (table["high"] > 1) & (table["high"] / table["low"] > 10)).all()


def test_the_other_way_round_every_ratio_is_one_over_it():
    there, back = compare_contests(["imagenet-cost"], ["nanogpt"]), compare_contests(["nanogpt"], ["imagenet-cost"])
    assert there["ratio"].item() == pytest.approx(1 / back["ratio"].item())
    assert there["low"].item() == pytest.approx(1 / back["high"].item())


# --- faster and cheaper -------------------------------------------------------------------------------------


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_a_ratio_of_times_is_a_ratio_of_work_times_a_ratio_of_hardware(t1, t2, m1, m2):
    found = decompose((t1, t2), (m1, m2))
    assert found.time_ratio == pytest.approx(found.work_ratio * found.hardware_ratio)
    back = decompose((t2, t1), (m2, m1))
    assert back.work_ratio == pytest.approx(1 / found.work_ratio)


def test_twice_the_chips_in_half_the_time_is_no_less_work():
    found = decompose((10, 5), (8, 16))
    assert found.work_ratio == 1 and found.share_of_hardware == 1


def test_the_gpt3_record_fell_to_a_third_and_saved_nothing():
    """10.94 minutes on 3,584 H100, 3.44 on 11,616: 39.2 and 40.0 thousand chip-minutes."""
    table = gpt3_records()
    assert table["chip_minutes"].iloc[[0, -1]].round(-2).tolist() == [39200, 40000]
    assert table["time_ratio"].iloc[-1] > 3 and (table["work_ratio"].iloc[1:] < 1).all()


def test_the_record_of_the_largest_llama_fell_and_cost_more_chip_time():
    """10.0 minutes on 5,120 chips, then 7.07 on 8,192: MLPerf v5.1 and v6.0, from the logs."""
    table = llama_records()
    assert table["minutes"].round(2).tolist() == [9.99, 7.07] and table["chips"].tolist() == [5120, 8192]
    assert table["time_ratio"].iloc[-1] > 1 > table["work_ratio"].iloc[-1]


@pytest.mark.parametrize("chip", ["GB200", "GB300"])
def test_haste_costs_chip_time_at_every_doubling(chip):
    """On more chips DeepSeek-V3 takes less time and more chip time, each time: Amdahl's law, and messages."""
    table = deepseek_by_chips(chip)
    assert (table["minutes"].diff().dropna() < 0).all() and (table["chip_minutes"].diff().dropna() > 0).all()


def test_deepseek_was_not_run_on_every_chip():
    with pytest.raises(ProblemError, match="not run on 'V100' in MLPerf; choose GB200 or GB300"):
        deepseek_by_chips("V100")


def test_imagenet_on_v100_got_faster_by_both():
    table = imagenet_on_v100()
    assert table["time_ratio"].to_numpy() == pytest.approx((table["work_ratio"] * table["hardware_ratio"]).to_numpy())
    assert table.loc[table["chips"] == 8, "work_ratio"].max() == pytest.approx(40.6, abs=0.1)


def test_software_alone_gained_up_to_three_times():
    gains = software_gains().set_index(["hardware", "benchmark"])["factor"]
    assert gains["8 V100", "resnet"] == pytest.approx(1.89, abs=0.01)
    assert gains["8 A100", "bert"] == pytest.approx(2.90, abs=0.01)
    assert gains.max() < 3


def test_chips_named_in_a_system_are_those_counted():
    table = series.read_table("mlperf").query("benchmark == 'gpt3'")
    nodes = table["system"].str.extract(r"_n(\d+)_")[0].astype(float)
    assert (8 * nodes).tolist() == table["chips"].tolist()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: chip_minutes(0, 8), "The time must be positive and finite, not 0"),
        (lambda: chip_minutes(1, math.inf), "The number of chips must be positive and finite, not inf"),
        (lambda: align(inputs.PARALLEL, ratio=1), "The ratio to the first value must be above 0 and below 1, not 1"),
        (lambda: align(["chess"], 0.25), "no contest 'chess'"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()


def test_tables_are_read_anew_so_that_no_reader_spoils_them_for_the_next():
    first = series.read_table("nanochat")
    first["hours"] = 0
    pd.testing.assert_series_equal(series.read_table("nanochat")["hours"] > 0, first["hours"] == 0)
