"""How far apart colours are for eyes that lack red, green or blue cones."""

from __future__ import annotations

import itertools

import numpy as np

from analysis.kit.theme import Colour

#: Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
KINDS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
#: A difference in CIE76 that is seen at a glance: four times the least that is noticed.
SEEN = 4 * 2.3
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, kind: str) -> np.ndarray:
    """CIE L*a*b* of a colour (hex) as an eye of a kind sees it."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = _TO_XYZ @ np.clip(np.array(KINDS[kind]) @ linear, 0, 1) / _TO_XYZ.sum(axis=1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: str, other: str, kind: str) -> float:
    """Distance of two colours (hex) in CIE76 for an eye of a kind."""
    return float(np.linalg.norm(lab(one, kind) - lab(other, kind)))


def least_difference(one: Colour, other: Colour) -> float:
    """The smallest distance of two colours of the book over the kinds of eye, on a light and on a dark page."""
    return min(difference(one[page], other[page], kind) for kind, page in itertools.product(KINDS, (0, 1)))
