"""Published figures that contradict themselves, and our own corrected mistakes, on a page.

``{errata}`` shows every erratum of the topics in a line that opens, computed when the book is built; one whose
contradiction is gone stops the build. Its content says what each degree of sureness means. ``{corrections}`` shows
``analysis/data/corrections.csv``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx

from analysis import topics
from analysis.kit import bibliography, figure
from analysis.kit.errata import SURE, Erratum, corrections
from analysis.kit.errors import ProblemError
from book.extension import entries, numbers, source
from book.extension.claims import CHAPTERS
from book.extension.parts import ProblemDirective, cached_by_build, html

#: Size of a drawing, and half the size of its marks, pixels.
WIDTH, HEIGHT, HALF = 320, 18, 7
#: Length of the line between two numbers that lie a ten-thousandth of the recomputed one apart, and ten times it.
SHORTEST, LONGEST = 30.0, 260.0
#: The marks of a drawing and what they stand for.
KEY = {
    "as printed": '<path class="printed" d="M9 2l7 7-7 7-7-7z"/>',
    "recomputed": '<circle class="recomputed" cx="9" cy="9" r="6.5"/>',
    "printed interval": '<rect class="printed" x="1" y="4" width="16" height="10"/>',
}


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
        found, known = {}, numbers.found_runs(app)
        for topic in topics.TOPICS:
            run = known.get(topic)
            for identity, function in topics.errata(topic).items():
                found[identity] = topic, function, run.erratum(identity, function) if run else function()
        gone = [identity for identity, (*_, erratum) in found.items() if not erratum.holds]
        if gone:
            raise ProblemError(f"The contradiction is gone in {', '.join(gone)}; remove or correct the erratum.")
        return found

    return cached_by_build(app, "errata", compute)


class Errata(ProblemDirective):
    """``{errata}``: what the marks and the words mean, what chooses, and a section a chapter with a line an erratum."""

    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return the key, the form and the sections."""
        found = computed(self.env.app)
        if not found:
            return self.markdown("None was found yet.")
        all_of_them = [erratum for *_, erratum in found.values()]
        shown: list[nodes.Node] = [self.key(all_of_them), self.form(all_of_them)]
        for topic in dict.fromkeys(topic for topic, *_ in found.values()):
            own = [self.one(name, topic, f, e) for name, (at, f, e) in found.items() if at == topic]
            section = self.section(CHAPTERS[topic], f"errata-{topic}", nodes.container("", *own, classes=["ledger"]))
            section["classes"] = ["group"]
            shown.append(section)
        return shown

    def key(self, errata: list[Erratum]) -> nodes.container:
        """Return what the marks of a drawing and the words for sureness mean."""
        marks = "".join(f"<li>{_drawn(mark, 18)}{name}</li>" for name, mark in KEY.items())
        lines = [html(f'<ul class="key-line">{marks}</ul>'), nodes.paragraph(text=tally(errata), classes=["label"])]
        return nodes.container("", *lines, *self.markdown("\n".join(self.content)), classes=["key-of-page"])

    def form(self, errata: list[Erratum]) -> nodes.raw:
        """Return what chooses by sureness, source and words."""
        sure, sources = Counter(each.sure for each in errata), Counter(each.source for each in errata)
        named = {key: f"{bibliography.source(key).name} ({number})" for key, number in sources.items()}
        labels = {word: f"{word} {sure[word]}" for word in SURE}
        fields = entries.segments("sure", "How sure we are", {"": f"all {len(errata)}", **labels})
        fields += entries.selection("source", "all sources", dict(sorted(named.items(), key=lambda item: item[1])))
        return entries.form(fields, "errata", len(errata))

    def one(self, identity: str, topic: str, function: Callable[[], Erratum], erratum: Erratum) -> entries.folded:
        """Return one erratum: its title, its source and the drawing; opened, what is printed, what we get, where."""
        title = erratum.text("title")
        self.env.get_domain("std").note_hyperlink_target(  # type: ignore[attr-defined]
            identity, self.env.docname, identity, title
        )
        data = {"sure": erratum.sure, "source": erratum.source, "words": ""}
        node = entries.folded(ids=[identity], names=[identity], classes=["erratum"], data=data)
        name = nodes.inline(text=bibliography.source(erratum.source).name, classes=["label"])
        head = nodes.inline("", "", nodes.inline(text=title, classes=["t"]), nodes.Text(" "), name, classes=["head"])
        line = entries.folded_line("", "", head, nodes.Text(" "), *drawing(erratum))
        line += [nodes.Text(" "), nodes.inline(text=erratum.sure, classes=["sure"])]
        node += line
        texts = {
            "Printed": erratum.claim,
            "Recomputed": erratum.finding,
            "Smallest correction": erratum.correction,
        }
        listed = nodes.definition_list(classes=["erratum-lines"])
        parts = {lead: numbers.said(_sentence(text), erratum.numbers, identity) for lead, text in texts.items()}
        for lead, said in {**parts, "Where": [nodes.Text(_sentence(erratum.locator))]}.items():
            body = nodes.definition("", nodes.paragraph("", "", *said))
            listed += nodes.definition_list_item("", nodes.term(text=lead), body)
        cite = self.markdown(f"{{cite:t}}`{erratum.source}`")
        whose = nodes.definition("", nodes.paragraph("", "", *cite[0].children))
        listed += nodes.definition_list_item("", nodes.term(text="Source"), whose)
        node += listed
        path = "/".join(function.__module__.split("."))
        chapter = self.markdown(f"[The chapter](/chapters/{topic}.md)")
        ways = nodes.paragraph("", "", html(link(identity)), classes=["ways"])
        ways += [code_link(text="How it is computed", script=f"{path}.py:{function.__name__}"), nodes.Text(" ")]
        ways += chapter[0].children
        node += ways
        return node


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def link(identity: str) -> str:
    """The permanent link of an entry."""
    icon = '<svg class="i" aria-hidden="true"><use href="#i-link"/></svg>'
    return f'<a data-permalink href="#{identity}">{icon}Link</a> '


