"""The key-value cache: the published table to its last digit, and what each kind of attention keeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cache import cached_values_per_token, kv_cache_bytes
from analysis.deepseek.config import published_architecture, read_config
from analysis.deepseek.flop import flop_per_token, generation_flop
from analysis.deepseek.layers import Span
from analysis.kit import facts
from analysis.kit.errors import ProblemError
from tests.deepseek.drawn import architectures

FACT = facts.load("deepseek")
V3, LLAMA = published_architecture("deepseek-v3"), published_architecture("llama-3.1-405b")
INDEX = {"index_topk": 2048, "index_n_heads": 64, "index_head_dim": 128}


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
    assert kv_cache_bytes(mistral.without_windows(), 8192) == 2 * kv_cache_bytes(mistral, 4096)


@pytest.mark.parametrize("wrong", [(-1, 2, 1), (1, 0, 1), (1, float("nan"), 1), (1, 2, -1)])
def test_wrong_use_is_refused(wrong):
    with pytest.raises(ProblemError):
        kv_cache_bytes(V3, *wrong)


def test_each_layer_forgets_as_far_as_its_own_window():
    """Gemma 3's six layers: five keep 16 tokens and one all; after that only the one grows."""
    fields = dict(model_type="gemma3_text", num_hidden_layers=6, hidden_size=64, sliding_window=16, vocab_size=100)
    model = read_config(fields)
    each = 2 * 4 * 256 * 2  # keys and values of four heads of 256 numbers, two bytes each
    assert [kv_cache_bytes(model, t) / each for t in (0, 1, 16, 17, 1000)] == [0, 6, 96, 97, 5 * 16 + 1000]
    assert cached_values_per_token(model) == 6 * each / 2


def test_a_state_is_kept_once_for_a_text_of_any_length():
    """Of Qwen3-Next's four layers three keep a state: a matrix of each head of values, and the convolution's inputs."""
    fields = {
        **dict(model_type="qwen3_next", hidden_size=64, num_hidden_layers=4, num_attention_heads=8, vocab_size=100),
        **dict(num_key_value_heads=2, head_dim=16, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32),
        **dict(shared_expert_intermediate_size=32, linear_num_key_heads=2, linear_num_value_heads=4),
        **dict(linear_key_head_dim=8, linear_value_head_dim=10, linear_conv_kernel_dim=4),
    }
    model, state = read_config(fields), 3 * (4 * 8 * 10 + (2 * 16 + 40) * 4)
    assert cached_values_per_token(model) == 2 * 2 * 16
    assert [kv_cache_bytes(model, t, 1) for t in (1, 2, 1000)] == [state + 64 * t for t in (1, 2, 1000)]
    first, last = (generation_flop(model, t).attention for t in (0, 999))
    assert first == 2 * (3 * 3 * 4 * 8 * 10 + 8 * 32) and last - first == 2 * 999 * 8 * 32


def test_an_indexer_saves_looking_and_keeps_a_key_more():
    """V3.2: 128 numbers more a token and layer; each looks at 2,048 chosen, and the indexer at all."""
    sparse = V3.changed(lambda layer: replace(layer, mixer=replace(layer.mixer, **INDEX)))
    assert cached_values_per_token(sparse) == 61 * (512 + 64 + 128)
    dense, chosen = (flop_per_token(model, 100_000, "full").attention for model in (V3, sparse))
    assert dense == 2 * 61 * 128 * 320 * 100_000
    assert chosen == 2 * 61 * (128 * 320 * 2048 + 64 * 128 * 100_000)


@given(st.integers(1, 50), st.integers(0, 9), st.booleans())
def test_a_reach_on_average_is_the_mean_of_its_places(tokens, window, chunked):
    span = Span(1, window, chunked)
    seen = [span.seen(place) for place in range(1, tokens + 1)]
    assert span.mean_seen(tokens) == pytest.approx(sum(seen) / tokens)
    assert max(seen) == min(tokens, span.reach) and min(seen) == 1


@given(architectures(), st.integers(0, 40))
def test_a_longer_text_keeps_no_less_and_at_most_what_a_token_adds(architecture, tokens):
    """Chunks, windows, states and compressed tokens of all kinds: each further token adds at most its own numbers."""
    before, after = (kv_cache_bytes(architecture, n, 1) for n in (tokens, tokens + 1))
    states = sum(span.each for span in architecture.kept if not span.grows) * (tokens == 0)
    each = sum(span.each for span in architecture.kept if span.grows)
    assert before <= after <= before + each + states + 1e-9
    assert kv_cache_bytes(architecture, 1, 1) == pytest.approx(
        each + sum(s.each for s in architecture.kept if not s.grows)
    )


@given(architectures(), st.integers(1, 30))
def test_reading_a_text_costs_what_its_tokens_cost_one_by_one(architecture, tokens):
    """Whatever looks back, and however far: the mean over the text is that of its places."""
    one_by_one = [generation_flop(architecture, before).forward for before in range(tokens)]
    assert flop_per_token(architecture, tokens).forward == pytest.approx(sum(one_by_one) / tokens)


@given(architectures(), st.integers(2, 4))
def test_a_model_of_k_times_the_layers_keeps_and_looks_k_times_as_much(architecture, times):
    deeper = replace(architecture, runs=architecture.runs * times)
    assert kv_cache_bytes(deeper, 9) == pytest.approx(times * kv_cache_bytes(architecture, 9))
    ours, theirs = (generation_flop(model, 9).attention for model in (deeper, architecture))
    assert ours == pytest.approx(times * theirs)
