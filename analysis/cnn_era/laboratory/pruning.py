"""Weights that matter least are set to zero, and the others learn to do without them (Han et al. 2015)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.cnn_era.laboratory.small_network import SmallNetwork
from analysis.kit.checking import used_share

Array = NDArray[Any]


def largest(arrays: list[Array], share: float) -> list[Array]:
    """Masks that keep a share of all entries, those of largest magnitude.

    Parameters
    ----------
    arrays : list of ndarray
        Compared with one another: one threshold for all.
    share : float
        Of the entries that stay, above 0 and at most 1; rounded up to a whole entry.

    Returns
    -------
    list of ndarray of bool
        True where an entry stays. Of equal magnitudes the first stay.

    Examples
    --------
    >>> [mask.tolist() for mask in largest([np.array([3.0, -1.0]), np.array([0.5, -4.0])], 0.5)]
    [[True, False], [False, True]]
    """
    used_share(share, "the share of the weights that stay")
    flat = np.concatenate([np.abs(array).ravel() for array in arrays])
    keep = np.zeros(len(flat), dtype=bool)
    keep[np.argsort(-flat, kind="stable")[: math.ceil(share * len(flat))]] = True
    parts = np.split(keep, np.cumsum([array.size for array in arrays])[:-1])
    return [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]


def prune(network: SmallNetwork, share: float) -> None:
    """Set all but the largest weights to zero, in place, and hold them there while the network is trained further.

    Biases, scales and shifts are few, and stay.
    """
    weights = [own["weight"] for own in network.parameters]
    network.masks = list(largest(weights, share))
    for weight, mask in zip(weights, network.masks, strict=True):
        weight *= mask


def kept(network: SmallNetwork) -> list[int]:
    """Weights that are not zero, by layer."""
    return [int(np.count_nonzero(own["weight"])) for own in network.parameters]


def sparse_multiply_adds(network: SmallNetwork) -> int:
    """Multiply-adds of one image that are left when those with a zero weight are skipped.

    A processor that cannot skip them pays :attr:`Design.multiply_adds` all the same.
    """
    layers = network.design.layers()
    return sum(layer.output_size(size) ** 2 * count for (layer, size), count in zip(layers, kept(network), strict=True))
