"""Which published figures are due for another look on a day, and where to look.

How fast a figure ages is said in the data package (:mod:`analysis.kit.review`). The answer depends on the day, so it is
told here and printed in no page.
"""

from __future__ import annotations

import datetime
import re
import shutil
import sys
import textwrap
from collections import Counter
from pathlib import Path
from typing import TextIO

from analysis import topics
from analysis.kit import facts, review
from analysis.kit.bibliography import REFERENCES
from analysis.kit.errors import ProblemError, closest


def due(on: datetime.date, topic: str = "") -> list[review.Row]:
    """The rows that are due on a day, the longest overdue first.

    Parameters
    ----------
    on : datetime.date
    topic : str
        Of its tables alone; default: of all.
    """
    found = [row for row in _rows(topic) if row.rule.due and row.rule.due <= on]
    return sorted(found, key=lambda row: row.rule.due or on)


def _rows(topic: str) -> list[review.Row]:
    chosen = [name for name in review.tables() if not topic or f"{name}_".startswith(f"{topic}_")]
    return [row for name in chosen for row in review.rows(name)]


def addresses(bibliography: Path = REFERENCES) -> dict[str, str]:
    """Where each source of the bibliography can be read: its address or DOI; one without either is left out."""
    found = {}
    for entry in re.split(r"^\s*@\w+\{", bibliography.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        key = entry.split(",")[0].strip()
        fields = {
            name.lower(): value for name, value in re.findall(r"^\s*(\w+)\s*=\s*[{\"]([^\n]*?)[}\"],?\s*$", entry, re.M)
        }
        address = fields.get("url") or (f"https://doi.org/{fields['doi']}" if "doi" in fields else "")
        if address:
            found[key] = address
    return found


def command(on: str = "", topic: str = "", out: TextIO | None = None) -> int:
    """Print what is due by source, and return 1 if anything is.

    Parameters
    ----------
    on : str
        A day, YYYY-MM-DD; default: today.
    topic : str
        Of its tables alone.

    Raises
    ------
    ProblemError
        If the day is none, there is no such topic, or a table says nothing of its age.
    """
    out = out or sys.stdout
    today = review.day(on) if on else datetime.date.today()
    if topic and topic not in topics.TOPICS:
        raise ProblemError(f"There is no topic {topic!r}; {closest(topic, topics.TOPICS)}")
    everything, found = _rows(topic), due(today, topic)
    where = addresses()
    groups: dict[tuple[datetime.date | None, str, str], list[review.Row]] = {}
    for row in found:
        groups.setdefault((row.rule.due, row.table, row.source), []).append(row)
    for (since, table, source), rows in groups.items():
        print(f"{_ago(since or today, today)}  {table}.csv, {source}  {where.get(source, '(no address)')}", file=out)
        for text in _lines(table, rows):
            print(textwrap.fill(text, _width(), initial_indent="    ", subsequent_indent="      "), file=out)
    print(_sentence(everything, found, len({row.source for row in found}), today), file=out)
    return 1 if found else 0


def _lines(table: str, rows: list[review.Row]) -> list[str]:
    """Where to look in a source: for each fact, and in a wide table for each place with the number of its rows."""
    if table in facts.names():
        return [f"{row.name}: {row.locator}" for row in rows]
    places = Counter(row.locator for row in rows)
    return [f"{count} row{'s' * (count != 1)}: {place or 'all of it'}" for place, count in places.items()]


def _ago(since: datetime.date, today: datetime.date) -> str:
    days = (today - since).days
    return f"due since {since}, {days} day{'s' * (days != 1)}" if days else f"due today, {since}"


def _width() -> int:
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))


def _sentence(everything: list[review.Row], found: list[review.Row], sources: int, today: datetime.date) -> str:
    if found:
        return f"Of {len(everything):,} published figures {len(found):,} are due on {today}, from {sources} sources."
    later = sorted({row.rule.due for row in everything if row.rule.due})
    if not later:
        return f"Nothing is due on {today}, and nothing ever will be."
    count = sum(row.rule.due == later[0] for row in everything)
    return f"Nothing is due on {today}; next are {count:,} of {len(everything):,} published figures on {later[0]}."
