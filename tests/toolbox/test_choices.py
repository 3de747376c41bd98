"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.kit import facts
from analysis.toolbox.chapter import inputs
from tests.kit.choices import Change, Choice, other, undeclared, with_rows, without_each

# TEC-3: machines.

CHIPS = facts.frame("toolbox_chips")
LINES = {"NVIDIA": inputs.CHIP_LINE, "Google": ("TPU v2", "TPU v4", "TPU v7"), "AMD": ("MI250X", "MI300X", "MI355X")}


def other_chips() -> dict[str, Change]:
    """Each chip left out, each maker, and each maker taken alone; the line whose growth is told goes with them."""

    def only(rows: pd.DataFrame, line: tuple[str, ...]) -> Change:
        def changed(patch: pytest.MonkeyPatch) -> None:
            with_rows("toolbox_chips", rows)(patch)
            patch.setattr(inputs, "CHIP_LINE", tuple(chip for chip in line if chip in set(rows["chip"])))

        return changed

    found = {f"without {chip}": only(CHIPS[CHIPS["chip"] != chip], inputs.CHIP_LINE) for chip in CHIPS["chip"]}
    for maker in LINES:
        others = next(line for name, line in LINES.items() if name != maker)
        found[f"without {maker}"] = only(CHIPS[CHIPS["maker"] != maker], others)
    found["NVIDIA alone"] = only(CHIPS[CHIPS["maker"] == "NVIDIA"], inputs.CHIP_LINE)
    return found | other(inputs, "BEFORE_MATRICES", {"with the P100": "none"})


CHOICES = [
    # TEC-3: machines.
    Choice("TEC-3", "toolbox_chips", other_chips),
    Choice("TEC-3", "inputs.CHIP_LINE", without_each(inputs, "CHIP_LINE")),
]
#: What is no choice, and why.
FIXED: dict[str, str] = {
    "TEC-3 inputs.matrix_chips": "the whole table but for one chip, which BEFORE_MATRICES names",
    "TEC-3 inputs.door_start": "a corpus and an estimate that the reason names; no verdict rests on them",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("toolbox", CHOICES, FIXED) == ""
