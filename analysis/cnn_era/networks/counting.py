"""Count a network: every layer's output, parameters and multiply-adds, in exact integers.

Examples
--------
A network of one's own is a tuple of layers:

>>> from analysis.cnn_era.networks.layers import AdaptivePool, BatchNorm, Conv, Linear, Residual
>>> block = Residual((Conv(16, 3), BatchNorm(), Conv(16, 3), BatchNorm()))
>>> mine = (Conv(16, 3), BatchNorm(), block, AdaptivePool(), Linear(10))
>>> counted = count(mine, size=32)
>>> int(counted["parameters"].sum()), int(counted["macs"].sum())
(5306, 5161120)

A layer that does not fit is named:

>>> count((Conv(16, 3), Residual((Conv(32, 3),))), size=32)
Traceback (most recent call last):
    ...
analysis.kit.errors.ProblemError: Layer 2 residual: The body makes 32x32x32 and the shortcut 16x32x32, ...
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.cnn_era.networks.architectures import network as published
from analysis.cnn_era.networks.layers import Layer, Shape
from analysis.kit.errors import ProblemError

COLUMNS = ["layer", "kind", "channels", "height", "width", "parameters", "macs"]


@dataclass(frozen=True)
class Count:
    """Totals of a network for one image: parameters, macs (multiply-adds), and the shape that comes out."""

    parameters: int
    macs: int
    shape: Shape


def count(network: Iterable[Layer], size: int = 224, channels: int = 3) -> pd.DataFrame:
    """Count a network layer by layer.

    Parameters
    ----------
    network : iterable of Layer
        The layers in order, see :mod:`analysis.cnn_era.networks.layers`.
    size : int
        Height and width of the image, pixels.
    channels : int
        Channels of the image: 3 for colour.

    Returns
    -------
    DataFrame
        A row a layer: ``layer`` (where it stands, "4 body 2" is the second layer in the body of the fourth), ``kind``,
        ``channels``, ``height``, ``width`` of its output, ``parameters``, ``macs``.

    Raises
    ------
    ProblemError
        Naming the layer whose input does not fit, and why.

    Examples
    --------
    >>> from analysis.cnn_era.networks.architectures import network
    >>> int(count(network("alexnet").layers)["parameters"].sum())
    49430888
    """
    rows, _ = _count(network, size, channels)
    return pd.DataFrame(rows, columns=COLUMNS)


def total(network: Iterable[Layer], size: int = 224, channels: int = 3) -> Count:
    """Parameters and multiply-adds of a network, and the shape that it makes.

    Parameters
    ----------
    network : iterable of Layer
        From the image to the answer.
    size : int
        Height and width of the image, pixels.
    channels : int
        Of the image.

    Returns
    -------
    Count
        Parameters, multiply-adds of one image, and the shape at the end.

    Examples
    --------
    >>> from analysis.cnn_era.networks.architectures import network
    >>> total(network("resnet50").layers)
    Count(parameters=25557032, macs=4089184256, shape=Shape(channels=1000, height=1, width=1))
    """
    rows, shape = _count(network, size, channels)
    return Count(sum(row[-2] for row in rows), sum(row[-1] for row in rows), shape)


def count_networks(keys: Iterable[str]) -> pd.DataFrame:
    """Parameters and multiply-adds of published networks for one image, exact.

    Parameters
    ----------
    keys : iterable of str
        Keys of :func:`analysis.cnn_era.networks.architectures.network`.

    Returns
    -------
    DataFrame
        A row a network: ``key``, ``name``, ``size`` (of the image, pixels), ``parameters`` and ``macs``.

    Examples
    --------
    >>> count_networks(["squeezenet"])[["name", "parameters"]].to_numpy().tolist()
    [['SqueezeNet 1.1', 1235496]]
    """
    found = [(one, total(one.layers, one.size)) for one in map(published, keys)]
    rows = [(one.key, one.name, one.size, counted.parameters, counted.macs) for one, counted in found]
    return pd.DataFrame(rows, columns=["key", "name", "size", "parameters", "macs"])


def dense_shares(network: Iterable[Layer], size: int = 224) -> tuple[float, float]:
    """Shares of a network's parameters and of its multiply-adds that lie in fully connected layers.

    Examples
    --------
    >>> from analysis.cnn_era.networks.architectures import alexnet
    >>> [round(share, 2) for share in dense_shares(alexnet(), 227)]
    [0.96, 0.08]
    """
    table = count(network, size)
    dense = table["kind"].str.startswith("linear")
    parameters, macs = (float(table.loc[dense, what].sum() / table[what].sum()) for what in ("parameters", "macs"))
    return parameters, macs


Row = tuple[str, str, int, int, int, int, int]


def _count(network: Iterable[Layer], size: int, channels: int) -> tuple[list[Row], Shape]:
    if min(size, channels) < 1:
        raise ProblemError(f"An image of {size} pixels and {channels} channels cannot be; give 1 or more of each.")
    rows: list[Row] = []
    shape = _walk(network, Shape(channels, size, size), "", rows)
    return rows, shape


def _walk(layers: Iterable[Layer], shape: Shape, path: str, rows: list[Row]) -> Shape:
    for position, layer in enumerate(layers, start=1):
        place = f"{path}{position}"
        if not isinstance(layer, Layer):
            raise ProblemError(f"Layer {place} is a {type(layer).__name__}, not a layer; use those of layers.py.")
        try:
            parts = list(layer.parts(shape))
        except ProblemError as error:
            raise _placed(place, layer, error) from error
        made = [_walk(inner, entering, f"{place} {name} ", rows) for name, inner, entering in parts]
        try:
            after = layer.join(made) if made else layer.out(shape)
            parameters, macs = layer.parameters(shape), layer.macs(shape)
        except ProblemError as error:
            raise _placed(place, layer, error) from error
        if not made:
            rows.append((place, layer.kind, *after, parameters, macs))
        shape = after
    return shape


def _placed(place: str, layer: Layer, error: ProblemError) -> ProblemError:
    return ProblemError(f"Layer {place} {layer.kind}: {error}")
