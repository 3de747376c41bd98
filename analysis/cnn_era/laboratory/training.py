"""Training on scanned digits to a fixed accuracy, with a bill: multiply-adds and bytes until the target is met.

The digits are scikit-learn's: 1,797 images of 8 by 8 pixels (Alpaydin & Kaynak 1998). As in the public records, a run
is measured by what it spends until a validation set that it never trains on is answered well enough; looking at the
validation set is not on the bill. A test set that decides nothing says how much of the accuracy is luck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.cnn_era.laboratory.small_network import Design, SmallNetwork
from analysis.cnn_era.networks.traffic import Method, backward_bytes, forward_bytes
from analysis.kit.checking import used_share
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed
from analysis.occam.digits import images as scanned_digits

SEED = 20121001
TRAINING_IMAGES = 1000
VALIDATION_IMAGES = 397
TEST_IMAGES = 400
#: Share of the validation images that a run must answer.
TARGET = 0.97
#: Training images between two looks at the validation set.
LOOK = 100

Array = NDArray[Any]


@dataclass(frozen=True)
class Digits:
    """Images of shape (images, 8, 8, 1), float32, centred and in units of their spread, and labels from 0 to 9."""

    x_train: Array
    y_train: Array
    x_validation: Array
    y_validation: Array
    x_test: Array
    y_test: Array


@lru_cache(maxsize=1)
def digits() -> Digits:
    """The one split that all runs share: 1,000 images to train on, 397 to measure by, 400 to test.

    Examples
    --------
    >>> split = digits()
    >>> len(split.x_train), len(split.x_validation), len(split.x_test)
    (1000, 397, 400)
    """
    x, y = scanned_digits()
    order = np.random.default_rng(SEED).permutation(len(x))
    parts = np.split(order, [TRAINING_IMAGES, TRAINING_IMAGES + VALIDATION_IMAGES])
    centre, spread = x[parts[0]].mean(), x[parts[0]].std()
    images = ((x - centre) / spread).astype(np.float32).reshape(-1, 8, 8, 1)
    return Digits(*(array[part] for part in parts for array in (images, y)))


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Parameters
    ----------
    design : Design
    learning_rate : float
        At its peak.
    batch : int
        Images a step.
    epochs : int
        Length of the schedule, and the most that is spent.
    momentum : float
    schedule : {'constant', 'one-cycle'}
        The second rises for a quarter of the steps and falls to zero by a cosine (Smith & Topin 2017).
    shift : bool
        Move every training image by up to one pixel in each direction.
    method : {'loops', 'im2col', 'implicit'}
        How convolutions are computed, for the count of bytes; the numbers that come out agree to rounding.
    half : bool
        Half precision for all that is multiplied; weights are kept and updated in single precision.
    """

    design: Design = field(default_factory=Design)
    learning_rate: float = 0.02
    batch: int = 16
    epochs: int = 40
    momentum: float = 0.0
    schedule: Literal["constant", "one-cycle"] = "constant"
    shift: bool = False
    method: Method = "loops"
    half: bool = False

    def __post_init__(self) -> None:
        if not (self.learning_rate > 0 and 0 <= self.momentum < 1 and self.epochs >= 1):
            raise ProblemError("A recipe needs a positive rate, a momentum from 0 to below 1, and an epoch or more.")
        if not 1 <= self.batch <= TRAINING_IMAGES:
            raise ProblemError(f"A batch of {self.batch} is out of range; use 1 to {TRAINING_IMAGES} images.")

    @property
    def word(self) -> int:
        """Bytes of a number that is multiplied."""
        return 2 if self.half else 4

    @property
    def bytes_per_image(self) -> float:
        """Bytes that training moves for one image: passes of the layers, and the update of the weights.

        The update reads the gradient, reads and writes the weight and, with momentum, the velocity, in single
        precision, once a batch.
        """
        moved = 0
        for number, (layer, size) in enumerate(self.design.layers()):
            moved += forward_bytes(layer, size, self.batch, self.method, self.word)
            moved += backward_bytes(layer, size, self.batch, self.method, self.word, below=number > 0)
        update = 4 * (5 if self.momentum else 3) * self.design.parameters
        return (moved + update) / self.batch

    def rate(self, progress: float) -> float:
        """Learning rate when a share `progress` of the epochs is done.

        Examples
        --------
        >>> [round(Recipe(learning_rate=1, schedule="one-cycle").rate(t), 3) for t in (0, 0.125, 0.25, 0.625, 1)]
        [0.0, 0.5, 1.0, 0.5, 0.0]
        """
        if self.schedule == "constant":
            return self.learning_rate
        if progress < 0.25:
            return self.learning_rate * progress / 0.25
        return self.learning_rate * math.cos(math.pi / 2 * (progress - 0.25) / 0.75) ** 2


