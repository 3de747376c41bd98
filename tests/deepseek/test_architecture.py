"""What fits together in a transformer, and what does not."""

from dataclasses import replace

import pytest

from analysis.deepseek.config import published_architecture
from analysis.kit.errors import ProblemError

V3 = published_architecture("deepseek-v3")
LLAMA = published_architecture("llama-3.1-8b")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("deepseek-v3", "MLA"), ("llama-3.1-405b", "GQA"), ("llama-2-7b", "MHA"), ("gpt-3-175b", "MHA")],
)
def test_the_kind_of_attention_follows_from_the_numbers(name, kind):
    assert published_architecture(name).attention == kind


def test_another_attention_keeps_the_sizes_of_heads():
    multi_head = V3.with_key_value_heads(128)
    assert multi_head.attention == "MHA"
    assert (multi_head.head_dim, multi_head.v_head_dim) == (V3.head_dim, V3.v_head_dim) == (192, 128)
    assert LLAMA.with_key_value_heads(8) == LLAMA


@pytest.mark.parametrize(
    ("model", "change", "named"),
    [
        (LLAMA, {"num_key_value_heads": 5}, "num_key_value_heads, 5"),
        (LLAMA, {"vocab_size": 0}, "vocab_size is 0"),
        (LLAMA, {"hidden_size": 4096.5}, "hidden_size is 4096.5"),
        (LLAMA, {"q_lora_rank": 64}, "kv_lora_rank"),
        (LLAMA, {"num_experts_per_tok": 2}, "num_experts_per_tok is 2"),
        (LLAMA, {"sliding_window": -1}, "sliding_window"),
        (V3, {"num_key_value_heads": 8}, "num_key_value_heads is 8"),
        (V3, {"qk_rope_head_dim": 192}, "qk_nope_head_dim"),
        (V3, {"num_experts_per_tok": 0}, "num_experts_per_tok is 0"),
        (V3, {"n_shared_experts": -1}, "n_shared_experts is -1"),
        (V3, {"moe_intermediate_size": 0}, "moe_intermediate_size"),
        (V3, {"dense_layers": 62}, "62 dense layers"),
    ],
)
def test_contradictions_are_refused_by_name(model, change, named):
    with pytest.raises(ProblemError, match=named):
        replace(model, **change)
