"""Who reads a fact is found by watching, to the line, and a number is told from its neighbours."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import where
from analysis.kit.errors import ProblemError

ROOT = Path(__file__).parents[1]
PROSE = """def numbers():
    fact = facts.load("toy")
    speed, size = fact["speed"].value, fact["size"].value
    share = size / 2
    share += 1
    return {
        "fast": Number(speed),
        "half": Number(
            share,
        ),
        "both": Number(share + speed),
    }
"""
WATCHED = """
from analysis import where
from analysis.kit import facts
from analysis.scaling import laws

def read():
    table = facts.load("occam")
    return [fact.source for fact in table.values()], table["zipf-normaliser"].value

watch = where._Watch()
for _ in range(2):
    print(watch.during(read))
print(watch.during(lambda: facts.frame("market_rents"))[0][0])
for _ in range(2):
    print(*sorted({what for what, _ in watch.during(lambda: laws.kaplan_laws())}))
"""


def test_a_number_is_computed_in_its_own_lines_and_those_of_the_names_it_uses(tmp_path):
    path = tmp_path / "prose.py"
    path.write_text(PROSE, encoding="utf-8")
    found = where.number_lines(path)
    assert found == {
        "fast": (7, {2, 3, 7}),
        "half": (8, {2, 3, 4, 5, 8, 9, 10}),
        "both": (11, {2, 3, 4, 5, 11}),
    }


def test_reading_a_value_is_noted_and_passing_a_fact_by_is_not():
    done = subprocess.run([sys.executable, "-c", WATCHED], cwd=ROOT, capture_output=True, text=True, check=True)
    first, second, table, law, again = done.stdout.splitlines()
    assert first == second == "[('fact occam/zipf-normaliser', ())]"
    assert table == "table market_rents"
    assert "fact scaling/kaplan-n-c" in law
    assert again == law, "a model that keeps its result is computed anew for each who asks"


def test_an_unknown_id_is_answered_with_the_nearest():
    with pytest.raises(ProblemError, match="Nothing has the id 'v3-gpsu'; did you mean 'v3-gpus'"):
        where.command("v3-gpsu")


@functools.cache
def known(identity):
    return list(where._known(identity))


def test_a_figure_a_claim_and_a_number_are_found_where_they_stand():
    ((kind, topic, _, places),) = known("deepseek-saving")
    assert (kind, topic) == ("figure", "deepseek")
    assert places[0].startswith("analysis/deepseek/chapter/figures/")
    assert places[1].startswith("chapters/deepseek.md:")
    assert any("evidence" in place for place in places)
    ((kind, topic, _, places),) = known("MKT-3")
    assert (kind, topic) == ("claim", "market")
    assert places[0].startswith("analysis/data/claims.csv:")
    assert places[1].startswith("analysis/market/chapter/verdicts.py:")


def test_an_erratum_is_found_at_its_function():
    ((kind, topic, _, places),) = known("hoffmann-table-a3-175b")
    assert (kind, topic) == ("erratum", "scaling")
    assert places[0].startswith("analysis/scaling/chapter/errata.py:")
