"""What would follow from other facts or assumptions: they are replaced while a context lasts, and no trace stays.

What can be replaced has an id:

- ``deepseek/v3-gpus``: the value of a fact; ``.low`` and ``.high`` are the ends of its published interval;
- ``market_rents/3.price``: a number in the third row of a wide table;
- ``market/BOOM``, ``scaling/ABOUT_TWENTY.2``, ``market/VALUATION.rate``: an assumption of a topic, or a part of it
  (:mod:`analysis.kit.assumptions`).

With None for its value a fact is left out of its table, ``market_deals/3`` is left out of the wide one, and
``cnn_era/IMAGES.2`` out of a list.

Functions that keep their results are made to forget them when a context begins and when it ends; those of
:mod:`analysis.kit.kept` read no facts. An experiment hands what is replaced on to its workers, and a chapter's run to
its kernel.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import math
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from analysis.kit import assumptions, claims, facts
from analysis.kit.errors import ProblemError, closest
from analysis.kit.numbers import spaced

ENDS = ("value", "low", "high")
#: What is replaced now, the outermost context first.
_ASKED: list[dict[str, float | None]] = []
#: Held by the thread that replaces something: what is replaced is so for the whole process.
_HELD = threading.RLock()


@dataclass(frozen=True)
class Handle:
    """What an id names: the kind, where it stands, and which part of it.

    Parameters
    ----------
    kind : str
        ``fact``, ``row`` (of a wide table) or ``assumption``.
    owner : str
        Table or topic.
    name : str
        Id of the fact, number of the row from one on, or name of the constant.
    part : str
        End of the fact's interval, column, or part of the constant; may be empty.
    """

    kind: str
    owner: str
    name: str
    part: str


def asked() -> dict[str, float | None]:
    """What is replaced now, by id."""
    return {key: value for each in _ASKED for key, value in each.items()}


@contextlib.contextmanager
def override(changes: Mapping[str, float | None]) -> Iterator[None]:
    """Replace facts and assumptions while the context lasts (see :func:`analysis.kit.facts.override`)."""
    if not changes or not _HELD.acquire(blocking=False):
        if not changes.items() <= asked().items():
            raise ProblemError("Another thread computes with other facts; wait for its end, or use processes.")
        yield
        return
    try:
        with _replaced(changes):
            yield
    finally:
        _HELD.release()


@contextlib.contextmanager
def _replaced(changes: Mapping[str, float | None]) -> Iterator[None]:
    handles = {identity: check(identity, value) for identity, value in changes.items()}
    _refuse_twice(handles, changes)
    before = replace(facts.ASKED)
    _ASKED.append(dict(changes))
    try:
        with contextlib.ExitStack() as stack:
            _set_tables([(handle, changes[identity]) for identity, handle in handles.items()])
            assumed = [
                (handle, changes[identity]) for identity, handle in handles.items() if handle.kind == "assumption"
            ]
            for topic in {handle.owner for handle, _ in assumed}:
                _set_constants(topic, [(h, value) for h, value in assumed if h.owner == topic], stack)
            _forget()
            yield
    finally:
        _ASKED.pop()
        facts.ASKED.facts, facts.ASKED.frames = before.facts, before.frames
        _forget()


def check(identity: str, value: float | None) -> Handle:
    """What an id names, once it is known that it can have this value.

    Raises
    ------
    ProblemError
        For an id that nothing has, with the nearest ones; for a value that is no finite number.
    """
    handle = handle_of(identity)
    if value is not None and (
        isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)
    ):
        raise ProblemError(f"{identity} is set to {value!r}; give a finite number, or None to leave it out.")
    if handle.kind == "row" and value is not None and not handle.part:
        raise ProblemError(f"{identity} is a row; name a column, such as {identity}.{_columns(handle.owner)[0]}.")
    if value is None and handle.part not in ("", "value") and handle.kind != "assumption":
        whole = f"{handle.owner}/{handle.name}"
        raise ProblemError(f"{identity} is a part of {whole}, which can be left out as a whole.")
    if handle.kind == "assumption":
        try:
            assumptions.with_part(constants(handle.owner)[handle.name].value, handle.part, value)
        except ProblemError as error:
            raise ProblemError(f"{identity}: {error}") from error
    return handle


def _refuse_twice(handles: Mapping[str, Handle], changes: Mapping[str, float | None]) -> None:
    """Refuse to change one thing twice, or a part of what is left out."""
    whole: dict[tuple[str, str], list[str]] = {}
    for identity, handle in handles.items():
        whole.setdefault((handle.owner, handle.name), []).append(identity)
    for same in whole.values():
        parts = [handles[identity].part for identity in same]
        left = [identity for identity in same if changes[identity] is None and handles[identity].kind != "assumption"]
        if len(same) > len(set(parts)) or (left and len(same) > 1):
            raise ProblemError(f"{' and '.join(same)} ask for one thing twice; keep one of them.")
    for owner, name in whole:
        before = [each for each in asked() if asked()[each] is None and _constant(each) == (owner, name)]
        if before:
            raise ProblemError(f"An entry of {owner}/{name} is left out already ({before[0]}); ask for both at once.")


def _constant(identity: str) -> tuple[str, str]:
    handle = handle_of(identity)
    return (handle.owner, handle.name) if handle.kind == "assumption" else ("", "")


def handle_of(identity: str) -> Handle:
    """Read an id.

    Raises
    ------
    ProblemError
        If nothing has it, with the nearest ids.
    """
    owner, slash, rest = identity.partition("/")
    name, _, part = rest.partition(".")
    if slash and re.fullmatch("[A-Z][A-Z0-9_]*", name) and name in constants(owner):
        return Handle("assumption", owner, name, part)
    if owner in facts.names():
        table = facts.published(owner)
        if rest in table:
            return Handle("fact", owner, rest, "value")
        before, _, end = rest.rpartition(".")
        if before in table and end in ENDS:
            return Handle("fact", owner, before, end)
    if owner in facts.wide_names() and name.isdigit() and 0 < int(name) <= len(facts.published_frame(owner)):
        if not part or part in _columns(owner):
            return Handle("row", owner, name, part)
        raise ProblemError(f"{owner} has no column of numbers {part!r}; {closest(part, _columns(owner))}")
    raise ProblemError(f"No fact or assumption has the id {identity!r}; {closest(identity, _near(owner))}")


def traced(identity: str) -> set[str]:
    """What the trace of a run calls an id, and the constants that are made of it (:data:`analysis.runs.Read`).

    Examples
    --------
    >>> traced("deepseek/v3-gpus.low"), traced("market_deals/3")
    ({'fact deepseek/v3-gpus'}, {'table market_deals'})
    """
    handle = handle_of(identity)
    if handle.kind == "row":
        return {f"table {handle.owner}"}
    if handle.kind == "fact":
        return {f"fact {handle.owner}/{handle.name}"}
    made = {handle.name}
    for module in modules(handle.owner):
        made |= assumptions.following(module, made & {*vars(module)})
    return {f"assumption {handle.owner}/{name}" for name in made}


def _near(owner: str) -> list[str]:
    """The ids among which one that was misspelt is looked for: those of its table, or all."""
    tables = [name for name in facts.names() if owner == name] or facts.names()
    found = [f"{table}/{key}" for table in tables for key in facts.published(table)]
    topics = [owner] if constants(owner) else facts.names()
    found += [f"{topic}/{name}" for topic in topics for name in constants(topic)]
    if owner in facts.wide_names():
        found = [f"{owner}/{row}" for row in range(1, len(facts.published_frame(owner)) + 1)]
    return found


def _columns(table: str) -> list[str]:
    return facts.number_columns(table)


def modules(topic: str) -> list[ModuleType]:
    """The modules of a topic that hold its assumptions."""
    found = []
    for part in ("inputs", "verdicts"):
        name = f"analysis.{topic}.chapter.{part}"
        try:
            found.append(importlib.import_module(name))
        except ModuleNotFoundError as error:
            if not name.startswith(str(error.name)):
                raise
    return found


def constants(topic: str) -> dict[str, assumptions.Assumption]:
    """The assumptions of a topic by name, or nothing if there is no such topic."""
    if not re.fullmatch("[a-z_]+", topic):
        return {}
    return {name: each for module in modules(topic) for name, each in assumptions.declared(module).items()}


def thresholds(judge: Callable[..., Any]) -> list[str]:
    """The assumptions that a rule, or what it calls in its module, names: those of the module, or imported by name."""
    module = sys.modules.get(judge.__module__)
    if module is None:  # a rule that somebody made by hand
        return []
    known = [
        name
        for home in modules(module.__name__.split(".")[1])
        for name in assumptions.declared(home)
        if vars(module).get(name) is vars(home)[name]
    ]
    found = set[str]()
    waiting, seen = [judge], set[str]()
    while waiting:
        for name in assumptions.names_in(waiting.pop()):
            called = vars(module).get(name)
            if name in known and called is not None:
                found.add(name)
            elif inspect.isfunction(called) and called.__module__ == module.__name__ and name not in seen:
                seen.add(name)
                waiting.append(called)
    return [name for name in known if name in found]


# --- putting it in force ----------------------------------------------------------------------------------------------


def _set_tables(changes: list[tuple[Handle, float | None]]) -> None:
    """Put tables with other facts and rows in the place of those that hold now."""
    tables: dict[str, dict[str, facts.Fact]] = {}
    frames: dict[str, pd.DataFrame] = {}
    for handle, value in changes:
        if handle.kind == "fact":
            table = tables.setdefault(handle.owner, dict(facts.load(handle.owner)))
            if handle.name not in table:
                raise ProblemError(f"{handle.owner}/{handle.name} is left out already; ask for both at once.")
            if value is None:
                del table[handle.name]
            else:
                table[handle.name] = replace(table[handle.name], **{handle.part: float(value)})  # type: ignore[arg-type]
        elif handle.kind == "row":
            held = facts.ASKED.frames.get(handle.owner, facts.published_frame(handle.owner))
            frame = frames.setdefault(handle.owner, held.copy())
            label = int(handle.name) - 1
            if label not in frame.index:
                raise ProblemError(f"{handle.owner}/{handle.name} is left out already; ask for both at once.")
            if value is None:
                frames[handle.owner] = frame.drop(index=label)
            else:
                frame.loc[label, handle.part] = float(value)
    new = {name: facts.FactTable(name, table) for name, table in tables.items()}
    facts.ASKED.facts, facts.ASKED.frames = facts.ASKED.facts | new, facts.ASKED.frames | frames


def _set_constants(topic: str, changes: list[tuple[Handle, float | None]], stack: contextlib.ExitStack) -> None:
    """Replace assumptions of a topic until a stack of contexts ends, and the sentences of rules that print them."""
    for module in modules(topic):
        own = assumptions.declared(module)
        values: dict[str, Any] = {}
        # parts from the last to the first, so that leaving one out does not move another
        for handle, value in sorted(changes, key=lambda change: _place(change[0].part), reverse=True):
            if handle.name in own:
                now = values.get(handle.name, own[handle.name].value)
                values[handle.name] = assumptions.with_part(now, handle.part, value)
        if values:
            stack.enter_context(assumptions.replaced(module, values))
    for module in modules(topic):
        stack.enter_context(_sentences(module))


def _place(part: str) -> int:
    return int(part) if part.isdigit() else 0


@contextlib.contextmanager
def _sentences(module: ModuleType) -> Iterator[None]:
    """Print the rules of a module with the constants that hold now."""
    before = dict(claims.RULES)
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for call in (each for each in function.decorator_list if isinstance(each, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == "rule":
                claim, sentence = (eval(compile(ast.Expression(a), "rule", "eval"), vars(module)) for a in call.args)
                claims.RULES[claim] = replace(claims.RULES[claim], sentence=spaced(sentence))
    try:
        yield
    finally:
        claims.RULES.update(before)


def _forget() -> None:
    """Make all functions of the topics that keep results in memory forget them."""
    for name, module in list(sys.modules.items()):
        if re.match(r"analysis\.(?!kit\b)\w+\.", name):
            for each in list(vars(module).values()):
                if hasattr(each, "cache_clear") and not hasattr(each, "kept"):
                    each.cache_clear()
