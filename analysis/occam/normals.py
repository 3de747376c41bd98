"""Normal random numbers from a table of quantiles: as many as memory can deliver, the same on every machine.

A random network of the laboratory needs 2,001 normals and little else, so that drawing them is the first
bottleneck. Sixteen random bits pick one of 65,536 equally likely quantiles of the normal distribution. Mean and
variance are exact, odd moments vanish, the fourth moment is 2.999, and no value lies beyond 4.33: the functions that
a network computes depend on sums of dozens of them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from analysis.kit.errors import ProblemError

_LEVELS = 2**16


@cache
def quantile_table() -> NDArray[np.float32]:
    """The 65,536 mid-point quantiles of the standard normal, scaled to variance 1; float32, increasing.

    >>> table = quantile_table().astype(float)
    >>> [round(float(x), 6) for x in (table.mean(), (table**2).mean(), table.max())]
    [0.0, 1.0, 4.324963]
    """
    upper = -ndtri((np.arange(_LEVELS // 2) + 0.5) / _LEVELS)[::-1]  # one half, mirrored, is symmetric to the bit
    upper /= np.sqrt(np.mean(upper**2))
    table = np.concatenate([-upper[::-1], upper]).astype(np.float32)
    table.setflags(write=False)
    return table


def check_seed(seed: int) -> int:
    """Return `seed` when it is a whole number of at least 0, else raise ProblemError."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ProblemError(f"A seed is a whole number of at least 0, not {seed!r}.")
    return int(seed)


def chunk_bits(seed: int, chunk: int) -> np.random.SFC64:
    """The stream of random bits of one chunk: it depends on the seed and the chunk's number, and on nothing else."""
    return np.random.SFC64(np.random.SeedSequence(check_seed(seed), spawn_key=(chunk,)))


def table_normals(bits: np.random.SFC64, out: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fill a contiguous float32 array, its size a multiple of 4, with the next normals of the stream."""
    words = np.asarray(bits.random_raw(out.size // 4), dtype="<u8")
    np.take(quantile_table(), words.view("<u2").reshape(out.shape), out=out, mode="wrap")
    return out
