"""How complex is a truth table? Lempel-Ziv complexity K_LZ, beside measures that look at a function differently.

K_LZ (Dingle, Camargo & Louis 2018; Valle-Perez, Camargo & Louis 2019) counts the words of the Lempel-Ziv (1976)
exhaustive history of the string, read in both directions:

    K_LZ(s) = log2(N)                                     if s is all zeros or all ones
            = log2(N) * [words(s) + words(reversed s)] / 2    otherwise,         N = length of s

It is unchanged by complement and reversal but not by a permutation of the inputs. `entropy`, `average_sensitivity`
and `fourier_degree` are unchanged by both complement and permutation, and ask other questions: how unbalanced is
the table, how often does one flipped input flip the answer, how many inputs must be looked at together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit.errors import ProblemError
from analysis.occam.boolean import MAX_INPUTS, Packed, check_inputs, check_packed, ones, pack, to_string, unpack

#: Strings handled at once: the bit planes of a chunk (128 rows of 1 KiB each way) stay in a core's own cache.
_CHUNK = 8192


def lz76_words(string: str) -> int:
    """Number of words in the Lempel-Ziv (1976) exhaustive history of a string: the readable definition.

    Read from left to right. Each word is the shortest piece that does not occur starting at an earlier position
    (the earlier copy may run into the word itself). A last, unfinished word counts as one.

    Parameters
    ----------
    string : str
        Any signs; not empty.

    Returns
    -------
    int
        Number of words.

    Raises
    ------
    ProblemError
        If the string is empty.

    Examples
    --------
    >>> lz76_words("0001101001000101")  # 0.001.10.100.1000.101, Lempel and Ziv's own example
    6
    """
    _refuse_empty(string)
    words, start = 0, 0
    while start < len(string):
        length = 1
        while start + length <= len(string) and string[start : start + length] in string[: start + length - 1]:
            length += 1
        words += 1
        start += length
    return words


def k_lz_of_string(string: str, words: Callable[[str], int] = lz76_words) -> float:
    """K_LZ of one string in bits, straight from the formula; `words` may be another count to compare.

    >>> k_lz_of_string("0" * 127 + "1"), k_lz_of_string("0" * 128)
    (17.5, 7.0)
    """
    count = words(string)
    log_length = float(np.log2(len(string)))
    if len(set(string)) == 1:
        return log_length
    return log_length * (count + words(string[::-1])) / 2


def published_variant_words(string: str) -> int:
    """The word count that the released plotting code uses for some of its tables: LZ76 cut short at the end.

    It parses like `lz76_words`, but takes a copy that reaches the third symbol from the end for the last word, and
    never reads a lone last symbol. A function then looks simpler by up to two words: on uniformly random 128-bit
    tables K differs for almost half of them, always downwards, by 3.5 or 7 bits.

    Examples
    --------
    >>> string = "0" * 127 + "1"
    >>> lz76_words(string), published_variant_words(string)
    (2, 2)
    >>> lz76_words("01101"), published_variant_words("01101")
    (4, 3)
    """
    _refuse_empty(string)
    words, start = 1, 1
    while True:
        match = 0
        while start + match < len(string) and string[start : start + match + 1] in string[: start + match]:
            match += 1
        words += 1
        if match and start + match >= len(string) - 3:
            return words
        start += match + 1
        if start >= len(string) - 1:
            return words


def _refuse_empty(string: str) -> None:
    if not string:
        raise ProblemError("An empty string has no Lempel-Ziv complexity: pass at least one symbol.")


def _bit_planes(tables: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Turn (count, N) tables on their side: row p holds symbol p of all strings, 64 strings a word."""
    count, length = tables.shape
    planes = np.zeros((length, -(-count // 64) * 8), dtype=np.uint8)
    planes[:, : -(-count // 8)] = np.packbits(np.ascontiguousarray(tables.T), axis=1)
    return planes.view(np.uint64)


def _count_words(planes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """LZ76 word counts of all strings in lock-step; `planes` as from `_bit_planes`, at most 255 symbols.

    While a word grows, the copies that still match it are known by their lag alone: a copy that starts d symbols
    earlier ends d symbols earlier at every step. The state is therefore one bit a lag and string, and a step is
    "all lags if a new word starts here; keep those whose symbol agrees". A word ends where none is left.
    """
    length, width = planes.shape
    ended = np.zeros_like(planes)  # row p: a word ends with symbol p
    copies = np.zeros_like(planes)  # row length - d: lag d still matches
    agree = np.empty_like(planes)
    flipped = np.empty(width, dtype=np.uint64)
    fresh = np.full(width, 2**64 - 1, dtype=np.uint64)
    ended[0] = fresh  # the first symbol is always a word of its own
    for p in range(1, length):
        np.invert(planes[p], out=flipped)
        np.bitwise_xor(planes[:p], flipped, out=agree[:p])
        alive = copies[length - p :]
        alive |= fresh
        alive &= agree[:p]
        np.bitwise_or.reduce(alive, axis=0, out=fresh)
        np.invert(fresh, out=fresh)
        ended[p] = fresh
    # a last word that still has a copy is unfinished, and counts as one
    np.invert(fresh, out=fresh)
    bits = np.unpackbits(np.concatenate([ended, fresh[None]]).view(np.uint8), axis=1)
    return np.add.reduce(bits, axis=0, dtype=np.uint8)


def _as_tables(functions: ArrayLike, n: int | None) -> NDArray[np.bool_]:
    array = np.asarray(functions)
    if array.dtype == np.uint64 and array.ndim >= 1 and array.shape[-1] == 2:
        return unpack(array, MAX_INPUTS if n is None else n)
    array = np.atleast_2d(array)
    if array.ndim != 2 or not 1 <= array.shape[1] <= 255:
        raise ProblemError(
            f"Strings must be a table (count, length) with 1 to 255 symbols each, not {array.shape}: pass packed "
            "functions or one bool row a string."
        )
    if array.dtype != np.bool_ and not ((array == 0) | (array == 1)).all():
        raise ProblemError("K_LZ here is for binary strings: the table may hold only 0 and 1.")
    return array.astype(np.bool_, copy=False)


def word_counts(functions: ArrayLike, n: int | None = None) -> NDArray[np.int64]:
    """LZ76 words of many binary strings, read forward and reversed; shape (count, 2).

    Parameters
    ----------
    functions : packed uint64 (count, 2), or a bool table (count, length) with 1 <= length <= 255
    n : number of inputs of packed functions, default 7

    Raises
    ------
    ProblemError
        For empty strings or anything but 0 and 1.

    Examples
    --------
    >>> from analysis.occam.boolean import named_functions
    >>> word_counts(named_functions()["majority"]).tolist()
    [[10, 10]]
    """
    array = np.asarray(functions)
    array = check_packed(array) if array.dtype == np.uint64 else _as_tables(array, n)
    counts = np.empty((len(array), 2), dtype=np.int64)
    for start in range(0, len(array), _CHUNK):
        tables = _as_tables(array[start : start + _CHUNK], n)
        planes = _bit_planes(tables)
        for direction, rows in enumerate((planes, planes[::-1])):
            counts[start : start + _CHUNK, direction] = _count_words(rows)[: len(tables)]
    return counts


def word_sums(functions: ArrayLike, n: int | None = None) -> NDArray[np.int64]:
    """K_LZ in half steps: words forward plus words reversed, and 2 for a constant, so that K = log2(N) / 2 times it."""
    sums = word_counts(functions, n).sum(axis=1)
    # a constant is one symbol and one long copy, 2 words either way; few other strings have so few
    candidates = np.flatnonzero(sums == 4)
    tables = _as_tables(np.atleast_2d(np.asarray(functions))[candidates], n)
    constant = tables.all(axis=1) | ~tables.any(axis=1)
    sums[candidates[constant]] = 2
    return sums


def k_lz(functions: ArrayLike, n: int | None = None) -> NDArray[np.float64]:
    """Lempel-Ziv complexity K_LZ of many Boolean functions, in bits.

    Parameters
    ----------
    functions : packed uint64 (count, 2), or a bool table (count, N) with 1 <= N <= 255
    n : number of inputs of packed functions, default 7 (N = 2^n)

    Returns
    -------
    float array (count,): log2(N) for a constant, else log2(N) times the mean word count of the two directions.
    For N = 1 it is 0. On 7 inputs the values are 7, 17.5, 21, 24.5, ... in steps of 3.5.

    Raises
    ------
    ProblemError
        For empty strings or anything but 0 and 1.

    References
    ----------
    Lempel & Ziv, IEEE Trans. Inf. Theory 22, 75 (1976); Dingle, Camargo & Louis, Nat. Commun. 9, 761 (2018).

    Examples
    --------
    >>> from analysis.occam.boolean import named_functions
    >>> f = named_functions()
    >>> k_lz(np.stack([f["constant 0"], f["x0 AND x1"], f["parity"]])).tolist()
    [7.0, 21.0, 91.0]
    """
    array = np.asarray(functions)
    length = 2 ** (MAX_INPUTS if n is None else check_inputs(n)) if array.dtype == np.uint64 else array.shape[-1]
    sums = word_sums(functions, n)  # refuses empty strings, so that the logarithm exists
    return (float(np.log2(length)) / 2 * sums).astype(np.float64)


def entropy(functions: ArrayLike, n: int = MAX_INPUTS) -> NDArray[np.float64]:
    """Entropy of the truth table's symbols, 2^n H(t / 2^n) in bits, with t the number of ones: 0 to 2^n.

    It sees only how unbalanced a function is: parity and a dictator both get the largest value.

    >>> from analysis.occam.boolean import named_functions
    >>> f = named_functions()
    >>> entropy(np.stack([f["constant 1"], f["dictator x0"], f["parity"]])).tolist()
    [0.0, 128.0, 128.0]
    """
    rows = 2 ** check_inputs(n)
    p = ones(functions) / rows
    # 0 log 0 = 0, and the sum is never below 0
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = -np.where(p > 0, p * np.log2(p), 0) - np.where(p < 1, (1 - p) * np.log2(1 - p), 0)
    return rows * np.abs(bits)


def average_sensitivity(functions: ArrayLike, n: int = MAX_INPUTS) -> NDArray[np.float64]:
    """How many of the n inputs flip the answer when flipped alone, on average over the 2^n points: 0 to n.

    It is the total influence of the analysis of Boolean functions (O'Donnell 2014, section 2.3).

    Parameters
    ----------
    functions : array_like of uint64, shape (count, 2)
        Packed truth tables.
    n : int
        Inputs, from 1 to 7.

    Returns
    -------
    ndarray, shape (count,)
        From 0 (a constant) to n (parity).

    Examples
    --------
    >>> from analysis.occam.boolean import named_functions
    >>> f = named_functions()
    >>> average_sensitivity(np.stack([f["constant 1"], f["dictator x0"], f["parity"]])).tolist()
    [0.0, 1.0, 7.0]
    """
    tables = unpack(functions, n)
    rows = np.arange(2**n)
    flips = np.zeros(len(tables), dtype=np.int64)
    for bit in range(n):
        low = rows[rows >> bit & 1 == 0]
        flips += (tables[:, low] ^ tables[:, low | 1 << bit]).sum(axis=1)
    return 2 * flips / 2**n


def fourier_weights(functions: ArrayLike, n: int = MAX_INPUTS) -> NDArray[np.float64]:
    """Fourier weight at each degree 0..n of the function written with answers +1 and -1; rows sum to 1.

    The weight at degree k is the sum of squared correlations with the parities of k inputs (O'Donnell 2014,
    section 1.4). Average sensitivity is the mean degree under it.

    >>> from analysis.occam.boolean import named_functions
    >>> fourier_weights(named_functions(3)["majority"], n=3).tolist()
    [[0.0, 0.75, 0.0, 0.25]]
    """
    spectrum = np.where(unpack(functions, n), -1.0, 1.0)
    count, rows = spectrum.shape
    for bit in range(n):  # fast Walsh-Hadamard transform
        pairs = spectrum.reshape(count, -1, 2, 1 << bit)
        spectrum = np.stack([pairs[:, :, 0] + pairs[:, :, 1], pairs[:, :, 0] - pairs[:, :, 1]], axis=2)
    squares = (spectrum.reshape(count, rows) / rows) ** 2
    degree = np.bitwise_count(np.arange(rows))
    return np.stack([squares[:, degree == k].sum(axis=1) for k in range(n + 1)], axis=1)


def fourier_degree(functions: ArrayLike, n: int = MAX_INPUTS) -> NDArray[np.int64]:
    """The largest degree with Fourier weight: how many inputs the polynomial of a function must multiply.

    Parameters
    ----------
    functions : array_like of uint64, shape (count, 2)
        Packed truth tables.
    n : int
        Inputs, from 1 to 7.

    Returns
    -------
    ndarray of int, shape (count,)
        From 0 (a constant) to n (parity).

    Examples
    --------
    >>> from analysis.occam.boolean import named_functions
    >>> f = named_functions()
    >>> fourier_degree(np.stack([f["constant 1"], f["dictator x0"], f["x0 AND x1"], f["parity"]])).tolist()
    [0, 1, 2, 7]
    """
    weights = fourier_weights(functions, n) > 0.5 / 4 ** check_inputs(n)  # a weight is a multiple of 4^-n
    return n - np.argmax(weights[:, ::-1], axis=1)


def variant_differences(functions: Packed) -> pd.DataFrame:
    """How far the count of the released code is from the definition, K by `published_variant_words` minus K_LZ.

    Parameters
    ----------
    functions : packed functions of seven inputs, uint64 (count, 2)

    Returns
    -------
    DataFrame
        Columns ``difference`` (bits, largest first) and ``share`` (of the functions).

    Examples
    --------
    >>> from analysis.occam.boolean import random_functions
    >>> table = variant_differences(random_functions(500, 0))
    >>> table[["difference", "share"]].round(2).values.tolist()  # most alike, none above the definition
    [[0.0, 0.57], [-3.5, 0.38], [-7.0, 0.05]]
    """
    released = np.array([k_lz_of_string(to_string(f), published_variant_words) for f in functions])
    values, counts = np.unique(released - k_lz(functions), return_counts=True)
    return pd.DataFrame({"difference": values[::-1], "share": counts[::-1] / len(released)})


def released_targets(positions: Sequence[int], seed: int = 10) -> pd.DataFrame:
    """The targets of the script released with Mingard et al. (2025), and their complexity by both counts.

    The script draws the positions of the ones with replacement, so that a target may have fewer ones than meant.

    Parameters
    ----------
    positions : sequence of int
        How many positions of the 128 are drawn for each target.
    seed : int
        Of the script's (legacy) generator.

    Returns
    -------
    DataFrame
        Indexed by ``positions``: ``ones``, and ``canonical`` and ``variant`` complexity (bits).

    Examples
    --------
    >>> released_targets([21])["ones"].tolist()
    [20]
    """
    rows = []
    for drawn in positions:
        target = np.zeros(2**MAX_INPUTS, dtype=bool)
        target[np.random.RandomState(seed).choice(len(target), size=drawn)] = True
        text = to_string(pack(target)[0])
        complexities = (k_lz_of_string(text, words) for words in (lz76_words, published_variant_words))
        rows.append((drawn, int(target.sum()), *complexities))
    return pd.DataFrame(rows, columns=["positions", "ones", "canonical", "variant"]).set_index("positions")
