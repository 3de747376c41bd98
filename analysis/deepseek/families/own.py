"""Models whose layers have parts of their own: Gemma 4 and DeepSeek-V4.

Facts are those of the reference implementation, the module of the same name in Hugging Face transformers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.deepseek.compressed import CompressedAttention
from analysis.deepseek.families.common import FOUR_NORMS, MODULES, TWO_NORMS
from analysis.deepseek.family import NEEDED, Family, OrNone, Reader, integer, piece, short
from analysis.deepseek.layers import Attention, Dense, Experts
from analysis.kit.errors import ProblemError


def _borrows(r: Reader, layer: int) -> bool:
    """Whether a layer of Gemma 4 takes keys and values from an earlier one, as the last layers may."""
    return bool(layer >= r["num_hidden_layers"] - r["num_kv_shared_layers"])


def _told(r: Reader, name: str) -> int:
    """What a newer file says of the layers that look at all tokens, by default as of all; 0 in an older one."""
    told: Any = r.fields.get("per_layer_config") or {}
    if not isinstance(told, dict) or not all(isinstance(layer, dict) for layer in told.values()):
        raise ProblemError(f"per_layer_config is {short(told)}; it must give fields for some layers.")
    kinds = r.kinds(r.family.mixers, r.family.mixer_of, "layer_types")
    whole = {i for i, kind in enumerate(kinds) if kind == "full_attention"}
    if told and ({int(i) if str(i).isdigit() else -1 for i in told} != whole or len({*map(str, told.values())}) > 1):
        raise ProblemError(
            "per_layer_config is not the same for all layers of full_attention, which cannot be counted."
        )
    if r.fields.get("per_layer_config") is None:
        return 0
    given = next((layer.get(name) for layer in told.values()), None)
    return int(r[name]) if given is None else integer(f"{name} in per_layer_config", given)


def _global(r: Reader) -> int:
    """Key/value heads of a layer that looks at all tokens."""
    return _told(r, "num_key_value_heads") or (
        int(r["num_global_key_value_heads"] or r["num_key_value_heads"])
        if r["attention_k_eq_v"]
        else int(r["num_key_value_heads"])
    )


_WINDOWED: dict[str, Any] = {"sliding_window": lambda r: r["sliding_window"]}
_WHOLE: dict[str, Any] = {
    "head_dim": lambda r: _told(r, "head_dim") or r["global_head_dim"],
    "num_key_value_heads": _global,
    "keys_as_values": lambda r: r["attention_k_eq_v"],
    "sliding_window": 0,
}


def _v4_mixer(r: Reader, layer: int) -> str:
    """By the ratio of compression, as DeepSeek's file gives it for each layer and the module after them."""
    count = r["num_hidden_layers"]
    ratios = r.fields.get("compress_ratios")
    if ratios is None:
        return "heavily_compressed_attention" if layer < 2 or layer % 2 == 0 else "compressed_sparse_attention"
    kinds = {0: "sliding_attention", 4: "compressed_sparse_attention", 128: "heavily_compressed_attention"}
    if not isinstance(ratios, list) or len(ratios) < count or any(ratio not in list(kinds) for ratio in ratios):
        raise ProblemError(f"compress_ratios is {short(ratios)}; it must have 0, 4 or 128 for each of {count} layers.")
    return kinds[ratios[layer]]


def _rate(kind: str, usual: int) -> Callable[[Reader], int]:
    """Tokens that a kind of layer presses into one."""

    def rate(r: Reader) -> int:
        rates = r.fields.get("compress_rates") or {}
        if not isinstance(rates, dict):
            raise ProblemError(f"compress_rates is {short(rates)}; it must give a number for each kind of layer.")
        return integer(f"compress_rates of {kind}", rates.get(kind, usual))

    return rate


