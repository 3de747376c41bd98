"""The geometric sum against counting, its limits, and the published speed-up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.multi_token import expected_tokens
from analysis.kit import facts
from analysis.kit.errors import ProblemError
from tests.deepseek.closed_forms import simulated_tokens


@given(st.floats(0, 0.99), st.integers(0, 8))
def test_the_tokens_a_step_are_the_geometric_sum(acceptance, depth):
    assert expected_tokens(acceptance, depth) == pytest.approx((1 - acceptance ** (depth + 1)) / (1 - acceptance))


@pytest.mark.parametrize(("acceptance", "depth"), [(0.85, 1), (0.9, 1), (0.7, 3)])
def test_counting_simulated_drafts_gives_the_same(acceptance, depth):
    """Within four standard errors."""
    tokens = simulated_tokens(np.random.default_rng(0), acceptance, depth, 100_000)
    assert tokens.min() == 1 and tokens.max() == 1 + depth
    assert abs(tokens.mean() - expected_tokens(acceptance, depth)) < 4 * tokens.std() / np.sqrt(len(tokens))


def test_drafts_that_are_always_right_are_all_kept_and_those_never_right_give_nothing():
    assert expected_tokens(1.0, 3) == 4
    assert expected_tokens(0.0, 3) == 1


def test_the_published_speed_up_leaves_a_few_per_cent_for_the_drafts():
    """85 % to 90 % and 1.8 times agree if a draft costs 3 % to 6 % of a step; the module has 6.5 % of the weights."""
    table = facts.load("deepseek")
    acceptance, measured = table["home-mtp-acceptance"], table["home-mtp-speedup"].value
    low, high = (float(expected_tokens(rate)) / measured - 1 for rate in (acceptance.low, acceptance.high))
    assert (low, high) == pytest.approx((0.028, 0.056), abs=1e-3)
    share = table["v3-parameters-mtp-active"].value / table["v3-parameters-active-exact"].value
    assert high < share < 0.07


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: expected_tokens(1.2), "between 0 and 1"),
        (lambda: expected_tokens(0.5, -1), "depth of drafts must be finite and at least 0, not -1"),
    ],
)
def test_impossible_input_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()
