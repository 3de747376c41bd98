"""The curve of ratings: level at no lead, and the two shares add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.rivalry import share_of_votes


@given(st.floats(-1000, 1000))
def test_the_shares_of_both_add_up_to_all_votes(lead):
    assert share_of_votes(lead) + share_of_votes(-lead) == pytest.approx(1)


def test_four_hundred_points_are_odds_of_ten_to_one():
    assert share_of_votes(400) == pytest.approx(1 / 11)


def test_a_longer_lead_leaves_fewer_votes():
    assert (np.diff(share_of_votes(np.linspace(-500, 500, 21))) < 0).all()


def test_a_lead_is_a_number():
    with pytest.raises(ProblemError):
        share_of_votes(float("nan"))
