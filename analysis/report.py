"""The report of a verification: one self-contained page with old and new figures side by side."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.kit import downloads
from analysis.kit.errors import ProblemError

if TYPE_CHECKING:
    from analysis.verify import Row

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
