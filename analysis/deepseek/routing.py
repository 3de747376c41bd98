r"""Which experts a token goes to: top-k routing, its groups, and a bias that balances the load without a loss term.

Each token has an affinity to every expert and is sent to the k best. DeepSeek-V3 first keeps the 4 best of 8 groups
(nodes) of experts, which bounds the traffic, and adds to the affinities, for the choice alone, a bias that moves by
gamma a step against the load:

.. math:: b_i \leftarrow b_i + \gamma \operatorname{sign}(\bar c - c_i)

References
----------
DeepSeek-AI (2024), DeepSeek-V3 technical report, arXiv:2412.19437, section 2.1.2.
Wang et al. (2024), Auxiliary-loss-free load balancing strategy for mixture-of-experts, arXiv:2408.15664.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit.checking import positive
from analysis.kit.errors import ProblemError

#: Experts of a group whose affinities are summed to judge the group: those that each of the 4 groups gets of the 8.
BEST_OF_GROUP = 2
CAPACITY_FACTOR = 1.25


@dataclass(frozen=True)
class Router:
    """The choice of experts.

    Parameters
    ----------
    experts : int
    chosen : int
        Experts a token, k.
    groups : int
        Equal groups of experts, each on a node; divides `experts`.
    groups_allowed : int
        Most groups a token may go to; equal to `groups` for no limit.

    Raises
    ------
    ProblemError
        If the groups do not divide the experts or hold fewer than are chosen.

    Examples
    --------
    >>> v3 = Router()
    >>> print(f"{v3.chosen} of {v3.experts} experts, on {v3.groups_allowed} of {v3.groups} nodes at most")
    8 of 256 experts, on 4 of 8 nodes at most
    """

    experts: int = 256
    chosen: int = 8
    groups: int = 8
    groups_allowed: int = 4

    def __post_init__(self) -> None:
        if min(self.experts, self.chosen, self.groups, self.groups_allowed) < 1 or self.experts % self.groups:
            raise ProblemError(f"{self.groups} groups do not divide {self.experts} experts; choose a divisor.")
        if self.groups_allowed > self.groups or self.chosen > self.groups_allowed * self.experts // self.groups:
            raise ProblemError(
                f"{self.groups_allowed} of {self.groups} groups cannot give {self.chosen} of {self.experts} experts; "
                "allow more groups or choose fewer experts."
            )

    def without_limit(self) -> Router:
        """The same router with every group allowed."""
        return replace(self, groups_allowed=self.groups)


#: The router of DeepSeek-V3: eight of 256 experts, on at most four of eight nodes.
DEEPSEEK_V3 = Router()


def route(affinity: ArrayLike, router: Router = DEEPSEEK_V3, bias: ArrayLike | None = None) -> NDArray[Any]:
    """Experts that each token is sent to.

    Parameters
    ----------
    affinity : array_like, shape (tokens, experts)
        Larger is better.
    router : Router
    bias : array_like, shape (experts,), optional
        Added to the affinities for the choice.

    Returns
    -------
    ndarray of int, shape (tokens, chosen)

    Raises
    ------
    ProblemError
        If the affinities do not fit the router.

    Examples
    --------
    The third best expert lies in the other group and is out of reach when one group is allowed:

    >>> route([[0.9, 0.8, 0.1, 0.7]], Router(4, 2, groups=2, groups_allowed=1)).tolist()
    [[0, 1]]
    """
    scores = np.asarray(affinity, dtype=float)
    if scores.ndim != 2 or scores.shape[1] != router.experts:
        raise ProblemError(f"Affinities of shape {scores.shape} do not fit {router.experts} experts; one column each.")
    if bias is not None:
        scores = scores + np.asarray(bias)
    if router.groups_allowed < router.groups:
        grouped = scores.reshape(len(scores), router.groups, -1)
        worth = -np.sort(-grouped, axis=2)[:, :, :BEST_OF_GROUP].sum(axis=2)
        kept = np.argpartition(-worth, router.groups_allowed - 1, axis=1)[:, : router.groups_allowed]
        allowed = np.zeros(worth.shape, dtype=bool)
        np.put_along_axis(allowed, kept, True, axis=1)
        scores = np.where(allowed[:, :, None], grouped, -np.inf).reshape(scores.shape)
    return np.sort(np.argpartition(-scores, router.chosen - 1, axis=1)[:, : router.chosen], axis=1)


def expert_loads(choices: ArrayLike, router: Router = DEEPSEEK_V3) -> NDArray[Any]:
    """Tokens of each expert; they sum to k times the tokens.

    Parameters
    ----------
    choices : array_like of int, shape (tokens, k)
        Of :func:`route`.
    router : Router

    Returns
    -------
    ndarray of int, shape (experts,)
        Tokens.

    Examples
    --------
    >>> expert_loads([[0, 1], [0, 3]], Router(4, 2, 1, 1)).tolist()
    [2, 1, 0, 1]
    """
    return np.bincount(np.asarray(choices).ravel(), minlength=router.experts)


def nodes_touched(choices: ArrayLike, router: Router = DEEPSEEK_V3) -> NDArray[Any]:
    """Groups (nodes) that each token is sent to.

    >>> nodes_touched([[0, 1], [0, 3]], Router(4, 2, 2, 2)).tolist()
    [1, 2]
    """
    groups = np.sort(np.asarray(choices) // (router.experts // router.groups), axis=1)
    return 1 + (np.diff(groups, axis=1) > 0).sum(axis=1)


def imbalance(loads: ArrayLike) -> float:
    """Load of the busiest expert over the mean: how long all others wait for it."""
    counts = np.asarray(loads, dtype=float)
    return float(counts.max() / counts.mean())


def variation(loads: ArrayLike) -> float:
    """Coefficient of variation of the loads: standard deviation over mean."""
    counts = np.asarray(loads, dtype=float)
    return float(counts.std() / counts.mean())


def dropped_share(loads: ArrayLike, capacity_factor: float) -> float:
    """Share of the assignments lost if an expert takes at most `capacity_factor` times the mean load.

    >>> dropped_share([4, 2, 0, 2], 1.5)
    0.125
    """
    positive(capacity_factor, "a capacity factor")
    counts = np.asarray(loads, dtype=float)
    return float(np.maximum(counts - capacity_factor * counts.mean(), 0).sum() / counts.sum())


def updated_bias(bias: ArrayLike, loads: ArrayLike, speed: float = 0.001) -> NDArray[Any]:
    """The bias after a step: up by `speed` for the experts below the mean load, down for those above.

    Parameters
    ----------
    bias : array_like, shape (experts,)
        Added to the affinities when experts are chosen.
    loads : array_like, shape (experts,)
        Of :func:`expert_loads`.
    speed : float
        Of the update.

    Returns
    -------
    ndarray, shape (experts,)

    Examples
    --------
    >>> updated_bias([0.0, 0.0, 0.0], [5, 1, 3], 0.1).tolist()
    [-0.1, 0.1, 0.0]
    """
    counts = np.asarray(loads, dtype=float)
    return np.asarray(bias, dtype=float) + speed * np.sign(counts.mean() - counts)


@dataclass(frozen=True)
class Traffic:
    """A source of tokens whose affinities are uneven, as those of an untended router become.

    The logit of a token for an expert is the popularity of the expert, plus the taste of the token's topic, plus
    noise of its own; the affinity is its sigmoid, as in DeepSeek-V3.

    Parameters
    ----------
    popularity, taste : ndarray, shapes (experts,) and (topics, experts)
    frequency : ndarray, shape (topics,)
        Shares of the topics.
    """

    popularity: NDArray[Any]
    taste: NDArray[Any]
    frequency: NDArray[Any]

    @classmethod
    def draw(
        cls, rng: np.random.Generator, experts: int = 256, topics: int = 32, popularity: float = 0.5, taste: float = 0.5
    ) -> Traffic:
        """Normal popularity and taste of these standard deviations; topics of Zipf's frequencies."""
        frequency = 1 / np.arange(1, topics + 1)
        return cls(
            popularity * rng.standard_normal(experts),
            taste * rng.standard_normal((topics, experts)),
            frequency / frequency.sum(),
        )

    def affinity(self, rng: np.random.Generator, tokens: int) -> NDArray[Any]:
        """Affinities of shape (tokens, experts), between 0 and 1."""
        topic = rng.choice(len(self.frequency), size=tokens, p=self.frequency)
        logits = self.popularity + self.taste[topic] + rng.standard_normal((tokens, len(self.popularity)))
        return 1 / (1 + np.exp(-logits))


