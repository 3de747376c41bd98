"""The claims of the source articles on the page: a chapter's own, and the whole ledger.

``{claims} occam`` shows the claims that a chapter owns, one line a claim that opens in place; ``{claims-ledger}`` shows
all of them, with what filters them. Verdicts are computed when the book is built (:func:`analysis.kit.claims.judge`).
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from analysis import firmness, topics
from analysis.firmness import Firmness
from analysis.kit import claims
from analysis.kit.claims import Article, Claim, Judgement
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import in_words
from book.extension import entries, numbers, sliders, source, turns
from book.extension.cite import About, about
from book.extension.entries import curly
from book.extension.parts import ProblemDirective, cached_by_build, html, link_to, plain

#: What the chapters are called, in the order of the book; some are planned.
CHAPTERS = {
    "occam": "Occam's razor in neural networks",
    "scaling": "Scaling laws",
    "deepseek": "The DeepSeek case",
    "distributed": "Distributed training",
    "cnn_era": "The CNN-era parallel",
    "toolbox": "The toolbox",
    "market": "Market implications",
}
#: The page of all claims, and the one that says what would turn them.
PAGE, TURNS = "book/claims", "book/firmness"


class Judged(NamedTuple):
    """A claim, its verdict, and the sentence of its rule."""

    claim: Claim
    judgement: Judgement
    sentence: str

    @property
    def verdict(self) -> str:
        """The verdict's word."""
        return self.judgement.verdict


def judged(app: Sphinx) -> dict[str, Judged]:
    """Every claim with its verdict and the sentence of its rule, by id; from the chapters' runs, once a build."""

    def compute() -> dict[str, Judged]:
        known: dict[str, tuple[Judgement, str]] = {}
        found = [run for run in numbers.found_runs(app).values() if not run.broken]
        for run in found:
            known |= {identity: (judgement, run.rules[identity]) for identity, judgement in run.judgements.items()}
        if len(found) < len(topics.TOPICS):
            rules = topics.rules()
            known |= {name: (rule.judge(), rule.sentence) for name, rule in rules.items() if name not in known}
        return {
            identity: Judged(claim, *known.get(identity, (claims.OPEN, "")))
            for identity, claim in claims.ledger().items()
        }

    return cached_by_build(app, "claims", compute)


def articles(app: Sphinx) -> dict[str, Article]:
    """The source articles, read once a build."""
    return cached_by_build(app, "articles", claims.articles)


def counted(judged: Iterable[Judged]) -> dict[str, int]:
    """How many claims have each verdict, in the order of the verdicts; none is left out.

    Examples
    --------
    >>> counted([])["wrong"]
    0
    """
    tally = Counter(entry.verdict for entry in judged)
    return {verdict: tally[verdict] for verdict in claims.VERDICTS}


def whole(claim: Claim) -> str:
    """The claim as a sentence."""
    return claim.claim if claim.claim.endswith("?") else f"{claim.claim.rstrip('.')}."


def mark(verdict: str) -> str:
    """The sign of a verdict; its word stands beside it, so that neither sign nor colour tells it alone."""
    return f'<svg class="mark" aria-hidden="true"><use href="#v-{verdict}"/></svg>'


def chip(verdict: str, text: str = "") -> str:
    """The verdict as sign and word, or another text beside the sign."""
    return f'<span class="chip v-{verdict}">{mark(verdict)}{text or verdict}</span>'


def units(judged: Iterable[Judged], page: str = "") -> str:
    """One mark a claim, each a link to it on `page`, in the order of the verdicts."""
    order = claims.VERDICTS.index
    return "".join(
        f'<li><a class="v-{entry.verdict}" href="{page}#{entry.claim.id}" title="{entry.claim.id}: '
        f'{curly(whole(entry.claim))}" aria-label="{entry.claim.id}, {entry.verdict}">{mark(entry.verdict)}</a></li>'
        for entry in sorted(judged, key=lambda entry: order(entry.verdict))
    )


