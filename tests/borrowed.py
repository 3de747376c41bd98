"""Constants that are used away from home: fitted to, measured on or assumed for something else than what they serve.

``borrowed.csv`` holds a row for each such constant: the fact (``scaling/meek-mmlu-*``, where ``*`` stands for several)
or the name in the program (``deepseek.cost.ASSUMED_UTILISATION``), its home, the module that uses it, on what, whether
that is its home, and, where it is not, the words by which a reader is told, in the chapter, a caption or a verdict.

Found by reading the program are facts that a topic takes from the table of another, and constants that their comment
calls assumed. A fact that a topic takes from its own table for another purpose is found by people only.
"""

from __future__ import annotations

import ast
import csv
import fnmatch
import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.kit import facts
from analysis.topics import TOPICS

ROOT = Path(__file__).resolve().parents[1]
TABLE = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class Use:
    """One constant in one module."""

    constant: str
    home: str
    module: str
    on: str
    same: bool
    said: str


def registry(path: Path = TABLE) -> list[Use]:
    """All rows."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [Use(**{**row, "same": row["same"] == "yes"}) for row in csv.DictReader(lines)]  # type: ignore[arg-type]


def read_from_others(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Fact (``<table>/<id>``) and module of each fact that a topic names and only another topic's table holds."""
    homes: dict[str, set[str]] = {}
    for table in facts.names():
        for key in facts.load(table):
            homes.setdefault(key, set()).add(table)
    for topic in TOPICS:
        for path in sorted((root / "analysis" / topic).rglob("*.py")):
            for name in sorted(_strings(path)):
                if name in homes and topic not in homes[name]:
                    yield f"{min(homes[name])}/{name}", path.relative_to(root / "analysis").as_posix()


def assumed(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Name and module of each constant of a model that its own comment calls assumed or an assumption."""
    for topic in TOPICS:
        for path in sorted((root / "analysis" / topic).glob("**/*.py")):
            lines = path.read_text(encoding="utf-8").splitlines()
            for node in ast.parse("\n".join(lines)).body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    comment = lines[node.lineno - 1].partition("#")[2]
                    above = node.lineno - 2
                    while lines[above].startswith("#:"):
                        comment, above = f"{lines[above]} {comment}", above - 1
                    if re.search(r"\bassum", comment):
                        module = path.relative_to(root / "analysis").as_posix()
                        yield f"{module.removesuffix('.py').replace('/', '.')}.{node.targets[0].id}", module


def _strings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def problems(uses: Iterable[Use], texts: str, root: Path = ROOT) -> str:
    """Say which constant or use is gone, and which reader is not told that a constant is away from home."""
    found = []
    for use in uses:
        path = root / "analysis" / use.module
        if not path.is_file():
            found.append(f"{use.constant}: there is no analysis/{use.module}")
        elif "/" in use.constant:
            table, _, pattern = use.constant.partition("/")
            known = fnmatch.filter(facts.load(table), pattern)
            parts = [re.escape(part) for part in pattern.split("*") if len(part) > 3]
            source = path.read_text(encoding="utf-8")
            if not known:
                found.append(f"there is no fact {use.constant}")
            elif not any(re.search(part, source) for part in parts):
                found.append(f"analysis/{use.module} does not name {use.constant} any more")
        else:
            module, _, name = use.constant.rpartition(".")
            if not hasattr(importlib.import_module(f"analysis.{module}"), name):
                found.append(f"there is no analysis.{use.constant}")
        if len(use.home) < 8 or len(use.on) < 4:
            found.append(f"{use.constant} in {use.module}: say what its home is, and on what it is used")
        if not use.same and (not use.said or use.said not in texts):
            found.append(
                f"{use.constant} is used on {use.on}, not at home ({use.home}), and no reader is told {use.said!r}"
            )
    return "\n".join(found)


def undeclared(uses: Iterable[Use], borrowed: Iterable[tuple[str, str]]) -> str:
    """Say which constants are taken from elsewhere without a row."""
    declared = [(use.constant, use.module) for use in uses]
    return "\n".join(
        f"analysis/{module} uses {constant}: give it a row in tests/borrowed.csv"
        for constant, module in borrowed
        if not any(fnmatch.fnmatch(constant, pattern) and module == where for pattern, where in declared)
    )


def texts(root: Path = ROOT) -> str:
    """What readers see: chapters, texts of figures, verdicts; broken lines of the source are joined."""
    said = [path.read_text(encoding="utf-8") for path in (root / "chapters").glob("*.md")]
    for path in [*root.glob("analysis/*/chapter/figures/**/*.py"), *root.glob("analysis/*/chapter/verdicts.py")]:
        said += [re.sub(r"\"\s*\n\s*f?\"", "", path.read_text(encoding="utf-8"))]
    return "\n".join(said)
