"""The networks of the CNN era, layer by layer, as their papers or reference implementations have them.

Activations, dropout and local response normalisation have no parameters and no multiply-adds and are left out.

References
----------
Krizhevsky et al. (2012); Krizhevsky (2014), arXiv:1404.5997; Simonyan & Zisserman (2014), arXiv:1409.1556; Szegedy et
al. (2014), arXiv:1409.4842; He et al. (2015), arXiv:1512.03385; Iandola et al. (2016), arXiv:1602.07360; Huang et al.
(2016), arXiv:1608.06993; Howard et al. (2017), arXiv:1704.04861; Zhang et al. (2017), arXiv:1707.01083; Sandler et al.
(2018), arXiv:1801.04381; Ma et al. (2018), arXiv:1807.11164; Tan & Le (2019), arXiv:1905.11946.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from analysis.cnn_era.networks.layers import (
    AdaptivePool,
    BatchNorm,
    Branches,
    Conv,
    Depthwise,
    Free,
    Layer,
    Layers,
    Linear,
    Pool,
    Residual,
    SqueezeExcite,
)
from analysis.kit.errors import ProblemError

CLASSES = 1000


@dataclass(frozen=True)
class Network:
    """A network: its key, its name in print, the size of the image it is counted at (a side, pixels) and its layers."""

    key: str
    name: str
    size: int
    layers: Layers


@cache
def network(key: str) -> Network:
    """One of the networks of :func:`keys`.

    Parameters
    ----------
    key : str
        Of :func:`keys`.

    Returns
    -------
    Network
        Its layers and its name.

    Raises
    ------
    ProblemError
        For another key.

    Examples
    --------
    >>> from analysis.cnn_era.networks.counting import total
    >>> print(f"{network('vgg16').name}: {total(network('vgg16').layers).parameters:,} parameters")
    VGG-16: 138,357,544 parameters
    """
    if key not in _NETWORKS:
        raise ProblemError(f"There is no network {key!r}; choose from {', '.join(_NETWORKS)}.")
    name, size, build = _NETWORKS[key]
    return Network(key, name, size, build())


def keys() -> list[str]:
    """Keys of all networks, oldest first.

    >>> keys()[:3]
    ['alexnet', 'alexnet-owt', 'vgg11']
    """
    return list(_NETWORKS)


def alexnet() -> Layers:
    """AlexNet as in the paper: two halves on two graphics cards, joined at the third convolution, 227 pixels."""
    return (
        Conv(96, 11, stride=4, padding=0, bias=True),
        Pool(3, 2),
        Conv(256, 5, groups=2, bias=True),
        Pool(3, 2),
        Conv(384, 3, bias=True),
        Conv(384, 3, groups=2, bias=True),
        Conv(256, 3, groups=2, bias=True),
        Pool(3, 2),
        *_heads(4096, 4096),
    )


def alexnet_one_weird_trick() -> Layers:
    """The single-card AlexNet of "One weird trick", as torchvision has it."""
    return (
        Conv(64, 11, stride=4, padding=2, bias=True),
        Pool(3, 2),
        Conv(192, 5, bias=True),
        Pool(3, 2),
        *(Conv(channels, 3, bias=True) for channels in (384, 256, 256)),
        Pool(3, 2),
        AdaptivePool(6),
        *_heads(4096, 4096),
    )


def vgg(*convolutions: int) -> Layers:
    """VGG: five stages of `convolutions` 3x3 convolutions each, the size halved after every stage."""
    stages = zip((64, 128, 256, 512, 512), convolutions, strict=True)
    body = [(*[Conv(channels, 3, bias=True)] * n, Pool(2, 2)) for channels, n in stages]
    return (*(layer for stage in body for layer in stage), *_heads(4096, 4096))


def googlenet(widest: int = 5, normed: bool = False) -> Layers:
    """GoogLeNet without its auxiliary classifiers, as in Table 1 of the paper.

    Torchvision's has 3x3 convolutions where the paper has 5x5 (`widest` 3), and batch normalisation (`normed`).
    """
    shrink = Pool(3, 2, ceil=True)

    def conv(channels: int, kernel: int = 1, stride: int = 1) -> Layers:
        return _normed(Conv(channels, kernel, stride)) if normed else (Conv(channels, kernel, stride, bias=True),)

    def inception(one: int, reduce3: int, three: int, reduce5: int, five: int, pooled: int) -> Branches:
        return Branches(
            (
                conv(one),
                conv(reduce3) + conv(three, 3),
                conv(reduce5) + conv(five, widest),
                (Pool(3, padding=1), *conv(pooled)),
            )
        )

    return (
        *conv(64, 7, 2),
        shrink,
        *conv(64),
        *conv(192, 3),
        shrink,
        inception(64, 96, 128, 16, 32, 32),
        inception(128, 128, 192, 32, 96, 64),
        shrink,
        inception(192, 96, 208, 16, 48, 64),
        inception(160, 112, 224, 24, 64, 64),
        inception(128, 128, 256, 24, 64, 64),
        inception(112, 144, 288, 32, 64, 64),
        inception(256, 160, 320, 32, 128, 128),
        shrink,
        inception(256, 160, 320, 32, 128, 128),
        inception(384, 192, 384, 48, 128, 128),
        AdaptivePool(),
        Linear(CLASSES),
    )


def resnet(*blocks: int, bottleneck: bool = True, stride_at: int = 3) -> Layers:
    """ResNet with `blocks` residual blocks in each of four stages.

    Parameters
    ----------
    *blocks : int
        (3, 4, 6, 3) is ResNet-50 with bottlenecks and ResNet-34 without.
    bottleneck : bool
        1x1, 3x3 and 1x1 convolutions, the last four times as wide, instead of two 3x3.
    stride_at : int
        The convolution of a bottleneck that halves the size: 1 for the 1x1 of the paper (v1), 3 for the 3x3 (v1.5).
    """
    widen = 4 if bottleneck else 1
    layers: list[Residual] = []
    channels = 64
    for stage, n in enumerate(blocks):
        width = 64 * 2**stage
        for block in range(n):
            stride = 2 if stage and not block else 1
            first, second = (stride, 1) if not bottleneck or stride_at == 1 else (1, stride)
            body = _normed(Conv(width, 1 if bottleneck else 3, first)) + _normed(Conv(width, 3, second))
            body += _normed(Conv(4 * width)) if bottleneck else ()
            fits = stride == 1 and channels == widen * width
            layers.append(Residual(body, () if fits else _normed(Conv(widen * width, 1, stride))))
            channels = widen * width
    return (*_normed(Conv(64, 7, 2)), Pool(3, 2, 1), *layers, AdaptivePool(), Linear(CLASSES))


def squeezenet() -> Layers:
    """SqueezeNet 1.1: a 1x1 convolution squeezes the channels, 1x1 and 3x3 convolutions side by side expand them."""

    def fire(squeeze: int, expand: int) -> Layers:
        return (
            Conv(squeeze, bias=True),
            Branches(((Conv(expand, bias=True),), (Conv(expand, 3, bias=True),))),
        )

    shrink = Pool(3, 2, ceil=True)
    return (
        Conv(64, 3, 2, padding=0, bias=True),
        shrink,
        *fire(16, 64),
        *fire(16, 64),
        shrink,
        *fire(32, 128),
        *fire(32, 128),
        shrink,
        *fire(48, 192),
        *fire(48, 192),
        *fire(64, 256),
        *fire(64, 256),
        Conv(CLASSES, bias=True),
        AdaptivePool(),
    )


def densenet(*blocks: int, growth: int = 32) -> Layers:
    """DenseNet: each layer adds `growth` channels to all that came before it; (6, 12, 24, 16) is DenseNet-121."""
    layers: Layers = (*_normed(Conv(64, 7, 2)), Pool(3, 2, 1))
    channels = 64
    for stage, n in enumerate(blocks):
        if stage:
            channels //= 2
            layers += (BatchNorm(), Conv(channels), Pool(2, 2))
        layers += (Branches(((), (BatchNorm(), *_normed(Conv(4 * growth)), Conv(growth, 3)))),) * n
        channels += n * growth
    return (*layers, BatchNorm(), AdaptivePool(), Linear(CLASSES))


def mobilenet_v1(width: float = 1.0, classes: int = CLASSES) -> Layers:
    """MobileNet v1: a convolution cut into a depthwise 3x3 and a 1x1, thirteen times, all `width` times as wide.

    Parameters
    ----------
    width : float
        Factor on the channels of every layer; positive.
    classes : int
        Answers.

    Returns
    -------
    tuple of Layer
        From the image to the answer.

    Examples
    --------
    >>> from analysis.cnn_era.networks.counting import total
    >>> total(mobilenet_v1()).parameters
    4231976
    """
    steps = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    body = [_separable(int(width * channels), stride) for channels, stride in steps]
    return (*_normed(Conv(int(32 * width), 3, 2)), *(x for s in body for x in s), AdaptivePool(), Linear(classes))


def mobilenet_v2() -> Layers:
    """MobileNet v2: inverted residuals, which widen the channels for the depthwise convolution and then narrow them."""
    stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    body = _inverted(32, [(expand, channels, n, stride, 3) for expand, channels, n, stride in stages])
    return (*_normed(Conv(32, 3, 2)), *body, *_normed(Conv(1280)), AdaptivePool(), Linear(CLASSES))


def shufflenet_v1(groups: int = 8) -> Layers:
    """ShuffleNet v1 1x: 1x1 convolutions in groups, the channels shuffled between them."""
    widths = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}
    if groups not in widths:
        raise ProblemError(f"The paper has no ShuffleNet with {groups} groups; choose from 1, 2, 3, 4 and 8.")
    layers: Layers = (*_normed(Conv(24, 3, 2)), Pool(3, 2, 1))
    channels = 24
    for stage, n in enumerate((4, 8, 4)):
        width = widths[groups] * 2**stage
        for unit in range(n):
            first = 1 if channels == 24 else groups  # so few channels are not grouped
            made = width - channels if unit == 0 else width
            body = (
                *_normed(Conv(width // 4, groups=first)),
                Free("shuffle"),
                *_normed(Depthwise(3, 2 if unit == 0 else 1)),
                *_normed(Conv(made, groups=groups)),
            )
            layers += (Residual(body),) if unit else (Branches(((Pool(3, 2, 1),), body)),)
            channels = width
    return (*layers, AdaptivePool(), Linear(CLASSES))


def shufflenet_v2() -> Layers:
    """ShuffleNet v2 1x: half of the channels pass untouched, then all are shuffled."""
    layers: Layers = (*_normed(Conv(24, 3, 2)), Pool(3, 2, 1))
    for width, n in ((116, 4), (232, 8), (464, 4)):
        half = width // 2

        def right(stride: int, half: int = half) -> Layers:
            return (*_normed(Conv(half)), *_normed(Depthwise(3, stride)), *_normed(Conv(half)))

        left = (*_normed(Depthwise(3, 2)), *_normed(Conv(half)))
        layers += (Branches((left, right(2))), Free("shuffle"))
        layers += (Branches(((), right(1)), split=True), Free("shuffle")) * (n - 1)
    return (*layers, *_normed(Conv(1024)), AdaptivePool(), Linear(CLASSES))


def efficientnet(deepen: float = 1.0) -> Layers:
    """EfficientNet-B0, or with `deepen` 1.1 B1: inverted residuals with squeeze-and-excite, found by search."""
    stages = [
        (1, 16, 1, 1, 3),
        (6, 24, 2, 2, 3),
        (6, 40, 2, 2, 5),
        (6, 80, 3, 2, 3),
        (6, 112, 3, 1, 5),
        (6, 192, 4, 2, 5),
        (6, 320, 1, 1, 3),
    ]
    deep = [(expand, channels, math.ceil(deepen * n), stride, kernel) for expand, channels, n, stride, kernel in stages]
    body = _inverted(32, deep, squeeze=4)
    return (*_normed(Conv(32, 3, 2)), *body, *_normed(Conv(1280)), AdaptivePool(), Linear(CLASSES))


def _heads(*widths: int) -> Layers:
    return tuple(Linear(width) for width in (*widths, CLASSES))


def _normed(layer: Conv | Depthwise) -> Layers:
    return (layer, BatchNorm())


def _separable(channels: int, stride: int) -> Layers:
    return (*_normed(Depthwise(3, stride)), *_normed(Conv(channels)))


def _inverted(channels: int, stages: list[tuple[int, int, int, int, int]], squeeze: int = 0) -> Iterator[Layer]:
    """Inverted residual blocks: (widening, channels, blocks, stride of the first, kernel) a stage."""
    for expand, made, n, first, kernel in stages:
        for block in range(n):
            stride = first if block == 0 else 1
            body = _normed(Conv(expand * channels)) if expand > 1 else ()
            body += _normed(Depthwise(kernel, stride))
            body += (SqueezeExcite(channels // squeeze),) if squeeze else ()
            body += _normed(Conv(made))
            yield from (Residual(body),) if stride == 1 and channels == made else body
            channels = made


_NETWORKS: dict[str, tuple[str, int, Callable[[], Layers]]] = {
    "alexnet": ("AlexNet", 227, alexnet),
    "alexnet-owt": ("AlexNet (one card)", 224, alexnet_one_weird_trick),
    "vgg11": ("VGG-11", 224, partial(vgg, 1, 1, 2, 2, 2)),
    "vgg16": ("VGG-16", 224, partial(vgg, 2, 2, 3, 3, 3)),
    "vgg19": ("VGG-19", 224, partial(vgg, 2, 2, 4, 4, 4)),
    "googlenet": ("GoogLeNet", 224, googlenet),
    "googlenet-tv": ("GoogLeNet (torchvision)", 224, partial(googlenet, 3, normed=True)),
    "resnet18": ("ResNet-18", 224, partial(resnet, 2, 2, 2, 2, bottleneck=False)),
    "resnet34": ("ResNet-34", 224, partial(resnet, 3, 4, 6, 3, bottleneck=False)),
    "resnet50-v1": ("ResNet-50 v1", 224, partial(resnet, 3, 4, 6, 3, stride_at=1)),
    "resnet50": ("ResNet-50 v1.5", 224, partial(resnet, 3, 4, 6, 3)),
    "resnet101": ("ResNet-101", 224, partial(resnet, 3, 4, 23, 3)),
    "resnet152": ("ResNet-152", 224, partial(resnet, 3, 8, 36, 3)),
    "squeezenet": ("SqueezeNet 1.1", 224, squeezenet),
    "densenet121": ("DenseNet-121", 224, partial(densenet, 6, 12, 24, 16)),
    "mobilenet-v1": ("MobileNet v1", 224, mobilenet_v1),
    "shufflenet-v1": ("ShuffleNet v1", 224, shufflenet_v1),
    "mobilenet-v2": ("MobileNet v2", 224, mobilenet_v2),
    "shufflenet-v2": ("ShuffleNet v2", 224, shufflenet_v2),
    "efficientnet-b0": ("EfficientNet-B0", 224, efficientnet),
    "efficientnet-b1": ("EfficientNet-B1", 240, partial(efficientnet, 1.1)),
}
