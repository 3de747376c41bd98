"""Reading a configuration: every spelling of the same model agrees, and what cannot be counted is refused by name."""

import json
import re

import pytest

from analysis.deepseek.config import FOLDER, published, published_names, read_config
from analysis.deepseek.families import COUNTED, NOT_COUNTED, is_harmless
from analysis.deepseek.parameters import count_parameters
from analysis.kit import facts
from analysis.kit.errors import ProblemError

LLAMA = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 8,
    "intermediate_size": 160,
    "vocab_size": 100,
}
V3 = {k: v for k, v in json.loads((FOLDER / "deepseek-v3.json").read_text("utf-8")).items() if k[0] != "_"}
GPT2 = {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}
QWEN3_MOE = {
    **{"model_type": "qwen3_moe", "hidden_size": 64, "num_hidden_layers": 6, "num_attention_heads": 8, "head_dim": 16},
    **{"num_key_value_heads": 2, "intermediate_size": 160, "vocab_size": 100, "num_experts": 4},
    **{"num_experts_per_tok": 2, "moe_intermediate_size": 32},
}


def test_a_path_a_text_and_a_mapping_say_the_same(tmp_path):
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(LLAMA), "utf-8")
    readings = [read_config(source, "tiny") for source in (path, str(path), path.read_text("utf-8"), LLAMA)]
    assert len(set(readings)) == 1
    assert read_config(path).name == "tiny" and read_config(LLAMA).name == "llama"


def test_fields_that_change_no_matrix_change_nothing():
    further = {"rope_theta": 500000.0, "rms_norm_eps": 1e-5, "torch_dtype": "bfloat16", "_name_or_path": "x"}
    assert read_config({**LLAMA, **further}) == read_config(LLAMA)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_llama_config", True),
        ("rope_interleaved", False),
        ("transformers.js_config", {"dtype": "q4"}),
        ("classifier_dropout", 0.1),
        ("image_token_id", 7),
        ("unsloth_version", "2025.1"),
        ("architectures", ["LlamaForCausalLM"]),
        ("add_cross_attention", False),
        ("is_encoder_decoder", False),
        ("pruned_heads", {}),
        ("layer_types", ["full_attention"] * 3),
    ],
)
def test_what_another_program_noted_changes_nothing(field, value):
    assert read_config({**LLAMA, field: value}) == read_config(LLAMA)


def test_kinds_of_layers_are_those_of_the_family():
    """Qwen2's files name a window that no layer uses; in Mistral's each layer has it."""
    qwen2 = {**LLAMA, "model_type": "qwen2", "num_key_value_heads": 2, "sliding_window": 131_072}
    assert read_config({**qwen2, "layer_types": ["full_attention"] * 3}) == read_config(qwen2)
    mistral = {**LLAMA, "model_type": "mistral", "num_key_value_heads": 2, "sliding_window": 4096}
    assert read_config({**mistral, "layer_types": ["sliding_attention"] * 3}) == read_config(mistral)
    with pytest.raises(ProblemError, match="layer_types"):
        read_config({**mistral, "layer_types": ["full_attention"] * 3})


def test_a_mark_before_the_first_character_is_no_part_of_the_text(tmp_path):
    """Some editors write U+FEFF first; the count is that of the same file without it: two layers, heads in groups."""
    fields = {**LLAMA, "num_hidden_layers": 2, "intermediate_size": 256, "num_key_value_heads": 2}
    path = tmp_path / "marked.json"
    path.write_text(json.dumps(fields), "utf-8-sig")
    readings = [read_config(source, "x") for source in (path, path.read_text("utf-8"), fields)]
    assert len(set(readings)) == 1
    assert count_parameters(readings[0]).total == 131_904


def test_a_null_is_as_if_the_field_were_not_there():
    """Hugging Face writes null for what it leaves to the family, even where the field means nothing in it."""
    assert read_config({**LLAMA, "num_key_value_heads": None, "head_dim": None, "q_lora_rank": None}) == read_config(
        LLAMA
    )


def test_without_key_value_heads_a_llama_has_one_for_each_head():
    assert read_config(LLAMA).attention == "MHA"
    assert read_config({**LLAMA, "num_key_value_heads": 1}).attention == "MQA"


def test_the_layers_without_experts_are_found_in_either_family():
    """Six layers with experts in every second: three dense; one more is named dense; DeepSeek's first 3 of 61 are."""
    sparse = {**QWEN3_MOE, "decoder_sparse_step": 2}
    assert read_config(QWEN3_MOE).mixture_layers == 6
    assert read_config(sparse).dense_layers == 3
    assert read_config({**sparse, "mlp_only_layers": [1, 2]}).dense_layers == 4
    assert read_config(V3).mixture_layers == 58
    assert read_config({**V3, "moe_layer_freq": 2}).mixture_layers == len(range(4, 61, 2))


def test_the_field_lists_are_apart():
    assert not NOT_COUNTED & set(COUNTED)
    assert not any(is_harmless(field) for field in COUNTED)


