// What axe has against this page: WCAG 2.2 AA and what is good practice, of any impact. Turning dark or light changes
// nothing but colours, so that a page that shows the same elements in the same room as when it was last judged in full is
// judged by its colours alone.
async () => {
  const outline = [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".figure-chart"))
    .map((element) => [element.tagName, element.role, element.ariaLabel, element.alt].join())
    .join(";") + innerWidth;
  const sameElements = window.judgedInFull === outline;
  window.judgedInFull = outline;

  // Text can be read by its colour, size and weight and by everything behind it. Paragraphs, rows of tables and
  // lines of code repeat a few such looks thousands of times, so each look is judged once; all other text is judged as it
  // is. What a chart draws is one picture to axe, and judged by test_drawings.
  const known = new Map();
  const behind = (element) => {
    if (!element) return "";
    if (!known.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join();
      const seen = own === "rgba(0, 0, 0, 0),none,1,none,normal" ? "" : `${own}; `;
      known.set(element, behind(element.parentElement) + seen);
    }
    return known.get(element);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeName === "#text" && node.data.trim());
  const look = (element) => {
    const { color, fontSize, fontWeight, textShadow, textDecoration } = getComputedStyle(element);
    const around = hasText(element.parentElement) && getComputedStyle(element.parentElement).color;
    return [behind(element), color, fontSize, fontWeight, textShadow, textDecoration, around].join();
  };
  const parts = "p, li, dd, tr, pre > span, pre > code > span";
  const judged = new Set();
  for (const part of document.querySelectorAll(parts)) {
    if (part.parentElement.closest(parts)) continue;
    const inside = [part, ...part.querySelectorAll("*")];
    const looks = inside.filter(hasText).map(look);
    const alike = looks.every((found) => judged.has(found));
    looks.forEach((found) => judged.add(found));
    for (const element of inside) element.toggleAttribute("data-alike", alike);
  }
  axe.configure({
    rules: [
      { id: "color-contrast", selector: ":not([data-alike])" },
      { id: "link-in-text-block", selector: "a[href]:not([data-alike])" },
    ],
  });

  // Only faults are told, and style sheets are not fetched a second time.
  const options = {
    resultTypes: ["violations"],
    preload: { assets: ["media"] },
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    rules: { "target-size": { enabled: true }, "label-content-name-mismatch": { enabled: true } },
  };
  if (sameElements) {
    options.runOnly = ["color-contrast", "link-in-text-block"];
    delete options.rules;
  }
  const { violations } = await axe.run({ exclude: [".chart > *"] }, options);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 5)
      .map((node) => `${id}: ${help}: ${node.target} ${node.html.slice(0, 200)} ${node.failureSummary}`),
  );
};
