"""Every rule of the chapter at its edges: just above and just below a threshold it says what its sentence says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy.optimize import brentq

from analysis.kit import facts
from analysis.kit.claims import RULES
from analysis.scaling import cost, laws, meek
from analysis.scaling.chapter import inputs, verdicts

CACHED = [
    function for module in (cost, laws, meek) for function in vars(module).values() if hasattr(function, "cache_clear")
]


def verdict(claim: str) -> str:
    return RULES[claim].judge().verdict


def number(claim: str, name: str) -> float:
    return RULES[claim].judge().numbers[name].value


@pytest.fixture
def publish(monkeypatch):
    """Change published figures for one test: ``publish("kaplan-a", value=0.5)``."""
    table = dict(facts.load("scaling"))

    def change(identity: str, **ends: float) -> None:
        table[identity] = replace(table[identity], **ends)
        monkeypatch.setattr(facts, "load", lambda name: table)
        for function in CACHED:
            function.cache_clear()

    yield change
    monkeypatch.undo()
    for function in CACHED:
        function.cache_clear()


@pytest.mark.parametrize(("ratio", "expected"), [(1.99, "supported"), (2.01, "partly")])
def test_kaplan_grows_both_together_within_a_factor_of_two(publish, ratio, expected):
    publish("kaplan-a", value=ratio * 0.3)
    publish("kaplan-b", value=0.3)
    assert verdict("SCL-1") == expected


def test_a_loss_that_does_not_fall_with_one_of_the_three_makes_the_first_claim_wrong(publish):
    publish("kaplan-alpha-d", value=-1e-6)
    assert verdict("SCL-1") == "wrong"


@pytest.mark.parametrize(
    ("about", "expected"),
    [((15, 93), "supported"), ((15, 92), "partly"), ((15, 22.4), "partly"), ((15, 22.3), "wrong")],
)
def test_twenty_tokens_need_all_five_answers_or_three(monkeypatch, about, expected):
    """At Chinchilla's budget: 18.3, 19.6, 22.39, 24.6 and 92.6 tokens a parameter."""
    monkeypatch.setattr(verdicts, "ABOUT_TWENTY", about)
    assert verdict("SCL-2") == expected


@pytest.mark.parametrize(("factor", "expected"), [(0.99, "partly"), (1.01, "wrong")])
def test_gopher_must_have_had_fewer_tokens_than_any_answer_asks_for(publish, factor, expected):
    least, size = number("SCL-2", "refit"), inputs.fact("gopher-parameters")
    publish("gopher-tokens", value=factor * least * size)
    assert verdict("SCL-2") == expected


@pytest.mark.parametrize(("years", "expected"), [(-0.01, "partly"), (0.01, "wrong")])
def test_the_trend_must_pass_a_billion_before_the_year_is_over(publish, years, expected):
    growth, end = cost.published_growth().value, verdicts.BILLION_YEAR + 1
    publish("epoch-gpt4-amortised", value=1e9 / growth ** (end + years - inputs.fact("gpt4-year")))
    assert verdict("SCL-3") == expected


@pytest.mark.parametrize(("later", "expected"), [(0.0, "partly"), (-0.01, "wrong")])
def test_the_gap_in_score_must_have_closed_soon_enough(monkeypatch, later, expected):
    monkeypatch.setattr(verdicts, "SOON", number("SCL-4", "refit") + later)
    assert verdict("SCL-4") == expected


@pytest.mark.parametrize(("factor", "expected"), [(0.99, "partly"), (1.01, "wrong")])
def test_the_fixed_budget_must_pass_the_middle_of_the_range_even_at_the_slow_end(publish, factor, expected):
    model, metric = meek.published_model(), meek.published_metric()

    def above(months):
        loss = model.frontier.loss(model.with_doubling(months).meek_compute(verdicts.SOON))
        return float(metric.accuracy(loss)) - metric.chance - metric.span / 2

    publish("ho-doubling-months-bootstrap", high=factor * brentq(above, 5, 100))
    assert verdict("SCL-5") == expected


def test_inference_that_gets_dearer_would_turn_the_gap_later(publish):
    assert verdict("SCL-6") == "partly"
    publish("meek-inference-growth-low", value=0.5)
    assert verdict("SCL-6") == "wrong"


@pytest.mark.parametrize(("later", "expected"), [(-0.01, "supported"), (0.01, "partly")])
def test_a_shared_surprise_counts_while_half_of_it_is_left(monkeypatch, later, expected):
    model = meek.published_model()
    half = brentq(lambda t: float(model.gap(t)) - verdicts.LEFT * inputs.SHOCK, 5, 25)
    monkeypatch.setattr(verdicts, "LATE", half + later)
    assert verdict("SCL-7") == expected


def test_advice_has_no_truth_value():
    assert verdict("SCL-8") == "opinion"


@pytest.mark.parametrize(("points", "expected"), [(-0.001, "supported"), (0.001, "overstated")])
def test_far_ahead_is_a_matter_of_points(monkeypatch, points, expected):
    monkeypatch.setattr(verdicts, "FAR", number("SCL-9", "score") / 100 + points)
    assert verdict("SCL-9") == expected


@pytest.mark.parametrize(("later", "expected"), [(0.001, "partly"), (-0.001, "wrong")])
def test_a_small_company_can_pay_soon_enough_at_the_slow_end(monkeypatch, later, expected):
    monkeypatch.setattr(verdicts, "SOON", number("DEM-1", "slow") + later)
    assert verdict("DEM-1") == expected


@pytest.mark.parametrize(("flop", "expected"), [(3.8e25, "supported"), (1e23, "overstated")])
def test_a_frontier_of_three_years_before_would_not_have_been_far_ahead(publish, flop, expected):
    """SCL-9: of Gopher's and Chinchilla's compute."""
    publish("llama3-flop", value=flop)
    assert verdict("SCL-9") == expected


@pytest.mark.parametrize(("growth", "months", "expected"), [(1.1, 14.5, "partly"), (1.1, 30.0, "wrong")])
def test_computing_that_hardly_gets_cheaper_would_keep_small_companies_out(publish, growth, months, expected):
    """DEM-1: hardware that improves by a tenth a year, and the slow end of the interval of algorithms."""
    publish("meek-growth-hardware", value=growth)
    publish("ho-doubling-months-bootstrap", high=months)
    assert verdict("DEM-1") == expected


@pytest.mark.xfail(strict=True, reason="some rules are turned by their thresholds only")
def test_other_data_turn_every_rule_each_way_that_it_names(turns):
    assert turns.problems() == ""