def balance_run(
    seed: np.random.SeedSequence | int,
    steps: int = 400,
    tokens: int = 1024,
    router: Router = DEEPSEEK_V3,
    speed: float = 0.001,
    every: int = 1,
    capacity_factor: float = CAPACITY_FACTOR,
) -> pd.DataFrame:
    """Balance over the steps of a training, with the bias updated after each.

    Parameters
    ----------
    seed : SeedSequence or int
    steps, tokens : int
        Steps, and tokens in each.
    router : Router
    speed : float
        Of the bias, gamma; 0 leaves it out.
    every : int
        Steps between two rows.
    capacity_factor : float
        For the column ``dropped``.

    Returns
    -------
    DataFrame
        Columns ``step``, ``imbalance``, ``variation``, ``dropped``, ``nodes``.
    """
    if min(steps, tokens, every) < 1 or speed < 0:
        raise ProblemError("A run needs at least one step and one token, and a speed of 0 or more; correct it.")
    rng = np.random.default_rng(seed)
    traffic = Traffic.draw(rng, router.experts)
    bias = np.zeros(router.experts)
    rows = []
    for step in range(steps):
        choices = route(traffic.affinity(rng, tokens), router, bias)
        loads = expert_loads(choices, router)
        if step % every == 0 or step == steps - 1:
            nodes = nodes_touched(choices, router).mean()
            rows.append((step, imbalance(loads), variation(loads), dropped_share(loads, capacity_factor), nodes))
        bias = updated_bias(bias, loads, speed)
    return pd.DataFrame(rows, columns=["step", "imbalance", "variation", "dropped", "nodes"])
