"""Each table says how fast its rows age, and a row that was looked up is due that many months later."""

from __future__ import annotations

import datetime
import fnmatch
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit import facts, review
from analysis.kit.errors import ProblemError

NEVER = {"rows": "*", "months": "never", "seen": "2026-11-26"}


@pytest.fixture
def folder(tmp_path):
    """A copy of the data package that a test may damage."""
    return shutil.copytree(facts.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("results"))


def ruled(folder, *rules, name="occam"):
    """The folder with other rules for one table; without any the table has none."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    (table,) = (each for each in package["resources"] if each["name"] == name)
    table.pop("review", None)
    if rules:
        table["review"] = list(rules)
    path.write_text(json.dumps(package), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", review.tables())
def test_every_table_says_how_fast_its_rows_age(name):
    assert len(review.rows(name)) == len(facts.frame(name))


@pytest.mark.parametrize("name", review.tables())
def test_every_rule_fits_a_row_that_no_rule_before_it_fits(name):
    found = {row.rule for row in review.rows(name)}
    assert [rule.rows for rule in review.rules(name) if rule not in found] == []


@pytest.mark.parametrize("name", review.tables())
def test_nothing_was_looked_up_before_it_was_published(name):
    """The other way round, someone forgot to note that the table was looked at again."""
    for row in review.rows(name):
        assert row.date[:10] <= row.rule.seen.isoformat()[: len(row.date)] or not row.date, row.name


def test_a_table_without_a_rule_is_named(folder):
    with pytest.raises(ProblemError, match=r"The table occam does not say in data/datapackage\.json when"):
        review.rows("occam", ruled(folder))


def test_the_first_rule_that_fits_a_row_counts(folder):
    monthly = {"rows": "zipf-*", "months": 1, "seen": "2026-11-30"}
    found = {row.name: row.rule for row in review.rows("occam", ruled(folder, monthly, NEVER))}
    for name, rule in found.items():
        assert rule.due == (datetime.date(2026, 12, 30) if fnmatch.fnmatch(name, "zipf-*") else None)
    assert len({rule.due for rule in found.values()}) == 2


def test_a_row_that_no_rule_fits_is_named(folder):
    with pytest.raises(ProblemError, match="No rule of review of the table occam fits its row 'prior-samples'; end"):
        review.rows("occam", ruled(folder, {**NEVER, "rows": "zipf-*"}))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"rows": "*", "months": 3}, "it needs rows, months and seen"),
        ("never", "it needs rows, months and seen"),
        ({**NEVER, "by": "us"}, "it needs rows, months and seen"),
        ({**NEVER, "months": 0}, "after 0 months; give a whole number or never"),
        ({**NEVER, "months": 1.5}, "after 1.5 months; give a whole number or never"),
        ({**NEVER, "months": True}, "after True months; give a whole number or never"),
        ({**NEVER, "months": "seldom"}, "after 'seldom' months; give a whole number or never"),
        ({**NEVER, "seen": "in May"}, "'in May' is not a day; write it as YYYY-MM-DD"),
        ({**NEVER, "seen": "2026-02-30"}, "'2026-02-30' is not a day; write it as YYYY-MM-DD"),
        ({**NEVER, "seen": "20261126"}, "'20261126' is not a day; write it as YYYY-MM-DD"),
    ],
)
def test_a_malformed_rule_is_one_sentence(folder, rule, sentence):
    with pytest.raises(ProblemError, match=sentence):
        review.rules("occam", ruled(folder, rule))


def test_an_unknown_table_is_named():
    with pytest.raises(ProblemError, match="There is no fact table 'zebra'"):
        review.rules("zebra")


@given(st.dates(max_value=datetime.date(9000, 1, 1)), st.integers(1, 120))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    found = review.later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + datetime.timedelta(1)).day == 1)


def test_as_of_is_the_newest_figure_and_the_earliest_look_at_what_ages(monkeypatch):
    def row(date, months, seen):
        rule = review.Rule("*", months, datetime.date.fromisoformat(seen))
        return review.Row("toy", "a", date, "someone2020", "table 1", rule)

    tables = {
        "old": [row("1998", None, "2020-01-01"), row("2026-09", 3, "2026-11-01")],
        "new": [row("2026", 6, "2026-10-01"), row("2026-08-30", None, "2026-01-01")],
        "paper": [row("2001", None, "2025-05-05")],
    }
    monkeypatch.setattr(review, "rows", lambda name: tables[name])
    assert review.as_of(["old", "new"]) == ("2026-09", datetime.date(2026, 10, 1))
    assert review.as_of(["paper"]) == ("2001", datetime.date(2025, 5, 5)), "where nothing ages, when it was read"
