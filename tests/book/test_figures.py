"""A figure's page carries all of it: picture, description, sources, data, citation and code."""

import json
import math
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pytest
from docutils import nodes

from analysis.kit import downloads, figure, theme
from book.extension import figures, inline, panels, pictures
from tests.book.conftest import a_figure, notebook

ROOT = Path(__file__).resolve().parents[2]
BIBLIOGRAPHY = "\n```{bibliography}\n```\n"


@pytest.fixture
def page(build):
    """A page with one figure, and what was built around it."""
    return build({"index.ipynb": notebook("# Title", a_figure(), BIBLIOGRAPHY)})


def test_the_picture_stands_in_the_page_with_its_description(page):
    """Without JavaScript a reader sees the picture, and who cannot see it hears what it says."""
    html = page.page()
    chart = ElementTree.fromstring(re.search(r'<div class="chart".*?</svg></div></div>', html, re.S)[0])
    assert chart.attrib == {"class": "chart", "role": "img", "tabindex": "0", "aria-label": "A line from 2.5 to 5."}
    widths = [box.find("svg").get("width") for box in chart]
    assert [box.get("class") for box in chart] == ["broad", "narrow"]
    assert widths == [str(downloads.WIDE), str(downloads.NARROW)]
    assert all(box.find("svg").get("aria-hidden") == "true" for box in chart)
    assert 'aria-labelledby="demo-line-finding"' in html
    assert '<h2 class="finding" id="demo-line-finding"><span class="says">The line rises</span></h2>' in html
    assert not page.warnings


def test_no_figure_brings_a_script_of_its_own(page):
    """The page loads one small script for all figures, and no chart script."""
    html = page.page()
    assert "vega" not in html.replace("Vega-Lite", "").lower()
    assert html.count("figures.js") == 1 and "controls.js" not in html


def test_the_ids_of_a_page_are_its_own(build):
    """Two pictures with clips do not clip each other, nor does a drawn chart, whose clips are numbered."""
    rows = alt.InlineData(values=[{"x": 1, "y": 2}, {"x": 2, "y": 9}], name="points")
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, 5]))
    shown = [a_figure(name, alt.Chart(rows).mark_line(clip=True).encode(x="x:Q", y=y)) for name in ("a-one", "a-two")]
    html = build({"index.ipynb": notebook("# T", *shown, BIBLIOGRAPHY)}).page()
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) and "a-one-b1" in ids and "a-two-n1" in ids
    assert not any(re.fullmatch(r"clip\d+", identity) for identity in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)


def test_a_text_in_a_picture_stays_text(build):
    """What a chart prints cannot become a part of the page."""
    rows = alt.InlineData(values=[{"x": "</svg><b>"}], name="t")
    chart = alt.Chart(rows).mark_point().encode(x="x:N", tooltip="x:N")
    html = build({"index.ipynb": notebook("# T", a_figure(chart=chart, sources=("computed",)))}).page()
    assert "</svg><b>" not in html and "&lt;/svg&gt;&lt;b&gt;" in html


def test_a_cleaned_picture_shows_what_was_drawn():
    """Marks, words and colours are all there; descriptions, fonts, background and long digits are not."""
    drawn = downloads.svg(a_figure().spec())
    clean = inline.cleaned(drawn, "p")
    words = [re.findall(r">([^<>]+)</text>", picture) for picture in (drawn, clean)]
    assert words[0] == words[1] and len(words[0]) > 4
    assert set(re.findall(r"#[0-9a-f]{6}", clean)) == set(re.findall(r"#[0-9a-f]{6}", drawn)) - {theme.PAPER}
    assert not re.search(r"aria-(?!hidden)|role=|font-family|class=|=\"[^\"]*\.\d\d", clean)
    assert len(clean) < len(drawn) / 2


def test_a_clip_keeps_its_shape_though_nothing_paints_it():
    """Without it nothing that is clipped is seen."""
    chart = (
        alt.Chart(alt.InlineData(values=[{"x": 1, "y": 2}], name="points")).mark_bar(clip=True).encode(x="x:Q", y="y:Q")
    )
    drawn = downloads.svg(a_figure(chart=chart).spec())
    clean = inline.cleaned(drawn, "p")
    assert drawn.count("<clipPath") == len(re.findall(r'<clipPath id="p\d+"><(?:rect|path) ', clean)) >= 1


