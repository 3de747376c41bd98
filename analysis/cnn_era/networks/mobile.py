"""Networks for one task and one device: what width and image size buy, and what a narrower task needs.

MobileNet v1 has two knobs. Width w multiplies every number of channels, so that parameters and multiply-adds fall about
as its square; the side s of the image changes the multiply-adds as its square and no parameter.

References
----------
Howard et al. (2017), MobileNets, arXiv:1704.04861, Tables 6, 7 and 10.
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.cnn_era.networks.architectures import mobilenet_v1, network
from analysis.cnn_era.networks.counting import total
from analysis.kit import facts

BREEDS = 120  # classes of the Stanford Dogs set
WIDTHS, SIZES = (1.0, 0.75, 0.5, 0.25), (224, 192, 160, 128)


def mobilenet_family(classes: int = 1000) -> pd.DataFrame:
    """The sixteen MobileNets, counted.

    Returns
    -------
    DataFrame
        ``width``, ``size`` (pixels), ``parameters``, ``megabytes`` (one byte a parameter, as on phones), ``macs`` and
        ``top1`` (per cent on ImageNet, nan where it is not in the facts or `classes` is not 1000).

    Examples
    --------
    >>> family = mobilenet_family()
    >>> smallest = family.sort_values("macs").iloc[0]
    >>> int(smallest["parameters"]), int(smallest["macs"])
    (470072, 13570048)
    """
    rows = []
    for width in WIDTHS:
        for size in SIZES:
            counted = total(mobilenet_v1(width, classes), size)
            top1 = _value(f"mobilenet-top1-{width:g}-{size}") if classes == 1000 else math.nan
            rows.append((width, size, counted.parameters, counted.parameters / 1e6, counted.macs, top1))
    return pd.DataFrame(rows, columns=["width", "size", "parameters", "megabytes", "macs", "top1"])


def printed_by_keras() -> pd.DataFrame:
    """The multiply-adds that Keras' documentation prints for MobileNet's image sizes, beside the count.

    Returns
    -------
    DataFrame
        ``size``, ``printed`` and ``counted`` (millions).

    Examples
    --------
    >>> printed_by_keras().round(0).to_numpy().tolist()
    [[224.0, 529.0, 569.0], [192.0, 529.0, 418.0], [160.0, 529.0, 291.0], [128.0, 529.0, 186.0]]
    """
    layers = network("mobilenet-v1").layers
    rows = [(size, _value(f"keras-macs-1-{size}"), total(layers, size).macs / 1e6) for size in SIZES]
    return pd.DataFrame(rows, columns=["size", "printed", "counted"])


def dog_breeds() -> pd.DataFrame:
    """One narrow task, 120 breeds of dog: the large network of its day and MobileNets for a phone.

    Returns
    -------
    DataFrame
        ``name``, ``top1`` (per cent, printed), ``printed_macs`` and ``printed_parameters`` (millions), ``macs`` and
        ``parameters`` (our counts with 120 classes, nan for Inception v3), and ``millions`` (of multiply-adds: counted,
        or printed where we have no count).

    Examples
    --------
    >>> table = dog_breeds().set_index("name")
    >>> table.loc["MobileNet 0.75, 192", ["top1", "macs", "parameters"]].tolist()
    [80.5, 238597632.0, 1908840.0]
    """
    rows = [("Inception v3", *_printed("inception-v3"), math.nan, math.nan)]
    for width, size in ((1.0, 224), (0.75, 224), (1.0, 192), (0.75, 192)):
        counted = total(mobilenet_v1(width, BREEDS), size)
        printed = _printed(f"{width:g}-{size}")
        rows.append((f"MobileNet {width:g}, {size}", *printed, float(counted.macs), float(counted.parameters)))
    table = pd.DataFrame(rows, columns=["name", "top1", "printed_macs", "printed_parameters", "macs", "parameters"])
    return table.assign(millions=(table["macs"] / 1e6).fillna(table["printed_macs"]))


def _printed(name: str) -> tuple[float, float, float]:
    top1, macs, parameters = (_value(f"dogs-{what}-{name}") for what in ("top1", "macs", "parameters"))
    return top1, macs, parameters


def _value(identity: str) -> float:
    table = facts.load("cnn_era")
    return table[identity].value if identity in table else math.nan
