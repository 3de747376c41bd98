// Entries that open in place (claims, errata): the fields of the form choose what is shown and in which order; "#verdict-partly" does so by a link.
"use strict";
{
  const form = document.querySelector(".entries-filter"), fields = form.elements; // radio buttons, lists, words
  const entries = [...document.querySelectorAll("details[data-words]")];
  const names = Object.keys(entries[0]?.dataset ?? {}).filter((name) => fields[name] && name !== "words");
  const text = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));

  const given = new Map(entries.map((entry, place) => [entry, place]));
  const arrange = () => { // the order of the page, or that of the attribute which the field names
    const by = fields.order.value, place = (entry) => (by ? +entry.dataset[by] : given.get(entry));
    for (const ledger of document.querySelectorAll(".group .ledger")) ledger.append(...[...ledger.children].sort((a, b) => place(a) - place(b)));
  };

  const show = () => {
    const words = fields.words.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const entry of entries) {
      entry.hidden = names.some((name) => fields[name].value && fields[name].value !== entry.dataset[name]) || !words.every((word) => text.get(entry).includes(word));
      shown += !entry.hidden;
    }
    for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector("details[data-words]:not([hidden])");
    form.querySelector("output").textContent = `${shown} of ${entries.length}`;
  };

  const follow = () => {
    const [, name, value] = /^#([a-z]+)-(.+)$/.exec(decodeURIComponent(location.hash)) ?? [];
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const chosen = names.includes(name);
    if (chosen || target?.hidden) {
      form.reset();
      if (fields.order) arrange();
    }
    if (chosen) fields[name].value = value;
    show();
    if (chosen) form.scrollIntoView();
    else if (target?.dataset.words !== undefined) target.scrollIntoView();
  };

  form.addEventListener("input", show);
  fields.order?.addEventListener("input", arrange);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);
  follow();
}
