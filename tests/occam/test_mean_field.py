"""Mean-field theory against closed forms, adaptive quadrature and wide random networks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from analysis.kit.errors import ProblemError
from analysis.occam.mean_field import (
    chi_1,
    correlation_fixed_point,
    correlation_map,
    correlation_maps,
    critical_sigma_w,
    gaussian_nodes,
    mean_field_curve,
    variance_fixed_point,
    variance_map,
)


def gaussian_average(f):
    density = 1 / math.sqrt(2 * math.pi)
    half = [
        quad(lambda z: density * math.exp(-z * z / 2) * f(z), a, b, epsabs=1e-13, epsrel=1e-13, limit=500)[0]
        for a, b in ((-12, -1), (-1, 0), (0, 1), (1, 12))
    ]
    return sum(half)


def test_gaussian_moments_are_exact():
    z, weight = gaussian_nodes(200)
    assert [float(weight @ z**k) for k in (0, 1, 2, 4, 6)] == pytest.approx([1, 0, 1, 3, 15], abs=1e-11)


@pytest.mark.parametrize("sigma_w", [1.0, 1.5, 2.0, 4.0, 8.0, 20.0])
def test_variance_fixed_point_and_chi_agree_with_adaptive_quadrature(sigma_w):
    q = variance_fixed_point(sigma_w, 0.1)
    root = math.sqrt(q)
    assert sigma_w**2 * gaussian_average(lambda z: math.tanh(root * z) ** 2) + 0.01 == pytest.approx(q, abs=1e-10)
    slope = sigma_w**2 * gaussian_average(lambda z: (1 - math.tanh(root * z) ** 2) ** 2)
    assert chi_1(sigma_w, 0.1) == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize(
    ("sigma_w", "chi", "c_star"),
    [(1, 0.876, 1), (1.5, 1.129, 0.180), (2, 1.359, 0.0383), (4, 2.376, 0.00340), (8, 4.484, 0.000583)],
)
def test_known_values_at_bias_one_tenth(sigma_w, chi, c_star):
    """The fact sheet prints 2.484 and 7.983 for chi_1 at 4 and 8: too few Gauss–Hermite nodes."""
    assert chi_1(sigma_w, 0.1) == pytest.approx(chi, abs=6e-4)
    assert correlation_fixed_point(sigma_w, 0.1) == pytest.approx(c_star, rel=2e-3)


def test_too_few_gauss_hermite_nodes_overstate_chaos():
    """Adding Gauss–Hermite nodes moves a coarse chi_1 at sigma_w = 8 down to ours."""
    root = math.sqrt(variance_fixed_point(8, 0.1))
    estimates = []
    for count in (20, 60, 180):
        x, w = np.polynomial.hermite_e.hermegauss(count)
        estimates.append(64 * float(w @ (1 - np.tanh(root * x) ** 2) ** 2) / math.sqrt(2 * math.pi))
    errors = np.abs(np.array(estimates) - chi_1(8, 0.1))
    assert errors[0] > errors[1] > errors[2] and errors[0] > 0.5


@pytest.mark.parametrize("sigma_w", [1.5, 8.0])
def test_correlation_fixed_point_agrees_with_nested_adaptive_quadrature(sigma_w):
    c, q = correlation_fixed_point(sigma_w, 0.1), variance_fixed_point(sigma_w, 0.1)
    root = math.sqrt(q)

    def given_first(z):
        inner = gaussian_average(lambda y: math.tanh(root * (c * z + math.sqrt(1 - c * c) * y)))
        return math.tanh(root * z) * inner

    density = 1 / math.sqrt(2 * math.pi)
    # The integrand is even in z; its steep part near 0 is given its own interval.
    moment = sum(
        2 * quad(lambda z: density * math.exp(-z * z / 2) * given_first(z), a, b, epsabs=1e-8, limit=60)[0]
        for a, b in ((0, 1), (1, 9))
    )
    assert (sigma_w**2 * moment + 0.01) / q == pytest.approx(c, abs=1e-6 * sigma_w**2)


@pytest.mark.parametrize("sigma_w", [0.3, 0.9, 1.0])
def test_without_bias_the_edge_of_chaos_is_at_one(sigma_w):
    assert critical_sigma_w(0.0) == 1.0
    assert chi_1(sigma_w, 0.0) == pytest.approx(sigma_w**2, abs=1e-12)


def test_bias_moves_the_edge_of_chaos_up():
    edges = [critical_sigma_w(b) for b in (0.0, 0.05, 0.1, 0.3)]
    assert edges == sorted(edges)
    assert chi_1(edges[2], 0.1) == pytest.approx(1, abs=1e-9)
    assert edges[2] == pytest.approx(1.1934, abs=1e-4)


def test_no_bias_makes_chaotic_inputs_uncorrelated():
    assert correlation_fixed_point(2.0, 0.0) == 0.0


def test_relu_closed_forms():
    """ReLU: q* = sigma_b² / (1 - sigma_w²/2), chi_1 = sigma_w²/2, critical at the root of 2."""
    assert variance_fixed_point(1.0, 0.2, "relu") == pytest.approx(0.08)
    assert chi_1(math.sqrt(2), 0.3, "relu") == pytest.approx(1)
    assert critical_sigma_w(0.1, "relu") == math.sqrt(2)
    assert math.isinf(variance_fixed_point(2.0, 0.1, "relu"))
    assert math.isnan(variance_fixed_point(math.sqrt(2), 0.0, "relu"))
    assert correlation_map(-1.0, 1.0, 0.0, "relu") == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(("sigma_w", "sigma_b"), [(1.0, 0.2), (1.2, 0.05), (0.7, 1.5)])
@pytest.mark.parametrize("c", [-0.4, 0.0, 0.8])
def test_relu_with_bias_agrees_with_adaptive_quadrature(c, sigma_w, sigma_b):
    """The variance and the correlation one layer on, straight from the definition, at a variance of 1.7."""
    q = 1.7
    root = math.sqrt(q)

    def given_first(z):  # E[relu(v)] given u, where v is normal with mean m and standard deviation s
        m, s = root * c * z, root * math.sqrt(1 - c * c)
        density = math.exp(-m * m / (2 * s * s)) / math.sqrt(2 * math.pi)
        return max(root * z, 0) * (s * density + m * (1 + math.erf(m / s / math.sqrt(2))) / 2)

    variance = sigma_w**2 * gaussian_average(lambda z: max(root * z, 0) ** 2) + sigma_b**2
    moment = sigma_w**2 * gaussian_average(given_first) + sigma_b**2
    assert variance_map(q, sigma_w, sigma_b, "relu") == pytest.approx(variance, rel=1e-9)
    assert correlation_map(c, sigma_w, sigma_b, "relu", q) == pytest.approx(moment / variance, abs=1e-9)


@pytest.mark.parametrize("sigma_w", [0.5, 1.0, 1.3])
def test_relu_settles_where_its_maps_stand_still(sigma_w):
    """The fixed point is one of the variance map, and c = 1 one of the correlation map; without bias q* is 0."""
    for sigma_b in (0.1, 0.2, 2.0):
        q = variance_fixed_point(sigma_w, sigma_b, "relu")
        assert variance_map(q, sigma_w, sigma_b, "relu") == pytest.approx(q)
        assert correlation_map(1.0, sigma_w, sigma_b, "relu") == pytest.approx(1)
    assert variance_fixed_point(sigma_w, 0.0, "relu") == 0


@pytest.mark.parametrize(("sigma_w", "activation"), [(1.0, "relu"), (0.9, "tanh"), (2.0, "tanh")])
def test_correlations_are_forgotten_over_the_depth_that_the_curve_states(sigma_w, activation):
    """Near the fixed point the distance from it falls by a factor e in `correlation_depth` layers."""
    curve = mean_field_curve([sigma_w], 0.3, activation).iloc[0]
    away = -1e-5 if curve.c_star == 1 else 1e-5
    c, layers = curve.c_star + away, 6
    for _ in range(layers):
        c = correlation_map(c, sigma_w, 0.3, activation)
    assert (c - curve.c_star) / away == pytest.approx(math.exp(-layers / curve.correlation_depth), rel=0.02)


def test_a_sweep_of_maps_is_the_map_point_by_point():
    maps = correlation_maps([0.8, 2.0], 0.1, points=5)
    assert maps[["sigma_w", "c"]].drop_duplicates().shape == (10, 2)
    for row in maps.itertuples():
        assert row.c_next == correlation_map(row.c, row.sigma_w, 0.1)


@given(st.floats(-1, 1), st.floats(0.5, 5), st.floats(0.05, 1))
@settings(max_examples=40, deadline=None)
def test_correlation_map_keeps_correlations_in_range_and_fixes_one(c, sigma_w, sigma_b):
    assert -1 - 1e-9 <= correlation_map(c, sigma_w, sigma_b) <= 1 + 1e-9
    assert correlation_map(1.0, sigma_w, sigma_b) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("sigma_w", "activation"), [(2.0, "tanh"), (8.0, "tanh"), (1.0, "relu")])
def test_a_wide_random_network_follows_the_maps(sigma_w, activation):
    """Two inputs through 8 layers of width 1,500; deviations of order 1/sqrt(width) are allowed."""
    rng = np.random.default_rng(7)
    width, sigma_b, c, q = 1500, 0.3, 0.6, 1.5
    phi = np.tanh if activation == "tanh" else lambda u: np.maximum(u, 0)
    u = math.sqrt(q) * rng.standard_normal((2, width))
    u[1] = c * u[0] + math.sqrt(1 - c * c) * u[1]
    for _ in range(8):
        c = correlation_map(c, sigma_w, sigma_b, activation, q)
        q = variance_map(q, sigma_w, sigma_b, activation)
        weights = rng.standard_normal((width, width)) * sigma_w / math.sqrt(width)
        u = phi(u) @ weights + sigma_b * rng.standard_normal(width)
    # The second moment, not the variance over units: a shared bias counts as correlation.
    second = u @ u.T / width
    assert second[0, 0] == pytest.approx(q, rel=0.2)
    assert second[0, 1] / math.sqrt(second[0, 0] * second[1, 1]) == pytest.approx(c, abs=0.12)


def test_curve_names_the_phases_and_peaks_in_depth_at_the_edge():
    edge = critical_sigma_w(0.1)
    curve = mean_field_curve([0.8, edge * 0.99, edge, edge * 1.01, 4.0])
    assert curve["phase"].tolist() == ["ordered", "ordered", "critical", "chaotic", "chaotic"]
    assert curve["correlation_depth"].idxmax() == 2
    relu = mean_field_curve([1.0, 2.0], 0.1, "relu")
    assert relu["phase"].tolist() == ["ordered", "unbounded"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: chi_1(0.0, 0.1),
        lambda: chi_1(1.0, -0.1),
        lambda: chi_1(1.0, 0.1, "gelu"),
        lambda: variance_map(-1.0, 1.0, 0.1),
        lambda: correlation_map(1.5, 1.0, 0.1),
        lambda: correlation_map(0.5, 0.9, 0.0),
        lambda: gaussian_nodes(1),
    ],
)
def test_impossible_networks_are_refused_in_words(call):
    with pytest.raises(ProblemError):
        call()
