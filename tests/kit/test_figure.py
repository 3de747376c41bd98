"""A figure carries its texts, survives JSON, hides noise and shows change, and draws at both widths."""

from __future__ import annotations

import functools
import json
import re
from xml.etree import ElementTree

import altair as alt
import frictionless
import numpy as np
import pandas as pd
import pytest
import scenes
import tidy
import toys
from jsonschema.validators import validator_for

from analysis import runs, topics
from analysis.kit import downloads, facts, figure, theme
from analysis.kit.controls import slider
from analysis.kit.downloads import NARROW, WIDE, laid_out, save_spec, svg, titled
from analysis.kit.errors import ProblemError
from analysis.kit.figure import MAX_ROWS, table
from analysis.kit.figure_data import drawn, marks, shown
from analysis.verify import source_keys

LIGHT = {colour.light for colour in theme.PALETTE.values()}


@functools.cache
def specs(topic):
    """The specs of a chapter's run."""
    return runs.run(topic).specs


@functools.cache
def known_sources():
    """Everything that a figure may name as its source."""
    return {*source_keys(), *facts.names(), *facts.wide_names(), *topics.results(), "computed"}


@functools.cache
def vega_lite():
    """The schema of Vega-Lite that Altair carries, prepared once for all figures."""
    schema = alt.load_schema()
    return validator_for(schema)(schema)


@pytest.fixture(scope="module", params=topics.figures())
def spec(request):
    """The spec of each figure of the book."""
    return specs(topics.of_figure(request.param))[request.param]


def test_a_figure_survives_json(spec):
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec


def test_a_figure_is_valid_vega_lite(spec):
    bare = {key: value for key, value in spec.items() if key != "usermeta"}
    bare["datasets"] = {name: rows or [{}] for name, rows in spec["datasets"].items()}
    vega_lite().validate(bare)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_figure_draws_at_the_width_of_a_page_and_of_a_phone(spec, width):
    drawn = svg(spec, width)
    assert drawn.startswith("<svg")
    measured = float(re.search(r'<svg[^>]* width="([\d.]+)"', drawn)[1])
    assert measured <= width * 1.05, "it does not overflow its column"
    assert "NaN" not in drawn


def test_a_figure_is_small(spec):
    assert 0 < sum(map(len, spec["datasets"].values())) < MAX_ROWS


def test_a_figure_uses_only_colours_of_the_palette(spec):
    colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", json.dumps({k: v for k, v in spec.items() if k != "usermeta"})))
    assert colours <= LIGHT


def test_a_figure_has_texts_that_a_reader_needs(spec):
    meta = spec["usermeta"]
    assert len(meta["alt"]) >= 80
    assert re.search(r"\d", meta["alt"]), "the description says the numbers"
    assert meta["alt"] == spec["description"]
    assert len(meta["title"].split()) >= 4, "the title is a sentence, the finding"
    assert not meta["title"].endswith(".")
    assert len(meta["caption"]) >= 40
    for text in (meta["title"], meta["subtitle"], meta["caption"], meta["alt"]):
        assert "nan" not in text.split()
        assert not re.search(r"\{[\w.:]+\}", text), "a placeholder was left"


def test_the_sources_of_a_figure_can_be_looked_up(spec):
    assert set(spec["usermeta"]["sources"]) <= known_sources()


def test_the_script_of_a_figure_can_be_found(spec):
    first, last = figure.script_lines(spec["usermeta"]["script"])
    assert 0 < first < last


def test_a_tooltip_speaks_in_words(spec):
    """Each line begins with what the column means, and never with a name that only the code has."""
    lines = [line for mark in marks(spec) for line in _lines(mark.encoding.get("tooltip", []))]
    names = {line.get("title") or line["field"] for line in lines}
    assert not [name for name in names if "_" in name]


def _lines(tooltip):
    return tooltip if isinstance(tooltip, list) else [tooltip]


def test_a_line_of_a_tooltip_is_named_after_its_axis_unless_it_has_a_title():
    rows = pd.DataFrame({"k_lz": [1.0, 2.0], "odd": [3.0, 4.0]})
    chart = alt.Chart(table("t", rows)).mark_point()
    chart = chart.encode(
        x=alt.X("k_lz:Q", title="complexity (bits)"),
        y=alt.Y("odd:Q", title="oddness, share"),
        tooltip=["k_lz:Q", alt.Tooltip("odd:Q", title="how odd")],
    )
    (mark,) = marks(toys.points(chart=chart).spec())
    assert [line["title"] for line in mark.encoding["tooltip"]] == ["complexity (bits)", "how odd"]


def test_the_csv_is_one_tidy_table_with_a_unit_for_each_number(spec):
    assert not tidy.problems(spec)


