"""One convolution, computed in five ways that agree to rounding and differ in what they move.

Images stand as (images, height, width, channels), weights as (kernel, kernel, inputs / groups, outputs). With
``groups`` equal to the number of channels every channel has a filter of its own: a depthwise convolution.

Textbook loops are the definition. Chellapilla et al. (2006) copy every patch into a row of a matrix (*im2col*), so
that one matrix product does all the arithmetic; without the copy, a product for every place in the kernel does the
same. A Fourier transform turns the whole into products of spectra. None of them changes the number of multiply-adds
but the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate

from analysis.kit.errors import ProblemError

Array = NDArray[Any]


@dataclass(frozen=True)
class Convolution:
    """The shape of one convolution.

    Parameters
    ----------
    inputs, outputs : int
        Channels.
    kernel : int
        Side of the square filter, pixels. A kernel as large as the image, without padding, is a dense layer.
    stride : int
        Step between filter positions, pixels.
    padding : int
        Rows and columns of zeros on every side.
    groups : int
        Parts into which the channels are divided; a divisor of `inputs` and `outputs`.

    Examples
    --------
    The first layer of AlexNet has 105,415,200 multiply-adds:

    >>> Convolution(3, 96, kernel=11, stride=4).multiply_adds(227)
    105415200
    """

    inputs: int
    outputs: int
    kernel: int = 3
    stride: int = 1
    padding: int = 0
    groups: int = 1

    def __post_init__(self) -> None:
        if min(self.inputs, self.outputs, self.kernel, self.stride, self.groups) < 1 or self.padding < 0:
            raise ProblemError(f"{self} has a size below its minimum; use 1 or more, and 0 or more for the padding.")
        if self.inputs % self.groups or self.outputs % self.groups:
            raise ProblemError(f"{self.groups} groups do not divide {self.inputs} inputs and {self.outputs} outputs.")

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of the weights."""
        return self.kernel, self.kernel, self.inputs // self.groups, self.outputs

    @property
    def weights(self) -> int:
        """Number of weights, biases not among them."""
        return int(np.prod(self.shape))

    def output_size(self, size: int) -> int:
        """Side of the output for a square image of side `size`, pixels."""
        room = size + 2 * self.padding - self.kernel
        if room < 0:
            raise ProblemError(f"A kernel of {self.kernel} does not fit an image of {size} padded by {self.padding}.")
        return room // self.stride + 1

    def multiply_adds(self, size: int) -> int:
        """Multiply-adds for one image of side `size`; those with the zeros of the padding count, as is the custom."""
        return self.output_size(size) ** 2 * self.weights

    def check(self, x: Array, weights: Array) -> None:
        """Raise ProblemError unless images and weights have the shapes that belong together."""
        if weights.shape != self.shape:
            raise ProblemError(f"The weights have shape {weights.shape}; this convolution needs {self.shape}.")
        if x.ndim != 4 or x.shape[1] != x.shape[2] or x.shape[3] != self.inputs:
            raise ProblemError(
                f"The images have shape {x.shape}; this convolution needs (images, size, size, {self.inputs})."
            )


def convolve_loops(x: Array, weights: Array, layer: Convolution) -> tuple[Array, int]:
    """The definition, one multiply-add at a time, and the number of them.

    Parameters
    ----------
    x : ndarray, shape (images, size, size, inputs)
    weights : ndarray, shape (kernel, kernel, inputs / groups, outputs)
    layer : Convolution

    Returns
    -------
    ndarray, shape (images, out, out, outputs)
    int
        Multiply-adds, counted where they happen.

    Examples
    --------
    >>> x, w = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
    >>> out, count = convolve_loops(x, w, Convolution(1, 1, kernel=2))
    >>> out[0, :, :, 0].tolist(), count
    ([[4.0, 4.0], [4.0, 4.0]], 16)
    """
    layer.check(x, weights)
    padded, side = _pad(x, layer.padding), layer.output_size(x.shape[1])
    result = np.zeros((len(x), side, side, layer.outputs), x.dtype)
    ins, outs, count = layer.inputs // layer.groups, layer.outputs // layer.groups, 0
    for image in range(len(x)):
        for row in range(side):
            for column in range(side):
                for output in range(layer.outputs):
                    first = output // outs * ins
                    total = 0.0
                    for i in range(layer.kernel):
                        for j in range(layer.kernel):
                            for channel in range(ins):
                                pixel = padded[
                                    image, row * layer.stride + i, column * layer.stride + j, first + channel
                                ]
                                total += pixel * weights[i, j, channel, output]
                                count += 1
                    result[image, row, column, output] = total
    return result, count


