"""The page and the cards say what turns each verdict, in the order of how easily it turns, and what is not known."""

import math
import re

import pandas as pd
import pytest

from analysis import firmness, named, runs, topics
from analysis.firmness import Firmness, Turn
from analysis.kit import claims
from analysis.kit.claims import Claim, Judgement, Rule
from analysis.kit.errors import ProblemError
from book.extension import firmness as page_of
from book.extension import turns

HOURS = Turn("deepseek/v3-hours-pretraining", "fact", 2664000.0, 2457440.0, "wrong", 0.0775, None)
FAR = Turn("deepseek/v3-gpus", "fact", 2048.0, 8192.0, "wrong", 3.0, None)
ROW = Turn("market_deals/3", "row", math.nan, math.nan, "open", 0.0, None)
THRESHOLD = Turn("market/DOMINANT", "threshold", 0.5, 0.7, "supported", 0.4, None)
CLAIMED = Turn("deepseek/CLAIMED_BILLIONS", "threshold", 673.0, 671.0, "supported", 0.003, None)
FIRM = {
    "MKT-2": Firmness("MKT-2", "firm", (FAR, CLAIMED), 0, math.nan),
    "MKT-1": Firmness("MKT-1", "leaning", (THRESHOLD,), 2, 0.25),
    "MKT-3": Firmness("MKT-3", "on the edge", (ROW, HOURS, THRESHOLD), 1, 0.0),
    "MKT-5": Firmness("MKT-5", "firm", (CLAIMED,), 0, math.nan),
}
STRIP = (
    "```{firmness-strip}\n```\n\n```{firmness-verdicts}\n```\n\n```{firmness-facts}\n```\n\n```{firmness-watch}\n```\n"
)
PAGES = {
    "index.md": "# I\n\n```{toctree}\nbook/claims\nbook/firmness\n```\n",
    "book/claims.md": "# C\n\nWords.\n\n```{claims-ledger}\n```\n",
    "book/firmness.md": f"# F\n\nWords.\n\n{STRIP}",
}


@pytest.fixture
def bare(monkeypatch):
    """Four claims with a verdict each, and a fact on which two numbers hang."""
    rules = {name: Rule(name, "partly", lambda: Judgement("partly", "Half of it holds.")) for name in FIRM}
    ledger = {name: Claim(name, "EV", claims.ledger()[name].claim, "market", ()) for name in sorted(FIRM)}
    monkeypatch.setattr(claims, "ledger", lambda: ledger)
    monkeypatch.setattr(runs, "find", lambda topic: None)
    monkeypatch.setattr(topics, "rules", lambda: rules)
    monkeypatch.setattr(firmness, "of_claims", lambda: FIRM)
    rows = [("market claim MKT-3/x", HOURS.input, 1.0), ("market number y", HOURS.input, 0.5)]
    rows += [("market number y", "market/cisco-peak-value", 1.0), ("market number z", FAR.input, 0.01)]
    monkeypatch.setattr(page_of, "elasticities", lambda: pd.DataFrame(rows, columns=["item", "input", "strength"]))


def words(html: str) -> str:
    """The text of a piece of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_claims_stand_in_the_order_in_which_they_turn(build, bare):
    """The one on the edge first, and it alone says so in its line; one that nothing turns comes last."""
    built = build(PAGES)
    assert not built.warnings
    html = built.page("book/claims")
    assert re.findall(r'<details[^>]* id="(MKT-\d+)"', html) == ["MKT-3", "MKT-1", "MKT-2", "MKT-5"]
    lines = {claim: re.search(rf'id="{claim}".*?</summary>', html, re.S)[0] for claim in FIRM}
    assert {claim for claim, line in lines.items() if "on the edge" in line} == {"MKT-3"}


def test_a_card_says_the_nearest_turn_of_each_sort(build, bare):
    """A row, a figure, the threshold: one each, with the value where it turns, and the share of the draws."""
    html = build(PAGES).page("book/claims")
    card = words(re.search(r'<details[^>]* id="MKT-3".*?</details>', html, re.S)[0])
    assert "On the edge. Turns to open without the deal “OpenAI rents from Oracle” ." in card
    assert "with the GPU-hours of V3’s pretraining below 2.46 million H800 GPU-hours; it is 2,664,000." in card
    assert "if the rule asked for 0.7 instead of 0.5 (“" in card
    assert "In none of 400 draws within its one stated interval the verdict is another." in card
    assert "673" not in words(re.search(r'<details[^>]* id="MKT-2".*?</details>', html, re.S)[0])


def test_each_verdict_stands_once_on_the_page_of_firmness(build, bare):
    """In the list of its word; what only the claim's own number turns is among those that no single input decides."""
    html = build(PAGES).page("book/firmness")
    assert sorted(re.findall(r'<details[^>]* id="(MKT-\d+)"', html)) == sorted(FIRM)
    sections = dict(re.findall(r'<section[^>]* id="firmness-(\w+)">(.*?)</section>', html, re.S))
    found = {name: re.findall(r'<details[^>]* id="(MKT-\d+)"', text) for name, text in sections.items()}
    assert found == {"edge": ["MKT-3"], "leaning": ["MKT-1"], "firm": ["MKT-2"], "none": ["MKT-5"]}
    assert "1 stand on the edge, 1 lean and 2 are firm" in words(html).replace("stands", "stand")
    assert "In 25 % of 400 draws within its 2 stated intervals" in words(html)


