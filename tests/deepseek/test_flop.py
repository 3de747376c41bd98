"""FLOP a token: by hand, against the published table, and laws of sequences."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.config import published_architecture, published_names
from analysis.deepseek.flop import (
    flop_per_token,
    generation_flop,
    half_causal_flop,
    layers_that_meet,
    training_flop_by_definition,
)
from analysis.deepseek.parameters import count_parameters, matrices
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FACT = facts.load("deepseek")
GFLOP = 1e9
MODELS = st.sampled_from([n for n in published_names() if n != "mistral-7b"]).map(published_architecture)


def with_window(layer, window):
    return replace(layer, mixer=replace(layer.mixer, sliding_window=window))


def table_2(name):
    return FACT[f"isca-gflop-per-token-{name}"].value


@pytest.mark.parametrize(("name", "row"), [("deepseek-v2", "v2"), ("deepseek-v3", "v3")])
def test_isca_table_2_counts_the_head_and_causal_attention(name, row):
    """Both DeepSeek rows to their digit: no input embedding, causal attention over 4,096 tokens, no MTP module."""
    model = published_architecture(name)
    assert round(flop_per_token(model, 4096).training / GFLOP) == table_2(row)
    others = [flop_per_token(model, 4096, "full"), flop_per_token(model, attention="none")]
    assert all(abs(flop.training / GFLOP - table_2(row)) > 20 for flop in others)


def test_isca_table_2_counts_half_as_much_attention_for_llama():
    """2,448 has half of causal attention (2,473 with all of it), as if only queries and keys were multiplied."""
    llama = published_architecture("llama-3.1-405b")
    assert round(flop_per_token(llama, 4096).training / GFLOP) == 2473
    assert round(half_causal_flop(llama, 4096) / GFLOP) == table_2("llama-405b")


def test_isca_table_2_counts_72_layers_of_qwen():
    """394 is met by no convention for its 80 layers (429 at the least), and by that of the Llama row for 72 layers."""
    qwen = published_architecture("qwen2.5-72b")
    counted = training_flop_by_definition({"Qwen": qwen}, 4096)
    assert counted["flop"].min() / GFLOP > table_2("qwen-72b") + 30
    met = layers_that_meet(qwen, 4096, table_2("qwen-72b") * GFLOP)
    around = [half_causal_flop(qwen.with_layers(met + step), 4096) / GFLOP for step in (-1, 0, 1)]
    assert met == 72 and [round(flop) == table_2("qwen-72b") for flop in around] == [False, True, False]


def test_isca_table_4_counts_no_router():
    """272.8 billion tokens a day on 2,048 GPUs are 385 (causal) and 432 (full) TFLOPS, if the router is left out.

    With it, both are a unit higher.
    """
    model = published_architecture("deepseek-v3")
    tokens = FACT["isca-tokens-per-day"].value / 86400 / FACT["v3-gpus"].value
    router = 6 * sum(m.multiply_adds for m in matrices(model) if m.part == "router")
    for attention, printed in (("causal", "isca-tflops-causal"), ("full", "isca-tflops-noncausal")):
        flop = flop_per_token(model, 4096, attention).training
        assert round((flop - router) * tokens / 1e12) == FACT[printed].value == round(flop * tokens / 1e12) - 1


def test_a_tiny_model_by_hand():
    """Attention of every pair of tokens, summed one by one: a token sees itself and those before it."""
    llama = published_architecture("llama-2-7b")
    context = 7
    seen = np.tril(np.ones((context, context))).sum()
    pairs = 2 * 32 * 32 * (128 + 128) * seen / context
    assert flop_per_token(llama, context).attention == pytest.approx(pairs)
    assert flop_per_token(llama, context, "full").attention == pytest.approx(pairs * context**2 / seen)


def test_a_sliding_window_by_hand():
    mistral = published_architecture("mistral-7b").changed(lambda layer: with_window(layer, 3))
    seen = sum(min(3, i + 1) for i in range(10)) / 10
    assert flop_per_token(mistral, 10).attention == pytest.approx(2 * 32 * 32 * 256 * seen)
    assert generation_flop(mistral, 10**6).attention == 2 * 32 * 32 * 256 * 3


@given(MODELS, st.integers(1, 10**6))
def test_without_attention_training_is_six_times_the_active_parameters(model, context):
    """6 N to a thousandth (norms and biases do not multiply), with N the active ones without the input embedding.

    Between 6 N and full attention lies causal attention, and a tied head would still be multiplied.
    """
    none, causal, full = (flop_per_token(model, context, kind) for kind in ("none", "causal", "full"))
    head = model.vocab_size * model.hidden_size if model.tie_word_embeddings else 0
    assert none.training == pytest.approx(6 * (count_parameters(model).active_without_embedding + head), rel=1e-3)
    assert none.attention == 0 and none.training < causal.training <= full.training
    assert causal.attention * 2 == pytest.approx(full.attention * (context + 1) / context)
    assert causal.training == 3 * causal.forward and 0 < causal.attention < causal.forward


@given(MODELS, st.integers(1, 5000))
def test_a_sequence_costs_what_its_tokens_cost_one_by_one(model, context):
    """Reading s tokens at once takes as many operations as writing them one after another."""
    first, last = generation_flop(model, 0).forward, generation_flop(model, context - 1).forward
    assert flop_per_token(model, context).forward == pytest.approx((first + last) / 2, rel=1e-12)


def test_the_module_adds_a_layer_and_a_head():
    v3 = published_architecture("deepseek-v3")
    extra = flop_per_token(v3, 4096, mtp=True).training - flop_per_token(v3, 4096).training
    head = count_parameters(v3).head
    attention = 6 * 128 * (192 + 128) * 4097 / 2
    assert extra == pytest.approx(6 * (count_parameters(v3).mtp_active + head) + attention, rel=1e-4)


@pytest.mark.parametrize(("context", "attention", "named"), [(0, "causal", "context of 0"), (8, "half", "'half'")])
def test_wrong_use_is_refused(context, attention, named):
    with pytest.raises(ProblemError, match=named):
        flop_per_token(published_architecture("deepseek-v3"), context, attention)
    with pytest.raises(ProblemError, match="-1 tokens"):
        generation_flop(published_architecture("deepseek-v3"), -1)
