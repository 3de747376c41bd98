"""Kumar's laws of precision: how the penalty scales, and where more data begin to hurt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from analysis.kit.errors import ProblemError
from analysis.scaling.laws import ScalingLaw, published_law
from analysis.scaling.precision import (
    QuantisationLaw,
    effective_parameters,
    optimal_training_bits,
    published_quantisation_law,
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


@given(SIZES, BITS, st.floats(0.5, 4))
def test_fewer_bits_are_worth_fewer_parameters(N, bits, gamma):
    here = effective_parameters(N, [bits], [gamma])
    assert 0 < here <= N
    assert effective_parameters(N, [bits + 1], [gamma]) >= here
    assert effective_parameters(N, [bits, bits], [gamma, gamma]) == pytest.approx(here**2 / N)


def test_four_bit_weights_cost_a_fifth_of_the_parameters():
    """gamma_w = 2.6745 (appendix K): 1 - e^(-4 / 2.6745) = 0.776."""
    assert effective_parameters(1.0, [4], [2.6745]) == pytest.approx(0.776, abs=5e-4)


@given(st.floats(0.5, 6), st.integers(2, 6), st.sampled_from([1e19, 1e24]))
def test_best_precision_of_training_does_not_depend_on_the_budget(gamma, parts, budget):
    """The closed form against the best bits when the size is re-optimised at each precision, C = 6 N D P / 16."""
    law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)

    def loss(bits):
        worth = float(effective_parameters(1.0, [bits] * parts, [gamma] * parts)) * 16 / bits
        a, b = law.beta / (law.alpha + law.beta), law.alpha / (law.alpha + law.beta)
        balance = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
        product = worth * budget / 6
        return float(law.loss(balance * product**a, product**b / balance))

    # parameters of the plain law count as effective ones: the optimum depends on the product N_eff D alone
    found = minimize_scalar(loss, bounds=(0.1 * gamma, 8 * gamma), method="bounded", options={"xatol": 1e-8}).x
    assert optimal_training_bits(gamma, parts) == pytest.approx(found, rel=1e-3)


def test_one_quantised_part_has_no_best_precision():
    """(1 - e^-u) / u falls for all u: the fewer bits the better, so the question is refused."""
    with pytest.raises(ProblemError, match="at least 2"):
        optimal_training_bits(2.0, parts=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: LAW.penalty(1e9, 1e10, 0),
        lambda: LAW.penalty(-1e9, 1e10, 4),
        lambda: QuantisationLaw(0.06, 0.5, 0.34, 0.0),
        lambda: effective_parameters(1e9, [4, 4], [2.0]),
        lambda: optimal_training_bits(-1.0),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ProblemError):
        call()
