"""What a reader sees computed is what the models compute, and what the chapter says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from analysis import toolbox
from analysis.kit import chapters
from analysis.kit.experiments import load_result
from analysis.toolbox import decoding, optimisers, pairs, roofline
from analysis.toolbox.chapter import inputs
from analysis.toolbox.promises import products
from analysis.toolbox.tickets import pruned_masks
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


def test_the_threshold_of_the_cell_leaves_each_layer_what_the_mask_of_the_model_does(cells):
    names = after(cells, "tau")
    masks = pruned_masks(names["model"], names["theta"], 0.5)
    shares = [float((names["tau"] < W).mean()) for W in names["layers"]]
    assert shares == pytest.approx([float(mask.mean()) for mask in masks], abs=1e-4)
    said = [top / bottom for *_, top, bottom in printed(cells, "tau")]
    assert said == pytest.approx(shares, abs=0.06)


def test_the_bits_of_the_cell_are_those_of_the_model(cells):
    scales = (0, 0, 0.5)
    for (bits, stored), scale in zip(printed(cells, "stored"), scales, strict=True):
        assert stored == toolbox.bits_per_weight(bits - scale, scale=scale)


def test_the_worth_of_start_and_mask_in_the_cell_is_that_of_the_model(cells):
    rows = toolbox.ticket_runs(load_result("toolbox-tickets"), inputs.FULL_RATE)
    pairs = (("ticket", "its mask, new weights"), ("its mask, new weights", "random mask"))
    for line, pair in zip(printed(cells, "luck"), pairs, strict=True):
        assert line == pytest.approx(toolbox.advantage(rows, *pair), abs=5e-4)


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


# What a tool can change, better steps, do they multiply.


def test_the_shares_of_the_cell_are_those_of_the_model(cells):
    gains = toolbox.promises().set_index("tool")["delivered"]
    for (less, faster, share), bits in zip(printed(cells, "gains"), (8, 4), strict=True):
        s, S = gains[f"{bits}-bit weights"], gains[f"{bits}-bit weights, decoding"]
        assert (less, faster) == (round(s, 1), round(S, 1))
        assert share == pytest.approx(100 * toolbox.implied_share(S, s), abs=0.5)


def test_the_line_of_the_cell_is_that_of_the_model(cells):
    line = decoding.lines().query("card == 'A100' and points == 9").iloc[0]
    (bandwidth, constant), *times = printed(cells, "slope")
    assert bandwidth == pytest.approx(line["bandwidth"], abs=0.5)
    assert constant == pytest.approx(line["constant"], abs=0.05)
    for size, milliseconds in times:
        said = 1e3 * decoding.seconds(1e9 * size, 1e9 * line["bandwidth"], line["constant"] / 1e3)
        assert milliseconds == pytest.approx(said, abs=0.05)


def test_the_roofline_of_the_cell_is_that_of_the_model_and_of_our_card(cells):
    names = after(cells, "waits")
    assert names["P"] == pytest.approx(1e12 * products()["bf16"], rel=0.01)
    for tokens, microseconds in printed(cells, "waits"):
        flop, moved = roofline.batch(tokens, names["width"], 16)
        assert microseconds == pytest.approx(1e6 * roofline.time(flop, moved, names["P"], names["B"]), abs=0.5)


def test_the_iteration_of_the_cell_is_that_of_muon(cells):
    names = after(cells, "sigma")
    assert (names["a"], names["b"], names["c"]) == optimisers.COEFFICIENTS
    before = np.linalg.svd(names["M"], compute_uv=False) / np.linalg.norm(names["M"])
    for turn, low, high in printed(cells, "sigma"):
        after_turns = np.abs(optimisers.spectrum(before, int(turn))) if turn else before
        assert low == pytest.approx(after_turns.min(), abs=5e-4)
        assert high == pytest.approx(after_turns.max(), abs=5e-3)


def test_the_cell_reads_off_what_the_model_and_the_text_say(cells):
    names = after(cells, "muon")
    for (rate, mean, _), chosen in zip(printed(cells, "muon"), (inputs.ADAM_RATE, inputs.UNTUNED), strict=True):
        assert rate == chosen
        assert mean == pytest.approx(optimisers.compared(names["runs"], rate)["worth"].mean(), abs=0.005)


def test_the_pairs_of_the_cell_are_those_of_amdahls_law_at_the_shares_of_the_picture(cells):
    names = after(cells, "more")
    line = decoding.lines().query("card == @inputs.PAIRED_CARD").iloc[-1]
    spent = pairs.parts(
        inputs.PAIRED_MODEL,
        inputs.PAIRED_CONTEXT,
        1e9 * line["bandwidth"],
        line["constant"] / 1e3,
        inputs.PAIRED_WINDOW,
    )
    times = np.array([spent[part] for part in pairs.PARTS])
    assert names["f"] == pytest.approx(times / times.sum(), abs=0.01)
    one, *others = names["tools"].values()
    said = next(text for made, text in cells if "more" in made)
    for line_, other in zip(said.splitlines(), others, strict=True):
        ratio = float(re.findall(r"([\d.]+) of", line_)[0])
        assert ratio == pytest.approx(toolbox.together(names["f"], 1 / one, 1 / other), abs=0.005)


# What every cell prints.


def test_a_line_that_a_cell_prints_fits_a_telephone(cells):
    lines = [line for _, said in cells for line in said.splitlines()]
    assert len(lines) > len(cells)
    assert [line for line in lines if len(line) > 36] == []
