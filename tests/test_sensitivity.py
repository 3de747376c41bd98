"""Elasticities of closed forms are known exactly, and where trace and elasticity disagree is told."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis import sensitivity, what_if
from analysis.kit import facts
from analysis.kit.claims import Judgement, Rule
from analysis.kit.errors import ProblemError
from analysis.kit.numbers import Number
from analysis.sensitivity import STEP, Input, Task, vary

H = STEP
GPUS, PRICE, HOURS = (next(sensitivity.inputs(f"fact deepseek/v3-{name}")) for name in ("gpus", "price", "hours-total"))


def fact(name: str) -> float:
    return facts.load("deepseek")[f"v3-{name}"].value


def elasticities(topic: str, one: Input, *parts: str, claims: tuple[str, ...] = ()) -> pd.DataFrame:
    return vary(Task(topic, one, parts, claims)).set_index("item")


@pytest.fixture
def toy(monkeypatch):
    """A topic without files, whose numbers are functions of three facts of DeepSeek-V3."""

    def given(name: str, **numbers):
        computed = {key.replace("_", "-"): compute for key, compute in numbers.items()}
        parts = {"all": lambda: {key: Number(compute(), ".3g") for key, compute in computed.items()}}
        monkeypatch.setattr(what_if, "parts", lambda topic: parts)
        return name

    return given


# --- closed forms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [-2.0, -1.0, -0.5, 0.5, 1.0, 3.0])
def test_the_elasticity_of_a_power_law_is_its_difference_quotient_exactly_and_its_exponent_nearly(toy, power):
    found = elasticities(toy(f"power {power}", law=lambda: 7.0 * fact("hours-total") ** power), HOURS, "all").loc[
        "number law"
    ]
    assert found["below"] == pytest.approx(((1 - H) ** power - 1) / -H, rel=1e-9)
    assert found["above"] == pytest.approx(((1 + H) ** power - 1) / H, rel=1e-9)
    assert (found["below"] + found["above"]) / 2 == pytest.approx(power, rel=2e-3), "of second order in the step"


def test_the_elasticities_of_a_product_are_its_exponents_and_add_up_to_its_degree(toy):
    name = toy("product", cost=lambda: fact("price") * fact("hours-total") ** 2 / math.sqrt(fact("gpus")))
    found = [
        elasticities(name, one, "all").loc["number cost", ["below", "above"]].mean() for one in (PRICE, HOURS, GPUS)
    ]
    assert found == pytest.approx([1.0, 2.0, -0.5], abs=1e-4)
    assert sum(found) == pytest.approx(2.5, abs=2e-4)


def test_a_sum_hangs_on_each_term_by_its_share_and_the_shares_add_up_to_one(toy):
    name = toy("sum", total=lambda: 3 * fact("price") + fact("gpus"))
    shares = [elasticities(name, one, "all").loc["number total", "above"] for one in (PRICE, GPUS)]
    price = 3 * fact("price") / (3 * fact("price") + fact("gpus"))
    assert shares == pytest.approx([price, 1 - price], rel=1e-9)


def test_what_does_not_move_has_no_row_and_a_kink_has_two_elasticities(toy):
    name = toy("kink", still=lambda: 4.0, ramp=lambda: max(fact("price"), 2.0))
    assert fact("price") == 2.0
    found = elasticities(name, PRICE, "all")
    assert list(found.index) == ["number ramp"]
    assert found.loc["number ramp", ["below", "above"]].tolist() == pytest.approx([0.0, 1.0])


def test_where_a_number_is_nothing_its_change_stands_for_the_relative_one(toy):
    found = elasticities(toy("zero", excess=lambda: fact("price") - 2.0), PRICE, "all").loc["number excess"]
    assert found[["below", "above"]].tolist() == pytest.approx([2.0, 2.0]), "two dollars for the whole of the price"


def test_a_whole_number_that_may_not_be_scaled_moves_by_whole_numbers(toy):
    def whole() -> float:
        if not fact("gpus").is_integer():
            raise ProblemError("Half a card counts nothing; give a whole number.")
        return fact("gpus")

    found = elasticities(toy("whole", cards=whole), GPUS, "all").loc["number cards"]
    assert found[["below", "above"]].tolist() == pytest.approx([1.0, 1.0])


def test_what_cannot_be_computed_otherwise_is_told(toy):
    def stubborn() -> float:
        if fact("price") != 2.0:
            raise ProblemError("The price is two dollars; set it back.")
        return 1.0

    found = vary(Task(toy("stubborn", fixed=stubborn), PRICE, ("all",), ()))
    assert found["item"].tolist() == [sensitivity.REFUSED]


def test_an_interval_moves_with_its_figure():
    one = Input("market/toy", "fact", 2.0, 1.0, 5.0)
    assert one.changes(3.0) == {"market/toy": 3.0, "market/toy.low": 1.5, "market/toy.high": 7.5}
    assert one.changes(None) == {"market/toy": None}


def test_without_one_row_a_mean_moves_by_what_the_row_adds(toy):
    prices = facts.published_frame("market_rents")["price"]
    name = toy("rows", mean=lambda: facts.frame("market_rents")["price"].mean())
    found = elasticities(name, Input("market_rents/1", "row"), "all").set_index("input")
    assert found.loc["market_rents/1", "change"] == pytest.approx(prices[1:].mean() / prices.mean() - 1, rel=1e-9)
    # the cell of the row comes along: its elasticity is its share of the sum
    assert found.loc["market_rents/1.price", "above"] == pytest.approx(prices[0] / prices.sum(), rel=1e-9)


def test_in_the_book_days_fall_with_gpus_and_cost_grows_with_the_rent():
    parts = what_if.parts("deepseek")
    days = elasticities("deepseek", GPUS, *parts).loc["number days-pre"]
    assert days["below"] < -1 < days["above"], "a hyperbola falls ever less steeply"
    assert days[["below", "above"]].mean() == pytest.approx(-1, abs=1.01 * H**2)
    rent = elasticities("deepseek", PRICE, *parts).loc["number llama-rent"]
    assert rent[["below", "above"]].tolist() == pytest.approx([1.0, 1.0], rel=1e-9)


# --- trace against elasticity ---------------------------------------------------------------------------------------


@pytest.fixture
def told(monkeypatch):
    """Let a run have read, and the tables say, what a test wants."""

    def given(read: dict[str, set[str]], moved: list[tuple[str, str]], turned: list[tuple[str, str]] = ()):
        tables = {
            "deepseek-sensitivity": pd.DataFrame(
                [(*pair, 1.0, 1.0, math.nan) if len(pair) == 2 else (*pair, math.nan, math.nan) for pair in moved],
                columns=["item", "input", "below", "above", "change"],
            ),
            "deepseek-turns": pd.DataFrame(turned, columns=["claim", "input"]),
        }
        monkeypatch.setattr(sensitivity, "reads", lambda topic: read)
        monkeypatch.setattr(sensitivity, "load_result", tables.__getitem__)
        monkeypatch.setattr(sensitivity, "idle_reads", list)
        return sensitivity.disagreements("deepseek")

    return given


V3 = "deepseek/v3-price"


def test_trace_and_table_that_agree_are_silent(told):
    assert told({"number cost": {f"fact {V3}"}}, [("number cost", V3)]) == []


def test_a_fact_that_is_read_without_effect_is_named(told):
    read = {"number cost": {f"fact {V3}", "fact deepseek/v3-tokens"}}
    assert told(read, [("number cost", V3)]) == ["number cost reads without effect fact deepseek/v3-tokens."]


def test_a_number_that_reads_and_has_no_row_is_named(told):
    assert told({"number cost": {f"fact {V3}"}}, []) == [f"number cost reads without effect fact {V3}."]


def test_an_effect_that_the_trace_does_not_know_is_named(told):
    read = {"number cost": {f"fact {V3}"}, "number days": set()}
    found = told(read, [("number cost", V3), ("number days", V3)])
    assert found == [f"{V3} moves number days, whose trace does not know it."]


def test_a_number_that_is_gone_with_its_part_did_not_read_for_that(told):
    gone = [("number cost", V3, math.nan), ("number days", V3, math.nan)]
    assert told({"number cost": {f"fact {V3}"}, "number days": set()}, gone) == []


def test_a_table_that_names_what_is_gone_is_named(told):
    found = told({"number cost": {f"fact {V3}"}}, [("number cost", V3), ("number old", V3), ("number cost", "a/b")])
    assert found == [
        "The table has number old, which is gone; run the experiment again.",
        "The table has a/b for number cost, which nothing reads; run the experiment again.",
    ]


def test_a_verdict_that_turns_hangs_on_what_it_reads_and_its_thresholds_need_no_effect(told):
    read = {"claim DSK-2": {f"fact {V3}", "assumption deepseek/FRACTION"}}
    assert told(read, [], [("DSK-2", V3)]) == []


def test_what_cannot_be_computed_with_an_input_changed_hangs_on_it(told):
    assert told({"number cost": {f"fact {V3}"}}, [(sensitivity.REFUSED, V3)]) == []


def test_the_list_of_idle_reads_has_reasons_and_no_row_that_excuses_all():
    for row in sensitivity.idle_reads():
        assert row["topic"] and len(row["reason"]) > 20, row
        assert row["item"] != "*" or row["read"] != "*", row


def test_what_moves_a_number_and_was_not_read_is_found_by_halving(toy, monkeypatch):
    name = toy("unseen", cost=lambda: fact("price") * fact("hours-total"), other=lambda: 3.0)
    rules = {"TOY-1": Rule("TOY-1", "", lambda: Judgement("wrong", "", {}))}
    monkeypatch.setattr(sensitivity, "reads", lambda topic: {"number cost": {f"fact {V3}"}, "number other": set()})
    monkeypatch.setattr(sensitivity, "_names", lambda topic: {"all": frozenset({"cost", "other"})})
    monkeypatch.setattr(sensitivity.overriding, "constants", lambda topic: {})
    monkeypatch.setattr(what_if.topics, "rules", lambda: rules)
    assert sensitivity.unseen(name) == [("number all", "deepseek/v3-hours-total")]
