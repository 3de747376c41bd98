"""Each erratum on the market stands as long as its contradiction does, and falls with a figure that agrees."""

from dataclasses import replace

import pytest

from analysis.kit import facts
from analysis.market.chapter import errata

PUBLISHED = {name: fact.value for name, fact in facts.load("market").items()}
#: An erratum and the figure with which it would be none.
AGREEING = [
    (errata.hundred_days, "fibre-claimed-doubling", 365.25),
    (errata.profit_share, "datacentre-nvidia-profit-share", 0.27),
    (errata.cloud_share, "capex-aws-share-2025-printed", 0.72),
    (errata.four_rounds, "venture-2026-q1-printed", 0.63),
    (errata.growth_of_2026, "capex-headline-growth-2026", 74.0),
    (errata.restated_loss, "jdsu-loss-2001-restated", 55.9e9),
    (errata.running_cost, "tco-opex-share", 0.16),
]


@pytest.mark.parametrize(("erratum", "name", "agreeing"), AGREEING, ids=[case[1] for case in AGREEING])
def test_a_figure_that_agrees_is_no_erratum(monkeypatch, erratum, name, agreeing):
    assert erratum().holds
    table = facts.load("market")._facts
    monkeypatch.setitem(table, name, replace(table[name], value=agreeing))
    assert not erratum().holds


def test_three_firms_make_the_total_of_four():
    """44.2, 35.7 and 30.88 are 110.78 billion dollars, where 110.75 is printed for four firms."""
    found = errata.four_firms()
    assert found.holds
    assert found.numbers["recomputed"].value == pytest.approx(110.78)
