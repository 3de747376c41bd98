"""Where a verdict turns is found to the stated fineness; each turn of the book is true just on either side of it."""

from __future__ import annotations

import math

import pytest

from analysis import firmness, sensitivity, topics, turning, what_if
from analysis.deepseek.chapter import verdicts
from analysis.kit import facts
from analysis.kit.claims import Judgement, Rule
from analysis.kit.errors import ProblemError
from analysis.sensitivity import Input
from analysis.turning import FINE, MOVES, Task, turn

PRICE = next(sensitivity.inputs("fact deepseek/v3-price"))
TOKENS = next(sensitivity.inputs("fact deepseek/v3-tokens"))


def price() -> float:
    return facts.load("deepseek")["v3-price"].value


@pytest.fixture
def toy(monkeypatch):
    """A claim that a rule of a test judges, by a name of its own since verdicts are kept."""

    def given(name: str, judge):
        rules = {name: Rule(name, "", lambda: Judgement(judge(), "", {}))}
        monkeypatch.setattr(topics, "rules", lambda: rules)
        return lambda *inputs, **more: turn(Task("toy", name, inputs, **more))

    return given


# --- a rule that is known -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.013, 0.07, 0.1, 0.349, 0.62, 0.88])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_threshold_is_found_to_the_stated_fineness_on_its_far_side(toy, share, sign):
    edge = PRICE.value * (1 + sign * share)
    found = toy(f"edge {share} {sign}", lambda: "wrong" if sign * (price() - edge) > 0 else "supported")(PRICE)
    assert len(found) == 1
    row = found.iloc[0]
    assert row["becomes"] == "wrong"
    assert 0 < sign * (row["at"] - edge) <= FINE * PRICE.value
    assert row["distance"] == pytest.approx(share, abs=FINE)


def test_of_two_edges_the_nearer_one_of_each_side_is_told(toy):
    def judge() -> str:
        return "wrong" if price() < 1.5 else "supported" if price() < 2.5 else "partly" if price() < 5 else "wrong"

    found = toy("two edges", judge)(PRICE)
    assert found["becomes"].tolist() == ["wrong", "partly"]
    assert found["at"].tolist() == pytest.approx([1.5, 2.5], abs=FINE * PRICE.value)


def test_far_beyond_ten_times_nothing_turns(toy):
    assert toy("far", lambda: "wrong" if price() > PRICE.value * (1 + max(MOVES)) * 1.01 else "supported")(PRICE).empty


def test_where_a_rule_refuses_is_no_turn(toy):
    def judge() -> str:
        if price() > 2.2:
            raise ProblemError("So dear is nothing; take less.")
        return "supported"

    assert toy("refuses", judge)(PRICE).empty


def test_a_fact_that_a_list_can_do_without_is_told_as_left_out(toy):
    def judge() -> str:
        return "supported" if "v3-price" in facts.load("deepseek") else "open"

    found = toy("list", judge)(PRICE)
    assert found[["kind", "becomes"]].values.tolist() == [["left out", "open"]]


def test_a_row_without_which_the_verdict_is_another_turns_it(toy):
    dearest = facts.published_frame("market_rents")["price"].idxmax() + 1
    edge = facts.published_frame("market_rents")["price"].max()
    judge = toy("rows", lambda: "supported" if facts.frame("market_rents")["price"].max() >= edge else "wrong")
    assert judge(Input(f"market_rents/{dearest}", "row"))["kind"].tolist() == ["row"]
    other = 1 if dearest != 1 else 2
    assert judge(Input(f"market_rents/{other}", "row")).empty


def test_a_small_count_turns_at_a_whole_number(toy):
    one = next(sensitivity.inputs("assumption deepseek/SEVERAL"))
    found = toy("count", lambda: "wrong" if one.value + 1.5 < verdicts.SEVERAL else "supported")(one)
    assert found["at"].tolist() == [one.value + 2]


def test_whether_a_turn_lies_inside_the_published_interval_is_told(toy):
    own = Input(PRICE.id, "fact", PRICE.value, 1.9, 2.3)
    found = toy("inside", lambda: "wrong" if not 1.5 < price() < 2.2 else "supported")(own)
    assert found["inside"].tolist() == [False, True]


@pytest.mark.parametrize("part", [0.0, 0.25, 0.5, 1.0])
def test_the_share_of_the_draws_is_that_of_the_interval_on_the_far_side(toy, part):
    own = Input(PRICE.id, "fact", 2.0, 1.0, 3.0)
    row = toy(f"draws {part}", lambda: "wrong" if price() > 3.0 - part else "supported")(own, draws=True).iloc[0]
    share = part / 2  # the value lies in the middle, so the draws are uniform
    assert abs(row["share"] - share) <= 4 * math.sqrt(share * (1 - share) / turning.DRAWS)
    assert row["value"] == 1


# --- the book's rules -----------------------------------------------------------------------------------------------


def input_of(one: firmness.Turn) -> Input:
    kind = {"left out": "fact", "cell": "table", "row": "table", "choice": "assumption", "threshold": "assumption"}
    owner, _, name = one.input.partition("/")
    read = owner if kind.get(one.kind) == "table" else f"{owner}/{name}" if one.kind in ("fact", "left out") else ""
    what = f"{kind.get(one.kind, one.kind)} {read or owner + '/' + name.partition('.')[0]}"
    return next(each for each in sensitivity.inputs(what) if each.id == one.input)


def verdict(topic: str, claim: str, changes: dict[str, float | None]) -> str:
    return what_if.outcome_with(changes, topic, (), (claim,)).judgements[claim].verdict


def untrue(topic: str, claim: str, one: firmness.Turn) -> str:
    """What is wrong with a turn that the tables tell, if anything."""
    now, own = verdict(topic, claim, {}), input_of(one)
    if math.isnan(one.at):  # left out
        found = verdict(topic, claim, own.changes(None))
        return "" if found == one.becomes != now else f"{claim}: without {one.input} {found}, not {one.becomes}"
    away = 1 if one.at > one.value else -1
    if own.count and abs(own.value) < turning.COUNTED:
        before, beyond = one.at - away, one.at
    else:
        fine = (turning.FINE_OF_CELLS if one.kind == "cell" else FINE) * abs(one.at - one.value) / one.distance
        digits = 5e-6 * abs(one.at)  # the table has six
        before = one.at - away * min(2 * fine + digits, abs(one.at - one.value))  # on this side of its own value
        beyond = one.at + away * digits
    found = [verdict(topic, claim, own.changes(value)) for value in (before, one.at, beyond)]
    if found[0] == now != one.becomes in found[1:] and own.value == pytest.approx(one.value, rel=5e-6):
        return ""
    return f"{claim}: {one.input} at {one.at:g} turns {found[0]} to {found[1:]}, not {now} to {one.becomes}"


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_the_nearest_turn_of_each_verdict_is_true_just_on_either_side(topic):
    turns = {claim: firmness.of_claims()[claim].turns for claim in what_if.claims_of(topic)}
    found = [untrue(topic, claim, own[0]) for claim, own in turns.items() if own]
    assert not any(found), "\n".join(filter(None, found))
