"""Models in which some layers keep a state of fixed size in place of the tokens, or are no attention.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

import math

from analysis.deepseek.families.common import MODULES, NO_BIASES, every
from analysis.deepseek.family import NEEDED, Family, OrNone, Reader, integer, piece, short
from analysis.deepseek.layers import Attention, Dense, Experts
from analysis.deepseek.recurrent import DeltaNet, Lightning, Mamba, Mamba2, Parallel, ShortConvolution
from analysis.kit.errors import ProblemError


def _rank(r: Reader) -> int:
    """Width of the compressed step sizes; "auto" is a sixteenth of the width."""
    name = r.family.called("rank")[0]
    given = r.fields.get(name)
    return math.ceil(r["hidden_size"] / 16) if given in (None, "auto") else integer(name, given)


def _head(r: Reader) -> int:
    """Channels of a head of Mamba-2; "auto" is its part of all channels."""
    given = r.fields.get("mamba_d_head")
    inner, heads = r["mamba_inner"], r["mamba_heads"]
    if inner % heads:
        raise ProblemError(f"mamba_n_heads is {heads}, which does not divide the {inner} channels; correct it.")
    if given not in (None, "auto", inner // heads):
        raise ProblemError(
            f"mamba_d_head is {short(given)}, but {inner} channels in {heads} heads are {inner // heads} each."
        )
    return int(inner // heads)


#: Mamba-2 in the names of Bamba and those after it.
MAMBA2 = piece(
    Mamba2,
    num_heads=lambda r: r["mamba_heads"],
    head_dim=_head,
    use_bias=lambda r: r["mamba_bias"],
    use_conv_bias=lambda r: r["mamba_conv_bias"],
)
MAMBA2_NAMES = {
    "mamba_heads": "mamba_n_heads",
    "state_size": "mamba_d_state",
    "n_groups": "mamba_n_groups",
    "conv_kernel": "mamba_d_conv",
    "mamba_bias": "mamba_proj_bias",
}
MAMBA2_DEFAULTS = {
    "mamba_heads": 128,
    "state_size": 256,
    "n_groups": 1,
    "conv_kernel": 4,
    "mamba_expand": 2,
    "mamba_conv_bias": True,
    "mamba_bias": False,
}
_INNER = {"mamba_inner": lambda r: r["mamba_expand"] * r["hidden_size"]}


def _pattern(r: Reader) -> str:
    """The layers of Nemotron-H, a letter each."""
    given = r.fields.get("hybrid_override_pattern")
    listed = r.fields.get("layers_block_type") or r.fields.get("layer_types")
    letters = {"linear_attention": "M", "mamba": "M", "full_attention": "*", "attention": "*", "mlp": "-", "moe": "E"}
    if isinstance(listed, list) and all(isinstance(kind, str) and kind in letters for kind in listed):
        given = "".join(letters[kind] for kind in listed)
    if not isinstance(given, str) or not given or set(given) - set("M*-E"):
        raise ProblemError(f"hybrid_override_pattern is {short(given)}; it must have one of M, *, - and E for a layer.")
    return given


def _check_pattern(r: Reader) -> None:
    if len(_pattern(r)) != r["num_hidden_layers"]:
        raise ProblemError(
            f"num_hidden_layers is {r['num_hidden_layers']}, but hybrid_override_pattern has {len(_pattern(r))} layers;"
            " correct one."
        )


def _block(r: Reader) -> int:
    """Width of the feed-forward parts of LFM2, which is made from the one given."""
    width = r["intermediate_size"]
    if not r["block_auto_adjust_ff_dim"]:
        return int(width)
    factor = r.fields.get("block_ffn_dim_multiplier", 1.0)
    if factor is None:
        return int(2 * width / 3)
    if not isinstance(factor, (int, float)) or isinstance(factor, bool) or not 0 < factor < math.inf:
        raise ProblemError(f"block_ffn_dim_multiplier is {short(factor)}; it must be a number above 0.")
    step = r["block_multiple_of"]
    return int(step * math.ceil(int(factor * int(2 * width / 3)) / step))


#: A delta rule in three of four layers, gated attention in the fourth.
DELTA = {"linear_attention": piece(DeltaNet), "full_attention": piece(Attention, output_gate=True, sliding_window=0)}
CONVOLUTION = {
    "conv": piece(
        ShortConvolution,
        conv_dim=lambda r: r["hidden_size"],
        conv_L_cache=lambda r: r["conv_L_cache"],
        conv_bias=lambda r: r["conv_bias"],
    ),
    "full_attention": piece(Attention),
}


def _minimax_kinds(r: Reader) -> list[str]:
    """MiniMax's own files say 1 for attention and 0 for linear attention."""
    kinds = r.numbers("attn_type_list", 2)
    if len(kinds) != r["num_hidden_layers"]:
        raise ProblemError(f"attn_type_list has {len(kinds)} entries for {r['num_hidden_layers']} layers; correct one.")
    return ["full_attention" if kind else "linear_attention" for kind in kinds]


