"""A title is a finding: with other data each figure of the chapter says that its own does not hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import distributed
from analysis.distributed import published
from analysis.distributed.chapter import figures, inputs
from analysis.kit.experiments import load_result
from analysis.kit.figure import FALSE_HERE

LOSSES, SCORES = published.losses(), published.scores("C4")
APART = LOSSES["method"] != published.BASELINE
SWEPT = published.losses(["swept"]).query("gap == 0 and method == 'data-parallel'")
LAW = distributed.fit_power_law(SWEPT["parameters"], SWEPT["loss"])
NOISE = pd.DataFrame(
    {"workers": [1, 4, 16], "period": 10, "theory": [0.4, 0.1, 0.025], "simulated": [0.4, 0.1, 0.025], "error": 0.001}
)
BOWLS = inputs.STEP, inputs.START, inputs.WALK, inputs.PERIODS
LINES = inputs.EVEN_LINES
ROUNDS, RUNS = distributed.real_rounds(), distributed.internet_runs()
INTERNET = RUNS[RUNS["kind"] == "internet"]


def better_at(test, points):
    """Scores and residuals where models trained apart are so many points better in a test."""
    told = SCORES.copy()
    told.loc[told["method"] != published.BASELINE, test] += points
    return figures.equal_loss(distributed.residuals_by_test(told), told)


def scored(mean):
    """The table of runs in which the largest over the internet has another mean score."""
    return RUNS.assign(mean=RUNS["mean"].where(RUNS.index != "Covenant-72B", mean))


OWN, TRANSFER = load_result("distributed-local-steps"), load_result("distributed-transfer")
GAPS, BITS, GPU = distributed.gaps(OWN), distributed.bits_cost(OWN), load_result("gpu-local-steps-long")
LONG = OWN[OWN["steps"] == inputs.LONG_STEPS]


def own_gap(gap):
    """Our own gaps where they are another function of the table."""
    return figures.own_gap(GAPS.assign(gap=gap), inputs.OWN_STEPS, inputs.OWN_PERIOD)


def elsewhere(shift):
    """Our transfer test where runs apart lie so many nats above the line."""
    apart = TRANSFER["method"] != "data-parallel"
    return figures.transfer(TRANSFER.assign(prose=TRANSFER["prose"] + shift * apart), inputs.TRANSFER_BAND)


FALSE = {
    "more workers pay no more": lambda: own_gap(0.01 * np.log(GAPS["steps_between"] + 1)),
    "momentum does best": lambda: own_gap(GAPS["gap"].where(GAPS["method"] != "momentum 0.9", 0.0)),
    "text of its own harms": lambda: own_gap(GAPS["gap"] + 0.05 * (GAPS["text"] == "by domain")),
    "training apart wins tuned too": lambda: figures.baseline(
        LONG.assign(loss=LONG["loss"] - 0.3 * (LONG["method"] != "data-parallel")), inputs.UNTUNED_RATE
    ),
    "the untuned baseline wins": lambda: figures.baseline(
        LONG.assign(loss=LONG["loss"] + 0.3 * (LONG["method"] != "data-parallel")), inputs.UNTUNED_RATE
    ),
    "four bits cost much": lambda: figures.bits(BITS.assign(more=BITS["more"].where(BITS["sent"] != "4 bits", 3.0))),
    "memory does not help": lambda: figures.bits(BITS.assign(more=BITS["more"].where(BITS["bits"] > 3, 5.0))),
    "both claims begin with the same bits": lambda: figures.two_roads(inputs.roads().assign(bits=[4.0, 4.0, 0.2])),
    "prose is worse apart": lambda: elsewhere(0.02),
    "prose is better apart": lambda: elsewhere(-0.02),
    "on the card momentum comes nearer": lambda: figures.one_gpu(
        GPU.assign(loss=GPU["loss"].where(GPU["method"] != "average", 1.1))
    ),
    "equal bowls give no bias": lambda: figures.bowl((1.0,) * 4, inputs.OPTIMA, *BOWLS),
    "the bias only grows": lambda: figures.bowl((0.2, 0.6, 1.0, 2.0), (2.0, 1.0, 0.5, 0.0), *BOWLS),
    "the noise grows while workers are alone": lambda: figures.noise(NOISE.assign(simulated=[0.4, 0.2, 0.025])),
    "four workers are as noisy as one": lambda: figures.noise(NOISE.assign(theory=0.4, simulated=0.4)),
    "larger models have the larger gap": lambda: figures.replicas(
        LOSSES.assign(gap=LOSSES["gap"].where(LOSSES["size"] != "2.4B", 0.05 * LOSSES["replicas"])), 30
    ),
    "both fits give one replica a gain": lambda: figures.replicas(
        LOSSES.assign(gap=LOSSES["gap"].where(LOSSES["hyperparameters"] != "independent fit", -0.001)), 30
    ),
    "the law holds for the largest model": lambda: figures.law_misses(
        LOSSES.assign(loss=LOSSES["loss"].where(LOSSES["size"] != "10B", LAW.loss(10e9) * (1 + LOSSES["gap"]))), LAW
    ),
    "the gap is as large as the miss": lambda: figures.law_misses(
        LOSSES.assign(loss=LOSSES["loss"] * (1 + 0.04 * APART)), LAW
    ),
    "a per cent of loss is most of the compute": lambda: figures.price(LOSSES, 0.04),
    "hardly a gap was published": lambda: figures.price(LOSSES.head(3), 0.0954),
    "a line of terabits": lambda: figures.break_even(LINES, 0.003, 10.0, 30, "10B"),
    "one test is better elsewhere": lambda: better_at("hellaswag", 2.0),
    "one test is worse elsewhere": lambda: better_at("piqa", -3.0),
    "the times of a round do not give its share": lambda: figures.utilisation(
        ROUNDS.assign(computed=ROUNDS["computed"] - 0.01)
    ),
    "the run over the internet is level with the cluster": lambda: figures.league(scored(71.0), 80.4, 77.6),
    "the run over the internet is far below the cluster": lambda: figures.league(scored(60.0), 80.4, 77.6),
    "runs over the internet are near the frontier": lambda: figures.compute(
        INTERNET.assign(flop=30 * INTERNET["flop"]), distributed.frontier_runs(), (20.0, 5.0)
    ),
}


@pytest.mark.parametrize("draw", FALSE.values(), ids=FALSE)
def test_a_title_that_is_not_true_of_its_data_says_so(draw):
    figure = draw()
    assert figure.holds is False
    assert figure.finding or FALSE_HERE in figure.spec()["usermeta"]["title"]
