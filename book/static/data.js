// Tables: the rows of one come as a script when its line is opened, so that a page opened from a file has them too.
// A fact in the address opens its table. A sheet can be filtered by mark and by word, and put in another order.
"use strict";
(() => {
  const list = document.querySelector(".tables[data-rows]");
  const load = (address) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address; script.onload = done; script.onerror = failed;
    document.head.append(script);
  });
  const wanted = () => decodeURIComponent(location.hash.slice(1));

  window.showSheet = (anchor, html) => { document.getElementById(anchor).querySelector(":scope > div").innerHTML = html; };
  const open = async (table) => {
    table.loading ??= load(table.dataset.sheet);
    table.open = true;
    try { await table.loading; } catch { return; } // the link to the page of the table is still there
    const row = document.getElementById(wanted());
    if (row && row !== table && table.contains(row)) location.replace(location.hash); // now it is there to be gone to
  };
  for (const table of document.querySelectorAll(".tbl[data-sheet]"))
    table.addEventListener("toggle", () => { if (table.open && !table.loading) open(table); });

  let places;
  window.openRow = (known) => { places = known; };
  const goTo = async () => {
    const name = wanted();
    if (!list || !name) return;
    let table = document.getElementById(name);
    if (!table) {
      if (!places) try { await load(list.dataset.rows); } catch { return; }
      table = document.getElementById(places?.[name]);
    }
    if (table?.matches(".tbl")) open(table);
  };
  addEventListener("hashchange", goTo);
  goTo();

  const rank = { unchecked: 0, secondary: 1, computed: 2, primary: 3 };
  const keys = { id: (row) => row.id, v: (row) => +row.dataset.v, d: (row) => row.dataset.d ?? "", m: (row) => rank[row.dataset.m] };
  const rowsOf = (form) => form.rows ??= [...form.parentElement.querySelectorAll("tbody tr")];
  document.addEventListener("input", (event) => {
    const form = event.target.closest(".facts-filter");
    if (!form) return;
    const mark = form.querySelector("[type=radio]:checked")?.value, words = form.querySelector("[type=search]").value.toLowerCase();
    const rows = rowsOf(form);
    for (const row of rows) row.hidden = Boolean(mark && row.dataset.m !== mark) || !row.textContent.toLowerCase().includes(words);
    form.querySelector("output").textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
    if (event.target.matches("select")) {
      const key = keys[event.target.value] ?? ((row) => rows.indexOf(row));
      rows[0].parentElement.append(...[...rows].sort((a, b) => (key(a) > key(b)) - (key(a) < key(b))));
    }
  });
  document.addEventListener("submit", (event) => { if (event.target.matches(".facts-filter")) event.preventDefault(); });
})();
