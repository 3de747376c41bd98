"""Kumar's laws of precision: how the penalty scales, and where more data begin to hurt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.scaling.laws import published_law
from analysis.scaling.precision import (
    QuantisationLaw,
    kumar_law,
    losses_by_ratio,
    published_quantisation_law,
    turning_points,
)

LAW = published_quantisation_law()
SIZES, TOKENS, BITS = st.floats(1e7, 1e11), st.floats(1e9, 1e13), st.floats(2, 16)


@given(SIZES, TOKENS, BITS)
def test_doubling_rules(N, D, bits):
    """Twice the data: 2^0.507 = 1.42 times the penalty; twice the size: 1/1.27; 0.59 bits more: 1/e."""
    here = LAW.penalty(N, D, bits)
    assert LAW.penalty(N, 2 * D, bits) / here == pytest.approx(1.421, abs=1e-3)
    assert here / LAW.penalty(2 * N, D, bits) == pytest.approx(1.269, abs=1e-3)
    assert here / LAW.penalty(N, D, bits + LAW.gamma_post) == pytest.approx(np.e)


@given(SIZES, st.floats(2, 8), st.sampled_from(["hoffmann", "besiroglu"]))
def test_beyond_the_turning_point_more_data_hurt(N, bits, name):
    """The loss of the rounded model is lowest at the turning point."""
    law = published_law(name)
    D = float(LAW.turning_point(N, bits, law))

    def loss(tokens):
        return float(law.data_term(tokens) + LAW.penalty(N, tokens, bits))

    assert loss(D) < min(loss(0.9 * D), loss(1.1 * D))
    assert LAW.turning_point(N, bits + 1, law) > D


def test_the_table_of_losses_turns_where_the_closed_form_says():
    law, ratio = published_law("besiroglu"), np.geomspace(3, 1e4, 2001)
    losses, turns = losses_by_ratio(1e9, ratio, (3, 4), law), turning_points(1e9, (3, 4), law).set_index("bits")
    assert losses["not rounded"].is_monotonic_decreasing
    for bits in ("3 bits", "4 bits"):
        assert losses[bits].idxmin() == pytest.approx(turns.loc[bits, "ratio"], rel=0.005)
        assert losses[bits].min() == pytest.approx(turns.loc[bits, "loss"], abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: LAW.penalty(1e9, 1e10, 0),
        lambda: LAW.penalty(-1e9, 1e10, 4),
        lambda: QuantisationLaw(0.06, 0.5, 0.34, 0.0),
        lambda: LAW.turning_point(1e9, float("nan"), published_law("hoffmann")),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ProblemError):
        call()


@given(SIZES, TOKENS, BITS)
def test_an_offset_multiplies_the_penalty(N, D, bits):
    """1.1277 in the exponent: 3.09 times as much, or as little, at all sizes."""
    plain = LAW.penalty(N, D, bits)
    for sign in (-1, 1):
        assert published_quantisation_law(sign).penalty(N, D, bits) / plain == pytest.approx(3.0885**sign, rel=1e-4)


def test_what_the_offset_and_the_law_make_of_the_turn():
    """A billion parameters, three and four bits: 131 and 912 on the refit, 55 and 295 on Kumar's own law."""
    refit = published_law("besiroglu")
    turns = {
        (law is refit, sign): turning_points(1e9, (3, 4), law, sign)["ratio"].round().tolist()
        for law in (refit, kumar_law())
        for sign in (0, 1)
    }
    assert turns[True, 0] == [131, 912] and turns[True, 1] == [36, 251]
    assert turns[False, 0] == [55, 295] and turns[False, 1] == [18, 96]


def test_an_offset_must_be_finite():
    with pytest.raises(ProblemError):
        QuantisationLaw(0.06, 0.5, 0.34, 0.59, float("nan"))
