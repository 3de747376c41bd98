"""Pruning a trained network at one blow, by six methods, and what it loses.

The methods differ in what they score and in where scores compete (:mod:`analysis.toolbox.sparsity`). All prune the
three matrices of the network and leave embedding and biases whole; Wanda and SparseGPT see what the layers see on
some windows of the training text, and prune layer after layer, each with the inputs that the pruned ones before give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kit import facts
from analysis.kit.arguments import count, several, with_columns
from analysis.kit.checking import finite
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result, task_seed
from analysis.scaling.language_model import LanguageModel
from analysis.toolbox.base import base_network, calibration, held_out_loss
from analysis.toolbox.compensated import hessian
from analysis.toolbox.sparsity import (
    keep_largest,
    keep_largest_by_unit,
    keep_n_of_m,
    sparse_gpt,
    wanda_scores,
)
from analysis.toolbox.tickets import masked, pruned_masks

Array = NDArray[Any]
Mask = NDArray[np.bool_]

_SEED = 20261129
RANDOM, BY_LAYER, OVERALL, WANDA, SPARSE_GPT = "random", "size, by layer", "size, overall", "Wanda", "SparseGPT"
#: SparseGPT that leaves each layer as much as pruning by size overall does.
COMBINED = "SparseGPT, overall"
METHODS = (RANDOM, BY_LAYER, OVERALL, WANDA, SPARSE_GPT, COMBINED)
#: The methods that can follow a pattern.
PATTERNED_METHODS = (BY_LAYER, WANDA, SPARSE_GPT)
#: Shares of the weights that stay; the others of the pattern.
SHARES = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
#: Two of every four neighbours, the pattern that hardware multiplies faster.
PATTERN = (2, 4)
FREE, PATTERNED = "free", "2 of 4"


def prune(
    model: LanguageModel,
    theta: Array,
    method: str,
    kept: float = 0.5,
    pattern: tuple[int, int] | None = None,
    contexts: Array | None = None,
    seed: int = 0,
) -> Array:
    """A copy of the parameters with fewer weights.

    Parameters
    ----------
    model : LanguageModel
    theta : ndarray, shape (total_parameters,)
    method : str
        Of :data:`METHODS`.
    kept : float
        Share of the weights that stays, above 0 and at most 1; without `pattern`.
    pattern : tuple of int, optional
        (n, m): of every m neighbouring inputs of a unit n stay, in each layer as many; for the methods of
        :data:`PATTERNED_METHODS`.
    contexts : ndarray of int, shape (windows, 16), optional
        What Wanda and SparseGPT learn the inputs from; default :func:`analysis.toolbox.base.calibration`.
    seed : int
        Of a random mask.

    Returns
    -------
    ndarray, shape (total_parameters,)

    Raises
    ------
    ProblemError
        For a method that there is not, or a share or pattern out of range.

    Examples
    --------
    >>> model = LanguageModel(4)
    >>> theta = model.initial(np.random.default_rng(0))
    >>> left = prune(model, theta, "size, by layer", kept=0.25)
    >>> [float((weights != 0).mean()) for weights in model.views(left)[1::2]]
    [0.25, 0.25, 0.25]
    """
    if method not in METHODS:
        raise ProblemError(f"There is no method {method!r} of pruning; choose of {', '.join(METHODS)}.")
    if pattern is not None and method not in PATTERNED_METHODS:
        raise ProblemError(f"{method!r} has no pattern; choose of {', '.join(PATTERNED_METHODS)}.")
    if not isinstance(model, LanguageModel):
        raise ProblemError(f"What is pruned must be a LanguageModel, not {model!r}; give one.")
    if finite(theta, "a parameter").shape != (model.total_parameters,):
        raise ProblemError(f"This model has {model.total_parameters:,} parameters, in one list; give as many.")
    seed = count(seed, "a seed", least=0)
    if contexts is not None and (np.ndim(contexts) != 2 or not np.size(contexts)):
        raise ProblemError("Contexts are windows of symbols, shape (windows, 16); give at least one.")
    if method == OVERALL:
        return masked(model, theta, pruned_masks(model, theta, kept))
    result = theta.copy()
    shares = [kept] * 3
    if method == COMBINED:
        shares = [float(mask.mean()) for mask in pruned_masks(model, theta, kept)]
    seen = calibration()[0] if contexts is None and method in (WANDA, SPARSE_GPT, COMBINED) else np.asarray(contexts)
    rng = np.random.default_rng(task_seed(_SEED, seed))
    for layer, (weights, share) in enumerate(zip(model.views(result)[1::2], shares, strict=True)):
        if method in (SPARSE_GPT, COMBINED):
            inputs = model.layer_inputs(result, seen)[layer]
            weights[:] = sparse_gpt(weights, hessian(inputs), share, pattern)
            continue
        if method == WANDA:
            inputs = model.layer_inputs(result, seen)[layer]
            scores = wanda_scores(weights, np.linalg.norm(inputs, axis=0))
        else:
            scores = rng.random(weights.shape) if method == RANDOM else np.abs(weights)
        if pattern is not None:
            weights *= keep_n_of_m(scores, *pattern)
        else:
            weights *= (keep_largest_by_unit if method == WANDA else keep_largest)(scores, share)
    return result


@dataclass(frozen=True)
class PruningTask:
    """All that one method does to the base network of one seed."""

    method: str
    seed: int


def one_shot(task: PruningTask) -> pd.DataFrame:
    """Prune the base network of a seed by one method, to every share and, where it can, to the pattern.

    Returns
    -------
    DataFrame
        Columns ``method``, ``seed``, ``pattern`` (free or 2 of 4), ``kept``, ``loss`` (held out, nats a symbol),
        ``full_loss`` of the network as trained, and ``first``, ``second``, ``last``: the share that each layer keeps.
    """
    model, theta = base_network(task.seed)
    full, (contexts, _) = held_out_loss(model, theta), calibration()
    cases: list[tuple[float, tuple[int, int] | None]] = [(kept, None) for kept in SHARES]
    if task.method in PATTERNED_METHODS:
        cases.append((PATTERN[0] / PATTERN[1], PATTERN))
    rows = []
    for kept, pattern in cases:
        left = prune(model, theta, task.method, kept, pattern, contexts, task.seed)
        shares = [float((weights != 0).mean()) for weights in model.views(left)[1::2]]
        name = FREE if pattern is None else PATTERNED
        rows.append((task.method, task.seed, name, kept, held_out_loss(model, left), full, *shares))
    names = ["method", "seed", "pattern", "kept", "loss", "full_loss", "first", "second", "last"]
    return pd.DataFrame(rows, columns=names)


def added_loss(table: pd.DataFrame) -> pd.DataFrame:
    """What pruning adds to the loss, over the seeds: a row a method, pattern and share.

    Parameters
    ----------
    table : DataFrame
        Of the experiment ``toolbox-pruning``.

    Returns
    -------
    DataFrame
        Columns ``method``, ``pattern``, ``kept``, ``added`` (mean, nats a symbol), ``low``, ``high`` (least and most of
        the seeds), ``first``, ``second``, ``last`` (mean share that each layer keeps).

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> half = added_loss(load_result("toolbox-pruning")).query("kept == 0.5 and pattern == 'free'")
    >>> half.set_index("method")["added"].loc[["random", "size, by layer", "SparseGPT"]].round(2).tolist()
    [2.21, 0.18, 0.08]
    """
    with_columns(table, ["method", "pattern", "kept", "loss", "full_loss"], "a table of pruned networks")
    rows = table.assign(added=table["loss"] - table["full_loss"])
    grouped = rows.groupby(["method", "pattern", "kept"], sort=False)
    return grouped.agg(
        added=("added", "mean"),
        low=("added", "min"),
        high=("added", "max"),
        first=("first", "mean"),
        second=("second", "mean"),
        last=("last", "mean"),
    ).reset_index()


def pattern_speeds(sizes: tuple[int, ...] = (2_048, 4_096, 8_192, 16_384)) -> pd.DataFrame:
    """How many times as fast 2 of 4 is as the full matrix: products on one card of ours, and what others published.

    Parameters
    ----------
    sizes : tuple of int
        Of the square products, of those in the measurement ``gpu-products``.

    Returns
    -------
    DataFrame
        Columns ``what``, ``size`` (of a product; else nan), ``times`` (1 is as fast as the full matrix), ``source``
        (measured or published).

    Raises
    ------
    ProblemError
        For a size that was not measured.

    Examples
    --------
    >>> pattern_speeds((8_192,))["times"].round(2).tolist()
    [1.17, 1.24, 1.27, 1.06]
    """
    products = load_result("gpu-products").query("series == 'square'")
    seconds = products.pivot(index="m", columns="kind", values="seconds_median")
    for size in several(sizes, "the sizes"):
        if size not in seconds.index:
            raise ProblemError(f"No product of size {size} was measured; choose of {list(seconds.index)}.")
    measured = [
        (
            f"our product, {size:,}",
            float(size),
            seconds.loc[size, "bf16"] / seconds.loc[size, "bf16_sparse24"],
            "measured",
        )
        for size in sizes
    ]
    fact = facts.load("toolbox")
    published = [
        (name, np.nan, fact[before].value / fact[after].value, "published")
        for name, before, after in (
            ("a layer in training", "twofour-layer-before", "twofour-layer-after"),
            ("a whole step of training", "twofour-step-before", "twofour-step-after"),
        )
    ]
    other = ("a layer of another shape", np.nan, fact["twofour-layer-speed-high"].value, "published")
    published.insert(1, other)
    return pd.DataFrame([*measured, *published], columns=["what", "size", "times", "source"])
