"""Models whose program comes with their files and is not in Hugging Face transformers.

Facts are those of these programs: ``modeling_internlm2.py`` (InternLM 2), ``modeling_qwen.py`` (Qwen 1),
``modeling_chatglm.py`` (ChatGLM 2 and 3, GLM-4), ``modeling_deepseek.py`` (DeepSeekMoE) and ``modeling_minicpm.py``.
"""

from __future__ import annotations

from analysis.deepseek.families.common import NO_BIASES, VISION, part_of_width, unless_null
from analysis.deepseek.families.recent import DENSE_OR_SPARSE
from analysis.deepseek.family import NEEDED, Family, Reader
from analysis.kit.errors import ProblemError


def _said(name: str, meant: bool, why: str) -> None:
    raise ProblemError(f"{name} is {str(not meant).lower()}: {why}, which cannot be counted.")


def _check_qwen(r: Reader) -> None:
    if not r.fields.get("no_bias", True):
        _said("no_bias", True, "no published model of this family has further biases")
    if r["width_of_both"] % 2:
        raise ProblemError(f"intermediate_size is {r['width_of_both']}, of which a half is the width; correct it.")


def _check_chatglm(r: Reader) -> None:
    for name, meant in (("rmsnorm", True), ("post_layer_norm", True), ("add_bias_linear", False)):
        if r.fields.get(name, meant) is not meant:
            _said(name, meant, "no published model of this family is so")


FAMILIES: dict[str, Family] = {
    "internlm2": Family(
        like="llama", names={"qkv_bias": "bias", "o_bias": "bias"}, defaults={"qkv_bias": NEEDED, "o_bias": NEEDED}
    ),
    "qwen": Family(
        like="llama",
        names={"head_dim": "kv_channels", "width_of_both": "intermediate_size"},
        defaults={"head_dim": part_of_width, "width_of_both": NEEDED},
        always={
            **{**NO_BIASES, "qkv_bias": True, "num_key_value_heads": lambda r: r["num_attention_heads"]},
            "intermediate_size": lambda r: r["width_of_both"] // 2,
        },
        check=_check_qwen,
        left_out={"visual": VISION},
        ignored="no_bias seq_length emb_dropout_prob onnx_safe use_cache_quantization use_cache_kernel",
    ),
    "chatglm": Family(
        like="llama",
        names={
            **{"num_hidden_layers": ("num_layers", "num_hidden_layers"), "intermediate_size": "ffn_hidden_size"},
            **{"vocab_size": "padded_vocab_size", "head_dim": "kv_channels", "qkv_bias": "add_qkv_bias"},
            "groups": "multi_query_group_num",
        },
        defaults={
            **{"head_dim": 128, "qkv_bias": False, "multi_query_attention": False, "groups": 1},
            "tie_word_embeddings": False,
        },
        always={
            **{"o_bias": False, "mlp_bias": False},
            "num_key_value_heads": lambda r: r["groups"] if r["multi_query_attention"] else r["num_attention_heads"],
        },
        check=_check_chatglm,
        ignored=(
            "rmsnorm post_layer_norm add_bias_linear apply_query_key_layer_scaling bias_dropout_fusion "
            "apply_residual_connection_post_layernorm fp32_residual_connection interleaved_qkv original_rope "
            "quantization_bit seq_length pre_seq_len prefix_projection vocab_size"
        ),
    ),
    "deepseek": Family(
        like="llama",
        defaults={
            **{"n_shared_experts": unless_null("n_shared_experts", NEEDED), "first_k_dense_replace": 0},
            "moe_layer_freq": 1,
        },
        always={"mlp_bias": False},
        feed_forwards=DENSE_OR_SPARSE,
        feed_forward_of=lambda r, i: "dense" if i < r["first_k_dense_replace"] or i % r["moe_layer_freq"] else "sparse",
    ),
    "minicpm": Family(like="llama", defaults={"tie_word_embeddings": NEEDED}, always={"mlp_bias": False}),
}
