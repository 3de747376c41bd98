"""Words that a second-year student need not know, and whether a chapter explains each before it is used.

Candidates are all abbreviations and all words outside the commonest :data:`COMMON` of a public frequency list. Each
must stand in the glossary, be defined in bold at or before its first place in the chapter, or be a row of
``words.csv`` with the reason why a student knows it. A chapter is read as its page: question, title, header, opening,
texts of its figures where they stand, running text, claims with verdicts and rules, exercises. Code, formulas and what
is computed are left out, and so are the names of months and of people whom the bibliography names.

``python -m tests.book.words [CHAPTER …]`` lists what is missing, with the place, and which rows are not needed.
"""

from __future__ import annotations

import calendar
import csv
import functools
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from book.extension import notes, prose, written

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_suffix(".csv")
#: How many words of the frequency list count as known.
COMMON = 20_000
#: What a reader sees of a figure, a verdict and a rule.
FIGURE = {"Figure": {"title", "subtitle", "caption", "finding"}}
LEDGER = {name: written.READ[name] for name in ("Judgement", "rule")}

_BOLD = "\u2062"  # stands where a bold text begins or ends; no reader sees it
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’](?=[^\W\d_]))*")
_CELL = re.compile(r"^(`{3,})\{code-cell\}.*?^\1\s*$", re.S | re.M)
_PLACEHOLDER = re.compile(r"\{[\w.-]*(?::[^{}]*)?\}")
_LINK = re.compile(r"\]\([^)\s]*\)|https?://\S+|`[^`]*`")
_BRITISH = (
    ("isation", "ization"),
    ("is", "iz"),
    ("ys", "yz"),
    ("our", "or"),
    ("tre", "ter"),
    ("bre", "ber"),
    ("ogue", "og"),
    ("ence", "ense"),
    ("ll", "l"),
    ("mme", "m"),
)


@dataclass(frozen=True)
class Missing:
    """A word that nothing explains, and where it stands first."""

    path: str
    line: int
    word: str
    around: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word!r} in {self.around!r}"


@dataclass(frozen=True)
class Text:
    """A text of a page in its order; bold is marked."""

    path: str
    line: int
    text: str


def remedy(missing: Iterable[Missing]) -> str:
    """Say which words are missing and what to do."""
    said = "\n".join(map(str, missing))
    if not said:
        return ""
    return (
        f"{said}\nUse a common word; or define it in **bold** where it stands first; or add it to book/glossary.md; "
        "or, if a second-year student really knows it, to tests/book/words.csv with the reason."
    )


# --- which words are common ----------------------------------------------------------------------------------


@functools.cache
def common() -> frozenset[str]:
    """The commonest words of the public list, in small letters."""
    from spellchecker import SpellChecker

    counts = SpellChecker(language="en").word_frequency.dictionary
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return frozenset(ordered[:COMMON])


def simple_forms(word: str) -> Iterator[str]:
    """What a word may be a simple form of, itself first: plural, tense, -ly, un-, comparison, British spelling.

    Examples
    --------
    >>> sorted({"quantity", "run", "normalize", "color"} & {*simple_forms("quantities"), *simple_forms("running"),
    ...     *simple_forms("normalised"), *simple_forms("colours")})
    ['color', 'normalize', 'quantity', 'run']
    """
    seen = [word]
    for form in seen:  # grows while it is read
        for stem in _shorter(form):
            if len(stem) > 1 and stem not in seen:
                seen.append(stem)
    for form in list(seen):
        for british, american in _BRITISH:
            start = form.find(british, 1)
            if start > 0:
                seen.append(form[:start] + american + form[start + len(british) :])
    yield from dict.fromkeys(seen)


