"""What a reader can set: a control holds what it prints, and the browser says what Python says at every end."""

from __future__ import annotations

import functools
import inspect

import altair as alt
import pandas as pd
import pytest
import settings
from hypothesis import given
from hypothesis import strategies as st

from analysis import runs, topics
from analysis.kit import chapters, controls
from analysis.kit.controls import choice, slider
from analysis.kit.downloads import NARROW, WIDE
from analysis.kit.errors import ProblemError
from analysis.kit.figure import Figure, table
from analysis.kit.numbers import roughly, roughly_rule, spaced


def with_controls():
    """The ids of the figures that a reader can set."""
    return [identity for identity, function in topics.figures().items() if "controls=" in inspect.getsource(function)]


@functools.cache
def drawn(identity):
    """A figure as its chapter draws it, and its document."""
    figure = chapters.draw(identity, topics.of_figure(identity))
    return figure, figure.spec()


@pytest.fixture(params=with_controls())
def figure(request):
    """Each figure of the book that has controls."""
    return drawn(request.param)


def test_the_browser_finds_what_python_finds_at_all_ends_of_the_controls(figure):
    figure, spec = figure
    at = list(controls.corners(figure.controls))
    assert settings.said(spec, at) == [spaced(figure.finding(**each)) for each in at]


def test_at_the_start_the_finding_is_the_title(figure):
    figure, spec = figure
    (said,) = settings.said(spec, [controls.start(figure.controls)])
    assert said == spec["usermeta"]["title"]


def test_the_finding_follows_the_controls(figure):
    """A sentence that is the same at all ends is no finding of this setting."""
    figure, _ = figure
    for each in figure.controls:
        moved = [
            figure.finding(**{**at, each.name: end}) for at in controls.corners(figure.controls) for end in each.ends
        ]
        assert len(set(moved)) > 1 or figure.id in SAME, f"{each.name} moves nothing that {figure.id} says"


#: Where each choice gives the same finding, which is the point.
SAME = {"occam-digits"}


def test_every_parameter_that_a_chart_binds_is_a_control_with_its_unit(figure):
    figure, spec = figure
    bound = [param["name"] for param in spec["params"] if "bind" in param and "value" in param]
    assert bound == [each["name"] for each in spec["usermeta"]["controls"]]
    labels = [each.label for each in figure.controls]
    assert len(set(labels)) == len(labels), "two controls of one name"
    assert all(len(label) <= 40 for label in labels), "a name fits above its control on a phone"


def test_no_other_figure_binds_a_parameter():
    for topic in topics.TOPICS:
        for identity, spec in runs.run(topic).specs.items():
            if "controls" not in spec["usermeta"]:
                assert not any("bind" in param and "value" in param for param in spec.get("params", [])), identity


# --- the kit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "step", "start", "said"),
    [
        (0, 2, 0.02, 0.97, "starts at 0.97, which steps of 0.02"),
        (0, 2, 0.3, 0.3, "ends at 2, which steps of 0.3"),
        (0, 2, 0.5, 2.5, "starts at 2.5"),
        (2, 2, 0.5, 2, "give it a way to go"),
        (0, 2, 0, 0, "give it a way to go"),
    ],
)
def test_a_slider_that_prints_one_value_and_holds_another_is_refused(low, high, step, start, said):
    with pytest.raises(ProblemError, match=said):
        slider("efficiency", "Efficiency", low, high, step, start)


def test_a_control_without_a_place_for_its_number_or_without_a_choice_is_refused():
    with pytest.raises(ProblemError, match=r"put \{\} where the number belongs"):
        slider("x", "X", 0, 1, 1, 0, "dollars")
    with pytest.raises(ProblemError, match="starts at 'c' and offers a, b"):
        choice("x", "X", ["a", "b"], "c")
    with pytest.raises(ProblemError, match="offers a; offer more"):
        choice("x", "X", ["a"], "a")


@given(st.integers(-50, 50), st.sampled_from([0.002, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 1000]), st.integers(1, 300))
def test_every_value_of_a_slider_is_printed_with_all_its_digits(low, step, count):
    control = slider("x", "X", low, round(low + step * count, 6), step, low)
    printed = [control.text(value).replace(",", "").replace("−", "-") for value in control.values]
    assert len(printed) == count + 1
    assert [float(text) for text in printed] == pytest.approx(control.values, abs=1e-9)
    assert len(set(printed)) == len(printed)


