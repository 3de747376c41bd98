r"""The layers of a convolutional network: what shape each makes, how many parameters and multiply-adds it takes.

A convolution with k x k kernels from c to d channels in g groups, that makes a d x H x W output, has

.. math:: d \frac{c}{g} k^2 (+ d) \text{ parameters and } d \frac{c}{g} k^2 H W \text{ multiply-adds (MACs).}

Counted are the multiply-adds of convolutions and fully connected layers, those of squeeze-and-excite included. Not
counted, as is the custom: biases, normalisation (at test time it folds into the convolution before it), activations,
pooling, sums and shuffles. One MAC is two floating-point operations; many papers print MACs and call them FLOPs.

References
----------
Krizhevsky et al. (2012); Szegedy et al. (2014), arXiv:1409.4842; Howard et al. (2017), arXiv:1704.04861 (section 3.1,
the cost of a depthwise-separable convolution); Hu et al. (2017), arXiv:1709.01507 (squeeze-and-excite).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from analysis.kit.errors import ProblemError


class Shape(NamedTuple):
    """Shape of what flows between layers: channels, height and width."""

    channels: int
    height: int
    width: int

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return self.channels * self.height * self.width

    def __str__(self) -> str:
        return "x".join(map(str, self))


@dataclass(frozen=True)
class Layer:
    """A layer that changes nothing and costs nothing: an activation, a dropout, a shuffle of the channels."""

    def out(self, shape: Shape) -> Shape:
        """Shape of the output for an input of `shape`; a ProblemError if it does not fit."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Learnt numbers."""
        return 0

    def macs(self, shape: Shape) -> int:
        """Multiply-adds for one image."""
        return 0

    @property
    def kind(self) -> str:
        """What the layer is called in a table."""
        return type(self).__name__.lower()

    def parts(self, shape: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """The paths inside: name, layers and the shape that enters. A plain layer has none."""
        return iter(())

    def join(self, shapes: list[Shape]) -> Shape:
        """Shape of what the paths inside make together; a ProblemError if they do not fit."""
        raise NotImplementedError


Layers = tuple[Layer, ...]


@dataclass(frozen=True)
class Free(Layer):
    """An operation without multiply-adds, named: ``Free("shuffle")``."""

    name: str

    @property
    def kind(self) -> str:
        """Its name."""
        return self.name


@dataclass(frozen=True)
class Conv(Layer):
    """A convolution.

    Parameters
    ----------
    channels : int
        Channels it makes.
    kernel, stride, padding : int
        Square, in pixels. The padding is (kernel - 1) / 2 unless given, which keeps the size at stride 1.
    groups : int
        Groups of channels that do not see each other; as many as channels makes it depthwise.
    bias : bool
        One further parameter a channel.

    Examples
    --------
    >>> first = Conv(96, 11, stride=4, padding=0, bias=True)  # of AlexNet
    >>> image = Shape(3, 227, 227)
    >>> print(first.out(image), first.parameters(image), first.macs(image))
    96x55x55 34944 105415200
    """

    channels: int
    kernel: int = 1
    stride: int = 1
    padding: int | None = None
    groups: int = 1
    bias: bool = False

    def out(self, shape: Shape) -> Shape:
        """Shape of the output."""
        _positive("convolution", channels=self.channels, groups=self.groups)
        if shape.channels % self.groups or self.channels % self.groups:
            raise ProblemError(
                f"{self.groups} groups do not divide {shape.channels} channels in and {self.channels} out; "
                "choose a number of groups that divides both."
            )
        padding = (self.kernel - 1) // 2 if self.padding is None else self.padding
        return Shape(self.channels, *_slide(shape, self.kernel, self.stride, padding, False))

    def parameters(self, shape: Shape) -> int:
        """Weights and biases."""
        return self._weights(shape) + self.channels * self.bias

    def macs(self, shape: Shape) -> int:
        """Every weight once for each pixel of the output."""
        made = self.out(shape)
        return self._weights(shape) * made.height * made.width

    @property
    def kind(self) -> str:
        """With the size of the kernel."""
        return f"conv {self.kernel}x{self.kernel}"

    def _weights(self, shape: Shape) -> int:
        return self.channels * (shape.channels // self.groups) * self.kernel**2


@dataclass(frozen=True)
class Depthwise(Layer):
    """A convolution in which each channel sees only itself.

    >>> Depthwise(3).macs(Shape(32, 112, 112)), Conv(32, 3).macs(Shape(32, 112, 112))
    (3612672, 115605504)
    """

    kernel: int = 3
    stride: int = 1

    def out(self, shape: Shape) -> Shape:
        """Shape of the output."""
        return self._conv(shape).out(shape)

    def parameters(self, shape: Shape) -> int:
        """One kernel a channel."""
        return self._conv(shape).parameters(shape)

    def macs(self, shape: Shape) -> int:
        """Every weight once for each pixel of the output."""
        return self._conv(shape).macs(shape)

    @property
    def kind(self) -> str:
        """With the size of the kernel."""
        return f"depthwise {self.kernel}x{self.kernel}"

    def _conv(self, shape: Shape) -> Conv:
        return Conv(shape.channels, self.kernel, self.stride, groups=shape.channels)


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Batch normalisation: a learnt scale and shift a channel, no counted multiply-adds."""

    def parameters(self, shape: Shape) -> int:
        """Two a channel."""
        return 2 * shape.channels


@dataclass(frozen=True)
class Linear(Layer):
    """A fully connected layer over all numbers that enter."""

    channels: int
    bias: bool = True

    def out(self, shape: Shape) -> Shape:
        """One pixel of `channels` channels."""
        _positive("fully connected layer", channels=self.channels)
        return Shape(self.channels, 1, 1)

    def parameters(self, shape: Shape) -> int:
        """Weights and biases."""
        return self.macs(shape) + self.channels * self.bias

    def macs(self, shape: Shape) -> int:
        """Every weight once."""
        return self.channels * shape.numbers


@dataclass(frozen=True)
class Pool(Layer):
    """Maximum or mean over a window; `ceil` lets the last window hang over the edge, as Caffe does.

    >>> print(Pool(3, 2).out(Shape(64, 112, 112)), Pool(3, 2, ceil=True).out(Shape(64, 112, 112)))
    64x55x55 64x56x56
    """

    kernel: int
    stride: int = 1
    padding: int = 0
    ceil: bool = False

    def out(self, shape: Shape) -> Shape:
        """Shape of the output."""
        return Shape(shape.channels, *_slide(shape, self.kernel, self.stride, self.padding, self.ceil))


@dataclass(frozen=True)
class AdaptivePool(Layer):
    """The mean over windows chosen so that `size` x `size` pixels remain, for any input."""

    size: int = 1

    def out(self, shape: Shape) -> Shape:
        """Shape of the output."""
        _positive("pooling", size=self.size)
        return Shape(shape.channels, self.size, self.size)


@dataclass(frozen=True)
class SqueezeExcite(Layer):
    """Channel weights learnt from the mean of each channel by two fully connected layers, `channels` between them."""

    channels: int

    def parameters(self, shape: Shape) -> int:
        """Weights and biases of both layers."""
        return self.macs(shape) + self.channels + shape.channels

    def macs(self, shape: Shape) -> int:
        """Of the two layers; scaling the channels is not counted."""
        _positive("squeeze-and-excite", channels=self.channels)
        return 2 * self.channels * shape.channels


@dataclass(frozen=True)
class Residual(Layer):
    """A sum of what a body makes and what a shortcut passes on (the input itself, if the shortcut is empty)."""

    body: Layers
    shortcut: Layers = ()

    def parts(self, shape: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Body and shortcut, both from the input."""
        yield "body", self.body, shape
        yield "shortcut", self.shortcut, shape

    def join(self, shapes: list[Shape]) -> Shape:
        """The shape that both must have."""
        if shapes[0] != shapes[1]:
            raise ProblemError(
                f"The body makes {shapes[0]} and the shortcut {shapes[1]}, which cannot be added; give both one shape."
            )
        return shapes[0]


@dataclass(frozen=True)
class Branches(Layer):
    """Paths side by side whose outputs are stacked channel upon channel.

    With `split` each path takes its equal share of the channels, else all of them.
    """

    paths: tuple[Layers, ...]
    split: bool = False

    def parts(self, shape: Shape) -> Iterator[tuple[str, Layers, Shape]]:
        """Each path with what enters it."""
        share = shape.channels
        if self.split:
            share, rest = divmod(shape.channels, len(self.paths))
            if rest:
                raise ProblemError(
                    f"{shape.channels} channels cannot be split over {len(self.paths)} paths; use a multiple of that."
                )
        for i, layers in enumerate(self.paths, start=1):
            yield f"path {i}", layers, shape._replace(channels=share)

    def join(self, shapes: list[Shape]) -> Shape:
        """Their channels together; height and width must agree."""
        if len({(s.height, s.width) for s in shapes}) != 1:
            sizes = ", ".join(map(str, shapes))
            raise ProblemError(f"The paths make {sizes}, which cannot be stacked; give them one height and width.")
        return shapes[0]._replace(channels=sum(s.channels for s in shapes))


def _slide(shape: Shape, kernel: int, stride: int, padding: int, ceil: bool) -> tuple[int, int]:
    _positive("window", kernel=kernel, stride=stride)
    if padding < 0:
        raise ProblemError(f"A padding of {padding} cannot be; give 0 or more.")
    sides = []
    for side in (shape.height, shape.width):
        room = side + 2 * padding - kernel
        if room < 0:
            raise ProblemError(
                f"A {kernel}x{kernel} window does not fit into {shape} with padding {padding}; "
                "use a larger image, more padding or fewer strides before it."
            )
        made = (room + (stride - 1) * ceil) // stride + 1
        # a window that would begin beyond the image and its left padding is dropped
        sides.append(made - (ceil and (made - 1) * stride >= side + padding))
    return sides[0], sides[1]


def _positive(what: str, **numbers: int) -> None:
    for name, number in numbers.items():
        if number < 1:
            raise ProblemError(f"A {what} with {name} = {number} cannot be; give 1 or more.")
