"""Learning new classes from a few examples of each, on the 8 x 8 digits of scikit-learn.

Six digits are the source and four are new. A network learns to tell digits of the source apart; its hidden layer is
then a description of any image. New digits are recognised by a few examples of each: an image belongs to the class
whose mean is nearest (Snell et al. 2017), or that a logistic regression says.
"""

from __future__ import annotations

import warnings
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.kit.arguments import count, several, with_columns
from analysis.kit.checking import finite
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed

Array = NDArray[Any]

DIGITS, NEW, HIDDEN = 10, 4, 128
SHOTS = (1, 2, 5, 10, 20, 50)
EPISODES, TESTED = 20, 50
PIXELS, RANDOM = "pixels", "random features"
#: Descriptions by the number of source digits that a network was trained to tell apart.
SIX, TWO = "trained on six digits", "trained on two digits"
LEARNED = {TWO: 2, SIX: 6}
DESCRIPTIONS = (PIXELS, RANDOM, *LEARNED)
NEAREST, LOGISTIC = "nearest mean", "logistic regression"
_SEED = 20261129


@dataclass(frozen=True)
class Episode:
    """Indices of the images from which new classes are learned, and of those on which that is tested."""

    learned: Array
    tested: Array


def episode(labels: Array, classes: Array, shots: int, rng: np.random.Generator, tested: int = TESTED) -> Episode:
    """Draw so many examples of each class to learn from, and others of each to test on; no image is in both.

    Parameters
    ----------
    labels : ndarray of int
        Class of each image.
    classes : ndarray of int
        Those that take part.
    shots, tested : int
        Images a class, 1 or more.
    rng : numpy.random.Generator

    Returns
    -------
    Episode

    Raises
    ------
    ProblemError
        For less than one image, or a class that has fewer images than are asked for.

    Examples
    --------
    >>> labels = np.repeat([0, 1], 10)
    >>> drawn = episode(labels, np.array([0, 1]), 2, np.random.default_rng(0), tested=5)
    >>> np.bincount(labels[drawn.learned]).tolist(), set(drawn.learned) & set(drawn.tested)
    ([2, 2], set())
    """
    shots, tested = (count(images, "a number of images") for images in (shots, tested))
    taken = several(classes, "the classes")
    if not taken or len(set(taken)) < len(taken):
        raise ProblemError("An episode needs one class or more, each named once.")
    learned, others = [], []
    for each in taken:
        images = np.flatnonzero(np.asarray(labels) == each)
        if len(images) < shots + tested:
            raise ProblemError(f"Class {each} has {len(images)} images, fewer than {shots} + {tested}; ask for fewer.")
        drawn = rng.permutation(images)
        learned.append(drawn[:shots])
        others.append(drawn[shots : shots + tested])
    return Episode(np.concatenate(learned), np.concatenate(others))


def nearest_mean(learned: Array, labels: Array, tested: Array) -> Array:
    """The class of each image: that whose mean description is nearest.

    Parameters
    ----------
    learned : ndarray, shape (images, features)
    labels : ndarray, shape (images,)
    tested : ndarray, shape (others, features)

    Returns
    -------
    ndarray

    Raises
    ------
    ProblemError
        If the descriptions do not fit each other or the labels.

    Examples
    --------
    >>> nearest_mean(np.array([[0.0], [1.0], [9.0]]), np.array([3, 3, 7]), np.array([[2.0], [8.0]])).tolist()
    [3, 7]
    """
    x, y, z = finite(learned, "a description"), np.asarray(labels), finite(tested, "a description")
    if x.ndim != 2 or z.ndim != 2 or x.shape[1] != z.shape[1] or y.shape != (len(x),) or not len(x):
        raise ProblemError("Each image needs one description, all equally long, and each learned one a label.")
    classes = np.unique(y)
    means = np.array([x[y == each].mean(axis=0) for each in classes])
    distances = ((z[:, None, :] - means) ** 2).sum(axis=2)
    return np.asarray(classes[distances.argmin(axis=1)])


def logistic(learned: Array, labels: Array, tested: Array) -> Array:
    """The class of each image by scikit-learn's logistic regression, with its usual penalty."""
    from sklearn.linear_model import LogisticRegression

    return np.asarray(LogisticRegression(max_iter=500).fit(learned, labels).predict(tested))


@lru_cache(maxsize=1)
def digits() -> tuple[Array, Array]:
    """Scikit-learn's 1,797 images, 64 numbers from 0 to 1 each, and their labels.

    Returns
    -------
    tuple of ndarray
        Images, shape (1797, 64), and labels, shape (1797,).

    Examples
    --------
    >>> images, labels = digits()
    >>> np.bincount(labels).tolist()  # of each digit about as many
    [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    """
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return np.asarray(images / 16), np.asarray(labels)


