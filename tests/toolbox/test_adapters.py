"""Adapters of low rank: their counts, their algebra, and the memory and arithmetic of fine-tuning with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.config import published_architecture, published_names
from analysis.deepseek.parameters import count_parameters
from analysis.kit.errors import ProblemError
from analysis.toolbox import adapters

MODELS = st.sampled_from(published_names())
QV = ("q_proj", "v_proj")


@pytest.mark.parametrize(("rank", "printed"), [(1, 4.7e6), (8, 37.7e6)])
def test_counts_for_gpt_3_are_those_of_the_papers_table(rank, printed):
    assert adapters.lora_parameters("gpt-3-175b", rank, on=QV) == pytest.approx(printed, abs=0.05e6)


def test_a_checkpoint_of_rank_four_has_the_printed_35_megabytes_of_two_to_the_twenty():
    count = adapters.lora_parameters("gpt-3-175b", 4, on=QV)
    assert count == 18_874_368
    assert 2 * count / 2**20 == 36  # printed: 35 MB
    assert 175e9 / count == pytest.approx(9272, abs=1)  # printed: 10,000 times


def test_all_linear_maps_of_llama_2_70b_at_rank_16():
    width, inner, keys = 8192, 28672, 1024
    a_layer = 2 * (width + width) + 2 * (width + keys) + 3 * (width + inner)  # q and o, k and v, gate, up and down
    assert adapters.lora_parameters("llama-2-70b", 16) == 16 * 80 * a_layer == 207_093_760


@given(MODELS, st.integers(1, 256))
def test_adapters_grow_with_the_rank_alone(name, rank):
    assert adapters.lora_parameters(name, rank) == rank * adapters.lora_parameters(name, 1)


def matrices(rank: int, inputs: int = 12, outputs: int = 9) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(rank)
    shapes = ((outputs, inputs), (rank, inputs), (outputs, rank), (5, inputs))
    return tuple(rng.standard_normal(shape) for shape in shapes)


@pytest.mark.parametrize("rank", [1, 2, 8, 9, 20])
@pytest.mark.parametrize("alpha", [None, 0.0, 16.0])
def test_merged_is_unmerged(rank, alpha):
    weight, down, up, inputs = matrices(rank)
    merged = adapters.merged(weight, down, up, alpha)
    # float64 sums of a few dozen products: ten digits are safe
    assert inputs @ merged.T == pytest.approx(adapters.adapted(inputs, weight, down, up, alpha), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("rank", [1, 2, 5, 9, 20])
def test_the_change_has_at_most_its_rank(rank):
    weight, down, up, _ = matrices(rank)
    change = adapters.merged(weight, down, up) - weight
    assert np.linalg.matrix_rank(change) == min(rank, 9)


def test_an_adapter_of_full_rank_can_be_any_change():
    weight, _, _, _ = matrices(3)
    wanted = np.random.default_rng(7).standard_normal(weight.shape)
    u, s, vt = np.linalg.svd(wanted - weight, full_matrices=False)
    assert adapters.merged(weight, vt, u * s) == pytest.approx(wanted, abs=1e-12)


def test_an_adapter_that_begins_at_zero_changes_nothing():
    weight, down, up, _ = matrices(4)
    assert (adapters.merged(weight, down, 0 * up) == weight).all()


@given(MODELS, st.integers(1, 64), st.integers(1, 8192))
def test_memory_adds_up_and_falls_from_full_to_lora_to_qlora(name, rank, sequence):
    full, lora, qlora = (adapters.fine_tuning_memory(name, m, rank, sequence) for m in adapters.METHODS)
    for each in (full, lora, qlora):
        assert each.total == sum(each.parts.values())
        assert min(each.parts.values()) >= 0
    assert full.total > lora.total > qlora.total
    assert full.activations == lora.activations == qlora.activations
    assert lora.trained == qlora.trained == adapters.lora_parameters(name, rank)


@pytest.mark.parametrize("name", published_names())
def test_full_fine_tuning_takes_sixteen_bytes_a_parameter_or_twelve(name):
    count = count_parameters(published_architecture(name)).total
    for master, each in ((True, 16), (False, 12)):
        told = adapters.fine_tuning_memory(name, "full", master=master)
        assert told.total - told.activations == each * count


def test_twelve_bytes_are_the_printed_780_gigabytes_of_65_billion():
    assert 12 * 65e9 == 780e9


def test_four_bits_with_scales_are_those_of_the_paper():
    assert pytest.approx(0.127, abs=5e-4) == adapters.NF4_BITS - 4
    assert pytest.approx(0.373, abs=5e-4) == 32 / 64 - (adapters.NF4_BITS - 4)


@pytest.mark.parametrize(
    ("name", "gigabytes"),  # full, LoRA, QLoRA at rank 16, without activations
    [("llama-2-7b", (107.8, 14.1, 4.5)), ("llama-3.1-8b", (128.5, 16.7, 6.4)), ("llama-2-70b", (1103.6, 141.3, 39.7))],
)
def test_gigabytes_of_known_models(name, gigabytes):
    for method, expected in zip(adapters.METHODS, gigabytes, strict=True):
        told = adapters.fine_tuning_memory(name, method)
        assert (told.total - told.activations) / 1e9 == pytest.approx(expected, abs=0.05)


@given(MODELS, st.integers(1, 64), st.integers(1, 32_768))
def test_lora_saves_at_most_a_third_of_the_arithmetic(name, rank, sequence):
    full, lora = (adapters.fine_tuning_flop(name, method, rank, sequence) for method in ("full", "lora"))
    assert lora > full * 2 / 3
    assert adapters.fine_tuning_flop(name, "qlora", rank, sequence) == lora


def test_the_smallest_adapter_of_a_short_text_needs_four_of_six_flop():
    full, lora = (adapters.fine_tuning_flop("llama-2-7b", method, 1, 1) for method in ("full", "lora"))
    assert lora / full == pytest.approx(4 / 6, abs=2e-3)


TINY = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "intermediate_size": 256, "vocab_size": 100}
TINY |= {"num_attention_heads": 8, "num_key_value_heads": 2}
NAN = float("nan")
ONE = np.eye(2)
BAD = [
    *(lambda model=model: adapters.fine_tuning_memory(model) for model in ("llama-9", 3, None, {}, "{", [])),
    *(lambda rank=rank: adapters.lora_parameters(TINY, rank) for rank in (0, -1, 1.5, NAN, "four", [1, 2], [])),
    *(lambda on=on: adapters.lora_parameters(TINY, 1, on) for on in ("qproj", (), ("q_proj", "lm_head"), None, 3)),
    *(lambda method=method: adapters.fine_tuning_memory(TINY, method) for method in ("LoRA", "", None)),
    *(lambda length=length: adapters.fine_tuning_memory(TINY, sequence=length) for length in (0, 2.5, NAN, "long")),
    lambda: adapters.fine_tuning_memory(TINY, sequences=0),
    lambda: adapters.fine_tuning_flop(TINY, "none"),
    *(lambda up=up: adapters.merged(ONE, ONE, up) for up in (np.eye(3), [1.0, 2.0], "up", [[NAN, 0], [0, 0]])),
    lambda: adapters.merged(ONE, np.zeros((0, 2)), np.zeros((2, 0))),
    lambda: adapters.merged(ONE, ONE, ONE, alpha=NAN),
    lambda: adapters.adapted([1.0, 2.0, 3.0], ONE, ONE, ONE),
    lambda: adapters.adapted(1.0, ONE, ONE, ONE),
]


@pytest.mark.parametrize("ask", BAD, ids=range(len(BAD)))
def test_what_cannot_be_meant_is_answered_by_one_sentence(ask):
    with pytest.raises(ProblemError) as told:
        ask()
    assert str(told.value).endswith((".", "?"))
    assert len(str(told.value)) < 500
