"""Reading a configuration: every spelling of the same model agrees, and what cannot be counted is refused by name."""

import json
import re
import tracemalloc
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.class_defaults import CLASS_DEFAULTS
from analysis.deepseek.config import FOLDER, published, published_architecture, published_names, read_config
from analysis.deepseek.families import FAMILIES
from analysis.deepseek.flop import generation_flop
from analysis.deepseek.harmless import is_harmless
from analysis.deepseek.memory import memory
from analysis.deepseek.parameters import count_parameters, matrices
from analysis.deepseek.refusals import COUNTED
from analysis.deepseek.serving import ServedModel
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
NO_MODULES = {"num_nextn_predict_layers": 0, "module": None}
V3 = {k: v for k, v in json.loads((FOLDER / "deepseek-v3.json").read_text("utf-8")).items() if k[0] != "_"}
MISTRAL = {**LLAMA, "model_type": "mistral", "num_key_value_heads": 2}
QWEN2 = {**LLAMA, "model_type": "qwen2", "num_key_value_heads": 2}
GEMMA2 = {**LLAMA, "model_type": "gemma2"}
FULL = ["full_attention"]
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 9), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_of_a_file_changes_nothing(tmp_path, encoding):
    path = tmp_path / "tiny.json"
    path.write_bytes(json.dumps(LLAMA).encode(encoding))
    assert read_config(path) == read_config(path.read_bytes(), "tiny") == read_config(LLAMA, "tiny")


def test_what_is_fast_to_refuse_is_not_laid_out_first():
    """A thousand million layers would be as many entries of a list."""
    tracemalloc.start()
    with pytest.raises(ProblemError, match="num_hidden_layers"):
        read_config({**QWEN3_MOE, "num_hidden_layers": 10**9})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1e6


