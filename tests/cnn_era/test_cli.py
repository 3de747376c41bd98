"""``fit-records`` at the command line."""

import re

import numpy as np
import pytest

from analysis import cli

START = np.datetime64("2020-01-01")
COLUMNS = ("--date", "when", "--value", "seconds")


@pytest.fixture
def entries(tmp_path):
    """Thirty records that halve every 20 days, then every 100, under headers of their own, newest first."""
    days = np.concatenate([np.arange(16) * 10, 150 + np.arange(1, 15) * 50])
    logs = np.where(days <= 150, days / 20, 7.5 + (days - 150) / 100)
    path = tmp_path / "entries.csv"
    lines = [f"{START + day},x,{1000 * 2.0**-log:.9g}" for day, log in zip(days, logs, strict=True)]
    path.write_text("\n".join(["when,who,seconds", *reversed(lines)]) + "\n")
    return path


def call(capsys, *arguments):
    status = cli.main([str(a) for a in arguments])
    return status, *capsys.readouterr()


def test_records_halving_times_and_the_change_of_pace_are_printed(entries, capsys):
    status, out, err = call(capsys, "fit-records", entries, *COLUMNS)
    assert (status, err) == (0, "")
    assert out.startswith("30 records among 30 entries, 2020-01-01 to ")
    assert out.count("the pace changes on 2020-05-30") == 2
    assert len(re.findall(r"halving time of the phases: 20 days \(.*\), 100 days", out)) == 2
    assert out.rstrip().endswith("Both models see a change of pace.")


def test_one_line_is_called_one_line(entries, capsys):
    lines = entries.read_text().splitlines()
    entries.write_text("\n".join([lines[0], *lines[-16:]]))
    out = call(capsys, "fit-records", entries, *COLUMNS)[1]
    assert "halving time: 20 days" in out
    assert out.rstrip().endswith("Both models prefer one line.")


def test_what_is_not_asked_for_is_not_looked_for(entries, capsys):
    out = call(capsys, "fit-records", entries, *COLUMNS, "--most", "0")[1]
    assert "the pace changes" not in out
    assert "90 % interval" in call(capsys, "fit-records", entries, *COLUMNS, "--level", "0.9")[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.csv"], "The file none.csv cannot be read"),
        (["FILE"], "FILE has no column 'date' but 'when', 'who', 'seconds'; name one with --date."),
        (["FILE", "--date", "when"], "FILE has no column 'value'"),
        (["FILE", "--date", "who", "--value", "seconds"], "FILE, line 2: the date is 'x'; write it as 2018-04-20."),
        (["FILE", "--date", "when", "--value", "who"], "FILE, line 2: the value is 'x', which is not a number"),
        (["FILE", *COLUMNS, "--most=many"], "The number of change-points 'many' is not"),
        (["FILE", *COLUMNS, "--most=-1"], "The number of change-points is -1; give 0 to 10"),
        (["FILE", *COLUMNS, "--level=95"], "The level of confidence is 95; give 0.5 to 0.999"),
        (["FILE", *COLUMNS, "--most=1e9"], "The number of change-points is 1e9; give 0 to 10"),
        (["FILE", *COLUMNS, "--most=1.5"], "The number of change-points is 1.5; give a whole number such as 2"),
        (
            ["FILE", *COLUMNS, "--most=8"],
            "FILE: Among 30 records there are too many places for 8 change-points",
        ),
        (["FILE", *COLUMNS, "--seed=-1"], "The seed is -1; give 0 to 4,294,967,295"),
        (["FILE", *COLUMNS, "--seed=x"], "The seed 'x' is not a number"),
        (["FILE", *COLUMNS, "--level=nan"], "The level of confidence 'nan' is not finite"),
        (["FILE", *COLUMNS, "--level=0.9999999"], "The level of confidence is 0.9999999; give 0.5 to 0.999"),
        (["FILE", *COLUMNS, "--criterion=luck"], "FILE: There is no criterion 'luck'"),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr_and_status_2(entries, capsys, arguments, sentence):
    status, out, err = call(capsys, "fit-records", *[str(entries) if a == "FILE" else a for a in arguments])
    assert status == 2 and out == ""
    assert err.startswith(f"error: {sentence.replace('FILE', str(entries))}") and err.count("\n") == 1


def test_too_few_records_are_counted(tmp_path, capsys):
    path = tmp_path / "few.csv"
    path.write_text("date,value\n2018-01-01,2\n2018-02-01,3\n2018-03-01,1\n")
    status, _, err = call(capsys, "fit-records", path)
    assert status == 2
    assert err == f"error: {path}: There are 2 records among 3 entries; a fit needs at least 3.\n"


def test_how_a_file_was_read_is_said_before_the_results(tmp_path, capsys):
    path = tmp_path / "entries.csv"
    path.write_text("date;value\n03/01/2018;9,5\n03/02/2018;7\n03/03/2018;\n05/03/2018;4\n")
    status, out, err = call(capsys, "fit-records", path, "--day-first")
    assert (status, err) == (0, "")
    assert out.startswith(
        "Its commas are decimal commas.\n1 entry without date or value left out (line 4).\nThe day comes"
    )
    assert "3 records among 3 entries, 2018-01-03 to 2018-03-05" in out
    assert "2018-05-03" in call(capsys, "fit-records", path, "--month-first")[1]
    status, _, err = call(capsys, "fit-records", path)
    assert status == 2 and "say --day-first or --month-first" in err


def test_a_series_too_long_for_the_method_is_refused(tmp_path, capsys):
    path = tmp_path / "entries.csv"
    lines = [f"{START + day},{4000 - day}" for day in range(3001)]
    path.write_text("\n".join(["date,value", *lines]))
    status, _, err = call(capsys, "fit-records", path)
    assert status == 2 and "There are 3,001 records; more than 3,000 would take hours, so keep a part of them." in err
