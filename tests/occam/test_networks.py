"""Random networks and the functions that they compute."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from scipy.stats import chisquare

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import all_inputs, ones, unpack
from analysis.occam.networks import (
    CHUNK,
    NetworkEnsemble,
    bias_deviations,
    draw_parameters,
    exact_outputs,
    float32_error_bound,
    float32_error_factor,
    sample_networks,
)
from analysis.occam.prior import sample_functions, sample_prior


def plain_outputs(ensemble, seed, count):
    """A network written out: unscaled layers in float64, from the same unit normals."""
    unit = NetworkEnsemble(ensemble.inputs, ensemble.widths, "tanh", 1.0, 1.0)
    rows = next(draw_parameters(unit, seed, 0, count, count)).astype(np.float64)
    h = np.broadcast_to(all_inputs(ensemble.inputs), (count, 2**ensemble.inputs, ensemble.inputs)).astype(np.float64)
    offset, depth = 0, len(ensemble.shape) - 1
    for layer, (fan_in, fan_out) in enumerate(zip(ensemble.shape[:-1], ensemble.shape[1:], strict=True)):
        w = rows[:, offset : offset + fan_in * fan_out].reshape(count, fan_in, fan_out) * ensemble.sigma_w
        b = rows[:, offset + fan_in * fan_out : offset + (fan_in + 1) * fan_out] * bias_deviations(ensemble)[layer]
        h = h @ w + b[:, None, :]
        if layer < depth - 1:
            h = np.maximum(h, 0) if ensemble.activation == "relu" else np.tanh(h)
        offset += (fan_in + 1) * fan_out
    return h[:, :, 0]


@pytest.mark.parametrize(
    "ensemble",
    [
        NetworkEnsemble(),
        NetworkEnsemble(widths=(), sigma_b=0.5),
        NetworkEnsemble(inputs=3, widths=(5,), sigma_w=2.5),
        NetworkEnsemble(widths=(17, 9, 30), sigma_w=0.7, bias_rule="released"),
        NetworkEnsemble(inputs=5, widths=(20, 20, 20, 20, 20)),
        NetworkEnsemble(widths=(40, 40, 40), activation="tanh", sigma_w=1.5, sigma_b=0.1),
        NetworkEnsemble(inputs=1, widths=(4,), activation="tanh", bias_rule="released"),
    ],
)
def test_sampled_functions_are_those_of_the_network_written_out(ensemble):
    """The shortcuts (doubling, folded scales, float32) change no sign that is not within 1e-5 of zero."""
    outputs = plain_outputs(ensemble, seed=4, count=400)
    sampled = unpack(sample_networks(ensemble, seed=4, chunk=0, count=400), ensemble.inputs)
    clear = np.abs(outputs) > 1e-5 * np.abs(outputs).max(axis=1, keepdims=True)
    assert clear.mean() > 0.9
    assert np.array_equal(sampled[clear], outputs[clear] > 0)


def mismatches(chunk):
    """Networks of a chunk whose certified function differs from float64."""
    certified, reference = (
        sample_networks(NetworkEnsemble(), 0, chunk, precision=precision) for precision in ("certified", "float64")
    )
    return int((certified != reference).any(axis=1).sum())


def test_certified_float32_equals_float64():
    """On 200,000 networks, 25.6 million signs, none differ; bare float32 errs on about one network in them."""
    with ProcessPoolExecutor(2) as executor:
        assert sum(executor.map(mismatches, range(49))) == 0


def test_doubtful_signs_are_those_of_the_second_computation(monkeypatch):
    """If it said the opposite, the functions of the few networks with a doubtful output would change, and no others."""
    ensemble = NetworkEnsemble()
    true = sample_networks(ensemble, 0, 0)
    monkeypatch.setattr("analysis.occam.networks.exact_outputs", lambda *given: -exact_outputs(*given))
    changed = np.mean((sample_networks(ensemble, 0, 0) != true).any(axis=1))
    assert 0.01 < changed < 0.15


def test_float32_is_not_enough_for_chaotic_networks():
    """Ten tanh layers at sigma_w = 8 amplify rounding: in float32 one network in 500 computes another function."""
    ensemble = NetworkEnsemble(widths=(40,) * 10, activation="tanh", sigma_w=8.0, sigma_b=0.1)
    exact, rounded = (sample_networks(ensemble, 0, 0, precision=p) for p in ("float64", "float32"))
    assert 0 < np.mean((exact != rounded).any(axis=1)) < 0.01


@pytest.mark.parametrize("widths", [(40, 40), (8,), (30, 20, 10)])
def test_the_error_bound_holds_for_float32_sums_in_any_order(widths):
    """Forward and reversed orders of summation both stay within it, and come within a factor of 10,000 of it."""
    ensemble = NetworkEnsemble(widths=widths)
    rows = next(draw_parameters(ensemble, 9, 0, 300, 300))
    layers, offset = [], 0
    for fan_in, fan_out in zip(ensemble.shape[:-1], ensemble.shape[1:], strict=True):
        end = offset + (fan_in + 1) * fan_out
        layers.append(rows[:, offset:end].reshape(300, fan_in + 1, fan_out))
        offset = end
    bound = float32_error_bound(ensemble, layers)[:, 0]
    worst = 0.0
    for order in (slice(None), slice(None, None, -1)):
        for point in (127, 85, 3):
            exact = exact_outputs(ensemble, rows, np.full(300, point))
            a = np.broadcast_to(all_inputs(7)[point].astype(np.float32), (300, 7))
            for depth, weights in enumerate(layers):
                terms = np.concatenate([weights[:, :-1] * a[:, :, None], weights[:, -1:]], axis=1)[:, order]
                h = np.zeros(terms[:, 0].shape, np.float32)
                for i in range(terms.shape[1]):
                    h += terms[:, i]
                a = h if depth == len(layers) - 1 else np.maximum(h, 0)
            error = np.abs(a[:, 0] - exact)
            assert np.all(error <= bound)
            worst = max(worst, float(np.max(error / bound)))
    assert worst > 1e-4


def test_the_error_factor_counts_the_terms_of_each_sum():
    """To first order it is u times the total number of terms: 8 + 41 + 41 for 7-40-40-1."""
    assert float32_error_factor(NetworkEnsemble()) == pytest.approx(90 * 2.0**-24, rel=1e-4)


def test_network_k_does_not_depend_on_how_many_are_drawn_or_on_the_batch(monkeypatch):
    ensemble = NetworkEnsemble()
    whole = sample_networks(ensemble, 2, 5, 300)
    assert np.array_equal(sample_networks(ensemble, 2, 5, 77), whole[:77])
    monkeypatch.setattr("analysis.occam.networks._WORKING_SET", 1)
    assert np.array_equal(sample_networks(ensemble, 2, 5, 300), whole)
    assert not np.array_equal(sample_networks(ensemble, 2, 6, 300), whole)


def test_a_perceptron_without_bias_maps_every_number_of_inputs_to_one_equally_often():
    """Mingard et al. (2019): t is uniform on 0..127, and t = 128 is impossible, as f(0) = 0."""
    prior = sample_prior(NetworkEnsemble(widths=(), sigma_b=0.0), samples=60_000, seed=3)
    assert prior.ones_samples[128] == 0
    assert chisquare(prior.ones_samples[:128]).pvalue > 1e-3


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_without_biases_the_answer_to_zero_is_zero(activation):
    ensemble = NetworkEnsemble(widths=(20, 20), activation=activation, sigma_b=0.0)
    functions = sample_functions(ensemble, 3000, seed=1)
    assert not unpack(functions)[:, 0].any()
    assert unpack(functions)[:, 1:].any(axis=0).all()


def test_a_function_and_its_complement_are_equally_likely():
    """Turning the sign of the last layer over turns the function over: t ones are as likely as 128 - t."""
    t = ones(sample_functions(NetworkEnsemble(), 40_000, seed=6))
    assert chisquare([np.sum(t == 0), np.sum(t == 128)]).pvalue > 1e-3
    assert chisquare([np.sum((t > 0) & (t < 64)), np.sum((t > 64) & (t < 128))]).pvalue > 1e-3


def test_bias_rules_are_what_they_say():
    standard = NetworkEnsemble(widths=(40, 40), sigma_w=2.0, sigma_b=0.3)
    released = NetworkEnsemble(widths=(40, 40), sigma_w=2.0, sigma_b=0.3, bias_rule="released")
    assert bias_deviations(standard) == [0.3, 0.3, 0.3]
    assert bias_deviations(released) == pytest.approx([0.3 * 2 / 40, 0.3 * 2 / 40, 0.3 * 2])


@pytest.mark.parametrize(
    ("sigma_b", "published"), [(0.0025, 0.007), (0.04, 0.059), (0.06, 0.125), (0.1, 0.29), (0.2, 0.63)]
)
def test_ten_tanh_layers_are_constant_as_often_as_measured_before(sigma_b, published):
    """Standard bias rule, width 40, sigma_w = 1; five standard errors of 1,500 networks."""
    ensemble = NetworkEnsemble(widths=(40,) * 10, activation="tanh", sigma_b=sigma_b)
    t = ones(sample_functions(ensemble, 1500, seed=21))
    share = np.mean((t == 0) | (t == 128))
    assert abs(share - published) < 5 * np.sqrt(published * (1 - published) / 1500)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: NetworkEnsemble(inputs=9),
        lambda: NetworkEnsemble(widths=(40, 0)),
        lambda: NetworkEnsemble(widths=(10**9,)),
        lambda: NetworkEnsemble(widths=(2,) * 101),
        lambda: NetworkEnsemble(activation="gelu"),
        lambda: NetworkEnsemble(bias_rule="other"),
        lambda: NetworkEnsemble(sigma_w=0.0),
        lambda: NetworkEnsemble(sigma_w=float("nan")),
        lambda: NetworkEnsemble(sigma_b=-0.1),
        lambda: sample_networks(NetworkEnsemble(), 0, 0, CHUNK + 1),
        lambda: sample_networks(NetworkEnsemble(), 0, 0, -1),
        lambda: sample_networks(NetworkEnsemble(), 0, -1, 10),
        lambda: sample_networks(NetworkEnsemble(activation="tanh"), 0, 0, 10, precision="certified"),
    ],
)
def test_wrong_use_is_refused_in_one_sentence(wrong):
    with pytest.raises(ProblemError, match=r"^[^\n]{20,}$"):
        wrong()
