"""The equal-loss test: what it finds where the answer is known, and on the published tables."""

import numpy as np
import pandas as pd
import pytest

from analysis.distributed import equal_loss, published
from analysis.kit.errors import ProblemError

C4 = published.scores("C4")
JOINS = [equal_loss.PchipInterpolator, equal_loss.straight]


def made_up(better=0.0, noise=0.0, seed=0):
    """Models of a known curve: apart ones are `better` points than their loss says."""
    rng = np.random.default_rng(seed)
    loss = np.linspace(2.2, 3.5, 14)
    method = [published.BASELINE, "DiLoCo"] * 7
    score = 100 - 20 * loss + better * (np.array(method) == "DiLoCo") + noise * rng.standard_normal(14)
    return pd.DataFrame({"method": method, "loss": loss, "hellaswag": score, "piqa": score, "arc_easy": score})


@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("test", published.QUESTIONS)
def test_the_baseline_lies_on_its_own_curve(test, join):
    found = equal_loss.residuals(C4, test, join)
    base = found[found["method"] == published.BASELINE]
    assert len(base) == 7
    assert base["residual"].abs().max() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("better", [0.0, 1.5, -2.0])
def test_models_that_are_better_than_their_loss_says_are_found_to_be(better, join):
    mean, error = equal_loss.mean_residual(made_up(better), "piqa", join)
    assert mean == pytest.approx(better, abs=1e-6)
    assert error > 0


def test_the_error_of_a_mean_is_what_questions_drawn_again_make_of_it():
    """Scores drawn anew from the binomial law scatter the mean residual as the error says, within 15 %."""
    true, questions = made_up(), published.QUESTIONS["arc_easy"]
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(300):
        again = true.assign(arc_easy=100 * rng.binomial(questions, true["arc_easy"] / 100) / questions)
        found = equal_loss.residuals(again, "arc_easy")
        drawn.append(found.loc[found["method"] != published.BASELINE, "residual"].mean())
    assert np.std(drawn) == pytest.approx(equal_loss.mean_residual(true, "arc_easy")[1], rel=0.15)


@pytest.mark.parametrize(
    ("test", "mean", "error"), [("hellaswag", -0.02, 0.22), ("piqa", -0.29, 0.52), ("arc_easy", -0.51, 0.92)]
)
def test_on_the_published_tables_nothing_is_left_at_equal_loss(test, mean, error):
    found = equal_loss.residuals(C4, test)
    assert int((found["method"] != published.BASELINE).sum()) == 26
    assert equal_loss.mean_residual(C4, test) == pytest.approx((mean, error), abs=5e-3)


def test_a_straight_line_lies_above_a_curve_that_bends_upwards():
    """HellaSwag's curve is convex in the loss, so that chords are too high and residuals from them too low."""
    monotone, chords = (equal_loss.mean_residual(C4, "hellaswag", join)[0] for join in JOINS)
    assert chords < monotone - 0.05


def test_binomial_errors_of_one_score():
    """The sheet's 0.50, 1.17 and 2.09 points, where a test is hardest to know: at half of the questions."""
    errors = {test: equal_loss.binomial_error(50, n) for test, n in published.QUESTIONS.items()}
    assert [round(errors[test], 2) for test in ("hellaswag", "piqa", "arc_easy")] == [0.50, 1.17, 2.09]


@pytest.mark.parametrize(("test", "found"), [("hellaswag", 0.993), ("piqa", 0.985), ("arc_easy", 0.931)])
def test_loss_ranks_the_models_of_both_kinds(test, found):
    r, low, high = equal_loss.rank_correlation(C4, test)
    assert r == pytest.approx(found, abs=5e-4)
    assert low < r < high < 1


def test_a_score_that_only_falls_with_loss_is_ranked_in_full():
    assert equal_loss.rank_correlation(made_up(), "piqa")[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: equal_loss.residuals(C4, "mmlu"), "There is no test 'mmlu'"),
        (lambda: equal_loss.residuals(C4[C4["method"] != published.BASELINE], "piqa"), "two or more models"),
        (lambda: equal_loss.mean_residual(C4[C4["method"] == published.BASELINE], "piqa"), "no mean"),
        (lambda: equal_loss.rank_correlation(C4, "mmlu"), "There is no test 'mmlu'"),
        (lambda: equal_loss.rank_correlation(C4.head(3), "piqa"), "four or more models"),
        (lambda: equal_loss.binomial_error(101, 570), "between 0 and 1"),
        (lambda: equal_loss.binomial_error(50, 0), "must be positive"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused_in_a_sentence(call, message):
    with pytest.raises(ProblemError, match=message):
        call()