def test_a_line_misses_no_point_that_it_was_drawn_through():
    """Points on a straight are left out, corners stay, and what is rounded does not add up."""
    given = [(x / 7, 10 * math.sin(x / 90)) for x in range(700)]
    drawn = "M" + "L".join(f"{x:.4f},{y:.4f}" for x, y in given)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{drawn}" stroke="#0072b2"/></svg>'
    steps = re.findall(r"(-?[\d.]+),(-?[\d.]+)", re.search(r' d="([^"]+)"', inline.cleaned(svg, "p"))[1])
    assert len(steps) < 120
    x, y = np.cumsum(np.array(steps, dtype=float), axis=0).T
    wanted = np.array(given)
    assert np.abs(np.interp(wanted[:, 0], x, y) - wanted[:, 1]).max() < 2 * inline.MISSED


def test_a_thumbnail_has_the_marks_and_no_words():
    """At that size words would be specks."""
    drawn = downloads.thumbnail(a_figure().spec())
    assert "<text" not in drawn and theme.COMPUTED in drawn
    assert [float(n) for n in re.search(r'width="([\d.]+)" height="([\d.]+)"', drawn).groups()] == [320, 190]


def test_a_figure_can_be_shown_again(build):
    """The second one has ids of its own and no panels; a thumbnail and it can stand on one page."""
    page = {"index.ipynb": notebook("# T", a_figure(sources=("computed",)))}

    def more(app, doctree, docname):
        doctree[0] += figures.again(app.env, "demo-line")
        picture = figures.thumbnail(app.env, "demo-line", "small-")
        doctree[0] += nodes.raw("", f'<div class="chart">{picture}</div>', format="html")

    html = build(page, connect=[("doctree-resolved", more)]).page()
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) and "again-demo-line" in ids
    assert html.count('class="acts"') == 1 and html.count("<svg viewBox") >= 5


def test_the_style_sheet_has_the_colours_of_the_charts():
    """Light and dark: each colour that a chart may have is shown by the page's own token."""
    css = (ROOT / "book/static/style.css").read_text(encoding="utf-8")
    for name, colour in theme.PALETTE.items():
        token = "--paper" if name == "paper" else f"--c-{name}"
        assert f"{token}: light-dark({colour.light}, {colour.dark});" in css
        for paint in ("fill", "stroke"):
            assert f'.chart [{paint}="{colour.light}"] {{ {paint}: var({token}); }}' in css


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("cnn_era", "(#table-cnn_era)"),
        ("cnn_era_nanogpt", "(#table-cnn_era_nanogpt)"),
        ("cnn-era-stages", "(#result-cnn-era-stages)"),
        ("howard2017", "{cite:t}`howard2017`"),
    ],
)
def test_each_kind_of_source_has_a_link_of_its_own(source, target):
    """Facts, wide tables and results lead to their place in the book, all else to the bibliography."""
    assert figures._source_markdown(source).endswith(target)


def test_each_action_has_its_panel_and_leads_somewhere(page):
    """Data, picture, citation, sources and code are one click away, without a script too."""
    html = page.page()
    for kind, name in panels.ACTIONS.items():
        assert re.search(rf'<a href="#demo-line-{kind}"[^>]*aria-controls="demo-line-{kind}">.*?{name}</a>', html)
        assert f'<div class="panel" id="demo-line-{kind}">' in html
    for extension in (*downloads.FORMATS, downloads.DESCRIPTION):
        (target,) = re.findall(rf'href="([^"]+)" download="demo-line.{extension}"', html)
        assert (page.folder / target.partition("?")[0]).stat().st_size > 10
    assert "computed by this book" in html and "<b>Someone</b>, A work, 2020." in html
    assert "<tr><td class=n>1<td class=n>2.5<tr><td class=n>2<td class=n>5</tbody>" in html
    assert "@misc{demo-line," in html and "title = {The line rises}," in html
    script, anchor = re.search(r'href="(_static/source/[^"#]+)#([^"]+)"', html).groups()
    assert f'"{anchor}"' in (page.folder / script).read_text(encoding="utf-8")


def test_the_digest_of_a_citation_is_of_the_data(build):
    """Who cites a figure says which data; another title changes nothing, another value does."""

    def digest(**texts):
        return re.search(r"data ([0-9a-f]{8})", build({"index.ipynb": notebook("# T", a_figure(**texts))}).page())[1]

    rows = alt.InlineData(values=[{"x": 1, "y": 2.5}, {"x": 2, "y": 5.1}], name="points")
    other = alt.Chart(rows).mark_line().encode(x="x:Q", y="y:Q")
    given = {"sources": ("computed",)}
    assert digest(**given) == digest(title="It rises", **given) != digest(chart=other, **given)


