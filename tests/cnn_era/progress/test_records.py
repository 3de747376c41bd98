"""A record series is the running minimum of any table of entries, and says in one sentence what it cannot read."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.progress import series
from analysis.cnn_era.progress.records import chain, check_records, read_entries, record_series
from analysis.kit.errors import ProblemError

START = np.datetime64("2018-01-01")
ENTRIES = st.lists(st.tuples(st.integers(0, 3000), st.floats(1e-6, 1e6)), min_size=1, max_size=40)


def entries(rows):
    return [START + day for day, _ in rows], [value for _, value in rows]


@given(ENTRIES)
def test_records_only_fall_and_days_only_rise(rows):
    records = record_series(*entries(rows))
    assert (np.diff(records.values) < 0).all() and (np.diff(records.days) > 0).all()
    assert (records.waits >= 1).all() and (records.drops > 0).all()


@given(ENTRIES)
def test_on_every_day_the_record_is_the_lowest_entry_so_far(rows):
    records = record_series(*entries(rows))
    for day, _ in rows:
        standing = records.values[records.dates <= START + day][-1]
        assert standing == min(value for other, value in rows if other <= day)


@given(ENTRIES, st.randoms(use_true_random=False), st.floats(0.01, 100))
def test_neither_the_order_of_rows_nor_the_unit_matters(rows, random, unit):
    records = record_series(*entries(rows))
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = record_series(*entries(shuffled))
    assert (again.dates == records.dates).all() and (again.values == records.values).all()
    scaled = record_series(entries(rows)[0], unit * np.array(entries(rows)[1]))
    if len(scaled) == len(records):  # otherwise two values a rounding apart have become one
        assert (scaled.dates == records.dates).all()
        assert scaled.drops == pytest.approx(records.drops, abs=1e-9)


def test_of_two_entries_on_one_day_the_lower_counts():
    assert record_series(["2018-01-01", "2018-01-01"], [2, 1]).values.tolist() == [1]


def test_a_series_can_be_cut_by_dates():
    records = record_series(["2018-01-01", "2019-01-01", "2020-01-01"], [4, 2, 1])
    assert records.between("2018-06-01").values.tolist() == [2, 1]
    assert records.between(last="2019-01-01").factor == 2


def test_a_chained_series_keeps_the_ratios_on_both_sides_of_the_joint():
    joined = chain([8.0, 4.0, 2.5, 1.0], 1, 5.0)
    assert joined[1] / joined[0] == 4 / 8
    assert joined[2] / joined[1] == 2.5 / 5.0 and joined[3] / joined[2] == 1.0 / 2.5


@pytest.mark.parametrize(
    ("dates", "values", "sentence"),
    [
        ([], [], "There are no entries"),
        (["2018-01-01"], [1, 2], "1 dates and 2 values"),
        (["2018-01-01", "2018-13-01"], [1, 2], "entry 2: the date is '2018-13-01'; write it as 2018-04-20"),
        (["2018-01-01", "yesterday"], [1, 2], "entry 2: the date is 'yesterday'"),
        (["2018-01-01", None], [1, 2], "entry 2: the date is None"),
        (["2018-01-01", "2018-02-01"], [1, 0], "entry 2: the value is 0; it must be a positive"),
        (["2018-01-01", "2018-02-01"], [1, -3], "entry 2: the value is -3"),
        (["2018-01-01", "2018-02-01"], [1, np.nan], "entry 2: the value is nan"),
        (["2018-01-01", "2018-02-01"], [1, np.inf], "entry 2: the value is inf"),
        (["2018-01-01", "2018-02-01"], [1, "fast"], "something that is not a number"),
        (
            ["2018-01-01", "2018-02-01"],
            [1, 2],
            "There is 1 record among 2 entries, as nothing is below the first; a fit",
        ),
        (["2018-01-01", "2018-02-01", "2018-03-01"], [2, 1, 3], "There are 2 records among 3 entries"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_a_sentence(dates, values, sentence):
    with pytest.raises(ProblemError, match=sentence):
        check_records(dates, values)


@pytest.mark.parametrize("written", ["2018-04-20", "2018/04/20", "2018/4/20", "2018.04.20", " 2018/04/20 "])
def test_a_date_whose_year_comes_first_is_read_whatever_stands_between_its_parts(written):
    assert record_series([written, "2018-05"], [2, 1]).dates.astype(str).tolist() == ["2018-04-20", "2018-05-01"]


@pytest.mark.parametrize("written", ["2018/04-20", "20/13/2018", "30/02/2018", "18/04/20", "2018/13/01", "2018/02/30"])
def test_a_date_that_could_be_another_or_none_is_refused(written):
    with pytest.raises(ProblemError, match=f"entry 1: the date is '{written}'; write it as 2018-04-20"):
        record_series([written], [1])


def test_a_file_is_read_by_its_column_names(tmp_path):
    path = tmp_path / "entries.csv"
    path.write_text("who,day,minutes\na,2018-02,3\n\nb,2018-01-01,1_000\n", encoding="utf-8-sig")
    table = read_entries(path, "day", "minutes")
    assert table["value"].tolist() == [3, 1000]
    assert table["date"].astype(str).tolist() == ["2018-02-01", "2018-01-01"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty; it needs a header"),
        ("when,value\n2018-01-01,1\n", "has no column 'date' but 'when', 'value'; name one with --date"),
        ("date,value\n2018-01-01,1\n\n2018-01-02,-1\n", "line 4: the value is -1; it must be a positive"),
        ("date,value\n01/02/18,1\n", "line 2: the date is '01/02/18'"),
        ("date,value\n2018-01-01,1\n2018-01-01\n", "line 3: value is missing, as the line ends early"),
    ],
)
def test_a_malformed_file_names_the_line(tmp_path, text, sentence):
    path = tmp_path / "entries.csv"
    path.write_text(text)
    with pytest.raises(ProblemError, match=sentence):
        read_entries(path)


def test_the_columns_are_found_in_any_case_and_with_a_unit(tmp_path):
    path = tmp_path / "entries.tsv"
    path.write_text("Date\tValue (minutes)\n1 February 2018\t3,5\n01.01.2018\t7\n")
    table = read_entries(path)
    assert table["value"].tolist() == [3.5, 7] and table["date"].astype(str).tolist() == ["2018-02-01", "2018-01-01"]
    assert table.attrs["notes"][0] == "Its commas are decimal commas."


def test_an_entry_without_a_value_is_left_out_and_what_was_not_plain_is_said(tmp_path):
    path = tmp_path / "entries.csv"
    path.write_text("date,value\n2018-01-01,9\n2018-01-02,\n,4\n2018-01-03,n/a\n2018-01-04,5\n2018-01-04,6\n")
    table = read_entries(path)
    assert table["value"].tolist() == [9, 5, 6]
    assert table.attrs["notes"] == (
        "3 entries without date or value left out (lines 3, 4, 5).",
        "Some days have several entries; the lowest of a day counts.",
    )


@pytest.mark.parametrize(
    ("cells", "values", "note"),
    [
        (["$1,112.64", "$2,323.39"], [1112.64, 2323.39], None),
        (["12.5%", "7 %"], [12.5, 7], "The value is in per cent."),
        (["$2.5M", "900k USD", "US$800,000"], [2.5e6, 9e5, 8e5], None),
        (["1.112,64 €", "EUR 900,5"], [1112.64, 900.5], "Its commas are decimal commas."),
        (["3 million", "900k"], [3e6, 9e5], None),
        (["2h 50m", "90 min", "45 s"], [10200, 5400, 45], "The value is a time and read in seconds."),
        (
            ["1.5 hours", "PT1H", "2m 30s", "1 day, 2:00:00"],
            [5400, 3600, 150, 93600],
            "The value is a time and read in",
        ),
        (['"1,000,000"', '"2,000"'], [1e6, 2000], None),
        (
            ["2:50:43", "0:02:38.5", "13 days, 10:00:00"],
            [10243, 158.5, 1159200],
            "The value is a time and read in seconds.",
        ),
    ],
)
def test_money_per_cent_and_times_are_values(tmp_path, cells, values, note):
    path = tmp_path / "entries.csv"
    path.write_text("date;value\n" + "".join(f"2018-01-0{i};{cell}\n" for i, cell in enumerate(cells, 1)))
    table = read_entries(path)
    assert table["value"].tolist() == values and (note or "") in " ".join(table.attrs["notes"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("date,value\n2018-01-01,5%\n2018-01-02,6\n", "some cells of the value are per cent and some are not"),
        ("date,value\n2018-01-01,$5\n2018-01-02,€6\n", "the value is in several currencies"),
        ("date,value\n2018-01-01,2:50\n", "'2:50', which could be hours or minutes; write 0:2:50 or 2:50:00"),
        ("date,value\n2018-01-01,40m\n", "line 2: the value is '40m', which is not a number"),
        ("date,value\nApril 20, 2018,3\nMay 3, 2018,2\n", "line 1 has 2 names, and the lines below it have 3 cells"),
        ("date,value\n2018-01-01,2:50:00\n2018-01-02,7\n", "some cells of the value are times and some are not"),
        ("date,value\n2018-01-01,5 min\n2018-01-02,4\n", "some cells of the value are times and some are not"),
        ("date,Date,value\n2018-01-01,2018-01-01,5\n", "value"),
        (
            "Date,DATE,value\n2018-01-01,2018-01-01,5\n",
            "has 2 columns 'date'; rename them, or name another with",
        ),
        ("date,value\n2018-01-01,\n,4\n", "has no entry with both a date and a value; fill them in"),
        ("date,value\n", "has a header and no entries; add a line for each"),
        ("date,value\n1/2/2018,5\n", "line 2: the date is '1/2/2018', whose first number may be the day or the month"),
    ],
)
def test_an_entry_that_is_not_clear_is_refused(tmp_path, text, sentence):
    path = tmp_path / "entries.csv"
    path.write_text(text)
    if "date,Date" in text:  # the exact name is the one
        assert len(read_entries(path)) == 1
        return
    with pytest.raises(ProblemError, match=sentence) as refusal:
        read_entries(path)
    assert str(path) in str(refusal.value)


def test_timestamps_are_read_where_the_column_says_so(tmp_path):
    path = tmp_path / "entries.jsonl"
    path.write_text('{"_timestamp": 1524225600.7, "loss": 3}\n{"_timestamp": 1524312000, "loss": null}\n')
    table = read_entries(path, "_timestamp", "loss")
    assert table["date"].astype(str).tolist() == ["2018-04-20"] and table["value"].tolist() == [3]


def test_a_hundred_thousand_entries_are_read_in_seconds(tmp_path):
    path = tmp_path / "entries.csv"
    lines = [f"{START + day % 9000},{1 + 1 / (day + 1)!r}" for day in range(100_000)]
    path.write_text("\n".join(["date,value", *lines]))
    started = time.process_time()
    table = read_entries(path)
    assert len(record_series(table["date"].to_numpy(), table["value"])) == 1000
    assert time.process_time() - started < 5


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path):
    path = tmp_path / "entries.csv"
    with pytest.raises(ProblemError, match="cannot be read"):
        read_entries(path)
    path.write_bytes(b"\xff\xfe\x00\x81\x00")
    with pytest.raises(ProblemError, match="is not a text file"):
        read_entries(path)


# --- the committed contests ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", series.contests())
def test_every_contest_of_the_book_has_records(name):
    assert len(series.contest(name).records()) >= 2


def test_an_unknown_contest_lists_those_that_exist():
    with pytest.raises(ProblemError, match="no contest 'chess'; the contests are imagenet-cost"):
        series.contest("chess")


def test_the_first_day_of_dawnbench_had_two_entries_and_the_record_is_the_lower():
    """13 days 10 hours for $2,323.39 on M60, and 10 days 4 hours for $1,112.64 on K80."""
    table = series.read_table("dawnbench").query("task == 'imagenet' and date == '2017-10-27'")
    assert table["hours"].tolist() == pytest.approx([13 * 24 + 10.69, 10 * 24 + 4.0], abs=0.01)
    assert series.contest("imagenet-cost").records().values[0] == 1112.64


def test_nanogpt_is_joined_at_record_21_which_was_timed_by_both_rules():
    plain, chained = (series.nanogpt(chained=c).set_index("record")["value"] for c in (False, True))
    assert chained[21] == plain[21] == 2.933
    assert (chained / plain).loc[22:].to_numpy() == pytest.approx(2.933 / 2.997)
    assert plain[89] == 1.23 and series.nanogpt(until=89)["record"].max() == 89
