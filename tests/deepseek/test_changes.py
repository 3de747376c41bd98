"""No field that changes the matrices of the reference implementation is passed over.

``checkpoints/changes.jsonl`` holds for each family a small configuration, and what a change of one field does to the
number of parameters there: field, new value, difference. They were counted from the declared shapes of Hugging Face
transformers 5.24.0, for every field that holds a number or a yes or no. Only those that change something are listed.
"""

import json

import pytest

from analysis.deepseek.config import read_config
from analysis.deepseek.parameters import count_parameters
from analysis.kit.errors import ProblemError
from tests.deepseek.test_checkpoints import HERE

ROWS = [json.loads(line) for line in (HERE / "changes.jsonl").read_text("utf-8").splitlines()]


def total(config):
    return count_parameters(read_config(config)).total


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["config"]["model_type"])
def test_what_changes_matrices_in_the_reference_is_counted_or_refused(row):
    base, counted = row["config"], 0
    for field, value, difference in row["changes"]:
        try:
            changed = total({**base, field: value})
        except ProblemError:
            continue
        assert changed - total(base) == difference, (field, value)
        counted += 1
    assert counted >= 4, "nearly every change is refused, so that nothing was compared"