@pytest.mark.parametrize("name", published_names())
def test_every_published_configuration_has_its_source(name):
    model = published(name)
    bibliography = (facts.DATA.parents[1] / "book" / "references.bib").read_text("utf-8")
    assert re.search(rf"^@\w+{{{model.source},$", bibliography, re.MULTILINE), model.source
    assert model.locator and model.architecture.name and model.mark in ("primary", "secondary", "unchecked")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({**LLAMA, "num_key_value_heads": 3}, "num_key_value_heads, 3"),
        ({**LLAMA, "num_key_value_heds": 2}, "num_key_value_heds is not known; did you mean num_key_value_heads"),
        ({**LLAMA, "wings": 2}, "wings is not known"),
        ({**LLAMA, "model_type": "mamba"}, "model_type is 'mamba'"),
        ({**LLAMA, "model_type": "gemma2", "attn_logit_softcapping": 50.0}, "model_type is 'gemma2'"),
        ({**LLAMA, "attn_logit_softcapping": 50.0}, "attn_logit_softcapping is not known"),
        ({**LLAMA, "architectures": ["LlamaModel"]}, "architectures names LlamaModel, which has no output head"),
        ({**LLAMA, "architectures": ["LlamaForSequenceClassification"]}, "no output head over the vocabulary"),
        ({**GPT2, "architectures": ["GPT2Model"]}, "architectures names GPT2Model"),
        ({**LLAMA, "architectures": "LlamaForCausalLM"}, "architectures is 'LlamaForCausalLM'"),
        ({**GPT2, "add_cross_attention": True}, "add_cross_attention is True"),
        ({**GPT2, "cross_attention_hidden_size": 64}, "cross_attention_hidden_size is 64"),
        ({**LLAMA, "is_encoder_decoder": True}, "is_encoder_decoder is True"),
        ({**GPT2, "pruned_heads": {"0": [1]}}, "pruned_heads"),
        ({**LLAMA, "layer_types": ["full_attention", "linear_attention", "full_attention"]}, "layer_types"),
        ({k: v for k, v in LLAMA.items() if k != "model_type"}, "model_type is None"),
        ({k: v for k, v in LLAMA.items() if k != "hidden_size"}, "hidden_size .* is missing"),
        ({**LLAMA, "hidden_size": 60}, "hidden_size is 60, which num_attention_heads, 8"),
        ({**LLAMA, "hidden_size": "64"}, "hidden_size is '64'"),
        ({**LLAMA, "num_hidden_layers": 0}, "num_hidden_layers is 0"),
        ({**LLAMA, "num_hidden_layers": True}, "num_hidden_layers is True"),
        ({**LLAMA, "tie_word_embeddings": 1}, "tie_word_embeddings is 1"),
        ({**LLAMA, "n_routed_experts": 8}, "n_routed_experts has no meaning in a model of type llama"),
        ({**LLAMA, "model_type": "mistral"}, "num_key_value_heads .* is missing"),
        ({**LLAMA, "model_type": "qwen2", "num_key_value_heads": 2, "use_sliding_window": True}, "use_sliding_window"),
        ({**GPT2, "n_head": 7}, "n_embd is 768"),
        ({**QWEN3_MOE, "mlp_only_layers": [6]}, "mlp_only_layers"),
        ({**V3, "num_experts_per_tok": 257}, "num_experts_per_tok is 257"),
        ({**V3, "num_experts_per_tok": 129}, "num_experts_per_tok is 129, more than topk_group"),
        ({**V3, "first_k_dense_replace": 62}, "first_k_dense_replace is 62"),
        ({**V3, "n_group": 7}, "n_group is 7"),
        ({**V3, "topk_group": 9}, "topk_group 9"),
        ({**LLAMA, 3: 4}, "field 3 is not known"),
        ({**V3, "num_key_value_heads": 8}, "num_key_value_heads is 8"),
        ({**V3, "qk_head_dim": 128}, "qk_head_dim is 128"),
        ({**V3, "attention_bias": True}, "attention_bias"),
        ({**V3, "num_nextn_predict_layers": -1}, "num_nextn_predict_layers is -1"),
        ({**V3, "kv_lora_rank": None}, "kv_lora_rank .* is missing"),
        ('{"model_type": "llama",}', "not JSON"),
        ('{"hidden_size": 1, "hidden_size": 2}', "hidden_size is given twice"),
        ("nowhere/config.json", "cannot be read"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(fields, named):
    with pytest.raises(ProblemError, match=named) as problem:
        read_config(fields)
    assert str(problem.value)[-1] in ".?" and "\n" not in str(problem.value)


def test_an_unknown_model_is_refused_with_those_that_exist():
    with pytest.raises(ProblemError, match=r"there are deepseek-r1"):
        published("gpt-5")


def test_a_file_that_is_no_object_is_refused(tmp_path):
    path = tmp_path / "list.json"
    path.write_text("[1, 2]", "utf-8")
    with pytest.raises(ProblemError, match="not a JSON object"):
        read_config(path)
