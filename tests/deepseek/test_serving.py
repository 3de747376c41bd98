"""The roofline and its limits, what is published of machines and models, and the bound above every measured rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.config import published_architecture
from analysis.deepseek.layers import Span
from analysis.deepseek.memory import memory
from analysis.deepseek.serving import (
    MACHINES,
    PRECISIONS,
    Machine,
    ServedModel,
    able,
    bytes_read,
    decode_rate,
    experts_read,
    flop_a_token,
    holds,
    latest_price,
    machines,
    measured_rates,
    memory_needed,
    prefill_rate,
    serving_table,
)
from analysis.kit import facts
from analysis.kit.errors import ProblemError

V3 = ServedModel.of(published_architecture("deepseek-v3"))
LLAMA = ServedModel.of(published_architecture("llama-3.1-70b"))
#: Large enough for everything, so that only speed counts.
HALL = Machine("hall", 1e18, 1e13, 1e15, 1e6, 1e4)
MODELS = st.sampled_from([V3, LLAMA])


@pytest.mark.parametrize("name", ["deepseek-v3", "llama-3.1-405b", "mixtral-8x7b", "mistral-7b", "gpt-3-175b"])
def test_memory_and_reading_are_those_counted_from_the_configuration(name):
    """One text, with and without a context: mixtures, latent attention, windows and tied embeddings included."""
    architecture = published_architecture(name)
    model = ServedModel.of(architecture)
    for context in (0, 512, 32_768):
        counted = memory(architecture, 16, context)
        assert memory_needed(model, 16, context) == pytest.approx(counted.total)
        assert bytes_read(model, 16, context) == pytest.approx(counted.read_per_token)


@given(MODELS, st.sampled_from(list(PRECISIONS.values())), st.integers(0, 100_000), st.integers(1, 1000))
def test_no_rate_is_above_what_memory_and_arithmetic_allow_and_one_of_them_binds(model, bits, context, batch):
    rate = float(decode_rate(HALL, model, bits, context, batch))
    by_memory = batch * HALL.bandwidth / float(bytes_read(model, bits, context, batch))
    by_arithmetic = HALL.peak / float(flop_a_token(model, context))
    assert rate == pytest.approx(min(by_memory, by_arithmetic))


@given(MODELS, st.integers(0, 100_000))
def test_fewer_bits_more_texts_and_shorter_contexts_are_never_slower(model, context):
    rates = decode_rate(HALL, model, [16, 8, 4.5], context, [[1], [8], [64]])
    assert (np.diff(rates, axis=0) >= -1e-9).all() and (np.diff(rates, axis=1) >= -1e-9).all()
    assert decode_rate(HALL, model, 8, context) >= decode_rate(HALL, model, 8, context + 1000)


def test_a_single_text_of_a_dense_model_is_bandwidth_over_bytes():
    assert decode_rate(HALL, LLAMA, 16) == pytest.approx(HALL.bandwidth / (2 * LLAMA.active))


def test_a_prompt_is_read_in_the_time_that_its_tokens_take_each_with_those_before_it():
    """The first token looks back at none, the last at all: on average half of the text counts."""
    model, machine, length = ServedModel("dense", 1e9, 1e9, prompt_looks=(Span(5e5),)), machines()["pc"], 4096
    flop = sum(2 * (model.active + 5e5 * before) for before in range(length))
    seconds = length / prefill_rate(machine, model, length)
    assert seconds == pytest.approx(flop / machine.peak, rel=1 / length)


def test_experts_in_their_limits():
    """One token reads its k of E, and with all experts chosen a mixture is dense; many tokens read all."""
    assert experts_read(8 / 256, 1) == pytest.approx(8 / 256)
    assert experts_read(1.0, 5) == 1
    assert bytes_read(V3, 8, 0, 1) == pytest.approx(V3.active)
    assert bytes_read(V3, 8, 0, 10_000) == pytest.approx(V3.always + V3.routed)


def test_experts_read_is_what_drawing_gives():
    """Against 2,000 draws of 8 of 256 experts for each of 16 tokens, within four standard errors."""
    rng = np.random.default_rng(0)
    draws = [len({e for _ in range(16) for e in rng.choice(256, 8, replace=False)}) / 256 for _ in range(300)]
    assert abs(np.mean(draws) - experts_read(8 / 256, 16)) < 4 * np.std(draws) / np.sqrt(len(draws))


def test_the_cache_is_the_published_one():
    """70.272 KB a token for DeepSeek-V3 in BF16 (Zhao et al. 2025, table 1)."""
    assert V3.cache_bytes(1) == facts.load("deepseek")["isca-kv-v3"].value * 1000


def test_what_does_not_fit_is_not_written():
    """Published advice: R1 as it is needs eight H200, and eight H100 do not hold it."""
    table = machines()
    assert not holds(table["h100x8"], V3, PRECISIONS["FP8"]) and holds(table["h200x8"], V3, PRECISIONS["FP8"])
    assert decode_rate(table["h100x8"], V3, PRECISIONS["FP8"]) == 0
    assert holds(table["m3ultra"], V3, PRECISIONS["4-bit"]) and not holds(table["m4max"], V3, PRECISIONS["4-bit"])
    assert not holds(table["rtx4090"], LLAMA, PRECISIONS["4-bit"])


def test_no_published_rate_is_above_its_bound():
    """Programs reach 30 % to 85 % of what the memory allows; none more than all of it."""
    rates = measured_rates()
    assert rates["share"].between(0.3, 0.85).all()
    llama = rates[rates["key"].str.startswith("m2ultra")]
    assert llama["measured"].is_monotonic_increasing and llama["share"].is_monotonic_decreasing


def test_the_computed_figures_of_the_machines_follow_from_their_parts():
    """Channels of 64 bits times transfers a second; and servers of eight times one."""
    table, memory_of = facts.load("deepseek"), machines()
    assert memory_of["pc"].bandwidth == 2 * 8 * 5600e6
    assert memory_of["epyc"].bandwidth == 24 * 8 * 4800e6
    assert memory_of["phone"].bandwidth == 8 * 8533e6
    assert memory_of["h100x8"].bandwidth == 8 * table["h100-memory-bandwidth"].value
    assert memory_of["h100x8"].peak == memory_of["h200x8"].peak == 8 * table["h100-bf16-peak"].value


def test_the_table_holds_every_combination_and_agrees_with_the_functions():
    table = serving_table([V3, LLAMA], list(machines().values()), contexts=(0, 4096))
    assert len(table) == 2 * len(MACHINES) * len(PRECISIONS) * 2
    assert ((table["rate"] > 0) == table["fits"]).all()
    row = table.query("model == @V3.name and machine == @machines()['m3ultra'].name and precision == '4-bit'").iloc[1]
    assert row["rate"] == decode_rate(machines()["m3ultra"], V3, 4.5, 4096)
    assert row["prefill"] == prefill_rate(machines()["m3ultra"], V3, 4096)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: Machine("none", 0, 1, 1, 1, 1), "Memory of none must be positive"),
        (lambda: ServedModel("none", 0, 0), "Parameters of none must be positive"),
        (lambda: ServedModel("none", 1, 1, 1, 0), "share of the experts"),
        (lambda: decode_rate(HALL, V3, 0), "number of bits must be positive"),
        (lambda: memory_needed(V3, 8, -1), "context must be finite and at least 0"),
        (lambda: bytes_read(V3, 8, 0, 0), "batch must be 1 or more, not 0"),
    ],
)
def test_what_cannot_be_served_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()


def test_a_machine_that_is_able_holds_the_model_and_is_fast_enough():
    """Llama-70B in four bits needs 41 GB: the machines of 48 and 128 GB are able, a card of 32 is not."""
    found = able(LLAMA, 4.5, 4096, 5.0)
    assert {"rtx3090x2", "framework", "m4max"} <= set(found) and not {"rtx5090", "pc", "phone"} & set(found)
    assert able(LLAMA, 4.5, 4096, 1e6) == []


def test_the_last_price_is_the_newer_one_where_there_is_one():
    table = facts.load("deepseek")
    assert latest_price("framework") == table["home-framework-price-2026"].value
    assert latest_price("pc") == table["home-pc-price"].value
