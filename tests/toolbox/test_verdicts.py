"""Every verdict that rests on a number turns where its rule says: just below each threshold and just above it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.kit import facts
from analysis.kit.claims import RULES
from analysis.kit.experiments import load_result
from analysis.kit.facts import Fact
from analysis.toolbox.chapter import inputs, verdicts
from analysis.toolbox.chips import growth
from analysis.toolbox.few_shot import behind_pixels
from analysis.toolbox.transfer import multiplier
from tests.kit.choices import empty_caches

# TEC-2: whole.


@pytest.fixture
def tools(monkeypatch):
    """Let whole steps have kept such shares of their promises, and forward passes have shrunk so many times."""
    table = verdicts.promises()

    def change(quantised, pruned, used, long):
        rows = table.copy()
        for family, kept in (("quantisation", quantised), ("pruning", pruned)):
            mine = (rows["family"] == family) & (rows["kind"] == "step")
            rows.loc[mine, "share"] += kept - verdicts.median_share(table, "step", family)
        monkeypatch.setattr(verdicts, "promises", lambda: rows)
        monkeypatch.setattr(
            verdicts,
            "savings",
            lambda models, contexts, ways: pd.DataFrame({"context": contexts, "saving": [used, long]}),
        )

    return change


@pytest.mark.parametrize(
    ("quantised", "pruned", "used", "long", "verdict"),
    [
        (0.67, 0.67, 1.51, 3.0, "supported"),
        (0.66, 0.67, 1.51, 3.0, "partly"),
        (0.67, 0.66, 1.51, 3.0, "partly"),
        (0.67, 0.67, 1.49, 3.0, "partly"),
        (0.34, 0.32, 1.49, 1.51, "partly"),
        (0.34, 0.32, 1.49, 1.49, "overstated"),
        (0.32, 0.32, 1.49, 1.51, "overstated"),
        (0.32, 0.34, 1.49, 1.49, "overstated"),
        (0.32, 0.34, 1.49, 1.51, "partly"),
        (0.01, -0.5, 0.9, 0.9, "overstated"),
        (-0.5, -0.5, 1.0, 1.01, "overstated"),
        (-0.01, -0.5, 0.9, 0.99, "wrong"),
    ],
)
def test_tools_help_as_whole_steps_and_forward_passes_say(tools, quantised, pruned, used, long, verdict):
    tools(quantised, pruned, used, long)
    judged = RULES["TEC-2"].judge()
    assert judged.verdict == verdict
    assert judged.numbers["quantised"].value == pytest.approx(quantised)
    assert judged.numbers["pruned"].value == pytest.approx(pruned)


def test_the_rule_of_tools_prints_its_thresholds():
    said = RULES["TEC-2"].sentence
    assert f"{100 * verdicts.KEPT:.0f} %" in said
    assert f"below {100 * verdicts.LITTLE:.0f} %" in said
    assert f"{verdicts.FASTER} or more" in said


# TEC-1: borrow.

RUNS, DIGITS = load_result("toolbox-transfer"), load_result("toolbox-digits")


@pytest.fixture
def borrowed(monkeypatch):
    """Let pre-training have been worth more or less, by the law and in our runs, and few examples and mixtures too."""

    def change(law=None, here=None, ahead=None, few=None, cost=None):
        empty_caches()
        known = facts.load("toolbox")._facts
        if law is not None:
            # the constant with which the law multiplies own data so many times where the rule reads it
            at = multiplier(inputs.LAW_SIZE, inputs.LAW_DATA)
            k = known["transfer-text-k"]
            monkeypatch.setitem(known, k.id, replace(k, value=k.value * (law - 1) / (at - 1)))
        if few is not None:
            best = known["gpt3-superglue-best"].value
            monkeypatch.setitem(known, "gpt3-superglue-few", replace(known["gpt3-superglue-few"], value=best + few))
        if cost is not None:
            share = known["qwen3-next-training"]
            monkeypatch.setitem(known, share.id, replace(share, value=100 * cost))
        runs, digits = RUNS.copy(), DIGITS.copy()
        if here is not None:
            # of one text and network the loss that scratch reaches on so many times the data
            text, times = here
            of = (runs["text"] == text) & (runs["seed"] == 0) & (runs["stretch"] == 1)
            curve = runs[of & (runs["way"] == "from scratch")].sort_values("symbols")
            loss = np.interp(np.log(1_000 * times), np.log(curve["symbols"]), curve["loss"])
            runs.loc[of & (runs["way"] == "all") & (runs["symbols"] == 1_000), "loss"] = loss
        if ahead is not None:
            # so many standard errors better than the pixels
            learned = digits["description"] == "trained on six digits"
            gap = behind_pixels(digits).set_index(["description", "classifier", "shots"])
            row = gap.loc[("trained on six digits", "nearest mean", inputs.FEW)]
            digits.loc[learned, "accuracy"] += row["behind"] + ahead * row["error"]
        rows = {"toolbox-transfer": runs, "toolbox-digits": digits}
        monkeypatch.setattr(inputs, "load_result", rows.__getitem__)

    yield change
    empty_caches()


GOOD = {"law": 10.1, "ahead": 2.1, "few": 0.1, "cost": 0.49}


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "supported"),
        ({"law": 9.9}, "partly"),
        ({"here": ("C", 1.9)}, "partly"),
        ({"here": ("C", 2.1)}, "supported"),
        ({"here": ("English about Python", 1.9)}, "partly"),
        ({"ahead": 1.9}, "partly"),
        ({"few": -0.1}, "partly"),
        ({"cost": 0.51}, "partly"),
        ({"law": 9.9, "ahead": 1.9, "few": -0.1}, "partly"),
        ({"law": 9.9, "ahead": 1.9, "few": -0.1, "cost": 0.51}, "wrong"),
    ],
)
def test_borrowing_cuts_if_all_four_parts_do(borrowed, changed, verdict):
    borrowed(**{**GOOD, **changed})
    assert RULES["TEC-1"].judge().verdict == verdict


def test_two_parts_cut_and_two_do_not():
    """Transfer from a broad source and mixtures cut; the narrow source and few examples do not: none alone decides."""
    assert RULES["TEC-1"].judge().verdict == "partly"


@pytest.mark.parametrize("one", [{"ahead": 2.1}, {"few": 0.1}, {"cost": 0.51}, {"law": 9.9}])
def test_no_single_part_turns_it_as_things_stand(borrowed, one):
    borrowed(**one)
    assert RULES["TEC-1"].judge().verdict == "partly"


# TEC-3: machines.

CHIPS = facts.frame("toolbox_chips")


@pytest.fixture
def machines(monkeypatch):
    """Let watts and memories have grown at other paces, and a quantum computer have trained a model so much faster."""
    read = facts.frame

    def change(watt=None, memory=None, trained=None):
        empty_caches()
        rows = CHIPS.copy()
        years = (rows["date"].astype("datetime64[ns]") - np.datetime64("2016-01-01")).dt.days / 365.25
        if memory is not None:
            rows["bandwidth"] = 2 ** (years / memory)
        if watt is not None:
            rows["watts"] = rows["bf16"] / 2 ** (years / watt)
        monkeypatch.setattr(facts, "frame", lambda name, *more: rows if name == "toolbox_chips" else read(name, *more))
        if trained is not None:
            name = "quantum-trained-model"
            known = Fact(name, trained, 0, 0, "times", "2027", "someone", "table 1", "primary", "CC-BY-4.0", "")
            monkeypatch.setitem(facts.load("toolbox")._facts, name, known)

    yield change
    empty_caches()


@pytest.mark.parametrize(
    ("watt", "memory", "trained", "verdict"),
    [
        (4.99, 4.99, 1.01, "supported"),
        (4.99, 4.99, None, "partly"),
        (4.99, 4.99, 0.99, "partly"),
        (5.01, 4.99, 1.01, "partly"),
        (4.99, 5.01, 1.01, "partly"),
        (5.01, 5.01, 1.01, "partly"),
        (5.01, 4.99, None, "partly"),
        (4.99, 5.01, None, "partly"),
        (5.01, 5.01, 0.99, "wrong"),
        (5.01, 5.01, None, "wrong"),
    ],
)
def test_machines_help_as_their_paces_and_a_quantum_training_say(machines, watt, memory, trained, verdict):
    machines(watt, memory, trained)
    judged = RULES["TEC-3"].judge()
    assert judged.verdict == verdict
    assert judged.numbers["watt"].value == pytest.approx(watt, rel=1e-6)
    assert judged.numbers["memory"].value == pytest.approx(memory, rel=1e-6)


def test_a_pace_that_may_be_a_standstill_is_no_help(machines):
    """Chips that scatter much about a slow line: the interval, not the line, decides."""
    noise = np.random.default_rng(3).normal(scale=2.0, size=len(CHIPS))
    rows = CHIPS.assign(bandwidth=CHIPS["bandwidth"] * np.exp(noise))
    assert growth(rows["date"], rows["bandwidth"]).high > verdicts.WITHIN
    assert growth(CHIPS["date"], CHIPS["bandwidth"]).high < verdicts.WITHIN


def test_the_rule_of_machines_prints_its_threshold():
    assert f"within {verdicts.WITHIN:g} years" in RULES["TEC-3"].sentence


# All rules.


def test_other_data_turn_every_rule_each_way_that_it_names(turns):
    assert turns.problems() == ""
