"""No drawn figure has a fault that a reader would see: letters that touch or are cut, or lines through them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import altair as alt
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser

from analysis import topics
from analysis.kit import downloads, theme
from analysis.kit.charts import bars_apart, by_width, labels, ticks
from analysis.kit.figure import Figure, table
from tests.kit import vision
from tools import drawings


@pytest.fixture(scope="module")
def judge(browser: Browser) -> Iterator[drawings.Judge]:
    """A page that judges."""
    judging = drawings.Judge(browser)
    yield judging
    judging.page.close()


@pytest.fixture(scope="module")
def faults(judge: drawings.Judge) -> list[drawings.Fault]:
    """The faults of every figure at both widths, those that are meant as well; on a dark page those of contrast."""
    found = []
    for identity, width, drawn in drawings.drawings(drawings.specs()):
        found += judge.faults(identity, width, drawn)
        found += [f for f in judge.faults(identity, width, drawn, dark=True) if f.kind in ("pale", "faint")]
    return found


@pytest.mark.parametrize("identity", topics.figures())
def test_a_figure_is_drawn_without_a_fault(faults, identity):
    assert not [str(fault) for fault in faults if fault.figure == identity and not fault.meant]


def test_each_fault_that_is_meant_is_still_there(faults):
    assert {*drawings.MEANT} <= {(fault.figure, fault.kind) for fault in faults}


def test_colours_that_alone_tell_series_apart_differ_for_every_eye(faults):
    """Where something else tells them apart as well, any colours will do."""
    light = {drawings._rgb(colour.light): colour for colour in theme.PALETTE.values()}
    for fault in faults:
        if fault.kind == "alone":
            one, other = (light[rgb] for rgb in re.findall(r"rgb\([^)]*\)", fault.what))
            assert vision.least_difference(one, other) >= vision.SEEN, fault


# --- the judge, on pictures with one fault each ----------------------------------------------------------------


ROWS = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 3.0, 4.0], "label": list("abcd")})
X, Y = alt.X("x:Q", **ticks("across", 0, 5, [0, 5])), alt.Y("y:Q", **ticks("up", 0, 5, [0, 5]))


def picture(*layers: alt.Chart) -> dict:
    """The spec of a picture of some layers."""
    chart = alt.layer(*layers).properties(height=200)
    words = {"title": "A", "subtitle": "B", "caption": "C", "alt": "D"}
    return Figure(chart=chart, **words, sources=("computed",), holds=True, id="toy").spec()


def kinds(judge: drawings.Judge, *layers: alt.Chart) -> set[str]:
    """The kinds of fault of a picture of some layers."""
    drawn = downloads.svg(picture(*layers), downloads.NARROW)
    return {fault.kind for fault in judge.faults("toy", downloads.NARROW, drawn)}


def points(rows: pd.DataFrame = ROWS, colour: str = theme.COMPUTED, **mark: object) -> alt.Chart:
    return alt.Chart(table(f"points in {colour}", rows)).mark_point(color=colour, opacity=1, **mark).encode(x=X, y=Y)


def line(name: str, y: list[float], colour: str = theme.COMPUTED, dash: list[int] | None = None) -> alt.Chart:
    rows = pd.DataFrame({"x": np.linspace(0, 5, len(y)), "y": y})
    mark = {"color": colour} | ({"strokeDash": dash} if dash else {})
    return alt.Chart(table(name, rows)).mark_line(**mark).encode(x=X, y=Y)


def text(words: str, x: float, y: float, colour: str = theme.INK, **mark: object) -> alt.Chart:
    rows = pd.DataFrame({"x": [x], "y": [y], "label": [words]})
    return labels(f"text {words} {x}", rows, X, Y, colour, **{"dx": 0, **mark})


def test_a_good_picture_has_no_fault(judge):
    assert not kinds(judge, points(), line("other", [0, 5], theme.CHAOTIC), text("a line", 1.0, 4.0))


@pytest.mark.parametrize(
    ("kind", "layers"),
    [
        ("overlap", lambda: [points(), text("one name", 1, 3), text("another name", 1.2, 3.1)]),
        ("outside", lambda: [points(), text("far too long for the room that it has", 4, 3)]),
        ("across", lambda: [points(), text("over the axis", 0.2, 3, align="center")]),
        ("shortened", lambda: [points(), text("a very long name", 1, 3, limit=40)]),
        ("struck", lambda: [line("through", [3, 3]), text("a name", 1, 3)]),
        ("struck", lambda: [points(pd.DataFrame({"x": [1.1], "y": [3.0]}), size=200), text("a name", 1, 3)]),
        ("pale", lambda: [points(), text("a name", 1, 3, theme.GRID)]),
        ("faint", lambda: [points(colour=theme.COMPUTED).encode(opacity=alt.value(0.3))]),
        ("clipped", lambda: [line("beyond", [0, 9]).mark_line(clip=True)]),
        ("edge", lambda: [points(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": 4.9}))]),
        ("edge", lambda: [points(pd.DataFrame({"x": [1.0], "y": [6.0]}))]),
        ("unnamed", lambda: [points(), labels("names", ROWS.iloc[:3], X, Y, theme.INK)]),
        ("twice", lambda: [points(), text("o3", 1, 3), text("o3", 3, 1)]),
        ("coinciding", lambda: [line("one", [0, 5]), line("other", [0.02, 5.02], theme.CHAOTIC)]),
        ("alone", lambda: [line("one", [0, 5]), line("other", [5, 0], theme.CHAOTIC)]),
        ("alone", lambda: [points(), points(ROWS.assign(y=5 - ROWS["y"]), theme.ORDERED)]),
    ],
)
def test_a_planted_fault_is_found(judge, kind, layers):
    given = layers()
    if kind == "edge" or len(given) == 1:
        given.append(text("", 1, 1))
    assert kind in kinds(judge, *given)


def test_a_tick_without_its_label_is_found(judge):
    bare = alt.X(
        "x:Q", scale=alt.Scale(domain=[0, 5]), axis=alt.Axis(values=[0, 5], labelExpr="datum.value ? '' : '0'")
    )
    assert "tick" in kinds(judge, points().encode(x=bare), text("", 1, 1))


@pytest.mark.parametrize(
    "other",
    [
        lambda: line("other", [5, 0], theme.CHAOTIC, [6, 3]),
        lambda: alt.layer(
            line("other", [5, 0], theme.CHAOTIC),
            text("other", 3, 4, theme.CHAOTIC),
            text("one", 1, 3.5, theme.COMPUTED),
        ),
    ],
)
def test_a_dash_or_a_name_in_its_colour_tells_a_line_apart(judge, other):
    assert "alone" not in kinds(judge, line("one", [0, 5]), other())


def test_bars_apart_differ_without_their_colour(judge):
    rows = pd.DataFrame({"what": ["a", "b", "c"], "x": [3.0, 2.0, 1.0], "kind": ["sure", "likely", "open"]})
    colours = {"sure": theme.COMPUTED, "likely": theme.ACCENT, "open": theme.CHAOTIC}
    bars = alt.Chart(table("bars", rows)).mark_bar(height=20).encode(x="x:Q", y=alt.Y("what:N", axis=None))
    coloured = alt.Color("kind:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())))
    assert "alone" in kinds(judge, bars.encode(color=coloured))
    assert "alone" not in kinds(judge, bars.encode(**bars_apart("kind", colours)))


def test_a_label_can_stand_elsewhere_on_a_phone():
    near, far = (picture(points(), text("name", 1, 1, dx=dx)) for dx in (by_width(11, 77), 77))
    same = {width: downloads.svg(near, width) == downloads.svg(far, width) for width in drawings.WIDTHS}
    assert same == {downloads.WIDE: True, downloads.NARROW: False}
