"""Dates are read in the usual forms, and refused where a day could be a month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.progress.dates import read_dates, says_unix
from analysis.kit.errors import ProblemError


def days(*texts, **options):
    return read_dates(texts, lambda row: f"line {row + 2}", **options).days.astype(str).tolist()


SAME_DAY = """2018-04-20; 2018/04/20; 2018.04.20; 2018/4/20; 20180420; 20 April 2018; 20 Apr 2018; 20-Apr-2018;
    20 apr. 2018; April 20, 2018; Apr 20 2018; April 20th, 2018; 20th of April 2018; Fri, 20 Apr 2018; 2018 Apr 20;
    Friday, April 20, 2018; 2018-04-20T12:00:00; 2018-04-20T12:00:00Z; 2018-04-20 12:00:00.123456; 20/04/2018;
    Fri Apr 20 12:00:00 2018; Fri Apr 20 12:00:00 2018 +0200; 20180420T120000Z; 2018–04–20; 2018‐04‐20;
    2018-04-20T12:00:00+00:00; 2018-04-20 23:59 UTC; Apr 20, 2018 3:15 PM; 04/20/2018; 20.04.2018; 4/20/2018 14:30"""
NO_DAY = """01/02/18; 18-04-20; 20 Avril 2018; yesterday; 2018-02-30; 31 June 2018; 0018-04-20; 2018-4-20-1;
    2018-04-20T25:00; 20180431; 12101112; 2018-13; April; 20; noon;
    Q5 2018; 2Q18; 2018Q0; Apr-18; 20//04//2018; 12345678901234567890"""


@pytest.mark.parametrize("text", [text.strip() for text in SAME_DAY.split(";")])
def test_the_usual_forms_of_a_date_are_one_day(text):
    assert days(text) == ["2018-04-20"]


@pytest.mark.parametrize("text", ["2018-04", "2018/4", "April 2018", "Apr 2018", "Apr-2018", "2018 April"])
def test_a_month_is_its_first_day_and_this_is_said(text):
    found = read_dates([text], str)
    assert found.days.astype(str).tolist() == ["2018-04-01"]
    assert found.notes == ["a month alone is taken as its first day"]


@pytest.mark.parametrize("text", ["04/2018", "4-2018"])
def test_a_month_before_its_year_is_a_month(text):
    assert days(text) == ["2018-04-01"]


@pytest.mark.parametrize("text", ["Q2 2018", "2018Q2", "2018-Q2", "Q2/2018", "q2-2018", "2018 Q2"])
def test_a_quarter_is_its_first_day_and_this_is_said(text):
    found = read_dates([text], str)
    assert found.days.astype(str).tolist() == ["2018-04-01"]
    assert found.notes == ["a quarter alone is taken as its first day"]


@pytest.mark.parametrize("text", ["2018.5", "2018.25", "2018,5", "2018.04"])
def test_a_year_with_a_fraction_is_no_month(text):
    """2018.5 is the middle of the year for some and May for others."""
    with pytest.raises(ProblemError, match="could be a month or a part of the year; write it as 2018-04-20"):
        days(text)
    assert days("2018.0", "2019.0") == ["2018-07-01", "2019-07-01"]


def test_years_alone_are_the_first_of_july_and_this_is_said():
    found = read_dates(["2018", "2020"], str)
    assert found.days.astype(str).tolist() == ["2018-07-01", "2020-07-01"]
    assert found.notes == ["its dates are years; each is taken as the first of July"]
    with pytest.raises(ProblemError, match="line 3: the date is '2020', a year alone; add month and day"):
        days("2018-04-20", "2020")


def test_a_time_zone_moves_the_day_to_utc_and_this_is_said():
    found = read_dates(["2018-04-20T23:30:00-08:00", "2018-04-20T00:30+0200", "2018-04-20T12:00:00Z"], str)
    assert found.days.astype(str).tolist() == ["2018-04-21", "2018-04-19", "2018-04-20"]
    assert found.notes == ["dates with a time zone are taken in UTC"]


