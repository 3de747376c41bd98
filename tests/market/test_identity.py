"""Total = volume x intensity: what is split adds up again, whatever the numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.identity import arc_elasticity, decompose, logarithmic_mean, yearly_factor

amounts = st.floats(1e-3, 1e6)


@given(amounts, amounts, amounts, amounts)
def test_the_two_parts_add_up_to_the_change_of_the_total(v0, v1, i0, i1):
    split = decompose(v0, v1, i0, i1)
    allowed = 1e-12 * (v0 * i0 + v1 * i1) * (1 + abs(math.log(v1 / v0)) + abs(math.log(i1 / i0)))
    assert split.by_volume + split.by_intensity == pytest.approx(split.change, abs=allowed)
    assert split.change == pytest.approx(v1 * i1 - v0 * i0, abs=allowed)
    assert v0 * i0 * split.ratio == pytest.approx(v1 * i1)


@given(amounts, amounts, amounts, amounts)
def test_backwards_in_time_the_parts_change_their_sign(v0, v1, i0, i1):
    there, back = decompose(v0, v1, i0, i1), decompose(v1, v0, i1, i0)
    assert there.by_volume == pytest.approx(-back.by_volume, rel=1e-9)
    assert there.by_intensity == pytest.approx(-back.by_intensity, rel=1e-9)


def test_what_does_not_move_has_no_part():
    split = decompose(2.0, [2.0, 6.0], 5.0, [1.0, 5.0])
    assert split.by_volume == pytest.approx([0, 20])
    assert split.by_intensity == pytest.approx([-8, 0])


@given(amounts, amounts)
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic(x, y):
    mean = logarithmic_mean(x, y)
    assert math.sqrt(x * y) * (1 - 1e-9) <= mean <= (x + y) / 2 * (1 + 1e-9)
    assert mean == pytest.approx(logarithmic_mean(y, x))


def test_the_logarithmic_mean_of_equals_is_each_of_them():
    assert logarithmic_mean([3.0, 3.0], [3.0, 3.0 * (1 + 1e-12)]) == pytest.approx([3, 3])


def test_seven_times_the_tokens_at_22_per_cent_of_the_cost_is_54_per_cent_more_spending():
    """And an arc elasticity of 1.285."""
    assert decompose(1.0, 7.0, 1.0, 0.22).ratio == pytest.approx(1.54)
    assert arc_elasticity(7.0, 0.22) == pytest.approx(1.285, abs=5e-4)


@given(st.floats(0, 4), st.floats(0.01, 0.99))
def test_the_arc_elasticity_of_a_constant_elasticity_is_that_elasticity(elasticity, price):
    assert arc_elasticity(price**-elasticity, price) == pytest.approx(elasticity, abs=1e-9)


@given(amounts, st.floats(0.01, 0.99))
def test_spending_rises_exactly_when_the_arc_elasticity_is_above_one(quantity, price):
    spending = quantity * price
    if spending != pytest.approx(1):
        assert (arc_elasticity(quantity, price) > 1) == (spending > 1)


@given(amounts, amounts, st.floats(0.1, 20))
def test_a_yearly_factor_applied_every_year_leads_from_start_to_end(start, end, years):
    assert start * yearly_factor(start, end, years) ** years == pytest.approx(end)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: decompose(-1.0, 1.0, 1.0, 1.0), "A volume must be"),
        (lambda: decompose(1.0, 1.0, 1.0, 0.0), "An intensity must be"),
        (lambda: arc_elasticity(7.0, 1.0), "has not moved"),
        (lambda: arc_elasticity(7.0, -0.2), "A ratio of prices must be"),
        (lambda: arc_elasticity(np.nan, 0.2), "A ratio of quantities must be"),
        (lambda: yearly_factor(1.0, 2.0, 0.0), "A time must be"),
        (lambda: yearly_factor(0.0, 2.0, 1.0), "An amount must be"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()
