"""The rows of a table or of an experiment as a sheet that people read, and what hangs on each fact.

A sheet is rendered twice from one template: as a page of its own, ``book/data/<table>.html``, where each row has an
anchor (the permalink of a fact is ``book/data/<table>.html#<id>``), and as a script that the list of tables loads when
a table is opened there.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from analysis import strengths
from analysis.kit import bibliography, facts, page, review
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import RAISED
from analysis.named import RANGED, address, called, cell_text, row_anchor, row_name
from book.extension import readable

#: Folder of the tables for download, inside the output, and of the sheets as scripts.
FILES, SCRIPTS = "_static/data", "_static/sheets"
#: What each mark is called, from what is seen to what is not.
WORDS = {"primary": "seen", "computed": "computed", "secondary": "second hand", "unchecked": "not checked"}
#: Rows of an experiment that a page shows; the rest is in the CSV.
SHOWN = 60
#: Head of the last column where each row says what hangs on it.
HANGING = "What hangs on it"
#: What stands below it.
STRENGTHS = "strongest first; in brackets what 1 % more of it does"
#: Columns that date a row, the best first.
DATES = ("date", "announced", "ended", "submitted", "effective")
_APART = {"source", "locator", "mark", "licence", "note", "low", "high"}
#: What a reader of a fact is: kind (figure, number, claim, erratum, check), topic and name.
Reader = tuple[str, str, str]


@dataclass(frozen=True)
class Head:
    """The head of a column."""

    name: str
    meaning: str = ""
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """A number in a row: as it is read, and exactly; ``first`` is the value of the row."""

    name: str
    text: str
    exact: str = ""
    interval: str = ""
    first: bool = False


@dataclass(frozen=True)
class Origin:
    """A source of a row and the place in it."""

    name: str
    title: str
    locator: str
    href: str = ""


@dataclass(frozen=True)
class Row:
    """A row with its anchor."""

    id: str
    name: str
    aside: str = ""
    cells: tuple[Cell, ...] = ()
    unit: str = ""
    sources: tuple[Origin, ...] = ()
    note: str = ""
    mark: str = ""
    date: str = ""
    order: str | None = None
    hangs: tuple[Reader, ...] = ()
    input: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table or an experiment: what is said of it, and its rows."""

    name: str
    title: str
    path: str
    about: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    facts: bool = False
    experiment: bool = False
    meanings: tuple[tuple[str, str], ...] = ()
    hangs: tuple[Reader, ...] = ()
    rest: int = 0
    as_of: str = ""
    licence: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Anchor of its line in the list, which no row of any table bears."""
        return f"{'result' if self.experiment else 'table'}-{self.name}"

    @property
    def page(self) -> str:
        """Name of its page, from the root of the site and without ending."""
        return f"book/data/{self.name}"

    @property
    def hanging(self) -> bool:
        """Whether its rows say what hangs on each."""
        return self.heads[-1].name == HANGING

    @property
    def count(self) -> int:
        """How many rows it has, those that are not shown among them."""
        return self.rest or len(self.rows)

    @property
    def columns(self) -> tuple[Head, ...]:
        """The heads of its numbers."""
        return tuple(head for head in self.heads if head.number)

    @property
    def tally(self) -> Counter[str]:
        """How many rows bear each mark."""
        return Counter(row.mark for row in self.rows if row.mark)

    @property
    def marks(self) -> list[str]:
        """The marks that occur, in their order."""
        return [mark for mark in WORDS if self.tally[mark]]

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """The orders that make sense here: key and name."""
        known = [("id", "name", True), ("v", "value", any(row.order for row in self.rows))]
        known += [("d", "date", any(row.date for row in self.rows)), ("m", "mark, unseen first", len(self.marks) > 1)]
        return [(key, name) for key, name, sensible in known if sensible]


# --- reading ---------------------------------------------------------------------------------------------------------


def read(readers: Mapping[str, list[Reader]]) -> list[Sheet]:
    """Every table of published figures in the order of the data package, then every experiment.

    Parameters
    ----------
    readers : mapping
        Who reads a fact (``table/id``) or a table (its name), as :func:`analysis.where.readers` tells.
    """
    package = json.loads((facts.DATA / "datapackage.json").read_text(encoding="utf-8"))
    listed = [resource for resource in package["resources"] if not resource.get("kind")]
    sheets = [_table(resource, readers) for resource in listed]
    sheets += [_experiment(path, readers) for path in sorted((facts.DATA / "results").glob("*.json"))]
    seen: dict[str, str] = {}
    for sheet in sheets:
        for identity in (sheet.anchor, *(row.id for row in sheet.rows)):
            if identity in seen:
                raise ProblemError(
                    f"The tables {seen[identity]} and {sheet.name} both have a row {identity!r}; rename one of them."
                )
            seen[identity] = sheet.name
    return sheets


def _table(resource: dict[str, Any], readers: Mapping[str, list[Reader]]) -> Sheet:
    name = resource["name"]
    fields = resource["schema"]["fields"]
    holds_facts = name in facts.names()
    frame = facts.frame(name)
    licence = "; ".join(f"{each['name']} ({each['title'].rstrip('.')})" for each in resource.get("licenses", []))
    said = {
        "name": name,
        "title": _titled(resource.get("title", name)),
        "path": resource["path"],
        "about": f"Licence: {licence}. {reviewed(name)}",
        "licence": licence,
        "as_of": max((cell_text(date) for column in DATES for date in frame.get(column, [])), default=""),
        "hangs": tuple(readers.get(name, ())),
    }
    quoted = Counter(text for text in frame.get("licence", []) if text)
    licences = "; ".join(f"{text} ({count:,} rows)" for text, count in quoted.most_common())
    meanings = {each["name"]: each.get("description", "") for each in fields}
    known = {**meanings, "licence": f"{meanings['licence']}: {licences}"} if licences else meanings
    said["meanings"] = tuple((called(column), text) for column, text in known.items())
    if holds_facts:
        heads = (
            Head("Fact"),
            Head("Value, interval", number=True),
            *map(Head, ("Unit", "Source, where in it", "Mark")),
            Head(HANGING, STRENGTHS),
        )
        rows = tuple(
            _fact(fact, f"{name}/{fact.id}", readers.get(f"{name}/{fact.id}", ())) for fact in facts.load(name).values()
        )
        return Sheet(heads=heads, rows=rows, facts=True, **{**said, "hangs": ()})
    key = facts.key_columns(name)
    numbers = [
        each["name"]
        for each in fields
        if each["type"] in ("number", "integer") and each["name"] not in {*key, "low", "high"}
    ]
    heads = (
        Head(" · ".join(called(column) for column in key)),
        *(Head(called(column), meanings[column], number=True) for column in numbers),
        *map(Head, ("Source, where in it", "Mark")),
    )
    rows = tuple(
        replace(_wide(name, row, key, numbers), input=f"{name}/{place}")
        for place, row in enumerate(frame.to_dict("records"), 1)
    )
    moving = any(strengths.of_input(row.input) for row in rows)
    heads += (Head(HANGING, STRENGTHS),) if moving else ()
    return Sheet(heads=heads, rows=rows, **said)


def _fact(fact: facts.Fact, identity: str, hangs: Iterable[Reader]) -> Row:
    computed = fact.mark == "computed"
    text, unit = readable.measured(fact.value, fact.unit, computed)
    ends = readable.interval(fact.low, fact.high, fact.unit, computed)
    exact = f"{readable.exact(fact.value)}{'' if fact.unit == '1' else f' {fact.unit}'}"
    cell = Cell("value", text, "" if exact == f"{text} {unit}".strip() else exact, ends, first=True)
    return Row(
        id=fact.id,
        name=fact.id,
        cells=(cell,),
        unit=unit,
        sources=(_origin(fact.source, ", ".join(part for part in (fact.locator, fact.date) if part)),),
        note=fact.note,
        mark=fact.mark,
        date=fact.date,
        order=repr(fact.value),
        hangs=tuple(hangs),
        input=identity,
    )


def _wide(table: str, row: dict[str, Any], key: list[str], numbers: list[str]) -> Row:
    computed = row.get("mark") == "computed"
    ends = readable.interval(row.get("low", float("nan")), row.get("high", float("nan")), "1", computed)
    cells = tuple(_cell(column, row[column], computed, ends if column in RANGED else "") for column in numbers)
    asides = [
        f"{called(column).lower()}: {cell_text(value)}"
        for column, value in row.items()
        if column not in {*key, *numbers} | _APART
        and not str(column).endswith(("source", "locator"))
        and cell_text(value)
    ]
    sources = tuple(
        _origin(cell_text(row[column]), cell_text(row.get(str(column).replace("source", "locator"))))
        for column in row
        if str(column).endswith("source") and cell_text(row[column])
    )
    dates = [date for column in DATES if (date := cell_text(row.get(column)))]
    return Row(
        id=row_anchor(table, row),
        name=row_name(table, row),
        aside=" · ".join(asides),
        cells=cells,
        sources=sources,
        note=cell_text(row.get("note")),
        mark=cell_text(row.get("mark")),
        date=dates[0] if dates else "",
        order=next((repr(row[column]) for column in numbers if not pd.isna(row[column])), None),
    )


def _experiment(path: Path, readers: Mapping[str, list[Reader]]) -> Sheet:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        frame = pd.read_csv(path.with_suffix(".csv"))
    except (ValueError, OSError) as error:
        raise ProblemError(
            f"{path.name} or its table cannot be read: {error}; restore it from the repository."
        ) from error
    numbers = [str(column) for column in frame.columns if pd.api.types.is_numeric_dtype(frame[column])]
    texts = [str(column) for column in frame.columns if column not in numbers]
    rows = tuple(
        Row(
            id=f"{path.stem}-{place}",
            name=" · ".join(text for column in texts if (text := cell_text(row[column]))) or f"row {place}",
            cells=tuple(_cell(column, row[column], computed=True) for column in numbers),
            order=next((repr(float(row[column])) for column in numbers if not pd.isna(row[column])), None),
        )
        for place, row in enumerate(frame.head(SHOWN).to_dict("records"), 1)
    )
    made = [f"Made on {review.in_words(manifest['date'])}"] if "date" in manifest else []
    made += [f"in {manifest['seconds']:,.0f} seconds" for _ in [0] if "seconds" in manifest]
    made += [f"on {manifest['card']}" for _ in [0] if "card" in manifest]
    made += [f"with {manifest['command']}" for _ in [0] if "command" in manifest]
    about = f"{' '.join(made)}. Licence: {manifest.get('licence', 'that of the book')}."
    return Sheet(
        name=path.stem,
        title=_titled(str(manifest.get("title") or path.stem)),
        path=f"results/{path.stem}.csv",
        about=about.removeprefix(". "),
        heads=(Head(" · ".join(map(called, texts)) or "Row"), *(Head(called(n), number=True) for n in numbers)),
        rows=rows,
        experiment=True,
        meanings=tuple(
            (called(key), cell_text(value)) for key, value in manifest.items() if key not in ("title", "name")
        ),
        hangs=tuple(readers.get(path.stem, ())),
        rest=len(frame) if len(frame) > SHOWN else 0,
        as_of=str(manifest.get("date", "")),
        licence=str(manifest.get("licence", "")),
        manifest=manifest,
    )


def _cell(column: str, value: float, computed: bool, ends: str = "") -> Cell:
    """A number of a wide table; its digits in full where they are more than is shown."""
    text = readable.number(float(value), computed)
    exact = "" if pd.isna(value) else readable.exact(float(value))
    return Cell(called(column), text, "" if exact == text.replace("−", "-") else exact, ends)


def _origin(key: str, locator: str) -> Origin:
    known = bibliography.sources()
    return Origin(known[key].name, known[key].title, locator, key) if key in known else Origin(key, "", locator)


def _titled(text: str) -> str:
    """Set a title as it is read.

    >>> _titled("Occam's razor (10^8 networks)")
    'Occam’s razor (10⁸ networks)'
    """
    return re.sub(r"\^(\d+)", lambda found: found[1].translate(RAISED), text).replace("'", "’")


def reviewed(name: str) -> str:
    """Say how often the rows of a table are looked up again, and when they were last."""
    rules = [row.rule for row in review.rows(name)]
    paces = Counter(rule.months for rule in rules if rule.months)
    if not paces:
        return "None of its rows ages."
    counts = [f"{count:,} row{'s' * (count > 1)} every {months} months" for months, count in sorted(paces.items())]
    if paces.total() < len(rules):
        counts.append("the others never")
    last = min(rule.seen for rule in rules if rule.months)
    return f"Looked up again: {', '.join(counts)}; last on {review.in_words(last.isoformat())}."


# --- writing ---------------------------------------------------------------------------------------------------------


@functools.cache
def templates() -> jinja2.Environment:
    """The templates of the extension."""
    return page.templates(Path(__file__).with_name("templates"))


def rendered(
    sheet: Sheet, root: str, source: Callable[[str], str], hanging: Callable[[tuple[Reader, ...], str, str], Markup]
) -> str:
    """Return a sheet as HTML.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    root : str
        Way from the page to the root of the site, such as ``"../"``.
    source : callable
        Address of a source in the bibliography by its key, from the root of the site; empty for none.
    hanging : callable
        What hangs on a fact, a row or a table as HTML, given its readers, `root` and its id (nothing for a table).
    """
    ways = [
        {"name": "CSV", "href": f"{root}{FILES}/{sheet.path}"},
        {"name": "Data package", "href": f"{root}{FILES}/datapackage.json"},
        {"name": "Everything as one archive", "href": f"{root}{FILES}/ai-training-efficiency-data.zip"},
        {"name": "How to load it", "href": f"{root}book/data.html#load-it"},
    ]

    def linked(each: Origin) -> Origin:
        way = source(each.href) if each.href else ""
        return Origin(each.name, each.title, each.locator, f"{root}{way}" if way else "")

    shown = [{**row.__dict__, "sources": [linked(each) for each in row.sources]} for row in sheet.rows]
    view = {name: getattr(sheet, name) for name in dir(sheet) if not name.startswith("_")}
    return (
        templates()
        .get_template("sheet.html")
        .render(
            sheet={**view, "rows": shown},
            ways=ways,
            words=WORDS,
            hanging=lambda readers, identity="": hanging(readers, root, identity),
        )
    )


def script(sheet: Sheet, html: str) -> str:
    """Return the script that hands a sheet to the list of tables, for a page opened from a file may not fetch."""
    return f"showSheet({json.dumps(sheet.anchor)}, {json.dumps(html, ensure_ascii=False)});\n".replace("</", "<\\/")


def findable(sheets: list[Sheet]) -> Iterator[dict[str, str]]:
    """Every fact for a search: name, value with unit, source, and its permanent link from the root of the site."""
    for sheet in sheets:
        if not sheet.experiment:
            for row in sheet.rows:
                values = row.cells[:1] if sheet.facts else row.cells
                value = "; ".join(f"{'' if cell.first else cell.name + ' '}{cell.text}" for cell in values if cell.text)
                yield {
                    "name": row.name,
                    "value": f"{value} {row.unit}".strip(),
                    "source": ", ".join(each.name for each in row.sources),
                    "locator": "; ".join(each.locator for each in row.sources),
                    "mark": WORDS.get(row.mark, ""),
                    "note": row.note,
                    "table": sheet.title,
                    "link": address(sheet.name, row.id),
                }
