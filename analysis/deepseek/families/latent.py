"""Models with latent attention: DeepSeek's, and those made like them.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

from analysis.deepseek.families.common import NO_BIASES, part_of_width, unless_null
from analysis.deepseek.family import NEEDED, Family, OrNone, Reader, piece, short
from analysis.deepseek.layers import Dense, Experts, LatentAttention
from analysis.kit.errors import ProblemError


def check_latent(r: Reader) -> None:
    """The parts of a key agree, every head has its own keys, and the groups of experts hold those that are chosen."""
    nope, rope = r["qk_nope_head_dim"], r["qk_rope_head_dim"]
    given = r.fields.get("head_dim")
    if given not in (None, nope, rope, nope + rope):
        raise ProblemError(f"head_dim is {short(given)}, but the two parts of a key are {nope} and {rope}.")
    check_groups(r)


def check_groups(r: Reader) -> None:
    """Every head has its own keys, and the groups of experts hold those that are chosen."""
    nope, rope = r["qk_nope_head_dim"], r["qk_rope_head_dim"]
    given = r.fields.get("qk_head_dim")
    if given not in (None, nope + rope):
        raise ProblemError(f"qk_head_dim is {short(given)}, but the two parts of a key are {nope} and {rope}.")
    check_heads(r)
    routed, chosen, layers = r["n_routed_experts"], r["num_experts_per_tok"], r["num_hidden_layers"]
    if r["first_k_dense_replace"] > layers:
        raise ProblemError(
            f"first_k_dense_replace is {r['first_k_dense_replace']}, more than the {layers} of num_hidden_layers."
        )
    groups, allowed = r["n_group"] or 1, r["topk_group"] or 1
    if routed % groups or allowed > groups:
        raise ProblemError(
            f"n_group is {groups} and topk_group {allowed}; groups must divide the {routed} experts, and at most all"
            " can be allowed."
        )
    if routed >= chosen > routed // groups * allowed:
        raise ProblemError(f"num_experts_per_tok is {chosen}, more than topk_group {allowed} of {groups} groups hold.")


def check_heads(r: Reader) -> None:
    """Every head has its own keys."""
    heads, groups = r["num_attention_heads"], r["num_key_value_heads"]
    if groups != heads:
        raise ProblemError(
            f"num_key_value_heads is {groups}, but latent attention (kv_lora_rank) gives each of the {heads} heads"
            " its own keys and values; leave it out."
        )


def indexer_of(r: Reader, layer: int) -> str:
    """Whether a layer has an indexer of its own, or looks at what that of an earlier one chose."""
    pattern = r.fields.get("index_topk_pattern")
    if not pattern:
        return "shared" if max(layer - r["offset"] + 1, 0) % max(r["freq"], 1) else "full"
    kinds = {"F": "full", "S": "shared", "full": "full", "shared": "shared"}
    if len(pattern) != r["num_hidden_layers"] or any(kind not in kinds for kind in pattern):
        raise ProblemError(f"index_topk_pattern is {short(pattern)}; it must have an F or S for each layer.")
    return kinds[pattern[layer]]


FAMILIES: dict[str, Family] = {
    "deepseek_v2": Family(
        like="llama",
        names={"bias": "attention_bias"},
        defaults={
            **{"qk_nope_head_dim": NEEDED, "q_lora_rank": unless_null("q_lora_rank", NEEDED), "bias": False},
            **{
                "n_shared_experts": unless_null("n_shared_experts", NEEDED),
                "first_k_dense_replace": 0,
                "moe_layer_freq": 1,
                "n_group": 0,
                "topk_group": 0,
            },
        },
        always={**NO_BIASES, "head_dim": lambda r: r["qk_nope_head_dim"] + r["qk_rope_head_dim"]},
        mixers={"full_attention": piece(LatentAttention)},
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] or i % r["moe_layer_freq"] else "sparse",
        ignored="head_dim qk_head_dim",
        check=check_latent,
    ),
    "deepseek_v3": Family(
        like="deepseek_v2",
        names={"num_nextn_predict_layers": ("num_nextn_predict_layers", "num_mtp_layers")},
        defaults={"num_nextn_predict_layers": 0},
        always={"router_bias": True},
    ),
    "kimi_k2": Family(like="deepseek_v3"),
    # An indexer chooses the tokens that latent attention looks at.
    "deepseek_v32": Family(
        like="deepseek_v3",
        defaults={"index_topk": 2048, "index_n_heads": 64, "index_head_dim": 128},
        mixers={"indexed_attention": piece(LatentAttention)},
        feed_forwards_listed="mlp_layer_types",
    ),
    "glm4_moe_lite": Family(
        like="deepseek_v3", defaults={"first_k_dense_replace": OrNone(1)}, feed_forwards_listed="mlp_layer_types"
    ),
    "glm_moe_dsa": Family(
        like="deepseek_v32",
        names={
            "n_routed_experts": ("n_routed_experts", "num_experts"),
            "freq": "index_topk_freq",
            "offset": "index_skip_topk_offset",
        },
        defaults={"index_n_heads": 32, "first_k_dense_replace": OrNone(3), "freq": OrNone(1), "offset": OrNone(2)},
        mixers={"full": piece(LatentAttention), "shared": piece(LatentAttention, index_shared=True)},
        mixer_of=indexer_of,
        mixers_listed="indexer_types",
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] else "sparse",
        feed_forwards_listed="mlp_layer_types",
        ignored=(
            "index_share_for_mtp_iteration index_topk_pattern indexer_rope_interleave moe_router_dtype moe_layer_freq"
        ),
    ),
    # Without experts.
    "youtu": Family(
        like="deepseek_v2",
        defaults={"tie_word_embeddings": True},
        always={
            **dict.fromkeys(("n_shared_experts", "first_k_dense_replace", "n_group", "topk_group"), 0),
            "moe_layer_freq": 1,
        },
        mixers={"full_attention": piece(LatentAttention)},
        feed_forwards={"dense": piece(Dense)},
        check=check_heads,
        ignored="embedding_initializer_range",
    ),
    "minicpm3": Family(like="youtu", defaults={"v_head_dim": part_of_width}),
}
