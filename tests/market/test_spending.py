"""Capital spending: parts add up to what was printed, guidance is a range, lives follow each other."""

import pytest

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.market.spending import depreciation_ratios, guidance, printed_guidance, spending, totals, useful_lives


def test_the_four_firms_add_up_to_the_printed_total():
    """Within half of the last printed digit, a billion; 2023 is computed back from a rounded growth, to a billion."""
    table = totals().dropna(subset=["firms"]).set_index("year")
    assert set(table.index) == {2023, 2024, 2025}
    assert (table["firms"] - table["printed"]).loc[[2024, 2025]].abs().max() <= 0.5
    assert table.loc[2023, "firms"] == pytest.approx(table.loc[2023, "printed"], abs=1.0)
    assert spending().groupby("year").size().loc[2023:].tolist() == [4, 4, 4]


def test_the_quarters_of_2025_add_up_to_the_year():
    """Two of them are printed in whole billions, one of these as "over"."""
    row = totals().set_index("year").loc[2025]
    assert row["quarters"] == pytest.approx(row["printed"], abs=1.0)


@pytest.mark.parametrize(("year", "identity"), [(2024, "capex-growth-2024"), (2025, "capex-growth-2025")])
def test_the_growth_is_the_one_that_was_printed(year, identity):
    growth = totals().set_index("year").loc[year, "growth"]
    assert 100 * growth == pytest.approx(facts.load("market")[identity].value, abs=0.5)


def test_since_2023_spending_has_grown_every_year_and_in_every_firm():
    """Before that Amazon's fell, from the warehouses of the pandemic."""
    assert totals()["growth"].dropna().gt(0).all()
    by_firm = spending().pivot_table(index="year", columns="company", values="value")
    assert (by_firm.loc[2023:].diff().dropna() > 0).all().all()
    assert by_firm.loc[2023, "Amazon"] < by_firm.loc[2022, "Amazon"]


def test_the_headline_of_2026_adds_the_upper_ends_and_grows_from_a_smaller_base():
    """725 billion is the sum of the tops of the ranges; the 77 per cent are on 410, not on the 416 with all leases."""
    fact = facts.load("market")
    assert guidance()["high"].iloc[-1] == printed_guidance() == fact["capex-guidance-2026-total"].value / 1e9
    table = facts.frame("market_capex")
    base = table.loc[table["basis"].str.startswith("as quoted"), "value"].item()
    growth = fact["capex-headline-growth-2026"].value
    assert 100 * (printed_guidance() / base - 1) == pytest.approx(growth, abs=0.5)
    assert 100 * (printed_guidance() / 416 - 1) < growth - 2


def test_april_asked_for_more_than_february():
    february, april = guidance("guidance of February"), guidance()
    assert (april["low"].to_numpy() >= february["low"].to_numpy()).all()
    assert (april["high"].to_numpy() >= february["high"].to_numpy()).all()


def test_the_range_printed_in_february_reaches_above_its_parts():
    """The press wrote 650 to 700 billion; the firms' ranges, with analysts' for Microsoft, end at 665."""
    low, high = guidance("guidance of February")[["low", "high"]].iloc[-1]
    table = facts.frame("market_capex").query("kind == 'guidance of February' and company == 'four firms'").iloc[0]
    assert low < table["low"] < high < table["high"]


def test_an_unknown_month_of_guidance_is_refused():
    with pytest.raises(ProblemError, match="choose that of February"):
        guidance("actual")


def test_cash_is_less_than_cash_and_leases():
    table = facts.frame("market_capex").query("kind == 'actual' and period == '2025' and months == 12")
    wide = table.pivot_table(index="company", columns="basis", values="value")
    both = wide.dropna(subset=["cash", "with finance leases"])
    assert set(both.index) == {"Amazon", "Microsoft"}
    assert (both["cash"] < both["with finance leases"]).all()


def test_three_firms_of_2026_add_up_to_what_an_article_gives_for_four():
    table = facts.frame("market_capex").query("period == '2026 Q1'").set_index("company")["value"]
    assert table.drop("three firms").sum() == pytest.approx(table["three firms"], abs=0.05)


def test_depreciation_is_a_quarter_of_spending():
    table = depreciation_ratios().set_index("firms")
    assert table["ratio"].between(0.2, 0.3).all()
    assert (table["ratio"] * table["spending"]).tolist() == pytest.approx(table["depreciation"].tolist())


def test_each_life_starts_from_the_one_before():
    for _, group in useful_lives().groupby("company"):
        assert group["before"].iloc[1:].tolist() == group["after"].iloc[:-1].tolist()


def test_lives_were_lengthened_but_for_amazon_in_2025():
    table = useful_lives()
    shortened = table[table["after"] < table["before"]]
    assert shortened[["company", "effective"]].to_numpy().tolist() == [["Amazon", "2025-01"]]
    known = table.dropna(subset=["effect"])
    assert ((known["effect"] > 0) == (known["after"] > known["before"])).all()


@pytest.mark.parametrize("row", range(len(facts.frame("market_capex"))))
def test_a_range_holds_its_value(row):
    line = facts.frame("market_capex").iloc[row]
    assert not line["low"] > line["value"]
    assert not line["high"] < line["value"]
