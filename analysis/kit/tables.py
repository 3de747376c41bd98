"""Tables that people have: separated or aligned text and JSON, read into columns of text.

Separator, encoding, title and index column are told from the file where only one reading fits, and refused in one
sentence where several do. What was not plain is kept in :attr:`Table.notes`, for whoever prints results.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from analysis.kit.errors import ProblemError

#: Bytes; a million runs with twenty columns take half of it.
LARGEST = 400_000_000
MOST_COLUMNS = 10_000
#: Characters of a line: a hundred for each of the most columns.
LONGEST_LINE = 1_000_000
#: Lines from which a separator is told.
SAMPLE = 200
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces", "  ": "two spaces or more"}
#: Cells that hold nothing, in lower case; the words are what people write of a run that came to none.
MISSING = frozenset((
    "", ".", "-", "--", "–", "—", "?", "...", "…", "na", "n/a", "#n/a", "n.a.", "n.d.", "nan", "nat", "null", "none",
    "<na>", "tbd", "#div/0!", "diverged", "failed", "crashed", "oom", "pending", "running", "unknown", "missing",
))  # fmt: skip
#: First cells of a row that sums up others, as pandas and spreadsheets write them, in lower case.
SUMMARIES = frozenset((
    "mean", "average", "avg", "avg.", "median", "total", "sum", "std", "stdev", "min", "max", "count", "25%", "50%",
    "75%", "mean:", "average:", "median:", "total:", "sum:",
))  # fmt: skip

_FOREIGN = (  # what a file starts with, what it is, what to do
    (b"PK\x03\x04", "a spreadsheet or zip archive", "save its sheet as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "save its sheet as CSV"),
    (b"PAR1", "a Parquet file", "write it as CSV with pandas.read_parquet(...).to_csv(...)"),
    (b"ARROW1", "a Feather file", "write it as CSV with pandas.read_feather(...).to_csv(...)"),
    (b"\x89HDF", "an HDF5 file", "write its table as CSV"),
    (b"\x93NUMPY", "a NumPy file", "write it as CSV with a header"),
    (b"\x1f\x8b", "compressed", "unpack it with gunzip"),
    (b"BZh", "compressed", "unpack it with bunzip2"),
    (b"\xfd7zXZ", "compressed", "unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "compressed", "unpack it with unzstd"),
    (b"SQLite format 3", "an SQLite database", "write its table as CSV"),
    (b"%PDF", "a PDF", "save its table as CSV"),
    (b"PK\x05\x06", "an empty zip archive", "look where its files went"),
    (b"Rar!", "compressed", "unpack it with unrar"),
    (b"7z\xbc\xaf", "compressed", "unpack it with 7z"),
    (b"{\\rtf", "a rich text document", "save its table as CSV"),
    (b"\x80\x02", "a Python pickle", "write it as CSV"),
    (b"\x80\x03", "a Python pickle", "write it as CSV"),
    (b"\x80\x04", "a Python pickle", "write it as CSV"),
    (b"\x80\x05", "a Python pickle", "write it as CSV"),
    (b"version https://git-lfs", "a pointer to a file in Git LFS", "fetch the file with git lfs pull"),
    (b"<?xml", "XML", "save its table as CSV"),
    (b"<", "a web page", "save the table itself (on GitHub: Raw)"),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_PERHAPS_NONE = frozenset("#%/` \t\r\n\u00a0")
#: Letters without width, which editors and web pages leave between others.
_UNSEEN = "\ufeff\u200b\u200e\u200f\u2060\u00ad"
_UPRIGHT = "│┃║┆┇┊┋╎╏"
_BEGINS_A_NUMBER = re.compile(r"\s*[+-]?[.,]?\d")
#: Types of columns, which some programs print below their names.
_TYPES = frozenset((
    "f64", "f32", "i64", "i32", "u64", "u32", "str", "string", "float64", "float32", "float", "int64", "int32", "int",
    "object", "double", "bigint", "varchar", "text", "number", "<dbl>", "<int>", "<chr>", "<num>",
))  # fmt: skip


@dataclass(eq=False)
class Table:
    """A table whose cells are read when they are asked for.

    Attributes
    ----------
    path : Path
    header : list of str, without spaces round the names; a column without a name has an empty one
    notes : list of str, what was not plain about the file, a sentence each
    separator : str, empty for JSON
    """

    path: Path
    header: list[str]
    rows: Callable[[], Iterable[tuple[int, list[str]]]]
    notes: list[str] = field(default_factory=list)
    separator: str = ""
    unit: str = "line"
    comments: list[int] = field(default_factory=list)

    def turned(self) -> Table | None:
        """The same table with rows and columns exchanged, for who finds nothing in the header; None if it is none."""
        lines = [self.header, *(row for _, row in islice(self.rows(), MOST_COLUMNS))]
        if len(lines) > MOST_COLUMNS or any(len(line) != len(self.header) for line in lines):
            return None
        header, *rows = ([cell.strip() for cell in column] for column in zip(*lines, strict=True))
        numbered = list(enumerate(rows, 2))
        return Table(self.path, header, lambda: numbered, [*self.notes, _TURNED], unit="column")

    def columns(self, places: Sequence[int]) -> tuple[list[list[str]], array[int]]:
        """The cells of some columns, without spaces round them, and the number of the line each row stands on.

        Rows of empty cells are skipped, and so is a header that comes again.

        Raises
        ------
        ProblemError
            For a row with more cells than the header, or one that ends before a column that is asked for.
        """
        width, lines = len(self.header), array("Q")
        found: list[list[str]] = [[] for _ in places]
        columns = list(zip(places, found, strict=True))
        last, again = max(places), 0
        named, said, summed = 0 not in places, [], []
        for line, row in self.rows():
            if len(row) != width:
                if not any(cell and not cell.isspace() for cell in row):
                    continue
                if any(cell and not cell.isspace() for cell in row[width:]):
                    raise ProblemError(
                        f"{self.place(line)} has {len(row)} cells, where the header has {width}; correct it, and put"
                        " quotation marks round cells that hold a separator."
                    )
                if len(row) <= last:
                    filled = [cell.strip() for cell in row if cell.strip()]
                    if width > 1 and len(filled) == 1 and _is_prose(filled[0]):
                        said.append((line, filled[0]))
                        continue
                    name = " ".join(self.header[last].split())[:40] or "a cell"
                    raise ProblemError(
                        f"{self.place(line)}: {name} is missing, as the line ends early; fill it in or remove the line."
                    )
            if row[last] == self.header[last] and [cell.strip() for cell in row] == self.header:
                again += 1
                continue
            if (not row[places[0]] or row[places[0]].isspace()) and not any(map(str.strip, row)):
                continue
            if named and row[0].strip().lower() in SUMMARIES:
                summed.append((line, row[0].strip()))
                continue
            for place, cells in columns:
                cells.append(row[place].strip())
            lines.append(line)
        if self.comments:
            many = f"{len(self.comments):,} lines that begin" if len(self.comments) > 1 else "1 line that begins"
            self.notes.append(f"{many} with #, % or // left out as a comment (line {self.comments[0]})")
            self.comments.clear()
        for left, why in ((said, "as words without cells"), (summed, "as it sums up others")):
            if left:
                more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
                self.notes.append(f"{self.unit} {left[0][0]} ({shown([left[0][1]])}){more} left out, {why}")
        if again:
            self.notes.append(f"the header comes {_times(again)} more; left out")
        return found, lines

    def place(self, line: int) -> str:
        """File and line, for what is wrong there."""
        return f"{self.path}, {self.unit} {line}"


def read_table(path: Path, needs: str) -> Table:
    """Open a table: text with a header, separated by commas, semicolons, tabs, bars or spaces, or JSON.

    Parameters
    ----------
    path : Path
        ``-`` for standard input.
    needs : str
        What the file should hold, for who gives an empty one.

    Raises
    ------
    ProblemError
        For a file that cannot be read, is none of these, or can be read in two ways.
    """
    path = Path(path)
    text, notes = _decoded(path, needs)
    if text.lstrip()[:1] in ("[", "{"):
        table = _json(path, text, needs)
    else:
        if _is_latex(text):
            text = _plain_latex(text)
            notes.append("it was read as LaTeX")
        if any(mark in text for mark in _UPRIGHT):
            text = re.sub("[\u2500-\u257f]", "-", re.sub(f"[{_UPRIGHT}]", "|", text))
        table = _separated(path, text.encode(), needs)
    if len(table.header) > MOST_COLUMNS:
        raise ProblemError(
            f"The file {path} has {len(table.header):,} columns; keep those that are needed, at most {MOST_COLUMNS:,}."
        )
    table.notes[:0] = notes
    return table


def shown(names: Iterable[str], most: int = 12) -> str:
    """Names in quotation marks, the first of many, each cut where it is long.

    >>> shown(["N", "D", "loss"], 2)
    "'N', 'D' and 1 more"
    """
    names = list(names)
    cut = [repr(name if len(name) <= 40 else name[:37] + "...") for name in names[:most]]
    return ", ".join(cut) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def sentences(notes: Iterable[str]) -> tuple[str, ...]:
    """Notes as sentences.

    >>> sentences(["its commas are decimal commas"])
    ('Its commas are decimal commas.',)
    """
    return tuple(f"{note[:1].upper()}{note[1:]}." for note in notes)


_TURNED = "its rows and columns were exchanged, as the names stand in its first column"


def _is_prose(cell: str) -> bool:
    """Whether this is some words, such as (12 rows) or the source of a table."""
    words = cell.split()
    return len(words) > 1 and any(len(word) > 1 and word.strip("().,:;").isalpha() for word in words)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _decoded(path: Path, needs: str) -> tuple[str, list[str]]:
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such name"
        if "://" in str(path) or re.match(r"(?:https?|s3|gs|hf|file):/", str(path)):  # Path takes a slash away
            raise ProblemError(f"{path} is an address; save what is there as a file and name that.") from error
        raise ProblemError(f"The file {path} cannot be read ({why}); check its name.") from error
    if len(data) > LARGEST:
        raise ProblemError(
            f"The file {path} is larger than {LARGEST // 10**6} MB; keep the columns and rows that are needed."
        )
    if not data.strip(b" \t\r\n\x0b\x0c"):
        raise ProblemError(f"The file {path} is empty; it needs {needs}.")
    for start, what, remedy in _FOREIGN:
        if data.startswith(start):
            raise ProblemError(f"The file {path} is {what}; {remedy}.")
    no_text = ProblemError(f"The file {path} is not a text file; save it as CSV in UTF-8.")
    notes: list[str] = []
    mark, encoding = next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", ""))
    data = data[len(mark) :]
    if not encoding:
        head = data[:4000].rstrip(b"\x00\x1a")
        encoding = "utf-8"
        if b"\x00" in head:  # digits in UTF-16 have every second byte zero
            even, odd = head[::2].count(0), head[1::2].count(0)
            if min(even, odd) > max(even, odd) / 10 or max(even, odd) < len(head) / 8:
                raise no_text
            encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise no_text from error
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise no_text from error
        notes.append("its letters beyond ASCII were read as Windows-1252 (Latin-1), as they are no UTF-8")
    text = text.rstrip("\x00\x1a") or text  # how old programs end a file
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise no_text
    for letter in _UNSEEN:
        text = text.replace(letter, "")
    if not text.strip():
        raise ProblemError(f"The file {path} is empty; it needs {needs}.")
    if encoding.startswith("utf-16"):
        notes.append("it was read as UTF-16")
    return text, notes


# --- separated text -------------------------------------------------------------------------------------------


def _separated(path: Path, text: bytes, needs: str) -> Table:
    """Table of separated or aligned text in UTF-8."""
    sample: list[tuple[int, str]] = []
    hint = None
    for number, line in _content(text):
        bare = line.strip()
        if not sample and (found := re.fullmatch(r'"?sep=(.)"?', bare)):
            hint = found[1]
            continue
        if len(line) > LONGEST_LINE:
            raise ProblemError(
                f"{path}, line {number} has {len(line):,} characters; keep the columns that are needed, at most"
                f" {MOST_COLUMNS:,}."
            )
        sample.append((number, line))
        if len(sample) >= SAMPLE:
            break
    if not sample:
        raise ProblemError(f"The file {path} has only comments; it needs {needs}.")
    comments = [line.strip().lstrip("#%/ \t") for number, line in _comments(text) if number < sample[0][0]]
    comment = comments[-1] if comments else None
    separator, titles = (hint, 0) if hint else _separator(path, [line for _, line in sample])
    notes = []
    parsed = _some(path, sample, separator)[titles:]
    if not parsed:
        raise ProblemError(f"The file {path} holds no table; it needs {needs}.")
    header_line, header = parsed[0]
    header = [cell.strip() for cell in header]
    body = [row for _, row in parsed[1:]]
    turned = bool(body) and not header[0] and not any(_numeric(row[0]) or not row[0].strip() for row in body)
    if titles:
        notes.append(
            f"its first line is taken for a title: {sample[0][1].strip()[:60]!r}"
            if titles == 1
            else f"its first {titles} lines are taken for a title"
        )
    if all(_numeric(cell) for cell in header if cell) and not turned:
        named = [cell.strip() for cell in next(_parsed(path, [(0, comment)], separator))[1]] if comment else []
        if len(named) != len(header) or all(_numeric(cell) for cell in named if cell):
            raise ProblemError(f"The file {path} has no header, as its first line holds numbers; add {needs}.")
        header, header_line = named, header_line - 1
        notes.append("its header is the last comment before the numbers")
    elif _goes_on(body):
        header = _joined(header, body[0])
        header_line = parsed[1][0]
        body = body[1:]
        notes.append("its header has two lines")
    while (
        len(header) > 1 and not header[-1] and all(not cell.strip() for row in body for cell in row[len(header) - 1 :])
    ):
        header.pop()  # a separator at the end of each line
    if body and all(len(row) == len(header) + 1 for row in body) and any(row[-1].strip() for row in body):
        first = [row[0].strip() for row in body]
        if not _index(first) or (
            separator == "," and (any(map(_numeric, first)) or _uneven(line for _, line in sample[titles + 1 :]))
        ):  # or a comma of decimals, or of words, in each line
            raise ProblemError(
                f"{path}, line {header_line} has {len(header)} names, and the lines below it have {len(body[0])} cells;"
                " if it is a title, remove it, otherwise name each column."
            )
        header.insert(0, "")
        notes.append("its first column has no name and is not read")
    if separator in ("|", " ", "  "):
        notes.append(f"its columns are separated by {SEPARATORS[separator]}")

    comments_below: list[int] = []

    def rows() -> Iterator[tuple[int, list[str]]]:
        return _parsed(path, _content(text, header_line, comments_below), separator)

    table = Table(path, header, rows, notes, separator, comments=comments_below)
    objects = [
        place for place in range(len(header)) if _holds_objects([row[place] for row in body if place < len(row)])
    ]
    return _unfolded(table, objects) if objects else table


def _uneven(lines: Iterable[str]) -> bool:
    """Whether some commas of each line are followed by a space and some are not, as in Oct 12, 2017,3."""
    return all(re.search(r",\s", line.strip()) and re.search(r",\S", line) for line in lines)


def _goes_on(body: list[list[str]]) -> bool:
    """Whether a header's second line, of units or of lower names, stands above the rows."""
    if len(body) < 2 or len(body[1]) - len(body[0]) not in (0, 1):  # or an index without a name
        return False
    row = body[1][len(body[1]) - len(body[0]) :]
    below = [cell.strip() for cell, number in zip(body[0], row, strict=True) if _BEGINS_A_NUMBER.match(number)]
    told = [cell for cell in below if cell]
    return (
        len(below) > 1
        and bool(told)
        and not any(_BEGINS_A_NUMBER.match(cell) or cell.lower() in MISSING for cell in told)
        and not any(map(_BEGINS_A_NUMBER.match, body[0]))
    )


