"""Models whose layers share parts, stand in pairs, or mix attention with linear attention by channel.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

import math

from analysis.deepseek.families.common import FOUR_NORMS, MODULES, NO_BIASES, ONE_NORM, TWO_NORMS, every
from analysis.deepseek.families.latent import check_groups, check_latent, indexer_of
from analysis.deepseek.families.recent import DENSE_OR_SPARSE
from analysis.deepseek.family import NEEDED, Family, OrNone, Piece, Reader, piece, short
from analysis.deepseek.layers import Attention, Chosen, Dense, LatentAttention
from analysis.deepseek.recurrent import ChannelDelta, DeltaNet, Mamba2, Parallel, SharedBlock
from analysis.kit.errors import ProblemError

_EXPERTS = {
    "n_routed_experts": ("num_experts", "num_local_experts"),
    "num_experts_per_tok": ("num_experts_per_token", "num_experts_per_tok"),
    "n_shared_experts": ("num_shared_experts", "n_shared_experts"),
    "n_group": ("num_expert_group", "n_group"),
}


def _kimi_mixer(r: Reader, layer: int) -> str:
    """Kimi's own files count the layers from 1."""
    given = r.numbers("linear_attn_config.full_attn_layers", r["num_hidden_layers"] + 1)
    if not given:
        return "full_attention" if layer and layer % 4 == 0 else "linear_attention"
    return "full_attention" if layer + 1 in given else "linear_attention"


_CHOSEN = piece(Chosen, attention=lambda r: r.made(piece(Attention, output_gate=True, sliding_window=0)))
#: More tables, or larger ones, than any model has.
_MOST_TABLES, _MOST_ROWS = 1000, 10**9


def _primes(first: int, count: int) -> list[int]:
    """So many primes from a number on.

    >>> _primes(1000, 4)
    [1009, 1013, 1019, 1021]
    """
    found: list[int] = []
    number = max(first, 2)
    while len(found) < count:
        if all(number % divisor for divisor in range(2, math.isqrt(number) + 1)):
            found.append(number)
        number += 1
    return found


def _ngram_rows(r: Reader) -> tuple[int, ...]:
    """Rows of the table of each layer that reads one: as many primes as it has heads, each the next one."""
    layers = set(r.numbers("ple_layer_ids", r["num_hidden_layers"] + 1))
    heads, first, multiple = r["ngram_heads"], r["rows_base"], r["rows_multiple"]
    if not layers:
        return ()
    if heads < 1 or r["ngram_width"] % heads:
        raise ProblemError(f"ple_embed_dim is {r['ngram_width']}, which {heads} heads of n-grams do not divide.")
    if len(layers) * heads > _MOST_TABLES or first > _MOST_ROWS:
        raise ProblemError("ngram_vocab_size_base, heads_per_ngram or ple_layer_ids is too large to be meant.")
    primes = _primes(first, len(layers) * heads)
    sums = (sum(primes[i * heads : (i + 1) * heads]) for i in range(len(layers)))
    return tuple(multiple * math.ceil(rows / multiple) for rows in sums)


def _borrowed_indexer(r: Reader, layer: int, kind: str) -> str:
    """A layer of GLM 5.3 Flash that looks at what the indexer of an earlier one chose."""
    if kind == "linear_attention":
        return kind
    listed = r.fields.get("indexer_types")
    if listed is not None and (not isinstance(listed, list) or len(listed) != r["num_hidden_layers"]):
        raise ProblemError(f"indexer_types is {short(listed)}; it must have full or shared for each layer.")
    own = listed[layer] if listed else indexer_of(r, layer)
    return "shared" if own == "shared" else "indexed_attention"


def _check_bailing(r: Reader) -> None:
    classes = r.fields.get("architectures") or []
    if any("V2_5" in str(name) for name in classes) or "group_norm_size" in r.fields:
        raise ProblemError(
            "model_type is 'bailing_hybrid' as that of Ling 3.0, but this is a model of version 2.5, whose linear"
            " attention is another one and cannot be counted."
        )
    check_groups(r)


