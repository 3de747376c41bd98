"""Whoever uses a keyboard, a small screen, large letters or no motion sees and reaches what all others do."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.site.reader import CHART, DESK, PHONE, has_figures, open_page

STILL = "*, *::before, *::after { transition: none !important; }"

#: What can have the focus and does not show it, or has it under the bar; from the end, so that the page scrolls up.
UNSEEN = """
() => {
  const looks = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(element);
    const outline = outlineStyle === "none" ? "" : `${outlineStyle} ${outlineWidth} ${outlineColor}`;
    return [outline, boxShadow, borderColor].join();
  };
  const around = (element) =>
    [element, element.nextElementSibling, element.parentElement, element.parentElement.parentElement].filter(Boolean);
  const bar = document.querySelector(".bar") ?? document.head;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length;
  const able = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((element) => !element.disabled && shown(element));
  const unseen = [];
  for (const element of able.reverse()) {
    document.activeElement.blur();
    const near = around(element), before = near.map(looks);
    element.focus();
    if (document.activeElement !== element) continue;
    const name = `${element.outerHTML.slice(0, 120)} in ${element.parentElement.className}`;
    if (near.every((one, i) => looks(one) === before[i])) unseen.push(`no mark: ${name}`);
    const box = element.getBoundingClientRect();
    const edge = bar.contains(element) || element.matches(".skip") ? 0 : bar.getBoundingClientRect().bottom;
    if (box.bottom <= edge || box.top >= innerHeight) unseen.push(`out of view: ${name}`);
  }
  return unseen;
}
"""

#: What moves by itself or takes time to change.
MOVING = """
() => {
  const moving = [...document.querySelectorAll("*")].filter((element) => {
    const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element);
    const lasts = (time) => time.split(",").some((part) => parseFloat(part) > 0.01);
    const animated = animationName !== "none" && lasts(animationDuration);
    return animated || lasts(transitionDuration) || scrollBehavior === "smooth";
  });
  return moving.map((element) => `${element.localName}.${element.className}`).slice(0, 5);
}
"""


def test_axe_finds_nothing_on_a_phone(browser: Browser, address: str, each: str) -> None:
    """Light and dark, before a touch and after; a page on a large screen is judged in test_pages."""
    with browser.new_context(color_scheme="light", viewport=PHONE) as context:
        visit = open_page(context, address + each, address)
        visit.page.add_style_tag(content=STILL)
        found = []
        for touched in (False, True) if has_figures(each) else (False,):
            if touched:
                visit.draw_all()
                visit.open_panels("Data")
            for scheme in ("light", "dark"):
                visit.turn(scheme)
                found += [f"{scheme}{', touched' * touched}: {fault}" for fault in visit.accessibility_faults()]
        assert not found, "\n".join(found)


def test_what_has_the_focus_shows_it_and_is_in_view(browser: Browser, address: str, each: str) -> None:
    with browser.new_context(viewport=DESK, reduced_motion="reduce") as context:
        page = open_page(context, address + each, address).page
        assert page.locator(f"{CHART}:not([tabindex='0'])").count() == 0, "every chart can be reached"
        reached = []
        for _ in range(6):  # and from now on the browser marks the focus as for a keyboard
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
        assert len(set(reached)) == len(reached), "the keyboard goes on"
        unseen = page.evaluate(UNSEEN)
        assert not unseen, f"{len(unseen)} of them: " + "\n".join(unseen[:10])


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, address: str, each: str) -> None:
    with browser.new_context(viewport=DESK, reduced_motion="reduce") as context:
        assert not open_page(context, address + each, address).page.evaluate(MOVING)


def test_a_focus_without_a_mark_is_found(browser: Browser) -> None:
    with browser.new_context(viewport=DESK) as context:
        page = context.new_page()
        page.set_content("<main><p><a href='#a'>one</a></p><p><a href='#b' style='outline: none'>two</a></p></main>")
        page.keyboard.press("Tab")
        (fault,) = page.evaluate(UNSEEN)
        assert fault.startswith("no mark") and "two" in fault
