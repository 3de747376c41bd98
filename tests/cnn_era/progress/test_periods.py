"""Paces by period: phases join at a shared record, and what a chapter says of them is in the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.progress import series
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


def test_nanogpt_halved_in_two_months_then_in_fourteen_then_in_weeks_again():
    old, new, newest = halving_by_period(inputs.PERIODS).query("contest == 'nanogpt'")["halving_days"]
    assert old == pytest.approx(62, abs=1)
    assert new == pytest.approx(418, abs=1)
    assert newest == pytest.approx(50, abs=1)


def test_an_interval_holds_its_halving_time_and_two_records_have_none():
    table = halving_by_period(inputs.PERIODS)
    known = table.dropna()
    assert ((known["low"] < known["halving_days"]) & (known["halving_days"] < known["high"])).all()
    assert (table.loc[table["halving_days"].isna(), "records"] < 3).all()


def test_every_contest_was_slower_after_its_first_year():
    table = first_year_and_after(inputs.CONTESTS)
    assert (table["ratio"] > 1).all()
    assert set(table["era"]) == {"CNN", "LM"}


def test_series_that_slowed_are_not_all_of_different_tasks_and_none_proves_it_alone():
    slowed = first_year_and_after(inputs.CONTESTS)
    assert slowed["task"].nunique() < len(slowed)
    assert (slowed["p"] > 0.05).all()
