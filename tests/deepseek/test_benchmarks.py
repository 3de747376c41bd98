"""Who wins on the published benchmarks, by how the winning is counted and by who measured."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.benchmarks import (
    LLAMA,
    MODELS,
    V3,
    Count,
    benchmark_table,
    cluster_sign_test,
    count_wins,
    differences,
    outcomes,
    own_reports,
    sign_test,
    tie_curve,
    with_own_reports,
)
from analysis.kit import facts
from analysis.kit.errors import ProblemError

BASE, CHAT = benchmark_table("base"), benchmark_table("chat")
TIES = st.floats(0, 30)


def test_the_published_totals():
    """At the 0.3 points of the source: 20 wins, 6 ties, 6 losses of 32 base rows; 20, 2, 0 of 22 chat rows."""
    tie = facts.load("deepseek")["v3-tie-threshold"].value
    assert count_wins(BASE, tie=tie) == Count(20, 6, 6)
    assert count_wins(CHAT, tie=tie) == Count(20, 2, 0)


def test_the_six_losses_by_name():
    lost = differences(BASE)["benchmark"][outcomes(BASE) < 0]
    assert set(lost) == {"Pile-test", "PIQA", "RACE-Middle", "RACE-High", "NaturalQuestions", "C3"}


def test_the_headline_scores():
    """Spot checks of the transcription: MMLU 87.1 to 84.4 and 88.5 to 88.6, MATH-500 90.2 to 73.8, SWE 42.0 to 24.5."""
    base, chat = (differences(rows).set_index("benchmark")[["ours", "theirs"]] for rows in (BASE, CHAT))
    assert base.loc["MMLU"].tolist() == [87.1, 84.4]
    assert chat.loc["MMLU"].tolist() == [88.5, 88.6]
    assert chat.loc["MATH-500"].tolist() == [90.2, 73.8]
    assert chat.loc["SWE Verified"].tolist() == [42.0, 24.5]
    assert chat.loc["AIME 2024"].tolist() == [39.2, 23.3]


def test_four_of_the_six_ties_lie_on_the_threshold_itself():
    """A rule of less than 0.3 in place of at most 0.3 gives 21, 2 and 9."""
    assert count_wins(BASE, tie=0.29) == Count(21, 2, 9)
    assert (differences(BASE)["gain"].abs() == 0.3).sum() == 4


def test_the_pile_is_lost_because_lower_is_better_there():
    """0.548 against 0.542 bits per byte; a threshold of percentage points says nothing about it."""
    pile = differences(BASE).set_index("benchmark").loc["Pile-test"]
    assert pile["gain"] == -0.006
    for tie in (0, 0.3, 30):
        assert outcomes(BASE, tie=tie)[0] == -1


def test_the_rule_to_the_letter_would_call_the_pile_a_tie():
    """A gap of 0.006 does not exceed 0.3: read without units, the source's rule gives 20, 7 and 5."""
    gains = differences(BASE)["gain"]
    assert [(gains > 0.3).sum(), (gains.abs() <= 0.3).sum(), (gains < -0.3).sum()] == [20, 7, 5]


def test_the_text_of_the_report_gives_arena_hard_more_than_its_table():
    """Over 86 per cent in section 5.3.3, 85.5 in the table beside it."""
    printed = benchmark_table("open-ended").set_index("benchmark").loc["Arena-Hard", V3]
    assert printed == 85.5 < facts.load("deepseek")["v3-arena-hard-text"].value


def test_metas_own_scores_turn_two_ties_into_losses():
    """ARC-Challenge 96.1 and WinoGrande 86.7 in Meta's report, 95.3 and 85.2 as DeepSeek-AI measured them."""
    assert count_wins(with_own_reports(BASE)) == Count(20, 4, 8)
    changed = outcomes(with_own_reports(BASE)) != outcomes(BASE)
    assert set(BASE["benchmark"][changed]) == {"ARC-Challenge", "WinoGrande"}


def test_metas_own_scores_are_mostly_the_higher_ones():
    """Where both state one setting, three of four (DROP is the fourth)."""
    same = own_reports().query("comparable == 'yes'")
    assert (same["gap"] > 0).sum() == 3
    assert len(same) == 4


