"""Numbers as people write them in cells: with units, thousands separators, decimal commas; read only where clear.

The cells of all columns that are asked for decide together what a comma and a point mean.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.tables import MISSING, Table, shown

Array = NDArray[np.float64]

#: Words after a number that count, as powers of ten.
POWERS = {
    **dict.fromkeys(("k", "thousand", "thousands"), 3),
    **dict.fromkeys(("m", "mn", "mio", "mil", "million", "millions"), 6),
    **dict.fromkeys(("b", "bn", "g", "mrd", "bil", "billion", "billions"), 9),
    **dict.fromkeys(("t", "tn", "trillion", "trillions"), 12),
}
LONGEST = 100

_BODY = r"\d[\d.,' ]*|[.,]\d+"
_POWER = r"e[+-]?\d+|(?:[x×*·]\s*)?10\s*(?:\^|\*\*)\s*[+-]?\d+"
_CELL = re.compile(rf"([+-]?)({_BODY})\s*({_POWER})?\s*([^\d\s.,'].*)?", re.IGNORECASE)
#: A comma with more or fewer than three digits after it, or a nought alone or more than three digits before.
_MUST_BE_DECIMAL = re.compile(r"^[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|(?:0|\d{4,}),\d+)(?:[eE][+-]?\d+)?$", re.MULTILINE)
_COMMAS = "its commas are decimal commas"
_TEN = re.compile(r"10\s*(?:\^|\*\*)\s*([+-]?\d+)")
#: A time, such as 2:50:43 or 3 days, 2:50:43.5; two parts could be hours or minutes.
_CLOCK = re.compile(r"(?:(\d+)\s*d(?:ays?)?,?\s+)?(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)", re.IGNORECASE)
#: A time with its units, such as 2h 50m or 90 minutes; m alone could be millions or metres.
_SPAN = re.compile(
    r"(?:p?t)?(?:(?P<d>[\d.]+)\s*d(?:ays?)?)?,?\s*t?(?:(?P<h>[\d.]+)\s*h(?:(?:ou)?rs?)?)?,?\s*"
    r"(?:(?P<m>[\d.]+)\s*(?P<unit>m(?:in(?:ute)?s?)?)\.?)?,?\s*(?:(?P<s>[\d.]+)\s*s(?:ec(?:ond)?s?)?\.?)?",
    re.IGNORECASE,
)
_TWO_PARTS = re.compile(r"\d+:[0-5]\d(?:\.\d+)?")
_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_MONEY = "|".join([*map(re.escape, sorted(_SIGNS, key=len, reverse=True)), "USD|EUR|GBP|JPY|INR|CHF|CNY|RMB|CAD|AUD"])
_SUM = re.compile(rf"(?:({_MONEY})\s*)?(.*?)(?:\s*({_MONEY}))?", re.DOTALL)
#: Words after a value of any kind; M, B and T could be minutes, bytes or tonnes, except after money.
_OF_ANY = {word: power for word, power in POWERS.items() if word == "k" or len(word) > 1}
_PLAIN = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u202f": " ", "−": "-", "’": "'", "‘": "'", "٬": ","})
#: Marks of what stands round a number: LaTeX, Markdown, a spreadsheet's sign for text, how Python prints a scalar.
_DRESSED = re.compile(r"[~≈∼±$*\\({=⁰¹²³⁴⁵⁶⁷⁸⁹]|\+/?-|^'")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SCALAR = re.compile(r"(?:(?:np|numpy|torch)\.\w+|tensor|Decimal|array)\(\[?['\"]?([^,'\"()\[\]]+)['\"]?\]?(?:,.*)?\)")
_UNSURE = re.compile(r"(.*\d.*?)(?:\s*(?:±|\+/?-)\s*[\d.,]+.*|\(\d+\))")
_GROUPS = {mark: re.compile(rf"\d{{1,3}}(?:\{mark}\d{{3}})+") for mark in (",", ".", " ", "'")}


@dataclass(eq=False, slots=True)
class _Seen:
    """What a cell holds: digits with their marks, the power of ten after them, the word after that, the currency."""

    digits: str
    power: int
    word: str
    currency: str
    #: The mark that must be the decimal one, if one must be; the mark that may be either.
    decimal: str = ""
    unsure: str = ""
    #: What else the cell said of its number.
    about: str = ""


@dataclass(eq=False)
class Numbers:
    """Columns of numbers, nan where a cell is missing, and what was not plain about them."""

    columns: dict[str, Array]
    notes: list[str] = field(default_factory=list)


def read_numbers(
    table: Table,
    cells: Mapping[str, Sequence[str]],
    lines: array[int],
    words: Mapping[str, Mapping[str, int]] | None = None,
    most: Mapping[str, float] | None = None,
) -> Numbers:
    """Numbers of columns of cells; a missing one is nan.

    Parameters
    ----------
    table : Table
    cells : dict
        Name of each column in sentences, and its cells.
    lines : array
        Number of the line of each row.
    words : dict, optional
        Words that may follow a number of a column, as powers of ten, in lower case. Columns that are not in it may
        be sums of money, per cent, or times such as 2:50:43 or 90 min.
    most : dict, optional
        The largest number that a column can hold, which may decide what a comma means.

    Raises
    ------
    ProblemError
        Naming the place, for a cell that is no number or could be two.
    """
    found = Numbers({name: _plain(column) for name, column in cells.items()})  # type: ignore[misc]
    if all(column is not None for column in found.columns.values()):
        return found
    if (commas := _commas(cells)) is not None:
        return Numbers(commas, [_COMMAS])
    # a comma or a word somewhere: all columns are looked at, since their marks have one meaning
    seen: dict[str, dict[str, _Seen | None]] = {}
    for name, column in cells.items():
        place = dict(zip(reversed(column), reversed(lines), strict=True))  # where each text stands first
        place = dict(sorted(place.items(), key=lambda item: item[1]))
        seen[name] = {text: _look(text, name, table.place(place[text])) for text in place}
    for name, limit in (most or {}).items():
        for look in seen.get(name, {}).values():
            if look and look.unsure and abs(float(look.digits.replace(look.unsure, ""))) > limit:
                look.decimal, look.unsure = look.unsure, ""
    definite: dict[str, tuple[str, str]] = {}
    for name, texts in seen.items():
        for text, look in texts.items():
            if look is not None and look.decimal:
                definite.setdefault(look.decimal, (name, text))
    if len(definite) > 1:
        (_, one), (_, other) = definite.values()
        raise ProblemError(
            f"{table.path} writes decimals both with a comma and with a point ({shown([one, other])}); use points"
            " alone."
        )
    decimal = next(iter(definite), "")
    all_seen = [look for texts in seen.values() for look in texts.values() if look is not None]
    thousands = {
        mark for mark in ",." if any(look.decimal and look.decimal != mark in look.digits for look in all_seen)
    }
    for name, texts in seen.items():
        for text, look in texts.items():
            if look is None or not look.unsure or look.unsure in {decimal or ".", *thousands} or decimal == ".":
                continue
            line = lines[list(cells[name]).index(text)]
            mark = "a comma" if look.unsure == "," else "a point"
            one, other = (look.digits.replace(look.unsure, by) for by in ("", "."))
            raise ProblemError(
                f"{table.place(line)}: {name} is {text!r}, which could be {one} or {other}; write it without {mark}"
                " between thousands, or with a point before decimals."
            )
    decimal = decimal or "."
    values: dict[str, Array] = {}
    for name, texts in seen.items():
        allowed = None if words is None else words.get(name)
        value = {text: _value(look, decimal, allowed, text, name, table, cells, lines) for text, look in texts.items()}
        values[name] = np.array([value[text] for text in cells[name]])
        found.notes += _alike(texts, name, allowed, table)
    if decimal == ",":
        found.notes.append(_COMMAS)
    found.columns = values
    return found


def _plain(column: Sequence[str]) -> Array | None:
    """The column if it is plain numbers and nothing else."""
    try:
        return np.fromiter(map(float, column), float, len(column))
    except ValueError:
        pass
    try:
        return np.array([np.nan if cell.lower() in MISSING else float(cell) for cell in column], float)
    except ValueError:
        return None


def _commas(cells: Mapping[str, Sequence[str]]) -> dict[str, Array] | None:
    """The columns if they are plain numbers whose commas must be decimal ones: a short way for long tables."""
    joined = {name: "\n".join(column) for name, column in cells.items()}
    if any("." in text for text in joined.values()) or not any(map(_MUST_BE_DECIMAL.search, joined.values())):
        return None
    found = {name: _plain(text.replace(",", ".").split("\n")) for name, text in joined.items()}
    if any(column is None or len(column) != len(cells[name]) for name, column in found.items()):
        return None
    return found  # type: ignore[return-value]


def _look(text: str, name: str, place: str) -> _Seen | None:
    """What a cell holds, or None if nothing."""
    if text.lower() in MISSING:
        return None
    wrong = ProblemError(f"{place}: {name} is {shown([text])}, which is not a number; correct it.")
    bare = text.translate(_PLAIN).replace("_", "").strip()
    if len(bare) > LONGEST:
        raise wrong
    bare, about = _undressed(bare) if _DRESSED.search(bare) else (bare, "")
    before, bare, after = _SUM.fullmatch(bare).groups()  # type: ignore[union-attr]
    currency = before or after or ""
    currency = _SIGNS.get(currency, currency)
    if bare.lower().lstrip("+-") in ("inf", "infinity"):
        raise ProblemError(f"{place}: {name} is {text}; it must be a positive, finite number.")
    if found := _CLOCK.fullmatch(bare):
        day, hour, minute, second = (float(part or 0) for part in found.groups())
        return _Seen(repr(((24 * day + hour) * 60 + minute) * 60 + second), 0, ":", currency)
    if spent := _seconds(bare):
        return _Seen(repr(spent), 0, ":", currency)
    if _TWO_PARTS.fullmatch(bare):
        raise ProblemError(
            f"{place}: {name} is {shown([text])}, which could be hours or minutes; write 0:{bare} or {bare}:00."
        )
    if found := _TEN.fullmatch(bare):
        return _Seen("1", int(found[1]), "", currency)
    found = _CELL.fullmatch(bare)
    if not found:
        raise wrong
    sign, digits, power, word = (part or "" for part in found.groups())
    digits = digits.strip()
    exponent = int(re.split(r"e|\^|\*\*", power, flags=re.IGNORECASE)[-1]) if power else 0
    spaced = False
    for mark in (" ", "'"):
        if mark in digits:
            whole, _, rest = digits.partition("," if "," in digits else ".")
            if not _GROUPS[mark].fullmatch(whole) or not re.fullmatch(r"\d*", rest):
                raise wrong
            spaced, digits = True, digits.replace(mark, "")
    look = _Seen(sign + digits, exponent, word.strip().lower().rstrip("."), currency, about=about)
    comma, point = digits.count(","), digits.count(".")
    if comma and point:
        look.decimal = max((",", "."), key=digits.rfind)
        whole, _, rest = digits.rpartition(look.decimal)
        if not _GROUPS["." if look.decimal == "," else ","].fullmatch(whole) or not rest.isdigit():
            raise wrong
    elif comma > 1 or point > 1:
        mark = "," if comma else "."
        if not _GROUPS[mark].fullmatch(digits):
            raise wrong
        look.decimal = "." if comma else ","
    elif comma or point:
        mark = "," if comma else "."
        either = _GROUPS[mark].fullmatch(digits) and digits[0] != "0" and not power and not spaced
        look.unsure, look.decimal = (mark, "") if either else ("", mark)
    return look


def _seconds(bare: str) -> float:
    """Seconds of a time with its units, 0 where it is none."""
    found = _SPAN.fullmatch(bare) if bare[-1:].isalpha() or bare[-1:] == "." else None
    parts = found.groupdict() if found else {}
    if not any(parts.get(part) for part in "dhms") or (
        (parts["unit"] or "").lower() == "m" and not (parts["h"] or parts["s"] or parts["d"])
    ):
        return 0
    try:
        return sum(float(parts[part] or 0) * size for part, size in zip("dhms", (86400, 3600, 60, 1), strict=True))
    except ValueError:
        return 0


def _undressed(bare: str) -> tuple[str, str]:
    """A number without LaTeX, Markdown or Python round it, and what the cell said of it: about, or an error."""
    if found := _SCALAR.fullmatch(bare):
        bare = found[1]
    if bare[:1] == "$" == bare[-1:]:
        bare = bare[1:-1]
    bare = re.sub(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda power: f"10^{power[1].translate(_RAISED)}", bare)
    bare = re.sub(r"\\[,;]|[{}]", "", bare.replace("\\times", "×").replace("\\cdot", "·").replace("\\pm", "±"))
    if bare[:2] == '="' and bare[-1:] == '"':
        bare = bare[2:-1]
    bare = re.sub(r"^\*\*(.*)\*\*$", r"\1", bare).removeprefix("'").strip()
    if found := _UNSURE.fullmatch(bare):
        return found[1].strip(), "the error beside {} is not read"
    if bare[:1] in ("~", "≈", "∼") and bare[1:]:
        return bare[1:].strip(), "some of {} is only about"
    return bare, ""


def _value(
    look: _Seen | None,
    decimal: str,
    words: Mapping[str, int] | None,
    text: str,
    name: str,
    table: Table,
    cells: Mapping[str, Sequence[str]],
    lines: array[int],
) -> float:
    if look is None:
        return np.nan
    power = look.power
    if words is None and look.word in (POWERS if look.currency else _OF_ANY):
        words = POWERS
    elif look.currency and words is not None:
        place = table.place(lines[list(cells[name]).index(text)])
        raise ProblemError(f"{place}: {name} is {shown([text])}, a sum of money; correct it.")
    if look.word == ":" and words is None:
        return float(look.digits)
    if look.word and not (words is None and look.word == "%"):
        parts = [part for part in re.split(r"[\s-]+", look.word) if part not in (words or {}) or (words or {})[part]]
        if words is None or len(parts) > 1 or (parts and parts[0] not in words):
            place = table.place(lines[list(cells[name]).index(text)])
            raise ProblemError(f"{place}: {name} is {shown([text])}, which is not a number; correct it.")
        power += words[parts[0]] if parts else 0
    digits = look.digits.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    return float(f"{digits}e{power}" if abs(power) < 10**4 else np.inf if power > 0 else 0)


def _alike(texts: Mapping[str, _Seen | None], name: str, words: Mapping[str, int] | None, table: Table) -> list[str]:
    """What a column says by signs, which must be the same in each cell."""
    looks = [look for look in texts.values() if look is not None]
    if len({look.currency for look in looks if look.currency}) > 1:
        raise ProblemError(f"{table.path}: {name} is in several currencies; give it in one.")
    told = [about.format(name) for about in sorted({look.about for look in looks if look.about})]
    for sign, alike, note in (("%", "per cent", "is in per cent"), (":", "times", "is a time and read in seconds")):
        if words is None and any(look.word == sign for look in looks):
            if not all(look.word == sign for look in looks):
                raise ProblemError(
                    f"{table.path}: some cells of {name} are {alike} and some are not; write them alike."
                )
            return [*told, f"{name} {note}"]
    return told
