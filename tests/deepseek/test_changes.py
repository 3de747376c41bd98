"""No field that changes the matrices of the reference implementation is passed over.

``checkpoints/changes.txt`` holds, for each family, what a change of one field does to the number of parameters there:
family, field, new value, difference. They were counted from the declared shapes of Hugging Face transformers 5.24.0,
for every field of a configuration that holds a number or a yes or no, in the family's first small model of
``checkpoints/shapes.jsonl``. Only fields that change something are listed.
"""

import json

import pytest

from analysis.deepseek.config import read_config
from analysis.deepseek.parameters import count_parameters
from analysis.kit.errors import ProblemError
from tests.deepseek.test_checkpoints import HERE, SHAPES

FIRST = {row["config"]["model_type"]: row["config"] for row in reversed(SHAPES)}
CHANGES = [line.split() for line in (HERE / "changes.txt").read_text("utf-8").splitlines()]


def total(config):
    return count_parameters(read_config(config)).total


@pytest.mark.parametrize("family", dict.fromkeys(row[0] for row in CHANGES))
def test_what_changes_matrices_in_the_reference_is_counted_or_refused(family):
    base, counted = FIRST[family], 0
    for _, field, value, difference in (row for row in CHANGES if row[0] == family):
        try:
            changed = total({**base, field: json.loads(value)})
        except ProblemError:
            continue
        assert changed - total(base) == int(difference), (field, value)
        counted += 1
    assert counted >= 4, "nearly every change is refused, so that nothing was compared"
