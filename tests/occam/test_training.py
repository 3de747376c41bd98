"""Lock-step training: gradients against finite differences, and what a trained network must satisfy."""

import numpy as np
import pytest

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import all_inputs
from analysis.occam.training import Adam, Architecture, _train_batch, backward, forward, train

X3 = all_inputs(3).astype(bool)
PARITY = X3.sum(axis=1) % 2 == 1


def logistic_loss(architecture, theta, x, y):
    z = forward(architecture, theta, x)[-1][:, :, 0]
    return np.mean(np.logaddexp(0, z) - y * z, axis=1)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_back_propagation_equals_finite_differences(activation):
    """Two networks, float64, step 1e-6: every one of the derivatives of both agrees within 1e-7."""
    rng = np.random.default_rng(1)
    net = Architecture((3, 5, 3, 2, 1), activation, 1.3, 0.4)
    theta = net.initial(2, rng, np.float64)
    x, y = rng.standard_normal((2, 6, 3)), rng.random((2, 6)) < 0.5
    values = forward(net, theta, x)
    slope = (1 / (1 + np.exp(-values[-1])) - y[:, :, None]) / 6
    gradient = np.empty_like(theta)
    backward(net, theta, values, slope, gradient)
    for i in range(net.parameters):
        up, down = theta.copy(), theta.copy()
        up[:, i] += 1e-6
        down[:, i] -= 1e-6
        numeric = (logistic_loss(net, up, x, y) - logistic_loss(net, down, x, y)) / 2e-6
        assert gradient[:, i] == pytest.approx(numeric, abs=1e-7)


def test_initial_weights_have_the_stated_scale():
    """7-200-200-1, 50 networks: second moments within 3 % of sigma_w² / fan_in and sigma_b²."""
    net = Architecture((7, 200, 200, 1), "tanh", 2.0, 0.3)
    weights, biases = net.layers(net.initial(50, np.random.default_rng(0)))[1]
    assert (weights**2).mean() == pytest.approx(4 / 200, rel=0.03)
    assert (biases**2).mean() == pytest.approx(0.09, rel=0.03)


def test_adam_moves_by_its_learning_rate_first_and_finds_the_bottom_of_a_bowl():
    theta = np.array([[5.0, -3.0]])
    adam = Adam(theta, 0.1)
    adam.gradient[:] = 2 * adam.theta
    adam.step()
    assert adam.theta[0] == pytest.approx([4.9, -2.9])
    for _ in range(500):
        adam.gradient[:] = 2 * adam.theta
        adam.step()
    assert np.abs(adam.theta).max() < 0.05


def test_adam_follows_the_published_update():
    """Three steps with changing gradients against the formula of Kingma and Ba, written out."""
    rng = np.random.default_rng(2)
    theta = rng.standard_normal((4, 9))
    reference, m, v = theta.copy(), np.zeros_like(theta), np.zeros_like(theta)
    adam = Adam(theta, 0.01)
    for t in (1, 2, 3):
        g = rng.standard_normal(theta.shape)
        adam.gradient[:] = g
        adam.step()
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        reference -= 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    assert adam.theta == pytest.approx(reference, abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_converged_network_fits_its_own_training_set(dtype):
    """Each network has its own target and examples; more networks than a batch, of which one is left over."""
    rng = np.random.default_rng(4)
    targets = rng.random((17, 32)) < 0.5
    sets = np.argsort(rng.random((17, 32)), axis=1)[:, :12]
    net = Architecture((5, 30, 30, 1), "relu", 1.4, 0.2)
    result = train(net, targets, sets, rng, learning_rate=0.01, batch=8, dtype=dtype)
    assert result.converged.all() and (result.steps < 3000).all()
    learned = np.take_along_axis(result.functions, sets, axis=1)
    assert (learned == np.take_along_axis(targets, sets, axis=1)).all()
    assert (result.functions != targets).any()


def test_a_network_that_cannot_represent_its_target_says_so():
    """A perceptron cannot compute parity, but can compute x0; retiring one leaves the other untouched."""
    perceptron = Architecture((3, 1), "tanh", 1.0, 0.1)
    targets = np.array([PARITY, X3[:, 0]])
    result = train(
        perceptron, targets, np.tile(np.arange(8), (2, 1)), np.random.default_rng(0), learning_rate=0.05, max_steps=500
    )
    assert result.converged.tolist() == [False, True]
    assert result.steps[0] == 500 > result.steps[1]
    assert (result.functions[1] == targets[1]).all() and (result.functions[0] != PARITY).any()


def test_a_network_learns_the_same_alone_as_in_company():
    """In float64, dropping finished networks from the batch does not change the function of the slowest."""
    net = Architecture((3, 20, 1), "tanh", 1.0, 0.1)
    everything = np.tile(np.arange(8), (6, 1))[:, [0, 3, 5, 6, 7]]
    targets = np.array([X3[:, 0], X3[:, 1], X3[:, 2], PARITY, ~PARITY, X3[:, 0] ^ X3[:, 1]])

    theta = net.initial(6, np.random.default_rng(8), np.float64)
    together = _train_batch(net, targets, everything, theta.copy(), 0.02, 3000)
    for i in range(6):
        alone = _train_batch(net, targets[i : i + 1], everything[i : i + 1], theta[i : i + 1].copy(), 0.02, 3000)
        assert abs(int(alone.steps[0]) - int(together.steps[i])) <= 1
        assert (alone.functions[0] == together.functions[i]).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: Architecture((7,)),
        lambda: Architecture((7, 0, 1)),
        lambda: Architecture((7, 1), "gelu"),
        lambda: Architecture((7, 1), "tanh", 0.0),
        lambda: Adam(np.zeros((1, 1)), 0.0),
        lambda: train(Architecture((2, 1)), [[0, 1, 1, 0]], [[0]], np.random.default_rng(0)),
        lambda: train(Architecture((3, 1)), [[True] * 4], [[0]], np.random.default_rng(0)),
        lambda: train(Architecture((2, 1)), [[True] * 4], [[4]], np.random.default_rng(0)),
        lambda: train(Architecture((2, 1)), [[True] * 4] * 2, [[1]], np.random.default_rng(0)),
        lambda: train(Architecture((2, 1)), [[True] * 4], [[1]], np.random.default_rng(0), max_steps=0),
    ],
)
def test_wrong_use_is_refused_in_words(call):
    with pytest.raises(ProblemError):
        call()
