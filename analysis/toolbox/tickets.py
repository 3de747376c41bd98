"""Training networks with few weights: tickets, masks alone, random masks, and small dense networks.

Frankle & Carbin 2019 train a network, prune it, set what stays back to its first random values (the **ticket**), and
train again. What is the ticket's worth made of? Four other networks of as many weights tell: one that is pruned and
simply trained on, one with the same mask and other random values, one with a random mask that keeps as many weights in
each layer, and a small network without any mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kit.arguments import with_columns
from analysis.kit.checking import used_share
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed
from analysis.scaling.corpus import standard_library
from analysis.scaling.language_model import LanguageModel, Training, sampler
from analysis.toolbox.base import BATCH, MODEL, WEIGHT_DECAY, base_network, held_out_loss, initial
from analysis.toolbox.base import STEPS as BASE_STEPS
from analysis.toolbox.optimisers import mean_interval
from analysis.toolbox.sparsity import keep_largest_everywhere, random_mask

Array = NDArray[Any]
Mask = NDArray[np.bool_]

_SEED = 20261128
STEPS = 3_000
KEPT = 0.1
#: Steps of a small network that trains as long as all others together with the network that gave their mask.
LONG = STEPS + BASE_STEPS
#: The seed on which learning rates are tuned; conclusions are drawn on the others, :data:`base.SEEDS`.
TUNING_SEED = 5
TRAINED_ON, TICKET, MASK_ALONE, RANDOM_MASK, SMALL = (
    "pruned and trained on",
    "ticket",
    "its mask, new weights",
    "random mask",
    "small network",
)
#: The networks of about as many weights that are compared.
KINDS = (TRAINED_ON, TICKET, MASK_ALONE, RANDOM_MASK, SMALL)
#: What a small network is called that trains for :data:`LONG` steps.
SMALL_LONG = "small network, longer"
#: Level of the intervals.
LEVEL = 0.95
#: The learning rates of a comparison: each network's own best, or the full network's, at which none was tuned.
OWN, FULL = "its own", "the full network's"


def pruned_masks(model: LanguageModel, theta: Array, kept: float) -> list[Mask]:
    """Of each of the three layers, which weights are among the largest of the whole network.

    Parameters
    ----------
    model : LanguageModel
    theta : ndarray, shape (total_parameters,)
    kept : float
        Share of all weights that stays; biases and embedding stay whole.

    Returns
    -------
    list of ndarray of bool
    """
    return keep_largest_everywhere([np.abs(weights) for weights in model.views(theta)[1::2]], kept)


def masked(model: LanguageModel, theta: Array, masks: Sequence[Mask]) -> Array:
    """A copy of the parameters in which the masks' other weights are zero."""
    result = theta.copy()
    for weights, mask in zip(model.views(result)[1::2], masks, strict=True):
        weights[:] *= mask
    return result


def small_width(kept: float, model: LanguageModel = MODEL) -> int:
    """Width of the dense network whose parameters come nearest to those of a `model` that keeps a share of its weights.

    Examples
    --------
    >>> small_width(0.1)
    17
    """
    weights = sum(np.prod(shape) for shape in model.shapes[1::2])
    wanted = model.parameters - weights * (1 - float(used_share(kept, "a share of weights kept")))
    return min(range(1, model.width + 1), key=lambda width: abs(LanguageModel(width).parameters - wanted))


@dataclass(frozen=True)
class SparseRun:
    """One training of a network with few weights.

    Parameters
    ----------
    kind : str
        Of :data:`KINDS`.
    learning_rate : float
        At its peak.
    seed : int
        Of the base network; runs of one seed see the same windows.
    steps : int
    kept : float

    Examples
    --------
    >>> SparseRun("ticket", 0.01, 0).parameters, SparseRun("small network", 0.01, 0).parameters
    (6496, 6403)
    """

    kind: str
    learning_rate: float
    seed: int
    steps: int = STEPS
    kept: float = KEPT

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ProblemError(f"There is no network {self.kind!r}; choose of {', '.join(KINDS)}.")

    @property
    def model(self) -> LanguageModel:
        """The shape that is trained: the base network's, or a smaller one."""
        return LanguageModel(small_width(self.kept)) if self.kind == SMALL else MODEL

    @property
    def parameters(self) -> int:
        """Parameters outside the embedding that may differ from zero."""
        if self.kind == SMALL:
            return self.model.parameters
        weights = sum(int(np.prod(shape)) for shape in MODEL.shapes[1::2])
        return MODEL.parameters - weights + round(self.kept * weights)

    def start(self) -> tuple[Array, list[Mask]]:
        """Where training begins, and which weights it may move."""
        rng = np.random.default_rng(task_seed(_SEED, 0, self.seed))
        if self.kind == SMALL:
            theta = self.model.initial(rng)
            return theta, [np.ones(weights.shape, bool) for weights in self.model.views(theta)[1::2]]
        model, trained = base_network(self.seed)
        masks = pruned_masks(model, trained, self.kept)
        if self.kind == RANDOM_MASK:
            masks = [random_mask(mask.shape, mask.mean(), rng) for mask in masks]
        first = {TRAINED_ON: trained, TICKET: initial(self.seed)}
        return masked(model, first[self.kind] if self.kind in first else model.initial(rng), masks), masks

    def train(self) -> Array:
        """Train it on the standard library; what is masked stays zero at every step."""
        theta, masks = self.start()
        draw = sampler(standard_library().train, BATCH, np.random.default_rng(task_seed(_SEED, 1, self.seed)))
        training = Training(self.model, theta, draw, self.steps, self.learning_rate, weight_decay=WEIGHT_DECAY)
        layers = self.model.views(training.theta)[1::2]
        for _ in range(self.steps):
            training.advance(1)
            for weights, mask in zip(layers, masks, strict=True):
                weights *= mask
        return training.theta


