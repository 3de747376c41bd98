"""Networks with few weights start where they say, move only what their mask lets them, and are compared in pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result
from analysis.scaling.language_model import LanguageModel
from analysis.toolbox import base, tickets
from analysis.toolbox.base import LEARNING_RATE, MODEL, base_network, initial
from analysis.toolbox.chapter.experiments import TICKET_GRID, TICKET_RATES
from analysis.toolbox.tickets import KINDS, MASK_ALONE, RANDOM_MASK, SMALL, TICKET, TRAINED_ON, SparseRun


@pytest.fixture(scope="module")
def table():
    return load_result("toolbox-tickets")


@pytest.fixture(scope="module")
def starts():
    return {kind: SparseRun(kind, 0.024, 0).start() for kind in KINDS}


def layers(theta, model=MODEL):
    return model.views(theta)[1::2]


def test_a_ticket_has_the_first_weights_and_the_trained_ones_have_theirs(starts):
    _, trained = base_network(0)
    for kind, whole in ((TICKET, initial(0)), (TRAINED_ON, trained)):
        theta, masks = starts[kind]
        for weights, mask, full in zip(layers(theta), masks, layers(whole), strict=True):
            assert (weights == full * mask).all()


def test_the_first_weights_are_those_that_training_began_with(monkeypatch):
    monkeypatch.setattr(base, "train", lambda model, symbols, steps, rate, rng, *rest, **more: model.initial(rng))
    untrained = base._trained.__wrapped__
    assert (untrained(3) == initial(3)).all()
    assert (untrained(3) != initial(4)).any()


def test_masks_are_the_largest_of_the_whole_network(starts):
    _, trained = base_network(0)
    sizes = np.concatenate([np.abs(weights).ravel() for weights in layers(trained)])
    _, masks = starts[TICKET]
    kept = np.concatenate([mask.ravel() for mask in masks])
    assert kept.sum() == round(tickets.KEPT * sizes.size)
    assert sizes[kept].min() >= sizes[~kept].max()


def test_a_random_mask_keeps_as_many_in_each_layer_and_others(starts):
    (_, chosen), (_, drawn) = starts[TICKET], starts[RANDOM_MASK]
    assert [mask.sum() for mask in chosen] == [mask.sum() for mask in drawn]
    # by chance two masks share as large a part of their weights as they keep
    for one, two in zip(chosen, drawn, strict=True):
        assert (one & two).sum() / one.sum() < 2 * one.mean() + 0.05


def test_the_mask_alone_differs_from_the_ticket_in_its_weights_only(starts):
    (ticket, one), (other, two) = starts[TICKET], starts[MASK_ALONE]
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert (ticket != other).any()


def test_a_small_network_has_as_many_parameters_to_a_fiftieth():
    sizes = {kind: SparseRun(kind, 0.024, 0).parameters for kind in (TICKET, SMALL)}
    assert sizes[SMALL] / sizes[TICKET] == pytest.approx(1, abs=0.02)
    assert LanguageModel(tickets.small_width(1.0)).parameters == MODEL.parameters


@pytest.mark.parametrize("kind", KINDS)
def test_training_moves_what_stays_and_nothing_else(kind):
    run = SparseRun(kind, 0.024, 0, steps=4)
    first, masks = run.start()
    trained = run.train()
    for before, after, mask in zip(layers(first, run.model), layers(trained, run.model), masks, strict=True):
        assert (after[~mask] == 0).all()
        assert (after[mask] != before[mask]).mean() > 0.9


def test_runs_of_one_seed_are_repeated_exactly():
    run = SparseRun(SMALL, 0.024, 1, steps=3)
    assert (run.train() == run.train()).all()
    assert (run.train() != replace(run, seed=2).train()).any()


def test_every_rate_was_tuned_on_a_seed_of_its_own_with_the_best_inside(table):
    assert tickets.best_rates(table) == {kind: rate / 1_000 for kind, rate in TICKET_RATES.items()}
    for kind, rates in TICKET_GRID.items():
        assert min(rates) < TICKET_RATES[kind] < max(rates)
    rows = tickets.ticket_runs(table, LEARNING_RATE)
    assert tickets.TUNING_SEED not in set(rows["seed"])


def test_the_advantage_is_a_paired_t_interval(table):
    rows = tickets.ticket_runs(table, LEARNING_RATE)
    own = rows[rows["rate"] == tickets.OWN].pivot(index="seed", columns="name", values="loss")
    gain, half = tickets.advantage(rows, TICKET, SMALL)
    interval = stats.ttest_rel(own[SMALL], own[TICKET]).confidence_interval(0.95)
    assert (gain - half, gain + half) == pytest.approx((interval.low, interval.high))


def test_what_the_text_says_of_tickets_holds_at_both_learning_rates(table):
    rows = tickets.ticket_runs(table, LEARNING_RATE)
    for rate in (tickets.OWN, tickets.FULL):
        luck, doubt = tickets.advantage(rows, TICKET, MASK_ALONE, rate)
        assert abs(luck) < doubt
        for better, worse in ((MASK_ALONE, RANDOM_MASK), (TICKET, SMALL), (TRAINED_ON, TICKET)):
            gain, half = tickets.advantage(rows, better, worse, rate)
            assert gain > 2 * half
    gain, half = tickets.advantage(rows, TICKET, tickets.SMALL_LONG)
    assert gain > 5 * half


def test_leaving_out_one_seed_turns_nothing(table):
    rows = tickets.ticket_runs(table, LEARNING_RATE)
    for seed in rows["seed"].unique():
        rest = rows[rows["seed"] != seed]
        luck, doubt = tickets.advantage(rest, TICKET, MASK_ALONE)
        mask, half = tickets.advantage(rest, MASK_ALONE, RANDOM_MASK)
        assert abs(luck) < doubt
        assert mask > 4 * half


def test_what_makes_no_sense_is_said_in_a_sentence():
    rows = pd.DataFrame({"name": [TICKET, SMALL], "rate": tickets.OWN, "seed": 0, "loss": [1.8, 1.9]})
    empty = pd.DataFrame({"kind": [TICKET], "seed": [0], "steps": [tickets.STEPS], "loss": [1.0]})
    for call, said in (
        (lambda: SparseRun("lucky", 0.01, 0), "no network"),
        (lambda: tickets.small_width(0), "above 0"),
        (lambda: tickets.advantage(rows, TICKET, SMALL), "no spread"),
        (lambda: tickets.advantage(rows, TICKET, MASK_ALONE), "no network"),
        (lambda: tickets.best_rates(empty), "tuned"),
    ):
        with pytest.raises(ProblemError, match=said):
            call()
