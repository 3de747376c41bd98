"""The same optimiser from the same starts gets further when the Huber terms are added than when they are averaged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.kit.experiments import load_result
from analysis.scaling.early_stopping import EARLY_STOPPING, simulated_runs, stop
from analysis.scaling.fit import fit_scaling_law


@pytest.fixture(scope="module")
def stops() -> pd.DataFrame:
    return load_result("scaling-early-stopping")


def test_adding_reaches_the_bottom_and_averaging_does_not(stops):
    """Our fitter's objective is the bottom: added terms come within a hundredth of it, averaged ones never."""
    runs = simulated_runs()
    bottom = fit_scaling_law(runs.N, runs.D, runs.loss).objective
    best = stops.groupby("reduction")["objective"].min()
    assert best["sum"] == pytest.approx(bottom, rel=1e-3)
    assert best["mean"] > 1.01 * bottom


def test_the_runs_are_those_of_the_law_up_to_the_noise():
    """The logarithms of the losses scatter about the law by the stated noise of 0.3 %."""
    from analysis.scaling.laws import published_law

    runs = simulated_runs()
    errors = np.log(runs.loss / published_law("besiroglu").loss(runs.N, runs.D))
    assert 0.0025 < errors.std() < 0.0035


def test_a_start_that_averaging_abandons_is_followed_to_the_end_by_adding(stops):
    """One start of the committed table, computed again."""
    wide = stops.pivot(index="start", columns="reduction", values="objective")
    start = int((wide["mean"] / wide["sum"]).idxmax())
    assert start in EARLY_STOPPING.tasks(1)
    again = pd.DataFrame(stop(start)).set_index("reduction")["objective"]
    assert again["mean"] > 2 * again["sum"]
