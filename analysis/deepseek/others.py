"""Files and models that are given in place of a decoder's configuration, told by their marks.

Beside a ``config.json`` lie other files, and programs write others still; and not every model writes text. Each gets a
sentence that says what it is and what to give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.kit.errors import ProblemError

_BESIDE = "give the config.json beside it"
_MODEL = "give the config.json of the model"
#: Fields that only a file of another kind has (all of one entry), what such a file is, and what to do.
OTHER_FILES: tuple[tuple[str, str, str], ...] = (
    ("peft_type", "the configuration of an adapter", f"{_MODEL} that it is made for"),
    ("medusa_num_heads", "the configuration of heads that draft for a model", f"{_MODEL} that they are made for"),
    ("weight_map", "the index of files of weights", _BESIDE),
    ("added_tokens_decoder", "the configuration of a tokenizer", _BESIDE),
    ("added_tokens model", "a tokenizer", _BESIDE),
    ("tokenizer_class", "the configuration of a tokenizer", _BESIDE),
    ("image_processor_type", "the configuration of what prepares pictures", _BESIDE),
    ("feature_extractor_type", "the configuration of what prepares pictures or sounds", _BESIDE),
    ("processor_class", "the configuration of what prepares pictures or sounds", _BESIDE),
    ("producer quantization", "a description of how weights were rounded", _BESIDE),
    ("quant_method", "a description of how weights were rounded", _BESIDE),
    ("_from_model_config", "a list of settings by which a model writes", _BESIDE),
    ("do_sample", "a list of settings by which a model writes", _BESIDE),
    ("_class_name _diffusers_version", "the configuration of a part of a model that draws", "a text model is needed"),
    ("general.architecture", "the metadata of a GGUF file", f"{_MODEL} that it was made from"),
    ("n_query_groups block_size", "a configuration in the form of LitGPT", f"{_MODEL} on Hugging Face"),
    ("num_layers hidden_size", "a list of arguments of a training program such as Megatron", f"{_MODEL} it made"),
    ("num-layers hidden-size", "a configuration in the form of GPT-NeoX", f"{_MODEL} on Hugging Face"),
    ("error", "an answer that a file was not found", "fetch it again"),
)
_READS = "it reads a text and writes none"
_TRANSLATES = "it has an encoder beside its decoder"
_SEES = "it sees and writes no text"
_HEARS = "it hears and writes no text"
#: Types of models that are no decoders, and why they cannot be counted.
OTHER_MODELS = {
    name: why
    for why, names in {
        _READS: "albert bert big_bird camembert deberta deberta-v2 distilbert electra ernie esm eurobert longformer "
        "modernbert mpnet nomic_bert rembert roberta roformer xlm-roberta xlm-roberta-xl xlnet",
        _TRANSLATES: "bart blenderbot fsmt led m2m_100 marian mbart mt5 mvp nllb-moe pegasus plbart prophetnet "
        "seamless_m4t speech_to_text switch_transformers t5 t5gemma t5gemma2 udop umt5 whisper",
        _SEES: "beit clip clip_text_model convnext deit detr dinov2 dinov2_with_registers dinov3_vit resnet sam siglip "
        "siglip2 swin vit vit_mae yolos",
        _HEARS: "clap encodec hubert wav2vec2 wavlm",
        "some of its layers look at pictures, with keys and values that no text has": "mllama_text_model",
    }.items()
    for name in names.split()
}
#: How files of weights and others that are no text begin.
_BEGINNINGS = (
    (b"GGUF", f"is a GGUF file of weights; {_MODEL} that it was made from."),
    (b"PK\x03\x04", f"is a packed file, as weights of PyTorch are; {_BESIDE}."),
    (b"\x80\x02", f"is a file of weights of PyTorch; {_BESIDE}."),
    (b"version https://git-lfs", "is a pointer of Git LFS, in whose place the file was not fetched; fetch it."),
    (b"<", "is a web page or XML; save the file itself, as JSON."),
)


def refuse_other_bytes(data: bytes, what: str) -> None:
    """Refuse what is no text in JSON by how it begins.

    >>> refuse_other_bytes(b"GGUF", "The file model.gguf")
    Traceback (most recent call last):
    ...
    analysis.kit.errors.ProblemError: The file model.gguf is a GGUF file of weights; give the config.json of the model \
that it was made from.
    """
    start = data.lstrip()
    for beginning, words in _BEGINNINGS:
        if start.startswith(beginning):
            raise ProblemError(f"{what} {words}")
    if data[8:9] == b"{" and data[5:8] == b"\0\0\0":  # the length of a header, and the header
        raise ProblemError(f"{what} is a file of weights (safetensors); {_BESIDE}.")


def refuse_without_type(fields: Mapping[str, Any]) -> None:
    """Refuse fields that say no ``model_type``, by what they are where it is known.

    Raises
    ------
    ProblemError
        Always.
    """
    for marks, words, instead in OTHER_FILES:
        if all(mark in fields for mark in marks.split()):
            told = marks.replace(" ", ", ")
            raise ProblemError(f"This is {words} ({told}), which has no sizes of a model; {instead}.")
    classes = fields.get("architectures")
    named = classes[0] if isinstance(classes, list) and classes and isinstance(classes[0], str) else ""
    hint = f"that of {named[:60]!a}" if named else "such as llama or gpt2"
    raise ProblemError(
        f"The field model_type is missing, which says what the others mean; add it, {hint}"
        " (analysis/deepseek/families lists those that can be counted)."
    )