@given(st.datetimes(datetime(1700, 1, 3), datetime(9999, 12, 29)), st.integers(-720, 720))
def test_a_zone_is_undone_as_pythons_calendar_does(moment, minutes):
    zoned = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert days(zoned.isoformat()) == [zoned.astimezone(UTC).date().isoformat()]


@given(
    st.dates(date(1700, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%b %d, %Y", "%Y%m%d", "%d-%b-%Y"])
)
def test_a_date_that_was_written_is_read_back(day, form):
    assert days(day.strftime(form)) == [day.isoformat()]


def test_the_other_dates_decide_whether_the_day_comes_first():
    assert days("03/04/2018", "20/04/2018") == ["2018-04-03", "2018-04-20"]
    assert days("03/04/2018", "04/20/2018") == ["2018-03-04", "2018-04-20"]
    assert days("04/04/2018", "05/05/2018") == ["2018-04-04", "2018-05-05"]
    assert read_dates(["03/04/2018", "20/04/2018"], str).notes == ["the day comes first in dates such as '03/04/2018'"]


def test_where_they_do_not_decide_a_person_must():
    sentence = "line 3: the date is '03/04/2018', whose first number may be the day or the month; say --day-first or"
    with pytest.raises(ProblemError, match=sentence):
        days("01/01/2018", "03/04/2018")
    assert days("03/04/2018", order="day") == ["2018-04-03"]
    assert days("03/04/2018", order="month") == ["2018-03-04"]
    with pytest.raises(ProblemError, match="line 2: the date is '20/04/2018', which does not begin with the month"):
        days("20/04/2018", order="month")
    with pytest.raises(ProblemError, match="line 2: the date is '04/20/2018', which does not begin with the day"):
        days("04/20/2018", order="day")
    with pytest.raises(ProblemError, match="line 3: the date is '04/20/2018', whose month comes first, and in"):
        days("20/04/2018", "04/20/2018")


def test_seconds_since_1970_are_read_where_the_name_of_the_column_says_so():
    assert says_unix("_timestamp") and says_unix("unix time") and not says_unix("date")
    assert days("1524225600", "1524225600.5", "1524225600000", unix=True) == 3 * ["2018-04-20"]
    with pytest.raises(ProblemError, match="if these are seconds since 1970, call the column 'timestamp'"):
        days("1524225600")


@pytest.mark.parametrize("text", ["43210", "43210.5"])
def test_a_spreadsheets_day_number_is_known_as_one(text):
    with pytest.raises(ProblemError, match="looks like a day number of a spreadsheet; format the column as dates"):
        days(text)


@pytest.mark.parametrize("text", [text.strip() for text in NO_DAY.split(";")])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ProblemError, match=r"line 2: the date is '.*'(; write it as 2018-04-20|, a year alone)"):
        days(text, "2018-04-20")


def test_a_date_in_the_future_is_spoken_of():
    found = read_dates(["2018-04-20", "9000-01-01"], str)
    assert found.notes == ["1 date lies in the future, up to 9000-01-01"]


def test_days_of_other_kinds_are_taken_as_they_are():
    given_days = [date(2018, 4, 20), np.datetime64("2018-04-20"), datetime(2018, 4, 20, 5)]
    assert days(*given_days) == 3 * ["2018-04-20"]
    with pytest.raises(ProblemError, match="line 2: the date is None"):
        days(None)
    with pytest.raises(ProblemError, match="line 2: the date is \\["):
        days([1])


@given(st.lists(st.text(alphabet="0123456789-/. :TZ+apr", max_size=20), max_size=4))
def test_any_text_is_a_date_or_refused(texts):
    try:
        assert len(days(*texts)) == len(texts)
    except ProblemError as error:
        assert "\n" not in str(error)