def test_the_csv_holds_what_is_drawn(spec):
    """What the chart computes in the browser is in the data as it is drawn at the default setting."""
    columns = {*shown(spec)}
    if "data" in spec["usermeta"]:
        assert not scenes.misplaced(spec, shown(spec))
    else:
        places = [m.encoding.get(place, {}) for m in drawn(spec) for place in ("x", "y", "x2", "y2")]
        assert {place["field"] for place in places if "field" in place} <= columns


def test_the_csv_fits_the_description_beside_it(spec, tmp_path):
    csv, description = save_spec(spec, tmp_path, ["csv"])
    resource = frictionless.Resource(str(description))
    assert facts.problem_in(resource) == ""
    assert [csv.name, description.name] == [resource.path, f"{resource.name}.resource.json"]
    read = pd.DataFrame([row.to_dict() for row in resource.read_rows()])
    assert read.shape == shown(spec).shape


def test_a_download_says_its_finding_measure_and_source(spec):
    drawn = re.sub(r"\s+", " ", " ".join(re.findall(r">([^<]+)<", svg(titled(spec, WIDE)))))
    assert spec["usermeta"]["title"].split()[0] in drawn
    assert f"Figure {spec['usermeta']['id']}" in drawn


# --- the kit, on a toy --------------------------------------------------------------------------------------


def test_noise_below_nine_digits_does_not_show_and_a_millionth_does():
    one, noisy, other = (toys.points((1.0, value, 3.0)).spec() for value in (2.0, 2.0 * (1 + 1e-13), 2.0 * (1 + 1e-6)))
    assert json.dumps(one) == json.dumps(noisy)
    assert json.dumps(one) != json.dumps(other)


def test_noise_does_not_rename_what_altair_names():
    text = json.dumps(toys.points().spec())
    assert re.search(r'"(view|param)_\d"', text)
    assert not re.search(r"(view|param)_[0-9a-f]{16}", text)


@pytest.mark.parametrize("name", ["title", "subtitle", "caption", "alt", "sources"])
def test_no_figure_without_its_texts_and_sources(name):
    with pytest.raises(ProblemError, match=f"A figure needs '{name}'"):
        toys.points(**{name: ""})


def test_tables_keep_their_names_and_equal_tables_of_other_names_stay_apart():
    rows = pd.DataFrame({"x": [1]})
    chart = alt.layer(*(alt.Chart(table(name, rows)).mark_point().encode(x="x:Q") for name in ("ours", "theirs")))
    assert list(toys.points(chart=chart).spec()["datasets"]) == ["ours", "theirs"]


def test_a_table_used_twice_stands_once():
    shared = table("ours", pd.DataFrame({"x": [1]}))
    chart = alt.layer(alt.Chart(shared).mark_point().encode(x="x:Q"), alt.Chart(shared).mark_rule().encode(x="x:Q"))
    assert list(toys.points(chart=chart).spec()["datasets"]) == ["ours"]


def test_an_expression_may_not_hold_a_number_that_only_python_reads():
    chart = toys.points().chart.transform_calculate(y=f"datum.x * {np.float64(2)!r}")
    with pytest.raises(ProblemError, match="give it float"):
        toys.points(chart=chart).spec()


def test_two_tables_may_not_share_a_name():
    chart = alt.layer(
        *(alt.Chart(table("ours", pd.DataFrame({"x": [n]}))).mark_point().encode(x="x:Q") for n in (1, 2))
    )
    with pytest.raises(ProblemError, match="Two different tables of one chart are both named 'ours'"):
        toys.points(chart=chart).spec()


def test_a_table_that_is_too_long_is_refused():
    with pytest.raises(ProblemError, match="Table 'all' has 2001 rows; bin or thin it below 2000"):
        table("all", pd.DataFrame({"x": range(2001)}))


def test_not_a_number_becomes_null():
    assert toys.points((1.0, float("nan"), float("inf"))).spec()["datasets"]["measured"][1]["y"] is None


def test_a_concatenation_stacks_on_a_phone():
    views = [alt.Chart(table("t", pd.DataFrame({"x": [1]}))).mark_point().encode(x="x:Q") for _ in range(2)]
    spec = toys.points(chart=alt.concat(*views, columns=2)).spec()
    assert laid_out(spec, WIDE)["columns"] == 2
    assert laid_out(spec, NARROW)["columns"] == 1
    assert spec["columns"] == 2, "the spec itself is not changed"


def test_an_unknown_format_lists_those_that_exist(tmp_path):
    with pytest.raises(ProblemError, match="Unknown figure format 'gif'; choose from svg, png, csv, json"):
        toys.points().save(tmp_path, ["gif"])


def test_exports_are_pictures_and_data(tmp_path):
    written = toys.points().save(tmp_path)
    endings = ("svg", "png", "csv", "resource.json", "json")
    assert [path.name for path in written] == [f"toy-points.{ending}" for ending in endings]
    assert written[0].read_text().startswith("<svg")
    assert written[1].read_bytes().startswith(b"\x89PNG")
    assert json.loads(written[4].read_text()) == toys.points().spec()


