"""No token is lost or sent twice, chance alone gives the binomial, and the bias brings an uneven load down to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.chapter.experiments import EVERY, ROUTING_SEEDS, SPEEDS, STEPS, TOKENS_A_STEP
from analysis.deepseek.routing import (
    BEST_OF_GROUP,
    DEEPSEEK_V3,
    Router,
    Traffic,
    balance_run,
    dropped_share,
    expert_loads,
    imbalance,
    nodes_touched,
    route,
    updated_bias,
    variation,
)
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from tests.deepseek.closed_forms import chance_variation, expected_nodes

ROUTERS = st.sampled_from([Router(16, 4, 4, 2), Router(16, 4, 4, 4), Router(16, 1, 1, 1), Router(32, 6, 8, 3)])


@given(ROUTERS, st.integers(1, 60), st.integers(0, 1000))
def test_each_token_goes_to_k_different_experts_of_no_more_groups_than_allowed(router, tokens, seed):
    affinity = np.random.default_rng(seed).random((tokens, router.experts))
    choices = route(affinity, router)
    assert choices.shape == (tokens, router.chosen)
    assert (np.diff(choices, axis=1) > 0).all()
    assert nodes_touched(choices, router).max() <= router.groups_allowed
    assert expert_loads(choices, router).sum() == router.chosen * tokens


def test_a_group_is_judged_by_its_two_best_experts():
    """V3's rule: the group of one star loses to a group of two good experts, and one of three fair ones gains nothing.

    DeepSeek-AI (2024), arXiv:2412.19437, section 2.1.2: of each node the highest affinities are summed, as many as a
    token may have there (8 experts of 4 nodes are 2).
    """
    router = Router(experts=9, chosen=2, groups=3, groups_allowed=1)
    star, pair, crowd = [0.9, 0.1, 0.1], [0.7, 0.6, 0.0], [0.5, 0.5, 0.5]
    assert route([star + pair + crowd], router).tolist() == [[3, 4]]
    assert DEEPSEEK_V3.chosen // DEEPSEEK_V3.groups_allowed == BEST_OF_GROUP


@given(st.integers(1, 60), st.integers(0, 1000))
def test_without_a_limit_the_best_are_chosen(tokens, seed):
    router = Router(16, 4, 4, 4)
    affinity = np.random.default_rng(seed).random((tokens, router.experts))
    np.testing.assert_array_equal(route(affinity, router), np.sort(np.argsort(-affinity, axis=1)[:, :4], axis=1))


@given(st.integers(0, 1000), st.floats(-5, 5))
def test_a_bias_that_is_the_same_for_all_changes_nothing_and_a_huge_one_decides(seed, shift):
    router = Router(16, 4, 4, 4)
    affinity = np.random.default_rng(seed).random((20, router.experts))
    np.testing.assert_array_equal(route(affinity, router, np.full(16, shift)), route(affinity, router))
    bias = np.where(np.arange(16) < 4, 10.0, 0.0)
    assert (route(affinity, router, bias) == [0, 1, 2, 3]).all()


def test_when_all_experts_are_alike_the_load_is_binomial():
    """Coefficient of variation and nodes a token against their closed forms: within 5 %, three errors, and 1 %."""
    rng = np.random.default_rng(0)
    router = DEEPSEEK_V3.without_limit()
    draws = [route(rng.random((1024, router.experts)), router) for _ in range(8)]
    spread = np.mean([variation(expert_loads(choices)) for choices in draws])
    assert spread == pytest.approx(chance_variation(1024, router), rel=0.05)
    assert nodes_touched(np.concatenate(draws)).mean() == pytest.approx(expected_nodes(router), rel=0.01)


def test_the_binomial_in_its_limits():
    """With all experts chosen the loads are equal; with one of two, the spread is that of throwing a coin."""
    assert chance_variation(10, Router(8, 8, 8, 8)) == 0
    assert chance_variation(100, Router(2, 1, 1, 1)) == pytest.approx(5 / 50)


def test_the_expected_nodes_in_their_limits():
    """One chosen expert lies on one node; with an expert a node, k experts lie on k."""
    assert expected_nodes(Router(256, 1, 8, 8)) == pytest.approx(1)
    assert expected_nodes(Router(8, 3, 8, 8)) == pytest.approx(3)
    assert expected_nodes(Router(256, 256, 8, 8)) == pytest.approx(8)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(any))
def test_nothing_is_dropped_where_there_is_room_for_the_busiest_and_the_balanced_load_is_one(loads):
    assert dropped_share(loads, imbalance(loads)) == pytest.approx(0, abs=1e-12)
    assert 0 <= dropped_share(loads, 1.0) < 1
    assert imbalance(loads) >= 1
    assert imbalance([7] * len(loads)) == 1 and variation([7] * len(loads)) == 0


def test_the_bias_moves_against_the_load_and_rests_at_the_mean():
    assert updated_bias(np.zeros(3), [2, 2, 2]).tolist() == [0, 0, 0]
    assert np.sign(updated_bias(np.zeros(4), [4, 3, 1, 0])).tolist() == [-1, -1, 1, 1]


def test_a_faster_bias_balances_sooner():
    """After 20 steps on the same tokens; a speed of 0 leaves the load as it is."""
    router = Router(32, 4, 4, 4)
    last = [balance_run(5, 20, 512, router, speed).iloc[-1]["variation"] for speed in (0, 0.002, 0.01)]
    assert last[0] > last[1] > last[2]


def test_traffic_has_affinities_between_0_and_1_and_is_the_same_for_the_same_seed():
    one, two = (Traffic.draw(np.random.default_rng(4), 16).affinity(np.random.default_rng(5), 30) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert one.min() > 0 and one.max() < 1


def test_in_our_simulation_the_bias_brings_the_load_down_to_chance():
    """Several times the mean without the bias, the binomial's spread with it, and the limit on groups costs nothing."""
    rows = load_result("deepseek-routing")
    assert set(rows["speed"]) == set(SPEEDS) and rows["seed"].nunique() == ROUTING_SEEDS
    assert rows["step"].max() == STEPS - 1 and rows["step"].nunique() == STEPS // EVERY + 1
    end = rows.query("step >= 300").groupby(["speed", "limited"])[["imbalance", "variation", "dropped", "nodes"]].mean()
    chance = chance_variation(TOKENS_A_STEP, DEEPSEEK_V3)
    for limited in (True, False):
        assert end.loc[(0.0, limited), "imbalance"] > 4 * end.loc[(0.001, limited), "imbalance"]
        assert end.loc[(0.001, limited), "variation"] == pytest.approx(chance, rel=0.1)
        assert end.loc[(0.001, limited), "dropped"] < 0.02 < 0.2 < end.loc[(0.0, limited), "dropped"]
    assert end.loc[(0.001, True), "nodes"] <= DEEPSEEK_V3.groups_allowed
    assert end.loc[(0.001, False), "nodes"] == pytest.approx(expected_nodes(DEEPSEEK_V3), rel=0.02)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: Router(256, 8, 7, 4), "do not divide"),
        (lambda: Router(256, 8, 8, 9), "cannot give"),
        (lambda: Router(16, 8, 4, 1), "cannot give"),
        (lambda: route(np.ones((3, 5))), "one column each"),
        (lambda: dropped_share([1, 2], 0), "capacity factor must be positive"),
        (lambda: balance_run(0, steps=0), "at least one step"),
    ],
)
def test_what_cannot_be_routed_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()
