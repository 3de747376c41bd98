"""What the pictures of attention and of memory compute in the browser is what the package computes."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest

from analysis.deepseek.config import architecture_of
from analysis.kit.downloads import drawer
from analysis.toolbox import adapters, attention_cost
from analysis.toolbox.chapter import figures, inputs
from analysis.toolbox.chapter.figures.looks import READING, WAYS, WRITING

MODELS = {architecture_of(name).name: name for name in inputs.LOOKED_AT}
TUNED = {architecture_of(name).name: name for name in inputs.TUNED}
PARTS = {
    "weights": lambda told: told.weights + told.adapters,
    "gradients and what Adam keeps": lambda told: told.gradients + told.master + told.moments,
    "for the backward pass": lambda told: told.activations,
}


@functools.cache
def attention():
    return figures.attention(inputs.LOOKED_AT, inputs.ATTENTION_LENGTHS).spec()


@functools.cache
def memory():
    return figures.memory(inputs.TUNED).spec()


def steps(spec, dataset, name):
    """The calculations, in their order, of the views of a table that compute a column."""
    views = [view for view in spec["layer"] if view.get("data", {}).get("name") == dataset]
    found = [[t for t in view["transform"] if "calculate" in t] for view in views]
    return [each for each in found if any(t["as"] == name for t in each)]


def in_browser(calculations, rows, column, **settings):
    """A column for each row, by the library that draws in the browser."""
    formulas = [{"type": "formula", "as": t["as"], "expr": t["calculate"]} for t in calculations]
    document = {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "signals": [{"name": name, "value": value} for name, value in settings.items()],
        "data": [{"name": "rows", "values": rows, "transform": formulas}],
        "marks": [
            {
                "type": "text",
                "from": {"data": "rows"},
                "encode": {"update": {"text": {"signal": f"format(datum[{column!r}], '.12e')"}}},
            }
        ],
    }
    texts = drawer().vega_to_scenegraph(document)["scenegraph"]["items"][0]["items"][0]["items"]
    return np.array([float(item["text"].replace("−", "-")) for item in texts])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("method", "way"), WAYS.items())
def test_both_shares_are_those_of_the_model_at_all_lengths(model, method, way):
    rows, name = attention()["datasets"]["lengths"], MODELS[model]
    lengths = [row["context"] for row in rows]
    *_, calculations = steps(attention(), "lengths", READING)
    reading = in_browser(calculations, rows, READING, model=model, way=way, b=1)
    assert reading == pytest.approx(attention_cost.forward_flop(name, lengths, method).share, rel=1e-8)
    for texts in (1, 7, 32, 128):
        writing = in_browser(calculations, rows, WRITING, model=model, way=way, b=texts)
        told = attention_cost.decode_bytes(name, lengths, texts, method, bits=inputs.LOOKED_AT[name])
        assert writing == pytest.approx(told.share, rel=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_the_grey_lines_look_at_all_tokens_whatever_is_chosen(model):
    rows, name = attention()["datasets"]["lengths"], MODELS[model]
    calculations, _ = steps(attention(), "lengths", READING)
    found = in_browser(calculations, rows, READING, model=model, way=WAYS["nsa"], b=1)
    told = attention_cost.forward_flop(name, [row["context"] for row in rows]).share
    assert found == pytest.approx(told, rel=1e-8)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("method", "way"), WAYS.items())
def test_the_marks_stand_where_the_model_has_them(model, method, way):
    name = MODELS[model]
    ((reading,),) = steps(attention(), "half, reading", "context")
    found = in_browser([reading], [{}], "context", model=model, way=way, b=1)[0]
    assert found == pytest.approx(min(attention_cost.crossover(name, method), 1e15), rel=1e-8)
    ((writing,),) = steps(attention(), "half, writing", "context")
    for texts in (1, 2, 16, 64, 128):
        found = in_browser([writing], [{}], "context", model=model, way=way, b=texts)[0]
        told = attention_cost.decode_crossover(name, texts, method, bits=inputs.LOOKED_AT[name])
        assert found == pytest.approx(min(told, 1e15), rel=1e-6)


@pytest.mark.parametrize("model", TUNED)
@pytest.mark.parametrize("method", adapters.METHODS)
def test_each_part_of_the_bill_is_that_of_the_model(model, method):
    for rank, tokens in itertools.product((1, 16, 256), (512, 2048, 16_384)):
        told, before = adapters.fine_tuning_memory(TUNED[model], method, rank, tokens), 0.0
        for part, value in PARTS.items():
            (calculations,) = steps(memory(), f"{method}, {part}", "to")
            ends = [
                in_browser(calculations, [{}], end, model=model, rank=rank, tokens=tokens)[0] for end in ("from", "to")
            ]
            after = before + value(told) / 1e9
            assert ends == pytest.approx([min(before, 200), min(after, 200)], rel=1e-8)  # the axis ends there
            before = after


def test_titles_that_are_not_true_of_their_models_say_so():
    narrow = figures.indexer("llama-3.1-8b", inputs.INDEXED_LENGTHS)  # few heads: choosing costs what it saves
    assert narrow.holds is False
    assert figures.indexer(inputs.INDEXED, (4096, 8192)).holds is False  # too short for the indexer to be the bill
    dense = figures.attention({**inputs.LOOKED_AT, "mistral-7b": 16, "gpt-3-175b": 16}, inputs.ATTENTION_LENGTHS)
    assert dense.holds is False  # the last is no model whose writing meets its bill later
