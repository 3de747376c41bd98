"""Normals from a table: exact where it matters, and the same on every machine."""

import hashlib

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest

from analysis.kit.errors import ProblemError
from analysis.occam.normals import chunk_bits, quantile_table, table_normals


def test_the_table_has_the_moments_of_a_standard_normal():
    table = quantile_table().astype(np.float64)
    assert abs(table.mean()) < 1e-8 and abs((table**2).mean() - 1) < 1e-7
    assert (table**4).mean() == pytest.approx(3, abs=1e-3)
    assert np.array_equal(table, -table[::-1]) and np.all(np.diff(table) > 0)


def test_the_table_is_the_same_on_every_machine():
    """No quantile lies so near to a rounding boundary of float32 that the last digits of a libm could move it."""
    exact = -ndtri((np.arange(2**15) + 0.5) / 2**16)
    exact /= np.sqrt(np.mean(exact**2))
    rounded = exact.astype(np.float32)
    below, above = np.nextafter(rounded, np.float32(0)), np.nextafter(rounded, np.float32(9))
    boundaries = [(rounded.astype(float) + side.astype(float)) / 2 for side in (below, above)]
    distance = np.min([np.abs(exact - b) / np.spacing(exact) for b in boundaries], axis=0)
    assert distance.min() > 8  # units in the last place of float64
    assert (
        hashlib.sha256(quantile_table().astype("<f4").tobytes()).hexdigest()
        == "8babbcaf96568f10165a1eab530c0e5c92d04de96761b6dbb3dadfa94baba37f"
    )


def test_draws_are_normal():
    """Kolmogorov-Smirnov against the normal law: the table's own steps are 1/65,536 and do not show."""
    z = table_normals(chunk_bits(3, 0), np.empty(40_000, np.float32))
    assert kstest(z, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(z[:-1], z[1:])[0, 1]) < 5 / np.sqrt(40_000)


def test_a_stream_is_named_by_seed_and_chunk_alone():
    first, again = (chunk_bits(5, 2).random_raw(8).tolist() for _ in range(2))
    assert first == again
    assert first != chunk_bits(5, 3).random_raw(8).tolist() != chunk_bits(6, 2).random_raw(8).tolist()


@pytest.mark.parametrize("seed", [-1, 1.5, "0", True, None])
def test_wrong_seeds_are_refused(seed):
    with pytest.raises(ProblemError, match="seed"):
        chunk_bits(seed, 0)