FAMILIES: dict[str, Family] = {
    # Wider heads where all tokens are seen, last layers that borrow keys and values, a vector for each layer and token.
    "gemma4_text": Family(
        like="llama",
        names={
            **{"n_routed_experts": "num_experts", "num_experts_per_tok": "top_k_experts"},
            **{"per_layer_size": "hidden_size_per_layer_input", "per_layer_vocab": "vocab_size_per_layer_input"},
        },
        defaults={
            **{"hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 30, "num_attention_heads": 8},
            **{"vocab_size": 262_144, "sliding_window": 512, "global_head_dim": 512, "num_global_key_value_heads": 0},
            **{
                "num_kv_shared_layers": 0,
                "attention_k_eq_v": False,
                "use_double_wide_mlp": False,
                "enable_moe_block": False,
            },
            **{"per_layer_size": OrNone(256), "per_layer_vocab": 262_144},
            **{"num_key_value_heads": 4, "head_dim": 256, "tie_word_embeddings": True},
            **{"n_routed_experts": 0, "num_experts_per_tok": 0, "moe_intermediate_size": 0},
        },
        always={"qk_norm": "head", "mlp_bias": False},
        mixers={
            "sliding_attention": piece(Attention, **_WINDOWED),
            "full_attention": piece(Attention, **_WHOLE),
            "sliding_attention, borrowed": piece(Attention, borrowed=True, **_WINDOWED),
            "full_attention, borrowed": piece(Attention, borrowed=True, **_WHOLE),
        },
        mixer_of=lambda r, i: (
            "sliding_attention" if (i + 1) % 6 and i < r["num_hidden_layers"] - 1 else "full_attention"
        ),
        mixers_listed="layer_types",
        mixer_refined=lambda r, i, kind: f"{kind}, borrowed" if _borrows(r, i) else kind,
        feed_forwards={
            "dense": piece(Dense),
            "wide": piece(Dense, intermediate_size=lambda r: 2 * r["intermediate_size"]),
            "sparse": piece(
                Experts,
                n_shared_experts=1,
                shared_expert_intermediate_size=lambda r: r["intermediate_size"],
                router_scales=True,
            ),
            "sparse, wide": piece(
                Experts,
                n_shared_experts=1,
                shared_expert_intermediate_size=lambda r: 2 * r["intermediate_size"],
                router_scales=True,
            ),
        },
        feed_forward_of=lambda r, i: {
            (False, False): "dense",
            (False, True): "wide",
            (True, False): "sparse",
            (True, True): "sparse, wide",
        }[r["enable_moe_block"], r["use_double_wide_mlp"] and _borrows(r, i)],
        norms=lambda r: (
            FOUR_NORMS
            + (
                ("post_feedforward_layernorm_1", "post_feedforward_layernorm_2", "pre_feedforward_layernorm_2")
                if r["enable_moe_block"]
                else ()
            )
        ),
        ignored="use_bidirectional_attention per_layer_config",
    ),
    # Four streams beside one another, one key for all heads, compressed beyond a window.
    "deepseek_v4": Family(
        names={"streams": "hc_mult"},
        defaults={
            **{"num_attention_heads": NEEDED, "head_dim": 512, "q_lora_rank": 1024, "o_groups": 8, "o_lora_rank": 1024},
            **{"sliding_window": 128, "index_topk": 512, "index_n_heads": 64, "index_head_dim": 128, "streams": 4},
            **{"num_hash_layers": OrNone(3), "tie_word_embeddings": False},
        },
        always={"n_shared_experts": 1},
        mixers={
            "sliding_attention": piece(CompressedAttention, ratio=0, index_topk=0),
            "compressed_sparse_attention": piece(CompressedAttention, ratio=_rate("compressed_sparse_attention", 4)),
            "heavily_compressed_attention": piece(
                CompressedAttention, ratio=_rate("heavily_compressed_attention", 128), index_topk=0
            ),
        },
        mixer_of=_v4_mixer,
        mixers_listed="layer_types",
        feed_forwards={"hash_moe": piece(Experts), "moe": piece(Experts, router_bias=True)},
        feed_forward_of=lambda r, i: "hash_moe" if i < r["num_hash_layers"] else "moe",
        feed_forwards_listed="mlp_layer_types",
        norms=TWO_NORMS,
        left_out={"num_nextn_predict_layers": MODULES},
        ignored=(
            "compress_ratios compress_rope_theta compress_rates hc_eps hc_sinkhorn_iters expert_dtype "
            "qk_rope_head_dim num_key_value_heads"
        ),
        refused=dict.fromkeys(("attention_bias", "mlp_bias"), "no published model of this family has biases"),
    ),
}
