"""The search as readers use it: what stands first, misspelt words, the keyboard, and a page without JavaScript."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.site.reader import PHONE, SITE, WIDE, Visit, open_page

SECTIONS, FINDINGS, GLOSSARY = "Sections", "Findings of figures", "Glossary"
CLAIMS, ERRATA, FACTS = "Claims", "Errata", "Published facts"
#: Bytes of the index, gzipped; it comes at the first search.
BUDGET = 190_000
PAGE = "chapters/market.html"


def ask(page: Page, words: str) -> None:
    """Type words into the search, and open it where it is closed."""
    if not page.locator("dialog.search[open]").count():
        page.keyboard.press("/")
    page.locator(".search input[type=search]").fill(words)
    page.wait_for_function("document.querySelector('.search output').textContent.includes('place')")


def first(page: Page, group: str) -> tuple[str, str]:
    """Title and address of what stands first in a group."""
    found = page.locator(f".search [role=group]:has(.kind:text('{group}')) a").first
    return found.locator(".w").inner_text(), (found.get_attribute("href") or "").rpartition("/")[2]


def test_the_index_keeps_to_its_budget() -> None:
    assert len(gzip.compress((SITE / "_static" / "search-index.js").read_bytes(), 9)) <= BUDGET


@pytest.fixture(scope="module")
def searching(browser: Browser, address: str) -> Iterator[Visit]:
    """A page with its search open."""
    with browser.new_context(viewport=WIDE) as context:
        yield open_page(context, address + PAGE, address)


@pytest.mark.parametrize(
    ("words", "group", "title", "place"),
    [
        ("KV cache", SECTIONS, "What makes it efficient?", "deepseek.html#what-makes-it-efficient"),
        ("kv-cache", SECTIONS, "What makes it efficient?", "deepseek.html#what-makes-it-efficient"),
        ("KV cache", GLOSSARY, "KV cache", "glossary.html#term-KV-cache"),
        ("KV cahce", GLOSSARY, "KV cache", "glossary.html#term-KV-cache"),
        ("tokens per parameter", SECTIONS, "", "scaling.html#"),
        ("dark fibre", SECTIONS, "", "market.html#"),
        ("dark fiber", SECTIONS, "", "market.html#"),
        ("utilisaton", GLOSSARY, "utilisation", "glossary.html#term-"),
        ("MKT-11", CLAIMS, "", "claims.html#MKT-11"),
        ("mkt-1", CLAIMS, "", "claims.html#MKT-1"),
        ("utilisation of another card", ERRATA, "A utilisation at the peak of another card", "errata.html#"),
        ("fit_scaling_law", "Functions", "scaling.fit_scaling_law", "scaling.html#analysis.scaling.fit_scaling_law"),
        ("v3-gpus", FACTS, "v3-gpus", "deepseek.html#v3-gpus"),
        ("market-two-futures", FINDINGS, "", "market.html#market-two-futures"),
    ],
)
def test_what_was_asked_for_stands_first(searching: Visit, words: str, group: str, title: str, place: str) -> None:
    ask(searching.page, words)
    found, leads_to = first(searching.page, group)
    assert (not title or found == title) and leads_to.startswith(place), (found, leads_to)
    if words.startswith(("mkt", "MKT")):
        assert leads_to == place


def test_a_corrected_word_is_said_and_what_was_spelt_right_is_not(searching: Visit) -> None:
    ask(searching.page, "utilisaton")
    assert searching.page.locator(".search .told").inner_text() == "Nothing for “utilisaton”. Shown for utilisation."
    ask(searching.page, "utilisation")
    assert not searching.page.locator(".search .told").inner_text()


def test_where_nothing_is_found_there_are_suggestions_and_a_way(searching: Visit) -> None:
    ask(searching.page, "qqqqqqqqqqqq")
    dialog = searching.page.locator(".search")
    assert "Nothing in this book" in dialog.locator(".told").inner_text()
    assert dialog.locator("input").first.get_attribute("aria-expanded") == "false"
    dialog.locator(".tries button").first.click()
    assert dialog.locator("[role=option]").count() > 3


def test_a_found_figure_shows_its_picture_and_all_of_a_kind_are_one_key_away(searching: Visit) -> None:
    page = searching.page
    ask(page, "price")
    page.locator(".search .pic .chart svg").first.wait_for()
    chosen = page.locator(".search [aria-selected=true]")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert chosen.inner_text().startswith("All ")
    before = page.locator(".search [role=option]").count()
    page.keyboard.press("Enter")
    assert page.locator(".search [role=option]").count() > before
    assert chosen.count() == 1 and chosen.get_attribute("id") == page.locator(
        ".search input[type=search]"
    ).get_attribute("aria-activedescendant")
    assert not searching.complaints and not searching.outside()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_open_search_is_accessible(browser: Browser, address: str, scheme: str, width: int) -> None:
    view = {"width": width, "height": 740}
    with browser.new_context(viewport=view, color_scheme=scheme) as context:
        visit = open_page(context, address + "book/cite.html", address)
        for words in ("", "KV cahce", "MKT-11", "qqqqqqqqqqqq"):
            if words:
                ask(visit.page, words)
            else:
                visit.page.keyboard.press("/")
                visit.page.locator(".search .tries button").first.wait_for()
            faults = visit.accessibility_faults()
            assert not faults, (words, faults)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_search_is_left_as_it_was_entered(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, address + PAGE, address)
        assert not [url for url in visit.requests if "find.js" in url or "search" in url or "vendor" in url]
        page, button = visit.page, visit.page.locator("a.find")
        button.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("/")  # who is in a hurry gets one search, not two
        ask(page, "dark fibre")
        page.keyboard.press("Escape")
        assert not page.locator("dialog.search[open]").count()
        assert button.evaluate("button => button === document.activeElement")
        ask(page, "MKT-11")
        page.keyboard.press("Enter")
        page.wait_for_url("**/claims.html#MKT-11")
        assert page.locator("#MKT-11[open]").count()


def test_who_types_slashes_can_turn_the_key_off(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        page = open_page(context, address + "book/cite.html", address).page
        ask(page, "price")
        page.locator(".search .keys [type=checkbox]").uncheck()
        page.keyboard.press("Escape")
        page.reload()
        page.keyboard.press("/")
        page.wait_for_timeout(300)
        assert not page.locator("dialog.search").count()


def test_the_search_works_in_a_page_opened_as_a_file(browser: Browser) -> None:
    home = SITE.as_uri()
    with browser.new_context(viewport=PHONE) as context:
        visit = open_page(context, f"{home}/search.html?q=dark+fibre", home)
        visit.page.locator(".search [role=option]").first.wait_for()
        assert visit.page.locator(".search input[type=search]").input_value() == "dark fibre"
        box = visit.page.locator("dialog.search").bounding_box()
        assert box and (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
        assert not visit.outside()


def test_without_javascript_the_button_leads_to_lists(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE, java_script_enabled=False) as context:
        page = open_page(context, address + PAGE, address).page
        page.locator("a.find").click()
        assert page.url == f"{address}search.html" and not page.locator("form").first.is_visible()
        lists = page.locator("main")
        assert lists.get_by_role("link", name="What makes it efficient?").count() == 1
        assert lists.get_by_role("link", name="KV cache").count() >= 1
        assert lists.locator("a[href^='book/claims.html#']").count() > 50 and lists.locator(".letters a").count() > 20
