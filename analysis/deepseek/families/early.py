"""GPT-2 and other models of its time, whose normalisations and matrices have biases.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

from analysis.deepseek.families.common import NO_BIASES, ONE_NORM, TWO_NORMS, part_of_width
from analysis.deepseek.family import NEEDED, Family, Reader, piece, short
from analysis.deepseek.layers import Attention, Dense
from analysis.kit.errors import ProblemError


def _written_out(r: Reader) -> list[str]:
    """The kinds of layers of GPT-Neo, which are given as repetitions."""
    count = r["num_hidden_layers"]
    given = r.fields.get("attention_types") or [[["global", "local"], count // 2]]
    try:
        kinds = [kind for group, times in given for _ in range(times) for kind in group]
    except (TypeError, ValueError):
        kinds = []
    if len(kinds) != count or any(kind not in ("global", "local") for kind in kinds):
        raise ProblemError(
            f"attention_types is {short(given)}; it must give global or local for each of {count} layers."
        )
    return kinds


def _check_heads(r: Reader) -> None:
    given, meant = r.fields.get("num_key_value_heads"), r["num_key_value_heads"]
    if given not in (None, meant):
        raise ProblemError(f"num_key_value_heads is {short(given)}, but multi_query makes it {meant}; correct one.")


def _check_mpt(r: Reader) -> None:
    attention = r.fields.get("attn_config") or {}
    if not isinstance(attention, dict) or attention.get("qk_ln") or not attention.get("alibi", True):
        raise ProblemError(
            "attn_config has qk_ln, or positions without alibi, which are further weights that cannot be counted."
        )


FAMILIES: dict[str, Family] = {
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
            "head_dim": part_of_width,
            **{"gated": False, "qkv_bias": True, "o_bias": True, "mlp_bias": True, "norm_bias": True},
        },
        mixers={"full_attention": piece(Attention)},
        feed_forwards={"dense": piece(Dense)},
        norms=TWO_NORMS,
        ignored="n_ctx",
    ),
    # As nanoGPT writes it into a checkpoint.
    "nanogpt": Family(
        like="gpt2",
        names={"learned_positions": "block_size", **{name: "bias" for name in (*NO_BIASES, "norm_bias")}},
        defaults={"learned_positions": 1024, "norm_bias": True, **{name: True for name in NO_BIASES}},
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
    "gptj": Family(
        like="gpt2",
        defaults={"tie_word_embeddings": False},
        always={"qkv_bias": False, "o_bias": False, "learned_positions": 0, "head_bias": True},
        norms=("ln_1",),
        ignored="n_positions rotary",
    ),
    "gpt_bigcode": Family(
        like="gpt2",
        defaults={"multi_query": True},
        always={"num_key_value_heads": lambda r: 1 if r["multi_query"] else r["num_attention_heads"]},
        check=_check_heads,
        ignored=(
            "num_key_value_heads attention_softmax_in_fp32 scale_attention_softmax_in_fp32 inference_runner "
            "validate_runner_input pre_allocate_kv_cache max_sequence_length max_batch_size"
        ),
    ),
    "gpt_neo": Family(
        like="gpt2",
        names={
            "hidden_size": "hidden_size",
            "num_hidden_layers": "num_layers",
            "num_attention_heads": "num_heads",
            "intermediate_size": "intermediate_size",
            "learned_positions": "max_position_embeddings",
        },
        defaults={"window_size": 256},
        always={"qkv_bias": False},
        mixers={"global": piece(Attention), "local": piece(Attention, sliding_window=lambda r: r["window_size"])},
        mixer_of=lambda r, i: _written_out(r)[i],
        ignored="attention_types attention_layers",
    ),
    "opt": Family(
        like="gpt2",
        names={
            "hidden_size": "hidden_size",
            "num_hidden_layers": "num_hidden_layers",
            "num_attention_heads": "num_attention_heads",
            "intermediate_size": "ffn_dim",
            "embedding_size": "word_embed_proj_dim",
            "positions": "max_position_embeddings",
            **{name: "enable_bias" for name in NO_BIASES},
        },
        defaults={
            **{name: True for name in NO_BIASES},
            "positions": NEEDED,
            "do_layer_norm_before": True,
            "embedding_size": lambda r: r["hidden_size"],
            "intermediate_size": NEEDED,
        },
        always={
            "layer_norm_elementwise_affine": True,
            "learned_positions": lambda r: r["positions"] + 2,
            "final_norm": lambda r: r["do_layer_norm_before"] and not r.fields.get("_remove_final_layer_norm"),
        },
        norms=("self_attn_layer_norm", "final_layer_norm"),
        ignored="init_std layerdrop",
    ),
    "bloom": Family(
        like="gpt2",
        names={
            "hidden_size": ("hidden_size", "n_embed"),
            "num_hidden_layers": ("num_hidden_layers", "n_layer"),
            "num_attention_heads": ("num_attention_heads", "n_head"),
        },
        always={"learned_positions": 0, "embedding_norm": True, "intermediate_size": lambda r: 4 * r["hidden_size"]},
        norms=TWO_NORMS,
        ignored=(
            "apply_residual_connection_post_layernorm attention_softmax_in_fp32 bias_dropout_fusion "
            "masked_softmax_fusion offset_alibi seq_length skip_bias_add skip_bias_add_qkv unk_token_id "
            "slow_but_exact n_inner"
        ),
    ),
    "falcon": Family(
        like="gpt2",
        names={
            "hidden_size": ("hidden_size", "n_embed"),
            "num_hidden_layers": ("num_hidden_layers", "n_layer"),
            "num_attention_heads": ("num_attention_heads", "n_head"),
            "intermediate_size": "ffn_hidden_size",
            "groups": ("num_kv_heads", "n_head_kv"),
            **{name: "bias" for name in NO_BIASES},
        },
        defaults={
            **NO_BIASES,
            "groups": lambda r: r["num_attention_heads"],
            "multi_query": True,
            "new_decoder_architecture": False,
            "parallel_attn": True,
            "num_ln_in_parallel_attn": lambda r: 2 if r["new_decoder_architecture"] else 1,
        },
        always={
            "learned_positions": 0,
            "num_key_value_heads": lambda r: (
                r["groups"] if r["new_decoder_architecture"] else 1 if r["multi_query"] else r["num_attention_heads"]
            ),
        },
        norms=lambda r: TWO_NORMS if not r["parallel_attn"] or r["num_ln_in_parallel_attn"] == 2 else ONE_NORM,
        ignored="alibi apply_residual_connection_post_layernorm activation ff_factor",
    ),
    "mpt": Family(
        like="gpt2",
        names={"hidden_size": "d_model", "num_hidden_layers": "n_layers", "num_attention_heads": "n_heads"},
        check=_check_mpt,
        always={
            "expansion_ratio": 4,
            **NO_BIASES,
            "norm_bias": False,
            "learned_positions": 0,
            "intermediate_size": lambda r: 4 * r["hidden_size"],
        },
        norms=("norm_1", "norm_2"),
        ignored=(
            "attn_config embedding_fraction init_config init_device learned_pos_emb max_seq_len no_bias "
            "norm_type tokenizer_name verbose emb_pdrop"
        ),
    ),
}
