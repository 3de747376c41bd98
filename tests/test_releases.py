"""The numbers of a release are kept once, and what is printed otherwise since is told."""

from __future__ import annotations

import io

import pytest

from analysis import releases
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number

NUMBERS = {"toy/speed": Number(2.71828182845, ".1f"), "TOY-1/share": Number(0.25, ".0%")}


def test_a_release_is_read_as_it_was_written(tmp_path):
    releases.write(NUMBERS, "0.9.0", tmp_path)
    releases.write(NUMBERS, "0.10.0", tmp_path)
    last = releases.last(tmp_path)
    assert last.version == "0.10.0", "versions are compared as numbers"
    assert last.numbers == {"toy/speed": (2.71828183, "2.7"), "TOY-1/share": (0.25, "25 %")}


def test_a_release_is_not_written_over_unless_one_says_so(tmp_path):
    releases.write(NUMBERS, "0.9.0", tmp_path)
    with pytest.raises(ProblemError, match=r"0\.9\.0 are kept already; raise the version"):
        releases.write({}, "0.9.0", tmp_path)
    releases.write({}, "0.9.0", tmp_path, replace=True)
    assert releases.last(tmp_path).numbers == {}


def test_what_moved_is_what_is_printed_otherwise(tmp_path):
    releases.write(NUMBERS, "0.9.0", tmp_path)
    now = {"toy/speed": Number(2.74, ".1f"), "TOY-1/share": Number(0.26, ".0%"), "toy/new": Number(1, "g")}
    assert list(map(str, releases.moved(releases.last(tmp_path), now))) == [
        "TOY-1/share: 25 % at the release, 26 % now",
        "toy/new: not there at the release, 1 now",
    ]
    assert [moved.now for moved in releases.moved(releases.last(tmp_path), {})] == ["", ""]


def test_before_the_first_release_there_is_nothing_to_compare_with(tmp_path, monkeypatch):
    monkeypatch.setattr(releases, "FOLDER", tmp_path)
    monkeypatch.setattr(releases.last, "__defaults__", (tmp_path,))
    with pytest.raises(ProblemError, match="There is no release yet"):
        releases.command(only_moved=True, out=io.StringIO())


def test_a_damaged_release_is_told(tmp_path):
    (tmp_path / "0.9.0.json").write_text("{", encoding="utf-8")
    with pytest.raises(ProblemError, match=r"The release 0\.9\.0\.json cannot be read; restore it"):
        releases.last(tmp_path)