def tally(errata: list[Erratum]) -> str:
    """Count the errata, their sources, and how sure we are of how many."""
    sure = Counter(erratum.sure for erratum in errata)
    counts = ", ".join(f"{sure[word]} {word}" for word in SURE if sure[word])
    sources = len({erratum.source for erratum in errata})
    return f"{len(errata)} figure{'s' * (len(errata) != 1)} of {sources} source{'s' * (sources != 1)}: {counts}."


def drawing(erratum: Erratum) -> list[nodes.Node]:
    """Return both numbers on a line and in words, as printed and as recomputed, where there are two to compare."""
    values = erratum.drawn
    low, high = min(values.values(), default=0.0), max(values.values(), default=0.0)
    if low == high:
        return []
    wide = LONGEST if len(values) > 2 else length(values["printed"], values["recomputed"])
    x = {name: WIDTH / 2 + ((value - low) / (high - low) - 0.5) * wide for name, value in values.items()}
    said = ", ".join(f"{name} {erratum.numbers[name]!r}" for name in ("printed", "recomputed"))
    interval, middle = "", HEIGHT // 2
    if {"low", "high"} <= set(x):
        width = max(3, x["high"] - x["low"])
        interval = f'<rect class="printed" x="{x["low"]:.1f}" y="{middle - 5}" width="{width:.1f}" height="10"/>'
    picture = (
        f'<path class="axis" d="M{HALF} {middle}H{WIDTH - HALF}"/>{interval}'
        f'<path class="between" d="M{x["printed"]:.1f} {middle}H{x["recomputed"]:.1f}"/>'
        f'<path class="printed" d="M{x["printed"]:.1f} {middle - HALF}l{HALF} {HALF}-{HALF} {HALF}-{HALF}-{HALF}z"/>'
        f'<circle class="recomputed" cx="{x["recomputed"]:.1f}" cy="{middle}" r="{HALF - 0.5}"/>'
    )
    both = nodes.inline("", "", nodes.Text(said), classes=["both"])
    if erratum.apart:
        both += [nodes.Text(": "), nodes.strong(text=f"{erratum.apart} apart")]
    return [nodes.inline("", "", html(_drawn(picture, WIDTH)), both, classes=["picture"])]


def _drawn(picture: str, width: int) -> str:
    """A drawing, which the words beside it tell to who cannot see it."""
    return f'<svg viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" aria-hidden="true">{picture}</svg>'


def length(printed: float, recomputed: float) -> float:
    """How long the line between two numbers is drawn: longer by the same step for each ten times the difference.

    >>> round(length(1.0001, 1.0)), length(11.0, 1.0) == length(1e9, 1.0) == length(1.0, 0.0) == LONGEST
    (30, True)
    """
    if recomputed == 0:
        return LONGEST
    share = (math.log10(abs(printed / recomputed - 1)) + 4) / 5
    return SHORTEST + min(max(share, 0.0), 1.0) * (LONGEST - SHORTEST)


class Corrections(ProblemDirective):
    """``{corrections}``: our own corrected mistakes, the newest first, a line each."""

    def shown(self) -> list[nodes.Node]:
        """Return a list."""
        listed = nodes.container(classes=["ledger", "slips"])
        for each in corrections():
            chapter = CHAPTERS.get(each.chapter, each.chapter)
            parts = {"of-chapter": chapter, "t": each.said, "id": each.date}
            line = entries.folded_line()
            for kind, text in parts.items():
                line += [nodes.inline(text=text, classes=[kind]), nodes.Text(" ")]
            item = entries.folded("", line, ids=[each.id], classes=["claim"], data={})
            for lead, text in (("We said: ", each.said), ("We say: ", each.says)):
                item += nodes.paragraph("", "", nodes.strong(text=lead), nodes.Text(text))
            item += nodes.paragraph(text=f"Found by {each.found.rstrip('.')}.", classes=["by"])
            item += html(f'<p class="ways">{link(each.id)}</p>')
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
