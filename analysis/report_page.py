"""What a reviewer reads in a minute: what moved and by how much, from fact to figure to sentence to verdict.

One page without scripts or requests: the chain of each change, the sentences with the old and the new number, both
pictures of a figure with their difference, everything that was checked, and on what it was run. The same in short, as
Markdown, stands in a pull request.
"""

from __future__ import annotations

import base64
import platform
import re
import subprocess
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from analysis.kit import checkout, downloads
from analysis.kit.chapters import CHAPTERS
from analysis.kit.errors import ProblemError
from analysis.kit.page import templates
from analysis.report import Change, Row

#: The links of a chain, in their order, by part of the verification.
LINKS = ("fact", "figure", "number", "claim", "erratum")
#: What the results depend on most.
PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn", "altair", "vl-convert-python")
#: How many of the things that read a moved fact and hold are named.
NAMED = 12
#: How many rows the summary has.
SHOWN = 40

_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n")
_ROLE = re.compile(r"\{([\w:]+)\}`([^`]*)`")


class Chain(NamedTuple):
    """A fact that moved with what moved after it; ``held`` names what reads it and holds."""

    title: str
    changes: list[Change]
    held: list[str]


class Sentence(NamedTuple):
    """A sentence of a chapter in pieces: a text, or a number that moved."""

    chapter: str
    pieces: list[tuple[str, Change | None]]


class Pictures(NamedTuple):
    """A figure as it was and as it is, each as an ``<img>``; empty where there is none."""

    name: str
    old: str
    new: str
    found: list[str]


