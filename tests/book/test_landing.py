"""The first page names what was found: answers with their chapters, every claim as a mark, a card a chapter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis import runs, topics
from analysis.kit import claims
from analysis.kit.claims import Claim, Judgement, Rule
from analysis.kit.errors import ProblemError
from book.extension import landing
from book.extension.claims import CHAPTERS, Judged

ROOT = Path(__file__).resolve().parents[2]
INDEX = """# What is asked?

:::{hero} occam
The first words about {count}`claims` claims.
:::

:::{answers}
- It is so. {chapter}`occam`
- It is not. {chapter}`toolbox`
:::

:::{scoreboard}
How to read it.
:::

:::{chapter-cards}
### Data

Rows.
:::

::::{ways-in} Two ways
:::{way} Read
Words.

- A link
:::
:::{way} Check
:commands: make book: builds; make test: proves
Two commands.
:::
::::

```{toctree}
chapters/occam
book/claims
```
"""
CHAPTER = "# Occam\n\n" + "word " * 400 + "\n"


@pytest.fixture
def bare(monkeypatch):
    """The ledger without evidence to link to, one chapter with a single claim, and one rule."""
    held = {identity: c for identity, c in claims.ledger().items() if c.chapter != "distributed" or c.id == "DST-1"}
    ledger = {identity: Claim(c.id, c.article, c.claim, c.chapter, ()) for identity, c in held.items()}
    rule = Rule("OCC-1", "As it is.", lambda: Judgement("partly", "Half of it holds. The other half does not."))
    monkeypatch.setattr(claims, "ledger", lambda: ledger)
    monkeypatch.setattr(runs, "find", lambda topic: None)
    monkeypatch.setattr(topics, "rules", lambda: {"OCC-1": rule})
    return ledger


@pytest.fixture
def page(build, bare):
    """The first page of a book with one chapter."""
    built = build(
        {"index.md": INDEX, "chapters/occam.md": CHAPTER, "book/claims.md": "# C\n\n```{claims-ledger}\n```\n"}
    )
    assert not built.warnings
    return built.page()


def cards(html):
    """The cards by the number of their chapter."""
    found = re.findall(r'<article class="card.*?</article>', html, re.S)
    return {re.search(r"Chapter (\d)", card)[1]: card for card in found}


def test_each_answer_says_its_chapter(page):
    """As a link where the chapter exists."""
    answers = re.search(r'<ul class="answers.*?</ul>', page, re.S)[0]
    assert re.search(r'from-ch"><a [^>]*href="chapters/occam.html"', answers)
    assert "Chapter 6, The toolbox" in answers and "toolbox.html" not in answers


def test_the_scoreboard_counts_what_the_ledger_holds(page, bare):
    """One mark and one line a claim, and a verdict that no claim has keeps its row."""
    assert f"{len(bare)} claims, judged by rule" in page
    board = re.search(r'<fieldset class="tally">.*?</fieldset>', page, re.S)[0]
    rows = dict(re.findall(r'<label for="f-(\w+)"><span>\w+</span><b>(\d+)</b>', board))
    assert rows == {verdict: "0" for verdict in claims.VERDICTS} | {"partly": "1", "open": str(len(bare) - 1)}
    assert set(re.findall(r'href="book/claims\.html#([A-Z]+-\d+)"', board)) == set(bare)
    listed = re.search(r'<ul class="chosen".*?</ul>', page, re.S)[0]
    assert set(re.findall(r'href="book/claims\.html#([A-Z]+-\d+)"', listed)) == set(bare)
    assert f"None of the {len(bare)} is wrong." in listed and "is partly." not in listed
    assert "Half of it holds.</span>" in listed, "the first sentence of the reason"


def test_a_verdict_that_has_claims_is_chosen_at_the_start(page):
    assert re.findall(r'id="f-(\w+)" checked', page) == ["partly"]


def test_a_chapter_has_a_card_with_minutes_and_verdicts(page):
    card = cards(page)["1"]
    assert 'href="chapters/occam.html"' in card and "2 min" in card and 'aria-label="1 partly, 1 open"' in card


def test_a_planned_chapter_lists_the_claims_that_wait(page, bare):
    """And one that waits alone is told of as one."""
    found = cards(page)
    assert list(found) == [str(number) for number in range(1, len(CHAPTERS) + 1)]
    assert "Chapter 4, planned" in found["4"] and "1 claim waits for it" in found["4"]
    assert "3 claims wait for it" in found["6"] and found["6"].count("<li>") == 3


def test_the_commands_can_be_copied(page):
    assert re.findall(r'data-copy="([^"]+)"', page) == ["make book", "make test"]
    assert "<code>make book</code><span>builds</span>" in page


def test_a_card_shows_its_key_figure_and_its_finding(build, bare, monkeypatch):
    """The figure that the chapter's front matter names, from the chapter's run."""
    spec = {"usermeta": {"id": "occam-one", "title": "It holds"}}
    run = type("Run", (), {"specs": {"occam-none": {}, "occam-one": spec}, "broken": {"x": ""}, "numbers": {}})()
    monkeypatch.setattr(runs, "find", lambda topic: run if topic == "occam" else None)
    monkeypatch.setattr(landing.figures, "thumbnail", lambda env, identity: f"<svg>{identity}</svg>")
    monkeypatch.setattr(landing, "figure", lambda app, docname, topic: [])
    chapter = "---\nkey-figure: occam-one\n---\n\n" + CHAPTER
    built = build(
        {"index.md": INDEX, "chapters/occam.md": chapter, "book/claims.md": "# C\n\n```{claims-ledger}\n```\n"}
    )
    card = cards(built.page())["1"]
    assert "<svg>occam-one</svg>" in card and "It holds." in card and "2 figures" in card


@pytest.mark.parametrize("builder", ["text", "latex"])
def test_other_builders_show_answers_counts_and_chapters(build, bare, builder):
    """On paper the first page is a text."""
    built = build(
        {"index.md": INDEX, "chapters/occam.md": CHAPTER, "book/claims.md": "# C\n\n```{claims-ledger}\n```\n"}, builder
    )
    assert not built.warnings
    files = [
        path for path in built.folder.glob("*") if path.name in ("index.txt", "project.tex", "projectnamenotset.tex")
    ]
    text = " ".join(files[0].read_text(encoding="utf-8").split())
    for part in ("It is so.", "0 supported, 1 partly, 0 overstated", "The toolbox (planned)", "make book"):
        assert part.lower() in text.lower(), part


@pytest.mark.parametrize(
    ("role", "problem"),
    [("{count}`verbs`", "There is no count of 'verbs'"), ("{chapter}`ockham`", "There is no chapter 'ockham'")],
)
def test_what_is_not_there_is_named(build, role, problem):
    assert problem in build({"index.md": f"# T\n\n{role}\n"}).warnings


def test_answers_that_are_no_list_are_refused(build):
    assert "The answers are one list" in build({"index.md": "# T\n\n:::{answers}\nNo list.\n:::\n"}).warnings


def test_the_book_counts_its_own_things():
    """Each count is what a person would find; an unknown one is a problem."""
    app = type("App", (), {"srcdir": str(ROOT)})()
    chapters = [path.read_text(encoding="utf-8") for path in (ROOT / "chapters").glob("*.md")]
    assert landing.count(app, "exercises") == sum(text.count("{exercise}") for text in chapters) > 30
    glossary = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    entries = glossary.split("```{glossary}")[1].split("```")[0].strip().split("\n\n")
    assert landing.count(app, "terms") == len(entries)  # words that mean the same share one
    assert landing.count(app, "works") > 100 and landing.count(app, "facts") > 1000
    with pytest.raises(ProblemError, match="There is no count of 'verbs'"):
        landing.count(app, "verbs")


def test_the_sentences_of_the_first_page_hold():
    """What their words say of the numbers in them."""
    text = (ROOT / "index.md").read_text(encoding="utf-8")
    wanted = re.findall(r"\{number\}`(\w+)/([\w-]+)`", text)
    numbers = {(topic, name): topics.numbers(topic)[name].value for topic, name in wanted}
    assert numbers["cnn_era", "pace-low"] < 1 < numbers["cnn_era", "pace-high"], "the records cannot tell"
    cnn = topics.numbers("cnn_era")
    assert cnn["slower-count"].value == cnn["slower-all"].value, "the shape repeats"
    assert numbers["deepseek", "hours-ratio"] > numbers["deepseek", "hours-ratio-others"] > 1, "fewer GPU-hours"
    assert numbers["market", "saturating-ten"] < 1 < numbers["market", "constant-ten"], "turns on one number"


def test_the_first_sentence_of_a_reason_keeps_its_numbers_whole():
    entry = Judged(Claim("X-1", "EV", "c", "x", ()), Judgement("open", "It cost 5.6 million. 20 of 22 agree."), "")
    assert landing.first_sentence(entry) == "It cost 5.6 million."
