"""What a page may cost before anybody touches it: bytes and elements, exact on every machine; no times."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser

from tests.site.reader import SITE, WIDE, html_files, open_page
from tools.weight import Page, sent

#: Bytes of a page, packed, with its style, fonts, scripts and pictures, when all of it was scrolled through.
BYTES = 300_000
#: Elements of a page; the list of the tables, which is opened bit by bit, is held to fewer in test_data.
NODES = 10_000
#: Bytes of the style sheet that every page loads, packed.
STYLE = 10_500


def test_no_page_is_heavy_or_has_many_elements() -> None:
    pages = {name: Page(SITE / name) for name in html_files()}
    heavy = {name: page.bytes for name, page in pages.items() if page.bytes > BYTES}
    many = {name: page.nodes for name, page in pages.items() if page.nodes > NODES}
    assert not heavy and not many, f"Too heavy: {heavy}; too many elements: {many}"


def test_the_style_of_every_page_is_small() -> None:
    assert sent(SITE / "_static" / "style.css") <= STYLE


def test_a_page_asks_for_nothing_but_what_its_text_names(browser: Browser, address: str, each: str) -> None:
    """No chart's script, no rows, no cards, however far its reader scrolls: all that waits for a touch."""
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, address + each, address)
        for _ in range(40):
            visit.page.keyboard.press("PageDown")
        visit.scroll_through()
        visit.page.keyboard.press("End")
        visit.page.wait_for_load_state("networkidle")
        asked = {SITE / unquote(urlsplit(url).path).lstrip("/") for url in visit.requests}
        assert not visit.outside()
    named = {SITE / each, *Page(SITE / each).loads}
    assert asked <= named, f"Asked for unnamed: {sorted(path.name for path in asked - named)}"


def test_a_page_with_a_picture_weighs_what_its_files_weigh(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('@font-face { src: url("f.woff2") format("woff2") }', encoding="utf-8")
    (tmp_path / "f.woff2").write_bytes(b"f" * 500)
    (tmp_path / "p.png").write_bytes(b"p" * 1000)
    page = tmp_path / "page.html"
    page.write_text(
        '<html><link rel="stylesheet" href="a.css?v=1"><link rel="next" href="b.html"><img src="p.png"><a href="c">',
        encoding="utf-8",
    )
    found = Page(page)
    assert found.nodes == 5
    assert found.bytes == sent(page) + sent(tmp_path / "a.css") + 500 + 1000
