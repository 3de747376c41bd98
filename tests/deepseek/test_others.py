"""What is given in place of a decoder's configuration is told apart, and gets a sentence that says what to give."""

import json
import re

import pytest

from analysis.deepseek.config import read_config
from analysis.deepseek.others import OTHER_FILES, OTHER_MODELS
from analysis.deepseek.parameters import count_parameters
from analysis.kit.errors import ProblemError


def refused(source):
    with pytest.raises(ProblemError) as caught:
        read_config(source)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"peft_type": "LORA", "r": 16, "base_model_name_or_path": "x"}, "This is the configuration of an adapter"),
        (
            {"metadata": {"total_size": 1}, "weight_map": {"lm_head.weight": "x"}},
            "This is the index of files of weights",
        ),
        ({"tokenizer_class": "X", "added_tokens_decoder": {}}, "This is the configuration of a tokenizer"),
        ({"version": "1.0", "added_tokens": [], "model": {"type": "BPE"}}, "This is a tokenizer"),
        ({"_from_model_config": True, "bos_token_id": 1}, "This is a list of settings by which a model writes"),
        ({"do_sample": True, "temperature": 0.6}, "This is a list of settings by which a model writes"),
        ({"image_processor_type": "X"}, "This is the configuration of what prepares pictures"),
        ({"producer": {"name": "modelopt"}, "quantization": {}}, "This is a description of how weights were rounded"),
        ({"general.architecture": "llama", "llama.block_count": 32}, "This is the metadata of a GGUF file"),
        ({"num_layers": 32, "hidden_size": 64, "swiglu": True}, "This is a list of arguments of a training program"),
        ({"num-layers": 32, "hidden-size": 64}, "This is a configuration in the form of GPT-NeoX"),
        (
            {"block_size": 8, "n_layer": 2, "n_embd": 4, "n_query_groups": 2},
            "This is a configuration in the form of LitGPT",
        ),
        (
            {"_class_name": "UNet", "_diffusers_version": "0.29"},
            "This is the configuration of a part of a model th",
        ),
        ({"error": "Entry not found"}, "This is an answer that a file was not found"),
        (
            {"architectures": ["LlamaForCausalLM"], "hidden_size": 8},
            "The field model_type is missing, .* 'LlamaForCausalLM'",
        ),
        ({}, "The field model_type is missing, .* such as llama"),
    ],
)
def test_a_file_of_another_kind_is_named(fields, words):
    sentence = refused(fields)
    assert re.match(words, sentence), sentence


def test_every_kind_of_file_says_what_to_give():
    for marks, words, instead in OTHER_FILES:
        sentence = refused(dict.fromkeys(marks.split(), 1))
        assert f"{words} (" in sentence or "This is" in sentence
        assert instead


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta", "t5", "whisper", "vit", "wav2vec2"])
def test_a_model_that_is_no_decoder_is_named_first_and_told_why(kind):
    assert refused({"model_type": kind, "hidden_size": 64}).startswith(f"model_type is '{kind}': {OTHER_MODELS[kind]}")


def test_a_part_that_is_no_decoder_is_named_with_its_whole():
    clip = {"model_type": "clip", "text_config": {"model_type": "clip_text_model"}, "vision_config": {}}
    assert refused(clip).startswith("model_type is 'clip_text_model' in a model of type 'clip': it sees")
    unknown = {"model_type": "seer", "text_config": {"model_type": "teller"}}
    assert refused(unknown).startswith("model_type is 'teller' in a model of type 'seer', which is not among those")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GGUF\x03\0\0\0", "is a GGUF file of weights"),
        (b"PK\x03\x04", "is a packed file"),
        (b"\x40\0\0\0\0\0\0\0{}", "is a file of weights .safetensors."),
        (b"version https://git-lfs.github.com/spec/v1", "is a pointer of Git LFS"),
        (b"\n<!DOCTYPE html>", "is a web page"),
    ],
)
def test_a_file_that_is_no_text_in_json_is_told_by_how_it_begins(tmp_path, data, words):
    path = tmp_path / "given"
    path.write_bytes(data)
    with pytest.raises(ProblemError, match=f"^The file .*given {words}"):
        read_config(path)


@pytest.mark.parametrize(
    "classes", ["LlamaForCausalLMEagle3", "LlamaEagleForCausalLM", "MedusaModel", "DFlashDraftModel"]
)
def test_a_model_that_drafts_is_refused_though_its_type_is_known(classes):
    llama = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4}
    drafting = {**llama, "intermediate_size": 64, "vocab_size": 9, "architectures": [classes]}
    assert "drafts for another" in refused(drafting)


NANOGPT = {"n_layer": 12, "n_head": 12, "n_embd": 768, "block_size": 1024, "vocab_size": 50257, "dropout": 0.0}
MAMBA = {"n_layer": 64, "d_model": 2560, "vocab_size": 50277, "rms_norm": True, "residual_in_fp32": True}


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({**NANOGPT, "bias": True}, 124_439_808),  # GPT-2, by the host's count
        ({**NANOGPT, "bias": False, "vocab_size": 50304}, 123_587_328 + 1024 * 768),  # "123.59M" without positions
        ({**MAMBA, "ssm_cfg": {}, "pad_vocab_size_multiple": 8}, 2_768_345_600),  # mamba-2.8b, by the host's count
        ({**MAMBA, "ssm_cfg": {"layer": "Mamba2"}, "pad_vocab_size_multiple": 16}, 2_702_599_680),  # as in Mamba2 of HF
    ],
)
def test_forms_of_makers_without_a_type_are_read(fields, total):
    assert count_parameters(read_config(json.dumps(fields))).total == total


@pytest.mark.parametrize(
    "change",
    [{"ssm_cfg": {"d_state": 32}}, {"ssm_cfg": {}, "attn_layer_idx": [3]}, {"ssm_cfg": {}, "d_intermediate": 8}],
)
def test_mambas_own_form_with_other_layers_is_refused(change):
    assert "be counted" in refused({**MAMBA, **change})
