"""The record table is what its runs spent, no step hides a change, and the committed history says what it says."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.chapter.experiments_of_stages import EXPERIMENTS
from analysis.cnn_era.laboratory import deployment
from analysis.cnn_era.laboratory.stages import (
    CHART,
    RATES,
    STEPS,
    convolution_seconds,
    own_record_chart,
    rate_run,
    record_curve,
    stage_gains,
    step,
    step_gains,
    step_table,
    training_number,
)
from analysis.cnn_era.laboratory.training import TARGET, TRAINING_IMAGES
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result, recompute


def runs(images=(1000.0, 2000.0, 4000.0)):
    """The same made-up runs for every training."""
    numbers = sorted({training_number(own) for own in STEPS})
    rows = [(n, seed, i, 0.97, 0.96) for n in numbers for seed, i in enumerate(images)]
    return pd.DataFrame(rows, columns=["training", "seed", "images", "validation", "test"])


def test_every_step_changes_one_thing_and_its_learning_rate():
    """The length of a schedule goes with its rate; only the short schedule changes both shape and length."""
    before = STEPS[0].recipe
    for own in STEPS[1:]:
        changed = {f.name for f in fields(before) if getattr(before, f.name) != getattr(own.recipe, f.name)}
        assert len(changed - {"learning_rate", "epochs"}) <= 1 or own.name == "Three-epoch schedule", own.name
        assert changed, own.name
        before = own.recipe if own.kept else before


def test_the_stages_come_in_the_order_of_the_claim():
    stages = ("work", "better", "faster", "cheaper")
    order = [stages.index(own.stage) for own in STEPS]
    assert order == sorted(order) and set(order) == set(range(len(stages)))


def test_the_table_is_the_median_run_times_the_cost_of_an_image():
    table = step_table(runs())
    assert table["step"].tolist() == [own.name for own in STEPS]
    for row, own in zip(table.to_dict("records"), STEPS, strict=True):
        assert row["images_median"] == 2000 and (row["images_low"], row["images_high"]) == (1000, 4000)
        assert row["multiply_adds"] == 2000 * own.recipe.design.training_multiply_adds
        assert row["bytes"] == pytest.approx(2000 * own.recipe.bytes_per_image)
        assert row["schedule_multiply_adds"] == own.recipe.epochs * TRAINING_IMAGES * row["multiply_adds_per_image"]
        assert row["reached"] == row["seeds"] == 3


def test_a_run_that_never_arrives_counts_as_infinite_in_the_median():
    table = step_table(runs((1000.0, np.nan, np.nan)))
    assert np.isinf(table["multiply_adds"]).all() and (table["reached"] == 1).all()


def test_computing_the_same_in_another_way_changes_bytes_and_nothing_else():
    table = step_table(runs()).set_index("step")
    normalised, copied, tiles = (
        table.loc[n] for n in ("Batch normalisation", "Copied patches (im2col)", "Tiles of the image itself")
    )
    assert normalised["multiply_adds"] == copied["multiply_adds"] == tiles["multiply_adds"]
    assert normalised["bytes"] > 5 * copied["bytes"] > 5 * tiles["bytes"]


@given(st.lists(st.floats(1, 1e12), min_size=1, max_size=20))
def test_a_record_never_rises_and_is_always_somebodys(costs):
    curve = record_curve(pd.DataFrame({"multiply_adds": costs}))
    assert (curve["record"].diff().dropna() <= 0).all() and set(curve["record"]) <= set(costs)
    assert curve["gain"].iloc[0] == 1 and (curve["gain"] >= 1).all()


def test_the_reader_s_own_chart_stops_at_the_target_and_is_billed_like_the_table():
    chart = own_record_chart(0, CHART[-1:])
    own, row = step(CHART[-1]).recipe, chart.iloc[0]
    assert row["validation"] >= TARGET and row["seconds"] > 0
    assert row["multiply_adds"] == row["images"] * own.design.training_multiply_adds


def test_textbook_loops_are_far_slower_than_a_matrix_product():
    """Some thousand times; a factor of ten is beyond any doubt on any machine."""
    table = convolution_seconds(1).set_index("method")
    assert table.loc["loops", "times_slower"] > 10 and table.loc["im2col", "times_slower"] == 1


def test_a_rate_run_that_never_arrives_has_spent_its_schedule():
    row = rate_run("Three-epoch schedule", 1e-9, 0)
    assert np.isnan(row["images"])
    assert row["multiply_adds"] == 3 * TRAINING_IMAGES * step(row["step"]).recipe.design.training_multiply_adds


def test_every_step_has_the_rate_that_the_committed_search_found():
    table = load_result("cnn-era-rates")
    best = table.loc[table.groupby("step")["images_median"].idxmin()].set_index("step")["learning_rate"]
    assert set(best.index) == set(RATES)
    assert best.to_dict() == {name: step(name).recipe.learning_rate for name in RATES}


def test_a_history_that_keeps_only_what_helps_ends_far_below_its_start():
    """The committed table: every kept step but momentum and half precision lowers multiply-adds or bytes."""
    table = load_result("cnn-era-stages")
    assert table["step"].tolist() == [own.name for own in STEPS]
    assert (table["reached"] >= 0.5 * table["seeds"]).all()
    kept = table[table["kept"]]
    assert kept["multiply_adds"].iloc[0] > 20 * kept["multiply_adds"].iloc[-1]
    assert kept["bytes"].iloc[0] > 500 * kept["bytes"].iloc[-1]


def test_the_gains_of_the_kept_attempts_multiply_to_the_fall_of_the_record_chart():
    results = load_result("cnn-era-stages")
    gains = stage_gains(step_gains(results))
    for what in ("multiply_adds", "bytes"):
        record = record_curve(results, what)["record"]
        # half precision and the like lower one measure and not the other, so that the last kept recipe is the record
        assert gains[what].prod() == pytest.approx(record.iloc[0] / record.iloc[-1], rel=5e-3)


def test_attempts_that_were_not_kept_did_not_set_a_record():
    results = load_result("cnn-era-stages")
    record = record_curve(results, "multiply_adds")
    others = record[~record["kept"]]
    assert len(others) > 0
    assert (others["multiply_adds"] > others["record"]).all()


def test_an_attempt_is_held_against_the_last_that_was_kept():
    table = pd.DataFrame({"multiply_adds": [8.0, 16.0, 4.0], "bytes": [9.0, 9.0, 3.0], "kept": [True, False, True]})
    gains = step_gains(table.assign(step=["first", "worse", "better"], stage="better"))
    assert gains["multiply_adds_gain"].tolist() == [0.5, 2.0]
    assert stage_gains(gains).loc["better"].tolist() == [2.0, 3.0]


def test_networks_in_use_are_whole_or_were_trained_after_pruning():
    table = deployment.in_use(load_result("cnn-era-deployment"))
    assert (table["tuned"] | (table["share"] == 1)).all()
    assert table.iloc[0][["share", "bits"]].tolist() == [1, 32]


def test_the_cheapest_network_in_use_still_meets_the_target():
    table = load_result("cnn-era-deployment")
    row = deployment.cheapest(table)
    assert row["validation"] >= TARGET and row["bytes"] < 0.2 * table["bytes"].max()
    whole = table[(table["share"] == 1) & (table["bits"] == 32)]
    assert (whole["validation"] >= TARGET).all()


def test_a_task_of_each_experiment_gives_its_columns():
    for experiment in EXPERIMENTS:
        table = recompute(experiment, experiment.sliced()[:1])
        assert list(table.columns) == list(load_result(experiment.name).columns), experiment.name


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: step("Magic"), "no step 'Magic'"),
        (lambda: deployment.deployment_run("huge", 0), "no network 'huge'"),
        (lambda: deployment.cheapest(pd.DataFrame({"bytes": [1.0], "validation": [0.5]})), "No network"),
    ],
)
def test_names_that_do_not_exist_are_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()
