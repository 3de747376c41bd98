"""What leads a reader on: notes, the glossary, the bibliography, permanent links, and no marks of TeX."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest
from playwright.sync_api import Browser

from tests.site.reader import PHONE, SITE, WIDE, open_page

CHAPTERS = sorted(f"chapters/{path.name}" for path in (SITE / "chapters").glob("*.html")) if SITE.is_dir() else []
#: What a page prints as it was written: code, formulas, scripts and the names of files.
AS_WRITTEN = re.compile(r"<(script|style|pre|code|math|svg|textarea)\b.*?</\1>", re.S)
STRAY = re.compile(r"\\(?:[$&%_#{}]|[A-Za-z]+)|``")


@cache
def source(name: str) -> str:
    return (SITE / name).read_text(encoding="utf-8")


def stray(page: str) -> list[str]:
    """The marks of TeX in the text that a reader of a page sees."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", AS_WRITTEN.sub(" ", page)))
    return [found[0] for found in STRAY.finditer(text)]


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_says_that_it_takes_about_twenty_minutes(page):
    """Its main text has at most four thousand words; a page has a few more, such as the word before a check."""
    assert 15 <= int(re.search(r">(\d+) minutes<", source(page))[1]) <= 21


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (r"<p>a loss of \$600 billion</p>", [r"\$"]),
        (r"<p>the term $\alpha x$</p>", [r"\alpha"]),
        (r"<p>R\&amp;D and \emph{this}</p>", [r"\&", r"\emph"]),
        ("<p>``so'' they said</p>", ["``"]),
        (r"<pre>\alpha</pre><code>\n</code><math>\x</math><p>$5 and $6</p>", []),
    ],
)
def test_marks_of_tex_are_found_outside_code(page: str, found: list[str]) -> None:
    assert stray(page) == found


def test_no_page_shows_marks_of_tex(name: str) -> None:
    assert not stray(source(name))


@pytest.mark.parametrize("text", CHAPTERS)
def test_the_notes_of_a_chapter_are_numbered_and_each_term_is_linked_once(text: str) -> None:
    page = source(text)
    numbers = [int(number) for number in re.findall(r'<span class="note" id="note-(\d+)"', page)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 10
    assert numbers == [int(number) for number in re.findall(r'<a class="ref" href="#note-(\d+)"', page)]
    linked = re.findall(r'<a class="term[^"]*" href="[^"#]*glossary.html#([^"]+)"( title=)?', page)
    for before in ("", " title="):  # with a note beside it, and once before that, with the meaning as title
        terms = [term for term, title in linked if title == before]
        assert len(terms) > 5 and len(terms) == len(set(terms))


@pytest.mark.parametrize("text", CHAPTERS)
def test_what_can_be_quoted_has_a_permanent_link_of_its_own(text: str) -> None:
    page = source(text)
    for kind in (r'<div class="exercise" id="([^"]+)"', r'<div class="tabled" id="([^"]+)"', r'<section id="([^"]+)"'):
        for identity in re.findall(kind, page):
            assert f'class="headerlink" href="#{identity}"' in page, identity


def test_the_glossary_and_the_bibliography_lead_back_to_the_chapters() -> None:
    for page in ("book/glossary.html", "book/bibliography.html"):
        back = re.findall(r'<p class="back-links">.*?</p>', source(page), re.S)
        assert len(back) > 50 and sum('href="../chapters/' in line for line in back) > 40, page


def test_every_work_has_an_address_or_says_that_none_is_known() -> None:
    entries = source("book/bibliography.html").split('<li id="source-')[1:]
    assert len(entries) > 150
    for entry in entries:
        said = entry.split('class="back-links"')[0]
        named = entry.split('<p class="name">')[1].split("<")[0]
        assert 'class="reference external"' in said or "No address known." in said or named.startswith("This book"), (
            named
        )


def test_a_click_on_a_permanent_link_copies_it_and_says_so(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = open_page(context, address + "book/glossary.html", address).page
        page.locator("dt .headerlink").first.click()
        page.wait_for_function("document.getElementById('said')?.textContent")
        assert page.evaluate("navigator.clipboard.readText()") == page.url
        assert "#term-" in page.url and "copied" in page.locator("#said").inner_text()


@pytest.mark.parametrize("text", CHAPTERS[:1])
def test_a_note_stands_in_the_margin_and_folds_on_a_phone(browser: Browser, address: str, text: str) -> None:
    for view, shown in ((WIDE | {"width": 1440}, True), (PHONE, False)):
        with browser.new_context(viewport=view) as context:
            page = open_page(context, address + text, address).page
            note, ref = page.locator("#note-1"), page.locator("[aria-controls=note-1]")
            assert note.is_visible() is shown
            if not shown:
                ref.click()
                assert note.is_visible() and ref.get_attribute("aria-expanded") == "true"
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        assert open_page(context, address + text, address).page.locator("#note-1").is_visible()
