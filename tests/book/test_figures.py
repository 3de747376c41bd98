"""A figure's page carries all of it: picture, description, spec, sources, downloads and script."""

import json
import os
import re
from pathlib import Path

import altair as alt
import pytest
from playwright.sync_api import sync_playwright

from analysis.kit import downloads, figure, theme
from book.extension import figures, pictures
from tests.book.conftest import a_figure, notebook
from tools import chromium

ROOT = Path(__file__).resolve().parents[2]
BIBLIOGRAPHY = "\n```{bibliography}\n```\n"


@pytest.fixture
def page(build):
    """A page with one figure, and what was built around it."""
    return build({"index.ipynb": notebook("# Title", a_figure(), BIBLIOGRAPHY)})


def test_the_static_picture_stands_with_its_description(page):
    """Without JavaScript a reader sees the picture, and who cannot see it hears what it says."""
    html = page.page()
    assert 'alt="A line from 2.5 to 5."' in html
    for source in re.findall(r'(?:src|srcset)="([^"]*demo-line[^"]*)"', html):
        assert (page.folder / source.partition("?")[0]).exists()
    assert '<h2 class="figure-finding">The line rises' in html
    assert not page.warnings


def test_the_spec_on_the_page_is_the_figure(page):
    """The interactive chart is drawn from the same document that the references hold."""
    inlined = re.search(rf'<script type="{re.escape(figure.MIME)}">(.*?)</script>', page.page(), re.S)
    spec = a_figure().spec()
    del spec["usermeta"]
    assert json.loads(inlined[1]) == spec


def test_a_text_cannot_end_the_script(build):
    """A closing tag in a spec stays text."""
    rows = alt.InlineData(values=[{"x": "</script><b>"}], name="t")
    chart = alt.Chart(rows).mark_point().encode(tooltip="x:N")
    html = build({"index.ipynb": notebook("# T", a_figure(chart=chart, sources=("computed",)))}).page()
    assert "</script><b>" not in html and r"<\/script><b>" in html


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


def test_downloads_sources_and_script_lead_somewhere(page):
    """Picture, data, spec and code are one click away, and so is each source."""
    html = page.page()
    for extension in (*downloads.FORMATS, downloads.DESCRIPTION):
        (target,) = re.findall(rf'href="([^"]+)" download="demo-line.{extension}"', html)
        assert (page.folder / target.partition("?")[0]).stat().st_size > 10
    assert "computed by this book" in html
    assert 'class="reference internal" href="#id' in html.split('class="figure-sources')[1]
    script, anchor = re.search(r'href="(_static/source/[^"#]+)#([^"]+)"', html).groups()
    assert f'"{anchor}"' in (page.folder / script).read_text(encoding="utf-8")


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
    """A PDF gets the picture, the finding and the caption."""
    pages = {"index.ipynb": notebook("# T", a_figure(sources=("computed",)))}
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


def test_pages_without_a_figure_load_no_chart_script(build):
    """A page of text stays light."""
    assert "charts.js" not in build({"index.md": "# Text\n"}).page()


@pytest.fixture(scope="module")
def scripts():
    """The functions of charts.js, in a real browser."""
    path = os.environ.get("CHROMIUM") or chromium.installed()
    if not path:
        pytest.fail(chromium.how_to_get_one())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        page = browser.new_page()
        page.add_script_tag(content=(ROOT / "book/static/charts.js").read_text(encoding="utf-8"))
        yield page
        browser.close()


def test_dark_mode_swaps_every_colour_of_the_palette(scripts):
    """No light colour is left, in expressions neither, and nothing else changes."""
    dark = {colour.light: colour.dark for colour in theme.PALETTE.values()}
    spec = {"a": [*dark, "datum.x ? '#0072B2' : 'red'"], "n": 1.5}
    swapped = scripts.evaluate("([spec, dark]) => inDark(spec, dark)", [spec, dark])
    assert swapped == {"a": [*dark.values(), f"datum.x ? '{dark['#0072b2']}' : 'red'"], "n": 1.5}


def test_the_renderer_leaves_other_outputs_alone():
    """Only figures of the book are ours."""

    class Data:
        mime_type = "text/plain"

    assert figures.FigureRenderer.handle_mime(None, Data(), inline=False) is None
