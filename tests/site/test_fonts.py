"""Letters come from the book's own fonts: one that they lack is drawn by whatever the device has, or not at all."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.site.reader import WIDE, html_files, open_page

#: Signs that the upstream fonts lack, so that the device's own draw them.
LEFT_TO_THE_DEVICE = {"⁻", "⁺"}

#: The characters of the text by face, style and, in formulas, element.
USED = """
() => {
  const found = {};
  const walker = document.createTreeWalker(document.querySelector("body"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (element.closest("script, style, noscript, annotation")) continue;
    const { fontFamily, fontStyle } = getComputedStyle(element);
    const families = fontFamily.replaceAll('"', "").split(", ");
    if (!families[0].startsWith("Book")) continue;
    // a face of the book may lend what the first one lacks
    const face = families.filter((family) => family.startsWith("Book")).join(", ");
    const tag = face === "Book Math" ? element.localName : "span";
    const single = tag === "mi" && walker.currentNode.data.trim().length === 1 ? "mi" : tag === "span" ? "span" : "mo";
    const set = (found[[face, fontStyle, single].join("|")] ??= new Set());
    for (const character of walker.currentNode.data) if (character.trim()) set.add(character);
  }
  return Object.fromEntries(Object.entries(found).map(([key, set]) => [key, [...set].join("")]));
}
"""

#: Each of them alone in an element.
PROBE = """
async (used) => {
  document.body.replaceChildren();
  for (const [key, characters] of Object.entries(used)) {
    const [face, style, tag] = key.split("|");
    for (const character of characters) {
      const box = document.createElement("p");
      box.style.font = `${style} 20px ${face.split(", ").map((one) => `"${one}"`).join()}, monospace`;
      box.innerHTML = tag === "span" ? "<span></span>" : `<math><${tag}></${tag}></math>`;
      if (tag !== "span") box.firstChild.style.font = "inherit";
      const inner = box.querySelector(tag);
      inner.className = "probe";
      inner.textContent = character;
      inner.setAttribute("title", `${key} ${character}`); // elements of MathML have no property for it
      document.body.append(box);
    }
  }
  // document.fonts.ready may still be that of the page before
  await Promise.allSettled([...document.fonts].map((font) => font.load()));
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}
"""


def patient(context: BrowserContext, address: str) -> Page:
    """A page that waits for its fonts however slow the machine is, where a reader's would do without."""

    def wait(route: Route) -> None:
        response = route.fetch()
        text = response.text()
        assert "font-display: optional" in text
        route.fulfill(response=response, body=text.replace("font-display: optional", "font-display: block"))

    context.route("**/_static/style.css*", wait)
    return open_page(context, address + "index.html", address).page


def drawn_by_the_device(page: Page, used: dict[str, str]) -> list[str]:
    """Face, style and character of those that no font of the book draws."""
    page.evaluate(PROBE, used)
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 1})["root"]["nodeId"]
    lacking = []
    for node in session.send("DOM.querySelectorAll", {"nodeId": root, "selector": ".probe"})["nodeIds"]:
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        if not fonts or not all(font["isCustomFont"] for font in fonts):
            attributes = session.send("DOM.getAttributes", {"nodeId": node})["attributes"]
            lacking.append(attributes[attributes.index("title") + 1])
    return lacking


def test_every_character_of_the_pages_is_in_the_fonts_of_the_book(browser: Browser, address: str) -> None:
    used: dict[str, set[str]] = {}
    with browser.new_context(viewport=WIDE) as context:
        for name in html_files():
            if name.startswith("_static/"):
                continue
            page = open_page(context, address + name, address).page
            for face, characters in page.evaluate(USED).items():
                used.setdefault(face, set()).update(characters)
            page.close()
        page = patient(context, address)
        texts = {face: "".join(sorted(known - LEFT_TO_THE_DEVICE)) for face, known in sorted(used.items())}
        assert {"Book Serif|normal|span", "Book Sans|normal|span", "Book Math|normal|mi"} <= texts.keys()
        lacking = drawn_by_the_device(page, texts)
        assert not lacking, f"No font of the book has: {', '.join(lacking)}"


def test_a_character_that_no_font_has_is_found(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=WIDE) as context:
        page = patient(context, address)
        assert drawn_by_the_device(page, {"Book Serif|normal|span": "aж≤"}) == ["Book Serif|normal|span ж"]
