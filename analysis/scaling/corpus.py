"""The text of our own sweep: the standard library of the Python that runs, as symbols from an alphabet of 96.

Every machine that can build this book has it. Python's releases differ a little, so what is read is narrowed to
modules that Python 3.11 to 3.13 share, on every system, and a fingerprint says which text a result was made from.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError

#: Newline, then the printable ASCII characters in their order.
ALPHABET = "\n" + "".join(map(chr, range(32, 127)))
#: What any other byte is read as.
OTHER = "?"
#: Left out: tests and tools that some systems do not install, and tables that are data rather than text.
EXCLUDED = {
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "turtle",
    "turtledemo",
    "lib2to3",
    "distutils",
    "ensurepip",
    "venv",
} | {"ctypes", "_pyrepl", "encodings", "pydoc_data"}
#: Modules that Python 3.12 and 3.13 removed.
REMOVED = {"aifc", "asynchat", "asyncore", "cgi", "cgitb", "chunk", "crypt", "imghdr", "imp", "mailcap", "msilib"} | {
    "nntplib",
    "pipes",
    "smtpd",
    "sndhdr",
    "sunau",
    "telnetlib",
    "uu",
    "xdrlib",
}
#: Of 256 values of the hash of a module's name, those that send it to validation: about a tenth.
VALIDATION_SHARE = 26


@dataclass(frozen=True)
class Corpus:
    """Symbols to train on and symbols to test on.

    Attributes
    ----------
    train, validation : ndarray of uint8
        Positions in :data:`ALPHABET`, files one after the other. A module is on one side only.
    files : int
    sha256 : str
        Of all symbols, training first.
    """

    train: NDArray[np.uint8]
    validation: NDArray[np.uint8]
    files: int
    sha256: str


def encode(text: bytes) -> NDArray[np.uint8]:
    """Symbols of a text; ``\\r\\n`` is one newline, and what is not in the alphabet is a question mark.

    >>> encode(b"a\\r\\nb").tolist() == [ALPHABET.index(c) for c in "a\\nb"]
    True
    """
    table = np.full(256, ALPHABET.index(OTHER), np.uint8)
    table[[ord(c) for c in ALPHABET]] = np.arange(len(ALPHABET))
    return table[np.frombuffer(text.replace(b"\r\n", b"\n"), np.uint8)]


def for_validation(module: str) -> bool:
    """Whether a top-level module is kept for validation, by a hash of its name: the same on every machine."""
    return hashlib.sha256(module.encode()).digest()[0] < VALIDATION_SHARE


@lru_cache(maxsize=2)
def standard_library(folder: Path | None = None) -> Corpus:
    """Read the standard library.

    Parameters
    ----------
    folder : Path, optional
        Where its modules lie; default that of the running Python.

    Returns
    -------
    Corpus
        With Python 3.11: 7.3 million symbols from 355 files.

    Raises
    ------
    ProblemError
        If there is not enough text, as in a Python that keeps its library in an archive.
    """
    folder = folder or Path(sysconfig.get_paths()["stdlib"])
    sides: dict[bool, list[NDArray[np.uint8]]] = {True: [], False: []}
    files = sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*.py"))
    for name, path in files:
        parts = name.removesuffix(".py").split("/")
        if parts[0] in sys.stdlib_module_names and not {*parts} & EXCLUDED and parts[0] not in REMOVED:
            sides[for_validation(parts[0])].append(encode(path.read_bytes()))
    if not sides[True] or sum(map(len, sides[False])) < 1_000_000:
        raise ProblemError(f"There is no standard library to read in {folder}; use a Python that has its .py files.")
    train, validation = np.concatenate(sides[False]), np.concatenate(sides[True])
    digest = hashlib.sha256(train.tobytes() + validation.tobytes()).hexdigest()
    return Corpus(train, validation, len(sides[True]) + len(sides[False]), digest)
