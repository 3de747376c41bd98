"""Runs over the internet: utilisation and its inverse, what lines carried, compute, and what scores can tell apart."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.distributed import wild
from analysis.distributed.allreduce import ring_volume
from analysis.distributed.equal_loss import mean_residual
from analysis.distributed.published import QUESTIONS, scores
from analysis.kit import facts
from analysis.kit.errors import ProblemError

seconds = st.floats(1e-3, 1e6)


@given(seconds, seconds)
def test_the_longest_meeting_undoes_the_utilisation(computing, sharing):
    used = wild.share_computing(computing, sharing)
    # near one the subtraction 1/u - 1 keeps few digits, as many as the time of sharing has beside that of computing
    assert wild.sharing_for(min(used, 1 - 1e-16), computing) == pytest.approx(sharing, abs=1e-9 * computing, rel=1e-6)


@given(seconds, seconds, st.floats(1.01, 100))
def test_longer_rounds_with_the_same_meeting_waste_less(computing, sharing, longer):
    assert wild.share_computing(longer * computing, sharing) >= wild.share_computing(computing, sharing)


def test_a_meeting_that_takes_no_time_wastes_none():
    assert wild.share_computing(60, 0) == 1


@pytest.mark.parametrize(("computing", "sharing"), [(0, 1), (-1, 1), (1, -1), (math.nan, 1), (1, math.inf)])
def test_a_round_without_computing_or_with_less_than_no_meeting_is_refused(computing, sharing):
    with pytest.raises(ProblemError, match="correct it"):
        wild.share_computing(computing, sharing)


def test_the_rounds_of_published_runs_give_the_published_utilisations():
    known = wild.real_rounds().dropna(subset=["published"])
    # to half of the last digit that was printed: whole per cents or tenths of one
    digits = np.where((100 * known["published"]).round(6) % 1 == 0, 0.005, 0.0005)
    assert len(known) == 5
    assert ((known["computed"] - known["published"]).abs() <= digits).all()


def test_the_line_of_a_ring_carries_what_each_machine_sends():
    for bits in (4, 8, 16):
        sent = ring_volume(10.2e9, 14, bits)
        assert wild.link_bandwidth(10.2e9, 14, 469, bits) * 469e9 == pytest.approx(sent)


def test_a_run_of_one_machine_had_one_machine():
    # a machine that takes 2 seconds for 10 tokens reads 432,000 in a day
    assert wild.mean_nodes(432_000, 10, 2, 1) == pytest.approx(1)


def test_the_mean_of_scores_and_its_error_by_hand():
    table = facts.frame("distributed_internet_runs").iloc[:1]
    found = wild.internet_runs(table).iloc[0]
    scores = table[list(wild.TESTS)].to_numpy(float)[0]
    questions = [facts.load("distributed")[f"questions-{test}"].value for test in wild.TESTS]
    variance = sum(s * (100 - s) / n for s, n in zip(scores, questions, strict=True))
    assert found["mean"] == pytest.approx(sum(scores) / 7)
    assert found["error"] == pytest.approx(math.sqrt(variance) / 7)
    assert found["flop"] == pytest.approx(6 * 10e9 * 1e12)


def test_a_gap_of_scores_is_as_far_as_the_normal_test_of_two_proportions_says():
    from scipy.stats import chi2_contingency

    right = np.array([252, 239])  # of 570 questions each
    shares = 100 * right / 570
    chi2 = chi2_contingency(np.array([right, 570 - right]), correction=False).statistic
    assert wild.standard_errors_apart(*shares, 570) ** 2 == pytest.approx(chi2)
    assert wild.standard_errors_apart(*shares[::-1], 570) == -wild.standard_errors_apart(*shares, 570)


def test_models_that_answer_everything_cannot_be_told_apart():
    with pytest.raises(ProblemError, match="cannot be compared"):
        wild.standard_errors_apart(100, 100, 570)


@pytest.mark.parametrize("power", [0.5, 0.8])
def test_so_many_votes_find_a_margin_in_such_a_share_of_the_polls(power):
    margin = 0.03
    votes = round(wild.votes_to_see(margin, power=power))
    rng = np.random.default_rng(3)
    polls = rng.binomial(votes, 0.5 + margin, 20_000) / votes
    half_width = 1.96 * np.sqrt(0.25 / votes)
    # the standard error of the share is at most .0035, and votes come in whole numbers
    assert np.mean(polls - half_width > 0.5) == pytest.approx(power, abs=0.02)


@pytest.mark.parametrize("scores", [(120, 50), (50, -1), (math.nan, 50)])
def test_a_score_that_is_no_share_is_refused(scores):
    with pytest.raises(ProblemError, match="share of the questions"):
        wild.standard_errors_apart(*scores, 570)


def test_a_margin_of_more_than_all_votes_is_refused():
    with pytest.raises(ProblemError, match=r"at most 0\.5"):
        wild.votes_to_see(0.6)


@given(st.floats(1, 1e6), st.floats(1.1, 40), st.floats(1, 40))
def test_after_the_years_to_meet_the_two_are_equal(gap, faster, slower):
    years = wild.years_to_meet(gap, faster, slower)
    if faster <= slower:
        assert years == math.inf
    elif years < 50:
        assert (faster / slower) ** years == pytest.approx(gap, rel=1e-6)


def test_a_gap_below_one_is_turned_round():
    with pytest.raises(ProblemError, match="turn it round"):
        wild.years_to_meet(0.5, 2, 1)


def test_growth_a_year_needs_two_dates():
    with pytest.raises(ProblemError, match="two dates"):
        wild.yearly_growth(pd.DataFrame({"date": ["2025", "2025"], "flop": [1.0, 2.0]}))


def test_the_frontier_grows_with_its_dates():
    runs = wild.frontier_runs().sort_values("date")
    assert runs["flop"].is_monotonic_increasing
    assert set(runs["mark"]) <= {"primary", "secondary"}


def test_the_finding_on_growth_at_its_edges():
    from analysis.distributed.chapter import figures

    runs = wild.internet_runs()
    found = figures.compute(runs[runs["kind"] == "internet"], wild.frontier_runs(), (20.0, 5.0)).finding
    assert found(internet=20.0, largest=5.0).endswith("meet the frontier in 2032")
    assert found(internet=5.0, largest=5.0).endswith("do not catch up with the frontier")
    assert found(internet=6.0, largest=5.0).endswith("before 2040")


def test_what_the_text_says_of_the_residuals():
    # all smaller than their errors, and that of ARC-Easy the largest
    found = {test: mean_residual(scores("C4"), test) for test in QUESTIONS}
    assert all(abs(mean) < error for mean, error in found.values())
    assert all(mean < 0 for mean, _ in found.values())
    assert max(found, key=lambda test: abs(found[test][0])) == "arc_easy"
    assert mean_residual(scores("Dolma"), "arc_easy")[0] < 0
