"""Published losses and scores: their own percentages recomputed, each pair complete."""

import numpy as np
import pandas as pd
import pytest

from analysis.distributed import published
from analysis.kit.errors import ProblemError

#: Half of the last printed digit of a loss, nats.
HALF_DIGIT = 0.0005


def test_the_percentages_that_charles_prints_follow_from_his_losses():
    """All 28, within the rounding of the percentage and of both losses."""
    table = published.losses(["swept"])
    printed = table[table["printed_gap"].notna()]
    rounding = 0.05 + 100 * 2 * HALF_DIGIT / printed["loss"]
    assert len(printed) == 28
    assert ((100 * printed["gap"] - printed["printed_gap"]).abs() <= rounding).all()


def test_more_replicas_have_the_higher_loss_at_every_size_that_was_swept():
    table = published.losses(["swept"])
    by_replicas = table[table["method"] == "DiLoCo"].pivot_table(index="parameters", columns="replicas", values="loss")
    assert (np.diff(by_replicas.to_numpy(), axis=1) > 0).all()
    assert by_replicas.shape == (7, 4)


def test_the_baseline_has_no_gap_and_every_run_has_a_baseline():
    table = published.losses()
    assert (table.loc[table["method"] == published.BASELINE, "gap"] == 0).all()
    assert table["gap"].notna().all()
    assert set(published.losses(["joint fit"])["size"]) == {"4B", "10B"}


def test_the_scores_tell_how_many_questions_a_test_has():
    """Printed to a hundredth of a point, each is a whole number of questions: of 570 in ARC-Easy, not of its 2,376."""

    def all_whole(test, questions):
        solved = published.scores("C4")[test].to_numpy() / 100 * questions
        return bool((np.abs(solved - np.round(solved)) <= 0.00501 / 100 * questions).all())

    assert all_whole("arc_easy", published.QUESTIONS["arc_easy"])
    assert not all_whole("arc_easy", 2_376)
    assert all_whole("piqa", published.QUESTIONS["piqa"])


def test_every_pair_compares_models_of_one_size_one_data_set_and_one_number_of_tokens():
    both = published.pairs()
    assert len(both) == 3 * int((published.scores()["method"] != published.BASELINE).sum())
    assert both[["apart", "baseline"]].notna().all().all()


def test_a_model_as_good_as_its_baseline_counts_as_not_lower():
    same = pd.DataFrame({"difference": [0.0, -1.0]})
    assert published.share_lower(same) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: published.losses(["guessed"]), "No run has the hyperparameters 'guessed'"),
        (lambda: published.scores("The Pile"), "take C4 or Dolma"),
        (lambda: published.share_lower(published.pairs().iloc[:0]), "no pair"),
    ],
)
def test_a_question_that_the_tables_cannot_answer_is_refused_in_a_sentence(call, message):
    with pytest.raises(ProblemError, match=message):
        call()