def patches(x: Array, layer: Convolution) -> Array:
    """Every patch that the filters see, copied into a row (*im2col*).

    Parameters
    ----------
    x : ndarray, shape (images, size, size, inputs)
    layer : Convolution

    Returns
    -------
    ndarray, shape (groups, images * out * out, kernel * kernel * inputs / groups)

    Examples
    --------
    A 3 by 3 filter copies every pixel nine times:

    >>> patches(np.ones((1, 8, 8, 1)), Convolution(1, 4, padding=1)).shape
    (1, 64, 9)
    """
    side, k, s = layer.output_size(x.shape[1]), layer.kernel, layer.stride
    seen = np.lib.stride_tricks.sliding_window_view(_pad(x, layer.padding), (k, k), axis=(1, 2))[:, ::s, ::s]
    ins = layer.inputs // layer.groups
    # (images, out, out, groups, ins, k, k) to (groups, images, out, out, k, k, ins)
    split = seen.reshape(len(x), side, side, layer.groups, ins, k, k).transpose(3, 0, 1, 2, 5, 6, 4)
    return split.reshape(layer.groups, len(x) * side * side, k * k * ins)


def fold(rows: Array, layer: Convolution, images: int, size: int) -> Array:
    """Add every patch back to where it was copied from: the transpose of :func:`patches`.

    Parameters
    ----------
    rows : ndarray, shape (groups, images * out * out, kernel * kernel * inputs / groups)
    layer : Convolution
    images, size : int

    Returns
    -------
    ndarray, shape (images, size, size, inputs)
    """
    side, k, p = layer.output_size(size), layer.kernel, layer.padding
    parts = rows.reshape(layer.groups, images, side, side, k, k, -1).transpose(1, 2, 3, 4, 5, 0, 6)
    parts = parts.reshape(images, side, side, k, k, layer.inputs)
    result = np.zeros((images, size + 2 * p, size + 2 * p, layer.inputs), rows.dtype)
    for i, j, place in _taps(layer, side):
        result[place] += parts[:, :, :, i, j]
    return result[:, p : p + size, p : p + size]


def convolve_im2col(x: Array, weights: Array, layer: Convolution) -> Array:
    """Copy the patches, then one matrix product a group; arguments as for :func:`convolve_loops`.

    Parameters
    ----------
    x : ndarray, shape (images, height, width, channels)
    weights : ndarray
        Of shape ``layer.shape``.
    layer : Convolution

    Returns
    -------
    ndarray, shape (images, height, width, filters)

    Examples
    --------
    >>> x, w = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
    >>> convolve_im2col(x, w, Convolution(1, 1, kernel=2))[0, :, :, 0].tolist()
    [[4.0, 4.0], [4.0, 4.0]]
    """
    layer.check(x, weights)
    return _images(patches(x, layer) @ _matrices(weights, layer), layer, len(x), x.shape[1])


def convolve_shifts(x: Array, weights: Array, layer: Convolution) -> Array:
    """A small product for every place in the kernel, on views of the image that nobody copies (*implicit* product).

    Arguments as for :func:`convolve_loops`. For depthwise convolutions the products are element by element.
    """
    layer.check(x, weights)
    padded, side = _pad(x, layer.padding), layer.output_size(x.shape[1])
    result = np.zeros((len(x), side, side, layer.outputs), np.result_type(x, weights))
    ins, outs = layer.inputs // layer.groups, layer.outputs // layer.groups
    for i, j, place in _taps(layer, side):
        seen = padded[place]
        if ins == outs == 1:
            result += seen * weights[i, j, 0]
            continue
        for group in range(layer.groups):
            a, b = slice(group * ins, (group + 1) * ins), slice(group * outs, (group + 1) * outs)
            result[..., b] += seen[..., a] @ weights[i, j, :, b]
    return result


