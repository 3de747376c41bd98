"""What the picture of the door computes in the browser is what the package computes, and its sentence too."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from analysis.kit.downloads import drawer
from analysis.toolbox import quantum
from analysis.toolbox.chapter import figures, inputs

PER_TOKEN, CARD, *_ = inputs.door_start()


@functools.cache
def spec():
    return figures.door(inputs.quantum_machines(), *inputs.door_start()).spec()


def expression(dataset, name):
    """The Vega expression of a column that the view of a table computes."""
    (found,) = (
        step["calculate"]
        for view in spec()["layer"]
        if view["data"]["name"] == dataset
        for step in view.get("transform", [])
        if step.get("as") == name
    )
    return found


def in_browser(calculate, rows, **settings):
    """The values of an expression for each row, by the library that draws in the browser."""
    document = {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "signals": [{"name": name, "value": value} for name, value in settings.items()],
        "data": [{"name": "rows", "values": rows, "transform": [{"type": "formula", "as": "v", "expr": calculate}]}],
        "marks": [
            {
                "type": "text",
                "from": {"data": "rows"},
                "encode": {"update": {"text": {"signal": "format(datum.v, '.12e')"}}},
            }
        ],
    }
    texts = drawer().vega_to_scenegraph(document)["scenegraph"]["items"][0]["items"][0]["items"]
    return np.array([float(item["text"].replace("−", "-")) for item in texts])


@pytest.mark.parametrize(("qubits", "gate", "tokens"), [(10_000, 10, 15), (1_000, 100, 40), (100_000, 1, 1)])
def test_the_line_the_machines_and_the_dot_are_those_of_the_model(qubits, gate, tokens):
    bits, settings = tokens * 1e12 * PER_TOKEN, {"qubits": qubits, "gate": gate, "tokens": tokens}
    for dataset in ("line", "machines"):
        rows = spec()["datasets"][dataset]
        model = [quantum.seconds_to_read(bits, row["qubits"] / (gate * 1e-6)) for row in rows]
        assert in_browser(expression(dataset, "seconds"), rows, **settings) == pytest.approx(model, rel=1e-9)
    (dot,) = in_browser(expression("chosen", "seconds"), [{}], **settings)
    assert dot == pytest.approx(quantum.seconds_to_read(bits, quantum.door(qubits, gate * 1e-6)), rel=1e-9)
    (card,) = in_browser(expression("a card", "seconds"), [{}], **settings)
    assert card == pytest.approx(quantum.seconds_to_read(bits, 8 * CARD), rel=1e-9)
