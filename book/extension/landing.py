"""The first page: the answers, the claims as a scoreboard, a card a chapter, and the ways in.

Directives of ``index.md``: ``{hero} topic`` (the first words, beside the key figure of a chapter), ``{answers}`` (a
list of sentences), ``{scoreboard}``, ``{chapter-cards}`` (its content is the card of the data) and ``{ways-in}`` with
a ``{way}`` each. Roles: ``{count}`` for how many things of a kind the book holds, ``{chapter}`` for a link to one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import NoUri
from sphinx.util.docutils import SphinxRole

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import in_words
from book.extension import figures, page
from book.extension.claims import CHAPTERS, PAGE, Judged, counted, judged, mark, units, whole
from book.extension.entries import curly
from book.extension.numbers import found_runs
from book.extension.parts import ProblemDirective, cached_by_build, html, plain

#: Verdicts in the order in which one is chosen at the start: the first that has claims.
SHOWN_FIRST = ("overstated", "wrong", "outdated", "partly", "supported", "opinion", "open")


class book_part(nodes.General, nodes.Element):
    """Place for what is known once all pages are read; attribute ``part`` names it."""


def key_figure(app: Sphinx, topic: str) -> dict[str, Any] | None:
    """The document of a chapter's key figure, from its run; None where the chapter or its run is missing."""
    run = found_runs(app).get(topic) if f"chapters/{topic}" in app.env.found_docs else None
    wanted = str(app.env.metadata.get(f"chapters/{topic}", {}).get("key-figure", ""))
    return run.specs.get(wanted) if run else None


# --- counts -----------------------------------------------------------------------------------------------------


def counts(app: Sphinx) -> dict[str, Callable[[], int]]:
    """How many things of each kind the book holds, by the name that ``{count}`` knows."""
    root = Path(app.srcdir)

    def chapters() -> list[str]:
        return [path.read_text(encoding="utf-8") for path in sorted((root / "chapters").glob("*.md"))]

    def in_text(pattern: str, *texts: str) -> int:
        return sum(len(re.findall(pattern, text, re.MULTILINE)) for text in texts)

    return {
        "claims": lambda: len(judged(app)),
        "chapters": lambda: len(CHAPTERS),
        "figures": lambda: sum(len(run.specs) for run in found_runs(app).values()),
        "numbers": lambda: sum(len(run.numbers) for run in found_runs(app).values()),
        "facts": lambda: (
            sum(len(facts.load(n)) for n in facts.names()) + sum(len(facts.frame(n)) for n in facts.wide_names())
        ),
        "exercises": lambda: in_text(r"^\s*[:`]{3,}\{exercise\}", *chapters()),
        "terms": lambda: in_text(r"^\S[^\n]*\n  \S", (root / "book" / "glossary.md").read_text(encoding="utf-8")),
        "works": lambda: in_text(r"^@\w+\{", (root / "book" / "references.bib").read_text(encoding="utf-8")),
    }


def count(app: Sphinx, kind: str) -> int:
    """How many things of a kind the book holds, counted once a build.

    Raises
    ------
    ProblemError
        If there is no such kind.
    """
    known = counts(app)
    if kind not in known:
        raise ProblemError(f"There is no count of {kind!r}; choose from {', '.join(known)}.")
    return cached_by_build(app, f"count-{kind}", known[kind])


class Count(SphinxRole):
    """``{count}`claims```: how many things of a kind the book holds."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number, or the problem as an error of the build."""
        try:
            return [nodes.inline(text=f"{count(self.env.app, self.text):,}", classes=["count"])], []
        except ProblemError as problem:
            message = self.inliner.reporter.error(str(problem), line=self.lineno)
            return [nodes.problematic(self.rawtext, self.rawtext)], [message]


class ChapterLink(SphinxRole):
    """``{chapter}`cnn_era```: a link that names a chapter with its number; text where the book has it not."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or the problem as an error of the build."""
        if self.text not in CHAPTERS:
            message = self.inliner.reporter.error(
                f"There is no chapter {self.text!r}; choose from {', '.join(CHAPTERS)}.", line=self.lineno
            )
            return [nodes.problematic(self.rawtext, self.rawtext)], [message]
        box = nodes.inline(classes=["from-ch"])
        name = nodes.inline(text=f"Chapter {number_of(self.text)}, {CHAPTERS[self.text]}")
        docname = f"chapters/{self.text}"
        if docname not in self.env.found_docs:
            box += name
            return [box], []
        way = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{docname}", "refdoc": self.env.docname}
        box += addnodes.pending_xref("", name, refexplicit=True, **way)
        return [box], []


def number_of(topic: str) -> int:
    """The number of a chapter, planned ones counted.

    >>> number_of("cnn_era")
    5
    """
    return list(CHAPTERS).index(topic) + 1


# --- directives -------------------------------------------------------------------------------------------------


