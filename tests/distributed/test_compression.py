"""What is sent is close to what was meant, said twice it is the same, and its bits are counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.distributed.compression import Compression, bits_per_parameter, keep_largest, quantise
from analysis.kit.errors import ProblemError

VALUES = arrays(float, st.integers(1, 60), elements=st.floats(-1e3, 1e3, allow_subnormal=False))
BITS, BLOCK = st.integers(2, 16), st.integers(1, 20)


def scale_of(values, block):
    """The largest size in the block of each value."""
    return np.concatenate([np.full(len(part), np.abs(part).max()) for part in blocks(values, block)])


def blocks(values, block):
    return np.split(values, range(block, len(values), block))


@given(VALUES, BITS, BLOCK)
def test_no_value_moves_by_more_than_half_a_step_of_its_block(values, bits, block):
    step = 2 * scale_of(values, block) / (2**bits - 2)
    assert (np.abs(quantise(values, bits, block) - values) <= step / 2 * (1 + 1e-9)).all()


@given(VALUES, BITS, BLOCK)
def test_rounding_twice_is_rounding_once(values, bits, block):
    once = quantise(values, bits, block)
    np.testing.assert_allclose(quantise(once, bits, block), once, rtol=1e-9)


@given(VALUES, st.integers(2, 15), BLOCK)
def test_a_block_has_as_many_values_as_its_bits_can_name_and_a_bit_more_never_a_wider_error(values, bits, block):
    assert all(len(np.unique(part)) <= 2**bits - 1 for part in blocks(quantise(values, bits, block), block))
    scale = scale_of(values, block)
    bound = [scale / (2**b - 2) for b in (bits, bits + 1)]
    error = np.abs(quantise(values, bits + 1, block) - values)
    assert (bound[1] <= bound[0]).all() and (error <= bound[1] * (1 + 1e-9)).all()


@given(VALUES, BLOCK, st.data())
def test_the_largest_of_each_block_arrive_unchanged_and_nothing_else(values, block, data):
    kept = data.draw(st.integers(1, block))
    for part, sent in zip(blocks(values, block), blocks(keep_largest(values, kept, block), block), strict=True):
        assert np.count_nonzero(sent) <= kept
        assert (sent[sent != 0] == part[sent != 0]).all()
        left = np.abs(part[sent == 0]).max(initial=0)
        assert left <= np.abs(sent[sent != 0]).min(initial=np.inf) or kept >= len(part)


@given(VALUES, st.sampled_from([Compression(2, feedback=1), Compression(4, 3, 5, 1), Compression(32, 1, 7, 1)]))
def test_with_full_memory_nothing_is_lost_it_only_comes_later(values, compression):
    """What has arrived and what is remembered add up to what was meant, after any number of meetings."""
    memory, arrived = np.zeros_like(values), np.zeros_like(values)
    for meeting in range(1, 4):
        arrived += compression.send(values, memory)
        np.testing.assert_allclose(arrived + memory, meeting * values, atol=1e-9)


def test_without_memory_a_small_value_never_arrives_and_with_it_does():
    values, arrived = np.array([1.0, 0.2]), {}
    for feedback in (0.0, 1.0):
        memory = np.zeros(2)
        arrived[feedback] = sum(Compression(2, feedback=feedback).send(values, memory) for _ in range(50))
    assert arrived[0.0].tolist() == [50, 0]
    assert arrived[1.0] == pytest.approx([50, 10], abs=1)


def test_bits_are_counted():
    """Covenant's 64 of 4,096 with two bits and a place of twelve; a scale of 32 bits for each 256 values of four."""
    assert bits_per_parameter(2, block=4096, kept=64) == 14 * 64 / 4096
    assert 32 / bits_per_parameter(2, block=4096, kept=64) == pytest.approx(146.3, abs=0.05)
    assert bits_per_parameter(4, block=256, scale_bits=32) == 4 + 32 / 256
    assert Compression().bits_per_parameter == 32
    assert Compression(2, 64, 4096).bits_per_parameter == (64 * 14 + 32) / 4096


@pytest.mark.parametrize(
    "call",
    [
        lambda: quantise([1.0], 1),
        lambda: quantise([1.0], 17),
        lambda: quantise([1.0], 4, block=0),
        lambda: keep_largest([1.0], 0),
        lambda: keep_largest([1.0], 5, block=4),
        lambda: bits_per_parameter(0),
        lambda: bits_per_parameter(2, scale_bits=-1),
        lambda: Compression(feedback=1.1),
        lambda: Compression(bits=40),
        lambda: Compression(kept=300),
    ],
)
def test_nonsense_is_refused_in_a_sentence(call):
    with pytest.raises(ProblemError, match=r"^[A-Z0-9].*\.$"):
        call()