def test_the_figures_that_nobody_saw_in_their_source_come_first(build, bare):
    """A number hangs on a figure that moves it by a tenth of its own move; a weaker one counts for nothing."""
    found = page_of.heaviest(page_of.elasticities(), FIRM.values())
    assert [weight.what.id for weight in found] == ["market/cisco-peak-value", HOURS.input]
    assert [weight.what.mark in page_of.SEEN for weight in found] == [False, True]
    assert found[1].claims == ("MKT-3",) and len(found[1].numbers) == 2
    assert "turns MKT-3" in words(build(PAGES).page("book/firmness"))


def test_what_would_change_our_mind_is_a_value(build, bare):
    """Only figures, and only those whose turn is near."""
    listed = page_of.watched(FIRM.values())
    assert [(each.what.id, [claim for claim, _ in each.turned]) for each in listed] == [(HOURS.input, ["MKT-3"])]
    html = words(build(PAGES).page("book/firmness"))
    assert "The GPU-hours of V3’s pretraining" in html and "2.46 million" in html


def test_a_missing_table_is_told_once_where_it_is_shown(build, bare, monkeypatch):
    """The page of claims goes without it."""

    def missing():
        raise ProblemError("The result toy-turns.csv is missing; make it with 'python -m analysis run toy-turns'.")

    monkeypatch.setattr(firmness, "of_claims", missing)
    built = build(PAGES)
    assert "The result toy-turns.csv is missing" in built.warnings and "book/firmness.md" in built.warnings
    assert "book/claims.md" not in built.warnings
    assert "Half of it holds." in built.page("book/claims") and "on the edge" not in built.page("book/claims")


@pytest.mark.parametrize("builder", ["text", "latex"])
def test_other_builders_say_the_same(build, bare, builder):
    """On paper the lists are paragraphs and a table, without the picture."""
    built = build(PAGES, builder)
    assert not built.warnings
    text = " ".join(path.read_text(encoding="utf-8") for path in built.folder.rglob("*.t*x*"))
    for part in ("2.46 million", "hours of V3", "On the edge", "Cisco"):
        assert part in text, part


def test_farther_is_farther_on_the_scale():
    """From what is left out to what nothing turns; no mark covers another."""
    distances = [0.0, 0.001, 0.02, 0.1, 0.5, 1.0, 4.0, 9.0]
    at = [page_of.place(distance) for distance in distances]
    assert at == sorted(at) and at[-1] < page_of.BEHIND
    placed = page_of.stacked([page_of.BEFORE] * 7 + at[1:] + [page_of.BEHIND] * 5)
    assert len(set(placed)) == len(placed)
    for x, y in placed:
        assert not any(y == other and 0 < abs(x - place) < page_of.MARK - 1e-9 for place, other in placed)


def test_where_it_turns_is_told_from_where_it_is():
    """However near: the printed value differs from the one of today."""
    for away in (0.3, 0.03, 0.003, 0.0003):
        assert turns.rounded(39.3, 39.3 * (1 - away)) != 39.3


def test_what_is_nothing_turns_as_soon_as_it_is_anything():
    """No value can be told of it."""
    turn = Turn("market/geo-china-in-guidance", "fact", 0.0, 7.8e-05, "open", 7.8e-05, None)
    assert turns.moved(turn) == "any" and turns.rounded(0.0, 7.8e-05) == 0.0


def test_an_entry_of_a_list_is_called_by_itself():
    """The list is told after it."""
    what = named.Named("t/L.1", "choice", "Windows that are compared: “2025”")
    assert turns.entry(what) == ("“2025”", "windows that are compared")