def _zamba_kinds(r: Reader) -> list[str]:
    """The kinds of Zamba 2's layers; a layer that uses a shared block again is told from the first one."""
    count, blocks = r["num_hidden_layers"], r["num_mem_blocks"]
    listed = r.fields.get("layers_block_type") or r.fields.get("layer_types")
    names = {"mamba": "mamba", "linear_attention": "mamba", "hybrid": "hybrid"}
    if not isinstance(listed, list) or len(listed) != count or any(kind not in list(names) for kind in listed):
        raise ProblemError(f"layers_block_type is {short(listed)}; it must be mamba or hybrid for each of {count}.")
    kinds, seen = [], 0
    for kind in listed:
        kinds.append(names[kind] if kind != "hybrid" else "hybrid, first" if seen < blocks else "hybrid, again")
        seen += kind == "hybrid"
    return kinds


def _both(r: Reader) -> int:
    """A token's vector and its embedding beside one another."""
    return int(2 * r["hidden_size"])


def _zamba_head(r: Reader) -> int:
    """Channels of a head of Mamba-2."""
    inner, heads = r["mamba_expand"] * r["hidden_size"], r["num_heads"]
    if inner % heads:
        raise ProblemError(f"n_mamba_heads is {heads}, which does not divide the {inner} channels; correct it.")
    return int(inner // heads)


def _check_zamba(r: Reader) -> None:
    """What follows from the width is not given as something else."""
    follows = {"attention_hidden_size": r["both"], "attention_head_dim": r["head_dim"], "mamba_headdim": _zamba_head(r)}
    for name, meant in follows.items():
        if r.fields.get(name) not in (None, meant):
            raise ProblemError(f"{name} is {short(r.fields[name])}, but from the width follows {meant}; correct one.")


_ZAMBA_MAMBA = piece(Mamba2, head_dim=_zamba_head)


def _zamba_block(again: bool) -> Piece:
    """A shared block and Mamba-2 after it."""
    block = piece(
        SharedBlock,
        attention=lambda r: r.made(piece(Attention)),
        attention_adapters=lambda r: r["use_shared_attention_adapter"],
        again=again,
    )
    return piece(Parallel, mixers=lambda r: (r.made(block), r.made(_ZAMBA_MAMBA)))


FAMILIES: dict[str, Family] = {
    # Three of four layers keep a state, the fourth has latent attention.
    "kimi_linear": Family(
        like="deepseek_v3",
        opened=("linear_attn_config",),
        names={
            **_EXPERTS,
            "linear_num_heads": ("linear_num_heads", "linear_attn_config.num_heads"),
            "linear_head_dim": ("linear_head_dim", "linear_attn_config.head_dim"),
            "linear_conv_kernel_dim": ("linear_conv_kernel_dim", "linear_attn_config.short_conv_kernel_size"),
            "full_rank": "linear_attn_config.use_full_rank_gate",
            "mla_gate": "mla_use_output_gate",
            "moe_latent_size": "routed_expert_hidden_size",
            "moe_latent_norm": "latent_moe_use_norm",
            "residual_block": "attn_res_block_size",
        },
        defaults={
            **{"linear_num_heads": 32, "linear_head_dim": 128, "linear_conv_kernel_dim": 4, "q_lora_rank": 0},
            **{"first_k_dense_replace": OrNone(1), "n_shared_experts": 1, "num_experts_per_tok": 8},
            **{"full_rank": False, "mla_gate": False, "moe_latent_size": 0, "moe_latent_norm": False},
            "residual_block": 0,
        },
        always={"num_nextn_predict_layers": 0, "tie_word_embeddings": False},
        mixers={
            "full_attention": piece(LatentAttention, gates_per_head=lambda r: r["v_head_dim"] if r["mla_gate"] else 0),
            "linear_attention": piece(
                ChannelDelta,
                decay_rank=lambda r: r["linear_head_dim"],
                gate_rank=lambda r: 0 if r["full_rank"] else r["linear_head_dim"],
            ),
        },
        mixer_of=_kimi_mixer,
        mixers_listed="layer_types",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        feed_forwards_listed="mlp_layer_types",
        left_out={"num_nextn_predict_layers": MODULES},
        check=check_groups,
        ignored=(
            "linear_attn_config.full_attn_layers linear_attn_config.kda_layers head_dim mla_use_nope "
            "moe_layer_freq moe_renormalize moe_router_activation_func use_grouped_topk model_max_length "
            "linear_attn_config.gate_lower_bound activation_situ_beta activation_situ_linear_beta"
        ),
    ),
    "bailing_hybrid": Family(
        like="deepseek_v3",
        names={
            **_EXPERTS,
            "linear_head_dim": "head_dim",
            "linear_conv_kernel_dim": "short_conv_kernel_size",
        },
        defaults={
            **{"linear_head_dim": 128, "linear_conv_kernel_dim": 4, "layer_group_size": 6, "q_lora_rank": 0},
            **{"first_k_dense_replace": OrNone(2), "n_shared_experts": 1, "num_experts_per_tok": 8},
        },
        always={
            **{
                "num_nextn_predict_layers": 0,
                "gates_per_head": 1,
                "decay_rank": 0,
                "gate_rank": 0,
                "tie_word_embeddings": False,
            },
            "linear_num_heads": lambda r: r["num_attention_heads"],
        },
        mixers={"full_attention": piece(LatentAttention), "linear_attention": piece(ChannelDelta)},
        mixer_of=every("layer_group_size", "full_attention", "linear_attention"),
        mixers_listed="layer_types",
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        feed_forwards_listed="mlp_layer_types",
        left_out={"num_nextn_predict_layers": MODULES, "num_mtp_layers": MODULES},
        check=_check_bailing,
        ignored=(
            "kda_safe_gate kda_lower_bound mtp_loss_scaling_factor moe_layer_freq moe_renormalize model_max_length"
        ),
    ),
    # Streams beside one another; three of four layers keep a state, the fourth chooses tokens by pressed keys.
    "glm5_next_text": Family(
        like="glm_moe_dsa",
        opened=("linear_attn_config",),
        names={
            "linear_num_heads": ("linear_num_heads", "linear_attn_config.num_heads"),
            "linear_head_dim": ("linear_head_dim", "linear_attn_config.head_dim"),
            "linear_conv_kernel_dim": ("linear_conv_kernel_dim", "linear_attn_config.short_conv_kernel_size"),
            "n_routed_experts": ("n_routed_experts", "num_local_experts"),
            **{"index_pool": "index_kpool", "streams": "hc_mult"},
        },
        defaults={
            **{"linear_num_heads": 64, "linear_head_dim": 128, "linear_conv_kernel_dim": 4, "streams": 4},
            **{"index_topk": 2048, "index_n_heads": 32, "index_head_dim": 128, "index_pool": 16},
            **{"freq": OrNone(1), "offset": OrNone(2), "first_k_dense_replace": OrNone(3)},
        },
        always={
            **{"num_nextn_predict_layers": 0, "streams_weighed": False, "qk_rope_head_dim": 0},
            **dict.fromkeys(("decay_rank", "gate_rank"), lambda r: r["linear_head_dim"]),
        },
        mixers={
            **{"indexed_attention": piece(LatentAttention), "full_attention": piece(LatentAttention)},
            "shared": piece(LatentAttention, index_shared=True),
            "linear_attention": piece(ChannelDelta),
        },
        mixer_of=lambda r, i: "linear_attention" if (i + 1) % 4 else "indexed_attention",
        mixers_listed="layer_types",
        mixer_refined=_borrowed_indexer,
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        feed_forwards_listed="mlp_layer_types",
        left_out={"num_nextn_predict_layers": MODULES},
        ignored=(
            "indexer_types index_kpool_always_select_tail linear_lower_bound hc_eps hc_sinkhorn_iters head_dim "
            "linear_attn_config.gate_lower_bound linear_attn_config.safe_gate linear_attn_config.full_attn_layers "
            "linear_attn_config.kda_layers"
        ),
    ),
    # Streams mixed by narrow matrices, and in some layers tables of vectors for the last few tokens together.
    "qwen4_exp_text": Family(
        like="qwen3_5_moe_text",
        names={
            **{"streams": "hc_count", "streams_rank": "hc_lowrank", "index_n_heads": "indexer_n_heads"},
            **{"index_head_dim": "indexer_head_dim", "index_topk": "indexer_budget"},
            **{"index_pool": "indexer_compress_ratio", "ngram_width": "ple_embed_dim"},
            **{"ngram_kernel": "ple_conv_kernel_size", "rows_base": "ngram_vocab_size_base"},
            **{"rows_multiple": "make_ngram_vocab_size_divisible_by"},
        },
        defaults={
            **{"streams": 4, "streams_rank": 320, "num_experts_per_tok": 10, "n_routed_experts": 512},
            **{"ngram_width": lambda r: r["hidden_size"], "ngram_kernel": 4, "ngram_size": 3, "heads_per_ngram": 8},
            **{"rows_base": 20_000_000, "rows_multiple": 128, "index_pool": NEEDED},
            "num_attention_heads": NEEDED,
        },
        always={
            **{"num_nextn_predict_layers": 0, "final_norm": False, "ngram_rows": _ngram_rows},
            "ngram_heads": lambda r: (r["ngram_size"] - 1) * r["heads_per_ngram"],
        },
        mixers={
            **{kind: _CHOSEN for kind in ("indexed_attention", "full_attention")},
            "linear_attention": piece(DeltaNet),
        },
        mixer_of=every("full_attention_interval", "indexed_attention", "linear_attention"),
        mixers_listed="layer_types",
        norms=lambda r: (),
        left_out={"mtp_num_hidden_layers": MODULES},
        ignored="ple_layer_ids seed split_ngram_parts indexer_kv_heads",
    ),
    # Two attentions and two dense parts a layer, the first of them beside experts: counted as two layers.
    "longcat_flash": Family(
        like="deepseek_v3",
        names={
            "pairs": "num_layers",
            "intermediate_size": ("ffn_hidden_size", "intermediate_size"),
            "moe_intermediate_size": ("expert_ffn_hidden_size", "moe_intermediate_size"),
            "num_experts_per_tok": ("moe_topk", "num_experts_per_tok"),
            "idle_experts": "zero_expert_num",
        },
        defaults={"pairs": NEEDED, "idle_experts": 256, "num_experts_per_tok": 12},
        always={
            **{"num_hidden_layers": lambda r: 2 * r["pairs"], "n_shared_experts": 1, "num_nextn_predict_layers": 0},
            **dict.fromkeys(("first_k_dense_replace", "n_group", "topk_group"), 0),
            "shared_expert_intermediate_size": lambda r: r["intermediate_size"],
            "moe_layer_freq": 1,
        },
        mixers={"full_attention": piece(LatentAttention)},
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i % 2 else "sparse",
        left_out={"num_nextn_predict_layers": MODULES},
        check=check_latent,
        ignored=(
            "num_hidden_layers attention_method zero_expert_type mla_scale_q_lora mla_scale_kv_lora router_dtype "
            "ngram_vocab_size_ratio"
        ),
        refused={"router_bias": "a router with a bias has further numbers"},
    ),
    "olmo_hybrid": Family(
        like="olmo2",
        defaults={
            "linear_num_key_heads": lambda r: r["num_attention_heads"],
            "linear_num_value_heads": lambda r: r["num_attention_heads"],
            "linear_key_head_dim": lambda r: int(0.75 * r["hidden_size"] / r["linear_num_key_heads"]),
            "linear_value_head_dim": lambda r: 2 * r["linear_key_head_dim"],
            "linear_conv_kernel_dim": 4,
        },
        mixers={"full_attention": piece(Attention), "linear_attention": piece(DeltaNet)},
        mixer_of=lambda r, i: (
            "full_attention"
            if i % 4 == 3 or (r["num_hidden_layers"] < 4 and i == r["num_hidden_layers"] - 1)
            else "linear_attention"
        ),
        mixers_listed="layer_types",
        norms=TWO_NORMS,
        ignored=(
            "linear_a_log_min linear_a_log_max linear_dt_min linear_dt_max linear_dt_init_floor linear_allow_neg_eigval"
        ),
    ),
    # Mamba-2 in all layers, and before some of them one of a few shared blocks.
    "zamba2": Family(
        names={
            **{"num_heads": "n_mamba_heads", "state_size": "mamba_d_state", "n_groups": "mamba_ngroups"},
            **{"conv_kernel": "mamba_d_conv", "use_bias": "add_bias_linear"},
        },
        defaults={
            **{"num_heads": 8, "state_size": 64, "n_groups": 1, "conv_kernel": 4, "mamba_expand": 2},
            **{"use_bias": False, "num_mem_blocks": 1, "adapter_rank": OrNone(128)},
            "use_shared_attention_adapter": False,
            "num_attention_heads": NEEDED,
            "num_key_value_heads": lambda r: r["num_attention_heads"],
            "intermediate_size": lambda r: 4 * r["hidden_size"],
        },
        always={
            **{**NO_BIASES, "head_dim": lambda r: r.part("num_attention_heads", of="both"), "both": _both},
            **{"tie_word_embeddings": True},  # without, the program would not share the blocks either
        },
        mixers={
            "mamba": _ZAMBA_MAMBA,
            "hybrid, first": _zamba_block(False),
            "hybrid, again": _zamba_block(True),
        },
        mixer_of=lambda r, i: _zamba_kinds(r)[i],
        norms=ONE_NORM,
        check=_check_zamba,
        ignored=(
            "layers_block_type layer_types hybrid_layer_ids attention_hidden_size attention_head_dim kv_channels "
            "num_query_groups mamba_headdim time_step_limit use_mem_rope use_long_context use_mem_eff_path "
            "ffn_hidden_size gated_linear_unit num_logits_to_keep use_conv_bias"
        ),
    ),
    # Four vectors of a token beside one another, a narrow path beside attention, and a vector for each layer and token.
    "gemma3n_text": Family(
        like="gemma4_text",
        names={"inputs_beside": "altup_num_inputs"},
        by_layer=("intermediate_size",),
        defaults={
            **{"hidden_size": 2048, "intermediate_size": 16_384, "num_hidden_layers": 35, "num_key_value_heads": 2},
            **{"vocab_size": 262_400, "num_kv_shared_layers": OrNone(15), "inputs_beside": 4, "laurel_rank": 64},
        },
        always={
            **{"use_double_wide_mlp": False, "enable_moe_block": False, "attention_k_eq_v": False},
            **{"n_routed_experts": 0, "num_experts_per_tok": 0, "moe_intermediate_size": 0},
            **{"use_sliding_window": True, "global_head_dim": lambda r: r["head_dim"], "num_global_key_value_heads": 0},
        },
        mixers={
            f"{kind}{borrowed}": piece(Attention, borrowed=bool(borrowed), sliding_window=reach)
            for kind, reach in (("sliding_attention", lambda r: r["sliding_window"]), ("full_attention", 0))
            for borrowed in ("", ", borrowed")
        },
        mixer_of=lambda r, i: "sliding_attention" if (i + 1) % 5 else "full_attention",
        feed_forwards={"dense": piece(Dense)},
        norms=FOUR_NORMS,
        ignored="altup_active_idx altup_coef_clip altup_correct_scale activation_sparsity_pattern",
        refused={"use_bidirectional_attention": "a model whose tokens see those after them does not write text"},
    ),
}
