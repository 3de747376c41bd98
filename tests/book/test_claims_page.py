"""The page shows every claim with its computed verdict, its link and what it rests on; what nobody judged is open."""

import re
from pathlib import Path

import pytest

from analysis import runs, topics
from analysis.kit import claims
from analysis.kit.claims import Article, Claim, Judgement, Rule
from book.extension.claims import Judged, chip, counted, units
from book.extension.entries import curly

MEANINGS = "\n".join(f"- {verdict}: So it is." for verdict in claims.VERDICTS)
LEDGER = "# C\n\nWords.\n\n```{claims-ledger}\n```\n\n```{verdicts}\n" + MEANINGS + "\n```\n"


@pytest.fixture
def bare(monkeypatch):
    """The ledger without evidence to link to, and one rule."""
    ledger = {identity: Claim(c.id, c.article, c.claim, c.chapter, ()) for identity, c in claims.ledger().items()}
    rule = Rule("OCC-1", "partly if half of it holds", lambda: Judgement("partly", "Half of it holds."))
    monkeypatch.setattr(claims, "ledger", lambda: ledger)
    monkeypatch.setattr(runs, "find", lambda topic: None)
    monkeypatch.setattr(topics, "rules", lambda: {"OCC-1": rule})
    return ledger


@pytest.fixture
def page(build, bare):
    """All claims, and those of a chapter on another page."""
    index = "# I\n\n```{toctree}\nbook/claims\nchapters/occam\n```\n"
    return build({"index.md": index, "book/claims.md": LEDGER, "chapters/occam.md": "# O\n\n```{claims} occam\n```\n"})


def entry(html, identity):
    """The HTML of one claim."""
    return re.search(rf'<details[^>]* id="{identity}".*?</details>', html, re.S)[0]


def test_a_rule_decides_the_verdict(page):
    """Sign and word stand in the line, and the reason, the rule and the article open below it."""
    assert not page.warnings
    line, opened = entry(page.page("book/claims"), "OCC-1").split("</summary>")
    assert re.search(r'<svg class="mark"[^>]*><use href="#v-partly"/></svg>partly', line)
    assert "Half of it holds." in opened and "Partly if half of it holds." in opened
    assert claims.articles()["EV"].url in opened


def test_a_claim_without_a_rule_is_open(page):
    """Open claims are shown, and shown as open."""
    html = page.page("book/claims")
    for identity in claims.ledger():
        if identity != "OCC-1":
            assert 'data-verdict="open"' in entry(html, identity) and "</svg>open</span>" in entry(html, identity), (
                identity
            )


def test_every_claim_has_a_permanent_link_and_a_line_to_quote(page):
    """On the page of all claims, and in its chapter, whose link leads to the same place."""
    for name, prefix, way in (("book/claims", "", ""), ("chapters/occam", "claim-", "../book/claims.html")):
        html = page.page(name)
        shown = re.findall(rf'<details[^>]* id="{prefix}([A-Z]+-\d+)"', html)
        assert shown and len(shown) == len(set(shown))
        for identity in shown:
            text = entry(html, prefix + identity)
            assert f'data-permalink href="{way}#{identity}"' in text
            assert f"Verdict on {identity}: " in text and f'data-link="{way}#{identity}"' in text


def test_the_marks_and_the_filters_count_each_claim_once(page):
    """One mark a claim, by article; the choices of the filter add up to all."""
    html = page.page("book/claims")
    for article in claims.articles():
        box = re.search(rf'id="article-{article}".*?</ul>', html, re.S)[0]
        own = {c.id for c in claims.ledger().values() if c.article == article}
        assert set(re.findall(r'href="#([A-Z]+-\d+)"', box)) == own
        assert f">{len(own)} claim" in box
    numbers = re.findall(r'name="verdict" value="(\w+)">.*?\1 (\d+)<', html)
    assert dict(numbers) == {"partly": "1", "open": str(len(claims.ledger()) - 1)} | {
        verdict: "0" for verdict in claims.VERDICTS if verdict not in ("partly", "open")
    }
    assert f"all {len(claims.ledger())}<" in html


def test_each_verdict_is_explained_where_a_link_leads_to(page):
    """A verdict whose meaning is missing is a mistake."""
    html = page.page("book/claims")
    assert re.findall(r'<li id="verdict-(\w+)">', html) == list(claims.VERDICTS)


def test_a_verdict_without_a_meaning_is_named(build, bare):
    text = "# C\n\n```{verdicts}\n- supported: So it is.\n```\n"
    assert "What the verdict 'open' means is not said" in build({"index.md": text}).warnings


