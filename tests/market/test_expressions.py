"""What the interactive charts compute in the page is what the package computes."""

import functools
import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.market.browser import cost_expression, recovery_expressions
from analysis.market.chapter import inputs
from analysis.market.chapter.figures.demand import two_futures
from analysis.market.chapter.figures.fibre import forecast_error
from analysis.market.chapter.figures.lifetimes import recovered
from analysis.market.demand import SaturatingDemand, compute_demand
from analysis.market.discounting import growth_of_doubling
from analysis.market.overbuild import present_value_share, utilisation

CHIP = inputs.chip()
KNOWN = {"pow": math.pow, "exp": math.exp, "log": math.log, "min": min, "LN2": math.log(2)}


def evaluate(expression, datum, **sliders):
    """A Vega expression in Python, where it means the same."""
    return eval(expression, {"__builtins__": {}}, KNOWN | {"datum": SimpleNamespace(**datum)} | sliders)


def recovery(life, **sliders):
    """The calculated field ``share`` of the chart of recovery."""
    datum = {"life": life}
    for name, expression in recovery_expressions().items():
        datum[name] = evaluate(expression, datum, **sliders)
    return datum["share"]


@given(
    life=st.floats(1, 30),
    used=st.integers(1, 100),
    growth=st.integers(0, 150),
    fall=st.integers(0, 70),
    rate=st.integers(1, 25),
)
def test_the_page_recovers_what_the_model_recovers(life, used, growth, fall, rate):
    model = present_value_share(used / 100, math.log1p(growth / 100), rate / 100 - math.log(1 - fall / 100), life)
    assert recovery(life, used=used, growth=growth, fall=fall, rate=rate) == pytest.approx(model, rel=1e-6)


@given(
    used=st.floats(20, 100),
    capital=st.floats(15_000, 70_000),
    years=st.floats(2, 8),
    interest=st.integers(1, 25),
    tariff=st.floats(0.03, 0.3),
)
def test_the_page_prices_an_hour_as_the_model_does(used, capital, years, interest, tariff):
    owner = replace(CHIP, used=used / 100, capital=capital, years=years, rate=interest / 100, tariff=tariff)
    page = evaluate(
        cost_expression(CHIP), {"used": used}, capital=capital, years=years, interest=interest, tariff=tariff
    )
    assert page == pytest.approx(owner.cost_per_hour(), rel=1e-9)


def calculated(spec, field):
    """The expression of a calculated field of a chart."""
    found = []

    def look(node):
        if isinstance(node, dict):
            if node.get("as") == field and "calculate" in node:
                found.append(node["calculate"])
            for child in node.values():
                look(child)
        elif isinstance(node, list):
            for child in node:
                look(child)

    look(spec)
    return found[0]


@functools.cache
def futures():
    """The spec of the chart of two futures."""
    return two_futures([1, 10, 1000], 1.11, 10).spec()


@functools.cache
def forecasts():
    """The spec of the chart of a forecast's error."""
    return forecast_error([0, 2, 4], (0.026, 0.05), growth_of_doubling(100), math.log(2)).spec()


@given(st.floats(1, 1000), st.floats(0.3, 5), st.floats(0.2, 1))
def test_the_page_draws_both_demands_of_the_models(efficiency, elasticity, through):
    spec = futures()
    sliders = {"elasticity": elasticity, "through": through}
    constant = evaluate(calculated(spec, "the elasticity stays"), {"efficiency": efficiency}, **sliders)
    assert constant == pytest.approx(compute_demand(efficiency, elasticity, through), rel=1e-9)
    demand = SaturatingDemand(1.0, 1 / elasticity, pass_through=through)
    saturates = evaluate(calculated(spec, "demand saturates"), {"efficiency": efficiency}, **sliders)
    assert saturates == pytest.approx(demand.compute(efficiency) / demand.compute(1.0), rel=1e-9)


@given(st.floats(0, 4), st.integers(50, 730), st.integers(100, 1095), st.floats(1, 4))
def test_the_page_lets_the_share_in_use_fall_as_the_model_does(year, planned, actual, technology):
    expression = calculated(forecasts(), "share")
    page = evaluate(expression, {"year": year}, planned=planned, actual=actual, technology=technology)
    rates = (growth_of_doubling(planned), growth_of_doubling(actual), math.log(technology))
    assert page == pytest.approx(utilisation(year, *rates), rel=1e-9)


def test_a_long_life_is_worth_nothing_where_the_price_falls_as_fast_as_in_the_bust():
    kept = {"used": 25, "growth": 40, "rate": 10}
    assert recovery(25, fall=0, **kept) > recovery(5, fall=0, **kept) + 0.2
    assert recovery(25, fall=65, **kept) == pytest.approx(recovery(5, fall=65, **kept), abs=0.005)


def test_the_chart_of_recovery_shows_the_expressions_that_are_tested():
    drawn = recovered([1, 5, 30], 0.25, 0.4, 0.1, (5.0, 25.0), 0.65).spec()
    assert calculated(drawn, "share") == recovery_expressions()["share"]
