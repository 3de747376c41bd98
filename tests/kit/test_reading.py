"""What a person gives is read, or refused in one sentence that names its place."""

from __future__ import annotations

import pytest

from analysis.kit.errors import ProblemError
from analysis.kit.reading import csv_file, number, positive_cell, whole


def test_a_file_is_read_without_its_empty_lines_and_short_rows_are_filled(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("N, D\n\n1,2\n3\n", encoding="utf-8-sig")
    header, rows = csv_file(path, "a header")
    assert header == ["N", "D"]
    assert rows == [(f"{path}, line 3", ["1", "2"]), (f"{path}, line 4", ["3", ""])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read .*; check its name"),
        (b"", "is empty; it needs a header such as N,D"),
        (b"\xff\xfe\x00", "is not a CSV text file; save it as CSV in UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, content, sentence):
    path = tmp_path / "runs.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProblemError, match=sentence):
        csv_file(path, "a header such as N,D")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 2: N is missing"),
        ("many", "line 2: N is 'many', which is not a number"),
        ("-1", "line 2: N is -1; it must be a positive"),
        ("inf", "line 2: N is inf; it must be a positive"),
    ],
)
def test_a_cell_that_holds_no_positive_number_is_refused(text, sentence):
    with pytest.raises(ProblemError, match=sentence):
        positive_cell(text, "N", "line 2")


@pytest.mark.parametrize(("text", "problem"), [("much", "not a number"), ("nan", "not finite")])
def test_a_typed_word_that_is_no_number_is_refused_with_an_example(text, problem):
    with pytest.raises(ProblemError, match=f"The budget '{text}' is {problem}; give one such as 1e24"):
        number(text, "budget", "1e24")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2.5", "The seed is 2.5; give a whole number such as 7"),
        ("-1", "The seed is -1; give 0 to 99"),
        ("100", "The seed is 100; give 0 to 99"),
        ("1e400", "The seed '1e400' is not finite"),
        ("x", "The seed 'x' is not a number; give one such as 7"),
    ],
)
def test_a_whole_number_keeps_its_bounds(text, sentence):
    assert whole("99", "seed", "7", most=99) == 99
    with pytest.raises(ProblemError, match=sentence):
        whole(text, "seed", "7", most=99)


def test_without_a_bound_above_any_number_will_do():
    with pytest.raises(ProblemError, match="give 1 or more"):
        whole("0", "number", "7", least=1)
    assert whole("1_000_000", "number", "7", least=1) == 1_000_000