def split(seed: int) -> tuple[Array, Array]:
    """Six digits that are the source and four that are new, drawn by the seed.

    >>> source, new = split(0)
    >>> len(source), len(new), sorted([*source, *new]) == list(range(10))
    (6, 4, True)
    """
    drawn = np.random.default_rng(task_seed(_SEED, seed)).permutation(DIGITS)
    return drawn[NEW:], drawn[:NEW]


def describe(description: str, seed: int) -> Array:
    """Every image described in one way; what is learned is learned from the source digits of this seed's split.

    Parameters
    ----------
    description : str
        One of :data:`DESCRIPTIONS`: the pixels, a random ReLU layer, or the hidden layer of a trained network.
    seed : int

    Returns
    -------
    ndarray, shape (1797, 64 or 128)
    """
    if description not in DESCRIPTIONS:
        raise ProblemError(f"There is no description {description!r}; choose from {', '.join(DESCRIPTIONS)}.")
    images, labels = digits()
    if description == PIXELS:
        return images
    if description == RANDOM:
        weights = np.random.default_rng(task_seed(_SEED, seed, 1)).standard_normal((images.shape[1], HIDDEN))
        return np.maximum((images - images.mean()) @ weights / 8, 0)
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    source = split(seed)[0][: LEARNED[description]]
    seen = np.isin(labels, source)
    network = MLPClassifier((HIDDEN,), max_iter=100, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(images[seen], labels[seen])
    return np.asarray(np.maximum(images @ network.coefs_[0] + network.intercepts_[0], 0))


@dataclass(frozen=True)
class Task:
    """One description of the images, on one split of the digits."""

    description: str
    seed: int


def measured(task: Task) -> pd.DataFrame:
    """Accuracy on the new digits by number of examples.

    Parameters
    ----------
    task : Task

    Returns
    -------
    DataFrame
        Rows by ``description``, ``seed``, ``classifier`` and ``shots`` (a class): ``accuracy`` (share of the tested
        images that are recognised, mean over the episodes, which all descriptions of a seed share) and ``new`` (the
        new digits).
    """
    described, (_, labels), (_, new) = describe(task.description, task.seed), digits(), split(task.seed)
    rows = []
    for shots in SHOTS:
        rng = np.random.default_rng(task_seed(_SEED, task.seed, 2, shots))
        drawn = [episode(labels, new, shots, rng) for _ in range(EPISODES)]
        for name, classify in ((NEAREST, nearest_mean), (LOGISTIC, logistic)):
            right = [
                np.mean(classify(described[d.learned], labels[d.learned], described[d.tested]) == labels[d.tested])
                for d in drawn
            ]
            rows.append({"classifier": name, "shots": shots, "accuracy": np.mean(right)})
    named = dict(zip([each.name for each in fields(Task)], astuple(task), strict=True))
    return pd.DataFrame([named | row for row in rows]).assign(new="".join(map(str, sorted(new))))


def behind_pixels(table: pd.DataFrame) -> pd.DataFrame:
    """How far each description stays behind the pixels, on the same images.

    Parameters
    ----------
    table : DataFrame
        Of :func:`measured`, all descriptions and splits.

    Returns
    -------
    DataFrame
        Rows by ``classifier``, ``description`` and ``shots``: ``behind`` (accuracy of the pixels less that of the
        description, mean over splits), ``error`` (standard error over splits), ``half``
        (half of its interval of 95 %), ``splits`` and ``ahead`` (splits in
        which the description is better than the pixels).

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> gaps = behind_pixels(load_result("toolbox-digits")).query("shots == 1 and classifier == 'nearest mean'")
    >>> gaps.set_index("description")["behind"].round(2).to_dict()
    {'random features': 0.04, 'trained on six digits': 0.07, 'trained on two digits': 0.1}
    """
    with_columns(table, ["classifier", "shots", "seed", "description", "accuracy"], "a table of accuracies")
    wide = table.pivot_table(index=["classifier", "shots", "seed"], columns="description", values="accuracy")
    found = []
    for description in wide.columns.drop(PIXELS):
        gap = (wide[PIXELS] - wide[description]).groupby(["classifier", "shots"])
        rows = pd.DataFrame({"behind": gap.mean(), "error": gap.std() / np.sqrt(gap.count()), "splits": gap.count()})
        rows["half"] = stats.t.ppf(0.975, rows["splits"] - 1) * rows["error"]
        rows["ahead"] = (wide[PIXELS] < wide[description]).groupby(["classifier", "shots"]).sum()
        found.append(rows.reset_index().assign(description=description))
    return pd.concat(found, ignore_index=True)
