"""All Boolean functions of up to seven inputs: truth tables, packing, names and symmetries.

A function of `n` bits is its truth table, a string of 2^n bits whose row `r` is the answer to the input that
spells `r` in binary, `x0` first (the order of `itertools.product`, as in the papers). Two forms are used:

- a **table**: a bool array of shape (count, 2^n);
- **packed**: a uint64 array of shape (count, 2), 128 bits a function. Row 0 is the most significant bit of word 0,
  row 64 the most significant bit of word 1, so that the binary digits of the two words, written one after the
  other, are the truth table. For n < 7 the bits after row 2^n - 1 are zero.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit.errors import ProblemError

MAX_INPUTS = 7

Packed = NDArray[np.uint64]
Table = NDArray[np.bool_]


def check_inputs(n: int) -> int:
    """Return `n` when it is a number of inputs that this laboratory holds (1 to 7), else raise ProblemError."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or not 1 <= n <= MAX_INPUTS:
        raise ProblemError(f"A Boolean function here has 1 to {MAX_INPUTS} inputs, not {n!r}: choose n in that range.")
    return int(n)


def all_inputs(n: int = MAX_INPUTS) -> NDArray[np.uint8]:
    """Every input of `n` bits, one a row, in the order of the truth table; shape (2^n, n), values 0 and 1.

    >>> all_inputs(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    n = check_inputs(n)
    rows = np.arange(2**n)[:, None]
    return (rows >> np.arange(n - 1, -1, -1) & 1).astype(np.uint8)


def number_of_functions(n: int = MAX_INPUTS) -> int:
    """How many Boolean functions of `n` inputs there are: 2^(2^n).

    >>> number_of_functions(2), len(str(number_of_functions(7)))
    (16, 39)
    """
    return int(2 ** (2 ** check_inputs(n)))


def pack(tables: ArrayLike) -> Packed:
    """Pack truth tables into two words each.

    Parameters
    ----------
    tables : array of 0/1 or bool, shape (count, 2^n) or (2^n,), n = 1..7

    Returns
    -------
    uint64 array of shape (count, 2); the module's docstring gives the bit order.

    Raises
    ------
    ProblemError
        If the rows are not 2^n bits long, or hold anything but 0 and 1.

    Examples
    --------
    >>> [hex(w) for w in pack(np.arange(128) == 127)[0].tolist()]
    ['0x0', '0x1']
    """
    bits = np.atleast_2d(np.asarray(tables))
    if bits.ndim != 2 or bits.shape[1] not in {2**n for n in range(1, MAX_INPUTS + 1)}:
        raise ProblemError(f"A truth table has 2, 4, 8, ... or 128 rows, not shape {bits.shape}: pass one table a row.")
    if bits.dtype != np.bool_ and not ((bits == 0) | (bits == 1)).all():
        raise ProblemError("A truth table holds only 0 and 1: compare the outputs with a threshold first.")
    padded = np.zeros((len(bits), 16), dtype=np.uint8)
    some = np.packbits(bits.astype(np.bool_, copy=False), axis=1)
    padded[:, : some.shape[1]] = some
    return padded.view(">u8").astype(np.uint64)


def unpack(functions: ArrayLike, n: int = MAX_INPUTS) -> Table:
    """Truth tables of packed functions, shape (count, 2^n); the inverse of `pack`.

    Parameters
    ----------
    functions : array_like of uint64, shape (count, 2)
        Packed truth tables.
    n : int
        Inputs, from 1 to 7.

    Returns
    -------
    ndarray of bool, shape (count, 2**n)
        One row a function.

    Examples
    --------
    >>> unpack(pack([[0, 1, 1, 0]]), n=2).astype(int).tolist()
    [[0, 1, 1, 0]]
    """
    words = check_packed(functions)
    raw = words.astype(">u8").view(np.uint8).reshape(len(words), 16)
    return np.unpackbits(raw, axis=1, count=2 ** check_inputs(n)).view(np.bool_)


def check_packed(functions: ArrayLike) -> Packed:
    """Return `functions` as a contiguous (count, 2) uint64 array, or raise ProblemError."""
    words = np.atleast_2d(np.asarray(functions))
    if words.dtype != np.uint64 or words.ndim != 2 or words.shape[1] != 2:
        raise ProblemError(
            f"Packed functions are a uint64 array of shape (count, 2), not {words.dtype} {words.shape}: use pack()."
        )
    return np.ascontiguousarray(words)


def to_string(function: ArrayLike, n: int = MAX_INPUTS) -> str:
    """The truth table of one packed function as a string of 0 and 1.

    Parameters
    ----------
    function : array_like of uint64, shape (2,)
        One packed truth table.
    n : int
        Inputs, from 1 to 7.

    Returns
    -------
    str
        2^n signs; the first is the answer to all zeros.

    Examples
    --------
    >>> to_string(named_functions(3)["majority"], n=3)
    '00010111'
    """
    return "".join("01"[bit] for bit in unpack(function, n)[0].astype(int))


def from_string(bits: str) -> Packed:
    """One packed function, shape (2,), from its truth table written as 0 and 1.

    >>> to_string(from_string("0110"), n=2)
    '0110'
    """
    if set(bits) - {"0", "1"}:
        raise ProblemError("A truth table is written with the characters 0 and 1 only.")
    return pack(np.array([c == "1" for c in bits], dtype=np.bool_))[0]


def ones(functions: ArrayLike) -> NDArray[np.int64]:
    """The number of inputs that each packed function maps to 1 (`t` in the papers).

    Parameters
    ----------
    functions : array_like of uint64, shape (count, 2) or (2,)
        Packed truth tables.

    Returns
    -------
    ndarray of int, shape (count,)
        From 0 to 2^n.

    Examples
    --------
    >>> ones(named_functions()["majority"]).tolist()  # half of 128: seven inputs cannot tie
    [64]
    """
    return np.bitwise_count(check_packed(functions)).sum(axis=1, dtype=np.int64)


def complement(functions: ArrayLike, n: int = MAX_INPUTS) -> Packed:
    """Each function with all of its answers turned over."""
    return ~check_packed(functions) & _all_ones(n)


def _all_ones(n: int) -> Packed:
    return pack(np.ones(2 ** check_inputs(n), dtype=np.bool_))[0]


def named_functions(n: int = MAX_INPUTS) -> dict[str, Packed]:
    """The functions that the chapter calls by name, packed, shape (2,) each.

    `x0 AND x1` reads the first two inputs; `last AND` and `x0 XOR last` reach for the last ones, because K_LZ
    depends on which inputs a function reads. For n = 1 only constants, dictator, majority and parity exist.

    Parameters
    ----------
    n : int
        Inputs, from 1 to 7.

    Returns
    -------
    dict of str to ndarray of uint64, shape (2,)
        By name; ``unpack`` gives their truth tables.

    Examples
    --------
    >>> {name: to_string(table, n=1) for name, table in named_functions(1).items()}
    {'constant 0': '00', 'constant 1': '11', 'dictator x0': '01', 'majority': '01', 'parity': '01'}
    """
    x = all_inputs(n).astype(np.bool_)
    total = x.sum(axis=1)
    tables = {
        "constant 0": np.zeros(2**n, dtype=np.bool_),
        "constant 1": np.ones(2**n, dtype=np.bool_),
        "dictator x0": x[:, 0],
        "majority": total > n / 2,
        "parity": total % 2 == 1,
    }
    if n > 1:
        tables |= {
            f"dictator x{n - 1}": x[:, -1],
            "x0 AND x1": x[:, 0] & x[:, 1],
            f"x{n - 2} AND x{n - 1}": x[:, -2] & x[:, -1],
            "x0 OR x1": x[:, 0] | x[:, 1],
            f"x0 XOR x{n - 1}": x[:, 0] ^ x[:, -1],
            "all ones": total == n,
        }
    return {name: pack(table)[0] for name, table in tables.items()}


def random_functions(count: int, rng: np.random.Generator | int, n: int = MAX_INPUTS) -> Packed:
    """`count` functions drawn uniformly from all 2^(2^n), packed; `rng` is a generator or the seed of one.

    Parameters
    ----------
    count : int
        How many; 0 or more.
    rng : Generator or int
        A generator, or the seed of one.
    n : int
        Inputs, from 1 to 7.

    Returns
    -------
    ndarray of uint64, shape (count, 2)
        Packed.

    Raises
    ------
    ProblemError
        For a negative number.

    Examples
    --------
    >>> print(f"{ones(random_functions(10_000, 1)).mean():.1f} of 128")  # a fair coin for each input
    64.0 of 128
    """
    if count < 0:
        raise ProblemError(f"A number of functions cannot be negative, as {count} is.")
    words = np.random.default_rng(rng).integers(0, 2**64, size=(count, 2), dtype=np.uint64)
    return words & _all_ones(n)


@lru_cache(maxsize=MAX_INPUTS)
def _row_orders(n: int) -> NDArray[np.intp]:
    """For each permutation of the inputs, the row of the old table that each row of the new table reads."""
    weights = 2 ** np.arange(n - 1, -1, -1)
    return np.stack([all_inputs(n)[:, list(order)] @ weights for order in permutations(range(n))]).astype(np.intp)


def permute_inputs(functions: ArrayLike, order: tuple[int, ...]) -> Packed:
    """The functions x -> f(x[order[0]], x[order[1]], ...), packed; `order` is a permutation of 0..n-1.

    Parameters
    ----------
    functions : array_like of uint64, shape (count, 2)
        Packed truth tables.
    order : tuple of int
        A permutation of 0 to n - 1.

    Returns
    -------
    ndarray of uint64, shape (count, 2)
        Packed.

    Raises
    ------
    ProblemError
        If `order` is no permutation.

    Examples
    --------
    >>> to_string(permute_inputs(named_functions(3)["dictator x0"], (2, 1, 0)), n=3)  # now it asks the last input
    '01010101'
    """
    n = check_inputs(len(order))
    if sorted(order) != list(range(n)):
        raise ProblemError(f"{order} is not a permutation of the inputs 0 to {n - 1}.")
    rows = all_inputs(n)[:, list(order)] @ (2 ** np.arange(n - 1, -1, -1))
    return pack(unpack(functions, n)[:, rows])


def orbit(function: ArrayLike, n: int = MAX_INPUTS) -> Packed:
    """All distinct images of one function under permutations of its inputs and complement, packed.

    A network with exchangeable random weights computes each of them equally often, so that the mean of their
    frequencies is an estimate of P(f) with up to 2 n! = 10,080 times the samples.

    Parameters
    ----------
    function : array_like of uint64, shape (2,)
        One packed truth table.
    n : int
        Inputs, from 1 to 7.

    Returns
    -------
    ndarray of uint64, shape (size, 2)
        Every image once; the function is one of them.

    Raises
    ------
    ProblemError
        For more than one function.

    Examples
    --------
    >>> [len(orbit(named_functions()[name])) for name in ("dictator x0", "parity")]  # 7 inputs and opposites; 1
    [14, 2]
    """
    table = unpack(function, n)
    if len(table) != 1:
        raise ProblemError("orbit() takes one function: pass a packed array of shape (2,).")
    images = pack(table[0][_row_orders(n)])
    return np.unique(np.concatenate([images, complement(images, n)]), axis=0)
