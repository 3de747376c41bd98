"""Models of 2025 and 2026, and some that are met more seldom.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers, or where
there is none the makers' own: ``models/modeling_bailing_moe.py`` and ``..._v2.py`` of Ling and Ling-V2 (inclusionAI),
and for Nemotron-NAS the port of NVIDIA's code in mlx-lm (``nemotron-nas.py``).
"""

from __future__ import annotations

from typing import Any

from analysis.deepseek.families.common import (
    FOUR_NORMS,
    FULL_OR_WINDOWED,
    MODULES,
    NO_BIASES,
    ONE_NORM,
    TWO_NORMS,
    VISION,
    part_of_width,
    unless_null,
    where,
    window,
)
from analysis.deepseek.families.latent import check_groups
from analysis.deepseek.families.recent import DENSE_OR_SPARSE
from analysis.deepseek.family import NEEDED, Family, OrNone, Reader, piece, short
from analysis.deepseek.layers import Attention, Chosen, Dense, Experts, Linear
from analysis.kit.errors import ProblemError


def _first_dense(r: Reader, layer: int) -> str:
    return "dense" if layer < r["first_k_dense_replace"] else "sparse"


def _step_experts(r: Reader, layer: int) -> str:
    """Step's own files list the layers with experts in a text."""
    given = r.fields.get("moe_layers_enum")
    if given is None:
        return "sparse" if layer >= 3 else "dense"
    numbers = given.split(",") if isinstance(given, str) else given
    try:
        return "sparse" if layer in {int(number) for number in numbers} else "dense"
    except (TypeError, ValueError):
        raise ProblemError(
            f"moe_layers_enum is {short(given)}; it must list the numbers of the layers with experts."
        ) from None


def _check_step(r: Reader) -> None:
    given = r.fields.get("attention_other_setting.num_attention_groups")
    if given not in (None, r["num_key_value_heads"]):
        raise ProblemError(
            f"attention_other_setting.num_attention_groups is {short(given)}, other than {r['num_key_value_heads']} of"
            " the other layers, which cannot be counted."
        )


def _second(r: Reader) -> bool:
    """Whether a file is one of Ling 2.0, whose routers balance loads, though it may say the type of Ling 1."""
    classes = r.fields.get("architectures") or []
    return "BailingMoeV2ForCausalLM" in classes or bool(r.fields.get("moe_router_enable_expert_bias"))


def _check_shared(r: Reader) -> None:
    given, meant = r.fields.get("moe_shared_expert_intermediate_size"), r["moe_intermediate_size"]
    if given not in (None, meant):
        raise ProblemError(
            f"moe_shared_expert_intermediate_size is {short(given)}, but the makers' program makes shared experts as"
            f" wide as the others, {meant}; correct one."
        )


def _flags(r: Reader, name: str, then: str, otherwise: str) -> list[str] | None:
    """What a list with a 0 or 1 for each layer says, if it is there."""
    if r.fields.get(name) is None:
        return None
    given = r.numbers(name, 2)
    if len(given) != r["num_hidden_layers"]:
        raise ProblemError(f"{name} has {len(given)} entries for {r['num_hidden_layers']} layers; correct one.")
    return [then if flag else otherwise for flag in given]


def _m3_mixer(r: Reader, layer: int) -> str:
    listed = _flags(r, "sparse_attention_config.sparse_attention_freq", "minimax_m3_sparse", "full_attention")
    return listed[layer] if listed else "full_attention"


def _m3_feed(r: Reader, layer: int) -> str:
    listed = _flags(r, "moe_layer_freq", "sparse", "dense")
    return listed[layer] if listed else "sparse"


def _block(r: Reader, layer: int | None, part: str) -> dict[str, Any]:
    """What Nemotron-NAS says of one part of a layer; of the layer at hand where none is named."""
    given = r.fields.get("block_configs")
    block = given[layer] if isinstance(given, list) and layer is not None and layer < len(given) else given
    told = block.get(part) if isinstance(block, dict) else None
    if not isinstance(told, dict):
        raise ProblemError(f"block_configs must give {part} for each of {r['num_hidden_layers']} layers; add it.")
    unknown = set(told) - _BLOCK_FIELDS
    if unknown or told.get("sparsify"):
        name = sorted(unknown)[0] if unknown else "sparsify"
        raise ProblemError(f"block_configs says {short(name)} of {part}, which is not known; leave it out.")
    return told


