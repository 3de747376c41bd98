"""What a page is before anybody touches it: its first screen, the length of its lines, and how still it stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.site.reader import DESK, PHONE, SITE, html_files, open_page

#: Characters of a line of prose: what is easy to read.
LINE = (62, 72)
#: How much a page may move by itself, as browsers measure it, where .1 counts as good.
SHIFT = 0.02

WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput)
      window.shifts.push([entry.value, ...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
}).observe({ type: "layout-shift", buffered: true });
"""

#: The last figure, or else the last place that has a permanent link.
LAST_PLACE = """
() => {
  const shown = (all) => all.filter((place) => place?.checkVisibility() && place.getClientRects().length).at(-1)?.id;
  const linked = [...document.querySelectorAll("a.permalink[href^='#'], a.headerlink[href^='#']")];
  return shown([...document.querySelectorAll("figure[id]")])
    ?? shown(linked.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))))) ?? null;
}
"""

#: Characters in each full line of the paragraphs of a chapter: the lines that the next one follows.
LINES = """
() => {
  const counts = [];
  // a formula takes room and has no characters to count
  for (const paragraph of document.querySelectorAll(".prose section > p:not(:has(math))")) {
    const lines = [];
    let last = -Infinity;
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (text.parentElement.closest(".note, .vh, math")) continue;
      for (let i = 0; i < text.length; i++) {
        const range = document.createRange();
        range.setStart(text, i);
        range.setEnd(text, i + 1);
        const box = range.getBoundingClientRect();
        if (!box.width) continue;
        if (Math.abs(box.bottom - last) > 12) lines.push(0);  // what is set higher stays in its line
        lines[lines.length - 1] += 1;
        last = box.bottom;
      }
    }
    counts.push(...lines.slice(0, -1));
    if (counts.length > 150) break;
  }
  return counts.sort((a, b) => a - b);
}
"""


def chapters() -> list[str]:
    """The pages of the chapters."""
    return [name for name in html_files() if name.startswith("chapters/")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a ``chapter_page`` on each."""
    if "chapter_page" in metafunc.fixturenames:
        metafunc.parametrize("chapter_page", chapters())


def shift(page: Page) -> tuple[float, list[list[object]]]:
    """How much the page has moved since it was opened, and what moved most."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    moved = page.evaluate("window.shifts")
    return sum(entry[0] for entry in moved), sorted(moved, key=lambda entry: -entry[0])[:3]


@pytest.mark.parametrize(("screen", "screens"), [(DESK, 1), (PHONE, 2)], ids=["desk", "phone"])
def test_claim_finding_and_picture_stand_on_the_first_screens(
    browser: Browser, address: str, chapter_page: str, screen: dict[str, int], screens: int
) -> None:
    """One at a desk, two on a phone."""
    with browser.new_context(viewport=screen) as context:
        page = open_page(context, address + chapter_page, address).page
        parts = "document.querySelectorAll('.opening .chart, .opening .said, .opening .found')"
        bottoms = page.evaluate(f"[...{parts}].map(part => part.getBoundingClientRect().bottom)")
        assert len(bottoms) == 3 and max(bottoms) <= screens * screen["height"]


def test_a_line_of_prose_has_the_length_that_reads_well(browser: Browser, address: str, chapter_page: str) -> None:
    with browser.new_context(viewport=DESK) as context:
        page = open_page(context, address + chapter_page, address).page
        page.reload()  # with the fonts at hand: a busy machine may go without them the first time
        page.evaluate("document.fonts.ready")
        counts = page.evaluate(LINES)
        middle = counts[len(counts) // 4 : -len(counts) // 4]
        assert LINE[0] <= middle[0] and middle[-1] <= LINE[1], f"Half of the lines have {middle[0]} to {middle[-1]}."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_stands_still(browser: Browser, address: str, each: str, screen: dict[str, int], scheme: str) -> None:
    """At its beginning, and opened at the last place that a link may lead to."""
    with browser.new_context(viewport=screen, color_scheme=scheme) as context:
        context.add_init_script(WATCH)
        page = open_page(context, address + each, address).page
        moved, most = shift(page)
        assert moved < SHIFT, most
        place = page.evaluate(LAST_PLACE)
        if place:
            page = open_page(context, f"{address}{each}#{place}", address).page
            moved, most = shift(page)
            assert moved < SHIFT, most
            top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", place)
            at_end = page.evaluate("scrollY + innerHeight + 2 >= document.documentElement.scrollHeight")
            assert 0 <= top <= screen["height"] / (1 if at_end else 2)


def test_a_page_is_painted_in_the_colours_that_its_reader_chose(browser: Browser, address: str) -> None:
    """In those of the machine at first, and no frame in any other."""
    for choice, scheme, dark in ((None, "dark", True), ("light", "dark", False), ("dark", "light", True)):
        with browser.new_context(color_scheme=scheme) as context:
            if choice:
                context.add_init_script(f"localStorage.setItem('theme', '{choice}')")
            context.add_init_script(
                "requestAnimationFrame(function seen() { if (document.body) (window.seen ??= new Set()).add("
                "getComputedStyle(document.body).backgroundColor); requestAnimationFrame(seen) })"
            )
            page = open_page(context, address + "index.html", address).page
            page.wait_for_timeout(200)
            colours = page.evaluate("[...window.seen]")
            assert len(colours) == 1
            lightness = int(colours[0].removeprefix("rgb(").split(",")[0])
            assert (lightness < 128) is dark


def test_the_theme_button_turns_the_page_and_the_next_page_remembers(browser: Browser, address: str) -> None:
    with browser.new_context(color_scheme="light") as context:
        page = open_page(context, address + "index.html", address).page
        ground = "getComputedStyle(document.body).backgroundColor"
        before = page.evaluate(ground)
        page.locator("#theme").click()
        after = page.evaluate(ground)
        assert after != before
        other = next(name for name in html_files() if name != "index.html" and not name.startswith("_static/"))
        page.goto(address + other)
        assert page.evaluate(ground) == after


def test_twice_as_large_a_page_still_fits_its_screen(browser: Browser, address: str, each: str) -> None:
    """A screen of 1280 pixels at 200 % is one of 640."""
    with browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2) as context:
        page = open_page(context, address + each, address).page
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_there_are_chapters() -> None:
    assert chapters() and SITE.is_dir()
