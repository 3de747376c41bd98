// Search: a dialog over any page, which comes at its first use (page.js).
"use strict";
{
  const here = document.currentScript.src, home = new URL("../", here);
  const load = (file) => new Promise((done, failed) => document.head.append(Object.assign(document.createElement("script"), { src: new URL(file, here), onload: done, onerror: failed })));
  const sheet = new Promise((done) => document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("search.css", here), onload: done, onerror: done })));
  const icon = (name) => `<svg class="i" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  const el = Object.assign(document.createElement("dialog"), { className: "search", ariaLabel: "Search this book" });
  el.innerHTML = `<form role="search">${icon("find")}<input type="search" aria-label="Search this book" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="hits" aria-autocomplete="list"><button class="x" type="button" aria-label="Close">${icon("x")}</button></form><div class="told" role="status"></div><div class="tries"></div><div class="hits" id="hits" role="listbox" aria-label="Places found" hidden></div><div class="keys"><span><kbd>↑</kbd> <kbd>↓</kbd> choose</span><span><kbd>Enter</kbd> open</span><span><kbd>Esc</kbd> close</span><label><input type="checkbox"> <kbd>/</kbd> opens</label><output></output></div>`;
  const [input, told, tries, hits, slash, count] = ["input", ".told", ".tries", ".hits", "[type=checkbox]", "output"].map((s) => el.querySelector(s));
  const GROUPS = { s: ["Sections", 3], f: ["Findings of figures", 3], g: ["Glossary", 2], c: ["Claims", 2], e: ["Errata", 2], m: ["Functions", 3], d: ["Published facts", 3] };
  const TRIES = ["KV cache", "utilisation", "Jevons", "halving time", "MKT-11", "Chinchilla"];

  // Words are compared without case, accents, hyphens and the s of a plural; a number keeps its point and loses its commas.
  const STOP = new Set("a an and are as at by does for from how in is it of on or per that the to what which with".split(" "));
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]|(?<=\d),(?=\d{3})/g, "");
  const split = (text) => fold(text).split(/[^\p{L}\p{N}.]+|\.(?!\d)|(?<!\d)\./u).filter(Boolean);
  const written = new Map(); // how a word was written that is kept without its s
  const stem = (word) => {
    const kept = word.replace(/(?<=\p{L}{2}[^s])s$/u, "");
    if (!written.has(kept)) written.set(kept, word);
    return kept;
  };
  const line = (text) => ` ${split(text).filter((w) => !STOP.has(w)).map(stem).join(" ")} `;

  let docs, index, coming;
  const prepare = () => {
    const book = bookIndex, page = (at) => book.pages[at];
    docs = [];
    const add = (group, title, place, text, href, more) => docs.push({ id: docs.length, group, title, place, text, href, key: "", terms: "", ...more });
    for (const [at, anchor, title, text] of book.sections) add("s", title, page(at)[1], text, page(at)[0] + (anchor && `#${anchor}`));
    for (const [at, key, title, text, terms] of book.figures) add("f", title, page(at)[1], text, `${page(at)[0]}#${key}`, { key, terms: terms.map((t) => book.terms[t][1]).join(". ") });
    for (const [href, title, text] of book.terms) add("g", title, "", text, href);
    for (const [key, verdict, title, text] of book.claims) add("c", title, "", text, `book/claims.html#${key}`, { key, verdict });
    for (const [href, title, text] of book.errata) add("e", title, "", text, href);
    for (const [at, place, own] of book.models) for (const key of own) add("m", key, place, "", `${at}#analysis.${key}`, { key });
    for (const [table, place, rows] of book.tables) for (const [title, value, source, note, anchor] of rows) add("d", title, place, [source, note].filter(Boolean).join(". "), `book/data/${table}.html#${anchor ?? title}`, { value });
    index = new MiniSearch({
      fields: ["title", "key", "terms", "place", "text", "value"],
      tokenize: split,
      processTerm: (term) => !STOP.has(term) && stem(term),
      searchOptions: { combineWith: "AND", boost: { title: 4, key: 3, terms: 1.5, place: 0.5 }, prefix: (term) => /\p{L}/u.test(term) },
    });
    index.addAll(docs);
  };
  // The word of the book that was meant: the same letters in another order, one letter other, then two.
  const meant = (word) => {
    if (word.length < 4 || index.search(word).length) return word;
    const near = (fuzzy) => {
      const often = new Map();
      for (const { terms } of index.search(word, { fuzzy, prefix: false })) for (const t of terms) often.set(t, (often.get(t) ?? 0) + 1);
      return [...often].sort((a, b) => b[1] - a[1]).map(([t]) => t);
    };
    const letters = [...stem(word)].sort().join(""), two = word.length > 4 ? near(2) : [];
    const found = two.find((t) => [...t].sort().join("") === letters) ?? near(1)[0] ?? two.find((t) => t[0] === word[0]) ?? word;
    return written.get(found) ?? found;
  };
  // What has the words beside each other stands before what has them apart.
  const ranked = (words, more) => {
    const phrase = line(words.join(" "));
    const found = index.search(words.join(" "), more);
    for (const hit of found) {
      const doc = docs[hit.id], title = line(doc.title), key = line(doc.key);
      doc.line ??= line(doc.text);
      hit.score *= (title === phrase || key === phrase ? 8 : title.startsWith(phrase) ? 4 : title.includes(phrase) ? 3 : 1) * (1 + 6 * Math.min(3, doc.line.split(phrase).length - 1));
    }
    return found.sort((a, b) => b.score - a.score).map((hit) => docs[hit.id]);
  };

  const esc = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const open = new Set();
  let last = null;
  const options = () => [...hits.querySelectorAll("[role=option]")];
  const choose = (to, scroll = true) => {
    const all = options(), at = (to + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", i === at));
    all.length ? input.setAttribute("aria-activedescendant", all[at].id) : input.removeAttribute("aria-activedescendant");
    if (scroll) all[at]?.scrollIntoView({ block: "nearest" });
  };
  const show = (notes, suggested, html, number) => {
    told.innerHTML = notes;
    tries.innerHTML = suggested.map((t) => `<button class="btn" type="button">${esc(t)}</button>`).join("");
    hits.innerHTML = html;
    hits.hidden = !html;
    input.setAttribute("aria-expanded", !!html);
    count.textContent = number === undefined ? "" : `${number} place${number === 1 ? "" : "s"}`;
    options().forEach((option, i) => { option.id = `hit${i}`; });
    choose(0, false);
  };
  const draw = (keep) => {
    const typed = input.value.trim();
    if (!keep && typed === last) return;
    if (typed !== last) open.clear();
    last = typed;
    if (!typed || !index) return show(typed ? "" : "<p>Sections, findings, terms, claims, errata, functions and facts of the whole book.</p>", typed ? [] : TRIES, "");
    let asked = split(typed);
    if (asked.some((w) => !STOP.has(w))) asked = asked.filter((w) => !STOP.has(w));
    const words = asked.map(meant), changed = words.some((w, i) => w !== asked[i]);
    let found = ranked(words), notes = changed && found.length ? `<p>Nothing for “${esc(typed)}”. Shown for <mark>${esc(words.join(" "))}</mark>.</p>` : "";
    if (!found.length && words.length > 1 && (found = ranked(words, { combineWith: "OR" })).length) notes = "<p>Nothing has all of these words. Shown are places with some.</p>";
    if (!found.length) {
      const like = docs.filter((d) => d.group === "g" && asked.some((w) => w.length > 2 && line(d.title).includes(` ${w.slice(0, 3)}`))).slice(0, 6).map((d) => d.title);
      const ways = { glossary: "The glossary", claims: "all claims", data: "all tables" };
      return show(`<p>Nothing in this book for “${esc(typed)}”. ${Object.entries(ways).map(([page, name]) => `<a href="${new URL(`book/${page}.html`, home)}">${name}</a>`).join(", ")}.</p>`, like.length ? like : TRIES, "", 0);
    }
    const parts = words.map((w) => stem(w).replace(/[.]/g, "\\."));
    const each = new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join("|")})`, "giu"), whole = new RegExp(`(?<![\\p{L}\\p{N}])${parts.join("\\p{L}*(?:[^\\p{L}\\p{N}]+(?:a|per|of|the))*[^\\p{L}\\p{N}]+")}`, "iu");
    const mark = (text) => {
      let html = "", at = 0;
      for (const hit of text.matchAll(each)) { html += `${esc(text.slice(at, hit.index))}<mark>${esc(hit[0])}</mark>`; at = hit.index + hit[0].length; }
      return html + esc(text.slice(at));
    };
    const around = (text) => {
      const at = Math.max(0, text.search(whole) < 0 ? text.search(each) : text.search(whole)), from = at < 70 ? 0 : text.indexOf(" ", at - 60) + 1;
      return (from ? "… " : "") + (text.length > from + 150 ? `${text.slice(from, text.lastIndexOf(" ", from + 150))} …` : text.slice(from));
    };
    const one = (doc) => {
      const [pic, verdict] = [doc.group === "f", doc.verdict];
      const side = verdict ? `<span class="chip v-${verdict}"><svg class="mark" aria-hidden="true"><use href="#v-${verdict}"/></svg>${verdict}</span> <span class="key">${mark(doc.key)}</span>` : mark(doc.value ?? doc.place);
      return `<a role="option" tabindex="-1" href="${esc(new URL(doc.href, home).href)}"${pic ? ` class="pic"` : ""}>${pic ? `<span class="chart" aria-hidden="true" data-of="${doc.key}"></span>` : ""}<span class="w">${mark(doc.title)}</span> ${pic || !side ? "" : `<span class="in">${side}</span> `}<span class="ex">${pic ? `${esc(doc.place)}. ` : ""}${mark(around(doc.text))}</span></a>`;
    };
    show(notes, [], Object.entries(GROUPS).map(([group, [name, few]]) => {
      const own = found.filter((doc) => doc.group === group), some = open.has(group) ? own : own.slice(0, few);
      return own.length ? `<div role="group" aria-labelledby="kind-${group}"><div class="kind" id="kind-${group}">${name} <span>${own.length}</span></div>${some.map(one).join("")}${own.length > some.length ? `<div role="option" class="all" data-all="${group}">All ${own.length}<span class="vh"> ${name.toLowerCase()}</span></div>` : ""}</div>` : "";
    }).join(""), found.length);
    if (!keep) hits.scrollTop = 0;
    for (const box of hits.querySelectorAll("[data-of]")) picture(box);
  };

  // A thumbnail is put into the page, for the colours of the theme.
  const pictures = new Map();
  window.bookThumbnail = (id, svg) => { pictures.set(id, svg); for (const box of hits.querySelectorAll(`[data-of="${id}"]`)) box.innerHTML = svg; };
  const picture = (box) => {
    const id = box.dataset.of, svg = pictures.get(id);
    if (svg) box.innerHTML = svg;
    else if (svg === undefined) { pictures.set(id, ""); load(`thumbnails/${id}.js`).catch(() => {}); }
  };

  input.addEventListener("input", () => draw());
  el.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); hits.querySelector("[aria-selected=true]")?.click(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); el.close(); } // a search field would only be emptied
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    choose(options().findIndex((o) => o.ariaSelected === "true") + (event.key === "ArrowDown" ? 1 : -1));
  });
  el.addEventListener("click", (event) => {
    const { target } = event, group = target.closest("[data-all]")?.dataset.all, suggested = target.closest(".tries button");
    if (target === el || target.closest(".x") || (target.closest("a") && !event.ctrlKey && !event.metaKey)) return el.close();
    if (suggested) input.value = suggested.textContent;
    if (group) { const at = options().findIndex((o) => o.dataset.all === group); open.add(group); draw(true); choose(at); }
    if (suggested) draw();
    if (suggested || group) input.focus();
  });
  slash.addEventListener("change", () => { try { localStorage.setItem("slash", slash.checked ? "on" : "off"); } catch { /* private mode */ } });

  window.bookFind = async (words = "") => {
    await sheet;
    if (!el.isConnected) document.body.append(el);
    if (words) input.value = words;
    try { slash.checked = localStorage.getItem("slash") !== "off"; } catch { slash.checked = true; }
    if (!el.open) el.showModal();
    input.focus();
    input.select();
    draw(true);
    if (index) return;
    try {
      await (coming ??= Promise.all([load("vendor/minisearch-7.2.0.js"), load("search-index.js")]));
      if (!index) prepare();
      draw(true);
    } catch { told.innerHTML = `<p>The index did not come; <a href="${new URL("search.html", home)}">here it is as lists</a>.</p>`; }
  };
}
