"""The head of a chapter says what holds on every machine; times that were measured stand on the page on reproducing."""

import json
import re

HEADER = "# T\n\n```{chapter-header}\n:prerequisites: Algebra.\n\n- explain it\n```\n\nSome words.\n"
TIMES = "# T\n\n```{running-times}\n```\n"


def test_the_head_of_a_chapter_states_no_time_of_this_build(build):
    """Reading time follows from the words; nothing in it is measured."""
    html = build({"index.md": HEADER}).page()
    assert re.findall(r'class="chapter-fact">(?:<[^>]*>)*([^<]+)', html) == [
        "About 1 minutes to read",
        "Notebook source",
    ]


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
