"""Counting functions in bounded memory: exact while they fit, with a stated undercount when they do not.

Most functions that random networks compute are met once, so that an exact table grows with the sample. When it
outgrows its capacity the rarest entries are dropped by the rule of lossy counting (Manku & Motwani 2002): raise a
threshold c, drop every entry whose count plus possible undercount is at most c, and remember c. A function that is
met again later starts with a possible undercount of c, so that for every function

    count <= true count <= count + undercount,        undercount <= undercount_bound

and a function that is absent was met at most `undercount_bound` times. What is met early and often is never dropped
and stays exact. The histograms over complexity and over the number of ones are exact always.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import Packed, check_inputs, check_packed, ones
from analysis.occam.complexity import k_lz, word_sums

#: Functions kept by default; a few hundred megabytes at the peak.
CAPACITY = 2**22


@dataclass
class FunctionCounts:
    """How often each function was met among `samples`.

    Attributes
    ----------
    inputs : number of input bits n
    functions : packed functions, uint64 (kept, 2), in an order of no meaning
    counts : times each was met, at least
    undercounts : times each may have been met beyond that
    samples : functions counted in all
    undercount_bound : largest possible undercount of any function, kept or not; 0 means that the table is exact
    complexity_samples : samples with word sum 0, 1, ... 511 (K_LZ = log2(2^n) / 2 times the word sum); exact
    ones_samples : samples with 0, 1, ... 2^n inputs mapped to 1; exact
    """

    inputs: int = 7
    functions: Packed = field(default_factory=lambda: np.empty((0, 2), np.uint64))
    counts: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    undercounts: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    samples: int = 0
    undercount_bound: int = 0
    complexity_samples: NDArray[np.int64] = field(default_factory=lambda: np.zeros(512, np.int64))
    ones_samples: NDArray[np.int64] = field(default_factory=lambda: np.zeros(129, np.int64))

    def __len__(self) -> int:
        return len(self.functions)

    @property
    def complexities(self) -> NDArray[np.float64]:
        """K_LZ of each kept function, in bits."""
        return k_lz(self.functions, self.inputs)

    def count_of(self, functions: Packed) -> NDArray[np.int64]:
        """Count of each of the given packed functions, 0 where it is absent.

        >>> tally = count_functions(np.zeros((3, 2), dtype=np.uint64))
        >>> tally.count_of(np.array([[0, 0], [0, 1]], dtype=np.uint64)).tolist()
        [3, 0]
        """
        wanted = check_packed(functions)
        places, found = _find(self.functions, wanted)
        result = np.zeros(len(wanted), np.int64)
        result[found] = self.counts[places[found]]
        return result

    def merge(self, other: FunctionCounts, capacity: int = CAPACITY) -> None:
        """Add the counts of `other`, which must be exact, then drop the rarest entries if there are too many."""
        if other.undercount_bound:
            raise ProblemError("Only exact counts can be added: merge them before they are thinned.")
        if other.inputs != self.inputs:
            raise ProblemError(f"Functions of {other.inputs} inputs cannot join those of {self.inputs}: count apart.")
        late = np.full(len(other), self.undercount_bound, np.int32)
        self.functions, self.counts, self.undercounts = _aggregate(
            np.concatenate([self.functions, other.functions]),
            np.concatenate([self.counts, other.counts]),
            np.concatenate([self.undercounts, late]),
        )
        self.samples += other.samples
        self.complexity_samples = self.complexity_samples + other.complexity_samples
        self.ones_samples = self.ones_samples + other.ones_samples
        self._thin(capacity)

    def _thin(self, capacity: int) -> None:
        if len(self) <= capacity:
            return
        at_most = self.counts + self.undercounts
        # the smallest threshold that halves the table, so that thinning is rare; it must rise each time
        threshold = max(
            self.undercount_bound + 1, int(np.partition(at_most, len(self) - capacity // 2)[-(capacity // 2) - 1])
        )
        keep = at_most > threshold
        self.functions, self.counts = self.functions[keep], self.counts[keep]
        self.undercounts, self.undercount_bound = self.undercounts[keep], threshold

    def save(self, path: Path) -> None:
        """Write to an .npz file; the file is complete or untouched."""
        path = Path(path)
        partial = path.with_name(path.name + ".partial")
        with open(partial, "wb") as stream:
            np.savez(stream, **vars(self))
        os.replace(partial, path)

    @classmethod
    def load(cls, path: Path) -> FunctionCounts:
        """Read what `save` wrote.

        Raises
        ------
        ProblemError
            If the file is missing, damaged or not of this kind.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                content = {name: archive[name] for name in cls.__dataclass_fields__}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
            raise ProblemError(f"{path} holds no readable function counts: delete it and count again.") from problem
        scalars: dict[str, Any] = {name: int(content.pop(name)) for name in ("inputs", "samples", "undercount_bound")}
        return cls(**scalars, **content)