class Hero(ProblemDirective):
    """``{hero} topic``: the first words, and beside them the chapter's key figure."""

    required_arguments = 1
    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return the words, and the place of the figure."""
        words = nodes.container("", *self.markdown("\n".join(self.content)), classes=["hero"])
        return [words, book_part(part="figure", topic=self.arguments[0])]


class Answers(ProblemDirective):
    """``{answers}``: a list of sentences, each with the chapter it comes from."""

    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return the list."""
        given = self.markdown("\n".join(self.content))
        if len(given) != 1 or not isinstance(given[0], nodes.bullet_list):
            raise ProblemError("The answers are one list; write each of them after a dash.")
        given[0]["classes"] = ["answers"]
        return [html('<h2 class="vh">The answers</h2>'), given[0]]


class Scoreboard(ProblemDirective):
    """``{scoreboard}``: all claims, one mark a claim by verdict, and those of the verdict that is chosen."""

    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return a section; its content says how to read it."""
        title = f"{count(self.env.app, 'claims')} claims, judged by rule"
        section = self.section(title, "scoreboard", *self.markdown("\n".join(self.content)), book_part(part="board"))
        section["classes"] = ["board"]
        return [section]


class ChapterCards(ProblemDirective):
    """``{chapter-cards}``: a card a chapter; the content is that of the last card, on what is behind them."""

    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return a section."""
        title = f"{in_words(len(CHAPTERS)).capitalize()} chapters"
        label = nodes.paragraph(text="Behind the chapters", classes=["label"])
        more = nodes.container("", label, *self.markdown("\n".join(self.content)), classes=["card", "more"])
        section = self.section(title, "chapters", nodes.container("", book_part(part="cards"), more, classes=["cards"]))
        section["classes"] = ["band"]
        return [section]


class WaysIn(ProblemDirective):
    """``{ways-in} title``: a ``{way}`` beside another."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def shown(self) -> list[nodes.Node]:
        """Return a section."""
        ways = nodes.container("", *self.markdown("\n".join(self.content)), classes=["ways-in"])
        section = self.section(self.arguments[0], "ways-in", ways)
        section["classes"] = ["band"]
        return [section]


class Way(ProblemDirective):
    """``{way} Title``: one way into the book; ``:commands:`` are lines ``command: what it does``, each to be copied."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"commands": directives.unchanged_required}

    def shown(self) -> list[nodes.Node]:
        """Return the way with its heading."""
        title = self.arguments[0]
        given = self.markdown("\n".join(self.content))
        place = next((i for i, node in enumerate(given) if isinstance(node, nodes.bullet_list)), len(given))
        given[place:place] = [node for line in self.commands() for node in self.command(*line)]
        lead = plain("", nodes.paragraph("", "", nodes.strong(text=title)))
        return [nodes.container("", html(f"<h3>{curly(title)}</h3>"), lead, *given)]

    def commands(self) -> list[tuple[str, str]]:
        """The commands and what each does."""
        lines = [line.partition(": ") for line in self.options.get("commands", "").split(";") if line.strip()]
        return [(command.strip(), does.strip()) for command, _, does in lines]

    def command(self, command: str, does: str) -> list[nodes.Node]:
        """Return a command that can be copied."""
        name = curly(command)
        said = nodes.paragraph("", "", nodes.literal(text=command), nodes.Text(f" {does}"))
        return [
            html(
                f'<p class="cmd"><code>{name}</code><span>{curly(does)}</span><button type="button" data-copy="{name}" '
                f'aria-label="Copy {name}"><svg class="i" aria-hidden="true"><use href="#i-copy"/></svg></button></p>'
            ),
            plain("", said),
        ]


# --- what is known once all pages are read ------------------------------------------------------------------------


def board(app: Sphinx, docname: str) -> list[nodes.Node]:
    """The scoreboard: verdicts, their claims as marks, and in a list the claims of the verdict that is chosen."""
    entries = list(judged(app).values())
    tally = counted(entries)
    address = _address(app, docname, PAGE)
    first = next(verdict for verdict in SHOWN_FIRST if tally[verdict])
    lines = "".join(
        f'<div class="line v-{verdict}"><label for="f-{verdict}"><span>{verdict.capitalize()}</span><b>{number}</b>'
        f'</label><input type="radio" name="v" id="f-{verdict}"{" checked" * (verdict == first)}><ul class="units">'
        f"{units((e for e in entries if e.verdict == verdict), address)}</ul></div>"
        for verdict, number in tally.items()
    )
    listed = "".join(
        f'<li class="is-{entry.verdict}"><a href="{address}#{entry.claim.id}">{curly(whole(entry.claim))}</a>'
        f'<span class="id">{entry.claim.id}</span><span class="why">{curly(first_sentence(entry))}</span></li>'
        for entry in entries
    )
    listed += "".join(
        f'<li class="is-{verdict} none"><span>None of the {len(entries)} is {verdict}.</span></li>'
        for verdict, number in tally.items()
        if not number
    )
    told = ", ".join(f"{number} {verdict}" for verdict, number in tally.items())
    return [
        html(
            f'<fieldset class="tally"><legend class="vh">Verdict</legend>{lines}</fieldset><div class="list-box" '
            'tabindex="0" role="region" aria-label="Claims with the chosen verdict">'
            f'<ul class="chosen" aria-live="polite">{listed}</ul></div>'
        ),
        plain("", nodes.paragraph(text=f"{told[0].upper()}{told[1:]}.")),
    ]