def test_no_article_is_called_as_the_book_is(page):
    """Where space is short; and the one that has the book's name in its title says so."""
    html = page.page("book/claims")
    assert "This book" not in {article.short for article in claims.articles().values()}
    for article in claims.articles().values():
        assert not article.short.startswith("The Evolution of AI Training Efficiency")
        assert curly(article.short) in html


def test_the_article_that_named_the_book_says_so(build, bare):
    html = build({"index.md": LEDGER}, project="The Evolution of AI Training Efficiency").page()
    assert "this book has its name from it" in entry(html, "OCC-1")
    assert "this book has its name from it" not in entry(html, "DSK-6")


def test_an_article_without_an_address_is_named_without_a_link(build, bare, monkeypatch):
    article = Article("EV", "A title", "A", "N. N.", "2025", "")
    known = dict.fromkeys(claims.articles(), article)
    monkeypatch.setattr(claims, "articles", lambda: known)
    html = build({"index.md": LEDGER}).page()
    assert "Claimed in “A title”, N. N., 2025." in re.sub(r"<[^>]*>", "", entry(html, "OCC-1"))


def test_a_chapter_shows_its_own(page):
    """A chapter carries the claims that it answers and no other, below a count of their verdicts."""
    html = page.page("chapters/occam")
    own = {identity for identity, claim in claims.ledger().items() if claim.chapter == "occam"}
    assert set(re.findall(r'id="claim-([A-Z]+-\d+)"', html)) == own
    head = html.split('<details class="claim"')[0]
    assert "Two claims, judged" in head and "</svg>1 partly" in head and "</svg>1 open" in head


@pytest.mark.parametrize("builder", ["text", "latex"])
def test_other_builders_show_the_line_and_what_opens(build, bare, builder):
    """On paper a claim is paragraphs."""
    built = build({"index.md": "# O\n\n```{claims} occam\n```\n"}, builder)
    assert not built.warnings
    source = next(built.folder.glob("*.t*x*")).read_text(encoding="utf-8")
    text = " ".join(re.sub(r"\\(sphinxAtStartPar|DUrole\{[^}]*\})|[{}]|\s+", " ", source).split())
    for part in ("Two claims, judged: 1 partly, 1 open.", "partly Oxford", "OCC", "Half of it holds.", "Claimed in"):
        assert part in text, part


def test_an_unknown_chapter_is_named(build, monkeypatch):
    """A chapter that owns no claim is a mistake in its directive."""
    monkeypatch.setattr(topics, "rules", dict)
    assert (
        "No claim belongs to the chapter 'ockham'" in build({"index.md": "# C\n\n```{claims} ockham\n```\n"}).warnings
    )


def test_evidence_that_does_not_exist_is_a_warning(build, monkeypatch):
    """A claim cannot lean on a figure that is not there."""
    claim = claims.Claim("X-1", "EV", "c", "x", ("no-such-figure",))
    monkeypatch.setattr(claims, "ledger", lambda: {"X-1": claim})
    monkeypatch.setattr(topics, "rules", dict)
    assert "no-such-figure" in build({"index.md": "# C\n\n```{claims} x\n```\n"}).warnings


def test_every_verdict_has_a_sign_of_its_own_and_its_word():
    """In the sprite, so that no verdict is told by colour alone."""
    sprite = (Path(__file__).parents[2] / "book" / "theme" / "sprite.svg").read_text(encoding="utf-8")
    drawn = dict(re.findall(r'<symbol id="v-(\w+)"[^>]*>(.*?)</symbol>', sprite))
    assert set(drawn) == set(claims.VERDICTS) and len(set(drawn.values())) == len(drawn)
    assert all(chip(verdict).endswith(f"{verdict}</span>") for verdict in claims.VERDICTS)


def judged_as(*verdicts):
    """Claims with these verdicts."""
    return [Judged(Claim(f"X-{n}", "EV", "It's so", "x", ()), Judgement(v, "So."), "") for n, v in enumerate(verdicts)]


def test_a_verdict_that_no_claim_has_is_counted_as_none():
    assert counted(judged_as("open", "open", "partly")) == {v: 0 for v in claims.VERDICTS} | {"open": 2, "partly": 1}


def test_the_marks_stand_in_the_order_of_the_verdicts_and_say_their_words():
    marks = units(judged_as("open", "supported"), "claims.html")
    assert re.findall(r'href="claims\.html#(X-\d)".*?aria-label="(X-\d, \w+)"', marks) == [
        ("X-1", "X-1, supported"),
        ("X-0", "X-0, open"),
    ]
