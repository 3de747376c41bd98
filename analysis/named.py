"""What a number can hang on, as people read it: a published figure, a row or a cell of a wide table, an assumption.

The ids are those of :mod:`analysis.kit.overriding`. Of what is published it is told what the files say, whatever is
replaced at the moment; of an assumption what it is now.

What is read in sentences has a name of its own in :data:`NAMES`: a fact by its id, the rows of a wide table and a
column of theirs by one pattern for all (``market_rents/*``, ``market_rents/*.price``), in which a row's columns stand
in braces and ``{row}`` is the row's own name. Anything else is called by its id, its key or its comment.
"""

from __future__ import annotations

import functools
import json
import math
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from analysis.kit import assumptions, bibliography, facts, overriding, review

#: The names, by id or pattern.
NAMES = Path(__file__).with_name("names.csv")


@dataclass(frozen=True)
class Named:
    """Something that a number can hang on.

    Parameters
    ----------
    id : str
        ``deepseek/v3-gpus``, ``market_deals/3``, ``market_rents/3.price``, ``market/BOOM``.
    kind : str
        ``fact``, ``row`` or ``cell`` of a wide table, ``assumption``, ``threshold`` of a rule, or ``choice``, an entry
        of a list.
    words : str
        What it is called in a sentence.
    value : float
        As it is published or stated; nan for a row and a choice, which can only be left out.
    unit : str
        Of a fact, or nothing.
    low, high : float
        The published interval, or nan.
    source, key, locator, mark : str
        Of what is published: who and when, the key in the bibliography, the place in it, and how it was checked.
    href : str
        Its place on the site, from the root; nothing for an assumption.
    says : str
        More of it: the note of a fact, the title of a row's table, the meaning of a cell's column.
    path, line : str, int
        Of an assumption, in the repository.
    """

    id: str
    kind: str
    words: str
    value: float = math.nan
    unit: str = ""
    low: float = math.nan
    high: float = math.nan
    source: str = ""
    key: str = ""
    locator: str = ""
    mark: str = ""
    href: str = ""
    says: str = ""
    path: str = ""
    line: int = 0

    @property
    def short(self) -> str:
        """What it is called where space is short: a fact without its note."""
        return self.words.removesuffix(f", {self.says}") if self.says else self.words

    @property
    def calendar(self) -> bool:
        """Whether it is a calendar year: 2,048 GPUs are none."""
        whole = float(self.value).is_integer() and 1900 <= self.value <= 2100
        return self.unit == "year" if self.kind == "fact" else whole and self.kind in ("assumption", "threshold")

    @property
    def stated(self) -> bool:
        """Whether an interval is published."""
        return self.low < self.high


def of(identity: str) -> Named:
    """What an id of a fact, of a row, of a cell, of an assumption or of a part of one names.

    Parameters
    ----------
    identity : str
        As :mod:`analysis.kit.overriding` explains.

    Raises
    ------
    ProblemError
        If nothing has it, with the nearest ids.
    """
    handle = overriding.handle_of(identity)
    if handle.kind == "fact":
        return _fact(handle.owner, handle.name, handle.part)
    if handle.kind == "row":
        return _row(handle.owner, int(handle.name), handle.part)
    return _assumption(handle)


# --- published -------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def _fact(table: str, key: str, end: str) -> Named:
    fact = facts.published(table)[key]
    found = Named(
        f"{table}/{key}",
        "fact",
        ", ".join(filter(None, (given().get(f"{table}/{key}", in_words(key)), fact.note))),
        fact.value,
        "" if fact.unit == "1" else fact.unit,
        fact.low,
        fact.high,
        bibliography.source(fact.source).name,
        fact.source,
        fact.locator,
        fact.mark,
        address(table, key),
        fact.note,
    )
    if end == "value":
        return found
    words = f"{found.short}, {'lower' if end == 'low' else 'upper'} end"
    return replace(found, id=f"{found.id}.{end}", words=words, value=getattr(fact, end), low=math.nan, high=math.nan)


@functools.lru_cache(maxsize=4096)
def _row(table: str, number: int, column: str) -> Named:
    row = facts.published_frame(table).iloc[number - 1].to_dict()
    name, key = _filled(f"{table}/*", row) or row_name(table, row), cell_text(row.get("source"))
    found = Named(
        f"{table}/{number}",
        "row",
        name,
        source=bibliography.source(key).name if key else "",
        key=key,
        locator=cell_text(row.get("locator")),
        mark=cell_text(row.get("mark")),
        href=address(table, row_anchor(table, row)),
        says=facts.title(table),
    )
    if not column:
        return found
    ends = [float(row[end]) if column in RANGED and end in row else math.nan for end in ("low", "high")]
    head = called(column)
    return replace(
        found,
        id=f"{found.id}.{column}",
        kind="cell",
        words=_filled(f"{table}/*.{column}", row, name)
        or f"{name}: {head if head == column else head[:1].lower() + head[1:]}",
        value=float(row[column]),
        low=ends[0],
        high=ends[1],
        says=facts.meanings(table)[column],
    )


@functools.cache
def given() -> dict[str, str]:
    """The names of :data:`NAMES` by id or pattern."""
    names = pd.read_csv(NAMES, dtype=str)
    return dict(zip(names["id"], names["name"], strict=True))


def _filled(pattern: str, row: Mapping[str, Any], name: str = "") -> str:
    """The name that a pattern makes of a row; nothing without the pattern."""
    return _Row().format(given().get(pattern, ""), **{**row, "row": name}).replace("'", "’")


