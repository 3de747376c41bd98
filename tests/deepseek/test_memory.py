"""Memory of weights and cache: proportions, published sizes, and what writing a token reads."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.config import published_architecture, published_names
from analysis.deepseek.memory import bits_per_weight, memory, weight_bytes
from analysis.deepseek.parameters import count_parameters
from analysis.kit.errors import ProblemError

V3 = published_architecture("deepseek-v3")
MODELS = st.sampled_from(published_names()).map(published_architecture)


@given(MODELS, st.floats(0.5, 32), st.integers(0, 10**6))
def test_weights_follow_bits_and_cache_does_not(model, bits, tokens):
    one, half = memory(model, bits, tokens), memory(model, bits / 2, tokens)
    assert one.weights == pytest.approx(2 * half.weights) and one.cache == half.cache == kv_cache_bytes(model, tokens)
    assert one.total == one.weights + one.cache
    assert one.read_per_token == one.active_weights + one.cache and one.active_weights <= one.weights


def test_sixteen_bits_are_two_bytes_a_parameter():
    """The rule of thumb, and its exception: V3 in BF16 fills 1.34 TB, in its native FP8 half of that."""
    assert weight_bytes(V3) == 2 * count_parameters(V3).total
    assert weight_bytes(V3, 8) / 1e9 == pytest.approx(671, abs=0.5)
    assert weight_bytes(V3, 16, mtp=True) - weight_bytes(V3) == 2 * count_parameters(V3).mtp


def test_a_mixture_reads_a_fraction_of_what_it_keeps():
    """V3 reads 5.5 % of its weights for a token; a dense model reads all but the input embedding."""
    mixture = memory(V3, 8)
    assert mixture.active_weights / mixture.weights == pytest.approx(0.0546, abs=0.0001)
    llama = published_architecture("llama-3.1-70b")
    assert memory(llama, 8).weights - memory(llama, 8).active_weights == llama.vocab_size * llama.hidden_size


def test_a_tied_head_is_read():
    tied = replace(published_architecture("llama-3.1-8b"), tie_word_embeddings=True)
    assert memory(tied, 8).active_weights == count_parameters(tied).total


def test_scales_of_groups():
    """Four bits with a 16-bit scale for each 32 weights are 4.5; blocks of 128 × 128 with 32 bits are 8.002."""
    assert bits_per_weight(4, 32) == 4.5
    assert bits_per_weight(8, 128 * 128, 32) == pytest.approx(8.00195, abs=1e-5)
    assert bits_per_weight(16) == 16


@pytest.mark.parametrize("wrong", [(0,), (float("inf"),), (4, -1), (4, 32, -16)])
def test_wrong_use_is_refused(wrong):
    with pytest.raises(ProblemError):
        bits_per_weight(*wrong)
