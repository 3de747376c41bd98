"""What AlexNet's accuracy cost in dollars: laws that any such estimate keeps, and what the published prices give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.progress.access import (
    Offer,
    PriceTrend,
    alexnet_bill,
    cost_of_alexnet_level,
    flop_of,
    implied_prices,
    owning_cost,
    published_offers,
    published_trend,
    rent_of_alexnet_level,
    swapped_prices,
)
from analysis.cnn_era.progress.hernandez import training_compute
from analysis.kit.errors import ProblemError

FLOP, YEARS = st.floats(1e12, 1e22), st.floats(2010, 2022)


@given(FLOP, YEARS)
def test_the_cost_of_a_run_halves_in_the_doubling_time_of_the_price(flop, year):
    later = year + published_trend().doubling
    assert owning_cost(flop, later)[0] == pytest.approx(owning_cost(flop, year)[0] / 2)


@given(FLOP, YEARS, st.floats(0.1, 10))
def test_twice_the_work_costs_twice_as_much(flop, year, factor):
    ours, theirs = owning_cost(flop, year), owning_cost(factor * flop, year)
    assert theirs == pytest.approx([factor * cost for cost in ours])


@given(FLOP, YEARS)
def test_the_range_holds_the_value_and_widens_with_what_is_unknown(flop, year):
    value, low, high = owning_cost(flop, year)
    assert low < value < high
    sure = owning_cost(flop, year, utilisation=(0.33, 0.33, 0.33))
    assert low < sure[1] and sure[2] < high
    certain = PriceTrend(1e9, 2012.0, 2.0, 2.0, 2.0)
    assert owning_cost(flop, 2012.0, certain, (0.3, 0.3, 0.3), (3.0, 3.0, 3.0)) == pytest.approx(
        [flop / (1e9 * 0.3 * 3 * 365.25 * 86_400)] * 3
    )


@given(FLOP, st.floats(0.05, 1))
def test_renting_costs_the_hours(flop, share):
    offer = Offer("one", 2012.0, 3.0, 1e12)
    assert offer.cost(flop, share) == pytest.approx(flop / (share * 1e12) / 3600 * 3.0)


def test_networks_and_cards_multiply():
    """45 times less work and cards 7.2 times cheaper: 322 times less to own the part of a card that a run takes."""
    table = cost_of_alexnet_level()
    networks = table["same_cards"].iloc[0] / table["same_cards"].iloc[-1]
    cards = 2 ** ((table["year"].iloc[-1] - table["year"].iloc[0]) / published_trend().doubling)
    assert networks == pytest.approx(44.93, abs=0.01) and cards == pytest.approx(7.16, abs=0.01)
    assert table["own"].iloc[0] / table["own"].iloc[-1] == pytest.approx(networks * cards)


def test_renting_fell_from_hundreds_of_dollars_to_two():
    """$460 in 2012 and $2.0 in 2019 at a third of the peak: 235 times."""
    dollars = rent_of_alexnet_level()["dollars"]
    assert dollars.iloc[0] == pytest.approx(460, abs=1) and dollars.iloc[-1] == pytest.approx(1.96, abs=0.01)
    assert (dollars.diff().dropna() < 0).all()


def test_the_share_of_the_peak_does_not_change_the_fall():
    low, high = rent_of_alexnet_level(0.15)["dollars"], rent_of_alexnet_level(0.5)["dollars"]
    assert (low / high).to_numpy() == pytest.approx(0.5 / 0.15)


def test_alexnet_itself_used_a_third_of_its_cards():
    """36 % of the peak over 5.5 days, near the third that OpenAI assumes; 90 epochs by our count give 7 % less FLOP."""
    bill = alexnet_bill()
    assert bill.utilisation == pytest.approx(0.357, abs=0.001)
    assert flop_of(training_compute(724_406_816, 90)) == pytest.approx(flop_of(3.1), rel=0.07)


def test_the_entry_price_was_the_cards_and_not_the_run():
    """A thousand dollars to buy, thirteen for what the run used of them and their electricity."""
    bill = alexnet_bill()
    assert bill.bought == 998
    assert bill.used + bill.electricity == pytest.approx(12.74, abs=0.01)
    assert bill.rented / (bill.used + bill.electricity) == pytest.approx(33.4, abs=0.1)


def test_two_entries_of_dawnbench_carry_the_price_of_the_other_machine():
    """To the cent: M60 hours at the K80 machine's price and the other way round; the dearer entry is the other one."""
    table = swapped_prices()
    assert table["hourly"].to_numpy() == pytest.approx(table["list_price"].to_numpy()[::-1], abs=5e-5)
    assert table["corrected"].to_numpy() == pytest.approx([1471.48, 1756.80], abs=0.01)
    assert table["cost_usd"].idxmax() != table["corrected"].idxmax()


def test_every_other_amazon_entry_carries_one_price():
    """$3.06 a V100 and hour over a year and a half; the entries that say otherwise ran on other clouds."""
    table = implied_prices()
    amazon = table[table["author"].isin(["DIUX", "fast.ai", "fast.ai/DIUx", "GE Healthcare"])]
    assert len(amazon) == 6
    assert amazon["hourly_a_chip"].to_numpy() == pytest.approx(3.06, abs=0.001)


def test_offers_stand_in_order_of_date():
    years = [offer.year for offer in published_offers()]
    assert years == sorted(years)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flop_of(0), "A compute must be positive and finite, not 0"),
        (lambda: owning_cost(-1, 2012), "FLOP of a run must be positive and finite, not -1"),
        (lambda: owning_cost(1e15, 2012, utilisation=(0.3, 0.1, 1.5)), "at most 1, not 1.5"),
        (lambda: owning_cost(1e15, 2012, utilisation=(0.3, 0.4, 0.5)), "value, low and high"),
        (lambda: owning_cost(1e15, 2012, life=(3.0, 0.0, 5.0)), "life of a card must be positive"),
        (lambda: PriceTrend(1e9, 2012, 2.0, 2.5, 3.0), "low <= doubling"),
        (lambda: alexnet_bill(life=0), "must be positive"),
        (lambda: rent_of_alexnet_level(0.0), "at most 1, not 0"),
    ],
)
def test_impossible_input_is_refused(call, message):
    with pytest.raises(ProblemError, match=message):
        call()
