"""The cells of a chapter, and a run of those that a figure needs.

A chapter is a MyST notebook, ``chapters/<topic>.md``. Its cells are the analysis; this module reads them, says which
cell draws which figure and which cells it needs, and runs them here, without a kernel.
"""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.kit.errors import ProblemError
from analysis.kit.figure import Figure, identity_of

CHAPTERS = Path(__file__).parents[2] / "chapters"
#: Tags of cells that a reader does not see at once.
HIDDEN = {"remove-cell", "remove-input", "hide-input", "hide-cell"}


@dataclass(frozen=True)
class Cell:
    """One code cell.

    Parameters
    ----------
    chapter : str
    place : int
        Of all code cells of the chapter, from 0.
    source : str
    tags : frozenset of str
    """

    chapter: str
    place: int
    source: str
    tags: frozenset[str]

    @property
    def visible(self) -> bool:
        """Whether a reader sees it without opening anything."""
        return not self.tags & HIDDEN

    @functools.cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.source)

    @property
    def drawn(self) -> list[str]:
        """Names of the figure functions it calls (``figures.prior_rank(...)``)."""
        return [
            node.func.attr
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "figures"
        ]


def cells(topic: str) -> list[Cell]:
    """Read the code cells of a chapter.

    Raises
    ------
    ProblemError
        If there is no such chapter.
    """
    import jupytext  # only where chapters are, in a checkout

    path = CHAPTERS / f"{topic}.md"
    if not path.exists():
        raise ProblemError(f"There is no chapter {topic!r}: {path.name} is missing in {CHAPTERS.name}/; restore it.")
    code = [cell for cell in jupytext.read(path, fmt="md:myst").cells if cell.cell_type == "code"]
    return [
        Cell(topic, place, cell.source, frozenset(cell.metadata.get("tags", []))) for place, cell in enumerate(code)
    ]


def header(topic: str) -> dict[str, str]:
    """What the front matter of a chapter says of the chapter itself: its ``question``, its ``key-figure``, …"""
    head = (CHAPTERS / f"{topic}.md").read_text(encoding="utf-8").split("---\n")[1]
    pairs = (line.partition(": ") for line in head.splitlines() if not line.startswith(" "))
    return {name: value for name, colon, value in pairs if colon}


def opening_numbers(topic: str) -> list[str]:
    """The numbers of the prose that a chapter prints before its claims, in their order."""
    text = (CHAPTERS / f"{topic}.md").read_text(encoding="utf-8").partition("```{claims}")[0]
    return re.findall(r"\{glue:text\}`([^`:]+)", text)


def figure_cells(topic: str) -> dict[str, Cell]:
    """The cell that draws each figure of a chapter, by the figure's id, in the order of the chapter."""
    return {identity_of(topic, name): cell for cell in cells(topic) for name in cell.drawn}


def needed(chapter: Sequence[Cell], target: Cell) -> list[Cell]:
    """The statements that `target` needs, as cells in their order, and itself: those that give a name that is read."""
    kept = [target]
    for cell, chosen in _needed(chapter, target):
        lines = cell.source.splitlines()
        source = "\n".join("\n".join(lines[s.lineno - 1 : s.end_lineno]) for s in chosen)
        kept.append(replace(cell, source=source))
    return kept[::-1]


def needed_lines(chapter: Sequence[Cell], target: Cell) -> dict[int, set[int]]:
    """The lines of the statements that `target` needs, by the place of their cell, and all of its own."""
    found = {target.place: set(range(1, target.source.count("\n") + 2))}
    for cell, chosen in _needed(chapter, target):
        found[cell.place] = {line for s in chosen for line in range(s.lineno, (s.end_lineno or s.lineno) + 1)}
    return found


def _needed(chapter: Sequence[Cell], target: Cell) -> Iterator[tuple[Cell, list[ast.stmt]]]:
    """The cells before `target` that it needs, the last first, each with the statements that it needs."""
    wanted = set(_read(target.tree))
    modules = {name for cell in chapter for node in cell.tree.body for name in _imported(node)}
    for cell in reversed(chapter[: target.place]):
        chosen: list[ast.stmt] = []
        for statement in reversed(cell.tree.body):
            if (_given(statement) - modules | _imported(statement)) & wanted:
                chosen.append(statement)
                wanted |= _read(statement)
        if chosen:
            yield cell, chosen[::-1]


def run(chosen: Iterable[Cell], names: dict[str, Any] | None = None) -> Iterator[tuple[Cell, Any]]:
    """Run cells in one namespace and yield each with the value of its last expression (or None).

    Raises
    ------
    ProblemError
        Naming the cell and the error, if one fails.
    """
    names = {"__name__": "__main__"} if names is None else names
    for cell in chosen:
        file = f"<{cell.chapter}, cell {cell.place + 1}>"
        linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(True), file)
        body, last = list(cell.tree.body), None
        if body and isinstance(body[-1], ast.Expr):
            last = ast.Expression(body.pop().value)  # type: ignore[attr-defined]
        try:
            exec(compile(ast.Module(body, []), file, "exec"), names)
            yield cell, eval(compile(last, file, "eval"), names) if last else None
        except ProblemError:
            raise
        except Exception as error:
            text = f"{type(error).__name__}: {' '.join(str(error).split())}"
            raise ProblemError(f"Cell {cell.place + 1} of chapters/{cell.chapter}.md fails: {text}.") from error


def draw(identity: str, topic: str) -> Figure:
    """Draw one figure by running the cells that its own needs.

    Raises
    ------
    ProblemError
        If no cell of the chapter draws it, or a cell fails.
    """
    chapter = cells(topic)
    target = figure_cells(topic).get(identity)
    if target is None:
        raise ProblemError(f"No cell of chapters/{topic}.md draws {identity}; call its function in one.")
    for _, value in run(needed(chapter, chapter[target.place])):
        if isinstance(value, Figure) and value.id == identity:
            return value
    raise ProblemError(f"Cell {target.place + 1} of chapters/{topic}.md does not end with {identity}; end it so.")


def _given(statement: ast.stmt) -> set[str]:
    """Names that a statement binds, or changes in place (``rows[0] = 1``, ``rows.append(1)``)."""
    given: set[str] = set()
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        given |= _read(statement.value.func)
    local = {node for part in ast.walk(statement) for node in ast.walk(part) if isinstance(part, ast.comprehension)}
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del) and node not in local:
            given.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            given.add(node.name)
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            root: ast.expr = node
            while isinstance(root, ast.Subscript | ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name):
                given.add(root.id)
    return given


def _imported(statement: ast.stmt) -> set[str]:
    """Names that an import binds; calling a function of a module changes none of them."""
    imports = [node for node in ast.walk(statement) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}


def _read(tree: ast.AST) -> set[str]:
    """Names that a piece of code reads and Python does not have by itself; a comprehension's own are not read."""
    read: set[str] = set()

    def look(node: ast.AST, own: frozenset[str]) -> None:
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            targets = [name for part in node.generators for name in ast.walk(part.target)]
            own |= {name.id for name in targets if isinstance(name, ast.Name)}
        if isinstance(node, ast.Name) and node.id not in own and not hasattr(builtins, node.id):
            read.add(node.id)
        for child in ast.iter_child_nodes(node):
            look(child, own)

    look(tree, frozenset())
    return read