def trained_run(run: SparseRun) -> pd.DataFrame:
    """Train one network and score it.

    Returns
    -------
    DataFrame
        One row: ``kind``, ``learning_rate``, ``seed``, ``steps``, ``kept``, ``parameters``, ``loss`` (held out, nats a
        symbol) and ``full_loss`` of the base network that was not pruned.
    """
    model, full = base_network(run.seed)
    return pd.DataFrame(
        {
            "kind": [run.kind],
            "learning_rate": run.learning_rate,
            "seed": run.seed,
            "steps": run.steps,
            "kept": run.kept,
            "parameters": run.parameters,
            "loss": held_out_loss(run.model, run.train()),
            "full_loss": held_out_loss(model, full),
        }
    )


def best_rates(table: pd.DataFrame) -> dict[str, float]:
    """The learning rate of each kind of network with the least loss on :data:`TUNING_SEED`."""
    tuning = table[(table["seed"] == TUNING_SEED) & (table["steps"] == STEPS)]
    if tuning.empty:
        raise ProblemError(f"The table has no run of seed {TUNING_SEED}, on which learning rates are tuned; run it.")
    least = tuning.loc[tuning.groupby("kind")["loss"].idxmin()]
    return dict(zip(least["kind"], least["learning_rate"], strict=True))


def ticket_runs(table: pd.DataFrame, full_rate: float) -> pd.DataFrame:
    """The runs from which conclusions are drawn, by learning rate: a row a network, choice of rate and seed.

    Parameters
    ----------
    table : DataFrame
        Of the experiment ``toolbox-tickets``.
    full_rate : float
        Learning rate of the full network.

    Returns
    -------
    DataFrame
        Columns ``name`` (of :data:`KINDS`, or :data:`SMALL_LONG`), ``rate`` (:data:`OWN` or :data:`FULL`),
        ``learning_rate``, ``seed``, ``loss``, ``full_loss``. The longer network is there at its own rate only.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> runs = ticket_runs(load_result("toolbox-tickets"), full_rate=0.006)
    >>> runs.groupby("name")["loss"].mean().loc[["ticket", "random mask"]].round(2).to_dict()
    {'ticket': 1.85, 'random mask': 1.98}
    """
    with_columns(table, ["kind", "learning_rate", "seed", "steps", "loss", "full_loss"], "a table of trained networks")
    best = best_rates(table)
    rows = table[table["seed"] != TUNING_SEED]
    own = rows[np.isclose(rows["learning_rate"], rows["kind"].map(best))].assign(rate=OWN)
    full = rows[np.isclose(rows["learning_rate"], full_rate)].assign(rate=FULL)
    both = pd.concat([own, full], ignore_index=True)
    both["name"] = np.where(both["steps"] == LONG, SMALL_LONG, both["kind"])
    return both[["name", "rate", "learning_rate", "seed", "loss", "full_loss"]]


def advantage(
    rows: pd.DataFrame, first: str, second: str, rate: str = OWN, level: float = LEVEL
) -> tuple[float, float]:
    """How much less loss the first network has than the second, paired by seed, and half of its interval (Student's t).

    Parameters
    ----------
    rows : DataFrame
        As :func:`ticket_runs` gives them.
    first, second : str
        Names of networks.
    rate : str
        :data:`OWN` or :data:`FULL`.
    level : float
        Of the interval.

    Returns
    -------
    (float, float)
        Nats a symbol.

    Raises
    ------
    ProblemError
        If there is one pair only, or no such network.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["ticket"] * 3 + ["random mask"] * 3, "rate": OWN, "seed": [0, 1, 2] * 2,
    ...                      "loss": [1.8, 1.7, 1.9, 1.9, 1.8, 2.0]})
    >>> better, half = advantage(rows, "ticket", "random mask")
    >>> round(better, 6), round(half, 6)
    (0.1, 0.0)
    """
    losses = rows[rows["rate"] == rate].pivot(index="seed", columns="name", values="loss")
    for name in (first, second):
        if name not in losses:
            raise ProblemError(f"There is no network {name!r} at {rate} learning rate; choose of {list(losses)}.")
    gain = (losses[second] - losses[first]).dropna()
    if len(gain) < 2:
        raise ProblemError("One pair of runs has no spread; compare on two seeds or more.")
    mean, low, _ = mean_interval(gain, level)
    return mean, mean - low
