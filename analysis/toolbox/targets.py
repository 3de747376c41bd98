"""Texts that a network trained on Python source has not read, and the little of them that somebody owns.

Both come with the book: the help texts of Python's reference lie in every Python (``pydoc_data.topics``, which
:func:`analysis.scaling.corpus.standard_library` leaves out), the C files in NumPy and scikit-learn, which the book
needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import task_seed
from analysis.scaling.corpus import encode
from analysis.scaling.language_model import CONTEXT

Text = NDArray[np.uint8]

NEAR, FAR = "English about Python", "C"
#: Symbols of a block; of three blocks one is for the test.
BLOCK = 4_096
#: Pieces that an own text consists of, and those of them that are kept back: a fifth of the text.
PIECES, KEPT_BACK = 10, 2
_SEED = 20261128


@dataclass(frozen=True)
class Target:
    """A text to learn: what may be learned from, and what tests.

    Attributes
    ----------
    train, test : ndarray of uint8
        Symbols; no block is on both sides.
    sha256 : str
        Of all symbols, training first.
    """

    train: Text
    test: Text
    sha256: str


@lru_cache(maxsize=2)
def target(name: str) -> Target:
    """Read one of the two texts.

    Parameters
    ----------
    name : {"English about Python", "C"}
        Help texts of Python, each paragraph once; or the C and C++ files of NumPy and scikit-learn that are not
        generated.

    Raises
    ------
    ProblemError
        For another name.

    Examples
    --------
    >>> near = target(NEAR)
    >>> len(near.train) > len(near.test) > 100_000
    True
    """
    if name not in (NEAR, FAR):
        raise ProblemError(f"There is no target {name!r}; take {NEAR!r} or {FAR!r}.")
    symbols = encode(b"\n\n".join(_help() if name == NEAR else _c_files()))
    blocks = [symbols[at : at + BLOCK] for at in range(0, len(symbols), BLOCK)]
    test = np.concatenate(blocks[2::3])
    train = np.concatenate([block for at, block in enumerate(blocks) if at % 3 != 2])
    return Target(train, test, hashlib.sha256(train.tobytes() + test.tobytes()).hexdigest())


def own_text(text: Text, symbols: int, seed: int) -> tuple[Text, Text]:
    """So many symbols from ten places of a text: four fifths to learn from, one to say when to stop.

    Parameters
    ----------
    text : ndarray of uint8
    symbols : int
        D, at least 500.
    seed : int
        Of the places; they do not overlap.

    Returns
    -------
    (learned, kept_back)

    Raises
    ------
    ProblemError
        For less than 500 symbols, or more than there are.

    Examples
    --------
    >>> learned, kept_back = own_text(target(FAR).train, 1_000, seed=0)
    >>> len(learned), len(kept_back)
    (800, 200)
    """
    if not 500 <= symbols <= len(text):
        raise ProblemError(f"An own text has 500 to {len(text):,} symbols here, not {symbols:,}; choose in between.")
    size = symbols // PIECES
    rng = np.random.default_rng(task_seed(_SEED, symbols, seed))
    places = rng.permutation(len(text) // size)[:PIECES] * size
    pieces = [text[at : at + size] for at in places]
    return np.concatenate(pieces[KEPT_BACK:]), np.concatenate(pieces[:KEPT_BACK])


def starts(text: Text, most: int) -> NDArray[np.intp]:
    """Where windows begin in a text: everywhere, or at `most` places evenly spread."""
    return np.unique(np.linspace(0, len(text) - CONTEXT - 1, min(most, len(text) - CONTEXT)).astype(np.intp))


def _help() -> Iterator[bytes]:
    from pydoc_data.topics import topics

    # some topics hold the text of others: each paragraph is taken once
    seen = dict.fromkeys(part.strip("\n") for _, text in sorted(topics.items()) for part in text.split("\n\n"))
    return (part.encode() for part in seen if part)


def _c_files() -> Iterator[bytes]:
    import sklearn

    for folder in (Path(np.get_include()), Path(sklearn.__file__).parent / "svm"):
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
        for _, path in sorted(files.items()):
            # those that begin with an underscore are generated, and some differ between systems
            if path.suffix in {".h", ".c", ".cpp"} and not path.name.startswith("_"):
                yield path.read_bytes()
