"""Marks of one look that do not touch are one path: a picture of a thousand points need not be a thousand elements.

Marks that overlap stay apart, so that what shines through stays: a mark goes into the first layer in which it touches
none. Where a mark has two colours, inside and at its edge, the layers also keep the order of what touches.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

_STEP = re.compile(r"([MLHVCAlhvcaZz])([^MLHVCAlhvcaZz]*)")
_TOKEN = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_MOVED = re.compile(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)")
#: Numbers of each kind of step.
_SIZES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7}


class Mark(NamedTuple):
    """A path where it stands: its steps, and the box that holds it with its stroke."""

    d: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Mark) -> bool:
        """Whether the boxes of two marks overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def joined(parent: Element) -> None:
    """Join the marks among the children of a group, and of all groups below it.

    Parameters
    ----------
    parent : Element
        A group of a drawn picture; its children are replaced.
    """
    children: list[Element] = []
    run: list[tuple[Element, Mark]] = []
    for child in [*parent, None]:
        found = placed(child) if child is not None else None
        if run and (found is None or child is None or _look(child) != _look(run[0][0])):
            children += _layers(run)
            run = []
        if child is not None and found is not None:
            run.append((child, found))
        elif child is not None:
            joined(child)
            children.append(child)
    parent[:] = children


def _look(mark: Element) -> dict[str, str]:
    return {name: value for name, value in mark.attrib.items() if name not in ("d", "transform")}


def _layers(run: list[tuple[Element, Mark]]) -> list[Element]:
    if len(run) == 1:
        return [run[0][0]]
    layers: list[list[Mark]] = []
    paints = {run[0][0].get("fill", "none"), run[0][0].get("stroke", "none")} - {"none"}
    for _, mark in run:
        touched = [place for place, layer in enumerate(layers) if any(mark.touches(other) for other in layer)]
        free = [place for place in range(len(layers) + 1) if place not in touched]
        place = free[0] if len(paints) < 2 else max(touched, default=-1) + 1
        layers[place:] = layers[place:] or [[]]
        layers[place].append(mark)
    return [Element("path", {"d": "".join(mark.d for mark in layer), **_look(run[0][0])}) for layer in layers]


def placed(mark: Element) -> Mark | None:
    """Return a path without its transformation; None for what is no path, or one whose steps are not known.

    Examples
    --------
    >>> placed(Element("path", {"d": "M2,0A2,2,0,1,1,-2,0A2,2,0,1,1,2,0", "transform": "translate(10,5)"}))
    Mark(d='M12,5A2,2,0,1,1,8,5A2,2,0,1,1,12,5', left=8.0, top=3.0, right=12.0, bottom=7.0)
    """
    moved = _MOVED.fullmatch(mark.get("transform", "translate(0,0)"))
    if mark.tag != "path" or len(mark) or moved is None or "id" in mark.attrib or "clip-path" in mark.attrib:
        return None
    by = float(moved[1]), float(moved[2])
    steps = _STEP.findall(mark.get("d", ""))
    if not steps or steps[0][0] != "M" or "".join(kind + rest for kind, rest in steps) != mark.get("d"):
        return None
    out, xs, ys = "", list[float](), list[float]()
    x = y = from_x = from_y = 0.0
    for kind, rest in steps:
        numbers, size = [float(token) for token in _TOKEN.findall(rest)], _SIZES.get(kind.upper(), 0)
        if len(numbers) != size:
            return None  # several steps under one letter, or flags that are written together
        absolute = kind.isupper()
        if kind in "Zz":
            x, y = from_x, from_y
        elif kind in "Hh":
            x = numbers[0] + (0 if absolute else x)
        elif kind in "Vv":
            y = numbers[0] + (0 if absolute else y)
        else:
            was = x, y
            x, y = (last + (0 if absolute else before) for last, before in zip(numbers[-2:], was, strict=True))
            _reach(kind.upper(), numbers, absolute, was, (x, y), xs, ys)
        if kind == "M":
            from_x, from_y = x, y
        xs.append(x)
        ys.append(y)
        out += kind + (_shifted(kind, numbers, by) if absolute and numbers else rest)
    half = 0.0
    if mark.get("stroke", "none") != "none" and not _covers(mark):
        half = float(mark.get("stroke-width", "1")) / 2
    return Mark(out, min(xs) + by[0] - half, min(ys) + by[1] - half, max(xs) + by[0] + half, max(ys) + by[1] + half)


def _covers(mark: Element) -> bool:
    """Whether a mark is opaque and filled: strokes of such neighbours may lie on each other, as between cells."""
    unseen = {"opacity", "fill-opacity", "stroke-opacity"} & set(mark.attrib)
    return mark.get("fill", "none") != "none" and not unseen


def _reach(
    kind: str,
    numbers: list[float],
    absolute: bool,
    was: tuple[float, float],
    now: tuple[float, float],
    xs: list[float],
    ys: list[float],
) -> None:
    """Add how far a curve may reach beyond its ends."""
    if kind == "A":
        (wide, high), middle = numbers[:2], [(a + b) / 2 for a, b in zip(was, now, strict=True)]
        whole = abs(now[0] - was[0]) >= 2 * wide - 0.2 or abs(now[1] - was[1]) >= 2 * high - 0.2
        for x, y in [middle] if whole else [was, now]:
            xs += [x - wide, x + wide]
            ys += [y - high, y + high]
    if kind == "C":
        xs += [x + (0 if absolute else was[0]) for x in numbers[:4:2]]
        ys += [y + (0 if absolute else was[1]) for y in numbers[1:4:2]]


def _shifted(kind: str, numbers: list[float], by: tuple[float, float]) -> str:
    if kind == "A":
        numbers = [*numbers[:5], numbers[5] + by[0], numbers[6] + by[1]]
    else:
        first = 1 if kind == "V" else 0
        numbers = [number + by[(first + place) % 2] for place, number in enumerate(numbers)]
    return ",".join(f"{number:.1f}".removesuffix(".0").replace("-0.", "-.") for number in numbers)
