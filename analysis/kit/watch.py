"""What a computation reads of the published data, and in which lines: found by watching it, not by grep.

While the watch is on, the reading of a fact's value and the opening of a data file note who asked: the calls that led
there, the outermost first. A function that keeps its results (``functools.cache``) keeps with each what was read for
it, and whoever is given the result later has read that too; so nothing has to be computed twice to learn it.

The watch is started before any model is imported, in a process of its own: :mod:`analysis.runs` does so in the kernel
of a chapter's run. What is read in other processes or threads, or kept on disk (:mod:`analysis.kit.kept`), is not seen.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from analysis.kit import assumptions, facts

ROOT = Path(__file__).parents[2]
#: Where a call was made: a file of the repository, or a cell (:func:`cell_place`), the line and the column.
Place = tuple[str, int, int]
#: What was read (``fact table/id``, ``table name``, ``file folder/name.json``, ``assumption topic/NAME``), and the
#: calls that led there.
Note = tuple[str, tuple[Place, ...]]

#: What is being recorded, the outermost recording first.
_RECORDINGS: list[set[Note]] = []
_NAMES: dict[int, str] = {}
_STARTED: list[bool] = []


def start() -> None:
    """Watch from now on; functions that keep results are watched if they are defined from now on."""
    if _STARTED:
        return
    _STARTED.append(True)
    know_facts()

    def reading(fact: facts.Fact, name: str) -> Any:
        if _RECORDINGS and name in ("value", "low", "high"):
            _note(_NAMES.get(id(fact), ""))
        return object.__getattribute__(fact, name)

    frame = facts.frame

    def reading_table(name: str, *folder: Path) -> Any:
        _note(f"table {name}")
        return frame(name, *folder)

    facts.Fact.__getattribute__ = reading  # type: ignore[method-assign,assignment]
    facts.frame = reading_table  # type: ignore[assignment]
    sys.addaudithook(_opened)
    functools.cache = _cache
    functools.lru_cache = _lru_cache


def know_facts() -> None:
    """Know the facts of all tables by their names, also those that stand for others now."""
    for table in facts.names():
        _NAMES.update({id(fact): f"fact {table}/{key}" for key, fact in facts.load(table).items()})


def attend(module: ModuleType, topic: str) -> None:
    """Watch who reads the assumptions of a module: from another one (``inputs.RATE``), or by calling its functions.

    Of a function of the module those that it names count as read, whichever way it goes.
    """
    names = frozenset(assumptions.declared(module))
    for name, function in list(vars(module).items()):
        if inspect.isfunction(function) and function.__module__ == module.__name__:
            own = sorted(names & assumptions.names_in(function))
            setattr(module, name, _telling(function, [f"assumption {topic}/{each}" for each in own]))

    class Watched(ModuleType):
        def __getattribute__(self, name: str) -> Any:
            if _RECORDINGS and name in names:
                _note(f"assumption {topic}/{name}")
            return super().__getattribute__(name)

    module.__class__ = Watched


def _telling(function: Callable[..., Any], read: list[str]) -> Callable[..., Any]:
    """The same function, which notes at each call what it reads."""

    @functools.wraps(function)
    def told(*args: Any, **kwargs: Any) -> Any:
        if _RECORDINGS:
            for what in read:
                _note(what)
        return function(*args, **kwargs)

    return told


@contextlib.contextmanager
def during() -> Iterator[set[Note]]:
    """Record what is read while the context lasts."""
    seen: set[Note] = set()
    _RECORDINGS.append(seen)
    try:
        yield seen
    finally:
        _RECORDINGS[:] = [other for other in _RECORDINGS if other is not seen]


def names_of(fact: object) -> list[str]:
    """What a note calls a fact; nothing for what is in no table, or before the watch is started."""
    return [_NAMES[id(fact)]] if id(fact) in _NAMES else []


def _note(what: str, inner: tuple[Place, ...] = ()) -> None:
    if what:
        note = what, _calls() + inner
        for seen in _RECORDINGS:
            seen.add(note)


def _opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _RECORDINGS or not isinstance(arguments[0], str | Path):
        return
    path = Path(arguments[0])
    if not path.is_relative_to(facts.DATA):
        return
    if path.suffix == ".csv":
        _note(f"table {path.stem}")
    elif path.suffix == ".json" and path.parent not in (facts.DATA, facts.DATA / "results"):
        _note(f"file {path.relative_to(facts.DATA).as_posix()}")


def _calls() -> tuple[Place, ...]:
    """The calls that are going on in models, chapter parts and cells, the outermost first."""
    frame: FrameType | None = sys._getframe(1)
    calls = []
    while frame:
        place = _place(frame.f_code.co_filename)
        if place:
            line, column = _positions(frame.f_code)[frame.f_lasti // 2]
            calls.append((place, line or frame.f_lineno, column or 0))
        frame = frame.f_back
    return tuple(reversed(calls))


@functools.lru_cache(maxsize=4096)
def _place(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(ROOT / "analysis"):
        parts = path.relative_to(ROOT).parts
        return "/".join(parts) if len(parts) > 2 and parts[1] != "kit" else ""
    return cell_place("".join(linecache.getlines(file))) if "ipykernel" in file else ""


@functools.lru_cache(maxsize=4096)
def _positions(code: CodeType) -> list[tuple[int | None, int | None]]:
    """Line and column at which each instruction's expression begins."""
    return [(line, column) for line, _, column, _ in code.co_positions()]


def cell_place(source: str) -> str:
    """The name by which a note tells of a cell with this source."""
    return f"cell {hashlib.sha256(source.strip().encode()).hexdigest()[:12]}"


# --- functions that keep their results ----------------------------------------------------------------------------

_lru_cache_of_python = functools.lru_cache


def _cache(function: Callable[..., Any]) -> Any:
    return _lru_cache(maxsize=None)(function)


def _lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
    if callable(maxsize):
        return _watched(maxsize, _lru_cache_of_python(maxsize))
    return lambda function: _watched(function, _lru_cache_of_python(maxsize, typed)(function))


def _watched(function: Callable[..., Any], keeping: Any) -> Any:
    """Stand for a function that keeps its results, and keep what is read for each."""
    if not getattr(function, "__module__", "").startswith("analysis."):
        return keeping
    known: dict[Any, frozenset[Note]] = {}

    @functools.wraps(keeping)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if not _RECORDINGS:
            return keeping(*args, **kwargs)
        key = functools._make_key(args, kwargs, True)
        if key not in known:
            outer = len(_calls())
            with during() as seen:
                result = keeping(*args, **kwargs)
            known[key] = frozenset((what, at[outer:]) for what, at in seen)
            return result
        for what, inner in known[key]:
            _note(what, inner)
        return keeping(*args, **kwargs)

    asked.cache_clear, asked.cache_info = keeping.cache_clear, keeping.cache_info  # type: ignore[attr-defined]
    return asked