_BLOCK_FIELDS = {"no_op", "replace_with_linear", "sparsify", "n_heads_in_group", "ffn_mult", "hidden_act"} | {
    *("window_length", "num_sink_tokens", "unshifted_sink", "use_prefill_window_in_sink_attention")
}


def _nas_kind(part: str, usual: str) -> Any:
    def kind(r: Reader, layer: int) -> str:
        told = _block(r, layer, part)
        return "none" if told.get("no_op") else "linear" if told.get("replace_with_linear") else usual

    return kind


def _nas_groups(r: Reader) -> int:
    told, heads = _block(r, None, "attention"), r["num_attention_heads"]
    if told.get("window_length") or told.get("num_sink_tokens"):
        raise ProblemError("block_configs gives a window to some layers, which is not used in a published model.")
    group = told.get("n_heads_in_group")
    if type(group) is not int or group < 1 or heads % group:
        raise ProblemError(f"n_heads_in_group is {short(group)} in block_configs; it must divide the {heads} heads.")
    return int(heads // group)


def _nas_width(r: Reader) -> int:
    """Two thirds of the factor of the width, rounded up to a multiple of 256."""
    factor = _block(r, None, "ffn").get("ffn_mult")
    if not isinstance(factor, (int, float)) or isinstance(factor, bool) or not 0 < factor < 1000:
        raise ProblemError(f"ffn_mult is {short(factor)} in block_configs; it must be a number above 0.")
    return -(-int(2 * round(factor, 6) * r["hidden_size"] / 3) // 256) * 256


def _nas_norms(r: Reader) -> tuple[str, ...]:
    parts = zip(("attention", "ffn"), TWO_NORMS, strict=True)
    return tuple(name for part, name in parts if not _block(r, None, part).get("no_op"))


def _gates(r: Reader) -> int:
    """Laguna's gate has one number for each head, or one for each of its numbers."""
    return 1 if r.fields.get("gating", True) in (True, "per-head") else int(r["head_dim"])


FAMILIES: dict[str, Family] = {
    # Three of four layers have a window, and other heads; each head is gated.
    "step3p5": Family(
        like="llama",
        opened=("attention_other_setting",),
        names={
            "num_key_value_heads": ("num_attention_groups", "num_key_value_heads"),
            "n_routed_experts": ("moe_num_experts", "n_routed_experts", "num_local_experts"),
            "num_experts_per_tok": ("moe_top_k", "num_experts_per_tok"),
            "shared_expert_intermediate_size": ("share_expert_dim", "share_expert_dims"),
            "windowed_heads": ("num_sliding_attention_heads", "attention_other_setting.num_attention_heads"),
        },
        defaults={
            **{"num_key_value_heads": NEEDED, "head_dim": 128, "sliding_window": 0, "num_experts_per_tok": 8},
            **{"shared_expert_intermediate_size": 1280, "windowed_heads": lambda r: r["num_attention_heads"]},
        },
        always={
            **{"mlp_bias": False, "qk_norm": "head", "router_bias": True, "gates_per_head": 1, "n_shared_experts": 1},
            **{"use_sliding_window": True, "num_nextn_predict_layers": 0},
        },
        mixers={
            "full_attention": piece(Attention, sliding_window=0),
            "sliding_attention": piece(
                Attention, num_attention_heads=lambda r: r["windowed_heads"], sliding_window=window
            ),
        },
        mixer_of=lambda r, i: "full_attention",
        mixers_listed="layer_types",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=_step_experts,
        feed_forwards_listed="mlp_layer_types",
        check=_check_step,
        left_out={"num_nextn_predict_layers": MODULES},
        ignored=(
            "moe_layers_enum mtp_layer_types mtp_mlp_layer_types swiglu_limits swiglu_limits_shared max_seq_len "
            "partial_rotary_factors yarn_only_types use_rope_layers att_impl_type need_fp32_gate norm_expert_weight "
            "moe_router_activation moe_router_scaling_factor use_moe_router_bias use_head_wise_attn_gate use_moe "
            "moe_every_n_layer zero_centered share_q_dim attention_other_setting.attention_type "
            "attention_other_setting.num_attention_groups attention_other_setting.head_dim "
            "attention_other_setting.true_head_dim"
        ),
        refused={"sink": "sinks are further numbers"},
    ),
    # Later layers look at the blocks that an indexer chooses.
    "minimax_m3_vl_text": Family(
        like="mixtral",
        opened=("sparse_attention_config",),
        names={
            "n_routed_experts": ("num_local_experts", "num_experts"),
            "shared_expert_intermediate_size": "shared_intermediate_size",
            "dense": "dense_intermediate_size",
            "index_n_heads": ("index_n_heads", "sparse_attention_config.sparse_num_index_heads"),
            "index_head_dim": ("index_head_dim", "sparse_attention_config.sparse_index_dim"),
            "block": ("index_block_size", "sparse_attention_config.sparse_block_size"),
            "blocks": ("index_topk_blocks", "sparse_attention_config.sparse_topk_blocks"),
        },
        defaults={
            **{"num_key_value_heads": 4, "head_dim": 128, "dense": 12_288, "shared_expert_intermediate_size": 3072},
            **{"index_n_heads": 4, "index_head_dim": 128, "block": 128, "blocks": 16},
        },
        always={
            **{"qk_norm": "head", "router_bias": True, "n_shared_experts": 1, "sliding_window": 0},
            "attention_output_gate": False,
        },
        mixers={
            "full_attention": piece(Attention),
            "minimax_m3_sparse": piece(
                Chosen,
                attention=lambda r: r.made(piece(Attention)),
                index_topk=lambda r: r["block"] * r["blocks"],
            ),
        },
        mixer_of=_m3_mixer,
        mixers_listed="layer_types",
        feed_forwards={"dense": piece(Dense, intermediate_size=lambda r: r["dense"]), "sparse": piece(Experts)},
        feed_forward_of=_m3_feed,
        feed_forwards_listed="mlp_layer_types",
        left_out={"num_mtp_modules": MODULES, "use_mtp": MODULES},
        ignored=(
            "moe_layer_freq index_local_blocks sparse_attention_config.sparse_attention_freq "
            "sparse_attention_config.sparse_local_block sparse_attention_config.sparse_init_block "
            "sparse_attention_config.use_sparse_attention sparse_attention_config.sparse_disable_index_value "
            "sparse_attention_config.sparse_score_type use_gemma_norm use_qk_norm qk_norm_type use_routing_bias "
            "mtp_transformer_layers first_k_dense_replace"
        ),
    ),
    "mistral4": Family(
        like="deepseek_v2",
        defaults={"n_shared_experts": 1},
        names={"n_routed_experts": ("n_routed_experts", "num_local_experts")},
    ),
    "sarvam_mla": Family(
        like="deepseek_v3",
        names={
            "n_routed_experts": ("n_routed_experts", "num_experts", "num_local_experts"),
            "n_shared_experts": ("n_shared_experts", "num_shared_experts"),
        },
        defaults={"first_k_dense_replace": OrNone(1), "q_lora_rank": 0, "n_shared_experts": 1},
        check=check_groups,  # files give the width of the compressed vector as head_dim
        ignored="q_head_dim",
    ),
    "sarvam_moe": Family(
        like="glm4_moe",
        names={
            "qkv_bias": ("attention_bias", "use_qkv_bias"),
            "n_routed_experts": ("n_routed_experts", "num_experts", "num_local_experts"),
            "n_shared_experts": ("n_shared_experts", "num_shared_experts"),
        },
        defaults={"head_dim": 64, "use_qk_norm": True},
    ),
    "vaultgemma": Family(like="gemma2", norms=("input_layernorm", "pre_feedforward_layernorm")),
    "granite_swa": Family(
        like="granite",
        defaults={"sliding_window": 128, "num_key_value_heads": 4, "tie_word_embeddings": True},
        always={"use_sliding_window": True, "sinks": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if i % 4 else "full_attention",
        mixers_listed="layer_types",
        ignored="layer_rope_theta",
    ),
    "granitemoe_swa": Family(
        like="granitemoeshared",
        defaults={"sliding_window": 128},
        always={"use_sliding_window": True, "sinks": True},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if i % 4 else "full_attention",
        mixers_listed="layer_types",
        ignored="layer_rope_theta",
    ),
    "exaone": Family(
        like="llama",
        names={"num_hidden_layers": ("num_layers", "num_hidden_layers")},
        defaults={"num_key_value_heads": unless_null("num_key_value_heads", 8, lambda r: r["num_attention_heads"])},
    ),
    "persimmon": Family(
        like="phi",
        defaults={"qk_layernorm": True},
        always={"head_bias": False, "num_key_value_heads": lambda r: r["num_attention_heads"]},
        mixers={"full_attention": piece(Attention, qk_norm=where("qk_layernorm", "head"))},
        norms=TWO_NORMS,
    ),
    "jais2": Family(
        like="llama",
        defaults={name: True for name in NO_BIASES},
        always={"gated": False, "norm_bias": True},
    ),
    "bitnet": Family(
        like="llama",
        defaults={"num_key_value_heads": unless_null("num_key_value_heads", 5, lambda r: r["num_attention_heads"])},
        always={"mlp_bias": False, "output_norm": True, "sub_norm": True},
    ),
    "hyperclovax": Family(
        like="llama",
        defaults={"use_post_norm": True},
        norms=lambda r: (*TWO_NORMS, "post_norm1", "post_norm2") if r["use_post_norm"] else TWO_NORMS,
    ),
    "laguna": Family(
        like="llama",
        names={"each": "num_attention_heads_per_layer", "n_routed_experts": ("num_experts", "num_local_experts")},
        by_layer=("each",),
        defaults={
            **{"num_key_value_heads": 8, "head_dim": 128, "sliding_window": 512, "num_experts_per_tok": 8},
            **{"each": lambda r: r["num_attention_heads"], "shared_expert_intermediate_size": 512},
            "num_attention_heads": NEEDED,
        },
        always={
            **{"mlp_bias": False, "qk_norm": "head", "router_bias": True, "n_shared_experts": 1},
            "use_sliding_window": True,
        },
        mixers={
            kind: piece(Attention, num_attention_heads=lambda r: r["each"], sliding_window=reach, gates_per_head=_gates)
            for kind, reach in (("full_attention", 0), ("sliding_attention", window))
        },
        mixer_of=lambda r, i: "full_attention",
        mixers_listed="layer_types",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "sparse" if i else "dense",
        feed_forwards_listed="mlp_layer_types",
        ignored="gating moe_routed_scaling_factor moe_apply_router_weight_on_input moe_router_logit_softcapping",
    ),
    "cohere2_moe": Family(
        like="cohere2",
        names={
            "n_routed_experts": ("num_experts", "num_local_experts"),
            "n_shared_experts": "num_shared_experts",
            "moe_intermediate_size": "intermediate_size",
            "dense": "prefix_dense_intermediate_size",
        },
        defaults={
            **{"head_dim": 128, "num_experts_per_tok": 2, "n_shared_experts": 0, "first_k_dense_replace": 0},
            **{"dense": lambda r: r["moe_intermediate_size"], "prefix_dense_sliding_window_pattern": 1},
        },
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: (
            "full_attention"
            if (
                (i + 1) % r["prefix_dense_sliding_window_pattern"] == 0
                if i < r["first_k_dense_replace"]
                else (i - r["first_k_dense_replace"] + 1) % r["sliding_window_pattern"] == 0
            )
            else "sliding_attention"
        ),
        feed_forwards={"dense": piece(Dense, intermediate_size=lambda r: r["dense"]), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        feed_forwards_listed="mlp_layer_types",
        norms=ONE_NORM,
        ignored="shared_expert_combination_strategy expert_selection_fn",
    ),
    "dbrx": Family(
        like="llama",
        opened=("attn_config", "ffn_config"),
        names={
            **{"hidden_size": "d_model", "num_attention_heads": "n_heads", "num_hidden_layers": "n_layers"},
            "num_key_value_heads": "attn_config.kv_n_heads",
            "moe_intermediate_size": "ffn_config.ffn_hidden_size",
            "n_routed_experts": "ffn_config.moe_num_experts",
            "num_experts_per_tok": "ffn_config.moe_top_k",
        },
        defaults={
            **{"num_key_value_heads": 1, "moe_intermediate_size": 3584, "n_routed_experts": 4},
            "num_experts_per_tok": 1,
        },
        always={**NO_BIASES, "head_dim": part_of_width, "tie_word_embeddings": False},
        feed_forwards={"sparse": piece(Experts)},
        ignored=(
            "max_seq_len emb_pdrop attn_config.clip_qkv ffn_config.ffn_act_fn ffn_config.moe_jitter_eps "
            "ffn_config.moe_loss_weight ffn_config.moe_normalize_expert_weights ffn_config.uniform_expert_assignment"
            " attn_config.model_type ffn_config.model_type"
        ),
    ),
    "muse_glimmer_text": Family(
        like="llama",
        defaults={"num_key_value_heads": 2, "head_dim": 128, "sliding_window": 2048},
        always={
            **{"mlp_bias": False, "use_sliding_window": True},
            "gates_per_head": lambda r: r["head_dim"],
        },
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if (r["num_hidden_layers"] - 1 - i) % 4 else "full_attention",
        mixers_listed="layer_types",
        norms=FOUR_NORMS,
        ignored="qk_scale_factor output_multiplier post_norm_eps layer_rope_theta",
    ),
    "xglm": Family(
        like="gpt2",
        names={
            **{"hidden_size": "d_model", "num_hidden_layers": "num_layers", "num_attention_heads": "attention_heads"},
            "intermediate_size": "ffn_dim",
        },
        defaults={"intermediate_size": NEEDED},
        always={"learned_positions": 0},
        ignored="init_std layerdrop scale_embedding",
    ),
    "biogpt": Family(
        like="gpt2",
        names={
            **{name: name for name in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")},
            "positions": "max_position_embeddings",
        },
        defaults={"intermediate_size": NEEDED, "positions": NEEDED},
        always={"learned_positions": lambda r: r["positions"] + 2},
        ignored="layerdrop scale_embedding",
    ),
    # Ling and Ring.
    "bailing_moe": Family(
        like="llama",
        names={
            **{"qkv_bias": "use_qkv_bias", "o_bias": "use_bias"},
            **{"n_routed_experts": "num_experts", "n_shared_experts": "num_shared_experts"},
        },
        defaults={
            "head_dim": unless_null("head_dim", part_of_width, part_of_width),
            **{"n_shared_experts": 0, "first_k_dense_replace": 0, "use_qk_norm": False},
            "num_nextn_predict_layers": 0,
        },
        always={"o_bias": False, "mlp_bias": False, "router_bias": _second},
        mixers={"full_attention": piece(Attention, qk_norm=where("use_qk_norm", "head"))},
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=_first_dense,
        check=_check_shared,
        ignored=(
            "embedding_dropout output_dropout norm_head norm_softmax rotary_type router_dtype max_window_layers "
            "n_group topk_group score_function mtp_loss_scaling_factor moe_router_enable_expert_bias "
            "moe_shared_expert_intermediate_size"
        ),
        refused={"multi_gate": "further routers have matrices of their own"},
    ),
    "bailing_moe_v2": Family(like="bailing_moe", always={"router_bias": True}),
    # Layers whose parts were changed or taken out one by one.
    "nemotron-nas": Family(
        like="llama",
        names={"block": "block_configs"},
        by_layer=("block",),
        always={
            "head_dim": part_of_width,
            "num_key_value_heads": _nas_groups,
            "intermediate_size": _nas_width,
        },
        mixers={
            "attention": piece(Attention),
            "linear": piece(Linear, part="attention", bias=lambda r: r["qkv_bias"]),
        },
        mixer_of=_nas_kind("attention", "attention"),
        feed_forwards={
            "dense": piece(Dense),
            "linear": piece(Linear, part="dense feed-forward", bias=lambda r: r["mlp_bias"]),
        },
        feed_forward_of=_nas_kind("ffn", "dense"),
        norms=_nas_norms,
        ignored="block_configs num_key_value_heads intermediate_size num_key_value_heads_per_layer",
    ),
    "phi4_multimodal": Family(
        like="phi3",
        defaults={"num_key_value_heads": 8, "tie_word_embeddings": True},
        left_out={"vision_config": VISION, "audio_config": "the audio part"},
    ),
    # The same as its makers' own program has it, with adapters.
    "phi4mm": Family(
        like="phi4_multimodal",
        left_out={
            "img_processor": VISION,
            "audio_processor": "the audio part",
            "vision_lora": "adapters for pictures",
            "speech_lora": "adapters for speech",
        },
        ignored="embd_layer full_attn_mod interpolate_factor",
    ),
}
