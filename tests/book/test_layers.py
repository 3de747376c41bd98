"""Joined marks draw the same picture with fewer elements."""

from __future__ import annotations

import struct
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert

from book.extension import layers

#: The most by which a dot may differ, of 255: edges are mixed in another order.
SEEN = 16

CIRCLE = '<path d="M6,0A6,6,0,1,1,-6,0A6,6,0,1,1,6,0" transform="translate({x},{y})" {look}/>'
CELL = '<path d="M{x},{y}h10v13h-10Z" fill="{fill}" stroke="#ffffff" stroke-width="0.6"/>'
LINE = '<path d="M{x},10l20,30l10,-5" fill="none" stroke="#0072b2" stroke-width="3" stroke-opacity="0.5"/>'

APART = [CIRCLE.format(x=10 + 20 * i, y=10, look='fill="#0072b2"') for i in range(4)]
LIGHT = [CIRCLE.format(x=10 + 5 * i, y=30, look='fill="#0072b2" opacity="0.5"') for i in range(6)]
RINGS = [CIRCLE.format(x=10 + 8 * i, y=50, look='fill="none" stroke="#b04a00" opacity="0.7"') for i in range(5)]
DISCS = [CIRCLE.format(x=10 + 8 * i, y=70, look='fill="#0072b2" stroke="#b04a00" opacity="0.7"') for i in range(4)]
CELLS = [CELL.format(x=100 + 10 * i, y=5 + 13 * j, fill="#0072b2") for i in range(4) for j in range(3)]
LINES = [LINE.format(x=100 + 6 * i) for i in range(4)]
CURVES = [
    '<path d="M10,70C20,60,30,80,40,70" fill="none" stroke="#0072b2"/>',
    '<path d="M60,70V80H70" stroke="#0072b2"/>',
]
COLOURS = [CELL.format(x=100 + 10 * i, y=60, fill="#0072b2" if i % 2 else "#b04a00") for i in range(4)]


def picture(*marks: str) -> ElementTree.Element:
    return ElementTree.fromstring(f'<svg width="160" height="90"><g>{"".join(marks)}</g></svg>')


def drawn(root: ElementTree.Element) -> np.ndarray:
    """The picture's dots, as numbers from 0 to 255: what PNG packs, line by line with one of five filters."""
    text = ElementTree.tostring(root, encoding="unicode").replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    png, packed, at = vl_convert.svg_to_png(text), b"", 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    width, height = struct.unpack(">II", png[16:24])
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 4 * width).astype(int)
    dots, above = [], np.zeros((width, 4), int)
    for line in lines:
        row = np.zeros((width + 1, 4), int)  # the first stands left of the picture
        for x, given in enumerate(line[1:].reshape(width, 4)):
            left, up, corner = row[x], above[x], above[x - 1] if x else np.zeros(4, int)
            near = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
            nearest = np.where(
                (near[0] <= near[1]) & (near[0] <= near[2]), left, np.where(near[1] <= near[2], up, corner)
            )
            row[x + 1] = (given + [0, left, up, (left + up) // 2, nearest][line[0]]) % 256
        above = row[1:]
        dots.append(above)
    return np.array(dots)


@pytest.mark.parametrize(
    ("marks", "left"),
    [(APART, 1), (LIGHT, 3), (RINGS, 2), (LINES, 4), (CURVES, 2), (COLOURS, 4), (APART + LIGHT + RINGS, 6), (DISCS, 4)],
    ids=["apart", "light", "rings", "lines", "curves", "colours", "all", "discs"],
)
def test_joined_marks_draw_the_same_picture(marks, left):
    """Those that touch keep their order, one above the other; those that do not are one element."""
    root = picture(*marks)
    before = drawn(root)
    layers.joined(root)
    assert len(root[0]) == left
    assert np.abs(drawn(root) - before).max() <= SEEN


def test_cells_with_a_gap_between_them_are_one_element():
    """Strokes of neighbours lie on each other."""
    root = picture(*CELLS)
    layers.joined(root)
    assert len(root[0]) == 1


def test_marks_of_which_something_is_asked_by_name_stay_alone():
    root = picture(APART[0].replace("<path", '<path id="one"'), APART[1], "<text>so</text>", APART[2])
    layers.joined(root)
    assert [child.tag for child in root[0]] == ["path", "path", "text", "path"]


def test_a_path_that_is_not_understood_is_left_as_it_is():
    root = picture('<path d="M1,1Q2,2,3,3" fill="#0072b2"/>', '<path d="M9,9l1,1 2,2" fill="#0072b2"/>')
    layers.joined(root)
    assert len(root[0]) == 2
