"""Every rule of the chapter at its edges: just above and just below a threshold it says what its sentence says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from analysis.kit import facts
from analysis.kit.claims import RULES
from analysis.scaling import cost, laws, meek, scores
from analysis.scaling.allocation import published_answers
from analysis.scaling.chapter import inputs, verdicts

CACHED = [
    function
    for module in (cost, laws, meek, scores)
    for function in vars(module).values()
    if hasattr(function, "cache_clear")
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


@pytest.mark.parametrize(("tokens", "expected"), [(0.01, "supported"), (-0.01, "partly")])
def test_all_three_grow_together_while_the_tokens_grow_too(publish, tokens, expected):
    publish("kaplan-b", value=tokens)
    publish("kaplan-a", value=1 - tokens)
    assert verdict("SCL-1") == expected


def test_a_loss_that_does_not_fall_with_one_of_the_three_makes_the_first_claim_wrong(publish):
    publish("kaplan-alpha-d", value=-1e-6)
    assert verdict("SCL-1") == "wrong"


ANSWERS = published_answers(inputs.fact("gopher-flop"))
ONE_FIT = ("Hoffmann, Eq. 10", "Hoffmann, not rounded", "Hoffmann, approach 3")


def answer(monkeypatch, answers):
    monkeypatch.setattr(verdicts, "published_answers", lambda budget: pd.Series(answers))
    return verdict("SCL-2")


@pytest.mark.parametrize("left_out", [(name,) for name in ANSWERS.index] + [ONE_FIT, ONE_FIT[:2], ONE_FIT[1:]])
def test_no_single_answer_decides_about_twenty_tokens(monkeypatch, left_out):
    """Nor do the three that the third method of one paper gave: its formula, its table, the fit before rounding."""
    assert answer(monkeypatch, ANSWERS.drop(list(left_out))) == "partly"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([15.0, 27.0, 20.0], "supported"),
        ([14.9, 27.0, 20.0], "partly"),
        ([1.0, 20.0, 27.0], "partly"),
        ([1.0, 1.0, 20.0, 20.0], "wrong"),
        ([20.0, 27.1, 27.1], "wrong"),
        ([14.9, 14.9, 20.0], "wrong"),
    ],
)
def test_twenty_tokens_are_a_matter_of_the_answer_in_the_middle(monkeypatch, answers, expected):
    """Gopher had 1.07: an answer of one token a parameter asks for fewer."""
    assert answer(monkeypatch, answers) == expected


def test_a_gopher_with_as_many_tokens_as_the_middle_was_not_undertrained(publish):
    publish("gopher-tokens", value=number("SCL-2", "middle") * inputs.fact("gopher-parameters"))
    assert verdict("SCL-2") == "wrong"


RUNS = cost.published_costs(("amortised",)).dropna()


@pytest.mark.parametrize("left_out", RUNS["model"])
def test_no_single_run_decides_when_a_billion_is_passed(monkeypatch, left_out):
    monkeypatch.setattr(verdicts, "published_costs", lambda *_: RUNS[RUNS["model"] != left_out])
    assert verdict("SCL-3") == "partly"


@pytest.mark.parametrize(("years", "expected"), [(-0.01, "partly"), (0.01, "wrong")])
def test_the_trend_must_pass_a_billion_before_the_year_is_over(monkeypatch, years, expected):
    growth, end = cost.published_growth().value, verdicts.BILLION_YEAR + 1
    start = 1e9 / growth ** (end + years - RUNS["year"])
    monkeypatch.setattr(verdicts, "published_costs", lambda *_: RUNS.assign(amortised=start))
    assert verdict("SCL-3") == expected


@pytest.mark.parametrize(("late", "expected"), [(2, "partly"), (3, "wrong")])
def test_most_of_the_runs_must_pass_a_billion_in_time(monkeypatch, late, expected):
    cheap = [1e3] * late + [9e8] * (len(RUNS) - late)
    monkeypatch.setattr(verdicts, "published_costs", lambda *_: RUNS.assign(amortised=cheap))
    assert verdict("SCL-3") == expected


def test_the_gap_in_score_hangs_on_a_hair():
    """By the refit ten years lie amid the interval, and without one model or another before it or after."""
    low, high, within = (number("SCL-4", name) for name in ("low", "high", "within"))
    assert low + 2 < inputs.SOON < high - 2 and 0.3 < within < 0.7
    law, model = laws.published_law("besiroglu"), meek.meek_models({"refit": "besiroglu"})["refit"]
    table = scores.benchmark_models()
    loss = law.loss(table["parameters"], table["tokens"])
    years = [
        scores.fit_metric(np.delete(loss, k), np.delete(table["score"], k)).year_gap_closes(model, inputs.CLOSED)
        for k in range(len(table))
    ]
    assert min(years) < inputs.SOON < max(years)


def test_the_gap_in_score_closes_too_late_where_algorithms_stand_nearly_still(publish):
    publish("meek-growth-algorithms", value=1.5)
    assert verdict("SCL-4") == "wrong"


@pytest.mark.parametrize(("low", "expected"), [(10.0, "partly"), (10.1, "wrong")])
def test_ten_years_must_lie_within_the_interval_of_the_refit(monkeypatch, low, expected):
    monkeypatch.setattr(verdicts, "closing_years", lambda *_: np.array([low, 12.0, 15.0]))
    assert verdict("SCL-4") == expected


@pytest.mark.parametrize(("exponent", "expected"), [(0.08, "wrong"), (0.154, "partly")])
def test_a_small_exponent_puts_off_the_turn_of_the_loss(publish, exponent, expected):
    publish("meek-alpha", value=exponent)
    assert verdict("SCL-4") == expected


@pytest.mark.parametrize(("factor", "expected"), [(0.99, "partly"), (1.01, "wrong")])
def test_the_fixed_budget_must_pass_the_middle_of_the_range_even_at_the_slow_end(publish, factor, expected):
    model, metric = meek.published_model(), meek.published_metric()

    def above(months):
        loss = model.frontier.loss(model.with_doubling(months).meek_compute(verdicts.SOON))
        return float(metric.accuracy(loss)) - metric.chance - metric.span / 2

    publish("ho-doubling-months-bootstrap", high=factor * brentq(above, 5, 100))
    assert verdict("SCL-5") == expected


@pytest.mark.parametrize(("growth", "expected"), [(2.8, "partly"), (2.2, "partly"), (1.8, "wrong"), (1.0, "wrong")])
def test_inference_that_hardly_gets_cheaper_does_not_catch_up_in_time(publish, growth, expected):
    """At 1.8 times a year a fixed price catches up after twelve years, at 1.0 never: 1.4 squared is below 1.4 × 3.6."""
    publish("meek-inference-growth-low", value=growth)
    assert verdict("SCL-6") == expected
    assert ("or never" in RULES["SCL-6"].judge().because) == (growth == 1.0)


def test_a_surprise_counts_that_keeps_the_gap_from_closing_in_time(publish):
    """A gap that closes just within ten years without it, and not with it."""

    def late(growth):
        model = replace(meek.published_model(), algorithms=growth)
        return meek.published_metric().year_gap_closes(model, inputs.CLOSED) - inputs.SOON + 0.001

    publish("meek-growth-algorithms", value=brentq(late, 1.5, 2.8))
    publish("reasoning-compute-equivalent", value=1e12)
    assert verdict("SCL-7") == "supported"


def test_a_surprise_is_small_against_a_wide_gap(publish):
    """Ten times the gap, and half of it is more than what is left and the lowered floor together."""
    assert verdict("SCL-7") == "partly"
    publish("meek-coefficient", value=10 * inputs.fact("meek-coefficient"))
    assert verdict("SCL-7") == "wrong"


def test_advice_has_no_truth_value():
    assert verdict("SCL-8") == "opinion"


@pytest.mark.parametrize(("points", "expected"), [(0.001, "supported"), (-0.001, "overstated")])
def test_far_ahead_is_a_matter_of_points(publish, points, expected):
    """A frontier of as much compute as puts it twenty points ahead, and a thousandth of the questions more or less."""
    compute, keys = inputs.SMALL_RUN * inputs.fact("meek-flop-per-dollar"), inputs.TWO_LAWS
    curves = scores.metrics({law: inputs.MEEK_LAWS[law] for law in keys})
    models = meek.meek_models({law: inputs.MEEK_LAWS[law] for law in keys})

    def ahead(log_flop):
        by_law = [
            curves[law].accuracy(model.frontier.loss(10**log_flop)) - curves[law].accuracy(model.frontier.loss(compute))
            for law, model in models.items()
        ]
        return float(min(by_law)) - verdicts.FAR - points

    publish("llama3-flop", value=10 ** brentq(ahead, 22, 27))
    assert verdict("SCL-9") == expected


@pytest.mark.parametrize(("factor", "expected"), [(0.999, "partly"), (1.001, "wrong")])
def test_a_small_company_can_pay_soon_enough_at_the_slow_end(publish, factor, expected):
    model, today = meek.published_model(), inputs.fact("gopher-flop") / inputs.fact("meek-flop-per-dollar")
    slow = brentq(lambda months: model.with_doubling(months).years_until(today, inputs.SMALL_RUN) - inputs.SOON, 5, 200)
    publish("ho-doubling-months-bootstrap", high=factor * slow)
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


def test_other_data_turn_every_rule_each_way_that_it_names(turns):
    assert turns.problems() == ""
