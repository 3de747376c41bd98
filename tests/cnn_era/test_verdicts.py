"""Every rule at its edges: just at a threshold the verdict stands, just beside it it falls otherwise."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.cnn_era.chapter import inputs, verdicts
from analysis.cnn_era.progress.series import contest
from analysis.kit.claims import RULES
from analysis.kit.experiments import load_result
from analysis.kit.numbers import in_words

CNN = [name for name in RULES if name.startswith("CNN")]


def judged(claim):
    return RULES[claim].judge().verdict


@pytest.mark.parametrize("claim", CNN)
def test_a_verdict_prints_every_number_that_it_rests_on(claim):
    judgement = RULES[claim].judge()
    assert all(repr(number) in judgement.because for number in judgement.numbers.values())


@pytest.mark.parametrize(
    ("claim", "thresholds"),
    [
        ("CNN-1", [in_words(verdicts.DAYS), f"{verdicts.FELL} times", f"{verdicts.FELL_ON_SAME} times"]),
        ("CNN-2", [f"{verdicts.RENT_FELL} times", f"{verdicts.SAME_CARDS_FELL} times"]),
        ("CNN-3", ["95 %"]),
        ("CNN-4", [f"{verdicts.STAGE_SAVES} times"]),
        ("CNN-5", [f"{verdicts.WORK_SAVED:.0f} times", f"{verdicts.POINTS_LOST:.0f} points"]),
    ],
)
def test_a_rule_states_the_thresholds_that_it_compares_with(claim, thresholds):
    assert all(threshold in RULES[claim].sentence for threshold in thresholds)


@pytest.mark.parametrize(
    ("days", "fell", "fell_on_same", "verdict"),
    [
        (5, 100, 10, "supported"),
        (4.9, 100, 10, "wrong"),
        (5, 99, 10, "wrong"),
        (5, 100, 9.9, "overstated"),
    ],
)
def test_training_times_at_the_edges(monkeypatch, days, fell, fell_on_same, verdict):
    rows = pd.DataFrame(
        {"contest": ["imagenet-time", "imagenet-8-v100"], "factor": [fell, fell_on_same], "days": [872.0, 769.0]}
    ).assign(records=5)
    monkeypatch.setattr(verdicts, "summarise", lambda *_, **__: rows)
    monkeypatch.setattr(verdicts.facts, "load", lambda _: {"alexnet-days": SimpleNamespace(value=days)})
    assert judged("CNN-1") == verdict


@pytest.mark.parametrize(
    ("rent", "same", "verdict"),
    [(100, 10, "supported"), (99, 10, "partly"), (100, 9.9, "partly"), (1.01, 10, "partly"), (1, 10, "wrong")],
)
def test_the_barrier_at_the_edges(monkeypatch, rent, same, verdict):
    dates = pd.to_datetime(["2012-06-01", "2019-05-28"])
    rents = pd.DataFrame({"date": dates, "dollars": [float(rent), 1.0]})
    monkeypatch.setattr(verdicts.access, "rent_of_alexnet_level", lambda **_: rents)
    costs = pd.DataFrame({"same_cards": [float(same), 1.0]})
    monkeypatch.setattr(verdicts.access, "cost_of_alexnet_level", lambda: costs)
    assert judged("CNN-2") == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.2, 3.6, "partly"), (1.0, 3.6, "partly"), (0.2, 1.0, "partly"), (1.01, 3.6, "wrong"), (0.2, 0.99, "wrong")],
)
def test_repetition_needs_an_interval_that_holds_one(monkeypatch, low, high, verdict):
    pace = SimpleNamespace(ratio=(low * high) ** 0.5, low=low, high=high)
    monkeypatch.setattr(verdicts, "compare_halving_times", lambda *_, **__: pace)
    assert judged("CNN-3") == verdict


@pytest.mark.parametrize(("low", "high", "known"), [(0.5, 2.0, True), (0.49, 2.0, False), (0.5, 2.1, False)])
def test_the_pace_is_known_within_a_factor_of_two_only(monkeypatch, low, high, known):
    pace = SimpleNamespace(ratio=1.0, low=low, high=high)
    monkeypatch.setattr(verdicts, "compare_halving_times", lambda *_, **__: pace)
    assert ("is known" in RULES["CNN-3"].judge().because) == known


@pytest.mark.parametrize(
    ("broken", "verdict"),
    [
        ("nothing", "partly"),
        ("a contest of one pace", "overstated"),
        ("no contest of language", "overstated"),
        ("intervals that touch", "partly"),
        ("intervals that do not", "overstated"),
    ],
)
def test_repetition_needs_the_shape_in_both_eras_and_studies_that_agree(monkeypatch, broken, verdict):
    slowed, studies = verdicts.first_year_and_after(inputs.CONTESTS), verdicts.algorithmic_progress()
    language, images = (studies["study"] == name for name in ("Ho et al. 2024, NeurIPS", "Erdil and Besiroglu 2022"))
    highest = studies.loc[images, "high"].item()
    if broken == "a contest of one pace":
        slowed.loc[0, "late"] = slowed.loc[0, "early"]
    elif broken == "no contest of language":
        slowed = slowed[slowed["era"] == "CNN"]
    elif broken.startswith("intervals"):
        studies.loc[language, ["low", "high"]] = highest + (broken == "intervals that do not"), 2 * highest
    monkeypatch.setattr(verdicts, "first_year_and_after", lambda *_, **__: slowed)
    monkeypatch.setattr(verdicts, "algorithmic_progress", lambda: studies)
    assert judged("CNN-3") == verdict


def test_repetition_is_called_partly_at_best():
    """Two eras are two observations, and their contests are of both."""
    assert judged("CNN-3") in {"partly", "overstated", "wrong"}
    assert [contest(name).era for name in inputs.LEADERS] == ["CNN", "LM"]


FOLLOW = {"better": (2012, 2015), "faster": (2015, 2017), "cheaper": (2017, 2020)}


@pytest.mark.parametrize(
    ("least", "years", "verdict"),
    [
        (1.5, FOLLOW, "supported"),
        (1.49, FOLLOW, "wrong"),
        (1.5, FOLLOW | {"better": (2012, 2016)}, "partly"),
        (1.5, FOLLOW | {"faster": (2015, 2018)}, "partly"),
    ],
)
def test_stages_at_the_edges(monkeypatch, least, years, verdict):
    stages = ["better", "faster", "cheaper"]
    gains = pd.DataFrame({"multiply_adds": [5.0, 1.0, least], "bytes": [5.0, 38.0, 1.0]}, index=stages)
    monkeypatch.setattr(verdicts, "stage_gains", lambda _: gains)
    monkeypatch.setattr(verdicts, "milestones", lambda: years)
    assert judged("CNN-4") == verdict


@pytest.mark.parametrize(
    ("published", "own", "verdict"),
    [
        ((5.0, 2.0), (5.0, 2.0), "supported"),
        ((4.9, 2.0), (5.0, 2.0), "partly"),
        ((5.0, 2.0), (5.0, 2.25), "partly"),
        ((5.0, 2.25), (4.9, 2.0), "wrong"),
    ],
)
def test_one_task_at_the_edges(monkeypatch, published, own, verdict):
    """Times less work, and points lost, of the published pair and of our own."""
    dogs = pd.DataFrame({"millions": [published[0], 1.0], "top1": [84.0, 84.0 - published[1]]})
    rows = {"multiply_adds": [own[0], 1.0], "bytes": [9.0, 1.0], "test": [own[1] / 100, 0.0]}
    networks = pd.DataFrame(rows | {"validation": 0.99})
    monkeypatch.setattr(verdicts, "dog_breeds", lambda: dogs)
    monkeypatch.setattr(verdicts, "in_use", lambda _: networks)
    assert judged("CNN-5") == verdict


@pytest.mark.parametrize(("lost", "verdict"), [(1, "supported"), (-1, "supported"), (2, "partly")])
def test_the_digits_support_one_task_within_a_standard_error_but_not_two(monkeypatch, lost, verdict):
    """Points more that the small network could have lost on other test images, in standard errors."""
    networks = verdicts.in_use(load_result("cnn-era-deployment"))
    numbers = RULES["CNN-5"].judge().numbers
    small = networks["test"].eq(verdicts.cheapest(networks)["test"])
    networks.loc[small, "test"] -= lost * numbers["error"].value / 100
    monkeypatch.setattr(verdicts, "in_use", lambda _: networks)
    assert judged("CNN-5") == verdict


def test_other_data_turn_every_rule_each_way_that_it_names(turns):
    assert turns.problems() == ""