def quotation(entry: Judged, book: About) -> str:
    """A line by which a verdict can be quoted, to which its address is added.

    Examples
    --------
    >>> entry = Judged(Claim("X-1", "EV", "The earth is flat", "x", ()), Judgement("wrong", "It is not."), "")
    >>> quotation(entry, About("A Book", (), "1.0", "2026-11-21", ""))
    '“The earth is flat.” Verdict on X-1: wrong. A Book, version 1.0 (2026-11-21).'
    """
    verdict = f"“{whole(entry.claim)}” Verdict on {entry.claim.id}: {entry.verdict}."
    return f"{verdict} {book.title}, version {book.version} ({book.released}).".replace("'", "’")


class _ClaimsDirective(ProblemDirective):
    @functools.cached_property
    def places(self) -> dict[str, int]:
        """The place of each claim in the ledger."""
        return {claim: number for number, claim in enumerate(judged(self.env.app))}

    def entry(self, entry: Judged, prefix: str = "") -> entries.folded:
        """Return one claim: its line; opened, the reason, the rule, the evidence, the origin, and a line to quote."""
        claim, sentence = entry.claim, entry.sentence
        firm = turns.known(self.env.app).get(claim.id)
        data = {"verdict": entry.verdict, "article": claim.article, "chapter": claim.chapter, "words": ""}
        data |= {"firmness": turns.slug(firm.word), "place": str(self.places[claim.id])} if firm else {}
        node = entries.folded(ids=[prefix + claim.id], classes=["claim"], data=data)
        word = nodes.inline("", "", html(mark(entry.verdict)), nodes.Text(entry.verdict))
        word["classes"] = ["chip", f"v-{entry.verdict}"]
        text = nodes.inline(text=whole(claim), classes=["t"])
        end = nodes.inline(text=claim.id, classes=["id"])
        if firm and firm.word == firmness.WORDS[0]:
            end.insert(0, [nodes.inline(text=firm.word, classes=["edge"]), nodes.Text(" ")])
        node += entries.folded_line("", "", word, nodes.Text(" "), text, nodes.Text(" "), end)
        node += nodes.paragraph("", "", *self.reason(entry), classes=["why"])
        if sentence:
            rule = [nodes.strong(text="Rule."), nodes.Text(f" {sentence[0].upper()}{sentence[1:].rstrip('.')}.")]
            node += nodes.paragraph("", "", *rule, classes=["rule"])
        if firm:
            node += self.turning(firm)
        root = source.site_root(self.env.app.builder, self.env.docname)
        if self.env.docname == PAGE and (slider := sliders.of_claim(claim.id, root)):  # chapters are heavy enough
            node += html(slider)
        if claim.evidence:
            line = nodes.paragraph("", "", nodes.strong(text="Evidence."), nodes.Text(" "), classes=["evidence"])
            for number, identity in enumerate(claim.evidence):
                line += [nodes.Text("; ")] * bool(number) + [link_to(identity, self.env.docname)]
            node += line
        node += self.origin(articles(self.env.app)[claim.article])
        node += self.ways(entry)
        return node

    def reason(self, entry: Judged) -> list[nodes.Node]:
        """Return the reason with its numbers."""
        judgement = entry.judgement
        return numbers.said(judgement.template, judgement.numbers, entry.claim.id)

    def turning(self, firm: Firmness) -> list[nodes.Node]:
        """Say how firm the verdict is and what turns it: on the page of all claims the nearest of each sort."""
        found, root = turns.told(firm), source.site_root(self.env.app.builder, self.env.docname)
        lead = [nodes.strong(text=f"{firm.word.capitalize()}."), nodes.Text(" ")]
        if not found:
            said: list[nodes.Node] = [nodes.Text("Nothing that we moved by itself turns it.")]
        else:
            said = turns.sentence(found[0], root)
        lines = [nodes.paragraph("", "", *lead, *said, classes=["turn"])]
        if self.env.docname == PAGE:
            for other in found[1:]:
                own = turns.sentence(other, root)
                lines.append(nodes.paragraph("", "", *own, classes=["turn"]))
            if drawn := turns.drawn(firm):
                lines.append(nodes.paragraph(text=drawn, classes=["turn"]))
        if TURNS in self.env.found_docs:
            way = f"{root}{TURNS}.html#{firm.claim}"
            lines[-1] += [nodes.Text(" "), nodes.reference("", "See it among all verdicts", refuri=way)]
        return lines

    def origin(self, article: Article) -> nodes.paragraph:
        """Say which article makes the claim; the one that is called as the book is, says so."""
        line = nodes.paragraph("", "", nodes.Text("Claimed in “"), classes=["by"])
        line += nodes.reference(text=article.title, refuri=article.url) if article.url else nodes.Text(article.title)
        named = article.title.startswith(self.config.project) and "; this book has its name from it"
        line += nodes.Text("”, " + ", ".join(filter(None, (article.author, article.date))) + f"{named or ''}.")
        return line

    def ways(self, entry: Judged) -> nodes.raw:
        """Return the permanent link, and the line to quote."""
        page = "" if self.env.docname == PAGE else self.page_of_claims
        address = f"{page}#{entry.claim.id}"
        quote = f"quote-{entry.claim.id}"
        return html(
            f'<p class="quote" id="{quote}">{curly(quotation(entry, about()))}</p>'
            f'<p class="ways"><a data-permalink href="{address}"><svg class="i" aria-hidden="true">'
            f'<use href="#i-link"/></svg>Link to {entry.claim.id}</a>'
            f'<button type="button" data-copy-of="#{quote}" data-link="{address}"><svg class="i" aria-hidden="true">'
            '<use href="#i-cite"/></svg>Copy the line with its link</button></p>'
        )

    @property
    def page_of_claims(self) -> str:
        """Address of the page of all claims, as seen from here."""
        return f"{'../' * self.env.docname.count('/')}{PAGE}.html"


