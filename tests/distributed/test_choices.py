"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import pytest

from analysis.distributed import published
from analysis.distributed.chapter import inputs, verdicts
from analysis.distributed.equal_loss import straight
from analysis.kit import facts
from tests.kit.choices import Change, Choice, other, undeclared, with_rows, without_each_row

SCORES = facts.frame("distributed_scores")
APART = SCORES["method"] != published.BASELINE


def other_rows() -> dict[str, Change]:
    """Each model trained apart left out, each size, each paper's table but that of the baseline, and four replicas."""
    by_size = without_each_row("distributed_scores", "size")
    by_table = without_each_row("distributed_scores", "table", "table not in ['Table 5', 'Table 1']")
    one_less = {
        f"without row {number}": with_rows("distributed_scores", SCORES.drop(index=number))
        for number in SCORES.index[APART]
    }
    few = SCORES[SCORES["replicas"] <= 2]
    return by_size | by_table | one_less | {"two replicas": with_rows("distributed_scores", few)}


CURVES = {"a straight line": straight}
SEEDS = without_each_row("distributed-transfer", "seed", reader=(verdicts, "load_result"))
LENGTHS = without_each_row(
    "distributed-transfer", "steps_between", "method != 'data-parallel'", reader=(verdicts, "load_result")
)
CHOICES = [
    Choice("DST-1", "distributed_scores", other_rows),
    Choice("DST-1", "inputs.JOIN", other(inputs, "JOIN", CURVES)),
    Choice("DST-1", "inputs.TOLD", other(inputs, "TOLD", {"Dolma": "Dolma"})),
    Choice("DST-1", "distributed-transfer", SEEDS | LENGTHS),
    Choice("DST-2", "distributed_scores", other_rows),
    Choice("DST-2", "inputs.JOIN", other(inputs, "JOIN", CURVES)),
    Choice("DST-2", "inputs.TOLD", other(inputs, "TOLD", {"Dolma": "Dolma"})),
]
#: What is no choice, and why.
FIXED: dict[str, str] = {}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("distributed", CHOICES, FIXED) == ""
