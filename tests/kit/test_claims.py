"""The ledger holds every claim of the source articles, and no verdict is typed."""

from __future__ import annotations

import re
import shutil

import pytest

from analysis import topics
from analysis.kit import claims, facts
from analysis.kit.claims import Claim, Judgement
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number

#: Ids never change: 2 Occam, 9 scaling, 13 DeepSeek, 3 distributed, 5 CNN, 3 techniques, 16 market, 1 energy,
#: 3 of states, 1 of who can train.
IDS = {
    *(f"OCC-{n}" for n in range(1, 3)),
    *(f"SCL-{n}" for n in range(1, 10)),
    *(f"DSK-{n}" for n in range(1, 14)),
    *(f"DST-{n}" for n in range(1, 4)),
    *(f"CNN-{n}" for n in range(1, 6)),
    *(f"TEC-{n}" for n in range(1, 4)),
    *(f"MKT-{n}" for n in range(1, 17)),
    "ENV-1",
    *(f"GEO-{n}" for n in range(1, 4)),
    "DEM-1",
}


@pytest.fixture
def folder(tmp_path):
    """A copy of the ledger that a test may damage."""
    return shutil.copytree(facts.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("results"))


def test_the_ledger_holds_exactly_the_claims_of_the_articles():
    assert set(claims.ledger()) == IDS


def test_every_claim_is_of_a_known_article():
    assert {claim.article for claim in claims.ledger().values()} == set(claims.articles())


@pytest.mark.parametrize("name", sorted(IDS))
def test_every_verdict_is_legal_and_gives_its_reason(name):
    judgement = claims.judge(claims.ledger()[name], topics.rules())
    assert judgement.verdict in claims.VERDICTS
    assert judgement.because


def test_a_computed_verdict_states_its_rule_in_words_and_points_to_figures_that_exist():
    figures = topics.figures()
    for name in topics.rules():
        claim = claims.ledger()[name]
        assert len(topics.rules()[name].sentence) > 40, name
        assert claim.evidence, name
        assert set(claim.evidence) <= set(figures), name


def test_a_claim_without_a_rule_is_open():
    assert claims.judge(Claim("X-1", "EV", "so it is", "later", ()), {}).verdict == "open"


def test_an_illegal_verdict_is_refused():
    with pytest.raises(ProblemError, match="'true' is not a verdict; choose from supported"):
        Judgement("true", "because", {})


def test_a_claim_is_judged_by_one_function(monkeypatch):
    monkeypatch.setattr(claims, "RULES", {})

    def first():
        return claims.OPEN

    def second():
        return claims.OPEN

    claims.rule("X-1", "open as long as nobody writes it")(first)
    claims.rule("X-1", "a module that is read again states its rule again")(first)
    with pytest.raises(ProblemError, match="X-1 is judged by first and by second; keep one"):
        claims.rule("X-1", "another")(second)


def test_a_reason_prints_its_numbers_all_of_them_and_no_others():
    """A number that no reader sees would be compared with its reference for nothing."""
    numbers = {"share": Number(0.25, ".0%")}
    assert Judgement("partly", "It fell by {share}.", numbers).because == "It fell by 25 %."
    with pytest.raises(ProblemError, match=r"'It fell\.' does not print its number 'share'; print or drop it"):
        Judgement("partly", "It fell.", numbers)
    with pytest.raises(ProblemError, match="prints 'fall', which is none of its numbers"):
        Judgement("partly", "It fell by {share} or {fall}.", numbers)


def test_an_id_that_stands_twice_names_its_row(folder):
    path = folder / "claims.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    with pytest.raises(
        ProblemError,
        match=rf"claims\.csv, row {len(lines) + 1}, field 'id': .*the same as in the row at position {len(lines)}",
    ):
        claims.ledger(folder)


@pytest.mark.parametrize("field", ["article", "claim", "chapter"])
def test_an_empty_field_names_row_and_field(folder, field):
    path = folder / "claims.csv"
    text = path.read_text(encoding="utf-8")
    name = "GEO-1"
    claim = claims.ledger(folder)[name]
    row = re.search(rf"^{name},.*$", text, re.MULTILINE)[0]
    values = [claim.id, claim.article, f'"{claim.claim}"', claim.chapter, ""]
    values[["id", "article", "claim", "chapter"].index(field)] = ""
    path.write_text(text.replace(row, ",".join(values)), encoding="utf-8")
    with pytest.raises(ProblemError, match=rf"claims\.csv, row \d+, field '{field}': .*required"):
        claims.ledger(folder)


def test_a_row_of_another_length_is_named(folder):
    path = folder / "claims.csv"
    path.write_text(path.read_text(encoding="utf-8") + "X-1,EV\n", encoding="utf-8")
    with pytest.raises(ProblemError, match=r"claims\.csv, row \d+, field 'claim': .*required"):
        claims.ledger(folder)


@pytest.mark.parametrize("name", ["claims.csv", "articles.csv"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ProblemError, match=rf"{name} is missing"):
        claims.articles(folder) if name == "articles.csv" else claims.ledger(folder)
