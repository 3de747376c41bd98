"""What a reader's own notebook holds after each cell in sight, pasted in order into an empty one."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from analysis.kit import chapters


def after_each(topic: str) -> list[tuple[dict[str, Any], str]]:
    """The names that each cell in sight left, and what it said."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for cell in chapters.cells(topic):
        if cell.visible:
            with redirect_stdout(StringIO()) as said:
                ((_, value),) = chapters.run([cell], names)
            found.append((dict(names), said.getvalue() + ("" if value is None else str(value))))
    return found


def after(cells: list[tuple[dict[str, Any], str]], name: str) -> dict[str, Any]:
    """The names after the first cell that makes one."""
    return next(names for names, _ in cells if name in names)
