"""Pairs of tools: what each works on, what both store, and what they do together."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.toolbox import pairs
from analysis.toolbox.decoding import published

TIME = st.floats(1e-4, 1.0)
SPENT = st.fixed_dictionaries({"weights": TIME, "cache": TIME, "rest": TIME}).map(
    lambda spent: spent | {"windowed": spent["cache"] / 8}
)


@given(SPENT)
def test_tools_on_one_part_lose_and_tools_on_different_parts_win(spent):
    table = pairs.pairs(spent)
    assert (table.loc[table["same"], "ratio"] < 1).all()
    assert (table.loc[~table["same"], "ratio"] > 1).all()
    assert (table["together"] > table[["alone_first", "alone_second"]].max(axis=1)).all()


@given(SPENT, st.sampled_from(list(itertools.permutations(pairs.TOOLS, 3))))
def test_the_order_of_the_tools_does_not_matter(spent, tools):
    assert pairs.gain(tools, spent) == pytest.approx(pairs.gain(tuple(sorted(tools)), spent))


def test_four_bits_and_half_the_weights_are_less_than_their_product():
    """3.5 bits, 4.57 times fewer, and not 7.1; with the published scales the stored model's own size."""
    both = pairs.weight_factor(True, True)
    assert both == pytest.approx(16 / 3.5)
    assert (
        both
        < pairs.weight_factor(True, False) * pairs.weight_factor(False, True)
        < 2 * pairs.weight_factor(True, False)
    )
    sizes = published().set_index(["model", "method"])["size"]
    stored = sizes["Llama-3-8B", "bfloat16"].item() / sizes["Llama-3-8B", "4-bit weights, 2:4"].item()
    assert stored == pytest.approx(16 / 3.25, abs=0.01)  # one scale of 16 bits for 64 weights, and no zeros


def test_the_parts_of_a_token_are_bytes_over_the_bandwidth():
    spent = pairs.parts("llama-3.1-8b", 131_072, 2e12, 0.003, 4_096)
    assert spent["weights"] == pytest.approx(15.01e9 / 2e12, rel=1e-3)
    assert spent["cache"] / spent["windowed"] == 32
    assert spent["rest"] == 0.003


@pytest.mark.parametrize(
    "case",
    [
        lambda: pairs.gain(("magic",), {"weights": 1, "cache": 1, "windowed": 1, "rest": 1}),
        lambda: pairs.gain((), {"weights": 0, "cache": 1, "windowed": 1, "rest": 1}),
        lambda: pairs.parts("llama-3.1-8b", 0, 2e12, 0.003, 4_096),
        lambda: pairs.parts("llama-3.1-8b", 4_096, -1, 0.003, 4_096),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(case):
    with pytest.raises(ProblemError, match=r"[.]$"):
        case()
