"""An erratum says where, what and how sure, prints its numbers, and stands only while its contradiction does."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from toys import slip

from analysis import topics
from analysis.kit import errata, facts
from analysis.kit.errata import beyond_rounding
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from analysis.verify import source_keys

ROOT = Path(__file__).parents[2]
ALL = topics.errata()


@pytest.fixture
def folder(tmp_path):
    """A copy of the data package that a test may damage."""
    return shutil.copytree(facts.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("results"))


@pytest.mark.parametrize("identity", ALL)
def test_every_erratum_of_the_book_holds_and_has_a_source_in_the_bibliography(identity):
    found = ALL[identity]()
    assert found.holds
    assert found.source in source_keys()


@pytest.mark.parametrize("path", sorted(ROOT.glob("analysis/*/chapter/errata.py")), ids=lambda path: path.parts[-3])
def test_whether_it_holds_and_its_numbers_are_computed(path):
    """A printed figure is a fact with source and locator first; a typed True would hold for ever."""
    for call in (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", "")
        if name in ("Number", "amount"):
            assert not isinstance(call.args[0], ast.Constant), f"{path.name}:{call.lineno} types a number"
        if name == "Erratum":
            (holds,) = (keyword.value for keyword in call.keywords if keyword.arg == "holds")
            assert not isinstance(holds, ast.Constant), f"{path.name}:{call.lineno} types that it holds"


@pytest.mark.parametrize("name", ["title", "source", "locator", "claim", "finding", "correction"])
def test_an_erratum_that_does_not_say_something_is_refused(name):
    with pytest.raises(ProblemError, match=f"has no {name}; say it"):
        slip(**{name: " "})


def test_how_sure_is_one_of_three_words():
    with pytest.raises(ProblemError, match="'fairly' is not how sure one can be; choose from certain, likely, open"):
        slip(sure="fairly")


def test_its_texts_print_its_numbers_all_of_them_and_no_others():
    assert slip().text("finding") == "Its columns give 7.34."
    with pytest.raises(ProblemError, match="does not print its number 'recomputed'; print or drop it"):
        slip(finding="Its columns give another.", correction="another than {printed}")
    with pytest.raises(ProblemError, match="prints 'quotient', which is none of its numbers"):
        slip(finding="Its columns give {quotient}.")


@pytest.mark.parametrize(
    ("printed", "recomputed", "step", "slack", "beyond"),
    [
        (7.28, 7.344, 0.01, 0, True),
        (7.34, 7.344, 0.01, 0, False),
        (7.34, 7.3451, 0.01, 0, True),
        (7.34, 7.3451, 0.01, 0.002, False),
        (1.26e24, 1.26e25, 1e22, 1e23, True),
    ],
)
def test_rounding_takes_at_most_half_of_the_last_digit(printed, recomputed, step, slack, beyond):
    assert beyond_rounding(printed, recomputed, step, slack) is beyond
    assert beyond_rounding(recomputed, printed, step, slack) is beyond


@pytest.mark.parametrize(
    ("printed", "recomputed", "apart"),
    [
        (Number(7.28), Number(7.344), "0.87 %"),
        (Number(1.26e24), Number(1.26e25), "a factor of 10"),
        (Number(22.7), Number(10.0), "a factor of 2.27"),
        (Number(19.9), Number(10.0), "99 %"),
        (Number(-1.0), Number(1.0), ""),
        (Number(900.0, unit=" billion"), Number(1.2, unit=" trillion"), ""),
    ],
)
def test_how_far_apart_is_said_in_per_cent_below_a_factor_of_two(printed, recomputed, apart):
    """And not at all where a factor says nothing, or the two are printed in different units."""
    texts = {"title": "T", "source": "s", "locator": "l", "finding": "{recomputed}", "correction": "c"}
    numbers = {"printed": printed, "recomputed": recomputed}
    found = errata.Erratum(**texts, claim="{printed}", sure="open", holds=True, numbers=numbers)
    assert found.apart == apart


def test_an_id_has_one_function_and_a_readable_form(monkeypatch):
    monkeypatch.setattr(errata, "ERRATA", {})

    def first():
        return slip()

    def second():
        return slip()

    errata.erratum("someone-table-1")(first)
    errata.erratum("someone-table-1")(first)
    with pytest.raises(ProblemError, match="someone-table-1 is computed by first and by second; keep one"):
        errata.erratum("someone-table-1")(second)
    for name in ("Someone Table 1", "E1", "someone"):
        with pytest.raises(ProblemError, match="names no erratum; write it in lower case with dashes"):
            errata.erratum(name)


# --- our own --------------------------------------------------------------------------------------------------


def test_our_own_mistakes_are_of_a_chapter_and_stand_newest_first(folder):
    known = errata.corrections()
    assert {each.chapter for each in known} <= set(topics.TOPICS)
    later = "corr-later,2027-01-31,occam,It was so.,It is not so.,reading again\n"
    with (folder / "corrections.csv").open("a", encoding="utf-8") as file:
        file.write(later)
    assert [each.id for each in errata.corrections(folder)] == ["corr-later", *(each.id for each in known)]


@pytest.mark.parametrize("field", ["id", "date", "chapter", "said", "says", "found"])
def test_a_correction_that_lacks_a_field_names_file_row_and_field(folder, field):
    fields = ["id", "date", "chapter", "said", "says", "found"]
    row = ["corr-later", "2027-01-31", "occam", "It was so.", "It is not so.", "reading again"]
    row[fields.index(field)] = ""
    (folder / "corrections.csv").write_text(",".join(fields) + "\n" + ",".join(row) + "\n", encoding="utf-8")
    with pytest.raises(ProblemError, match=rf"corrections\.csv, row 2, field '{field}'"):
        errata.corrections(folder)


@pytest.mark.parametrize(("field", "value"), [("date", "last week"), ("id", "Later")])
def test_a_malformed_correction_names_file_row_and_field(folder, field, value):
    text = (folder / "corrections.csv").read_text(encoding="utf-8")
    header, first = text.splitlines()[:2]
    identity, date = re.match(r"([^,]+),([^,]+),", first).groups()
    row = first.replace({"id": identity, "date": date}[field], value, 1)
    (folder / "corrections.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    with pytest.raises(ProblemError, match=rf"corrections\.csv, row 2, field '{field}'"):
        errata.corrections(folder)