def toy(controls_of_it, finding, rule=""):
    chart = alt.Chart(table("t", pd.DataFrame({"x": [1.0, 2.0]}))).mark_point().encode(x="x:Q")
    return Figure(
        chart,
        subtitle="Toys",
        caption="Read from left to right, as ever.",
        alt="Two points.",
        sources=("computed",),
        holds=True,
        controls=controls_of_it,
        finding=finding,
        rule=rule,
    )


def test_a_figure_lists_its_findings_or_gives_a_rule():
    both = [choice("kind", "Kind", ["it's", 'a "b"'], "it's"), slider("n", "N", 0, 2, 1, 1)]
    figure = toy(both, lambda kind, n: f"{kind}: {n / 2:.0%}")
    assert figure.title == "it's: 50%"
    assert figure.spec()["usermeta"]["title"] == "it's: 50 %"
    assert settings.said(figure.spec(), [{"kind": 'a "b"', "n": 2}]) == ['a "b": 100 %']
    long = [slider("x", "X", 0, 1, 0.001, 0)]
    with pytest.raises(ProblemError, match="1,001 settings; give the figure a rule"):
        toy(long, lambda x: f"{x}").spec()
    ruled = toy(long, lambda x: f"{x:.0%}", "format(x, '.0%')")
    assert settings.said(ruled.spec(), [{"x": 0.5}]) == ["50 %"]


def test_a_rule_that_says_something_else_is_found():
    figure = toy([slider("x", "X", 0, 4, 1, 1)], lambda x: f"It is {x:.0f}", "'It is ' + format(x + (x > 3), '.0f')")
    at = list(controls.corners(figure.controls))
    assert settings.said(figure.spec(), at) == ["It is 0", "It is 1", "It is 5"]
    assert [figure.finding(**each) for each in at] == ["It is 0", "It is 1", "It is 4"]


def test_controls_without_a_finding_are_refused():
    with pytest.raises(ProblemError, match="needs a 'finding'"):
        toy([slider("x", "X", 0, 4, 1, 1)], None)


def test_amounts_of_any_size_are_printed_alike_in_both():
    sizes = [1e-9, 0.00099, 0.001, 0.0104, 0.2, 1, 3.04, 9.96, 12.4, 170.2, 999.4, 6543, 123456, 1e6, 2.34e9, 5e14]
    figure = toy([slider("x", "X", 0, 4, 1, 1)], lambda x: "some", roughly_rule("x"))
    assert settings.said(figure.spec(), [{"x": size} for size in sizes]) == [roughly(size) for size in sizes]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_at_the_ends_of_the_controls_no_mark_leaves_its_axes_without_a_word(figure, width):
    figure, spec = figure
    assert not settings.leaving(spec, width, settings.places(figure.controls))


def test_a_mark_that_leaves_its_axes_without_a_word_is_found():
    def moved(label):
        rows = pd.DataFrame({"x": [1.0], "y": [1.0]})
        base = alt.Chart(table("t", rows)).transform_calculate(x="datum.x * much", label=label)
        x = alt.X("x:Q", scale=alt.Scale(domain=[0, 10], nice=False))
        chart = base.mark_point(clip=True).encode(x=x, y="y:Q") + base.mark_text().encode(
            x=alt.value(9), y=alt.value(9), text="label:N"
        )
        much = slider("much", "Much", 1, 20, 1, 1)
        texts = {"subtitle": "Toys", "caption": "Read it as ever.", "alt": "A point.", "sources": ("computed",)}
        return Figure(chart, **texts, holds=True, controls=[much], finding=lambda much: f"It is {much:.0f}")

    (found,) = settings.leaving(moved("'here'").spec(), WIDE, [{"much": 1}, {"much": 10}, {"much": 20}])
    assert found.startswith("at {'much': 20}: symbol")
    assert not settings.leaving(moved("much > 10 ? 'beyond the axis' : 'here'").spec(), WIDE, [{"much": 20}])