def _joined(header: list[str], below: list[str]) -> list[str]:
    """Names with their units in brackets, or with what stands below names that come again."""
    below = ["" if cell.strip().lower() in _TYPES else cell.strip() for cell in below]
    groups = len(set(header)) < len(header) or any(unit and not name for name, unit in zip(header, below, strict=False))
    form = "{}/{}" if groups else "{} {}"
    names = []
    for name, unit in zip(header, below, strict=False):
        bare = unit if groups or unit[:1] in ("(", "[") else f"({unit})"
        names.append(form.format(name, bare) if name and unit else name or unit)
    return names + header[len(below) :]


def _is_latex(text: str) -> bool:
    r"""Whether the lines with cells end as rows of LaTeX do, the last perhaps not: ``1 & 2 \\\\``."""
    if "&" not in text or "\\\\" not in text:
        return False
    rows = [line for line in text.splitlines() if "&" in line]
    ended = sum(bool(re.search(r"\\\\(?:\[.*?\])?\s*(?:\\[a-z]+(?:\(.*?\))?(?:\{.*?\})?\s*)*$", row)) for row in rows)
    return ended > 1 and ended >= len(rows) - 1


def _plain_latex(text: str) -> str:
    """The rows of a LaTeX table with tabs between cells, each on the line where it stood."""
    lines = []
    for line in text.splitlines():
        line = line.replace("\\&", "and").replace("\t", " ")
        line = re.sub(r"\\(?:hline|(?:top|mid|bottom)rule|c(?:mid)?rule(?:\(.*?\))?\{.*?\})", "", line)
        if "&" not in line:
            lines.append("")
            continue
        line = re.sub(r"\\\\(?:\[.*?\])?\s*$", "", line)
        line = re.sub(
            r"\\[,;!]|\\(?=[%#_$])", "", line.replace("~", " ").replace("\\times", "×").replace("\\cdot", "·")
        )
        line = re.sub(r"\\(?:text|math|under)\w*|\\(?:bf|it|num)\b|[${}]", "", line.replace("\\pm", "±"))
        lines.append(line.replace("\\", "").replace("&", "\t"))
    return "\n".join(lines)


