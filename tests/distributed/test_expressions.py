"""What the interactive pictures of the price compute in the browser is what the package computes."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from analysis.distributed import break_even, price, published, quadratic
from analysis.distributed.chapter import figures, inputs
from analysis.kit.downloads import drawer

BOWLS = inputs.CURVATURES, inputs.OPTIMA
EXPONENT = 0.0954
SIZES = {"1 billion": 1e9, "10 billion": 10e9, "100 billion": 100e9}


@functools.cache
def bowl():
    return figures.bowl(*BOWLS, inputs.STEP, inputs.START, inputs.WALK, inputs.PERIODS).spec()


@functools.cache
def even():
    return figures.break_even(inputs.EVEN_LINES, 0.003, EXPONENT, 30, "10B").spec()


def views(node):
    """Every view of a spec."""
    yield node
    for key in ("layer", "concat"):
        for child in node.get(key, []):
            yield from views(child)


def expressions(spec, dataset, name):
    """The Vega expression of a column that the views of a table compute."""
    return [
        step["calculate"]
        for view in views(spec)
        if view.get("data", {}).get("name") == dataset
        for step in view.get("transform", [])
        if step.get("as") == name
    ]


def in_browser(expression, rows, **settings):
    """The values of an expression for each row, by the library that draws in the browser."""
    document = {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "signals": [{"name": name, "value": value} for name, value in settings.items()],
        "data": [
            {"name": "rows", "values": rows, "transform": [{"type": "formula", "as": "found", "expr": expression}]}
        ],
        "marks": [
            {
                "type": "text",
                "from": {"data": "rows"},
                "encode": {"update": {"text": {"signal": "format(datum.found, '.12e')"}}},
            }
        ],
    }
    texts = drawer().vega_to_scenegraph(document)["scenegraph"]["items"][0]["items"][0]["items"]
    return np.array([float(item["text"].replace("−", "-")) for item in texts])


@pytest.mark.parametrize("period", [1, 2, 7, 10, 50, 100])
def test_the_walks_of_the_workers_are_those_of_the_model(period):
    (walk,) = expressions(bowl(), "walks", "place")
    rows = bowl()["datasets"]["walks"]
    found = in_browser(walk, rows, period=period, bowls="differ in curvature")
    walked = quadratic.trajectory(inputs.START, *BOWLS, inputs.STEP, period, inputs.WALK)
    assert found == pytest.approx(walked.T.ravel(), abs=1e-7)


@pytest.mark.parametrize("period", [1, 10, 100])
def test_the_walks_in_equal_bowls_are_those_of_the_model(period):
    (walk,) = expressions(bowl(), "walks", "place")
    found = in_browser(walk, bowl()["datasets"]["walks"], period=period, bowls="are equally curved")
    walked = quadratic.trajectory(inputs.START, np.ones(4), inputs.OPTIMA, inputs.STEP, period, inputs.WALK)
    assert found == pytest.approx(walked.T.ravel(), abs=1e-7)


def test_the_places_where_workers_settle_are_those_of_the_model():
    (settles,) = expressions(bowl(), "curve", "settles")
    rows = bowl()["datasets"]["curve"]
    found = in_browser(settles, rows, period=1, bowls="differ in curvature")
    assert found == pytest.approx(quadratic.fixed_point(*BOWLS, inputs.STEP, [row["H"] for row in rows]), abs=1e-7)
    alike = in_browser(settles, rows, period=1, bowls="are equally curved")
    assert alike == pytest.approx(np.mean(inputs.OPTIMA))


@pytest.mark.parametrize("exponent", [0.04, 0.095, 0.16])
def test_the_price_of_a_gap_is_that_of_the_model(exponent):
    spec = figures.price(published.losses(), EXPONENT).spec()
    (share,) = expressions(spec, "curve", "share")
    rows = spec["datasets"]["curve"]
    found = in_browser(share, rows, exponent=exponent, gap=1.0)
    assert found == pytest.approx(price.compute_ratio([row["percent"] / 100 for row in rows], exponent))


@pytest.mark.parametrize("model", SIZES)
@pytest.mark.parametrize(("gap", "period"), [(0.1, 10), (0.3, 30), (4.0, 500)])
def test_times_and_the_line_where_they_are_even_are_those_of_the_model(model, gap, period):
    rows = even()["datasets"]["lines"]
    lines, size, ratio = [row["line"] for row in rows], SIZES[model], price.compute_ratio(gap / 100, EXPONENT)
    settings = {"model": model, "gap": gap, "period": period}
    for kind, H, part in (("data-parallel", 1, 1.0), ("apart", period, ratio)):
        (time,) = expressions(even(), "lines", kind)
        found = in_browser(time, rows, **settings)
        assert found == pytest.approx(break_even.time_to_loss(lines, size, H, part), rel=1e-6)
    line = expressions(even(), "even", "line")[0]
    found = in_browser(line, [{}], **settings)[0]
    assert found == pytest.approx(break_even.break_even_bandwidth(gap / 100, EXPONENT, size, period), rel=1e-6)
