"""A convolutional network small enough to train in seconds with NumPy, that counts what it spends.

Three convolutions on 8 by 8 pixels and a dense layer, which is a convolution that covers the image. The options are
those of the history: batch normalisation (Ioffe & Szegedy 2015), depthwise-separable convolutions (Howard et al.
2017), half precision with single-precision sums and weights (Micikevicius et al. 2018), weights that are held at zero
(Han et al. 2015).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.cnn_era.networks.convolution import Convolution, convolution_gradients, convolve_shifts, patches
from analysis.kit.errors import ProblemError

CLASSES = 10
PIXELS = 8
_MEMORY = 0.9
_EPSILON = 1e-5

Array = NDArray[Any]


@dataclass(frozen=True)
class Design:
    """The shape of the network.

    Parameters
    ----------
    channels : tuple of int
        Of the convolutions; the second halves the side of the image.
    normalised : bool
        With batch normalisation after every convolution but the dense one.
    separable : bool
        Every convolution but the first and the dense one is a depthwise and a pointwise convolution.

    Examples
    --------
    >>> Design().multiply_adds, Design(separable=True).multiply_adds
    (235520, 45824)
    >>> Design().parameters
    19178
    """

    channels: tuple[int, ...] = (16, 32, 32)
    normalised: bool = False
    separable: bool = False

    def __post_init__(self) -> None:
        if len(self.channels) < 2 or min(self.channels) < 1:
            raise ProblemError(f"Channels {self.channels} are no network; give two or more positive numbers.")

    def layers(self) -> list[tuple[Convolution, int]]:
        """The convolutions, each with the side of the images that it sees."""
        first, *others = self.channels
        found, size, width = [(Convolution(1, first, padding=1), PIXELS)], PIXELS, first
        for number, outputs in enumerate(others):
            stride = 2 if number == 0 else 1
            if self.separable:
                found.append((Convolution(width, width, stride=stride, padding=1, groups=width), size))
                size, width = math.ceil(size / stride), outputs
                found.append((Convolution(found[-1][0].outputs, outputs, kernel=1), size))
            else:
                found.append((Convolution(width, outputs, stride=stride, padding=1), size))
                size, width = math.ceil(size / stride), outputs
        return [*found, (Convolution(width, CLASSES, kernel=size), size)]

    @property
    def multiply_adds(self) -> int:
        """Of one forward pass of one image, in convolutions and dense layer."""
        return sum(layer.multiply_adds(size) for layer, size in self.layers())

    @property
    def training_multiply_adds(self) -> int:
        """Forward, for the weights, and, above the first layer, for what lies below: of one image."""
        first, size = self.layers()[0]
        return 3 * self.multiply_adds - first.multiply_adds(size)

    @property
    def parameters(self) -> int:
        """Weights, biases, and scales of the normalisation."""
        return sum(array.size for _, array in SmallNetwork(self, np.random.default_rng(0)).named())


class SmallNetwork:
    """A network of a given design, at a random start.

    Parameters
    ----------
    design : Design
    rng : numpy.random.Generator
        Draws the weights: He et al. (2015), a tenth of that at the output.
    dtype : type
        ``numpy.float32``, or ``numpy.float64`` for tests of gradients.
    half : bool
        Round weights, activations and slopes to half precision before they are multiplied; sums are single.

    Attributes
    ----------
    parameters : list of dict
        By layer: ``weight``, and ``bias``, or ``scale`` and ``shift`` where it is normalised.
    masks : list of ndarray or None
        Where given, the weights that are held at zero are False.
    """

    def __init__(self, design: Design, rng: np.random.Generator, dtype: type = np.float32, half: bool = False) -> None:
        self.design, self.half = design, half
        self.layers = [layer for layer, _ in design.layers()]
        self.parameters: list[dict[str, Array]] = []
        self.masks: list[Array | None] = [None] * len(self.layers)
        self.moments: list[tuple[Array, Array] | None] = []
        for layer in self.layers:
            last = layer is self.layers[-1]
            scale = math.sqrt((0.02 if last else 2) / math.prod(layer.shape[:3]))
            own: dict[str, Array] = {"weight": (rng.standard_normal(layer.shape) * scale).astype(dtype)}
            if design.normalised and not last:
                own |= {"scale": np.ones(layer.outputs, dtype), "shift": np.zeros(layer.outputs, dtype)}
                self.moments.append((np.zeros(layer.outputs, dtype), np.ones(layer.outputs, dtype)))
            else:
                own["bias"] = np.zeros(layer.outputs, dtype)
                self.moments.append(None)
            self.parameters.append(own)

    def named(self) -> Iterator[tuple[tuple[int, str], Array]]:
        """All parameters by (layer, name), in a fixed order."""
        for number, own in enumerate(self.parameters):
            for name, array in own.items():
                yield (number, name), array

    def logits(self, images: Array) -> Array:
        """Scores of the classes, with the moments that normalisation remembers.

        Parameters
        ----------
        images : ndarray, shape (images, 8, 8, 1)

        Returns
        -------
        ndarray, shape (images, 10)
        """
        return self._forward(images, None)

    def accuracy(self, images: Array, labels: Array) -> float:
        """Share of the images whose highest score is that of their label."""
        return float((self.logits(images).argmax(axis=1) == labels).mean())

    def loss(self, images: Array, labels: Array, gradient: dict[tuple[int, str], Array] | None = None) -> float:
        """Mean cross-entropy of a training batch, nats, and its gradient.

        Parameters
        ----------
        images : ndarray, shape (images, 8, 8, 1)
        labels : ndarray of int, shape (images,)
        gradient : dict, optional
            Receives the gradients, by the keys of :meth:`named`.

        Returns
        -------
        float
        """
        kept: list[Any] = []
        scores = self._forward(images, kept)
        rows = np.arange(len(labels))
        scores -= scores.max(axis=1, keepdims=True)
        right = scores[rows, labels]
        np.exp(scores, out=scores)
        total = scores.sum(axis=1)
        loss = float(np.mean(np.log(total) - right))
        if gradient is not None:
            scores /= total[:, None]
            scores[rows, labels] -= 1
            self._backward(scores[:, None, None], kept, gradient)
        return loss

    def _round(self, values: Array) -> Array:
        return values.astype(np.float16).astype(values.dtype) if self.half else values

    def _forward(self, x: Array, kept: list[Any] | None) -> Array:
        """Scores; `kept` receives what the backward pass needs, and says that this is training."""
        for number, layer in enumerate(self.layers):
            own, moments = self.parameters[number], self.moments[number]
            x, weight = self._round(x), self._round(own["weight"])
            rows = patches(x, layer) if layer.groups == 1 else None
            if rows is None:
                u = convolve_shifts(x, weight, layer)
            else:
                side = layer.output_size(x.shape[1])
                u = (rows[0] @ weight.reshape(-1, layer.outputs)).reshape(len(x), side, side, layer.outputs)
            unit = spread = None
            if moments is not None:
                if kept is None:
                    mean, variance = moments
                else:
                    mean, variance = u.mean(axis=(0, 1, 2)), u.var(axis=(0, 1, 2))
                    pairs = zip(moments, (mean, variance), strict=True)
                    self.moments[number] = tuple(_MEMORY * old + (1 - _MEMORY) * new for old, new in pairs)  # type: ignore[assignment]
                spread = np.sqrt(variance + u.dtype.type(_EPSILON))
                unit = (u - mean) / spread
                u = unit * own["scale"] + own["shift"]
            else:
                u += own["bias"]
            if kept is not None:
                kept.append((x, rows, unit, spread, u))
            x = u if layer is self.layers[-1] else np.maximum(u, 0)
        return x[:, 0, 0]

    def _backward(self, slope: Array, kept: list[Any], gradient: dict[tuple[int, str], Array]) -> None:
        """Gradients of the mean loss from the slope of the summed one.

        The sum keeps the slopes of half precision away from its smallest numbers; the mean is taken at the end.
        """
        images = len(slope)
        for number in range(len(self.layers) - 1, -1, -1):
            layer, own = self.layers[number], self.parameters[number]
            x, rows, unit, spread, u = kept[number]
            if number < len(self.layers) - 1:
                slope = slope * (u > 0)
            if unit is None:
                gradient[number, "bias"] = slope.sum(axis=(0, 1, 2)) / images
            else:
                gradient[number, "shift"] = (total := slope.sum(axis=(0, 1, 2))) / images
                gradient[number, "scale"] = (moment := (slope * unit).sum(axis=(0, 1, 2))) / images
                places = slope[..., 0].size
                slope = (slope - total / places - unit * (moment / places)) * (own["scale"] / spread)
            weights, below = convolution_gradients(
                x, self._round(own["weight"]), self._round(slope), layer, rows, below=number > 0
            )
            gradient[number, "weight"] = weights / images
            if (mask := self.masks[number]) is not None:
                gradient[number, "weight"] *= mask
            if below is not None:
                slope = below
