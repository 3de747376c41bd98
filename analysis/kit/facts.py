"""Published figures that the analyses rest on, each with unit, source and locator.

The tables live in ``analysis/data/*.csv`` and are described by ``analysis/data/datapackage.json`` (a Frictionless
data package). Tables of facts have the same columns, and a row that lacks a required one does not load. Wide tables,
such as the rows of a benchmark, have a schema of their own there and are read by :func:`frame`.

What would follow from other facts is asked by :func:`override`: while its context lasts, :func:`load` and
:func:`frame` give what it says.
"""

from __future__ import annotations

import contextlib
import functools
import math
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.kit.errors import ProblemError

if TYPE_CHECKING:
    import frictionless  # heavy, so it is imported where a table is read

DATA = Path(__file__).parents[1] / "data"
#: Frictionless reads a table for one thread at a time.
READING = threading.RLock()


@dataclass(frozen=True)
class Fact:
    """One published figure.

    ``mark`` says how it was checked: ``primary`` (read in the primary source or its data), ``secondary``,
    ``unchecked`` or ``computed`` (from cited numbers). ``low`` and ``high`` are the published interval or nan.
    """

    id: str
    value: float
    low: float
    high: float
    unit: str
    date: str
    source: str
    locator: str
    mark: str
    licence: str
    note: str


class FactTable(Mapping[str, Fact]):
    """The facts of one table by id."""

    def __init__(self, name: str, facts: dict[str, Fact]) -> None:
        self.name = name
        self._facts = facts

    def __getitem__(self, identity: str) -> Fact:
        if identity not in self._facts:
            raise ProblemError(f"There is no fact {identity!r} in analysis/data/{self.name}.csv; add it there.")
        return self._facts[identity]

    def __contains__(self, identity: object) -> bool:
        return identity in self._facts

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def load(name: str, folder: Path = DATA) -> FactTable:
    """Load and validate a fact table.

    Parameters
    ----------
    name : str
        Name of a resource in ``datapackage.json``, such as ``"occam"``.
    folder : Path
        Folder of the data package.

    Returns
    -------
    FactTable

    Raises
    ------
    ProblemError
        Naming file, row and field, when the table is missing, malformed or incomplete.

    Examples
    --------
    >>> gpus = load("deepseek")["v3-gpus"]
    >>> gpus.value, gpus.unit, gpus.source
    (2048.0, 'H800 GPUs', 'deepseekv3_2024')
    """
    asked = ASKED.facts.get(name) if folder == DATA else None
    return published(name, folder) if asked is None else asked


def frame(name: str, folder: Path = DATA) -> pd.DataFrame:
    """Load and validate a wide table as a data frame, its columns as its schema has them; what is missing is nan.

    Raises
    ------
    ProblemError
        As for :func:`load`.
    """
    asked = ASKED.frames.get(name) if folder == DATA else None
    return published_frame(name, folder).copy() if asked is None else asked.reset_index(drop=True)


def override(changes: Mapping[str, float | None]) -> contextlib.AbstractContextManager[None]:
    """Compute with other facts and assumptions while a context lasts; see :mod:`analysis.kit.overriding`.

    They hold for the whole process: to try several at once, use processes in place of threads.

    Parameters
    ----------
    changes : mapping of str to float or None
        The new value by id: ``"deepseek/v3-gpus": 4096``; None leaves a row of a table, or of a list, out.

    Returns
    -------
    contextlib.AbstractContextManager[None]

    Raises
    ------
    ProblemError
        For an id that nothing has, with the nearest ones, a value that is no number, or while another thread computes
        with other facts.

    Examples
    --------
    >>> with override({"deepseek/v3-gpus": 4096}):
    ...     print(load("deepseek")["v3-gpus"].value)
    4096.0
    """
    from analysis.kit import overriding

    return overriding.override(changes)


@functools.cache
def published(name: str, folder: Path = DATA) -> FactTable:
    """A fact table as its file has it, whatever is asked for instead (:class:`Asked`)."""
    with READING:
        resource = _resource(name, folder)
        if not _holds_facts(resource):
            raise ProblemError(f"{name!r} is a wide table and holds no facts by id; read it with facts.frame.")
        return FactTable(name, {row["id"]: _fact(row) for row in resource.read_rows()})


@functools.cache
def number_columns(name: str, *, whole: bool = True) -> list[str]:
    """The columns of a wide table that hold numbers; without those of whole numbers, which may be names, if asked."""
    types = ("number", "integer") if whole else ("number",)
    return [str(field.name) for field in _listed(name, DATA).schema.fields if field.type in types]


