"""The trained network in small integers: weights and activations of a few bits, exact sums (Jacob et al. 2018).

Normalisation is folded into the weights first, as for every network that is put to use. Then each filter has one
scale, each layer's activations one more, and all products are products of integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.cnn_era.laboratory.small_network import _EPSILON, SmallNetwork
from analysis.cnn_era.networks.convolution import Convolution, convolve_shifts
from analysis.kit.errors import ProblemError

#: Bits of a number that is not quantised.
FULL = 32

Array = NDArray[Any]


@dataclass(frozen=True)
class Folded:
    """A layer ready for use: output = convolution with `weight`, plus `bias`."""

    layer: Convolution
    weight: Array
    bias: Array


def folded(network: SmallNetwork) -> list[Folded]:
    """The layers of a trained network with normalisation folded in: the same scores from fewer steps.

    Examples
    --------
    >>> from analysis.cnn_era.laboratory.small_network import Design
    >>> [part.weight.shape for part in folded(SmallNetwork(Design((2, 4)), np.random.default_rng(0)))]
    [(3, 3, 1, 2), (3, 3, 2, 4), (4, 4, 4, 10)]
    """
    result = []
    for layer, own, moments in zip(network.layers, network.parameters, network.moments, strict=True):
        if moments is None:
            result.append(Folded(layer, own["weight"], own["bias"]))
        else:
            mean, variance = moments
            gain = own["scale"] / np.sqrt(variance + _EPSILON)
            result.append(Folded(layer, (own["weight"] * gain).astype(mean.dtype), own["shift"] - mean * gain))
    return result


def codes(values: Array, bits: int, axis: tuple[int, ...] | None = None) -> tuple[Array, Array]:
    """Integers and scales that stand for `values`: about zero, with the largest magnitude at the last code.

    Parameters
    ----------
    values : ndarray
    bits : int
        From 2 to 16; codes run from ``-(2**(bits-1) - 1)`` to ``2**(bits-1) - 1``.
    axis : tuple of int, optional
        Axes that share a scale; default all.

    Returns
    -------
    ndarray of the same shape and type
        Whole numbers.
    ndarray
        Scales; ``codes * scales`` is within half a scale of the values.

    Examples
    --------
    >>> numbers, scale = codes(np.array([0.5, -1.27]), 8)
    >>> numbers.tolist(), round(float(scale.item()), 6)
    ([50.0, -127.0], 0.01)
    """
    if not 2 <= bits <= 16:
        raise ProblemError(f"Numbers of {bits} bits are out of range; use 2 to 16, or {FULL} for none rounded.")
    scale = np.abs(values).max(axis=axis, keepdims=True) / (2 ** (bits - 1) - 1)
    scale = np.where(scale > 0, scale, 1).astype(values.dtype)
    return np.round(values / scale), scale


def largest_activations(network: SmallNetwork, calibration: Array) -> list[float]:
    """Largest magnitude that enters each layer, over training images of shape (any, 8, 8, 1)."""
    seen, largest = calibration.astype(np.float64), []
    for part in folded(network):
        largest.append(float(np.abs(seen).max()))
        seen = np.maximum(convolve_shifts(seen, part.weight.astype(np.float64), part.layer) + part.bias, 0)
    return largest


def integer_logits(network: SmallNetwork, images: Array, largest: Sequence[float], bits: int) -> Array:
    """Scores of a network whose weights and activations are integers of a few bits.

    Sums of up to 512 products of 8-bit codes stay below 2^24, so that single precision adds them exactly; double
    precision is used for all.

    Parameters
    ----------
    network : SmallNetwork
        Trained.
    images : ndarray, shape (images, 8, 8, 1)
    largest : sequence of float
        From :func:`largest_activations`: they set the scales of the layers, and what is larger later is cut off.
    bits : int
        From 2 to 16; 32 leaves everything as it is.

    Returns
    -------
    ndarray, shape (images, 10)
    """
    x, top = images.astype(np.float64), 2 ** (bits - 1) - 1
    parts = folded(network)
    for number, part in enumerate(parts):
        weight = part.weight.astype(np.float64)
        if bits == FULL:
            x = convolve_shifts(x, weight, part.layer) + part.bias
        else:
            whole, filters = codes(weight, bits, axis=(0, 1, 2))
            scale = largest[number] / top or 1.0
            inputs = np.clip(np.round(x / scale), -top, top)
            x = convolve_shifts(inputs, whole, part.layer) * (filters[0, 0] * scale) + part.bias
        if number < len(parts) - 1:
            x = np.maximum(x, 0)
    return np.asarray(x[:, 0, 0])


def inference_bytes(network: SmallNetwork, bits: int) -> float:
    """Bytes that one image must move at the least: every weight once, every activation in and out once.

    Weights that are zero are not stored; if there are any, a bit a weight says which.

    Parameters
    ----------
    network : SmallNetwork
    bits : int
        Of weights and activations; biases have 32.

    Returns
    -------
    float
    """
    moved = 0.0
    for (layer, size), part in zip(network.design.layers(), folded(network), strict=True):
        count = np.count_nonzero(part.weight)
        moved += count * bits + (layer.weights if count < layer.weights else 0) + FULL * layer.outputs
        moved += bits * (size**2 * layer.inputs + layer.output_size(size) ** 2 * layer.outputs)
    return moved / 8
