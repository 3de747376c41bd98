r"""Other forms in which a configuration comes, brought into that of Hugging Face.

Models that also see or hear keep the fields of their text part in a part of the file (:func:`text_part`). Makers' own
programs use other names (:func:`converted`): DeepSeek's inference program, that of Meta, which Mistral took over, that
of Mamba's makers, and nanoGPT.
In Meta's the width of the feed-forward part is not given: it is two thirds of 4 d, times a factor, rounded up to a
multiple.

References
----------
``inference/model.py`` of DeepSeek-V3 and V3.2; ``llama/model.py`` of Meta's llama3; ``mistral-inference``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from analysis.deepseek.class_defaults import CLASS_DEFAULTS
from analysis.deepseek.families import FAMILIES
from analysis.deepseek.family import integer, short
from analysis.kit.errors import ProblemError

#: Parts of a file that describe the text part of a model that can do more.
TEXT_PARTS = ("text_config", "llm_config", "language_config", "thinker_config")
#: The most parts that stand in one another.
DEEPEST = 3
#: Type of the text part, by that of the whole, where the part does not say it and it is not the name with ``_text``.
TEXT_TYPES = {
    whole: part
    for part, wholes in {
        "cohere2": "aya_vision cohere2_vision",
        "deepseek_v3": "kimi_k25",
        "gemma": "paligemma",
        "gemma3_text": "shieldgemma2",
        "glm4v_text": "glm46v glmga",
        "granite": "granite_speech granite_speech_plus",
        "hyperclovax": "hyperclovax_vision_v2",
        "lfm2": "lfm2_vl",
        "llama": "deepseek_vl deepseek_vl_hybrid glmasr idefics3 janus llava llava_next llava_next_video "
        "perception_lm smolvlm video_llava vipllava voxtral",
        "mistral": "idefics2 mistral3",
        "nemotron_h": "nemotron_h_omni",
        "persimmon": "fuyu",
        "qwen2": "audioflamingo3 fast_vlm got_ocr2 internvl llava_onevision musicflamingo ovis2 pp_chart2table "
        "qwen2_audio vibevoice vibevoice_asr video_llama_3",
        "qwen2_5_omni_text": "qwen2_5_omni_thinker",
        "qwen3": "lighton_ocr qianfan_ocr qwen3_asr",
        "qwen3_5_text": "minicpm_ocr minicpmv4_6 minicpmv4_7",
        "qwen3_omni_moe_text": "qwen3_omni_moe_thinker",
        "step3p5": "step3p7",
    }.items()
    for whole in wholes.split()
}
#: Types in which the whole decides whether the embedding is the output head, though the part says otherwise; in which
#: either is enough; and in which the part decides. Tried in transformers 5.24.0 with tensors on no device.
WHOLE_DECIDES = frozenset(
    name
    for line in (
        "cohere2_vision deepseek_vl deepseek_vl_hybrid fuyu gemma3 gemma4 gemma4_unified glm46v glmga got_ocr2",
        "hyperclovax_vision_v2 idefics2 idefics3 internvl janus kimi_k25 lfm2_vl lighton_ocr llava_next minicpm_ocr",
        "minicpmv4_6 minicpmv4_7 mistral3 ovis2 paligemma pp_chart2table qianfan_ocr qwen2_5_omni_thinker qwen3_5",
        "qwen3_5_moe qwen3_omni_moe_thinker qwen3_vl qwen3_vl_moe smolvlm step3p7 video_llava vipllava",
    )
    for name in line.split()
)
EITHER_TIES = frozenset(
    name
    for line in (
        "glm4v glm4v_moe llava llava_next_video llava_onevision minimax_m3_vl paddleocr_vl qwen2_5_vl qwen2_vl",
        "shieldgemma2 video_llama_3",
    )
    for name in line.split()
)
PART_DECIDES = frozenset({"blip-2", "instructblip", "instructblipvideo", "llama4"})
#: Parts beside the fields of a text model that describe something else.
OTHER_PARTS = ("vision_config", "audio_config", "vision_encoder")
#: Parts that describe no part of a model.
NO_PARTS = ("quantization_config", "compression_config", "generation_config")

#: DeepSeek's names and those of Hugging Face.
DEEPSEEK = {
    **{
        name: name
        for line in (
            "vocab_size q_lora_rank kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim head_dim",
            "n_routed_experts n_shared_experts index_n_heads index_head_dim index_topk",
            "o_groups o_lora_rank compress_ratios hc_mult",
        )
        for name in line.split()
    },
    "dim": "hidden_size",
    "inter_dim": "intermediate_size",
    "moe_inter_dim": "moe_intermediate_size",
    "n_layers": "num_hidden_layers",
    "n_dense_layers": "first_k_dense_replace",
    "n_heads": "num_attention_heads",
    "n_activated_experts": "num_experts_per_tok",
    "n_expert_groups": "n_group",
    "n_limited_groups": "topk_group",
    "n_hash_layers": "num_hash_layers",
    "n_mtp_layers": "num_nextn_predict_layers",
    "rope_head_dim": "qk_rope_head_dim",
    "window_size": "sliding_window",
}
#: Meta's names, with those that Mistral added.
META = {
    "dim": "hidden_size",
    "n_layers": "num_hidden_layers",
    "n_heads": "num_attention_heads",
    "n_kv_heads": "num_key_value_heads",
    "vocab_size": "vocab_size",
    "head_dim": "head_dim",
    "hidden_dim": "intermediate_size",
    "sliding_window": "sliding_window",
    "tied_embeddings": "tie_word_embeddings",
}
_HARMLESS = frozenset(
    name
    for line in (
        "route_scale score_func dtype scale_fmt max_batch_size max_seq_len original_seq_len rope_theta rope_factor",
        "beta_fast beta_slow mscale norm_eps use_scaled_rope multiple_of ffn_dim_multiplier moe model_type",
        "max_position_embeddings expert_dtype scale_dtype compress_rope_theta hc_eps hc_sinkhorn_iters swiglu_limit",
        "yarn llama_4_scaling quantization quantization_args causal vision_encoder multimodal",
    )
    for name in line.split()
)


class TextPart(NamedTuple):
    """The text part of a configuration.

    Attributes
    ----------
    fields : its fields
    left_out : what stands beside it and is not counted, in words
    assumed : sizes that it leaves to the defaults of its class, in words
    """

    fields: dict[str, Any]
    left_out: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def text_part(fields: Mapping[str, Any], depth: int = 0) -> TextPart:
    """The fields of the text part, and what is left out beside it; all fields and nothing where there is no such part.

    Sizes that the part leaves out are those of :data:`~analysis.deepseek.class_defaults.CLASS_DEFAULTS`.

    Parameters
    ----------
    fields : mapping
        Of a configuration.
    depth : int
        Parts that it stands in.

    Examples
    --------
    >>> part = text_part({"model_type": "x", "text_config": {"model_type": "phi"}, "vision_config": {}})
    >>> part.fields["hidden_size"], part.left_out, part.assumed[0]
    (2048, ('the vision part (vision_config)',), 'hidden_size 2048')
    """
    name = next((part for part in TEXT_PARTS if isinstance(fields.get(part), Mapping)), None)
    if name is None:
        others = [part for part in OTHER_PARTS if fields.get(part)]
        kept = {name: value for name, value in fields.items() if name not in others}
        return TextPart(kept, tuple(_in_words(part) for part in others))
    if depth > DEEPEST:
        raise ProblemError(f"{name} stands in itself again and again; give the part that describes the text model.")
    inner, deeper, assumed = text_part(fields[name], depth + 1)
    outer = fields.get("model_type") if isinstance(fields.get("model_type"), str) else None
    if inner.get("model_type") is None and outer is not None:
        inner["model_type"] = TEXT_TYPES.get(outer, f"{outer}_text")
    tied = _tied(inner.get("tie_word_embeddings"), fields.get("tie_word_embeddings"), outer, name)
    if tied is not None:
        inner["tie_word_embeddings"] = tied
    others = [
        part
        for part, value in fields.items()
        if str(part).endswith("_config") and isinstance(value, Mapping) and part not in (name, *NO_PARTS)
    ]
    sizes = _left_out(str(inner.get("model_type")), inner)
    assumed += tuple(f"{size} {number}" for size, number in sizes.items())
    return TextPart({**sizes, **inner}, (*map(_in_words, others), *deeper), assumed)


def _left_out(kind: str, inner: Mapping[str, Any]) -> dict[str, int]:
    """Sizes that a part leaves to the defaults of its class, whatever it may call them."""
    known = FAMILIES[kind].fields if kind in FAMILIES else {}
    given = {known.get(name, name) for name in inner}
    return {size: n for size, n in CLASS_DEFAULTS.get(kind, {}).items() if known.get(size, size) not in given}


def _tied(within: Any, outside: Any, outer: Any, name: str) -> Any:
    """What holds of ``tie_word_embeddings`` where the text part and the whole may say different things.

    >>> [_tied(True, False, kind, "text_config") for kind in ("qwen3_vl", "qwen2_vl", "llama4")]
    [False, True, True]
    """
    if outside is None or outer in PART_DECIDES or (outer in EITHER_TIES and outside is False):
        return within
    if within in (None, outside) or outer in WHOLE_DECIDES or (outer in EITHER_TIES and outside is True):
        return outside
    raise ProblemError(
        f"tie_word_embeddings is {short(within)} in {name} and {short(outside)} outside, and it is not known which of"
        f" them a model of type {short(outer)} follows; keep the one that holds for the checkpoint."
    )


def _in_words(part: str) -> str:
    return f"the {part.removesuffix('_config').removesuffix('_encoder').replace('_', ' ')} part ({part})"


def converted(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration of a maker's own program in Hugging Face's names; others as they are.

    Raises
    ------
    ProblemError
        For a field that is not known in them, and for Meta's files that leave ``vocab_size`` to the tokenizer.

    Examples
    --------
    Llama 3 8B, as Meta's file has it:

    >>> meta = dict(dim=4096, n_layers=32, n_heads=32, n_kv_heads=8, vocab_size=128256)
    >>> converted({**meta, "multiple_of": 1024, "ffn_dim_multiplier": 1.3, "norm_eps": 1e-5})["intermediate_size"]
    14336
    """
    untyped = fields.get("model_type") is None
    if untyped and {"n_layer", "n_embd", "block_size"} <= set(fields) and "n_query_groups" not in fields:
        return {"model_type": "nanogpt", **fields}
    if untyped and {"d_model", "n_layer", "ssm_cfg"} <= set(fields):
        return _mamba(fields)
    if (fields.get("model_type") is not None and "hidden_size" in fields) or not {"dim", "n_layers"} <= set(fields):
        return dict(fields)
    if "kv_lora_rank" in fields or "compress_ratios" in fields:
        kind = "deepseek_v3" if fields.get("score_func") == "sigmoid" else "deepseek_v2"
        kind = "deepseek_v32" if fields.get("index_topk") else kind
        kind = "deepseek_v4" if "compress_ratios" in fields else kind
        return {"model_type": kind, **_renamed(fields, DEEPSEEK, "DeepSeek's")}
    moe = fields.get("moe")
    values = _renamed(fields, META, "Meta's")
    if values.get("vocab_size") == -1:
        raise ProblemError(
            "vocab_size is -1, for which Meta's program asks the tokenizer; give the number of its tokens (32,000 for"
            " Llama 1 and 2)."
        )
    values.setdefault("intermediate_size", _metas_width(fields))
    values.setdefault("num_key_value_heads", values.get("num_attention_heads"))
    if isinstance(moe, Mapping):
        experts = {"num_local_experts": moe.get("num_experts"), "num_experts_per_tok": moe.get("num_experts_per_tok")}
        return {"model_type": "mixtral", **values, **experts}
    return {"model_type": "mistral" if values.get("sliding_window") else "llama", **values}


