// Sliders of verdicts and key figures: each stops at the nodes of its table, which stands in the page, and says what it says there.
"use strict";
for (const form of document.querySelectorAll("form.path")) {
  const { values, items } = JSON.parse(form.dataset.path);
  const input = form.querySelector("input"), output = form.querySelector("output");
  const reset = form.querySelector("[type=reset]"), told = form.querySelector("[role=status]");
  const own = +input.defaultValue;
  let speaking;

  const at = (list, node) => { while (list[node] === 0) node--; return list[node]; };

  const show = () => {
    const node = +input.value, words = [];
    output.textContent = values[node];
    input.setAttribute("aria-valuetext", values[node]);
    reset.disabled = node === own;
    for (const place of form.querySelectorAll("[data-item]")) {
      const list = items[+place.dataset.item], text = at(list, node), moved = text !== at(list, own);
      if (place.matches(".chip")) {
        place.className = `chip v-${text}`;
        place.querySelector("use").setAttribute("href", `#v-${text}`);
        place.lastElementChild.textContent = text;
      } else place.textContent = text === "-" && place.dataset.untrue || text;
      place.classList.toggle("moved", moved);
      words.push(place.closest(".then").textContent.trim());
    }
    return words;
  };

  form.addEventListener("input", () => {
    const words = show();
    clearTimeout(speaking);
    speaking = setTimeout(() => { told.textContent = words.join("; "); }, 400);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { show(); input.focus(); }));
  if (+input.value !== own) show(); // kept by a browser that goes back
}
