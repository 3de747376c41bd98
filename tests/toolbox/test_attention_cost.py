"""What attention costs: full, window, NSA and DSA, counted by hand where hands can, and the lengths where each pays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.config import architecture_of, published_architecture, published_names
from analysis.deepseek.flop import flop_per_token, generation_flop
from analysis.deepseek.layers import Span
from analysis.deepseek.memory import memory
from analysis.kit.errors import ProblemError
from analysis.toolbox import attention_cost as cost
from analysis.toolbox.chapter import inputs

MODELS = st.sampled_from(published_names())
METHODS = st.sampled_from(cost.METHODS)
CONTEXTS = st.integers(1, 2**21)
TINY = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "intermediate_size": 256, "vocab_size": 100}
TINY |= {"num_attention_heads": 8, "num_key_value_heads": 2}


@pytest.mark.parametrize("method", cost.METHODS)
@pytest.mark.parametrize("context", [1, 2, 15, 600, 1024, 1025, 5000])
def test_the_mean_is_that_of_all_places_counted_one_by_one(method, context):
    one_by_one = [cost.tokens_read(place, method, window=700) for place in range(1, context + 1)]
    assert cost.mean_tokens_read(context, method, window=700) == pytest.approx(np.mean(one_by_one), rel=1e-12)


def test_tokens_read_are_the_four_rows_of_the_papers_table():
    places = np.array([8192, 16384, 32768, 65536])
    read = cost.tokens_read(places, "nsa")
    assert read.tolist() == [2048, 2560, 3584, 5632]
    assert np.round(places / read, 1).tolist() == [4.0, 6.4, 9.1, 11.6]


def test_the_measured_forward_kernel_is_what_the_mean_over_places_promises_within_an_eighth():
    contexts = np.array([8192, 16384, 32768, 65536])
    promised = cost.mean_tokens_read(contexts) / cost.mean_tokens_read(contexts, "nsa")
    measured = np.array([2.1, 3.8, 6.3, 9.0])  # Figure 6
    assert (measured < promised).all()
    assert (measured / promised > 7 / 8).all()
    assert (np.diff(measured / promised) > -0.001).all()  # what is not counted matters less the longer the text


@given(MODELS, CONTEXTS, st.integers(1, 2**20))
def test_a_window_costs_no_more_than_all_and_the_same_where_it_holds_the_text(name, context, window):
    full, less = cost.forward_flop(name, context), cost.forward_flop(name, context, "window", window)
    assert full.total >= less.total > 0
    assert less.attention >= 0
    if context <= window:
        assert less == full


@given(MODELS, CONTEXTS, st.integers(1, 2**20))
def test_full_and_window_are_what_the_chapter_on_deepseek_counts(name, context, window):
    whole = published_architecture(name).without_windows()
    (look,) = whole.looks
    for method, looked in (("full", 0), ("window", window)):
        there = flop_per_token(whole, attention="none")
        here = cost.forward_flop(name, context, method, window)
        assert here.matrices == there.matrices
        assert here.attention == pytest.approx(2 * look.each * Span(1, looked).mean_seen(context), rel=1e-12)
        assert here.choosing == 0


@given(MODELS, METHODS, CONTEXTS)
def test_attention_grows_with_the_context_and_the_longest_text_has_the_largest_share(name, method, context):
    shorter, longer = (cost.forward_flop(name, length, method) for length in (context, 2 * context))
    assert shorter.attention <= longer.attention
    assert shorter.share <= longer.share + 1e-12


@given(MODELS, st.sampled_from(["full", "nsa", "dsa"]), st.floats(0.2, 0.95))
def test_at_the_crossover_attention_has_the_share(name, method, share):
    context = cost.crossover(name, method, share=share)
    assert context == 1 or cost.forward_flop(name, context, method).share == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("name", published_names())
def test_the_crossover_of_full_attention_has_a_closed_form(name):
    a = published_architecture(name)
    multiplied = flop_per_token(a, attention="none").matrices / 2
    closed = 2 * multiplied / (a.num_hidden_layers * a.num_attention_heads * (a.head_dim + a.v_head_dim)) - 1
    assert cost.crossover(name) == pytest.approx(closed, rel=1e-9)


def test_a_window_never_becomes_the_bill_where_it_is_shorter_than_half_the_crossover():
    name = "llama-3.1-8b"
    seen = (cost.crossover(name) + 1) / 2
    assert math.isinf(cost.crossover(name, "window", window=seen - 1))
    assert cost.crossover(name, "window", window=seen + 1) < math.inf


@given(MODELS, st.sampled_from(["window", "nsa", "dsa"]), st.floats(1.05, 30))
def test_a_method_pays_a_factor_from_the_length_where_it_saves_it(name, method, factor):
    context = cost.pays_from(name, factor, method)
    if math.isfinite(context):
        assert cost.saving(name, context, method) == pytest.approx(factor, rel=1e-6)
        assert cost.saving(name, 1.1 * context, method) > factor
    else:
        assert cost.saving(name, 1e11, method) < factor


@pytest.mark.parametrize("name", inputs.LOOKED_AT)
def test_what_a_method_saves_is_bounded_by_what_stays_quadratic(name):
    a = published_architecture(name)
    wide = a.num_attention_heads * (a.head_dim + a.v_head_dim)
    limits = {"nsa": cost.NSA_STRIDE, "dsa": wide / (cost.INDEX_HEADS * cost.INDEX_DIM)}
    for method, limit in limits.items():
        assert cost.saving(name, 1e11, method) == pytest.approx(limit, rel=1e-3)
        assert cost.saving(name, 2**20, method) < limit


def test_the_indexer_is_counted_as_its_code_has_it():
    v3 = published_architecture("deepseek-v3")
    a_layer = 1536 * 64 * 128 + 7168 * 128 + 7168 * 64  # queries from the compressed query, key, weights of the heads
    assert cost.index_parameters(v3) == 61 * a_layer
    flop = cost.forward_flop(v3, 131_072, "dsa")
    assert flop.choosing == 2 * 61 * (a_layer + 64 * 128 * 131_073 / 2)
    assert flop.attention == pytest.approx(2 * 61 * 128 * 320 * (2048 - 2048 * 2047 / (2 * 131_072)))


def test_a_table_of_savings_has_a_row_for_each_and_says_the_same():
    table = cost.savings(["mistral-7b", "deepseek-v3"], [4096, 32_768], ["window", "nsa"])
    assert len(table) == 8
    row = table.query("model == 'DeepSeek-V3' and method == 'nsa' and context == 32768").iloc[0]
    assert row.saving == cost.saving("deepseek-v3", 32_768, "nsa")


@pytest.mark.parametrize(
    ("name", "bits", "product"),  # tokens of all texts together at which the cache weighs as much as the weights
    [("llama-3.1-8b", 16, 114_516), ("llama-3.1-70b", 16, 424_213), ("mistral-7b", 16, 108_500)],
)
@pytest.mark.parametrize("texts", [1, 4, 32])
def test_dense_models_read_as_much_cache_as_weights_at_one_product_of_texts_and_context(name, bits, product, texts):
    assert texts * cost.decode_crossover(name, texts, bits=bits) == pytest.approx(product, rel=1e-4)


def test_a_mixture_reads_more_experts_for_more_texts_so_that_its_product_rises():
    one, many = (cost.decode_crossover("deepseek-v3", b, bits=8) * b for b in (1, 32))
    assert one == pytest.approx(521_198, rel=1e-4)
    assert many > 5 * one


@given(st.sampled_from(list(inputs.LOOKED_AT)), st.integers(1, 10**6), st.integers(1, 64))
def test_bytes_of_writing_are_those_of_the_chapter_on_deepseek(name, context, texts):
    model = published_architecture(name).without_windows()
    read = cost.decode_bytes(name, context, texts)
    assert read.cache == pytest.approx(kv_cache_bytes(model, context, 2, texts))
    assert cost.decode_bytes(name, context).weights == pytest.approx(memory(model).active_weights)
    assert read.total == read.weights + read.cache


@given(st.sampled_from(list(inputs.LOOKED_AT)), st.integers(1, 10**7))
def test_a_window_reads_no_more_cache_than_all_of_it(name, context):
    assert cost.decode_bytes(name, context, method="window").cache <= cost.decode_bytes(name, context).cache


def test_dsa_reads_the_keys_of_the_indexer_of_all_tokens_and_the_cache_of_those_chosen():
    read = cost.decode_bytes("deepseek-v3", 100_000, 3, "dsa", bits=8)
    assert read.cache == 3 * 61 * (2048 * (512 + 64) * 2 + 100_000 * (128 + 4))
    assert read.weights - cost.decode_bytes("deepseek-v3", 1, 3, bits=8).weights == pytest.approx(
        cost.index_parameters("deepseek-v3"), rel=1e-6
    )


def test_the_last_token_costs_twice_the_mean_of_a_long_text():
    model = published_architecture("llama-3.1-8b").without_windows()
    last = generation_flop(model, 131_071).attention
    assert last / cost.forward_flop(model, 131_072).attention == pytest.approx(2, abs=1e-4)


def test_a_model_may_be_given_in_every_way(tmp_path):
    import json

    path = tmp_path / "config.json"
    path.write_text(json.dumps(TINY))
    ways: list[Any] = [TINY, path, str(path), json.dumps(TINY), architecture_of(TINY)]
    assert len({cost.crossover(way) for way in ways}) == 1


BAD = [
    *(lambda model=model: cost.crossover(model) for model in ("llama-9", 3, None, {}, {"model_type": "bert"}, "{", [])),
    *(lambda context=context: cost.forward_flop(TINY, context) for context in (0, -1, float("nan"), "long", [5, 0])),
    *(lambda method=method: cost.saving(TINY, 10, method) for method in ("flash", "", None)),
    *(lambda window=window: cost.tokens_read(10, "window", window) for window in (0, float("nan"), "wide")),
    *(lambda factor=factor: cost.pays_from(TINY, factor) for factor in (1, 0.5, float("inf"), "two")),
    lambda: cost.pays_from(TINY, 2, "full"),
    *(lambda share=share: cost.crossover(TINY, share=share) for share in (0, 1, float("nan"), "half")),
    *(lambda texts=texts: cost.decode_bytes(TINY, 10, texts) for texts in (0, float("nan"), "one")),
    lambda: cost.decode_bytes(TINY, [10, 20], [1, 2, 3]),
    lambda: cost.decode_bytes(TINY, 10, bits=0),
    lambda: cost.decode_bytes(TINY, 10, cache_bytes=-2),
]


@pytest.mark.parametrize("ask", BAD, ids=range(len(BAD)))
def test_what_cannot_be_meant_is_answered_by_one_sentence(ask):
    with pytest.raises(ProblemError) as told:
        ask()
    assert str(told.value).endswith((".", "?"))
    assert len(str(told.value)) < 500


def test_a_model_with_layers_that_do_not_attend_is_refused_with_its_kinds():
    """What is scaled with the tokens looked at would be wrong for a state, which looks at none."""
    linear = {
        **dict(model_type="qwen3_next", hidden_size=64, num_hidden_layers=4, num_attention_heads=8, vocab_size=100),
        **dict(num_key_value_heads=2, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32),
        **dict(shared_expert_intermediate_size=32, linear_num_key_heads=2, linear_num_value_heads=4),
        **dict(linear_key_head_dim=8, linear_value_head_dim=8),
    }
    for act in (cost.forward_flop, cost.decode_bytes, cost.saving):
        with pytest.raises(ProblemError, match=r"another kind than attention .delta rule \+ GQA"):
            act(linear, 4096)
