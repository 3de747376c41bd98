"""Quantities in the texts of figures, verdicts and errata come from code: this finds the ones that were typed.

A title, subtitle, caption or alternative text of a figure, the reason of a verdict, the sentence of its rule and the
texts of an erratum are read in the source, so that a number that somebody typed is told from one that is computed: of
an f-string only the constant parts are looked at, and names are followed to what they were given in the same module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from book.extension.prose import COMPUTED, typed_numbers

LOGGER = logging.getLogger(__name__)
#: Where texts stand: the call, and of its arguments those that a reader reads, by place and by name.
READ: dict[str, set[int | str]] = {
    "Figure": {"title", "subtitle", "caption", "alt"},
    "Judgement": {1, "template"},
    "rule": {1, "sentence"},
    "Erratum": {"title", "claim", "finding", "correction"},
}
#: Modules whose functions only print numbers.
PRINTERS = ("analysis.kit.numbers",)


@dataclass(frozen=True)
class Typed:
    """A quantity that was typed in the source of a text."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: The quantity {self.text!r} is typed in a text that is read; compute it there "
            "and print it in the text."
        )


def typed_quantities(path: Path, root: Path) -> list[Typed]:
    """Return the typed quantities of a module's figures, verdicts and errata.

    Parameters
    ----------
    path : Path
        A module of a topic's ``chapter``.
    root : Path
        The repository.
    """
    found = {}
    for line, text in read_texts(path):
        for typed in typed_numbers(text):
            found[line, typed.text] = Typed(path.relative_to(root).as_posix(), line, typed.text)
    return [found[key] for key in sorted(found)]


def read_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Line and constant parts of each text of a module's figures and verdicts, :data:`COMPUTED` for what is not."""
    for _, line, text in texts_by_function(path, READ):
        yield line, text


def texts_by_function(path: Path, read: Mapping[str, set[int | str]]) -> Iterator[tuple[str, int, str]]:
    """The function that makes it (empty for the module's own), line and constant parts of each text.

    Parameters
    ----------
    path : Path
        A module.
    read : mapping
        Which calls are read, and which of their arguments, as in :data:`READ`.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reader = _Reader(tree)
    for scope, call in _calls(tree):
        wanted = read.get(_name(call.func), set())
        given = [a for place, a in enumerate(call.args) if place in wanted]
        given += [k.value for k in call.keywords if k.arg in wanted]
        for argument in given:
            for line, text in reader.texts(argument, scope):
                yield getattr(scope, "name", ""), line, text


def sources(root: Path) -> list[Path]:
    """The modules whose texts are read."""
    parts = root / "analysis"
    return sorted(
        [
            *parts.glob("*/chapter/figures/**/*.py"),
            *parts.glob("*/chapter/verdicts.py"),
            *parts.glob("*/chapter/errata.py"),
        ]
    )


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _calls(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Every call that takes texts, with the function it stands in (or the module)."""
    for scope in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))]:
        inner = {
            id(n) for f in ast.walk(scope) if isinstance(f, ast.FunctionDef) and f is not scope for n in ast.walk(f)
        }
        if isinstance(scope, ast.FunctionDef):
            inner |= {id(n) for d in scope.decorator_list for n in ast.walk(d)}
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and _name(node.func) in READ and id(node) not in inner:
                yield scope, node
        if isinstance(scope, ast.FunctionDef):
            for node in (n for d in scope.decorator_list for n in ast.walk(d)):
                if isinstance(node, ast.Call) and _name(node.func) in READ:
                    yield tree, node


class _Reader:
    """Follows an expression to the constant parts of the text it makes."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        self.printers = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in PRINTERS
            for alias in node.names
        }

    def texts(self, node: ast.expr, scope: ast.AST, seen: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
        """Yield (line, text) of each constant part, with :data:`COMPUTED` where a value stands."""
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else COMPUTED for p in node.values]
            yield node.lineno, "".join(map(str, parts))
            for part in node.values:
                if isinstance(part, ast.FormattedValue) and not part.format_spec:
                    yield from self.texts(part.value, scope, seen)
        elif isinstance(node, ast.BinOp):
            yield from self.texts(node.left, scope, seen)
            yield from self.texts(node.right, scope, seen)
        elif isinstance(node, ast.IfExp):
            yield from self.texts(node.body, scope, seen)
            yield from self.texts(node.orelse, scope, seen)
        elif isinstance(node, ast.List | ast.Tuple):
            for element in node.elts:
                yield from self.texts(element, scope, seen)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                yield from self.texts(value, scope, seen)
        elif isinstance(node, ast.GeneratorExp | ast.ListComp):
            yield from self.texts(node.elt, scope, seen)
        elif isinstance(node, ast.Subscript):
            yield from self.texts(node.value, scope, seen)
        elif isinstance(node, ast.Lambda):
            yield from self.texts(node.body, scope, seen)
        elif isinstance(node, ast.Name) and node.id not in seen:
            given = self.given(node.id, scope)
            for value in given:
                yield from self.texts(value, scope, seen | {node.id})
            if not given and node.id in self.functions:
                yield from self.returned(node.id, seen)
        elif isinstance(node, ast.Call):
            yield from self.called(node, scope, seen)

    def called(self, node: ast.Call, scope: ast.AST, seen: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Texts that a call returns: those of a function of this module, or of a method of a text."""
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in ("join", "format", "replace", "strip", "capitalize"):
                yield from self.texts(node.func.value, scope, seen)
                for argument in node.args if node.func.attr == "join" else ():
                    yield from self.texts(argument, scope, seen)
        elif isinstance(node.func, ast.Name) and node.func.id in self.functions and node.func.id not in seen:
            yield from self.returned(node.func.id, seen)

    def returned(self, name: str, seen: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Texts that a function of this module returns."""
        function = self.functions[name]
        for inside in ast.walk(function):
            if isinstance(inside, ast.Return) and inside.value:
                yield from self.texts(inside.value, function, seen | {name})

    def given(self, name: str, scope: ast.AST) -> list[ast.expr]:
        """What a name was given, in its function or else in the module."""
        for place in (scope, self.tree):
            found = []
            for node in ast.walk(place):
                if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value:
                    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                        if isinstance(target, ast.Name) and target.id == name:
                            found.append(node.value)
                        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                            pairs = zip(target.elts, node.value.elts, strict=False)
                            found += [v for t, v in pairs if isinstance(t, ast.Name) and t.id == name]
            if found:
                return found
        return []


def _check(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    if len(docnames) < len(env.found_docs):
        return  # pages are kept only from a build that was good, and only while the code is the same
    for path in sources(Path(app.srcdir)):
        for typed in typed_quantities(path, Path(app.srcdir)):
            LOGGER.warning("%s", typed, type="book", subtype="typed-number")


def setup(app: Sphinx) -> None:
    """Read the texts before the chapters."""
    app.connect("env-before-read-docs", _check)
