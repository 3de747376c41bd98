"""NVIDIA's revenue by market adds up, agrees with what was printed about it, and is less and less diversified."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.market import segments
from analysis.market.segments import diversification, herfindahl, replacement_factor, revenue

SHORT = {
    "data-center": "data centre",
    "gaming": "gaming",
    "professional-visualisation": "professional visualisation",
    "automotive": "automotive",
    "oem": "OEM and other",
}


def by_period(market):
    table = revenue()
    return table[table["market"] == market].set_index("period")["revenue"]


def test_the_markets_of_every_period_add_up_to_the_printed_total_exactly():
    table = facts.frame("market_nvidia_revenue")
    total = table["market"] == "total"
    sums = table[~total].groupby("period")["revenue"].sum()
    assert sums.to_dict() == table[total].set_index("period")["revenue"].to_dict()
    assert revenue().groupby("period")["share"].sum().to_numpy() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    "identity", [name for name in facts.load("market") if name.startswith("nvidia-fy") and "growth" in name]
)
def test_the_rows_have_the_growth_that_was_printed_about_them(identity):
    """Printed growth is rounded to a unit of its last digit: whole per cents, or tenths of 2021."""
    year, market = identity.removeprefix("nvidia-fy")[:4], identity.split("growth-")[1]
    if market == "total":
        table = facts.frame("market_nvidia_revenue")
        rows = table[table["market"] == "total"].set_index("period")["revenue"]
    else:
        rows = by_period(SHORT[market])
    growth = 100 * (rows[f"FY{year}"] / rows[f"FY{int(year) - 1}"] - 1)
    printed = facts.load("market")[identity].value
    assert growth == pytest.approx(printed, abs=0.05001 if year == "2021" else 0.5)


@pytest.mark.parametrize("market", ["gaming", "data-center"])
def test_the_rows_have_the_shares_that_were_printed_about_them(market):
    """Investopedia rounds to whole per cents."""
    table = revenue()
    row = table[(table["period"] == "FY2021") & (table["market"] == SHORT[market])].iloc[0]
    assert row["share"] == pytest.approx(facts.load("market")[f"nvidia-fy2021-share-{market}"].value, abs=0.005)


def test_the_data_centre_quarter_grew_more_than_the_whole():
    fact = facts.load("market")
    assert fact["nvidia-growth-q1-fy2027-data-center"].value > fact["nvidia-growth-q1-fy2027"].value


def test_fiscal_years_end_in_january_and_follow_each_other():
    years = diversification()
    years = years[years["period"].str.startswith("FY")]
    assert (years["ended"].dt.month == 1).all()
    assert years["ended"].dt.year.tolist() == years["period"].str[2:].astype(int).tolist() == list(range(2020, 2027))


def test_gaming_was_half_of_the_revenue_and_is_a_fourteenth():
    shares = revenue().pivot_table(index="period", columns="market", values="share")
    assert shares.loc["FY2020", "gaming"] == pytest.approx(0.505, abs=0.001)
    assert shares.loc["FY2026", "gaming"] == pytest.approx(0.074, abs=0.001)
    assert shares.loc["FY2026", "data centre"] == pytest.approx(0.897, abs=0.001)


def test_since_2023_the_revenue_comes_from_fewer_markets_every_year():
    table = diversification().set_index("period")
    assert (table.loc["FY2023":"FY2026", "effective"].diff().dropna() < 0).all()
    assert (table.loc["FY2023":, "effective_two"].diff().dropna() < 0).all()


def test_a_table_that_does_not_add_up_is_refused(monkeypatch):
    table = facts.frame("market_nvidia_revenue")
    table.loc[0, "revenue"] += 1
    monkeypatch.setattr(segments.facts, "frame", lambda name: table.copy())
    with pytest.raises(ProblemError, match="markets of FY2020 do not add up"):
        revenue()


weights = arrays(float, st.integers(1, 8), elements=st.floats(0.01, 100))


@given(weights)
def test_the_index_lies_between_equal_parts_and_one_part(weight):
    index = herfindahl(weight / weight.sum())
    assert 1 / weight.size - 1e-12 <= index <= 1 + 1e-12


@given(weights, st.floats(0.01, 0.99))
def test_cutting_a_part_in_two_never_raises_the_index(weight, cut):
    parts = weight / weight.sum()
    split = np.append(parts[1:], [parts[0] * cut, parts[0] * (1 - cut)])
    assert herfindahl(split) <= herfindahl(parts) + 1e-12


@given(weights)
def test_the_index_is_the_chance_that_two_dollars_are_of_one_market(weight):
    parts = weight / weight.sum()
    pairs = np.outer(parts, parts)
    assert herfindahl(parts) == pytest.approx(1 - pairs[~np.eye(parts.size, dtype=bool)].sum())


@given(st.integers(1, 50))
def test_equal_parts_are_as_many_as_they_are(count):
    assert 1 / herfindahl(np.full(count, 1 / count)) == pytest.approx(count)


def test_shares_of_no_whole_are_refused():
    with pytest.raises(ProblemError, match=r"shares add up to 0\.9;"):
        herfindahl([0.5, 0.4])


@given(st.floats(0, 0.99), st.floats(0, 1))
def test_what_the_rest_grows_to_keeps_the_whole(part, fall):
    whole = part * (1 - fall) + (1 - part) * replacement_factor(part, fall)
    assert whole == pytest.approx(1)


def test_where_one_part_is_all_nothing_can_replace_it():
    with pytest.raises(ProblemError, match="no rest that could grow"):
        replacement_factor(1.0, 0.5)


def test_revenue_keeps_the_order_of_time():
    assert pd.Series(revenue()["ended"]).is_monotonic_increasing