def _check_channels(r: Reader) -> None:
    inner, heads, each = r["mamba_inner"], r["num_heads"], r["head_dim"]
    if inner != heads * each:
        raise ProblemError(
            f"num_heads is {heads} and head_dim {each}, which do not make up the {inner} channels; correct one."
        )


FAMILIES: dict[str, Family] = {
    # Three of four layers keep a state in place of the tokens.
    "qwen3_next": Family(
        like="qwen3_moe",
        defaults={
            **{"head_dim": 256, "full_attention_interval": 4, "shared_expert_intermediate_size": NEEDED},
            "linear_conv_kernel_dim": 4,
        },
        always={"use_sliding_window": False, "n_shared_experts": 1, "shared_gate": True},
        mixers={
            "full_attention": piece(Attention, output_gate=True, sliding_window=0),
            "linear_attention": piece(DeltaNet),
        },
        mixer_of=every("full_attention_interval", "full_attention", "linear_attention"),
        mixers_listed="layer_types",
    ),
    "qwen3_5_text": Family(
        like="qwen3",
        names={"num_nextn_predict_layers": "mtp_num_hidden_layers"},
        defaults={
            **{"head_dim": 256, "full_attention_interval": 4, "linear_conv_kernel_dim": 4},
            "num_nextn_predict_layers": 0,
        },
        always={"use_sliding_window": False},
        mixers=DELTA,
        mixer_of=every("full_attention_interval", "full_attention", "linear_attention"),
        mixers_listed="layer_types",
        refused={"mlp_only_layers": "layers without experts are of other width"},
        ignored="attn_output_gate mtp_use_dedicated_embeddings output_gate_type",
    ),
    "qwen3_5_moe_text": Family(
        like="qwen3_5_text",
        names={"n_routed_experts": "num_experts"},
        defaults={"shared_expert_intermediate_size": NEEDED},
        always={"n_shared_experts": 1, "shared_gate": True},
        feed_forwards={"sparse": piece(Experts)},
        ignored="intermediate_size decoder_sparse_step",
    ),
    "minimax": Family(
        like="mixtral",
        defaults={"num_key_value_heads": 8},
        mixers={"full_attention": piece(Attention), "linear_attention": piece(Lightning)},
        mixer_of=lambda r, i: (
            _minimax_kinds(r)[i]
            if r.fields.get("attn_type_list")
            else "full_attention"
            if (i + 1) % 2
            else "linear_attention"
        ),
        mixers_listed="layer_types",
        ignored=(
            "block_size attn_type_list shared_moe_mode postnorm full_attn_alpha_factor "
            "full_attn_beta_factor linear_attn_alpha_factor linear_attn_beta_factor mlp_alpha_factor "
            "mlp_beta_factor layernorm_full_attention_alpha layernorm_full_attention_beta "
            "layernorm_linear_attention_alpha layernorm_linear_attention_beta layernorm_mlp_alpha "
            "layernorm_mlp_beta"
        ),
        refused={"shared_intermediate_size": "shared experts are further matrices"},
    ),
    "mamba": Family(
        names={
            "hidden_size": ("hidden_size", "d_model"),
            "num_hidden_layers": ("num_hidden_layers", "n_layer"),
            "rank": "time_step_rank",
            "mamba_inner": ("intermediate_size", "d_inner"),
        },
        defaults={
            "state_size": 16,
            "conv_kernel": 4,
            "expand": 2,
            "use_bias": False,
            "use_conv_bias": True,
            "tie_word_embeddings": True,
            "mamba_inner": lambda r: r["expand"] * r["hidden_size"],
        },
        mixers={"mamba": piece(Mamba, time_step_rank=_rank)},
        norms=("norm",),
        ignored="time_step_rank fused_add_norm pad_vocab_size_multiple rms_norm ssm_cfg",
    ),
    "falcon_mamba": Family(like="mamba", ignored="mixer_rms_eps use_falcon_mambapy"),
    "mamba2": Family(
        like="mamba",
        defaults={"num_heads": 128, "head_dim": 64, "state_size": 128, "n_groups": 8, "tie_word_embeddings": False},
        mixers={"mamba": piece(Mamba2)},
        ignored="expand intermediate_size norm_before_gate",
        check=_check_channels,
    ),
    "jamba": Family(
        like="llama",
        names={
            "state_size": "mamba_d_state",
            "conv_kernel": "mamba_d_conv",
            "rank": "mamba_dt_rank",
            "use_bias": "mamba_proj_bias",
            "use_conv_bias": "mamba_conv_bias",
            "n_routed_experts": "num_experts",
            "moe_intermediate_size": "intermediate_size",
        },
        defaults={
            "state_size": 16,
            "conv_kernel": 4,
            "mamba_expand": 2,
            "use_bias": False,
            "use_conv_bias": True,
            "attn_layer_period": 8,
            "attn_layer_offset": OrNone(4),
            "expert_layer_period": 2,
            "expert_layer_offset": OrNone(1),
        },
        always={"qkv_bias": False, "o_bias": False, "mlp_bias": False, **_INNER},
        mixers={"mamba": piece(Mamba, time_step_rank=_rank, inner_norms=True), "attention": piece(Attention)},
        mixer_of=lambda r, i: "attention" if i % r["attn_layer_period"] == r["attn_layer_offset"] else "mamba",
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: (
            "sparse"
            if r["n_routed_experts"] > 1 and i % r["expert_layer_period"] == r["expert_layer_offset"]
            else "dense"
        ),
        ignored=("mamba_dt_rank mamba_inner_layernorms calc_logits_for_entire_prompt n_ctx sliding_window"),
    ),
    "bamba": Family(
        like="llama",
        names=MAMBA2_NAMES,
        defaults=MAMBA2_DEFAULTS,
        always=_INNER,
        mixers={"mamba": MAMBA2, "attention": piece(Attention)},
        mixer_of=lambda r, i: "attention" if i in r.numbers("attn_layer_indices", r["num_hidden_layers"]) else "mamba",
        ignored="mamba_d_head attn_layer_indices attn_rotary_emb z_loss_coefficient",
    ),
    "granitemoehybrid": Family(
        like="bamba",
        names={
            "n_routed_experts": "num_local_experts",
            "moe_intermediate_size": "intermediate_size",
            "shared_expert_intermediate_size": "shared_intermediate_size",
        },
        defaults={
            "n_routed_experts": OrNone(8),
            "num_experts_per_tok": OrNone(2),
            "shared_expert_intermediate_size": 1024,
        },
        always={"n_shared_experts": lambda r: int(r["shared_expert_intermediate_size"] > 0)},
        mixers={
            "mamba": MAMBA2,
            "attention": piece(Attention),
            "linear_attention": MAMBA2,
            "full_attention": piece(Attention),
        },
        mixers_listed="layer_types",
        mixer_of=lambda r, i: "mamba",
        feed_forwards={
            "dense": piece(Dense, intermediate_size=lambda r: r["shared_expert_intermediate_size"]),
            "sparse": piece(Experts),
        },
        feed_forward_of=lambda r, i: "sparse" if r["n_routed_experts"] else "dense",
        ignored="position_embedding_type normalization_function init_method attention_window_size",
    ),
    "falcon_h1": Family(
        like="llama",
        names={**MAMBA2_NAMES, "mamba_inner": "mamba_d_ssm"},
        defaults={
            **MAMBA2_DEFAULTS,
            "mamba_inner": lambda r: r["mamba_expand"] * r["hidden_size"],
            "num_attention_heads": NEEDED,
            "projectors_bias": False,
            "mamba_rms_norm": False,
        },
        mixers={
            "hybrid": piece(
                Parallel,
                mixers=lambda r: (
                    Attention(
                        r["num_attention_heads"],
                        r["num_key_value_heads"],
                        r["head_dim"],
                        qkv_bias=r["qkv_bias"],
                        o_bias=r["o_bias"],
                    ),
                    Mamba2(
                        r["mamba_heads"],
                        _head(r),
                        r["state_size"],
                        r["n_groups"],
                        r["conv_kernel"],
                        r["mamba_bias"],
                        r["mamba_conv_bias"],
                        r["projectors_bias"],
                        r["mamba_rms_norm"],
                    ),
                ),
            )
        },
        norms=("input_layernorm", "pre_ff_layernorm"),
        ignored=(
            "mamba_d_head mamba_expand attention_in_multiplier attention_out_multiplier key_multiplier "
            "lm_head_multiplier mlp_multipliers ssm_in_multiplier ssm_multipliers ssm_out_multiplier "
            "mamba_norm_before_gate attn_layer_indices mamba_use_mlp mlp_expansion_factor "
            "embedding_multiplier"
        ),
    ),
    "nemotron_h": Family(
        like="llama",
        names={
            **{
                "num_heads": "mamba_num_heads",
                "state_size": ("ssm_state_size", "mamba_state_dim"),
                "n_groups": ("n_groups", "mamba_n_groups"),
                "conv_kernel": ("conv_kernel", "mamba_d_conv"),
            },
            **{
                "use_conv_bias": ("use_conv_bias", "mamba_conv_bias"),
                "shared_expert_intermediate_size": "moe_shared_expert_intermediate_size",
                "channels": "mamba_head_dim",
                "head_dim": ("head_dim", "attention_head_dim"),
            },
        },
        defaults={
            **{
                "num_hidden_layers": lambda r: len(_pattern(r)),
                "num_key_value_heads": 8,
                "head_dim": 128,
                "num_heads": 128,
                "channels": 64,
                "state_size": 128,
                "n_groups": 8,
                "conv_kernel": 4,
            },
            **{
                "use_bias": False,
                "use_conv_bias": True,
                "shared_expert_intermediate_size": 7688,
                "moe_latent_size": 0,
            },
        },
        always={
            **NO_BIASES,
            **{"gated": False, "router_bias": True, "n_shared_experts": 1, "tie_word_embeddings": False},
        },
        mixers={
            "M": piece(Mamba2, head_dim=lambda r: r["channels"], num_heads=lambda r: r["num_heads"]),
            "*": piece(Attention),
        },
        mixer_of=lambda r, i: _pattern(r)[i],
        feed_forwards={"-": piece(Dense), "E": piece(Experts)},
        feed_forward_of=lambda r, i: _pattern(r)[i],
        left_out={"num_nextn_predict_layers": MODULES},
        check=_check_pattern,
        norms=("norm",),
        ignored=(
            "time_step_rank hybrid_override_pattern layers_block_type layer_types expand intermediate_size "
            "mamba_proj_bias mamba_hidden_act mlp_hidden_act n_group topk_group sliding_window "
            "mtp_layers_block_type mtp_hybrid_override_pattern "
            "moe_shared_expert_overlap use_mamba_kernels attn_implementation keep_mtp"
        ),
    ),
    "lfm2": Family(
        like="llama",
        names={
            "intermediate_size": ("intermediate_size", "block_ff_dim"),
            "num_attention_heads": ("num_attention_heads", "num_heads"),
            "tie_word_embeddings": ("tie_word_embeddings", "tie_embedding"),
        },
        defaults={
            "intermediate_size": NEEDED,
            "num_key_value_heads": 8,
            "tie_word_embeddings": True,
            "conv_L_cache": 3,
            "conv_bias": False,
            "block_auto_adjust_ff_dim": True,
            "block_multiple_of": 256,
        },
        always={"qkv_bias": False, "o_bias": False, "mlp_bias": False, "qk_norm": "head"},
        mixers=CONVOLUTION,
        mixer_of=lambda r, i: (
            "full_attention"
            if r.fields.get("full_attn_idxs") is None or i in r.numbers("full_attn_idxs", r["num_hidden_layers"])
            else "conv"
        ),
        mixers_listed="layer_types",
        feed_forwards={"dense": piece(Dense, intermediate_size=_block)},
        norms=("operator_norm", "ffn_norm"),
        ignored=(
            "block_dim block_ffn_dim_multiplier block_mlp_init_scale block_norm_eps "
            "block_out_init_scale block_use_swiglu block_use_xavier_init conv_dim conv_dim_out "
            "conv_use_xavier_init full_attn_idxs use_pos_enc"
        ),
    ),
    "lfm2_moe": Family(
        like="lfm2",
        names={"n_routed_experts": "num_experts", "router_bias": "use_expert_bias"},
        defaults={"num_dense_layers": OrNone(2), "router_bias": True},
        mixers=CONVOLUTION,
        mixer_of=lambda r, i: "full_attention",
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: "dense" if i < r["num_dense_layers"] else "sparse",
    ),
}
