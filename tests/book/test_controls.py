"""The form of a figure's controls, and the script from which a page draws it."""

from __future__ import annotations

import json
import re
from typing import Any

import altair as alt
import pandas as pd
import pytest

from analysis.kit.controls import choice, slider
from analysis.kit.figure import Figure, table
from book.extension import controls

FEW, MANY = ["a", "b", "c", "d"], ["a", "b", "c", "d", "e"]


def spec_of(*shown: Any) -> dict[str, Any]:
    """The document of a toy with these controls."""
    rows = pd.DataFrame({"x": [1.0, 2.0], "y": [1.0, 2.0]})
    chart = alt.Chart(table("toys", rows)).mark_point().encode(x="x:Q", y="y:Q")
    told = {"finding": lambda **setting: f"It is {setting}", "rule": "'It is'"} if shown else {"title": "It is so"}
    texts = {"subtitle": "Toys", "caption": "As ever.", "alt": "Two points.", "sources": ("computed",)}
    return Figure(chart, **texts, holds=True, controls=shown, **told, id="toy-points").spec()


def form_of(*shown: Any) -> str:
    """Their form."""
    return controls.html(spec_of(*shown), "../figures/", "../vega.js", "1")


def test_a_figure_without_controls_has_no_form_and_no_script(tmp_path):
    assert form_of() == ""
    controls.write(spec_of(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_up_to_four_short_choices_stand_side_by_side_and_more_in_a_menu():
    side_by_side, menu = form_of(choice("k", "Kind", FEW, "b")), form_of(choice("k", "Kind", MANY, "b"))
    assert side_by_side.count('type="radio"') == 4 and 'value="b" checked' in side_by_side
    assert "<select" not in side_by_side
    assert menu.count("<option") == 5 and "<option selected>b<" in menu
    assert "<select" in form_of(choice("k", "Kind", [30 * name for name in FEW], 30 * "a")), "they are too long"


def test_a_slider_shows_its_value_with_its_unit_and_says_it():
    form = form_of(slider("price", "Price <net>", -1000, 9000, 500, 1500, "${} an hour"))
    assert '<output for="toy-points.price" aria-live="off">$1,500 an hour</output>' in form
    assert 'aria-valuetext="$1,500 an hour"' in form
    assert 'min="-1000" max="9000" step="500" value="1500"' in form
    assert '<label class="name" for="toy-points.price">Price &lt;net&gt;</label>' in form
    assert "data-plain" not in form
    assert "data-plain" in form_of(slider("year", "Year", 2012, 2024, 1, 2019, thousands=False))
    assert '"−0.5"' in form_of(slider("x", "X", -0.5, 1, 0.5, -0.5))


@pytest.mark.parametrize("width", ["broad", "narrow"])
def test_the_script_holds_the_compiled_chart_and_each_table_once(tmp_path, width):
    controls.write(spec_of(slider("x", "X", 0, 4, 1, 1)), tmp_path)
    text = (tmp_path / "toy-points.spec.js").read_text(encoding="utf-8")
    (head, body) = re.fullmatch(r"\(window.bookSpecs \?\?= \{\}\)\[(\"toy-points\")\] = (.*);\n", text).groups()
    held = json.loads(body)
    assert json.loads(head) == "toy-points"
    assert held["tables"]["toys"] == [{"x": 1, "y": 1}, {"x": 2, "y": 2}]
    vega = held[width]
    assert {"x", "finding"} <= {signal["name"] for signal in vega["signals"]}
    assert not any("bind" in signal for signal in vega["signals"]), "the page has controls of its own"
    assert not any("values" in source for source in vega["data"])
    assert "background" not in vega
