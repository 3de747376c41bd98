"""The page that tells a reviewer what moved."""

from __future__ import annotations

import subprocess

import pytest

from analysis import report_page, verify
from analysis.kit import checkout
from analysis.kit.errors import ProblemError
from analysis.report import Change, Row
from tests.kit import toys

FACT = Row("fact", "fibre", "moved", ["…"], changes=[Change("fact", "fibre/miles", "39 M", "43 M", "+10.3 %")])
NUMBER = Row("number", "fibre", "moved", ["…"], changes=[Change("number", "lit", "one", "<two>", "+100 %")])
CLAIM = Row("claim", "MKT-3", "moved", ["…"], changes=[Change("verdict", "MKT-3", "supported", "partly", "because")])
READS = {
    "number fibre/lit": {"fact fibre/miles"},
    "claim MKT-3": {"fact fibre/miles"},
    "figure market-fan": {"fact fibre/miles"},
    "figure market-hour": {"fact fibre/price"},
}


def test_a_fact_is_followed_to_number_and_verdict_and_what_holds_is_named():
    (chain,) = report_page.chains([CLAIM, NUMBER, FACT], READS)
    assert [change.name for change in chain.changes] == ["fibre/miles", "lit", "MKT-3"]
    assert chain.held == ["figure market-fan"]


def test_what_moves_without_a_fact_is_told_by_itself():
    chains = list(report_page.chains([FACT, CLAIM], {}))
    assert [chain.title for chain in chains] == ["fact fibre/miles", "Moved without a published fact"]


def test_the_sentences_show_the_old_and_the_new_number(tmp_path, monkeypatch):
    monkeypatch.setattr(report_page, "CHAPTERS", tmp_path)
    (tmp_path / "fibre.md").write_text("First. They lit {glue:text}`lit` of {glue:text}`miles` {cite}`a2001`. Last.")
    (sentence,) = report_page.sentences([NUMBER])
    assert [change.new if change else text for text, change in sentence.pieces] == [
        "They lit ", "<two>", " of ", "[miles]", " ", "", ".",
    ]  # fmt: skip
    page = report_page.write_report([NUMBER], tmp_path / "report").read_text()
    assert "<del>one</del> <ins>&lt;two&gt;</ins> of [miles] ." in page


def test_the_summary_has_verdicts_first_and_stops_in_time():
    many = Row("number", "fibre", "moved", changes=[Change("number", f"n{i}", "1", "a|b", "") for i in range(50)])
    lines = report_page.summary([many, CLAIM, Row("check", "x")], "main").splitlines()
    assert (
        lines[0] == "**1 of 3 checks hold.** Held against the references of main, these moved: number: 50, verdict: 1."
    )
    assert lines[4].startswith("| verdict | MKT-3 | supported | partly |")
    assert lines[5] == "| number | n0 | 1 | a\\|b |  |"
    assert lines[-1] == "and 11 more, in the report"


def test_both_pictures_of_a_figure_stand_there_and_their_difference(tmp_path):
    old, new = toys.points((1.0, 2.0, 3.0)).spec(), toys.points((1.0, 2.5, 3.0)).spec()
    row = Row("figure", "toy-points", "moved", ["row 2"], specs=(old, new), changes=[Change("figure", "toy-points")])
    page = report_page.write_report([row], tmp_path).read_text()
    assert page.count('src="data:image/svg+xml;base64,') == 4
    assert page.count('class="difference"') == 1
    assert "http:" not in page and "https:" not in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "summary.md"]


def test_an_unknown_commit_is_one_sentence():
    with pytest.raises(ProblemError, match="no references of the commit 'nowhere'"), verify.references_of("nowhere"):
        pass
    with pytest.raises(ProblemError, match="cannot be accepted"):
        verify.command(against="HEAD", accept=True)


def test_a_commit_of_a_repository_around_the_book_is_none_of_the_book(monkeypatch, tmp_path):
    (tmp_path / "book").mkdir()
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "mine"], check=True)
    monkeypatch.setattr(checkout, "ROOT", tmp_path / "book")
    assert report_page.commit() == "no commit"
    (tmp_path / ".git").rename(tmp_path / "book" / ".git")
    assert report_page.commit().startswith("commit ")


def test_what_git_says_of_a_commit_is_told(monkeypatch):
    with pytest.raises(ProblemError, match=r"'nowhere' \(fatal: .*nowhere\); name"), verify.references_of("nowhere"):
        pass
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ProblemError, match="git, which does not run here"), verify.references_of("HEAD"):
        pass


def test_references_are_those_of_the_commit():
    if report_page.commit() == "no commit":
        pytest.skip("this is no repository of the user's")
    with verify.references_of("HEAD") as (references, notebooks):
        assert (references / "market" / "numbers.json").is_file()
        assert (notebooks / "market.ipynb").is_file()