class _Row(string.Formatter):
    """Writes what a row holds as a sentence has it: a date in words; a format that is given comes first."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return format(value, format_spec)
        text = cell_text(value)
        return review.in_words(text) if re.fullmatch(r"\d{4}(-\d\d){1,2}", text) else text


#: Columns of wide tables to which their columns ``low`` and ``high`` belong.
RANGED = ("value", "price")


def in_words(identity: str) -> str:
    """An id as words; what is written in capitals stays so.

    >>> in_words("v3-gpus"), in_words("h100-bf16-peak"), in_words("hours-all"), in_words("llama31-405b-hours")
    ('V3 GPUs', 'H100 BF16 peak', 'hours all', 'Llama-3.1 405B hours')
    """
    shown = {"gpu": "GPU", "gpus": "GPUs", "flop": "FLOP", "kv": "KV", "mfu": "MFU", "mmlu": "MMLU", "api": "API"}
    shown |= {
        "gpt45": "GPT-4.5",
        "llama31": "Llama-3.1",
        "nvidia": "NVIDIA",
        "openai": "OpenAI",
        "deepseek": "DeepSeek",
    }
    shown |= {name.lower().replace("-", ""): name for name in ("GPT-3", "GPT-4", "Llama-2", "Llama-3", "Grok-3")}
    words = identity.replace("_", "-").split("-")
    return " ".join(shown.get(word, word.upper() if re.fullmatch(r"[a-z]+\d+|\d+b", word) else word) for word in words)


def address(table: str, anchor: str = "") -> str:
    """Address of a table or of one of its rows, from the root of the site.

    Examples
    --------
    >>> address("deepseek", "v3-gpus"), address("market_deals")
    ('book/data/deepseek.html#v3-gpus', 'book/data/market_deals.html')
    """
    return f"book/data/{table}.html" + (f"#{anchor}" if anchor else "")


def slug(*parts: object) -> str:
    """An anchor from the key of a row.

    >>> slug("VGG-16 (one card)", 2014.0, "-0.5")
    'vgg-16-one-card-2014-0.5'
    """
    text = "-".join(f"{part:g}" if isinstance(part, float) else str(part) for part in parts)
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")


def row_anchor(table: str, row: Mapping[str, Any]) -> str:
    """The anchor of a row of a wide table on its page."""
    return f"{table}-{slug(*(row[column] for column in facts.key_columns(table)))}"


def row_name(table: str, row: Mapping[str, Any]) -> str:
    """What a row of a wide table is called: its key."""
    return " · ".join(text for column in facts.key_columns(table) if (text := cell_text(row[column])))


def cell_text(value: Any) -> str:
    """A value of a table as text; nothing for what is missing.

    >>> cell_text(2014.0), cell_text(None), cell_text("SXM2"), cell_text(0.5)
    ('2014', '', 'SXM2', '0.5')
    """
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def called(column: str) -> str:
    """Name a column as a head has it; the name of a model stays as it is.

    >>> called("cost_usd"), called("own-report-comparable"), called("claude-3.5-sonnet"), called("N_blocks")
    ('Cost usd', 'Own report comparable', 'claude-3.5-sonnet', 'N blocks')
    """
    column = str(column)
    if re.search(r"-.*\d", column):
        return column
    text = re.sub(r"[_-]", " ", column)
    return text[:1].upper() + text[1:]


# --- assumed ---------------------------------------------------------------------------------------------------------


def _assumption(handle: overriding.Handle) -> Named:
    module, one = _declared(handle.owner)[handle.name]
    value = vars(module)[one.name]
    words = _plain(one.says)
    part = f".{handle.part}" if handle.part else ""
    number = assumptions.parts(value).get(part, math.nan)
    kind = "choice" if math.isnan(number) and part else "threshold" if one.threshold else "assumption"
    if part:
        words += f": {_part(value, handle.part)}"
    name = f"{handle.owner}/{one.name}{part}"
    return Named(name, kind, words, number, path=one.path, line=one.line)


@functools.cache
def _declared(topic: str) -> dict[str, tuple[ModuleType, assumptions.Assumption]]:
    """The assumptions of a topic by name, each with its module."""
    return {
        name: (module, each)
        for module in overriding.modules(topic)
        for name, each in assumptions.declared(module).items()
    }


def _plain(comment: str) -> str:
    """A comment of the code as a sentence quotes it, without its marks and its full stop.

    >>> _plain("Bits at home, as :data:`analysis.deepseek.serving.PRECISIONS` calls them, of ``gpu-rules``.")
    'Bits at home, as PRECISIONS calls them, of gpu-rules'
    """
    text = re.sub(r":\w+:`(?:[^`]*\.)?([^`.]+)`|``([^`]+)``", r"\1\2", comment).rstrip(".")
    return re.sub(r'"([^"]*)"', r"‘\1’", text).replace("'", "’")


def _part(value: Any, part: str) -> str:
    """What a part of an assumption is called: its key, its field, its text or its place.

    >>> _part((15.0, 27.0), "2"), _part((0.5, 0.25), "1"), _part((1, 2, 5), "2"), _part(("a", "b"), "1")
    ('upper end', 'first', '2 of 3', '“a”')
    """
    if not part.isdigit():
        return part.replace("_", " ")
    place = int(part)
    if isinstance(value, dict):
        return f"“{list(value)[place - 1]}”"
    entry = value[place - 1]
    if isinstance(entry, str):
        return f"“{entry}”"
    rising = all(isinstance(each, int | float) for each in value) and list(value) == sorted(value)
    ends = ("lower end", "upper end") if rising else ("first", "last")
    return {1: ends[0], len(value): ends[1]}.get(place, f"{place} of {len(value)}")
