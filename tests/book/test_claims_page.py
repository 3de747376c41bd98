"""The page shows every claim with its computed verdict; what nobody judged is shown as open."""

import re

import pytest

from analysis import runs, topics
from analysis.kit import claims
from analysis.kit.claims import Judgement, Rule
from book.extension.claims import SIGNS


@pytest.fixture
def page(build, monkeypatch):
    """The ledger, with one rule and no evidence to link to."""
    bare = {identity: claims.Claim(c.id, c.article, c.claim, c.chapter, ()) for identity, c in claims.ledger().items()}
    monkeypatch.setattr(claims, "ledger", lambda: bare)
    monkeypatch.setattr(runs, "find", lambda topic: None)
    monkeypatch.setattr(
        topics, "rules", lambda: {"OCC-1": Rule("OCC-1", "As it is.", lambda: Judgement("partly", "Half of it holds."))}
    )
    return build({"index.md": "# C\n\n```{claims-ledger}\n```\n", "one.md": "# O\n\n```{claims} occam\n```\n"})


def card(html, identity):
    """The HTML of one claim's card."""
    return html.split(f'id="{identity}"')[1].split('class="claim claim-')[0]


def test_a_rule_decides_the_verdict(page):
    """The badge says the word, not only a colour, and the reason stands beside it."""
    assert f"{SIGNS['partly']} partly" in card(page.page(), "OCC-1")
    assert "Half of it holds." in card(page.page(), "OCC-1")


def test_a_claim_without_a_rule_is_open(page):
    """Open claims are shown, and shown as open."""
    html = page.page()
    for identity in claims.ledger():
        if identity != "OCC-1":
            assert f"{SIGNS['open']} open" in card(html, identity), identity


def test_the_count_adds_up(page):
    """Each claim is counted once, in the row of its verdict and the column of its article."""
    box = re.search(r"<table[^>]*claims-count.*?</table>", page.page(), re.S).group()
    rows = [[int(n) for n in re.findall(r"\D>(\d+)<", row)] for row in re.findall(r"<tr.*?</tr>", box, re.S)[1:]]
    assert all(row[-1] == sum(row[:-1]) and len(row) == len(claims.articles()) + 1 for row in rows)
    assert rows[-1] == [sum(column) for column in zip(*rows[:-1], strict=True)]
    assert rows[-1][-1] == len(claims.ledger())


def test_a_chapter_shows_its_own(page):
    """A chapter carries the claims that it answers and no other."""
    html = page.page("one")
    own = {identity for identity, claim in claims.ledger().items() if claim.chapter == "occam"}
    assert set(re.findall(r'id="claim-([A-Z]+-\d+)"', html)) == own


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


def test_every_verdict_has_a_sign():
    """No verdict is told by colour alone."""
    assert set(SIGNS) == set(claims.VERDICTS) and len(set(SIGNS.values())) == len(SIGNS)
