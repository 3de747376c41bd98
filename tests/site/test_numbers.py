"""A number is one click from its source: by mouse, by keyboard, from a file, and without scripts."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.reader import PHONE, SITE, WIDE, open_page

CHAPTER = "chapters/deepseek.html"
#: A number whose published figure, and where it stands, is known.
NUMBER = "a.num[href$='deepseek.html#days-pre']"
PAGES = sorted((SITE / "book" / "numbers").glob("*.html")) if SITE.is_dir() else []
_NUM = re.compile(r'<a class="num" href="([^"#]*)#([^"]+)"')


def source_of(page: Page) -> None:
    """The card is open and says value, published figure, source and place."""
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    expect(card.locator(".value")).to_contain_text("54.1992188")
    expect(card.locator(".fact", has_text="2,664,000")).to_contain_text("table 1; section 1")


def test_a_click_says_the_source_and_escape_gives_the_focus_back(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, address + CHAPTER, address)
        number = visit.page.locator(NUMBER).first
        number.click()
        source_of(visit.page)
        expect(number).to_have_attribute("aria-expanded", "true")
        visit.page.keyboard.press("Escape")
        expect(visit.page.get_by_role("dialog")).to_be_hidden()
        expect(number).to_be_focused()
        assert not number.get_attribute("aria-expanded")
        assert not visit.complaints and not visit.outside()


def test_the_keyboard_opens_a_card_and_walks_in_it(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        page = open_page(context, address + CHAPTER, address).page
        page.locator(NUMBER).first.focus()
        page.keyboard.press("Enter")
        source_of(page)
        expect(page.get_by_role("button", name="Close")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.fact') !== null")


def test_a_card_opens_when_the_mouse_rests_and_closes_when_it_leaves(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        page = open_page(context, address + CHAPTER, address).page
        page.locator(NUMBER).first.hover()
        source_of(page)
        page.mouse.move(5, 5)
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_on_a_phone_the_card_is_a_sheet_at_the_foot(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        page = open_page(context, address + CHAPTER, address).page
        page.locator(NUMBER).first.tap()
        source_of(page)
        page.wait_for_timeout(300)
        box = page.get_by_role("dialog").bounding_box()
        assert box and box["x"] == 0 and box["width"] == PHONE["width"]
        assert abs(box["y"] + box["height"] - PHONE["height"]) < 2


def test_a_card_opens_from_a_file(browser: Browser) -> None:
    with browser.new_context(viewport=WIDE) as context:
        home = SITE.as_uri()
        visit = open_page(context, f"{home}/{CHAPTER}", home)
        visit.page.locator(NUMBER).first.click()
        source_of(visit.page)
        assert not [said for said in visit.complaints if "font" not in said.lower() and "ERR_FAILED" not in said]


def test_without_scripts_the_link_leads_to_the_entry(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE, java_script_enabled=False) as context:
        page = open_page(context, address + CHAPTER, address).page
        page.locator(NUMBER).first.click()
        entry = page.locator("article:target")
        expect(entry).to_contain_text("54.1992188")
        expect(entry).to_contain_text("table 1; section 1")


def test_every_number_leads_to_an_entry_and_every_entry_to_its_facts_and_functions(name: str) -> None:
    folder, page = (SITE / name).parent, (SITE / name).read_text(encoding="utf-8")
    for target, anchor in set(_NUM.findall(page)):
        entry = (folder / target).resolve()
        assert entry.is_file(), f"{target} of {name} is not there"
        assert f'id="{unquote(anchor)}"' in entry.read_text(encoding="utf-8"), f"{target}#{anchor} of {name}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_links_of_an_entry_lead_somewhere(path) -> None:
    for target in set(re.findall(r'href="(\.\./\.\./[^"#?]+)', path.read_text(encoding="utf-8"))):
        assert (path.parent / target).resolve().is_file(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_of_numbers_stays_small(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(re.findall(r"<[a-z]", text)) < 4_000
    assert len(text.encode()) < 300_000
