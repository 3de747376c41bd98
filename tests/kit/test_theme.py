"""The palette can be read by everyone, on a light and on a dark page."""

from __future__ import annotations

import itertools

import altair as alt
import numpy as np
import pytest

from analysis.kit import theme

TEXT = [name for name in theme.PALETTE if name not in ("paper", "grid")]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast ratio; black on white has 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("page", [0, 1])
def test_every_colour_of_text_and_marks_has_a_contrast_of_at_least_4_5(name, page):
    assert contrast(theme.PALETTE[name][page], theme.PALETTE["paper"][page]) >= 4.5


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("page", [0, 1])
def test_every_colour_is_its_own_so_that_light_and_dark_can_be_swapped(page):
    colours = [colour[page] for colour in theme.PALETTE.values()]
    assert len(set(colours)) == len(colours)


#: Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, vision: str) -> np.ndarray:
    """CIE L*a*b* of a colour as an eye without red or green cones sees it."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(VISION[vision]) @ linear, 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize("vision", VISION)
def test_the_colours_of_what_is_compared_differ_for_eyes_without_red_or_green(page, vision):
    """A difference of 10 in CIE76 is seen at a glance; marks also differ in shape or label."""
    names = ("computed", "ordered", "chaotic", "baseline")
    for a, b in itertools.combinations(names, 2):
        one, other = (lab(theme.PALETTE[name][page], vision) for name in (a, b))
        assert np.linalg.norm(one - other) >= 10, (a, b)


def test_the_theme_is_on_for_every_chart():
    config = alt.Chart(alt.InlineData(values=[])).mark_point().to_dict()["config"]
    assert config["background"] == theme.PAPER
    assert config["axis"]["labelColor"] == theme.QUIET
