"""The head of a chapter says what holds on every machine; times that were measured stand on the page on reproducing."""

import datetime
import json
import re
from types import SimpleNamespace

from analysis import runs
from analysis.kit import review
from book.extension import sheets, state

HEADER = "# T\n\n```{chapter-header}\n:prerequisites: Algebra.\n\n- explain it\n```\n\nSome words.\n"
TIMES = "# T\n\n```{running-times}\n```\n"


def test_the_head_of_a_chapter_states_no_time_of_this_build(build):
    """Reading time follows from the words; nothing in it is measured."""
    html = build({"index.md": HEADER}).page()
    facts = re.search(r'<ul class="facts[^"]*">(.*?)</ul>\n', html, re.S)[1]
    assert re.findall(r"(?<=>)[^<>\n]+", facts)[0] == "1 minutes"
    assert [text for text in ("second", "2026") if text in facts] == []


def test_times_are_shown_as_they_were_measured(build, tmp_path):
    """With the machine and the date; where nobody measured, the page says how to."""
    assert "benchmarks.book" in build({"index.md": TIMES}).page()
    measured = {"processor": "A chip", "cores": 2, "date": "2026-11-26", "from nothing": 81.4, "one more sentence": 6.2}
    path = tmp_path / "source" / "benchmarks" / "book.json"
    path.parent.mkdir()
    path.write_text(json.dumps({**measured, "chapters": {"occam": 40.6}}), encoding="utf-8")
    html = build({"index.md": TIMES + "\n"}).page()
    assert "Measured on 2026-11-26 on 2 cores (A chip)." in html
    assert re.findall(r"<p>(\d+)</p>", html) == ["81", "6", "41"]


def test_a_chapter_says_how_new_its_published_figures_are_whatever_day_it_is(build, monkeypatch):
    """From the tables that its run reads: the newest figure, and when what ages was looked up."""
    run = SimpleNamespace(tables=("market", "market_rents", "claims"), specs={})
    asked = []
    monkeypatch.setattr(runs, "find", lambda topic: run)
    monkeypatch.setattr(review, "as_of", lambda names: asked.extend(names) or ("2026-09", datetime.date(2026, 11, 26)))
    index = "# I\n\n```{toctree}\nchapters/market\n```\n"
    html = build({"index.md": index, "chapters/market.md": HEADER}).page("chapters/market")
    assert "Data to Sep 2026, checked since 26 Nov 2026" in html
    assert asked == ["market", "market_rents"]


def test_a_table_says_how_often_it_is_looked_up_again(monkeypatch):
    """Its paces, the fastest first, and the earliest day on which what ages was looked up."""

    def row(months, day):
        rule = review.Rule("*", months, datetime.date(2026, 11, day))
        return review.Row("toy", "a", "2026", "someone2020", "table 1", rule)

    rows = [row(12, 22), row(3, 26), row(3, 26), row(None, 1)]
    monkeypatch.setattr(review, "rows", lambda name: rows)
    assert sheets.reviewed("toy") == (
        "Looked up again: 2 rows every 3 months, 1 row every 12 months, the others never; last on 22 November 2026."
    )
    rows[:] = [row(None, 1)]
    assert sheets.reviewed("toy") == "None of its rows ages."


def test_the_state_of_a_build_says_what_it_was_made_with_and_how_much_it_computed(build, monkeypatch):
    """So that a reviewer sees at once whose numbers these are; nothing in it changes from build to build."""
    monkeypatch.setattr(state.landing, "count", lambda app, kind: 1234)
    html = build({"index.md": "# T\n\n```{build-state}\n```\n\n```{copies}\n```\n"}).page()
    assert f"altair {state.version('altair')}" in html
    assert "1,234 figures, 1,234 numbers in sentences" in html
    assert "Nobody has measured their size yet" in html
