"""Order and chaos on real images: handwritten digits with some of the training labels wrong.

The same fully connected networks, ordered and chaotic, learn scikit-learn's digits (1,797 images of 8 x 8 pixels, 10
classes) until they make no error on their training set, wrong labels included, and are tested on clean labels. A
bias towards simple functions should show twice: in fewer errors with clean labels, and in less harm from wrong ones,
since a wrong label can be learned as a small exception or by bending the whole function.

Nearest neighbours, logistic regression, a decision tree and the majority class stand beside it: they say how much of
the result a network is needed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from analysis.kit.errors import ProblemError
from analysis.occam.generalisation import PHASES
from analysis.occam.rivals import RIVALS, answers, rivals
from analysis.occam.training import Adam, Architecture, backward, forward

CLASSES = 10
IMAGES = 1797
PIXELS = 64
TRAINING_IMAGES = 1000
#: What `baseline_task` compares with.
BASELINES = ("majority guess", *RIVALS)


@dataclass(frozen=True)
class DigitSplit:
    """Training images with noisy labels, test images with clean ones.

    Attributes
    ----------
    x_train, x_test : ndarray of float32, shape (images, 64)
        Pixels, less their mean over the training images, in units of their overall standard deviation, so that
        ``|x|**2 / 64`` is 1 on average and the first layer starts at the scale of mean-field theory.
    y_train : ndarray of int, shape (images,)
        Labels to be learned, some of them wrong.
    clean_train, y_test : ndarray of int, shape (images,)
        True labels.
    """

    x_train: NDArray[np.float32]
    x_test: NDArray[np.float32]
    y_train: NDArray[np.int64]
    clean_train: NDArray[np.int64]
    y_test: NDArray[np.int64]


@cache
def images() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """scikit-learn's scanned digits (Alpaydin & Kaynak 1998), in its order.

    Returns
    -------
    pixels : ndarray of float, shape (1797, 64)
        Rows of 8 by 8 pixels, from 0 to 16; read-only.
    labels : ndarray of int, shape (1797,)
        Digits 0 to 9; read-only.

    Examples
    --------
    >>> pixels, labels = images()
    >>> pixels.shape, labels[:5].tolist()
    ((1797, 64), [0, 1, 2, 3, 4])
    """
    x, y = load_digits(return_X_y=True)
    pixels, labels = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.int64)
    pixels.setflags(write=False)
    labels.setflags(write=False)
    return pixels, labels


def split_digits(noise: float, seed: int, training_images: int = TRAINING_IMAGES) -> DigitSplit:
    """A random split of the digits, with a share of the training labels replaced by another digit.

    Parameters
    ----------
    noise : float
        Probability that a training label is wrong, from 0 to 0.9 (at 0.9 labels carry no information).
    seed : int
        The same seed gives the same split at every noise level.
    training_images : int
        The other images are for testing.

    Returns
    -------
    DigitSplit

    Examples
    --------
    >>> split = split_digits(0.2, seed=0)
    >>> len(split.x_train), len(split.x_test)
    (1000, 797)
    >>> 0.15 < float((split.y_train != split.clean_train).mean()) < 0.25
    True
    """
    if not 0 <= noise <= 0.9:
        raise ProblemError(f"A label noise of {noise} is out of range; use 0 (clean) to 0.9 (no information).")
    if not CLASSES <= training_images < IMAGES:
        raise ProblemError(f"Use {CLASSES} to {IMAGES - 1} training images, not {training_images}.")
    x, y = images()
    order_rng, noise_rng = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    order = order_rng.permutation(IMAGES)
    train, test = order[:training_images], order[training_images:]
    centred = x - x[train].mean(axis=0)
    scaled = (centred / np.sqrt((centred[train] ** 2).mean())).astype(np.float32)
    wrong = noise_rng.random(training_images) < noise
    shift = noise_rng.integers(1, CLASSES, training_images)
    return DigitSplit(
        scaled[train], scaled[test], np.where(wrong, (y[train] + shift) % CLASSES, y[train]), y[train], y[test]
    )


def softmax_slope(logits: NDArray[Any], labels: NDArray[np.int64]) -> NDArray[Any]:
    """Derivative of the mean softmax cross-entropy with respect to the logits: softmax minus one-hot, over images.

    Parameters
    ----------
    logits : ndarray, shape (networks, images, classes)
    labels : ndarray of int, shape (images,)

    Returns
    -------
    ndarray, shape (networks, images, classes)

    Examples
    --------
    >>> softmax_slope(np.zeros((1, 1, 2)), np.array([1])).tolist()
    [[[0.5, -0.5]]]
    """
    slope = np.exp(logits - logits.max(axis=2, keepdims=True))
    slope /= slope.sum(axis=2, keepdims=True)
    slope[:, np.arange(len(labels)), labels] -= 1
    slope /= len(labels)
    return np.asarray(slope)


def digit_network(sigma_w: float, sigma_b: float = 0.1, layers: int = 10, width: int = 40) -> Architecture:
    """The laboratory's network with 64 pixels in and 10 classes out.

    Examples
    --------
    >>> digit_network(8.0, layers=2).widths
    (64, 40, 40, 10)
    """
    return Architecture((PIXELS, *(width,) * layers, CLASSES), "tanh", sigma_w, sigma_b)


def digits_task(
    sigma_w: float,
    noise: float,
    seed: int,
    *,
    layers: int = 10,
    width: int = 100,
    sigma_b: float = 0.1,
    learning_rate: float = 1e-3,
    max_steps: int = 6000,
    training_images: int = TRAINING_IMAGES,
) -> pd.DataFrame:
    """Train one network on noisy digits until its training set holds no error, and test it on clean labels.

    Parameters
    ----------
    sigma_w : float
        Weight scale of the random start; with ``sigma_b = 0.1`` networks are ordered below 1.19.
    noise : float
        Share of wrong training labels.
    seed : int
        Decides split and noise, and in a stream of its own the initial weights.
    layers, width : int
        Hidden tanh layers and their width.
    sigma_b : float
    learning_rate : float
        Of full-batch Adam.
    max_steps : int
    training_images : int

    Returns
    -------
    DataFrame
        One row: ``sigma_w``, ``noise``, ``layers``, ``width``, ``learning_rate``, ``seed``, ``test_error`` (clean
        labels), ``training_error`` (on the noisy labels; 0 when converged), ``clean_training_error`` (on the true
        labels of the training images), ``steps``, ``converged``.

    Raises
    ------
    ProblemError
        For fewer than one step.

    Examples
    --------
    >>> quick = dict(seed=0, layers=1, learning_rate=0.01, training_images=100)
    >>> [round(digits_task(1.0, wrong, **quick)["test_error"].item(), 1) for wrong in (0, 0.5)]  # of new images
    [0.1, 0.6]
    """
    if max_steps < 1:
        raise ProblemError("max_steps must be at least 1.")
    split = split_digits(noise, seed, training_images)
    architecture = digit_network(sigma_w, sigma_b, layers, width)
    weight_rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(3)[2])
    adam = Adam(architecture.initial(1, weight_rng), learning_rate)
    x = split.x_train[None]
    while True:
        values = forward(architecture, adam.theta, x)
        answers = values[-1][0].argmax(axis=1)
        training_error = float((answers != split.y_train).mean())
        if training_error == 0 or adam.steps == max_steps:
            break
        backward(architecture, adam.theta, values, softmax_slope(values[-1], split.y_train), adam.gradient)
        adam.step()
    tested = forward(architecture, adam.theta, split.x_test[None])[-1][0].argmax(axis=1)
    return pd.DataFrame(
        {
            "sigma_w": [sigma_w],
            "noise": noise,
            "layers": layers,
            "width": width,
            "learning_rate": learning_rate,
            "seed": seed,
            "test_error": float((tested != split.y_test).mean()),
            "training_error": training_error,
            "clean_training_error": float((answers != split.clean_train).mean()),
            "steps": adam.steps,
            "converged": training_error == 0,
        }
    )


def baseline_task(noise: float, seed: int, training_images: int = TRAINING_IMAGES) -> pd.DataFrame:
    """Test errors of simpler learners on the same split and the same noisy labels.

    Parameters
    ----------
    noise, seed, training_images
        As in `digits_task`.

    Returns
    -------
    DataFrame
        Columns ``learner`` (see `BASELINES`), ``noise``, ``seed``, ``test_error``.

    Examples
    --------
    >>> baseline_task(0.0, seed=0)["learner"].tolist() == list(BASELINES)
    True
    """
    split = split_digits(noise, seed, training_images)
    majority = np.bincount(split.y_train, minlength=CLASSES).argmax()
    errors = [float((split.y_test != majority).mean())]
    errors += [
        float((answers(model, split.x_train, split.y_train, split.x_test) != split.y_test).mean())
        for model in rivals(training_images).values()
    ]
    return pd.DataFrame({"learner": BASELINES, "noise": noise, "seed": seed, "test_error": errors})


def error_by_noise(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean test error with its standard error over seeds, per learner or network and noise level.

    Parameters
    ----------
    rows : DataFrame
        Rows of `digits_task` or of `baseline_task`. Networks that kept training errors are left out and counted.

    Returns
    -------
    DataFrame
        The grouping columns, ``seeds``, ``test_error``, ``test_error_se`` and ``unfinished``.
    """
    keys = ["learner", "noise"] if "learner" in rows else ["layers", "width", "learning_rate", "sigma_w", "noise"]
    missing = {*keys, "test_error"} - set(rows.columns)
    if missing:
        raise ProblemError(f"The rows lack {', '.join(sorted(missing))}; pass tables of digits_task or baseline_task.")
    done = rows["converged"] if "converged" in rows else pd.Series(True, index=rows.index)
    table = rows.assign(kept=rows["test_error"].where(done), failed=~done).groupby(keys, sort=True)
    return table.agg(
        seeds=("kept", "count"),
        test_error=("kept", "mean"),
        test_error_se=("kept", "sem"),
        unfinished=("failed", "sum"),
    ).reset_index()


def by_learner(results: pd.DataFrame, learning_rate: float) -> pd.DataFrame:
    """The committed experiment under the names of the chapter, networks by their phase (`PHASES`).

    Parameters
    ----------
    results : DataFrame
        The table of the experiment ``occam-digits``.
    learning_rate : float
        Networks trained at this rate; the other learners have none.

    Returns
    -------
    DataFrame
        ``learner``, ``noise``, ``seeds``, ``error`` and ``error_se`` (test error on clean labels).

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> clean = by_learner(load_result("occam-digits"), 0.001).query("noise == 0").set_index("learner")
    >>> clean["error"].loc[["ordered", "chaotic", "nearest neighbour"]].round(3).tolist()
    [0.034, 0.797, 0.013]
    """
    at = results[results["learning_rate"].isna() | (results["learning_rate"] == learning_rate)]
    rows = at.rename(columns={"test_error": "error", "test_error_se": "error_se"})
    rows["learner"] = rows["sigma_w"].map(PHASES).where(rows["sigma_w"].notna(), rows["learner"])
    return rows[["learner", "noise", "seeds", "error", "error_se"]].dropna(subset=["learner"]).reset_index(drop=True)
