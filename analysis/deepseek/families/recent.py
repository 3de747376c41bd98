"""Further models of recent years, most of them mixtures of experts with parts of several families above.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

from analysis.deepseek.families.common import (
    AFTER_NORMS,
    FULL_OR_WINDOWED,
    MODULES,
    NO_BIASES,
    TWO_NORMS,
    every,
    part_of_width,
    unless_null,
)
from analysis.deepseek.family import NEEDED, Family, OrNone, Reader, piece
from analysis.deepseek.layers import Attention, Dense, Experts
from analysis.kit.errors import ProblemError

DENSE_OR_SPARSE = {"dense": piece(Dense), "sparse": piece(Experts)}
_SHARED = {"n_routed_experts": "num_experts", "n_shared_experts": "num_shared_experts"}


def _listed(r: Reader, name: str) -> list[int]:
    """A 0 or 1 for each layer."""
    given = r.numbers(name, 2)
    if len(given) != r["num_hidden_layers"]:
        raise ProblemError(f"{name} has {len(given)} entries for {r['num_hidden_layers']} layers; correct one.")
    return given


FAMILIES: dict[str, Family] = {
    "cwm": Family(
        like="llama",
        defaults={"num_key_value_heads": NEEDED, "head_dim": 128, "sliding_window": 8192},
        always={"qkv_bias": False, "o_bias": False, "use_sliding_window": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if i % 4 else "full_attention",
        mixers_listed="layer_types",
    ),
    "iquestcoder": Family(
        like="llama",
        defaults={"head_dim": unless_null("head_dim", 128, part_of_width)},
        refused={"clip_qkv": "it is not supported", "use_sliding_window": "so is this"},
    ),
    "helium": Family(
        like="llama",
        names={"o_bias": "o_bias"},
        defaults={"num_key_value_heads": NEEDED, "head_dim": NEEDED},
        always={"o_bias": False},
    ),
    "internlm3": Family(
        like="llama",
        defaults={"head_dim": unless_null("head_dim", 128, part_of_width)},
        names={
            "qkv_bias": ("attention_bias", "qkv_bias"),
            "o_bias": ("attention_bias", "bias"),
            "mlp_bias": ("mlp_bias", "bias"),
        },
    ),
    "nanochat": Family(
        like="llama",
        defaults={"num_key_value_heads": NEEDED},
        always={"gated": False, "mlp_bias": False, "final_norm": False},
        norms=lambda r: (),
    ),
    "mimo": Family(like="qwen2", names={"o_bias": "o_bias"}, defaults={"num_nextn_predict_layers": 0}),
    "qwen2_5_omni_text": Family(like="qwen2"),
    "qwen3_omni_moe_text": Family(like="qwen3_moe"),
    "glm4v_text": Family(
        like="glm4",
        defaults={"num_key_value_heads": NEEDED, "head_dim": part_of_width},
        always={"qkv_bias": True},
    ),
    "glm4v_moe_text": Family(
        like="glm4_moe", defaults={"qkv_bias": True, "head_dim": part_of_width}, always={"use_qk_norm": False}
    ),
    "paddleocr_vl_text": Family(like="ernie4_5"),
    "codegen": Family(like="gptj"),
    "flex_olmo": Family(like="olmoe", norms=AFTER_NORMS),
    "solar_open": Family(
        like="glm4_moe", defaults={"head_dim": 128}, always={"use_qk_norm": False, "first_k_dense_replace": 0}
    ),
    "exaone_moe": Family(
        like="exaone4",
        names=_SHARED,
        defaults={"first_k_dense_replace": OrNone(1), "n_shared_experts": OrNone(1)},
        always={"router_bias": True},
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        feed_forwards_listed="mlp_layer_types",
        norms=TWO_NORMS,
        left_out={"num_nextn_predict_layers": MODULES},
        ignored="n_group topk_group",
    ),
    "dots1": Family(
        like="llama",
        defaults={
            **{"first_k_dense_replace": 0, "n_shared_experts": 0},
            **{"sliding_window": 0, "max_window_layers": OrNone(62)},
        },
        always={"mlp_bias": False, "qk_norm": "head", "router_bias": True, "use_sliding_window": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: (
            "sliding_attention" if r["sliding_window"] and i >= r["max_window_layers"] else "full_attention"
        ),
        mixers_listed="layer_types",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        ignored="n_group topk_group moe_layer_freq",
    ),
    "mellum": Family(
        like="llama",
        names={"n_routed_experts": ("num_local_experts", "num_experts")},
        defaults={"head_dim": 128, "sliding_window": 1024},
        always={"mlp_bias": False, "qk_norm": "head", "use_sliding_window": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "full_attention",
        mixers_listed="layer_types",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "sparse",
        feed_forwards_listed="mlp_layer_types",
        left_out={"num_nextn_predict_layers": MODULES, "num_mtp_layers": MODULES},
        ignored="mtp_layer_types mtp_mlp_layer_types",
    ),
    "hy_v3": Family(
        like="llama",
        names=_SHARED,
        defaults={"num_key_value_heads": NEEDED, "head_dim": 128, "n_shared_experts": OrNone(1)},
        always={"qk_norm": "head", "router_bias": True},
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "sparse" if i else "dense",
        feed_forwards_listed="mlp_layer_types",
        left_out={"num_nextn_predict_layers": MODULES},
        ignored="enable_moe_fp32_combine",
    ),
    "afmoe": Family(
        like="llama",
        names=_SHARED,
        defaults={
            **{"head_dim": 128, "num_dense_layers": OrNone(1), "n_shared_experts": OrNone(2)},
            **{"sliding_window": 1024, "global_attn_every_n_layers": 4},
        },
        always={
            **NO_BIASES,
            "qk_norm": "head",
            "router_bias": True,
            "output_gate": True,
            "use_sliding_window": True,
        },
        mixers=FULL_OR_WINDOWED,
        mixer_of=every("global_attn_every_n_layers", "full_attention", "sliding_attention"),
        mixers_listed="layer_types",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i < r["num_dense_layers"] else "sparse",
        norms=(*TWO_NORMS, "pre_mlp_layernorm", "post_mlp_layernorm"),
        ignored="mup_enabled route_scale route_norm score_func n_group topk_group num_expert_groups num_limited_groups",
    ),
    # Layers with a window have key/value heads of their own, and sinks.
    "mimo_v2_flash": Family(
        like="llama",
        names={"o_bias": "o_bias"},
        defaults={
            **{"num_key_value_heads": NEEDED, "swa_num_key_value_heads": NEEDED, "head_dim": 192, "v_head_dim": 128},
            **{"sliding_window": 128, "swa_head_dim": 192, "swa_v_head_dim": 128, "swa_num_attention_heads": NEEDED},
        },
        always={**NO_BIASES, "router_bias": True, "use_sliding_window": True},
        mixers={
            "full_attention": piece(Attention, sliding_window=0),
            "sliding_attention": piece(
                Attention,
                num_attention_heads=lambda r: r["swa_num_attention_heads"],
                num_key_value_heads=lambda r: r["swa_num_key_value_heads"],
                head_dim=lambda r: r["swa_head_dim"],
                v_head_dim=lambda r: r["swa_v_head_dim"],
                sinks=True,
            ),
        },
        mixer_of=lambda r, i: "sliding_attention" if _listed(r, "hybrid_layer_pattern")[i] else "full_attention",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "sparse" if _listed(r, "moe_layer_freq")[i] else "dense",
        mixers_listed="layer_types",
        feed_forwards_listed="mlp_layer_types",
        refused={
            "n_shared_experts": "shared experts are further matrices",
            "add_full_attention_sink_bias": "sinks in all layers are further numbers",
        },
        ignored=(
            "hybrid_layer_pattern moe_layer_freq sliding_window_size attention_chunk_size swa_rope_theta "
            "attention_value_scale add_swa_attention_sink_bias n_group topk_group hybrid_block_size"
        ),
    ),
    # Gemma 4 without a vector for each layer and token.
    "gemma4_unified_text": Family(
        like="gemma4_text",
        defaults={"sliding_window": 1024},
        always={
            **{"per_layer_size": 0, "per_layer_vocab": 0, "enable_moe_block": False},
            **{"n_routed_experts": 0, "num_experts_per_tok": 0, "moe_intermediate_size": 0},
        },
    ),
}
