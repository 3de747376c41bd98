// The row of actions under a figure. Without this script each action is a link to its panel, and the CSV has all rows.
"use strict";
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const find = (selector, within = document) => within.querySelector(selector);

  // The rows of a long table come as a script when they are asked for: a page opened from a file may not fetch.
  window.bookRows = (id, rows) => {
    const table = find(`[id="${id}-data"] table`);
    const numeric = all("th", table).map((head) => head.className);
    const body = find("tbody", table);
    for (const row of rows) {
      const line = body.insertRow();
      row.forEach((text, i) => Object.assign(line.insertCell(), { textContent: text, className: numeric[i] }));
    }
    find("tbody + *, .table + p", table.closest(".panel"))?.remove();
    dispatchEvent(new Event("resize"));
  };
  const load = (panel) => {
    const box = find("[data-rows]", panel);
    if (!box) return;
    document.head.append(Object.assign(document.createElement("script"), { src: box.dataset.rows }));
    delete box.dataset.rows;
  };

  // One panel is open at a time.
  const open = (action, wanted) => {
    for (const other of all(".acts [aria-controls]", action.closest("figure"))) {
      const now = wanted && other === action;
      other.setAttribute("aria-expanded", now);
      const panel = document.getElementById(other.getAttribute("aria-controls"));
      panel.classList.toggle("is-open", now);
      if (now) load(panel);
    }
    dispatchEvent(new Event("resize")); // page.js: what scrolls now can be reached by keyboard
  };
  for (const action of all(".figure .acts [aria-controls]")) {
    action.setAttribute("role", "button");
    action.addEventListener("click", (event) => {
      event.preventDefault();
      open(action, action.getAttribute("aria-expanded") !== "true");
    });
    action.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); action.click(); } });
  }
  const asked = () => { // the address may name a panel
    const action = location.hash && find(`.acts [aria-controls="${CSS.escape(decodeURIComponent(location.hash.slice(1)))}"]`);
    if (action) open(action, true);
  };
  addEventListener("hashchange", asked);
  asked();

  // page.js copies what "data-copy" holds: here, the text or the entry above the button.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy-from]");
    if (button) button.dataset.copy = find(button.dataset.copyFrom, button.closest(".panel")).textContent;
  }, true);

  // On the full screen the figure itself stands in a dialog, with its controls and panels, and goes back to its place.
  const screen = Object.assign(document.createElement("dialog"), { className: "screen" });
  let figure, place;
  screen.addEventListener("close", () => {
    place.replaceWith(figure);
    screen.remove();
    label(figure, "Full screen", "#i-full");
    find(".acts .end", figure).focus({ preventScroll: true });
  });
  const label = (within, text, sign) => {
    const button = find(".acts .end", within);
    button.setAttribute("aria-label", text);
    find("use", button).setAttribute("href", sign);
  };
  for (const button of all(".figure .acts .end")) button.addEventListener("click", () => {
    if (screen.open) return screen.close();
    figure = button.closest("figure");
    place = document.createElement("div");
    place.style.height = `${figure.offsetHeight}px`;
    const { width, height } = [...figure.querySelectorAll(".chart svg")].find((svg) => svg.getBoundingClientRect().width)?.viewBox.baseVal ?? { width: 3, height: 2 };
    figure.replaceWith(place);
    screen.style.setProperty("--ratio", width / height);
    screen.setAttribute("aria-label", find(".finding", figure).textContent);
    screen.append(figure);
    document.body.append(screen);
    screen.showModal();
    label(figure, "Close", "#i-x");
    button.focus({ preventScroll: true });
  });
}
