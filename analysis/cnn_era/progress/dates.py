"""Dates as people write them, read only where clear; the dates of a table decide together which number is the day."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError

Days = NDArray[np.datetime64]
Order = Literal["day", "month"] | None

#: Years; eight digits with day or month first would be far below.
EARLIEST = 1700
#: Seconds since 1970 reach it in the year 5138, milliseconds did in 1973.
MILLISECONDS = 1e11
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_TIME = (
    r"(?:[T ,]\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?\s*(?P<half>[ap]m)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?)?"
)
_MONTH = r"(?P<name>[a-z]{3,9})\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[-/](?P<year>\d{4})",
        r"(?P<year>\d{4})[\s/-]?q(?P<quarter>[1-4])",
        r"q(?P<quarter>[1-4])[\s/-]?(?P<year>\d{4})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{_MONTH}[,\s-]+(?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        rf"{_MONTH}[\s-]+(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[\s-]+{_MONTH}(?:[\s-]+(?P<day>\d{{1,2}}))?",
    )
)
#: As git and C write it.
_YEAR_LAST = re.compile(
    r"([a-z]{3}) +([a-z]{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})(?: ([+-]\d{4}))?|(\d{8})T(\d\d)(\d\d)(\d\d)(Z?)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(\d{4})(?:\.0)?")
_POINTED = re.compile(r"\d{4}[.,]\d+")
#: Hyphens and dashes of typesetters.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_UNIX = re.compile(r"\d{9,10}(?:\.\d*)?|\d{12,13}")
#: A day number of a spreadsheet, from 1954 to 2064.
_SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?")
_SAYS_UNIX = ("timestamp", "unix", "epoch")


@dataclass(frozen=True)
class Dates:
    """Days of entries, and what was not plain about them, a sentence each."""

    days: Days
    notes: list[str] = field(default_factory=list)


def read_dates(texts: Sequence[Any], place: Callable[[int], str], order: Order = None, unix: bool = False) -> Dates:
    """Read dates: year first, 20180420, with the month's name, or day and month where the dates decide which is which.

    Months, quarters (2018 Q2) and years alone are read as days, and this is said.

    Parameters
    ----------
    texts : sequence
        Strings, or anything that :class:`numpy.datetime64` takes.
    place : callable
        Says where the row of a number, from 0, stands.
    order : {"day", "month"}, optional
        What comes first in 03/04/2024.
    unix : bool
        Whether numbers are seconds since 1970.

    Raises
    ------
    ProblemError
        Naming the place, for a date that is none or could be two.

    Examples
    --------
    >>> read_dates(["20 April 2018", "Apr 21, 2018", "22/04/2018"], str).days.astype(str).tolist()
    ['2018-04-20', '2018-04-21', '2018-04-22']
    """
    if isinstance(texts, np.ndarray) and texts.dtype.kind == "M" and not np.isnat(texts).any():
        return Dates(texts.astype("datetime64[D]"))
    keys = [text.strip() if isinstance(text, str) else text for text in texts]
    first: dict[Any, int] = {}
    for row, key in enumerate(keys):
        try:
            first.setdefault(key, row)
        except TypeError:
            raise _none(place(row), texts[row]) from None
    parsed = {key: _parse(key, texts[row], place(row), unix) for key, row in first.items()}
    notes: list[str] = []
    years = [key for key, (kind, *_) in parsed.items() if kind == "year"]
    if years and len(years) < len(parsed):
        raise ProblemError(f"{place(first[years[0]])}: the date is {years[0]!r}, a year alone; add month and day.")
    if years:
        notes.append("its dates are years; each is taken as the first of July")
    turned = {key: (found[1], found[2]) for key, found in parsed.items() if found[0] == "open"}
    if turned:
        order = _order(turned, first, place, order)
        notes.append(f"the {order} comes first in dates such as {next(iter(turned))!r}")
    days: dict[Any, np.datetime64] = {}
    zones = False
    for key, (kind, *found) in parsed.items():
        where = place(first[key])
        if kind == "open":
            one, other, year = found
            days[key] = _day(year, *((other, one) if order == "day" else (one, other)), where, key)
        elif kind == "year":
            days[key] = _day(found[0], 7, 1, where, key)
        else:
            days[key], zoned = found
            zones |= zoned
    for span in ("month", "quarter"):
        if any(kind == span for kind, *_ in parsed.values()):
            notes.append(f"a {span} alone is taken as its first day")
    if zones:
        notes.append("dates with a time zone are taken in UTC")
    if unix and any(isinstance(key, str) and _UNIX.fullmatch(key) for key in parsed):
        fine = any(isinstance(key, str) and _UNIX.fullmatch(key) and float(key) > MILLISECONDS for key in parsed)
        notes.append(f"its dates are {'milliseconds' if fine else 'seconds'} since 1970")
    found_days = np.array([days[key] for key in keys], "datetime64[D]")
    ahead = found_days[found_days > np.datetime64(date.today(), "D")]
    if len(ahead):
        notes.append(
            f"{len(ahead):,} {'dates lie' if len(ahead) > 1 else 'date lies'} in the future, up to {ahead.max()}"
        )
    return Dates(found_days, notes)


def says_unix(name: str) -> bool:
    """Whether a column's name says that it holds seconds since 1970."""
    return any(word in name.lower() for word in _SAYS_UNIX)


