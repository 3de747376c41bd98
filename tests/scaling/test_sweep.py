"""The model learns by its true gradient, a run is named by its seed, and compute is counted as it is spent."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result, manifest
from analysis.scaling.chapter import experiments
from analysis.scaling.corpus import ALPHABET, encode, for_validation, standard_library
from analysis.scaling.language_model import (
    CONTEXT,
    EMBEDDING,
    SYMBOLS,
    LanguageModel,
    Training,
    sampler,
    train,
    windows,
)
from analysis.scaling.sweep import Run, train_run, validation_loss

SMALL = Run(3e8, 8, 0)
NAMES = [e.name for e in experiments.EXPERIMENTS]


@pytest.mark.parametrize("layer", range(7))
def test_the_gradient_of_every_layer_is_the_slope_of_the_loss(layer):
    """Central differences in double precision; the kinks of ReLU are too rare to meet at a step of 1e-6."""
    model, rng = LanguageModel(6), np.random.default_rng(layer)
    theta = model.initial(rng, np.float64)
    theta += 0.1 * rng.standard_normal(theta.shape)
    contexts, targets = rng.integers(SYMBOLS, size=(40, CONTEXT)), rng.integers(SYMBOLS, size=40)
    gradient = np.zeros_like(theta)
    model.loss(theta, contexts, targets, gradient)
    direction = np.zeros_like(theta)
    model.views(direction)[layer][:] = rng.standard_normal(model.shapes[layer])
    slope = model.loss(theta + 1e-6 * direction, contexts, targets) - model.loss(
        theta - 1e-6 * direction, contexts, targets
    )
    assert slope / 2e-6 == pytest.approx(gradient @ direction, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("width", [1, 8, 176])
def test_parameters_are_counted_with_and_without_the_embedding(width):
    model = LanguageModel(width)
    h = width
    assert model.parameters == 256 * h + h + h * h + h + h * 96 + 96
    assert model.total_parameters - model.parameters == SYMBOLS * EMBEDDING == 1536
    assert len(model.initial(np.random.default_rng(0))) == model.total_parameters


@pytest.mark.parametrize("run", experiments.isoflop_tasks(1)[::7], ids=str)
def test_a_run_spends_its_budget_to_half_a_step(run):
    """Six FLOP a parameter and symbol: a product of matrices costs 2 a weight, forward once and backward twice."""
    assert run.C == 6 * run.N * run.D == 6 * run.N * run.batch * run.steps
    assert abs(run.C - run.budget) <= 0.5 * 6 * run.N * run.batch


def test_six_n_counts_the_matrix_products_of_a_step():
    """Forward one product a layer; backward two: for the weights and for what lies below."""
    model = LanguageModel(64)
    products = sum(np.prod(shape) for shape in model.shapes[1::2])
    biases = sum(np.prod(shape) for shape in model.shapes[2::2])
    assert 3 * 2 * products == pytest.approx(6 * model.parameters, rel=0.01)
    assert model.parameters == products + biases


def test_the_same_seed_trains_the_same_network_and_another_seed_another():
    first, again, other = (train_run(run)["loss"].item() for run in (SMALL, SMALL, replace(SMALL, seed=1)))
    assert first == again
    assert first != other and first == pytest.approx(other, rel=0.1)


def test_training_beats_the_frequencies_of_symbols_and_does_not_touch_the_validation_text():
    corpus = standard_library()
    share = (np.bincount(corpus.train, minlength=SYMBOLS) + 1) / (len(corpus.train) + SYMBOLS)
    unigram = -np.log(share)[corpus.validation].mean()
    assert train_run(SMALL)["loss"].item() < unigram
    assert 3.0 < unigram < 3.5


def test_an_untrained_model_knows_nothing():
    model = LanguageModel(8)
    loss = validation_loss(model, model.initial(np.random.default_rng(0)), standard_library())
    assert loss == pytest.approx(np.log(SYMBOLS), rel=0.02)


def test_weight_decay_keeps_weights_smaller():
    model, symbols = LanguageModel(8), standard_library().train
    plain, decayed = (
        train(model, symbols, 200, 6e-3, np.random.default_rng(0), 64, weight_decay=decay) for decay in (0.0, 1.0)
    )
    assert np.linalg.norm(decayed) < 0.9 * np.linalg.norm(plain)


def test_a_window_is_followed_by_its_target():
    contexts, targets = windows(np.arange(30, dtype=np.uint8), np.array([0, 5]))
    assert contexts.shape == (2, CONTEXT)
    assert contexts[1].tolist() == list(range(5, 5 + CONTEXT)) and targets.tolist() == [16, 21]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: LanguageModel(0), "width of 0 is no network"),
        (lambda: Run(1e8, 512, 0), "too few to train"),
        (lambda: train(LanguageModel(2), encode(b"x" * 100), 0, 1e-3, np.random.default_rng(0)), "at least one step"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()


# --- the text -----------------------------------------------------------------------------------------------


def test_the_alphabet_is_newline_and_printable_ascii():
    assert len(ALPHABET) == len(set(ALPHABET)) == SYMBOLS == 96
    assert encode("é\t".encode()).tolist() == [ALPHABET.index("?")] * 3


def test_a_module_is_on_one_side_whatever_its_layout(tmp_path):
    """zipfile is a file in Python 3.11 and a folder in 3.12."""
    kept = next(name for name in ("json", "zipfile", "email", "ast", "trace") if for_validation(name))
    for name in (f"{kept}.py", f"{kept}/__init__.py", f"{kept}/deep/part.py", "json/test/test_x.py", "other.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a = 1\n" * 10)
    (tmp_path / "os.py").write_text("b" * 1_000_000)
    corpus = standard_library(tmp_path)
    assert len(corpus.validation) == 3 * 60 and len(corpus.train) == 1_000_000
    assert corpus.files == 4, "neither tests nor modules outside the standard library are read"


def test_a_python_without_its_library_is_named(tmp_path):
    with pytest.raises(ProblemError, match="no standard library to read"):
        standard_library(tmp_path)


def test_about_a_seventh_of_the_text_is_for_validation():
    corpus = standard_library()
    assert 6e6 < len(corpus.train) + len(corpus.validation) < 9e6
    assert 0.1 < len(corpus.validation) / len(corpus.train) < 0.25
    assert corpus.sha256 == hashlib.sha256(corpus.train.tobytes() + corpus.validation.tobytes()).hexdigest()


# --- the committed results ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["scaling-isoflop", "scaling-learning-rate"])
def test_a_committed_table_is_made_by_the_declared_runs_from_the_declared_text(name):
    experiment = next(e for e in experiments.EXPERIMENTS if e.name == name)
    table, description = load_result(name), manifest(name)
    declared = pd.DataFrame([(r.budget, r.width, r.learning_rate, r.seed, r.N, r.D, r.C) for r in experiment.tasks(1)])
    stored = table[["budget", "width", "learning_rate", "seed", "N", "D", "C"]]
    assert stored.to_numpy(float) == pytest.approx(declared.to_numpy(float), rel=1e-8)
    assert not table.duplicated(list(experiment.comparison.keys)).any()
    assert description["seed"] == experiment.seed and description["scale"] == 1
    assert set(table["corpus"]) == {experiments.CORPUS["sha256"]}
    assert description["python"] == experiments.CORPUS["python"]


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_is_part_of_the_run(name):
    experiment = next(e for e in experiments.EXPERIMENTS if e.name == name)
    assert set(experiment.sliced()) < set(experiment.tasks(1))


def test_twice_the_scale_is_twice_the_seeds_and_keeps_the_runs_that_were():
    once, twice = experiments.isoflop_tasks(1), experiments.isoflop_tasks(2)
    assert set(once) < set(twice) and len(twice) == 2 * len(once)


def test_the_learning_rate_of_the_sweep_is_within_a_hundredth_of_the_best_of_its_neighbours():
    """In nats, averaged over seeds, at every size and budget where half and twice the rate were tried."""
    mean = load_result("scaling-learning-rate").groupby(["budget", "width", "learning_rate"])["loss"].mean().unstack()
    assert (mean[6e-3] - mean.min(axis=1) < 0.01).all()


def test_a_training_is_its_steps_one_by_one_to_the_last_bit():
    """What `train` returns, from the gradient and the published recipe of Adam in double precision: to rounding; and
    from a training that is interrupted after every step: exactly."""
    model, text = LanguageModel(6), np.random.default_rng(1).integers(SYMBOLS, size=2_000, dtype=np.uint8)
    steps, rate, batch, decay = 30, 0.01, 32, 0.1
    whole = train(model, text, steps, rate, np.random.default_rng(7), batch, weight_decay=decay)

    rng = np.random.default_rng(7)
    start = model.initial(rng)
    training = Training(model, start, sampler(text, batch, rng), steps, rate, weight_decay=decay)
    for _ in range(steps):
        training.advance(1)
    np.testing.assert_array_equal(training.theta, whole)

    rng = np.random.default_rng(7)
    theta = model.initial(rng).astype(float)
    gradient, mean, square = np.zeros((3, len(theta)))
    for step in range(1, steps + 1):
        done = (step - 0.5) / steps
        now = rate * (done / 0.05 if done < 0.05 else np.cos(np.pi / 2 * (done - 0.05) / 0.95) ** 2)
        model.loss(theta, *windows(text, rng.integers(len(text) - CONTEXT, size=batch)), gradient)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        theta -= now * decay * theta + now * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    np.testing.assert_allclose(whole, theta, atol=2e-3)
    assert np.abs(whole - theta).mean() < 1e-5


def test_the_guess_is_the_most_probable_symbol():
    """No other symbol in its place has a lower surprise."""
    model, rng = LanguageModel(6), np.random.default_rng(2)
    theta, contexts = model.initial(rng), rng.integers(SYMBOLS, size=(1, CONTEXT))
    surprises = [model.loss(theta, contexts, np.array([symbol])) for symbol in range(SYMBOLS)]
    assert model.guess(theta, contexts).item() == int(np.argmin(surprises))
