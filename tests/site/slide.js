// What is wrong with the slides of a deck at 1280 x 720, seen from the back row: text out of the box, or too small.
() => {
  const faults = [];
  const slides = document.querySelectorAll(".slides > section");
  slides.forEach((slide, place) => {
    Reveal.slide(place);
    for (const step of slide.querySelectorAll(".fragment")) step.classList.add("visible");
    const name = `${place + 1} (${slide.classList[0]}: ${slide.querySelector("h1, h2").textContent.slice(0, 40)})`;
    const told = (what) => faults.push(`${name}: ${what}`);
    const box = slide.getBoundingClientRect();
    if (Math.abs(box.width - 1280) > 1 || Math.abs(box.height - 720) > 1) told(`is ${box.width} x ${box.height}`);
    for (const part of slide.querySelectorAll("*")) {
      if (part.closest("aside, option, .vh, .tip") || part.matches(".chart svg :not(text)") || !part.checkVisibility({ visibilityProperty: true })) continue;
      const inside = part.getBoundingClientRect();
      if (inside.width && (inside.left < -0.5 || inside.top < -0.5 || inside.right > 1280.5 || inside.bottom > 720.5))
        told(`${part.tagName} reaches ${[inside.left, inside.top, inside.right, inside.bottom].map(Math.round)}`);
      if (part.closest(".chart, math")) continue;
      const letters = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const size = parseFloat(getComputedStyle(part).fontSize);
      if (letters && size < 24) told(`${part.tagName} has letters of ${size} px`);
    }
    // Beside each other, never on each other.
    const texts = slide.querySelector(".says-it");
    const form = slide.querySelector("form");
    if (form && form.scrollWidth > form.clientWidth + 1) told(`its controls are ${form.scrollWidth} of ${form.clientWidth} px wide`);
    const [chart, head] = [slide.querySelector(".chart"), texts].map((part) => part?.getBoundingClientRect());
    if (chart && (chart.height < 380 || chart.left < head.right)) told(`its picture has ${chart.width} x ${chart.height}`);
    if (texts && texts.scrollHeight > texts.clientHeight + 1) told(`its texts take ${texts.scrollHeight} of ${texts.clientHeight} px`);
    if (texts && texts.scrollWidth > texts.clientWidth + 1) told(`its texts are ${texts.scrollWidth} of ${texts.clientWidth} px wide`);
    for (const formula of slide.querySelectorAll("math[display=block]")) {
      const end = Math.max(...[...formula.querySelectorAll("*")].map((part) => part.getBoundingClientRect().right));
      if (end > 1280 - 20) told(`a formula reaches ${Math.round(end)}`);
    }
  });
  Reveal.slide(0);
  return faults;
}