@dataclass(frozen=True)
class Outcome:
    """What a run spent and reached.

    Attributes
    ----------
    images : int or None
        Training images seen when the target was met; None if it never was.
    multiply_adds, bytes : float
        Spent until then, infinite if it never was.
    best : float
        Highest validation accuracy at any look.
    validation, test : float
        Accuracy at the end of the run.
    history : list of (int, float)
        Images seen and validation accuracy, at every look.
    network : SmallNetwork
        At the end of the run.
    """

    images: int | None
    multiply_adds: float
    bytes: float
    best: float
    validation: float
    test: float
    history: list[tuple[int, float]]
    network: SmallNetwork


def train(recipe: Recipe, seed: int, target: float = TARGET, *, stop: bool = True) -> Outcome:
    """Train a network by stochastic gradient descent until the target is met.

    Parameters
    ----------
    recipe : Recipe
    seed : int
        Decides start, order and shifts.
    target : float
        Validation accuracy.
    stop : bool
        Whether to stop there; otherwise the whole schedule is run, and the bill is still that of the target.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> first, again = (train(Recipe(epochs=2), seed=0, target=0.5) for _ in range(2))
    >>> first.images == again.images, first.history == again.history
    (True, True)
    """
    used_share(target, "a target")
    rng = np.random.default_rng(task_seed(SEED, seed))
    network = SmallNetwork(recipe.design, rng, half=recipe.half)
    seen = descend(network, recipe, rng, target, stop=stop)
    split = digits()
    reached = next((images for images, accuracy in seen if accuracy >= target), None)
    spent = math.inf if reached is None else reached
    return Outcome(
        images=reached,
        multiply_adds=spent * recipe.design.training_multiply_adds,
        bytes=spent * recipe.bytes_per_image,
        best=max(accuracy for _, accuracy in seen),
        validation=seen[-1][1],
        test=network.accuracy(split.x_test, split.y_test),
        history=seen,
        network=network,
    )


def descend(
    network: SmallNetwork, recipe: Recipe, rng: np.random.Generator, target: float, *, stop: bool = True
) -> list[tuple[int, float]]:
    """Train a network in place; the looks at the validation set, as (images seen, accuracy)."""
    split, count = digits(), TRAINING_IMAGES
    velocity = {key: np.zeros_like(array) for key, array in network.named()}
    gradient: dict[tuple[int, str], Array] = {}
    seen, looks, history = 0, 0, []
    order = np.empty(0, dtype=np.intp)
    while seen < recipe.epochs * count:
        if len(order) < recipe.batch:
            order = np.concatenate([order, rng.permutation(count)])
        chosen, order = order[: recipe.batch], order[recipe.batch :]
        images = split.x_train[chosen]
        network.loss(shifted(images, rng) if recipe.shift else images, split.y_train[chosen], gradient)
        rate = recipe.rate(min(1, (seen + recipe.batch / 2) / (recipe.epochs * count)))
        for key, array in network.named():
            velocity[key] *= recipe.momentum
            velocity[key] += gradient[key]
            array -= array.dtype.type(rate) * velocity[key]
        seen += recipe.batch
        if seen // LOOK > looks or seen >= recipe.epochs * count:
            looks = seen // LOOK
            history.append((seen, network.accuracy(split.x_validation, split.y_validation)))
            if stop and history[-1][1] >= target:
                break
    return history


def shifted(images: Array, rng: np.random.Generator) -> Array:
    """Each image moved by -1, 0 or 1 pixel in both directions; the edge fills what becomes free.

    Parameters
    ----------
    images : ndarray, shape (images, 8, 8, 1)

    Returns
    -------
    ndarray of the same shape
    """
    count, size = images.shape[:2]
    wide = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    down, right = rng.integers(0, 3, size=(2, count))
    rows = down[:, None] + np.arange(size)
    columns = right[:, None] + np.arange(size)
    return np.asarray(wide[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]])
