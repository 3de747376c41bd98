"""What the fields of a configuration mean in each family of models.

A family is what ``model_type`` names. It says which fields there are, which may be left out, and what is always so,
such as the biases of queries, keys and values in Qwen2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analysis.kit.errors import ProblemError

#: Fields that enter the counts, and what they say.
COUNTED = {
    "model_type": "family, which says what the other fields mean",
    "hidden_size": "width of a token's vector",
    "num_hidden_layers": "layers",
    "num_attention_heads": "query heads of a layer",
    "num_key_value_heads": "key/value heads of a layer",
    "head_dim": "numbers in one head",
    "intermediate_size": "width of the feed-forward part",
    "vocab_size": "rows of the embedding",
    "tie_word_embeddings": "whether the output head is the embedding",
    "attention_bias": "whether attention matrices have biases",
    "mlp_bias": "whether feed-forward matrices have biases",
    "sliding_window": "tokens that attention looks back on",
    "use_sliding_window": "whether the sliding window is used",
    "q_lora_rank": "width of the compressed query",
    "kv_lora_rank": "width of the compressed keys and values",
    "qk_nope_head_dim": "numbers of a key without position",
    "qk_rope_head_dim": "numbers of a key with position, shared by all heads",
    "qk_head_dim": "numbers of a key, both kinds",
    "v_head_dim": "numbers in a value of one head",
    "n_routed_experts": "experts to choose from",
    "num_local_experts": "experts to choose from",
    "num_experts": "experts to choose from",
    "num_experts_per_tok": "experts chosen for a token",
    "n_shared_experts": "experts that every token uses",
    "moe_intermediate_size": "width of one expert",
    "first_k_dense_replace": "first layers that are dense",
    "moe_layer_freq": "every how many layers there are experts",
    "decoder_sparse_step": "every how many layers there are experts",
    "mlp_only_layers": "numbers of the layers that are dense",
    "n_group": "groups of experts",
    "topk_group": "groups that a token may use",
    "num_nextn_predict_layers": "multi-token prediction modules",
    "n_embd": "width of a token's vector",
    "n_layer": "layers",
    "n_head": "query heads of a layer",
    "n_inner": "width of the feed-forward part",
    "n_positions": "positions with a learned vector",
}

#: Fields that change no matrix, no multiplication and no cache entry (see also :func:`is_harmless`).
NOT_COUNTED = frozenset(
    name
    for line in (
        "activation_function add_cross_attention architectures attention_dropout attn_implementation attn_pdrop",
        "auto_map aux_loss_alpha bad_words_ids begin_suppress_tokens bos_token_id chunk_size_feed_forward",
        "cross_attention_hidden_size decoder_start_token_id diversity_penalty do_sample dtype early_stopping",
        "embd_pdrop encoder_no_repeat_ngram_size eos_token_id ep_size exponential_decay_length_penalty",
        "finetuning_task forced_bos_token_id forced_eos_token_id hidden_act id2label initializer_range is_decoder",
        "is_llama_config model_name num_labels original_max_position_embeddings rope_interleaved use_return_dict",
        "is_encoder_decoder label2id layer_norm_epsilon layer_types length_penalty max_length max_position_embeddings",
        "max_window_layers min_length n_ctx no_repeat_ngram_size norm_topk_prob num_beam_groups num_beams",
        "num_return_sequences output_attentions output_hidden_states output_router_logits output_scores pad_token_id",
        "partial_rotary_factor prefix pretraining_tp problem_type pruned_heads quantization_config",
        "remove_invalid_values reorder_and_upcast_attn repetition_penalty resid_pdrop return_dict",
        "return_dict_in_generate rms_norm_eps rope_interleave rope_parameters rope_scaling rope_theta",
        "routed_scaling_factor router_aux_loss_coef router_jitter_noise scale_attn_by_inverse_layer_idx",
        "scale_attn_weights scoring_func sep_token_id seq_aux summary_activation summary_first_dropout",
        "summary_proj_to_labels summary_type summary_use_proj suppress_tokens task_specific_params temperature",
        "tf_legacy_loss tokenizer_class top_k top_p topk_method torch_dtype torchscript transformers_version",
        "typical_p use_bfloat16 use_cache",
    )
    for name in line.split()
)
#: Beginnings and endings of names that say that a field is a note, a setting of another program, or noise in training.
HARMLESS_BEGINNINGS = ("_", "transformers.js", "unsloth")
HARMLESS_ENDINGS = ("dropout", "dropout_prob", "_pdrop", "_token_id", "_version")
#: Names of classes that end so have the output head that is counted.
WITH_HEAD = ("ForCausalLM", "LMHeadModel")


def is_harmless(field: str) -> bool:
    """Whether a field changes no count whatever its value.

    >>> is_harmless("rope_theta"), is_harmless("classifier_dropout"), is_harmless("attn_logit_softcapping")
    (True, True, False)
    """
    return field in NOT_COUNTED or field.startswith(HARMLESS_BEGINNINGS) or field.endswith(HARMLESS_ENDINGS)


def refuse_other_models(fields: Mapping[str, Any]) -> None:
    """Refuse a model that has more or fewer matrices than a decoder with an output head of the family.

    Parameters
    ----------
    fields : mapping
        Of a configuration.

    Raises
    ------
    ProblemError
        Naming the field that says so.
    """
    classes = fields.get("architectures") or []
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ProblemError(f"architectures is {classes!r}; it must be a list of names of classes.")
    if classes and not any(name.endswith(WITH_HEAD) for name in classes):
        raise ProblemError(
            f"architectures names {', '.join(classes)}, which has no output head over the vocabulary, and one would be "
            "counted; leave the field out to count the model with its head."
        )
    for field, why in {
        "add_cross_attention": "a decoder that also looks at an encoder has further attention matrices",
        "is_encoder_decoder": "a model with an encoder has further layers",
        "cross_attention_hidden_size": "a decoder that also looks at an encoder has further attention matrices",
        "pruned_heads": "a model without some of its heads has fewer parameters",
    }.items():
        if fields.get(field):
            raise ProblemError(f"{field} is {fields[field]!r}: {why}, which cannot be counted.")
    kinds = fields.get("layer_types") or []
    asked = fields.get("use_sliding_window", not str(fields.get("model_type")).startswith("qwen"))
    windowed = bool(fields.get("sliding_window")) and asked
    expected = "sliding_attention" if windowed else "full_attention"
    if not isinstance(kinds, list) or any(kind != expected for kind in kinds):
        raise ProblemError(f"layer_types is not {expected} in every layer, and a mixture of kinds cannot be counted.")


class Reader:
    """Takes fields one by one, remembers which, and refuses what is missing or of the wrong kind."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        self.used: set[str] = set()

    def integer(self, field: str, default: int | None = None, least: int = 1) -> int:
        """A whole number; without a default the field is required (null counts as missing)."""
        self.used.add(field)
        value = self.fields.get(field)
        if value is None:
            if default is None:
                raise ProblemError(f"The field {field} ({COUNTED[field]}) is missing; add it.")
            return default
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ProblemError(f"{field} is {value!r}; it must be a whole number of at least {least}.")
        return value

    def flag(self, field: str, default: bool = False) -> bool:
        """True or false."""
        self.used.add(field)
        value = self.fields.get(field)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ProblemError(f"{field} is {value!r}; it must be true or false.")
        return value

    def list_of_layers(self, field: str, layers: int) -> list[int]:
        """Numbers of layers, counted from 0."""
        self.used.add(field)
        value = self.fields.get(field) or []
        if not isinstance(value, list) or not all(type(x) is int and 0 <= x < layers for x in value):
            raise ProblemError(f"{field} is {value!r}; it must be a list of layer numbers from 0 to {layers - 1}.")
        return value


