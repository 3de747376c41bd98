"""Our own runs: tuned where they say so, paired, and read off as they were put in."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.distributed.chapter import experiments
from analysis.distributed.own_runs import CASE, KEYS, SENT, SHARED, TOGETHER, Run, measured_run, unseen_prose
from analysis.distributed.study import (
    best_runs,
    bits_cost,
    gaps,
    steps_for,
    transfer_residuals,
    tuned,
    worth_in_steps,
)
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.corpus import standard_library
from analysis.scaling.language_model import LanguageModel

LOCAL, TRANSFER = load_result("distributed-local-steps"), load_result("distributed-transfer")
SIZE = LanguageModel(32).total_parameters


def test_no_best_learning_rate_lies_at_the_edge_of_what_was_tried():
    best = tuned(LOCAL)
    assert best["bracketed"].all()
    assert len(best) == len(experiments.GRID)
    assert (LOCAL.groupby([*CASE, "learning_rate"])["seed"].nunique() == experiments.SEEDS).all()


def test_rates_double_so_that_no_gap_hides_an_optimum():
    for case, rates in experiments.GRID:
        assert len(rates) >= 3 and all(high == 2 * low for low, high in itertools.pairwise(rates)), case
        assert set(rates) <= set(experiments.LADDER)


def test_the_transfer_test_uses_the_tuned_rates_and_seeds_that_tuned_nothing():
    best = tuned(LOCAL)["learning_rate"]
    for between, rate in experiments.TRANSFER_RATES.items():
        method = TOGETHER if between == 1 else "average"
        assert best[(method, 4, between, "32 bits", SHARED, 2_000)] == rate
    # the shorter runs of the line have the same best rate, so that none is shown at a disadvantage
    for steps in (600, 1_000):
        assert best[(TOGETHER, 4, 1, "32 bits", SHARED, steps)] == experiments.TRANSFER_RATES[1]
    assert not {*TRANSFER["seed"]} & {*LOCAL["seed"]}
    assert TRANSFER["seed"].nunique() == 10


def test_what_was_sent_is_meetings_times_bits_times_parameters():
    bits = LOCAL["sent"].map({name: compression.bits_per_parameter for name, compression in SENT.items()})
    np.testing.assert_allclose(LOCAL["bits_sent"], LOCAL["meetings"] * bits * SIZE, rtol=1e-8)
    assert (LOCAL["meetings"] == -(-LOCAL["steps"] // LOCAL["steps_between"])).all()
    assert (LOCAL["D"] == LOCAL["workers"] * LOCAL["steps"] * 64).all()


def test_the_gap_grows_with_the_steps_between_meetings_and_with_the_workers():
    own = gaps(LOCAL).query("method == 'average' and sent == '32 bits' and steps == 2000 and text == 'shared'")
    mean = own.groupby(["workers", "steps_between"])["gap"].mean().unstack()
    for _, row in mean.iterrows():
        assert row.dropna().is_monotonic_increasing
    assert mean[[10, 50, 500]].apply(lambda column: column.is_monotonic_increasing).all()
    # seeds of a case spread by less than the smallest step between neighbouring periods of four workers
    spread = own.groupby(["workers", "steps_between"])["gap"].std()
    assert spread.max() < 0.012


def test_text_of_its_own_harms_a_worker_no_more_than_seeds_differ():
    own = gaps(LOCAL).query("method == 'average' and workers == 4 and sent == '32 bits' and steps == 2000")
    mean = own.groupby(["text", "steps_between"])["gap"].mean().unstack(0).dropna()
    assert (abs(mean["by domain"] - mean["shared"]) < 0.01).all()


def test_an_untuned_baseline_loses_and_a_tuned_one_wins():
    long = LOCAL[LOCAL["steps"] == experiments.LONG].groupby(["method", "learning_rate"])["loss"].mean().unstack(0)
    assert long.loc[0.001, "momentum 0.9"] < long.loc[0.001, TOGETHER]
    assert long["momentum 0.9"].min() > long["average"].min() > long[TOGETHER].min()


def test_error_feedback_wins_back_most_of_what_two_bits_lose():
    more = bits_cost(LOCAL).groupby("sent")["more"].mean()
    assert 0 < more["4 bits"] < 1 < more["2 bits, remembered"] < more["2 bits"] / 2
    assert set(bits_cost(LOCAL)["sent"]) == set(SENT)


def test_a_run_is_compared_with_the_data_parallel_run_of_its_seed():
    row = gaps(LOCAL).iloc[0]
    rows = best_runs(LOCAL)
    same = rows[
        (rows["method"] == TOGETHER)
        & (rows[["workers", "text", "steps", "seed"]] == row[["workers", "text", "steps", "seed"]]).all(axis=1)
    ]
    assert row["together"] == same["loss"].item()
    assert row["gap"] == pytest.approx(row["loss"] / same["loss"].item() - 1)


def simulated(shift: float, seeds: int = 10, noise: float = 0.0) -> pd.DataFrame:
    """Data-parallel runs on a line, one line a seed, and runs apart that lie `shift` above it."""
    rng, rows = np.random.default_rng(0), []
    for seed in range(seeds):
        level = rng.normal(0.4, 0.02)
        for method, between, above, losses in (
            (TOGETHER, 1, 0, np.linspace(1.9, 2.1, 6)),
            ("average", 50, shift, [2.0]),
        ):
            rows += [
                {
                    "method": method,
                    "steps_between": between,
                    "seed": seed,
                    "loss": x,
                    "steps": 2_000,
                    "prose": level + x + above + rng.normal(0, noise),
                }
                for x in losses
            ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("shift", [-0.05, 0.0, 0.03])
def test_a_shift_that_is_put_in_comes_out_whatever_the_level_of_each_seed(shift):
    found = transfer_residuals(simulated(shift))
    assert found["estimate"].tolist() == pytest.approx([shift, shift], abs=1e-9)
    noisy = transfer_residuals(simulated(shift, noise=0.01)).loc[50]
    # the noise of a run and that of its line over ten seeds: 4 standard errors
    assert abs(noisy["estimate"] - shift) < 4 * 0.01 * np.sqrt((1 + 1 / 6) / 10)
    assert noisy["low"] < noisy["estimate"] < noisy["high"]
    assert noisy["bound"] == max(abs(noisy["low"]), abs(noisy["high"]))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Of 100 simulated tests without an effect about 95 hold zero; 4 standard errors of that count are 9."""
    rng, held = np.random.default_rng(1), 0
    for _ in range(100):
        table = simulated(0.0, seeds=4)
        table["prose"] += rng.normal(0, 0.01, len(table))
        row = transfer_residuals(table).loc[50]
        held += row["low"] < 0 < row["high"]
    assert 95 - 9 <= held <= 100


