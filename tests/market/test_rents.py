"""Rents are compared within one kind of price only."""

import pytest

from analysis.kit import facts
from analysis.market.rents import changes, rents, thresholds


def test_rents_come_in_order_of_time_and_inside_their_ranges():
    table = rents()
    assert table["day"].is_monotonic_increasing
    assert (table["price"] > 0).all()
    known = table.dropna(subset=["low", "high"])
    assert known["price"].between(known["low"], known["high"]).all()


def test_the_rise_of_contracts_is_the_printed_one_rounded():
    """The index rose by 38 per cent; the report rounds to 40."""
    series = rents().query("series == 'one-year contract'").set_index("date")["price"]
    rise = 100 * (series["2026-03"] / series["2025-10"] - 1)
    assert rise == pytest.approx(facts.load("market")["rent-rise-2026"].value, abs=2)


def test_the_cloud_cut_its_list_price_by_what_it_announced():
    cut = changes().set_index("series").loc["hyperscaler on demand", "change"]
    assert -100 * cut == pytest.approx(facts.load("market")["rent-aws-cut-2025"].value, abs=0.1)


def test_no_kind_of_price_alone_fell_as_far_as_the_spliced_series():
    """From market offers of 8 dollars to a contract at 1.70 is -79 per cent, but of no price that anyone was quoted."""
    spliced = 1.70 / rents().query("series == 'market offers'")["price"].iloc[0] - 1
    assert spliced == pytest.approx(-0.79, abs=0.005)
    assert changes()["change"].min() > spliced


def test_contracts_and_spot_prices_moved_apart_in_2026():
    table = changes().set_index("series")["change"]
    assert table["one-year contract"] > 0 > table["spot index"]


def test_at_the_lowest_contract_an_hour_just_paid_for_the_chip():
    low = rents().query("series == 'one-year contract'")["price"].min()
    assert thresholds()["earns its price back"] < low < thresholds()["earns more than shares"]
