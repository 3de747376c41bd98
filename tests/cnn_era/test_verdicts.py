"""Every verdict can fall otherwise: with another threshold or another world the same rule says something else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from analysis.cnn_era.chapter import study, verdicts
from analysis.kit.claims import RULES


@pytest.mark.parametrize(
    ("claim", "name", "value", "verdict"),
    [
        ("CNN-1", "DAYS", 6, "wrong"),
        ("CNN-1", "FELL", 10_000, "wrong"),
        ("CNN-1", "FELL_ON_SAME", 50, "overstated"),
        ("CNN-2", "RENT_FELL", 300, "partly"),
        ("CNN-2", "SAME_CARDS_FELL", 50, "partly"),
        ("CNN-5", "WORK_SAVED", 8.0, "partly"),
        ("CNN-5", "WORK_SAVED", 10.0, "wrong"),
        ("CNN-5", "POINTS_LOST", 1.0, "partly"),
        ("CNN-5", "POINTS_LOST", 0.5, "wrong"),
    ],
)
def test_another_threshold_gets_another_verdict(monkeypatch, claim, name, value, verdict):
    assert RULES[claim].judge().verdict != verdict
    monkeypatch.setattr(verdicts, name, value)
    assert RULES[claim].judge().verdict == verdict


def test_a_rent_that_rose_would_make_the_claim_about_the_barrier_wrong(monkeypatch):
    rows = study.dollars()
    monkeypatch.setattr(study, "dollars", lambda: rows.assign(rent=rows["rent"].to_numpy()[::-1]))
    assert RULES["CNN-2"].judge().verdict == "wrong"


def test_paces_that_differ_for_certain_would_make_the_claim_about_repetition_wrong(monkeypatch):
    monkeypatch.setattr(study, "comparison", lambda: SimpleNamespace(ratio=3.0, low=2.0, high=4.5))
    assert RULES["CNN-3"].judge().verdict == "wrong"


@pytest.mark.parametrize("broken", ["one contest that sped up", "no contest of language", "studies far apart"])
def test_repetition_needs_the_shape_in_both_eras_and_studies_that_agree(monkeypatch, broken):
    slowed, studies = study.slower_after_first_year().copy(), study.progress().copy()
    if broken == "one contest that sped up":
        slowed.loc[0, "late"] = slowed.loc[0, "early"] / 2
    elif broken == "no contest of language":
        slowed = slowed[slowed["era"] == "CNN"]
    else:
        studies.loc[studies["study"] == "Ho et al. 2024, NeurIPS", ["low", "high"]] = 30.0, 40.0
    monkeypatch.setattr(study, "slower_after_first_year", lambda: slowed)
    monkeypatch.setattr(study, "progress", lambda: studies)
    assert RULES["CNN-3"].judge().verdict == "overstated"


def test_stages_that_follow_each_other_would_support_the_claim_about_stages(monkeypatch):
    years = {"better": (2012, 2015), "faster": (2015, 2017), "cheaper": (2017, 2020)}
    monkeypatch.setattr(study, "milestones", lambda: years)
    assert RULES["CNN-4"].judge().verdict == "supported"


def test_a_stage_that_saves_nothing_would_make_the_claim_about_stages_wrong(monkeypatch):
    gains = study.stage_gains().copy()
    gains.loc[gains["stage"] == "cheaper", ["multiply_adds", "bytes"]] = 1.1
    monkeypatch.setattr(study, "stage_gains", lambda: gains)
    assert RULES["CNN-4"].judge().verdict == "wrong"
