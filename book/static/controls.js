// The controls of figures. The drawing library comes when a control is focused or touched, never before; until it is
// there the controls already move, and what was set meanwhile is drawn first. Finding, description and address follow.
"use strict";
{
  const loaded = new Map(); // address of a script -> promise
  const load = (address) => {
    if (!loaded.has(address)) loaded.set(address, new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src: address, onload: done });
      script.onerror = () => { loaded.delete(address); script.remove(); failed(new Error(`${address} did not load`)); };
      document.head.append(script);
    }));
    return loaded.get(address);
  };

  // As analysis.kit.controls.Slider.text prints it.
  const printed = (input) => {
    const digits = +input.dataset.decimals;
    const number = (+input.value).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: !("plain" in input.dataset) });
    return input.dataset.shown.replace("{}", number.replace("-", "−"));
  };

  const setUp = (form) => {
    const id = form.dataset.figure;
    const figure = form.closest("figure");
    const chart = figure.querySelector(".chart");
    const says = figure.querySelector(".finding .says");
    const link = figure.querySelector(`.acts a[href$="#${CSS.escape(id)}"]`);
    const reset = form.querySelector("[type=reset]");
    const told = form.querySelector("[role=status]");
    const atStart = { says: [...says.childNodes], alt: chart.getAttribute("aria-label") };
    const ranges = [...form.querySelectorAll("input[type=range]")];
    const names = [...new Set([...form.elements].map((field) => field.name).filter(Boolean))];
    const setting = () => Object.fromEntries(names.map((name) => {
      const field = form.elements[name];
      return [name, field.type === "range" ? +field.value : field.value];
    }));
    const start = setting();
    const changed = () => Object.entries(setting()).filter(([name, value]) => value !== start[name]);
    let view = null, drawnAs = "", drawing = false, again = false, speaking, spoken = says.textContent;

    const show = () => {
      for (const input of ranges) {
        const text = printed(input);
        input.setAttribute("aria-valuetext", text);
        form.querySelector(`output[for="${CSS.escape(input.id)}"]`).textContent = text;
      }
      reset.disabled = !changed().length;
    };

    // What stands now, in words: each control with its value.
    const words = () => names.map((name) => {
      const field = form.elements[name];
      const label = field.labels?.[0] ?? field[0].closest("fieldset").querySelector("legend");
      return `${label.textContent}: ${field.type === "range" ? printed(field) : field.value}`;
    }).join("; ");

    const say = () => {
      const finding = view.signal("finding");
      const moved = changed().length > 0;
      says.replaceChildren(...(moved ? [finding] : atStart.says));
      says.style.minHeight = `${Math.max(parseFloat(says.style.minHeight) || 0, says.offsetHeight)}px`; // it grows, so that a slider stays under the hand
      chart.setAttribute("aria-label", moved ? `${finding}. ${words()}.` : atStart.alt);
      clearTimeout(speaking);
      if (finding !== spoken) speaking = setTimeout(() => { told.textContent = spoken = finding; }, 400);
    };

    const address = () => {
      const url = new URL(location.href);
      url.search = new URLSearchParams(changed());
      url.hash = id;
      if (link) link.href = `${url.search}#${id}`;
      return url;
    };

    const width = () => getComputedStyle(chart).getPropertyValue("--drawn").trim() || "broad";

    const fresh = async () => {
      const { [width()]: compiled, tables } = window.bookSpecs[id];
      const spec = structuredClone(compiled);
      for (const source of spec.data) if (source.name in tables && !("values" in source) && !source.source) source.values = structuredClone(tables[source.name]);
      const now = setting();
      for (const signal of spec.signals) if (signal.name in now) signal.value = now[signal.name];
      const box = Object.assign(document.createElement("div"), { className: "drawn" });
      box.setAttribute("aria-hidden", "true");
      const still = chart.querySelector(`.${width()} svg`).viewBox.baseVal; // whatever the letters, nothing jumps
      box.style.aspectRatio = `${still.width} / ${still.height}`;
      const made = new window.vega.View(window.vega.parse(spec), { renderer: "svg", logLevel: 1, tooltip: tip(chart) });
      await made.initialize(box).runAsync();
      box.querySelector("svg").setAttribute("preserveAspectRatio", "xMinYMin meet");
      chart.querySelector(".drawn")?.remove();
      chart.append(box);
      chart.classList.add("is-drawn");
      view?.finalize();
      view = made;
      drawnAs = width();
    };

    // Draws what is set; what is set meanwhile is drawn next.
    const draw = async () => {
      if (drawing) { again = true; return; }
      drawing = true;
      chart.setAttribute("aria-busy", "true");
      try {
        await Promise.all([load(form.dataset.vega), load(form.dataset.spec)]);
        do {
          again = false;
          if (!view || drawnAs !== width()) await fresh();
          else {
            for (const [name, value] of Object.entries(setting())) view.signal(name, value);
            await view.runAsync();
          }
          say();
        } while (again);
      } catch (error) {
        console.warn(`Figure ${id}: the picture of the start stands, because ${error.message}.`);
      } finally {
        drawing = false;
        chart.removeAttribute("aria-busy");
      }
    };

    const come = () => { if (!view && !drawing) draw(); };
    form.addEventListener("focusin", come);
    form.addEventListener("pointerdown", come);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => { show(); draw(); });
    form.addEventListener("change", () => history.replaceState(null, "", address()));
    form.addEventListener("reset", () => setTimeout(() => {
      show();
      draw();
      history.replaceState(null, "", address());
    }));
    new ResizeObserver(() => { if (view && drawnAs !== width()) draw(); }).observe(chart);

    // A setting in the address; what a control does not know is left at the start.
    const given = new URLSearchParams(location.search);
    if (decodeURIComponent(location.hash.slice(1)) === id && names.some((name) => given.has(name))) {
      for (const name of names) {
        if (!given.has(name)) continue;
        const field = form.elements[name], value = given.get(name);
        if (field.type === "range") { if (Number.isFinite(parseFloat(value))) field.value = value; }
        else if ([...(field.options ?? field)].some((option) => option.value === value)) field.value = value;
      }
      show();
      if (changed().length) { address(); draw(); }
    }
  };

  // Three digits say of a share what is drawn, and six tell a date within its year; other texts stay as they are.
  const rounded = (text) => {
    if (!/^[-−]?\d+\.\d+$/.test(text)) return text;
    const value = +text.replace("−", "-");
    return String(+value.toPrecision(Math.abs(value) < 1000 ? 3 : 6));
  };

  // What a mark stands for, beside the pointer.
  const tip = (chart) => (handler, event, item, value) => {
    chart.querySelector(".tip")?.remove();
    if (value == null || value === "") return;
    const box = Object.assign(document.createElement("div"), { className: "tip" });
    for (const [name, text] of Object.entries(typeof value === "object" ? value : { "": value })) {
      const line = document.createElement("div");
      const shown = rounded(text);
      line.textContent = name ? `${name}: ${shown}` : shown;
      box.append(line);
    }
    chart.append(box);
    const at = chart.getBoundingClientRect();
    box.style.left = `${Math.max(0, Math.min(event.clientX - at.left + 12, at.width - box.offsetWidth))}px`;
    box.style.top = `${event.clientY - at.top - box.offsetHeight - 10}px`;
  };

  for (const form of document.querySelectorAll("form.controls")) setUp(form);

  // A query belongs to the figure that the address names; it goes when the reader follows a link to another place.
  addEventListener("hashchange", () => {
    const form = document.querySelector(`form.controls[data-figure="${CSS.escape(decodeURIComponent(location.hash.slice(1)))}"]`);
    if (location.search && !form) history.replaceState(null, "", location.pathname + location.hash);
  });
}
