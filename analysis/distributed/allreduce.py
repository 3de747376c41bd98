"""What a group of machines must send so that each has the sum of all, and how many pairs they make."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.kit import facts
from analysis.kit.checking import checked, fit_together, plain, positive, real
from analysis.kit.errors import ProblemError

#: Bits of a byte.
BYTE = 8


def _workers(value: ArrayLike) -> Any:
    array = real(value, "workers")
    return checked(
        array, np.isfinite(array) & (array >= 1) & (array == np.round(array)), "workers", "whole, at least 1"
    )


def pairs(workers: ArrayLike) -> Any:
    """Pairs of machines that could be joined by a link: k (k - 1) / 2.

    Parameters
    ----------
    workers : array_like
        Machines k, whole and at least 1.

    Returns
    -------
    float or array

    Raises
    ------
    ProblemError
        If there is no worker, or part of one.

    Examples
    --------
    >>> pairs([2, 20, 200_000]).tolist()
    [1.0, 190.0, 19999900000.0]
    """
    k = _workers(workers)
    return plain(k * (k - 1) / 2)


def ring_volume(parameters: ArrayLike, workers: ArrayLike, bits: ArrayLike = 16) -> Any:
    """Bits that each machine sends in a ring all-reduce: 2 N b (k - 1) / k.

    Each machine cuts its N numbers into k pieces. In k - 1 rounds it hands one piece to its neighbour, who adds its
    own; in k - 1 more the finished sums go round. Where only the machines add, no method lets all of them send less
    (Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations, 2009); a switch that adds
    can halve it.

    Parameters
    ----------
    parameters : array_like
        Numbers N that are summed, positive.
    workers : array_like
        Machines k, whole and at least 1; one alone sends nothing.
    bits : array_like
        Bits b of each number, positive.

    Returns
    -------
    float or array
        Bits, rising with k towards 2 N b.

    Raises
    ------
    ProblemError
        If there is no worker, or a size is not positive.

    Examples
    --------
    >>> ring_volume(10e9, [1, 2, 20]) / 1e9
    array([  0., 160., 304.])
    """
    k = _workers(workers)
    fit_together(k, parameters, bits)
    return plain(2 * positive(parameters, "a size") * positive(bits, "a number of bits") * (k - 1) / k)


def ring_sum(vectors: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Sum vectors by sending pieces round a ring, and count what each machine sent.

    Parameters
    ----------
    vectors : array_like, shape (k, n)
        What each of k machines has; n is a multiple of k.

    Returns
    -------
    sums : array, shape (k, n)
        What each has in the end: the sum of all.
    sent : array, shape (k,)
        Numbers that each sent.

    Raises
    ------
    ProblemError
        If the vectors are no table of one row a machine, or cannot be cut into k equal pieces.

    Examples
    --------
    >>> sums, sent = ring_sum([[1.0, 2.0], [10.0, 20.0]])
    >>> sums.tolist(), sent.tolist()
    ([[11.0, 22.0], [11.0, 22.0]], [2, 2])
    """
    try:
        held = np.array(vectors, float)
    except ValueError:
        held = np.empty(0)
    if held.ndim != 2 or not held.size:
        raise ProblemError(
            "The vectors are no table with a row for each machine, all of one length; give such a table."
        )
    k, n = held.shape
    checked(np.asarray(float(n)), n % k == 0, "the length of the vectors", f"a multiple of the {k} machines")
    pieces = held.reshape(k, k, n // k)
    sent = np.zeros(k, int)
    for turn in range(2 * (k - 1)):
        moving = [(i, (i - turn) % k) for i in range(k)]
        parcels = [pieces[i, piece].copy() for i, piece in moving]
        for (i, piece), parcel in zip(moving, parcels, strict=True):
            right = (i + 1) % k
            pieces[right, piece] = parcel + (pieces[right, piece] if turn < k - 1 else 0)
            sent[i] += parcel.size
    return held, sent


class Exchange(NamedTuple):
    """What a data-parallel run between two sites sends, by its own hours."""

    step_seconds: float
    steps: float
    #: That each site sends, once a step.
    bits: float


def published_exchange(bits: float = 16) -> Exchange:
    """What the shortest run of Streaming DiLoCo's Table 1 sends: 25 billion tokens, one billion parameters.

    Its steps are the hours that the table prints for a line without limit over the seconds that a step of this model
    takes in the same paper; each step sends one number of `bits` bits for each parameter, one way.

    Examples
    --------
    >>> run = published_exchange()
    >>> round(run.steps), round(run.bits / 1e12)
    (24120, 386)
    """
    fact, rows = facts.load("distributed"), facts.frame("distributed_bandwidth")
    size = fact["streaming-dolma-parameters-printed"].value
    seconds = float(rows.loc[(rows["paper"] == "streaming") & (rows["parameters"] == size), "step_seconds"].iloc[0])
    steps = fact["streaming-hours-dp-free-25"].value * 3600 / seconds
    return Exchange(seconds, steps, steps * size * bits)
