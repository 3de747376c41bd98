"""What the chapter on the CNN era computes from the committed records and results."""

from __future__ import annotations

import math

import pytest

from analysis.cnn_era.chapter import study, verdicts
from analysis.cnn_era.progress.halving import halving_time_of_ends
from analysis.kit.claims import RULES


def test_the_break_that_the_reader_finds_best_is_the_one_that_the_criterion_chose():
    profile, found = study.break_profile(), study.pieces("nanogpt", "steps")
    best = profile.loc[profile["gain"].idxmax()]
    assert best["date"] == found.change_points[0].date
    assert best["gain"] == pytest.approx(found.scores[0] - found.scores[1], rel=1e-4)
    assert [best["before"], best["after"]] == pytest.approx([p.days for p in found.phases], rel=1e-4)


def test_the_two_phases_of_any_break_share_the_whole_fall():
    """Halvings before and after the break add up to those of the whole series."""
    records, profile = study.records_of("nanogpt"), study.break_profile()
    for row in profile.iloc[::20].itertuples():
        at = records.days[row.place - 1]
        halvings = at / row.before + (records.days[-1] - at) / row.after
        assert halvings == pytest.approx(math.log2(records.factor), rel=1e-4)


def test_the_gains_of_the_kept_attempts_multiply_to_the_fall_of_the_record_chart():
    stages, gains = study.stages(), study.stage_gains()
    for what in ("multiply_adds", "bytes"):
        fall = stages[what].iloc[0] / stages[f"{what}_record"].iloc[-1]
        assert gains[what].prod() == pytest.approx(fall, rel=5e-3)


def test_attempts_that_were_not_kept_did_not_set_a_record():
    stages = study.stages()
    others = stages[~stages["kept"].astype(bool)]
    assert len(others) > 0
    assert (others["multiply_adds"] > others["multiply_adds_record"]).all()


def test_telling_smaller_differences_of_pace_apart_takes_more_steps():
    assert study.steps_needed(1.5) > study.steps_needed(2.0) > study.steps_needed(8.0)


def test_the_comparison_of_the_eras_is_that_of_their_ends():
    first, second = (halving_time_of_ends(study.records_of(name)) for name in study.LEADERS)
    assert study.comparison().ratio == pytest.approx(first / second)


def test_no_pair_of_contests_is_shown_to_differ_and_none_to_be_alike():
    """The intervals span a factor of ten and more, so that it is no proof of sameness."""
    table = study.comparisons()
    assert (table["p"] > 0.05).all()
    assert ((table["low"] < 1) & (table["high"] > 1) & (table["high"] / table["low"] > 10)).all()


def test_series_that_slowed_are_not_all_of_different_tasks_and_none_proves_it_alone():
    slowed = study.slower_after_first_year()
    assert slowed["task"].nunique() < len(slowed)
    assert (slowed["p"] > 0.05).all()


@pytest.mark.parametrize("claim", [name for name in RULES if name.startswith("CNN")])
def test_a_verdict_prints_every_number_that_it_rests_on(claim):
    judgement = RULES[claim].judge()
    assert all(repr(number) in judgement.because for number in judgement.numbers.values())


def test_repetition_is_called_partly_at_best():
    """Two eras are two observations."""
    assert verdicts.language_models_repeat_it().verdict in {"partly", "overstated", "wrong"}