def count_functions(functions: Packed, inputs: int = 7) -> FunctionCounts:
    """Count packed functions exactly.

    Parameters
    ----------
    functions : ndarray of uint64, shape (count, 2)
        Packed truth tables.
    inputs : int
        Of each function, from 1 to 7.

    Returns
    -------
    FunctionCounts
        Distinct functions, how often each stands there, and how many there were.

    Examples
    --------
    >>> from analysis.occam.boolean import pack
    >>> tally = count_functions(pack([[0, 0], [0, 1], [0, 0]]), inputs=1)
    >>> tally.samples, sorted(tally.counts.tolist())  # three draws, two functions
    (3, [1, 2])
    """
    functions = check_packed(functions)
    n = check_inputs(inputs)
    one = np.ones(len(functions), np.int64)
    unique, counts, undercounts = _aggregate(functions, one, np.zeros(len(functions), np.int32))
    return FunctionCounts(
        inputs=n,
        functions=unique,
        counts=counts,
        undercounts=undercounts,
        samples=len(functions),
        complexity_samples=np.bincount(word_sums(unique, n), counts, minlength=512).astype(np.int64),
        ones_samples=np.bincount(ones(functions), minlength=129),
    )


def pool(parts: list[FunctionCounts]) -> FunctionCounts:
    """The sum of several exact counts."""
    functions, counts, undercounts = _aggregate(
        np.concatenate([part.functions for part in parts]),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.undercounts for part in parts]),
    )
    return FunctionCounts(
        inputs=parts[0].inputs,
        functions=functions,
        counts=counts,
        undercounts=undercounts,
        samples=sum(part.samples for part in parts),
        complexity_samples=np.sum([part.complexity_samples for part in parts], axis=0),
        ones_samples=np.sum([part.ones_samples for part in parts], axis=0),
    )


def _mix(functions: Packed) -> NDArray[np.uint64]:
    """A 64-bit mix of the two words (after the finaliser of splitmix64), to sort by one key instead of two."""
    h = functions[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    h ^= h >> np.uint64(32)
    h += functions[:, 1]
    h *= np.uint64(0xBF58476D1CE4E5B9)
    h ^= h >> np.uint64(29)
    h *= np.uint64(0x94D049BB133111EB)
    h ^= h >> np.uint64(32)
    return h


def _aggregate(
    functions: Packed, counts: NDArray[np.int64], undercounts: NDArray[np.int32]
) -> tuple[Packed, NDArray[np.int64], NDArray[np.int32]]:
    """Merge equal functions: counts add up, the smaller undercount holds. Sorted by `_mix`, then by the words."""
    if not len(functions):
        return functions, counts, undercounts
    key = _mix(functions)
    order = np.argsort(key, kind="stable")  # merges sorted runs in linear time
    key, rows = key[order], functions[order]
    differs = (rows[1:] != rows[:-1]).any(axis=1)
    if (differs & (key[1:] == key[:-1])).any():
        # two functions share a key, about once in 10^19 pairs: equal functions might not be neighbours
        order = np.lexsort((functions[:, 1], functions[:, 0], _mix(functions)))
        rows = functions[order]
        differs = (rows[1:] != rows[:-1]).any(axis=1)
    first = np.flatnonzero(np.concatenate([[True], differs]))
    return rows[first], np.add.reduceat(counts[order], first), np.minimum.reduceat(undercounts[order], first)


def _find(table: Packed, wanted: Packed) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Rows of a table sorted by `_mix` that hold the wanted functions, and which of them are there."""
    keys, target = _mix(table), _mix(wanted)
    place = np.searchsorted(keys, target)
    found = np.zeros(len(wanted), np.bool_)
    pending = np.arange(len(wanted))
    while True:  # one round, or more where different functions share a key
        pending = pending[place[pending] < len(table)]
        pending = pending[keys[place[pending]] == target[pending]]
        if not len(pending):
            return place, found
        hit = (table[place[pending]] == wanted[pending]).all(axis=1)
        found[pending[hit]] = True
        pending = pending[~hit]
        place[pending] += 1
