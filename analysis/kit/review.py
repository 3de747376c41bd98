"""When published figures are to be looked up again: each table of the data package says how fast its rows age.

``datapackage.json`` gives each table of published figures a list of rules, of which the first that fits a row counts::

    "review": [
      {"rows": "nvidia-guide-*", "months": 3, "seen": "2026-11-26"},
      {"rows": "*", "months": "never", "seen": "2026-11-26"}
    ]

``rows`` is a pattern for the name of a row (its id, in a wide table its first column), ``months`` how long it keeps
once it was looked up, and ``seen`` the day on which that was done last. What is due on a day is told by ``python -m
analysis stale`` and printed in no page.
"""

from __future__ import annotations

import calendar
import datetime
import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.kit import facts
from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Rule:
    """How long the rows that fit a pattern keep; ``months`` is None for those that never age."""

    rows: str
    months: int | None
    seen: datetime.date

    @property
    def due(self) -> datetime.date | None:
        """The day from which they are to be looked up again.

        Examples
        --------
        >>> Rule("*", 3, datetime.date(2026, 11, 30)).due
        datetime.date(2027, 2, 28)
        """
        return None if self.months is None else later(self.seen, self.months)


@dataclass(frozen=True)
class Row:
    """A row of a table and its rule; ``name`` is its id, in a wide table its first column."""

    table: str
    name: str
    date: str
    source: str
    locator: str
    rule: Rule


def later(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, or the last of a shorter month.

    >>> later(datetime.date(2026, 8, 31), 6), later(datetime.date(2026, 11, 26), 12)
    (datetime.date(2027, 2, 28), datetime.date(2027, 11, 26))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def day(text: str) -> datetime.date:
    """A day that was written as YYYY-MM-DD.

    Raises
    ------
    ProblemError
        If it is none.
    """
    try:
        if len(text) == len("YYYY-MM-DD"):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise ProblemError(f"{text!r} is not a day; write it as YYYY-MM-DD, such as 2026-11-26.")


def rules(name: str, folder: Path = facts.DATA) -> list[Rule]:
    """The rules of a table, in their order.

    Raises
    ------
    ProblemError
        If the table has none, or one that is malformed.
    """
    stated = facts.described(name, folder).get("review")
    if not stated:
        raise ProblemError(
            f"The table {name} does not say in {folder.name}/datapackage.json when it is to be looked up again; "
            'add "review", with months or "never".'
        )
    return [_rule(name, each) for each in stated]


def _rule(name: str, stated: Any) -> Rule:
    if not isinstance(stated, dict) or set(stated) != {"rows", "months", "seen"}:
        raise ProblemError(f"A rule of review of the table {name} is {stated!r}; it needs rows, months and seen.")
    months = stated["months"]
    if months != "never" and not (isinstance(months, int) and not isinstance(months, bool) and months > 0):
        raise ProblemError(
            f"The table {name} is to be looked up after {months!r} months; give a whole number or never."
        )
    return Rule(str(stated["rows"]), None if months == "never" else months, day(str(stated["seen"])))


def rows(name: str, folder: Path = facts.DATA) -> list[Row]:
    """Every row of a table of published figures with its rule.

    Raises
    ------
    ProblemError
        If a row has no rule, or the table or its rules are malformed.
    """
    table = facts.frame(name, folder)
    known = rules(name, folder)
    found = []
    for cells in table.astype(object).where(table.notna(), "").to_dict("records"):
        called = str(cells[table.columns[0]])
        rule = next((rule for rule in known if fnmatch.fnmatchcase(called, rule.rows)), None)
        if rule is None:
            raise ProblemError(f"No rule of review of the table {name} fits its row {called!r}; end with one for '*'.")
        date, source, locator = (str(cells.get(column, "")) for column in ("date", "source", "locator"))
        found.append(Row(name, called, date, source, locator, rule))
    return found


def tables(folder: Path = facts.DATA) -> list[str]:
    """Names of the tables of published figures, in the order of the data package."""
    return [*facts.names(folder), *facts.wide_names(folder)]


def in_words(date: str) -> str:
    """Print a date as a sentence has it.

    >>> in_words("2026"), in_words("2026-09"), in_words("2026-11-26")
    ('2026', 'September 2026', '26 November 2026')
    """
    year, *rest = date.split("-")
    names = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*names, *([calendar.month_name[int(rest[0])]] if rest else []), year])


def in_short(date: str) -> str:
    """Print a date as a line of facts has it.

    >>> in_short("2026"), in_short("2026-09"), in_short("2026-11-26")
    ('2026', 'Sep 2026', '26 Nov 2026')
    """
    return " ".join(word[:3] if word.isalpha() else word for word in in_words(date).split())


def as_of(names: Iterable[str]) -> tuple[str, datetime.date]:
    """Date of the newest published figure of some tables (YYYY, YYYY-MM or YYYY-MM-DD), and when they were looked up.

    The second is the earliest of the days on which what ages in them was looked up; what never ages waits for nobody.
    """
    found = [row for name in names for row in rows(name)]
    aging = [row for row in found if row.rule.months is not None]
    return max(row.date for row in found), min(row.rule.seen for row in aging or found)
