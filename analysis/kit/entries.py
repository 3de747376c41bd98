"""Where the numbers of a module stand, and which lines and functions compute each: read from its syntax, not run.

A number is an entry of a dictionary in a function: ``"days-pre": Number(v3.days, ".1f")``. It is computed in its own
lines and in those of the assignments in the same function that give a name it uses.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Entry:
    """A number, or the numbers of a comprehension, as a module gives it.

    Parameters
    ----------
    name : str
        With ``{}`` where a comprehension or a loop fills something in.
    function : str
        Of the module, in which it stands.
    line : int
    parts : tuple of ast.AST
        Its own expression, and what gives the names it uses.
    """

    name: str
    function: str
    line: int
    parts: tuple[ast.AST, ...]

    @property
    def lines(self) -> set[int]:
        """All lines that it is computed in."""
        found = {self.line}
        for part in self.parts:
            found |= set(range(part.lineno, part.end_lineno + 1))  # type: ignore[attr-defined]
        return found

    def holds(self, line: int, column: int) -> bool:
        """Whether what begins at this place belongs to its computation."""
        at = line, column
        return any(
            (p.lineno, p.col_offset) <= at < (p.end_lineno, p.end_col_offset)  # type: ignore[attr-defined]
            for p in self.parts
        )

    def gives(self, name: str) -> bool:
        """Whether a number of this name may come from it."""
        return bool(re.fullmatch(re.escape(self.name).replace(r"\{\}", ".+"), name))


def entries(path: Path) -> list[Entry]:
    """Every number of a module."""
    found = []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        given = _given(function)
        for key, value in _pairs(function):
            name = _name(key)
            if name:
                found.append(Entry(name, function.name, key.lineno, tuple(_parts(value, given))))
    return found


def of(name: str, known: list[Entry]) -> Entry | None:
    """The entry that gives a number: the one of its name, else the comprehension that may."""
    exact = next((entry for entry in known if entry.name == name), None)
    return exact or next((entry for entry in known if entry.gives(name)), None)


def _pairs(function: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a function puts under a key: entries of dictionaries, of comprehensions, and by assignment."""
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            yield from ((key, value) for key, value in zip(node.keys, node.values, strict=True) if key)
        elif isinstance(node, ast.DictComp):
            yield node.key, node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            yield node.targets[0].slice, node.value


def _name(key: ast.expr) -> str:
    if isinstance(key, ast.Constant):
        return key.value if isinstance(key.value, str) else ""
    if isinstance(key, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in key.values)
    return "{}" if isinstance(key, ast.Name) else ""


def _given(function: ast.FunctionDef) -> dict[str, list[ast.AST]]:
    """What gives each name of a function its value."""
    given: dict[str, list[ast.AST]] = {}

    def note(target: ast.expr, source: ast.AST) -> None:
        for name in {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}:
            given.setdefault(name, []).append(source)

    for node in ast.walk(function):
        if isinstance(node, ast.For | ast.comprehension):
            note(node.target, node.iter)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            note(node.target, node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                sides = [target, node.value]
                if all(isinstance(s, ast.Tuple) and not _starred(s) for s in sides) and (
                    len(target.elts) == len(node.value.elts)  # type: ignore[attr-defined]
                ):
                    for name, value in zip(target.elts, node.value.elts, strict=True):  # type: ignore[attr-defined]
                        note(name, value)
                else:
                    note(target, node)
    return given


def _starred(node: ast.expr) -> bool:
    return any(isinstance(child, ast.Starred) for child in ast.iter_child_nodes(node))


def number_lines(path: Path) -> dict[str, tuple[int, set[int]]]:
    """Of each number in a prose module: the line it stands in, and all lines its value is computed in."""
    return {entry.name: (entry.line, entry.lines) for entry in entries(path) if "{}" not in entry.name}


def _parts(node: ast.AST, given: dict[str, list[ast.AST]]) -> Iterator[ast.AST]:
    waiting, seen = [node], set[str]()
    while waiting:
        current = waiting.pop()
        yield current
        # in the order of the text: that of a set is another in each process, and pages print what is found
        for name in dict.fromkeys(n.id for n in ast.walk(current) if isinstance(n, ast.Name)):
            if name not in seen:
                seen.add(name)
                waiting += given.get(name, [])


# --- the functions behind an entry -----------------------------------------------------------------------------------


def models(parts: tuple[ast.AST, ...], module: ModuleType) -> list[Callable[..., Any]]:
    """The functions and classes of the topics' models that pieces of a module call, those of the module followed.

    A helper of a chapter part is no model: what it calls counts.
    """
    found: dict[str, Callable[..., Any]] = {}
    seen: set[str] = set()

    def look(pieces: tuple[ast.AST, ...], names: ModuleType) -> None:
        for piece in pieces:
            for node in ast.walk(piece):
                # a function may be passed on by its name, to a mapping or an optimiser
                called = _resolved(node, names) if isinstance(node, ast.Name | ast.Attribute) else None
                home = str(getattr(called, "__module__", ""))
                if not callable(called) or not re.match(r"analysis\.(?!kit\b)\w+\.", home):
                    continue
                key = f"{home}.{called.__qualname__}"  # type: ignore[attr-defined]
                if key in seen:
                    continue
                seen.add(key)
                if ".chapter." not in home:
                    found[key] = called
                elif inspect.isfunction(inspect.unwrap(called)):
                    used = inspect.getmodule(inspect.unwrap(called))
                    look((_definition(called),), used) if used else None

    look(parts, module)
    return list(found.values())


def _resolved(node: ast.expr, names: Any) -> Any:
    """The object that a dotted name stands for in a module, or None; attributes of values are not looked up."""
    if isinstance(node, ast.Name):
        return getattr(names, node.id, None)
    if isinstance(node, ast.Attribute):
        owner = _resolved(node.value, names)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType | type) else None
    return None


def _definition(function: Callable[..., Any]) -> ast.AST:
    plain = inspect.unwrap(function)
    return _definitions(inspect.getsourcefile(plain) or "").get(plain.__code__.co_firstlineno, ast.Module([], []))


@functools.lru_cache(maxsize=64)
def _definitions(path: str) -> dict[int, ast.AST]:
    """The functions of a file by their first line, that of a decorator if there is one."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {min([node.lineno, *(d.lineno for d in node.decorator_list)]): node for node in found}


def lines_of(called: Callable[..., Any]) -> tuple[str, int, int]:
    """Path in the repository, first and last line of a function or class.

    >>> lines_of(lines_of)[0]
    'analysis/kit/entries.py'
    """
    plain = inspect.unwrap(called)
    source, first = inspect.getsourcelines(plain)
    path = Path(inspect.getsourcefile(plain) or "").resolve()
    return path.relative_to(ROOT).as_posix(), first, first + len(source) - 1
