"""What a reader sees computed is what the chapter says: its cells type assumptions and print what the prose prints."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from analysis.market.chapter import inputs, prose
from tests.kit.cells import after, after_each


@pytest.fixture(scope="module")
def cells() -> list[tuple[dict[str, Any], str]]:
    """After each cell in sight, what it left and what it said."""
    return after_each("market")


def test_the_owner_of_the_cell_is_the_owner_of_the_figures(cells):
    names, chip = after(cells, "an_hour"), inputs.chip()
    typed = [names[symbol] for symbol in ("K", "n", "R", "r", "P", "PUE", "tau", "o", "u")]
    assert typed == [
        *(chip.capital, chip.years, chip.residual, chip.rate, chip.power, chip.overhead, chip.tariff),
        *(chip.operation, chip.used),
    ]
    assert math.isclose(names["an_hour"], chip.cost_per_hour())


def test_the_priors_of_the_cell_are_those_of_the_fan(cells):
    names, scenario = after(cells, "terms"), inputs.scenario()
    typed = [names[letter + symbol] for symbol in "abg" for letter in "ms"]
    means = scenario.demand.mean, scenario.elasticity.mean - 1, scenario.efficiency.mean
    spreads = scenario.demand.spread, scenario.elasticity.spread, scenario.efficiency.spread
    assert typed == pytest.approx([value for pair in zip(means, spreads, strict=True) for value in pair])
    assert math.isclose(sum(names["terms"]), scenario.variance())


def test_other_assumptions_that_a_cell_types_are_the_chapters(cells):
    names = after(cells, "recovered")
    used, growth = names["recovered"].__defaults__
    assert (used, growth) == (inputs.IDLE_USED, pytest.approx(math.log1p(inputs.DEMAND_GROWTH[1])))
    assert after(cells, "lost")["lost"] == inputs.LOST
    assert after(cells, "value")["value"].__defaults__ == (
        inputs.VALUATION.rate,
        inputs.VALUATION.years,
        inputs.VALUATION.terminal_growth,
    )
    assert after(cells, "years_ahead")["years_ahead"] == inputs.YEARS_AHEAD


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("building", "used-2001"),
        ("boom", "lasers-left"),
        ("arc", "london-elasticity"),
        ("lost", "replacement"),
        ("shown", "money-least"),
        ("gpus", "rack-share"),
        ("recovered", "quarter-glass"),
        ("falling", "falling-glass"),
        ("ratios", "growth-six"),
        ("elasticities", "constant-ten"),
        ("saturates", "saturating-ten"),
        ("found", "arc-same"),
        ("an_hour", "cost-base"),
        ("every_hour", "break-even-low"),
        ("terms", "exact-spread"),
        ("years_ahead", "fan-high"),
        ("value", "growth-after"),
        ("grid", "llama-energy"),
        ("payment", "yearly-payment"),
        ("margin", "volume-half"),
    ],
)
def test_a_cell_prints_the_number_that_the_prose_says(cells, name, number):
    said = next(text for names, text in cells if name in names)
    assert re.sub(r"\s", "", str(prose.numbers()[number])) in said
