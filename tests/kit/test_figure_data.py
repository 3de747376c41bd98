"""What belongs to the data of a figure and what only helps to draw it."""

from __future__ import annotations

import json

import altair as alt
import frictionless
import numpy as np
import pandas as pd
import pytest
import scenes
import tidy
import toys

from analysis.kit import charts, controls, figure_data, theme
from analysis.kit.downloads import save_spec
from analysis.kit.errors import ProblemError
from analysis.kit.figure import table
from analysis.kit.figure_data import meanings, resource, shown

ROWS = pd.DataFrame({"size": [1.0, 10.0], "loss": [3.0, 2.5], "law": "Hoffmann", "spare": [7, 8]})
X, Y = alt.X("size:Q", title=["size, parameters", "(each step is ten times more)"]), alt.Y("loss:Q", title="loss, nats")


def spec_of(*layers: alt.Chart, **texts: object) -> dict:
    """The document of a figure of these layers."""
    return toys.points(chart=alt.layer(*layers), **texts).spec()


def points(rows: pd.DataFrame = ROWS, name: str = "measured", **more: object) -> alt.Chart:
    """A layer of points."""
    return alt.Chart(table(name, rows)).mark_point().encode(x=X, y=Y, **more)


def test_a_column_that_nothing_reads_is_no_data_unless_it_is_explained():
    assert [*shown(spec_of(points()))] == ["size", "loss"]
    assert [*shown(spec_of(points(), columns={"spare": "spare parts, number"}))] == ["size", "loss", "spare"]


def test_labels_with_their_places_and_colours_are_no_data():
    """A label that is moved aside, as the exponent of a law once was by 0.03, is not in the CSV."""
    moved = pd.DataFrame({"size": [10.0], "loss": [2.53], "label": "a law", "colour": theme.COMPUTED})
    spec = spec_of(points(), charts.labels("label", moved, X, Y))
    pd.testing.assert_frame_equal(shown(spec), ROWS[["size", "loss"]])


def test_a_colour_is_no_data_and_what_it_stands_for_is():
    rows = ROWS.assign(colour=theme.COMPUTED)
    assert "colour" not in shown(spec_of(points(rows, color=alt.Color("colour:N", scale=None), detail="law:N")))
    assert "law" in shown(spec_of(points(rows, color=alt.Color("colour:N", scale=None), detail="law:N")))


def test_a_guide_of_the_eye_is_no_data_and_an_interval_is():
    rows = ROWS.assign(low=2.0, high=4.0)
    interval = alt.Chart(table("measured", rows)).mark_rule().encode(x=X, y=alt.Y("low:Q"), y2="high:Q")
    frame = alt.Chart(table("frame", pd.DataFrame({"size": [5.0], "low": 0.0, "high": 9.0}))).mark_rule()
    step = alt.Chart(table("step", pd.DataFrame({"size": [5.0], "loss": 9.0}))).mark_tick().encode(x=X, y=Y)
    guides = (frame.encode(x=X, y="low:Q", y2="high:Q"), step, charts.rule_at("floor", 1.7))
    spec = spec_of(points(rows), interval, *guides)
    assert [*shown(spec)] == ["size", "loss", "low", "high"]
    assert shown(spec)["low"].tolist() == [2.0, 2.0]
    assert meanings(spec)["high"] == "loss, nats, to"
    spec["usermeta"]["columns"] = {"loss": "loss, bits"}
    assert meanings(spec)["low"] == "loss, bits, from"


def test_rows_that_another_table_has_as_well_stand_once():
    best = points(ROWS.tail(1), "best")
    assert "series" not in shown(spec_of(points(), best))
    assert shown(spec_of(points(), points(name="ours")))["series"].tolist() == ["measured"] * 2 + ["ours"] * 2
    other = points(ROWS.tail(1).assign(loss=2.4), "best")
    assert shown(spec_of(points(), other))["series"].tolist() == ["measured", "measured", "best"]


