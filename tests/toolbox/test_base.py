"""The networks that the tools are tried on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np

from analysis import topics
from analysis.kit import chapters
from analysis.scaling.corpus import standard_library
from analysis.toolbox import base

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def test_a_network_is_the_same_each_time_and_may_be_changed():
    model, theta = base.base_network(0)
    theta[:] = 0
    again = base.base_network(0)[1]
    assert again.any() and again.shape == (model.total_parameters,)


def test_networks_have_learned_more_than_the_pairs_of_characters_say():
    symbols = standard_library().train
    pairs = np.bincount(96 * symbols[:-1].astype(int) + symbols[1:], minlength=96**2).reshape(96, 96)
    share = pairs / pairs.sum()
    given = share / share.sum(axis=1, keepdims=True).clip(1e-300)
    bigram = -np.sum(share[share > 0] * np.log(given[share > 0]))
    assert base.held_out_loss(*base.base_network(0)) < bigram - 0.7


def test_every_variant_is_scored_on_the_same_windows_of_text_that_was_not_trained_on():
    first, second = base.evaluation(), base.evaluation()
    assert all((a[0] == b[0]).all() and (a[1] == b[1]).all() for a, b in zip(first, second, strict=True))
    text, held_out = standard_library().train.tobytes(), standard_library().validation.tobytes()
    contexts, targets = first[0]
    window = np.append(contexts[0], targets[0]).astype(np.uint8).tobytes()
    assert window in held_out
    seen, right = base.calibration(8)
    assert np.append(seen[0], right[0]).astype(np.uint8).tobytes() in text


def test_calibration_takes_as_many_windows_as_it_is_told():
    contexts, targets = base.calibration(12)
    assert contexts.shape == (12, 16) and targets.shape == (12,)


def test_what_a_cell_prints_of_a_network_holds_for_the_library_of_another_python(monkeypatch, capsys):
    """Text and network are those of the Python that runs: a cell that says more of them turns red on another."""
    ours = standard_library()
    less = replace(ours, train=ours.train[: len(ours.train) // 2])  # further from it than any Python's that we support
    monkeypatch.setattr(base, "standard_library", lambda: less)
    monkeypatch.setattr(base, "_trained", base._trained.__wrapped__)
    printed = {}
    for topic in topics.TOPICS:
        cells = chapters.cells(topic)
        committed = [cell for cell in nbformat.read(NOTEBOOKS / f"{topic}.ipynb", 4).cells if cell.cell_type == "code"]
        for cell in cells:
            if "base_network" in cell.source or "standard_library" in cell.source:
                list(chapters.run(chapters.needed(cells, cell)))
                (output,) = committed[cell.place].outputs
                printed[topic, cell.place] = capsys.readouterr().out, output.text
    assert printed and all(now == then for now, then in printed.values()), printed
