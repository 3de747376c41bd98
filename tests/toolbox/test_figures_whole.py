"""A title is a finding: with other data each figure of the whole toolbox says that its own does not hold."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import toolbox
from analysis.kit.experiments import load_result
from analysis.kit.figure import FALSE_HERE
from analysis.toolbox import decoding, roofline
from analysis.toolbox.chapter import figures, inputs

TABLE, RUNS = toolbox.promises(), load_result("toolbox-optimisers")
MEASURED, LINES, PAIRS = roofline.measured(), decoding.lines(), inputs.paired()


def kept(kind, share):
    """Promises of which one kind was kept to such a share by every tool."""
    share = TABLE["share"].where(TABLE["kind"] != kind, share)
    return figures.promises(TABLE.assign(share=share), toolbox.left_out(), inputs.OF)


def timed(kind, times):
    """Batches of one kind that took so many times as long."""
    seconds = MEASURED["seconds"] * (1 + (times - 1) * (MEASURED["kind"] == kind))
    return figures.roofline(MEASURED.assign(seconds=seconds), inputs.BATCH_WIDTH)


def compared(loss):
    """Runs in which Muon ends at other losses."""
    return figures.optimisers(
        RUNS.assign(loss=RUNS["loss"] + loss * (RUNS["optimiser"] == "muon")), inputs.ADAM_RATE, inputs.UNTUNED
    )


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: kept("step", 0.95),
        lambda: kept("bytes", 0.3),
        lambda: kept("kernel", 0.2),
    ],
)
def test_promises_hold_only_where_stored_bytes_keep_most_and_whole_steps_least(drawn):
    assert not drawn().holds


@pytest.mark.parametrize("drawn", [lambda: timed("fp8", 0.6), lambda: timed("fp8", 1.6), lambda: timed("bf16", 1.3)])
def test_fewer_bits_must_gain_little_on_one_token_and_much_on_many(drawn):
    assert drawn().spec()["usermeta"]["title"].endswith(FALSE_HERE)


def test_a_constant_that_may_be_nothing_is_none():
    figure = figures.decode(decoding.published(), LINES.assign(constant_low=-0.1))
    assert figure.spec()["usermeta"]["title"].endswith(FALSE_HERE)


def test_a_share_beyond_the_whole_is_refused_or_does_not_hold():
    assert not figures.share(pd.DataFrame({"label": ["all"], "factor": [2.0], "gain": [2.0]})).holds


@pytest.mark.parametrize("loss", [0.018, 0.02])
def test_an_optimiser_that_may_be_no_better_is_not_called_better(loss):
    assert not compared(loss).holds


def test_pairs_hold_only_where_one_part_loses_and_different_parts_win():
    for ratio in (0.9, 1.1):
        figure = figures.pairs(PAIRS.assign(ratio=ratio), inputs.PAIRED_NAME, inputs.PAIRED_CONTEXT)
        assert figure.spec()["usermeta"]["title"].endswith(FALSE_HERE)


def test_all_of_them_hold_with_the_data_of_the_book():
    for drawn in (
        figures.promises(TABLE, toolbox.left_out(), inputs.OF),
        timed("fp8", 1.0),
        figures.decode(decoding.published(), LINES),
        figures.share(inputs.cases()),
        compared(0.0),
        figures.pairs(PAIRS, inputs.PAIRED_NAME, inputs.PAIRED_CONTEXT),
    ):
        assert drawn.holds
