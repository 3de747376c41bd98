"""What the page computes is what the package computes: the expressions, evaluated, against the models."""

import math
import re
from types import SimpleNamespace

import altair as alt
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.market.browser import (
    PARAMETERS,
    cornish_fisher_quantiles,
    fan_rows,
    growth_expressions,
    parameter_values,
)
from analysis.market.scenarios import Prior, Scenario, fan

BOOK = Scenario(Prior(0.3, 0.2), Prior(1.11, 0.3), Prior(1.04, 0.35))

scenarios = st.builds(
    Scenario,
    demand=st.builds(Prior, st.floats(-0.5, 1), st.floats(0.05, 0.5)),
    elasticity=st.builds(Prior, st.floats(0, 2), st.floats(0, 0.6)),
    efficiency=st.builds(Prior, st.floats(0, 2), st.floats(0, 0.7)),
    pass_through=st.sampled_from([0.5, 1.0]),
)


def evaluate(expressions, row, scenario):
    """The calculated fields of one row; the functions used mean in Python what they mean in Vega."""
    datum = SimpleNamespace(**row)
    known = {"pow": math.pow, "sqrt": math.sqrt, "exp": math.exp, **parameter_values(scenario)}
    for name, expression in expressions.items():
        setattr(datum, name, eval(expression, {"__builtins__": {}}, known | {"datum": datum}))
    return datum


@given(scenarios, st.floats(0.01, 0.99), st.floats(0, 6))
def test_the_expressions_are_the_closed_form_quantiles(scenario, probability, year):
    row = fan_rows([probability], [year]).iloc[0].to_dict()
    datum = evaluate(growth_expressions(scenario.pass_through), row, scenario)
    quantile = cornish_fisher_quantiles(scenario, [probability])
    assert datum.growth == pytest.approx(quantile[0], abs=1e-9)
    assert datum.multiple == pytest.approx(fan(quantile, [year], [probability])["multiple"][0])
    assert (datum.growth_mean, datum.growth_variance) == pytest.approx((scenario.mean(), scenario.variance()))


def test_vega_itself_draws_the_quantiles_of_the_package():
    """A chart that prints each multiple as text, converted to SVG by the library that the site uses."""
    rows = fan_rows([0.1, 0.5, 0.9], [1, 5])
    chart = alt.Chart(rows)
    for name, expression in growth_expressions().items():
        chart = chart.transform_calculate(**{name: expression})
    chart = chart.transform_calculate(label="'m' + format(datum.multiple, '.5f')")
    chart = chart.add_params(*(alt.param(name=name, value=value) for name, value in parameter_values(BOOK).items()))
    svg = vl_convert.vegalite_to_svg(chart.mark_text().encode(text="label:N", y="z:Q", x="year:O").to_dict())
    printed = sorted(float(text) for text in re.findall(r">m([\d.]+)<", svg))
    levels = [0.1, 0.5, 0.9]
    expected = fan(cornish_fisher_quantiles(BOOK, levels), [1, 5], levels)["multiple"]
    assert printed == pytest.approx(sorted(expected), abs=1e-5)


@given(scenarios)
def test_the_sliders_start_at_the_scenario(scenario):
    values = parameter_values(scenario)
    assert list(values) == list(PARAMETERS)
    assert values["elasticity_mean"] == scenario.elasticity.mean
    assert values["demand_spread"] == scenario.demand.spread


def test_rows_that_cannot_be_are_refused_in_a_sentence():
    with pytest.raises(ProblemError, match="A probability must be above 0 and below 1, not 1"):
        fan_rows([0.5, 1.0], [1])
    with pytest.raises(ProblemError, match="A year must be"):
        fan_rows([0.5], [-1])
