"""Where the numbers of the book come from, as pages and as scripts for the cards.

An entry is made from :mod:`analysis.origins`: value, words, functions, published figures, and what the number was at
the last release. It stands on ``book/numbers/<group>.html``, and in a script of the group for ``numbers.js``. A group
is the prose of a chapter (``deepseek``), or its ``-claims``, ``-errata`` and ``-figures``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx

from analysis import named, origins, releases, strengths, topics
from analysis.kit import claims
from analysis.kit.errors import ProblemError
from analysis.named import Named
from analysis.origins import Origin
from book.extension import readable, sheets, source, surface
from book.extension.claims import CHAPTERS
from book.extension.numbers import PAGE, Place, found_runs, place
from book.extension.parts import ProblemDirective, cached_by_build, html

#: Folder of the scripts, inside the output.
SCRIPTS = "_static/numbers"
#: Published figures and functions that an entry says, and those that it folds; the others are counted.
FACTS, FUNCTIONS, FOLDED = 6, 3, 1
#: What stands for the mark of what is not published.
ASSUMED = {"assumption": "our assumption", "threshold": "threshold of the rule", "choice": "our choice"}
#: What the groups of a chapter hold, by the end of their name.
KINDS = {
    "": "Numbers in the text",
    "-claims": "Numbers in the verdicts",
    "-errata": "Numbers of the errata",
    "-figures": "Figures",
}
#: Stands for the way to the root of the site in an entry that a script carries.
ROOT = "{root}"


def groups(app: Sphinx) -> dict[str, dict[str, Origin]]:
    """The origins of every group by anchor, computed once a build."""

    def compute() -> dict[str, dict[str, Origin]]:
        found: dict[str, dict[str, Origin]] = {}
        for run in found_runs(app).values():
            judged = [o for own in origins.of_judgements(run).values() for o in own.values()]
            mistaken = [o for own in origins.of_errata(run).values() for o in own.values()]
            for each in [*origins.of_numbers(run).values(), *judged, *mistaken, *origins.of_figures(run).values()]:
                at = place(each.id)
                found.setdefault(at.group, {})[at.anchor] = each
        return found

    return cached_by_build(app, "origins", compute)


class Entries:
    """Prints origins for pages and cards of one build."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.template = sheets.templates().get_template("origin.html")
        self.release = releases.last()
        self.chapters = {claim.id: claim.chapter for claim in claims.ledger().values()}
        self.figures: dict[str, tuple[str, str]] = app.env.get_domain("bookfigure").figures  # type: ignore[attr-defined]

    def __call__(self, at: Place, origin: Origin, root: str, card: bool = False) -> str:
        """Return an origin as HTML, for a card or for a page that is `root` away from the root of the site."""
        what, colon, how = origin.how.partition(": ")
        name = named.in_words(origin.id.partition("/")[2])
        if not origin.value:
            what, how = origin.text, ""
        elif origin.published:
            what, how = origin.facts[0].short, f"{origins.standing(origin.facts[0])}."
        elif not colon:
            what, how = name, origin.how
        movers = self.movers(origin)
        told = [self.fact(each.named, root, each.said) for each in movers[: FACTS + FOLDED]]
        told = told or [self.fact(fact, root) for fact in origin.facts[:FACTS]]
        return self.template.render(
            card=card,
            what=what[:1].upper() + what[1:],
            how=how[:1].upper() + how[1:],
            origin=origin,
            label="From" if origin.published else "Moves with" if movers else "Read for it",
            facts=told[:FACTS],
            folded=told[FACTS:],
            rest=max(0, len(movers or origin.facts) - len(told)),
            still=self.still(origin, movers),
            tables=[self.table(name, root) for name in origin.tables[:FACTS]],
            functions=[self.function(f, root) for f in self.shown(origin)],
            figure=f"{root}{self.app.builder.get_target_uri(self.figures[origin.id][0])}#{origin.id}"
            if origin.id in self.figures
            else "",
            link=f"{root}{at.page}.html#{at.anchor}",
            release=self.released(origin),
        )

    @staticmethod
    def shown(origin: Origin) -> tuple[origins.Function, ...]:
        """The functions that an entry says: the first models, and the piece of the chapter that prints it."""
        return (*origin.functions[:-1][:FUNCTIONS], *origin.functions[-1:])

    def function(self, function: origins.Function, root: str) -> dict[str, str]:
        """What an entry says of a function."""
        address = source.link(self.app, function.path, (function.first, function.last), root)
        address = surface.address(self.app, function.path, function.name, root) or address
        of_chapter = "/chapter/" in function.path
        name = f"{Path(function.path).name}, line {function.first}" if of_chapter else function.name
        return {"name": name, "says": function.says, "address": address}

    def movers(self, origin: Origin) -> list[strengths.Mover]:
        """What a number moves with; nothing for a figure, an erratum, and what is published as it stands."""
        owner, _, name = origin.id.partition("/")
        topic = owner if owner in topics.TOPICS else self.chapters.get(owner, "")
        if origin.published or not topic or not name:
            return []
        run = found_runs(self.app).get(topic)
        item, number = f"number {name}", run.numbers.get(name) if run else None
        if owner not in topics.TOPICS:
            item = f"claim {origin.id}"
            number = run.judgements[owner].numbers.get(name) if run and owner in run.judgements else None
        return strengths.movers(topic, item, number)

    @staticmethod
    def still(origin: Origin, movers: list[strengths.Mover]) -> int:
        """How many published figures were read and do not move a number that moves with others."""
        moving = {each.named.id for each in movers}
        return sum(fact.id not in moving for fact in origin.facts) if movers else 0

    def fact(self, fact: Named, root: str, said: str = "") -> dict[str, str]:
        """What an entry says of a published figure or of an assumption, and how the number moves with it."""
        computed = fact.mark == "computed"
        ends = [readable.number(end, computed) for end in (fact.low, fact.high) if not math.isnan(end)]
        return {
            "value": readable.number(fact.value, computed),
            "exact": "" if math.isnan(fact.value) else readable.exact(fact.value),
            "interval": f"({' to '.join(ends)})" if ends else "",
            "unit": fact.unit,
            "says": fact.words,
            "source": ", ".join(filter(None, (fact.source, fact.locator))),
            "mark": fact.mark,
            "word": sheets.WORDS.get(fact.mark, fact.mark) or ASSUMED.get(fact.kind, ""),
            "address": root + fact.href
            if fact.href
            else source.link(self.app, fact.path, (fact.line, fact.line), root),
            "said": said,
        }

    def table(self, name: str, root: str) -> dict[str, str]:
        """What an entry says of a table or a configuration that was read."""
        if name.endswith(".json"):
            return {
                "kind": "The configuration of",
                "name": Path(name).stem,
                "address": source.link(self.app, f"analysis/data/{name}", None, root),
            }
        return {"kind": "Table", "name": name, "address": root + named.address(name)}

    def released(self, origin: Origin) -> str:
        """Say what a number was at the last release."""
        if not self.release or not origin.value:
            return ""
        before = self.release.numbers.get(origin.id)
        if before is None:
            return f"At release {self.release.version}: not there yet"
        same = "the same" if before[1] == origin.text else f"now {origin.text}"
        return f"At release {self.release.version}: {before[1]}, {same}"


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Make a page of each group, and the script with which a card is opened."""
    if PAGE not in app.env.all_docs:
        return
    printed, folder = Entries(app), Path(app.outdir) / SCRIPTS
    folder.mkdir(parents=True, exist_ok=True)
    for group, own in groups(app).items():
        entries = {anchor: printed(Place(group, anchor), origin, ROOT, True) for anchor, origin in own.items()}
        text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{group}.js").write_text(f"bookNumbers({json.dumps(group)},{text});\n", encoding="utf-8")
        page = f"{PAGE}/{group}"
        root = source.site_root(app.builder, page)
        title = told(group)
        listed = "".join(
            f'<article class="origin" id="{escape(anchor)}">{printed(Place(group, anchor), origin, root)}</article>'
            for anchor, origin in own.items()
        )
        head = Markup('<p class="label"><a href="{}{}">Where the numbers come from</a></p><h1>{}</h1>').format(
            root, app.builder.get_target_uri(PAGE), title
        )
        body = f'<section class="origins">{head}{listed}</section>'
        yield page, {"title": title, "body": body, "page_layout": "wide"}, "page.html"


def _style(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if pagename == PAGE or pagename.startswith(f"{PAGE}/"):
        app.add_css_file("reference.css")


def told(group: str) -> str:
    """Name a group.

    >>> told("cnn_era-claims")
    'The CNN-era parallel: numbers in the verdicts'
    """
    topic, _, kind = group.partition("-")
    what = KINDS[f"-{kind}" if kind else ""]
    return f"{CHAPTERS[topic]}: {what[0].lower()}{what[1:]}"


class NumbersIndex(ProblemDirective):
    """``{numbers-index}``: the groups of each chapter with how much they hold, and what moved since the release."""

    def shown(self) -> list[nodes.Node]:
        """Return a list, and what moved."""
        found = groups(self.env.app)
        if not found:
            raise ProblemError("No chapter has a run, so no number has an origin; build the chapters first.")
        root = source.site_root(self.env.app.builder, self.env.docname)
        made = ""
        for topic in topics.TOPICS:
            own = [f"{topic}{kind}" for kind in KINDS if f"{topic}{kind}" in found]
            links = "".join(
                f'<li><a href="{root}{PAGE}/{group}.html">{KINDS[group.removeprefix(topic)]}</a> '
                f"<small>{len(found[group]):,}</small></li>"
                for group in own
            )
            made += f"<li><b>{escape(CHAPTERS[topic])}</b><ul>{links}</ul></li>" if links else ""
        return [html(f'<ul class="origins-index">{made}</ul>'), *self.markdown(self.moved())]

    def moved(self) -> str:
        """Say what moved since the last release."""
        release = releases.last()
        if release is None:
            return "There is no release yet."
        printed = {each.id: each.text for own in groups(self.env.app).values() for each in own.values() if each.value}
        changed = [name for name, text in printed.items() if release.numbers.get(name, (0, ""))[1] != text]
        counted = f"{len(changed):,} of {len(printed):,}" if changed else "none"
        are = "is" if len(changed) == 1 else "are"
        return f"Since release {release.version}, {counted} of these numbers {are} printed otherwise."


def setup(app: Sphinx) -> None:
    """Register the list of groups and make their pages."""
    app.add_directive("numbers-index", NumbersIndex)
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _style)