def _holds_objects(cells: list[str]) -> bool:
    filled = [cell for cell in map(str.strip, cells) if cell.lower() not in MISSING]
    return bool(filled) and all(cell[0] == "{" and cell[-1] == "}" for cell in filled)


def _unfolded(table: Table, objects: Sequence[int]) -> Table:
    """Cells that hold objects, as the tables that people make of W&B's runs, are columns of their own."""
    cells, lines = table.columns(range(len(table.header)))
    records = []
    for line, *row in zip(lines, *cells, strict=True):
        record: dict[str, Any] = {}
        for place, (name, cell) in enumerate(zip(table.header, row, strict=True)):
            if place not in objects:
                record[name] = cell
            elif cell.lower() not in MISSING:
                try:
                    record[name or str(place + 1)] = _object(cell)
                except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                    raise ProblemError(
                        f"{table.place(line)}: {shown([name])} begins as an object but is none; write it as JSON."
                    ) from None
        records.append(record)
    return _of_objects(table.path, records, table.notes, "a header", lines)


def _object(cell: str) -> Any:
    """JSON or Python's own way to write a dictionary."""
    try:
        return json.loads(cell)
    except ValueError:
        return ast.literal_eval(re.sub(r"\bnan\b", "None", re.sub(r"\binf\b", "1e999", cell)))


