"""The assumptions of a topic: the documented constants of its ``chapter.inputs``, and the thresholds of its verdicts.

An assumption is a name in capitals below a ``#:`` comment, which says what it is. What is made of others when the
module is read (``CONTEXTS = (CONTEXT, 32_768)``) follows them when they are replaced.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from analysis.kit.errors import ProblemError


@dataclass(frozen=True)
class Assumption:
    """A constant that stands in a chapter part because somebody chose it.

    Parameters
    ----------
    name : str
    value : object
        As it is now.
    says : str
        What it is: the comment above it, which is its own.
    path : str
        Of its module, in the repository.
    line : int
    threshold : bool
        Whether a rule compares with it (it stands in ``chapter.verdicts``).
    """

    name: str
    value: Any
    says: str
    path: str
    line: int
    threshold: bool


def declared(module: ModuleType) -> dict[str, Assumption]:
    """The assumptions of a module by name, in its order."""
    path = Path(module.__file__ or "")
    place = "/".join(path.parts[path.parts.index(module.__name__.split(".")[0]) :])
    of_rule = module.__name__.endswith(".verdicts")
    written = _written(path.read_text(encoding="utf-8"))
    return {
        name: Assumption(name, vars(module)[name], says, place, line, of_rule) for name, (says, line) in written.items()
    }


@functools.lru_cache(maxsize=64)
def _written(text: str) -> dict[str, tuple[str, int]]:
    """The assumptions in the text of a module by name, with comment and line."""
    lines, found = text.splitlines(), dict[str, tuple[str, int]]()
    for statement in ast.parse(text).body:
        says = _comment(lines, statement.lineno)
        for name in _given(statement) if says else ():
            if re.fullmatch("[A-Z][A-Z0-9_]*", name):
                found.setdefault(name, (says, statement.lineno))
    return found


def _comment(lines: list[str], line: int) -> str:
    """The ``#:`` comment above a line; a constant without one of its own is found with that of the one above it."""
    at = line - 2
    while at >= 0 and re.match(r"[A-Z][A-Z0-9_, ]*(:.*)? \|?= ", lines[at]):
        at -= 1
    said: list[str] = []
    while at >= 0 and lines[at].startswith("#:"):
        said.insert(0, lines[at].removeprefix("#:").strip())
        at -= 1
    return " ".join(said)


def _given(statement: ast.stmt) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return []
    return [node.id for target in targets if target for node in ast.walk(target) if isinstance(node, ast.Name)]


def names_in(function: Callable[..., Any]) -> set[str]:
    """The names that a function has in its own code, and in the functions and lists within it."""
    found, waiting = set[str](), [inspect.unwrap(function).__code__]
    while waiting:
        code = waiting.pop()
        found |= set(code.co_names)
        waiting += [each for each in code.co_consts if isinstance(each, CodeType)]
    return found


# --- parts of an assumption -----------------------------------------------------------------------------------------


def parts(value: Any) -> dict[str, int | float]:
    """The numbers of an assumption by the rest of their id: ``""`` for a number itself, ``.rate``, ``.2``.

    >>> parts(4), parts((15.0, 27.0)), parts(("a", "b")), parts(True)
    ({'': 4}, {'.1': 15.0, '.2': 27.0}, {}, {})
    """
    if _number(value):
        return {"": value}
    return {f".{name}": each for name, each in _inside(value).items() if _number(each)}


def choices(value: Any) -> list[str]:
    """The entries of a list of an assumption that may be left out, by the rest of their id.

    >>> choices(("a", "b")), choices((15.0, 27.0)), choices(("a",))
    (['.1', '.2'], [], [])
    """
    listed = isinstance(value, tuple | list | dict) and len(value) > 1
    return [f".{name}" for name in _inside(value)] if listed and not parts(value) else []


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _inside(value: Any) -> dict[str, Any]:
    if isinstance(value, tuple | list):
        return {str(place): each for place, each in enumerate(value, 1)}
    if isinstance(value, dict):
        return {str(place): each for place, each in enumerate(value.values(), 1)}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    return {}


