"""What a number moves with, strongest first, is that of the committed sensitivities."""

from __future__ import annotations

import functools
import math

import pandas as pd
import pytest

from analysis import sensitivity, strengths, topics
from analysis.kit.numbers import Number
from analysis.strengths import Strength

of = functools.partial(Strength, "deepseek", "number days-pre")


def test_the_days_of_a_run_hang_on_its_hours_and_inversely_on_its_gpus_and_on_nothing_else():
    found = {mover.named.id: mover.said for mover in strengths.movers("deepseek", "number days-pre")}
    assert found == {
        "deepseek/v3-hours-pretraining": "1 % more moves it up by 1 %",
        "deepseek/v3-gpus": "1 % more moves it down by 1 %",
    }


def test_a_year_is_moved_by_a_year_and_ten_years_are_the_whole_of_it():
    year = of("scaling/BILLION_YEAR", 2027 * -0.5, 2027 * 0.25, math.nan, False)
    assert year.said() == "a year later moves it up by 25 %, a year earlier up by 50 %"
    assert year.size == pytest.approx(5.0)


def test_a_side_that_cannot_be_computed_is_not_told():
    assert of("deepseek/v3-gpus", math.nan, -1.0, math.nan, False).said() == "1 % more moves it down by 1 %"
    assert of("deepseek/v3-gpus", -1.0, math.nan, math.nan, False).said() == "1 % less moves it up by 1 %"


def test_what_a_number_becomes_without_a_row_is_printed_as_it_is():
    row = of("market_deals/3", math.nan, math.nan, -0.5, True)
    assert row.said(Number(0.64, ".0%")) == "without it 32 %"
    slight = of("market_deals/3", math.nan, math.nan, -0.001, True)
    assert slight.said(Number(0.63, ".0%")) == "without it still 63 %, down by 0.1 %"


@pytest.fixture
def table(monkeypatch):
    """Put rows in the place of the committed table of a topic."""

    def put(*rows):
        strengths._by.cache_clear()
        frame = pd.DataFrame(rows, columns=sensitivity.COLUMNS)
        monkeypatch.setattr(strengths, "load_result", lambda name: frame)

    yield put
    strengths._by.cache_clear()


def test_a_row_stands_once_with_its_strongest_cell_and_what_holds_without_it(table):
    nan = math.nan
    table(
        ("number a", "market_rents/3.price", "cell", 0.4, 0.4, nan),
        ("number a", "market_rents/3", "row", nan, nan, 0.2),
        ("number a", "market/BOOM", "assumption", 0.3, 0.3, nan),
        ("number a", "market/HUGE", "threshold", nan, nan, nan),
        ("refused", "market/CHIP", "assumption", nan, nan, nan),
    )
    row, boom = strengths.movers("market", "number a")
    assert (row.named.id, row.said) == (
        "market_rents/3",
        "price: 1 % more moves it up by 0.4 %; without it up by 20 %",
    )
    assert boom.named.id == "market/BOOM", "and nothing of what cannot be computed"
    assert {one.input for one in strengths.of_input("market_rents/3")} == {"market_rents/3", "market_rents/3.price"}


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_input_of_the_tables_has_a_name_and_stands_by_its_strength(topic):
    for item in strengths._by(topic)[0]:
        sizes = [mover.size for mover in strengths.movers(topic, item)]
        assert sizes == sorted(sizes, reverse=True)
