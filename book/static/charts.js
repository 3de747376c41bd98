// Draws a figure's interactive chart from the spec that stands beside its static picture, when it comes into view.
// Without this script, or when a chart fails, the static picture stays.
"use strict";

const STACK_BELOW = 560;

// The same rule as analysis.kit.downloads.laid_out; tests/book/test_figures.py holds the two together.
function laidOut(spec, width) {
  const sized = structuredClone(spec);
  if ("columns" in sized) {
    if (width < STACK_BELOW) sized.columns = 1;
    const viewWidth = Math.max(120, Math.floor(width / sized.columns) - 70);
    for (const view of sized.concat || [sized.spec]) view.width = viewWidth;
    delete sized.autosize;
  } else {
    sized.autosize = { type: "fit-x", contains: "padding" };
    sized.width = width;
  }
  return sized;
}

// Swaps every colour of the light palette for its dark counterpart, in expressions too.
function inDark(spec, dark) {
  const colours = new RegExp(Object.keys(dark).join("|"), "gi");
  return JSON.parse(JSON.stringify(spec).replace(colours, (light) => dark[light.toLowerCase()]));
}

if (typeof module !== "undefined") module.exports = { laidOut, inDark };

if (typeof window !== "undefined") {
  const settings = window.bookFigures;
  const root = document.documentElement;
  const figures = [...document.querySelectorAll("figure.book-figure")];
  const drawn = new Map(); // figure -> { view, width, finalize }
  let vega;

  const loadVega = () => {
    vega ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = (root.dataset.content_root || "") + settings.vega;
      script.onload = () => resolve(window.vegaEmbed);
      script.onerror = () => reject(new Error("the chart script did not load"));
      document.head.append(script);
    });
    return vega;
  };

  // What the reader has set by the controls survives a redraw.
  const withControlsKept = (spec, view) => {
    for (const param of (view && spec.params) || []) {
      if (param.bind) param.value = view.signal(param.name);
    }
    return spec;
  };

  // One picture with one description: its marks are not read out one by one.
  const unlabel = (element) => {
    for (const name of ["role", "aria-label", "aria-roledescription"]) element.removeAttribute(name);
  };

  const draw = async (figure) => {
    const frame = figure.querySelector(".figure-frame");
    const chart = figure.querySelector(".figure-chart");
    const width = Math.floor(frame.clientWidth);
    const theme = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const before = drawn.get(figure);
    if (!width || (before && before.width === width && before.theme === theme)) return;
    drawn.set(figure, { ...before, width, theme });
    try {
      const embed = await loadVega();
      const source = figure.querySelector('script[type="application/vnd.vegalite.v6+json"]').textContent;
      let spec = withControlsKept(laidOut(JSON.parse(source), width), before && before.view);
      if (theme === "dark") spec = inDark(spec, settings.dark);
      const focused = chart.contains(document.activeElement) ? document.activeElement.name : null;
      const result = await embed(chart, spec, { actions: false, renderer: "svg", tooltip: { theme } });
      const svg = chart.querySelector("svg.marks");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", figure.querySelector("img").alt);
      unlabel(svg.parentElement);
      const quiet = () => svg.querySelectorAll("[role], [aria-roledescription]").forEach(unlabel);
      new MutationObserver(quiet).observe(svg, { subtree: true, childList: true, attributeFilter: ["role"] });
      quiet();
      for (const group of chart.querySelectorAll(".vega-bind-radio")) {
        group.setAttribute("role", "radiogroup");
        group.setAttribute("aria-label", group.previousElementSibling.textContent.trim());
      }
      if (focused) chart.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
      if (before && before.finalize) before.finalize();
      drawn.set(figure, { view: result.view, finalize: () => result.finalize(), width, theme });
      figure.classList.add("is-drawn");
    } catch (error) {
      figure.classList.remove("is-drawn");
      chart.replaceChildren();
      console.warn(`Figure ${figure.id}: the static picture stands, because ${error.message}.`);
    }
  };

  const inView = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        inView.unobserve(entry.target);
        draw(entry.target).then(() => resized.observe(entry.target));
      }
    },
    { rootMargin: "400px 0px" },
  );
  let waiting;
  const redraw = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => [...drawn.keys()].forEach(draw), 150);
  };
  const resized = new ResizeObserver(redraw);
  new MutationObserver(redraw).observe(root, { attributeFilter: ["data-theme"] });
  figures.forEach((figure) => inView.observe(figure));
  window.addEventListener("beforeprint", () => {
    for (const picture of document.querySelectorAll(".figure-static img")) picture.loading = "eager";
  });
}
