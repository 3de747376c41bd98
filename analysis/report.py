"""What a verification found: its rows, and how a terminal prints them; :mod:`analysis.report_page` makes the page."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TextIO

#: Differences of one item that are printed; the report has all.
SHOWN = 5


class Change(NamedTuple):
    """One thing that moved.

    Parameters
    ----------
    kind : str
        ``fact``, ``figure``, ``number``, ``verdict``, ``check`` and so on.
    name : str
    old, new : str
        As they are printed.
    size : str
        By how much, in words.
    """

    kind: str
    name: str
    old: str = ""
    new: str = ""
    size: str = ""


@dataclass
class Row:
    """One line of the verification: what was checked and how it came out."""

    part: str
    name: str
    state: str = "holds"  # holds | moved | broken
    found: list[str] = field(default_factory=list)
    note: str = ""
    #: Writes the new reference; None where there is nothing to accept.
    accept: Callable[[], None] | None = None
    #: Committed and new spec of a figure that moved, for the report.
    specs: tuple[dict[str, Any] | None, dict[str, Any] | None] = (None, None)
    #: What moved, one by one, for the report.
    changes: list[Change] = field(default_factory=list)

    @property
    def identity(self) -> str:
        """Such as ``figure/occam-prior-rank``."""
        return f"{self.part}/{self.name}"


# --- in a terminal ---------------------------------------------------------------------------------------------


def final_sentence(total: int, moved: int, broken: int, accepted: int) -> str:
    """Say how many checks hold, moved, are broken and were accepted."""
    if not moved and not broken and not accepted:
        return f"All {total} checks hold."
    parts = [f"{accepted} accepted as the new reference"] * bool(accepted)
    parts += [f"{moved} moved"] * bool(moved) + [f"{broken} broken"] * bool(broken)
    held = total - moved - broken - accepted
    return f"Of {total} checks {held} hold, " + ", ".join(parts) + "."


def print_row(row: Row, out: TextIO) -> None:
    """Print one row, and under it what moved, wrapped to the width of the terminal."""
    width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))
    note = row.note if row.state == "holds" else f"{len(row.found)} difference{'s' * (len(row.found) != 1)}"
    print(_clip(f"{row.state:<7}{row.identity:<42} {note}", width), file=out)
    for text in row.found[:SHOWN]:
        print(textwrap.fill(text, width, initial_indent="       - ", subsequent_indent="         "), file=out)
    if len(row.found) > SHOWN:
        print(f"       and {len(row.found) - SHOWN} more (verify --report DIR shows all)", file=out)
    out.flush()


def _clip(line: str, width: int) -> str:
    return line.rstrip() if len(line) <= width else line[: width - 2] + " …"
