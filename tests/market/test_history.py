"""Fibre: what was in use, what prices and firms were left with."""

import pytest

from analysis.kit import facts
from analysis.market.history import (
    cisco_peak_value,
    falls,
    in_dollars_of_december_2025,
    lit_shares,
    london_elasticity,
    prices,
)


def test_uunet_doubled_its_capacity_three_times_a_year():
    """O'Dell's two statements, four months and eight times a year, are one."""
    months = facts.load("market")["fibre-odell-capacity-doubling"].value
    assert 2 ** (12 / months) == facts.load("market")["fibre-odell-capacity"].value


def test_shares_in_use_are_shares_in_order_of_time():
    table = lit_shares()
    assert table["share"].between(0, 1, inclusive="neither").all()
    assert table["day"].is_monotonic_increasing
    assert table["at_most"].sum() == 2


def test_two_sources_of_2001_and_2002_agree_on_a_fortieth():
    assert lit_shares()["share"].head(2).tolist() == pytest.approx([1 / 40, 1 / 40], abs=0.0025)


def test_what_was_lit_and_what_of_it_was_used_are_two_shares():
    """In 2005 a seventh of the fibre was lit, and a third of that used: a twentieth of what was available."""
    table = lit_shares().query("date == '2005-05'").set_index("what")["share"]
    assert table["capacity in use, United States"] / table["fibre lit, long distance"] == pytest.approx(1 / 3)


def test_use_doubled_between_2001_and_2005():
    table = lit_shares().query("what == 'capacity in use, United States'")["share"]
    assert table.iloc[-1] / table.iloc[0] == pytest.approx(2, abs=0.1)


def test_two_definitions_of_components_fell_by_three_quarters_or_more():
    fact = facts.load("market")
    wide = fact["fibre-components-2004"].value / fact["fibre-components-2000"].value
    narrow = fact["fibre-components-2003-strategies"].value / fact["fibre-components-2000-strategies"].value
    assert wide < narrow < 0.25


def test_the_loss_of_jds_uniphase_is_the_first_report_and_what_was_added():
    """CNN's two figures give 55.9 billion, the annual report's is quoted as 56.1."""
    fact = facts.load("market")
    loss = fact["jdsu-loss-2001"].value + fact["jdsu-loss-2001-added"].value
    assert loss == pytest.approx(fact["jdsu-loss-2001-restated"].value, rel=0.005)


def test_prices_fell_by_a_third_a_year_or_more():
    table = prices()
    assert (table["factor"] <= 2 / 3).all()
    assert (table["factor"] ** (table["end"] - table["start"])).to_numpy() == pytest.approx(table["left"].to_numpy())


def test_london_spent_more_on_bandwidth_when_it_became_cheap():
    """Demand times price doubled, so that the arc elasticity is above 1."""
    fact = facts.load("market")
    spending = fact["fibre-demand-london-2004"].value * fact["fibre-price-paris-2004"].value
    assert spending == pytest.approx(2, abs=0.05)
    assert london_elasticity() > 1


def test_ciscos_value_is_price_times_shares_and_inside_the_published_range():
    """The share count is of two months after the peak; the press rounds down."""
    fact = facts.load("market")["cisco-peak-value"]
    assert fact.low <= fact.value <= cisco_peak_value()
    assert cisco_peak_value() == pytest.approx(fact.high, rel=0.001)


def test_cisco_needed_a_quarter_of_a_century_for_its_price_and_more_for_its_value():
    fact = facts.load("market")
    assert fact["cisco-record-price"].value > fact["cisco-peak-price"].value
    assert int(fact["cisco-record-price"].date[:4]) - int(fact["cisco-peak-price"].date[:4]) == 25
    assert fact["cisco-record-value"].value < in_dollars_of_december_2025(fact["cisco-peak-value"].value) / 3


def test_the_day_of_nvidia_is_the_change_of_its_two_prices():
    """Bloomberg's 589 billion and the share count's 593 differ by the number of shares, under 1 per cent."""
    fact = facts.load("market")
    fall = 1 - fact["nvidia-price-after"].value / fact["nvidia-price-before"].value
    assert fall == pytest.approx(fact["nvidia-fall"].value, abs=0.0005)
    loss = fact["nvidia-value-before"].value - fact["nvidia-value-after"].value
    assert loss == pytest.approx(fact["nvidia-loss"].value, rel=0.01)
    for when in ("before", "after"):
        value = fact["nvidia-shares"].value * fact[f"nvidia-price-{when}"].value
        assert fact[f"nvidia-value-{when}"].value == pytest.approx(value, rel=0.0005)


def test_after_the_boom_a_tenth_to_a_quarter_was_left_of_all_that_was_dear():
    table = falls()
    assert table["left"].between(0.05, 0.25).all()
    assert (table["end"] > table["start"]).all()
    routes = table.set_index("what")["left"][prices()["route"]]
    assert routes.to_numpy() == pytest.approx(prices()["left"].to_numpy())


def test_what_was_left_of_ciscos_price_is_what_its_fall_left():
    """Its market value at the trough gives the same share within a point."""
    fact = facts.load("market")
    left = falls().set_index("what")["left"]["Cisco’s share price"]
    assert left == pytest.approx(fact["cisco-trough-value"].value / fact["cisco-peak-value"].value, abs=0.01)
