"""Series without one of their entries: what cannot change does not, and what decides is found."""

from __future__ import annotations

import pytest

from analysis.cnn_era.chapter import inputs
from analysis.cnn_era.progress import series
from analysis.cnn_era.progress.leave_one_out import paces_without_each, slowings_without_each, without_each


@pytest.mark.parametrize("name", ["imagenet-time", "cifar10-cost", "nanogpt"])
def test_without_an_entry_that_is_no_record_nothing_changes(name):
    """And without one that is, the records of the others are those that it did not beat."""
    records, dates = series.records_of(name), set(series.records_of(name).dates.astype(str))
    parts = without_each(name)
    assert len(parts) == len(series.contest(name).entries())
    for date, others in parts:
        if date not in dates:
            assert others.values.tolist() == records.values.tolist()
        assert len(set(records.values) - set(others.values)) <= 1


def test_the_end_points_alone_move_a_halving_time_of_steps():
    """ln 2 times all waits over all drops telescopes, so that a record in the middle cancels."""
    found = paces_without_each(*inputs.LEADERS)
    inner = found[~found["date"].isin(["2017-10-27", "2020-03-10", "2024-05-28", "2026-08-30"])]
    whole = series.records_of("imagenet-cost"), series.records_of("nanogpt")
    ends = [records.days[-1] / records.drops.sum() for records in whole]
    assert inner["ratio"].to_numpy() == pytest.approx(ends[0] / ends[1])


def test_every_interval_of_the_pace_holds_one_whichever_entry_is_left_out():
    found = paces_without_each(*inputs.LEADERS)
    assert ((found["low"] < 1) & (found["high"] > 1)).all()


def test_a_series_too_short_without_an_entry_is_left_out():
    """Without David Page's entry two records of cost are left after the first year, which show no spread."""
    dates = slowings_without_each("cifar10-cost")["date"].tolist()
    assert "2018-11-06" not in dates and "2018-04-18" in dates