def test_lettering_is_measured_in_the_font_that_draws_it():
    """A family that cannot be read, or another font, would break lines and place labels by the widths of strangers."""
    text = {"text": {"value": "largest difference"}, "fontSize": {"value": 100}, "font": {"value": theme.FONT}}
    vega = {"width": 1, "height": 1, "padding": 0, "marks": [{"type": "text", "encode": {"enter": text}}]}
    vega["$schema"] = "https://vega.github.io/schema/vega/v5.json"
    drawn = downloads.drawer().vega_to_svg(vega)
    assert float(re.search(r' width="([\d.]+)"', drawn)[1]) == pytest.approx(720, abs=10)


def test_the_title_of_y_lies_above_its_axis_and_takes_the_lines_that_it_needs():
    words = "share of the peak that was used in the whole of the run, by one count of the arithmetic"
    chart = alt.Chart(table("t", pd.DataFrame({"x": [1, 2], "y": [1, 2], "kind": ["a", "b"]})))
    y = alt.Y("y:Q", title=[words, "(each step is ten times more)"])
    spec = toys.points(chart=chart.mark_point().encode(x="x:Q", y=y, color="kind:N")).spec()
    for width, lines in ((WIDE, 2), (NARROW, 3)):
        out = laid_out(spec, width)
        title, axis = out["encoding"]["y"]["title"], out["encoding"]["y"]["axis"]
        assert len(title) == lines and " ".join(title) == f"{words} (each step is ten times more)"
        assert axis["titleY"] < -12 - 15 * (lines - 1) and axis["titleX"] < 0
        assert out["config"]["legend"]["offset"] > -axis["titleY"], "the legend is above the title"
        places = re.findall(r'translate\(([-\d.]+),([-\d.]+)\)"[^>]*>(?:<tspan|share)', svg(spec, width))
        assert all(float(up) < 0 for _, up in places)


def test_the_lettering_of_a_chart_is_that_of_a_caption_on_its_page():
    sizes = {
        width: {float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg(toys.points().spec(), width))}
        for width in (WIDE, NARROW)
    }
    assert sizes == {WIDE: {theme.LETTERING}, NARROW: {theme.PHONE_LETTERING}}


def test_a_download_names_its_sources_as_people_do(tmp_path):
    (path,) = toys.points(sources=("deepseekv3_2024", "market", "computed")).save(tmp_path, ["svg"])
    words = " ".join(re.findall(r">([^<>]+)</", path.read_text(encoding="utf-8")))
    assert "DeepSeek-AI 2024" in words and "deepseekv3_2024" not in words
    assert "table market of this book; computed by this book" in words


def a_figure_with_a_slider():
    """A figure whose finding says where its slider stands."""
    chart = alt.Chart(table("points", pd.DataFrame({"x": [1, 2], "y": [1, 2]}))).mark_line().encode(x="x:Q", y="y:Q")
    return figure.Figure(
        chart,
        subtitle="y by x",
        caption="Read it.",
        alt='A line that "rises".',
        sources=("computed",),
        holds=True,
        controls=[slider("x", "Step", 1, 3, 1, 1)],
        finding=lambda x: f"The slider stands at {x:g}",
        id="demo-line",
    )


def test_a_notebook_gets_what_its_front_end_draws_and_a_kernel_under_comparison_the_document_alone(monkeypatch):
    drawn = a_figure_with_a_slider()
    data, _ = drawn._repr_mimebundle_()
    assert set(data) == {figure.MIME, "text/plain"}, "tests/conftest.py asks for it"
    monkeypatch.delenv(figure.BARE)
    data, metadata = drawn._repr_mimebundle_()
    chart = data[downloads.VEGALITE_5]
    assert figure.MIME not in data
    assert chart["$schema"] == downloads.SCHEMA_5
    picture = ElementTree.fromstring(data["image/svg+xml"])
    assert (picture.attrib["role"], picture.attrib["aria-label"]) == ("img", drawn.alt)
    assert metadata["image/svg+xml"]["alt"] == drawn.alt
    assert chart["params"][0]["bind"]["input"] == "range"
    # the finding above the chart is that of the setting
    chart["params"][0]["value"] = 3
    said = downloads.drawer().vegalite_to_svg(chart, vl_version="5.21")
    assert drawn.finding(x=3) in said
    assert drawn.title not in said


def test_where_nothing_draws_a_notebook_draws_itself(monkeypatch):
    def missing():
        raise ImportError("no vl_convert")

    monkeypatch.setattr(downloads, "drawer", missing)
    data, _ = downloads.in_notebook(a_figure_with_a_slider().spec())
    assert list(data) == [downloads.VEGALITE_5]
