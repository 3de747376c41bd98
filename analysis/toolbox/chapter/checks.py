"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

import numpy as np

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.kit.numbers import Number
from analysis.toolbox import decoding
from analysis.toolbox.chapter import inputs

#: Half of the last printed digit of a size, gigabytes, and of a speed, tokens a second.
ROUNDED_SIZE, ROUNDED_SPEED = 0.005, 0.005


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_bits(), *_weights(), *_looks(), *_borrow(), *_whole(), *_machines()]


def _bits() -> list[Check]:
    return []


def _weights() -> list[Check]:
    return []


def _looks() -> list[Check]:
    return []


def _borrow() -> list[Check]:
    return []


def _whole() -> list[Check]:
    rows, published = decoding.published(), facts.load("toolbox")
    off = (rows["speed"] * rows["size"] / rows["bandwidth"] - 1).abs()
    gain, bound = published["mxfp8-scout-gain"].value, 100 * (published["mxfp8-scout-bound"].value - 1)
    ends = np.array(inputs.singular_values())
    low, high = (published[f"muon-range-{end}"].value for end in ("low", "high"))
    sparse = rows.query("pattern == '2:4'")["size"].iloc[0]
    return [
        Check(
            "Rows of the library's tables whose bandwidth is size times speed, within the rounding of the size",
            int((off < (ROUNDED_SIZE / rows["size"] + ROUNDED_SPEED / rows["speed"])).sum()),
            Number(len(rows), ".0f"),
            0.0,
            id="torchao-bandwidth",
        ),
        # the bound is rounded to a hundredth, half of which moves the share by one per cent
        Check("Share of the possible gain that MXFP8 training kept, per cent", 100 * gain / bound,
              published["mxfp8-scout-share"], 1.5),
        Check("Singular values that Muon's polynomial leaves outside the range that its authors name",
              int(np.sum((ends < low) | (ends > high))), Number(0, ".0f"), 0.0, id="muon-range"),
        Check("Gigabytes of Llama-3-8B in 4 bits and 2:4", inputs.sparse_gigabytes(), Number(float(sparse), ".2f"),
              ROUNDED_SIZE, id="torchao-sparse-size"),
    ]  # fmt: skip


def _machines() -> list[Check]:
    return []
