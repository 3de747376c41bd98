"""What a person gives at the command line, numbers and CSV files: each mistake is one sentence that names its place."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from analysis.kit.errors import ProblemError


def number(text: str, what: str, example: str) -> float:
    """A finite number that was typed.

    >>> number("5.76e23", "budget", "1e24")
    5.76e+23
    """
    try:
        value = float(text)
    except ValueError as error:
        raise ProblemError(f"The {what} {text!r} is not a number; give one such as {example}.") from error
    if not math.isfinite(value):
        raise ProblemError(f"The {what} {text!r} is not finite; give one such as {example}.")
    return value


def whole(text: str, what: str, example: str, least: int = 0, most: int | None = None) -> int:
    """A whole number that was typed, from `least` to `most`.

    >>> whole("2e3", "number of resamples", "4000")
    2000
    """
    value = number(text, what, example)
    if value != int(value):
        raise ProblemError(f"The {what} is {text}; give a whole number such as {example}.")
    if value < least or (most is not None and value > most):
        bounds = f"{least:,} or more" if most is None else f"{least:,} to {most:,}"
        raise ProblemError(f"The {what} is {text}; give {bounds}.")
    return int(value)


def csv_file(path: Path, needs: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Read a CSV file with a header; empty lines are skipped.

    Parameters
    ----------
    path : Path
    needs : str
        What the file should hold, for who gives an empty one.

    Returns
    -------
    header : list of str
    rows : list of (place, cells)
        `place` says file and line, for what is wrong there; a row has as many cells as the header or more.

    Raises
    ------
    ProblemError
        For a file that cannot be read, is no CSV text, or is empty.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = [(number, row) for number, row in enumerate(csv.reader(stream), 1) if any(map(str.strip, row))]
    except OSError as error:
        raise ProblemError(f"The file {path} cannot be read ({error.strerror}); check its name.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ProblemError(f"The file {path} is not a CSV text file; save it as CSV in UTF-8.") from error
    if not lines:
        raise ProblemError(f"The file {path} is empty; it needs {needs}.")
    header = [name.strip() for name in lines[0][1]]
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in lines[0][1][0]:
            raise ProblemError(f"The columns of {path} are separated by {name}; save it with commas.")
    rows = [
        (f"{path}, line {line}", [cell.strip() for cell in row] + [""] * (len(header) - len(row)))
        for line, row in lines[1:]
    ]
    return header, rows


def positive_cell(text: str, name: str, place: str) -> float:
    """A positive, finite number in a cell.

    >>> positive_cell("1_000", "N", "runs.csv, line 2")
    1000.0
    """
    if not text:
        raise ProblemError(f"{place}: {name} is missing; fill it in or remove the line.")
    try:
        value = float(text.replace("_", ""))
    except ValueError as error:
        raise ProblemError(f"{place}: {name} is {text!r}, which is not a number; correct it.") from error
    if not (math.isfinite(value) and value > 0):
        raise ProblemError(f"{place}: {name} is {text}; it must be a positive, finite number.")
    return value
