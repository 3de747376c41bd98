"""What a reader sees computed is what the models compute, and what the chapter says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from analysis import toolbox
from analysis.kit import chapters
from analysis.toolbox.chapter import inputs
from tests.kit.cells import after, after_each


@pytest.fixture(scope="module")
def cells() -> list[tuple[dict[str, Any], str]]:
    """After each cell in sight, what it left and what it said."""
    return after_each("toolbox")


def printed(cells: list[tuple[dict[str, Any], str]], name: str) -> list[list[float]]:
    """The numbers in each line that the first cell said which makes a name."""
    said = next(text for names, text in cells if name in names)
    return [[float(n.replace(",", "")) for n in re.findall(r"[-+]?\d[\d,]*\.?\d*", line)] for line in said.splitlines()]


# Fewer bits.


def test_the_law_of_the_cell_is_that_of_the_model_and_of_the_numbers_it_draws(cells):
    names = after(cells, "kappa2")
    assert (names["b"], names["n"]) == (inputs.FEW_BITS, inputs.BLOCK)
    (drawn, law), (textbook,) = printed(cells, "kappa2")
    assert law == pytest.approx(toolbox.snr(names["b"], names["n"]), abs=0.005)
    assert drawn == pytest.approx(law, abs=0.05)
    assert textbook == pytest.approx(toolbox.sine_snr(names["b"]), abs=0.01)


@pytest.mark.parametrize(("bits", "block"), [(3, 8), (4, 128), (6, 16), (8, 64)])
def test_the_cell_agrees_with_itself_for_other_bits_and_blocks(bits, block):
    cell = next(cell for cell in chapters.cells("toolbox") if cell.visible and "kappa2" in cell.source)
    source = cell.source.replace("b, n = 4, 32", f"b, n = {bits}, {block}")
    assert f"b, n = {bits}, {block}" in source
    names = {"np": np}
    exec(source, names)
    assert names["drawn"] == pytest.approx(names["law"], abs=0.05)
    assert names["law"] == pytest.approx(toolbox.snr(bits, block))


# Borrowed learning.


def test_the_law_of_transfer_of_the_cell_is_that_of_the_model(cells):
    names = after(cells, "beta")
    for own, times in printed(cells, "beta"):
        assert toolbox.multiplier(names["N"], own) == pytest.approx(times, abs=0.5)


def test_the_multipliers_of_the_cell_are_those_of_the_model_on_the_mean_curve(cells):
    found = toolbox.multipliers(inputs.transfer_runs())
    mean = found[found["way"] == "all"].groupby(["text", "symbols"])["times"].mean()
    lines = printed(cells, "same")
    assert len(lines) == len(mean)
    # a curve that is averaged first gives a little else than multipliers that are averaged
    for (own, times), ((_, symbols), model) in zip(
        lines, mean.sort_index(ascending=[False, True]).items(), strict=True
    ):
        assert own == symbols and times == pytest.approx(model, rel=0.06)


# New machines.


def test_the_chips_of_the_cell_grew_as_the_model_says(cells):
    found = toolbox.trends(inputs.CHIP_LINE)
    lines = printed(cells, "grew")
    for (times, tau), measure in zip(lines, ("bf16", "per_watt", "bandwidth"), strict=True):
        assert times == pytest.approx(found.loc[measure, "times"], abs=0.05)
        assert tau == pytest.approx(found.loc[measure, "doubling"], abs=0.051)


def test_the_energies_of_the_cell_are_those_of_the_model(cells):
    names = after(cells, "adds")
    assert names["bit"] == pytest.approx(toolbox.landauer(300))
    assert names["byte"] == pytest.approx(1e-12 * toolbox.byte_moved())
    assert names["adds"] == pytest.approx(inputs.weight_moved())


def test_the_door_of_the_cell_is_that_of_the_model(cells):
    names = next(names for names, _ in cells if {"Q", "g"} <= set(names))
    per_token, _, qubits, gate, tokens = inputs.door_start()
    assert (names["Q"], names["g"]) == (qubits, pytest.approx(1e-6 * gate))
    assert names["B"] == pytest.approx(toolbox.door(qubits, 1e-6 * gate))
    assert names["bits"] == pytest.approx(tokens * 1e12 * per_token)
    known = (inputs.fact("willow-distance"), inputs.fact("willow-error") / 100, inputs.fact("willow-suppression"))
    assert names["d"] == toolbox.distance_for(inputs.GOOD_QUBIT, *known)


# Fewer tokens looked at; adapters.


def test_the_window_of_the_cell_saves_what_the_model_says(cells):
    *lines, (even,) = printed(cells, "pair")
    for context, times in lines:
        assert toolbox.saving("llama-3.1-8b", context) == pytest.approx(times, abs=0.005)
    assert toolbox.crossover("llama-3.1-8b") == pytest.approx(even, abs=0.5)


def test_the_ratios_of_the_cell_are_those_of_the_model(cells):
    for context, last, mean in printed(cells, "looks"):
        assert context / toolbox.tokens_read(context, "nsa") == pytest.approx(last, abs=0.05)
        model = toolbox.mean_tokens_read(context) / toolbox.mean_tokens_read(context, "nsa")
        assert model == pytest.approx(mean, abs=0.05)


def test_the_adapter_of_the_cell_is_counted_and_its_card_is_that_of_the_model(cells):
    names = after(cells, "beside")
    assert (names["W"] + names["B"] @ names["A"]) @ names["x"] == pytest.approx(names["beside"])
    _, (trained, of), (_, gigabytes) = printed(cells, "beside")
    assert (trained, of) == (names["A"].size + names["B"].size, names["W"].size)
    assert toolbox.fine_tuning_memory("llama-2-70b", "qlora").total / 1e9 == pytest.approx(gigabytes, abs=0.5)
