"""The key-value cache: the published table to its last digit, and what each kind of attention keeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cache import cached_values_per_token, kv_cache_bytes
from analysis.deepseek.config import published_architecture
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FACT = facts.load("deepseek")
V3, LLAMA = published_architecture("deepseek-v3"), published_architecture("llama-3.1-405b")


@pytest.mark.parametrize(
    ("name", "fact"), [("deepseek-v3", "v3"), ("qwen2.5-72b", "qwen-72b"), ("llama-3.1-405b", "llama-405b")]
)
def test_isca_table_1(name, fact):
    """Kilobytes of 1,000 bytes a token in BF16, exactly."""
    assert kv_cache_bytes(published_architecture(name)) / 1000 == FACT[f"isca-kv-{fact}"].value


def test_the_printed_multiplier_is_not_the_quotient_of_its_row():
    """516.096 / 70.272 is 7.344; 7.28 is printed."""
    quotient = kv_cache_bytes(LLAMA) / kv_cache_bytes(V3)
    assert quotient == pytest.approx(7.344, abs=0.0005)
    assert abs(quotient - FACT["isca-kv-multiplier-llama"].value) > 0.06


def test_latent_attention_keeps_the_compressed_vector_and_the_position():
    """61 layers of 512 + 64 numbers; full heads would keep 128 × (192 + 128), 71 times as many."""
    assert cached_values_per_token(V3) == 61 * (512 + 64)
    assert cached_values_per_token(V3.with_key_value_heads(128)) / cached_values_per_token(V3) == 128 * 320 / 576


@given(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128]), st.integers(0, 10**6), st.integers(0, 64))
def test_the_cache_is_proportional_to_groups_tokens_and_sequences(groups, tokens, sequences):
    grouped = LLAMA.with_key_value_heads(groups)
    assert kv_cache_bytes(grouped, tokens, 1, sequences) == 126 * 2 * 128 * groups * tokens * sequences


def test_without_latent_attention_v3_would_keep_57_times_as_much():
    """2 x 128 heads x 128 numbers in each layer instead of 512 + 64."""
    full = V3.without_latent()
    assert cached_values_per_token(full) / cached_values_per_token(V3) == 2 * 128 * 128 / (512 + 64)
    assert full.num_hidden_layers == V3.num_hidden_layers and not full.latent


def test_a_window_forgets():
    mistral = published_architecture("mistral-7b")
    assert kv_cache_bytes(mistral, 100_000) == kv_cache_bytes(mistral, 4096)
    assert kv_cache_bytes(replace(mistral, sliding_window=0), 8192) == 2 * kv_cache_bytes(mistral, 4096)


@pytest.mark.parametrize("wrong", [(-1, 2, 1), (1, 0, 1), (1, float("nan"), 1), (1, 2, -1)])
def test_wrong_use_is_refused(wrong):
    with pytest.raises(ProblemError):
        kv_cache_bytes(V3, *wrong)