def _lines(text: bytes) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; of bytes, since StringIO would take four for each letter."""
    return enumerate(io.TextIOWrapper(io.BytesIO(text), "utf-8", newline=""), 1)


def _is_comment(line: str) -> bool:
    start = line.lstrip()
    return start[:2] == "//" or (start[:1] in ("#", "%") and start[1:2] not in (",", ";", "\t", "|"))


def _content(text: bytes, after: int = 0, comments: list[int] | None = None) -> Iterator[tuple[int, str]]:
    """Lines after a number that are neither blank nor a comment, with their numbers; those of comments are noted."""
    for number, line in _lines(text):
        if number <= after:
            continue
        if line[0] in _PERHAPS_NONE:
            if line.isspace() or line.startswith("```"):
                continue
            if _is_comment(line):
                if comments is not None:
                    comments.append(number)
                continue
        yield number, line


def _comments(text: bytes) -> Iterator[tuple[int, str]]:
    """Comments before the first line that is none."""
    for number, line in _lines(text):
        if _is_comment(line):
            yield number, line
        elif not line.isspace():
            return


def _parsed(path: Path, lines: Iterable[tuple[int, str]], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of cells, with the number of the line each ends on."""
    number = 0

    def feed() -> Iterator[str]:
        nonlocal number
        for number, line in lines:  # noqa: B007
            yield line

    if separator == "  ":
        for number, line in lines:
            if not _is_rule(line):
                yield number, re.split(r"\s{2,}|\t", line.strip())
        return
    source: Iterable[str] = feed()
    if separator == "|":
        source = (_between_bars(line) for line in source if not _is_rule(line, least=1))
    elif separator == " ":
        source = (line.strip().replace("\t", " ") for line in source if not _is_rule(line))
    elif separator == "":
        for number, line in lines:
            yield number, [line.strip()]
        return
    else:  # strict parsing allows no space after a closing quotation mark
        loose = re.compile(rf'(?<=")[ ]+(?=[{re.escape(separator)}\r\n]|$)')
        source = (loose.sub("", line) if '" ' in line else line for line in source)
    reader = csv.reader(source, delimiter=separator, skipinitialspace=separator != "\t", strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = (
                "a cell is longer than 131,072 characters"
                if "limit" in str(error)
                else "a quotation mark is not closed, or something follows it"
            )
            raise ProblemError(f"{path}, line {number}: {why}; correct it.") from error
        if row:
            yield number, row


def _is_rule(line: str, least: int = 2) -> bool:
    """Whether a line only draws, with so many strokes side by side or more."""
    return not line.strip(" \t\r\n\v\f|+:=-") and any(least * stroke in line for stroke in "-=")


def _between_bars(line: str) -> str:
    """A row of Markdown without its outer bars, its links and its marks of bold and of code."""
    line = re.sub(r"\[([^\[\]]{0,99})\]\([^()]{0,999}\)", r"\1", line)  # links
    return re.sub(r"\*\*|`", "", re.sub(r"<br\s*/?>", " ", line.strip().removeprefix("|").removesuffix("|")))


def _separator(path: Path, lines: list[str]) -> tuple[str, int]:
    """The one separator by which the lines are a table, and how many lines of title stand above it."""
    fits: dict[str, tuple[bool, int]] = {}
    for candidates in ((",", ";", "\t", "|"), (" ", "  ")):
        for separator in candidates:
            found = _fit(lines, separator)
            if found:
                fits[separator] = found
        for better in (lambda found: -found[1], lambda found: found[0]):  # a title is unlikely, odd lines more so
            best = max(map(better, fits.values()), default=0)
            fits = {separator: found for separator, found in fits.items() if better(found) == best}
        if set(fits) == {" ", "  "}:
            one, two = _widths(lines, " "), _widths(lines, "  ")
            if one == two:
                fits.pop("  ")
            elif len(set(two)) == 1 < len(set(one)):  # names of rows hold single spaces
                fits.pop(" ")
        if fits and all(titles for _, titles in fits.values()):  # or words with commas, in aligned text without a title
            aligned = {mark: fit for mark in (" ", "  ") if (fit := _fit(lines, mark)) and not fit[1]}
            fits = aligned or fits
        if len(fits) > 1:
            names = " or ".join(SEPARATORS[separator] for separator in fits)
            raise ProblemError(f"The columns of {path} may be separated by {names}; save it with commas.")
        if fits:
            ((separator, (_, titles)),) = fits.items()
            return separator, titles
    # no separator fits most lines: with the one that splits the first, a line that is wrong can be named
    split = [mark for mark in (",", ";", "\t", "|") if any(most > 1 for _, most in _widths(lines[:1], mark))]
    if not split and len(lines) > 1 and len(lines[0].split()) > 1 and _numeric(lines[1].split()[0]):
        split = [" "]
    return (split[0], 0) if len(split) == 1 else ("", 0)


def _some(path: Path, lines: list[tuple[int, str]], separator: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty among the first lines, of which the last may end within a cell."""
    rows = []
    try:
        for number, row in _parsed(path, lines, separator):
            if any(map(str.strip, row)):
                rows.append((number, row))
    except ProblemError:
        if len(lines) < SAMPLE or len(rows) < 2:
            raise
    return rows


def _widths(lines: list[str], separator: str) -> list[tuple[int, int]]:
    """Cells of each row without the empty ones at its end, and with them."""
    try:
        rows = [row for _, row in _some(Path(), list(enumerate(lines, 1)), separator)]
    except ProblemError:  # said with its line when the table is read
        rows = [line.split(separator) for line in lines]
    return [(max((place for place, cell in enumerate(row, 1) if cell.strip()), default=0), len(row)) for row in rows]


def _fit(lines: list[str], separator: str) -> tuple[bool, int] | None:
    """Whether all lines have as many cells as the header, and the lines of title; None where most have not."""
    widths = _widths(lines, separator)
    titles = next((place for place, (_, most) in enumerate(widths) if most > 1), 0)
    widths = widths[titles:]
    if not widths or (width := widths[0][1]) < 2:
        return None
    fitting = [most in (width, width + 1) or least <= width <= most for least, most in widths]
    if separator in (" ", "  ") and not all(fitting):
        return None
    return (all(fitting), titles) if sum(fitting) > len(fitting) / 2 else None


def _numeric(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return cell.lower() not in MISSING


def _index(cells: list[str]) -> bool:
    """Whether these are names of rows: no numbers, or numbers that count."""
    if not any(map(_numeric, cells)):
        return True
    try:
        numbers = [int(cell) for cell in cells]
    except ValueError:
        return False
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


# --- JSON -----------------------------------------------------------------------------------------------------

#: Keys of a list of names, and of the lists of cells that go with it.
_NAMES, _BODIES = ("columns", "header", "headers", "names", "fields"), ("data", "rows", "values", "body")
#: Objects within objects in which a table is looked for.
_DEEPEST = 4
_BETWEEN = re.compile(r"[\s,]*")

Records = list[dict[str, Any]]


def _json(path: Path, text: str, needs: str) -> Table:
    notes: list[str] = []
    try:
        data, lines = _values(path, text)
        records, turned = _records(path, data, notes)
        table = _of_objects(path, records, notes, needs, lines)
        if turned:
            table.other = _of_objects(path, turned, [*notes, _TURNED], needs)
        return table
    except RecursionError as error:
        raise ProblemError(f"The file {path} is JSON nested too deeply; give a list of objects.") from error


def _values(path: Path, text: str) -> tuple[Any, array[int] | None]:
    """What JSON says: one value, or one a line with the lines' numbers, or one after another."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
            raise ProblemError(f"The file {path} gives {shown([twice])} twice in one object; keep one.")
        return found

    decoder = json.JSONDecoder(object_pairs_hook=once)
    try:
        try:
            return decoder.decode(text), None
        except json.JSONDecodeError as error:
            whole = error
        pieces = [(number, line.strip().rstrip(",")) for number, line in _lines(text.encode()) if not line.isspace()]
        try:
            data = decoder.decode(f"[{','.join(line for _, line in pieces)}]")
            if len(data) == len(pieces):
                return data, array("Q", [number for number, _ in pieces])
        except json.JSONDecodeError:
            pass
        data, place = [], len(text) - len(text.lstrip())
        while place < len(text):
            try:
                value, place = decoder.raw_decode(text, place)
            except json.JSONDecodeError:
                break
            data.append(value)
            if found := _BETWEEN.match(text, place):
                place = found.end()
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise ProblemError(f"The file {path} holds a number with too many digits; correct it.") from error
    if place == len(text) and len(data) > 1:
        return data, None
    if data and (len(data) > 1 or isinstance(data[0], dict)):
        number = len(re.findall(r"\r\n?|\n", text[:place])) + 1
        raise ProblemError(f"{path}, line {number} is not JSON; correct or remove it.")
    raise ProblemError(f"The file {path} is not JSON ({whole.msg}, line {whole.lineno}); correct it.") from whole


@dataclass(eq=False)
class _Objects(Table):
    """A table of JSON objects."""

    names: list[str] = field(default_factory=list)
    flat: Records = field(default_factory=list)
    lines: array[int] | None = None
    other: Table | None = None

    def turned(self) -> Table | None:
        return self.other

    def columns(self, places: Sequence[int]) -> tuple[list[list[str]], array[int]]:
        found = [[_text(record.get(self.names[place])) for record in self.flat] for place in places]
        return found, self.lines or array("Q", range(1, len(self.flat) + 1))


def _of_objects(
    path: Path, records: Records, notes: list[str], needs: str, lines: array[int] | None = None
) -> _Objects:
    flat = [_flat(record) for record in records]
    header: dict[str, int] = {}
    for record in flat:
        for name in record:
            if header.setdefault(name, len(header)) > MOST_COLUMNS:
                raise ProblemError(f"The file {path} has more than {MOST_COLUMNS:,} columns; keep those needed.")
    if not header:
        raise ProblemError(f"The file {path} is empty; it needs {needs}.")
    names = [name.strip() for name in header]
    unit = "line" if lines else "row"
    return _Objects(path, names, tuple, notes, unit=unit, names=list(header), flat=flat, lines=lines)


def _records(path: Path, data: Any, notes: list[str]) -> tuple[Records, Records | None]:
    """A dict a row, from each of the usual shapes, and another reading where rows could be columns."""
    if isinstance(data, list):
        return _listed(path, data), None
    if not isinstance(data, dict):
        raise ProblemError(f"The file {path} is JSON, but no table; give a list of objects, one a row.")
    if (named := _named_lists(data)) is not None:
        return _listed(path, named), None
    tables = [name for name, value in data.items() if _is_table(value)]
    tables = tables or [name for name, value in data.items() if isinstance(value, dict) and _holds_table(value)]
    rows = bool(data) and all(isinstance(value, dict) for value in data.values())
    if len(tables) > 1 and not (rows and len(tables) == len(data)):
        raise ProblemError(f"The file {path} holds several tables ({shown(tables)}); keep one.")
    if len(tables) == 1:
        if tables[0] != "data":
            notes.append(f"its rows are those of {shown(tables)}")
        return _records(path, data[tables[0]], notes)
    if columns := {name: value for name, value in data.items() if _is_plain(value)}:
        lengths = {name: len(value) for name, value in columns.items()}
        one_value = [name for name in data if name not in columns and not isinstance(data[name], list | dict)]
        if len(columns) + len(one_value) == len(data) and (not one_value or len(columns) > 1):
            if len(set(lengths.values())) > 1:
                told = ", ".join(f"{shown([name])} {length}" for name, length in list(lengths.items())[:6])
                raise ProblemError(f"The lists of {path} differ in length ({told}); make them equal.")
            alike = {name: data[name] for name in one_value}
            return [dict(zip(columns, row, strict=True)) | alike for row in zip(*columns.values(), strict=True)], None
    if rows:
        keys = list(next(iter(data.values())))
        if not keys or any(list(value) != keys for value in data.values()):
            return list(data.values()), None
        turned = [{name: column[key] for name, column in data.items()} for key in keys]
        return (turned, None) if all(map(str.isdigit, keys)) else (list(data.values()), turned)  # pandas' own
    return [data], None


def _listed(path: Path, data: list[Any]) -> Records:
    """Objects, or lists of which the first holds the names."""
    if data and all(isinstance(row, list) for row in data):
        if not all(isinstance(name, str) for name in data[0]):
            raise ProblemError(f"The lists of {path} have no names; put a list of the columns' names before them.")
        names = [name.strip() for name in data[0]]
        if len(set(names)) < len(names) or any(len(row) != len(names) for row in data):
            raise ProblemError(f"The lists of {path} need one value a name, and names that differ; correct it.")
        return [dict(zip(names, row, strict=True)) for row in data[1:]]
    if not all(isinstance(row, dict) for row in data):
        raise ProblemError(f"The file {path} is JSON, but no table; give a list of objects, one a row.")
    return data


def _named_lists(data: dict[str, Any]) -> list[Any] | None:
    """The lists of an object that has their names beside them, as pandas' split and W&B's tables do."""
    for names in _NAMES:
        for body in _BODIES:
            if isinstance(data.get(names), list) and isinstance(data.get(body), list):
                return [data[names], *data[body]]
    return None


def _is_plain(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(item, list | dict) for item in value)


def _is_table(value: Any) -> bool:
    """A list of objects, or of lists of which the first holds names."""
    if not isinstance(value, list) or not value:
        return False
    first = value[0]
    return isinstance(first, dict) or (
        isinstance(first, list) and len(value) > 1 and bool(first) and all(isinstance(name, str) for name in first)
    )


def _holds_table(data: dict[str, Any], depth: int = 1) -> bool:
    """Whether a table stands in an object: lists of one length, objects with the same keys, or a table deeper in."""
    values = list(data.values())
    if any(map(_is_table, values)) or _named_lists(data) is not None:
        return True
    if len(values) > 1 and all(map(_is_plain, values)) and len({len(value) for value in values}) == 1:
        return len(values[0]) > 1
    inner = [value for value in values if isinstance(value, dict)]
    if len(values) > 1 and len(inner) == len(values) and values[0] and len({tuple(value) for value in values}) == 1:
        return True
    return depth < _DEEPEST and sum(_holds_table(value, depth + 1) for value in inner) == 1


def _flat(record: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Objects within objects, with names joined by a slash; W&B's way to write a value is the value."""
    if not before and not any(isinstance(value, dict) for value in record.values()):
        return record
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and "value" in value and set(value) <= {"value", "desc"}:
            value = value["value"]
        if isinstance(value, dict):
            found.update(_flat(value, f"{before}{name}/"))
        else:
            found[before + name] = value
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return "a list"
    return value.strip() if isinstance(value, str) else repr(value)
