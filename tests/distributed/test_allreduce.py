"""The ring all-reduce: counted by doing it, and bounded by twice the model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.distributed.allreduce import BYTE, pairs, published_exchange, ring_sum, ring_volume
from analysis.kit import facts
from analysis.kit.errors import ProblemError

workers = st.integers(1, 100_000)
sizes = st.floats(1e6, 1e13)


@given(sizes, workers)
def test_what_each_sends_rises_with_the_machines_and_stays_below_twice_the_model(size, k):
    assert ring_volume(size, k, 1) < ring_volume(size, k + 1, 1) < 2 * size


@given(sizes)
def test_what_each_sends_tends_to_twice_the_model(size):
    """It lacks a share of 1/k."""
    assert ring_volume(size, 10**6, 1) == pytest.approx(2 * size, rel=1.01e-6)


@given(st.integers(1, 7), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_a_ring_that_is_run_gives_every_machine_the_sum_and_sends_what_the_formula_says(k, piece, seed):
    held = np.random.default_rng(seed).integers(-99, 99, (k, k * piece)).astype(float)
    sums, sent = ring_sum(held)
    assert (sums == held.sum(axis=0)).all()
    assert (sent == ring_volume(k * piece, k, bits=1)).all()


@given(workers)
def test_pairs_are_counted_as_each_newcomer_meets_all_who_are_there(k):
    assert pairs(k + 1) - pairs(k) == k


@pytest.mark.parametrize("k", [0, -3, 2.5, np.nan, np.inf])
def test_machines_that_cannot_be_are_refused(k):
    with pytest.raises(ProblemError, match="Workers must be whole, at least 1"):
        ring_volume(1e9, k)
    with pytest.raises(ProblemError, match="Workers must be whole"):
        pairs(k)


def test_a_model_without_numbers_and_vectors_that_cannot_be_cut_are_refused():
    with pytest.raises(ProblemError, match="A size must be positive"):
        ring_volume(0, 2)
    with pytest.raises(ProblemError, match="a multiple of the 2 machines, not 3"):
        ring_sum([[1.0, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize("vectors", [[], [1.0, 2.0], [[1.0, 2.0], [3.0]], [[]], "gradients"])
def test_vectors_that_are_no_table_are_refused(vectors):
    with pytest.raises(ProblemError, match="no table with a row for each machine"):
        ring_sum(vectors)


def test_what_the_published_run_sends_is_near_the_printed_terabytes_in_bits_only():
    """Its 441 “terabytes” are a seventh above our terabits; as bytes they are nine times too many."""
    run, printed = published_exchange(), facts.load("distributed")["streaming-exchanged-dp-25"].value
    assert run.bits == run.steps * 1e9 * 16
    assert printed == pytest.approx(run.bits / 1e12, rel=0.15)
    assert printed > 9 * run.bits / 1e12 / BYTE
    assert published_exchange(bits=4).bits == pytest.approx(run.bits / 4)