def _llama(reader: Reader, head: int = 0) -> dict[str, Any]:
    """Grouped-query attention and gated feed-forward parts without any of the extras."""
    width, heads = reader.integer("hidden_size"), reader.integer("num_attention_heads")
    if not head and reader.fields.get("head_dim") is None and width % heads:
        raise ProblemError(
            f"hidden_size is {width}, which num_attention_heads, {heads}, does not divide; give head_dim."
        )
    head = head or reader.integer("head_dim", width // heads)
    bias = reader.flag("attention_bias")
    return {
        "hidden_size": width,
        "num_hidden_layers": reader.integer("num_hidden_layers"),
        "num_attention_heads": heads,
        "num_key_value_heads": reader.integer("num_key_value_heads", heads),
        "head_dim": head,
        "v_head_dim": head,
        "intermediate_size": reader.integer("intermediate_size"),
        "vocab_size": reader.integer("vocab_size"),
        "tie_word_embeddings": reader.flag("tie_word_embeddings"),
        "qkv_bias": bias,
        "o_bias": bias,
        "mlp_bias": reader.flag("mlp_bias"),
    }


def _mistral(reader: Reader) -> dict[str, Any]:
    reader.integer("num_key_value_heads")  # the family has no default that follows from the heads
    return {**_llama(reader), "sliding_window": reader.integer("sliding_window", 0)}


def _mixtral(reader: Reader) -> dict[str, Any]:
    values = _mistral(reader)
    return {
        **values,
        "n_routed_experts": reader.integer("num_local_experts"),
        "num_experts_per_tok": reader.integer("num_experts_per_tok"),
        "moe_intermediate_size": values["intermediate_size"],
    }


def _qwen2(reader: Reader) -> dict[str, Any]:
    if reader.flag("use_sliding_window"):
        raise ProblemError(
            "use_sliding_window is true, but windows in some layers only cannot be counted; leave it out."
        )
    reader.used.add("sliding_window")  # stands in the files even where it is not used
    reader.integer("num_key_value_heads")
    return {**_llama(reader), "qkv_bias": True}


def _qwen3(reader: Reader) -> dict[str, Any]:
    reader.integer("head_dim")
    values = _qwen2(reader)
    return {**values, "qkv_bias": values["o_bias"], "qk_norm": True}


def _qwen3_moe(reader: Reader) -> dict[str, Any]:
    values = _qwen3(reader)
    layers, step = values["num_hidden_layers"], reader.integer("decoder_sparse_step", 1)
    dense = set(reader.list_of_layers("mlp_only_layers", layers)) | {i for i in range(layers) if (i + 1) % step}
    return {
        **values,
        "n_routed_experts": reader.integer("num_experts"),
        "num_experts_per_tok": reader.integer("num_experts_per_tok"),
        "moe_intermediate_size": reader.integer("moe_intermediate_size"),
        "dense_layers": len(dense),
    }


def _deepseek_v2(reader: Reader) -> dict[str, Any]:
    nope, rope = reader.integer("qk_nope_head_dim"), reader.integer("qk_rope_head_dim")
    reader.used |= {"head_dim", "qk_head_dim"}
    for field, meant in (("head_dim", (rope, nope + rope)), ("qk_head_dim", (nope + rope,))):
        if reader.fields.get(field) not in (None, *meant):
            raise ProblemError(
                f"{field} is {reader.fields[field]!r}, but the two parts of a key are {nope} and {rope}."
            )
    values = _llama(reader, nope + rope)
    if values["o_bias"]:
        raise ProblemError("attention_bias is true, which no published model with latent attention is; leave it out.")
    routed, layers = reader.integer("n_routed_experts"), values["num_hidden_layers"]
    first, step = reader.integer("first_k_dense_replace", 0, least=0), reader.integer("moe_layer_freq", 1)
    if first > layers:
        raise ProblemError(f"first_k_dense_replace is {first}, more than the {layers} of num_hidden_layers.")
    groups, allowed = reader.integer("n_group", 1), reader.integer("topk_group", 1)
    chosen = reader.integer("num_experts_per_tok")
    if routed % groups or allowed > groups:
        raise ProblemError(
            f"n_group is {groups} and topk_group {allowed}; groups must divide the {routed} experts, and at most all"
            " can be allowed."
        )
    if routed >= chosen > routed // groups * allowed:
        raise ProblemError(f"num_experts_per_tok is {chosen}, more than topk_group {allowed} of {groups} groups hold.")
    return {
        **values,
        "v_head_dim": reader.integer("v_head_dim"),
        "q_lora_rank": reader.integer("q_lora_rank", 0),
        "kv_lora_rank": reader.integer("kv_lora_rank"),
        "qk_rope_head_dim": rope,
        "n_routed_experts": routed,
        "num_experts_per_tok": chosen,
        "n_shared_experts": reader.integer("n_shared_experts", 0, least=0),
        "moe_intermediate_size": reader.integer("moe_intermediate_size"),
        "dense_layers": sum(1 for i in range(layers) if i < first or i % step),
    }


def _deepseek_v3(reader: Reader) -> dict[str, Any]:
    modules = reader.integer("num_nextn_predict_layers", 0, least=0)
    return {**_deepseek_v2(reader), "router_bias": True, "num_nextn_predict_layers": modules}


def _gpt2(reader: Reader) -> dict[str, Any]:
    width, heads = reader.integer("n_embd"), reader.integer("n_head")
    if width % heads:
        raise ProblemError(f"n_embd is {width}, which n_head, {heads}, does not divide; correct one.")
    return {
        "hidden_size": width,
        "num_hidden_layers": reader.integer("n_layer"),
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "head_dim": width // heads,
        "v_head_dim": width // heads,
        "intermediate_size": reader.integer("n_inner", 4 * width),
        "vocab_size": reader.integer("vocab_size"),
        "tie_word_embeddings": reader.flag("tie_word_embeddings", True),
        "gated": False,
        "qkv_bias": True,
        "o_bias": True,
        "mlp_bias": True,
        "norm_bias": True,
        "learned_positions": reader.integer("n_positions"),
    }


#: For each family a function that takes the fields of an architecture from a reader.
FAMILIES: dict[str, Callable[[Reader], dict[str, Any]]] = {
    "llama": _llama,
    "mistral": _mistral,
    "mixtral": _mixtral,
    "qwen2": _qwen2,
    "qwen3": _qwen3,
    "qwen3_moe": _qwen3_moe,
    "deepseek_v2": _deepseek_v2,
    "deepseek_v3": _deepseek_v3,
    "gpt2": _gpt2,
}
