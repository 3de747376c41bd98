"""A portrait agrees with what is counted, with what holds it, and with what was published of training."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.config import published, published_architecture, published_names, read_config
from analysis.deepseek.flop import flop_per_token
from analysis.deepseek.memory import memory
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.portrait import Portrait, portrait, price_of, tokens_per_parameter
from analysis.deepseek.portrait_chart import held_by, slug
from analysis.deepseek.serving import (
    PRECISIONS,
    USABLE,
    ServedModel,
    decode_rate,
    latest_price,
    machines,
    prefill_rate,
)
from analysis.deepseek.training import published_run
from analysis.kit import facts
from analysis.kit.errors import ProblemError

GPT2 = {
    "model_type": "gpt2",
    "n_embd": 768,
    "n_layer": 12,
    "n_head": 12,
    "n_positions": 1024,
    "vocab_size": 50257,
    "architectures": ["GPT2LMHeadModel"],
}
#: Five layers with a window of 512 tokens, then one without.
GEMMA = {"model_type": "gemma3_text", "num_hidden_layers": 6, "hidden_size": 64, "sliding_window": 512, "vocab_size": 9}
#: Three layers that keep a state, then one that attends to all.
QWEN_NEXT = {
    **dict(model_type="qwen3_next", hidden_size=64, num_hidden_layers=4, num_attention_heads=8, vocab_size=100),
    **dict(num_key_value_heads=2, head_dim=16, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32),
    **dict(shared_expert_intermediate_size=32, linear_num_key_heads=2, linear_num_value_heads=4),
    **dict(linear_key_head_dim=8, linear_value_head_dim=10, linear_conv_kernel_dim=4),
}
NAMES = ["deepseek-v3", "llama-3.1-8b", "mistral-7b", "mixtral-8x7b", "gpt-3-175b"]


def test_in_sixteen_bits_a_model_takes_two_bytes_for_each_number_of_its_checkpoint():
    document = portrait("llama-3.1-8b").document()
    assert document["memory"][0]["bits_a_weight"] == 16
    assert document["memory"][0]["weights_bytes"] == 2 * published("llama-3.1-8b").checkpoint


@pytest.mark.parametrize("name", NAMES)
def test_a_machine_that_is_said_to_hold_a_model_holds_weights_and_cache_in_nine_tenths_of_its_memory(name):
    found = portrait(name, batch=4)
    architecture, kept = published_architecture(name), 0
    for machine in found.document()["machines"]:
        assert machine["name"] == machines()[machine["key"]].name
        for held in machine["by_precision"]:
            bits = PRECISIONS[held["precision"]]
            for texts, holds, rate in ((1, "holds", ""), (4, "holds_batch", "_of_batch")):
                needed = memory(architecture, bits, found.context, sequences=texts).total
                assert held[holds] == (needed <= 0.9 * machine["memory_bytes"])
                assert (held[f"tokens_a_second{rate}_at_most"] > 0) == held[holds]
                kept += held[holds]
    assert kept


@pytest.mark.parametrize("name", NAMES)
def test_the_document_has_the_numbers_of_the_functions(name):
    found = portrait(name, context=2000, batch=3)
    document = json.loads(json.dumps(found.document(), allow_nan=False))
    architecture = published_architecture(name)
    count, served = count_parameters(architecture), ServedModel.of(architecture)
    assert document["parameters"]["total"] == count.total
    assert document["parameters"]["multi_token_modules"] == count.mtp
    for kind in ("none", "causal", "full"):
        flop = flop_per_token(architecture, 2000, kind)
        assert document["flop_a_token"][f"forward_attention_{kind}"] == flop.forward
        assert document["flop_a_token"][f"training_attention_{kind}"] == flop.training
    assert document["cache"]["bytes_by_context_tokens"]["2000"] == kv_cache_bytes(architecture, 2000)
    assert sum(part["bytes_a_token"] for part in document["cache"]["parts"]) == kv_cache_bytes(architecture, 1)
    for machine in document["machines"]:
        own = machines()[machine["key"]]
        for held in machine["by_precision"]:
            bits = PRECISIONS[held["precision"]]
            assert held["tokens_a_second_at_most"] == pytest.approx(float(decode_rate(own, served, bits, 2000)))
            many = float(decode_rate(own, served, bits, 2000, 3))
            assert held["tokens_a_second_of_batch_at_most"] == pytest.approx(many)
        if any(held["holds"] for held in machine["by_precision"]):
            prompt = float(prefill_rate(own, served, 2000))
            assert machine["prompt_tokens_a_second_at_most"] == pytest.approx(prompt)


def test_a_cache_is_the_sum_of_its_parts_whatever_they_reach():
    def kept(found, tokens):
        return sum(size * min(tokens, window or tokens) for size, window in found.cache_parts)

    for found in (portrait("mistral-7b"), portrait("llama-3.1-8b"), portrait(GEMMA), portrait(QWEN_NEXT)):
        for tokens, size in found.cache.items():
            assert kept(found, tokens) == size
    assert {window for _, window in portrait(GEMMA).cache_parts} == {0, 512}
    assert {window for _, window in portrait(QWEN_NEXT).cache_parts} == {0, 1}


def test_the_published_hours_and_dollars_of_v3_are_met_at_its_own_tokens_utilisation_and_price():
    fact = facts.load("deepseek")
    share = published_run("DeepSeek-V3").utilisation
    training = portrait(
        "deepseek-v3", tokens=fact["v3-tokens"].value, utilisation=share, rent=fact["v3-price"].value
    ).training
    assert training.cost.hours == pytest.approx(fact["v3-hours-pretraining"].value, rel=1e-9)
    assert training.cost.middle == pytest.approx(fact["v3-cost-pretraining"].value, rel=1e-9)
    assert training.times_v3 == pytest.approx(1)
    assert training.cost.worst.low == pytest.approx(training.cost.worst.high)


@settings(max_examples=20)
@given(st.sampled_from(NAMES), st.floats(0.01, 0.5), st.floats(1e9, 1e14), st.floats(0.1, 100))
def test_twice_the_utilisation_halves_hours_and_cost_and_twice_the_tokens_double_them(name, share, tokens, rent):
    def cost(share, tokens):
        return portrait(name, tokens=tokens, utilisation=share, rent=rent).training.cost

    once = cost(share, tokens)
    assert cost(2 * share, tokens).middle == pytest.approx(once.middle / 2)
    assert cost(2 * share, tokens).hours == pytest.approx(once.hours / 2)
    assert cost(share, 2 * tokens).middle == pytest.approx(2 * once.middle)


def test_ranges_that_nobody_gave_are_those_of_the_chapter_and_hold_the_middle():
    training = portrait("llama-3.1-8b").training
    assert (training.cost.utilisation.low, training.cost.utilisation.high) == (0.25, 0.45)
    fact = facts.load("deepseek")
    assert training.cost.price.low == fact["rent-h100-low"].value
    assert training.cost.price.high == fact["rent-h100-launch"].value
    assert training.cost.worst.low < training.cost.middle < training.cost.worst.high
    assert training.hours.low < training.cost.hours < training.hours.high
    assert "assumed" in training.origins["utilisation"] and "rule" in training.origins["tokens"]
    given_ = portrait("llama-3.1-8b", tokens=15e12, utilisation=0.4, rent=2).training.origins
    assert {given_[name] for name in ("tokens", "utilisation", "rent")} == {"given"}


def test_without_tokens_there_are_twenty_for_each_number_that_multiplies():
    training = portrait("llama-3.1-8b").training
    assert tokens_per_parameter() == 20
    count = count_parameters(published_architecture("llama-3.1-8b"))
    assert training.tokens == pytest.approx(20 * (count.total - count.embedding))


def test_a_price_is_the_last_one_that_the_facts_hold():
    for key in machines():
        assert price_of(key).value == latest_price(key)


def test_a_context_that_nobody_chose_is_no_longer_than_the_positions():
    assert portrait(GPT2).context == 1024
    assert list(portrait(GPT2).cache) == [1024]
    assert portrait("llama-3.1-8b").context == 4096


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"context": 0}, "A context must be a whole number from 1 to"),
        ({"context": 2.5}, "A context must be a whole number from 1 to"),
        ({"context": 1e30}, "A context must be a whole number from 1 to"),
        ({"context": 1025}, "has 1,024 positions, fewer than a context of 1,025"),
        ({"batch": 0}, "A batch must be a whole number from 1 to"),
        ({"batch": 1e9}, "A batch must be a whole number from 1 to"),
        ({"tokens": 0}, "A number of tokens must be positive"),
        ({"tokens": 1e18}, "A number of tokens must be at most 1e"),
        ({"utilisation": 0}, "A utilisation must be above 0 and at most 1"),
        ({"utilisation": 35}, "A utilisation must be above 0 and at most 1"),
        ({"rent": -1}, "A rent in dollars an hour must be positive"),
        ({"rent": 1e4}, "A rent in dollars an hour must be at most"),
        ({"rent": "much"}, "must be a number"),
    ],
)
def test_a_value_that_makes_no_sense_is_a_sentence(wrong, sentence):
    with pytest.raises(ProblemError, match=sentence):
        portrait(GPT2, **wrong)


# --- the chart ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [*published_names(), GPT2], ids=lambda n: n if isinstance(n, str) else "gpt2")
def test_the_chart_shows_every_machine_with_nine_tenths_of_its_memory_and_its_title_is_true(found):
    drawn = held_by(portrait(found))
    spec = drawn.spec()
    assert spec["usermeta"]["holds"]
    shown = drawn.shown().set_index("machine")
    for machine in machines().values():
        assert shown.loc[machine.name, "gigabytes"] == pytest.approx(USABLE * machine.memory / 1e9, rel=1e-5)
    assert shown["fits"].sum() == portrait(found).serving.query("fits")["key"].nunique()


def test_the_title_counts_machines():
    def title(name):
        return held_by(portrait(name)).title

    assert title("llama-3.1-8b") == "Llama 3.1 8B: of eleven machines ten hold it in BF16, all in 4-bit"
    assert title("deepseek-v3") == "DeepSeek-V3: of eleven machines none hold it in BF16, four in 4-bit"
    assert title(GPT2) == "gpt2: all eleven machines hold it, even in BF16"
    large = read_config({**GPT2, "n_layer": 96, "n_embd": 49152, "n_head": 384}, "Huge")
    assert title(large) == "Huge: none of eleven machines holds it, not even in 4-bit"


def test_a_drawn_file_says_what_drew_it_and_is_called_after_the_model(tmp_path):
    paths = held_by(portrait("llama-3.1-8b")).save(tmp_path, ["svg", "csv"])
    assert [path.name for path in paths][:2] == ["model-llama-3.1-8b.svg", "model-llama-3.1-8b.csv"]
    drawn = paths[0].read_text(encoding="utf-8")
    assert "Drawn by The Evolution" in drawn and "Figure model" not in drawn


def test_a_name_that_is_no_name_of_a_file_becomes_one():
    assert slug("../../etc/passwd") == "etc-passwd"
    assert slug("a" * 500) == "a" * 60
    assert slug("") == "unnamed"


def test_a_portrait_is_public():
    from analysis import deepseek

    assert isinstance(deepseek.portrait("mistral-7b"), Portrait) and deepseek.Portrait is Portrait
