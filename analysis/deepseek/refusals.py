"""What is refused of a configuration: other models than a decoder with an output head, and fields that are not known.

A count from a misread file would be wrong in silence. So each field either enters the counts of its family, or is known
not to, or is refused by name.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from analysis.deepseek.families import FAMILIES
from analysis.deepseek.family import Family, short
from analysis.deepseek.harmless import is_harmless
from analysis.kit.errors import ProblemError

#: Names of classes that end so have the output head that is counted.
WITH_HEAD = ("CausalLM", "LMHeadModel", "LMHead", "ForConditionalGeneration", "ChatGLMModel")
#: Those around a text part that end so have none.
WITHOUT_HEAD = ("Classification", "Retrieval", "ForEmbedding", "ForReward", "Regression")

#: In names of classes of models that draft for others.
DRAFTING = ("Eagle", "Medusa", "DFlash", "DSpark", "Draft")

#: Fields that say a model has further or fewer matrices than are counted, and why.
OTHER_MATRICES = {
    "add_cross_attention": "a decoder that also looks at an encoder has further attention matrices",
    "is_encoder_decoder": "a model with an encoder has further layers",
    "cross_attention_hidden_size": "a decoder that also looks at an encoder has further attention matrices",
    "pruned_heads": "a model without some of its heads has fewer parameters",
}

#: What other families and formats call a field, for a hint in a refusal: names on one line mean the same.
SPELLINGS = tuple(
    line.split()
    for line in (
        "hidden_size n_embd d_model dim n_embed model_dim",
        "num_hidden_layers n_layer n_layers num_layers",
        "num_attention_heads n_head n_heads num_heads",
        "num_key_value_heads n_kv_heads num_kv_heads n_head_kv num_query_groups multi_query_group_num",
        "head_dim kv_channels attention_head_dim d_head",
        "intermediate_size n_inner ffn_dim d_ff ffn_hidden_size inter_dim",
        "vocab_size padded_vocab_size n_vocab",
        "n_routed_experts num_local_experts num_experts moe_num_experts n_experts",
        "num_experts_per_tok num_experts_per_token experts_per_token moe_top_k moe_topk n_activated_experts",
        "n_shared_experts num_shared_experts",
        "moe_intermediate_size expert_ffn_hidden_size moe_inter_dim",
        "first_k_dense_replace n_dense_layers",
        "tie_word_embeddings tied_embeddings share_embeddings tie_embeddings",
        "sliding_window window_size attention_window_size",
        "n_positions max_position_embeddings n_ctx max_seq_len",
    )
)


def refuse_other_models(fields: Mapping[str, Any], nested: bool = False) -> None:
    """Refuse a model that has more or fewer matrices than a decoder with an output head of the family.

    Parameters
    ----------
    fields : mapping
        Of a configuration.
    nested : bool
        Whether the fields stand around a text part, as in a model that also sees.

    Raises
    ------
    ProblemError
        Naming the field that says so.
    """
    kind = fields.get("model_type")
    if isinstance(kind, str) and kind.endswith("_assistant"):
        raise ProblemError(
            f"model_type is {short(kind)}: a model that drafts for another uses parts of it, and cannot be counted."
        )
    classes = fields.get("architectures") or []
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ProblemError(f"architectures is {short(classes)}; it must be a list of names of classes.")
    drafting = next((name for name in classes if any(mark in name for mark in DRAFTING)), None)
    if drafting:
        raise ProblemError(
            f"architectures names {short_name(drafting)}: a model that drafts for another uses parts of it, and cannot"
            " be counted; give the configuration of that one."
        )
    headed = any(name.endswith(WITH_HEAD) for name in classes)
    if nested:
        headed = headed or not any(name.endswith(WITHOUT_HEAD) for name in classes)
    if classes and not headed:
        raise ProblemError(
            f"architectures names {short_name(', '.join(classes))}, which has no output head over the vocabulary, and"
            " one would be counted; leave the field out to count the model with its head."
        )
    for field, why in OTHER_MATRICES.items():
        if fields.get(field):
            raise ProblemError(f"{field} is {short(fields[field])}: {why}, which cannot be counted.")


def refuse_fields(kind: str, family: Family, fields: Mapping[str, Any]) -> None:
    """Refuse a field that has a meaning which the family does not count, or none that is known.

    Parameters
    ----------
    kind : str
        What ``model_type`` says.
    family : Family
    fields : mapping
        Of a configuration; those that are null are passed over.

    Raises
    ------
    ProblemError
        Naming the field, with one of the same meaning where there is one.
    """
    for name, value in fields.items():
        if value is None or name in family.fields or name in ("model_type", "layer_types", *OTHER_MATRICES):
            continue
        if name in family.refused and value:
            raise ProblemError(f"{name} is {short(value)}: {family.refused[name]}, which cannot be counted.")
        if name in family.without_effect or _holds_always(kind, family, name, value):
            continue
        if is_harmless(str(name)) or is_harmless(str(name).partition(".")[2]):
            continue
        meant = same_meaning(str(name), family)
        told = f"The field {short_name(name)} is not known in a model of type {kind}"
        if meant:
            raise ProblemError(f"{told}; did you mean {meant}?")
        if name in COUNTED:
            raise ProblemError(f"The field {name} has no meaning in a model of type {kind}; leave it out.")
        raise ProblemError(f"{told}; leave it out if it changes no matrix.")


def same_meaning(name: str, family: Family) -> str | None:
    """The field of a family that means the same as another, or is the same but for a slip of the pen.

    >>> same_meaning("n_embd", FAMILIES["llama"]), same_meaning("num_key_value_heds", FAMILIES["llama"])
    ('hidden_size', 'num_key_value_heads')
    >>> same_meaning("v_head_dim", FAMILIES["llama"])
    """
    for line in SPELLINGS:
        if name in line:
            return next((other for other in line if other in family.fields), None)
    return next((field for field in sorted(family.fields) if _slip(name, field)), None)


def short_name(name: Any) -> str:
    """A field's name as it stands in a sentence: on one line, cut where it is long, in characters that print."""
    text = str(name) if str(name).isprintable() else ascii(str(name))[1:-1]
    return text if len(text) <= 60 else f"{text[:57]}..."


def _slip(name: str, field: str) -> bool:
    """Whether two names differ by letters of one word, and not by a word."""
    ours, theirs = (text.lower().replace("-", "_").split("_") for text in (name, field))
    if "".join(ours) == "".join(theirs):
        return True
    pairs = list(zip(ours, theirs, strict=False))
    return len(ours) == len(theirs) and all(
        a == b or (min(len(a), len(b)) > 2 and a[:1] == b[:1] and difflib.SequenceMatcher(None, a, b).ratio() >= 0.75)
        for a, b in pairs
    )


def _holds_always(kind: str, family: Family, name: str, value: Any) -> bool:
    """Whether a field says what is always so in its family; a sentence if it says something else."""
    if name == "use_qk_norm" and "qk_norm" in family.always:
        name, value = "qk_norm", family.always["qk_norm"] if value is True else value
    meant = [v for q, v in family.always.items() if name in family.called(q) and not callable(v)]
    if not meant:
        return False
    if value in meant and (len(meant) == meant.count(value) or not value):
        return True
    raise ProblemError(f"{name} is {short(value)}, which has no meaning in a model of type {kind}; leave it out.")


#: Every field that enters the counts of some family.
COUNTED = frozenset(name for family in FAMILIES.values() for name in family.fields) | {"model_type"}
