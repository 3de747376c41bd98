"""Both verdicts turn where their rules say: just above and just below each threshold."""

from __future__ import annotations

import pytest

from analysis.kit.claims import RULES
from analysis.kit.experiments import load_result
from analysis.occam.boolean import random_functions
from analysis.occam.chapter import inputs, verdicts
from analysis.occam.complexity import k_lz

UNIFORM = k_lz(random_functions(inputs.UNIFORM_FUNCTIONS, inputs.UNIFORM_SEED)).mean()
EDGE = 1e-6


@pytest.fixture
def world(monkeypatch):
    """Change the results of an experiment: the rows that a query finds, one column of them, by a function of it."""
    tables = {}

    def load(name):
        return tables.get(name, load_result(name)).copy()

    def change(name, query, column, new):
        table = load(name)
        found = table.query(query).index
        assert len(found)
        table.loc[found, column] = new(table.loc[found, column])
        tables[name] = table

    monkeypatch.setattr(verdicts, "load_result", load)
    return change


def slope(world, value):
    world("occam-prior-relu", "key == 'bound slope'", "value", lambda old: value)


def agreement(world, value):
    world(
        "occam-sgd-bayes",
        "key == 'pearson_votes'",
        "value",
        lambda old: old.where(old > old.min(), value),
    )


def chaotic(world, share):
    world("occam-order-chaos", "part == 'mean' and sigma_w == 8", "value", lambda old: share * UNIFORM)


@pytest.mark.parametrize(
    ("prefers", "agrees", "lost", "verdict"),
    [
        (0.1 + EDGE, 0.5 + EDGE, 0.9 + EDGE, "partly"),
        (0.1 + EDGE, 0.5 + EDGE, 0.9 - EDGE, "supported"),
        (0.1 - EDGE, 0.5 + EDGE, 0.9 - EDGE, "wrong"),
        (0.1 + EDGE, 0.5 - EDGE, 0.9 - EDGE, "wrong"),
        (0.1, 0.5, 0.5, "supported"),
        (0.1, 0.5, 0.9, "partly"),
    ],
)
def test_networks_settle_on_simple_functions_at_the_edges_of_the_rule(world, prefers, agrees, lost, verdict):
    slope(world, prefers)
    agreement(world, agrees)
    chaotic(world, lost)
    assert RULES["OCC-1"].judge().verdict == verdict


def parity(world, error):
    world(
        "occam-learning-curves", "target == 'parity' and m == 64 and network == '7-40-40-1'", "error", lambda _: error
    )


@pytest.mark.parametrize(
    ("error", "verdict"), [(0.5 + EDGE, "partly"), (0.5, "supported"), (0.5 - EDGE, "supported"), (0.3, "supported")]
)
def test_a_parity_that_is_learned_as_by_a_coin_defeats_nobody(world, error, verdict):
    parity(world, error)
    assert RULES["OCC-2"].judge().verdict == verdict


@pytest.mark.parametrize("error", [0.3, 0.7])
@pytest.mark.parametrize(
    ("name", "query", "column", "new"),
    [
        ("occam-generalisation", "ensemble == 'trees' and sigma_w == 8 and complexity_low == 140", "error", 0.4),
        ("occam-generalisation", "ensemble == 'trees' and complexity_low == 0", "majority_error", 0.02),
        ("occam-digits", "sigma_w == 8 and noise == 0.4", "test_error", 0.43),
        ("occam-digits", "learner == 'majority class' and noise == 0", "test_error", 0.03),
    ],
)
def test_one_task_on_which_another_learner_wins_is_enough(world, error, name, query, column, new):
    parity(world, error)
    world(name, query, column, lambda _: new)
    assert RULES["OCC-2"].judge().verdict == "wrong"


@pytest.mark.parametrize(("claim", "printed"), [("OCC-1", ("0.1", "0.5", "0.9")), ("OCC-2", ("0.5",))])
def test_the_rules_print_the_thresholds_that_they_compare_with(claim, printed):
    assert all(threshold in RULES[claim].sentence for threshold in printed)
    assert (verdicts.LEAST_SLOPE, verdicts.LEAST_AGREEMENT, verdicts.LOST, verdicts.COIN) == (0.1, 0.5, 0.9, 0.5)


def test_other_data_turn_every_rule_each_way_that_it_names(turns):
    assert turns.problems() == ""
