"""How well trained networks generalise on Boolean targets, simple and complex, fair and unfair.

Three ensembles of targets are compared, because they lead to different readings:

- *imbalanced*: random functions with ``k`` ones, as in the paper. Low complexity there means few ones, so always
  answering the majority class is already nearly right;
- *balanced*: functions with 48 to 80 ones that random networks compute, sorted by complexity. A majority guess is
  of no use there, so what a network gets right it owes to structure;
- *trees*: as balanced, but computed by random decision trees, so that no network chose the targets.

Every function here is one independent, seeded task that returns a small table with one row a network; tasks with
the same seed see the same targets and training sets whatever the network, so that their errors can be paired.

References
----------
Mingard, Rees, Valle-Pérez & Louis (2025), Nature Communications 16, doi 10.1038/s41467-024-54813-x, Fig. 1c.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.facts import Fact
from analysis.occam.boolean import all_inputs, unpack
from analysis.occam.complexity import k_lz
from analysis.occam.networks import NetworkEnsemble
from analysis.occam.training import Architecture, train

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
Complexity = Callable[[BoolArray], NDArray[np.float64]]

ENSEMBLES = ("imbalanced", "balanced", "trees")
#: Edges of the complexity bins of Fig. 1c of the paper (bits).
COMPLEXITY_BINS = (0.0, 30.0, 60.0, 90.0, 120.0, 140.0, 180.0)
#: The random networks whose functions serve as balanced targets: 7-40-40-1, ReLU.
PRIOR = NetworkEnsemble()
#: The same network, to be trained.
SHALLOW = Architecture(PRIOR.shape, PRIOR.activation, PRIOR.sigma_w, PRIOR.sigma_b)


#: What the chapter calls the weight scales that the experiments compare, with biases of 0.1 (`mean_field`).
PHASES = {1.0: "ordered", 2.0: "mildly chaotic", 8.0: "chaotic"}


def deep_tanh(sigma_w: float, sigma_b: float = 0.1, layers: int = 10, width: int = 40, n: int = 7) -> Architecture:
    """The paper's network for order and chaos: ten hidden tanh layers of width 40.

    Parameters
    ----------
    sigma_w, sigma_b : float
        Scales of weights (positive) and biases (0 or more) at the start.
    layers, width : int
        Hidden layers and neurons in each.
    n : int
        Inputs.

    Returns
    -------
    Architecture
        What :func:`generalisation_task` trains.

    Examples
    --------
    >>> deep_tanh(8.0).widths
    (7, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 1)
    """
    return Architecture((n, *(width,) * layers, 1), "tanh", sigma_w, sigma_b)


def imbalanced_targets(count: int, rng: np.random.Generator, n: int = 7) -> BoolArray:
    """The paper's targets: random functions with k ones.

    ``k`` is drawn log-uniformly from 1 to ``2**(n-1)``, so that every complexity occurs often.

    Parameters
    ----------
    count : int
    rng : numpy.random.Generator
    n : int
        Number of inputs.

    Returns
    -------
    ndarray of bool, shape (count, 2**n)
    """
    size = 2**n
    ones = np.rint(np.exp(rng.random(count) * np.log(size / 2))).astype(np.int64)
    rank = np.argsort(np.argsort(rng.random((count, size)), axis=1), axis=1)
    return np.asarray(rank < ones[:, None])


def balanced_targets(
    count: int,
    rng: np.random.Generator,
    complexity: Complexity = k_lz,
    bins: Sequence[float] = COMPLEXITY_BINS,
    ensemble: NetworkEnsemble = PRIOR,
) -> BoolArray:
    """Structured targets with as many ones as zeros (3/8 to 5/8), spread evenly over complexity.

    Random networks of another architecture than the trained ones are drawn until 40 candidates a target are
    found (at least 400); each target comes from a bin of complexity chosen uniformly among those that hold candidates.

    Parameters
    ----------
    count : int
    rng : numpy.random.Generator
    complexity : callable
        Maps truth tables (count, 2**n) to complexities in bits.
    bins : sequence of float
        Increasing edges of the complexity bins.
    ensemble : NetworkEnsemble
        Random networks that the targets are drawn from.

    Returns
    -------
    ndarray of bool, shape (count, 2**n)
    """
    seed = int(rng.integers(2**31))
    chunks = (unpack(ensemble.sample(seed, chunk), ensemble.inputs) for chunk in itertools.count())
    return _spread(count, rng, lambda: next(chunks), complexity, bins, 40 * count)


def tree_targets(
    count: int,
    rng: np.random.Generator,
    complexity: Complexity = k_lz,
    bins: Sequence[float] = COMPLEXITY_BINS,
    n: int = 7,
) -> BoolArray:
    """Structured targets as in `balanced_targets`, computed by random decision trees of depth 1 to n - 1.

    Each node asks for an input not yet asked on its path, chosen at random; each leaf answers with a fair coin.
    """
    x = all_inputs(n).astype(bool)

    def tree(depth: int, rows: IntArray, free: list[int], table: BoolArray) -> None:
        if depth == 0:
            table[rows] = rng.random() < 0.5
            return
        asked = free[rng.integers(len(free))]
        rest = [i for i in free if i != asked]
        answer = x[rows, asked]
        tree(depth - 1, rows[answer], rest, table)
        tree(depth - 1, rows[~answer], rest, table)

    def draw() -> BoolArray:
        tables = np.zeros((128, 2**n), dtype=bool)
        for table in tables:
            tree(int(rng.integers(1, n)), np.arange(2**n), list(range(n)), table)
        return tables

    return _spread(count, rng, draw, complexity, bins, 6 * count)


def balanced_ones(n: int = 7) -> tuple[int, int]:
    """The fewest and the most ones of a balanced function: 3/8 and 5/8 of its truth table.

    >>> balanced_ones()
    (48, 80)
    """
    return 3 * 2**n // 8, 5 * 2**n // 8


def _spread(
    count: int,
    rng: np.random.Generator,
    draw: Callable[[], BoolArray],
    complexity: Complexity,
    bins: Sequence[float],
    pool_size: int,
) -> BoolArray:
    """Balanced functions out of ``draw``, uniform over the complexity bins that hold at least 5 of them."""
    found: list[BoolArray] = []
    while sum(map(len, found)) < max(400, pool_size):
        tables = draw()
        least, most = balanced_ones(int(np.log2(tables.shape[1])))
        ones = tables.sum(axis=1)
        found.append(tables[(ones >= least) & (ones <= most)])
    pool = np.unique(np.concatenate(found), axis=0)
    pool = pool[rng.permutation(len(pool))]
    bin_of = np.digitize(complexity(pool), bins)
    members = [np.flatnonzero(bin_of == b) for b in range(1, len(bins))]
    members = [m for m in members if len(m) >= 5]
    if not members:
        raise ProblemError("No complexity bin holds five balanced functions; widen the bins or ask for more targets.")
    which = rng.integers(len(members), size=count)
    return pool[[members[w][rng.integers(len(members[w]))] for w in which]]


def random_training_sets(count: int, m: int, rng: np.random.Generator, n: int = 7) -> IntArray:
    """``count`` random training sets of ``m`` different inputs each; shape (count, m)."""
    if not 1 <= m < 2**n:
        raise ProblemError(f"A training set needs 1 to {2**n - 1} of the {2**n} inputs, not {m}.")
    return np.argsort(rng.random((count, 2**n)), axis=1)[:, :m]


def unseen_errors(predictions: BoolArray, targets: BoolArray, sets: IntArray) -> NDArray[np.float64]:
    """Share of the inputs outside its training set that each network gets wrong; shape (count,)."""
    wrong = predictions != targets
    np.put_along_axis(wrong, sets, False, axis=1)
    return np.asarray(wrong.sum(axis=1) / (targets.shape[1] - sets.shape[1]))


def majority_errors(targets: BoolArray, sets: IntArray) -> NDArray[np.float64]:
    """Off-training error of always answering the more frequent class of the training set (ties: half each)."""
    labels = np.take_along_axis(targets, sets, axis=1).mean(axis=1)
    unseen_ones = (targets.sum(axis=1) - labels * sets.shape[1]) / (targets.shape[1] - sets.shape[1])
    return np.asarray(np.where(labels > 0.5, 1 - unseen_ones, np.where(labels < 0.5, unseen_ones, 0.5)))


def targets_and_sets(
    ensemble: str, seed: int, count: int, m: int, n: int = 7, complexity: Complexity = k_lz
) -> tuple[BoolArray, IntArray, np.random.Generator]:
    """Targets of one ensemble and their training sets, the same for every learner, and a generator for the weights.

    Parameters
    ----------
    ensemble : {'imbalanced', 'balanced', 'trees'}
    seed, count, m, n : int
        Number of targets, size of each training set, number of inputs.
    complexity : callable
        Complexity of truth tables in bits.

    Returns
    -------
    targets : ndarray of bool, shape (count, 2**n)
    sets : ndarray of int, shape (count, m)
    rng : numpy.random.Generator
        Of a stream of its own, for initial weights.

    Raises
    ------
    ProblemError
        For an unknown ensemble, no target or an impossible size of training set.
    """
    if ensemble not in ENSEMBLES:
        raise ProblemError(f"Unknown target ensemble {ensemble!r}; use one of {', '.join(ENSEMBLES)}.")
    if count < 1:
        raise ProblemError(f"{count} networks cannot be trained; ask for at least 1.")
    target_rng, weight_rng = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    if ensemble == "imbalanced":
        targets = imbalanced_targets(count, target_rng, n)
    else:
        draw = balanced_targets if ensemble == "balanced" else tree_targets
        targets = draw(count, target_rng, complexity)
    return targets, random_training_sets(count, m, target_rng, n), weight_rng


def generalisation_task(
    ensemble: str,
    architecture: Architecture,
    seed: int,
    networks: int,
    *,
    m: int = 64,
    learning_rate: float = 3e-3,
    max_steps: int = 4000,
    complexity: Complexity = k_lz,
) -> pd.DataFrame:
    """Train networks on targets of one ensemble to zero error, and test them on the inputs they have not seen.

    Parameters
    ----------
    ensemble : {'imbalanced', 'balanced', 'trees'}
    architecture : Architecture
        For example ``deep_tanh(1.0)`` (ordered) or ``deep_tanh(8.0)`` (chaotic).
    seed : int
        Decides the targets and training sets, and, in a stream of its own, the initial weights.
    networks : int
        Each has its own target and training set.
    m : int
        Training set size.
    learning_rate : float
        Of Adam. The result for chaotic networks depends on it: the larger, the further a network moves from its
        chaotic start.
    max_steps : int
    complexity : callable
        Complexity of truth tables in bits.

    Returns
    -------
    DataFrame
        One row a network: ``ensemble``, ``sigma_w``, ``learning_rate``, ``seed``, ``complexity`` (K of the target,
        bits), ``ones`` (of the target), ``error`` and ``majority_error`` (share of the unseen inputs),
        ``learned_complexity`` (K of the learned function), ``steps`` and ``converged``.

    Examples
    --------
    >>> task = generalisation_task("imbalanced", SHALLOW, seed=0, networks=4).sort_values("complexity")
    >>> task[["complexity", "error"]].round(1).values.tolist()  # the simpler the target, the fewer the errors
    [[28.0, 0.0], [38.5, 0.0], [91.0, 0.2], [143.5, 0.5]]
    """
    targets, sets, weight_rng = targets_and_sets(ensemble, seed, networks, m, architecture.widths[0], complexity)
    result = train(architecture, targets, sets, weight_rng, learning_rate=learning_rate, max_steps=max_steps)
    return pd.DataFrame(
        {
            "ensemble": ensemble,
            "sigma_w": architecture.sigma_w,
            "learning_rate": learning_rate,
            "seed": seed,
            "complexity": complexity(targets),
            "ones": targets.sum(axis=1),
            "error": unseen_errors(result.functions, targets, sets),
            "majority_error": majority_errors(targets, sets),
            "learned_complexity": complexity(result.functions),
            "steps": result.steps,
            "converged": result.converged,
        }
    )


def error_by_complexity(rows: pd.DataFrame, bins: Sequence[float] = COMPLEXITY_BINS) -> pd.DataFrame:
    """Mean errors per bin of target complexity, with standard errors, beside the majority guess.

    Parameters
    ----------
    rows : DataFrame
        What `generalisation_task` or `rivals_task` returned, any number of tasks concatenated. Networks that did not
        reach zero training error are left out and counted.
    bins : sequence of float
        Increasing edges; a bin holds its lower edge and not its upper.

    Returns
    -------
    DataFrame
        Per ensemble, learner (*network*, or the name of a rival), sigma_w, learning_rate (missing for rivals) and bin:
        ``complexity_low``, ``complexity_high``, ``networks``, ``error``, ``error_se``, ``majority_error``,
        ``majority_error_se``, ``gain`` (majority error minus error, paired), ``gain_se`` and ``unfinished``.
    """
    missing = {"ensemble", "complexity", "error", "majority_error", "converged"} - set(rows.columns)
    if missing:
        raise ProblemError(f"The rows lack {', '.join(sorted(missing))}; pass the tables of generalisation_task.")
    keys = ["ensemble", "learner", "sigma_w", "learning_rate"]
    table = rows.reindex(columns=[*keys, *rows.columns.difference(keys)])
    table["learner"] = table["learner"].astype(object).where(table["learner"].notna(), "network")
    table = table.assign(bin=np.digitize(rows["complexity"], bins) - 1, gain=rows["majority_error"] - rows["error"])
    table = table[(table["bin"] >= 0) & (table["bin"] < len(bins) - 1)]
    records = []
    for (ensemble, learner, sigma_w, rate, bin_index), group in table.groupby([*keys, "bin"], dropna=False):
        index = int(str(bin_index))
        done = group[group["converged"]]
        record = {
            "ensemble": ensemble,
            "learner": learner,
            "sigma_w": sigma_w,
            "learning_rate": rate,
            "complexity_low": bins[index],
            "complexity_high": bins[index + 1],
            "networks": len(done),
            "unfinished": len(group) - len(done),
        }
        for name in ("error", "majority_error", "gain"):
            record[name] = done[name].mean()
            record[f"{name}_se"] = done[name].sem()
        records.append(record)
    return pd.DataFrame(records)


def published_errors(published: Mapping[str, Fact]) -> pd.DataFrame:
    """The published means of Figure 1c, from the facts ``fig1c-error-sigma<scale>-k<low>-<high>``.

    Parameters
    ----------
    published : mapping of str to Fact
        The facts of the chapter.

    Returns
    -------
    DataFrame
        ``complexity`` (middle of the bin, bits), ``complexity_low``, ``sigma_w`` and ``error``.

    Examples
    --------
    >>> from analysis.kit import facts
    >>> table = published_errors(facts.load("occam"))
    >>> table.groupby("sigma_w")["error"].min().round(2).to_dict()  # on the simplest targets, ordered and chaotic
    {1: 0.03, 8: 0.34}
    """
    rows = []
    for identity, fact in published.items():
        if identity.startswith("fig1c-error"):
            sigma_w, low, high = (int(part.lstrip("sigmak")) for part in identity.split("-")[2:])
            rows.append(
                {"complexity": (low + high) / 2, "complexity_low": low, "sigma_w": sigma_w, "error": fact.value}
            )
    return pd.DataFrame(rows)


def published_gaps(errors: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Our errors on the paper's targets beside the published ones, bin by bin.

    Parameters
    ----------
    errors : DataFrame
        Of `error_by_complexity` at one learning rate, ensemble *imbalanced* among others.
    published : DataFrame
        Of `published_errors`.

    Returns
    -------
    DataFrame
        ``sigma_w``, ``complexity_low``, ``complexity_high``, ``error``, ``error_published`` and ``gap`` (ours minus
        published), one row a scale and bin.
    """
    ours = errors.loc[errors["ensemble"] == "imbalanced", ["sigma_w", "complexity_low", "complexity_high", "error"]]
    theirs = published[["sigma_w", "complexity_low", "error"]]
    both = ours.merge(theirs, on=["sigma_w", "complexity_low"], suffixes=("", "_published"))
    return both.assign(gap=both["error"] - both["error_published"])


