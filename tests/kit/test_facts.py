"""A published figure without a unit, a source or a locator does not load, and the error says where."""

from __future__ import annotations

import csv
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.verify import source_keys


@pytest.fixture
def folder(tmp_path):
    """A copy of the data package that a test may damage."""
    target = tmp_path / "data"
    shutil.copytree(facts.DATA, target, ignore=shutil.ignore_patterns("results"))
    facts.published.cache_clear()
    yield target
    facts.published.cache_clear()


def change(folder, field, value, row=1):
    path = folder / "occam.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row - 1][field] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("name", facts.names())
def test_every_table_of_the_book_loads(name):
    assert len(facts.load(name))


@pytest.mark.parametrize("name", facts.names())
def test_every_fact_has_its_source_in_the_bibliography(name):
    assert {fact.source for fact in facts.load(name).values()} <= source_keys()


@pytest.mark.parametrize("name", facts.wide_names())
def test_every_wide_table_loads_and_has_its_sources_in_the_bibliography(name):
    table = facts.frame(name)
    assert len(table)
    for column in table.columns[table.columns.str.endswith("source")]:
        assert set(table[column].dropna()) <= source_keys()


def test_a_wide_table_with_a_malformed_cell_names_file_row_and_field(folder):
    (folder / "wide.csv").write_text("name,score\na,1\nb,many\n", encoding="utf-8")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    fields = [{"name": "name", "type": "string"}, {"name": "score", "type": "number"}]
    package["resources"].append({"name": "wide", "path": "wide.csv", "schema": {"fields": fields}})
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert facts.wide_names(folder)[-1] == "wide"
    with pytest.raises(ProblemError, match=r"wide\.csv, row 3, field 'score'"):
        facts.frame("wide", folder)


@pytest.mark.parametrize("name", facts.wide_names())
def test_a_wide_table_holds_no_facts_by_id(name):
    with pytest.raises(ProblemError, match=r"wide table.*facts\.frame"):
        facts.load(name)


@pytest.mark.parametrize("name", facts.names())
def test_a_published_interval_holds_its_value(name):
    for fact in facts.load(name).values():
        assert not fact.low > fact.value, fact.id
        assert not fact.high < fact.value, fact.id


@pytest.mark.parametrize("field", ["id", "value", "unit", "date", "source", "locator", "mark", "licence"])
def test_a_fact_that_lacks_a_field_names_file_row_and_field(folder, field):
    change(folder, field, "")
    with pytest.raises(ProblemError, match=rf"occam\.csv, row 2, field '{field}'"):
        facts.load("occam", folder)


@pytest.mark.parametrize(
    ("field", "value"), [("value", "many"), ("date", "last year"), ("mark", "hearsay"), ("id", "Not An Id")]
)
def test_a_malformed_field_names_file_row_and_field(folder, field, value):
    change(folder, field, value, row=2)
    with pytest.raises(ProblemError, match=rf"occam\.csv, row 3, field '{field}'"):
        facts.load("occam", folder)


def test_an_id_never_stands_twice(folder):
    first = next(iter(facts.load("occam", folder)))
    facts.published.cache_clear()
    change(folder, "id", first, row=2)
    with pytest.raises(ProblemError, match=r"occam\.csv, row 3"):
        facts.load("occam", folder)


def test_a_missing_column_names_the_file(folder):
    path = folder / "occam.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("locator", "place", 1), encoding="utf-8")
    with pytest.raises(ProblemError, match=r"occam\.csv"):
        facts.load("occam", folder)


def test_a_missing_table_is_one_sentence(folder):
    (folder / "occam.csv").unlink()
    with pytest.raises(ProblemError, match=r"occam\.csv is missing; restore it"):
        facts.load("occam", folder)


def test_a_table_that_is_no_text_is_one_sentence(folder):
    (folder / "occam.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ProblemError, match=r"occam\.csv"):
        facts.load("occam", folder)


def test_an_unknown_table_lists_those_that_exist(folder):
    with pytest.raises(ProblemError, match=r"no fact table 'zebra'.*it lists occam"):
        facts.load("zebra", folder)


def test_an_unknown_fact_names_its_table():
    with pytest.raises(ProblemError, match=r"no fact 'zebra' in analysis/data/occam\.csv"):
        facts.load("occam")["zebra"]


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_data_package_that_cannot_be_read_is_one_sentence(folder, content):
    path = folder / "datapackage.json"
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(ProblemError, match=re.escape("datapackage.json")):
        facts.load("occam", folder)


def test_every_table_states_its_licence_and_every_field_is_described():
    package = json.loads((facts.DATA / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        assert resource["licenses"]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_a_table_says_whether_it_holds_a_fact_without_complaining():
    table = facts.load("occam")
    assert "zipf-exponent" in table
    assert "no-such-fact" not in table


def test_threads_read_a_table_at_the_same_time():
    def read(_):
        for cache in (facts._package, facts.published, facts.published_frame):
            cache.cache_clear()
        return facts.load("occam")["zipf-exponent"].value, len(facts.frame("toolbox_chips"))

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(read, range(16)))) == 1