def test_a_table_that_names_its_series_keeps_the_names():
    named = points(ROWS.assign(series=["ours", "theirs"]), color="series:N")
    spec = spec_of(named, points(ROWS.assign(loss=[1.0, 2.0]), "theory"))
    assert shown(spec)["series"].tolist() == ["ours", "theirs", "theory", "theory"]


def test_the_order_of_columns_and_series_is_that_of_the_drawing_however_the_document_was_kept():
    """Names, then numbers as on the axes; a notebook sorts the keys of what it keeps."""
    worst = points(ROWS.assign(loss=9.0), "worst", color="law:N", tooltip="spare:Q")
    spec = spec_of(worst, points(ROWS, "best", color="law:N"))
    assert [*shown(spec)] == ["series", "law", "size", "loss", "spare"]
    pd.testing.assert_frame_equal(shown(json.loads(json.dumps(spec, sort_keys=True))), shown(spec))
    given = browser(2.0)
    pd.testing.assert_frame_equal(shown(json.loads(json.dumps(given, sort_keys=True))), shown(given))


def test_a_column_that_an_expression_reads_is_data():
    chosen = points(ROWS.assign(other=1.0)).transform_calculate(y="datum.other * datum['spare']").encode(y="y:Q")
    assert {"other", "spare"} <= {*shown(spec_of(chosen))}


def test_a_column_means_what_its_axis_says_without_the_words_on_the_scale():
    said = meanings(spec_of(points(tooltip=[alt.Tooltip("spare:Q", title="spare parts, number")])))
    assert said["size"] == "size, parameters"
    assert said["spare"] == "spare parts, number"
    assert meanings(spec_of(points(), columns={"loss": "loss, bits"}))["loss"] == "loss, bits"
    in_per_cent = points().encode(y=alt.Y("loss:Q", title="error on unseen inputs", axis=alt.Axis(format="%")))
    assert meanings(spec_of(in_per_cent))["loss"] == "error on unseen inputs, as a share"


def test_an_axis_without_a_title_has_that_of_its_panel_and_not_of_another():
    bare = alt.Chart(table("bare", ROWS)).mark_line().encode(x="size:Q", y="spare:Q")
    layered = alt.layer(points(), bare)
    assert meanings(toys.points(chart=layered).spec())["spare"] == "loss, nats"
    assert "spare" not in meanings(toys.points(chart=alt.concat(points(), bare)).spec())


def test_the_description_names_columns_units_sources_licence_and_version():
    described = resource(spec_of(points(detail="law:N"), sources=("hoffmann2022", "scaling")))
    assert described["schema"]["fields"] == [
        {"name": "law", "type": "string", "title": "law"},
        {"name": "size", "type": "number", "title": "size, parameters"},
        {"name": "loss", "type": "number", "title": "loss, nats"},
    ]
    assert [source["title"] for source in described["sources"]] == ["hoffmann2022", "scaling"]
    assert described["licenses"][0]["name"] == "CC-BY-4.0" and described["version"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "integer"),
        ([1.5, None], "number"),
        ([True, None], "boolean"),
        (["2024-05-28", None], "date"),
        (["2024", "May"], "string"),
    ],
)
def test_a_column_has_the_type_of_its_values(values, kind, tmp_path):
    spec = spec_of(points(ROWS.assign(z=values), tooltip="z:N"))
    assert {"name": "z", "type": kind, "title": "z"} in resource(spec)["schema"]["fields"]
    description = save_spec(spec, tmp_path, ["csv"])[1]
    assert frictionless.validate(str(description)).valid


def test_a_spreadsheet_is_told_the_alphabet_of_the_csv(tmp_path):
    csv, description = save_spec(spec_of(points(ROWS.assign(law="Cisco’s"), detail="law:N")), tmp_path, ["csv"])
    assert csv.read_bytes().startswith("\ufefflaw,size,loss\nCisco’s,".encode())
    assert frictionless.Resource(str(description)).read_rows()[0]["law"] == "Cisco’s"


