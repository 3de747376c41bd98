"""Promises and deliveries: the measure, the published ratios, and how far a median hangs on its list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit import facts
from analysis.kit.errors import ProblemError
from analysis.toolbox import promises as table_of_promises
from analysis.toolbox.promises import (
    KINDS,
    kept_share,
    left_out,
    median_share,
    products,
    quartiles,
    source_of,
    without_one,
)

FACTOR = st.floats(1.01, 1e4)
TABLE = table_of_promises()


@given(FACTOR)
def test_all_that_was_promised_is_a_share_of_one_and_nothing_of_zero(promised):
    assert kept_share(promised, promised) == pytest.approx(1)
    assert kept_share(promised, 1) == 0
    assert kept_share(promised, 1 / promised) == pytest.approx(-1)


@given(FACTOR, FACTOR, st.floats(-1, 1))
def test_two_tools_that_keep_one_share_keep_it_together(one, two, share):
    assert kept_share(one * two, one**share * two**share) == pytest.approx(share, abs=1e-6)


def test_published_ratios_are_those_of_the_table():
    """Each within the rounding of what its source prints."""
    told = TABLE.set_index("tool")[["promised", "delivered"]]
    fact = {name: row.value for name, row in facts.load("toolbox").items()}
    assert told.loc["pruned, 5 bits, AlexNet", "delivered"] == pytest.approx(
        fact["deep-compression-alexnet-times"], abs=0.5
    )
    assert told.loc["pruned, 5 bits, VGG-16", "delivered"] == pytest.approx(fact["deep-compression-vgg-times"], abs=0.5)
    assert told.loc["pruned, 5 bits, AlexNet", "promised"] == pytest.approx(57.6)
    assert told.loc["2:4, segment-anything", "delivered"] == pytest.approx(1.09, abs=0.005)
    assert told.loc["NSA, forward", "promised"] == pytest.approx(9.17, abs=0.005)
    bits = 16 / told.loc["4-bit weights", "delivered"]
    assert bits == pytest.approx(4.5, abs=0.01)  # 4 bits, and a scale and a zero of 16 bits for 64 weights


def test_the_measurements_of_our_card_are_the_rows_without_a_source():
    ours = TABLE[TABLE["mark"] == "measured"].set_index("tool")["delivered"]
    speed = products()
    assert set(TABLE.loc[TABLE["source"] == "computed", "mark"]) == {"measured"}
    assert ours["2:4 product"] == speed["bf16_sparse24"] / speed["bf16"]
    assert 1.1 < ours["2:4 product"] < 1.2 < 1.7 < ours["FP8 product"] < 1.9


def test_every_row_has_a_promise_and_no_row_is_there_twice():
    assert (TABLE["promised"] > 1).all()
    assert TABLE["tool"].is_unique
    assert set(TABLE["kind"]) == set(KINDS)
    assert set(TABLE["mark"]) <= {"measured", "primary", "secondary"}
    assert not set(left_out()["tool"]) & set(TABLE["tool"])
    assert left_out()["reason"].str.len().min() > 10


def test_the_order_of_the_medians_does_not_hang_on_one_tool():
    """Stored bytes keep most and whole steps least, whichever tool is left out."""
    for tool in TABLE["tool"]:
        bytes_, kernel, step = (median_share(TABLE[TABLE["tool"] != tool], kind) for kind in KINDS)
        assert bytes_ > 0.85 > kernel > 0.65 > 0.5 > step


def test_whole_steps_keep_less_than_stored_bytes_whichever_source_is_left_out():
    """Half of the whole steps are one library's; without it they keep more, and still less than stored bytes."""
    for source in TABLE["source"].map(source_of).unique():
        rows = TABLE[TABLE["source"].map(source_of) != source]
        bytes_, _, step = (median_share(rows, kind) for kind in KINDS)
        assert bytes_ > 0.85 > 0.7 > step
    ends = {kind: without_one(TABLE, kind) for kind in KINDS}
    assert ends["bytes"][0] > ends["kernel"][1] > ends["step"][1]
    assert ends["kernel"][0] > ends["step"][0]


def test_one_kernel_and_a_whole_step_are_told_apart_only_where_each_tool_counts_once():
    """Each source once they keep alike, so that the book says stored bytes and whole steps."""
    once = {kind: median_share(TABLE, kind, each="source") for kind in KINDS}
    assert once["bytes"] > 0.85 > 0.7 > max(once["kernel"], once["step"])
    assert abs(once["kernel"] - once["step"]) < 0.1
    low, high = quartiles(TABLE, "step")
    assert low < median_share(TABLE, "step") < once["step"] <= high


def test_with_what_is_left_out_whole_steps_keep_nearly_as_much():
    """Some of what is left out did well and some badly, so that the rule of the list does not decide the median."""
    more = left_out().dropna(subset=["promised", "delivered"])
    shares = np.log(more["delivered"]) / np.log(more["promised"])
    steps = [*TABLE.loc[TABLE["kind"] == "step", "share"], *shares[more["kind"] == "step"]]
    assert median_share(TABLE, "step") == pytest.approx(np.median(steps), abs=0.05)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (kept_share, (1, 2)),
        (kept_share, (2, 0)),
        (kept_share, (2, -1)),
        (kept_share, (np.nan, 2)),
        (kept_share, ("two", 2)),
        (kept_share, ([2, 3], [2, 3, 4])),
        (products, (1000,)),
        (median_share, (TABLE, "seconds")),
        (median_share, (TABLE, None, "magic")),
        (without_one, (TABLE.iloc[:1],)),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(model, values):
    with pytest.raises(ProblemError, match=r"[.]$"):
        model(*values)