def test_the_text_part_of_a_model_that_sees_is_counted_and_the_rest_is_said():
    nested = {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"], "text_config": LLAMA}
    found = read_config({**nested, "vision_config": {"hidden_size": 32}, "tie_word_embeddings": True})
    assert found.left_out == ("the vision part (vision_config)",)
    assert found == read_config({**LLAMA, "tie_word_embeddings": True})
    with pytest.raises(ProblemError, match="no output head"):
        read_config({**nested, "architectures": ["LlavaForSequenceClassification"]})
    untyped = {name: value for name, value in LLAMA.items() if name != "model_type"}
    assert read_config({**nested, "text_config": untyped, "vision_config": {}}) == read_config(LLAMA)
    with pytest.raises(ProblemError, match="model_type is 'seer_text'"):
        read_config({**nested, "model_type": "seer", "text_config": {"hidden_size": 64}})


@pytest.mark.parametrize(
    ("kind", "within", "outside", "tied"),
    [
        *(("gemma3", within, outside, outside) for within in (True, False) for outside in (True, False)),
        *(("llava", within, outside, within or outside) for within in (True, False) for outside in (True, False)),
        *(("llama4", within, outside, within) for within in (True, False) for outside in (True, False)),
        *(("llava_next", None, outside, outside) for outside in (True, False)),
        *(("mistral3", within, None, within) for within in (True, False)),
    ],
)
def test_a_part_and_a_whole_that_differ_on_the_head_are_read_as_the_reference_does(kind, within, outside, tied):
    """Which of them decides was tried for each type in transformers 5.24.0, with tensors on no device."""
    said = {"tie_word_embeddings": within} if within is not None else {}
    whole = {"tie_word_embeddings": outside} if outside is not None else {}
    found = read_config({"model_type": kind, "text_config": {**LLAMA, **said}, **whole})
    assert found.tie_word_embeddings == tied


def test_a_type_that_is_not_known_is_asked_which_head_holds():
    differing = {"tie_word_embeddings": True, "text_config": {**LLAMA, "tie_word_embeddings": False}}
    with pytest.raises(ProblemError, match="'seer' follows; keep the one that holds"):
        read_config({"model_type": "seer", **differing})


def test_makers_own_formats_say_the_same_as_hugging_faces():
    """DeepSeek's inference program, and Meta's and Mistral's, give other names to the same numbers."""
    v3 = {
        **dict(vocab_size=129280, dim=7168, inter_dim=18432, moe_inter_dim=2048, n_layers=61, n_dense_layers=3),
        **dict(n_heads=128, n_routed_experts=256, n_shared_experts=1, n_activated_experts=8, n_expert_groups=8),
        **dict(n_limited_groups=4, route_scale=2.5, score_func="sigmoid", q_lora_rank=1536, kv_lora_rank=512),
        **dict(qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128, dtype="fp8"),
    }
    assert read_config(v3, "V3") == replace(published_architecture("deepseek-v3"), name="V3", **NO_MODULES)
    assert (
        read_config({**v3, "index_topk": 2048, "index_n_heads": 64, "index_head_dim": 128}).runs[0][1].mixer.index_topk
        == 2048
    )
    llama3 = dict(dim=4096, n_layers=32, n_heads=32, n_kv_heads=8, vocab_size=128256, multiple_of=1024)
    read = read_config({**llama3, "ffn_dim_multiplier": 1.3, "norm_eps": 1e-5, "rope_theta": 500000.0}, "x")
    assert read == replace(published_architecture("llama-3.1-8b"), name="x")
    llama1 = dict(dim=4096, n_layers=32, n_heads=32, vocab_size=32000, multiple_of=256, norm_eps=1e-6)
    assert read_config(llama1, "x") == replace(published_architecture("llama-2-7b"), name="x")
    with pytest.raises(ProblemError, match="vocab_size is -1"):
        read_config({**llama1, "vocab_size": -1})
    mixtral = dict(dim=4096, n_layers=32, head_dim=128, hidden_dim=14336, n_heads=32, n_kv_heads=8, vocab_size=32000)
    read = read_config({**mixtral, "moe": {"num_experts": 8, "num_experts_per_tok": 2}}, "x")
    assert read == replace(published_architecture("mixtral-8x7b"), name="x")
    with pytest.raises(ProblemError, match="wings is not known in Meta's own format"):
        read_config({**llama1, "wings": 2})


def test_kinds_of_layers_are_those_of_the_reference():
    """Gemma 2 begins with a window and alternates; every sixth layer of Gemma 3 sees all; Qwen2's last have windows."""
    gemma2 = read_config({**GEMMA2, "sliding_window": 100})
    assert [(n, layer.mixer.sliding_window) for n, layer in gemma2.runs] == [(1, 100), (1, 0), (1, 100)]
    gemma3 = read_config({**GEMMA2, "model_type": "gemma3_text", "num_hidden_layers": 14, "sliding_window": 100})
    assert [(n, layer.mixer.sliding_window) for n, layer in gemma3.runs] == [
        (5, 100),
        (1, 0),
        (5, 100),
        (1, 0),
        (2, 100),
    ]
    qwen2 = read_config({**QWEN2, "use_sliding_window": True, "sliding_window": 100, "max_window_layers": 2})
    assert [(n, layer.mixer.sliding_window) for n, layer in qwen2.runs] == [(2, 0), (1, 100)]
    listed = read_config({**GEMMA2, "layer_types": ["full_attention"] * 3})
    assert [layer.mixer.sliding_window for _, layer in listed.runs] == [0]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_declared_so_that_what_it_needs_is_said(family):
    """A file with nothing but the family is refused for the first field that is missing, or has all in defaults."""
    try:
        found = read_config({"model_type": family})
    except ProblemError as problem:
        assert "is missing; add it" in str(problem)
    else:
        assert found.num_hidden_layers > 1


def test_the_layers_without_experts_are_found_in_either_family():
    """Six layers with experts in every second: three dense; one more is named dense; DeepSeek's first 3 of 61 are."""
    sparse = {**QWEN3_MOE, "decoder_sparse_step": 2}
    assert read_config(QWEN3_MOE).mixture_layers == 6
    assert read_config(sparse).dense_layers == 3
    assert read_config({**sparse, "mlp_only_layers": [1, 2]}).dense_layers == 4
    assert read_config(V3).mixture_layers == 58
    assert read_config({**V3, "moe_layer_freq": 2}).mixture_layers == len(range(4, 61, 2))


def test_no_field_that_is_counted_somewhere_is_passed_over_elsewhere():
    """But for those that say something in a few families only: learned positions, and which layers have none."""
    few = {"_sliding_window_pattern", "max_position_embeddings", "no_rope_layer_interval"}
    assert {field for field in COUNTED if is_harmless(field)} == few


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
        (
            {**LLAMA, "num_key_value_heds": 2},
            "num_key_value_heds is not known in .* llama; did you mean num_key_value_heads",
        ),
        ({**LLAMA, "wings": 2}, "wings is not known"),
        ({**LLAMA, "model_type": "whisper"}, "model_type is 'whisper'"),
        ({**LLAMA, "model_type": "gemma9", "attn_logit_hardcapping": 50.0}, "model_type is 'gemma9'"),
        ({**LLAMA, "n_embd": 64}, "n_embd is not known in a model of type llama; did you mean hidden_size"),
        ({**LLAMA, "num_experts": 4}, "num_experts has no meaning in a model of type llama"),
        ({**LLAMA, "v_head_dim": 8}, "v_head_dim has no meaning"),
        ({**QWEN3_MOE, "attention_biass": True}, "did you mean attention_bias"),
        ({**LLAMA, "architectures": ["LlamaModel"]}, "architectures names LlamaModel, which has no output head"),
        ({**LLAMA, "architectures": ["LlamaForSequenceClassification"]}, "no output head over the vocabulary"),
        ({**GPT2, "architectures": ["GPT2Model"]}, "architectures names GPT2Model"),
        ({**LLAMA, "architectures": "LlamaForCausalLM"}, "architectures is 'LlamaForCausalLM'"),
        ({**GPT2, "add_cross_attention": True}, "add_cross_attention is True"),
        ({**GPT2, "cross_attention_hidden_size": 64}, "cross_attention_hidden_size is 64"),
        ({**LLAMA, "is_encoder_decoder": True}, "is_encoder_decoder is True"),
        ({**GPT2, "pruned_heads": {"0": [1]}}, "pruned_heads"),
        ({**LLAMA, "layer_types": ["full_attention", "linear_attention", "full_attention"]}, "layer_types"),
        ({k: v for k, v in LLAMA.items() if k != "model_type"}, "The field model_type is missing"),
        ({k: v for k, v in LLAMA.items() if k != "hidden_size"}, "hidden_size .* is missing"),
        ({**LLAMA, "hidden_size": 60}, "hidden_size is 60, which num_attention_heads, 8"),
        ({**LLAMA, "hidden_size": "64"}, "hidden_size is '64'"),
        ({**LLAMA, "num_hidden_layers": 0}, "num_hidden_layers is 0"),
        ({**LLAMA, "num_hidden_layers": True}, "num_hidden_layers is True"),
        ({**LLAMA, "tie_word_embeddings": 1}, "tie_word_embeddings is 1"),
        ({**LLAMA, "n_routed_experts": 8}, "n_routed_experts has no meaning in a model of type llama"),
        ({**LLAMA, "model_type": "mistral"}, "num_key_value_heads .* is missing"),
        (
            {**MISTRAL, "attention_bias": True},
            "attention_bias is True, which has no meaning in a model of type mistral",
        ),
        ({**QWEN2, "attention_bias": True}, "attention_bias is True"),
        ({**QWEN2, "layer_types": ["sliding_attention"] * 3}, "sliding_window is not given or not used"),
        (
            {**QWEN2, "layer_types": ["full_attention"] * 2},
            "layer_types is .* must be a list with the kind of each of 3 layers",
        ),
        ({**QWEN2, "layer_types": ["full_attention", "mamba", "mamba"]}, "layer_types has 'mamba'"),
        ({**GEMMA2, "use_bidirectional_attention": True}, "use_bidirectional_attention"),
        ({**LLAMA, "num_hidden_layers": 10**9}, "num_hidden_layers is 1000000000; more than 10,000"),
        ({**LLAMA, "num_hidden_layers": 1e30}, "num_hidden_layers is 1e[+]30"),
        ({**LLAMA, "hidden_size": 64.0}, "hidden_size is 64.0; write it as a whole number, 64"),
        ({**LLAMA, "hidden_size": float("nan")}, "hidden_size is nan"),
        ({**LLAMA, "hidden_size": float("inf")}, "hidden_size is inf"),
        ({**LLAMA, "hidden_size": 10**5000}, "hidden_size is a number of about 5000 digits"),
        ({**LLAMA, "hidden_size": [64]}, "hidden_size is .64."),
        ({**LLAMA, "x" * 200: 1}, "xxx[.]{3} is not known"),
        ('{"hidden_size": ' + "9" * 5000 + "}", "too many digits"),
        ("[" * 100_000, "nested too deeply"),
        ("[1, 2]", "not a JSON object"),
        (b"\xff\xfe{", "cannot be read as text .UTF-16."),
        (b"{\xc3\x28}", "cannot be read as text .UTF-8."),
        (None, "not None; give one"),
        (12, "not a value of type int"),
        ([LLAMA], "not a value of type list"),
        (pd.DataFrame([LLAMA]), "not a value of type DataFrame"),
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
        ({**V3, "mlp_bias": True}, "mlp_bias is True"),
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


def test_a_part_that_stands_in_itself_ends_in_a_sentence():
    fields = dict(LLAMA)
    fields["text_config"] = fields
    with pytest.raises(ProblemError, match="text_config stands in itself"):
        read_config(fields)


@pytest.mark.parametrize("act", [count_parameters, matrices, kv_cache_bytes, ServedModel.of, memory])
@pytest.mark.parametrize("wrong", [None, LLAMA, "llama-3.1-8b", 3])
def test_what_is_no_architecture_is_told_how_to_become_one(act, wrong):
    with pytest.raises(ProblemError, match=r"read_config makes of a config.json"):
        act(wrong)


@given(st.data())
def test_a_file_with_anything_in_it_is_counted_or_refused_in_a_sentence(data):
    """Fields of any family with values of any kind, in one of the published files: never another error."""
    base = data.draw(st.sampled_from([LLAMA, V3, GPT2, QWEN3_MOE, MISTRAL, GEMMA2, {**QWEN2, "layer_types": FULL * 3}]))
    names = st.sampled_from(sorted(COUNTED | {"architectures", "text_config", "dim", "n_layers", "pruned_heads"}))
    fields = {**base, **data.draw(st.dictionaries(names, ANYTHING, max_size=3))}
    try:
        found = read_config(fields)
    except ProblemError as problem:
        assert "\n" not in str(problem) and str(problem)[-1] in ".?"
    else:
        count = count_parameters(found)
        assert 0 < count.active_without_embedding <= count.total
        assert kv_cache_bytes(found, 1000) >= 0 and generation_flop(found, 1000).forward > 0


def test_sizes_that_a_text_part_leaves_to_its_class_are_said():
    """LLaVA-1.5 7B gives the vocabulary alone; the rest is Llama's 7B, whose total is known."""
    part = {"model_type": "llama", "vocab_size": 32064, "_name_or_path": "vicuna"}
    found = read_config({"model_type": "llava", "text_config": part, "vision_config": {"hidden_size": 1024}})
    seven = count_parameters(published_architecture("llama-2-7b")).total
    assert count_parameters(found).total == seven + 2 * 64 * 4096
    assert "num_hidden_layers 32" in found.assumed and not any("vocab_size" in words for words in found.assumed)
    with pytest.raises(ProblemError, match="is missing; add it"):
        read_config(part)


def test_an_unknown_family_is_named_with_those_of_its_name():
    with pytest.raises(ProblemError, match=r"model_type is 'gemma9', .*: gemma.*, gemma2, .* others .*\.$"):
        read_config({"model_type": "gemma9"})
    with pytest.raises(ProblemError, match=r"model_type is 'zzz', .* deepseek_v3, .*qwen3"):
        read_config({"model_type": "zzz"})


def test_a_file_of_weights_is_refused_before_it_is_read_in_full(tmp_path):
    """Where a path was meant for the configuration beside it; the sentence has the whole path."""
    path = tmp_path / f"{'model-' * 30}.safetensors"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(ProblemError, match=rf"^The file {re.escape(str(path))} is larger than 10 MB"):
        read_config(path)
    with pytest.raises(ProblemError, match=re.escape(f"{path}.json cannot be read")):
        read_config(f"{path}.json")


def test_a_size_that_a_part_gives_by_another_name_is_not_assumed():
    step = {"model_type": "step3p7", "text_config": {"moe_num_experts": 64, "num_attention_groups": 4}}
    found = read_config(step)
    assert (found.n_routed_experts, found.num_key_value_heads) == (64, 4)
    assert "hidden_size 4096" in found.assumed and not any("experts" in words for words in found.assumed)


def test_sizes_of_classes_are_fields_of_their_families():
    foreign = {kind: set(sizes) - set(FAMILIES[kind].fields) for kind, sizes in CLASS_DEFAULTS.items()}
    assert not {kind: names for kind, names in foreign.items() if names}