def _none(where: str, given: Any) -> ProblemError:
    return ProblemError(f"{where}: the date is {given!r}; write it as 2018-04-20.")


def _parse(key: Any, given: Any, where: str, unix: bool) -> tuple[Any, ...]:
    """What kind of date, and its parts.

    ``"day"`` or ``"month"`` with the day and whether it had a zone, ``"year"`` with the year, or ``"open"`` with two
    numbers, whose order is open, and the year.
    """
    if not isinstance(key, str):
        try:
            day = np.datetime64(key, "D")
        except (TypeError, ValueError):
            day = np.datetime64("NaT")
        if np.isnat(day):
            raise _none(where, given)
        return "day", day, False
    if len(key) > 60:
        raise _none(where, key[:60] + "...")
    if (found := _YEAR.fullmatch(key)) and not unix:
        return "year", int(found[1])
    if _POINTED.fullmatch(key):
        raise ProblemError(
            f"{where}: the date is {key!r}, which could be a month or a part of the year; write it as 2018-04-20."
        )
    key = key.translate(_DASHES)
    if found := _YEAR_LAST.fullmatch(key):
        _, name, number, clock, year, zone, compact, *time, utc = found.groups()
        key = f"{compact} {':'.join(time)}{utc}" if compact else f"{number} {name} {year} {clock}{zone or ''}"
    if unix and _UNIX.fullmatch(key):
        seconds = float(key)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds / (1000 if seconds > MILLISECONDS else 1))
        return "day", np.datetime64(moment.date(), "D"), False
    for form in _FORMS:
        if found := form.fullmatch(key):
            parts = found.groupdict()
            if parts.get("one"):
                return "open", int(parts["one"]), int(parts["other"]), int(parts["year"])
            quarter = int(parts.get("quarter") or 0)
            month = 3 * quarter - 2 if quarter else _month(parts["name"]) if parts.get("name") else int(parts["month"])
            if not month:
                continue
            day = _day(int(parts["year"]), month, int(parts.get("day") or 1), where, given)
            return "day" if parts.get("day") else "quarter" if quarter else "month", *_zoned(day, parts, where, given)
    if _UNIX.fullmatch(key):
        raise ProblemError(
            f"{where}: the date is {key!r}; if these are seconds since 1970, call the column 'timestamp', otherwise"
            " write 2018-04-20."
        )
    if _SERIAL.fullmatch(key):
        raise ProblemError(
            f"{where}: the date is {key!r}, which looks like a day number of a spreadsheet; format the column as dates"
            " such as 2018-04-20."
        )
    raise _none(where, given)


def _month(name: str) -> int:
    """Number of a month by its English name or the start of it, 0 for none."""
    name = name.lower()
    return next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name) or name == month[:4]), 0)


def _day(year: int, month: int, day: int, where: str, given: Any) -> np.datetime64:
    try:
        found = date(year, month, day)
    except ValueError:
        found = None
    if found is None or year < EARLIEST:
        raise _none(where, given)
    return np.datetime64(found, "D")


def _zoned(day: np.datetime64, parts: dict[str, str | None], where: str, given: Any) -> tuple[np.datetime64, bool]:
    """The day, in UTC where hour and zone are given, and whether a zone was."""
    if not parts["hour"]:
        return day, False
    hour, minute = int(parts["hour"]), int(parts["minute"] or 0)
    if parts["half"]:
        hour = hour % 12 + 12 * (parts["half"].lower() == "pm")
    if hour > 24 or minute > 59:
        raise _none(where, given)
    zone = parts["zone"]
    if not zone or zone[0] not in "+-":
        return day, bool(zone)
    sign, digits = (-1 if zone[0] == "+" else 1), zone[1:].replace(":", "").ljust(4, "0")
    minutes = 60 * hour + minute + sign * (60 * int(digits[:2]) + int(digits[2:]))
    return day + np.timedelta64(math.floor(minutes / 1440), "D"), True


def _order(
    turned: dict[Any, tuple[int, int]], first: dict[Any, int], place: Callable[[int], str], order: Order
) -> Literal["day", "month"]:
    """What comes first in dates such as 03/04/2024: what was said, or what all of them allow."""
    for key, (one, other) in turned.items():
        if min(one, other) > 12:
            raise _none(place(first[key]), key)
    day_first = [key for key, (one, _) in turned.items() if one > 12]
    month_first = [key for key, (_, other) in turned.items() if other > 12]
    if order == "day" and month_first:
        key = month_first[0]
        raise ProblemError(f"{place(first[key])}: the date is {key!r}, which does not begin with the day.")
    if order == "month" and day_first:
        key = day_first[0]
        raise ProblemError(f"{place(first[key])}: the date is {key!r}, which does not begin with the month.")
    if order:
        return order
    if day_first and month_first:
        raise ProblemError(
            f"{place(first[month_first[0]])}: the date is {month_first[0]!r}, whose month comes first, and in"
            f" {day_first[0]!r} the day does; write both as 2018-04-20."
        )
    if day_first or month_first:
        return "day" if day_first else "month"
    if all(one == other for one, other in turned.values()):
        return "day"
    key = next(key for key, (one, other) in turned.items() if one != other)
    raise ProblemError(
        f"{place(first[key])}: the date is {key!r}, whose first number may be the day or the month; say --day-first or"
        " --month-first, or write 2018-04-20."
    )