def with_part(value: Any, part: str, new: float | None) -> Any:
    """The same with one of its parts replaced, or left out where `new` is None.

    >>> with_part((15.0, 27.0), "2", 30.0), with_part({"a": 1, "b": 2}, "1", None)
    ((15.0, 30.0), {'b': 2})

    Raises
    ------
    ProblemError
        If it has no such part, or the part cannot be left out.
    """
    known = parts(value)
    if f".{part}" * bool(part) in known:
        before = value if not part else _inside(value)[part]
        made = type(before)(new) if new is not None and isinstance(before, int) and float(new).is_integer() else new
    elif not part or (new is not None and part in _inside(value)):
        named = [each.removeprefix(".") for each in (*known, *choices(value))]
        raise ProblemError(f"It is no number; name one of its parts: {', '.join(named) or 'there are none'}.")
    else:
        made = new
    if not part:
        if new is None:
            raise ProblemError("It is one number, which cannot be left out; give another value.")
        return made
    inside = _inside(value)
    if part not in inside:
        raise ProblemError(f"It has no part {part!r}; there are {', '.join(inside) or 'none'}.")
    if is_dataclass(value) and new is not None:
        return replace(value, **{part: made})  # type: ignore[type-var]
    if is_dataclass(value):
        raise ProblemError(f"Its part {part!r} cannot be left out; give another value.")
    if new is None and len(inside) == 1:
        raise ProblemError("It has one entry, which cannot be left out; give another value.")
    keys = list(value) if isinstance(value, dict) else range(len(value))
    given = {**inside, part: made}
    kept = {key: each for key, each in zip(keys, given.values(), strict=True) if each is not None}
    return kept if isinstance(value, dict) else type(value)(kept.values())


# --- replacing them -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def replaced(module: ModuleType, values: Mapping[str, Any]) -> Iterator[None]:
    """Replace constants of a module while the context lasts, with what is made of them and where they are imported."""
    names = dict(vars(module))
    names |= values
    changed = set(values)
    for statement in _following(module, values):
        names |= {name: copy.copy(names[name]) for name in _augmented(statement)}
        given = _given(statement)
        try:
            exec(compile(ast.Module([statement], []), module.__file__ or "", "exec"), names)
        except Exception as error:
            what = " and ".join(values)
            raise ProblemError(
                f"{', '.join(given)} cannot be made of {what} so ({type(error).__name__}: {error})."
            ) from error
        changed |= set(given)
    before: list[tuple[ModuleType, str, Any]] = []
    try:
        for name in changed:
            old = vars(module).get(name)
            for other in [m for key, m in list(sys.modules.items()) if key.startswith("analysis.") and m]:
                if other is module or (vars(other).get(name) is old and _imports(other, module, name)):
                    before.append((other, name, old))
                    setattr(other, name, names[name])
        yield
    finally:
        for other, name, old in reversed(before):
            setattr(other, name, old)


def following(module: ModuleType, names: Iterable[str]) -> set[str]:
    """Some constants of a module, and all that are made of them when it is read."""
    return set(names).union(*map(_given, _following(module, names)))


def _following(module: ModuleType, names: Iterable[str]) -> Iterator[ast.stmt]:
    """The statements of a module that make constants of some others, in their order."""
    given_anew = set(names)
    changed = set(given_anew)
    for statement in ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")).body:
        given = _given(statement)
        read = {
            node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        if given and not given_anew.issuperset(given) and (read | _augmented(statement)) & changed:
            changed |= set(given)
            yield statement


def _augmented(statement: ast.stmt) -> set[str]:
    """The names that a statement changes in place."""
    return set(_given(statement)) if isinstance(statement, ast.AugAssign) else set()


def _imports(module: ModuleType, source: ModuleType, name: str) -> bool:
    """Whether a module has a name from another one."""
    text = Path(module.__file__ or "").read_text(encoding="utf-8") if module.__file__ else ""
    return any(
        isinstance(node, ast.ImportFrom) and node.module == source.__name__ and name in {a.name for a in node.names}
        for node in ast.walk(ast.parse(text))
    )
