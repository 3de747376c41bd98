"""The families of models that can be counted, each a declaration.

``model_type`` in a ``config.json`` names one. How to add another stands in ``CONTRIBUTING.md``; what a declaration can
say, at :class:`analysis.deepseek.family.Family`. Facts are those of the reference implementation, the module of the
same name in Hugging Face transformers, unless another is named.
"""

from __future__ import annotations

from analysis.deepseek.family import NEEDED, Family, Reader, completed, piece, short
from analysis.deepseek.layers import Attention, Dense, Experts, LatentAttention
from analysis.deepseek.recurrent import DeltaNet
from analysis.kit.errors import ProblemError


def _window(reader: Reader) -> int:
    """The window of a layer that has one."""
    if not reader["sliding_window"] or not reader["use_sliding_window"]:
        raise ProblemError("Some layers look back on a window, but sliding_window is not given or not used; add it.")
    return int(reader["sliding_window"])


def _every(interval: str, one: str, others: str):  # type: ignore[no-untyped-def]
    """A rule by which every so many layers, the last of each group, is of one kind and the others of another."""
    return lambda r, i: others if (i + 1) % r[interval] else one


FULL_OR_WINDOWED = {
    "full_attention": piece(Attention, sliding_window=0),
    "sliding_attention": piece(Attention, sliding_window=_window),
}
NO_BIASES = {"qkv_bias": False, "o_bias": False, "mlp_bias": False}
TWO_NORMS = ("input_layernorm", "post_attention_layernorm")
FOUR_NORMS = (*TWO_NORMS, "pre_feedforward_layernorm", "post_feedforward_layernorm")


def _check_latent(r: Reader) -> None:
    """The parts of a key agree, every head has its own keys, and the groups of experts hold those that are chosen."""
    nope, rope = r["qk_nope_head_dim"], r["qk_rope_head_dim"]
    for name, meant in (("head_dim", (rope, nope + rope)), ("qk_head_dim", (nope + rope,))):
        if r.fields.get(name) not in (None, *meant):
            raise ProblemError(f"{name} is {short(r.fields[name])}, but the two parts of a key are {nope} and {rope}.")
    heads, groups = r["num_attention_heads"], r["num_key_value_heads"]
    if groups != heads:
        raise ProblemError(
            f"num_key_value_heads is {groups}, but latent attention (kv_lora_rank) gives each of the {heads} heads"
            " its own keys and values; leave it out."
        )
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


#: By ``model_type``. What a declaration does not say is that of the family it is like.
DECLARED: dict[str, Family] = {
    # Grouped-query attention and gated feed-forward parts without any of the extras.
    "llama": Family(
        names={"qkv_bias": "attention_bias", "o_bias": "attention_bias"},
        defaults={
            "num_key_value_heads": lambda r: r["num_attention_heads"],
            "head_dim": lambda r: r.part("num_attention_heads", of="hidden_size"),
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
    "mixtral": Family(
        like="mistral",
        names={"n_routed_experts": "num_local_experts", "moe_intermediate_size": "intermediate_size"},
        feed_forwards={"sparse": piece(Experts)},
    ),
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
    "qwen3_moe": Family(
        like="qwen3",
        names={"n_routed_experts": ("num_experts", "num_local_experts")},
        defaults={"decoder_sparse_step": 1, "mlp_only_layers": ()},
        mixers=FULL_OR_WINDOWED,
        mixer_of=lambda r, i: "sliding_attention" if r["use_sliding_window"] else "full_attention",
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: (
            "dense"
            if (i + 1) % r["decoder_sparse_step"] or i in r.numbers("mlp_only_layers", r["num_hidden_layers"])
            else "sparse"
        ),
        ignored="max_window_layers",
    ),
    # Three of four layers keep a state in place of the tokens.
    "qwen3_next": Family(
        like="qwen3_moe",
        defaults={
            **{"head_dim": 256, "full_attention_interval": 4, "shared_expert_intermediate_size": NEEDED},
            "linear_conv_kernel_dim": 4,
        },
        always={"n_shared_experts": 1, "shared_gate": True},
        mixers={
            "full_attention": piece(Attention, output_gate=True),
            "linear_attention": piece(DeltaNet),
        },
        mixer_of=_every("full_attention_interval", "full_attention", "linear_attention"),
        mixers_listed="layer_types",
    ),
    "deepseek_v2": Family(
        like="llama",
        names={"bias": "attention_bias"},
        defaults={
            **{"qk_nope_head_dim": NEEDED, "q_lora_rank": 0, "bias": False},
            **{"n_shared_experts": 0, "first_k_dense_replace": 0, "moe_layer_freq": 1, "n_group": 0, "topk_group": 0},
        },
        always={**NO_BIASES, "head_dim": lambda r: r["qk_nope_head_dim"] + r["qk_rope_head_dim"]},
        mixers={"full_attention": piece(LatentAttention)},
        feed_forwards={"dense": piece(Dense), "sparse": piece(Experts)},
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] or i % r["moe_layer_freq"] else "sparse",
        ignored="head_dim qk_head_dim",
        check=_check_latent,
    ),
    "deepseek_v3": Family(
        like="deepseek_v2",
        names={"num_nextn_predict_layers": ("num_nextn_predict_layers", "num_mtp_layers")},
        defaults={"num_nextn_predict_layers": 0},
        always={"router_bias": True},
    ),
    # An indexer chooses the tokens that latent attention looks at.
    "deepseek_v32": Family(
        like="deepseek_v3",
        defaults={"index_topk": 2048, "index_n_heads": 64, "index_head_dim": 128},
        mixers={"indexed_attention": piece(LatentAttention)},
        feed_forwards_listed="mlp_layer_types",
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
        refused={"use_bidirectional_attention": "a model whose tokens see those after them does not write text"},
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
        mixer_of=_every("sliding_window_pattern", "full_attention", "sliding_attention"),
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
    "gpt2": Family(
        names={
            **{"hidden_size": "n_embd", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head"},
            **{"intermediate_size": "n_inner", "learned_positions": "n_positions"},
        },
        defaults={
            "intermediate_size": lambda r: 4 * r["hidden_size"],
            "learned_positions": NEEDED,
            "tie_word_embeddings": True,
        },
        always={
            "num_key_value_heads": lambda r: r["num_attention_heads"],
            "head_dim": lambda r: r.part("num_attention_heads", of="hidden_size"),
            **{"gated": False, "qkv_bias": True, "o_bias": True, "mlp_bias": True, "norm_bias": True},
        },
        mixers={"full_attention": piece(Attention)},
        feed_forwards={"dense": piece(Dense)},
        norms=TWO_NORMS,
        ignored="n_ctx",
    ),
    "gpt_neox": Family(
        like="gpt2",
        names={
            **{name: name for name in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")},
            **{"qkv_bias": "attention_bias", "o_bias": "attention_bias"},
        },
        defaults={"qkv_bias": True, "o_bias": True, "tie_word_embeddings": False, "intermediate_size": NEEDED},
        always={"learned_positions": 0},
        ignored="use_parallel_residual",
    ),
}

#: The same, each complete.
FAMILIES = completed(DECLARED)
