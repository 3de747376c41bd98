"""Who takes in what along the stack: a pace is a year's, a share is between 0 and 1, a quantity has one value."""

import numpy as np
import pandas as pd
import pytest

from analysis.kit import facts
from analysis.market.stack import CHIPS, MODELS, layers, paces, profits, revenue_for_power, shares


def rows(models, chips=(100.0, 100.0)):
    pairs = [(MODELS, models), (CHIPS, chips)]
    listed = [(layer, layer, str(year), pace) for layer, row in pairs for year, pace in enumerate(row)]
    return pd.DataFrame(listed, columns=["layer", "firm", "date", "pace"])


def test_a_share_is_that_of_models_in_models_and_chips():
    assert shares(rows([100.0, 300.0])).tolist() == [0.5, 0.75]


def test_a_share_does_not_depend_on_the_unit():
    table = rows([7.0, 29.0], [142.0, 249.0])
    assert np.allclose(shares(table), shares(table.assign(pace=1e9 * table["pace"])))


def test_a_date_without_chips_has_no_share():
    assert shares(rows([1.0, 2.0, 3.0])).index.tolist() == ["0", "1"]


def test_the_same_margin_for_all_leaves_the_share():
    table = rows([7.0, 29.0])
    assert np.allclose(shares(profits(table, {CHIPS: 0.5, MODELS: 0.5})), shares(table))


def test_a_lower_margin_of_models_lowers_their_share():
    table = rows([7.0, 29.0])
    assert (shares(profits(table, {CHIPS: 0.7, MODELS: 0.35})) < shares(table)).all()


def test_quarters_of_nvidia_are_those_of_its_revenue_by_market():
    ours = paces().query("firm == 'NVIDIA'").set_index("date")["pace"]
    table = facts.frame("market_nvidia_revenue").query("market == 'data centre' and months == 3")
    reported = {ended[:7]: 4 * revenue / 1e3 for ended, revenue in zip(table["ended"], table["revenue"], strict=True)}
    shared = set(reported) & set(ours.index)
    assert shared
    assert {date: ours[date] for date in shared} == pytest.approx({date: reported[date] for date in shared}, rel=1e-4)


def test_run_rates_of_the_builders_are_those_of_the_facts():
    table, fact = paces().set_index(["firm", "date"])["pace"], facts.load("market")
    assert table["Microsoft", "2026-04"] == fact["ai-run-rate-microsoft-2026"].value / 1e9
    assert table["Amazon", "2026-07"] == fact["ai-run-rate-amazon-2026"].value / 1e9


def test_layers_keep_what_is_not_published_empty():
    assert layers(paces())["clouds"].isna().any()


def test_openais_revenue_followed_its_power_as_it_says():
    """From 0.2 to 1.9 GW and from 2 to 20 billion: an elasticity of 1.02."""
    power = revenue_for_power()
    assert power.max() / power.min() < 1.06
