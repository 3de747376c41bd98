"""What fits together in a transformer, and what does not."""

from dataclasses import replace

import pytest

from analysis.deepseek.architecture import Architecture
from analysis.deepseek.config import published_architecture
from analysis.deepseek.layers import Attention, Dense, Experts, LatentAttention, Layer, Matrix
from analysis.deepseek.parameters import matrices
from analysis.deepseek.recurrent import Lightning
from analysis.kit.errors import ProblemError

V3 = published_architecture("deepseek-v3")
LLAMA = published_architecture("llama-3.1-8b")
LATENT, EXPERTS = V3.runs[-1][1].mixer, V3.runs[-1][1].feed_forward
GROUPED = LLAMA.runs[0][1].mixer
MIXED = Architecture(
    *("mixed", 64, 100),
    runs=(
        (3, Layer(Attention(8, 2, 8, sliding_window=16), Dense(256))),
        (1, Layer(Attention(16, 4, 8), Dense(256))),
        (2, Layer(Lightning(8, 8), Dense(256))),
    ),
)


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


def test_a_mixed_model_says_its_kinds_and_answers_only_what_all_its_layers_agree_on():
    assert MIXED.attention == "GQA + lightning" and MIXED.num_hidden_layers == 6
    assert MIXED.head_dim == 8 and MIXED.intermediate_size == 256
    assert MIXED.layers_in_words == "3 of GQA with a window of 16 tokens, 1 of GQA, 2 of lightning"
    with pytest.raises(ProblemError, match="num_attention_heads differs between the layers of mixed: 8, 16"):
        _ = MIXED.num_attention_heads
    with pytest.raises(ProblemError, match=r"another kind than attention .GQA \+ lightning"):
        MIXED.without_windows()


def test_layers_are_cut_from_the_end_or_the_last_is_repeated():
    assert [n for n, _ in MIXED.with_layers(4).runs] == [3, 1]
    assert [n for n, _ in MIXED.with_layers(60).runs] == [3, 1, 56]
    assert V3.with_layers(61) == V3


def test_matrices_of_the_same_shape_are_counted_together_and_others_apart():
    """Windows change no matrix; sixteen heads do."""
    found = [(m.shape, m.copies) for m in matrices(MIXED) if m.name == "q_proj"]
    assert found == [((64, 64), 3), ((64, 128), 1)]
    assert Matrix("w", "attention", (2, 3), 4, 2, 2).times(5) == Matrix("w", "attention", (2, 3), 20, 10, 10)


@pytest.mark.parametrize(
    ("piece", "change", "named"),
    [
        (GROUPED, {"num_key_value_heads": 5}, "num_key_value_heads, 5"),
        (GROUPED, {"sliding_window": -1}, "sliding_window is -1"),
        (LLAMA, {"vocab_size": 0}, "vocab_size is 0"),
        (LLAMA, {"hidden_size": 4096.5}, "hidden_size is 4096.5"),
        (LLAMA, {"runs": ()}, "has no layers"),
        (LATENT, {"qk_rope_head_dim": 192}, "qk_nope_head_dim"),
        (LATENT, {"index_topk": 64}, "index_n_heads is 0"),
        (EXPERTS, {"num_experts_per_tok": 0}, "num_experts_per_tok is 0"),
        (EXPERTS, {"n_shared_experts": -1}, "n_shared_experts is -1"),
        (EXPERTS, {"moe_intermediate_size": 0}, "moe_intermediate_size"),
    ],
)
def test_contradictions_are_refused_by_name(piece, change, named):
    assert isinstance(piece, (Attention, LatentAttention, Experts, Architecture))
    with pytest.raises(ProblemError, match=named):
        replace(piece, **change)
