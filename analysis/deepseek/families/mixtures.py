"""Mixtures of experts with attention of the usual kinds.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

from analysis.deepseek.families.common import (
    FULL_OR_WINDOWED,
    MODULES,
    NO_BIASES,
    part_of_width,
    rotated,
    sparse_step,
    where,
)
from analysis.deepseek.family import NEEDED, Family, OrNone, piece
from analysis.deepseek.layers import Attention, Dense, Experts

FAMILIES: dict[str, Family] = {
    "mixtral": Family(
        like="mistral",
        names={"n_routed_experts": "num_local_experts", "moe_intermediate_size": "intermediate_size"},
        feed_forwards={"sparse": piece(Experts)},
    ),
    "phimoe": Family(
        like="mixtral",
        names={"head_bias": "lm_head_bias"},
        defaults={"qkv_bias": False, "o_bias": False, "head_bias": False},
        always={"norm_bias": True},
        ignored="input_jitter_noise original_max_position_embeddings",
    ),
    "qwen2_moe": Family(
        like="qwen2",
        names={"n_routed_experts": "num_experts", "qkv_bias": "qkv_bias"},
        defaults={
            "qkv_bias": True,
            "decoder_sparse_step": 1,
            "mlp_only_layers": (),
            "shared_expert_intermediate_size": NEEDED,
        },
        always={"n_shared_experts": 1, "shared_gate": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: (
            "sliding_attention"
            if r["use_sliding_window"] and i < r["max_window_layers"] and (i + 1) % 2
            else "full_attention"
        ),
        mixers_listed="layer_types",
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=sparse_step,
    ),
    "qwen3_moe": Family(
        like="qwen3",
        names={"n_routed_experts": ("num_experts", "num_local_experts")},
        defaults={"head_dim": part_of_width, "decoder_sparse_step": 1, "mlp_only_layers": ()},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if r["use_sliding_window"] else "full_attention",
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=sparse_step,
        refused={
            "qkv_bias": "biases of queries, keys and values alone are of an older family",
            "shared_expert_intermediate_size": "shared experts are further matrices",
        },
        ignored="max_window_layers",
    ),
    "qwen3_vl_moe_text": Family(like="qwen3_moe"),
    "olmoe": Family(
        like="llama",
        names={"n_routed_experts": "num_experts", "moe_intermediate_size": "intermediate_size"},
        always={"mlp_bias": False, "qk_norm": "width"},
        feed_forwards={"sparse": piece(Experts)},
        ignored="clip_qkv",
    ),
    "granitemoe": Family(
        like="llama",
        names={"n_routed_experts": "num_local_experts", "moe_intermediate_size": "intermediate_size"},
        always={"mlp_bias": False},
        feed_forwards={"sparse": piece(Experts)},
    ),
    "granitemoeshared": Family(
        like="granitemoe",
        names={"shared_expert_intermediate_size": "shared_intermediate_size"},
        defaults={"shared_expert_intermediate_size": 0},
        always={"n_shared_experts": lambda r: 1 if r["shared_expert_intermediate_size"] else 0},
    ),
    # Biases everywhere, a sink in each head, a window in every second layer.
    "gpt_oss": Family(
        like="llama",
        names={
            "n_routed_experts": ("num_local_experts", "num_experts"),
            "num_experts_per_tok": ("num_experts_per_tok", "experts_per_token"),
            "moe_intermediate_size": "intermediate_size",
        },
        defaults={"head_dim": 64, "qkv_bias": True, "o_bias": True, "sliding_window": 128},
        always={"use_sliding_window": True, "sinks": True, "mlp_bias": True, "router_linear_bias": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "full_attention" if i % 2 else "sliding_attention",
        mixers_listed="layer_types",
        feed_forwards={"sparse": piece(Experts)},
    ),
    "llama4_text": Family(
        like="llama",
        names={
            "n_routed_experts": "num_local_experts",
            "dense": "intermediate_size_mlp",
            "moe_intermediate_size": "intermediate_size",
            "no_rope_layer_interval": "no_rope_layer_interval",
        },
        defaults={
            "attention_chunk_size": 8192,
            "interleave_moe_layer_step": 1,
            "moe_layers": (),
            "head_dim": 128,
            "num_key_value_heads": 8,
            "no_rope_layer_interval": 4,
            "dense": NEEDED,
        },
        always={"mlp_bias": False, "n_shared_experts": 1},
        mixers={
            "full_attention": piece(Attention),
            "chunked_attention": piece(Attention, sliding_window=lambda r: r["attention_chunk_size"], chunked=True),
        },
        mixer_of=lambda r, i: "chunked_attention" if rotated(r, i) and r["attention_chunk_size"] else "full_attention",
        mixers_listed="layer_types",
        feed_forwards={"dense": piece(Dense, intermediate_size=lambda r: r["dense"]), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: (
            "sparse"
            if (
                i in r.numbers("moe_layers", r["num_hidden_layers"])
                if r.fields.get("moe_layers") is not None
                else (i + 1) % r["interleave_moe_layer_step"] == 0
            )
            else "dense"
        ),
        ignored="use_qk_norm for_llm_compressor",
    ),
    "glm4_moe": Family(
        like="llama",
        names={"o_bias": "o_bias", "n_routed_experts": ("n_routed_experts", "num_experts")},
        defaults={
            "use_qk_norm": False,
            "first_k_dense_replace": OrNone(1),
            "n_shared_experts": 1,
            "num_nextn_predict_layers": 0,
        },
        always={"o_bias": False, "mlp_bias": False, "router_bias": True},
        mixers={"full_attention": piece(Attention, qk_norm=where("use_qk_norm", "head"))},
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        ignored="n_group topk_group",
    ),
    "minimax_m2": Family(
        like="mixtral",
        defaults={"num_key_value_heads": 8, "head_dim": 128},
        always={"qk_norm": "width", "router_bias": True},
        ignored=(
            "attn_type_list use_qk_norm qk_norm_type use_routing_bias use_mtp mtp_transformer_layers num_mtp_modules"
        ),
        left_out={"use_mtp": MODULES},
        refused={"shared_intermediate_size": "shared experts are further matrices"},
    ),
    "hunyuan_v1_moe": Family(
        like="hunyuan_v1_dense",
        names={
            "n_routed_experts": "num_experts",
            "num_experts_per_tok": "moe_topk",
            "moe_intermediate_size": ("moe_intermediate_size", "intermediate_size"),
            "n_shared_experts": "num_shared_expert",
        },
        defaults={"num_experts_per_tok": 1, "n_shared_experts": 1},
        by_layer=("n_routed_experts", "num_experts_per_tok", "moe_intermediate_size", "n_shared_experts"),
        feed_forwards={"sparse": piece(Experts)},
        ignored=(
            "use_mixed_mlp_moe moe_drop_tokens moe_random_routing_dropped_token group_limited_greedy n_group topk_group"
            " position_embedding_xdrope skip_cls_token num_media_embeds"
        ),
        refused={
            "use_mla": "latent attention has other matrices",
            "moe_layer_num_skipped": "layers without experts are of a width that is not given",
        },
    ),
    "ernie4_5_moe": Family(
        like="llama",
        names={
            **{
                "n_routed_experts": "moe_num_experts",
                "num_experts_per_tok": "moe_k",
                "n_shared_experts": "moe_num_shared_experts",
            },
        },
        defaults={
            **{
                "tie_word_embeddings": True,
                "n_shared_experts": OrNone(2),
                "moe_layer_start_index": OrNone(1),
                "moe_layer_interval": 1,
            },
            "moe_layer_end_index": lambda r: r["num_hidden_layers"] - 1,
        },
        always={**NO_BIASES, "router_bias": True},
        left_out={"num_nextn_predict_layers": MODULES},
        refused={"use_bias": "the experts of the published models have no biases"},
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: (
            "sparse"
            if (i + 1) % r["moe_layer_interval"] == 0 and r["moe_layer_start_index"] <= i <= r["moe_layer_end_index"]
            else "dense"
        ),
        ignored="moe_capacity moe_gate moe_norm_min moe_use_aux_free",
    ),
}
