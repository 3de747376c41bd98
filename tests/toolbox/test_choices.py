"""The choices that the chapter's rules rest on, made otherwise: what decides a verdict stands in its reason."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.kit import facts
from analysis.kit.experiments import load_result
from analysis.toolbox.chapter import inputs, verdicts
from analysis.toolbox.promises import left_out, promises, source_of
from tests.kit.choices import Change, Choice, other, undeclared, with_rows, without_each, without_each_row

# TEC-2: whole.


def other_tools() -> dict[str, Change]:
    """Each tool left out, each source, what only a second hand tells, the outliers, and what the list leaves out."""
    table, more = promises(), left_out().dropna(subset=["promised", "delivered"])
    share = np.log(more["delivered"]) / np.log(more["promised"])
    family = {"GPTQ, 3 bits, 175B": "quantisation", "FP8-LM, GPT-175B": "quantisation", "GPUSQ-ViT": "pruning"}
    wider = pd.concat(
        [table, more.assign(share=share, family=more["tool"].map(family), source=more["tool"])], ignore_index=True
    )
    lists = {f"without {tool}": table[table["tool"] != tool] for tool in table["tool"]}
    lists |= {
        f"without {source}": table[table["source"].map(source_of) != source]
        for source in table["source"].map(source_of).unique()
    }
    lists |= {
        "primary sources and our own": table[table["mark"] != "secondary"],
        "no outliers": table[table["share"] > -1],
        "what is left out too": wider,
        "each source once": table.assign(source=table["source"].map(source_of))
        .groupby(["family", "kind", "source"], as_index=False)
        .agg({"share": "median", "delivered": "median", "mark": "first"}),
    }
    # a source without which a tool has no whole step cannot be left out: nothing would be judged
    steps = {name: rows[rows["kind"] == "step"] for name, rows in lists.items()}
    kept = [name for name, rows in steps.items() if (rows.groupby("family").size().reindex(FAMILIES) > 1).all()]
    return {
        name: change for name in kept for change in other(verdicts, "promises", {name: _always(lists[name])}).values()
    }


def _always(rows: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    return lambda: rows


FAMILIES = ["quantisation", "pruning"]

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


def other_runs() -> dict[str, Change]:
    """Each network of the transfer runs left out."""
    return without_each_row("toolbox-transfer", "seed", "stretch == 1", reader=(inputs, "load_result"))


def other_digits() -> dict[str, Change]:
    """Each split of the digits left out, and the other way to choose a class alone."""
    rows = load_result("toolbox-digits")
    regressed = rows[rows["classifier"] == "logistic regression"].assign(classifier="nearest mean")
    found = without_each_row("toolbox-digits", "seed", reader=(inputs, "load_result"))
    return found | {"logistic regression": with_rows("toolbox-digits", regressed, (inputs, "load_result"))}


CHOICES = [
    # TEC-1: borrow.
    Choice("TEC-1", "toolbox-transfer", other_runs),
    Choice("TEC-1", "inputs.transfer_runs", other_runs),
    Choice("TEC-1", "toolbox-digits", other_digits),
    Choice("TEC-1", "inputs.digits_runs", other_digits),
    Choice("TEC-1", "inputs.LAW_SIZE", other(inputs, "LAW_SIZE", {"1e8": 1e8, "1e11": 1e11})),
    Choice("TEC-1", "inputs.LAW_DATA", other(inputs, "LAW_DATA", {"3e5": 3e5, "3e8": 3e8})),
    Choice("TEC-1", "inputs.LITTLE_DATA", other(inputs, "LITTLE_DATA", {"10,000": 10_000, "100,000": 100_000})),
    Choice(
        "TEC-1",
        "inputs.PARTS",
        without_each(inputs, "PARTS") | other(inputs, "PARTS", {"without both": ("broad", "architecture")}),
    ),
    Choice("TEC-1", "inputs.FEW", other(inputs, "FEW", {"1": 1, "50": 50})),
    # TEC-2: whole.
    Choice("TEC-2", "promises.promises", other_tools),
    Choice("TEC-2", "toolbox_decoding", without_each_row("toolbox_decoding", "model")),
    Choice("TEC-2", "inputs.LOOKED_AT", without_each(inputs, "LOOKED_AT")),
    Choice("TEC-2", "inputs.SPARSE_USED", other(inputs, "SPARSE_USED", {"4,096": 4_096, "32,768": 32_768})),
    Choice("TEC-2", "inputs.SPARSE_LONG", other(inputs, "SPARSE_LONG", {"65,536": 65_536, "1,000,000": 1_000_000})),
    Choice("TEC-2", "inputs.SPARSE_WAYS", other(inputs, "SPARSE_WAYS", {"window": ("window",), "NSA": ("nsa",)})),
    # TEC-3: machines.
    Choice("TEC-3", "toolbox_chips", other_chips),
    Choice("TEC-3", "inputs.OTHER_MAKER", other(inputs, "OTHER_MAKER", {"AMD": "AMD"})),
    Choice("TEC-3", "inputs.CHIP_LINE", without_each(inputs, "CHIP_LINE")),
]
#: What is no choice, and why.
FIXED: dict[str, str] = {
    "TEC-2 gpu-products": "products of our own card: the rule judges stored bytes and whole steps, not kernels",
    "TEC-3 inputs.matrix_chips": "the whole table but for one chip, which BEFORE_MATRICES names",
    "TEC-3 inputs.door_start": "a corpus and an estimate that the reason names; no verdict rests on them",
}


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_choice_that_turns_a_verdict_is_named_in_its_reason(choice):
    assert choice.problems() == ""


def test_every_choice_of_a_rule_is_varied_or_fixed():
    assert undeclared("toolbox", CHOICES, FIXED) == ""
