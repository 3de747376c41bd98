"""What a verification found: its rows, as lines in a terminal and as one page with old and new figures side by side."""

from __future__ import annotations

import base64
import shutil
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, TextIO

from analysis.kit import downloads
from analysis.kit.errors import ProblemError

#: Differences of one item that are printed; the report has all.
SHOWN = 5

_STYLE = """
body { font: 16px/1.5 Roboto, Helvetica, Arial, sans-serif; max-width: 96rem; margin: 2rem auto; padding: 0 1rem }
body { color: #1f2328; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #e4e7eb; vertical-align: top }
.moved, .broken { font-weight: bold }
.pair { display: flex; flex-wrap: wrap; gap: 1rem }
.pair figure { flex: 1 1 30rem; margin: 0 }
.pair img { width: 100% }
"""


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

    @property
    def identity(self) -> str:
        """Such as ``figure/occam-prior-rank``."""
        return f"{self.part}/{self.name}"


def write_report(rows: Sequence[Row], folder: Path) -> Path:
    """Write ``index.html`` into `folder` and return its path.

    Parameters
    ----------
    rows : sequence of Row
        Of the verification, in its order.
    folder : Path

    Raises
    ------
    ProblemError
        If the folder cannot be written.
    """
    red = [row for row in rows if row.state != "holds"]
    body = "".join(map(_section, red)) or "<p>Nothing moved.</p>"
    table = "".join(
        f'<tr><td class="{row.state}">{row.state}</td><td>{escape(row.identity)}</td><td>{escape(row.note)}</td></tr>'
        for row in rows
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Verification</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>Verification: {len(rows) - len(red)} of {len(rows)} hold</h1>{body}"
        f"<h2>Everything that was checked</h2><table><tr><th>State</th><th>Item</th><th>Note</th></tr>{table}</table>"
        "</body></html>\n"
    )
    path = folder / "index.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ProblemError(
            f"The report cannot be written to {folder} ({error.strerror}); choose another folder."
        ) from error
    return path


def _section(row: Row) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in row.found)
    pictures = "".join(
        f"<figure><figcaption>{word}</figcaption>{_picture(spec)}</figure>"
        for word, spec in zip(("Committed", "New"), row.specs, strict=True)
        if spec
    )
    return f'<h2>{escape(row.identity)}: {row.state}</h2><ul>{items}</ul><div class="pair">{pictures}</div>'


def _picture(spec: dict[str, Any]) -> str:
    try:
        drawn = downloads.svg(downloads.titled(spec, downloads.WIDE))
    except Exception as error:
        return f"<p>It cannot be drawn: {escape(str(error))}</p>"
    data = base64.b64encode(drawn.encode()).decode()
    return f'<img alt="{escape(spec["usermeta"]["alt"], quote=True)}" src="data:image/svg+xml;base64,{data}">'


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