def _mamba(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration of the program of Mamba's makers, whose sizes are its own but for a few."""
    told = fields["ssm_cfg"] or {}
    layer = told.get("layer", "Mamba1") if isinstance(told, Mapping) else None
    if layer not in ("Mamba1", "Mamba2") or set(told) - {"layer"}:
        raise ProblemError(f"ssm_cfg is {short(told)}; only the kind of layer, Mamba1 or Mamba2, can be counted.")
    for name in ("attn_layer_idx", "d_intermediate"):
        if fields.get(name):
            raise ProblemError(f"{name} is {short(fields[name])}: layers of another kind, which cannot be counted.")
    width, padded = (integer(name, fields[name]) for name in ("d_model", "vocab_size"))
    multiple = integer("pad_vocab_size_multiple", fields.get("pad_vocab_size_multiple", 8))
    sizes = {"num_heads": 2 * width // 64, "head_dim": 64, "n_groups": 1} if layer == "Mamba2" else {}
    left = ("d_model", "n_layer", "vocab_size", "ssm_cfg", "attn_layer_idx", "attn_cfg", "d_intermediate")
    return {
        **{name: value for name, value in fields.items() if name not in (*left, "tie_embeddings")},
        **{"model_type": "mamba2" if layer == "Mamba2" else "mamba", **sizes},
        **{"hidden_size": width, "num_hidden_layers": fields["n_layer"]},
        "vocab_size": multiple * math.ceil(padded / multiple),
        "tie_word_embeddings": fields.get("tie_embeddings", True),
    }


def _renamed(fields: Mapping[str, Any], names: Mapping[str, str], whose: str) -> dict[str, Any]:
    for name in fields:
        if name not in names and name not in _HARMLESS and not str(name).startswith("_"):
            raise ProblemError(
                f"The field {short(name)[1:-1]} is not known in {whose} own format (dim, n_layers); leave it out if it"
                " changes no matrix, or give the config.json of Hugging Face."
            )
    return {names[name]: value for name, value in fields.items() if name in names and value is not None}


def _metas_width(fields: Mapping[str, Any]) -> int:
    """Width of the feed-forward part: two thirds of 4 d, times a factor, rounded up."""
    factor = fields.get("ffn_dim_multiplier")
    if factor is not None and not (isinstance(factor, (int, float)) and 0 < factor < math.inf):
        raise ProblemError(f"ffn_dim_multiplier is {short(factor)}; it must be a number above 0.")
    multiple = integer("multiple_of", fields.get("multiple_of") or 256)
    width = int(2 * 4 * integer("dim", fields["dim"]) / 3)
    width = int(factor * width) if factor is not None else width
    return multiple * math.ceil(width / multiple)
