"""Fine-tuning begins where the trained network is, moves only what may learn, and never sees the test text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling import corpus
from analysis.scaling.language_model import LanguageModel
from analysis.toolbox import fine_tuning, targets
from analysis.toolbox.chapter import experiments, inputs
from analysis.toolbox.fine_tuning import Adapted, Run

WIDTH = 8
MODEL = LanguageModel(WIDTH)


@pytest.fixture
def trained():
    rng = np.random.default_rng(0)
    return MODEL.initial(rng, np.float64) + 0.05 * rng.standard_normal(MODEL.total_parameters)


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.integers(96, size=(40, 16)), rng.integers(96, size=40)


@pytest.mark.parametrize("rank", [0, 1, 3])
def test_before_the_first_step_the_network_is_the_trained_one(trained, batch, rank):
    part = Adapted(WIDTH, trained, rank)
    small = part.start(np.random.default_rng(2))
    assert small.shape == (part.trained,)
    assert part.merged(small) == pytest.approx(trained, abs=0)
    assert part.loss(small, *batch) == MODEL.loss(trained, *batch)


@pytest.mark.parametrize("rank", [0, 1, 3])
def test_the_gradient_of_what_learns_is_the_slope_of_the_loss(trained, batch, rank):
    part, rng = Adapted(WIDTH, trained, rank), np.random.default_rng(3)
    small = part.start(rng) + 0.1 * rng.standard_normal(part.trained)
    gradient = np.empty_like(small)
    part.loss(small, *batch, gradient)
    for _ in range(5):
        step = 1e-6 * rng.standard_normal(part.trained)
        moved = (part.loss(small + step, *batch) - part.loss(small - step, *batch)) / 2
        assert moved == pytest.approx(gradient @ step, rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("rank", [1, 2, 5])
def test_a_low_rank_addition_has_that_rank_and_leaves_embedding_and_biases(trained, rank):
    part, rng = Adapted(WIDTH, trained, rank), np.random.default_rng(4)
    added = part.views(part.merged(rng.standard_normal(part.trained)) - trained)
    assert [np.linalg.matrix_rank(added[each], tol=1e-9) for each in (1, 3, 5)] == [rank] * 3
    assert all(np.all(added[each] == 0) for each in (0, 2, 4, 6))


def test_the_output_layer_alone_changes_nothing_before_it(trained):
    part = Adapted(WIDTH, trained, 0)
    changed = part.merged(np.ones(part.trained)) != trained
    assert not changed[: -part.trained].any() and part.trained == WIDTH * 96 + 96


@pytest.mark.parametrize("name", [targets.NEAR, targets.FAR])
def test_no_text_is_both_learned_and_tested_and_the_source_has_read_neither(name):
    goal = targets.target(name)
    pieces = [bytes(goal.test[at : at + 200]) for at in range(0, len(goal.test) - 200, 1_024)]
    learned, read = goal.train.tobytes(), corpus.standard_library().train.tobytes()
    # licences and declarations are repeated between files: one piece in thirty may stand on both sides
    assert np.mean([piece in learned for piece in pieces]) < 1 / 30
    assert "pydoc_data" in corpus.EXCLUDED and not any(piece in read for piece in pieces)


@given(st.sampled_from([500, 1_000, 3_000, 30_000]), st.integers(0, 50))
def test_an_own_text_is_as_long_as_it_says_and_a_fifth_is_kept_back(symbols, seed):
    text = np.arange(100_000) % 96
    learned, kept_back = targets.own_text(text, symbols, seed)
    assert len(learned) + len(kept_back) == symbols and len(kept_back) * 5 == symbols


def test_pieces_of_an_own_text_do_not_overlap():
    text = np.arange(2_000_000, dtype=np.uint32)
    learned, kept_back = targets.own_text(text, 20_000, 3)
    assert len({*learned.tolist(), *kept_back.tolist()}) == 20_000


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: targets.target("Latin"),
        lambda: targets.own_text(np.zeros(1000, np.uint8), 100, 0),
        lambda: targets.own_text(np.zeros(1000, np.uint8), 2000, 0),
        lambda: Adapted(WIDTH, np.zeros(10), 1),
        lambda: Adapted(WIDTH, np.zeros(MODEL.total_parameters), -1),
        lambda: Run(targets.FAR, "by magic", 1000, 1, 0.01, 0.1, 0),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(wrong):
    with pytest.raises(ProblemError) as said:
        wrong()
    assert str(said.value).endswith(".")


def test_the_settings_are_the_best_of_their_grid_on_the_text_kept_back_with_the_optimum_inside():
    runs = load_result("toolbox-transfer")
    grid = runs[(runs["seed"] == experiments.FINE_TUNING_SEED) & (runs["stretch"] == 1)]
    both = grid.groupby(["way", "symbols", "learning_rate", "decay"])["kept_back"].agg(["sum", "count"]).reset_index()
    assert (both["count"] == 2).all()
    for way, by_size in experiments.SETTINGS.items():
        for own, (rate, decay) in by_size.items():
            tried = both[(both["way"] == way) & (both["symbols"] == own)]
            best = tried.loc[tried["sum"].idxmin()]
            assert (best["learning_rate"], best["decay"]) == (rate, decay), (way, own)
            assert tried["learning_rate"].min() < rate < tried["learning_rate"].max()
            if way in experiments.DECAY_TUNED:
                assert tried["decay"].min() < decay < tried["decay"].max()


def test_the_seed_that_tuned_concludes_nothing():
    assert experiments.FINE_TUNING_SEED not in experiments.TRANSFER_SEEDS
    assert set(inputs.transfer_runs()["seed"]) == set(experiments.TRANSFER_SEEDS)


def test_twice_the_steps_change_the_loss_from_scratch_by_what_the_chapter_says():
    runs = load_result("toolbox-transfer")
    scratch = runs[(runs["way"] == fine_tuning.SCRATCH) & (runs["seed"] == experiments.FINE_TUNING_SEED)]
    assert set(scratch[scratch["stretch"] == 2]["symbols"]) == {100_000, 250_000}
