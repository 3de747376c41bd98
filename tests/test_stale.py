"""What is due is told for a day, by source, the longest overdue first; the day is given, so nothing here ages."""

from __future__ import annotations

import datetime
import io
import re

import pytest

from analysis import cli, stale
from analysis.kit import facts, review
from analysis.kit.errors import ProblemError

NEVER, QUARTER, YEAR = None, 3, 12


def row(table, name, months, seen, source="someone2020", locator="table 1"):
    return review.Row(table, name, "2020", source, locator, review.Rule("*", months, datetime.date.fromisoformat(seen)))


@pytest.fixture
def book(monkeypatch):
    """Three tables: facts that age at three speeds, a wide table, and one of another topic."""
    tables = {
        "market": [
            row("market", "price", QUARTER, "2026-11-26", "prices2026", "price list"),
            row("market", "glut", NEVER, "2026-11-26"),
            row("market", "energy", YEAR, "2026-01-31", "agency2026", "page 7"),
        ],
        "market_rents": [row("market_rents", "offers", QUARTER, "2026-10-31", "prices2026", "index")] * 2,
        "scaling": [row("scaling", "cost", QUARTER, "2026-11-25", "epoch2024")],
    }
    monkeypatch.setattr(review, "tables", lambda: list(tables))
    monkeypatch.setattr(review, "rows", tables.__getitem__)
    monkeypatch.setattr(facts, "names", lambda: ["market", "scaling"])
    monkeypatch.setattr(stale, "addresses", lambda: {"prices2026": "https://example.org/prices"})
    return tables


def told(on, topic=""):
    out = io.StringIO()
    status = stale.command(on, topic, out)
    return status, out.getvalue()


def test_nothing_is_due_the_day_before_and_all_of_it_on_the_day(book):
    status, text = told("2027-01-30")
    assert status == 0
    assert text == "Nothing is due on 2027-01-30; next are 3 of 6 published figures on 2027-01-31.\n"
    status, text = told("2027-01-31")
    assert status == 1
    assert text.splitlines()[-1] == "Of 6 published figures 3 are due on 2027-01-31, from 2 sources."


def test_the_longest_overdue_comes_first_with_its_address_and_place(book):
    status, text = told("2027-02-26")
    assert status == 1
    assert text.splitlines() == [
        "due since 2027-01-31, 26 days  market.csv, agency2026  (no address)",
        "    energy: page 7",
        "due since 2027-01-31, 26 days  market_rents.csv, prices2026  https://example.org/prices",
        "    2 rows: index",
        "due since 2027-02-25, 1 day  scaling.csv, epoch2024  (no address)",
        "    cost: table 1",
        "due today, 2027-02-26  market.csv, prices2026  https://example.org/prices",
        "    price: price list",
        "Of 6 published figures 5 are due on 2027-02-26, from 3 sources.",
    ]


def test_what_never_ages_is_never_due(book):
    assert "glut" not in told("9000-01-01")[1]
    for rows in book.values():
        rows[:] = [row(each.table, each.name, NEVER, "2026-11-26") for each in rows]
    assert told("9000-01-01") == (0, "Nothing is due on 9000-01-01, and nothing ever will be.\n")


def test_a_topic_is_asked_for_its_own_tables(book):
    assert "scaling" not in told("2027-02-26", "market")[1]
    assert told("2027-02-26", "scaling")[1].count("due ") == 2
    assert "Of 5 published figures" in told("2027-02-26", "market")[1]


def test_without_a_day_it_is_today(book):
    assert datetime.date.today().isoformat() in told("")[1]


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "26.11.2026", "2026-11", "2026-11-26T00:00", "²026-11-26"])
def test_a_day_that_is_none_is_one_sentence(book, day, capsys):
    assert cli.main(["stale", "--on", day]) == 2
    assert capsys.readouterr().err == f"error: {day!r} is not a day; write it as YYYY-MM-DD, such as 2026-11-26.\n"


def test_an_unknown_topic_is_answered_with_the_nearest(book):
    with pytest.raises(ProblemError, match="There is no topic 'marke'; did you mean 'market'"):
        told("2026-11-26", "marke")


def test_the_command_line_gives_the_status(book, capsys):
    assert cli.main(["stale", "--on", "2027-02-26", "--topic", "market"]) == 1
    assert cli.main(["stale", "--on", "2026-11-26"]) == 0
    assert "published figures" in capsys.readouterr().out


def test_an_address_is_that_of_the_entry_else_its_doi(tmp_path):
    (tmp_path / "references.bib").write_text(
        "@article{a2020,\n  title = {One, with {Braces}},\n  doi = {10.1/a},\n  url = {https://a.org}\n}\n"
        '@misc{b2020,\n  doi = {10.1/b},\n}\n@misc{c2020,\n  title = "None"\n}\n',
        encoding="utf-8",
    )
    assert stale.addresses(tmp_path / "references.bib") == {"a2020": "https://a.org", "b2020": "https://doi.org/10.1/b"}


def test_the_addresses_of_the_book_are_addresses():
    found = stale.addresses()
    text = stale.REFERENCES.read_text(encoding="utf-8")
    assert len(found) >= len(re.findall(r"^\s*url\s*=", text, re.MULTILINE)) > 100
    assert all(re.fullmatch(r"https?://\S+", address) for address in found.values())