def convolve_scipy(x: Array, weights: Array, layer: Convolution, method: str = "direct") -> Array:
    """SciPy's correlation of every channel with every filter; arguments as for :func:`convolve_loops`.

    Parameters
    ----------
    method : {'direct', 'fft'}
        The second multiplies spectra instead of pixels.
    """
    layer.check(x, weights)
    padded, s = _pad(x, layer.padding), layer.stride
    side, ins, outs = layer.output_size(x.shape[1]), layer.inputs // layer.groups, layer.outputs // layer.groups
    result = np.zeros((len(x), side, side, layer.outputs), np.result_type(x, weights))
    for image, pixels in zip(result, padded, strict=True):
        for output in range(layer.outputs):
            first = output // outs * ins
            seen = correlate(pixels[..., first : first + ins], weights[..., output], mode="valid", method=method)
            image[..., output] = seen[::s, ::s, 0]
    return result


def convolution_gradients(
    x: Array, weights: Array, slope: Array, layer: Convolution, rows: Array | None = None, below: bool = True
) -> tuple[Array, Array | None]:
    """Gradients of a loss with respect to weights and images.

    Both are convolutions again, of the same number of multiply-adds: this is why a training step costs three times
    a forward pass.

    Parameters
    ----------
    x, weights, layer
        As in the forward pass.
    slope : ndarray, shape (images, out, out, outputs)
        Derivative of the loss with respect to the output.
    rows : ndarray, optional
        The patches, if the forward pass has kept them.
    below : bool
        Whether the second gradient is wanted; the first layer of a network does without.

    Returns
    -------
    ndarray of the shape of `weights`
    ndarray of the shape of `x`, or None
    """
    if layer.groups > 1 and layer.groups == layer.inputs == layer.outputs:
        return _depthwise_gradients(x, weights, slope, layer, below)
    rows = patches(x, layer) if rows is None else rows
    above = slope.reshape(-1, layer.groups, layer.outputs // layer.groups).swapaxes(0, 1)
    gradient = (rows.swapaxes(1, 2) @ above).swapaxes(0, 1).reshape(layer.shape)
    if not below:
        return gradient, None
    return gradient, fold(above @ _matrices(weights, layer).swapaxes(1, 2), layer, len(x), x.shape[1])


def _depthwise_gradients(
    x: Array, weights: Array, slope: Array, layer: Convolution, below: bool
) -> tuple[Array, Array | None]:
    """Element by element, since products of matrices with one column are slow."""
    p, size, padded = layer.padding, x.shape[1], _pad(x, layer.padding)
    gradient, lower = np.empty(layer.shape, slope.dtype), np.zeros(padded.shape, slope.dtype)
    for i, j, place in _taps(layer, slope.shape[1]):
        gradient[i, j, 0] = np.einsum("nhwc,nhwc->c", padded[place], slope)
        if below:
            lower[place] += slope * weights[i, j, 0]
    return gradient, lower[:, p : p + size, p : p + size] if below else None


def _pad(x: Array, padding: int) -> Array:
    return np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0))) if padding else x


def _taps(layer: Convolution, side: int) -> list[tuple[int, int, tuple[slice, ...]]]:
    """Places (i, j) of the kernel, each with the pixels that it meets in a padded image."""
    reach, s = layer.stride * (side - 1) + 1, layer.stride
    span = range(layer.kernel)
    return [(i, j, (slice(None), slice(i, i + reach, s), slice(j, j + reach, s))) for i in span for j in span]


def _matrices(weights: Array, layer: Convolution) -> Array:
    """Weights as (groups, kernel * kernel * inputs / groups, outputs / groups)."""
    return weights.reshape(-1, layer.groups, layer.outputs // layer.groups).swapaxes(0, 1)


def _images(rows: Array, layer: Convolution, images: int, size: int) -> Array:
    """Rows of a product as images, the groups side by side."""
    side = layer.output_size(size)
    return rows.swapaxes(0, 1).reshape(images, side, side, layer.outputs)
