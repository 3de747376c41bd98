"""The tables as readers find them: by a list, by the address of a fact, from a file, without JavaScript."""

from __future__ import annotations

import json

from playwright.sync_api import Browser, expect

from tests.site.reader import PHONE, SITE, WIDE, open_page

LIST, FACT = "book/data.html", "v3-gpus"
#: What the first view of the list may hold: bytes of its page, style and scripts, and elements.
BYTES, NODES = 200_000, 4_000


def test_the_first_view_of_the_tables_is_small(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        page.goto(address + LIST, wait_until="load")
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(300)
        fonts = sum(path.stat().st_size for path in (SITE / "_static" / "fonts").glob("*.woff2"))
        assert sum(sizes) < BYTES + fonts
        assert page.evaluate("document.querySelectorAll('*').length") < NODES


def test_a_table_opens_in_place_and_is_searched_by_mark_and_word(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        visit = open_page(context, address + LIST, address)
        page = visit.page
        page.locator("#table-deepseek > summary").click()
        table = page.locator("#table-deepseek")
        expect(table.locator(f"#{FACT}")).to_be_visible()
        whole = table.locator("tbody tr").count()
        table.get_by_text("not checked", exact=True).first.click()
        expect(table.locator("output")).not_to_have_text(f"{whole} of {whole}")
        assert table.locator("tbody tr:visible").count() == table.locator("tbody tr[data-m=unchecked]").count() > 0
        table.get_by_text("all", exact=True).first.click()
        table.locator("[type=search]").fill("gpus")
        assert 0 < table.locator("tbody tr:visible").count() < whole
        table.locator("[type=search]").fill("")
        table.locator("select").select_option("v")
        values = table.locator("tbody tr").evaluate_all("rows => rows.map(row => +row.dataset.v)")
        assert values == sorted(values)
        assert not visit.complaints and not visit.outside()


def test_the_address_of_a_fact_opens_its_table_and_marks_its_row_also_from_a_file(
    browser: Browser, address: str
) -> None:
    for home in (address, f"{SITE.as_uri()}/"):
        with browser.new_context(viewport=WIDE) as context:
            visit = open_page(context, f"{home}{LIST}#{FACT}", home)
            row = visit.page.locator(f"#{FACT}")
            expect(row).to_be_in_viewport()
            assert row.evaluate("row => row.matches(':target')")
            assert not visit.complaints and not visit.outside()


def test_every_fact_has_a_row_on_the_page_of_its_table_without_javascript(browser: Browser, address: str) -> None:
    places = json.loads((SITE / "_static/sheets/rows.js").read_text("utf-8").removeprefix("openRow(").rstrip(");\n"))
    with browser.new_context(java_script_enabled=False, viewport=PHONE) as context:
        visit = open_page(context, address + LIST, address)
        visit.page.locator("#table-deepseek > summary").click()
        visit.page.locator("#table-deepseek").get_by_role("link", name="The whole table").click()
        expect(visit.page.locator(f"#{FACT}")).to_be_attached()
        assert not visit.page.locator(".facts-filter").is_visible()
    found = {
        place
        for path in (SITE / "book" / "data").glob("*.html")
        for place in places
        if f'id="{place}"' in path.read_text("utf-8")
    }
    assert found == set(places)
