"""A date that names a month or a year stands in its middle."""

import pandas as pd
import pytest

from analysis.kit.errors import ProblemError
from analysis.market.dates import middle, months_between, with_day, year_of


@pytest.mark.parametrize(
    ("date", "first", "last"), [("2000", "2000-01-01", "2000-12-31"), ("2025-06", "2025-06-01", "2025-06-30")]
)
def test_the_middle_is_as_far_from_the_first_day_as_from_the_last(date, first, last):
    before, after = middle(date) - pd.Timestamp(first), pd.Timestamp(last) - middle(date)
    assert abs((before - after).days) <= 1


def test_a_day_is_itself():
    assert middle("2000-03-27") == pd.Timestamp(2000, 3, 27)


@pytest.mark.parametrize("date", ["", "March 2000", "2000-13", "2000-01-01-01"])
def test_what_is_no_date_is_one_sentence(date):
    with pytest.raises(ProblemError, match="is no date; write"):
        middle(date)


def test_rows_come_in_order_of_time_whatever_their_precision():
    table = with_day(pd.DataFrame({"date": ["2001-12-31", "2001", "2001-02"]}))
    assert table["date"].tolist() == ["2001-02", "2001", "2001-12-31"]


def test_from_one_month_to_another_the_days_do_not_count():
    assert months_between("2025-01-31", "2025-02-01") == 1
    assert months_between("2000-03-27", "2025-12-10") == 12 * 26 - 3
    assert months_between("2025-10", "2025-06") == -4


def test_the_middle_of_a_year_is_half_a_year_after_its_start():
    days = pd.Series([middle("2001-01-01"), middle("2001"), middle("2002-01-01")])
    assert year_of(days).to_list() == pytest.approx([2001, 2001.5, 2002], abs=0.005)
