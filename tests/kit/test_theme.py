"""The palette can be read by everyone, on a light and on a dark page."""

from __future__ import annotations

import itertools

import altair as alt
import pytest
import vision

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


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize("kind", vision.KINDS)
def test_the_colours_of_what_is_compared_differ_for_every_eye(page, kind):
    """Marks also differ in shape, dash or name; a test of the drawn figures sees to that."""
    names = ("computed", "ordered", "chaotic", "baseline")
    for a, b in itertools.combinations(names, 2):
        assert vision.difference(theme.PALETTE[a][page], theme.PALETTE[b][page], kind) >= vision.SEEN, (a, b)


def test_the_theme_is_on_for_every_chart():
    config = alt.Chart(alt.InlineData(values=[])).mark_point().to_dict()["config"]
    assert config["background"] == theme.PAPER
    assert config["axis"]["labelColor"] == theme.QUIET
