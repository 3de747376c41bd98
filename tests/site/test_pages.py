"""Every page, as readers with different machines see it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator

from analysis import topics
from tests.site.reader import CHART, CONTROLS, FIGURE, PHONE, SITE, WIDE, Visit, html_files, open_page


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_page_draws_every_chart_asks_nothing_of_other_sites_and_is_accessible(wide: Visit, scheme: str) -> None:
    wide.turn(scheme)
    assert wide.page.evaluate("document.documentElement.dataset.theme ?? null") in (scheme, None)
    assert wide.page.locator(".is-drawn").count() == wide.page.locator(f"{FIGURE} {CONTROLS}").count()
    assert not wide.outside()
    assert not wide.complaints
    faults = wide.accessibility_faults()
    assert not faults, "\n".join(faults)


def test_on_paper_the_picture_stands(wide: Visit, figures: list[Locator]) -> None:
    wide.page.emulate_media(media="print")
    for figure in figures:
        assert figure.locator(f"{CHART} svg:visible").count() == 1
        assert not figure.locator(":is(.acts, .panel, .controls):visible").count()
    wide.page.emulate_media(media="screen")


def test_a_phone_of_360_pixels_never_scrolls_sideways(browser: Browser, address: str, each: str) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        visit = open_page(context, address + each, address)
        visit.draw_all()
        assert not visit.complaints
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        reaching_out = visit.page.evaluate(
            """[...document.querySelectorAll('body *')].filter(element => {
                 if (element.getBoundingClientRect().right <= 361) return false;
                 for (let box = element.parentElement; box; box = box.parentElement)
                   if (getComputedStyle(box).overflowX !== "visible") return false;
                 return true;
               }).map(element => `${element.tagName} ${element.textContent.slice(0, 40)}`).slice(0, 5)"""
        )
        assert width <= PHONE["width"], f"The page is {width} pixels wide; reaching out: {reaching_out}"


def test_no_long_name_of_a_model_reaches_out_of_a_phone(browser: Browser, address: str) -> None:
    """Each topic's models have names of their own length, so that one page does not speak for its kind."""
    pages = [name for name in html_files() if name.startswith("book/api/")]
    assert len(pages) == len(topics.TOPICS)
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        for name in pages:
            page.goto(address + name)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def test_without_javascript_each_figure_is_a_picture_with_a_description(
    browser: Browser, address: str, chapter: str
) -> None:
    with browser.new_context(java_script_enabled=False, viewport=WIDE) as context:
        visit = open_page(context, address + chapter, address)
        figures = visit.page.locator(FIGURE).all()
        assert figures
        for figure in figures:
            picture = figure.locator(CHART)
            assert len(picture.get_attribute("aria-label") or "") > 40
            box = picture.locator("svg:visible").bounding_box()
            assert box and box["width"] > 200 and box["height"] > 100
            assert not figure.locator(".panel:visible").count()
        visit.page.locator(".acts a", has_text="Data").first.click()
        assert visit.page.locator(".panel:visible").first.locator("a[download]").count() == 3
        assert not visit.outside()
        assert not visit.complaints


def test_no_chart_script_is_loaded_before_a_touch(browser: Browser, address: str, chapter: str) -> None:
    """Pictures carry the page: who only reads and looks up data never pays for what draws."""
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, address + chapter, address)
        visit.scroll_through()
        for action in visit.page.locator(".acts [aria-controls]").all()[:5]:
            action.click()
        assert not [url for url in visit.requests if "vega" in url or ".spec.js" in url]
        assert not visit.complaints


def test_a_page_opened_as_a_file_has_its_rows_and_draws_its_charts(browser: Browser, chapter: str) -> None:
    home = SITE.as_uri()
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, f"{home}/{chapter}", home)
        long = visit.page.locator("[data-rows]")
        visit.open_panels("Data")
        assert not long.count(), "the rows of every long table are in the page"
        visit.draw_all()
        assert not visit.outside()
        assert not visit.complaints
        assert visit.page.evaluate("document.fonts.check('16px \"Book Sans\"')")


def test_a_figure_fills_the_screen_and_goes_back(browser: Browser, address: str, chapter: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, address + chapter, address)
        figure = visit.page.locator(FIGURE).nth(1)
        before = figure.bounding_box()
        figure.get_by_role("button", name="Full screen").click()
        assert visit.page.locator("dialog[open] figure").count() == 1
        visit.page.keyboard.press("Escape")
        assert not visit.page.locator("dialog").count()
        after = figure.bounding_box()
        assert before and after and before["height"] == after["height"]
        assert figure.locator(".acts .end").evaluate("button => button === document.activeElement")


def test_pale_text_in_one_row_of_many_is_found(browser: Browser) -> None:
    """Rows that look alike are judged once, and a row that looks otherwise is judged by itself."""
    rows = "<tr><td>a fact</td></tr>" * 20
    pale = "<tr><td><span style='color: #aaa'>pale</span></td></tr>"
    with browser.new_context(viewport=WIDE) as context:
        visit = Visit(context.new_page(), "")
        visit.page.set_content(f"<html lang=en><title>T</title><main><h1>T</h1><table>{rows}{rows}</table></main>")
        assert not visit.accessibility_faults()
        visit.page.set_content(f"<html lang=en><title>T</title><main><h1>T</h1><table>{rows}{pale}</table></main>")
        (fault,) = visit.accessibility_faults()
        assert fault.startswith("color-contrast") and ">pale<" in fault


def test_what_appears_after_a_page_was_judged_is_judged_in_full(browser: Browser) -> None:
    """A page that shows the same elements is judged by its colours alone, one that shows another by everything."""
    with browser.new_context(viewport=WIDE) as context:
        visit = Visit(context.new_page(), "")
        visit.page.set_content("<html lang=en><title>T</title><main><h1>T</h1><p>A text.</p></main>")
        assert not visit.accessibility_faults()
        assert not visit.accessibility_faults()
        visit.page.add_style_tag(content="p { color: #aaa }")
        assert [fault.split(":")[0] for fault in visit.accessibility_faults()] == ["color-contrast"]
        visit.page.locator("p").evaluate("p => p.innerHTML = '<button></button>'")
        assert [fault.split(":")[0] for fault in visit.accessibility_faults()] == ["button-name"]
