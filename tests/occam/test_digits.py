"""Order and chaos on real digits, in small runs with wide tolerances."""

import numpy as np
import pandas as pd
import pytest

from analysis.kit.errors import ProblemError
from analysis.occam.digits import (
    BASELINES,
    baseline_task,
    by_learner,
    digit_network,
    digits_task,
    error_by_noise,
    images,
    softmax_slope,
    split_digits,
)
from analysis.occam.training import backward, forward


def test_softmax_gradient_equals_finite_differences():
    """Through a whole network in float64: each derivative of the mean cross-entropy within 1e-7."""
    rng = np.random.default_rng(0)
    net = digit_network(1.0, 0.1, layers=2, width=3)
    theta = net.initial(1, rng, np.float64)
    x, labels = rng.standard_normal((1, 5, 64)), np.array([0, 3, 9, 3, 1])

    def loss(parameters):
        z = forward(net, parameters, x)[-1][0]
        return -np.mean(z[np.arange(5), labels] - np.log(np.exp(z).sum(axis=1)))

    values = forward(net, theta, x)
    gradient = np.empty_like(theta)
    backward(net, theta, values, softmax_slope(values[-1], labels), gradient)
    for i in range(0, net.parameters, 7):
        up, down = theta.copy(), theta.copy()
        up[0, i] += 1e-6
        down[0, i] -= 1e-6
        assert gradient[0, i] == pytest.approx((loss(up) - loss(down)) / 2e-6, abs=1e-7)


def test_the_digits_are_shared_and_cannot_be_changed():
    pixels, labels = images()
    assert pixels.shape == (1797, 64) and pixels.min() == 0 and pixels.max() == 16
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0] = 1


def test_learners_are_called_by_their_phase_or_their_name():
    results = pd.DataFrame(
        {
            "learner": ["network"] * 5 + ["majority guess", "ten nearest neighbours"],
            "sigma_w": [1.0, 2.0, 8.0, 3.0, 1.0, np.nan, np.nan],
            "learning_rate": [0.1, 0.1, 0.1, 0.1, 0.2, np.nan, np.nan],
            "noise": 0.1,
            "seeds": 6,
            "test_error": [0.1, 0.2, 0.3, 0.4, 0.9, 0.5, 0.6],
            "test_error_se": 0.01,
        }
    )
    named = by_learner(results, 0.1).set_index("learner")["error"]
    assert named.to_dict() == {
        "ordered": 0.1,
        "mildly chaotic": 0.2,
        "chaotic": 0.3,
        "majority guess": 0.5,
        "ten nearest neighbours": 0.6,
    }


def test_split_keeps_test_labels_clean_and_images_the_same_at_every_noise():
    clean, noisy = split_digits(0.0, seed=4), split_digits(0.4, seed=4)
    assert (clean.y_train == clean.clean_train).all()
    assert (clean.x_train == noisy.x_train).all() and (clean.y_test == noisy.y_test).all()
    # 1,000 labels at 40 %: four standard errors
    assert (noisy.y_train != noisy.clean_train).mean() == pytest.approx(0.4, abs=0.062)
    assert (split_digits(0.1, seed=4).y_train != clean.y_train).sum() < 160
    assert (clean.x_train**2).mean() == pytest.approx(1, abs=1e-3)
    assert abs(clean.x_train.mean(axis=0)).max() < 1e-5


def test_wrong_labels_at_a_lower_noise_are_wrong_at_a_higher_noise_too():
    low, high = split_digits(0.2, seed=1), split_digits(0.6, seed=1)
    assert ((low.y_train != low.clean_train) <= (high.y_train != high.clean_train)).all()


def test_the_ordered_network_beats_the_chaotic_one_on_clean_digits():
    """10 layers of width 40, 300 images: an error below 15 % against one above 40 %, both fitting all 300."""
    settings = {"width": 40, "training_images": 300, "learning_rate": 3e-3, "max_steps": 3000}
    ordered = digits_task(1.0, 0.0, seed=0, **settings)
    chaotic = digits_task(8.0, 0.0, seed=0, **settings)
    assert ordered["converged"].iloc[0] and chaotic["converged"].iloc[0]
    assert ordered["test_error"].iloc[0] < 0.15
    assert chaotic["test_error"].iloc[0] > 0.4


def test_a_network_that_fits_wrong_labels_errs_more_on_clean_ones():
    settings = {"layers": 2, "width": 60, "training_images": 300, "learning_rate": 0.01}
    clean, noisy = (digits_task(1.0, noise, seed=0, **settings).iloc[0] for noise in (0.0, 0.4))
    assert noisy["converged"] and noisy["training_error"] == 0
    # It reproduces every wrong label, so its error against the true ones is the share of wrong labels.
    assert noisy["clean_training_error"] == pytest.approx(0.4, abs=0.12)
    assert noisy["test_error"] > clean["test_error"] + 0.1


def test_simple_learners_set_the_bar():
    """Majority near 90 %, one neighbour under 3 % clean; at 40 % noise ten neighbours outvote the wrong labels."""
    clean = baseline_task(0.0, seed=0).set_index("learner")["test_error"]
    noisy = baseline_task(0.4, seed=0).set_index("learner")["test_error"]
    assert tuple(clean.index) == BASELINES
    assert clean["majority guess"] == pytest.approx(0.9, abs=0.03)
    assert clean["nearest neighbour"] < 0.03
    assert noisy["nearest neighbour"] > 0.35 and noisy["ten nearest neighbours"] < 0.12


def test_table_leaves_unfinished_networks_out_and_counts_them():
    rows = pd.DataFrame(
        {
            "layers": 1,
            "width": 1,
            "learning_rate": 0.1,
            "sigma_w": 1.0,
            "noise": 0.0,
            "test_error": [0.1, 0.3, 0.9],
            "converged": [True, True, False],
        }
    )
    table = error_by_noise(rows).iloc[0]
    assert table["test_error"] == pytest.approx(0.2) and table["test_error_se"] == pytest.approx(0.1)
    assert (table["seeds"], table["unfinished"]) == (2, 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: split_digits(1.0, 0),
        lambda: split_digits(0.0, 0, training_images=5),
        lambda: digits_task(1.0, 0.0, 0, max_steps=0),
        lambda: error_by_noise(pd.DataFrame({"noise": [0.0]})),
    ],
)
def test_wrong_use_is_refused_in_words(call):
    with pytest.raises(ProblemError):
        call()
