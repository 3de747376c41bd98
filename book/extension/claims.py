"""The claims of the source articles on the page: a chapter's own, and the whole ledger.

``{claims} occam`` shows the claims that a chapter owns; ``{claims-ledger}`` shows all of them. Verdicts are
computed when the book is built (:func:`analysis.kit.claims.judge`).
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx

from analysis import runs, topics
from analysis.kit import claims
from analysis.kit.claims import Article, Claim, Judgement
from analysis.kit.errors import ProblemError
from book.extension.parts import ProblemDirective, badge, cached_by_build, fold, link_to, table

#: A sign beside each verdict, so that it is never told by colour alone.
SIGNS = {
    "supported": "✓",
    "partly": "◐",
    "overstated": "▲",
    "outdated": "↺",
    "wrong": "✗",
    "opinion": "❝",
    "open": "○",
}
#: What the chapters are called before they exist.
CHAPTERS = {
    "occam": "Occam's razor in neural networks",
    "scaling": "Scaling laws",
    "deepseek": "The DeepSeek case",
    "distributed": "Distributed training",
    "cnn_era": "The CNN-era parallel",
    "toolbox": "The toolbox",
    "market": "Market implications",
}


def judged(app: Sphinx) -> dict[str, tuple[Claim, Judgement, str]]:
    """Every claim with its verdict and the sentence of its rule, by id; from the chapters' runs, once a build."""

    def compute() -> dict[str, tuple[Claim, Judgement, str]]:
        known: dict[str, tuple[Judgement, str]] = {}
        found = [run for topic in topics.TOPICS if (run := runs.find(topic)) and not run.broken]
        for run in found:
            known |= {identity: (judgement, run.rules[identity]) for identity, judgement in run.judgements.items()}
        if len(found) < len(topics.TOPICS):
            rules = topics.rules()
            known |= {name: (rule.judge(), rule.sentence) for name, rule in rules.items() if name not in known}
        return {
            identity: (claim, *known.get(identity, (claims.OPEN, ""))) for identity, claim in claims.ledger().items()
        }

    return cached_by_build(app, "claims", compute)


def verdict_badge(verdict: str) -> nodes.inline:
    """Return the badge of a verdict: sign and word."""
    return badge(f"{SIGNS[verdict]} {verdict}", verdict)


class _ClaimsDirective(ProblemDirective):
    @property
    def articles(self) -> dict[str, Article]:
        """The source articles, read once a build."""
        return cached_by_build(self.env.app, "articles", claims.articles)

    def card(self, claim: Claim, judgement: Judgement, sentence: str, prefix: str) -> nodes.container:
        """Return one claim: what is claimed and by whom, the verdict and why, the rule, the evidence."""
        article = self.articles[claim.article]
        origin = ", ".join(part for part in (article.author, article.title, article.date) if part)
        card = nodes.container(classes=["claim", f"claim-{judgement.verdict}"], ids=[f"{prefix}{claim.id}"])
        top = [verdict_badge(judgement.verdict), nodes.Text(" "), nodes.strong(text=claim.id)]
        card += nodes.paragraph("", "", *top, classes=["claim-top"])
        end = "" if claim.claim.endswith("?") else "."
        card += nodes.paragraph(text=claim.claim.rstrip(".") + end, classes=["claim-text"])
        card += nodes.paragraph(text=f"Claimed in: {origin}.", classes=["claim-origin"])
        card += nodes.paragraph(text=judgement.because, classes=["claim-because"])
        how = fold("", summary="How this is judged")
        if sentence:
            rule = [nodes.strong(text="The rule: "), nodes.Text(f"{sentence.rstrip('.')}.")]
            how += nodes.paragraph("", "", *rule, classes=["claim-rule"])
        if claim.evidence:
            line = nodes.paragraph("", "", nodes.strong(text="Evidence: "), classes=["claim-evidence"])
            for number, identity in enumerate(claim.evidence):
                line += [nodes.Text("; ")] * bool(number) + [link_to(identity, self.env.docname)]
            how += line
        if how.children:
            card += how
        return card


class ChapterClaims(_ClaimsDirective):
    """``{claims} topic``: the claims that one chapter answers."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def shown(self) -> list[nodes.Node]:
        """Return a card for each claim of the chapter."""
        topic = self.arguments[0]
        own = [pair for pair in judged(self.env.app).values() if pair[0].chapter == topic]
        if not own:
            raise ProblemError(f"No claim belongs to the chapter {topic!r}; see analysis/data/claims.csv.")
        return [nodes.container("", *(self.card(*pair, prefix="claim-") for pair in own), classes=["claims"])]


class ClaimsLedger(_ClaimsDirective):
    """``{claims-ledger}``: every claim by chapter, with a count of the verdicts by article."""

    def shown(self) -> list[nodes.Node]:
        """Return the count and a section of cards for each chapter."""
        pairs = list(judged(self.env.app).values())
        shown: list[nodes.Node] = [self.count(pairs)]
        for chapter in dict.fromkeys(claim.chapter for claim, *_ in pairs):
            cards = [self.card(*pair, prefix="") for pair in pairs if pair[0].chapter == chapter]
            box = nodes.container("", *cards, classes=["claims"])
            shown.append(self.section(CHAPTERS.get(chapter, chapter), f"claims-{chapter}", box))
        return shown

    def count(self, pairs: list[tuple[Claim, Judgement, str]]) -> nodes.container:
        """Return a table of how many claims of each article have each verdict."""
        tally = Counter((claim.article, judgement.verdict) for claim, judgement, _ in pairs)
        articles = self.articles
        rows: list[list[list[nodes.Node]]] = []
        for verdict in (v for v in claims.VERDICTS if any(j.verdict == v for _, j, _ in pairs)):
            numbers = [tally[article, verdict] for article in articles]
            texts = [f"{SIGNS[verdict]} {verdict}", *map(str, [*numbers, sum(numbers)])]
            rows.append([[nodes.Text(text)] for text in texts])
        totals = [sum(claim.article == article for claim, *_ in pairs) for article in articles]
        rows.append([[nodes.strong(text=text)] for text in ("all", *map(str, [*totals, len(pairs)]))])
        headings = ["Verdict", *(article.title for article in articles.values()), "All articles"]
        return table(headings, rows, ["claims-count"])


def setup(app: Sphinx) -> None:
    """Register both directives."""
    app.add_directive("claims", ChapterClaims)
    app.add_directive("claims-ledger", ClaimsLedger)
