"""Jevons and saturation: the closed forms against optimisation, finite differences and each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from analysis.kit.errors import ProblemError
from analysis.market.demand import (
    SaturatingDemand,
    compute_demand,
    service_price,
    threshold_elasticity,
    volume_to_keep_profit,
    volume_to_keep_profit_at,
)

elasticities, passes, rates = st.floats(0, 4), st.floats(0.2, 2), st.floats(-1, 2)
positives = st.floats(0.01, 100)


@pytest.mark.parametrize(("elasticity", "factor"), [(0.5, 0.316), (1, 1.0), (1.11, 1.288), (1.5, 3.162)])
def test_ten_times_the_efficiency_multiplies_compute_by_ten_to_the_elasticity_less_one(elasticity, factor):
    assert compute_demand(10.0, elasticity) == pytest.approx(factor, abs=5e-4)


@given(positives, elasticities, passes, positives, positives)
def test_compute_is_the_service_bought_at_its_price_over_the_efficiency(eta, epsilon, phi, w, scale):
    price = service_price(eta, w, phi)
    assert compute_demand(eta, epsilon, phi, w, scale) == pytest.approx(scale * price**-epsilon / eta)


@given(st.floats(1.01, 100), elasticities, passes)
def test_more_efficiency_means_more_compute_exactly_above_the_threshold(eta, epsilon, phi):
    more = compute_demand(eta, epsilon, phi) / compute_demand(1.0, epsilon, phi)
    assert math.copysign(1, more - 1) == math.copysign(1, epsilon - threshold_elasticity(phi)) or more == pytest.approx(
        1
    )


@given(positives, passes)
def test_at_the_threshold_efficiency_changes_nothing(eta, phi):
    assert compute_demand(eta, threshold_elasticity(phi), phi) == pytest.approx(1)


@given(positives, positives, positives, passes)
def test_the_peak_of_saturating_demand_is_where_an_optimiser_finds_it(satiation, p0, w, phi):
    """A maximum is flat, so that an optimiser places it to about the root of its precision."""
    demand = SaturatingDemand(satiation, p0, w, phi)
    eta, compute = demand.peak()
    middle = math.log(eta)
    found = minimize_scalar(
        lambda u: -math.log(demand.compute(math.exp(u))),
        bounds=(middle - 2, middle + 3),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert found.x == pytest.approx(middle, abs=1e-6)
    assert math.exp(-found.fun) == pytest.approx(compute)


@given(positives, positives, positives)
def test_with_full_pass_through_the_peak_is_at_the_efficiency_w_over_p0(satiation, p0, w):
    eta, compute = SaturatingDemand(satiation, p0, w).peak()
    assert eta == pytest.approx(w / p0)
    assert compute == pytest.approx(satiation * p0 / (math.e * w))


@given(positives, positives, passes)
def test_saturating_demand_peaks_where_its_elasticity_passes_the_threshold(p0, w, phi):
    demand = SaturatingDemand(1.0, p0, w, phi)
    assert demand.elasticity(demand.peak()[0]) == pytest.approx(threshold_elasticity(phi))


@given(st.floats(0.3, 3), passes)
def test_the_elasticity_of_saturating_demand_is_its_logarithmic_slope(eta, phi):
    demand, h = SaturatingDemand(1.0, 1.0, 1.0, phi), 1e-6
    quantity = math.log(demand.service(eta * math.exp(h)) / demand.service(eta * math.exp(-h)))
    price = math.log(service_price(eta * math.exp(h), 1.0, phi) / service_price(eta * math.exp(-h), 1.0, phi))
    assert -quantity / price == pytest.approx(demand.elasticity(eta), rel=1e-6)


def test_a_satisfied_demand_needs_less_compute_with_every_further_gain():
    """Far beyond the peak the service is D whatever the price, and compute falls as 1 / eta."""
    demand = SaturatingDemand(5.0, 0.1)
    assert demand.compute([1e6, 1e7]) == pytest.approx([5e-6, 5e-7], rel=1e-4)


@given(st.floats(0.1, 10), st.floats(0, 0.9), st.floats(0.1, 10), st.floats(0, 0.9))
def test_the_volume_that_keeps_the_profit_keeps_it(price, cost_share, new_price, new_cost_share):
    cost, new_cost = price * cost_share, new_price * new_cost_share
    volume = volume_to_keep_profit(price, cost, new_price, new_cost)
    assert volume * (new_price - new_cost) == pytest.approx(price - cost)


def test_costs_that_fall_with_the_price_leave_the_elasticity_of_one_as_the_break_even():
    """At constant percentage margin, ten times cheaper needs ten times the volume."""
    assert volume_to_keep_profit(1.0, 0.4, 0.1, 0.04) == pytest.approx(10)


def test_many_efficiencies_at_once_are_each_alone():
    etas = np.array([0.5, 1.0, 20.0])
    assert compute_demand(etas, 1.3, 0.8) == pytest.approx([compute_demand(eta, 1.3, 0.8) for eta in etas])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: compute_demand(10.0, math.nan), "An elasticity must be"),
        (lambda: compute_demand(10.0, -1.0), "An elasticity must be"),
        (lambda: compute_demand(0.0, 1.0), "An efficiency must be"),
        (lambda: compute_demand(10.0, 1.0, cost=-2.0), "A price of compute must be positive and finite, not -2;"),
        (lambda: compute_demand(10.0, 1.0, pass_through=0.0), "A pass-through must be"),
        (lambda: compute_demand(10.0, 1.0, scale=math.inf), "A scale of demand must be"),
        (lambda: threshold_elasticity([1.0, -0.5]), "A pass-through must be .* not -0.5"),
        (lambda: SaturatingDemand(0.0, 1.0), "A demand at satiation must be"),
        (lambda: SaturatingDemand(1.0, -1.0), "A scale of prices must be"),
        (lambda: volume_to_keep_profit(1.0, 0.2, 0.2, 0.2), "earns nothing at any volume"),
        (lambda: volume_to_keep_profit(-1.0, 0.2, 0.4, 0.2), "A price must be positive"),
    ],
)
def test_a_market_that_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ProblemError, match=sentence):
        call()


@given(st.floats(0.05, 2), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_the_volume_for_a_margin_earns_the_same_profit(factor, margin, new_margin):
    """Profit is volume times margin times price; the price is the unit cost over one less the margin."""
    volume = volume_to_keep_profit_at(factor, margin, new_margin)
    new_price = factor * (1 - margin) / (1 - new_margin)
    assert volume * new_margin * new_price == pytest.approx(margin * 1.0)


def test_at_one_margin_the_volume_makes_up_for_the_cost_and_no_more():
    assert volume_to_keep_profit_at([0.5, 0.2], 0.5, 0.5) == pytest.approx([2, 5])
    with pytest.raises(ProblemError, match="A margin must be above 0 and below 1, not 1"):
        volume_to_keep_profit_at(0.5, 0.5, 1.0)