def test_the_rows_of_a_long_table_come_on_demand(build):
    """They are in a script beside the CSV, not in the page."""
    values = [{"x": n, "y": n / 3} for n in range(panels.ROWS + 1)]
    chart = alt.Chart(alt.InlineData(values=values, name="points")).mark_line().encode(x="x:Q", y="y:Q")
    built = build({"index.ipynb": notebook("# T", a_figure(chart=chart, sources=("computed",)))})
    (target,) = re.findall(r'data-rows="([^"?]+)', built.page())
    script = (built.folder / target).read_text(encoding="utf-8")
    name, rows = json.loads(f"[{script.removeprefix('bookRows(').removesuffix(chr(10)).removesuffix(');')}]")
    assert name == "demo-line" and len(rows) == panels.ROWS + 1 and rows[1] == ["1", "0.333333"]
    assert "0.333333" not in built.page() and "All 13 rows are in the CSV." in built.page()


def test_the_folded_code_of_a_cell_goes_under_the_action(build):
    """A cell that shows its code keeps it; one that folds it has it under "Code"."""
    page = json.loads(notebook("# T", a_figure(sources=("computed",))))
    assert "Drawn by" in build({"index.ipynb": json.dumps(page)}).page()
    page["cells"][1]["metadata"]["tags"] = ["hide-input"]
    html = build({"index.ipynb": json.dumps(page)}).page()
    assert "<pre>show()</pre></div>" in html and "<details" not in html.split("<main")[1].split("</main")[0]


def test_the_script_is_on_the_repository_when_its_address_is_known(build):
    """The link names commit and lines."""
    address = {"book_repository": "https://git.example/a/b", "book_commit": "abc123"}
    html = build({"index.ipynb": notebook("# T", a_figure(), BIBLIOGRAPHY)}, **address).page()
    first, last = figure.script_lines("analysis/kit/downloads.py:svg")
    assert f"https://git.example/a/b/blob/abc123/analysis/kit/downloads.py#L{first}-L{last}" in html


def test_a_figure_that_stands_twice_is_a_warning(build):
    """An id is an address, so it stands once on the site."""
    other = notebook("# Other", a_figure(sources=("computed",)))
    built = build({"index.ipynb": notebook("# T", a_figure(sources=("computed",))), "other.ipynb": other})
    assert "demo-line stands twice" in built.warnings


def test_an_unknown_source_is_a_warning(build):
    """A source that the bibliography lacks is noticed."""
    built = build({"index.ipynb": notebook("# T", a_figure(sources=("nobody1999",)), BIBLIOGRAPHY)})
    assert "nobody1999" in built.warnings


def test_elsewhere_the_picture_is_a_plain_image(build):
    """An EPUB and a PDF get the picture, the finding and the caption."""
    pages = {"index.ipynb": notebook("# T", a_figure(sources=("computed",)))}
    book = build(pages, builder="singlehtml")  # HTML without the site's scripts, as in an EPUB
    assert "demo-line-620.svg" in book.page() and "<figure" not in book.page()
    assert list(book.folder.rglob("demo-line-620.svg"))
    built = build(pages, builder="latex")
    tex = "".join(path.read_text(encoding="utf-8") for path in built.folder.glob("*.tex"))
    assert "demo-line.png" in tex.replace("{", "").replace("}", "") and "The line rises" in tex
    assert (built.folder / "demo-line.png").exists()
    assert "The line rises" in build(pages, builder="text").page()


def test_pictures_are_drawn_once(tmp_path, monkeypatch):
    """The second build takes them from the cache; another figure is drawn anew."""
    first = pictures.draw(a_figure().spec(), tmp_path)
    monkeypatch.setattr(downloads, "svg", lambda *args: pytest.fail("drawn again"))
    assert pictures.draw(a_figure().spec(), tmp_path) == first
    assert pictures.name_of(a_figure(title="It falls").spec()) != first.name


def test_pictures_that_no_page_shows_any_more_are_dropped(build, tmp_path):
    """The cache holds the figures of the last good build, and does not grow with each change of one."""
    pages = [notebook("# T", a_figure(title=title, sources=("computed",))) for title in ("It rises", "The line rises")]
    cache = tmp_path / "source" / ".cache" / "figures"
    build({"index.ipynb": pages[0]})
    (old,) = cache.iterdir()
    os.utime(old, (1, 1))
    build({"index.ipynb": pages[1]})
    pictures.prune(cache, 2)
    (kept,) = cache.iterdir()
    assert kept != old
    os.utime(kept, (1, 1))
    build({"index.ipynb": pages[1]})
    pictures.prune(cache, 2)
    assert [*cache.iterdir()] == [kept]


def test_pages_without_a_figure_load_no_chart_script(build):
    """A page of text stays light."""
    html = build({"index.md": "# Text\n"}).page()
    assert "figures.js" not in html and "controls.js" not in html


def test_the_renderer_leaves_other_outputs_alone():
    """Only figures of the book are ours."""

    class Data:
        mime_type = "text/plain"

    assert figures.FigureRenderer.handle_mime(None, Data(), inline=False) is None
