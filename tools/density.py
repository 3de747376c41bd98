"""How dense the chapters are: ``python -m tools.density [CHAPTER…]``.

Counts the words and the numbers of the main text, and names the paragraphs that are too long or hold too many numbers.
Main text is what is neither folded, table, caption, quiz, exercise nor ledger. A value with its unit, interval or error
counts once; years and the numbers of sections do not count; a formula is one word.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.kit import chapters
from analysis.kit.chapters import Cell
from analysis.kit.errors import ProblemError
from book.extension import prose

ROOT = Path(__file__).resolve().parents[1]

#: The most that a chapter and a paragraph of it may have.
NUMBERS_IN_HUNDRED_WORDS, NUMBERS, WORDS, WORDS_IN_CHAPTER = 3, 4, 90, 4_000

#: Directives and blocks that are no main text.
_APART = {"exercise", "quiz", "table", "table-scroll", "list-table", "claims", "figure"}
#: Stands for a number that a role prints; nobody types it.
_GLUED = "\u2064"
_ROLES = {"glue:text": _GLUED, "number": _GLUED}
_UNIT = r"(?:\s?%)?(?:\s[^\W\d_][\w-]*){0,2}"
#: An interval or an error after a value, or an interval that stands for one.
_ONE_VALUE = re.compile(
    rf"between\s{_GLUED}{_UNIT}\sand\s{_GLUED}"
    rf"|{_GLUED}{_UNIT}\s?(?:to|±|–)\s?{_GLUED}"
    rf"|{_GLUED}{_UNIT}\swith\s(?:an?|the)\s(?:standard\s)?error\sof\s{_GLUED}"
)
_WITH_INTERVAL = re.compile(rf"{_GLUED}{_UNIT},?\s\((?:from\s)?{_GLUED}{_UNIT}\)")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of main text: where it begins, its first words, how many words and numbers it has."""

    line: int
    begins: str
    words: int
    numbers: int

    @property
    def over(self) -> str:
        """What it has too much of; nothing where it is as it should be."""
        parts = [f"{self.numbers} numbers"] if self.numbers > NUMBERS else []
        return " and ".join(parts + ([f"{self.words} words"] if self.words > WORDS else []))


@dataclass(frozen=True)
class Density:
    """What a chapter's main text holds."""

    paragraphs: list[Paragraph]

    @property
    def words(self) -> int:
        """Words of the main text."""
        return sum(paragraph.words for paragraph in self.paragraphs)

    @property
    def numbers(self) -> int:
        """Numbers of the main text."""
        return sum(paragraph.numbers for paragraph in self.paragraphs)

    @property
    def in_hundred_words(self) -> float:
        """Numbers a hundred words."""
        return 100 * self.numbers / max(1, self.words)


def measure(markdown: str) -> Density:
    """Count words and numbers of the main text of a chapter.

    Parameters
    ----------
    markdown : str
        The chapter's source.

    Examples
    --------
    >>> measure("It took {glue:text}`a` days ({glue:text}`b` to {glue:text}`c`) in 2024, or $x = 3$ weeks.").paragraphs
    [Paragraph(line=1, begins='It took … days (… to …)', words=12, numbers=2)]
    """
    return Density(list(_paragraphs(markdown)))


def _paragraphs(markdown: str) -> Iterator[Paragraph]:
    formulas = 0
    results: set[tuple[str, int]] = set()
    for text in prose.texts(markdown, lambda name, content: _ROLES.get(name, "")):
        if _APART & {name for name, _ in text.within}:
            continue
        check = next((place for place in text.within if place[0] == "held"), None)
        if check in results:
            continue  # folded
        if text.formula:
            if text.within and text.within[-1][0] == "paragraph":
                formulas += bool(re.search(r"=\s*[-−+]?\d", text.text))
            else:
                yield Paragraph(text.line, "a formula", 1, 0)
            continue
        words = [word for word in text.text.split() if re.search(rf"[\w{_GLUED}{prose.COMPUTED}]", word)]
        if words:
            begins = " ".join(text.text.split()[:7]).replace(_GLUED, "…").replace(prose.COMPUTED, "…")
            yield Paragraph(text.line, begins, len(words), numbers_in(text.text) + formulas)
            if check:
                results.add(check)
        formulas = 0


def numbers_in(text: str) -> int:
    """Count the values in a text in which every computed number is one sign."""
    bare = text.translate(str.maketrans("", "", "“”"))
    for start, stop in reversed(prose.quantities(bare)):
        bare = bare[:start] + _GLUED + bare[stop:]
    bare = _ONE_VALUE.sub(_GLUED, bare)
    return _WITH_INTERVAL.sub(_GLUED, bare).count(_GLUED)


def visible_lines(cells: Iterable[Cell]) -> int:
    """Count the lines of code of a chapter's cells that a reader sees."""
    return sum(bool(line.strip()) for cell in cells if cell.visible for line in cell.source.splitlines())


def main(names: list[str]) -> None:
    """Print what the chapters hold and which paragraphs hold too much."""
    known = {path.stem: path for path in prose.chapters(ROOT)}
    for name in names or known:
        stem = Path(name).stem
        if stem not in known:
            raise ProblemError(f"There is no chapter {name!r}; name one of {', '.join(known)}.")
        markdown = known[stem].read_text(encoding="utf-8")
        found = measure(markdown)
        lines = visible_lines(chapters.cells(stem))
        print(
            f"{stem}: {found.words:,} words of at most {WORDS_IN_CHAPTER:,}; {found.in_hundred_words:.2f} numbers a "
            f"hundred words of at most {NUMBERS_IN_HUNDRED_WORDS}; {lines} visible lines of code"
        )
        for paragraph in found.paragraphs:
            if paragraph.over:
                print(f"  line {paragraph.line}, “{paragraph.begins} …”: {paragraph.over}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ProblemError as problem:
        sys.exit(str(problem))
