"""The pages of claims and errata, and the scoreboard, as a reader uses them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from analysis.kit import claims
from book.extension.claims import CHAPTERS
from tests.site.reader import PHONE, WIDE

CLAIMS, ERRATA = "book/claims.html", "book/errata.html"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=WIDE) as opened:
        yield opened


def shown(page: Page) -> list[str]:
    """Ids of the entries that are seen."""
    return page.locator("details[data-words]:visible").evaluate_all("all => all.map(each => each.id)")


def test_claims_are_chosen_by_verdict_article_chapter_and_words(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address + CLAIMS)
    assert sorted(shown(page)) == sorted(claims.ledger())
    page.locator("label:has(input)", has_text="open").click()
    opened = shown(page)
    assert opened and all(page.locator(f"#{name}").get_attribute("data-verdict") == "open" for name in opened)
    assert page.locator("output").first.inner_text() == f"{len(opened)} of {len(claims.ledger())}"
    page.locator("label:has(input)", has_text="all ").click()
    page.select_option("[name=article]", "DS")
    assert sorted(shown(page)) == sorted(name for name, claim in claims.ledger().items() if claim.article == "DS")
    page.select_option("[name=chapter]", "market")
    assert all(claims.ledger()[name].chapter == "market" for name in shown(page))
    assert page.locator(".group:visible").count() == 1
    page.fill("[name=words]", "jevons")
    assert shown(page) == ["MKT-6"]


def test_claims_are_ordered_and_chosen_by_firmness(context: BrowserContext, address: str) -> None:
    """The least firm of a chapter first, or as the articles have them; those on the edge say so in their line."""
    page = context.new_page()
    page.goto(address + CLAIMS)
    words = page.locator(".group").evaluate_all(
        "all => all.map(group => [...group.querySelectorAll('details')].map(each => each.dataset.firmness))"
    )
    order = ["edge", "leaning", "firm", None]
    assert all([order.index(word) for word in own] == sorted(order.index(word) for word in own) for own in words)
    page.select_option("[name=order]", "place")
    ledger = list(claims.ledger().values())
    assert shown(page) == [each.id for chapter in CHAPTERS for each in ledger if each.chapter == chapter]
    page.select_option("[name=firmness]", "edge")
    assert shown(page) and page.locator("details[data-words]:visible .edge").count() == len(shown(page))


@pytest.mark.parametrize("choice", ["verdict-opinion", "article-MIT"])
def test_a_link_chooses(context: BrowserContext, address: str, choice: str) -> None:
    """From another page and on the page itself."""
    page = context.new_page()
    page.goto(f"{address}{CLAIMS}#{choice}")
    first = shown(page)
    assert 0 < len(first) < len(claims.ledger())
    page.goto(f"{address}{CLAIMS}#verdict-supported")
    assert shown(page) != first
    page.evaluate(f"location.hash = '{choice}'")
    page.wait_for_function(f"document.querySelectorAll('details[data-words]:not([hidden])').length === {len(first)}")


@pytest.mark.parametrize(("place", "entry"), [(CLAIMS, "MKT-6"), ("chapters/market.html", "claim-MKT-6"), (ERRATA, "")])
def test_a_link_to_an_entry_opens_it_in_view(context: BrowserContext, address: str, place: str, entry: str) -> None:
    page = context.new_page()
    page.goto(address + place)
    entry = entry or page.locator("details.erratum").last.get_attribute("id") or ""
    page.goto("about:blank")
    page.goto(f"{address}{place}#{entry}")
    details = page.locator(f"#{entry}")
    assert details.evaluate("each => each.open")
    page.wait_for_function(
        f"(top => top > 0 && top < innerHeight)(document.getElementById('{entry}').getBoundingClientRect().top)"
    )


def test_an_entry_that_is_not_chosen_is_shown_when_a_link_leads_to_it(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}{CLAIMS}#verdict-open")
    assert "MKT-6" not in shown(page)
    page.evaluate("location.hash = 'MKT-6'")
    page.wait_for_selector("#MKT-6[open]")
    assert "MKT-6" in shown(page)


def test_a_line_to_quote_is_copied_with_its_address(context: BrowserContext, address: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}{CLAIMS}#DSK-4")
    page.locator("#DSK-4 [data-copy-of]").click()
    page.wait_for_function("document.getElementById('said')?.textContent")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "Verdict on DSK-4: " in text and text.endswith(f"{address}{CLAIMS}#DSK-4")


def test_errata_are_chosen_by_sureness_and_source(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address + ERRATA)
    everything = len(shown(page))
    page.locator("label", has_text="certain").click()
    assert 0 < len(shown(page)) < everything
    source = page.locator(".erratum:visible").first.get_attribute("data-source") or ""
    page.select_option("[name=source]", source)
    for name in shown(page):
        assert page.locator(f'[id="{name}"]').get_attribute("data-source") == source


def test_the_scoreboard_lists_the_claims_of_the_verdict_that_is_chosen(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    for verdict in claims.VERDICTS:
        page.locator(f".tally label[for=f-{verdict}]").click()
        marks = page.locator(f".tally .line.v-{verdict} .units a").count()
        assert page.locator(".chosen li:not(.none):visible").count() == marks
        assert page.locator(".chosen .none:visible").count() == (marks == 0)
        assert page.locator(f".tally .line.v-{verdict} b").inner_text() == str(marks)


@pytest.mark.parametrize("place", ["", CLAIMS, ERRATA])
def test_without_javascript_every_entry_is_in_view(browser: Browser, address: str, place: str) -> None:
    """And what only a script could do is not shown."""
    with browser.new_context(java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(address + place)
        assert page.locator("details[data-words]").count() == page.locator("details[data-words]:visible").count()
        assert not page.locator(".entries-filter:visible, [data-copy]:visible, [data-copy-of]:visible").count()
        assert page.locator("main h1").is_visible()
