// The page of all claims: verdict, article, chapter and words choose what is shown; "#verdict-partly" and "#article-DS" do so by a link.
"use strict";
{
  const form = document.querySelector(".claims-filter");
  const claims = [...document.querySelectorAll(".claim")], groups = document.querySelectorAll(".group");
  const { verdict, article, chapter, words } = form.elements; // radio buttons, two lists, a field
  const text = new Map(claims.map((claim) => [claim, claim.textContent.toLowerCase()]));

  const show = () => {
    const wanted = words.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const claim of claims) {
      const own = claim.dataset;
      claim.hidden = !((!verdict.value || own.v === verdict.value) && (!article.value || own.article === article.value)
        && (!chapter.value || own.chapter === chapter.value) && wanted.every((word) => text.get(claim).includes(word)));
      shown += !claim.hidden;
    }
    for (const group of groups) group.hidden = !group.querySelector(".claim:not([hidden])");
    form.querySelector("output").textContent = `${shown} of ${claims.length}`;
  };

  const follow = () => {
    const [, kind, value] = /^#(verdict|article)-(.+)$/.exec(location.hash) ?? [];
    const target = document.getElementById(location.hash.slice(1));
    if (kind || target?.hidden) form.reset();
    if (kind) form.elements[kind].value = value;
    show();
    if (kind) form.scrollIntoView();
    else if (target?.matches(".claim")) target.scrollIntoView();
  };

  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);
  follow();
}
