"""Published figures that contradict themselves, and our own corrected mistakes, on a page.

``{errata}`` shows every erratum of the topics, computed when the book is built; one whose contradiction is gone stops
the build. ``{corrections}`` shows ``analysis/data/corrections.csv``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from html import escape

from docutils import nodes
from sphinx.application import Sphinx

from analysis import runs, topics
from analysis.kit import figure
from analysis.kit.errata import SURE, Erratum, corrections
from analysis.kit.errors import ProblemError
from book.extension import source
from book.extension.claims import CHAPTERS
from book.extension.parts import ProblemDirective, cached_by_build

#: Size of a drawing, and the width of a letter, pixels.
WIDTH, HEIGHT, LETTER = 320, 74, 8.2
#: Length of the line between two numbers that lie a ten-thousandth of the recomputed one apart, and ten times it.
SHORTEST, LONGEST = 30.0, 200.0


class code_link(nodes.General, nodes.Inline, nodes.TextElement):
    """Place for a link to a function; attribute ``script``, ``path:name``."""


def computed(app: Sphinx) -> dict[str, tuple[str, Callable[[], Erratum], Erratum]]:
    """Every erratum by id, with its topic and its function; from the chapters' runs, once a build.

    Raises
    ------
    ProblemError
        Naming those whose contradiction is gone.
    """

    def compute() -> dict[str, tuple[str, Callable[[], Erratum], Erratum]]:
        found = {}
        for topic in topics.TOPICS:
            declared = topics.errata(topic)
            run = runs.find(topic) if declared else None
            for identity, function in declared.items():
                found[identity] = topic, function, run.erratum(identity, function) if run else function()
        gone = [identity for identity, (*_, erratum) in found.items() if not erratum.holds]
        if gone:
            raise ProblemError(f"The contradiction is gone in {', '.join(gone)}; remove or correct the erratum.")
        return found

    return cached_by_build(app, "errata", compute)


class Errata(ProblemDirective):
    """``{errata}``: a section a chapter, in it one an erratum."""

    def shown(self) -> list[nodes.Node]:
        """Return a count and the sections."""
        found = computed(self.env.app)
        if not found:
            return self.markdown("None was found yet.")
        sections: list[nodes.Node] = [nodes.paragraph(text=tally([erratum for *_, erratum in found.values()]))]
        for topic in dict.fromkeys(topic for topic, *_ in found.values()):
            own = [self.one(name, topic, f, e) for name, (at, f, e) in found.items() if at == topic]
            sections.append(self.section(CHAPTERS[topic], f"errata-{topic}", *own))
        return sections

    def one(self, identity: str, topic: str, function: Callable[[], Erratum], erratum: Erratum) -> nodes.section:
        """Return one erratum: whose, the drawing, what is printed and what we get, where, how sure, the correction."""
        cite = self.markdown(f"{{cite:t}}`{erratum.source}`")
        whose = nodes.paragraph("", "", *cite[0].children, classes=["erratum-source"])
        lines = {
            "Printed": erratum.text("claim"),
            "Recomputed": erratum.text("finding"),
            "Smallest correction": erratum.text("correction"),
            "Where": erratum.locator,
            "How sure": erratum.sure,
        }
        listed = nodes.definition_list(classes=["erratum-lines"])
        for name, text in lines.items():
            body = nodes.definition("", nodes.paragraph(text=f"{text[0].upper()}{text[1:].rstrip('.')}."))
            listed += nodes.definition_list_item("", nodes.term(text=name), body)
        path = "/".join(function.__module__.split("."))
        chapter = self.markdown(f"[The chapter](/chapters/{topic}.md)")
        ways = nodes.paragraph("", "", classes=["erratum-ways"])
        ways += [code_link(text="How it is computed", script=f"{path}.py:{function.__name__}"), nodes.Text(" ")]
        ways += chapter[0].children
        section = self.section(erratum.text("title"), identity, whose, *drawing(erratum), listed, ways)
        section["classes"] = ["erratum"]
        return section


def tally(errata: list[Erratum]) -> str:
    """Count the errata, their sources, and how sure we are of how many."""
    sure = Counter(erratum.sure for erratum in errata)
    counts = ", ".join(f"{sure[word]} {word}" for word in SURE if sure[word])
    sources = len({erratum.source for erratum in errata})
    return f"{len(errata)} figure{'s' * (len(errata) != 1)} of {sources} source{'s' * (sources != 1)}: {counts}."


def drawing(erratum: Erratum) -> list[nodes.Node]:
    """Return both numbers on a line, as printed and as recomputed, where there are two to compare."""
    values = erratum.drawn
    if not values:
        return []
    low, high = min(values.values()), max(values.values())
    if low == high:
        return []
    wide = LONGEST if len(values) > 2 else length(values["printed"], values["recomputed"])
    x = {name: WIDTH / 2 + ((value - low) / (high - low) - 0.5) * wide for name, value in values.items()}
    texts = {name: f"{name} {erratum.numbers[name]!r}" for name in ("printed", "recomputed")}

    def text(name: str, y: int) -> str:
        half = LETTER * len(texts[name]) / 2
        at = min(max(x[name], half), WIDTH - half)
        return f'<text class="{name}" x="{at:.1f}" y="{y}" text-anchor="middle">{escape(texts[name])}</text>'

    interval = ""
    if {"low", "high"} <= set(x):
        interval = (
            f'<rect class="printed" x="{x["low"]:.1f}" y="32" width="{max(3, x["high"] - x["low"]):.1f}" height="10"/>'
        )
    said = f"On one scale: {texts['printed']}, {texts['recomputed']}."
    svg = (
        f'<svg class="erratum-drawing" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(said, quote=True)}"><path class="axis" d="M20 37H{WIDTH - 20}"/>{interval}'
        f'<path class="between" d="M{x["printed"]:.1f} 37H{x["recomputed"]:.1f}"/>'
        f'<path class="printed" d="M{x["printed"]:.1f} 30l7 7-7 7-7-7z"/>'
        f'<circle class="recomputed" cx="{x["recomputed"]:.1f}" cy="37" r="6.5"/>'
        f"{text('printed', 20)}{text('recomputed', 64)}</svg>"
    )
    box = nodes.container("", nodes.raw("", svg, format="html"), classes=["erratum-picture"])
    if erratum.apart:
        box += nodes.paragraph("", "", nodes.strong(text=f"{erratum.apart} apart"), classes=["erratum-apart"])
    return [box]


def length(printed: float, recomputed: float) -> float:
    """How long the line between two numbers is drawn: longer by the same step for each ten times the difference.

    >>> round(length(1.0001, 1.0)), round(length(11.0, 1.0)), length(1e9, 1.0) == length(1.0, 0.0) == LONGEST
    (30, 200, True)
    """
    if recomputed == 0:
        return LONGEST
    share = (math.log10(abs(printed / recomputed - 1)) + 4) / 5
    return SHORTEST + min(max(share, 0.0), 1.0) * (LONGEST - SHORTEST)


class Corrections(ProblemDirective):
    """``{corrections}``: our own corrected mistakes, the newest first."""

    def shown(self) -> list[nodes.Node]:
        """Return a list."""
        listed = nodes.bullet_list(classes=["corrections"])
        for each in corrections():
            name = nodes.reference(text=f"{each.date}, {CHAPTERS.get(each.chapter, each.chapter)}", refid=each.id)
            item = nodes.list_item("", nodes.paragraph("", "", name, classes=["correction-top"]), ids=[each.id])
            for lead, text in (("We said: ", each.said), ("We say: ", each.says)):
                item += nodes.paragraph("", "", nodes.strong(text=lead), nodes.Text(text))
            item += nodes.paragraph(text=f"Found by {each.found.rstrip('.')}.", classes=["correction-found"])
            listed += item
        return [listed] if listed.children else self.markdown("None so far.")


def _link_code(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(code_link)):
        if app.builder.format != "html":
            node.replace_self(nodes.Text(node.astext()))
            continue
        root = source.site_root(app.builder, docname)
        address = source.link(app, node["script"].split(":")[0], figure.script_lines(node["script"]), root)
        node.replace_self(nodes.reference(text=node.astext(), refuri=address))


def setup(app: Sphinx) -> None:
    """Register both directives, and find the functions when the page is known."""
    app.add_directive("errata", Errata)
    app.add_directive("corrections", Corrections)
    app.connect("doctree-resolved", _link_code)
