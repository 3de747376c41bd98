"""Every verdict that rests on a number turns where its rule says: just below each threshold and just above it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.kit import facts
from analysis.kit.claims import RULES
from analysis.kit.facts import Fact
from analysis.toolbox.chapter import verdicts
from analysis.toolbox.chips import growth
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