def first_sentence(entry: Judged) -> str:
    """The first sentence of a reason.

    >>> from analysis.kit.claims import Claim, Judgement
    >>> first_sentence(Judged(Claim("X-1", "EV", "c", "x", ()), Judgement("wrong", "It is 2.5 here. More."), ""))
    'It is 2.5 here.'
    """
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9“])", entry.judgement.because, maxsplit=1)[0]


def cards(app: Sphinx, docname: str) -> list[nodes.Node]:
    """A card a chapter: number, title, picture, finding, verdicts, how long it takes; of a planned one what waits."""
    made, told = "", nodes.bullet_list()
    for topic, title in CHAPTERS.items():
        own = [entry for entry in judged(app).values() if entry.claim.chapter == topic]
        made += card(app, docname, topic, own) if f"chapters/{topic}" in app.env.found_docs else planned(topic, own)
        name: nodes.Node = nodes.Text(f"Chapter {number_of(topic)}, {title}")
        if f"chapters/{topic}" in app.env.found_docs:
            address = _address(app, docname, f"chapters/{topic}")
            name = nodes.reference(text=name.astext(), refuri=address, internal=True)
        spec = key_figure(app, topic)
        finding = f": {spec['usermeta']['title']}." if spec else " (planned)."
        told += nodes.list_item("", nodes.paragraph("", "", name, nodes.Text(finding)))
    return [html(made), plain("", told)]


def card(app: Sphinx, docname: str, topic: str, own: list[Judged]) -> str:
    """A chapter's card."""
    spec, tally = key_figure(app, topic), counted(own)
    run = found_runs(app).get(topic)
    finding = f"{curly(spec['usermeta']['title'])}." if spec else ""
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in tally.items() if number)
    marks = "".join(
        f'<span class="v-{verdict}">{mark(verdict)}</span>' for verdict, number in tally.items() for _ in range(number)
    )
    picture = figures.thumbnail(app.env, spec["usermeta"]["id"]) if spec else ""
    facts_of = [f"{page.minutes(app, f'chapters/{topic}')} min"]
    facts_of += [f"{len(run.specs)} figures"] if run else []
    return (
        f'<article class="card"><p class="label">Chapter {number_of(topic)}</p>'
        f'<h3><a href="{_address(app, docname, f"chapters/{topic}")}">{curly(CHAPTERS[topic])}</a></h3>'
        f'<div class="chart" aria-hidden="true">{picture}</div><p class="finding">{finding}</p>'
        f'<div class="foot"><span class="units" role="img" aria-label="{verdicts}">{marks}</span>'
        f"<span>{', '.join(facts_of)}</span></div></article>"
    )


def planned(topic: str, own: list[Judged]) -> str:
    """The card of a chapter that is not there yet: the claims that wait for it."""
    waits = "".join(
        f'<li><span class="v-open">{mark("open")}</span><span>{curly(whole(entry.claim))}</span></li>' for entry in own
    )
    number = f"{len(own)} claim{'s wait' if len(own) != 1 else ' waits'} for it"
    return (
        f'<article class="card planned"><p class="label">Chapter {number_of(topic)}, planned</p>'
        f'<h3>{curly(CHAPTERS[topic])}</h3><ul class="waits">{waits}</ul>'
        f'<p class="foot"><span>{number}</span></p></article>'
    )


def figure(app: Sphinx, docname: str, topic: str) -> list[nodes.Node]:
    """The key figure of a chapter, shown again, with a link to where it stands with its data and sources."""
    spec = key_figure(app, topic)
    if spec is None:
        return []
    shown = figures.again(app.env, spec["usermeta"]["id"])
    address = f"{_address(app, docname, f'chapters/{topic}')}#{spec['usermeta']['id']}"
    link = nodes.reference(text=f"Chapter {number_of(topic)}, {CHAPTERS[topic]}", refuri=address, internal=True)
    shown += nodes.paragraph("", "", nodes.Text("With its data, sources and code in "), link, nodes.Text("."))
    return [shown]


def _address(app: Sphinx, docname: str, to: str) -> str:
    try:
        return app.builder.get_relative_uri(docname, to)
    except NoUri:
        return ""


def _fill_in(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(book_part)):
        made = {"board": board, "cards": cards}.get(node["part"])
        node.replace_self(made(app, docname) if made else figure(app, docname, node["topic"]))


def setup(app: Sphinx) -> None:
    """Register directives and roles, and fill in when all pages are read."""
    for name, directive in {
        "hero": Hero,
        "answers": Answers,
        "scoreboard": Scoreboard,
        "chapter-cards": ChapterCards,
        "ways-in": WaysIn,
        "way": Way,
    }.items():
        app.add_directive(name, directive)
    app.add_role("count", Count())
    app.add_role("chapter", ChapterLink())
    app.connect("doctree-resolved", _fill_in)
