"""Tables that people have: separated or aligned text and JSON, read into columns of text.

Separator, encoding, title and index column are told from the file where only one reading fits, and refused in one
sentence where several do. What was not plain is kept in :attr:`Table.notes`, for whoever prints results.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
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
#: Cells that hold nothing, in lower case.
MISSING = frozenset(("", "-", "--", "–", "—", "na", "n/a", "#n/a", "n.a.", "nan", "nat", "null", "none", "<na>", "?"))

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
    (b"\x80\x03", "a Python pickle", "write it as CSV"),
    (b"\x80\x04", "a Python pickle", "write it as CSV"),
    (b"\x80\x05", "a Python pickle", "write it as CSV"),
    (b"version https://git-lfs", "a pointer to a file in Git LFS", "fetch the file with git lfs pull"),
    (b"<", "a web page", "save the table itself (on GitHub: Raw)"),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_PERHAPS_NONE = frozenset("#% \t\r\n\u00a0")
_RULE = re.compile(r"[\s|+:=-]*[-=]{2}[\s|+:=-]*")


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
                    name = " ".join(self.header[last].split())[:40] or "a cell"
                    raise ProblemError(
                        f"{self.place(line)}: {name} is missing, as the line ends early; fill it in or remove the line."
                    )
            if row[last] == self.header[last] and [cell.strip() for cell in row] == self.header:
                again += 1
                continue
            if (not row[places[0]] or row[places[0]].isspace()) and not any(map(str.strip, row)):
                continue
            for place, cells in columns:
                cells.append(row[place].strip())
            lines.append(line)
        if self.comments:
            many = f"{len(self.comments):,} lines that begin" if len(self.comments) > 1 else "1 line that begins"
            self.notes.append(f"{many} with # or % left out as a comment (line {self.comments[0]})")
            self.comments.clear()
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
    start = text.lstrip()[:1]
    table = _json(path, text, needs) if start in ("[", "{") else _separated(path, text.encode(), needs)
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


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _decoded(path: Path, needs: str) -> tuple[str, list[str]]:
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such name"
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
        head = data[:4000]
        encoding = "utf-8"
        if b"\x00" in head:  # digits in UTF-16 have every second byte zero
            even, odd = head[::2].count(0), head[1::2].count(0)
            if min(even, odd) > max(even, odd) / 10:
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
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise no_text
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
    comments = [line.strip().lstrip("#% \t") for number, line in _comments(text) if number < sample[0][0]]
    comment = comments[-1] if comments else None
    separator, titles = (hint, 0) if hint else _separator(path, [line for _, line in sample])
    notes = []
    parsed = _some(path, sample, separator)[titles:]
    if not parsed:
        raise ProblemError(f"The file {path} holds no table; it needs {needs}.")
    header_line, header = parsed[0]
    header = [cell.strip() for cell in header]
    body = [row for _, row in parsed[1:]]
    if titles:
        notes.append(
            f"its first line is taken for a title: {sample[0][1].strip()[:60]!r}"
            if titles == 1
            else f"its first {titles} lines are taken for a title"
        )
    if all(_numeric(cell) for cell in header if cell):
        named = [cell.strip() for cell in next(_parsed(path, [(0, comment)], separator))[1]] if comment else []
        if len(named) != len(header) or all(_numeric(cell) for cell in named if cell):
            raise ProblemError(f"The file {path} has no header, as its first line holds numbers; add {needs}.")
        header, header_line = named, header_line - 1
        notes.append("its header is the last comment before the numbers")
    while (
        len(header) > 1 and not header[-1] and all(not cell.strip() for row in body for cell in row[len(header) - 1 :])
    ):
        header.pop()  # a separator at the end of each line
    if body and all(len(row) == len(header) + 1 for row in body) and any(row[-1].strip() for row in body):
        first = [row[0].strip() for row in body]
        if not _index(first) or (separator == "," and any(map(_numeric, first))):  # or a decimal comma in each line
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

    return Table(path, header, rows, notes, separator, comments=comments_below)


def _lines(text: bytes) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; of bytes, since StringIO would take four for each letter."""
    return enumerate(io.TextIOWrapper(io.BytesIO(text), "utf-8", newline=""), 1)


def _is_comment(line: str) -> bool:
    start = line.lstrip()
    return start[:1] in ("#", "%") and start[1:2] not in (",", ";", "\t", "|")


def _content(text: bytes, after: int = 0, comments: list[int] | None = None) -> Iterator[tuple[int, str]]:
    """Lines after a number that are neither blank nor a comment, with their numbers; those of comments are noted."""
    for number, line in _lines(text):
        if number <= after:
            continue
        if line[0] in _PERHAPS_NONE:
            if line.isspace():
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
            if not _RULE.fullmatch(line):
                yield number, re.split(r"\s{2,}|\t", line.strip())
        return
    source: Iterable[str] = feed()
    if separator == "|":
        source = (line.strip().strip("|").replace("**", "") for line in source if not _RULE.fullmatch(line))
    elif separator == " ":
        source = (line.strip().replace("\t", " ") for line in source if not _RULE.fullmatch(line))
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
        if set(fits) == {" ", "  "} and _widths(lines, " ") == _widths(lines, "  "):
            fits.pop("  ")
        if len(fits) > 1:
            names = " or ".join(SEPARATORS[separator] for separator in fits)
            raise ProblemError(f"The columns of {path} may be separated by {names}; save it with commas.")
        if fits:
            ((separator, (_, titles)),) = fits.items()
            return separator, titles
    # no separator fits most lines: with the one that splits the first, a line that is wrong can be named
    split = [separator for separator in (",", ";", "\t", "|") if _widths(lines[:1], separator)[:1] > [1]]
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