def test_our_test_bounds_the_effect_and_sees_none():
    found = transfer_residuals(TRANSFER)
    assert list(found.index) == [10, 50, 500, "all"]
    assert ((found["low"] < 0) & (found["high"] > 0)).all()
    assert found.loc["all", "bound"] < 0.015
    # what is called nothing is small against what meeting seldom costs in the first place
    loss = TRANSFER[TRANSFER["steps"] == 2_000].groupby("steps_between")["loss"].mean()
    assert found.loc["all", "bound"] < (loss[50] - loss[1]) / 5


def test_the_line_is_straight_where_it_is_used():
    """A parabola through the mean data-parallel losses moves the predicted prose by less than a third of the bound."""
    mean = TRANSFER[TRANSFER["method"] == TOGETHER].groupby("steps")[["loss", "prose"]].mean()
    at = TRANSFER[TRANSFER["method"] != TOGETHER].groupby("steps_between")["loss"].mean()
    one, two = (np.polyval(np.polyfit(mean["loss"], mean["prose"], degree), at) for degree in (1, 2))
    assert np.abs(one - two).max() < 0.004
    assert mean["loss"].min() < at.min() and at.max() < mean["loss"].max()


def test_steps_are_read_off_backwards_and_not_beyond_the_curve():
    curve = TRANSFER[TRANSFER["method"] == TOGETHER].groupby("steps")["loss"].mean()
    np.testing.assert_allclose(steps_for(curve.to_numpy(), curve), curve.index, rtol=1e-9)
    with pytest.raises(ProblemError, match="stay within"):
        steps_for(curve.max() + 0.01, curve)
    with pytest.raises(ProblemError, match="fall"):
        steps_for(2.0, pd.Series({500: 1.9, 1_000: 2.1}))


def test_meeting_less_is_worth_fewer_steps():
    worth = worth_in_steps(TRANSFER)["estimate"]
    assert 1 > worth[10] > worth[50] > worth[500] > 0.3


def test_few_seeds_give_no_interval():
    with pytest.raises(ProblemError, match="3 or more"):
        transfer_residuals(simulated(0.0, seeds=2))


def test_the_prose_is_in_no_training_text():
    """Of 200 stretches of 60 symbols hardly one stands in the library's modules too."""
    prose, train = unseen_prose(), standard_library().train.tobytes()
    starts = np.random.default_rng(0).integers(len(prose) - 60, size=200)
    assert sum(prose[start : start + 60].tobytes() in train for start in starts) <= 4


def test_a_run_is_repeated_by_its_name_and_refused_by_a_wrong_one():
    run = Run("average", 2, 10, "4 bits", SHARED, 20, 0.01, 0)
    first, again, other = (measured_run(each).iloc[0] for each in (run, run, replace(run, seed=1)))
    assert first["loss"] == again["loss"] != other["loss"]
    assert tuple(first.index[: len(KEYS)]) == KEYS and first["meetings"] == 2
    for wrong in ({"method": "sync"}, {"sent": "1 bit"}, {"text": "iid"}):
        with pytest.raises(ProblemError, match=r"choose of the lists\.$"):
            replace(run, **wrong)