class ChapterClaims(_ClaimsDirective):
    """``{claims} topic``: the claims that one chapter answers."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def shown(self) -> list[nodes.Node]:
        """Return a count of the verdicts and a line for each claim of the chapter."""
        topic = self.arguments[0]
        own = [entry for entry in judged(self.env.app).values() if entry.claim.chapter == topic]
        if not own:
            raise ProblemError(f"No claim belongs to the chapter {topic!r}; see analysis/data/claims.csv.")
        title = f"{in_words(len(own)).capitalize()} claim{'s' * (len(own) > 1)}, judged"
        tally = {verdict: f"{count} {verdict}" for verdict, count in counted(own).items() if count}
        head = "".join(f"<li>{chip(verdict, text)}</li>" for verdict, text in tally.items())
        lines = [self.entry(entry, "claim-") for entry in own]
        parts = [
            html(f'<div class="ledger-head"><h2>{title}</h2><ul>{head}</ul></div>'),
            plain("", nodes.paragraph("", "", nodes.strong(text=f"{title}: {', '.join(tally.values())}."))),
            nodes.container("", *lines, classes=["ledger"]),
        ]
        return [nodes.container("", *parts, ids=["claims"], classes=["claims", "wide"])]


class ClaimsLedger(_ClaimsDirective):
    """``{claims-ledger}``: every claim by chapter; before them one mark a claim by article, and what filters them."""

    def shown(self) -> list[nodes.Node]:
        """Return the marks, the filters, and a section for each chapter."""
        all_of_them = list(judged(self.env.app).values())
        shown: list[nodes.Node] = [html(self.by_article(all_of_them)), self.filters(all_of_them)]
        for number, (chapter, title) in enumerate(CHAPTERS.items(), 1):
            own = [entry for entry in all_of_them if entry.claim.chapter == chapter]
            if own:
                own = self.by_firmness(own)
                facts = nodes.paragraph(text=f"{len(own)} claim{'s' * (len(own) > 1)} ", classes=["of"])
                facts += self.way(chapter)
                ledger = nodes.container("", *map(self.entry, own), classes=["ledger"])
                section = self.section(f"{number}. {title}", f"claims-{chapter}", facts, ledger)
                section["classes"] = ["group"]
                shown.append(section)
        return shown

    def by_firmness(self, own: list[Judged]) -> list[Judged]:
        """Return claims with the verdict that turns most easily first; those that nothing turns keep their order."""
        known = turns.known(self.env.app)
        return sorted(own, key=lambda entry: turns.order(known.get(entry.claim.id)))

    def way(self, chapter: str) -> nodes.Node:
        """Return a link to a chapter, or say that it is planned."""
        if f"chapters/{chapter}" not in self.env.found_docs:
            return nodes.inline(text="Its chapter is planned")
        link = nodes.inline(text="Read the chapter")
        return addnodes.pending_xref(
            "", link, refdomain="std", reftype="doc", reftarget=f"/chapters/{chapter}", refexplicit=True, refdoc=PAGE
        )

    def by_article(self, judged_all: list[Judged]) -> str:
        """The articles, each with one mark a claim."""
        lines = []
        for article in articles(self.env.app).values():
            own = [entry for entry in judged_all if entry.claim.article == article.id]
            name = f"“{curly(article.short)}”"
            name = f'<a href="{escape(article.url)}">{name}</a>' if article.url else name
            said = ", ".join(filter(None, (article.author, article.date)))
            lines.append(
                f'<div class="line" id="article-{article.id}"><span>{name}, {curly(said)}: '
                f'<a class="n" href="#article-{article.id}">{len(own)} claim{"s" * (len(own) != 1)}</a></span>'
                f'<ul class="units">{units(own)}</ul></div>'
            )
        return f'<div class="by-article tally">{"".join(lines)}</div>'

    def filters(self, judged_all: list[Judged]) -> nodes.raw:
        """The form that chooses by verdict, article, chapter and words."""
        chips = {verdict: chip(verdict, f"{verdict} {count}") for verdict, count in counted(judged_all).items()}
        owning = {entry.claim.chapter for entry in judged_all}
        fields = entries.segments("verdict", "Verdict", {"": f"all {len(judged_all)}", **chips})
        fields += entries.selection(
            "article", "all articles", {each.id: each.short for each in articles(self.env.app).values()}
        )
        fields += entries.selection(
            "chapter", "all chapters", {chapter: title for chapter, title in CHAPTERS.items() if chapter in owning}
        )
        if known := turns.known(self.env.app):
            words = {turns.slug(word): word for word in firmness.WORDS if any(f.word == word for f in known.values())}
            fields += entries.selection("firmness", "however firm", words)
            fields += entries.selection("order", "least firm first", {"place": "in the order of the articles"})
        return entries.form(fields, "claims", len(judged_all))


class Verdicts(ProblemDirective):
    """``{verdicts}``: what each verdict means, a list of ``- verdict: meaning``; each is an address to link to."""

    has_content = True

    def shown(self) -> list[nodes.Node]:
        """Return the list, a sign before each word.

        Raises
        ------
        ProblemError
            If a verdict has no meaning here.
        """
        lines = [line.removeprefix("- ").partition(": ") for line in self.content if line.strip()]
        missing = set(claims.VERDICTS) - {word for word, _, meaning in lines if meaning}
        if missing:
            raise ProblemError(
                f"What the verdict {min(missing)!r} means is not said; add a line '- {min(missing)}: …'."
            )
        listed = nodes.bullet_list(classes=["meanings"])
        for word, _, meaning in lines:
            sign = nodes.inline("", "", html(mark(word)), nodes.Text(word), classes=["chip", f"v-{word}"])
            text = nodes.paragraph("", "", sign, nodes.Text(f" {meaning}"))
            listed += nodes.list_item("", text, ids=[f"verdict-{word}"])
        return [listed]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("claims", ChapterClaims)
    app.add_directive("claims-ledger", ClaimsLedger)
    app.add_directive("verdicts", Verdicts)
