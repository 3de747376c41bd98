"""Amdahl's law, back and forth, and what two tools do together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.toolbox.amdahl import implied_share, limit, speedup, together

SHARE = st.floats(0.01, 0.99)
FACTOR = st.floats(1.01, 1e4)


@given(SHARE, FACTOR)
def test_the_implied_share_is_the_share_that_was_touched(share, factor):
    # a share is known to the last digits only as well as the speed-up tells it from one
    assert implied_share(speedup([share], [factor]), factor) == pytest.approx(share, rel=1e-9)


@given(SHARE, FACTOR)
def test_no_factor_passes_the_limit_and_a_part_that_vanishes_reaches_it(share, factor):
    assert 1 < speedup([share], [factor]) < limit(share)
    assert speedup([share], [np.inf]) == pytest.approx(limit(share))


@given(st.lists(st.floats(0.1, 1), min_size=1, max_size=5), st.data())
def test_tools_commute_and_do_not_pass_the_product_of_their_factors(weights, data):
    shares = np.array(weights) / sum(weights)
    one, two = (data.draw(st.lists(FACTOR, min_size=len(shares), max_size=len(shares))) for _ in range(2))
    both = speedup(shares, [one, two])
    assert both == pytest.approx(speedup(shares, [two, one]))
    assert both <= max(one) * max(two) * (1 + 1e-9)
    assert both >= max(speedup(shares, one), speedup(shares, two)) * (1 - 1e-9)


@given(SHARE, FACTOR, FACTOR)
def test_on_one_part_two_tools_gain_less_than_their_product_and_on_two_parts_more(share, one, two):
    shares = [share, 1 - share]
    assert together(shares, [one, 1], [two, 1]) < 1
    assert together(shares, [one, 1], [1, two]) > 1


@given(st.lists(st.floats(0.1, 1), min_size=2, max_size=5), st.data())
def test_the_difference_is_the_covariance_of_what_is_left(weights, data):
    shares = np.array(weights) / sum(weights)
    a, b = (np.array(data.draw(st.lists(FACTOR, min_size=len(shares), max_size=len(shares)))) for _ in range(2))
    left = 1 / speedup(shares, [a, b]) - 1 / (speedup(shares, a) * speedup(shares, b))
    covariance = np.cov(1 / a, 1 / b, aweights=shares, bias=True, ddof=0)[0, 1]
    assert left == pytest.approx(covariance, abs=1e-12)


def test_a_slower_part_makes_the_whole_slower():
    assert speedup([0.5], [0.5]) == pytest.approx(2 / 3)


def test_a_published_step_gives_the_share_of_its_layers():
    """ViT-L with 2:4 in its MLPs: 717.6 to 675.3 ms, layers 1.24 to 1.27 times faster."""
    fact = {name: row.value for name, row in facts.load("toolbox").items()}
    whole = fact["twofour-step-before"] / fact["twofour-step-after"]
    layer = fact["twofour-layer-before"] / fact["twofour-layer-after"]
    assert layer == pytest.approx(fact["twofour-layer-speed"], abs=0.005)
    assert 0.27 < implied_share(whole, fact["twofour-layer-speed-high"]) < implied_share(whole, layer) < 0.31


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (speedup, ([], [])),
        (speedup, ([0.6, 0.6], [2, 2])),
        (speedup, ([-0.1], [2])),
        (speedup, ([0.5], [0])),
        (speedup, ([0.5], ["two"])),
        (speedup, ([0.5], [np.nan])),
        (speedup, ([0.2, 0.3], [2, 3, 4])),
        (implied_share, (1.5, 1)),
        (implied_share, (0.9, 2)),
        (implied_share, (3, 2)),
        (implied_share, ("a", 2)),
        (implied_share, ([1.1, 1.2], [2, 3, 4])),
        (limit, (1.1,)),
        (limit, (np.nan,)),
        (together, ([0.5, 0.5], [2], [1, 2, 3])),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(model, values):
    with pytest.raises(ProblemError, match=r"[.]$"):
        model(*values)
