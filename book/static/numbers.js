// Where a number comes from: a card at its line in the margin, below it where there is none, a sheet at the foot of a
// phone. The same stands on the page that the number links to; its entries come as a script when the first is opened.
"use strict";
(() => {
  const links = "a.num", base = document.documentElement.dataset.content_root ?? "./", entries = {}, waiting = {};
  const WIDE = 1200, PHONE = 640, DELAY = 350;
  let opener, card, timer, hovering = false;

  window.bookNumbers = (group, given) => { entries[group] = given; };

  const load = (group) => waiting[group] ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = `${base}_static/numbers/${group}.js`;
    script.onload = () => (entries[group] ? done(entries[group]) : fail());
    script.onerror = () => { delete waiting[group]; fail(); };
    document.head.append(script);
  });

  const made = () => {
    card = document.createElement("div");
    Object.assign(card, { className: "from", id: "from", popover: "auto" });
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "from-what");
    card.addEventListener("toggle", (event) => {
      if (event.newState !== "closed" || !opener) return;
      const was = opener, inside = !hovering && (card.contains(document.activeElement) || document.activeElement === document.body);
      was.removeAttribute("aria-expanded");
      opener = null;
      if (inside) was.focus({ preventScroll: true });
    });
    card.addEventListener("pointerleave", () => hovering && leave());
    card.addEventListener("pointerenter", () => clearTimeout(timer));
    document.body.append(card);
    return card;
  };

  const place = () => {
    if (!opener || innerWidth <= PHONE) return;
    const at = opener.getBoundingClientRect(), prose = opener.closest(".prose")?.getBoundingClientRect();
    const margin = prose && innerWidth >= WIDE; // the text's box reaches over its margin
    card.style.maxHeight = `${innerHeight - 76}px`;
    const below = at.bottom + 8 + card.offsetHeight < innerHeight || at.top < card.offsetHeight + 70;
    if (!margin && below) card.style.maxHeight = `${Math.max(260, innerHeight - at.bottom - 20)}px`;
    const top = margin ? Math.min(at.top - 14, Math.max(60, innerHeight - card.offsetHeight - 12))
      : below ? at.bottom + 8 : at.top - card.offsetHeight - 8;
    card.style.top = `${scrollY + top}px`;
    card.style.left = `${margin ? prose.right - 312 : Math.max(16, Math.min(at.left - 20, innerWidth - card.offsetWidth - 16))}px`;
  };

  const show = async (number, byHover) => {
    const [, group, anchor] = number.href.match(/\/([^/]+)\.html#(.+)$/) ?? [];
    let entry;
    try { entry = (await load(group))[decodeURIComponent(anchor)]; } catch { /* told by the page it links to */ }
    if (!entry) { if (!byHover) location.href = number.href; return; }
    if (byHover && !number.matches(":hover")) return;
    card ??= made();
    if (opener) { const was = opener; opener = null; was.removeAttribute("aria-expanded"); card.hidePopover(); }
    card.innerHTML = `<button class="x" type="button" aria-label="Close"><svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button>${entry.replaceAll("{root}", base)}`;
    card.querySelector("h3").id = "from-what";
    card.querySelector(".x").addEventListener("click", () => card.hidePopover());
    opener = number;
    hovering = byHover;
    card.showPopover();
    card.scrollTop = 0;
    place();
    number.setAttribute("aria-expanded", "true");
    if (!byHover) card.querySelector(".x").focus({ preventScroll: true });
  };

  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (hovering && !card.matches(":hover") && !opener?.matches(":hover")) card.hidePopover(); }, 250);
  };

  document.addEventListener("click", (event) => {
    const number = event.target.closest?.(links);
    if (!number || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    clearTimeout(timer);
    if (opener === number && !hovering) card.hidePopover(); else show(number, false);
  });
  document.addEventListener("pointerover", (event) => {
    const number = event.pointerType === "mouse" && event.target.closest?.(links);
    if (!number || opener === number || (opener && !hovering)) return;
    clearTimeout(timer);
    timer = setTimeout(() => show(number, true), DELAY);
  });
  document.addEventListener("pointerout", (event) => { if (event.target.closest?.(links)) hovering ? leave() : clearTimeout(timer); });
  addEventListener("resize", place);
  addEventListener("scroll", () => {
    if (!opener || innerWidth <= PHONE) return;
    const at = opener.getBoundingClientRect();
    if (at.bottom < 52 || at.top > innerHeight) card.hidePopover();
  }, { passive: true });
})();
