"""What a gap in loss costs in compute."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.distributed import price, published
from analysis.kit.errors import ProblemError
from analysis.scaling.allocation import compute_optimal_allocation
from analysis.scaling.laws import PowerLaw, ScalingLaw, published_law

exponent = st.floats(0.02, 0.5)
gap = st.floats(-0.2, 0.5)


def swept(replicas=None):
    table = published.losses(["swept"])
    return table[table["method"] == "DiLoCo"].query(f"replicas == {replicas}") if replicas else table.query("gap == 0")


@given(exponent)
def test_no_gap_costs_nothing(a):
    assert price.compute_ratio(0.0, a) == 1.0
    assert price.extra_compute(0.0, a) == 0.0


@given(gap, exponent)
def test_a_smaller_run_of_the_baseline_has_the_same_loss(share, a):
    """Compute grows as the square of the size; so much of it, spent on the baseline, gives the same loss."""
    law = PowerLaw(1e14, a, "parameters")
    size = 1e10 * price.compute_ratio(share, a) ** 0.5
    assert float(law.loss(size)) == pytest.approx((1 + share) * float(law.loss(1e10)))


@given(gap, gap, exponent)
def test_gaps_on_top_of_each_other_multiply_their_prices(first, second, a):
    both = (1 + first) * (1 + second) - 1
    product = price.compute_ratio(first, a) * price.compute_ratio(second, a)
    assert price.compute_ratio(both, a) == pytest.approx(product)


def test_the_sheet_of_prices():
    """Gaps of Charles's tables at his exponent, to the last digit."""
    gaps, shares = [0.0026, 0.0107, 0.039, 0.01, -0.0019], [0.947, 0.800, 0.448, 0.812, 1.041]
    assert price.compute_ratio(gaps, 0.0954).round(3).tolist() == shares


@given(st.floats(1e10, 1e16), exponent)
def test_a_fit_finds_the_law_that_made_the_losses(scale, a):
    law, sizes = PowerLaw(scale, a, "parameters"), np.geomspace(3e7, 3e9, 7)
    found = price.fit_power_law(sizes, law.loss(sizes))
    assert found.exponent == pytest.approx(a, rel=1e-6)
    assert float(found.loss(1e10)) == pytest.approx(float(law.loss(1e10)), rel=1e-6)


@pytest.mark.parametrize(
    ("replicas", "factor", "a"),
    [(None, 18.17, 0.09539), (1, 18.38, 0.09612), (2, 18.80, 0.09700), (4, 19.79, 0.09924), (8, 21.08, 0.10187)],
)
def test_laws_through_the_swept_sizes(replicas, factor, a):
    runs = swept(replicas)
    law = price.fit_power_law(runs["parameters"], runs["loss"])
    assert law.exponent == pytest.approx(a, abs=5e-6)
    assert law.scale**law.exponent == pytest.approx(factor, abs=5e-3)


def test_the_law_misses_the_largest_model_by_far_more_than_the_gap():
    runs, ten = swept(), published.losses(["joint fit"]).query("size == '10B'")
    missed = (
        1
        - float(price.fit_power_law(runs["parameters"], runs["loss"]).loss(10e9))
        / ten.query("gap == 0")["loss"].iloc[0]
    )
    assert missed == pytest.approx(0.033, abs=5e-4)
    assert missed > 10 * ten["gap"].abs().max()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: price.compute_ratio(-1.0, 0.1), "gap must be above −1"),
        (lambda: price.compute_ratio(0.01, -0.0954), "exponent must be positive"),
        (lambda: price.fit_power_law([1e8, 1e9], [3.0, 2.5]), "three or more runs"),
        (lambda: price.fit_power_law([1e8, 1e9, 1e10], [2.0, 2.5, 3.0]), "do not fall"),
    ],
)
def test_prices_that_make_no_sense_are_refused_in_a_sentence(call, message):
    with pytest.raises(ProblemError, match=message):
        call()


@given(st.floats(0.0, 0.1), st.floats(20, 26))
def test_with_a_floor_the_cheaper_run_has_the_same_loss(share, digits):
    """Both runs best divided between size and data, which is solved without the price's exponent."""
    law = published_law("besiroglu")
    plan = compute_optimal_allocation(10**digits, law)
    loss = float(law.loss(plan.N, plan.D))
    cheaper = compute_optimal_allocation(10**digits * price.compute_ratio_with_floor(share, loss, law), law)
    assert float(law.loss(cheaper.N, cheaper.D)) == pytest.approx((1 + share) * loss)


def test_without_a_floor_both_prices_are_one():
    law = ScalingLaw(E=0.0, A=10.0, B=10.0, alpha=0.2, beta=0.2)
    assert price.compute_ratio_with_floor(0.01, 3.0, law) == pytest.approx(price.compute_ratio(0.01, 0.2))


def test_the_price_rises_as_the_loss_falls_to_the_floor():
    law = published_law("hoffmann")
    assert (np.diff(price.compute_ratio_with_floor(0.01, [4.0, 3.0, 2.0, 1.8], law)) < 0).all()
    with pytest.raises(ProblemError, match="above the floor"):
        price.compute_ratio_with_floor(0.01, 1.6, law)
