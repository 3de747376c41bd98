"""The infinite-width limit against closed forms, and against finite networks."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import all_inputs, ones, unpack
from analysis.occam.gaussian_process import GaussianProcessEnsemble, disagreement, kernel, width_comparison
from analysis.occam.networks import NetworkEnsemble
from analysis.occam.prior import sample_functions


def test_without_hidden_layers_the_kernel_is_the_inner_product():
    x = all_inputs(7).astype(float)
    k = kernel(GaussianProcessEnsemble(depth=0, sigma_w=1.5, sigma_b=0.3))
    assert k == pytest.approx(0.09 + 2.25 * x @ x.T / 7)


def test_a_relu_layer_halves_the_variance():
    """E[relu(u)^2] is half of E[u^2], so K_{l+1}(x, x) = sigma_b^2 + sigma_w^2 K_l(x, x) / 2."""
    first, second = (np.diag(kernel(GaussianProcessEnsemble(depth=d, sigma_w=1.2))) for d in (0, 1))
    assert second == pytest.approx(0.04 + 1.44 * first / 2)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_one_layer_equals_direct_integration(activation):
    """Gauss-Hermite quadrature in two dimensions, independent of the module's own rule."""
    ensemble = GaussianProcessEnsemble(inputs=3, depth=1, activation=activation, sigma_w=1.3, sigma_b=0.4)
    before = kernel(GaussianProcessEnsemble(inputs=3, depth=0, sigma_w=1.3, sigma_b=0.4))
    z, w = np.polynomial.hermite_e.hermegauss(120)
    w = w / w.sum()
    phi = np.tanh if activation == "tanh" else lambda u: np.maximum(u, 0)
    for a, b in [(0, 7), (1, 2), (3, 3), (5, 7)]:
        factor = np.linalg.cholesky(before[np.ix_([a, b], [a, b])] + 1e-14 * np.eye(2))
        u = factor[0, 0] * z[:, None]
        v = factor[1, 0] * z[:, None] + factor[1, 1] * z[None, :]
        expected = 0.16 + 1.69 * np.sum(phi(u) * phi(v) * w[:, None] * w[None, :])
        tolerance = 1e-7 if activation == "tanh" else 3e-3  # quadrature is slow at the kink of relu
        assert kernel(ensemble)[a, b] == pytest.approx(expected, rel=tolerance)


def test_sampled_signs_disagree_with_probability_arccos_rho_over_pi():
    ensemble = GaussianProcessEnsemble(depth=2)
    table = unpack(sample_functions(ensemble, 60_000, seed=2))
    p = disagreement(ensemble)
    for a, b in [(0, 127), (126, 127), (1, 2), (85, 42)]:
        observed = np.mean(table[:, a] != table[:, b])
        assert abs(observed - p[a, b]) < 5 * np.sqrt(p[a, b] * (1 - p[a, b]) / 60_000)


def test_a_pair_of_inputs_matches_the_probability_of_both_signs():
    """P(f(a) = f(b) = 1) from the bivariate normal distribution function is (1 - P(disagree)) / 2."""
    ensemble = GaussianProcessEnsemble(depth=3, activation="tanh", sigma_w=2.0)
    k = kernel(ensemble)[np.ix_([3, 96], [3, 96])]
    both = multivariate_normal(cov=k).cdf([0, 0])
    assert both == pytest.approx((1 - disagreement(ensemble)[3, 96]) / 2, abs=1e-6)


def test_finite_networks_disagree_slightly_less_often_than_the_limit():
    """Pair tests at width 40, one hidden layer: 0.3446 (limit 0.3503) and 0.1112 (limit 0.1114) were measured."""
    limit = disagreement(GaussianProcessEnsemble(depth=1))
    assert limit[0, 127] == pytest.approx(0.3503, abs=5e-5)
    assert limit[126, 127] == pytest.approx(0.1114, abs=5e-5)
    table = unpack(sample_functions(NetworkEnsemble(widths=(40,)), 100_000, seed=1))
    far, near = (np.mean(table[:, a] != table[:, 127]) for a in (0, 126))
    assert far == pytest.approx(0.3446, abs=5 * 0.0015)
    assert near == pytest.approx(0.1112, abs=5 * 0.001)
    assert far < limit[0, 127] - 0.002


def test_wide_networks_approach_the_limit():
    """P(constant) of 7-w-w-1 falls towards the limit's as the width grows."""

    def share_of_constants(ensemble):
        t = ones(sample_functions(ensemble, 12_000, seed=5))
        return np.mean((t == 0) | (t == 128))

    limit = share_of_constants(GaussianProcessEnsemble())
    narrow, wide = (share_of_constants(NetworkEnsemble(widths=(w, w))) for w in (10, 100))
    assert narrow > wide + 0.03
    assert abs(wide - limit) < 0.02


def test_wider_networks_are_nearer_to_the_limit_in_both_quantities():
    """Widths 5 and 40, whose differences in constants are 80 % and 9 %; 20,000 networks of each."""
    rows = width_comparison((5, 40), 20_000, GaussianProcessEnsemble(), 200_000, 1)
    wide = rows.pivot(index="quantity", columns="width", values="relative")
    assert (wide[40].abs() < wide[5].abs()).all()
    assert wide.loc["the function is constant"].tolist() == pytest.approx([0.80, 0.09], abs=0.06)
    assert (rows["relative"] == rows["value"] / rows["limit"] - 1).all()
    p = rows["value"]
    assert (rows["error"] * rows["limit"]).tolist() == pytest.approx(np.sqrt(p * (1 - p) / 20_000).tolist())


def test_without_biases_zero_is_never_one():
    table = unpack(sample_functions(GaussianProcessEnsemble(sigma_b=0.0), 4000, seed=1))
    assert not table[:, 0].any() and table[:, 1:].any(axis=0).all()
    assert np.isnan(disagreement(GaussianProcessEnsemble(sigma_b=0.0))[0, 5])


def test_chunks_begin_alike_whatever_their_length():
    ensemble = GaussianProcessEnsemble(inputs=4)
    assert np.array_equal(ensemble.sample(3, 1, 10), ensemble.sample(3, 1, 200)[:10])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: GaussianProcessEnsemble(depth=-1),
        lambda: GaussianProcessEnsemble(depth=2.5),
        lambda: GaussianProcessEnsemble(sigma_w=-1.0),
        lambda: GaussianProcessEnsemble().sample(0, 0, 10**9),
    ],
)
def test_wrong_use_is_refused_in_one_sentence(wrong):
    with pytest.raises(ProblemError, match=r"^[^\n]{20,}$"):
        wrong()
