"""Decoders whose layers attend and have one feed-forward part: Llama and those made like it.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

from analysis.deepseek.families.common import (
    AFTER_NORMS,
    FOUR_NORMS,
    FULL_OR_WINDOWED,
    NO_BIASES,
    NO_TEXT,
    ONE_NORM,
    TWO_NORMS,
    VISION,
    every,
    part_of_width,
    rotated,
    unless_null,
    where,
)
from analysis.deepseek.family import NEEDED, Family, piece
from analysis.deepseek.layers import Attention, Dense

FAMILIES: dict[str, Family] = {
    # Grouped-query attention and gated feed-forward parts without any of the extras.
    "llama": Family(
        names={"qkv_bias": "attention_bias", "o_bias": "attention_bias"},
        defaults={
            "num_key_value_heads": lambda r: r["num_attention_heads"],
            "head_dim": part_of_width,
            "tie_word_embeddings": False,
            **NO_BIASES,
        },
        mixers={"full_attention": piece(Attention)},
        feed_forwards={"dense": piece(Dense)},
        norms=TWO_NORMS,
    ),
    "mistral": Family(
        like="llama",
        defaults={"num_key_value_heads": NEEDED, "sliding_window": 0},
        always={**NO_BIASES, "use_sliding_window": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if r["sliding_window"] else "full_attention",
    ),
    "ministral": Family(
        like="mistral",
        defaults={"num_key_value_heads": 8, "sliding_window": lambda r: 0 if "sliding_window" in r.fields else 4096},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if r["sliding_window"] else "full_attention",
        mixers_listed="layer_types",
    ),
    "ministral3": Family(like="mistral", defaults={"head_dim": 128, "num_key_value_heads": 8}),
    "qwen2": Family(
        like="llama",
        defaults={
            "num_key_value_heads": NEEDED,
            **{"use_sliding_window": False, "sliding_window": 4096, "max_window_layers": 28},
        },
        always={**NO_BIASES, "qkv_bias": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: (
            "sliding_attention" if r["use_sliding_window"] and i >= r["max_window_layers"] else "full_attention"
        ),
        mixers_listed="layer_types",
    ),
    "qwen3": Family(
        like="qwen2",
        defaults={"head_dim": 128, "qkv_bias": False, "o_bias": False},
        always={"qk_norm": "head"},
    ),
    "gemma": Family(
        like="llama",
        defaults={"num_key_value_heads": NEEDED, "head_dim": 256, "vocab_size": 256_000, "tie_word_embeddings": True},
        always={"mlp_bias": False},
        refused={"use_bidirectional_attention": NO_TEXT},
    ),
    # Every second layer has a window, and each part is normalised before and after.
    "gemma2": Family(
        like="llama",
        defaults={
            **{"num_key_value_heads": 4, "head_dim": 256, "vocab_size": 256_000, "tie_word_embeddings": True},
            "sliding_window": 4096,
        },
        always={"mlp_bias": False, "use_sliding_window": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "full_attention" if i % 2 else "sliding_attention",
        mixers_listed="layer_types",
        norms=FOUR_NORMS,
        ignored="cache_implementation",
        refused={"use_bidirectional_attention": NO_TEXT},
    ),
    "gemma3_text": Family(
        like="gemma2",
        names={"sliding_window_pattern": ("sliding_window_pattern", "_sliding_window_pattern")},
        defaults={
            **{"hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26, "num_attention_heads": 8},
            **{"vocab_size": 262_208, "sliding_window_pattern": 6},
        },
        always={"qk_norm": "head"},
        mixers=FULL_OR_WINDOWED,
        mixer_of=every("sliding_window_pattern", "full_attention", "sliding_attention"),
    ),
    "phi3": Family(
        like="mistral",
        defaults={"num_key_value_heads": lambda r: r["num_attention_heads"]},
        ignored="full_attn_mod interpolate_factor",
        refused={"lm_head_bias": "an output head with a bias has further numbers"},
    ),
    "phi": Family(
        like="llama",
        defaults={"qk_layernorm": False},
        always={**{name: True for name in NO_BIASES}, "gated": False, "norm_bias": True, "head_bias": True},
        mixers={"full_attention": piece(Attention, qk_norm=where("qk_layernorm", "head"))},
        norms=ONE_NORM,
    ),
    "smollm3": Family(
        like="llama",
        names={"no_rope_layer_interval": "no_rope_layer_interval"},
        defaults={
            "num_key_value_heads": 4,
            "tie_word_embeddings": True,
            "use_sliding_window": False,
            "sliding_window": 0,
            "no_rope_layer_interval": 4,
        },
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: (
            "sliding_attention"
            if r["sliding_window"] and r["use_sliding_window"] and not rotated(r, i)
            else "full_attention"
        ),
        mixers_listed="layer_types",
        ignored="max_window_layers",
    ),
    "olmo": Family(
        like="llama", always={"mlp_bias": False, "final_norm": False}, norms=lambda r: (), ignored="clip_qkv"
    ),
    "olmo2": Family(like="llama", always={"mlp_bias": False, "qk_norm": "width"}, norms=AFTER_NORMS),
    "olmo3": Family(
        like="olmo2",
        defaults={"sliding_window": 4096},
        always={"use_sliding_window": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if (i + 1) % 4 else "full_attention",
        mixers_listed="layer_types",
    ),
    "glm": Family(
        like="llama",
        defaults={"num_key_value_heads": 2, "head_dim": 128, "qkv_bias": True},
        names={"o_bias": "o_bias"},
        always={"o_bias": False, "mlp_bias": False},
    ),
    "glm4": Family(like="glm", norms=(*TWO_NORMS, "post_self_attn_layernorm", "post_mlp_layernorm")),
    "granite": Family(like="llama"),
    "cohere": Family(
        like="llama",
        defaults={"use_qk_norm": False, "tie_word_embeddings": True},
        always={"mlp_bias": False},
        mixers={"full_attention": piece(Attention, qk_norm=where("use_qk_norm", "width"))},
        norms=ONE_NORM,
        ignored="model_max_length",
    ),
    "cohere2": Family(
        like="cohere",
        always={"use_sliding_window": True, "use_qk_norm": False},
        names={"sliding_window_pattern": ("sliding_window_pattern", "_sliding_window_pattern")},
        defaults={"sliding_window": 4096, "sliding_window_pattern": 4},
        mixers=FULL_OR_WINDOWED,
        mixer_of=every("sliding_window_pattern", "full_attention", "sliding_attention"),
        mixers_listed="layer_types",
        ignored=(
            "cache_implementation layer_switch order_of_interleaved_layers position_embedding_type "
            "use_embedding_sharing use_gated_activation use_parallel_block use_parallel_embedding"
        ),
    ),
    "seed_oss": Family(
        like="llama",
        names={"o_bias": "attention_out_bias"},
        defaults={"head_dim": unless_null("head_dim", 128, part_of_width), "qkv_bias": True, "num_key_value_heads": 8},
    ),
    "hunyuan_v1_dense": Family(
        like="llama",
        names={"head_dim": ("head_dim", "attention_head_dim")},
        defaults={"use_qk_norm": True},
        always={"mlp_bias": False},
        mixers={"full_attention": piece(Attention, qk_norm=where("use_qk_norm", "head"))},
        ignored=(
            "add_classification_head cla_share_factor class_num dense_list eod_token_id im_end_id "
            "im_newline_id im_start_id mask_init_id norm_type num_experts org_vocab_size pad_id "
            "pool_type sep_token_id text_end_id text_start_id use_rotary_pos_emb"
        ),
        refused={"use_cla": "layers that share keys and values have fewer matrices"},
    ),
    "ernie4_5": Family(
        like="llama",
        names={"qkv_bias": "use_bias", "o_bias": "use_bias", "mlp_bias": "use_bias"},
        defaults={"head_dim": 128, "tie_word_embeddings": True},
    ),
    "exaone4": Family(
        like="llama",
        defaults={"num_key_value_heads": NEEDED, "sliding_window": 0, "sliding_window_pattern": 4},
        always={**NO_BIASES, "qk_norm": "head", "use_sliding_window": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: (
            "sliding_attention" if r["sliding_window"] and (i + 1) % r["sliding_window_pattern"] else "full_attention"
        ),
        mixers_listed="layer_types",
        norms=AFTER_NORMS,
    ),
    "arcee": Family(like="llama", always={"gated": False}),
    "apertus": Family(
        like="llama", always={"gated": False, "mlp_bias": False, "qk_norm": "head", "activation_parameters": 2}
    ),
    "nemotron": Family(like="llama", always={"gated": False, "norm_bias": True}),
    "starcoder2": Family(
        like="mistral",
        names={"qkv_bias": "use_bias", "o_bias": "use_bias", "mlp_bias": "use_bias"},
        defaults={"num_key_value_heads": 2, "tie_word_embeddings": True, **{name: True for name in NO_BIASES}},
        always={"gated": False, "norm_bias": True},
        ignored="mlp_type norm_type attention_softmax_in_fp32 scale_attention_softmax_in_fp32",
    ),
    "stablelm": Family(
        like="llama",
        names={"qkv_bias": "use_qkv_bias"},
        defaults={"num_key_value_heads": NEEDED, "qk_layernorm": False, "use_parallel_residual": False},
        always={"o_bias": False, "mlp_bias": False, "norm_bias": True},
        mixers={"full_attention": piece(Attention, qk_norm=where("qk_layernorm", "width"), norm_bias=False)},
        norms=lambda r: ONE_NORM if r["use_parallel_residual"] else TWO_NORMS,
        ignored="rotary_scaling_factor",
    ),
    "qwen2_vl": Family(like="qwen2", left_out={"vision_config": VISION}),
    "qwen2_5_vl": Family(like="qwen2", left_out={"vision_config": VISION}),
    "qwen2_vl_text": Family(like="qwen2"),
    "qwen2_5_vl_text": Family(like="qwen2"),
    "qwen3_vl_text": Family(like="qwen3"),
}