def _shorter(word: str) -> Iterator[str]:
    if word.endswith(("'s", "s'")):
        yield word[:-2] if word.endswith("'s") else word[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
    for ending in ("ed", "ing", "er", "est"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield from (stem, stem + "e")
            if stem[-1] == stem[-2]:
                yield stem[:-1]
            if stem.endswith("i"):
                yield stem[:-1] + "y"
    if word.endswith("ly"):
        yield word[:-2]
        if word.endswith("ily"):
            yield word[:-3] + "y"
        if word.endswith(("bly", "ply")):
            yield word[:-1] + "e"
        if word.endswith("ically"):
            yield word[:-4]
    if word.startswith("un"):
        yield word[2:]


def is_abbreviation(word: str) -> bool:
    """Whether a word has two capitals, or a capital and a digit, beside a plural's s.

    Examples
    --------
    >>> [word for word in ("GPUs", "FP8", "x0", "DeepSeek", "Kolmogorov", "A") if is_abbreviation(word)]
    ['GPUs', 'FP8', 'DeepSeek']
    """
    capitals = sum(letter.isupper() for letter in word)
    return capitals > 1 or (capitals == 1 and any(letter.isdigit() for letter in word))


def is_candidate(word: str) -> bool:
    """Whether a reader may not know the word.

    Examples
    --------
    >>> [word for word in ("houses", "FLOP", "parity", "n", "unhelpfully", "labour") if is_candidate(word)]
    ['FLOP', 'parity']
    """
    if len(word) == 1:
        return False  # a symbol, or a or I
    if is_abbreviation(word):
        return True
    if any(letter.isdigit() for letter in word):
        return False  # x0, a symbol
    return not any(form in common() for form in simple_forms(_plain(word).lower()))


def _plain(word: str) -> str:
    return word.replace("’", "'")


# --- what a page says, in its order --------------------------------------------------------------------------


def chapter_texts(path: Path, root: Path = ROOT) -> list[Text]:
    """The texts of a chapter in the order of its page."""
    source = path.read_text(encoding="utf-8")
    name = path.relative_to(root).as_posix()
    pieces = (text for text in prose.texts(_marked(source), _role) if not text.formula)
    found = [Text(name, text.line, text.text) for text in pieces]
    question = re.search(r"^question:(.*)$", source, re.M)
    if question:
        found.append(Text(name, 0, question[1]))
    for line, key in _calls(source, r"figures\.(\w+)\("):
        found += [Text(where, line, text) for where, text in figures(path.stem, root).get(key, [])]
    for line, key in _directives(source, "claims"):
        found += [Text(where, line, text) for where, text in ledger(key, root)]
    return sorted(found, key=lambda text: text.line)


def _marked(source: str) -> str:
    """Mark bold in a way that the parser of Markdown leaves alone."""
    return re.sub(r"\*\*(?=\S)([^*\n]+?(?:\n[^*\n]+?)?)(?<=\S)\*\*", rf"{_BOLD}\1{_BOLD}", source)


def _role(name: str, content: str) -> str:
    """A role shows what is computed, but for those that show their own words."""
    shown = re.sub(r"\s*<[^>]*>$", "", content)
    return shown if name in ("term", "ref", "doc", "abbr") else prose.COMPUTED


def _calls(source: str, pattern: str) -> Iterator[tuple[int, str]]:
    for cell in _CELL.finditer(source):
        for call in re.finditer(pattern, cell[0]):
            yield source.count("\n", 0, cell.start() + call.start()) + 1, call[1]


def _directives(source: str, name: str) -> Iterator[tuple[int, str]]:
    for found in re.finditer(rf"^`{{3,}}\{{{name}\}}\s+(\S+)", source, re.M):
        yield source.count("\n", 0, found.start()) + 1, found[1]


@functools.cache
def figures(topic: str, root: Path = ROOT) -> dict[str, list[tuple[str, str]]]:
    """Module and texts of each figure of a topic, by the function that draws it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((root / "analysis" / topic / "chapter" / "figures").rglob("*.py")):
        for function, _, text in written.texts_by_function(path, FIGURE):
            found.setdefault(function, []).append((path.relative_to(root).as_posix(), _bare(text)))
    return found


@functools.cache
def ledger(topic: str, root: Path = ROOT) -> list[tuple[str, str]]:
    """Module and texts of a topic's claims, reasons and rules."""
    table = root / "analysis" / "data" / "claims.csv"
    found = []
    with table.open(encoding="utf-8", newline="") as lines:
        found += [
            (table.relative_to(root).as_posix(), row["claim"])
            for row in csv.DictReader(lines)
            if row["chapter"] == topic
        ]
    path = root / "analysis" / topic / "chapter" / "verdicts.py"
    if path.is_file():
        for _, _, text in written.texts_by_function(path, LEDGER):
            if not re.fullmatch(r"[A-Z]+-\d+", text):
                found.append((path.relative_to(root).as_posix(), _bare(text)))
    return found


def _bare(text: str) -> str:
    return _LINK.sub(" ", _PLACEHOLDER.sub(prose.COMPUTED, _marked(text)))


# --- names that only code has --------------------------------------------------------------------------------

_CODE_NAME = re.compile(r"[a-z]{3,}\d*_[a-z]{2,}\w*|\bnp\.\w+|\bNone\b")


def code_names(notebook: Path) -> list[str]:
    """Names of variables in what the cells of an executed chapter print, and beside the axes of its figures.

    Symbols of one letter with an index are the chapter's own.
    """
    said = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            pictures = [content for kind, content in data.items() if "vega" in kind]
            if pictures:
                said += [text for picture in pictures for text in _titles(picture)]
            else:
                said.append("".join(data.get("text/plain", output.get("text", ""))))
    return sorted({found for text in said for found in _CODE_NAME.findall(text)})


def _titles(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, inside in part.items():
            if key == "title":
                yield " ".join(inside) if isinstance(inside, list) else str(inside or "")
            if key not in ("usermeta", "tooltip"):
                yield from _titles(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from _titles(inside)


# --- what explains them ---------------------------------------------------------------------------------------


def glossary(root: Path = ROOT) -> dict[str, str]:
    """The terms of the glossary with their definitions."""
    source = (root / "book" / "glossary.md").read_text(encoding="utf-8")
    body = re.search(r"^```\{glossary\}\n(.*?)^```", source, re.S | re.M)
    found: dict[str, str] = {}
    for entry in re.split(r"\n\s*\n", body[1].strip("\n") if body else ""):
        lines = entry.split("\n")
        names = [line.strip() for line in lines if not line.startswith(" ")]
        for name in names:
            found[name] = " ".join(line.strip() for line in lines if line.startswith(" "))
    return found


@functools.cache
def people(root: Path = ROOT) -> frozenset[str]:
    """The names of the people and bodies whose works the book cites, and of the months."""
    source = (root / "book" / "references.bib").read_text(encoding="utf-8")
    fields = re.findall(r"author\s*=\s*\{(.*?)\}\s*,?\s*$", source, re.M)
    words = {word for field in fields for word in _WORD.findall(re.sub(r"[{}\\]", "", field))}
    return frozenset(words - {"and"}) | frozenset(calendar.month_name)


def allowed(path: Path = TABLE) -> dict[str, str]:
    """The words that a student knows, with reasons."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["word"]: row["reason"] for row in csv.DictReader(lines)}


@dataclass
class Found:
    """How each candidate of a page is explained; ``by_row`` has the rows of the list that were needed."""

    missing: list[Missing]
    in_glossary: set[str]
    bold: set[str]
    by_row: dict[str, set[str]]


def _keys(word: str) -> set[str]:
    """By what a word is looked up: itself and what it is a form of; an abbreviation keeps its capitals."""
    plain = _plain(word)
    if is_abbreviation(plain):
        return {plain, plain.removesuffix("'s"), plain.removesuffix("s"), plain.removesuffix("'s").removesuffix("s")}
    return {form for one in {plain, plain.lower()} for form in simple_forms(one)}


def explained(texts: Iterable[Text], terms: Iterable[str], rows: Iterable[str], names: frozenset[str]) -> Found:
    """Look at each candidate of a page at its first place.

    Parameters
    ----------
    texts : iterable of Text
        In the order of the page.
    terms : iterable of str
        Those of the glossary.
    rows : iterable of str
        The words that a student knows.
    names : frozenset of str
        The names of people.
    """
    ordered = tuple(terms)
    pattern, _ = notes._pattern(ordered)
    alone = {key for term in ordered if " " not in term for key in _keys(term)}
    known_rows = {key: row for row in rows for key in (row, row.lower() if not is_abbreviation(row) else row)}
    result = Found([], set(), set(), {})
    defined: set[str] = set()
    judged: set[str] = set()
    for text in texts:
        plain = text.text.replace(_BOLD, "")
        spans = [found.span() for found in pattern.finditer(plain)]
        places = _bold_places(text.text)
        for found in _WORD.finditer(plain):
            word = found[0]
            keys = _keys(word)
            if any(start <= found.start() < stop for start, stop in places):
                defined |= keys
            if not is_candidate(word) or keys & judged:
                continue
            judged |= keys if not is_abbreviation(word) else {word}
            row = next((known_rows[key] for key in sorted(keys, key=len, reverse=True) if key in known_rows), None)
            if keys & alone or any(start <= found.start() and found.end() <= stop for start, stop in spans):
                result.in_glossary.add(word)
            elif keys & defined:
                result.bold.add(word)
            elif _plain(word).removesuffix("'s") in names or _plain(word) in names:
                continue
            elif row is not None:
                result.by_row.setdefault(row, set()).add(word)
            else:
                around = " ".join(
                    plain[max(0, found.start() - 40) : found.end() + 30].replace(prose.COMPUTED, "…").split()
                )
                line = text.line + plain.count("\n", 0, found.start())
                result.missing.append(Missing(text.path, line, word, around))
    return result


def _bold_places(text: str) -> list[tuple[int, int]]:
    """From and to of each bold text, in the text without its marks."""
    places, at = [], 0
    for number, part in enumerate(text.split(_BOLD)):
        if number % 2:
            places.append((at, at + len(part)))
        at += len(part)
    return places


def in_chapter(path: Path, rows: Iterable[str], root: Path = ROOT) -> Found:
    """How the words of a chapter are explained; a term that is linked only where it is bold must be bold."""
    linked = [term for term in glossary(root) if term not in notes.unlinked(root)]
    return explained(chapter_texts(path, root), linked, rows, people(root))


def in_glossary(rows: Iterable[str], root: Path = ROOT) -> Found:
    """How the words of the glossary's own entries are explained: by other entries."""
    entries = glossary(root)
    texts = [
        Text("book/glossary.md", 0, name + ": " + re.sub(r"\{term\}`([^`<]*?)\s*(?:<[^>]*>)?`", r"\1", definition))
        for name, definition in entries.items()
    ]
    return explained(texts, entries, rows, people(root))


def in_vain(found: Iterable[Found], rows: Iterable[str]) -> list[str]:
    """The rows of the list that no word needs."""
    needed = {row for one in found for row in one.by_row}
    return sorted(set(rows) - needed)


def main(names: list[str]) -> int:
    """Print what is missing."""
    rows = allowed()
    paths = prose.chapters(ROOT)
    every = {path.stem: in_chapter(path, rows) for path in paths} | {"glossary": in_glossary(rows)}
    for name, found in every.items():
        if not names or name in names:
            counts = f"{len(found.in_glossary)} in the glossary, {len(found.bold)} bold, {len(found.by_row)} by a row"
            print(f"{name}: {len(found.missing)} missing, {counts}", *found.missing, sep="\n  ")
    vain = in_vain(every.values(), rows)
    if vain:
        print("Rows of tests/book/words.csv that no word needs:", ", ".join(vain))
    return int(bool(vain) or any(found.missing for found in every.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
