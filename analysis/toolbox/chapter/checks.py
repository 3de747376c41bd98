"""Numbers of ours held against published ones, where both exist."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.toolbox.adapters import NF4_BITS, lora_parameters
from analysis.toolbox.attention_cost import mean_tokens_read, tokens_read
from analysis.toolbox.chapter import inputs


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_bits(), *_weights(), *_looks(), *_borrow(), *_whole(), *_machines()]


def _bits() -> list[Check]:
    return []


def _weights() -> list[Check]:
    return []


def _looks() -> list[Check]:
    published = facts.load("toolbox")
    names = inputs.NSA_LENGTHS
    means = {name: mean_tokens_read(L) / mean_tokens_read(L, "nsa") for name, L in names.items()}
    counts = {1: 0.05e6, 8: 0.05e6}  # half of the last printed digit
    return [
        *(
            Check(
                f"Tokens that NSA's last token reads at {name}",
                tokens_read(L, "nsa"),
                published[f"nsa-tokens-{name}"],
                0.5,
            )
            for name, L in names.items()
        ),
        *(
            Check(
                f"NSA's measured forward kernel at {name}, against the mean of tokens read, within an eighth",
                mean,
                published[f"nsa-forward-{name}"],
                mean / 8,
            )
            for name, mean in means.items()
        ),
        *(
            Check(
                f"LoRA parameters of GPT-3 at rank {rank}",
                lora_parameters("gpt-3-175b", rank, on=inputs.LORA_ON),
                published[f"lora-parameters-r{rank}"],
                half,
            )
            for rank, half in counts.items()
        ),
        Check("Bits of the scales of NF4 after quantising them", NF4_BITS - 4, published["qlora-double-left"], 0.0005),
        Check(
            "Gigabytes of full fine-tuning at 12 bytes a parameter, 65 billion",
            12 * published["qlora-size"].value / 1e9,
            published["qlora-full-memory"],
            5.0,
        ),
    ]


def _borrow() -> list[Check]:
    return []


def _whole() -> list[Check]:
    return []


def _machines() -> list[Check]:
    return []