def key_columns(name: str) -> list[str]:
    """The columns of a wide table that tell its rows apart."""
    schema = _listed(name, DATA).schema
    return list(schema.primary_key) or schema.field_names[:1]


def meanings(name: str) -> dict[str, str]:
    """What each column of a table means, by its name."""
    return {field.name: field.description or "" for field in _listed(name, DATA).schema.fields}


def title(name: str) -> str:
    """The title of a table."""
    return str(_listed(name, DATA).title or name)


@functools.cache
def published_frame(name: str, folder: Path = DATA) -> pd.DataFrame:
    """A wide table as its file has it, whatever is asked for instead; not to be changed."""
    with READING:
        resource = _resource(name, folder)
        table = pd.DataFrame([row.to_dict() for row in resource.read_rows()], columns=resource.schema.field_names)
    numbers = [field.name for field in resource.schema.fields if field.type in ("number", "integer")]
    return table.astype(dict.fromkeys(numbers, float))


def rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """Load and validate a table of texts, such as the claims; what is missing is empty.

    Raises
    ------
    ProblemError
        As for :func:`load`.
    """
    with READING:
        return [{key: row[key] or "" for key in row} for row in _resource(name, folder).read_rows()]


def names(folder: Path = DATA) -> list[str]:
    """Names of the tables of facts in the data package, without the wide tables."""
    return [str(resource.name) for resource in _package(folder).resources if _holds_facts(resource)]


def wide_names(folder: Path = DATA) -> list[str]:
    """Names of the wide tables in the data package, without the claims, which are no data of ours."""
    return [
        str(resource.name)
        for resource in _package(folder).resources
        if not _holds_facts(resource) and not resource.custom.get("kind")
    ]


def described(name: str, folder: Path = DATA) -> dict[str, Any]:
    """What the data package says of a table beyond the standard, such as how fast it ages.

    Raises
    ------
    ProblemError
        If there is no such table.
    """
    return dict(_listed(name, folder).custom)


def problem_in(resource: frictionless.Resource) -> str:
    """Return the first problem of a table as one sentence with file, row and field, or an empty string."""
    report = resource.validate()
    if report.valid:
        return ""
    task = report.tasks[0]
    error = (task.errors or report.errors)[0]
    row, field = getattr(error, "row_number", None), getattr(error, "field_name", None)
    place = ", ".join(
        [f"{resource.path}"] + [f"row {row}"] * (row is not None) + [f"field {field!r}"] * (field is not None)
    )
    return f"{place}: {error.message.rstrip('.')}; correct it there."


def allowed(name: str, column: str, value: float) -> bool:
    """Whether the schema of a table lets a number stand in a column: whole where it must be, in its range or list."""
    field = _listed(name, DATA).schema.get_field(column)
    whole = float(value).is_integer() and field.type == "integer"
    return not field.read_cell(int(value) if whole else value)[1]


def _holds_facts(resource: frictionless.Resource) -> bool:
    return {"id", "value"} <= set(resource.schema.field_names)


def _resource(name: str, folder: Path) -> Any:
    """Return a table of the data package once it is known to be there and valid."""
    resource = _listed(name, folder)
    if not (folder / str(resource.path)).exists():
        raise ProblemError(f"The data file {resource.path} is missing; restore it with 'git checkout {folder.name}'.")
    problem = problem_in(resource)
    if problem:
        raise ProblemError(problem)
    return resource


def _listed(name: str, folder: Path) -> Any:
    package = _package(folder)
    if not package.has_resource(name):
        known = ", ".join(r.name for r in package.resources if r.name)
        raise ProblemError(f"There is no fact table {name!r} in {folder.name}/datapackage.json; it lists {known}.")
    return package.get_table_resource(name)


@dataclass
class Asked:
    """Tables that stand for those of the files while an override lasts, by name."""

    facts: dict[str, FactTable] = field(default_factory=dict)
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)


#: Set by :mod:`analysis.kit.overriding` alone.
ASKED = Asked()


@functools.cache
def _package(folder: Path) -> frictionless.Package:
    import frictionless

    description = folder / "datapackage.json"
    if not description.exists():
        raise ProblemError(f"The description of the data, {description.name}, is missing in {folder}; restore it.")
    try:
        return frictionless.Package(str(description))
    except frictionless.FrictionlessException as error:
        raise ProblemError(f"{description.name} cannot be read: {error.error.message}; correct it.") from error


def _fact(row: frictionless.Row) -> Fact:
    cells: dict[str, Any] = {key: row[key] or "" for key in row}
    for key in ("value", "low", "high"):
        cells[key] = math.nan if row[key] is None else float(row[key])
    return Fact(**cells)
