"""Paces by period: phases join at a shared record, and what a chapter says of them is in the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.progress import series
from analysis.cnn_era.progress.leave_one_out import slowings_without_each
from analysis.cnn_era.progress.periods import first_year_and_after, halving_by_period, split_at


@given(st.integers(0, 3000))
def test_two_phases_share_the_record_between_them_and_lose_none(days):
    records = series.records_of("nanogpt")
    early, late = split_at(records, days)
    assert early.values[-1] == late.values[0]
    assert len(early) + len(late) == len(records) + 1
    assert early.factor * late.factor == pytest.approx(records.factor)


def test_periods_of_a_contest_join_without_a_gap():
    table = halving_by_period(inputs.PERIODS)
    whole = {name: series.records_of(name).factor for name in table["contest"].unique()}
    for name, part in table.groupby("contest"):
        assert part["factor"].prod() == pytest.approx(whole[name])
        assert (part["first"].iloc[1:].to_numpy() == part["last"].iloc[:-1].to_numpy()).all()


def test_nanogpt_halved_in_two_months_then_in_thirteen_until_one_record_took_two_fifths():
    old, new, newest = halving_by_period(inputs.PERIODS).query("contest == 'nanogpt'").itertuples()
    assert old.halving_days == pytest.approx(62, abs=1)
    assert new.halving_days == pytest.approx(394, abs=1)
    assert newest.records == 2 and newest.factor == pytest.approx(1.126 / 0.665)


def test_an_interval_holds_its_halving_time_and_two_records_have_none():
    table = halving_by_period(inputs.PERIODS)
    known = table.dropna()
    assert ((known["low"] < known["halving_days"]) & (known["halving_days"] < known["high"])).all()
    assert (table.loc[table["halving_days"].isna(), "records"] < 3).all()


def test_every_contest_was_slower_after_its_first_year():
    table = first_year_and_after(inputs.CONTESTS)
    assert (table["ratio"] > 1).all()
    assert set(table["era"]) == {"CNN", "LM"}


def test_series_that_slowed_are_not_all_of_different_tasks_and_prove_it_neither_alone_nor_together():
    """Two of six fall below five per cent; corrected for six tries (Bonferroni) the smallest does not."""
    slowed = first_year_and_after(inputs.CONTESTS)
    assert slowed["task"].nunique() < len(slowed)
    assert slowed.loc[slowed["p"] < 0.05, "contest"].tolist() == ["imagenet-time", "cifar10-1-v100"]
    assert len(slowed) * slowed["p"].min() > 0.05


def test_the_surest_slowing_hangs_on_single_rows():
    """The first entry, a textbook ResNet, and David Page's of November 2018 make the first year fast."""
    without = slowings_without_each("cifar10-1-v100").set_index("date")["p"]
    assert without.index[without > 0.05].tolist() == ["2018-01-31", "2018-11-06"]


@pytest.mark.parametrize("name", ["imagenet-time", "cifar10-cost", "cifar10-time", "cifar10-1-v100", "nanogpt"])
def test_no_single_entry_turns_a_slowing_into_a_quickening(name):
    assert (slowings_without_each(name)["ratio"] > 1).all()


def test_a_task_is_what_is_trained_and_not_the_first_word_of_a_name():
    task = {name: each.task for name, each in series.contests().items()}
    assert len({task[name] for name in ("mlperf-resnet", "mlperf-bert", "mlperf-gpt3", "mlperf-llama2-lora")}) == 4
    assert task["mlperf-resnet"] == task["mlperf-resnet-8-v100"]
    assert task["nanogpt"] == task["nanogpt-medium"] != task["nanochat-cost"]
    assert first_year_and_after(inputs.CONTESTS)["task"].isin(set(task.values())).all()


def test_a_lower_level_gives_narrower_intervals():
    for table in (
        lambda level: halving_by_period(inputs.PERIODS, level),
        lambda level: first_year_and_after(inputs.CONTESTS, level=level),
    ):
        wide, narrow = table(0.95).dropna(), table(0.5).dropna()
        assert (narrow["low"] > wide["low"]).all() and (narrow["high"] < wide["high"]).all()
