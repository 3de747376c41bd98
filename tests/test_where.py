"""A thing of the book is found by its id, where it stands."""

from __future__ import annotations

import functools
import io
import math
import re

import pytest

from analysis import runs, strengths, where
from analysis.kit.errors import ProblemError


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


def test_a_row_and_an_assumption_are_found_where_they_stand():
    ((kind, table, name, (place,)),) = known("market_deals/1")
    assert (kind, table, name) == ("row", "market_deals", "market_deals/1")
    assert place.startswith("analysis/data/market_deals.csv:2  the deal “NVIDIA invests in OpenAI”, ")
    ((kind, topic, name, (place,)),) = known("market/BOOM")
    assert (kind, topic, name) == ("assumption", "market", "market/BOOM")
    assert re.match(r"analysis/market/chapter/inputs\.py:\d+  4, The years of the fibre boom", place)


def test_strengths_are_printed_strongest_first(monkeypatch):
    of = functools.partial(strengths.Strength, "deepseek", change=math.nan, left_out=False)
    known = [of("number a", "market/BOOM", 2.0, 2.0), of("number bb", "market/BOOM", -1.0, -1.0)]
    monkeypatch.setattr(strengths, "of_input", lambda identity: known)
    monkeypatch.setattr(where, "_whole", lambda topic: {})
    monkeypatch.setattr(runs, "run_all", lambda: {})
    out = io.StringIO()
    where.command("market/BOOM", out)
    assert out.getvalue().endswith(
        "read by: nothing\nmoves, strongest first\n"
        "  number a   1 % more moves it up by 2 %\n  number bb  1 % more moves it down by 1 %\n"
    )