def test_other_opponents():
    """Claude 3.5 Sonnet wins six of the 22 chat rows, GPT-4o two, Qwen2.5-72B one."""
    lost = {model: count_wins(CHAT, theirs=model).losses for model in ("claude-3.5-sonnet", "gpt-4o", "qwen2.5-72b")}
    assert lost == {"claude-3.5-sonnet": 6, "gpt-4o": 2, "qwen2.5-72b": 1}


def test_every_score_is_a_percentage_or_bits_and_was_measured_by_deepseek():
    for rows in (BASE, CHAT, benchmark_table("open-ended")):
        percentages = rows[rows["unit"] == "per cent"][list(MODELS)]
        assert ((percentages > 0) & (percentages <= 100) | percentages.isna()).all().all()
        assert set(rows["measured-by"]) == {"DeepSeek-AI"}
        assert (rows["better"] == "lower").eq(rows["unit"] == "bits per byte").all()


@given(st.sampled_from([BASE, CHAT]), TIES, TIES)
def test_a_larger_threshold_never_makes_fewer_ties_nor_more_wins_or_losses(rows, first, second):
    small, large = (count_wins(rows, tie=tie) for tie in sorted((first, second)))
    assert small.ties <= large.ties
    assert small.wins >= large.wins
    assert small.losses >= large.losses
    assert small.total == large.total == len(rows)


@given(st.sampled_from([BASE, CHAT]), TIES)
def test_from_the_other_side_wins_are_losses(rows, tie):
    ours, theirs = count_wins(rows, tie=tie), count_wins(rows, LLAMA, V3, tie)
    assert (ours.wins, ours.ties, ours.losses) == (theirs.losses, theirs.ties, theirs.wins)


@given(st.lists(TIES, min_size=1, max_size=8))
def test_the_curve_is_the_count_at_each_threshold(ties):
    curve = tie_curve(CHAT, ties)
    assert curve["tie"].tolist() == ties
    assert (curve["wins"] + curve["ties"] + curve["losses"] == len(CHAT)).all()
    assert curve["wins"].tolist() == [count_wins(CHAT, tie=tie).wins for tie in ties]


def test_a_model_against_itself_ties_throughout():
    assert count_wins(BASE, V3, V3, 0) == Count(0, 32, 0)


def test_the_sign_test_is_the_binomial_sum():
    """20 to 6: twice the 26-toss chance of 20 or more heads, 0.009."""
    chance = sum(np.prod(np.arange(26 - k + 1, 27)) / np.prod(np.arange(1, k + 1)) for k in range(7)) / 2**26
    assert sign_test(Count(20, 6, 6)) == pytest.approx(2 * chance)


def test_by_kinds_of_task_the_lead_is_as_large_as_five_kinds_can_show_and_no_surer():
    """V3 leads in all five categories of the base table: 2 / 2^5, however many benchmarks they hold."""
    assert cluster_sign_test(BASE) == 2 / 2**5
    assert cluster_sign_test(BASE) > 5 * sign_test(count_wins(BASE))


def test_benchmarks_that_are_copies_fool_the_sign_test_but_not_the_test_by_category():
    """Each row written ten times: the same evidence, but the sign test grows sure."""
    copies = pd.concat([BASE] * 10, ignore_index=True)
    assert sign_test(count_wins(copies)) < 1e-10
    assert cluster_sign_test(copies) == cluster_sign_test(BASE)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: benchmark_table("cat"), "no benchmark table 'cat'; choose from base, chat, open-ended"),
        (lambda: count_wins(BASE, "gpt-5"), "no model 'gpt-5'"),
        (lambda: count_wins(BASE, theirs="gpt-4o"), "no benchmark with a score of both"),
        (lambda: count_wins(BASE, tie=-1), "tie threshold must be finite and at least 0"),
        (lambda: count_wins(BASE, tie=float("nan")), "tie threshold must be finite and at least 0"),
        (lambda: sign_test(Count(0, 5, 0)), "No benchmark is decided"),
        (lambda: cluster_sign_test(CHAT, tie=100), "cancel in every category"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_a_sentence(call, message):
    with pytest.raises(ProblemError, match=message):
        call()