def browser(setting: float, **texts: object) -> dict:
    """The document of a curve that the browser computes, with its data at a `setting` of the slider."""
    slope = controls.slider("slope", "slope", 1, 3, 0.1, 2).parameter()
    grid = pd.DataFrame({"size": np.linspace(1, 5, 9)})
    curve = alt.Chart(table("grid", grid)).transform_calculate(loss="pow(datum.size, -slope)").mark_line()
    scale = alt.Scale(type="log", domain=[0.01, 1])
    given = {"data": grid.assign(loss=grid["size"] ** -setting)} | texts
    return spec_of(curve.encode(x=X, y=alt.Y("loss:Q", scale=scale)).add_params(slope), **given)


def test_data_that_a_figure_gives_are_its_data():
    assert shown(browser(2.0))["loss"].tolist()[:2] == [1.0, round(1.5**-2, 9)]


def test_a_curve_that_the_browser_draws_is_held_against_its_rows():
    """The default setting agrees; a slope that is off by one step of the slider is seen, mark and row."""
    assert not scenes.misplaced(browser(2.0), shown(browser(2.0)))
    found = scenes.misplaced(browser(2.1), shown(browser(2.1)))
    assert any("has no row" in text for text in found) and any("is not drawn" in text for text in found)
    assert len(scenes.misplaced(browser(2.0), shown(browser(2.0)).iloc[:-1])) == 1
    more = pd.concat([shown(browser(2.0)), pd.DataFrame({"size": [2.2], "loss": [0.5]})])
    assert scenes.misplaced(browser(2.0), more) == ["row 10 of size and loss is not drawn"]


def test_data_that_no_mark_draws_are_seen():
    assert scenes.misplaced(browser(2.0), ROWS[["spare"]]) == ["no mark draws two columns of the data"]


def test_a_curve_without_a_table_needs_its_data():
    sequence = alt.Chart(alt.sequence(1, 5, as_="size")).transform_calculate(loss="1 / datum.size").mark_line()
    with pytest.raises(ProblemError, match="of figure 'toy-points' holds what its marks show; give 'data'"):
        shown(spec_of(sequence.encode(x=X, y=Y)))


def test_an_untidy_table_is_told_in_sentences():
    """The checks over all figures can fail."""
    assert tidy.problems(spec_of(points())) == []
    untold = tidy.problems(
        spec_of(points(ROWS.assign(z=1, w=[1, 2]), tooltip=["z:Q", alt.Tooltip("w:Q", title="mass")]))
    )
    assert untold == ["'z' is not explained", "'w', 'mass', has no unit"]
    millions = alt.Y("loss:Q", title="cost, million dollars", axis=alt.Axis(labelExpr="format(datum.value / 1e6, 'd')"))
    assert tidy.problems(spec_of(points().encode(y=millions))) == [
        "the axis of 'loss' is labelled in another unit than that of the data"
    ]
    data = pd.DataFrame({"series": ["a", "b"], "size": [1, 2], "the loss": [1, None], "law": [None, None]})
    found = tidy.problems(spec_of(points(), data=data, columns={"the loss": "loss, nats", "gone": "days"}))
    assert found == [
        "'the loss' is no plain name",
        "no row has a 'law'",
        "the series 'a', 'b' are filled in different columns",
        "'gone' is explained and there is no such column",
    ]


def test_marks_inherit_table_encoding_and_transform():
    """A layer may state for its marks what they share."""
    layers = alt.layer(alt.Chart().mark_line().encode(y=Y), alt.Chart().mark_text(), data=table("all", ROWS))
    line, text = figure_data.marks(toys.points(chart=layers.encode(x=X)).spec())
    assert (line.type, text.type, line.dataset) == ("line", "text", "all")
    assert {"x", "y"} <= {*line.encoding} and "y" not in text.encoding
