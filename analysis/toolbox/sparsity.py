"""Fewer weights: which to keep, in which pattern, and what their places cost in bytes.

A mask says which weights stay. Weights are matrices of shape (inputs, units), as in the networks of the book; a score
says how much a weight matters, and a mask keeps the highest. What differs between methods is the score, and the group
in which scores compete: all weights of the network, those of a layer, those of a unit, or m neighbours of which n
stay, the pattern that hardware multiplies faster (Mishra et al. 2021).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit.arguments import single
from analysis.kit.checking import finite, not_negative, plain, positive, used_share, whole
from analysis.kit.errors import ProblemError
from analysis.toolbox.compensated import sweep

Array = NDArray[Any]
Mask = NDArray[np.bool_]


def keep_largest(scores: ArrayLike, kept: float) -> Mask:
    """Keep the highest scores of one array: the mask of ``round(kept * size)`` of them.

    Parameters
    ----------
    scores : array_like
        Of any shape; magnitudes, for magnitude pruning.
    kept : float
        Share that stays, above 0 and at most 1.

    Returns
    -------
    ndarray of bool
        Of the shape of the scores.

    Raises
    ------
    ProblemError
        For scores that are no numbers, none at all, or a share out of range.

    Examples
    --------
    >>> keep_largest([[3.0, -1.0], [0.5, 2.0]], 0.5).tolist()
    [[True, False], [False, True]]
    """
    values = _scores(scores)
    count = round(single(used_share(kept, "a share of weights kept"), "a share of weights kept") * values.size)
    mask = np.zeros(values.size, bool)
    # stable, so that of equal scores the first stays, on every machine
    mask[np.argsort(-values, axis=None, kind="stable")[:count]] = True
    return mask.reshape(values.shape)


def keep_largest_everywhere(scores: Sequence[ArrayLike], kept: float) -> list[Mask]:
    """Keep the highest scores of several layers together: one threshold for the whole network.

    Parameters
    ----------
    scores : sequence of array_like
        One a layer.
    kept : float
        Share of all weights that stays.

    Returns
    -------
    list of ndarray of bool

    Examples
    --------
    The first layer has the large weights, and keeps them:

    >>> [mask.tolist() for mask in keep_largest_everywhere([[4.0, 3.0], [2.0, 1.0]], 0.5)]
    [[True, True], [False, False]]
    """
    if not len(scores):
        raise ProblemError("A network without layers has no weights to keep; give one array of scores a layer.")
    layers = [_scores(layer) for layer in scores]
    together = keep_largest(np.concatenate([layer.ravel() for layer in layers]), kept)
    ends = np.cumsum([layer.size for layer in layers])[:-1]
    return [part.reshape(layer.shape) for part, layer in zip(np.split(together, ends), layers, strict=True)]


def keep_largest_by_unit(scores: ArrayLike, kept: float) -> Mask:
    """Keep in every column, the inputs of one unit, the same share of highest scores.

    Examples
    --------
    >>> keep_largest_by_unit([[3.0, 1.0], [0.5, 2.0]], 0.5).tolist()
    [[True, False], [False, True]]
    """
    values = _scores(scores)
    if values.ndim != 2:
        raise ProblemError("Scores by unit are a matrix of shape (inputs, units).")
    count = round(single(used_share(kept, "a share of weights kept"), "a share of weights kept") * len(values))
    return keep_n_of_m(values, count, len(values)) if count else np.zeros(values.shape, bool)


def keep_n_of_m(scores: ArrayLike, n: int = 2, m: int = 4) -> Mask:
    """Keep the n highest of every m neighbouring inputs of each unit; 2 of 4 is what sparse tensor cores multiply.

    Parameters
    ----------
    scores : array_like, shape (inputs, units)
        The inputs are a multiple of m.
    n, m : int
        With 1 <= n <= m.

    Returns
    -------
    ndarray of bool, shape (inputs, units)

    Raises
    ------
    ProblemError
        If the inputs are no multiple of m.

    Examples
    --------
    >>> keep_n_of_m([[9.0], [8.0], [7.0], [6.0], [1.0], [4.0], [3.0], [2.0]]).ravel().tolist()
    [True, True, False, False, False, True, True, False]
    """
    _pattern(n, m)
    values = _scores(scores)
    if values.ndim != 2 or len(values) % m:
        raise ProblemError(f"{n} of {m} needs a matrix whose inputs are a multiple of {m}; this is {values.shape}.")
    groups = values.reshape(-1, m, values.shape[1])
    places = np.argsort(-groups, axis=1, kind="stable")[:, :n]
    mask = np.zeros(groups.shape, bool)
    np.put_along_axis(mask, places, True, axis=1)
    return mask.reshape(values.shape)


def random_mask(shape: Sequence[int], kept: float, rng: np.random.Generator) -> Mask:
    """Keep ``round(kept * size)`` weights, whichever.

    >>> int(random_mask((4, 5), 0.5, np.random.default_rng(0)).sum())
    10
    """
    return keep_largest(rng.random(tuple(shape)), kept)


def wanda_scores(weights: ArrayLike, input_norms: ArrayLike) -> Array:
    """How much a weight matters by Wanda (Sun et al. 2024): its size times the norm of the input that it multiplies.

    Scores compete within a unit (:func:`keep_largest_by_unit`). Where all inputs have one norm that is pruning by size.

    Parameters
    ----------
    weights : array_like, shape (inputs, units)
    input_norms : array_like, shape (inputs,)
        Root of the sum of squares of each input over some examples.

    Returns
    -------
    ndarray

    Raises
    ------
    ProblemError
        If there is not one norm an input.

    Examples
    --------
    >>> wanda_scores([[1.0], [-2.0]], [3.0, 1.0]).ravel().tolist()
    [3.0, 2.0]
    """
    values, norms = finite(weights, "a weight"), not_negative(input_norms, "the norm of an input")
    if values.ndim != 2 or norms.shape != values.shape[:1]:
        raise ProblemError("Wanda takes weights of shape (inputs, units) and one norm an input.")
    return np.asarray(np.abs(values) * norms[:, None])


def sparse_gpt(
    weights: ArrayLike, hessian: ArrayLike, kept: float = 0.5, pattern: tuple[int, int] | None = None, block: int = 128
) -> Array:
    """Prune and let the weights that stay make up for it (SparseGPT, Frantar & Alistarh 2023).

    Inputs are gone through in order. At the start of each block, those weights go whose loss ``w_j^2 / d_j`` is
    smallest, where d_j is what the inverse Hessian of the layer's squared error leaves for input j; whenever one goes,
    later weights of its unit move so that the outputs change least.

    Parameters
    ----------
    weights : array_like, shape (inputs, units)
    hessian : array_like, shape (inputs, inputs)
        Sum of the products of the inputs over some examples, as of :func:`analysis.toolbox.compensated.hessian`.
    kept : float
        Share of each block that stays; without `pattern`.
    pattern : tuple of int, optional
        (n, m): of every m neighbouring inputs of a unit n stay.
    block : int
        Inputs whose mask is chosen at a time; with a pattern it is m.

    Returns
    -------
    ndarray, shape (inputs, units)
        Zero where pruned.

    Raises
    ------
    ProblemError
        For a pattern that is not two numbers.

    Examples
    --------
    Two equal inputs do the work of one. The first weight goes, and the second does its work:

    >>> together = np.array([[1.0, 0.999], [0.999, 1.0]])
    >>> sparse_gpt([[1.0], [2.0]], together, kept=0.5, block=2).round(1).ravel().tolist()
    [0.0, 3.0]
    """

    def choose(rows: Array, diagonal: Array) -> Callable[[int, Array], Array]:
        scores = rows**2 / diagonal[:, None]
        mask = keep_largest(scores, kept) if pattern is None else keep_n_of_m(scores, *pattern)
        return lambda j, row: np.where(mask[j], row, 0.0)

    if pattern is not None:
        if np.shape(pattern) != (2,):
            raise ProblemError(f"A pattern is two numbers, as (2, 4), not {pattern!r}; give how many stay of how many.")
        _pattern(*pattern)
        block = pattern[1]
    return sweep(weights, hessian, choose, block=block)


def index_bits(n: int = 2, m: int = 4) -> float:
    """Bits for the places of the weights that stay, a weight of the full matrix: ``n / m * ceil(log2 m)``.

    Each kept weight has its place among its m neighbours beside it; of 4 that takes 2 bits.

    >>> index_bits(2, 4), index_bits(6, 8)
    (1.0, 2.25)
    """
    _pattern(n, m)
    return n / m * math.ceil(math.log2(m))


def least_index_bits(n: int = 2, m: int = 4) -> float:
    """Bits that the places need at least, a weight of the full matrix: ``log2(m choose n) / m``, if all are as likely.

    Parameters
    ----------
    n, m : int
        How many stay, of how many.

    Returns
    -------
    float
        Bits a weight.

    Examples
    --------
    >>> round(least_index_bits(2, 4), 3)
    0.646
    """
    _pattern(n, m)
    return math.log2(math.comb(m, n)) / m


def bits_per_weight(bits: float, kept: int = 2, of: int = 4, scale: float = 0.0) -> float:
    """Bits stored for each weight of the full matrix: values that stay, their places, and what scales take.

    ``kept / of * (bits + ceil(log2 of)) + scale``. A scale belongs to a block of the full matrix, and pruning leaves as
    many blocks as before.

    Parameters
    ----------
    bits : float
        Of a value, without its share of a scale; positive.
    kept, of : int
        The pattern; equal ones prune nothing and need no places.
    scale : float
        Bits that the scales take, a weight of the full matrix: 32 bits for each 64 weights are 0.5.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        For bits that are not positive and patterns that are none.

    Examples
    --------
    Half of the weights is 56 % of the bytes at 16 bits; with 4 bits and a scale for 64 it is 78 %:

    >>> bits_per_weight(16) / 16, bits_per_weight(4, scale=0.5)
    (0.5625, 3.5)
    """
    _pattern(kept, of)
    value, added = positive(bits, "bits of a value"), not_negative(scale, "bits of a scale")
    if value.ndim or added.ndim:
        raise ProblemError("Bits of a value and of a scale are single numbers.")
    places = 0.0 if kept == of else index_bits(kept, of)
    return float(plain(kept / of * value + places + added))


def compress(weights: ArrayLike, mask: ArrayLike, of: int = 4) -> tuple[Array, NDArray[np.uint8]]:
    """Write a pruned matrix as hardware does: the values that stay, and the place of each among its neighbours.

    Parameters
    ----------
    weights : array_like, shape (inputs, units)
    mask : array_like of bool, shape (inputs, units)
        Keeps as many of every `of` neighbouring inputs.
    of : int

    Returns
    -------
    values : ndarray, shape (inputs / of, kept, units)
    places : ndarray of uint8, shape (inputs / of, kept, units)

    Raises
    ------
    ProblemError
        If groups keep different numbers of weights, or the inputs are no multiple of `of`.

    Examples
    --------
    >>> values, places = compress([[5.0], [0.0], [0.0], [7.0]], [[True], [False], [False], [True]])
    >>> values.ravel().tolist(), places.ravel().tolist()
    ([5.0, 7.0], [0, 3])
    """
    _pattern(1, of)
    values, stays = finite(weights, "a weight"), np.asarray(mask, bool)
    if values.ndim != 2 or values.shape != stays.shape or len(values) % of:
        raise ProblemError(f"Weights and mask are matrices of one shape, their inputs a multiple of {of}.")
    groups = stays.reshape(-1, of, values.shape[1])
    counts = groups.sum(axis=1)
    if counts.min() != counts.max():
        raise ProblemError(f"The mask keeps {counts.min()} to {counts.max()} of {of}; every group must keep as many.")
    places = np.argsort(~groups, axis=1, kind="stable")[:, : counts.min()]
    return np.take_along_axis(values.reshape(groups.shape), places, axis=1), places.astype(np.uint8)


def expand(values: ArrayLike, places: ArrayLike, of: int = 4) -> Array:
    """Undo :func:`compress`: the matrix with zeros where weights went; shape (inputs, units).

    Parameters
    ----------
    values, places : array_like, shape (groups, kept, units)
        Of :func:`compress`.
    of : int
        Weights of a full group.

    Returns
    -------
    ndarray, shape (inputs, units)

    Raises
    ------
    ProblemError
        If values and places differ in shape.

    Examples
    --------
    >>> expand([[[5.0], [7.0]]], [[[0], [3]]]).ravel().tolist()
    [5.0, 0.0, 0.0, 7.0]
    """
    _pattern(1, of)
    stay, where = finite(values, "a value"), whole(places, "a place", least=0, most=of - 1)
    if stay.ndim != 3 or stay.shape != where.shape:
        raise ProblemError("Values and their places have one shape, (groups, kept, units); give what compress gave.")
    full = np.zeros((len(stay), of, stay.shape[-1]), stay.dtype)
    np.put_along_axis(full, where.astype(np.intp), stay, axis=1)
    return full.reshape(-1, stay.shape[-1])


def _scores(scores: ArrayLike) -> Array:
    values = finite(scores, "a score")
    if not values.size:
        raise ProblemError("There are no scores, so there is nothing to keep; give at least one.")
    return values


def _pattern(n: int, m: int) -> None:
    whole = all(isinstance(x, int | np.integer) and not isinstance(x, bool) for x in (n, m))
    if not whole or not 1 <= n <= m:
        raise ProblemError(f"{n} of {m} is no pattern; keep a whole number from 1 to m of every m weights.")