def write_report(
    rows: Sequence[Row],
    folder: Path,
    *,
    reads: Mapping[str, Collection[str]] | None = None,
    against: str = "",
    seconds: Mapping[str, float] | None = None,
) -> Path:
    """Write ``index.html`` and ``summary.md`` into `folder` and return the path of the page.

    Parameters
    ----------
    rows : sequence of Row
        Of the verification, in its order.
    folder : Path
    reads : mapping of str to collection of str, optional
        What each thing reads, such as ``"number market/elasticity": {"fact market/elasticity-tokens"}``.
    against : str
        The commit whose references were held against; empty for those of the working tree.
    seconds : mapping of str to float, optional
        How long the run of each chapter took.

    Raises
    ------
    ProblemError
        If the folder cannot be written.
    """
    red = [row for row in rows if row.state != "holds"]
    template = templates(Path(__file__).parent).get_template(f"{Path(__file__).stem}.jinja")
    page = template.render(
        held=f"{len(rows) - len(red):,}",
        total=f"{len(rows):,}",
        told=told(red, against),
        chains=list(chains(red, reads or {})),
        named=NAMED,
        sentences=list(sentences(red)),
        figures=[_pictures(row) for row in red if row.part == "figure" and row.state == "moved"],
        others=[row for row in red if row.state == "broken" or not row.changes],
        parts={part: [row for row in rows if row.part == part] for part in dict.fromkeys(row.part for row in rows)},
        environment=environment(seconds or {}),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_text(page, encoding="utf-8")
        (folder / "summary.md").write_text(summary(rows, against), encoding="utf-8")
    except OSError as error:
        raise ProblemError(
            f"The report cannot be written to {folder} ({error.strerror}); choose another folder."
        ) from error
    return folder / "index.html"


def told(red: Sequence[Row], against: str) -> str:
    """One sentence: how many of which kind moved or are broken, and what they were held against."""
    where = f"the references of {against}" if against else "the committed references"
    if not red:
        return f"Nothing moved, held against {where}."
    counts = Counter(change.kind for row in red for change in row.changes)
    counts["broken"] = sum(row.state == "broken" for row in red)
    parts = [f"{kind}: {count:,}" for kind, count in counts.items() if count]
    return f"Held against {where}, these moved: {', '.join(parts) or 'what cells print'}."


def summary(rows: Sequence[Row], against: str = "") -> str:
    """What moved, as Markdown for a pull request: verdicts first, :data:`SHOWN` rows at most."""
    red = [row for row in rows if row.state != "holds"]
    lines = [f"**{len(rows) - len(red):,} of {len(rows):,} checks hold.** {told(red, against)}", ""]
    moved = [change for link in reversed(LINKS) for row in red if row.part == link for change in row.changes]
    if moved:
        lines += ["| what | name | was | is | change |", "| --- | --- | --- | --- | --- |"]
        lines += [f"| {' | '.join(map(_cell, change))} |" for change in moved[:SHOWN]]
        lines += ["", f"and {len(moved) - SHOWN} more, in the report"] * (len(moved) > SHOWN)
    lines += [f"- broken: {row.identity}: {_cell(text)}" for row in red if row.state == "broken" for text in row.found]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def chains(red: Sequence[Row], reads: Mapping[str, Collection[str]]) -> Iterator[Chain]:
    """Each fact that moved with everything that moved and reads it; at the end, what moved without a fact."""
    moved: dict[str, list[Change]] = {}
    for row in sorted(red, key=lambda row: LINKS.index(row.part) if row.part in LINKS else len(LINKS)):
        for change in row.changes:
            moved.setdefault(_known_as(row, change), []).append(change)
    seen = set[str]()
    for fact in (name for name in moved if name.startswith("fact ")):
        readers = {item for item, read in reads.items() if fact in read}
        chain = [fact, *(item for item in moved if item in readers)]
        seen.update(chain)
        yield Chain(fact, [change for item in chain for change in moved[item]], sorted(readers - moved.keys()))
    left = [change for item, own in moved.items() if item not in seen for change in own]
    if left:
        yield Chain("Moved without a published fact" if seen else "By how much", left, [])


def _known_as(row: Row, change: Change) -> str:
    """The name under which readings know what moved."""
    own = {"number": f"{row.name}/{change.name}", "fact": change.name}
    return f"{row.part} {own.get(row.part, row.name)}"


def sentences(red: Sequence[Row]) -> Iterator[Sentence]:
    """The sentences of the chapters in which a number moved."""
    for row in red:
        moved = {change.name: change for change in row.changes if row.part == "number"}
        path = CHAPTERS / f"{row.name}.md"
        if not moved or not path.exists():
            continue
        for text in _SENTENCE.split(path.read_text(encoding="utf-8")):
            if any(role == "glue:text" and name in moved for role, name in _ROLE.findall(text)):
                yield Sentence(row.name, list(_pieces(text, moved)))


def _pieces(text: str, moved: Mapping[str, Change]) -> Iterator[tuple[str, Change | None]]:
    end = 0
    for found in _ROLE.finditer(text):
        yield text[end : found.start()], None
        role, name = found.groups()
        change = moved.get(name) if role == "glue:text" else None
        yield (f"[{name}]" if role == "glue:text" else "" if role.startswith("cite") else name), change
        end = found.end()
    yield text[end:], None


def _pictures(row: Row) -> Pictures:
    old, new = (_picture(spec) if spec else "" for spec in row.specs)
    return Pictures(row.name, old, new, row.found)


def _picture(spec: dict[str, Any]) -> str:
    try:
        drawn = downloads.svg(downloads.titled(spec, downloads.WIDE))
    except Exception as error:
        return Markup(f"<p>It cannot be drawn: {escape(str(error))}</p>")
    data = base64.b64encode(drawn.encode()).decode()
    alt = escape(spec["usermeta"]["alt"], quote=True)
    return Markup(f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}">')


def environment(seconds: Mapping[str, float]) -> dict[str, str]:
    """On what the verification ran: book, commit, Python, packages, and the time of each chapter's run."""
    return {
        "Book": f"{version('ai-training-efficiency')}, {commit()}",
        "Python": f"{platform.python_version()} on {platform.system()}, {platform.machine()}",
        "Packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        **{f"The code of {topic} ran in": f"{taken:.1f} s" for topic, taken in seconds.items()},
    }


def commit() -> str:
    """The commit of the working tree, and whether files differ from it; "no commit" outside a repository of its own."""
    command = ["git", "describe", "--always", "--exclude=*", "--dirty= with changes"]
    if not (checkout.ROOT / ".git").exists():
        return "no commit"
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, cwd=checkout.ROOT)
    except (OSError, subprocess.CalledProcessError):
        return "no commit"
    return f"commit {done.stdout.strip()}"