def _widths(lines: list[str], separator: str) -> list[int]:
    try:
        return [len(row) for _, row in _some(Path(), list(enumerate(lines, 1)), separator)]
    except ProblemError:  # said with its line when the table is read
        return [len(line.split(separator)) for line in lines]


def _fit(lines: list[str], separator: str) -> tuple[bool, int] | None:
    """Whether all lines have as many cells as the header, and the lines of title; None where most have not."""
    widths = _widths(lines, separator)
    titles = next((place for place, width in enumerate(widths) if width > 1), 0)
    widths = widths[titles:]
    if not widths or widths[0] < 2:
        return None
    fitting = [width in (widths[0], widths[0] + 1) for width in widths]
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


def _json(path: Path, text: str, needs: str) -> Table:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
            raise ProblemError(f"The file {path} gives {shown([twice])} twice in one object; keep one.")
        return found

    decoder = json.JSONDecoder(object_pairs_hook=once)
    notes: list[str] = []
    lines: array[int] | None = None
    try:
        try:
            data = decoder.decode(text)
        except json.JSONDecodeError as error:
            if "\n" not in text.strip() or not text.lstrip().startswith("{"):
                raise error
            pieces = [(number, line) for number, line in _lines(text.encode()) if not line.isspace()]
            lines = array("Q", [number for number, _ in pieces])
            try:
                data = decoder.decode(f"[{','.join(line for _, line in pieces)}]")
            except json.JSONDecodeError:
                data = []
            if len(data) != len(pieces):
                for number, line in pieces:
                    try:
                        decoder.decode(line)
                    except json.JSONDecodeError:
                        if number == pieces[0][0]:  # one object over several lines
                            raise error from None
                        raise ProblemError(f"{path}, line {number} is not JSON; correct or remove it.") from None
                raise error
    except RecursionError as error:
        raise ProblemError(f"The file {path} is JSON nested too deeply; give a list of objects.") from error
    except json.JSONDecodeError as error:
        raise ProblemError(f"The file {path} is not JSON ({error.msg}, line {error.lineno}); correct it.") from error
    except ValueError as error:
        raise ProblemError(f"The file {path} holds a number with too many digits; correct it.") from error
    records = _records(path, data, notes, needs)
    header: dict[str, int] = {}
    try:
        flat = [_flat(record) for record in records]
    except RecursionError as error:
        raise ProblemError(f"The file {path} is JSON nested too deeply; give a list of objects.") from error
    for record in flat:
        for name in record:
            if header.setdefault(name, len(header)) > MOST_COLUMNS:
                raise ProblemError(f"The file {path} has more than {MOST_COLUMNS:,} columns; keep those needed.")
    if not header:
        raise ProblemError(f"The file {path} is empty; it needs {needs}.")
    names = list(header)

    header_names = [name.strip() for name in names]
    return _Objects(
        path, header_names, tuple, notes, unit="line" if lines else "row", names=names, flat=flat, lines=lines
    )


@dataclass(eq=False)
class _Objects(Table):
    """A table of JSON objects."""

    names: list[str] = field(default_factory=list)
    flat: list[dict[str, Any]] = field(default_factory=list)
    lines: array[int] | None = None

    def columns(self, places: Sequence[int]) -> tuple[list[list[str]], array[int]]:
        found = [[_text(record.get(self.names[place])) for record in self.flat] for place in places]
        return found, self.lines or array("Q", range(1, len(self.flat) + 1))


def _records(path: Path, data: Any, notes: list[str], needs: str) -> list[dict[str, Any]]:
    """A dict a row, from each of the usual shapes."""
    shape = ProblemError(f"The file {path} is JSON, but no table; give a list of objects, one a row, such as {needs}.")
    if isinstance(data, dict):
        if isinstance(data.get("columns"), list) and isinstance(data.get("data"), list):
            data = [data["columns"], *data["data"]]
        elif data and all(isinstance(value, list) for value in data.values()) and not any(map(_rows, data.values())):
            lengths = {name: len(value) for name, value in data.items()}
            if len(set(lengths.values())) > 1:
                told = ", ".join(f"{shown([name])} {length}" for name, length in list(lengths.items())[:6])
                raise ProblemError(f"The lists of {path} differ in length ({told}); make them equal.")
            return [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]
        elif any(map(_rows, data.values())):
            tables = [name for name, value in data.items() if _rows(value)]
            if len(tables) > 1:
                raise ProblemError(f"The file {path} holds several tables ({shown(tables)}); keep one.")
            if tables[0] != "data":
                notes.append(f"its rows are those of {shown(tables)}")
            data = data[tables[0]]
        elif data and all(isinstance(value, dict) for value in data.values()):
            keys = [list(value) for value in data.values()]
            if all(key.isdigit() for key in keys[0]) and all(other == keys[0] for other in keys):  # pandas' own
                return [{name: column[key] for name, column in data.items()} for key in keys[0]]
            data = list(data.values())
        else:
            data = [data]
    if not isinstance(data, list):
        raise shape
    if data and all(isinstance(row, list) for row in data):
        if not all(isinstance(name, str) for name in data[0]):
            raise shape
        names = [name.strip() for name in data[0]]
        if len(set(names)) < len(names) or any(len(row) != len(names) for row in data):
            raise ProblemError(f"The lists of {path} need one value a name, and names that differ; correct it.")
        return [dict(zip(names, row, strict=True)) for row in data[1:]]
    if not all(isinstance(row, dict) for row in data):
        raise shape
    return data


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _flat(record: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Objects within objects, with names joined by a slash."""
    if not before and not any(isinstance(value, dict) for value in record.values()):
        return record
    found: dict[str, Any] = {}
    for name, value in record.items():
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
