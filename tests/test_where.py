"""A thing of the book is found by its id, where it stands."""

from __future__ import annotations

import functools

import pytest

from analysis import where
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
