// Slides where there is room for them; on a phone, and without a script, the deck is a page to scroll.
"use strict";
{
  const put = (query) => new URLSearchParams(location.search).has(query);
  if (put("view") || matchMedia("(min-width: 50rem)").matches) {
    document.documentElement.classList.add("deck");
    // A link may name a figure: the slide that has it opens.
    const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const slides = [...document.querySelectorAll(".slides > section")];
    const at = named ? slides.indexOf(named.closest(".slides > section")) : -1;
    if (at >= 0) history.replaceState(null, "", `#/${at}`);
    Reveal.initialize({
      width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true, slideNumber: "c/t",
      transition: "none", backgroundTransition: "none", scrollActivationWidth: null, pdfSeparateFragments: false,
      plugins: [RevealNotes],
    });
    // Keys belong to a control while it has the focus; Escape gives them back to the slides.
    for (const form of document.querySelectorAll("form.controls")) form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") document.activeElement.blur();
      event.stopPropagation();
    });
  }
}
