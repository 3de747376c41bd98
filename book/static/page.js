// Every page is complete without this: the theme's button, notes, the rail, what scrolls by keyboard, copying of links, what a quiz says.
"use strict";
{
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => { // to who cannot see what changed
    const box = document.getElementById("said") ?? document.body.appendChild(Object.assign(document.createElement("p"), { id: "said", className: "vh", role: "status" }));
    box.textContent = text;
  };

  // Light, dark, or what the device says until the reader chooses; layout.html applies the choice before anything is painted.
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  document.getElementById("theme")?.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* private mode: for this page only */ }
  });

  // A menu closes when the reader turns to something else.
  const close = (menu) => { if (menu.open) { menu.open = false; } };
  addEventListener("click", (event) => all("details.drop[open]").forEach((menu) => menu.contains(event.target) || close(menu)));
  addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.activeElement.closest("details.drop[open], details.here[open]");
    if (menu) { close(menu); menu.querySelector("summary").focus(); }
  });
  addEventListener("focusout", (event) => { const menu = event.target.closest("details.drop[open]"); if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu); });
  for (const link of all(".here a")) link.addEventListener("click", () => close(link.closest("details")));

  // Where there is no margin, a note opens below its paragraph.
  for (const ref of all(".ref[aria-controls]")) ref.addEventListener("click", (event) => {
    event.preventDefault();
    const note = document.getElementById(ref.getAttribute("aria-controls"));
    if (innerWidth < 1200) ref.closest("p, li").append(note);
    ref.setAttribute("aria-expanded", note.classList.toggle("is-open"));
  });

  // Search comes at its first use, as scripts, so that it comes to a page opened from a file too; search.html?q=… opens it with words.
  const button = document.querySelector(".find[data-find]");
  let coming;
  const find = (words) => {
    coming ??= new Promise((done, failed) => document.head.append(Object.assign(document.createElement("script"), { src: button.dataset.find, onload: done, onerror: failed })));
    coming.then(() => window.bookFind(words), () => { location = button.href; });
  };
  button?.addEventListener("click", (event) => { if (!event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); find(); } });
  const slash = () => { try { return localStorage.getItem("slash") !== "off"; } catch { return true; } };
  addEventListener("keydown", (event) => {
    if (button && event.key === "/" && !event.ctrlKey && !event.metaKey && !event.target.closest?.("input, textarea, select, dialog, [contenteditable]") && slash()) { event.preventDefault(); find(); }
  });
  if (document.querySelector(".search-form") && new URLSearchParams(location.search).get("q")) find(new URLSearchParams(location.search).get("q"));

  // What scrolls in itself can be reached by keyboard, where it scrolls.
  const reach = () => { for (const box of all("pre, .table, .table-scroll, .math-scroll, .sheet, .cell_output .output")) box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1 ? (box.tabIndex = 0) : box.removeAttribute("tabindex"); };
  addEventListener("load", reach);
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);

  // A permanent link is in the address and in the clipboard after a click; a button copies what it names or carries, and the address that goes with it.
  const copy = async (text, from, told) => {
    try { await navigator.clipboard.writeText(text); } catch { // a browser that keeps its clipboard from scripts may still copy what is chosen
      const box = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text, className: "vh" }));
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      from.focus({ preventScroll: true });
      if (!done) return;
    }
    from.dataset.said = "Copied";
    setTimeout(() => delete from.dataset.said, 1600);
    say(told);
  };
  const words = (box) => box.textContent.trim().replace(/\s+/g, " ");
  const wordsOf = (box) => (all("li", box).map(words).join("\n") || words(box));
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.(".headerlink, .permalink, [data-permalink]"), button = target.closest?.("[data-copy], [data-copy-of]");
    if (link) copy(link.href, link, "The link is copied.");
    if (button) {
      const text = button.dataset.copy ?? wordsOf(document.querySelector(button.dataset.copyOf));
      copy(button.dataset.link ? `${text} ${new URL(button.dataset.link, location.href)}` : text, button, "Copied.");
    }
  });

  // Why an answer of a quiz is right or wrong appears below it by style alone; who cannot see that hears it.
  addEventListener("change", ({ target }) => { const why = target.closest(".quiz label")?.nextElementSibling; if (why) say(words(why)); });

  // What is folded opens when the address leads to it.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  // Which section is being read.
  const links = all(".rail a[href^='#']");
  const heads = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const here = document.querySelector(".here b");
  let waiting = false;
  const mark = () => {
    waiting = false;
    const now = heads.findLastIndex((head) => head && head.getBoundingClientRect().top < innerHeight * 0.4);
    links.forEach((link, i) => {
      link.classList.toggle("read", i < now);
      i === now ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    });
    if (here && now >= 0 && here.textContent !== links[now].textContent) here.textContent = links[now].textContent;
  };
  if (links.length) {
    addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(mark); } }, { passive: true });
    mark();
  }
}
