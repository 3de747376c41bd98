"""Sentences that say "nobody", "no firm", "always" or "any" of the world, and why each may.

Such a sentence claims to know everything that was published. It may stand if it cites its source in the same sentence,
or if ``absolutes.csv`` holds a part of it with the reason: a theorem, by construction, our own list or measurement, an
assumption, or what one source does not say.

Read are chapters, pages, titles, captions, alternative texts, reasons of verdicts and rules. Found are only the words
of :data:`ABSOLUTE`: a universal claim that is worded otherwise ("all studies", "the first", "unknown") is missed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from book.extension import prose, written

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_suffix(".csv")
#: Who or what in the world a universal claim is about.
_WHO = (
    r"(?:other |published |public |single |large |outside |independent )*(?:firm|compan(?:y|ie)|laborator(?:y|ie)|lab"
    r"|paper|article|report|stud(?:y|ie)|author|analyst|source|number|figure|price|model|network|architecture|law"
    r"|theor(?:y|ie)|method|machine|chip|card|countr(?:y|ie)|state|record|measurement|benchmark|test|entr(?:y|ie)|data"
    r"|run|budget|person|people|reader|market|learner|function|cleverness)s?\b"
)
ABSOLUTE = re.compile(
    rf"\b(?:nobody|no one|nowhere|never|always|everyone|everybody|anybody|anyone|no {_WHO}|any {_WHO}"
    r"|(?:is|are|was|were) (?:not|nowhere) (?:known|published|measured|public|audited)(?! (?:to|by|in|with|as)\b)"
    r"|(?:is|are|was|were) (?:unknown|unpublished)|ha(?:s|ve) (?:not|never) been (?:measured|published|tried)"
    r"|(?:than|first) ever|none (?:of|has|have|does|do|was|were|can)|without exception|in (?:any|every) case)\b",
    re.IGNORECASE,
)
#: Ordinary English that has such a word and claims nothing.
_HARMLESS = re.compile(
    r"\bno one of\b|\bnot always\b|\b(?:without|has\sseen|have\sseen)\sany \w+|\bany number of\b"
    r"|\b(?:is|are|gives) no (?:independent |single )*\w+|\bnone if\b|; wrong if none\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])[\s“”)*_]+(?=[A-Z“\u2063*_(])|\n\n")
CITED = "\u2063[source]"


@dataclass(frozen=True)
class Absolute:
    """A sentence with a universal claim."""

    path: str
    line: int
    word: str
    sentence: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.word!r} claims to know the whole world: {self.sentence!r}. Cite a source "
            "in this sentence, narrow it, or give the reason in tests/book/absolutes.csv."
        )


def absolutes(text: str, path: str, line: int) -> Iterator[Absolute]:
    """The sentences of a text with a universal claim and no source."""
    start = 0
    for sentence in _SENTENCE.split(text):
        start = text.index(sentence, start)
        found = ABSOLUTE.search(_HARMLESS.sub("", sentence))
        if found and CITED not in sentence:
            plain = " ".join(sentence.replace(prose.COMPUTED, "…").split())
            yield Absolute(path, line + text.count("\n", 0, start), found[0], plain)


def role(name: str, content: str) -> str:
    """Keep whether a source is cited."""
    return CITED if name.startswith("cite") else prose.COMPUTED


def in_pages(root: Path = ROOT) -> Iterator[Absolute]:
    """Those of the chapters, the pages and the landing page."""
    for path in [*sorted((root / "chapters").glob("*.md")), *sorted((root / "book").glob("*.md")), root / "index.md"]:
        for text in prose.texts(path.read_text(encoding="utf-8"), role):
            if not text.formula:
                yield from absolutes(text.text, path.relative_to(root).as_posix(), text.line)


def in_code(root: Path = ROOT) -> Iterator[Absolute]:
    """Those of figures, verdicts and rules, which cite no source themselves."""
    for path in written.sources(root):
        for line, text in written.read_texts(path):
            yield from absolutes(text, path.relative_to(root).as_posix(), line)


def reasons(path: Path = TABLE) -> dict[str, str]:
    """Why a sentence may say so, by a part of it."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["sentence"]: row["reason"] for row in csv.DictReader(lines)}


def problems(found: list[Absolute], allowed: dict[str, str]) -> str:
    """Say which sentences have neither source nor reason, and which reasons have no sentence any more."""
    said = [str(one) for one in found if not any(part in one.sentence for part in allowed)]
    gone = [part for part in allowed if not any(part in one.sentence for one in found)]
    said += [f"absolutes.csv: no sentence says {part!r} any more; drop the row" for part in gone]
    said += [f"absolutes.csv: {part!r} has no reason" for part, reason in allowed.items() if len(reason) < 8]
    return "\n".join(said)