def single_target_task(
    name: str,
    target: ArrayLike,
    architecture: Architecture,
    m: int,
    seed: int,
    networks: int,
    *,
    learning_rate: float = 1e-2,
    max_steps: int = 4000,
) -> pd.DataFrame:
    """Train networks on one target, each on its own random training set of size m.

    Parameters
    ----------
    name : str
        What the rows call the target, for example 'parity'.
    target : array_like of bool, shape (2**n,)
    architecture : Architecture
    m : int
        Training set size.
    seed, networks : int
    learning_rate : float
    max_steps : int

    Returns
    -------
    DataFrame
        One row a network: ``target``, ``m``, ``seed``, ``error``, ``majority_error``, ``steps``, ``converged``.

    Examples
    --------
    >>> from analysis.occam.boolean import named_functions, unpack
    >>> for name in ("dictator x0", "parity"):
    ...     target, network = unpack(named_functions(5)[name], 5)[0], deep_tanh(1.0, layers=2, width=20, n=5)
    ...     rows = single_target_task(name, target, network, m=16, seed=1, networks=16)
    ...     print(f"{name}: {rows['error'].mean():.1f}")
    dictator x0: 0.1
    parity: 0.7
    """
    truth = np.asarray(target)
    set_rng, weight_rng = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    sets = random_training_sets(networks, m, set_rng, architecture.widths[0])
    targets = np.tile(truth, (networks, 1))
    result = train(architecture, targets, sets, weight_rng, learning_rate=learning_rate, max_steps=max_steps)
    return pd.DataFrame(
        {
            "target": name,
            "m": m,
            "seed": seed,
            "error": unseen_errors(result.functions, targets, sets),
            "majority_error": majority_errors(targets, sets),
            "steps": result.steps,
            "converged": result.converged,
        }
    )
