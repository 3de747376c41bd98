"""Every family of models against the truth: counts that their publishers give, and counts of declared shapes.

``checkpoints/README.md`` says where the rows come from.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from analysis.deepseek.cache import kv_cache_bytes
from analysis.deepseek.config import read_config
from analysis.deepseek.families import FAMILIES
from analysis.deepseek.family import Reader
from analysis.deepseek.flop import generation_flop
from analysis.deepseek.formats import text_part
from analysis.deepseek.parameters import count_parameters
from analysis.deepseek.recurrent import ChannelDelta
from analysis.kit.errors import ProblemError

HERE = Path(__file__).parent / "checkpoints"
MODELS, SHAPES = (
    [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]
    for name in ("models.jsonl", "shapes.jsonl")
)
PUBLISHED = [row for row in MODELS if row["mark"] == "published"]


@pytest.mark.parametrize("row", MODELS, ids=lambda row: row["name"])
def test_a_model_has_as_many_parameters_as_its_publisher_or_its_shapes_say(row):
    assert count_parameters(read_config(row["config"])).total == row["total"]


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["name"])
def test_a_checkpoint_holds_the_model_and_what_is_stored_beside_it(row):
    """Beside the text part: one that sees, modules that predict further, a tied embedding again, masks of attention."""
    architecture = read_config(row["config"])
    count = count_parameters(architecture)
    beside = {
        "": 0,
        "copy": count.embedding,
        "modules": count.mtp,
        "modules and copies": count.mtp + count.mtp_copies,
        "masks": architecture.num_hidden_layers * architecture.learned_positions**2,
        "no router bias": -architecture.mixture_layers * architecture.n_routed_experts,
        "frequencies": 32,  # of the rotary positions
        "padded decays": sum(copies * _padding(layer.mixer) for copies, layer in architecture.runs),
    }[row.get("beside", "")]
    assert count.total + row.get("vision", 0) + row.get("further", 0) + beside == row["checkpoint"]


def _padding(mixer):
    """Decays that are stored up to as many as a head has numbers."""
    return mixer.linear_head_dim - mixer.linear_num_heads if isinstance(mixer, ChannelDelta) else 0


@pytest.mark.parametrize("family", sorted({row["family"] for row in SHAPES}))
def test_small_models_have_as_many_parameters_as_their_declared_shapes(family):
    for row in SHAPES:
        if row["family"] == family:
            assert count_parameters(read_config(row["config"])).total == row["total"], row["config"]


@pytest.mark.parametrize("family", sorted({row["family"] for row in SHAPES if row["reach"]}))
def test_each_layer_keeps_what_the_reference_implementation_caches(family):
    """All tokens, those of a window, a state, or nothing; layers at the end that keep nothing have no cache there."""
    for row in SHAPES:
        if row["family"] == family and row["reach"]:
            runs = [run.split("x") for run in row["reach"].split()]
            expected = [reach for number, reach in runs for _ in range(int(number))]
            found = [_reach(layer) for copies, layer in read_config(row["config"]).runs for _ in range(copies)]
            assert found[: len(expected)] == expected and set(found[len(expected) :]) <= {"none"}, row["config"]


def _reach(layer):
    kept = {span.window for span in layer.mixer.kept if span.each} if layer.mixer else set()
    names = {0: "all", 1: "state"}
    return "+".join(sorted(names.get(window, str(window)) for window in kept)) or "none"


def test_every_family_is_held():
    """By a model that is published, or by the shapes of small ones."""
    held = {text_part(row["config"])[0]["model_type"] for row in MODELS + SHAPES}
    assert set(FAMILIES) == held


def test_rows_are_held_once_and_say_where_they_are_from():
    names = Counter(row["name"] for row in MODELS)
    assert max(names.values()) == 1
    assert {row["mark"] for row in MODELS} == {"published", "shapes"}
    assert all(row["source"].startswith("https://") for row in PUBLISHED)
    assert len({json.dumps(row["config"], sort_keys=True) for row in SHAPES}) == len(SHAPES)


def test_what_a_family_declares_is_asked_for(monkeypatch):
    """A number that is read and enters no piece would be passed over in silence."""
    asked: dict[str, set[str]] = {}
    value = Reader._value

    def noted(reader, quantity):
        asked.setdefault(reader.kind, set()).add(quantity)
        return value(reader, quantity)

    monkeypatch.setattr(Reader, "_value", noted)
    for row in MODELS + SHAPES:
        read_config(row["config"])
    listed = {"mlp_only_layers", "moe_layers"}  # lists, which are asked for as such
    of_a_kin = {
        "sliding_window",
        "max_window_layers",
        "mamba_expand",
        "moe_layer_freq",
    }  # stand in files, without effect
    of_a_kin |= {"block_auto_adjust_ff_dim", "block_multiple_of"}
    unasked = {kind: set(family.defaults) - asked.get(kind, set()) for kind, family in FAMILIES.items()}
    assert not {kind: names - listed - of_a_kin for kind, names in unasked.items() if names - listed - of_a_kin}


BY_NAME = {row["name"]: row["config"] for row in MODELS}


@pytest.mark.parametrize(
    ("name", "billions", "digits"),
    [
        ("deepseek-ai/DeepSeek-V4-Flash", 13, 0),  # its makers' announcement of April 2026, as is the next
        ("deepseek-ai/DeepSeek-V4-Pro", 49, 0),
        ("openai/gpt-oss-20b", 3.61, 2),  # arXiv:2508.10925, Table 1, as is the next
        ("openai/gpt-oss-120b", 5.13, 2),
    ],
)
def test_a_token_is_multiplied_by_as_many_parameters_as_the_makers_say(name, billions, digits):
    count = count_parameters(read_config(BY_NAME[name]))
    assert round(count.active_without_embedding / 1e9, digits) == billions


def test_deepseek_v4_takes_and_keeps_what_its_makers_say():
    """At a million tokens 27 % of the arithmetic of V3.2 for a token, and 9.62 GiB of cache, 8.7 times less.

    The first is the makers' figure, the second was read in reports of the release (secondary).
    """
    v4, v32 = (read_config(BY_NAME[f"deepseek-ai/DeepSeek-{name}"]) for name in ("V4-Pro", "V3.2"))
    v4_flop, v32_flop = (generation_flop(model, 2**20) for model in (v4, v32))
    share = (v4_flop.matrices + v4_flop.attention) / (v32_flop.matrices + v32_flop.attention)
    v4_bytes, v32_bytes = (kv_cache_bytes(model, 2**20, 2) for model in (v4, v32))
    assert round(share, 2) == 0.27
    assert round(v4_bytes / 2**30, 2) == 9.62 and round(v32_bytes / v4_bytes, 1) == 8.7


#: Values that no field means.
WRONG = (None, 0, -1, True, "x", [], [None], [[1]], {}, {"a": 1}, 1.5, 10**30)


@pytest.mark.parametrize("row", list({row["family"]: row for row in SHAPES}.values()), ids=lambda row: row["family"])
def test_no_value_of_a_field_is_more_than_a_sentence_or_a_count(row):
    """Whatever stands in one field of a file, in an entry of a list or in a part of it."""
    for changed in _changed(row["config"]):
        try:
            count = count_parameters(read_config(changed))
        except ProblemError as problem:
            assert "\n" not in str(problem) and str(problem)[-1] in ".?", changed
        else:
            assert 0 < count.active_without_embedding <= count.total, changed


def _changed(fields):
    """The same with one value after the other replaced by wrong ones, within lists and parts too."""
    for name, value in fields.items():
        yield from ({**fields, name: wrong} for wrong in WRONG)
        if isinstance(value, dict):
            yield from ({**fields, name: inner} for inner in _changed(value))
        if isinstance(value, list) and value:
            yield from ({**fields, name: [wrong, *value[1:]]} for wrong in WRONG)
            yield {**fields, name: value[1:]}


@pytest.mark.parametrize("listed", ["layer_types", "mlp_layer_types"])
@pytest.mark.parametrize("family", sorted({row["family"] for row in SHAPES}))
def test_a_kind_of_layer_that_is_null_is_refused(family, listed):
    """It would be counted as a layer without a part."""
    for row in SHAPES:
        kinds = row["config"].get(listed)
        if row["family"] == family and kinds:
            with pytest.raises(ProblemError, match=r"is one of|must"):
                read_config({**row["config"], listed: [None, *kinds[1:]]})
            break
