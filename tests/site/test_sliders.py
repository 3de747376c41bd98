"""The sliders of verdicts and key figures, as a reader moves them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page

from analysis import topics
from tests.site.reader import PHONE, SITE, WIDE, open_page

PAGES = [f"chapters/{topic}.html" for topic in topics.TOPICS] + ["book/claims.html"]
MOVED = """(form, node) => { const input = form.querySelector('input'); input.value = node;
  input.dispatchEvent(new Event('input', {bubbles: true}));
  return [form.querySelector('output').textContent, input.getAttribute('aria-valuetext'),
    ...[...form.querySelectorAll('[data-item]')].map((each) => each.textContent)]; }"""


def opened(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details.claim').forEach((each) => { each.open = true; })")


@pytest.fixture(params=[name for name in PAGES])
def named(request: pytest.FixtureRequest) -> str:
    """A page with sliders."""
    if not (SITE / request.param).exists() or 'class="path"' not in (SITE / request.param).read_text("utf-8"):
        pytest.skip("a part of the site, or a page without sliders")
    return str(request.param)


def test_at_each_stop_a_slider_says_what_its_table_says(browser: Browser, address: str, named: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, address + named, address)
        opened(visit.page)
        for form in visit.page.locator("form.path").all():
            told = json.loads(form.get_attribute("data-path"))
            before, said = form.inner_text(), [None] * len(told["items"])
            for node, value in enumerate(told["values"]):
                said = [each[node] or last for each, last in zip(told["items"], said, strict=True)]
                shown = form.evaluate(MOVED, node)
                assert shown[:2] == [value, value]
                untrue = "The title of the picture would not be true."
                assert shown[2:] == [untrue if each == "-" else each for each in said]
            form.locator("[type=reset]").click()
            visit.page.wait_for_timeout(50)
            assert form.inner_text() == before and form.locator("[type=reset]").is_disabled()
        assert not visit.outside()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_slider_moves_by_keys_says_so_and_fits(
    browser: Browser, address: str, named: str, size: dict[str, int]
) -> None:
    with browser.new_context(viewport=size) as context:
        page = open_page(context, address + named, address).page
        opened(page)
        form = page.locator("form.path").first
        field = form.locator("input")
        field.focus()
        first = field.get_attribute("aria-valuetext")
        field.press("Home")
        assert field.input_value() == "0" and field.get_attribute("aria-valuetext") != first
        page.wait_for_timeout(500)
        assert form.locator("[role=status]").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_script_a_table_stands_in_its_place(browser: Browser, address: str, named: str) -> None:
    with browser.new_context(viewport=WIDE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + named)
        assert page.locator("form.path").first.is_hidden()
        for entry in page.locator("details.claim > summary").all()[:3]:
            entry.click()
        shown = page.locator(".path-table").all()
        assert any(table.is_visible() for table in shown) or not page.locator("details.claim[open] .path-table").count()
